//! One choice of teams for one emergency (选队): by a commander's order, or by lot.

use crate::canon::{self, CanonFault, Seal};
use crate::draw::{self, Pledge, Record};
use crate::slate::{self, Ask, Member, Slate};
use model::{AccountId, EmergencyId, Moment, OrgId, Personal, SelectionId, TeamId};
use serde::{Deserialize, Serialize};

/// A judgement with everything that it was judged from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The version of the judgement.
    pub engine: String,
    /// What was asked.
    pub ask: Ask,
    /// The whole reserve as it was, sorted by the firm's code, then the team's key.
    pub members: Vec<Member>,
    /// What came out.
    pub slate: Slate,
}

impl Decision {
    /// Judges the reserve and keeps what it was judged from.
    pub fn new(ask: Ask, mut members: Vec<Member>) -> Self {
        members.sort_by(|a, b| (&a.uscc, &a.team).cmp(&(&b.uscc, &b.team)));
        let slate = slate::judge(&ask, &members);
        Self { engine: slate::ENGINE.to_owned(), ask, members, slate }
    }

    /// Judges the same members again: the same answer, or the record was changed.
    pub fn replays(&self) -> bool {
        self.engine == slate::ENGINE && slate::judge(&self.ask, &self.members) == self.slate
    }

    /// Who may be drawn, sorted by the firm's code, then the team's key.
    pub fn entrants(&self) -> Vec<TeamId> {
        let fit = |team: &TeamId| self.slate.fit.iter().any(|c| c.team == *team);
        self.members.iter().filter(|m| fit(&m.team)).map(|m| m.team.clone()).collect()
    }

    /// The canonical spelling, which is what is hashed and published.
    ///
    /// # Errors
    ///
    /// [`CanonFault`]; can't happen, since nothing in it has a fraction.
    pub fn canonical(&self) -> Result<String, CanonFault> {
        canon::to_canonical(self)
    }
}

/// One choice of teams for one emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Key.
    pub id: SelectionId,
    /// For which emergency.
    pub emergency: EmergencyId,
    /// The emergency's number, which goes into the seed.
    pub case: String,
    /// The round, from 1.
    pub round: u32,
    /// When it was begun.
    pub at: Moment,
    /// Who began it.
    pub by: AccountId,
    /// The judgement that it rests on, canonically spelled.
    pub list: String,
    /// Its hash.
    pub list_hash: Seal,
    /// How it goes.
    pub mode: Mode,
    /// The order of the teams, once it is known.
    pub order: Vec<TeamId>,
    /// Calls that were made of it.
    pub called: u32,
    /// It was ended before the order ran out; why.
    pub ended: Option<String>,
}

/// How teams are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "few exist, each inside one Selection")]
pub enum Mode {
    /// 就近直接指定
    Nearest {
        /// Who ordered it.
        commander: String,
        /// Why the nearest, and not by lot.
        reason: String,
        /// Why another than the first of the ranking goes, if so.
        override_reason: Option<String>,
    },
    /// 随机抽取
    Draw {
        /// The organisation that operates it.
        operator_org: OrgId,
        /// The operator's pledge.
        operator: Option<Lot>,
        /// The witness's pledge.
        witness: Option<Lot>,
        /// The last moment for showing the numbers, once both are pledged.
        reveal_by: Option<Moment>,
        /// The seed, once both are shown.
        seed: Option<Seal>,
        /// The round came to nothing; whose number was missing.
        void: Option<String>,
    },
}

/// One person's part in a draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// Who.
    pub by: AccountId,
    /// For which organisation.
    pub org: OrgId,
    /// The organisation's name.
    pub org_name: String,
    /// When they committed.
    pub at: Moment,
    /// To what.
    pub commitment: Seal,
    /// Where the system keeps the number for them until they show it; none when
    /// their own browser keeps it.
    pub kept: Option<Personal>,
    /// The number, once shown.
    pub nonce: Option<Seal>,
}

/// What is wrong with a step of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DrawFault {
    /// Not a draw, or already over.
    #[error("no open draw")]
    NotOpen,
    /// That part is already taken.
    #[error("already committed")]
    AlreadyCommitted,
    /// Both parts must come from different organisations.
    #[error("the witness must be of another organisation")]
    SameOrg,
    /// Both must commit first.
    #[error("not both are committed")]
    NotCommitted,
    /// The number is not the one committed to.
    #[error("not the number committed to")]
    WrongNonce,
    /// Too late: the round is void.
    #[error("the time for showing the numbers is over")]
    TooLate,
}

/// Which of the two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Runs the draw.
    Operator,
    /// Watches it.
    Witness,
}

impl Selection {
    /// The decision inside.
    ///
    /// # Errors
    ///
    /// When the stored text is no decision: the record was changed.
    pub fn decision(&self) -> Result<Decision, serde_json::Error> {
        serde_json::from_str(&self.list)
    }

    /// Adds a commitment. `reveal_by` is the limit if this is the second.
    ///
    /// # Errors
    ///
    /// [`DrawFault`].
    pub fn commit(mut self, part: Part, lot: Lot, reveal_by: Moment) -> Result<Self, DrawFault> {
        let Mode::Draw { operator, witness, reveal_by: limit, seed, void, .. } = &mut self.mode
        else {
            return Err(DrawFault::NotOpen);
        };
        if seed.is_some() || void.is_some() || self.ended.is_some() {
            return Err(DrawFault::NotOpen);
        }
        let (mine, other) = match part {
            Part::Operator => (operator, &*witness),
            Part::Witness => (witness, &*operator),
        };
        if mine.is_some() {
            return Err(DrawFault::AlreadyCommitted);
        }
        if let Some(other) = other {
            if other.org == lot.org || other.by == lot.by {
                return Err(DrawFault::SameOrg);
            }
            *limit = Some(reveal_by);
        }
        *mine = Some(lot);
        Ok(self)
    }

    /// Shows a number. When both are shown, the order is drawn.
    ///
    /// # Errors
    ///
    /// [`DrawFault`].
    pub fn reveal(mut self, part: Part, nonce: Seal, now: Moment) -> Result<Self, DrawFault> {
        let (id, list, case, round) =
            (self.id.clone(), self.list_hash, self.case.clone(), self.round);
        let entrants = self.decision().map_err(|_| DrawFault::NotOpen)?.entrants();
        let Mode::Draw { operator, witness, reveal_by, seed, void, .. } = &mut self.mode else {
            return Err(DrawFault::NotOpen);
        };
        if seed.is_some() || void.is_some() {
            return Err(DrawFault::NotOpen);
        }
        let (Some(a), Some(b), Some(limit)) = (operator, witness, reveal_by) else {
            return Err(DrawFault::NotCommitted);
        };
        if now > *limit {
            return Err(DrawFault::TooLate);
        }
        let mine = match part {
            Part::Operator => &mut *a,
            Part::Witness => &mut *b,
        };
        if draw::commitment(&id, list, nonce) != mine.commitment {
            return Err(DrawFault::WrongNonce);
        }
        mine.nonce = Some(nonce);
        if let (Some(first), Some(second)) = (a.nonce, b.nonce) {
            let drawn = draw::seed(&case, round, list, first, second);
            *seed = Some(drawn);
            self.order = draw::order(drawn, entrants);
        }
        Ok(self)
    }

    /// Declares the round void when its time is over, naming who is missing.
    ///
    /// # Errors
    ///
    /// [`DrawFault::NotOpen`] when it is not a draw that waits for a number, or
    /// its time still runs.
    pub fn void(mut self, now: Moment) -> Result<Self, DrawFault> {
        let Mode::Draw { operator, witness, reveal_by, seed: None, void, .. } = &mut self.mode
        else {
            return Err(DrawFault::NotOpen);
        };
        if void.is_some() || reveal_by.is_none_or(|limit| now <= limit) {
            return Err(DrawFault::NotOpen);
        }
        let missing: Vec<&str> = [operator.as_ref(), witness.as_ref()]
            .into_iter()
            .flatten()
            .filter(|lot| lot.nonce.is_none())
            .map(|lot| lot.org_name.as_str())
            .collect();
        *void = Some(missing.join("、"));
        Ok(self)
    }

    /// The draw as it is published, once it is over.
    pub fn record(&self) -> Option<Record> {
        let Mode::Draw { operator: Some(a), witness: Some(b), seed: Some(seed), .. } = &self.mode
        else {
            return None;
        };
        let pledge = |lot: &Lot| {
            lot.nonce.map(|nonce| Pledge {
                org: lot.org_name.clone(),
                commitment: lot.commitment,
                nonce,
            })
        };
        Some(Record {
            algorithm: draw::ALGORITHM.to_owned(),
            draw: self.id.clone(),
            case: self.case.clone(),
            round: self.round,
            list: self.list.clone(),
            list_hash: self.list_hash,
            entrants: self.decision().ok()?.entrants().iter().map(ToString::to_string).collect(),
            operator: pledge(a)?,
            witness: pledge(b)?,
            seed: *seed,
            order: self.order.iter().map(ToString::to_string).collect(),
        })
    }
}
