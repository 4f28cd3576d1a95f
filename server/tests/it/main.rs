//! The server's tests: one program, so that SurrealDB links once.

mod adapters;
mod backup;
mod bonds;
mod channel;
mod contracts;
mod doors;
mod dossier;
mod durability;
mod files;
mod http;
mod law;
mod open;
mod parameters;
mod payout;
mod plans;
mod portal;
mod program;
mod race;
mod shape;
mod sheets;
mod site;
mod statement;
mod store;
mod sweep;
mod treasury;
mod vouch;
