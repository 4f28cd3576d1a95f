//! What is not needed any more is taken away: personal values after their time,
//! refused forms, sessions that are over. The journal keeps that it was done, and the
//! salted hashes.

use crate::people::{Deed, Draft, Session};
use crate::records::{Notice, NoticeState};
use crate::site::Site;
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use model::{Actor, Day, Errand, Moment, Personal};
use policies::channel::{Channel, ItemState};
use policies::keys;
use pool::emergency::Emergency;
use std::sync::PoisonError;

/// Records taken away in one act.
const BATCH: usize = 200;

/// What one act takes away.
#[derive(Default)]
struct Found {
    drafts: Vec<Kept<Draft>>,
    sessions: Vec<Kept<Session>>,
    deeds: Vec<Kept<Deed>>,
    notices: Vec<Kept<Notice>>,
    values: Vec<Personal>,
}

impl Site {
    /// Takes away what is over today; asked once a day, and again while there is
    /// more.
    pub(super) async fn sweep(&self) -> Result<(), StoreFault> {
        let today = self.now().day().to_string();
        if *self.swept.lock().unwrap_or_else(PoisonError::into_inner) == today {
            return Ok(());
        }
        loop {
            let now = self.now();
            let found = self.swept(&self.read(), now);
            let count =
                found.drafts.len() + found.sessions.len() + found.deeds.len() + found.notices.len();
            let values = found.values.len();
            if count + values == 0 {
                *self.swept.lock().unwrap_or_else(PoisonError::into_inner) = today;
                return Ok(());
            }
            let mut changes = Changes::new();
            for draft in &found.drafts {
                changes.erase(&draft.fields).remove(draft)?;
            }
            for session in &found.sessions {
                changes.remove(session)?;
            }
            for deed in &found.deeds {
                changes.remove(deed)?;
            }
            for notice in &found.notices {
                changes.erase(&notice.text).remove(notice)?;
            }
            for value in &found.values {
                changes.erase(value);
            }
            let act = Act::new(&Actor::SYSTEM, Errand::Erase, Table::Draft, "sweep")
                .note(format!("到期记录 {count} 条，个人信息 {values} 项"))
                .rules([keys::REPORTER_KEPT.to_owned(), keys::MESSAGE_KEPT.to_owned()])
                .rules([self.law_note()]);
            self.store.commit(changes, act, now).await?;
        }
    }

    fn swept(&self, mirror: &Mirror, now: Moment) -> Found {
        let today = now.day();
        let law = self.law();
        // By the rule of the day on which the time began: a later one does not reach back.
        let figure = |key, day| law.figure(key, day).ok().and_then(|f| u32::try_from(f.value).ok());
        let mut found = Found {
            drafts: mirror.drafts.iter().filter(|d| d.until < today).take(BATCH).cloned().collect(),
            sessions: mirror
                .sessions
                .iter()
                .filter(|s| s.ended || s.until < now)
                .take(BATCH)
                .cloned()
                .collect(),
            deeds: mirror.deeds.iter().filter(|d| d.until < today).take(BATCH).cloned().collect(),
            ..Found::default()
        };
        let kept = |from: Day| figure(keys::MESSAGE_KEPT, from).map(|days| from.plus(days));
        let over = |n: &&Kept<Notice>| {
            done(n).and_then(|at| kept(at.day())).is_some_and(|until| until < today)
        };
        found.notices = mirror.notices.iter().filter(over).take(BATCH).cloned().collect();
        let kept = |closed: Day| {
            figure(keys::REPORTER_KEPT, closed).map(|months| closed.plus_months(months))
        };
        let over = |e: &Emergency| {
            let closed = e.closed.as_ref().map(|stamp| stamp.at.day());
            closed.and_then(kept).is_some_and(|until| until < today)
        };
        // Whoever answered for papers of a case that ended.
        let ended = |c: &Channel| {
            c.ended().map(Moment::day).and_then(kept).is_some_and(|until| until < today)
        };
        found.values = mirror
            .emergencies
            .iter()
            .filter(|e| over(e))
            .flat_map(|e| persons(mirror, e))
            .chain(mirror.channels.iter().filter(|c| ended(c)).flat_map(|c| answerable(c)))
            .filter(|value| mirror.holds(value))
            .take(BATCH)
            .cloned()
            .collect();
        found
    }
}

/// Who answers for papers that are still missing.
fn answerable(channel: &Channel) -> impl Iterator<Item = &Personal> {
    channel.items.iter().filter_map(|item| match &item.state {
        ItemState::Missing { person, .. } => Some(person),
        _ => None,
    })
}

/// All values about persons of a case and its calls.
fn persons<'a>(mirror: &'a Mirror, e: &'a Emergency) -> Vec<&'a Personal> {
    let reporter = [&e.report.reporter.name, &e.report.reporter.phone];
    let mut values: Vec<&Personal> = reporter.into_iter().flatten().collect();
    values.extend(e.verification.as_ref().map(|v| &v.second));
    values.extend(e.oral_order.as_ref().map(|o| &o.channel));
    let calls = mirror.dispatches.iter().filter(|d| d.emergency == e.id);
    for phone in calls.flat_map(|d| &d.log).filter_map(|line| line.phone.as_ref()) {
        values.extend([&phone.number, &phone.spoke_with, &phone.witness]);
    }
    values
}

/// When a message came to its end, if it has.
fn done(notice: &Notice) -> Option<Moment> {
    match &notice.state {
        NoticeState::Waiting { .. } => None,
        NoticeState::Sent { since, .. }
        | NoticeState::Delivered { since }
        | NoticeState::Spared { since }
        | NoticeState::Failed { since, .. } => Some(*since),
    }
}
