//! What others feed in page by page, taken over by a cursor. A page and the cursor behind it
//! are written in one act, so none is skipped or counted twice, whatever breaks in between.

use crate::site::Site;
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use async_trait::async_trait;
use model::{Actor, Errand, Moment};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Items of one page.
const PAGE: usize = 200;
/// The pause between two pages.
const BETWEEN: Duration = Duration::from_millis(200);
/// While it fails, the pause doubles up to so many times its length.
const LONGEST_PAUSE: u32 = 12;
/// The largest answer that is read.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// Refused items that are kept, the newest first.
const REFUSED_KEPT: usize = 50;
/// What is kept of the name of a refused item, and of why: both may quote what came.
const NAME_KEPT: usize = 60;
const WHY_KEPT: usize = 300;

/// A page of items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Items, as they came.
    pub items: Vec<Value>,
    /// The cursor to go on from.
    pub next: String,
    /// Whether there is more already.
    #[serde(default)]
    pub more: bool,
}

/// Why no page came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FeedFault(pub String);

/// How far a feed was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Key.
    pub id: String,
    /// The cursor to go on from.
    pub cursor: String,
    /// When the last page was written.
    pub at: Moment,
    /// Items that could not be taken over, with why, the newest first.
    pub refused: Vec<(String, String)>,
    /// Since when it fails, and why; none while it works.
    pub failing: Option<(Moment, String)>,
}

/// What a poll came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polled {
    /// There is more already.
    More,
    /// Nothing more for now.
    Done,
    /// It failed; the cursor stays.
    Failed,
}

/// Something of others that is taken over.
#[async_trait]
pub(super) trait Intake: Send + Sync {
    /// Key of the one record that says how far it was taken.
    fn key(&self) -> &'static str;

    /// As what it stands in the journal.
    fn errand(&self) -> Errand;

    /// Items after `cursor` in the other's own order; the first page for an empty one.
    ///
    /// # Errors
    ///
    /// [`FeedFault`]; nothing is taken then, and the same cursor is asked again.
    async fn page(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault>;

    /// What the items of a page come to. One that came before must change nothing: a page
    /// may come again.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when that can't be written down.
    fn take(&self, site: &Site, items: Vec<Value>, now: Moment) -> Result<Taken, StoreFault>;
}

/// What the items of a page come to.
pub(super) struct Taken {
    /// What is written, besides how far the feed was taken.
    pub(super) changes: Changes,
    /// Items that can't be taken over, with why.
    pub(super) refused: Vec<(String, String)>,
    /// What the journal says of it.
    pub(super) note: String,
}

/// An item as it came: what it calls itself in the field `named`, and what it says, or why
/// that can't be read.
pub(super) fn read<T: DeserializeOwned>(item: Value, named: &str) -> (String, Result<T, String>) {
    let name = item[named].as_str().unwrap_or("?").to_owned();
    (name, serde_json::from_value(item).map_err(|e| format!("格式不符：{e}")))
}

/// A feed over HTTP: `GET url?cursor=…&limit=…` with a bearer key.
pub(super) struct HttpFeed {
    url: String,
    key: String,
    client: reqwest::Client,
}

impl HttpFeed {
    /// The feed at `url`, which is shown `key`.
    pub(super) fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        Ok(Self { url, key, client })
    }

    /// One page of it.
    pub(super) async fn page(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault> {
        let unreachable = |e: reqwest::Error| {
            FeedFault(if e.is_timeout() { "超时".into() } else { "连接不通".into() })
        };
        let limit = limit.to_string();
        let mut answer = self
            .client
            .get(&self.url)
            .query(&[("cursor", cursor), ("limit", limit.as_str())])
            .bearer_auth(&self.key)
            .send()
            .await
            .map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(FeedFault(format!("对方答复 {}", answer.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&piece);
            if body.len() > ANSWER_BYTES {
                return Err(FeedFault("答复过大".into()));
            }
        }
        serde_json::from_slice(&body).map_err(|_| FeedFault("答复不是约定的 JSON".into()))
    }
}

fn act_of(intake: &dyn Intake, note: &str) -> Act {
    Act::new(&Actor::SYSTEM, intake.errand(), Table::Feed, intake.key()).note(note)
}

impl Feed {
    fn new(id: &str, now: Moment) -> Self {
        Self { id: id.into(), cursor: String::new(), at: now, refused: vec![], failing: None }
    }
}

impl Site {
    /// Takes over one page.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be written; the cursor stays then.
    pub(super) async fn poll_feed(&self, intake: &dyn Intake) -> Result<Polled, StoreFault> {
        let seen = self.read().feeds.get(intake.key()).cloned();
        let before = match &seen {
            Some(feed) => (**feed).clone(),
            None => Feed::new(intake.key(), self.now()),
        };
        let page = intake.page(&before.cursor, PAGE).await;
        let now = self.now();
        match page {
            Ok(page) => self.take_page(intake, seen.as_ref(), before, page, now).await,
            Err(FeedFault(why)) => {
                tracing::warn!(feed = intake.key(), why, "no page came");
                // Said once, not at every try.
                let known = before.failing.clone();
                if known.as_ref().is_none_or(|(_, known)| *known != why) {
                    let since = known.map_or(now, |(since, _)| since);
                    let next = Feed { failing: Some((since, why.clone())), ..before };
                    let act = act_of(intake, &why);
                    self.put_feed(Changes::new(), seen.as_ref(), &next, act, now).await?;
                }
                Ok(Polled::Failed)
            }
        }
    }

    async fn take_page(
        &self,
        intake: &dyn Intake,
        seen: Option<&Kept<Feed>>,
        before: Feed,
        page: Page,
        now: Moment,
    ) -> Result<Polled, StoreFault> {
        let more = page.more && page.next != before.cursor;
        let Taken { changes, refused, note } = intake.take(self, page.items, now)?;
        let cut = |text: &str, most: usize| -> String { text.chars().take(most).collect() };
        // What was kept aside before is not told again.
        let mut refused: Vec<(String, String)> = refused
            .iter()
            .map(|(name, why)| (cut(name, NAME_KEPT), cut(why, WHY_KEPT)))
            .filter(|odd| !before.refused.contains(odd))
            .collect();
        let nothing = changes.is_empty() && refused.is_empty() && page.next == before.cursor;
        if nothing && before.failing.is_none() && seen.is_some() {
            return Ok(Polled::Done);
        }
        refused.extend(before.refused);
        refused.truncate(REFUSED_KEPT);
        let next = Feed { id: before.id, cursor: page.next, at: now, refused, failing: None };
        self.put_feed(changes, seen, &next, act_of(intake, &note), now).await?;
        Ok(if more { Polled::More } else { Polled::Done })
    }

    async fn put_feed(
        &self,
        mut changes: Changes,
        seen: Option<&Kept<Feed>>,
        next: &Feed,
        act: Act,
        now: Moment,
    ) -> Result<(), StoreFault> {
        match seen {
            Some(seen) => changes.update(seen, next)?,
            None => changes.create(next)?,
        };
        self.store.commit(changes, act, now).await.map(|_| ())
    }

    /// Takes over what is new, every so often; waits longer while it fails.
    pub(super) async fn follow_feed(&self, intake: &dyn Intake, every: Duration) {
        let mut pause = every;
        loop {
            match self.poll_feed(intake).await {
                // Others want the writer's turn, too.
                Ok(Polled::More) => {
                    tokio::time::sleep(BETWEEN).await;
                    continue;
                }
                Ok(Polled::Done) => pause = every,
                Ok(Polled::Failed) => pause = (pause * 2).min(every * LONGEST_PAUSE),
                Err(fault) => {
                    tracing::error!(feed = intake.key(), %fault, "a page could not be written");
                    // Another process may have taken the page.
                    if let Err(fault) = self.store.catch_up().await {
                        tracing::error!(%fault, "the store does not answer");
                    }
                }
            }
            tokio::time::sleep(pause).await;
        }
    }
}
