//! The file of a sheet: the template that goes out, and the rows of one that comes in.

use calamine::{Data, Reader as _, Xlsx};
use model::Fault;
use policies::notice::ShortReason;
use policies::sheet::{MOST_ROWS, Row, SheetKind};
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};
use std::io::Cursor;

/// The largest sheet.
pub const SHEET_BYTES: usize = 8 * 1024 * 1024;

/// The sheet that owners fill in: headings, choices, an example.
///
/// # Errors
///
/// [`XlsxError`] when it can't be put together.
pub fn template(kind: SheetKind) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(kind.name())?;
    let plain = Format::new().set_num_format("@");
    let bold = Format::new().set_bold().set_text_wrap();
    let grey = Format::new().set_italic().set_font_color(rust_xlsxwriter::Color::RGB(0x0075_7575));
    sheet.set_freeze_panes(1, 1)?;
    for (i, column) in (0u16..).zip(kind.columns()) {
        let star = if column.optional { "" } else { "*" };
        sheet.write_with_format(0, i, format!("{}{star}", column.heading), &bold)?;
        sheet.write_with_format(1, i, column.example, &grey)?;
        sheet.set_column_width(i, 18)?;
        // As text: a month would become its first day otherwise.
        sheet.set_column_format(i, &plain)?;
        let choices: Vec<&str> = match column.field {
            "industry" => model::Industry::ALL.iter().map(|c| c.name()).collect(),
            "funding" => model::Funding::ALL.iter().map(|c| c.name()).collect(),
            ".kind" | "kind" => model::LotKind::ALL.iter().map(|c| c.name()).collect(),
            ".method" | "method" => model::TenderMethod::ALL.iter().map(|c| c.name()).collect(),
            "short_reason" => ShortReason::ALL.iter().map(|c| c.name()).collect(),
            "supervisor_first" => vec!["是", "否"],
            _ => continue,
        };
        let rows = u32::try_from(MOST_ROWS).unwrap_or(u32::MAX);
        let offer = DataValidation::new().allow_list_strings(&choices)?;
        sheet.add_data_validation(1, i, rows, i, &offer)?;
    }
    book.save_to_buffer()
}

/// The text of a cell: as it was typed, days as days.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) => text.trim().to_owned(),
        // Sums of a sheet are binary: `1260.1000000000001` was typed as `1260.1`.
        Data::Float(number) => {
            let text = format!("{number:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Data::Int(number) => number.to_string(),
        Data::Bool(is) => is.to_string(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.split('T').next().unwrap_or_default().to_owned()
        }
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}

/// Columns beyond which nothing is looked for.
const WIDTH: u32 = 60;
/// What a sheet may come to when it is unpacked.
const UNPACKED: u64 = 256 * 1024 * 1024;

/// Whether a packed file says that it stays within bounds when it is unpacked.
fn is_bounded(bytes: &[u8]) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let sizes = (0..archive.len()).map(|i| archive.by_index_raw(i).map_or(u64::MAX, |f| f.size()));
    sizes.fold(0u64, u64::saturating_add) <= UNPACKED
}

/// The lines of a sheet with their numbers from 0, cell by cell: a sheet that says it has
/// millions of rows is refused before there is room made for them.
fn lines(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<(u32, Vec<Data>)>, Fault> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Fault::NotASheet)?;
    let mut lines: Vec<(u32, Vec<Data>)> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| Fault::NotASheet)? {
        let (row, column) = cell.get_position();
        let data = Data::from(cell.get_value().clone());
        if column > WIDTH || data == Data::Empty {
            continue;
        }
        let most = u32::try_from(MOST_ROWS).unwrap_or(u32::MAX) + 1;
        if row > most {
            let max = i64::from(most) - 1;
            return Err(Fault::OutOfRange { min: 1, max });
        }
        let start = lines.first().map_or(row, |(first, _)| *first);
        if row < start {
            return Err(Fault::NotASheet);
        }
        let at = usize::try_from(row - start).unwrap_or(0);
        while lines.len() <= at {
            let next = start + u32::try_from(lines.len()).unwrap_or(0);
            lines.push((next, Vec::new()));
        }
        let line = &mut lines[at].1;
        let column = usize::try_from(column).unwrap_or(0);
        if line.len() <= column {
            line.resize(column + 1, Data::Empty);
        }
        line[column] = data;
    }
    Ok(lines)
}

/// The rows of the first sheet, in the order of its kind's columns whatever the order of
/// the file's own. The example of the template does not count.
pub(super) fn rows(kind: SheetKind, bytes: &[u8]) -> Result<Vec<Row>, Fault> {
    let columns = kind.columns();
    if !is_bounded(bytes) {
        return Err(Fault::NotASheet);
    }
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| Fault::NotASheet)?;
    let name = book.sheet_names().first().cloned().ok_or(Fault::NotASheet)?;
    let lines = lines(&mut book, &name)?;
    let first = lines.first().map_or(0, |(row, _)| *row) + 2;
    let mut lines = lines.iter().map(|(_, line)| line);
    let head: Vec<String> = lines
        .next()
        .map(|line| line.iter().map(|c| text(c).trim_end_matches('*').to_owned()).collect())
        .unwrap_or_default();
    let at = |heading: &str| head.iter().position(|h| h == heading);
    let places: Vec<Option<usize>> = columns.iter().map(|c| at(c.heading)).collect();
    let needed = columns.iter().zip(&places).all(|(c, place)| c.optional || place.is_some());
    if !needed {
        return Err(Fault::NotASheet);
    }
    let mut rows = Vec::new();
    for (number, line) in (first..).zip(lines) {
        let cell = |place: &Option<usize>| place.and_then(|i| line.get(i)).map(text);
        let cells: Vec<String> = places.iter().map(|p| cell(p).unwrap_or_default()).collect();
        let example = cells.iter().zip(columns).all(|(cell, column)| cell == column.example);
        if !example && cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { number, cells });
        }
    }
    if rows.len() > MOST_ROWS {
        let max = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX);
        return Err(Fault::OutOfRange { min: 1, max });
    }
    if rows.is_empty() { Err(Fault::TooFew { min: 1 }) } else { Ok(rows) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policies::plan::sheet::COLUMNS as PLANS;

    fn book(lines: &[Vec<&str>]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (r, line) in (0u32..).zip(lines) {
            for (c, text) in (0u16..).zip(line) {
                sheet.write(r, c, *text).expect("a cell");
            }
        }
        book.save_to_buffer().expect("a book")
    }

    #[test]
    fn the_template_is_read_as_empty() {
        for kind in [SheetKind::Plans, SheetKind::Notices] {
            let bytes = template(kind).expect("a template");
            assert_eq!(rows(kind, &bytes), Err(Fault::TooFew { min: 1 }));
        }
    }

    #[test]
    fn columns_are_found_by_their_headings() {
        let mut headings: Vec<&str> = PLANS.iter().map(|c| c.heading).collect();
        let mut cells: Vec<&str> = PLANS.iter().map(|c| c.example).collect();
        cells[0] = "旺苍县东河防洪治理";
        headings.reverse();
        cells.reverse();
        let read = rows(SheetKind::Plans, &book(&[headings, cells])).expect("rows");
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].number, 2);
        assert_eq!(read[0].cells[0], "旺苍县东河防洪治理");
        assert_eq!(read[0].cells[17], PLANS[17].example);
    }

    #[test]
    fn what_is_no_sheet_is_refused() {
        assert_eq!(rows(SheetKind::Plans, b"PK\x03\x04 nothing"), Err(Fault::NotASheet));
        assert_eq!(rows(SheetKind::Plans, &book(&[vec!["a", "b"]])), Err(Fault::NotASheet));
    }
}
