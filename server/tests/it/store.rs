//! The store over a real, embedded SurrealDB.

use model::{Actor, Errand, Moment, OrgKind};
use pool::canon::Seal;
use server::people::Org;
use server::store::{Act, Broken, Changes, Store, StoreFault, Table};

fn now() -> Moment {
    "2026-07-18T08:00:00+08:00".parse().expect("a moment")
}

fn org(id: &str, name: &str) -> Org {
    Org {
        id: id.parse().expect("a key"),
        kind: OrgKind::Owner,
        name: name.into(),
        uscc: None,
        district: None,
        industries: vec![],
    }
}

fn found(id: &str) -> Act {
    Act::new(&Actor::SYSTEM, Errand::Found, Table::Org, id)
}

async fn store() -> Store {
    Store::open("mem://", None).await.expect("a store in memory")
}

async fn add(store: &Store, id: &str) {
    let mut changes = Changes::new();
    changes.create(&org(id, "利州区水利局")).expect("JSON");
    store.commit(changes, found(id), now()).await.expect("committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_is_numbered_mirrored_and_chained() {
    let store = store().await;
    add(&store, "o-1").await;
    add(&store, "o-2").await;

    let kept = store.read().orgs.get("o-1").cloned().expect("mirrored");
    let mut changes = Changes::new();
    changes.update(&kept, &org("o-1", "利州区水务局")).expect("JSON");
    let seq = store.commit(changes, found("o-1").note("改名"), now()).await.expect("committed");

    assert_eq!(seq, 3);
    let entries = store.entries(0, 10).await.expect("readable");
    let change = &entries[2].0.changes[0];
    assert_eq!((change.version, change.fields.len()), (2, 1));
    let (before, after) = &change.fields["/name"];
    assert_eq!((before.as_str(), after.as_str()), (Some("利州区水利局"), Some("利州区水务局")));
    let verified =
        store.verify_journal(Some(entries[1].1)).await.expect("readable").expect("whole");
    assert_eq!(verified.entries, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_changes_is_stale_and_writes_nothing() {
    let store = store().await;
    add(&store, "o-1").await;
    let seen = store.read().orgs.get("o-1").cloned().expect("mirrored");
    let change = |name: &str| {
        let mut changes = Changes::new();
        changes.update(&seen, &org("o-1", name)).expect("JSON");
        changes
    };

    store.commit(change("甲"), found("o-1"), now()).await.expect("the first");
    let late = store.commit(change("乙"), found("o-1"), now()).await;

    assert!(matches!(&late, Err(StoreFault::Stale { record }) if record == "org:o-1"), "{late:?}");
    assert_eq!(store.read().orgs.get("o-1").map(|o| o.name.clone()).as_deref(), Some("甲"));
    assert_eq!(store.entries(0, 10).await.expect("readable").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_falls_when_what_it_rests_on_has_changed() {
    let store = store().await;
    add(&store, "o-1").await;
    let seen = store.read().orgs.get("o-1").cloned().expect("mirrored");
    let mut changes = Changes::new();
    changes.update(&seen, &org("o-1", "甲")).expect("JSON");
    store.commit(changes, found("o-1"), now()).await.expect("committed");

    let mut changes = Changes::new();
    changes.create(&org("o-2", "丙")).expect("JSON").rests_on(&seen);
    let refused = store.commit(changes, found("o-2"), now()).await;

    assert!(matches!(refused, Err(StoreFault::Stale { .. })), "{refused:?}");
    assert!(store.read().orgs.get("o-2").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twice_is_told_apart_from_other_faults() {
    let store = store().await;
    add(&store, "o-1").await;
    let mut changes = Changes::new();
    changes.create(&org("o-1", "乙")).expect("JSON");
    let twice = store.commit(changes, found("o-1"), now()).await;
    assert!(matches!(twice, Err(StoreFault::Exists(_))), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_credit_code_is_one_organisation() {
    let store = store().await;
    let with_code = |id: &str| {
        let uscc = model::Uscc::with_check("91510800MA0000000").ok();
        Org { uscc, ..org(id, "广元某公司") }
    };
    let create = |id: &str| {
        let mut changes = Changes::new();
        changes.create(&with_code(id)).expect("JSON");
        changes
    };
    store.commit(create("o-1"), found("o-1"), now()).await.expect("committed");
    let second = store.commit(create("o-2"), found("o-2"), now()).await;
    assert!(
        matches!(&second, Err(StoreFault::Taken { index, .. }) if index == "org_uscc"),
        "{second:?}"
    );
    // Without a code there is nothing to share.
    add(&store, "o-3").await;
    add(&store, "o-4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_published_must_still_be_there() {
    let store = store().await;
    add(&store, "o-1").await;
    let other = Seal::of(b"another history");
    let verdict = store.verify_journal(Some(other)).await.expect("readable");
    assert_eq!(verdict, Err(Broken::Cut(other)));
}
