//! The pages, one file an area.

mod account;
mod accounts;
mod board;
mod bond;
mod bond_acts;
mod bond_alarms;
mod bond_limit;
mod bond_one;
mod bond_sums;
mod bonds;
mod changes;
mod channel;
mod channel_form;
mod channels;
mod contract;
mod contract_acts;
mod contract_form;
mod contracts;
mod deadline;
mod dossier;
mod draw;
mod emergencies;
mod emergency;
mod given;
mod guide;
mod home;
mod journal;
mod mission;
mod notices;
mod places;
mod plan;
mod plans;
mod profile;
mod publicity;
mod report;
mod reserve;
mod rules;
mod sheets;
mod slate;
mod statement;
mod supervise;
mod supervision;
mod tender_acts;
mod tender_bonds;

pub use account::{Account, SignIn};
pub use accounts::Accounts;
pub use board::BoardPage;
pub use bond::BondPage;
pub use bond_one::BondOne;
pub use bond_sums::{BondMeasures, Simulate};
pub use bonds::Bonds;
pub use changes::{ChangeWhole, Changes};
pub use channel::ChannelWhole;
pub use channel_form::ChannelEdit;
pub use channels::Channels;
pub use contract::ContractWhole;
pub use contract_form::ContractNew;
pub use contracts::Contracts;
pub use deadline::Deadline;
pub use dossier::DossierWhole;
pub use draw::Draw;
pub use emergencies::Emergencies;
pub use emergency::EmergencyWhole;
pub use guide::Guide;
pub use home::{Home, Missing};
pub use journal::Journal;
pub use mission::{ByLink, Mission, Missions};
pub use notices::{NoticeEdit, NoticeWhole, Notices};
#[cfg(feature = "ssr")]
pub(crate) use notices::{holding, objections, said};
pub use places::{PlaceWhole, Places, RevisionWhole};
pub use plan::{PlanEdit, PlanWhole};
#[cfg(feature = "ssr")]
pub(crate) use plan::{differences, named};
pub use plans::Plans;
#[cfg(feature = "ssr")]
pub(crate) use plans::stage;
pub use profile::{Apply, Profile, ProfileSection};
pub use publicity::{PublicationWhole, Publicity};
pub use report::{Report, Reported};
pub use reserve::Reserve;
pub use rules::Rules;
pub use sheets::{ImportNotices, ImportPlans};
pub use slate::Candidates;
pub use statement::Statement;
pub use supervise::{Clues, Credits, Measures};
pub use supervision::Supervision;
pub use tender_bonds::TenderBonds;

use crate::api::ApiError;
use crate::part::Trouble;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::str::FromStr;

/// A key from the path, followed as it changes: the router keeps a page when only the
/// key changes.
fn path_key<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + Clone + PartialEq + Send + Sync + 'static,
{
    let map = use_params_map();
    Memo::new(move |_| map.read().get(name).and_then(|key| key.parse().ok()))
}

/// A value from the query, followed as it changes.
fn query(name: &'static str) -> Memo<String> {
    let map = use_query_map();
    Memo::new(move |_| map.read().get(name).unwrap_or_default())
}

/// The draft that the query names.
fn draft_key() -> Memo<Option<model::DraftId>> {
    let map = use_query_map();
    Memo::new(move |_| map.read().get("draft").and_then(|id| id.parse().ok()))
}

/// What a page shows: the thing, or why not.
fn shown<T, V: IntoView>(
    answer: Result<T, ApiError>,
    view: impl FnOnce(T) -> V,
) -> Either<V, impl IntoView> {
    match answer {
        Ok(value) => Either::Left(view(value)),
        Err(error) => {
            #[cfg(feature = "ssr")]
            if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
                response.set_status(error.status());
            }
            Either::Right(view! { <div class="page"><h1>"现在不能显示"</h1><Trouble error/></div> })
        }
    }
}

/// While something loads.
fn loading() -> impl IntoView {
    view! { <p class="page soft">"正在读取…"</p> }
}
