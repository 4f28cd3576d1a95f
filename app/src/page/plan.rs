//! `/desk/plans/:id`: one plan on the desk, and its form.

use super::plans::stage;
use super::rules::by_law;
use super::{draft_key, loading, path_key, query, shown};
use crate::api::{
    self, ActOnPlan, ApiError, ApprovedLine, LeadLine, PlanActForm, PlanFormPage, PlanPage,
    PlatformLine, Refused, SavePlan,
};
use crate::part::field::{Field, nested, summary};
use crate::part::state::badge;
use crate::part::{Token, facts_of, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{District, Faults, Funding, Industry, LotKind, PlanId, TenderMethod};
use policies::plan::{Act, DraftState, Line, LotForm, PlanForm, lines};

/// One plan on the desk.
#[component]
pub fn PlanWhole() -> impl IntoView {
    let id: Memo<Option<PlanId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<ActOnPlan>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            let page = api::read_plan(id.ok_or(ApiError::NotFound)?).await?;
            Ok::<_, ApiError>((page, api::refused::<PlanActForm>(draft).await?))
        },
    );
    view! {
        <Title text="招标计划"/>
        <div class="page">
            <p class="small"><a href="/desk/plans">"招标计划"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| whole(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: PlanPage,
    refused: Refused<PlanActForm>,
    action: ServerAction<ActOnPlan>,
) -> impl IntoView {
    let content = page.draft.as_ref().map(|d| &d.content).or(page.content.as_ref());
    let project = content.map_or_else(String::new, |c| c.project.clone());
    let said = content.map(lines).unwrap_or_default();
    let public = page.number.clone().map(|number| {
        let href = format!("/plans/{number}");
        view! { <a rel="external" href=href>{number}</a> }
    });
    let draft = page.draft.as_ref().map(|d| {
        let (tone, words) = match &d.state {
            DraftState::Open => ("plain", d.state.name().to_owned()),
            DraftState::Submitted { since, .. } => {
                ("due", format!("待核对，{} 提交", since.stamp()))
            }
            DraftState::Returned { since, .. } => ("danger", format!("{} 退回", since.stamp())),
        };
        badge(tone, words)
    });
    let returned = page.draft.as_ref().and_then(|d| match &d.state {
        DraftState::Returned { remark, .. } => Some(remark.clone()),
        _ => None,
    });
    let why = page.draft.as_ref().filter(|d| !d.reason.is_empty()).map(|d| d.reason.clone());
    let restarts = page.restarts.clone();
    let changed = (!page.difference.is_empty()).then(|| differences(page.difference.clone()));
    let decide = decide(&page, refused, action);
    view! {
        <h1>{project}</h1>
        <p class="line">{stage(page.stage)} {draft} {public} <span class="small soft">{page.owner.clone()}</span> {page.content.is_some().then(|| view! { <a class="push small" href=format!("/desk/dossiers/plan/{}", page.id)>"项目档案"</a> })}</p>
        {page.lapses.map(|day| view! { <p class="small soft">{format!("至 {day} 仍无公告的，计划失效。")}</p> })}
        {returned.map(|remark| view! { <p class="trouble">{format!("退回意见：{remark}")}</p> })}
        {why.map(|why| view! { <p class="basis">{format!("变更理由：{why}")}</p> })}
        {changed.map(|table| view! {
            <section class="card" aria-labelledby="changes"><header><h2 id="changes">"这次改什么"</h2></header>{table}</section>
        })}
        {(!restarts.is_empty()).then(|| view! {
            <p class="trouble">
                {restarts.iter().map(|(no, why)| format!("标段 {}：{}，提前期重新起算。", no.0, why.words())).collect::<String>()}
            </p>
        })}
        {decide}
        {leads(page.leads)}
        <section class="card" aria-labelledby="content">
            <header><h2 id="content">"计划内容"</h2></header>
            {facts_of(said)}
            {(!page.department.is_empty()).then(|| view! { <p class="pad small">{format!("监督部门：{}", page.department)}</p> })}
        </section>
        {page.approved.map(approved)}
        {notices(&page.id.to_string(), page.notices, page.may.contains(&Act::Withdraw))}
        <section class="card" aria-labelledby="versions">
            <header><h2 id="versions">"公开过的版本"</h2></header>
            {page.versions.is_empty().then(|| view! { <p class="empty">"尚未公开。"</p> })}
            <ul>
                {page.versions.into_iter().map(|v| {
                    let number = page.number.clone().unwrap_or_default();
                    let href = format!("/plans/{number}/v{}", v.version);
                    view! {
                        <li class="row line">
                            <a rel="external" href=href>{format!("第 {} 版", v.version)}</a>
                            {stage(v.stage)}
                            <span>{v.reason}</span>
                            <span class="push small soft">{v.at.stamp()}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </section>
        <p class="small soft">{by_law(&page.law)}</p>
    }
}

/// Lines before and after.
pub fn differences(lines: Vec<Line>) -> impl IntoView {
    let rows = lines.into_iter().map(|line| {
        let none = || "（无）".to_owned();
        view! {
            <tr>
                <th scope="row">{line.label}</th>
                <td data-label="原来"><del>{line.before.unwrap_or_else(none)}</del></td>
                <td data-label="现在"><ins>{line.after.unwrap_or_else(none)}</ins></td>
            </tr>
        }
    });
    view! {
        <table class="diff cards">
            <thead><tr><th scope="col">"项目"</th><th scope="col">"原来"</th><th scope="col">"现在"</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

fn leads(lines: Vec<LeadLine>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="leads">
                <header><h2 id="leads">"提前期"</h2><a class="small" href="/rules?q=plan.lead">"依据"</a></header>
                <ul>
                    {lines.into_iter().map(|l| view! {
                        <li class="row line">
                            <b>{format!("标段 {} {}", l.lot.0, l.name)}</b>
                            <span class="small">{format!("自 {} 起算，公告最早 {}", l.from, l.earliest)}</span>
                            <span class="push small">{format!("预计公告 {}", l.planned)}</span>
                            {l.too_early.then(|| badge("danger", "早于最早日"))}
                        </li>
                    }).collect_view()}
                </ul>
            </section>
        }
    })
}

fn notices(plan: &str, notices: Vec<api::NoticeLine>, may: bool) -> impl IntoView + use<> {
    let href = format!("/desk/notices/new?plan={plan}");
    (may || !notices.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="notices">
                <header>
                    <h2 id="notices">"招标公告"</h2>
                    {may.then(|| view! { <a class="button quiet small" href=href>"登记公告"</a> })}
                </header>
                {notices.is_empty().then(|| view! { <p class="empty">"还没有公告。"</p> })}
                <ul>{notices.into_iter().map(super::notices::row).collect_view()}</ul>
            </section>
        }
    })
}

fn decide(
    page: &PlanPage,
    refused: Refused<PlanActForm>,
    action: ServerAction<ActOnPlan>,
) -> impl IntoView + use<> {
    let may = |act| page.may.contains(&act);
    let Refused { form, faults } = refused;
    let id = page.id.to_string();
    let edit = may(Act::Write).then(|| {
        let href = format!("/desk/plans/{id}/edit");
        let words = if page.draft.is_some() { "修改草稿" } else { "变更计划" };
        view! { <a class="button quiet" href=href>{words}</a> }
    });
    let plain = |act: Act, words: &'static str, class: &'static str| {
        may(act).then(
            || view! { <button name="form[act]" value=act.key() class=class>{words}</button> },
        )
    };
    let channel = may(Act::Withdraw).then(|| {
        let href = format!("/desk/channels/new?plan={id}");
        view! { <a class="button quiet" href=href>"申请绿色通道"</a> }
    });
    let own = [plain(Act::Submit, "提交核对", ""), plain(Act::Discard, "放弃草稿", "quiet")];
    let any_own = may(Act::Submit) || may(Act::Discard);
    let check = (may(Act::Publish) || may(Act::Return)).then(|| {
        let id = id.clone();
        let change = page.content.is_some();
        view! {
            <section class="card pad" id="decide" aria-labelledby="check">
                <h2 id="check">"核对"</h2>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    {change.then(|| Field::new("scope_changed", "招标范围有实质变化，各标段提前期重新起算").of("check").check(&faults, form.scope_changed == "yes"))}
                    {Field::new("reason", "退回的，写明要改什么").of("check").optional().area(&faults, &form.reason)}
                    <p class="actions">
                        <button name="form[act]" value="publish">"核对无误，发布"</button>
                        <button name="form[act]" value="return" class="stop">"退回"</button>
                    </p>)}
            </section>
        }
    });
    let withdraw = may(Act::Withdraw).then(|| {
        let id = id.clone();
        let open = !faults.is_empty();
        view! {
            <details class="card pad" id="withdraw" open=open>
                <summary>"撤回计划"</summary>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    {Field::new("reason", "撤回理由（公开）").of("withdraw").area(&faults, &form.reason)}
                    <button name="form[act]" value="withdraw" class="stop">"撤回"</button>)}
            </details>
        }
    });
    let own_form = any_own.then(|| {
        form!(action, "form",
            <Token/>
            <input type="hidden" name="id" value=id.clone()/>
            <p class="actions">{own}</p>)
    });
    view! { <div class="actions">{edit} {channel}</div> {own_form} {check} {withdraw} }
}

/// The form of a plan.
#[component]
pub fn PlanEdit() -> impl IntoView {
    let id: Memo<Option<PlanId>> = path_key("id");
    let (code, draft) = (query("code"), draft_key());
    let action = ServerAction::<SavePlan>::new();
    let page = Resource::new(
        move || (id.get(), code.get(), draft.get()),
        |(id, code, draft)| api::read_plan_form(id, code, draft),
    );
    view! {
        <Title text="编制招标计划"/>
        <div class="page">
            <p class="small"><a href="/desk/plans">"招标计划"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| edit(page, action))
                })}
            </Transition>
        </div>
    }
}

/// The key and name of each choice.
pub fn named<T: Copy>(
    all: &[T],
    key: fn(T) -> &'static str,
    name: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|c| (key(*c).to_owned(), name(*c).to_owned())).collect()
}

/// Asks for a project code, whose project the approval platform describes.
fn take_over(line: PlatformLine, unknown: Option<String>) -> impl IntoView {
    let state = match line.failing {
        Some((since, why)) => {
            badge("danger", format!("{} 起接收失败：{why}", since.stamp())).into_any()
        }
        None => badge("done", format!("最近接收 {}", line.at.stamp())).into_any(),
    };
    let refused = (line.refused > 0).then(|| format!("，{} 条未能识读", line.refused));
    let missing = unknown.clone().map(|code| {
        view! { <p class="trouble" role="status">{format!("在线审批平台没有项目代码 {code}，请核对，或手工填写。")}</p> }
    });
    view! {
        <section class="card pad" aria-labelledby="platform">
            <h2 id="platform">"从投资项目在线审批监管平台取用"</h2>
            <p class="line small">{state} <span class="soft">{format!("已接收 {} 个项目", line.projects)}{refused}</span></p>
            {missing}
            <form method="get" action="/desk/plans/new" class="filters">
                <label>"项目代码" <input name="code" value=unknown.unwrap_or_default() required/></label>
                <button class="quiet">"取用"</button>
            </form>
        </section>
    }
}

/// What the approval platform says of the project, and where the plan says otherwise.
fn approved(line: ApprovedLine) -> impl IntoView {
    let none = line.facts.is_empty();
    let rows = line.facts.into_iter().map(|(label, said, differs)| {
        let mark = differs.then(|| badge("due", "与计划不一致"));
        view! { <div><dt>{label}</dt><dd>{said} " " {mark}</dd></div> }
    });
    view! {
        <section class="card" aria-labelledby="approved">
            <header><h2 id="approved">"在线审批平台登记"</h2><span class="small soft">{line.code}</span></header>
            {none.then(|| view! { <p class="empty">"平台没有这个项目代码。"</p> })}
            <dl class="facts">{rows.collect_view()}</dl>
        </section>
    }
}

fn edit(page: PlanFormPage, action: ServerAction<SavePlan>) -> impl IntoView {
    let PlanFormPage { id, public, form: Refused { form, faults }, departments, platform, unknown } =
        page;
    let from_platform = platform.filter(|_| id.is_none()).map(|line| take_over(line, unknown));
    let title = match (&id, public) {
        (None, _) => "新编招标计划",
        (Some(_), false) => "修改招标计划",
        (Some(_), true) => "变更招标计划",
    };
    let change = public.then(|| {
        view! {
            <fieldset>
                <legend>"变更"</legend>
                {Field::new("reason", "变更理由（公开）").area(&faults, &form.reason)}
                {Field::new("scope_changed", "招标范围有实质变化").hint("勾选后各标段提前期重新起算；估算价变化超过规定比例、合并标段的，系统自动重新起算；只改日期不影响。").check(&faults, form.scope_changed == "yes")}
            </fieldset>
        }
    });
    let district_ticks = District::ALL
        .iter()
        .map(|d| {
            let id = format!("d-{}", d.key());
            let ticked = form.districts.contains_key(d.key());
            view! {
                <div class="field tick">
                    <input id=id.clone() type="checkbox" value="yes" checked=ticked name=format!("form[districts][{}]", d.key())/>
                    <label for=id>{d.name()}</label>
                </div>
            }
        })
        .collect_view();
    let district_fault = faults.of("districts").map(text::fault);
    let lot_fault = faults.of("lots").map(text::fault);
    let rows = lot_rows(&form);
    let lots = rows.into_iter().map(|(row, lot)| lot_fields(&row, &lot, &faults)).collect_view();
    view! {
        <h1>{title}</h1>
        {from_platform}
        {form!(action, "card pad form",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="form[key]" value=form.key.clone()/>
            <input type="hidden" name="id" value=id.map(|id| id.to_string()).unwrap_or_default()/>
            {change}
            {Field::new("project", "项目名称").input(&faults, &form.project)}
            <div class="pair">
                {Field::new("code", "项目代码").optional().hint("投资项目在线审批监管平台赋码，24 位（含短横）").input(&faults, &form.code)}
                {Field::new("industry", "行业").select(&faults, &form.industry, named(Industry::ALL, Industry::key, Industry::name))}
            </div>
            {Field::new("scale", "建设规模及内容").area(&faults, &form.scale)}
            <fieldset>
                <legend>"建设地点"</legend>
                {district_fault.map(|f| view! { <p class="fault">{f}</p> })}
                <div class="ticks">{district_ticks}</div>
            </fieldset>
            <div class="pair">
                {Field::new("funding", "资金来源").select(&faults, &form.funding, named(Funding::ALL, Funding::key, Funding::name))}
                {Field::new("investment", "总投资（万元）").kind("decimal").input(&faults, &form.investment)}
                {Field::new("approval", "审批文号").optional().input(&faults, &form.approval)}
                {Field::new("approved", "审批日期").optional().kind("date").input(&faults, &form.approved)}
                {Field::new("contact", "联系处室").hint("公开；填处室，不填个人。").input(&faults, &form.contact)}
                {Field::new("phone", "联系电话").hint("公开；填办公电话。").kind("tel").input(&faults, &form.phone)}
            </div>
            {Field::new("department", "监督部门").optional().select(&faults, &form.department, departments)}
            <h2 id="lots">"标段"</h2>
            {lot_fault.map(|f| view! { <p class="fault">{f}</p> })}
            <p class="small soft">"空行不计；一次填不下的，保存后再添。"</p>
            {lots}
            <p class="actions">
                <button name="form[then]" value="submit">"保存并提交核对"</button>
                <button name="form[then]" value="" class="quiet">"只保存草稿"</button>
            </p>)}
    }
}

/// The rows that the form shows: what there is, and room for more.
fn lot_rows(form: &PlanForm) -> Vec<(String, LotForm)> {
    const ROOM: usize = 2;
    let mut rows: Vec<(usize, LotForm)> = form
        .lots
        .iter()
        .filter_map(|(row, lot)| Some((row.parse().ok()?, lot.clone())))
        .filter(|(_, lot)| !lot.is_empty())
        .collect();
    rows.sort_by_key(|(row, _)| *row);
    let next = rows.last().map_or(0, |(row, _)| row + 1);
    let more = if rows.is_empty() { ROOM + 1 } else { ROOM };
    rows.extend((next..next + more).map(|row| (row, LotForm::default())));
    rows.into_iter().map(|(row, lot)| (row.to_string(), lot)).collect()
}

fn lot_fields(row: &str, lot: &LotForm, faults: &Faults) -> impl IntoView + use<> {
    let at = |field: &str| format!("lots][{row}][{field}");
    let of = |field: &str| nested(faults, &format!("lots.{row}.{field}"), &at(field));
    let kinds = named(LotKind::ALL, LotKind::key, LotKind::name);
    let methods = named(TenderMethod::ALL, TenderMethod::key, TenderMethod::name);
    let title = match lot.no.as_str() {
        "" if lot.is_empty() => "新标段".to_owned(),
        "" => "标段".to_owned(),
        no => format!("标段 {no}"),
    };
    let no = lot.no.clone();
    view! {
        <fieldset>
            <legend>{title}</legend>
            <input type="hidden" name=format!("form[{}]", at("no")) value=no/>
            <div class="pair">
                {Field::new(&at("name"), "标段名称").input(&of("name"), &lot.name)}
                {Field::new(&at("estimate"), "合同估算价（万元）").kind("decimal").input(&of("estimate"), &lot.estimate)}
                {Field::new(&at("kind"), "类别").select(&of("kind"), &lot.kind, kinds)}
                {Field::new(&at("method"), "招标方式").select(&of("method"), &lot.method, methods)}
                {Field::new(&at("notice"), "预计公告").hint("年月或日期，如 2026-12").input(&of("notice"), &lot.notice)}
                {Field::new(&at("opening"), "预计开标").optional().input(&of("opening"), &lot.opening)}
            </div>
            {Field::new(&at("content"), "招标内容").input(&of("content"), &lot.content)}
        </fieldset>
    }
}
