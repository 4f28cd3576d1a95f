//! A notice as people type it.

use super::{NoticeContent, Prequalification};
use crate::plan::LotRef;
use model::{Day, Fault, Faults};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A notice, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeForm {
    /// The key that a new notice will have, so that a form that is sent twice counts once.
    pub key: String,
    /// Key of the owner, when the trading centre enters a notice without a plan.
    pub owner: String,
    /// What is tendered.
    pub title: String,
    /// The project's code.
    pub code: String,
    /// Key of the trade.
    pub industry: String,
    /// Key of what is bought.
    pub kind: String,
    /// Key of the method.
    pub method: String,
    /// The amount, in 万元.
    pub amount: String,
    /// Planned lots: `plan/2` → `yes`.
    pub lots: BTreeMap<String, String>,
    /// Day of the notice.
    pub noticed: String,
    /// First day of the documents of a prequalification; empty without one.
    pub prequal_from: String,
    /// Their last day.
    pub prequal_until: String,
    /// Day of the last clarification of them.
    pub prequal_clarified: String,
    /// Last day for applications.
    pub applications: String,
    /// First day of the documents.
    pub documents_from: String,
    /// Last day of the documents.
    pub documents_until: String,
    /// Day of the last clarification.
    pub clarified: String,
    /// Last day for bids.
    pub deadline: String,
    /// Day of the evaluation report.
    pub evaluated: String,
    /// First day of the publicity.
    pub publicity_from: String,
    /// Last day of the publicity.
    pub publicity_until: String,
    /// `yes` when it asks for a supervising firm first.
    pub supervisor_first: String,
    /// Key of the reason for a lead that is too short.
    pub short_reason: String,
    /// That reason in words.
    pub short_words: String,
    /// The number of the emergency that frees it.
    pub emergency: String,
    /// Why it is corrected, where it was entered already.
    pub reason: String,
}

impl NoticeForm {
    /// What was typed, as a notice's content.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, by field.
    pub fn read(&self) -> Result<NoticeContent, Faults> {
        let mut faults = Faults::new();
        let title = faults.reason("title", &self.title, 4, 120);
        let code = faults.project_code("code", &self.code);
        let industry = faults.choice("industry", &self.industry);
        let kind = faults.choice("kind", &self.kind);
        let method = faults.choice("method", &self.method);
        let amount = faults.wan("amount", &self.amount);
        let ticked = self.lots.iter().filter(|(_, yes)| *yes == "yes");
        let lots: Result<BTreeSet<LotRef>, _> = ticked.map(|(lot, _)| lot.parse()).collect();
        let lots = lots.unwrap_or_else(|_| {
            faults.note("lots", Fault::NoSuchLot);
            BTreeSet::new()
        });
        let noticed = faults.day("noticed", &self.noticed);
        let documents_from = faults.day("documents_from", &self.documents_from);
        let documents_until = faults.day("documents_until", &self.documents_until);
        let deadline = faults.day("deadline", &self.deadline);
        let mut later = |field: &str, typed: &str| {
            (!typed.trim().is_empty()).then(|| faults.day(field, typed)).flatten()
        };
        let clarified = later("clarified", &self.clarified);
        let evaluated = later("evaluated", &self.evaluated);
        let publicity_from = later("publicity_from", &self.publicity_from);
        let publicity_until = later("publicity_until", &self.publicity_until);
        let prequalification = self.prequalification(&mut faults);
        let mut in_order = |before: Option<Day>, field: &str, after: Option<Day>| {
            if let Some((before, after)) = before.zip(after)
                && after < before
            {
                faults.note(field, Fault::NotAfter { day: before });
            }
        };
        match &prequalification {
            Some(first) => {
                in_order(noticed, "prequal_from", Some(first.from));
                in_order(Some(first.from), "prequal_until", Some(first.until));
                in_order(Some(first.from), "prequal_clarified", first.clarified);
                in_order(Some(first.until), "applications", Some(first.applications));
                in_order(Some(first.applications), "documents_from", documents_from);
            }
            None => in_order(noticed, "documents_from", documents_from),
        }
        in_order(documents_from, "documents_until", documents_until);
        in_order(documents_from, "clarified", clarified);
        in_order(documents_until, "deadline", deadline);
        in_order(deadline, "evaluated", evaluated);
        in_order(evaluated.or(deadline), "publicity_from", publicity_from);
        in_order(publicity_from, "publicity_until", publicity_until);
        if publicity_until.is_some() && publicity_from.is_none() {
            faults.note("publicity_from", Fault::Missing);
        }
        // How soon the candidates must be published, only that day tells.
        if publicity_from.is_some() && evaluated.is_none() && self.evaluated.trim().is_empty() {
            faults.note("evaluated", Fault::Missing);
        }
        // Older than the rules, or a slip of the century.
        let named = [
            ("noticed", noticed),
            ("prequal_from", prequalification.as_ref().map(|p| p.from)),
            ("applications", prequalification.as_ref().map(|p| p.applications)),
            ("documents_from", documents_from),
            ("documents_until", documents_until),
            ("clarified", clarified),
            ("deadline", deadline),
            ("evaluated", evaluated),
            ("publicity_from", publicity_from),
            ("publicity_until", publicity_until),
        ];
        for (field, day) in named {
            if day.is_some_and(|day| !(2013..2100).contains(&day.year())) {
                faults.note(field, Fault::NotInForce);
            }
        }
        let days = (noticed, documents_from, documents_until, deadline);
        match (industry, kind, method, amount, days, faults.is_empty()) {
            (
                Some(industry),
                Some(kind),
                Some(method),
                Some(amount),
                (Some(noticed), Some(documents_from), Some(documents_until), Some(deadline)),
                true,
            ) => Ok(NoticeContent {
                title,
                code,
                industry,
                kind,
                method,
                amount,
                lots,
                noticed,
                prequalification,
                documents_from,
                documents_until,
                clarified,
                deadline,
                evaluated,
                publicity_from,
                publicity_until,
                supervisor_first: self.supervisor_first == "yes",
            }),
            _ => Err(faults),
        }
    }

    /// The prequalification; none when nothing was typed about one.
    fn prequalification(&self, faults: &mut Faults) -> Option<Prequalification> {
        let typed =
            [&self.prequal_from, &self.prequal_until, &self.prequal_clarified, &self.applications];
        if typed.iter().all(|text| text.trim().is_empty()) {
            return None;
        }
        let from = faults.day("prequal_from", &self.prequal_from);
        let until = faults.day("prequal_until", &self.prequal_until);
        let applications = faults.day("applications", &self.applications);
        let clarified = (!self.prequal_clarified.trim().is_empty())
            .then(|| faults.day("prequal_clarified", &self.prequal_clarified))
            .flatten();
        Some(Prequalification {
            from: from?,
            until: until?,
            clarified,
            applications: applications?,
        })
    }

    /// The form that shows a content again.
    pub fn of(content: &NoticeContent) -> Self {
        let day = |day: Option<Day>| day.map_or_else(String::new, |d| d.to_string());
        let first = content.prequalification.as_ref();
        Self {
            title: content.title.clone(),
            code: content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned()),
            industry: content.industry.key().into(),
            kind: content.kind.key().into(),
            method: content.method.key().into(),
            amount: content.amount.wan(),
            lots: content.lots.iter().map(|lot| (lot.to_string(), "yes".into())).collect(),
            noticed: content.noticed.to_string(),
            prequal_from: day(first.map(|p| p.from)),
            prequal_until: day(first.map(|p| p.until)),
            prequal_clarified: day(first.and_then(|p| p.clarified)),
            applications: day(first.map(|p| p.applications)),
            documents_from: content.documents_from.to_string(),
            documents_until: content.documents_until.to_string(),
            clarified: day(content.clarified),
            deadline: content.deadline.to_string(),
            evaluated: day(content.evaluated),
            publicity_from: day(content.publicity_from),
            publicity_until: day(content.publicity_until),
            supervisor_first: if content.supervisor_first { "yes".into() } else { String::new() },
            ..Self::default()
        }
    }
}
