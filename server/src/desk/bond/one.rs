//! What became of one bond: its bidder withdrew, somebody looked at what was given, or it is
//! said to be forfeit, answered, and decided.

use super::settle::past_day;
use super::{GATE, Said, decide, is_sealed, reply};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, TenderActForm, Visitor};
use model::{AccountId, Errand, Fault, Faults, Moment};
use policies::bond::{Bond, On, PieceAct, PieceState, Verification};
use policies::notice::TenderNotice;

impl Site {
    /// Enters that a bidder withdrew, what was found out about what it gave, or whether that
    /// is forfeit.
    pub(super) async fn one_bond(
        &self,
        by: &Visitor,
        errand: Errand,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
        account: AccountId,
    ) -> Answer<()> {
        let now = self.now();
        let (result, bonds) = self.known_of(&notice.id);
        let mut changes = Changes::new();
        let mut faults = Faults::new();
        let seen = bonds.iter().find(|bond| bond.id.as_str() == form.bond);
        let Some(seen) = seen else {
            let fault = if form.bond.is_empty() { Fault::Missing } else { Fault::NotAChoice };
            return Err(self.refuse(by, &form, Faults::one("bond", fault)).await);
        };
        let mut next: Bond = (*seen.value).clone();
        let said = Said {
            gate: GATE,
            ground: &form.ground,
            words: &form.reason,
            field: "reason",
            heard: &form.heard,
        };
        let note = match form.act.as_str() {
            // Before the bids are opened nobody may learn who bids, not even from a hold.
            "hold" | "forfeit" | "free" | "reply" if is_sealed(by, notice, now) => {
                return Err(ApiError::NotFound);
            }
            "hold" => {
                if now.day() <= notice.content.deadline {
                    let why = "投标截止前可以撤回投标，没有不予退还的情形".into();
                    faults.note("ground", Fault::AgainstRule { why });
                }
                self.hold(&mut next, &said, &mut faults, &account, now)
            }
            "forfeit" | "free" => {
                decide(&mut next, form.act == "forfeit", &said, &mut faults, &account, now)?
            }
            "reply" => reply(&mut next, &said, &mut faults, &account, now)?,
            "withdraw" => {
                let words = faults.reason("reason", &form.reason, 4, 500);
                let over = result.as_ref().is_some_and(|r| r.awarded.or(r.ended).is_some());
                if over {
                    let why = "已登记中标或终止，不能再登记撤回".into();
                    faults.note("day", Fault::AgainstRule { why });
                }
                let day = past_day(&mut faults, &form.day, notice.content.noticed, now);
                if day.is_some_and(|day| day > notice.content.deadline) {
                    let why = "投标截止后不能撤回，撤销投标的按不予退还情形处理（招标投标法实施条例第三十五条）";
                    faults.note("day", Fault::AgainstRule { why: why.into() });
                }
                if let On::Tender { withdrawn, withdrawal_known, .. } = &mut next.on {
                    if withdrawn.is_some() {
                        let why = "该投标人的撤回已登记".into();
                        faults.note("bond", Fault::AgainstRule { why });
                    }
                    *withdrawn = day.map(Moment::start_of);
                    *withdrawal_known = Some(now);
                }
                if let Some(result) = &result {
                    changes.rests_on(result);
                }
                format!("收到书面撤回通知：{words}")
            }
            act => {
                let words = faults.reason("reason", &form.reason, 4, 500);
                let offered = next.pieces.iter().find(|p| p.state == PieceState::Offered);
                let piece = offered.ok_or(ApiError::Stale)?;
                let n = piece.n;
                if piece.by.as_ref() == Some(&account) {
                    faults.note("bond", Fault::SamePerson);
                }
                let (act, note) = match act {
                    "verify" => (PieceAct::Verify, "核验通过"),
                    _ => (PieceAct::Refuse, "核验不符"),
                };
                next.step(n, act, now.day()).map_err(ApiError::Bond)?;
                for piece in next.pieces.iter_mut().filter(|piece| piece.n == n) {
                    let by = Some(account.clone());
                    piece.verified = Some(Verification { at: now, by, note: words.clone() });
                }
                format!("{note}：{words}")
            }
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
}
