//! States: a word, a shape and a colour; and the clocks beside them.

use crate::api::{CallView, ClockView, EmergencyCard};
use leptos::prelude::*;
use model::{Moment, Urgency};
use pool::{dispatch, emergency};

/// A state badge. `tone` is `danger`, `due`, `done` or `plain`.
pub fn badge(tone: &'static str, word: impl Into<String>) -> impl IntoView {
    view! { <span class=format!("state {tone}")>{word.into()}</span> }
}

/// Urgency as a badge.
pub fn urgency(urgency: Urgency) -> impl IntoView {
    let tone = match urgency {
        Urgency::Critical => "danger",
        Urgency::Urgent => "due",
        Urgency::Ordinary => "plain",
    };
    badge(tone, urgency.name())
}

/// Where a case stands, as a badge.
pub fn stage(stage: emergency::Stage) -> impl IntoView {
    use emergency::Stage::{
        Accepted, Closed, Controlled, Determined, Dismissed, Merged, Provisional, Refused, Reported,
    };
    let tone = match stage {
        Reported => "danger",
        Accepted | Provisional => "due",
        Determined | Controlled => "done",
        Refused | Closed | Merged | Dismissed => "plain",
    };
    badge(tone, stage.name())
}

/// Where a call stands, as a badge.
pub fn call_state(call: &CallView) -> impl IntoView + use<> {
    use dispatch::State::{
        Accepted, Declined, Delivered, EnRoute, Evaluated, Finished, Inspected, Lapsed, Offered,
        OnSite, Recalled, Withdrawn,
    };
    let tone = match call.state {
        Offered | Delivered { .. } => "due",
        Accepted | EnRoute | OnSite => "done",
        Finished | Inspected | Evaluated => "done",
        Declined | Lapsed => "danger",
        Withdrawn | Recalled => "plain",
    };
    badge(tone, call.state.name())
}

/// `4 分`, `1 小时 26 分`, `2 天 3 小时`.
pub fn span(ms: i64) -> String {
    let minutes = ms / 60_000;
    match (minutes / 1440, minutes % 1440 / 60, minutes % 60) {
        (0, 0, m) => format!("{m} 分"),
        (0, h, m) => format!("{h} 小时 {m} 分"),
        (d, h, _) => format!("{d} 天 {h} 小时"),
    }
}

/// A clock that goes on in the browser from the server's `now`: absolute times
/// only, so a sleeping tab is right again when it wakes.
pub fn ticking(now: Moment) -> ReadSignal<Moment> {
    let (read, write) = signal(now);
    Effect::new(move |_| {
        let begun = elapsed_ms();
        let tick = move || write.set(Moment::from_ms(now.ms() + elapsed_ms() - begun));
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    read
}

/// Milliseconds on the browser's own clock; only differences are used.
fn elapsed_ms() -> i64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Date::now() as i64
    }
    #[cfg(not(feature = "hydrate"))]
    {
        0
    }
}

/// A clock with its rail.
pub fn clock(clock: ClockView, now: ReadSignal<Moment>) -> impl IntoView {
    let (since, warn, due) = (clock.since, clock.warn, clock.due);
    let tone = move || {
        let now = now.get();
        if now > due {
            "clock danger"
        } else if now >= warn {
            "clock due"
        } else {
            "clock"
        }
    };
    let word = move || {
        let left = now.get().ms_until(due);
        if left < 0 { format!("已超 {}", span(-left)) } else { format!("余 {}", span(left)) }
    };
    let used = move || {
        let whole = since.ms_until(due).max(1);
        (since.ms_until(now.get()).clamp(0, whole) * 100 / whole).to_string()
    };
    let basis = format!("{}；{}", clock.standing.name(), clock.basis);
    view! {
        <div class=tone>
            <div class="line">
                <span>{clock.label.clone()}</span>
                <span class="push">
                    <b>{word}</b>
                    <span class="soft small">{format!(" 至 {}", due.stamp())}</span>
                </span>
            </div>
            <progress max="100" value=used aria-label=clock.label title=basis></progress>
        </div>
    }
}

/// An emergency in a list; on the board with a way to pick it.
pub fn emergency_row(
    card: EmergencyCard,
    now: ReadSignal<Moment>,
    on_board: bool,
) -> impl IntoView {
    use emergency::Stage::{Determined, Provisional};
    let callable = on_board && matches!(card.stage, Provisional | Determined);
    let pick = callable.then(|| {
        let href = format!("/board?case={}", card.id);
        view! { <a class="button quiet small" href=href>"选派"</a> }
    });
    view! {
        <li class="row">
            <div class="line">
                {urgency(card.urgency)} {stage(card.stage)}
                <a class="title" href=format!("/emergencies/{}", card.id)>{card.title}</a>
            </div>
            <p class="soft small">
                {format!("{} · {} · {}", card.number, card.district.name(), card.address)}
                {(card.people_in_danger > 0)
                    .then(|| view! { <b class="alarm">{format!(" · {} 人遇险", card.people_in_danger)}</b> })}
            </p>
            {card.call.map(|call| view! { <p class="small">{call}</p> })}
            {card.clock.map(|c| clock(c, now))}
            {pick}
        </li>
    }
}
