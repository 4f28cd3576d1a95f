//! Which legal minimums a notice keeps, and how long its plans stood before it.

use super::NoticeContent;
use crate::plan::{LEAD, LotRef};
use crate::{Citation, Law, Limit, NoReckoning, Ruling, Standing, Weight};
use model::{Day, Industry, LotKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The gate of what a notice of water works must not ask.
pub const WATER: &str = "water_notice";

/// A field of a notice that does not keep the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The field.
    pub field: String,
    /// The rule.
    pub rule: String,
    /// What is wrong, in words.
    pub text: String,
    /// The day that would do: the earliest for a minimum, the latest for a maximum.
    pub would_do: Option<Day>,
    /// What stands behind it.
    pub standing: Standing,
    /// Where it is written.
    pub basis: Option<Citation>,
}

/// One planned lot of a notice: how long it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotLead {
    /// The lot.
    pub lot: LotRef,
    /// From when its lead counts.
    pub from: Day,
    /// The earliest day of the notice.
    pub earliest: Day,
    /// Days that it stood before the notice.
    pub days: i64,
}

impl LotLead {
    /// Whether it stood long enough.
    pub fn is_enough(&self, noticed: Day) -> bool {
        noticed >= self.earliest
    }
}

/// How long each lot of a notice stood before it; `from` are the days from which their
/// leads count. A lot that is not in `from` was not public, and is left out.
///
/// # Errors
///
/// [`NoReckoning`] when the rule has no value on that day.
pub fn lot_leads(
    law: &Law,
    content: &NoticeContent,
    from: &BTreeMap<LotRef, Day>,
) -> Result<Vec<LotLead>, NoReckoning> {
    let known = content.lots.iter().filter_map(|lot| Some((lot, *from.get(lot)?)));
    known
        .map(|(lot, from)| {
            let reckoning = law.reckon(LEAD, from)?;
            let Limit::NotBefore { day: earliest } = reckoning.limit.value else {
                return Err(NoReckoning::NotDays(LEAD.into()));
            };
            let days = from.days_until(content.noticed);
            Ok(LotLead { lot: lot.clone(), from, earliest, days })
        })
        .collect()
}

/// What of a notice is against the law: T1 to T4, T10 and T11, and what water works must
/// not ask. Empty when all is kept.
///
/// # Errors
///
/// [`NoReckoning`] when a rule has no value on its day.
pub fn shortfalls(law: &Law, content: &NoticeContent) -> Result<Vec<Shortfall>, NoReckoning> {
    let mut found = Vec::new();
    let mut hold = |field: &str, rule: &str, anchor: Day, actual: Day| {
        found.extend(short(law, field, rule, anchor, actual)?);
        Ok::<_, NoReckoning>(())
    };
    if let Some(first) = &content.prequalification {
        hold("prequal_until", "tender.t1", first.from, first.until)?;
        hold("applications", "tender.t2", first.until, first.applications)?;
        if let Some(clarified) = first.clarified {
            hold("applications", "tender.t4p", clarified, first.applications)?;
        }
    }
    hold("documents_until", "tender.t1", content.documents_from, content.documents_until)?;
    hold("deadline", "tender.t3", content.documents_from, content.deadline)?;
    if let Some(clarified) = content.clarified {
        hold("deadline", "tender.t4", clarified, content.deadline)?;
    }
    if let Some((evaluated, from)) = content.evaluated.zip(content.publicity_from) {
        hold("publicity_from", "tender.t10", evaluated, from)?;
    }
    if let Some((from, until)) = content.publicity_from.zip(content.publicity_until) {
        hold("publicity_until", "tender.t11", from, until)?;
    }
    found.extend(water(law, content));
    Ok(found)
}

/// Until when one may object to the documents (T5, T6): the last days, counted back from
/// the days for applications and bids.
///
/// # Errors
///
/// [`NoReckoning`] when a rule has no value on its day.
pub fn objections(law: &Law, content: &NoticeContent) -> Result<Vec<Ruling<Day>>, NoReckoning> {
    let first = content.prequalification.as_ref().map(|p| ("tender.t5", p.applications));
    let all = first.into_iter().chain([("tender.t6", content.deadline)]);
    all.map(|(rule, anchor)| {
        let limit = law.reckon(rule, anchor)?.limit;
        match limit.value {
            Limit::NotAfter { day, .. } => Ok(limit.map(|_| day)),
            _ => Err(NoReckoning::NotDays(rule.into())),
        }
    })
    .collect()
}

fn short(
    law: &Law,
    field: &str,
    rule: &str,
    anchor: Day,
    actual: Day,
) -> Result<Option<Shortfall>, NoReckoning> {
    let reckoning = law.reckon(rule, anchor)?;
    let label = &reckoning.limit.label;
    let number = reckoning.days;
    let (keeps, day, text) = match reckoning.limit.value {
        Limit::NotBefore { day } => {
            (actual >= day, day, format!("{label}不得少于 {number} 日，最早 {day}"))
        }
        Limit::RunsUntil { day, .. } => {
            (actual >= day, day, format!("{label}不得少于 {number} 日，至少到 {day}"))
        }
        Limit::NotAfter { day, .. } => {
            (actual <= day, day, format!("{label}不得超过 {number} 日，最迟 {day}"))
        }
    };
    Ok((!keeps).then(|| Shortfall {
        field: field.into(),
        rule: rule.into(),
        text,
        would_do: Some(day),
        standing: reckoning.limit.standing,
        basis: reckoning.limit.basis.clone(),
    }))
}

fn water(law: &Law, content: &NoticeContent) -> Vec<Shortfall> {
    if content.industry != Industry::Water || content.kind != LotKind::Works {
        return Vec::new();
    }
    law.questions(WATER, content.noticed)
        .filter(|q| q.weight == Weight::Block)
        .filter_map(|q| {
            let (field, holds) = match q.id.as_str() {
                "at_once" => match &content.prequalification {
                    Some(first) => ("prequal_from", first.from > content.noticed),
                    None => ("documents_from", content.documents_from > content.noticed),
                },
                "supervisor_first" => ("supervisor_first", content.supervisor_first),
                _ => return None,
            };
            holds.then(|| Shortfall {
                field: field.into(),
                rule: q.id.clone(),
                text: q.text.clone(),
                would_do: (field != "supervisor_first").then_some(content.noticed),
                standing: q.standing,
                basis: Some(q.source.clone()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::{NoticeForm, Prequalification};
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// Documents from 1 June 2026 to the 8th (the 6th is a Saturday), bids until the 21st.
    fn sound() -> NoticeContent {
        let form = NoticeForm {
            title: "县道改造施工".into(),
            industry: "highway".into(),
            kind: "works".into(),
            method: "open".into(),
            amount: "1200".into(),
            noticed: "2026-06-01".into(),
            documents_from: "2026-06-01".into(),
            documents_until: "2026-06-08".into(),
            deadline: "2026-06-21".into(),
            ..NoticeForm::default()
        };
        form.read().expect("sound")
    }

    fn wrong(content: &NoticeContent) -> Vec<(String, Option<Day>)> {
        let found = shortfalls(Law::shipped(), content).expect("in force");
        found.into_iter().map(|s| (s.rule, s.would_do)).collect()
    }

    #[test]
    fn the_minimums_are_kept_to_the_day() {
        assert_eq!(wrong(&sound()), []);
        let early = NoticeContent { deadline: day("2026-06-20"), ..sound() };
        assert_eq!(wrong(&early), [("tender.t3".into(), Some(day("2026-06-21")))]);
        let brief = NoticeContent { documents_until: day("2026-06-07"), ..sound() };
        assert_eq!(wrong(&brief), [("tender.t1".into(), Some(day("2026-06-08")))]);
    }

    #[test]
    fn a_late_clarification_moves_the_deadline() {
        let late = NoticeContent { clarified: Some(day("2026-06-10")), ..sound() };
        assert_eq!(wrong(&late), [("tender.t4".into(), Some(day("2026-06-25")))]);
        let moved = NoticeContent { deadline: day("2026-06-25"), ..late };
        assert_eq!(wrong(&moved), []);
    }

    /// Documents of a prequalification from 1 June to the 8th, applications until the 15th.
    fn prequalified(until: &str, clarified: Option<&str>, applications: &str) -> NoticeContent {
        NoticeContent {
            prequalification: Some(Prequalification {
                from: day("2026-06-01"),
                until: day(until),
                clarified: clarified.map(day),
                applications: day(applications),
            }),
            documents_from: day("2026-06-22"),
            documents_until: day("2026-06-29"),
            deadline: day("2026-07-13"),
            ..sound()
        }
    }

    #[test]
    fn a_prequalification_has_minimums_of_its_own() {
        assert_eq!(wrong(&prequalified("2026-06-08", None, "2026-06-15")), []);
        let brief = wrong(&prequalified("2026-06-05", None, "2026-06-15"));
        assert_eq!(brief, [("tender.t1".into(), Some(day("2026-06-08")))]);
        let hurried = wrong(&prequalified("2026-06-08", None, "2026-06-12"));
        assert_eq!(hurried, [("tender.t2".into(), Some(day("2026-06-13")))]);
        let late = wrong(&prequalified("2026-06-08", Some("2026-06-13"), "2026-06-15"));
        assert_eq!(late, [("tender.t4p".into(), Some(day("2026-06-16")))]);
        let in_time = wrong(&prequalified("2026-06-08", Some("2026-06-12"), "2026-06-15"));
        assert_eq!(in_time, []);
    }

    #[test]
    fn objections_are_counted_back_from_the_last_day() {
        let last = |content: &NoticeContent| -> Vec<Day> {
            let found = objections(Law::shipped(), content).expect("in force");
            found.into_iter().map(|ruling| ruling.value).collect()
        };
        assert_eq!(last(&sound()), [day("2026-06-11")]);
        let both = last(&prequalified("2026-06-08", None, "2026-06-15"));
        assert_eq!(both, [day("2026-06-13"), day("2026-07-03")]);
    }

    #[test]
    fn the_publicity_of_candidates_runs_out_first() {
        let from = |from: &str, until: &str| NoticeContent {
            evaluated: Some(day("2026-07-03")),
            publicity_from: Some(day(from)),
            publicity_until: Some(day(until)),
            ..sound()
        };
        assert_eq!(wrong(&from("2026-07-06", "2026-07-09")), []);
        assert_eq!(wrong(&from("2026-07-06", "2026-07-08"))[0].0, "tender.t11");
        assert_eq!(wrong(&from("2026-07-08", "2026-07-13"))[0].0, "tender.t10");
    }

    #[test]
    fn water_works_get_their_documents_at_once_and_need_no_supervisor() {
        let water = NoticeContent { industry: Industry::Water, ..sound() };
        assert_eq!(wrong(&water), []);
        let later = NoticeContent {
            documents_from: day("2026-06-03"),
            documents_until: day("2026-06-08"),
            deadline: day("2026-06-23"),
            ..water.clone()
        };
        assert_eq!(wrong(&later)[0].0, "at_once");
        assert_eq!(wrong(&NoticeContent { industry: Industry::Highway, ..later.clone() }), []);
        let asks = NoticeContent { supervisor_first: true, ..water };
        assert_eq!(wrong(&asks)[0].0, "supervisor_first");
    }

    #[test]
    fn thirty_days_are_enough_and_twenty_nine_are_not() {
        let lot: LotRef = "zp-1/1".parse().expect("a lot");
        let content = NoticeContent { lots: [lot.clone()].into(), ..sound() };
        let stood = |from: &str| {
            let from = [(lot.clone(), day(from))].into();
            let leads = lot_leads(Law::shipped(), &content, &from).expect("in force");
            (leads[0].days, leads[0].is_enough(content.noticed))
        };
        assert_eq!(stood("2026-05-02"), (30, true));
        assert_eq!(stood("2026-05-03"), (29, false));
    }

    proptest! {
        /// Whatever the days, a notice without a shortfall keeps the legal distances; the
        /// count here does not use the calendar under test.
        #[test]
        fn nothing_ends_before_its_minimum(
            sale in 0u32..12, bids in 0u32..40, clarified in proptest::option::of(0u32..30),
        ) {
            let from = day("2026-09-20");
            let content = NoticeContent {
                noticed: from,
                documents_from: from,
                documents_until: from.plus(sale),
                deadline: from.plus(bids),
                clarified: clarified.map(|n| from.plus(n)),
                ..sound()
            };
            if wrong(&content).is_empty() {
                prop_assert!(sale >= 5 && bids >= 20);
                prop_assert!(clarified.is_none_or(|n| bids >= n + 15));
            }
        }
    }
}
