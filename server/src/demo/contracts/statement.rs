//! The bank's statement of the account that bonds lie on, as somebody read it in on the last
//! working day: the bank knows the right numbers of accounts, whatever was typed here. Most of
//! its lines are what is on record; two are left for a person to look at.

use super::{CENTRE, Rules, account, digits, found, key};
use crate::records::BankLine;
use crate::site::seal;
use crate::store::{Changes, Mirror, Store, StoreFault, Table};
use model::{Moment, Money};
use policies::bond::{
    Bond, Came, Found, Line, Order, Payment, PaymentAct, PaymentState, PieceState, StatementLine,
    What, reconcile_all,
};

/// Lays down the statement, and what was found in it.
pub(super) async fn seed(store: &Store, rules: &Rules) -> Result<(), StoreFault> {
    let read = Moment::at(rules.working(-1), 17, 30);
    let mut changes = Changes::new();
    let lines = {
        let mirror = store.read();
        let lines = statement(&mirror, rules, read);
        for (line, is) in lines.iter().zip(reconciled(&mirror, &lines)) {
            let seen = match &is {
                Found::Order { payment } => mirror.payments.get(payment.as_str()),
                _ => None,
            };
            let it = Line { serial: line.serial.clone(), day: line.day, read };
            if let Some(seen) = seen
                && let Some(next) = seen.step(PaymentAct::Find(it), read)
            {
                changes.update(seen, &next)?;
            }
            let account = seal(&mut changes, &line.account);
            changes.create(&BankLine::new(line, account, is, read, key(CENTRE)))?;
        }
        lines
    };
    let Some(first) = lines.first() else { return Ok(()) };
    let subject = BankLine::key_of(&first.serial);
    store.commit(changes, found(Table::BankLine, &subject).happened(read), rules.now).await?;
    Ok(())
}

/// What the bank has written down until then.
fn statement(mirror: &Mirror, rules: &Rules, read: Moment) -> Vec<StatementLine> {
    let came = mirror.bonds.iter().flat_map(|bond| came_in(bond));
    let went = mirror.payments.iter().filter_map(|payment| {
        let bond = mirror.bonds.get(payment.bond.as_str())?;
        went_out(payment, bond)
    });
    // For a bond that nobody has entered: or for none.
    let day = rules.working(-6);
    let stranger = StatementLine {
        serial: format!("DZ{}X7", digits(day)),
        day,
        amount: Money::from_fen(3_000_000),
        incoming: true,
        other: "广元市金轮桥商贸有限公司".into(),
        account: "5105016608360000719".into(),
        words: "保证金".into(),
    };
    let mut lines: Vec<StatementLine> = came.chain(went).chain([stranger]).collect();
    lines.retain(|line| line.day <= read.day());
    lines.sort_by(|a, b| (a.day, &a.serial).cmp(&(b.day, &b.serial)));
    lines
}

/// The money that was given for a bond.
fn came_in(bond: &Bond) -> Vec<StatementLine> {
    let given = bond.pieces.iter().filter_map(|piece| match &piece.what {
        What::Cash(cash) => Some(StatementLine {
            serial: cash.reference.clone(),
            day: piece.from,
            amount: piece.amount,
            incoming: true,
            other: cash.payer.clone(),
            account: account(&bond.firm),
            words: bond.kind.name().into(),
        }),
        What::Guarantee(_) | What::Withheld(_) => None,
    });
    given.collect()
}

/// An order that was carried out.
fn went_out(payment: &Payment, bond: &Bond) -> Option<StatementLine> {
    let PaymentState::Paid { receipt } = &payment.state else { return None };
    Some(StatementLine {
        serial: receipt.serial.clone(),
        day: receipt.at.day(),
        amount: payment.amount(),
        incoming: false,
        other: payment.payee.clone(),
        account: account(&bond.firm),
        words: format!("{} {}", payment.purpose.name(), payment.number),
    })
}

/// What each of the lines is, by what is on record.
fn reconciled(mirror: &Mirror, lines: &[StatementLine]) -> Vec<Found> {
    let orders =
        mirror.payments.iter().map(|payment| payment.as_order(mirror.reveal(&payment.account)));
    let came = mirror.bonds.iter().flat_map(|bond| {
        let stands = bond.pieces.iter().filter(|piece| piece.state != PieceState::Refused);
        stands.filter_map(move |piece| {
            let What::Cash(cash) = &piece.what else { return None };
            Some(Came {
                bond: &bond.id,
                n: piece.n,
                reference: &cash.reference,
                payer: &cash.payer,
                account: mirror.reveal(&cash.account),
                amount: piece.amount,
                from: piece.from,
            })
        })
    });
    let (orders, came): (Vec<Order<'_>>, Vec<Came<'_>>) = (orders.collect(), came.collect());
    reconcile_all(lines, &orders, &came)
}
