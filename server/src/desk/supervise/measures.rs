//! What the green channel comes to, by ground, department and district.

use super::super::channel::{plain, tasks_of, whose};
use super::super::plan::org_name;
use crate::site::Site;
use crate::store::Mirror;
use app::api::{MeasureRow, MeasuresPage, Visitor};
use model::{Errand, permit};
use policies::channel::{Channel, Measure, Stage, TaskState, Told, Urgency};
use policies::keys;
use std::collections::BTreeMap;

impl Site {
    /// What counts of one case, as of now.
    pub(in crate::desk) fn told(&self, mirror: &Mirror, channel: &Channel) -> Told {
        let now = self.now();
        let tasks = plain(&tasks_of(mirror, &channel.id));
        let green =
            |task: &&policies::channel::Task| self.urgency_of(task, channel, now) == Urgency::Green;
        let given = tasks.iter().filter(|task| task.done().is_some());
        let overdue = tasks.iter().filter(|task| {
            channel.stage.runs()
                && task.state == TaskState::Open
                && self.urgency_of(task, channel, now) == Urgency::Red
        });
        let decided = channel.decided_after();
        let due = self.law().due(keys::CHANNEL_DECIDE, channel.applied).ok();
        let promise = due.map(|due| channel.applied.ms_until(due.value));
        let owed = channel.items.iter().filter(|i| i.due().is_some() && i.is_late(now.day()));
        let plan = (channel.stage == Stage::Finished)
            .then(|| self.plan_of_channel(mirror, channel, &tasks).ok())
            .flatten();
        Told {
            ground: channel.application.ground,
            department: channel.application.department.clone(),
            district: channel.application.district,
            decided,
            in_time: decided.zip(promise).is_some_and(|(took, promise)| took <= promise),
            given: given.clone().count(),
            kept: given.filter(green).count(),
            overdue: overdue.count(),
            owed: if channel.stage.owes() { owed.count() } else { 0 },
            saved: plan.map(|plan| plan.saved),
        }
    }

    pub(super) fn measures_page(&self, by: &Visitor) -> MeasuresPage {
        let mirror = self.read();
        let told: Vec<Told> = mirror
            .channels
            .iter()
            .filter(|c| permit(&by.actor, Errand::ChannelRead, whose(c)).is_ok())
            .map(|c| self.told(&mirror, c))
            .collect();
        let rows = |key: &dyn Fn(&Told) -> (String, String)| {
            let mut groups: BTreeMap<(String, String), Vec<&Told>> = BTreeMap::new();
            for case in &told {
                groups.entry(key(case)).or_default().push(case);
            }
            let row = |((key, name), cases): ((String, String), Vec<&Told>)| MeasureRow {
                key,
                name,
                measure: Measure::of(cases.into_iter()),
            };
            groups.into_iter().map(row).collect::<Vec<_>>()
        };
        let grounds = rows(&|c| (c.ground.key().into(), c.ground.name().into()));
        let departments = rows(&|c| (c.department.to_string(), org_name(&mirror, &c.department)));
        let districts = rows(&|c| (c.district.key().into(), c.district.name().into()));
        let promise = self.law().figure(keys::CHANNEL_DECIDE, self.now().day());
        MeasuresPage {
            all: Measure::of(told.iter()),
            by: vec![
                ("ground".into(), "按情形".into(), grounds),
                ("department".into(), "按行业部门".into(), departments),
                ("district".into(), "按县区".into(), districts),
            ],
            promise: promise
                .map_or_else(|_| String::new(), |minutes| format!("{} 小时", minutes.value / 60)),
        }
    }
}
