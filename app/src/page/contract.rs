//! `/desk/contracts/:id`: one contract: what was agreed, its limits, changes, payments, bonds.

use super::bond_limit::limit_lines;
use super::bond_one::decide_by;
use super::bonds::{payment_state, payment_words};
use super::channel::two_clocks;
use super::contract_acts::acts;
use super::contracts::{alarm_badge, contract_stage, reminder_badge};
use super::given::piece_line;
use super::{draft_key, loading, path_key, shown};
use crate::api::{self, ActOnContract, ContractBond, ContractPage, Owed};
use crate::part::cover::cover;
use crate::part::outcome;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{ContractId, Day, Money};
use policies::Ruling;
use policies::contract::{Bill, Contract};

/// One contract.
#[component]
pub fn ContractWhole() -> impl IntoView {
    let id: Memo<Option<ContractId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<ActOnContract>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            match id {
                Some(id) => api::read_contract(id, draft).await,
                None => Err(api::ApiError::NotFound),
            }
        },
    );
    view! {
        <Title text="合同"/>
        <div class="page">
            <p class="small"><a href="/desk/contracts">"合同台账"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, move |page| whole(page, action)) })}
            </Transition>
        </div>
    }
}

fn whole(page: ContractPage, action: ServerAction<ActOnContract>) -> AnyView {
    let acts = acts(&page, action);
    let today = page.today;
    let grown = changes(&page);
    let bills = bills(&page.contract, &page.owed, today);
    let courses = page.courses.iter().map(|(name, course)| {
        view! { <li class="row"><p class="line"><b>{name.clone()}</b></p>{two_clocks(course)}</li> }
    });
    let courses = courses.collect_view();
    let none = page.bonds.is_empty();
    let bonds = page.bonds.iter().map(|bond| bond_row(bond, today)).collect_view();
    let account = page.account;
    let contract = page.contract;
    let terms = terms(&contract, account);
    view! {
        <h1>{contract.title.clone()}</h1>
        <p class="line small">
            {contract_stage(contract.stage)}
            {contract.published.is_some().then(|| badge("done", "已公开"))}
            <span class="soft">{format!("{} · 发包人 {} · 承包人 {}", contract.number, contract.owner_name, contract.firm.name)}</span>
        </p>
        {terms}
        <section class="card" aria-labelledby="bonds">
            <header><h2 id="bonds">"担保"</h2><a class="small" href="/rules/bond">"最高额与减免"</a></header>
            {none.then(|| view! { <p class="empty">"没有登记担保。"</p> })}
            <ul>{bonds}</ul>
        </section>
        {bills}
        {grown}
        <section class="card" aria-labelledby="limits">
            <header><h2 id="limits">"期限"</h2></header>
            <ul>{courses}</ul>
        </section>
        {acts}
    }
    .into_any()
}

fn terms(contract: &Contract, account: String) -> AnyView {
    let pays = match contract.pays {
        0 => "没有约定".to_owned(),
        days => format!("交付后 {days} 日"),
    };
    let facts = [
        ("合同价", format!("{} 元", contract.price)),
        ("变更后", format!("{} 元", contract.price_now())),
        ("签订", contract.signed.to_string()),
        ("约定竣工", contract.ends_now().to_string()),
        ("付款期限", pays),
        ("企业规模、信用", format!("{}，{}", contract.who.size.name(), contract.who.credit.name())),
        ("收款账号", account),
    ];
    let facts = facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    let done = |name: &'static str, day: Day, words: &str| {
        let words = words.to_owned();
        view! { <div><dt>{name}</dt><dd>{format!("{day}，{words}")}</dd></div> }
    };
    let completed = contract.completed.as_ref().map(|d| done("竣工验收", d.day, &d.words));
    let ended = contract.ended.as_ref().map(|d| done("解除", d.day, &d.words));
    let settled = contract.settlement.as_ref().map(|s| {
        view! { <div><dt>"结算"</dt><dd>{format!("{} 元（{}，{}）", s.amount, s.done.day, s.done.words)}</dd></div> }
    });
    let scored = contract.evaluation.as_ref().map(|e| {
        view! { <div><dt>"履约评价"</dt><dd>{format!("{} 分：{}", e.score, e.words)}</dd></div> }
    });
    view! { <div class="card pad"><dl class="facts">{facts.collect_view()}{completed}{ended}{settled}{scored}</dl></div> }
    .into_any()
}

/// A bond with its picture.
fn bond_row(view: &ContractBond, today: Day) -> AnyView {
    let bond = &view.bond;
    let alarms = view.alarms.iter().map(alarm_badge).collect_view();
    let pieces = bond.pieces.iter().map(piece_line).collect_view();
    let paid = view.payments.iter().map(|payment| {
        view! { <p class="line small">{payment_state(&payment.payment.state)} <span>{payment_words(payment)}</span></p> }
    });
    let paid = paid.collect_view();
    let held = bond.hold.is_some().then(|| badge("danger", "已提出不予退还"));
    let decided = view.deciding.as_ref().map(decide_by);
    let reminder = view.reminder.as_ref().map(reminder_badge);
    let limit = limit_lines(bond, view.limit.as_ref());
    let asked = bond.needs.iter().map(|need| need.amount).max().unwrap_or_default();
    let returning = view.returning.as_ref().map(two_clocks);
    view! {
        <li class="row">
            <div class="line">
                <a class="title" href=format!("/desk/bonds/one/{}", bond.id)>{bond.kind.name()}</a>
                {held}
                {decided}
                {reminder}
                {alarms}
                <span class="push small">{format!("应提供 {asked} 元")}</span>
            </div>
            <p class="small soft">{bond.number.clone()}</p>
            {limit}
            {cover(&view.picture, today)}
            {pieces}
            {paid}
            {returning}
        </li>
    }
    .into_any()
}

fn bills(contract: &Contract, owed: &[Owed], today: Day) -> AnyView {
    let none = contract.bills.is_empty();
    let row = |bill: &Bill| {
        let late = owed.iter().find(|owed| owed.n == bill.n).and_then(|owed| owed.late.clone());
        let state = match &bill.paid {
            Some(paid) => {
                // Nobody entered it: the treasury's own system said so.
                let how = if paid.by.is_none() { "国库支付" } else { "支付" };
                badge("done", format!("{} {how}，{}", paid.day, paid.serial))
            }
            None if bill.due < today => badge("danger", "逾期未付".to_owned()),
            None => badge("due", "待支付".to_owned()),
        };
        let late = late.map(|(days, interest)| {
            let basis = interest.basis.as_ref().map_or_else(String::new, |basis| basis.line());
            view! { <p class="small alarm">{format!("逾期 {days} 日，应付利息 {} 元（{basis}）", interest.value)}</p> }
        });
        view! {
            <li class="row">
                <div class="line">
                    {state}
                    <span class="title">{format!("{}. {}", bill.n, bill.what)}</span>
                    <b class="push">{format!("{} 元", bill.amount)}</b>
                </div>
                <p class="small soft">{format!("{} 交付，{} 前支付", bill.delivered, bill.due)}</p>
                {late}
            </li>
        }
    };
    let rows = contract.bills.iter().map(row).collect_view();
    let paid: i64 =
        contract.bills.iter().filter(|b| b.paid.is_some()).map(|b| b.amount.fen()).sum();
    let all: i64 = contract.bills.iter().map(|bill| bill.amount.fen()).sum();
    view! {
        <section class="card" aria-labelledby="bills">
            <header><h2 id="bills">"付款"</h2><span class="small soft">{format!("应付 {} 元，已付 {} 元", Money::from_fen(all), Money::from_fen(paid))}</span></header>
            {none.then(|| view! { <p class="empty">"没有登记应付款。"</p> })}
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn changes(page: &ContractPage) -> Option<AnyView> {
    let contract = &page.contract;
    if contract.changes.is_empty() {
        return None;
    }
    let rows = contract.changes.iter().map(|change| {
        let ends = change.ends.map(|day| format!("，竣工改为 {day}")).unwrap_or_default();
        let approval = match change.approval.as_str() {
            "" => String::new(),
            paper => format!(" · {paper}"),
        };
        view! {
            <li class="row">
                <p class="line"><b>{change.day.to_string()}</b><span>{format!("增加 {} 元，减少 {} 元{ends}", change.more, change.less)}</span></p>
                <p class="small soft">{format!("{}{approval}", change.reason)}</p>
            </li>
        }
    });
    let rows = rows.collect_view();
    let basis = |on: &Ruling<Money>| on.basis.as_ref().map_or_else(String::new, |b| b.line());
    let most = match &page.grown.most {
        Some(most) => format!("，法定累计最多 {} 元（{}）", most.value, basis(most)),
        None => {
            let over = &page.grown.approval;
            format!("，超过 {} 元须有批准文件（{}）", over.value, over.standing.name())
        }
    };
    Some(view! {
        <section class="card" aria-labelledby="changed">
            <header><h2 id="changed">"变更"</h2><span class="small soft">{format!("累计增加 {} 元{most}", page.grown.sum)}</span></header>
            <ul>{rows}</ul>
        </section>
    }
    .into_any())
}
