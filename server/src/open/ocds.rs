//! Open Contracting Data Standard 1.1: each public version is a release, each plan and
//! each notice a process of its own; a notice names the plans that it came from. What the
//! standard has no word for stands in our own extension, `lutong`.

use super::Award;
use super::profile::{award_release, merge_awards};
use crate::site::Site;
use app::api::ApiError;
use model::{LotKind, Moment, Money, TenderMethod};
use policies::notice::{Holding, NoticeVersion, TenderNotice};
use policies::plan::{Lot, PlanVersion, Stage};
use serde_json::{Value, json};
use std::sync::Arc;

/// The prefix of our identifiers until the city has registered one of its own.
pub const PREFIX: &str = "ocds-lutong";
/// The extension for lots, which is the standard's own.
const LOTS: &str = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json";

/// A release, with its place in the journal.
#[derive(Debug, Clone)]
pub enum Release {
    /// A version of a plan.
    Plan(Arc<PlanVersion>),
    /// A version of a notice.
    Notice(Arc<NoticeVersion>),
    /// A step of a team that was sent without a tender.
    Award(Box<Award>),
}

impl Release {
    /// The entry of the journal that published it.
    pub fn seq(&self) -> i64 {
        match self {
            Self::Plan(version) => version.seq,
            Self::Notice(version) => version.seq,
            Self::Award(award) => award.seq,
        }
    }

    /// When.
    pub fn at(&self) -> Moment {
        match self {
            Self::Plan(version) => version.at,
            Self::Notice(version) => version.notice.changed,
            Self::Award(award) => award.at,
        }
    }

    /// As the standard writes it.
    pub fn to_json(&self, base: &str, plans: &dyn Fn(&str) -> Option<String>) -> Value {
        match self {
            Self::Plan(version) => plan(version),
            Self::Notice(version) => notice(base, version, plans),
            Self::Award(award) => award_release(award),
        }
    }
}

/// The identifier of the process of a number.
pub fn ocid(number: &str) -> String {
    format!("{PREFIX}-{number}")
}

/// The number that an identifier names.
pub fn number_of(ocid: &str) -> Option<&str> {
    ocid.strip_prefix(PREFIX)?.strip_prefix('-')
}

pub(super) fn value(money: Money) -> Value {
    // Two decimals of an amount below 90 trillion are exact in a double.
    json!({ "amount": money.fen() as f64 / 100.0, "currency": "CNY" })
}

const fn category(kind: LotKind) -> &'static str {
    match kind {
        LotKind::Works => "works",
        LotKind::Goods => "goods",
        LotKind::Services => "services",
    }
}

const fn method(method: TenderMethod) -> &'static str {
    match method {
        TenderMethod::Open => "open",
        TenderMethod::Invited => "selective",
    }
}

fn lot(lot: &Lot, status: &str) -> Value {
    json!({
        "id": lot.no.0.to_string(),
        "title": lot.name,
        "description": lot.content,
        "status": status,
        "value": value(lot.estimate),
        "lutong:category": category(lot.kind),
        "lutong:method": method(lot.method),
        "lutong:expectedNotice": lot.notice.to_string(),
    })
}

fn party(key: &str, name: &str) -> (Value, Value) {
    let reference = json!({ "id": format!("CN-LUTONG-{key}"), "name": name });
    let mut party = reference.clone();
    party["roles"] = json!(["buyer", "procuringEntity"]);
    (reference, party)
}

fn plan(version: &PlanVersion) -> Value {
    let content = &version.content;
    let (reference, party) = party(version.owner.as_str(), &version.owner_name);
    let status = match version.stage {
        Stage::Withdrawn => "withdrawn",
        Stage::Lapsed => "cancelled",
        _ => "planned",
    };
    let lots: Vec<Value> = content.lots.iter().map(|l| lot(l, status)).collect();
    let districts: Vec<&str> = content.districts.iter().map(|d| d.name()).collect();
    let mut release = json!({
        "ocid": ocid(&version.number),
        "id": format!("{}-v{}", version.number, version.version),
        "date": version.at.to_string(),
        "tag": [if version.version == 1 { "planning" } else { "planningUpdate" }],
        "initiationType": "tender",
        "language": "zh",
        "parties": [party],
        "buyer": reference.clone(),
        "planning": {
            "rationale": content.scale,
            "budget": {
                "description": content.funding.name(),
                "amount": value(content.investment),
                "project": content.project,
            },
        },
        "tender": {
            "id": version.number,
            "title": content.project,
            "description": content.scale,
            "status": status,
            "procuringEntity": reference,
            "value": value(content.estimate()),
            "lots": lots,
        },
        "lutong": {
            "stage": version.stage.key(),
            "version": version.version,
            "journal": version.seq,
            "industry": content.industry.key(),
            "districts": districts,
            "reason": version.reason,
        },
    });
    if let Some(code) = &content.code {
        release["planning"]["budget"]["projectID"] = json!(code.as_str());
    }
    release
}

fn notice(base: &str, version: &NoticeVersion, plans: &dyn Fn(&str) -> Option<String>) -> Value {
    let notice: &TenderNotice = &version.notice;
    let content = &notice.content;
    let (reference, party) = party(notice.owner.as_str(), &notice.owner_name);
    let cancelled = matches!(notice.holding, Holding::Cancelled { .. });
    let tag = match (cancelled, notice.versions) {
        (true, _) => "tenderCancellation",
        (false, 1) => "tender",
        (false, _) => "tenderUpdate",
    };
    let mut numbers: Vec<String> =
        content.lots.iter().filter_map(|lot| plans(lot.plan.as_str())).collect();
    numbers.dedup();
    let related: Vec<Value> = numbers
        .iter()
        .enumerate()
        .map(|(i, number)| {
            json!({
                "id": (i + 1).to_string(),
                "relationship": ["planning"],
                "scheme": "ocid",
                "identifier": ocid(number),
                "uri": format!("{base}/v1/ocds/records/{}", ocid(number)),
            })
        })
        .collect();
    let mut release = json!({
        "ocid": ocid(&notice.number),
        "id": format!("{}-v{}", notice.number, notice.versions),
        "date": notice.changed.to_string(),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": [party],
        "buyer": reference.clone(),
        "tender": {
            "id": notice.number,
            "title": content.title,
            "status": if cancelled { "cancelled" } else { "active" },
            "procuringEntity": reference,
            "value": value(content.amount),
            "procurementMethod": method(content.method),
            "mainProcurementCategory": category(content.kind),
            "tenderPeriod": {
                "startDate": Moment::start_of(content.documents_from).to_string(),
                "endDate": Moment::end_of(content.deadline).to_string(),
            },
        },
        "lutong": {
            "holding": notice.holding.key(),
            "leadDays": notice.lead_days(),
            "journal": version.seq,
            "version": notice.versions,
            "industry": content.industry.key(),
            "reason": notice.reason,
        },
    });
    if !related.is_empty() {
        release["relatedProcesses"] = json!(related);
    }
    release
}

impl Site {
    fn numbers(&self) -> impl Fn(&str) -> Option<String> + use<'_> {
        |plan| self.read().plans.get(plan)?.value.number.clone()
    }

    pub(super) fn package(&self, path: &str, at: Moment) -> Value {
        let base = &self.settings.public_url;
        json!({
            "uri": format!("{base}{path}"),
            "version": "1.1",
            "publishedDate": at.to_string(),
            "publisher": { "name": "广元市公共资源交易中心" },
            "extensions": [LOTS, format!("{base}/v1/ocds/extension/extension.json")],
            "publicationPolicy": format!("{base}/v1"),
        })
    }

    /// Releases as a package.
    pub fn release_package(&self, path: &str, releases: &[Release]) -> Value {
        let at = releases.iter().map(Release::at).max().unwrap_or(Moment::from_ms(0));
        let mut package = self.package(path, at);
        let base = self.settings.public_url.as_str();
        let numbers = self.numbers();
        let releases: Vec<Value> = releases.iter().map(|r| r.to_json(base, &numbers)).collect();
        package["releases"] = json!(releases);
        package
    }

    /// All releases of a process.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub fn releases_of(&self, id: &str) -> Result<Vec<Release>, ApiError> {
        let number = number_of(id).ok_or(ApiError::NotFound)?;
        let mirror = self.read();
        let mut found = Vec::new();
        if let Some(plan) =
            mirror.plan_numbers.get(number).and_then(|k| mirror.plans.get(k.as_str()))
        {
            for n in 1..=plan.value.versions {
                let version = mirror.plan_versions.get(&PlanVersion::key(&plan.value.id, n));
                found.extend(version.map(|v| Release::Plan(Arc::clone(&v.value))));
            }
        }
        let notice = mirror.notice_numbers.get(number);
        if let Some(notice) = notice.and_then(|k| mirror.tender_notices.get(k.as_str())) {
            for n in 1..=notice.value.versions {
                let version = mirror.notice_versions.get(&NoticeVersion::key(&notice.value.id, n));
                found.extend(version.map(|v| Release::Notice(Arc::clone(&v.value))));
            }
        }
        if found.is_empty() && mirror.emergencies.get(number).is_some() {
            drop(mirror);
            let awards = self.awards_of_case(number);
            found.extend(awards.into_iter().map(|award| Release::Award(Box::new(award))));
        }
        if found.is_empty() { Err(ApiError::NotFound) } else { Ok(found) }
    }

    /// A process as a record: all its releases, and what they come to.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub fn record_package(&self, id: &str) -> Result<Value, ApiError> {
        let releases = self.releases_of(id)?;
        let last = releases.last().ok_or(ApiError::NotFound)?;
        let mut package = self.package(&format!("/v1/ocds/records/{id}"), last.at());
        let base = self.settings.public_url.as_str();
        let numbers = self.numbers();
        // Each release tells the whole state, so the last one is what they come to; of
        // several teams of one case, the last of each.
        let mut compiled = last.to_json(base, &numbers);
        merge_awards(&mut compiled, &releases);
        compiled["id"] = json!(format!("{id}-{}", last.at()));
        compiled["tag"] = json!(["compiled"]);
        let all: Vec<Value> = releases.iter().map(|r| r.to_json(base, &numbers)).collect();
        package["records"] = json!([{ "ocid": id, "releases": all, "compiledRelease": compiled }]);
        Ok(package)
    }
}

/// Our extension, as the standard wants extensions described.
pub fn extension(base: &str) -> Value {
    json!({
        "name": { "zh": "绿通", "en": "Lutong" },
        "description": {
            "en": "Stage, version and journal entry of a plan; expected notice by lot; how long the plan of a notice stood before it; how a reserve team was chosen, and what the work came to; places in the reserve.",
            "zh": "计划的状态、版本和日志编号；各标段预计公告时间；公告之前计划公开的天数；抢险救灾队伍如何选定、结算几何；储备库在库情况。",
        },
        "compatibility": ["1.1"],
        "schemas": ["release-schema.json"],
        "documentationUrl": { "zh": format!("{base}/v1") },
    })
}

/// The schema of our extension.
pub fn extension_schema() -> Value {
    let text = |title: &str| json!({ "title": title, "type": ["string", "null"] });
    let number = |title: &str| json!({ "title": title, "type": ["integer", "null"] });
    json!({
        "properties": {
            "lutong": {
                "title": "绿通",
                "type": ["object", "null"],
                "properties": {
                    "stage": text("计划状态"),
                    "holding": text("公告是否可发：clear、released、freed、cancelled"),
                    "version": number("版本"),
                    "journal": number("日志编号"),
                    "leadDays": number("公告之前计划公开的天数"),
                    "industry": text("行业"),
                    "districts": { "title": "县区", "type": ["array", "null"], "items": { "type": "string" } },
                    "reason": text("理由"),
                    "case": text("险情编号"),
                    "determination": text("认定文号；空为口头令，暂定认定"),
                    "authority": text("认定机关"),
                },
            },
        },
        "definitions": {
            "Lot": {
                "properties": {
                    "lutong:category": text("类别"),
                    "lutong:method": text("招标方式"),
                    "lutong:expectedNotice": text("预计公告，年月或日期"),
                },
            },
            "Award": {
                "properties": {
                    "lutong:team": text("队伍"),
                    "lutong:mode": text("选定方式：nearest 就近指定、draw 随机抽取"),
                    "lutong:listHash": text("候选名单的 SHA-256"),
                    "lutong:state": text("进展：accepted、on_site、finished、inspected、recalled；储备库：published 公示中、listed 在库、suspended 暂停"),
                    "lutong:arrived": text("到场时间"),
                    "lutong:category": text("储备类别"),
                    "lutong:until": text("在库至"),
                },
            },
            "Contract": {
                "properties": {
                    "lutong:pricing": text("计价方式"),
                    "lutong:settled": { "title": "结算价（元）", "type": ["number", "null"] },
                    "lutong:reviewer": text("评审（审计）单位"),
                    "lutong:conclusion": text("评审（审计）结论"),
                },
            },
        },
    })
}
