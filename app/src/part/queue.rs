//! What a phone without signal has written: it is kept on the phone with its own
//! time, and sent by itself when there is signal again.
//!
//! A form that waits belongs to the account that wrote it, carries a key of its own so
//! that one sent twice counts once, and leaves the phone only when the server has done
//! it, refused it for good, or found something to mend in it.

use super::me;
use crate::api::ApiError;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What waits on this phone, and what became of the last tries.
#[derive(Clone, Copy)]
struct Waiting {
    /// Forms of this account, or of nobody's, that wait.
    count: RwSignal<usize>,
    /// Forms that wait for another account.
    others: RwSignal<usize>,
    /// What was refused for good, and why.
    refused: RwSignal<Vec<String>>,
    /// Something was sent meanwhile, and somebody is typing.
    done: RwSignal<bool>,
    /// Who is signed in.
    who: RwSignal<Option<String>>,
}

/// A form's sendings: how many, and whether the network failed the last one.
#[derive(Clone, Copy)]
pub struct Sent {
    count: Signal<usize>,
    lost: Signal<bool>,
}

/// The sendings of an action.
pub fn sent<F>(action: ServerAction<F>) -> Sent
where
    F: ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    Sent {
        count: Signal::derive(move || action.version().get()),
        lost: Signal::derive(move || action.value().get() == Some(Err(ApiError::Unreachable))),
    }
}

/// Forms whose sending may be put off.
pub fn put_off(forms: Vec<Sent>, body: impl IntoView + 'static) -> impl IntoView {
    let waiting = Waiting {
        count: RwSignal::new(0),
        others: RwSignal::new(0),
        refused: RwSignal::new(Vec::new()),
        done: RwSignal::new(false),
        who: RwSignal::new(None),
    };
    let me = me();
    Effect::new(move |_| {
        let visitor = me.0.get().and_then(Result::ok).flatten();
        waiting.who.set(visitor.and_then(|v| v.actor.account.map(|a| a.to_string())));
        keep(waiting);
    });
    for form in forms {
        Effect::new(move |before: Option<usize>| {
            let now = form.count.get();
            if before.is_some_and(|before| before != now) {
                settle(waiting, form.lost.get_untracked());
            }
            now
        });
    }
    every(waiting);
    let banner = move || {
        let count = waiting.count.get();
        (count > 0).then(|| {
            view! {
                <p class="news" role="status">
                    {format!("{count} 条操作已记在手机里（含时间），有信号后自动补传。")}
                    <button type="button" class="quiet" on:click=move |_| send(waiting)>"现在补传"</button>
                </p>
            }
        })
    };
    let others = move || {
        let count = waiting.others.get();
        (count > 0).then(|| {
            view! {
                <p class="news" role="status">
                    {format!("这部手机里还有 {count} 条别的账号未补传的操作，请其本人登录补传。")}
                </p>
            }
        })
    };
    let refused = move || {
        let refused = waiting.refused.get();
        (!refused.is_empty()).then(|| {
            view! {
                <div class="trouble" role="alert">
                    {refused.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                </div>
            }
        })
    };
    let done = move || {
        waiting.done.get().then(|| {
            view! { <p class="good" role="status">"已补传。写完这一条后刷新可见。"</p> }
        })
    };
    view! {
        <div class="keeping" on:submit:capture=move |event| written(&event, waiting)>
            {banner}
            {others}
            {refused}
            {done}
            {body}
        </div>
    }
}

#[cfg(not(feature = "hydrate"))]
mod phone {
    use super::Waiting;

    pub fn keep(_: Waiting) {}
    pub fn every(_: Waiting) {}
    pub fn settle(_: Waiting, _: bool) {}
    pub fn send(_: Waiting) {}
    pub fn written(_: &leptos::ev::SubmitEvent, _: Waiting) {}
}

use phone::{every, keep, send, settle, written};

#[cfg(feature = "hydrate")]
mod phone {
    use super::Waiting;
    use crate::api::ApiError;
    use crate::text;
    use gloo_net::http::{Request, Response};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use serde::{Deserialize, Serialize};
    use std::cell::RefCell;
    use std::time::Duration;
    use wasm_bindgen::{JsCast as _, JsValue};

    const STORE: &str = "lutong-put-off";
    /// The fields that the phone itself fills in.
    const TIME: &str = "form[device_ms]";
    const KEY: &str = "form[key]";
    /// How often the phone tries again by itself.
    const AGAIN: Duration = Duration::from_secs(20);

    /// A form that waits: whose it is, where it goes and what it says.
    #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Form {
        /// None for a form that a link opened: the link is its key.
        account: Option<String>,
        action: String,
        body: String,
    }

    thread_local! {
        /// The form that was sent last: kept when the network fails it.
        static LAST: RefCell<Option<Form>> = const { RefCell::new(None) };
        /// A try is under way in this tab.
        static BUSY: RefCell<bool> = const { RefCell::new(false) };
    }

    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok()?
    }

    fn load() -> Vec<Form> {
        let text = storage().and_then(|s| s.get_item(STORE).ok()?).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Writes what waits; says whether it is really kept.
    fn store(forms: &[Form], waiting: Waiting) -> bool {
        let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(forms)) else {
            return false;
        };
        let kept = storage.set_item(STORE, &text).is_ok();
        count(forms, waiting);
        kept
    }

    fn count(forms: &[Form], waiting: Waiting) {
        let mine = forms.iter().filter(|form| is_mine(form, waiting)).count();
        waiting.count.set(mine);
        waiting.others.set(forms.len() - mine);
    }

    fn is_mine(form: &Form, waiting: Waiting) -> bool {
        form.account.is_none() || form.account == waiting.who.get_untracked()
    }

    fn add(form: Form, waiting: Waiting) -> bool {
        let mut forms = load();
        if forms.contains(&form) {
            return true;
        }
        forms.push(form);
        store(&forms, waiting)
    }

    /// Looks at what waits, and sends it.
    pub fn keep(waiting: Waiting) {
        count(&load(), waiting);
        send(waiting);
    }

    /// Tries again from time to time and whenever the phone says that it has signal.
    pub fn every(waiting: Waiting) {
        Effect::new(move |_| {
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
    }

    /// What became of a form that was sent at once.
    pub fn settle(waiting: Waiting, lost: bool) {
        let last = LAST.take();
        if lost && let Some(form) = last {
            add(form, waiting);
        }
    }

    fn field(form: &web_sys::HtmlFormElement, name: &str) -> Option<web_sys::HtmlInputElement> {
        form.elements().named_item(name)?.dyn_into().ok()
    }

    /// Sixteen random bytes, so that a form sent twice is known again.
    fn key() -> Option<String> {
        let mut bytes = [0; 16];
        window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Notes time and key in the form. Without signal, or behind others that wait, the
    /// form goes no further than the phone for now.
    pub fn written(event: &leptos::ev::SubmitEvent, waiting: Waiting) {
        let Some(element) =
            event.target().and_then(|t| t.dyn_into::<web_sys::HtmlFormElement>().ok())
        else {
            return;
        };
        let Some(time) = field(&element, TIME) else { return };
        time.set_value(&format!("{:.0}", js_sys::Date::now()));
        if let (Some(input), Some(key)) = (field(&element, KEY), key()) {
            input.set_value(&key);
        }
        let Ok(data) = web_sys::FormData::new_with_form(&element) else { return };
        // The button that was pressed is part of what was said.
        if let Some(button) =
            event.submitter().and_then(|b| b.dyn_into::<web_sys::HtmlButtonElement>().ok())
            && !button.name().is_empty()
        {
            let _ = data.append_with_str(&button.name(), &button.value());
        }
        let data = JsValue::from(data);
        let Ok(body) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else {
            return;
        };
        let account = if body.has("token") { waiting.who.get_untracked() } else { None };
        let form = Form { account, action: element.action(), body: body.to_string().into() };
        let online = window().navigator().on_line();
        if online && waiting.count.get_untracked() == 0 {
            LAST.set(Some(form));
        } else if add(form, waiting) {
            event.prevent_default();
            event.stop_propagation();
            if online {
                send(waiting);
            }
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

    /// What the server made of a form.
    enum Fate {
        Done,
        /// Something in it must be mended: the page that shows it.
        Mend(String),
        /// Refused, and sending it again changes nothing.
        Refused(String),
        /// Not now: a proxy, a restart, a session that is over.
        Later,
    }

    async fn fate(answer: Response) -> Fate {
        if answer.ok() {
            let next = answer.headers().get("location").unwrap_or_default();
            return if next.contains("draft=") { Fate::Mend(next) } else { Fate::Done };
        }
        match answer.json::<ApiError>().await {
            Ok(
                error @ (ApiError::Dispatch(_)
                | ApiError::NotFound
                | ApiError::Forbidden
                | ApiError::LinkExpired),
            ) => Fate::Refused(text::error(&error)),
            _ => Fate::Later,
        }
    }

    /// A form in short, for whoever must be told that it was refused.
    fn short(form: &Form) -> String {
        let Ok(params) = web_sys::UrlSearchParams::new_with_str(&form.body) else {
            return String::new();
        };
        ["form[act]", "form[answer]", "form[note]", "form[reason]"]
            .into_iter()
            .filter_map(|name| params.get(name))
            .filter(|text| !text.is_empty())
            .map(|text| match text.as_str() {
                "depart" => "出发".into(),
                "arrive" => "到场".into(),
                "log" => "日志".into(),
                "finish" => "完工".into(),
                "accept" => "接受".into(),
                "decline" => "不能出动".into(),
                _ => text,
            })
            .collect::<Vec<_>>()
            .join("：")
    }

    fn typing() -> bool {
        document()
            .active_element()
            .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
    }

    /// Sends what waits for this account, in its order, until something must wait.
    pub fn send(waiting: Waiting) {
        if BUSY.replace(true) {
            return;
        }
        spawn_local(async move {
            let mut sent = false;
            let mut mend = None;
            while mend.is_none() {
                let next = load().into_iter().find(|form| is_mine(form, waiting));
                let Some(form) = next else { break };
                let request = Request::post(&form.action)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("accept", "application/json")
                    .body(with_token(&form.body));
                let Ok(request) = request else { break };
                let Ok(answer) = request.send().await else { break };
                match fate(answer).await {
                    Fate::Later => break,
                    Fate::Done => sent = true,
                    Fate::Mend(page) => mend = Some(page),
                    Fate::Refused(why) => waiting.refused.update(|all| {
                        all.push(format!("补传未成功（{}）：{why}", short(&form)));
                    }),
                }
                let rest: Vec<Form> = load().into_iter().filter(|f| *f != form).collect();
                store(&rest, waiting);
            }
            BUSY.set(false);
            if let Some(page) = mend {
                let _ = window().location().set_href(&page);
            } else if sent && typing() {
                waiting.done.set(true);
            } else if sent {
                let _ = window().location().reload();
            }
        });
    }
}
