//! What the working pages of the green channel show, and what their forms send.

use super::{ClockView, FilesView, NoticeLine, Refused};
use model::{AccountId, ChannelId, Day, District, Moment, OrgId};
use policies::channel::{Act, CasePlan, Channel, ChannelForm, Post, Stage, Task, Urgency};
use policies::{Course, Standing, Weight};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which cases are looked for; what is empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelsAsk {
    /// Key of a stage.
    pub stage: String,
    /// Key of a ground.
    pub ground: String,
    /// Key of a district.
    pub district: String,
    /// Key of a department.
    pub department: String,
    /// Only those that a figure counts, by its key.
    pub counts: String,
    /// Only before this number.
    pub before: String,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLine {
    /// Key.
    pub id: ChannelId,
    /// Its number.
    pub number: String,
    /// The project.
    pub project: String,
    /// Whose.
    pub owner: String,
    /// The ground, in words.
    pub ground: String,
    /// Where.
    pub district: District,
    /// Where it stands.
    pub stage: Stage,
    /// The clock that matters now.
    pub clock: Option<ClockView>,
    /// How pressing its open approvals are, the most pressing of them.
    pub urgency: Option<Urgency>,
    /// The promised day of the contract, and days saved against the ordinary way.
    pub finish: Option<(Day, i64)>,
}

/// Cases of the green channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelsPage {
    /// A page of them, the newest first.
    pub channels: Vec<ChannelLine>,
    /// How many fit.
    pub total: usize,
    /// How many there are at each stage.
    pub counts: BTreeMap<String, usize>,
    /// The number to go on before.
    pub next: Option<String>,
    /// May apply.
    pub may_apply: bool,
    /// May read clues.
    pub may_see_clues: bool,
    /// As of when.
    pub now: Moment,
    /// Departments, to choose by.
    pub departments: Vec<(String, String)>,
}

/// An approval of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    /// The approval.
    pub task: Task,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Its two clocks.
    pub course: Option<Course>,
    /// The promise as a running clock, while it is open.
    pub clock: Option<ClockView>,
    /// May give it or send it back.
    pub may_give: bool,
    /// May hand it in again.
    pub may_resubmit: bool,
}

/// A paper, with what stands behind the demand for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperLine {
    /// Its key.
    pub paper: String,
    /// Its name.
    pub name: String,
    /// The key and name of its state.
    pub state: (String, String),
    /// What is said to it.
    pub words: String,
    /// By when it follows.
    pub by: Option<Day>,
    /// It is late, or came late.
    pub late: bool,
    /// May be supplied now.
    pub may_supply: bool,
    /// May be checked now.
    pub may_check: bool,
}

/// What a paper's question says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperAsk {
    /// Its key.
    pub paper: String,
    /// Its name.
    pub name: String,
    /// It can't be missing.
    pub weight: Weight,
    /// An approval of the channel can bring it.
    pub parallel: bool,
    /// Where that is written.
    pub basis: String,
    /// What stands behind it.
    pub standing: Standing,
}

/// One case whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPage {
    /// The case.
    pub channel: Channel,
    /// Where the ground is written.
    pub ground_basis: String,
    /// The department asked, by name.
    pub department: String,
    /// Its papers.
    pub papers: Vec<PaperLine>,
    /// Clocks of opinion and decision, while they run.
    pub clocks: Vec<ClockView>,
    /// Its approvals.
    pub tasks: Vec<TaskLine>,
    /// Its thread, the oldest first.
    pub posts: Vec<Post>,
    /// Names of the people in it.
    pub names: BTreeMap<AccountId, String>,
    /// When it can be done.
    pub plan: Option<CasePlan>,
    /// Its tender notice.
    pub notice: Option<NoticeLine>,
    /// Files.
    pub files: FilesView,
    /// Files of the emergency that it comes from.
    pub brought: Option<FilesView>,
    /// What the visitor may do now.
    pub may: Vec<Act>,
    /// May say something in the thread.
    pub may_talk: bool,
    /// May urge a department.
    pub may_urge: bool,
    /// Who may be asked for each approval.
    pub approvers: Vec<(String, String)>,
    /// The one that is usual for each approval.
    pub usual: BTreeMap<String, String>,
    /// As of when.
    pub now: Moment,
    /// The rules that it is judged by.
    pub law: String,
}

/// What a new application is made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelFrom {
    /// Key of an emergency that was not determined to be one, or is over.
    pub emergency: String,
    /// Key of a tender plan.
    pub plan: String,
}

/// The form of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFormPage {
    /// The case, unless it is a new one.
    pub id: Option<ChannelId>,
    /// The form.
    pub form: Refused<ChannelForm>,
    /// What it was made from, in words.
    pub origin: String,
    /// The grounds: key, name, what they must rest on.
    pub grounds: Vec<(String, String, String)>,
    /// The papers.
    pub papers: Vec<PaperAsk>,
    /// Departments to choose from.
    pub departments: Vec<(String, String)>,
    /// What the last refusal asks to change.
    pub refused: String,
}

/// Something done with a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelActForm {
    /// Key of the act.
    pub act: String,
    /// When the application that the page showed was handed in.
    pub seen: String,
    /// Why, or in words.
    pub reason: String,
    /// `yes` when a department agrees, or a promise was kept.
    pub agrees: String,
    /// What the channel covers.
    pub scope: String,
    /// The most that it may cost, in 万元.
    pub ceiling: String,
    /// The last day.
    pub ends: String,
    /// Who gives which approval.
    pub orgs: BTreeMap<String, String>,
    /// The paper that it is about.
    pub paper: String,
    /// Number of a document or of a notice.
    pub number: String,
    /// A day.
    pub day: String,
    /// An amount, in 万元.
    pub amount: String,
    /// A firm.
    pub firm: String,
}

/// Something done with an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    /// Key of the approval.
    pub approval: String,
    /// `give`, `return` or `resubmit`.
    pub act: String,
    /// Number of the document.
    pub document: String,
    /// In words.
    pub reason: String,
}

/// Something said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostForm {
    /// `question`, `answer` or `urge`.
    pub kind: String,
    /// Key of the approval that it is about.
    pub about: String,
    /// Key of the post that it answers.
    pub answers: String,
    /// In words.
    pub text: String,
}

/// A department and its open approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentLine {
    /// Key.
    pub org: OrgId,
    /// Name.
    pub name: String,
    /// Open approvals: in good time, nearly over, over.
    pub open: [usize; 3],
    /// Approvals that were given, and how many of them in the promised time.
    pub done: (usize, usize),
    /// Its open approvals, the most pressing first.
    pub tasks: Vec<SupervisedTask>,
}

/// An open approval under supervision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisedTask {
    /// The case.
    pub channel: ChannelId,
    /// Its number and project.
    pub title: String,
    /// The approval, by name.
    pub approval: String,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Its promise.
    pub clock: Option<ClockView>,
    /// How often somebody urged.
    pub urged: usize,
}

/// Approvals of all departments (督办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionPage {
    /// Departments, the most pressing first.
    pub departments: Vec<DepartmentLine>,
    /// Papers that are late, by case.
    pub late: Vec<(ChannelId, String, String)>,
    /// As of when.
    pub now: Moment,
}
