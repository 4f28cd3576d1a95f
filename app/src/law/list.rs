//! The rules as people read them.

use crate::api::{RuleView, RulesPage, ValueView};
use crate::law::Edition;
use policies::{Law, Question, Rule, Weight};

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
            to: None,
            standing: question.standing,
            source: question.source.line(),
            note: question.source.note.clone().unwrap_or_default(),
            checked: None,
        }],
    }
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
            let rules = rules.chain(file.questions.iter().map(question));
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
