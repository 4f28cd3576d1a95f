//! What everybody may read: the portal of plans and notices, feeds, downloads. Read
//! models follow the journal and can be built again at any time.

mod ask;
mod exports;
mod feeds;
mod portal;
mod quality;
mod search;

pub use portal::spelled;
pub use search::{Found, Order, PlanIndex, PlanQuery, haystack, tags, words};
