//! Two people can't take one team: refused by the database, and explained.

use model::{Actor, Errand, Minutes, Moment};
use pool::dispatch::{Dispatch, State};
use server::store::{Act, Changes, Store, StoreFault, Table};
use std::collections::HashSet;

fn now() -> Moment {
    "2026-07-18T08:00:00+08:00".parse().expect("a moment")
}

fn call(id: &str) -> Dispatch {
    Dispatch {
        id: id.parse().expect("a key"),
        number: format!("派-{id}"),
        emergency: "xq-1".parse().expect("a key"),
        selection: "xd-1".parse().expect("a key"),
        rank: 1,
        team: "t-1".parse().expect("a key"),
        contractor: "c-1".parse().expect("a key"),
        eta: Minutes(40),
        state: State::Offered,
        undelivered: None,
        token: String::new(),
        token_until: now(),
        log: vec![],
        evaluations: vec![],
        contract: None,
        settlement: None,
    }
}

async fn confirm(store: Store, id: String) -> Result<String, StoreFault> {
    let mut changes = Changes::new();
    changes.create(&call(&id))?;
    let act = Act::new(&Actor::SYSTEM, Errand::CallNearest, Table::Dispatch, id.as_str());
    store.commit(changes, act, now()).await.map(|_| id)
}

/// 200 confirmations through two stores with separate writers, as two processes
/// would be. Dropping the index `one_dispatch_per_team` makes this fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_200_confirmations_one_wins_and_199_are_told_who_did() {
    let one = Store::open("mem://", None).await.expect("a store");
    let two = one.beside().await.expect("a second store");
    let tries: Vec<_> = (0..200)
        .map(|n| {
            let store = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(confirm(store, format!("pq-{n:03}")))
        })
        .collect();
    let (mut won, mut holders) = (Vec::new(), Vec::new());
    for task in tries {
        match task.await.expect("no panic") {
            Ok(id) => won.push(id),
            Err(StoreFault::Taken { index, holder }) => {
                assert_eq!(index, "one_dispatch_per_team");
                holders.push(holder);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((won.len(), holders.len()), (1, 199));
    let winner = format!("dispatch:{}", won[0]);
    assert_eq!(holders.into_iter().collect::<HashSet<_>>(), HashSet::from([winner]));
    assert_eq!(one.entries(0, 500).await.expect("readable").len(), 1);
}

/// A team that was let go can be called again.
#[tokio::test(flavor = "multi_thread")]
async fn a_declined_call_frees_its_team() {
    let store = Store::open("mem://", None).await.expect("a store");
    confirm(store.clone(), "pq-1".into()).await.expect("the first");
    let seen = store.read().dispatches.get("pq-1").cloned().expect("kept");
    let mut changes = Changes::new();
    changes.update(&seen, &Dispatch { state: State::Declined, ..call("pq-1") }).expect("JSON");
    changes.create(&call("pq-2")).expect("JSON");
    let act = Act::new(&Actor::SYSTEM, Errand::CallLapse, Table::Dispatch, "pq-1");
    store.commit(changes, act, now()).await.expect("free again");
}

/// Acts of two processes are numbered without gaps in one chain.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_writers_make_one_chain() {
    let one = Store::open("mem://", None).await.expect("a store");
    let two = one.beside().await.expect("a second store");
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let store = if n % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move {
                let mut changes = Changes::new();
                let call = Dispatch {
                    team: format!("t-{n}").parse().expect("a key"),
                    ..call(&format!("pq-{n}"))
                };
                changes.create(&call)?;
                let act = Act::new(&Actor::SYSTEM, Errand::CallNearest, Table::Dispatch, "x");
                store.commit(changes, act, now()).await
            })
        })
        .collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.push(task.await.expect("no panic").expect("committed"));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=60).collect::<Vec<i64>>());
    one.catch_up().await.expect("caught up");
    two.catch_up().await.expect("caught up");
    assert_eq!(one.read().head, two.read().head);
    assert_eq!(one.read().dispatches.len(), 60);
    let verified = two.verify_journal(None).await.expect("readable").expect("whole");
    assert_eq!(verified.entries, 60);
}
