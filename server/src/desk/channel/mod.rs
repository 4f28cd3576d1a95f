//! The green channel: applied for by owners, opened by the trading centre, approved side
//! by side by departments.

mod act;
mod clock;
mod save;
mod task;
mod view;

use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::{Answer, ChannelDesk};
use app::api::{
    ApiError, ChannelActForm, ChannelFormPage, ChannelFrom, ChannelPage, ChannelsAsk, ChannelsPage,
    PostForm, Refused, TaskForm, Visitor,
};
use async_trait::async_trait;
use model::{ChannelId, Day, Errand, Target, TenderNoticeId};
use policies::NoReckoning;
use policies::channel::{
    Approval, CasePlan, Channel, ChannelForm, Origin, Post, Stage, Task, case_plan,
};

use super::plan::own;

pub(super) use save::is_over;

/// Whose record a case is.
pub(super) fn whose(channel: &Channel) -> Target<'_> {
    Target { org: Some(&channel.owner), district: None }
}

/// The department whose opinion is asked, as a target.
fn of_department(channel: &Channel) -> Target<'_> {
    Target { org: Some(&channel.application.department), district: None }
}

/// The approvals of a case.
pub(super) fn tasks_of(mirror: &Mirror, id: &ChannelId) -> Vec<Kept<Task>> {
    let of = |approval: Approval| mirror.channel_tasks.get(&Task::key(id, approval)).cloned();
    Approval::ALL.into_iter().filter_map(of).collect()
}

/// The approvals without their versions.
pub(super) fn plain(tasks: &[Kept<Task>]) -> Vec<Task> {
    tasks.iter().map(|task| (*task.value).clone()).collect()
}

/// What is said about a case, the oldest first.
pub(super) fn posts_of(mirror: &Mirror, id: &ChannelId) -> Vec<Post> {
    let head = format!("{id}-");
    let after = mirror.channel_posts.after(id.as_str());
    let mut posts: Vec<Post> = after
        .take_while(|post| post.id.starts_with(&head))
        .map(|post| (*post.value).clone())
        .collect();
    posts.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    posts
}

/// The day from which the lead of a case's plan counts, all its lots together.
pub(super) fn lead_of(mirror: &Mirror, channel: &Channel) -> Option<Day> {
    let Origin::Plan { id, .. } = &channel.origin else { return None };
    let plan = mirror.plans.get(id.as_str())?;
    plan.leads.values().map(|lead| lead.from).max()
}

impl Site {
    fn channel_of(&self, id: &ChannelId) -> Answer<Kept<Channel>> {
        self.read().channels.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    /// When a case can be done, as things stand.
    pub(super) fn plan_of_channel(
        &self,
        mirror: &Mirror,
        channel: &Channel,
        tasks: &[Task],
    ) -> Result<CasePlan, NoReckoning> {
        let today = self.now().day();
        let notice = channel.notice.as_ref().and_then(|id| mirror.tender_notices.get(id.as_str()));
        let lead = lead_of(mirror, channel);
        let facts = channel.facts(tasks, notice.map(|n| &*n.value), lead, today);
        case_plan(&self.law(), &facts)
    }
}

/// The case that a notice belongs to, if any; one that ended without a contract has none.
pub(super) fn channel_of_notice<'a>(
    mirror: &'a Mirror,
    notice: &TenderNoticeId,
) -> Option<&'a Kept<Channel>> {
    let live = |c: &&Kept<Channel>| c.stage.runs() || c.stage == Stage::Finished;
    mirror.channels.iter().filter(live).find(|channel| channel.notice.as_ref() == Some(notice))
}

#[async_trait]
impl ChannelDesk for Site {
    async fn channels(&self, by: &Visitor, ask: ChannelsAsk) -> Answer<ChannelsPage> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        Ok(self.channels_page(by, &ask))
    }

    async fn channel(&self, by: &Visitor, id: &ChannelId) -> Answer<ChannelPage> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        let channel = self.channel_of(id)?;
        self.permit(by, Errand::ChannelRead, whose(&channel))?;
        Ok(self.channel_page(by, &channel))
    }

    async fn channel_form(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        from: &ChannelFrom,
        refused: Refused<ChannelForm>,
    ) -> Answer<ChannelFormPage> {
        self.permit(by, Errand::ChannelApply, own(by))?;
        self.channel_form_page(by, id, from, refused)
    }

    async fn save_channel(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        form: ChannelForm,
    ) -> Answer<ChannelId> {
        self.permit(by, Errand::ChannelApply, own(by))?;
        self.keep_channel(by, id, form).await
    }

    async fn act_on_channel(
        &self,
        by: &Visitor,
        id: &ChannelId,
        form: ChannelActForm,
    ) -> Answer<()> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        let channel = self.channel_of(id)?;
        self.step_channel(by, &channel, form).await
    }

    async fn act_on_task(&self, by: &Visitor, id: &ChannelId, form: TaskForm) -> Answer<()> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        let channel = self.channel_of(id)?;
        self.step_task(by, &channel, form).await
    }

    async fn say(&self, by: &Visitor, id: &ChannelId, form: PostForm) -> Answer<()> {
        self.permit(by, Errand::ChannelTalk, own(by))?;
        let channel = self.channel_of(id)?;
        self.post(by, &channel, form).await
    }
}
