//! `/notices`: tender notices that have gone out.

use super::document;
use crate::api::NoticeLine;
use crate::page::{holding, objections, said};
use crate::part::facts_of;
use leptos::prelude::*;
use model::Day;
use policies::Ruling;
use policies::notice::{Holding, TenderNotice};
use std::sync::Arc;

/// A page of notices.
#[derive(Debug, Clone)]
pub struct PublicNotices {
    /// A page of them, the newest first.
    pub notices: Vec<NoticeLine>,
    /// How many there are.
    pub total: usize,
    /// What was asked for.
    pub q: String,
    /// The number to go on before.
    pub next: Option<String>,
}

/// One notice.
#[derive(Debug, Clone)]
pub struct PublicNotice {
    /// The record.
    pub notice: Arc<TenderNotice>,
    /// Its lots: number of the plan, and the lot's name.
    pub lots: Vec<(String, String)>,
    /// Until when one may object to the documents.
    pub objections: Vec<Ruling<Day>>,
}

/// The list.
pub fn notices(page: PublicNotices) -> String {
    document("招标公告", &[("招标公告", "/notices.atom".to_owned())], move || {
        let none = page.notices.is_empty();
        let next = page.next.as_ref().map(|number| {
            let mut q = String::new();
            super::list::escape(&page.q, &mut q);
            let href = format!("/notices?q={q}&before={number}");
            view! { <p class="pad"><a rel="next" href=href>"下一页"</a></p> }
        });
        let rows = page
            .notices
            .into_iter()
            .map(|line| {
                let href = format!("/notices/{}", line.number);
                let lead = line.lead.map_or_else(|| "没有计划".to_owned(), |n| format!("计划提前 {n} 日"));
                let (key, name) = line.holding;
                view! {
                    <li class="row">
                        <div class="line">
                            {holding(&key, name)} <a class="title" href=href>{line.title}</a>
                            <span class="push small">{lead}</span>
                        </div>
                        <p class="small soft">{format!("{} · {} · {}", line.number, line.owner, line.noticed)}</p>
                    </li>
                }
            })
            .collect_view();
        view! {
            <div class="page">
                <h1>"招标公告登记"</h1>
                <p class="soft">"每份公告都标明对应的招标计划提前公开了多少日；提前期不足的，公开理由和准许意见。"</p>
                <form class="filters" method="get" action="/notices" role="search">
                    <label class="wide">"名称、招标人、编号"<input type="search" name="q" value=page.q.clone() autocomplete="off"/></label>
                    <button>"查找"</button>
                </form>
                <nav class="ways small" aria-label="其他形式">
                    <a href="/notices.atom">"订阅 Atom"</a> <a href="/plans/quality">"提前公开情况"</a>
                </nav>
                <section class="card" aria-labelledby="found">
                    <header><h2 id="found">{format!("{} 件", page.total)}</h2></header>
                    {none.then(|| view! { <p class="empty">"没有符合条件的公告。"</p> })}
                    <ul>{rows}</ul>
                    {next}
                </section>
            </div>
        }
    })
}

/// One notice.
pub fn notice(page: PublicNotice) -> String {
    let title = page.notice.content.title.clone();
    document(&title.clone(), &[], move || {
        let notice = &page.notice;
        let why = match &notice.holding {
            Holding::Released { reason, words, since, opinion, .. } => Some(format!(
                "提前期不足，{} 准许：{opinion}。理由：{}。{words}",
                since.stamp(),
                reason.name()
            )),
            Holding::Freed { number, .. } => {
                Some(format!("依抢险救灾认定（{number}）免予提前公开。"))
            }
            Holding::Cancelled { since, reason } => {
                Some(format!("{} 撤销：{reason}", since.stamp()))
            }
            Holding::Clear | Holding::Held { .. } => None,
        };
        let lots = page
            .lots
            .iter()
            .map(|(number, name)| {
                let href = format!("/plans/{number}");
                view! { <li class="row"><a href=href>{number.clone()}</a> " " {name.clone()}</li> }
            })
            .collect_view();
        let lead = notice.lead_days().map(|n| format!("计划提前 {n} 日公开"));
        view! {
            <div class="page">
                <p class="small"><a href="/notices">"招标公告"</a></p>
                <h1>{title}</h1>
                <p class="line">
                    {holding(notice.holding.key(), notice.holding.name().to_owned())}
                    <span>{notice.number.clone()}</span>
                    <span class="small soft">{notice.owner_name.clone()}</span>
                    <span class="push small">{lead}</span>
                </p>
                {why.map(|why| view! { <p class="basis">{why}</p> })}
                {(notice.revision > 0).then(|| view! { <p class="basis">{format!("更正 {} 次；最近一次（{}）：{}", notice.revision, notice.changed.stamp(), notice.reason)}</p> })}
                <section class="card" aria-labelledby="lots">
                    <header><h2 id="lots">"对应的招标计划"</h2></header>
                    {page.lots.is_empty().then(|| view! { <p class="empty">"没有对应的招标计划。"</p> })}
                    <ul>{lots}</ul>
                </section>
                <section class="card" aria-labelledby="content">
                    <header><h2 id="content">"公告"</h2></header>
                    {facts_of(said(&notice.content))}
                    {objections(page.objections)}
                </section>
            </div>
        }
    })
}
