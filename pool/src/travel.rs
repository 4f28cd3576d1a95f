//! How long a team needs to arrive: an estimate for ranking, in whole minutes.

use model::{Metres, Minutes};
use serde::{Deserialize, Serialize};

/// The figures of the estimate, from the policy files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Road {
    /// Minutes from the call until the team sets off.
    pub muster: Minutes,
    /// Road length as a percentage of the straight line; 160 in mountains.
    pub terrain_percent: u32,
    /// Speed on the road, in kilometres an hour.
    pub speed_kmh: u32,
}

impl Road {
    /// Minutes until a team `away` in a straight line can be there, rounded up.
    ///
    /// Integer arithmetic throughout, so that every machine agrees. Knows no
    /// closed road and no traffic.
    pub fn minutes(self, away: Metres) -> Minutes {
        let metre_minutes = u64::from(away.0) * u64::from(self.terrain_percent) * 60;
        let per_minute = 100 * 1000 * u64::from(self.speed_kmh.max(1));
        let drive = metre_minutes.div_ceil(per_minute);
        Minutes(self.muster.0.saturating_add(u32::try_from(drive).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded_up() {
        let road = Road { muster: Minutes(20), terrain_percent: 160, speed_kmh: 40 };
        // 25 km straight is 40 km of road, one hour.
        assert_eq!(road.minutes(Metres(25_000)), Minutes(80));
        assert_eq!(road.minutes(Metres(25_001)), Minutes(81));
        assert_eq!(road.minutes(Metres(0)), Minutes(20));
    }
}
