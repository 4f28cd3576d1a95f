//! An application as people type it.

use super::{Application, PAPERS};
use crate::{Law, Question, Weight, keys};
use model::{Day, Fault, Faults};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One paper, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperForm {
    /// `here`, `parallel`, `missing`, `pledged` or `none`.
    pub state: String,
    /// Number of the document; what is promised; why it is not needed.
    pub words: String,
    /// Day by which it follows.
    pub by: String,
    /// Who answers for it.
    pub person: String,
}

/// An application, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelForm {
    /// The key that a new application will have, so that a form that is sent twice counts
    /// once.
    pub key: String,
    /// Key of the emergency that it comes from.
    pub emergency: String,
    /// Key of the tender plan that it comes from.
    pub plan: String,
    /// The project.
    pub project: String,
    /// Its code.
    pub code: String,
    /// Key of the ground.
    pub ground: String,
    /// Why.
    pub why: String,
    /// Key of the trade.
    pub industry: String,
    /// Key of the district.
    pub district: String,
    /// Where there.
    pub place: String,
    /// Key of what is bought.
    pub kind: String,
    /// What it covers.
    pub scope: String,
    /// The most that it may cost, in 万元.
    pub ceiling: String,
    /// Key of the funds.
    pub funding: String,
    /// Until when the channel is asked for.
    pub ends: String,
    /// Key of the department.
    pub department: String,
    /// Papers by their keys.
    pub papers: BTreeMap<String, PaperForm>,
}

/// How a paper was said to stand. Names of people are still plain here: the server keeps
/// them aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is there.
    Here(String),
    /// An approval of the channel brings it.
    Parallel,
    /// It follows.
    Missing {
        /// By which day.
        by: Day,
        /// Who answers for it.
        person: String,
    },
    /// It is promised to be so.
    Pledged(String),
    /// It is not needed.
    NotNeeded(String),
}

/// A paper and how it was said to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperSaid {
    /// Its key.
    pub paper: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub said: Said,
}

/// What a sound form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The application.
    pub application: Application,
    /// Its papers, in the order of their questions.
    pub papers: Vec<PaperSaid>,
}

/// Whether an approval of the channel may bring that paper.
fn is_approval(paper: &str) -> bool {
    paper.parse::<super::Approval>().is_ok()
}

impl ChannelForm {
    /// What was typed, as an application of `today`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, by field.
    pub fn read(&self, law: &Law, today: Day) -> Result<Read, Faults> {
        let mut faults = Faults::new();
        let project = faults.reason("project", &self.project, 4, 120);
        let code = faults.project_code("code", &self.code);
        let ground = faults.choice("ground", &self.ground);
        let why = faults.reason("why", &self.why, 10, 1_000);
        let industry = faults.choice("industry", &self.industry);
        let district = faults.choice("district", &self.district);
        let place = faults.reason("place", &self.place, 2, 120);
        let kind = faults.choice("kind", &self.kind);
        let scope = faults.reason("scope", &self.scope, 6, 500);
        let ceiling = faults.wan("ceiling", &self.ceiling);
        let funding = faults.choice("funding", &self.funding);
        let ends = faults.day("ends", &self.ends);
        let department = faults.choice("department", &self.department);
        if let Some(ends) = ends {
            within(&mut faults, "ends", ends, today, law, keys::CHANNEL_TERM);
        }
        let papers = law
            .questions(PAPERS, today)
            .filter_map(|q| {
                let form = self.papers.get(&q.id).cloned().unwrap_or_default();
                let said = read_paper(law, q, &form, today, &mut faults)?;
                Some(PaperSaid { paper: q.id.clone(), name: q.text.clone(), said })
            })
            .collect();
        let all = (ground, industry, district, kind, ceiling, funding, ends, department);
        match (all, faults.is_empty()) {
            (
                (
                    Some(ground),
                    Some(industry),
                    Some(district),
                    Some(kind),
                    Some(ceiling),
                    Some(funding),
                    Some(ends),
                    Some(department),
                ),
                true,
            ) => {
                let application = Application {
                    project,
                    code,
                    ground,
                    why,
                    industry,
                    district,
                    place,
                    kind,
                    scope,
                    ceiling,
                    funding,
                    ends,
                    department,
                };
                Ok(Read { application, papers })
            }
            _ => Err(faults),
        }
    }

    /// The form that shows an application again, without its papers.
    pub fn of(application: &Application) -> Self {
        let a = application;
        Self {
            project: a.project.clone(),
            code: a.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()),
            ground: a.ground.key().into(),
            why: a.why.clone(),
            industry: a.industry.key().into(),
            district: a.district.key().into(),
            place: a.place.clone(),
            kind: a.kind.key().into(),
            scope: a.scope.clone(),
            ceiling: a.ceiling.wan(),
            funding: a.funding.key().into(),
            ends: a.ends.to_string(),
            department: a.department.to_string(),
            ..Self::default()
        }
    }
}

/// Notes a day that is not after today, or later than a rule allows from today on.
pub fn within(faults: &mut Faults, field: &str, day: Day, today: Day, law: &Law, rule: &str) {
    if day <= today {
        faults.note(field, Fault::NotAfter { day: today });
    } else {
        match law.figure(rule, today) {
            Ok(most) => {
                let last = today.plus(u32::try_from(most.value).unwrap_or(u32::MAX));
                if day > last {
                    faults.note(field, Fault::TooLate { day: last });
                }
            }
            Err(_) => faults.note(field, Fault::NotInForce),
        }
    }
}

fn read_paper(
    law: &Law,
    question: &Question,
    form: &PaperForm,
    today: Day,
    faults: &mut Faults,
) -> Option<Said> {
    let field = |part: &str| format!("papers.{}.{part}", question.id);
    let substantive = question.weight == Weight::Block;
    let state = form.state.trim();
    // What is substantive is there; only an approval may still be under way.
    let allowed = match state {
        "here" => true,
        "parallel" => is_approval(&question.id),
        "missing" | "pledged" | "none" => !substantive,
        "" => {
            faults.note(&field("state"), Fault::Missing);
            return None;
        }
        _ => {
            faults.note(&field("state"), Fault::NotAChoice);
            return None;
        }
    };
    if !allowed {
        let why = match substantive {
            true => format!(
                "{}是实质要件，不能容缺、承诺或免交（{}）",
                question.text,
                question.source.line()
            ),
            false => format!("{}没有并联审批环节", question.text),
        };
        faults.note(&field("state"), Fault::AgainstRule { why });
        return None;
    }
    let before = faults.iter().count();
    let said = match state {
        "here" => Said::Here(faults.reason(&field("words"), &form.words, 2, 120)),
        "parallel" => Said::Parallel,
        "missing" => {
            let person = faults.reason(&field("person"), &form.person, 2, 30);
            let by = faults.day(&field("by"), &form.by);
            if let Some(by) = by {
                within(faults, &field("by"), by, today, law, keys::CHANNEL_ITEM);
            }
            Said::Missing { by: by?, person }
        }
        "pledged" => Said::Pledged(faults.reason(&field("words"), &form.words, 10, 500)),
        _ => Said::NotNeeded(faults.reason(&field("words"), &form.words, 4, 200)),
    };
    (faults.iter().count() == before).then_some(said)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    pub fn form() -> ChannelForm {
        let paper = |state: &str, words: &str| PaperForm {
            state: state.into(),
            words: words.into(),
            ..PaperForm::default()
        };
        ChannelForm {
            project: "城区第二水厂取水管道更换".into(),
            ground: "city".into(),
            why: "主管破损，备用管只能供水七成，高温期将分区停水".into(),
            industry: "urban".into(),
            district: "lizhou".into(),
            place: "南河街道取水口至二水厂".into(),
            kind: "works".into(),
            scope: "更换 DN800 原水管 2.4 公里".into(),
            ceiling: "1260".into(),
            funding: "budget".into(),
            ends: "2026-12-20".into(),
            department: "zjj".into(),
            papers: [
                ("evidence".into(), paper("here", "广供水〔2026〕31号")),
                ("approval".into(), paper("parallel", "")),
                ("funds".into(), paper("here", "广财建〔2026〕112号")),
                (
                    "land".into(),
                    PaperForm {
                        state: "missing".into(),
                        by: "2026-07-20".into(),
                        person: "何国强".into(),
                        ..PaperForm::default()
                    },
                ),
                ("design".into(), paper("parallel", "")),
                ("environment".into(), paper("pledged", "管线在原位更换，不新增占地和排污")),
                ("budget".into(), paper("none", "随招标文件一并编制")),
            ]
            .into(),
            ..ChannelForm::default()
        }
    }

    fn faults(form: &ChannelForm) -> Vec<String> {
        match form.read(Law::shipped(), day("2026-07-06")) {
            Ok(_) => vec![],
            Err(faults) => faults.iter().map(|(field, _)| field.to_owned()).collect(),
        }
    }

    #[test]
    fn a_sound_form_reads_and_shows_again() {
        let read = form().read(Law::shipped(), day("2026-07-06")).expect("sound");
        assert_eq!(read.papers.len(), 7);
        let again = ChannelForm { papers: form().papers, ..ChannelForm::of(&read.application) };
        assert_eq!(again, form());
    }

    #[test]
    fn what_is_substantive_can_t_be_missing() {
        for paper in ["evidence", "approval", "funds"] {
            for state in ["missing", "pledged", "none"] {
                let mut wrong = form();
                let said = PaperForm { state: state.into(), ..PaperForm::default() };
                wrong.papers.insert(paper.into(), said);
                assert_eq!(faults(&wrong), [format!("papers.{paper}.state")], "{state}");
            }
        }
        // Only what has an approval of its own can be under way.
        let mut wrong = form();
        wrong
            .papers
            .insert("funds".into(), PaperForm { state: "parallel".into(), ..PaperForm::default() });
        assert_eq!(faults(&wrong), ["papers.funds.state"]);
        wrong.papers.remove("funds");
        assert_eq!(faults(&wrong), ["papers.funds.state"]);
    }

    #[test]
    fn what_follows_has_a_day_and_a_name() {
        let with = |by: &str, person: &str| {
            let mut changed = form();
            let land = PaperForm {
                state: "missing".into(),
                by: by.into(),
                person: person.into(),
                ..PaperForm::default()
            };
            changed.papers.insert("land".into(), land);
            faults(&changed)
        };
        assert_eq!(with("2026-08-05", "何国强"), [""; 0]);
        assert_eq!(with("2026-08-06", "何国强"), ["papers.land.by"]);
        assert_eq!(with("2026-07-06", "何国强"), ["papers.land.by"]);
        assert_eq!(with("", ""), ["papers.land.person", "papers.land.by"]);
    }

    #[test]
    fn a_channel_ends() {
        let until = |ends: &str| faults(&ChannelForm { ends: ends.into(), ..form() });
        assert_eq!(until("2027-01-02"), [""; 0]);
        assert_eq!(until("2027-01-03"), ["ends"]);
        assert_eq!(until("2026-07-06"), ["ends"]);
    }
}
