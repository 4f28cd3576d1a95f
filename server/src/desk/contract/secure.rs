//! What a contract's firm has to give: for carrying it out, for wages, and what is kept back of
//! the settlement.

use super::super::bond::{grounds, past_day};
use super::super::plan::number_after;
use super::bonds_of;
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, ContractActForm, Visitor};
use model::{
    AccountId, BasisPoints, BondForm, BondId, BondKind, Day, Errand, Fault, Faults, Moment, Money,
};
use policies::bond::{
    Bond, Need, NoBond, On, Piece, PieceState, Verification, What, Withheld, defects_until,
    not_beside, only_four,
};
use policies::contract::{Contract, Part, Secured, Stage, asked, needs_of_parts, overlaps};

/// How often numbers are drawn again when two are entered at once.
const TRIES: usize = 5;

fn against(why: String) -> Fault {
    Fault::AgainstRule { why }
}

/// Why no bond of some kind may be asked for a contract.
pub(super) enum NotAsked {
    /// It has no place yet.
    Yet,
    /// It has none in such a contract: in Chinese, with the article.
    Ever(String),
}

impl Site {
    /// What may be asked for a contract, or why nothing may be.
    pub(super) fn may_ask(
        &self,
        contract: &Contract,
        kind: BondKind,
    ) -> Answer<Result<Secured, NotAsked>> {
        match asked(&self.law(), contract, kind) {
            Ok(secured) => Ok(Ok(secured)),
            Err(NoBond::NoBase) => Ok(Err(NotAsked::Yet)),
            Err(NoBond::NotFor { why }) => Ok(Err(NotAsked::Ever(why))),
            Err(NoBond::NotInForce(fault)) => Err(self.no_rule(&fault)),
        }
    }

    pub(super) async fn secure(
        &self,
        by: &Visitor,
        contract: &Kept<Contract>,
        form: ContractActForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let bonds = bonds_of(&self.read(), &contract.id);
        let mut faults = Faults::new();
        let kind = match form.act.as_str() {
            "retain" => Some(BondKind::Retention),
            _ => self.kind(contract, &form, now.day(), &mut faults),
        };
        let amount = faults.wan("amount", &form.amount);
        let from = past_day(&mut faults, &form.day, contract.signed, now);
        let mut secured = None;
        if let Some(kind) = kind {
            match self.may_ask(contract, kind)? {
                Ok(found) => secured = Some(found),
                Err(NotAsked::Yet) => faults.note("amount", against("结算以前不能预留".into())),
                // The form of what is retained has no choice of kinds.
                Err(NotAsked::Ever(why)) if kind == BondKind::Retention => {
                    faults.note("amount", against(why));
                }
                Err(NotAsked::Ever(why)) => faults.note("kind", against(why)),
            }
            if bonds.iter().any(|bond| bond.kind == kind) {
                faults.note("kind", against(format!("{}已登记过", kind.name())));
            }
            if let (Some(secured), Some(amount)) = (&secured, amount)
                && amount > secured.asked
            {
                let why = too_much(secured);
                faults.note("amount", against(why));
            }
            let known: Vec<&Bond> = bonds.iter().map(|bond| &*bond.value).collect();
            if let Some(day) = from.and_then(|from| overlaps(&known, kind, from)) {
                faults.note("day", against(not_beside(&self.law(), day)));
            }
        }
        let parts = match (kind, amount, from) {
            (Some(BondKind::Retention), Some(amount), Some(from)) => {
                self.parts(contract, &form, amount, from, &mut faults)?
            }
            _ => vec![],
        };
        let (Some(kind), Some(amount), Some(from), Some(secured), true) =
            (kind, amount, from, secured, faults.is_empty())
        else {
            return Err(self.refuse(by, &form, faults).await);
        };
        for _ in 0..TRIES {
            let bond =
                self.new_bond(contract, kind, amount, from, &parts, &secured, &account, now)?;
            let mut changes = Changes::new();
            changes.rests_on(contract);
            for other in &bonds {
                changes.rests_on(other);
            }
            changes.create(&bond).map_err(broken)?;
            let note = match kind {
                BondKind::Retention => format!("{} 预留{} {amount} 元", bond.number, kind.name()),
                _ => format!("{} 应提供{} {amount} 元", bond.number, kind.name()),
            };
            let act = Act::new(&by.actor, Errand::BondKeep, Table::Bond, bond.id.as_str())
                .note(format!("{} {note}", contract.number))
                .rules([self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                Err(StoreFault::Taken { index, .. }) if index == "bond_number" => {
                    self.store.catch_up().await.map_err(broken)?;
                }
                Err(StoreFault::Taken { .. }) => return Err(ApiError::Stale),
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }

    /// The kind that is asked for: four are legal, and two of them while it is carried out.
    fn kind(
        &self,
        contract: &Contract,
        form: &ContractActForm,
        today: Day,
        faults: &mut Faults,
    ) -> Option<BondKind> {
        let kind = match form.kind.parse::<BondKind>() {
            Ok(kind @ (BondKind::Performance | BondKind::Wages)) => kind,
            Ok(_) => {
                faults.note("kind", Fault::NotAChoice);
                return None;
            }
            Err(_) if form.kind.trim().is_empty() => {
                faults.note("kind", Fault::Missing);
                return None;
            }
            Err(_) => {
                faults.note("kind", against(only_four(&self.law(), today)));
                return None;
            }
        };
        if contract.stage != Stage::Running {
            faults.note("kind", against(format!("合同{}，不再收取", contract.stage.name())));
        }
        Some(kind)
    }

    /// The parts in which what is retained comes back: all of it at once where nothing else
    /// was typed.
    fn parts(
        &self,
        contract: &Contract,
        form: &ContractActForm,
        amount: Money,
        from: Day,
        faults: &mut Faults,
    ) -> Answer<Vec<Part>> {
        let completed = contract.completed.as_ref().map_or(contract.signed, |done| done.day);
        let (_, most) =
            defects_until(&self.law(), completed).map_err(|fault| self.no_rule(&fault))?;
        let early = contract.settlement.as_ref().is_some_and(|settled| from < settled.done.day);
        if early && faults.of("day").is_none() {
            faults.note("day", against("早于结算之日".into()));
        }
        let typed = form.parts.iter().enumerate();
        let typed =
            typed.filter(|(_, part)| !(part.name.trim().is_empty() && part.due.trim().is_empty()));
        let mut parts = Vec::new();
        let (mut shares, mut given) = (0_u32, 0_i64);
        for (i, part) in typed {
            let at = |field: &str| format!("parts.{i}.{field}");
            let name = faults.reason(&at("name"), &part.name, 2, 40);
            let share = faults.count(&at("share"), &part.share, 1, 100);
            let Some(due) = faults.day(&at("due"), &part.due) else { continue };
            if due <= from {
                faults.note(&at("due"), Fault::NotAfter { day: from });
            } else if due > most.value {
                let basis = most.basis.as_ref().map_or_else(String::new, |b| b.line());
                let why = format!("缺陷责任期最长至 {}（{basis}）", most.value);
                faults.note(&at("due"), against(why));
            }
            shares += share;
            let part = amount.share_floor(BasisPoints(share.saturating_mul(100)));
            given += part.fen();
            parts.push(Part { name, amount: part, due });
        }
        if parts.is_empty() && faults.is_empty() {
            faults.note("parts.0.due", Fault::Missing);
        } else if shares != 100 && faults.is_empty() {
            faults.note("parts.0.share", against(format!("各期比例合计 {shares}%，应为 100%")));
        }
        // What rounding leaves comes back with the last part.
        if let Some(last) = parts.last_mut() {
            last.amount = Money::from_fen(last.amount.fen() + amount.fen() - given);
        }
        Ok(parts)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing that a bond says")]
    fn new_bond(
        &self,
        contract: &Contract,
        kind: BondKind,
        amount: Money,
        from: Day,
        parts: &[Part],
        secured: &Secured,
        account: &AccountId,
        now: Moment,
    ) -> Answer<Bond> {
        let id: BondId = crate::chance::key("bz").parse().map_err(|_| ApiError::ForeignForm)?;
        let needs = match kind {
            BondKind::Retention => needs_of_parts(from, parts),
            // Until it was carried out, whenever that is.
            _ => vec![Need { from, amount }],
        };
        let pieces = (1..).zip(parts).map(|(n, part)| Piece {
            n,
            form: BondForm::Cash,
            amount: part.amount,
            from,
            until: None,
            what: What::Withheld(Withheld {
                milestone: part.name.clone(),
                due: part.due,
                account: contract.account.clone(),
            }),
            state: PieceState::Held,
            verified: Some(Verification { at: now, by: None, note: "结算时预留".into() }),
            claims: vec![],
            asked: None,
            gone: None,
            entered: now,
            by: Some(account.clone()),
            checked: None,
        });
        Ok(Bond {
            id,
            number: number_after(&self.read().bond_numbers, "BZ", now, 1),
            kind,
            owner: contract.owner.clone(),
            owner_name: contract.owner_name.clone(),
            district: contract.district,
            firm: contract.firm.clone(),
            on: On::Contract { contract: contract.id.clone(), title: contract.title.clone() },
            most: secured.most.value,
            reduced: grounds(&secured.ladder),
            law: self.law().short(),
            basis: Some((contract.who, contract.project())),
            needs,
            pieces: pieces.collect(),
            hold: None,
            verdict: None,
            applications: vec![],
            warned: vec![],
            entered: now,
            by: account.clone(),
        })
    }
}

/// More than may be asked: by the law, or after what comes off for this firm.
fn too_much(secured: &Secured) -> String {
    let basis = secured.most.basis.as_ref().map_or_else(String::new, |basis| basis.line());
    let most = format!("法定最高 {} 元（{basis}）", secured.most.value);
    match &secured.ladder.counts {
        Some(off) if off.value.0 > 0 => {
            let basis = off.basis.as_ref().map_or_else(String::new, |b| format!("；{}", b.line()));
            let standing = off.standing.name();
            format!("{most}，{}后最多收 {} 元（{standing}{basis}）", off.label, secured.asked)
        }
        _ => format!("超过{most}"),
    }
}
