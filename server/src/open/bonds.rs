//! What bonds came to, and contracts that are public.

use crate::site::Site;
use crate::store::Mirror;
use app::portal::{BondCase, PublicBonds, PublicContracts, sources};
use model::{BondKind, Day, Moment, Money};
use policies::bond::{Bond, PieceState, mean_saved};
use policies::contract::Contract;

/// How many cases are shown.
const CASES: usize = 10;
/// How many contracts a page has.
const PAGE: usize = 100;

/// How much earlier or later than by law something was back, in words.
fn back_words(kind: BondKind, done: Day, saved: i64) -> String {
    let name = kind.name();
    match saved {
        0 => format!("{name} {done} 退还，在法定期限最后一天"),
        1.. => format!("{name} {done} 退还，比法定期限提前 {saved} 日"),
        _ => format!("{name} {done} 退还，比法定期限迟 {} 日", -saved),
    }
}

/// How a contract's firm had less money tied up, with its bonds; none where it had not.
fn case_of<'a>(mirror: &'a Mirror, contract: &Contract) -> Option<(BondCase, Vec<&'a Bond>)> {
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
    let case = (freed > 0).then(|| BondCase {
        title: format!("{} {}", contract.number, contract.title),
        parties: format!("{} / {}", contract.owner_name, contract.firm.name),
        how,
        freed: Money::from_fen(freed),
        saved: None,
    });
    case.map(|case| (case, bonds))
}

impl Site {
    /// How soon a case's firm had back what it gave: by the same limits and days as the year's
    /// average is made of.
    fn with_backs(
        &self,
        mirror: &Mirror,
        mut case: BondCase,
        bonds: &[&Bond],
        now: Moment,
    ) -> BondCase {
        let mut backs = Vec::new();
        for bond in bonds.iter().filter(|bond| bond.kind != BondKind::Bid) {
            let Some(back) = self.fact(mirror, bond, now).back else { continue };
            if let Some((done, saved)) = back.done.zip(back.saved()) {
                case.how.push(back_words(bond.kind, done, saved));
                backs.push(back);
            }
        }
        BondCase { saved: mean_saved(&backs), ..case }
    }

    /// What bonds came to, for everybody: sums, and cases of contracts that are public.
    pub fn public_bonds(&self) -> PublicBonds {
        let now = self.now();
        let today = now.day();
        let measures = self.measured();
        let mirror = self.read();
        let public = || mirror.contracts.iter().filter(|c| c.published.is_some());
        let mut cases: Vec<(BondCase, Vec<&Bond>)> =
            public().filter_map(|contract| case_of(&mirror, contract)).collect();
        cases.sort_by(|(a, _), (b, _)| b.freed.cmp(&a.freed).then_with(|| a.title.cmp(&b.title)));
        cases.truncate(CASES);
        PublicBonds {
            measures,
            cases: cases
                .into_iter()
                .map(|(case, bonds)| self.with_backs(&mirror, case, &bonds, now))
                .collect(),
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
