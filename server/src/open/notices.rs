//! Public notices as text, to be searched: follows the journal, and can be built again at
//! any time.

use super::search::{plain, words};
use crate::site::Site;
use crate::store::Mirror;
use app::api::ApiError;
use app::portal::PublicNotices;
use policies::notice::TenderNotice;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// Notices on one page.
const PAGE: usize = 50;

/// What is searched of each public notice, by its number.
#[derive(Default)]
pub struct NoticeTexts(RwLock<Texts>);

#[derive(Default)]
struct Texts {
    /// The last entry that is in it.
    seq: i64,
    by_number: BTreeMap<String, String>,
}

fn text(notice: &TenderNotice) -> String {
    let code = notice.content.code.as_ref().map_or("", |code| code.as_str());
    let parts = [notice.number.as_str(), &notice.content.title, &notice.owner_name, code];
    plain(&parts.join("\n"))
}

impl NoticeTexts {
    fn follow(&self, mirror: &Mirror) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).seq;
        let last = mirror.notice_entries.last().map_or(0, |(seq, _)| *seq);
        if known >= last {
            return;
        }
        let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let news = mirror.notice_entries.range((texts.seq + 1, String::new())..);
        for (seq, key) in news {
            if let Some(version) = mirror.notice_versions.get(key) {
                texts.by_number.insert(version.notice.number.clone(), text(&version.notice));
                texts.seq = *seq;
            }
        }
    }

    /// How many hold all words, and the numbers of a page of them, the newest first.
    fn find(&self, words: &[String], before: &str, limit: usize) -> (usize, Vec<String>) {
        let texts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let page = |fits: &dyn Fn(&str) -> bool| -> Vec<String> {
            use std::ops::Bound::{Excluded, Unbounded};
            let all = match before {
                "" => texts.by_number.range::<str, _>(..),
                before => texts.by_number.range::<str, _>((Unbounded, Excluded(before))),
            };
            let fit = all.rev().filter(|(_, text)| fits(text));
            fit.take(limit).map(|(number, _)| number.clone()).collect()
        };
        if words.is_empty() {
            return (texts.by_number.len(), page(&|_| true));
        }
        let fits = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
        (texts.by_number.values().filter(|text| fits(text)).count(), page(&fits))
    }
}

impl Site {
    /// Notices that have gone out, the newest first, before a number.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the search is broken off.
    pub async fn public_notices(&self, q: &str, before: &str) -> Result<PublicNotices, ApiError> {
        let (site, asked, from) = (self.clone(), words(q), before.to_owned());
        let found = tokio::task::spawn_blocking(move || {
            site.notice_texts.follow(&site.read());
            site.notice_texts.find(&asked, &from, PAGE + 1)
        });
        let broken = |_| ApiError::Broken { ticket: "notices".into() };
        let (total, mut numbers) = found.await.map_err(broken)?;
        let more = numbers.len() > PAGE;
        numbers.truncate(PAGE);
        let mirror = self.read();
        let of = |number: &String| {
            let id = mirror.notice_numbers.get(number)?;
            Some(crate::desk::notice_line(mirror.tender_notices.get(id.as_str())?))
        };
        Ok(PublicNotices {
            notices: numbers.iter().filter_map(of).collect(),
            total,
            q: q.to_owned(),
            next: numbers.pop().filter(|_| more),
        })
    }
}
