//! One thing that is given for a bond: money on an account, or a guarantee.

use super::{Checked, Cover};
use model::{AccountId, BondForm, Day, Medium, Moment, Money, Personal};
use serde::{Deserialize, Serialize};

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cash {
    /// Whose account it came from, as the bank names it: it goes back there and nowhere else.
    pub payer: String,
    /// That account's number.
    pub account: Personal,
    /// The bank's own number of the transfer.
    pub reference: String,
}

/// A guarantee (保函、保单), with what its issuer says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarantee {
    /// Its number, unique with its issuer.
    pub number: String,
    /// Who stands for it.
    pub issuer: String,
    /// In whose favour.
    pub beneficiary: String,
    /// On what it is written.
    pub medium: Medium,
    /// What it costs the firm.
    pub fee: Money,
}

impl Guarantee {
    /// What nobody can give twice: its number with its issuer.
    pub fn evidence(&self) -> String {
        format!("{}/{}", self.issuer, self.number)
    }
}

/// Money that was never paid out: the owner kept it back from the settlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The milestone at which it comes back.
    pub milestone: String,
    /// From which day on it may be asked for.
    pub due: Day,
    /// The firm's account, as the contract names it.
    pub account: Personal,
}

/// What somebody found out about a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When.
    pub at: Moment,
    /// Who; nobody when the issuer's own service answered.
    pub by: Option<AccountId>,
    /// How, or what does not fit.
    pub note: String,
}

/// What is made of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Money.
    Cash(Cash),
    /// A guarantee.
    Guarantee(Guarantee),
    /// Money that was kept back.
    Withheld(Withheld),
}

/// Where a piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 待核验
    Offered,
    /// 有效
    Held,
    /// 核验不符
    Refused,
    /// 退还中: the bank was told to pay it back.
    Returning,
    /// 已退还
    Returned,
    /// 已解除: a guarantee that was given back.
    Released,
    /// 不予退还
    Forfeited,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Offered,
        Self::Held,
        Self::Refused,
        Self::Returning,
        Self::Returned,
        Self::Released,
        Self::Forfeited,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Returning => "returning",
            Self::Returned => "returned",
            Self::Released => "released",
            Self::Forfeited => "forfeited",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offered => "待核验",
            Self::Held => "有效",
            Self::Refused => "核验不符",
            Self::Returning => "退还中",
            Self::Returned => "已退还",
            Self::Released => "已解除",
            Self::Forfeited => "不予退还",
        }
    }
}

/// What is done with a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is what it says.
    Verify,
    /// It is not.
    Refuse,
    /// A guarantee lasts longer.
    Extend,
    /// Its issuer pays for a failing.
    Claim,
    /// A guarantee is given back.
    Release,
    /// The bank is told to pay money back.
    Order,
    /// The bank has done so.
    Paid,
    /// Money is kept for a ground of the law.
    Forfeit,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Verify,
        Self::Refuse,
        Self::Extend,
        Self::Claim,
        Self::Release,
        Self::Order,
        Self::Paid,
        Self::Forfeit,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Refuse => "refuse",
            Self::Extend => "extend",
            Self::Claim => "claim",
            Self::Release => "release",
            Self::Order => "order",
            Self::Paid => "paid",
            Self::Forfeit => "forfeit",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verify => "核验通过",
            Self::Refuse => "核验不符",
            Self::Extend => "延期",
            Self::Claim => "索赔",
            Self::Release => "解除",
            Self::Order => "退还",
            Self::Paid => "退还到账",
            Self::Forfeit => "不予退还",
        }
    }
}

/// A sum that was taken out of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// From which day on it is gone.
    pub on: Day,
    /// How much.
    pub amount: Money,
    /// For what.
    pub reason: String,
    /// Who claimed it.
    pub by: AccountId,
    /// Who else confirmed it. None while nobody has, and where it follows from what was decided
    /// elsewhere: a dispute that was settled, a bond that is forfeit.
    #[serde(default)]
    pub confirmed: Option<AccountId>,
}

/// One thing that is given for a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its place among the bond's pieces, from 1.
    pub n: u32,
    /// In what form.
    pub form: BondForm,
    /// How much.
    pub amount: Money,
    /// From which day on: that on which the money came, or a guarantee begins.
    pub from: Day,
    /// A guarantee's last day.
    pub until: Option<Day>,
    /// What it is.
    pub what: What,
    /// Where it stands.
    pub state: State,
    /// What was found out about it.
    pub verified: Option<Verification>,
    /// What was taken out of it.
    pub claims: Vec<Claim>,
    /// A sum that somebody wants to take out of it; somebody else has to say so, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Claim>,
    /// The day from which on it is no longer there.
    pub gone: Option<Day>,
    /// When it was entered.
    pub entered: Moment,
    /// By whom: somebody else verifies it.
    #[serde(default)]
    pub by: Option<AccountId>,
    /// What a guarantee's issuer said of it when its own service was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Checked>,
}

impl Piece {
    /// Whether its issuer is still to be asked about it.
    pub fn is_unasked(&self) -> bool {
        matches!(self.what, What::Guarantee(_))
            && matches!(self.state, State::Offered | State::Held)
            && self.checked.is_none()
    }

    /// What nobody can give twice: the bank's transfer, or the issuer's guarantee. The
    /// database refuses a second one, in whichever bond.
    pub fn evidence(&self) -> String {
        match &self.what {
            What::Cash(cash) => format!("cash/{}", cash.reference),
            What::Guarantee(guarantee) => guarantee.evidence(),
            // Nobody gave it, so there is nothing to give twice.
            What::Withheld(kept) => format!("withheld/{}", kept.account.key),
        }
    }

    /// Where it stands after `act`. This table is the whole machine.
    pub fn step(&self, act: Act) -> Option<State> {
        use State::{Forfeited, Held, Offered, Refused, Released, Returned, Returning};
        match (self.state, act, self.form.is_guarantee()) {
            (Offered, Act::Verify, _) => Some(Held),
            (Offered, Act::Refuse, _) => Some(Refused),
            (Held, Act::Extend | Act::Claim, true) => Some(Held),
            (Held, Act::Release, true) => Some(Released),
            (Held, Act::Claim, false) => Some(Held),
            (Held, Act::Order, false) => Some(Returning),
            (Held, Act::Forfeit, false) => Some(Forfeited),
            (Returning, Act::Paid, false) => Some(Returned),
            _ => None,
        }
    }

    /// What is left of it after claims.
    pub fn left(&self) -> Money {
        let taken: i64 = self.claims.iter().map(|claim| claim.amount.fen()).sum();
        Money::from_fen((self.amount.fen() - taken).max(0))
    }

    /// What it covers, day by day. What was not verified covers nothing.
    pub fn covers(&self) -> Vec<Cover> {
        if matches!(self.state, State::Offered | State::Refused) {
            return vec![];
        }
        let gone = self.gone.map(|day| day.minus(1));
        let last = match (self.until, gone) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut days: Vec<Day> = self.claims.iter().map(|c| c.on.max(self.from)).collect();
        days.push(self.from);
        days.sort_unstable();
        days.dedup();
        let mut covers = Vec::new();
        for (i, from) in days.iter().enumerate() {
            let taken = self.claims.iter().filter(|c| c.on <= *from).map(|c| c.amount.fen());
            let amount = Money::from_fen((self.amount.fen() - taken.sum::<i64>()).max(0));
            let until = match (days.get(i + 1).map(|day| day.minus(1)), last) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if until.is_none_or(|until| *from <= until) {
                covers.push(Cover { from: *from, until, amount });
            }
        }
        covers
    }
}
