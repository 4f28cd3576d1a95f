//! Orders are sent until the bank has answered: in a task of their own, since a slow bank
//! must keep nobody waiting who is called to a danger.

use super::super::outbox::IDLE;
use crate::bank::{BankFault, Order};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, MendForm, Visitor};
use model::{Actor, Errand, Fault, Faults, Minutes, Moment};
use policies::bond::{Payment, PaymentAct, PaymentState, PieceAct, Receipt};

/// The longest pause between two tries.
const LONGEST: u32 = 60;

impl Site {
    /// Sends what is to be sent, again and again. Ends only with the program.
    pub async fn run_payments(self) {
        let mut grown = self.store.watch();
        loop {
            grown.mark_unchanged();
            let well = self.pay_due().await;
            if !self.rest(&mut grown, well, Self::next_payment).await {
                return;
            }
        }
    }

    /// Settles what a statement has found already, and sends everything that is due now. `false`
    /// when something could not be written down.
    pub async fn pay_due(&self) -> bool {
        let now = self.now();
        let tells = self.bank.is_there();
        let mut waiting: Vec<Kept<Payment>> = {
            let mirror = self.read();
            let due = |p: &&Kept<Payment>| p.is_unsettled() || (tells && p.not_before <= now);
            mirror.open_payments().filter(due).cloned().collect()
        };
        // For what its statement has, no bank is needed, and none is waited for.
        waiting.sort_by_key(|payment| !payment.is_unsettled());
        let mut well = true;
        for payment in waiting {
            let done = match &payment.line {
                Some(line) => self.found_paid(payment.id.as_str(), line.clone(), None, now).await,
                None => self.send_payment(&payment).await,
            };
            well &= match done {
                Ok(()) | Err(ApiError::Stale) => true,
                Err(error) => {
                    tracing::error!(payment = %payment.id, ?error, "payment");
                    false
                }
            };
        }
        well
    }

    fn next_payment(&self) -> Moment {
        let later = self.now().plus(IDLE);
        if !self.bank.is_there() {
            return later;
        }
        let mirror = self.read();
        // What can't be settled is tried whenever something else happens.
        let sent = mirror.open_payments().filter(|p| p.goes_on());
        sent.map(|p| p.not_before).min().map_or(later, |at| at.min(later))
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
            Err(BankFault::Unknown(why)) => {
                tracing::warn!(payment = %sent.id, why, "the bank has not answered");
                return Ok(());
            }
        };
        let Some(next) = sent.step(act, now) else { return Ok(()) };
        self.keep_payment(&sent, &next, &note).await
    }

    /// Writes an order as it stands now; with it, the bond whose money has arrived.
    pub(super) async fn keep_payment(
        &self,
        seen: &Kept<Payment>,
        next: &Payment,
        note: &str,
    ) -> Answer<()> {
        let now = self.now();
        let mut changes = Changes::new();
        changes.update(seen, next).map_err(broken)?;
        let paid = |payment: &Payment| matches!(payment.state, PaymentState::Paid { .. });
        if paid(next) && !paid(seen) {
            let bond = self.read().bonds.get(next.bond.as_str()).cloned();
            let bond = bond.ok_or(ApiError::NotFound)?;
            let mut after = (*bond.value).clone();
            after.step(next.piece, PieceAct::Paid, now.day()).map_err(ApiError::Bond)?;
            // What its firm asked back is back.
            after.paid(next.piece, now);
            changes.update(&bond, &after).map_err(broken)?;
        }
        let act = Act::new(&Actor::SYSTEM, Errand::PaymentSend, Table::Payment, next.id.as_str())
            .note(format!("{} {}：{note}", next.number, next.purpose.name()));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// A person has mended what the bank refused. Money goes back to the account that it
    /// came from; where its number was typed wrong, somebody else than who typed it says so.
    /// It has borne interest until now.
    pub(super) async fn mend_payment(
        &self,
        by: &Visitor,
        seen: &Kept<Payment>,
        form: MendForm,
    ) -> Answer<()> {
        let now = self.now();
        let bond = self.read().bonds.get(seen.bond.as_str()).cloned();
        let bond = bond.ok_or(ApiError::NotFound)?;
        let piece = bond.piece(seen.piece).map_err(ApiError::Bond)?;
        let law = self.law();
        let interest = piece.interest(&law, now.day()).map_err(|e| self.no_rule(&e))?;
        let mut next = seen.step(PaymentAct::Again(interest), now).ok_or(ApiError::Stale)?;
        let mut faults = Faults::new();
        let words = faults.reason("reason", &form.reason, 4, 500);
        let mut changes = Changes::new();
        let mut what = "";
        if !form.account.trim().is_empty() {
            let account = faults.account("account", &form.account);
            let entered = piece.by.as_ref().unwrap_or(&bond.by);
            if by.actor.account.as_ref() == Some(entered) {
                faults.note("account", Fault::SamePerson);
            }
            if let Some(account) = account {
                next.account = crate::site::seal(&mut changes, &account);
                what = "，更正账号";
            }
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let bears = match next.interest == seen.interest {
            true => String::new(),
            false => format!(
                "，利息计至 {}，由 {} 元改为 {} 元",
                now.day(),
                seen.interest,
                next.interest
            ),
        };
        changes.update(seen, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::PaymentMend, Table::Payment, next.id.as_str())
            .note(format!(
                "{} 重新发送，第 {} 次{what}{bears}：{words}",
                next.number,
                next.round + 1
            ))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
