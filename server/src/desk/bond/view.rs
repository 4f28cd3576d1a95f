//! What the pages of bonds show.

use super::{Awaits, awaits, bonds_of};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{
    BidBondView, BondsPage, PaymentView, Refused, TenderActForm, TenderBondsPage, TenderLine,
    Visitor,
};
use model::{Errand, Money, permit};
use policies::bond::{BidBondForm, Bond, Payment, PaymentState, PieceState, release, waits_for};
use policies::notice::TenderNotice;
use policies::{Course, State};

/// How many of the last orders that were paid are shown.
const LAST: usize = 20;

/// An account's number with its middle hidden.
fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    match digits.len() {
        0..=8 => "*".repeat(digits.len()),
        n => {
            let end: String = digits[n - 4..].iter().collect();
            format!("{}{end}", "*".repeat(n - 4))
        }
    }
}

fn payment_view(mirror: &Mirror, payment: &Kept<Payment>) -> PaymentView {
    let account = masked(mirror.reveal(&payment.account));
    PaymentView { payment: (*payment.value).clone(), account }
}

/// Whether something was done within its promise, or within the law where nothing was
/// promised.
fn kept(course: &Course) -> bool {
    let leg = course.promised.as_ref().unwrap_or(&course.statutory);
    matches!(leg.state, State::Kept { .. })
}

impl Site {
    /// One bond, as its tender's page shows it.
    fn bid_bond_view(&self, mirror: &Mirror, bond: &Kept<Bond>) -> Option<BidBondView> {
        let now = self.now();
        let Awaits { placing, withdrawn, events } = awaits(mirror, bond)?;
        let order = bond.pieces.iter().find_map(|piece| {
            let id = Payment::key(&bond.id, piece.n)?;
            mirror.payments.get(id.as_str())
        });
        let paid = order.and_then(|order| match &order.state {
            PaymentState::Paid { receipt } => Some(receipt.at),
            _ => None,
        });
        let released = bond.pieces.iter().find(|p| p.state == PieceState::Released);
        let done = paid.or_else(|| released.and_then(|p| p.gone).map(model::Moment::start_of));
        let release = release(&self.law(), placing, withdrawn, &events, done, now).ok()?;
        Some(BidBondView {
            placing,
            waits: waits_for(placing, &events).to_owned(),
            release,
            alarms: bond.alarms(&self.law(), now.day()).unwrap_or_default(),
            payment: order.map(|order| payment_view(mirror, order)),
            bond: (*bond.value).clone(),
        })
    }

    pub(super) fn bonds_page(&self, by: &Visitor) -> BondsPage {
        let mirror = self.read();
        let may = |notice: &TenderNotice| {
            permit(&by.actor, Errand::BondRead, super::whose(notice)).is_ok()
        };
        let mut tenders = Vec::new();
        let (mut given, mut in_time) = (0, 0);
        for notice in mirror.tender_notices.iter().rev().filter(|notice| may(notice)) {
            let bonds = bonds_of(&mirror, &notice.id);
            if bonds.is_empty() {
                continue;
            }
            let views: Vec<BidBondView> =
                bonds.iter().filter_map(|bond| self.bid_bond_view(&mirror, bond)).collect();
            given += views.len();
            let courses = views.iter().filter_map(|view| view.release.as_ref());
            in_time += courses.filter(|release| kept(&release.course)).count();
            let lies = |bond: &Kept<Bond>| -> i64 {
                let lies = |s| matches!(s, PieceState::Held | PieceState::Returning);
                let cash = bond.pieces.iter().filter(|p| !p.form.is_guarantee() && lies(p.state));
                cash.map(|piece| piece.left().fen()).sum()
            };
            let back = |bond: &&Kept<Bond>| {
                bond.pieces
                    .iter()
                    .any(|p| matches!(p.state, PieceState::Returned | PieceState::Released))
            };
            tenders.push(TenderLine {
                id: notice.id.clone(),
                number: notice.number.clone(),
                title: notice.content.title.clone(),
                owner: notice.owner_name.clone(),
                given: bonds.len(),
                returned: bonds.iter().filter(back).count(),
                held: Money::from_fen(bonds.iter().map(lies).sum()),
            });
        }
        let own = |payment: &Payment| {
            let target = model::Target { org: Some(&payment.owner), district: None };
            permit(&by.actor, Errand::BondRead, target).is_ok()
        };
        let mut payments: Vec<&Kept<Payment>> =
            mirror.payments.iter().filter(|payment| own(payment)).collect();
        let done = |p: &Payment| matches!(p.state, PaymentState::Paid { .. });
        // What needs a person stands first, what is done last, the newest of each before.
        payments.sort_by_key(|p| (!p.is_stuck(), done(p), std::cmp::Reverse(p.ordered)));
        let open = payments.iter().filter(|payment| !done(payment)).count();
        BondsPage {
            tenders,
            payments: payments
                .into_iter()
                .take(open + LAST)
                .map(|payment| payment_view(&mirror, payment))
                .collect(),
            kept: (given, in_time),
            may_mend: permit(&by.actor, Errand::PaymentMend, model::Target::default()).is_ok(),
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
        if entry.form.key.is_empty() {
            entry.form = BidBondForm {
                key: crate::chance::key("bz"),
                kind: "bid".into(),
                beneficiary: notice.owner_name.clone(),
                ..entry.form
            };
        }
        let bonds = bonds_of(&mirror, &notice.id);
        Ok(TenderBondsPage {
            id: notice.id.clone(),
            number: notice.number.clone(),
            title: notice.content.title.clone(),
            owner: notice.owner_name.clone(),
            deadline: notice.content.deadline,
            most,
            result: mirror.tender_results.get(notice.id.as_str()).map(|r| (*r.value).clone()),
            bonds: bonds.iter().filter_map(|bond| self.bid_bond_view(&mirror, bond)).collect(),
            entry,
            act,
            may_enter: may(Errand::BondEnter),
            may_settle: may(Errand::TenderSettle),
        })
    }
}
