//! What the pages of bonds show, and what their forms send.

use super::Refused;
use model::{Day, Money, TenderNoticeId};
use policies::bond::{Alarm, BidBondForm, Bond, Most, Payment, Placing, Release, TenderResult};
use serde::{Deserialize, Serialize};

/// A tender with bonds, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderLine {
    /// The notice.
    pub id: TenderNoticeId,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Whose.
    pub owner: String,
    /// Bonds that were given.
    pub given: usize,
    /// Of these, such as went back.
    pub returned: usize,
    /// Money that lies for it.
    pub held: Money,
}

/// An order to the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// The order.
    pub payment: Payment,
    /// The account, masked.
    pub account: String,
}

/// Tenders with bonds, and orders to the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondsPage {
    /// Tenders, the newest first.
    pub tenders: Vec<TenderLine>,
    /// Orders that a person must look at or that are under way; then the last that were
    /// paid.
    pub payments: Vec<PaymentView>,
    /// Bonds entered, and such as went back within the promise.
    pub kept: (usize, usize),
    /// Whether the visitor sends again what the bank refused.
    pub may_mend: bool,
}

/// One bond of a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BidBondView {
    /// The bond.
    pub bond: Bond,
    /// How its bidder came out.
    pub placing: Placing,
    /// Why and by when it goes back.
    pub release: Option<Release>,
    /// What it waits for until then.
    pub waits: String,
    /// What is wrong with its cover.
    pub alarms: Vec<Alarm>,
    /// The order that pays it back.
    pub payment: Option<PaymentView>,
}

/// The bonds of one tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderBondsPage {
    /// The notice.
    pub id: TenderNoticeId,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// In whose favour.
    pub owner: String,
    /// The last day for bids.
    pub deadline: Day,
    /// The most that may be asked, and on what it rests.
    pub most: Most,
    /// What it came to.
    pub result: Option<TenderResult>,
    /// Its bonds.
    pub bonds: Vec<BidBondView>,
    /// The form of a new one.
    pub entry: Refused<BidBondForm>,
    /// The form of what is done.
    pub act: Refused<TenderActForm>,
    /// Whether the visitor enters bonds.
    pub may_enter: bool,
    /// Whether the visitor enters results.
    pub may_settle: bool,
}

/// What a tender came to, or what became of one of its bonds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenderActForm {
    /// `award`, `sign`, `end`, `withdraw`, `verify` or `refuse`.
    pub act: String,
    /// The day.
    pub day: String,
    /// The winner's unified social credit code.
    pub winner: String,
    /// Those of the other candidates.
    pub candidates: Vec<String>,
    /// The bond that it is about.
    pub bond: String,
    /// Why, or how.
    pub reason: String,
}
