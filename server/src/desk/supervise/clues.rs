//! Purchases that look split: found by rule, said something of by people.

use super::super::plan::org_name;
use crate::site::{Site, broken, who};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ClueLine, CluesPage, VerdictForm, Visitor};
use model::{Actor, ClueId, Errand, Faults, LotKind, Target, permit};
use policies::channel::Stage;
use policies::split::{Clue, ClueVerdict, Finding, Purchase, Split, splits};
use pool::canon::Seal;
use std::sync::PoisonError;

/// Everything that was bought, or is to be, without a compulsory tender or at speed.
fn purchases(mirror: &Mirror) -> Vec<Purchase> {
    let channels = mirror
        .channels
        .iter()
        .filter(|c| !matches!(c.stage, Stage::Withdrawn | Stage::Refused | Stage::Revoked));
    let channels = channels.map(|c| {
        let a = &c.application;
        let amount = c.contract.as_ref().map(|c| c.amount);
        let amount = amount.or(c.terms.as_ref().map(|t| t.ceiling)).unwrap_or(a.ceiling);
        Purchase {
            day: c.begun.day(),
            record: ("channel".into(), c.id.to_string()),
            title: format!("{} {}", c.number, a.project),
            owner: c.owner.clone(),
            district: a.district,
            place: a.place.clone(),
            kind: a.kind,
            amount,
        }
    });
    let emergencies = mirror.emergencies.iter().filter_map(|e| {
        let determined = e.determination.as_ref().filter(|d| d.granted)?;
        Some(Purchase {
            day: e.report.received.day(),
            record: ("emergency".into(), e.id.to_string()),
            title: format!("{} {}", e.number, e.report.title),
            owner: e.report.reporter.org.clone()?,
            district: e.report.district,
            place: e.report.address.clone(),
            kind: LotKind::Works,
            amount: determined.ceiling,
        })
    });
    channels.chain(emergencies).collect()
}

/// The key of a finding: it follows from its first purchase, so that it is found once.
fn key_of(split: &Split) -> Option<ClueId> {
    let (kind, key) = &split.members.first()?.record;
    let seal = Seal::of(format!("{kind}:{key}").as_bytes()).to_string();
    format!("xs-{}", seal.get(..24)?).parse().ok()
}

impl Site {
    /// Looks for purchases that look split, and writes down what is new.
    pub(in crate::desk) async fn find_clues(&self) -> Vec<Result<(), ApiError>> {
        // Nothing has changed since: every change of a case adds to the sums. Bids are opened
        // by the day.
        let (looked, all) = {
            let mirror = self.read();
            let channels: i64 = mirror.channels.iter().map(|c| c.version).sum();
            let emergencies: i64 = mirror.emergencies.iter().map(|e| e.version).sum();
            let bonds: i64 = mirror.bonds.iter().map(|b| b.version).sum();
            let lines = mirror.bank_lines.len();
            let day = self.now().day();
            let looked = format!("{channels}/{emergencies}/{bonds}/{lines}/{day}");
            if *self.looked.lock().unwrap_or_else(PoisonError::into_inner) == looked {
                return vec![];
            }
            (looked, purchases(&mirror))
        };
        let found = match splits(&self.law(), &all) {
            Ok(found) => found,
            Err(fault) => return vec![Err(self.no_rule(&fault))],
        };
        let mut done = Vec::new();
        for split in found {
            let Some(id) = key_of(&split) else { continue };
            let known = self.read().clues.get(id.as_str()).cloned();
            let told = |clue: &Kept<Clue>| match &clue.finding {
                // One that has lost a purchase since says no less than before.
                Finding::Split(known) => {
                    split.members.iter().all(|m| known.members.iter().any(|k| k.record == m.record))
                }
                Finding::Payer(_) => false,
            };
            if !known.as_ref().is_some_and(told) {
                let numbers: Vec<&str> = split.members.iter().map(|m| m.title.as_str()).collect();
                let note = format!("合计 {} 元：{}", split.sum, numbers.join("；"));
                done.push(self.write_clue(id, Finding::Split(Box::new(split)), known, note).await);
            }
        }
        for lead in self.shared_payers() {
            let Some(id) = super::super::bond::payer_key(&lead) else { continue };
            let known = self.read().clues.get(id.as_str()).cloned();
            let told = |clue: &Kept<Clue>| match &clue.finding {
                Finding::Payer(known) => lead
                    .shared
                    .members
                    .iter()
                    .all(|m| known.shared.members.iter().any(|k| k.reference == m.reference)),
                Finding::Split(_) => false,
            };
            if !known.as_ref().is_some_and(told) {
                let note = format!(
                    "{}：{} 家投标人的保证金出自{}",
                    lead.title,
                    lead.shared.members.len(),
                    lead.shared.by.name()
                );
                done.push(self.write_clue(id, Finding::Payer(lead), known, note).await);
            }
        }
        if done.iter().all(Result::is_ok) {
            *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = looked;
        }
        done
    }

    async fn write_clue(
        &self,
        id: ClueId,
        finding: Finding,
        known: Option<Kept<Clue>>,
        note: String,
    ) -> Result<(), ApiError> {
        let now = self.now();
        let mut changes = Changes::new();
        let verdicts = known.as_ref().map(|clue| clue.verdicts.clone()).unwrap_or_default();
        let next = Clue { id, found: now, finding, verdicts };
        match &known {
            Some(seen) => changes.update(seen, &next).map_err(broken)?,
            None => changes.create(&next).map_err(broken)?,
        };
        let act = Act::new(&Actor::SYSTEM, Errand::ClueFind, Table::Clue, next.id.as_str())
            .note(note)
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(()),
            Err(fault) => Err(broken(fault)),
        }
    }

    pub(super) fn clues_page(&self, by: &Visitor) -> CluesPage {
        let mirror = self.read();
        let mut clues: Vec<ClueLine> = mirror
            .clues
            .iter()
            .map(|clue| ClueLine {
                owner: match &clue.finding {
                    Finding::Split(split) => split.members.first().map(|m| &m.owner),
                    Finding::Payer(lead) => Some(&lead.owner),
                }
                .map_or_else(String::new, |owner| org_name(&mirror, owner)),
                names: clue
                    .verdicts
                    .iter()
                    .map(|v| (v.by.to_string(), who(&mirror, Some(&v.by))))
                    .collect(),
                clue: (*clue.value).clone(),
            })
            .collect();
        clues.sort_by_key(|l| (!l.clue.is_open(), std::cmp::Reverse(l.clue.found)));
        CluesPage {
            clues,
            may_decide: permit(&by.actor, Errand::ClueDecide, Target::default()).is_ok(),
        }
    }

    pub(super) async fn say_of_clue(
        &self,
        by: &Visitor,
        id: &ClueId,
        form: VerdictForm,
    ) -> Answer<()> {
        let clue = self.read().clues.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        let forwarded = match form.act.as_str() {
            "forward" => true,
            "drop" => false,
            _ => return Err(ApiError::ForeignForm),
        };
        if !clue.is_open() {
            return Err(ApiError::Stale);
        }
        let mut faults = Faults::new();
        let reason = faults.reason("reason", &form.reason, 4, 1_000);
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let now = self.now();
        let mut next = (*clue.value).clone();
        let word = if forwarded { "移送核查" } else { "排除" };
        next.verdicts.push(ClueVerdict {
            at: now,
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            forwarded,
            reason: reason.clone(),
        });
        let mut changes = Changes::new();
        changes.update(&clue, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::ClueDecide, Table::Clue, id.as_str())
            .note(format!("{word}：{reason}"));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
