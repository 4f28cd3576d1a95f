//! Gaps in what bonds are covered by: told in the night on which one comes near, begins or is
//! none any more, and listed for whoever must do something about them.

use super::super::proved::acts_as;
use super::{Awaits, ROUND, awaits, is_sealed};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, Kept, Mirror, Table};
use app::api::desk::Answer;
use app::api::{AlarmLine, AlarmList, ApiError, Visitor};
use model::{Actor, Day, Errand, Moment, Role, Target, permit};
use policies::NotInForce;
use policies::bond::{
    Alarm, Bond, Gap, On, Warned, Warning, alarms, ground, nearer, pressing, watch,
};

/// How many bonds with a gap a page lists.
const SHOWN: usize = 50;

/// From when on anything is told of a bond: whoever enters it has the rest of that day to enter
/// and to verify what is given for it.
fn first_night(bond: &Bond) -> Moment {
    Moment::start_of(bond.entered.day().plus(1))
}

/// The gaps of a bond. Where a bid bond goes back, or is forfeit, nobody has to cover anything
/// any more.
fn gaps_of(mirror: &Mirror, bond: &Bond, now: Moment) -> Vec<Gap> {
    let gaps = bond.gaps();
    if gaps.is_empty() || matches!(bond.on, On::Contract { .. }) {
        return gaps;
    }
    let over = awaits(mirror, bond).is_some_and(|Awaits { placing, withdrawn, events, .. }| {
        ground(placing, withdrawn, &events, now).is_some()
    });
    let forfeit = bond.verdict.as_ref().is_some_and(|verdict| verdict.forfeit);
    if over || forfeit { vec![] } else { gaps }
}

impl Site {
    /// Those of them that somebody must do something about.
    fn alarms_among(
        &self,
        mirror: &Mirror,
        bond: &Bond,
        gaps: Vec<Gap>,
        today: Day,
    ) -> Result<Vec<Alarm>, NotInForce> {
        if gaps.is_empty() {
            return Ok(vec![]);
        }
        let alarms = alarms(&self.law(), gaps, today)?;
        let contract = match &bond.on {
            On::Contract { contract, .. } => mirror.contracts.get(contract.as_str()),
            On::Tender { .. } => None,
        };
        Ok(match contract {
            Some(contract) => pressing(alarms, contract.ends_now()),
            None => alarms,
        })
    }

    /// The gaps of a bond that somebody must do something about, with how near each is.
    pub(super) fn alarms_of_bond(
        &self,
        mirror: &Mirror,
        bond: &Bond,
        now: Moment,
    ) -> Result<Vec<Alarm>, NotInForce> {
        self.alarms_among(mirror, bond, gaps_of(mirror, bond, now), now.day())
    }

    /// Adds the moments at which something has to be told of a bond's gaps, as far as the
    /// records of now say. Whether it has one that somebody must do something about.
    pub(super) fn warned_at(
        &self,
        mirror: &Mirror,
        bond: &Bond,
        now: Moment,
        found: &mut Vec<Moment>,
    ) -> bool {
        let (law, today) = (self.law(), now.day());
        let gaps = gaps_of(mirror, bond, now);
        let next = match gaps.is_empty() {
            true => Ok(None),
            false => nearer(&law, &gaps, today),
        };
        let alarms = self.alarms_among(mirror, bond, gaps, today);
        let (Ok(next), Ok(alarms)) = (next, alarms) else {
            // Without a rule for it somebody has to look at once.
            found.push(now);
            return true;
        };
        let night = first_night(bond);
        if watch(&alarms, &bond.warned, now).is_some() {
            found.push(night.max(Moment::start_of(today)));
        }
        found.extend(next.map(|day| night.max(Moment::start_of(day))));
        !alarms.is_empty()
    }

    /// Tells of gaps that came nearer, began or are none any more, once each.
    pub(in crate::desk) async fn warn_of_gaps(&self) -> Vec<Result<(), ApiError>> {
        let now = self.now();
        let mut done = Vec::new();
        let mut due = Vec::new();
        {
            let mirror = self.read();
            for bond in &self.due_bonds(&mirror, now) {
                match self.warning(&mirror, bond, now) {
                    Ok(Some(told)) => due.push(told),
                    Ok(None) => {}
                    Err(fault) => done.push(Err(fault)),
                }
                // The rest of a long night comes in the next round.
                if due.len() >= ROUND {
                    break;
                }
            }
        }
        for (changes, act) in due {
            let written = self.store.commit(changes, act, now).await;
            done.push(written.map(|_| ()).map_err(broken));
        }
        done
    }

    /// What is written down of a bond's gaps now; none when all of it is known.
    fn warning(
        &self,
        mirror: &Mirror,
        bond: &Kept<Bond>,
        now: Moment,
    ) -> Answer<Option<(Changes, Act)>> {
        let today = now.day();
        if now < first_night(bond) {
            return Ok(None);
        }
        let alarms =
            self.alarms_of_bond(mirror, bond, now).map_err(|fault| self.no_rule(&fault))?;
        let Some(found) = watch(&alarms, &bond.warned, now) else { return Ok(None) };
        let mut changes = Changes::new();
        // Whoever changes what it rests on comes first.
        match &bond.on {
            On::Tender { notice, .. } => {
                if let Some(notice) = mirror.tender_notices.get(notice.as_str()) {
                    changes.rests_on(notice);
                }
                if let Some(result) = mirror.tender_results.get(notice.as_str()) {
                    changes.rests_on(result);
                }
            }
            On::Contract { contract, .. } => {
                if let Some(contract) = mirror.contracts.get(contract.as_str()) {
                    changes.rests_on(contract);
                }
            }
        }
        let mut words: Vec<String> =
            found.news.iter().map(|alarm| self.gap_words(alarm, today)).collect();
        words.extend(found.over.iter().map(over_words));
        let rules = found.news.iter().filter_map(|alarm| alarm.warned.rule());
        let rules: Vec<String> = rules.map(str::to_owned).collect();
        let next = Bond { warned: found.stand, ..(*bond.value).clone() };
        changes.update(bond, &next).map_err(broken)?;
        // Who bids is nobody's business before the bids are opened: no firm is named.
        let act = Act::new(&Actor::SYSTEM, Errand::BondWarn, Table::Bond, bond.id.as_str())
            .note(format!("{} {}：{}", bond.number, bond.kind.name(), words.join("；")))
            .rules(rules)
            .rules([self.law_note()]);
        Ok(Some((changes, act)))
    }

    /// Within how many days a gap is that is so near; none where no number says that.
    fn within(&self, warned: Warned, today: Day) -> Option<i64> {
        let figure = self.law().figure(warned.rule()?, today).ok()?;
        Some(figure.value)
    }

    fn gap_words(&self, alarm: &Alarm, today: Day) -> String {
        let (from, short) = (alarm.gap.from, alarm.gap.short);
        match (alarm.warned, self.within(alarm.warned, today)) {
            (Warned::Now, _) => format!("{from} 起缺少担保 {short} 元"),
            (_, Some(days)) => format!("{from} 起将缺少担保 {short} 元，已在 {days} 天以内"),
            (_, None) => format!("{from} 起将缺少担保 {short} 元，早于应担保的期限"),
        }
    }

    /// The bonds with a gap that a visitor may know of, the nearest first. A firm's are those of
    /// its contracts; those of its bids stand with its bids.
    pub(super) fn alarm_list(&self, by: &Visitor, mirror: &Mirror, now: Moment) -> AlarmList {
        let today = now.day();
        let mut found: Vec<(Alarm, Kept<Bond>)> = Vec::new();
        for bond in self.gaping_bonds(mirror, now) {
            if !may_know(by, mirror, &bond, now) {
                continue;
            }
            let alarms = self.alarms_of_bond(mirror, &bond, now).unwrap_or_default();
            // They stand in the order of their days.
            found.extend(alarms.into_iter().next().map(|alarm| (alarm, bond)));
        }
        found.sort_by(|(a, one), (b, other)| {
            (a.gap.from, &one.number).cmp(&(b.gap.from, &other.number))
        });
        let all = found.len();
        let lines = found.into_iter().take(SHOWN).map(|(alarm, bond)| {
            let (tender, title) = match &bond.on {
                On::Tender { notice, title, .. } => (Some(notice.clone()), title.clone()),
                On::Contract { title, .. } => (None, title.clone()),
            };
            let told = bond.warned.iter().find(|told| told.from == alarm.gap.from);
            AlarmLine {
                bond: bond.id.clone(),
                tender,
                number: bond.number.clone(),
                kind: bond.kind,
                title,
                firm: bond.firm.name.clone(),
                owner: bond.owner_name.clone(),
                within: self.within(alarm.warned, today),
                told: told.map(|told| told.at),
                alarm,
            }
        });
        AlarmList { lines: lines.collect(), all }
    }
}

/// A warning that does not stand any more, in words.
fn over_words(told: &Warning) -> String {
    format!("{} 起的缺口已不存在，预警解除", told.from)
}

/// Whether a visitor may know that a bond has a gap.
fn may_know(by: &Visitor, mirror: &Mirror, bond: &Bond, now: Moment) -> bool {
    let may = |errand, org| permit(&by.actor, errand, Target { org, district: None }).is_ok();
    match &bond.on {
        On::Tender { notice, .. } => {
            let notice = mirror.tender_notices.get(notice.as_str());
            may(Errand::BondRead, Some(&bond.owner))
                && !notice.is_some_and(|notice| is_sealed(by, notice, now))
        }
        On::Contract { .. } => {
            let org = match by.actor.role {
                Role::Contractor => acts_as(by, mirror, &bond.firm),
                _ => Some(&bond.owner),
            };
            may(Errand::ContractRead, org)
        }
    }
}
