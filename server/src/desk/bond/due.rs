//! When something has to be done about which bond: a book that is kept up with the records, so
//! that nobody walks a hundred thousand bonds at every act. It only says where to look; what is
//! done there is decided by the records of that moment. It is written anew every day, and with
//! every edition of the rules.

use super::late::is_to_propose;
use super::{Awaits, awaits};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use model::{BondId, Day, Minutes, Moment};
use policies::bond::{Bond, On, PieceState, ground, runs};
use policies::contract::back;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

/// The book.
#[derive(Debug, Default)]
pub struct DueBook {
    /// For which edition of the rules and which day it was written.
    of: Option<(String, Day)>,
    /// How far changes were followed.
    place: u64,
    /// When, about which bond.
    due: BTreeSet<(Moment, Arc<str>)>,
    /// The same by bond.
    moments: HashMap<Arc<str>, Vec<Moment>>,
    /// The bonds with a gap that somebody must do something about.
    gaping: BTreeSet<Arc<str>>,
}

impl DueBook {
    /// The only moments of a bond from now on, and whether it has such a gap.
    fn put(&mut self, bond: &Arc<str>, moments: Vec<Moment>, gaping: bool) {
        match gaping {
            true => self.gaping.insert(bond.clone()),
            false => self.gaping.remove(bond),
        };
        for at in self.moments.remove(bond).into_iter().flatten() {
            self.due.remove(&(at, bond.clone()));
        }
        for at in &moments {
            self.due.insert((*at, bond.clone()));
        }
        if !moments.is_empty() {
            self.moments.insert(bond.clone(), moments);
        }
    }

    /// The bonds with a moment that has come.
    fn until(&self, now: Moment) -> BTreeSet<&Arc<str>> {
        self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, bond)| bond).collect()
    }

    /// How many bonds wait for something to be done now.
    pub fn waiting(&self, now: Moment) -> usize {
        self.until(now).len()
    }

    /// The next moment that is to come.
    fn next(&self, now: Moment) -> Option<Moment> {
        let after = Moment::from_ms(now.ms() + 1);
        self.due.range((after, "".into())..).next().map(|(at, _)| *at)
    }
}

impl Site {
    /// Every moment at which something has to be done about a bond, as far as the records of
    /// now say; grounds to come, such as the end of a bid's validity, with them.
    fn moments_of(&self, mirror: &Mirror, bond: &Kept<Bond>, now: Moment) -> Vec<Moment> {
        if !bond.pieces.iter().any(|piece| piece.state == PieceState::Held) {
            return vec![];
        }
        let law = self.law();
        let mut found = Vec::new();
        let horizon = match &bond.on {
            On::Tender { valid_until, .. } => now.max(Moment::end_of(*valid_until)),
            // What nothing is required for any more tomorrow is a ground to come.
            On::Contract { .. } => {
                bond.needed_until().map_or(now, |last| now.max(Moment::start_of(last.plus(1))))
            }
        };
        if bond.hold.is_none()
            && let Some(Awaits { placing, withdrawn, events, .. }) = awaits(mirror, bond)
            && let Some((_, since)) = ground(placing, withdrawn, &events, horizon)
        {
            // Without a rule for it somebody has to look at once.
            found.push(runs(&law, since).unwrap_or(since.at));
        }
        if let On::Contract { contract, .. } = &bond.on
            && let Some(contract) = mirror.contracts.get(contract.as_str())
        {
            match back(&law, contract, bond, horizon) {
                Ok(backs) => found.extend(backs.into_iter().map(|back| back.runs)),
                Err(_) => found.push(now),
            }
            found.extend(self.deemed_from(bond, now));
        }
        // A limit is passed when its last moment is over. What nobody acts on any more would only
        // be looked at again at every act.
        let late = self.owing(mirror, bond, horizon).into_iter();
        let late = late.filter(|o| o.done.is_none() && is_to_propose(mirror, bond, o));
        found.extend(late.filter_map(|owing| Some(owing.course.statutory.due?.plus(Minutes(1)))));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The moments of the bond with that key, and whether it has a gap that somebody must do
    /// something about.
    fn looked_at(&self, mirror: &Mirror, key: &str, now: Moment) -> (Vec<Moment>, bool) {
        let Some(bond) = mirror.bonds.get(key) else { return (vec![], false) };
        let mut moments = self.moments_of(mirror, bond, now);
        let gaping = self.warned_at(mirror, bond, now, &mut moments);
        (moments, gaping)
    }

    /// Something was done about a bond that is not written in it.
    pub(super) fn look_again(&self, bond: &BondId, now: Moment) {
        let mirror = self.read();
        let (moments, gaping) = self.looked_at(&mirror, bond.as_str(), now);
        let mut book = self.dues.lock().unwrap_or_else(PoisonError::into_inner);
        book.put(&Arc::from(bond.as_str()), moments, gaping);
    }

    /// The book as of the records of now.
    fn with_dues<T>(&self, mirror: &Mirror, now: Moment, read: impl Fn(&DueBook) -> T) -> T {
        let of = (self.law().short(), now.day());
        let mut book = self.dues.lock().unwrap_or_else(PoisonError::into_inner);
        if book.of.as_ref() != Some(&of) {
            *book = DueBook { of: Some(of), ..DueBook::default() };
        }
        for (place, key) in mirror.stirred.after(book.place) {
            let (moments, gaping) = self.looked_at(mirror, key, now);
            book.put(key, moments, gaping);
            book.place = place;
        }
        read(&book)
    }

    /// The bonds about which something has to be done now.
    pub(in crate::desk) fn due_bonds(&self, mirror: &Mirror, now: Moment) -> Vec<Kept<Bond>> {
        self.with_dues(mirror, now, |book| {
            let bonds = book.until(now).into_iter();
            bonds.filter_map(|key| mirror.bonds.get(key).cloned()).collect()
        })
    }

    /// The bonds with a gap, there or to come, that somebody must do something about.
    pub(super) fn gaping_bonds(&self, mirror: &Mirror, now: Moment) -> Vec<Kept<Bond>> {
        self.with_dues(mirror, now, |book| {
            book.gaping.iter().filter_map(|key| mirror.bonds.get(key).cloned()).collect()
        })
    }

    /// When something has to be done about a bond next, after `now`. What is due already is
    /// done, or its failure was reported.
    pub(in crate::desk) fn next_bond_due(&self, mirror: &Mirror, now: Moment) -> Option<Moment> {
        self.with_dues(mirror, now, |book| book.next(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Moment {
        Moment::from_ms(ms)
    }

    #[test]
    fn what_has_come_is_told_apart_from_what_is_to_come() {
        let mut book = DueBook::default();
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        book.put(&a, vec![at(10), at(30)], false);
        book.put(&b, vec![at(20)], true);
        let until = |book: &DueBook, now| -> Vec<String> {
            book.until(at(now)).into_iter().map(ToString::to_string).collect()
        };
        assert_eq!(until(&book, 9), Vec::<String>::new());
        assert_eq!(until(&book, 30), ["a", "b"]);
        assert_eq!(book.next(at(10)), Some(at(20)));
        // What changed meanwhile has no other moments than its new ones.
        assert_eq!(book.gaping.iter().map(|key| &**key).collect::<Vec<&str>>(), ["b"]);
        book.put(&b, vec![], false);
        assert!(book.gaping.is_empty());
        assert_eq!(book.next(at(10)), Some(at(30)));
        assert_eq!(until(&book, 20), ["a"]);
        assert_eq!(book.next(at(30)), None);
    }
}
