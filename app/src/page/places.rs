//! `/places`: applications and standing, for departments; `/places/:id` one of them,
//! also for the firm itself and, while it is published, for everybody.

use super::{draft_key, loading, path_key, query, shown};
use crate::api::{
    self, ApiError, Decide, DecideRevision, PlaceForm, PlacePage, PlaceView, PlacesPage, Refused,
    RevisionCard, RevisionForm, RevisionPage,
};
use crate::part::field::{Field, summary};
use crate::part::files;
use crate::part::state::badge;
use crate::part::{Token, facts, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{ContractorId, MembershipId};
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
                    shown(page.await, |PlacesPage { places, revisions }| {
                        let empty = places.is_empty() && revisions.is_empty();
                        view! {
                            {(!revisions.is_empty()).then(|| revision_list(revisions))}
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

/// Changes to profiles that wait.
fn revision_list(revisions: Vec<RevisionCard>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="revisions">
            <header><h2 id="revisions">"档案变更"</h2></header>
            <ul>
                {revisions
                    .into_iter()
                    .map(|card| view! {
                        <li class="row">
                            <div class="line">
                                {badge("due", "待审")}
                                <a class="title" href=format!("/revisions/{}", card.contractor)>{card.firm}</a>
                            </div>
                            <p class="small soft">{format!("{} 提交：{}", card.since.stamp(), card.sections.join("、"))}</p>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

/// A firm's changes, field by field.
#[component]
pub fn RevisionWhole() -> impl IntoView {
    let id: Memo<Option<ContractorId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<DecideRevision>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            let page = api::read_revision(id.ok_or(ApiError::NotFound)?).await?;
            Ok::<_, ApiError>((page, api::refused::<RevisionForm>(draft).await?))
        },
    );
    view! {
        <Title text="档案变更"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                shown(page.await, move |(page, refused)| revision(page, refused, action))
            })}
        </Transition>
    }
}

fn revision(
    page: RevisionPage,
    refused: Refused<RevisionForm>,
    action: ServerAction<DecideRevision>,
) -> impl IntoView {
    let RevisionPage { card, differences, files, may_decide } = page;
    let id = card.contractor.to_string();
    let since = card.since.ms().to_string();
    let form = may_decide.then(|| {
        form!(action, "card pad form", {summary(&refused.faults)}
            <Token/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="form[since]" value=since/>
            {Field::new("reason", "意见").hint("退回的，写明理由。").optional().area(&refused.faults, &refused.form.reason)}
            <p class="actions">
                <button name="accept" value="yes">"同意变更"</button>
                <button name="accept" value="no" class="stop">"退回"</button>
            </p>)
    });
    let state = match &card.returned {
        Some(remark) => format!("已退回：{remark}"),
        None => format!("{} 提交，待审核；通过前仍以原内容为准。", card.since.stamp()),
    };
    view! {
        <article class="page">
            <h1>{format!("{} 档案变更", card.firm)}</h1>
            <p class="soft">{state}</p>
            {outcome(action.value())}
            {differences
                .into_iter()
                .map(|(section, rows)| view! {
                    <section class="card">
                        <header><h2>{section}</h2></header>
                        <table class="cards">
                            <thead><tr><th scope="col">"项目"</th><th scope="col">"原内容"</th><th scope="col">"变更为"</th></tr></thead>
                            <tbody>
                                {rows
                                    .into_iter()
                                    .map(|row| view! {
                                        <tr>
                                            <th scope="row">{row.label}</th>
                                            <td><del>{row.before}</del></td>
                                            <td><ins>{row.after}</ins></td>
                                        </tr>
                                    })
                                    .collect_view()}
                            </tbody>
                        </table>
                    </section>
                })
                .collect_view()}
            {files::files(files, String::new(), ServerAction::new())}
            {form}
        </article>
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
    let id: Memo<Option<MembershipId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<Decide>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
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
    let PlacePage { place, sections, files } = page;
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
            {files::files(files, String::new(), ServerAction::new())}
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
