//! A contract of the demonstration city as it is carried out, event by event: each goes
//! through the machine of contracts and of bonds, so that none is in a state that the desk
//! could not have brought it to.

use super::back::{self, give_back};
use super::{
    CENTRE, Give, Giver, Laid, Rules, account, digits, grounds, held, invalid, key, sender,
};
use crate::people::Org;
use crate::site::seal;
use crate::store::StoreFault;
use model::{
    AccountId, BasisPoints, BondKind, Day, District, LotKind, Moment, Money, TenderNoticeId,
};
use policies::bond::{Bond, Firm, Need, Noted, On, Party, PieceState, What, runs};
use policies::contract::{
    Act, Bill, BillPaid, Change, Contract, Done, Evaluation, Published, Secured, Settlement, Stage,
    asked, due_of,
};

/// The one who signs in for an owner.
const OWNER: (&str, &str) = ("gljt", "a-owner");

/// A part of what is retained: its milestone, percent of the whole, and from which day on it
/// may be asked for, counted from today; at the end of the liability where none is named.
pub(super) type Milestone = (&'static str, u32, Option<i32>);

/// What came of asking for retained money.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// Nothing yet.
    Waits,
    /// The owner agreed on that day.
    Agreed(i32),
    /// Nobody answered, not even when asked once more on that day.
    Silent(i32),
}

/// What happens to a contract. Days are counted from today.
#[derive(Clone, Copy)]
pub(super) enum Event {
    /// A bond is asked for and given.
    Secure(BondKind, Give),
    /// The same; it is asked for in some days only, and nobody has looked at it yet.
    Offer(BondKind, Give),
    /// Something else takes the place of the performance bond's pieces.
    Replace(Give),
    /// Something is delivered: what, percent of the price, and when it was paid.
    Bill(&'static str, u32, Option<i32>),
    /// Percent that the price rises by, the new end, and why.
    Change(u32, Option<i32>, &'static str),
    /// It is made public.
    Publish,
    /// The work is accepted: by which paper, and when that was entered.
    Complete(&'static str, i32),
    /// It is ended early.
    End(&'static str),
    /// It is settled at basis points of its price.
    Settle(u32),
    /// What may be kept back is.
    Retain(&'static [Milestone]),
    /// The rest is paid.
    Balance(i32),
    /// A piece of what was retained is asked back.
    Apply(u32, Answer),
    /// How it was carried out.
    Evaluate(u32, &'static str),
}

/// What is agreed when it is signed.
pub(super) struct Terms {
    pub(super) n: usize,
    pub(super) title: String,
    pub(super) owner: Org,
    pub(super) district: District,
    pub(super) firm: Party,
    pub(super) who: Firm,
    pub(super) kind: LotKind,
    pub(super) procurement: bool,
    pub(super) price: Money,
    pub(super) tender: Option<(TenderNoticeId, Day)>,
    pub(super) signed: Day,
    pub(super) ends: Day,
    pub(super) pays: u32,
}

/// A contract with what secures it.
pub(super) struct Deal<'a> {
    pub(super) rules: &'a Rules,
    n: usize,
    /// The bank finds that the number of an account is wrong.
    mistyped: bool,
    /// Who enters what the owner does.
    pub(super) by: AccountId,
    pub(super) contract: Contract,
    pub(super) laid: Laid,
}

/// How a kind is told apart in numbers of others.
const fn letter(kind: BondKind) -> char {
    match kind {
        BondKind::Bid => 'T',
        BondKind::Performance => 'L',
        BondKind::Retention => 'Z',
        BondKind::Wages => 'G',
    }
}

pub(super) fn share(amount: Money, percent: u32) -> Money {
    amount.share_floor(BasisPoints(percent.saturating_mul(100)))
}

impl<'a> Deal<'a> {
    /// It is signed and put on the register.
    pub(super) fn sign(rules: &'a Rules, terms: Terms) -> Self {
        let mut laid = Laid::default();
        let by: AccountId = match terms.owner.id.as_str() == OWNER.0 {
            true => key(OWNER.1),
            false => key(CENTRE),
        };
        let (notice, awarded) = terms.tender.unzip();
        let contract = Contract {
            id: key(&format!("ht-demo-{:02}", terms.n)),
            number: String::new(),
            notice,
            title: terms.title,
            owner: terms.owner.id,
            owner_name: terms.owner.name,
            district: terms.district,
            account: seal(&mut laid.changes, &account(&terms.firm)),
            firm: terms.firm,
            who: terms.who,
            kind: terms.kind,
            procurement: terms.procurement,
            government: true,
            price: terms.price,
            awarded,
            signed: terms.signed,
            ends: terms.ends,
            pays: terms.pays,
            stage: Stage::Running,
            changes: vec![],
            bills: vec![],
            completed: None,
            settlement: None,
            ended: None,
            published: None,
            evaluation: None,
            entered: Moment::at(terms.signed, 10, 20),
            by: by.clone(),
        };
        Self { rules, n: terms.n, mistyped: false, by, contract, laid }
    }

    /// Everything that happened until today.
    pub(super) fn live(mut self, events: &[(i32, Event)]) -> Result<Laid, StoreFault> {
        for (at, event) in events {
            let day = match event {
                // A firm asks on whatever day it likes.
                Event::Apply(..) => self.rules.day(*at),
                _ => self.rules.working(*at),
            };
            self.happen(day.max(self.contract.signed), *event)?;
        }
        self.laid.contract = Some(self.contract);
        Ok(self.laid)
    }

    fn step(&mut self, act: Act) -> Result<(), StoreFault> {
        self.contract.stage = self.contract.step(act).map_err(invalid)?;
        Ok(())
    }

    fn done(&self, day: Day, known: Moment, words: &str) -> Done {
        Done { day, known, by: self.by.clone(), words: words.into() }
    }

    fn happen(&mut self, day: Day, event: Event) -> Result<(), StoreFault> {
        match event {
            Event::Secure(kind, give) => self.secure(day, kind, give, true),
            Event::Offer(kind, give) => self.secure(day, kind, give, false),
            Event::Replace(give) => self.replace(day, give),
            Event::Bill(what, percent, paid) => {
                self.bill(day, what, share(self.contract.price, percent), paid)
            }
            Event::Change(percent, ends, reason) => {
                self.step(Act::Change)?;
                let change = Change {
                    day,
                    more: share(self.contract.price, percent),
                    less: Money::ZERO,
                    ends: ends.map(|at| self.rules.day(at)),
                    reason: reason.into(),
                    approval: String::new(),
                    entered: Moment::at(day, 16, 0),
                    by: self.by.clone(),
                };
                self.contract.changes.push(change);
                Ok(())
            }
            Event::Publish => {
                self.step(Act::Publish)?;
                let at = Moment::at(day, 16, 40);
                self.contract.published = Some(Published { at, by: self.by.clone() });
                Ok(())
            }
            Event::Complete(paper, known) => {
                self.step(Act::Complete)?;
                let known = Moment::at(self.rules.working(known).max(day), 15, 20);
                self.contract.completed = Some(self.done(day, known, paper));
                self.free(day, known, "竣工验收合格")
            }
            Event::End(why) => {
                self.step(Act::End)?;
                let known = Moment::at(day, 15, 20);
                self.contract.ended = Some(self.done(day, known, why));
                self.free(day, known, "合同解除")
            }
            Event::Settle(points) => {
                self.step(Act::Settle)?;
                let amount = self.contract.price_now().share_floor(BasisPoints(points));
                let done = self.done(day, Moment::at(day, 11, 30), "结算审定单");
                self.contract.settlement = Some(Settlement { amount, done });
                Ok(())
            }
            Event::Retain(parts) => self.retain(day, parts),
            Event::Balance(paid) => {
                let settled = self.contract.settlement.as_ref();
                let settled = settled.map_or(0, |settled| settled.amount.fen());
                let paid_before = self.contract.bills.iter().map(|bill| bill.amount.fen());
                let retained = self.laid.bonds.iter().filter(|b| b.kind == BondKind::Retention);
                let retained = retained.flat_map(|bond| bond.pieces.iter().map(|p| p.amount.fen()));
                let rest = settled - paid_before.sum::<i64>() - retained.sum::<i64>();
                self.bill(day, "结算尾款", Money::from_fen(rest.max(0)), Some(paid))
            }
            Event::Apply(n, answer) => self.apply(day, n, answer),
            Event::Evaluate(score, words) => {
                self.step(Act::Evaluate)?;
                let (words, by) = (words.into(), self.by.clone());
                let at = Moment::at(day, 14, 50);
                self.contract.evaluation = Some(Evaluation { score, words, at, by });
                Ok(())
            }
        }
    }

    fn bill(
        &mut self,
        day: Day,
        what: &str,
        amount: Money,
        paid: Option<i32>,
    ) -> Result<(), StoreFault> {
        self.step(Act::Bill)?;
        let due = due_of(self.rules.law, &self.contract, day).map_err(invalid)?;
        let n = u32::try_from(self.contract.bills.len()).unwrap_or(0) + 1;
        let paid = paid.map(|at| {
            let day = self.rules.working(at).max(day);
            BillPaid {
                day,
                serial: format!("GK{}{:02}{n}", digits(day), self.n),
                known: Moment::at(day, 17, 5),
                by: Some(self.by.clone()),
            }
        });
        self.contract.bills.push(Bill {
            n,
            what: what.into(),
            delivered: day,
            amount,
            due,
            paid,
            entered: Moment::at(day, 16, 20),
            by: self.by.clone(),
        });
        Ok(())
    }

    fn giver(&self, kind: BondKind, at: Moment) -> Giver<'a> {
        Giver {
            rules: self.rules,
            firm: self.contract.firm.clone(),
            owner: self.contract.owner_name.clone(),
            tag: format!("{:02}{}", self.n, letter(kind)),
            by: sender(&self.contract.firm),
            at,
        }
    }

    pub(super) fn bond(
        &self,
        kind: BondKind,
        secured: &Secured,
        needs: Vec<Need>,
        entered: Moment,
    ) -> Bond {
        let contract = &self.contract;
        Bond {
            id: key(&format!("bz-demo-{:02}-{}", self.n, kind.key())),
            number: String::new(),
            kind,
            owner: contract.owner.clone(),
            owner_name: contract.owner_name.clone(),
            district: contract.district,
            firm: contract.firm.clone(),
            on: On::Contract { contract: contract.id.clone(), title: contract.title.clone() },
            most: secured.most.value,
            reduced: grounds(&secured.ladder),
            law: self.rules.edition.clone(),
            basis: Some((contract.who, contract.project())),
            needs,
            pieces: vec![],
            hold: None,
            verdict: None,
            applications: vec![],
            warned: vec![],
            entered,
            by: self.by.clone(),
        }
    }

    fn secure(
        &mut self,
        day: Day,
        kind: BondKind,
        give: Give,
        looked: bool,
    ) -> Result<(), StoreFault> {
        let secured = asked(self.rules.law, &self.contract, kind).map_err(invalid)?;
        let entered = Moment::at(day, 11, 5);
        // Where nobody has looked yet, there is still time to.
        let from = if looked { day } else { self.rules.now.day().plus(5) };
        let needs = vec![Need { from, amount: secured.asked }];
        let mut bond = self.bond(kind, &secured, needs, entered);
        self.mistyped |= matches!(give, Give::Mistyped);
        let giver = self.giver(kind, Moment::at(day, 13, 30));
        let mut piece = giver.piece(&mut self.laid.changes, 1, give, secured.asked);
        if !looked {
            piece.state = PieceState::Offered;
            piece.verified = None;
            piece.checked = None;
            // The demonstration's issuers say something else of such a number.
            if let What::Guarantee(guarantee) = &mut piece.what {
                guarantee.number = format!("YC-{}", guarantee.number);
            }
        }
        bond.pieces.push(piece);
        self.laid.bonds.push(bond);
        Ok(())
    }

    fn replace(&mut self, day: Day, give: Give) -> Result<(), StoreFault> {
        let giver = self.giver(BondKind::Performance, Moment::at(day, 10, 30));
        let foreseen = self.contract.ends_now();
        let Laid { changes, bonds, payments, .. } = &mut self.laid;
        let bond = bonds.iter_mut().find(|bond| bond.kind == BondKind::Performance);
        let Some(bond) = bond else { return Err(invalid("nothing to replace")) };
        let old = held(bond);
        let n = u32::try_from(bond.pieces.len()).unwrap_or(0) + 1;
        let amount = bond.required(day);
        bond.pieces.push(giver.piece(changes, n, give, amount));
        // Once somebody has looked at what takes its place.
        let at = Moment::at(day, 16, 10);
        for n in old {
            let by = Some((&self.by, foreseen));
            payments.extend(give_back(self.rules, bond, n, "以电子保函替代现金", at, by)?);
        }
        Ok(())
    }

    /// Nothing secures its being carried out any more: what was given for that goes back in
    /// the night after it was entered.
    fn free(&mut self, day: Day, known: Moment, because: &str) -> Result<(), StoreFault> {
        let since = Noted { at: Moment::start_of(day), known };
        let run = runs(self.rules.law, since).map_err(invalid)?;
        let Laid { bonds, payments, .. } = &mut self.laid;
        for bond in bonds.iter_mut().filter(|bond| bond.kind == BondKind::Performance) {
            bond.require_until(day);
            if run > self.rules.now {
                continue;
            }
            for n in held(bond) {
                let ordered = back::order(self.rules, bond, n, because, run, None)?;
                let Some(ordered) = ordered else { continue };
                payments.push(match self.mistyped {
                    true => back::refused(&ordered, "收款账号与户名不符")?,
                    false => back::paid(bond, &ordered)?,
                });
            }
        }
        Ok(())
    }
}
