//! The rules of law as dated data, and what follows from them.
//!
//! A figure that comes from a law or a policy stands in `params/*.toml` with its
//! source, its dates and its standing; no such figure stands in code. A rule
//! never decides bare: it answers with a [`Ruling`] that carries the text it
//! rests on.

mod calendar;
mod clock;
mod count;
mod finding;
mod gate;
mod law;
mod limit;
mod param;

pub use calendar::{Calendar, DayKind};
pub use clock::{ClockState, DueClock, Step};
pub use count::{Counted, Counting};
pub use finding::{Finding, Weight};
pub use gate::{Answers, Question, TenderSize, determination_findings, tender_size};
pub use law::{Law, LawFault, OFFERED, Topic, keys};
pub use limit::{Limit, NoReckoning, Reckoning};
pub use param::{Citation, Figure, Kind, NotInForce, Rule, Ruling, Standing, Unit};
