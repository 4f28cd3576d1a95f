//! Changes of a contract, and what they come to together: small steps add up, and what was
//! taken out makes no room for more.

use super::Contract;
use crate::{Law, NotInForce, Ruling, keys};
use model::{AccountId, BasisPoints, Day, Moment, Money};
use serde::{Deserialize, Serialize};

/// An addition to a contract (补充合同).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its day.
    pub day: Day,
    /// By how much the price rises.
    pub more: Money,
    /// By how much it falls.
    pub less: Money,
    /// The new day by which it is to be carried out.
    pub ends: Option<Day>,
    /// Why.
    pub reason: String,
    /// The paper that approves it, where one is needed.
    pub approval: String,
    /// When it was entered.
    pub entered: Moment,
    /// By whom.
    pub by: AccountId,
}

/// What all rises of a price come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grown {
    /// All of them.
    pub sum: Money,
    /// The most that they may come to; only government procurement has such a limit.
    pub most: Option<Ruling<Money>>,
    /// Beyond this an approval is named.
    pub approval: Ruling<Money>,
}

impl Grown {
    /// Whether it is more than the law allows.
    pub fn too_much(&self) -> bool {
        self.most.as_ref().is_some_and(|most| self.sum > most.value)
    }

    /// Whether an approval has to be named.
    pub fn needs_approval(&self) -> bool {
        self.sum > self.approval.value
    }
}

/// What all rises come to, together with another one.
///
/// # Errors
///
/// [`NotInForce`].
pub fn grown(law: &Law, contract: &Contract, more: Money) -> Result<Grown, NotInForce> {
    let before: i64 = contract.changes.iter().map(|change| change.more.fen()).sum();
    let sum = Money::from_fen(before.saturating_add(more.fen()));
    let of = |key| {
        let rate = law.figure(key, contract.signed)?;
        let share = |bp| contract.price.share_floor(BasisPoints(u32::try_from(bp).unwrap_or(0)));
        Ok::<_, NotInForce>(rate.map(share))
    };
    let most = match contract.procurement {
        true => Some(of(keys::CHANGE_PROCUREMENT)?),
        false => None,
    };
    Ok(Grown { sum, most, approval: of(keys::CHANGE_APPROVAL)? })
}
