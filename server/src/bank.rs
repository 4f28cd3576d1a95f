//! How money leaves the house: a bank behind one trait.
//!
//! A bank knows each order by its key and carries a key out at most once, however often it
//! is told; whoever connects one must see to that (many banks call it 请求序列号).

use async_trait::async_trait;
use model::Money;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the bank is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order<'a> {
    /// What it knows the order by.
    pub key: &'a str,
    /// To whom.
    pub payee: &'a str,
    /// To which account.
    pub account: &'a str,
    /// How much, in fen.
    pub fen: i64,
    /// What the statement says.
    pub purpose: &'a str,
}

impl<'a> Order<'a> {
    /// An order of that amount.
    pub const fn of(
        key: &'a str,
        payee: &'a str,
        account: &'a str,
        amount: Money,
        purpose: &'a str,
    ) -> Self {
        Self { key, payee, account, fen: amount.fen(), purpose }
    }
}

/// Why there is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankFault {
    /// Refused for good: it was not paid, and never will be under this key.
    #[error("{0}")]
    Refused(String),
    /// Nobody knows: it may have been paid. To be told again under the same key.
    #[error("{0}")]
    Unknown(String),
}

/// Pays.
#[async_trait]
pub trait Bank: Send + Sync {
    /// Pays, or says that it has paid: the bank's number of the transfer.
    ///
    /// # Errors
    ///
    /// [`BankFault`].
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault>;

    /// Whether there is one: without, orders wait and nothing is written down as sent.
    fn is_there(&self) -> bool {
        true
    }
}

/// No bank: orders wait.
pub struct NoBank;

#[async_trait]
impl Bank for NoBank {
    async fn pay(&self, _: &Order<'_>) -> Result<String, BankFault> {
        Err(BankFault::Unknown("未配置银行接口".into()))
    }

    fn is_there(&self) -> bool {
        false
    }
}

/// For demonstrations: pays at once, with nothing.
pub struct DemoBank;

#[async_trait]
impl Bank for DemoBank {
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault> {
        Ok(format!("demo-{}", order.key))
    }
}

/// A bank over HTTP: `POST url` with the order in JSON and its key as `Idempotency-Key`,
/// answered with `{serial}`; 422 with `{why}` is a refusal for good.
pub struct HttpBank {
    url: String,
    key: String,
    client: reqwest::Client,
}

#[derive(Deserialize)]
struct Paid {
    serial: String,
}

#[derive(Deserialize)]
struct Refused {
    why: String,
}

impl HttpBank {
    /// A bank at `url` that is shown `key` as a bearer token.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
        Ok(Self { url, key, client })
    }
}

#[async_trait]
impl Bank for HttpBank {
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault> {
        let lost = |e: reqwest::Error| {
            let why = if e.is_timeout() { "银行接口超时" } else { "银行接口不通" };
            BankFault::Unknown(why.into())
        };
        let request = self.client.post(&self.url).bearer_auth(&self.key);
        let request = request.header("Idempotency-Key", order.key).json(order);
        let answer = request.send().await.map_err(lost)?;
        match answer.status().as_u16() {
            200..=299 => Ok(answer.json::<Paid>().await.map_err(lost)?.serial),
            422 => Err(BankFault::Refused(answer.json::<Refused>().await.map_err(lost)?.why)),
            status => Err(BankFault::Unknown(format!("银行接口答复 {status}"))),
        }
    }
}
