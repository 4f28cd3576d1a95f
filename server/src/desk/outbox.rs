//! What happens by itself: messages go out, calls lapse, orders run out. Woken by
//! the journal and by the next due time; safe to run again after a sleep.

use crate::gateway::GatewayFault;
use crate::records::{Channel, Notice, NoticeState};
use crate::site::Site;
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::ApiError;
use futures::future::join_all;
use model::{Actor, DispatchId, Errand, Minutes, Moment};
use policies::{Step, keys};
use pool::dispatch::{Act as CallAct, Dispatch, Entry, State};
use pool::emergency::{Emergency, Stage};
use pool::selection::Mode;
use std::time::Duration;
use tokio::sync::watch;

/// A message is tried so often before it counts as undelivered.
const TRIES: u32 = 4;
/// After something failed that is no lost race.
const PAUSE: Duration = Duration::from_secs(5);
/// When nothing is due, look again after this long all the same.
pub(super) const IDLE: Minutes = Minutes(10);

impl Site {
    /// Does what is due, again and again. Ends only with the program.
    pub async fn run_jobs(self) {
        let mut grown = self.store.watch();
        loop {
            grown.mark_unchanged();
            let well = self.do_due().await;
            if !self.rest(&mut grown, well, Self::next_due).await {
                return;
            }
        }
    }

    /// Waits until something is due or was written; `well` is whether the last round went
    /// well. `false` when nothing will be written any more.
    pub(super) async fn rest(
        &self,
        grown: &mut watch::Receiver<i64>,
        well: bool,
        next: impl Fn(&Self) -> Moment,
    ) -> bool {
        if !well {
            // Something could not be written: not again and again without a pause.
            tokio::time::sleep(PAUSE).await;
        }
        tokio::select! {
            () = self.clock.wait(next(self)) => true,
            changed = grown.changed() => changed.is_ok(),
        }
    }

    /// Does everything that is due now. `false` when something failed that will not
    /// be done by whoever was faster.
    pub async fn do_due(&self) -> bool {
        let now = self.now();
        let mut well = true;
        // Another process may have approved a change to the rules.
        if self.law_is_behind() {
            well &= report("law", self.take_up_law().await);
        }
        // What runs out does not wait for a slow gateway.
        for id in self.lapsed(now) {
            let line = Entry::new("", now);
            let done = self
                .step_call(&Actor::SYSTEM, Errand::CallLapse, &id, CallAct::Lapse, line, |_, _| {})
                .await;
            well &= report("lapse", done);
        }
        for done in self.enter_members().await {
            well &= report("enter", done);
        }
        for done in self.void_draws().await {
            well &= report("void", done);
        }
        for e in self.unconfirmed(now) {
            let mut next = (*e.value).clone();
            next.unconfirmed_since = Some(now);
            let mut changes = Changes::new();
            if changes.update(&e, &next).is_ok() {
                let act =
                    Act::new(&Actor::SYSTEM, Errand::Unconfirm, Table::Emergency, e.id.as_str());
                let done = self.store.commit(changes, act, now).await.map(|_| ());
                well &= report("unconfirm", done);
            }
        }
        for id in self.unheard(now) {
            well &= report("unheard", self.note_unheard(&id).await);
        }
        let notices = self.waiting(now);
        let sent = join_all(notices.iter().map(|notice| self.send(notice))).await;
        well &= sent.into_iter().all(|done| done);
        for done in self.return_bonds().await {
            well &= report("bonds", done);
        }
        for done in self.return_contract_bonds().await {
            well &= report("contract bonds", done);
        }
        // What goes back tonight needs no cover any more.
        for done in self.warn_of_gaps().await {
            well &= report("gaps", done);
        }
        for done in self.propose_late().await {
            well &= report("late", done);
        }
        for done in self.tend_channels().await {
            well &= report("channel", done);
        }
        for done in self.find_clues().await {
            well &= report("clue", done);
        }
        well &= report("plans", self.lapse_plans().await);
        well &= report("head", self.publish_head().await);
        well & report("sweep", self.sweep().await)
    }

    /// Calls that were handed to the gateway, and of which nothing was heard since.
    fn unheard(&self, now: Moment) -> Vec<DispatchId> {
        let mirror = self.read();
        let late = |d: &&Kept<Dispatch>| self.unheard_due(&mirror, d).is_some_and(|due| now > due);
        mirror.dispatches.iter().filter(late).map(|d| d.id.clone()).collect()
    }

    /// Until when a call must have been heard of.
    fn unheard_due(&self, mirror: &Mirror, d: &Dispatch) -> Option<Moment> {
        if d.state != State::Offered || d.undelivered.is_some() {
            return None;
        }
        let case = mirror.emergencies.get(d.emergency.as_str())?;
        let second = self.law().due(keys::CALL_SECOND, d.moment_of("offer")?).ok()?.value;
        Some(self.law().due(&Step::Answer.rule(case.urgency), second).ok()?.value)
    }

    async fn note_unheard(&self, id: &DispatchId) -> Result<(), ApiError> {
        let (call, _) = self.call_of(id)?;
        let now = self.now();
        let why = "网关没有回执";
        let mut next = (*call.value).clone();
        next.undelivered = Some(why.into());
        next.log.push(Entry { note: why.into(), ..Entry::new("undelivered", now) });
        let mut changes = Changes::new();
        changes.update(&call, &next).map_err(crate::site::broken)?;
        let act =
            Act::new(&Actor::SYSTEM, Errand::CallDeliver, Table::Dispatch, id.as_str()).note(why);
        self.store.commit(changes, act, now).await.map_err(crate::site::broken)?;
        Ok(())
    }

    /// When there is something to do next, at the latest in a while.
    pub fn next_due(&self) -> Moment {
        let now = self.now();
        let mirror = self.read();
        let notices = mirror.notices.iter().filter_map(|n| match n.state {
            NoticeState::Waiting { not_before } => Some(not_before),
            _ => None,
        });
        let calls = mirror.dispatches.iter().filter_map(|d| match d.state {
            State::Delivered { until } => Some(until),
            _ => None,
        });
        let orders = mirror
            .emergencies
            .iter()
            .filter(|e| e.stage == Stage::Provisional && e.unconfirmed_since.is_none())
            .filter_map(|e| e.oral_order.as_ref().map(|o| o.confirm_by));
        let draws = mirror.selections.iter().filter_map(|s| match &s.mode {
            Mode::Draw { reveal_by, seed: None, void: None, .. } => *reveal_by,
            _ => None,
        });
        let unheard = mirror.dispatches.iter().filter_map(|d| self.unheard_due(&mirror, d));
        let entries = Self::publicity_due(&mirror);
        notices
            .chain(calls)
            .chain(orders)
            .chain(draws)
            .chain(entries)
            .chain(unheard)
            .chain(self.channel_due(&mirror, now))
            .chain(self.next_bond_due(&mirror, now))
            // The clock may have jumped meanwhile: look again from time to time.
            .chain([Self::head_due(now), now.plus(IDLE)])
            .min()
            // It may be past: what fell due while the last round ran is done at once.
            .unwrap_or(now)
    }

    fn waiting(&self, now: Moment) -> Vec<Kept<Notice>> {
        let due = |n: &&Kept<Notice>| matches!(n.state, NoticeState::Waiting { not_before } if not_before <= now);
        self.read().notices.iter().filter(due).cloned().collect()
    }

    fn unconfirmed(&self, now: Moment) -> Vec<Kept<Emergency>> {
        let late = |e: &&Kept<Emergency>| {
            e.stage == Stage::Provisional
                && e.unconfirmed_since.is_none()
                && e.oral_order.as_ref().is_some_and(|o| now > o.confirm_by)
        };
        self.read().emergencies.iter().filter(late).cloned().collect()
    }

    async fn send(&self, notice: &Kept<Notice>) -> bool {
        let now = self.now();
        let awaited =
            self.read().dispatches.get(notice.dispatch.as_str()).is_some_and(|d| match d.state {
                State::Offered => true,
                State::Delivered { until } => now <= until,
                _ => false,
            });
        if !awaited {
            let state = NoticeState::Spared { since: now };
            return report("spare", self.note_delivery(notice, state, false).await);
        }
        let (to, text) = {
            let mirror = self.read();
            (mirror.reveal(&notice.to).to_owned(), mirror.reveal(&notice.text).to_owned())
        };
        let handed = self.gateway.send(notice.id.as_str(), notice.channel, &to, &text).await;
        let now = self.now();
        let (state, delivered) = match handed {
            Ok(handed) if handed.delivered => (NoticeState::Delivered { since: now }, true),
            Ok(handed) => (NoticeState::Sent { since: now, gateway: handed.gateway }, false),
            Err(GatewayFault { why, again }) if !again || notice.tries + 1 >= TRIES => {
                (NoticeState::Failed { since: now, why }, false)
            }
            Err(GatewayFault { .. }) => {
                let pause = Minutes(1 << notice.tries.min(4));
                (NoticeState::Waiting { not_before: now.plus(pause) }, false)
            }
        };
        report("send", self.note_delivery(notice, state, delivered).await)
    }

    /// A receipt of the gateway: the message arrived, or it did not.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is no such message.
    pub async fn receipt_came(&self, id: &str, failed: Option<String>) -> Result<(), ApiError> {
        let notice = self.read().notices.get(id).cloned().ok_or(ApiError::NotFound)?;
        let now = self.now();
        let (state, delivered) = match failed {
            None => (NoticeState::Delivered { since: now }, true),
            Some(why) => (NoticeState::Failed { since: now, why }, false),
        };
        if matches!(notice.state, NoticeState::Delivered { .. }) {
            return Ok(());
        }
        self.note_delivery(&notice, state, delivered).await
    }

    /// Sends the call's other messages at once. `false` when none is left.
    fn hasten(
        &self,
        changes: &mut Changes,
        failed: &Notice,
        now: Moment,
    ) -> Result<bool, ApiError> {
        let mirror = self.read();
        let mut left = false;
        for other in
            mirror.notices.iter().filter(|n| n.dispatch == failed.dispatch && n.id != failed.id)
        {
            match other.state {
                NoticeState::Waiting { not_before } => {
                    left = true;
                    if not_before > now && other.tries == 0 {
                        let state = NoticeState::Waiting { not_before: now };
                        let sooner = Notice { state, ..(*other.value).clone() };
                        changes.update(other, &sooner).map_err(crate::site::broken)?;
                    }
                }
                NoticeState::Sent { .. } | NoticeState::Delivered { .. } => left = true,
                NoticeState::Failed { .. } | NoticeState::Spared { .. } => {}
            }
        }
        Ok(left)
    }

    /// Writes what became of a message; its arrival starts the clock of the call.
    async fn note_delivery(
        &self,
        notice: &Kept<Notice>,
        state: NoticeState,
        delivered: bool,
    ) -> Result<(), ApiError> {
        let now = self.now();
        let mut changes = Changes::new();
        let next = Notice { state, tries: notice.tries + 1, ..(*notice.value).clone() };
        changes.update(notice, &next).map_err(crate::site::broken)?;
        let id: &DispatchId = &notice.dispatch;
        if let Ok((call, case)) = self.call_of(id)
            && call.state == State::Offered
        {
            let mut after = (*call.value).clone();
            match &next.state {
                NoticeState::Failed { why, .. } => {
                    // What was to come later comes now, and only when nothing is left
                    // does the call count as undelivered.
                    let left = self.hasten(&mut changes, &next, now)?;
                    if !left {
                        after.undelivered = Some(why.clone());
                    }
                    after.log.push(Entry { note: why.clone(), ..Entry::new("undelivered", now) });
                }
                NoticeState::Delivered { .. } if delivered => {
                    let rule = Step::Answer.rule(case.urgency);
                    let until = self.law().due(&rule, now).map_err(|e| self.no_rule(&e))?.value;
                    after.state = call
                        .state
                        .step(CallAct::Deliver { until }, now)
                        .map_err(ApiError::Dispatch)?;
                    after.undelivered = None;
                    after.log.push(Entry::new("deliver", now));
                }
                _ => {}
            }
            if after != *call.value {
                changes.update(&call, &after).map_err(crate::site::broken)?;
            }
        }
        let way = match notice.channel {
            Channel::Sms => "短信",
            Channel::Voice => "语音",
        };
        let came = match &next.state {
            NoticeState::Waiting { .. } => "稍后重发".to_owned(),
            NoticeState::Sent { .. } => "已交网关".to_owned(),
            NoticeState::Delivered { .. } => "送达".to_owned(),
            NoticeState::Spared { .. } => "不再发送".to_owned(),
            NoticeState::Failed { why, .. } => format!("未送达：{why}"),
        };
        let act = Act::new(&Actor::SYSTEM, Errand::CallDeliver, Table::Dispatch, id.as_str())
            .note(format!("{way}{came}"))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(crate::site::broken)?;
        Ok(())
    }
}

/// A job that lost a race is done by whoever won it; anything else is logged and
/// tried again at the next turn.
fn report<E: std::fmt::Debug + IsRace>(job: &str, done: Result<(), E>) -> bool {
    match done {
        Ok(()) => true,
        Err(e) if e.is_race() => {
            tracing::debug!(job, "somebody was faster");
            true
        }
        Err(e) => {
            tracing::error!(job, ?e, "job failed");
            false
        }
    }
}

trait IsRace {
    fn is_race(&self) -> bool;
}

impl IsRace for StoreFault {
    fn is_race(&self) -> bool {
        matches!(self, Self::Stale { .. } | Self::Conflict)
    }
}

impl IsRace for ApiError {
    fn is_race(&self) -> bool {
        matches!(
            self,
            Self::Stale | Self::Dispatch(_) | Self::Plan(_) | Self::Channel(_) | Self::Bond(_)
        )
    }
}
