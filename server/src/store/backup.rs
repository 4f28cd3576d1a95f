//! Backup and restore, the same for every engine: JSON, one row a line, with a
//! trailer that says how many there must be and what they hash to.
//!
//! The trailer is what makes a cut file noticeable. A restore reads the whole file
//! and checks it before it writes anything, and writes only into an empty database.

use super::fault::check;
use super::{Head, Store, StoreFault, Table, schema};
use pool::canon::Seal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use surrealdb::types::SurrealValue;
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};

const FORMAT: u32 = 1;
/// Rows read or written at a time.
const PAGE: usize = 500;

/// What went wrong with a backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// The file can't be read or written.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A restore needs an empty database.
    #[error("the database is not empty: restore into a new one")]
    NotEmpty,
    /// The file is no backup, was cut, or was changed.
    #[error("not a whole backup: {0}")]
    Broken(String),
}

#[derive(Serialize, Deserialize)]
struct First {
    lutong_backup: u32,
    schema: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    Record {
        table: Table,
        key: String,
        version: i64,
        body: Value,
    },
    Personal {
        key: String,
        salt: Option<String>,
        value: Option<String>,
    },
    Entry {
        seq: i64,
        entry: String,
        hash: String,
        at: String,
        account: Option<String>,
        errand: String,
        subject: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Last {
    rows: usize,
    sha256: Seal,
    seq: i64,
    head: Seal,
}

#[derive(SurrealValue)]
struct RecordRow {
    key: String,
    version: i64,
    body: Value,
}

#[derive(SurrealValue)]
struct PersonalRow {
    key: String,
    salt: Option<String>,
    value: Option<String>,
}

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Rows.
    pub rows: usize,
    /// Where its journal ends.
    pub head: Head,
}

struct Writer {
    out: BufWriter<File>,
    hash: Sha256,
    rows: usize,
}

impl Writer {
    async fn line(&mut self, line: &impl Serialize) -> Result<(), BackupFault> {
        let mut text =
            serde_json::to_string(line).map_err(|e| BackupFault::Broken(e.to_string()))?;
        text.push('\n');
        self.hash.update(text.as_bytes());
        self.out.write_all(text.as_bytes()).await?;
        Ok(())
    }

    async fn row(&mut self, line: Line) -> Result<(), BackupFault> {
        self.rows += 1;
        self.line(&line).await
    }
}

impl Store {
    /// Writes everything to a new file. Writers wait meanwhile, so that it is one
    /// moment of the journal; readers do not.
    ///
    /// # Errors
    ///
    /// [`BackupFault`]; the file is then not to be used.
    pub async fn backup(&self, file: &Path) -> Result<Saved, BackupFault> {
        let _turn = self.inner.writer.lock().await;
        let db = &self.inner.db;
        let out = File::create_new(file).await?;
        let mut writer = Writer { out: BufWriter::new(out), hash: Sha256::new(), rows: 0 };
        writer.line(&First { lutong_backup: FORMAT, schema: schema::names() }).await?;
        for table in Table::ALL {
            let mut answer = check(
                db.query("SELECT record::id(id) AS key, version, body FROM type::table($table)")
                    .bind(("table", table.name()))
                    .await
                    .map_err(StoreFault::from)?,
            )?;
            let rows: Vec<RecordRow> = answer.take(0).map_err(StoreFault::from)?;
            for RecordRow { key, version, body } in rows {
                writer.row(Line::Record { table, key, version, body }).await?;
            }
        }
        let mut answer = check(
            db.query("SELECT record::id(id) AS key, salt, value FROM personal")
                .await
                .map_err(StoreFault::from)?,
        )?;
        let rows: Vec<PersonalRow> = answer.take(0).map_err(StoreFault::from)?;
        for PersonalRow { key, salt, value } in rows {
            writer.row(Line::Personal { key, salt, value }).await?;
        }
        let mut seq = 0;
        loop {
            let rows = self.rows(seq, PAGE as i64).await?;
            let Some(last) = rows.last() else { break };
            seq = last.seq;
            for r in rows {
                let (seq, entry, hash, at) = (r.seq, r.entry, r.hash, r.at);
                let (account, errand, subject) = (r.account, r.errand, r.subject);
                writer.row(Line::Entry { seq, entry, hash, at, account, errand, subject }).await?;
            }
        }
        let head = self.stored_head().await?;
        let Writer { mut out, hash, rows } = writer;
        let last =
            Last { rows, sha256: Seal(hash.finalize().into()), seq: head.seq, head: head.hash };
        let text = serde_json::to_string(&last).map_err(|e| BackupFault::Broken(e.to_string()))?;
        out.write_all(text.as_bytes()).await?;
        out.write_all(b"\n").await?;
        out.flush().await?;
        out.into_inner().sync_all().await?;
        Ok(Saved { rows, head })
    }

    /// Reads a backup into this empty database and reads the mirror anew.
    ///
    /// # Errors
    ///
    /// [`BackupFault::Broken`] before anything is written when the file is not
    /// whole; [`BackupFault::NotEmpty`] when there is something already.
    pub async fn restore(&self, file: &Path) -> Result<Saved, BackupFault> {
        let saved = check_file(file).await?;
        let _turn = self.inner.writer.lock().await;
        if self.stored_head().await?.seq != 0 {
            return Err(BackupFault::NotEmpty);
        }
        let mut lines = BufReader::new(File::open(file).await?).lines();
        lines.next_line().await?;
        let mut page = Vec::with_capacity(PAGE);
        for _ in 0..saved.rows {
            let text = lines.next_line().await?.unwrap_or_default();
            page.push(serde_json::from_str(&text).map_err(|e| BackupFault::Broken(e.to_string()))?);
            if page.len() == PAGE {
                self.put_back(std::mem::take(&mut page)).await?;
            }
        }
        self.put_back(page).await?;
        let head = self
            .inner
            .db
            .query("UPDATE journal_head:main SET seq = $seq, hash = $hash")
            .bind(("seq", saved.head.seq))
            .bind(("hash", saved.head.hash.to_string()))
            .await
            .map_err(StoreFault::from)?;
        check(head)?;
        let mirror = super::mirror::load(&self.inner.db).await?;
        let mut place =
            self.inner.mirror.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *place = mirror;
        Ok(saved)
    }

    /// Writes a page of rows back in one transaction.
    async fn put_back(&self, page: Vec<Line>) -> Result<(), BackupFault> {
        let mut sql = String::from("BEGIN;\n");
        for (i, line) in page.iter().enumerate() {
            sql += &match line {
                Line::Record { .. } => {
                    format!(
                        "CREATE type::record($t{i}, $k{i}) SET version = $v{i}, body = $b{i};\n"
                    )
                }
                Line::Personal { .. } => {
                    format!(
                        "CREATE type::record('personal', $k{i}) SET salt = $s{i}, value = $b{i};\n"
                    )
                }
                Line::Entry { .. } => format!(
                    "CREATE type::record('journal', $k{i}) SET entry = $b{i}, hash = $h{i}, \
                     at = $a{i}, account = $c{i}, errand = $e{i}, subject = $s{i};\n"
                ),
            };
        }
        sql.push_str("COMMIT;");
        let mut query = self.inner.db.query(sql);
        for (i, line) in page.into_iter().enumerate() {
            let name = |letter: char| format!("{letter}{i}");
            query = match line {
                Line::Record { table, key, version, body } => query
                    .bind((name('t'), table.name()))
                    .bind((name('k'), key))
                    .bind((name('v'), version))
                    .bind((name('b'), body)),
                Line::Personal { key, salt, value } => {
                    query.bind((name('k'), key)).bind((name('s'), salt)).bind((name('b'), value))
                }
                Line::Entry { seq, entry, hash, at, account, errand, subject } => query
                    .bind((name('k'), seq))
                    .bind((name('b'), entry))
                    .bind((name('h'), hash))
                    .bind((name('a'), at))
                    .bind((name('c'), account))
                    .bind((name('e'), errand))
                    .bind((name('s'), subject)),
            };
        }
        check(query.await.map_err(StoreFault::from)?)?;
        Ok(())
    }
}

/// Reads a backup through and checks it against its trailer.
async fn check_file(file: &Path) -> Result<Saved, BackupFault> {
    let broken = |why: &str| BackupFault::Broken(why.to_owned());
    let mut lines = BufReader::new(File::open(file).await?).lines();
    let first = lines.next_line().await?.ok_or_else(|| broken("empty"))?;
    let head: First = serde_json::from_str(&first).map_err(|_| broken("no first line"))?;
    if head.lutong_backup != FORMAT {
        return Err(broken("another format"));
    }
    let known = schema::names();
    if let Some(newer) = head.schema.iter().find(|name| !known.contains(name)) {
        return Err(StoreFault::Newer(newer.clone()).into());
    }
    let mut hash = Sha256::new();
    let mut take = |line: &str| {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    };
    take(&first);
    let (mut rows, mut last) = (0, None::<String>);
    while let Some(line) = lines.next_line().await? {
        if let Some(row) = last.replace(line) {
            take(&row);
            rows += 1;
        }
    }
    let last: Last = last
        .and_then(|line| serde_json::from_str(&line).ok())
        .ok_or_else(|| broken("the trailer is missing: the file was cut"))?;
    if last.rows != rows {
        return Err(broken("rows are missing"));
    }
    if Seal(hash.finalize().into()) != last.sha256 {
        return Err(broken("the rows do not have the trailer's hash"));
    }
    Ok(Saved { rows, head: Head { seq: last.seq, hash: last.head } })
}
