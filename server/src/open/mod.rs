//! What everybody may read: the portal of plans and notices, feeds, downloads. Read
//! models follow the journal and can be built again at any time.

pub mod api;
mod ask;
mod award;
mod bonds;
pub mod bulk;
mod changes;
mod exports;
mod feeds;
mod notices;
mod ocds;
mod portal;
mod profile;
mod quality;
mod search;

pub use ask::read;
pub use award::Award;
pub use changes::Changed;
pub use notices::NoticeTexts;
pub use ocds::{PREFIX, Release};
pub use portal::spelled;
pub use search::{Found, Order, PlanIndex, PlanQuery, haystack, tags, words};
