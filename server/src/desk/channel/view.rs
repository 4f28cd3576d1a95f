//! Cases of the green channel as pages show them.

use super::super::notice::notice_line;
use super::super::plan::own;
use super::act::errand_of;
use super::save::departments;
use super::task::given_by;
use super::{of_department, plain, posts_of, tasks_of, whose};
use crate::records::Subject;
use crate::site::{Site, who};
use crate::store::{Kept, Mirror};
use app::api::{
    ChannelLine, ChannelPage, ChannelsAsk, ChannelsPage, ClockView, FilesView, PaperLine, TaskLine,
    Visitor,
};
use model::{AccountId, Errand, Moment, OrgKind, permit};
use policies::channel::{
    Act as CaseAct, Approval, Channel, Counts, GROUNDS, Item, ItemState, Stage, Task, TaskState,
    Urgency,
};
use policies::{Ruling, keys};
use std::collections::BTreeMap;

/// Cases on one page.
const PAGE: usize = 50;

impl Site {
    /// A clock by a rule of minutes, as pages show it.
    fn channel_clock(&self, key: &str, label: &str, since: Moment) -> Option<ClockView> {
        let due = self.law().due(key, since).ok()?;
        self.running(label, since, due)
    }

    fn running(&self, label: &str, since: Moment, due: Ruling<Moment>) -> Option<ClockView> {
        Some(ClockView {
            label: label.into(),
            since,
            warn: self.law().warning(since, due.value).ok()?,
            due: due.value,
            standing: due.standing,
            basis: due.basis.map_or(due.label, |basis| basis.line()),
        })
    }

    /// The promise of an open approval as a running clock.
    pub(in crate::desk) fn task_clock(
        &self,
        task: &Task,
        channel: &Channel,
        now: Moment,
    ) -> Option<ClockView> {
        if task.state != TaskState::Open || !channel.stage.runs() {
            return None;
        }
        let course = task.course(&self.law(), &channel.stops, now).ok()?;
        let leg = course.promised.unwrap_or(course.statutory);
        let label = format!("{}（{}）", task.approval.step().name(), task.org_name);
        let due = leg.due?;
        self.running(&label, task.since, leg.days.map(|_| due))
    }

    fn clocks_of(&self, channel: &Channel) -> Vec<ClockView> {
        if channel.stage != Stage::Applied {
            return vec![];
        }
        let opinion = channel
            .opinion
            .is_none()
            .then(|| self.channel_clock(keys::CHANNEL_OPINION, "行业部门出具意见", channel.applied))
            .flatten();
        let decision = self.channel_clock(keys::CHANNEL_DECIDE, "交易中心决定", channel.applied);
        opinion.into_iter().chain(decision).collect()
    }

    pub(in crate::desk) fn urgency_of(
        &self,
        task: &Task,
        channel: &Channel,
        now: Moment,
    ) -> Urgency {
        let judged = task.urgency(&self.law(), &channel.stops, now);
        judged.map_or(Urgency::Green, |(urgency, _)| urgency)
    }

    pub(super) fn channel_line(&self, mirror: &Mirror, channel: &Channel) -> ChannelLine {
        let now = self.now();
        let tasks = plain(&tasks_of(mirror, &channel.id));
        let open = |task: &&Task| channel.stage.runs() && task.state == TaskState::Open;
        let pressing = tasks.iter().filter(open).max_by_key(|t| self.urgency_of(t, channel, now));
        let clock =
            self.clocks_of(channel).pop().or_else(|| self.task_clock(pressing?, channel, now));
        let counts = matches!(
            channel.stage,
            Stage::Applied | Stage::Open | Stage::Suspended | Stage::Finished
        );
        let plan = counts.then(|| self.plan_of_channel(mirror, channel, &tasks).ok()).flatten();
        ChannelLine {
            id: channel.id.clone(),
            number: channel.number.clone(),
            project: channel.application.project.clone(),
            owner: channel.owner_name.clone(),
            ground: channel.application.ground.name().into(),
            district: channel.application.district,
            stage: channel.stage,
            clock,
            urgency: pressing.map(|task| self.urgency_of(task, channel, now)),
            finish: plan.map(|plan| (plan.green.finish, plan.saved)),
        }
    }

    pub(super) fn channels_page(&self, by: &Visitor, ask: &ChannelsAsk) -> ChannelsPage {
        let mirror = self.read();
        let is = |asked: &str, key: &str| asked.is_empty() || asked == key;
        let fits = |c: &Channel| {
            permit(&by.actor, Errand::ChannelRead, whose(c)).is_ok()
                && is(&ask.ground, c.application.ground.key())
                && is(&ask.district, c.application.district.key())
                && is(&ask.department, c.application.department.as_str())
                && Counts::of(&ask.counts)
                    .is_none_or(|counts| counts.counts(&self.told(&mirror, c)))
        };
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let (mut total, mut page) = (0, Vec::new());
        for id in mirror.channel_numbers.values().rev() {
            let channel = mirror.channels.get(id.as_str()).filter(|c| fits(c));
            let Some(channel) = channel else { continue };
            *counts.entry(channel.stage.key().into()).or_default() += 1;
            if !is(&ask.stage, channel.stage.key()) {
                continue;
            }
            total += 1;
            let later = ask.before.is_empty() || channel.number < ask.before;
            if later && page.len() <= PAGE {
                page.push(channel);
            }
        }
        let more = page.len() > PAGE;
        page.truncate(PAGE);
        ChannelsPage {
            next: page.last().filter(|_| more).map(|c| c.number.clone()),
            channels: page.into_iter().map(|c| self.channel_line(&mirror, c)).collect(),
            total,
            counts,
            may_see_clues: permit(&by.actor, Errand::ClueRead, model::Target::default()).is_ok(),
            may_apply: permit(&by.actor, Errand::ChannelApply, own(by)).is_ok(),
            now: self.now(),
            departments: departments(&mirror),
        }
    }

    pub(super) fn channel_page(&self, by: &Visitor, channel: &Kept<Channel>) -> ChannelPage {
        let mirror = self.read();
        let now = self.now();
        let law = self.law();
        let kept = tasks_of(&mirror, &channel.id);
        let tasks = plain(&kept);
        let may = |act: &CaseAct| {
            let target = match errand_of(*act) {
                Errand::ChannelOpine => of_department(channel),
                _ => whose(channel),
            };
            channel.step(*act).is_ok() && permit(&by.actor, errand_of(*act), target).is_ok()
        };
        let may: Vec<CaseAct> = CaseAct::ALL.into_iter().filter(may).collect();
        let papers = channel.items.iter().map(|item| {
            let mut line = paper_line(&mirror, item, now, &may);
            let given = tasks.iter().find(|t| t.approval.key() == item.paper);
            if let (ItemState::Parallel, Some(TaskState::Done { document, at, .. })) =
                (&item.state, given.map(|t| &t.state))
            {
                line.state = ("here".into(), "已取得".into());
                line.words = format!("{document}，{}", at.stamp());
            }
            line
        });
        let lines = tasks.iter().map(|task| TaskLine {
            urgency: self.urgency_of(task, channel, now),
            course: task.course(&law, &channel.stops, now).ok(),
            clock: self.task_clock(task, channel, now),
            may_give: channel.stage.runs()
                && task.state == TaskState::Open
                && permit(&by.actor, Errand::ApprovalGive, given_by(task)).is_ok(),
            may_resubmit: channel.stage.runs()
                && matches!(task.state, TaskState::Returned { .. })
                && permit(&by.actor, Errand::ChannelApply, whose(channel)).is_ok(),
            task: task.clone(),
        });
        let posts = posts_of(&mirror, &channel.id);
        let ground = law
            .questions(GROUNDS, channel.applied.day())
            .find(|q| q.id == channel.application.ground.key())
            .map_or_else(String::new, |q| q.source.line());
        let notice = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        let people = channel
            .decisions
            .iter()
            .filter_map(|d| d.by.clone())
            .chain(posts.iter().filter_map(|p| p.by.clone()));
        let names: BTreeMap<AccountId, String> =
            people.map(|id| (id.clone(), who(&mirror, Some(&id)))).collect();
        let approvers = mirror
            .orgs
            .iter()
            .filter(|org| matches!(org.kind, OrgKind::Department | OrgKind::Commission));
        ChannelPage {
            ground_basis: ground,
            department: super::super::plan::org_name(&mirror, &channel.application.department),
            papers: papers.collect(),
            clocks: self.clocks_of(channel),
            tasks: lines.collect(),
            names,
            plan: self.plan_of_channel(&mirror, channel, &tasks).ok(),
            notice: notice.map(|n| notice_line(n)),
            files: self.files_view(&mirror, by, &Subject::Channel(channel.id.clone())),
            brought: self.brought(&mirror, by, channel),
            may_talk: permit(&by.actor, Errand::ChannelTalk, whose(channel)).is_ok(),
            may_urge: permit(&by.actor, Errand::Urge, whose(channel)).is_ok(),
            approvers: approvers.map(|org| (org.id.to_string(), org.name.clone())).collect(),
            usual: usual(&mirror, channel),
            posts,
            may,
            now,
            law: law.short(),
            channel: (*channel.value).clone(),
        }
    }

    /// Files of the emergency that a case comes from.
    fn brought(&self, mirror: &Mirror, by: &Visitor, channel: &Channel) -> Option<FilesView> {
        let policies::channel::Origin::Emergency { id, .. } = &channel.origin else { return None };
        let subject = Subject::Emergency(id.clone());
        let view = self.files_view(mirror, by, &subject);
        (!view.files.is_empty()).then_some(view)
    }
}

fn paper_line(mirror: &Mirror, item: &Item, now: Moment, may: &[CaseAct]) -> PaperLine {
    let words = match &item.state {
        ItemState::Here { reference } => reference.clone(),
        ItemState::Parallel => "由并联审批取得".into(),
        ItemState::Missing { person, .. } => format!("{} 负责", mirror.reveal(person)),
        ItemState::Supplied { reference, at, .. } => format!("{reference}，{} 补齐", at.stamp()),
        ItemState::Pledged { words, at, .. } => format!("“{words}”，{} 签署", at.stamp()),
        ItemState::Kept { findings, .. } | ItemState::False { findings, .. } => findings.clone(),
        ItemState::NotNeeded { why } => why.clone(),
    };
    PaperLine {
        paper: item.paper.clone(),
        name: item.name.clone(),
        state: (item.state.key().into(), item.state.name().into()),
        words,
        by: item.due(),
        late: item.is_late(now.day()),
        may_supply: may.contains(&CaseAct::Supply)
            && matches!(item.state, ItemState::Missing { .. }),
        may_check: may.contains(&CaseAct::Check) && matches!(item.state, ItemState::Pledged { .. }),
    }
}

/// Who usually gives each approval: the commission, the department of the land, the
/// department that was asked.
fn usual(mirror: &Mirror, channel: &Channel) -> BTreeMap<String, String> {
    let first = |kind: OrgKind, land: bool| {
        mirror
            .orgs
            .iter()
            .find(|org| {
                org.kind == kind && (!land || org.industries.contains(&model::Industry::Geohazard))
            })
            .map_or_else(String::new, |org| org.id.to_string())
    };
    let of = |approval: Approval| match approval {
        Approval::Project => first(OrgKind::Commission, false),
        Approval::Land => first(OrgKind::Department, true),
        Approval::Design => channel.application.department.to_string(),
    };
    Approval::ALL.into_iter().map(|a| (a.key().to_owned(), of(a))).collect()
}
