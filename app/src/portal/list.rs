//! `/plans`: public plans, searched and filtered.

use super::{DISCLAIMER, document};
use crate::page::{named, stage};
use crate::part::field::filter;
use leptos::prelude::*;
use model::{District, Expected, Funding, Industry, LotKind, Money};
use policies::plan::Stage;
use serde::{Deserialize, Serialize};

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// Words.
    pub q: String,
    /// Key of a district.
    pub district: String,
    /// Key of a trade.
    pub industry: String,
    /// Key of what is bought.
    pub kind: String,
    /// Key of the funding.
    pub funding: String,
    /// Key of the stage.
    pub stage: String,
    /// Key of an owner.
    pub owner: String,
    /// Month of a notice, `2026-12`.
    pub month: String,
    /// The least estimate, in 万元.
    pub least: String,
    /// `soonest`, or the newest first.
    pub order: String,
    /// As of which entry of the journal.
    pub as_of: String,
    /// The key to go on after.
    pub after: String,
}

impl Ask {
    /// As an address's query, without what is empty; `with` replaces single fields.
    pub fn query(&self, with: &[(&str, &str)]) -> String {
        let fields = [
            ("q", &self.q),
            ("district", &self.district),
            ("industry", &self.industry),
            ("kind", &self.kind),
            ("funding", &self.funding),
            ("stage", &self.stage),
            ("owner", &self.owner),
            ("month", &self.month),
            ("least", &self.least),
            ("order", &self.order),
            ("as_of", &self.as_of),
            ("after", &self.after),
        ];
        let mut query = String::new();
        for (name, value) in fields {
            let value = with.iter().find(|(n, _)| *n == name).map_or(value.as_str(), |(_, v)| v);
            if !value.is_empty() {
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(name);
                query.push('=');
                escape(value, &mut query);
            }
        }
        query
    }

    /// The same question from its first page on, as of now.
    pub fn saved(&self) -> String {
        self.query(&[("as_of", ""), ("after", "")])
    }
}

/// Percent-encodes all but letters, digits and `-._`.
pub(super) fn escape(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// A plan in a public list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCard {
    /// Its number.
    pub number: String,
    /// The project.
    pub project: String,
    /// Whose.
    pub owner: String,
    /// Where it stands.
    pub stage: Stage,
    /// Where it lies.
    pub districts: Vec<District>,
    /// Its trade.
    pub industry: Industry,
    /// Lots.
    pub lots: usize,
    /// All estimates together.
    pub estimate: Money,
    /// The first expected notice.
    pub notice: Option<Expected>,
    /// When this version was published.
    pub at: model::Moment,
    /// Which version it is.
    pub version: u32,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// What was asked.
    pub ask: Ask,
    /// Fields of it that can't be read, by name.
    pub wrong: Vec<&'static str>,
    /// How many fit.
    pub total: usize,
    /// This page of them.
    pub plans: Vec<PlanCard>,
    /// As of which entry.
    pub as_of: i64,
    /// The key to go on after.
    pub next: Option<u64>,
    /// The owner asked for, by name.
    pub owner: String,
}

/// The ways to the other views and downloads of one question.
fn ways(ask: &Ask) -> impl IntoView + use<> {
    let q = ask.saved();
    let way = |path: &str, name: &'static str| {
        let href = format!("{path}{q}");
        view! { <a href=href>{name}</a> }
    };
    view! {
        <nav class="ways small" aria-label="其他形式">
            {way("/plans/map", "地图")} {way("/plans/calendar", "日历")}
            {way("/plans.atom", "订阅 Atom")} {way("/plans.ics", "订阅日历")}
            {way("/plans.xlsx", "下载 Excel")} {way("/plans.csv", "CSV")} {way("/plans.jsonl", "JSON Lines")}
            <a href="/plans/quality">"提前公开情况"</a>
        </nav>
    }
}

/// The form of a question.
pub(super) fn filters(ask: &Ask, action: &'static str) -> impl IntoView + use<> {
    let stages = [Stage::Published, Stage::Realised, Stage::Lapsed, Stage::Withdrawn];
    let district =
        District::ALL.iter().map(|d| (d.key().to_owned(), d.name().to_owned())).collect();
    let (q, month, owner) = (ask.q.clone(), ask.month.clone(), ask.owner.clone());
    let orders = vec![("soonest".to_owned(), "最快公告在前".to_owned())];
    view! {
        <form class="filters" method="get" action=action role="search">
            <label class="wide">"项目、招标人、编号、内容"
                <input type="search" name="q" value=q autocomplete="off"/>
            </label>
            {filter("district", "县区", "全部", district, &ask.district)}
            {filter("industry", "行业", "全部", named(Industry::ALL, Industry::key, Industry::name), &ask.industry)}
            {filter("kind", "类别", "全部", named(LotKind::ALL, LotKind::key, LotKind::name), &ask.kind)}
            {filter("funding", "资金来源", "全部", named(Funding::ALL, Funding::key, Funding::name), &ask.funding)}
            {filter("stage", "状态", "全部", stages.map(|s| (s.key().to_owned(), s.name().to_owned())).to_vec(), &ask.stage)}
            <label>"预计公告月"<input name="month" value=month placeholder="2026-12" inputmode="numeric" autocomplete="off"/></label>
            {filter("order", "排序", "最新公开在前", orders, &ask.order)}
            {(!owner.is_empty()).then(|| view! { <input type="hidden" name="owner" value=owner/> })}
            <button>"查找"</button>
        </form>
    }
}

/// What can't be read of a question.
pub(super) fn unread(wrong: &[&'static str]) -> impl IntoView + use<> {
    let names: Vec<&str> = wrong
        .iter()
        .map(|name| match *name {
            "month" => "预计公告月（如 2026-12）",
            "least" => "金额",
            "as_of" | "after" => "翻页位置",
            _ => "筛选条件",
        })
        .collect();
    (!names.is_empty()).then(|| {
        view! { <p class="trouble" role="alert">{format!("没有看懂：{}；其余条件已照办。", names.join("、"))}</p> }
    })
}

pub(super) fn card(plan: PlanCard) -> impl IntoView {
    let href = format!("/plans/{}", plan.number);
    let districts: Vec<&str> = plan.districts.iter().map(|d| d.name()).collect();
    let notice = plan.notice.map_or_else(String::new, |n| format!(" · 预计公告 {n}"));
    let changed = (plan.version > 1).then(|| format!(" · 第 {} 版", plan.version));
    view! {
        <li class="row">
            <div class="line">
                {stage(plan.stage)}
                <a class="title" href=href>{plan.project}</a>
                <span class="push small">{format!("{} 万元", plan.estimate.wan())}</span>
            </div>
            <p class="small soft">
                {format!("{} · {} · {} · {} · {} 个标段{notice}", plan.number, plan.owner, districts.join("、"), plan.industry.name(), plan.lots)}
                {changed}
            </p>
        </li>
    }
}

/// The list.
pub fn list(page: ListPage) -> String {
    let feed = format!("/plans.atom{}", page.ask.saved());
    document("招标计划", &[("招标计划", feed)], move || {
        let ListPage { ask, wrong, total, plans, as_of, next, owner } = page;
        let none = plans.is_empty();
        let as_of = as_of.to_string();
        let next = next.map(|key| {
            let href =
                format!("/plans{}", ask.query(&[("as_of", &as_of), ("after", &key.to_string())]));
            view! { <p class="pad"><a rel="next" href=href>"下一页"</a></p> }
        });
        let back = (!ask.after.is_empty()).then(|| {
            let href = format!("/plans{}", ask.saved());
            view! { <a class="small" href=href>"回到第一页"</a> }
        });
        view! {
            <div class="page">
                <h1>"招标计划"</h1>
                <p class="soft">{DISCLAIMER}</p>
                {filters(&ask, "/plans")}
                {unread(&wrong)}
                {(!owner.is_empty()).then(|| view! { <p>{format!("招标人：{owner}")} " " <a href="/plans">"看全部"</a></p> })}
                {ways(&ask)}
                <section class="card" aria-labelledby="found">
                    <header><h2 id="found">{format!("{total} 项")}</h2>{back}</header>
                    {none.then(|| view! { <p class="empty">"没有符合条件的计划。"</p> })}
                    <ul>{plans.into_iter().map(card).collect_view()}</ul>
                    {next}
                </section>
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_written_as_an_address() {
        let ask = Ask {
            q: "青川 公路&桥".into(),
            stage: "published".into(),
            after: "9".into(),
            ..Ask::default()
        };
        assert_eq!(
            ask.saved(),
            "?q=%E9%9D%92%E5%B7%9D%20%E5%85%AC%E8%B7%AF%26%E6%A1%A5&stage=published"
        );
        assert_eq!(Ask::default().query(&[("month", "2026-12")]), "?month=2026-12");
    }
}
