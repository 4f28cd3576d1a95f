//! The green channel.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    ApiError, ChannelActForm, ChannelFormPage, ChannelFrom, ChannelPage, ChannelsAsk, ChannelsPage,
    PostForm, TaskForm,
};
use leptos::prelude::*;
use model::{ChannelId, DraftId};
use policies::channel::ChannelForm;

/// Cases.
#[server(endpoint = "channel/list")]
pub async fn read_channels(#[server(default)] ask: ChannelsAsk) -> Result<ChannelsPage, ApiError> {
    desks()?.channels.channels(&visitor(), ask).await
}

/// One case.
#[server(endpoint = "channel/page")]
pub async fn read_channel(id: ChannelId) -> Result<ChannelPage, ApiError> {
    desks()?.channels.channel(&visitor(), &id).await
}

/// The form of an application.
#[server(endpoint = "channel/form")]
pub async fn read_channel_form(
    id: Option<ChannelId>,
    #[server(default)] from: ChannelFrom,
    draft: Option<DraftId>,
) -> Result<ChannelFormPage, ApiError> {
    let refused = super::refused(draft).await?;
    desks()?.channels.channel_form(&visitor(), id.as_ref(), &from, refused).await
}

/// Applies, or hands an application in again.
#[server(endpoint = "channel/save")]
pub async fn save_channel(token: String, id: String, form: ChannelForm) -> Result<(), ApiError> {
    let key: Option<ChannelId> = id.parse().ok();
    let form_at =
        key.as_ref().map_or("/desk/channels/new".into(), |id| format!("/desk/channels/{id}/edit"));
    let answer = desks()?.channels.save_channel(&sender(&token)?, key.as_ref(), form).await;
    go_on(answer, |id| format!("/desk/channels/{id}"), &form_at)
}

/// Does something with a case.
#[server(endpoint = "channel/act")]
pub async fn act_on_channel(
    token: String,
    id: ChannelId,
    form: ChannelActForm,
) -> Result<(), ApiError> {
    let back = format!("/desk/channels/{id}");
    let form_at = format!("{back}#{}", form.act);
    let answer = desks()?.channels.act_on_channel(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back, &form_at)
}

/// Gives an approval, sends it back, or hands it in again.
#[server(endpoint = "channel/task")]
pub async fn act_on_task(token: String, id: ChannelId, form: TaskForm) -> Result<(), ApiError> {
    let back = format!("/desk/channels/{id}");
    let form_at = format!("{back}#tasks");
    let answer = desks()?.channels.act_on_task(&sender(&token)?, &id, form).await;
    go_on(answer, |()| format!("{back}#tasks"), &form_at)
}

/// Asks, answers or urges.
#[server(endpoint = "channel/say")]
pub async fn say_in_channel(token: String, id: ChannelId, form: PostForm) -> Result<(), ApiError> {
    let back = format!("/desk/channels/{id}#thread");
    let answer = desks()?.channels.say(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back.clone(), &back)
}
