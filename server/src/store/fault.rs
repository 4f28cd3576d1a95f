//! What can go wrong in the store.

use pool::canon::CanonFault;
use surrealdb::types::{AlreadyExistsError, ErrorDetails, QueryError};

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// Somebody changed the record since it was read.
    #[error("{record} was changed by somebody else")]
    Stale {
        /// Table and key.
        record: String,
    },
    /// A unique index refused it.
    #[error("taken: index {index}, held by {holder}")]
    Taken {
        /// The index.
        index: String,
        /// The record that holds the place.
        holder: String,
    },
    /// A record of that key exists: most often the same form sent twice.
    #[error("{0} exists already")]
    Exists(String),
    /// Another process wrote first. Retried inside `commit`.
    #[error("another writer was first")]
    Conflict,
    /// The database was made by a newer program.
    #[error("the database has changes that this program does not know: {0}")]
    Newer(String),
    /// A stored record can't be read.
    #[error("unreadable record {record}: {why}")]
    Corrupt {
        /// Table and key.
        record: String,
        /// What is wrong with it.
        why: String,
    },
    /// A value can't be spelled canonically.
    #[error(transparent)]
    Canon(#[from] CanonFault),
    /// The schema refused a value: a mistake in this program.
    #[error("refused by the schema: {0}")]
    Invalid(String),
    /// Anything else.
    #[error("database: {0}")]
    Db(String),
}

/// Thrown inside the transaction; the rest of the text is the record.
pub(super) const STALE: &str = "lutong:stale:";
/// Thrown inside the transaction when the journal's head has moved.
pub(super) const HEAD: &str = "lutong:head";

impl From<surrealdb::Error> for StoreFault {
    /// SurrealDB 3 tells broken unique indexes, schema refusals and some conflicts
    /// apart by message only; `tests/it/store.rs` pins those messages.
    fn from(e: surrealdb::Error) -> Self {
        let message = e.message().to_owned();
        if let Some((_, record)) = message.split_once(STALE) {
            let record = record.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            return Self::Stale { record: record.to_owned() };
        }
        if message.contains(HEAD) {
            return Self::Conflict;
        }
        if let Some(rest) = message.split("Database index `").nth(1)
            && message.contains("already contains")
        {
            let index = rest.split('`').next().unwrap_or_default().to_owned();
            // `dispatch:` and the key, which is itself quoted where it holds a hyphen.
            let holder = message.split("with record `").nth(1).unwrap_or_default();
            let holder = holder.replace(['`', '⟨', '⟩'], "").trim_end_matches('.').to_owned();
            return Self::Taken { index, holder };
        }
        match e.details() {
            ErrorDetails::AlreadyExists(Some(AlreadyExistsError::Record { id })) => {
                Self::Exists(id.clone())
            }
            ErrorDetails::Query(Some(QueryError::TransactionConflict)) => Self::Conflict,
            ErrorDetails::Internal if message.contains("This transaction can be retried") => {
                Self::Conflict
            }
            ErrorDetails::Internal
                if [
                    "but field must conform to",
                    "Couldn't coerce",
                    "no such field exists",
                    "is readonly",
                ]
                .iter()
                .any(|sign| message.contains(sign)) =>
            {
                Self::Invalid(message)
            }
            _ => Self::Db(message),
        }
    }
}

/// The root cause of a failed multi-statement query: not the first error, which
/// is only "not executed because another one failed".
pub(super) fn check(
    mut answer: surrealdb::IndexedResults,
) -> Result<surrealdb::IndexedResults, StoreFault> {
    let mut errors: Vec<(usize, surrealdb::Error)> = answer.take_errors().into_iter().collect();
    if errors.is_empty() {
        return Ok(answer);
    }
    errors.sort_by_key(|(index, _)| *index);
    let follows = |e: &surrealdb::Error| {
        matches!(e.query_details(), Some(QueryError::NotExecuted | QueryError::Cancelled))
    };
    let root = errors.iter().position(|(_, e)| !follows(e)).unwrap_or_default();
    Err(errors.swap_remove(root).1.into())
}
