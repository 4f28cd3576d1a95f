//! `/reserve`: the public directory.

use super::{loading, query, shown};
use crate::api;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Category, Discipline, District, Industry};

/// The reserve's public directory.
#[component]
pub fn Reserve() -> impl IntoView {
    let (category, district, level) = (query("category"), query("district"), query("level"));
    let list = Resource::new(
        move || (category.get(), district.get(), level.get()),
        |(category, district, level)| api::read_directory(category, district, level),
    );
    let option = |key: String, name: String, chosen: String| {
        let selected = key == chosen;
        view! { <option value=key selected=selected>{name}</option> }
    };
    let categories = move || {
        Industry::ALL
            .iter()
            .flat_map(|&industry| {
                Discipline::ALL.iter().map(move |&discipline| Category { industry, discipline })
            })
            .map(|c| option(c.key(), c.name(), category.get()))
            .collect_view()
    };
    let districts = move || {
        District::ALL
            .iter()
            .map(|d| option(d.key().into(), d.name().into(), district.get()))
            .collect_view()
    };
    view! {
        <Title text="储备库"/>
        <div class="page">
            <h1>"抢险救灾工程队伍储备库"</h1>
            <p class="soft">"只有经认定的抢险救灾工程才能动用；日常工程一律依法招标采购。联系人和电话不公开。"</p>
            <form class="filters" method="get" action="/reserve" role="search">
                <label>"类别"
                    <select name="category"><option value="">"全部类别"</option>{categories}</select>
                </label>
                <label>"服务县区"
                    <select name="district"><option value="">"全部县区"</option>{districts}</select>
                </label>
                <label>"资质等级"
                    <select name="level"><option value="">"全部等级"</option>
                        <Transition>
                            {move || Suspend::new(async move {
                                let levels = list.await.map(|d| d.levels).unwrap_or_default();
                                let chosen = level.get();
                                levels
                                    .into_iter()
                                    .map(|l| option(l.clone(), l, chosen.clone()))
                                    .collect_view()
                            })}
                        </Transition>
                    </select>
                </label>
                <button>"查找"</button>
            </form>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(list.await, entries) })}
            </Transition>
        </div>
    }
}

fn entries(directory: api::Directory) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="found">
            <header><h2 id="found">{format!("{} 家企业", directory.total)}</h2></header>
            {directory.entries.is_empty().then(|| view! { <p class="empty">"没有符合条件的企业。"</p> })}
            <ul>
                {directory
                    .entries
                    .into_iter()
                    .map(|entry| view! {
                        <li class="row">
                            <div class="line">
                                <b>{entry.name}</b>
                                <span class="push small">{format!("履约 {} · {} 支队伍", entry.merit, entry.teams)}</span>
                            </div>
                            <p class="small soft">{format!("{} · {}", entry.uscc, entry.districts)}</p>
                            <p class="small soft">{entry.qualifications}</p>
                            <p class="line small">
                                {entry
                                    .categories
                                    .into_iter()
                                    .map(|(name, state)| {
                                        let tone = if state == "在库" { "done" } else { "plain" };
                                        badge(tone, format!("{name} {state}"))
                                    })
                                    .collect_view()}
                            </p>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}
