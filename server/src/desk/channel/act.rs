//! What is done with a case: opinions, decisions, papers, the notice, the contract.

use super::{channel_of_notice, of_department, plain, tasks_of, whose};
use crate::chance;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ChannelActForm, Visitor};
use model::{Actor, Errand, Fault, Faults, Moment, Money, OrgId, OrgKind, TenderNoticeId};
use policies::channel::{
    Act as CaseAct, Channel, Contract, Decision, Item, ItemState, Opinion, Refusal, Stage, Step,
    Task, TaskState, Terms, case_plan, within,
};
use policies::credit::Proposal;
use policies::notice::{NoticeContent, TenderNotice};
use policies::{Citation, Stop, keys};

/// The errand of an act.
pub(super) const fn errand_of(act: CaseAct) -> Errand {
    match act {
        CaseAct::Edit
        | CaseAct::Withdraw
        | CaseAct::Supply
        | CaseAct::Link
        | CaseAct::Award
        | CaseAct::Contract => Errand::ChannelApply,
        CaseAct::Opine | CaseAct::Check => Errand::ChannelOpine,
        CaseAct::Grant
        | CaseAct::Refuse
        | CaseAct::Suspend
        | CaseAct::Resume
        | CaseAct::Extend
        | CaseAct::Revoke => Errand::ChannelDecide,
        CaseAct::Expire => Errand::ChannelClock,
    }
}

impl Site {
    /// Lets an act of the visitor through, or not.
    pub(super) fn may_step(&self, by: &Visitor, channel: &Channel, act: CaseAct) -> Answer<()> {
        let errand = errand_of(act);
        let target = match errand {
            Errand::ChannelOpine => of_department(channel),
            _ => whose(channel),
        };
        self.permit(by, errand, target)
    }

    /// Does something with a case.
    pub(super) async fn step_channel(
        &self,
        by: &Visitor,
        channel: &Kept<Channel>,
        form: ChannelActForm,
    ) -> Answer<()> {
        let act = CaseAct::ALL.into_iter().find(|act| act.key() == form.act);
        let act = act.filter(|act| !matches!(act, CaseAct::Edit | CaseAct::Expire));
        let act = act.ok_or(ApiError::ForeignForm)?;
        self.may_step(by, channel, act)?;
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let mut next = (*channel.value).clone();
        next.stage = channel.step(act).map_err(ApiError::Channel)?;
        let mut faults = Faults::new();
        let mut changes = Changes::new();
        // What is said of an application is said of the one that the page showed.
        let judges = matches!(act, CaseAct::Opine | CaseAct::Grant | CaseAct::Refuse);
        if judges && form.seen != channel.applied.ms().to_string() {
            faults.note("reason", Fault::Changed);
        }
        let note = match act {
            CaseAct::Opine => {
                let agrees = yes_or_no(&mut faults, "agrees", &form.agrees);
                let words = faults.reason("reason", &form.reason, 4, 1_000);
                next.opinion = Some(Opinion {
                    at: now,
                    by: account.clone(),
                    org_name: by.org_name.clone(),
                    agrees,
                    words: words.clone(),
                });
                format!("{}：{words}", if agrees { "同意" } else { "不同意" })
            }
            CaseAct::Grant => {
                self.grant(channel, &mut next, &mut changes, &form, &mut faults, now)?
            }
            CaseAct::Extend => {
                next.terms = self.terms(channel, &mut changes, &form, &mut faults, now, true)?;
                faults.reason("reason", &form.reason, 4, 1_000)
            }
            CaseAct::Suspend => {
                next.stops.push(Stop { from: now.day(), until: None });
                faults.reason("reason", &form.reason, 4, 1_000)
            }
            CaseAct::Resume => {
                if let Err(refusal) = channel.may_resume(now.day()) {
                    faults.note("reason", refused(&refusal));
                }
                if let Some(stop) = next.stops.last_mut() {
                    stop.until = Some(now.day());
                }
                faults.reason("reason", &form.reason, 4, 1_000)
            }
            CaseAct::Refuse | CaseAct::Withdraw | CaseAct::Revoke => {
                faults.reason("reason", &form.reason, 4, 1_000)
            }
            CaseAct::Supply => supply(&mut next, &mut changes, &form, &mut faults, now)?,
            CaseAct::Check => self.check(by, &mut next, &mut changes, &form, &mut faults, now)?,
            CaseAct::Link => self.link(channel, &mut next, &mut changes, &form, &mut faults)?,
            CaseAct::Award => {
                next.award = faults.day("day", &form.day);
                self.in_order(&mut changes, &next, Step::Award, &mut faults, now)?;
                form.day.clone()
            }
            CaseAct::Contract => {
                let signed = faults.day("day", &form.day);
                let amount = faults.wan("amount", &form.amount);
                let firm = faults.reason("firm", &form.firm, 4, 80);
                if next.award.is_none() {
                    let why = "还没有登记定标".into();
                    faults.note("day", Fault::AgainstRule { why });
                }
                let ceiling = next.terms.as_ref().map(|t| t.ceiling).unwrap_or_default();
                if amount.is_some_and(|amount| amount > ceiling) {
                    faults.note("amount", above(ceiling));
                }
                let note = format!("{firm} {} 万元", form.amount.trim());
                if let Some((signed, amount)) = signed.zip(amount) {
                    next.contract =
                        Some(Contract { signed, amount, firm, entered: now, by: account.clone() });
                }
                self.in_order(&mut changes, &next, Step::Contract, &mut faults, now)?;
                note
            }
            CaseAct::Edit | CaseAct::Expire => return Err(ApiError::ForeignForm),
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        if errand_of(act) == Errand::ChannelDecide {
            next.decisions.push(Decision {
                at: now,
                by: Some(account),
                act,
                reason: note.clone(),
                terms: next
                    .terms
                    .clone()
                    .filter(|_| matches!(act, CaseAct::Grant | CaseAct::Extend)),
                law: self.law().short(),
            });
        }
        match self.keep_step(&by.actor, channel, &next, changes, act, &note, now).await {
            // Another case was faster to name that notice.
            Err(StoreFault::Taken { index, .. }) if index == "channel_notice" => {
                let why = "公告刚刚被别的绿色通道项目关联".into();
                let faults = Faults::one("number", Fault::AgainstRule { why });
                Err(self.refuse(by, &form, faults).await)
            }
            done => done.map_err(broken),
        }
    }

    /// Writes a case after an act.
    #[expect(clippy::too_many_arguments, reason = "what an entry of the journal is made of")]
    pub(super) async fn keep_step(
        &self,
        actor: &Actor,
        seen: &Kept<Channel>,
        next: &Channel,
        mut changes: Changes,
        act: CaseAct,
        note: &str,
        now: Moment,
    ) -> Result<(), StoreFault> {
        changes.update(seen, next)?;
        let errand = match actor.role {
            model::Role::System => Errand::ChannelClock,
            _ => errand_of(act),
        };
        let entry = Act::new(actor, errand, Table::Channel, next.id.as_str())
            .note(format!("{} {}：{note}", next.number, act.name()))
            .rules([self.law_note()]);
        self.store.commit(changes, entry, now).await?;
        Ok(())
    }

    /// Within what a channel is opened, or goes on.
    fn terms(
        &self,
        channel: &Channel,
        changes: &mut Changes,
        form: &ChannelActForm,
        faults: &mut Faults,
        now: Moment,
        extends: bool,
    ) -> Answer<Option<Terms>> {
        let scope = faults.reason("scope", &form.scope, 6, 500);
        let ceiling = faults.wan("ceiling", &form.ceiling);
        let ends = faults.day("ends", &form.ends);
        if let Some(ends) = ends {
            within(faults, "ends", ends, now.day(), &self.law(), keys::CHANNEL_TERM);
        }
        let asked = channel.application.ceiling;
        // More money than was asked for takes a decision of its own.
        if !extends && ceiling.is_some_and(|ceiling| ceiling > asked) {
            let why = format!("超过申请的限价 {asked} 元");
            faults.note("ceiling", Fault::AgainstRule { why });
        }
        let mirror = self.read();
        let notice = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        if let Some(notice) = notice {
            changes.rests_on(notice);
        }
        if let Some((notice, ceiling)) = notice.zip(ceiling)
            && notice.content.amount > ceiling
        {
            let why = format!("已关联的招标公告限价 {} 元，不能低于它", notice.content.amount);
            faults.note("ceiling", Fault::AgainstRule { why });
        }
        Ok(ceiling.zip(ends).map(|(ceiling, ends)| Terms { scope, ceiling, ends }))
    }

    fn grant(
        &self,
        channel: &Kept<Channel>,
        next: &mut Channel,
        changes: &mut Changes,
        form: &ChannelActForm,
        faults: &mut Faults,
        now: Moment,
    ) -> Answer<String> {
        let opinion = self.law().due(keys::CHANNEL_OPINION, channel.applied);
        let late = opinion.map_err(|e| self.no_rule(&e))?.value < now;
        if channel.opinion.is_none() && !late {
            faults.note("reason", refused(&Refusal::NoOpinion));
        }
        next.terms = self.terms(channel, changes, form, faults, now, false)?;
        next.opened = Some(now);
        let mirror = self.read();
        for approval in channel.approvals() {
            let field = format!("orgs.{}", approval.key());
            let typed = form.orgs.get(approval.key()).map_or("", String::as_str);
            let org: Option<OrgId> = faults.choice(&field, typed);
            let Some(org) = org else { continue };
            let known = mirror.orgs.get(org.as_str());
            let fits = |kind| matches!(kind, OrgKind::Department | OrgKind::Commission);
            let Some(known) = known.filter(|org| fits(org.kind)) else {
                faults.note(&field, Fault::NotAChoice);
                continue;
            };
            let task = Task {
                id: Task::key(&channel.id, approval),
                channel: channel.id.clone(),
                approval,
                org_name: known.name.clone(),
                org,
                since: now,
                state: TaskState::Open,
            };
            changes.create(&task).map_err(broken)?;
        }
        Ok(faults.reason("reason", &form.reason, 4, 1_000))
    }

    /// What was promised is checked; what was false is proposed for the credit record.
    fn check(
        &self,
        by: &Visitor,
        next: &mut Channel,
        changes: &mut Changes,
        form: &ChannelActForm,
        faults: &mut Faults,
        now: Moment,
    ) -> Answer<String> {
        let kept = yes_or_no(faults, "agrees", &form.agrees);
        let findings = faults.reason("reason", &form.reason, 6, 1_000);
        let item = item_mut(next, &form.paper)?;
        let ItemState::Pledged { words, .. } = &item.state else { return Err(ApiError::Stale) };
        let words = words.clone();
        let name = item.name.clone();
        item.state = match kept {
            true => ItemState::Kept { words, findings: findings.clone(), at: now },
            false => ItemState::False { words, findings: findings.clone(), at: now },
        };
        if !kept && faults.is_empty() {
            let until = self.law().due(keys::STATEMENT, now).map_err(|e| self.no_rule(&e))?;
            let proposal = Proposal {
                id: chance::key("xy").parse().map_err(|_| ApiError::NotFound)?,
                subject: next.owner.clone(),
                subject_name: next.owner_name.clone(),
                event: format!("告知承诺不实：{name}"),
                source: ("channel".into(), next.id.to_string(), next.number.clone()),
                findings: findings.clone(),
                at: now,
                by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
                until: until.value,
                statement: None,
                verdict: None,
            };
            changes.create(&proposal).map_err(broken)?;
        }
        Ok(format!("{name}：{}，{findings}", if kept { "承诺属实" } else { "承诺不实" }))
    }

    fn link(
        &self,
        channel: &Channel,
        next: &mut Channel,
        changes: &mut Changes,
        form: &ChannelActForm,
        faults: &mut Faults,
    ) -> Answer<String> {
        let mirror = self.read();
        let number = form.number.trim().to_uppercase();
        let id = mirror.notice_numbers.get(&number);
        let notice = id.and_then(|id| mirror.tender_notices.get(id.as_str()));
        let notice = notice.filter(|n| n.owner == channel.owner);
        // Another one only after the first was cancelled: the tender begins anew.
        let linked = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        if let Some(linked) = linked.filter(|n| n.holding.goes_out() && n.number != number) {
            let why = format!("已关联 {}，须先撤销该公告", linked.number);
            faults.note("number", Fault::AgainstRule { why });
            return Ok(number);
        }
        let Some(notice) = notice else {
            let why = "没有这个登记号，或不是本单位的公告".into();
            faults.note("number", Fault::AgainstRule { why });
            return Ok(number);
        };
        let tasks = tasks_of(&mirror, &channel.id);
        if let Err(refusal) = channel.may_notice(&plain(&tasks)) {
            faults.note("number", refused(&refusal));
        }
        let other = channel_of_notice(&mirror, &notice.id).filter(|other| other.id != channel.id);
        if !notice.holding.goes_out() {
            let why = format!("公告{}，尚不能发布", notice.holding.name());
            faults.note("number", Fault::AgainstRule { why });
        } else if let Some(other) = other {
            let why = format!("公告已关联 {}", other.number);
            faults.note("number", Fault::AgainstRule { why });
        }
        for (_, fault) in misfits(channel, &plain(&tasks), &notice.content) {
            faults.note("number", fault);
        }
        changes.rests_on(notice);
        for task in &tasks {
            changes.rests_on(task);
        }
        if next.notice.as_ref() != Some(&notice.id) {
            // What was awarded was awarded under the other one.
            next.award = None;
        }
        next.notice = Some(notice.id.clone());
        Ok(number)
    }

    /// Notes what of a recorded day comes too soon, or lies in the future.
    fn in_order(
        &self,
        changes: &mut Changes,
        next: &Channel,
        step: Step,
        faults: &mut Faults,
        now: Moment,
    ) -> Answer<()> {
        let day = match step {
            Step::Award => next.award,
            _ => next.contract.as_ref().map(|c| c.signed),
        };
        let Some(day) = day else { return Ok(()) };
        if day > now.day() {
            faults.note("day", Fault::InFuture);
            return Ok(());
        }
        let opened = next.opened.unwrap_or(next.applied).day();
        if day < opened {
            let why = format!("早于通道开通日 {opened}");
            faults.note("day", Fault::AgainstRule { why });
            return Ok(());
        }
        // What was done within the term may be entered after it.
        if let Some(terms) = next.terms.as_ref().filter(|terms| day > terms.ends) {
            let why = format!("晚于通道期限 {}", terms.ends);
            faults.note("day", Fault::AgainstRule { why });
            return Ok(());
        }
        let mirror = self.read();
        let notice = next.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        let Some(notice) = notice.filter(|n| n.content.publicity_until.is_some()) else {
            let why = "招标公告登记里还没有中标候选人公示的起止日".into();
            faults.note("day", Fault::AgainstRule { why });
            return Ok(());
        };
        changes.rests_on(notice);
        if !notice.holding.goes_out() {
            let why = format!("招标公告{}", notice.holding.name());
            faults.note("day", Fault::AgainstRule { why });
            return Ok(());
        }
        let tasks = plain(&tasks_of(&mirror, &next.id));
        let facts =
            next.facts(&tasks, Some(&notice.value), super::lead_of(&mirror, next), now.day());
        let plan = case_plan(&self.law(), &facts).map_err(|fault| {
            tracing::error!(%fault, "a rule can't be reckoned with");
            ApiError::Broken { ticket: "rule".into() }
        })?;
        let within = Step::Notice..=step;
        if let Some(short) = plan.short.iter().find(|s| within.contains(&s.mark.step)) {
            let why = match &short.rule {
                Some(rule) => {
                    let basis = rule.basis.as_ref().map_or_else(String::new, Citation::line);
                    format!("早于 {}：{}{basis}", short.earliest, rule.label)
                }
                None => format!("早于 {}：前一环节还没有完成", short.earliest),
            };
            let why = format!("{} {} {why}", short.mark.step.name(), short.day);
            faults.note("day", Fault::BelowLegal { why });
        }
        Ok(())
    }

    /// What of a notice that is entered or corrected does not fit the channel that it belongs
    /// to; the channel, or those that could take it, is held as it was read.
    pub(in crate::desk) fn against_channel(
        &self,
        changes: &mut Changes,
        notice: &TenderNotice,
    ) -> Faults {
        let mirror = self.read();
        let mut faults = Faults::new();
        let Some(channel) = channel_of_notice(&mirror, &notice.id) else {
            let could = |c: &&Kept<Channel>| c.stage == Stage::Open && c.owner == notice.owner;
            for channel in mirror.channels.iter().filter(could) {
                changes.rests_on(channel);
            }
            return faults;
        };
        changes.rests_on(channel);
        let tasks = plain(&tasks_of(&mirror, &channel.id));
        for (field, fault) in misfits(channel, &tasks, &notice.content) {
            faults.note(field, fault);
        }
        faults
    }

    /// Whether a notice may be cancelled: not when its contract is signed.
    pub(in crate::desk) fn signed_channel(
        &self,
        changes: &mut Changes,
        id: &TenderNoticeId,
    ) -> Option<String> {
        let mirror = self.read();
        let channel = channel_of_notice(&mirror, id)?;
        changes.rests_on(channel);
        channel.contract.as_ref().map(|_| channel.number.clone())
    }
}

/// A sum above what the channel covers.
fn above(ceiling: Money) -> Fault {
    Fault::AgainstRule {
        why: format!("超过通道核定限价 {ceiling} 元，提高限价须经决定")
    }
}

/// A refusal beside the field that it is about, so that nothing typed is lost.
fn refused(refusal: &Refusal) -> Fault {
    Fault::AgainstRule { why: refusal.words().trim_end_matches('。').to_owned() }
}

/// What of a notice does not fit a channel: its kind, its sum, and days before the channel
/// was opened or what must come first was approved (招标投标法 9).
fn misfits(
    channel: &Channel,
    tasks: &[Task],
    content: &NoticeContent,
) -> Vec<(&'static str, Fault)> {
    let mut found = Vec::new();
    if content.kind != channel.application.kind {
        let why = "与绿色通道申请的类别不同".into();
        found.push(("kind", Fault::AgainstRule { why }));
    }
    let ceiling = channel.terms.as_ref().map(|t| t.ceiling).unwrap_or_default();
    if content.amount > ceiling {
        found.push(("amount", above(ceiling)));
    }
    let opened = channel.opened.unwrap_or(channel.applied).day();
    if content.noticed < opened {
        let why = format!("公告日早于通道开通日 {opened}");
        found.push(("noticed", Fault::AgainstRule { why }));
    }
    let first = tasks.iter().filter(|t| t.approval.precedes_notice());
    let last = first.filter_map(Task::done).map(Moment::day).max();
    if let Some(last) = last.filter(|last| content.noticed < *last) {
        let why = format!("公告日早于审批办结日 {last}（招标投标法第九条）");
        found.push(("noticed", Fault::AgainstRule { why }));
    }
    found
}

fn yes_or_no(faults: &mut Faults, field: &str, typed: &str) -> bool {
    match typed.trim() {
        "yes" => true,
        "no" => false,
        "" => {
            faults.note(field, Fault::Missing);
            false
        }
        _ => {
            faults.note(field, Fault::NotAChoice);
            false
        }
    }
}

fn item_mut<'a>(channel: &'a mut Channel, paper: &str) -> Answer<&'a mut Item> {
    channel.items.iter_mut().find(|item| item.paper == paper).ok_or(ApiError::NotFound)
}

fn supply(
    next: &mut Channel,
    changes: &mut Changes,
    form: &ChannelActForm,
    faults: &mut Faults,
    now: Moment,
) -> Answer<String> {
    let reference = faults.reason("number", &form.number, 2, 120);
    let item = item_mut(next, &form.paper)?;
    let ItemState::Missing { by, person } = item.state.clone() else { return Err(ApiError::Stale) };
    // Who answered for it has done so.
    changes.erase(&person);
    item.state = ItemState::Supplied { reference: reference.clone(), at: now, by };
    Ok(format!("{}：{reference}", item.name))
}
