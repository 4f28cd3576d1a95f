//! What may happen to a bond, done with the functions that the desk uses, and a second account
//! of it that asks the bond nothing.

use super::{account, claim, day, fen, piece};
use model::{BondForm, Day, Moment};
use policies::bond::{Bond, Claim, Hold, Piece, PieceAct, PieceState, Refusal};
use proptest::prelude::*;

/// One thing that happens to a bond: to the piece that `k` picks, of those that are there and
/// one that is not. `foreseen` is a day that may be over already.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    Give { form: usize, amount: i64, starts: usize, lasts: usize },
    Do { k: usize, act: PieceAct },
    Extend { k: usize, lasts: usize },
    Replace { k: usize, act: PieceAct, foreseen: usize },
    Claim { k: usize, amount: i64 },
    Ask { k: usize, amount: i64, who: usize },
    Answer { k: usize, who: usize, yes: bool },
    Require { amount: i64 },
    Hold { held: bool },
}

/// What goes through `Bond::step`; what else is done has a function of its own.
const STEPS: [PieceAct; 5] =
    [PieceAct::Refuse, PieceAct::Release, PieceAct::Order, PieceAct::Paid, PieceAct::Forfeit];
const LETS_GO: [PieceAct; 2] = [PieceAct::Release, PieceAct::Order];
const WHO: [&str; 2] = ["a-1", "a-2"];

pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0usize..4, 1i64..120, 0usize..10, 0usize..60).prop_map(
            |(form, amount, starts, lasts)| Event::Give { form, amount, starts, lasts }
        ),
        4 => (0usize..8).prop_map(|k| Event::Do { k, act: PieceAct::Verify }),
        4 => (0usize..8, 0usize..5).prop_map(|(k, act)| Event::Do { k, act: STEPS[act] }),
        2 => (0usize..8, 0usize..80).prop_map(|(k, lasts)| Event::Extend { k, lasts }),
        3 => (0usize..8, 0usize..2, 0usize..DAYS)
            .prop_map(|(k, act, foreseen)| Event::Replace { k, act: LETS_GO[act], foreseen }),
        1 => (0usize..8, 1i64..80).prop_map(|(k, amount)| Event::Claim { k, amount }),
        2 => (0usize..8, 1i64..80, 0usize..2)
            .prop_map(|(k, amount, who)| Event::Ask { k, amount, who }),
        2 => (0usize..8, 0usize..2, any::<bool>())
            .prop_map(|(k, who, yes)| Event::Answer { k, who, yes }),
        1 => (0i64..150).prop_map(|amount| Event::Require { amount }),
        1 => any::<bool>().prop_map(|held| Event::Hold { held }),
    ]
}

/// The days that are looked at. No piece begins or ends on the last of them or later: it stands
/// for all days to come.
pub(crate) const DAYS: usize = 130;

pub(crate) fn at(day_of: usize) -> Day {
    day(u32::try_from(day_of).expect("few"))
}

/// A piece's last day, as an event says it.
fn last_day(from: usize, lasts: usize) -> usize {
    (from + lasts).min(DAYS - 2)
}

/// Does it with the functions that the desk uses.
pub(crate) fn happen(bond: &mut Bond, event: Event, today: usize) -> Result<(), Refusal> {
    let on = at(today);
    let there = bond.pieces.len();
    let n = |k: usize| u32::try_from(k % (there + 1)).expect("few") + 1;
    match event {
        Event::Give { form, amount, starts, lasts } => {
            let form = BondForm::ALL[form];
            let from = today + starts;
            let until = form.is_guarantee().then(|| at(last_day(from, lasts)));
            let given = piece(n(there), form, amount, 0, None);
            bond.pieces.push(Piece { from: at(from), until, ..given });
            Ok(())
        }
        Event::Do { k, act } => bond.step(n(k), act, on),
        Event::Extend { k, lasts } => bond.extend(n(k), at(last_day(today, lasts)), on),
        Event::Replace { k, act, foreseen } => bond.replace(n(k), act, on, at(foreseen)),
        Event::Claim { k, amount } => bond.claim(n(k), claim(on, amount), on),
        Event::Ask { k, amount, who } => {
            let asked = Claim { by: account(WHO[who]), ..claim(on, amount) };
            bond.ask_claim(n(k), asked, on)
        }
        Event::Answer { k, who, yes } => bond.answer_claim(n(k), &account(WHO[who]), yes, on),
        Event::Require { amount } => {
            bond.require(on, fen(amount));
            Ok(())
        }
        Event::Hold { held } => {
            bond.hold = held.then(|| Hold {
                ground: "b7_refused".into(),
                facts: "拒绝签订合同".into(),
                at: Moment::start_of(on),
                by: account(WHO[0]),
                heard: vec![],
            });
            Ok(())
        }
    }
}

/// A second account of the same, kept by hand: what each piece is worth on each day, and what
/// may be done with it. It asks the bond nothing.
pub(crate) struct Ledger {
    required: i64,
    held: bool,
    lines: Vec<Line>,
}

struct Line {
    paper: bool,
    state: PieceState,
    from: usize,
    until: Option<usize>,
    left: i64,
    /// A sum that is asked for, and by whom.
    asked: Option<(i64, usize)>,
    worth: Vec<i64>,
}

impl Line {
    fn claimable(&self, amount: i64, today: usize) -> bool {
        self.state == PieceState::Held
            && self.until.is_none_or(|until| today <= until)
            && amount <= self.left
    }

    fn take(&mut self, amount: i64, today: usize) {
        self.left -= amount;
        for worth in &mut self.worth[today..] {
            *worth = (*worth - amount).max(0);
        }
    }

    fn leave(&mut self, state: PieceState, today: usize) {
        self.state = state;
        self.asked = None;
        self.worth[today..].fill(0);
    }

    /// It happened to this one.
    fn note(&mut self, event: Event, today: usize) {
        match event {
            Event::Do { act, .. } | Event::Replace { act, .. } => match act {
                PieceAct::Verify => {
                    self.state = PieceState::Held;
                    let last = self.until.unwrap_or(DAYS - 1);
                    self.worth[self.from..=last].fill(self.left);
                }
                PieceAct::Refuse => self.state = PieceState::Refused,
                PieceAct::Release => self.leave(PieceState::Released, today),
                PieceAct::Order => self.leave(PieceState::Returning, today),
                PieceAct::Forfeit => self.leave(PieceState::Forfeited, today),
                PieceAct::Paid => self.state = PieceState::Returned,
                PieceAct::Extend | PieceAct::Claim => unreachable!("never drawn"),
            },
            Event::Extend { lasts, .. } => {
                let (before, until) = (self.until.expect("a guarantee"), last_day(today, lasts));
                self.worth[before + 1..=until].fill(self.left);
                self.until = Some(until);
            }
            Event::Claim { amount, .. } => self.take(amount, today),
            Event::Ask { amount, who, .. } => self.asked = Some((amount, who)),
            Event::Answer { yes, .. } => {
                let (amount, _) = self.asked.take().expect("it was asked for");
                if yes {
                    self.take(amount, today);
                }
            }
            Event::Give { .. } | Event::Require { .. } | Event::Hold { .. } => {
                unreachable!("about no piece")
            }
        }
    }
}

impl Ledger {
    /// Of a bond of which so much is required.
    pub(crate) fn new(required: i64) -> Self {
        Self { required, held: false, lines: vec![] }
    }

    fn place(&self, k: usize) -> Option<usize> {
        Some(k % (self.lines.len() + 1)).filter(|i| *i < self.lines.len())
    }

    pub(crate) fn have(&self, d: usize) -> i64 {
        self.lines.iter().map(|line| line.worth[d]).sum()
    }

    pub(crate) fn lack(&self, have: i64) -> i64 {
        (self.required - have).max(0)
    }

    /// Whether no day from today until `last` lacks more without that piece.
    fn spares(&self, i: usize, today: usize, last: usize) -> bool {
        (today..DAYS).take_while(|d| *d <= last).all(|d| {
            let have = self.have(d);
            self.lack(have - self.lines[i].worth[d]) <= self.lack(have)
        })
    }

    /// Whether an act has its place; what lets go is looked at until `last`.
    fn turn(&self, i: usize, act: PieceAct, today: usize, last: usize) -> bool {
        let Line { paper, state, .. } = self.lines[i];
        let held = state == PieceState::Held;
        match act {
            PieceAct::Verify | PieceAct::Refuse => state == PieceState::Offered,
            PieceAct::Release => held && paper && !self.held && self.spares(i, today, last),
            PieceAct::Order => held && !paper && !self.held && self.spares(i, today, last),
            PieceAct::Forfeit => held && !paper && self.held,
            PieceAct::Paid => state == PieceState::Returning,
            PieceAct::Extend | PieceAct::Claim => unreachable!("these have functions of their own"),
        }
    }

    /// Whether it may happen.
    pub(crate) fn allows(&self, event: Event, today: usize) -> bool {
        let with = |k, may: &dyn Fn(usize) -> bool| self.place(k).is_some_and(may);
        match event {
            Event::Give { .. } | Event::Require { .. } | Event::Hold { .. } => true,
            Event::Do { k, act } => with(k, &|i| self.turn(i, act, today, DAYS)),
            Event::Replace { k, act, foreseen } => {
                // Where the end of what is required is known, every day counts.
                let last = if self.required == 0 { DAYS } else { foreseen.max(today) };
                with(k, &|i| self.turn(i, act, today, last))
            }
            Event::Extend { k, lasts } => with(k, &|i| {
                let Line { state, until, .. } = self.lines[i];
                let longer = |until: usize| today <= until && until < last_day(today, lasts);
                state == PieceState::Held && until.is_some_and(longer)
            }),
            Event::Claim { k, amount } => with(k, &|i| self.lines[i].claimable(amount, today)),
            Event::Ask { k, amount, .. } => with(k, &|i| {
                self.lines[i].asked.is_none() && self.lines[i].claimable(amount, today)
            }),
            Event::Answer { k, who, yes } => with(k, &|i| {
                let line = &self.lines[i];
                line.asked.is_some_and(|(amount, by)| {
                    by != who && (!yes || line.claimable(amount, today))
                })
            }),
        }
    }

    /// It happened.
    pub(crate) fn note(&mut self, event: Event, today: usize) {
        match event {
            Event::Give { form, amount, starts, lasts } => {
                let paper = BondForm::ALL[form].is_guarantee();
                let from = today + starts;
                self.lines.push(Line {
                    paper,
                    state: PieceState::Offered,
                    from,
                    until: paper.then(|| last_day(from, lasts)),
                    left: amount,
                    asked: None,
                    worth: vec![0; DAYS],
                });
            }
            Event::Require { amount } => self.required = amount,
            Event::Hold { held } => self.held = held,
            Event::Do { k, .. }
            | Event::Extend { k, .. }
            | Event::Replace { k, .. }
            | Event::Claim { k, .. }
            | Event::Ask { k, .. }
            | Event::Answer { k, .. } => {
                let i = self.place(k).expect("it was allowed");
                self.lines[i].note(event, today);
            }
        }
    }
}
