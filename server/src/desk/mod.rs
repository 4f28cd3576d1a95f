//! The desks, for real: permit, read, decide, commit.

mod board;
mod call;
mod draw;
mod emergency;
mod mission;
pub mod outbox;
mod people;
mod profile;
mod public;
mod reserve;
mod views;

pub(crate) use board::visible;
pub(crate) use people::session_cookie;
pub use people::{hash_password, session_key};
