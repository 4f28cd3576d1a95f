//! The rules as people read them.

use crate::api::{RuleView, RulesPage, ValueView};
use crate::law::Edition;
use policies::{Law, Question, Rule, Weight};
use std::mem;

/// A rule as people read it.
fn view(law: &Law, rule: &Rule) -> RuleView {
    RuleView {
        id: rule.id.clone(),
        label: rule.label.clone(),
        kind: rule.kind.name().into(),
        offered: law.offers(rule),
        values: rule
            .values
            .iter()
            .rev()
            .map(|figure| {
                let source = figure.source.as_ref().or(figure.hook.as_ref());
                ValueView {
                    amount: rule.unit.amount(figure.value),
                    from: figure.from,
                    to: figure.to,
                    standing: figure.standing,
                    source: source.map(|s| s.line()).unwrap_or_default(),
                    note: source.and_then(|s| s.note.clone()).unwrap_or_default(),
                    checked: figure.checked,
                }
            })
            .collect(),
    }
}

/// A question of a gate as people read it.
fn question(question: &Question) -> RuleView {
    let weight = match question.weight {
        Weight::Block => "不得突破",
        Weight::Warn => "有此情形须写明理由",
        Weight::Note => "情形",
    };
    RuleView {
        id: format!("{}.{}", question.gate, question.id),
        label: question.text.clone(),
        kind: "条件".into(),
        offered: false,
        values: vec![ValueView {
            amount: weight.into(),
            from: question.from,
            to: question.to,
            standing: question.standing,
            source: question.source.line(),
            note: question.source.note.clone().unwrap_or_default(),
            checked: None,
        }],
    }
}

/// The questions of a file as people read them: one that was written anew is one line, its
/// newest words first.
fn questions(all: &[Question]) -> Vec<RuleView> {
    let mut views: Vec<RuleView> = Vec::new();
    for next in all.iter().map(question) {
        match views.iter_mut().find(|known| known.id == next.id) {
            Some(known) => {
                known.label = next.label;
                let older = mem::replace(&mut known.values, next.values);
                known.values.extend(older);
            }
            None => views.push(next),
        }
    }
    views
}

/// Whether every word stands somewhere in what is shown of the rule.
fn says(rule: &RuleView, words: &str) -> bool {
    let values = rule.values.iter().map(|v| format!("{} {} {}", v.amount, v.source, v.note));
    let text = format!("{} {} {}", rule.id, rule.label, values.collect::<String>());
    words.split_whitespace().all(|word| text.contains(word))
}

/// All rules that say `words`, by topic.
pub fn list(law: &Edition, words: &str) -> RulesPage {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let all: Vec<&Rule> = law.rules().collect();
    let checked = all.iter().filter(|r| r.values.iter().all(|v| v.checked.is_some())).count();
    let topics = law
        .files()
        .iter()
        .map(|file| {
            let rules = file.rules.iter().map(|rule| view(law, rule));
            let rules = rules.chain(questions(&file.questions));
            (file.title.clone(), rules.filter(|r| says(r, words)).collect::<Vec<_>>())
        })
        .filter(|(_, rules)| !rules.is_empty())
        .collect();
    RulesPage {
        words: words.to_owned(),
        topics,
        counts: (count(all.len()), count(checked)),
        law: law.short(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_was_written_anew_is_one_line() {
        let law = Edition::of(Law::shipped().clone()).expect("an edition");
        let page = list(&law, "bond.b13_kind");
        let rules: Vec<&RuleView> = page.topics.iter().flat_map(|(_, rules)| rules).collect();
        assert_eq!(rules.len(), 1);
        let articles: Vec<&str> = rules[0].values.iter().map(|v| v.source.as_str()).collect();
        assert!(articles[0].ends_with("第十三条") && articles[1].ends_with("第十二条"));
        let until: Vec<Option<String>> =
            rules[0].values.iter().map(|v| v.to.map(|day| day.to_string())).collect();
        assert_eq!(until, [None, Some("2025-05-31".to_owned())]);
    }
}
