//! How early plans were published, and how good they were.

use crate::site::Site;
use app::portal::{OwnerLine, QualityPage, RateLine};
use model::{District, Expected, OrgKind};
use policies::notice::{Holding, TenderNotice};
use policies::plan::{PlanVersion, forecast};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// The middle one; of two middle ones the smaller.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len().checked_sub(1)? / 2;
    values.get(middle).copied()
}

#[derive(Default)]
struct Group {
    notices: usize,
    early: usize,
    days: Vec<i64>,
}

impl Group {
    fn add(&mut self, notice: &TenderNotice) {
        self.notices += 1;
        self.early += usize::from(TenderNotice::is_early_enough(&notice.content, &notice.leads));
        self.days.extend(notice.lead_days());
    }

    fn line(self, name: String) -> RateLine {
        RateLine { name, notices: self.notices, early: self.early, days: median(self.days) }
    }
}

impl Site {
    /// The rates, by district, department, trade and month, and the owners' forecasts: as
    /// of the last public act, so that many readers reckon it once.
    pub fn plan_quality(&self) -> QualityPage {
        let as_of = self.read().public_seq;
        let mut known = self.quality.lock().unwrap_or_else(PoisonError::into_inner);
        match known.as_ref() {
            Some((seq, page)) if *seq == as_of => page.clone(),
            _ => {
                let page = self.reckon_quality();
                *known = Some((as_of, page.clone()));
                page
            }
        }
    }

    fn reckon_quality(&self) -> QualityPage {
        let mirror = self.read();
        let mut all = Group::default();
        let mut districts: BTreeMap<District, Group> = BTreeMap::new();
        let mut trades: BTreeMap<&str, Group> = BTreeMap::new();
        let mut departments: BTreeMap<String, Group> = BTreeMap::new();
        let mut months: BTreeMap<Expected, Group> = BTreeMap::new();
        let mut owners: BTreeMap<&str, (Vec<i64>, Vec<i64>)> = BTreeMap::new();
        let mut held = 0;
        for notice in mirror.tender_notices.iter() {
            held += usize::from(matches!(notice.holding, Holding::Held { .. }));
            // What a determination freed never had to be early, and what was cancelled
            // did not happen.
            if !matches!(notice.holding, Holding::Clear | Holding::Released { .. }) {
                continue;
            }
            all.add(notice);
            trades.entry(notice.content.industry.name()).or_default().add(notice);
            let month = Expected::within_month_of(notice.content.noticed);
            months.entry(month).or_default().add(notice);
            let lots = notice.content.lots.len();
            let mut supervised = None;
            let mut in_districts = std::collections::BTreeSet::new();
            for lot in &notice.content.lots {
                let plan = mirror.plans.get(lot.plan.as_str());
                let version = plan.and_then(|p| {
                    mirror.plan_versions.get(&PlanVersion::key(&p.value.id, p.value.versions))
                });
                let Some(version) = version else { continue };
                in_districts.extend(version.content.districts.iter().copied());
                supervised = supervised.or_else(|| version.content.department.clone());
                let Some(planned) = version.content.lot(lot.lot) else { continue };
                let off = forecast(planned, notice.content.noticed, notice.content.amount);
                let (days, percents) = owners.entry(version.owner.as_str()).or_default();
                days.push(off.days.abs());
                // An amount for several lots together says nothing about one of them.
                percents.extend(off.percent.filter(|_| lots == 1).map(i64::abs));
            }
            let department = match supervised {
                Some(id) => mirror.orgs.get(id.as_str()),
                // Unless the plan says which, the one that answers for the trade.
                None => mirror.orgs.iter().find(|org| {
                    org.kind == OrgKind::Department
                        && org.industries.contains(&notice.content.industry)
                }),
            };
            let name = department.map_or_else(|| "未明确".to_owned(), |org| org.name.clone());
            departments.entry(name).or_default().add(notice);
            for district in in_districts {
                districts.entry(district).or_default().add(notice);
            }
        }
        let owners = owners.into_iter().map(|(key, (days, percents))| OwnerLine {
            name: mirror.orgs.get(key).map_or_else(|| key.to_owned(), |org| org.name.clone()),
            key: key.to_owned(),
            lots: days.len(),
            days: median(days).unwrap_or(0),
            percent: median(percents),
        });
        let districts = districts.into_iter().map(|(d, g)| g.line(d.name().to_owned())).collect();
        let departments = departments.into_iter().map(|(name, g)| g.line(name)).collect();
        let trades = trades.into_iter().map(|(name, g)| g.line(name.to_owned())).collect();
        let months = months.into_iter().rev().map(|(m, g)| g.line(m.to_string())).collect();
        QualityPage {
            all: all.line("全市".into()),
            groups: vec![
                ("县区", districts),
                ("行业主管部门", departments),
                ("行业", trades),
                ("月份", months),
            ],
            owners: owners.collect(),
            held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_one() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9]), Some(9));
        assert_eq!(median(vec![9, 1, 5]), Some(5));
        assert_eq!(median(vec![9, 1, 5, 7]), Some(5));
    }
}
