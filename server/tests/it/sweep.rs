//! What is over is taken away, and the journal still holds together.

use super::site::TestSite;
use model::Minutes;
use std::fs;

const MONTH: u32 = 31 * 24 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn personal_values_go_when_their_time_is_over() {
    let mut site = TestSite::demo().await;
    let form = "token=&form[id]=xq-sweep&form[title]=桥头塌方&form[kind]=traffic&\
                form[urgency]=urgent&form[district]=lizhou&form[address]=桥头&\
                form[name]=匿名甲&form[phone]=";
    // Once with a slip, which leaves a draft, and once well.
    site.post("/api/emergency/report", &format!("{form}1390000")).await;
    site.post("/api/emergency/report", &format!("{form}13900001234")).await;
    assert_eq!(site.site.read().drafts.iter().count(), 1);
    site.sign_in("duty").await;
    site.submit("/api/emergency/end", "id=xq-sweep&act=dismiss&form[reason]=与前一件相同").await;
    let person =
        site.site.read().emergencies.get("xq-sweep").and_then(|e| e.report.reporter.name.clone());
    let person = person.expect("a name");

    site.clock.advance(Minutes(23 * MONTH));
    site.site.do_due().await;
    {
        let mirror = site.site.read();
        assert_eq!(mirror.reveal(&person), "匿名甲");
        assert_eq!(mirror.drafts.iter().count(), 0);
        assert_eq!(mirror.sessions.iter().count(), 0);
    }
    site.clock.advance(Minutes(2 * MONTH));
    site.site.do_due().await;
    assert_eq!(site.site.read().reveal(&person), "");

    // Nothing of it is left in the database either, and the chain is whole.
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("all.jsonl");
    site.site.store.backup(&file).await.expect("saved");
    let all = fs::read_to_string(&file).expect("text");
    assert!(!all.contains("匿名甲") && !all.contains("13900001234"));
    site.site.store.verify_journal(None).await.expect("read").expect("whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_day_s_head_is_published_once() {
    let site = TestSite::demo().await;
    let text = || site.site.heads_text();
    site.site.do_due().await;
    assert_eq!(text().lines().count(), 1, "the first day is not over");
    site.clock.advance(Minutes(17 * 60));
    site.site.do_due().await;
    site.site.do_due().await;
    let heads = text();
    assert_eq!(heads.lines().count(), 2, "{heads}");
    assert!(heads.lines().nth(1).is_some_and(|l| l.starts_with("2026-07-18 ")), "{heads}");
    let hash = heads.split_whitespace().last().expect("a hash").parse().expect("a hash");
    site.site.store.verify_journal(Some(hash)).await.expect("read").expect("that head is there");
    // A day on which nothing happened has no head of its own.
    site.clock.advance(Minutes(24 * 60));
    site.site.do_due().await;
    assert_eq!(text().lines().count(), 2);
}
