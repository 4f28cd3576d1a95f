//! The green channel through its desk: applied for, opened, approved side by side,
//! tendered, contracted; suspended, ended, converted; and what its clocks do by themselves.

use super::site::TestSite;
use app::api::desk::{ChannelDesk, EmergencyDesk, NoticeDesk, SuperviseDesk};
use app::api::{
    AcceptForm, ApiError, ChannelActForm, ChannelFrom, ChannelPage, ChannelsAsk, DetermineForm,
    NoticeActForm, PostForm, Refused, ReportForm, TaskForm, VerdictForm, VerifyForm,
};
use model::{ChannelId, EmergencyId, Fault, Minutes, TenderNoticeId};
use policies::channel::{
    Act, ChannelForm, Counts, ItemState, PaperForm, PostKind, Refusal, Stage, Step, Urgency,
};
use policies::credit::Unheard;
use policies::notice::NoticeForm;
use policies::split::{Clue, Finding, Split};
use server::store::{Act as Entry, Changes, Table};

const DAY: i64 = 86_400_000;

fn paper(state: &str, words: &str) -> PaperForm {
    PaperForm { state: state.into(), words: words.into(), ..PaperForm::default() }
}

fn follows(by: &str) -> PaperForm {
    PaperForm { by: by.into(), person: "何国强".into(), ..paper("missing", "") }
}

/// An application of Saturday 18 July 2026, with two approvals to be given side by side.
pub fn form() -> ChannelForm {
    ChannelForm {
        project: "城区第二水厂取水管道更换".into(),
        ground: "city".into(),
        why: "主管破损，备用管只能供水七成，高温期将分区停水".into(),
        industry: "urban".into(),
        district: "lizhou".into(),
        place: "南河街道取水口至二水厂".into(),
        kind: "works".into(),
        scope: "更换 DN800 原水管 2.4 公里".into(),
        ceiling: "1260".into(),
        funding: "budget".into(),
        ends: "2026-12-31".into(),
        department: "zjj".into(),
        papers: [
            ("evidence".into(), paper("here", "广供水〔2026〕31号")),
            ("approval".into(), paper("parallel", "")),
            ("funds".into(), paper("here", "广财建〔2026〕112号")),
            ("land".into(), follows("2026-08-05")),
            ("design".into(), paper("parallel", "")),
            ("environment".into(), paper("pledged", "管线在原位更换，不新增占地和排污")),
            ("budget".into(), follows("2026-08-07")),
        ]
        .into(),
        ..ChannelForm::default()
    }
}

fn act(key: &str) -> ChannelActForm {
    ChannelActForm {
        act: key.into(), reason: "情况属实，同意办理".into(), ..Default::default()
    }
}

fn grant() -> ChannelActForm {
    ChannelActForm {
        scope: "更换 DN800 原水管 2.4 公里".into(),
        ceiling: "1260".into(),
        ends: "2026-12-31".into(),
        orgs: [("approval".into(), "fgw".into()), ("design".into(), "zjj".into())].into(),
        ..act("grant")
    }
}

fn task(approval: &str, act: &str) -> TaskForm {
    TaskForm {
        approval: approval.into(),
        act: act.into(),
        document: "广发改审〔2026〕88号".into(),
        reason: "请补充工程量清单".into(),
    }
}

async fn applied(site: &TestSite) -> ChannelId {
    site.site.save_channel(&site.visitor("owner"), None, form()).await.expect("applied")
}

async fn does(
    site: &TestSite,
    who: &str,
    id: &ChannelId,
    mut form: ChannelActForm,
) -> Result<(), ApiError> {
    if form.seen.is_empty() {
        let seen = site.site.read().channels.get(id.as_str()).map(|c| c.applied.ms().to_string());
        form.seen = seen.expect("a case");
    }
    site.site.act_on_channel(&site.visitor(who), id, form).await
}

pub async fn opened(site: &TestSite) -> ChannelId {
    let id = applied(site).await;
    does(site, "zhujian", &id, ChannelActForm { agrees: "yes".into(), ..act("opine") })
        .await
        .expect("an opinion");
    does(site, "centre", &id, grant()).await.expect("opened");
    id
}

async fn page(site: &TestSite, who: &str, id: &ChannelId) -> ChannelPage {
    site.site.channel(&site.visitor(who), id).await.expect("a page")
}

fn against(why: &str) -> Fault {
    Fault::AgainstRule { why: why.into() }
}

async fn faults(site: &TestSite, who: &str, answer: Result<(), ApiError>) -> Vec<(String, Fault)> {
    let Err(ApiError::Draft(draft)) = answer else { panic!("{answer:?}") };
    let (_, faults) = app::api::desk::PeopleDesk::draft(&site.site, &site.visitor(who), &draft)
        .await
        .expect("a draft");
    faults.iter().map(|(field, fault)| (field.to_owned(), fault.clone())).collect()
}

/// A notice without a plan, pleaded for and let go.
pub async fn noticed(site: &TestSite, day: &str, amount: &str) -> TenderNoticeId {
    let first: model::Day = day.parse().expect("a day");
    let form = NoticeForm {
        title: "城区第二水厂取水管道更换施工".into(),
        industry: "urban".into(),
        kind: "works".into(),
        method: "open".into(),
        amount: amount.into(),
        noticed: day.into(),
        documents_from: day.into(),
        documents_until: first.plus(9).to_string(),
        deadline: first.plus(24).to_string(),
        short_reason: "emergency".into(),
        short_words: "绿色通道项目，供水抢修".into(),
        ..NoticeForm::default()
    };
    let id = site.site.save_notice(&site.visitor("owner"), None, form).await.expect("entered");
    let release = NoticeActForm {
        act: "release".into(),
        reason: "绿色通道，准许".into(),
        ..NoticeActForm::default()
    };
    let lead = site.visitor("jiaotong-lead");
    site.site.act_on_notice(&lead, &id, release).await.expect("let go");
    id
}

fn number(site: &TestSite, id: &TenderNoticeId) -> String {
    site.site.read().tender_notices.get(id.as_str()).expect("it").number.clone()
}

fn split(clue: &Clue) -> &Split {
    let Finding::Split(split) = &clue.finding else { panic!("{clue:?}") };
    split
}

async fn corrected(
    site: &TestSite,
    id: &TenderNoticeId,
    change: impl FnOnce(&mut NoticeForm),
) -> Result<TenderNoticeId, ApiError> {
    let content = site.site.read().tender_notices.get(id.as_str()).expect("it").content.clone();
    let mut form = NoticeForm { reason: "澄清招标文件".into(), ..NoticeForm::of(&content) };
    change(&mut form);
    site.site.save_notice(&site.visitor("owner"), Some(id), form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_opened_by_the_centre_with_the_department_s_opinion() {
    let site = TestSite::demo().await;
    let id = applied(&site).await;
    let before = page(&site, "centre", &id).await;
    assert_eq!(before.channel.number, "LT-2026-000001");
    let late: Vec<String> = before.clocks.iter().map(|c| c.due.stamp()).collect();
    assert_eq!(late, ["2026-07-18 09:00", "2026-07-18 11:00"]);
    // Each to their own: another department, the owner, an opinion that is still awaited.
    let opine = ChannelActForm { agrees: "yes".into(), ..act("opine") };
    assert_eq!(does(&site, "jiaotong", &id, opine.clone()).await, Err(ApiError::Forbidden));
    assert_eq!(does(&site, "owner", &id, grant()).await, Err(ApiError::Forbidden));
    let early = faults(&site, "centre", does(&site, "centre", &id, grant()).await).await;
    assert!(early[0].1 == against("行业部门尚未出具意见，意见时限未到，暂不能决定"), "{early:?}");
    does(&site, "zhujian", &id, opine).await.expect("an opinion");
    // No more than was asked for, no longer than a channel may be open.
    let more = ChannelActForm { ceiling: "1261".into(), ends: "2027-01-15".into(), ..grant() };
    let wrong = faults(&site, "centre", does(&site, "centre", &id, more).await).await;
    let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["ends", "ceiling"]);
    does(&site, "centre", &id, grant()).await.expect("opened");
    let page = page(&site, "owner", &id).await;
    assert_eq!((page.channel.stage, page.tasks.len()), (Stage::Open, 2));
    assert_eq!(page.channel.decided_after(), Some(0));
    let plan = page.plan.expect("a plan");
    assert!(plan.legal.finish < plan.green.finish && plan.green.finish < plan.ordinary.finish);
    assert!(plan.saved > 30, "{}", plan.saved);
    assert!(site.site.store.verify_journal(None).await.expect("read").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_department_does_not_hold_up_the_decision_for_ever() {
    let site = TestSite::demo().await;
    let id = applied(&site).await;
    site.clock.advance(Minutes(120));
    assert!(does(&site, "centre", &id, grant()).await.is_err());
    site.clock.advance(Minutes(1));
    does(&site, "centre", &id, grant()).await.expect("opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_to_change_and_the_owner_comes_again() {
    let site = TestSite::demo().await;
    let id = applied(&site).await;
    let refuse = ChannelActForm {
        reason: "限价未附依据，请补充后再报".into(), ..act("refuse")
    };
    does(&site, "centre", &id, refuse).await.expect("refused");
    let owner = site.visitor("owner");
    let again = site
        .site
        .channel_form(&owner, Some(&id), &ChannelFrom::default(), Refused::default())
        .await
        .expect("a form");
    assert_eq!(again.refused, "限价未附依据，请补充后再报");
    assert_eq!(again.form.form.papers["land"].person, "何国强");
    site.clock.advance(Minutes(30));
    let next = ChannelForm { ceiling: "1180".into(), ..again.form.form };
    site.site.save_channel(&owner, Some(&id), next).await.expect("handed in again");
    let page = page(&site, "centre", &id).await;
    assert_eq!(page.channel.stage, Stage::Applied);
    assert!(page.channel.applied > page.channel.begun && page.channel.opinion.is_none());
    assert_eq!(page.channel.decisions.len(), 1, "the refusal stays");
}

/// The whole way, with a clarification that comes late, over the holidays of October.
#[tokio::test(flavor = "multi_thread")]
async fn the_fast_way_is_still_a_tender() {
    let site = TestSite::demo().await;
    site.clock.advance_ms(44 * DAY); // Monday 31 August
    let mut form = form();
    form.papers.insert("land".into(), follows("2026-09-10"));
    form.papers.insert("budget".into(), follows("2026-09-10"));
    let id = site.site.save_channel(&site.visitor("owner"), None, form).await.expect("applied");
    let agrees = ChannelActForm { agrees: "yes".into(), ..act("opine") };
    does(&site, "zhujian", &id, agrees).await.expect("an opinion");
    does(&site, "centre", &id, grant()).await.expect("opened");
    site.clock.advance_ms(3 * DAY); // 3 September
    let notice = noticed(&site, "2026-09-07", "1250").await;
    let link = ChannelActForm { number: number(&site, &notice), ..act("link") };
    // 招标投标法 9: no notice before the project is approved.
    let early = faults(&site, "owner", does(&site, "owner", &id, link.clone()).await).await;
    assert_eq!(early[0].1, against("项目审批、设计审查尚未办结，不得发布招标公告"));
    let give = |who: &'static str, which: &'static str| {
        let (site, id) = (&site, &id);
        async move { site.site.act_on_task(&site.visitor(who), id, task(which, "give")).await }
    };
    assert_eq!(give("zhujian", "approval").await, Err(ApiError::Forbidden));
    give("duty", "approval").await.expect("approved");
    give("zhujian", "design").await.expect("approved");
    does(&site, "owner", &id, link).await.expect("linked");
    let before = page(&site, "owner", &id).await.plan.expect("a plan");
    assert_eq!(before.green.bar(Step::Opening).expect("there").start.to_string(), "2026-10-01");
    // Clarified on the 20th: fifteen days are needed, so bids not before 5 October.
    site.clock.advance_ms(17 * DAY); // 20 September
    let clarify = |deadline: &'static str| {
        corrected(&site, &notice, move |form| {
            form.clarified = "2026-09-20".into();
            form.deadline = deadline.into();
        })
    };
    assert!(clarify("2026-10-04").await.is_err(), "14 days");
    clarify("2026-10-12").await.expect("corrected");
    let after = page(&site, "owner", &id).await.plan.expect("a plan");
    assert!(after.green.finish > before.green.finish);
    assert_eq!(after.green.bar(Step::Opening).expect("there").start.to_string(), "2026-10-12");
    // A notice without a plan can't be raised once it is out.
    let raised = corrected(&site, &notice, |form| form.amount = "1261".into()).await;
    let raised = faults(&site, "owner", raised.map(|_| ())).await;
    assert_eq!(raised, [("noticed".to_owned(), Fault::HeldAgain)]);
    // Evaluated and published on the 13th: three days end on Friday the 16th.
    site.clock.advance_ms(30 * DAY); // 20 October
    let publicity = |until: &'static str| {
        corrected(&site, &notice, move |form| {
            form.evaluated = "2026-10-13".into();
            form.publicity_from = "2026-10-13".into();
            form.publicity_until = until.into();
        })
    };
    publicity("2026-10-16").await.expect("corrected");
    let award = |day: &str| ChannelActForm { day: day.into(), ..act("award") };
    let early = faults(&site, "owner", does(&site, "owner", &id, award("2026-10-16")).await).await;
    assert!(
        matches!(&early[0].1, Fault::BelowLegal { why } if why.contains("2026-10-17")),
        "{early:?}"
    );
    does(&site, "owner", &id, award("2026-10-19")).await.expect("awarded");
    let contract = |amount: &str| ChannelActForm {
        day: "2026-10-20".into(),
        amount: amount.into(),
        firm: "四川利州水务建设有限公司".into(),
        ..act("contract")
    };
    let above = faults(&site, "owner", does(&site, "owner", &id, contract("1260.01")).await).await;
    assert_eq!(above[0].1, against("超过通道核定限价 12,600,000.00 元，提高限价须经决定"));
    does(&site, "owner", &id, contract("1238.5")).await.expect("contracted");
    let page = page(&site, "supervisor", &id).await;
    assert_eq!(page.channel.stage, Stage::Finished);
    let plan = page.plan.expect("a plan");
    assert_eq!(plan.green.finish.to_string(), "2026-10-20");
    assert_eq!(plan.short, []);
    assert!(plan.saved > 0);
    // It stays what it was, however long ago.
    site.clock.advance_ms(90 * DAY);
    let later = self::page(&site, "supervisor", &id).await.plan.expect("a plan");
    assert_eq!((later.saved, later.short), (plan.saved, vec![]));
    let land = later.green.bar(Step::Land).expect("there");
    assert_eq!((land.end.to_string().as_str(), land.skipped), ("2026-08-31", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_late_paper_suspends_by_itself() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let stage = |site: &TestSite| site.site.read().channels.get(id.as_str()).expect("it").stage;
    site.clock.advance_ms(19 * DAY); // 6 August: one is late
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site), Stage::Open);
    // A sleep that passes the due time of the second.
    site.clock.advance_ms(5 * DAY);
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site), Stage::Suspended);
    let supervised = site.site.supervision(&site.visitor("supervisor")).await.expect("a page");
    assert!(
        supervised.late[0].2.contains("用地预审") && supervised.late[0].2.contains("工程量清单")
    );
    // It goes on only when what is owed is there, and by decision.
    let resume = faults(&site, "centre", does(&site, "centre", &id, act("resume")).await).await;
    assert!(matches!(&resume[0].1, Fault::AgainstRule { why } if why.contains("尚未补齐")));
    for paper in ["land", "budget"] {
        let supply = ChannelActForm {
            paper: paper.into(),
            number: "广规〔2026〕7号".into(),
            ..act("supply")
        };
        does(&site, "owner", &id, supply).await.expect("supplied");
    }
    assert_eq!(does(&site, "owner", &id, act("resume")).await, Err(ApiError::Forbidden));
    does(&site, "centre", &id, act("resume")).await.expect("let go on");
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site), Stage::Open, "what was late once does not suspend again");
    let page = page(&site, "owner", &id).await;
    let names: Vec<Act> = page.channel.decisions.iter().map(|d| d.act).collect();
    assert_eq!(names, [Act::Grant, Act::Suspend, Act::Resume]);
    assert_eq!(page.channel.decisions[1].by, None, "a rule did, and no person");
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_reminded_of_at_eighty_percent_and_when_they_are_over() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let said = |site: &TestSite| -> Vec<PostKind> {
        let mirror = site.site.read();
        let mut posts: Vec<_> = mirror.channel_posts.iter().map(|p| (p.at, p.kind)).collect();
        posts.sort();
        posts.into_iter().map(|(_, kind)| kind).collect()
    };
    // Promised within five working days from Saturday on: until Friday the 24th.
    site.clock.advance_ms(5 * DAY);
    assert!(site.site.do_due().await);
    assert_eq!(said(&site), []);
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await);
    assert_eq!(said(&site), [PostKind::Nearly; 2]);
    site.clock.advance_ms(DAY);
    assert!(site.site.do_due().await && site.site.do_due().await);
    assert_eq!(said(&site).len(), 4, "each once");
    let desk = &site.site;
    let red = desk.supervision(&site.visitor("supervisor")).await.expect("a page");
    assert_eq!(red.departments.len(), 2);
    assert!(red.departments.iter().all(|d| d.open == [0, 0, 1]));
    // The supervisor urges, the department answers; nobody else may urge.
    let urge = PostForm {
        kind: "urge".into(),
        about: "design".into(),
        text: "请三日内办结".into(),
        ..PostForm::default()
    };
    let owner = site.visitor("owner");
    assert_eq!(desk.say(&owner, &id, urge.clone()).await, Err(ApiError::Forbidden));
    desk.say(&site.visitor("supervisor"), &id, urge).await.expect("urged");
    let urged = page(&site, "zhujian", &id).await;
    let asked = urged.posts.iter().find(|p| p.kind == PostKind::Urge).expect("it").id.clone();
    let answer = PostForm {
        kind: "answer".into(),
        answers: asked,
        text: "今日办结".into(),
        ..PostForm::default()
    };
    desk.say(&site.visitor("zhujian"), &id, answer).await.expect("answered");
    // Sent back and handed in again: a new clock.
    desk.act_on_task(&site.visitor("zhujian"), &id, task("design", "return"))
        .await
        .expect("returned");
    assert!(desk.act_on_task(&site.visitor("zhujian"), &id, task("design", "give")).await.is_err());
    desk.act_on_task(&owner, &id, task("design", "resubmit")).await.expect("again");
    let page = page(&site, "zhujian", &id).await;
    let design = page.tasks.iter().find(|t| t.task.approval.key() == "design").expect("it");
    assert_eq!(design.urgency, Urgency::Green);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_ends_on_its_day_and_is_extended_by_decision_only() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let extend = ChannelActForm { ends: "2027-01-14".into(), ceiling: "1300".into(), ..grant() };
    let extend = ChannelActForm { act: "extend".into(), ..extend };
    assert_eq!(does(&site, "owner", &id, extend.clone()).await, Err(ApiError::Forbidden));
    does(&site, "centre", &id, extend).await.expect("extended");
    site.clock.advance_ms(167 * DAY); // 1 January 2027: past the first end, not the second
    assert!(site.site.do_due().await);
    let stage = |site: &TestSite| site.site.read().channels.get(id.as_str()).expect("it").stage;
    assert_eq!(stage(&site), Stage::Suspended, "its papers never came");
    site.clock.advance_ms(14 * DAY);
    assert!(site.site.do_due().await);
    assert_eq!(stage(&site), Stage::Expired);
    let late = does(&site, "centre", &id, ChannelActForm { act: "extend".into(), ..grant() }).await;
    assert!(matches!(late, Err(ApiError::Channel(Refusal::OutOfTurn { .. }))), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_promise_is_proposed_and_recorded_by_nobody_but_a_person() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let check = ChannelActForm {
        paper: "environment".into(),
        agrees: "no".into(),
        reason: "现场新增弃渣场，与承诺不符".into(),
        ..act("check")
    };
    assert_eq!(does(&site, "jiaotong", &id, check.clone()).await, Err(ApiError::Forbidden));
    does(&site, "zhujian", &id, check.clone()).await.expect("checked");
    assert_eq!(does(&site, "zhujian", &id, check).await, Err(ApiError::Stale));
    let proposal = {
        let mirror = site.site.read();
        let proposal = mirror.credits.iter().next().expect("a proposal");
        assert_eq!((proposal.subject.as_str(), proposal.verdict.is_none()), ("gljt", true));
        assert_eq!(proposal.until.day().to_string(), "2026-07-24");
        proposal.id.clone()
    };
    let desk = &site.site;
    let says = |who: &str, key: &str| {
        let form = VerdictForm {
            act: key.into(),
            reason: "渣场系另一项目，附证明".into(),
            ..VerdictForm::default()
        };
        let (visitor, id, desk) = (site.visitor(who), proposal.clone(), desk.clone());
        async move { desk.decide_credit(&visitor, &id, form).await }
    };
    // Its time for a statement first; whoever proposed it never decides.
    assert_eq!(says("duty", "record").await, Err(ApiError::Credit(Unheard::Awaited)));
    assert_eq!(says("zhujian", "record").await, Err(ApiError::Forbidden));
    assert_eq!(says("duty", "state").await, Err(ApiError::Forbidden));
    says("owner", "state").await.expect("stated");
    assert_eq!(says("owner", "state").await, Err(ApiError::Stale));
    says("duty", "spare").await.expect("decided");
    assert_eq!(says("duty", "record").await, Err(ApiError::Credit(Unheard::Decided)));
    let page = desk.credits(&site.visitor("owner")).await.expect("a page");
    assert!(page.credits[0].proposal.verdict.as_ref().is_some_and(|v| !v.recorded));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_subject_is_decided_on_when_its_time_is_over() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let check = ChannelActForm { paper: "environment".into(), agrees: "no".into(), ..act("check") };
    does(&site, "zhujian", &id, check).await.expect("checked");
    let proposal = site.site.read().credits.iter().next().expect("it").id.clone();
    let record =
        VerdictForm {
            act: "record".into(), reason: "事实清楚".into(), ..VerdictForm::default()
        };
    site.clock.advance_ms(7 * DAY);
    let late = VerdictForm { act: "state".into(), ..record.clone() };
    let refused = site.site.decide_credit(&site.visitor("owner"), &proposal, late).await;
    assert_eq!(refused, Err(ApiError::Credit(Unheard::TooLate)));
    site.site.decide_credit(&site.visitor("duty"), &proposal, record).await.expect("decided");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_split_is_found_once_and_again_with_more() {
    let site = TestSite::demo().await;
    let desk = &site.site;
    let owner = site.visitor("owner");
    let apply = |project: &str, wan: &str| {
        let form = ChannelForm { project: project.into(), ceiling: wan.into(), ..form() };
        desk.save_channel(&owner, None, form)
    };
    let clues = |site: &TestSite| site.site.read().clues.iter().cloned().collect::<Vec<_>>();
    apply("取水管道更换一期", "250").await.expect("applied");
    assert!(desk.do_due().await);
    assert_eq!(clues(&site).len(), 0);
    site.clock.advance_ms(30 * DAY);
    let mut second = form();
    second.papers.insert("land".into(), paper("none", "原位更换，不新增用地"));
    second.papers.insert("budget".into(), paper("here", "控制价文件"));
    second.project = "取水管道更换二期".into();
    second.place = "二水厂取水口（南河街道）".into();
    second.ceiling = "150".into();
    desk.save_channel(&owner, None, second.clone()).await.expect("applied");
    assert!(desk.do_due().await && desk.do_due().await);
    let found = clues(&site);
    assert_eq!((found.len(), split(&found[0]).members.len()), (1, 2));
    assert_eq!(split(&found[0]).sum, model::Money::from_fen(400_000_000));
    assert!(desk.clues(&owner).await.is_err(), "not for whom it is about");
    let supervisor = site.visitor("supervisor");
    let drop = VerdictForm {
        act: "drop".into(),
        reason: "两处管径不同，分期批复".into(),
        ..VerdictForm::default()
    };
    desk.decide_clue(&supervisor, &found[0].id, drop.clone()).await.expect("said");
    assert_eq!(desk.decide_clue(&supervisor, &found[0].id, drop).await, Err(ApiError::Stale));
    // A third one opens it again, with what was said.
    site.clock.advance_ms(DAY);
    desk.save_channel(&owner, None, ChannelForm { project: "三期".to_owned() + "管道", ..second })
        .await
        .expect("applied");
    assert!(desk.do_due().await);
    let again = clues(&site);
    assert_eq!((again.len(), split(&again[0]).members.len()), (1, 3));
    assert!(again[0].is_open() && again[0].verdicts.len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_opens_the_cases_that_it_counts() {
    let site = TestSite::demo().await;
    opened(&site).await;
    let other = ChannelForm { district: "qingchuan".into(), place: "沙州镇".into(), ..form() };
    site.site.save_channel(&site.visitor("owner"), None, other).await.expect("applied");
    site.clock.advance_ms(20 * DAY);
    let centre = site.visitor("centre");
    let page = site.site.measures(&centre).await.expect("a page");
    let all = &page.all;
    assert_eq!((all.cases, all.decided, all.in_time, all.overdue, all.owed), (2, 1, 1, 2, 1));
    for (dimension, _, rows) in &page.by {
        for row in rows {
            for counts in Counts::ALL {
                let mut ask = ChannelsAsk { counts: counts.key().into(), ..ChannelsAsk::default() };
                match dimension.as_str() {
                    "ground" => ask.ground = row.key.clone(),
                    "department" => ask.department = row.key.clone(),
                    _ => ask.district = row.key.clone(),
                }
                let listed = site.site.channels(&centre, ask).await.expect("a list").total;
                let m = &row.measure;
                let (least, told) = match counts {
                    Counts::Decided => (m.decided, true),
                    Counts::InTime => (m.in_time, true),
                    Counts::Saved => (m.finished, true),
                    Counts::Given => (m.given, false),
                    Counts::Missed => (m.given - m.kept, false),
                    Counts::Overdue => (m.overdue, false),
                    Counts::Owed => (m.owed, false),
                };
                // Figures of approvals and papers open the cases that have any.
                assert_eq!(listed > 0, least > 0, "{dimension} {} {counts:?}", row.key);
                assert!(!told || listed == least, "{dimension} {} {counts:?}", row.key);
            }
        }
    }
}

async fn refused_emergency(site: &TestSite) -> EmergencyId {
    let desk = &site.site;
    let report = ReportForm {
        id: "xq-convert".into(),
        title: "S205 挡墙鼓胀开裂".into(),
        description: "挡墙外鼓 12 厘米，雨后有发展".into(),
        kind: "traffic".into(),
        urgency: "urgent".into(),
        district: "chaotian".into(),
        address: "临溪乡 S205 K31+900".into(),
        ..ReportForm::default()
    };
    let id = desk.report(&site.visitor("owner"), report).await.expect("reported");
    let accept = AcceptForm { urgency: "urgent".into(), ..AcceptForm::default() };
    desk.accept(&site.visitor("duty"), &id, accept).await.expect("accepted");
    let verify = VerifyForm {
        on_site: "2026-07-18T07:00".into(),
        second: "李建国".into(),
        findings: "变形缓慢，可限行通行，能够组织招标".into(),
        scope: "K31+880 至 K31+930 挡墙 50 米".into(),
        ..VerifyForm::default()
    };
    desk.verify(&site.visitor("jiaotong"), &id, verify).await.expect("verified");
    let refuse = DetermineForm {
        authority: "市交通运输局".into(),
        document: "广交函〔2026〕51号".into(),
        why: "能够在危害发生前完成招标，应走绿色通道".into(),
        ..DetermineForm::default()
    };
    desk.determine(&site.visitor("jiaotong-lead"), &id, false, refuse).await.expect("refused");
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_emergency_brings_everything_along_and_goes_over_once() {
    let site = TestSite::demo().await;
    let emergency = refused_emergency(&site).await;
    let owner = site.visitor("owner");
    let from = ChannelFrom { emergency: emergency.to_string(), ..ChannelFrom::default() };
    let page =
        site.site.channel_form(&owner, None, &from, Refused::default()).await.expect("a form");
    let said = page.form.form;
    assert_eq!(said.project, "S205 挡墙鼓胀开裂");
    assert_eq!((said.district.as_str(), said.industry.as_str()), ("chaotian", "highway"));
    assert_eq!(said.scope, "K31+880 至 K31+930 挡墙 50 米");
    assert_eq!(said.department, "jtj");
    for told in ["外鼓 12 厘米", "变形缓慢", "能够在危害发生前完成招标"] {
        assert!(said.why.contains(told), "{}", said.why);
    }
    assert!(page.origin.contains("险〔2026〕0718-"));
    let rest = form();
    let whole = ChannelForm {
        ground: "livelihood".into(),
        ceiling: "380".into(),
        funding: "budget".into(),
        ends: "2026-12-31".into(),
        papers: rest.papers.clone().into_iter().chain(said.papers.clone()).collect(),
        ..said
    };
    let id = site.site.save_channel(&owner, None, whole.clone()).await.expect("applied");
    let page = self::page(&site, "centre", &id).await;
    assert!(page.channel.origin.words().contains("由险情 险〔2026〕0718-"));
    // The same form again is the same application; another one is told of it.
    assert_eq!(site.site.save_channel(&owner, None, whole.clone()).await, Ok(id));
    let other = ChannelForm { key: String::new(), ..whole };
    let twice = site.site.save_channel(&owner, None, other).await.map(|_| ());
    let wrong = faults(&site, "owner", twice).await;
    assert!(matches!(&wrong[0].1, Fault::AgainstRule { why } if why.contains("LT-2026-000001")));
    // A case that is open, or another owner's, goes nowhere.
    let open = ChannelFrom { emergency: "xq-demo-1".into(), ..ChannelFrom::default() };
    let refused = site.site.channel_form(&owner, None, &open, Refused::default()).await;
    assert!(refused.is_err(), "{refused:?}");
}

/// What a review found: ways round the law that are closed.
#[tokio::test(flavor = "multi_thread")]
async fn no_way_round_by_another_notice_or_an_older_one() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    for (who, which) in [("duty", "approval"), ("zhujian", "design")] {
        let visitor = site.visitor(who);
        site.site.act_on_task(&visitor, &id, task(which, "give")).await.expect("approved");
    }
    let link =
        |notice: &TenderNoticeId| ChannelActForm { number: number(&site, notice), ..act("link") };
    // A tender that began before the channel was opened is none of its own.
    let older = noticed(&site, "2026-07-17", "1000").await;
    let wrong = faults(&site, "owner", does(&site, "owner", &id, link(&older)).await).await;
    assert_eq!(wrong[0].1, against("公告日早于通道开通日 2026-07-18"));
    // Nor is one that costs more than what was decided.
    let dear = noticed(&site, "2026-07-20", "1260.01").await;
    let wrong = faults(&site, "owner", does(&site, "owner", &id, link(&dear)).await).await;
    assert_eq!(wrong[0].1, against("超过通道核定限价 12,600,000.00 元，提高限价须经决定"));
    let first = noticed(&site, "2026-07-20", "1000").await;
    does(&site, "owner", &id, link(&first)).await.expect("linked");
    // Corrected into another kind, or back before the approvals: refused at the notice.
    assert!(corrected(&site, &first, |form| form.kind = "goods".into()).await.is_err());
    site.clock.advance_ms(40 * DAY); // 27 August
    corrected(&site, &first, |form| {
        form.evaluated = "2026-08-14".into();
        form.publicity_from = "2026-08-14".into();
        form.publicity_until = "2026-08-17".into();
    })
    .await
    .expect("corrected");
    let award = |day: &str| ChannelActForm { day: day.into(), ..act("award") };
    let slip = faults(&site, "owner", does(&site, "owner", &id, award("1026-08-18")).await).await;
    assert_eq!(slip[0].1, against("早于通道开通日 2026-07-18"));
    does(&site, "owner", &id, award("2026-08-18")).await.expect("awarded");
    // Its publicity is told anew, later: the award came too soon, and no contract follows.
    corrected(&site, &first, |form| form.publicity_until = "2026-08-24".into())
        .await
        .expect("corrected");
    let contract = ChannelActForm {
        day: "2026-08-26".into(),
        amount: "990".into(),
        firm: "四川利州水务建设有限公司".into(),
        ..act("contract")
    };
    let refused = faults(&site, "owner", does(&site, "owner", &id, contract.clone()).await).await;
    assert!(
        matches!(&refused[0].1, Fault::BelowLegal { why } if why.contains("定标")),
        "{refused:?}"
    );
    // Another notice takes the place of one that was cancelled, and no award with it.
    let second = noticed(&site, "2026-08-27", "1000").await;
    let refused = faults(&site, "owner", does(&site, "owner", &id, link(&second)).await).await;
    assert!(matches!(&refused[0].1, Fault::AgainstRule { why } if why.contains("须先撤销")));
    let cancel = NoticeActForm {
        act: "cancel".into(),
        reason: "重新招标".into(),
        ..NoticeActForm::default()
    };
    site.site
        .act_on_notice(&site.visitor("owner"), &first, cancel.clone())
        .await
        .expect("cancelled");
    does(&site, "owner", &id, link(&second)).await.expect("linked");
    assert_eq!(page(&site, "owner", &id).await.channel.award, None);
    // With a contract there is nothing to cancel any more.
    site.clock.advance_ms(40 * DAY); // 6 October
    corrected(&site, &second, |form| {
        form.evaluated = "2026-09-21".into();
        form.publicity_from = "2026-09-21".into();
        form.publicity_until = "2026-09-24".into();
    })
    .await
    .expect("corrected");
    does(&site, "owner", &id, award("2026-09-28")).await.expect("awarded");
    does(&site, "owner", &id, ChannelActForm { day: "2026-09-29".into(), ..contract })
        .await
        .expect("contracted");
    let kept = site.site.act_on_notice(&site.visitor("owner"), &second, cancel).await;
    assert!(matches!(kept, Err(ApiError::Draft(_))), "{kept:?}");
}

/// An opinion is about the application that the page showed.
#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_on_what_has_changed_since_is_sent_back_with_its_words() {
    let site = TestSite::demo().await;
    let id = applied(&site).await;
    let seen = page(&site, "zhujian", &id).await.channel.applied.ms().to_string();
    site.clock.advance(Minutes(5));
    let next = ChannelForm { ceiling: "9000".into(), ..form() };
    site.site.save_channel(&site.visitor("owner"), Some(&id), next).await.expect("changed");
    let opine = ChannelActForm { agrees: "yes".into(), seen, ..act("opine") };
    let refused = faults(&site, "zhujian", does(&site, "zhujian", &id, opine).await).await;
    assert_eq!(refused, [("reason".to_owned(), Fault::Changed)]);
    // One that does not say which it is about is about none.
    let opine = ChannelActForm { agrees: "yes".into(), ..act("opine") };
    let answer = site.site.act_on_channel(&site.visitor("zhujian"), &id, opine).await;
    let refused = faults(&site, "zhujian", answer).await;
    assert_eq!(refused, [("reason".to_owned(), Fault::Changed)]);
}

/// An application that was withdrawn before anything was decided has an end, too: whoever
/// was to answer for its papers is forgotten in time.
#[tokio::test(flavor = "multi_thread")]
async fn names_of_a_withdrawn_application_go_in_time() {
    const MONTHS: i64 = 31 * DAY;
    let site = TestSite::demo().await;
    let id = applied(&site).await;
    does(&site, "owner", &id, act("withdraw")).await.expect("withdrawn");
    let case = page(&site, "owner", &id).await.channel;
    let person = case.items.iter().find_map(|item| match &item.state {
        ItemState::Missing { person, .. } => Some(person.clone()),
        _ => None,
    });
    let person = person.expect("somebody answers for a paper");
    site.clock.advance_ms(23 * MONTHS);
    site.site.do_due().await;
    assert_eq!(site.site.read().reveal(&person), "何国强");
    site.clock.advance_ms(2 * MONTHS);
    site.site.do_due().await;
    assert_eq!(site.site.read().reveal(&person), "");
}

/// The ceiling and the notice that it bounds are changed at once, by two people: whoever is
/// second is told, and the notice never stands above the ceiling.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_and_its_ceiling_can_not_pass_each_other() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    for (who, which) in [("duty", "approval"), ("zhujian", "design")] {
        let visitor = site.visitor(who);
        site.site.act_on_task(&visitor, &id, task(which, "give")).await.expect("approved");
    }
    let notice = noticed(&site, "2026-07-20", "1000").await;
    let link = ChannelActForm { number: number(&site, &notice), ..act("link") };
    does(&site, "owner", &id, link).await.expect("linked");
    let mut both = 0;
    for round in 0..12 {
        let set =
            |wan: &str| ChannelActForm { act: "extend".into(), ceiling: wan.into(), ..grant() };
        let lower = does(&site, "centre", &id, set("1050"));
        let raise = corrected(&site, &notice, |form| form.amount = format!("12{round:02}"));
        // Either may be first.
        let (lower, raise) = if round % 2 == 0 {
            tokio::join!(lower, raise)
        } else {
            let (raise, lower) = tokio::join!(raise, lower);
            (lower, raise)
        };
        both += usize::from(lower.is_ok() && raise.is_ok());
        let amount =
            site.site.read().tender_notices.get(notice.as_str()).expect("it").content.amount;
        let terms = site.site.read().channels.get(id.as_str()).expect("it").terms.clone();
        assert!(amount <= terms.expect("terms").ceiling, "round {round}");
        // Back to where both are possible.
        let _ = corrected(&site, &notice, |form| form.amount = "1000".into()).await;
        does(&site, "centre", &id, set("1260")).await.expect("raised");
    }
    assert_eq!(both, 0, "one of the two must lose");
}

/// A plan brings what it says, and its lead binds until the notice is let go.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_goes_over_with_what_it_says_and_its_lead() {
    let site = TestSite::demo().await;
    let owner = site.visitor("owner");
    let plan = super::plans::published(&site).await;
    let from = ChannelFrom { plan: plan.to_string(), ..ChannelFrom::default() };
    let page = site.site.channel_form(&owner, None, &from, Refused::default()).await;
    let page = page.expect("a form");
    assert!(page.origin.contains("JH-2026-000001"), "{}", page.origin);
    let said = page.form.form;
    assert_eq!(said.project, "青川县沙州至姚渡公路改造");
    assert_eq!((said.ceiling.as_str(), said.district.as_str()), ("2000", "qingchuan"));
    let whole = ChannelForm {
        ground: "livelihood".into(),
        why: "唯一出县通道，雨季前须恢复通行".into(),
        place: "沙州镇至姚渡镇".into(),
        ends: "2026-12-31".into(),
        department: "jtj".into(),
        papers: form().papers,
        ..said
    };
    let id = site.site.save_channel(&owner, None, whole.clone()).await.expect("applied");
    let shown = self::page(&site, "centre", &id).await;
    assert_eq!(shown.channel.origin.words(), "由招标计划 JH-2026-000001 转入");
    let route = shown.plan.expect("a plan");
    let notice = route.legal.bar(Step::Notice).expect("there").end;
    assert_eq!(notice.to_string(), "2026-08-17", "thirty days after the plan");
    // Once only, and nobody else's.
    let again = ChannelForm { key: String::new(), ..whole };
    let twice = site.site.save_channel(&owner, None, again).await.map(|_| ());
    assert!(matches!(&faults(&site, "owner", twice).await[0].1, Fault::AgainstRule { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_itself_refuses() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let desk = &site.site;
    let write = |changes: Changes| {
        let system = &model::Actor::SYSTEM;
        let act = Entry::new(system, model::Errand::ChannelClock, Table::Channel, id.as_str());
        desk.store.commit(changes, act, desk.now())
    };
    let kept = desk.read().channels.get(id.as_str()).cloned().expect("a case");
    let mut changes = Changes::new();
    changes.remove(&kept).expect("a change");
    assert!(write(changes).await.is_err(), "a case was deleted");
    let mut above = (*kept.value).clone();
    above.contract = Some(policies::channel::Contract {
        signed: desk.now().day(),
        amount: model::Money::from_fen(1_260_000_001),
        firm: "甲".into(),
        entered: desk.now(),
        by: site.visitor("owner").actor.account.expect("an account"),
    });
    let mut changes = Changes::new();
    changes.update(&kept, &above).expect("a change");
    assert!(write(changes).await.is_err(), "a contract above the ceiling");
    let mut same_number = (*kept.value).clone();
    same_number.id = "lt-other".parse().expect("a key");
    let mut changes = Changes::new();
    changes.create(&same_number).expect("a change");
    assert!(write(changes).await.is_err(), "a number given twice");
    assert!(desk.store.verify_journal(None).await.expect("read").is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_what_is_asked_for_and_no_more_than_may_be_seen() {
    let site = TestSite::demo().await;
    let id = opened(&site).await;
    let list = |who: &str, ask: ChannelsAsk| {
        let visitor = site.visitor(who);
        let desk = site.site.clone();
        async move { desk.channels(&visitor, ask).await }
    };
    let open = ChannelsAsk { stage: "open".into(), ..ChannelsAsk::default() };
    let page = list("supervisor", open.clone()).await.expect("a list");
    assert_eq!((page.total, &page.channels[0].id), (1, &id));
    assert!(page.channels[0].finish.is_some_and(|(_, saved)| saved > 0));
    let other = ChannelsAsk { district: "qingchuan".into(), ..ChannelsAsk::default() };
    assert_eq!(list("centre", other).await.expect("a list").total, 0);
    assert!(list("firm01", open.clone()).await.is_err());
    assert!(list("qingchuan", open).await.is_err());
}
