//! Files that were handed in.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

use super::ApiError;
#[cfg(feature = "ssr")]
use super::desk::{desks, go_on, sender};
use leptos::prelude::*;
use model::AttachmentId;

/// Makes a picture public, or takes it down (`public` is `yes` or `no`); `back` is
/// the page of ours that asked.
#[server(endpoint = "files/publish")]
pub async fn publish_file(
    token: String,
    id: AttachmentId,
    public: String,
    back: String,
) -> Result<(), ApiError> {
    let answer = desks()?.files.publish(&sender(&token)?, &id, public == "yes").await;
    let ours = back.starts_with('/') && !back.starts_with("//");
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let back = if ours && plain { back } else { "/".into() };
    go_on(answer, |()| format!("{back}#files"), &back)
}
