//! A project's steps on a line of days: as the law allows at the earliest, as promised,
//! the ordinary way; what is done, and what is on the critical path.

use leptos::prelude::*;
use model::Day;
use policies::Citation;
use policies::channel::{Bar, Bounds, CasePlan, Link, Mark, Origins, Side, Span, Step};

/// `7月13日`.
fn month_day(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day_of_month())
}

fn span(bar: &Bar) -> String {
    if bar.start == bar.end {
        month_day(bar.end)
    } else {
        format!("{}–{}", month_day(bar.start), month_day(bar.end))
    }
}

/// What is drawn: days from the beginning to the last finish.
#[derive(Clone, Copy)]
struct Scale {
    from: Day,
    days: i64,
}

impl Scale {
    fn of(plan: &CasePlan) -> Self {
        let first = plan.legal.bars.iter().map(|bar| bar.start).min();
        let from = first.unwrap_or(plan.legal.finish);
        let last = plan.ordinary.finish.max(plan.green.finish).max(plan.legal.finish);
        Self { from, days: from.days_until(last).max(1) + 1 }
    }

    /// Place and width of a bar, of a thousand.
    fn rail(self, bar: &Bar) -> (i64, i64) {
        let at = self.from.days_until(bar.start).max(0) * 1000 / self.days;
        let wide = (bar.start.days_until(bar.end) + 1).max(1) * 1000 / self.days;
        (at, wide.max(6))
    }

    fn at(self, day: Day) -> i64 {
        self.from.days_until(day).clamp(0, self.days) * 1000 / self.days
    }
}

fn rect(
    scale: Scale,
    bar: &Bar,
    class: &'static str,
    y: i64,
    height: i64,
) -> impl IntoView + use<> {
    let (x, width) = scale.rail(bar);
    view! { <rect class=class x=x.to_string() y=y.to_string() width=width.to_string() height=height.to_string()></rect> }
}

fn row(plan: &CasePlan, step: Step, scale: Scale, today: Day) -> Option<impl IntoView + use<>> {
    let (legal, green, ordinary) = (
        plan.legal.bar(step)?.clone(),
        plan.green.bar(step)?.clone(),
        plan.ordinary.bar(step)?.clone(),
    );
    let beside = matches!(step, Step::Approval | Step::Land | Step::Design);
    let state = match (green.skipped, green.done) {
        (true, _) => "不占时间",
        (_, true) => "已完成",
        _ if green.critical && beside => "并联 · 关键环节",
        _ if green.critical => "关键环节",
        _ if beside => "并联",
        _ => "",
    };
    let class = match (green.done, green.critical) {
        (true, _) => "bar-done",
        (_, true) => "bar-critical",
        _ => "bar-green",
    };
    let bounds = plan.bounds.iter().find(|b| b.step == step).map(bounds_line);
    let now = scale.at(today).to_string();
    let said = format!(
        "{}：承诺 {}，法定最早 {}，普通程序 {}",
        step.name(),
        span(&green),
        span(&legal),
        span(&ordinary)
    );
    Some(view! {
        <tr class:critical=green.critical class:skipped=green.skipped>
            <th scope="row">
                {step.name()}
                <span class="soft small">{[step.actor(), state].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ")}</span>
            </th>
            <td data-label="期限" class="small">{bounds}</td>
            <td data-label="法定最早">{span(&legal)}</td>
            <td data-label="承诺"><b>{span(&green)}</b></td>
            <td data-label="普通程序" class="soft">{span(&ordinary)}</td>
            <td class="steprail">
                <svg viewBox="0 0 1000 30" preserveAspectRatio="none" role="img" aria-label=said>
                    {rect(scale, &ordinary, "bar-ordinary", 20, 7)}
                    {rect(scale, &green, class, 3, 13)}
                    <line class="rail-today" x1=now.clone() x2=now y1="0" y2="30"></line>
                </svg>
            </td>
        </tr>
    })
}

/// What binds a step, in words, with what stands behind it.
fn bounds_line(bounds: &Bounds) -> impl IntoView + use<> {
    let days = |span: &Span| span.1.amount(i64::from(span.0.value));
    let basis = |span: &Span| {
        let line = span.0.basis.as_ref().map_or_else(String::new, Citation::line);
        format!("{} {line}", span.0.standing.name())
    };
    let least = bounds.least.as_ref().map(|s| {
        view! { <span title=basis(s)>{format!("不少于 {}", days(s))}</span> }
    });
    let most = bounds.most.as_ref().map(|s| {
        // The publicity is bound at both ends: when it begins, and how long it is.
        let until = if bounds.step == Step::Publicity { "内开始" } else { "内" };
        view! { <span title=basis(s)>{format!("{}{until}", days(s))}</span> }
    });
    let promised = bounds.promised.as_ref().map(|s| {
        view! { <b title=basis(s)>{format!("承诺 {}", days(s))}</b> }
    });
    view! { <span class="bounds">{least} {most} {promised}</span> }
}

/// The whole plan of a case.
pub fn route(plan: &CasePlan, today: Day) -> impl IntoView + use<> {
    let scale = Scale::of(plan);
    let rows =
        Step::ALL.into_iter().filter_map(|step| row(plan, step, scale, today)).collect_view();
    let done = plan.green.bar(Step::Contract).is_some_and(|bar| bar.done);
    let figures = [
        ("法定最早完成", plan.legal.finish.to_string(), "每一步都取法定最短期限"),
        (
            if done { "实际完成" } else { "按承诺完成" },
            plan.green.finish.to_string(),
            "审批并联，各环节按承诺",
        ),
        ("普通程序", plan.ordinary.finish.to_string(), "逐项审批，各环节按最长期限"),
        (
            if plan.saved < 0 { "比普通程序多" } else { "比普通程序少" },
            format!("{} 日", plan.saved.abs()),
            "自然日",
        ),
    ];
    let figures = figures.into_iter().map(|(label, text, hint)| {
        view! { <div><dt>{label}</dt><dd>{text}<span class="soft small">{hint}</span></dd></div> }
    });
    let short = plan
        .short
        .iter()
        .map(|s| {
            let what = mark_name(s.mark);
            let why = s.rule.as_ref().map_or_else(
                || "前一环节尚未完成".to_owned(),
                |r| format!("{}{}", r.label, r.basis.as_ref().map_or_else(String::new, Citation::line)),
            );
            view! { <p class="trouble">{format!("{what} {} 早于 {}：{why}", s.day, s.earliest)}</p> }
        })
        .collect_view();
    view! {
        <dl class="figures">{figures.collect_view()}</dl>
        {short}
        {binding(plan)}
        <div>
            <table class="route cards">
                <thead>
                    <tr>
                        <th scope="col">"环节"</th>
                        <th scope="col">"期限"</th>
                        <th scope="col">"法定最早"</th>
                        <th scope="col">"承诺"</th>
                        <th scope="col">"普通程序"</th>
                        <th scope="col">{format!("{} 至 {}", month_day(scale.from), month_day(scale.from.plus(u32::try_from(scale.days - 1).unwrap_or(0))))}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="small soft">
            <span class="swatch"></span>"承诺 "
            <span class="swatch critical"></span>"关键环节 "
            <span class="swatch done"></span>"已完成 "
            <span class="swatch ordinary"></span>"普通程序 "
            <span class="swatch today"></span>"今天"
        </p>
        {path(plan)}
    }
}

fn mark_name(mark: Mark) -> String {
    let side = match mark.side {
        Side::Start => "开始",
        Side::End => "完成",
    };
    format!("{}{side}", mark.step.name())
}

/// The legal minimums that decide the earliest day.
fn binding(plan: &CasePlan) -> impl IntoView + use<> {
    let rows = plan
        .legal
        .binding()
        .filter_map(|link| {
            let (ruling, unit) = link.rule.clone()?;
            let basis = ruling.basis.as_ref().map_or_else(String::new, Citation::line);
            let line = format!(
                "{} {}：最早 {}",
                ruling.label,
                unit.amount(i64::from(ruling.value)),
                link.day
            );
            Some(view! {
                <li class="basis">
                    {line} " "
                    <span class="soft">{format!("{}{}", ruling.standing.name(), if basis.is_empty() { String::new() } else { format!(" · {basis}") })}</span>
                </li>
            })
        })
        .collect_view();
    view! {
        <p class="small"><b>"决定最早日期的最短期限（绿色通道也不能缩短）"</b></p>
        <ul class="bases">{rows}</ul>
    }
}

fn link_line(link: &Link) -> String {
    let what = mark_name(link.to);
    let why = match (&link.rule, link.from) {
        (Some((ruling, unit)), _) => {
            format!("{} {}", ruling.label, unit.amount(i64::from(ruling.value)))
        }
        (None, Origins::Set) => "已发生或已定日期".into(),
        (None, Origins::Today) => "尚未办理，从今天起算".into(),
        (None, Origins::Begun { .. }) => "自申请起".into(),
        (None, _) => "紧接前一环节".into(),
    };
    format!("{} {what}（{why}）", month_day(link.day))
}

/// The critical path in words.
fn path(plan: &CasePlan) -> impl IntoView + use<> {
    let steps = |links: &[Link]| {
        links
            .iter()
            .filter(|l| {
                l.rule.is_some()
                    || matches!(l.from, Origins::Set | Origins::Today | Origins::Begun { .. })
            })
            .map(link_line)
            .map(|line| view! { <li>{line}</li> })
            .collect_view()
    };
    view! {
        <details class="small">
            <summary>"关键路径怎么算出来的"</summary>
            <p><b>"按承诺"</b></p>
            <ol>{steps(&plan.green.critical)}</ol>
            <p><b>"法定最早"</b></p>
            <ol>{steps(&plan.legal.critical)}</ol>
        </details>
    }
}
