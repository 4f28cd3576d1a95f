//! A number for a draw that this browser takes and keeps: nobody else knows it until
//! it is shown, the system neither.

use leptos::prelude::*;
use model::SelectionId;

/// The browser's own number and what it commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The number, 64 hexadecimal digits.
    pub nonce: String,
    /// The commitment.
    pub commitment: String,
}

/// This browser's number for one part of a draw, once the page has woken up. It
/// stays empty where there is no script, no randomness or nowhere to keep it: the
/// system then keeps a number, and the record says so.
pub fn own(draw: &SelectionId, list_hash: &str, part: usize, plays: bool) -> RwSignal<Option<Own>> {
    let own = RwSignal::new(None);
    let (draw, list) = (draw.clone(), list_hash.to_owned());
    Effect::new(move |_| {
        if plays {
            own.set(kept(&draw, &list, part));
        }
    });
    own
}

#[cfg(feature = "hydrate")]
fn kept(draw: &SelectionId, list: &str, part: usize) -> Option<Own> {
    use pool::canon::Seal;
    let storage = window().local_storage().ok()??;
    let key = format!("lutong-lot-{draw}-{part}");
    let before: Option<Seal> = storage.get_item(&key).ok()?.and_then(|text| text.parse().ok());
    let nonce = match before {
        Some(nonce) => nonce,
        None => {
            let mut bytes = [0; 32];
            window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
            let nonce = Seal(bytes);
            storage.set_item(&key, &nonce.to_string()).ok()?;
            nonce
        }
    };
    let commitment = pool::draw::commitment(draw, list.parse().ok()?, nonce);
    Some(Own { nonce: nonce.to_string(), commitment: commitment.to_string() })
}

#[cfg(not(feature = "hydrate"))]
fn kept(_: &SelectionId, _: &str, _: usize) -> Option<Own> {
    None
}
