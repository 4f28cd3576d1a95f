//! Records: a key, a version, a body.

use super::{Mirror, Shelf};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A table of records.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Organisations.
    Org,
    /// People who sign in.
    Account,
    /// Who is signed in.
    Session,
    /// Forms that were refused.
    Draft,
    /// Firms.
    Contractor,
    /// Their places in the reserve.
    Membership,
    /// Their teams.
    Team,
    /// Dangers.
    Emergency,
    /// Choices of teams.
    Selection,
    /// Calls.
    Dispatch,
    /// Messages.
    Notice,
    /// What was made public.
    Publication,
    /// Files.
    Attachment,
    /// The journal's heads.
    DayHead,
    /// Editions of the rules.
    LawEdition,
    /// Changes to the rules.
    LawChange,
    /// Tender plans.
    Plan,
    /// What was public of them, version by version.
    PlanVersion,
    /// Tender notices.
    TenderNotice,
    /// What was public of them, version by version.
    NoticeVersion,
    /// Keys of programs.
    ApiKey,
    /// Commands of programs that were carried out.
    Deed,
    /// Projects that were approved elsewhere.
    Project,
    /// How far feeds of others were taken.
    Feed,
    /// Cases of the green channel.
    Channel,
    /// Their approvals.
    ChannelTask,
    /// What is said about them.
    ChannelPost,
    /// What is proposed for credit records.
    Credit,
    /// What a person should look at.
    Clue,
    /// Bonds.
    Bond,
    /// Orders to pay bonds back.
    Payment,
    /// What tenders came to.
    TenderResult,
    /// Contracts on the register.
    Contract,
    /// Lines of the bank's statement.
    BankLine,
    /// What open ones of them were.
    ClearedLine,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 35] = [
        Self::Org,
        Self::Account,
        Self::Session,
        Self::Draft,
        Self::Contractor,
        Self::Membership,
        Self::Team,
        Self::Emergency,
        Self::Selection,
        Self::Dispatch,
        Self::Notice,
        Self::Publication,
        Self::Attachment,
        Self::DayHead,
        Self::LawEdition,
        Self::LawChange,
        Self::Plan,
        Self::PlanVersion,
        Self::TenderNotice,
        Self::NoticeVersion,
        Self::ApiKey,
        Self::Deed,
        Self::Project,
        Self::Feed,
        Self::Channel,
        Self::ChannelTask,
        Self::ChannelPost,
        Self::Credit,
        Self::Clue,
        Self::Bond,
        Self::Payment,
        Self::TenderResult,
        Self::Contract,
        Self::BankLine,
        Self::ClearedLine,
    ];

    /// Its name in the schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Org => "org",
            Self::Account => "account",
            Self::Session => "session",
            Self::Draft => "draft",
            Self::Contractor => "contractor",
            Self::Membership => "membership",
            Self::Team => "team",
            Self::Emergency => "emergency",
            Self::Selection => "selection",
            Self::Dispatch => "dispatch",
            Self::Notice => "notice",
            Self::Publication => "publication",
            Self::Attachment => "attachment",
            Self::DayHead => "day_head",
            Self::LawEdition => "law_edition",
            Self::LawChange => "law_change",
            Self::Plan => "plan",
            Self::PlanVersion => "plan_version",
            Self::TenderNotice => "tender_notice",
            Self::NoticeVersion => "notice_version",
            Self::ApiKey => "api_key",
            Self::Deed => "deed",
            Self::Project => "project",
            Self::Feed => "feed",
            Self::Channel => "channel",
            Self::ChannelTask => "channel_task",
            Self::ChannelPost => "channel_post",
            Self::Credit => "credit",
            Self::Clue => "clue",
            Self::Bond => "bond",
            Self::Payment => "payment",
            Self::TenderResult => "tender_result",
            Self::Contract => "contract",
            Self::BankLine => "bank_line",
            Self::ClearedLine => "cleared_line",
        }
    }
}

/// Something that is kept in a table.
pub trait Record: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Which table.
    const TABLE: Table;

    /// Its key.
    fn key(&self) -> &str;

    /// Where the mirror keeps it.
    fn shelf(mirror: &Mirror) -> &Shelf<Self>;

    /// Where the mirror keeps it, to change.
    fn shelf_mut(mirror: &mut Mirror) -> &mut Shelf<Self>;
}

/// A record as it was read: with its version, so that a change can say what it
/// was based on.
#[derive(Debug)]
pub struct Kept<T> {
    /// How often it was written.
    pub version: i64,
    /// The record.
    pub value: Arc<T>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { version: self.version, value: Arc::clone(&self.value) }
    }
}

impl<T> std::ops::Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
