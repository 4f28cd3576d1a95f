//! `/board`: the live board (指挥台).

use super::{loading, shown};
use crate::api::{self, Board, TeamPin};
use crate::part::live::follow;
use crate::part::log_of_today;
use crate::part::state::{emergency_row, ticking};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Place, Urgency};

/// The live board. The server sends the whole of it once; afterwards it is read
/// again whenever the journal has grown, from the entry that it was as of.
#[component]
pub fn BoardPage() -> impl IntoView {
    let (seen, grow) = signal(0_i64);
    let board = Resource::new(move || seen.get(), |_| api::read_board());
    let after = Signal::derive(move || Some(board.get()?.ok()?.seq));
    follow(after, grow);
    view! {
        <Title text="指挥台"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move { shown(board.await, content) })}
        </Transition>
    }
}

fn content(board: Board) -> impl IntoView {
    let now = ticking(board.now);
    let open = board.emergencies.len();
    let count = |state: &str| board.teams.iter().filter(|t| t.state == state).count();
    let (ready, busy, off) = (count("ready"), count("busy"), count("off"));
    let map = map(&board);
    view! {
        <div class="board">
            <h1 class="visually-hidden">"指挥台"</h1>
            <section class="card" aria-labelledby="open">
                <header>
                    <h2 id="open">"险情"</h2>
                    <span class="small soft">{format!("{open} 起处置中")}</span>
                    <a class="small" href="/report">"新报"</a>
                </header>
                {(open == 0).then(|| view! { <p class="empty">"没有处置中的险情。"</p> })}
                <ul>{board.emergencies.into_iter().map(|card| emergency_row(card, now)).collect_view()}</ul>
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
            <section class="card" aria-labelledby="events">
                <header>
                    <h2 id="events">"动态"</h2>
                    <span class="small soft">{format!("已同步至 № {}", board.seq)}</span>
                </header>
                <div aria-live="polite">{log_of_today(board.events)}</div>
            </section>
        </div>
    }
}

/// Width and height of the map's own units.
const MAP: (f64, f64) = (1000.0, 780.0);

/// Plate carrée, stretched so that a kilometre is as long north as east.
fn project(place: Place) -> (f64, f64) {
    let x = (place.lon.degrees() - 104.58) / (106.78 - 104.58) * MAP.0;
    let y = (32.98 - place.lat.degrees()) / (32.98 - 31.52) * MAP.1;
    (x, y)
}

fn map(board: &Board) -> impl IntoView + use<> {
    let teams = board
        .teams
        .iter()
        .map(|TeamPin { name, place, state, .. }| {
            let (x, y) = project(*place);
            let title = name.clone();
            let shape = match state.as_str() {
                "busy" => view! { <rect x=x - 7.0 y=y - 7.0 width="14" height="14"/> }.into_any(),
                _ => view! { <circle cx=x cy=y r="7"/> }.into_any(),
            };
            view! { <g class=format!("pin {state}")><title>{title}</title>{shape}</g> }
        })
        .collect_view();
    let dangers = board
        .emergencies
        .iter()
        .map(|card| {
            let (x, y) = project(card.place);
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
            let label = card.title.chars().take(10).collect::<String>();
            // Near the eastern edge the label stands on the other side.
            let (at, anchor) =
                if x > MAP.0 * 0.78 { (x - 18.0, "end") } else { (x + 18.0, "start") };
            view! {
                <a href=format!("/emergencies/{}", card.id)>
                    <g class=class>
                        <title>{card.title.clone()}</title>
                        <polygon points=points/>
                        <text x=at y=y + 6.0 text-anchor=anchor>{label}</text>
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
