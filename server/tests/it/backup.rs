//! A backup holds everything, and a broken one is noticed before it does harm.

use super::site::TestSite;
use server::store::{BackupFault, Mirror, Store, Table};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_comes_back_whole() {
    let site = TestSite::demo().await;
    let plan = super::plans::published(&site).await;
    super::plans::noticed(&site, &plan).await;
    super::channel::opened(&site).await;
    super::contracts::secured(&site).await;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("one.jsonl");
    let saved = site.site.store.backup(&file).await.expect("saved");

    let empty = Store::open("mem://", None).await.expect("a store");
    assert_eq!(empty.restore(&file).await.expect("restored"), saved);
    empty.verify_journal(Some(saved.head.hash)).await.expect("readable").expect("whole");
    {
        let (old, new) = (site.site.store.read(), empty.read());
        assert_eq!(old.head, new.head);
        assert_eq!(old.teams.len(), new.teams.len());
        assert_eq!((new.plan_versions.len(), new.tender_notices.len()), (1, 1));
        assert_eq!((new.channels.len(), new.channel_tasks.len()), (1, 2));
        assert_eq!((new.contracts.len(), new.bonds.len()), (1, 1));
        let duty = |mirror: &Mirror| {
            let duty = mirror.accounts.get("a-duty").expect("an account");
            (duty.version, mirror.reveal(&duty.name).to_owned())
        };
        assert_eq!(duty(&old), duty(&new));
    }

    // Saved again, it is the same file: nothing was lost or added on the way.
    let again = dir.path().join("two.jsonl");
    empty.backup(&again).await.expect("saved");
    let sorted = |path| {
        let text = fs::read_to_string(path).expect("text");
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines.pop();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&file), sorted(&again));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_or_changed_file_is_refused_and_nothing_is_written() {
    let site = TestSite::fresh().await;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("whole.jsonl");
    site.site.store.backup(&file).await.expect("saved");
    let text = fs::read_to_string(&file).expect("text");
    let cut: String = text.lines().take(3).map(|l| format!("{l}\n")).collect();
    let without_trailer = text.trim_end().rsplit_once('\n').map_or("", |(rest, _)| rest).to_owned();
    for broken in [String::new(), cut, without_trailer, text.replace("admin", "nimda")] {
        let path = dir.path().join("broken.jsonl");
        fs::write(&path, broken).expect("written");
        let empty = Store::open("mem://", None).await.expect("a store");
        let refused = empty.restore(&path).await;
        assert!(matches!(refused, Err(BackupFault::Broken(_))), "{refused:?}");
        assert!(empty.read().accounts.is_empty());
    }
    let refused = site.site.store.restore(&file).await;
    assert!(matches!(refused, Err(BackupFault::NotEmpty)), "{refused:?}");
    assert_eq!(Table::ALL.len(), 35, "a new table must come through a backup, too");
}
