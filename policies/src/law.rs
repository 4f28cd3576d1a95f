//! All rules on file, read once and checked.

use crate::file::{self, Amendment, CalendarFile, File, LawFault, Wrong, Year};
use crate::{Calendar, Figure, NotInForce, Question, Rule, Ruling};
use model::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Topics whose limits anybody may reckon with: each of them is asked by its key as it
/// stands on file.
const OFFERED: [&str; 5] = ["procurement", "tender", "plan", "bond", "contract"];

/// All rules on file.
///
/// Two sets of rules are the same when their texts are ([`Law::to_json`]), whatever
/// files and amendments they were put together from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    files: Vec<File>,
    years: CalendarFile,
    /// Where each rule stands: file and place in it.
    index: BTreeMap<String, (usize, usize)>,
    /// Working days and holidays.
    pub calendar: Calendar,
}

/// The whole of it as text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    files: Vec<File>,
    calendar: CalendarFile,
}

static SHIPPED: LazyLock<Law> = LazyLock::new(|| {
    let files = [
        ("step-clocks.toml", include_str!("../params/step-clocks.toml")),
        ("reserve.toml", include_str!("../params/reserve.toml")),
        ("emergency.toml", include_str!("../params/emergency.toml")),
        ("privacy.toml", include_str!("../params/privacy.toml")),
        ("tender.toml", include_str!("../params/tender.toml")),
        ("procurement.toml", include_str!("../params/procurement.toml")),
        ("plan.toml", include_str!("../params/plan.toml")),
        ("bond.toml", include_str!("../params/bond.toml")),
        ("promise.toml", include_str!("../params/promise.toml")),
        ("severity.toml", include_str!("../params/severity.toml")),
        ("credit.toml", include_str!("../params/credit.toml")),
        ("channel.toml", include_str!("../params/channel.toml")),
        ("contract.toml", include_str!("../params/contract.toml")),
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
    /// [`LawFault`], naming file and line.
    pub fn read(texts: &[(&str, &str)], calendar: &str) -> Result<Self, LawFault> {
        let years: CalendarFile = file::read("calendar.toml", calendar)?;
        let mut files = Vec::new();
        for (name, text) in texts {
            files.push(file::read::<File>(name, text)?);
        }
        let place = |at: usize, key: &str, n: Option<usize>, wrong: Wrong| {
            let (name, text) = texts[at];
            wrong.at(name, file::line_of(text, key, n))
        };
        Self::assemble(files, years, place)
    }

    /// Puts parsed files together and checks them; `place` says where a fault stands.
    fn assemble(
        files: Vec<File>,
        years: CalendarFile,
        place: impl Fn(usize, &str, Option<usize>, Wrong) -> LawFault,
    ) -> Result<Self, LawFault> {
        let calendar = Calendar::of(&years).map_err(|why| why.at("calendar.toml", 1))?;
        let mut index = BTreeMap::new();
        for (at, file) in files.iter().enumerate() {
            for (i, rule) in file.rules.iter().enumerate() {
                file::check(rule).map_err(|(n, wrong)| place(at, &rule.id, n, wrong))?;
                if index.insert(rule.id.clone(), (at, i)).is_some() {
                    return Err(place(at, &rule.id, None, Wrong::Twice(rule.id.clone())));
                }
            }
        }
        let law = Self { files, years, index, calendar };
        for (at, file) in law.files.iter().enumerate() {
            for rule in &file.rules {
                let checked = match (&rule.bound, &rule.of) {
                    (Some(bound), _) => match law.rule(bound) {
                        Some(bound) => file::check_bound(rule, bound),
                        None => Err((None, Wrong::Unknown(bound.clone()))),
                    },
                    (None, Some(of)) => file::check_promise(rule, law.rule(of)),
                    (None, None) => Ok(()),
                };
                checked.map_err(|(n, wrong)| place(at, &rule.id, n, wrong))?;
            }
        }
        Ok(law)
    }

    /// These rules with an amendment: new values behind the old ones, new years.
    ///
    /// # Errors
    ///
    /// [`LawFault`] with the line of the amendment; these rules stay as they are.
    pub fn amended(&self, name: &str, text: &str) -> Result<Self, LawFault> {
        let amendment: Amendment = file::read(name, text)?;
        let (mut files, mut years) = (self.files.clone(), self.years.clone());
        for change in &amendment.changes {
            let unknown = || {
                let wrong = Wrong::Unknown(change.rule.clone());
                wrong.at(name, file::line_of(text, &change.rule, None))
            };
            let (at, i) = *self.index.get(&change.rule).ok_or_else(unknown)?;
            let values = &mut files[at].rules[i].values;
            let place = values.partition_point(|v| v.from <= change.value.from);
            values.insert(place, change.value.clone());
        }
        years.years.extend(amendment.years);
        // A fault of the whole shows at the amendment: what it adds to was sound.
        let place = |_: usize, key: &str, _: Option<usize>, wrong: Wrong| {
            wrong.at(name, file::line_of(text, key, None))
        };
        Self::assemble(files, years, place).map_err(|fault| match fault.why {
            Wrong::Calendar(_) => LawFault { file: name.to_owned(), ..fault },
            _ => fault,
        })
    }

    /// Reads an amendment by itself.
    ///
    /// # Errors
    ///
    /// [`LawFault`] when it is no amendment.
    pub fn read_amendment(name: &str, text: &str) -> Result<Amendment, LawFault> {
        file::read(name, text)
    }

    /// These rules with an amendment as if its values had always held: to try it on the
    /// past before it takes effect.
    ///
    /// # Errors
    ///
    /// [`LawFault`] with the line of the amendment.
    pub fn tried(&self, name: &str, text: &str) -> Result<Self, LawFault> {
        let amended = self.amended(name, text)?;
        let amendment = Self::read_amendment(name, text)?;
        let mut files = amended.files;
        for change in &amendment.changes {
            if let Some((at, i)) = amended.index.get(&change.rule) {
                let values = &mut files[*at].rules[*i].values;
                let first = values.first().map_or(change.value.from, |v| v.from);
                *values = vec![Figure { from: first, to: None, ..change.value.clone() }];
            }
        }
        let place = |_: usize, key: &str, _: Option<usize>, wrong: Wrong| {
            wrong.at(name, file::line_of(text, key, None))
        };
        Self::assemble(files, amended.years, place)
    }

    /// The whole of it as JSON: what its hash is taken of, and what browsers read.
    ///
    /// # Errors
    ///
    /// None that these types can have; the encoder's, should there be one.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Text { files: self.files.clone(), calendar: self.years.clone() })
    }

    /// Reads what [`Law::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// [`LawFault`] when it is no such text, or not sound.
    pub fn from_json(text: &str) -> Result<Self, LawFault> {
        let shape = |e: serde_json::Error| Wrong::Shape(e.to_string()).at("law.json", e.line());
        let text: Text = serde_json::from_str(text).map_err(shape)?;
        Self::assemble(text.files, text.calendar, |_, _, _, wrong| wrong.at("law.json", 1))
    }

    /// The value of the rule `key` in force on `day`.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when it has none then.
    pub fn figure(&self, key: &str, day: Day) -> Result<Ruling<i64>, NotInForce> {
        self.rule(key)
            .ok_or_else(|| NotInForce { rule: key.to_owned(), day })
            .and_then(|rule| rule.on(day))
    }

    /// The rule `key`.
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.index.get(key).map(|(at, i)| &self.files[*at].rules[*i])
    }

    /// The policy files, in their order.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The years whose notices are on file.
    pub fn years(&self) -> &[Year] {
        &self.years.years
    }

    /// All rules, by key.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.index.values().map(|(at, i)| &self.files[*at].rules[*i])
    }

    /// The questions of a gate that are asked on `day`, in their order.
    pub fn questions(&self, gate: &str, day: Day) -> impl Iterator<Item = &Question> {
        let all = self.files.iter().flat_map(|file| &file.questions);
        all.filter(move |q| q.gate == gate && q.is_asked(day))
    }

    /// Whether anybody may reckon with a rule by itself.
    pub fn offers(&self, rule: &Rule) -> bool {
        OFFERED.contains(&rule.topic()) && rule.counts_days()
    }

    /// The promise that somebody has made about the rule `key`, if any.
    pub fn promise_of(&self, key: &str) -> Option<&Rule> {
        self.rules().find(|rule| rule.of.as_deref() == Some(key))
    }
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
            .chain(crate::severity::rules())
            .chain(crate::credit::rules())
            .chain(crate::channel::rules())
            .chain(crate::bond::rules())
            .collect();
        let law = Law::shipped();
        let on_file: BTreeSet<String> = law
            .rules()
            .filter(|r| !law.offers(r) && r.of.is_none())
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

    /// Each with what it says and the line it says it of.
    #[test]
    fn bad_files_are_refused_with_line_and_reason() {
        let head = "id = 'x'\ntitle = 'x'\n[[rule]]\nid = 'x.y'\nlabel = 'y'\nkind = 'cap'\n\
                    unit = 'count'\nanchor = 'z'\n";
        let law = "[[rule.value]]\nfrom = '2020-01-01'\nvalue = 1\nstatus = 'statutory'\n";
        let ours = "[[rule.value]]\nfrom = '2020-01-01'\nvalue = 1\nstatus = 'default'\n";
        let other = "[[rule]]\nid = 'x.z'\nlabel = 'z'\nkind = 'cap'\nunit = 'count'\n\
                     anchor = 'z'\nbound = 'x.y'\n";
        let calendar = "id = 'c'\ntitle = 'c'\n";
        for (text, line, expected) in [
            (format!("{head}{law}"), 9, "names no source"),
            (format!("{head}{}", ours.repeat(2)), 13, "overlap"),
            (
                format!(
                    "{head}{}{}",
                    ours.replace("value =", "to = '2020-02-01'\nvalue ="),
                    ours.replace("2020", "2021")
                ),
                14,
                "gap",
            ),
            (format!("{head}{}", ours.replace("= 1", "= -1")), 9, "negative"),
            (format!("{head}{}", ours.replace("value = 1", "value = 'one'")), 11, "invalid type"),
            (format!("{head}{}", ours.replace("01-01", "02-30")), 10, "day"),
            (head.replace("count", "furlongs") + ours, 7, "unknown variant"),
            (head.to_owned(), 3, "value"),
            (format!("{head}{ours}{other}{}", ours.replace("= 1", "= 2")), 20, "bound"),
        ] {
            let fault = Law::read(&[("x.toml", &text)], calendar).expect_err(expected);
            assert!(fault.to_string().contains(expected), "{fault}");
            assert_eq!((fault.file.as_str(), fault.line), ("x.toml", line), "{fault}\n{text}");
        }
    }

    #[test]
    fn the_text_is_the_whole_of_it() {
        let law = Law::shipped();
        let text = law.to_json().expect("JSON");
        let read = Law::from_json(&text).expect("sound");
        assert_eq!(&read, law);
        assert_eq!(read.to_json().expect("JSON"), text);
    }

    const LATER: &str = "[[change]]\nrule = 'plan.lead'\n[change.value]\nfrom = '2027-03-01'\n\
                         value = 20\nstatus = 'default'\n";

    #[test]
    fn an_amendment_holds_from_its_day_and_changes_nothing_before() {
        let law = Law::shipped();
        let amended = law.amended("a.toml", LATER).expect("sound");
        let lead = |law: &Law, day: &str| {
            law.figure("plan.lead", day.parse().expect("a day")).expect("in force").value
        };
        assert_eq!((lead(&amended, "2027-02-28"), lead(&amended, "2027-03-01")), (30, 20));
        assert_eq!(lead(law, "2027-03-01"), 30);
        assert_ne!(amended.to_json().expect("JSON"), law.to_json().expect("JSON"));
        let year = "[[year]]\nyear = 2027\nnotice = { text = '通知' }\n\
                    off = ['2027-01-01/2027-01-03']\nwork = []\n";
        let new_year = "2027-01-01".parse().expect("a day");
        assert!(!law.calendar.knows(new_year));
        assert!(law.amended("y.toml", year).expect("sound").calendar.knows(new_year));
    }

    #[test]
    fn a_bad_amendment_is_refused_and_the_rules_stay() {
        let law = Law::shipped();
        for (text, expected) in [
            (LATER.replace("plan.lead", "plan.led"), "there is no rule plan.led"),
            (LATER.replace("2027-03-01", "2022-07-31"), "overlap"),
            (LATER.replace("plan.lead", "tender.t11").replace("20\n", "1\n"), "only law"),
            (LATER.replace("20\n", "4294967295\n"), "larger than"),
            (LATER.replace("plan.lead", "clock.publish.urgent").replace("20\n", "30\n"), "bound"),
            (LATER.replace("default", "statutory"), "names no source"),
            (LATER.replace("plan.lead", "promise.t7").replace("20\n", "4\n"), "bound"),
            (
                LATER
                    .replace("plan.lead", "bond.defect_usual")
                    .replace("20\n", "25\n")
                    .replace("'default'", "'statutory'\nsource = { text = 'x' }"),
                "bound",
            ),
            (
                "[[year]]\nyear = 2027\nnotice = { text = 'x' }\noff = []\nwork = ['2027-01-04']\n"
                    .into(),
                "make-up",
            ),
            ("[[change]]\nrule = 3\n".into(), "invalid type"),
        ] {
            let fault = law.amended("a.toml", &text).expect_err(expected);
            assert!(fault.to_string().contains(expected), "{fault}");
            assert_eq!(fault.file, "a.toml");
        }
    }
}
