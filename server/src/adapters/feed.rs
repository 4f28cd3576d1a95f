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
/// Refused items that are kept, the newest first, and how large one may be that is tried again.
const REFUSED_KEPT: usize = 200;
const AGAIN_BYTES: usize = 2_000;
/// What is kept of the name of a refused item, and of why.
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
    pub refused: Vec<Refused>,
    /// Since when it fails, and why; none while it works.
    pub failing: Option<(Moment, String)>,
}

/// An item that could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Refused {
    /// What it calls itself.
    pub name: String,
    /// In words, for people.
    pub why: String,
    /// As it came, where it may be taken over later: it is tried again at every poll.
    pub item: Option<Value>,
}

/// As refused items were written: without the item at first.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Before(String, String),
    Now { name: String, why: String, item: Option<Value> },
}

impl From<Written> for Refused {
    fn from(written: Written) -> Self {
        match written {
            Written::Before(name, why) => Self { name, why, item: None },
            Written::Now { name, why, item } => Self { name, why, item },
        }
    }
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
    /// Items that can't be taken over.
    pub(super) refused: Vec<Odd>,
    /// What the journal says of it.
    pub(super) note: String,
}

/// An item that can't be taken over.
pub(super) struct Odd {
    /// As it came.
    pub(super) item: Value,
    /// What it calls itself.
    pub(super) name: String,
    /// In words, for people.
    pub(super) why: String,
    /// Whether it may be taken over later.
    pub(super) again: bool,
}

impl Odd {
    /// As it is kept: both its name and why may quote what came.
    fn kept(self) -> Refused {
        let cut = |text: &str, most: usize| -> String { text.chars().take(most).collect() };
        let (name, why) = (cut(&self.name, NAME_KEPT), cut(&self.why, WHY_KEPT));
        let again = self.again && self.item.to_string().len() <= AGAIN_BYTES;
        Refused { name, why, item: again.then_some(self.item) }
    }
}

/// What an item calls itself in the field `named`, and what it says, or why that can't be read.
pub(super) fn read<T: DeserializeOwned>(item: &Value, named: &str) -> (String, Result<T, String>) {
    let name = item[named].as_str().unwrap_or("?").to_owned();
    (name, T::deserialize(item).map_err(|e| format!("格式不符：{e}")))
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

    /// How it stands when those to be tried again and another page were taken, of which `odd`
    /// could not be.
    fn after(&self, mut odd: Vec<Odd>, cursor: String) -> Self {
        // What is still odd stands where it stood, with the reason of today.
        let stays = |refused: &Refused| match &refused.item {
            None => Some(refused.clone()),
            Some(item) => {
                let found = odd.iter().position(|odd| odd.item == *item)?;
                Some(odd.remove(found).kept())
            }
        };
        let before: Vec<Refused> = self.refused.iter().filter_map(stays).collect();
        let mut refused: Vec<Refused> = Vec::new();
        for kept in odd.into_iter().map(Odd::kept) {
            // What was kept aside before is not told again.
            if !before.contains(&kept) && !refused.contains(&kept) {
                refused.push(kept);
            }
        }
        refused.extend(before);
        refused.truncate(REFUSED_KEPT);
        Self { cursor, refused, failing: None, ..self.clone() }
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
        let again = before.refused.iter().rev().filter_map(|refused| refused.item.clone());
        let items = again.chain(page.items).collect();
        let Taken { changes, refused, note } = intake.take(self, items, now)?;
        let next = before.after(refused, page.next);
        if changes.is_empty() && next == before && seen.is_some() {
            return Ok(Polled::Done);
        }
        let next = Feed { at: now, ..next };
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn odd(name: &str, why: &str, again: bool) -> Odd {
        Odd { item: json!({ "serial": name }), name: name.into(), why: why.into(), again }
    }

    fn told(feed: &Feed) -> Vec<(&str, &str)> {
        feed.refused.iter().map(|odd| (odd.name.as_str(), odd.why.as_str())).collect()
    }

    #[test]
    fn what_is_tried_again_stands_where_it_stood_until_it_is_taken() {
        let feed = Feed::new("x", "2026-07-18T09:00:00+08:00".parse().expect("a moment"));
        let odds = || vec![odd("a", "soon", true), odd("b", "bad", false), odd("c", "soon", true)];
        let first = feed.after(odds(), "1".into());
        assert_eq!(told(&first), [("a", "soon"), ("b", "bad"), ("c", "soon")]);
        // Nothing new: the same, byte for byte, and also when all of it comes once more.
        let again = vec![odd("c", "soon", true), odd("a", "soon", true)];
        assert_eq!(first.after(again, "1".into()), first);
        assert_eq!(first.after(odds(), "1".into()), first);
        // One is taken, one has another reason, and there is a new one.
        let third = first.after(vec![odd("c", "clear", false), odd("d", "bad", false)], "2".into());
        assert_eq!(told(&third), [("d", "bad"), ("b", "bad"), ("c", "clear")]);
        assert!(third.refused.iter().all(|odd| odd.item.is_none()));
    }

    #[test]
    fn more_than_is_kept_falls_away_and_does_not_come_back() {
        let feed = Feed::new("x", "2026-07-18T09:00:00+08:00".parse().expect("a moment"));
        let many: Vec<String> = (0..REFUSED_KEPT + 20).map(|n| n.to_string()).collect();
        let odds = |names: &[String]| names.iter().map(|name| odd(name, "soon", true)).collect();
        let full = feed.after(odds(&many), "1".into());
        assert_eq!(full.refused.len(), REFUSED_KEPT);
        let kept: Vec<String> = full.refused.iter().map(|odd| odd.name.clone()).collect();
        assert_eq!(full.after(odds(&kept), "1".into()), full);
        let long = odd(&"x".repeat(AGAIN_BYTES), "soon", true).kept();
        assert_eq!((long.item, long.name.chars().count()), (None, NAME_KEPT));
    }

    #[test]
    fn what_was_refused_before_items_were_kept_is_read() {
        let written = json!([["GK-1", "why"], { "name": "GK-2", "why": "why", "item": {"a": 1} }]);
        let refused: Vec<Refused> = serde_json::from_value(written).expect("read");
        let why = String::from("why");
        assert_eq!(
            refused,
            [
                Refused { name: "GK-1".into(), why: why.clone(), item: None },
                Refused { name: "GK-2".into(), why, item: Some(json!({ "a": 1 })) },
            ]
        );
        let back = serde_json::to_value(&refused).expect("written");
        assert_eq!(serde_json::from_value::<Vec<Refused>>(back).expect("read"), refused);
    }
}
