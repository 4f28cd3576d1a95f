//! The green channel (绿色通道): urgent projects that are tendered all the same, faster,
//! and never below a legal minimum.
//!
//! Approvals run side by side, promises shorten what the law only bounds from above, and
//! the earliest legal finish is reckoned as a critical path (`route`). What is still
//! missing when a channel opens (`item`) has a date and a name; what is substantive can't
//! be missing.

mod application;
mod form;
mod item;
mod measure;
mod record;
mod route;
mod step;
mod task;

pub use application::{Application, Origin};
pub use form::{ChannelForm, PaperForm, PaperSaid, Read, Said, within};
pub use item::{Item, ItemState, Late};
pub use measure::{Counts, Measure, Told};
pub use record::{Act, Channel, Contract, Decision, Opinion, Refusal, Stage, Terms};
pub use route::{
    Bar, Bounds, CasePlan, Facts, Link, Mark, Origins, Route, Short, Side, Span, Way, case_plan,
};
pub use step::{Approval, Step};
pub use task::{Post, PostKind, Task, TaskState, Urgency};

/// The gate of the four grounds.
pub const GROUNDS: &str = "channel";

/// The gate of the papers.
pub const PAPERS: &str = "channel_paper";

/// The keys of all rules that are read here, but those of [`crate::keys`].
pub fn rules() -> Vec<String> {
    Step::ALL
        .into_iter()
        .filter_map(Step::longest)
        .map(str::to_owned)
        .filter(|r| r.starts_with("channel."))
        .collect()
}
