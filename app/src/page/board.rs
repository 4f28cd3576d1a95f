//! `/board`: the live board (指挥台).

use super::slate::{asked, call_form, draw_form, ranking};
use super::{loading, query, shown};
use crate::api::{self, ApiError, Board, CallNearest, OpenDraw, Refused, TeamPin};
use crate::part::alarm::alarm;
use crate::part::live::{Heard, awake, follow, old, steady};
use crate::part::map::{MAP, labels, project};
use crate::part::state::{emergency_row, ticking};
use crate::part::{log_of_today, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{EmergencyId, Urgency};
use pool::emergency::Stage;

/// The live board. The server sends the whole of it once; afterwards it is read
/// again whenever the journal has grown, from the entry that it was as of. What was
/// picked stands beside it and is not read again under somebody's hands.
#[component]
pub fn BoardPage() -> impl IntoView {
    let (seen, grow) = signal(Heard::default());
    let board = Resource::new(move || seen.get(), |_| api::read_board());
    let after = awake(move || Some(board.get()?.ok()?.seq));
    let lost = awake(move || board.get() == Some(Err(ApiError::Unreachable)));
    follow(after, lost, grow);
    let last = StoredValue::new(None);
    let (case, wall) = (query("case"), query("wall"));
    let picked = Memo::new(move |_| case.get().parse::<EmergencyId>().ok());
    let fresh = awake(move || {
        let board = board.get().and_then(Result::ok);
        board.map_or(0, |b| b.emergencies.iter().filter(|c| c.stage == Stage::Reported).count())
    });
    view! {
        <Title text="指挥台"/>
        <h1 class="visually-hidden">"指挥台"</h1>
        <div class="board" class:wall=move || wall.get() == "yes" class:picking=move || picked.get().is_some()>
            <p class="tools">
                {alarm(fresh, "新险情")}
                {move || if wall.get() == "yes" {
                    view! { <a class="button quiet small" href="/board">"退出大屏"</a> }
                } else {
                    view! { <a class="button quiet small" href="/board?wall=yes">"大屏"</a> }
                }}
                <span class="small soft">"按 ? 看快捷键"</span>
            </p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let (answer, is_old) = steady(board.await, last);
                    view! { {old(is_old)} {shown(answer, content)} }
                })}
            </Transition>
            {move || picked.get().map(|id| view! { <Picked id/> })}
        </div>
    }
}

/// The case that was picked: who may go, and the call.
#[component]
fn Picked(id: EmergencyId) -> impl IntoView {
    let call = ServerAction::<CallNearest>::new();
    let draw = ServerAction::<OpenDraw>::new();
    let slate = Resource::new(
        move || (id.clone(), call.version().get()),
        |(id, _)| async move { api::slate(id, false).await },
    );
    view! {
        <aside class="picked" aria-label="选派队伍">
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(slate.await, move |slate| {
                        let can = slate.no_call.is_none() && !slate.fit.is_empty();
                        let whole = format!("/emergencies/{}/candidates", slate.card.id);
                        let count = format!("可派 {} · 不可派 {}", slate.fit.len(), slate.out.len());
                        let draws = (slate.may_draw && can).then(|| draw_form(&slate, draw));
                        let calls = (slate.may_call && can)
                            .then(|| call_form(&slate, Refused::default(), call));
                        let mut first = slate.fit;
                        first.truncate(SHORT);
                        view! {
                            <section class="card" aria-labelledby="picked">
                                <header>
                                    <h2 id="picked">{slate.card.title}</h2>
                                    <a class="small" href="/board">"收起"</a>
                                </header>
                                {slate.no_call.map(|reason| view! { <p class="trouble">{text::no_call(reason)}</p> })}
                                {asked(&slate.open_calls)}
                                <p class="pad line small"><span class="soft">{count}</span><a class="push" href=whole>"全部名单与原因"</a></p>
                                {ranking(first)}
                            </section>
                            {outcome(call.value())}
                            {outcome(draw.value())}
                            {draws}
                            {calls}
                        }
                    })
                })}
            </Transition>
        </aside>
    }
}

/// Candidates shown beside the board.
const SHORT: usize = 5;

fn content(board: Board) -> impl IntoView {
    let now = ticking(board.now);
    let open = board.emergencies.len();
    let count = |state: &str| board.teams.iter().filter(|t| t.state == state).count();
    let (ready, busy, off) = (count("ready"), count("busy"), count("off"));
    let map = map(&board);
    let quiet = board.events.is_empty();
    view! {
        <section class="card open" aria-labelledby="open">
            <header>
                <h2 id="open">"险情"</h2>
                <span class="small soft">{format!("{open} 起处置中")}</span>
                <a class="small" href="/report">"新报"</a>
            </header>
            {(open == 0).then(|| view! { <p class="empty">"没有处置中的险情。"</p> })}
            <ul>{board.emergencies.into_iter().map(|card| emergency_row(card, now, true)).collect_view()}</ul>
        </section>
        <section class="card map" aria-labelledby="map">
            <h2 id="map" class="visually-hidden">"地图"</h2>
            {map}
            <p class="legend small">
                <span class="key ready">{format!("可出动 {ready}")}</span>
                <span class="key busy">{format!("执行任务 {busy}")}</span>
                <span class="key off">{format!("不可用 {off}")}</span>
                <span class="key alarm">{format!("险情 {open}")}</span>
                <span class="push soft">"示意图，非测绘成果"</span>
            </p>
        </section>
        <section class="card events" aria-labelledby="events">
            <header>
                <h2 id="events">"动态"</h2>
                <span class="small soft">{format!("已同步至 № {}", board.seq)}</span>
            </header>
            {quiet.then(|| view! { <p class="empty">"今天还没有动态。"</p> })}
            <div class="feed" aria-live="polite" tabindex="0">{log_of_today(board.events)}</div>
        </section>
    }
}

/// Height of a case's label on the map, in its units (style/pages.css).
const LABEL: f64 = 19.0;

fn map(board: &Board) -> impl IntoView + use<> {
    let teams = board
        .teams
        .iter()
        .map(|TeamPin { name, place, state, .. }| {
            let (x, y) = project(place.lon.degrees(), place.lat.degrees());
            let title = name.clone();
            let shape = match state.as_str() {
                "busy" => view! { <rect x=x - 7.0 y=y - 7.0 width="14" height="14"/> }.into_any(),
                _ => view! { <circle cx=x cy=y r="7"/> }.into_any(),
            };
            view! { <g class=format!("pin {state}")><title>{title}</title>{shape}</g> }
        })
        .collect_view();
    let points: Vec<(f64, f64)> = board
        .emergencies
        .iter()
        .map(|card| project(card.place.lon.degrees(), card.place.lat.degrees()))
        .collect();
    let titles: Vec<String> =
        board.emergencies.iter().map(|card| card.title.chars().take(10).collect()).collect();
    let letters: Vec<usize> = titles.iter().map(|t| t.chars().count()).collect();
    let placed = labels(&points, &letters, LABEL);
    let dangers = board
        .emergencies
        .iter()
        .zip(points)
        .zip(titles.into_iter().zip(placed))
        .map(|((card, (x, y)), (title, label))| {
            let points = format!(
                "{x:.1},{:.1} {:.1},{:.1} {:.1},{:.1}",
                y - 15.0,
                x + 14.0,
                y + 10.0,
                x - 14.0,
                y + 10.0
            );
            let class =
                if card.urgency == Urgency::Critical { "pin alarm hot" } else { "pin alarm" };
            view! {
                <a href=format!("/emergencies/{}", card.id)>
                    <g class=class>
                        <title>{card.title.clone()}</title>
                        <polygon points=points/>
                        <text x=label.x y=label.y text-anchor=label.anchor>{title}</text>
                    </g>
                </a>
            }
        })
        .collect_view();
    view! {
        <svg viewBox=format!("0 0 {} {}", MAP.0, MAP.1) role="group" aria-label="全市险情与队伍分布示意图">
            <image href="/map/districts.svg" width=MAP.0.to_string() height=MAP.1.to_string()/>
            {teams}
            {dangers}
        </svg>
    }
}
