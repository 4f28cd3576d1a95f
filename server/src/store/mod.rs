//! The store: SurrealDB behind one door.
//!
//! [`Store::commit`] is the only way to write. No SurrealDB type leaves this
//! folder. Values reach a query only through `bind`.

mod backup;
mod commit;
mod engine;
mod fault;
mod journal;
mod mirror;
mod nearby;
mod record;
mod schema;
mod stirred;

pub use backup::{BackupFault, Saved};
pub use commit::{Act, Changes};
pub use fault::StoreFault;
pub use journal::{Broken, Change, Entry, Verified};
pub use mirror::{Mirror, Shelf};
pub use record::{Kept, Record, Table};

use crate::people::Deed;
use engine::Engine;
use pool::canon::Seal;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock, RwLockReadGuard};
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
    /// Written with the first act of this handle.
    once: Option<Arc<Once>>,
}

/// A deed that stands or falls with the act that it is about.
struct Once {
    deed: Deed,
    written: AtomicBool,
}

struct Inner {
    db: Engine,
    /// Held through a commit: acts of one process queue here, acts of several
    /// processes meet at `journal_head`.
    writer: Mutex<()>,
    mirror: RwLock<Mirror>,
    seq: watch::Sender<i64>,
}

impl Store {
    /// Opens the database at `url` (`mem://`, `rocksdb://dir?sync=every&memory=512`,
    /// `ws://host:port`), brings its schema up to date and reads it in.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be reached, is newer than this program, or
    /// holds what can't be read.
    pub async fn open(url: &str, login: Option<(&str, &str)>) -> Result<Self, StoreFault> {
        let db = Engine::open(url, login).await?;
        schema::migrate(&db).await?;
        Self::over(db).await
    }

    async fn over(db: Engine) -> Result<Self, StoreFault> {
        let mirror = mirror::load(&db).await?;
        let (seq, _) = watch::channel(mirror.head.seq);
        Ok(Self {
            inner: Arc::new(Inner { db, writer: Mutex::new(()), mirror: RwLock::new(mirror), seq }),
            once: None,
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

    /// The same store, whose next act is written together with `deed`, in one transaction:
    /// when there is a deed of that key already, the act is refused as
    /// [`StoreFault::Exists`]. The act says what the deed is about.
    #[must_use]
    pub fn once(&self, deed: Deed) -> Self {
        let once = Once { deed, written: AtomicBool::new(false) };
        Self { inner: Arc::clone(&self.inner), once: Some(Arc::new(once)) }
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

    /// Ends the database's own work, when the last act has been done and the program is
    /// about to end. Without it an embedded one ends some time after its last store.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when what was in memory can't be written out. No act is lost by
    /// that: each was on the disk before its answer.
    pub async fn close(self) -> Result<(), StoreFault> {
        let turn = self.inner.writer.lock().await;
        let closed = self.inner.db.close().await;
        drop(turn);
        // When its last handle goes, the SDK ends the engine once more and says in the
        // log that it could not. This handle stays until the process is gone.
        std::mem::forget(self);
        closed
    }
}
