//! The rules of law as dated data, and what follows from them.
//!
//! A figure that comes from a law or a policy stands in `params/*.toml` with its
//! source, its dates and its standing; no such figure stands in code. A rule
//! never decides bare: it answers with a [`Ruling`] that carries the text it
//! rests on.

pub mod bond;
mod calendar;
pub mod channel;
mod clock;
pub mod contract;
mod count;
mod course;
pub mod credit;
mod file;
mod finding;
mod gate;
pub mod keys;
mod law;
mod limit;
pub mod notice;
pub mod opening;
mod param;
pub mod plan;
pub mod severity;
pub mod sheet;
pub mod split;
pub mod tender;

pub use calendar::{Calendar, DayKind};
pub use clock::{ClockState, DueClock, Step};
pub use count::{Counted, Counting};
pub use course::{Course, Leg, State, Stop};
pub use file::{Amendment, CalendarFile, File, LawFault, NewValue, Notice, Wrong, Year};
pub use finding::{Finding, Weight};
pub use gate::{Answers, DETERMINE, Question, determination_findings};
pub use law::Law;
pub use limit::{Limit, NoReckoning, Reckoning};
pub use param::{Citation, Figure, Kind, NotInForce, Rule, Ruling, Standing, Unit};
