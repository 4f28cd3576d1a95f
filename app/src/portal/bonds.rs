//! `/bonds`: what bonds came to, who gives back late, and cases that show how it is done.

use super::document;
use crate::part::bond_sums::sums;
use leptos::prelude::*;
use model::{Day, Money};
use policies::bond::{Measures, Tenths};
use policies::{Citation, Law, Standing, keys};

/// Rules of law that the figures are measured by: what may be asked at most, and by when it
/// has to be back.
const RULES: [&str; 6] = [
    keys::BID_RATE,
    keys::PERFORMANCE_RATE,
    keys::RETENTION_RATE,
    keys::WAGES_RATE,
    "tender.t14",
    "bond.retention_pay",
];

/// A contract whose firm had less money tied up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BondCase {
    /// The contract's number and title.
    pub title: String,
    /// Who buys, and who sells.
    pub parties: String,
    /// How.
    pub how: Vec<String>,
    /// Money that its firm did not have to have lie.
    pub freed: Money,
    /// How long before the last day by law what it gave was back, on average; none while
    /// nothing is.
    pub saved: Option<Tenths>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicBonds {
    /// This year against the one before.
    pub measures: Measures,
    /// The cases, those that freed most before.
    pub cases: Vec<BondCase>,
    /// Contracts on the register, and how many of them are public.
    pub contracts: (usize, usize),
    /// Rules of law that the figures are measured by, and where each is written.
    pub sources: Vec<(String, String)>,
    /// Today.
    pub today: Day,
}

/// Whose report it is, of which time, and of which day.
fn head(year: i32, today: Day) -> AnyView {
    let facts = [
        ("城市", "广元市".to_owned()),
        ("期间", format!("{year}-01-01 至 {today}")),
        ("生成日", today.to_string()),
    ];
    let facts = facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    view! {
        <header class="report-head">
            <h1>"保证金：少占用、按时退"</h1>
            <dl>{facts.collect_view()}</dl>
        </header>
    }
    .into_any()
}

/// The rules of the report that are law on that day, and where each is written.
pub fn sources(law: &Law, today: Day) -> Vec<(String, String)> {
    let rulings = RULES.iter().filter_map(|key| law.figure(key, today).ok());
    rulings
        .filter(|ruling| ruling.standing == Standing::Statutory)
        .filter_map(|ruling| Some((ruling.label, ruling.basis.as_ref().map(Citation::line)?)))
        .collect()
}

fn basis(sources: Vec<(String, String)>) -> AnyView {
    let sources = sources
        .into_iter()
        .map(|(label, source)| view! { <li>{format!("{label}：{source}")}</li> });
    view! {
        <section class="card pad small" aria-labelledby="basis">
            <h2 id="basis">"数据与依据"</h2>
            <p>"数据来自本平台登记的担保、合同和银行回单，截至生成日；未开标项目不计。"</p>
            <ul>{sources.collect_view()}</ul>
            <p>"现行数值、性质和是否核对原文，见" <a href="/rules">"规则库"</a> "；数据见" <a href="/v1">"开放数据"</a> "。"</p>
        </section>
    }
    .into_any()
}

/// The page.
pub fn bonds(page: PublicBonds) -> String {
    document("少占用、按时退", &[], move || {
        let PublicBonds { measures, cases, contracts: (all, public), sources, today } = page;
        let none = cases.is_empty();
        let cases = cases.into_iter().map(|case| {
            let saved = case.saved.map(|days| match days.0 < 0 {
                true => format!("，比法定期限平均迟退 {} 日", Tenths(-days.0)),
                false => format!("，比法定期限平均提前 {days} 日退还"),
            });
            let how = case.how.into_iter().map(|how| view! { <li class="small">{how}</li> });
            view! {
                <li class="row">
                    <div class="line"><span class="title">{case.title}</span><b class="push">{format!("少占用 {} 元", case.freed)}{saved}</b></div>
                    <p class="small soft">{case.parties}</p>
                    <ul>{how.collect_view()}</ul>
                </li>
            }
        });
        let cases = cases.collect_view();
        view! {
            <div class="page report">
                {head(measures.this.year, today)}
                <p class="soft">"能减的减，能用保函的不收现金，到期由系统自动退还。逾期退还的招标人列在下面。"</p>
                <p class="actions"><a class="button quiet" href="/rules/bond">"我该交多少"</a><a class="button quiet" href="/contracts">{format!("合同公开（{public} / {all}）")}</a></p>
                <p class="small soft no-print">"打印本页（A4 报告）：用浏览器的打印功能，导航和按钮不会印出。"</p>
                {sums(&measures, today)}
                <section class="card" aria-labelledby="cases">
                    <header><h2 id="cases">"案例"</h2></header>
                    {none.then(|| view! { <p class="empty">"还没有公开的案例。"</p> })}
                    <ul>{cases}</ul>
                </section>
                {basis(sources)}
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_report_is_law_and_says_where_it_stands() {
        let today = "2026-07-18".parse().expect("a day");
        assert_eq!(sources(Law::shipped(), today).len(), RULES.len());
    }
}
