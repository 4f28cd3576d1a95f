//! `/desk/bonds/statement`: the bank's statement against what is on record.

use super::{draft_key, loading, shown};
use crate::api::{
    self, BankLineView, ClearForm, ClearLine, EnterStatement, Refused, StatementPage,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcomes};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use policies::bond::{Difference, Found};

/// The bank's statement.
#[component]
pub fn Statement() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<EnterStatement>::new();
    let clear = ServerAction::<ClearLine>::new();
    let page = Resource::new(
        move || (draft.get(), action.version().get(), clear.version().get()),
        |(draft, ..)| api::read_statement(draft),
    );
    view! {
        <Title text="银行流水核对"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds">"保证金"</a></p>
            <h1>"银行流水核对"</h1>
            <p class="soft">"把保证金专户的流水贴进来：退还的逐笔对上指令，收到的逐笔对上登记。只按流水号，或编号、账号、金额都相同认定，绝不只凭金额。"</p>
            {outcomes!(action, clear)}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| whole(page, action, clear))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: StatementPage,
    action: ServerAction<EnterStatement>,
    action_clear: ServerAction<ClearLine>,
) -> AnyView {
    let StatementPage { lines, read: (count, last), unseen, open, form, clear } = page;
    let faults = form.faults;
    let wrong = faults.iter().filter_map(|(field, fault)| {
        let (row, column) = field.strip_prefix("row.")?.split_once('.')?;
        Some(view! { <li>{format!("第 {row} 行 {column}：{}", text::fault(fault))}</li> })
    });
    let wrong = wrong.collect_view();
    let read = last.map_or_else(
        || "还没有导入过。".to_owned(),
        |at| format!("已导入 {count} 行，最近 {}。", at.stamp()),
    );
    let none = lines.is_empty();
    let shown = lines.len();
    let rows = lines.into_iter().map(|it| line(it, &clear, action_clear)).collect_view();
    let told = match open {
        0 => format!("列出最近 {shown} 行，没有待查的"),
        open => format!("{open} 行待查，排在前面；共列出 {shown} 行"),
    };
    let told = (!none).then_some(told);
    let missing = unseen.into_iter().map(|(number, day, amount)| {
        view! { <li class="row"><p class="line">{badge("danger", "流水未见")}<span>{format!("{number}，{day} 回执已付款 {amount} 元")}</span></p></li> }
    });
    let missing = missing.collect_view();
    view! {
        <section class="card pad" aria-labelledby="enter">
            <h2 id="enter">"导入"</h2>
            <p class="small soft">{read}</p>
            {form!(action, "form",
                {summary(&faults)}
                <ul class="fault small">{wrong}</ul>
                <Token/>
                {Field::new("text", "流水（含表头，逗号或制表符分隔）").hint("列：交易日期、流水号、收入金额、支出金额（或金额和借贷标志）、对方户名、对方账号、摘要。").area(&faults, &form.form.text)}
                <p class="actions"><button>"导入并核对"</button></p>)}
        </section>
        <section class="card" aria-labelledby="lines">
            <header><h2 id="lines">"流水"</h2><span class="small soft">{told}</span></header>
            {none.then(|| view! { <p class="empty">"没有流水。"</p> })}
            <ul>{missing}{rows}</ul>
        </section>
    }
    .into_any()
}

fn line(
    line: BankLineView,
    clear: &Refused<ClearForm>,
    action: ServerAction<ClearLine>,
) -> AnyView {
    let asks = line.found.is_open() && line.cleared.is_none();
    let form = asks.then(|| clear_form(&line.id, clear, action));
    let cleared = line.cleared.as_ref().map(|cleared| {
        let said = format!("{} {}：{}", cleared.at.stamp(), cleared.by, cleared.words);
        view! { <p class="line small">{badge("done", "已查明".to_owned())} <span>{said}</span></p> }
    });
    let (tone, words) = match &line.found {
        Found::Order { .. } => ("done", "退还指令相符".to_owned()),
        Found::Piece { .. } => ("done", "登记相符".to_owned()),
        Found::Twice { serial, .. } => ("danger", format!("疑似重复付款，流水 {serial} 已付过")),
        Found::Short { says, .. } => ("danger", format!("金额不符，指令为 {says} 元")),
        Found::Differs { what, .. } => {
            let names: Vec<&str> = what.iter().map(|d| Difference::name(*d)).collect();
            ("danger", format!("与登记不符：{}", names.join("、")))
        }
        Found::Unknown if cleared.is_some() => ("plain", "对不上".to_owned()),
        Found::Unknown => ("due", "对不上，待查".to_owned()),
    };
    // What somebody has cleared up calls nobody any more.
    let tone = if cleared.is_some() { "plain" } else { tone };
    let way = if line.incoming { "收入" } else { "支出" };
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, words)}
                <span class="title">{format!("{way} {} 元", line.amount)}</span>
                <span class="push small">{line.number}</span>
            </div>
            <p class="small soft">{format!("{} · 流水 {} · {} {}", line.day, line.serial, line.other, line.account)}</p>
            {cleared}
            {form}
        </li>
    }
    .into_any()
}

/// Says what a line was: an answer, and no change of the line.
fn clear_form(
    id: &str,
    clear: &Refused<ClearForm>,
    action: ServerAction<ClearLine>,
) -> impl IntoView + use<> {
    let Refused { form, faults } = clear.where_typed(clear.form.id == id);
    let field = Field::new("reason", "查明的情况和处理")
        .of(id)
        .hint("如：银行结息；误汇，已于某日退回。与指令、登记不符的，由导入人、登记人以外的人登记。登记后不能修改。");
    view! {
        <details open=!faults.is_empty()>
            <summary>"已查明，登记"</summary>
            {form!(action, "form",
                {summary(&faults)}
                <Token/>
                <input type="hidden" name="form[id]" value=id.to_owned()/>
                {field.input(&faults, &form.reason)}
                <p class="actions"><button>"登记"</button></p>)}
        </details>
    }
}
