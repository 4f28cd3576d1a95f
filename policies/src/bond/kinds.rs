//! What the law says of kinds of bonds in words: which there may be, for what each is, beside
//! what none may stand, by which grounds one is forfeit, in whose favour one is.

use super::plain;
use crate::{Law, Question};
use model::{BondKind, Day, LotKind};

/// The gate of what nobody may do with bonds.
const NEVER: &str = "bond";
/// The gate of kinds that may be asked for works only.
const WORKS_ONLY: &str = "works_only";
/// The gate of kinds that are in favour of somebody else than the owner.
const BENEFICIARY: &str = "beneficiary";

/// How the names of authorities for human resources end.
const AUTHORITY: &str = "人力资源和社会保障局";

/// Where a question that is asked on `day` is written, in brackets; nothing where none is.
fn written(law: &Law, id: &str, day: Day) -> String {
    let found = law.questions(NEVER, day).find(|q| q.id == id);
    found.map_or_else(String::new, |q| format!("（{}）", q.source.line()))
}

/// Why no bond may be asked for but the kinds that there are, in Chinese.
pub fn only_four(law: &Law, day: Day) -> String {
    let written = written(law, "b13_kind", day);
    format!("只能收取投标、履约、工程质量、农民工工资四种保证金{written}")
}

/// Why a bond of that kind may not be asked for what a contract buys, in Chinese; none where
/// it may.
pub fn not_for(law: &Law, kind: BondKind, bought: LotKind, day: Day) -> Option<String> {
    if bought == LotKind::Works {
        return None;
    }
    let found = law.questions(WORKS_ONLY, day).find(|q| q.is_about(kind));
    found.map(|q| format!("{}（{}）", q.text, q.source.line()))
}

/// Why a performance bond and retained money may not stand side by side on that day, in
/// Chinese.
pub fn not_beside(law: &Law, on: Day) -> String {
    let written = written(law, "b12", on);
    format!("{on} 履约保证金与质量保证金并存{written}：先退还前一种、解除保函，再收后一种")
}

/// The grounds of a gate by which a bond of that kind is forfeit.
pub fn grounds<'a>(
    law: &'a Law,
    gate: &'a str,
    kind: BondKind,
    day: Day,
) -> impl Iterator<Item = &'a Question> {
    law.questions(gate, day).filter(move |q| q.is_about(kind))
}

/// The rule by which guarantees of that kind are in favour of an authority; none where they
/// are in favour of the owner.
pub fn authority_of(law: &Law, kind: BondKind, day: Day) -> Option<&Question> {
    law.questions(BENEFICIARY, day).find(|q| q.is_about(kind))
}

/// Whether that is the name of an authority for human resources: of which place it is stands
/// before.
pub(super) fn is_authority(name: &str) -> bool {
    plain(name).strip_suffix(AUTHORITY).is_some_and(|place| !place.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn the_article_is_that_of_the_day() {
        let law = Law::shipped();
        let before = only_four(law, day("2025-05-31"));
        assert!(before.contains("第728号") && before.ends_with("第十二条）"), "{before}");
        let since = only_four(law, day("2025-06-01"));
        assert!(since.contains("第802号") && since.ends_with("第十三条）"), "{since}");
        // Without the rule it cites nothing.
        assert!(only_four(law, day("2020-08-31")).ends_with("保证金"));
        let kinds = |on: &str| law.questions(NEVER, day(on)).filter(|q| q.id == "b13_kind").count();
        assert_eq!((kinds("2025-05-31"), kinds("2025-06-01")), (1, 1), "one at a time");
    }

    #[test]
    fn wages_and_retention_are_for_works_only() {
        let law = Law::shipped();
        let why = |kind, bought| not_for(law, kind, bought, day("2026-07-18"));
        for kind in BondKind::ALL {
            assert_eq!(why(*kind, LotKind::Works), None);
            let only = matches!(kind, BondKind::Wages | BondKind::Retention);
            for bought in LotKind::ALL.iter().filter(|bought| **bought != LotKind::Works) {
                assert_eq!(why(*kind, *bought).is_some(), only, "{kind:?} {bought:?}");
            }
        }
        let wages = why(BondKind::Wages, LotKind::Services).expect("refused");
        assert!(wages.contains("第724号") && wages.ends_with("第三十二条）"), "{wages}");
        let retention = why(BondKind::Retention, LotKind::Goods).expect("refused");
        assert!(retention.contains("138号") && retention.ends_with("第二条）"), "{retention}");
    }

    /// Each ground is for some kind, and each kind has one.
    #[test]
    fn a_ground_is_for_its_own_kind() {
        let law = Law::shipped();
        let on = day("2026-07-18");
        let of = |gate, kind| -> Vec<&str> {
            grounds(law, gate, kind, on).map(|q| q.id.as_str()).collect()
        };
        assert_eq!(of("forfeit", BondKind::Bid), ["b7_withdrawn", "b7_refused"]);
        assert_eq!(of("forfeit_contract", BondKind::Performance), ["b8_breach"]);
        assert_eq!(of("forfeit_contract", BondKind::Retention), ["b10_defects"]);
        assert_eq!(of("forfeit_contract", BondKind::Wages), ["b14_arrears"]);
        for gate in ["forfeit", "forfeit_contract"] {
            assert!(law.questions(gate, on).all(|q| !q.kinds.is_empty()), "{gate}");
        }
    }

    #[test]
    fn wages_are_secured_in_favour_of_an_authority_with_a_place() {
        let law = Law::shipped();
        let rule = authority_of(law, BondKind::Wages, day("2026-07-18")).expect("a rule");
        assert_eq!(rule.standing, crate::Standing::Default);
        for kind in BondKind::ALL.iter().filter(|kind| **kind != BondKind::Wages) {
            assert_eq!(authority_of(law, *kind, day("2026-07-18")), None);
        }
        assert!(is_authority("广元市利州区 人力资源和社会保障局"));
        assert!(!is_authority("人力资源和社会保障局"));
        assert!(!is_authority("利州区住房和城乡建设局"));
    }
}
