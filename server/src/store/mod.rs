//! The store: SurrealDB behind one door.
//!
//! [`Store::commit`] is the only way to write. No SurrealDB type leaves this
//! folder. Values reach a query only through `bind`.

mod backup;
mod commit;
mod fault;
mod journal;
mod mirror;
mod nearby;
mod record;
mod schema;

pub use backup::{BackupFault, Saved};
pub use commit::{Act, Changes};
pub use fault::StoreFault;
pub use journal::{Broken, Change, Entry, Verified};
pub use mirror::{Mirror, Shelf};
pub use record::{Kept, Record, Table};

use pool::canon::Seal;
use std::sync::{Arc, RwLock, RwLockReadGuard};
use surrealdb::Surreal;
use surrealdb::engine::any::{Any, connect};
use tokio::sync::{Mutex, watch};

/// Where the journal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last entry's number; 0 when there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: Seal,
}

/// The records of the city, and the journal of every act on them.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: Surreal<Any>,
    /// Held through a commit: acts of one process queue here, acts of several
    /// processes meet at `journal_head`.
    writer: Mutex<()>,
    mirror: RwLock<Mirror>,
    seq: watch::Sender<i64>,
}

impl Store {
    /// Opens the database at `url` (`mem://`, `rocksdb://dir?sync=every`,
    /// `ws://host:port`), brings its schema up to date and reads it in.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be reached, is newer than this program, or
    /// holds what can't be read.
    pub async fn open(url: &str, login: Option<(&str, &str)>) -> Result<Self, StoreFault> {
        let db = connect(url).await?;
        if let Some((username, password)) = login {
            db.signin(surrealdb::opt::auth::Root {
                username: username.to_owned(),
                password: password.to_owned(),
            })
            .await?;
        }
        db.use_ns("lutong").use_db("lutong").await?;
        schema::migrate(&db).await?;
        Self::over(db).await
    }

    async fn over(db: Surreal<Any>) -> Result<Self, StoreFault> {
        let mirror = mirror::load(&db).await?;
        let (seq, _) = watch::channel(mirror.head.seq);
        Ok(Self {
            inner: Arc::new(Inner { db, writer: Mutex::new(()), mirror: RwLock::new(mirror), seq }),
        })
    }

    /// Another store over the same database, with a writer and a mirror of its own:
    /// what a second process would be.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when the database does not answer.
    pub async fn beside(&self) -> Result<Self, StoreFault> {
        Self::over(self.inner.db.clone()).await
    }

    /// The records as of the last entry that this process has seen. Never held
    /// across an `await`.
    pub fn read(&self) -> RwLockReadGuard<'_, Mirror> {
        self.inner.mirror.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Wakes whenever the journal has grown.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.inner.seq.subscribe()
    }

    /// Answers when the database answers.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreFault> {
        self.inner.db.query("RETURN 1").await?.check()?;
        Ok(())
    }
}
