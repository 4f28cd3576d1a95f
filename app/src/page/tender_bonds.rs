//! `/desk/bonds/tender/:id`: the bonds of one tender, what it came to, what each waits for.

use super::bond_one::{heard, held_words};
use super::bonds::{payment_state, payment_words};
use super::channel::two_clocks;
use super::given::{given_fields, piece_line};
use super::plan::named;
use super::rules::standing_badge;
use super::tender_acts::acts;
use super::{draft_key, loading, path_key, shown};
use crate::api::{self, BidBondView, EnterBidBond, Refused, SettleTender, TenderBondsPage};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{BondKind, CreditLevel, FirmSize, Money, TenderNoticeId};
use policies::bond::{BidBondForm, Bond, On, Placing, Release, Warned};
use policies::{Course, State};

/// The bonds of one tender.
#[component]
pub fn TenderBonds() -> impl IntoView {
    let id: Memo<Option<TenderNoticeId>> = path_key("id");
    let draft = draft_key();
    let enter = ServerAction::<EnterBidBond>::new();
    let settle = ServerAction::<SettleTender>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), enter.version().get(), settle.version().get()),
        |(id, draft, ..)| async move {
            match id {
                Some(id) => api::read_tender_bonds(id, draft).await,
                None => Err(api::ApiError::NotFound),
            }
        },
    );
    view! {
        <Title text="投标保证金"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds">"保证金"</a></p>
            {outcome(enter.value())}
            {outcome(settle.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| whole(page, enter, settle))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: TenderBondsPage,
    enter: ServerAction<EnterBidBond>,
    settle: ServerAction<SettleTender>,
) -> AnyView {
    let told = told(&page);
    let signing = page.signing.as_ref().map(signing);
    let cap = page.most.amount;
    let steps = page.most.steps.iter().map(|step| {
        let source = step.basis.as_ref().map(|basis| basis.line());
        view! {
            <li class="line small">
                <span>{step.label.clone()}</span>
                {standing_badge(step.standing)}
                <span>{format!("{} 元", step.value)}</span>
                {source.map(|source| view! { <span class="soft">{source}</span> })}
            </li>
        }
    });
    let steps = steps.collect_view();
    let may_act = page.may_settle || page.may_hold || page.may_decide;
    let acts = may_act.then(|| acts(&page, settle));
    let sealed = page.sealed;
    let entry = page.may_enter.then(|| entry(&page, enter));
    let none = page.bonds.is_empty();
    view! {
        <h1>{page.title}</h1>
        <p class="small soft">{format!("{} · 招标人 {} · 投标截止 {}", page.number, page.owner, page.deadline)}</p>
        <p>{told}</p>
        {signing}
        <details class="card pad small"><summary>{format!("投标保证金最高 {cap} 元")}</summary><ul>{steps}</ul></details>
        <section class="card" aria-labelledby="bonds">
            <header><h2 id="bonds">{if sealed { "开标前保密".to_owned() } else { format!("已登记 {} 笔", page.bonds.len()) }}</h2></header>
            {sealed.then(|| view! { <p class="empty">"投标截止前，谁投标、有几家投标不公开（招标投标法第二十二条）。"</p> })}
            {(none && !sealed).then(|| view! { <p class="empty">"还没有登记。"</p> })}
            <ul>{page.bonds.into_iter().map(bid_bond).collect_view()}</ul>
        </section>
        {acts}
        {entry}
    }
    .into_any()
}

/// What the tender came to, in words.
fn told(page: &TenderBondsPage) -> String {
    let Some(result) = &page.result else { return "尚未定标。".into() };
    let day = |at: Option<model::Moment>| at.map(|at| at.day().to_string());
    if let Some(ended) = day(result.ended) {
        return format!("招标于 {ended} 终止。");
    }
    match (day(result.awarded), day(result.signed)) {
        (Some(awarded), Some(signed)) => format!("{awarded} 发出中标通知书，{signed} 签订合同。"),
        (Some(awarded), None) => format!("{awarded} 发出中标通知书，合同未签。"),
        _ => "尚未定标。".into(),
    }
}

/// By when the contract has to be signed, and how that stands.
fn signing(course: &Course) -> AnyView {
    let leg = &course.statutory;
    let tone = match leg.state {
        State::Overdue { .. } | State::Missed { .. } => "danger",
        State::Running { .. } => "due",
        State::Kept { .. } => "done",
        State::Stopped { .. } => "plain",
    };
    let state = badge(tone, leg.stands());
    let due = leg.due.map(|due| format!("最迟 {}", due.day()));
    let source = leg.days.basis.as_ref().map(|basis| basis.line());
    view! {
        <section class="card pad" aria-labelledby="signing">
            <h2 id="signing">"订立书面合同"</h2>
            <p class="line">{state}<b>{due}</b></p>
            {two_clocks(course)}
            {source.map(|source| view! { <p class="small soft">{source}</p> })}
        </section>
    }
    .into_any()
}

/// When and why a bond goes back, or what it waits for; nothing once it is forfeit.
fn goes(bond: &Bond, release: Option<Release>, waits: String) -> Option<String> {
    let held = bond.hold.is_some();
    if !held && bond.verdict.as_ref().is_some_and(|verdict| verdict.forfeit) {
        return None;
    }
    // Who gave nothing waits for nothing.
    if bond.pieces.is_empty() {
        return None;
    }
    let Some(release) = release else { return Some(waits) };
    let day = |leg: &policies::Leg| leg.due.map(|due| due.day().to_string());
    let law = day(&release.course.statutory).unwrap_or_default();
    let promise = release.course.promised.as_ref().and_then(day);
    let promise = promise.map(|day| format!("，承诺 {day} 前")).unwrap_or_default();
    let runs = match held {
        true => "决定前不退".to_owned(),
        false => format!("系统 {} 自动退还", release.runs.stamp()),
    };
    let (because, since) = (release.because.name(), release.since.day());
    Some(format!("{because}（{since}），{runs}{promise}，最迟 {law}"))
}

/// One bond of a tender.
pub(super) fn bid_bond(view: BidBondView) -> AnyView {
    let BidBondView { bond, placing, release, waits, deciding, alarms, over, late, payments } =
        view;
    let pieces = bond.pieces.iter().map(piece_line);
    let pieces = pieces.collect_view();
    let goes = goes(&bond, release, waits);
    let basis = (!bond.reduced.is_empty()).then(|| format!("减免：{}", bond.reduced.join("、")));
    let asked = bond.needs.first().map(|need| need.amount).unwrap_or_default();
    let alarms = alarms.into_iter().map(|alarm| {
        let tone = if alarm.warned == Warned::Now { "danger" } else { "due" };
        badge(tone, format!("{} 起缺 {} 元", alarm.gap.from, alarm.gap.short))
    });
    let alarms = alarms.collect_view();
    let tone = if placing == Placing::Winner { "done" } else { "plain" };
    let over = (over > Money::ZERO).then(|| badge("due", format!("多缴 {over} 元")));
    let late = late.map(|day| badge("danger", format!("{day} 到账，晚于投标截止")));
    let paid = payments.into_iter().map(|payment| {
        view! { <p class="line small">{payment_state(&payment.payment.state)} <span>{payment_words(&payment)}</span></p> }
    });
    let paid = paid.collect_view();
    let held = held_words(&bond).map(|(tone, what, why)| {
        view! { <p class="line small">{badge(tone, what)} <span>{why}</span></p> }
    });
    let heard = heard(&bond, deciding.as_ref());
    let withdrawn = match &bond.on {
        On::Tender { withdrawn: Some(at), .. } => {
            Some(badge("plain", format!("{} 撤回投标", at.day())))
        }
        _ => None,
    };
    let asked = match asked {
        Money::ZERO => "免缴".to_owned(),
        asked => format!("应缴 {asked} 元"),
    };
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, placing.name())}
                <span class="title">{bond.firm.name.clone()}</span>
                {withdrawn}
                {late}
                {over}
                {alarms}
                <span class="push small">{asked}</span>
            </div>
            <p class="small soft">{format!("{} · {}", bond.number, bond.firm.uscc)} {basis.map(|b| format!(" · {b}"))}</p>
            {pieces}
            {held}
            {heard}
            {goes.map(|goes| view! { <p class="small">{goes}</p> })}
            {paid}
        </li>
    }
    .into_any()
}

fn entry(page: &TenderBondsPage, action: ServerAction<EnterBidBond>) -> AnyView {
    let Refused { form, faults } = page.entry.clone();
    let id = page.id.to_string();
    let mut kinds = named(BondKind::ALL, BondKind::key, BondKind::name);
    kinds.push(("other".into(), "其他保证金".into()));
    view! {
        <section class="card pad" aria-labelledby="enter">
            <h2 id="enter">"登记一笔投标保证金"</h2>
            {form!(action, "form", {fields(&form, &faults, kinds)} <input type="hidden" name="id" value=id/> <Token/>
                <p class="actions"><button>"登记"</button></p>)}
        </section>
    }
    .into_any()
}

fn fields(form: &BidBondForm, faults: &model::Faults, kinds: Vec<(String, String)>) -> AnyView {
    view! {
        {summary(faults)}
        <input type="hidden" name="form[key]" value=form.key.clone()/>
        <div class="pair">
            {Field::new("kind", "哪种保证金").select(faults, &form.kind, kinds)}
            {Field::new("valid_until", "投标有效期至").kind("date").input(faults, &form.valid_until)}
            {Field::new("firm", "投标人").input(faults, &form.firm)}
            {Field::new("uscc", "统一社会信用代码").input(faults, &form.uscc)}
            {Field::new("size", "企业规模").select(faults, &form.size, named(FirmSize::ALL, FirmSize::key, FirmSize::name))}
            {Field::new("credit", "信用等级").select(faults, &form.credit, named(CreditLevel::ALL, CreditLevel::key, CreditLevel::name))}
        </div>
        {Field::new("failings", "有仍在有效期内的失信记录").check(faults, form.failings == "yes")}
        {Field::new("waived", "减免后无须缴纳，没有缴纳").hint("勾选后下面不填。").check(faults, form.waived == "yes")}
        {given_fields(&form.given, faults, "")}
    }
    .into_any()
}
