//! The file of an emergency: report, verification, determination; who was called and why;
//! missions, publicity and payments.

use super::super::case::{sections, timeline};
use super::super::views::{call_clock, calls_of, fact, mode_name, team_name};
use super::{Case, body, check, facts_part, papers_of, table_part};
use crate::records::Subject;
use crate::site::Site;
use crate::store::Table;
use app::api::desk::Answer;
use app::api::{ApiError, CaseKind, Visitor};
use model::Errand;
use policies::{DueClock, Step};
use pool::dispatch::Dispatch;
use pool::emergency::Emergency;

/// The steps of a case and when they were done.
fn done_at(
    e: &Emergency,
    calls: &[&Dispatch],
) -> Vec<(Step, Option<model::Moment>, Option<model::Moment>)> {
    // The one that went; else the one that was asked last.
    let first = calls.iter().find(|d| d.moment_of("accept").is_some()).or(calls.first());
    let of = |act: &str| first.and_then(|d| d.moment_of(act));
    let accepted = e.accepted.as_ref().map(|s| s.at);
    let verified = e.verification.as_ref().map(|v| v.at);
    let determined = e.determination.as_ref().map(|d| d.at);
    vec![
        (Step::Accept, Some(e.report.received), accepted),
        (Step::Verify, accepted, verified),
        (Step::Determine, verified, determined),
        (Step::Select, determined, of("offer")),
        (Step::Answer, of("deliver"), of("accept")),
        (Step::Arrive, of("accept"), of("arrive")),
        (Step::Contract, of("arrive"), first.and_then(|d| d.contract.as_ref()).map(|c| c.at)),
        (Step::Inspect, of("finish"), of("inspect")),
    ]
}

impl Site {
    pub(super) fn emergency_file(&self, by: &Visitor, key: &str) -> Answer<Case> {
        let mirror = self.read();
        let e = mirror.emergencies.get(key).ok_or(ApiError::NotFound)?;
        self.permit_case(by, Errand::EmergencyRead, e)?;
        let law = self.law();
        let calls = calls_of(&mirror, key);
        let closed = e.closed.as_ref().map(|s| s.at);
        let mut dossier = self.cover(&mirror, CaseKind::Emergency, key, closed);
        dossier.number = e.number.clone();
        dossier.title = e.report.title.clone();
        dossier.state = e.stage.name().into();
        for (title, mut facts) in sections(&mirror, e) {
            // A file outlives what is kept about whoever reported.
            facts.retain(|f| f.label != "电话");
            if let Some(v) = &e.verification {
                let second = mirror.reveal(&v.second);
                let masked = model::mask_name(second);
                for f in facts.iter_mut().filter(|f| f.label == "核查人" && !second.is_empty()) {
                    f.text = f.text.replace(second, &masked);
                }
            }
            let outsider = e.report.reporter.account.is_none() && e.report.reporter.name.is_some();
            for f in facts.iter_mut().filter(|f| outsider && f.label == "上报人") {
                f.text = model::mask_name(&f.text);
            }
            dossier.parts.push(facts_part(&title, facts));
        }
        let mut subjects = vec![Subject::Emergency(e.id.clone())];
        let mut records = vec![(Table::Emergency, key.to_owned())];
        let mut bodies = vec![body("emergency", &*e.value)?];
        // What is known of every firm of the reserve, and where its teams stood.
        let sees_all = model::allowed(by.actor.role, Errand::CandidatesRead).is_some();
        let selections: Vec<_> = mirror.selections.iter().filter(|s| s.emergency == e.id).collect();
        for s in &selections {
            records.push((Table::Selection, s.id.to_string()));
            if sees_all {
                bodies.push(body(&format!("selection-{}", s.id), &*s.value)?);
            }
            let replays = s.decision().is_ok_and(|d| d.replays());
            let said =
                if replays { "由留存的名单重算，结果一致" } else { "重算不一致" };
            dossier.parts.push(facts_part(
                &format!("选队 第 {} 轮", s.round),
                vec![
                    fact("方式", mode_name(Some(s))),
                    fact("时间", s.at.stamp()),
                    fact("名单散列", s.list_hash.to_string()),
                    fact("复算", said),
                ],
            ));
        }
        for d in calls.iter().rev() {
            subjects.push(Subject::Dispatch(d.id.clone()));
            records.push((Table::Dispatch, d.id.to_string()));
            if sees_all {
                bodies.push(body(&format!("dispatch-{}", d.id), *d)?);
            }
            let mut facts = vec![
                fact("队伍", team_name(&mirror, d.team.as_str())),
                fact("状态", d.state.name()),
                fact("预计到场", format!("{} 分钟", d.eta.0)),
            ];
            facts.extend(self.price(d));
            let total: Vec<String> =
                d.evaluations.iter().map(|v| format!("{} 分", v.total())).collect();
            facts.push(fact("履约评价", total.join("、")));
            facts.extend(
                call_clock(&law, e, d)
                    .map(|c| fact("未完成", format!("{} 至 {}", c.label, c.due.stamp()))),
            );
            dossier.parts.push(facts_part(&format!("调度单 {}", d.number), facts));
        }
        let clocks = done_at(e, &calls).into_iter().filter_map(|(step, since, done)| {
            let clock = DueClock::start(&law, step, e.urgency, since?).ok()?;
            let due = clock.due.value;
            let word = match done {
                Some(done) if done <= due => "按时",
                Some(_) => "超时",
                None => "未完成",
            };
            let done = done.map_or_else(String::new, |at| at.stamp());
            Some(vec![step.name().into(), clock.since.stamp(), due.stamp(), done, word.into()])
        });
        let columns = ["环节", "起", "时限", "完成", "结果"];
        dossier.parts.push(table_part("时限", &columns, clocks.collect()));
        let mut lines = timeline(&mirror, e);
        lines.reverse();
        let rows = lines.into_iter().map(|l| vec![l.at.stamp(), l.what, l.who, l.note]).collect();
        dossier.parts.push(table_part("经过", &["时间", "事项", "经办", "说明"], rows));
        let publications: Vec<_> =
            mirror.publications.iter().filter(|p| p.emergency == e.id).collect();
        let rows = publications
            .iter()
            .map(|p| {
                vec![
                    p.due.stamp(),
                    p.published.map_or_else(|| "未公开".into(), |at| at.stamp()),
                    p.withheld.clone().unwrap_or_default(),
                ]
            })
            .collect();
        dossier.parts.push(table_part("公开", &["时限", "公开时间", "不予公开的理由"], rows));
        let (papers, attachments) = papers_of(&mirror, &subjects);
        let went = calls.iter().find(|d| d.state.is_engaged() || d.contract.is_some());
        let granted = e.determination.as_ref().is_some_and(|d| d.granted);
        let mut checks = vec![
            check("现场核查", e.verification.as_ref().map(|v| v.at.stamp()), "尚未核查"),
            check("认定文件", e.determination.as_ref().map(|d| d.document.clone()), "尚未书面认定"),
            check(
                "现场照片或材料",
                (!papers.is_empty()).then(|| format!("{} 个", papers.len())),
                "没有文件",
            ),
        ];
        if granted {
            let after =
                |done: Option<String>, what: &str, missing: &str| check(what, done, missing);
            let of = |act: &str| went.and_then(|d| d.moment_of(act)).map(|at| at.stamp());
            checks.extend([
                after(
                    selections.first().map(|s| s.list_hash.to_string()),
                    "选队记录",
                    "没有选队记录",
                ),
                after(of("accept"), "队伍接受", "没有队伍接受"),
                after(of("arrive"), "到场记录", "没有到场记录"),
                after(
                    went.and_then(|d| d.contract.as_ref()).map(|c| format!("{} 元", c.sum)),
                    "合同",
                    "没有登记合同",
                ),
                after(of("inspect"), "验收", "没有验收"),
                after(
                    went.and_then(|d| d.settlement.as_ref()).map(|s| format!("{} 元", s.amount)),
                    "结算",
                    "没有登记结算",
                ),
                after(
                    went.filter(|d| !d.evaluations.is_empty())
                        .map(|d| format!("{} 方", d.evaluations.len())),
                    "履约评价",
                    "没有评价",
                ),
                after(
                    publications.iter().find_map(|p| p.published).map(|at| at.stamp()),
                    "结果公开",
                    "尚未公开",
                ),
            ]);
        }
        dossier.checks = checks;
        dossier.papers = papers;
        Ok(Case { dossier, records, papers: attachments, bodies })
    }
}
