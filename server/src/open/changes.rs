//! The change feed: what became public, in the order of the journal. The cursor is an
//! entry's number, and entries are numbered inside the transaction that writes them, so
//! a reader neither skips one nor sees one twice.

use super::Release;
use super::award::awards_of_change;
use crate::site::Site;
use crate::store::{Change, Entry, Mirror, Table};
use app::api::ApiError;
use std::sync::Arc;

/// Entries that one answer looks through at most.
const LOOKED: i64 = 1_000;

/// A part of the feed.
#[derive(Debug, Clone)]
pub struct Changed {
    /// What became public, in order.
    pub releases: Vec<Release>,
    /// The cursor to go on from.
    pub next: i64,
    /// The last entry of the journal.
    pub head: i64,
}

fn releases(mirror: &Mirror, entry: &Entry, change: &Change) -> Vec<Release> {
    let version = match change.table {
        Table::PlanVersion => {
            let version = mirror.plan_versions.get(&change.key);
            version.map(|version| Release::Plan(Arc::clone(&version.value)))
        }
        Table::NoticeVersion => {
            let version = mirror.notice_versions.get(&change.key);
            version.map(|version| Release::Notice(Arc::clone(&version.value)))
        }
        _ => {
            let awards = awards_of_change(mirror, change, entry.seq);
            return awards.into_iter().map(|award| Release::Award(Box::new(award))).collect();
        }
    };
    version.into_iter().collect()
}

impl Site {
    /// What became public after an entry: whole entries, until at least `limit` releases
    /// are found or enough was looked through.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the journal can't be read.
    pub async fn changes_after(&self, after: i64, limit: usize) -> Result<Changed, ApiError> {
        let after = after.max(0);
        let recent = self.read().recent_after(after);
        let entries: Vec<Arc<Entry>> = match recent {
            Some(entries) => entries,
            // Further back than memory reaches.
            None => {
                let rows = self.store.entries(after, LOOKED).await;
                let rows = rows.map_err(crate::site::broken)?;
                rows.into_iter().map(|(entry, _)| Arc::new(entry)).collect()
            }
        };
        let mirror = self.read();
        let mut found = Changed { releases: Vec::new(), next: after, head: mirror.head.seq };
        for entry in entries.into_iter().take(usize::try_from(LOOKED).unwrap_or(usize::MAX)) {
            // What another process has written may not be here yet: not beyond that.
            if entry.seq > found.head || found.releases.len() >= limit {
                break;
            }
            let made = entry.changes.iter().flat_map(|c| releases(&mirror, &entry, c));
            found.releases.extend(made);
            found.next = entry.seq;
        }
        Ok(found)
    }
}
