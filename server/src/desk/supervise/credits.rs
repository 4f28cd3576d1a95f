//! What is proposed for credit records: stated on by the other side, decided by a person.

use crate::site::{Site, broken, who};
use crate::store::{Act, Changes, Table};
use app::api::desk::Answer;
use app::api::{ApiError, CreditLine, CreditsPage, VerdictForm, Visitor};
use model::{CreditId, Errand, Faults, Target, permit};
use policies::credit::{Proposal, Statement, Verdict};

fn whose(proposal: &Proposal) -> Target<'_> {
    Target { org: Some(&proposal.subject), district: None }
}

impl Site {
    pub(super) fn credits_page(&self, by: &Visitor) -> CreditsPage {
        let mirror = self.read();
        let now = self.now();
        let may = |errand, proposal: &Proposal| permit(&by.actor, errand, whose(proposal)).is_ok();
        let mut credits: Vec<CreditLine> = mirror
            .credits
            .iter()
            .filter(|p| may(Errand::CreditRead, p))
            .map(|p| CreditLine {
                proposer: who(&mirror, Some(&p.by)),
                decider: p.verdict.as_ref().map_or_else(String::new, |v| who(&mirror, Some(&v.by))),
                may_state: p.may_state(now).is_ok()
                    && p.statement.is_none()
                    && may(Errand::CreditReply, p),
                may_decide: may(Errand::CreditDecide, p)
                    && by.actor.account.as_ref().is_some_and(|by| p.may_decide(by, now).is_ok()),
                proposal: (*p.value).clone(),
            })
            .collect();
        credits.sort_by_key(|c| (c.proposal.verdict.is_some(), std::cmp::Reverse(c.proposal.at)));
        CreditsPage { credits, now }
    }

    pub(super) async fn step_credit(
        &self,
        by: &Visitor,
        id: &CreditId,
        form: VerdictForm,
    ) -> Answer<()> {
        let proposal = self.read().credits.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        let errand = match form.act.as_str() {
            "state" => Errand::CreditReply,
            "record" | "spare" => Errand::CreditDecide,
            _ => return Err(ApiError::ForeignForm),
        };
        self.permit(by, errand, whose(&proposal))?;
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let mut faults = Faults::new();
        let words = faults.reason("reason", &form.reason, 4, 2_000);
        let mut next = (*proposal.value).clone();
        let word = match form.act.as_str() {
            "state" => {
                proposal.may_state(now).map_err(ApiError::Credit)?;
                if proposal.statement.is_some() {
                    return Err(ApiError::Stale);
                }
                next.statement = Some(Statement { at: now, by: account, words: words.clone() });
                "陈述申辩"
            }
            act => {
                proposal.may_decide(&account, now).map_err(ApiError::Credit)?;
                let recorded = act == "record";
                let reason = words.clone();
                next.verdict = Some(Verdict { at: now, by: account, recorded, reason });
                if recorded { "记入信用记录" } else { "不予记入" }
            }
        };
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut changes = Changes::new();
        changes.update(&proposal, &next).map_err(broken)?;
        let act = Act::new(&by.actor, errand, Table::Credit, id.as_str())
            .note(format!("{}：{word}，{words}", proposal.event))
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
