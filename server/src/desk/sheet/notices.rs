//! Notices of a sheet: all are judged before the first is entered. Each is an act of its
//! own, since each may change its plans; what can't be entered after all, because somebody
//! was faster, stays in the sheet.

use super::{drawn, nth_key};
use crate::site::Site;
use app::api::desk::{Answer, NoticeDesk as _};
use app::api::{ApiError, SheetDraft, Visitor};
use policies::notice::NoticeForm;
use policies::notice::sheet::{column_of, form_of};
use policies::sheet::{CellFault, Row};

impl Site {
    pub(super) async fn take_notices(&self, by: &Visitor, mut sheet: SheetDraft) -> Answer<String> {
        let wrong = self.wrong_notices(by, &sheet.rows)?;
        if !wrong.is_empty() {
            return Err(self.refuse_sheet(by, SheetDraft { wrong, ..sheet }).await);
        }
        let drawn = drawn(by, &sheet);
        let rows = std::mem::take(&mut sheet.rows);
        for (i, row) in rows.iter().enumerate() {
            let form = NoticeForm { key: nth_key("zb", &drawn, row.number), ..self.named(row) };
            match self.save_notice(by, None, form).await {
                Ok(_) => sheet.entered += 1,
                // Nothing is entered yet, and nothing is wrong with the sheet: try again.
                Err(error) if sheet.entered == 0 && !matches!(error, ApiError::Draft(_)) => {
                    return Err(error);
                }
                Err(error) => {
                    tracing::warn!(%error, row = row.number, "a sheet of notices broke off");
                    sheet.rows = rows[i..].to_vec();
                    sheet.wrong = self.wrong_notices(by, &sheet.rows)?;
                    return Err(self.refuse_sheet(by, sheet).await);
                }
            }
        }
        Ok("/desk/notices".into())
    }

    /// The form of a row, its lots by the keys of their plans.
    fn named(&self, row: &Row) -> NoticeForm {
        let form = form_of(row);
        let lots = form.lots.iter().map(|(lot, yes)| (self.lot_key(lot), yes.clone())).collect();
        NoticeForm { lots, ..form }
    }

    fn wrong_notices(&self, by: &Visitor, rows: &[Row]) -> Answer<Vec<CellFault>> {
        let mut wrong = Vec::new();
        for row in rows {
            let faults = self.judge_notice(by, &self.named(row))?;
            let cell = |(field, fault): (&str, &model::Fault)| CellFault {
                row: row.number,
                column: column_of(field),
                fault: fault.clone(),
            };
            wrong.extend(faults.iter().map(cell));
        }
        wrong.sort_by_key(|fault| (fault.row, fault.column));
        wrong.dedup_by_key(|fault| (fault.row, fault.column));
        Ok(wrong)
    }
}
