//! `/desk/plans`: tender plans on the desk.

use super::{loading, query, shown};
use crate::api::{self, ActOnBatch, PlanLine, PlansAsk, PlansPage};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use policies::plan::Stage;

/// The states that a list is filtered by.
const STATES: [(&str, &str); 6] = [
    ("", "全部"),
    ("drafts", "编制中"),
    ("waiting", "待核对"),
    ("returned", "已退回"),
    ("public", "已公开"),
    ("due", "将失效"),
];

/// Where a plan stands, as a badge.
pub fn stage(stage: Stage) -> impl IntoView {
    let tone = match stage {
        Stage::Published => "done",
        Stage::Lapsed => "due",
        Stage::Unpublished | Stage::Realised | Stage::Withdrawn => "plain",
    };
    badge(tone, stage.name())
}

/// Plans on the desk.
#[component]
pub fn Plans() -> impl IntoView {
    let (state, batch, after) = (query("state"), query("batch"), query("after"));
    let action = ServerAction::<ActOnBatch>::new();
    let page = Resource::new(
        move || (state.get(), batch.get(), after.get(), action.version().get()),
        |(state, batch, after, _)| api::read_plans(PlansAsk { state, batch, after }),
    );
    view! {
        <Title text="招标计划"/>
        <div class="page">
            <h1>"招标计划"</h1>
            <p class="soft">"在招标公告前公开，让企业早作准备；公开的内容是预告，不是要约。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let asked = PlansAsk { state: state.get(), batch: batch.get(), after: after.get() };
                    shown(page.await, move |page| list(page, asked, action))
                })}
            </Transition>
        </div>
    }
}

fn list(page: PlansPage, ask: PlansAsk, action: ServerAction<ActOnBatch>) -> impl IntoView {
    let tabs = STATES.map(|(key, name)| {
        let count = page.counts.get(key).copied().unwrap_or_default();
        let name = if key.is_empty() { name.to_owned() } else { format!("{name} {count}") };
        let href = format!("/desk/plans?state={key}&batch={}", ask.batch);
        let current = (ask.state == key).then_some("page");
        view! { <a href=href aria-current=current>{name}</a> }
    });
    let batch = (!ask.batch.is_empty()).then(|| batch_form(&page, &ask, action));
    let next = page.next.as_ref().map(|id| {
        let href = format!("/desk/plans?state={}&batch={}&after={id}", ask.state, ask.batch);
        view! { <p class="pad"><a href=href>"下一页"</a></p> }
    });
    let none = page.plans.is_empty();
    view! {
        {page.may_write.then(|| view! {
            <p class="actions">
                <a class="button" href="/desk/plans/new">"新编计划"</a>
                <a class="button quiet" href="/desk/plans/import">"表格导入"</a>
                <a class="button quiet" href="/desk/notices">"招标公告登记"</a>
            </p>
        })}
        {batch}
        <nav class="tabs" aria-label="按状态">{tabs.collect_view()}</nav>
        <section class="card" aria-labelledby="plans">
            <header><h2 id="plans">{format!("{} 项", page.total)}</h2></header>
            {none.then(|| view! { <p class="empty">"没有这样的计划。"</p> })}
            <ul>{page.plans.into_iter().map(row).collect_view()}</ul>
            {next}
        </section>
    }
}

fn batch_form(
    page: &PlansPage,
    ask: &PlansAsk,
    action: ServerAction<ActOnBatch>,
) -> impl IntoView + use<> {
    let count = |state: &str| page.counts.get(state).copied().unwrap_or_default();
    let (open, waiting) = (count("drafts") + count("returned"), count("waiting"));
    let button = if page.may_write && open > 0 {
        Some(("submit", format!("本批 {open} 项全部提交核对")))
    } else if page.may_check && waiting > 0 {
        Some(("publish", format!("本批 {waiting} 项全部发布")))
    } else {
        None
    };
    let batch = ask.batch.clone();
    view! {
        <div class="card pad">
            <p>{format!("同一表格导入的计划；编制中 {open} 项，待核对 {waiting} 项，已公开 {} 项。", count("public"))}</p>
            {button.map(|(act, words)| form!(action, "form",
                <Token/>
                <input type="hidden" name="batch" value=batch/>
                <button name="form[act]" value=act>{words}</button>))}
        </div>
    }
}

fn row(plan: PlanLine) -> impl IntoView {
    let href = format!("/desk/plans/{}", plan.id);
    let lapses = plan.lapses.map(|day| badge("due", format!("{day} 失效")));
    let draft = plan.draft.map(|(key, name)| {
        let tone = match key.as_str() {
            "submitted" => "due",
            "returned" => "danger",
            _ => "plain",
        };
        badge(tone, name)
    });
    view! {
        <li class="row">
            <div class="line">
                {stage(plan.stage)} {draft} {lapses}
                <a class="title" href=href>{plan.project}</a>
                <span class="push small">{format!("{} 元", plan.estimate)}</span>
            </div>
            <p class="small soft">
                {plan.number.map(|n| format!("{n} · "))}
                {format!("{} · {} 个标段 · 预计公告 {}", plan.owner, plan.lots, plan.notice)}
            </p>
        </li>
    }
}
