//! What becomes of a contract.

use super::super::bond::past_day;
use super::bonds_of;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ContractActForm, Visitor};
use model::{AccountId, BondKind, Errand, Fault, Faults, Moment, Money};
use policies::contract::{
    Act as Step, Bill, BillPaid, Change, Contract, Done, Evaluation, Published, Settlement, due_of,
    grown,
};

/// What a form did: the contract after it, in words, and when it happened.
struct Stepped {
    next: Contract,
    note: String,
    at: Option<Moment>,
}

/// An amount that may be left out.
fn amount(faults: &mut Faults, field: &str, typed: &str) -> Money {
    match typed.trim() {
        "" => Money::ZERO,
        typed => faults.wan(field, typed).unwrap_or_default(),
    }
}

impl Site {
    pub(super) async fn step_contract(
        &self,
        by: &Visitor,
        seen: &Kept<Contract>,
        form: ContractActForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let mut faults = Faults::new();
        let stepped = self.stepped(seen, &form, &mut faults, &account, now)?;
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let Stepped { next, note, at } = stepped;
        let mut changes = Changes::new();
        changes.update(seen, &next).map_err(broken)?;
        // Nothing secures its being carried out any more.
        if seen.over().is_none()
            && let Some(over) = next.over()
        {
            let bonds = bonds_of(&self.read(), &next.id);
            for bond in bonds.iter().filter(|bond| bond.kind == BondKind::Performance) {
                let mut after = (*bond.value).clone();
                after.require_until(over.day);
                changes.update(bond, &after).map_err(broken)?;
            }
        }
        let act = Act::new(&by.actor, Errand::ContractWrite, Table::Contract, next.id.as_str())
            .note(format!("{} {note}", next.number))
            .rules([self.law_note()]);
        let act = match at {
            Some(at) => act.happened(at),
            None => act,
        };
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    fn stepped(
        &self,
        seen: &Contract,
        form: &ContractActForm,
        faults: &mut Faults,
        account: &AccountId,
        now: Moment,
    ) -> Answer<Stepped> {
        let mut next = seen.clone();
        let step = |next: &mut Contract, act| -> Answer<()> {
            next.stage = next.step(act).map_err(ApiError::Contract)?;
            Ok(())
        };
        let done = |day, words: &str| Done {
            day,
            known: now,
            by: account.clone(),
            words: words.to_owned(),
        };
        let (note, at) = match form.act.as_str() {
            "change" => {
                step(&mut next, Step::Change)?;
                let day = past_day(faults, &form.day, seen.signed, now);
                let more = amount(faults, "amount", &form.amount);
                let less = amount(faults, "less", &form.less);
                let ends = match form.ends.trim() {
                    "" => None,
                    typed => faults.day("ends", typed),
                };
                let reason = faults.reason("words", &form.words, 4, 500);
                let approval = faults.optional_text("approval", &form.approval, 120);
                if more == Money::ZERO && less == Money::ZERO && ends.is_none() {
                    faults.note("amount", Fault::Missing);
                }
                if less > seen.price_now() {
                    faults.note("less", Fault::MoneyRange);
                }
                let grown = grown(&self.law(), seen, more).map_err(|e| self.no_rule(&e))?;
                if let Some(most) = grown.most.as_ref().filter(|_| grown.too_much()) {
                    let basis = most.basis.as_ref().map_or_else(String::new, |b| b.line());
                    let why =
                        format!("累计增加 {} 元，超过 {} 元（{basis}）", grown.sum, most.value);
                    faults.note("amount", Fault::AgainstRule { why });
                } else if grown.needs_approval() && approval.is_empty() {
                    let why = format!(
                        "累计增加 {} 元，超过 {} 元的须写明批准文件（{}）",
                        grown.sum,
                        grown.approval.value,
                        grown.approval.standing.name()
                    );
                    faults.note("approval", Fault::AgainstRule { why });
                }
                let day = day.unwrap_or(now.day());
                let note = format!("变更：增加 {more} 元，减少 {less} 元；{reason}");
                let by = account.clone();
                next.changes.push(Change {
                    day,
                    more,
                    less,
                    ends,
                    reason,
                    approval,
                    entered: now,
                    by,
                });
                (note, Some(Moment::start_of(day)))
            }
            "bill" => {
                step(&mut next, Step::Bill)?;
                let day = past_day(faults, &form.day, seen.signed, now);
                let sum = faults.wan("amount", &form.amount);
                let what = faults.reason("words", &form.words, 2, 120);
                let day = day.unwrap_or(now.day());
                let due = due_of(&self.law(), seen, day).map_err(|fault| {
                    tracing::error!(%fault, "no limit for payment");
                    ApiError::Broken { ticket: "bond.payment".into() }
                })?;
                let n = u32::try_from(seen.bills.len()).unwrap_or(u32::MAX).saturating_add(1);
                let amount = sum.unwrap_or_default();
                let note = format!("应付款 {n}：{what} {amount} 元，{due} 前支付");
                let by = account.clone();
                let bill =
                    Bill { n, what, delivered: day, amount, due, paid: None, entered: now, by };
                next.bills.push(bill);
                (note, Some(Moment::start_of(day)))
            }
            "pay" => {
                let n = form.n.trim().parse::<u32>().ok();
                let bill = next.bills.iter_mut().find(|b| Some(b.n) == n && b.paid.is_none());
                let serial = faults.text("serial", &form.serial, 60);
                let Some(bill) = bill else {
                    faults.note("n", Fault::NotAChoice);
                    return Ok(Stepped { next, note: String::new(), at: None });
                };
                let day = past_day(faults, &form.day, bill.delivered, now).unwrap_or(now.day());
                let note = format!("应付款 {} 已支付 {} 元，{serial}", bill.n, bill.amount);
                let by = Some(account.clone());
                bill.paid = Some(BillPaid { day, serial, known: now, by });
                (note, Some(Moment::start_of(day)))
            }
            "complete" => {
                step(&mut next, Step::Complete)?;
                let day = past_day(faults, &form.day, seen.signed, now).unwrap_or(now.day());
                let words = faults.reason("words", &form.words, 4, 300);
                next.completed = Some(done(day, &words));
                (format!("竣工验收：{words}"), Some(Moment::start_of(day)))
            }
            "end" => {
                step(&mut next, Step::End)?;
                let day = past_day(faults, &form.day, seen.signed, now).unwrap_or(now.day());
                let words = faults.reason("words", &form.words, 4, 500);
                next.ended = Some(done(day, &words));
                (format!("解除：{words}"), Some(Moment::start_of(day)))
            }
            "settle" => {
                step(&mut next, Step::Settle)?;
                let from = seen.completed.as_ref().map_or(seen.signed, |done| done.day);
                let day = past_day(faults, &form.day, from, now).unwrap_or(now.day());
                let sum = faults.wan("amount", &form.amount).unwrap_or_default();
                let words = faults.reason("words", &form.words, 4, 300);
                next.settlement = Some(Settlement { amount: sum, done: done(day, &words) });
                (format!("结算 {sum} 元：{words}"), Some(Moment::start_of(day)))
            }
            "publish" => {
                step(&mut next, Step::Publish)?;
                next.published = Some(Published { at: now, by: account.clone() });
                ("公开合同订立信息".to_owned(), None)
            }
            "evaluate" => {
                step(&mut next, Step::Evaluate)?;
                let score = faults.count("score", &form.score, 0, 100);
                let words = faults.reason("words", &form.words, 4, 500);
                let note = format!("履约评价 {score} 分：{words}");
                let by = account.clone();
                next.evaluation = Some(Evaluation { score, words, at: now, by });
                (note, None)
            }
            _ => return Err(ApiError::ForeignForm),
        };
        Ok(Stepped { next, note, at })
    }
}
