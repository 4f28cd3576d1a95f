//! `/map/districts.svg`: the seven districts as one picture, drawn once from the
//! outlines. An illustration, no survey map.

use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    name: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// The same projection as `app`'s board: see `app::page::board`.
fn project([lon, lat]: [f64; 2]) -> (f64, f64) {
    ((lon - 104.58) / (106.78 - 104.58) * 1000.0, (32.98 - lat) / (32.98 - 31.52) * 780.0)
}

static PICTURE: LazyLock<String> = LazyLock::new(|| {
    let text = include_str!("../../data/guangyuan-districts.geojson");
    let collection: Collection =
        serde_json::from_str(text).expect("the shipped outlines are checked by a test");
    draw(&collection)
});

fn draw(collection: &Collection) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 780\">\
         <g fill=\"#f1efe8\" stroke=\"#c9c5ba\" stroke-width=\"1.5\" stroke-linejoin=\"round\">",
    );
    let mut names = String::new();
    for feature in &collection.features {
        let polygons = match &feature.geometry {
            Geometry::Polygon(rings) => std::slice::from_ref(rings),
            Geometry::MultiPolygon(polygons) => polygons,
        };
        let mut path = String::new();
        for ring in polygons.iter().flatten() {
            for (i, point) in ring.iter().enumerate() {
                let (x, y) = project(*point);
                let _ = write!(path, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        let _ = write!(svg, "<path d=\"{path}\"/>");
        if let Some(outer) = polygons.iter().filter_map(|p| p.first()).max_by_key(|r| r.len()) {
            let n = outer.len() as f64;
            let mid = outer.iter().fold([0.0, 0.0], |m, p| [m[0] + p[0] / n, m[1] + p[1] / n]);
            let (x, y) = project(mid);
            let _ =
                write!(names, "<text x=\"{x:.0}\" y=\"{y:.0}\">{}</text>", feature.properties.name);
        }
    }
    let _ = write!(
        svg,
        "</g><g font-size=\"17\" fill=\"#5a6675\" text-anchor=\"middle\" \
         font-family=\"Noto Sans CJK SC,PingFang SC,Microsoft YaHei,sans-serif\">{names}</g></svg>"
    );
    svg
}

/// The picture.
pub fn districts() -> &'static str {
    &PICTURE
}

#[cfg(test)]
mod tests {
    #[test]
    fn seven_districts_are_drawn() {
        let svg = super::districts();
        assert_eq!(svg.matches("<path").count(), 7);
        assert!(svg.contains("青川县"));
    }
}
