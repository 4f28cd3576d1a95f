//! The JSON API: all public records for other systems, and commands for their programs. Described by itself
//! (`/v1/openapi.json`), readable for people (`/v1`).

pub(super) mod award_parts;
mod bulk;
mod command;
mod doc;
mod drafts;
mod draws;
mod notice_commands;
pub(super) mod parts;
mod plan_commands;
mod problem;
mod read;
mod sent;
mod standard;

pub use doc::{Doc, page};
pub use problem::Problem;

use crate::web::Doors;
use axum::routing::{get, post};

/// The routes of the API.
pub fn doors(doors: Doors) -> Doors {
    doors
        .open("/v1", get(doc::browse))
        .open("/v1/openapi.json", get(doc::openapi))
        .open("/v1/plans", get(read::plans))
        .open("/v1/plans/{number}", get(read::plan))
        .open("/v1/plans/{number}/versions/{version}", get(read::plan_version))
        .open("/v1/notices", get(read::notices))
        .open("/v1/notices/{number}", get(read::notice))
        .open("/v1/changes", get(read::changes))
        .keyed("/v1/desk/plans", post(plan_commands::draft_plan))
        .keyed("/v1/desk/plans/{plan}", get(plan_commands::plan).put(plan_commands::write_plan))
        .keyed("/v1/desk/plans/{plan}/acts", post(plan_commands::act_on_plan))
        .keyed("/v1/desk/notices", post(notice_commands::enter_notice))
        .keyed(
            "/v1/desk/notices/{notice}",
            get(notice_commands::notice).put(notice_commands::correct_notice),
        )
        .keyed("/v1/desk/notices/{notice}/acts", post(notice_commands::act_on_notice))
        .open("/v1/bulk", get(bulk::manifest))
        .open("/v1/bulk/{as_of}/{file}", get(bulk::file))
        .open("/v1/standard", get(standard::hand_over))
        .open("/v1/awards", get(sent::awards))
        .open("/v1/awards/{id}", get(sent::award))
        .open("/v1/draws", get(draws::draws))
        .open("/v1/oral-orders", get(draws::oral_orders))
        .open("/v1/reserve", get(sent::reserve))
        .open("/v1/ocds/reserve", get(read::reserve_releases))
        .open("/v1/ocds/releases", get(read::releases))
        .open("/v1/ocds/records/{ocid}", get(read::record))
        .open("/v1/ocds/extension/extension.json", get(read::extension))
        .open("/v1/ocds/extension/release-schema.json", get(read::extension_schema))
}
