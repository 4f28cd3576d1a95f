//! Following the journal: a page that shows what others change is read again
//! whenever the journal has grown.

use crate::api::ApiError;
use leptos::prelude::*;

/// Why a page is read again: the journal grew to this entry, or the last reading
/// failed so often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// The journal's last entry that the page knows of.
    pub seq: i64,
    /// Readings that failed since.
    pub failed: u32,
}

/// Opens the feed after the entry that the page was first as of, and tells `grow` of
/// each entry that follows. The browser itself takes the feed up again from the last
/// event after a break, so nothing is missed. While the page can't be read (`lost`),
/// it is tried again.
#[cfg(feature = "hydrate")]
pub fn follow(after: Signal<Option<i64>>, lost: Signal<bool>, grow: WriteSignal<Heard>) {
    use std::time::Duration;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;

    /// Between two readings of a page that can't be read.
    const AGAIN: Duration = Duration::from_secs(3);

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
                    grow.set(Heard { seq, failed: 0 });
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
    Effect::new(move |_| {
        let again = move || {
            if lost.get_untracked() {
                grow.update(|heard| heard.failed += 1);
            }
        };
        if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// On the server there is nothing to follow.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: Signal<Option<i64>>, _: Signal<bool>, _: WriteSignal<Heard>) {}

/// What to show when a page may have become unreadable: the new reading, or the last
/// one that succeeded, with whether it is an old one.
pub fn steady<T: Clone + Send + Sync + 'static>(
    answer: Result<T, ApiError>,
    last: StoredValue<Option<T>>,
) -> (Result<T, ApiError>, bool) {
    match (&answer, last.get_value()) {
        (Ok(page), _) => last.set_value(Some(page.clone())),
        (Err(ApiError::Unreachable), Some(page)) => return (Ok(page), true),
        (Err(_), _) => {}
    }
    (answer, false)
}

/// Says that what is shown is not the newest.
pub fn old(is: bool) -> impl IntoView {
    is.then(|| {
        view! {
            <p class="news" role="status">"网络不通，画面停在断线时；恢复后自动更新。"</p>
        }
    })
}
