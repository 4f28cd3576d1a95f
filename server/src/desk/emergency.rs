//! Emergencies: report, take in hand, verify, determine, end.

use super::case::{acts, nearby, sections, timeline};
use super::files::files_of;
use super::views::{by_pressure, call_view, calls_of, card};
use crate::chance;
use crate::records::Subject;
use crate::site::{Site, broken, seal, seal_if};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, EmergencyDesk};
use app::api::{
    AcceptForm, ApiError, Board, DetermineForm, EmergencyCard, EmergencyPage, FilesView, OralForm,
    ReasonForm, ReceiptPage, ReportForm, VerifyForm, Visitor,
};
use async_trait::async_trait;
use model::{
    Datum, District, EmergencyId, Errand, Fault, Faults, Moment, Money, Target, Urgency, WorkKind,
    allowed,
};
use policies::tender::{Object, TenderSize, tender_size};
use policies::{Answers, DETERMINE, Weight, determination_findings, keys};
use pool::emergency::{
    Act as CaseAct, Determination, Emergency, OralOrder, Report, Reporter, Stamp, Verification,
};

/// How often a number is drawn again when two reports come at once.
const TRIES: u32 = 5;

impl Site {
    pub(super) fn emergency(&self, id: &EmergencyId) -> Answer<Kept<Emergency>> {
        self.read().emergencies.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    pub(super) fn permit_case(&self, by: &Visitor, errand: Errand, e: &Emergency) -> Answer<()> {
        self.permit(
            by,
            errand,
            Target { org: e.report.reporter.org.as_ref(), district: Some(e.report.district) },
        )
    }

    /// Writes a changed case.
    async fn save(
        &self,
        seen: &Kept<Emergency>,
        next: &Emergency,
        changes: Changes,
        act: Act,
    ) -> Answer<()> {
        let mut changes = changes;
        changes.update(seen, next).map_err(broken)?;
        self.store.commit(changes, act, self.now()).await.map_err(broken)?;
        Ok(())
    }
}

/// Reads the report form. A place that was left out is the district's seat.
fn read_report(form: &ReportForm, now: Moment) -> (Report, Urgency, Faults) {
    let mut faults = Faults::new();
    let title = faults.text("title", &form.title, 40);
    // Who only passes by need not know what it is called.
    let or = |text: &str, usual: &str| {
        if text.trim().is_empty() { usual.to_owned() } else { text.to_owned() }
    };
    let kind = faults.choice("kind", &or(&form.kind, WorkKind::Other.key()));
    let urgency = faults.choice("urgency", &or(&form.urgency, Urgency::Urgent.key()));
    let people = if form.people.trim().is_empty() {
        0
    } else {
        faults.count("people", &form.people, 0, 100_000)
    };
    let description = faults.optional_text("description", &form.description, 2000);
    let address = faults.text("address", &form.address, 100);
    let datum = Datum::of_form(&form.datum);
    let no_place = form.lon.trim().is_empty() && form.lat.trim().is_empty();
    let place = if no_place { None } else { faults.place(&form.lon, &form.lat, datum) };
    let district: Option<District> = match place {
        Some(place) if form.district.trim().is_empty() => Some(District::nearest(place)),
        _ => faults.choice("district", &form.district),
    };
    let place = place.or(district.map(District::seat));
    let seen =
        if form.seen.trim().is_empty() { Some(now) } else { faults.moment("seen", &form.seen) };
    if seen.is_some_and(|seen| seen > now) {
        faults.note("seen", Fault::InFuture);
    }
    if !form.phone.trim().is_empty() {
        faults.phone("phone", &form.phone);
    }
    faults.optional_text("name", &form.name, 40);
    let report = Report {
        title,
        description,
        kind: kind.unwrap_or(WorkKind::Other),
        district: district.unwrap_or(District::Lizhou),
        address,
        place: place.unwrap_or(District::Lizhou.seat()),
        datum,
        people_in_danger: people,
        seen: seen.unwrap_or(now),
        received: now,
        reporter: Reporter {
            role: model::Role::Public,
            account: None,
            org: None,
            name: None,
            phone: None,
        },
    };
    (report, urgency.unwrap_or(Urgency::Urgent), faults)
}

/// `险〔2026〕0718-02`: the day in Beijing, and the report's place in it.
fn next_number(mirror: &Mirror, now: Moment) -> String {
    let day = now.day();
    let head = format!("险〔{}〕{:02}{:02}-", day.year(), day.month(), day.day_of_month());
    let last = mirror
        .emergencies
        .iter()
        .filter_map(|e| e.number.strip_prefix(&head)?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("{head}{:02}", last + 1)
}

#[async_trait]
impl EmergencyDesk for Site {
    async fn fresh_id(&self) -> Answer<String> {
        Ok(chance::key("xq"))
    }

    async fn report(&self, by: &Visitor, form: ReportForm) -> Answer<EmergencyId> {
        self.permit(by, Errand::EmergencyReport, Target::default())?;
        let now = self.now();
        let (mut report, urgency, faults) = read_report(&form, now);
        let id: EmergencyId = match form.id.parse() {
            Ok(id) => id,
            Err(_) => return Err(ApiError::ForeignForm),
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        for _ in 0..TRIES {
            let mut changes = Changes::new();
            report.reporter = Reporter {
                role: by.actor.role,
                account: by.actor.account.clone(),
                org: by.actor.org.clone(),
                name: seal_if(&mut changes, form.name.trim()),
                phone: seal_if(&mut changes, form.phone.trim()),
            };
            let number = next_number(&self.read(), now);
            let emergency = Emergency::reported(id.clone(), number, report.clone(), urgency);
            changes.create(&emergency).map_err(broken)?;
            let act = Act::new(&by.actor, Errand::EmergencyReport, Table::Emergency, id.as_str())
                .note(report.title.clone())
                .happened(report.seen);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(id),
                // The same form twice: the first made the report.
                Err(StoreFault::Exists(_)) => return Ok(id),
                // Two reports drew one number: draw again.
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    async fn receipt(&self, by: &Visitor, id: &EmergencyId) -> Answer<ReceiptPage> {
        let e = self.emergency(id)?;
        let mirror = self.read();
        let subject = Subject::Emergency(id.clone());
        let photos = files_of(&mirror, &subject).count();
        Ok(ReceiptPage {
            number: e.number.clone(),
            title: e.report.title.clone(),
            stage: e.stage,
            files: FilesView { files: vec![], ..self.files_view(&mirror, by, &subject) },
            photos: u32::try_from(photos).unwrap_or(u32::MAX),
        })
    }

    async fn list(&self, by: &Visitor, open_only: bool) -> Answer<(Vec<EmergencyCard>, Moment)> {
        if allowed(by.actor.role, Errand::EmergencyRead).is_none() {
            self.permit(by, Errand::EmergencyRead, Target::default())?;
        }
        let mirror = self.read();
        let mut cards: Vec<EmergencyCard> = mirror
            .emergencies
            .iter()
            .filter(|e| !open_only || e.stage.is_open())
            .filter(|e| self.permit_quiet(by, Errand::EmergencyRead, e))
            .map(|e| card(self, &mirror, e))
            .collect();
        cards.sort_by(by_pressure);
        Ok((cards, self.now()))
    }

    async fn page(&self, by: &Visitor, id: &EmergencyId) -> Answer<EmergencyPage> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::EmergencyRead, &e)?;
        let now = self.now();
        let mirror = self.read();
        let acts = acts(&mirror, by, &e, now);
        let asks = acts.iter().any(|a| a == "determine");
        let questions = if asks {
            let day = now.day();
            self.law().questions(DETERMINE, day).cloned().collect()
        } else {
            vec![]
        };
        Ok(EmergencyPage {
            card: card(self, &mirror, &e),
            description: e.report.description.clone(),
            sections: sections(&mirror, &e),
            calls: calls_of(&mirror, id.as_str())
                .into_iter()
                .filter_map(|d| call_view(self, &mirror, by, d))
                .collect(),
            no_call: e.may_call(now).err(),
            questions,
            authority_hint: self.authority_hint(now),
            files: self.files_view(&mirror, by, &Subject::Emergency(id.clone())),
            timeline: timeline(&mirror, &e),
            nearby: if acts.iter().any(|a| a == "merge") {
                nearby(self, &mirror, &e)
            } else {
                vec![]
            },
            acts,
            seq: self.permit_quiet(by, Errand::BoardRead, &e).then_some(mirror.head.seq),
            now,
        })
    }

    async fn accept(&self, by: &Visitor, id: &EmergencyId, form: AcceptForm) -> Answer<()> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::EmergencyAccept, &e)?;
        let mut faults = Faults::new();
        let urgency = faults.choice("urgency", &form.urgency);
        let note = faults.optional_text("note", &form.note, 200);
        let Some(urgency) = urgency.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let mut next = (*e.value).clone();
        next.stage = e.step(CaseAct::Accept, 0).map_err(ApiError::Emergency)?;
        next.urgency = urgency;
        next.accepted = Some(self.stamp(by, note.clone())?);
        let act =
            Act::new(&by.actor, Errand::EmergencyAccept, Table::Emergency, id.as_str()).note(note);
        self.save(&e, &next, Changes::new(), act).await
    }

    async fn end(&self, by: &Visitor, id: &EmergencyId, act: &str, form: ReasonForm) -> Answer<()> {
        let (case, errand) = match act {
            "dismiss" => (CaseAct::Dismiss, Errand::EmergencyAccept),
            "control" => (CaseAct::Control, Errand::EmergencyControl),
            "close" => (CaseAct::Close, Errand::EmergencyClose),
            _ => return Err(ApiError::NotFound),
        };
        let e = self.emergency(id)?;
        self.permit_case(by, errand, &e)?;
        let mut faults = Faults::new();
        let reason = faults.reason("reason", &form.reason, 4, 500);
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let open = {
            let mirror = self.read();
            let open = calls_of(&mirror, id.as_str()).iter().filter(|d| d.state.is_open()).count();
            u32::try_from(open).unwrap_or(u32::MAX)
        };
        let mut next = (*e.value).clone();
        next.stage = e.step(case, open).map_err(ApiError::Emergency)?;
        let stamp = self.stamp(by, reason.clone())?;
        match case {
            CaseAct::Control => next.controlled = Some(stamp),
            _ => next.closed = Some(stamp),
        }
        let act = Act::new(&by.actor, errand, Table::Emergency, id.as_str()).note(reason);
        self.save(&e, &next, Changes::new(), act).await
    }

    async fn merge(&self, by: &Visitor, id: &EmergencyId, into: &EmergencyId) -> Answer<()> {
        let e = self.emergency(id)?;
        let other = self.emergency(into)?;
        self.permit_case(by, Errand::EmergencyMerge, &e)?;
        if id == into || !other.stage.is_open() {
            return Err(ApiError::NotFound);
        }
        let mut next = (*e.value).clone();
        next.stage = e.step(CaseAct::Merge, 0).map_err(ApiError::Emergency)?;
        next.merged_into = Some(into.clone());
        next.closed = Some(self.stamp(by, format!("并入 {}", other.number))?);
        let mut changes = Changes::new();
        changes.rests_on(&other);
        let act = Act::new(&by.actor, Errand::EmergencyMerge, Table::Emergency, id.as_str())
            .note(format!("并入 {}", other.number));
        self.save(&e, &next, changes, act).await
    }

    async fn verify(&self, by: &Visitor, id: &EmergencyId, form: VerifyForm) -> Answer<()> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::EmergencyVerify, &e)?;
        let now = self.now();
        let mut faults = Faults::new();
        let on_site = faults.moment("on_site", &form.on_site);
        if on_site.is_some_and(|at| at > now) {
            faults.note("on_site", Fault::InFuture);
        }
        if on_site.is_some_and(|at| at < e.report.seen) {
            faults.note("on_site", Fault::BeforeSeen);
        }
        let second = faults.text("second", &form.second, 40);
        if !second.is_empty() && second == by.name {
            faults.note("second", Fault::SamePerson);
        }
        let findings = faults.reason("findings", &form.findings, 6, 2000);
        let scope = faults.reason("scope", &form.scope, 4, 500);
        let Some(on_site) = on_site.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let mut next = (*e.value).clone();
        next.stage = e.step(CaseAct::Verify, 0).map_err(ApiError::Emergency)?;
        let mut changes = Changes::new();
        next.verification = Some(Verification {
            at: now,
            on_site,
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            second: seal(&mut changes, &second),
            second_remote: form.remote == "yes",
            findings,
            scope,
        });
        let act = Act::new(&by.actor, Errand::EmergencyVerify, Table::Emergency, id.as_str())
            .happened(on_site);
        self.save(&e, &next, changes, act).await
    }

    async fn oral_order(&self, by: &Visitor, id: &EmergencyId, form: OralForm) -> Answer<()> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::OralOrder, &e)?;
        let now = self.now();
        let mut faults = Faults::new();
        let commander = faults.text("commander", &form.commander, 40);
        let channel = faults.text("channel", &form.channel, 40);
        let given = faults.moment("given", &form.given);
        if given.is_some_and(|at| at > now) {
            faults.note("given", Fault::InFuture);
        }
        let words = faults.reason("words", &form.words, 4, 500);
        let Some(given) = given.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let due = self.law().due(keys::ORAL_ORDER, given).map_err(|e| self.no_rule(&e))?;
        let mut next = (*e.value).clone();
        next.stage = e.step(CaseAct::OralOrder, 0).map_err(ApiError::Emergency)?;
        let mut changes = Changes::new();
        next.oral_order = Some(OralOrder {
            at: now,
            given,
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            commander: commander.clone(),
            channel: seal(&mut changes, &channel),
            words,
            confirm_by: due.value,
        });
        let act = Act::new(&by.actor, Errand::OralOrder, Table::Emergency, id.as_str())
            .note(commander)
            .happened(given)
            .rules([due.rule, self.law_note()]);
        self.save(&e, &next, changes, act).await
    }

    async fn determine(
        &self,
        by: &Visitor,
        id: &EmergencyId,
        granted: bool,
        form: DetermineForm,
    ) -> Answer<()> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::Determine, &e)?;
        let now = self.now();
        let day = now.day();
        let answers = Answers {
            yes: form.yes.iter().filter(|(_, v)| *v == "yes").map(|(k, _)| k.clone()).collect(),
            reasons: form.reasons.clone(),
        };
        let mut faults = Faults::new();
        if granted {
            for finding in determination_findings(&self.law(), &answers, day) {
                match finding.weight {
                    Weight::Block => {
                        faults.note(&format!("yes.{}", finding.code), Fault::ConditionUnmet);
                    }
                    Weight::Warn => {
                        faults.note(&format!("reasons.{}", finding.code), Fault::ReasonNeeded);
                    }
                    Weight::Note => {}
                }
            }
        }
        let authority = faults.text("authority", &form.authority, 60);
        let document = faults.text("document", &form.document, 60);
        let why = faults.reason("why", &form.why, 6, 1000);
        let (mut scope, mut ceiling, mut finish) = (String::new(), Money::ZERO, day);
        if granted {
            scope = faults.reason("scope", &form.scope, 4, 500);
            ceiling = faults.wan("ceiling", &form.ceiling).unwrap_or(Money::ZERO);
            if let Some(last) = faults.day("finish", &form.finish) {
                if last < day {
                    faults.note("finish", Fault::InPast);
                }
                finish = last;
            }
        }
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let size = tender_size(&self.law(), Object::Works, Some(ceiling), &[], day)
            .map_err(|e| self.no_rule(&e))?;
        let tender = match size.value {
            TenderSize::Compulsory => "达到必须招标规模，依招标投标法第六十六条不进行招标",
            TenderSize::Below => "未达到必须招标规模",
            TenderSize::Unknown => "估算未定，按必须招标处理",
        };
        let mut next = (*e.value).clone();
        let act = if granted { CaseAct::Determine } else { CaseAct::Refuse };
        next.stage = e.step(act, 0).map_err(ApiError::Emergency)?;
        next.determination = Some(Determination {
            at: now,
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            authority,
            document: document.clone(),
            granted,
            yes: answers.yes,
            reasons: answers.reasons.into_iter().filter(|(_, r)| !r.trim().is_empty()).collect(),
            tender: if granted { tender.into() } else { String::new() },
            why,
            scope,
            ceiling,
            planned_finish: finish,
        });
        let act = Act::new(&by.actor, Errand::Determine, Table::Emergency, id.as_str())
            .note(format!("{} {document}", if granted { "认定" } else { "不予认定" }))
            .rules([size.rule, self.law_note()]);
        self.save(&e, &next, Changes::new(), act).await
    }

    async fn board(&self, by: &Visitor) -> Answer<Board> {
        self.board_for(by)
    }
}

impl Site {
    /// Like [`Site::permit_case`], for lists: leaves out, and logs nothing.
    pub(super) fn permit_quiet(&self, by: &Visitor, errand: Errand, e: &Emergency) -> bool {
        let target =
            Target { org: e.report.reporter.org.as_ref(), district: Some(e.report.district) };
        model::permit(&by.actor, errand, target).is_ok()
    }

    pub(super) fn stamp(&self, by: &Visitor, note: String) -> Answer<Stamp> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        Ok(Stamp { at: self.now(), by: account, note })
    }

    /// A rule has no value today: nothing can be decided, and somebody must know.
    pub(super) fn no_rule(&self, fault: &policies::NotInForce) -> ApiError {
        tracing::error!(%fault, "a rule is not in force");
        ApiError::Broken { ticket: fault.rule.clone() }
    }

    fn authority_hint(&self, now: Moment) -> String {
        let limit = |key| {
            let fen = self.law().figure(key, now.day()).map_or(0, |f| f.value);
            fen / 1_000_000
        };
        format!(
            "估算 {} 万元以下由行业主管部门认定，{} 万元以下须分管市领导批准，以上由政府专题会议研究；有现场指挥部的由指挥长认定（系统默认·待主管部门确认）。",
            limit(keys::DEPARTMENT_LIMIT),
            limit(keys::LEADER_LIMIT),
        )
    }
}
