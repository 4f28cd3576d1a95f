//! What the rules find in a case, as text: so that two texts of the rules can be held
//! against each other over the cases of a year.

use super::channel::{lead_of, plain, tasks_of};
use super::views::calls_of;
use crate::store::Mirror;
use app::api::EffectView;
use model::Moment;
use policies::channel::{Channel, Item, case_plan};
use policies::tender::{Object, TenderSize, tender_size};
use policies::{Law, State, Step, keys};
use pool::dispatch::Dispatch;
use pool::emergency::Emergency;
use std::collections::{BTreeMap, BTreeSet};

/// What a rule finds.
struct Finding {
    /// What it is about.
    what: String,
    /// The rule.
    rule: String,
    /// What it says.
    says: String,
}

/// All that the rules find in a case.
fn findings(law: &Law, mirror: &Mirror, e: &Emergency) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut clock = |what: &str, key: &str, since: Option<Moment>, done: Option<Moment>| {
        let Some(since) = since else { return };
        let Ok(due) = law.due(key, since) else { return };
        let kept = match done {
            Some(done) if done <= due.value => "按时",
            Some(_) => "逾期",
            None => "未办",
        };
        let says = format!("限 {}，{kept}", due.value.stamp());
        found.push(Finding { what: what.to_owned(), rule: due.rule, says });
    };
    let rule = |step: Step| step.rule(e.urgency);
    let accepted = e.accepted.as_ref().map(|s| s.at);
    let verified = e.verification.as_ref().map(|v| v.at);
    let determined = e.determination.as_ref().map(|d| d.at);
    clock("受理", &rule(Step::Accept), Some(e.report.received), accepted);
    clock("现场核查", &rule(Step::Verify), accepted, verified);
    clock("认定", &rule(Step::Determine), verified, determined);
    let ordered = e.oral_order.as_ref().map(|o| o.given);
    clock("书面确认口头令", keys::ORAL_ORDER, ordered, determined);
    for d in calls_of(mirror, e.id.as_str()) {
        let at = |act: &str| Dispatch::moment_of(d, act);
        let of = |what: &str| format!("{} {what}", d.number);
        let answered = at("accept").or_else(|| at("decline"));
        clock(&of("应答"), &rule(Step::Answer), at("deliver"), answered);
        clock(&of("到场"), &rule(Step::Arrive), at("accept"), at("arrive"));
        let signed = d.contract.as_ref().map(|c| c.at);
        clock(&of("补签合同"), &rule(Step::Contract), at("arrive"), signed);
        clock(&of("验收"), &rule(Step::Inspect), at("finish"), at("inspect"));
        let settled = d.settlement.as_ref().map(|s| s.at);
        clock(&of("结算送审"), keys::SETTLE, at("inspect"), settled);
        let published = mirror.publications.iter().find(|p| p.dispatch == d.id);
        let published = published.and_then(|p| p.published);
        clock(&of("公开"), &rule(Step::Publish), at("accept"), published);
        clock(&of("公开（法定）"), keys::PUBLISH_STATUTORY, at("accept"), published);
    }
    if let Some(determination) = &e.determination {
        let day = determination.at.day();
        if let Ok(size) = tender_size(law, Object::Works, Some(determination.ceiling), &[], day) {
            let says = match size.value {
                TenderSize::Compulsory => "达到必须招标规模",
                TenderSize::Below => "未达必须招标规模",
                TenderSize::Unknown => "规模未定",
            };
            let what = "必须招标规模".to_owned();
            found.push(Finding { what, rule: size.rule, says: says.into() });
        }
        let fen = determination.ceiling.fen();
        let limit = |key| law.figure(key, day).map_or(0, |f| f.value);
        let (rule, who) = if fen <= limit(keys::DEPARTMENT_LIMIT) {
            (keys::DEPARTMENT_LIMIT, "行业主管部门")
        } else if fen <= limit(keys::LEADER_LIMIT) {
            (keys::LEADER_LIMIT, "分管市领导批准")
        } else {
            (keys::LEADER_LIMIT, "政府专题会议")
        };
        let (what, rule) = ("认定权限".to_owned(), rule.to_owned());
        found.push(Finding { what, rule, says: who.into() });
    }
    found
}

/// All that the rules find in a case of the green channel, as of `now`.
fn channel_findings(law: &Law, mirror: &Mirror, channel: &Channel, now: Moment) -> Vec<Finding> {
    let mut found = Vec::new();
    let decided = channel.decided_after().map(|ms| Moment::from_ms(channel.applied.ms() + ms));
    let opined = channel.opinion.as_ref().map(|o| o.at);
    for (what, key, done) in
        [("决定", keys::CHANNEL_DECIDE, decided), ("部门意见", keys::CHANNEL_OPINION, opined)]
    {
        let Ok(due) = law.due(key, channel.applied) else { continue };
        let kept = match done {
            Some(done) if done <= due.value => "按时",
            Some(_) => "逾期",
            None => "未办",
        };
        let says = format!("限 {}，{kept}", due.value.stamp());
        found.push(Finding { what: what.into(), rule: due.rule, says });
    }
    let tasks = plain(&tasks_of(mirror, &channel.id));
    for task in &tasks {
        let Ok(course) = task.course(law, &channel.stops, now) else { continue };
        let promise = law.promise_of(task.approval.rule()).map(|rule| rule.id.clone());
        let legs = [(promise, course.promised), (None, Some(course.statutory))];
        for (rule, leg) in legs {
            let Some(leg) = leg else { continue };
            let name = task.approval.step().name();
            let what = if rule.is_some() { format!("{name}（承诺）") } else { name.to_owned() };
            let due = leg.due.map_or_else(|| "暂停".to_owned(), |due| due.day().to_string());
            let kept = match leg.state {
                State::Kept { .. } => "按时",
                State::Missed { .. } | State::Overdue { .. } => "逾期",
                State::Running { .. } | State::Stopped { .. } => "未办",
            };
            let rule = rule.unwrap_or_else(|| leg.days.rule.clone());
            found.push(Finding { what, rule, says: format!("限 {due}，{kept}") });
        }
    }
    let notice = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
    let lead = lead_of(mirror, channel);
    let facts = channel.facts(&tasks, notice.map(|n| &*n.value), lead, now.day());
    if let Ok(plan) = case_plan(law, &facts) {
        for (way, route) in
            [("法定最早", &plan.legal), ("按承诺", &plan.green), ("普通程序", &plan.ordinary)]
        {
            for link in route.critical.iter() {
                let Some((ruling, _)) = &link.rule else { continue };
                let what = format!("{way}·{}", ruling.label);
                let says = link.day.to_string();
                found.push(Finding { what, rule: ruling.rule.clone(), says });
            }
        }
    }
    if let Some(opened) = channel.opened
        && let Ok(late) = Item::late(law, &channel.items, opened.day(), now.day())
    {
        let says = if late.suspends.value { "暂停" } else { "不暂停" };
        let what = format!("容缺逾期 {} 项", late.papers.len());
        found.push(Finding { what, rule: late.suspends.rule, says: says.into() });
    }
    found
}

/// The cases received between `since` and `now`, by number, with what the rules find.
fn cases(law: &Law, mirror: &Mirror, since: Moment, now: Moment) -> Vec<(String, Vec<Finding>)> {
    let emergencies = mirror
        .emergencies
        .iter()
        .filter(|e| e.report.received >= since)
        .map(|e| (e.number.clone(), findings(law, mirror, e)));
    let channels = mirror
        .channels
        .iter()
        .filter(|c| c.begun >= since)
        .map(|c| (c.number.clone(), channel_findings(law, mirror, c, now)));
    emergencies.chain(channels).collect()
}

/// What two texts of the rules find differently in the cases received between `since` and
/// `now`: how many cases there were, how many findings by the rules that changed, and the
/// differences.
pub(super) fn differences(
    before: &Law,
    after: &Law,
    changed: &[String],
    mirror: &Mirror,
    (since, now): (Moment, Moment),
) -> ((u32, u32), Vec<EffectView>) {
    let (mut count, mut compared) = (0, 0);
    let mut differ = Vec::new();
    let both = cases(before, mirror, since, now).into_iter().zip(cases(after, mirror, since, now));
    for ((case, old), (_, new)) in both {
        count += 1;
        let tried = old.iter().filter(|f| changed.contains(&f.rule)).count();
        compared += u32::try_from(tried).unwrap_or(u32::MAX);
        let mut new: BTreeMap<String, String> = new.into_iter().map(|f| (f.what, f.says)).collect();
        for Finding { what, says: before, .. } in old {
            let after = new.remove(&what).unwrap_or_else(|| "没有这一项".into());
            if before != after {
                differ.push(EffectView { case: case.clone(), what, before, after });
            }
        }
    }
    ((count, compared), differ)
}

/// How many of the cases received between `since` and `now` each rule has found something
/// in.
pub(super) fn uses(
    law: &Law,
    mirror: &Mirror,
    since: Moment,
    now: Moment,
) -> BTreeMap<String, u32> {
    let mut uses = BTreeMap::new();
    for (_, found) in cases(law, mirror, since, now) {
        let rules: BTreeSet<String> = found.into_iter().map(|f| f.rule).collect();
        for rule in rules {
            *uses.entry(rule).or_default() += 1;
        }
    }
    uses
}
