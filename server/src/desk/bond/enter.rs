//! A bid bond is entered: the first thing that a bidder gives, or another one where the first
//! falls short.

use super::super::plan::{key_of, number_after, version_of};
use super::{bond_of, bonds_of, is_withdrawn, valid_until};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, Visitor};
use model::{
    AccountId, BondId, BondKind, Day, District, Errand, Fault, Faults, Funding, Moment, Money,
    OrgId, Uscc,
};
use policies::bond::{
    BidBond, BidBondForm, Bond, Cash, Given, GivenWhat, Ladder, Most, Need, NoBond, On, Party,
    Piece, PieceState, Project, Terms, What, bid_bond, ladder,
};
use policies::notice::TenderNotice;
use policies::plan::Plan;

/// How often numbers are drawn again when two are entered at once.
const TRIES: usize = 5;

impl Site {
    /// The most that a bidder of that tender may be asked for.
    pub(super) fn most_of(&self, notice: &TenderNotice) -> Answer<Most> {
        let content = &notice.content;
        let bid = super::bid_of(&self.read(), notice);
        let most = bid_bond(&self.law(), bid, Some(content.amount), content.noticed);
        most.map_err(|e| match e {
            NoBond::NotInForce(fault) => self.no_rule(&fault),
            NoBond::NoBase | NoBond::NotFor { .. } => ApiError::NotFound,
        })
    }

    /// What comes off for that firm in that tender.
    fn ladder_of(&self, notice: &TenderNotice, read: &BidBond) -> Answer<Ladder> {
        let project = self.project_of(notice);
        ladder(&self.law(), BondKind::Bid, read.firm, project, notice.content.noticed)
            .map_err(|e| self.no_rule(&e))
    }

    pub(super) async fn enter_bond(
        &self,
        by: &Visitor,
        notice: &Kept<TenderNotice>,
        form: BidBondForm,
    ) -> Answer<BondId> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let most = self.most_of(notice)?;
        let bonds = bonds_of(&self.read(), &notice.id);
        // What is typed badly is nobody's code, and is said below.
        let firm: Option<Uscc> = form.uscc.trim().parse().ok();
        let known = firm.as_ref().and_then(|firm| bond_of(&bonds, firm)).cloned();
        let valid_until = valid_until(&bonds);
        let law = self.law();
        let terms = |before: Money| Terms {
            law: &law,
            owner: &notice.owner_name,
            most: &most,
            before,
            noticed: notice.content.noticed,
            deadline: notice.content.deadline,
            valid_until,
            today: now.day(),
        };
        // Sent twice, it counts once.
        if let Some(known) = &known
            && let Ok(read) = form.read(&terms(Money::ZERO))
            && is_there(known, &read)
        {
            return Ok(known.id.clone());
        }
        let before = known.as_ref().map_or(Money::ZERO, |bond| bond.given());
        let mut faults = Faults::new();
        if !notice.holding.goes_out() {
            let why = format!("招标公告{}，不收保证金", notice.holding.name());
            faults.note("kind", Fault::AgainstRule { why });
        }
        let read = match form.read(&terms(before)) {
            Ok(read) => Some(read),
            Err(wrong) => {
                faults.extend(wrong);
                None
            }
        };
        let Some(read) = read.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let ladder = self.ladder_of(notice, &read)?;
        let asked = ladder.asked(most.amount);
        let wrong = match &known {
            Some(bond) if is_withdrawn(bond) => {
                let why = "该投标人已撤回投标".into();
                Some(("uscc", Fault::AgainstRule { why }))
            }
            // Once entered, what is asked of it stays.
            Some(bond) if bond.given() >= first_need(bond) => {
                let why = "该投标人的投标保证金已登记足额".into();
                Some(("uscc", Fault::AgainstRule { why }))
            }
            None if read.given.is_none() && asked > Money::ZERO => {
                let why = format!("该投标人应缴 {asked} 元，不是免缴");
                Some(("waived", Fault::AgainstRule { why }))
            }
            Some(_) if read.given.is_none() => Some(("waived", Fault::Missing)),
            _ => None,
        };
        if let Some((field, fault)) = wrong {
            return Err(self.refuse(by, &form, Faults::one(field, fault)).await);
        }
        for _ in 0..TRIES {
            let mut changes = Changes::new();
            changes.rests_on(notice);
            let given = read.given.as_ref();
            let n = known.as_ref().map_or(1, |bond| bond.pieces.len() + 1);
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            let piece = given.map(|given| piece(&mut changes, n, given, &account, now));
            let bond = match &known {
                Some(known) => {
                    let mut bond = (*known.value).clone();
                    bond.pieces.extend(piece);
                    changes.update(known, &bond).map_err(broken)?;
                    bond
                }
                None => {
                    let bond = Bond {
                        id: self.fresh_key(&form.key)?,
                        number: number_after(&self.read().bond_numbers, "BZ", now, 1),
                        kind: BondKind::Bid,
                        owner: notice.owner.clone(),
                        owner_name: notice.owner_name.clone(),
                        district: self.district_of(&notice.owner),
                        firm: self.party(&read.name, &read.uscc),
                        on: On::Tender {
                            notice: notice.id.clone(),
                            title: notice.content.title.clone(),
                            withdrawn: None,
                            withdrawal_known: None,
                            valid_until: read.valid_until,
                        },
                        most: most.amount,
                        reduced: grounds(&ladder),
                        law: self.law().short(),
                        basis: Some((read.firm, self.project_of(notice))),
                        needs: needs(asked, notice.content.deadline, read.valid_until),
                        pieces: piece.into_iter().collect(),
                        hold: None,
                        verdict: None,
                        applications: vec![],
                        warned: vec![],
                        entered: now,
                        by: account.clone(),
                    };
                    changes.create(&bond).map_err(broken)?;
                    bond
                }
            };
            let what = given.map_or("减免后无须缴纳".to_owned(), |given| {
                format!("{} {} 元", given.form.name(), given.amount)
            });
            // Who bids is nobody's business before the bids are opened (招标投标法 22).
            let act = Act::new(&by.actor, Errand::BondEnter, Table::Bond, bond.id.as_str())
                .note(format!("{} {}：{what}", bond.number, notice.number))
                .rules([self.law_note()]);
            let taken = match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(bond.id),
                Err(StoreFault::Taken { index, .. }) => index,
                Err(fault) => return Err(broken(fault)),
            };
            let (field, why) = match (taken.as_str(), given) {
                ("bond_evidence", Some(given)) => twice(given),
                ("bond_bidder", _) => ("uscc", "该投标人的投标保证金刚由别人登记，请重新查看"),
                // Somebody else took that number meanwhile.
                _ => {
                    self.store.catch_up().await.map_err(broken)?;
                    continue;
                }
            };
            let faults = Faults::one(field, Fault::AgainstRule { why: why.into() });
            return Err(self.refuse(by, &form, faults).await);
        }
        Err(ApiError::Stale)
    }

    /// The form's own key; another one, where that stands for something else already.
    fn fresh_key(&self, typed: &str) -> Answer<BondId> {
        let key = key_of(typed, "bz");
        let key = match self.read().bonds.get(&key) {
            Some(_) => crate::chance::key("bz"),
            None => key,
        };
        key.parse().map_err(|_| ApiError::ForeignForm)
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

    /// A firm; one that has an account here is known by its credit code.
    pub(in crate::desk) fn party(&self, name: &str, uscc: &Uscc) -> Party {
        let mirror = self.read();
        let known = mirror.orgs.iter().find(|org| org.uscc.as_ref() == Some(uscc));
        let org = known.map(|org| org.id.clone());
        Party { org, name: name.to_owned(), uscc: uscc.clone() }
    }

    /// Where an owner is; one of the city is taken to be in its seat.
    pub(in crate::desk) fn district_of(&self, owner: &OrgId) -> District {
        let mirror = self.read();
        let org = mirror.orgs.get(owner.as_str());
        org.and_then(|org| org.district).unwrap_or(District::Lizhou)
    }
}

/// Something that was given; until somebody else has looked at it, it covers nothing.
pub(in crate::desk) fn piece(
    changes: &mut Changes,
    n: u32,
    given: &Given,
    by: &AccountId,
    now: Moment,
) -> Piece {
    let (what, until) = match &given.what {
        GivenWhat::Cash { payer, account, reference } => {
            let account = seal(changes, account);
            let reference = reference.clone();
            (What::Cash(Cash { payer: payer.clone(), account, reference }), None)
        }
        GivenWhat::Guarantee(guarantee, until) => {
            (What::Guarantee(guarantee.clone()), Some(*until))
        }
    };
    Piece {
        n,
        form: given.form,
        amount: given.amount,
        from: given.from,
        until,
        what,
        state: PieceState::Offered,
        verified: None,
        claims: vec![],
        asked: None,
        gone: None,
        entered: now,
        by: Some(by.clone()),
        checked: None,
    }
}

/// Whether that was entered already.
fn is_there(bond: &Bond, read: &BidBond) -> bool {
    read.given.as_ref().map_or(bond.pieces.is_empty(), |given| is_given(bond, given))
}

/// Whether that was given for it already.
pub(in crate::desk) fn is_given(bond: &Bond, given: &Given) -> bool {
    let evidence = match &given.what {
        GivenWhat::Cash { reference, .. } => format!("cash/{reference}"),
        GivenWhat::Guarantee(guarantee, _) => guarantee.evidence(),
    };
    let same = |p: &&Piece| p.state != PieceState::Refused && p.evidence() == evidence;
    bond.pieces.iter().find(same).is_some_and(|piece| piece.amount == given.amount)
}

/// That was given before: by which field, and why not again.
pub(in crate::desk) const fn twice(given: &Given) -> (&'static str, &'static str) {
    match given.form.is_guarantee() {
        true => ("number", "该保函已登记过"),
        false => ("reference", "该银行流水已登记过"),
    }
}

/// What a bid bond asked for on the first day.
fn first_need(bond: &Bond) -> Money {
    bond.needs.first().map_or(Money::ZERO, |need| need.amount)
}

/// Required from the last day for bids until bids are not valid any more.
fn needs(asked: Money, deadline: Day, valid_until: Day) -> Vec<Need> {
    let end = Need { from: valid_until.plus(1), amount: Money::ZERO };
    vec![Need { from: deadline, amount: asked }, end]
}

/// What came off, in words.
pub(in crate::desk) fn grounds(ladder: &Ladder) -> Vec<String> {
    let counts = ladder.counts.iter().filter(|off| off.value.0 > 0);
    counts.map(|off| off.label.clone()).collect()
}
