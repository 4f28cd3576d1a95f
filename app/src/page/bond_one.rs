//! `/desk/bonds/one/:id`: one bond of a contract: what was given for it, what its firm asked
//! back, what may be done.

use super::bond_acts::acts;
use super::bond_limit::limit_lines;
use super::bonds::{payment_state, payment_words};
use super::channel::two_clocks;
use super::contracts::alarm_badge;
use super::given::piece_line;
use super::{draft_key, loading, path_key, shown};
use crate::api::{self, ActOnBond, ApplicationView, BondPageView, GiveForBond, ReminderView};
use crate::part::cover::cover;
use crate::part::outcomes;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use model::BondId;
use policies::bond::{Bond, On, RetainAct, RetainStage};
use policies::{Course, State};

/// One bond of a contract.
#[component]
pub fn BondOne() -> impl IntoView {
    let id: Memo<Option<BondId>> = path_key("id");
    let draft = draft_key();
    let give = ServerAction::<GiveForBond>::new();
    let act = ServerAction::<ActOnBond>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), give.version().get(), act.version().get()),
        |(id, draft, ..)| async move {
            match id {
                Some(id) => api::read_bond(id, draft).await,
                None => Err(api::ApiError::NotFound),
            }
        },
    );
    view! {
        <Title text="担保"/>
        <div class="page">
            {outcomes!(give, act)}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| whole(page, give, act))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: BondPageView,
    give: ServerAction<GiveForBond>,
    act: ServerAction<ActOnBond>,
) -> AnyView {
    let acts = acts(&page, give, act);
    let today = page.today;
    let (view, applications) = (page.view, page.applications);
    let bond = &view.bond;
    let back = match &bond.on {
        On::Contract { contract, title } => {
            let href = format!("/desk/contracts/{contract}");
            Some(
                view! { <p class="small"><a href="/desk/contracts">"合同台账"</a>" · "<a href=href>{title.clone()}</a></p> },
            )
        }
        On::Tender { .. } => None,
    };
    let alarms = view.alarms.iter().map(alarm_badge).collect_view();
    let pieces = bond.pieces.iter().map(|piece| {
        // What the issuer's own service said stands there already.
        let found = piece.verified.as_ref().filter(|found| found.by.is_some());
        let found = found.map(|found| format!("{}：{}", found.at.stamp(), found.note));
        let taken = piece.claims.iter().map(|claim| {
            view! { <p class="small">{format!("{} 索赔 {} 元：{}", claim.on, claim.amount, claim.reason)}</p> }
        });
        let taken = taken.collect_view();
        let asked = piece.asked.as_ref().map(|claim| {
            let words = format!("{} 索赔 {} 元：{}", claim.on, claim.amount, claim.reason);
            view! { <p class="line small">{badge("due", "待确认索赔")} <span>{words}</span></p> }
        });
        view! {
            <li class="row">
                {piece_line(piece)}
                {found.map(|found| view! { <p class="small soft">{found}</p> })}
                {taken}
                {asked}
            </li>
        }
    });
    let pieces = pieces.collect_view();
    let paid = view.payments.iter().map(|payment| {
        view! { <li class="row"><p class="line small">{payment_state(&payment.payment.state)} <span>{payment_words(payment)}</span></p></li> }
    });
    let paid = paid.collect_view();
    let limit = limit_lines(bond, view.limit.as_ref());
    let none = bond.pieces.is_empty();
    let returning = view.returning.as_ref().map(two_clocks);
    view! {
        {back}
        <h1>{bond.kind.name()}</h1>
        <p class="line small">
            {alarms}
            <span class="soft">{format!("{} · 发包人 {} · 提供人 {}", bond.number, bond.owner_name, bond.firm.name)}</span>
        </p>
        {limit}
        {held(bond)}
        {heard(bond, view.deciding.as_ref())}
        {view.reminder.as_ref().map(reminded)}
        <section class="card pad" aria-labelledby="cover">
            <h2 id="cover">"应提供与已提供"</h2>
            {cover(&view.picture, today)}
            {returning}
        </section>
        <section class="card" aria-labelledby="pieces">
            <header><h2 id="pieces">"已提供的担保"</h2></header>
            {none.then(|| view! { <p class="empty">"还没有提供。"</p> })}
            <ul>{pieces}{paid}</ul>
        </section>
        {(!applications.is_empty()).then(|| view! {
            <section class="card" aria-labelledby="asked">
                <header><h2 id="asked">"返还申请"</h2></header>
                <ul>{applications.into_iter().map(application).collect_view()}</ul>
            </section>
        })}
        {acts}
    }
    .into_any()
}

/// That somebody thinks it forfeit, or what was last decided about that: tone, what, and why.
pub(super) fn held_words(bond: &Bond) -> Option<(&'static str, &'static str, String)> {
    match (&bond.hold, &bond.verdict) {
        (Some(hold), _) => {
            let why = format!("{}：{}", hold.at.stamp(), hold.facts);
            Some(("danger", "已提出不予退还，决定前不退", why))
        }
        (None, Some(verdict)) => {
            let why = format!("{}：{}", verdict.at.stamp(), verdict.reason);
            match verdict.forfeit {
                true => Some(("danger", "决定不予退还", why)),
                false => Some(("done", "决定照常退还", why)),
            }
        }
        (None, None) => None,
    }
}

fn held(bond: &Bond) -> Option<AnyView> {
    let (tone, what, why) = held_words(bond)?;
    let shown = match bond.hold.is_some() {
        true => view! { <div class="trouble"><p><b>{what}</b></p><p>{why}</p></div> }.into_any(),
        false => {
            view! { <p class="card pad small line">{badge(tone, what)} <span>{why}</span></p> }
                .into_any()
        }
    };
    Some(shown)
}

/// Until when somebody has to decide whether it is forfeit, as a badge.
pub(super) fn decide_by(course: &Course) -> impl IntoView + use<> {
    let leg = &course.statutory;
    let tone = if matches!(leg.state, State::Overdue { .. }) { "danger" } else { "due" };
    let due = leg.due.map(|due| due.day().to_string()).unwrap_or_default();
    badge(tone, format!("应于 {due} 前决定，{}", leg.stands()))
}

/// Until when that is decided, and what its firm said to it.
pub(super) fn heard(bond: &Bond, deciding: Option<&Course>) -> Option<AnyView> {
    let open = bond.hold.is_some();
    let hold = bond.hold.as_ref().or(bond.verdict.as_ref().map(|verdict| &verdict.hold))?;
    let none = (open && hold.heard.is_empty())
        .then(|| view! { <p class="small soft">"提供人还没有陈述申辩。"</p> });
    let said = hold.heard.iter().map(|plea| {
        let words = format!("{} 陈述申辩：{}", plea.at.stamp(), plea.words);
        view! { <p class="small">{words}</p> }
    });
    let said = said.collect_view();
    let clock = deciding.map(|course| {
        let late = matches!(course.statutory.state, State::Overdue { .. });
        let late = late.then(|| {
            view! { <p class="small alarm">"逾期未决定，退还期限恢复计算，计入未按期退还。"</p> }
        });
        view! { <p class="line small">{decide_by(course)}</p> {two_clocks(course)} {late} }
    });
    Some(view! { {clock} {said} {none} }.into_any())
}

/// That its owner was reminded: what it has to do, and by when.
fn reminded(reminder: &ReminderView) -> AnyView {
    let what = match reminder.mine {
        true => "收到催告：承包人书面催告返还质量保证金",
        false => "已催告发包人返还质量保证金",
    };
    let why = match reminder.until {
        Some(day) => format!(
            "应在 {day} 前核实答复；逾期不答复，视同认可返还申请（建质〔2017〕138号第十一条）。对送达有异议的，也在此前提出。"
        ),
        None => "还没有送达：发包人签收，或者申请人登记送达之后，起算答复期限（建质〔2017〕138号第十一条）。".to_owned(),
    };
    view! { <div class="trouble"><p><b>{what}</b></p><p>{why}</p></div> }.into_any()
}

fn application(view: ApplicationView) -> AnyView {
    let ApplicationView { application, milestone, verifying, silence, paying, settling, .. } = view;
    let tone = match application.stage {
        RetainStage::Applied => "due",
        RetainStage::Reminded | RetainStage::Disputed => "danger",
        RetainStage::Agreed | RetainStage::Deemed => "plain",
        RetainStage::Paid => "done",
    };
    let log = application.log.iter().map(|entry| {
        let words = match entry.words.as_str() {
            "" => String::new(),
            words => format!("：{words}"),
        };
        // Of service only the day counts; it may have been entered later.
        let at = match entry.act {
            RetainAct::Serve => entry.at.day().to_string(),
            _ => entry.at.stamp(),
        };
        view! { <li class="small">{format!("{at} {}{words}", entry.act.name())}</li> }
    });
    let log = log.collect_view();
    let clock = |name: &'static str, course: Option<Course>| {
        course.map(|course| view! { <p class="small"><b>{name}</b></p>{two_clocks(&course)} })
    };
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, application.stage.name())}
                <span class="title">{milestone}</span>
                <b class="push">{format!("{} 元", application.granted)}</b>
            </div>
            <p class="small soft">{format!("{} 收到申请，申请 {} 元", application.received.stamp(), application.asked)}</p>
            <ul>{log}</ul>
            {clock("核实", verifying)}
            {clock("催告送达后答复", silence)}
            {clock("解决争议", settling)}
            {clock("返还", paying)}
        </li>
    }
    .into_any()
}
