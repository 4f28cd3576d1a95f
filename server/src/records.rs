//! Messages, publications and files.

use crate::store::Table;
use model::{
    AccountId, AttachmentId, ChannelId, ContractorId, Day, DispatchId, EmergencyId, LawChangeId,
    Media, Moment, Money, NoticeId, Personal, PublicationId,
};
use policies::bond::{Found, StatementLine};
use pool::canon::Seal;
use serde::{Deserialize, Serialize};

/// A message on its way to somebody: the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Key; also the idempotency key towards the gateway.
    pub id: NoticeId,
    /// About which call.
    pub dispatch: DispatchId,
    /// To which number.
    pub to: Personal,
    /// What it says; the link in it is a key, so it is kept aside.
    pub text: Personal,
    /// When it was put here.
    pub at: Moment,
    /// By which channel.
    #[serde(default)]
    pub channel: Channel,
    /// Where it stands.
    pub state: NoticeState,
    /// How often it was tried.
    pub tries: u32,
}

/// How a message reaches a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A short message, which carries the link.
    #[default]
    Sms,
    /// A call that a machine speaks.
    Voice,
}

impl Channel {
    /// Its key, as the gateway knows it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }
}

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum NoticeState {
    /// To be sent, not before that moment.
    Waiting {
        /// Not before.
        not_before: Moment,
    },
    /// Taken by the gateway.
    Sent {
        /// When.
        since: Moment,
        /// The gateway's own key.
        gateway: String,
    },
    /// Received by the phone.
    Delivered {
        /// When.
        since: Moment,
    },
    /// Not sent: by then the call had its answer.
    Spared {
        /// When.
        since: Moment,
    },
    /// Given up.
    Failed {
        /// When.
        since: Moment,
        /// Why.
        why: String,
    },
}

/// Something made public: what was known and decided, masked, at that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Key.
    pub id: PublicationId,
    /// About which emergency.
    pub emergency: EmergencyId,
    /// About which call.
    pub dispatch: DispatchId,
    /// The last moment for publishing by our own rule.
    pub due: Moment,
    /// The last moment by law.
    pub statutory_due: Moment,
    /// When it was published.
    pub published: Option<Moment>,
    /// Why it is withheld, if it is (信息公开条例 14, 15).
    pub withheld: Option<String>,
}

/// The journal's head at the end of a day, as it was made public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHead {
    /// Key: the day, as `2026-07-18`.
    pub id: String,
    /// The day that was over.
    pub day: Day,
    /// When it was published.
    pub at: Moment,
    /// The number of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: Seal,
}

/// An edition of the rules that decisions were made by: kept, so that they can be judged
/// again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawEdition {
    /// Key: the hash of its text.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Since when it has been on file.
    pub at: Moment,
}

/// A change to the rules: drafted by one, decided by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawChange {
    /// Key.
    pub id: LawChangeId,
    /// The new values, in the form of a policy file.
    pub text: String,
    /// Why.
    pub reason: String,
    /// The written basis for reaching back, where it does.
    pub basis: String,
    /// Who drafted it.
    pub by: AccountId,
    /// When.
    pub at: Moment,
    /// What came of it.
    pub decided: Option<Decided>,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Whether it holds.
    pub approved: bool,
    /// Who decided.
    pub by: AccountId,
    /// When.
    pub at: Moment,
    /// In their words.
    pub words: String,
}

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Key.
    pub id: AttachmentId,
    /// Name as handed in, shortened; kept aside, since people name files after people.
    pub name: Personal,
    /// By content, not by name.
    pub media: Media,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content, by which the vault keeps it.
    pub hash: Seal,
    /// Which record it belongs to.
    pub subject: Subject,
    /// Who handed it in; nobody is the public.
    pub by: Option<AccountId>,
    /// When.
    pub at: Moment,
    /// Since when the public may see it, without what the camera wrote into it.
    pub published: Option<Moment>,
}

/// The record that a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A report or its verification.
    Emergency(EmergencyId),
    /// A mission.
    Dispatch(DispatchId),
    /// A firm's papers.
    Contractor(ContractorId),
    /// Papers of a case of the green channel.
    Channel(ChannelId),
}

impl Subject {
    /// The subject that a path names.
    pub fn of(table: &str, key: &str) -> Option<Self> {
        match table {
            "emergency" => key.parse().ok().map(Self::Emergency),
            "dispatch" => key.parse().ok().map(Self::Dispatch),
            "contractor" => key.parse().ok().map(Self::Contractor),
            "channel" => key.parse().ok().map(Self::Channel),
            _ => None,
        }
    }

    /// Its table and key.
    pub fn record(&self) -> (Table, &str) {
        match self {
            Self::Emergency(id) => (Table::Emergency, id.as_str()),
            Self::Dispatch(id) => (Table::Dispatch, id.as_str()),
            Self::Contractor(id) => (Table::Contractor, id.as_str()),
            Self::Channel(id) => (Table::Channel, id.as_str()),
        }
    }
}

/// A line of the bank's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankLine {
    /// Key: it follows from the bank's number.
    pub id: String,
    /// The bank's number of the transfer.
    pub serial: String,
    /// Its day.
    pub day: Day,
    /// How much.
    pub amount: Money,
    /// It came in.
    pub incoming: bool,
    /// Whose account the other one is.
    pub other: String,
    /// That one's number.
    pub account: Personal,
    /// What the bank printed.
    pub words: String,
    /// What it is.
    pub found: Found,
    /// When it was read in.
    pub read: Moment,
    /// By whom.
    pub by: AccountId,
}

impl BankLine {
    /// A line as somebody read it in, with the other's account sealed and what the line is.
    pub fn new(
        line: &StatementLine,
        account: Personal,
        found: Found,
        read: Moment,
        by: AccountId,
    ) -> Self {
        Self {
            id: Self::key_of(&line.serial),
            serial: line.serial.clone(),
            day: line.day,
            amount: line.amount,
            incoming: line.incoming,
            other: line.other.clone(),
            account,
            words: line.words.clone(),
            found,
            read,
            by,
        }
    }

    /// The key of the line of that number: a bank gives a number once.
    pub fn key_of(serial: &str) -> String {
        let seal = Seal::of(serial.as_bytes()).to_string();
        format!("yh-{}", seal.get(..24).unwrap_or_default())
    }
}

/// What an open line of the bank's statement was (查明), as somebody found out.
/// The line itself stays as it is, and says what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearedLine {
    /// The line's key: nobody clears up what somebody else has.
    pub id: String,
    /// What it was, and what was done.
    pub words: String,
    /// When that was said.
    pub at: Moment,
    /// By whom.
    pub by: AccountId,
}
