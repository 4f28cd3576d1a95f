//! 绿通 the server: what the pages need done, done for real.

// Desks and the store share futures that rustc lays out deeply.
#![recursion_limit = "256"]

pub mod people;
pub mod records;
pub mod store;
