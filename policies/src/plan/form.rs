//! A plan as people type it, and what is wrong with that.

use super::{Lot, LotNo, PlanContent};
use model::{District, Fault, Faults, Money, OrgId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most lots of one plan.
pub const MOST_LOTS: u16 = 99;

/// One lot, as a row of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LotForm {
    /// Its number, when it has one already.
    pub no: String,
    /// Name.
    pub name: String,
    /// What is tendered.
    pub content: String,
    /// Key of its kind.
    pub kind: String,
    /// The estimate, in 万元.
    pub estimate: String,
    /// Key of the method.
    pub method: String,
    /// Month or day of the notice.
    pub notice: String,
    /// Month or day of the opening.
    pub opening: String,
    /// Counts even when it is empty: a row of a sheet, which stands there for a lot.
    #[serde(skip)]
    pub counts: bool,
}

impl LotForm {
    /// Whether nothing was typed into it. Choices that the form makes by itself do not
    /// count.
    pub fn is_empty(&self) -> bool {
        [&self.name, &self.content, &self.estimate, &self.notice, &self.opening]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

/// A plan, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanForm {
    /// The key that a new plan will have, so that a form that is sent twice counts once.
    pub key: String,
    /// The project.
    pub project: String,
    /// Its code.
    pub code: String,
    /// Scale and content.
    pub scale: String,
    /// Key of its trade.
    pub industry: String,
    /// Districts: key → `yes`.
    pub districts: BTreeMap<String, String>,
    /// Key of its funding.
    pub funding: String,
    /// Total investment, in 万元.
    pub investment: String,
    /// Number of the approval.
    pub approval: String,
    /// Its day.
    pub approved: String,
    /// Lots, by row; empty rows do not count.
    pub lots: BTreeMap<String, LotForm>,
    /// Office to ask.
    pub contact: String,
    /// Its telephone.
    pub phone: String,
    /// Key of the department that supervises.
    pub department: String,
    /// Why it changes, where it is public already.
    pub reason: String,
    /// `yes` when the scope changes.
    pub scope_changed: String,
    /// `submit` to hand it in at once.
    pub then: String,
}

impl PlanForm {
    /// What was typed, as a plan's content. `used` are lot numbers that the plan has had,
    /// so that a new lot takes none of them.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, by field; lots are named `lots.0.estimate`.
    pub fn read(&self, used: impl IntoIterator<Item = LotNo>) -> Result<PlanContent, Faults> {
        let mut faults = Faults::new();
        let project = faults.reason("project", &self.project, 4, 120);
        let code = faults.project_code("code", &self.code);
        let scale = faults.reason("scale", &self.scale, 4, 2000);
        let industry = faults.choice("industry", &self.industry);
        let districts = self.read_districts(&mut faults);
        let funding = faults.choice("funding", &self.funding);
        let investment = faults.wan("investment", &self.investment);
        let approval = faults.optional_text("approval", &self.approval, 80);
        let approved = (!self.approved.trim().is_empty())
            .then(|| faults.day("approved", &self.approved))
            .flatten();
        let contact = faults.text("contact", &self.contact, 60);
        let phone = faults.phone("phone", &self.phone);
        let department = self.department.trim();
        let department: Option<OrgId> =
            (!department.is_empty()).then(|| faults.choice("department", department)).flatten();
        let lots = self.read_lots(&mut faults, used);
        if let Some(investment) = investment {
            let sum = lots.iter().try_fold(Money::ZERO, |sum, lot| sum.plus(lot.estimate));
            let sum = sum.unwrap_or(Money::from_fen(i64::MAX));
            if sum > investment {
                faults.note("investment", Fault::BelowLots { sum });
            }
        }
        match (industry, funding, investment, faults.is_empty()) {
            (Some(industry), Some(funding), Some(investment), true) => Ok(PlanContent {
                project,
                code,
                scale,
                industry,
                districts,
                funding,
                investment,
                approval,
                approved,
                lots,
                contact,
                phone,
                department,
            }),
            _ => Err(faults),
        }
    }

    fn read_districts(&self, faults: &mut Faults) -> BTreeSet<District> {
        let ticked = self.districts.iter().filter(|(_, yes)| *yes == "yes");
        let read: Result<BTreeSet<District>, _> = ticked.map(|(key, _)| key.parse()).collect();
        match &read {
            Ok(read) if read.is_empty() => faults.note("districts", Fault::TooFew { min: 1 }),
            Ok(_) => {}
            Err(_) => faults.note("districts", Fault::NotAChoice),
        }
        read.unwrap_or_default()
    }

    fn read_lots(&self, faults: &mut Faults, used: impl IntoIterator<Item = LotNo>) -> Vec<Lot> {
        let mut rows: Vec<(&String, &LotForm)> =
            self.lots.iter().filter(|(_, lot)| lot.counts || !lot.is_empty()).collect();
        // By number: as text, `10` would stand before `2`.
        rows.sort_by_key(|(row, _)| (row.parse::<u32>().unwrap_or(u32::MAX), (*row).clone()));
        if rows.is_empty() {
            faults.note("lots", Fault::TooFew { min: 1 });
        }
        if rows.len() > usize::from(MOST_LOTS) {
            let max = i64::from(MOST_LOTS);
            faults.note("lots", Fault::OutOfRange { min: 1, max });
        }
        let numbered = rows.iter().filter_map(|(_, lot)| lot.no.trim().parse().ok());
        let highest = numbered.chain(used.into_iter().map(|no| no.0)).max().unwrap_or(0);
        let mut next = highest.min(u16::MAX - MOST_LOTS);
        let mut taken = BTreeSet::new();
        let mut lots = Vec::new();
        for (row, form) in rows {
            let mut number = || {
                next += 1;
                LotNo(next)
            };
            let no = match form.no.trim().parse() {
                Ok(no @ 1..) => LotNo(no),
                _ => number(),
            };
            let no = if taken.insert(no) { no } else { number() };
            lots.extend(form.read(&format!("lots.{row}"), no, faults));
        }
        lots.sort_by_key(|lot| lot.no);
        lots
    }

    /// The form that shows a content again.
    pub fn of(content: &PlanContent) -> Self {
        Self {
            project: content.project.clone(),
            code: content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()),
            scale: content.scale.clone(),
            industry: content.industry.key().into(),
            districts: content.districts.iter().map(|d| (d.key().into(), "yes".into())).collect(),
            funding: content.funding.key().into(),
            investment: content.investment.wan(),
            approval: content.approval.clone(),
            approved: content.approved.map_or_else(String::new, |d| d.to_string()),
            lots: content
                .lots
                .iter()
                .enumerate()
                .map(|(i, lot)| (i.to_string(), LotForm::of(lot)))
                .collect(),
            contact: content.contact.clone(),
            phone: content.phone.clone(),
            department: content.department.as_ref().map_or_else(String::new, |d| d.to_string()),
            ..Self::default()
        }
    }
}

impl LotForm {
    fn read(&self, row: &str, no: LotNo, faults: &mut Faults) -> Option<Lot> {
        let of = |field: &str| format!("{row}.{field}");
        let name = faults.text(&of("name"), &self.name, 80);
        let content = faults.reason(&of("content"), &self.content, 2, 500);
        let kind = faults.choice(&of("kind"), &self.kind);
        let estimate = faults.wan(&of("estimate"), &self.estimate);
        let method = faults.choice(&of("method"), &self.method);
        let notice = faults.expected(&of("notice"), &self.notice);
        let opening = (!self.opening.trim().is_empty())
            .then(|| faults.expected(&of("opening"), &self.opening))
            .flatten();
        if let Some((notice, opening)) = notice.zip(opening)
            && opening.last() < notice.first()
        {
            faults.note(&of("opening"), Fault::NotAfter { day: notice.first() });
        }
        Some(Lot {
            no,
            name,
            content,
            kind: kind?,
            estimate: estimate?,
            method: method?,
            notice: notice?,
            opening,
        })
    }

    fn of(lot: &Lot) -> Self {
        Self {
            no: lot.no.0.to_string(),
            name: lot.name.clone(),
            content: lot.content.clone(),
            kind: lot.kind.key().into(),
            estimate: lot.estimate.wan(),
            method: lot.method.key().into(),
            notice: lot.notice.to_string(),
            opening: lot.opening.map_or_else(String::new, |o| o.to_string()),
            counts: false,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A form without a fault.
    pub(in crate::plan) fn sound() -> PlanForm {
        let lot = LotForm {
            name: "施工一标段".into(),
            content: "路基、路面及桥涵".into(),
            kind: "works".into(),
            estimate: "1260.5".into(),
            method: "open".into(),
            notice: "2027-01".into(),
            opening: "2027-02-10".into(),
            ..LotForm::default()
        };
        PlanForm {
            project: "青川县沙州至姚渡公路改造".into(),
            code: "2203-510822-04-01-123456".into(),
            scale: "改造三级公路 12 公里".into(),
            industry: "highway".into(),
            districts: [("qingchuan".into(), "yes".into())].into(),
            funding: "budget".into(),
            investment: "3000".into(),
            approval: "广发改〔2026〕12号".into(),
            approved: "2026-05-08".into(),
            lots: [
                ("0".into(), lot.clone()),
                ("1".into(), LotForm { name: "施工二标段".into(), ..lot }),
            ]
            .into(),
            contact: "工程科".into(),
            phone: "0839-3260119".into(),
            ..PlanForm::default()
        }
    }

    #[test]
    fn a_sound_form_is_read_and_shown_again() {
        let content = sound().read([]).expect("sound");
        assert_eq!(content.lots.iter().map(|l| l.no.0).collect::<Vec<_>>(), [1, 2]);
        let again = PlanForm::of(&content);
        assert_eq!(again.read([]).expect("sound"), content);
        assert_eq!(again.investment, "3000");
        assert_eq!(again.lots["0"].estimate, "1260.5");
    }

    #[test]
    fn a_new_lot_takes_no_number_that_was_used() {
        let mut form = PlanForm::of(&sound().read([]).expect("sound"));
        form.lots.remove("1");
        form.lots.insert("5".into(), LotForm { no: String::new(), ..form.lots["0"].clone() });
        let content = form.read([LotNo(1), LotNo(2)]).expect("sound");
        assert_eq!(content.lots.iter().map(|l| l.no.0).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut form = sound();
        form.code = "2203-510822".into();
        form.districts.clear();
        form.lots.get_mut("0").expect("a lot").estimate = "一百".into();
        form.lots.get_mut("1").expect("a lot").opening = "2026-12".into();
        let faults = form.read([]).expect_err("faults");
        let named: Vec<&str> = faults.iter().map(|(field, _)| field).collect();
        assert_eq!(named, ["code", "districts", "lots.0.estimate", "lots.1.opening"]);
        assert!(PlanForm::default().read([]).expect_err("faults").iter().count() >= 8);
    }

    #[test]
    fn lots_can_not_cost_more_than_the_project() {
        let mut form = sound();
        form.investment = "2520.99".into();
        let faults = form.read([]).expect_err("faults");
        let sum = Money::from_yuan(25_210_000).expect("an amount");
        assert_eq!(faults.of("investment"), Some(&Fault::BelowLots { sum }));
        form.investment = "2521".into();
        assert!(form.read([]).is_ok());
    }
}
