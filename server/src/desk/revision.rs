//! Changes to reviewed sections of a profile: a department looks at them field by
//! field before they count.

use super::profile::differences;
use crate::records::Subject;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Mirror, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, RevisionCard, RevisionForm, RevisionPage, Visitor};
use model::{ContractorId, Errand, Faults, Target, permit};
use pool::contractor::{Contractor, Section};
use pool::membership::Stage;

/// The changes of a firm that wait or were sent back.
pub(super) fn card(firm: &Contractor) -> Option<RevisionCard> {
    let revision = firm.revision.as_ref()?;
    let sections = [
        (revision.basics.is_some(), Section::Basics),
        (revision.certificates.is_some(), Section::Certificates),
        (revision.service.is_some(), Section::Service),
    ];
    Some(RevisionCard {
        contractor: firm.id.clone(),
        firm: firm.shown_name().to_owned(),
        since: revision.since,
        sections: sections
            .into_iter()
            .filter(|(some, _)| *some)
            .map(|(_, section)| section.name().to_owned())
            .collect(),
        returned: revision.returned.clone(),
    })
}

impl Site {
    /// Whether the visitor's department answers for one of the firm's trades.
    fn reviews(mirror: &Mirror, by: &Visitor, firm: &Contractor) -> bool {
        let target = Target { org: Some(&firm.org), district: None };
        permit(&by.actor, Errand::ReserveReview, target).is_ok()
            && mirror.memberships.iter().any(|m| {
                m.contractor == firm.id
                    && !matches!(m.stage, Stage::Removed { .. })
                    && Self::answers_for(mirror, by, m.category)
            })
    }

    /// Changes that wait for the visitor's department.
    pub(super) fn waiting_revisions(mirror: &Mirror, by: &Visitor) -> Vec<RevisionCard> {
        let waits = |firm: &Contractor| {
            firm.revision.as_ref().is_some_and(|r| r.returned.is_none())
                && Self::reviews(mirror, by, firm)
        };
        let mut cards: Vec<_> =
            mirror.contractors.iter().filter(|c| waits(c)).filter_map(|c| card(c)).collect();
        cards.sort_by_key(|c| c.since);
        cards
    }

    pub(super) fn revision_page(&self, by: &Visitor, id: &ContractorId) -> Answer<RevisionPage> {
        let mirror = self.read();
        let firm = mirror.contractors.get(id.as_str()).ok_or(ApiError::NotFound)?;
        let target = Target { org: Some(&firm.org), district: None };
        self.permit(by, Errand::ProfileRead, target)?;
        let card = card(firm).ok_or(ApiError::NotFound)?;
        let differences = differences(firm, &firm.revised());
        Ok(RevisionPage {
            may_decide: card.returned.is_none() && Self::reviews(&mirror, by, firm),
            card,
            differences: differences
                .into_iter()
                .map(|(section, fields)| (section.name().to_owned(), fields))
                .collect(),
            files: self.files_view(&mirror, by, &Subject::Contractor(id.clone())),
        })
    }

    pub(super) async fn settle_revision(
        &self,
        by: &Visitor,
        id: &ContractorId,
        accept: bool,
        form: RevisionForm,
    ) -> Answer<()> {
        let (seen, reviews) = {
            let mirror = self.read();
            let seen = mirror.contractors.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
            let reviews = Self::reviews(&mirror, by, &seen);
            (seen, reviews)
        };
        self.permit(by, Errand::ReserveReview, Target { org: Some(&seen.org), district: None })?;
        if !reviews {
            return Err(ApiError::Forbidden);
        }
        let mut faults = Faults::new();
        let reason = if accept {
            faults.optional_text("reason", &form.reason, 500)
        } else {
            faults.reason("reason", &form.reason, 2, 500)
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        // What was looked at must be what is decided on.
        let revision = seen
            .revision
            .as_ref()
            .filter(|r| r.returned.is_none() && form.since.parse() == Ok(r.since.ms()));
        let revision = revision.ok_or(ApiError::Stale)?;
        let next = if accept {
            seen.revised()
        } else {
            let mut firm = (*seen.value).clone();
            let mut returned = revision.clone();
            returned.returned = Some(reason.clone());
            firm.revision = Some(returned);
            firm
        };
        let mut changes = Changes::new();
        changes.update(&seen, &next).map_err(broken)?;
        let verb = if accept { "同意变更" } else { "退回变更" };
        let act = Act::new(&by.actor, Errand::ReserveReview, Table::Contractor, id.as_str())
            .note(format!("{verb} {reason}").trim().to_owned());
        match self.store.commit(changes, act, self.now()).await {
            Ok(_) => Ok(()),
            // Another firm has that code.
            Err(StoreFault::Taken { .. }) => {
                let faults = Faults::one("reason", model::Fault::Taken);
                Err(self.refuse(by, &form, faults).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }
}
