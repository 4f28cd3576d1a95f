//! `/rules`: the rules with their sources, for everybody.

use super::{loading, query, shown};
use crate::api::{self, ApiError, RuleView, RulesPage, ValueView};
use crate::law;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use policies::Standing;
use std::collections::BTreeMap;

/// All rules.
#[component]
pub fn Rules() -> impl IntoView {
    let (words, edition) = (query("q"), query("law"));
    let page = Resource::new(
        move || (words.get(), edition.get()),
        |(words, edition)| async move {
            let (law, _) = law::edition(edition).await?;
            Ok::<_, ApiError>((law::list(&law, &words), api::law_uses().await?))
        },
    );
    view! {
        <Title text="规则库"/>
        <div class="page">
            <h1>"规则库"</h1>
            <p class="soft">"系统显示和执行的每一个期限、上限和门槛，都在这里，连同出处、施行日期和性质。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, |(page, uses)| rules(page, &uses)) })}
            </Transition>
        </div>
    }
}

fn rules(page: RulesPage, uses: &BTreeMap<String, u32>) -> impl IntoView + use<> {
    let RulesPage { words, topics, counts: (all, checked), law } = page;
    let empty = topics.is_empty();
    view! {
        <p class="tools">
            <a class="button quiet" href="/rules/deadline">"期限计算器"</a>
            <a class="button quiet" href="/rules/bond">"保证金计算器"</a>
            <a class="button quiet" href="/rules/tender">"是否必须招标"</a>
        </p>
        <Form method="GET" action="/rules" attr:class="filters" attr:role="search">
            <label>"查找" <input type="search" name="q" value=words placeholder="如：公示、保证金、第五十四条"/></label>
            <button>"查找"</button>
        </Form>
        <p class="small soft">
            {format!("共 {all} 条；其中 {checked} 条已由人工与原文核对，其余标“待核”。")}
            {by_law(&law)}
        </p>
        {empty.then(|| view! { <p class="empty">"没有符合的规则。"</p> })}
        {topics
            .into_iter()
            .map(|(title, rules)| view! {
                <section class="card">
                    <header><h2>{title}</h2></header>
                    <ul>{rules.into_iter().map(|r| { let n = uses.get(&r.id).copied(); rule(r, n) }).collect_view()}</ul>
                </section>
            })
            .collect_view()}
    }
}

/// By which edition of the rules something was judged, with its text.
pub fn by_law(law: &str) -> impl IntoView + use<> {
    let href = format!("/law/{law}.json");
    view! { "规则版本 " <a href=href rel="external"><code>{law.to_owned()}</code></a> }
}

/// The standing as a badge: law stands out from what is only ours.
pub fn standing_badge(of: Standing) -> impl IntoView {
    let tone = match of {
        Standing::Statutory | Standing::Local => "done",
        Standing::Default | Standing::Reference => "plain",
    };
    badge(tone, of.name())
}

fn rule(rule: RuleView, cases: Option<u32>) -> impl IntoView {
    let href = format!("/rules/deadline?rule={}", rule.id);
    let mut values = rule.values.into_iter();
    let newest = values.next();
    let older: Vec<ValueView> = values.collect();
    view! {
        <li class="row" id=rule.id.clone()>
            <div class="line">
                <b>{rule.label}</b>
                {newest.as_ref().map(|v| standing_badge(v.standing))}
                <b class="push">{newest.as_ref().map(|v| v.amount.clone())}</b>
            </div>
            {newest.map(value)}
            <p class="line small soft">
                <span>{format!("{} · {}", rule.kind, rule.id)}</span>
                {cases.map(|n| view! { <span>{format!("近一年 {n} 件险情按此判断")}</span> })}
                {rule.offered.then(|| view! { <a class="push" href=href>"计算日期"</a> })}
            </p>
            {(!older.is_empty()).then(|| view! {
                <details>
                    <summary class="small">"以前的规定"</summary>
                    {older
                        .into_iter()
                        .map(|v| view! { <div><b>{v.amount.clone()}</b>{value(v)}</div> })
                        .collect_view()}
                </details>
            })}
        </li>
    }
}

fn value(value: ValueView) -> impl IntoView {
    let span = value.to.map_or_else(
        || format!("自 {} 起施行", value.from),
        |to| format!("{} 至 {to} 施行", value.from),
    );
    view! {
        {(!value.source.is_empty()).then(|| view! { <p class="small">{value.source}</p> })}
        {(!value.note.is_empty()).then(|| view! { <p class="small soft">{value.note}</p> })}
        <p class="small soft">
            {span} " · "
            {value.checked.map_or("待核".to_owned(), |day| format!("{day} 核对"))}
        </p>
    }
}
