//! Whoever gives back late is proposed to lose points; a person decides, after the owner was
//! heard. That a dispute lasts is told in the public sums, and proposed to cost nobody points: no
//! side ends it alone.

use super::facts::Owing;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Mirror, StoreFault, Table};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{AccountId, Actor, BondId, CreditId, Errand, Moment};
use policies::bond::{Bond, DISPUTE};
use policies::credit::{Lapse, Proposal, deduction};
use policies::{State, keys};
use pool::canon::Seal;

/// Who proposes what nobody proposed.
const SYSTEM: &str = "system";

/// What was late: the bond, the rule, and since when.
struct Late {
    bond: Bond,
    rule: String,
    label: String,
    due: Moment,
}

/// A proposal's key: the same lateness is proposed once.
fn proposal_key(bond: &BondId, rule: &str, due: Moment) -> Option<CreditId> {
    let text = format!("late:{bond}:{rule}:{}", due.ms());
    let seal = Seal::of(text.as_bytes()).to_string();
    format!("xy-{}", seal.get(..24)?).parse().ok()
}

/// Whether points are to be proposed for it once it is late.
pub(super) fn is_to_propose(mirror: &Mirror, bond: &Bond, owing: &Owing) -> bool {
    let known = |due: Moment| {
        let key = proposal_key(&bond.id, &owing.rule, due);
        key.is_some_and(|key| mirror.credits.get(key.as_str()).is_some())
    };
    owing.rule != DISPUTE && !owing.course.statutory.due.is_some_and(known)
}

impl Site {
    /// What is late by the law, and was not proposed yet.
    fn late(&self, now: Moment) -> Vec<Late> {
        let mirror = self.read();
        let mut found = Vec::new();
        for bond in &self.due_bonds(&mirror, now) {
            for owing in self.owing(&mirror, bond, now) {
                let leg = &owing.course.statutory;
                let (State::Overdue { .. }, Some(due)) = (leg.state, leg.due) else { continue };
                if is_to_propose(&mirror, bond, &owing) {
                    found.push(Late {
                        bond: (*bond.value).clone(),
                        label: leg.days.label.clone(),
                        rule: owing.rule,
                        due,
                    });
                }
            }
        }
        found
    }

    /// Proposes what is late.
    pub(in crate::desk) async fn propose_late(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let mut done = Vec::new();
        for late in self.late(now) {
            done.push(self.propose(late, now).await);
        }
        done
    }

    async fn propose(&self, late: Late, now: Moment) -> Answer<()> {
        let law = self.law();
        let points =
            deduction(&law, Lapse::Refund, now.day()).map_err(|fault| self.no_rule(&fault))?;
        let until = law.due(keys::STATEMENT, now).map_err(|fault| self.no_rule(&fault))?;
        let Some(id) = proposal_key(&late.bond.id, &late.rule, late.due) else { return Ok(()) };
        let by: AccountId = SYSTEM.parse().map_err(|_| ApiError::NotFound)?;
        let bond = &late.bond;
        // Whoever decides on the points is told that somebody else has not decided, either.
        let held = match &bond.hold {
            Some(hold) => format!("，{} 提出的不予退还逾期未决定", hold.at.day()),
            None => String::new(),
        };
        let findings = format!(
            "{}（{}）应在 {} 前完成“{}”，至 {} 仍未完成{held}；拟扣 {} 分（{}，{}）",
            bond.number,
            bond.kind.name(),
            late.due.day(),
            late.label,
            now.day(),
            points.value,
            points.label,
            points.standing.name()
        );
        let proposal = Proposal {
            id,
            subject: bond.owner.clone(),
            subject_name: bond.owner_name.clone(),
            event: "未及时退还保证金".into(),
            source: ("bond".into(), bond.id.to_string(), bond.number.clone()),
            findings: findings.clone(),
            at: now,
            by,
            until: until.value,
            statement: None,
            verdict: None,
        };
        let mut changes = Changes::new();
        changes.create(&proposal).map_err(broken)?;
        let act = Act::new(&Actor::SYSTEM, Errand::LateFind, Table::Credit, proposal.id.as_str())
            .note(findings)
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            // Another process was faster.
            Ok(_) | Err(StoreFault::Exists(_)) => {
                self.look_again(&bond.id, now);
                Ok(())
            }
            Err(fault) => Err(broken(fault)),
        }
    }
}
