//! From the province's approval platform (四川投资项目在线审批监管平台): projects as they
//! are approved, taken over page by page (`feed`).

use super::feed::{FeedFault, HttpFeed, Intake, Odd, Page, Polled, Taken, read};
use crate::site::Site;
use crate::store::{Changes, Kept, StoreFault};
use async_trait::async_trait;
use model::{Day, District, Errand, Moment, Money, ProjectCode, Uscc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Key of the one record that says how far the feed was taken.
pub const FEED: &str = "approval";

/// Gives projects that changed after a cursor.
#[async_trait]
pub trait ApprovalPlatform: Send + Sync {
    /// Projects after `cursor` in the platform's own order; the first page for an empty one.
    ///
    /// # Errors
    ///
    /// [`FeedFault`]; nothing is taken then, and the same cursor is asked again.
    async fn changed(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault>;
}

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

/// The platform over HTTP.
pub struct HttpApproval(HttpFeed);

impl HttpApproval {
    /// The platform at `url`, which is shown `key`.
    ///
    /// # Errors
    ///
    /// When the machine's TLS set-up can't be used.
    pub fn new(url: String, key: String) -> Result<Self, reqwest::Error> {
        HttpFeed::new(url, key).map(Self)
    }
}

#[async_trait]
impl ApprovalPlatform for HttpApproval {
    async fn changed(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault> {
        self.0.page(cursor, limit).await
    }
}

/// For demonstrations: some invented projects, and never any news.
pub struct DemoApproval;

#[async_trait]
impl ApprovalPlatform for DemoApproval {
    async fn changed(&self, cursor: &str, _: usize) -> Result<Page, FeedFault> {
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

/// What the platform says, as projects.
struct Projects<'a>(&'a dyn ApprovalPlatform);

#[async_trait]
impl Intake for Projects<'_> {
    fn key(&self) -> &'static str {
        FEED
    }

    fn errand(&self) -> Errand {
        Errand::ProjectTake
    }

    async fn page(&self, cursor: &str, limit: usize) -> Result<Page, FeedFault> {
        self.0.changed(cursor, limit).await
    }

    fn take(&self, site: &Site, items: Vec<Value>, now: Moment) -> Result<Taken, StoreFault> {
        let mut refused = Vec::new();
        let mut taken: Vec<Project> = Vec::new();
        for item in items {
            let (name, sent) = read::<Sent>(&item, "code");
            match sent.and_then(|sent| sent.read(now)) {
                // The last of a code in one page is the one that counts.
                Ok(project) => {
                    taken.retain(|known| known.id != project.id);
                    taken.push(project);
                }
                Err(why) => refused.push(Odd { item, name, why, again: false }),
            }
        }
        let mirror = site.read();
        let mut changes = Changes::new();
        let mut news = 0;
        for project in &taken {
            match mirror.projects.get(&project.id) {
                Some(known) if Project { taken: known.taken, ..project.clone() } == **known => {}
                Some(known) => {
                    changes.update(known, project)?;
                    news += 1;
                }
                None => {
                    changes.create(project)?;
                    news += 1;
                }
            }
        }
        let note = format!("接收项目 {news} 个，未能识读 {} 个", refused.len());
        Ok(Taken { changes, refused, note })
    }
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
        self.poll_feed(&Projects(platform)).await
    }

    /// Takes over what is new, every so often; waits longer while it fails.
    pub async fn follow_approval(self, platform: &dyn ApprovalPlatform, every: Duration) {
        self.follow_feed(&Projects(platform), every).await;
    }

    /// The approved project of a code.
    pub fn approved_project(&self, code: &str) -> Option<Kept<Project>> {
        self.read().projects.get(code.trim()).cloned()
    }
}
