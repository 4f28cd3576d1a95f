//! Figures as bars, with their values beside them: read without seeing the colours.

use leptos::prelude::*;

/// One bar.
pub struct Bar {
    /// What it is.
    pub name: String,
    /// How long, against the others.
    pub value: i64,
    /// As it is printed.
    pub words: String,
}

/// Bars under each other, the longest as wide as there is room.
pub fn bars(title: &'static str, bars: Vec<Bar>) -> impl IntoView {
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let rows = bars.into_iter().map(|bar| {
        let width = i128::from(bar.value.max(0)) * 1000 / i128::from(most);
        view! {
            <tr>
                <th scope="row">{bar.name}</th>
                <td class="bar-cell">
                    <svg viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar-critical" x="0" y="2" width=width.to_string() height="10"></rect>
                    </svg>
                </td>
                <td class="number">{bar.words}</td>
            </tr>
        }
    });
    view! { <table class="bars"><caption>{title}</caption><tbody>{rows.collect_view()}</tbody></table> }
}
