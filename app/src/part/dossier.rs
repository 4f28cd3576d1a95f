//! The file of a case as a page and as a paper: the same parts in both.

use crate::api::{Dossier, Part};
use crate::part::facts;
use crate::part::state::badge;
use leptos::prelude::*;

fn part(part: Part) -> impl IntoView {
    let Part { title, facts: said, columns, rows } = part;
    let heads =
        columns.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view();
    let lines = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .zip(columns.clone())
                .map(|(cell, name)| view! { <td data-label=name>{cell}</td> })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    let table = (!columns.is_empty()).then(|| {
        view! { <table class="cards"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table> }
    });
    view! {
        <section class="card">
            <header><h2>{title}</h2></header>
            {(!said.is_empty()).then(|| facts(said))}
            {table}
        </section>
    }
}

/// What is in the file; `packed` when it is read from the package, beside its papers.
pub fn body(dossier: Dossier, packed: bool) -> impl IntoView {
    let (done, all) = (dossier.done(), dossier.checks.len());
    let checks = dossier
        .checks
        .into_iter()
        .map(|check| {
            let state = if check.done { badge("done", "有") } else { badge("danger", "缺") };
            view! { <li class="row line">{state} <b>{check.what}</b> <span class="small soft">{check.note}</span></li> }
        })
        .collect_view();
    let papers = dossier
        .papers
        .into_iter()
        .map(|paper| {
            let href = if packed { paper.stored.clone() } else { paper.href.clone() };
            view! {
                <li class="row">
                    <a rel="external" href=href>{paper.name}</a>
                    <p class="small soft">{format!("{} · {} · {} 字节", paper.at.stamp(), paper.who, paper.size)}</p>
                    <p class="small soft hash">{paper.sha256}</p>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let editions = dossier.editions.join("、");
    view! {
        <section class="card" id="complete">
            <header><h2>{format!("齐全性 {done}/{all}")}</h2></header>
            <ul>{checks}</ul>
        </section>
        {dossier.parts.into_iter().map(part).collect_view()}
        {(!papers.is_empty()).then(|| view! {
            <section class="card"><header><h2>"文件"</h2></header><ul>{papers}</ul></section>
        })}
        <p class="small soft">
            {format!("截至 {}，日志第 {} 条。{}", dossier.as_of.stamp(), dossier.head.0, dossier.kept)}
            {(!editions.is_empty()).then(|| format!(" 所依据的规则版本：{editions}。"))}
        </p>
        <p class="small soft hash">{dossier.head.1}</p>
    }
}
