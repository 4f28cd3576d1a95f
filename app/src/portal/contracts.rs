//! `/contracts`: contracts that are public.

use super::document;
use leptos::prelude::*;
use policies::contract::Contract;

/// Contracts that are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicContracts {
    /// The newest first, a page of them.
    pub contracts: Vec<Contract>,
    /// How many are on the register, and how many of them are public.
    pub all: (usize, usize),
    /// The number from which the next page goes on.
    pub next: Option<String>,
}

fn row(contract: Contract) -> impl IntoView {
    let changed = (!contract.changes.is_empty())
        .then(|| format!("，变更 {} 次后 {} 元", contract.changes.len(), contract.price_now()));
    let settled = contract.settlement.as_ref().map(|s| format!("，结算 {} 元", s.amount));
    let scored = contract.evaluation.as_ref().map(|e| format!("，履约评价 {} 分", e.score));
    view! {
        <tr>
            <th scope="row">{format!("{} {}", contract.number, contract.title)}</th>
            <td data-label="双方">{format!("{} / {}（{}）", contract.owner_name, contract.firm.name, contract.firm.uscc)}</td>
            <td data-label="签订">{contract.signed.to_string()}</td>
            <td data-label="竣工">{contract.ends_now().to_string()}</td>
            <td data-label="状态">{contract.stage.name()}</td>
            <td data-label="价款">{format!("{} 元", contract.price)}{changed}{settled}{scored}</td>
        </tr>
    }
}

/// The page.
pub fn contracts(page: PublicContracts) -> String {
    document("合同公开", &[], move || {
        let PublicContracts { contracts, all: (all, public), next } = page;
        let none = contracts.is_empty();
        let rate = (public * 100).checked_div(all).unwrap_or(100);
        view! {
            <div class="page">
                <h1>"合同公开"</h1>
                <p class="soft">{format!("台账 {all} 份，已公开 {public} 份，公开率 {rate}%（目标 100%）。")}</p>
                <section class="card" aria-label="合同">
                    {none.then(|| view! { <p class="empty">"没有公开的合同。"</p> })}
                    {(!none).then(|| view! {
                        <div class="scroll"><table class="cards">
                            <thead><tr><th scope="col">"合同"</th><th scope="col">"双方"</th><th scope="col">"签订"</th><th scope="col">"竣工"</th><th scope="col">"状态"</th><th scope="col">"价款"</th></tr></thead>
                            <tbody>{contracts.into_iter().map(row).collect_view()}</tbody>
                        </table></div>
                    })}
                    {next.map(|after| view! { <p class="pad"><a href=format!("/contracts?after={after}")>"下一页"</a></p> })}
                </section>
            </div>
        }
    })
}
