//! The file of a case as one page that needs nothing else: it opens in fifteen years, too.

use super::frame::render;
use crate::api::Dossier;
use crate::part::dossier::body;
use leptos::prelude::*;

/// The look of a paper, within the page itself: it is read away from the site.
const LOOK: &str = "body{font:15px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:60rem;\
margin:2rem auto;padding:0 1rem;color:#1b2430}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:0}\
section{border-top:1px solid #8b8779;margin-top:1.2rem;padding-top:.6rem}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #e3e0d8;padding:.25rem .5rem;\
text-align:left;vertical-align:top}dl>div{display:grid;grid-template-columns:9rem 1fr;gap:.5rem}\
dt{color:#5a6675}dd{margin:0;white-space:pre-line}.soft{color:#5a6675}.small{font-size:.85rem}\
.line>*{margin-right:.5rem}ul{list-style:none;padding:0}\
.hash{font-family:monospace;word-break:break-all}.state{border:1px solid;padding:0 .4rem}";

/// The whole page; `packed` when it lies beside its papers.
pub fn dossier_page(dossier: &Dossier, packed: bool) -> String {
    let dossier = dossier.clone();
    let title = format!("{} {} 档案", dossier.number, dossier.title);
    let page = render(move || {
        let line = format!("{} · {}", dossier.kind.name(), dossier.state);
        view! {
            <html lang="zh-CN">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <title>{title.clone()}</title>
                    <style>{LOOK}</style>
                </head>
                <body>
                    <h1>{title}</h1>
                    <p>{line}</p>
                    {body(dossier, packed)}
                </body>
            </html>
        }
    });
    format!("<!DOCTYPE html>{page}")
}
