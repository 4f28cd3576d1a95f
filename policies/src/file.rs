//! Policy files as they are written, and what can be wrong with one.

use crate::{Figure, Kind, Question, Rule, Standing, Unit};
use model::Day;
use serde::{Deserialize, Serialize};

/// A policy file: one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Key.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its rules, in their order.
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Its questions, in their order.
    #[serde(default, rename = "question", skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// The yearly notices on holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFile {
    /// Key.
    pub id: String,
    /// Title.
    pub title: String,
    /// The years on file.
    #[serde(default, rename = "year")]
    pub years: Vec<Year>,
}

/// One year's notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// The notice.
    pub notice: Notice,
    /// Days off, as `first/last`.
    pub off: Vec<String>,
    /// Saturdays and Sundays on which people work.
    pub work: Vec<Day>,
}

/// What a year's holidays rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its title.
    pub text: String,
}

/// Changes to the rules that are on file: new values of rules, new years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// New values.
    #[serde(default, rename = "change", skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<NewValue>,
    /// New years of the calendar.
    #[serde(default, rename = "year", skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<Year>,
}

/// A value that a rule has from some day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewValue {
    /// The rule.
    pub rule: String,
    /// Its value.
    pub value: Figure,
}

/// What is wrong with a policy file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {why}")]
pub struct LawFault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: Wrong,
}

/// What is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Not the shape of a policy file: an unknown word, a missing field, no date.
    #[error("{0}")]
    Shape(String),
    /// Two rules share a key.
    #[error("rule {0} is written twice")]
    Twice(String),
    /// An amendment to a rule that is not on file.
    #[error("there is no rule {0}")]
    Unknown(String),
    /// A rule without a value.
    #[error("rule {0} has no value")]
    Empty(String),
    /// Two values hold on one day.
    #[error("values of {0} overlap or are out of order")]
    Overlap(String),
    /// No value holds between two of them.
    #[error("values of {0} leave a gap")]
    Gap(String),
    /// A statutory or local figure without a source.
    #[error("{0} is called law but names no source")]
    Unsourced(String),
    /// A negative figure.
    #[error("{0} is negative")]
    Negative(String),
    /// A value larger than anything of its unit can be meant to be.
    #[error("{rule} is larger than {most}")]
    TooLarge {
        /// The rule.
        rule: String,
        /// The most that is taken.
        most: i64,
    },
    /// What is not law put in the place of what is.
    #[error("{0} is law; only law takes its place")]
    NotLaw(String),
    /// A value beyond what another rule allows.
    #[error("{rule} passes the bound that {bound} sets ({limit})")]
    Beyond {
        /// The rule.
        rule: String,
        /// The rule that bounds it.
        bound: String,
        /// What that says.
        limit: i64,
    },
    /// A promise about something that can't be promised: it would shorten a legal
    /// minimum, or names no rule.
    #[error("{rule} can't promise {of}: only the longest time for something can be shortened")]
    Promise {
        /// The promise.
        rule: String,
        /// What it is about.
        of: String,
    },
    /// A day both off and worked, a make-up day in the week, a span outside its year.
    #[error("calendar: {0}")]
    Calendar(String),
}

impl Wrong {
    /// In words, for whoever wrote the file.
    pub fn words(&self) -> String {
        match self {
            Self::Shape(why) => format!("格式不对：{why}"),
            Self::Twice(rule) => format!("规则 {rule} 重复"),
            Self::Unknown(rule) => format!("没有规则 {rule}"),
            Self::Empty(rule) => format!("规则 {rule} 没有取值"),
            Self::Overlap(rule) => format!("规则 {rule} 的施行日期重叠或次序颠倒"),
            Self::Gap(rule) => format!("规则 {rule} 的施行日期不连续"),
            Self::Unsourced(rule) => format!("规则 {rule} 标为法定或本地规定，却没有出处"),
            Self::Negative(rule) => format!("规则 {rule} 的取值是负数"),
            Self::TooLarge { rule, most } => format!("规则 {rule} 的取值大于 {most}，不合理"),
            Self::NotLaw(rule) => {
                format!("规则 {rule} 现为法定，只能由法定取值替代，须有出处")
            }
            Self::Beyond { rule, bound, limit } => {
                format!("规则 {rule} 突破了 {bound} 的限度（{limit}）")
            }
            Self::Promise { rule, of } => {
                format!("承诺 {rule} 不成立：{of} 不是可以缩短的最长期限，或承诺比它长")
            }
            Self::Calendar(why) => format!("放假安排有误：{why}"),
        }
    }

    /// At a line of a file.
    pub(crate) fn at(self, file: &str, line: usize) -> LawFault {
        LawFault { file: file.to_owned(), line, why: self }
    }
}

/// Reads TOML, with the line of what is not understood.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> Result<T, LawFault> {
    toml::from_str(text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Wrong::Shape(e.message().to_owned()).at(name, line)
    })
}

/// The line on which the rule `key` is named, or its `n`th value begins.
pub(crate) fn line_of(text: &str, key: &str, n: Option<usize>) -> usize {
    let quoted = format!("\"{key}\"").replace('"', "");
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| {
        let Some((name, value)) = line.split_once('=') else { return true };
        let named = matches!(name.trim(), "id" | "rule");
        !(named && value.trim().trim_matches(['"', '\'']) == quoted)
    });
    let Some((at, _)) = lines.next() else { return 1 };
    let values = lines.filter(|(_, line)| {
        matches!(line.trim(), "[[rule.value]]" | "[change.value]" | "[[change]]")
    });
    match n {
        Some(n) => values.map(|(at, _)| at).nth(n).unwrap_or(at) + 1,
        None => at + 1,
    }
}

/// Checks a rule by itself: the faulty value's place, and what is wrong.
pub(crate) fn check(rule: &Rule) -> Result<(), (Option<usize>, Wrong)> {
    let id = || rule.id.clone();
    if rule.values.is_empty() {
        return Err((None, Wrong::Empty(id())));
    }
    for (i, figure) in rule.values.iter().enumerate() {
        let is_law = matches!(figure.standing, Standing::Statutory | Standing::Local);
        let wrong = if is_law && figure.source.is_none() {
            Wrong::Unsourced(id())
        } else if figure.value < 0 {
            Wrong::Negative(id())
        } else if figure.value > rule.unit.most() {
            Wrong::TooLarge { rule: id(), most: rule.unit.most() }
        } else if figure.to.is_some_and(|to| to < figure.from) {
            Wrong::Overlap(id())
        } else {
            continue;
        };
        return Err((Some(i), wrong));
    }
    for (i, pair) in rule.values.windows(2).enumerate() {
        let (one, next) = (&pair[0], &pair[1]);
        if one.from >= next.from || one.to.is_some_and(|to| to >= next.from) {
            return Err((Some(i + 1), Wrong::Overlap(id())));
        }
        if one.to.is_some_and(|to| to.plus(1) != next.from) {
            return Err((Some(i + 1), Wrong::Gap(id())));
        }
        if one.standing == Standing::Statutory && next.standing != Standing::Statutory {
            return Err((Some(i + 1), Wrong::NotLaw(id())));
        }
    }
    Ok(())
}

/// Whether `value` of a rule of that kind passes what `limit` allows.
fn passes(kind: Kind, value: i64, limit: i64) -> bool {
    match kind {
        Kind::Minimum | Kind::MinimumPeriod | Kind::MinimumDistance => value < limit,
        _ => value > limit,
    }
}

/// Checks a rule against the one that bounds it, over all days on which both hold.
pub(crate) fn check_bound(rule: &Rule, bound: &Rule) -> Result<(), (Option<usize>, Wrong)> {
    let holds = |f: &Figure, day: Day| f.from <= day && f.to.is_none_or(|to| day <= to);
    for (i, figure) in rule.values.iter().enumerate() {
        let next = rule.values.get(i + 1).map(|next| next.from);
        let days = std::iter::once(figure.from).chain(bound.values.iter().map(|b| b.from));
        let within = days.filter(|day| {
            *day >= figure.from && next.is_none_or(|next| *day < next) && holds(figure, *day)
        });
        for day in within {
            let Ok(limit) = bound.on(day) else { continue };
            if rule.unit != bound.unit || passes(rule.kind, figure.value, limit.value) {
                let wrong = Wrong::Beyond {
                    rule: rule.id.clone(),
                    bound: bound.id.clone(),
                    limit: limit.value,
                };
                return Err((Some(i), wrong));
            }
        }
    }
    Ok(())
}

/// Checks that a promise is about the longest time for something, and does not pass it.
pub(crate) fn check_promise(rule: &Rule, of: Option<&Rule>) -> Result<(), (Option<usize>, Wrong)> {
    let wrong =
        || Wrong::Promise { rule: rule.id.clone(), of: rule.of.clone().unwrap_or_default() };
    let Some(of) = of else { return Err((None, wrong())) };
    let fits = rule.kind == Kind::Target
        && of.kind == Kind::Maximum
        && (rule.unit == Unit::Percent || rule.unit == of.unit);
    if !fits {
        return Err((None, wrong()));
    }
    if rule.unit == Unit::Percent {
        let over = rule.values.iter().position(|f| f.value > 100);
        return over.map_or(Ok(()), |i| Err((Some(i), wrong())));
    }
    check_bound(rule, of)
}
