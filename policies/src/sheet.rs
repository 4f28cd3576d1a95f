//! Sheets that owners fill in: what every kind of them has in common.

use crate::{notice, plan};
use model::Fault;
use serde::{Deserialize, Serialize};

/// What the rows of a sheet are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// Lots of tender plans.
    #[default]
    Plans,
    /// Tender notices.
    Notices,
}

impl SheetKind {
    /// Its columns, in the order of the template.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Plans => &plan::sheet::COLUMNS,
            Self::Notices => &notice::sheet::COLUMNS,
        }
    }

    /// What the sheet is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plans => "招标计划",
            Self::Notices => "招标公告",
        }
    }

    /// Where its pages are.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Plans => "/desk/plans",
            Self::Notices => "/desk/notices",
        }
    }
}

/// The most rows that one sheet may have.
pub const MOST_ROWS: usize = 5_000;

/// A column: its heading, the field of the form that it fills, and an example.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Heading.
    pub heading: &'static str,
    /// Field; those of a lot begin with a dot.
    pub field: &'static str,
    /// What the template shows.
    pub example: &'static str,
    /// May be left empty.
    pub optional: bool,
}

/// A column that must be filled.
pub(crate) const fn column(
    heading: &'static str,
    field: &'static str,
    example: &'static str,
) -> Column {
    Column { heading, field, example, optional: false }
}

/// A column that may be left empty.
pub(crate) const fn optional(
    heading: &'static str,
    field: &'static str,
    example: &'static str,
) -> Column {
    Column { heading, field, example, optional: true }
}

/// A row: its number in the sheet, counted as the program that made it counts, and its
/// cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// Number, from 1.
    pub number: u32,
    /// Cells, in the order of its kind's columns.
    pub cells: Vec<String>,
}

/// One cell that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellFault {
    /// The row's number in the sheet.
    pub row: u32,
    /// The column, from 0.
    pub column: usize,
    /// What is wrong.
    pub fault: Fault,
}

impl CellFault {
    /// The cell as a sheet names it: `F12`.
    pub fn cell(&self) -> String {
        let letter = u8::try_from(self.column).unwrap_or(0);
        format!("{}{}", char::from(b'A' + letter.min(25)), self.row)
    }
}

/// The text of a cell.
pub(crate) fn cell(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", |text| text.trim())
}

/// The key of a choice that was typed by its name, or by its key.
pub(crate) fn key_of<T: Copy>(
    all: &[T],
    typed: &str,
    name: fn(T) -> &'static str,
    key: fn(T) -> &'static str,
) -> String {
    let found = all.iter().find(|c| name(**c) == typed || key(**c) == typed);
    found.map_or_else(|| typed.to_owned(), |c| key(*c).to_owned())
}
