//! What a tender came to, and what became of one of its bonds.

use super::{bond_of, bonds_of};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, TenderActForm, Visitor};
use model::{AccountId, Day, Errand, Fault, Faults, Moment, Uscc};
use policies::bond::{Bond, On, PieceAct, PieceState, TenderResult, Verification};
use policies::notice::TenderNotice;

impl Site {
    pub(super) async fn settle(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        match form.act.as_str() {
            "award" | "sign" | "end" => self.result(by, notice, form, account).await,
            "withdraw" | "verify" | "refuse" => self.one_bond(by, notice, form, account).await,
            _ => Err(ApiError::ForeignForm),
        }
    }

    /// Enters what the tender came to.
    async fn result(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
        account: AccountId,
    ) -> Answer<()> {
        let now = self.now();
        let (known, bonds) = {
            let mirror = self.read();
            let known = mirror.tender_results.get(notice.id.as_str()).cloned();
            (known, bonds_of(&mirror, &notice.id))
        };
        let mut next = match &known {
            Some(known) => (*known.value).clone(),
            None => TenderResult::open(notice.id.clone(), false, account.clone()),
        };
        next.by = account;
        let mut faults = Faults::new();
        let day = past_day(&mut faults, &form.day, now);
        let at = day.map(Moment::start_of);
        let not_now = |faults: &mut Faults, why: &str| {
            faults.note("day", Fault::AgainstRule { why: why.into() });
        };
        let note = match form.act.as_str() {
            "award" => {
                if next.ended.is_some() || next.signed.is_some() {
                    not_now(&mut faults, "招标已终止或合同已签订，不能再登记中标");
                }
                if day.is_some_and(|day| day < notice.content.deadline) {
                    faults.note("day", Fault::NotAfter { day: notice.content.deadline });
                }
                let winner = faults.uscc("winner", &form.winner);
                if let Some(winner) = &winner
                    && bond_of(&bonds, winner).is_none()
                {
                    faults.note("winner", Fault::NotAChoice);
                }
                next.candidates = candidates(&mut faults, &form, winner.as_ref(), &bonds);
                next.awarded = at;
                next.winner = winner;
                let name = next.winner.as_ref().and_then(|w| bond_of(&bonds, w));
                format!("中标通知书发出：{}", name.map_or("", |bond| bond.firm.name.as_str()))
            }
            "sign" => {
                match next.awarded.map(Moment::day) {
                    None => not_now(&mut faults, "还没有登记中标通知书"),
                    Some(awarded) if day.is_some_and(|day| day < awarded) => {
                        faults.note("day", Fault::NotAfter { day: awarded });
                    }
                    Some(_) => {}
                }
                next.signed = at;
                "合同签订".to_owned()
            }
            _ => {
                if next.signed.is_some() {
                    not_now(&mut faults, "合同已签订，不能终止招标");
                }
                next.ended = at;
                format!("招标终止：{}", faults.reason("reason", &form.reason, 4, 500))
            }
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut changes = Changes::new();
        changes.rests_on(notice);
        match &known {
            Some(known) => changes.update(known, &next),
            None => changes.create(&next),
        }
        .map_err(broken)?;
        let act =
            Act::new(&by.actor, Errand::TenderSettle, Table::TenderResult, notice.id.as_str())
                .note(format!("{} {note}（{}）", notice.number, form.day.trim()));
        let act = match at {
            Some(at) => act.happened(at),
            None => act,
        };
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// Enters that a bidder withdrew, or what was found out about a guarantee.
    async fn one_bond(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
        account: AccountId,
    ) -> Answer<()> {
        let now = self.now();
        let bonds = bonds_of(&self.read(), &notice.id);
        let seen = bonds.iter().find(|bond| bond.id.as_str() == form.bond);
        let seen = seen.ok_or(ApiError::NotFound)?;
        let mut next: Bond = (*seen.value).clone();
        let mut faults = Faults::new();
        let words = faults.reason("reason", &form.reason, 4, 500);
        let note = match form.act.as_str() {
            "withdraw" => {
                let day = past_day(&mut faults, &form.day, now);
                if day.is_some_and(|day| day > notice.content.deadline) {
                    let why = "投标截止后不能撤回，撤销投标的按不予退还情形处理（招标投标法实施条例第三十五条）";
                    faults.note("day", Fault::AgainstRule { why: why.into() });
                }
                if let On::Tender { withdrawn, .. } = &mut next.on {
                    *withdrawn = day.map(Moment::start_of);
                }
                "收到书面撤回通知"
            }
            act => {
                let offered = next.pieces.iter().find(|p| p.state == PieceState::Offered);
                let n = offered.map(|piece| piece.n).ok_or(ApiError::Stale)?;
                let (act, note) = match act {
                    "verify" => (PieceAct::Verify, "保函核验通过"),
                    _ => (PieceAct::Refuse, "保函核验不符"),
                };
                next.step(n, act, now.day()).map_err(ApiError::Bond)?;
                for piece in next.pieces.iter_mut().filter(|piece| piece.n == n) {
                    let by = Some(account.clone());
                    piece.verified = Some(Verification { at: now, by, note: words.clone() });
                }
                note
            }
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut changes = Changes::new();
        changes.update(seen, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::TenderSettle, Table::Bond, next.id.as_str())
            .note(format!("{} {note}：{words}", next.number));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

/// A day that is not to come.
fn past_day(faults: &mut Faults, typed: &str, now: Moment) -> Option<Day> {
    let day = faults.day("day", typed);
    if day.is_some_and(|day| day > now.day()) {
        faults.note("day", Fault::InFuture);
    }
    day
}

/// Candidates that were not chosen: bidders, and not the winner.
fn candidates(
    faults: &mut Faults,
    form: &TenderActForm,
    winner: Option<&Uscc>,
    bonds: &[Kept<Bond>],
) -> Vec<Uscc> {
    let mut named = Vec::new();
    for typed in form.candidates.iter().filter(|typed| !typed.trim().is_empty()) {
        let Some(firm) = faults.uscc("candidates", typed) else { continue };
        if bond_of(bonds, &firm).is_none() {
            faults.note("candidates", Fault::NotAChoice);
        } else if winner == Some(&firm) || named.contains(&firm) {
            faults.note("candidates", Fault::Twice);
        } else {
            named.push(firm);
        }
    }
    named
}
