//! Tender plans and notices through their desks: drafted, checked, published, changed,
//! held, let go; and nothing that can be orphaned.

use super::site::TestSite;
use app::api::desk::{NoticeDesk, PlanDesk};
use app::api::{ApiError, NoticeActForm, PlanActForm, PlansAsk, Refused};
use model::{Fault, PlanId, TenderNoticeId};
use policies::notice::{Holding, NoticeForm};
use policies::plan::{Act, LotForm, PlanForm, Restart, Stage};
use server::store::{Act as Entry, Changes, Table};

pub fn plan_form() -> PlanForm {
    let lot = |name: &str, estimate: &str| LotForm {
        name: name.into(),
        content: "路基、路面及桥涵".into(),
        kind: "works".into(),
        estimate: estimate.into(),
        method: "open".into(),
        notice: "2026-09".into(),
        ..LotForm::default()
    };
    PlanForm {
        project: "青川县沙州至姚渡公路改造".into(),
        scale: "改造三级公路 12 公里".into(),
        industry: "highway".into(),
        districts: [("qingchuan".into(), "yes".into())].into(),
        funding: "budget".into(),
        investment: "3000".into(),
        lots: [("0".into(), lot("施工一标段", "1200")), ("1".into(), lot("施工二标段", "800"))]
            .into(),
        contact: "工程科".into(),
        phone: "0839-3260119".into(),
        then: "submit".into(),
        ..PlanForm::default()
    }
}

pub fn act(key: &str) -> PlanActForm {
    PlanActForm { act: key.into(), ..PlanActForm::default() }
}

/// A plan that the trading centre has published, on the site's own day.
pub async fn published(site: &TestSite) -> PlanId {
    published_as(site, plan_form()).await
}

pub async fn published_as(site: &TestSite, form: PlanForm) -> PlanId {
    let id = site.site.save_plan(&site.visitor("owner"), None, form).await.expect("saved");
    let centre = site.visitor("centre");
    site.site.act_on_plan(&centre, &id, act("publish")).await.expect("published");
    id
}

/// A notice for both lots of a plan, on a day, that keeps all legal minimums.
pub fn notice_form(plan: &PlanId, noticed: &str) -> NoticeForm {
    let day: model::Day = noticed.parse().expect("a day");
    NoticeForm {
        title: "沙州至姚渡公路改造施工招标".into(),
        industry: "highway".into(),
        kind: "works".into(),
        method: "open".into(),
        amount: "2100".into(),
        lots: [(format!("{plan}/1"), "yes".into()), (format!("{plan}/2"), "yes".into())].into(),
        noticed: noticed.into(),
        documents_from: noticed.into(),
        documents_until: day.plus(9).to_string(),
        deadline: day.plus(24).to_string(),
        ..NoticeForm::default()
    }
}

pub async fn enter(site: &TestSite, form: NoticeForm) -> Result<TenderNoticeId, ApiError> {
    site.site.save_notice(&site.visitor("owner"), None, form).await
}

/// A notice of a plan that was published today, which is held for that.
pub async fn noticed(site: &TestSite, plan: &PlanId) -> TenderNoticeId {
    let today = site.site.now().day().to_string();
    enter(site, notice_form(plan, &today)).await.expect("entered")
}

fn stage(site: &TestSite, id: &PlanId) -> Stage {
    site.site.read().plans.get(id.as_str()).expect("a plan").stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_checked_before_it_is_public() {
    let site = TestSite::demo().await;
    let (owner, centre) = (site.visitor("owner"), site.visitor("centre"));
    let desk = &site.site;
    let id = desk.save_plan(&owner, None, plan_form()).await.expect("saved");
    // Whoever drafted it can't publish it, and another owner's is nobody's business.
    let refused = desk.act_on_plan(&owner, &id, act("publish")).await;
    assert_eq!(refused, Err(ApiError::Forbidden));
    let back = PlanActForm { reason: "建设地点不全".into(), ..act("return") };
    desk.act_on_plan(&centre, &id, back).await.expect("returned");
    let page = desk.plan(&owner, &id).await.expect("a page");
    assert!(page.may.contains(&Act::Submit) && page.content.is_none());
    desk.act_on_plan(&owner, &id, act("submit")).await.expect("handed in");
    desk.act_on_plan(&centre, &id, act("publish")).await.expect("published");
    let page = desk.plan(&centre, &id).await.expect("a page");
    assert_eq!(page.number.as_deref(), Some("JH-2026-000001"));
    assert_eq!((page.stage, page.versions.len()), (Stage::Published, 1));
    assert_eq!(page.leads[0].earliest.to_string(), "2026-08-17");
    let list = desk.plans(&owner, PlansAsk { state: "public".into(), ..PlansAsk::default() });
    assert_eq!(list.await.expect("a list").total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_shows_its_difference_and_restarts_only_what_it_must() {
    let site = TestSite::demo().await;
    let (owner, centre) = (site.visitor("owner"), site.visitor("centre"));
    let desk = &site.site;
    let id = published(&site).await;
    site.clock.advance_ms(10 * 86_400_000);
    let again = desk.plan_form(&owner, Some(&id), "", Refused::default()).await.expect("a form");
    let mut form = PlanForm { then: "submit".into(), ..again.form.form };
    // Without a reason, or without a change, there is none.
    let refused = desk.save_plan(&owner, Some(&id), form.clone()).await.expect_err("refused");
    let ApiError::Draft(draft) = refused else { panic!("{refused:?}") };
    let faults = app::api::desk::PeopleDesk::draft(desk, &owner, &draft).await.expect("kept").1;
    assert_eq!(faults.of("project"), Some(&Fault::Unchanged));
    form.reason = "概算调整，开工推迟".into();
    form.investment = "3300".into();
    form.lots.get_mut("1").expect("a lot").estimate = "1000".into();
    form.lots.get_mut("0").expect("a lot").notice = "2026-10".into();
    desk.save_plan(&owner, Some(&id), form).await.expect("saved");
    let page = desk.plan(&centre, &id).await.expect("a page");
    assert_eq!(page.restarts.len(), 1, "{:?}", page.restarts);
    assert!(matches!(page.restarts[0].1, Restart::Estimate { .. }));
    let labels: Vec<&str> = page.difference.iter().map(|l| l.label.as_str()).collect();
    assert_eq!(labels, ["总投资", "标段 1 预计公告", "标段 2 合同估算价"]);
    // Nothing is public of it before it is checked.
    assert_eq!(page.content.expect("public").investment.wan(), "3000");
    desk.act_on_plan(&centre, &id, act("publish")).await.expect("published");
    let page = desk.plan(&centre, &id).await.expect("a page");
    let from: Vec<String> = page.leads.iter().map(|l| l.from.to_string()).collect();
    assert_eq!(from, ["2026-07-18", "2026-07-28"]);
    assert_eq!(page.versions[0].reason, "概算调整，开工推迟");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_at_29_days_is_held_and_at_30_it_passes() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    let id = published(&site).await;
    let held = enter(&site, notice_form(&id, "2026-08-16")).await.expect("entered");
    let of = |id: &TenderNoticeId| {
        desk.read().tender_notices.get(id.as_str()).expect("a notice").value.clone()
    };
    assert_eq!(of(&held).holding, Holding::Held { reason: None, words: String::new() });
    assert_eq!((of(&held).lead_days(), stage(&site, &id)), (Some(29), Stage::Published));
    let form = |act: &str, reason: &str| NoticeActForm {
        act: act.into(),
        short_reason: "ordered".into(),
        reason: reason.into(),
    };
    // Nobody lets go what gives no reason, and nobody their own.
    let lead = site.visitor("jiaotong-lead");
    let release = form("release", "情况属实，同意提前");
    let refused = desk.act_on_notice(&lead, &held, release.clone()).await;
    assert!(matches!(refused, Err(ApiError::TenderNotice(_))), "{refused:?}");
    let owner = site.visitor("owner");
    desk.act_on_notice(&owner, &held, form("plead", "省厅要求八月开工")).await.expect("pleaded");
    assert_eq!(desk.act_on_notice(&owner, &held, release.clone()).await, Err(ApiError::Forbidden));
    desk.act_on_notice(&lead, &held, release).await.expect("let go");
    assert!(matches!(of(&held).holding, Holding::Released { .. }));
    assert_eq!(stage(&site, &id), Stage::Realised);

    let second = published(&site).await;
    let clear = enter(&site, notice_form(&second, "2026-08-17")).await.expect("entered");
    assert_eq!((of(&clear).holding.key(), of(&clear).lead_days()), ("clear", Some(30)));
    assert_eq!(stage(&site, &second), Stage::Realised);
    // Cancelling it opens the plan again.
    desk.act_on_notice(&owner, &clear, form("cancel", "设计有误，另行公告"))
        .await
        .expect("cancelled");
    assert_eq!(stage(&site, &second), Stage::Published);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_below_a_legal_minimum_can_not_be_entered() {
    let site = TestSite::demo().await;
    let id = published(&site).await;
    let mut form = notice_form(&id, "2026-08-17");
    form.deadline = "2026-09-05".into();
    let refused = enter(&site, form).await.expect_err("refused");
    let ApiError::Draft(draft) = refused else { panic!("{refused:?}") };
    let owner = site.visitor("owner");
    let kept = app::api::desk::PeopleDesk::draft(&site.site, &owner, &draft).await.expect("kept");
    let Some(Fault::BelowLegal { why }) = kept.1.of("deadline") else { panic!("{:?}", kept.1) };
    assert!(why.contains("2026-09-06") && why.contains("招标投标法"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_determination_frees_a_notice() {
    let site = TestSite::demo().await;
    let story = super::doors::called(&site).await;
    let number = {
        let mirror = site.site.read();
        let call = mirror.dispatches.get(&story.call).expect("a call");
        mirror.emergencies.get(call.emergency.as_str()).expect("a case").number.clone()
    };
    // The danger was in 朝天: a project in 青川 has nothing to do with it.
    let elsewhere = published(&site).await;
    let form = NoticeForm { emergency: number.clone(), ..notice_form(&elsewhere, "2026-07-20") };
    assert!(matches!(enter(&site, form).await, Err(ApiError::Draft(_))));
    let districts = [("chaotian".to_owned(), "yes".to_owned())].into();
    let id = published_as(&site, PlanForm { districts, ..plan_form() }).await;
    let form = NoticeForm { emergency: number, ..notice_form(&id, "2026-07-20") };
    let freed = enter(&site, form.clone()).await.expect("entered");
    let holding = site.site.read().tender_notices.get(freed.as_str()).expect("it").holding.clone();
    assert_eq!(holding.key(), "freed");
    let other = NoticeForm { emergency: "险〔2026〕0101-99".into(), ..form };
    assert!(matches!(enter(&site, other).await, Err(ApiError::Draft(_))));
}

/// What is out stays out by what it went out by, and can't be corrected into what would
/// have been held.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_out_can_not_be_corrected_past_the_hold() {
    let site = TestSite::demo().await;
    let (desk, owner) = (&site.site, site.visitor("owner"));
    let plan = published(&site).await;
    let id = enter(&site, notice_form(&plan, "2026-08-17")).await.expect("entered");
    let correct = |form: NoticeForm| {
        let form = NoticeForm { reason: "评审意见调整".into(), ..form };
        desk.save_notice(&owner, Some(&id), form)
    };
    for wrong in [
        notice_form(&plan, "2026-08-10"),
        NoticeForm { amount: "5000".into(), ..notice_form(&plan, "2026-08-17") },
        NoticeForm { kind: "goods".into(), ..notice_form(&plan, "2026-08-17") },
    ] {
        assert!(matches!(correct(wrong).await, Err(ApiError::Draft(_))));
    }
    let later = NoticeForm { deadline: "2026-09-20".into(), ..notice_form(&plan, "2026-08-17") };
    correct(later).await.expect("corrected");
    let notice = desk.read().tender_notices.get(id.as_str()).expect("it").value.clone();
    assert_eq!((notice.holding.key(), notice.revision, notice.versions), ("clear", 1, 2));
    // A lot that is tendered stays in its plan, and the plan stays.
    let withdraw = PlanActForm { reason: "不再实施".into(), ..act("withdraw") };
    let refused = desk.act_on_plan(&owner, &plan, withdraw).await;
    assert!(matches!(refused, Err(ApiError::Plan(_))), "{refused:?}");
}

/// A sum or a kind that was not planned is as good as no plan.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_for_much_more_than_was_planned_is_held() {
    let site = TestSite::demo().await;
    let plan = published(&site).await;
    for form in [
        NoticeForm { amount: "2401".into(), ..notice_form(&plan, "2026-08-17") },
        NoticeForm { kind: "services".into(), ..notice_form(&plan, "2026-08-17") },
    ] {
        let id = enter(&site, form).await.expect("entered");
        let key = site.site.read().tender_notices.get(id.as_str()).expect("it").holding.key();
        assert_eq!(key, "held");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_plan_comes_back_with_a_new_lead() {
    let site = TestSite::demo().await;
    let (desk, owner) = (&site.site, site.visitor("owner"));
    let id = published(&site).await;
    site.clock.advance_ms(190 * 86_400_000);
    assert!(desk.do_due().await);
    assert_eq!(stage(&site, &id), Stage::Lapsed);
    let form = desk.plan_form(&owner, Some(&id), "", Refused::default()).await.expect("a form");
    let mut form =
        PlanForm { reason: "重新启动".into(), then: "submit".into(), ..form.form.form };
    form.lots.get_mut("0").expect("a lot").notice = "2027-06".into();
    desk.save_plan(&owner, Some(&id), form).await.expect("saved");
    desk.act_on_plan(&site.visitor("centre"), &id, act("publish")).await.expect("published");
    site.clock.advance_ms(86_400_000);
    assert!(desk.do_due().await);
    assert_eq!(stage(&site, &id), Stage::Published);
}

/// The database itself refuses what would leave a notice without its plan.
#[tokio::test(flavor = "multi_thread")]
async fn no_orphan_can_exist() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    let id = published(&site).await;
    let notice = enter(&site, notice_form(&id, "2026-08-17")).await.expect("entered");
    let now = desk.now();
    let write = |changes: Changes| {
        let act =
            Entry::new(&model::Actor::SYSTEM, model::Errand::PlanWrite, Table::Plan, id.as_str());
        desk.store.commit(changes, act, now)
    };
    let plan = desk.read().plans.get(id.as_str()).cloned().expect("a plan");
    let mut changes = Changes::new();
    changes.remove(&plan).expect("a change");
    assert!(write(changes).await.is_err(), "a public plan was deleted");

    let kept = desk.read().tender_notices.get(notice.as_str()).cloned().expect("a notice");
    let mut stray = (*kept.value).clone();
    stray.id = "zb-stray".parse().expect("a key");
    stray.number = "ZB-2026-099999".into();
    stray.content.lots = ["zp-nowhere/1".parse().expect("a lot")].into();
    let mut changes = Changes::new();
    changes.create(&stray).expect("a change");
    assert!(write(changes).await.is_err(), "a notice of a plan that is not there");

    let version = desk.read().plan_versions.iter().next().cloned().expect("a version");
    let mut changes = Changes::new();
    let mut forged = (*version.value).clone();
    forged.reason = "改写".into();
    changes.update(&version, &forged).expect("a change");
    assert!(write(changes).await.is_err(), "a public version was rewritten");
    assert!(desk.store.verify_journal(None).await.expect("read").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_a_notice_lapses_after_its_time() {
    let site = TestSite::demo().await;
    let id = published(&site).await;
    site.clock.advance_ms(160 * 86_400_000);
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site, &id), Stage::Published);
    let owner = site.visitor("owner");
    let ask = PlansAsk { state: "due".into(), ..PlansAsk::default() };
    assert_eq!(site.site.plans(&owner, ask).await.expect("a list").total, 1, "a reminder");
    site.clock.advance_ms(25 * 86_400_000);
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site, &id), Stage::Lapsed);
    // It still leads to a notice: late is better than never.
    let form = notice_form(&id, "2027-02-01");
    enter(&site, form).await.expect("entered");
    assert_eq!(stage(&site, &id), Stage::Realised);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_publish_at_once_draw_two_numbers() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(site.site.save_plan(&owner, None, plan_form()).await.expect("saved"));
    }
    let centre = site.visitor("centre");
    let publish = ids.iter().map(|id| site.site.act_on_plan(&centre, id, act("publish")));
    for done in futures::future::join_all(publish).await {
        done.expect("published");
    }
    assert_eq!(site.site.read().plan_numbers.len(), 6);
}
