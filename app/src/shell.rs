//! The page around every page, and the routes.

use crate::api;
use crate::page;
use crate::part::keys::Keys;
use crate::part::{Me, TopBar};
#[cfg(feature = "ssr")]
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    headers();
    view! {
        <!DOCTYPE html>
        <html lang="zh-CN">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light"/>
                <link rel="icon" href="data:,"/>
                <link rel="stylesheet" href="/pkg/main.css"/>
                <link rel="stylesheet" href="/pkg/parts.css"/>
                <link rel="stylesheet" href="/pkg/pages.css"/>
                <link rel="stylesheet" href="/pkg/print.css" media="print"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Headers of a page that carries scripts of its own: only those with this
/// answer's nonce run, and nothing of it is stored.
#[cfg(feature = "ssr")]
fn headers() {
    use http::{HeaderValue, header};
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let Some(nonce) = use_nonce() else { return };
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let me = Resource::new(|| (), |()| api::me());
    provide_context(Me(me));
    view! {
        <Title formatter=|page: String| {
            if page.is_empty() { "绿通 · 广元市应急抢险".to_owned() } else { format!("{page} · 绿通") }
        }/>
        <a class="skip" href="#main">"跳到正文"</a>
        <Router>
            <TopBar/>
            <Keys/>
            <main id="main" tabindex="-1">
                <Routes fallback=page::Missing>
                    <Route path=path!("/") view=page::Home ssr=SsrMode::Async/>
                    <Route path=path!("/report") view=page::Report ssr=SsrMode::Async/>
                    <Route path=path!("/reported/:id") view=page::Reported ssr=SsrMode::Async/>
                    <Route path=path!("/publicity") view=page::Publicity ssr=SsrMode::Async/>
                    <Route path=path!("/publicity/:id") view=page::PublicationWhole ssr=SsrMode::Async/>
                    <Route path=path!("/reserve") view=page::Reserve ssr=SsrMode::Async/>
                    <Route path=path!("/rules") view=page::Rules ssr=SsrMode::Async/>
                    <Route path=path!("/rules/deadline") view=page::Deadline ssr=SsrMode::Async/>
                    <Route path=path!("/rules/bond") view=page::BondPage ssr=SsrMode::Async/>
                    <Route path=path!("/rules/tender") view=page::Guide ssr=SsrMode::Async/>
                    <Route path=path!("/rules/changes") view=page::Changes ssr=SsrMode::Async/>
                    <Route path=path!("/rules/changes/:id") view=page::ChangeWhole ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=page::SignIn ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=page::Account ssr=SsrMode::Async/>
                    <Route path=path!("/accounts") view=page::Accounts ssr=SsrMode::Async/>
                    <Route path=path!("/board") view=page::BoardPage ssr=SsrMode::Async/>
                    <Route path=path!("/emergencies") view=page::Emergencies ssr=SsrMode::Async/>
                    <Route path=path!("/emergencies/:id") view=page::EmergencyWhole ssr=SsrMode::Async/>
                    <Route path=path!("/emergencies/:id/candidates") view=page::Candidates ssr=SsrMode::Async/>
                    <Route path=path!("/draws/:id") view=page::Draw ssr=SsrMode::Async/>
                    <Route path=path!("/apply") view=page::Apply ssr=SsrMode::Async/>
                    <Route path=path!("/profile") view=page::Profile ssr=SsrMode::Async/>
                    <Route path=path!("/profile/:section") view=page::ProfileSection ssr=SsrMode::Async/>
                    <Route path=path!("/places") view=page::Places ssr=SsrMode::Async/>
                    <Route path=path!("/places/:id") view=page::PlaceWhole ssr=SsrMode::Async/>
                    <Route path=path!("/revisions/:id") view=page::RevisionWhole ssr=SsrMode::Async/>
                    <Route path=path!("/missions") view=page::Missions ssr=SsrMode::Async/>
                    <Route path=path!("/missions/:id") view=page::Mission ssr=SsrMode::Async/>
                    <Route path=path!("/go/:token") view=page::ByLink ssr=SsrMode::Async/>
                    <Route path=path!("/desk/plans") view=page::Plans ssr=SsrMode::Async/>
                    <Route path=path!("/desk/plans/new") view=page::PlanEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/plans/import") view=page::ImportPlans ssr=SsrMode::Async/>
                    <Route path=path!("/desk/plans/:id") view=page::PlanWhole ssr=SsrMode::Async/>
                    <Route path=path!("/desk/plans/:id/edit") view=page::PlanEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/notices") view=page::Notices ssr=SsrMode::Async/>
                    <Route path=path!("/desk/notices/import") view=page::ImportNotices ssr=SsrMode::Async/>
                    <Route path=path!("/desk/notices/new") view=page::NoticeEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/notices/:id") view=page::NoticeWhole ssr=SsrMode::Async/>
                    <Route path=path!("/desk/notices/:id/edit") view=page::NoticeEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds") view=page::Bonds ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds/tender/:id") view=page::TenderBonds ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds/measures") view=page::BondMeasures ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds/simulate") view=page::Simulate ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds/statement") view=page::Statement ssr=SsrMode::Async/>
                    <Route path=path!("/desk/bonds/one/:id") view=page::BondOne ssr=SsrMode::Async/>
                    <Route path=path!("/desk/contracts") view=page::Contracts ssr=SsrMode::Async/>
                    <Route path=path!("/desk/contracts/new") view=page::ContractNew ssr=SsrMode::Async/>
                    <Route path=path!("/desk/contracts/:id") view=page::ContractWhole ssr=SsrMode::Async/>
                    <Route path=path!("/desk/channels") view=page::Channels ssr=SsrMode::Async/>
                    <Route path=path!("/desk/channels/new") view=page::ChannelEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/channels/:id") view=page::ChannelWhole ssr=SsrMode::Async/>
                    <Route path=path!("/desk/channels/:id/edit") view=page::ChannelEdit ssr=SsrMode::Async/>
                    <Route path=path!("/desk/dossiers/:kind/:key") view=page::DossierWhole ssr=SsrMode::Async/>
                    <Route path=path!("/desk/measures") view=page::Measures ssr=SsrMode::Async/>
                    <Route path=path!("/desk/clues") view=page::Clues ssr=SsrMode::Async/>
                    <Route path=path!("/desk/credits") view=page::Credits ssr=SsrMode::Async/>
                    <Route path=path!("/desk/supervision") view=page::Supervision ssr=SsrMode::Async/>
                    <Route path=path!("/journal") view=page::Journal ssr=SsrMode::Async/>
                </Routes>
            </main>
        </Router>
        <footer class="foot">
            <p>"广元市应急抢险与绿色通道 · 时间均为北京时间 · " <a href="/v1" rel="external">"开放数据"</a></p>
        </footer>
    }
}
