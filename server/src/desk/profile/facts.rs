//! A firm's profile as named facts, and what two versions of it differ in.

use super::super::views::fact;
use crate::store::Mirror;
use app::api::{Difference, Fact};
use pool::contractor::{Contractor, Section};
use std::collections::BTreeMap;

/// Sections without personal values.
fn reviewed(firm: &Contractor) -> Vec<(Section, Vec<Fact>)> {
    let mut all = Vec::new();
    if let Some(b) = &firm.basics {
        all.push((
            Section::Basics,
            vec![
                fact("名称", b.name.clone()),
                fact("简称", b.short.clone()),
                fact("统一社会信用代码", b.uscc.to_string()),
                fact("注册地址", b.address.clone()),
            ],
        ));
    }
    if let Some(c) = &firm.certificates {
        let mut papers: Vec<Fact> = c
            .licence
            .iter()
            .map(|l| fact("安全生产许可证", format!("{}，{} 至 {}", l.number, l.from, l.until)))
            .collect();
        papers.extend(c.qualifications.iter().map(|q| {
            let text = format!("{} {}，{}，至 {}", q.name, q.level, q.paper.number, q.paper.until);
            fact(&q.category.name(), text)
        }));
        all.push((Section::Certificates, papers));
    }
    if let Some(s) = &firm.service {
        let districts: Vec<&str> = s.districts.iter().map(|d| d.name()).collect();
        let categories: Vec<String> = s.categories.iter().map(|c| c.name()).collect();
        all.push((
            Section::Service,
            vec![
                fact("类别", categories.join("、")),
                fact("服务县区", districts.join("、")),
                fact("承诺", format!("{} 分钟内应答，同县 {} 分钟内到场", s.answer.0, s.arrive.0)),
            ],
        ));
    }
    all
}

/// The profile as named facts; contacts only for those who may see them.
pub fn sections(mirror: &Mirror, firm: &Contractor, contacts: bool) -> Vec<(String, Vec<Fact>)> {
    let mut all: Vec<(String, Vec<Fact>)> =
        reviewed(firm).into_iter().map(|(s, facts)| (s.name().to_owned(), facts)).collect();
    if contacts {
        let people = firm
            .contacts
            .iter()
            .map(|c| fact(mirror.reveal(&c.name), mirror.reveal(&c.phone)))
            .collect();
        all.push((Section::Contacts.name().into(), people));
    }
    let teams: Vec<Fact> = mirror
        .teams
        .iter()
        .filter(|t| t.contractor == firm.id)
        .map(|t| fact(&t.name, format!("{}；{}；{} 人", t.base_name, t.machine_line(), t.people)))
        .collect();
    if !teams.is_empty() {
        all.push((Section::Teams.name().into(), teams));
    }
    all
}

/// What is to change, field by field; sections that stay as they are do not appear.
pub fn differences(now: &Contractor, next: &Contractor) -> Vec<(Section, Vec<Difference>)> {
    let of = |firm: &Contractor, section: Section| {
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (s, facts) in reviewed(firm) {
            for fact in facts.into_iter().filter(|_| s == section) {
                lines.entry(fact.label).or_default().push(fact.text);
            }
        }
        lines
    };
    Section::ALL
        .into_iter()
        .filter_map(|section| {
            let (before, after) = (of(now, section), of(next, section));
            let mut labels: Vec<&String> = before.keys().chain(after.keys()).collect();
            labels.sort_unstable();
            labels.dedup();
            let text = |lines: &BTreeMap<String, Vec<String>>, label: &String| {
                lines.get(label).map(|l| l.join("；")).unwrap_or_default()
            };
            let changed: Vec<Difference> = labels
                .into_iter()
                .map(|label| Difference {
                    label: label.clone(),
                    before: text(&before, label),
                    after: text(&after, label),
                })
                .filter(|d| d.before != d.after)
                .collect();
            (!changed.is_empty()).then_some((section, changed))
        })
        .collect()
}
