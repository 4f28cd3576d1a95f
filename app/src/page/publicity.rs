//! `/publicity`: who was sent, why, at what price.

use super::{loading, path_key, shown};
use crate::api::{self, ApiError, PublicationCard, PublicationPage, PublicityPage, Unconfirmed};
use crate::part::state::{badge, urgency};
use crate::part::{facts, files};
use leptos::prelude::*;
use leptos_meta::Title;
use model::PublicationId;

/// All publications.
#[component]
pub fn Publicity() -> impl IntoView {
    let list = Resource::new(|| (), |()| api::publications());
    view! {
        <Title text="抢险公示"/>
        <div class="page">
            <h1>"抢险公示"</h1>
            <p class="soft">"动用储备库的每一次派遣：依据、选定方式、队伍和价款。逾期未公开的，同样在此列出。"</p>
            <Suspense fallback=loading>
                {move || Suspend::new(async move {
                    shown(list.await, |PublicityPage { cards, unconfirmed }| view! {
                        {late(unconfirmed)}
                        <section class="card">{table(cards)}</section>
                    })
                })}
            </Suspense>
        </div>
    }
}

/// Oral orders that were not confirmed in time: public, whoever gave them.
fn late(unconfirmed: Vec<Unconfirmed>) -> impl IntoView {
    (!unconfirmed.is_empty()).then(|| view! {
        <section class="card" aria-labelledby="late">
            <header>
                <h2 id="late">"口头令逾期未书面确认"</h2>
                <span class="small soft">"已停派新队；已派队伍继续施救"</span>
            </header>
            <ul>
                {unconfirmed
                    .into_iter()
                    .map(|order| view! {
                        <li class="row">
                            <div class="line">
                                {match order.confirmed {
                                    None => badge("danger", "未确认"),
                                    Some(_) => badge("due", "已补确认"),
                                }}
                                <b>{order.title}</b>
                                <span class="soft small push">{format!("{} · {}", order.number, order.district.name())}</span>
                            </div>
                            <p class="small soft">
                                {format!("{} {} 下令，应于 {} 前确认", order.given.stamp(), order.commander, order.due.stamp())}
                                {order.confirmed.map(|at| format!("，{} 补确认", at.stamp()))}
                            </p>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    })
}

/// PublicityPage as a table; cards on a phone.
pub fn table(cards: Vec<PublicationCard>) -> impl IntoView {
    if cards.is_empty() {
        return view! { <p class="empty">"还没有公示。队伍接受派遣后，公示会自动出现在这里。"</p> }
            .into_any();
    }
    view! {
        <table class="cards">
            <thead>
                <tr>
                    <th scope="col">"险情"</th>
                    <th scope="col">"派出队伍"</th>
                    <th scope="col">"选定方式"</th>
                    <th scope="col">"进展"</th>
                    <th scope="col" class="r">"公开时间"</th>
                </tr>
            </thead>
            <tbody>
                {cards
                    .into_iter()
                    .map(|card| view! {
                        <tr>
                            <td>
                                {urgency(card.urgency)} " "
                                <a href=format!("/publicity/{}", card.id)>{card.title}</a>
                                <span class="soft small block">{format!("{} · {}", card.number, card.district.name())}</span>
                            </td>
                            <td>{card.contractor}</td>
                            <td>{card.mode}</td>
                            <td>{card.state}</td>
                            <td class="r">
                                {card.published.map_or("未公开".to_owned(), |at| at.stamp())}
                                {card.overdue.then(|| badge("danger", "逾期"))}
                            </td>
                        </tr>
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
    .into_any()
}

/// One publication whole.
#[component]
pub fn PublicationWhole() -> impl IntoView {
    let id: Memo<Option<PublicationId>> = path_key("id");
    let page = Resource::new(
        move || id.get(),
        |id| async move { api::publication(id.ok_or(ApiError::NotFound)?).await },
    );
    view! {
        <Suspense fallback=loading>
            {move || Suspend::new(async move { shown(page.await, whole) })}
        </Suspense>
    }
}

fn whole(page: PublicationPage) -> impl IntoView {
    let PublicationPage { card, sections, pictures, list_hash, draw, replays, fit, tally } = page;
    view! {
        <Title text=card.title.clone()/>
        <article class="page">
            <p class="line">
                {urgency(card.urgency)} {badge("plain", card.state.clone())}
                <span class="soft push">{card.number.clone()}</span>
            </p>
            <h1>{card.title.clone()}</h1>
            <p class="soft">
                {card.published.map_or(
                    format!("尚未公开，应于 {} 前公开", card.due.stamp()),
                    |at| format!("{} 公开", at.stamp()),
                )}
                {card.overdue.then(|| badge("danger", "逾期"))}
            </p>
            {sections
                .into_iter()
                .map(|(title, items)| view! {
                    <section class="card"><header><h2>{title}</h2></header>{facts(items)}</section>
                })
                .collect_view()}
            {files::pictures(pictures)}
            <section class="card">
                <header>
                    <h2>"选队过程"</h2>
                    {if replays { badge("done", "已重算，结果一致").into_any() } else { badge("danger", "重算不一致").into_any() }}
                </header>
                {super::slate::ranking(fit)}
                <div class="pad">{super::slate::tally(tally)}</div>
                {draw.map(|id| view! { <p class="pad"><a href=format!("/draws/{id}")>"核验抽取"</a></p> })}
                <p class="basis">"名单散列 " <code>{list_hash}</code></p>
            </section>
        </article>
    }
}
