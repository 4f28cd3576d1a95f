//! What becomes of a contract's bond: looked at, extended, claimed, replaced, let go, and
//! whether it is forfeit.

use super::super::bond::{Said, decide, past_day, reply, told};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, BondActForm, Visitor};
use model::{AccountId, BondKind, Errand, Fault, Faults, Moment};
use policies::bond::{Bond, Claim, PieceAct, Verification, What};
use policies::contract::Contract;

/// What a form needs to be allowed; none for one of no such name.
pub(super) fn errand(act: &str) -> Option<Errand> {
    Some(match act {
        "verify" | "refuse" => Errand::BondVerify,
        "extend" | "claim" | "claim_yes" | "claim_no" | "replace" | "free_wages" => {
            Errand::BondKeep
        }
        "hold" => Errand::BondHold,
        "forfeit" | "free" => Errand::BondDecide,
        "reply" => Errand::HoldReply,
        "apply" | "remind" | "serve" => Errand::RetentionApply,
        "receive" | "agree" | "dispute" => Errand::RetentionAnswer,
        "settle" => Errand::RetentionSettle,
        _ => return None,
    })
}

impl Site {
    pub(super) async fn step_bond(
        &self,
        by: &Visitor,
        errand: Errand,
        seen: &Kept<Bond>,
        contract: &Kept<Contract>,
        form: BondActForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let mut faults = Faults::new();
        let mut next = (*seen.value).clone();
        let mut changes = Changes::new();
        changes.rests_on(contract);
        let note = match form.act.as_str() {
            "verify" | "refuse" => look(&mut next, &form, &mut faults, &account, now),
            "hold" => self.hold(&mut next, &said(&form), &mut faults, &account, now),
            "forfeit" | "free" => {
                let forfeit = form.act == "forfeit";
                decide(&mut next, forfeit, &said(&form), &mut faults, &account, now)?
            }
            "reply" => reply(&mut next, &said(&form), &mut faults, &account, now)?,
            "extend" => extend(&mut next, &form, &mut faults, now),
            "claim" => claim(&mut next, &form, &mut faults, &account, now),
            "claim_yes" | "claim_no" => answer_claim(&mut next, &form, &mut faults, &account, now),
            "replace" | "free_wages" => {
                self.let_go(&mut changes, &mut next, &form, &mut faults, contract, &account, now)?
            }
            act => self.retention(&mut next, act, &form, &mut faults, &account, now)?,
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        changes.update(seen, &next).map_err(broken)?;
        let act = Act::new(&by.actor, errand, Table::Bond, next.id.as_str())
            .note(format!("{} {note}", next.number))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// A piece goes back whose place something else has taken, or that nothing needs any more.
    #[expect(clippy::too_many_arguments, reason = "the bond, the form, and who does it when")]
    fn let_go(
        &self,
        changes: &mut Changes,
        next: &mut Bond,
        form: &BondActForm,
        faults: &mut Faults,
        contract: &Contract,
        account: &AccountId,
        now: Moment,
    ) -> Answer<String> {
        let words = faults.reason("words", &form.words, 4, 500);
        let today = now.day();
        if form.act == "free_wages" {
            // What is owed to workers is seen to by a person.
            if next.kind != BondKind::Wages || contract.over().is_none() {
                return Err(ApiError::ForeignForm);
            }
            next.require(today, model::Money::ZERO);
        }
        let Some(n) = piece_of(next, form, faults) else { return Ok(String::new()) };
        let piece = next.piece(n).map_err(ApiError::Bond)?.clone();
        let foreseen = contract.ends_now();
        match &piece.what {
            What::Guarantee(guarantee) => {
                told(faults, "n", next.replace(n, PieceAct::Release, today, foreseen));
                Ok(format!("解除保函 {}：{words}", guarantee.number))
            }
            What::Cash(_) | What::Withheld(_) => {
                let done = next.replace(n, PieceAct::Order, today, foreseen);
                let went = done.is_ok();
                told(faults, "n", done);
                if went {
                    let payment = self.order(next, &piece, &words, Some(account.clone()), now)?;
                    changes.create(&payment).map_err(broken)?;
                }
                Ok(format!("退还第 {n} 笔 {} 元：{words}", piece.left()))
            }
        }
    }
}

/// The piece that the form is about.
fn piece_of(bond: &Bond, form: &BondActForm, faults: &mut Faults) -> Option<u32> {
    let n = form.n.trim().parse::<u32>().ok().filter(|n| bond.piece(*n).is_ok());
    if n.is_none() {
        let fault = if form.n.trim().is_empty() { Fault::Missing } else { Fault::NotAChoice };
        faults.note("n", fault);
    }
    n
}

/// Somebody else than who entered it has looked at a piece.
fn look(
    next: &mut Bond,
    form: &BondActForm,
    faults: &mut Faults,
    account: &AccountId,
    now: Moment,
) -> String {
    let words = faults.reason("words", &form.words, 4, 500);
    let Some(n) = piece_of(next, form, faults) else { return String::new() };
    if next.piece(n).is_ok_and(|piece| piece.by.as_ref() == Some(account)) {
        faults.note("n", Fault::SamePerson);
    }
    let (act, note) = match form.act.as_str() {
        "verify" => (PieceAct::Verify, "核验通过"),
        _ => (PieceAct::Refuse, "核验不符"),
    };
    told(faults, "n", next.step(n, act, now.day()));
    for piece in next.pieces.iter_mut().filter(|piece| piece.n == n) {
        let by = Some(account.clone());
        piece.verified = Some(Verification { at: now, by, note: words.clone() });
    }
    format!("第 {n} 笔{note}：{words}")
}

fn extend(next: &mut Bond, form: &BondActForm, faults: &mut Faults, now: Moment) -> String {
    let words = faults.reason("words", &form.words, 4, 500);
    let until = faults.day("day", &form.day);
    let Some((n, until)) = piece_of(next, form, faults).zip(until) else { return String::new() };
    told(faults, "day", next.extend(n, until, now.day()));
    format!("第 {n} 笔延至 {until}：{words}")
}

fn claim(
    next: &mut Bond,
    form: &BondActForm,
    faults: &mut Faults,
    account: &AccountId,
    now: Moment,
) -> String {
    let words = faults.reason("words", &form.words, 10, 500);
    let amount = faults.wan("amount", &form.amount);
    let day = past_day(faults, &form.day, next.entered.day(), now);
    let Some((n, (amount, day))) = piece_of(next, form, faults).zip(amount.zip(day)) else {
        return String::new();
    };
    let claim =
        Claim { on: day, amount, reason: words.clone(), by: account.clone(), confirmed: None };
    told(faults, "amount", next.ask_claim(n, claim, now.day()));
    format!("提出从第 {n} 笔索赔 {amount} 元，待另一人确认：{words}")
}

/// Somebody else than who entered a claim says whether it is one.
fn answer_claim(
    next: &mut Bond,
    form: &BondActForm,
    faults: &mut Faults,
    account: &AccountId,
    now: Moment,
) -> String {
    let words = faults.reason("words", &form.words, 4, 500);
    let Some(n) = piece_of(next, form, faults) else { return String::new() };
    let asked = next.piece(n).ok().and_then(|piece| piece.asked.as_ref());
    let amount = asked.map(|claim| claim.amount).unwrap_or_default();
    let yes = form.act == "claim_yes";
    told(faults, "n", next.answer_claim(n, account, yes, now.day()));
    match yes {
        true => format!("确认从第 {n} 笔索赔 {amount} 元：{words}"),
        false => format!("驳回从第 {n} 笔索赔 {amount} 元：{words}"),
    }
}

/// What a form says about whether a bond is forfeit.
fn said(form: &BondActForm) -> Said<'_> {
    Said {
        gate: super::GATE,
        ground: &form.ground,
        words: &form.words,
        field: "words",
        heard: &form.heard,
    }
}
