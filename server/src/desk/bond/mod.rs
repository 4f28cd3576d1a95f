//! Bonds of bidders: entered by the trading centre, paid back by the system.

mod enter;
mod give_back;
mod settle;
mod view;

use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::{Answer, BondDesk};
use app::api::{ApiError, BondsPage, Refused, TenderActForm, TenderBondsPage, Visitor};
use async_trait::async_trait;
use model::{BondId, Errand, Industry, LotKind, Moment, PaymentId, Target, TenderNoticeId, Uscc};
use policies::bond::{Bid, BidBondForm, Bond, Events, On, Placing};
use policies::notice::{Holding, NoticeContent, TenderNotice};

use super::plan::own;

/// Whose a tender's bonds are.
fn whose(notice: &TenderNotice) -> Target<'_> {
    Target { org: Some(&notice.owner), district: None }
}

/// What is tendered, as far as the most that a bond may be depends on it.
const fn bid_of(content: &NoticeContent) -> Bid {
    match (content.kind, content.industry) {
        (LotKind::Works, Industry::Urban) => Bid::Building,
        (LotKind::Works, _) => Bid::Works,
        (LotKind::Goods, _) => Bid::Goods,
        (LotKind::Services, _) => Bid::Survey,
    }
}

/// The bonds of a tender, by their keys.
fn bonds_of(mirror: &Mirror, notice: &TenderNoticeId) -> Vec<Kept<Bond>> {
    let of = |bond: &&Kept<Bond>| matches!(&bond.on, On::Tender { notice: n, .. } if n == notice);
    mirror.bonds.iter().filter(of).cloned().collect()
}

/// What a bond waits for: how its bidder came out, when it withdrew, what happened.
struct Awaits {
    placing: Placing,
    withdrawn: Option<Moment>,
    events: Events,
}

/// The same of a bond that is about a tender.
fn awaits(mirror: &Mirror, bond: &Bond) -> Option<Awaits> {
    let On::Tender { notice, withdrawn, valid_until, .. } = &bond.on else { return None };
    let cancelled = mirror.tender_notices.get(notice.as_str()).and_then(|n| match &n.holding {
        Holding::Cancelled { since, .. } => Some(*since),
        _ => None,
    });
    let result = mirror.tender_results.get(notice.as_str());
    let events = match result {
        Some(result) => result.events(*valid_until, cancelled),
        None => Events {
            procurement: false,
            awarded: None,
            signed: None,
            ended: cancelled,
            valid_until: *valid_until,
        },
    };
    let placing = result.map_or(Placing::Bidder, |r| r.placing(&bond.firm.uscc));
    Some(Awaits { placing, withdrawn: *withdrawn, events })
}

impl Site {
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
    async fn bonds(&self, by: &Visitor) -> Answer<BondsPage> {
        self.permit(by, Errand::BondRead, own(by))?;
        Ok(self.bonds_page(by))
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
        self.permit(by, Errand::TenderSettle, own(by))?;
        let notice = self.notice_with_bonds(id)?;
        self.settle(by, &notice, form).await
    }

    async fn pay_again(&self, by: &Visitor, id: &PaymentId) -> Answer<()> {
        self.permit(by, Errand::PaymentMend, own(by))?;
        let payment = self.read().payments.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        self.mend_payment(by, &payment).await
    }
}
