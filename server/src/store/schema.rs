//! Numbered changes to the schema, each applied once.

use super::StoreFault;
use super::engine::Engine;
use super::fault::check;

/// Every change ever made to the schema, oldest first. Append; never edit.
const CHANGES: &[(&str, &str)] = &[
    ("0001_journal", include_str!("../../schema/0001_journal.surql")),
    ("0002_records", include_str!("../../schema/0002_records.surql")),
    ("0003_day_head", include_str!("../../schema/0003_day_head.surql")),
    ("0004_org_uscc", include_str!("../../schema/0004_org_uscc.surql")),
    ("0005_law", include_str!("../../schema/0005_law.surql")),
    ("0006_plan", include_str!("../../schema/0006_plan.surql")),
    ("0007_program", include_str!("../../schema/0007_program.surql")),
    ("0008_channel", include_str!("../../schema/0008_channel.surql")),
    ("0009_bond", include_str!("../../schema/0009_bond.surql")),
    ("0010_evidence", include_str!("../../schema/0010_evidence.surql")),
];

/// Applies the changes that this database has not had, each with its note in one
/// transaction.
///
/// # Errors
///
/// [`StoreFault::Newer`] when the database has had changes that are not listed
/// here: an older program must not write to it.
pub(super) async fn migrate(db: &Engine) -> Result<(), StoreFault> {
    check(db.query("DEFINE TABLE IF NOT EXISTS schema_change SCHEMALESS").await?)?;
    let mut answer = check(db.query("SELECT VALUE name FROM schema_change").await?)?;
    let done: Vec<String> = answer.take(0)?;
    if let Some(newer) = done.iter().find(|name| !CHANGES.iter().any(|(known, _)| known == name)) {
        return Err(StoreFault::Newer(newer.clone()));
    }
    for (name, change) in CHANGES {
        if done.iter().any(|d| d == name) {
            continue;
        }
        let whole = format!("BEGIN;\n{change}\nCREATE schema_change SET name = $name;\nCOMMIT;");
        check(db.query(whole).bind(("name", *name)).await?)?;
        tracing::info!(change = name, "schema changed");
    }
    Ok(())
}

/// The names of all changes that this program knows.
pub(super) fn names() -> Vec<String> {
    CHANGES.iter().map(|(name, _)| (*name).to_owned()).collect()
}
