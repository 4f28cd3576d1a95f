//! Approvals that run side by side, and the one thread of a case.

use super::{posts_of, tasks_of, whose};
use crate::chance;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, PostForm, TaskForm, Visitor};
use model::{Errand, Fault, Faults, Target};
use policies::channel::{Approval, Channel, Post, PostKind, Refusal, Task, TaskState};

/// Whose an approval is.
pub(super) fn given_by(task: &Task) -> Target<'_> {
    Target { org: Some(&task.org), district: None }
}

impl Site {
    /// Gives an approval, sends it back, or hands it in again.
    pub(super) async fn step_task(
        &self,
        by: &Visitor,
        channel: &Kept<Channel>,
        form: TaskForm,
    ) -> Answer<()> {
        let approval: Approval = form.approval.parse().map_err(|_| ApiError::ForeignForm)?;
        let tasks = tasks_of(&self.read(), &channel.id);
        let task = tasks.into_iter().find(|t| t.approval == approval).ok_or(ApiError::NotFound)?;
        let errand = match form.act.as_str() {
            "give" | "return" => {
                self.permit(by, Errand::ApprovalGive, given_by(&task))?;
                Errand::ApprovalGive
            }
            "resubmit" => {
                self.permit(by, Errand::ChannelApply, whose(channel))?;
                Errand::ChannelApply
            }
            _ => return Err(ApiError::ForeignForm),
        };
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        if !channel.stage.runs() {
            return Err(ApiError::Channel(Refusal::Over { stage: channel.stage }));
        }
        let now = self.now();
        let mut faults = Faults::new();
        let mut next = (*task.value).clone();
        let note = match (form.act.as_str(), &task.state) {
            ("give", TaskState::Open) => {
                let document = faults.reason("document", &form.document, 2, 120);
                next.state = TaskState::Done { at: now, by: account, document: document.clone() };
                format!("批准：{document}")
            }
            ("return", TaskState::Open) => {
                let remark = faults.reason("reason", &form.reason, 4, 1_000);
                next.state = TaskState::Returned { at: now, by: account, remark: remark.clone() };
                format!("退回：{remark}")
            }
            ("resubmit", TaskState::Returned { .. }) => {
                let words = faults.reason("reason", &form.reason, 4, 1_000);
                next.since = now;
                next.state = TaskState::Open;
                format!("补正后再次提交：{words}")
            }
            _ => return Err(ApiError::Stale),
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut changes = Changes::new();
        changes.update(&task, &next).map_err(broken)?;
        changes.rests_on(channel);
        let act = Act::new(&by.actor, errand, Table::ChannelTask, task.id.as_str())
            .note(format!("{} {}：{note}", channel.number, approval.step().name()))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// Asks, answers or urges.
    pub(super) async fn post(
        &self,
        by: &Visitor,
        channel: &Kept<Channel>,
        form: PostForm,
    ) -> Answer<()> {
        let (kind, errand) = match form.kind.as_str() {
            "question" => (PostKind::Question, Errand::ChannelTalk),
            "answer" => (PostKind::Answer, Errand::ChannelTalk),
            "urge" => (PostKind::Urge, Errand::Urge),
            // Nothing was chosen.
            "" => {
                self.permit(by, Errand::ChannelTalk, whose(channel))?;
                let faults = Faults::one("kind", Fault::Missing);
                return Err(self.refuse(by, &form, faults).await);
            }
            _ => return Err(ApiError::ForeignForm),
        };
        self.permit(by, errand, whose(channel))?;
        let mut faults = Faults::new();
        let text = faults.reason("text", &form.text, 2, 2_000);
        let about = match form.about.trim() {
            "" => None,
            key => faults.choice::<Approval>("about", key),
        };
        let answers = match form.answers.trim() {
            "" => None,
            id if kind == PostKind::Answer => Some(id.to_owned()),
            _ => None,
        };
        let known = posts_of(&self.read(), &channel.id);
        if kind == PostKind::Answer {
            let asked = answers.as_ref().and_then(|id| known.iter().find(|p| p.id == *id));
            if !asked.is_some_and(|p| matches!(p.kind, PostKind::Question | PostKind::Urge)) {
                faults.note("answers", Fault::NotAChoice);
            }
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let now = self.now();
        let post = Post {
            id: format!("{}-{}", channel.id, chance::key("p")),
            channel: channel.id.clone(),
            kind,
            about,
            answers,
            at: now,
            by: by.actor.account.clone(),
            from: by.org_name.clone(),
            text,
        };
        let mut changes = Changes::new();
        changes.create(&post).map_err(broken)?;
        let act = Act::new(&by.actor, errand, Table::Channel, channel.id.as_str()).note(format!(
            "{} {}：{}",
            channel.number,
            kind.name(),
            post.text
        ));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
