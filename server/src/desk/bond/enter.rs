//! A bid bond is entered.

use super::super::plan::{key_of, number_after, version_of};
use super::bid_of;
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, Visitor};
use model::{BondId, BondKind, Day, District, Errand, Fault, Faults, Funding, Moment, Money};
use policies::bond::{
    BidBond, BidBondForm, Bond, Cash, Given, Ladder, Most, Need, On, Party, Piece, PieceState,
    Project, Verification, What, bid_bond, ladder,
};
use policies::notice::TenderNotice;
use policies::plan::Plan;

/// How often numbers are drawn again when two are entered at once.
const TRIES: usize = 5;

impl Site {
    /// The most that a bidder of that tender may be asked for.
    pub(super) fn most_of(&self, notice: &TenderNotice) -> Answer<Most> {
        let content = &notice.content;
        let most = bid_bond(&self.law(), bid_of(content), Some(content.amount), content.noticed);
        most.map_err(|e| match e {
            policies::bond::NoBond::NotInForce(fault) => self.no_rule(&fault),
            policies::bond::NoBond::NoBase => ApiError::NotFound,
        })
    }

    pub(super) async fn enter_bond(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: BidBondForm,
    ) -> Answer<BondId> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let id: BondId = key_of(&form.key, "bz").parse().map_err(|_| ApiError::ForeignForm)?;
        // Sent twice, it counts once.
        if self.read().bonds.get(id.as_str()).is_some() {
            return Ok(id);
        }
        let now = self.now();
        let most = self.most_of(notice)?;
        let mut faults = Faults::new();
        if !notice.holding.goes_out() {
            let why = format!("招标公告{}，不收保证金", notice.holding.name());
            faults.note("kind", Fault::AgainstRule { why });
        }
        let read = match form.read(&notice.owner_name, most.amount, now.day()) {
            Ok(read) => Some(read),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        };
        if let Some(valid) = read.as_ref().map(|read| read.valid_until)
            && valid < notice.content.deadline
        {
            faults.note("valid_until", Fault::NotAfter { day: notice.content.deadline });
        }
        let Some(read) = read.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let project = self.project_of(notice);
        let ladder = ladder(&self.law(), BondKind::Bid, read.firm, project, notice.content.noticed)
            .map_err(|e| self.no_rule(&e))?;
        for _ in 0..TRIES {
            let mut changes = Changes::new();
            changes.rests_on(notice);
            let number = number_after(&self.read().bond_numbers, "BZ", now, 1);
            let piece = self.first_piece(&mut changes, &read, &account, now);
            let bond = Bond {
                id: id.clone(),
                number,
                kind: BondKind::Bid,
                owner: notice.owner.clone(),
                owner_name: notice.owner_name.clone(),
                district: self.district_of(notice),
                firm: self.party(&read),
                on: On::Tender {
                    notice: notice.id.clone(),
                    title: notice.content.title.clone(),
                    withdrawn: None,
                    valid_until: read.valid_until,
                },
                most: most.amount,
                reduced: grounds(&ladder),
                law: self.law().short(),
                needs: needs(ladder.asked(most.amount), notice.content.deadline, read.valid_until),
                pieces: vec![piece],
                hold: None,
                entered: now,
                by: account.clone(),
            };
            changes.create(&bond).map_err(broken)?;
            let act = Act::new(&by.actor, Errand::BondEnter, Table::Bond, id.as_str())
                .note(format!(
                    "{} {} {}：{} {} 元",
                    bond.number,
                    notice.number,
                    bond.firm.name,
                    read.form.name(),
                    read.amount
                ))
                .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(id),
                Err(StoreFault::Taken { index, .. }) if index == "bond_bidder" => {
                    let why = "该投标人在本次招标中已登记投标保证金".into();
                    let faults = Faults::one("uscc", Fault::AgainstRule { why });
                    return Err(self.refuse(by, &form, faults).await);
                }
                // Somebody else took that number meanwhile.
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    /// What it is about, as far as reductions care. Whose money it is stands in the plan; where
    /// there is none nobody knows, and nothing comes off for it.
    fn project_of(&self, notice: &TenderNotice) -> Project {
        let mirror = self.read();
        let plans: Vec<_> = notice
            .content
            .lots
            .iter()
            .filter_map(|lot| mirror.plans.get(lot.plan.as_str()))
            .collect();
        let public = |plan: &&Kept<Plan>| {
            let version = version_of(&mirror, plan);
            version.is_some_and(|v| matches!(v.content.funding, Funding::Budget | Funding::Bonds))
        };
        let government = !plans.is_empty() && plans.iter().all(public);
        Project { government, amount: Some(notice.content.amount) }
    }

    /// Who gives it; a firm that has an account here is known by its credit code.
    fn party(&self, read: &BidBond) -> Party {
        let mirror = self.read();
        let known = mirror.orgs.iter().find(|org| org.uscc.as_ref() == Some(&read.uscc));
        let org = known.map(|org| org.id.clone());
        Party { org, name: read.name.clone(), uscc: read.uscc.clone() }
    }

    /// Where the owner is; an owner of the city is taken to be in its seat.
    fn district_of(&self, notice: &TenderNotice) -> District {
        let mirror = self.read();
        let org = mirror.orgs.get(notice.owner.as_str());
        org.and_then(|org| org.district).unwrap_or(District::Lizhou)
    }

    fn first_piece(
        &self,
        changes: &mut Changes,
        read: &BidBond,
        account: &model::AccountId,
        now: Moment,
    ) -> Piece {
        let (what, until, state, verified) = match &read.given {
            Given::Cash { payer, account: number, reference } => {
                let cash = Cash {
                    payer: payer.clone(),
                    account: seal(changes, number),
                    reference: reference.clone(),
                };
                // The bank has booked it: that is what verifies money.
                let note = format!("到账流水 {reference}");
                let verified = Verification { at: now, by: Some(account.clone()), note };
                (What::Cash(cash), None, PieceState::Held, Some(verified))
            }
            Given::Guarantee(guarantee, until) => {
                let what = What::Guarantee(guarantee.clone());
                (what, Some(*until), PieceState::Offered, None)
            }
        };
        Piece {
            n: 1,
            form: read.form,
            amount: read.amount,
            from: read.from,
            until,
            what,
            state,
            verified,
            claims: vec![],
            gone: None,
            entered: now,
        }
    }
}

/// Required from the last day for bids until bids are not valid any more.
fn needs(asked: Money, deadline: Day, valid_until: Day) -> Vec<Need> {
    let end = Need { from: valid_until.plus(1), amount: Money::ZERO };
    vec![Need { from: deadline, amount: asked }, end]
}

/// What came off, in words.
fn grounds(ladder: &Ladder) -> Vec<String> {
    let counts = ladder.counts.iter().filter(|off| off.value.0 > 0);
    counts.map(|off| off.label.clone()).collect()
}
