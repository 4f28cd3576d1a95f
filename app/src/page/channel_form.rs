//! `/desk/channels/new`, `/desk/channels/:id/edit`: an application.

use super::plan::named;
use super::{draft_key, loading, path_key, query, shown};
use crate::api::{self, ChannelFormPage, ChannelFrom, PaperAsk, Refused, SaveChannel};
use crate::part::field::{Field, nested, summary};
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{ChannelId, District, Faults, Funding, Industry, LotKind};
use policies::Weight;
use policies::channel::PaperForm;

/// The form of an application.
#[component]
pub fn ChannelEdit() -> impl IntoView {
    let id: Memo<Option<ChannelId>> = path_key("id");
    let (emergency, plan, draft) = (query("emergency"), query("plan"), draft_key());
    let action = ServerAction::<SaveChannel>::new();
    let page = Resource::new(
        move || {
            let from = ChannelFrom { emergency: emergency.get(), plan: plan.get() };
            (id.get(), from, draft.get())
        },
        |(id, from, draft)| api::read_channel_form(id, from, draft),
    );
    view! {
        <Title text="申请绿色通道"/>
        <div class="page">
            <p class="small"><a href="/desk/channels">"绿色通道"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| edit(page, action))
                })}
            </Transition>
        </div>
    }
}

fn edit(page: ChannelFormPage, action: ServerAction<SaveChannel>) -> impl IntoView {
    let ChannelFormPage {
        id,
        form: Refused { form, faults },
        origin,
        grounds,
        papers,
        departments,
        refused,
    } = page;
    let title = if id.is_some() { "修改申请" } else { "申请绿色通道" };
    let said = grounds.iter().map(|(key, name, _)| (key.clone(), name.clone())).collect();
    let evidence = grounds
        .into_iter()
        .map(|(_, name, evidence)| view! { <li>{format!("{name}：{evidence}")}</li> })
        .collect_view();
    let rows = papers
        .into_iter()
        .map(|ask| {
            let typed = form.papers.get(&ask.paper).cloned().unwrap_or_default();
            paper(ask, &typed, &faults)
        })
        .collect_view();
    view! {
        <h1>{title}</h1>
        {(!origin.is_empty()).then(|| view! { <p class="basis">{format!("{origin}，已填内容一并带入，请核对补充。")}</p> })}
        {(!refused.is_empty()).then(|| view! { <p class="trouble" role="status">{format!("上次未予开通，需要修改：{refused}")}</p> })}
        {form!(action, "card pad form",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="id" value=id.map(|id| id.to_string()).unwrap_or_default()/>
            <input type="hidden" name="form[key]" value=form.key.clone()/>
            <input type="hidden" name="form[emergency]" value=form.emergency.clone()/>
            <input type="hidden" name="form[plan]" value=form.plan.clone()/>
            {Field::new("project", "项目名称").input(&faults, &form.project)}
            {Field::new("ground", "属于哪种情形").select(&faults, &form.ground, said)}
            <details class="small"><summary>"各情形须有什么证明"</summary><ul>{evidence}</ul></details>
            {Field::new("why", "为什么急").hint("写清不马上办会怎样、最迟何时必须完成、为什么普通程序来不及。").area(&faults, &form.why)}
            <div class="pair">
                {Field::new("district", "县区").select(&faults, &form.district, named(&District::ALL, District::key, District::name))}
                {Field::new("place", "地点").input(&faults, &form.place)}
                {Field::new("industry", "行业").select(&faults, &form.industry, named(Industry::ALL, Industry::key, Industry::name))}
                {Field::new("kind", "类别").select(&faults, &form.kind, named(LotKind::ALL, LotKind::key, LotKind::name))}
            </div>
            {Field::new("scope", "范围").hint("通道只适用于写明的范围；增加内容须经决定。").area(&faults, &form.scope)}
            <div class="pair">
                {Field::new("ceiling", "最高限价（万元）").kind("decimal").input(&faults, &form.ceiling)}
                {Field::new("funding", "资金来源").select(&faults, &form.funding, named(Funding::ALL, Funding::key, Funding::name))}
                {Field::new("ends", "通道用到哪一天").kind("date").input(&faults, &form.ends)}
                {Field::new("code", "项目代码").optional().hint("投资项目在线审批监管平台赋码，24 位（含短横）").input(&faults, &form.code)}
            </div>
            {Field::new("department", "行业主管部门").hint("由它出具意见。").select(&faults, &form.department, departments)}
            <h2>"材料"</h2>
            <p class="small soft">"实质要件不能缺；其余可容缺（写明何时补、谁负责）或告知承诺（签署后核查，不实的建议记入信用记录）。第二项逾期未补，通道暂停。"</p>
            {rows}
            <p class="actions"><button>"提交申请"</button></p>)}
    }
}

/// How a paper may stand, as choices.
fn choices(ask: &PaperAsk) -> Vec<(String, String)> {
    let follows = ask.weight != Weight::Block;
    [
        (true, "here", "已提交"),
        (ask.parallel, "parallel", "并联办理"),
        (follows, "missing", "容缺，之后补"),
        (follows, "pledged", "告知承诺"),
        (follows, "none", "不需要"),
    ]
    .into_iter()
    .filter(|(offered, ..)| *offered)
    .map(|(_, key, name)| (key.to_owned(), name.to_owned()))
    .collect()
}

fn paper(ask: PaperAsk, typed: &PaperForm, faults: &Faults) -> impl IntoView + use<> {
    let at = |field: &str| format!("papers][{}][{field}", ask.paper);
    let of = |field: &str| nested(faults, &format!("papers.{}.{field}", ask.paper), &at(field));
    let states = choices(&ask);
    let follows = ask.weight != Weight::Block;
    let basis = ask.basis.clone();
    view! {
        <fieldset class="paper">
            <legend>{ask.name.clone()} {(!follows).then(|| view! { <span class="state plain">"实质要件"</span> })}</legend>
            <p class="small soft">{basis}</p>
            <div class="pair">
                {Field::new(&at("state"), "怎样").select(&of("state"), &typed.state, states)}
                <div class="of-words">{Field::new(&at("words"), "文号、承诺内容或理由").input(&of("words"), &typed.words)}</div>
                {follows.then(|| {
                    let by = Field::new(&at("by"), "容缺的，何时补齐").kind("date").input(&of("by"), &typed.by);
                    view! { <div class="of-missing">{by}</div> }
                })}
                {follows.then(|| {
                    let person = Field::new(&at("person"), "容缺的，谁负责").input(&of("person"), &typed.person);
                    view! { <div class="of-missing">{person}</div> }
                })}
            </div>
        </fieldset>
    }
}
