//! Notices as rows of a sheet: one row a notice.

use super::NoticeForm;
use crate::sheet::{Column, Row, cell, column, key_of, optional};
use model::{Industry, LotKind, TenderMethod};

/// The columns, in the order of the template.
pub const COLUMNS: [Column; 23] = [
    column("公告名称", "title", "沙州至姚渡公路改造施工招标"),
    optional("对应计划标段", "lots", "JH-2026-000017/1、JH-2026-000017/2"),
    optional("项目代码", "code", "2203-510822-04-01-123456"),
    column("行业", "industry", "公路交通"),
    column("类别", "kind", "施工"),
    column("招标方式", "method", "公开招标"),
    column("最高投标限价或估算价（万元）", "amount", "1260.5"),
    column("公告日", "noticed", "2026-09-01"),
    optional("资格预审文件自", "prequal_from", ""),
    optional("资格预审文件至", "prequal_until", ""),
    optional("资格预审澄清", "prequal_clarified", ""),
    optional("资格预审申请截止", "applications", ""),
    column("招标文件自", "documents_from", "2026-09-01"),
    column("招标文件至", "documents_until", "2026-09-10"),
    optional("澄清或修改", "clarified", ""),
    column("投标截止", "deadline", "2026-09-25"),
    optional("收到评标报告", "evaluated", ""),
    optional("候选人公示自", "publicity_from", ""),
    optional("候选人公示至", "publicity_until", ""),
    optional("以监理已确定为条件", "supervisor_first", "否"),
    optional("提前期不足的理由", "short_reason", ""),
    optional("理由说明", "short_words", ""),
    optional("险情编号", "emergency", ""),
];

/// The column that a field of the form stands in.
pub fn column_of(field: &str) -> usize {
    COLUMNS.iter().position(|column| column.field == field).unwrap_or(0)
}

/// The form that a row comes to. Lots are as they were typed: by the numbers of their plans.
pub fn form_of(row: &Row) -> NoticeForm {
    let text = |field: &str| cell(row, column_of(field)).to_owned();
    let yes = |field: &str| if text(field) == "是" { "yes".to_owned() } else { String::new() };
    let lots = text("lots");
    let lots = lots.split(['、', '，', ',', ';', '；', ' ']).filter(|lot| !lot.is_empty());
    NoticeForm {
        title: text("title"),
        code: text("code"),
        industry: key_of(Industry::ALL, &text("industry"), Industry::name, Industry::key),
        kind: key_of(LotKind::ALL, &text("kind"), LotKind::name, LotKind::key),
        method: key_of(TenderMethod::ALL, &text("method"), TenderMethod::name, TenderMethod::key),
        amount: text("amount"),
        lots: lots.map(|lot| (lot.to_owned(), "yes".to_owned())).collect(),
        noticed: text("noticed"),
        prequal_from: text("prequal_from"),
        prequal_until: text("prequal_until"),
        prequal_clarified: text("prequal_clarified"),
        applications: text("applications"),
        documents_from: text("documents_from"),
        documents_until: text("documents_until"),
        clarified: text("clarified"),
        deadline: text("deadline"),
        evaluated: text("evaluated"),
        publicity_from: text("publicity_from"),
        publicity_until: text("publicity_until"),
        supervisor_first: yes("supervisor_first"),
        short_reason: key_of(
            super::ShortReason::ALL,
            &text("short_reason"),
            super::ShortReason::name,
            super::ShortReason::key,
        ),
        short_words: text("short_words"),
        emergency: text("emergency"),
        ..NoticeForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_s_own_example_is_sound_but_for_its_plan() {
        let cells: Vec<String> = COLUMNS.iter().map(|c| c.example.to_owned()).collect();
        let form = form_of(&Row { number: 2, cells });
        assert_eq!(form.lots.len(), 2);
        let lots = [("zp-1/1".to_owned(), "yes".to_owned())].into();
        assert!(NoticeForm { lots, ..form }.read().is_ok());
    }
}
