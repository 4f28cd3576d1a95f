//! What a firm sees of bid bonds: those that it gave itself.

use super::is_sealed;
use crate::site::Site;
use crate::store::Mirror;
use app::api::{OwnBond, Visitor};
use model::{OrgId, Role};
use policies::bond::{Bond, On};
use pool::membership::Stage;

/// Whether the firm gave it: as whom its account is known, or by its credit code.
fn gave(mirror: &Mirror, org: &OrgId, bond: &Bond) -> bool {
    let known = mirror.orgs.get(org.as_str());
    let same = known.and_then(|known| known.uscc.as_ref()) == Some(&bond.firm.uscc);
    bond.firm.org.as_ref() == Some(org) || same
}

/// Whether a department has looked at the firm's papers. Anybody may register with any code,
/// so until somebody has, the code says nothing.
fn is_proved(mirror: &Mirror, org: &OrgId) -> bool {
    let Some(firm) = mirror.contractors.iter().find(|firm| firm.org == *org) else { return false };
    mirror.memberships.iter().filter(|place| place.contractor == firm.id).any(|place| {
        use Stage::{Hearing, Listed, Published, Suspended};
        matches!(place.stage, Published { .. } | Listed { .. } | Suspended { .. } | Hearing { .. })
    })
}

impl Site {
    /// The bid bonds of a firm, the newest first; of others than firms, nothing. Before the bids
    /// are opened, whoever only says that it is a firm is not told that the firm bids.
    pub(super) fn own_bid_bonds(&self, by: &Visitor, mirror: &Mirror) -> Option<Vec<OwnBond>> {
        let org = by.actor.org.as_ref().filter(|_| by.actor.role == Role::Contractor)?;
        let now = self.now();
        let proved = is_proved(mirror, org);
        let own = mirror.bonds.iter().filter(|bond| gave(mirror, org, bond));
        let mut own: Vec<_> = own.collect();
        own.sort_by(|a, b| b.number.cmp(&a.number));
        let views = own.into_iter().filter_map(|bond| {
            let On::Tender { notice, title, .. } = &bond.on else { return None };
            let notice = mirror.tender_notices.get(notice.as_str())?;
            if is_sealed(by, notice, now) && !proved {
                return None;
            }
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
