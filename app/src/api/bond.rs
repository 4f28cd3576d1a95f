//! Bonds.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender, visitor};
use super::{ApiError, BondsPage, MendForm, PleaForm, TenderActForm, TenderBondsPage};
use leptos::prelude::*;
use model::{DraftId, TenderNoticeId};
use policies::bond::BidBondForm;

/// Tenders with bonds, and orders to the bank.
#[server(endpoint = "bond/list")]
pub async fn read_bonds(draft: Option<DraftId>) -> Result<BondsPage, ApiError> {
    let mend = super::refused(draft.clone()).await?;
    let plea = super::refused(draft).await?;
    desks()?.bonds.bonds(&visitor(), mend, plea).await
}

/// The bonds of one tender.
#[server(endpoint = "bond/tender")]
pub async fn read_tender_bonds(
    id: TenderNoticeId,
    draft: Option<DraftId>,
) -> Result<TenderBondsPage, ApiError> {
    let entry = super::refused(draft.clone()).await?;
    let act = super::refused(draft).await?;
    desks()?.bonds.tender_bonds(&visitor(), &id, entry, act).await
}

/// Enters a bid bond that was given.
#[server(endpoint = "bond/enter")]
pub async fn enter_bid_bond(
    token: String,
    id: TenderNoticeId,
    form: BidBondForm,
) -> Result<(), ApiError> {
    let back = format!("/desk/bonds/tender/{id}");
    let form_at = format!("{back}#enter");
    let answer = desks()?.bonds.enter_bid_bond(&sender(&token)?, &id, form).await;
    go_on(answer, |_| back.clone(), &form_at)
}

/// Enters what a tender came to, or what became of one of its bonds.
#[server(endpoint = "bond/settle")]
pub async fn settle_tender(
    token: String,
    id: TenderNoticeId,
    form: TenderActForm,
) -> Result<(), ApiError> {
    let back = format!("/desk/bonds/tender/{id}");
    // Of two buttons of one form, the second is found under the name of the first.
    let place = match form.act.as_str() {
        "refuse" => "verify",
        "free" => "forfeit",
        act => act,
    };
    let form_at = format!("{back}#{place}");
    let answer = desks()?.bonds.settle_tender(&sender(&token)?, &id, form).await;
    go_on(answer, |()| back.clone(), &form_at)
}

/// Sends an order again that the bank has refused.
#[server(endpoint = "bond/again")]
pub async fn pay_again(token: String, form: MendForm) -> Result<(), ApiError> {
    let answer = desks()?.bonds.pay_again(&sender(&token)?, form).await;
    go_on(answer, |()| "/desk/bonds#payments".to_owned(), "/desk/bonds#payments")
}

/// A firm states its case before it is decided whether its bid bond is forfeit.
#[server(endpoint = "bond/plead")]
pub async fn plead(token: String, form: PleaForm) -> Result<(), ApiError> {
    let answer = desks()?.bonds.plead(&sender(&token)?, form).await;
    go_on(answer, |()| "/desk/bonds#own".to_owned(), "/desk/bonds#own")
}
