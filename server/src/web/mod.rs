//! The site over HTTP: sessions, headers, pages, the live feed.

mod doors;
mod dossiers;
mod files;
mod guard;
mod live;
mod map;
mod portal;
mod router;
mod sheets;
mod throttle;

pub use doors::Doors;
pub use router::{Extras, doors, router};
