//! Whose code a firm's account stands for. Anybody may register with any code, so until a
//! department has looked at a firm's papers, what was typed there says nothing.

use crate::store::Mirror;
use app::api::Visitor;
use model::{OrgId, Uscc};
use policies::bond::Party;
use pool::membership::Stage;

/// The code under which a department has looked at an organisation: that of the profile that it
/// reviewed for a place in the reserve.
pub(super) fn proved<'a>(mirror: &'a Mirror, org: &OrgId) -> Option<&'a Uscc> {
    use Stage::{Hearing, Listed, Published, Suspended};
    let firm = mirror.contractors.iter().find(|firm| firm.org == *org)?;
    let mut places = mirror.memberships.iter().filter(|place| place.contractor == firm.id);
    let looked_at = places.any(|place| {
        matches!(place.stage, Published { .. } | Listed { .. } | Suspended { .. } | Hearing { .. })
    });
    let basics = firm.basics.as_ref()?;
    looked_at.then_some(&basics.uscc)
}

/// The organisation as which a firm's user acts for a party; none where it is not that party,
/// or where no department has looked at that code. Then the trading centre acts for it.
pub(super) fn acts_as<'a>(by: &Visitor, mirror: &Mirror, firm: &'a Party) -> Option<&'a OrgId> {
    let org = firm.org.as_ref().filter(|org| by.actor.org.as_ref() == Some(*org))?;
    (proved(mirror, org) == Some(&firm.uscc)).then_some(org)
}
