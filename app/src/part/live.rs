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
/// event after a break, so nothing is missed; where it gives up (a session that is over,
/// a proxy's error page), the page is read again, which says why, and the feed is
/// opened anew. While the page can't be read (`lost`), it is tried again, and once a
/// minute it is read whatever the feed says.
#[cfg(feature = "hydrate")]
pub fn follow(after: Signal<Option<i64>>, lost: Signal<bool>, grow: WriteSignal<Heard>) {
    use std::time::Duration;

    /// Between two readings of a page that can't be read.
    const AGAIN: Duration = Duration::from_secs(3);
    /// Between two readings in any case.
    const ANYWAY: Duration = Duration::from_secs(60);

    // Only the first page decides where the feed begins.
    let first = Memo::new(move |before: Option<&Option<i64>>| {
        before.copied().flatten().or_else(|| after.get())
    });
    let feed = StoredValue::new_local(None);
    Effect::new(move |_| {
        if let Some(seq) = first.get() {
            open(feed, seq, grow);
        }
    });
    on_cleanup(move || {
        feed.try_update_value(|feed| {
            if let Some(feed) = feed.take() {
                web_sys::EventSource::close(&feed);
            }
        });
    });
    Effect::new(move |_| {
        let again = move || grow.update(|heard| heard.failed += 1);
        let when_lost = move || {
            if lost.get_untracked() {
                again();
            }
        };
        for timer in
            [set_interval_with_handle(when_lost, AGAIN), set_interval_with_handle(again, ANYWAY)]
                .into_iter()
                .flatten()
        {
            on_cleanup(move || timer.clear());
        }
    });
}

/// The open feed, if there is one.
#[cfg(feature = "hydrate")]
type Feed = StoredValue<Option<web_sys::EventSource>, LocalStorage>;

/// Opens the feed after an entry, and again when the browser has given it up.
#[cfg(feature = "hydrate")]
fn open(feed: Feed, after: i64, grow: WriteSignal<Heard>) {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;

    /// Before a feed is opened anew.
    const PAUSE: Duration = Duration::from_secs(5);

    let Ok(source) = web_sys::EventSource::new(&format!("/live?after={after}")) else { return };
    let last = Rc::new(Cell::new(after));
    let heard = {
        let last = Rc::clone(&last);
        Closure::<dyn FnMut(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            if let Ok(seq) = event.last_event_id().parse() {
                last.set(seq);
                grow.set(Heard { seq, failed: 0 });
            }
        })
    };
    let failed = {
        let source = source.clone();
        Closure::<dyn FnMut()>::new(move || {
            if source.ready_state() != web_sys::EventSource::CLOSED {
                // The browser comes back by itself.
                return;
            }
            grow.update(|heard| heard.failed += 1);
            let last = last.get();
            set_timeout(
                move || {
                    // Not for a page that is gone.
                    if feed.try_with_value(Option::is_some) == Some(true) {
                        open(feed, last, grow);
                    }
                },
                PAUSE,
            );
        })
    };
    source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    heard.forget();
    failed.forget();
    feed.try_update_value(|feed| *feed = Some(source));
}

/// On the server there is nothing to follow.
#[cfg(not(feature = "hydrate"))]
pub fn follow(_: Signal<Option<i64>>, _: Signal<bool>, _: WriteSignal<Heard>) {}

/// A value that follows a resource once the page has woken up: nothing before that, so
/// that what the server wrote and what the browser makes of it are the same.
pub fn awake<T>(read: impl Fn() -> T + 'static) -> Signal<T>
where
    T: Default + Clone + PartialEq + Send + Sync + 'static,
{
    let value = RwSignal::new(T::default());
    Effect::new(move |_| {
        let now = read();
        if value.with_untracked(|before| *before != now) {
            value.set(now);
        }
    });
    value.into()
}

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
