//! Teams that were sent without a tender: what was public of each call at each step. Price,
//! determination and log are written once and only grow, so every earlier state can be
//! told from the records as they are.

use crate::records::Publication;
use crate::site::Site;
use crate::store::{Change, Mirror, Table};
use app::api::ApiError;
use model::{Moment, PublicationId};
use pool::dispatch::{Contract, Dispatch, Entry, Settlement};
use pool::emergency::{Determination, Emergency};
use pool::selection::{Mode, Selection};
use std::sync::Arc;

/// Steps of a call that the public hears of.
const STEPS: [&str; 9] =
    ["accept", "arrive", "contract", "finish", "rework", "inspect", "evaluate", "settle", "recall"];
/// What a determination that came after the team was sent is told as.
const DETERMINED: &str = "determine";

/// A public call as it was at one step.
#[derive(Debug, Clone)]
pub struct Award {
    /// The publication.
    pub publication: PublicationId,
    /// The entry of the journal, where the feed tells it; 0 otherwise.
    pub seq: i64,
    /// When the step was taken.
    pub at: Moment,
    /// Which step, from 1.
    pub version: u32,
    /// What was done: the key of the act.
    pub act: String,
    /// The case.
    pub case: Arc<Emergency>,
    /// The call.
    pub call: Arc<Dispatch>,
    /// How it was chosen.
    pub selection: Arc<Selection>,
    /// Name and code of the firm.
    pub firm: (String, String),
    /// Name of the team.
    pub team: String,
    /// Lines of the log that count.
    lines: usize,
}

impl Award {
    /// What had happened by then, the last first.
    fn log(&self) -> impl Iterator<Item = &Entry> {
        self.call.log[..self.lines].iter().rev()
    }

    /// When something had been done by then.
    pub fn moment_of(&self, act: &str) -> Option<Moment> {
        self.log().find(|line| line.act == act).map(|line| line.at)
    }

    /// The decision by which no tender was needed; none while an oral order stood for it.
    pub fn determination(&self) -> Option<&Determination> {
        self.case.determination.as_ref().filter(|d| d.granted && d.at <= self.at)
    }

    /// The contract, once it was written.
    pub fn contract(&self) -> Option<&Contract> {
        self.call.contract.as_ref().filter(|_| self.moment_of("contract").is_some())
    }

    /// What it came to, once that was settled.
    pub fn settlement(&self) -> Option<&Settlement> {
        self.call.settlement.as_ref().filter(|_| self.moment_of("settle").is_some())
    }

    /// `accepted`, `on_site`, `finished`, `inspected` or `recalled`.
    pub fn state(&self) -> &'static str {
        let last = |act: &str| self.log().position(|line| line.act == act);
        let steps = [
            ("recall", "recalled"),
            ("inspect", "inspected"),
            ("rework", "on_site"),
            ("finish", "finished"),
            ("arrive", "on_site"),
        ];
        let taken = steps.iter().filter_map(|(act, state)| Some((last(act)?, *state)));
        taken.min().map_or("accepted", |(_, state)| state)
    }

    /// `nearest` or `draw`, and why the nearest went without a draw.
    pub fn mode(&self) -> (&'static str, &str) {
        match &self.selection.mode {
            Mode::Nearest { reason, .. } => ("nearest", reason),
            Mode::Draw { .. } => ("draw", ""),
        }
    }

    /// What the standard and the API call this state of the call.
    pub fn id(&self) -> String {
        format!("{}-v{}", self.call.id, self.version)
    }
}

/// What was public of a call when its log had so many lines; `late` when it is told for
/// its determination.
fn award(mirror: &Mirror, p: &Publication, lines: usize, late: Option<Moment>) -> Option<Award> {
    let call = mirror.dispatches.get(p.dispatch.as_str())?;
    let case = mirror.emergencies.get(p.emergency.as_str())?;
    let selection = mirror.selections.get(call.selection.as_str())?;
    let firm = mirror.contractors.get(call.contractor.as_str())?.basics.clone();
    let team = mirror.teams.get(call.team.as_str());
    let known = call.log.get(..lines)?;
    let last = known.last()?;
    let told = known.iter().filter(|line| STEPS.contains(&line.act.as_str())).count();
    let decided = case.determination.as_ref().filter(|d| d.granted).map(|d| d.at);
    let accepted = known.iter().find(|line| line.act == "accept")?.at;
    let at = late.unwrap_or(last.at);
    // A determination that came after the team was sent is a step of its own.
    let told_late = decided.is_some_and(|decided| accepted < decided && decided <= at);
    Some(Award {
        publication: p.id.clone(),
        seq: 0,
        at,
        version: u32::try_from(told).ok()? + u32::from(told_late),
        act: if late.is_some() { DETERMINED.into() } else { last.act.clone() },
        case: Arc::clone(&case.value),
        call: Arc::clone(&call.value),
        selection: Arc::clone(&selection.value),
        firm: firm.map_or_else(Default::default, |b| (b.name, b.uscc.as_str().to_owned())),
        team: team.map_or_else(String::new, |team| team.name.clone()),
        lines,
    })
}

/// What a change of a record made public about calls.
pub(super) fn awards_of_change(mirror: &Mirror, change: &Change, seq: i64) -> Vec<Award> {
    let public = || mirror.publications.iter().filter(|p| p.withheld.is_none());
    let found: Vec<Award> = match change.table {
        Table::Dispatch => {
            let lines = change.fields.get("/log").and_then(|(_, after)| after.as_array());
            let publication = public().find(|p| p.dispatch.as_str() == change.key);
            let step = lines.zip(publication).and_then(|(lines, p)| {
                let act = lines.last()?.get("act")?.as_str()?;
                if STEPS.contains(&act) { award(mirror, p, lines.len(), None) } else { None }
            });
            step.into_iter().collect()
        }
        Table::Emergency if change.fields.keys().any(|f| f.starts_with("/determination")) => {
            let of_case = public().filter(|p| p.emergency.as_str() == change.key);
            of_case.filter_map(|p| late_determination(mirror, p)).collect()
        }
        _ => vec![],
    };
    found.into_iter().map(|award| Award { seq, ..award }).collect()
}

/// What is told when work is determined after its team was sent on an oral order.
fn late_determination(mirror: &Mirror, p: &Publication) -> Option<Award> {
    let case = mirror.emergencies.get(p.emergency.as_str())?;
    let decided = case.determination.as_ref().filter(|d| d.granted)?.at;
    let call = mirror.dispatches.get(p.dispatch.as_str())?;
    let accepted = call.log.iter().find(|line| line.act == "accept")?.at;
    let lines = call.log.iter().filter(|line| line.at <= decided).count();
    if accepted < decided { award(mirror, p, lines, Some(decided)) } else { None }
}

/// All states of a public call, oldest first.
fn history(mirror: &Mirror, p: &Publication) -> Vec<Award> {
    let Some(call) = mirror.dispatches.get(p.dispatch.as_str()) else { return vec![] };
    let steps = call.log.iter().enumerate();
    let mut found: Vec<Award> = steps
        .filter(|(_, line)| STEPS.contains(&line.act.as_str()))
        .filter_map(|(i, _)| award(mirror, p, i + 1, None))
        .collect();
    found.extend(late_determination(mirror, p));
    found.sort_by_key(|award| (award.at, award.version));
    found
}

/// Every public step of every call.
pub(super) fn all_awards(mirror: &Mirror) -> Vec<Award> {
    let public = mirror.publications.iter().filter(|p| p.withheld.is_none());
    public.flat_map(|p| history(mirror, p)).collect()
}

impl Site {
    /// Public calls as they stand, the newest first, before a key of the list.
    pub fn awards(&self, limit: usize, before: Option<(Moment, String)>) -> (usize, Vec<Award>) {
        let mirror = self.read();
        let public = mirror.publications.iter().filter(|p| p.withheld.is_none());
        let mut all: Vec<(Moment, &Publication)> =
            public.filter_map(|p| Some((p.published?, &**p))).collect();
        all.sort_by(|a, b| (b.0, b.1.id.as_str()).cmp(&(a.0, a.1.id.as_str())));
        let total = all.len();
        let after = |(at, p): &&(Moment, &Publication)| {
            before.as_ref().is_none_or(|(moment, id)| (*at, p.id.as_str()) < (*moment, id.as_str()))
        };
        let page = all.iter().filter(after).take(limit);
        (total, page.filter_map(|(_, p)| history(&mirror, p).pop()).collect())
    }

    /// A public call as it stands.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub fn award(&self, id: &str) -> Result<Award, ApiError> {
        let mirror = self.read();
        let p = mirror.publications.get(id).filter(|p| p.withheld.is_none());
        p.and_then(|p| history(&mirror, p).pop()).ok_or(ApiError::NotFound)
    }

    /// All states of all public calls of a case, in their order.
    pub fn awards_of_case(&self, case: &str) -> Vec<Award> {
        let mirror = self.read();
        let public = mirror.publications.iter().filter(|p| p.withheld.is_none());
        let of_case = public.filter(|p| p.emergency.as_str() == case);
        let mut found: Vec<Award> = of_case.flat_map(|p| history(&mirror, p)).collect();
        found.sort_by_key(|award| (award.at, award.id()));
        found
    }
}
