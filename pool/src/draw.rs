//! Drawing lots that anyone can check (可验证随机抽取).
//!
//! The list is frozen and hashed before anyone commits; two people of different
//! organisations commit to a number each before either is shown; the seed is the
//! hash of all of it; the order follows from the seed by Fisher–Yates with
//! rejection sampling. `verify/draw.py` does the same from the published record.
//!
//! All hashes are SHA-256. Fields are led by their length as u32, big endian.

use crate::canon::Seal;
use model::SelectionId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of this procedure, and the first field of every seed.
pub const ALGORITHM: &str = "lutong/draw/1";

/// The commitment to `nonce` in one draw over one list.
///
/// Bound to the draw and the list, so that it can't be carried over to others.
pub fn commitment(draw: &SelectionId, list: Seal, nonce: Seal) -> Seal {
    Seal::of_fields(&[draw.as_str().as_bytes(), &list.0, &nonce.0])
}

/// The seed of a round. The order of the two nonces is operator, witness.
pub fn seed(case: &str, round: u32, list: Seal, operator: Seal, witness: Seal) -> Seal {
    Seal::of_fields(&[
        ALGORITHM.as_bytes(),
        case.as_bytes(),
        &round.to_be_bytes(),
        &list.0,
        &operator.0,
        &witness.0,
    ])
}

/// Numbers that follow from a seed: SHA-256(seed ‖ counter), the counter as u64
/// big endian from 0, each hash cut into four u64 big endian.
struct Stream {
    seed: Seal,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Stream {
    fn new(seed: Seal) -> Self {
        Self { seed, counter: 0, block: [0; 32], used: 32 }
    }

    fn next(&mut self) -> u64 {
        if self.used == 32 {
            let mut hash = Sha256::new();
            hash.update(self.seed.0);
            hash.update(self.counter.to_be_bytes());
            self.block = hash.finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        let mut word = [0; 8];
        word.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_be_bytes(word)
    }

    /// A number below `n`, each equally likely.
    fn below(&mut self, n: u64) -> u64 {
        loop {
            if let Some(number) = even_share(self.next(), n) {
                return number;
            }
        }
    }
}

/// The number below `n` that `word` stands for, or none when it lies in the uneven
/// rest at the top, where the first numbers would get one chance more.
fn even_share(word: u64, n: u64) -> Option<u64> {
    let last_even = u64::MAX - (u64::MAX % n + 1) % n;
    (word <= last_even).then_some(word % n)
}

/// `items` in the order of the draw: the first is chosen, the next ones are its
/// substitutes in turn.
pub fn order<T>(seed: Seal, mut items: Vec<T>) -> Vec<T> {
    let mut stream = Stream::new(seed);
    for i in (1..items.len()).rev() {
        let j = stream.below(i as u64 + 1);
        // j ≤ i < items.len(), so it fits usize.
        items.swap(i, j as usize);
    }
    items
}

/// A published draw, complete enough to be computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the procedure.
    pub algorithm: String,
    /// The draw.
    pub draw: SelectionId,
    /// The number of the emergency.
    pub case: String,
    /// The round.
    pub round: u32,
    /// The frozen list in its canonical spelling: every member of the reserve
    /// with what counted about it.
    pub list: String,
    /// The hash of the list.
    pub list_hash: Seal,
    /// Who could be drawn, sorted by the firm's code, then the team's key.
    pub entrants: Vec<String>,
    /// The operator's commitment and number.
    pub operator: Pledge,
    /// The witness's commitment and number.
    pub witness: Pledge,
    /// The seed.
    pub seed: Seal,
    /// The outcome.
    pub order: Vec<String>,
}

/// A commitment and the number that it was made to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// The organisation that made it.
    pub org: String,
    /// The commitment.
    pub commitment: Seal,
    /// The number.
    pub nonce: Seal,
}

/// What does not match in a published draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    /// Another version of the procedure.
    Algorithm,
    /// The list does not have the published hash.
    List,
    /// The operator's number is not the one committed to.
    Operator,
    /// The witness's number is not the one committed to.
    Witness,
    /// The two come from one organisation.
    SameOrg,
    /// The seed does not follow.
    Seed,
    /// The entrants are not those of the list.
    Entrants,
    /// The order does not follow.
    Order,
}

/// Computes a published draw again, step by step. Nothing found is a true draw.
pub fn verify(record: &Record) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut check = |ok: bool, mismatch| {
        if !ok {
            found.push(mismatch);
        }
    };
    check(record.algorithm == ALGORITHM, Mismatch::Algorithm);
    check(Seal::of(record.list.as_bytes()) == record.list_hash, Mismatch::List);
    let kept = |pledge: &Pledge| {
        commitment(&record.draw, record.list_hash, pledge.nonce) == pledge.commitment
    };
    check(kept(&record.operator), Mismatch::Operator);
    check(kept(&record.witness), Mismatch::Witness);
    check(record.operator.org != record.witness.org, Mismatch::SameOrg);
    let expected = seed(
        &record.case,
        record.round,
        record.list_hash,
        record.operator.nonce,
        record.witness.nonce,
    );
    check(expected == record.seed, Mismatch::Seed);
    check(entrants(&record.list).as_ref() == Some(&record.entrants), Mismatch::Entrants);
    check(order(record.seed, record.entrants.clone()) == record.order, Mismatch::Order);
    found
}

/// Who could be drawn, read from the frozen list alone.
fn entrants(list: &str) -> Option<Vec<String>> {
    let decision: crate::selection::Decision = serde_json::from_str(list).ok()?;
    Some(decision.entrants().iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::even_share;

    #[test]
    fn the_uneven_rest_is_thrown_away() {
        // 2^64 leaves 1 over when divided by 3, 6 by 10, nothing by 4.
        assert_eq!(even_share(u64::MAX, 3), None);
        assert_eq!(even_share(u64::MAX - 1, 3), Some(2));
        assert_eq!(even_share(u64::MAX - 5, 10), None);
        assert_eq!(even_share(u64::MAX - 6, 10), Some(9));
        assert_eq!(even_share(u64::MAX, 4), Some(3));
    }
}
