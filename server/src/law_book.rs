//! The rules in force: those that came with the program, and the changes to them that
//! were approved since. Every edition that decisions were made by is kept.

use crate::records::{LawChange, LawEdition};
use crate::site::Site;
use crate::store::{Act, Changes, StoreFault, Table};
use app::law::Edition;
use model::{Actor, Errand, LawChangeId};
use policies::Law;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Mutex, MutexGuard};

/// The edition in force, shared by everything that answers.
#[derive(Clone)]
pub struct LawBook(Arc<Book>);

struct Book {
    edition: RwLock<Arc<Edition>>,
    /// Held while the rules are changed: what is checked is what is then put in force.
    turn: Mutex<()>,
    /// The approved changes that are in force; nothing before they were first read.
    taken: std::sync::Mutex<Option<Vec<LawChangeId>>>,
    /// How many cases each rule was about, as of an entry of the journal.
    uses: std::sync::Mutex<Option<(i64, BTreeMap<String, u32>)>>,
}

impl LawBook {
    /// The rules that came with the program.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when they can't be written, which tests exclude.
    pub fn shipped() -> Result<Self, StoreFault> {
        Self::of(Law::shipped().clone())
    }

    /// These rules.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when they can't be written.
    pub fn of(law: Law) -> Result<Self, StoreFault> {
        let edition = Edition::of(law).map_err(|e| StoreFault::Invalid(e.to_string()))?;
        Ok(Self(Arc::new(Book {
            edition: RwLock::new(Arc::new(edition)),
            turn: Mutex::new(()),
            taken: std::sync::Mutex::new(None),
            uses: std::sync::Mutex::new(None),
        })))
    }

    /// The edition in force.
    pub fn now(&self) -> Arc<Edition> {
        self.0.edition.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until nobody else changes the rules.
    pub async fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.turn.lock().await
    }

    /// How many cases each rule was about, where that was counted as of this entry.
    pub fn uses_at(&self, seq: i64) -> Option<BTreeMap<String, u32>> {
        let uses = self.0.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.as_ref().filter(|(at, _)| *at == seq).map(|(_, uses)| uses.clone())
    }

    /// Keeps what was counted as of an entry.
    pub fn keep_uses(&self, seq: i64, counted: BTreeMap<String, u32>) {
        *self.0.uses.lock().unwrap_or_else(PoisonError::into_inner) = Some((seq, counted));
    }

    /// Puts other rules in force, for tests that live through them.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when they can't be written.
    pub fn put(&self, law: Law) -> Result<(), StoreFault> {
        let edition = Edition::of(law).map_err(|e| StoreFault::Invalid(e.to_string()))?;
        self.take_up(edition);
        Ok(())
    }

    fn take_up(&self, edition: Edition) {
        *self.0.edition.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edition);
    }
}

impl Site {
    /// Puts the approved changes in force, and the edition that they make on file. One
    /// that does not fit the rules any more is left out and said in the log; the others
    /// hold.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when the edition can't be kept; the rules then stay as they were.
    pub async fn take_up_law(&self) -> Result<(), StoreFault> {
        let _turn = self.law.turn().await;
        self.take_up_law_in_turn().await
    }

    /// The same for whoever has the turn already.
    pub(crate) async fn take_up_law_in_turn(&self) -> Result<(), StoreFault> {
        let approved = self.approved();
        let ids = approved.iter().map(|c| c.id.clone()).collect();
        let law = with(approved);
        let edition = Edition::of(law).map_err(|e| StoreFault::Invalid(e.to_string()))?;
        let id = edition.hash().to_string();
        if self.read().editions.get(&id).is_none() {
            let kept = LawEdition { id, text: edition.text().to_owned(), at: self.now() };
            let mut changes = Changes::new();
            changes.create(&kept)?;
            let note = format!("{} 条规则", edition.rules().count());
            let act = Act::new(&Actor::SYSTEM, Errand::LawPublish, Table::LawEdition, &kept.id);
            match self.store.commit(changes, act.note(note), self.now()).await {
                // Somebody else put the same edition on file.
                Ok(_) | Err(StoreFault::Exists(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        self.law.take_up(edition);
        *self.law.0.taken.lock().unwrap_or_else(PoisonError::into_inner) = Some(ids);
        Ok(())
    }

    /// Whether changes were approved that the rules in force do not have: by another
    /// process, which the journal tells of.
    pub fn law_is_behind(&self) -> bool {
        let taken = self.law.0.taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
        taken.is_some_and(|taken| !self.approved().iter().map(|c| &c.id).eq(taken.iter()))
    }

    /// The rules without a change: those before it, for one that was approved.
    pub(crate) fn law_before(&self, change: &LawChange) -> Law {
        let mut earlier = self.approved();
        if let Some(at) = earlier.iter().position(|c| c.id == change.id) {
            earlier.truncate(at);
        }
        with(earlier)
    }

    /// Approved changes in the order in which they were approved.
    fn approved(&self) -> Vec<LawChange> {
        let mirror = self.read();
        let approved = |c: &LawChange| c.decided.as_ref().is_some_and(|d| d.approved);
        let mut changes: Vec<LawChange> =
            mirror.law_changes.iter().filter(|c| approved(c)).map(|c| (*c.value).clone()).collect();
        changes.sort_by_key(|c| c.decided.as_ref().map(|d| (d.at, c.id.clone())));
        changes
    }

    /// The edition in force, as the journal names it among the rules of a decision.
    pub fn law_note(&self) -> String {
        format!("law:{}", self.law().short())
    }
}

/// The shipped rules with these changes, as far as they fit.
fn with(changes: Vec<LawChange>) -> Law {
    let mut law = Law::shipped().clone();
    for change in changes {
        match law.amended(change.id.as_str(), &change.text) {
            Ok(amended) => law = amended,
            Err(fault) => tracing::error!(%fault, "a change to the rules does not hold"),
        }
    }
    law
}
