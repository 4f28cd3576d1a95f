//! The database behind the store: embedded on a disk, or whatever SurrealDB reaches
//! by a URL.
//!
//! The SDK sizes the caches of an embedded RocksDB by the machine's memory and reads
//! no setting for it, so the engine on a disk is built here, part by part. Both kinds
//! are asked in the same way.

use super::StoreFault;
use futures::future::BoxFuture;
use std::borrow::Cow;
use std::future::IntoFuture;
use std::sync::Arc;
use surrealdb::engine::any::{Any, connect};
use surrealdb::engine::local::Db;
use surrealdb::method::Query;
use surrealdb::opt::auth::Root;
use surrealdb::types::SurrealValue;
use surrealdb::{IndexedResults, Surreal};
use surrealdb_cnf::ConfigMap;
use surrealdb_engine_local::Datastore;

/// Memory for caches and write buffers of an embedded database, in MiB, where the
/// URL does not say.
const MEMORY: u64 = 512;
/// The least that is of use: below it RocksDB stops and starts its writers.
const LEAST: u64 = 64;
/// Write buffers that RocksDB may hold: one being filled, the others being written.
const BUFFERS: u64 = 4;
const MIB: u64 = 1024 * 1024;

/// A database.
#[derive(Clone)]
pub(super) enum Engine {
    /// RocksDB in this process.
    Embedded(Surreal<Db>, Arc<Datastore>),
    /// In memory, or a server.
    Other(Surreal<Any>),
}

impl Engine {
    /// Opens what `url` names.
    pub(super) async fn open(url: &str, login: Option<(&str, &str)>) -> Result<Self, StoreFault> {
        let engine = if url.starts_with("rocksdb:") {
            let (url, memory) = memory_of(url)?;
            let (db, datastore) = embedded(&url, memory).await?;
            db.use_ns("lutong").use_db("lutong").await?;
            Self::Embedded(db, datastore)
        } else {
            let db = connect(url).await?;
            if let Some((username, password)) = login {
                let root = Root { username: username.to_owned(), password: password.to_owned() };
                db.signin(root).await?;
            }
            db.use_ns("lutong").use_db("lutong").await?;
            Self::Other(db)
        };
        Ok(engine)
    }

    /// A question, to be bound and awaited.
    pub(super) fn query<'a>(&'a self, sql: impl Into<Cow<'a, str>>) -> Question<'a> {
        match self {
            Self::Embedded(db, _) => Question::Embedded(db.query(sql)),
            Self::Other(db) => Question::Other(db.query(sql)),
        }
    }

    /// Ends the engine's own work and writes out what is in memory. Whoever asks
    /// after that is refused; the folder's lock falls with the last engine.
    pub(super) async fn close(&self) -> Result<(), StoreFault> {
        match self {
            Self::Embedded(_, datastore) => {
                datastore.shutdown().await.map_err(|e| StoreFault::Db(e.to_string()))
            }
            Self::Other(_) => Ok(()),
        }
    }
}

/// A question to the database with what is bound to it.
pub(super) enum Question<'a> {
    /// For [`Engine::Embedded`].
    Embedded(Query<'a, Db>),
    /// For [`Engine::Other`].
    Other(Query<'a, Any>),
}

impl<'a> Question<'a> {
    /// Binds a value to a name.
    pub(super) fn bind(self, pair: (impl Into<String>, impl SurrealValue)) -> Self {
        let (name, value) = (pair.0.into(), pair.1.into_value());
        match self {
            Self::Embedded(query) => Self::Embedded(query.bind((name, value))),
            Self::Other(query) => Self::Other(query.bind((name, value))),
        }
    }
}

impl<'a> IntoFuture for Question<'a> {
    type Output = surrealdb::Result<IndexedResults>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        match self {
            Self::Embedded(query) => query.into_future(),
            Self::Other(query) => query.into_future(),
        }
    }
}

/// Takes `memory=N` (MiB) out of a URL, which SurrealDB does not know.
fn memory_of(url: &str) -> Result<(String, u64), StoreFault> {
    let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut memory = MEMORY;
    let mut rest = Vec::new();
    for parameter in parameters.split('&').filter(|p| !p.is_empty()) {
        match parameter.strip_prefix("memory=") {
            Some(mib) => {
                memory =
                    mib.parse().ok().filter(|mib| *mib >= LEAST).ok_or_else(|| {
                        StoreFault::Db(format!("memory={mib}: MiB, {LEAST} or more"))
                    })?;
            }
            None => rest.push(parameter),
        }
    }
    let url = if rest.is_empty() { place.into() } else { format!("{place}?{}", rest.join("&")) };
    Ok((url, memory))
}

/// RocksDB with `memory` MiB: half for what is read, half for what is written. The
/// same steps as the SDK's own `connect`, with settings.
async fn embedded(url: &str, memory: u64) -> Result<(Surreal<Db>, Arc<Datastore>), StoreFault> {
    let cache = memory * MIB / 2;
    let buffer = memory * MIB / 2 / BUFFERS;
    let settings = ConfigMap::empty()
        .with_key_value("rocksdb_block_cache_size", cache.to_string())
        .with_key_value("rocksdb_write_buffer_size", buffer.to_string())
        .with_key_value("rocksdb_max_write_buffer_number", BUFFERS.to_string());
    let broken = |e: anyhow::Error| StoreFault::Db(e.to_string());
    let datastore: Arc<Datastore> = Datastore::builder()
        .with_config(settings)
        // Started below: one that writes before the version is written makes a new
        // database look like an old one.
        .without_maintenance_tasks()
        .build_with_path(url)
        .await
        .map_err(broken)?;
    datastore.check_version().await.map_err(broken)?;
    datastore.bootstrap().await.map_err(broken)?;
    datastore.start_maintenance_tasks();
    let db = Surreal::<Db>::unstable_from_datastore(datastore.clone(), None).await?;
    Ok((db, datastore))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_ours_and_the_rest_is_the_engine_s() {
        let read = |url: &str| memory_of(url).expect("a URL");
        assert_eq!(read("rocksdb://d?sync=every"), ("rocksdb://d?sync=every".into(), MEMORY));
        assert_eq!(
            read("rocksdb://d?memory=128&sync=every"),
            ("rocksdb://d?sync=every".into(), 128)
        );
        assert_eq!(read("rocksdb://d?memory=64"), ("rocksdb://d".into(), 64));
        for bad in ["rocksdb://d?memory=63", "rocksdb://d?memory=", "rocksdb://d?memory=1G"] {
            assert!(memory_of(bad).is_err(), "{bad}");
        }
    }

    /// RocksDB writes down with what options it runs.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_engine_runs_with_the_memory_it_was_given() {
        let dir = tempfile::tempdir().expect("a folder");
        let url = format!("rocksdb://{}?sync=every&memory=64", dir.path().display());
        let engine = Engine::open(&url, None).await.expect("a database");
        engine.query("RETURN 1").await.expect("an answer");
        engine.close().await.expect("closed");
        let files = std::fs::read_dir(dir.path()).expect("a folder").map_while(Result::ok);
        let options = files
            .filter(|f| f.file_name().to_string_lossy().starts_with("OPTIONS-"))
            .map(|f| std::fs::read_to_string(f.path()).expect("text"))
            .collect::<String>();
        assert!(options.contains("  write_buffer_size=8388608\n"), "{options}");
        assert!(options.contains("  max_write_buffer_number=4\n"), "{options}");
    }
}
