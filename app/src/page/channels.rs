//! `/desk/channels`: cases of the green channel.

use super::plan::named;
use super::{loading, query, shown};
use crate::api::{self, ChannelLine, ChannelsAsk, ChannelsPage};
use crate::part::field::filter;
use crate::part::state::{badge, clock, ticking};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{District, Ground, Moment};
use policies::channel::{Counts, Stage, Urgency};

/// Where a case stands, as a badge.
pub fn stage(stage: Stage) -> impl IntoView {
    let tone = match stage {
        Stage::Applied => "due",
        Stage::Open | Stage::Finished => "done",
        Stage::Suspended | Stage::Refused | Stage::Revoked => "danger",
        Stage::Withdrawn | Stage::Expired => "plain",
    };
    badge(tone, stage.name())
}

/// How pressing an approval is, as a badge.
pub fn urgency(urgency: Urgency) -> impl IntoView {
    let tone = match urgency {
        Urgency::Green => "done",
        Urgency::Yellow => "due",
        Urgency::Red => "danger",
    };
    badge(tone, urgency.name())
}

/// Cases of the green channel.
#[component]
pub fn Channels() -> impl IntoView {
    let asked = ["stage", "ground", "district", "department", "counts", "before"].map(query);
    let ask = move || {
        let [stage, ground, district, department, counts, before] = asked.map(|q| q.get());
        ChannelsAsk { stage, ground, district, department, counts, before }
    };
    let page = Resource::new(ask, api::read_channels);
    view! {
        <Title text="绿色通道"/>
        <div class="page">
            <h1>"绿色通道"</h1>
            <p class="soft">"仍是招标，只是更快：审批并联，承诺时限，材料可容缺；法定最短期限一天不少。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let now_asked = ask();
                    shown(page.await, move |page| list(page, &now_asked))
                })}
            </Transition>
        </div>
    }
}

fn list(page: ChannelsPage, ask: &ChannelsAsk) -> impl IntoView + use<> {
    let now = ticking(page.now);
    let none = page.channels.is_empty();
    let link = |ask: &ChannelsAsk| {
        let pairs = [
            ("stage", &ask.stage),
            ("ground", &ask.ground),
            ("district", &ask.district),
            ("department", &ask.department),
            ("counts", &ask.counts),
            ("before", &ask.before),
        ];
        let query: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        format!("/desk/channels?{}", query.join("&"))
    };
    let tabs = std::iter::once((String::new(), "全部".to_owned())).chain(
        Stage::ALL.into_iter().filter_map(|s| {
            let n = page.counts.get(s.key()).copied().filter(|n| *n > 0)?;
            Some((s.key().to_owned(), format!("{} {n}", s.name())))
        }),
    );
    let tabs = tabs
        .map(|(key, name)| {
            let current = (key == ask.stage).then_some("page");
            let href = link(&ChannelsAsk { stage: key, before: String::new(), ..ask.clone() });
            view! { <a href=href aria-current=current>{name}</a> }
        })
        .collect_view();
    let next = page.next.map(|before| {
        let href = link(&ChannelsAsk { before, ..ask.clone() });
        view! { <p class="pad"><a href=href>"下一页"</a></p> }
    });
    let counts = Counts::ALL.iter().map(|c| (c.key().to_owned(), c.name().to_owned())).collect();
    let grounds = named(Ground::ALL, Ground::key, Ground::name);
    let districts = named(&District::ALL, District::key, District::name);
    view! {
        <p class="actions">
            {page.may_apply.then(|| view! { <a class="button" href="/desk/channels/new">"申请绿色通道"</a> })}
            <a class="button quiet" href="/desk/supervision">"督办"</a>
            <a class="button quiet" href="/desk/measures">"成效"</a>
            <a class="button quiet" href="/desk/credits">"信用建议"</a>
            {page.may_see_clues.then(|| view! { <a class="button quiet" href="/desk/clues">"线索"</a> })}
        </p>
        <form method="get" action="/desk/channels" class="filters">
            <input type="hidden" name="stage" value=ask.stage.clone()/>
            {filter("counts", "成效", "全部", counts, &ask.counts)}
            {filter("ground", "情形", "全部", grounds, &ask.ground)}
            {filter("district", "县区", "全部", districts, &ask.district)}
            {filter("department", "部门", "全部", page.departments, &ask.department)}
            <button class="quiet">"筛选"</button>
        </form>
        <nav class="tabs" aria-label="按状态">{tabs}</nav>
        <section class="card" aria-labelledby="channels">
            <header><h2 id="channels">{format!("{} 件", page.total)}</h2></header>
            {none.then(|| view! { <p class="empty">"没有这样的项目。"</p> })}
            <ul>{page.channels.into_iter().map(|line| row(line, now)).collect_view()}</ul>
            {next}
        </section>
    }
}

/// A case in a list.
pub fn row(line: ChannelLine, now: ReadSignal<Moment>) -> impl IntoView {
    let finish = line.finish.map(|(day, saved)| {
        let less = if saved < 0 { "多" } else { "少" };
        view! { <span class="push small">{format!("承诺 {day} 完成，比普通程序{less} {} 日", saved.abs())}</span> }
    });
    view! {
        <li class="row">
            <div class="line">
                {stage(line.stage)} {line.urgency.filter(|u| *u != Urgency::Green).map(urgency)}
                <a class="title" href=format!("/desk/channels/{}", line.id)>{line.project}</a>
                {finish}
            </div>
            <p class="small soft">{format!("{} · {} · {} · {}", line.number, line.owner, line.ground, line.district.name())}</p>
            {line.clock.map(|c| clock(c, now))}
        </li>
    }
}
