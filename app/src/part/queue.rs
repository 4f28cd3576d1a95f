//! What a phone without signal has written: it is kept on the phone with its own
//! time, and sent by itself when there is signal again.

use leptos::prelude::*;

/// What waits on this phone, and what became of the last try.
#[derive(Clone, Copy)]
struct Waiting {
    count: RwSignal<usize>,
    said: RwSignal<String>,
}

/// Forms whose sending may be put off. `lost` turns true when the network failed a
/// form that had been sent.
pub fn put_off(lost: Signal<bool>, body: impl IntoView + 'static) -> impl IntoView {
    let waiting = Waiting { count: RwSignal::new(0), said: RwSignal::new(String::new()) };
    keep(waiting, lost);
    let banner = move || {
        let count = waiting.count.get();
        (count > 0).then(|| view! {
            <p class="news" role="status">
                {format!("{count} 条操作已记在手机里（含时间），有信号后自动补传。")}
                <button type="button" class="quiet" on:click=move |_| send(waiting)>"现在补传"</button>
            </p>
        })
    };
    let refused = move || {
        let said = waiting.said.get();
        (!said.is_empty()).then(|| view! { <p class="trouble" role="alert">{said}</p> })
    };
    view! {
        <div class="keeping" on:submit:capture=move |event| written(&event, waiting)>
            {banner}
            {refused}
            {body}
        </div>
    }
}

#[cfg(not(feature = "hydrate"))]
fn keep(_: Waiting, _: Signal<bool>) {}
#[cfg(not(feature = "hydrate"))]
fn send(_: Waiting) {}
#[cfg(not(feature = "hydrate"))]
fn written(_: &leptos::ev::SubmitEvent, _: Waiting) {}

#[cfg(feature = "hydrate")]
use phone::{keep, send, written};

#[cfg(feature = "hydrate")]
mod phone {
    use super::Waiting;
    use crate::api::ApiError;
    use crate::text;
    use gloo_net::http::Request;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use serde::{Deserialize, Serialize};
    use std::cell::RefCell;
    use std::time::Duration;
    use wasm_bindgen::{JsCast as _, JsValue};

    const KEY: &str = "lutong-put-off";
    /// The field that carries the phone's own time.
    const TIME: &str = "form[device_ms]";
    /// How often the phone tries again by itself.
    const AGAIN: Duration = Duration::from_secs(20);

    /// A form that waits: where it goes and what it says.
    #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Form {
        action: String,
        body: String,
    }

    thread_local! {
        /// The form that was sent last: kept when the network fails it.
        static LAST: RefCell<Option<Form>> = const { RefCell::new(None) };
        /// A try is under way: two at once would send a form twice.
        static BUSY: RefCell<bool> = const { RefCell::new(false) };
    }

    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok()?
    }

    fn load() -> Vec<Form> {
        let text = storage().and_then(|s| s.get_item(KEY).ok()?).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn store(forms: &[Form], waiting: Waiting) {
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(forms)) {
            let _ = storage.set_item(KEY, &text);
        }
        waiting.count.set(forms.len());
    }

    fn add(form: Form, waiting: Waiting) {
        let mut forms = load();
        if !forms.contains(&form) {
            forms.push(form);
            store(&forms, waiting);
        }
    }

    /// Looks at what waits when the page wakes, and tries again from time to time
    /// and whenever the phone says that it has signal.
    pub fn keep(waiting: Waiting, lost: Signal<bool>) {
        Effect::new(move |_| {
            waiting.count.set(load().len());
            send(waiting);
            let again = move || {
                if waiting.count.get_untracked() > 0 {
                    send(waiting);
                }
            };
            if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
                on_cleanup(move || timer.clear());
            }
            let back = window_event_listener(leptos::ev::online, move |_| again());
            on_cleanup(move || back.remove());
        });
        Effect::new(move |_| {
            if lost.get()
                && let Some(form) = LAST.take()
            {
                add(form, waiting);
            }
        });
    }

    /// Notes the phone's time in the form. Without signal the form goes no further
    /// than the phone.
    pub fn written(event: &leptos::ev::SubmitEvent, waiting: Waiting) {
        let Some(element) =
            event.target().and_then(|t| t.dyn_into::<web_sys::HtmlFormElement>().ok())
        else {
            return;
        };
        let time = element.elements().named_item(TIME);
        let Some(time) = time.and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok()) else {
            return;
        };
        time.set_value(&format!("{:.0}", js_sys::Date::now()));
        let Ok(data) = web_sys::FormData::new_with_form(&element) else { return };
        // The button that was pressed is part of what was said.
        if let Some(button) =
            event.submitter().and_then(|b| b.dyn_into::<web_sys::HtmlButtonElement>().ok())
            && !button.name().is_empty()
        {
            let _ = data.append_with_str(&button.name(), &button.value());
        }
        let Ok(body) =
            web_sys::UrlSearchParams::new_with_str_sequence_sequence(&JsValue::from(data))
        else {
            return;
        };
        let body: String = body.to_string().into();
        let form = Form { action: element.action(), body };
        if window().navigator().on_line() {
            LAST.set(Some(form));
        } else {
            event.prevent_default();
            event.stop_propagation();
            add(form, waiting);
        }
    }

    /// The token of this page's session: the one in a kept form may be of an older.
    fn token() -> Option<String> {
        let field = document().query_selector("input[name=token]").ok()??;
        Some(field.dyn_into::<web_sys::HtmlInputElement>().ok()?.value())
    }

    fn with_token(body: &str) -> String {
        let (Ok(params), Some(token)) = (web_sys::UrlSearchParams::new_with_str(body), token())
        else {
            return body.to_owned();
        };
        if params.has("token") {
            params.set("token", &token);
        }
        params.to_string().into()
    }

    /// Sends what waits, in its order, until the network fails again.
    pub fn send(waiting: Waiting) {
        if BUSY.replace(true) {
            return;
        }
        spawn_local(async move {
            let mut sent = false;
            while let Some(form) = load().first().cloned() {
                let request = Request::post(&form.action)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("accept", "application/json")
                    .body(with_token(&form.body));
                let Ok(request) = request else { break };
                let Ok(answer) = request.send().await else { break };
                if !answer.ok() {
                    let error = answer.json::<ApiError>().await.ok();
                    let why = error.as_ref().map_or("服务器没有受理。".into(), text::error);
                    waiting.said.set(format!("补传未成功：{why}"));
                    if error == Some(ApiError::SignedOut) || error == Some(ApiError::ForeignForm) {
                        // Signing in again is all that it takes.
                        break;
                    }
                }
                sent |= answer.ok();
                let rest: Vec<Form> = load().into_iter().filter(|f| *f != form).collect();
                store(&rest, waiting);
            }
            BUSY.set(false);
            if sent {
                let _ = window().location().reload();
            }
        });
    }
}
