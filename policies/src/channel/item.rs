//! The papers of an application: there, on their way, promised, or not needed.

use crate::{Law, NotInForce, Ruling, keys};
use model::{AccountId, Day, Moment, Personal};
use serde::{Deserialize, Serialize};

/// One paper of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which: the key of its question.
    pub paper: String,
    /// What it is called.
    pub name: String,
    /// How it stands.
    pub state: ItemState,
}

/// How a paper stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ItemState {
    /// 已提交
    Here {
        /// Number of the document, or what was handed in.
        reference: String,
    },
    /// 并联办理: an approval of the channel brings it.
    Parallel,
    /// 容缺: it follows.
    Missing {
        /// By which day.
        by: Day,
        /// Who answers for it.
        person: Personal,
    },
    /// 已补齐
    Supplied {
        /// Number of the document, or what was handed in.
        reference: String,
        /// When.
        at: Moment,
        /// The day by which it was due.
        by: Day,
    },
    /// 告知承诺: somebody signed that it is so.
    Pledged {
        /// What was signed.
        words: String,
        /// Who signed.
        by: AccountId,
        /// When.
        at: Moment,
    },
    /// 承诺属实
    Kept {
        /// What was signed.
        words: String,
        /// What was found.
        findings: String,
        /// When.
        at: Moment,
    },
    /// 承诺不实
    False {
        /// What was signed.
        words: String,
        /// What was found.
        findings: String,
        /// When.
        at: Moment,
    },
    /// 不需要
    NotNeeded {
        /// Why.
        why: String,
    },
}

impl ItemState {
    /// The key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Here { .. } => "here",
            Self::Parallel => "parallel",
            Self::Missing { .. } => "missing",
            Self::Supplied { .. } => "supplied",
            Self::Pledged { .. } => "pledged",
            Self::Kept { .. } => "kept",
            Self::False { .. } => "false",
            Self::NotNeeded { .. } => "none",
        }
    }

    /// The Chinese name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Here { .. } => "已提交",
            Self::Parallel => "并联办理",
            Self::Missing { .. } => "容缺",
            Self::Supplied { .. } => "已补齐",
            Self::Pledged { .. } => "告知承诺",
            Self::Kept { .. } => "承诺属实",
            Self::False { .. } => "承诺不实",
            Self::NotNeeded { .. } => "不需要",
        }
    }
}

/// Papers that came late or have not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// Their names.
    pub papers: Vec<String>,
    /// There are so many of them that the channel is suspended.
    pub suspends: Ruling<bool>,
}

impl Item {
    /// Whether it is late on `today`: not there after its day, or supplied after it.
    pub fn is_late(&self, today: Day) -> bool {
        match &self.state {
            ItemState::Missing { by, .. } => *by < today,
            ItemState::Supplied { at, by, .. } => *by < at.day(),
            _ => false,
        }
    }

    /// The day by which it must follow, while it is missing.
    pub const fn due(&self) -> Option<Day> {
        match &self.state {
            ItemState::Missing { by, .. } => Some(*by),
            _ => None,
        }
    }

    /// Which of `items` are late on `today`, and whether that suspends a channel that was
    /// opened on `opened`. What was late once counts, though it has come since.
    ///
    /// # Errors
    ///
    /// [`NotInForce`].
    pub fn late(law: &Law, items: &[Self], opened: Day, today: Day) -> Result<Late, NotInForce> {
        let papers: Vec<String> =
            items.iter().filter(|i| i.is_late(today)).map(|i| i.name.clone()).collect();
        let many = i64::try_from(papers.len()).unwrap_or(i64::MAX);
        let suspends = law.figure(keys::CHANNEL_LATE_ITEMS, opened)?.map(|from| many >= from);
        Ok(Late { papers, suspends })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn item(state: ItemState) -> Item {
        Item { paper: "land".into(), name: "用地预审与选址意见".into(), state }
    }

    fn missing(by: &str) -> Item {
        let person = Personal { key: "pv-1".into(), seal: "s".into() };
        item(ItemState::Missing { by: day(by), person })
    }

    fn suspends(items: &[Item], today: &str) -> bool {
        let opened = day("2026-07-06");
        Item::late(Law::shipped(), items, opened, day(today)).expect("in force").suspends.value
    }

    #[test]
    fn the_second_late_paper_suspends() {
        let two = [missing("2026-07-20"), missing("2026-07-22")];
        assert!(!suspends(&two, "2026-07-20"), "the last day is in time");
        assert!(!suspends(&two, "2026-07-22"), "one is late");
        assert!(suspends(&two, "2026-07-23"));
        let came = |at: &str| {
            item(ItemState::Supplied {
                reference: "广自然资预〔2026〕7号".into(),
                at: format!("{at}T10:00:00+08:00").parse().expect("a moment"),
                by: day("2026-07-20"),
            })
        };
        assert!(!suspends(&[came("2026-07-20"), missing("2026-07-22")], "2026-07-23"));
        // What came late was late.
        assert!(suspends(&[came("2026-07-21"), missing("2026-07-22")], "2026-07-23"));
    }
}
