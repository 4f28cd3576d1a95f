//! `/desk/clues`, `/desk/credits`, `/desk/measures`: what a person should look at, what is
//! proposed for credit records, what the green channel comes to.

use super::{draft_key, loading, shown};
use crate::api::{
    self, ApiError, ClueLine, CluesPage, CreditLine, CreditsPage, DecideClue, DecideCredit,
    MeasureRow, MeasuresPage, Refused, VerdictForm,
};
use crate::part::field::{Field, summary};
use crate::part::state::{badge, span};
use crate::part::{Token, form, outcome};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Faults, Moment};
use policies::Citation;
use policies::bond::Transfer;
use policies::channel::{Counts, Measure};
use policies::credit::Proposal;
use policies::split::{Finding, PayerLead, Purchase, Split};

/// A form of this page, when it is the one that was refused.
fn mine(refused: &Refused<VerdictForm>, about: &str) -> (VerdictForm, Faults) {
    if refused.form.about == about {
        (refused.form.clone(), refused.faults.clone())
    } else {
        (VerdictForm::default(), Faults::new())
    }
}

/// Clues.
#[component]
pub fn Clues() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<DecideClue>::new();
    let page = Resource::new(
        move || (draft.get(), action.version().get()),
        |(draft, _)| async move {
            let page = api::read_clues().await?;
            Ok::<_, ApiError>((page, api::refused::<VerdictForm>(draft).await?))
        },
    );
    view! {
        <Title text="线索"/>
        <div class="page">
            <h1>"线索"</h1>
            <p class="soft">"合计达到必须招标规模的同地同类采购，出自同一账户的投标保证金。系统只列事实，是否违法由人判断。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| clues(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

fn clues(
    page: CluesPage,
    refused: Refused<VerdictForm>,
    action: ServerAction<DecideClue>,
) -> impl IntoView {
    let none = page.clues.is_empty();
    let may = page.may_decide;
    let rows = page.clues.into_iter().map(|line| clue(line, may, &refused, action)).collect_view();
    view! {
        {none.then(|| view! { <p class="empty card">"没有线索。"</p> })}
        {rows}
    }
}

/// Which rule purchases look like evading.
fn split_rule(split: &Split) -> String {
    let basis = split.threshold.basis.as_ref().map_or_else(String::new, Citation::line);
    format!(
        "{} 日内 {} 笔，合计 {} 元，达到 {} 元（{}，{}）",
        split.window.value,
        split.members.len(),
        split.sum,
        split.threshold.value,
        split.threshold.standing.name(),
        basis
    )
}

fn purchases(split: &Split) -> impl IntoView + use<> {
    let row = |m: &Purchase| {
        let href = match m.record.0.as_str() {
            "channel" => format!("/desk/channels/{}", m.record.1),
            _ => format!("/emergencies/{}", m.record.1),
        };
        view! {
            <tr>
                <td data-label="日期">{m.day.to_string()}</td>
                <td data-label="采购"><a href=href>{m.title.clone()}</a></td>
                <td data-label="地点">{format!("{} {}", m.district.name(), m.place)}</td>
                <td data-label="金额">{format!("{} 元", m.amount)}</td>
            </tr>
        }
    };
    let rows = split.members.iter().map(row).collect_view();
    view! {
        <thead><tr><th scope="col">"日期"</th><th scope="col">"采购"</th><th scope="col">"地点"</th><th scope="col">"金额"</th></tr></thead>
        <tbody>{rows}</tbody>
    }
}

/// Which rule one payer behind several bidders looks like breaking.
fn payer_rule(lead: &PayerLead) -> String {
    format!(
        "{}：不同投标人的投标保证金出自{}（招标投标法实施条例第四十条第六项，是否串通由人判断）",
        lead.title,
        lead.shared.by.name()
    )
}

fn payers(lead: &PayerLead) -> impl IntoView + use<> {
    let href = format!("/desk/bonds/tender/{}", lead.notice);
    let row = |m: &Transfer| {
        view! {
            <tr>
                <td data-label="日期">{m.day.to_string()}</td>
                <td data-label="投标人"><a href=href.clone()>{m.firm_name.clone()}</a></td>
                <td data-label="付款人">{format!("{} {}，流水 {}", m.payer, m.account, m.reference)}</td>
                <td data-label="金额">{format!("{} 元", m.amount)}</td>
            </tr>
        }
    };
    let rows = lead.shared.members.iter().map(row).collect_view();
    view! {
        <thead><tr><th scope="col">"日期"</th><th scope="col">"投标人"</th><th scope="col">"付款人"</th><th scope="col">"金额"</th></tr></thead>
        <tbody>{rows}</tbody>
    }
}

fn clue(
    line: ClueLine,
    may: bool,
    refused: &Refused<VerdictForm>,
    action: ServerAction<DecideClue>,
) -> impl IntoView + use<> {
    let ClueLine { clue, owner, names } = line;
    let id = clue.id.to_string();
    let open = clue.is_open();
    let (rule, members) = match &clue.finding {
        Finding::Split(split) => (split_rule(split), Either::Left(purchases(split))),
        Finding::Payer(lead) => (payer_rule(lead), Either::Right(payers(lead))),
    };
    let said = clue
        .verdicts
        .iter()
        .map(|v| {
            let who = names.get(v.by.as_str()).cloned().unwrap_or_default();
            let word = if v.forwarded { "移送核查" } else { "排除" };
            view! { <p class="basis">{format!("{} {who} {word}：{}", v.at.stamp(), v.reason)}</p> }
        })
        .collect_view();
    let (typed, faults) = mine(refused, &id);
    let decide = (open && may).then(|| {
        form!(action, "form pad",
            {summary(&faults)} <Token/>
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="form[about]" value=id.clone()/>
            {Field::new("reason", "判断和理由").of(&id).area(&faults, &typed.reason)}
            <p class="actions">
                <button name="form[act]" value="forward" class="stop">"移送核查"</button>
                <button name="form[act]" value="drop" class="quiet">"排除"</button>
            </p>)
    });
    let state = if open { badge("due", "待判断") } else { badge("plain", "已判断") };
    view! {
        <section class="card" id=id.clone()>
            <header><h2>{owner}</h2> {state} <span class="small soft">{clue.found.stamp()}</span></header>
            <p class="pad small">{rule}</p>
            <table class="cards">
                {members}
            </table>
            {said}
            {decide}
        </section>
    }
}

/// What is proposed for credit records.
#[component]
pub fn Credits() -> impl IntoView {
    let draft = draft_key();
    let action = ServerAction::<DecideCredit>::new();
    let page = Resource::new(
        move || (draft.get(), action.version().get()),
        |(draft, _)| async move {
            let page = api::read_credits().await?;
            Ok::<_, ApiError>((page, api::refused::<VerdictForm>(draft).await?))
        },
    );
    view! {
        <Title text="信用建议"/>
        <div class="page">
            <h1>"信用建议"</h1>
            <p class="soft">"系统只提出建议：告知当事人，听取陈述申辩，由提出人以外的人决定是否记入。"</p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| credits(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

fn credits(
    page: CreditsPage,
    refused: Refused<VerdictForm>,
    action: ServerAction<DecideCredit>,
) -> impl IntoView {
    let none = page.credits.is_empty();
    let now = page.now;
    let rows =
        page.credits.into_iter().map(|line| credit(line, now, &refused, action)).collect_view();
    view! {
        {none.then(|| view! { <p class="empty card">"没有信用建议。"</p> })}
        {rows}
    }
}

fn credit_state(proposal: &Proposal, now: Moment) -> impl IntoView + use<> {
    match &proposal.verdict {
        Some(v) if v.recorded => badge("danger", "已记入"),
        Some(_) => badge("done", "不予记入"),
        None if proposal.statement.is_some() => badge("due", "已陈述，待决定"),
        None if now <= proposal.until => badge("due", "陈述申辩期"),
        None => badge("due", "期满，待决定"),
    }
}

fn credit(
    line: CreditLine,
    now: Moment,
    refused: &Refused<VerdictForm>,
    action: ServerAction<DecideCredit>,
) -> impl IntoView + use<> {
    let CreditLine { proposal, proposer, decider, may_state, may_decide } = line;
    let id = proposal.id.to_string();
    let state = credit_state(&proposal, now);
    let source = (proposal.source.0 == "channel").then(|| {
        let href = format!("/desk/channels/{}", proposal.source.1);
        view! { <a href=href>{proposal.source.2.clone()}</a> }
    });
    let statement = match &proposal.statement {
        Some(s) => format!("{} 陈述：{}", s.at.stamp(), s.words),
        None => format!("陈述申辩至 {}，尚未陈述", proposal.until.stamp()),
    };
    let verdict = proposal.verdict.as_ref().map(|v| {
        view! { <p class="basis">{format!("{} {decider} 决定：{}", v.at.stamp(), v.reason)}</p> }
    });
    let (typed, faults) = mine(refused, &id);
    let head = |label: &'static str| {
        view! {
            {summary(&faults)} <Token/>
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="form[about]" value=id.clone()/>
            {Field::new("reason", label).of(&id).area(&faults, &typed.reason)}
        }
    };
    let state_form = may_state.then(|| {
        form!(action, "form pad", {head("陈述申辩")}
            <button name="form[act]" value="state">"提交陈述申辩"</button>)
    });
    let decide_form = may_decide.then(|| {
        form!(action, "form pad", {head("决定理由")}
            <p class="actions">
                <button name="form[act]" value="record" class="stop">"记入信用记录"</button>
                <button name="form[act]" value="spare" class="quiet">"不予记入"</button>
            </p>)
    });
    view! {
        <section class="card" id=id.clone()>
            <header><h2>{proposal.subject_name.clone()}</h2> {state}</header>
            <div class="pad">
                <p><b>{proposal.event.clone()}</b> " " {source}</p>
                <p>{proposal.findings.clone()}</p>
                <p class="small soft">{format!("{} {} 提出", proposal.at.stamp(), if proposer.is_empty() { "系统" } else { &proposer })}</p>
                <p class="small">{statement}</p>
                {verdict}
            </div>
            {state_form}
            {decide_form}
        </section>
    }
}

/// What the green channel comes to.
#[component]
pub fn Measures() -> impl IntoView {
    let page = Resource::new(|| (), |()| api::read_measures());
    view! {
        <Title text="绿色通道成效"/>
        <div class="page">
            <p class="small"><a href="/desk/channels">"绿色通道"</a></p>
            <h1>"绿色通道成效"</h1>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, measures) })}
            </Transition>
        </div>
    }
}

/// A figure that opens the cases that it counts.
fn figure(n: usize, counts: Counts, at: &str) -> impl IntoView + use<> {
    let href = format!("/desk/channels?{at}counts={}", counts.key());
    match n {
        0 => view! { "0" }.into_any(),
        n => view! { <a href=href>{n}</a> }.into_any(),
    }
}

fn took(ms: Option<i64>) -> String {
    ms.map_or_else(|| "—".to_owned(), span)
}

fn share(part: usize, whole: usize) -> String {
    match whole {
        0 => "—".into(),
        _ => format!("{}%", part * 100 / whole),
    }
}

fn measures(page: MeasuresPage) -> impl IntoView {
    let m = page.all.clone();
    let average = match m.finished {
        0 => "—".to_owned(),
        n => format!("{} 日", m.saved / i64::try_from(n).unwrap_or(1)),
    };
    let tiles = [
        ("项目", m.cases.to_string(), String::new()),
        ("申请至决定（中位数）", took(m.median), format!("承诺 {}", page.promise)),
        ("按承诺决定", share(m.in_time, m.decided), format!("{} / {}", m.in_time, m.decided)),
        ("审批按承诺办结", share(m.kept, m.given), format!("{} / {}", m.kept, m.given)),
        ("平均节省", average, format!("{} 件已签合同", m.finished)),
        (
            "逾期事项",
            (m.overdue + m.owed).to_string(),
            format!("审批 {}，容缺 {}", m.overdue, m.owed),
        ),
    ];
    let tiles = tiles
        .into_iter()
        .map(|(label, text, hint)| {
            view! { <div><dt>{label}</dt><dd>{text}<span class="soft small">{hint}</span></dd></div> }
        })
        .collect_view();
    let tables = page
        .by
        .into_iter()
        .map(|(dimension, title, rows)| {
            let rows = rows.into_iter().map(|r| measure(&dimension, r)).collect_view();
            let head = format!("by-{dimension}");
            let labelled = head.clone();
            view! {
                <section class="card" aria-labelledby=labelled>
                    <header><h2 id=head>{title.clone()}</h2></header>
                    <table class="cards measures">
                        <thead>
                            <tr>
                                <th scope="col">{title.replace('按', "")}</th>
                                <th scope="col">"项目"</th>
                                <th scope="col">"已决定"</th>
                                <th scope="col">"按承诺"</th>
                                <th scope="col">"中位用时"</th>
                                <th scope="col">"审批办结"</th>
                                <th scope="col">"未按承诺"</th>
                                <th scope="col">"审批逾期"</th>
                                <th scope="col">"容缺逾期"</th>
                                <th scope="col">"已签合同"</th>
                                <th scope="col">"共节省"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            }
        })
        .collect_view();
    view! { <dl class="figures">{tiles}</dl> {tables} }
}

fn measure(dimension: &str, row: MeasureRow) -> impl IntoView + use<> {
    let at = format!("{dimension}={}&", row.key);
    let all = format!("/desk/channels?{}", at.trim_end_matches('&'));
    let Measure { cases, decided, in_time, median, given, kept, overdue, owed, finished, saved } =
        row.measure;
    let cell = |label: &'static str, n: usize, counts: Counts| {
        view! { <td data-label=label>{figure(n, counts, &at)}</td> }
    };
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td data-label="项目"><a href=all>{cases}</a></td>
            {cell("已决定", decided, Counts::Decided)}
            {cell("按承诺", in_time, Counts::InTime)}
            <td data-label="中位用时">{took(median)}</td>
            {cell("审批办结", given, Counts::Given)}
            {cell("未按承诺", given - kept, Counts::Missed)}
            {cell("审批逾期", overdue, Counts::Overdue)}
            {cell("容缺逾期", owed, Counts::Owed)}
            {cell("已签合同", finished, Counts::Saved)}
            <td data-label="共节省">{format!("{saved} 日")}</td>
        </tr>
    }
}
