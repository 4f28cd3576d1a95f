//! Tender plans (招标计划): what they say, how they change, and how long before the
//! notice they must stand.
//!
//! A plan is published early so that firms can prepare and the public can look on. It
//! announces, and offers nothing. Each lot has a lead of its own: the day from which the
//! distance to its notice counts.

mod change;
mod content;
mod form;
mod lead;
mod quality;
pub mod sheet;
mod stage;

pub use change::{Line, difference, lines};
pub use content::{Lot, LotNo, LotRef, PlanContent};
pub use form::{LotForm, MOST_LOTS, PlanForm};
pub use lead::{LEAD, Lead, Leads, Restart, is_young, lapses_after, leads, reminds_from, restarts};
pub use quality::{Forecast, forecast};
pub use stage::{Act, Draft, DraftState, Plan, PlanVersion, Refusal, Stage};
