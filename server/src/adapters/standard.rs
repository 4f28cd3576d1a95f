//! Plans and notices as the data standard of public-resource trading platforms writes them
//! (公共资源交易平台系统数据规范 V2.0): its names, codes, units and dates. Amounts are in
//! yuan with six decimals, beside their unit; moments are `yyyyMMddHHmmss` in China.

use crate::open::Release;
use model::{DealCode, District, Funding, Industry, LotKind, Moment, Money, TenderMethod, Uscc};
use policies::notice::{Holding, NoticeVersion};
use policies::plan::{Lot, LotNo, PlanVersion, Stage};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// The city's own code (GB/T 2260).
const CITY: &str = "510800";
/// Yuan renminbi (GB/T 12406).
const CURRENCY: &str = "156";
/// Amounts are in yuan, not in 万元.
const YUAN: &str = "0";
/// Codes of organisations are unified social credit codes.
const CODE_TYPE: &str = "97";

/// Who hands over: codes of the platform and of its public service platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The trading centre's unified social credit code, where it is on record.
    pub platform: Option<Uscc>,
}

/// 项目
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct Project {
    /// 项目编号，C17
    project_code: String,
    /// 项目名称
    project_name: String,
    /// 行政区划代码
    region_code: String,
    /// 投资项目统一代码
    invest_project_code: Option<String>,
    /// 项目法人
    legal_person: String,
    /// 项目行业分类
    industries_type: String,
    /// 资金来源
    fund_source: String,
    /// 出资规模：总投资，元
    contribution_scale: String,
    /// 建设规模
    project_scale: String,
    /// 联系人：处室，不是个人
    contactor: String,
    /// 联系方式
    contact_information: String,
    /// 审批文号
    approval_number: String,
    /// 创建时间
    create_time: String,
    /// 平台标识码
    platform_code: Option<String>,
    /// 数据时间戳
    data_timestamp: String,
}

/// 标段（包）
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct Section {
    /// 招标项目编号，C20
    tender_project_code: String,
    /// 标段编号，C23
    bid_section_code: String,
    /// 标段名称
    bid_section_name: String,
    /// 统一交易标识码，C40；公告发出后才有
    unified_deal_code: Option<String>,
    /// 标段内容
    bid_section_content: String,
    /// 标段分类代码
    tender_project_classify_code: String,
    /// 合同估算价
    contract_reckon_price: String,
    /// 币种
    currency_code: String,
    /// 价格单位
    price_unit: String,
    /// 平台标识码
    platform_code: Option<String>,
    /// 数据时间戳
    data_timestamp: String,
}

/// 招标项目
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct TenderProject {
    /// 项目编号，C17
    project_code: String,
    /// 招标项目编号，C20
    tender_project_code: String,
    /// 招标项目名称
    tender_project_name: String,
    /// 招标项目类型
    tender_project_type: String,
    /// 招标人
    tenderer_name: String,
    /// 招标人代码类型
    tenderer_code_type: String,
    /// 招标人代码
    tenderer_code: Option<String>,
    /// 招标方式
    tender_mode: String,
    /// 创建时间
    create_time: String,
    /// 平台标识码
    platform_code: Option<String>,
    /// 数据时间戳
    data_timestamp: String,
}

/// 招标公告
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct TenderNotice {
    /// 招标项目编号，C20
    tender_project_code: String,
    /// 相关标段编号，分号分隔
    bid_section_codes: String,
    /// 相关统一交易标识码，分号分隔
    unified_deal_codes: String,
    /// 公告标题
    notice_name: String,
    /// 公告发布时间
    notice_send_time: String,
    /// 公告源 URL
    url: String,
    /// 公告性质：1 正常，2 更正，9 其他（撤销）
    notice_nature: String,
    /// 公告类型：1 招标公告
    bulletin_type: String,
    /// 招标文件获取开始时间
    doc_get_start_time: String,
    /// 招标文件获取截止时间
    doc_get_end_time: String,
    /// 投标文件递交截止时间
    bid_doc_refer_end_time: String,
    /// 最高投标限价或估算价
    control_price: String,
    /// 币种
    control_price_currency: String,
    /// 价格单位
    control_price_unit: String,
    /// 平台标识码
    platform_code: Option<String>,
    /// 数据时间戳
    data_timestamp: String,
}

/// One hand-over: what changed, by data set.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct HandOver {
    /// 项目
    #[serde(rename = "PROJECT")]
    pub projects: Vec<Project>,
    /// 招标项目
    #[serde(rename = "TENDER_PROJECT")]
    pub tender_projects: Vec<TenderProject>,
    /// 标段（包）
    #[serde(rename = "SECTION")]
    pub sections: Vec<Section>,
    /// 招标公告
    #[serde(rename = "TENDER_ANN")]
    pub notices: Vec<TenderNotice>,
    /// The cursor to go on from.
    pub next: i64,
    /// The last entry of the journal.
    pub head: i64,
}

/// An amount in yuan, N..20,6.
pub fn yuan(money: Money) -> String {
    format!("{}.{:02}0000", money.fen() / 100, money.fen() % 100)
}

/// `yyyyMMddHHmmss` in China.
pub fn time(at: Moment) -> String {
    let day = at.day().to_string().replace('-', "");
    let clock = at.clock().replace(':', "");
    format!("{day}{clock}{:02}", at.ms().div_euclid(1_000).rem_euclid(60))
}

/// The kind of a project (工程建设 A..).
const fn trade(industry: Industry) -> &'static str {
    match industry {
        Industry::Urban => "A02",
        Industry::Highway => "A03",
        Industry::Water => "A07",
        Industry::Lifeline => "A08",
        Industry::Geohazard | Industry::Ecology | Industry::Agriculture => "A99",
    }
}

/// Code of a lot's kind: 工程、货物、服务.
const fn kind(kind: LotKind) -> &'static str {
    match kind {
        LotKind::Works => "A",
        LotKind::Goods => "B",
        LotKind::Services => "C",
    }
}

const fn method(method: TenderMethod) -> &'static str {
    match method {
        TenderMethod::Open => "1",
        TenderMethod::Invited => "2",
    }
}

const fn funds(funding: Funding) -> &'static str {
    match funding {
        Funding::Budget | Funding::Bonds => "1",
        Funding::State => "2",
        Funding::Foreign => "3",
        Funding::Private => "4",
        Funding::Mixed => "9",
    }
}

/// The six digits of the first district; the city's own where it has none.
fn region(districts: impl IntoIterator<Item = District>) -> &'static str {
    let first = districts.into_iter().next().map(District::on_map);
    first.and_then(District::code).unwrap_or(CITY)
}

/// Year and number of `JH-2026-000017` as eight digits: `26000017`.
fn digits(number: &str) -> String {
    let mut parts = number.split('-').skip(1);
    let year = parts.next().unwrap_or_default();
    format!("{}{}", year.get(2..).unwrap_or_default(), parts.next().unwrap_or_default())
}

/// 项目编号, C17: kind, region, year and number.
pub fn project_code(industry: Industry, region: &str, number: &str) -> String {
    format!("{}{region}{}", trade(industry), digits(number))
}

/// 招标项目编号, C20: of a plan, its project; one each.
fn tender_code(project: &str) -> String {
    format!("{project}001")
}

/// 标段编号, C23.
fn section_code(tender: &str, lot: LotNo) -> String {
    format!("{tender}{:03}", lot.0)
}

impl Sender {
    fn code(&self) -> Option<String> {
        self.platform.as_ref().map(|code| code.as_str().to_owned())
    }

    /// 统一交易标识码, C40: of the `nth` lot of a notice that has gone out.
    fn deal(&self, industry: Industry, version: &NoticeVersion, nth: u32) -> Option<String> {
        let out = version.notice.out?;
        let number: u32 = version.notice.number.rsplit('-').next()?.parse().ok()?;
        let code = DealCode {
            kind: trade(industry).into(),
            uscc: self.platform.clone()?,
            day: out.day(),
            // Four digits of the notice, two of the lot: no day has ten thousand notices.
            serial: number % 10_000 * 100 + nth % 100,
            check: '0',
        };
        Some(DealCode { check: code.expected(), ..code }.to_string())
    }
}

/// What the standard asks about an owner or a plan that a release does not say.
pub trait Known {
    /// The unified social credit code of an organisation.
    fn uscc(&self, org: &str) -> Option<String>;
    /// The first public version of a plan, by its key: codes are made of that, so that they
    /// stay when the plan changes.
    fn plan(&self, key: &str) -> Option<Arc<PlanVersion>>;
}

/// The code of a plan's project.
fn code_of(first: &PlanVersion) -> String {
    let region = region(first.content.districts.iter().copied());
    project_code(first.content.industry, region, &first.number)
}

impl HandOver {
    /// Adds what a release says.
    pub fn add(&mut self, release: &Release, base: &str, sender: &Sender, known: &dyn Known) {
        match release {
            Release::Plan(version) => self.plan(version, sender, known),
            Release::Notice(version) => self.notice(version, base, sender, known),
            // The standard has no data set for teams that are sent without a tender.
            Release::Award(_) => {}
        }
    }

    fn plan(&mut self, version: &PlanVersion, sender: &Sender, known: &dyn Known) {
        // The standard has no word for a plan that is withdrawn or has lapsed.
        if matches!(version.stage, Stage::Withdrawn | Stage::Lapsed) {
            return;
        }
        let content = &version.content;
        let first = known.plan(version.plan.as_str());
        let first = first.as_deref().unwrap_or(version);
        let project = code_of(first);
        let tender = tender_code(&project);
        let platform = sender.code();
        let (created, stamp) = (time(first.at), time(version.at));
        self.projects.push(Project {
            project_code: project.clone(),
            project_name: content.project.clone(),
            region_code: region(content.districts.iter().copied()).into(),
            invest_project_code: content.code.as_ref().map(|c| c.as_str().to_owned()),
            legal_person: version.owner_name.clone(),
            industries_type: trade(content.industry).into(),
            fund_source: funds(content.funding).into(),
            contribution_scale: yuan(content.investment),
            project_scale: content.scale.clone(),
            contactor: content.contact.clone(),
            contact_information: content.phone.clone(),
            approval_number: content.approval.clone(),
            create_time: created.clone(),
            platform_code: platform.clone(),
            data_timestamp: stamp.clone(),
        });
        self.tender_projects.push(TenderProject {
            project_code: project,
            tender_project_code: tender.clone(),
            tender_project_name: content.project.clone(),
            tender_project_type: trade(content.industry).into(),
            tenderer_name: version.owner_name.clone(),
            tenderer_code_type: CODE_TYPE.into(),
            tenderer_code: known.uscc(version.owner.as_str()),
            tender_mode: method(content.lots.first().map_or(TenderMethod::Open, |l| l.method))
                .into(),
            create_time: created,
            platform_code: platform,
            data_timestamp: stamp.clone(),
        });
        let sections = content.lots.iter().map(|lot| section(&tender, lot, None, sender, &stamp));
        self.sections.extend(sections);
    }

    fn notice(&mut self, version: &NoticeVersion, base: &str, sender: &Sender, known: &dyn Known) {
        let notice = &version.notice;
        let content = &notice.content;
        let stamp = time(notice.changed);
        // The lots by the tender project that they belong to, each with its deal's code.
        let mut tenders: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
        for (nth, lot) in (1..).zip(&content.lots) {
            let Some(first) = known.plan(lot.plan.as_str()) else { continue };
            let tender = tender_code(&code_of(&first));
            let deal = sender.deal(content.industry, version, nth);
            if let Some(planned) = first.content.lot(lot.lot) {
                self.sections.push(section(&tender, planned, deal.clone(), sender, &stamp));
            }
            let code = section_code(&tender, lot.lot);
            tenders.entry(tender).or_default().push((code, deal));
        }
        if tenders.is_empty() {
            let (tender, lot) = self.unplanned(version, sender, known, &stamp);
            tenders.insert(tender, vec![lot]);
        }
        for (tender, lots) in tenders {
            let codes: Vec<&str> = lots.iter().map(|(code, _)| code.as_str()).collect();
            let deals: Vec<&str> = lots.iter().filter_map(|(_, deal)| deal.as_deref()).collect();
            self.notices.push(TenderNotice {
                tender_project_code: tender,
                bid_section_codes: codes.join(";"),
                unified_deal_codes: deals.join(";"),
                notice_name: content.title.clone(),
                notice_send_time: time(notice.out.unwrap_or(notice.changed)),
                url: format!("{base}/notices/{}", notice.number),
                notice_nature: match notice.holding {
                    Holding::Cancelled { .. } => "9",
                    _ if notice.versions > 1 => "2",
                    _ => "1",
                }
                .into(),
                bulletin_type: if content.prequalification.is_some() { "2" } else { "1" }.into(),
                doc_get_start_time: time(Moment::start_of(content.documents_from)),
                doc_get_end_time: time(Moment::end_of(content.documents_until)),
                bid_doc_refer_end_time: time(Moment::end_of(content.deadline)),
                control_price: yuan(content.amount),
                control_price_currency: CURRENCY.into(),
                control_price_unit: YUAN.into(),
                platform_code: sender.code(),
                data_timestamp: stamp.clone(),
            });
        }
    }

    /// A notice that was never planned is a project of its own, with one section: the code
    /// of its tender project, and of its section and deal.
    fn unplanned(
        &mut self,
        version: &NoticeVersion,
        sender: &Sender,
        known: &dyn Known,
        stamp: &str,
    ) -> (String, (String, Option<String>)) {
        let notice = &version.notice;
        let content = &notice.content;
        // Numbers of notices and of plans are counted apart: 9 keeps them apart here.
        let project = project_code(content.industry, CITY, &notice.number);
        let tender = format!("{project}901");
        let deal = sender.deal(content.industry, version, 1);
        self.projects.push(Project {
            project_code: project.clone(),
            project_name: content.title.clone(),
            region_code: CITY.into(),
            invest_project_code: content.code.as_ref().map(|c| c.as_str().to_owned()),
            legal_person: notice.owner_name.clone(),
            industries_type: trade(content.industry).into(),
            fund_source: String::new(),
            contribution_scale: yuan(content.amount),
            project_scale: String::new(),
            contactor: String::new(),
            contact_information: String::new(),
            approval_number: String::new(),
            create_time: time(notice.entered),
            platform_code: sender.code(),
            data_timestamp: stamp.to_owned(),
        });
        self.tender_projects.push(TenderProject {
            project_code: project,
            tender_project_code: tender.clone(),
            tender_project_name: content.title.clone(),
            tender_project_type: trade(content.industry).into(),
            tenderer_name: notice.owner_name.clone(),
            tenderer_code_type: CODE_TYPE.into(),
            tenderer_code: known.uscc(notice.owner.as_str()),
            tender_mode: method(content.method).into(),
            create_time: time(notice.entered),
            platform_code: sender.code(),
            data_timestamp: stamp.to_owned(),
        });
        let code = section_code(&tender, LotNo(1));
        self.sections.push(Section {
            tender_project_code: tender.clone(),
            bid_section_code: code.clone(),
            bid_section_name: content.title.clone(),
            unified_deal_code: deal.clone(),
            bid_section_content: String::new(),
            tender_project_classify_code: kind(content.kind).into(),
            contract_reckon_price: yuan(content.amount),
            currency_code: CURRENCY.into(),
            price_unit: YUAN.into(),
            platform_code: sender.code(),
            data_timestamp: stamp.to_owned(),
        });
        (tender, (code, deal))
    }
}

fn section(tender: &str, lot: &Lot, deal: Option<String>, sender: &Sender, stamp: &str) -> Section {
    Section {
        tender_project_code: tender.to_owned(),
        bid_section_code: section_code(tender, lot.no),
        bid_section_name: lot.name.clone(),
        unified_deal_code: deal,
        bid_section_content: lot.content.clone(),
        tender_project_classify_code: kind(lot.kind).into(),
        contract_reckon_price: yuan(lot.estimate),
        currency_code: CURRENCY.into(),
        price_unit: YUAN.into(),
        platform_code: sender.code(),
        data_timestamp: stamp.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_lengths_and_amounts_their_decimals() {
        let project = project_code(Industry::Highway, "510822", "JH-2026-000017");
        assert_eq!((project.as_str(), project.len()), ("A0351082226000017", 17));
        let tender = tender_code(&project);
        assert_eq!((tender.len(), section_code(&tender, LotNo(2)).len()), (20, 23));
        assert_eq!(section_code(&tender, LotNo(2)), "A0351082226000017001002");
        assert_eq!(yuan(Money::from_fen(1_260_500_001)), "12605000.010000");
        let at: Moment = "2026-07-18T23:59:58+08:00".parse().expect("a moment");
        assert_eq!(time(at), "20260718235958");
        assert_eq!(region([District::Kaifaqu]), "510802");
    }
}
