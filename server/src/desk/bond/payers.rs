//! One payer behind several bidders (招标投标法实施条例 40(六)): a lead for a person, not before
//! the bids are opened.

use super::{bonds_of, masked};
use crate::site::Site;
use crate::store::Mirror;
use model::{ClueId, Uscc};
use policies::bond::{Bond, Found, PieceState, Transfer, What, shared_payers};
use policies::notice::TenderNotice;
use policies::split::PayerLead;
use pool::canon::Seal;
use std::collections::BTreeSet;

/// A lead's key: it follows from the tender, how the payers were found to be one, and the first
/// of the bidders, so that it is found once.
pub(in crate::desk) fn payer_key(lead: &PayerLead) -> Option<ClueId> {
    let first = lead.shared.members.first()?;
    let text = format!("payer:{}:{:?}:{}", lead.notice, lead.shared.by, first.firm);
    let seal = Seal::of(text.as_bytes()).to_string();
    format!("xs-{}", seal.get(..24)?).parse().ok()
}

/// Who paid for a bidder: as it was typed, and as the bank says where that differs.
fn transfers(mirror: &Mirror, bond: &Bond) -> Vec<Transfer> {
    let pieces = bond.pieces.iter().filter(|piece| piece.state != PieceState::Refused);
    let typed = pieces.filter_map(|piece| match &piece.what {
        What::Cash(cash) => Some(Transfer {
            firm: bond.firm.uscc.clone(),
            firm_name: bond.firm.name.clone(),
            payer: cash.payer.clone(),
            account: mirror.reveal(&cash.account).to_owned(),
            reference: cash.reference.clone(),
            day: piece.from,
            amount: piece.amount,
        }),
        _ => None,
    });
    let mut found: Vec<Transfer> = typed.collect();
    for line in mirror.bank_lines.iter() {
        let Found::Differs { bond: of, .. } = &line.found else { continue };
        if *of == bond.id {
            found.push(Transfer {
                firm: bond.firm.uscc.clone(),
                firm_name: bond.firm.name.clone(),
                payer: line.other.clone(),
                account: mirror.reveal(&line.account).to_owned(),
                reference: line.serial.clone(),
                day: line.day,
                amount: line.amount,
            });
        }
    }
    found
}

impl Site {
    /// Leads of all tenders whose bids are opened.
    pub(in crate::desk) fn shared_payers(&self) -> Vec<PayerLead> {
        let today = self.now().day();
        let mirror = self.read();
        let mut leads = Vec::new();
        let opened = |notice: &TenderNotice| notice.content.deadline < today;
        for key in mirror.bonds_of_notice.keys() {
            let Some(notice) = mirror.tender_notices.get(key).filter(|n| opened(n)) else {
                continue;
            };
            let bonds = bonds_of(&mirror, &notice.id);
            let firms: BTreeSet<&Uscc> = bonds.iter().map(|bond| &bond.firm.uscc).collect();
            if firms.len() < 2 {
                continue;
            }
            let all: Vec<Transfer> =
                bonds.iter().flat_map(|bond| transfers(&mirror, bond)).collect();
            for mut shared in shared_payers(&all) {
                for member in &mut shared.members {
                    member.account = masked(&member.account);
                }
                leads.push(PayerLead {
                    notice: notice.id.clone(),
                    title: format!("{} {}", notice.number, notice.content.title),
                    owner: notice.owner.clone(),
                    shared,
                });
            }
        }
        leads
    }
}
