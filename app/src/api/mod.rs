//! What pages ask the server for: three lines each, a desk, a visitor, a way on.

mod accounts;
mod bond;
mod bond_view;
mod channel;
mod channel_view;
#[cfg(feature = "ssr")]
pub mod desk;
mod dossier;
mod draw;
mod emergency;
mod error;
mod files;
mod forms;
mod law;
mod mission;
mod people;
mod plan;
mod plan_view;
mod profile;
mod public;
mod reserve;
mod supervise;
mod view;

pub use accounts::*;
pub use bond::*;
pub use bond_view::*;
pub use channel::*;
pub use channel_view::*;
pub use dossier::*;
pub use draw::*;
pub use emergency::*;
pub use error::ApiError;
pub use files::*;
pub use forms::*;
pub use law::*;
pub use mission::*;
pub use people::*;
pub use plan::*;
pub use plan_view::*;
pub use profile::*;
pub use public::*;
pub use reserve::*;
pub use supervise::*;
pub use view::*;
