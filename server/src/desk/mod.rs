//! The desks, for real: permit, read, decide, commit.

mod accounts;
mod audit;
mod board;
mod call;
mod case;
mod channel;
mod draw;
mod effect;
mod emergency;
mod files;
mod heads;
mod law;
mod mission;
mod notice;
mod offer;
pub mod outbox;
mod people;
mod plan;
mod price;
mod profile;
mod public;
mod reserve;
mod revision;
mod sheet;
mod slate;
mod sweep;
mod views;

pub use accounts::Secret;
pub use audit::Format;
pub(crate) use board::visible;
pub use files::{FILE_BYTES, NotTaken};
pub(crate) use notice::notice_line;
pub(crate) use people::session_cookie;
pub use people::{KEY_PREFIX, hash_password, session_key};
pub(crate) use plan::org_name;
pub use sheet::{SHEET_BYTES, template};
