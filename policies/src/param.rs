//! One dated figure, and how it is read.

use model::Day;
use serde::{Deserialize, Serialize};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Natural days (自然日).
    Days,
    /// Working days (工作日).
    WorkingDays,
    /// Months.
    Months,
    /// Money, in fen.
    Fen,
    /// Hundredths.
    Percent,
    /// Hundredths of a percent: 200 is 2 %.
    BasisPoints,
    /// Points of a score.
    Points,
    /// Pieces.
    Count,
    /// Metres.
    Metres,
    /// Kilometres an hour.
    KmPerHour,
}

/// What a figure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The least, where nothing more special is said.
    Minimum,
    /// A period that must have run out.
    MinimumPeriod,
    /// The least distance between two acts, the day of the first not counted.
    MinimumDistance,
    /// The last day for something, counted back from a deadline.
    DeadlineBefore,
    /// The most time that something may take.
    Maximum,
    /// A promise, not a duty.
    Target,
    /// The most of something.
    Cap,
    /// A size from which a duty begins, itself included (民法典 1259).
    Threshold,
    /// Used in a calculation.
    Figure,
}

impl Unit {
    /// The largest value that a figure of this unit may have: what is beyond it is a slip,
    /// and would keep a clock busy for ever.
    pub const fn most(self) -> i64 {
        match self {
            Self::Minutes => 60 * 24 * 366,
            Self::Hours => 24 * 366,
            Self::Days | Self::WorkingDays => 3_660,
            Self::Months => 1_200,
            // A hundred thousand million yuan.
            Self::Fen => 10_000_000_000_000,
            Self::Percent => 1_000,
            Self::BasisPoints => 10_000,
            Self::Points => 1_000,
            Self::Count => 100_000_000,
            Self::Metres => 1_000_000,
            Self::KmPerHour => 1_000,
        }
    }

    /// An amount in this unit, in words.
    pub fn amount(self, value: i64) -> String {
        match self {
            Self::Minutes => format!("{value} 分钟"),
            Self::Hours => format!("{value} 小时"),
            Self::Days => format!("{value} 日"),
            Self::WorkingDays => format!("{value} 个工作日"),
            Self::Months => format!("{value} 个月"),
            Self::Fen => match value % 1_000_000 {
                0 => format!("{} 万元", value / 1_000_000),
                _ => format!("{}.{:02} 元", value / 100, value % 100),
            },
            Self::Percent => format!("{value}%"),
            Self::BasisPoints => match (value / 100, value % 100) {
                (whole, 0) => format!("{whole}%"),
                (0, part) => format!("万分之{part}"),
                (whole, part) => format!("{whole}.{part:02}%"),
            },
            Self::Points => format!("{value} 分"),
            Self::Count => value.to_string(),
            Self::Metres => format!("{value} 米"),
            Self::KmPerHour => format!("{value} 公里/小时"),
        }
    }
}

impl Kind {
    /// What the figure does, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimum => "下限",
            Self::MinimumPeriod => "最短期间",
            Self::MinimumDistance => "最短间隔",
            Self::DeadlineBefore => "截止前最迟",
            Self::Maximum => "最长期限",
            Self::Target => "目标",
            Self::Cap => "上限",
            Self::Threshold => "起点（含本数）",
            Self::Figure => "参数",
        }
    }
}

/// What stands behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 法定: national or provincial law.
    Statutory,
    /// 本地规定: a rule of the city.
    Local,
    /// 系统默认·待主管部门确认: ours, until somebody who may decide has done so.
    Default,
    /// 参考: another city's rule, shown to think about.
    Reference,
}

impl Standing {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statutory => "法定",
            Self::Local => "本地规定",
            Self::Default => "系统默认·待主管部门确认",
            Self::Reference => "参考",
        }
    }
}

/// Where a figure is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The instrument.
    pub text: String,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// What to bear in mind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The text describes the source; it is not its title.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub described: bool,
}

impl Citation {
    /// As printed beside a figure: 《instrument》（number）article.
    pub fn line(&self) -> String {
        let mut line = match self.described {
            true => self.text.clone(),
            false => format!("《{}》", self.text),
        };
        if let Some(number) = &self.number {
            line += &format!("（{number}）");
        }
        line += self.article.as_deref().unwrap_or_default();
        line
    }
}

/// One value that a rule has had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The first day on which it holds.
    pub from: Day,
    /// The last day on which it holds, where the rule simply ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// The number, in the rule's unit.
    pub value: i64,
    /// What stands behind it.
    #[serde(rename = "status")]
    pub standing: Standing,
    /// Where it is written. A statutory figure has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Citation>,
    /// The text of law that asks for some figure here without naming it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<Citation>,
    /// The day on which a person last compared it with the source; none is 待核.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Day>,
}

/// A rule with every value it has had, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Key, unique over all files.
    pub id: String,
    /// What it is about.
    pub label: String,
    /// What the figure does.
    pub kind: Kind,
    /// What the figure counts.
    pub unit: Unit,
    /// The event whose day decides which value holds.
    pub anchor: String,
    /// The rule whose value no value of this one may pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// The rule that this one promises to keep shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The values.
    #[serde(rename = "value")]
    pub values: Vec<Figure>,
}

/// A result together with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling<T> {
    /// The result.
    pub value: T,
    /// The rule.
    pub rule: String,
    /// What the rule is about.
    pub label: String,
    /// What stands behind it.
    pub standing: Standing,
    /// Where it is written, if it is.
    pub basis: Option<Citation>,
    /// Compared with the source by a person.
    pub checked: bool,
}

impl<T> Ruling<T> {
    /// The same basis for a result worked out from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Ruling<U> {
        Ruling {
            value: f(self.value),
            rule: self.rule,
            label: self.label,
            standing: self.standing,
            basis: self.basis,
            checked: self.checked,
        }
    }
}

/// No value of the rule holds on that day: refused, not guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule} has no value on {day}")]
pub struct NotInForce {
    /// The rule.
    pub rule: String,
    /// The day.
    pub day: Day,
}

impl Rule {
    /// Its topic: what its key begins with.
    pub fn topic(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether it is a limit in days.
    pub fn counts_days(&self) -> bool {
        let limits = matches!(
            self.kind,
            Kind::MinimumPeriod
                | Kind::MinimumDistance
                | Kind::DeadlineBefore
                | Kind::Maximum
                | Kind::Target
        );
        limits && matches!(self.unit, Unit::Days | Unit::WorkingDays)
    }

    /// The value in force on `day`.
    ///
    /// # Errors
    ///
    /// [`NotInForce`] when `day` is before the first value, or after the last
    /// one ended.
    pub fn on(&self, day: Day) -> Result<Ruling<i64>, NotInForce> {
        self.values
            .iter()
            .rev()
            .find(|figure| figure.from <= day)
            .filter(|figure| figure.to.is_none_or(|to| day <= to))
            .map(|figure| Ruling {
                value: figure.value,
                rule: self.id.clone(),
                label: self.label.clone(),
                standing: figure.standing,
                basis: figure.source.clone().or_else(|| figure.hook.clone()),
                checked: figure.checked.is_some(),
            })
            .ok_or_else(|| NotInForce { rule: self.id.clone(), day })
    }
}
