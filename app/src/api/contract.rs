//! Contracts, and their bonds.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{
    ApiError, BondActForm, BondPageView, ContractActForm, ContractFormPage, ContractPage,
    ContractsAsk, ContractsPage, GiveForm,
};
use leptos::prelude::*;
use model::{BondId, ContractId, DraftId, TenderNoticeId};
use policies::contract::ContractForm;

/// Contracts.
#[server(endpoint = "contract/list")]
pub async fn read_contracts(ask: ContractsAsk) -> Result<ContractsPage, ApiError> {
    desks()?.contracts.contracts(&visitor(), ask).await
}

/// One contract.
#[server(endpoint = "contract/page")]
pub async fn read_contract(
    id: ContractId,
    draft: Option<DraftId>,
) -> Result<ContractPage, ApiError> {
    let act = super::refused(draft).await?;
    desks()?.contracts.contract(&visitor(), &id, act).await
}

/// The form of a new contract.
#[server(endpoint = "contract/form")]
pub async fn read_contract_form(
    notice: Option<TenderNoticeId>,
    draft: Option<DraftId>,
) -> Result<ContractFormPage, ApiError> {
    let form = super::refused(draft).await?;
    desks()?.contracts.contract_form(&visitor(), notice.as_ref(), form).await
}

/// Enters a contract.
#[server(endpoint = "contract/save")]
pub async fn save_contract(token: String, form: ContractForm) -> Result<(), ApiError> {
    let back = format!("/desk/contracts/new?notice={}", form.notice);
    let answer = desks()?.contracts.save_contract(&sender(&token)?, form).await;
    go_on(answer, |id| format!("/desk/contracts/{id}"), &back)
}

/// Does something with a contract.
#[server(endpoint = "contract/act")]
pub async fn act_on_contract(
    token: String,
    id: ContractId,
    form: ContractActForm,
) -> Result<(), ApiError> {
    let back = format!("/desk/contracts/{id}");
    let form_at = format!("{back}#{}", form.act);
    let answer = desks()?.contracts.act_on_contract(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back.clone(), &form_at)
}

/// One bond.
#[server(endpoint = "bond/page")]
pub async fn read_bond(id: BondId, draft: Option<DraftId>) -> Result<BondPageView, ApiError> {
    let give = super::refused(draft.clone()).await?;
    let act = super::refused(draft).await?;
    desks()?.contracts.bond(&visitor(), &id, give, act).await
}

/// Gives something for a bond.
#[server(endpoint = "bond/give")]
pub async fn give_for_bond(token: String, id: BondId, form: GiveForm) -> Result<(), ApiError> {
    let back = format!("/desk/bonds/one/{id}");
    let form_at = format!("{back}#give");
    let answer = desks()?.contracts.give(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back.clone(), &form_at)
}

/// Does something with a bond.
#[server(endpoint = "bond/act")]
pub async fn act_on_bond(token: String, id: BondId, form: BondActForm) -> Result<(), ApiError> {
    let back = format!("/desk/bonds/one/{id}");
    // Of two buttons of one form, the second is found under the name of the first.
    let place = match form.act.as_str() {
        "refuse" => "verify",
        "claim_no" => "claim_yes",
        "free" => "forfeit",
        "dispute" => "agree",
        act => act,
    };
    let form_at = format!("{back}#{place}");
    let answer = desks()?.contracts.act_on_bond(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back.clone(), &form_at)
}
