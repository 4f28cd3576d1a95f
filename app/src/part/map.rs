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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let place = Place::from_degrees(105.8436, 32.4353).expect("a place");
        let (x, y) = project(place.lon.degrees(), place.lat.degrees());
        let back = unproject(x, y).expect("in the city");
        assert!(place.distance(back).0 <= 1);
        assert_eq!(unproject(-500.0, 0.0), None);
    }
}
