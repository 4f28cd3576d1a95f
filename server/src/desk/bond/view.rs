//! What the pages of bonds show.

use super::{Awaits, awaits, bid_of, bids_of, bonds_of, is_sealed, valid_until};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{
    BidBondView, BondsMay, BondsPage, MendForm, PaymentView, PleaForm, Refused, TenderActForm,
    TenderBondsPage, TenderLine, Visitor,
};
use model::{BondKind, Errand, Moment, Money, permit};
use policies::bond::{
    BidBondForm, Bond, On, Payment, PaymentState, Piece, PieceState, TenderResult, release,
    waits_for,
};
use policies::contract::signing_after;
use policies::notice::TenderNotice;
use policies::{Course, Law, State};

/// How many of the last orders that were paid are shown.
const LAST: usize = 20;

/// An account's number with its middle hidden.
pub(in crate::desk) fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    match digits.len() {
        0..=8 => "*".repeat(digits.len()),
        n => {
            let end: String = digits[n - 4..].iter().collect();
            format!("{}{end}", "*".repeat(n - 4))
        }
    }
}

pub(in crate::desk) fn payment_view(mirror: &Mirror, payment: &Kept<Payment>) -> PaymentView {
    let account = masked(mirror.reveal(&payment.account));
    PaymentView { payment: (*payment.value).clone(), account }
}

/// Whether something was done within its promise, or within the law where nothing was
/// promised.
fn kept(course: &Course) -> bool {
    let leg = course.promised.as_ref().unwrap_or(&course.statutory);
    matches!(leg.state, State::Kept { .. })
}

/// Whether money lies here for a piece.
fn lies(piece: &Piece) -> bool {
    let state = matches!(piece.state, PieceState::Held | PieceState::Returning);
    state && !piece.form.is_guarantee()
}

/// Whether somebody has to look at something that was given for a bond.
fn is_offered(bond: &Bond) -> bool {
    bond.pieces.iter().any(|piece| piece.state == PieceState::Offered)
}

/// Whether anything was given that goes back some day.
fn is_given(bond: &Bond) -> bool {
    bond.pieces.iter().any(|piece| piece.state != PieceState::Refused)
}

/// Whether nothing of a bond lies here any more.
fn is_back(bond: &Bond) -> bool {
    let gone = |p: &Piece| matches!(p.state, PieceState::Returned | PieceState::Released);
    let open = |p: &Piece| lies(p) || matches!(p.state, PieceState::Offered | PieceState::Held);
    bond.pieces.iter().any(gone) && !bond.pieces.iter().any(open)
}

/// The limit for deciding whether a bond is forfeit. One that can't be reckoned hides nothing.
pub(in crate::desk) fn deciding(law: &Law, bond: &Bond, now: Moment) -> Option<Course> {
    let course = bond.hold.as_ref()?.deciding(law, now);
    course.inspect_err(|fault| tracing::error!(%fault, "no limit for deciding")).ok()
}

/// What waits for somebody's word, and what does for too long, of all together.
pub(in crate::desk) fn sum(pairs: impl Iterator<Item = (usize, usize)>) -> (usize, usize) {
    pairs.fold((0, 0), |(all, late), (a, l)| (all + a, late + l))
}

impl Site {
    /// One bond, as its tender's page shows it.
    pub(super) fn bid_bond_view(&self, mirror: &Mirror, bond: &Kept<Bond>) -> Option<BidBondView> {
        let now = self.now();
        let Awaits { placing, withdrawn, events, notice, .. } = awaits(mirror, bond)?;
        let orders: Vec<&Kept<Payment>> = bond
            .pieces
            .iter()
            .filter_map(|piece| mirror.payments.get(Payment::key(&bond.id, piece.n)?.as_str()))
            .collect();
        let done = Self::back_at(mirror, bond);
        let law = self.law();
        // A rule that is missing on that day hides no bond.
        let stops = bond.stops(&law);
        let release = release(&law, placing, withdrawn, &events, &stops, done, now);
        let (release, waits) = match release {
            Ok(release) => (release, waits_for(placing, &events).to_owned()),
            Err(fault) => {
                tracing::error!(bond = bond.number, ?fault, "no limit for its return");
                (None, "退还期限算不出来：有规则当日无效".to_owned())
            }
        };
        let asked = bond.needs.first().map_or(0, |need| need.amount.fen());
        let deadline = notice.map(|notice| notice.content.deadline);
        let came = bond.pieces.iter().filter(|p| !p.form.is_guarantee()).map(|piece| piece.from);
        Some(BidBondView {
            placing,
            waits,
            release,
            deciding: deciding(&law, bond, now),
            alarms: self.alarms_of_bond(mirror, bond, now).unwrap_or_default(),
            over: Money::from_fen((bond.given().fen() - asked).max(0)),
            late: came.max().filter(|from| deadline.is_some_and(|deadline| *from > deadline)),
            payments: orders.into_iter().map(|order| payment_view(mirror, order)).collect(),
            bond: (*bond.value).clone(),
        })
    }

    pub(super) fn bonds_page(
        &self,
        by: &Visitor,
        mend: Refused<MendForm>,
        plea: Refused<PleaForm>,
    ) -> BondsPage {
        let mirror = self.read();
        let now = self.now();
        let may = |errand| permit(&by.actor, errand, model::Target::default()).is_ok();
        let reads = |notice: &TenderNotice| {
            permit(&by.actor, Errand::BondRead, super::whose(notice)).is_ok()
        };
        let mut tenders = Vec::new();
        let (mut given, mut in_time) = (0, 0);
        for notice in mirror.tender_notices.iter().rev().filter(|notice| reads(notice)) {
            if is_sealed(by, notice, now) {
                continue;
            }
            let bonds = bonds_of(&mirror, &notice.id);
            if bonds.is_empty() {
                continue;
            }
            let views: Vec<BidBondView> =
                bonds.iter().filter_map(|bond| self.bid_bond_view(&mirror, bond)).collect();
            given += views.len();
            let courses = views.iter().filter_map(|view| view.release.as_ref());
            in_time += courses.filter(|release| kept(&release.course)).count();
            let held = bonds.iter().flat_map(|bond| bond.pieces.iter().filter(|p| lies(p)));
            tenders.push(TenderLine {
                id: notice.id.clone(),
                number: notice.number.clone(),
                title: notice.content.title.clone(),
                owner: notice.owner_name.clone(),
                given: bonds.iter().filter(|bond| is_given(bond)).count(),
                offered: bonds.iter().filter(|bond| is_offered(bond)).count(),
                returned: bonds.iter().filter(|bond| is_back(bond)).count(),
                undecided: sum(bonds.iter().map(|bond| bond.undecided(&self.law(), now))),
                held: Money::from_fen(held.map(|piece| piece.left().fen()).sum()),
            });
        }
        let own = |payment: &Payment| {
            let target = model::Target { org: Some(&payment.owner), district: None };
            let notice = mirror.bonds.get(payment.bond.as_str()).and_then(|bond| match &bond.on {
                On::Tender { notice, .. } => mirror.tender_notices.get(notice.as_str()),
                On::Contract { .. } => None,
            });
            permit(&by.actor, Errand::BondRead, target).is_ok()
                && !notice.is_some_and(|notice| is_sealed(by, notice, now))
        };
        let mut payments: Vec<&Kept<Payment>> =
            mirror.payments.iter().filter(|payment| own(payment)).collect();
        let done = |p: &Payment| matches!(p.state, PaymentState::Paid { .. });
        let person = |p: &Payment| p.is_stuck() || p.is_unanswered();
        // What needs a person stands first, what is done last, the newest of each before.
        payments.sort_by_key(|p| (!person(p), done(p), std::cmp::Reverse(p.ordered)));
        let open = payments.iter().filter(|payment| !done(payment)).count();
        BondsPage {
            alarms: self.alarm_list(by, &mirror, now),
            tenders,
            payments: payments
                .into_iter()
                .take(open + LAST)
                .map(|payment| payment_view(&mirror, payment))
                .collect(),
            kept: (given, in_time),
            own: self.own_bid_bonds(by, &mirror),
            may: BondsMay {
                enter: may(Errand::BondEnter),
                statement: may(Errand::StatementEnter),
                simulate: may(Errand::LawRead),
            },
            may_mend: may(Errand::PaymentMend),
            mend,
            plea,
        }
    }

    /// The limit within which the contract has to be signed; none before there is a winner, and
    /// none where nobody signs any more.
    fn signing_of(&self, result: &TenderResult) -> Option<Course> {
        let awarded = result.awarded.filter(|_| result.ended.is_none())?.day();
        let signed = result.signed.map(Moment::day);
        match signing_after(&self.law(), awarded, signed, self.now()) {
            Ok(course) => Some(course),
            Err(fault) => {
                tracing::error!(tender = result.id.as_str(), %fault, "no limit for signing");
                None
            }
        }
    }

    pub(super) fn tender_bonds_page(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        mut entry: Refused<BidBondForm>,
        act: Refused<TenderActForm>,
    ) -> Answer<TenderBondsPage> {
        let most = self.most_of(notice)?;
        let mirror = self.read();
        let may = |errand| permit(&by.actor, errand, super::whose(notice)).is_ok();
        let sealed = is_sealed(by, notice, self.now());
        let bonds = match sealed {
            true => vec![],
            false => bonds_of(&mirror, &notice.id),
        };
        let valid_until = valid_until(&bonds);
        let result = mirror.tender_results.get(notice.id.as_str());
        let signing = result.and_then(|result| self.signing_of(result));
        if entry.form.key.is_empty() {
            let given = policies::bond::GivenForm {
                beneficiary: notice.owner_name.clone(),
                ..entry.form.given
            };
            entry.form = BidBondForm {
                key: crate::chance::key("bz"),
                kind: "bid".into(),
                valid_until: valid_until.map_or(String::new(), |day| day.to_string()),
                given,
                ..entry.form
            };
        }
        // What is asked for first may not be asked any more once somebody was.
        let bids = match bonds.is_empty() && bids_of(notice).len() > 1 {
            true => {
                let first = bid_of(&mirror, notice);
                let others = bids_of(notice).iter().copied().filter(|bid| *bid != first);
                [first].into_iter().chain(others).collect()
            }
            false => vec![],
        };
        Ok(TenderBondsPage {
            id: notice.id.clone(),
            number: notice.number.clone(),
            title: notice.content.title.clone(),
            owner: notice.owner_name.clone(),
            deadline: notice.content.deadline,
            most,
            bids,
            sealed,
            result: result.map(|result| (*result.value).clone()),
            signing,
            bonds: bonds.iter().filter_map(|bond| self.bid_bond_view(&mirror, bond)).collect(),
            entry,
            act,
            may_enter: may(Errand::BondEnter),
            may_settle: may(Errand::TenderSettle),
            may_hold: may(Errand::BondHold),
            may_decide: may(Errand::BondDecide),
            may_reply: may(Errand::HoldReply),
            grounds: self.grounds_of(super::GATE, BondKind::Bid),
        })
    }
}
