//! `/desk/bonds/statement`: the bank's statement against what is on record.

use super::{draft_key, loading, shown};
use crate::api::{self, BankLineView, EnterStatement, StatementPage};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use policies::bond::{Difference, Found};

/// The bank's statement.
#[component]
pub fn Statement() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<EnterStatement>::new();
    let page = Resource::new(
        move || (draft.get(), action.version().get()),
        |(draft, _)| api::read_statement(draft),
    );
    view! {
        <Title text="银行流水核对"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds">"保证金"</a></p>
            <h1>"银行流水核对"</h1>
            <p class="soft">"把保证金专户的流水贴进来：退还的逐笔对上指令，收到的逐笔对上登记。只按流水号，或编号、账号、金额都相同认定，绝不只凭金额。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| whole(page, action))
                })}
            </Transition>
        </div>
    }
}

fn whole(page: StatementPage, action: ServerAction<EnterStatement>) -> AnyView {
    let StatementPage { lines, read: (count, last), unseen, form } = page;
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
            <header><h2 id="lines">"流水"</h2></header>
            {none.then(|| view! { <p class="empty">"没有流水。"</p> })}
            <ul>{missing}{lines.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn line(line: BankLineView) -> AnyView {
    let (tone, words) = match &line.found {
        Found::Order { .. } => ("done", "退还指令相符".to_owned()),
        Found::Piece { .. } => ("done", "登记相符".to_owned()),
        Found::Twice { serial, .. } => ("danger", format!("疑似重复付款，流水 {serial} 已付过")),
        Found::Short { says, .. } => ("danger", format!("金额不符，指令为 {says} 元")),
        Found::Differs { what, .. } => {
            let names: Vec<&str> = what.iter().map(|d| Difference::name(*d)).collect();
            ("danger", format!("与登记不符：{}", names.join("、")))
        }
        Found::Unknown => ("due", "对不上，待查".to_owned()),
    };
    let way = if line.incoming { "收入" } else { "支出" };
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, words)}
                <span class="title">{format!("{way} {} 元", line.amount)}</span>
                <span class="push small">{line.number}</span>
            </div>
            <p class="small soft">{format!("{} · 流水 {} · {} {}", line.day, line.serial, line.other, line.account)}</p>
        </li>
    }
    .into_any()
}
