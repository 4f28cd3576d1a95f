//! What goes back of a contract's bonds, and when the system orders it.

use super::Contract;
use crate::bond::{Bond, Noted, PieceState, What, runs, runs_on_working_day};
use crate::{Law, NotInForce};
use model::{BondKind, Moment, Money};

/// A piece that goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Its place among the bond's.
    pub n: u32,
    /// Why.
    pub because: &'static str,
    /// When the system orders it.
    pub runs: Moment,
    /// Less than is left of it, where that was agreed to.
    pub granted: Option<Money>,
}

/// The pieces of a contract's bond that go back. None while somebody thinks that the bond is
/// forfeit.
///
/// A performance bond goes back in the night after the work was accepted, or the contract
/// ended. Retained money does when it was asked for and agreed to, on the next working day;
/// a guarantee in its place when nothing is required any more. What secures wages is let go by
/// a person, who has seen that they were paid.
///
/// # Errors
///
/// [`NotInForce`] when there is no hour for that.
pub fn back(
    law: &Law,
    contract: &Contract,
    bond: &Bond,
    now: Moment,
) -> Result<Vec<Back>, NotInForce> {
    if bond.hold.is_some() {
        return Ok(vec![]);
    }
    let mut found = Vec::new();
    for piece in bond.pieces.iter().filter(|piece| piece.state == PieceState::Held) {
        let went = match (bond.kind, &piece.what) {
            (BondKind::Performance, _) => contract.over().map(|over| {
                let because = match contract.completed {
                    Some(_) => "竣工验收合格",
                    None => "合同解除",
                };
                let at = Moment::start_of(over.day);
                Ok((because, runs(law, Noted { at, known: over.known })?, None))
            }),
            (BondKind::Retention, What::Withheld(_)) => {
                let asked = bond.applications.iter().rev().find(|a| a.piece == piece.n);
                asked.filter(|a| a.is_payable()).and_then(|a| a.agreed().map(|at| (a, at))).map(
                    |(a, at)| {
                        let because = a.stage.name();
                        let runs = runs_on_working_day(law, Noted::at(at))?;
                        Ok((because, runs, (a.granted < piece.left()).then_some(a.granted)))
                    },
                )
            }
            (BondKind::Retention, _) => {
                let over = bond.needed_until().map(|last| Moment::start_of(last.plus(1)));
                let over = over.filter(|over| *over <= now);
                over.map(|over| Ok(("缺陷责任期届满", runs(law, Noted::at(over))?, None)))
            }
            (BondKind::Bid | BondKind::Wages, _) => None,
        };
        if let Some(went) = went {
            let (because, runs, granted) = went?;
            found.push(Back { n: piece.n, because, runs, granted });
        }
    }
    Ok(found)
}
