//! Everything at once: a snapshot in files, made at most once a day, with a manifest that
//! says what is in them. Written piece by piece, so that it takes no more memory than one.

use super::api::award_parts::AwardPart;
use super::api::parts::{NoticePart, PlanPart};
use super::award::all_awards;
use super::{Award, Release};
use crate::site::Site;
use crate::store::{Head, Mirror, Record, Shelf};
use model::Day;
use policies::notice::NoticeVersion;
use policies::plan::PlanVersion;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use tempfile::TempDir;
use tokio::sync::Mutex;
use utoipa::ToSchema;

/// Versions read at once.
const CHUNK: usize = 500;

/// A file of a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BulkFile {
    /// Name.
    pub name: String,
    /// Where to fetch it.
    pub url: String,
    /// What a line is.
    pub holds: String,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What is in a snapshot.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Manifest {
    /// As of which entry of the journal; the change feed goes on from there.
    pub as_of: i64,
    /// The journal's hash at that entry.
    pub journal_hash: String,
    /// When it was made (UTC).
    pub made: String,
    /// Its files.
    pub files: Vec<BulkFile>,
}

/// A snapshot. Its folder goes when nobody holds it any more.
pub struct Snapshot {
    day: Day,
    folder: TempDir,
    /// What is in it.
    pub manifest: Manifest,
}

impl Snapshot {
    /// Where a file of it lies.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let known = self.manifest.files.iter().any(|file| file.name == name);
        known.then(|| self.folder.path().join(name))
    }
}

/// The last snapshot, and the turn of whoever makes the next.
#[derive(Default)]
pub struct Bulk {
    last: RwLock<Option<Arc<Snapshot>>>,
    turn: Mutex<()>,
}

impl Bulk {
    fn last(&self) -> Option<Arc<Snapshot>> {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Writes lines, and counts and hashes them.
struct Lines {
    out: BufWriter<File>,
    hash: Sha256,
    lines: u64,
    bytes: u64,
}

impl Lines {
    fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.hash.update(&line);
        self.lines += 1;
        self.bytes += line.len() as u64;
        self.out.write_all(&line)
    }
}

impl Site {
    /// The snapshot of the day; made when there is none yet.
    ///
    /// # Errors
    ///
    /// [`io::Error`] when it can't be written.
    pub async fn snapshot(&self) -> io::Result<Arc<Snapshot>> {
        let site = self.clone();
        // Goes on when whoever asked first has gone: the next one finds it made.
        tokio::spawn(site.snapshot_in_turn()).await.map_err(io::Error::other)?
    }

    async fn snapshot_in_turn(self) -> io::Result<Arc<Snapshot>> {
        let bulk = Arc::clone(&self.bulk);
        let _turn = bulk.turn.lock().await;
        let today = self.now().day();
        if let Some(snapshot) = bulk.last().filter(|snapshot| snapshot.day == today) {
            return Ok(snapshot);
        }
        let made = tokio::task::spawn_blocking(move || self.make_snapshot(today)).await;
        let snapshot = Arc::new(made.map_err(io::Error::other)??);
        *bulk.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// The snapshot that is at hand, if it is as of that entry.
    pub fn snapshot_as_of(&self, seq: i64) -> Option<Arc<Snapshot>> {
        self.bulk.last().filter(|snapshot| snapshot.manifest.as_of == seq)
    }

    fn make_snapshot(&self, day: Day) -> io::Result<Snapshot> {
        let folder = tempfile::tempdir()?;
        let now = self.now();
        let base = self.settings.public_url.clone();
        // Of one entry: what comes later, the change feed tells.
        let (head, awards): (Head, Vec<Award>) = {
            let mirror = self.read();
            (mirror.head, all_awards(&mirror))
        };
        let plan_number = |key: &str| self.read().plans.get(key)?.value.number.clone();
        let mut files = Vec::new();
        let mut file = |name: &str, holds: &str, fill: &dyn Fn(&mut Lines) -> io::Result<()>| {
            let out = BufWriter::new(File::create(folder.path().join(name))?);
            let mut lines = Lines { out, hash: Sha256::new(), lines: 0, bytes: 0 };
            fill(&mut lines)?;
            lines.out.flush()?;
            files.push(BulkFile {
                name: name.to_owned(),
                url: format!("{base}/v1/bulk/{}/{name}", head.seq),
                holds: holds.to_owned(),
                lines: lines.lines,
                bytes: lines.bytes,
                sha256: format!("{:x}", lines.hash.finalize()),
            });
            Ok::<(), io::Error>(())
        };
        file("plans.jsonl", "a public version of a plan, as PlanPart", &|lines| {
            self.each_plan(head.seq, |version| lines.write(&PlanPart::of(&base, version)))
        })?;
        file("notices.jsonl", "a public version of a notice, as NoticePart", &|lines| {
            self.each_notice(head.seq, |version| {
                lines.write(&NoticePart::of(&base, version, &plan_number))
            })
        })?;
        file("awards.jsonl", "a step of a team sent without a tender, as AwardPart", &|lines| {
            awards.iter().try_for_each(|award| lines.write(&AwardPart::of(&base, award)))
        })?;
        file("releases.jsonl", "an OCDS 1.1 release", &|lines| {
            self.each_plan(head.seq, |version| {
                let release = Release::Plan(Arc::clone(version));
                lines.write(&release.to_json(&base, &plan_number))
            })?;
            self.each_notice(head.seq, |version| {
                let release = Release::Notice(Arc::clone(version));
                lines.write(&release.to_json(&base, &plan_number))
            })?;
            awards.iter().try_for_each(|award| {
                let release = Release::Award(Box::new(award.clone()));
                lines.write(&release.to_json(&base, &plan_number))
            })
        })?;
        let manifest = Manifest {
            as_of: head.seq,
            journal_hash: head.hash.to_string(),
            made: now.to_string(),
            files,
        };
        Ok(Snapshot { day, folder, manifest })
    }

    /// All versions of plans up to an entry, by key.
    fn each_plan(
        &self,
        as_of: i64,
        mut each: impl FnMut(&Arc<PlanVersion>) -> io::Result<()>,
    ) -> io::Result<()> {
        let next = |mirror: &Mirror, after: &str| piece(&mirror.plan_versions, after);
        self.each(next, |v| if v.seq <= as_of { each(v) } else { Ok(()) })
    }

    /// All versions of notices up to an entry, by key.
    fn each_notice(
        &self,
        as_of: i64,
        mut each: impl FnMut(&Arc<NoticeVersion>) -> io::Result<()>,
    ) -> io::Result<()> {
        let next = |mirror: &Mirror, after: &str| piece(&mirror.notice_versions, after);
        self.each(next, |v| if v.seq <= as_of { each(v) } else { Ok(()) })
    }

    /// Goes through records piece by piece; in between, others may write.
    fn each<T: Record>(
        &self,
        next: impl Fn(&Mirror, &str) -> Vec<Arc<T>>,
        mut each: impl FnMut(&Arc<T>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut after = String::new();
        loop {
            let piece = next(&self.read(), &after);
            let Some(last) = piece.last() else { return Ok(()) };
            after = last.key().to_owned();
            piece.iter().try_for_each(&mut each)?;
        }
    }
}

fn piece<T>(shelf: &Shelf<T>, after: &str) -> Vec<Arc<T>> {
    shelf.after(after).take(CHUNK).map(|kept| Arc::clone(&kept.value)).collect()
}
