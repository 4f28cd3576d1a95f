//! `/journal`: the auditor reads what everybody did.

use super::{loading, query, shown};
use crate::api::{self, JournalPage};
use leptos::prelude::*;
use leptos_meta::Title;

/// The journal, newest first.
#[component]
pub fn Journal() -> impl IntoView {
    let (before, subject) = (query("before"), query("subject"));
    let page = Resource::new(
        move || (before.get().parse::<i64>().ok(), subject.get()),
        |(before, subject)| api::journal(before, subject),
    );
    view! {
        <Title text="日志"/>
        <div class="page">
            <h1>"日志"</h1>
            <p class="soft">"每个动作一行，首尾相连，只增不改。"</p>
            <form class="filters" method="get" action="/journal" role="search">
                <label>"只看一件"
                    <input name="subject" value=subject placeholder="emergency:编号"/>
                </label>
                <button>"查找"</button>
            </form>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, move |p| lines(p, subject.get_untracked())) })}
            </Transition>
        </div>
    }
}

fn lines(page: JournalPage, subject: String) -> impl IntoView {
    view! {
        <p class="small soft">"链头 № " {page.head.0} " " <code>{page.head.1}</code></p>
        <section class="card">
            <ul>
                {page
                    .lines
                    .into_iter()
                    .map(|line| view! {
                        <li class="row">
                            <div class="line">
                                <span class="soft">{format!("№ {}", line.seq)}</span>
                                <b>{line.errand}</b>
                                <span>{line.who}</span>
                                <time class="push small" datetime=line.at.to_string()>{line.at.stamp()}</time>
                            </div>
                            <p class="small">
                                <a href=format!("/journal?subject={}", line.subject)>{line.subject.clone()}</a>
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
                    })
                    .collect_view()}
            </ul>
        </section>
        {page.older.map(|before| view! {
            <p><a href=format!("/journal?before={before}&subject={subject}")>"更早"</a></p>
        })}
    }
}
