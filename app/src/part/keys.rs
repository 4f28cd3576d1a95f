//! The keyboard: the duty officer's main path without a mouse.

use leptos::prelude::*;

/// The keys and what they do, for the list under `?`.
const KEYS: [(&str, &str); 6] = [
    ("/", "查找险情"),
    ("n", "新报险情"),
    ("↑ ↓", "在列表中移动"),
    ("Enter", "打开"),
    ("Esc", "返回上一页"),
    ("?", "显示或收起本表"),
];

/// Listens to the keys on every page, and shows the list of them.
#[component]
pub fn Keys() -> impl IntoView {
    let open = RwSignal::new(false);
    listen(open);
    view! {
        <Show when=move || open.get()>
            <div class="keys card pad" role="dialog" aria-modal="false" aria-labelledby="keys-title">
                <h2 id="keys-title">"键盘快捷键"</h2>
                <dl>
                    {KEYS
                        .into_iter()
                        .map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> })
                        .collect_view()}
                </dl>
                <button class="quiet" on:click=move |_| open.set(false)>"收起"</button>
            </div>
        </Show>
    }
}

#[cfg(not(feature = "hydrate"))]
fn listen(_: RwSignal<bool>) {}

#[cfg(feature = "hydrate")]
fn listen(open: RwSignal<bool>) {
    use leptos_router::hooks::use_navigate;
    use wasm_bindgen::JsCast as _;

    /// Somebody is typing: the keys are theirs.
    fn typing(event: &web_sys::KeyboardEvent) -> bool {
        event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok()).is_some_and(|e| {
            matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                || e.is_content_editable()
        })
    }

    /// Moves the focus to the next or the former row of the page's lists.
    fn step(by: i32) -> bool {
        let Ok(rows) = document().query_selector_all("main a.title") else { return false };
        let count = i32::try_from(rows.length()).unwrap_or(0);
        if count == 0 {
            return false;
        }
        let focused = document().active_element();
        let at = (0..count).find(|i| {
            let row = u32::try_from(*i).ok().and_then(|i| rows.get(i));
            row.is_some_and(|row| focused.as_ref().is_some_and(|f| row.is_same_node(Some(f))))
        });
        let next = match at {
            Some(at) => (at + by).clamp(0, count - 1),
            None if by > 0 => 0,
            None => count - 1,
        };
        let row = u32::try_from(next).ok().and_then(|i| rows.get(i));
        row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok())
            .is_some_and(|row| row.focus().is_ok())
    }

    Effect::new(move |_| {
        let navigate = use_navigate();
        let heard = window_event_listener(leptos::ev::keydown, move |event| {
            if event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let key = event.key();
            if typing(&event) {
                // Esc leaves the field, so that the keys are heard again.
                if key == "Escape"
                    && let Some(field) =
                        event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = field.blur();
                }
                return;
            }
            let done = match key.as_str() {
                "?" => {
                    open.update(|open| *open = !*open);
                    true
                }
                "n" => {
                    navigate("/report", Default::default());
                    true
                }
                "/" => {
                    let field = document().query_selector("main input[type=search]").ok().flatten();
                    match field.and_then(|f| f.dyn_into::<web_sys::HtmlElement>().ok()) {
                        Some(field) => field.focus().is_ok(),
                        None => {
                            navigate("/emergencies", Default::default());
                            true
                        }
                    }
                }
                "ArrowDown" => step(1),
                "ArrowUp" => step(-1),
                "Escape" if open.get_untracked() => {
                    open.set(false);
                    true
                }
                "Escape" => window().history().and_then(|h| h.back()).is_ok(),
                _ => false,
            };
            if done {
                event.prevent_default();
            }
        });
        on_cleanup(move || heard.remove());
    });
}
