//! From the order of a selection to calls that reach their teams: one after the
//! other, until somebody goes.

use super::slate::holder;
use super::views::calls_of;
use crate::chance;
use crate::records::{Channel, Notice, NoticeState};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{DispatchId, Errand, Minutes, Moment, SelectionId};
use policies::{Step, keys};
use pool::canon::Seal;
use pool::dispatch::{Act as CallAct, Dispatch, Entry, State};
use pool::emergency::Emergency;
use pool::selection::Selection;

/// The link in a message works this long after the call.
const LINK: Minutes = Minutes(3 * 24 * 60);
/// How often a lost race for a team is run again with the next one.
pub(super) const TRIES: u32 = 10;

impl Site {
    /// Puts the next call of a selection into `changes`, passing over teams that
    /// are held elsewhere by now. `None` when the order has run out.
    pub(super) fn next_offer(
        &self,
        changes: &mut Changes,
        mirror: &Mirror,
        e: &Emergency,
        selection: &mut Selection,
    ) -> Answer<Option<Dispatch>> {
        let now = self.now();
        let decision = selection.decision().map_err(|e| self.corrupt(&e))?;
        while let Some(team) = selection.order.get(selection.called as usize).cloned() {
            selection.called += 1;
            if holder(mirror, &team).is_some() {
                continue;
            }
            let Some(fit) = decision.slate.fit.iter().find(|c| c.team == team) else { continue };
            let token = chance::token();
            let count = calls_of(mirror, e.id.as_str()).len() + 1;
            let dispatch = Dispatch {
                id: chance::key("pq").parse().map_err(|_| ApiError::NotFound)?,
                number: format!("{}-{count}", e.number.replacen('险', "派", 1)),
                emergency: e.id.clone(),
                selection: selection.id.clone(),
                rank: selection.called,
                team: team.clone(),
                contractor: fit.contractor.clone(),
                eta: fit.minutes,
                state: State::Offered,
                undelivered: None,
                token: Seal::of(token.as_bytes()).to_string(),
                token_until: now.plus(LINK),
                log: vec![Entry::new("offer", now)],
                evaluations: vec![],
                contract: None,
                settlement: None,
            };
            changes.create(&dispatch).map_err(broken)?;
            self.put_notices(changes, mirror, e, &dispatch, &token)?;
            return Ok(Some(dispatch));
        }
        selection.ended = Some("名单用尽".into());
        Ok(None)
    }

    fn put_notices(
        &self,
        changes: &mut Changes,
        mirror: &Mirror,
        e: &Emergency,
        d: &Dispatch,
        token: &str,
    ) -> Answer<()> {
        let Some(firm) = mirror.contractors.get(d.contractor.as_str()) else { return Ok(()) };
        let answer = self.figure(&Step::Answer.rule(e.urgency), self.now())?;
        let text = format!(
            "【绿通】{}：请出动。{}（{} {}），约 {} 分钟。收到后 {answer} 分钟内答复：{}/go/{token}",
            super::views::team_name(mirror, d.team.as_str()),
            e.report.title,
            e.report.district.name(),
            e.report.address,
            d.eta.0,
            self.settings.public_url,
        );
        let spoken = format!(
            "绿通调度通知：{}，请出动。{}。请打开短信中的链接答复，或致电值班室。",
            super::views::team_name(mirror, d.team.as_str()),
            e.report.title,
        );
        let (text, spoken) = (seal(changes, &text), seal(changes, &spoken));
        let now = self.now();
        let due = |key: &str| self.law().due(key, now).map_err(|e| self.no_rule(&e));
        let (voice, second) = (due(keys::CALL_VOICE)?.value, due(keys::CALL_SECOND)?.value);
        // The first is told at once; who stays silent is telephoned, then the second
        // is told the same two ways. What got its answer meanwhile is not sent.
        let ways = [(Channel::Sms, &text), (Channel::Voice, &spoken)];
        let times = [[now, voice], [second, second]];
        for (contact, times) in firm.contacts.iter().zip(times) {
            for ((channel, text), not_before) in ways.into_iter().zip(times) {
                let notice = Notice {
                    id: chance::key("nt").parse().map_err(|_| ApiError::NotFound)?,
                    dispatch: d.id.clone(),
                    to: contact.phone.clone(),
                    text: text.clone(),
                    at: now,
                    channel,
                    state: NoticeState::Waiting { not_before },
                    tries: 0,
                };
                changes.create(&notice).map_err(broken)?;
            }
        }
        Ok(())
    }

    pub(super) fn call_of(&self, id: &DispatchId) -> Answer<(Kept<Dispatch>, Kept<Emergency>)> {
        let mirror = self.read();
        let call = mirror.dispatches.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        let case = mirror.emergencies.get(call.emergency.as_str()).cloned();
        Ok((call, case.ok_or(ApiError::NotFound)?))
    }

    /// Steps a call and, when it ended without the team going, calls the next one
    /// of its selection: all in one act.
    /// Steps a call and, when it ended without the team going, calls the next one
    /// of its selection: all in one act.
    pub(super) async fn step_call(
        &self,
        actor: &model::Actor,
        errand: Errand,
        id: &DispatchId,
        act: CallAct,
        mut line: Entry,
        seals: impl Fn(&mut Changes, &mut Entry) + Send + Sync,
    ) -> Answer<()> {
        line.act = act.key().into();
        for _ in 0..TRIES {
            let now = self.now();
            let (call, case) = self.call_of(id)?;
            if !line.key.is_empty() && call.log.iter().any(|known| known.key == line.key) {
                return Ok(());
            }
            let mut next = (*call.value).clone();
            next.state = call.state.step(act, now).map_err(ApiError::Dispatch)?;
            let mut changes = Changes::new();
            let mut entry = Entry { at: now, ..line.clone() };
            seals(&mut changes, &mut entry);
            let note = entry.note.clone();
            next.log.push(entry);
            changes.update(&call, &next).map_err(broken)?;
            if !matches!(next.state, State::Offered | State::Delivered { .. }) {
                self.spare_notices(&mut changes, id, now)?;
            }
            // A call that never arrived and is taken back goes to the next team, too.
            let unheard = next.state == State::Withdrawn && call.undelivered.is_some();
            let passes = unheard || matches!(next.state, State::Declined | State::Lapsed);
            if passes {
                self.pass_on(&mut changes, &case, &call.selection, now)?;
            }
            if matches!(act, CallAct::Accept) {
                self.put_publication(&mut changes, &next, &case, now)?;
            }
            let mut done = Act::new(actor, errand, Table::Dispatch, id.as_str());
            if !note.is_empty() {
                done = done.note(note);
            }
            if let Some(at) = line.device_at {
                done = done.happened(at);
            }
            match self.store.commit(changes, done, now).await {
                Ok(_) => return Ok(()),
                // The substitute was taken at this very moment: try the next one.
                Err(StoreFault::Taken { .. }) if passes => {
                    self.store.catch_up().await.map_err(broken)?;
                }
                // A receipt or a message came in between: the act is decided anew, on
                // the call as it is now.
                Err(StoreFault::Stale { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    /// The call has its answer: what was still to be sent is not.
    fn spare_notices(&self, changes: &mut Changes, id: &DispatchId, now: Moment) -> Answer<()> {
        let mirror = self.read();
        let waits =
            |n: &&Kept<Notice>| n.dispatch == *id && matches!(n.state, NoticeState::Waiting { .. });
        for notice in mirror.notices.iter().filter(waits) {
            let state = NoticeState::Spared { since: now };
            let next = Notice { state, ..(*notice.value).clone() };
            changes.update(notice, &next).map_err(broken)?;
        }
        Ok(())
    }

    fn pass_on(
        &self,
        changes: &mut Changes,
        case: &Kept<Emergency>,
        selection: &SelectionId,
        now: Moment,
    ) -> Answer<()> {
        let mirror = self.read();
        let Some(selection) = mirror.selections.get(selection.as_str()) else { return Ok(()) };
        if selection.ended.is_some() {
            return Ok(());
        }
        let mut next = (*selection.value).clone();
        if case.may_call(now).is_ok() {
            changes.rests_on(case);
            self.next_offer(changes, &mirror, case, &mut next)?;
        } else {
            next.ended = Some("险情已不能再派新队".into());
        }
        changes.update(selection, &next).map_err(broken)?;
        Ok(())
    }
}
