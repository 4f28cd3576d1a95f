//! Contracts and bonds of the demonstration city, invented: one in each state worth seeing,
//! over some twenty months, so that a year has another one to be compared with. The first
//! year still asks for cash, and gives it back when somebody gets to it; the second takes
//! guarantees, and the system gives back in the night.
//!
//! What is asked, returned and due is worked out by the functions that the desk uses: a
//! demonstration that typed its amounts would show other rules than those on file.

mod back;
mod bids;
mod cases;
mod deal;
mod retained;
mod statement;

use super::{found, key};
use crate::law_book::LawBook;
use crate::people::Org;
use crate::site::seal;
use crate::store::{Changes, Store, StoreFault, Table};
use model::{AccountId, BasisPoints, BondForm, Day, Medium, Minutes, Moment, Money, Uscc};
use policies::Law;
use policies::bond::{
    Bond, Cash, Checked, Guarantee, Ladder, Party, Payment, Piece, PieceState, TenderResult,
    Verification, What,
};
use policies::contract::Contract;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Who enters and looks at what is given: each looks at what another one entered.
const CENTRE: &str = "a-centre";
const SECOND: &str = "a-centre2";

/// Lays down contracts and bonds as of `now`. The plans and notices come first: two of the
/// tenders have bonds of bidders.
///
/// # Errors
///
/// [`StoreFault`] when the store refuses.
pub async fn seed(store: &Store, now: Moment) -> Result<(), StoreFault> {
    let rules = Rules { law: Law::shipped(), edition: LawBook::shipped()?.now().short(), now };
    let mut laid = bids::lay(store, &rules)?;
    for (n, case) in cases::CASES.iter().enumerate() {
        laid.push(case.lay(store, &rules, n + 1)?);
    }
    laid.sort_by_key(Laid::since);
    number(&mut laid);
    for one in laid {
        one.write(store, now).await?;
    }
    statement::seed(store, &rules).await
}

/// What everything is worked out by.
struct Rules {
    law: &'static Law,
    /// The edition that this is, as bonds name it.
    edition: String,
    now: Moment,
}

impl Rules {
    /// The day so many days from today; days that are over have a minus.
    fn day(&self, at: i32) -> Day {
        let (today, days) = (self.now.day(), at.unsigned_abs());
        if at < 0 { today.minus(days) } else { today.plus(days) }
    }

    /// The same for what offices do: on the last working day until then, so that nothing
    /// happens in days to come.
    fn working(&self, at: i32) -> Day {
        let mut day = self.day(at);
        while !self.law.calendar.is_working(day) {
            day = day.minus(1);
        }
        day
    }

    /// How many days from today a day lies.
    fn offset(&self, day: Day) -> i32 {
        i32::try_from(self.now.day().days_until(day)).unwrap_or(0)
    }
}

fn invalid(why: impl Display) -> StoreFault {
    StoreFault::Invalid(why.to_string())
}

/// What is written down in one act.
#[derive(Default)]
struct Laid {
    changes: Changes,
    contract: Option<Contract>,
    result: Option<TenderResult>,
    bonds: Vec<Bond>,
    payments: Vec<Payment>,
}

impl Laid {
    /// When the first of it was entered.
    fn since(&self) -> Option<Moment> {
        let contract = self.contract.as_ref().map(|contract| contract.entered);
        contract.or_else(|| self.bonds.iter().map(|bond| bond.entered).min())
    }

    async fn write(self, store: &Store, now: Moment) -> Result<(), StoreFault> {
        let at = self.since().unwrap_or(now);
        let Self { mut changes, contract, result, bonds, payments } = self;
        let subject = match (&contract, &result) {
            (Some(contract), _) => (Table::Contract, contract.id.to_string()),
            (None, Some(result)) => (Table::TenderResult, result.id.to_string()),
            (None, None) => return Ok(()),
        };
        if let Some(contract) = &contract {
            changes.create(contract)?;
        }
        if let Some(result) = &result {
            changes.create(result)?;
        }
        for bond in &bonds {
            changes.create(bond)?;
        }
        for payment in &payments {
            changes.create(payment)?;
        }
        // Entered now, like all of the demonstration: the journal's times never run back.
        store.commit(changes, found(subject.0, &subject.1).happened(at), now).await?;
        Ok(())
    }
}

/// Gives the numbers that they would have drawn one after the other.
fn number(laid: &mut [Laid]) {
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    let mut next = |prefix: &str, at: Moment| {
        let head = format!("{prefix}-{}-", at.day().year());
        let n = last.entry(head.clone()).or_default();
        *n += 1;
        format!("{head}{n:06}")
    };
    let contracts = laid.iter_mut().filter_map(|one| one.contract.as_mut());
    let mut contracts: Vec<&mut Contract> = contracts.collect();
    contracts.sort_by_key(|contract| contract.entered);
    for contract in contracts {
        contract.number = next("HT", contract.entered);
    }
    let mut bonds: Vec<&mut Bond> = laid.iter_mut().flat_map(|one| one.bonds.iter_mut()).collect();
    bonds.sort_by_key(|bond| bond.entered);
    for bond in bonds {
        bond.number = next("BZ", bond.entered);
    }
    for Laid { bonds, payments, .. } in laid {
        for payment in payments {
            if let Some(bond) = bonds.iter().find(|bond| bond.id == payment.bond) {
                payment.number.clone_from(&bond.number);
            }
        }
    }
}

/// Who sells.
#[derive(Clone, Copy)]
enum Seller {
    /// A firm of the reserve.
    Demo(usize),
    /// One from elsewhere: its name, and its code without the check character.
    Stranger(&'static str, &'static str),
}

impl Seller {
    fn party(self, store: &Store) -> Result<Party, StoreFault> {
        match self {
            Self::Demo(n) => {
                let firm = org(store, &format!("firm-{n:02}"))?;
                let uscc = firm.uscc.ok_or_else(|| invalid(format!("firm {n} has no code")))?;
                Ok(Party { org: Some(firm.id), name: firm.name, uscc })
            }
            Self::Stranger(name, body) => {
                let uscc = Uscc::with_check(body).map_err(invalid)?;
                Ok(Party { org: None, name: name.into(), uscc })
            }
        }
    }
}

fn org(store: &Store, id: &str) -> Result<Org, StoreFault> {
    let known = store.read().orgs.get(id).map(|org| (*org.value).clone());
    known.ok_or_else(|| invalid(format!("no organisation {id}")))
}

/// Who acts for a firm: its own account, or the centre where it has none here.
fn sender(firm: &Party) -> AccountId {
    match &firm.org {
        Some(org) => key(&format!("a-{}", org.as_str().replace('-', ""))),
        None => key(CENTRE),
    }
}

/// A firm's account at its bank: the same whenever it is asked for, and nobody else's.
fn account(firm: &Party) -> String {
    let digits = firm.uscc.as_str().chars().filter(char::is_ascii_digit);
    format!("51050{}", digits.collect::<String>())
}

/// The same with another last digit.
fn mistyped(account: &str) -> String {
    let most = account.get(..account.len().saturating_sub(1)).unwrap_or_default();
    let last = if account.ends_with('8') { '3' } else { '8' };
    format!("{most}{last}")
}

fn digits(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// In what something is given.
#[derive(Clone, Copy)]
enum Give {
    /// Money.
    Cash,
    /// Money, of whose account somebody typed the number wrong.
    Mistyped,
    /// A guarantee, on what it is written, and its last day, counted from today.
    Paper(BondForm, Medium, i32),
}

/// How numbers of guarantees of that form begin, and who stands for them.
const fn issuer(form: BondForm) -> (&'static str, &'static str) {
    match form {
        BondForm::Bank => ("BH", "蜀北银行股份有限公司广元分行"),
        BondForm::Surety => ("DB", "翠云融资担保有限公司"),
        BondForm::Insurance | BondForm::Cash => ("BX", "剑门财产保险股份有限公司广元中心支公司"),
    }
}

/// What a guarantee costs of its amount. On paper it is dearer.
const fn fee(form: BondForm, medium: Medium) -> BasisPoints {
    match (form, medium) {
        (BondForm::Surety, Medium::Paper) => BasisPoints(120),
        (_, Medium::Paper) => BasisPoints(80),
        (BondForm::Surety, Medium::Electronic) => BasisPoints(70),
        (_, Medium::Electronic) => BasisPoints(45),
    }
}

/// Whoever gives something for a bond.
struct Giver<'a> {
    rules: &'a Rules,
    firm: Party,
    /// In whose favour.
    owner: String,
    /// What tells its numbers from those of other bonds.
    tag: String,
    by: AccountId,
    at: Moment,
}

impl Giver<'_> {
    /// A piece that somebody else has looked at.
    fn piece(&self, changes: &mut Changes, n: u32, give: Give, amount: Money) -> Piece {
        let from = self.at.day();
        let mark = format!("{}{}{n}", digits(from), self.tag);
        let looked = self.at.plus(Minutes(90));
        let checker = if self.by.as_str() == CENTRE { SECOND } else { CENTRE };
        let (form, until, what, note, checked) = match give {
            Give::Cash | Give::Mistyped => {
                let number = account(&self.firm);
                let wrong = matches!(give, Give::Mistyped);
                let typed = if wrong { mistyped(&number) } else { number };
                let cash = Cash {
                    payer: self.firm.name.clone(),
                    account: seal(changes, &typed),
                    reference: format!("DZ{mark}"),
                };
                (BondForm::Cash, None, What::Cash(cash), "与银行流水相符", None)
            }
            Give::Paper(form, medium, until) => {
                let (head, issuer) = issuer(form);
                let guarantee = Guarantee {
                    number: format!("{head}{mark}"),
                    issuer: issuer.into(),
                    beneficiary: self.owner.clone(),
                    medium,
                    fee: amount.share_floor(fee(form, medium)),
                };
                let until = Some(self.rules.day(until));
                // Its issuer was asked then: nobody asks again for one of years ago.
                let checked = Some(Checked { at: looked, differs: vec![] });
                (form, until, What::Guarantee(guarantee), "已向开立机构查验", checked)
            }
        };
        let verified = Verification { at: looked, by: Some(key(checker)), note: note.into() };
        Piece {
            n,
            form,
            amount,
            from,
            until,
            what,
            state: PieceState::Held,
            verified: Some(verified),
            claims: vec![],
            asked: None,
            gone: None,
            entered: self.at,
            by: Some(self.by.clone()),
            checked,
        }
    }
}

/// What came off, in words.
fn grounds(ladder: &Ladder) -> Vec<String> {
    let counts = ladder.counts.iter().filter(|off| off.value.0 > 0);
    counts.map(|off| off.label.clone()).collect()
}

/// The places of the pieces that lie here.
fn held(bond: &Bond) -> Vec<u32> {
    let lies = bond.pieces.iter().filter(|piece| piece.state == PieceState::Held);
    lies.map(|piece| piece.n).collect()
}
