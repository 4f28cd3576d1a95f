//! `/`: what is happening, who was sent, how to take part.

use super::{loading, shown};
use crate::api;
use crate::part::state::badge;
use leptos::prelude::*;
use leptos_meta::Title;

/// The public front page.
#[component]
pub fn Home() -> impl IntoView {
    let home = Resource::new(|| (), |()| api::home());
    view! {
        <Title text=""/>
        <Suspense fallback=loading>
            {move || Suspend::new(async move { shown(home.await, content) })}
        </Suspense>
    }
}

fn content(home: api::HomePage) -> impl IntoView {
    let answer = home.answer_minutes.map_or("—".to_owned(), |m| format!("{m} 分"));
    let numbers = [
        (home.open.to_string(), "处置中的险情"),
        (home.ready.to_string(), "可出动队伍"),
        (home.firms.to_string(), "在库企业"),
        (answer, "应答时间中位数（近一年）"),
    ];
    view! {
        <div class="page">
            <h1>"广元市应急抢险"</h1>
            <p class="soft">
                "道路中断、水库渗漏、边坡垮塌时，由储备库队伍就近或抽签出动；派了谁、为什么、多少钱，在此公开。"
            </p>
            <p class="actions">
                <a class="button" href="/report">"上报险情"</a>
                <a class="button quiet" href="/reserve">"查看储备库"</a>
            </p>
            <ul class="numbers">
                {numbers
                    .into_iter()
                    .map(|(n, label)| view! {
                        <li class="card"><b class="num">{n}</b><span class="soft small">{label}</span></li>
                    })
                    .collect_view()}
            </ul>
            <section class="card" aria-labelledby="news">
                <header><h2 id="news">"最新公示"</h2><a class="small" href="/publicity">"全部公示"</a></header>
                {super::publicity::table(home.publications)}
            </section>
            <section class="card pad">
                <h2>"怎样入库"</h2>
                <p>
                    "储备库常年开放申请，不限注册地和所有制。企业登录后分项填报资质、人员、设备和队伍驻地，经行业主管部门初审、公示后入库。"
                </p>
                <p class="line"><a href="/apply">"企业注册"</a><a href="/sign-in?next=/profile">"企业登录"</a></p>
            </section>
            <p class="small soft">
                "日志链头 № " {home.head.0} " " <code>{home.head.1}</code> " "
                {badge("done", "每次操作都记入不可改写的日志")} " "
                <a href="/journal/heads.txt" rel="external">"历日链头"</a>
            </p>
        </div>
    }
}

/// Nothing here.
#[component]
pub fn Missing() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="没有这个页面"/>
        <div class="page">
            <h1>"没有这个页面"</h1>
            <p>"网址可能有误，或内容已移走。"</p>
            <p><a href="/">"回首页"</a></p>
        </div>
    }
}
