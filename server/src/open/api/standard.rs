//! The hand-over to public-resource trading platforms.

use super::Problem;
use super::parts::Cursor;
use super::read::{Asked, changed};
use crate::adapters::standard::{HandOver, Known, Sender};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use model::OrgKind;
use policies::plan::PlanVersion;
use std::sync::Arc;

impl Known for Site {
    fn uscc(&self, org: &str) -> Option<String> {
        Some(self.read().orgs.get(org)?.uscc.as_ref()?.as_str().to_owned())
    }

    fn plan(&self, key: &str) -> Option<Arc<PlanVersion>> {
        let first = PlanVersion::key(&key.parse().ok()?, 1);
        Some(Arc::clone(&self.read().plan_versions.get(&first)?.value))
    }
}

/// Plans and notices in the data sets of the national data standard for public-resource
/// trading platforms: what became public after a cursor.
#[utoipa::path(get, path = "/v1/standard", tag = "standard", params(Cursor), responses(
    (status = 200, description = "PROJECT, TENDER_PROJECT, SECTION and TENDER_ANN; amounts in yuan, moments as yyyyMMddHHmmss", body = HandOver),
    (status = 400, description = "A parameter can't be read", body = Problem, content_type = "application/problem+json"),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
))]
pub async fn hand_over(
    State(site): State<Site>,
    query: Asked<Cursor>,
) -> Result<Json<HandOver>, Problem> {
    let (found, _) = changed(&site, query).await?;
    let centre = site.read().orgs.iter().find(|org| org.kind == OrgKind::Centre).cloned();
    let sender = Sender { platform: centre.and_then(|org| org.uscc.clone()) };
    let mut sent = HandOver { next: found.next, head: found.head, ..HandOver::default() };
    for release in &found.releases {
        sent.add(release, &site.settings.public_url, &sender, &site);
    }
    Ok(Json(sent))
}
