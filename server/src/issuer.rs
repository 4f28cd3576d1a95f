//! The services of those who issue guarantees (保函、保单), behind one trait: what do they say of
//! one by its number?

use async_trait::async_trait;
use model::{BondId, Moment, Money};
use policies::bond::{Told, ToldForm};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// The largest answer that is read.
const ANSWER_BYTES: usize = 64 * 1024;

/// What a service is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ask<'a> {
    /// The guarantee's number.
    pub number: &'a str,
    /// Who is said to stand for it.
    pub issuer: &'a str,
    /// What was entered here. It does not leave the house: who hears it could agree to it.
    #[serde(skip)]
    pub entered: &'a Told,
}

/// Why nobody knows: there was no answer, or none that says what was agreed on. To be asked
/// again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IssuerFault(pub String);

/// Says what issuers know of their guarantees.
#[async_trait]
pub trait Issuers: Send + Sync {
    /// What the issuer says of that guarantee; `None` when it has issued none of that number.
    ///
    /// # Errors
    ///
    /// [`IssuerFault`].
    async fn look_up(&self, ask: &Ask<'_>) -> Result<Option<Told>, IssuerFault>;

    /// Whether there is such a service: without, people look at guarantees, and nobody is
    /// asked.
    fn is_there(&self) -> bool {
        true
    }
}

/// How long a guarantee waits that nobody answered for, and how often it was asked about.
#[derive(Debug, Clone, Copy)]
pub struct Pause {
    /// Questions without an answer.
    pub tries: u32,
    /// Not to be asked again before.
    pub until: Moment,
}

/// The pauses, by bond and piece. They are kept in memory only: after a new start everything is
/// asked about once more.
pub type Pauses = BTreeMap<(BondId, u32), Pause>;

/// No service: people look.
pub struct NoIssuers;

#[async_trait]
impl Issuers for NoIssuers {
    async fn look_up(&self, _: &Ask<'_>) -> Result<Option<Told>, IssuerFault> {
        Err(IssuerFault("未配置保函核验接口".into()))
    }

    fn is_there(&self) -> bool {
        false
    }
}

/// For demonstrations: vouches for whatever was entered under a number that begins with `YZ-`,
/// says of one that begins with `YC-` that its amount is another (as where 万元 and 元 were mixed
/// up), and keeps silent about all others, which people look at then.
pub struct DemoIssuers;

#[async_trait]
impl Issuers for DemoIssuers {
    async fn look_up(&self, ask: &Ask<'_>) -> Result<Option<Told>, IssuerFault> {
        let entered = ask.entered;
        match ask.number.get(..3) {
            Some("YZ-") => Ok(Some(entered.clone())),
            Some("YC-") => {
                let amount = Money::from_fen(entered.amount.fen() / 10_000);
                Ok(Some(Told { amount, ..entered.clone() }))
            }
            _ => Err(IssuerFault("演示接口只答复以 YZ-、YC- 开头的编号".into())),
        }
    }
}

/// A service over HTTP: `POST url` with `{number, issuer}` in JSON, answered with what
/// [`ToldForm`] says; 404 means that there is no such guarantee, if its body names the number:
/// any server answers so to a wrong address.
pub struct HttpIssuers {
    url: String,
    key: String,
    client: reqwest::Client,
}

impl HttpIssuers {
    /// The service at `url`, which is shown `key` as a bearer token.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
        Ok(Self { url, key, client })
    }
}

#[derive(Deserialize)]
struct Missing {
    number: String,
}

#[async_trait]
impl Issuers for HttpIssuers {
    async fn look_up(&self, ask: &Ask<'_>) -> Result<Option<Told>, IssuerFault> {
        let lost = |e: reqwest::Error| {
            let why = if e.is_timeout() {
                "保函核验接口超时"
            } else {
                "保函核验接口不通"
            };
            IssuerFault(why.into())
        };
        let request = self.client.post(&self.url).bearer_auth(&self.key).json(ask);
        let mut answer = request.send().await.map_err(lost)?;
        let status = answer.status().as_u16();
        if !matches!(status, 200 | 404) {
            return Err(IssuerFault(format!("保函核验接口答复 {status}")));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(lost)? {
            body.extend_from_slice(&piece);
            if body.len() > ANSWER_BYTES {
                return Err(IssuerFault("保函核验接口的答复过大".into()));
            }
        }
        if status == 404 {
            let missing = serde_json::from_slice::<Missing>(&body);
            return match missing.is_ok_and(|missing| missing.number == ask.number) {
                true => Ok(None),
                false => Err(IssuerFault("保函核验接口的地址不对".into())),
            };
        }
        let form: ToldForm = serde_json::from_slice(&body)
            .map_err(|_| IssuerFault("保函核验接口的答复不是约定的 JSON".into()))?;
        form.read().map(Some).map_err(|why| IssuerFault(format!("保函核验接口的答复：{why}")))
    }
}
