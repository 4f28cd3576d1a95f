//! Tender plans and notices.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    ApiError, NoticeActForm, NoticeFormPage, NoticePage, NoticesPage, PlanActForm, PlanFormPage,
    PlanPage, PlansAsk, PlansPage, SheetDraft, SheetForm,
};
use leptos::prelude::*;
use model::{DraftId, PlanId, TenderNoticeId};
use policies::notice::NoticeForm;
use policies::plan::PlanForm;
use policies::sheet::SheetKind;

/// Plans on the desk.
#[server(endpoint = "plan/list")]
pub async fn read_plans(#[server(default)] ask: PlansAsk) -> Result<PlansPage, ApiError> {
    desks()?.plans.plans(&visitor(), ask).await
}

/// One plan on the desk.
#[server(endpoint = "plan/page")]
pub async fn read_plan(id: PlanId) -> Result<PlanPage, ApiError> {
    desks()?.plans.plan(&visitor(), &id).await
}

/// The form of a plan; a new one without a key.
#[server(endpoint = "plan/form")]
pub async fn read_plan_form(
    id: Option<PlanId>,
    #[server(default)] code: String,
    draft: Option<DraftId>,
) -> Result<PlanFormPage, ApiError> {
    let refused = super::refused(draft).await?;
    desks()?.plans.plan_form(&visitor(), id.as_ref(), &code, refused).await
}

/// Saves a plan's draft, and hands it in when the form says so.
#[server(endpoint = "plan/save")]
pub async fn save_plan(token: String, id: String, form: PlanForm) -> Result<(), ApiError> {
    let key: Option<PlanId> = id.parse().ok();
    let form_at =
        key.as_ref().map_or("/desk/plans/new".into(), |id| format!("/desk/plans/{id}/edit"));
    let answer = desks()?.plans.save_plan(&sender(&token)?, key.as_ref(), form).await;
    go_on(answer, |id| format!("/desk/plans/{id}"), &form_at)
}

/// Does something with a plan: hand in, send back, publish, withdraw, discard.
#[server(endpoint = "plan/act")]
pub async fn act_on_plan(token: String, id: PlanId, form: PlanActForm) -> Result<(), ApiError> {
    let back =
        if form.act == "discard" { "/desk/plans".into() } else { format!("/desk/plans/{id}") };
    let form_at = format!("/desk/plans/{id}#decide");
    let answer = desks()?.plans.act_on_plan(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back, &form_at)
}

/// Hands in, or publishes, all plans of a sheet.
#[server(endpoint = "plan/batch")]
pub async fn act_on_batch(token: String, batch: String, form: PlanActForm) -> Result<(), ApiError> {
    let back = format!("/desk/plans?batch={batch}");
    let answer = desks()?.plans.act_on_batch(&sender(&token)?, &batch, form).await;
    go_on(answer, |()| back.clone(), &back)
}

/// A sheet that was refused.
#[server(endpoint = "plan/sheet")]
pub async fn read_sheet(kind: SheetKind, draft: Option<DraftId>) -> Result<SheetDraft, ApiError> {
    desks()?.sheets.sheet(&visitor(), kind, draft.as_ref()).await
}

/// Mends the cells of a sheet that was refused.
#[server(endpoint = "plan/mend")]
pub async fn mend_sheet(token: String, kind: SheetKind, form: SheetForm) -> Result<(), ApiError> {
    let answer = desks()?.sheets.mend_sheet(&sender(&token)?, kind, form).await;
    go_on(answer, Clone::clone, &format!("{}/import", kind.path()))
}

/// Notices on the desk.
#[server(endpoint = "notice/list")]
pub async fn read_notices(
    #[server(default)] held: bool,
    #[server(default)] before: String,
) -> Result<NoticesPage, ApiError> {
    desks()?.notices.notices(&visitor(), held, &before).await
}

/// One notice on the desk.
#[server(endpoint = "notice/page")]
pub async fn read_notice(id: TenderNoticeId) -> Result<NoticePage, ApiError> {
    desks()?.notices.notice(&visitor(), &id).await
}

/// The form of a notice; a new one without a key, from a plan's lots where one is named.
#[server(endpoint = "notice/form")]
pub async fn read_notice_form(
    id: Option<TenderNoticeId>,
    plan: Option<PlanId>,
    draft: Option<DraftId>,
) -> Result<NoticeFormPage, ApiError> {
    let refused = super::refused(draft).await?;
    desks()?.notices.notice_form(&visitor(), id.as_ref(), plan.as_ref(), refused).await
}

/// Enters a notice, or corrects one.
#[server(endpoint = "notice/save")]
pub async fn save_notice(token: String, id: String, form: NoticeForm) -> Result<(), ApiError> {
    let key: Option<TenderNoticeId> = id.parse().ok();
    let form_at =
        key.as_ref().map_or("/desk/notices/new".into(), |id| format!("/desk/notices/{id}/edit"));
    let answer = desks()?.notices.save_notice(&sender(&token)?, key.as_ref(), form).await;
    go_on(answer, |id| format!("/desk/notices/{id}"), &form_at)
}

/// Pleads for a notice that is held, lets it go, or cancels one.
#[server(endpoint = "notice/act")]
pub async fn act_on_notice(
    token: String,
    id: TenderNoticeId,
    form: NoticeActForm,
) -> Result<(), ApiError> {
    let back = format!("/desk/notices/{id}");
    let form_at = format!("{back}#decide");
    let answer = desks()?.notices.act_on_notice(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back, &form_at)
}
