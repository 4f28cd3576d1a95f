//! A firm keeps its own profile, section by section.

mod facts;
mod read;
mod register;

pub use facts::{differences, sections};

use super::revision::card as revision_card;
use crate::chance;
use crate::records::Subject;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::{Answer, ProfileDesk};
use app::api::{
    ApiError, BasicsForm, CertificatesForm, ContactsForm, ProfilePage, RegisterForm, ServiceForm,
    TeamEditForm, Visitor,
};
use async_trait::async_trait;
use model::{Errand, Fault, Faults, TeamId};
use pool::canon;
use pool::contractor::{Change, Contractor};
use pool::membership::{Act as PlaceAct, Membership, Stage};
use pool::team::{Availability, Team};
use read::{
    forms, read_basics, read_certificates, read_contacts, read_service, read_team, seal_contacts,
    team_form,
};
use serde::Serialize;

/// What a section was like when a page showed it: sixteen digits of its hash.
fn fingerprint(form: &impl Serialize) -> String {
    canon::seal(form).map(|seal| seal.to_string()[..16].to_owned()).unwrap_or_default()
}

/// A firm's profile as it is now, with what waits for review, as its forms show it.
struct Current {
    kept: Option<Kept<Contractor>>,
    firm: Contractor,
    /// A department looks at changes to reviewed sections before they count.
    reviewed: bool,
    basics: BasicsForm,
    contacts: ContactsForm,
    certificates: CertificatesForm,
    service: ServiceForm,
    teams: Vec<TeamEditForm>,
}

impl Site {
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
                revision: None,
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

    fn current(&self, by: &Visitor) -> Answer<Current> {
        self.permit(by, Errand::ProfileEdit, Self::own(by))?;
        let (kept, firm) = self.own_firm(by)?;
        let mirror = self.read();
        let (mut basics, mut contacts, mut certificates, mut service) =
            forms(&mirror, &firm.revised());
        if firm.basics.is_none() {
            // What was said at registration need not be said again.
            let org = mirror.orgs.get(firm.org.as_str());
            basics.name = by.org_name.clone();
            basics.uscc =
                org.and_then(|o| o.uscc.as_ref()).map(ToString::to_string).unwrap_or_default();
        }
        basics.seen = fingerprint(&basics);
        contacts.seen = fingerprint(&contacts);
        certificates.seen = fingerprint(&certificates);
        service.seen = fingerprint(&service);
        let teams = mirror
            .teams
            .iter()
            .filter(|t| t.contractor == firm.id)
            .map(|t| {
                let form = team_form(t);
                TeamEditForm { seen: fingerprint(&form), ..form }
            })
            .collect();
        let reviewed = mirror.memberships.iter().any(|m| {
            m.contractor == firm.id
                && !matches!(m.stage, Stage::Returned { .. } | Stage::Removed { .. })
        });
        Ok(Current { kept, firm, reviewed, basics, contacts, certificates, service, teams })
    }

    /// Writes a section that departments review: at once while none has looked at
    /// it, else among the changes that wait.
    async fn save_reviewed(
        &self,
        by: &Visitor,
        current: Current,
        change: Change,
        what: &str,
    ) -> Result<(), StoreFault> {
        let Current { kept, mut firm, reviewed, .. } = current;
        if reviewed {
            firm.revise(change, self.now());
            let what = format!("{what}（变更，待审）");
            return self.save_firm(by, Changes::new(), kept.as_ref(), &firm, &what).await;
        }
        // What still waited was on the page, too.
        firm = firm.revised();
        match change {
            Change::Basics(basics) => firm.basics = Some(basics),
            Change::Certificates(certificates) => firm.certificates = Some(certificates),
            Change::Service(service) => firm.service = Some(service),
        }
        self.save_firm(by, Changes::new(), kept.as_ref(), &firm, what).await
    }
}

/// What was read from a form, unless the section is no longer what its page showed.
fn unless_changed<T>(read: Result<T, Faults>, seen: &str, now: &str) -> Result<T, Faults> {
    let value = read?;
    if seen == now { Ok(value) } else { Err(Faults::one("seen", Fault::Changed)) }
}

#[async_trait]
impl ProfileDesk for Site {
    async fn register(&self, form: RegisterForm) -> Answer<()> {
        self.open_account(form).await
    }

    async fn profile(&self, by: &Visitor) -> Answer<ProfilePage> {
        let current = self.current(by)?;
        let mirror = self.read();
        let firm = &current.firm;
        let places: Vec<&Membership> =
            mirror.memberships.iter().map(|m| &**m).filter(|m| m.contractor == firm.id).collect();
        let missing = firm.missing(current.teams.len());
        let to_apply = firm.service.as_ref().is_some_and(|s| {
            s.categories.iter().any(|c| {
                places
                    .iter()
                    .filter(|m| m.category == *c)
                    .all(|m| matches!(m.stage, Stage::Returned { .. } | Stage::Removed { .. }))
            })
        });
        Ok(ProfilePage {
            firm: current.basics.name.clone(),
            ready: missing.is_empty() && to_apply,
            missing,
            reviewed: current.reviewed,
            revision: revision_card(firm),
            files: self.files_view(&mirror, by, &Subject::Contractor(firm.id.clone())),
            places: places.into_iter().map(|m| self.place_view(&mirror, by, m)).collect(),
            basics: current.basics,
            contacts: current.contacts,
            certificates: current.certificates,
            service: current.service,
            teams: current.teams,
        })
    }

    async fn save_basics(&self, by: &Visitor, form: BasicsForm) -> Answer<()> {
        let current = self.current(by)?;
        let basics = match unless_changed(read_basics(&form), &form.seen, &current.basics.seen) {
            Ok(basics) => basics,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let change = Change::Basics(basics);
        match self.save_reviewed(by, current, change, "企业信息").await {
            Ok(()) => Ok(()),
            Err(StoreFault::Taken { .. }) => {
                Err(self.refuse(by, &form, Faults::one("uscc", Fault::Taken)).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn save_contacts(&self, by: &Visitor, form: ContactsForm) -> Answer<()> {
        let current = self.current(by)?;
        let read = unless_changed(read_contacts(&form), &form.seen, &current.contacts.seen);
        let contacts = match read {
            Ok(contacts) => contacts,
            Err(faults) => return Err(self.refuse(by, &form, faults).await),
        };
        let Current { kept, mut firm, .. } = current;
        let mut changes = Changes::new();
        firm.contacts = seal_contacts(&mut changes, contacts);
        self.save_firm(by, changes, kept.as_ref(), &firm, "值守联系人").await.map_err(broken)
    }

    async fn save_certificates(&self, by: &Visitor, form: CertificatesForm) -> Answer<()> {
        let current = self.current(by)?;
        let read = unless_changed(read_certificates(&form), &form.seen, &current.certificates.seen);
        match read {
            Ok(certificates) => {
                let change = Change::Certificates(certificates);
                self.save_reviewed(by, current, change, "资质与许可证").await.map_err(broken)
            }
            Err(faults) => Err(self.refuse(by, &form, faults).await),
        }
    }

    async fn save_service(&self, by: &Visitor, form: ServiceForm) -> Answer<()> {
        let current = self.current(by)?;
        match unless_changed(read_service(&form), &form.seen, &current.service.seen) {
            Ok(service) => {
                let change = Change::Service(service);
                self.save_reviewed(by, current, change, "类别、区域与承诺").await.map_err(broken)
            }
            Err(faults) => Err(self.refuse(by, &form, faults).await),
        }
    }

    async fn save_team(&self, by: &Visitor, form: TeamEditForm) -> Answer<()> {
        let current = self.current(by)?;
        let (kept, firm) = (current.kept, current.firm);
        let now_shown = current.teams.into_iter().find(|t| t.id == form.id).unwrap_or_default();
        let entry = match read_team(&form) {
            Ok(_) if form.seen != now_shown.seen => {
                return Err(self.refuse(by, &form, Faults::one("seen", Fault::Changed)).await);
            }
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
        let Current { kept, firm, reviewed, .. } = self.current(by)?;
        let firm = if reviewed { firm } else { firm.revised() };
        let now = self.now();
        let mut changes = Changes::new();
        let first = {
            let mirror = self.read();
            let teams = mirror.teams.iter().filter(|t| t.contractor == firm.id).count();
            let (Some(kept), Some(service), []) = (&kept, &firm.service, &firm.missing(teams)[..])
            else {
                return Err(ApiError::Incomplete);
            };
            // Changes that waited go in with the application, as the page shows them.
            if reviewed || kept.revision.is_none() {
                changes.rests_on(kept);
            } else {
                changes.update(kept, &firm).map_err(broken)?;
            }
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
}
