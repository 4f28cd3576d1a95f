//! `/plans/:number`: one plan, and each of its versions with its hash and difference.

use super::{DISCLAIMER, document};
use crate::page::{differences, holding, stage};
use crate::part::facts_of;
use leptos::prelude::*;
use model::{Day, Moment};
use policies::plan::{Line, PlanVersion, lines};
use std::sync::Arc;

/// A plan as the public sees it.
#[derive(Debug, Clone)]
pub struct PublicPlan {
    /// The version that is shown.
    pub version: Arc<PlanVersion>,
    /// Its SHA-256.
    pub hash: String,
    /// How many versions there are.
    pub versions: Vec<(u32, Moment, policies::plan::Stage, String)>,
    /// What it changed.
    pub difference: Vec<Line>,
    /// The department that supervises, by name.
    pub department: String,
    /// The earliest day of a notice for each lot.
    pub earliest: Vec<(u16, Day)>,
    /// Notices: number, title, day, state.
    pub notices: Vec<(String, String, Day, (String, String))>,
}

fn all_versions(page: &PublicPlan) -> impl IntoView + use<> {
    let shown = page.version.version;
    let number = page.version.number.clone();
    let lines = page
        .versions
        .iter()
        .map(|(n, at, of, reason)| {
            let href = format!("/plans/{number}/v{n}");
            let current = (*n == shown).then_some("page");
            view! {
                <li class="row line">
                    <a href=href aria-current=current>{format!("第 {n} 版")}</a>
                    {stage(*of)}
                    <span>{reason.clone()}</span>
                    <span class="push small soft">{at.stamp()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="versions">
            <header><h2 id="versions">"各次公开的版本"</h2></header>
            <ul>{lines}</ul>
        </section>
    }
}

fn said(page: &PublicPlan) -> impl IntoView + use<> {
    let mut said = lines(&page.version.content);
    if !page.department.is_empty() {
        said.push(("监督部门".into(), page.department.clone()));
    }
    for (lot, day) in &page.earliest {
        said.push((format!("标段 {lot} 公告最早"), day.to_string()));
    }
    facts_of(said)
}

fn proof(page: &PublicPlan) -> impl IntoView + use<> {
    let href = format!("/plans/{}/v{}.json", page.version.number, page.version.version);
    let hash = page.hash.clone();
    let seq = page.version.seq;
    view! {
        <p class="small soft">
            "本版 SHA-256 " <code class="hash">{hash}</code> {format!("，日志第 {seq} 条；")}
            <a href=href>"原文（JSON）"</a> "，散列可自行核对。"
        </p>
    }
}

/// One plan as it stands.
pub fn plan(page: PublicPlan) -> String {
    let title = page.version.content.project.clone();
    let feed = format!("/plans.atom?q={}", page.version.number);
    document(&title.clone(), &[("本计划", feed)], move || {
        let owner = format!("/plans?owner={}", page.version.owner);
        let notices = page.notices.clone();
        view! {
            <div class="page">
                <p class="small"><a href="/plans">"招标计划"</a></p>
                <h1>{title}</h1>
                <p class="line">
                    {stage(page.version.stage)} <span>{page.version.number.clone()}</span>
                    <a class="small" href=owner>{page.version.owner_name.clone()}</a>
                    <span class="push small soft">{format!("第 {} 版，{}", page.version.version, page.version.at.stamp())}</span>
                </p>
                <p class="soft small">{DISCLAIMER}</p>
                <section class="card" aria-labelledby="content">
                    <header><h2 id="content">"计划内容"</h2></header>
                    {said(&page)}
                </section>
                {(!notices.is_empty()).then(|| view! {
                    <section class="card" aria-labelledby="notices">
                        <header><h2 id="notices">"招标公告"</h2></header>
                        <ul>
                            {notices.into_iter().map(|(number, title, day, (key, name))| {
                                let href = format!("/notices/{number}");
                                view! {
                                    <li class="row line">
                                        {holding(&key, name)} <a href=href>{title}</a>
                                        <span class="push small soft">{format!("{number} · {day}")}</span>
                                    </li>
                                }
                            }).collect_view()}
                        </ul>
                    </section>
                })}
                {changed(&page)}
                {all_versions(&page)}
                {proof(&page)}
            </div>
        }
    })
}

fn changed(page: &PublicPlan) -> impl IntoView + use<> {
    let difference = page.difference.clone();
    let restarted = page.version.restarted.clone();
    let reason = page.version.reason.clone();
    let news = !difference.is_empty() || !restarted.is_empty() || !reason.is_empty();
    news.then(|| {
        view! {
            <section class="card" aria-labelledby="changed">
                <header><h2 id="changed">{format!("第 {} 版与上一版的差异", page.version.version)}</h2></header>
                {(!reason.is_empty()).then(|| view! { <p class="pad">{format!("理由：{reason}")}</p> })}
                {restarted.into_iter().map(|(no, why)| view! {
                    <p class="pad small">{format!("标段 {}：{}，提前期重新起算。", no.0, why.words())}</p>
                }).collect_view()}
                {(!difference.is_empty()).then(|| differences(difference))}
            </section>
        }
    })
}

/// One version for good.
pub fn version(page: PublicPlan) -> String {
    let title = format!("{} 第 {} 版", page.version.content.project, page.version.version);
    document(&title.clone(), &[], move || {
        let now = format!("/plans/{}", page.version.number);
        let newest = page.versions.first().is_some_and(|(n, ..)| *n == page.version.version);
        view! {
            <div class="page">
                <p class="small"><a href="/plans">"招标计划"</a> " › " <a href=now.clone()>{page.version.number.clone()}</a></p>
                <h1>{title}</h1>
                <p class="line">
                    {stage(page.version.stage)}
                    <span class="small soft">{format!("{} 公开", page.version.at.stamp())}</span>
                </p>
                {(!newest).then(|| view! { <p class="news">"这是以前的版本。" <a href=now>"看现在的"</a></p> })}
                {changed(&page)}
                <section class="card" aria-labelledby="content">
                    <header><h2 id="content">"这一版的内容"</h2></header>
                    {said(&page)}
                </section>
                {all_versions(&page)}
                {proof(&page)}
            </div>
        }
    })
}
