//! Drawing lots: freeze, commit, reveal, call.

use super::views::team_name;
use crate::chance;
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{Answer, DrawDesk};
use app::api::{ApiError, DrawPage, PartView, Visitor};
use async_trait::async_trait;
use model::{Actor, EmergencyId, Errand, SelectionId};
use policies::keys;
use pool::canon::Seal;
use pool::draw::{ALGORITHM, commitment};
use pool::emergency::Emergency;
use pool::selection::{DrawFault, Lot, Mode, Part, Selection};

/// How often the last step is run again when the drawn team was taken at that
/// very moment.
const TRIES: u32 = 10;

/// The draw of this emergency that still waits for somebody.
pub(super) fn open_draw<'a>(mirror: &'a Mirror, e: &Emergency) -> Option<&'a Kept<Selection>> {
    mirror.selections.iter().find(|s| {
        s.emergency == e.id
            && s.ended.is_none()
            && matches!(s.mode, Mode::Draw { seed: None, void: None, .. })
    })
}

/// Which part of a draw somebody may play.
fn part_of(site: &Site, by: &Visitor, e: &Emergency) -> Answer<(Part, Errand)> {
    if site.permit_quiet(by, Errand::DrawWitness, e) {
        return Ok((Part::Witness, Errand::DrawWitness));
    }
    site.permit_case(by, Errand::DrawOperate, e)?;
    Ok((Part::Operator, Errand::DrawOperate))
}

impl Site {
    fn draw_of(&self, id: &SelectionId) -> Answer<(Kept<Selection>, Kept<Emergency>)> {
        let mirror = self.read();
        let draw = mirror.selections.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        if !matches!(draw.mode, Mode::Draw { .. }) {
            return Err(ApiError::NotFound);
        }
        let case = mirror.emergencies.get(draw.emergency.as_str()).cloned();
        Ok((draw, case.ok_or(ApiError::NotFound)?))
    }

    /// Draws whose time for showing the numbers is over.
    pub(super) async fn void_draws(&self) -> Vec<Result<(), StoreFault>> {
        let now = self.now();
        let late: Vec<(Kept<Selection>, Selection)> = self
            .read()
            .selections
            .iter()
            .filter_map(|s| Some((s.clone(), (*s.value).clone().void(now).ok()?)))
            .collect();
        let mut done = Vec::new();
        for (seen, next) in late {
            let mut changes = Changes::new();
            let written = match changes.update(&seen, &next) {
                Ok(_) => {
                    let key = next.id.as_str();
                    let act = Act::new(&Actor::SYSTEM, Errand::DrawVoid, Table::Selection, key);
                    self.store.commit(changes, act, now).await.map(|_| ())
                }
                Err(fault) => Err(fault),
            };
            done.push(written);
        }
        done
    }
}

#[async_trait]
impl DrawDesk for Site {
    async fn open(
        &self,
        by: &Visitor,
        id: &EmergencyId,
        draw: &str,
        widen: bool,
    ) -> Answer<SelectionId> {
        let e = self.emergency(id)?;
        self.permit_case(by, Errand::DrawOperate, &e)?;
        let now = self.now();
        e.may_call(now).map_err(ApiError::NoCall)?;
        let key: SelectionId = draw.parse().map_err(|_| ApiError::ForeignForm)?;
        let least = self.figure(keys::FEW, now)?;
        let selection = {
            let mirror = self.read();
            if let Some(open) = open_draw(&mirror, &e) {
                return Ok(open.id.clone());
            }
            let decision = self.decision(&mirror, &e, widen)?;
            if decision.slate.fit.len() < least as usize {
                return Err(ApiError::TooFew { least });
            }
            let mode = Mode::Draw {
                operator_org: by.actor.org.clone().ok_or(ApiError::Forbidden)?,
                operator: None,
                witness: None,
                reveal_by: None,
                seed: None,
                void: None,
            };
            let account = by.actor.account.clone().ok_or(ApiError::SignedOut)?;
            self.selection(&mirror, key.clone(), &e, account, &decision, mode)?
        };
        let mut changes = Changes::new();
        changes.create(&selection).map_err(broken)?.rests_on(&e);
        let act = Act::new(&by.actor, Errand::DrawOperate, Table::Selection, key.as_str())
            .note(format!("冻结名单 {}", selection.list_hash))
            .rules([ALGORITHM.to_owned(), pool::slate::ENGINE.to_owned(), self.law_note()]);
        match self.store.commit(changes, act, now).await {
            // The same form twice: the first opened the round.
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(key),
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn page(&self, by: &Visitor, id: &SelectionId) -> Answer<DrawPage> {
        let (draw, e) = self.draw_of(id)?;
        let Mode::Draw { operator, witness, reveal_by, seed, void, .. } = &draw.mode else {
            return Err(ApiError::NotFound);
        };
        if seed.is_none() && void.is_none() {
            self.permit_case(by, Errand::CandidatesRead, &e)?;
        }
        let decision = draw.decision().map_err(|e| self.corrupt(&e))?;
        let mirror = self.read();
        let part = |name: &str, lot: &Option<Lot>| PartView {
            name: name.into(),
            org: lot.as_ref().map(|l| l.org_name.clone()),
            committed: lot.as_ref().map(|l| l.at),
            commitment: lot.as_ref().map(|l| l.commitment.to_string()).unwrap_or_default(),
            nonce: lot.as_ref().and_then(|l| l.nonce).map(|n| n.to_string()),
            kept_by_system: lot.as_ref().is_some_and(|l| l.kept.is_some()),
        };
        let mut acts = Vec::new();
        let mut mine = None;
        if seed.is_none()
            && void.is_none()
            && let Ok((part, _)) = part_of(self, by, &e)
        {
            let (place, lot) = match part {
                Part::Operator => (0, operator),
                Part::Witness => (1, witness),
            };
            mine = Some(place);
            match lot {
                None => acts.push("commit".to_owned()),
                Some(lot) if lot.nonce.is_none() && reveal_by.is_some() => {
                    acts.push("reveal".to_owned());
                }
                Some(_) => {}
            }
        }
        let name = |team: &model::TeamId| team_name(&mirror, team.as_str());
        Ok(DrawPage {
            id: id.clone(),
            emergency: e.id.clone(),
            case: draw.case.clone(),
            title: e.report.title.clone(),
            round: draw.round,
            frozen: draw.at,
            list_hash: draw.list_hash.to_string(),
            entrants: decision.entrants().iter().map(name).collect(),
            parts: vec![part("操作方", operator), part("监督方", witness)],
            mine,
            reveal_by: *reveal_by,
            void: void.clone(),
            order: draw.order.iter().map(name).collect(),
            record: draw.record().and_then(|r| serde_json::to_string_pretty(&r).ok()),
            acts,
            now: self.now(),
        })
    }

    async fn commit(&self, by: &Visitor, id: &SelectionId, own: &str) -> Answer<()> {
        let (draw, e) = self.draw_of(id)?;
        let (part, errand) = part_of(self, by, &e)?;
        let now = self.now();
        let mut changes = Changes::new();
        let (pledged, kept) = if own.is_empty() {
            let nonce = chance::bytes();
            let kept = seal(&mut changes, &nonce.to_string());
            (commitment(id, draw.list_hash, nonce), Some(kept))
        } else {
            (own.parse().map_err(|_| ApiError::ForeignForm)?, None)
        };
        let lot = Lot {
            by: by.actor.account.clone().ok_or(ApiError::SignedOut)?,
            org: by.actor.org.clone().ok_or(ApiError::Forbidden)?,
            org_name: by.org_name.clone(),
            at: now,
            commitment: pledged,
            kept,
            nonce: None,
        };
        let limit = self.law().due(keys::REVEAL, now).map_err(|e| self.no_rule(&e))?;
        let note = format!("承诺 {}", lot.commitment);
        let next = (*draw.value).clone().commit(part, lot, limit.value).map_err(ApiError::Draw)?;
        changes.update(&draw, &next).map_err(broken)?;
        let act = Act::new(&by.actor, errand, Table::Selection, id.as_str())
            .note(note)
            .rules([limit.rule, self.law_note()]);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }

    async fn reveal(&self, by: &Visitor, id: &SelectionId, own: &str) -> Answer<()> {
        for _ in 0..TRIES {
            let (draw, e) = self.draw_of(id)?;
            let (part, errand) = part_of(self, by, &e)?;
            let now = self.now();
            let Mode::Draw { operator, witness, .. } = &draw.mode else {
                return Err(ApiError::NotFound);
            };
            let lot = match part {
                Part::Operator => operator,
                Part::Witness => witness,
            };
            let not_committed = || ApiError::Draw(DrawFault::NotCommitted);
            let lot = lot.as_ref().ok_or_else(not_committed)?;
            // Whoever committed shows the number, and nobody else of their office.
            if Some(&lot.by) != by.actor.account.as_ref() {
                return Err(ApiError::Forbidden);
            }
            let mut changes = Changes::new();
            {
                let mirror = self.read();
                let shown = lot.kept.as_ref().map_or(own.trim(), |kept| mirror.reveal(kept));
                let wrong = || ApiError::Draw(DrawFault::WrongNonce);
                let nonce: Seal = shown.parse().map_err(|_| wrong())?;
                let mut next =
                    (*draw.value).clone().reveal(part, nonce, now).map_err(ApiError::Draw)?;
                if !next.order.is_empty() {
                    if e.may_call(now).is_ok() {
                        changes.rests_on(&e);
                        self.next_offer(&mut changes, &mirror, &e, &mut next)?;
                    } else {
                        next.ended = Some("抽取期间险情已不能再派新队".into());
                    }
                }
                changes.update(&draw, &next).map_err(broken)?;
            }
            let act = Act::new(&by.actor, errand, Table::Selection, id.as_str())
                .note("公布随机数")
                .rules([ALGORITHM.to_owned(), self.law_note()]);
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                // The drawn team was taken at this very moment: its substitute goes.
                Err(StoreFault::Taken { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
        Err(ApiError::Stale)
    }
}
