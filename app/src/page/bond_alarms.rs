//! Bonds whose cover has a gap, or will have one: part of `/desk/bonds`.

use crate::api::{AlarmLine, AlarmList};
use crate::part::state::badge;
use leptos::prelude::*;
use policies::bond::Warned;

/// The list, the nearest first.
pub(super) fn alarm_list(list: AlarmList) -> AnyView {
    let AlarmList { lines, all } = list;
    let shown = lines.len();
    let more = (shown < all).then(|| {
        view! { <p class="pad small soft">{format!("共 {all} 笔，只列出最近的 {shown} 笔。")}</p> }
    });
    let none = lines.is_empty();
    view! {
        <section class="card" aria-labelledby="alarms">
            <header><h2 id="alarms">"担保预警"</h2><span class="small soft">{format!("{all} 笔")}</span></header>
            {none.then(|| view! { <p class="empty">"没有担保缺口，也没有即将出现的缺口。"</p> })}
            <ul>{lines.into_iter().map(row).collect_view()}</ul>
            {more}
        </section>
    }
    .into_any()
}

/// How near it is, in words.
fn near(line: &AlarmLine) -> String {
    match (line.alarm.warned, line.within) {
        (Warned::Now, _) => "已缺口".to_owned(),
        (_, Some(days)) => format!("{days} 天内缺口"),
        (_, None) => "到期过早".to_owned(),
    }
}

fn row(line: AlarmLine) -> AnyView {
    let tone = if line.alarm.warned == Warned::Now { "danger" } else { "due" };
    let mark = badge(tone, near(&line));
    let href = match &line.tender {
        Some(notice) => format!("/desk/bonds/tender/{notice}"),
        None => format!("/desk/bonds/one/{}", line.bond),
    };
    let gap = line.alarm.gap;
    let days = match gap.until {
        Some(until) => format!("{} 至 {until}", gap.from),
        None => format!("{} 起", gap.from),
    };
    let told = line.told.map(|at| format!("，{} 已预警", at.stamp())).unwrap_or_default();
    view! {
        <li class="row">
            <div class="line">
                {mark}
                <a class="title" href=href>{format!("{} {}", line.kind.name(), line.number)}</a>
                <span class="push small">{format!("最多缺 {} 元", gap.short)}</span>
            </div>
            <p class="small">{format!("{days}缺少担保{told}")}</p>
            <p class="small soft">{format!("{} · {} · {}", line.title, line.firm, line.owner)}</p>
        </li>
    }
    .into_any()
}
