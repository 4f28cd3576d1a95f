//! The public portal: pages of plans and notices, written on the server alone. They
//! carry no script and are the same for everybody, so that anybody between us and the
//! reader may keep them.

mod api;
mod bonds;
mod calendar;
mod contracts;
mod dossier;
mod frame;
mod list;
mod map;
mod notices;
mod plan;
mod quality;

pub use api::{ApiCall, api};
pub use bonds::{BondCase, PublicBonds, bonds, sources};
pub use calendar::{CalendarPage, calendar, month};
pub use contracts::{PublicContracts, contracts};
pub use dossier::dossier_page;
pub use frame::{document, missing};
pub use list::{Ask, ListPage, PlanCard, list};
pub use map::{MapPage, map};
pub use notices::{PublicNotice, PublicNotices, notice, notices};
pub use plan::{PublicPlan, plan, version};
pub use quality::{OwnerLine, QualityPage, RateLine, quality};

/// What a plan is, said on every page of plans.
pub const DISCLAIMER: &str = "招标计划是预告，不是要约；内容以正式招标公告为准。";
