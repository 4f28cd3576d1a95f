//! The permission table as a page that a person can review.

use model::{ERRANDS, Reach, Role, allowed};
use std::{env, fs};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/permissions.txt");

#[test]
fn the_table_is_the_one_that_was_reviewed() {
    let mut page = String::from("# errand: role reach, …   (what is not listed is refused)\n");
    for errand in ERRANDS {
        let rows: Vec<String> = Role::ALL
            .iter()
            .filter_map(|role| allowed(*role, *errand).map(|reach| (role, reach)))
            .map(|(role, reach)| format!("{} {}", role.key(), name(reach)))
            .collect();
        page += &format!("{} {}: {}\n", errand.key(), errand.name(), rows.join(", "));
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(GOLDEN, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(GOLDEN).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}

fn name(reach: Reach) -> &'static str {
    match reach {
        Reach::Own => "own",
        Reach::District => "district",
        Reach::City => "city",
    }
}
