//! An open page rings when something new needs somebody: two short tones, made by the
//! browser itself.

use leptos::prelude::*;

/// A switch for the sound, and the sound whenever `count` grows. Browsers let a page
/// sound only after a click, so it begins silent and says so.
pub fn alarm(count: Signal<usize>, what: &'static str) -> impl IntoView {
    let on = RwSignal::new(false);
    Effect::new(move |before: Option<usize>| {
        let now = count.get();
        if before.is_some_and(|before| now > before) && on.get_untracked() {
            ring();
        }
        now
    });
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    view! {
        <Show when=move || awake.get()>
            <button
                type="button"
                class="quiet small"
                aria-pressed=move || on.get().to_string()
                on:click=move |_| {
                    on.update(|on| *on = !*on);
                    if on.get_untracked() {
                        ring();
                    }
                }
            >
                {move || if on.get() { format!("{what}：提示音已开") } else { format!("{what}：打开提示音") }}
            </button>
        </Show>
    }
}

#[cfg(not(feature = "hydrate"))]
fn ring() {}

/// Two tones of a fifth of a second.
#[cfg(feature = "hydrate")]
fn ring() {
    fn tones() -> Result<(), wasm_bindgen::JsValue> {
        let sound = web_sys::AudioContext::new()?;
        for (i, pitch) in [880.0, 660.0].into_iter().enumerate() {
            let tone = sound.create_oscillator()?;
            let loud = sound.create_gain()?;
            loud.gain().set_value(0.2);
            tone.frequency().set_value(pitch);
            tone.connect_with_audio_node(&loud)?;
            loud.connect_with_audio_node(&sound.destination())?;
            let begin = sound.current_time() + 0.25 * i as f64;
            tone.start_with_when(begin)?;
            tone.stop_with_when(begin + 0.2)?;
        }
        Ok(())
    }
    if let Err(fault) = tones() {
        leptos::logging::warn!("no sound: {fault:?}");
    }
}
