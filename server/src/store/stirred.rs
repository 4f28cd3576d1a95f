//! In which order something changed that keys stand for: whoever keeps sums over many records
//! looks again only at those that changed since.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Keys in the order in which they were last stirred.
#[derive(Debug, Default)]
pub struct Stirred {
    by_place: BTreeMap<u64, Arc<str>>,
    places: HashMap<Arc<str>, u64>,
}

impl Stirred {
    /// Puts a key behind all others.
    pub(super) fn stir(&mut self, key: &str) {
        let place = self.by_place.last_key_value().map_or(1, |(last, _)| last + 1);
        let key: Arc<str> = key.into();
        if let Some(before) = self.places.insert(key.clone(), place) {
            self.by_place.remove(&before);
        }
        self.by_place.insert(place, key);
    }

    /// The same with several.
    pub(super) fn stir_all(&mut self, keys: Option<&BTreeSet<String>>) {
        for key in keys.into_iter().flatten() {
            self.stir(key);
        }
    }

    /// The last place.
    pub fn last(&self) -> u64 {
        self.by_place.last_key_value().map_or(0, |(last, _)| *last)
    }

    /// What was stirred after a place, each key once, with its own place; all from 0 on.
    pub fn after(&self, place: u64) -> impl Iterator<Item = (u64, &Arc<str>)> {
        self.by_place.range(place.saturating_add(1)..).map(|(at, key)| (*at, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_stands_once_behind_what_was_stirred_before() {
        let mut stirred = Stirred::default();
        for key in ["a", "b", "a", "c", "c"] {
            stirred.stir(key);
        }
        let after = |place| -> Vec<(u64, &str)> {
            stirred.after(place).map(|(at, key)| (at, key.as_ref())).collect()
        };
        assert_eq!(after(0), [(2, "b"), (3, "a"), (5, "c")]);
        assert_eq!(after(3), [(5, "c")]);
        assert_eq!(after(5), []);
    }
}
