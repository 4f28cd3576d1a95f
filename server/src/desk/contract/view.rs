//! What the pages of contracts and of their bonds show.

use super::super::bond::{masked, payment_view};
use super::treasury::treasury_view;
use super::{bonds_of, whose, whose_bond};
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::Answer;
use app::api::{
    ApplicationView, BondActForm, BondMay, BondPageView, ContractActForm, ContractBond,
    ContractLine, ContractPage, ContractsAsk, ContractsPage, GiveForm, Owed, Refused, Visitor,
};
use model::{BondKind, Errand, Moment, Target, permit};
use policies::bond::{Bond, GivenForm, Payment, PieceState, RetainStage, Warned, What};
use policies::contract::{
    Contract, Stage, evaluating, grown, owed, publishing, returning, signing,
};
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

impl Site {
    fn contract_line(&self, mirror: &Mirror, contract: &Contract, now: Moment) -> ContractLine {
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
        }
    }

    /// Gaps of a bond. That a guarantee ends some day after the work is to be done is no gap
    /// that anybody must do something about yet.
    fn alarms_of(
        &self,
        contract: &Contract,
        bond: &Bond,
        now: Moment,
    ) -> Vec<policies::bond::Alarm> {
        let mut alarms = bond.alarms(&self.law(), now.day()).unwrap_or_default();
        let ends = contract.ends_now();
        alarms.retain(|alarm| alarm.warned != Warned::Early || alarm.gap.from <= ends);
        alarms
    }

    pub(super) fn contracts_page(&self, by: &Visitor, ask: &ContractsAsk) -> ContractsPage {
        let mirror = self.read();
        let now = self.now();
        let may = |contract: &&Kept<Contract>| {
            permit(&by.actor, Errand::ContractRead, whose(by, contract)).is_ok()
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
            .map(|contract| self.contract_line(&mirror, contract, now))
            .filter(|line| ask.state != "alarm" || line.alarm.is_some());
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
        mirror: &Mirror,
        contract: &Contract,
        bond: &Bond,
        now: Moment,
    ) -> ContractBond {
        let orders = bond
            .pieces
            .iter()
            .filter_map(|piece| mirror.payments.get(Payment::key(&bond.id, piece.n)?.as_str()));
        let done = back_since(bond);
        let returning = (bond.kind == BondKind::Performance)
            .then(|| course(returning(&self.law(), contract, done, now)))
            .flatten();
        ContractBond {
            picture: bond.picture(),
            alarms: self.alarms_of(contract, bond, now),
            payments: orders.map(|order| payment_view(mirror, order)).collect(),
            returning,
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
        let may = |errand| permit(&by.actor, errand, whose(by, contract)).is_ok();
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
        let mut secured = Vec::new();
        for kind in [BondKind::Performance, BondKind::Wages, BondKind::Retention] {
            if let Some(found) = self.may_ask(contract, kind)? {
                secured.push((kind, found));
            }
        }
        let bonds = bonds_of(&mirror, &contract.id);
        let bonds = bonds.iter().map(|bond| self.contract_bond(&mirror, contract, bond, now));
        Ok(ContractPage {
            account: masked(mirror.reveal(&contract.account)),
            courses,
            grown,
            owed: owes,
            bonds: bonds.collect(),
            secured,
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
        let may = |errand| permit(&by.actor, errand, whose_bond(by, bond)).is_ok();
        // One draft belongs to one of the forms.
        if give.form.gives.is_empty() {
            let given = GivenForm { beneficiary: bond.owner_name.clone(), ..GivenForm::default() };
            give = Refused { form: GiveForm { gives: "yes".into(), given }, ..Refused::default() };
        }
        let applications = bond.applications.iter().map(|application| {
            let milestone = match bond.piece(application.piece).map(|piece| &piece.what) {
                Ok(What::Withheld(kept)) => kept.milestone.clone(),
                _ => String::new(),
            };
            ApplicationView {
                milestone,
                verifying: course(application.verifying(&law, now).map(Some)),
                silence: course(application.silence(&law, now)),
                paying: course(application.paying(&law, now)),
                may_remind: application.may_remind(&law, now).unwrap_or(false),
                application: application.clone(),
            }
        });
        BondPageView {
            view: self.contract_bond(&mirror, contract, bond, now),
            applications: applications.collect(),
            grounds: self.grounds_of(super::GATE),
            today: now.day(),
            give,
            act,
            may: BondMay {
                offer: may(Errand::BondOffer),
                verify: may(Errand::BondVerify),
                keep: may(Errand::BondKeep),
                hold: may(Errand::BondHold),
                decide: may(Errand::BondDecide),
                apply: may(Errand::RetentionApply),
                answer: may(Errand::RetentionAnswer),
                settle: may(Errand::RetentionSettle),
            },
        }
    }
}

/// Since when nothing of it lies here any more; none while something does.
fn back_since(bond: &Bond) -> Option<Moment> {
    use PieceState::{Forfeited, Held, Offered, Released, Returned, Returning};
    let open = |state| matches!(state, Offered | Held | Returning);
    let gone = |state| matches!(state, Returned | Released | Forfeited);
    if bond.pieces.iter().any(|piece| open(piece.state)) {
        return None;
    }
    let days = bond.pieces.iter().filter(|piece| gone(piece.state)).filter_map(|p| p.gone);
    days.max().map(Moment::start_of)
}
