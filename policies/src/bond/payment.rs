//! An order to the bank to pay something back, and how it stands.
//!
//! The intent is written down before the bank hears of it, under a key that the bank knows
//! the order by. Whatever breaks after that, the same order is asked about and sent again
//! under the same key: the bank pays it once. Only what the bank has refused for good gets
//! a new key. What stands in the bank's own statement was paid, whatever was sent or
//! answered: it is never sent again.

use super::statement::{Order, same_serial};
use model::{AccountId, BondId, Day, Moment, Money, OrgId, PaymentId, Personal};
use serde::{Deserialize, Serialize};

/// So many tries without an answer are no slow line any more.
const UNANSWERED: u32 = 6;

/// What is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A bid bond.
    Bid,
    /// A performance bond.
    Performance,
    /// What was retained.
    Retention,
    /// A bond for wages.
    Wages,
}

impl Purpose {
    /// As banks print it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bid => "退还投标保证金",
            Self::Performance => "退还履约保证金",
            Self::Retention => "返还工程质量保证金",
            Self::Wages => "退还农民工工资保证金",
        }
    }
}

/// What the bank says when it has paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The bank's number of the transfer.
    pub serial: String,
    /// When it paid.
    pub at: Moment,
}

/// A line of the bank's statement that an order was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The bank's number of the transfer.
    pub serial: String,
    /// Its day.
    pub day: Day,
    /// When the statement was read in.
    pub read: Moment,
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// 待发送
    Ordered,
    /// 已发送，待回执: it may have been paid.
    Sent {
        /// When it was first sent under this key.
        since: Moment,
    },
    /// 已付款
    Paid {
        /// What the bank says.
        receipt: Receipt,
    },
    /// 银行退回: refused for good under this key.
    Refused {
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
}

impl State {
    /// The key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Sent { .. } => "sent",
            Self::Paid { .. } => "paid",
            Self::Refused { .. } => "refused",
        }
    }

    /// The Chinese name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ordered => "待发送",
            Self::Sent { .. } => "已发送，待回执",
            Self::Paid { .. } => "已付款",
            Self::Refused { .. } => "银行退回",
        }
    }
}

/// What is done with an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It is about to be sent.
    Send,
    /// The bank has paid.
    Pay(Receipt),
    /// The bank refuses for good.
    Refuse(String),
    /// It stands in the bank's statement.
    Find(Line),
    /// A person has mended what the bank refused: under a new key, with what it has borne
    /// until then.
    Again(Money),
}

/// An order to the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Key: the bond's with the piece's place. One piece is paid back by one order.
    pub id: PaymentId,
    /// The bond.
    pub bond: BondId,
    /// Its number.
    pub number: String,
    /// Its piece.
    pub piece: u32,
    /// In whose name it was held.
    pub owner: OrgId,
    /// For what.
    pub purpose: Purpose,
    /// To whose account.
    pub payee: String,
    /// That account's number.
    pub account: Personal,
    /// What was held.
    pub principal: Money,
    /// What it has borne.
    pub interest: Money,
    /// All that was to be paid under each key before, the first one first: the bank, or
    /// somebody at its counter, may have paid that.
    #[serde(default)]
    pub before: Vec<Money>,
    /// Why it is paid back.
    pub reason: String,
    /// When it was ordered.
    pub ordered: Moment,
    /// By whom; nobody when the system did.
    pub by: Option<AccountId>,
    /// How often the bank has refused it for good.
    pub round: u32,
    /// How often it was sent in this round.
    pub tries: u32,
    /// Not to be sent before.
    pub not_before: Moment,
    /// Where it stands.
    pub state: State,
    /// Where it was found in the bank's statement.
    pub line: Option<Line>,
}

impl Payment {
    /// The key of the order that pays back a bond's piece.
    ///
    /// # Panics
    ///
    /// Never: the key of a bond with a number behind it is a key, unless the bond's is as
    /// long as keys may be.
    pub fn key(bond: &BondId, piece: u32) -> Option<PaymentId> {
        format!("{bond}-{piece}").parse().ok()
    }

    /// What the bank knows it by.
    pub fn bank_key(&self) -> String {
        format!("{}-r{}", self.id, self.round)
    }

    /// All that is paid.
    pub fn amount(&self) -> Money {
        self.principal.plus(self.interest).unwrap_or(self.principal)
    }

    /// It as a statement is compared with it; `account` is the number of the payee's account.
    pub fn as_order<'a>(&'a self, account: &'a str) -> Order<'a> {
        Order {
            id: &self.id,
            serial: match &self.state {
                State::Paid { receipt } => Some(receipt.serial.as_str()),
                _ => None,
            },
            line: self.line.as_ref().map(|line| line.serial.as_str()),
            number: &self.number,
            payee: &self.payee,
            account,
            amount: self.amount(),
            before: &self.before,
            // Not the day on which the bank was told: it can be paid at the counter before.
            since: self.ordered.day(),
        }
    }

    /// Where it stands after `act` at `now`. This is the whole machine; none where the act
    /// has no place, or changes nothing.
    pub fn step(&self, act: Act, now: Moment) -> Option<Self> {
        let mut next = self.clone();
        match (&self.state, act) {
            // The statement has it: whatever else was written down, it is not sent.
            (_, Act::Send | Act::Again(_)) if self.line.is_some() => return None,
            (State::Ordered, Act::Send) => {
                next.state = State::Sent { since: now };
                next.tries += 1;
            }
            // Again under the same key.
            (State::Sent { .. }, Act::Send) => next.tries += 1,
            (State::Sent { .. }, Act::Pay(receipt)) => next.state = State::Paid { receipt },
            (State::Sent { .. }, Act::Refuse(why)) => {
                next.state = State::Refused { at: now, why };
            }
            // The money has left: paid at the counter while there was no bank to tell, before
            // its answer came, or in spite of it. Where the statement has it already, only that
            // line settles it: another transfer is another payment.
            (State::Ordered | State::Sent { .. } | State::Refused { .. }, Act::Find(line))
                if self
                    .line
                    .as_ref()
                    .is_none_or(|known| same_serial(&known.serial, &line.serial)) =>
            {
                let at = Moment::start_of(line.day);
                next.state = State::Paid { receipt: Receipt { serial: line.serial.clone(), at } };
                next.line = Some(line);
            }
            // Another transfer than that of the receipt is another payment.
            (State::Paid { receipt }, Act::Find(line))
                if self.line.is_none() && same_serial(&receipt.serial, &line.serial) =>
            {
                next.line = Some(line);
            }
            (State::Refused { .. }, Act::Again(interest)) => {
                next.state = State::Ordered;
                next.before.push(self.amount());
                next.interest = interest;
                next.round += 1;
                next.tries = 0;
                next.not_before = now;
            }
            _ => return None,
        }
        Some(next)
    }

    /// Whether the system still has something to do with it.
    pub const fn goes_on(&self) -> bool {
        matches!(self.state, State::Ordered | State::Sent { .. }) && self.line.is_none()
    }

    /// Whether the statement has it, and it does not count as paid all the same: written before
    /// a statement settled what was never sent, or refused.
    pub const fn is_unsettled(&self) -> bool {
        self.line.is_some() && !matches!(self.state, State::Paid { .. })
    }

    /// Whether a person has to do something before it goes on.
    pub const fn is_stuck(&self) -> bool {
        matches!(self.state, State::Refused { .. }) && self.line.is_none()
    }

    /// Whether the bank was told so often without an answer that a person should ask it.
    pub const fn is_unanswered(&self) -> bool {
        matches!(self.state, State::Sent { .. }) && self.tries >= UNANSWERED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bond::{Found, StatementLine, reconcile_all};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn at(ms: i64) -> Moment {
        Moment::from_ms(ms)
    }

    fn order() -> Payment {
        let id: BondId = "bz-1".parse().expect("a key");
        Payment {
            id: Payment::key(&id, 1).expect("a key"),
            bond: id,
            number: "BZ-2026-0001".into(),
            piece: 1,
            owner: "yz-1".parse().expect("a key"),
            purpose: Purpose::Bid,
            payee: "甲公司".into(),
            account: Personal { key: "pv".into(), seal: "s".into() },
            principal: Money::from_fen(100),
            interest: Money::from_fen(1),
            before: vec![],
            reason: "合同已签订".into(),
            ordered: at(0),
            by: None,
            round: 0,
            tries: 0,
            not_before: at(0),
            state: State::Ordered,
            line: None,
        }
    }

    fn receipt() -> Receipt {
        Receipt { serial: "B1".into(), at: at(9) }
    }

    fn line(serial: &str) -> Line {
        Line { serial: serial.into(), day: at(9).day(), read: at(10) }
    }

    fn again() -> Act {
        Act::Again(Money::from_fen(2))
    }

    #[test]
    fn what_was_paid_stays_paid() {
        let sent = order().step(Act::Send, at(1)).expect("goes");
        let paid = sent.step(Act::Pay(receipt()), at(2)).expect("goes");
        let other = line("B2");
        for act in
            [Act::Send, Act::Pay(receipt()), Act::Refuse("x".into()), again(), Act::Find(other)]
        {
            assert_eq!(paid.step(act, at(3)), None);
        }
        assert_eq!(order().step(Act::Pay(receipt()), at(1)), None, "nothing was sent yet");
    }

    #[test]
    fn only_what_was_refused_for_good_gets_a_new_key() {
        let sent = order().step(Act::Send, at(1)).expect("goes");
        assert_eq!(sent.step(again(), at(2)), None, "it may have been paid");
        let refused = sent.step(Act::Refuse("户名不符".into()), at(2)).expect("goes");
        let again = refused.step(again(), at(3)).expect("goes");
        assert_eq!(
            (sent.bank_key().as_str(), again.bank_key().as_str()),
            ("bz-1-1-r0", "bz-1-1-r1")
        );
        assert_eq!((sent.amount().fen(), again.amount().fen()), (101, 102), "it went on bearing");
        assert_eq!((sent.before, again.before), (vec![], vec![Money::from_fen(101)]));
    }

    /// Paid at the counter, answered never, or refused and paid all the same.
    #[test]
    fn what_stands_in_the_statement_is_paid_and_never_sent_again() {
        let sent = order().step(Act::Send, at(1)).expect("goes");
        let refused = sent.step(Act::Refuse("户名不符".into()), at(2)).expect("goes");
        let mended = refused.step(again(), at(3)).expect("goes");
        for unpaid in [order(), sent.clone(), refused, mended] {
            let paid = unpaid.step(Act::Find(line("B1")), at(4)).expect("goes");
            let State::Paid { receipt } = &paid.state else { panic!("{:?}", paid.state) };
            assert_eq!((receipt.serial.as_str(), receipt.at.day()), ("B1", at(9).day()));
            assert_eq!(paid.line, Some(line("B1")));
            assert!(!paid.goes_on() && !paid.is_stuck());
            let late = Receipt { serial: "B2".into(), at: at(9) };
            for act in [Act::Send, again(), Act::Pay(late), Act::Refuse("x".into())] {
                assert_eq!(paid.step(act, at(5)), None);
            }
            // The same line once more changes nothing; another one is another payment.
            for serial in ["B1", "B2"] {
                assert_eq!(paid.step(Act::Find(line(serial)), at(5)), None);
            }
        }
        // The receipt's own transfer, however the statement writes its number.
        let paid = sent.step(Act::Pay(receipt()), at(2)).expect("goes");
        let seen = paid.step(Act::Find(line("B 1")), at(3)).expect("goes");
        assert_eq!((&seen.state, &seen.line), (&paid.state, &Some(line("B 1"))));
    }

    #[test]
    fn what_was_written_before_the_statement_settled_it_is_settled_by_its_own_line() {
        let refused = State::Refused { at: at(2), why: "户名不符".into() };
        for state in [State::Ordered, State::Sent { since: at(1) }, refused] {
            let unsettled = Payment { line: Some(line("B1")), state, ..order() };
            assert!(unsettled.is_unsettled() && !unsettled.goes_on() && !unsettled.is_stuck());
            for act in [Act::Send, again(), Act::Find(line("B2"))] {
                assert_eq!(unsettled.step(act, at(3)), None);
            }
            let paid = unsettled.step(Act::Find(line("B1")), at(3)).expect("goes");
            assert_eq!((paid.state.key(), &paid.line), ("paid", &unsettled.line));
            assert!(!paid.is_unsettled());
        }
        assert!(!order().is_unsettled());
    }

    #[test]
    fn what_was_stored_without_earlier_sums_is_read() {
        let mut stored = serde_json::to_value(order()).expect("JSON");
        stored.as_object_mut().expect("an object").remove("before");
        assert_eq!(serde_json::from_value::<Payment>(stored).expect("read"), order());
    }

    /// What happens between us and a bank that pays each key at most once.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        /// The order arrives; so does the answer.
        Answered,
        /// The order arrives and is paid, the answer is lost (or we are killed).
        AnswerLost,
        /// The order does not arrive.
        NotSent,
        /// The bank refuses it for good.
        Refused,
        /// A person mends it.
        Mended,
        /// The bank's statement is read in: all of it, however often.
        Statement,
        /// A person pays at the counter, once, what does not count as paid: of the system's own
        /// order the bank may not have heard yet, or have refused it; or carried it out.
        Counter,
    }

    /// Reads the bank's statement in, as the desk does, but for what it has read before.
    fn read(order: &mut Payment, lines: &[StatementLine], now: Moment) -> Vec<Found> {
        let seen = order.clone();
        let found = reconcile_all(lines, &[seen.as_order(ACCOUNT)], &[]);
        for (line, found) in lines.iter().zip(&found) {
            if matches!(found, Found::Order { .. }) {
                let line = Line { serial: line.serial.clone(), day: line.day, read: now };
                *order = order.step(Act::Find(line), now).unwrap_or_else(|| order.clone());
            }
        }
        found
    }

    const ACCOUNT: &str = "51050166083600001234";
    const DAY: i64 = 86_400_000;

    /// How many of the lines carried the order out, and how many are one too many.
    fn told(found: &[Found]) -> (usize, usize) {
        let count = |is: fn(&&Found) -> bool| found.iter().filter(is).count();
        (
            count(|found| matches!(found, Found::Order { .. })),
            count(|found| matches!(found, Found::Twice { .. })),
        )
    }

    fn transfer(order: &Payment, serial: String, now: Moment) -> StatementLine {
        StatementLine {
            serial,
            day: now.day(),
            amount: order.amount(),
            incoming: false,
            other: order.payee.clone(),
            account: ACCOUNT.into(),
            words: format!("{} {}", order.purpose.name(), order.number),
        }
    }

    proptest! {
        /// Whatever is lost, repeated, refused or paid at the counter, and whenever the
        /// statement is read in, the bank carries out one key at most; what leaves besides is
        /// what a person pays at the counter, and the second transfer is told as such. Once the
        /// statement has it, nothing leaves any more; and once the bank answers or its statement
        /// is there, that is known.
        #[test]
        fn paid_once_whatever_is_lost(
            events in proptest::collection::vec((0usize..7, 0i64..3), 0..40),
        ) {
            use Event::{AnswerLost, Answered, Counter, Mended, NotSent, Refused, Statement};
            let all = [Answered, AnswerLost, NotSent, Refused, Mended, Statement, Counter];
            // The bank: what it did with each key, first answer for good; and what left.
            let mut bank: BTreeMap<String, Result<Receipt, String>> = BTreeMap::new();
            let mut left: Vec<StatementLine> = Vec::new();
            let mut order = order();
            let mut then = 0;
            let mut counter = false;
            // How much had left when the statement was first seen to have the order.
            let mut known: Option<usize> = None;
            let last = [(Answered, 1), (Mended, 1), (Answered, 1)];
            for (event, days) in events.into_iter().map(|(i, days)| (all[i], days)).chain(last) {
                then += 1 + days * DAY;
                let now = at(then);
                match event {
                    Mended => {
                        let again = Act::Again(Money::from_fen(then));
                        order = order.step(again, now).unwrap_or(order);
                        continue;
                    }
                    Counter => {
                        if !counter && !matches!(order.state, State::Paid { .. }) {
                            left.push(transfer(&order, format!("C{then}"), now));
                            counter = true;
                        }
                        continue;
                    }
                    Statement => {
                        let found = read(&mut order, &left, now);
                        // One transfer is the order's, whichever key or sum it was of; all
                        // others are too many.
                        let one = left.len().min(1);
                        prop_assert_eq!(told(&found), (one, left.len() - one), "{:?}", left);
                        if one == 1 {
                            prop_assert_eq!(order.state.key(), "paid");
                            known = known.or(Some(left.len()));
                        }
                        continue;
                    }
                    Answered | AnswerLost | NotSent | Refused => {}
                }
                // Written down first; nothing is sent that could not be.
                let Some(sending) = order.step(Act::Send, now) else { continue };
                order = sending;
                if matches!(event, NotSent) {
                    continue;
                }
                let says = bank.entry(order.bank_key()).or_insert_with(|| {
                    if matches!(event, Refused) {
                        return Err("户名不符".into());
                    }
                    let serial = format!("B{then}");
                    left.push(transfer(&order, serial.clone(), now));
                    Ok(Receipt { serial, at: now })
                });
                if matches!(event, AnswerLost) {
                    continue;
                }
                let act = match says.clone() {
                    Ok(receipt) => Act::Pay(receipt),
                    Err(why) => Act::Refuse(why),
                };
                order = order.step(act, now).expect("it was sent");
            }
            let carried = bank.values().filter(|says| says.is_ok()).count();
            prop_assert!(carried <= 1, "under more than one key: {:?}", bank);
            prop_assert!(!left.is_empty(), "forgotten");
            prop_assert_eq!(left.len(), carried + usize::from(counter), "what left: {:?}", left);
            prop_assert!(known.is_none_or(|n| n == left.len()), "the statement had it: {:?}", left);
            prop_assert_eq!(order.state.key(), "paid");
            // A bank that pays once more is found out, in the same statement or a later one.
            let mut more = left.clone();
            more.push(transfer(&order, "X".into(), at(then)));
            prop_assert_eq!(told(&read(&mut order, &more, at(then))), (1, left.len()));
            prop_assert_eq!(told(&read(&mut order, &more[left.len()..], at(then))), (0, 1));
            prop_assert_eq!(told(&read(&mut order, &left, at(then))), (1, left.len() - 1));
        }
    }
}
