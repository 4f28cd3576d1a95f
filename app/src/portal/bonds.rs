//! `/bonds`: what bonds came to, who gives back late, and cases that show how it is done.

use super::document;
use crate::part::bond_sums::sums;
use leptos::prelude::*;
use model::{Day, Money};
use policies::bond::Measures;

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
    /// Today.
    pub today: Day,
}

/// The page.
pub fn bonds(page: PublicBonds) -> String {
    document("少占用、按时退", &[], move || {
        let PublicBonds { measures, cases, contracts: (all, public), today } = page;
        let none = cases.is_empty();
        let cases = cases.into_iter().map(|case| {
            let how = case.how.into_iter().map(|how| view! { <li class="small">{how}</li> });
            view! {
                <li class="row">
                    <div class="line"><span class="title">{case.title}</span><b class="push">{format!("少占用 {} 元", case.freed)}</b></div>
                    <p class="small soft">{case.parties}</p>
                    <ul>{how.collect_view()}</ul>
                </li>
            }
        });
        let cases = cases.collect_view();
        view! {
            <div class="page">
                <h1>"保证金：少占用、按时退"</h1>
                <p class="soft">"能减的减，能用保函的不收现金，到期由系统自动退还。逾期退还的招标人列在下面。"</p>
                <p class="actions"><a class="button quiet" href="/rules/bond">"我该交多少"</a><a class="button quiet" href="/contracts">{format!("合同公开（{public} / {all}）")}</a></p>
                {sums(&measures, today)}
                <section class="card" aria-labelledby="cases">
                    <header><h2 id="cases">"案例"</h2></header>
                    {none.then(|| view! { <p class="empty">"还没有公开的案例。"</p> })}
                    <ul>{cases}</ul>
                </section>
            </div>
        }
    })
}
