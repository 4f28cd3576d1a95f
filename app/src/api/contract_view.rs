//! What the pages of contracts and of their bonds show, and what their forms send.

use super::{PaymentView, Refused};
use model::{BasisPoints, BondKind, ContractId, Day, Moment, Money, TenderNoticeId};
use policies::bond::{Alarm, Application, Bond, GivenForm, Span};
use policies::contract::{Contract, ContractForm, Grown, Secured, Stage};
use policies::{Course, Question, Ruling};
use serde::{Deserialize, Serialize};

/// Which contracts a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractsAsk {
    /// Key of a stage; `alarm` for such with a gap in their cover, `unpublished` for such that
    /// are not public.
    pub state: String,
    /// Those with keys before this one.
    pub after: String,
}

/// A contract in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractLine {
    /// Key.
    pub id: ContractId,
    /// Number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Who buys.
    pub owner: String,
    /// Who sells.
    pub firm: String,
    /// What it costs, with all changes.
    pub price: Money,
    /// Day of signing.
    pub signed: Day,
    /// Where it stands.
    pub stage: Stage,
    /// Whether it is public.
    pub published: bool,
    /// The most pressing gap in the cover of its bonds.
    pub alarm: Option<Alarm>,
    /// Asked for by its firm, and not answered.
    pub asked: usize,
    /// Given, and looked at by nobody.
    pub offered: usize,
    /// The most pressing reminder that its owner has not answered.
    pub reminder: Option<ReminderView>,
    /// Holds and disputes that nobody has ended; how many of them for too long.
    pub undecided: (usize, usize),
}

/// A reminder for retained money that its owner has not answered (催告).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderView {
    /// The last day for an answer; none while it was not served.
    pub until: Option<Day>,
    /// Whether the visitor is whom it is addressed to.
    pub mine: bool,
}

/// How the treasury's payments come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreasuryView {
    /// When something was last taken over.
    pub at: Option<Moment>,
    /// Since when it fails, and why.
    pub failing: Option<(Moment, String)>,
    /// Payments that nothing was found for, the newest first.
    pub odd: Vec<OddPayment>,
    /// How many more there are.
    pub more: usize,
}

/// A payment of the treasury that no bill counts as paid by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddPayment {
    /// Its number.
    pub serial: String,
    /// Why.
    pub why: String,
    /// Whether it is tried again by itself; otherwise somebody has to look into it.
    pub waits: bool,
    /// The bill that stands as paid under that number all the same: contract, its number, and
    /// the bill's place.
    pub stands: Option<(ContractId, String, u32)>,
}

/// Contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractsPage {
    /// The newest first.
    pub contracts: Vec<ContractLine>,
    /// The key from which the next page goes on.
    pub next: Option<String>,
    /// How many there are; how many of them are public.
    pub all: (usize, usize),
    /// Whether the visitor enters contracts.
    pub may_write: bool,
    /// How the treasury's payments come in, for those who write all contracts.
    pub treasury: Option<TreasuryView>,
}

/// The form of a new contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractFormPage {
    /// As it was refused, or with what is known already.
    pub form: Refused<ContractForm>,
    /// The notice that it comes from: number and title.
    pub notice: Option<(TenderNoticeId, String)>,
    /// The day of the award notice.
    pub awarded: Option<Day>,
}

/// What the most of a bond rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitView {
    /// The most.
    pub most: Ruling<Money>,
    /// What comes off for its firm; none where nothing does.
    pub off: Option<Ruling<BasisPoints>>,
}

impl From<Secured> for LimitView {
    fn from(secured: Secured) -> Self {
        let off = secured.ladder.counts.filter(|off| off.value > BasisPoints(0));
        Self { most: secured.most, off }
    }
}

/// A bond of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractBond {
    /// The bond.
    pub bond: Bond,
    /// Required and provided over time.
    pub picture: Vec<Span>,
    /// What is wrong with its cover.
    pub alarms: Vec<Alarm>,
    /// What its most rests on; none where it was worked out by other rules than those of today.
    pub limit: Option<LimitView>,
    /// The orders that pay it back.
    pub payments: Vec<PaymentView>,
    /// The limit within which it goes back, of a performance bond.
    pub returning: Option<Course>,
    /// The limit for deciding whether it is forfeit, while somebody thinks so.
    pub deciding: Option<Course>,
    /// The most pressing reminder that its owner has not answered.
    pub reminder: Option<ReminderView>,
}

/// Something that is owed for a contract, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Its place.
    pub n: u32,
    /// Days late, and the interest for them.
    pub late: Option<(u32, Ruling<Money>)>,
}

/// One contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractPage {
    /// The contract.
    pub contract: Contract,
    /// The firm's account, masked.
    pub account: String,
    /// The limits that it is about: their names and how they stand.
    pub courses: Vec<(String, Course)>,
    /// What all changes come to.
    pub grown: Grown,
    /// What is owed late.
    pub owed: Vec<Owed>,
    /// Its bonds.
    pub bonds: Vec<ContractBond>,
    /// What may be asked for it.
    pub secured: Vec<(BondKind, Secured)>,
    /// What may not be asked for it, and why.
    pub never: Vec<(BondKind, String)>,
    /// Today.
    pub today: Day,
    /// The form of what is done.
    pub act: Refused<ContractActForm>,
    /// Whether the visitor writes.
    pub may_write: bool,
    /// Whether the visitor says what has to be given.
    pub may_keep: bool,
}

/// A part of what is retained, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartForm {
    /// The milestone.
    pub name: String,
    /// Its share, in percent.
    pub share: String,
    /// From which day on it may be asked for.
    pub due: String,
}

/// Something that is done with a contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractActForm {
    /// `change`, `bill`, `pay`, `complete`, `settle`, `end`, `publish`, `evaluate`, `require`
    /// or `retain`.
    pub act: String,
    /// The day.
    pub day: String,
    /// How much, in 万元; by how much the price rises.
    pub amount: String,
    /// By how much it falls.
    pub less: String,
    /// The new day by which it is to be carried out.
    pub ends: String,
    /// What, why, or by which paper.
    pub words: String,
    /// The paper that approves a change.
    pub approval: String,
    /// Which bill.
    pub n: String,
    /// The treasury's number.
    pub serial: String,
    /// Of a hundred.
    pub score: String,
    /// What a bond is for.
    pub kind: String,
    /// The parts of what is retained.
    pub parts: Vec<PartForm>,
}

/// An application for retained money, with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationView {
    /// The application.
    pub application: Application,
    /// The milestone.
    pub milestone: String,
    /// The limit for verifying it.
    pub verifying: Option<Course>,
    /// The limit after which silence is consent.
    pub silence: Option<Course>,
    /// The limit for paying it.
    pub paying: Option<Course>,
    /// The limit for ending a dispute about it.
    pub settling: Option<Course>,
    /// Whether the firm may ask once more.
    pub may_remind: bool,
}

/// One bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondPageView {
    /// The bond.
    pub view: ContractBond,
    /// What its firm asked back.
    pub applications: Vec<ApplicationView>,
    /// Grounds of the law on which it does not go back: key, words, source.
    pub grounds: Vec<(String, String, String)>,
    /// The rule by which a guarantee for it is in favour of an authority.
    pub authority: Option<Question>,
    /// Today.
    pub today: Day,
    /// The form of something that is given.
    pub give: Refused<GiveForm>,
    /// The form of what is done.
    pub act: Refused<BondActForm>,
    /// What the visitor may do.
    pub may: BondMay,
}

/// What a visitor may do with a bond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondMay {
    /// Give something for it.
    pub offer: bool,
    /// Look at what was given.
    pub verify: bool,
    /// Extend, claim, replace, let go.
    pub keep: bool,
    /// Say that it is forfeit.
    pub hold: bool,
    /// Decide that.
    pub decide: bool,
    /// State the firm's case before that.
    pub reply: bool,
    /// Ask retained money back.
    pub apply: bool,
    /// Answer that.
    pub answer: bool,
    /// Enter how a dispute ended.
    pub settle: bool,
}

/// Something that is given for a bond.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GiveForm {
    /// Tells this form from the page's others.
    pub gives: String,
    /// What is given.
    pub given: GivenForm,
}

/// Something that is done with a bond.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BondActForm {
    /// `verify`, `refuse`, `extend`, `claim`, `claim_yes`, `claim_no`, `replace`,
    /// `free_wages`, `hold`, `reply`, `forfeit`, `free`, `apply`, `agree`, `dispute`, `remind`,
    /// `serve`, `receive` or `settle`.
    pub act: String,
    /// Which piece.
    pub n: String,
    /// The day.
    pub day: String,
    /// How much, in 万元.
    pub amount: String,
    /// The ground of the law.
    pub ground: String,
    /// How a reminder was served (`policies::bond::Service`).
    pub how: String,
    /// Which pleas the page shows (`policies::bond::pleas_shown`).
    pub heard: String,
    /// Why, or how.
    pub words: String,
}
