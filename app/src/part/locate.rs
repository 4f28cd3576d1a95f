//! Where something is: coordinates typed in, taken from the phone, or pointed at on
//! the map.

use super::field::Field;
use super::map::MAP;
use leptos::prelude::*;
use model::{Datum, Faults};
#[cfg(feature = "hydrate")]
use model::{District, Place};

/// The fields of a place within a form.
#[derive(Clone, Copy)]
pub struct PlaceFields<'a> {
    /// The form that they are in, so that ids are its own.
    pub form: &'a str,
    /// Longitude as typed.
    pub lon: &'a str,
    /// Latitude as typed.
    pub lat: &'a str,
    /// Which map the coordinates come from, where that is asked.
    pub datum: Option<&'a str>,
    /// Must be filled in.
    pub required: bool,
    /// Offer the map of the city as well.
    pub map: bool,
}

impl PlaceFields<'_> {
    /// Longitude, latitude and datum, with what helps to fill them in.
    pub fn fields(self, faults: &Faults) -> impl IntoView + use<> {
        let degrees = |name, label| {
            let field = Field::new(name, label).of(self.form).kind("decimal");
            if self.required { field } else { field.optional() }
        };
        let datum = self.datum.map(|datum| {
            let choices = Datum::ALL.iter().map(|d| (d.key().to_owned(), d.name().to_owned()));
            Field::new("datum", "坐标来自").of(self.form).optional().select(
                faults,
                datum,
                choices.collect(),
            )
        });
        let form = self.form.to_owned();
        view! {
            <div class="pair">
                {degrees("lon", "经度").input(faults, self.lon)}
                {degrees("lat", "纬度").input(faults, self.lat)}
            </div>
            {datum}
            <Helpers form map=self.map/>
        }
    }
}

/// What needs script: the phone's own position, and the map. It appears when the
/// page has woken up.
#[component]
fn Helpers(form: String, map: bool) -> impl IntoView {
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let said = RwSignal::new(String::new());
    let point = RwSignal::new(None::<(f64, f64)>);
    // A finger is too coarse for the whole city: the first touch looks closer, the
    // second one points.
    let near = RwSignal::new(None::<(f64, f64)>);
    let open = RwSignal::new(false);
    let form = StoredValue::new(form);
    view! {
        <Show when=move || awake.get()>
            <p class="actions">
                <button type="button" class="quiet" on:click=move |_| form.with_value(|form| phone(form, said))>"用手机定位"</button>
                <Show when=move || map>
                    <button
                        type="button"
                        class="quiet"
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)
                    >"在图上点选"</button>
                </Show>
                <span class="small soft" role="status">{said}</span>
            </p>
            <Show when=move || open.get()>
                <div class="picker">
                    <svg
                        viewBox=move || {
                            let [x, y, w, h] = frame(near.get());
                            format!("{x} {y} {w} {h}")
                        }
                        role="img"
                        aria-label="点选位置的示意图；不便点选的，请直接填写坐标"
                        on:click=move |event| form.with_value(|form| pick(form, &event, said, point, near))
                    >
                        <image href="/map/towns.svg" width=MAP.0.to_string() height=MAP.1.to_string()/>
                        {move || point.get().map(|(x, y)| view! {
                            <g class="pin alarm"><circle cx=x cy=y r=move || if near.get().is_some() { "3" } else { "9" }/></g>
                        })}
                    </svg>
                    <Show when=move || near.get().is_some()>
                        <p><button type="button" class="quiet small" on:click=move |_| near.set(None)>"看全图"</button></p>
                    </Show>
                    <p class="small soft">"示意图，误差可达数公里，只用来大致定位；能用手机定位的，请用手机定位。"</p>
                </div>
            </Show>
        </Show>
    }
}

/// How much closer the second look is.
const CLOSER: f64 = 5.0;

/// The part of the map that is shown: the whole, or what is around a point.
fn frame(near: Option<(f64, f64)>) -> [f64; 4] {
    let (w, h) = (MAP.0 / CLOSER, MAP.1 / CLOSER);
    near.map_or([0.0, 0.0, MAP.0, MAP.1], |(x, y)| [x - w / 2.0, y - h / 2.0, w, h])
}

/// Writes a place into the form's fields, as if it had been typed.
#[cfg(feature = "hydrate")]
fn write(form: &str, place: Place) {
    use wasm_bindgen::JsCast as _;
    let document = document();
    let put = |name: &str, value: String| {
        let Some(field) = document.get_element_by_id(&format!("f-{form}-{name}")) else { return };
        if let Some(input) = field.dyn_ref::<web_sys::HtmlInputElement>() {
            input.set_value(&value);
        } else if let Some(select) = field.dyn_ref::<web_sys::HtmlSelectElement>() {
            select.set_value(&value);
        }
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &init) {
            let _ = field.dispatch_event(&event);
        }
    };
    put("lon", format!("{:.6}", place.lon.degrees()));
    put("lat", format!("{:.6}", place.lat.degrees()));
    put("datum", Datum::Wgs84.key().to_owned());
    // A district that somebody chose stays.
    let chosen = document
        .get_element_by_id(&format!("f-{form}-district"))
        .and_then(|field| field.dyn_into::<web_sys::HtmlSelectElement>().ok())
        .is_some_and(|select| !select.value().is_empty());
    if !chosen {
        put("district", District::nearest(place).key().to_owned());
    }
}

/// Asks the phone where it is.
#[cfg(feature = "hydrate")]
fn phone(form: &str, said: RwSignal<String>) {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    let Ok(geolocation) = window().navigator().geolocation() else {
        said.set("这台设备不能定位，请填写经纬度或地点。".into());
        return;
    };
    said.set("正在定位…".into());
    let form = form.to_owned();
    let found = Closure::once_into_js(move |position: web_sys::Position| {
        let at = position.coords();
        match Place::from_degrees(at.longitude(), at.latitude()) {
            Some(place) => {
                write(&form, place);
                said.set(format!("已填入，误差约 {:.0} 米。", at.accuracy()));
            }
            None => said.set("定位结果不可用，请填写经纬度或地点。".into()),
        }
    });
    let failed = Closure::once_into_js(move |error: web_sys::PositionError| {
        said.set(
            match error.code() {
                1 => "没有定位权限：请在浏览器设置中允许，或填写经纬度。",
                3 => "定位超时，请到开阔处再试，或填写经纬度。",
                _ => "暂时不能定位，请填写经纬度或地点。",
            }
            .into(),
        );
    });
    let options = web_sys::PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(20_000);
    let asked = geolocation.get_current_position_with_error_callback_and_options(
        found.unchecked_ref(),
        Some(failed.unchecked_ref()),
        &options,
    );
    if asked.is_err() {
        said.set("暂时不能定位，请填写经纬度或地点。".into());
    }
}

/// Takes the place that was pointed at.
#[cfg(feature = "hydrate")]
fn pick(
    form: &str,
    event: &leptos::ev::MouseEvent,
    said: RwSignal<String>,
    point: RwSignal<Option<(f64, f64)>>,
    near: RwSignal<Option<(f64, f64)>>,
) {
    use wasm_bindgen::JsCast as _;
    let Some(map) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok())
    else {
        return;
    };
    let shape = map.get_bounding_client_rect();
    if shape.width() <= 0.0 || shape.height() <= 0.0 {
        return;
    }
    let [left, top, width, height] = frame(near.get_untracked());
    let x = left + (f64::from(event.client_x()) - shape.left()) / shape.width() * width;
    let y = top + (f64::from(event.client_y()) - shape.top()) / shape.height() * height;
    if near.get_untracked().is_none() {
        near.set(Some((x, y)));
        said.set("已放大，再点一次确定位置。".into());
        return;
    }
    match super::map::unproject(x, y) {
        Some(place) => {
            point.set(Some((x, y)));
            write(form, place);
            said.set("已填入图上位置。".into());
        }
        None => said.set("这里不在本市范围内。".into()),
    }
}

#[cfg(not(feature = "hydrate"))]
fn phone(_: &str, _: RwSignal<String>) {}

#[cfg(not(feature = "hydrate"))]
fn pick(
    _: &str,
    _: &leptos::ev::MouseEvent,
    _: RwSignal<String>,
    _: RwSignal<Option<(f64, f64)>>,
    _: RwSignal<Option<(f64, f64)>>,
) {
}
