//! What the work costs: the contract that is written after the team went, and what
//! it came to in the end. Both are public as soon as they are entered.

use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ContractForm, SettlementForm, Visitor};
use model::{DispatchId, Errand, Fault, Faults, Money, Pricing};
use pool::dispatch::{Contract, Dispatch, Entry, Settlement};

impl Site {
    pub(super) async fn put_contract(
        &self,
        by: &Visitor,
        id: &DispatchId,
        form: ContractForm,
    ) -> Answer<()> {
        let (call, case) = self.call_of(id)?;
        self.permit_case(by, Errand::PriceRecord, &case)?;
        if !may_contract(&call) {
            return Err(ApiError::Stale);
        }
        let now = self.now();
        let mut faults = Faults::new();
        let signed = faults.day("signed", &form.signed);
        if signed.is_some_and(|day| day > now.day()) {
            faults.note("signed", Fault::InFuture);
        }
        let pricing: Option<Pricing> = faults.choice("pricing", &form.pricing);
        let sum = faults.wan("sum", &form.sum);
        let days = faults.count("days", &form.days, 1, 730);
        let (Some(signed), Some(pricing), Some(sum), true) =
            (signed, pricing, sum, faults.is_empty())
        else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let note = format!("{} {sum} 元", pricing.name());
        let contract = Contract { at: now, by: account, signed, pricing, sum, days };
        let next = Dispatch { contract: Some(contract), ..(*call.value).clone() };
        self.put_price(by, &call, next, "contract", note).await
    }

    pub(super) async fn put_settlement(
        &self,
        by: &Visitor,
        id: &DispatchId,
        form: SettlementForm,
    ) -> Answer<()> {
        let (call, case) = self.call_of(id)?;
        self.permit_case(by, Errand::PriceRecord, &case)?;
        if !may_settle(&call) {
            return Err(ApiError::Stale);
        }
        let mut faults = Faults::new();
        let amount = faults.wan("amount", &form.amount);
        let reviewer = faults.text("reviewer", &form.reviewer, 60);
        let conclusion = faults.reason("conclusion", &form.conclusion, 4, 500);
        let excess = faults.optional_text("excess", &form.excess, 300);
        let ceiling = case.determination.as_ref().map(|d| d.ceiling);
        // The ceiling is the case's: what its other missions came to counts, too.
        let others: Vec<Money> = self
            .read()
            .dispatches
            .iter()
            .filter(|d| d.emergency == case.id && d.id != *id)
            .filter_map(|d| d.settlement.as_ref().map(|s| s.amount))
            .collect();
        let all = amount.and_then(|amount| others.into_iter().try_fold(amount, Money::plus));
        let above = all.zip(ceiling).is_some_and(|(all, ceiling)| all > ceiling);
        if above && excess.is_empty() {
            faults.note("excess", Fault::AboveCeiling { ceiling: ceiling.unwrap_or_default() });
        }
        let Some(amount) = amount.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let conclusion = if above {
            format!("{conclusion}（超出费用上限：{excess}）")
        } else {
            conclusion
        };
        let note = format!("结算 {amount} 元");
        let settlement = Settlement { at: self.now(), by: account, amount, reviewer, conclusion };
        let next = Dispatch { settlement: Some(settlement), ..(*call.value).clone() };
        self.put_price(by, &call, next, "settle", note).await
    }

    async fn put_price(
        &self,
        by: &Visitor,
        seen: &Kept<Dispatch>,
        mut next: Dispatch,
        what: &str,
        note: String,
    ) -> Answer<()> {
        let now = self.now();
        next.log.push(Entry {
            by: by.actor.account.clone(),
            note: note.clone(),
            ..Entry::new(what, now)
        });
        let mut changes = Changes::new();
        changes.update(seen, &next).map_err(broken)?;
        let act =
            Act::new(&by.actor, Errand::PriceRecord, Table::Dispatch, next.id.as_str()).note(note);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

/// A contract is written once the team is there, and once.
pub(super) fn may_contract(d: &Dispatch) -> bool {
    d.contract.is_none() && d.moment_of("arrive").is_some()
}

/// A mission is settled after its work was accepted, or it was called back from it; and
/// once.
pub(super) fn may_settle(d: &Dispatch) -> bool {
    use pool::dispatch::State::{Evaluated, Inspected, Recalled};
    d.contract.is_some()
        && d.settlement.is_none()
        && matches!(d.state, Inspected | Evaluated | Recalled)
}
