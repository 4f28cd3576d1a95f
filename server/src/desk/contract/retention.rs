//! Retained money is asked back (建质〔2017〕138号 第十、十一条): by the firm, answered by the
//! owner, and asked for once more when nobody answers.

use super::super::bond::told;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::ApiError;
use app::api::BondActForm;
use app::api::desk::Answer;
use model::{AccountId, Actor, BondKind, Errand, Fault, Faults, Moment};
use policies::bond::{
    Application, Bond, PieceState, Refusal, RetainAct, RetainEntry, RetainStage, What,
};

impl Site {
    pub(super) fn retention(
        &self,
        next: &mut Bond,
        act: &str,
        form: &BondActForm,
        faults: &mut Faults,
        account: &AccountId,
        now: Moment,
    ) -> Answer<String> {
        if next.kind != BondKind::Retention {
            return Err(ApiError::ForeignForm);
        }
        let n = form.n.trim().parse::<u32>().unwrap_or(0);
        let Ok(piece) = next.piece(n).cloned() else {
            let missing = form.n.trim().is_empty();
            faults.note("n", if missing { Fault::Missing } else { Fault::NotAChoice });
            return Ok(String::new());
        };
        let What::Withheld(kept) = &piece.what else {
            told(faults, "n", Err(Refusal::NoPiece { n }));
            return Ok(String::new());
        };
        let least = if act == "agree" { 2 } else { 4 };
        let words = faults.reason("words", &form.words, least, 1_000);
        let entry =
            |act| RetainEntry { act, at: now, by: Some(account.clone()), words: words.clone() };
        if act == "apply" {
            let open = next.applications.iter().any(|a| a.piece == n);
            if piece.state != PieceState::Held || open {
                let why = "已申请过，或者已经返还".into();
                faults.note("n", Fault::AgainstRule { why });
            } else if now.day() < kept.due {
                let why = format!("{}要到 {} 才能申请返还", kept.milestone, kept.due);
                faults.note("n", Fault::AgainstRule { why });
            }
            let asked = piece.left();
            next.applications.push(Application {
                piece: n,
                asked,
                granted: asked,
                received: now,
                stage: RetainStage::Applied,
                log: vec![],
            });
            return Ok(format!("申请返还{} {asked} 元：{words}", kept.milestone));
        }
        let law = self.law();
        let Some(application) = next.applications.iter_mut().rev().find(|a| a.piece == n) else {
            faults.note("n", Fault::NotAChoice);
            return Ok(String::new());
        };
        let act = match act {
            "agree" => RetainAct::Agree,
            "dispute" => RetainAct::Dispute,
            "remind" => RetainAct::Remind,
            _ => RetainAct::Settle,
        };
        let Some(stage) = application.step(act) else {
            let why = format!("返还申请{}，此时不能{}", application.stage.name(), act.name());
            faults.note("n", Fault::AgainstRule { why });
            return Ok(String::new());
        };
        match act {
            RetainAct::Remind => {
                let may = application.may_remind(&law, now).map_err(|e| self.no_course(&e))?;
                if !may {
                    let why = "核实期限还没有过，不能催告".into();
                    faults.note("n", Fault::AgainstRule { why });
                }
            }
            RetainAct::Settle => {
                let granted = match form.amount.trim() {
                    // Nothing at all may be the outcome, too.
                    "0" => Some(model::Money::ZERO),
                    typed => faults.wan("amount", typed),
                };
                if granted.is_some_and(|granted| granted > application.asked) {
                    let left = application.asked;
                    told(faults, "amount", Err(Refusal::TooMuch { left }));
                }
                application.granted = granted.unwrap_or(application.asked);
            }
            _ => {}
        }
        application.stage = stage;
        application.log.push(entry(act));
        Ok(format!("{}{}：{words}", kept.milestone, act.name()))
    }

    /// A limit that can't be reckoned, as the page's error.
    pub(super) fn no_course(&self, fault: &policies::NoReckoning) -> ApiError {
        tracing::error!(%fault, "no limit");
        ApiError::Broken { ticket: "limit".into() }
    }

    /// Applications that nobody answered after the second asking, whose time is over.
    pub(in crate::desk) fn deemed_from(&self, bond: &Bond, now: Moment) -> Option<Moment> {
        let law = self.law();
        let from = |a: &Application| a.deemed_from(&law, now).ok().flatten();
        bond.applications.iter().filter_map(from).min()
    }

    /// Silence is consent from now on.
    pub(super) async fn deem(&self, seen: &Kept<Bond>, now: Moment) -> Answer<()> {
        let law = self.law();
        let mut next = (*seen.value).clone();
        let mut words = Vec::new();
        for application in &mut next.applications {
            let from = application.deemed_from(&law, now).map_err(|e| self.no_course(&e))?;
            let Some(from) = from.filter(|from| *from <= now) else { continue };
            let Some(stage) = application.step(RetainAct::Deem) else { continue };
            application.stage = stage;
            let note = "催告后逾期不答复，视同认可".to_owned();
            application.log.push(RetainEntry {
                act: RetainAct::Deem,
                at: from,
                by: None,
                words: note,
            });
            words.push(format!("第 {} 笔", application.piece));
        }
        let mut changes = Changes::new();
        changes.update(seen, &next).map_err(broken)?;
        let note = format!("{} {}催告后逾期不答复，视同认可", next.number, words.join("、"));
        let act = Act::new(&Actor::SYSTEM, Errand::RetentionDeem, Table::Bond, next.id.as_str())
            .note(note)
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
