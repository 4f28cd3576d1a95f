//! The pages, the server functions behind their forms, and the *desks*: what the
//! pages and the API need done, as traits that the server implements.

#![recursion_limit = "512"]

pub mod api;
pub mod law;
mod page;
mod part;
#[cfg(feature = "ssr")]
pub mod portal;
mod shell;
pub mod text;

pub use part::map;
pub use shell::{App, shell};

/// Wakes the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
    // The browser tests wait for this mark, so that a broken hydration fails them.
    if let Some(root) = web_sys::window().and_then(|w| w.document()?.document_element()) {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
