//! `/draws/:id`: a draw, step by step; and for everybody, the same draw computed
//! again from its published record, here in the browser.

use super::{loading, path_key, shown};
use crate::api::{self, ApiError, CommitLot, DrawPage, PartView, RevealLot};
use crate::part::lot;
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::SelectionId;
use pool::draw::{Record, verify};

/// One draw.
#[component]
pub fn Draw() -> impl IntoView {
    let id: Memo<Option<SelectionId>> = path_key("id");
    let (commit, reveal) = (ServerAction::<CommitLot>::new(), ServerAction::<RevealLot>::new());
    let page = Resource::new(
        move || (id.get(), commit.version().get(), reveal.version().get()),
        |(id, ..)| async move { api::read_draw(id.ok_or(ApiError::NotFound)?).await },
    );
    view! {
        <Title text="随机抽取"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                shown(page.await, move |page| content(page, commit, reveal))
            })}
        </Transition>
    }
}

fn content(
    page: DrawPage,
    commit: ServerAction<CommitLot>,
    reveal: ServerAction<RevealLot>,
) -> impl IntoView {
    let id = page.id.to_string();
    let may = |act: &str| page.acts.iter().any(|a| a == act);
    let mine = page.mine.unwrap_or_default();
    let plays = may("commit") || may("reveal");
    let own = lot::own(&page.id, &page.list_hash, mine, plays);
    let commit_form = may("commit").then(|| {
        let id = id.clone();
        let commitment = move || own.get().map(|own| own.commitment).unwrap_or_default();
        form!(commit, "card pad form",
            <Token/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="commitment" prop:value=commitment/>
            <p class="small soft">
                {move || if own.get().is_some() {
                    "随机数由这台设备产生并只存在这台设备上；提交的是它的承诺。请用同一台设备公布。"
                } else {
                    "系统为您取 32 字节随机数并代存；承诺先入日志，双方都承诺后才能公布。"
                }}
            </p>
            <button>"提交承诺"</button>)
    });
    let reveal_form = may("reveal").then(|| {
        let id = id.clone();
        let kept = page.parts.get(mine).is_some_and(|part| part.kept_by_system);
        let nonce = move || own.get().map(|own| own.nonce).unwrap_or_default();
        let field = (!kept).then(|| view! {
            <div class="field">
                <label for="f-nonce">"随机数"</label>
                <input id="f-nonce" name="nonce" autocomplete="off" spellcheck="false" prop:value=nonce/>
                <p class="note"><span class="soft small">"存于提交承诺的那台设备；换了设备的，请把随机数抄过来。"</span></p>
            </div>
        });
        form!(reveal, "card pad form",
            <Token/>
            <input type="hidden" name="id" value=id/>
            {field}
            <button>"公布随机数"</button>)
    });
    let state = match (&page.void, page.order.is_empty(), page.reveal_by) {
        (Some(_), ..) => badge("danger", "本轮作废").into_any(),
        (None, false, _) => badge("done", "已抽取").into_any(),
        (None, true, Some(_)) => badge("due", "待公布随机数").into_any(),
        (None, true, None) => badge("due", "待双方承诺").into_any(),
    };
    let order = page.order.clone();
    let drawn = (!order.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="order">
                <header><h2 id="order">"抽取结果"</h2><span class="small soft">"第一支为选定队伍，其后依次递补，不再重抽"</span></header>
                <ol class="ranking">
                    {order.into_iter().map(|name| view! { <li class="row">{name}</li> }).collect_view()}
                </ol>
            </section>
        }
    });
    view! {
        <article class="page">
            <p class="line">
                {state}
                <a class="push" href=format!("/emergencies/{}", page.emergency)>{page.case.clone()}</a>
            </p>
            <h1>{format!("随机抽取第 {} 轮：{}", page.round, page.title)}</h1>
            {page.void.clone().map(|who| view! {
                <p class="trouble" role="alert">{format!("{who} 未在时限内公布随机数，本轮作废。下一轮会注明承接作废轮次。")}</p>
            })}
            {outcome(commit.value())}
            {outcome(reveal.value())}
            {page.reveal_by.filter(|_| page.order.is_empty() && page.void.is_none()).map(|until| view! {
                <p>{format!("双方须在 {} 前公布随机数。", until.stamp())}</p>
            })}
            {commit_form}
            {reveal_form}
            {drawn}
            <section class="card" aria-labelledby="parts">
                <header><h2 id="parts">"双方承诺"</h2></header>
                <ul>{page.parts.into_iter().map(part).collect_view()}</ul>
            </section>
            <section class="card" aria-labelledby="entrants">
                <header>
                    <h2 id="entrants">{format!("参加抽取的 {} 支队伍", page.entrants.len())}</h2>
                    <span class="small soft">{format!("{} 冻结", page.frozen.stamp())}</span>
                </header>
                <ol class="ranking">
                    {page.entrants.into_iter().map(|name| view! { <li class="row">{name}</li> }).collect_view()}
                </ol>
                <p class="basis">"名单散列（SHA-256）" <code>{page.list_hash}</code></p>
            </section>
            {page.record.map(|record| view! { <Check record/> })}
        </article>
    }
}

fn part(part: PartView) -> impl IntoView {
    let state = match (part.committed, &part.nonce) {
        (_, Some(_)) => badge("done", "已公布").into_any(),
        (Some(_), None) => badge("due", "已承诺").into_any(),
        (None, None) => badge("plain", "待承诺").into_any(),
    };
    view! {
        <li class="row">
            <div class="line">
                <b>{part.name}</b>
                <span>{part.org.unwrap_or_default()}</span>
                <span class="push">{state}</span>
            </div>
            {part.committed.map(|at| view! {
                <p class="small soft">
                    {format!("{} 承诺", at.stamp())}
                    {part.kept_by_system.then_some("，随机数由系统代存")}
                </p>
                <p class="small">"承诺 " <code>{part.commitment}</code></p>
            })}
            {part.nonce.map(|nonce| view! { <p class="small">"随机数 " <code>{nonce}</code></p> })}
        </li>
    }
}

/// What a record comes to when it is computed again, sentence by sentence.
fn verdict(record: &str) -> Result<(), Vec<String>> {
    let Ok(record) = serde_json::from_str::<Record>(record) else {
        return Err(vec!["不是抽取记录".into()]);
    };
    let found = verify(&record);
    if found.is_empty() {
        Ok(())
    } else {
        Err(found.into_iter().map(|m| text::mismatch(m).to_owned()).collect())
    }
}

/// The record, to compute again: on the server when the page is made, and here
/// whenever somebody changes a byte of it.
#[component]
fn Check(record: String) -> impl IntoView {
    let (text, set_text) = signal(record.clone());
    view! {
        <section class="card pad" aria-labelledby="check">
            <h2 id="check">"自己核验"</h2>
            <p class="small soft">
                "下面是完整的抽取记录。改动任何一个字，下方立即指出哪里对不上。也可存下记录，用公开的 Python 程序离线核验。"
            </p>
            <label for="record">"抽取记录"</label>
            <textarea
                id="record"
                rows="6"
                spellcheck="false"
                prop:value=text
                on:input=move |event| set_text.set(event_target_value(&event))
            >
                {record}
            </textarea>
            <div role="status">
                {move || match verdict(&text.get()) {
                    Ok(()) => view! { <p class="good">"重算一致：名单、承诺、种子、顺序都对得上。"</p> }.into_any(),
                    Err(found) => view! {
                        <p class="trouble">{format!("对不上：{}。", found.join("、"))}</p>
                    }.into_any(),
                }}
            </div>
        </section>
    }
}
