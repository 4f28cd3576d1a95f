//! Places on the earth in WGS-84, exact to a millionth of a degree (~0.1 m).
//!
//! CGCS2000, the legal Chinese frame, agrees with WGS-84 to centimetres, far
//! below what a report from a phone can tell. Map products of Chinese internet
//! companies use GCJ-02 or BD-09, some 300–1 000 m away: entries carry their
//! datum and are converted once, at the edge.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Longitude in millionths of a degree, east positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Lon(i32);

/// Latitude in millionths of a degree, north positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct Lat(i32);

/// A place in WGS-84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Longitude.
    #[serde(rename = "lon_e6")]
    pub lon: Lon,
    /// Latitude.
    #[serde(rename = "lat_e6")]
    pub lat: Lat,
}

/// A length in whole metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub u32);

/// What frame a pair of numbers was read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// GPS, 天地图 (CGCS2000).
    #[default]
    Wgs84,
    /// 高德, 腾讯.
    Gcj02,
    /// 百度.
    Bd09,
}

impl Datum {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Wgs84, Self::Gcj02, Self::Bd09];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// Where people get such coordinates from.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "手机定位、天地图",
            Self::Gcj02 => "高德、腾讯地图",
            Self::Bd09 => "百度地图",
        }
    }

    /// Reads a form's choice; what is not named is WGS-84, as phones report it.
    pub fn of_form(key: &str) -> Self {
        match key {
            "gcj02" => Self::Gcj02,
            "bd09" => Self::Bd09,
            _ => Self::Wgs84,
        }
    }
}

/// Why a pair of numbers is no place of this city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    /// The longitude is no number of degrees.
    #[error("longitude is not a number of degrees")]
    LonNotANumber,
    /// The latitude is no number of degrees.
    #[error("latitude is not a number of degrees")]
    LatNotANumber,
    /// Longitude and latitude stand in each other's field.
    #[error("longitude and latitude are swapped")]
    Swapped,
    /// Not within the city's bounds.
    #[error("outside the city")]
    OutsideCity,
}

impl Lon {
    /// A longitude in millionths of a degree, −180° to 180°.
    pub const fn from_e6(e6: i32) -> Option<Self> {
        if e6 >= -180_000_000 && e6 <= 180_000_000 { Some(Self(e6)) } else { None }
    }

    /// Millionths of a degree.
    pub const fn e6(self) -> i32 {
        self.0
    }

    /// Degrees.
    pub fn degrees(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl Lat {
    /// A latitude in millionths of a degree, −90° to 90°.
    pub const fn from_e6(e6: i32) -> Option<Self> {
        if e6 >= -90_000_000 && e6 <= 90_000_000 { Some(Self(e6)) } else { None }
    }

    /// Millionths of a degree.
    pub const fn e6(self) -> i32 {
        self.0
    }

    /// Degrees.
    pub fn degrees(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

/// Serde bounds: a stored longitude beyond 180° is a broken record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such angle on the earth")]
pub struct NoSuchAngle;

impl TryFrom<i32> for Lon {
    type Error = NoSuchAngle;
    fn try_from(e6: i32) -> Result<Self, NoSuchAngle> {
        Self::from_e6(e6).ok_or(NoSuchAngle)
    }
}

impl TryFrom<i32> for Lat {
    type Error = NoSuchAngle;
    fn try_from(e6: i32) -> Result<Self, NoSuchAngle> {
        Self::from_e6(e6).ok_or(NoSuchAngle)
    }
}

impl From<Lon> for i32 {
    fn from(lon: Lon) -> Self {
        lon.0
    }
}

impl From<Lat> for i32 {
    fn from(lat: Lat) -> Self {
        lat.0
    }
}

/// Mean radius of the Earth, R₁ of GRS 80, in metres.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl Place {
    /// A place given in millionths of a degree.
    pub const fn from_e6(lon: i32, lat: i32) -> Option<Self> {
        match (Lon::from_e6(lon), Lat::from_e6(lat)) {
            (Some(lon), Some(lat)) => Some(Self { lon, lat }),
            _ => None,
        }
    }

    /// A place given in degrees, rounded to the millionth.
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        let e6 = |degrees: f64| {
            let e6 = libm::round(degrees * 1e6);
            // Far inside `i32`; NaN and infinities fail the comparison.
            (e6.abs() <= 180_000_000.0).then_some(e6 as i32)
        };
        Self::from_e6(e6(lon)?, e6(lat)?)
    }

    /// Great-circle distance, rounded to whole metres.
    ///
    /// Trigonometry comes from `libm` alone, so that server and browser agree to
    /// the last bit.
    pub fn distance(self, other: Self) -> Metres {
        let (lat1, lat2) = (self.lat.degrees().to_radians(), other.lat.degrees().to_radians());
        let dlat = libm::sin((lat2 - lat1) / 2.0);
        let dlon = libm::sin((other.lon.degrees() - self.lon.degrees()).to_radians() / 2.0);
        let h = dlat * dlat + libm::cos(lat1) * libm::cos(lat2) * dlon * dlon;
        let angle = 2.0 * libm::asin(libm::sqrt(h.clamp(0.0, 1.0)));
        Metres(libm::round(EARTH_RADIUS_M * angle) as u32)
    }

    /// The direction from the Earth's centre, as a unit vector. Straight-line
    /// (chord) order of unit vectors is great-circle order.
    pub fn unit_vector(self) -> [f64; 3] {
        let (lon, lat) = (self.lon.degrees().to_radians(), self.lat.degrees().to_radians());
        [libm::cos(lat) * libm::cos(lon), libm::cos(lat) * libm::sin(lon), libm::sin(lat)]
    }

    /// Within the city's bounding box, 31°31′–32°56′ N, 104°36′–106°45′ E.
    pub fn in_city(self) -> bool {
        in_city(self.lon.degrees(), self.lat.degrees())
    }
}

fn in_city(lon: f64, lat: f64) -> bool {
    (104.60..=106.75).contains(&lon) && (31.52..=32.94).contains(&lat)
}

/// Reads a place that a person typed as decimal degrees, in the given datum.
///
/// # Errors
///
/// [`PlaceFault`]; [`PlaceFault::Swapped`] when exchanging the two numbers would
/// give a place of the city.
pub fn read_place(lon: &str, lat: &str, datum: Datum) -> Result<Place, PlaceFault> {
    let number = |text: &str| {
        let text = text.trim().trim_end_matches('°');
        text.parse::<f64>().ok().filter(|degrees| degrees.is_finite() && degrees.abs() <= 180.0)
    };
    let lon = number(lon).ok_or(PlaceFault::LonNotANumber)?;
    let lat = number(lat).ok_or(PlaceFault::LatNotANumber)?;
    if !in_city(lon, lat) && in_city(lat, lon) {
        return Err(PlaceFault::Swapped);
    }
    let (lon, lat) = match datum {
        Datum::Wgs84 => (lon, lat),
        Datum::Gcj02 => gcj02_to_wgs84(lon, lat),
        Datum::Bd09 => {
            let (lon, lat) = bd09_to_gcj02(lon, lat);
            gcj02_to_wgs84(lon, lat)
        }
    };
    Place::from_degrees(lon, lat).filter(|place| place.in_city()).ok_or(PlaceFault::OutsideCity)
}

/// How far GCJ-02 lies from WGS-84 at a WGS-84 point, in degrees (lon, lat).
fn gcj02_offset(lon: f64, lat: f64) -> (f64, f64) {
    // Krasovsky 1940 ellipsoid, as in every published form of the transform.
    const A: f64 = 6_378_245.0;
    const EE: f64 = 0.006_693_421_622_965_943;
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = libm::sqrt(x.abs());
    let wave = |v: f64, k: f64| libm::sin(v * k * PI);
    let fine = (20.0 * wave(x, 6.0) + 20.0 * wave(x, 2.0)) * 2.0 / 3.0;
    let dlat = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + fine
        + (20.0 * wave(y, 1.0) + 40.0 * wave(y, 1.0 / 3.0)) * 2.0 / 3.0
        + (160.0 * wave(y, 1.0 / 12.0) + 320.0 * wave(y, 1.0 / 30.0)) * 2.0 / 3.0;
    let dlon = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + fine
        + (20.0 * wave(x, 1.0) + 40.0 * wave(x, 1.0 / 3.0)) * 2.0 / 3.0
        + (150.0 * wave(x, 1.0 / 12.0) + 300.0 * wave(x, 1.0 / 30.0)) * 2.0 / 3.0;
    let rad = lat.to_radians();
    let magic = 1.0 - EE * libm::sin(rad) * libm::sin(rad);
    let lat_radius = (A * (1.0 - EE)) / (magic * libm::sqrt(magic));
    let lon_radius = A / libm::sqrt(magic) * libm::cos(rad);
    ((dlon / lon_radius).to_degrees(), (dlat / lat_radius).to_degrees())
}

/// The inverse of the GCJ-02 shift by fixed-point iteration; five rounds reach
/// far below a millionth of a degree.
fn gcj02_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (mut x, mut y) = (lon, lat);
    for _ in 0..5 {
        let (dx, dy) = gcj02_offset(x, y);
        (x, y) = (lon - dx, lat - dy);
    }
    (x, y)
}

fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    const TURN: f64 = PI * 3000.0 / 180.0;
    let (x, y) = (lon - 0.0065, lat - 0.006);
    let z = libm::sqrt(x * x + y * y) - 0.000_02 * libm::sin(y * TURN);
    let theta = libm::atan2(y, x) - 0.000_003 * libm::cos(x * TURN);
    (z * libm::cos(theta), z * libm::sin(theta))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(lat: f64, lon: f64) -> Place {
        Place::from_degrees(lon, lat).expect("a place")
    }

    #[test]
    fn distances_between_seats_match_published_ones() {
        // domain facts: km, R = 6371.0088, from town coordinates.
        let qiaozhuang = place(32.5903, 105.2334);
        for (a, b, km) in [
            (place(32.6446, 105.885), qiaozhuang, 61.3),
            (place(32.2334, 106.3013), place(31.7346, 105.9316), 65.5),
            (place(32.29, 105.5133), place(32.0373, 105.4669), 28.4),
            (qiaozhuang, place(32.4617, 104.8364), 39.9),
        ] {
            let metres = f64::from(a.distance(b).0);
            assert!((metres / 1000.0 - km).abs() < 0.06, "{metres} for {km}");
            assert_eq!(a.distance(b), b.distance(a));
        }
    }

    #[test]
    fn gcj02_lies_about_350_m_east_and_260_m_south() {
        let read = read_place("105.8452", "32.4339", Datum::Gcj02).expect("in the city");
        let typed = place(32.4339, 105.8452);
        let east = Place { lat: typed.lat, ..read }.distance(typed).0;
        let south = Place { lon: typed.lon, ..read }.distance(typed).0;
        assert!((340..=365).contains(&east) && (250..=275).contains(&south), "{east} {south}");
        assert!(read.lon < typed.lon && read.lat > typed.lat);
    }

    #[test]
    fn slips_are_named() {
        use PlaceFault::*;
        for (lon, lat, fault) in [
            ("32.43", "105.84", Swapped),
            ("116.40", "39.90", OutsideCity),
            ("东经", "32.43", LonNotANumber),
            ("105.84", "", LatNotANumber),
            ("NaN", "32.43", LonNotANumber),
            ("105.84", "inf", LatNotANumber),
        ] {
            assert_eq!(read_place(lon, lat, Datum::Wgs84), Err(fault), "{lon} {lat}");
        }
    }

    proptest! {
        #[test]
        fn the_gcj02_inverse_undoes_the_shift(lon in 104.7f64..106.7, lat in 31.6f64..32.9) {
            let (dx, dy) = gcj02_offset(lon, lat);
            let (x, y) = gcj02_to_wgs84(lon + dx, lat + dy);
            prop_assert!((x - lon).abs() < 1e-7 && (y - lat).abs() < 1e-7);
        }

        #[test]
        fn nearer_on_the_chord_is_nearer_on_the_ground(
            a in (104.6f64..106.7, 31.6f64..32.9),
            b in (104.6f64..106.7, 31.6f64..32.9),
            c in (104.6f64..106.7, 31.6f64..32.9),
        ) {
            let [a, b, c] = [a, b, c].map(|(lon, lat)| place(lat, lon));
            let chord = |p: Place, q: Place| {
                let (p, q) = (p.unit_vector(), q.unit_vector());
                (0..3).map(|i| (p[i] - q[i]) * (p[i] - q[i])).sum::<f64>()
            };
            if a.distance(b).0 + 1 < a.distance(c).0 {
                prop_assert!(chord(a, b) < chord(a, c));
            }
        }
    }
}
