//! What a firm sees of bid bonds: those that it gave itself.

use super::super::proved::proved;
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::{OwnBond, Visitor};
use model::{Role, Uscc};
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
            })
        });
        Some(views.collect())
    }
}
