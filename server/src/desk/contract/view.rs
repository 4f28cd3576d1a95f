//! What the pages of contracts and of their bonds show.

use super::super::bond::{deciding, grounds, masked, payment_view, sum};
use super::secure::NotAsked;
use super::treasury::treasury_view;
use super::{bonds_of, whose, whose_bond};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{
    ApplicationView, BondActForm, BondMay, BondPageView, ContractActForm, ContractBond,
    ContractLine, ContractPage, ContractsAsk, ContractsPage, GiveForm, LimitView, Owed, Refused,
    ReminderView, Visitor,
};
use model::{BondKind, Errand, Moment, Target, permit};
use policies::bond::{
    Bond, GivenForm, Payment, PieceState, RetainStage, What, authority_of, pressing,
};
use policies::contract::{Contract, Stage, asked, evaluating, grown, owed, publishing, signing};
use policies::{Course, NoReckoning};

/// How many contracts a page lists.
const PAGE: usize = 50;

/// A limit that can't be reckoned hides nothing else.
fn course(found: Result<Option<Course>, NoReckoning>) -> Option<Course> {
    found.unwrap_or_else(|fault| {
        tracing::error!(%fault, "no limit");
        None
    })
}

/// What has to be answered first: the sooner it is consent, the more pressing; what was not
/// served comes last.
fn first_due(reminders: impl Iterator<Item = ReminderView>) -> Option<ReminderView> {
    reminders.min_by_key(|reminder| (reminder.until.is_none(), reminder.until))
}

/// Whether a list of alarms shows it: a gap, a reminder, or a decision that is overdue.
fn is_pressing(line: &ContractLine) -> bool {
    line.alarm.is_some() || line.reminder.is_some() || line.undecided.1 > 0
}

impl Site {
    fn contract_line(
        &self,
        by: &Visitor,
        mirror: &Mirror,
        contract: &Contract,
        now: Moment,
    ) -> ContractLine {
        let bonds = bonds_of(mirror, &contract.id);
        let alarms = bonds.iter().flat_map(|bond| self.alarms_of(contract, bond, now));
        let waits = |stage| matches!(stage, RetainStage::Applied | RetainStage::Reminded);
        let asked = bonds.iter().flat_map(|bond| &bond.applications).filter(|a| waits(a.stage));
        let offered = bonds.iter().flat_map(|bond| &bond.pieces);
        let offered = offered.filter(|piece| piece.state == PieceState::Offered).count();
        ContractLine {
            id: contract.id.clone(),
            number: contract.number.clone(),
            title: contract.title.clone(),
            owner: contract.owner_name.clone(),
            firm: contract.firm.name.clone(),
            price: contract.price_now(),
            signed: contract.signed,
            stage: contract.stage,
            published: contract.published.is_some(),
            alarm: alarms.max_by_key(|alarm| alarm.warned),
            asked: asked.count(),
            offered,
            reminder: first_due(
                bonds.iter().filter_map(|bond| self.reminder_of(by, mirror, bond, now)),
            ),
            undecided: sum(bonds.iter().map(|bond| bond.undecided(&self.law(), now))),
        }
    }

    /// The most pressing reminder about a bond that its owner has not answered.
    fn reminder_of(
        &self,
        by: &Visitor,
        mirror: &Mirror,
        bond: &Bond,
        now: Moment,
    ) -> Option<ReminderView> {
        let whose = whose_bond(by, mirror, bond);
        let mine = permit(&by.actor, Errand::RetentionAnswer, whose).is_ok();
        let law = self.law();
        let open = bond.applications.iter().filter(|a| a.stage == RetainStage::Reminded);
        first_due(open.map(|application| {
            let due = course(application.silence(&law, now)).and_then(|c| c.statutory.due);
            ReminderView { until: due.map(Moment::day), mine }
        }))
    }

    /// Gaps of a bond. That a guarantee ends some day after the work is to be done is no gap
    /// that anybody must do something about yet.
    fn alarms_of(
        &self,
        contract: &Contract,
        bond: &Bond,
        now: Moment,
    ) -> Vec<policies::bond::Alarm> {
        let alarms = bond.alarms(&self.law(), now.day()).unwrap_or_default();
        pressing(alarms, contract.ends_now())
    }

    pub(super) fn contracts_page(&self, by: &Visitor, ask: &ContractsAsk) -> ContractsPage {
        let mirror = self.read();
        let now = self.now();
        let may = |contract: &&Kept<Contract>| {
            permit(&by.actor, Errand::ContractRead, whose(by, &mirror, contract)).is_ok()
        };
        let all: Vec<&Kept<Contract>> = mirror.contracts.iter().filter(may).collect();
        let published = all.iter().filter(|contract| contract.published.is_some()).count();
        let mut found: Vec<&Kept<Contract>> = all.clone();
        found.sort_by(|a, b| b.number.cmp(&a.number));
        let stage = Stage::ALL.into_iter().find(|stage| stage.key() == ask.state);
        let mut lines = found
            .into_iter()
            .filter(|contract| ask.after.is_empty() || contract.number < ask.after)
            .filter(|contract| stage.is_none_or(|stage| contract.stage == stage))
            .filter(|contract| ask.state != "unpublished" || contract.published.is_none())
            .map(|contract| self.contract_line(by, &mirror, contract, now))
            .filter(|line| ask.state != "alarm" || is_pressing(line));
        let contracts: Vec<ContractLine> = lines.by_ref().take(PAGE).collect();
        let next = lines.next().and_then(|_| contracts.last().map(|line| line.number.clone()));
        ContractsPage {
            contracts,
            next,
            all: (all.len(), published),
            may_write: permit(&by.actor, Errand::ContractWrite, super::own(by)).is_ok(),
            // Payments of all contracts, so for those who write all of them.
            treasury: permit(&by.actor, Errand::ContractWrite, Target::default())
                .is_ok()
                .then(|| treasury_view(&mirror))
                .flatten(),
        }
    }

    /// A bond of a contract, as both pages show it.
    fn contract_bond(
        &self,
        by: &Visitor,
        mirror: &Mirror,
        contract: &Contract,
        bond: &Bond,
        now: Moment,
    ) -> ContractBond {
        let orders = bond
            .pieces
            .iter()
            .filter_map(|piece| mirror.payments.get(Payment::key(&bond.id, piece.n)?.as_str()));
        // The same clock as whoever is late is found by: nothing runs while it may be forfeit.
        let owing = match bond.kind {
            BondKind::Performance => self.owing(mirror, bond, now).pop(),
            _ => None,
        };
        // What it was asked for stays; by other rules than those of then it is not explained.
        let limit = asked(&self.law(), contract, bond.kind).ok().filter(|secured| {
            secured.most.value == bond.most && grounds(&secured.ladder) == bond.reduced
        });
        ContractBond {
            limit: limit.map(LimitView::from),
            picture: bond.picture(),
            alarms: self.alarms_of(contract, bond, now),
            payments: orders.map(|order| payment_view(mirror, order)).collect(),
            returning: owing.map(|owing| owing.course),
            deciding: deciding(&self.law(), bond, now),
            reminder: self.reminder_of(by, mirror, bond, now),
            bond: bond.clone(),
        }
    }

    pub(super) fn contract_page(
        &self,
        by: &Visitor,
        contract: &Kept<Contract>,
        act: Refused<ContractActForm>,
    ) -> Answer<ContractPage> {
        let mirror = self.read();
        let (law, now) = (self.law(), self.now());
        let may = |errand| permit(&by.actor, errand, whose(by, &mirror, contract)).is_ok();
        let named = [
            ("订立合同", course(signing(&law, contract, now))),
            ("公开合同", course(publishing(&law, contract, now).map(Some))),
            ("履约评价", course(evaluating(&law, contract, now))),
        ];
        let courses = named
            .into_iter()
            .filter_map(|(name, course)| course.map(|course| (name.to_owned(), course)))
            .collect();
        let grown = grown(&law, contract, model::Money::ZERO).map_err(|e| self.no_rule(&e))?;
        let mut owes = Vec::new();
        for bill in &contract.bills {
            let late = owed(&law, contract, bill, now.day()).map_err(|e| self.no_rule(&e))?;
            owes.push(Owed { n: bill.n, late });
        }
        let (mut secured, mut never) = (Vec::new(), Vec::new());
        for kind in [BondKind::Performance, BondKind::Wages, BondKind::Retention] {
            match self.may_ask(contract, kind)? {
                Ok(found) => secured.push((kind, found)),
                Err(NotAsked::Ever(why)) => never.push((kind, why)),
                Err(NotAsked::Yet) => {}
            }
        }
        let bonds = bonds_of(&mirror, &contract.id);
        let bonds = bonds.iter().map(|bond| self.contract_bond(by, &mirror, contract, bond, now));
        Ok(ContractPage {
            account: masked(mirror.reveal(&contract.account)),
            courses,
            grown,
            owed: owes,
            bonds: bonds.collect(),
            secured,
            never,
            today: now.day(),
            act,
            may_write: may(Errand::ContractWrite),
            may_keep: may(Errand::BondKeep),
            contract: (*contract.value).clone(),
        })
    }

    pub(super) fn bond_page(
        &self,
        by: &Visitor,
        bond: &Kept<Bond>,
        contract: &Kept<Contract>,
        mut give: Refused<GiveForm>,
        act: Refused<BondActForm>,
    ) -> BondPageView {
        let mirror = self.read();
        let (law, now) = (self.law(), self.now());
        let may = |errand| permit(&by.actor, errand, whose_bond(by, &mirror, bond)).is_ok();
        let authority = authority_of(&law, bond.kind, now.day()).cloned();
        // One draft belongs to one of the forms.
        if give.form.gives.is_empty() {
            // Which authority it is, nobody knows but who gives it.
            let beneficiary = match authority {
                Some(_) => String::new(),
                None => bond.owner_name.clone(),
            };
            let given = GivenForm { beneficiary, ..GivenForm::default() };
            give = Refused { form: GiveForm { gives: "yes".into(), given }, ..Refused::default() };
        }
        let stops = bond.stops(&law);
        let applications = bond.applications.iter().map(|application| {
            let milestone = match bond.piece(application.piece).map(|piece| &piece.what) {
                Ok(What::Withheld(kept)) => kept.milestone.clone(),
                _ => String::new(),
            };
            ApplicationView {
                milestone,
                verifying: course(application.verifying(&law, now).map(Some)),
                silence: course(application.silence(&law, now)),
                paying: course(application.paying(&law, &stops, now)),
                settling: course(application.settling(&law, now)),
                may_remind: application.may_remind(&law, now).unwrap_or(false),
                application: application.clone(),
            }
        });
        BondPageView {
            view: self.contract_bond(by, &mirror, contract, bond, now),
            applications: applications.collect(),
            grounds: self.grounds_of(super::GATE, bond.kind),
            authority,
            today: now.day(),
            give,
            act,
            may: BondMay {
                offer: may(Errand::BondOffer),
                verify: may(Errand::BondVerify),
                keep: may(Errand::BondKeep),
                hold: may(Errand::BondHold),
                decide: may(Errand::BondDecide),
                reply: may(Errand::HoldReply),
                apply: may(Errand::RetentionApply),
                answer: may(Errand::RetentionAnswer),
                settle: may(Errand::RetentionSettle),
            },
        }
    }
}
