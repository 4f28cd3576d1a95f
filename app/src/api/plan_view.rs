//! What the working pages of plans and notices show.

use super::Refused;
use model::{Day, Moment, Money, PlanId, TenderNoticeId};
use policies::Ruling;
use policies::notice::{Holding, LotLead, NoticeContent, NoticeForm};
use policies::plan::{Act, Draft, Line, LotNo, PlanContent, PlanForm, Restart, Stage};
use policies::sheet::{CellFault, Row, SheetKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is looked for among plans on the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlansAsk {
    /// `drafts`, `waiting`, `returned`, `public`, `due` or nothing for all.
    pub state: String,
    /// The sheet that they came with.
    pub batch: String,
    /// Only after this key.
    pub after: String,
}

/// A plan in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// Key.
    pub id: PlanId,
    /// Its number, once it is public.
    pub number: Option<String>,
    /// The project.
    pub project: String,
    /// Whose it is.
    pub owner: String,
    /// Where it stands.
    pub stage: Stage,
    /// The key and the name of where its draft stands.
    pub draft: Option<(String, String)>,
    /// Lots.
    pub lots: usize,
    /// All estimates together.
    pub estimate: Money,
    /// The first expected notice.
    pub notice: String,
    /// The last day before it lapses, once its owner is to be reminded.
    pub lapses: Option<Day>,
}

/// Plans on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlansPage {
    /// A page of them.
    pub plans: Vec<PlanLine>,
    /// How many fit in all.
    pub total: usize,
    /// How many there are by state.
    pub counts: BTreeMap<String, usize>,
    /// The key to go on after.
    pub next: Option<PlanId>,
    /// May draft plans.
    pub may_write: bool,
    /// May check them.
    pub may_check: bool,
}

/// A version in a plan's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// Which.
    pub version: u32,
    /// When.
    pub at: Moment,
    /// Where the plan stood with it.
    pub stage: Stage,
    /// Why.
    pub reason: String,
}

/// The lead of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadLine {
    /// The lot.
    pub lot: LotNo,
    /// Its name.
    pub name: String,
    /// From when it counts.
    pub from: Day,
    /// The earliest day of the notice.
    pub earliest: Day,
    /// What was planned.
    pub planned: String,
    /// The notice is planned for earlier than that.
    pub too_early: bool,
}

/// One plan on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPage {
    /// Key.
    pub id: PlanId,
    /// Its number, once it is public.
    pub number: Option<String>,
    /// Whose it is.
    pub owner: String,
    /// Where it stands.
    pub stage: Stage,
    /// What is public of it.
    pub content: Option<PlanContent>,
    /// What is to be published next.
    pub draft: Option<Draft>,
    /// What that changes.
    pub difference: Vec<Line>,
    /// Lots whose lead would begin anew if it were published today.
    pub restarts: Vec<(LotNo, Restart)>,
    /// Leads, as they are or would be.
    pub leads: Vec<LeadLine>,
    /// What was published.
    pub versions: Vec<VersionLine>,
    /// Its notices.
    pub notices: Vec<NoticeLine>,
    /// What the visitor may do now.
    pub may: Vec<Act>,
    /// The last day before it lapses.
    pub lapses: Option<Day>,
    /// The department that supervises, by name.
    pub department: String,
    /// What the approval platform says of its code.
    pub approved: Option<ApprovedLine>,
    /// The rules that it is judged by.
    pub law: String,
}

/// The form of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFormPage {
    /// The plan, unless it is a new one.
    pub id: Option<PlanId>,
    /// Whether it is public, so that the form is a change to it.
    pub public: bool,
    /// The form.
    pub form: Refused<PlanForm>,
    /// Departments to choose from.
    pub departments: Vec<(String, String)>,
    /// The approval platform, where the city is connected to it.
    pub platform: Option<PlatformLine>,
    /// A project code that the platform does not know.
    pub unknown: Option<String>,
}

/// How the connection to the approval platform stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformLine {
    /// Projects that were taken over.
    pub projects: usize,
    /// When the last news came.
    pub at: Moment,
    /// Since when it fails, and why.
    pub failing: Option<(Moment, String)>,
    /// Items that could not be read.
    pub refused: usize,
}

/// What the approval platform says of a project code, beside what the plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedLine {
    /// The code.
    pub code: String,
    /// What it says: label, its value, and whether the plan says otherwise. Nothing when
    /// it does not know the code.
    pub facts: Vec<(String, String, bool)>,
}

/// Deciding on a plan, or on several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanActForm {
    /// Key of the act.
    pub act: String,
    /// Why.
    pub reason: String,
    /// `yes` when whoever checks it finds that the scope has changed.
    pub scope_changed: String,
}

/// A sheet as it was read, with what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetDraft {
    /// What its rows are.
    pub kind: SheetKind,
    /// The key of what it will come to, so that a sheet that is sent twice counts once.
    pub key: String,
    /// What the file was called.
    pub name: String,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Wrong cells.
    pub wrong: Vec<CellFault>,
    /// Records that were entered before it broke off; their rows are not here any more.
    pub entered: usize,
}

/// Cells of a sheet, mended: `r12c5` (row and column) → text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetForm {
    /// The draft that holds the sheet.
    pub sheet: String,
    /// The cells.
    pub cells: BTreeMap<String, String>,
}

/// A notice in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    /// Key.
    pub id: TenderNoticeId,
    /// Number.
    pub number: String,
    /// What is tendered.
    pub title: String,
    /// Whose.
    pub owner: String,
    /// The day of the notice.
    pub noticed: Day,
    /// Whether it may go out: key and name.
    pub holding: (String, String),
    /// Days that its plan stood; none when it had none.
    pub lead: Option<i64>,
}

/// Notices on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticesPage {
    /// A page of them, the newest first.
    pub notices: Vec<NoticeLine>,
    /// How many there are.
    pub total: usize,
    /// How many are held.
    pub held: usize,
    /// The number to go on before.
    pub next: Option<String>,
    /// May enter notices.
    pub may_write: bool,
}

/// One notice on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePage {
    /// Line.
    pub line: NoticeLine,
    /// What it says.
    pub content: NoticeContent,
    /// Whether it may go out.
    pub holding: Holding,
    /// Who let it go, by name.
    pub released_by: String,
    /// How long its lots stood.
    pub leads: Vec<LotLead>,
    /// Names of its lots.
    pub lots: Vec<(String, String)>,
    /// When it went out.
    pub out: Option<Moment>,
    /// How often it was corrected.
    pub revision: u32,
    /// Why, the last time.
    pub reason: String,
    /// May correct or cancel it.
    pub may_write: bool,
    /// May let it go.
    pub may_release: bool,
    /// Until when one may object to the documents.
    pub objections: Vec<Ruling<Day>>,
    /// Days that a plan must stand.
    pub lead_rule: Option<Ruling<i64>>,
    /// The rules that it is judged by.
    pub law: String,
}

/// The form of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFormPage {
    /// The notice, unless it is a new one.
    pub id: Option<TenderNoticeId>,
    /// Whether it went out already.
    pub out: bool,
    /// The form.
    pub form: Refused<NoticeForm>,
    /// Planned lots to choose from: key, name, and the earliest day of a notice.
    pub lots: Vec<(String, String, Day)>,
    /// Owners to choose from, for the trading centre.
    pub owners: Vec<(String, String)>,
}

/// Deciding on a notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeActForm {
    /// `plead`, `release` or `cancel`.
    pub act: String,
    /// Key of the reason.
    pub short_reason: String,
    /// In words.
    pub reason: String,
}
