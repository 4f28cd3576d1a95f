//! What a firm sees of bid bonds, and says about them: those that it gave itself.

use super::super::proved::proved;
use super::{GATE, Said, reply};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, Table};
use app::api::desk::Answer;
use app::api::{ApiError, OwnBond, PleaForm, Visitor};
use model::{Errand, Faults, Role, Uscc};
use policies::bond::{Bond, On};

/// The bid bonds of whoever has that code.
fn given_by(mirror: &Mirror, code: &Uscc) -> Vec<Kept<Bond>> {
    let keys = mirror.bonds_of_firm.get(code.as_str());
    let bonds = keys.into_iter().flatten().filter_map(|key| mirror.bonds.get(key));
    bonds.filter(|bond| bond.firm.uscc == *code).cloned().collect()
}

impl Site {
    /// The bid bonds of a firm, the newest first; of others than firms, nothing. Whoever only
    /// says that it is a firm is told of none, neither before nor after the bids are opened.
    pub(super) fn own_bid_bonds(&self, by: &Visitor, mirror: &Mirror) -> Option<Vec<OwnBond>> {
        let org = by.actor.org.as_ref().filter(|_| by.actor.role == Role::Contractor)?;
        let Some(code) = proved(mirror, org) else { return Some(vec![]) };
        let mut own = given_by(mirror, code);
        own.sort_by(|a, b| b.number.cmp(&a.number));
        let views = own.iter().filter_map(|bond| {
            let On::Tender { notice, title, .. } = &bond.on else { return None };
            let notice = mirror.tender_notices.get(notice.as_str())?;
            Some(OwnBond {
                number: notice.number.clone(),
                title: title.clone(),
                deadline: notice.content.deadline,
                view: self.bid_bond_view(mirror, bond)?,
                ground: self.ground_of(bond),
            })
        });
        Some(views.collect())
    }

    /// By which ground of the law a bond is to be forfeit, and where that stands, while nobody
    /// has decided.
    fn ground_of(&self, bond: &Bond) -> Option<(String, String)> {
        let hold = bond.hold.as_ref()?;
        let law = self.law();
        let ground = law.questions(GATE, hold.at.day()).find(|q| q.id == hold.ground)?;
        Some((ground.text.clone(), ground.source.line()))
    }

    /// A firm states its case by itself. A bond that it did not give, or that it only says it
    /// gave, is not there for it.
    pub(super) async fn plead_own(&self, by: &Visitor, form: PleaForm) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let seen = {
            let mirror = self.read();
            let org = by.actor.org.as_ref().filter(|_| by.actor.role == Role::Contractor);
            let code = org.and_then(|org| proved(&mirror, org)).ok_or(ApiError::NotFound)?;
            let bond = mirror.bonds.get(form.bond.as_str()).cloned().ok_or(ApiError::NotFound)?;
            if bond.firm.uscc != *code || !matches!(bond.on, On::Tender { .. }) {
                return Err(ApiError::NotFound);
            }
            bond
        };
        let now = self.now();
        let mut faults = Faults::new();
        let mut next: Bond = (*seen.value).clone();
        let said = Said { gate: GATE, ground: "", words: &form.reason, field: "reason", heard: "" };
        let note = reply(&mut next, &said, &mut faults, &account, now)?;
        if !faults.is_empty() {
            return Err(self.refuse(by, &form, faults).await);
        }
        let mut changes = Changes::new();
        changes.update(&seen, &next).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::HoldReply, Table::Bond, seen.id.as_str())
            .note(format!("{} {note}", seen.number));
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}
