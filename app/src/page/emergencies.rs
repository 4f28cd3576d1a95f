//! `/emergencies`: all of them in a list, to look one up.

use super::{loading, query, shown};
use crate::api::{self, ApiError, EmergencyCard};
use crate::part::state::{emergency_row, ticking};
use leptos::prelude::*;
use leptos_meta::Title;

/// Whether a case is what is looked for: every word stands in its number, title,
/// place or kind.
fn fits(card: &EmergencyCard, words: &str) -> bool {
    let text = format!(
        "{} {} {} {} {} {}",
        card.number,
        card.title,
        card.district.name(),
        card.address,
        card.kind.name(),
        card.stage.name()
    );
    words.split_whitespace().all(|word| text.contains(word))
}

/// Emergencies that the visitor may see.
#[component]
pub fn Emergencies() -> impl IntoView {
    let (all, words) = (query("all"), query("q"));
    let list = Resource::new(
        move || (all.get() != "yes", words.get()),
        |(open_only, words)| async move {
            // Who looks for something looks among all of them.
            let (cards, now) = api::emergencies(open_only && words.is_empty()).await?;
            let cards: Vec<_> = cards.into_iter().filter(|c| fits(c, &words)).collect();
            Ok::<_, ApiError>((cards, now, open_only, words))
        },
    );
    view! {
        <Title text="险情"/>
        <div class="page">
            <div class="line"><h1>"险情"</h1><a class="button push" href="/report">"新报险情"</a></div>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(list.await, |(cards, now, open_only, words)| {
                        let now = ticking(now);
                        let none = if words.is_empty() { "没有处置中的险情。" } else { "没有符合的险情。" };
                        let empty = cards.is_empty();
                        view! {
                            <form class="filters" method="get" action="/emergencies" role="search">
                                <label>"查找" <input type="search" name="q" value=words placeholder="编号、地点、类别"/></label>
                                <button>"查找"</button>
                                {if open_only {
                                    view! { <a class="small" href="/emergencies?all=yes">"连同已结束的"</a> }
                                } else {
                                    view! { <a class="small" href="/emergencies">"只看处置中的"</a> }
                                }}
                            </form>
                            <section class="card">
                                {empty.then(|| view! { <p class="empty">{none}</p> })}
                                <ul>{cards.into_iter().map(|card| emergency_row(card, now, false)).collect_view()}</ul>
                            </section>
                        }
                    })
                })}
            </Transition>
        </div>
    }
}
