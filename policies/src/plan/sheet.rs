//! Plans as rows of a sheet: one row a lot; rows of one project make one plan.

use super::PlanContent;
use super::form::{LotForm, PlanForm};
use crate::sheet::{CellFault, Column, Row, cell, column, key_of, optional};
use model::{District, Fault, Funding, Industry, LotKind, TenderMethod};
use std::collections::{BTreeMap, BTreeSet};

/// The columns, in the order of the template.
pub const COLUMNS: [Column; 18] = [
    column("项目名称", "project", "青川县沙州至姚渡公路改造"),
    optional("项目代码", "code", "2203-510822-04-01-123456"),
    column("建设规模及内容", "scale", "改造三级公路 12 公里"),
    column("行业", "industry", "公路交通"),
    column("建设地点", "districts", "青川县"),
    column("资金来源", "funding", "财政资金"),
    column("总投资（万元）", "investment", "3000"),
    optional("审批文号", "approval", "广发改〔2026〕12号"),
    optional("审批日期", "approved", "2026-05-08"),
    column("联系处室", "contact", "工程科"),
    column("联系电话", "phone", "0839-3260119"),
    column("标段名称", ".name", "施工一标段"),
    column("招标内容", ".content", "路基、路面及桥涵"),
    column("类别", ".kind", "施工"),
    column("合同估算价（万元）", ".estimate", "1260.5"),
    column("招标方式", ".method", "公开招标"),
    column("预计公告", ".notice", "2027-01"),
    optional("预计开标", ".opening", "2027-02-10"),
];

/// The columns by which rows belong to one project.
const PROJECT: usize = 0;
const CODE: usize = 1;

/// Reads the plans of a sheet: each with the numbers of its rows. A row that repeats a
/// project may leave the project's cells empty, but may not contradict them.
///
/// # Errors
///
/// Every cell that is wrong, by row and column.
pub fn read(rows: &[Row]) -> Result<Vec<(Vec<u32>, PlanContent)>, Vec<CellFault>> {
    let mut wrong = Vec::new();
    let mut plans = Vec::new();
    for group in groups(rows) {
        let form = form_of(&group, &mut wrong);
        match form.read([]) {
            Ok(content) => plans.push((group.iter().map(|row| row.number).collect(), content)),
            Err(faults) => {
                wrong.extend(faults.iter().map(|(field, fault)| place(field, fault, &group)));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(plans);
    }
    wrong.sort_by_key(|fault| (fault.row, fault.column));
    wrong.dedup_by_key(|fault| (fault.row, fault.column));
    Err(wrong)
}

/// Rows of one project, in the order in which projects first appear. A row without a
/// name goes with the one above.
fn groups(rows: &[Row]) -> Vec<Vec<&Row>> {
    let mut order: Vec<Vec<&Row>> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in rows {
        let (name, code) = (cell(row, PROJECT).to_owned(), cell(row, CODE).to_owned());
        if name.is_empty()
            && let Some(last) = order.last_mut()
        {
            last.push(row);
            continue;
        }
        let at = *known.entry((name, code)).or_insert_with(|| {
            order.push(Vec::new());
            order.len() - 1
        });
        order[at].push(row);
    }
    order
}

fn form_of(group: &[&Row], wrong: &mut Vec<CellFault>) -> PlanForm {
    let mut form = PlanForm::default();
    let Some(first) = group.first() else { return form };
    for (i, column) in COLUMNS.iter().enumerate().filter(|(_, c)| !c.field.starts_with('.')) {
        let text = cell(first, i);
        for row in &group[1..] {
            if !cell(row, i).is_empty() && cell(row, i) != text {
                wrong.push(CellFault { row: row.number, column: i, fault: Fault::Contradicts });
            }
        }
        match column.field {
            "project" => form.project = text.into(),
            "code" => form.code = text.into(),
            "scale" => form.scale = text.into(),
            "industry" => {
                form.industry = key_of(Industry::ALL, text, Industry::name, Industry::key);
            }
            "districts" => form.districts = districts(text, first.number, i, wrong),
            "funding" => form.funding = key_of(Funding::ALL, text, Funding::name, Funding::key),
            "investment" => form.investment = text.into(),
            "approval" => form.approval = text.into(),
            "approved" => form.approved = text.into(),
            "contact" => form.contact = text.into(),
            "phone" => form.phone = text.into(),
            _ => {}
        }
    }
    form.lots = group.iter().enumerate().map(|(i, row)| (i.to_string(), lot_of(row))).collect();
    form
}

fn lot_of(row: &Row) -> LotForm {
    let mut lot = LotForm { counts: true, ..LotForm::default() };
    for (i, column) in COLUMNS.iter().enumerate() {
        let text = cell(row, i);
        match column.field {
            ".name" => lot.name = text.into(),
            ".content" => lot.content = text.into(),
            ".kind" => lot.kind = key_of(LotKind::ALL, text, LotKind::name, LotKind::key),
            ".estimate" => lot.estimate = text.into(),
            ".method" => {
                lot.method = key_of(TenderMethod::ALL, text, TenderMethod::name, TenderMethod::key);
            }
            ".notice" => lot.notice = text.into(),
            ".opening" => lot.opening = text.into(),
            _ => {}
        }
    }
    lot
}

fn districts(
    text: &str,
    row: u32,
    column: usize,
    wrong: &mut Vec<CellFault>,
) -> BTreeMap<String, String> {
    let names: BTreeSet<&str> =
        text.split(['、', '，', ',', ';', '；', ' ']).filter(|name| !name.is_empty()).collect();
    let mut read = BTreeMap::new();
    for name in names {
        match name.parse::<District>() {
            Ok(district) => {
                read.insert(district.key().to_owned(), "yes".to_owned());
            }
            Err(_) => wrong.push(CellFault { row, column, fault: Fault::NotAChoice }),
        }
    }
    read
}

/// Where in the sheet a field of a group's form stands.
fn place(field: &str, fault: &Fault, group: &[&Row]) -> CellFault {
    let (index, name) = match field.strip_prefix("lots.").and_then(|rest| rest.split_once('.')) {
        Some((index, name)) => (index.parse().unwrap_or(0), format!(".{name}")),
        None if field == "lots" => (0, ".name".to_owned()),
        None => (0, field.to_owned()),
    };
    let column = COLUMNS.iter().position(|c| c.field == name).unwrap_or(0);
    CellFault {
        row: group.get(index).map_or(0, |row: &&Row| row.number),
        column,
        fault: fault.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, changes: &[(usize, &str)]) -> Row {
        let mut cells: Vec<String> = COLUMNS.iter().map(|c| c.example.to_owned()).collect();
        for (column, text) in changes {
            cells[*column] = (*text).to_owned();
        }
        Row { number, cells }
    }

    const KIND: usize = 13;
    const ESTIMATE: usize = 14;

    #[test]
    fn the_template_s_own_example_is_sound() {
        let plans = read(&[row(2, &[])]).expect("sound");
        assert_eq!(plans.len(), 1);
        assert_eq!(plans[0].0, [2]);
        assert_eq!(plans[0].1.lots.len(), 1);
    }

    #[test]
    fn rows_of_one_project_make_one_plan() {
        let mut second = row(3, &[(11, "施工二标段"), (ESTIMATE, "300")]);
        for cell in second.cells.iter_mut().take(11) {
            cell.clear();
        }
        let other = row(4, &[(0, "旺苍县东河防洪治理"), (1, "")]);
        let again = row(5, &[(11, "施工三标段"), (ESTIMATE, "200")]);
        let plans = read(&[row(2, &[]), second, other, again]).expect("sound");
        let rows: Vec<&[u32]> = plans.iter().map(|(rows, _)| rows.as_slice()).collect();
        assert_eq!(rows, [&[2, 3, 5][..], &[4]]);
        assert_eq!(plans[0].1.lots.iter().map(|l| l.no.0).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn every_wrong_cell_is_named_as_the_sheet_names_it() {
        let rows = [
            row(2, &[(3, "航空"), (ESTIMATE, "很多")]),
            row(3, &[(0, "剑阁县中医院迁建"), (4, "剑阁县、绵阳市"), (KIND, "工程")]),
            row(4, &[(0, "剑阁县中医院迁建"), (4, "剑阁县、绵阳市"), (6, "99")]),
        ];
        let wrong = read(&rows).expect_err("wrong");
        let cells: Vec<String> = wrong.iter().map(CellFault::cell).collect();
        assert_eq!(cells, ["D2", "O2", "E3", "N3", "G4"]);
        assert_eq!(wrong[4].fault, Fault::Contradicts);
    }

    #[test]
    fn a_row_without_a_lot_is_wrong_where_the_lot_should_be() {
        let mut bare = row(3, &[]);
        for cell in bare.cells.iter_mut().skip(11) {
            cell.clear();
        }
        let wrong = read(&[row(2, &[]), bare]).expect_err("wrong");
        assert!(wrong.iter().all(|fault| fault.row == 3), "{wrong:?}");
        assert_eq!(wrong[0].cell(), "L3");
    }
}
