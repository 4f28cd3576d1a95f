//! The file of a tender plan: its versions, and the notices of its lots.

use super::super::plan::{org_name, version_of};
use super::super::views::fact;
use super::{Case, body, check, facts_part, table_part};
use crate::site::Site;
use crate::store::Table;
use app::api::desk::Answer;
use app::api::{ApiError, CaseKind, Visitor};
use model::{Errand, Target};
use policies::plan::{PlanVersion, Stage, lines};

impl Site {
    pub(super) fn plan_file(&self, by: &Visitor, key: &str) -> Answer<Case> {
        let mirror = self.read();
        let plan = mirror.plans.get(key).ok_or(ApiError::NotFound)?;
        self.permit(by, Errand::PlanRead, Target { org: Some(&plan.owner), district: None })?;
        let version = version_of(&mirror, plan).ok_or(ApiError::NotFound)?;
        let over = matches!(plan.stage, Stage::Realised | Stage::Withdrawn | Stage::Lapsed);
        let mut dossier = self.cover(&mirror, CaseKind::Plan, key, over.then_some(version.at));
        dossier.number = version.number.clone();
        dossier.title = version.content.project.clone();
        dossier.state = plan.stage.name().into();
        let mut facts = vec![fact("招标人", org_name(&mirror, &plan.owner))];
        facts.extend(lines(&version.content).into_iter().map(|l| fact(&l.0, l.1)));
        dossier.parts.push(facts_part("计划内容", facts));
        let versions: Vec<_> = (1..=plan.versions)
            .filter_map(|n| mirror.plan_versions.get(&PlanVersion::key(&plan.id, n)))
            .collect();
        let rows = versions
            .iter()
            .map(|v| {
                vec![
                    format!("第 {} 版", v.value.version),
                    v.at.stamp(),
                    v.stage.name().into(),
                    v.reason.clone(),
                ]
            })
            .collect();
        dossier.parts.push(table_part("公开过的版本", &["版本", "公开", "状态", "理由"], rows));
        let ids: std::collections::BTreeSet<_> = plan.notices.values().flatten().collect();
        let notices: Vec<_> =
            ids.into_iter().filter_map(|id| mirror.tender_notices.get(id.as_str())).collect();
        let rows = notices
            .iter()
            .map(|n| {
                let lead = n.lead_days().map_or_else(String::new, |days| format!("{days} 日"));
                vec![
                    n.number.clone(),
                    n.content.title.clone(),
                    n.content.noticed.to_string(),
                    n.holding.name().into(),
                    lead,
                ]
            })
            .collect();
        let columns = ["登记号", "公告", "公告日", "状态", "提前"];
        dossier.parts.push(table_part("招标公告", &columns, rows));
        let waiting: Vec<String> = version
            .content
            .lots
            .iter()
            .filter(|lot| !plan.notices.contains_key(&lot.no))
            .map(|lot| lot.name.clone())
            .collect();
        let approval = Some(version.content.approval.clone()).filter(|text| !text.is_empty());
        dossier.checks = vec![
            check("公开版本", Some(format!("{} 版", versions.len())), ""),
            check("审批文号", approval, "计划没有填审批文号"),
            check(
                "各标段有公告",
                waiting.is_empty().then(|| format!("{} 件", notices.len())),
                &format!("还没有公告：{}", waiting.join("、")),
            ),
            check(
                "候选人公示",
                notices
                    .iter()
                    .filter(|n| n.holding.goes_out())
                    .all(|n| n.content.publicity_until.is_some())
                    .then(|| "均有".to_owned())
                    .filter(|_| !notices.is_empty()),
                "有公告没有公示记录",
            ),
        ];
        let mut records = vec![(Table::Plan, key.to_owned())];
        records.extend(notices.iter().map(|n| (Table::TenderNotice, n.id.to_string())));
        // What is not handed in is its owner's own business.
        let mut shown = (*plan.value).clone();
        let own = by.actor.org.as_ref() == Some(&plan.owner);
        shown.draft = shown.draft.filter(|draft| own || draft.state.key() == "submitted");
        let mut bodies = vec![body("plan", &shown)?];
        for v in &versions {
            bodies.push(body(&format!("version-{}", v.value.version), &*v.value)?);
        }
        for n in &notices {
            bodies.push(body(&n.number, &*n.value)?);
        }
        Ok(Case { dossier, records, papers: vec![], bodies })
    }
}
