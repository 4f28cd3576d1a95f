//! `/desk/supervision`: who owes what, by department.

use super::channels::urgency;
use super::{loading, shown};
use crate::api::{self, DepartmentLine, SupervisionPage};
use crate::part::state::{badge, clock, ticking};
use leptos::prelude::*;
use leptos_meta::Title;
use model::Moment;
use policies::channel::Urgency;

/// Who owes what.
#[component]
pub fn Supervision() -> impl IntoView {
    let page = Resource::new(|| (), |()| api::read_supervision());
    view! {
        <Title text="督办"/>
        <div class="page">
            <p class="small"><a href="/desk/channels">"绿色通道"</a></p>
            <h1>"督办"</h1>
            <p class="soft">"各部门未办结的并联审批：用去承诺时限八成转黄，超过转红；系统到时自动提醒，督办意见记入项目问答。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, departments) })}
            </Transition>
        </div>
    }
}

fn departments(page: SupervisionPage) -> impl IntoView {
    let now = ticking(page.now);
    let none = page.departments.is_empty();
    let late = (!page.late.is_empty()).then(|| {
        let rows = page
            .late
            .into_iter()
            .map(|(id, title, papers)| {
                view! {
                    <li class="row line">
                        {badge("danger", "逾期未补")}
                        <a class="title" href=format!("/desk/channels/{id}")>{title}</a>
                        <span class="small">{papers}</span>
                    </li>
                }
            })
            .collect_view();
        view! { <section class="card" aria-labelledby="late"><header><h2 id="late">"容缺材料"</h2></header><ul>{rows}</ul></section> }
    });
    view! {
        {none.then(|| view! { <p class="empty card">"没有并联审批。"</p> })}
        {page.departments.into_iter().map(|line| department(line, now)).collect_view()}
        {late}
    }
}

fn department(line: DepartmentLine, now: ReadSignal<Moment>) -> impl IntoView {
    let [green, yellow, red] = line.open;
    let light = match (red, yellow) {
        (0, 0) => urgency(Urgency::Green),
        (0, _) => urgency(Urgency::Yellow),
        _ => urgency(Urgency::Red),
    };
    let (done, kept) = line.done;
    let rows = line.tasks.into_iter().map(|task| {
        let urged = (task.urged > 0).then(|| badge("due", format!("已督办 {} 次", task.urged)));
        view! {
            <li class="row">
                <div class="line">
                    {urgency(task.urgency)}
                    <a class="title" href=format!("/desk/channels/{}#tasks", task.channel)>{format!("{} · {}", task.approval, task.title)}</a>
                    {urged}
                </div>
                {task.clock.map(|c| clock(c, now))}
            </li>
        }
    });
    let head = line.org.to_string();
    let labelled = head.clone();
    view! {
        <section class="card" aria-labelledby=labelled>
            <header>
                <h2 id=head>{line.name}</h2>
                <span class="line">{light} <span class="small soft">{format!("在办 绿 {green} · 黄 {yellow} · 红 {red}；办结 {done}，按承诺 {kept}")}</span></span>
            </header>
            <ul>{rows.collect_view()}</ul>
        </section>
    }
}
