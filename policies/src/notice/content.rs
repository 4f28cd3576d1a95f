//! What a notice says, as far as its dates and its plans are concerned.

use crate::plan::LotRef;
use model::{Day, Industry, LotKind, Money, ProjectCode, TenderMethod};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The days of a prequalification (资格预审), which comes before the tender documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prequalification {
    /// The first day on which its documents can be had.
    pub from: Day,
    /// The last day on which they can be had.
    pub until: Day,
    /// The day of the last clarification that matters for applications.
    pub clarified: Option<Day>,
    /// The last day for applications.
    pub applications: Day,
}

/// A notice of a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeContent {
    /// What is tendered.
    pub title: String,
    /// The project's code.
    pub code: Option<ProjectCode>,
    /// The trade.
    pub industry: Industry,
    /// What is bought.
    pub kind: LotKind,
    /// How bidders are found.
    pub method: TenderMethod,
    /// The most that it may cost (最高投标限价), or the estimate.
    pub amount: Money,
    /// The planned lots that it is for; none when it was never planned.
    pub lots: BTreeSet<LotRef>,
    /// The day of the notice.
    pub noticed: Day,
    /// Bidders are chosen beforehand (资格预审), by these days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prequalification: Option<Prequalification>,
    /// The first day on which the documents can be had.
    pub documents_from: Day,
    /// The last day on which they can be had.
    pub documents_until: Day,
    /// The day of the last clarification that matters for bids.
    pub clarified: Option<Day>,
    /// The last day for bids.
    pub deadline: Day,
    /// The day on which the evaluation report came.
    pub evaluated: Option<Day>,
    /// The first day on which the candidates were published.
    pub publicity_from: Option<Day>,
    /// The last day of that.
    pub publicity_until: Option<Day>,
    /// Asks that the supervising firm be chosen already.
    pub supervisor_first: bool,
}
