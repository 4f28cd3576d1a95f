//! Why the API refuses, as RFC 9457 writes it.

use app::api::ApiError;
use app::text;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem, as an address within the description of the API.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a word.
    pub title: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// In a sentence, in Chinese.
    pub detail: String,
    /// Fields that can't be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// What is wrong with each of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field; those of a lot as `lots.0.estimate_fen`.
    pub field: String,
    /// In a sentence, in Chinese.
    pub detail: String,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/v1#{kind}"),
            title: status.canonical_reason().unwrap_or("error"),
            status: status.as_u16(),
            detail: detail.into(),
            fields: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Fields of the question that can't be read.
    pub fn fields(names: &[&str]) -> Self {
        Self {
            fields: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "fields",
                format!("没有看懂：{}。", names.join("、")),
            )
        }
    }
}

/// What the API calls a field of a form.
fn api_field(field: &str) -> String {
    match field.rsplit('.').next() {
        Some("investment" | "estimate" | "amount") => format!("{field}_fen"),
        _ => field.to_owned(),
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        if let ApiError::Faults(faults) = &error {
            let of = |(field, fault): (&str, &model::Fault)| FieldProblem {
                field: api_field(field),
                detail: text::fault(fault),
            };
            let errors: Vec<FieldProblem> = faults.iter().map(of).collect();
            let fields = errors.iter().map(|e| e.field.clone()).collect();
            return Self {
                fields,
                errors,
                ..Self::new(error.status(), "refused", text::error(&error))
            };
        }
        let kind = match &error {
            ApiError::NotFound => "not-found",
            ApiError::Forbidden | ApiError::SignedOut => "forbidden",
            ApiError::Stale => "stale",
            error if error.status() == StatusCode::CONFLICT => "state",
            _ => "failed",
        };
        Self::new(error.status(), kind, text::error(&error))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let media = header::HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}
