//! `/desk/bonds/measures`, `/desk/bonds/simulate`: what bonds came to, and what another ladder
//! would have.

use super::{loading, shown};
use crate::api::{self, BondMeasuresPage, RungAsk, SimulateAsk, SimulatePage};
use crate::part::bond_sums::sums;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use model::BondKind;
use policies::bond::Side;

/// What bonds came to.
#[component]
pub fn BondMeasures() -> impl IntoView {
    let page = Resource::new(|| (), |()| api::read_bond_measures());
    view! {
        <Title text="担保成效"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds">"保证金"</a></p>
            <h1>"担保成效"</h1>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, measured) })}
            </Transition>
        </div>
    }
}

fn measured(page: BondMeasuresPage) -> AnyView {
    let BondMeasuresPage { measures, today, may_simulate } = page;
    let simulate = may_simulate.then(|| {
        view! { <a class="button quiet" href="/desk/bonds/simulate">"减免试算"</a> }
    });
    view! {
        <p class="actions">{simulate}<a class="button quiet" href="/bonds" rel="external">"公开页"</a></p>
        {sums(&measures, today)}
    }
    .into_any()
}

/// Another ladder, tried.
#[component]
pub fn Simulate() -> impl IntoView {
    let map = use_query_map();
    let ask = Memo::new(move |_| {
        let map = map.read();
        let rungs = map.clone().into_iter().filter(|(name, _)| name.starts_with("bond-"));
        SimulateAsk { rungs: rungs.map(|(name, typed)| (name.into_owned(), typed)).collect() }
    });
    let page = Resource::new(move || ask.get(), api::try_ladder);
    view! {
        <Title text="减免试算"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds/measures">"担保成效"</a></p>
            <h1>"减免试算"</h1>
            <p class="soft">"改动各档减免比例，看过去一年的担保会少收多少。只试算，不改规则；要改请起草参数变更。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, tried) })}
            </Transition>
        </div>
    }
}

fn side(name: &'static str, side: Side) -> impl IntoView {
    // Of fen and days: printed as 万元 times days.
    let money_days = side.money_days / 1_000_000;
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="number" data-label="应收">{format!("{} 元", side.asked)}</td>
            <td class="number" data-label="免收">{format!("{} 份", side.waived)}</td>
            <td class="number" data-label="占用">{format!("{money_days} 万元·日")}</td>
        </tr>
    }
}

fn rung(ask: RungAsk) -> AnyView {
    let RungAsk { name, typed, wrong, rung } = ask;
    let value = if typed.is_empty() { (rung.now.0 / 100).to_string() } else { typed };
    let id = format!("f-{name}");
    let counted = format!(
        "现行 {}%，按它收 {} 份；试算按它收 {} 份",
        rung.now.0 / 100,
        rung.decided_now,
        rung.decided_then
    );
    view! {
        <div class="field" class:faulty=wrong>
            <label for=id.clone()>{format!("{}（%）", rung.label)}</label>
            <input id=id name=name type="text" inputmode="numeric" value=value aria-invalid=wrong.then_some("true")/>
            <p class="note">
                {wrong.then(|| view! { <span class="fault">"请填 0 到 100 的整数。"</span> })}
                <span class="soft small">{counted}</span>
            </p>
        </div>
    }
    .into_any()
}

fn tried(page: SimulatePage) -> AnyView {
    let SimulatePage { from, today, left, rungs, outcome } = page;
    let freed = outcome.freed();
    let words = match freed.fen() {
        0 => "与现行减免相同".to_owned(),
        fen if fen > 0 => format!("少收 {freed} 元"),
        fen => format!("多收 {} 元", model::Money::from_fen(-fen)),
    };
    let kinds = BondKind::ALL.iter().map(|kind| {
        let own: Vec<RungAsk> = rungs.iter().filter(|r| r.rung.kind == *kind).cloned().collect();
        (!own.is_empty()).then(|| {
            view! {
                <fieldset>
                    <legend>{kind.name()}</legend>
                    <div class="pair">{own.into_iter().map(rung).collect_view()}</div>
                </fieldset>
            }
        })
    });
    let kinds = kinds.collect_view();
    let left = (left > 0).then(|| format!("另有 {left} 份没有登记企业规模和信用等级，不在其中。"));
    view! {
        <section class="card" aria-labelledby="outcome">
            <header><div role="status"><h2 id="outcome">{words}</h2></div><span class="small soft">{format!("{from} 至 {today}，{} 份，{} 份金额会变", outcome.cases, outcome.moved)}</span></header>
            <div class="scroll"><table class="cards">
                <thead><tr><th scope="col">"阶梯"</th><th scope="col" class="number">"应收"</th><th scope="col" class="number">"免收"</th><th scope="col" class="number">"占用"</th></tr></thead>
                <tbody>{side("现行", outcome.now)}{side("试算", outcome.then)}</tbody>
            </table></div>
            <p class="pad small soft">"每份取最优惠的一档，不叠加；绝不超过法定最高额。" {left}</p>
        </section>
        <Form method="GET" action="/desk/bonds/simulate" attr:class="card pad form">
            {kinds}
            <p class="actions"><button>"试算"</button> <a class="button quiet" href="/desk/bonds/simulate">"恢复现行"</a></p>
        </Form>
    }
    .into_any()
}
