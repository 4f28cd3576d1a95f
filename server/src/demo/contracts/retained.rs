//! What is kept back of a settlement, and how it comes back: asked for, agreed to or not
//! answered, paid.

use super::back::give_back;
use super::deal::{Answer, Deal, Milestone, share};
use super::{Laid, invalid, sender};
use crate::store::StoreFault;
use model::{AccountId, BondForm, BondKind, Day, Moment, Money};
use policies::bond::{
    Application, Noted, Piece, PieceState, RetainAct, RetainEntry, RetainStage, Service,
    Verification, What, Withheld, defects_until, runs_on_working_day,
};
use policies::contract::{Part, asked, needs_of_parts};

impl Deal<'_> {
    pub(super) fn retain(&mut self, day: Day, milestones: &[Milestone]) -> Result<(), StoreFault> {
        let rules = self.rules;
        let secured = asked(rules.law, &self.contract, BondKind::Retention).map_err(invalid)?;
        let completed = self.contract.completed.as_ref().map_or(day, |done| done.day);
        let (usual, most) = defects_until(rules.law, completed).map_err(invalid)?;
        let part = |(name, percent, due): &Milestone| Part {
            name: (*name).into(),
            amount: share(secured.asked, *percent),
            due: due.map_or(usual.value, |at| rules.day(at)).min(most.value),
        };
        let mut parts: Vec<Part> = milestones.iter().map(part).collect();
        // What rounding leaves comes back with the last part.
        let given: i64 = parts.iter().map(|part| part.amount.fen()).sum();
        if let Some(last) = parts.last_mut() {
            last.amount = Money::from_fen(last.amount.fen() + secured.asked.fen() - given);
        }
        let entered = Moment::at(day, 14, 30);
        let mut bond =
            self.bond(BondKind::Retention, &secured, needs_of_parts(day, &parts), entered);
        bond.pieces = (1..).zip(&parts).map(|(n, part)| self.withheld(n, part, entered)).collect();
        self.laid.bonds.push(bond);
        Ok(())
    }

    fn withheld(&self, n: u32, part: &Part, entered: Moment) -> Piece {
        Piece {
            n,
            form: BondForm::Cash,
            amount: part.amount,
            from: entered.day(),
            until: None,
            what: What::Withheld(Withheld {
                milestone: part.name.clone(),
                due: part.due,
                account: self.contract.account.clone(),
            }),
            state: PieceState::Held,
            verified: Some(Verification { at: entered, by: None, note: "结算时预留".into() }),
            claims: vec![],
            asked: None,
            gone: None,
            entered,
            by: Some(self.by.clone()),
            checked: None,
        }
    }

    pub(super) fn apply(&mut self, day: Day, n: u32, answer: Answer) -> Result<(), StoreFault> {
        let rules = self.rules;
        let firm = sender(&self.contract.firm);
        let Laid { bonds, payments, .. } = &mut self.laid;
        let bond = bonds.iter_mut().find(|bond| bond.kind == BondKind::Retention);
        let Some(bond) = bond else { return Err(invalid("nothing was retained")) };
        let asked = bond.piece(n).map_err(invalid)?.left();
        let mut application = Application {
            piece: n,
            asked,
            granted: asked,
            received: Moment::at(day, 9, 40),
            stage: RetainStage::Applied,
            log: vec![],
        };
        let since = match answer {
            Answer::Waits => None,
            Answer::Agreed(on) => {
                let at = Moment::at(rules.working(on).max(day), 15, 10);
                let by = Some(self.by.clone());
                told(&mut application, RetainAct::Agree, at, by, "回访无缺陷，资料齐全")?;
                Some(at)
            }
            Answer::Silent(on) => {
                let at = Moment::at(rules.working(on).max(day), 10, 0);
                let words = "申请逾期未答复，书面催告";
                told(&mut application, RetainAct::Remind, at, Some(firm.clone()), words)?;
                // Silence counts from the day on which that reached the owner.
                let day = at.day().plus(1);
                let words = format!("{day} {}，附签收回执", Service::Hand.name());
                let served = Moment::start_of(day);
                told(&mut application, RetainAct::Serve, served, Some(firm), &words)?;
                let from = application.deemed_from(rules.law, rules.now).map_err(invalid)?;
                let from = from.filter(|from| *from <= rules.now);
                if let Some(from) = from {
                    let words = "催告后逾期不答复，视同认可";
                    told(&mut application, RetainAct::Deem, from, None, words)?;
                }
                from
            }
        };
        let because = application.stage.name();
        bond.applications.push(application);
        let Some(since) = since else { return Ok(()) };
        let run = runs_on_working_day(rules.law, Noted::at(since)).map_err(invalid)?;
        if run <= rules.now {
            payments.extend(give_back(rules, bond, n, because, run, None)?);
        }
        Ok(())
    }
}

/// Something is said or done about an application.
fn told(
    application: &mut Application,
    act: RetainAct,
    at: Moment,
    by: Option<AccountId>,
    words: &str,
) -> Result<(), StoreFault> {
    let none = || invalid(format!("{} can't be {}", application.stage.key(), act.key()));
    application.stage = application.step(act).ok_or_else(none)?;
    application.log.push(RetainEntry { act, at, by, words: words.into() });
    Ok(())
}
