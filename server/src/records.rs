//! Messages, publications and files.

use model::{AttachmentId, DispatchId, EmergencyId, Moment, NoticeId, Personal, PublicationId};
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
    /// Where it stands.
    pub state: NoticeState,
    /// How often it was tried.
    pub tries: u32,
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

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Key.
    pub id: AttachmentId,
    /// Name as handed in.
    pub name: String,
    /// By content, not by name.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content; also where it is stored.
    pub hash: String,
    /// Which record it belongs to: `table:key`.
    pub subject: String,
    /// When.
    pub at: Moment,
}
