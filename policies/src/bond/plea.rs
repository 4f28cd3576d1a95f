//! What a firm says before its bond is decided about (陈述申辩): how often, and that nobody
//! decides without having seen all of it.

use super::{Bond, Hold};
use model::{AccountId, Moment};
use serde::{Deserialize, Serialize};

/// As often as a firm may speak about one hold: whoever has spoken so often was heard.
pub const MOST_PLEAS: usize = 20;

/// What the firm says before its bond is decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plea {
    /// When.
    pub at: Moment,
    /// Who entered it.
    pub by: AccountId,
    /// In its words.
    pub words: String,
}

/// Why something that a firm says is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotHeard {
    /// The same person said the same just before.
    Again,
    /// It was said often enough.
    TooOften,
}

impl Hold {
    /// Keeps what the firm says.
    ///
    /// # Errors
    ///
    /// [`NotHeard`].
    pub fn hear(&mut self, plea: Plea) -> Result<(), NotHeard> {
        let is_same = |last: &Plea| (&last.by, &last.words) == (&plea.by, &plea.words);
        if self.heard.last().is_some_and(is_same) {
            return Err(NotHeard::Again);
        }
        if self.heard.len() >= MOST_PLEAS {
            return Err(NotHeard::TooOften);
        }
        self.heard.push(plea);
        Ok(())
    }
}

/// How many pleas about each of these bonds a page shows, for the form by which it is decided;
/// nothing for a bond without any.
pub fn pleas_shown<'a>(bonds: impl IntoIterator<Item = &'a Bond>) -> String {
    let heard = bonds.into_iter().filter_map(|bond| {
        let hold = bond.hold.as_ref()?;
        let n = hold.heard.len();
        (n > 0).then(|| format!("{}={n}", bond.id))
    });
    heard.collect::<Vec<String>>().join(",")
}

/// Whether a page that showed so many pleas showed all of a bond's.
pub fn pleas_seen(shown: &str, bond: &Bond) -> bool {
    let n = bond.hold.as_ref().map_or(0, |hold| hold.heard.len());
    let mut pairs = shown.split(',').filter_map(|pair| pair.split_once('='));
    let said = pairs.find(|(id, _)| *id == bond.id.as_str()).map_or(Ok(0), |(_, n)| n.parse());
    said == Ok(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plea(by: &str, words: &str) -> Plea {
        let at = "2026-07-21T10:00:00+08:00".parse().expect("a moment");
        Plea { at, by: by.parse().expect("a key"), words: words.into() }
    }

    #[test]
    fn a_firm_is_heard_often_enough_and_not_without_end() {
        let mut hold = Hold {
            ground: "b7_withdrawn".into(),
            facts: "开标后来函撤销投标文件".into(),
            at: "2026-07-20T10:00:00+08:00".parse().expect("a moment"),
            by: "a-1".parse().expect("a key"),
            heard: vec![],
        };
        assert_eq!(hold.hear(plea("a-2", "从未撤销")), Ok(()));
        // Sent once more from a phone without signal; brought to the centre on paper, too.
        assert_eq!(hold.hear(plea("a-2", "从未撤销")), Err(NotHeard::Again));
        assert_eq!(hold.hear(plea("a-3", "从未撤销")), Ok(()));
        assert_eq!(hold.hear(plea("a-2", "从未撤销")), Ok(()));
        for n in hold.heard.len()..MOST_PLEAS {
            assert_eq!(hold.hear(plea("a-2", &n.to_string())), Ok(()));
        }
        assert_eq!(hold.hear(plea("a-2", "还有")), Err(NotHeard::TooOften));
        assert_eq!(hold.heard.len(), MOST_PLEAS);
    }
}
