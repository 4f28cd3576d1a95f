//! What a plan says.

use model::{Day, District, Expected, Funding, Industry, LotKind, Money, PlanId, ProjectCode};
use model::{OrgId, TenderMethod};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::{fmt, str::FromStr};

/// The number of a lot (标段) within its plan, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotNo(pub u16);

/// A lot of a plan, as others name it: `plan-key/2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LotRef {
    /// The plan.
    pub plan: PlanId,
    /// Its lot.
    pub lot: LotNo,
}

/// The text names no lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a lot, such as plan/2")]
pub struct LotRefFault;

impl FromStr for LotRef {
    type Err = LotRefFault;

    fn from_str(text: &str) -> Result<Self, LotRefFault> {
        let (plan, lot) = text.trim().split_once('/').ok_or(LotRefFault)?;
        let lot = lot.parse().map(LotNo).map_err(|_| LotRefFault)?;
        Ok(Self { plan: plan.parse().map_err(|_| LotRefFault)?, lot })
    }
}

impl fmt::Display for LotRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.plan, self.lot.0)
    }
}

impl TryFrom<String> for LotRef {
    type Error = LotRefFault;

    fn try_from(text: String) -> Result<Self, LotRefFault> {
        text.parse()
    }
}

impl From<LotRef> for String {
    fn from(lot: LotRef) -> Self {
        lot.to_string()
    }
}

/// One lot: what will be tendered at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Its number.
    pub no: LotNo,
    /// What it is called.
    pub name: String,
    /// What is tendered.
    pub content: String,
    /// What it buys.
    pub kind: LotKind,
    /// The estimate of its contract.
    pub estimate: Money,
    /// How bidders are found.
    pub method: TenderMethod,
    /// When the notice is expected.
    pub notice: Expected,
    /// When the bids are expected to be opened.
    pub opening: Option<Expected>,
}

/// A plan's content: what the city asks for, a superset of what 粤发改法规函〔2022〕1484号
/// and the 山西 pilot ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanContent {
    /// The project.
    pub project: String,
    /// Its code, where it has one already.
    pub code: Option<ProjectCode>,
    /// Scale and content of the works.
    pub scale: String,
    /// Its trade.
    pub industry: Industry,
    /// Where it lies.
    pub districts: BTreeSet<District>,
    /// Whose money.
    pub funding: Funding,
    /// The total investment.
    pub investment: Money,
    /// The document that approved it, where there is one.
    pub approval: String,
    /// The day of that approval.
    pub approved: Option<Day>,
    /// Its lots, in the order of their numbers; at least one.
    pub lots: Vec<Lot>,
    /// Whom to ask: an office, not a person.
    pub contact: String,
    /// The office's telephone.
    pub phone: String,
    /// The department that supervises the tender.
    pub department: Option<OrgId>,
}

impl PlanContent {
    /// The lot of that number.
    pub fn lot(&self, no: LotNo) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.no == no)
    }

    /// The estimates of all lots together; what does not fit is the largest amount.
    pub fn estimate(&self) -> Money {
        let sum = self.lots.iter().try_fold(Money::ZERO, |sum, lot| sum.plus(lot.estimate));
        sum.unwrap_or(Money::from_fen(i64::MAX))
    }

    /// When the first notice is expected.
    pub fn first_notice(&self) -> Option<Expected> {
        self.lots.iter().map(|lot| lot.notice).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_is_named_by_plan_and_number() {
        let lot: LotRef = "zp-1a2b/2".parse().expect("a lot");
        assert_eq!((lot.plan.as_str(), lot.lot), ("zp-1a2b", LotNo(2)));
        assert_eq!(lot.to_string(), "zp-1a2b/2");
        for text in ["", "zp-1", "zp-1/x", "ZP/1", "/1"] {
            assert!(text.parse::<LotRef>().is_err(), "{text:?}");
        }
    }
}
