//! The reserve: profiles, applications, standing.

use super::hash_password;
use super::profile::{
    forms, read_basics, read_certificates, read_contacts, read_service, read_team, seal_contacts,
    team_form,
};
use super::views::fact;
use crate::chance;
use crate::people::{Account, Org};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, ReserveDesk, public};
use app::api::{
    ApiError, BasicsForm, CertificatesForm, ContactsForm, Fact, PlaceForm, PlacePage, PlaceView,
    ProfilePage, RegisterForm, ServiceForm, TeamEditForm, Visitor,
};
use async_trait::async_trait;
use model::{
    Actor, Category, ContractorId, Errand, Fault, Faults, MembershipId, Moment, OrgKind, Role,
    Target, TeamId, permit,
};
use policies::keys;
use pool::contractor::Contractor;
use pool::membership::{Act as PlaceAct, Membership, Objection, Remark, Stage};
use pool::team::{Availability, Team};

impl Site {
    fn own(by: &Visitor) -> Target<'_> {
        Target { org: by.actor.org.as_ref(), district: None }
    }

    /// The firm that the visitor signs in for; an empty one before its first save.
    fn own_firm(&self, by: &Visitor) -> Answer<(Option<Kept<Contractor>>, Contractor)> {
        let org = by.actor.org.clone().ok_or(ApiError::SignedOut)?;
        let kept = self.read().contractors.iter().find(|c| c.org == org).cloned();
        let firm = match &kept {
            Some(kept) => (*kept.value).clone(),
            None => Contractor {
                id: org.as_str().parse().map_err(|_| ApiError::NotFound)?,
                org,
                basics: None,
                contacts: vec![],
                certificates: None,
                service: None,
                restricted_until: None,
            },
        };
        Ok((kept, firm))
    }

    async fn save_firm(
        &self,
        by: &Visitor,
        mut changes: Changes,
        kept: Option<&Kept<Contractor>>,
        next: &Contractor,
        what: &str,
    ) -> Result<(), StoreFault> {
        match kept {
            Some(kept) => changes.update(kept, next)?,
            None => changes.create(next)?,
        };
        let act = Act::new(&by.actor, Errand::ProfileEdit, Table::Contractor, next.id.as_str())
            .note(what);
        self.store.commit(changes, act, self.now()).await?;
        Ok(())
    }

    /// Sections that a department has looked at, or is looking at, stay as they
    /// are until it sends them back.
    fn locked(mirror: &Mirror, firm: &ContractorId) -> bool {
        mirror.memberships.iter().any(|m| {
            m.contractor == *firm
                && !matches!(m.stage, Stage::Returned { .. } | Stage::Removed { .. })
        })
    }

    fn edit(&self, by: &Visitor, reviewed: bool) -> Answer<(Option<Kept<Contractor>>, Contractor)> {
        self.permit(by, Errand::ProfileEdit, Self::own(by))?;
        let (kept, firm) = self.own_firm(by)?;
        if reviewed && Self::locked(&self.read(), &firm.id) {
            return Err(ApiError::UnderReview);
        }
        Ok((kept, firm))
    }

    /// Whether the visitor's department answers for the trade.
    fn answers_for(mirror: &Mirror, by: &Visitor, category: Category) -> bool {
        let org = by.actor.org.as_ref().and_then(|id| mirror.orgs.get(id.as_str()));
        org.is_some_and(|org| {
            org.kind != OrgKind::Department || org.industries.contains(&category.industry)
        })
    }

    fn place_acts(&self, mirror: &Mirror, by: &Visitor, m: &Membership) -> Vec<String> {
        let firm = mirror.contractors.get(m.contractor.as_str()).map(|c| c.org.clone());
        let target = Target { org: firm.as_ref(), district: None };
        let may = |errand| permit(&by.actor, errand, target).is_ok();
        let trade = Self::answers_for(mirror, by, m.category);
        let review = may(Errand::ReserveReview) && trade;
        let standing = may(Errand::ReserveStanding) && trade;
        let open = m.objections.iter().any(|o| o.answer.is_none());
        let now = self.now();
        let acts: &[(&str, bool)] = match &m.stage {
            Stage::Applied { .. } => &[("publish", review), ("return", review)],
            Stage::Published { .. } => &[
                ("answer", review && open),
                ("return", review),
                ("object", may(Errand::ReserveObject) && !review),
            ],
            Stage::Listed { .. } => &[("suspend", standing), ("notice", standing)],
            Stage::Suspended { .. } => &[("resume", standing), ("notice", standing)],
            Stage::Hearing { .. } => &[
                ("reply", may(Errand::ReserveReply)),
                ("drop", standing),
                ("remove", standing && m.step(PlaceAct::Remove, now).is_ok()),
            ],
            Stage::Returned { .. } | Stage::Removed { .. } => &[],
        };
        acts.iter().filter(|(_, may)| *may).map(|(act, _)| (*act).to_owned()).collect()
    }

    fn place_view(&self, mirror: &Mirror, by: &Visitor, m: &Membership) -> PlaceView {
        let firm = mirror.contractors.get(m.contractor.as_str());
        let name = firm.and_then(|f| f.basics.as_ref()).map(|b| b.name.clone());
        let (detail, remarks) = match &m.stage {
            Stage::Applied { since } => (format!("{} 提交", since.stamp()), vec![]),
            Stage::Returned { since, remarks } => (
                format!("{} 退回", since.stamp()),
                remarks.iter().map(|r| (r.field.clone(), r.text.clone())).collect(),
            ),
            Stage::Published { since, until } => {
                (format!("{} 起公示，至 {}", since.stamp(), until.stamp()), vec![])
            }
            Stage::Listed { since, until } => {
                (format!("{} 入库，期限至 {until}", since.stamp()), vec![])
            }
            Stage::Suspended { since, reason, .. } => {
                (format!("{} 暂停：{reason}", since.stamp()), vec![])
            }
            Stage::Hearing { reason, reply_until, reply, .. } => {
                let reply =
                    reply.as_ref().map_or("尚未陈述".to_owned(), |r| format!("陈述申辩：{r}"));
                (format!("拟清退：{reason}；陈述申辩至 {}；{reply}", reply_until.stamp()), vec![])
            }
            Stage::Removed { since, reason } => {
                (format!("{} 清退：{reason}", since.stamp()), vec![])
            }
        };
        PlaceView {
            id: m.id.clone(),
            firm: name.unwrap_or_else(|| m.contractor.to_string()),
            category: m.category.name(),
            state: m.stage.name().into(),
            key: m.stage.key().into(),
            detail,
            remarks,
            objections: m.objections.iter().map(|o| (o.text.clone(), o.answer.clone())).collect(),
            acts: self.place_acts(mirror, by, m),
        }
    }

    /// Enters members whose publicity has run out without an open objection.
    pub(super) async fn enter_members(&self) -> Vec<Result<(), StoreFault>> {
        let now = self.now();
        let Ok(months) = self.figure(keys::TERM, now) else { return vec![] };
        let until = now.day().plus_months(months);
        let due: Vec<(Kept<Membership>, Membership)> = self
            .read()
            .memberships
            .iter()
            .filter_map(|m| {
                let stage = m.step(PlaceAct::Enter { until }, now).ok()?;
                Some((m.clone(), Membership { stage, ..(*m.value).clone() }))
            })
            .collect();
        let mut done = Vec::new();
        for (seen, next) in due {
            let mut changes = Changes::new();
            let written = match changes.update(&seen, &next) {
                Ok(_) => {
                    let key = next.id.as_str();
                    let act =
                        Act::new(&Actor::SYSTEM, Errand::ReserveEnter, Table::Membership, key)
                            .rules([keys::PUBLICITY.to_owned(), keys::TERM.to_owned()]);
                    self.store.commit(changes, act, now).await.map(|_| ())
                }
                Err(fault) => Err(fault),
            };
            done.push(written);
        }
        done
    }

    /// The next moment at which a publicity runs out.
    pub(super) fn publicity_due(mirror: &Mirror) -> Option<Moment> {
        mirror
            .memberships
            .iter()
            .filter(|m| m.objections.iter().all(|o| o.answer.is_some()))
            .filter_map(|m| match m.stage {
                Stage::Published { until, .. } => Some(Moment::from_ms(until.ms() + 1)),
                _ => None,
            })
            .min()
    }
}

/// The profile as named facts; contacts only for those who may see them.
fn sections(mirror: &Mirror, firm: &Contractor, contacts: bool) -> Vec<(String, Vec<Fact>)> {
    let mut all = Vec::new();
    if let Some(b) = &firm.basics {
        all.push((
            "企业信息".to_owned(),
            vec![
                fact("名称", b.name.clone()),
                fact("统一社会信用代码", b.uscc.to_string()),
                fact("注册地址", b.address.clone()),
            ],
        ));
    }
    if contacts {
        let people = firm
            .contacts
            .iter()
            .map(|c| fact(mirror.reveal(&c.name), mirror.reveal(&c.phone)))
            .collect();
        all.push(("值守联系人".into(), people));
    }
    if let Some(c) = &firm.certificates {
        let mut papers: Vec<Fact> = c
            .licence
            .iter()
            .map(|l| fact("安全生产许可证", format!("{}，至 {}", l.number, l.until)))
            .collect();
        papers.extend(c.qualifications.iter().map(|q| {
            fact(&q.category.name(), format!("{} {}，至 {}", q.name, q.level, q.paper.until))
        }));
        all.push(("资质与许可证".into(), papers));
    }
    if let Some(s) = &firm.service {
        let districts: Vec<&str> = s.districts.iter().map(|d| d.name()).collect();
        all.push((
            "区域与承诺".into(),
            vec![
                fact("服务县区", districts.join("、")),
                fact("承诺", format!("{} 分钟内应答，同县 {} 分钟内到场", s.answer.0, s.arrive.0)),
            ],
        ));
    }
    let teams: Vec<Fact> = mirror
        .teams
        .iter()
        .filter(|t| t.contractor == firm.id)
        .map(|t| fact(&t.name, format!("{}；{}；{} 人", t.base_name, t.machine_line(), t.people)))
        .collect();
    if !teams.is_empty() {
        all.push(("队伍".into(), teams));
    }
    all
}

#[async_trait]
impl ReserveDesk for Site {
    async fn register(&self, form: RegisterForm) -> Answer<()> {
        let by = public();
        self.permit(&by, Errand::Register, Target::default())?;
        let mut faults = Faults::new();
        let name = faults.text("name", &form.name, 60);
        let uscc = faults.uscc("uscc", &form.uscc);
        let person = faults.text("person", &form.person, 40);
        let login = form.login.trim().to_owned();
        let plain = login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !plain || !(4..=30).contains(&login.len()) {
            faults.note("login", Fault::TooShort { min: 4 });
        }
        let length = form.new.chars().count();
        if !(10..=128).contains(&length) {
            faults.note("new", Fault::TooShort { min: 10 });
        }
        if form.again != form.new {
            faults.note("again", Fault::NotRepeated);
        }
        {
            let mirror = self.read();
            if mirror.accounts.iter().any(|a| a.login == login) {
                faults.note("login", Fault::Taken);
            }
            if uscc.is_some() && mirror.orgs.iter().any(|o| o.uscc == uscc) {
                faults.note("uscc", Fault::Taken);
            }
        }
        let kept = RegisterForm { new: String::new(), again: String::new(), ..form.clone() };
        let Some(uscc) = uscc.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(&by, &kept, faults).await);
        };
        let password = form.new;
        let hash = tokio::task::spawn_blocking(move || hash_password(&password))
            .await
            .map_err(|_| ApiError::Broken { ticket: "hash".into() })?;
        let mut changes = Changes::new();
        let key = |prefix| chance::key(prefix);
        let org = Org {
            id: key("qy").parse().map_err(|_| ApiError::NotFound)?,
            kind: OrgKind::Contractor,
            name,
            uscc: Some(uscc),
            district: None,
            industries: vec![],
        };
        let account = Account {
            id: key("a").parse().map_err(|_| ApiError::NotFound)?,
            login,
            name: seal(&mut changes, &person),
            role: Role::Contractor,
            org: org.id.clone(),
            password: seal(&mut changes, &hash),
            must_change: false,
            open: true,
            failures: 0,
            locked_until: None,
        };
        changes.create(&org).map_err(broken)?.create(&account).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::Register, Table::Org, org.id.as_str());
        match self.store.commit(changes, act, self.now()).await {
            Ok(_) => Ok(()),
            Err(StoreFault::Taken { .. }) => {
                Err(self.refuse(&by, &kept, Faults::one("login", Fault::Taken)).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn profile(&self, by: &Visitor) -> Answer<ProfilePage> {
        self.permit(by, Errand::ProfileEdit, Self::own(by))?;
        let (_, firm) = self.own_firm(by)?;
        let mirror = self.read();
        let (mut basics, contacts, certificates, service) = forms(&mirror, &firm);
        if firm.basics.is_none() {
            // What was said at registration need not be said again.
            let org = mirror.orgs.get(firm.org.as_str());
            basics.name = by.org_name.clone();
            basics.uscc =
                org.and_then(|o| o.uscc.as_ref()).map(ToString::to_string).unwrap_or_default();
        }
        let teams: Vec<TeamEditForm> =
            mirror.teams.iter().filter(|t| t.contractor == firm.id).map(|t| team_form(t)).collect();
        let places: Vec<&Membership> =
            mirror.memberships.iter().map(|m| &**m).filter(|m| m.contractor == firm.id).collect();
        let missing = firm.missing(teams.len());
        let to_apply = firm.service.as_ref().is_some_and(|s| {
            s.categories.iter().any(|c| {
                places
                    .iter()
                    .filter(|m| m.category == *c)
                    .all(|m| matches!(m.stage, Stage::Returned { .. } | Stage::Removed { .. }))
            })
        });
        Ok(ProfilePage {
            firm: basics.name.clone(),
            ready: missing.is_empty() && to_apply,
            missing,
            locked: Self::locked(&mirror, &firm.id),
            places: places.into_iter().map(|m| self.place_view(&mirror, by, m)).collect(),
            basics,
            contacts,
            certificates,
            service,
            teams,
        })
    }

    async fn save_basics(&self, by: &Visitor, form: BasicsForm) -> Answer<()> {
        let (kept, mut firm) = self.edit(by, true)?;
        match read_basics(&form) {
            Ok(basics) => firm.basics = Some(basics),
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        }
        match self.save_firm(by, Changes::new(), kept.as_ref(), &firm, "企业信息").await {
            Ok(()) => Ok(()),
            Err(StoreFault::Taken { .. }) => {
                Err(self.refuse(by, &form, Faults::one("uscc", Fault::Taken)).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn save_contacts(&self, by: &Visitor, form: ContactsForm) -> Answer<()> {
        let (kept, mut firm) = self.edit(by, false)?;
        let contacts = match read_contacts(&form) {
            Ok(contacts) => contacts,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let mut changes = Changes::new();
        firm.contacts = seal_contacts(&mut changes, contacts);
        self.save_firm(by, changes, kept.as_ref(), &firm, "值守联系人").await.map_err(broken)
    }

    async fn save_certificates(&self, by: &Visitor, form: CertificatesForm) -> Answer<()> {
        let (kept, mut firm) = self.edit(by, true)?;
        match read_certificates(&form) {
            Ok(certificates) => firm.certificates = Some(certificates),
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        }
        let saved = self.save_firm(by, Changes::new(), kept.as_ref(), &firm, "资质与许可证").await;
        saved.map_err(broken)
    }

    async fn save_service(&self, by: &Visitor, form: ServiceForm) -> Answer<()> {
        let (kept, mut firm) = self.edit(by, true)?;
        match read_service(&form) {
            Ok(service) => firm.service = Some(service),
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        }
        let saved =
            self.save_firm(by, Changes::new(), kept.as_ref(), &firm, "类别、区域与承诺").await;
        saved.map_err(broken)
    }

    async fn save_team(&self, by: &Visitor, form: TeamEditForm) -> Answer<()> {
        let (kept, firm) = self.edit(by, false)?;
        let entry = match read_team(&form) {
            Ok(entry) => entry,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let now = self.now();
        let mut changes = Changes::new();
        if kept.is_none() {
            changes.create(&firm).map_err(broken)?;
        }
        let id: TeamId = if form.id.is_empty() {
            let id: TeamId = chance::key("dw").parse().map_err(|_| ApiError::NotFound)?;
            changes
                .create(&Team {
                    id: id.clone(),
                    contractor: firm.id.clone(),
                    name: entry.name,
                    base: entry.base,
                    base_name: entry.base_name,
                    fix: None,
                    availability: Availability::Ready,
                    availability_at: now,
                    machines: entry.machines,
                    people: entry.people,
                })
                .map_err(broken)?;
            id
        } else {
            let team = self.read().teams.get(&form.id).cloned().ok_or(ApiError::NotFound)?;
            if team.contractor != firm.id {
                return Err(ApiError::NotFound);
            }
            let next = Team {
                name: entry.name,
                base: entry.base,
                base_name: entry.base_name,
                machines: entry.machines,
                people: entry.people,
                ..(*team.value).clone()
            };
            changes.update(&team, &next).map_err(broken)?;
            team.id.clone()
        };
        let act = Act::new(&by.actor, Errand::ProfileEdit, Table::Team, id.as_str()).note("队伍");
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    async fn apply(&self, by: &Visitor) -> Answer<()> {
        self.permit(by, Errand::ReserveApply, Self::own(by))?;
        let (kept, firm) = self.own_firm(by)?;
        let now = self.now();
        let mut changes = Changes::new();
        let first = {
            let mirror = self.read();
            let teams = mirror.teams.iter().filter(|t| t.contractor == firm.id).count();
            let (Some(kept), Some(service), []) = (&kept, &firm.service, &firm.missing(teams)[..])
            else {
                return Err(ApiError::Incomplete);
            };
            changes.rests_on(kept);
            let mut first = None;
            for category in &service.categories {
                let place = mirror.memberships.iter().find(|m| {
                    m.contractor == firm.id
                        && m.category == *category
                        && !matches!(m.stage, Stage::Removed { .. })
                });
                let id = match place {
                    None => {
                        let place = Membership {
                            id: chance::key("rk").parse().map_err(|_| ApiError::NotFound)?,
                            contractor: firm.id.clone(),
                            category: *category,
                            stage: Stage::Applied { since: now },
                            objections: vec![],
                        };
                        changes.create(&place).map_err(broken)?;
                        place.id
                    }
                    Some(seen) if matches!(seen.stage, Stage::Returned { .. }) => {
                        let stage =
                            seen.step(PlaceAct::Resubmit, now).map_err(ApiError::Membership)?;
                        let next = Membership { stage, ..(*seen.value).clone() };
                        changes.update(seen, &next).map_err(broken)?;
                        next.id
                    }
                    Some(_) => continue,
                };
                first.get_or_insert(id);
            }
            first
        };
        let Some(first) = first else { return Ok(()) };
        let act = Act::new(&by.actor, Errand::ReserveApply, Table::Membership, first.as_str());
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    async fn places(&self, by: &Visitor, all: bool) -> Answer<Vec<PlaceView>> {
        self.permit(by, Errand::ReserveStanding, Target::default())?;
        let mirror = self.read();
        let waits = |m: &Membership| {
            matches!(m.stage, Stage::Applied { .. } | Stage::Hearing { .. })
                || m.objections.iter().any(|o| o.answer.is_none())
        };
        Ok(mirror
            .memberships
            .iter()
            .filter(|m| all || (waits(m) && Self::answers_for(&mirror, by, m.category)))
            .map(|m| self.place_view(&mirror, by, m))
            .collect())
    }

    async fn place(&self, by: &Visitor, id: &MembershipId) -> Answer<PlacePage> {
        let mirror = self.read();
        let m = mirror.memberships.get(id.as_str()).ok_or(ApiError::NotFound)?;
        let firm = mirror.contractors.get(m.contractor.as_str()).ok_or(ApiError::NotFound)?;
        let target = Target { org: Some(&firm.org), district: None };
        let whole = permit(&by.actor, Errand::ProfileRead, target).is_ok();
        let open = matches!(
            m.stage,
            Stage::Published { .. }
                | Stage::Listed { .. }
                | Stage::Suspended { .. }
                | Stage::Removed { .. }
        );
        if !whole && !open {
            return Err(ApiError::NotFound);
        }
        Ok(PlacePage {
            place: self.place_view(&mirror, by, m),
            sections: sections(&mirror, firm, whole),
        })
    }

    async fn decide(&self, by: &Visitor, id: &MembershipId, form: PlaceForm) -> Answer<()> {
        let (m, allowed) = {
            let mirror = self.read();
            let m = mirror.memberships.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
            let allowed = self.place_acts(&mirror, by, &m).contains(&form.act);
            (m, allowed)
        };
        let errand = match form.act.as_str() {
            "publish" | "return" | "answer" => Errand::ReserveReview,
            "object" => Errand::ReserveObject,
            "reply" => Errand::ReserveReply,
            "suspend" | "resume" | "notice" | "drop" | "remove" => Errand::ReserveStanding,
            _ => return Err(ApiError::NotFound),
        };
        let firm = self.read().contractors.get(m.contractor.as_str()).map(|c| c.org.clone());
        self.permit(by, errand, Target { org: firm.as_ref(), district: None })?;
        if !allowed {
            // Permitted in general, but not this one, or not now.
            return Err(ApiError::Stale);
        }
        let now = self.now();
        let mut faults = Faults::new();
        let reason = faults.reason("reason", &form.reason, 2, 500);
        let field = if form.act == "return" {
            faults.text("field", &form.field, 20)
        } else {
            String::new()
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let due = |key| self.law.due(key, now).map_err(|e| self.no_rule(&e));
        let mut next = (*m.value).clone();
        let mut rules = Vec::new();
        let act = match form.act.as_str() {
            "publish" => {
                let until = due(keys::PUBLICITY)?;
                rules.push(until.rule);
                Some(PlaceAct::Publish { until: until.value })
            }
            "return" => {
                Some(PlaceAct::Return { remarks: vec![Remark { field, text: reason.clone() }] })
            }
            "suspend" => Some(PlaceAct::Suspend { reason: reason.clone() }),
            "resume" => Some(PlaceAct::Resume),
            "notice" => {
                let until = due(keys::REPLY)?;
                rules.push(until.rule);
                Some(PlaceAct::Notice { reason: reason.clone(), reply_until: until.value })
            }
            "reply" => Some(PlaceAct::Reply { text: reason.clone() }),
            "drop" => Some(PlaceAct::Drop),
            "remove" => Some(PlaceAct::Remove),
            "object" => {
                next.objections.push(Objection { at: now, text: reason.clone(), answer: None });
                None
            }
            _ => {
                for objection in next.objections.iter_mut().filter(|o| o.answer.is_none()) {
                    objection.answer = Some(reason.clone());
                }
                None
            }
        };
        if let Some(act) = act {
            next.stage = m.step(act, now).map_err(ApiError::Membership)?;
        }
        let mut changes = Changes::new();
        changes.update(&m, &next).map_err(broken)?;
        let act =
            Act::new(&by.actor, errand, Table::Membership, id.as_str()).note(reason).rules(rules);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
