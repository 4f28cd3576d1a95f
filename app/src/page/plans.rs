//! `/desk/plans`: tender plans on the desk, and sheets of them.

use super::{draft_key, loading, query, shown};
use crate::api::{
    self, ActOnBatch, ApiError, MendSheet, PlanLine, PlansAsk, PlansPage, SheetDraft,
};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use policies::plan::Stage;
use policies::plan::sheet::{COLUMNS, CellFault, MOST_ROWS};

/// The states that a list is filtered by.
const STATES: [(&str, &str); 6] = [
    ("", "全部"),
    ("drafts", "编制中"),
    ("waiting", "待核对"),
    ("returned", "已退回"),
    ("public", "已公开"),
    ("due", "将失效"),
];

/// Where a plan stands, as a badge.
pub fn stage(stage: Stage) -> impl IntoView {
    let tone = match stage {
        Stage::Published => "done",
        Stage::Lapsed => "due",
        Stage::Unpublished | Stage::Realised | Stage::Withdrawn => "plain",
    };
    badge(tone, stage.name())
}

/// Plans on the desk.
#[component]
pub fn Plans() -> impl IntoView {
    let (state, batch, after) = (query("state"), query("batch"), query("after"));
    let action = ServerAction::<ActOnBatch>::new();
    let page = Resource::new(
        move || (state.get(), batch.get(), after.get(), action.version().get()),
        |(state, batch, after, _)| api::read_plans(PlansAsk { state, batch, after }),
    );
    view! {
        <Title text="招标计划"/>
        <div class="page">
            <h1>"招标计划"</h1>
            <p class="soft">"在招标公告前公开，让企业早作准备；公开的内容是预告，不是要约。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let asked = PlansAsk { state: state.get(), batch: batch.get(), after: after.get() };
                    shown(page.await, move |page| list(page, asked, action))
                })}
            </Transition>
        </div>
    }
}

fn list(page: PlansPage, ask: PlansAsk, action: ServerAction<ActOnBatch>) -> impl IntoView {
    let tabs = STATES.map(|(key, name)| {
        let count = page.counts.get(key).copied().unwrap_or_default();
        let name = if key.is_empty() { name.to_owned() } else { format!("{name} {count}") };
        let href = format!("/desk/plans?state={key}&batch={}", ask.batch);
        let current = (ask.state == key).then_some("page");
        view! { <a href=href aria-current=current>{name}</a> }
    });
    let batch = (!ask.batch.is_empty()).then(|| batch_form(&page, &ask, action));
    let next = page.next.as_ref().map(|id| {
        let href = format!("/desk/plans?state={}&batch={}&after={id}", ask.state, ask.batch);
        view! { <p class="pad"><a href=href>"下一页"</a></p> }
    });
    let none = page.plans.is_empty();
    view! {
        {page.may_write.then(|| view! {
            <p class="actions">
                <a class="button" href="/desk/plans/new">"新编计划"</a>
                <a class="button quiet" href="/desk/plans/import">"表格导入"</a>
                <a class="button quiet" href="/desk/notices">"招标公告登记"</a>
            </p>
        })}
        {batch}
        <nav class="tabs" aria-label="按状态">{tabs.collect_view()}</nav>
        <section class="card" aria-labelledby="plans">
            <header><h2 id="plans">{format!("{} 项", page.total)}</h2></header>
            {none.then(|| view! { <p class="empty">"没有这样的计划。"</p> })}
            <ul>{page.plans.into_iter().map(row).collect_view()}</ul>
            {next}
        </section>
    }
}

fn batch_form(
    page: &PlansPage,
    ask: &PlansAsk,
    action: ServerAction<ActOnBatch>,
) -> impl IntoView + use<> {
    let count = |state: &str| page.counts.get(state).copied().unwrap_or_default();
    let (open, waiting) = (count("drafts") + count("returned"), count("waiting"));
    let button = if page.may_write && open > 0 {
        Some(("submit", format!("本批 {open} 项全部提交核对")))
    } else if page.may_check && waiting > 0 {
        Some(("publish", format!("本批 {waiting} 项全部发布")))
    } else {
        None
    };
    let batch = ask.batch.clone();
    view! {
        <div class="card pad">
            <p>{format!("同一表格导入的计划；编制中 {open} 项，待核对 {waiting} 项，已公开 {} 项。", count("public"))}</p>
            {button.map(|(act, words)| form!(action, "form",
                <Token/>
                <input type="hidden" name="batch" value=batch/>
                <button name="form[act]" value=act>{words}</button>))}
        </div>
    }
}

fn row(plan: PlanLine) -> impl IntoView {
    let href = format!("/desk/plans/{}", plan.id);
    let lapses = plan.lapses.map(|day| badge("due", format!("{day} 失效")));
    let draft = plan.draft.map(|(key, name)| {
        let tone = match key.as_str() {
            "submitted" => "due",
            "returned" => "danger",
            _ => "plain",
        };
        badge(tone, name)
    });
    view! {
        <li class="row">
            <div class="line">
                {stage(plan.stage)} {draft} {lapses}
                <a class="title" href=href>{plan.project}</a>
                <span class="push small">{format!("{} 元", plan.estimate)}</span>
            </div>
            <p class="small soft">
                {plan.number.map(|n| format!("{n} · "))}
                {format!("{} · {} 个标段 · 预计公告 {}", plan.owner, plan.lots, plan.notice)}
            </p>
        </li>
    }
}

/// Wrong cells that one page offers to mend.
const MENDED_AT_ONCE: usize = 100;

/// `/desk/plans/import`: plans from a sheet.
#[component]
pub fn ImportPlans() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<MendSheet>::new();
    let sheet = Resource::new(
        move || (draft.get(), action.version().get()),
        |(draft, _)| async move {
            let sheet = api::read_sheet(draft.clone()).await?;
            let faults = api::refused::<SheetDraft>(draft.clone()).await?.faults;
            Ok::<_, ApiError>((draft, sheet, faults))
        },
    );
    view! {
        <Title text="导入招标计划"/>
        <div class="page">
            <p class="small"><a href="/desk/plans">"招标计划"</a></p>
            <h1>"表格导入"</h1>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(sheet.await, move |(draft, sheet, faults)| {
                        let wrong = sheet.filter(|s| !s.rows.is_empty() && !s.wrong.is_empty());
                        let unread = faults.of("file").map(text::fault);
                        let id = draft.map(|d| d.to_string()).unwrap_or_default();
                        view! {
                            {unread.map(|why| view! { <p class="trouble" role="alert">{why}</p> })}
                            {wrong.map(|sheet| mend(sheet, id, action))}
                            {upload()}
                        }
                    })
                })}
            </Transition>
        </div>
    }
}

fn upload() -> impl IntoView {
    let map = use_query_map();
    let refused = move || {
        let code = map.read().get("file")?;
        let sentence = match code.as_str() {
            "long" => "文件超过 8 MB。",
            "foreign" => "页面已过期，请刷新后重新上传。",
            "forbidden" => "您的岗位没有这项权限。",
            _ => "没有传上来，请检查信号后重试。",
        };
        Some(view! { <p class="trouble" role="alert">{sentence}</p> })
    };
    view! {
        <section class="card" aria-labelledby="upload">
            <header><h2 id="upload">"上传表格"</h2><a rel="external" href="/desk/plans/template.xlsx">"下载模板"</a></header>
            {refused}
            <form class="pad form" method="post" action="/desk/plans/import" enctype="multipart/form-data">
                <Token/>
                <div class="field">
                    <label for="f-sheet">"Excel 文件（.xlsx）"</label>
                    <input id="f-sheet" type="file" name="file" required accept=".xlsx"/>
                    <p class="note"><span class="soft small">
                        {format!("一行一个标段，同一项目的行合成一项计划，重复的项目信息可以留空；不超过 {MOST_ROWS} 行、8 MB。有错时一项也不录入，逐格列出。")}
                    </span></p>
                </div>
                <button>"检查并录入"</button>
            </form>
        </section>
    }
}

fn mend(sheet: SheetDraft, id: String, action: ServerAction<MendSheet>) -> impl IntoView {
    let count = sheet.wrong.len();
    let name = sheet.name.clone();
    let fields = sheet.wrong.iter().take(MENDED_AT_ONCE).map(|w| cell(w, &sheet)).collect_view();
    let more = count.saturating_sub(MENDED_AT_ONCE);
    view! {
        <section class="card" id="wrong" aria-labelledby="wrong-title">
            <header>
                <h2 id="wrong-title">{format!("{count} 个单元格需要修改")}</h2>
                <span class="small soft">{format!("{name}，{} 行", sheet.rows.len())}</span>
            </header>
            {form!(action, "pad form",
                <p class="trouble" role="alert">"一项也没有录入。在这里改好，或改好文件重新上传。"</p>
                <Token/>
                <input type="hidden" name="form[sheet]" value=id/>
                {fields}
                {(more > 0).then(|| view! { <p class="soft">{format!("另有 {more} 处，改完这些后再列出。")}</p> })}
                <button>"改好了，重新检查"</button>)}
        </section>
    }
}

fn cell(wrong: &CellFault, sheet: &SheetDraft) -> impl IntoView + use<> {
    let row = sheet.rows.iter().find(|row| row.number == wrong.row);
    let typed = row.and_then(|row| row.cells.get(wrong.column)).cloned().unwrap_or_default();
    let project = row.and_then(|row| row.cells.first()).cloned().unwrap_or_default();
    let heading = COLUMNS.get(wrong.column).map_or("", |column| column.heading);
    let id = format!("c-{}-{}", wrong.row, wrong.column);
    let note = format!("{id}-note");
    let name = format!("form[cells][r{}c{}]", wrong.row, wrong.column);
    let label = format!("{} {heading}", wrong.cell());
    let fault = text::fault(&wrong.fault);
    view! {
        <div class="field faulty">
            <label for=id.clone()>{label}<span class="soft small">{format!("（{project}）")}</span></label>
            <input id=id name=name value=typed autocomplete="off" aria-invalid="true" aria-describedby=note.clone()/>
            <p class="note" id=note><span class="fault">{fault}</span></p>
        </div>
    }
}
