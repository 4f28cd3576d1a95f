//! Forms as people type them: text in every field, nothing refused yet.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Signing in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
    /// Where to go after.
    pub next: String,
}

/// Changing one's password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// The old one.
    pub old: String,
    /// The new one.
    pub new: String,
    /// The new one again.
    pub again: String,
}

/// Adding an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrgForm {
    /// What it is.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Its district, for a county's office.
    pub district: String,
    /// The trades that a department answers for: key → `yes`.
    pub industries: BTreeMap<String, String>,
}

/// Opening an account for somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Organisation's key.
    pub org: String,
}

/// Letting a program act for an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApiKeyForm {
    /// What the program is called.
    pub name: String,
    /// Organisation's key.
    pub org: String,
    /// What it may do: scope → `yes`.
    pub scopes: BTreeMap<String, String>,
    /// Its last day.
    pub until: String,
}

/// Reporting a danger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportForm {
    /// The key that the report will have, so that sending twice makes one.
    pub id: String,
    /// One line.
    pub title: String,
    /// What is seen.
    pub description: String,
    /// Kind of work.
    pub kind: String,
    /// Proposed urgency.
    pub urgency: String,
    /// District.
    pub district: String,
    /// Where, in words.
    pub address: String,
    /// Longitude.
    pub lon: String,
    /// Latitude.
    pub lat: String,
    /// Which map the coordinates come from.
    pub datum: String,
    /// People in danger.
    pub people: String,
    /// When it was seen.
    pub seen: String,
    /// Reporter's name.
    pub name: String,
    /// Reporter's phone.
    pub phone: String,
}

/// Taking a case in hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    /// Urgency as the duty officer sees it.
    pub urgency: String,
    /// A word.
    pub note: String,
}

/// A decision with its reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    /// Why.
    pub reason: String,
}

/// What two people found on site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VerifyForm {
    /// When they were there.
    pub on_site: String,
    /// The second of the two.
    pub second: String,
    /// `yes` when the second saw it by video.
    pub remote: String,
    /// What they found.
    pub findings: String,
    /// The damaged part.
    pub scope: String,
}

/// A commander's oral order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OralForm {
    /// Who gave it.
    pub commander: String,
    /// Over which telephone.
    pub channel: String,
    /// When.
    pub given: String,
    /// Its words.
    pub words: String,
}

/// The determination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetermineForm {
    /// Questions answered yes: key → `yes`.
    pub yes: BTreeMap<String, String>,
    /// Reasons: key → text.
    pub reasons: BTreeMap<String, String>,
    /// Authority.
    pub authority: String,
    /// Document number.
    pub document: String,
    /// Why it is unsuitable for tendering.
    pub why: String,
    /// The damaged part.
    pub scope: String,
    /// The most that it may cost, in 万元.
    pub ceiling: String,
    /// The last day of the intended works.
    pub finish: String,
}

/// Calling teams by a commander's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallForm {
    /// The key that the selection will have.
    pub id: String,
    /// The team to call first.
    pub team: String,
    /// Who orders it.
    pub commander: String,
    /// Why the nearest, and not by lot.
    pub reason: String,
    /// Why another than the first of the ranking.
    pub override_reason: String,
    /// `yes` when the limit on travel was lifted.
    pub widen: String,
}

/// Answering a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    /// `accept` or `decline`.
    pub answer: String,
    /// Why not.
    pub reason: String,
    /// The device's own time, in milliseconds since 1970, where it was sent late.
    pub device_ms: String,
    /// A key that the device gave it, so that one sent twice counts once.
    pub key: String,
}

/// Recording an answer that came by telephone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneAnswerForm {
    /// `accept` or `decline`.
    pub answer: String,
    /// Why not.
    pub reason: String,
    /// The number.
    pub number: String,
    /// Who spoke.
    pub spoke_with: String,
    /// Who heard it.
    pub witness: String,
}

/// Reporting progress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProgressForm {
    /// `depart`, `arrive`, `log` or `finish`.
    pub act: String,
    /// In their words.
    pub note: String,
    /// Longitude, if known.
    pub lon: String,
    /// Latitude, if known.
    pub lat: String,
    /// The device's own time.
    pub device_ms: String,
    /// A key that the device gave it, so that one sent twice counts once.
    pub key: String,
}

/// Scoring a mission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EvaluateForm {
    /// Points by item key.
    pub points: BTreeMap<String, String>,
    /// Vetoes: key → `yes`.
    pub vetoes: BTreeMap<String, String>,
    /// In their words.
    pub note: String,
}

/// A team's own word on itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TeamForm {
    /// Availability.
    pub availability: String,
    /// Longitude, if given.
    pub lon: String,
    /// Latitude, if given.
    pub lat: String,
    /// Which map the coordinates come from.
    pub datum: String,
}

/// Opening an account for a firm.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegisterForm {
    /// Registered name.
    pub name: String,
    /// Unified social credit code.
    pub uscc: String,
    /// Login.
    pub login: String,
    /// Who signs in.
    pub person: String,
    /// Password.
    pub new: String,
    /// The password again.
    pub again: String,
}

/// The profile's section 企业信息.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BasicsForm {
    /// The fingerprint of the section as the page showed it.
    pub seen: String,
    /// Registered name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Unified social credit code.
    pub uscc: String,
    /// Address.
    pub address: String,
}

/// The profile's section 值守联系人.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactsForm {
    /// The fingerprint of the section as the page showed it.
    pub seen: String,
    /// First contact's name.
    pub name1: String,
    /// First contact's phone.
    pub phone1: String,
    /// Second contact's name.
    pub name2: String,
    /// Second contact's phone.
    pub phone2: String,
}

/// One qualification, as a row of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QualificationRow {
    /// Category key.
    pub category: String,
    /// Name.
    pub name: String,
    /// Level.
    pub level: String,
    /// Number of the certificate.
    pub number: String,
    /// Last day.
    pub until: String,
}

/// The profile's section 资质与许可证.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CertificatesForm {
    /// The fingerprint of the section as the page showed it.
    pub seen: String,
    /// Number of the safety licence.
    pub licence: String,
    /// First day.
    pub licence_from: String,
    /// Last day.
    pub licence_until: String,
    /// Qualifications; empty rows do not count.
    pub rows: BTreeMap<String, QualificationRow>,
}

/// The profile's section 类别、区域与承诺.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceForm {
    /// The fingerprint of the section as the page showed it.
    pub seen: String,
    /// Categories: key → `yes`.
    pub categories: BTreeMap<String, String>,
    /// Districts: key → `yes`.
    pub districts: BTreeMap<String, String>,
    /// Minutes to answer.
    pub answer: String,
    /// Minutes to arrive.
    pub arrive: String,
}

/// One team of the profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TeamEditForm {
    /// The fingerprint of the section as the page showed it.
    pub seen: String,
    /// Which team; empty for a new one.
    pub id: String,
    /// Name.
    pub name: String,
    /// Base in words.
    pub base_name: String,
    /// Longitude of the base.
    pub lon: String,
    /// Latitude of the base.
    pub lat: String,
    /// Which map the coordinates come from.
    pub datum: String,
    /// People.
    pub people: String,
    /// Machines, one kind a line: `挖掘机 4`.
    pub machines: String,
}

/// What an auditor looks for in the journal; empty is all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JournalAsk {
    /// Only entries before this number.
    pub before: String,
    /// One record: `table:key`.
    pub subject: String,
    /// One case whole, by its number or key.
    pub case: String,
    /// What was done.
    pub errand: String,
    /// In what capacity.
    pub role: String,
    /// From this day on.
    pub from: String,
    /// Up to this day.
    pub to: String,
}

/// A mission's contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractForm {
    /// Day of signing.
    pub signed: String,
    /// How it is priced.
    pub pricing: String,
    /// The sum, in 万元.
    pub sum: String,
    /// Planned days.
    pub days: String,
}

/// What a mission came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettlementForm {
    /// The settled price, in 万元.
    pub amount: String,
    /// Who reviewed it.
    pub reviewer: String,
    /// What the review came to.
    pub conclusion: String,
    /// Why it is above the determined ceiling, where it is.
    pub excess: String,
}

/// A decision on changes that wait.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RevisionForm {
    /// The moment of the changes that were looked at, in milliseconds.
    pub since: String,
    /// Why they are sent back; a word when they are accepted.
    pub reason: String,
}

/// A decision on a place in the reserve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    /// `return`, `publish`, `suspend`, `resume`, `notice`, `drop`, `remove`,
    /// `reply`, `answer` or `object`.
    pub act: String,
    /// Which section a remark is about.
    pub field: String,
    /// The remark, the reason, the reply.
    pub reason: String,
}

/// A refused form as its page shows it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused<T> {
    /// What was typed.
    pub form: T,
    /// What is wrong with it.
    pub faults: model::Faults,
}

impl<T: Default> Default for Refused<T> {
    fn default() -> Self {
        Self { form: T::default(), faults: model::Faults::new() }
    }
}

impl<T: Clone + Default> Refused<T> {
    /// The same for the one of several forms that it was typed into; fresh for the others.
    pub fn where_typed(&self, here: bool) -> Self {
        if here { self.clone() } else { Self::default() }
    }
}

/// A change to the rules: one new value, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    /// The rule.
    pub rule: String,
    /// Its new value: in 万元 for money, in percent for shares, else in its unit.
    pub value: String,
    /// From when.
    pub from: String,
    /// What stands behind it.
    pub status: String,
    /// Instrument, number and article.
    pub instrument: String,
    /// Its number.
    pub number: String,
    /// Its article.
    pub article: String,
    /// A text in the form of a policy file, in place of all that.
    pub text: String,
    /// Why.
    pub reason: String,
    /// The written basis for reaching back.
    pub basis: String,
}
