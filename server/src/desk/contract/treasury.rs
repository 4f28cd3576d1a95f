//! How the treasury's payments come in, for those who look after the register.

use crate::adapters::feed::Refused;
use crate::adapters::treasury::{FEED, serials};
use crate::store::Mirror;
use app::api::{OddPayment, TreasuryView};

/// How many payments that nothing was found for are shown, the newest first.
const SHOWN: usize = 50;

/// How the feed stands; nothing where there is none.
pub(super) fn treasury_view(mirror: &Mirror) -> Option<TreasuryView> {
    let feed = mirror.feeds.get(FEED)?;
    let serials = serials(mirror);
    let odd = feed.refused.iter().take(SHOWN).map(|Refused { name, why, item }| {
        // Entered by somebody meanwhile, or what it is at odds with.
        let stands = serials.under(name).first().and_then(|bill| {
            let id = mirror.contract_numbers.get(&bill.contract)?;
            Some((id.clone(), bill.contract.clone(), bill.n))
        });
        let waits = item.is_some() && stands.is_none();
        OddPayment { serial: name.clone(), why: why.clone(), waits, stands }
    });
    Some(TreasuryView {
        // A feed that never worked was never read.
        at: (feed.failing.is_none() || !feed.cursor.is_empty()).then_some(feed.at),
        failing: feed.failing.clone(),
        odd: odd.collect(),
        more: feed.refused.len().saturating_sub(SHOWN),
    })
}
