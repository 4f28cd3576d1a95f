//! `/plans/map`: how many plans each district has.

use super::document;
use super::list::{Ask, filters, unread};
use crate::part::map::{MAP, NAMES};
use leptos::prelude::*;
use model::District;

/// Plans by district.
#[derive(Debug, Clone)]
pub struct MapPage {
    /// What was asked.
    pub ask: Ask,
    /// Fields of it that can't be read.
    pub wrong: Vec<&'static str>,
    /// Plans of each district.
    pub counts: Vec<(District, usize)>,
}

/// The map.
pub fn map(page: MapPage) -> String {
    document("招标计划地图", &[], move || {
        let most = page.counts.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
        let at = |district: District| {
            NAMES.iter().find(|(name, ..)| *name == district.name()).map(|(_, x, y)| (*x, *y))
        };
        let circles = page
            .counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .filter_map(|(district, n)| {
                let (x, y) = at(*district)?;
                // By area, so that twice as many look twice as much.
                let r = 14.0 + 22.0 * (*n as f64 / most as f64).sqrt();
                let middle = y + 8.0 + r;
                Some(view! {
                    <circle class="dot" cx=x.to_string() cy=format!("{middle:.1}") r=format!("{r:.1}")></circle>
                    <text class="count" x=x.to_string() y=format!("{:.1}", middle + 8.0) text-anchor="middle">{n.to_string()}</text>
                })
            })
            .collect_view();
        let rows = page
            .counts
            .iter()
            .map(|(district, n)| {
                let href = format!("/plans{}", page.ask.query(&[("district", district.key()), ("after", ""), ("as_of", "")]));
                view! {
                    <li>
                        <a href=href>{district.name()}</a>
                        <meter min="0" max=most.to_string() value=n.to_string()>{n.to_string()}</meter>
                        <span class="small">{format!("{n} 项")}</span>
                    </li>
                }
            })
            .collect_view();
        let (width, height) = (MAP.0.to_string(), MAP.1.to_string());
        let view_box = format!("0 0 {width} {height}");
        view! {
            <div class="page">
                <p class="small"><a href="/plans">"招标计划"</a></p>
                <h1>"按县区"</h1>
                {filters(&page.ask, "/plans/map")}
                {unread(&page.wrong)}
                <section class="card pad" aria-labelledby="map">
                    <h2 id="map">"各县区计划数"</h2>
                    <svg class="plan-map" viewBox=view_box role="img" aria-label="各县区计划数，数字见下表">
                        <image href="/map/districts.svg" width=width height=height></image>
                        {circles}
                    </svg>
                    <ul class="meters">{rows}</ul>
                    <p class="small soft">"示意图，非测绘成果；跨县区的项目在各县区都计。"</p>
                </section>
            </div>
        }
    })
}
