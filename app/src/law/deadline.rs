//! What a limit comes to.

use crate::api::ReckonPage;
use crate::law::Edition;
use model::{Day, Fault, Faults, Moment};
use policies::{Course, Law, Limit, Reckoning, Stop};

/// The longest stop that is counted, in days.
const LONGEST: i64 = 5 * 366;

/// What is asked, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// The rule.
    pub rule: String,
    /// The day it counts from.
    pub day: String,
    /// The day on which it stopped, if it did.
    pub stopped: String,
    /// The day on which it went on.
    pub resumed: String,
}

/// The event from whose day a rule counts, in words.
pub fn event(anchor: &str) -> &'static str {
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
        "tender_ended" => "招标终止或有效期届满之日",
        "contract_signed" => "合同签订之日",
        "withdrawal_received" => "收到撤回通知之日",
        "became_known" => "知道或者应当知道之日",
        "complaint_received" => "收到投诉之日",
        "complaint_accepted" => "受理投诉之日",
        "query_received" => "收到质疑之日",
        "answer_due" => "答复期满之日",
        "evaluation_done" => "评审结束之日",
        "report_received" => "收到评审报告之日",
        "plan_published" => "招标计划首次发布之日",
        "application_received" => "收到返还申请之日",
        "retention_verified" => "核实完毕之日",
        "reminder_received" => "收到催告之日",
        "retention_disputed" => "提出异议之日",
        "forfeit_said" => "提出不予退还之日",
        "delivered" => "交付（验收合格）之日",
        "completion" => "竣工验收合格之日",
        _ => "起算之日",
    }
}

/// The answer: what the rule comes to and, for the longest time for something, how that
/// stands beside the promise.
pub type Answered = (Reckoning, Option<Course>);

/// What a question comes to, or what is wrong with it; nothing yet for an empty one.
pub fn answer(law: &Law, ask: &Ask) -> Result<Option<Answered>, Faults> {
    if ask.rule.trim().is_empty() && ask.day.trim().is_empty() {
        return Ok(None);
    }
    let mut faults = Faults::new();
    let key = ask.rule.trim();
    let known = law.rule(key).filter(|r| law.offers(r));
    if known.is_none() {
        faults.note("rule", if key.is_empty() { Fault::Missing } else { Fault::NotAChoice });
    }
    let day: Option<Day> = faults.day("day", &ask.day);
    let mut optional = |name: &str, typed: &str| {
        (!typed.trim().is_empty()).then(|| faults.day(name, typed)).flatten()
    };
    let from = optional("stopped", &ask.stopped);
    let until = optional("resumed", &ask.resumed);
    if from.is_none() && until.is_some() {
        faults.note("stopped", Fault::Missing);
    }
    if let Some((from, until)) = from.zip(until)
        && until <= from
    {
        faults.note("resumed", Fault::NotAfter { day: from });
    }
    // Longer than anything stands still, and long to count.
    let too_long = from.zip(until).is_some_and(|(from, until)| from.days_until(until) > LONGEST);
    if too_long || from.zip(day).is_some_and(|(from, day)| day.days_until(from) > LONGEST) {
        faults.note("stopped", Fault::OutOfRange { min: 0, max: LONGEST });
    }
    let (Some(rule), Some(day), true) = (known, day, faults.is_empty()) else {
        return Err(faults);
    };
    let since = Moment::start_of(day);
    let stops: Vec<Stop> = from.map(|from| Stop { from, until }).into_iter().collect();
    let course = law.course(&rule.id, since, &stops, None, since).ok();
    match law.reckon(&rule.id, day) {
        Ok(reckoning) => Ok(Some((reckoning, course))),
        // The rule began later than the day.
        Err(_) => Err(Faults::one("day", Fault::NotInForce)),
    }
}

/// The calculator with its answer.
pub fn page(law: &Edition, ask: Ask) -> ReckonPage {
    let (answer, faults) = match answer(law, &ask) {
        Ok(answer) => (answer, Faults::new()),
        Err(faults) => (None, faults),
    };
    let (answer, course) = answer.map_or((None, None), |(a, c)| (Some(a), c));
    ReckonPage {
        offered: law
            .files()
            .iter()
            .flat_map(|file| &file.rules)
            .filter(|rule| law.offers(rule))
            .map(|r| (r.id.clone(), r.label.clone()))
            .collect(),
        event: law.rule(ask.rule.trim()).map_or("", |r| event(&r.anchor)).to_owned(),
        rule: ask.rule,
        day: ask.day,
        stopped: ask.stopped,
        resumed: ask.resumed,
        faults,
        answer,
        course,
        law: law.short(),
    }
}

/// A reckoning as a calendar entry (RFC 5545), for whoever wants to be reminded.
pub fn ics(law: &Law, ask: &Ask) -> Option<String> {
    let (reckoning, course) = answer(law, ask).ok()??;
    let stopped = !ask.stopped.trim().is_empty();
    let on = match (&reckoning.limit.value, course) {
        // One that stands still has no day yet.
        (_, Some(course)) if stopped => course.statutory.due?.day(),
        (Limit::NotBefore { day } | Limit::RunsUntil { day, .. }, _) => *day,
        (Limit::NotAfter { practical, .. }, _) => *practical,
    };
    let rule = ask.rule.trim();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_that_is_counted_from_has_its_words() {
        let law = Law::shipped();
        for rule in law.rules().filter(|r| law.offers(r)) {
            assert_ne!(event(&rule.anchor), "起算之日", "{}", rule.anchor);
        }
    }

    #[test]
    fn a_calendar_entry_is_folded_and_escaped() {
        let entry = |rule: &str, day: &str, stopped: &str, resumed: &str| {
            let ask = Ask {
                rule: rule.into(),
                day: day.into(),
                stopped: stopped.into(),
                resumed: resumed.into(),
            };
            ics(Law::shipped(), &ask)
        };
        let text = entry("tender.t6", "2026-07-21", "", "").expect("an entry");
        assert!(text.contains("DTSTART;VALUE=DATE:20260710\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(entry("reserve.capacity", "2026-07-21", "", "").is_none());
        assert!(entry("tender.t6", "tomorrow", "", "").is_none());
        // With a stop it is the day that the page shows; none while it stands.
        let text = entry("tender.t18", "2022-09-30", "2022-10-11", "2022-10-13").expect("an entry");
        assert!(text.contains("DTSTART;VALUE=DATE:20221118"), "{text}");
        assert!(entry("tender.t18", "2022-09-30", "2022-10-11", "").is_none());
    }

    #[test]
    fn a_stop_has_a_beginning_before_its_end() {
        let with = |stopped: &str, resumed: &str| {
            let ask = Ask {
                rule: "tender.t18".into(),
                day: "2026-07-06".into(),
                stopped: stopped.into(),
                resumed: resumed.into(),
            };
            answer(Law::shipped(), &ask).map(|a| a.and_then(|(_, course)| course))
        };
        let due = |c: Option<Course>| c.and_then(|c| c.statutory.due).map(|due| due.day());
        let plain = due(with("", "").expect("fine")).expect("a day");
        let later = due(with("2026-07-08", "2026-07-10").expect("fine")).expect("a day");
        assert!(later > plain);
        assert_eq!(due(with("2026-07-08", "").expect("fine")), None);
        for (stopped, resumed, field) in
            [("", "2026-07-10", "stopped"), ("2026-07-10", "2026-07-10", "resumed")]
        {
            assert!(with(stopped, resumed).is_err_and(|f| f.of(field).is_some()));
        }
    }
}
