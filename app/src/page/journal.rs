//! `/journal`: the auditor reads what everybody did, filters it, sees one case whole
//! and takes it along.

use super::{loading, shown};
use crate::api::{self, JournalAsk, JournalLine, JournalPage};
use crate::part::field::summary;
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{Errand, Faults, Role};

/// What the address asks for.
fn asked() -> Memo<JournalAsk> {
    let map = use_query_map();
    Memo::new(move |_| {
        let map = map.read();
        let text = |name: &str| map.get(name).unwrap_or_default();
        JournalAsk {
            before: text("before"),
            subject: text("subject"),
            case: text("case"),
            errand: text("errand"),
            role: text("role"),
            from: text("from"),
            to: text("to"),
        }
    })
}

/// The same question as a query, without `before`.
fn query(ask: &JournalAsk) -> String {
    let ask = JournalAsk { before: String::new(), ..ask.clone() };
    [
        ("subject", ask.subject),
        ("case", ask.case),
        ("errand", ask.errand),
        ("role", ask.role),
        ("from", ask.from),
        ("to", ask.to),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("{name}={}", leptos_router::location::Url::escape(&value)))
    .collect::<Vec<_>>()
    .join("&")
}

/// The journal, newest first.
#[component]
pub fn Journal() -> impl IntoView {
    let ask = asked();
    let page = Resource::new(move || ask.get(), api::journal);
    view! {
        <Title text="日志"/>
        <div class="page">
            <h1>"日志"</h1>
            <p class="soft">"每个动作一行，首尾相连，只增不改。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| content(page, &ask.get_untracked()))
                })}
            </Transition>
        </div>
    }
}

fn content(page: JournalPage, ask: &JournalAsk) -> impl IntoView + use<> {
    let query = query(ask);
    let older = page.older.map(|before| format!("/journal?before={before}&{query}"));
    let export = |kind: &str| format!("/journal/export.{kind}?{query}");
    let empty = page.lines.is_empty() && page.faults.is_empty();
    view! {
        {filters(ask, &page.faults)}
        <p class="line small">
            <span class="soft">"链头 № " {page.head.0} " " <code>{page.head.1}</code></span>
            <span class="push">
                <a href=export("csv") rel="external">"导出表格"</a>
                " · "
                <a href=export("jsonl") rel="external">"导出原文（可核验）"</a>
            </span>
        </p>
        <section class="card">
            {empty.then(|| view! { <p class="empty">"没有符合条件的记录。"</p> })}
            <ul>{page.lines.into_iter().map(line).collect_view()}</ul>
        </section>
        {older.map(|href| view! { <p><a href=href>"更早"</a></p> })}
    }
}

fn filters(ask: &JournalAsk, faults: &Faults) -> impl IntoView + use<> {
    let choices = |all: Vec<(&'static str, &'static str)>, chosen: &str| {
        all.into_iter()
            .map(|(key, name)| {
                let selected = key == chosen;
                view! { <option value=key selected=selected>{name}</option> }
            })
            .collect_view()
    };
    let errands = choices(Errand::ALL.iter().map(|e| (e.key(), e.name())).collect(), &ask.errand);
    let roles = choices(Role::ALL.iter().map(|r| (r.key(), r.name())).collect(), &ask.role);
    let fault = |name: &str| {
        faults.of(name).map(text::fault).map(|f| view! { <span class="fault">{f}</span> })
    };
    let (case, subject) = (ask.case.clone(), ask.subject.clone());
    let (from, to) = (ask.from.clone(), ask.to.clone());
    view! {
        {summary(faults)}
        <form class="filters" method="get" action="/journal" role="search">
            <label>"全案" <input name="case" value=case placeholder="险情编号"/> {fault("case")}</label>
            <label>"事项" <select name="errand"><option value="">"全部"</option>{errands}</select></label>
            <label>"岗位" <select name="role"><option value="">"全部"</option>{roles}</select></label>
            <label>"自" <input type="date" name="from" value=from/> {fault("from")}</label>
            <label>"至" <input type="date" name="to" value=to/> {fault("to")}</label>
            {(!subject.is_empty()).then(|| view! {
                <label>"单条记录" <input name="subject" value=subject/></label>
            })}
            <button>"查找"</button>
        </form>
    }
}

fn line(line: JournalLine) -> impl IntoView {
    view! {
        <li class="row">
            <div class="line">
                <span class="soft">{format!("№ {}", line.seq)}</span>
                <b>{line.errand}</b>
                <span>{line.who}</span>
                <time class="push small" datetime=line.at.to_string()>{line.at.stamp()}</time>
            </div>
            <p class="small">
                <a href=format!("/journal?subject={}", line.subject)>{line.about}</a>
                {(!line.note.is_empty()).then(|| format!("：{}", line.note))}
                {line.happened.map(|at| format!("（发生于 {}）", at.stamp()))}
            </p>
            <details>
                <summary class="small">"改动与依据"</summary>
                {line
                    .changes
                    .into_iter()
                    .map(|(record, fields)| view! {
                        <p class="small"><b>{record}</b> " " {fields.join("，")}</p>
                    })
                    .collect_view()}
                {(!line.rules.is_empty()).then(|| view! { <p class="small">"依据：" {line.rules.join("、")}</p> })}
                <p class="small soft">"散列 " <code>{line.hash}</code></p>
            </details>
        </li>
    }
}
