//! What the pages of bonds show, and what their forms send.

use super::Refused;
use model::{BondId, BondKind, Day, Moment, Money, TenderNoticeId};
use policies::Course;
use policies::bond::{
    Alarm, Bid, BidBondForm, Bond, Most, Payment, Placing, Release, TenderResult,
};
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
    /// Bonds for which something was given.
    pub given: usize,
    /// Of these, such as somebody has to look at.
    pub offered: usize,
    /// Of these, such as went back.
    pub returned: usize,
    /// Holds that nobody has decided about; how many of them for too long.
    pub undecided: (usize, usize),
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

/// A bid bond, as the firm sees it that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBond {
    /// The notice's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The last day for bids.
    pub deadline: Day,
    /// The bond.
    pub view: BidBondView,
    /// By which ground of the law it is to be forfeit, and where that stands, while nobody has
    /// decided.
    pub ground: Option<(String, String)>,
}

/// What the visitor may do beyond reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondsMay {
    /// Enter bonds.
    pub enter: bool,
    /// Read the bank's statement in.
    pub statement: bool,
    /// Try another ladder.
    pub simulate: bool,
}

/// A bond whose cover has a gap, or will have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmLine {
    /// The bond.
    pub bond: BondId,
    /// The tender on whose page it stands; none for one of a contract.
    pub tender: Option<TenderNoticeId>,
    /// Its number.
    pub number: String,
    /// What it is for.
    pub kind: BondKind,
    /// What is tendered, or the contract.
    pub title: String,
    /// Who gives it.
    pub firm: String,
    /// In whose favour.
    pub owner: String,
    /// Its first gap.
    pub alarm: Alarm,
    /// Within how many days that is, where a rule says a number.
    pub within: Option<i64>,
    /// When it was told.
    pub told: Option<Moment>,
}

/// The bonds with a gap, the nearest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmList {
    /// The first of them.
    pub lines: Vec<AlarmLine>,
    /// How many there are.
    pub all: usize,
}

/// Tenders with bonds, and orders to the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondsPage {
    /// Bonds with a gap that somebody must do something about.
    pub alarms: AlarmList,
    /// Tenders, the newest first.
    pub tenders: Vec<TenderLine>,
    /// Orders that a person must look at or that are under way; then the last that were
    /// paid.
    pub payments: Vec<PaymentView>,
    /// Bonds entered, and such as went back within the promise.
    pub kept: (usize, usize),
    /// A firm's own bid bonds, the newest first; nobody else has any.
    pub own: Option<Vec<OwnBond>>,
    /// What the visitor may do.
    pub may: BondsMay,
    /// Whether the visitor sends again what the bank refused.
    pub may_mend: bool,
    /// The form of that.
    pub mend: Refused<MendForm>,
    /// The form by which a firm states its case.
    pub plea: Refused<PleaForm>,
}

/// An order that the bank refused is sent again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MendForm {
    /// The order.
    pub id: String,
    /// The account's right number, where the wrong one was typed.
    pub account: String,
    /// What was mended.
    pub reason: String,
}

/// What a firm says to it that one of its bid bonds is to be forfeit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PleaForm {
    /// The bond.
    pub bond: String,
    /// What it says.
    pub reason: String,
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
    /// The limit for deciding whether it is forfeit, while somebody thinks so.
    pub deciding: Option<Course>,
    /// What is wrong with its cover.
    pub alarms: Vec<Alarm>,
    /// What was given beyond what is asked.
    pub over: Money,
    /// Money that came after the last day for bids.
    pub late: Option<Day>,
    /// The orders that pay it back.
    pub payments: Vec<PaymentView>,
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
    /// The limit within which the contract has to be signed, once there is a winner.
    pub signing: Option<Course>,
    /// What may be tendered, where the notice leaves that open.
    pub bids: Vec<Bid>,
    /// The bids are not opened: who bids is not shown.
    pub sealed: bool,
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
    /// Whether the visitor may say that a bond is forfeit.
    pub may_hold: bool,
    /// Whether the visitor decides that.
    pub may_decide: bool,
    /// Whether the visitor enters what the firm says to that.
    pub may_reply: bool,
    /// Grounds of the law on which a bond does not go back: key, words, source.
    pub grounds: Vec<(String, String, String)>,
}

/// What a tender came to, or what became of one of its bonds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenderActForm {
    /// `basis`, `award`, `sign`, `end`, `extend`, `withdraw`, `verify`, `refuse`, `hold`,
    /// `reply`, `forfeit` or `free`.
    pub act: String,
    /// What is tendered.
    pub basis: String,
    /// The day.
    pub day: String,
    /// The winner's unified social credit code.
    pub winner: String,
    /// Those of the other candidates; at an extension, of those that do not agree.
    pub candidates: Vec<String>,
    /// The bond that it is about.
    pub bond: String,
    /// The ground of the law.
    pub ground: String,
    /// Why, or how.
    pub reason: String,
    /// Which pleas the page shows (`policies::bond::pleas_shown`).
    pub heard: String,
}
