//! A bond: what is required of whom, and what was given for it.

use super::piece::{Act, Claim, Piece, State};
use super::{
    Alarm, Application, Cover, Firm, Gap, Need, Plea, Project, RetainAct, RetainEntry, Span,
    Warning, alarms, gaps, picture,
};
use crate::{Law, NotInForce};
use model::{
    AccountId, BondId, BondKind, ContractId, Day, District, Moment, Money, OrgId, TenderNoticeId,
    Uscc,
};
use serde::{Deserialize, Serialize};

/// How a bidder came out of a tender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placing {
    /// Not among the candidates, or not known yet.
    Bidder,
    /// A candidate that was not chosen: it may be, should the winner refuse (条例 55).
    Candidate,
    /// Chosen.
    Winner,
}

impl Placing {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bidder => "投标人",
            Self::Candidate => "中标候选人",
            Self::Winner => "中标人",
        }
    }
}

/// What a bond is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum On {
    /// A bid.
    Tender {
        /// The notice.
        notice: TenderNoticeId,
        /// Its title.
        title: String,
        /// When its written withdrawal came, before the bids were opened.
        withdrawn: Option<Moment>,
        /// When that was entered.
        #[serde(default)]
        withdrawal_known: Option<Moment>,
        /// The last day on which bids are valid.
        valid_until: Day,
    },
    /// A contract.
    Contract {
        /// The contract.
        contract: ContractId,
        /// Its title.
        title: String,
    },
}

/// Money is not paid back for the time being: somebody thinks it is forfeit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// By which ground of the law: a question of the gate `forfeit`.
    pub ground: String,
    /// What happened.
    pub facts: String,
    /// When.
    pub at: Moment,
    /// Who says so.
    pub by: AccountId,
    /// What its firm said to that before it was decided, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heard: Vec<Plea>,
}

/// What was decided about a bond that somebody thought forfeit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What was said.
    pub hold: Hold,
    /// It is forfeit.
    pub forfeit: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
    /// By whom: not by who said it.
    pub by: AccountId,
}

/// A firm that gives a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its account's organisation, where it has one here.
    pub org: Option<OrgId>,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Uscc,
}

/// A bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// Key.
    pub id: BondId,
    /// Its number, `BZ-2026-0001`.
    pub number: String,
    /// What it is for.
    pub kind: BondKind,
    /// In whose favour.
    pub owner: OrgId,
    /// That one's name.
    pub owner_name: String,
    /// Where.
    pub district: District,
    /// Who gives it.
    pub firm: Party,
    /// What it is about.
    pub on: On,
    /// The most that the law allows.
    pub most: Money,
    /// What came off, in words; nothing when nothing did.
    pub reduced: Vec<String>,
    /// The edition of the rules that both were worked out by.
    pub law: String,
    /// Who its firm was then, and what it is about, as far as reductions care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<(Firm, Project)>,
    /// What is required, from which day on.
    pub needs: Vec<Need>,
    /// What was given.
    pub pieces: Vec<Piece>,
    /// Why it is not paid back for now.
    pub hold: Option<Hold>,
    /// What was last decided about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// What its firm asked back of retained money, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<Application>,
    /// Warnings of gaps that are there or to come, as they were last written down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warned: Vec<Warning>,
    /// When it was entered.
    pub entered: Moment,
    /// By whom.
    pub by: AccountId,
}

/// Why something is not done with a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// There is no such piece.
    #[error("no piece {n}")]
    NoPiece {
        /// Its place.
        n: u32,
    },
    /// The act has no place there.
    #[error("{act:?} has no place at {state:?}")]
    OutOfTurn {
        /// Where the piece stands.
        state: State,
        /// What was asked.
        act: Act,
    },
    /// Letting go of it would leave days uncovered.
    #[error("uncovered from {}", gap.from)]
    Uncovers {
        /// Which days, and by how much.
        gap: Gap,
    },
    /// It would last no longer than before.
    #[error("not later than {until}")]
    NotLonger {
        /// Its last day.
        until: Day,
    },
    /// It is not good any more.
    #[error("ended on {until}")]
    Ended {
        /// Its last day.
        until: Day,
    },
    /// More than there is.
    #[error("more than {left}")]
    TooMuch {
        /// What is left.
        left: Money,
    },
    /// Somebody has to decide first whether it is forfeit.
    #[error("held")]
    Held,
    /// Nobody has said that it is forfeit.
    #[error("not held")]
    NotHeld,
    /// Somebody has to confirm another claim first.
    #[error("a claim waits")]
    ClaimWaits,
    /// Nobody claimed anything.
    #[error("no claim")]
    NoClaim,
    /// Whoever claims something does not confirm it.
    #[error("one's own claim")]
    OwnClaim,
}

impl Refusal {
    /// In Chinese.
    pub fn words(&self) -> String {
        match self {
            Self::NoPiece { n } => format!("没有第 {n} 笔担保。"),
            Self::OutOfTurn { state, act } => {
                format!("该笔担保{}，此时不能{}。", state.name(), act.name())
            }
            Self::Uncovers { gap } => {
                let days = match gap.until {
                    Some(until) => format!("{} 至 {until} ", gap.from),
                    None => format!("{} 起", gap.from),
                };
                format!("解除后 {days}缺少担保 {} 元，须先提供替代担保。", gap.short)
            }
            Self::NotLonger { until } => format!("新的到期日不晚于现到期日 {until}。"),
            Self::Ended { until } => format!("该笔保函已于 {until} 到期，不能再延期或索赔。"),
            Self::TooMuch { left } => format!("超过该笔担保余额 {left} 元。"),
            Self::Held => "已提出不予退还，作出决定前暂不退还。".into(),
            Self::NotHeld => "没有待决定的不予退还：没有人提出，或者已经决定。".into(),
            Self::ClaimWaits => "该笔担保已有一项索赔待确认。".into(),
            Self::NoClaim => "该笔担保没有待确认的索赔。".into(),
            Self::OwnClaim => "须由提出人以外的人确认或驳回。".into(),
        }
    }
}

impl Bond {
    /// The piece of that place.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoPiece`].
    pub fn piece(&self, n: u32) -> Result<&Piece, Refusal> {
        self.pieces.iter().find(|piece| piece.n == n).ok_or(Refusal::NoPiece { n })
    }

    /// Does `act` with a piece from `today` on. What goes with it (a longer time, a claim)
    /// is the caller's to write down.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn step(&mut self, n: u32, act: Act, today: Day) -> Result<(), Refusal> {
        self.step_until(n, act, today, None)
    }

    /// The same for something that is let go because something else stands in its place: where
    /// what is required has no end yet, days after `foreseen` are not looked at. Should it take
    /// longer, the gap is told like any other.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn replace(&mut self, n: u32, act: Act, today: Day, foreseen: Day) -> Result<(), Refusal> {
        let open = self.needed_until().is_none();
        self.step_until(n, act, today, open.then_some(foreseen.max(today)))
    }

    fn step_until(
        &mut self,
        n: u32,
        act: Act,
        today: Day,
        foreseen: Option<Day>,
    ) -> Result<(), Refusal> {
        let piece = self.piece(n)?;
        let out_of_turn = Refusal::OutOfTurn { state: piece.state, act };
        let state = piece.step(act).ok_or(out_of_turn)?;
        match (act, &self.hold) {
            (Act::Order | Act::Release, Some(_)) => return Err(Refusal::Held),
            (Act::Forfeit, None) => return Err(Refusal::NotHeld),
            _ => {}
        }
        let mut next = self.clone();
        let leaves = matches!(act, Act::Order | Act::Release | Act::Forfeit);
        for piece in next.pieces.iter_mut().filter(|piece| piece.n == n) {
            piece.state = state;
            if leaves {
                piece.gone = Some(today);
                // What nobody confirmed in time keeps nothing back.
                piece.asked = None;
            }
        }
        if matches!(act, Act::Order | Act::Release) {
            next.no_worse_than(self, foreseen)?;
        }
        *self = next;
        Ok(())
    }

    /// A guarantee lasts until another day.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn extend(&mut self, n: u32, until: Day, today: Day) -> Result<(), Refusal> {
        let now = self.good_until(n, today)?;
        if now.is_some_and(|now| until <= now) {
            return Err(Refusal::NotLonger { until: now.unwrap_or(until) });
        }
        self.step(n, Act::Extend, today)?;
        for piece in self.pieces.iter_mut().filter(|piece| piece.n == n) {
            piece.until = Some(until);
            // What its issuer said of the shorter time says nothing of this one.
            piece.checked = None;
        }
        Ok(())
    }

    /// A sum is taken out of a piece.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn claim(&mut self, n: u32, claim: Claim, today: Day) -> Result<(), Refusal> {
        self.may_claim(n, claim.amount, today)?;
        self.step(n, Act::Claim, today)?;
        for piece in self.pieces.iter_mut().filter(|piece| piece.n == n) {
            piece.claims.push(claim.clone());
        }
        Ok(())
    }

    /// Somebody wants to take a sum out of a piece. Until somebody else confirms it, it is all
    /// there, and goes back when its time comes.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn ask_claim(&mut self, n: u32, claim: Claim, today: Day) -> Result<(), Refusal> {
        self.may_claim(n, claim.amount, today)?;
        let piece = self.piece(n)?;
        if piece.step(Act::Claim).is_none() {
            return Err(Refusal::OutOfTurn { state: piece.state, act: Act::Claim });
        }
        if piece.asked.is_some() {
            return Err(Refusal::ClaimWaits);
        }
        for piece in self.pieces.iter_mut().filter(|piece| piece.n == n) {
            piece.asked = Some(claim.clone());
        }
        Ok(())
    }

    /// What was asked for is taken out of a piece, or is not: somebody else than who asked
    /// says so.
    ///
    /// # Errors
    ///
    /// [`Refusal`]; the bond stays as it is then.
    pub fn answer_claim(
        &mut self,
        n: u32,
        by: &AccountId,
        yes: bool,
        today: Day,
    ) -> Result<(), Refusal> {
        let claim = self.piece(n)?.asked.clone().ok_or(Refusal::NoClaim)?;
        if claim.by == *by {
            return Err(Refusal::OwnClaim);
        }
        if yes {
            self.claim(n, Claim { confirmed: Some(by.clone()), ..claim }, today)?;
        }
        for piece in self.pieces.iter_mut().filter(|piece| piece.n == n) {
            piece.asked = None;
        }
        Ok(())
    }

    fn may_claim(&self, n: u32, amount: Money, today: Day) -> Result<(), Refusal> {
        self.good_until(n, today)?;
        let left = self.piece(n)?.left();
        match amount > left || amount <= Money::ZERO {
            true => Err(Refusal::TooMuch { left }),
            false => Ok(()),
        }
    }

    /// What was asked back of a piece has been paid.
    pub fn paid(&mut self, n: u32, at: Moment) {
        for application in self.applications.iter_mut().filter(|a| a.piece == n) {
            if let Some(stage) = application.step(RetainAct::Pay) {
                application.stage = stage;
                let words = String::new();
                application.log.push(RetainEntry { act: RetainAct::Pay, at, by: None, words });
            }
        }
    }

    /// Until when a piece is good, as long as it is.
    fn good_until(&self, n: u32, today: Day) -> Result<Option<Day>, Refusal> {
        match self.piece(n)?.until {
            Some(until) if until < today => Err(Refusal::Ended { until }),
            until => Ok(until),
        }
    }

    /// Everything that covers it.
    pub fn covers(&self) -> Vec<Cover> {
        self.pieces.iter().flat_map(Piece::covers).collect()
    }

    /// What was given, whether it was verified or not, and is still there.
    pub fn given(&self) -> Money {
        let lies = |p: &&Piece| matches!(p.state, State::Offered | State::Held);
        let left = self.pieces.iter().filter(lies).map(|piece| piece.left().fen());
        Money::from_fen(left.sum())
    }

    /// Required and provided over time.
    pub fn picture(&self) -> Vec<Span> {
        picture(&self.needs, &self.covers())
    }

    /// Where less is provided than is required.
    pub fn gaps(&self) -> Vec<Gap> {
        gaps(&self.needs, &self.covers())
    }

    /// That no day, or none until `last`, lacks more than it does in `before`.
    fn no_worse_than(&self, before: &Self, last: Option<Day>) -> Result<(), Refusal> {
        let lack = |spans: &[Span], day: Day| {
            let at = |s: &&Span| s.from <= day && s.until.is_none_or(|until| day <= until);
            let span = spans.iter().find(at);
            span.map_or(0, |s| (s.required.fen() - s.provided.fen()).max(0))
        };
        let (old, new) = (before.picture(), self.picture());
        // What changes, changes on a first day of one of the two.
        let mut days: Vec<Day> = old.iter().chain(&new).map(|span| span.from).collect();
        days.retain(|day| last.is_none_or(|last| *day <= last));
        days.sort_unstable();
        let worse = days.into_iter().find(|day| lack(&new, *day) > lack(&old, *day));
        let Some(day) = worse else { return Ok(()) };
        let at = |g: &&Gap| g.from <= day && g.until.is_none_or(|until| day <= until);
        let gap = self.gaps().iter().find(at).copied();
        gap.map_or(Ok(()), |gap| Err(Refusal::Uncovers { gap: Gap { from: day, ..gap } }))
    }

    /// What is required on `day`.
    pub fn required(&self, day: Day) -> Money {
        self.needs.iter().rev().find(|n| n.from <= day).map_or(Money::ZERO, |n| n.amount)
    }

    /// The last day on which anything is required, where that is known.
    pub fn needed_until(&self) -> Option<Day> {
        let last = self.needs.last()?;
        (last.amount == Money::ZERO).then(|| last.from.minus(1))
    }

    /// From `day` on so much is required; what was foreseen for later days is not any more.
    pub fn require(&mut self, day: Day, amount: Money) {
        self.needs.retain(|need| need.from < day);
        if self.needs.last().is_none_or(|last| last.amount != amount) {
            self.needs.push(Need { from: day, amount });
        }
    }

    /// What is required last is required until that day.
    pub fn require_until(&mut self, day: Day) {
        while self.needs.last().is_some_and(|need| need.amount == Money::ZERO) {
            self.needs.pop();
        }
        self.require(day.plus(1), Money::ZERO);
    }

    /// The gaps that are there or to come, with how near each is.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when there are no warning times on that day.
    pub fn alarms(&self, law: &Law, today: Day) -> Result<Vec<Alarm>, NotInForce> {
        alarms(law, self.gaps(), today)
    }

    /// Whether nothing lies anywhere for it any more, and nothing is required.
    pub fn is_over(&self, today: Day) -> bool {
        let lies = |p: &Piece| matches!(p.state, State::Offered | State::Held | State::Returning);
        self.required(today) == Money::ZERO && !self.pieces.iter().any(lies)
    }
}
