//! `/rules`: the rules with their sources, for everybody; `/rules/deadline`: what a
//! limit comes to, counted step by step.

use super::{loading, query, shown};
use crate::api::{self, ReckonPage, RuleView, RulesPage, ValueView};
use crate::part::state::{badge, standing};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use policies::{Limit, Reckoning, Standing};

/// All rules.
#[component]
pub fn Rules() -> impl IntoView {
    let words = query("q");
    let page = Resource::new(move || words.get(), api::read_rules);
    view! {
        <Title text="规则库"/>
        <div class="page">
            <h1>"规则库"</h1>
            <p class="soft">"系统显示和执行的每一个期限、上限和门槛，都在这里，连同出处、施行日期和性质。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, rules) })}
            </Transition>
        </div>
    }
}

fn rules(page: RulesPage) -> impl IntoView {
    let RulesPage { words, topics, counts: (all, checked) } = page;
    let empty = topics.is_empty();
    view! {
        <form class="filters" method="get" action="/rules" role="search">
            <label>"查找" <input type="search" name="q" value=words placeholder="如：公示、保证金、第五十四条"/></label>
            <button>"查找"</button>
            <a class="small" href="/rules/deadline">"期限计算器"</a>
        </form>
        <p class="small soft">{format!("共 {all} 条；其中 {checked} 条已由人工与原文核对，其余标“待核”。")}</p>
        {empty.then(|| view! { <p class="empty">"没有符合的规则。"</p> })}
        {topics
            .into_iter()
            .map(|(title, rules)| view! {
                <section class="card">
                    <header><h2>{title}</h2></header>
                    <ul>{rules.into_iter().map(rule).collect_view()}</ul>
                </section>
            })
            .collect_view()}
    }
}

/// The standing as a badge: law stands out from what is only ours.
fn standing_badge(of: Standing) -> impl IntoView {
    let tone = match of {
        Standing::Statutory | Standing::Local => "done",
        Standing::Default | Standing::Reference => "plain",
    };
    badge(tone, standing(of))
}

fn rule(rule: RuleView) -> impl IntoView {
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

/// What a limit comes to.
#[component]
pub fn Deadline() -> impl IntoView {
    let (rule, day) = (query("rule"), query("day"));
    let page = Resource::new(move || (rule.get(), day.get()), |(rule, day)| api::reckon(rule, day));
    view! {
        <Title text="期限计算器"/>
        <div class="page narrow">
            <p class="small"><a href="/rules">"规则库"</a></p>
            <h1>"期限计算器"</h1>
            <p class="soft">"选一条规则，填起算日，得到日期、依据和数法。网址即结果，可以转给别人核对。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, calculator) })}
            </Transition>
        </div>
    }
}

fn calculator(page: ReckonPage) -> impl IntoView {
    let fault = |name: &str| {
        page.faults.of(name).map(text::fault).map(|f| view! { <span class="fault">{f}</span> })
    };
    let (rule_fault, day_fault) = (fault("rule"), fault("day"));
    let options = page
        .offered
        .into_iter()
        .map(|(key, name)| {
            let selected = key == page.rule;
            view! { <option value=key selected=selected>{name}</option> }
        })
        .collect_view();
    let ics = format!("/rules/deadline.ics?rule={}&day={}", page.rule, page.day);
    let event = if page.event.is_empty() { "起算之日".to_owned() } else { page.event };
    view! {
        <form class="card pad form" method="get" action="/rules/deadline">
            <div class="field">
                <label for="rule">"规则"</label>
                <select id="rule" name="rule"><option value="">"请选择"</option>{options}</select>
                <p class="note">{rule_fault}</p>
            </div>
            <div class="field">
                <label for="day">{event}</label>
                <input id="day" type="date" name="day" value=page.day/>
                <p class="note">{day_fault}</p>
            </div>
            <button>"计算"</button>
        </form>
        {page.answer.map(|answer| reckoned(answer, ics))}
    }
}

fn reckoned(answer: Reckoning, ics: String) -> impl IntoView {
    let sentence = match &answer.limit.value {
        Limit::NotBefore { day } => format!("最早 {day}"),
        Limit::NotAfter { day, practical } if day == practical => format!("最迟 {day} 24:00"),
        Limit::NotAfter { day, practical } => {
            format!("最迟 {day} 24:00（休息日，实际应在 {practical} 办理）")
        }
        Limit::RunsUntil { day, next } => format!("到 {day} 24:00 届满，{next} 起可办下一步"),
    };
    let basis = answer.limit.basis.as_ref().map(|b| b.line());
    let note = answer.limit.basis.as_ref().and_then(|b| b.note.clone());
    view! {
        <section class="card pad" aria-labelledby="answer">
            <p class="line">
                {standing_badge(answer.limit.standing)}
                {answer.estimated.then(|| badge("due", "预估"))}
                {(!answer.limit.checked).then(|| badge("plain", "待核"))}
            </p>
            <div role="status"><h2 id="answer">{sentence}</h2></div>
            <p>{format!("{}：{}", answer.limit.label, answer.unit.amount(i64::from(answer.days)))}</p>
            {basis.map(|basis| view! { <p class="small">{basis}</p> })}
            {note.map(|note| view! { <p class="small soft">{note}</p> })}
            <details open=true>
                <summary>"怎样数的"</summary>
                <ol class="trace small">{answer.trace.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
            </details>
            <p><a href=ics rel="external">"加入日历（.ics）"</a></p>
        </section>
    }
}
