//! The journal's head of each day, made public: whoever keeps one can show later
//! that nothing before it was cut off or rewritten.

use crate::records::DayHead;
use crate::site::Site;
use crate::store::{Act, Changes, StoreFault, Table};
use model::{Actor, Day, Errand, Moment};
use pool::canon::Seal;

/// Entries read at a time.
const PAGE: i64 = 500;

impl Site {
    /// Writes yesterday's head, once the day is over and unless nothing happened.
    pub(super) async fn publish_head(&self) -> Result<(), StoreFault> {
        let now = self.now();
        let day = now.day().minus(1);
        let last = self.read().heads.iter().next_back().map(|last| (last.day, last.seq));
        if last.is_some_and(|(last, _)| last >= day) {
            return Ok(());
        }
        let Some((seq, hash)) = self.last_of(day).await? else { return Ok(()) };
        // The former head's own entry is no news.
        if last.is_some_and(|(_, last)| seq <= last + 1) {
            return Ok(());
        }
        let head = DayHead { id: day.to_string(), day, at: now, seq, hash };
        let mut changes = Changes::new();
        changes.create(&head)?;
        let act = Act::new(&Actor::SYSTEM, Errand::HeadPublish, Table::DayHead, head.id.as_str())
            .note(format!("№ {} {}", head.seq, head.hash));
        self.store.commit(changes, act, now).await.map(|_| ())
    }

    /// The last entry of a day, or of one before it.
    async fn last_of(&self, day: Day) -> Result<Option<(i64, Seal)>, StoreFault> {
        let mut top = self.read().head.seq;
        while top > 0 {
            let from = (top - PAGE).max(0);
            let entries = self.store.entries(from, top - from).await?;
            let found = entries.iter().rev().find(|(entry, _)| entry.at.day() <= day);
            if let Some((entry, hash)) = found {
                return Ok(Some((entry.seq, *hash)));
            }
            top = from;
        }
        Ok(None)
    }

    /// When the running day ends.
    pub(super) fn head_due(now: Moment) -> Moment {
        Moment::end_of(now.day())
    }

    /// The heads of all days, newest first, as a text that anybody can keep.
    pub fn heads_text(&self) -> String {
        let mirror = self.read();
        let mut text = String::from("# 日期 编号 SHA-256；verify-journal --head 可核对\n");
        for head in mirror.heads.iter().rev() {
            text += &format!("{} {} {}\n", head.day, head.seq, head.hash);
        }
        text
    }
}
