//! The reserve (储备库), emergencies (险情), and how a team is chosen and called.
//!
//! Plain data and pure decisions: the moment, the rules' figures and the random
//! numbers come in as arguments.

pub mod canon;
pub mod contractor;
pub mod dispatch;
pub mod draw;
pub mod emergency;
pub mod index;
pub mod membership;
pub mod score;
pub mod selection;
pub mod slate;
pub mod team;
pub mod travel;
