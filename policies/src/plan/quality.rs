//! How good a forecast was: planned against actual.

use super::Lot;
use model::{Day, Money};
use serde::{Deserialize, Serialize};

/// How far a lot's plan was from its notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// Days that the notice came after what was planned; negative when it came before.
    pub days: i64,
    /// How far the amount was off, in percent of what was planned, rounded to the
    /// nearest; `None` when nothing was planned.
    pub percent: Option<i64>,
}

/// Holds a planned lot against its notice.
pub fn forecast(lot: &Lot, noticed: Day, amount: Money) -> Forecast {
    let planned = i128::from(lot.estimate.fen());
    let off = i128::from(amount.fen()) - planned;
    let percent = (planned > 0).then(|| {
        let rounded = (off * 200 + planned * off.signum()) / (planned * 2);
        i64::try_from(rounded).unwrap_or(i64::MAX)
    });
    Forecast { days: lot.notice.days_off(noticed), percent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::LotNo;

    #[test]
    fn off_by_days_and_percent() {
        let wan = |n: i64| Money::from_yuan(n * 10_000).expect("an amount");
        let lot = Lot {
            no: LotNo(1),
            name: String::new(),
            content: String::new(),
            kind: model::LotKind::Works,
            estimate: wan(200),
            method: model::TenderMethod::Open,
            notice: "2026-12".parse().expect("a month"),
            opening: None,
        };
        let off = |day: &str, amount| {
            let f = forecast(&lot, day.parse().expect("a day"), amount);
            (f.days, f.percent)
        };
        assert_eq!(off("2026-12-20", wan(200)), (0, Some(0)));
        assert_eq!(off("2027-01-10", wan(250)), (10, Some(25)));
        assert_eq!(off("2026-11-30", wan(199)), (-1, Some(-1)));
        assert_eq!(off("2026-12-01", Money::from_fen(wan(200).fen() + 1)), (0, Some(0)));
        let unplanned = Lot { estimate: Money::ZERO, ..lot.clone() };
        assert_eq!(
            forecast(&unplanned, "2026-12-01".parse().expect("a day"), wan(1)).percent,
            None
        );
    }
}
