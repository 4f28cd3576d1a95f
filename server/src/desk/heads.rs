//! The journal's head of each day, made public: whoever keeps one can show later
//! that nothing before it was cut off or rewritten.

use crate::records::DayHead;
use crate::site::Site;
use crate::store::{Act, Changes, StoreFault, Table};
use model::{Actor, Errand, Moment};

impl Site {
    /// Writes yesterday's head, once the day is over and unless nothing happened.
    pub(super) async fn publish_head(&self) -> Result<(), StoreFault> {
        let now = self.now();
        let head = {
            let mirror = self.read();
            let day = now.day().minus(1);
            let last = mirror.heads.iter().next_back();
            let quiet = last.map_or(mirror.head.seq == 0, |last| last.seq + 1 >= mirror.head.seq);
            // The journal may have been founded today: it has no yesterday then.
            let founded =
                mirror.recent().last().is_some_and(|first| first.seq == 1 && first.at.day() > day);
            if quiet || founded || last.is_some_and(|last| last.day >= day) {
                return Ok(());
            }
            DayHead {
                id: day.to_string(),
                day,
                at: now,
                seq: mirror.head.seq,
                hash: mirror.head.hash,
            }
        };
        let mut changes = Changes::new();
        changes.create(&head)?;
        let act = Act::new(&Actor::SYSTEM, Errand::HeadPublish, Table::DayHead, head.id.as_str())
            .note(format!("№ {} {}", head.seq, head.hash));
        self.store.commit(changes, act, now).await.map(|_| ())
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
