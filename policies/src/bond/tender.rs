//! What a tender came to, as far as its bonds wait for it.

use super::{Bid, Events, Noted, Placing};
use model::{AccountId, Day, Moment, TenderNoticeId, Uscc};
use serde::{Deserialize, Serialize};

/// When what a tender came to was entered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The award.
    pub awarded: Option<Moment>,
    /// The contract.
    pub signed: Option<Moment>,
    /// The end without an award.
    pub ended: Option<Moment>,
}

/// What a tender came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderResult {
    /// Key: the notice's.
    pub id: TenderNoticeId,
    /// Government procurement other than tendered works.
    pub procurement: bool,
    /// What is tendered, where the notice leaves that open (services of which kind, goods
    /// under which law).
    #[serde(default)]
    pub bid: Option<Bid>,
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
    /// When each of these was entered.
    #[serde(default)]
    pub known: Known,
    /// Who last entered something here.
    pub by: AccountId,
}

impl TenderResult {
    /// One that has come to nothing yet.
    pub const fn open(id: TenderNoticeId, procurement: bool, by: AccountId) -> Self {
        Self {
            id,
            procurement,
            bid: None,
            awarded: None,
            winner: None,
            candidates: Vec::new(),
            signed: None,
            ended: None,
            known: Known { awarded: None, signed: None, ended: None },
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
        let noted = |at: Option<Moment>, known: Option<Moment>| {
            at.map(|at| Noted { at, known: known.unwrap_or(at) })
        };
        Events {
            procurement: self.procurement,
            awarded: noted(self.awarded, self.known.awarded),
            signed: noted(self.signed, self.known.signed),
            ended: noted(self.ended, self.known.ended).or(cancelled.map(Noted::at)),
            valid_until,
        }
    }
}
