//! All rules on file, read once and checked.

use crate::gate::Question;
use crate::{Calendar, NotInForce, Rule, Ruling, Standing};
use model::Day;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The keys of the rules that code asks for. A test keeps this list and the
/// files equal, so that no rule is dead and none is missing.
pub mod keys {
    /// Working days that an entry to the reserve is published.
    pub const PUBLICITY: &str = "reserve.publicity";
    /// Working days for a reply before a suspension or removal.
    pub const REPLY: &str = "reserve.reply";
    /// Months that an entry lasts.
    pub const TERM: &str = "reserve.term";
    /// Minutes after which a reported position is stale.
    pub const POSITION_FRESH: &str = "reserve.position_fresh";
    /// Missions that one firm may have at a time.
    pub const CAPACITY: &str = "reserve.capacity";
    /// The fewest candidates among whom lots are drawn.
    pub const FEW: &str = "reserve.few";
    /// The score of a team that has none yet.
    pub const START_SCORE: &str = "reserve.start_score";
    /// Months of missions that count for merit.
    pub const SCORE_MONTHS: &str = "reserve.score_months";
    /// Months of calls that count for rotation.
    pub const ROTATION_MONTHS: &str = "reserve.rotation_months";
    /// Minutes from the call until a team sets off.
    pub const MUSTER: &str = "reserve.muster";
    /// Road length as a percentage of the straight line.
    pub const TERRAIN_PERCENT: &str = "reserve.terrain_percent";
    /// Kilometres an hour on mountain roads.
    pub const SPEED: &str = "reserve.speed";
    /// Metres within which a report may be of the same danger.
    pub const DUPLICATE_METRES: &str = "reserve.duplicate_metres";
    /// Hours within which a report may be of the same danger.
    pub const DUPLICATE_HOURS: &str = "reserve.duplicate_hours";
    /// Works contracts of this size must be tendered.
    pub const TENDER_WORKS: &str = "threshold.works";
    /// Goods contracts of this size must be tendered.
    pub const TENDER_GOODS: &str = "threshold.goods";
    /// Survey, design, supervision contracts of this size must be tendered.
    pub const TENDER_SERVICES: &str = "threshold.services";
    /// A department determines alone up to this estimate.
    pub const DEPARTMENT_LIMIT: &str = "determine.department_limit";
    /// A deputy mayor must approve up to this estimate.
    pub const LEADER_LIMIT: &str = "determine.leader_limit";
    /// Minutes within which an oral order is confirmed in writing.
    pub const ORAL_ORDER: &str = "clock.oral_order";
    /// Minutes within which a committed nonce is revealed.
    pub const REVEAL: &str = "clock.reveal";
    /// Minutes after which a silent team is telephoned.
    pub const CALL_VOICE: &str = "clock.call_voice";
    /// Minutes after which a silent team's second contact is told.
    pub const CALL_SECOND: &str = "clock.call_second";
    /// Days from acceptance of the work until its settlement is handed in.
    pub const SETTLE: &str = "clock.settle";
    /// Months that a reporter's name and phone are kept after the case is closed.
    pub const REPORTER_KEPT: &str = "privacy.reporter_months";
    /// Days that the text of a message is kept.
    pub const MESSAGE_KEPT: &str = "privacy.message_days";
    /// Share of a clock after which it warns.
    pub const WARN_PERCENT: &str = "clock.warn_percent";
    /// The legal limit for publishing.
    pub const PUBLISH_STATUTORY: &str = "clock.publish.statutory";

    /// What each item of a score is worth; together 100 points.
    pub const SCORE: [&str; 7] = [
        "score.response",
        "score.presence",
        "score.schedule",
        "score.quality",
        "score.safety",
        "score.records",
        "score.cooperation",
    ];

    /// The single ones; [`SCORE`] and the step clocks of [`crate::Step`] come on top.
    pub const ALL: [&str; 28] = [
        PUBLICITY,
        REPLY,
        TERM,
        POSITION_FRESH,
        CAPACITY,
        FEW,
        START_SCORE,
        SCORE_MONTHS,
        ROTATION_MONTHS,
        MUSTER,
        TERRAIN_PERCENT,
        SPEED,
        DUPLICATE_METRES,
        DUPLICATE_HOURS,
        TENDER_WORKS,
        TENDER_GOODS,
        TENDER_SERVICES,
        DEPARTMENT_LIMIT,
        LEADER_LIMIT,
        ORAL_ORDER,
        REVEAL,
        CALL_VOICE,
        CALL_SECOND,
        SETTLE,
        REPORTER_KEPT,
        MESSAGE_KEPT,
        WARN_PERCENT,
        PUBLISH_STATUTORY,
    ];
}

/// Topics whose rules anybody may reckon with: each of them is asked by its key as it
/// stands on file.
pub const OFFERED: [&str; 2] = ["procurement", "tender"];

/// What is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LawFault {
    /// Not the shape of a policy file; the message names line and column.
    #[error("{file}: {message}")]
    Shape {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
    /// Two rules share a key.
    #[error("rule {0} is written twice")]
    Twice(String),
    /// A rule without a value.
    #[error("rule {0} has no value")]
    Empty(String),
    /// Values not in order of their days, or one ends after the next begins.
    #[error("values of {0} overlap or are out of order")]
    Order(String),
    /// A statutory or local figure without a source.
    #[error("{0} is called law but names no source")]
    Unsourced(String),
    /// A negative figure.
    #[error("{0} is negative")]
    Negative(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: String,
    #[serde(default, rename = "rule")]
    rules: Vec<Rule>,
    #[serde(default, rename = "question")]
    questions: Vec<Question>,
}

/// A policy file: what it is about, and its rules in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Key.
    pub id: String,
    /// Title.
    pub title: String,
    /// Keys of its rules.
    pub rules: Vec<String>,
}

/// All rules on file.
#[derive(Debug, Clone)]
pub struct Law {
    rules: BTreeMap<String, Rule>,
    topics: Vec<Topic>,
    /// The questions of the determination.
    pub questions: Vec<Question>,
    /// Working days and holidays.
    pub calendar: Calendar,
}

static SHIPPED: LazyLock<Law> = LazyLock::new(|| {
    let files = [
        ("step-clocks.toml", include_str!("../params/step-clocks.toml")),
        ("reserve.toml", include_str!("../params/reserve.toml")),
        ("emergency.toml", include_str!("../params/emergency.toml")),
        ("privacy.toml", include_str!("../params/privacy.toml")),
        ("tender.toml", include_str!("../params/tender.toml")),
        ("procurement.toml", include_str!("../params/procurement.toml")),
    ];
    Law::read(&files, include_str!("../params/calendar.toml"))
        .expect("the shipped policy files are checked by the tests of this crate")
});

impl Law {
    /// The rules that come with the program.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads and checks policy files (name, text) and a calendar.
    ///
    /// # Errors
    ///
    /// [`LawFault`], naming the file or the rule.
    pub fn read(files: &[(&str, &str)], calendar: &str) -> Result<Self, LawFault> {
        let mut law = Self {
            rules: BTreeMap::new(),
            topics: Vec::new(),
            questions: Vec::new(),
            calendar: Calendar::read(calendar)?,
        };
        for (name, text) in files {
            let file: File = toml::from_str(text).map_err(|e| LawFault::Shape {
                file: (*name).to_owned(),
                message: e.to_string(),
            })?;
            law.questions.extend(file.questions);
            law.topics.push(Topic {
                id: file.id,
                title: file.title,
                rules: file.rules.iter().map(|rule| rule.id.clone()).collect(),
            });
            for rule in file.rules {
                check(&rule)?;
                let id = rule.id.clone();
                if law.rules.insert(id.clone(), rule).is_some() {
                    return Err(LawFault::Twice(id));
                }
            }
        }
        Ok(law)
    }

    /// The value of the rule `key` in force on `day`.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when it has none then.
    pub fn figure(&self, key: &str, day: Day) -> Result<Ruling<i64>, NotInForce> {
        self.rules
            .get(key)
            .ok_or_else(|| NotInForce { rule: key.to_owned(), day })
            .and_then(|rule| rule.on(day))
    }

    /// The rule `key`.
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.rules.get(key)
    }

    /// The topics on file, key and title, in the order of the files.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// All rules, by key.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }
}

fn check(rule: &Rule) -> Result<(), LawFault> {
    let id = || rule.id.clone();
    if rule.values.is_empty() {
        return Err(LawFault::Empty(id()));
    }
    for figure in &rule.values {
        let is_law = matches!(figure.standing, Standing::Statutory | Standing::Local);
        if is_law && figure.source.is_none() {
            return Err(LawFault::Unsourced(id()));
        }
        if figure.value < 0 {
            return Err(LawFault::Negative(id()));
        }
        if figure.to.is_some_and(|to| to < figure.from) {
            return Err(LawFault::Order(id()));
        }
    }
    let in_order = rule
        .values
        .windows(2)
        .all(|pair| pair[0].from < pair[1].from && pair[0].to.is_none_or(|to| to < pair[1].from));
    if in_order { Ok(()) } else { Err(LawFault::Order(id())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Step, keys};
    use model::Urgency;
    use std::collections::BTreeSet;

    #[test]
    fn no_rule_is_dead_and_none_is_missing() {
        let asked: BTreeSet<String> = keys::ALL
            .iter()
            .chain(&keys::SCORE)
            .map(|k| (*k).to_owned())
            .chain(
                Step::ALL
                    .iter()
                    .flat_map(|step| Urgency::ALL.iter().map(|urgency| step.rule(*urgency))),
            )
            .collect();
        let on_file: BTreeSet<String> = Law::shipped()
            .rules()
            .filter(|r| !OFFERED.contains(&r.topic()))
            .map(|r| r.id.clone())
            .collect();
        assert_eq!(asked, on_file);
    }

    #[test]
    fn a_score_has_a_hundred_points() {
        let day = "2026-07-18".parse().expect("a day");
        let worth = |key: &&str| Law::shipped().figure(key, day).map(|f| f.value);
        assert_eq!(keys::SCORE.iter().map(worth).sum::<Result<i64, _>>(), Ok(100));
    }

    #[test]
    fn a_rule_holds_from_its_first_day() {
        let day = |text: &str| text.parse().expect("a day");
        let law = Law::shipped();
        assert!(law.figure(keys::TENDER_WORKS, day("2018-05-31")).is_err());
        let ruling = law.figure(keys::TENDER_WORKS, day("2018-06-01")).expect("in force");
        assert_eq!(ruling.value, 400_000_000);
        assert_eq!(
            ruling.basis.map(|b| b.line()).as_deref(),
            Some("《必须招标的工程项目规定》（国家发展改革委令第16号）第五条第（一）项")
        );
    }

    #[test]
    fn bad_files_are_refused_with_the_reason() {
        let rule = |values: &str| {
            format!(
                "id = 'x'\ntitle = 'x'\n[[rule]]\nid = 'x.y'\nlabel = 'y'\nkind = 'cap'\n\
                 unit = 'count'\nanchor = 'z'\n{values}"
            )
        };
        let law = "[[rule.value]]\nfrom = '2020-01-01'\nvalue = 1\nstatus = 'statutory'\n";
        let ours = "[[rule.value]]\nfrom = '2020-01-01'\nvalue = 1\nstatus = 'default'\n";
        let calendar = "id = 'c'\ntitle = 'c'\n";
        for (values, expected) in [
            (law.to_owned(), "names no source"),
            (ours.repeat(2), "overlap"),
            (ours.replace("1\n", "-1\n"), "negative"),
            (ours.replace("value = 1", "value = 'one'"), "x.toml"),
            (ours.replace("2020-01-01", "2020-02-30"), "x.toml"),
        ] {
            let fault = Law::read(&[("x.toml", &rule(&values))], calendar).expect_err(expected);
            assert!(fault.to_string().contains(expected), "{fault}");
        }
    }
}
