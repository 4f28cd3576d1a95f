//! A contract is put on the register. With it its tender is over: what its bidders gave goes
//! back.

use super::super::plan::{key_of, number_after};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ContractFormPage, Refused, Visitor};
use model::{
    AccountId, ContractId, Errand, Fault, Faults, Moment, OrgId, Role, Target, TenderNoticeId,
};
use policies::bond::TenderResult;
use policies::contract::{Contract, ContractForm, Stage, Terms, longest};
use policies::notice::TenderNotice;

/// How often numbers are drawn again when two are entered at once.
const TRIES: usize = 5;

/// The tender that a contract comes from.
struct Tendered {
    notice: Kept<TenderNotice>,
    result: Option<Kept<TenderResult>>,
}

impl Site {
    fn tendered(&self, by: &Visitor, notice: &TenderNoticeId) -> Answer<Tendered> {
        let mirror = self.read();
        let notice = mirror.tender_notices.get(notice.as_str()).ok_or(ApiError::NotFound)?;
        let whose = Target { org: Some(&notice.owner), district: None };
        self.permit(by, Errand::ContractWrite, whose)?;
        let result = mirror.tender_results.get(notice.id.as_str()).cloned();
        Ok(Tendered { notice: notice.clone(), result })
    }

    pub(super) fn contract_form_page(
        &self,
        by: &Visitor,
        notice: Option<&TenderNoticeId>,
        mut refused: Refused<ContractForm>,
    ) -> Answer<ContractFormPage> {
        let tendered = notice.map(|notice| self.tendered(by, notice)).transpose()?;
        let result = tendered.as_ref().and_then(|t| t.result.as_ref());
        let awarded = result.and_then(|r| r.awarded).map(Moment::day);
        if refused.form.key.is_empty() {
            let form = &mut refused.form;
            form.key = crate::chance::key("ht");
            if let Some(Tendered { notice, .. }) = &tendered {
                form.notice = notice.id.to_string();
                form.title.clone_from(&notice.content.title);
                notice.content.kind.key().clone_into(&mut form.kind);
            }
            // Who was chosen is known from its bond.
            if let Some(result) = result
                && let Some(winner) = &result.winner
            {
                form.uscc = winner.to_string();
                let mirror = self.read();
                let named = mirror.bonds_of_notice.get(result.id.as_str());
                let mut bonds = named.into_iter().flatten().filter_map(|b| mirror.bonds.get(b));
                if let Some(bond) = bonds.find(|bond| bond.firm.uscc == *winner) {
                    form.firm.clone_from(&bond.firm.name);
                }
                let signed = result.signed.map(|at| at.day().to_string());
                form.signed = signed.unwrap_or_default();
                form.procurement = if result.procurement { "yes" } else { "" }.into();
            }
        }
        let notice = tendered.map(|t| {
            (t.notice.id.clone(), format!("{} {}", t.notice.number, t.notice.content.title))
        });
        Ok(ContractFormPage { form: refused, notice, awarded })
    }

    pub(super) async fn enter_contract(
        &self,
        by: &Visitor,
        form: ContractForm,
    ) -> Answer<ContractId> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let tendered = match form.notice.trim() {
            "" => None,
            typed => {
                let notice = typed.parse().map_err(|_| ApiError::ForeignForm)?;
                Some(self.tendered(by, &notice)?)
            }
        };
        let result = tendered.as_ref().and_then(|t| t.result.as_ref());
        let awarded = result.and_then(|r| r.awarded).map(Moment::day);
        let most = longest(&self.law(), now.day()).map_err(|e| self.no_rule(&e))?;
        let mut faults = Faults::new();
        let terms = match form.read(awarded, most, now.day()) {
            Ok(terms) => Some(terms),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        };
        let against = |why: String| Fault::AgainstRule { why };
        match (&tendered, result) {
            (Some(_), None) => faults.note("notice", against("还没有登记中标通知书".into())),
            (Some(_), Some(result)) => {
                let winner = result.winner.as_ref();
                if result.awarded.is_none() {
                    faults.note("notice", against("还没有登记中标通知书".into()));
                } else if terms.as_ref().is_some_and(|terms| winner != Some(&terms.uscc)) {
                    let winner = winner.map(ToString::to_string).unwrap_or_default();
                    faults.note("uscc", against(format!("中标人的代码是 {winner}")));
                }
                let other = result.signed.map(Moment::day);
                if let Some(signed) = other
                    && terms.as_ref().is_some_and(|terms| terms.signed != signed)
                {
                    faults.note("signed", against(format!("定标结果登记的签订日是 {signed}")));
                }
            }
            // Without a tender an owner enters its own.
            (None, _) if by.actor.role != Role::Owner => {
                faults.note("notice", against("请从招标公告进入，或由招标人登记".into()));
            }
            (None, _) => {}
        }
        let Some(terms) = terms.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let key = key_of(&form.key, "ht");
        let same = |known: &Kept<Contract>| {
            known.firm.uscc == terms.uscc && known.price == terms.price && known.by == account
        };
        // Sent twice, it counts once.
        if let Some(known) = self.read().contracts.get(&key).filter(|known| same(known)) {
            return Ok(known.id.clone());
        }
        for _ in 0..TRIES {
            let mut changes = Changes::new();
            let contract =
                self.new_contract(&mut changes, by, &key, &terms, tendered.as_ref(), &account)?;
            changes.create(&contract).map_err(broken)?;
            if let Some(tendered) = &tendered {
                changes.rests_on(&tendered.notice);
                sign(&mut changes, tendered, &terms, &account, now)?;
            }
            let note = format!(
                "{} {}：{}，{} 元，{} 签订",
                contract.number, contract.title, contract.firm.name, contract.price, terms.signed
            );
            let act =
                Act::new(&by.actor, Errand::ContractWrite, Table::Contract, contract.id.as_str())
                    .note(note)
                    .happened(Moment::start_of(terms.signed))
                    .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(contract.id),
                Err(StoreFault::Taken { index, .. }) if index == "contract_number" => {
                    self.store.catch_up().await.map_err(broken)?;
                }
                Err(StoreFault::Taken { index, holder }) if index == "contract_notice" => {
                    let holder = holder.strip_prefix("contract:").unwrap_or(&holder);
                    let number = self.read().contracts.get(holder).map(|c| c.number.clone());
                    let why = format!("该招标的合同已登记：{}", number.unwrap_or_default());
                    let faults = Faults::one("notice", against(why));
                    return Err(self.refuse(by, &form, faults).await);
                }
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    fn new_contract(
        &self,
        changes: &mut Changes,
        by: &Visitor,
        key: &str,
        terms: &Terms,
        tendered: Option<&Tendered>,
        account: &AccountId,
    ) -> Answer<Contract> {
        let now = self.now();
        let owner: OrgId = match tendered {
            Some(tendered) => tendered.notice.owner.clone(),
            None => by.actor.org.clone().ok_or(ApiError::Forbidden)?,
        };
        let awarded = tendered.and_then(|t| t.result.as_ref()?.awarded).map(Moment::day);
        let mirror = self.read();
        let id: ContractId = match mirror.contracts.get(key) {
            Some(_) => crate::chance::key("ht"),
            None => key.to_owned(),
        }
        .parse()
        .map_err(|_| ApiError::ForeignForm)?;
        let owner_name = super::super::plan::org_name(&mirror, &owner);
        let number = number_after(&mirror.contract_numbers, "HT", now, 1);
        drop(mirror);
        Ok(Contract {
            id,
            number,
            notice: tendered.map(|t| t.notice.id.clone()),
            title: terms.title.clone(),
            owner_name,
            district: self.district_of(&owner),
            owner,
            firm: self.party(&terms.name, &terms.uscc),
            who: terms.who,
            kind: terms.kind,
            procurement: terms.procurement,
            government: terms.government,
            price: terms.price,
            awarded,
            signed: terms.signed,
            ends: terms.ends,
            pays: terms.pays,
            account: seal(changes, &terms.account),
            stage: Stage::Running,
            changes: vec![],
            bills: vec![],
            completed: None,
            settlement: None,
            ended: None,
            published: None,
            evaluation: None,
            entered: now,
            by: account.clone(),
        })
    }
}

/// The tender's bonds waited for this, unless it was entered before.
fn sign(
    changes: &mut Changes,
    tendered: &Tendered,
    terms: &Terms,
    account: &AccountId,
    now: Moment,
) -> Answer<()> {
    let Some(result) = &tendered.result else { return Ok(()) };
    if result.signed.is_some() {
        changes.rests_on(result);
        return Ok(());
    }
    let mut next = (*result.value).clone();
    next.signed = Some(Moment::start_of(terms.signed));
    next.known.signed = Some(now);
    next.by = account.clone();
    changes.update(result, &next).map_err(broken)?;
    Ok(())
}
