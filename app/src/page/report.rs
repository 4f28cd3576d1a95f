//! `/report`: anyone reports a danger; `/reported/:id` says that it arrived.

use super::{draft_key, loading, path_key, shown};
use crate::api::{self, ApiError, Refused, ReportEmergency, ReportForm};
use crate::part::field::{Field, summary};
use crate::part::files::{attach, refused as files_refused};
use crate::part::locate::PlaceFields;
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{District, EmergencyId, Urgency, WorkKind};

/// The report form, for officials and for anyone.
#[component]
pub fn Report() -> impl IntoView {
    let draft = draft_key();
    let form = Resource::new(
        move || draft.get(),
        |id| async move {
            let mut refused = api::refused::<ReportForm>(id).await?;
            if refused.form.id.is_empty() {
                refused.form.id = api::fresh_report_id().await?;
            }
            Ok::<_, ApiError>(refused)
        },
    );
    let action = ServerAction::<ReportEmergency>::new();
    view! {
        <Title text="上报险情"/>
        <div class="page narrow">
            <h1>"上报险情"</h1>
            <p>"有人正处于危险中，请先拨打 " <a href="tel:119">"119"</a> " 或 " <a href="tel:110">"110"</a> "。不知道的项目可以不填，先报上来。"</p>
            {outcome(action.value())}
            <Suspense fallback=loading>
                {move || Suspend::new(async move {
                    shown(form.await, move |refused| fields(refused, action))
                })}
            </Suspense>
        </div>
    }
}

fn fields(refused: Refused<ReportForm>, action: ServerAction<ReportEmergency>) -> impl IntoView {
    let Refused { form, faults } = refused;
    let pairs = |items: Vec<(&str, &str)>| -> Vec<(String, String)> {
        items.into_iter().map(|(k, n)| (k.to_owned(), n.to_owned())).collect()
    };
    let kinds = pairs(WorkKind::ALL.iter().map(|k| (k.key(), k.name())).collect());
    let districts = pairs(District::ALL.iter().map(|d| (d.key(), d.name())).collect());
    let urgencies = pairs(Urgency::ALL.iter().map(|u| (u.key(), u.name())).collect());
    view! {
        {form!(action, "card pad form", {summary(&faults)}
            <Token/>
            <input type="hidden" name="form[id]" value=form.id.clone()/>
            {Field::new("title", "一句话说明").hint("如：凉水镇滑坡掩埋道路").input(&faults, &form.title)}
            {Field::new("kind", "属于哪类").optional().select(&faults, &form.kind, kinds)}
            {Field::new("urgency", "紧急程度").optional().hint("特急：有人遇险或险情迅速扩大。").select(&faults, &form.urgency, urgencies)}
            {Field::new("people", "被困或受威胁人数").kind("number").optional().input(&faults, &form.people)}
            {Field::new("description", "看到了什么").optional().area(&faults, &form.description)}
            <fieldset>
                <legend>"在哪里"</legend>
                {Field::new("district", "县区").hint("定位或点选过的，可不选。").optional().select(&faults, &form.district, districts)}
                {Field::new("address", "地点").hint("乡镇、道路桩号或附近标志，如：凉水镇 G543 K66+300").input(&faults, &form.address)}
                {PlaceFields { form: "", lon: &form.lon, lat: &form.lat, datum: Some(&form.datum), required: false, map: true }.fields(&faults)}
                <p class="small soft">"经纬度不填时按县区驻地估计，由值班员核定。"</p>
            </fieldset>
            {Field::new("seen", "发现时间").kind("datetime-local").optional().input(&faults, &form.seen)}
            <fieldset>
                <legend>"怎样联系您"</legend>
                {Field::new("name", "姓名").optional().input(&faults, &form.name)}
                {Field::new("phone", "电话").kind("tel").optional().hint("只供核实险情，不公开。").input(&faults, &form.phone)}
            </fieldset>
            <button>"上报"</button>)}
    }
}

/// The report arrived.
#[component]
pub fn Reported() -> impl IntoView {
    let id: Memo<Option<EmergencyId>> = path_key("id");
    let receipt = Resource::new(
        move || id.get(),
        |id| async move { api::receipt(id.ok_or(ApiError::NotFound)?).await },
    );
    view! {
        <Title text="已收到"/>
        <div class="page narrow">
            <Suspense fallback=loading>
                {move || Suspend::new(async move {
                    shown(receipt.await, move |page| view! {
                        <h1>"已收到"</h1>
                        <p class="good" role="status">
                            "编号 " <b>{page.number}</b> "：" {page.title}
                        </p>
                        <p>{format!("现在：{}。核实和处置结果可在", page.stage.name())}<a href="/publicity">"抢险公示"</a>"查看。"</p>
                        <section class="card" id="files">
                            <header>
                                <h2>"现场照片"</h2>
                                <span class="small soft">{format!("已收到 {} 个文件", page.photos)}</span>
                            </header>
                            {files_refused()}
                            {if page.files.may_add {
                                attach(page.files.path).into_any()
                            } else {
                                view! { <p class="empty">"核查已经开始，不再收照片；有新情况请再报一次。"</p> }.into_any()
                            }}
                        </section>
                    })
                })}
            </Suspense>
        </div>
    }
}
