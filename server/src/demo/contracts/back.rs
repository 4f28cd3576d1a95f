//! What goes back: a guarantee is let go, money is ordered, and the bank pays it or refuses it.

use super::{Rules, digits, invalid};
use crate::store::StoreFault;
use model::{AccountId, BondKind, Day, Minutes, Moment};
use policies::bond::{Bond, Payment, PaymentAct, PaymentState, PieceAct, Purpose, Receipt, What};

/// A piece goes back: a guarantee is let go, money is ordered. Where something took its place,
/// with who decided so and until when days are looked at.
pub(super) fn order(
    rules: &Rules,
    bond: &mut Bond,
    n: u32,
    because: &str,
    at: Moment,
    replaced: Option<(&AccountId, Day)>,
) -> Result<Option<Payment>, StoreFault> {
    let day = at.day();
    let piece = bond.piece(n).map_err(invalid)?.clone();
    let act = if piece.form.is_guarantee() { PieceAct::Release } else { PieceAct::Order };
    match replaced {
        Some((_, foreseen)) => bond.replace(n, act, day, foreseen),
        None => bond.step(n, act, day),
    }
    .map_err(invalid)?;
    let (payee, account) = match &piece.what {
        What::Guarantee(_) => return Ok(None),
        What::Cash(cash) => (&cash.payer, &cash.account),
        What::Withheld(kept) => (&bond.firm.name, &kept.account),
    };
    let none = || invalid(format!("piece {n} of {} can't be paid back", bond.id));
    Ok(Some(Payment {
        id: Payment::key(&bond.id, n).ok_or_else(none)?,
        bond: bond.id.clone(),
        number: String::new(),
        piece: n,
        owner: bond.owner.clone(),
        purpose: match bond.kind {
            BondKind::Bid => Purpose::Bid,
            BondKind::Performance => Purpose::Performance,
            BondKind::Retention => Purpose::Retention,
            BondKind::Wages => Purpose::Wages,
        },
        payee: payee.clone(),
        account: account.clone(),
        principal: piece.left(),
        interest: piece.interest(rules.law, day).map_err(invalid)?,
        before: vec![],
        reason: because.to_owned(),
        ordered: at,
        by: replaced.map(|(by, _)| by.clone()),
        round: 0,
        tries: 0,
        not_before: at,
        state: PaymentState::Ordered,
        line: None,
    }))
}

/// The bank is told of an order, and answers minutes later.
fn answered(ordered: &Payment, act: PaymentAct, at: Moment) -> Result<Payment, StoreFault> {
    let sent = ordered.step(PaymentAct::Send, ordered.ordered.plus(Minutes(1)));
    let none = || invalid(format!("order {} can't be sent and answered", ordered.id));
    sent.and_then(|sent| sent.step(act, at)).ok_or_else(none)
}

/// The bank pays an order.
pub(super) fn paid(bond: &mut Bond, ordered: &Payment) -> Result<Payment, StoreFault> {
    // The bank's numbers look like nothing of ours.
    let id = ordered.id.as_str();
    let tail = id.bytes().fold(7, |sum: u32, byte| (sum * 31 + u32::from(byte)) % 100_000);
    let at = ordered.ordered.plus(Minutes(4));
    let serial = format!("TK{}{tail:05}", digits(ordered.ordered.day()));
    let payment = answered(ordered, PaymentAct::Pay(Receipt { serial, at }), at)?;
    bond.step(ordered.piece, PieceAct::Paid, at.day()).map_err(invalid)?;
    bond.paid(ordered.piece, at);
    Ok(payment)
}

/// The bank refuses an order for good: it waits for a person to mend it.
pub(super) fn refused(ordered: &Payment, why: &str) -> Result<Payment, StoreFault> {
    answered(ordered, PaymentAct::Refuse(why.into()), ordered.ordered.plus(Minutes(4)))
}

/// A piece goes back, and the bank pays what was ordered.
pub(super) fn give_back(
    rules: &Rules,
    bond: &mut Bond,
    n: u32,
    because: &str,
    at: Moment,
    replaced: Option<(&AccountId, Day)>,
) -> Result<Option<Payment>, StoreFault> {
    let ordered = order(rules, bond, n, because, at, replaced)?;
    ordered.map(|ordered| paid(bond, &ordered)).transpose()
}
