//! What the clocks of the green channel do by themselves: remind, suspend, end. Safe to
//! run again after a sleep that passed several of them.

use super::{plain, tasks_of};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::ApiError;
use model::{Actor, Errand, Moment};
use policies::Stop;
use policies::channel::{
    Act as CaseAct, Channel, Decision, Item, Post, PostKind, Stage, Task, TaskState,
};

impl Site {
    /// When something of the green channel falls due next.
    pub(in crate::desk) fn channel_due(&self, mirror: &Mirror, now: Moment) -> Vec<Moment> {
        let mut due = Vec::new();
        for channel in mirror.channels.iter().filter(|c| c.stage.runs()) {
            due.extend(channel.terms.as_ref().map(|t| Moment::end_of(t.ends)));
            due.extend(channel.items.iter().filter_map(Item::due).map(Moment::end_of));
            for task in tasks_of(mirror, &channel.id) {
                if let Some((warn, red)) = self.times(&task, channel) {
                    due.extend([warn, Moment::from_ms(red.ms() + 1)]);
                }
            }
        }
        // What is past is done in this round, or was done before.
        due.retain(|at| *at > now);
        due
    }

    /// From when on an open approval is yellow, and red.
    fn times(&self, task: &Task, channel: &Channel) -> Option<(Moment, Moment)> {
        if task.state != TaskState::Open {
            return None;
        }
        task.urgency(&self.law(), &channel.stops, self.now()).ok()?.1
    }

    /// Does what is due.
    pub(in crate::desk) async fn tend_channels(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let running: Vec<(Kept<Channel>, Vec<Task>)> = {
            let mirror = self.read();
            let running = mirror.channels.iter().filter(|c| c.stage.runs());
            running.map(|c| (c.clone(), plain(&tasks_of(&mirror, &c.id)))).collect()
        };
        let mut done = Vec::new();
        for (channel, tasks) in &running {
            for task in tasks {
                done.extend(self.remind(channel, task, now).await);
            }
            if let Some(outcome) = self.end_or_suspend(channel, now).await {
                done.push(outcome);
            }
        }
        done
    }

    /// Ends a channel whose last day is over, or suspends one that owes too much.
    async fn end_or_suspend(
        &self,
        channel: &Kept<Channel>,
        now: Moment,
    ) -> Option<Result<(), ApiError>> {
        let over = channel.terms.as_ref().is_some_and(|terms| terms.ends < now.day());
        let opened = channel.opened.unwrap_or(channel.applied).day();
        let late = Item::late(&self.law(), &channel.items, opened, now.day());
        let (act, reason) = if over {
            let ends = channel.terms.as_ref()?.ends;
            (CaseAct::Expire, format!("开通期限至 {ends}，已期满"))
        } else {
            let late = late.ok().filter(|_| channel.stage == Stage::Open)?;
            // Once it was let go on, only another late paper suspends it again.
            let by_rule = |d: &&Decision| d.act == CaseAct::Suspend && d.by.is_none();
            let before = channel.decisions.iter().rev().find(by_rule);
            let told = |d: &Decision| late.papers.iter().all(|paper| d.reason.contains(paper));
            if !late.suspends.value || before.is_some_and(told) {
                return None;
            }
            (CaseAct::Suspend, format!("容缺材料逾期未补：{}", late.papers.join("、")))
        };
        let mut next = (*channel.value).clone();
        next.stage = match channel.step(act) {
            Ok(stage) => stage,
            Err(refusal) => return Some(Err(ApiError::Channel(refusal))),
        };
        if act == CaseAct::Suspend {
            next.stops.push(Stop { from: now.day(), until: None });
        }
        next.decisions.push(Decision {
            at: now,
            by: None,
            act,
            reason: reason.clone(),
            terms: None,
            law: self.law().short(),
        });
        let changes = Changes::new();
        let done = self.keep_step(&Actor::SYSTEM, channel, &next, changes, act, &reason, now).await;
        Some(done.map_err(broken))
    }

    /// Reminds of an approval, once when most of its promise is used up and once when all
    /// is.
    async fn remind(
        &self,
        channel: &Kept<Channel>,
        task: &Task,
        now: Moment,
    ) -> Vec<Result<(), ApiError>> {
        let Some((warn, red)) = self.times(task, channel) else { return vec![] };
        let mut done = Vec::new();
        for (kind, reached) in [(PostKind::Nearly, now >= warn), (PostKind::Overdue, now > red)] {
            // One for each time that it was handed in.
            let id = format!("{}-{}-{}", task.id, kind.key(), task.since.ms());
            if !reached || self.read().channel_posts.get(&id).is_some() {
                continue;
            }
            let text = match kind {
                PostKind::Nearly => format!("承诺时限已用八成，{} 到期", red.stamp()),
                _ => format!("承诺时限 {} 已过，尚未办结", red.stamp()),
            };
            let post = Post {
                id,
                channel: channel.id.clone(),
                kind,
                about: Some(task.approval),
                answers: None,
                at: now,
                by: None,
                from: "系统".into(),
                text: format!("{}：{text}", task.org_name),
            };
            done.push(self.write_reminder(channel, &post, now).await);
        }
        done
    }

    async fn write_reminder(
        &self,
        channel: &Channel,
        post: &Post,
        now: Moment,
    ) -> Result<(), ApiError> {
        let mut changes = Changes::new();
        changes.create(post).map_err(broken)?;
        let errand = Errand::ChannelClock;
        let act = Act::new(&Actor::SYSTEM, errand, Table::Channel, channel.id.as_str())
            .note(format!("{} {}：{}", channel.number, post.kind.name(), post.text))
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            // Another process was faster.
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(()),
            Err(fault) => Err(broken(fault)),
        }
    }
}
