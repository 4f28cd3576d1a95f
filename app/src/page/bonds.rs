//! `/desk/bonds`: tenders with bonds, and orders to the bank.

use super::bond_alarms::alarm_list;
use super::contracts::undecided_badge;
use super::tender_bonds::bid_bond;
use super::{draft_key, loading, shown};
use crate::api::{
    self, BondsMay, BondsPage, MendForm, OwnBond, PayAgain, PaymentView, PleaForm, Plead, Refused,
    TenderLine,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcomes};
use leptos::prelude::*;
use leptos_meta::Title;
use policies::bond::PaymentState;

/// Tenders with bonds, and orders to the bank.
#[component]
pub fn Bonds() -> impl IntoView {
    let action = ServerAction::<PayAgain>::new();
    let plead = ServerAction::<Plead>::new();
    let draft = draft_key();
    let page = Resource::new(
        move || (draft.get(), action.version().get(), plead.version().get()),
        |(draft, ..)| api::read_bonds(draft),
    );
    view! {
        <Title text="保证金"/>
        <div class="page">
            <h1>"保证金"</h1>
            <p class="soft">"投标保证金由交易中心登记，退还事由出现后，系统在次日凌晨自动退还本金和利息到原账户。"</p>
            {outcomes!(action, plead)}
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, move |page| whole(page, action, plead)) })}
            </Transition>
        </div>
    }
}

fn whole(
    mut page: BondsPage,
    action: ServerAction<PayAgain>,
    plead: ServerAction<Plead>,
) -> AnyView {
    let links = links(page.may, page.own.is_some());
    let alarms = alarm_list(std::mem::take(&mut page.alarms));
    match page.own.take() {
        Some(own) => view! { {links} {alarms} {own_bonds(own, &page.plea, plead)} }.into_any(),
        None => view! { {links} {alarms} {all(page, action)} }.into_any(),
    }
}

/// Where else to go: only where the visitor is let in.
fn links(may: BondsMay, firm: bool) -> impl IntoView {
    let link = |shown: bool, href: &'static str, name: &'static str| {
        shown.then(|| view! { <a class="button quiet" href=href>{name}</a> })
    };
    view! {
        <p class="actions">
            {link(true, "/desk/contracts", "合同担保")}
            {link(may.statement, "/desk/bonds/statement", "银行流水核对")}
            {link(!firm, "/desk/bonds/measures", "成效")}
            {link(may.simulate, "/desk/bonds/simulate", "减免试算")}
        </p>
    }
}

/// What a firm gave for its own bids, and what becomes of it.
fn own_bonds(
    own: Vec<OwnBond>,
    plea: &Refused<PleaForm>,
    action: ServerAction<Plead>,
) -> impl IntoView + use<> {
    let none = own.is_empty();
    let rows = own.into_iter().map(|bond| {
        let owner = bond.view.bond.owner_name.clone();
        let ground = bond.ground.map(|(text, source)| {
            view! { <p class="small">{format!("提出的依据：{text}（{source}）")}</p> }
        });
        let held = bond.view.bond.hold.is_some();
        let says = held.then(|| plea_form(bond.view.bond.id.as_str(), plea, action));
        view! {
            <li class="row">
                <p class="title">{bond.title}</p>
                <p class="small soft">{format!("{} · 招标人 {owner} · 投标截止 {}", bond.number, bond.deadline)}</p>
                <ul>{bid_bond(bond.view)}</ul>
                {ground}
                {says}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="card" aria-labelledby="own">
            <header><h2 id="own">"本企业的投标保证金"</h2></header>
            {none.then(|| view! { <p class="empty">"没有本企业的投标保证金。由交易中心收到后登记；资料经主管部门审核后才显示。"</p> })}
            <ul>{rows}</ul>
        </section>
    }
}

/// A firm states its case, as often as it likes until somebody has decided.
fn plea_form(
    id: &str,
    plea: &Refused<PleaForm>,
    action: ServerAction<Plead>,
) -> impl IntoView + use<> {
    let Refused { form, faults } = plea.where_typed(plea.form.bond == id);
    let field = Field::new("reason", "陈述申辩").of(id).hint(
        "决定前可以多次提交，提交后不能修改；作出决定的人、招标人、交易中心和监督人员都能看到。",
    );
    view! {
        <details open=!faults.is_empty()>
            <summary>"陈述申辩"</summary>
            {form!(action, "form",
                {summary(&faults)}
                <Token/>
                <input type="hidden" name="form[bond]" value=id.to_owned()/>
                {field.area(&faults, &form.reason)}
                <p class="actions"><button>"提交"</button></p>)}
        </details>
    }
}

fn all(page: BondsPage, action: ServerAction<PayAgain>) -> impl IntoView {
    let BondsPage { tenders, payments, kept: (given, in_time), may, may_mend, mend, .. } = page;
    let empty = match may.enter {
        true => "还没有登记投标保证金。在招标公告页登记。",
        false => "没有可查看的投标保证金：由交易中心登记，开标后才显示。",
    };
    let (none, unpaid) = (tenders.is_empty(), payments.is_empty());
    let rows =
        payments.into_iter().map(|p| payment(p, may_mend.then_some(&mend), action)).collect_view();
    view! {
        <section class="card" aria-labelledby="tenders">
            <header><h2 id="tenders">"招标项目"</h2><span class="small soft">{format!("已登记 {given} 笔，按承诺退还 {in_time} 笔")}</span></header>
            {none.then(|| view! { <p class="empty">{empty}</p> })}
            <ul>{tenders.into_iter().map(tender).collect_view()}</ul>
        </section>
        <section class="card" aria-labelledby="payments">
            <header><h2 id="payments">"退还指令"</h2></header>
            {unpaid.then(|| view! { <p class="empty">"没有退还指令。"</p> })}
            <ul>{rows}</ul>
        </section>
    }
}

fn tender(line: TenderLine) -> impl IntoView {
    let mark = match (line.returned, line.given) {
        (_, 0) => badge("plain", "无须退还".to_owned()),
        (returned, given) if returned == given => badge("done", "全部退还".to_owned()),
        (returned, given) => badge("plain", format!("已退 {returned} / {given}")),
    };
    let offered = (line.offered > 0).then(|| badge("due", format!("{} 笔待核验", line.offered)));
    view! {
        <li class="row">
            <div class="line">
                {mark}
                {undecided_badge(line.undecided)}
                {offered}
                <a class="title" href=format!("/desk/bonds/tender/{}", line.id)>{line.title}</a>
                <span class="push small">{format!("现金 {} 元", line.held)}</span>
            </div>
            <p class="small soft">{format!("{} · {}", line.number, line.owner)}</p>
        </li>
    }
}

/// The state of an order as a badge.
pub(super) fn payment_state(state: &PaymentState) -> impl IntoView + use<> {
    let tone = match state {
        PaymentState::Ordered => "plain",
        PaymentState::Sent { .. } => "due",
        PaymentState::Paid { .. } => "done",
        PaymentState::Refused { .. } => "danger",
    };
    badge(tone, state.name())
}

/// An order in words: how much, to whom, when.
pub(super) fn payment_words(view: &PaymentView) -> String {
    let PaymentView { payment: p, account } = view;
    let end = match &p.state {
        PaymentState::Ordered => format!("{} 下达", p.ordered.stamp()),
        PaymentState::Sent { since } => format!("{} 发送，第 {} 次", since.stamp(), p.tries),
        PaymentState::Paid { receipt } => {
            format!("{} 付款，流水 {}", receipt.at.stamp(), receipt.serial)
        }
        PaymentState::Refused { at, why } => format!("{} 退回：{why}", at.stamp()),
    };
    format!("本金 {} 元，利息 {} 元 → {}（{account}）· {end}", p.principal, p.interest, p.payee)
}

fn payment(
    view: PaymentView,
    mend: Option<&Refused<MendForm>>,
    action: ServerAction<PayAgain>,
) -> impl IntoView + use<> {
    let words = payment_words(&view);
    let p = view.payment;
    let again = mend.filter(|_| p.is_stuck()).map(|mend| {
        let id = p.id.to_string();
        let Refused { form, faults } = mend.where_typed(mend.form.id == id);
        view! {
            <details class="pad" open=!faults.is_empty()>
                <summary>"问题已处理，重新发送"</summary>
                {form!(action, "form",
                    {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="form[id]" value=id.clone()/>
                    {Field::new("reason", "怎样处理的").of(&id).input(&faults, &form.reason)}
                    {Field::new("account", "更正后的账号").of(&id).optional().hint("只在登记时输错账号时填，须由登记人以外的人填。").input(&faults, &form.account)}
                    <p class="actions"><button>"重新发送"</button></p>)}
            </details>
        }
    });
    let silent =
        p.is_unanswered().then(|| badge("danger", format!("{} 次未得答复，请向银行查询", p.tries)));
    view! {
        <li class="row">
            <div class="line">
                {payment_state(&p.state)}
                {silent}
                <span class="title">{format!("{} {}", p.purpose.name(), p.number)}</span>
                <b class="push">{format!("{} 元", p.amount())}</b>
            </div>
            <p class="small">{words}</p>
            <p class="small soft">{format!("事由：{}", p.reason)}</p>
            {again}
        </li>
    }
}
