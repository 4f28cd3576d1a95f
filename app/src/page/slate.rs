//! `/emergencies/:id/candidates`: who may go, in what order, and why each other
//! one may not; and the call itself.

use super::{draft_key, loading, path_key, query, shown};
use crate::api::{
    self, ApiError, CallForm, CallNearest, CallView, CandidateView, OpenDraw, Refused, SlatePage,
};
use crate::part::field::{Field, summary};
use crate::part::state::{call_state, stage, urgency};
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::EmergencyId;

/// The slate of one emergency.
#[component]
pub fn Candidates() -> impl IntoView {
    let id: Memo<Option<EmergencyId>> = path_key("id");
    let (draft, widen) = (draft_key(), query("widen"));
    let action = ServerAction::<CallNearest>::new();
    let draw = ServerAction::<OpenDraw>::new();
    // Asked again after every try, so that a team which was just taken leaves the
    // list.
    let page = Resource::new(
        move || (id.get(), draft.get(), widen.get() == "yes", action.version().get()),
        |(id, draft, widen, _)| async move {
            let slate = api::slate(id.ok_or(ApiError::NotFound)?, widen).await?;
            let refused = api::refused::<CallForm>(draft).await?;
            Ok::<_, ApiError>((slate, refused))
        },
    );
    view! {
        <Title text="候选队伍"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                shown(page.await, move |(slate, refused)| content(slate, refused, action, draw))
            })}
        </Transition>
    }
}

fn content(
    slate: SlatePage,
    refused: Refused<CallForm>,
    action: ServerAction<CallNearest>,
    draw: ServerAction<OpenDraw>,
) -> impl IntoView {
    let card = slate.card.clone();
    let can = slate.may_call && slate.no_call.is_none() && !slate.fit.is_empty();
    let within = slate.within.map_or("未设到场时限（已放宽）".to_owned(), |m| {
        format!("到场时限 {} 分钟以内", m.0)
    });
    let widened = slate.within.is_none();
    let counts = format!(
        "可派 {} · 不可派 {} · 共 {}",
        slate.fit.len(),
        slate.out.len(),
        slate.fit.len() + slate.out.len()
    );
    let here = format!("/emergencies/{}/candidates", card.id);
    view! {
        <div class="page">
            <p class="line">
                {urgency(card.urgency)} {stage(card.stage)}
                <a href=format!("/emergencies/{}", card.id)>{card.number.clone()}</a>
            </p>
            <h1>{format!("候选队伍：{}", card.title)}</h1>
            <p class="soft">
                {counts} " · " {within} " · "
                {if widened {
                    view! { <a href=here.clone()>"恢复到场时限"</a> }
                } else {
                    view! { <a href=format!("{here}?widen=yes")>"放宽到场时限"</a> }
                }}
            </p>
            {slate.no_call.map(|reason| view! { <p class="trouble" role="alert">{text::no_call(reason)}</p> })}
            {asked(&slate.open_calls)}
            {outcome(action.value())}
            {outcome(draw.value())}
            {(slate.may_draw && slate.no_call.is_none()).then(|| draw_form(&slate, draw))}
            {can.then(|| call_form(&slate, refused, action))}
            <section class="card" aria-labelledby="fit">
                <header><h2 id="fit">"可派队伍"</h2><span class="small soft">"按到场时间、履约、轮候排序"</span></header>
                {ranking(slate.fit)}
                {slate.basis.into_iter().map(|line| view! { <p class="basis">{line}</p> }).collect_view()}
            </section>
            <section class="card" aria-labelledby="out">
                <header><h2 id="out">"不可派队伍"</h2></header>
                <div class="pad">{tally(slate.tally)}</div>
                <details>
                    <summary>"逐支查看原因"</summary>
                    <ul>
                        {slate
                            .out
                            .into_iter()
                            .map(|team| view! {
                                <li class="row">
                                    <div class="line"><b>{team.name}</b><span class="push small soft">{format!("约 {} 分", team.minutes.0)}</span></div>
                                    <p class="small">{team.bars.join("；")}</p>
                                </li>
                            })
                            .collect_view()}
                    </ul>
                </details>
            </section>
        </div>
    }
}

/// Who has been asked already, so that nobody calls a second team by mistake.
pub fn asked(calls: &[CallView]) -> impl IntoView + use<> {
    (!calls.is_empty()).then(|| {
        let lines = calls
            .iter()
            .map(|call| {
                view! {
                    <li class="line">
                        {call_state(call)}
                        <a href=format!("/missions/{}", call.id)>{call.team_name.clone()}</a>
                        <span class="push small">{format!("约 {} 分", call.eta.0)}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="news" aria-labelledby="asked">
                <p id="asked"><b>"本险情已有队伍"</b>"，再派即为增援："</p>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// Opening a draw: the ordinary way when there are enough to draw among.
pub fn draw_form(slate: &SlatePage, action: ServerAction<OpenDraw>) -> impl IntoView + use<> {
    if let Some(open) = &slate.open_draw {
        let href = format!("/draws/{open}");
        return view! {
            <p class="actions"><a class="button" href=href>"继续已开始的抽取"</a></p>
        }
        .into_any();
    }
    let (id, fresh) = (slate.card.id.to_string(), format!("{}-d", slate.fresh_id));
    let widen = if slate.within.is_none() { "yes" } else { "" };
    let body = form!(action, "form",
        <Token/>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="draw" value=fresh/>
        <input type="hidden" name="widen" value=widen/>
        <button>"冻结名单，开始抽取"</button>);
    view! {
        <section class="card pad" aria-labelledby="draw-title">
            <h2 id="draw-title">"随机抽取"</h2>
            <p class="small soft">"冻结名单后，操作方与监督方各自承诺一个随机数，再同时公布，顺序由此推出，任何人都能重算。"</p>
            {body}
        </section>
    }
    .into_any()
}

/// Calling the nearest, by a commander's order.
pub fn call_form(
    slate: &SlatePage,
    refused: Refused<CallForm>,
    action: ServerAction<CallNearest>,
) -> impl IntoView + use<> {
    let Refused { form, faults } = refused;
    let id = if form.id.is_empty() { slate.fresh_id.clone() } else { form.id.clone() };
    let chosen = if form.team.is_empty() {
        slate.fit.first().map(|c| c.team.to_string()).unwrap_or_default()
    } else {
        form.team.clone()
    };
    let teams: Vec<(String, String)> = slate
        .fit
        .iter()
        .enumerate()
        .map(|(i, c)| {
            (c.team.to_string(), format!("{}. {}（约 {} 分）", i + 1, c.name, c.minutes.0))
        })
        .collect();
    let widen = if slate.within.is_none() { "yes" } else { "" };
    // With a team asked already the form waits behind a click.
    let open = slate.open_calls.is_empty() || !faults.is_empty();
    let title = if slate.open_calls.is_empty() { "就近指定" } else { "就近指定增援" };
    view! {
        <details class="card pad" id="call" open=open>
            <summary><h2 id="call-title">{title}</h2></summary>
            <p class="small soft">"由指挥长下令，从排名第一的队伍起依次征询；拒绝或逾时的，自动通知下一支。"</p>
            {summary(&faults)}
            {form!(action, "form", <Token/>
                <input type="hidden" name="id" value=slate.card.id.to_string()/>
                <input type="hidden" name="form[id]" value=id/>
                <input type="hidden" name="form[widen]" value=widen/>
                {Field::new("team", "先征询").select(&faults, &chosen, teams)}
                {Field::new("override_reason", "不派排名第一的理由").optional().hint("改派时必填，随结果公开。").input(&faults, &form.override_reason)}
                {Field::new("commander", "下令人及职务").input(&faults, &form.commander)}
                {Field::new("reason", "为什么不抽签").hint("如：有人被困，到场时间决定救援成败。").input(&faults, &form.reason)}
                <button>"发出调度"</button>)}
        </details>
    }
}

/// Teams that may go, in order.
pub fn ranking(fit: Vec<CandidateView>) -> impl IntoView {
    if fit.is_empty() {
        return view! { <p class="empty">"没有可派的队伍。"</p> }.into_any();
    }
    view! {
        <ol class="ranking">
            {fit.into_iter()
                .map(|team| view! {
                    <li class="row">
                        <div class="line">
                            <b>{team.name}</b>
                            <b class="push">{format!("{} 分", team.minutes.0)}</b>
                        </div>
                        <p class="line small soft">
                            <span>{format!("{} · {} 人", team.machines, team.people)}</span>
                            <span class="push">{format!("履约 {} · 近 12 月 {} 次", team.merit, team.recent_calls)}</span>
                        </p>
                        <p class="small soft">{format!("直线 {}，{}", team.away, team.origin)}</p>
                    </li>
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}

/// How many each reason keeps out.
pub fn tally(tally: Vec<(String, u32)>) -> impl IntoView {
    view! {
        <dl class="tally">
            {tally
                .into_iter()
                .map(|(reason, n)| view! { <div><dt>{reason}</dt><dd>{n}</dd></div> })
                .collect_view()}
        </dl>
    }
}
