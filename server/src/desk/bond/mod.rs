//! Bonds of bidders: entered by the trading centre, paid back by the system.

mod bidder;
mod due;
mod enter;
mod facts;
mod give_back;
mod hold;
mod late;
mod one;
mod pay;
mod payers;
mod settle;
mod statement;
mod view;
mod vouch;
mod warn;

pub use due::DueBook;
pub(in crate::desk) use enter::{grounds, is_given, piece, twice};
pub use facts::MeasuredOf;
pub(in crate::desk) use give_back::ROUND;
pub(in crate::desk) use hold::{Said, decide, reply, told};
pub(in crate::desk) use payers::payer_key;
pub(in crate::desk) use settle::past_day;
pub(in crate::desk) use view::{deciding, masked, payment_view, sum};

use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::{Answer, BondDesk};
use app::api::{
    ApiError, BondMeasuresPage, BondsPage, ClearForm, MendForm, PleaForm, Refused, SimulateAsk,
    SimulatePage, StatementForm, StatementPage, TenderActForm, TenderBondsPage, Visitor,
};
use async_trait::async_trait;
use model::{
    BondId, Day, Errand, Industry, LotKind, Moment, Role, Target, TenderNoticeId, Uscc, permit,
};
use policies::bond::{Bid, BidBondForm, Bond, Events, Noted, On, Placing, TenderResult};
use policies::notice::{Holding, TenderNotice};

use super::plan::own;

/// The gate whose questions are the grounds on which a bidder's bond is forfeit.
const GATE: &str = "forfeit";

/// Whose a tender's bonds are.
fn whose(notice: &TenderNotice) -> Target<'_> {
    Target { org: Some(&notice.owner), district: None }
}

/// Who bids, and how many do, nobody is told before the bids are opened (招标投标法 22) but
/// those who take the bonds in.
pub(in crate::desk) fn is_sealed(by: &Visitor, notice: &TenderNotice, now: Moment) -> bool {
    now.day() <= notice.content.deadline
        && permit(&by.actor, Errand::BondEnter, whose(notice)).is_err()
}

/// What is tendered, as far as the most that a bond may be depends on it. Where the notice
/// leaves it open, what the centre says; until it has, what allows least.
fn bid_of(mirror: &Mirror, notice: &TenderNotice) -> Bid {
    let said = mirror.tender_results.get(notice.id.as_str()).and_then(|result| result.bid);
    said.unwrap_or(bids_of(notice)[0])
}

/// What may be tendered by a notice of that kind; the first is what allows least.
const fn bids_of(notice: &TenderNotice) -> &'static [Bid] {
    match (notice.content.kind, notice.content.industry) {
        (LotKind::Works, Industry::Urban) => &[Bid::Building],
        (LotKind::Works, _) => &[Bid::Works],
        (LotKind::Goods, _) => &[Bid::Goods, Bid::Procurement],
        (LotKind::Services, _) => &[Bid::Survey, Bid::Service, Bid::Procurement],
    }
}

/// The bonds of a tender, by their keys.
fn bonds_of(mirror: &Mirror, notice: &TenderNoticeId) -> Vec<Kept<Bond>> {
    let keys = mirror.bonds_of_notice.get(notice.as_str());
    keys.into_iter().flatten().filter_map(|key| mirror.bonds.get(key)).cloned().collect()
}

/// Until when bids of a tender are valid, as its bonds say; of those who did not agree to a
/// longer time, it is over sooner.
fn valid_until(bonds: &[Kept<Bond>]) -> Option<Day> {
    let valid = bonds.iter().filter_map(|bond| match &bond.on {
        On::Tender { valid_until, .. } => Some(*valid_until),
        On::Contract { .. } => None,
    });
    valid.max()
}

/// Whether its bidder withdrew.
fn is_withdrawn(bond: &Bond) -> bool {
    matches!(&bond.on, On::Tender { withdrawn: Some(_), .. })
}

/// What a bond waits for: how its bidder came out, when it withdrew, what happened.
struct Awaits<'a> {
    placing: Placing,
    withdrawn: Option<Noted>,
    events: Events,
    /// What all that stands in.
    notice: Option<&'a Kept<TenderNotice>>,
    result: Option<&'a Kept<TenderResult>>,
}

/// The same of a bond that is about a tender.
fn awaits<'a>(mirror: &'a Mirror, bond: &Bond) -> Option<Awaits<'a>> {
    let On::Tender { notice, withdrawn, withdrawal_known, valid_until, .. } = &bond.on else {
        return None;
    };
    let result = mirror.tender_results.get(notice.as_str());
    let notice = mirror.tender_notices.get(notice.as_str());
    let cancelled = notice.and_then(|notice| match &notice.holding {
        Holding::Cancelled { since, .. } => Some(*since),
        _ => None,
    });
    let events = match result {
        Some(result) => result.events(*valid_until, cancelled),
        None => Events {
            procurement: false,
            awarded: None,
            signed: None,
            ended: cancelled.map(Noted::at),
            valid_until: *valid_until,
        },
    };
    let placing = result.map_or(Placing::Bidder, |r| r.placing(&bond.firm.uscc));
    let withdrawn = withdrawn.map(|at| Noted { at, known: withdrawal_known.unwrap_or(at) });
    Some(Awaits { placing, withdrawn, events, notice, result })
}

impl Site {
    /// What a tender came to, and its bonds.
    fn known_of(&self, notice: &TenderNoticeId) -> (Option<Kept<TenderResult>>, Vec<Kept<Bond>>) {
        let mirror = self.read();
        let result = mirror.tender_results.get(notice.as_str()).cloned();
        (result, bonds_of(&mirror, notice))
    }

    fn notice_with_bonds(&self, id: &TenderNoticeId) -> Answer<Kept<TenderNotice>> {
        self.read().tender_notices.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }
}

/// The bond of a firm among those.
fn bond_of<'a>(bonds: &'a [Kept<Bond>], firm: &Uscc) -> Option<&'a Kept<Bond>> {
    bonds.iter().find(|bond| bond.firm.uscc == *firm)
}

#[async_trait]
impl BondDesk for Site {
    async fn bonds(
        &self,
        by: &Visitor,
        mend: Refused<MendForm>,
        plea: Refused<PleaForm>,
    ) -> Answer<BondsPage> {
        // A firm sees those that it gave, an owner those in its favour.
        let errand = match by.actor.role {
            Role::Contractor => Errand::OwnBondRead,
            _ => Errand::BondRead,
        };
        self.permit(by, errand, own(by))?;
        Ok(self.bonds_page(by, mend, plea))
    }

    async fn tender_bonds(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        entry: Refused<BidBondForm>,
        act: Refused<TenderActForm>,
    ) -> Answer<TenderBondsPage> {
        self.permit(by, Errand::BondRead, own(by))?;
        let notice = self.notice_with_bonds(id)?;
        self.permit(by, Errand::BondRead, whose(&notice))?;
        self.tender_bonds_page(by, &notice, entry, act)
    }

    async fn enter_bid_bond(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: BidBondForm,
    ) -> Answer<BondId> {
        self.permit(by, Errand::BondEnter, own(by))?;
        let notice = self.notice_with_bonds(id)?;
        self.enter_bond(by, &notice, form).await
    }

    async fn settle_tender(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: TenderActForm,
    ) -> Answer<()> {
        let named = settle::errand(&form.act);
        // Who may do nothing here is not told either what may be done.
        self.permit(by, named.unwrap_or(Errand::TenderSettle), own(by))?;
        let notice = self.notice_with_bonds(id)?;
        let errand = named.ok_or(ApiError::ForeignForm)?;
        self.permit(by, errand, whose(&notice))?;
        self.settle(by, errand, &notice, form).await
    }

    async fn plead(&self, by: &Visitor, form: PleaForm) -> Answer<()> {
        self.permit(by, Errand::HoldReply, own(by))?;
        self.plead_own(by, form).await
    }

    async fn pay_again(&self, by: &Visitor, form: MendForm) -> Answer<()> {
        self.permit(by, Errand::PaymentMend, own(by))?;
        let payment = self.read().payments.get(form.id.as_str()).cloned();
        self.mend_payment(by, &payment.ok_or(ApiError::NotFound)?, form).await
    }

    async fn bond_measures(&self, by: &Visitor) -> Answer<BondMeasuresPage> {
        self.permit(by, Errand::BondRead, own(by))?;
        Ok(self.measures_of_bonds(by))
    }

    async fn try_ladder(&self, by: &Visitor, ask: SimulateAsk) -> Answer<SimulatePage> {
        self.permit(by, Errand::LawRead, own(by))?;
        self.simulated(ask)
    }

    async fn statement(
        &self,
        by: &Visitor,
        form: Refused<StatementForm>,
        clear: Refused<ClearForm>,
    ) -> Answer<StatementPage> {
        self.permit(by, Errand::StatementEnter, own(by))?;
        Ok(self.statement_page(form, clear))
    }

    async fn enter_statement(&self, by: &Visitor, form: StatementForm) -> Answer<()> {
        self.permit(by, Errand::StatementEnter, own(by))?;
        self.read_lines(by, form).await
    }

    async fn clear_line(&self, by: &Visitor, form: ClearForm) -> Answer<()> {
        self.permit(by, Errand::StatementClear, own(by))?;
        self.keep_cleared(by, form).await
    }
}
