//! Where the city's system meets others: what comes from the provincial approval platform and
//! from the treasury, page by page (`feed`), and what goes to public-resource trading
//! platforms. docs/adapters.md describes them.

pub mod approval;
pub mod feed;
pub mod standard;
pub mod treasury;
