//! `/map/districts.svg` and `/map/towns.svg`: the seven districts as one picture,
//! drawn once from the outlines. An illustration, no survey map.

use app::map::{NAMES, project};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

#[derive(Deserialize)]
struct Town {
    name: String,
    lon: f64,
    lat: f64,
}

static DISTRICTS: LazyLock<String> = LazyLock::new(|| draw(&outlines(), &[]));

static TOWNS: LazyLock<String> = LazyLock::new(|| {
    let towns: Vec<Town> = serde_json::from_str(include_str!("../../data/towns.json"))
        .expect("the shipped towns are checked by a test");
    draw(&outlines(), &towns)
});

fn outlines() -> Collection {
    serde_json::from_str(include_str!("../../data/guangyuan-districts.geojson"))
        .expect("the shipped outlines are checked by a test")
}

fn draw(collection: &Collection, towns: &[Town]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 780\">\
         <g fill=\"#f1efe8\" stroke=\"#c9c5ba\" stroke-width=\"1.5\" stroke-linejoin=\"round\">",
    );
    for feature in &collection.features {
        let polygons = match &feature.geometry {
            Geometry::Polygon(rings) => std::slice::from_ref(rings),
            Geometry::MultiPolygon(polygons) => polygons,
        };
        let mut path = String::new();
        for ring in polygons.iter().flatten() {
            for (i, point) in ring.iter().enumerate() {
                let (x, y) = project(point[0], point[1]);
                let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        let _ = write!(svg, "<path d=\"{path}\"/>");
    }
    let mut names = String::new();
    for (name, x, y) in NAMES {
        let _ = write!(names, "<text x=\"{x}\" y=\"{y}\">{name}</text>");
    }
    let _ = write!(
        svg,
        "</g><g font-size=\"17\" fill=\"#5a6675\" text-anchor=\"middle\" \
         font-family=\"Noto Sans CJK SC,PingFang SC,Microsoft YaHei,sans-serif\">{names}</g>"
    );
    svg.push_str("<g font-size=\"11\" fill=\"#5a6675\">");
    for town in towns {
        let (x, y) = project(town.lon, town.lat);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"2\"/><text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
            x + 4.0,
            y + 4.0,
            town.name
        );
    }
    svg.push_str("</g></svg>");
    svg
}

/// The districts.
pub fn districts() -> &'static str {
    &DISTRICTS
}

/// The districts with the towns, to point at.
pub fn towns() -> &'static str {
    &TOWNS
}

#[cfg(test)]
mod tests {
    #[test]
    fn seven_districts_are_drawn() {
        let svg = super::districts();
        assert_eq!(svg.matches("<path").count(), 7);
        assert!(svg.contains("青川县") && !svg.contains("<circle"));
        assert_eq!(super::towns().matches("<circle").count(), 47);
    }
}
