//! Judging by the rules, in the browser as on the server: the same text, the same
//! functions, the same answers.
//!
//! The rules in force have a hash; the browser fetches their text once
//! (`/law/<hash>.json`), checks it against the hash, and from then on answers by itself.
//! A link to an answer names the hash, so that whoever follows it later is answered by
//! the rules of then.

pub mod bond;
pub mod deadline;
pub mod guide;
mod list;

pub use list::list;

use crate::api::ApiError;
use model::Day;
use policies::Law;
use pool::canon::Seal;
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use std::sync::Arc;

/// One text of the rules, with its hash.
#[derive(Debug, Clone)]
pub struct Edition {
    law: Law,
    text: String,
    hash: Seal,
}

/// Why a text is no edition.
#[derive(Debug, thiserror::Error)]
pub enum NoEdition {
    /// It is not sound.
    #[error(transparent)]
    Fault(#[from] policies::LawFault),
    /// It can't be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It is not what was asked for.
    #[error("the text does not have the hash that was asked for")]
    Other,
}

impl Edition {
    /// The edition that these rules are.
    ///
    /// # Errors
    ///
    /// [`NoEdition::Json`] when they can't be written.
    pub fn of(law: Law) -> Result<Self, NoEdition> {
        let text = law.to_json()?;
        let hash = Seal::of(text.as_bytes());
        Ok(Self { law, text, hash })
    }

    /// Reads the text of an edition whose hash begins with `hash`.
    ///
    /// # Errors
    ///
    /// [`NoEdition`].
    pub fn read(text: String, hash: &str) -> Result<Self, NoEdition> {
        let own = Seal::of(text.as_bytes());
        if hash.is_empty() || !own.to_string().starts_with(hash) {
            return Err(NoEdition::Other);
        }
        Ok(Self { law: Law::from_json(&text)?, text, hash: own })
    }

    /// Its hash, whole.
    pub fn hash(&self) -> Seal {
        self.hash
    }

    /// As much of its hash as links and journals carry.
    pub fn short(&self) -> String {
        self.hash.to_string()[..SHORT].to_owned()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Digits of a hash in links and journals.
pub const SHORT: usize = 16;

impl Deref for Edition {
    type Target = Law;

    fn deref(&self) -> &Law {
        &self.law
    }
}

/// Which rules hold now, and which day it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The hash, short.
    pub law: String,
    /// Today.
    pub today: Day,
}

/// The rules of `hash`, or those in force where it is empty, and today.
///
/// # Errors
///
/// [`ApiError::NotFound`] when there are no such rules.
#[cfg(feature = "ssr")]
pub async fn edition(hash: String) -> Result<(Arc<Edition>, Day), ApiError> {
    let law = crate::api::desk::law_desk()?;
    let InForce { today, .. } = law.in_force().await?;
    Ok((law.edition(&hash).await?, today))
}

/// The rules of `hash`, or those in force where it is empty, and today.
///
/// # Errors
///
/// [`ApiError::NotFound`] when there are no such rules.
#[cfg(not(feature = "ssr"))]
pub async fn edition(hash: String) -> Result<(Arc<Edition>, Day), ApiError> {
    let InForce { law, today } = crate::api::law_in_force().await?;
    let hash = if hash.is_empty() { law } else { hash };
    Ok((fetched::edition(hash).await?, today))
}

#[cfg(not(feature = "ssr"))]
mod fetched {
    use super::{ApiError, Arc, Edition};
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, Arc<Edition>>> = RefCell::default();
    }

    pub(super) async fn edition(hash: String) -> Result<Arc<Edition>, ApiError> {
        if let Some(known) = KNOWN.with_borrow(|known| known.get(&hash).cloned()) {
            return Ok(known);
        }
        let text = text(&hash).await?;
        let read = Edition::read(text, &hash);
        let read = Arc::new(read.map_err(|_| ApiError::NotFound)?);
        KNOWN.with_borrow_mut(|known| known.insert(hash, read.clone()));
        Ok(read)
    }

    #[cfg(feature = "hydrate")]
    async fn text(hash: &str) -> Result<String, ApiError> {
        // The browser has one thread; the reactive system asks for `Send` all the same.
        let path = format!("/law/{hash}.json");
        send_wrapper::SendWrapper::new(async move {
            let answer = gloo_net::http::Request::get(&path).send().await;
            let answer = answer.map_err(|_| ApiError::Unreachable)?;
            if !answer.ok() {
                return Err(ApiError::NotFound);
            }
            answer.text().await.map_err(|_| ApiError::Unreachable)
        })
        .await
    }

    #[cfg(not(feature = "hydrate"))]
    async fn text(_: &str) -> Result<String, ApiError> {
        Err(ApiError::Unreachable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_only_for_what_it_is() {
        let edition = Edition::of(Law::shipped().clone()).expect("an edition");
        let text = edition.text().to_owned();
        assert_eq!(
            Edition::read(text.clone(), &edition.short()).expect("it").hash(),
            edition.hash()
        );
        let flipped = text.replacen("200", "201", 1);
        assert!(matches!(Edition::read(flipped, &edition.short()), Err(NoEdition::Other)));
        assert!(matches!(Edition::read(text, ""), Err(NoEdition::Other)));
    }
}
