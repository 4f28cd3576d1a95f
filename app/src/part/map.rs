//! The projection of the city's maps.

use model::Place;

/// Width and height of the map's own units.
pub const MAP: (f64, f64) = (1000.0, 780.0);

const WEST: f64 = 104.58;
const EAST: f64 = 106.78;
const NORTH: f64 = 32.98;
const SOUTH: f64 = 31.52;

/// Plate carrée, stretched so that a kilometre is as long north as east.
pub fn project(lon: f64, lat: f64) -> (f64, f64) {
    ((lon - WEST) / (EAST - WEST) * MAP.0, (NORTH - lat) / (NORTH - SOUTH) * MAP.1)
}

/// The place of a point of the map, if it lies in the city's bounds.
pub fn unproject(x: f64, y: f64) -> Option<Place> {
    let lon = WEST + x / MAP.0 * (EAST - WEST);
    let lat = NORTH - y / MAP.1 * (NORTH - SOUTH);
    Place::from_degrees(lon, lat).filter(|place| place.in_city())
}

/// The districts' names where the picture of the city has them: the middle of each
/// text. By hand, clear of the outlines.
pub const NAMES: [(&str, f64, f64); 7] = [
    ("利州区", 536.0, 282.0),
    ("昭化区", 569.0, 437.0),
    ("朝天区", 632.0, 175.0),
    ("旺苍县", 818.0, 345.0),
    ("青川县", 291.0, 237.0),
    ("剑阁县", 422.0, 575.0),
    ("苍溪县", 687.0, 579.0),
];

/// A text on the map: the point it begins at or ends at, and which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Left or right end of the base line.
    pub x: f64,
    /// Base line.
    pub y: f64,
    /// `start` or `end`.
    pub anchor: &'static str,
}

/// A rectangle: left, top, right, bottom.
type Area = [f64; 4];

/// Places for the labels of these points, in their order, each beside its point where
/// it covers no district's name, no other point and no label before it. `size` is the
/// text's height and `letters` how many of that width each has. Where every place is
/// taken the label stands to the right all the same.
pub fn labels(points: &[(f64, f64)], letters: &[usize], size: f64) -> Vec<Label> {
    const GAP: f64 = 18.0;
    const NAME: f64 = 17.0;
    let around = |x: f64, y: f64, half: f64| [x - half, y - half, x + half, y + half];
    let mut taken: Vec<Area> = NAMES
        .iter()
        .map(|(name, x, y)| {
            let half = name.chars().count() as f64 * NAME / 2.0;
            [x - half, y - NAME, x + half, y + NAME / 4.0]
        })
        .collect();
    let pins: Vec<Area> = points.iter().map(|&(x, y)| around(x, y, 12.0)).collect();
    let meet = |a: &Area, b: &Area| a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    let mut placed = Vec::with_capacity(points.len());
    for (i, (&(x, y), &letters)) in points.iter().zip(letters).enumerate() {
        let width = letters as f64 * size;
        let near = |dx: f64, dy: f64, anchor| Label { x: x + dx, y: y + dy, anchor };
        let ways = [
            near(GAP, size / 3.0, "start"),
            near(-GAP, size / 3.0, "end"),
            near(-GAP, -GAP, "start"),
            near(-GAP, GAP + size, "start"),
            near(GAP, -GAP, "end"),
            near(GAP, GAP + size, "end"),
        ];
        let area = |label: &Label| {
            let left = if label.anchor == "start" { label.x } else { label.x - width };
            [left, label.y - size, left + width, label.y + size / 4.0]
        };
        let inside = |a: &Area| a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= MAP.0 && a[3] <= MAP.1;
        let free = |label: &&Label| {
            let area = area(label);
            let others = pins.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, pin)| pin);
            inside(&area) && !taken.iter().chain(others).any(|other| meet(&area, other))
        };
        let best = *ways.iter().find(free).unwrap_or(&ways[0]);
        taken.push(area(&best));
        placed.push(best);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_clear_of_names_and_of_each_other() {
        // Left of a name; beside the eastern edge; two at nearly one place.
        let points = [(510.0, 276.0), (980.0, 500.0), (200.0, 600.0), (230.0, 602.0)];
        let placed = labels(&points, &[10, 8, 6, 6], 19.0);
        assert_ne!(placed[0].anchor, "start", "it would cover 利州区");
        assert_eq!(placed[1].anchor, "end");
        assert_eq!((placed[2].anchor, placed[3].anchor), ("end", "start"));
    }

    #[test]
    fn there_and_back() {
        let place = Place::from_degrees(105.8436, 32.4353).expect("a place");
        let (x, y) = project(place.lon.degrees(), place.lat.degrees());
        let back = unproject(x, y).expect("in the city");
        assert!(place.distance(back).0 <= 1);
        assert_eq!(unproject(-500.0, 0.0), None);
    }
}
