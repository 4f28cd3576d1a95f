//! Whether a bond is forfeit (不予退还): somebody says so by a ground of the law, it does not go
//! back meanwhile, and somebody else decides.

use super::Site;
use app::api::ApiError;
use app::api::desk::Answer;
use model::{AccountId, BondKind, Fault, Faults, Moment};
use policies::bond::{
    Bond, Claim, Hold, MOST_PLEAS, NotHeard, PieceAct, PieceState, Plea, Refusal, Verdict, grounds,
    pleas_seen,
};

/// What was typed, and into which fields.
pub(in crate::desk) struct Said<'a> {
    /// The gate whose questions are the grounds of the law.
    pub gate: &'a str,
    /// The ground; nothing where it is decided.
    pub ground: &'a str,
    /// What happened, or why it is decided so.
    pub words: &'a str,
    /// The field of the words.
    pub field: &'a str,
    /// Which pleas the page showed on which it is decided.
    pub heard: &'a str,
}

/// What stands in the way, as a fault of a field.
pub(in crate::desk) fn told(faults: &mut Faults, field: &str, done: Result<(), Refusal>) {
    if let Err(refusal) = done {
        let why = refusal.words().trim_end_matches('。').to_owned();
        faults.note(field, Fault::AgainstRule { why });
    }
}

impl Site {
    /// Grounds of the law on which a bond of that kind does not go back: key, words, source.
    pub(in crate::desk) fn grounds_of(
        &self,
        gate: &str,
        kind: BondKind,
    ) -> Vec<(String, String, String)> {
        let law = self.law();
        let found = grounds(&law, gate, kind, self.now().day());
        found.map(|q| (q.id.clone(), q.text.clone(), q.source.line())).collect()
    }

    /// Somebody thinks that it is forfeit: it does not go back until somebody else decided.
    pub(in crate::desk) fn hold(
        &self,
        next: &mut Bond,
        said: &Said<'_>,
        faults: &mut Faults,
        account: &AccountId,
        now: Moment,
    ) -> String {
        let facts = faults.reason(said.field, said.words, 10, 1_000);
        let law = self.law();
        let ground = law.questions(said.gate, now.day()).find(|q| q.id == said.ground);
        if said.ground.is_empty() {
            faults.note("ground", Fault::Missing);
        } else if ground.is_none() {
            faults.note("ground", Fault::NotAChoice);
        }
        // What happened may be a ground of the law, and not one for this kind of bond.
        if let Some(other) = ground.filter(|ground| !ground.is_about(next.kind)) {
            let (kind, written) = (next.kind.name(), other.source.line());
            let why = format!("该情形不是{kind}不予退还的情形（{written}）");
            faults.note("ground", Fault::AgainstRule { why });
        }
        let mut not_now = |why: &str| faults.note("ground", Fault::AgainstRule { why: why.into() });
        if next.hold.is_some() {
            not_now("已提出不予退还，尚未决定");
        }
        if !next.pieces.iter().any(|piece| piece.state == PieceState::Held) {
            not_now("没有仍然有效的担保");
        }
        next.hold = Some(Hold {
            ground: said.ground.to_owned(),
            facts: facts.clone(),
            at: now,
            by: account.clone(),
            heard: vec![],
        });
        format!("提出不予退还（{}）：{facts}", ground.map_or("", |q| q.text.as_str()))
    }
}

/// What nobody has said, or somebody has decided meanwhile: then its page has no form any more
/// that could tell what is wrong.
fn still(bond: &mut Bond) -> Answer<&mut Hold> {
    bond.hold.as_mut().ok_or(ApiError::Bond(Refusal::NotHeld))
}

/// The firm states its case (陈述申辩), by itself or through the centre: not through who said
/// that its bond is forfeit.
pub(in crate::desk) fn reply(
    next: &mut Bond,
    said: &Said<'_>,
    faults: &mut Faults,
    account: &AccountId,
    now: Moment,
) -> Answer<String> {
    let hold = still(next)?;
    let words = faults.reason(said.field, said.words, 4, 1_000);
    if hold.by == *account {
        faults.note(said.field, Fault::SamePerson);
    }
    let plea = Plea { at: now, by: account.clone(), words: words.clone() };
    match hold.hear(plea) {
        Ok(()) => {}
        Err(NotHeard::Again) => {
            let why = "与上一次的内容相同，已经登记".into();
            faults.note(said.field, Fault::AgainstRule { why });
        }
        Err(NotHeard::TooOften) => {
            let why = format!("对同一次提出最多陈述申辩 {MOST_PLEAS} 次");
            faults.note(said.field, Fault::AgainstRule { why });
        }
    }
    Ok(format!("陈述申辩：{words}"))
}

/// It is forfeit, or it is not.
pub(in crate::desk) fn decide(
    next: &mut Bond,
    forfeit: bool,
    said: &Said<'_>,
    faults: &mut Faults,
    account: &AccountId,
    now: Moment,
) -> Answer<String> {
    let hold = still(next)?.clone();
    let reason = faults.reason(said.field, said.words, 10, 1_000);
    // Whoever decides has heard all that the firm said until then.
    if !pleas_seen(said.heard, next) {
        let why = "打开本页后又有陈述申辩，看过后再决定".into();
        faults.note(said.field, Fault::AgainstRule { why });
    }
    if hold.by == *account {
        faults.note(said.field, Fault::SamePerson);
    }
    if forfeit {
        let held: Vec<(u32, bool)> = next
            .pieces
            .iter()
            .filter(|piece| piece.state == PieceState::Held)
            .map(|piece| (piece.n, piece.form.is_guarantee()))
            .collect();
        for (n, guarantee) in held {
            // A guarantee is called in; money is kept.
            let done = match guarantee {
                false => next.step(n, PieceAct::Forfeit, now.day()),
                true => next.piece(n).map(|piece| piece.left()).and_then(|amount| {
                    let reason = reason.clone();
                    let by = account.clone();
                    let claim = Claim { on: now.day(), amount, reason, by, confirmed: None };
                    next.claim(n, claim, now.day())
                }),
            };
            told(faults, said.field, done);
        }
    }
    next.hold = None;
    let by = account.clone();
    next.verdict = Some(Verdict { hold, forfeit, reason: reason.clone(), at: now, by });
    Ok(match forfeit {
        true => format!("决定不予退还：{reason}"),
        false => format!("决定照常退还：{reason}"),
    })
}
