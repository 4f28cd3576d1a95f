//! Open approvals of all departments, by how pressing they are (红黄绿).

use super::super::channel::{plain, posts_of, tasks_of, whose};
use crate::site::Site;
use app::api::{DepartmentLine, SupervisedTask, SupervisionPage, Visitor};
use model::{Errand, OrgId, permit};
use policies::channel::{PostKind, TaskState, Urgency};
use std::collections::BTreeMap;

impl Site {
    pub(super) fn supervision_page(&self, by: &Visitor) -> SupervisionPage {
        let mirror = self.read();
        let now = self.now();
        let mut lines: BTreeMap<OrgId, DepartmentLine> = BTreeMap::new();
        let mut late = Vec::new();
        for channel in mirror.channels.iter() {
            if permit(&by.actor, Errand::ChannelRead, whose(channel)).is_err() {
                continue;
            }
            let title = format!("{} {}", channel.number, channel.application.project);
            let owed = channel.items.iter().filter(|i| i.is_late(now.day()) && i.due().is_some());
            let owed: Vec<&str> = owed.map(|i| i.name.as_str()).collect();
            if channel.stage.owes() && !owed.is_empty() {
                late.push((channel.id.clone(), title.clone(), owed.join("、")));
            }
            let posts = posts_of(&mirror, &channel.id);
            for task in plain(&tasks_of(&mirror, &channel.id)) {
                let line = lines.entry(task.org.clone()).or_insert_with(|| DepartmentLine {
                    org: task.org.clone(),
                    name: task.org_name.clone(),
                    open: [0; 3],
                    done: (0, 0),
                    tasks: vec![],
                });
                let urgency = self.urgency_of(&task, channel, now);
                if task.done().is_some() {
                    line.done.0 += 1;
                    line.done.1 += usize::from(urgency == Urgency::Green);
                } else if task.state == TaskState::Open && channel.stage.runs() {
                    line.open[urgency as usize] += 1;
                    let urged = |p: &&policies::channel::Post| {
                        p.kind == PostKind::Urge && p.about.is_none_or(|a| a == task.approval)
                    };
                    line.tasks.push(SupervisedTask {
                        channel: channel.id.clone(),
                        title: title.clone(),
                        approval: task.approval.step().name().into(),
                        urgency,
                        clock: self.task_clock(&task, channel, now),
                        urged: posts.iter().filter(urged).count(),
                    });
                }
            }
        }
        let mut departments: Vec<DepartmentLine> = lines.into_values().collect();
        for line in &mut departments {
            line.tasks
                .sort_by_key(|t| (std::cmp::Reverse(t.urgency), t.clock.as_ref().map(|c| c.due)));
        }
        departments.sort_by_key(|d| std::cmp::Reverse((d.open[2], d.open[1], d.open[0])));
        SupervisionPage { departments, late, now }
    }
}
