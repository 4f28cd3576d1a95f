//! The bank's statement of the centre's own account (银行流水), as somebody pastes it, and
//! what each of its lines is: money that was paid back, money that came in, or neither.

use super::given::{plain, tight};
use crate::sheet::MOST_ROWS;
use model::{BondId, Day, Fault, Money, MoneyFault, PaymentId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A line of the bank's statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// The bank's number of the transfer.
    pub serial: String,
    /// Its day.
    pub day: Day,
    /// How much; always more than nothing.
    pub amount: Money,
    /// It came in; else it went out.
    pub incoming: bool,
    /// Whose account is on the other side; empty for the bank's own interest and fees.
    pub other: String,
    /// That account's number, in digits only; may be empty as well.
    pub account: String,
    /// What it is said to be for.
    pub words: String,
}

/// Something in a pasted statement that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The row, from 1, as a spreadsheet counts: blank rows count, and a cell with a line
    /// break in it is still in one row.
    pub row: u32,
    /// The column, as the statement heads it.
    pub column: String,
    /// What is wrong.
    pub why: Fault,
}

/// The names that banks give one column; the first is the one that we ask for.
type Names = &'static [&'static str];

const DAY: Names = &["交易日期", "交易日", "记账日期", "日期"];
const SERIAL: Names = &["流水号", "交易流水号", "凭证号"];
const CAME: Names = &["收入金额", "贷方发生额", "贷方金额", "收入"];
const WENT: Names = &["支出金额", "借方发生额", "借方金额", "支出"];
const AMOUNT: Names = &["金额", "交易金额"];
const WAY: Names = &["借贷标志", "借贷", "收支"];
const OTHER: Names = &["对方户名", "对方名称", "对方单位"];
const ACCOUNT: Names = &["对方账号", "对方帐号"];
const WORDS: Names = &["摘要", "附言", "用途", "备注"];
const ALL: [Names; 9] = [DAY, SERIAL, CAME, WENT, AMOUNT, WAY, OTHER, ACCOUNT, WORDS];

const NO_HEADING: &str = "表头没有这一列";
const QUOTES: &str = "引号没有成对";
const SURPLUS: &str = "这一行的格数多于表头；金额里有逗号的，须放在引号内";
const BOTH: &str = "收入和支出只能填一项";
const POSITIVE: &str = "金额须大于零";
const DIRECTION: &str = "应为贷（收入）或借（支出）";
const DIGITS: &str = "账号应全为数字";

/// A fault that is said in words.
fn rule(why: impl Into<String>) -> Fault {
    Fault::AgainstRule { why: why.into() }
}

/// The number of the row at that place.
fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// A character of normal width for one of full width: they stand at a fixed distance.
fn half(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// A number, day or amount without what is written now one way and now another.
fn figures(text: &str) -> String {
    tight(text).chars().filter(|c| !c.is_control()).map(half).collect()
}

/// Whether two numbers of transfers are the same one.
pub(super) fn same_serial(one: &str, other: &str) -> bool {
    let (one, other) = (figures(one), figures(other));
    !one.is_empty() && one == other
}

/// The number of an account, however its digits are grouped.
fn bare(account: &str) -> String {
    figures(account).replace('-', "")
}

/// Text that is kept as it stands, but for control characters.
fn prose(text: &str) -> String {
    let blank = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    text.chars().map(blank).collect::<String>().trim().to_owned()
}

/// Where in a cell, seen from its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// No quote was opened.
    Before,
    /// Within quotes.
    Within,
    /// The quote was closed.
    After,
}

/// A row before anything in it is understood.
#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    /// The first cell whose quotes do not pair. One that stays open would swallow rows.
    torn: Option<usize>,
}

impl Row {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    fn is_total(&self) -> bool {
        let first = self.cells.first().map(|cell| plain(cell)).unwrap_or_default();
        matches!(first.trim_end_matches([':', '：']), "合计" | "总计")
    }

    fn tear(&mut self) {
        self.torn = self.torn.or(Some(self.cells.len()));
    }
}

/// The rows of a text whose lines end in `\n` and whose cells are separated by `by`.
fn rows(text: &str, by: char) -> Vec<Row> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Row::default(), String::new());
    let mut quote = Quote::Before;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Quote::Within, '"') => match chars.next_if_eq(&'"') {
                Some(doubled) => cell.push(doubled),
                None => quote = Quote::After,
            },
            (Quote::Within, _) => cell.push(c),
            (_, '\n') => {
                row.cells.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                quote = Quote::Before;
            }
            (_, c) if c == by => {
                row.cells.push(std::mem::take(&mut cell));
                quote = Quote::Before;
            }
            (Quote::Before, '"') if cell.trim().is_empty() => {
                cell.clear();
                quote = Quote::Within;
            }
            (Quote::Before, _) => cell.push(c),
            (Quote::After, c) if c.is_whitespace() => {}
            (Quote::After, _) => {
                row.tear();
                cell.push(c);
            }
        }
    }
    if quote == Quote::Within {
        row.tear();
    }
    if !cell.is_empty() || !row.cells.is_empty() || row.torn.is_some() {
        row.cells.push(cell);
        rows.push(row);
    }
    rows
}

/// The rows of a text, by whichever separator its header makes sense with.
fn split(text: &str) -> Vec<Row> {
    let known = |rows: &[Row]| {
        let header = rows.iter().find(|row| !row.is_blank());
        let is_known = |cell: &&String| {
            let heading = heading(cell);
            ALL.iter().any(|names| names.contains(&heading.as_str()))
        };
        header.map_or(0, |row| row.cells.iter().filter(is_known).count())
    };
    let (commas, tabs) = (rows(text, ','), rows(text, '\t'));
    if known(&tabs) > known(&commas) { tabs } else { commas }
}

/// A heading as it is compared. That it is in 元 may be said; 万元 is another column.
fn heading(cell: &str) -> String {
    let name = plain(cell);
    name.strip_suffix("（元）").unwrap_or(&name).to_owned()
}

/// What a column is called when something in it is wrong.
fn column(header: &[String], at: usize) -> String {
    let name: String =
        header.get(at).map(|cell| plain(cell).chars().take(20).collect()).unwrap_or_default();
    if name.is_empty() { format!("第 {} 列", at + 1) } else { name }
}

/// A column that a statement has.
#[derive(Debug)]
struct Head {
    at: usize,
    name: String,
}

/// The column that has one of these names; the earlier name counts.
fn find(header: &[String], names: Names) -> Option<Head> {
    let at = names.iter().find_map(|name| header.iter().position(|cell| heading(cell) == *name))?;
    Some(Head { at, name: column(header, at) })
}

/// How a statement says what came in and what went out.
#[derive(Debug)]
enum Sums {
    /// In a column of its own each, of which one is filled.
    Apart { came: Option<Head>, went: Option<Head> },
    /// In one column, and which it was in another.
    Together { amount: Option<Head>, way: Option<Head> },
}

/// The columns of a statement; none where it has none.
#[derive(Debug)]
struct Heads {
    day: Option<Head>,
    serial: Option<Head>,
    sums: Sums,
    other: Option<Head>,
    account: Option<Head>,
    words: Vec<Head>,
}

impl Heads {
    /// Finds them in the header; what is missing goes to `unread`.
    fn find(header: &[String], row: u32, unread: &mut Vec<Unread>) -> Self {
        let has = |names: Names| usize::from(find(header, names).is_some());
        let mut needed = |names: Names| {
            let head = find(header, names);
            let fault = match &head {
                None => Some((names[0].to_owned(), rule(NO_HEADING))),
                Some(head) => {
                    let name = heading(&header[head.at]);
                    let same = header.iter().filter(|cell| heading(cell) == name).count();
                    (same > 1).then(|| (head.name.clone(), Fault::Twice))
                }
            };
            unread.extend(fault.map(|(column, why)| Unread { row, column, why }));
            head
        };
        let day = needed(DAY);
        let serial = needed(SERIAL);
        let sums = if has(AMOUNT) + has(WAY) > has(CAME) + has(WENT) {
            Sums::Together { amount: needed(AMOUNT), way: needed(WAY) }
        } else {
            Sums::Apart { came: needed(CAME), went: needed(WENT) }
        };
        let other = needed(OTHER);
        let account = needed(ACCOUNT);
        // Banks have several of these at once, and the bond's number may be in any.
        let words = WORDS.chunks(1).filter_map(|name| find(header, name)).collect();
        Self { day, serial, sums, other, account, words }
    }

    /// Reads a row; what can't be read goes to its `unread`.
    fn line(
        &self,
        mut row: Reading<'_>,
        today: Day,
        serials: &mut BTreeSet<String>,
    ) -> Option<StatementLine> {
        let day = row.read(self.day.as_ref(), |text| past(text, today));
        let serial = row.read(self.serial.as_ref(), |text| {
            let serial = figures(text);
            if serial.is_empty() {
                return Err(Fault::Missing);
            }
            if serials.insert(serial.clone()) { Ok(serial) } else { Err(Fault::Twice) }
        });
        let sum = self.sum(&mut row);
        let other = row.read(self.other.as_ref(), |text| Ok(prose(text)));
        let account = row.read(self.account.as_ref(), digits);
        let words: Vec<String> = self
            .words
            .iter()
            .map(|head| prose(row.cell(head)))
            .filter(|words| !words.is_empty())
            .collect();
        let (amount, incoming) = sum?;
        Some(StatementLine {
            serial: serial?,
            day: day?,
            amount,
            incoming,
            other: other?,
            account: account?,
            words: words.join(" "),
        })
    }

    /// How much, and whether it came in.
    fn sum(&self, row: &mut Reading<'_>) -> Option<(Money, bool)> {
        match &self.sums {
            Sums::Together { amount, way } => {
                let amount = row.read(amount.as_ref(), money);
                let incoming = row.read(way.as_ref(), direction);
                amount.zip(incoming)
            }
            Sums::Apart { came, went } => {
                let (came, went) = came.as_ref().zip(went.as_ref())?;
                match (is_filled(row.cell(came)), is_filled(row.cell(went))) {
                    (true, false) => row.read(Some(came), money).map(|amount| (amount, true)),
                    (false, true) => row.read(Some(went), money).map(|amount| (amount, false)),
                    (true, true) => {
                        row.tell(went, rule(BOTH));
                        None
                    }
                    (false, false) => {
                        let nought =
                            [came, went].into_iter().find(|h| figures(row.cell(h)).contains('0'));
                        match nought {
                            Some(head) => row.tell(head, rule(POSITIVE)),
                            None => row.tell(came, Fault::Missing),
                        }
                        None
                    }
                }
            }
        }
    }
}

/// A row that is being read.
#[derive(Debug)]
struct Reading<'a> {
    n: u32,
    cells: &'a [String],
    unread: &'a mut Vec<Unread>,
}

impl<'a> Reading<'a> {
    fn cell(&self, head: &Head) -> &'a str {
        let text = self.cells.get(head.at).map_or("", |cell| cell.trim());
        // Some banks write numbers as formulas, so that spreadsheets keep all their digits.
        text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).unwrap_or(text)
    }

    fn tell(&mut self, head: &Head, why: Fault) {
        self.unread.push(Unread { row: self.n, column: head.name.clone(), why });
    }

    /// What stands in a column. That there is no such column was told with the header.
    fn read<T>(
        &mut self,
        head: Option<&Head>,
        read: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        let head = head?;
        match read(self.cell(head)) {
            Ok(value) => Some(value),
            Err(why) => {
                self.tell(head, why);
                None
            }
        }
    }
}

/// A day that was: `2026-07-18`, `2026/7/18`, `20260718` or `2026年7月18日`.
fn past(text: &str, today: Day) -> Result<Day, Fault> {
    let text = figures(text);
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    let day = day_of(&text).ok_or(Fault::NotADay)?;
    if day > today { Err(Fault::InFuture) } else { Ok(day) }
}

fn day_of(text: &str) -> Option<Day> {
    let (year, month, day) = if let Some((year, rest)) = text.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        (year, month, rest.strip_suffix('日')?)
    } else if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        (&text[..4], &text[4..6], &text[6..])
    } else {
        let by = if text.contains('/') { '/' } else { '-' };
        let (year, rest) = text.split_once(by)?;
        let (month, day) = rest.split_once(by)?;
        (year, month, day)
    };
    let part = |text: &str, most: usize| -> Option<u32> {
        let fits = text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| fits)
    };
    // Of two digits nobody knows the century.
    if year.len() != 4 {
        return None;
    }
    Day::new(i32::try_from(part(year, 4)?).ok()?, part(month, 2)?, part(day, 2)?)
}

/// Whether a cell says more than that there is nothing in it.
fn is_filled(text: &str) -> bool {
    let nothing = |c: char| matches!(c, '-' | '—' | '0' | '.' | ',' | '¥' | '￥' | '元');
    figures(text).chars().any(|c| !nothing(c))
}

/// An amount in 元 that must be more than nothing.
fn money(text: &str) -> Result<Money, Fault> {
    let text = figures(text);
    let text = text.trim_start_matches(['¥', '￥']).trim_end_matches('元');
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    // Banks write what they take back with a minus: a person must look at that.
    let unsigned = text.strip_prefix(['-', '−']);
    let amount = Money::parse_yuan(unsigned.unwrap_or(text)).map_err(|fault| match fault {
        MoneyFault::NotANumber => Fault::NotMoney,
        MoneyFault::TooFine | MoneyFault::TooLarge => Fault::MoneyRange,
    })?;
    if unsigned.is_some() || amount == Money::ZERO { Err(rule(POSITIVE)) } else { Ok(amount) }
}

/// Whether it came in. The account is the centre's own, so that 贷 is money that came.
fn direction(text: &str) -> Result<bool, Fault> {
    match figures(text).to_ascii_uppercase().as_str() {
        "贷" | "贷方" | "收" | "收入" | "C" => Ok(true),
        "借" | "借方" | "支" | "支出" | "D" => Ok(false),
        "" => Err(Fault::Missing),
        _ => Err(rule(DIRECTION)),
    }
}

/// The number of an account. A spreadsheet that made `6.2E+18` of it has lost its digits.
fn digits(text: &str) -> Result<String, Fault> {
    let account = bare(text);
    let all = account.bytes().all(|b| b.is_ascii_digit());
    if all { Ok(account) } else { Err(rule(DIGITS)) }
}

/// What is wrong with a row that does not fall into the header's cells: nothing in it can
/// be relied on.
fn broken(row: &Row, n: u32, header: &[String]) -> Option<Unread> {
    let mut beyond = row.cells.iter().enumerate().skip(header.len());
    let surplus = beyond.find(|(_, cell)| !cell.trim().is_empty());
    let (at, why) = match (row.torn, surplus) {
        (Some(at), _) => (at, QUOTES),
        (None, Some((at, _))) => (at, SURPLUS),
        (None, None) => return None,
    };
    Some(Unread { row: n, column: column(header, at), why: rule(why) })
}

/// Reads a statement as a bank's web page or a spreadsheet gives it, separated by commas or
/// tabs. The first row that says anything is the header; blank rows and totals are passed
/// over. The text may have as many rows as any sheet, its header among them.
///
/// # Errors
///
/// All that can't be read, row by row: then nothing of it is taken.
pub fn read(text: &str, today: Day) -> Result<Vec<StatementLine>, Vec<Unread>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = split(&text.replace("\r\n", "\n").replace('\r', "\n"));
    let first = rows.iter().position(|row| !row.is_blank()).unwrap_or(0);
    let header = rows.get(first).map(|row| row.cells.as_slice()).unwrap_or_default();
    let mut unread = Vec::new();
    unread.extend(rows.get(first).and_then(|row| broken(row, number(first), header)));
    let heads = Heads::find(header, number(first), &mut unread);
    let (mut lines, mut serials) = (Vec::new(), BTreeSet::new());
    for (i, row) in rows.iter().enumerate().skip(first + 1) {
        if row.torn.is_none() && (row.is_blank() || row.is_total()) {
            continue;
        }
        if i >= MOST_ROWS {
            let why = rule(format!("一次最多 {MOST_ROWS} 行（含表头），请分几次粘贴"));
            unread.push(Unread { row: number(MOST_ROWS), column: "行数".into(), why });
            break;
        }
        if let Some(fault) = broken(row, number(i), header) {
            unread.push(fault);
            continue;
        }
        let reading = Reading { n: number(i), cells: &row.cells, unread: &mut unread };
        lines.extend(heads.line(reading, today, &mut serials));
    }
    if unread.is_empty() { Ok(lines) } else { Err(unread) }
}

/// An order to pay something back, as a statement is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order<'a> {
    /// Its key.
    pub id: &'a PaymentId,
    /// The number of the transfer on the bank's receipt, once there is one.
    pub serial: Option<&'a str>,
    /// The number of the transfer that it was found by in a statement before.
    pub line: Option<&'a str>,
    /// The bond's number: it stands in what the transfer is said to be for.
    pub number: &'a str,
    /// To whose account.
    pub payee: &'a str,
    /// That account's number.
    pub account: &'a str,
    /// How much.
    pub amount: Money,
    /// How much it was before the bank refused it and it was ordered again: a transfer of such a
    /// sum has carried it out as well.
    pub before: &'a [Money],
    /// The first day on which it can have been carried out: that on which it was ordered,
    /// whenever the bank was told.
    pub since: Day,
}

impl<'a> Order<'a> {
    /// The transfer that is known to have carried it out. What the statement said goes before
    /// the receipt.
    fn carried(&self) -> Option<&'a str> {
        self.line.or(self.serial)
    }

    /// Whether it is, or was, about that sum.
    fn is_about(&self, sum: Money) -> bool {
        self.amount == sum || self.before.contains(&sum)
    }
}

/// Money that was entered as having come in, as a statement is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came<'a> {
    /// The bond.
    pub bond: &'a BondId,
    /// Its piece.
    pub n: u32,
    /// The bank's number of the transfer, as it was entered.
    pub reference: &'a str,
    /// Whose account it came from.
    pub payer: &'a str,
    /// That account's number.
    pub account: &'a str,
    /// How much.
    pub amount: Money,
    /// The day on which it came.
    pub from: Day,
}

/// In what a statement differs from what was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// How much.
    Amount,
    /// Whose account it came from.
    Payer,
    /// That account's number.
    Account,
    /// When it came.
    Day,
}

impl Difference {
    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Amount => "金额",
            Self::Payer => "户名",
            Self::Account => "账号",
            Self::Day => "日期",
        }
    }
}

/// What a line of a statement is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Found {
    /// An order was carried out.
    Order {
        /// The order.
        payment: PaymentId,
    },
    /// An order was carried out, but with another amount.
    Short {
        /// The order.
        payment: PaymentId,
        /// What the order says.
        says: Money,
    },
    /// It would be an order, but another transfer has carried that out: the bank seems to have
    /// paid twice.
    Twice {
        /// The order.
        payment: PaymentId,
        /// The other transfer.
        serial: String,
    },
    /// Money came in as it was entered.
    Piece {
        /// The bond.
        bond: BondId,
        /// Its piece.
        n: u32,
    },
    /// Money came in, but not as it was entered.
    Differs {
        /// The bond.
        bond: BondId,
        /// Its piece.
        n: u32,
        /// In what it differs.
        what: Vec<Difference>,
    },
    /// Nothing that is known, or it can't be told which: a person must look.
    Unknown,
}

impl Found {
    /// Whether somebody has to look at it.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Order { .. } | Self::Piece { .. } => false,
            Self::Short { .. } | Self::Twice { .. } | Self::Differs { .. } | Self::Unknown => true,
        }
    }
}

/// What each line is. Nothing is ever found by its amount alone, nor by names that are merely
/// alike; where several fit, it is unknown.
///
/// The lines are gone through one after another, each with what the ones before it were: of
/// two for one order, the second is one too many.
pub fn reconcile_all<'a>(
    lines: &'a [StatementLine],
    orders: &[Order<'a>],
    came: &[Came<'_>],
) -> Vec<Found> {
    let mut orders = orders.to_vec();
    let mut all = Vec::new();
    for line in lines {
        let found = reconcile(line, &orders, came);
        if let Found::Order { payment } = &found {
            for order in orders.iter_mut().filter(|order| order.id == payment) {
                order.line = Some(&line.serial);
            }
        }
        all.push(found);
    }
    all
}

fn reconcile(line: &StatementLine, orders: &[Order<'_>], came: &[Came<'_>]) -> Found {
    if line.incoming { incoming(line, came) } else { outgoing(line, orders) }
}

fn outgoing(line: &StatementLine, orders: &[Order<'_>]) -> Found {
    let is_it = |serial: Option<&str>| serial.is_some_and(|it| same_serial(it, &line.serial));
    let twice = |order: &Order<'_>, other: &str| Found::Twice {
        payment: order.id.clone(),
        serial: other.to_owned(),
    };
    let by_number: Vec<&Order<'_>> =
        orders.iter().filter(|order| is_it(order.serial) || is_it(order.line)).collect();
    match by_number.as_slice() {
        [] => {}
        [order] => {
            // A receipt is for the sum that the bank was told last; a line was found by any.
            let fits = match order.line {
                Some(_) => order.is_about(line.amount),
                None => order.amount == line.amount,
            };
            return match order.line.filter(|other| !is_it(Some(*other))) {
                Some(other) => twice(order, other),
                None if fits => Found::Order { payment: order.id.clone() },
                None => Found::Short { payment: order.id.clone(), says: order.amount },
            };
        }
        _ => return Found::Unknown,
    }
    let words: String = line.words.chars().map(half).collect();
    let account = bare(&line.account);
    let fits = |order: &&Order<'_>| {
        stands_in(&words, &figures(order.number))
            && !account.is_empty()
            && bare(order.account) == account
            && order.is_about(line.amount)
            // What the bank did before is something else: another piece's order.
            && order.since <= line.day
    };
    let by_words: Vec<&Order<'_>> = orders.iter().filter(fits).collect();
    // One that nothing has carried out yet goes before those that something has: to the same
    // account by the same sum, it is what was still owed.
    let waits: Vec<&&Order<'_>> = by_words.iter().filter(|o| o.carried().is_none()).collect();
    match (waits.as_slice(), by_words.first()) {
        ([order], _) => Found::Order { payment: order.id.clone() },
        ([], Some(order)) => twice(order, order.carried().unwrap_or_default()),
        _ => Found::Unknown,
    }
}

fn incoming(line: &StatementLine, came: &[Came<'_>]) -> Found {
    let serial = figures(&line.serial);
    let same = |came: &&Came<'_>| !serial.is_empty() && figures(came.reference) == serial;
    let found: Vec<&Came<'_>> = came.iter().filter(same).collect();
    let [came] = found.as_slice() else { return Found::Unknown };
    let differs = [
        (came.amount != line.amount, Difference::Amount),
        (plain(came.payer) != plain(&line.other), Difference::Payer),
        (bare(came.account) != bare(&line.account), Difference::Account),
        (came.from != line.day, Difference::Day),
    ];
    let what: Vec<Difference> =
        differs.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect();
    let (bond, n) = (came.bond.clone(), came.n);
    if what.is_empty() { Found::Piece { bond, n } } else { Found::Differs { bond, n, what } }
}

/// Whether a bond's number stands in words, and not as a part of a longer one.
fn stands_in(words: &str, number: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    !number.is_empty()
        && words.match_indices(number).any(|(at, _)| {
            let before = words[..at].chars().next_back();
            let after = words[at + number.len()..].chars().next();
            !goes_on(before) && !goes_on(after)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const APART: &str = "日期,流水号,收入,支出,对方户名,对方账号,摘要";
    const TOGETHER: &str = "日期,流水号,金额,收支,对方户名,对方账号,摘要";

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn today() -> Day {
        day("2026-07-31")
    }

    fn fen(fen: i64) -> Money {
        Money::from_fen(fen)
    }

    fn came_in() -> StatementLine {
        StatementLine {
            serial: "L1".into(),
            day: day("2026-07-18"),
            amount: fen(25_200_385),
            incoming: true,
            other: "四川（甲）建设有限公司".into(),
            account: "51050166083600001234".into(),
            words: "投标保证金".into(),
        }
    }

    fn went_out() -> StatementLine {
        StatementLine {
            serial: "B1".into(),
            day: day("2026-07-20"),
            amount: fen(101),
            incoming: false,
            words: "退还投标保证金 BZ-2026-0001".into(),
            ..came_in()
        }
    }

    /// A cell that is wrong: its row, its column, and why.
    type Wrong = (u32, &'static str, Fault);

    fn faults(text: &str) -> Vec<(u32, String, Fault)> {
        let unread = read(text, today()).expect_err("something is wrong");
        unread.into_iter().map(|u| (u.row, u.column, u.why)).collect()
    }

    #[test]
    fn both_layouts_are_read() {
        let apart = [
            "\u{feff}",
            "交易日期,余额,凭证号,贷方发生额,借方发生额（元）,对方名称,对方帐号,摘要,附言",
            "2026/7/18,9,L 1,\"252,003.85\",0.00,四川（甲）建设有限公司,\
             5105 0166 0836 0000 1234,,投标保证金",
            "2026-07-20,9,B1,-,1.01,四川（甲）建设有限公司,51050166083600001234,\
             退还投标保证金,BZ-2026-0001",
        ];
        let together = [
            "记账日期\t流水号\t交易金额\t借贷标志\t对方单位\t对方账号\t用途",
            "2026年7月18日\t=\"L1\"\t252,003.85\t贷\t四川（甲）建设有限公司\t\
             5105-0166083600001234\t投标保证金",
            "２０２６０７２０\tB1\t¥1.01元\td\t四川（甲）建设有限公司\t51050166083600001234\t\
             退还投标保证金 BZ-2026-0001",
        ];
        for text in [apart.join("\r\n"), together.join("\n"), together.join("\r")] {
            assert_eq!(read(&text, today()), Ok(vec![came_in(), went_out()]), "{text}");
        }
    }

    #[test]
    fn quotes_hold_separators_line_breaks_and_quotes() {
        let row = "2026-07-18,L1,\"252,003.85\", ,\"四川\"\"甲\"\",建设\" ,,\" 一\r\n二 \"";
        let lines = read(&format!("{APART}\n{row}\n"), today()).expect("fine");
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].amount, fen(25_200_385));
        assert_eq!(lines[0].other, "四川\"甲\",建设");
        assert_eq!(lines[0].account, "");
        assert_eq!(lines[0].words, "一\n二");
    }

    #[test]
    fn days_are_read_as_banks_write_them() {
        for text in ["2026-07-18", "2026-7-18", "2026/7/18", "20260718", "2026年07月18日"] {
            assert_eq!(past(text, today()), Ok(day("2026-07-18")), "{text}");
        }
        for text in ["26-7-18", "2026-7", "2026-7-18-1", "2026-+7-18", "2026年7月18", "20260732"]
        {
            assert_eq!(past(text, today()), Err(Fault::NotADay), "{text}");
        }
        assert_eq!(past("2026-07-31", today()), Ok(today()));
    }

    #[test]
    fn blank_rows_and_totals_are_passed_over() {
        let text = [
            "",
            ",,,,,,",
            APART,
            "",
            "2026-07-18,L1,1,,甲,12,",
            " , ,",
            "合计：,,1,0,,,",
            "总 计,,1,0,,,",
        ];
        assert_eq!(read(&text.join("\n"), today()).expect("fine").len(), 1);
        assert_eq!(read(APART, today()), Ok(vec![]));
    }

    #[test]
    fn every_cell_that_is_wrong_is_told() {
        use Fault::{InFuture, Missing, MoneyRange, NotADay, NotMoney, Twice};
        let cases: Vec<(&str, Vec<Wrong>)> = vec![
            ("2026-02-30,L1,1,,甲,12,", vec![(2, "日期", NotADay)]),
            ("2026-08-01,L1,1,,甲,12,", vec![(2, "日期", InFuture)]),
            (",L1,1,,甲,12,", vec![(2, "日期", Missing)]),
            ("2026-07-18,,1,,甲,12,", vec![(2, "流水号", Missing)]),
            ("2026-07-18,L 1,1,,甲,12,\n\n2026-07-18,L1,1,,甲,12,", vec![(4, "流水号", Twice)]),
            ("2026-07-18,L1,0.00,,甲,12,", vec![(2, "收入", rule(POSITIVE))]),
            ("2026-07-18,L1,-,0,甲,12,", vec![(2, "支出", rule(POSITIVE))]),
            ("2026-07-18,L1,,-5.00,甲,12,", vec![(2, "支出", rule(POSITIVE))]),
            ("2026-07-18,L1,1,2,甲,12,", vec![(2, "支出", rule(BOTH))]),
            ("2026-07-18,L1,,-,甲,12,", vec![(2, "收入", Missing)]),
            ("2026-07-18,L1,五十,,甲,12,", vec![(2, "收入", NotMoney)]),
            ("2026-07-18,L1,,0.001,甲,12,", vec![(2, "支出", MoneyRange)]),
            ("2026-07-18,L1,1,,甲,6.2E+18,", vec![(2, "对方账号", rule(DIGITS))]),
            // An amount with commas and without quotes.
            ("2026-07-18,L1,252,003.85,,甲,12,投", vec![(2, "第 8 列", rule(SURPLUS))]),
            // A quote that stays open must not swallow rows unseen.
            (
                "2026-07-18,L1,1,,甲,12,\"投\n2026-07-18,L2,1,,甲,12,",
                vec![(2, "摘要", rule(QUOTES))],
            ),
            ("2026-07-18,L1,1,,\"甲\"乙,12,", vec![(2, "对方户名", rule(QUOTES))]),
            (
                "x,,,,甲,12,\n2026-08-01,L2,0,,甲,a,",
                vec![
                    (2, "日期", NotADay),
                    (2, "流水号", Missing),
                    (2, "收入", Missing),
                    (3, "日期", InFuture),
                    (3, "收入", rule(POSITIVE)),
                    (3, "对方账号", rule(DIGITS)),
                ],
            ),
        ];
        for (rows, wrong) in cases {
            let told = faults(&format!("{APART}\n{rows}"));
            let wrong: Vec<(u32, String, Fault)> =
                wrong.into_iter().map(|(row, name, why)| (row, name.to_owned(), why)).collect();
            assert_eq!(told, wrong, "{rows}");
        }
        assert_eq!(
            faults(&format!("{TOGETHER}\n2026-07-18,L1,-1,贷款,甲,12,")),
            [(2, "金额".to_owned(), rule(POSITIVE)), (2, "收支".to_owned(), rule(DIRECTION))]
        );
    }

    #[test]
    fn headings_that_are_missing_are_told_with_all_else() {
        let missing = |row, name: &str| (row, name.to_owned(), rule(NO_HEADING));
        let wrong: Vec<(u32, String, Fault)> =
            ["交易日期", "流水号", "收入金额", "支出金额", "对方户名", "对方账号"]
                .map(|name| missing(1, name))
                .to_vec();
        assert_eq!(faults(""), wrong);
        assert_eq!(
            faults("\n日期,流水号,收入,对方户名\n2026-07-32,L1,1,甲"),
            [
                missing(2, "支出金额"),
                missing(2, "对方账号"),
                (3, "日期".to_owned(), Fault::NotADay)
            ]
        );
        // Which is meant can't be told; and 万元 is not 元.
        assert_eq!(faults(&format!("{APART},日期")), [(1, "日期".to_owned(), Fault::Twice)]);
        let wan = TOGETHER.replace("金额", "金额(万元)");
        assert_eq!(faults(&wan), [missing(1, "金额")]);
    }

    #[test]
    fn there_is_an_end_to_how_much_is_read() {
        let text = |rows: usize| {
            let rows: Vec<String> =
                (1..rows).map(|n| format!("2026-07-18,L{n},1,,甲,12,")).collect();
            format!("{APART}\n{}\n\n", rows.join("\n"))
        };
        assert_eq!(read(&text(5_000), today()).expect("fine").len(), 4_999);
        let told = faults(&text(5_002));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, 5_001);
    }

    #[test]
    fn what_went_out_is_found_by_receipt_or_by_number_account_and_amount() {
        let id = |text: &str| text.parse::<PaymentId>().expect("a key");
        let (one, two) = (id("bz-1-1"), id("bz-1-2"));
        let earlier = [fen(100), fen(101)];
        let order = Order {
            id: &one,
            serial: None,
            line: None,
            number: "BZ-2026-0001",
            payee: "四川（甲）建设有限公司",
            account: "5105 0166 0836 0000 1234",
            amount: fen(101),
            before: &[],
            since: day("2026-07-19"),
        };
        let other = Order { id: &two, ..order };
        let paid = Order { serial: Some("B9"), ..order };
        let seen = Order { line: Some("B9"), ..paid };
        let said = |words: &str| StatementLine { words: words.into(), ..went_out() };
        let found = |id: &PaymentId| Found::Order { payment: id.clone() };
        let twice = |id: &PaymentId| Found::Twice { payment: id.clone(), serial: "B9".into() };
        let cases: Vec<(&str, StatementLine, Vec<Order<'_>>, Found)> = vec![
            ("by words", went_out(), vec![order], found(&one)),
            ("by words of full width", said("ＢＺ－２０２６－０００１"), vec![order], found(&one)),
            ("words run on", said("退BZ-2026-0001保证金"), vec![order], found(&one)),
            ("on its day", went_out(), vec![Order { since: went_out().day, ..order }], found(&one)),
            (
                "before it was ordered",
                went_out(),
                vec![Order { since: day("2026-07-21"), ..order }],
                Found::Unknown,
            ),
            ("paid by another transfer", went_out(), vec![paid], twice(&one)),
            ("seen by another transfer", went_out(), vec![seen], twice(&one)),
            (
                "its receipt, but seen by another transfer",
                said(""),
                vec![Order { serial: Some("B1"), ..seen }],
                twice(&one),
            ),
            (
                "its receipt, seen before",
                went_out(),
                vec![Order { serial: Some("B1"), line: Some("B 1"), ..order }],
                found(&one),
            ),
            ("another one still waits", went_out(), vec![paid, other], found(&two)),
            ("all are paid", went_out(), vec![seen, Order { id: &two, ..paid }], twice(&one)),
            (
                "paid by another transfer, another sum",
                went_out(),
                vec![Order { amount: fen(9), ..paid }],
                Found::Unknown,
            ),
            (
                "by receipt, whatever the words",
                said(""),
                vec![other, Order { serial: Some("B 1"), ..order }],
                found(&one),
            ),
            (
                "by receipt before words",
                went_out(),
                vec![order, Order { serial: Some("B1"), ..other }],
                found(&two),
            ),
            (
                "another amount",
                went_out(),
                vec![Order { serial: Some("B1"), amount: fen(100), ..order }],
                Found::Short { payment: one.clone(), says: fen(100) },
            ),
            (
                "two with that receipt",
                went_out(),
                vec![Order { serial: Some("B1"), ..order }, Order { serial: Some("B1"), ..other }],
                Found::Unknown,
            ),
            ("two fit", went_out(), vec![order, other], Found::Unknown),
            (
                "one was not sent yet",
                went_out(),
                vec![order, Order { since: day("2026-07-21"), ..other }],
                found(&one),
            ),
            ("the amount alone", said("退还投标保证金"), vec![order], Found::Unknown),
            ("a longer number", said("BZ-2026-00012"), vec![order], Found::Unknown),
            ("a longer number in front", said("1BZ-2026-0001"), vec![order], Found::Unknown),
            ("no number", went_out(), vec![Order { number: "", ..order }], Found::Unknown),
            (
                "another account",
                went_out(),
                vec![Order { account: "51050166083600001235", ..order }],
                Found::Unknown,
            ),
            (
                "no account",
                StatementLine { account: String::new(), ..went_out() },
                vec![Order { account: "", ..order }],
                Found::Unknown,
            ),
            (
                "by words, another amount",
                went_out(),
                vec![Order { amount: fen(100), ..order }],
                Found::Unknown,
            ),
            (
                "by words, its sum before it was ordered again",
                went_out(),
                vec![Order { amount: fen(150), before: &earlier, ..order }],
                found(&one),
            ),
            (
                "by words, none of its sums",
                went_out(),
                vec![Order { amount: fen(150), before: &earlier[..1], ..order }],
                Found::Unknown,
            ),
            (
                "its sum before, but carried out under the new one",
                went_out(),
                vec![Order { amount: fen(150), before: &earlier, ..paid }],
                twice(&one),
            ),
            (
                "its sum before, seen before",
                went_out(),
                vec![Order {
                    amount: fen(150),
                    before: &earlier,
                    serial: Some("B1"),
                    line: Some("B1"),
                    ..order
                }],
                found(&one),
            ),
            (
                "a receipt for the new sum, a transfer of the one before",
                went_out(),
                vec![Order { amount: fen(150), before: &earlier, serial: Some("B1"), ..order }],
                Found::Short { payment: one.clone(), says: fen(150) },
            ),
            (
                "it came in",
                StatementLine { incoming: true, ..went_out() },
                vec![order],
                Found::Unknown,
            ),
            ("nothing", went_out(), vec![], Found::Unknown),
        ];
        for (what, line, orders, found) in cases {
            assert_eq!(reconcile(&line, &orders, &[]), found, "{what}");
            let open = !matches!(found, Found::Order { .. });
            assert_eq!(found.is_open(), open, "{what}");
        }
    }

    #[test]
    fn the_second_line_for_one_order_is_one_too_many() {
        let id = "bz-1-1".parse::<PaymentId>().expect("a key");
        let order = Order {
            id: &id,
            serial: None,
            line: None,
            number: "BZ-2026-0001",
            payee: "四川（甲）建设有限公司",
            account: "51050166083600001234",
            amount: fen(101),
            before: &[],
            since: day("2026-07-19"),
        };
        let second = StatementLine { serial: "B2".into(), ..went_out() };
        let lines = [went_out(), came_in(), second];
        let (payment, serial) = (id.clone(), "B1".to_owned());
        let found = [
            Found::Order { payment: id.clone() },
            Found::Unknown,
            Found::Twice { payment: payment.clone(), serial },
        ];
        assert_eq!(reconcile_all(&lines, &[order], &[]), found);
        // The receipt tells which of them it was, whichever stands first.
        let receipt = Order { serial: Some("B2"), ..order };
        let found = [
            Found::Twice { payment: payment.clone(), serial: "B2".into() },
            Found::Unknown,
            Found::Order { payment },
        ];
        assert_eq!(reconcile_all(&lines, &[receipt], &[]), found);
        // In an overlapping statement it is the same line.
        let line = Order { serial: Some("B1"), line: Some("B1"), ..order };
        let found = reconcile_all(&lines[..2], &[line], &[]);
        assert_eq!(found, [Found::Order { payment: id.clone() }, Found::Unknown]);
    }

    #[test]
    fn what_came_in_is_found_by_its_number_and_every_difference_is_told() {
        use Difference::{Account, Amount, Day as On, Payer};
        let id: BondId = "bz-1".parse().expect("a key");
        let came = Came {
            bond: &id,
            n: 2,
            reference: "L1",
            payer: "四川(甲)建设有限公司 ",
            account: "5105-0166 0836 0000 1234",
            amount: fen(25_200_385),
            from: day("2026-07-18"),
        };
        let piece = Found::Piece { bond: id.clone(), n: 2 };
        let differs =
            |what: &[Difference]| Found::Differs { bond: id.clone(), n: 2, what: what.to_vec() };
        let cases: Vec<(Vec<Came<'_>>, Found)> = vec![
            (vec![came], piece.clone()),
            (vec![Came { reference: " L 1", ..came }], piece),
            (vec![Came { amount: fen(1), ..came }], differs(&[Amount])),
            (vec![Came { payer: "四川（甲）建设公司", ..came }], differs(&[Payer])),
            (vec![Came { account: "51050166083600001235", ..came }], differs(&[Account])),
            (vec![Came { from: day("2026-07-17"), ..came }], differs(&[On])),
            (
                vec![Came {
                    payer: "",
                    account: "",
                    amount: fen(1),
                    from: day("2026-07-19"),
                    ..came
                }],
                differs(&[Amount, Payer, Account, On]),
            ),
            (vec![Came { reference: "L2", ..came }], Found::Unknown),
            (vec![Came { reference: "", ..came }], Found::Unknown),
            (vec![came, Came { n: 3, ..came }], Found::Unknown),
            (vec![], Found::Unknown),
        ];
        for (came, found) in cases {
            assert_eq!(reconcile(&came_in(), &[], &came), found, "{came:?}");
        }
        // What went out is no piece, whatever its number.
        let line = StatementLine { incoming: false, ..came_in() };
        assert_eq!(reconcile(&line, &[], &[came]), Found::Unknown);
        let names = [Amount, Payer, Account, On].map(Difference::name);
        assert_eq!(names, ["金额", "户名", "账号", "日期"]);
    }

    fn statements() -> impl Strategy<Value = Vec<StatementLine>> {
        let words = "[甲乙（）(),，\"\t\n a-c0-9]{0,12}";
        let one = (0u32..400, 1i64..1_000_000_000_000, any::<bool>(), words, "[0-9]{0,20}", words);
        prop::collection::vec(one, 0..8).prop_map(|all| {
            let line = |(n, (after, amount, incoming, other, account, words)): (
                usize,
                (u32, i64, bool, String, String, String),
            )| StatementLine {
                serial: format!("L{n}"),
                day: day("2025-06-01").plus(after),
                amount: fen(amount),
                incoming,
                other: prose(&other),
                account,
                words: prose(&words),
            };
            all.into_iter().enumerate().map(line).collect::<Vec<_>>()
        })
    }

    /// As a bank writes it: every cell in quotes, those within doubled.
    fn written(lines: &[StatementLine], by: char, apart: bool, style: usize) -> String {
        let row = |cells: Vec<String>| {
            let quoted: Vec<String> =
                cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            quoted.join(&by.to_string())
        };
        let header = if apart { APART } else { TOGETHER };
        let mut text = row(header.split(',').map(str::to_owned).collect());
        for line in lines {
            let (year, month, day) = (line.day.year(), line.day.month(), line.day.day_of_month());
            let day = match style {
                0 => line.day.to_string(),
                1 => format!("{year}/{month}/{day}"),
                2 => format!("{year}{month:02}{day:02}"),
                _ => format!("{year}年{month}月{day}日"),
            };
            let amount = line.amount.to_string();
            let nothing = ["", "0.00", "-"][style % 3].to_owned();
            let sums: [String; 2] = match (apart, line.incoming) {
                (true, true) => [amount, nothing],
                (true, false) => [nothing, amount],
                (false, true) => [amount, "贷".into()],
                (false, false) => [amount, "D".into()],
            };
            let [first, second] = sums;
            let (other, account) = (line.other.clone(), line.account.clone());
            let cells =
                vec![day, line.serial.clone(), first, second, other, account, line.words.clone()];
            text.push_str("\r\n");
            text.push_str(&row(cells));
        }
        text
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            lines in statements(),
            tabs in any::<bool>(),
            apart in any::<bool>(),
            style in 0usize..4,
        ) {
            let text = written(&lines, if tabs { '\t' } else { ',' }, apart, style);
            prop_assert_eq!(read(&text, today()), Ok(lines));
        }

        #[test]
        fn whatever_is_pasted_nothing_breaks(
            wild in "\\PC{0,200}",
            likely in "[日期流水号收入支出金额借贷对方户名账,，\t\"\r\n0-9年月/.= -]{0,200}",
        ) {
            let under = |header: &str| format!("{header}\n{likely}");
            let texts = [wild.clone(), format!("{APART}\n{wild}"), under(APART), under(TOGETHER)];
            for text in texts.iter().chain([&likely]) {
                // What is read is sound, and what is not is told.
                match read(text, today()) {
                    Ok(lines) => {
                        for line in lines {
                            prop_assert!(line.amount > Money::ZERO && line.day <= today());
                            prop_assert!(!line.serial.is_empty());
                            prop_assert_eq!(reconcile(&line, &[], &[]), Found::Unknown);
                        }
                    }
                    Err(unread) => {
                        prop_assert!(!unread.is_empty());
                    }
                }
            }
        }
    }
}
