//! What a tender came to.

use super::{bids_of, bond_of, is_withdrawn};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::desk::Answer;
use app::api::{ApiError, TenderActForm, Visitor};
use model::{AccountId, Day, Errand, Fault, Faults, Moment, Uscc};
use policies::bond::{Bid, Bond, On, PieceState, TenderResult};
use policies::notice::TenderNotice;

/// What a form needs to be allowed; none for one of no such name.
pub(super) fn errand(act: &str) -> Option<Errand> {
    Some(match act {
        "basis" | "award" | "sign" | "end" | "extend" | "withdraw" | "verify" | "refuse" => {
            Errand::TenderSettle
        }
        "hold" => Errand::BondHold,
        "forfeit" | "free" => Errand::BondDecide,
        "reply" => Errand::HoldReply,
        _ => return None,
    })
}

impl Site {
    pub(super) async fn settle(
        &self,
        by: &Visitor,
        errand: Errand,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        match form.act.as_str() {
            "basis" | "award" | "sign" | "end" => self.result(by, notice, form, account).await,
            "extend" => self.extend(by, notice, form).await,
            _ => self.one_bond(by, errand, notice, form, account).await,
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
        let (known, bonds) = self.known_of(&notice.id);
        let mut next = match &known {
            Some(known) => (*known.value).clone(),
            None => TenderResult::open(notice.id.clone(), false, account.clone()),
        };
        next.by = account;
        let mut changes = Changes::new();
        changes.rests_on(notice);
        let mut faults = Faults::new();
        let (note, at) = match form.act.as_str() {
            "basis" => (basis(&mut next, &mut faults, notice, &form, &bonds), None),
            "award" => {
                let day = past_day(&mut faults, &form.day, notice.content.deadline, now);
                may_come_to(&mut faults, notice, &next);
                if next.signed.is_some() {
                    not_now(&mut faults, "合同已签订，不能再登记中标");
                }
                let winner = bidder(&mut faults, "winner", &form.winner, &bonds);
                let candidates = candidates(&mut faults, &form, winner.as_ref(), &bonds);
                next.candidates = candidates.iter().map(|bond| bond.firm.uscc.clone()).collect();
                next.winner = winner.as_ref().map(|bond| bond.firm.uscc.clone());
                next.awarded = day.map(Moment::start_of);
                next.known.awarded = Some(now);
                // Nobody of these withdraws meanwhile.
                for bond in winner.iter().chain(&candidates) {
                    changes.rests_on(bond);
                }
                let name = winner.map_or(String::new(), |bond| bond.firm.name.clone());
                (format!("中标通知书发出：{name}"), next.awarded)
            }
            "sign" => {
                let from = next.awarded.map_or(notice.content.deadline, Moment::day);
                let day = past_day(&mut faults, &form.day, from, now);
                may_come_to(&mut faults, notice, &next);
                if next.awarded.is_none() {
                    not_now(&mut faults, "还没有登记中标通知书");
                }
                next.signed = day.map(Moment::start_of);
                next.known.signed = Some(now);
                ("合同签订".to_owned(), next.signed)
            }
            _ => {
                let day = past_day(&mut faults, &form.day, notice.content.noticed, now);
                if next.signed.is_some() {
                    not_now(&mut faults, "合同已签订，不能终止招标");
                }
                next.ended = day.map(Moment::start_of);
                next.known.ended = Some(now);
                let why = faults.reason("reason", &form.reason, 4, 500);
                (format!("招标终止：{why}"), next.ended)
            }
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        match &known {
            Some(known) => changes.update(known, &next),
            None => changes.create(&next),
        }
        .map_err(broken)?;
        let when = at.map_or(String::new(), |at| format!("（{}）", at.day()));
        let act =
            Act::new(&by.actor, Errand::TenderSettle, Table::TenderResult, notice.id.as_str())
                .note(format!("{} {note}{when}", notice.number));
        let act = match at {
            Some(at) => act.happened(at),
            None => act,
        };
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    /// Bids are valid for longer. Who does not agree gets its bond back when the old time is
    /// over, and loses its bid (七部委30号令 29).
    async fn extend(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: TenderActForm,
    ) -> Answer<()> {
        let now = self.now();
        let (result, bonds) = self.known_of(&notice.id);
        let mut faults = Faults::new();
        if result.as_ref().is_some_and(|r| r.awarded.or(r.ended).is_some()) {
            not_now(&mut faults, "已登记中标或终止，不能再延长");
        }
        let day = faults.day("day", &form.day);
        let words = faults.reason("reason", &form.reason, 4, 500);
        let refuse = candidates(&mut faults, &form, None, &bonds);
        let mut changes = Changes::new();
        changes.rests_on(notice);
        if let Some(result) = &result {
            changes.rests_on(result);
        }
        let mut extended = 0;
        for bond in bonds.iter().filter(|bond| bids(bond)) {
            if refuse.iter().any(|other| other.id == bond.id) {
                continue;
            }
            let Some(day) = day else { continue };
            let mut next: Bond = (*bond.value).clone();
            let On::Tender { valid_until, .. } = &mut next.on else { continue };
            if day <= *valid_until {
                faults.note("day", Fault::NotAfter { day: *valid_until });
                break;
            }
            if *valid_until < now.day() {
                not_now(&mut faults, "投标有效期已经届满，不能再延长");
                break;
            }
            *valid_until = day;
            next.require_until(day);
            changes.update(bond, &next).map_err(broken)?;
            extended += 1;
        }
        if extended == 0 && faults.is_empty() {
            faults.note("day", Fault::Unchanged);
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let act =
            Act::new(&by.actor, Errand::TenderSettle, Table::TenderNotice, notice.id.as_str())
                .note(format!(
                    "{} 投标有效期延至 {}，{extended} 家同意，{} 家不同意：{words}",
                    notice.number,
                    form.day.trim(),
                    refuse.len()
                ));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

fn not_now(faults: &mut Faults, why: &str) {
    faults.note("day", Fault::AgainstRule { why: why.into() });
}

/// A tender that was cancelled or ended comes to nothing any more.
fn may_come_to(faults: &mut Faults, notice: &TenderNotice, result: &TenderResult) {
    if !notice.holding.goes_out() {
        not_now(faults, &format!("招标公告{}", notice.holding.name()));
    } else if result.ended.is_some() {
        not_now(faults, "招标已终止");
    }
}

/// What is tendered, where the notice leaves it open. Not once somebody was asked by it.
fn basis(
    next: &mut TenderResult,
    faults: &mut Faults,
    notice: &TenderNotice,
    form: &TenderActForm,
    bonds: &[Kept<Bond>],
) -> String {
    let bid = bids_of(notice).iter().copied().find(|bid| bid.key() == form.basis);
    if bid.is_none() {
        faults.note("basis", Fault::NotAChoice);
    }
    if !bonds.is_empty() {
        let why = "已按原口径收取，不能再改".into();
        faults.note("basis", Fault::AgainstRule { why });
    }
    next.bid = bid;
    next.procurement = bid == Some(Bid::Procurement);
    format!("保证金口径：{}", bid.map_or("", Bid::name))
}

/// A day that is not to come, and not before `from`.
pub(in crate::desk) fn past_day(
    faults: &mut Faults,
    typed: &str,
    from: Day,
    now: Moment,
) -> Option<Day> {
    let day = faults.day("day", typed);
    if day.is_some_and(|day| day > now.day()) {
        faults.note("day", Fault::InFuture);
    } else if day.is_some_and(|day| day < from) {
        faults.note("day", Fault::NotAfter { day: from });
    }
    day
}

/// Whether its firm bids: it did not withdraw, and gave what was asked or something that may
/// yet do.
fn bids(bond: &Bond) -> bool {
    let gave = bond.pieces.is_empty() || bond.pieces.iter().any(|p| p.state != PieceState::Refused);
    !is_withdrawn(bond) && gave
}

/// The bond of a firm that bids.
fn bidder(
    faults: &mut Faults,
    field: &str,
    typed: &str,
    bonds: &[Kept<Bond>],
) -> Option<Kept<Bond>> {
    let firm: Uscc = faults.uscc(field, typed)?;
    let Some(bond) = bond_of(bonds, &firm) else {
        faults.note(field, Fault::NotAChoice);
        return None;
    };
    if !bids(bond) {
        let why = format!("{}已撤回投标，或保证金核验不符", bond.firm.name);
        faults.note(field, Fault::AgainstRule { why });
    }
    Some(bond.clone())
}

/// The bidders that are ticked, but the winner.
fn candidates(
    faults: &mut Faults,
    form: &TenderActForm,
    winner: Option<&Kept<Bond>>,
    bonds: &[Kept<Bond>],
) -> Vec<Kept<Bond>> {
    let mut named: Vec<Kept<Bond>> = Vec::new();
    for typed in form.candidates.iter().filter(|typed| !typed.trim().is_empty()) {
        let Some(bond) = bidder(faults, "candidates", typed, bonds) else { continue };
        let twice = |other: &Kept<Bond>| other.id == bond.id;
        if winner.is_some_and(twice) || named.iter().any(twice) {
            faults.note("candidates", Fault::Twice);
        } else {
            named.push(bond);
        }
    }
    named
}
