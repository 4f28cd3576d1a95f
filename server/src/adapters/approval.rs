//! From the province's approval platform (四川投资项目在线审批监管平台): projects as they
//! are approved, taken over by a cursor. A page and the cursor behind it are written in one
//! act, so none is skipped or counted twice, whatever breaks in between.

use crate::site::Site;
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use async_trait::async_trait;
use model::{Actor, Day, District, Errand, Moment, Money, ProjectCode, Uscc};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Projects of one page.
const PAGE: usize = 200;
/// The pause between two pages.
const BETWEEN: Duration = Duration::from_millis(200);
/// The largest answer that is read.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// Refused items that are kept, the newest first.
const REFUSED_KEPT: usize = 50;
/// Key of the one record that says how far the feed was taken.
pub const FEED: &str = "approval";

/// Gives projects that changed after a cursor.
#[async_trait]
pub trait ApprovalPlatform: Send + Sync {
    /// Projects after `cursor` in the platform's own order; the first page for an empty one.
    ///
    /// # Errors
    ///
    /// [`ApprovalFault`]; nothing is taken then, and the same cursor is asked again.
    async fn changed(&self, cursor: &str, limit: usize) -> Result<Page, ApprovalFault>;
}

/// A page of projects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Projects, as they came.
    pub items: Vec<serde_json::Value>,
    /// The cursor to go on from.
    pub next: String,
    /// Whether there is more already.
    #[serde(default)]
    pub more: bool,
}

/// Why no page came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ApprovalFault(pub String);

/// A project as the platform writes it: amounts in 万元, the region by six digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// 项目代码
    pub code: String,
    /// 项目名称
    pub name: String,
    /// 项目法人单位
    pub owner: String,
    /// Its unified social credit code.
    #[serde(default)]
    pub owner_uscc: String,
    /// 建设规模及内容
    #[serde(default)]
    pub scale: String,
    /// 总投资, in 万元, as a decimal text.
    pub investment: String,
    /// 建设地点: six digits.
    #[serde(default)]
    pub region: String,
    /// 批复文号
    #[serde(default)]
    pub approval: String,
    /// 批复日期, `2026-05-08`
    #[serde(default)]
    pub approved: String,
}

/// A project that was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Key: the code.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who builds it.
    pub owner: String,
    /// Their unified social credit code.
    pub owner_uscc: Option<Uscc>,
    /// Scale and content.
    pub scale: String,
    /// The total investment.
    pub investment: Money,
    /// Where it lies.
    pub district: Option<District>,
    /// Number of the approval.
    pub approval: String,
    /// Its day.
    pub approved: Option<Day>,
    /// When it was last taken over.
    pub taken: Moment,
}

/// How far the feed was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Key.
    pub id: String,
    /// The cursor to go on from.
    pub cursor: String,
    /// When the last page was written.
    pub at: Moment,
    /// Items that could not be read, with why, the newest first.
    pub refused: Vec<(String, String)>,
    /// Since when it fails, and why; none while it works.
    pub failing: Option<(Moment, String)>,
}

impl Sent {
    /// The project, or why it can't be taken over.
    ///
    /// # Errors
    ///
    /// In words, for whoever looks after the connection.
    pub fn read(self, taken: Moment) -> Result<Project, String> {
        let code: ProjectCode =
            self.code.parse().map_err(|_| format!("项目代码 {} 格式不符", self.code))?;
        let text = |text: &str, most: usize| -> String { text.trim().chars().take(most).collect() };
        let name = text(&self.name, 120);
        if name.is_empty() {
            return Err("没有项目名称".into());
        }
        let investment = Money::parse_wan(&self.investment)
            .map_err(|_| format!("总投资 {} 不是金额", self.investment))?;
        let approved = match self.approved.trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| format!("批复日期 {day} 不是日期"))?),
        };
        Ok(Project {
            id: code.as_str().to_owned(),
            name,
            owner: text(&self.owner, 80),
            // Old entities have none; a wrong one is no reason to lose the project.
            owner_uscc: self.owner_uscc.parse().ok(),
            scale: text(&self.scale, 2000),
            investment,
            district: District::from_code(self.region.trim()),
            approval: text(&self.approval, 80),
            approved,
            taken,
        })
    }
}

/// The platform over HTTP: `GET url?cursor=…&limit=…` with a bearer key.
pub struct HttpApproval {
    url: String,
    key: String,
    client: reqwest::Client,
}

impl HttpApproval {
    /// The platform at `url`, which is shown `key`.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        Ok(Self { url, key, client })
    }
}

#[async_trait]
impl ApprovalPlatform for HttpApproval {
    async fn changed(&self, cursor: &str, limit: usize) -> Result<Page, ApprovalFault> {
        let unreachable = |e: reqwest::Error| {
            ApprovalFault(if e.is_timeout() { "超时".into() } else { "连接不通".into() })
        };
        let limit = limit.to_string();
        let mut answer = self
            .client
            .get(&self.url)
            .query(&[("cursor", cursor), ("limit", &limit)])
            .bearer_auth(&self.key)
            .send()
            .await
            .map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(ApprovalFault(format!("对方答复 {}", answer.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&piece);
            if body.len() > ANSWER_BYTES {
                return Err(ApprovalFault("答复过大".into()));
            }
        }
        serde_json::from_slice(&body).map_err(|_| ApprovalFault("答复不是约定的 JSON".into()))
    }
}

/// For demonstrations: some invented projects, and never any news.
pub struct DemoApproval;

#[async_trait]
impl ApprovalPlatform for DemoApproval {
    async fn changed(&self, cursor: &str, _: usize) -> Result<Page, ApprovalFault> {
        const PROJECTS: [(&str, &str, &str, &str); 4] = [
            ("2603-510822-04-01-100201", "青川县木鱼至骑马公路改造", "510822", "4200"),
            ("2604-510821-04-01-100318", "旺苍县东河城区段防洪治理", "510821", "6800"),
            ("2605-510823-04-01-100427", "剑阁县中医院住院楼", "510823", "9600.5"),
            ("2606-510824-04-01-100536", "苍溪县白桥镇高标准农田建设", "510824", "1850"),
        ];
        if !cursor.is_empty() {
            return Ok(Page { next: cursor.into(), ..Page::default() });
        }
        let sent = PROJECTS.map(|(code, name, region, investment)| Sent {
            code: code.into(),
            name: name.into(),
            owner: "市公路管理中心".into(),
            region: region.into(),
            investment: investment.into(),
            scale: format!("{name}及附属工程"),
            approval: format!("广发改〔2026〕{}号", &code[21..]),
            approved: "2026-05-08".into(),
            ..Sent::default()
        });
        let items = sent.iter().filter_map(|sent| serde_json::to_value(sent).ok()).collect();
        Ok(Page { items, next: "demo".into(), more: false })
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

impl Site {
    /// Takes over one page.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when it can't be written; the cursor stays then.
    pub async fn poll_approval(
        &self,
        platform: &dyn ApprovalPlatform,
    ) -> Result<Polled, StoreFault> {
        let feed = self.read().feeds.get(FEED).cloned();
        let cursor = feed.as_ref().map_or("", |feed| feed.cursor.as_str()).to_owned();
        let page = platform.changed(&cursor, PAGE).await;
        let now = self.now();
        match page {
            Ok(page) => self.take_page(feed.as_ref(), &cursor, page, now).await,
            Err(ApprovalFault(why)) => {
                tracing::warn!(why, "the approval platform");
                // Said once, not at every try.
                let known = feed.as_ref().and_then(|feed| feed.failing.clone());
                if known.as_ref().is_none_or(|(_, before)| *before != why) {
                    let since = known.map_or(now, |(since, _)| since);
                    let next = Feed {
                        failing: Some((since, why.clone())),
                        ..feed.as_ref().map_or_else(|| Feed::new(now), |feed| (**feed).clone())
                    };
                    self.put_feed(Changes::new(), feed.as_ref(), &next, &why, now).await?;
                }
                Ok(Polled::Failed)
            }
        }
    }

    async fn take_page(
        &self,
        feed: Option<&Kept<Feed>>,
        cursor: &str,
        page: Page,
        now: Moment,
    ) -> Result<Polled, StoreFault> {
        let before = feed.map_or_else(|| Feed::new(now), |feed| (**feed).clone());
        if page.next == cursor
            && page.items.is_empty()
            && before.failing.is_none()
            && feed.is_some()
        {
            return Ok(Polled::Done);
        }
        let more = page.more && page.next != cursor;
        let mut changes = Changes::new();
        let mut refused = Vec::new();
        let mut taken: Vec<Project> = Vec::new();
        for item in page.items {
            let named = item["code"].as_str().unwrap_or("?").chars().take(40).collect::<String>();
            let read = serde_json::from_value::<Sent>(item).map_err(|e| e.to_string());
            match read.and_then(|sent| sent.read(now)) {
                // The last of a code in one page is the one that counts.
                Ok(project) => {
                    taken.retain(|known| known.id != project.id);
                    taken.push(project);
                }
                Err(why) => refused.push((named, why)),
            }
        }
        let mut news = 0;
        for project in &taken {
            let known = self.read().projects.get(&project.id).cloned();
            match known {
                Some(known) if Project { taken: known.taken, ..project.clone() } == *known => {}
                Some(known) => {
                    changes.update(&known, project)?;
                    news += 1;
                }
                None => {
                    changes.create(project)?;
                    news += 1;
                }
            }
        }
        let note = format!("接收项目 {news} 个，未能识读 {} 个", refused.len());
        refused.extend(before.refused);
        refused.truncate(REFUSED_KEPT);
        let next = Feed { id: FEED.into(), cursor: page.next, at: now, refused, failing: None };
        self.put_feed(changes, feed, &next, &note, now).await?;
        Ok(if more { Polled::More } else { Polled::Done })
    }

    async fn put_feed(
        &self,
        mut changes: Changes,
        feed: Option<&Kept<Feed>>,
        next: &Feed,
        note: &str,
        now: Moment,
    ) -> Result<(), StoreFault> {
        match feed {
            Some(seen) => changes.update(seen, next)?,
            None => changes.create(next)?,
        };
        let act = Act::new(&Actor::SYSTEM, Errand::ProjectTake, Table::Feed, FEED).note(note);
        self.store.commit(changes, act, now).await.map(|_| ())
    }

    /// The approved project of a code.
    pub fn approved_project(&self, code: &str) -> Option<Kept<Project>> {
        self.read().projects.get(code.trim()).cloned()
    }

    /// Takes over what is new, every so often; waits longer while it fails.
    pub async fn follow_approval(self, platform: &dyn ApprovalPlatform, every: Duration) {
        let mut pause = every;
        loop {
            match self.poll_approval(platform).await {
                // Others want the writer's turn, too.
                Ok(Polled::More) => {
                    tokio::time::sleep(BETWEEN).await;
                    continue;
                }
                Ok(Polled::Done) => pause = every,
                Ok(Polled::Failed) => pause = (pause * 2).min(every * 12),
                Err(fault) => {
                    tracing::error!(%fault, "approved projects could not be written");
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

impl Feed {
    fn new(now: Moment) -> Self {
        Self { id: FEED.into(), cursor: String::new(), at: now, refused: vec![], failing: None }
    }
}
