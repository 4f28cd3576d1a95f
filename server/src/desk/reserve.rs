//! The reserve: applications and standing.

use super::profile::sections;
use crate::records::Subject;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, ReserveDesk};
use app::api::{
    ApiError, PlaceForm, PlacePage, PlaceView, PlacesPage, RevisionForm, RevisionPage, Visitor,
};
use async_trait::async_trait;
use model::{
    Actor, Category, ContractorId, Errand, Faults, MembershipId, Moment, OrgKind, Target, permit,
};
use policies::keys;
use pool::membership::{Act as PlaceAct, Membership, Objection, Remark, Stage};

impl Site {
    pub(super) fn own(by: &Visitor) -> Target<'_> {
        Target { org: by.actor.org.as_ref(), district: None }
    }

    /// Whether the visitor's department answers for the trade.
    pub(super) fn answers_for(mirror: &Mirror, by: &Visitor, category: Category) -> bool {
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

    pub(super) fn place_view(&self, mirror: &Mirror, by: &Visitor, m: &Membership) -> PlaceView {
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
                            .rules([
                                keys::PUBLICITY.to_owned(),
                                keys::TERM.to_owned(),
                                self.law_note(),
                            ]);
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

#[async_trait]
impl ReserveDesk for Site {
    async fn places(&self, by: &Visitor, all: bool) -> Answer<PlacesPage> {
        self.permit(by, Errand::ReserveStanding, Target::default())?;
        let mirror = self.read();
        let waits = |m: &Membership| {
            matches!(m.stage, Stage::Applied { .. } | Stage::Hearing { .. })
                || m.objections.iter().any(|o| o.answer.is_none())
        };
        let places = mirror
            .memberships
            .iter()
            .filter(|m| all || (waits(m) && Self::answers_for(&mirror, by, m.category)))
            .map(|m| self.place_view(&mirror, by, m))
            .collect();
        Ok(PlacesPage { places, revisions: Self::waiting_revisions(&mirror, by) })
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
            files: self.files_view(&mirror, by, &Subject::Contractor(firm.id.clone())),
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
        let due = |key| self.law().due(key, now).map_err(|e| self.no_rule(&e));
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
        let act = Act::new(&by.actor, errand, Table::Membership, id.as_str())
            .note(reason)
            .rules(rules)
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    async fn revision(&self, by: &Visitor, id: &ContractorId) -> Answer<RevisionPage> {
        self.revision_page(by, id)
    }

    async fn decide_revision(
        &self,
        by: &Visitor,
        id: &ContractorId,
        accept: bool,
        form: RevisionForm,
    ) -> Answer<()> {
        self.settle_revision(by, id, accept, form).await
    }
}
