//! Something is given for a contract's bond, or in the place of something else.

use super::super::bond::{is_given, piece, twice};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{ApiError, GiveForm, Visitor};
use model::{BondKind, Errand, Fault, Faults, Money};
use policies::bond::{Asks, Bond, Most, authority_of};
use policies::contract::Contract;

impl Site {
    pub(super) async fn give_for(
        &self,
        by: &Visitor,
        bond: &Kept<Bond>,
        contract: &Kept<Contract>,
        form: GiveForm,
    ) -> Answer<()> {
        let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
        let now = self.now();
        let mut faults = Faults::new();
        let most = Most { amount: bond.most, steps: vec![] };
        let law = self.law();
        // While it is carried out a guarantee lasts until that is to be done; one for what was
        // retained, until the last of it may be asked for.
        let lasts = match bond.kind {
            BondKind::Retention => bond.needed_until(),
            _ => Some(contract.ends_now()),
        };
        let why = "到期日不得早于担保期满，否则会出现没有担保的日子";
        let asks = Asks {
            firm: &bond.firm.name,
            owner: &bond.owner_name,
            authority: authority_of(&law, bond.kind, now.day()),
            most: &most,
            // What comes in the place of something else lies beside it for a while.
            given: Money::ZERO,
            opened: contract.awarded.unwrap_or(contract.signed),
            today: now.day(),
            lasts: lasts.map(|last| (last, why)),
        };
        let given = form.given.read(&mut faults, &asks);
        if bond.needed_until().is_some_and(|last| last < now.day()) {
            let why = "已不再需要担保".into();
            faults.note("form", Fault::AgainstRule { why });
        }
        if let Some(given) = &given
            && !given.form.is_guarantee()
            && bond.kind == BondKind::Retention
        {
            let why = "质量保证金不另交现金：以保函、保险替代预留，或者由招标人在结算时预留".into();
            faults.note("form", Fault::AgainstRule { why });
        }
        let Some(given) = given.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        // Sent twice, it counts once.
        if is_given(bond, &given) {
            return Ok(());
        }
        let mut changes = Changes::new();
        changes.rests_on(contract);
        let mut next = (*bond.value).clone();
        let n = u32::try_from(next.pieces.len()).unwrap_or(u32::MAX).saturating_add(1);
        next.pieces.push(piece(&mut changes, n, &given, &account, now));
        changes.update(bond, &next).map_err(broken)?;
        let note = format!("{} 提交{} {} 元，待核验", bond.number, given.form.name(), given.amount);
        let act = Act::new(&by.actor, Errand::BondOffer, Table::Bond, bond.id.as_str()).note(note);
        match self.store.commit(changes, act, now).await {
            Ok(_) => Ok(()),
            Err(StoreFault::Taken { .. }) => {
                let (field, why) = twice(&given);
                let faults = Faults::one(field, Fault::AgainstRule { why: why.into() });
                Err(self.refuse(by, &form, faults).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }
}
