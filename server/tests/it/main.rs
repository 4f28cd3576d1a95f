//! The server's tests: one program, so that SurrealDB links once.

mod store;
