//! What the approval platform says of a plan's project.

use crate::adapters::approval::FEED;
use crate::site::Site;
use crate::store::Mirror;
use app::api::{ApprovedLine, PlatformLine};
use policies::plan::{PlanContent, PlanForm};

impl Site {
    /// A form with what the platform says of a code; an empty one when it knows none.
    pub(super) fn form_of_code(&self, code: &str) -> PlanForm {
        let Some(project) = self.approved_project(code) else {
            return PlanForm { code: code.trim().to_owned(), ..PlanForm::default() };
        };
        let districts = project.district.map(|d| (d.key().to_owned(), "yes".to_owned()));
        PlanForm {
            project: project.name.clone(),
            code: project.id.clone(),
            scale: project.scale.clone(),
            districts: districts.into_iter().collect(),
            investment: project.investment.wan(),
            approval: project.approval.clone(),
            approved: project.approved.map_or_else(String::new, |day| day.to_string()),
            ..PlanForm::default()
        }
    }

    /// How the connection stands; nothing where there is none.
    pub(super) fn platform_line(mirror: &Mirror) -> Option<PlatformLine> {
        let feed = mirror.feeds.get(FEED)?;
        Some(PlatformLine {
            projects: mirror.projects.len(),
            at: feed.at,
            failing: feed.failing.clone(),
            refused: feed.refused.len(),
        })
    }

    /// What the platform says beside what the plan says.
    pub(super) fn approved_line(
        mirror: &Mirror,
        content: Option<&PlanContent>,
    ) -> Option<ApprovedLine> {
        let content = content?;
        let code = content.code.as_ref()?.as_str();
        mirror.feeds.get(FEED)?;
        let facts = mirror.projects.get(code).map(|project| {
            let line = |label: &str, said: String, differs: bool| (label.to_owned(), said, differs);
            let wan = |money: model::Money| format!("{} 万元", money.wan());
            let mut facts = vec![
                line("项目名称", project.name.clone(), project.name != content.project),
                line("项目法人", project.owner.clone(), false),
                line("总投资", wan(project.investment), project.investment != content.investment),
            ];
            if !project.approval.is_empty() {
                let differs = project.approval != content.approval;
                facts.push(line("审批文号", project.approval.clone(), differs));
            }
            if let Some(approved) = project.approved {
                let differs = content.approved != Some(approved);
                facts.push(line("审批日期", approved.to_string(), differs));
            }
            if let Some(district) = project.district {
                let differs = !content.districts.contains(&district);
                facts.push(line("建设地点", district.name().to_owned(), differs));
            }
            facts
        });
        Some(ApprovedLine { code: code.to_owned(), facts: facts.unwrap_or_default() })
    }
}
