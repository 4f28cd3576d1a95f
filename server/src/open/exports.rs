//! Downloads of exactly what a question finds, row by row: never more in memory than a
//! piece of it.

use super::{PlanQuery, ask, spelled};
use crate::site::Site;
use app::api::ApiError;
use app::portal::Ask;
use bytes::Bytes;
use futures::{Stream, stream};
use policies::plan::{Lot, PlanVersion};
use rust_xlsxwriter::{Workbook, XlsxError};
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The columns of a table: one row a lot.
pub const COLUMNS: [&str; 22] = [
    "计划编号",
    "版本",
    "状态",
    "公开时间",
    "招标人",
    "项目名称",
    "项目代码",
    "建设规模及内容",
    "行业",
    "县区",
    "资金来源",
    "总投资（元）",
    "审批文号",
    "标段号",
    "标段名称",
    "招标内容",
    "类别",
    "合同估算价（元）",
    "招标方式",
    "预计公告",
    "预计开标",
    "链接",
];

/// Amounts stand in these columns, in yuan.
const AMOUNTS: [usize; 2] = [11, 17];

fn row(base: &str, version: &PlanVersion, lot: &Lot) -> [String; 22] {
    let content = &version.content;
    let districts: Vec<&str> = content.districts.iter().map(|d| d.name()).collect();
    let yuan = |money: model::Money| format!("{}.{:02}", money.fen() / 100, money.fen() % 100);
    [
        version.number.clone(),
        version.version.to_string(),
        version.stage.name().to_owned(),
        version.at.stamp(),
        version.owner_name.clone(),
        content.project.clone(),
        content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()),
        content.scale.clone(),
        content.industry.name().to_owned(),
        districts.join("、"),
        content.funding.name().to_owned(),
        yuan(content.investment),
        content.approval.clone(),
        lot.no.0.to_string(),
        lot.name.clone(),
        lot.content.clone(),
        lot.kind.name().to_owned(),
        yuan(lot.estimate),
        lot.method.name().to_owned(),
        lot.notice.to_string(),
        lot.opening.map_or_else(String::new, |o| o.to_string()),
        format!("{base}/plans/{}", version.number),
    ]
}

/// A cell that a sheet program would take for a formula is shown as text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

fn query_of(asked: &Ask) -> PlanQuery {
    let (query, _) = ask::read(asked);
    PlanQuery { after: None, ..query }
}

impl Site {
    /// As comma-separated values, with the mark that Excel knows UTF-8 by.
    pub fn plans_as_csv(
        &self,
        asked: &Ask,
    ) -> impl Stream<Item = Result<Bytes, io::Error>> + use<> {
        let base = self.settings.public_url.clone();
        pieces(
            self.clone(),
            query_of(asked),
            "\u{FEFF}".to_owned() + &line(COLUMNS),
            move |version| {
                let rows = version
                    .content
                    .lots
                    .iter()
                    .map(|lot| line(row(&base, version, lot).map(harmless)));
                Ok(rows.collect())
            },
        )
    }

    /// As JSON Lines: each version in its canonical spelling, as it is hashed.
    pub fn plans_as_lines(
        &self,
        asked: &Ask,
    ) -> impl Stream<Item = Result<Bytes, io::Error>> + use<> {
        pieces(self.clone(), query_of(asked), String::new(), |version| {
            let (text, _) = spelled(version).map_err(io::Error::other)?;
            Ok(text + "\n")
        })
    }

    /// As a sheet: written row by row into a temporary file, which is then sent.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when it can't be written.
    pub async fn plans_as_sheet(&self, asked: &Ask) -> Result<tokio::fs::File, ApiError> {
        let mut query = query_of(asked);
        let base = self.settings.public_url.clone();
        let (send, receive) = mpsc::channel::<Vec<Arc<PlanVersion>>>(2);
        let written = tokio::task::spawn_blocking(move || sheet(&base, receive));
        loop {
            let versions = self.next_plans(&mut query).await?;
            if versions.is_empty() || send.send(versions).await.is_err() {
                break;
            }
        }
        drop(send);
        let broken = |fault: String| {
            tracing::error!(fault, "a sheet could not be written");
            ApiError::Broken { ticket: "sheet".into() }
        };
        let file = written.await.map_err(|e| broken(e.to_string()))?;
        file.map(tokio::fs::File::from_std).map_err(|e| broken(e.to_string()))
    }
}

/// What a question finds, piece by piece, after a head.
fn pieces<W>(
    site: Site,
    query: PlanQuery,
    head: String,
    write: W,
) -> impl Stream<Item = Result<Bytes, io::Error>> + use<W>
where
    W: Fn(&PlanVersion) -> Result<String, io::Error> + Send + Sync + 'static,
{
    let write = Arc::new(write);
    stream::try_unfold((site, query, Some(head)), move |(site, mut query, head)| {
        let write = Arc::clone(&write);
        async move {
            if let Some(head) = head {
                return Ok(Some((Bytes::from(head), (site, query, None))));
            }
            let versions = site.next_plans(&mut query).await.map_err(io::Error::other)?;
            if versions.is_empty() {
                return Ok(None);
            }
            let mut text = String::new();
            for version in &versions {
                text += &write(version)?;
            }
            Ok(Some((Bytes::from(text), (site, query, None))))
        }
    })
}

/// What can go wrong with a sheet.
#[derive(Debug, thiserror::Error)]
enum SheetFault {
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn sheet(
    base: &str,
    mut versions: mpsc::Receiver<Vec<Arc<PlanVersion>>>,
) -> Result<std::fs::File, SheetFault> {
    use std::io::Seek as _;
    let mut book = Workbook::new();
    let page = book.add_worksheet_with_constant_memory()?.set_name("招标计划")?;
    for (c, heading) in (0u16..).zip(COLUMNS) {
        page.write(0, c, heading)?;
    }
    let mut r = 1;
    while let Some(piece) = versions.blocking_recv() {
        for version in piece {
            for lot in &version.content.lots {
                for (c, cell) in row(base, &version, lot).into_iter().enumerate() {
                    let column = u16::try_from(c).unwrap_or(u16::MAX);
                    match cell.parse::<f64>() {
                        Ok(amount) if AMOUNTS.contains(&c) => page.write(r, column, amount)?,
                        _ => page.write_string(r, column, cell)?,
                    };
                }
                r += 1;
            }
        }
    }
    let mut file = tempfile::tempfile()?;
    book.save_to_writer(&mut file)?;
    file.rewind()?;
    Ok(file)
}

/// One line of comma-separated values.
fn line<S: AsRef<[u8]>>(cells: impl IntoIterator<Item = S>) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    // Writing to memory does not fail, and what went in was UTF-8.
    let _ = writer.write_record(cells);
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(harmless("=1+1".into()), "'=1+1");
        assert_eq!(harmless("青川".into()), "青川");
        assert_eq!(line(["a,b", "c\"d"]), "\"a,b\",\"c\"\"d\"\r\n");
    }
}
