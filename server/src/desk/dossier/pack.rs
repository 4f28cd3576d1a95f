//! The file of a case as one package: a page to read, the records, the journal's entries,
//! the rules that decided, the papers, and a manifest with the SHA-256 of each.

use super::Case;
use crate::site::{Site, broken};
use crate::store::Entry;
use crate::vault;
use app::api::desk::Answer;
use app::api::{ApiError, CaseKind, Visitor};
use model::Errand;
use pool::canon::{self, Seal};
use std::fmt::Write as _;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What the manifest is called.
pub const MANIFEST: &str = "manifest.sha256";

/// A package under way.
struct Package {
    out: ZipWriter<std::fs::File>,
    manifest: String,
}

impl Package {
    fn new() -> io::Result<Self> {
        Ok(Self { out: ZipWriter::new(tempfile::tempfile()?), manifest: String::new() })
    }

    fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.put(name, content)?;
        // As `sha256sum --check` reads it.
        let _ = writeln!(self.manifest, "{}  {name}", Seal::of(content));
        Ok(())
    }

    fn put(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.out.start_file(name, plain).map_err(io::Error::other)?;
        self.out.write_all(content)
    }

    fn finish(mut self) -> io::Result<std::fs::File> {
        let manifest = std::mem::take(&mut self.manifest);
        self.put(MANIFEST, manifest.as_bytes())?;
        let mut file = self.out.finish().map_err(io::Error::other)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

fn failed(error: &io::Error) -> ApiError {
    let ticket = crate::chance::token()[..8].to_uppercase();
    tracing::error!(ticket, %error, "a package could not be written");
    ApiError::Broken { ticket }
}

impl Site {
    /// The journal's entries about the records of a case, the oldest first.
    pub(super) async fn entries_of(&self, case: &Case) -> Answer<Vec<(Entry, Seal)>> {
        let mut found = Vec::new();
        for (table, key) in &case.records {
            let subject = format!("{}:{key}", table.name());
            found.extend(self.store.entries_about(&subject, i64::MAX).await.map_err(broken)?);
        }
        found.sort_by_key(|(entry, _)| entry.seq);
        found.dedup_by_key(|(entry, _)| entry.seq);
        Ok(found)
    }

    /// The package of a case: its name, and a file that lies at its beginning.
    ///
    /// # Errors
    ///
    /// [`ApiError`] when there is no such case, it is not the visitor's to read, or a paper
    /// is not what it was.
    pub async fn dossier_zip(
        &self,
        by: &Visitor,
        kind: CaseKind,
        key: &str,
    ) -> Answer<(String, std::fs::File)> {
        let (case, entries) = self.whole_file(by, kind, key).await?;
        let mut package = Package::new().map_err(|e| failed(&e))?;
        let mut add =
            |name: &str, content: &[u8]| package.add(name, content).map_err(|e| failed(&e));
        add("index.html", app::portal::dossier_page(&case.dossier, true).as_bytes())?;
        if let Some(typst) = self.settings.typst.clone() {
            let dossier = case.dossier.clone();
            let set = tokio::task::spawn_blocking(move || super::paper::pdf(&typst, &dossier));
            match set.await.map_err(io::Error::other).and_then(|done| done) {
                Ok(pdf) => add("file.pdf", &pdf)?,
                // The page says the same; the package is whole without.
                Err(error) => tracing::error!(%error, "a file could not be set as PDF"),
            }
        }
        for (name, body) in &case.bodies {
            let text = serde_json::to_vec_pretty(body).map_err(|e| failed(&e.into()))?;
            add(&format!("records/{name}.json"), &text)?;
        }
        // What the chain holds goes to those who may read it; the others have the table.
        if model::allowed(by.actor.role, Errand::JournalRead).is_some() {
            let mut lines = String::new();
            for (entry, hash) in &entries {
                let text = canon::to_canonical(entry).map_err(|e| broken(e.into()))?;
                let row = serde_json::json!({ "entry": text, "hash": hash.to_string() });
                let _ = writeln!(lines, "{row}");
            }
            add("journal.jsonl", lines.as_bytes())?;
        }
        for short in &case.dossier.editions {
            let edition = app::api::desk::LawDesk::edition(self, short).await;
            if let Ok(edition) = edition {
                add(&format!("rules/{short}.json"), edition.text().as_bytes())?;
            }
        }
        for (paper, attachment) in case.dossier.papers.iter().zip(&case.papers) {
            let content = vault::whole(&*self.vault, attachment.hash).await;
            let content = content.map_err(|e| failed(&io::Error::other(e)))?;
            if Seal::of(&content) != attachment.hash {
                return Err(failed(&io::Error::other("a paper was changed")));
            }
            add(&paper.stored, &content)?;
        }
        let file = package.finish().map_err(|e| failed(&e))?;
        Ok((format!("{}-{}.zip", kind.key(), key), file))
    }
}
