//! Places by nearness: an R-tree over unit vectors, so that the poles and the
//! date line need no special care and the order is the great-circle order.

use model::{Metres, Place};
use rstar::{AABB, PointDistance, RTree, RTreeObject};

/// Things with a place, found by nearness.
#[derive(Debug, Clone)]
pub struct PlaceIndex<K> {
    tree: RTree<Pin<K>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Pin<K> {
    key: K,
    place: Place,
    point: [f64; 3],
}

impl<K> RTreeObject for Pin<K> {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.point)
    }
}

impl<K> PointDistance for Pin<K> {
    fn distance_2(&self, point: &[f64; 3]) -> f64 {
        self.point.iter().zip(point).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}

impl<K: Clone + Ord> PlaceIndex<K> {
    /// An index of these things.
    pub fn new(items: impl IntoIterator<Item = (K, Place)>) -> Self {
        Self { tree: RTree::bulk_load(items.into_iter().map(Pin::new).collect()) }
    }

    /// How many things it holds.
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a thing in. A thing that moved must be removed first.
    pub fn insert(&mut self, key: K, place: Place) {
        self.tree.insert(Pin::new((key, place)));
    }

    /// Takes a thing out; says whether it was there.
    pub fn remove(&mut self, key: &K, place: Place) -> bool {
        self.tree.remove(&Pin::new((key.clone(), place))).is_some()
    }

    /// The `n` nearest things, nearest first, ties by key.
    pub fn nearest(&self, place: Place, n: usize) -> Vec<(K, Metres)> {
        let mut found: Vec<(Metres, &K)> = Vec::with_capacity(n + 1);
        // Whole metres make ties that the tree's own order knows nothing of: read
        // on until a thing is farther than the `n`th by more than the rounding.
        for pin in self.tree.nearest_neighbor_iter(&place.unit_vector()) {
            let away = pin.place.distance(place);
            if n == 0 || (found.len() >= n && away.0 > found[n - 1].0.0 + 1) {
                break;
            }
            let at = found.partition_point(|known| *known <= (away, &pin.key));
            found.insert(at, (away, &pin.key));
        }
        found.into_iter().take(n).map(|(away, key)| (key.clone(), away)).collect()
    }

    /// All things within `limit`, nearest first, ties by key.
    pub fn within(&self, place: Place, limit: Metres) -> Vec<(K, Metres)> {
        let mut found = Vec::new();
        for pin in self.tree.nearest_neighbor_iter(&place.unit_vector()) {
            let away = pin.place.distance(place);
            if away.0 > limit.0.saturating_add(1) {
                break;
            }
            if away <= limit {
                found.push((away, pin.key.clone()));
            }
        }
        found.sort();
        found.into_iter().map(|(away, key)| (key, away)).collect()
    }
}

impl<K> Pin<K> {
    fn new((key, place): (K, Place)) -> Self {
        Self { key, place, point: place.unit_vector() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        // A coarse grid makes ties likely.
        (0i32..60, 0i32..60).prop_map(|(x, y)| {
            Place::from_e6(104_600_000 + x * 35_000, 31_520_000 + y * 23_000).expect("a place")
        })
    }

    fn brute(places: &[Place], at: Place) -> Vec<(usize, Metres)> {
        let mut all: Vec<(Metres, usize)> =
            places.iter().enumerate().map(|(i, p)| (p.distance(at), i)).collect();
        all.sort();
        all.into_iter().map(|(away, i)| (i, away)).collect()
    }

    proptest! {
        #[test]
        fn equals_brute_force(
            places in prop::collection::vec(place(), 0..200),
            at in place(),
            n in 0usize..30,
            limit in 0u32..120_000,
        ) {
            let index = PlaceIndex::new(places.iter().copied().enumerate());
            let expected = brute(&places, at);
            prop_assert_eq!(index.nearest(at, n), &expected[..n.min(expected.len())]);
            let near: Vec<_> = expected.into_iter().filter(|(_, away)| away.0 <= limit).collect();
            prop_assert_eq!(index.within(at, Metres(limit)), near);
        }

        #[test]
        fn follows_inserts_and_removals(
            places in prop::collection::vec(place(), 1..80),
            gone in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
            at in place(),
        ) {
            let mut index = PlaceIndex::new([]);
            for (i, p) in places.iter().enumerate() {
                index.insert(i, *p);
            }
            let mut left: Vec<Option<Place>> = places.iter().copied().map(Some).collect();
            for pick in gone {
                let i = pick.index(places.len());
                prop_assert_eq!(index.remove(&i, places[i]), left[i].take().is_some());
            }
            let mut expected: Vec<(Metres, usize)> = left
                .iter()
                .enumerate()
                .filter_map(|(i, p)| p.map(|p| (p.distance(at), i)))
                .collect();
            expected.sort();
            let expected: Vec<_> = expected.into_iter().map(|(away, i)| (i, away)).collect();
            prop_assert_eq!(index.nearest(at, places.len()), expected);
        }
    }
}
