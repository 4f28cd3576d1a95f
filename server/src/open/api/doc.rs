//! The API's description of itself: OpenAPI 3.1 for programs, a page for people.

use super::{Problem, bulk, draws, notice_commands, parts, plan_commands, read, sent, standard};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::Value;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "绿通 Lutong",
        description = "Public records of the city of Guangyuan: tender plans, tender notices, and what changed, for everybody and without a key; and commands for programs that an organisation has given a key. Amounts are whole fen (分); days are civil days in China; moments are UTC.",
        license(name = "MIT"),
    ),
    paths(
        openapi,
        read::plans,
        read::plan,
        read::plan_version,
        read::notices,
        read::notice,
        read::changes,
        read::releases,
        read::record,
        read::extension,
        read::reserve_releases,
        standard::hand_over,
        bulk::manifest,
        bulk::file,
        sent::awards,
        sent::award,
        sent::reserve,
        draws::draws,
        draws::oral_orders,
        read::extension_schema,
        plan_commands::draft_plan,
        plan_commands::plan,
        plan_commands::write_plan,
        plan_commands::act_on_plan,
        notice_commands::enter_notice,
        notice_commands::notice,
        notice_commands::correct_notice,
        notice_commands::act_on_notice,
    ),
    components(schemas(Problem, parts::PlanPart, parts::NoticePart)),
    modifiers(&Keys)
)]
pub struct Doc;

/// The keys of programs.
struct Keys;

impl Modify for Keys {
    fn modify(&self, doc: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description =
            Some("The key that the administrator issued to the organisation.".into());
        let parts = doc.components.get_or_insert_default();
        parts.add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// This description.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "description",
    responses((status = 200, description = "OpenAPI 3.1", body = Object),
    (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json")))]
pub async fn openapi(State(site): State<Site>) -> Json<Value> {
    let mut doc = serde_json::to_value(Doc::openapi()).unwrap_or_default();
    doc["servers"] = serde_json::json!([{ "url": site.settings.public_url }]);
    Json(doc)
}

/// The page.
pub async fn browse() -> impl IntoResponse {
    let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; \
                  base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "public, no-cache"),
    ];
    (headers, page())
}

/// The description as a page: made from the same document.
pub fn page() -> String {
    let doc = serde_json::to_value(Doc::openapi()).unwrap_or_default();
    let mut calls = Vec::new();
    for (path, methods) in doc["paths"].as_object().into_iter().flatten() {
        for (method, call) in methods.as_object().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let parameters = call["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|p| (text(&p["name"]), text(&p["description"])));
            let answers = call["responses"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(status, a)| (status.clone(), text(&a["description"])));
            calls.push(app::portal::ApiCall {
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(&call["summary"]),
                parameters: parameters.collect(),
                answers: answers.collect(),
            });
        }
    }
    app::portal::api(calls)
}
