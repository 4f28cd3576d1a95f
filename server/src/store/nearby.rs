//! Where all reports are, for finding those of one danger. Follows the journal: every
//! record that the mirror takes in is put in its place here.

use model::{EmergencyId, Metres, Place};
use pool::index::PlaceIndex;
use std::collections::HashMap;

/// Reports by place.
#[derive(Debug)]
pub struct Nearby {
    index: PlaceIndex<EmergencyId>,
    at: HashMap<EmergencyId, Place>,
}

impl Default for Nearby {
    fn default() -> Self {
        Self { index: PlaceIndex::new([]), at: HashMap::new() }
    }
}

impl Nearby {
    /// Puts a report where it is now.
    pub(super) fn put(&mut self, id: &EmergencyId, place: Place) {
        match self.at.insert(id.clone(), place) {
            Some(before) if before == place => return,
            Some(before) => {
                self.index.remove(id, before);
            }
            None => {}
        }
        self.index.insert(id.clone(), place);
    }

    /// Reports within `limit` of a place, nearest first.
    pub fn within(&self, place: Place, limit: Metres) -> Vec<(EmergencyId, Metres)> {
        self.index.within(place, limit)
    }
}
