//! What a tender came to, as far as its bonds wait for it.

use super::{Events, Placing};
use model::{AccountId, Day, Moment, TenderNoticeId, Uscc};
use serde::{Deserialize, Serialize};

/// What a tender came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderResult {
    /// Key: the notice's.
    pub id: TenderNoticeId,
    /// Government procurement other than tendered works.
    pub procurement: bool,
    /// When the award notice went out.
    pub awarded: Option<Moment>,
    /// Who was chosen.
    pub winner: Option<Uscc>,
    /// Candidates that were not.
    pub candidates: Vec<Uscc>,
    /// When the contract was signed.
    pub signed: Option<Moment>,
    /// When it was ended without an award.
    pub ended: Option<Moment>,
    /// Who last entered something here.
    pub by: AccountId,
}

impl TenderResult {
    /// One that has come to nothing yet.
    pub const fn open(id: TenderNoticeId, procurement: bool, by: AccountId) -> Self {
        Self {
            id,
            procurement,
            awarded: None,
            winner: None,
            candidates: Vec::new(),
            signed: None,
            ended: None,
            by,
        }
    }

    /// How a bidder came out.
    pub fn placing(&self, firm: &Uscc) -> Placing {
        if self.winner.as_ref() == Some(firm) {
            Placing::Winner
        } else if self.candidates.contains(firm) {
            Placing::Candidate
        } else {
            Placing::Bidder
        }
    }

    /// What its bonds wait for; `cancelled` is when its notice was.
    pub fn events(&self, valid_until: Day, cancelled: Option<Moment>) -> Events {
        Events {
            procurement: self.procurement,
            awarded: self.awarded,
            signed: self.signed,
            ended: self.ended.or(cancelled),
            valid_until,
        }
    }
}
