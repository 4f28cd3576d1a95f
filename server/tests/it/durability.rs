//! What was acknowledged is there after a crash. On the engine that is shipped.
//!
//! A writer runs as a process of its own (this test program, asked for `writer`
//! alone), prints a line for each act that was acknowledged, and is killed with
//! SIGKILL in the middle of its work.

use model::{Actor, Errand, Moment, OrgKind};
use server::people::Org;
use server::store::{Act, Changes, Store, StoreFault, Table};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DIR: &str = "LUTONG_TEST_DIR";
const ACTS: &str = "LUTONG_TEST_ACTS";
const BYTES: &str = "LUTONG_TEST_BYTES";
const SYNC: &str = "LUTONG_TEST_SYNC";

fn url(dir: &Path, sync: &str) -> String {
    format!("rocksdb://{}?sync={sync}", dir.display())
}

fn org(n: usize, bytes: usize) -> Org {
    // Text that does not compress to nothing.
    let mut seed = n as u64 + 1;
    let name = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (seed >> 33) as u8 % 26)
    })
    .take(bytes)
    .collect();
    Org {
        id: format!("o-{n}").parse().expect("a key"),
        kind: OrgKind::Owner,
        name,
        uscc: None,
        district: None,
        industries: vec![],
    }
}

/// Not a test by itself: the process that the tests below kill.
#[tokio::test(flavor = "multi_thread")]
async fn writer() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(0);
    let sync = std::env::var(SYNC).unwrap_or_else(|_| "every".into());
    let store = reopen(&url(Path::new(&dir), &sync)).await;
    let first = store.read().orgs.len();
    for n in first..first + number(ACTS) {
        let mut changes = Changes::new();
        changes.create(&org(n, number(BYTES))).expect("JSON");
        let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Org, format!("o-{n}"));
        store.commit(changes, act, Moment::from_ms(n as i64)).await.expect("committed");
        // The reply: only now may anyone believe it.
        let mut out = std::io::stdout();
        out.write_all(format!("acked {n}\n").as_bytes()).expect("a pipe");
        out.flush().expect("a pipe");
    }
}

fn start(mut command: Command, dir: &Path, acts: usize, bytes: usize, sync: &str) -> Child {
    command
        .env(DIR, dir)
        .env(ACTS, acts.to_string())
        .env(BYTES, bytes.to_string())
        .env(SYNC, sync)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the writer starts")
}

fn this_program() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a path"));
    command.args(["--exact", "durability::writer", "--nocapture"]);
    command
}

/// Lets the writer run until it has acknowledged `enough`, kills it, and says
/// what it had acknowledged last.
fn kill_after(mut child: Child, enough: usize) -> usize {
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut acked = None;
    let number = |line: &str| line.rsplit_once("acked ")?.1.trim().parse::<usize>().ok();
    for line in lines.by_ref() {
        if let Some(n) = number(&line.expect("text")) {
            acked = Some(n);
            if n + 1 >= enough {
                break;
            }
        }
    }
    child.kill().expect("SIGKILL");
    // Replies that were on their way when it was killed count too.
    for line in lines.map_while(Result::ok) {
        acked = number(&line).or(acked);
    }
    child.wait().expect("gone");
    acked.expect("something was acknowledged")
}

/// Whoever had the store last may hold its lock for a moment longer.
async fn reopen(url: &str) -> Store {
    for _ in 0..200 {
        match Store::open(url, None).await {
            Err(StoreFault::Db(why)) if why.contains("lock") || why.contains("LOCK") => {
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            other => return other.expect("the store opens again"),
        }
    }
    panic!("the lock never fell");
}

async fn nothing_is_missing(dir: &Path, acked: usize, bytes: usize) {
    let store = reopen(&url(dir, "every")).await;
    for n in 0..=acked {
        let kept = store.read().orgs.get(&format!("o-{n}")).cloned();
        assert_eq!(kept.as_deref(), Some(&org(n, bytes)), "act {n} of {acked} was lost");
    }
    let verified = store.verify_journal(None).await.expect("readable").expect("whole");
    assert!(verified.entries > acked as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_loses_no_acknowledged_act() {
    let dir = tempfile::tempdir().expect("a folder");
    for round in 1..=3 {
        let child = start(this_program(), dir.path(), 10_000, 200, "every");
        let acked = kill_after(child, round * 40);
        nothing_is_missing(dir.path(), acked, 200).await;
    }
}

/// Bytes of log and tables that RocksDB has given up since: a flushed memtable is
/// a table file.
fn tables(dir: &Path) -> usize {
    let files = std::fs::read_dir(dir).expect("a folder").map_while(Result::ok);
    files
        .filter(|f| {
            let name = f.file_name();
            let name = name.to_string_lossy();
            name.ends_with(".sst") || name.ends_with(".blob")
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_after_flushes_loses_no_acknowledged_act() {
    let dir = tempfile::tempdir().expect("a folder");
    let bytes = 2_000_000;
    let mut acked = 0;
    // Each start writes more, until at least three memtables have been flushed.
    for round in 1..=12 {
        let child = start(this_program(), dir.path(), 10_000, bytes, "every");
        acked = kill_after(child, round * 40);
        if tables(dir.path()) >= 3 {
            break;
        }
    }
    assert!(tables(dir.path()) >= 3, "the load was too small to flush three memtables");
    nothing_is_missing(dir.path(), acked, bytes).await;
}

/// Replies that had no sync of the disk since the reply before.
fn unsynced_replies(sync: &str) -> Option<usize> {
    let found = Command::new("strace").arg("-V").output();
    if !found.is_ok_and(|out| out.status.success()) {
        return None;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let trace = dir.path().join("trace");
    let exe = std::env::current_exe().expect("a path");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=fsync,fdatasync,write", "-o"]).arg(&trace).arg(exe);
    command.args(["--exact", "durability::writer", "--nocapture"]);
    let mut child = start(command, &dir.path().join("db"), 30, 200, sync);
    let replies = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let replies = replies.map_while(Result::ok).filter(|l| l.contains("acked ")).count();
    child.wait().expect("gone");
    assert_eq!(replies, 30);
    let (mut synced, mut bare) = (false, 0);
    for line in std::fs::read_to_string(&trace).expect("a trace").lines() {
        // `fdatasync(9) = 0`, or `<... fdatasync resumed>) = 0` when interleaved.
        if line.contains("sync") && line.trim_end().ends_with("= 0") {
            synced = true;
        } else if line.contains("write(1, \"acked ") {
            bare += usize::from(!synced);
            synced = false;
        }
    }
    Some(bare)
}

#[test]
fn every_reply_comes_after_a_sync_and_without_sync_this_test_would_tell() {
    let Some(bare) = unsynced_replies("every") else {
        // CI installs strace; elsewhere its absence must not fail the build.
        assert!(std::env::var_os("CI").is_none(), "strace is missing");
        return;
    };
    assert_eq!(bare, 0);
    assert!(unsynced_replies("never").is_some_and(|bare| bare > 20));
}
