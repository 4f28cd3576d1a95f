//! The rules for everybody to read, and to reckon with.

use crate::site::Site;
use app::api::desk::{Answer, LawDesk};
use app::api::{ReckonPage, RuleView, RulesPage, ValueView};
use async_trait::async_trait;
use model::{Day, Fault, Faults};
use policies::{Law, Limit, OFFERED, Reckoning, Rule};

/// A rule as people read it.
fn view(rule: &Rule) -> RuleView {
    RuleView {
        id: rule.id.clone(),
        label: rule.label.clone(),
        kind: rule.kind.name().into(),
        offered: OFFERED.contains(&rule.topic()),
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

/// Whether every word stands somewhere in what is shown of the rule.
fn says(rule: &RuleView, words: &str) -> bool {
    let values = rule.values.iter().map(|v| format!("{} {} {}", v.amount, v.source, v.note));
    let text = format!("{} {} {}", rule.id, rule.label, values.collect::<String>());
    words.split_whitespace().all(|word| text.contains(word))
}

/// The event from whose day a rule counts, in words.
fn event(anchor: &str) -> &'static str {
    match anchor {
        "sale_opened" => "开始发售之日",
        "sale_closed" => "停止发售之日",
        "documents_issued" => "招标文件开始发出之日",
        "clarified" => "发出澄清、修改通知之日",
        "submission_deadline" => "提交截止之日",
        "objection_received" => "收到异议之日",
        "evaluation_report" => "收到评标报告之日",
        "publicity_opened" => "公示开始之日",
        "winner_determined" => "确定中标人之日",
        "award_notice" => "中标通知书发出之日",
        "contract_signed" => "合同签订之日",
        "withdrawal_received" => "收到撤回通知之日",
        "became_known" => "知道或者应当知道之日",
        "complaint_received" => "收到投诉之日",
        "complaint_accepted" => "受理投诉之日",
        "query_received" => "收到质疑之日",
        "answer_due" => "答复期满之日",
        "evaluation_done" => "评审结束之日",
        "report_received" => "收到评审报告之日",
        _ => "起算之日",
    }
}

/// What a question comes to, or what is wrong with it.
fn answer(law: &Law, rule: &str, day: &str) -> Result<Option<Reckoning>, Faults> {
    if rule.is_empty() && day.is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::new();
    let known = law.rule(rule).filter(|r| OFFERED.contains(&r.topic()));
    if known.is_none() {
        faults.note("rule", if rule.is_empty() { Fault::Missing } else { Fault::NotAChoice });
    }
    let day: Option<Day> = faults.day("day", day);
    let (Some(rule), Some(day)) = (known, day) else { return Err(faults) };
    match law.reckon(&rule.id, day) {
        Ok(reckoning) => Ok(Some(reckoning)),
        // The rule began later than the day.
        Err(_) => Err(Faults::one("day", Fault::NotInForce)),
    }
}

/// A reckoning as a calendar entry (RFC 5545), for whoever wants to be reminded.
pub fn ics(law: &Law, rule: &str, day: &str) -> Option<String> {
    let reckoning = answer(law, rule, day).ok()??;
    let on = match &reckoning.limit.value {
        Limit::NotBefore { day } => *day,
        Limit::NotAfter { practical, .. } => *practical,
        Limit::RunsUntil { day, .. } => *day,
    };
    let plain = |day: Day| day.to_string().replace('-', "");
    let escape = |text: &str| {
        text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
    };
    let basis = reckoning.limit.basis.as_ref().map(|b| b.line()).unwrap_or_default();
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//lutong//deadline//ZH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{rule}-{}@lutong", plain(on)),
        format!("DTSTAMP:{}T000000Z", plain(on)),
        format!("DTSTART;VALUE=DATE:{}", plain(on)),
        format!("DTEND;VALUE=DATE:{}", plain(on.plus(1))),
        format!("SUMMARY:{}", escape(&reckoning.limit.label)),
        format!("DESCRIPTION:{}", escape(&format!("{basis}\n{}", reckoning.trace.join("\n")))),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    Some(lines.iter().map(|line| fold(line)).collect())
}

/// A content line, folded so that none is longer than 75 octets.
fn fold(line: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

#[async_trait]
impl LawDesk for Site {
    async fn rules(&self, words: &str) -> Answer<RulesPage> {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let all: Vec<&Rule> = self.law.rules().collect();
        let checked = all.iter().filter(|r| r.values.iter().all(|v| v.checked.is_some())).count();
        let topics = self
            .law
            .topics()
            .iter()
            .map(|topic| {
                let rules = topic.rules.iter().filter_map(|id| self.law.rule(id)).map(view);
                (topic.title.clone(), rules.filter(|r| says(r, words)).collect::<Vec<_>>())
            })
            .filter(|(_, rules)| !rules.is_empty())
            .collect();
        Ok(RulesPage {
            words: words.to_owned(),
            topics,
            counts: (count(all.len()), count(checked)),
        })
    }

    async fn reckon(&self, rule: &str, day: &str) -> Answer<ReckonPage> {
        let (rule, day) = (rule.trim(), day.trim());
        let (answer, faults) = match answer(self.law, rule, day) {
            Ok(answer) => (answer, Faults::new()),
            Err(faults) => (None, faults),
        };
        let offered = self.law.topics().iter().filter(|t| OFFERED.contains(&t.id.as_str()));
        Ok(ReckonPage {
            offered: offered
                .flat_map(|topic| &topic.rules)
                .filter_map(|id| self.law.rule(id))
                .map(|r| (r.id.clone(), r.label.clone()))
                .collect(),
            event: self.law.rule(rule).map_or("", |r| event(&r.anchor)).to_owned(),
            rule: rule.to_owned(),
            day: day.to_owned(),
            faults,
            answer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_that_is_counted_from_has_its_words() {
        for rule in Law::shipped().rules().filter(|r| OFFERED.contains(&r.topic())) {
            assert_ne!(event(&rule.anchor), "起算之日", "{}", rule.anchor);
        }
    }

    #[test]
    fn a_calendar_entry_is_folded_and_escaped() {
        let text = ics(Law::shipped(), "tender.t6", "2026-07-21").expect("an entry");
        assert!(text.contains("DTSTART;VALUE=DATE:20260710\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(ics(Law::shipped(), "reserve.capacity", "2026-07-21").is_none());
        assert!(ics(Law::shipped(), "tender.t6", "tomorrow").is_none());
    }
}
