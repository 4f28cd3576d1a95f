//! `/plans/quality`: how early plans were published, and how good they were.

use super::document;
use leptos::prelude::*;

/// How many notices had a plan that stood long enough, of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLine {
    /// The group.
    pub name: String,
    /// Notices.
    pub notices: usize,
    /// Those with a plan that stood long enough.
    pub early: usize,
    /// Days that the plans stood, the middle one; none when none had a plan.
    pub days: Option<i64>,
}

/// How good one owner's plans were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerLine {
    /// The owner.
    pub name: String,
    /// Key.
    pub key: String,
    /// Lots that came to a notice.
    pub lots: usize,
    /// Days off, the middle one, whichever way.
    pub days: i64,
    /// Percent off, the middle one, whichever way.
    pub percent: Option<i64>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityPage {
    /// All together.
    pub all: RateLine,
    /// Groups by what they are grouped by.
    pub groups: Vec<(&'static str, Vec<RateLine>)>,
    /// Owners.
    pub owners: Vec<OwnerLine>,
    /// Notices that are held now.
    pub held: usize,
}

fn rate(line: RateLine) -> impl IntoView {
    let percent = (line.early * 100).checked_div(line.notices).unwrap_or(0);
    let days = line.days.map_or_else(|| "—".to_owned(), |n| format!("{n} 日"));
    view! {
        <tr>
            <th scope="row">{line.name}</th>
            <td data-label="公告" class="number">{line.notices.to_string()}</td>
            <td data-label="足期提前公开" class="number">{line.early.to_string()}</td>
            <td data-label="提前公开率">
                <meter min="0" max="100" value=percent.to_string()>{percent.to_string()}</meter>
                {format!(" {percent}%")}
            </td>
            <td data-label="提前天数（中位）" class="number">{days}</td>
        </tr>
    }
}

fn table(title: &'static str, lines: Vec<RateLine>) -> impl IntoView {
    view! {
        <section class="card" aria-label=title>
            <header><h2>{title}</h2></header>
            <div class="scroll"><table class="cards">
                <thead><tr>
                    <th scope="col">{title}</th><th scope="col">"公告"</th><th scope="col">"足期提前公开"</th>
                    <th scope="col">"提前公开率"</th><th scope="col">"提前天数（中位）"</th>
                </tr></thead>
                <tbody>{lines.into_iter().map(rate).collect_view()}</tbody>
            </table></div>
        </section>
    }
}

/// The page.
pub fn quality(page: QualityPage) -> String {
    document("提前公开情况", &[], move || {
        let none = page.all.notices == 0;
        let owners = page
            .owners
            .into_iter()
            .map(|line| {
                let href = format!("/plans?owner={}", line.key);
                view! {
                    <tr>
                        <th scope="row"><a href=href>{line.name}</a></th>
                        <td data-label="已公告标段" class="number">{line.lots.to_string()}</td>
                        <td data-label="日期相差（中位）" class="number">{format!("{} 日", line.days)}</td>
                        <td data-label="金额相差（中位）" class="number">{line.percent.map_or_else(|| "—".to_owned(), |p| format!("{p}%"))}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="page">
                <p class="small"><a href="/plans">"招标计划"</a></p>
                <h1>"提前公开情况"</h1>
                <p class="soft">
                    "足期：招标公告前，对应标段的计划已公开满规定天数（"
                    <a href="/rules?q=plan.lead">"依据"</a> "）。依抢险救灾认定免予的公告不计。"
                </p>
                {(page.held > 0).then(|| view! { <p>{format!("现有 {} 件公告因提前期不足暂缓。", page.held)}</p> })}
                {none.then(|| view! { <p class="empty">"还没有招标公告。"</p> })}
                {table("全市", vec![page.all])}
                {page.groups.into_iter().map(|(title, lines)| table(title, lines)).collect_view()}
                <section class="card" aria-labelledby="owners">
                    <header><h2 id="owners">"计划与实际相差"</h2></header>
                    <div class="scroll"><table class="cards">
                        <thead><tr>
                            <th scope="col">"招标人"</th><th scope="col">"已公告标段"</th>
                            <th scope="col">"日期相差（中位）"</th><th scope="col">"金额相差（中位）"</th>
                        </tr></thead>
                        <tbody>{owners}</tbody>
                    </table></div>
                </section>
            </div>
        }
    })
}
