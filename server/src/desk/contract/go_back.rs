//! What secures a contract goes back by itself when its time has come.

use super::super::bond::ROUND;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{Actor, Errand, Moment};
use policies::bond::{Bond, Claim, On, PieceAct, What};
use policies::contract::{Back, Contract, back};

/// A contract's bond with pieces that go back.
struct Due {
    bond: Kept<Bond>,
    contract: Kept<Contract>,
    backs: Vec<Back>,
}

/// The contract that a bond secures.
fn secured<'a>(mirror: &'a Mirror, bond: &Bond) -> Option<&'a Kept<Contract>> {
    let On::Contract { contract, .. } = &bond.on else { return None };
    mirror.contracts.get(contract.as_str())
}

impl Site {
    /// Counts silence as consent, orders what is due to be paid back, lets guarantees go.
    pub(in crate::desk) async fn return_contract_bonds(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let silent: Vec<Kept<Bond>> = {
            let mirror = self.read();
            let due = |bond: &&Kept<Bond>| {
                !bond.applications.is_empty()
                    && self.deemed_from(bond, now).is_some_and(|from| from <= now)
            };
            let bonds = self.due_bonds(&mirror, now);
            bonds.iter().filter(due).cloned().collect()
        };
        let mut done = Vec::new();
        for bond in silent {
            done.push(self.deem(&bond, now).await);
        }
        let law = self.law();
        let mut due: Vec<Due> = Vec::new();
        {
            let mirror = self.read();
            for bond in &self.due_bonds(&mirror, now) {
                let Some(contract) = secured(&mirror, bond) else { continue };
                match back(&law, contract, bond, now) {
                    Ok(mut backs) => {
                        backs.retain(|back| back.runs <= now);
                        if !backs.is_empty() {
                            let (bond, contract) = (bond.clone(), contract.clone());
                            due.push(Due { bond, contract, backs });
                        }
                    }
                    Err(fault) => done.push(Err(self.no_rule(&fault))),
                }
            }
        }
        for due in due {
            done.push(self.give_contract_bond_back(due, now).await);
            if done.iter().filter(|done| done.is_ok()).count() >= ROUND {
                break;
            }
        }
        done
    }

    async fn give_contract_bond_back(&self, due: Due, now: Moment) -> Answer<()> {
        let Due { bond: seen, contract, backs } = due;
        let today = now.day();
        let mut next = (*seen.value).clone();
        let mut changes = Changes::new();
        // Whoever corrects the acceptance comes first.
        changes.rests_on(&contract);
        let mut words = Vec::new();
        for Back { n, because, granted, .. } in backs {
            if let Some(granted) = granted {
                let piece = next.piece(n).map_err(ApiError::Bond)?;
                let amount = model::Money::from_fen(piece.left().fen() - granted.fen());
                let settled = next.applications.iter().rev().find(|a| a.piece == n);
                let by =
                    settled.and_then(|a| a.log.iter().rev().find_map(|entry| entry.by.clone()));
                let by = by.unwrap_or_else(|| seen.by.clone());
                let reason = "争议解决后扣减".to_owned();
                let claim = Claim { on: today, amount, reason, by, confirmed: None };
                next.claim(n, claim, today).map_err(ApiError::Bond)?;
            }
            let piece = next.piece(n).map_err(ApiError::Bond)?.clone();
            match &piece.what {
                What::Guarantee(guarantee) => {
                    next.step(n, PieceAct::Release, today).map_err(ApiError::Bond)?;
                    words.push(format!("{because}，解除保函 {}", guarantee.number));
                }
                What::Cash(_) | What::Withheld(_) => {
                    next.step(n, PieceAct::Order, today).map_err(ApiError::Bond)?;
                    let payment = self.order(&next, &piece, because, None, now)?;
                    words.push(format!(
                        "{because}，退还 {} 元，利息 {} 元",
                        payment.principal, payment.interest
                    ));
                    changes.create(&payment).map_err(broken)?;
                }
            }
        }
        changes.update(&seen, &next).map_err(broken)?;
        let act = Act::new(&Actor::SYSTEM, Errand::BondReturn, Table::Bond, seen.id.as_str())
            .note(format!("{} {}", seen.number, words.join("；")))
            .rules([self.law_note()]);
        match self.store.commit(changes, act, now).await {
            // Another process was faster.
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(()),
            Err(fault) => Err(broken(fault)),
        }
    }
}
