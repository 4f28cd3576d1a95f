//! Which bonds may be asked for a contract, and how much.

use super::Contract;
use crate::bond::{
    Bond, Cover, Ladder, Need, NoBond, Piece, PieceState, ladder, not_for, performance_bond,
    retention, wages_bond,
};
use crate::{Law, Ruling};
use model::{BondKind, Day, Money};
use serde::{Deserialize, Serialize};

/// What may be asked, and on what it rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secured {
    /// The most that the law allows.
    pub most: Ruling<Money>,
    /// What comes off for this firm.
    pub ladder: Ladder,
    /// What is left.
    pub asked: Money,
}

/// What may be asked of a contract's firm for that kind of bond.
///
/// # Errors
///
/// [`NoBond`]: bids have bonds of their own, some kinds are for works only, and nothing is
/// retained before it is settled.
pub fn asked(law: &Law, contract: &Contract, kind: BondKind) -> Result<Secured, NoBond> {
    // What is retained follows the rules of the day on which it is settled.
    let settled = contract.settlement.as_ref().map(|settled| settled.done.day);
    let since = settled.filter(|_| kind == BondKind::Retention).unwrap_or(contract.signed);
    if let Some(why) = not_for(law, kind, contract.kind, since) {
        return Err(NoBond::NotFor { why });
    }
    let (most, day) = match kind {
        BondKind::Bid => return Err(NoBond::NoBase),
        BondKind::Performance => {
            let day = contract.awarded.unwrap_or(contract.signed);
            let price = Some(contract.price);
            (performance_bond(law, contract.procurement, price, day)?, day)
        }
        BondKind::Wages => {
            (wages_bond(law, Some(contract.price), contract.signed)?, contract.signed)
        }
        BondKind::Retention => {
            let settled = contract.settlement.as_ref().ok_or(NoBond::NoBase)?;
            (retention(law, Some(settled.amount), settled.done.day)?, settled.done.day)
        }
    };
    let ladder = ladder(law, kind, contract.who, contract.project(), day)?;
    Ok(Secured { asked: ladder.asked(most.value), most, ladder })
}

/// A part of what is retained that may be asked for by itself, at a milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The milestone.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// From which day on it may be asked for.
    pub due: Day,
}

/// What is required from `from` on when each part is required until it may be asked for.
pub fn needs_of_parts(from: Day, parts: &[Part]) -> Vec<Need> {
    let left = |day: Day| -> i64 {
        parts.iter().filter(|part| part.due > day).map(|part| part.amount.fen()).sum()
    };
    let mut days: Vec<Day> = parts.iter().map(|part| part.due).collect();
    days.push(from);
    days.retain(|day| *day >= from);
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(|day| Need { from: day, amount: Money::from_fen(left(day)) }).collect()
}

/// When a piece was there, or will be as far as is known today: it secures what it was given for
/// until it is given back, whether that is required any more or not.
fn lies(piece: &Piece) -> Vec<Cover> {
    match piece.state {
        // Nobody has looked at it yet, and it is there all the same.
        PieceState::Offered => {
            vec![Cover { from: piece.from, until: piece.until, amount: piece.left() }]
        }
        _ => piece.covers(),
    }
}

/// The first day on which a performance bond and retained money would stand side by side
/// (建质〔2017〕138号 第六条), when the one is required, or lies, as in `bonds` and the other is
/// required from `from` on.
pub fn overlaps(bonds: &[&Bond], kind: BondKind, from: Day) -> Option<Day> {
    let other = match kind {
        BondKind::Retention => BondKind::Performance,
        BondKind::Performance => BondKind::Retention,
        BondKind::Bid | BondKind::Wages => return None,
    };
    let clash = |bond: &&Bond| {
        if bond.required(from) > Money::ZERO {
            return Some(from);
        }
        let later = bond.needs.iter().find(|need| need.from > from && need.amount > Money::ZERO);
        let lying = bond.pieces.iter().flat_map(lies).filter(|cover| cover.amount > Money::ZERO);
        let lying = lying.filter(|cover| cover.until.is_none_or(|until| from <= until));
        let days = lying.map(|cover| cover.from.max(from)).chain(later.map(|need| need.from));
        days.min()
    };
    bonds.iter().copied().filter(|bond| bond.kind == other).filter_map(|bond| clash(&bond)).min()
}
