//! The JSON API: all public records for other systems. Described by itself
//! (`/v1/openapi.json`), readable for people (`/v1`).

mod doc;
mod parts;
mod problem;
mod read;

pub use doc::{Doc, page};
pub use problem::Problem;

use crate::web::Doors;
use axum::routing::get;

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
        .open("/v1/ocds/releases", get(read::releases))
        .open("/v1/ocds/records/{ocid}", get(read::record))
        .open("/v1/ocds/extension/extension.json", get(read::extension))
        .open("/v1/ocds/extension/release-schema.json", get(read::extension_schema))
}
