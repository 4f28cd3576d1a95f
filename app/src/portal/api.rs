//! `/v1`: the API for people, made from its own description.

use super::document;
use leptos::prelude::*;

/// One call of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiCall {
    /// `GET`.
    pub method: String,
    /// Path.
    pub path: String,
    /// What it does.
    pub summary: String,
    /// Parameters and what they mean.
    pub parameters: Vec<(String, String)>,
    /// Statuses and what they mean.
    pub answers: Vec<(String, String)>,
}

/// The page.
pub fn api(calls: Vec<ApiCall>) -> String {
    document("开放数据", &[], move || {
        let calls = calls
            .into_iter()
            .map(|call| {
                // Only what needs no number can be tried at once.
                let plain = !call.path.contains('{');
                let href = call.path.clone();
                let name = format!("{} {}", call.method, call.path);
                let pairs = |pairs: Vec<(String, String)>| {
                    pairs
                        .into_iter()
                        .map(|(name, text)| view! { <div><dt><code>{name}</code></dt><dd>{text}</dd></div> })
                        .collect_view()
                };
                let none = call.parameters.is_empty();
                view! {
                    <section class="card">
                        <header><h2><code>{name}</code></h2>{plain.then(|| view! { <a href=href>"打开"</a> })}</header>
                        <p class="pad" lang="en">{call.summary}</p>
                        {(!none).then(|| view! { <dl class="facts" lang="en">{pairs(call.parameters)}</dl> })}
                        <dl class="facts" lang="en">{pairs(call.answers)}</dl>
                    </section>
                }
            })
            .collect_view();
        view! {
            <div class="page">
                <h1>"开放数据接口"</h1>
                <p>
                    "全部公开记录，无需账号。机器可读的说明：" <a href="/v1/openapi.json">"OpenAPI 3.1"</a>
                    "；开放合同数据标准（OCDS 1.1）：" <a href="/v1/ocds/releases">"发布"</a>
                    "；整表下载：" <a href="/plans.csv">"CSV"</a> " " <a href="/plans.jsonl">"JSON Lines"</a> "。"
                </p>
                <p class="soft small">"出错时按 RFC 9457 答复；请求过多时答复 429，并在 Retry-After 写明多少秒后再试。"</p>
                {calls}
            </div>
        }
    })
}
