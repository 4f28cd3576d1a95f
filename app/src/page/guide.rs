//! `/rules/tender`: must it be tendered, and may it go without?

use super::rules::{by_law, standing_badge};
use super::{loading, shown};
use crate::api::ApiError;
use crate::law;
use crate::law::guide::{self, Ask, FUNDS, Page};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use policies::tender::{Answered, Object, Outcome, Step, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Must it be tendered?
#[component]
pub fn Guide() -> impl IntoView {
    let map = use_query_map();
    let ask = Memo::new(move |_| {
        let map = map.read();
        let of = |name: &str| map.get(name).unwrap_or_default();
        let mut claims = BTreeMap::new();
        for (name, value) in map.clone() {
            if let Some(key) = name.strip_prefix("claim.").filter(|_| !value.is_empty()) {
                claims.insert(key.to_owned(), value.to_string());
            }
        }
        let ask = Ask {
            object: of("object"),
            funds: of("funds"),
            amount: of("amount"),
            share: of("share"),
            estimate: of("estimate"),
            others: of("others"),
            claims,
            day: of("day"),
        };
        (of("law"), ask)
    });
    let page = Resource::new(
        move || ask.get(),
        |(edition, ask)| async move {
            let (law, today) = law::edition(edition).await?;
            Ok::<_, ApiError>(guide::page(&law, ask, today))
        },
    );
    view! {
        <Title text="是否必须招标"/>
        <div class="page narrow">
            <p class="small"><a href="/rules">"规则库"</a></p>
            <h1>"是否必须招标"</h1>
            <p class="soft">"依次问范围、规模、可以不招标的情形。未达规模不是“免招”；主张不招标的，证据齐备才成立。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, form) })}
            </Transition>
        </div>
    }
}

/// The address of this very answer.
fn link(ask: &Ask, day: &str, law: &str) -> String {
    let mut link = format!(
        "/rules/tender?object={}&funds={}&amount={}&share={}&estimate={}&others={}&day={}",
        ask.object,
        ask.funds,
        ask.amount,
        ask.share.replace('%', "%25"),
        ask.estimate,
        ask.others.split_whitespace().collect::<Vec<_>>().join("、"),
        day
    );
    for (key, said) in &ask.claims {
        let _ = write!(link, "&claim.{key}={said}");
    }
    link + "&law=" + law
}

fn form(page: Page) -> impl IntoView {
    let Page { ask, faults, answer, exemptions, law, day } = page;
    let own = |(key, name): (&str, &str)| (key.to_owned(), name.to_owned());
    let objects = Object::ALL.iter().map(|o| own((o.key(), o.name()))).collect();
    let funds = FUNDS.into_iter().map(own).collect();
    let open = !ask.claims.is_empty();
    let claims = exemptions
        .into_iter()
        .map(|(key, text, evidence, source)| {
            let chosen = ask.claims.get(&key).cloned().unwrap_or_default();
            let name = format!("claim.{key}");
            let id = format!("claim-{key}");
            let choice = |value: &'static str, label: String| {
                let selected = chosen == value;
                view! { <option value=value selected=selected>{label}</option> }
            };
            view! {
                <div class="field">
                    <label for=id.clone()>{text}</label>
                    <select id=id name=name>
                        {choice("", "不主张".into())}
                        {choice("claimed", "主张，尚无证据".into())}
                        {choice("paper", format!("主张，已有：{evidence}"))}
                    </select>
                    <p class="basis">{source}</p>
                </div>
            }
        })
        .collect_view();
    let link = link(&ask, &day, &law);
    view! {
        {answer.map(|verdict| answered(verdict, link, &law))}
        <Form method="GET" action="/rules/tender" attr:class="card pad form">
            {summary(&faults)}
            <div class="pair">
                {Field::plain("object", "采购内容").select(&faults, &ask.object, objects)}
                {Field::plain("estimate", "单项合同估算价（万元）").kind("decimal").input(&faults, &ask.estimate)}
                {Field::plain("funds", "资金来源").select(&faults, &ask.funds, funds)}
                {Field::plain("others", "可合并采购的（万元）").optional().hint("同一项目其他估算价；多项用顿号或空格隔开。").input(&faults, &ask.others)}
                {Field::plain("amount", "预算资金（万元）").optional().hint("资金来源为预算资金的填。").kind("decimal").input(&faults, &ask.amount)}
                {Field::plain("share", "占投资额比例（%）").optional().kind("decimal").input(&faults, &ask.share)}
                {Field::plain("day", "按哪一天的规则").optional().hint("不填即今天。").kind("date").input(&faults, &ask.day)}
            </div>
            <details open=open>
                <summary>"可以不招标的情形"</summary>
                {claims}
            </details>
            <button>"判断"</button>
        </Form>
    }
}

/// What the answer is, in words.
pub const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::OutOfScope => "不属于必须招标的项目",
        Outcome::Below => "未达规模，不属依法必须招标（不是“免招”，按内部采购规定办理）",
        Outcome::Exempt => "依法必须招标，但有证据证明可以不招标",
        Outcome::Compulsory => "必须招标",
        Outcome::Open => "还不能判断；判断之前按必须招标对待",
    }
}

fn answered(verdict: Verdict, link: String, law: &str) -> impl IntoView + use<> {
    view! {
        <section class="card pad" aria-labelledby="answer">
            <div role="status"><h2 id="answer">{outcome(verdict.outcome)}</h2></div>
            <ol class="steps">{verdict.steps.into_iter().map(step).collect_view()}</ol>
            <p class="line small"><a href=link>"此结果的永久网址"</a></p>
            <p class="small soft">{by_law(law)}</p>
        </section>
    }
}

fn step(step: Step) -> impl IntoView {
    let (tone, said) = match step.answer {
        Answered::Yes => ("done", "是"),
        Answered::No => ("plain", "否"),
        Answered::Unknown => ("due", "未定"),
    };
    let basis = step.basis.as_ref().map(|b| b.line());
    view! {
        <li class="row">
            <div class="line"><b>{step.question}</b> {badge(tone, said)} {standing_badge(step.standing)}</div>
            <p class="small">{step.because}</p>
            {basis.map(|basis| view! { <p class="small soft">{basis}</p> })}
            {step.missing.map(|what| view! { <p class="fault">{format!("还缺：{what}")}</p> })}
        </li>
    }
}
