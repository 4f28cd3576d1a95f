//! Plans and notices that come as a sheet: read, refused by the cell, mended, taken up.

mod file;
mod notices;
mod plans;

use crate::chance;
use crate::site::Site;
use app::api::desk::{Answer, PeopleDesk as _, SheetDesk};
use app::api::{ApiError, SheetDraft, SheetForm, Visitor};
use async_trait::async_trait;
use model::{DraftId, Errand, Fault, Faults};
use policies::sheet::SheetKind;
use pool::canon::Seal;

pub use file::{SHEET_BYTES, template};

/// What somebody does who hands in a sheet.
const fn errand(kind: SheetKind) -> Errand {
    match kind {
        SheetKind::Plans => Errand::PlanWrite,
        SheetKind::Notices => Errand::TenderNoticeWrite,
    }
}

/// What the keys of a sheet's records begin with: the same when the same rows are sent again
/// from the same page by the same organisation, and only then.
fn drawn(by: &Visitor, sheet: &SheetDraft) -> String {
    let org = by.actor.org.as_ref().map_or("", |org| org.as_str());
    let rows = serde_json::to_vec(&sheet.rows).unwrap_or_default();
    let seal = Seal::of_fields(&[b"sheet", org.as_bytes(), sheet.key.as_bytes(), &rows]);
    seal.to_string()[..16].to_owned()
}

/// The key of the `n`th record of a sheet.
fn nth_key(prefix: &str, drawn: &str, n: u32) -> String {
    format!("{prefix}-{drawn}{n:08x}")
}

#[async_trait]
impl SheetDesk for Site {
    async fn sheet(
        &self,
        by: &Visitor,
        kind: SheetKind,
        draft: Option<&DraftId>,
    ) -> Answer<SheetDraft> {
        self.permit(by, errand(kind), super::plan::own(by))?;
        let kept = match draft {
            Some(id) => self.kept_sheet(by, id).await?,
            None => None,
        };
        let fresh = SheetDraft { kind, key: chance::key("pc"), ..SheetDraft::default() };
        Ok(kept.filter(|sheet| sheet.kind == kind).unwrap_or(fresh))
    }

    async fn mend_sheet(&self, by: &Visitor, kind: SheetKind, form: SheetForm) -> Answer<String> {
        self.permit(by, errand(kind), super::plan::own(by))?;
        let id: DraftId = form.sheet.parse().map_err(|_| ApiError::ForeignForm)?;
        let kept = self.kept_sheet(by, &id).await?.filter(|sheet| sheet.kind == kind);
        let mut sheet = kept.ok_or(ApiError::NotFound)?;
        for (place, typed) in &form.cells {
            let at = place.strip_prefix('r').and_then(|at| {
                let (row, column) = at.split_once('c')?;
                Some((row.parse::<u32>().ok()?, column.parse::<usize>().ok()?))
            });
            let Some((number, column)) = at else { continue };
            let row = sheet.rows.iter_mut().find(|row| row.number == number);
            if let Some(cell) = row.and_then(|row| row.cells.get_mut(column)) {
                *cell = typed.trim().to_owned();
            }
        }
        self.take_rows(by, sheet).await
    }
}

impl Site {
    /// Takes up a sheet that was handed in: where to go when all of it was entered. `key`
    /// is the page's: a sheet that is sent twice under it is entered once.
    ///
    /// # Errors
    ///
    /// [`ApiError::Draft`] with every wrong cell; others as usual.
    pub async fn take_sheet(
        &self,
        by: &Visitor,
        kind: SheetKind,
        key: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Answer<String> {
        self.permit(by, errand(kind), super::plan::own(by))?;
        let read = tokio::task::spawn_blocking(move || file::rows(kind, &bytes)).await;
        let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        let key = super::plan::key_of(key, "pc");
        let sheet = SheetDraft { kind, key, name, ..SheetDraft::default() };
        match read.unwrap_or(Err(Fault::NotASheet)) {
            Ok(rows) => self.take_rows(by, SheetDraft { rows, ..sheet }).await,
            Err(fault) => Err(self.refuse(by, &sheet, Faults::one("file", fault)).await),
        }
    }

    async fn take_rows(&self, by: &Visitor, sheet: SheetDraft) -> Answer<String> {
        match sheet.kind {
            SheetKind::Plans => self.take_plans(by, sheet).await,
            SheetKind::Notices => self.take_notices(by, sheet).await,
        }
    }

    /// Keeps a sheet with its wrong cells.
    async fn refuse_sheet(&self, by: &Visitor, sheet: SheetDraft) -> ApiError {
        self.refuse(by, &sheet, Faults::one("sheet", Fault::Missing)).await
    }

    async fn kept_sheet(&self, by: &Visitor, id: &DraftId) -> Answer<Option<SheetDraft>> {
        // One that was swept away leaves an empty page.
        match self.draft(by, id).await {
            Ok((fields, _)) => Ok(serde_json::from_str(&fields).ok()),
            Err(ApiError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
