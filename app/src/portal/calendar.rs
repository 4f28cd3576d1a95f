//! `/plans/calendar` and a month to print: notices by the month in which they are
//! expected.

use super::list::{Ask, filters, unread};
use super::{DISCLAIMER, PlanCard, document};
use leptos::prelude::*;
use model::Expected;

/// Expected notices by month.
#[derive(Debug, Clone)]
pub struct CalendarPage {
    /// What was asked.
    pub ask: Ask,
    /// Fields of it that can't be read.
    pub wrong: Vec<&'static str>,
    /// Months with how many plans have a notice in them.
    pub months: Vec<(Expected, usize)>,
    /// The month that is shown, with its plans.
    pub month: Option<(Expected, Vec<PlanCard>)>,
    /// How many of that month are left out.
    pub left_out: usize,
}

/// The calendar.
pub fn calendar(page: CalendarPage) -> String {
    document("招标计划日历", &[], move || {
        let most = page.months.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
        let months = page
            .months
            .iter()
            .map(|(month, n)| {
                let text = month.to_string();
                let href = format!("/plans/calendar{}", page.ask.query(&[("month", &text), ("after", ""), ("as_of", "")]));
                let current = (page.ask.month == text).then_some("page");
                view! {
                    <li>
                        <a href=href aria-current=current>{text}</a>
                        <meter min="0" max=most.to_string() value=n.to_string()>{n.to_string()}</meter>
                        <span class="small">{format!("{n} 项")}</span>
                    </li>
                }
            })
            .collect_view();
        let shown = page.month.clone().map(|(month, plans)| {
            let print = format!("/plans/month/{month}");
            view! {
                <section class="card" aria-labelledby="month">
                    <header><h2 id="month">{format!("预计 {month} 公告")}</h2><a href=print>"打印"</a></header>
                    <ul>{plans.into_iter().map(super::list::card).collect_view()}</ul>
                    {(page.left_out > 0).then(|| view! { <p class="pad small soft">{format!("另有 {} 项，请加筛选条件或下载。", page.left_out)}</p> })}
                </section>
            }
        });
        view! {
            <div class="page">
                <p class="small"><a href="/plans">"招标计划"</a></p>
                <h1>"按预计公告月"</h1>
                {filters(&page.ask, "/plans/calendar")}
                {unread(&page.wrong)}
                <section class="card pad" aria-labelledby="months">
                    <h2 id="months">"各月"</h2>
                    {page.months.is_empty().then(|| view! { <p class="empty">"没有待公告的计划。"</p> })}
                    <ul class="meters">{months}</ul>
                </section>
                {shown}
            </div>
        }
    })
}

/// One month as a table to print.
pub fn month(month: Expected, plans: Vec<PlanCard>, left_out: usize) -> String {
    let title = format!("{month} 预计公告的招标计划");
    document(&title.clone(), &[], move || {
        let count = plans.len() + left_out;
        let rows = plans
            .into_iter()
            .map(|plan| {
                let districts: Vec<&str> = plan.districts.iter().map(|d| d.name()).collect();
                view! {
                    <tr>
                        <td data-label="编号"><a href=format!("/plans/{}", plan.number)>{plan.number.clone()}</a></td>
                        <td data-label="项目">{plan.project}</td>
                        <td data-label="招标人">{plan.owner}</td>
                        <td data-label="县区">{districts.join("、")}</td>
                        <td data-label="行业">{plan.industry.name()}</td>
                        <td data-label="估算（万元）" class="number">{plan.estimate.wan()}</td>
                        <td data-label="预计公告">{plan.notice.map(|n| n.to_string())}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="page">
                <p class="small no-print"><a href=format!("/plans/calendar?month={month}")>"日历"</a></p>
                <h1>{title}</h1>
                <p class="small soft">{format!("{count} 项。{DISCLAIMER}")}</p>
                {(left_out > 0).then(|| view! { <p class="trouble">{format!("只列出其中 {} 项。", count - left_out)}</p> })}
                <div class="scroll"><table class="cards">
                    <thead><tr>
                        <th scope="col">"编号"</th><th scope="col">"项目"</th><th scope="col">"招标人"</th>
                        <th scope="col">"县区"</th><th scope="col">"行业"</th><th scope="col">"估算（万元）"</th><th scope="col">"预计公告"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </div>
        }
    })
}
