//! What a bond may be at most and what comes off for its firm, each with what stands behind it
//! and where it is written.

use super::rules::standing_badge;
use crate::api::LimitView;
use leptos::prelude::*;
use model::Money;
use policies::bond::Bond;
use policies::{Citation, Ruling, Standing};

/// Something that a rule says, with its standing and its article: the parts of a line.
pub(super) fn written(said: String, standing: Standing, basis: Option<&Citation>) -> AnyView {
    let basis = basis.map(|basis| basis.line());
    view! {
        <span>{said}</span>
        " "
        {standing_badge(standing)}
        {basis.map(|basis| view! { " "<span class="soft">{basis}</span> })}
    }
    .into_any()
}

/// The most, in words.
pub(super) fn most_words(most: &Ruling<Money>) -> String {
    match most.standing {
        Standing::Statutory => format!("法定最高 {} 元", most.value),
        _ => format!("最高 {} 元", most.value),
    }
}

/// The lines about a bond of a contract.
pub(super) fn limit_lines(bond: &Bond, limit: Option<&LimitView>) -> AnyView {
    let Some(LimitView { most, off }) = limit else {
        let reduced = match bond.reduced.as_slice() {
            [] => String::new(),
            grounds => format!("，减免：{}", grounds.join("、")),
        };
        let words = format!("最高 {} 元{reduced}（按登记时的规则版本 {}）", bond.most, bond.law);
        return view! { <p class="small soft">{words}</p> }.into_any();
    };
    let off = off.as_ref().map(|off| {
        let said = written(format!("减免：{}", off.label), off.standing, off.basis.as_ref());
        view! { <p class="line small">{said}</p> }
    });
    let most = written(most_words(most), most.standing, most.basis.as_ref());
    view! {
        <p class="line small">{most}</p>
        {off}
    }
    .into_any()
}
