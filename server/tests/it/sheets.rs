//! Plans and notices that come as sheets: whole or not at all, every wrong cell named, and
//! once however often the file is sent.

use super::plans::{act, published};
use super::site::TestSite;
use app::api::desk::{PlanDesk, SheetDesk};
use app::api::{ApiError, SheetForm};
use policies::sheet::SheetKind;
use server::desk::template;

const KEY: &str = "pc-0123456789abcdef01234567";

fn sheet(kind: SheetKind, lines: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (c, column) in (0u16..).zip(kind.columns()) {
        page.write(0, c, column.heading).expect("a cell");
    }
    for (r, line) in (1u32..).zip(lines) {
        for (c, text) in (0u16..).zip(line) {
            page.write(r, c, text).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a book")
}

/// The template's example with some cells changed.
fn line(kind: SheetKind, changes: &[(usize, &str)]) -> Vec<String> {
    let mut cells: Vec<String> = kind.columns().iter().map(|c| c.example.to_owned()).collect();
    for (column, text) in changes {
        cells[*column] = (*text).to_owned();
    }
    cells
}

/// A sheet of one far cell asks for room that nobody has.
#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_with_one_far_cell_is_refused() {
    let site = TestSite::demo().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, "项目名称").expect("a cell");
    page.write(1_048_575, 16_383, "远").expect("a cell");
    page.write(1_048_575, 3, "远").expect("a cell");
    let bytes = book.save_to_buffer().expect("a book");
    let owner = site.visitor("owner");
    let refused = site.site.take_sheet(&owner, SheetKind::Plans, "", "far.xlsx", bytes).await;
    assert!(matches!(refused, Err(ApiError::Draft(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_of_plans_is_taken_whole_or_not_at_all() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let desk = &site.site;
    let kind = SheetKind::Plans;
    let mut lines: Vec<Vec<String>> =
        (0..20).map(|i| line(kind, &[(0, &format!("农村公路改造第 {i} 段"))])).collect();
    lines[3][14] = "很多".into();
    lines[7][4] = "绵阳市".into();
    lines[11][16] = "明年".into();
    let refused = desk.take_sheet(&owner, kind, KEY, "plans.xlsx", sheet(kind, &lines)).await;
    let Err(ApiError::Draft(id)) = refused else { panic!("{refused:?}") };
    assert!(desk.read().plans.is_empty());
    let kept = desk.sheet(&owner, kind, Some(&id)).await.expect("kept");
    let cells: Vec<String> = kept.wrong.iter().map(|w| w.cell()).collect();
    assert_eq!(cells, ["O5", "E9", "Q13"]);
    let form = SheetForm {
        sheet: id.to_string(),
        cells: [("r5c14", "320"), ("r9c4", "青川县、剑阁县"), ("r13c16", "2027-01")]
            .map(|(at, text)| (at.to_owned(), text.to_owned()))
            .into(),
    };
    // The button was pressed twice: entered once.
    let done = desk.mend_sheet(&owner, kind, form.clone()).await.expect("taken up");
    assert_eq!(desk.mend_sheet(&owner, kind, form).await.expect("taken up"), done);
    assert_eq!(desk.read().plans.len(), 20);
    let batch = done.strip_prefix("/desk/plans?batch=").expect("a batch");
    // Another file from the same page is another batch.
    let other = [line(kind, &[(0, "另一份表格里的计划")])];
    let other = desk.take_sheet(&owner, kind, KEY, "b.xlsx", sheet(kind, &other)).await;
    assert_ne!(other.expect("taken up"), done);
    assert_eq!(desk.read().plans.len(), 21);
    desk.act_on_batch(&owner, batch, act("submit")).await.expect("handed in");
    desk.act_on_batch(&site.visitor("centre"), batch, act("publish")).await.expect("published");
    let numbers: Vec<String> = desk.read().plan_numbers.keys().cloned().collect();
    assert_eq!((numbers.len(), numbers[19].as_str()), (20, "JH-2026-000020"));
    // The template itself holds nothing to take.
    let blank = template(kind).expect("a template");
    assert!(desk.take_sheet(&owner, kind, KEY, "plans.xlsx", blank).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_of_notices_is_judged_before_any_is_entered() {
    let site = TestSite::demo().await;
    let (owner, desk, kind) = (site.visitor("owner"), &site.site, SheetKind::Notices);
    published(&site).await;
    site.clock.advance_ms(45 * 86_400_000);
    let lines = [
        // Of lots of the plan that was published, in time.
        line(kind, &[(1, "JH-2026-000001/1"), (6, "1200"), (2, "")]),
        // Of a lot that nobody has planned; bids before the twentieth day.
        line(kind, &[(1, "JH-2026-000001/9"), (15, "2026-09-20"), (2, "")]),
        // Of none, which is held.
        line(kind, &[(0, "三锅镇便道抢修"), (1, ""), (2, ""), (22, "险〔2026〕9999")]),
    ];
    let refused = desk.take_sheet(&owner, kind, KEY, "n.xlsx", sheet(kind, &lines)).await;
    let Err(ApiError::Draft(id)) = refused else { panic!("{refused:?}") };
    assert!(desk.read().tender_notices.is_empty());
    let kept = desk.sheet(&owner, kind, Some(&id)).await.expect("kept");
    let cells: Vec<String> = kept.wrong.iter().map(|w| w.cell()).collect();
    assert_eq!(cells, ["B3", "P3", "W4"]);
    let form = SheetForm {
        sheet: id.to_string(),
        cells: [("r3c1", "JH-2026-000001/2"), ("r3c15", "2026-09-21"), ("r4c22", "")]
            .map(|(at, text)| (at.to_owned(), text.to_owned()))
            .into(),
    };
    for _ in 0..2 {
        desk.mend_sheet(&owner, kind, form.clone()).await.expect("entered");
    }
    let holdings: Vec<String> = {
        let mirror = desk.read();
        let of = |id: &model::TenderNoticeId| mirror.tender_notices.get(id.as_str()).cloned();
        let all = mirror.notice_numbers.values().filter_map(of);
        all.map(|notice| notice.holding.key().to_owned()).collect()
    };
    assert_eq!(holdings, ["clear", "held", "held"]);
    // A draft of notices is no draft of plans.
    let other = desk.sheet(&owner, SheetKind::Plans, Some(&id)).await.expect("a page");
    assert!(other.rows.is_empty());
}
