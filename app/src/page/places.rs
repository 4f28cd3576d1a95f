//! `/places`: applications and standing, for departments; `/places/:id` one of them,
//! also for the firm itself and, while it is published, for everybody.

use super::{draft_key, loading, path_key, query, shown};
use crate::api::{self, ApiError, Decide, PlaceForm, PlacePage, PlaceView, Refused};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, facts, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::MembershipId;
use pool::contractor::Section;

/// Places that wait for a decision, or all.
#[component]
pub fn Places() -> impl IntoView {
    let all = query("all");
    let page = Resource::new(move || all.get() == "yes", api::places);
    view! {
        <Title text="入库审核"/>
        <div class="page">
            <h1>"入库审核"</h1>
            <p class="small">
                <a href="/places">"待办"</a> " · " <a href="/places?all=yes">"全部"</a>
            </p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, |places| {
                        let empty = places.is_empty();
                        view! {
                            <section class="card">
                                {empty.then(|| view! { <p class="empty">"没有待办的申请。"</p> })}
                                {list(places)}
                            </section>
                        }
                    })
                })}
            </Transition>
        </div>
    }
}

fn state(place: &PlaceView) -> impl IntoView + use<> {
    let tone = match place.key.as_str() {
        "listed" => "done",
        "applied" | "published" | "returned" | "hearing" => "due",
        "suspended" => "danger",
        _ => "plain",
    };
    badge(tone, place.state.clone())
}

/// Places as rows.
pub fn list(places: Vec<PlaceView>) -> impl IntoView {
    view! {
        <ul>
            {places
                .into_iter()
                .map(|place| view! {
                    <li class="row">
                        <div class="line">
                            {state(&place)}
                            <a class="title" href=format!("/places/{}", place.id)>{format!("{} {}", place.firm, place.category)}</a>
                        </div>
                        <p class="small soft">{place.detail}</p>
                        {place
                            .remarks
                            .into_iter()
                            .map(|(field, text)| view! { <p class="fault">{format!("{field}：{text}")}</p> })
                            .collect_view()}
                    </li>
                })
                .collect_view()}
        </ul>
    }
}

/// One place.
#[component]
pub fn PlaceWhole() -> impl IntoView {
    let id: Option<MembershipId> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<Decide>::new();
    let page = Resource::new(
        move || (id.clone(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            let page = api::place(id.ok_or(ApiError::NotFound)?).await?;
            Ok::<_, ApiError>((page, api::refused::<PlaceForm>(draft).await?))
        },
    );
    view! {
        <Title text="入库情况"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                shown(page.await, move |(page, refused)| whole(page, refused, action))
            })}
        </Transition>
    }
}

fn whole(
    page: PlacePage,
    refused: Refused<PlaceForm>,
    action: ServerAction<Decide>,
) -> impl IntoView {
    let PlacePage { place, sections } = page;
    let forms = decisions(&place, &refused, action);
    view! {
        <article class="page">
            <p class="line">{state(&place)}<span class="soft push">{place.category.clone()}</span></p>
            <h1>{place.firm.clone()}</h1>
            <p class="soft">{place.detail.clone()}</p>
            {place
                .remarks
                .iter()
                .map(|(field, text)| view! { <p class="trouble">{format!("{field}：{text}")}</p> })
                .collect_view()}
            {outcome(action.value())}
            {forms}
            {(!place.objections.is_empty()).then(|| {
                let rows = place
                    .objections
                    .into_iter()
                    .map(|(text, answer)| view! {
                        <li class="row">
                            <p>{text}</p>
                            <p class="small soft">{answer.map_or("尚未答复".to_owned(), |a| format!("答复：{a}"))}</p>
                        </li>
                    })
                    .collect_view();
                view! { <section class="card"><header><h2>"异议"</h2></header><ul>{rows}</ul></section> }
            })}
            {sections
                .into_iter()
                .map(|(title, items)| view! {
                    <section class="card"><header><h2>{title}</h2></header>{facts(items)}</section>
                })
                .collect_view()}
        </article>
    }
}

/// The decisions that are open to the visitor, each in its own form.
fn decisions(
    place: &PlaceView,
    refused: &Refused<PlaceForm>,
    action: ServerAction<Decide>,
) -> impl IntoView + use<> {
    let table = [
        ("publish", "通过初审，公示", "初审意见"),
        ("return", "退回补正", "需要补正的内容"),
        ("answer", "答复异议", "答复内容"),
        ("object", "提出异议", "异议内容"),
        ("suspend", "暂停", "暂停的事由"),
        ("resume", "恢复", "恢复的理由"),
        ("notice", "拟清退，告知陈述申辩", "清退的事由"),
        ("reply", "陈述申辩", "陈述申辩内容"),
        ("drop", "不予清退", "理由"),
        ("remove", "清退", "清退决定"),
    ];
    table
        .into_iter()
        .filter(|(act, ..)| place.acts.iter().any(|a| a == act))
        .map(|(act, title, label)| {
            let mine = refused.form.act == act;
            let none = model::Faults::new();
            let faults = if mine { &refused.faults } else { &none };
            let reason = if mine { refused.form.reason.clone() } else { String::new() };
            let sections: Vec<(String, String)> =
                Section::ALL.iter().map(|s| (s.name().to_owned(), s.name().to_owned())).collect();
            let body = form!(action, "form",
                {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=place.id.to_string()/>
                <input type="hidden" name="form[act]" value=act/>
                {(act == "return").then(|| Field::new("field", "哪一项").of(act).select(faults, &refused.form.field, sections))}
                {Field::new("reason", label).of(act).area(faults, &reason)}
                <button class="quiet">{title}</button>);
            view! {
                <details class="card pad" id=act open=mine>
                    <summary>{title}</summary>
                    {body}
                </details>
            }
        })
        .collect_view()
}
