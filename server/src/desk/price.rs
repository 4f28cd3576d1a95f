//! What the work costs: the contract that is written after the team went, and what
//! it came to in the end. Both are public as soon as they are entered.

use super::offer::TRIES;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, StoreFault, Table};
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
        let enter = |call: &Dispatch| {
            let next = Dispatch { contract: Some(contract.clone()), ..call.clone() };
            may_contract(call).then_some(next)
        };
        self.put_price(by, id, enter, "contract", note).await
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
        let enter = |call: &Dispatch| {
            let next = Dispatch { settlement: Some(settlement.clone()), ..call.clone() };
            may_settle(call).then_some(next)
        };
        self.put_price(by, id, enter, "settle", note).await
    }

    /// Enters a price, on the mission as it is now: a line that its log gained meanwhile
    /// is no reason to ask for everything again.
    async fn put_price(
        &self,
        by: &Visitor,
        id: &DispatchId,
        enter: impl Fn(&Dispatch) -> Option<Dispatch> + Send + Sync,
        what: &str,
        note: String,
    ) -> Answer<()> {
        for _ in 0..TRIES {
            let now = self.now();
            let (seen, _) = self.call_of(id)?;
            let mut next = enter(&seen).ok_or(ApiError::Stale)?;
            next.log.push(Entry {
                by: by.actor.account.clone(),
                note: note.clone(),
                ..Entry::new(what, now)
            });
            let mut changes = Changes::new();
            changes.update(&seen, &next).map_err(broken)?;
            let act = Act::new(&by.actor, Errand::PriceRecord, Table::Dispatch, id.as_str())
                .note(note.clone());
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                Err(StoreFault::Stale { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
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
