//! Bonds of bidders on two tenders of the demonstration: an early one, whose money lay until
//! somebody entered the award, and whose contract is carried out by now; and a late one, whose
//! losers had theirs back in the night, and whose winner has still to sign.

use super::back::give_back;
use super::cases::CASES;
use super::deal::{Deal, Event, Milestone, Terms};
use super::{CENTRE, Give, Giver, Laid, Rules, Seller, digits, grounds, held, invalid, key, org};
use crate::store::{Kept, Store, StoreFault};
use model::{
    BasisPoints, BondForm, BondKind, CreditLevel, Day, District, FirmSize, Funding, Industry,
    LotKind, Medium, Moment, Money,
};
use policies::bond::{
    Bid, Bond, Firm, Known, Need, On, Party, Placing, Project, TenderResult, bid_bond, ground,
    ladder, runs,
};
use policies::notice::TenderNotice;
use policies::plan::{PlanContent, PlanVersion};

/// How many days ago bids were due: of the early tender, and of the late one.
const EARLY: (u32, u32) = (390, 480);
const LATE: (u32, u32) = (18, 60);
/// From a small project nothing is asked: one that is more than this shows more.
const LEAST: Money = Money::from_fen(1_200_000_000);
/// For so many days after the deadline bids are valid.
const VALID: u32 = 90;

/// Who bids.
struct Bidder {
    seller: Seller,
    size: FirmSize,
    credit: CreditLevel,
    /// In what; nothing where nothing is asked.
    form: BondForm,
    placing: Placing,
}

/// A tender whose bids are opened.
struct Tender {
    notice: TenderNotice,
    plan: PlanContent,
    /// The day of the award notice, and when that was entered.
    awarded: (Day, Day),
    /// The same of the contract.
    signed: Option<(Day, Day)>,
    bidders: Vec<Bidder>,
}

/// Both tenders with their bonds, and the contract of the early one. Where the plans have none
/// that fits, there is none.
pub(super) fn lay(store: &Store, rules: &Rules) -> Result<Vec<Laid>, StoreFault> {
    let mut laid = Vec::new();
    if let Some((notice, plan)) = pick(store, rules, EARLY) {
        let awarded = rules.law.calendar.working_days_after(notice.content.deadline, 5);
        let signed = rules.law.calendar.working_days_after(awarded, 12);
        let tender = Tender {
            bidders: early(notice.content.industry),
            notice,
            plan,
            awarded: (awarded, awarded.plus(3)),
            signed: Some((signed, signed.plus(2))),
        };
        laid.push(tender.lay(store, rules)?);
        laid.push(tender.carried_out(store, rules, signed)?);
    }
    if let Some((notice, plan)) = pick(store, rules, LATE) {
        let awarded = rules.law.calendar.working_days_after(notice.content.deadline, 5);
        let tender = Tender {
            bidders: late(notice.content.industry),
            notice,
            plan,
            awarded: (awarded, awarded),
            signed: None,
        };
        laid.push(tender.lay(store, rules)?);
    }
    Ok(laid)
}

/// The tender of works whose bids were due last, within those days, with what its plan says.
fn pick(
    store: &Store,
    rules: &Rules,
    (least, most): (u32, u32),
) -> Option<(TenderNotice, PlanContent)> {
    let today = rules.now.day();
    let days = today.minus(most)..=today.minus(least);
    let mirror = store.read();
    let fits = |notice: &&Kept<TenderNotice>| {
        notice.holding.goes_out()
            && notice.content.kind == LotKind::Works
            && notice.content.amount > LEAST
            && days.contains(&notice.content.deadline)
    };
    let last = mirror.tender_notices.iter().filter(fits).max_by_key(|n| n.content.deadline)?;
    let lot = last.content.lots.first()?;
    let plan = mirror.plans.get(lot.plan.as_str())?;
    let version = mirror.plan_versions.get(&PlanVersion::key(&plan.id, plan.versions))?;
    Some(((*last.value).clone(), version.content.clone()))
}

/// A firm of the reserve of that trade that has no other contract here.
const fn local(industry: Industry, nth: usize) -> Seller {
    let trade = match industry {
        Industry::Highway => 1,
        Industry::Water | Industry::Agriculture => 2,
        Industry::Geohazard | Industry::Ecology => 3,
        Industry::Urban | Industry::Lifeline => 4,
    };
    // Every fourth firm is of one trade.
    Seller::Demo(trade + 24 + 4 * nth)
}

fn early(industry: Industry) -> Vec<Bidder> {
    use CreditLevel::{B, C, Unrated};
    use FirmSize::{Large, Small};
    let bidder = |seller, size, credit, placing| Bidder {
        seller,
        size,
        credit,
        form: BondForm::Cash,
        placing,
    };
    let far = Seller::Stranger("成都云栈岭工程建设有限公司", "91510105MA6C00058");
    vec![
        bidder(local(industry, 0), Large, C, Placing::Winner),
        bidder(local(industry, 1), Large, B, Placing::Candidate),
        bidder(far, Large, C, Placing::Bidder),
        bidder(local(industry, 2), Small, Unrated, Placing::Bidder),
    ]
}

fn late(industry: Industry) -> Vec<Bidder> {
    use BondForm::{Bank, Cash, Insurance};
    use CreditLevel::{B, C, Unrated};
    use FirmSize::{Large, Small};
    let bidder =
        |seller, size, credit, form, placing| Bidder { seller, size, credit, form, placing };
    let far = Seller::Stranger("四川白水岭建设工程有限公司", "91510108MA6C00066");
    let farther = Seller::Stranger("德阳旌湖湾工程建设有限公司", "91510600MA6C00074");
    vec![
        bidder(local(industry, 1), Large, B, Insurance, Placing::Winner),
        bidder(far, Large, Unrated, Bank, Placing::Candidate),
        bidder(local(industry, 0), Large, C, Cash, Placing::Bidder),
        bidder(farther, Large, Unrated, Insurance, Placing::Bidder),
        bidder(local(industry, 2), Small, Unrated, Cash, Placing::Bidder),
    ]
}

impl Tender {
    fn district(&self) -> District {
        self.plan.districts.first().copied().unwrap_or(District::Lizhou)
    }

    /// Paid for by the government: reductions look at that.
    const fn government(&self) -> bool {
        matches!(self.plan.funding, Funding::Budget | Funding::Bonds)
    }

    fn lay(&self, store: &Store, rules: &Rules) -> Result<Laid, StoreFault> {
        let mut laid = Laid::default();
        let mut parties = Vec::new();
        for bidder in &self.bidders {
            parties.push((bidder, bidder.seller.party(store)?));
        }
        let placed = |placing: Placing| {
            let those = parties.iter().filter(move |(bidder, _)| bidder.placing == placing);
            those.map(|(_, party)| party.uscc.clone())
        };
        let entered = |day: Day| Moment::at(day, 16, 30);
        let result = TenderResult {
            id: self.notice.id.clone(),
            procurement: false,
            bid: None,
            awarded: Some(Moment::start_of(self.awarded.0)),
            winner: placed(Placing::Winner).next(),
            candidates: placed(Placing::Candidate).collect(),
            signed: self.signed.map(|(day, _)| Moment::start_of(day)),
            ended: None,
            known: Known {
                awarded: Some(entered(self.awarded.1)),
                signed: self.signed.map(|(_, known)| entered(known)),
                ended: None,
            },
            by: key(CENTRE),
        };
        for (n, (bidder, party)) in (1..).zip(&parties) {
            let mut bond = self.bond(rules, &mut laid, n, bidder, party)?;
            self.return_bond(rules, &mut laid, &mut bond, &result)?;
            laid.bonds.push(bond);
        }
        laid.result = Some(result);
        Ok(laid)
    }

    fn bond(
        &self,
        rules: &Rules,
        laid: &mut Laid,
        n: u32,
        bidder: &Bidder,
        party: &Party,
    ) -> Result<Bond, StoreFault> {
        let notice = &self.notice;
        let content = &notice.content;
        let bid = match content.industry {
            Industry::Urban => Bid::Building,
            _ => Bid::Works,
        };
        let most = bid_bond(rules.law, bid, Some(content.amount), content.noticed);
        let most = most.map_err(invalid)?.amount;
        let who = Firm { size: bidder.size, credit: bidder.credit, failings: false };
        let project = Project { government: self.government(), amount: Some(content.amount) };
        let ladder = ladder(rules.law, BondKind::Bid, who, project, content.noticed);
        let ladder = ladder.map_err(invalid)?;
        let asked = ladder.asked(most);
        let valid_until = content.deadline.plus(VALID);
        let day = rules.working(rules.offset(content.deadline.minus(n)));
        let at = Moment::at(day, 11, n * 7);
        let mark = digits(content.deadline);
        let mut bond = Bond {
            id: key(&format!("bz-demo-{mark}-{n}")),
            number: String::new(),
            kind: BondKind::Bid,
            owner: notice.owner.clone(),
            owner_name: notice.owner_name.clone(),
            district: self.district(),
            firm: party.clone(),
            on: On::Tender {
                notice: notice.id.clone(),
                title: content.title.clone(),
                withdrawn: None,
                withdrawal_known: None,
                valid_until,
            },
            most,
            reduced: grounds(&ladder),
            law: rules.edition.clone(),
            basis: Some((who, project)),
            needs: vec![
                Need { from: content.deadline, amount: asked },
                Need { from: valid_until.plus(1), amount: Money::ZERO },
            ],
            pieces: vec![],
            hold: None,
            verdict: None,
            applications: vec![],
            warned: vec![],
            entered: at,
            by: key(CENTRE),
        };
        if asked > Money::ZERO {
            let give = match bidder.form {
                BondForm::Cash => Give::Cash,
                form => Give::Paper(form, Medium::Electronic, rules.offset(valid_until)),
            };
            let giver = Giver {
                rules,
                firm: party.clone(),
                owner: notice.owner_name.clone(),
                tag: format!("T{n}"),
                by: key(CENTRE),
                at,
            };
            bond.pieces.push(giver.piece(&mut laid.changes, 1, give, asked));
        }
        Ok(bond)
    }

    /// What has a ground to go back went in the night after that was entered.
    fn return_bond(
        &self,
        rules: &Rules,
        laid: &mut Laid,
        bond: &mut Bond,
        result: &TenderResult,
    ) -> Result<(), StoreFault> {
        let events = result.events(self.notice.content.deadline.plus(VALID), None);
        let placing = result.placing(&bond.firm.uscc);
        let Some((because, since)) = ground(placing, None, &events, rules.now) else {
            return Ok(());
        };
        let run = runs(rules.law, since).map_err(invalid)?;
        let lies = held(bond);
        if run > rules.now || lies.is_empty() {
            return Ok(());
        }
        bond.require(run.day(), Money::ZERO);
        for n in lies {
            laid.payments.extend(give_back(rules, bond, n, because.name(), run, None)?);
        }
        Ok(())
    }

    /// The contract of the early tender, by days after it was signed.
    fn carried_out(&self, store: &Store, rules: &Rules, signed: Day) -> Result<Laid, StoreFault> {
        const PARTS: &[Milestone] = &[("缺陷责任期届满", 100, None)];
        let winner = self.bidders.iter().find(|bidder| bidder.placing == Placing::Winner);
        let winner = winner.ok_or_else(|| invalid("a tender without a winner"))?;
        let from = rules.offset(signed);
        let events = [
            (from + 3, Event::Secure(BondKind::Performance, Give::Cash)),
            (from + 5, Event::Publish),
            (from + 60, Event::Bill("第一期进度款", 30, Some(from + 85))),
            (from + 130, Event::Bill("第二期进度款", 45, Some(from + 155))),
            (from + 190, Event::Complete("竣工验收报告", from + 193)),
            (from + 210, Event::Evaluate(87, "质量合格，工期比约定短")),
            (from + 250, Event::Settle(9_700)),
            (from + 252, Event::Retain(PARTS)),
            (from + 254, Event::Balance(from + 276)),
        ];
        let terms = Terms {
            n: CASES.len() + 1,
            title: format!("{}施工", self.plan.project),
            owner: org(store, self.notice.owner.as_str())?,
            district: self.district(),
            firm: winner.seller.party(store)?,
            who: Firm { size: winner.size, credit: winner.credit, failings: false },
            kind: LotKind::Works,
            procurement: false,
            price: self.notice.content.amount.share_floor(BasisPoints(9_420)),
            tender: Some((self.notice.id.clone(), self.awarded.0)),
            signed,
            ends: signed.plus(210),
            pays: 45,
        };
        Deal::sign(rules, terms).live(&events)
    }
}
