//! `/rules/bond`: what a bond may be at most, and what is asked of whom.

use super::rules::{by_law, standing_badge};
use super::{loading, shown};
use crate::api::ApiError;
use crate::law;
use crate::law::bond::{self, Answer, Ask, Asked, Line, Page, WHAT};
use crate::part::field::Field;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use model::{CreditLevel, FirmSize};
use policies::bond::Bid;
use policies::{Standing, Unit};

/// What a bond may be.
#[component]
pub fn BondPage() -> impl IntoView {
    let map = use_query_map();
    let ask = Memo::new(move |_| {
        let map = map.read();
        let of = |name: &str| map.get(name).unwrap_or_default();
        let ask = Ask {
            what: of("what"),
            bid: of("bid"),
            size: of("size"),
            credit: of("credit"),
            failings: of("failings"),
            government: of("government"),
            amount: of("amount"),
            late: of("late"),
            day: of("day"),
        };
        (of("law"), ask)
    });
    let page = Resource::new(
        move || ask.get(),
        |(edition, ask)| async move {
            let (law, today) = law::edition(edition).await?;
            Ok::<_, ApiError>(bond::page(&law, ask, today))
        },
    );
    view! {
        <Title text="保证金计算器"/>
        <div class="page narrow">
            <p class="small"><a href="/rules">"规则库"</a></p>
            <h1>"保证金计算器"</h1>
            <p class="soft">"法律许可的最高额、减免和依据。金额按分计算，比例向下取整，绝不因取整而突破上限。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, calculator) })}
            </Transition>
        </div>
    }
}

fn calculator(page: Page) -> impl IntoView {
    let Page { ask, faults, answer, law, day } = page;
    let own = |items: &[(&str, &str)]| -> Vec<(String, String)> {
        items.iter().map(|(k, n)| ((*k).to_owned(), (*n).to_owned())).collect()
    };
    let whats: Vec<(&str, &str)> = WHAT.iter().map(|(key, name, _)| (*key, *name)).collect();
    let bids: Vec<(&str, &str)> = Bid::ALL.iter().map(|b| (b.key(), b.name())).collect();
    let sizes: Vec<(&str, &str)> = FirmSize::ALL.iter().map(|s| (s.key(), s.name())).collect();
    let credits: Vec<(&str, &str)> = CreditLevel::ALL.iter().map(|c| (c.key(), c.name())).collect();
    let base = WHAT.iter().find(|(key, ..)| *key == ask.what).map_or("计算基数", |(.., of)| of);
    let link = format!(
        "/rules/bond?what={}&bid={}&size={}&credit={}&failings={}&government={}&amount={}&late={}\
         &day={}&law={law}",
        ask.what,
        ask.bid,
        ask.size,
        ask.credit,
        ask.failings,
        ask.government,
        ask.amount,
        ask.late,
        day
    );
    let answer = answer.map(|answer| answered(&ask, answer, link, &law));
    view! {
        {answer}
        <Form method="GET" action="/rules/bond" attr:class="card pad form">
            {Field::plain("what", "哪一种").select(&faults, &ask.what, own(&whats))}
            {Field::plain("amount", &format!("{base}（万元）")).kind("decimal").input(&faults, &ask.amount)}
            <div class="pair">
                {Field::plain("bid", "招标内容").optional().hint("投标、履约保证金填。").select(&faults, &ask.bid, own(&bids))}
                {Field::plain("size", "企业规模").optional().hint("要看减免的填。").select(&faults, &ask.size, own(&sizes))}
                {Field::plain("credit", "信用等级").optional().hint("要看减免的填。").select(&faults, &ask.credit, own(&credits))}
                {Field::plain("late", "逾期天数").optional().hint("算逾期利息的填。").kind("number").input(&faults, &ask.late)}
                {Field::plain("day", "按哪一天的规则").optional().hint("不填即今天。").kind("date").input(&faults, &ask.day)}
            </div>
            {Field::plain("failings", "企业有仍在有效期内的失信记录").check(&faults, ask.failings == "yes")}
            {Field::plain("government", "政府投资项目").check(&faults, ask.government == "yes")}
            <button>"计算"</button>
        </Form>
    }
}

fn answered(ask: &Ask, answer: Answer, link: String, law: &str) -> impl IntoView + use<> {
    let owed = ask.what == "late";
    // What the law allows stands first; what only we hold is said to be so.
    let law_allows = answer
        .lines
        .iter()
        .filter(|line| line.ruling.standing == Standing::Statutory)
        .map(|line| line.ruling.value)
        .min()
        .unwrap_or(answer.most);
    let lower = (law_allows > answer.most)
        .then(|| format!("系统默认上限 {} 元（待主管部门确认）", answer.most));
    let sentence = if owed {
        format!("应付利息 {} 元", answer.most)
    } else {
        format!("法定最高 {law_allows} 元")
    };
    let never = answer
        .never
        .into_iter()
        .map(|(text, source)| view! { <li>{text}<span class="soft">{format!("　{source}")}</span></li> })
        .collect_view();
    view! {
        <section class="card pad" aria-labelledby="answer">
            <div role="status"><h2 id="answer">{sentence}</h2></div>
            {lower.map(|lower| view! { <p><b>{lower}</b></p> })}
            <ul>{answer.lines.into_iter().map(line).collect_view()}</ul>
            {answer.asked.map(reduced)}
            {(!owed).then(|| view! {
                <details>
                    <summary>"无论金额多少都不得"</summary>
                    <ul class="small">{never}</ul>
                </details>
            })}
            <p class="line small"><a href=link>"此结果的永久网址"</a></p>
            <p class="small soft">{by_law(law)}</p>
        </section>
    }
}

/// Every ground for a reduction, and the one that counts.
fn reduced(asked: Asked) -> impl IntoView {
    let Asked { amount, ladder } = asked;
    let counts = ladder.counts.as_ref().map(|ruling| ruling.rule.clone());
    let sentence = format!("按系统默认减免后 {amount} 元（待主管部门确认）");
    let rungs = ladder.steps.into_iter().map(|step| {
        let counts = counts.as_ref() == Some(&step.off.rule);
        let mark = match (counts, step.holds) {
            (true, _) => badge("done", "适用"),
            (false, true) => badge("plain", "符合，非最优惠"),
            (false, false) => badge("plain", "不符合"),
        };
        let source = step.off.basis.as_ref().map(|basis| basis.line());
        let off = format!("减 {}", Unit::BasisPoints.amount(step.off.value.0.into()));
        view! {
            <li class="row">
                <div class="line">
                    <span>{step.off.label}</span>
                    {mark}
                    {standing_badge(step.off.standing)}
                    <b class="push">{off}</b>
                </div>
                {source.map(|s| view! { <p class="small">{s}</p> })}
            </li>
        }
    });
    view! {
        <p><b id="asked">{sentence}</b></p>
        <p class="small soft">"取最优惠的一项，不叠加。"</p>
        <ul>{rungs.collect_view()}</ul>
    }
}

fn line(line: Line) -> impl IntoView {
    let Line { ruling, figure } = line;
    let source = ruling.basis.as_ref().map(|b| b.line());
    let note = ruling.basis.as_ref().and_then(|b| b.note.clone());
    view! {
        <li class="row">
            <div class="line">
                <span>{ruling.label}</span>
                {standing_badge(ruling.standing)}
                <b class="push">{format!("{figure} → {} 元", ruling.value)}</b>
            </div>
            {source.map(|s| view! { <p class="small">{s}</p> })}
            {note.map(|n| view! { <p class="small soft">{n}</p> })}
        </li>
    }
}
