//! `/rules/deadline`: what a limit comes to, counted step by step.

use super::rules::{by_law, standing_badge};
use super::{loading, query, shown};
use crate::api::{ApiError, ReckonPage};
use crate::law::{self, deadline};
use crate::part::state::badge;
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use policies::{Course, Leg, Limit, Reckoning, State, Unit};

/// What a limit comes to.
#[component]
pub fn Deadline() -> impl IntoView {
    let (rule, day, edition) = (query("rule"), query("day"), query("law"));
    let (stopped, resumed) = (query("stopped"), query("resumed"));
    let ask = move || {
        let ask = deadline::Ask {
            rule: rule.get(),
            day: day.get(),
            stopped: stopped.get(),
            resumed: resumed.get(),
        };
        (edition.get(), ask)
    };
    let page = Resource::new(ask, |(edition, ask)| async move {
        let (law, _) = law::edition(edition).await?;
        Ok::<_, ApiError>(deadline::page(&law, ask))
    });
    view! {
        <Title text="期限计算器"/>
        <div class="page narrow">
            <p class="small"><a href="/rules">"规则库"</a></p>
            <h1>"期限计算器"</h1>
            <p class="soft">"选一条规则，填起算日，得到日期、依据和数法。网址即结果，可以转给别人核对。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, calculator) })}
            </Transition>
        </div>
    }
}

fn calculator(page: ReckonPage) -> impl IntoView {
    let fault = |name: &str| {
        page.faults.of(name).map(text::fault).map(|f| view! { <span class="fault">{f}</span> })
    };
    let (rule_fault, day_fault) = (fault("rule"), fault("day"));
    let (stopped_fault, resumed_fault) = (fault("stopped"), fault("resumed"));
    let stops = !page.stopped.is_empty() || !page.resumed.is_empty();
    let options = page
        .offered
        .into_iter()
        .map(|(key, name)| {
            let selected = key == page.rule;
            view! { <option value=key selected=selected>{name}</option> }
        })
        .collect_view();
    let ask = format!("rule={}&day={}", page.rule, page.day);
    let standing_still = page.course.as_ref().is_some_and(|c| c.statutory.due.is_none()) && stops;
    let ics = format!(
        "/rules/deadline.ics?{ask}&stopped={}&resumed={}&law={}",
        page.stopped, page.resumed, page.law
    );
    let ics = (!standing_still).then_some(ics);
    let link = format!(
        "/rules/deadline?{ask}&stopped={}&resumed={}&law={}",
        page.stopped, page.resumed, page.law
    );
    let event = if page.event.is_empty() { "起算之日".to_owned() } else { page.event };
    let law = page.law;
    view! {
        <Form method="GET" action="/rules/deadline" attr:class="card pad form">
            <div class="field">
                <label for="rule">"规则"</label>
                <select id="rule" name="rule"><option value="">"请选择"</option>{options}</select>
                <p class="note">{rule_fault}</p>
            </div>
            <div class="field">
                <label for="day">{event}</label>
                <input id="day" type="date" name="day" value=page.day/>
                <p class="note">{day_fault}</p>
            </div>
            <details open=stops>
                <summary>"中间有中止（异议未答复、检验鉴定、专家评审等）"</summary>
                <div class="pair">
                    <div class="field">
                        <label for="stopped">"中止之日"</label>
                        <input id="stopped" type="date" name="stopped" value=page.stopped/>
                        <p class="note">"当日起不计。" {stopped_fault}</p>
                    </div>
                    <div class="field">
                        <label for="resumed">"恢复之日"</label>
                        <input id="resumed" type="date" name="resumed" value=page.resumed/>
                        <p class="note">"当日起续计；尚未恢复的不填。" {resumed_fault}</p>
                    </div>
                </div>
            </details>
            <button>"计算"</button>
        </Form>
        {page.answer.map(|answer| reckoned(answer, page.course.filter(|c| stops || c.promised.is_some()), stops, ics, link, &law))}
    }
}

fn reckoned(
    answer: Reckoning,
    course: Option<Course>,
    stops: bool,
    ics: Option<String>,
    link: String,
    law: &str,
) -> impl IntoView + use<> {
    let sentence = match &answer.limit.value {
        Limit::NotBefore { day } => format!("最早 {day}"),
        Limit::NotAfter { day, practical } if day == practical => format!("最迟 {day} 24:00"),
        Limit::NotAfter { day, practical } => {
            format!("最迟 {day} 24:00（休息日，实际应在 {practical} 办理）")
        }
        Limit::RunsUntil { day, next } => format!("到 {day} 24:00 届满，{next} 起可办下一步"),
    };
    let sentence = if stops { format!("不计中止：{sentence}") } else { sentence };
    let unit = answer.unit;
    let basis = answer.limit.basis.as_ref().map(|b| b.line());
    let note = answer.limit.basis.as_ref().and_then(|b| b.note.clone());
    view! {
        <section class="card pad" aria-labelledby="answer">
            <p class="line">
                {standing_badge(answer.limit.standing)}
                {answer.estimated.then(|| badge("due", "预估"))}
                {(!answer.limit.checked).then(|| badge("plain", "待核"))}
            </p>
            <div role="status"><h2 id="answer">{sentence}</h2></div>
            {answer.closes.map(|closes| view! {
                <p class="small">{format!("需到窗口办理的，至当日 {}（{}）。", closes.value.clock(), closes.standing.name())}</p>
            })}
            <p>{format!("{}：{}", answer.limit.label, answer.unit.amount(i64::from(answer.days)))}</p>
            {basis.map(|basis| view! { <p class="small">{basis}</p> })}
            {note.map(|note| view! { <p class="small soft">{note}</p> })}
            <details open=!stops>
                <summary>"怎样数的"</summary>
                <ol class="trace small">{answer.trace.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol>
            </details>
            {course.map(|course| both(course, unit, stops))}
            <p class="line small">
                {ics.map(|ics| view! { <a href=ics rel="external">"加入日历（.ics）"</a> })}
                <a href=link>"此结果的永久网址"</a>
            </p>
            <p class="small soft">{by_law(law)}</p>
        </section>
    }
}

/// The law's limit and the promise, side by side.
fn both(course: Course, unit: Unit, stops: bool) -> impl IntoView {
    let Course { statutory, promised } = course;
    let none = promised.is_none();
    view! {
        <div class="pair" id="both">
            {leg("法定时限", statutory, unit, stops)}
            {promised.map(|promised| leg("承诺时限（力争，不影响法定期限）", promised, unit, stops))}
            {none.then(|| view! { <p class="small soft">"没有承诺时限。"</p> })}
        </div>
    }
}

fn leg(title: &'static str, leg: Leg, unit: Unit, traced: bool) -> impl IntoView {
    let says = match (leg.due, leg.state) {
        (Some(due), _) => format!("最迟 {} 24:00", due.day()),
        (None, State::Stopped { left_days }) => {
            format!("中止中，恢复后还余 {}", unit.amount(i64::from(left_days)))
        }
        (None, _) => "中止中".to_owned(),
    };
    let basis = leg.days.basis.as_ref().map(|b| b.line());
    let lines = traced.then(|| {
        let lines = leg.trace.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <ol class="trace small">{lines}</ol> }
    });
    view! {
        <div>
            <p class="small soft">{title}</p>
            <p><b>{says}</b>" "{standing_badge(leg.days.standing)}</p>
            {basis.map(|basis| view! { <p class="small">{basis}</p> })}
            {lines}
        </div>
    }
}
