//! 绿通 the server: what the pages need done, done for real.

// Desks and the store share futures that rustc lays out deeply.
#![recursion_limit = "512"]

pub mod adapters;
pub mod bank;
pub mod chance;
pub mod config;
pub mod demo;
pub mod desk;
pub mod first;
pub mod gateway;
pub mod issuer;
pub mod law_book;
pub mod open;
pub mod people;
mod picture;
pub mod records;
pub mod site;
pub mod store;
pub mod time;
pub mod vault;
pub mod web;
