//! The file of a case of the green channel.

use super::super::channel::{plain, posts_of, tasks_of, whose};
use super::super::plan::org_name;
use super::super::views::fact;
use super::{Case, body, check, facts_part, papers_of, table_part};
use crate::records::Subject;
use crate::site::{Site, who};
use crate::store::Table;
use app::api::desk::Answer;
use app::api::{ApiError, CaseKind, Visitor};
use model::Errand;
use policies::channel::{Act, ItemState, Origin, TaskState};
use policies::{Citation, State};

impl Site {
    pub(super) fn channel_file(&self, by: &Visitor, key: &str) -> Answer<Case> {
        let mirror = self.read();
        let channel = mirror.channels.get(key).ok_or(ApiError::NotFound)?;
        self.permit(by, Errand::ChannelRead, whose(channel))?;
        let (now, law) = (self.now(), self.law());
        let a = &channel.application;
        let mut dossier = self.cover(&mirror, CaseKind::Channel, key, channel.ended());
        dossier.number = channel.number.clone();
        dossier.title = a.project.clone();
        dossier.state = channel.stage.name().into();
        let mut facts = vec![
            fact("申请人", channel.owner_name.clone()),
            fact("来源", channel.origin.words()),
            fact("情形", a.ground.name()),
            fact("为什么急", a.why.clone()),
            fact("地点", format!("{} {}", a.district.name(), a.place)),
            fact("行业、类别", format!("{} · {}", a.industry.name(), a.kind.name())),
            fact("资金来源", a.funding.name()),
            fact("申请范围", a.scope.clone()),
            fact("申请限价", format!("{} 元", a.ceiling)),
            fact("申请期限", format!("至 {}", a.ends)),
            fact("提交", channel.applied.stamp()),
        ];
        if let Some(o) = &channel.opinion {
            let word = if o.agrees { "同意" } else { "不同意" };
            let said = format!("{} {} {word}：{}", o.at.stamp(), o.org_name, o.words);
            facts.push(fact("部门意见", said));
        } else {
            facts.push(fact("部门意见", format!("{}未出具", org_name(&mirror, &a.department))));
        }
        dossier.parts.push(facts_part("申请", facts));
        let decisions = channel.decisions.iter().map(|d| {
            let by = d.by.as_ref().map_or_else(|| "系统按规则".into(), |by| who(&mirror, Some(by)));
            let terms = d.terms.as_ref().map_or_else(String::new, |t| {
                format!("限价 {} 元，至 {}；{}", t.ceiling, t.ends, t.scope)
            });
            vec![d.at.stamp(), d.act.name().into(), by, d.reason.clone(), terms, d.law.clone()]
        });
        let columns = ["时间", "决定", "决定人", "理由", "范围、限价、期限", "规则版本"];
        dossier.parts.push(table_part("决定", &columns, decisions.collect()));
        let tasks = plain(&tasks_of(&mirror, &channel.id));
        let clocks = tasks.iter().map(|task| {
            let (state, document) = match &task.state {
                TaskState::Open => ("办理中".to_owned(), String::new()),
                TaskState::Done { at, document, .. } => (at.stamp(), document.clone()),
                TaskState::Returned { remark, .. } => (format!("退回：{remark}"), String::new()),
            };
            let kept = task.course(&law, &channel.stops, now).ok().and_then(|c| c.promised);
            let kept = kept.map_or("", |leg| match leg.state {
                State::Kept { .. } => "按承诺",
                State::Missed { .. } | State::Overdue { .. } => "超承诺",
                State::Running { .. } | State::Stopped { .. } => "办理中",
            });
            vec![
                task.approval.step().name().into(),
                task.org_name.clone(),
                task.since.stamp(),
                state,
                document,
                kept.into(),
            ]
        });
        let columns = ["审批", "部门", "起", "办结", "文号", "时限"];
        dossier.parts.push(table_part("并联审批", &columns, clocks.collect()));
        if let Ok(plan) = self.plan_of_channel(&mirror, channel, &tasks) {
            let rows = plan.green.bars.iter().map(|bar| {
                let legal =
                    plan.legal.bar(bar.step).map_or_else(String::new, |b| b.end.to_string());
                let ordinary =
                    plan.ordinary.bar(bar.step).map_or_else(String::new, |b| b.end.to_string());
                vec![
                    bar.step.name().into(),
                    bar.step.actor().into(),
                    legal,
                    format!("{} 至 {}", bar.start, bar.end),
                    ordinary,
                ]
            });
            let columns = ["环节", "责任方", "法定最早", "实际或承诺", "普通程序"];
            dossier.parts.push(table_part("办理路线", &columns, rows.collect()));
            let binding: Vec<String> = plan
                .legal
                .binding()
                .filter_map(|link| {
                    let (rule, unit) = link.rule.as_ref()?;
                    let basis = rule.basis.as_ref().map_or_else(String::new, Citation::line);
                    Some(format!("{} {}（{basis}）", rule.label, unit.amount(rule.value.into())))
                })
                .collect();
            dossier.parts.push(facts_part(
                "成效",
                vec![
                    fact(
                        if plan.saved < 0 { "比普通程序多" } else { "比普通程序少" },
                        format!("{} 日", plan.saved.abs()),
                    ),
                    fact("起约束作用的最短期限", binding.join("；")),
                ],
            ));
        }
        let items = channel.items.iter().map(|item| {
            let said = match &item.state {
                ItemState::Here { reference } => reference.clone(),
                ItemState::Parallel => "并联审批取得".into(),
                ItemState::Missing { by, .. } => format!("容缺，最迟 {by}"),
                ItemState::Supplied { reference, at, by } => {
                    format!("{reference}，{} 补齐（应于 {by} 前）", at.stamp())
                }
                ItemState::Pledged { words, at, .. } => format!("{} 承诺：{words}", at.stamp()),
                ItemState::Kept { findings, .. } | ItemState::False { findings, .. } => {
                    findings.clone()
                }
                ItemState::NotNeeded { why } => why.clone(),
            };
            let late = if item.is_late(now.day()) { "是" } else { "否" };
            vec![item.name.clone(), item.state.name().into(), said, late.into()]
        });
        dossier.parts.push(table_part("材料", &["材料", "状态", "说明", "逾期"], items.collect()));
        let posts = posts_of(&mirror, &channel.id);
        let rows = posts.iter().map(|p| {
            let by = p.by.as_ref().map_or_else(|| p.from.clone(), |by| who(&mirror, Some(by)));
            vec![p.at.stamp(), p.kind.name().into(), by, p.text.clone()]
        });
        dossier.parts.push(table_part(
            "问答与督办",
            &["时间", "类型", "谁", "内容"],
            rows.collect(),
        ));
        let notice = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        if let Some(n) = notice {
            let day = |day: Option<model::Day>| day.map_or_else(String::new, |d| d.to_string());
            let c = &n.content;
            dossier.parts.push(facts_part(
                "招标公告",
                vec![
                    fact("登记号", n.number.clone()),
                    fact("公告日", c.noticed.to_string()),
                    fact("招标文件", format!("{} 至 {}", c.documents_from, c.documents_until)),
                    fact("最近一次澄清", day(c.clarified)),
                    fact("投标截止", c.deadline.to_string()),
                    fact("评标报告", day(c.evaluated)),
                    fact(
                        "候选人公示",
                        format!("{} 至 {}", day(c.publicity_from), day(c.publicity_until)),
                    ),
                    fact("限价", format!("{} 元", c.amount)),
                ],
            ));
        }
        let mut payments =
            vec![fact("定标", channel.award.map_or_else(String::new, |d| d.to_string()))];
        if let Some(c) = &channel.contract {
            payments.push(fact("合同签订", c.signed.to_string()));
            payments.push(fact("中标人", c.firm.clone()));
            payments.push(fact("合同价", format!("{} 元", c.amount)));
        }
        dossier.parts.push(facts_part("合同与价款", payments));
        let mut subjects = vec![Subject::Channel(channel.id.clone())];
        if let Origin::Emergency { id, .. } = &channel.origin {
            subjects.push(Subject::Emergency(id.clone()));
        }
        let (papers, attachments) = papers_of(&mirror, &subjects);
        let here = |paper: &str| {
            channel.item(paper).and_then(|item| match &item.state {
                ItemState::Here { reference } | ItemState::Supplied { reference, .. } => {
                    Some(reference.clone())
                }
                ItemState::Parallel => {
                    tasks.iter().find(|t| t.approval.key() == paper).and_then(|t| match &t.state {
                        TaskState::Done { document, .. } => Some(document.clone()),
                        _ => None,
                    })
                }
                ItemState::NotNeeded { why } => Some(why.clone()),
                _ => None,
            })
        };
        let owed: Vec<&str> =
            channel.items.iter().filter(|i| i.due().is_some()).map(|i| i.name.as_str()).collect();
        let unchecked: Vec<&str> = channel
            .items
            .iter()
            .filter(|i| matches!(i.state, ItemState::Pledged { .. }))
            .map(|i| i.name.as_str())
            .collect();
        let decision =
            channel.decisions.iter().rev().find(|d| matches!(d.act, Act::Grant | Act::Refuse));
        dossier.checks = vec![
            check("紧急情形证明", here("evidence"), "没有"),
            check("项目审批文件", here("approval"), "审批尚未办结"),
            check("资金落实证明", here("funds"), "没有"),
            check("部门意见", channel.opinion.as_ref().map(|o| o.at.stamp()), "未出具"),
            check("开通决定", decision.map(|d| d.at.stamp()), "尚未决定"),
            check(
                "容缺材料补齐",
                owed.is_empty().then(|| "无欠缺".into()),
                &format!("欠：{}", owed.join("、")),
            ),
            check(
                "承诺核查",
                unchecked.is_empty().then(|| "均已核查或无承诺".into()),
                &format!("未核查：{}", unchecked.join("、")),
            ),
            check("招标公告", notice.map(|n| n.number.clone()), "没有关联公告"),
            check(
                "候选人公示",
                notice.and_then(|n| n.content.publicity_until).map(|d| format!("至 {d}")),
                "没有公示记录",
            ),
            check("定标", channel.award.map(|d| d.to_string()), "没有登记"),
            check(
                "合同",
                channel.contract.as_ref().map(|c| format!("{} {} 元", c.signed, c.amount)),
                "没有登记",
            ),
            check(
                "文件",
                (!papers.is_empty()).then(|| format!("{} 个", papers.len())),
                "没有上传文件",
            ),
        ];
        let mut records = vec![(Table::Channel, key.to_owned())];
        records.extend(tasks.iter().map(|t| (Table::ChannelTask, t.id.clone())));
        records.extend(notice.map(|n| (Table::TenderNotice, n.id.to_string())));
        let mut bodies = vec![body("channel", &*channel.value)?];
        for task in &tasks {
            bodies.push(body(&format!("task-{}", task.approval.key()), task)?);
        }
        bodies.push(body("posts", &posts)?);
        if let Some(n) = notice {
            bodies.push(body("notice", &*n.value)?);
        }
        dossier.papers = papers;
        Ok(Case { dossier, records, papers: attachments, bodies })
    }
}
