//! The file of a case (一项目一档案): gathered from the records and the journal, checked for
//! what is missing, and taken along as one package.

mod channel;
mod emergency;
mod pack;
mod paper;
mod plan;

use super::files::files_of;
use crate::records::{Attachment, Subject};
use crate::site::{Site, who};
use crate::store::{Entry, Mirror, Table};
use app::api::desk::{Answer, DossierDesk};
use app::api::{ApiError, CaseKind, Check, Dossier, Fact, Paper, Part, Visitor};
use async_trait::async_trait;
use model::{Day, Errand, Moment, Target};
use policies::keys;
use pool::canon::Seal;

/// A case with everything that belongs to it.
struct Case {
    dossier: Dossier,
    /// Its records: table and key. The journal's entries about them go along.
    records: Vec<(Table, String)>,
    /// Its papers, as they lie in the vault.
    papers: Vec<Attachment>,
    /// The records themselves, as JSON.
    bodies: Vec<(String, serde_json::Value)>,
}

/// Named facts under a title.
fn facts_part(title: &str, facts: Vec<Fact>) -> Part {
    Part { title: title.into(), facts, columns: vec![], rows: vec![] }
}

/// A table under a title.
fn table_part(title: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Part {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    Part { title: title.into(), facts: vec![], columns, rows }
}

/// Something that a whole file has, and what it rests on.
fn check(what: &str, there: Option<String>, otherwise: &str) -> Check {
    let done = there.is_some();
    Check { what: what.into(), done, note: there.unwrap_or_else(|| otherwise.into()) }
}

/// Papers of records, as the file shows them.
fn papers_of(mirror: &Mirror, subjects: &[Subject]) -> (Vec<Paper>, Vec<Attachment>) {
    let all: Vec<Attachment> = subjects.iter().flat_map(|s| files_of(mirror, s)).cloned().collect();
    let shown = all.iter().enumerate().map(|(n, a)| {
        let ending = a.media.extension();
        Paper {
            name: mirror.reveal(&a.name).to_owned(),
            stored: format!("files/{:03}.{ending}", n + 1),
            href: format!("/files/{}", a.id),
            size: a.size,
            sha256: a.hash.to_string(),
            at: a.at,
            who: a.by.as_ref().map_or_else(|| "公众".into(), |by| who(mirror, Some(by))),
        }
    });
    (shown.collect(), all)
}

impl Site {
    /// Until when a file is kept whose case was closed on `closed`.
    fn kept_until(&self, closed: Option<Day>) -> (Option<Day>, String) {
        let day = closed.unwrap_or_else(|| self.now().day());
        let Ok(rule) = self.law().figure(keys::DOSSIER_KEPT, day) else {
            return (None, String::new());
        };
        let months = u32::try_from(rule.value).unwrap_or(u32::MAX);
        let basis = rule.basis.map_or_else(String::new, |basis| basis.line());
        match closed {
            Some(closed) => {
                let until = closed.plus_months(months);
                (Some(until), format!("至少保存至 {until}（{basis}）。"))
            }
            None => (None, format!("办结后至少保存 {} 年（{basis}）。", months / 12)),
        }
    }

    /// The case of a file, for whoever may read it.
    fn case_file(&self, by: &Visitor, kind: CaseKind, key: &str) -> Answer<Case> {
        let own = Target { org: by.actor.org.as_ref(), district: by.actor.district };
        self.permit(by, Errand::DossierRead, own)?;
        match kind {
            CaseKind::Emergency => self.emergency_file(by, key),
            CaseKind::Channel => self.channel_file(by, key),
            CaseKind::Plan => self.plan_file(by, key),
        }
    }

    /// What all files begin with.
    fn cover(&self, mirror: &Mirror, kind: CaseKind, key: &str, closed: Option<Moment>) -> Dossier {
        let (kept_until, kept) = self.kept_until(closed.map(Moment::day));
        Dossier {
            kind,
            key: key.into(),
            number: String::new(),
            title: String::new(),
            state: String::new(),
            parts: vec![],
            papers: vec![],
            checks: vec![],
            editions: vec![],
            kept,
            kept_until,
            as_of: self.now(),
            head: (mirror.head.seq, mirror.head.hash.to_string()),
        }
    }

    /// The file as one page.
    ///
    /// # Errors
    ///
    /// [`ApiError`] when there is no such case, or it is not the visitor's to read.
    pub async fn dossier_html(&self, by: &Visitor, kind: CaseKind, key: &str) -> Answer<String> {
        let (case, _) = self.whole_file(by, kind, key).await?;
        Ok(app::portal::dossier_page(&case.dossier, false))
    }

    /// The case with the editions of the rules that its entries name, and those entries.
    async fn whole_file(
        &self,
        by: &Visitor,
        kind: CaseKind,
        key: &str,
    ) -> Answer<(Case, Vec<(Entry, Seal)>)> {
        let mut case = self.case_file(by, kind, key)?;
        let entries = self.entries_of(&case).await?;
        let mut editions: Vec<String> = entries
            .iter()
            .flat_map(|(entry, _)| entry.rules.iter())
            .filter_map(|rule| rule.strip_prefix("law:").map(ToOwned::to_owned))
            .collect();
        editions.sort_unstable();
        editions.dedup();
        case.dossier.editions = editions;
        let rows = entries
            .iter()
            .map(|(entry, hash)| {
                vec![
                    entry.seq.to_string(),
                    entry.at.stamp(),
                    entry.errand.name().to_owned(),
                    who(&self.read(), entry.account.as_ref()),
                    entry.note.clone().unwrap_or_default(),
                    entry.rules.join(" "),
                    hash.to_string().chars().take(12).collect(),
                ]
            })
            .collect();
        let columns = ["编号", "时间", "事项", "经办", "说明", "规则", "散列"];
        case.dossier.parts.push(table_part("办理日志", &columns, rows));
        Ok((case, entries))
    }
}

#[async_trait]
impl DossierDesk for Site {
    async fn dossier(&self, by: &Visitor, kind: CaseKind, key: &str) -> Answer<Dossier> {
        Ok(self.whole_file(by, kind, key).await?.0.dossier)
    }
}

/// A record as JSON, for the package.
fn body<T: serde::Serialize>(name: &str, value: &T) -> Answer<(String, serde_json::Value)> {
    match serde_json::to_value(value) {
        Ok(body) => Ok((name.into(), body)),
        Err(error) => {
            tracing::error!(%error, "a record can't be spelled");
            Err(ApiError::Broken { ticket: "dossier".into() })
        }
    }
}
