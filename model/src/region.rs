//! Districts of the city (县区).

use crate::Place;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A county-level district, or the development zone, which has no code of its
/// own and lies within 利州 on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum District {
    /// 利州区
    Lizhou,
    /// 昭化区 (元坝区 until 2013)
    Zhaohua,
    /// 朝天区
    Chaotian,
    /// 旺苍县
    Wangcang,
    /// 青川县
    Qingchuan,
    /// 剑阁县
    Jiange,
    /// 苍溪县
    Cangxi,
    /// 广元经济技术开发区
    Kaifaqu,
}

impl District {
    /// All of them, in code order, the zone last.
    pub const ALL: [Self; 8] = [
        Self::Lizhou,
        Self::Zhaohua,
        Self::Chaotian,
        Self::Wangcang,
        Self::Qingchuan,
        Self::Jiange,
        Self::Cangxi,
        Self::Kaifaqu,
    ];

    /// The key used in forms and links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lizhou => "lizhou",
            Self::Zhaohua => "zhaohua",
            Self::Chaotian => "chaotian",
            Self::Wangcang => "wangcang",
            Self::Qingchuan => "qingchuan",
            Self::Jiange => "jiange",
            Self::Cangxi => "cangxi",
            Self::Kaifaqu => "kaifaqu",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lizhou => "利州区",
            Self::Zhaohua => "昭化区",
            Self::Chaotian => "朝天区",
            Self::Wangcang => "旺苍县",
            Self::Qingchuan => "青川县",
            Self::Jiange => "剑阁县",
            Self::Cangxi => "苍溪县",
            Self::Kaifaqu => "经开区",
        }
    }

    /// The six-digit administrative code (GB/T 2260); the zone has none.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Lizhou => Some("510802"),
            Self::Zhaohua => Some("510811"),
            Self::Chaotian => Some("510812"),
            Self::Wangcang => Some("510821"),
            Self::Qingchuan => Some("510822"),
            Self::Jiange => Some("510823"),
            Self::Cangxi => Some("510824"),
            Self::Kaifaqu => None,
        }
    }

    /// The district whose ground this one stands on: itself, but 利州 for the zone.
    pub const fn on_map(self) -> Self {
        match self {
            Self::Kaifaqu => Self::Lizhou,
            other => other,
        }
    }

    /// The district whose seat is nearest: a guess, for a duty officer to confirm.
    pub fn nearest(place: Place) -> Self {
        let away = |d: &&Self| (d.seat().distance(place), d.key());
        // The zone (经开区) lies within 利州 and has no seat of its own.
        let own = Self::ALL.iter().filter(|d| **d != Self::Kaifaqu);
        own.min_by_key(away).copied().unwrap_or(Self::Lizhou)
    }

    /// The seat of government (±1 km).
    pub const fn seat(self) -> Place {
        let (lon, lat) = match self {
            Self::Lizhou | Self::Kaifaqu => (105_845_200, 32_433_900),
            Self::Zhaohua => (105_964_100, 32_322_800),
            Self::Chaotian => (105_890_400, 32_644_000),
            Self::Wangcang => (106_289_900, 32_228_900),
            Self::Qingchuan => (105_238_800, 32_575_500),
            Self::Jiange => (105_524_800, 32_287_700),
            Self::Cangxi => (105_934_800, 31_732_400),
        };
        match Place::from_e6(lon, lat) {
            Some(place) => place,
            None => unreachable!(),
        }
    }

    /// The district of a six-digit code, also of codes that have been replaced.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == Some(code))
    }
}

/// The text names no district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a district")]
pub struct NoSuchDistrict;

impl FromStr for District {
    type Err = NoSuchDistrict;

    /// Reads a key, a code, a name, or a name that was in use before.
    fn from_str(text: &str) -> Result<Self, NoSuchDistrict> {
        let named = |d: &Self| d.key() == text || d.code() == Some(text) || d.name() == text;
        Self::ALL
            .into_iter()
            .find(named)
            .or(match text {
                "元坝区" => Some(Self::Zhaohua),
                "市中区" => Some(Self::Lizhou),
                "广元经济技术开发区" | "广元经开区" => Some(Self::Kaifaqu),
                _ => None,
            })
            .ok_or(NoSuchDistrict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_one_district() {
        for d in District::ALL {
            assert_eq!(d.key().parse(), Ok(d));
            assert_eq!(d.name().parse(), Ok(d));
            assert!(d.seat().in_city());
            if let Some(code) = d.code() {
                assert_eq!(District::from_code(code), Some(d));
            }
        }
        assert_eq!("元坝区".parse(), Ok(District::Zhaohua));
        assert_eq!("元坝镇".parse::<District>(), Err(NoSuchDistrict));
    }
}
