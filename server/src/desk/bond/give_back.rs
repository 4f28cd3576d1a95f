//! What goes back by itself: orders are written down in the night after the ground arose.
//! Safe after a sleep that passed several of them, and after a death between any two lines.

use super::{Awaits, awaits};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{AccountId, Actor, BondKind, Errand, Moment, Money};
use policies::bond::{
    Because, Bond, Noted, Payment, PaymentState, Piece, PieceAct, PieceState, Purpose,
    TenderResult, What, ground, runs,
};
use policies::notice::TenderNotice;

/// Bonds given back in one round.
pub(in crate::desk) const ROUND: usize = 50;

/// A bond that goes back now, and what that rests on.
struct Due {
    bond: Kept<Bond>,
    because: Because,
    notice: Option<Kept<TenderNotice>>,
    result: Option<Kept<TenderResult>>,
}

impl Site {
    /// Why and since when a bond goes back that lies there.
    fn goes_back(mirror: &Mirror, bond: &Bond, now: Moment) -> Option<(Because, Noted)> {
        if bond.hold.is_some() {
            return None;
        }
        let Awaits { placing, withdrawn, events, .. } = awaits(mirror, bond)?;
        ground(placing, withdrawn, &events, now)
    }

    /// Orders what is due to be paid back, and lets guarantees go.
    pub(in crate::desk) async fn return_bonds(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let law = self.law();
        let mut done = Vec::new();
        let mut due: Vec<Due> = Vec::new();
        {
            let mirror = self.read();
            for bond in &self.due_bonds(&mirror, now) {
                let Some((because, since)) = Self::goes_back(&mirror, bond, now) else { continue };
                match runs(&law, since) {
                    Ok(at) if at <= now => {}
                    Ok(_) => continue,
                    Err(fault) => {
                        done.push(Err(self.no_rule(&fault)));
                        continue;
                    }
                }
                let Some(Awaits { notice, result, .. }) = awaits(&mirror, bond) else { continue };
                due.push(Due {
                    bond: bond.clone(),
                    because,
                    notice: notice.cloned(),
                    result: result.cloned(),
                });
            }
        }
        // The rest of a long night comes in the next round: whoever is called to a danger
        // does not wait for it.
        for due in due {
            done.push(self.give_back(due, now).await);
            if done.iter().filter(|done| done.is_ok()).count() >= ROUND {
                break;
            }
        }
        done
    }

    async fn give_back(&self, due: Due, now: Moment) -> Answer<()> {
        let Due { bond: seen, because, notice, result } = due;
        let seen = &seen;
        let because = because.name();
        let today = now.day();
        let mut next = (*seen.value).clone();
        next.require(today, Money::ZERO);
        let mut changes = Changes::new();
        // Whoever corrects the award, or takes the cancellation back, comes first.
        if let Some(notice) = &notice {
            changes.rests_on(notice);
        }
        if let Some(result) = &result {
            changes.rests_on(result);
        }
        let mut words = Vec::new();
        for piece in seen.pieces.iter().filter(|piece| piece.state == PieceState::Held) {
            match &piece.what {
                What::Cash(_) | What::Withheld(_) => {
                    next.step(piece.n, PieceAct::Order, today).map_err(ApiError::Bond)?;
                    let payment = self.order(seen, piece, because, None, now)?;
                    words.push(format!("{} 元，利息 {} 元", payment.principal, payment.interest));
                    changes.create(&payment).map_err(broken)?;
                }
                What::Guarantee(guarantee) => {
                    next.step(piece.n, PieceAct::Release, today).map_err(ApiError::Bond)?;
                    words.push(format!("解除保函 {}", guarantee.number));
                }
            }
        }
        changes.update(seen, &next).map_err(broken)?;
        let act = Act::new(&Actor::SYSTEM, Errand::BondReturn, Table::Bond, seen.id.as_str())
            .note(format!("{} {because}，退还 {}", seen.number, words.join("；")))
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            // Another process was faster.
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(()),
            Err(fault) => Err(broken(fault)),
        }
    }

    /// The order that pays a piece back, with its interest.
    pub(in crate::desk) fn order(
        &self,
        bond: &Bond,
        piece: &Piece,
        because: &str,
        by: Option<AccountId>,
        now: Moment,
    ) -> Answer<Payment> {
        let (payee, account) = match &piece.what {
            What::Cash(cash) => (&cash.payer, &cash.account),
            What::Withheld(kept) => (&bond.firm.name, &kept.account),
            What::Guarantee(_) => return Err(ApiError::NotFound),
        };
        let law = self.law();
        let interest = piece.interest(&law, now.day()).map_err(|e| self.no_rule(&e))?;
        let purpose = match bond.kind {
            BondKind::Bid => Purpose::Bid,
            BondKind::Performance => Purpose::Performance,
            BondKind::Retention => Purpose::Retention,
            BondKind::Wages => Purpose::Wages,
        };
        Ok(Payment {
            id: Payment::key(&bond.id, piece.n).ok_or(ApiError::NotFound)?,
            bond: bond.id.clone(),
            number: bond.number.clone(),
            piece: piece.n,
            owner: bond.owner.clone(),
            purpose,
            payee: payee.clone(),
            account: account.clone(),
            principal: piece.left(),
            interest,
            before: vec![],
            reason: because.to_owned(),
            ordered: now,
            by,
            round: 0,
            tries: 0,
            not_before: now,
            state: PaymentState::Ordered,
            line: None,
        })
    }
}
