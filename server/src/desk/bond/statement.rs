//! The bank's statement against what is on record: what went out is paid for certain, what came
//! in is held against what was typed.

use super::masked;
use crate::records::{BankLine, ClearedLine};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, Table};
use app::api::desk::Answer;
use app::api::{
    ApiError, BankLineView, ClearForm, ClearedView, Refused, StatementForm, StatementPage, Visitor,
};
use model::{AccountId, Errand, Fault, Faults, Moment, Money};
use policies::bond::{
    Came, Found, Line, Order, Payment, PaymentAct, PaymentState, PieceState, StatementLine, What,
    read_statement, reconcile_all,
};

/// How many lines a page shows.
const SHOWN: usize = 100;

/// What stands on record, with accounts revealed.
struct OnRecord {
    orders: Vec<(Kept<Payment>, String)>,
    came: Vec<(model::BondId, u32, String, String, String, Money, model::Day)>,
}

impl OnRecord {
    fn of(mirror: &Mirror) -> Self {
        let orders = mirror
            .payments
            .iter()
            .map(|payment| (payment.clone(), mirror.reveal(&payment.account).to_owned()));
        let came = mirror.bonds.iter().flat_map(|bond| {
            bond.pieces.iter().filter(|p| p.state != PieceState::Refused).filter_map(|piece| {
                let What::Cash(cash) = &piece.what else { return None };
                let account = mirror.reveal(&cash.account).to_owned();
                let (reference, payer) = (cash.reference.clone(), cash.payer.clone());
                Some((
                    bond.id.clone(),
                    piece.n,
                    reference,
                    payer,
                    account,
                    piece.amount,
                    piece.from,
                ))
            })
        });
        Self { orders: orders.collect(), came: came.collect() }
    }

    /// What each of the lines is.
    fn find(&self, lines: &[StatementLine]) -> Vec<Found> {
        let orders: Vec<Order<'_>> =
            self.orders.iter().map(|(payment, account)| payment.as_order(account)).collect();
        let came: Vec<Came<'_>> = self
            .came
            .iter()
            .map(|(bond, n, reference, payer, account, amount, from)| Came {
                bond,
                n: *n,
                reference,
                payer,
                account,
                amount: *amount,
                from: *from,
            })
            .collect();
        reconcile_all(lines, &orders, &came)
    }
}

/// Whether somebody has to look at a line.
fn is_open(mirror: &Mirror, line: &BankLine) -> bool {
    line.found.is_open() && mirror.cleared_lines.get(&line.id).is_none()
}

/// Whose work a line is about that an order or an entry is at odds with: who read it in, who
/// entered the money that came otherwise.
fn concerned<'a>(mirror: &'a Mirror, line: &'a BankLine) -> Vec<&'a AccountId> {
    if line.found == Found::Unknown {
        return vec![];
    }
    let entered = match &line.found {
        Found::Differs { bond, n, .. } => mirror.bonds.get(bond.as_str()).and_then(|bond| {
            let piece = bond.pieces.iter().find(|piece| piece.n == *n)?;
            Some(piece.by.as_ref().unwrap_or(&bond.by))
        }),
        _ => None,
    };
    [Some(&line.by), entered].into_iter().flatten().collect()
}

/// What somebody found out about a line.
fn cleared(mirror: &Mirror, line: &str) -> Option<ClearedView> {
    let cleared = mirror.cleared_lines.get(line)?;
    let by = mirror.accounts.get(cleared.by.as_str());
    Some(ClearedView {
        words: cleared.words.clone(),
        at: cleared.at,
        by: by.map(|by| mirror.reveal(&by.name).to_owned()).unwrap_or_default(),
    })
}

impl Site {
    pub(super) fn statement_page(
        &self,
        refused: Refused<StatementForm>,
        clear: Refused<ClearForm>,
    ) -> StatementPage {
        let mirror = self.read();
        let mut lines: Vec<&Kept<BankLine>> = mirror.bank_lines.iter().collect();
        lines.sort_by_key(|line| (!is_open(&mirror, line), std::cmp::Reverse(line.day)));
        let view = |line: &&Kept<BankLine>| {
            let number = match &line.found {
                Found::Order { payment }
                | Found::Short { payment, .. }
                | Found::Twice { payment, .. } => {
                    mirror.payments.get(payment.as_str()).map(|payment| payment.number.clone())
                }
                Found::Piece { bond, .. } | Found::Differs { bond, .. } => {
                    mirror.bonds.get(bond.as_str()).map(|bond| bond.number.clone())
                }
                Found::Unknown => None,
            };
            BankLineView {
                id: line.id.clone(),
                serial: line.serial.clone(),
                day: line.day,
                amount: line.amount,
                incoming: line.incoming,
                other: line.other.clone(),
                account: masked(mirror.reveal(&line.account)),
                found: line.found.clone(),
                number: number.unwrap_or_default(),
                cleared: cleared(&mirror, &line.id),
            }
        };
        let last = mirror.bank_lines.iter().map(|line| line.day).max();
        let unseen = mirror.payments.iter().filter_map(|payment| match &payment.state {
            PaymentState::Paid { receipt } if payment.line.is_none() => {
                let day = receipt.at.day();
                (last.is_some_and(|last| day <= last))
                    .then(|| (payment.number.clone(), day, payment.amount()))
            }
            _ => None,
        });
        StatementPage {
            unseen: unseen.collect(),
            read: (mirror.bank_lines.len(), mirror.bank_lines.iter().map(|line| line.read).max()),
            lines: lines.iter().take(SHOWN).map(view).collect(),
            open: lines.iter().filter(|line| is_open(&mirror, line)).count(),
            form: refused,
            clear,
        }
    }

    pub(super) async fn read_lines(&self, by: &Visitor, form: StatementForm) -> Answer<()> {
        let lines = match read_statement(&form.text, self.now().day()) {
            Ok(lines) => lines,
            Err(unread) => {
                let mut faults = Faults::new();
                for wrong in unread.into_iter().take(20) {
                    faults.note(&format!("row.{}.{}", wrong.row, wrong.column), wrong.why);
                }
                return Err(self.refuse(by, &form, faults).await);
            }
        };
        if lines.is_empty() {
            return Err(self.refuse(by, &form, Faults::one("text", Fault::Missing)).await);
        }
        match self.keep_lines(by, &lines).await {
            // Somebody has read in some of these lines at the same time. What is left of them is
            // held once more against what is on record by now.
            Err(ApiError::Stale) => self.keep_lines(by, &lines).await,
            done => done,
        }
    }

    /// Writes down those lines that are new, and what they are.
    async fn keep_lines(&self, by: &Visitor, lines: &[StatementLine]) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let (fresh, on_record): (Vec<StatementLine>, OnRecord) = {
            let mirror = self.read();
            let new = |line: &&StatementLine| {
                mirror.bank_lines.get(&BankLine::key_of(&line.serial)).is_none()
            };
            (lines.iter().filter(new).cloned().collect(), OnRecord::of(&mirror))
        };
        let mut changes = Changes::new();
        let found: Vec<(&StatementLine, Found)> =
            fresh.iter().zip(on_record.find(&fresh)).collect();
        // Orders first, each in an act of its own with its bond: should the rest fail, the same
        // statement is read in again, and finds them done.
        for (line, what) in &found {
            if let Found::Order { payment } = what {
                let it = Line { serial: line.serial.clone(), day: line.day, read: now };
                self.found_paid(payment.as_str(), it, Some(line.amount), now).await?;
            }
        }
        for (line, what) in &found {
            let other = seal(&mut changes, &line.account);
            let kept = BankLine::new(line, other, what.clone(), now, account.clone());
            changes.create(&kept).map_err(broken)?;
        }
        if found.is_empty() {
            return Ok(());
        }
        let open = found.iter().filter(|(_, what)| what.is_open()).count();
        let twice = found.iter().filter(|(_, what)| matches!(what, Found::Twice { .. })).count();
        let first =
            found.first().map_or_else(String::new, |(line, _)| BankLine::key_of(&line.serial));
        let twice = match twice {
            0 => String::new(),
            n => format!("，其中 {n} 行疑似重复付款"),
        };
        let note = format!("导入银行流水 {} 行，{open} 行待查{twice}", found.len());
        let act = Act::new(&by.actor, Errand::StatementEnter, Table::BankLine, first).note(note);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// Somebody has found out what an open line was. The line stays as it is.
    pub(super) async fn keep_cleared(&self, by: &Visitor, form: ClearForm) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let line = self.read().bank_lines.get(form.id.as_str()).cloned();
        let line = line.ok_or(ApiError::NotFound)?;
        // What fits needs nobody; what somebody else has cleared up is not cleared up again.
        if !is_open(&self.read(), &line) {
            return Err(ApiError::Stale);
        }
        let mut faults = Faults::new();
        let words = faults.reason("reason", &form.reason, 4, 500);
        // About money that is on record, nobody clears up what came of their own work.
        if concerned(&self.read(), &line).contains(&&account) {
            faults.note("reason", Fault::SamePerson);
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let now = self.now();
        let kept = ClearedLine { id: line.id.clone(), words, at: now, by: account };
        let mut changes = Changes::new();
        changes.create(&kept).map_err(broken)?;
        // What it was may name who bids: that stands in the record, and not in the note.
        let note = format!("流水 {} 已查明", line.serial);
        let act = Act::new(&by.actor, Errand::StatementClear, Table::ClearedLine, kept.id.as_str());
        self.store.commit(changes, act.note(note), now).await.map_err(broken)?;
        Ok(())
    }

    /// An order stands in the bank's statement: it was paid, whatever was sent or answered. The
    /// sum is the transfer's, where that is at hand.
    pub(super) async fn found_paid(
        &self,
        id: &str,
        line: Line,
        sum: Option<Money>,
        now: Moment,
    ) -> Answer<()> {
        let seen = self.read().payments.get(id).cloned().ok_or(ApiError::NotFound)?;
        let serial = line.serial.clone();
        let Some(next) = seen.step(PaymentAct::Find(line), now) else {
            // A statement that is read in again says nothing new; where another transfer was
            // faster, the line is not what it was found to be.
            let known = seen.line.as_ref().is_some_and(|known| known.serial == serial);
            return if known { Ok(()) } else { Err(ApiError::Stale) };
        };
        // The bank carried out what it was told before, or a person did so at the counter.
        let before = match sum.filter(|sum| *sum != seen.amount()) {
            Some(sum) => format!("，按重新发送前的金额 {sum} 元付款"),
            None => String::new(),
        };
        let note = match &seen.state {
            PaymentState::Paid { .. } => format!("与银行流水 {serial} 核对一致"),
            unpaid => {
                format!("见于银行流水 {serial}，据此认定已付款（原{}）{before}", unpaid.name())
            }
        };
        self.keep_payment(&seen, &next, &note).await
    }
}
