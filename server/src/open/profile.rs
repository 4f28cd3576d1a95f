//! Our profile of the standard for what it does not foresee: teams of a reserve that are
//! sent without a tender, and the reserve itself. docs/ocds.md describes it.

use super::ocds::{ocid, value};
use super::{Award, Release};
use crate::site::Site;
use model::{Category, Discipline, Moment};
use pool::canon::Seal;
use pool::membership::{Membership, Stage};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Identifier of a firm by its unified social credit code.
fn firm(uscc: &str, name: &str) -> (Value, Value) {
    let reference = json!({ "id": format!("CN-USCC-{uscc}"), "name": name });
    let mut party = reference.clone();
    party["identifier"] = json!({ "scheme": "CN-USCC", "id": uscc, "legalName": name });
    party["roles"] = json!(["supplier"]);
    (reference, party)
}

/// A step of a team that was sent without a tender.
pub(super) fn award_release(award: &Award) -> Value {
    let determination = award.determination();
    let (supplier, party) = firm(&award.firm.1, &award.firm.0);
    let authority =
        determination.map_or("广元市应急抢险指挥机构", |d| d.authority.as_str());
    let buyer = json!({ "id": "CN-LUTONG-authority", "name": authority });
    let mut entity = buyer.clone();
    entity["roles"] = json!(["buyer", "procuringEntity"]);
    let tag = match (award.act.as_str(), award.version) {
        ("contract", _) => "contract",
        ("accept", _) => "award",
        ("settle" | "inspect" | "evaluate", _) => "implementationUpdate",
        _ => "awardUpdate",
    };
    let (mode, reason) = award.mode();
    let why = determination
        .map_or("口头令，暂定认定，书面认定后补充", |d| d.why.as_str());
    let id = award.call.id.as_str();
    let mut item = json!({
        "id": id,
        "title": award.case.report.title,
        "description": reason,
        "status": "active",
        "date": award.moment_of("accept").unwrap_or(award.at).to_string(),
        "suppliers": [supplier],
        "lutong:team": award.team,
        "lutong:mode": mode,
        "lutong:listHash": award.selection.list_hash.to_string(),
        "lutong:state": award.state(),
        "lutong:arrived": award.moment_of("arrive").map(|at| at.to_string()),
    });
    let mut release = json!({
        "ocid": ocid(award.case.id.as_str()),
        "id": award.id(),
        "date": award.at.to_string(),
        "tag": [tag],
        "initiationType": "tender",
        "language": "zh",
        "parties": [entity, party],
        "buyer": buyer,
        "tender": {
            "id": award.case.id.as_str(),
            "title": award.case.report.title,
            "status": "complete",
            "procuringEntity": buyer,
            "procurementMethod": "direct",
            "procurementMethodDetails": "抢险救灾，不进行招标（招标投标法第六十六条）",
            "procurementMethodRationale": why,
            "mainProcurementCategory": "works",
        },
        "lutong": {
            "case": award.case.number,
            "determination": determination.map(|d| d.document.clone()),
            "authority": determination.map(|d| d.authority.clone()),
            "version": award.version,
            "districts": [award.case.report.district.name()],
        },
    });
    if let Some(d) = determination {
        // The most that it may cost.
        release["tender"]["value"] = value(d.ceiling);
        release["tender"]["description"] = json!(d.scope);
    }
    if let Some(contract) = award.contract() {
        item["value"] = value(contract.sum);
        let settlement = award.settlement();
        let over = award.moment_of("inspect").is_some() || award.state() == "recalled";
        release["contracts"] = json!([{
            "id": format!("{id}-c"),
            "awardID": id,
            "status": if over { "terminated" } else { "active" },
            "value": value(contract.sum),
            "dateSigned": Moment::start_of(contract.signed).to_string(),
            "period": { "durationInDays": contract.days },
            "lutong:pricing": contract.pricing.name(),
            "lutong:settled": settlement.map(|s| value(s.amount)["amount"].clone()),
            "lutong:reviewer": settlement.map(|s| s.reviewer.clone()),
            "lutong:conclusion": settlement.map(|s| s.conclusion.clone()),
        }]);
    }
    release["awards"] = json!([item]);
    release
}

/// Puts the last state of every call of a case into what its releases come to.
pub(super) fn merge_awards(compiled: &mut Value, releases: &[Release]) {
    let mut last: BTreeMap<String, Value> = BTreeMap::new();
    for release in releases {
        let Release::Award(award) = release else { return };
        last.insert(award.call.id.to_string(), award_release(award));
    }
    let all = |field: &str| -> Vec<Value> {
        let lists = last.values().filter_map(|release| release[field].as_array());
        lists.flatten().cloned().collect()
    };
    let mut parties = all("parties");
    parties.sort_by_key(|party| party["id"].to_string());
    parties.dedup_by_key(|party| party["id"].to_string());
    compiled["parties"] = json!(parties);
    compiled["awards"] = json!(all("awards"));
    let contracts = all("contracts");
    if !contracts.is_empty() {
        compiled["contracts"] = json!(contracts);
    }
}

/// Since when a place has stood where it stands, and until when it is good; none for what
/// is not public.
fn standing(stage: &Stage) -> Option<(Moment, &'static str, Option<String>)> {
    match stage {
        Stage::Published { since, .. } => Some((*since, "pending", None)),
        Stage::Listed { since, until } | Stage::Suspended { since, until, .. } => {
            Some((*since, "active", Some(until.to_string())))
        }
        _ => None,
    }
}

impl Site {
    /// The reserve as it stands: a release for each category, each place an award.
    pub fn reserve_package(&self) -> Value {
        let mirror = self.read();
        let mut releases = Vec::new();
        let mut newest = Moment::from_ms(0);
        let categories: BTreeSet<Category> =
            mirror.memberships.iter().map(|m| m.category).collect();
        for category in categories {
            let mut parties = BTreeMap::new();
            let mut places = Vec::new();
            let mut last: Option<Moment> = None;
            let of_category = mirror.memberships.iter().filter(|m| m.category == category);
            for place in of_category {
                let place: &Membership = place;
                let Some((since, status, until)) = standing(&place.stage) else { continue };
                let known = mirror.contractors.get(place.contractor.as_str());
                let Some(basics) = known.and_then(|c| c.basics.as_ref()) else { continue };
                let (supplier, party) = firm(basics.uscc.as_str(), &basics.name);
                parties.insert(basics.uscc.as_str().to_owned(), party);
                last = last.max(Some(since));
                places.push(json!({
                    "id": place.id.as_str(),
                    "title": category.name(),
                    "status": status,
                    "date": since.to_string(),
                    "suppliers": [supplier],
                    "lutong:category": category.key(),
                    "lutong:state": place.stage.key(),
                    "lutong:until": until,
                }));
            }
            let Some(last) = last else { continue };
            newest = newest.max(last);
            let bought = match category.discipline {
                Discipline::Works => "works",
                _ => "services",
            };
            let number = format!("reserve-{}", category.key());
            releases.push(json!({
                "ocid": ocid(&number),
                // Another one whenever a place has come, gone or changed.
                "id": format!("{number}-{}", &Seal::of(json!(places).to_string().as_bytes()).to_string()[..12]),
                "date": last.to_string(),
                "tag": ["awardUpdate"],
                "initiationType": "tender",
                "language": "zh",
                "parties": parties.into_values().collect::<Vec<_>>(),
                "tender": {
                    "id": number,
                    "title": format!("抢险救灾工程施工队伍储备库：{}", category.name()),
                    "status": "active",
                    "procurementMethod": "open",
                    "mainProcurementCategory": bought,
                },
                "awards": places,
                "lutong": { "stage": "standing" },
            }));
        }
        drop(mirror);
        let mut package = self.package("/v1/ocds/reserve", newest);
        package["releases"] = json!(releases);
        package
    }
}
