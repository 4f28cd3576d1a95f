//! What pages show: already permitted, already masked.

use super::{BasicsForm, CertificatesForm, ContactsForm, ServiceForm, TeamEditForm};
use model::{
    AccountId, Actor, AttachmentId, ContractorId, Day, DispatchId, District, EmergencyId, Errand,
    Industry, LawChangeId, Media, Minutes, Moment, OrgId, OrgKind, Place, Role, Scope, SelectionId,
    TeamId, Urgency, WorkKind,
};
use policies::{Question, Standing};
use pool::{dispatch, emergency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who looks at the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// Permissions.
    pub actor: Actor,
    /// Name.
    pub name: String,
    /// Organisation.
    pub org_name: String,
    /// Sent along with every form of this session.
    pub form_token: String,
    /// The password must be changed first.
    pub must_change: bool,
    /// What the key may be used for that a program came with; none for a person.
    #[serde(default)]
    pub scopes: Option<BTreeSet<Scope>>,
}

impl Visitor {
    /// Where this visitor starts.
    pub fn home(&self) -> &'static str {
        match self.actor.role {
            Role::Contractor => "/missions",
            Role::Public | Role::System => "/",
            Role::Admin => "/accounts",
            Role::Owner => "/emergencies",
            _ => "/board",
        }
    }

    /// Whether the table has a row for it at all.
    pub fn may(&self, errand: Errand) -> bool {
        model::allowed(self.actor.role, errand).is_some()
    }
}

/// Organisations and accounts, for the administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsPage {
    /// All but firms.
    pub orgs: Vec<OrgView>,
    /// All.
    pub accounts: Vec<AccountView>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgView {
    /// Key.
    pub id: OrgId,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: OrgKind,
    /// Its district.
    pub district: Option<District>,
    /// The trades that it answers for.
    pub industries: Vec<Industry>,
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Key.
    pub id: AccountId,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Organisation.
    pub org: String,
    /// May sign in.
    pub open: bool,
    /// Has a password that somebody else set.
    pub must_change: bool,
    /// Locked after wrong passwords.
    pub locked_until: Option<Moment>,
    /// A program acts by it: the last day of its key, and what it may be used for.
    pub program: Option<(Day, BTreeSet<Scope>)>,
}

/// A one-time password, or the key of a program, to be told to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Whose.
    pub login: String,
    /// The password.
    pub password: String,
    /// It is the key of a program.
    #[serde(default)]
    pub program: bool,
}

/// A clock that runs on a case or a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// What is awaited.
    pub label: String,
    /// Since when.
    pub since: Moment,
    /// Until when.
    pub due: Moment,
    /// From when on it is nearly due.
    pub warn: Moment,
    /// What stands behind the limit.
    pub standing: Standing,
    /// The text it rests on.
    pub basis: String,
}

/// An emergency in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyCard {
    /// Key.
    pub id: EmergencyId,
    /// Number.
    pub number: String,
    /// One line.
    pub title: String,
    /// Kind of work.
    pub kind: WorkKind,
    /// Urgency.
    pub urgency: Urgency,
    /// Where it stands.
    pub stage: emergency::Stage,
    /// District.
    pub district: District,
    /// Where, in words.
    pub address: String,
    /// Where, on the map.
    pub place: Place,
    /// People in danger.
    pub people_in_danger: u32,
    /// When the report came in.
    pub received: Moment,
    /// The clock that matters now.
    pub clock: Option<ClockView>,
    /// The call that matters now, in one line.
    pub call: Option<String>,
}

/// A call in a list, or on the team's phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallView {
    /// Key.
    pub id: DispatchId,
    /// Number.
    pub number: String,
    /// Which emergency.
    pub emergency: EmergencyId,
    /// Its number.
    pub emergency_number: String,
    /// Its title.
    pub title: String,
    /// Its urgency.
    pub urgency: Urgency,
    /// Where, in words.
    pub address: String,
    /// Where, on the map.
    pub place: Place,
    /// The team.
    pub team: TeamId,
    /// Its name, with the firm's.
    pub team_name: String,
    /// Place in the order.
    pub rank: u32,
    /// Estimated minutes.
    pub eta: Minutes,
    /// How it was chosen.
    pub mode: String,
    /// The selection.
    pub selection: SelectionId,
    /// Where it stands.
    pub state: dispatch::State,
    /// The message could not be delivered; why.
    pub undelivered: Option<String>,
    /// The clock that matters now.
    pub clock: Option<ClockView>,
    /// What happened.
    pub log: Vec<LogLine>,
    /// Mean score, if scored.
    pub score: Option<u32>,
    /// What the visitor may do now.
    pub acts: Vec<String>,
}

/// A line of what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Moment,
    /// When the device says it happened, where that differs.
    pub device_at: Option<Moment>,
    /// What.
    pub what: String,
    /// Who.
    pub who: String,
    /// In their words.
    pub note: String,
}

/// A named fact on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What.
    pub label: String,
    /// How it is.
    pub text: String,
}

/// An emergency whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyPage {
    /// As in lists.
    pub card: EmergencyCard,
    /// What is seen.
    pub description: String,
    /// Report, verification, order and determination as named facts.
    pub sections: Vec<(String, Vec<Fact>)>,
    /// All calls, newest first.
    pub calls: Vec<CallView>,
    /// What the visitor may do now.
    pub acts: Vec<String>,
    /// Why the reserve can't be called, if it can't.
    pub no_call: Option<emergency::NoCall>,
    /// The questions of the determination, if it is to be made.
    pub questions: Vec<Question>,
    /// Authority that the estimate asks for, in words.
    pub authority_hint: String,
    /// What happened.
    pub timeline: Vec<LogLine>,
    /// Photos and documents.
    pub files: FilesView,
    /// Other open reports nearby.
    pub nearby: Vec<EmergencyCard>,
    /// The entry that this is as of, for those who may follow the journal.
    pub seq: Option<i64>,
    /// When this page was made.
    pub now: Moment,
}

/// A report that arrived, for whoever holds its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPage {
    /// Number.
    pub number: String,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub stage: emergency::Stage,
    /// Where photos may be sent.
    pub files: FilesView,
    /// How many photos have come.
    pub photos: u32,
}

/// A record's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilesView {
    /// Where a form with files is sent.
    pub path: String,
    /// Whether the visitor may add some.
    pub may_add: bool,
    /// Those that the visitor may see, oldest first.
    pub files: Vec<FileView>,
}

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// Key.
    pub id: AttachmentId,
    /// Name as handed in.
    pub name: String,
    /// Its kind.
    pub media: Media,
    /// Bytes.
    pub size: u64,
    /// When.
    pub at: Moment,
    /// By whom.
    pub who: String,
    /// The public may see it.
    pub published: bool,
    /// The visitor may make it public or take it down.
    pub may_publish: bool,
}

/// A team on the slate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateView {
    /// The team.
    pub team: TeamId,
    /// The firm.
    pub contractor: ContractorId,
    /// Its name, with the firm's.
    pub name: String,
    /// Its machines.
    pub machines: String,
    /// People.
    pub people: u32,
    /// Estimated minutes.
    pub minutes: Minutes,
    /// Straight-line distance in words.
    pub away: String,
    /// Merit.
    pub merit: u32,
    /// Calls in the rotation period.
    pub recent_calls: u32,
    /// What its place was taken from.
    pub origin: String,
    /// Why it may not go; empty for those that may.
    pub bars: Vec<String>,
}

/// The slate of one emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlatePage {
    /// The emergency.
    pub card: EmergencyCard,
    /// Who may go, in order.
    pub fit: Vec<CandidateView>,
    /// Who may not.
    pub out: Vec<CandidateView>,
    /// How many each reason keeps out.
    pub tally: Vec<(String, u32)>,
    /// Whether the visitor may call by order.
    pub may_call: bool,
    /// Whether the visitor may open a draw.
    pub may_draw: bool,
    /// A draw that is open: go there.
    pub open_draw: Option<SelectionId>,
    /// Calls of this case that are open: teams asked, under way, or there.
    pub open_calls: Vec<CallView>,
    /// Why the reserve can't be called, if it can't.
    pub no_call: Option<emergency::NoCall>,
    /// The limit on travel, unless lifted.
    pub within: Option<Minutes>,
    /// The key that a call would have.
    pub fresh_id: String,
    /// What the ranking rests on.
    pub basis: Vec<String>,
    /// When this page was made.
    pub now: Moment,
}

/// A draw, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawPage {
    /// Key.
    pub id: SelectionId,
    /// The emergency.
    pub emergency: EmergencyId,
    /// Its number.
    pub case: String,
    /// Its title.
    pub title: String,
    /// The round.
    pub round: u32,
    /// When the list was frozen.
    pub frozen: Moment,
    /// The hash of the frozen list.
    pub list_hash: String,
    /// Who can be drawn, in the list's order.
    pub entrants: Vec<String>,
    /// Operator and witness.
    pub parts: Vec<PartView>,
    /// Which of them the visitor plays: 0 or 1.
    pub mine: Option<usize>,
    /// The last moment for showing the numbers.
    pub reveal_by: Option<Moment>,
    /// Whose number was missing, if the round came to nothing.
    pub void: Option<String>,
    /// The outcome, by name.
    pub order: Vec<String>,
    /// The published record, as JSON, once it is over.
    pub record: Option<String>,
    /// What the visitor may do now: `commit`, `reveal`.
    pub acts: Vec<String>,
    /// When this page was made.
    pub now: Moment,
}

/// One side of a draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// `操作方` or `监督方`.
    pub name: String,
    /// Which organisation, once it has committed.
    pub org: Option<String>,
    /// When it committed.
    pub committed: Option<Moment>,
    /// To what.
    pub commitment: String,
    /// The number, once shown.
    pub nonce: Option<String>,
    /// The system keeps the number for it.
    pub kept_by_system: bool,
}

/// The live board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// The entry that this is as of.
    pub seq: i64,
    /// Open emergencies, most pressing first.
    pub emergencies: Vec<EmergencyCard>,
    /// Teams on the map.
    pub teams: Vec<TeamPin>,
    /// The last acts, newest first.
    pub events: Vec<LogLine>,
    /// When this board was made.
    pub now: Moment,
}

/// A team on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPin {
    /// The team.
    pub team: TeamId,
    /// Its name.
    pub name: String,
    /// Where.
    pub place: Place,
    /// `ready`, `busy` or `off`.
    pub state: String,
}

/// A firm's phone view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissionsPage {
    /// The firm.
    pub firm: String,
    /// Its calls, newest first.
    pub calls: Vec<CallView>,
    /// Its teams.
    pub teams: Vec<TeamView>,
    /// When this page was made.
    pub now: Moment,
}

/// A team as its firm sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    /// Key.
    pub id: TeamId,
    /// Name.
    pub name: String,
    /// Base in words.
    pub base: String,
    /// What it says about itself.
    pub availability: pool::team::Availability,
    /// When it said so.
    pub since: Moment,
    /// The last reported position: place and moment.
    pub fix: Option<(Place, Moment)>,
    /// Machines.
    pub machines: String,
    /// People.
    pub people: u32,
    /// The call that holds it.
    pub held_by: Option<String>,
}

/// One call with what surrounds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallPage {
    /// The call.
    pub call: CallView,
    /// What is seen.
    pub description: String,
    /// What was decided: document, scope, ceiling.
    pub facts: Vec<Fact>,
    /// What a score is made of: key, name, points.
    pub score_items: Vec<(String, String, u32)>,
    /// Photos and documents.
    pub files: FilesView,
    /// When this page was made.
    pub now: Moment,
}

/// Something made public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationCard {
    /// Key.
    pub id: model::PublicationId,
    /// The emergency's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// District.
    pub district: District,
    /// Urgency.
    pub urgency: Urgency,
    /// The firm that was sent.
    pub contractor: String,
    /// How it was chosen.
    pub mode: String,
    /// How it stands now.
    pub state: String,
    /// When it was published; none is still to come.
    pub published: Option<Moment>,
    /// Until when it had to be.
    pub due: Moment,
    /// Published too late, or still not.
    pub overdue: bool,
}

/// Everything that was made public, and what should have been done by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicityPage {
    /// Newest first.
    pub cards: Vec<PublicationCard>,
    /// Oral orders that nobody confirmed in writing in time.
    pub unconfirmed: Vec<Unconfirmed>,
}

/// An oral order that nobody confirmed in writing in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unconfirmed {
    /// The emergency's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// District.
    pub district: District,
    /// Who gave the order.
    pub commander: String,
    /// When.
    pub given: Moment,
    /// Until when it had to be confirmed.
    pub due: Moment,
    /// When it was confirmed late, if it was.
    pub confirmed: Option<Moment>,
}

/// Something made public, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationPage {
    /// As in lists.
    pub card: PublicationCard,
    /// What is published.
    pub sections: Vec<(String, Vec<Fact>)>,
    /// Pictures that were made public.
    pub pictures: Vec<FileView>,
    /// How the choice was made, to check again.
    pub list_hash: String,
    /// The draw, if it was one.
    pub draw: Option<SelectionId>,
    /// Whether the choice, judged again just now, comes out the same.
    pub replays: bool,
    /// Teams that could go, and all others with their reasons.
    pub fit: Vec<CandidateView>,
    /// How many each reason kept out.
    pub tally: Vec<(String, u32)>,
}

/// The public front page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// Emergencies under way.
    pub open: u32,
    /// Teams that could go now.
    pub ready: u32,
    /// Firms in the reserve.
    pub firms: u32,
    /// Median minutes from call to answer in the last 12 months.
    pub answer_minutes: Option<u32>,
    /// The newest publications.
    pub publications: Vec<PublicationCard>,
    /// The journal's head: number and hash.
    pub head: (i64, String),
}

/// A firm in the public directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// Key.
    pub id: ContractorId,
    /// Name.
    pub name: String,
    /// Unified social credit code.
    pub uscc: String,
    /// Categories with their states.
    pub categories: Vec<(String, String)>,
    /// Qualifications with their levels.
    pub qualifications: String,
    /// Districts.
    pub districts: String,
    /// Teams.
    pub teams: u32,
    /// Merit.
    pub merit: u32,
}

/// The public directory, filtered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// Entries that fit.
    pub entries: Vec<DirectoryEntry>,
    /// All levels that somebody has, to choose from.
    pub levels: Vec<String>,
    /// How many there are in all.
    pub total: u32,
}

/// A firm's place in the reserve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceView {
    /// Key.
    pub id: model::MembershipId,
    /// The firm's name.
    pub firm: String,
    /// Category.
    pub category: String,
    /// State in words.
    pub state: String,
    /// State as a key.
    pub key: String,
    /// What there is to say about it.
    pub detail: String,
    /// Remarks to mend: section and text.
    pub remarks: Vec<(String, String)>,
    /// Objections with their answers.
    pub objections: Vec<(String, Option<String>)>,
    /// What the visitor may do now.
    pub acts: Vec<String>,
}

/// A firm's own profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfilePage {
    /// The firm.
    pub firm: String,
    /// Who it is.
    pub basics: BasicsForm,
    /// Whom to call.
    pub contacts: ContactsForm,
    /// What it may do.
    pub certificates: CertificatesForm,
    /// What it offers.
    pub service: ServiceForm,
    /// Its teams.
    pub teams: Vec<TeamEditForm>,
    /// Sections that are not filled in yet.
    pub missing: Vec<pool::contractor::Section>,
    /// Its places in the reserve.
    pub places: Vec<PlaceView>,
    /// Changes to reviewed sections are looked at before they count.
    pub reviewed: bool,
    /// Changes that wait, or were sent back.
    pub revision: Option<RevisionCard>,
    /// Scanned certificates.
    pub files: FilesView,
    /// The application can be handed in.
    pub ready: bool,
}

/// Changes to reviewed sections, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionCard {
    /// The firm.
    pub contractor: ContractorId,
    /// Its name.
    pub firm: String,
    /// Since when they wait.
    pub since: Moment,
    /// The sections, by name.
    pub sections: Vec<String>,
    /// Sent back with this remark.
    pub returned: Option<String>,
}

/// One field that is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which field.
    pub label: String,
    /// As it is; empty when it is new.
    pub before: String,
    /// As it is to be; empty when it goes.
    pub after: String,
}

/// Changes to reviewed sections, field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionPage {
    /// As in lists.
    pub card: RevisionCard,
    /// Section by section.
    pub differences: Vec<(String, Vec<Difference>)>,
    /// Scanned certificates.
    pub files: FilesView,
    /// The visitor may decide.
    pub may_decide: bool,
}

/// What waits for a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacesPage {
    /// Places in the reserve.
    pub places: Vec<PlaceView>,
    /// Changes to profiles.
    pub revisions: Vec<RevisionCard>,
}

/// A place in the reserve with the firm's profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacePage {
    /// The place.
    pub place: PlaceView,
    /// The profile, section by section; masked for the public.
    pub sections: Vec<(String, Vec<Fact>)>,
    /// Scanned certificates, for those who may see them.
    pub files: FilesView,
}

/// The rules on file, by topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesPage {
    /// What was looked for.
    pub words: String,
    /// Title, rules.
    pub topics: Vec<(String, Vec<RuleView>)>,
    /// Rules on file, and those that a person has compared with the source.
    pub counts: (u32, u32),
    /// By which rules: the hash, short.
    pub law: String,
}

/// A rule as anybody may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// Key.
    pub id: String,
    /// What it is about.
    pub label: String,
    /// What the figure does.
    pub kind: String,
    /// It can be reckoned with.
    pub offered: bool,
    /// Its values, the newest first.
    pub values: Vec<ValueView>,
}

/// One value that a rule has had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueView {
    /// With its unit.
    pub amount: String,
    /// The first day on which it holds.
    pub from: Day,
    /// The last day, where it simply ends.
    pub to: Option<Day>,
    /// What stands behind it.
    pub standing: Standing,
    /// Where it is written.
    pub source: String,
    /// The words that matter, or what to bear in mind.
    pub note: String,
    /// The day on which a person last compared it with the source.
    pub checked: Option<Day>,
}

/// What a rule comes to for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReckonPage {
    /// Rules that can be reckoned with: key and name.
    pub offered: Vec<(String, String)>,
    /// The rule that was asked for.
    pub rule: String,
    /// The day that was asked for.
    pub day: String,
    /// The day on which it stopped, as typed.
    pub stopped: String,
    /// The day on which it went on, as typed.
    pub resumed: String,
    /// What is wrong with what was asked.
    pub faults: model::Faults,
    /// The answer.
    pub answer: Option<policies::Reckoning>,
    /// For the longest time for something: the law's limit and the promise.
    pub course: Option<policies::Course>,
    /// By which rules: the hash, short.
    pub law: String,
    /// The event from whose day is counted, in words.
    pub event: String,
}

/// Changes to the rules: those that wait, and those that were decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    /// The newest first.
    pub changes: Vec<ChangeLine>,
    /// Rules that may be given a new value: key, name, unit.
    pub rules: Vec<(String, String)>,
    /// The visitor may draft one.
    pub may_draft: bool,
    /// The rules in force, short.
    pub law: String,
    /// Today.
    pub today: Day,
}

/// A change to the rules in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeLine {
    /// Key.
    pub id: LawChangeId,
    /// What it changes, in a line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Who drafted it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// `draft`, `waiting` (approved, for a later day), `approved` or `refused`.
    pub state: String,
}

/// What a change to the rules would have done to one finding of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectView {
    /// The case's number.
    pub case: String,
    /// What the finding is about.
    pub what: String,
    /// By the rules in force.
    pub before: String,
    /// By the rules as changed.
    pub after: String,
}

/// A change to the rules whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePage {
    /// As in the list.
    pub line: ChangeLine,
    /// Its text.
    pub text: String,
    /// The written basis for reaching back, where it does.
    pub basis: String,
    /// New values: rule, before, after, from when.
    pub values: Vec<(String, String, String, Day)>,
    /// Cases of the past year, and findings in them by the rules that change.
    pub judged: (u32, u32),
    /// Why it does not fit the rules any more, if it does not.
    pub does_not_fit: String,
    /// What would have been different in them.
    pub effects: Vec<EffectView>,
    /// Who decided, when, and what they said.
    pub decided: Option<(String, Moment, String)>,
    /// The visitor may decide it.
    pub may_decide: bool,
    /// It is the visitor's own, which somebody else must decide.
    pub own: bool,
}

/// An entry of the journal as an auditor reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    /// The record as people call it.
    pub about: String,
    /// Number.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// When it happened, where that differs.
    pub happened: Option<Moment>,
    /// Who.
    pub who: String,
    /// What.
    pub errand: String,
    /// On which record.
    pub subject: String,
    /// In their words.
    pub note: String,
    /// Rules and engines.
    pub rules: Vec<String>,
    /// Changed records and fields.
    pub changes: Vec<(String, Vec<String>)>,
    /// Hash, shortened.
    pub hash: String,
}

/// A page of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPage {
    /// Newest first.
    pub lines: Vec<JournalLine>,
    /// The number to go on from, if there are older ones.
    pub older: Option<i64>,
    /// What makes no sense in what was asked.
    pub faults: model::Faults,
    /// The head: number and hash.
    pub head: (i64, String),
}
