//! The rules as they are served, changed and kept.

use super::doors::called;
use super::site::TestSite;
use app::api::desk::LawDesk;
use app::api::{ApiError, ChangeForm, ReasonForm};
use app::law::Edition;
use axum::http::StatusCode;
use model::{AccountId, Actor, Day, Errand, Fault};
use policies::tender::{Object, TenderSize, tender_size};
use server::law_book::LawBook;
use server::records::{Decided, LawChange};
use server::site::Site;
use server::store::{Act, Changes, Kept, StoreFault, Table};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// 受理 in 紧急 within 10 minutes instead of 30, from next month on.
fn shorter() -> ChangeForm {
    ChangeForm {
        rule: "clock.accept.urgent".into(),
        value: "10".into(),
        from: "2026-09-01".into(),
        status: "default".into(),
        reason: "汛期要求从快受理".into(),
        ..ChangeForm::default()
    }
}

fn words(text: &str) -> ReasonForm {
    ReasonForm { reason: text.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_an_edition_is_served_under_its_hash() {
    let site = TestSite::demo().await;
    site.site.take_up_law().await.expect("taken up");
    let law = site.site.law();
    let answer = site.get(&format!("/law/{}.json", law.short())).await;
    assert_eq!(answer.status, StatusCode::OK);
    let read = Edition::read(answer.body, &law.short()).expect("the same rules");
    assert_eq!(read.hash(), law.hash());
    for wrong in ["/law/0000000000000000.json", "/law/.json", "/law/0.json", "/law/x"] {
        assert_eq!(site.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // Taken up again, nothing is written.
    let before = site.site.read().head.seq;
    site.site.take_up_law().await.expect("taken up");
    assert_eq!(site.site.read().head.seq, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_drafted_tried_and_decided_by_another() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    desk.take_up_law().await.expect("taken up");
    let (duty, commander) = (site.visitor("duty"), site.visitor("commander"));
    let old = desk.law();

    let id = desk.draft_change(&duty, shorter()).await.expect("drafted");
    assert_eq!(desk.law().hash(), old.hash(), "a draft changes nothing");
    let page = desk.change(&commander, &id).await.expect("a page");
    assert!(page.may_decide && page.judged.0 > 0);
    assert!(page.effects.iter().all(|e| e.what == "受理"), "{:?}", page.effects);
    assert!(!page.effects.is_empty());
    let own = desk.change(&duty, &id).await.expect("a page");
    assert!(own.own && !own.may_decide);
    let refused = desk.decide_change(&duty, &id, true, words("同意施行")).await;
    assert_eq!(refused, Err(ApiError::Forbidden));

    desk.decide_change(&commander, &id, true, words("同意，九月起施行")).await.expect("decided");
    let new = desk.law();
    assert_ne!(new.hash(), old.hash());
    let minutes = |law: &Edition, on: &str| {
        law.figure("clock.accept.urgent", day(on)).expect("in force").value
    };
    assert_eq!((minutes(&new, "2026-08-31"), minutes(&new, "2026-09-01")), (30, 10));
    // The old edition is still there for whoever was answered by it.
    let kept = desk.edition(&old.short()).await.expect("kept");
    assert_eq!((kept.hash(), minutes(&kept, "2026-09-01")), (old.hash(), 30));
    let again = desk.decide_change(&commander, &id, false, words("不再施行")).await;
    assert_eq!(again, Err(ApiError::Stale));
    desk.store.verify_journal(None).await.expect("readable").expect("whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_or_backdated_change_is_refused_by_the_field() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    let duty = site.visitor("duty");
    let before = desk.law().hash();
    let text = |text: &str| ChangeForm { text: text.into(), ..shorter() };
    let bound = "[[change]]\nrule = \"promise.t7\"\n[change.value]\nfrom = \"2027-01-01\"\n\
                 value = 9\nstatus = \"default\"\n";
    for (form, field, line) in [
        (ChangeForm { value: "x".into(), ..shorter() }, "value", None),
        (ChangeForm { rule: "clock.none".into(), ..shorter() }, "rule", None),
        (ChangeForm { status: "statutory".into(), ..shorter() }, "instrument", None),
        (ChangeForm { from: "2026-07-18".into(), ..shorter() }, "basis", None),
        (
            ChangeForm { from: "2022-06-30".into(), basis: "x".into(), ..shorter() },
            "value",
            Some(2),
        ),
        (text("[[change]]\nrule = \"plan.lead\"\nvalu = 3\n"), "text", Some(3)),
        (text(bound), "text", Some(2)),
        (
            ChangeForm { rule: "tender.t11".into(), value: "1".into(), ..shorter() },
            "value",
            Some(2),
        ),
        (ChangeForm { value: "4294967295".into(), ..shorter() }, "value", Some(2)),
        (text("reason = 1"), "text", Some(1)),
    ] {
        let Err(ApiError::Draft(draft)) = desk.draft_change(&duty, form.clone()).await else {
            panic!("{form:?} was taken");
        };
        let (_, faults) =
            app::api::desk::PeopleDesk::draft(desk, &duty, &draft).await.expect("a draft");
        let fault = faults.of(field);
        assert!(fault.is_some(), "{form:?}: {faults:?}");
        if let Some(line) = line {
            let said =
                matches!(fault, Some(Fault::RulesRefused { line: said, .. }) if *said == line);
            assert!(said, "{form:?}: {fault:?}");
        }
    }
    assert_eq!(desk.law().hash(), before);
    assert!(desk.read().law_changes.is_empty());
}

/// Not even a mistake in this program lets one person do both.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_wants_two_people() {
    let site = TestSite::demo().await;
    let by: AccountId = "a-duty".parse().expect("a key");
    let other: AccountId = "a-commander".parse().expect("a key");
    let at = site.site.now();
    let change = LawChange {
        id: "lc-1".parse().expect("a key"),
        text: String::new(),
        reason: "x".into(),
        basis: String::new(),
        by: by.clone(),
        at,
        decided: Some(Decided { approved: true, by, at, words: "x".into() }),
    };
    let commit = async |change: &LawChange, seen: Option<&Kept<LawChange>>| {
        let mut changes = Changes::new();
        match seen {
            Some(seen) => changes.update(seen, change).map(|_| ()),
            None => changes.create(change).map(|_| ()),
        }
        .expect("JSON");
        let act = Act::new(&Actor::SYSTEM, Errand::LawApprove, Table::LawChange, "lc-1");
        site.site.store.commit(changes, act, at).await
    };
    // Made at once, or by a later act; by somebody else it goes.
    let refused = commit(&change, None).await;
    assert!(matches!(&refused, Err(StoreFault::Db(_) | StoreFault::Invalid(_))), "{refused:?}");
    let draft = LawChange { decided: None, ..change.clone() };
    commit(&draft, None).await.expect("a draft");
    let seen = site.site.read().law_changes.get("lc-1").cloned().expect("kept");
    let refused = commit(&change, Some(&seen)).await;
    assert!(matches!(&refused, Err(StoreFault::Db(_) | StoreFault::Invalid(_))), "{refused:?}");
    let decided = change.decided.clone().map(|d| Decided { by: other, ..d });
    commit(&LawChange { decided, ..change }, Some(&seen)).await.expect("by another");
}

/// A decision names the edition that it was made by, and by that edition it comes out
/// the same, whatever was changed since, even with a basis for reaching back.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_judged_again_by_the_rules_of_then() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    desk.take_up_law().await.expect("taken up");
    called(&site).await;
    let entries = desk.store.entries(0, 500).await.expect("readable");
    let (entry, _) = entries
        .iter()
        .find(|(entry, _)| entry.errand == Errand::Determine)
        .expect("a determination");
    let named = entry.rules.iter().find_map(|rule| rule.strip_prefix("law:"));
    let named = named.expect("the edition is named").to_owned();

    let change = ChangeForm {
        rule: "threshold.works".into(),
        value: "80".into(),
        from: "2026-01-01".into(),
        status: "statutory".into(),
        instrument: "必须招标的工程项目规定（修订）".into(),
        basis: "川发改〔2026〕1号第三条".into(),
        ..shorter()
    };
    let id = desk.draft_change(&site.visitor("duty"), change).await.expect("drafted");
    let page = desk.change(&site.visitor("commander"), &id).await.expect("a page");
    assert!(page.effects.iter().any(|e| e.what == "必须招标规模"), "{:?}", page.effects);
    let words = words("依据文件，同意");
    desk.decide_change(&site.visitor("commander"), &id, true, words).await.expect("decided");

    let case = desk.read().emergencies.get("xq-demo-1").cloned().expect("the case");
    let decided = case.determination.as_ref().expect("a determination");
    let judge = |law: &Edition| {
        let day = decided.at.day();
        tender_size(law, Object::Works, Some(decided.ceiling), &[], day).expect("in force").value
    };
    let then = desk.edition(&named).await.expect("on file");
    assert_eq!(judge(&then), TenderSize::Below);
    assert_eq!(judge(&desk.law()), TenderSize::Compulsory);
}

/// What one process approves, another that works on the same records takes up.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_follows() {
    let site = TestSite::demo().await;
    let one = &site.site;
    one.take_up_law().await.expect("taken up");
    let two = Site {
        store: one.store.beside().await.expect("a second store"),
        law: LawBook::shipped().expect("the rules"),
        ..one.clone()
    };
    two.take_up_law().await.expect("taken up");
    let id = one.draft_change(&site.visitor("duty"), shorter()).await.expect("drafted");
    let decided = one.decide_change(&site.visitor("commander"), &id, true, words("同意施行")).await;
    decided.expect("decided");
    assert_ne!(two.law().hash(), one.law().hash());
    two.store.catch_up().await.expect("caught up");
    two.do_due().await;
    assert_eq!(two.law().hash(), one.law().hash());
}

/// A promise of the green channel that is shortened shows in the cases that it is about.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_tried_on_cases_of_the_green_channel_too() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    desk.take_up_law().await.expect("taken up");
    super::channel::opened(&site).await;
    let change = ChangeForm {
        rule: "promise.channel.design".into(),
        value: "3".into(),
        status: "default".into(),
        ..shorter()
    };
    let id = desk.draft_change(&site.visitor("duty"), change).await.expect("drafted");
    let page = desk.change(&site.visitor("commander"), &id).await.expect("a page");
    let design = page.effects.iter().find(|e| e.what == "设计审查（承诺）").expect("an effect");
    assert_eq!(design.case, "LT-2026-000001");
    assert_eq!(
        (design.before.as_str(), design.after.as_str()),
        ("限 2026-07-24，未办", "限 2026-07-22，未办")
    );
    assert!(page.judged.1 >= 1);
}
