//! Retained money is asked back (建质〔2017〕138号 第十、十一条): by the firm, answered by the
//! owner, and asked for once more when nobody answers. The reminder stands before the owner at
//! once; silence counts from the day on which it was served, not from that on which it was written.

use super::super::bond::{past_day, told};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Table};
use app::api::ApiError;
use app::api::BondActForm;
use app::api::desk::Answer;
use model::{AccountId, Actor, BondKind, Errand, Fault, Faults, Moment};
use policies::bond::{
    Application, Bond, PieceState, Refusal, RetainAct, RetainEntry, RetainStage, Service, What,
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
        let mut words = match act {
            // Signing says all there is to say.
            "receive" => "发包人在系统内签收".to_owned(),
            "agree" => faults.reason("words", &form.words, 2, 1_000),
            _ => faults.reason("words", &form.words, 4, 1_000),
        };
        let mut at = now;
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
        let shown = act == "serve";
        let act = match act {
            "agree" => RetainAct::Agree,
            "dispute" => RetainAct::Dispute,
            "remind" => RetainAct::Remind,
            "serve" | "receive" => RetainAct::Serve,
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
            RetainAct::Serve => {
                if !application.awaits_service() {
                    faults.note("n", Fault::AgainstRule { why: "催告已经送达".into() });
                } else if shown {
                    (at, words) = self.served(application, form, faults, &words, now)?;
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
        let note = format!("{}{}：{words}", kept.milestone, act.name());
        application.stage = stage;
        application.log.push(RetainEntry { act, at, by: Some(account.clone()), words });
        Ok(note)
    }

    /// When and how whoever asks says that the reminder reached the owner. What is wrong with
    /// the owner's view of that, it says by disputing before its time to answer is over.
    fn served(
        &self,
        application: &Application,
        form: &BondActForm,
        faults: &mut Faults,
        words: &str,
        now: Moment,
    ) -> Answer<(Moment, String)> {
        let how = Service::ALL.into_iter().find(|how| how.key() == form.how);
        if how.is_none() {
            let missing = form.how.trim().is_empty();
            faults.note("how", if missing { Fault::Missing } else { Fault::NotAChoice });
        }
        // Before it stood here, the owner could not see what it would be silent about.
        let from = application.last(RetainAct::Remind).unwrap_or(application.received).day();
        let day = past_day(faults, &form.day, from, now);
        if let Some(day) = day.filter(|_| faults.of("day").is_none()) {
            let may = application.may_serve(&self.law(), day, now);
            if !may.map_err(|e| self.no_course(&e))? {
                let why = "已过登记送达的期限，或者答复期限已经届满：请再次送达，登记再次送达之日";
                let why = why.into();
                faults.note("day", Fault::AgainstRule { why });
            }
        }
        let words = match (how, day) {
            (Some(how), Some(day)) => format!("{day} {}，{words}", how.name()),
            _ => words.to_owned(),
        };
        Ok((day.map_or(now, Moment::start_of), words))
    }

    /// A limit that can't be reckoned, as the page's error.
    pub(super) fn no_course(&self, fault: &policies::NoReckoning) -> ApiError {
        tracing::error!(%fault, "no limit");
        ApiError::Broken { ticket: "limit".into() }
    }

    /// From when on nobody's answer to the second asking is consent.
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
            let note = "催告送达后逾期不答复，视同认可".to_owned();
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
        let note = format!("{} {}催告送达后逾期不答复，视同认可", next.number, words.join("、"));
        let act = Act::new(&Actor::SYSTEM, Errand::RetentionDeem, Table::Bond, next.id.as_str())
            .note(note)
            .rules([self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
