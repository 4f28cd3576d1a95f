//! Tender plans and notices of the demonstration city, invented; or very many of them,
//! to measure with.

use super::{Dice, found, key, towns};
use crate::people::Org;
use crate::store::{Changes, Store, StoreFault, Table};
use model::{
    District, Expected, Funding, Industry, LotKind, Minutes, Moment, Money, OrgKind, TenderMethod,
};
use policies::Law;
use policies::notice::{
    Holding, NoticeContent, NoticeVersion, ShortReason, TenderNotice, lot_leads,
};
use policies::plan::{
    LEAD, Lot, LotNo, LotRef, Plan, PlanContent, PlanVersion, Stage, lapses_after, leads,
};
use std::collections::{BTreeMap, BTreeSet};

/// Owners besides the one who signs in.
const OWNERS: [(&str, &str); 6] = [
    ("gljt", "市公路管理中心"),
    ("slgs", "市水利工程建设管理站"),
    ("ctjt", "市城市建设投资公司"),
    ("qcjt", "青川县交通项目办公室"),
    ("cxny", "苍溪县农业农村项目中心"),
    ("nyzx", "市农业农村项目中心"),
];

/// Trade, what is built, its lots.
const WORKS: [(Industry, &str, &str); 12] = [
    (Industry::Highway, "公路改造工程", "改造三级公路"),
    (Industry::Highway, "农村公路安防工程", "增设波形护栏"),
    (Industry::Highway, "桥梁加固工程", "加固危桥"),
    (Industry::Water, "防洪治理工程", "新建堤防"),
    (Industry::Water, "病险水库除险加固工程", "坝体防渗、溢洪道改造"),
    (Industry::Water, "灌区续建配套工程", "渠道防渗"),
    (Industry::Urban, "城镇污水管网工程", "新建污水管网"),
    (Industry::Urban, "老旧小区改造工程", "改造给排水及外立面"),
    (Industry::Urban, "中心卫生院迁建工程", "新建业务用房"),
    (Industry::Agriculture, "高标准农田建设工程", "整治农田"),
    (Industry::Geohazard, "滑坡治理工程", "抗滑桩、截排水"),
    (Industry::Lifeline, "供水管网改造工程", "更换供水主管"),
];

/// Plans of one commit.
const CHUNK: usize = 200;
/// Days that the plans of a demonstration go back.
const BACK: usize = 540;

/// Lays down `count` plans with their notices, the oldest first.
///
/// # Errors
///
/// [`StoreFault`] when the store refuses.
pub async fn seed(store: &Store, now: Moment, count: usize) -> Result<(), StoreFault> {
    let mut changes = Changes::new();
    for (id, name) in &OWNERS[1..] {
        changes.create(&Org {
            id: key(id),
            kind: OrgKind::Owner,
            name: (*name).into(),
            uscc: None,
            district: None,
            industries: vec![],
        })?;
    }
    store.commit(changes, found(Table::Org, OWNERS[1].0), now).await?;
    let mut maker = Maker { dice: Dice(26), now, numbers: BTreeMap::new() };
    let places = towns();
    let mut made = Vec::with_capacity(count);
    for n in 0..count {
        // Later ones were published later, so that numbers rise with time.
        let ago = BACK * (count - n) / count;
        let town = &places[maker.dice.below(places.len())];
        made.push(maker.plan(n, ago, &town.1, town.0)?);
    }
    for chunk in made.chunks(CHUNK) {
        let mut changes = Changes::new();
        for (plan, _, notice) in chunk {
            changes.create(plan)?;
            // After its plan: the schema looks for that.
            if let Some(notice) = notice {
                changes.create_numbered(notice)?;
                if notice.out.is_some() {
                    changes.create_numbered(&NoticeVersion::of(notice))?;
                }
            }
        }
        let first = chunk.first().map_or("", |(plan, ..)| plan.id.as_str());
        store.commit(changes, found(Table::Plan, first), now).await?;
    }
    // Versions in the order of their time, those of a day together.
    let mut versions: Vec<PlanVersion> = made.into_iter().flat_map(|(_, v, _)| v).collect();
    versions.sort_by(|a, b| (a.at, &a.number).cmp(&(b.at, &b.number)));
    for day in versions.chunk_by(|a, b| a.at.day() == b.at.day()) {
        for chunk in day.chunks(CHUNK) {
            let mut changes = Changes::new();
            for version in chunk {
                changes.create_numbered(version)?;
            }
            let first = chunk.first().map_or("", |v| v.plan.as_str());
            store.commit(changes, found(Table::Plan, first), now).await?;
        }
    }
    Ok(())
}

/// A plan, what was public of it, and its notice.
type Made = (Plan, Vec<PlanVersion>, Option<TenderNotice>);

struct Maker {
    dice: Dice,
    now: Moment,
    numbers: BTreeMap<String, u32>,
}

impl Maker {
    fn number(&mut self, prefix: &str, at: Moment) -> String {
        let head = format!("{prefix}-{}-", at.day().year());
        let next = self.numbers.entry(head.clone()).or_default();
        *next += 1;
        format!("{head}{next:06}")
    }

    fn wan(&mut self, least: usize, more: usize) -> Money {
        let wan = least + self.dice.below(more);
        Money::from_fen(i64::try_from(wan).unwrap_or(0) * 1_000_000)
    }

    fn content(&mut self, at: Moment, town: &str, district: District) -> (usize, PlanContent) {
        let (industry, what, scale) = *self.dice.pick(&WORKS);
        let owner = match industry {
            Industry::Highway if district == District::Qingchuan => 3,
            Industry::Highway => 0,
            Industry::Water | Industry::Geohazard => 1,
            // A county's owner builds in its county only.
            Industry::Agriculture if district == District::Cangxi => 4,
            Industry::Agriculture => 5,
            _ => 2,
        };
        let lots = 1 + self.dice.below(3);
        let ahead = 20 + self.dice.below(120);
        let notice = at.day().plus(u32::try_from(ahead).unwrap_or(0));
        let lots: Vec<Lot> = (1u16..)
            .take(lots)
            .map(|no| {
                let (kind, name) = match no {
                    1 => (LotKind::Works, "施工标段"),
                    2 => (LotKind::Services, "监理标段"),
                    _ => (LotKind::Goods, "设备采购标段"),
                };
                let estimate = match kind {
                    LotKind::Works => self.wan(420, 5_000),
                    _ => self.wan(30, 260),
                };
                Lot {
                    no: LotNo(no),
                    name: name.into(),
                    content: format!("{scale}及附属工程"),
                    kind,
                    estimate,
                    method: TenderMethod::Open,
                    notice: Expected::within_month_of(notice),
                    opening: Some(Expected::within_month_of(notice.plus(30))),
                }
            })
            .collect();
        let funding = *self.dice.pick(&[Funding::Budget, Funding::Bonds, Funding::State]);
        let content = PlanContent {
            project: format!("{}{town}{what}", district.name()),
            code: format!(
                "{}{:02}-510800-04-01-{:06}",
                at.day().year() % 100,
                at.day().month(),
                self.dice.below(1_000_000)
            )
            .parse()
            .ok(),
            scale: format!("{scale} {} 公里（处）", 2 + self.dice.below(30)),
            industry,
            districts: BTreeSet::from([district]),
            funding,
            investment: Money::ZERO,
            approval: format!("广发改〔{}〕{}号", at.day().year(), 1 + self.dice.below(300)),
            approved: Some(at.day().minus(40)),
            lots,
            contact: "工程科".into(),
            phone: "0839-3260119".into(),
            department: None,
        };
        let sum = content.estimate().fen();
        (owner, PlanContent { investment: Money::from_fen(sum + sum / 5), ..content })
    }

    /// A plan that was published so many days ago, with what became of it.
    fn plan(
        &mut self,
        n: usize,
        ago: usize,
        town: &str,
        district: District,
    ) -> Result<Made, StoreFault> {
        let minutes = ago * 24 * 60 + self.dice.below(480);
        let at = self.now.minus(Minutes(u32::try_from(minutes).unwrap_or(0)));
        let (owner, content) = self.content(at, town, district);
        let (owner, owner_name) = OWNERS[owner];
        let law = Law::shipped();
        let invalid = |e: &dyn std::error::Error| StoreFault::Invalid(e.to_string());
        let made =
            leads(law, &BTreeMap::new(), &content, false, at.day()).map_err(|e| invalid(&e))?;
        let mut plan = Plan {
            id: key(&format!("zp-demo-{n:06}")),
            number: Some(self.number("JH", at)),
            owner: key(owner),
            stage: Stage::Published,
            draft: None,
            versions: 0,
            published: Some(at),
            leads: made.of,
            notices: BTreeMap::new(),
            retired: BTreeSet::new(),
            batch: None,
        };
        let version =
            |plan: &mut Plan, at: Moment, stage: Stage, reason: &str, content: &PlanContent| {
                plan.versions += 1;
                plan.stage = stage;
                PlanVersion {
                    id: PlanVersion::key(&plan.id, plan.versions),
                    plan: plan.id.clone(),
                    number: plan.number.clone().unwrap_or_default(),
                    seq: 0,
                    version: plan.versions,
                    at,
                    owner: plan.owner.clone(),
                    owner_name: owner_name.into(),
                    stage,
                    reason: reason.into(),
                    restarted: vec![],
                    content: content.clone(),
                }
            };
        let mut public = vec![version(&mut plan, at, Stage::Published, "", &content)];
        let mut last = content;
        if self.dice.below(8) == 0 && ago > 12 {
            // A slip of dates: nothing begins anew.
            for lot in &mut last.lots {
                lot.notice = Expected::within_month_of(lot.notice.first().plus(40));
            }
            let later = at.plus(Minutes(10 * 24 * 60));
            public.push(version(&mut plan, later, Stage::Published, "前期手续推迟", &last));
        }
        let planned = last.lots[0].notice.first();
        let slip = i64::try_from(self.dice.below(40)).unwrap_or(0) - 12;
        let noticed = Moment::start_of(planned).plus(Minutes(10 * 60));
        let noticed = Moment::from_ms(noticed.ms() + slip * 86_400_000);
        let lapses = lapses_after(law, at.day()).map_err(|e| invalid(&e))?.value;
        let mut entered = None;
        match self.dice.below(12) {
            0 if ago > 30 => {
                let when = at.plus(Minutes(25 * 24 * 60));
                public.push(version(&mut plan, when, Stage::Withdrawn, "资金未落实", &last));
            }
            1 | 2 if lapses < self.now.day() => {
                let when = Moment::end_of(lapses);
                let why = format!("至 {lapses} 未发布招标公告");
                public.push(version(&mut plan, when, Stage::Lapsed, &why, &last));
            }
            _ if noticed < self.now && noticed > at => {
                let notice = self.notice(&plan, &last, owner_name, noticed)?;
                if notice.holding.goes_out() {
                    for lot in &notice.content.lots {
                        plan.notices.entry(lot.lot).or_default().insert(notice.id.clone());
                    }
                    let why = format!("招标公告 {}", notice.number);
                    public.push(version(&mut plan, noticed, Stage::Realised, &why, &last));
                }
                entered = Some(notice);
            }
            _ => {}
        }
        Ok((plan, public, entered))
    }

    fn notice(
        &mut self,
        plan: &Plan,
        content: &PlanContent,
        owner_name: &str,
        at: Moment,
    ) -> Result<TenderNotice, StoreFault> {
        let day = at.day();
        let lots: BTreeSet<LotRef> =
            content.lots.iter().map(|lot| LotRef { plan: plan.id.clone(), lot: lot.no }).collect();
        let off = 90 + i64::try_from(self.dice.below(25)).unwrap_or(0);
        let said = NoticeContent {
            title: format!("{}招标公告", content.project),
            code: content.code.clone(),
            industry: content.industry,
            kind: content.lots[0].kind,
            method: TenderMethod::Open,
            amount: Money::from_fen(content.estimate().fen() / 100 * off),
            lots: lots.clone(),
            noticed: day,
            prequalification: None,
            documents_from: day,
            documents_until: day.plus(12),
            clarified: None,
            deadline: day.plus(26),
            evaluated: None,
            publicity_from: None,
            publicity_until: None,
            supervisor_first: false,
        };
        let from = plan
            .leads
            .iter()
            .map(|(no, lead)| (LotRef { plan: plan.id.clone(), lot: *no }, lead.from))
            .collect();
        let stood = lot_leads(Law::shipped(), &said, &from)
            .map_err(|e| StoreFault::Invalid(format!("{LEAD}: {e}")))?;
        let holding = if TenderNotice::is_early_enough(&said, &stood) {
            Holding::Clear
        } else if self.now.ms() - at.ms() < 6 * 86_400_000 {
            Holding::Held {
                reason: Some(ShortReason::Ordered), words: "上级要求汛前开工".into()
            }
        } else {
            Holding::Released {
                reason: ShortReason::Ordered,
                words: "上级要求汛前开工".into(),
                by: key("a-jiaotong-lead"),
                since: at,
                opinion: "情况属实，同意提前".into(),
            }
        };
        Ok(TenderNotice {
            id: key(&format!("zb-{}", plan.id)),
            number: self.number("ZB", at),
            owner: plan.owner.clone(),
            owner_name: owner_name.into(),
            seq: 0,
            entered: at,
            changed: at,
            content: said,
            leads: stood,
            out: holding.goes_out().then_some(at),
            versions: u32::from(holding.goes_out()),
            holding,
            revision: 0,
            reason: String::new(),
        })
    }
}
