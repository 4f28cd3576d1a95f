//! Issuers are asked about the guarantees that were given: in a task of their own, since a slow
//! service must keep nobody waiting who is called to a danger. What fits in everything is
//! verified by that. Nothing is ever refused by it: what does not fit waits for a person.

use super::super::outbox::IDLE;
use crate::issuer::{Ask, Pause};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Table};
use app::api::ApiError;
use app::api::desk::Answer;
use model::{Actor, BondId, Day, Errand, Minutes, Moment};
use policies::bond::{Differs, NO_SUCH, Told, compare};
use std::collections::BTreeSet;
use std::sync::PoisonError;

/// The longest pause between two questions about one guarantee.
const LONGEST: u32 = 60;
/// Questions without an answer, one after the other, after which the service counts as down:
/// the rest is asked later.
const DOWN: usize = 3;

impl Site {
    /// Asks about what is to be asked about, again and again. Ends only with the program.
    pub async fn run_vouching(self) {
        let mut grown = self.store.watch();
        loop {
            grown.mark_unchanged();
            let well = self.vouch_due().await;
            if !self.rest(&mut grown, well, Self::next_vouching).await {
                return;
            }
        }
    }

    /// Asks about everything that is to be asked about now. `false` when something could not be
    /// written down.
    pub async fn vouch_due(&self) -> bool {
        if !self.issuers.is_there() {
            return true;
        }
        let mut well = true;
        let mut silent = 0;
        for (bond, n) in self.to_vouch() {
            if silent >= DOWN {
                self.vouch_later(bond, n, 0);
                continue;
            }
            match self.vouch_for(&bond, n).await {
                Ok(true) => silent = 0,
                Ok(false) => {
                    silent += 1;
                    self.vouch_later(bond, n, 1);
                }
                // Somebody was faster. Where there is still something to ask, it is asked in
                // the round that their act begins.
                Err(ApiError::Stale) => {}
                Err(error) => {
                    tracing::error!(%bond, n, ?error, "vouching");
                    self.vouch_later(bond, n, 1);
                    well = false;
                }
            }
        }
        well
    }

    fn next_vouching(&self) -> Moment {
        let later = self.now().plus(IDLE);
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.values().map(|pause| pause.until).min().map_or(later, |at| at.min(later))
    }

    /// Guarantees that are still good, of which no issuer has said anything, and whose pause is
    /// over. Those that were asked about least go first: a few that never get an answer keep
    /// none of the others waiting.
    fn to_vouch(&self) -> Vec<(BondId, u32)> {
        let now = self.now();
        let open: BTreeSet<(BondId, u32)> = {
            let mirror = self.read();
            let good = |until: Option<Day>| until.is_none_or(|until| until >= now.day());
            let mut open = BTreeSet::new();
            for bond in mirror.unasked_bonds() {
                for piece in bond.pieces.iter().filter(|p| p.is_unasked() && good(p.until)) {
                    open.insert((bond.id.clone(), piece.n));
                }
            }
            open
        };
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        // What was answered, or is not to be asked any more, is forgotten.
        pauses.retain(|piece, _| open.contains(piece));
        let waits = |piece: &(BondId, u32)| pauses.get(piece).is_some_and(|p| p.until > now);
        let mut due: Vec<(BondId, u32)> = open.into_iter().filter(|p| !waits(p)).collect();
        due.sort_by_key(|piece| pauses.get(piece).map_or(0, |pause| pause.tries));
        due
    }

    /// Each pause after another question without an answer is twice as long as the one before,
    /// up to the longest.
    fn vouch_later(&self, bond: BondId, n: u32, asked: u32) {
        let now = self.now();
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.entry((bond, n)).or_insert(Pause { tries: 0, until: now });
        pause.tries = pause.tries.saturating_add(asked);
        let minutes = Minutes(1 << pause.tries.min(6)).min(Minutes(LONGEST));
        pause.until = now.plus(minutes);
    }

    /// Asks about one guarantee and writes down what its issuer says. `false` when it said
    /// nothing.
    async fn vouch_for(&self, id: &BondId, n: u32) -> Answer<bool> {
        let Some(seen) = self.read().bonds.get(id.as_str()).cloned() else { return Ok(true) };
        let Ok(piece) = seen.piece(n) else { return Ok(true) };
        // An earlier answer of this round, or a person, may have settled it.
        let entered = Told::of(&seen, piece).filter(|_| piece.is_unasked());
        let Some(entered) = entered else { return Ok(true) };
        let ask = Ask { number: &entered.number, issuer: &entered.issuer, entered: &entered };
        let differs: Vec<String> = match self.issuers.look_up(&ask).await {
            Ok(Some(told)) => compare(&seen, piece, &told).iter().map(Differs::words).collect(),
            Ok(None) => vec![NO_SUCH.to_owned()],
            Err(fault) => {
                tracing::warn!(bond = %seen.number, n, %fault, "no word from the issuer");
                return Ok(false);
            }
        };
        let now = self.now();
        // Who bids is nobody's business before the bids are opened (招标投标法 22), and what
        // differs may name them: that stands in the piece alone.
        let note = match differs.len() {
            0 => format!("{} 保函接口核验一致", seen.number),
            some => format!("{} 保函接口核验有出入：{some} 处，由人核对", seen.number),
        };
        let mut next = (*seen.value).clone();
        next.vouch(n, now, differs).map_err(ApiError::Bond)?;
        let mut changes = Changes::new();
        changes.update(&seen, &next).map_err(broken)?;
        let act = Act::new(&Actor::SYSTEM, Errand::GuaranteeVouch, Table::Bond, id.as_str());
        self.store.commit(changes, act.note(note), now).await.map_err(broken)?;
        Ok(true)
    }
}
