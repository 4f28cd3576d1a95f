//! How severe a disaster is, by thresholds on file. How severe an event is, what is warned
//! of and what response runs are three scales that are not to be mixed; they stand in the
//! same file.

use crate::{Law, Ruling};
use model::Day;
use serde::{Deserialize, Serialize};

/// What is counted, by the last part of the rules' keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// `deaths`, `loss` (fen), `moved`, `rooms`.
    pub key: &'static str,
    /// How many.
    pub value: i64,
}

/// What thresholds a scale of the policy files has.
struct Thresholds {
    /// The beginning of their keys.
    prefix: &'static str,
    /// Steps that have any.
    steps: &'static [u8],
    /// What they count.
    measures: &'static [&'static str],
}

/// Damage by a geological disaster (地质灾害灾情): 1 特大型 to 4 小型.
const GEO: Thresholds =
    Thresholds { prefix: "severity.geo", steps: &[1, 2, 3], measures: &["deaths", "loss"] };

/// When the state responds to a natural disaster.
const RELIEF: Thresholds = Thresholds {
    prefix: "severity.relief",
    steps: &[1, 2, 3],
    measures: &["deaths", "moved", "rooms"],
};

/// The keys of all rules that are read here.
pub fn rules() -> Vec<String> {
    let mut keys = Vec::new();
    for scale in [&GEO, &RELIEF] {
        for step in scale.steps {
            let of = |measure: &&str| format!("{}.{step}.{measure}", scale.prefix);
            keys.extend(scale.measures.iter().map(of));
        }
    }
    keys
}

/// The gravest step that any measure reaches, with the rule that decides it; thresholds
/// that have no value on `day` decide nothing.
fn gravest(
    law: &Law,
    scale: &Thresholds,
    measures: &[Measure],
    day: Day,
) -> Option<(u8, Ruling<i64>)> {
    scale.steps.iter().find_map(|step| {
        measures.iter().find_map(|measure| {
            let key = format!("{}.{step}.{}", scale.prefix, measure.key);
            let from = law.figure(&key, day).ok()?;
            (measure.value >= from.value).then_some((*step, from))
        })
    })
}

/// The class of a geological disaster by its damage: 1 特大型, 2 大型, 3 中型, 4 小型.
/// The higher of what deaths and losses say (地质灾害防治条例 4); none before the rule began.
pub fn geological(law: &Law, deaths: u32, loss: model::Money, day: Day) -> Option<u8> {
    // Without the lowest threshold nothing can be called small.
    law.figure("severity.geo.3.deaths", day).ok()?;
    let measures = [
        Measure { key: "deaths", value: i64::from(deaths) },
        Measure { key: "loss", value: loss.fen() },
    ];
    Some(gravest(law, &GEO, &measures, day).map_or(4, |(step, _)| step))
}

/// The response of the state to a natural disaster within one province, with what
/// decides it; none where no threshold on file is reached.
pub fn relief(
    law: &Law,
    deaths: u32,
    moved: u32,
    rooms: u32,
    day: Day,
) -> Option<(u8, Ruling<i64>)> {
    let measures = [
        Measure { key: "deaths", value: i64::from(deaths) },
        Measure { key: "moved", value: i64::from(moved) },
        Measure { key: "rooms", value: i64::from(rooms) },
    ];
    gravest(law, &RELIEF, &measures, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Money;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_geological_disaster_is_as_grave_as_its_graver_measure() {
        let class = |deaths, wan: i64| {
            let loss = Money::from_yuan(wan * 10_000).expect("an amount");
            geological(Law::shipped(), deaths, loss, day("2026-07-18"))
        };
        for (deaths, wan, expected) in [
            (0, 0, 4),
            (2, 99, 4),
            (3, 0, 3),
            (0, 100, 3),
            (9, 499, 3),
            (10, 0, 2),
            (2, 500, 2),
            (29, 999, 2),
            (30, 0, 1),
            (0, 1000, 1),
        ] {
            assert_eq!(class(deaths, wan), Some(expected), "{deaths} dead, {wan} 万元");
        }
    }

    #[test]
    fn a_plan_that_was_replaced_decides_nothing_any_more() {
        let step =
            |deaths, on: &str| relief(Law::shipped(), deaths, 0, 0, day(on)).map(|(step, _)| step);
        assert_eq!(step(100, "2022-07-18"), Some(2));
        assert_eq!(step(49, "2022-07-18"), None);
        assert_eq!(step(200, "2026-07-18"), Some(1));
        // The new plan's lower steps are not on file: not guessed.
        assert_eq!(step(100, "2026-07-18"), None);
    }
}
