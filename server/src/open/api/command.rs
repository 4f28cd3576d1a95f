//! Commands of programs: through the same desks as people's, each carried out once
//! however often it is sent.

use super::Problem;
use crate::people::Deed;
use crate::site::{Site, broken};
use crate::store::Table;
use app::api::desk::Answer;
use app::api::{ApiError, Visitor};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use pool::canon::Seal;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, IntoResponses};

/// What tells one command from another.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that the command had been carried out before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// For so many days a command that is sent again is known.
const KNOWN: u32 = 7;
/// Longest idempotency key.
const KEY_CHARS: usize = 128;

pub(super) type Sent = Result<Bytes, BytesRejection>;
pub(super) type Named = Result<Path<String>, PathRejection>;
pub(super) type By = Extension<Visitor>;

/// What every command carries.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header, which is read by its name")]
pub(super) struct Once {
    /// Yours to choose: the same command, sent again under it within seven days, is answered
    /// (`idempotent-replayed: true`) and not carried out again.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 128)]
    key: String,
}

/// Why a command is refused.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it describes answers, which are made as problems")]
pub(super) enum Refused {
    /// No idempotency key, or not the JSON that is described.
    #[response(status = 400, content_type = "application/problem+json")]
    Unread(Problem),
    /// No good key.
    #[response(status = 401, content_type = "application/problem+json")]
    NoKey(Problem),
    /// Beyond the scopes of the key, another owner's, or no such act.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// No such record.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// It does not stand where this can be done, or somebody was faster.
    #[response(status = 409, content_type = "application/problem+json")]
    State(Problem),
    /// Too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Fields are wrong or below a legal minimum, each named; or the idempotency key was
    /// used for another command.
    #[response(status = 422, content_type = "application/problem+json")]
    Faults(Problem),
    /// Too many requests.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
}

/// A command: who, under which key, and what was sent.
pub(super) struct Command {
    pub(super) by: Visitor,
    deed: Deed,
    body: Bytes,
}

impl Command {
    pub(super) fn read(
        site: &Site,
        Extension(by): By,
        headers: &HeaderMap,
        what: &str,
        body: Sent,
    ) -> Result<Self, Problem> {
        let body = body.map_err(|refused| {
            let said = "请求正文过大或中断。";
            Problem::new(refused.status(), "body", said)
        })?;
        let key = headers.get(KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if key.is_empty() || key.len() > KEY_CHARS {
            let said = format!("需要 Idempotency-Key，1 至 {KEY_CHARS} 个字符。");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency-key", said));
        }
        let account = by.actor.account.as_ref().map_or("", |id| id.as_str());
        let short = |seal: Seal| seal.to_string()[..40].to_owned();
        let deed = Deed {
            id: short(Seal::of_fields(&[b"deed", account.as_bytes(), key.as_bytes()])),
            print: short(Seal::of_fields(&[what.as_bytes(), &body])),
            // The act will say.
            subject: (Table::Deed, String::new()),
            until: site.now().day().plus(KNOWN),
        };
        Ok(Self { by, deed, body })
    }

    pub(super) fn parsed<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|fault| {
            let said = format!("请求正文不是所述的 JSON：{fault}。");
            Problem::new(StatusCode::BAD_REQUEST, "body", said)
        })
    }

    /// What an earlier sending came to.
    fn known(&self, site: &Site) -> Result<Option<String>, Problem> {
        let known = site.read().deeds.get(&self.deed.id).cloned();
        match known {
            Some(known) if known.print != self.deed.print => {
                let said = "这个 Idempotency-Key 已用于另一条指令。";
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", said))
            }
            known => Ok(known.map(|known| known.subject.1.clone())),
        }
    }

    /// Carries it out, or finds that it was: the key of its record, and which of the two.
    pub(super) async fn carry_out<F>(
        &self,
        site: &Site,
        act: impl FnOnce(Site) -> F,
    ) -> Result<(String, bool), Problem>
    where
        F: Future<Output = Answer<String>>,
    {
        if let Some(key) = self.known(site)? {
            return Ok((key, true));
        }
        let acting = Site { store: site.store.once(self.deed.clone()), ..site.clone() };
        match act(acting).await {
            Ok(key) => Ok((key, false)),
            Err(error) => {
                // It may have been carried out meanwhile, by this process or another.
                site.store.catch_up().await.map_err(broken)?;
                self.known(site)?.map(|key| (key, true)).ok_or_else(|| error.into())
            }
        }
    }
}

/// Says of an answer whether the command had been carried out before.
pub(super) fn replayed(replayed: bool, mut response: Response) -> Response {
    if replayed {
        response.headers_mut().insert(REPLAYED, header::HeaderValue::from_static("true"));
    }
    response
}

/// What the path names.
pub(super) fn named(path: Named) -> Result<String, Problem> {
    path.map(|Path(name)| name).map_err(|_| ApiError::NotFound.into())
}
