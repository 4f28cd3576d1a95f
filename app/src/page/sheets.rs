//! Plans and notices that come as sheets: what is wrong is mended here, cell by cell.

use super::{draft_key, loading, shown};
use crate::api::{self, ApiError, MendSheet, SheetDraft};
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use policies::sheet::{CellFault, MOST_ROWS, SheetKind};

/// Wrong cells that one page offers to mend.
const MENDED_AT_ONCE: usize = 100;

/// `/desk/plans/import`: plans from a sheet.
#[component]
pub fn ImportPlans() -> impl IntoView {
    import(SheetKind::Plans)
}

/// `/desk/notices/import`: notices from a sheet.
#[component]
pub fn ImportNotices() -> impl IntoView {
    import(SheetKind::Notices)
}

fn import(kind: SheetKind) -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<MendSheet>::new();
    let sheet = Resource::new(
        move || (draft.get(), action.version().get()),
        move |(draft, _)| async move {
            let sheet = api::read_sheet(kind, draft.clone()).await?;
            let faults = api::refused::<SheetDraft>(draft.clone()).await?.faults;
            Ok::<_, ApiError>((draft, sheet, faults))
        },
    );
    view! {
        <Title text=format!("导入{}", kind.name())/>
        <div class="page">
            <p class="small"><a href=kind.path()>{kind.name()}</a></p>
            <h1>"表格导入"</h1>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(sheet.await, move |(draft, sheet, faults)| {
                        let key = sheet.key.clone();
                        let wrong = (!sheet.rows.is_empty()).then_some(sheet);
                        let unread = faults.of("file").map(text::fault);
                        let id = draft.map(|d| d.to_string()).unwrap_or_default();
                        view! {
                            {unread.map(|why| view! { <p class="trouble" role="alert">{why}</p> })}
                            {wrong.map(|sheet| mend(sheet, id, action))}
                            {upload(kind, key)}
                        }
                    })
                })}
            </Transition>
        </div>
    }
}

fn upload(kind: SheetKind, key: String) -> impl IntoView {
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
    let how = match kind {
        SheetKind::Plans => "一行一个标段，同一项目的行合成一项计划，重复的项目信息可以留空",
        SheetKind::Notices => "一行一份公告，对应的计划标段写计划编号和标段号",
    };
    let (template, take) =
        (format!("{}/template.xlsx", kind.path()), format!("{}/import", kind.path()));
    view! {
        <section class="card" aria-labelledby="upload">
            <header><h2 id="upload">"上传表格"</h2><a rel="external" href=template>"下载模板"</a></header>
            {refused}
            <form class="pad form" method="post" action=take enctype="multipart/form-data">
                <Token/>
                <input type="hidden" name="key" value=key/>
                <div class="field">
                    <label for="f-sheet">"Excel 文件（.xlsx）"</label>
                    <input id="f-sheet" type="file" name="file" required accept=".xlsx"/>
                    <p class="note"><span class="soft small">
                        {format!("{how}；不超过 {MOST_ROWS} 行、8 MB。有错时一项也不录入，逐格列出。")}
                    </span></p>
                </div>
                <button>"检查并录入"</button>
            </form>
        </section>
    }
}

fn mend(sheet: SheetDraft, id: String, action: ServerAction<MendSheet>) -> impl IntoView {
    let kind = match sheet.kind {
        SheetKind::Plans => "plans",
        SheetKind::Notices => "notices",
    };
    let count = sheet.wrong.len();
    let name = sheet.name.clone();
    let fields = sheet.wrong.iter().take(MENDED_AT_ONCE).map(|w| cell(w, &sheet)).collect_view();
    let more = count.saturating_sub(MENDED_AT_ONCE);
    let (said, again) = match (sheet.entered, count) {
        (0, _) => {
            ("一项也没有录入。在这里改好，或改好文件重新上传。".to_owned(), "改好了，重新检查")
        }
        (n, 0) => (
            format!(
                "已录入 {n} 项，其余的没有录入：录入时有人改动了相关计划。请再试一次，不要重新上传整个文件。"
            ),
            "录入其余各项",
        ),
        (n, _) => (
            format!("已录入 {n} 项，其余的没有录入。请在这里改好，不要重新上传整个文件。"),
            "改好了，重新检查",
        ),
    };
    let title = if count > 0 {
        format!("{count} 个单元格需要修改")
    } else {
        format!("还有 {} 行没有录入", sheet.rows.len())
    };
    view! {
        <section class="card" id="wrong" aria-labelledby="wrong-title">
            <header>
                <h2 id="wrong-title">{title}</h2>
                <span class="small soft">{format!("{name}，{} 行", sheet.rows.len())}</span>
            </header>
            {form!(action, "pad form",
                <p class="trouble" role="alert">{said}</p>
                <Token/>
                <input type="hidden" name="kind" value=kind/>
                <input type="hidden" name="form[sheet]" value=id/>
                {fields}
                {(more > 0).then(|| view! { <p class="soft">{format!("另有 {more} 处，改完这些后再列出。")}</p> })}
                <button>{again}</button>)}
        </section>
    }
}

fn cell(wrong: &CellFault, sheet: &SheetDraft) -> impl IntoView + use<> {
    let row = sheet.rows.iter().find(|row| row.number == wrong.row);
    let typed = row.and_then(|row| row.cells.get(wrong.column)).cloned().unwrap_or_default();
    let project = row.and_then(|row| row.cells.first()).cloned().unwrap_or_default();
    let heading = sheet.kind.columns().get(wrong.column).map_or("", |column| column.heading);
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
