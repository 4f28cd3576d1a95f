//! `/rules/changes`: changes to the rules (参数管理): drafted by one, tried on the past,
//! decided by another.

use super::rules::by_law;
use super::{draft_key, loading, path_key, shown};
use crate::api::{
    self, ApiError, ChangeForm, ChangeLine, ChangePage, ChangesPage, DecideChange, DraftChange,
    EffectView, ReasonForm, Refused,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::LawChangeId;

/// Changes to the rules.
#[component]
pub fn Changes() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<DraftChange>::new();
    let page = Resource::new(
        move || (draft.get(), action.version().get()),
        |(draft, _)| async move {
            let page = api::read_changes().await?;
            Ok::<_, ApiError>((page, api::refused::<ChangeForm>(draft).await?))
        },
    );
    view! {
        <Title text="参数管理"/>
        <div class="page">
            <p class="small"><a href="/rules">"规则库"</a></p>
            <h1>"参数管理"</h1>
            <p class="soft">"一人起草，先看对过去一年案件的影响，再由另一人审定；从施行之日起算，不溯及既往。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| list(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

fn state(line: &ChangeLine) -> impl IntoView + use<> {
    match line.state.as_str() {
        "approved" => badge("done", "已施行"),
        "waiting" => badge("done", "已审定，待施行"),
        "refused" => badge("plain", "未采纳"),
        _ => badge("due", "待审定"),
    }
}

fn list(
    page: ChangesPage,
    refused: Refused<ChangeForm>,
    action: ServerAction<DraftChange>,
) -> impl IntoView {
    let none = page.changes.is_empty();
    let draft = page.may_draft.then(|| draft_form(&page, refused, action));
    view! {
        <p class="small soft">{by_law(&page.law)}</p>
        {draft}
        <section class="card" aria-labelledby="changes">
            <header><h2 id="changes">"变更"</h2></header>
            {none.then(|| view! { <p class="empty">"规则与随程序发布的相同，没有变更。"</p> })}
            <ul>
                {page
                    .changes
                    .into_iter()
                    .map(|line| view! {
                        <li class="row">
                            <div class="line">
                                {state(&line)}
                                <a href=format!("/rules/changes/{}", line.id)>{line.title}</a>
                                <span class="push small soft">{format!("{} {}", line.by, line.at.stamp())}</span>
                            </div>
                            <p class="small">{line.reason}</p>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

fn draft_form(
    page: &ChangesPage,
    refused: Refused<ChangeForm>,
    action: ServerAction<DraftChange>,
) -> impl IntoView + use<> {
    let Refused { form, faults } = refused;
    let open = !faults.is_empty();
    let whole = !form.text.is_empty();
    let statuses =
        [("default", "系统默认·待主管部门确认"), ("local", "本地规定"), ("statutory", "法定")];
    let statuses = statuses.map(|(k, n)| (k.to_owned(), n.to_owned())).to_vec();
    let rules = page.rules.clone();
    view! {
        <details class="card pad" id="draft" open=open>
            <summary>"起草变更"</summary>
            {form!(action, "form", {summary(&faults)}
                <Token/>
                {Field::new("rule", "规则").optional().select(&faults, &form.rule, rules)}
                <div class="pair">
                    {Field::new("value", "新的取值").optional().hint("金额填万元，比例填百分数，其余按原单位。").kind("decimal").input(&faults, &form.value)}
                    {Field::new("from", "施行日期").optional().kind("date").input(&faults, &form.from)}
                    {Field::new("status", "性质").optional().select(&faults, &form.status, statuses)}
                    {Field::new("instrument", "出处（文件名称）").optional().hint("法定、本地规定必填。").input(&faults, &form.instrument)}
                    {Field::new("number", "文号").optional().input(&faults, &form.number)}
                    {Field::new("article", "条款").optional().input(&faults, &form.article)}
                </div>
                <details open=whole>
                    <summary>"或者载入规则文件（如国务院下一年放假安排）"</summary>
                    {Field::new("text", "规则文件").optional().hint("TOML；填了这里，上面各栏不算。").area(&faults, &form.text)}
                </details>
                {Field::new("reason", "变更理由").area(&faults, &form.reason)}
                {Field::new("basis", "溯及既往的书面依据").optional().hint("施行日期不晚于今天的必填：文件名称、文号、条款。").input(&faults, &form.basis)}
                <button>"起草，先看影响"</button>)}
        </details>
    }
}

/// One change whole.
#[component]
pub fn ChangeWhole() -> impl IntoView {
    let id: Memo<Option<LawChangeId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<DecideChange>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            let page = api::read_change(id.ok_or(ApiError::NotFound)?).await?;
            Ok::<_, ApiError>((page, api::refused::<ReasonForm>(draft).await?))
        },
    );
    view! {
        <Title text="参数变更"/>
        <div class="page">
            <p class="small"><a href="/rules/changes">"参数管理"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| whole(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: ChangePage,
    refused: Refused<ReasonForm>,
    action: ServerAction<DecideChange>,
) -> impl IntoView {
    let ChangePage { line, text, basis, values, judged, does_not_fit, effects, .. } = page;
    let (decided, may_decide, own) = (page.decided, page.may_decide, page.own);
    let (cases, findings) = judged;
    let differ = effects.len();
    let none = effects.is_empty();
    let shown_state = state(&line);
    let decide = may_decide.then(|| {
        let Refused { form, faults } = refused;
        let id = line.id.to_string();
        view! {
            <section class="card pad" id="decide" aria-labelledby="decide-title">
                <h2 id="decide-title">"审定"</h2>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    {Field::new("reason", "审定意见").area(&faults, &form.reason)}
                    <p class="actions">
                        <button name="granted" value="yes">"同意施行"</button>
                        <button name="granted" value="no" class="stop">"不予采纳"</button>
                    </p>)}
            </section>
        }
    });
    view! {
        <h1>{line.title}</h1>
        <p class="line">{shown_state}<span class="small soft">{format!("{} 起草于 {}", line.by, line.at.stamp())}</span></p>
        <p>{line.reason}</p>
        {(!basis.is_empty()).then(|| view! { <p class="basis">{format!("溯及既往的依据：{basis}")}</p> })}
        {decided.map(|(by, at, words)| view! { <p class="basis">{format!("{by} 审定于 {}：{words}", at.stamp())}</p> })}
        <section class="card" aria-labelledby="values">
            <header><h2 id="values">"改什么"</h2></header>
            <ul>
                {values
                    .into_iter()
                    .map(|(rule, before, after, from)| view! {
                        <li class="row line"><b>{rule}</b><span class="push">{format!("{before} → {after}，自 {from} 起")}</span></li>
                    })
                    .collect_view()}
            </ul>
            <details class="pad"><summary class="small">"规则文件"</summary><pre class="small">{text}</pre></details>
        </section>
        <section class="card" aria-labelledby="effects">
            <header>
                <h2 id="effects">"假如过去一年就这样规定"</h2>
                <span class="small soft">{format!("{cases} 件，{findings} 项结论，{differ} 项不同")}</span>
            </header>
            {(!does_not_fit.is_empty()).then(|| view! { <p class="pad trouble">{format!("与现行规则已不相容：{does_not_fit}")}</p> })}
            {(none && does_not_fit.is_empty()).then(|| {
                let said = if findings == 0 {
                    "过去一年没有按这些规则下过的结论，影响试不出来。"
                } else {
                    "没有一项结论会不同。"
                };
                view! { <p class="empty">{said}</p> }
            })}
            <ul>
                {effects
                    .into_iter()
                    .map(|EffectView { case, what, before, after }| view! {
                        <li class="row"><div class="line"><b>{case}</b><span>{what}</span></div><p class="small">{format!("{before} → {after}")}</p></li>
                    })
                    .collect_view()}
            </ul>
        </section>
        {own.then(|| view! { <p class="basis">"自己起草的变更，须由另一人审定。"</p> })}
        {decide}
    }
}
