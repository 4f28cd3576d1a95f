//! How messages leave the house: an SMS and voice gateway behind one trait.

use crate::records::Channel;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Sends short messages, and speaks them over the telephone.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Hands a message over. `id` is the idempotency key: the same id is sent
    /// again when the answer to the first try was lost.
    ///
    /// # Errors
    ///
    /// [`GatewayFault`], with whether it is worth another try.
    async fn send(
        &self,
        id: &str,
        channel: Channel,
        to: &str,
        text: &str,
    ) -> Result<Handed, GatewayFault>;
}

/// A message that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The gateway's own key.
    pub gateway: String,
    /// It reached the phone already; no receipt will follow.
    pub delivered: bool,
}

/// Why a message was not handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct GatewayFault {
    /// In words for the duty officer.
    pub why: String,
    /// Whether another try may help.
    pub again: bool,
}

/// No gateway: every message fails at once, and the duty officer telephones.
pub struct NoGateway;

#[async_trait]
impl Gateway for NoGateway {
    async fn send(&self, _: &str, _: Channel, _: &str, _: &str) -> Result<Handed, GatewayFault> {
        Err(GatewayFault { why: "未配置短信网关".into(), again: false })
    }
}

/// For demonstrations: every message arrives at once and goes nowhere.
pub struct DemoGateway;

#[async_trait]
impl Gateway for DemoGateway {
    async fn send(&self, id: &str, _: Channel, _: &str, _: &str) -> Result<Handed, GatewayFault> {
        Ok(Handed { gateway: format!("demo-{id}"), delivered: true })
    }
}

/// A gateway over HTTP: `POST url` with `{id, channel, to, text}` in JSON, the
/// channel `sms` or `voice`, answered with `{id}`. Receipts come back to `/gateway/receipt`.
pub struct HttpGateway {
    url: String,
    key: String,
    client: reqwest::Client,
}

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    channel: &'a str,
    to: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

impl HttpGateway {
    /// A gateway at `url` that is shown `key` as a bearer token.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        Ok(Self { url, key, client })
    }
}

#[async_trait]
impl Gateway for HttpGateway {
    async fn send(
        &self,
        id: &str,
        channel: Channel,
        to: &str,
        text: &str,
    ) -> Result<Handed, GatewayFault> {
        let unreachable = |e: reqwest::Error| GatewayFault {
            why: if e.is_timeout() { "网关超时".into() } else { "网关不通".into() },
            again: true,
        };
        let answer = self
            .client
            .post(&self.url)
            .bearer_auth(&self.key)
            .json(&Message { id, channel: channel.key(), to, text })
            .send()
            .await
            .map_err(unreachable)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(GatewayFault {
                why: format!("网关拒收（{}）", status.as_u16()),
                again: status.is_server_error(),
            });
        }
        let taken: Taken = answer.json().await.map_err(unreachable)?;
        Ok(Handed { gateway: taken.id, delivered: false })
    }
}
