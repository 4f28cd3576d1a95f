//! One case as its page shows it: what was found and decided, what happened, what can
//! be done now.

use super::views::{call_log, calls_of, card, fact, team_name};
use crate::site::{Site, who};
use crate::store::Mirror;
use app::api::{EmergencyCard, Fact, LogLine, Visitor};
use model::{Errand, Metres, Minutes, Moment, Target};
use policies::keys;
use pool::emergency::{Act as CaseAct, Emergency};

/// Open reports within the distance and time in which they may be of one danger.
pub(super) fn nearby(site: &Site, mirror: &Mirror, e: &Emergency) -> Vec<EmergencyCard> {
    let figure = |key| site.law().figure(key, e.report.received.day()).map_or(0, |f| f.value);
    let metres = Metres(u32::try_from(figure(keys::DUPLICATE_METRES)).unwrap_or(0));
    let minutes = Minutes(u32::try_from(figure(keys::DUPLICATE_HOURS) * 60).unwrap_or(0));
    let close_in_time = |other: &Emergency| {
        let apart = e.report.received.ms_until(other.report.received).unsigned_abs();
        apart <= u64::from(minutes.0) * 60_000
    };
    mirror
        .nearby
        .within(e.report.place, metres)
        .into_iter()
        .filter_map(|(id, _)| mirror.emergencies.get(id.as_str()))
        .filter(|o| o.id != e.id && o.stage.is_open() && close_in_time(o))
        .map(|o| card(site, mirror, o))
        .collect()
}

/// What the visitor may do with a case now.
pub(super) fn acts(mirror: &Mirror, by: &Visitor, e: &Emergency, now: Moment) -> Vec<String> {
    let open = calls_of(mirror, e.id.as_str()).iter().filter(|d| d.state.is_open()).count();
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    let target = Target { org: e.report.reporter.org.as_ref(), district: Some(e.report.district) };
    let may = |errand| model::permit(&by.actor, errand, target).is_ok();
    let table = [
        ("accept", Errand::EmergencyAccept, CaseAct::Accept),
        ("dismiss", Errand::EmergencyAccept, CaseAct::Dismiss),
        ("merge", Errand::EmergencyMerge, CaseAct::Merge),
        ("verify", Errand::EmergencyVerify, CaseAct::Verify),
        ("oral", Errand::OralOrder, CaseAct::OralOrder),
        ("determine", Errand::Determine, CaseAct::Determine),
        ("control", Errand::EmergencyControl, CaseAct::Control),
        ("close", Errand::EmergencyClose, CaseAct::Close),
    ];
    let mut acts: Vec<String> = table
        .into_iter()
        .filter(|(_, errand, act)| may(*errand) && e.step(*act, open).is_ok())
        .map(|(name, ..)| name.to_owned())
        .collect();
    let mine = Target { org: by.actor.org.as_ref(), district: None };
    if may(Errand::EmergencyRead)
        && model::permit(&by.actor, Errand::ChannelApply, mine).is_ok()
        && super::channel::is_over(e)
    {
        acts.push("convert".into());
    }
    if may(Errand::CandidatesRead) && e.may_call(now).is_ok() {
        acts.push("call".into());
    }
    acts
}

pub(super) fn sections(mirror: &Mirror, e: &Emergency) -> Vec<(String, Vec<Fact>)> {
    let r = &e.report;
    let mut report = vec![
        fact("发现时间", r.seen.stamp()),
        fact("上报时间", r.received.stamp()),
        fact("坐标", format!("{:.6}, {:.6}", r.place.lon.degrees(), r.place.lat.degrees())),
        fact("情况", r.description.clone()),
        fact(
            "上报人",
            match &r.reporter.account {
                Some(account) => who(mirror, Some(account)),
                None => r.reporter.name.as_ref().map_or("匿名", |n| mirror.reveal(n)).to_owned(),
            },
        ),
    ];
    if let Some(phone) = &r.reporter.phone {
        report.push(fact("电话", mirror.reveal(phone)));
    }
    let mut sections = vec![("上报".to_owned(), report)];
    if let Some(v) = &e.verification {
        let remote = if v.second_remote { "（视频见证）" } else { "" };
        sections.push((
            "现场核查".into(),
            vec![
                fact("到场时间", v.on_site.stamp()),
                fact(
                    "核查人",
                    format!("{}、{}{remote}", who(mirror, Some(&v.by)), mirror.reveal(&v.second)),
                ),
                fact("情况", v.findings.clone()),
                fact("特定受损范围", v.scope.clone()),
            ],
        ));
    }
    if let Some(o) = &e.oral_order {
        let confirmed = match &e.determination {
            Some(d) => format!("已于 {} 书面确认", d.at.stamp()),
            None => format!("须于 {} 前书面确认", o.confirm_by.stamp()),
        };
        sections.push((
            "口头令".into(),
            vec![
                fact("下令人", o.commander.clone()),
                fact("下令时间", o.given.stamp()),
                fact("原话", o.words.clone()),
                fact("书面确认", confirmed),
            ],
        ));
    }
    if let Some(d) = &e.determination {
        let mut facts = vec![
            fact("结论", if d.granted { "认定为抢险救灾工程" } else { "不予认定" }),
            fact("认定机关", d.authority.clone()),
            fact("文号", d.document.clone()),
            fact("理由", d.why.clone()),
        ];
        if d.granted {
            facts.push(fact("是否依法必招", d.tender.clone()));
            facts.push(fact("工程范围", d.scope.clone()));
            facts.push(fact("费用上限", format!("{} 元", d.ceiling)));
            facts.push(fact("计划完工", d.planned_finish.to_string()));
        }
        sections.push(("认定".into(), facts));
    }
    sections
}

pub(super) fn timeline(mirror: &Mirror, e: &Emergency) -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = Vec::new();
    let mut add = |at: Moment, what: &str, who: String, note: &str| {
        lines.push(LogLine { at, device_at: None, what: what.into(), who, note: note.into() });
    };
    let by = |account: &model::AccountId| who(mirror, Some(account));
    let reporter = e.report.reporter.account.as_ref();
    add(e.report.received, "上报", who(mirror, reporter), "");
    if let Some(s) = &e.accepted {
        add(s.at, "受理", by(&s.by), &s.note);
    }
    if let Some(v) = &e.verification {
        add(v.at, "现场核查", by(&v.by), "");
    }
    if let Some(o) = &e.oral_order {
        add(o.at, "口头令，暂定认定", by(&o.by), &o.commander);
    }
    if let Some(d) = &e.determination {
        add(d.at, if d.granted { "认定" } else { "不予认定" }, by(&d.by), &d.document);
    }
    if let Some(at) = e.unconfirmed_since {
        add(at, "口头令逾期未书面确认，停派新队", String::new(), "");
    }
    if let Some(s) = &e.controlled {
        add(s.at, "险情控制，范围锁定", by(&s.by), &s.note);
    }
    if let Some(s) = &e.closed {
        add(s.at, "归档", by(&s.by), &s.note);
    }
    for call in calls_of(mirror, e.id.as_str()) {
        let team = team_name(mirror, call.team.as_str());
        for line in call_log(mirror, call) {
            let note =
                if line.note.is_empty() { team.clone() } else { format!("{team}，{}", line.note) };
            lines.push(LogLine { note, ..line });
        }
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines
}
