//! What bonds came to: for the measures, for another ladder tried on them, and for whoever is
//! late with giving back.

use super::{Awaits, awaits};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{BondMeasuresPage, RungAsk, SimulateAsk, SimulatePage, Visitor};
use model::{BasisPoints, BondKind, Day, Errand, Moment, Money, permit};
use policies::Course;
use policies::bond::{
    Back, Bond, Case, Draft, Fact, Measures, On, Payment, PaymentState, Piece, PieceState,
    RetainAct, RetainStage, What, measures, release, simulate, year_before,
};
use policies::contract::returning;

use std::sync::PoisonError;

/// What sums were worked out of: the last change, the day, the edition of the rules.
pub type MeasuredOf = (u64, Day, String);

/// A limit within which something had to be given back, by the rule that says so.
pub(in crate::desk) struct Owing {
    /// The rule.
    pub rule: String,
    /// Since when.
    pub since: Moment,
    /// Statute and promise.
    pub course: Course,
    /// When it was done.
    pub done: Option<Moment>,
}

/// The percentages of a rung, as typed, in a question.
fn percent(typed: &str) -> Option<BasisPoints> {
    let typed = typed.trim();
    let percent: u32 = typed.parse().ok()?;
    (percent <= 100).then_some(BasisPoints(percent * 100))
}

/// Whether sums may count it: how many bid is told nobody before the bids are opened, and a sum
/// that grows tells it (招标投标法 22).
fn is_told(mirror: &Mirror, bond: &Bond, now: Moment) -> bool {
    let On::Tender { notice, .. } = &bond.on else { return true };
    let notice = mirror.tender_notices.get(notice.as_str());
    notice.is_none_or(|notice| notice.content.deadline < now.day())
}

impl Site {
    /// When the last of a bond was back; none while something of it is not. Money is back when
    /// the bank says so, whatever day it was ordered on: every clock counts until then.
    pub(super) fn back_at(mirror: &Mirror, bond: &Bond) -> Option<Moment> {
        use PieceState::{Held, Offered, Released, Returned, Returning};
        let open = |state| matches!(state, Held | Offered | Returning);
        if bond.pieces.iter().any(|piece| open(piece.state)) {
            return None;
        }
        let at = bond.pieces.iter().filter_map(|piece| match piece.state {
            Released => piece.gone.map(Moment::start_of),
            Returned => {
                let order = mirror.payments.get(Payment::key(&bond.id, piece.n)?.as_str())?;
                match &order.state {
                    PaymentState::Paid { receipt } => Some(receipt.at),
                    _ => None,
                }
            }
            _ => None,
        });
        at.max()
    }

    /// What is owed of a bond to whoever gave it: it has to go back, or somebody has to answer.
    pub(in crate::desk) fn owing(&self, mirror: &Mirror, bond: &Bond, now: Moment) -> Vec<Owing> {
        use PieceState::{Forfeited, Refused};
        let law = self.law();
        let done = Self::back_at(mirror, bond);
        let mut found = Vec::new();
        // What may be forfeit does not go back until that is decided, as long as that takes no
        // longer than it may; what is, never. That time counts against nobody later, either.
        let kept = |piece: &Piece| !matches!(piece.state, Refused | Forfeited);
        let waits = bond.hold.as_ref().is_some_and(|hold| !hold.is_overdue(&law, now));
        if waits || !bond.pieces.iter().any(kept) {
            return found;
        }
        let stops = bond.stops(&law);
        let mut add = |since: Moment, course: Course, done: Option<Moment>| {
            let rule = course.statutory.days.rule.clone();
            found.push(Owing { rule, since, course, done });
        };
        match (&bond.on, bond.kind) {
            (On::Tender { .. }, _) => {
                let Some(Awaits { placing, withdrawn, events, .. }) = awaits(mirror, bond) else {
                    return found;
                };
                let gone = release(&law, placing, withdrawn, &events, &stops, done, now);
                if let Some(gone) = gone.ok().flatten() {
                    add(gone.since, gone.course, done);
                }
            }
            (On::Contract { contract, .. }, BondKind::Performance) => {
                let Some(contract) = mirror.contracts.get(contract.as_str()) else {
                    return found;
                };
                let over = contract.over().map(|over| Moment::start_of(over.day));
                let course = returning(&law, contract, &stops, done, now).ok().flatten();
                if let Some((since, course)) = over.zip(course) {
                    add(since, course, done);
                }
            }
            (On::Contract { .. }, _) => {
                for a in &bond.applications {
                    if a.stage == RetainStage::Disputed {
                        // Nor does who argues owe it, for as long as one may argue.
                        if let Some((since, course)) = a.argued_too_long(&law, now) {
                            add(since, course, None);
                        }
                        continue;
                    }
                    if let Ok(course) = a.verifying(&law, now) {
                        let answered = a.agreed().or_else(|| a.last(RetainAct::Dispute));
                        add(a.received, course, answered);
                    }
                    if let Some((since, course)) =
                        a.agreed().zip(a.paying(&law, &stops, now).ok().flatten())
                    {
                        add(since, course, a.last(RetainAct::Pay));
                    }
                }
            }
        }
        found
    }

    /// What counts of one bond.
    pub(crate) fn fact(&self, mirror: &Mirror, bond: &Bond, now: Moment) -> Fact {
        let given = bond
            .pieces
            .iter()
            .filter(|piece| !matches!(piece.state, PieceState::Offered | PieceState::Refused));
        let (mut cash, mut guarantee, mut fee) = (0, 0, 0);
        for piece in given {
            match &piece.what {
                What::Guarantee(paper) => {
                    guarantee += piece.amount.fen();
                    fee += paper.fee.fen();
                }
                What::Cash(_) | What::Withheld(_) => cash += piece.amount.fen(),
            }
        }
        let is_back = Self::back_at(mirror, bond).is_some();
        // Of several limits, the last: that is when the firm has its money.
        let owing = self.owing(mirror, bond, now).into_iter().max_by_key(|owing| owing.since);
        let back = owing.and_then(|owing| {
            let due = owing.course.statutory.due?.day();
            let promised = owing.course.promised.as_ref().and_then(|leg| leg.due);
            let (since, done) = (owing.since.day(), owing.done.map(Moment::day));
            Some(Back { since, due, promised: promised.map(Moment::day), done })
        });
        // Where a part is back and the rest is not due yet, only that part counts as returned.
        if back.is_some_and(|back: Back| back.done.is_some()) && !is_back {
            let gone = bond.pieces.iter().filter(|piece| piece.state == PieceState::Returned);
            cash = gone.map(|piece| piece.left().fen()).sum();
        }
        Fact {
            kind: bond.kind,
            owner: bond.owner.clone(),
            owner_name: bond.owner_name.clone(),
            day: bond.entered.day(),
            most: bond.most,
            asked: bond.needs.iter().map(|need| need.amount).max().unwrap_or_default(),
            cash: Money::from_fen(cash),
            guarantee: Money::from_fen(guarantee),
            fee: Money::from_fen(fee),
            back,
        }
    }

    /// What all bonds came to. Sums only: who gave them is nobody's business here. Everybody may
    /// ask, so it is worked out again only where a bond, the day or the rules are others.
    pub(crate) fn measured(&self) -> Measures {
        let now = self.now();
        let mirror = self.read();
        let of = (mirror.stirred.last(), now.day(), self.law().short());
        let mut kept = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, measures)) = kept.as_ref().filter(|(before, _)| *before == of) {
            return measures.clone();
        }
        let told = mirror.bonds.iter().filter(|bond| is_told(&mirror, bond, now));
        let facts: Vec<Fact> = told.map(|bond| self.fact(&mirror, bond, now)).collect();
        let measures = measures(&facts, now.day());
        *kept = Some((of, measures.clone()));
        measures
    }

    pub(super) fn measures_of_bonds(&self, by: &Visitor) -> BondMeasuresPage {
        let now = self.now();
        let facts: Vec<Fact> = {
            let mirror = self.read();
            let may = |bond: &&Kept<Bond>| {
                let target = model::Target { org: Some(&bond.owner), district: None };
                permit(&by.actor, Errand::BondRead, target).is_ok() && is_told(&mirror, bond, now)
            };
            mirror.bonds.iter().filter(may).map(|bond| self.fact(&mirror, bond, now)).collect()
        };
        BondMeasuresPage {
            measures: measures(&facts, now.day()),
            today: now.day(),
            may_simulate: permit(&by.actor, Errand::LawRead, model::Target::default()).is_ok(),
        }
    }

    /// What another ladder would have come to on the bonds of the last twelve months.
    pub(super) fn simulated(&self, ask: SimulateAsk) -> Answer<SimulatePage> {
        let now = self.now();
        let law = self.law();
        let from = year_before(now.day());
        let (mut cases, mut left) = (Vec::new(), 0);
        {
            let mirror = self.read();
            let year = mirror.bonds.iter().filter(|bond| bond.entered.day() >= from);
            for bond in year.filter(|bond| is_told(&mirror, bond, now)) {
                let Some((firm, project)) = bond.basis else {
                    left += 1;
                    continue;
                };
                let first = bond.needs.first().map_or(bond.entered.day(), |need| need.from);
                let end = bond.needed_until().map_or(now.day(), |last| last.min(now.day()));
                let held = u32::try_from(first.days_until(end).max(0)).unwrap_or(0);
                let day = bond.entered.day();
                cases.push(Case { kind: bond.kind, firm, project, most: bond.most, day, held });
            }
        }
        let typed = ask.rungs.iter().filter(|(_, typed)| !typed.trim().is_empty());
        let mut draft = Draft::default();
        let mut wrong = Vec::new();
        for (rule, typed) in typed {
            match percent(typed) {
                Some(off) => {
                    draft.0.insert(rule.replace('-', "."), off);
                }
                None => wrong.push(rule.clone()),
            }
        }
        let outcome = simulate(&law, &cases, &draft).map_err(|e| self.no_rule(&e))?;
        let rungs = outcome
            .by_rung
            .iter()
            .map(|rung| {
                let name = rung.rule.replace('.', "-");
                let typed = ask.rungs.get(&name).cloned().unwrap_or_default();
                RungAsk { wrong: wrong.contains(&name), name, typed, rung: rung.clone() }
            })
            .collect();
        Ok(SimulatePage { from, today: now.day(), left, rungs, outcome })
    }
}
