//! The page around every page of the portal.

use leptos::prelude::*;

/// Writes a view as text.
pub(super) fn render<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| view().into_view().to_html())
}

/// A whole page: no script, nothing of the visitor. `feeds` are those that a reader may
/// subscribe to, by title and address.
pub fn document<V: IntoView + 'static>(
    title: &str,
    feeds: &[(&str, String)],
    body: impl FnOnce() -> V,
) -> String {
    let title = format!("{title} · 绿通");
    let feeds = feeds
        .iter()
        .map(|(title, href)| {
            let (title, href) = ((*title).to_owned(), href.clone());
            view! { <link rel="alternate" type="application/atom+xml" title=title href=href/> }
        })
        .collect::<Vec<_>>();
    let page = render(move || {
        view! {
            <html lang="zh-CN">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light"/>
                    <title>{title}</title>
                    <link rel="icon" href="data:,"/>
                    <link rel="stylesheet" href="/pkg/main.css"/>
                    <link rel="stylesheet" href="/pkg/parts.css"/>
                    <link rel="stylesheet" href="/pkg/pages.css"/>
                    <link rel="stylesheet" href="/pkg/print.css" media="print"/>
                    {feeds}
                </head>
                <body>
                    <a class="skip" href="#main">"跳到正文"</a>
                    <header class="bar">
                        <a class="brand" href="/">"绿通"</a>
                        <nav aria-label="主导航">
                            <a href="/plans">"招标计划"</a>
                            <a href="/notices">"招标公告"</a>
                            <a href="/contracts">"合同"</a>
                            <a href="/bonds">"保证金"</a>
                            <a href="/publicity">"抢险公示"</a>
                            <a href="/reserve">"储备库"</a>
                            <a href="/rules">"规则库"</a>
                        </nav>
                        <span class="end"><a href="/account">"工作台"</a></span>
                    </header>
                    <main id="main" tabindex="-1">{body()}</main>
                    <footer class="foot">
                        <p>"广元市应急抢险与绿色通道 · 时间均为北京时间 · " <a href="/v1">"开放数据"</a></p>
                    </footer>
                </body>
            </html>
        }
    });
    format!("<!DOCTYPE html>{page}")
}

/// There is no such thing.
pub fn missing(what: &str) -> String {
    let what = what.to_owned();
    document("没有找到", &[], move || {
        view! {
            <div class="page">
                <h1>"没有找到"</h1>
                <p>{what}</p>
                <p><a href="/plans">"招标计划"</a></p>
            </div>
        }
    })
}
