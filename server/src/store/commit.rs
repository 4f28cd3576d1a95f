//! One act, one transaction: changed rows and the journal's entry, all or none.

use super::fault::{HEAD, STALE, check};
use super::journal::{Change, Entry, difference};
use super::{Head, Kept, Record, Store, StoreFault, Table};
use crate::people::Deed;
use model::{Actor, Errand, Moment, Personal};
use pool::canon::{self, Seal};
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often a commit is tried when other processes write at the same time. Each
/// loss means that somebody else's act was written.
const TRIES: u64 = 40;

/// Who does what, and why.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// What.
    pub errand: Errand,
    /// On which record: table and key.
    pub subject: (Table, String),
    /// Why, in their words, or what came of it.
    pub note: Option<String>,
    /// When it happened, where that is not when it was entered.
    pub happened: Option<Moment>,
    /// The rules, and the versions of engines, that decided it.
    pub rules: Vec<String>,
}

impl Act {
    /// `actor` does `errand` on a record.
    pub fn new(actor: &Actor, errand: Errand, table: Table, key: impl Into<String>) -> Self {
        Self {
            actor: actor.clone(),
            errand,
            subject: (table, key.into()),
            note: None,
            happened: None,
            rules: Vec::new(),
        }
    }

    /// With a word on why or what.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Happened at another time than it is entered.
    #[must_use]
    pub fn happened(mut self, at: Moment) -> Self {
        self.happened = Some(at);
        self
    }

    /// Decided by these rules.
    #[must_use]
    pub fn rules(mut self, rules: impl IntoIterator<Item = String>) -> Self {
        self.rules.extend(rules);
        self
    }
}

/// What a commit writes.
#[derive(Debug, Default)]
pub struct Changes {
    writes: Vec<Write>,
    guards: Vec<(Table, String, i64)>,
    personal: Vec<(Personal, String, String)>,
    erased: Vec<Personal>,
}

#[derive(Debug)]
struct Write {
    table: Table,
    key: String,
    /// The version that it was based on; 0 for a new record.
    seen: i64,
    before: Value,
    /// None for a record that is taken away.
    after: Option<Value>,
    /// Carries the number of the entry that writes it, as `seq`.
    numbered: bool,
}

impl Write {
    /// What is written by the entry of that number.
    fn after(&self, seq: i64) -> Option<Value> {
        let mut after = self.after.clone()?;
        if self.numbered
            && let Some(fields) = after.as_object_mut()
        {
            fields.insert("seq".into(), seq.into());
        }
        Some(after)
    }
}

fn body<T: Record>(value: &T) -> Result<Value, StoreFault> {
    serde_json::to_value(value).map_err(|e| StoreFault::Invalid(e.to_string()))
}

impl Changes {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a new record.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when it can't be written as JSON.
    pub fn create<T: Record>(&mut self, value: &T) -> Result<&mut Self, StoreFault> {
        self.writes.push(Write {
            table: T::TABLE,
            key: value.key().to_owned(),
            seen: 0,
            before: Value::Null,
            after: Some(body(value)?),
            numbered: false,
        });
        Ok(self)
    }

    /// Adds a new record whose field `seq` will be the number of the entry that writes it.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when it can't be written as JSON.
    pub fn create_numbered<T: Record>(&mut self, value: &T) -> Result<&mut Self, StoreFault> {
        self.create(value)?;
        if let Some(write) = self.writes.last_mut() {
            write.numbered = true;
        }
        Ok(self)
    }

    /// Replaces a record that was read as `seen`.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when it can't be written as JSON.
    pub fn update<T: Record>(
        &mut self,
        seen: &Kept<T>,
        value: &T,
    ) -> Result<&mut Self, StoreFault> {
        self.writes.push(Write {
            table: T::TABLE,
            key: value.key().to_owned(),
            seen: seen.version,
            before: body(&*seen.value)?,
            after: Some(body(value)?),
            numbered: false,
        });
        Ok(self)
    }

    /// Replaces a record whose field `seq` will be the number of the entry that writes it.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when it can't be written as JSON.
    pub fn update_numbered<T: Record>(
        &mut self,
        seen: &Kept<T>,
        value: &T,
    ) -> Result<&mut Self, StoreFault> {
        self.update(seen, value)?;
        if let Some(write) = self.writes.last_mut() {
            write.numbered = true;
        }
        Ok(self)
    }

    /// Takes a record away that was read as `seen`.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Invalid`] when it can't be written as JSON.
    pub fn remove<T: Record>(&mut self, seen: &Kept<T>) -> Result<&mut Self, StoreFault> {
        self.writes.push(Write {
            table: T::TABLE,
            key: seen.value.key().to_owned(),
            seen: seen.version,
            before: body(&*seen.value)?,
            after: None,
            numbered: false,
        });
        Ok(self)
    }

    /// Erases a value about a person; its salted hash stays in the journal.
    pub fn erase(&mut self, personal: &Personal) -> &mut Self {
        self.erased.push(personal.clone());
        self
    }

    /// The decision also rests on this record: refuse if it has changed.
    pub fn rests_on<T: Record>(&mut self, seen: &Kept<T>) -> &mut Self {
        self.guards.push((T::TABLE, seen.value.key().to_owned(), seen.version));
        self
    }

    /// Keeps a value about a person aside. `key` and `salt` are random.
    pub fn seal(&mut self, key: String, salt: String, value: &str) -> Personal {
        let seal = Seal::of(format!("{salt}{value}").as_bytes()).to_string();
        let personal = Personal { key, seal };
        self.personal.push((personal.clone(), salt, value.to_owned()));
        personal
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.erased.is_empty()
    }
}

impl Store {
    /// Writes `changes` and the journal's entry for `act` in one transaction, and
    /// returns when it is durable. `now` is the time of entry.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Stale`] when a record was changed since it was read,
    /// [`StoreFault::Taken`] when a unique index refuses, [`StoreFault::Exists`]
    /// for a second record of one key. Nothing is written then.
    pub async fn commit(
        &self,
        mut changes: Changes,
        act: Act,
        now: Moment,
    ) -> Result<i64, StoreFault> {
        let once = self.once.as_deref().filter(|once| !once.written.load(Ordering::Acquire));
        if let Some(once) = once {
            let deed = Deed { subject: act.subject.clone(), ..once.deed.clone() };
            changes.create(&deed)?;
        }
        let _turn = self.inner.writer.lock().await;
        for attempt in 1.. {
            let head = self.read().head;
            let (entry, sql) = self.prepare(&changes, &act, head, now)?;
            match self.write(&changes, &entry, sql).await {
                Err(StoreFault::Conflict) if attempt < TRIES => {
                    // Another process wrote. What it wrote may or may not touch
                    // this act; the versions in the transaction decide that. A short
                    // wait of uneven length keeps two from losing in turn for ever.
                    let uneven = u64::from(crate::chance::bytes().0[0]) % (attempt * 2 + 1);
                    tokio::time::sleep(Duration::from_millis(uneven)).await;
                    self.catch_up_in_turn().await?;
                }
                Err(fault) => return Err(fault),
                Ok(()) => {
                    self.apply(&changes, &entry)?;
                    if let Some(once) = once {
                        once.written.store(true, Ordering::Release);
                    }
                    return Ok(entry.seq);
                }
            }
        }
        unreachable!("the loop ends by returning")
    }

    fn prepare(
        &self,
        changes: &Changes,
        act: &Act,
        head: Head,
        now: Moment,
    ) -> Result<(Entry, String), StoreFault> {
        let entry = Entry {
            seq: head.seq + 1,
            at: now,
            happened: act.happened,
            account: act.actor.account.clone(),
            role: act.actor.role,
            org: act.actor.org.clone(),
            errand: act.errand,
            subject: format!("{}:{}", act.subject.0.name(), act.subject.1),
            note: act.note.clone(),
            rules: act.rules.clone(),
            changes: changes
                .writes
                .iter()
                .map(|w| Change {
                    table: w.table,
                    key: w.key.clone(),
                    version: w.seen + 1,
                    fields: difference(&w.before, &w.after(head.seq + 1).unwrap_or_default()),
                })
                .collect(),
            prev: head.hash,
        };
        let mut sql = String::from(
            "BEGIN;\nIF (UPDATE journal_head:main SET seq = $seq, hash = $hash \
             WHERE seq = $seq - 1 AND hash = $prev RETURN VALUE seq) != [$seq] { THROW $moved };\n",
        );
        for i in 0..changes.guards.len() {
            let _ = writeln!(
                sql,
                "IF (SELECT VALUE version FROM type::record($gt{i}, $gk{i}) FOR UPDATE) \
                 != [$gv{i}] {{ THROW $gs{i} }};"
            );
        }
        for (i, write) in changes.writes.iter().enumerate() {
            let _ = if write.after.is_none() {
                writeln!(
                    sql,
                    "IF array::len((DELETE type::record($t{i}, $k{i}) WHERE version = $v{i} \
                     RETURN BEFORE)) != 1 {{ THROW $s{i} }};"
                )
            } else if write.seen == 0 {
                writeln!(sql, "CREATE type::record($t{i}, $k{i}) SET version = 1, body = $b{i};")
            } else {
                writeln!(
                    sql,
                    "IF (UPDATE type::record($t{i}, $k{i}) SET version = $v{i} + 1, \
                     body = $b{i} WHERE version = $v{i} RETURN VALUE version) != [$v{i} + 1] \
                     {{ THROW $s{i} }};"
                )
            };
        }
        for i in 0..changes.personal.len() {
            let _ = writeln!(
                sql,
                "CREATE type::record('personal', $pk{i}) SET salt = $ps{i}, value = $pv{i};"
            );
        }
        for i in 0..changes.erased.len() {
            let _ = writeln!(
                sql,
                "UPDATE type::record('personal', $ek{i}) SET salt = NONE, value = NONE;"
            );
        }
        sql.push_str(
            "CREATE type::record('journal', $seq) SET entry = $entry, hash = $hash, at = $at, \
             account = $account, errand = $errand, subject = $subject;\nCOMMIT;",
        );
        Ok((entry, sql))
    }

    async fn write(&self, changes: &Changes, entry: &Entry, sql: String) -> Result<(), StoreFault> {
        let text = canon::to_canonical(entry)?;
        let hash = Seal::of(text.as_bytes()).to_string();
        let mut query = self
            .inner
            .db
            .query(sql)
            .bind(("seq", entry.seq))
            .bind(("hash", hash))
            .bind(("prev", entry.prev.to_string()))
            .bind(("moved", HEAD))
            .bind(("entry", text))
            .bind(("at", entry.at.to_string()))
            .bind(("account", entry.account.as_ref().map(ToString::to_string)))
            .bind(("errand", entry.errand.key()))
            .bind(("subject", entry.subject.clone()));
        for (i, (table, key, version)) in changes.guards.iter().enumerate() {
            query = query
                .bind((format!("gt{i}"), table.name()))
                .bind((format!("gk{i}"), key.clone()))
                .bind((format!("gv{i}"), *version))
                .bind((format!("gs{i}"), format!("{STALE}{}:{key}", table.name())));
        }
        for (i, write) in changes.writes.iter().enumerate() {
            query = query
                .bind((format!("t{i}"), write.table.name()))
                .bind((format!("k{i}"), write.key.clone()));
            if let Some(after) = write.after(entry.seq) {
                query = query.bind((format!("b{i}"), after));
            }
            if write.seen > 0 {
                let stale = format!("{STALE}{}:{}", write.table.name(), write.key);
                query = query.bind((format!("v{i}"), write.seen)).bind((format!("s{i}"), stale));
            }
        }
        for (i, (personal, salt, value)) in changes.personal.iter().enumerate() {
            query = query
                .bind((format!("pk{i}"), personal.key.clone()))
                .bind((format!("ps{i}"), salt.clone()))
                .bind((format!("pv{i}"), value.clone()));
        }
        for (i, personal) in changes.erased.iter().enumerate() {
            query = query.bind((format!("ek{i}"), personal.key.clone()));
        }
        check(query.await?)?;
        Ok(())
    }

    /// Brings the mirror up to what was just written. The writer's turn is held,
    /// so entries are applied in their order.
    fn apply(&self, changes: &Changes, entry: &Entry) -> Result<(), StoreFault> {
        let hash = canon::seal(entry)?;
        let mut mirror =
            self.inner.mirror.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for write in &changes.writes {
            match write.after(entry.seq) {
                Some(after) => mirror.put(write.table, &write.key, write.seen + 1, after)?,
                None => mirror.take(write.table, &write.key),
            }
        }
        for personal in &changes.erased {
            mirror.personal.remove(&personal.key);
        }
        for (personal, _, value) in &changes.personal {
            mirror.personal.insert(personal.key.clone(), value.clone());
        }
        mirror.note(entry);
        mirror.head = Head { seq: entry.seq, hash };
        drop(mirror);
        self.inner.seq.send_replace(entry.seq);
        Ok(())
    }
}
