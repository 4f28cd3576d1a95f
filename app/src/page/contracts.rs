//! `/desk/contracts`: contracts on the register.

use super::{loading, query, shown};
use crate::api::{
    self, ContractLine, ContractsAsk, ContractsPage, OddPayment, ReminderView, TreasuryView,
};
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use policies::bond::{Alarm, Warned};
use policies::contract::Stage;

/// What a list is filtered by.
const STATES: [(&str, &str); 7] = [
    ("", "全部"),
    ("running", "履行中"),
    ("completed", "已竣工"),
    ("settled", "已结算"),
    ("ended", "已解除"),
    ("alarm", "担保预警"),
    ("unpublished", "未公开"),
];

/// Where a contract stands, as a badge.
pub(super) fn contract_stage(stage: Stage) -> impl IntoView {
    let tone = match stage {
        Stage::Running => "due",
        Stage::Completed | Stage::Settled => "done",
        Stage::Ended => "plain",
    };
    badge(tone, stage.name())
}

/// A gap in the cover, as a badge: how near it is in words.
pub(super) fn alarm_badge(alarm: &Alarm) -> impl IntoView + use<> {
    let near = match alarm.warned {
        Warned::Now => "现在",
        Warned::Last => "即将",
        Warned::Near => "临近",
        Warned::Far => "将",
        Warned::Early => "竣工前",
    };
    let tone = if alarm.warned == Warned::Now { "danger" } else { "due" };
    badge(tone, format!("{near}缺担保：{} 起 {} 元", alarm.gap.from, alarm.gap.short))
}

/// A reminder that waits for an answer, as a badge: by when, once it was served.
pub(super) fn reminder_badge(reminder: &ReminderView) -> impl IntoView + use<> {
    let what = if reminder.mine { "收到催告" } else { "已催告" };
    let words = match reminder.until {
        Some(day) => format!("{what}：{day} 前答复，逾期视同认可"),
        None => format!("{what}，待签收"),
    };
    badge("danger", words)
}

/// What waits for somebody's decision, as a badge; none where nothing does.
pub(super) fn undecided_badge((all, late): (usize, usize)) -> Option<AnyView> {
    match (all, late) {
        (0, _) => None,
        (all, 0) => Some(badge("due", format!("{all} 项待决定")).into_any()),
        (_, late) => Some(badge("danger", format!("{late} 项逾期未决定")).into_any()),
    }
}

/// Contracts on the register.
#[component]
pub fn Contracts() -> impl IntoView {
    let (state, after) = (query("state"), query("after"));
    let page = Resource::new(
        move || ContractsAsk { state: state.get(), after: after.get() },
        api::read_contracts,
    );
    view! {
        <Title text="合同台账"/>
        <div class="page">
            <h1>"合同台账"</h1>
            <p class="soft">"合同订立、变更、付款和担保在一处；竣工、同意返还之后，系统按期自动退还。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let asked = state.get();
                    shown(page.await, move |page| list(page, asked))
                })}
            </Transition>
        </div>
    }
}

fn list(page: ContractsPage, asked: String) -> AnyView {
    let tabs = STATES.map(|(key, name)| {
        let current = (asked == key).then_some("page");
        view! { <a href=format!("/desk/contracts?state={key}") aria-current=current>{name}</a> }
    });
    let next = page.next.as_ref().map(|after| {
        view! { <p class="pad"><a href=format!("/desk/contracts?state={asked}&after={after}")>"下一页"</a></p> }
    });
    let (all, public) = page.all;
    let none = page.contracts.is_empty();
    let treasury = page.treasury.map(treasury);
    view! {
        {page.may_write.then(|| view! {
            <p class="actions">
                <a class="button" href="/desk/contracts/new">"登记合同"</a>
                <a class="button quiet" href="/desk/bonds">"投标保证金"</a>
            </p>
        })}
        <nav class="tabs" aria-label="按状态">{tabs.collect_view()}</nav>
        <section class="card" aria-labelledby="contracts">
            <header><h2 id="contracts">{format!("合同 {all} 份")}</h2><span class="small soft">{format!("已公开 {public} 份，应全部公开")}</span></header>
            {none.then(|| view! { <p class="empty">"没有这样的合同。"</p> })}
            <ul>{page.contracts.into_iter().map(row).collect_view()}</ul>
            {next}
        </section>
        {treasury}
    }
    .into_any()
}

/// How the treasury's payments come in, and those that nothing was found for.
fn treasury(view: TreasuryView) -> AnyView {
    let state = match view.failing {
        Some((since, why)) => badge("danger", format!("{} 起接收失败：{why}", since.stamp())),
        None => badge("done", "接收正常".to_owned()),
    };
    let last = match view.at {
        Some(at) => format!("最近接收 {}", at.stamp()),
        None => "还没有接收过".to_owned(),
    };
    let none = view.odd.is_empty();
    let more = (view.more > 0).then(|| format!("另有较早的 {} 笔。", view.more));
    view! {
        <section class="card" aria-labelledby="treasury">
            <header><h2 id="treasury">"国库支付对账"</h2><span class="small soft">{last}</span></header>
            <p class="pad line small">{state}<span class="soft">"未能对上的不改动台账：“待对上”的在台账补正后自动再对；“须查明”的查明后，在合同页按国库流水号登记支付。"</span></p>
            {none.then(|| view! { <p class="empty">"没有未能对上的支付。"</p> })}
            <ul>{view.odd.into_iter().map(odd_payment).collect_view()}</ul>
            {more.map(|more| view! { <p class="pad small soft">{more}</p> })}
        </section>
    }
    .into_any()
}

fn odd_payment(odd: OddPayment) -> AnyView {
    let stands = odd.stands.map(|(id, number, n)| {
        let words = format!("该流水号现登记在 {number} 应付款 {n}");
        view! { <p class="small"><a href=format!("/desk/contracts/{id}")>{words}</a></p> }
    });
    let state = match odd.waits {
        true => badge("plain", "待对上"),
        false => badge("due", "须查明"),
    };
    view! {
        <li class="row">
            <div class="line">{state}<span class="title">{format!("流水 {}", odd.serial)}</span></div>
            <p class="small soft">{odd.why}</p>
            {stands}
        </li>
    }
    .into_any()
}

fn row(line: ContractLine) -> AnyView {
    let alarm = line.alarm.as_ref().map(alarm_badge);
    let asked = (line.asked > 0).then(|| badge("due", format!("{} 项返还申请待答复", line.asked)));
    let offered = (line.offered > 0).then(|| badge("due", format!("{} 笔待核验", line.offered)));
    let reminder = line.reminder.as_ref().map(reminder_badge);
    let undecided = undecided_badge(line.undecided);
    let hidden = (!line.published).then(|| badge("due", "未公开"));
    view! {
        <li class="row">
            <div class="line">
                {contract_stage(line.stage)} {reminder} {undecided} {alarm} {asked} {offered} {hidden}
                <a class="title" href=format!("/desk/contracts/{}", line.id)>{line.title}</a>
                <span class="push small">{format!("{} 元", line.price)}</span>
            </div>
            <p class="small soft">{format!("{} · {} · {} · {} 签订", line.number, line.owner, line.firm, line.signed)}</p>
        </li>
    }
    .into_any()
}
