//! The rules in force: those that came with the program, and the changes to them that
//! were approved since. Every edition that decisions were made by is kept.

use crate::records::{LawChange, LawEdition};
use crate::site::Site;
use crate::store::{Act, Changes, StoreFault, Table};
use app::law::Edition;
use model::{Actor, Errand};
use policies::Law;
use std::sync::{Arc, PoisonError, RwLock};

/// The edition in force, shared by everything that answers.
#[derive(Clone)]
pub struct LawBook(Arc<RwLock<Arc<Edition>>>);

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
        Ok(Self(Arc::new(RwLock::new(Arc::new(edition)))))
    }

    /// The edition in force.
    pub fn now(&self) -> Arc<Edition> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
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
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edition);
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
        let mut law = Law::shipped().clone();
        for change in self.approved() {
            match law.amended(change.id.as_str(), &change.text) {
                Ok(amended) => law = amended,
                Err(fault) => tracing::error!(%fault, "a change to the rules does not hold"),
            }
        }
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
        Ok(())
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
