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
    ("0011_contract", include_str!("../../schema/0011_contract.surql")),
    ("0012_statement", include_str!("../../schema/0012_statement.surql")),
    ("0013_two_people", include_str!("../../schema/0013_two_people.surql")),
    ("0014_interest_again", include_str!("../../schema/0014_interest_again.surql")),
    ("0015_statement_cleared", include_str!("../../schema/0015_statement_cleared.surql")),
];

/// Applies the changes that this database has not had, each with its note in one
/// transaction.
///
/// # Errors
///
/// [`StoreFault::Newer`] when the database has had changes that are not listed
/// here: an older program must not write to it.
pub(super) async fn migrate(db: &Engine) -> Result<(), StoreFault> {
    apply(db, CHANGES).await
}

async fn apply(db: &Engine, changes: &[(&str, &str)]) -> Result<(), StoreFault> {
    check(db.query("DEFINE TABLE IF NOT EXISTS schema_change SCHEMALESS").await?)?;
    let mut answer = check(db.query("SELECT VALUE name FROM schema_change").await?)?;
    let done: Vec<String> = answer.take(0)?;
    if let Some(newer) = done.iter().find(|name| !changes.iter().any(|(known, _)| known == name)) {
        return Err(StoreFault::Newer(newer.clone()));
    }
    for (name, change) in changes {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Bonds that were written before evidence was an index of its own.
    #[tokio::test]
    async fn bonds_of_before_count_as_evidence_too() {
        let db = Engine::open("mem://", None).await.expect("a database");
        let before = CHANGES.iter().position(|(name, _)| *name == "0010_evidence");
        apply(&db, &CHANGES[..before.expect("there")]).await.expect("applied");
        let bond = |key: &str, pieces: &str| {
            format!(
                "CREATE bond:{key} SET version = 1, body = {{ kind: 'bid', number: '{key}', \
                 on: {{ on: 'contract', contract: '{key}' }}, pieces: {pieces} }};"
            )
        };
        // No `by`, as they were written; one of them was verified by a person.
        let money =
            "[{ state: 'held', verified: { by: 'a-1' }, what: { kind: 'cash', reference: 'L1' } }]";
        let none = "[]";
        for (key, pieces) in [("a", money), ("b", none), ("c", none)] {
            check(db.query(bond(key, pieces)).await.expect("sent")).expect("written");
        }
        migrate(&db).await.expect("the rest");
        let again = check(db.query(bond("d", money)).await.expect("sent"));
        let Err(StoreFault::Taken { index, holder }) = again else { panic!("taken") };
        assert_eq!((index.as_str(), holder.as_str()), ("bond_evidence", "bond:a"));
    }

    #[tokio::test]
    async fn an_order_stays_as_it_is_but_for_the_interest_of_one_that_is_sent_again() {
        let db = Engine::open("mem://", None).await.expect("a database");
        migrate(&db).await.expect("all of it");
        for (n, (before, after, sets, stands)) in [
            ("refused", "ordered", "body.interest = 2", true),
            ("refused", "paid", "body.interest = 2", false),
            ("ordered", "sent", "body.interest = 2", false),
            ("refused", "ordered", "body.principal = 2", false),
            ("refused", "ordered", "body.payee = 'y'", false),
            // Found in the bank's statement.
            ("ordered", "paid", "version = 2", true),
            ("refused", "paid", "version = 2", true),
            ("paid", "ordered", "version = 2", false),
        ]
        .into_iter()
        .enumerate()
        {
            let order = format!(
                "CREATE payment:p{n} SET version = 1, body = {{ state: {{ is: '{before}' }}, \
                 principal: 1, interest: 1, payee: 'x' }};"
            );
            check(db.query(order).await.expect("sent")).expect("written");
            let change = format!("UPDATE payment:p{n} SET body.state.is = '{after}', {sets};");
            let written = check(db.query(change).await.expect("sent"));
            assert_eq!(written.is_ok(), stands, "{before}, {after}, {sets}: {written:?}");
        }
    }

    #[tokio::test]
    async fn what_a_line_was_is_written_once() {
        let db = Engine::open("mem://", None).await.expect("a database");
        migrate(&db).await.expect("all of it");
        let line = "CREATE cleared_line:a SET version = 1, body = { words: 'x' };";
        check(db.query(line).await.expect("sent")).expect("written");
        for change in [
            line,
            "UPDATE cleared_line:a SET body.words = 'y';",
            "UPDATE cleared_line:a SET version = 2;",
            "DELETE cleared_line:a;",
        ] {
            let written = check(db.query(change).await.expect("sent"));
            assert!(written.is_err(), "{change}");
        }
    }

    #[tokio::test]
    async fn nobody_confirms_a_claim_or_decides_a_forfeiture_of_their_own() {
        let db = Engine::open("mem://", None).await.expect("a database");
        migrate(&db).await.expect("all of it");
        // Written by nobody but whoever goes past the desk.
        let bond = |key: &str, claims: &str, verdict: &str| {
            format!(
                "CREATE bond:{key} SET version = 1, body = {{ kind: 'performance', \
                 number: '{key}', on: {{ on: 'contract', contract: '{key}' }}, \
                 verdict: {verdict}, pieces: [{{ state: 'held', claims: {claims}, \
                 what: {{ kind: 'cash', reference: '{key}' }} }}] }};"
            )
        };
        let (none, decided) = ("NULL", "{ by: 'a-2', hold: { by: 'a-1' } }");
        for (key, claims, verdict, stands) in [
            ("a", "[]", none, true),
            ("b", "[{ by: 'a-1', confirmed: 'a-2' }, { by: 'a-1', confirmed: NULL }]", none, true),
            ("c", "[{ by: 'a-1' }]", decided, true),
            ("d", "[{ by: 'a-1' }, { by: 'a-1', confirmed: 'a-1' }]", none, false),
            ("e", "[]", "{ by: 'a-1', hold: { by: 'a-1' } }", false),
        ] {
            let written = check(db.query(bond(key, claims, verdict)).await.expect("sent"));
            assert_eq!(written.is_ok(), stands, "{key}: {written:?}");
        }
    }
}
