//! What two versions of a plan differ in, line by line.

use super::{Lot, PlanContent};
use serde::{Deserialize, Serialize};

/// One line in which two versions differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What the line is about.
    pub label: String,
    /// What it said; nothing for a line that is new.
    pub before: Option<String>,
    /// What it says; nothing for a line that is gone.
    pub after: Option<String>,
}

/// A plan as named lines, in the order of the form.
pub fn lines(content: &PlanContent) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut say = |label: &str, text: String| all.push((label.to_owned(), text));
    say("项目名称", content.project.clone());
    say("项目代码", content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()));
    say("建设规模及内容", content.scale.clone());
    say("行业", content.industry.name().to_owned());
    let districts: Vec<&str> = content.districts.iter().map(|d| d.name()).collect();
    say("建设地点", districts.join("、"));
    say("资金来源", content.funding.name().to_owned());
    say("总投资", format!("{} 元", content.investment));
    say("审批文号", content.approval.clone());
    say("审批日期", content.approved.map_or_else(String::new, |d| d.to_string()));
    say("联系处室", content.contact.clone());
    say("联系电话", content.phone.clone());
    for lot in &content.lots {
        lot_lines(lot, &mut say);
    }
    all.retain(|(_, text)| !text.is_empty());
    all
}

fn lot_lines(lot: &Lot, say: &mut impl FnMut(&str, String)) {
    let mut of = |what: &str, text: String| say(&format!("标段 {} {what}", lot.no.0), text);
    of("名称", lot.name.clone());
    of("招标内容", lot.content.clone());
    of("类别", lot.kind.name().to_owned());
    of("合同估算价", format!("{} 元", lot.estimate));
    of("招标方式", lot.method.name().to_owned());
    of("预计公告", lot.notice.to_string());
    of("预计开标", lot.opening.map_or_else(String::new, |o| o.to_string()));
}

/// The lines in which `after` differs from `before`: in the order of `after`, what is
/// gone last.
pub fn difference(before: &PlanContent, after: &PlanContent) -> Vec<Line> {
    let (old, new) = (lines(before), lines(after));
    let find = |all: &[(String, String)], label: &str| {
        all.iter().find(|(l, _)| l == label).map(|(_, text)| text.clone())
    };
    let changed = new.iter().filter_map(|(label, text)| {
        let was = find(&old, label);
        (was.as_ref() != Some(text)).then(|| Line {
            label: label.clone(),
            before: was,
            after: Some(text.clone()),
        })
    });
    let gone = old.iter().filter(|(label, _)| find(&new, label).is_none()).map(|(label, text)| {
        Line { label: label.clone(), before: Some(text.clone()), after: None }
    });
    changed.chain(gone).collect()
}
