//! The live board.

use super::views::{by_pressure, card, team_name};
use crate::site::{Site, who};
use crate::store::{Change, Entry, Mirror, Table};
use app::api::desk::Answer;
use app::api::{Board, LogLine, TeamPin, Visitor};
use model::{Errand, Minutes, Reach, Target, allowed};
use policies::keys;
use pool::membership::Stage;
use pool::team::Availability;

/// The longest word of a line.
const WORD: usize = 32;
/// Lines of events on a board.
const EVENTS: usize = 30;

impl Site {
    pub(super) fn board_for(&self, by: &Visitor) -> Answer<Board> {
        self.permit(
            by,
            Errand::BoardRead,
            Target { org: by.actor.org.as_ref(), district: by.actor.district },
        )?;
        let now = self.now();
        let mirror = self.read();
        let mut emergencies: Vec<_> = mirror
            .emergencies
            .iter()
            .filter(|e| e.stage.is_open())
            .filter(|e| self.permit_quiet(by, Errand::BoardRead, e))
            .map(|e| card(self, &mirror, e))
            .collect();
        emergencies.sort_by(by_pressure);
        let fresh = self
            .law()
            .figure(keys::POSITION_FRESH, now.day())
            .map_or(0, |f| u32::try_from(f.value).unwrap_or(0));
        let listed = |contractor: &str| {
            mirror.memberships.iter().any(|m| {
                m.contractor.as_str() == contractor && matches!(m.stage, Stage::Listed { .. })
            })
        };
        let teams = mirror
            .teams
            .iter()
            .filter(|t| listed(t.contractor.as_str()))
            .map(|t| {
                let held = mirror.dispatches.iter().any(|d| d.team == t.id && d.state.holds_team());
                let state = if held {
                    "busy"
                } else if t.availability == Availability::Ready {
                    "ready"
                } else {
                    "off"
                };
                TeamPin {
                    team: t.id.clone(),
                    name: team_name(&mirror, t.id.as_str()),
                    place: t.origin(now.minus(Minutes(fresh))).0,
                    state: state.into(),
                }
            })
            .collect();
        let events = mirror
            .recent()
            .filter(|entry| visible(&mirror, by, entry))
            .filter_map(|entry| event_line(&mirror, entry))
            .take(EVENTS)
            .collect();
        Ok(Board { seq: mirror.head.seq, emergencies, teams, events, now })
    }
}

/// Whether this visitor's board shows an entry: that of an emergency in reach.
pub(crate) fn visible(mirror: &Mirror, by: &Visitor, entry: &Entry) -> bool {
    match allowed(by.actor.role, Errand::BoardRead) {
        Some(Reach::City) => true,
        Some(Reach::District) => emergency_of(mirror, entry)
            .and_then(|id| mirror.emergencies.get(&id))
            .is_some_and(|e| Some(e.report.district) == by.actor.district),
        _ => false,
    }
}

/// The emergency that an entry is about.
fn emergency_of(mirror: &Mirror, entry: &Entry) -> Option<String> {
    let (table, key) = entry.subject.split_once(':')?;
    if table == Table::Emergency.name() {
        return Some(key.to_owned());
    }
    if table == Table::Selection.name() {
        return Some(mirror.selections.get(key)?.emergency.to_string());
    }
    if table == Table::Dispatch.name() {
        return Some(mirror.dispatches.get(key)?.emergency.to_string());
    }
    None
}

/// An entry in words, if it belongs on a board.
fn event_line(mirror: &Mirror, entry: &Entry) -> Option<LogLine> {
    // What the gateway does meanwhile is for the journal; what it means for the call is
    // for everybody.
    if entry.errand == Errand::Found {
        return None;
    }
    let own = |c: &Change| c.table == Table::Dispatch;
    if entry.errand == Errand::CallDeliver && !entry.changes.iter().any(own) {
        return None;
    }
    let id = emergency_of(mirror, entry)?;
    let e = mirror.emergencies.get(&id)?;
    let team = entry
        .subject
        .strip_prefix("dispatch:")
        .and_then(|key| mirror.dispatches.get(key))
        .map(|d| team_name(mirror, d.team.as_str()));
    let mut note = e.report.title.clone();
    for more in
        [team, entry.note.clone().filter(|n| *n != note && !n.is_empty())].into_iter().flatten()
    {
        note = format!("{note}，{}", short(&more));
    }
    Some(LogLine {
        at: entry.at,
        device_at: None,
        what: entry.errand.name().into(),
        who: who(mirror, entry.account.as_ref()),
        note,
    })
}

/// Hashes are for the journal: on a board a long word is cut.
fn short(text: &str) -> String {
    let word = |word: &str| match word.char_indices().nth(WORD) {
        Some(_) if word.is_ascii() => format!("{}…", &word[..8]),
        _ => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
