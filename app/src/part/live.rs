//! Following the journal: a page that shows what others change is read again
//! whenever the journal has grown.

use leptos::prelude::*;

/// Opens the feed after the entry that the page was first as of, and tells `grow`
/// the number of each entry that follows. The browser itself takes the feed up
/// again from the last event after a break, so nothing is missed.
#[cfg(feature = "hydrate")]
pub fn follow(after: Signal<Option<i64>>, grow: WriteSignal<i64>) {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    // Only the first page decides where the feed begins.
    let first = Memo::new(move |before: Option<&Option<i64>>| {
        before.copied().flatten().or_else(|| after.get())
    });
    Effect::new(move |_| {
        let Some(seq) = first.get() else { return };
        let Ok(feed) = web_sys::EventSource::new(&format!("/live?after={seq}")) else { return };
        let heard = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(
            move |event: web_sys::MessageEvent| {
                if let Ok(seq) = event.last_event_id().parse() {
                    grow.set(seq);
                }
            },
        );
        feed.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        let feed = StoredValue::new_local(feed);
        on_cleanup(move || {
            feed.try_with_value(web_sys::EventSource::close);
        });
    });
}

/// On the server there is nothing to follow.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: Signal<Option<i64>>, _: WriteSignal<i64>) {}
