//! What bonds came to, and contracts that are public.

use crate::site::Site;
use crate::store::Mirror;
use app::portal::{BondCase, PublicBonds, PublicContracts, sources};
use model::{BondKind, Money};
use policies::bond::{Bond, PieceState};
use policies::contract::Contract;

/// How many cases are shown.
const CASES: usize = 10;
/// How many contracts a page has.
const PAGE: usize = 100;

/// How a contract's firm had less money tied up; none where it had not.
fn case_of(mirror: &Mirror, contract: &Contract) -> Option<BondCase> {
    let keys = mirror.bonds_of_contract.get(contract.id.as_str())?;
    let bonds: Vec<&Bond> =
        keys.iter().filter_map(|key| mirror.bonds.get(key)).map(|kept| &*kept.value).collect();
    let (mut how, mut freed) = (Vec::new(), 0);
    for bond in bonds.iter().filter(|bond| bond.kind != BondKind::Bid) {
        let asked = bond.needs.iter().map(|need| need.amount.fen()).max().unwrap_or(0);
        let off = bond.most.fen() - asked;
        if off > 0 {
            let off = Money::from_fen(off);
            how.push(format!("{}减免 {off} 元：{}", bond.kind.name(), bond.reduced.join("、")));
            freed += off.fen();
        }
        let stands = |state| matches!(state, PieceState::Held | PieceState::Released);
        let papers = bond.pieces.iter().filter(|p| p.form.is_guarantee() && stands(p.state));
        let replaced = papers.map(|piece| piece.amount.fen()).sum::<i64>().min(asked);
        if replaced > 0 {
            let amount = Money::from_fen(replaced);
            how.push(format!("{}以保函、保险替代现金 {amount} 元", bond.kind.name()));
            freed += replaced;
        }
    }
    (freed > 0).then(|| BondCase {
        title: format!("{} {}", contract.number, contract.title),
        parties: format!("{} / {}", contract.owner_name, contract.firm.name),
        how,
        freed: Money::from_fen(freed),
    })
}

impl Site {
    /// What bonds came to, for everybody: sums, and cases of contracts that are public.
    pub fn public_bonds(&self) -> PublicBonds {
        let today = self.now().day();
        let measures = self.measured();
        let mirror = self.read();
        let public = || mirror.contracts.iter().filter(|c| c.published.is_some());
        let mut cases: Vec<BondCase> =
            public().filter_map(|contract| case_of(&mirror, contract)).collect();
        cases.sort_by(|a, b| b.freed.cmp(&a.freed).then_with(|| a.title.cmp(&b.title)));
        cases.truncate(CASES);
        PublicBonds {
            measures,
            cases,
            contracts: (mirror.contracts.len(), public().count()),
            sources: sources(&self.law(), today),
            today,
        }
    }

    /// Contracts that are public, the newest first, after a number.
    pub fn public_contracts(&self, after: &str) -> PublicContracts {
        let mirror = self.read();
        let numbers = mirror.contract_numbers.iter().rev();
        let numbers = numbers.filter(|(number, _)| after.is_empty() || number.as_str() < after);
        let mut found = numbers
            .filter_map(|(_, id)| mirror.contracts.get(id.as_str()))
            .filter(|contract| contract.published.is_some());
        let contracts: Vec<Contract> =
            found.by_ref().take(PAGE).map(|kept| (*kept.value).clone()).collect();
        let next = found.next().and_then(|_| contracts.last().map(|c| c.number.clone()));
        let public = mirror.contracts.iter().filter(|c| c.published.is_some()).count();
        PublicContracts { contracts, all: (mirror.contracts.len(), public), next }
    }
}
