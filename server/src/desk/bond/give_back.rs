//! What goes back by itself: orders are written down in the night after the ground arose,
//! then sent until the bank has answered. Safe after a sleep that passed several of them,
//! and after a death between any two lines.

use super::{Awaits, awaits};
use crate::bank::{BankFault, Order};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, Visitor};
use model::{Actor, BondKind, Errand, Minutes, Moment, Money};
use policies::bond::{
    Bond, Payment, PaymentAct, PaymentState, Piece, PieceAct, PieceState, Purpose, Receipt, What,
    deposit_interest, ground, runs,
};

/// The longest pause between two tries.
const LONGEST: u32 = 60;

impl Site {
    /// Why and from when on a bond goes back.
    fn goes_back(&self, mirror: &Mirror, bond: &Bond, now: Moment) -> Option<(String, Moment)> {
        let held = bond.pieces.iter().any(|piece| piece.state == PieceState::Held);
        if bond.kind != BondKind::Bid || bond.hold.is_some() || !held {
            return None;
        }
        let Awaits { placing, withdrawn, events } = awaits(mirror, bond)?;
        // Validity that runs out some day is a ground to come.
        let horizon = now.max(Moment::end_of(events.valid_until));
        let (because, since) = ground(placing, withdrawn, &events, horizon)?;
        let at = runs(&self.law(), since).ok()?;
        Some((because.name().to_owned(), at))
    }

    /// When the next thing is due here.
    pub(in crate::desk) fn bonds_due(&self, mirror: &Mirror, now: Moment) -> Vec<Moment> {
        let returns = mirror.bonds.iter().filter_map(|b| self.goes_back(mirror, b, now));
        let unpaid = mirror.payments.iter().filter(|payment| goes_on(payment));
        returns
            .map(|(_, at)| at)
            .chain(unpaid.map(|p| p.not_before))
            .filter(|at| *at > now)
            .collect()
    }

    /// Orders what is due to be paid back, and lets guarantees go.
    pub(in crate::desk) async fn return_bonds(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let due: Vec<(Kept<Bond>, String)> = {
            let mirror = self.read();
            let due = mirror.bonds.iter().filter_map(|bond| {
                let (because, at) = self.goes_back(&mirror, bond, now)?;
                (at <= now).then(|| (bond.clone(), because))
            });
            due.collect()
        };
        let mut done = Vec::new();
        for (bond, because) in due {
            done.push(self.give_back(&bond, &because, now).await);
        }
        done
    }

    async fn give_back(&self, seen: &Kept<Bond>, because: &str, now: Moment) -> Answer<()> {
        let today = now.day();
        let mut next = (*seen.value).clone();
        next.require(today, Money::ZERO);
        let mut changes = Changes::new();
        let mut words = Vec::new();
        for piece in seen.pieces.iter().filter(|piece| piece.state == PieceState::Held) {
            match &piece.what {
                What::Cash(_) => {
                    next.step(piece.n, PieceAct::Order, today).map_err(ApiError::Bond)?;
                    let payment = self.order(seen, piece, because, now)?;
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
    fn order(&self, bond: &Bond, piece: &Piece, because: &str, now: Moment) -> Answer<Payment> {
        let What::Cash(cash) = &piece.what else { return Err(ApiError::NotFound) };
        let interest = deposit_interest(&self.law(), piece.left(), piece.from, now.day())
            .map_err(|e| self.no_rule(&e))?;
        Ok(Payment {
            id: Payment::key(&bond.id, piece.n).ok_or(ApiError::NotFound)?,
            bond: bond.id.clone(),
            number: bond.number.clone(),
            piece: piece.n,
            owner: bond.owner.clone(),
            purpose: Purpose::Bid,
            payee: cash.payer.clone(),
            account: cash.account.clone(),
            principal: piece.left(),
            interest: interest.amount,
            reason: because.to_owned(),
            ordered: now,
            by: None,
            round: 0,
            tries: 0,
            not_before: now,
            state: PaymentState::Ordered,
            line: None,
        })
    }

    /// Sends what is to be sent.
    pub(in crate::desk) async fn send_payments(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let waiting: Vec<Kept<Payment>> = {
            let mirror = self.read();
            let due = mirror.payments.iter().filter(|p| goes_on(p) && p.not_before <= now);
            due.cloned().collect()
        };
        let mut done = Vec::new();
        for payment in waiting {
            done.push(self.send_payment(&payment).await);
        }
        done
    }

    async fn send_payment(&self, seen: &Kept<Payment>) -> Answer<()> {
        let now = self.now();
        // That it may have been paid is written down before the bank hears of it.
        let Some(mut sending) = seen.step(PaymentAct::Send, now) else { return Ok(()) };
        sending.not_before = now.plus(Minutes(1 << sending.tries.min(6)).min(Minutes(LONGEST)));
        self.keep_payment(seen, &sending, "发送").await?;
        let Some(sent) = self.read().payments.get(seen.id.as_str()).cloned() else {
            return Err(ApiError::NotFound);
        };
        // Somebody else sends it already.
        if *sent.value != sending {
            return Ok(());
        }
        let account = self.read().reveal(&sent.account).to_owned();
        let (key, purpose) = (sent.bank_key(), format!("{} {}", sent.purpose.name(), sent.number));
        let order = Order::of(&key, &sent.payee, &account, sent.amount(), &purpose);
        let answer = self.bank.pay(&order).await;
        let now = self.now();
        let (act, note) = match answer {
            Ok(serial) => {
                let note = format!("已付款，流水 {serial}");
                (PaymentAct::Pay(Receipt { serial, at: now }), note)
            }
            Err(BankFault::Refused(why)) => {
                let note = format!("银行退回：{why}");
                (PaymentAct::Refuse(why), note)
            }
            // It stays sent, and is sent again under the same key.
            Err(BankFault::Unknown(why)) => {
                tracing::warn!(payment = %sent.id, why, "the bank has not answered");
                return Ok(());
            }
        };
        let Some(next) = sent.step(act, now) else { return Ok(()) };
        self.keep_payment(&sent, &next, &note).await
    }

    /// Writes an order as it stands now; with it, the bond whose money has arrived.
    async fn keep_payment(&self, seen: &Kept<Payment>, next: &Payment, note: &str) -> Answer<()> {
        let now = self.now();
        let mut changes = Changes::new();
        changes.update(seen, next).map_err(broken)?;
        if matches!(next.state, PaymentState::Paid { .. }) {
            let bond = self.read().bonds.get(next.bond.as_str()).cloned();
            let bond = bond.ok_or(ApiError::NotFound)?;
            let mut after = (*bond.value).clone();
            after.step(next.piece, PieceAct::Paid, now.day()).map_err(ApiError::Bond)?;
            changes.update(&bond, &after).map_err(broken)?;
        }
        let act = Act::new(&Actor::SYSTEM, Errand::PaymentSend, Table::Payment, next.id.as_str())
            .note(format!("{} {}：{note}", next.number, next.purpose.name()));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// A person has mended what the bank refused.
    pub(super) async fn mend_payment(&self, by: &Visitor, seen: &Kept<Payment>) -> Answer<()> {
        let now = self.now();
        let next = seen.step(PaymentAct::Again, now).ok_or(ApiError::Stale)?;
        let mut changes = Changes::new();
        changes.update(seen, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::PaymentMend, Table::Payment, next.id.as_str())
            .note(format!("{} 重新发送，第 {} 次", next.number, next.round + 1));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

/// Whether the system still has something to do with it.
fn goes_on(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::Ordered | PaymentState::Sent { .. })
}
