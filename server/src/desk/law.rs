//! The rules for everybody, and changes to them: drafted by one, tried on the past,
//! decided by another.

use super::effect::{differences, uses};
use crate::chance;
use crate::records::{Decided, LawChange, LawEdition};
use crate::site::{Site, broken, who};
use crate::store::{Act, Changes, Kept, Mirror, Table};
use app::api::desk::{Answer, LawDesk};
use app::api::{ApiError, ChangeForm, ChangeLine, ChangePage, ChangesPage, ReasonForm, Visitor};
use app::law::{Edition, InForce, SHORT};
use async_trait::async_trait;
use model::{Day, Errand, Fault, Faults, LawChangeId, Minutes, Money, Target};
use policies::{Amendment, Law, Rule, Unit};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// A year, in minutes.
const YEAR: Minutes = Minutes(365 * 24 * 60);

/// Where a change stands: one that is approved may still wait for its day.
fn state(change: &LawChange, today: Day) -> &'static str {
    let begins = Law::read_amendment("change", &change.text).ok().and_then(|a| begins(&a));
    match &change.decided {
        None => "draft",
        Some(Decided { approved: true, .. }) if begins > Some(today) => "waiting",
        Some(Decided { approved: true, .. }) => "approved",
        Some(_) => "refused",
    }
}

/// What a change changes, in a line.
fn title(law: &Law, text: &str) -> String {
    let Ok(amendment) = Law::read_amendment("change", text) else { return "规则文件".into() };
    let labels = amendment
        .changes
        .iter()
        .map(|c| law.rule(&c.rule).map_or_else(|| c.rule.clone(), |rule| rule.label.clone()));
    let years = amendment.years.iter().map(|y| format!("{} 年放假安排", y.year));
    labels.chain(years).collect::<Vec<_>>().join("、")
}

fn line(law: &Law, mirror: &Mirror, change: &LawChange, today: Day) -> ChangeLine {
    ChangeLine {
        id: change.id.clone(),
        title: title(law, &change.text),
        reason: change.reason.clone(),
        by: who(mirror, Some(&change.by)),
        at: change.at,
        state: state(change, today).into(),
    }
}

/// A value as it is typed: money in 万元, shares in percent, else in the rule's unit.
fn typed(faults: &mut Faults, rule: &Rule, raw: &str) -> Option<i64> {
    match rule.unit {
        Unit::Fen => faults.wan("value", raw).map(Money::fen),
        Unit::BasisPoints => {
            let points = Money::parse_yuan(raw.trim().trim_end_matches('%')).ok();
            if points.is_none() {
                faults.note("value", Fault::NotANumber);
            }
            points.map(Money::fen)
        }
        _ => {
            let before = faults.iter().count();
            let number = faults.number("value", raw, 0, i64::from(u32::MAX));
            (faults.iter().count() == before).then_some(number)
        }
    }
}

/// A text as TOML writes it. JSON's escapes are among TOML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text.trim()).unwrap_or_else(|_| "\"\"".into())
}

/// The text that a form's one new value comes to.
fn compose(law: &Law, form: &ChangeForm) -> Result<String, Faults> {
    let mut faults = Faults::new();
    let rule = law.rule(form.rule.trim());
    if rule.is_none() {
        let fault = if form.rule.trim().is_empty() { Fault::Missing } else { Fault::NotAChoice };
        faults.note("rule", fault);
    }
    let value = rule.and_then(|rule| typed(&mut faults, rule, &form.value));
    let from = faults.day("from", &form.from);
    if !["default", "local", "statutory"].contains(&form.status.as_str()) {
        let fault = if form.status.is_empty() { Fault::Missing } else { Fault::NotAChoice };
        faults.note("status", fault);
    }
    let instrument = faults.optional_text("instrument", &form.instrument, 100);
    let number = faults.optional_text("number", &form.number, 60);
    let article = faults.optional_text("article", &form.article, 60);
    if instrument.is_empty() && form.status != "default" && !form.status.is_empty() {
        faults.note("instrument", Fault::Missing);
    }
    let (Some(rule), Some(value), Some(from), true) = (rule, value, from, faults.is_empty()) else {
        return Err(faults);
    };
    let mut text = format!(
        "[[change]]\nrule = {}\n[change.value]\nfrom = \"{from}\"\nvalue = {value}\nstatus = {}\n",
        quoted(&rule.id),
        quoted(&form.status),
    );
    if !instrument.is_empty() {
        let _ = write!(text, "source = {{ text = {}", quoted(&instrument));
        for (name, part) in [("number", number), ("article", article)] {
            if !part.is_empty() {
                let _ = write!(text, ", {name} = {}", quoted(&part));
            }
        }
        text += " }\n";
    }
    Ok(text)
}

/// The first day from which an amendment changes anything.
fn begins(amendment: &Amendment) -> Option<Day> {
    let values = amendment.changes.iter().map(|c| c.value.from);
    let years = amendment.years.iter().filter_map(|y| Day::new(y.year, 1, 1));
    values.chain(years).min()
}

impl Site {
    fn change_of(&self, id: &LawChangeId) -> Answer<Kept<LawChange>> {
        self.read().law_changes.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    /// The text of a draft, sound, with whether it reaches back; or what is wrong.
    fn read_change(&self, form: &ChangeForm, today: Day) -> Result<String, Faults> {
        let law = self.law();
        let whole = form.text.trim();
        let mut faults = Faults::new();
        let text = if whole.is_empty() {
            compose(&law, form).unwrap_or_else(|wrong| {
                faults.extend(wrong);
                String::new()
            })
        } else {
            format!("{whole}\n")
        };
        faults.reason("reason", &form.reason, 4, 500);
        let basis = faults.optional_text("basis", &form.basis, 300);
        if text.is_empty() {
            return Err(faults);
        }
        let field = if whole.is_empty() { "value" } else { "text" };
        let amendment = Law::read_amendment("rules", &text);
        let checked = amendment.and_then(|a| law.amended("rules", &text).map(|_| a));
        match checked {
            Err(fault) => {
                let line = u32::try_from(fault.line).unwrap_or(0);
                faults.note(field, Fault::RulesRefused { line, why: fault.why.words() });
            }
            Ok(amendment) => match begins(&amendment) {
                None => faults.note(field, Fault::Missing),
                Some(from) if from <= today && basis.is_empty() => {
                    faults.note("basis", Fault::ReasonNeeded);
                }
                Some(_) => {}
            },
        }
        if faults.is_empty() { Ok(text) } else { Err(faults) }
    }
}

#[async_trait]
impl LawDesk for Site {
    async fn in_force(&self) -> Answer<InForce> {
        Ok(InForce { law: self.law().short(), today: self.now().day() })
    }

    async fn edition(&self, hash: &str) -> Answer<Arc<Edition>> {
        let law = self.law();
        let hash = hash.trim();
        if hash.is_empty() || law.short() == hash || law.hash().to_string() == hash {
            return Ok(law);
        }
        // Fewer digits could mean several.
        if hash.len() < SHORT || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ApiError::NotFound);
        }
        let kept: Option<Kept<LawEdition>> =
            self.read().editions.iter().find(|e| e.id.starts_with(hash)).cloned();
        let kept = kept.ok_or(ApiError::NotFound)?;
        let read = Edition::read(kept.text.clone(), hash);
        read.map(Arc::new).map_err(|fault| {
            tracing::error!(%fault, hash, "an edition on file can't be read");
            ApiError::NotFound
        })
    }

    async fn uses(&self) -> Answer<BTreeMap<String, u32>> {
        let law = self.law();
        let seq = self.read().head.seq;
        if let Some(known) = self.law.uses_at(seq) {
            return Ok(known);
        }
        let counted = uses(&law, &self.read(), self.now().minus(YEAR), self.now());
        self.law.keep_uses(seq, counted.clone());
        Ok(counted)
    }

    async fn changes(&self, by: &Visitor) -> Answer<ChangesPage> {
        self.permit(by, Errand::LawRead, Target::default())?;
        let law = self.law();
        let mirror = self.read();
        let mut changes: Vec<ChangeLine> =
            mirror.law_changes.iter().map(|c| line(&law, &mirror, c, self.now().day())).collect();
        changes.sort_by_key(|c| std::cmp::Reverse(c.at));
        let topics = law
            .files()
            .iter()
            .flat_map(|file| file.rules.iter().map(move |rule| (rule, &file.title)));
        Ok(ChangesPage {
            changes,
            rules: topics
                .map(|(rule, title)| (rule.id.clone(), format!("{title}：{}", rule.label)))
                .collect(),
            may_draft: model::permit(&by.actor, Errand::LawDraft, Target::default()).is_ok(),
            law: law.short(),
            today: self.now().day(),
        })
    }

    async fn change(&self, by: &Visitor, id: &LawChangeId) -> Answer<ChangePage> {
        self.permit(by, Errand::LawRead, Target::default())?;
        let change = self.change_of(id)?;
        // Against the rules without it: those of then for one that was approved.
        let law = self.law_before(&change);
        let tried = law.tried(id.as_str(), &change.text);
        let does_not_fit = tried.as_ref().err().map(|f| f.why.words()).unwrap_or_default();
        let mirror = self.read();
        let year = (self.now().minus(YEAR), self.now());
        let amendment = Law::read_amendment(id.as_str(), &change.text).ok();
        let changed: Vec<String> =
            amendment.iter().flat_map(|a| &a.changes).map(|c| c.rule.clone()).collect();
        let (judged, effects) = match &tried {
            Ok(tried) => differences(&law, tried, &changed, &mirror, year),
            Err(_) => Default::default(),
        };
        let values = amendment.into_iter().flat_map(|a| a.changes).map(|c| {
            let rule = law.rule(&c.rule);
            let amount = |v: i64| rule.map_or_else(|| v.to_string(), |r| r.unit.amount(v));
            let before = rule.and_then(|r| r.on(c.value.from.minus(1)).ok()).map(|r| r.value);
            (
                rule.map_or_else(|| c.rule.clone(), |r| r.label.clone()),
                before.map_or_else(|| "无".into(), amount),
                amount(c.value.value),
                c.value.from,
            )
        });
        let own = by.actor.account.as_ref() == Some(&change.by);
        let may = model::permit(&by.actor, Errand::LawApprove, Target::default()).is_ok();
        let open = change.decided.is_none();
        Ok(ChangePage {
            line: line(&law, &mirror, &change, self.now().day()),
            text: change.text.clone(),
            basis: change.basis.clone(),
            values: values.collect(),
            judged,
            effects,
            does_not_fit,
            decided: change
                .decided
                .as_ref()
                .map(|d| (who(&mirror, Some(&d.by)), d.at, d.words.clone())),
            may_decide: open && may && !own,
            own: open && own,
        })
    }

    async fn draft_change(&self, by: &Visitor, form: ChangeForm) -> Answer<LawChangeId> {
        self.permit(by, Errand::LawDraft, Target::default())?;
        let now = self.now();
        let text = match self.read_change(&form, now.day()) {
            Ok(text) => text,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let id: LawChangeId = chance::key("lc").parse().map_err(|_| ApiError::NotFound)?;
        let change = LawChange {
            id: id.clone(),
            text,
            reason: form.reason.trim().to_owned(),
            basis: form.basis.trim().to_owned(),
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            at: now,
            decided: None,
        };
        let mut changes = Changes::new();
        changes.create(&change).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::LawDraft, Table::LawChange, id.as_str())
            .note(change.reason)
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(id)
    }

    async fn decide_change(
        &self,
        by: &Visitor,
        id: &LawChangeId,
        approve: bool,
        form: ReasonForm,
    ) -> Answer<()> {
        self.permit(by, Errand::LawApprove, Target::default())?;
        // One decision at a time: the next one is checked against the rules that this one
        // makes.
        let _turn = self.law.turn().await;
        let change = self.change_of(id)?;
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        // The database refuses it as well.
        if account == change.by {
            return Err(ApiError::Forbidden);
        }
        if change.decided.is_some() {
            return Err(ApiError::Stale);
        }
        let now = self.now();
        let mut faults = Faults::new();
        let words = faults.reason("reason", &form.reason, 4, 500);
        if approve {
            // Other changes may have been approved since it was drafted, and days passed.
            let law = self.law();
            let amendment = Law::read_amendment(id.as_str(), &change.text);
            let sound = amendment.and_then(|a| law.amended(id.as_str(), &change.text).map(|_| a));
            match sound {
                Err(fault) => {
                    let line = u32::try_from(fault.line).unwrap_or(0);
                    faults.note("reason", Fault::RulesRefused { line, why: fault.why.words() });
                }
                Ok(a) if change.basis.is_empty() && begins(&a) <= Some(now.day()) => {
                    faults.note("reason", Fault::InPast);
                }
                Ok(_) => {}
            }
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let decided = Decided { approved: approve, by: account, at: now, words: words.clone() };
        let next = LawChange { decided: Some(decided), ..(*change.value).clone() };
        let mut changes = Changes::new();
        changes.update(&change, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::LawApprove, Table::LawChange, id.as_str())
            .note(if approve {
                format!("同意施行：{words}")
            } else {
                format!("不予采纳：{words}")
            })
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        self.take_up_law_in_turn().await.map_err(broken)
    }
}
