//! The journal: every act, numbered in commit order, each entry holding the hash
//! of the one before.

use super::engine::Engine;
use super::fault::check;
use super::{Head, Store, StoreFault, Table};
use model::{AccountId, Errand, Moment, OrgId, Role};
use pool::canon::{self, Seal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use surrealdb::types::SurrealValue;

/// One act, as the journal keeps it. Its canonical spelling is what is hashed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number, without gaps, in commit order.
    pub seq: i64,
    /// When it was entered.
    pub at: Moment,
    /// When it happened, where that differs.
    pub happened: Option<Moment>,
    /// Who; none for the public and the system.
    pub account: Option<AccountId>,
    /// In what capacity.
    pub role: Role,
    /// For which organisation.
    pub org: Option<OrgId>,
    /// What was done.
    pub errand: Errand,
    /// On which record: `table:key`.
    pub subject: String,
    /// Why, or what came of it.
    pub note: Option<String>,
    /// The rules and engine versions that decided it.
    pub rules: Vec<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// The hash of the entry before.
    pub prev: Seal,
}

/// What changed in one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Table.
    pub table: Table,
    /// Key.
    pub key: String,
    /// The version that it has now.
    pub version: i64,
    /// Changed fields by JSON pointer: before and after.
    pub fields: BTreeMap<String, (Value, Value)>,
}

/// The fields in which two bodies differ, by JSON pointer. Lists are compared as
/// a whole: an entry in the middle would otherwise shift all that follow.
pub(super) fn difference(before: &Value, after: &Value) -> BTreeMap<String, (Value, Value)> {
    let mut found = BTreeMap::new();
    compare(String::new(), before, after, &mut found);
    found
}

fn compare(
    path: String,
    before: &Value,
    after: &Value,
    found: &mut BTreeMap<String, (Value, Value)>,
) {
    match (before, after) {
        (a, b) if a == b => {}
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let step = key.replace('~', "~0").replace('/', "~1");
                let side =
                    |m: &serde_json::Map<String, Value>| m.get(key).cloned().unwrap_or(Value::Null);
                compare(format!("{path}/{step}"), &side(a), &side(b), found);
            }
        }
        (a, b) => {
            found.insert(path, (a.clone(), b.clone()));
        }
    }
}

/// The journal as far as it holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries checked.
    pub entries: i64,
    /// The hash of the last one.
    pub head: Seal,
}

/// The first thing wrong with the journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is no entry of that number.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// Its text does not have its hash.
    #[error("entry {0} was changed: its text does not have its hash")]
    Changed(i64),
    /// It does not follow the one before.
    #[error("entry {0} does not follow the one before: changed, exchanged or put in")]
    Unchained(i64),
    /// Its columns do not say what its text says.
    #[error("entry {0}: a column differs from the text")]
    Column(i64),
    /// Nothing has the hash that was published.
    #[error("no entry has the published hash {0}: the journal was cut or rewritten")]
    Cut(Seal),
    /// The head record points elsewhere.
    #[error("the head record says {said}, the last entry is {found}")]
    Head {
        /// What the head record says.
        said: i64,
        /// What is there.
        found: i64,
    },
}

/// An entry as the table holds it.
#[derive(SurrealValue)]
pub(super) struct Row {
    pub seq: i64,
    pub entry: String,
    pub hash: String,
    pub at: String,
    pub account: Option<String>,
    pub errand: String,
    pub subject: String,
}

/// A page of the journal: entries from a number on, up to but without another. Only a
/// range of record ids is read as one; the same as a condition on `id` reads all.
fn page(from: i64, to: i64) -> String {
    format!(
        "SELECT record::id(id) AS seq, entry, hash, at, account, errand, subject \
         FROM journal:{from}..{to}"
    )
}

const PAGE: i64 = 500;

impl Store {
    /// Entries after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when the database does not answer or holds nonsense.
    pub async fn entries(&self, after: i64, limit: i64) -> Result<Vec<(Entry, Seal)>, StoreFault> {
        read_rows(self.rows(after, limit).await?)
    }

    pub(super) async fn rows(&self, after: i64, limit: i64) -> Result<Vec<Row>, StoreFault> {
        let mut answer = check(
            self.inner
                .db
                .query(page(after + 1, after.saturating_add(limit).saturating_add(1)))
                .await?,
        )?;
        Ok(answer.take(0)?)
    }

    pub(super) async fn stored_head(&self) -> Result<Head, StoreFault> {
        head_of(&self.inner.db).await
    }

    /// Walks the whole journal and says the first thing wrong with it.
    ///
    /// `published` is a head that was made public earlier: an entry of that hash
    /// must still be there, or the tail was cut.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be read at all.
    pub async fn verify_journal(
        &self,
        published: Option<Seal>,
    ) -> Result<Result<Verified, Broken>, StoreFault> {
        let mut seq = 0;
        let mut prev = Seal([0; 32]);
        let mut seen_published = published.is_none() || published == Some(prev);
        loop {
            let rows = self.rows(seq, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                seq += 1;
                if row.seq != seq {
                    return Ok(Err(Broken::Missing(seq)));
                }
                let hash = Seal::of(row.entry.as_bytes());
                if hash.to_string() != row.hash {
                    return Ok(Err(Broken::Changed(seq)));
                }
                let Ok(entry) = serde_json::from_str::<Entry>(&row.entry) else {
                    return Ok(Err(Broken::Changed(seq)));
                };
                if entry.prev != prev || entry.seq != seq {
                    return Ok(Err(Broken::Unchained(seq)));
                }
                let same = canon::to_canonical(&entry)? == row.entry
                    && entry.at.to_string() == row.at
                    && entry.account.map(String::from) == row.account
                    && entry.errand.key() == row.errand
                    && entry.subject == row.subject;
                if !same {
                    return Ok(Err(Broken::Column(seq)));
                }
                prev = hash;
                seen_published |= published == Some(hash);
            }
        }
        let head = self.stored_head().await?;
        if head.seq > seq {
            return Ok(Err(Broken::Missing(seq + 1)));
        }
        if head != (Head { seq, hash: prev }) {
            return Ok(Err(Broken::Head { said: head.seq, found: seq }));
        }
        match published {
            Some(hash) if !seen_published => Ok(Err(Broken::Cut(hash))),
            _ => Ok(Ok(Verified { entries: seq, head: prev })),
        }
    }
}

#[derive(SurrealValue)]
struct HeadRow {
    seq: i64,
    hash: String,
}

pub(super) async fn head_of(db: &Engine) -> Result<Head, StoreFault> {
    let mut answer = check(db.query("SELECT seq, hash FROM journal_head:main").await?)?;
    let row: Option<HeadRow> = answer.take(0)?;
    let corrupt =
        || StoreFault::Corrupt { record: "journal_head:main".into(), why: "unreadable".into() };
    let row = row.ok_or_else(corrupt)?;
    Ok(Head { seq: row.seq, hash: row.hash.parse().map_err(|_| corrupt())? })
}

impl Store {
    /// The last entries about one record (`table:key`), newest first.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when the database does not answer or holds nonsense.
    pub async fn entries_about(
        &self,
        subject: &str,
        limit: i64,
    ) -> Result<Vec<(Entry, Seal)>, StoreFault> {
        let mut answer = check(
            self.inner
                .db
                .query(
                    "SELECT record::id(id) AS seq, entry, hash, at, account, errand, subject \
                     FROM journal WHERE subject = $subject",
                )
                .bind(("subject", subject.to_owned()))
                .await?,
        )?;
        let rows: Vec<Row> = answer.take(0)?;
        let mut entries = read_rows(rows)?;
        entries.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.seq));
        entries.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(entries)
    }
}

fn read_rows(rows: Vec<Row>) -> Result<Vec<(Entry, Seal)>, StoreFault> {
    rows.into_iter()
        .map(|row| {
            let corrupt =
                |why: String| StoreFault::Corrupt { record: format!("journal:{}", row.seq), why };
            let entry = serde_json::from_str(&row.entry).map_err(|e| corrupt(e.to_string()))?;
            let hash = row.hash.parse().map_err(|_| corrupt("hash".into()))?;
            Ok((entry, hash))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Following the journal must not read all of it: a page of it is a range of keys.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_of_the_journal_is_a_range_of_keys() {
        let store = Store::open("mem://", None).await.expect("a store");
        let mut answer =
            store.inner.db.query(format!("EXPLAIN {}", page(5, 9))).await.expect("a plan");
        let plan: surrealdb::types::Value = answer.take(0).expect("a plan");
        let plan = format!("{plan:?}");
        assert!(!plan.contains("TableScan"), "{plan}");
    }
}
