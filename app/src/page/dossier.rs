//! `/desk/dossiers/:kind/:key`: the file of a case.

use super::{loading, path_key, shown};
use crate::api::{self, ApiError, CaseKind, Dossier};
use crate::part::dossier::body;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The file of a case.
#[component]
pub fn DossierWhole() -> impl IntoView {
    let kind: Memo<Option<CaseKind>> = path_key("kind");
    let map = use_params_map();
    let key = Memo::new(move |_| map.read().get("key").unwrap_or_default());
    let page = Resource::new(
        move || (kind.get(), key.get()),
        |(kind, key)| async move { api::read_dossier(kind.ok_or(ApiError::NotFound)?, key).await },
    );
    view! {
        <Title text="项目档案"/>
        <div class="page">
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, whole) })}
            </Transition>
        </div>
    }
}

fn whole(dossier: Dossier) -> impl IntoView {
    let at = format!("{}/{}", dossier.kind.key(), dossier.key);
    let case = match dossier.kind {
        CaseKind::Emergency => format!("/emergencies/{}", dossier.key),
        CaseKind::Channel => format!("/desk/channels/{}", dossier.key),
        CaseKind::Plan => format!("/desk/plans/{}", dossier.key),
    };
    view! {
        <p class="small"><a href=case>{format!("{} {}", dossier.kind.name(), dossier.number)}</a></p>
        <h1>{format!("{} 档案", dossier.title)}</h1>
        <p class="line"><b>{dossier.number.clone()}</b> <span class="soft">{dossier.state.clone()}</span></p>
        <p class="actions">
            <a class="button" rel="external" href=format!("/dossiers/{at}/file.zip")>"打包下载（zip）"</a>
            <a class="button quiet" rel="external" href=format!("/dossiers/{at}/file.html")>"单页 HTML"</a>
        </p>
        {body(dossier, false)}
    }
}
