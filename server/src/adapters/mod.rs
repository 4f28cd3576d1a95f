//! Where the city's system meets others: what comes from the provincial approval platform,
//! and what goes to public-resource trading platforms. docs/adapters.md describes both.

pub mod approval;
pub mod standard;
