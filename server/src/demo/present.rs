//! Cases of the demonstration city that are under way, one in each state worth
//! seeing: a team at work, an oral order that waits for its confirmation, and a
//! determination that was refused.

use super::history::decision;
use super::{found, key};
use crate::records::Publication;
use crate::store::{Changes, Store, StoreFault, Table};
use model::{Datum, District, Minutes, Moment, Money, Place, Role, Urgency, WorkKind};
use pool::canon::Seal;
use pool::dispatch::{Dispatch, Entry, State};
use pool::emergency::{
    Determination, Emergency, OralOrder, Report, Reporter, Stage, Stamp, Verification,
};
use pool::selection::{Mode, Selection};

/// Lays down the cases under way as of `now`.
pub(super) async fn seed(store: &Store, now: Moment) -> Result<(), StoreFault> {
    let mut changes = Changes::new();
    at_work(store, &mut changes, now)?;
    ordered(&mut changes, now)?;
    refused(&mut changes, now)?;
    store.commit(changes, found(Table::Emergency, "xq-now-1"), now).await?;
    Ok(())
}

/// What is reported, where, and so many minutes ago.
struct Danger {
    n: u32,
    /// Its place among the reports of its day, behind those of the story.
    serial: u32,
    title: &'static str,
    text: &'static str,
    kind: WorkKind,
    urgency: Urgency,
    district: District,
    address: &'static str,
    place: (i32, i32),
    people: u32,
    ago: u32,
}

impl Danger {
    fn reported(&self, now: Moment) -> Emergency {
        let received = now.minus(Minutes(self.ago));
        let day = received.day();
        let number = format!(
            "险〔{}〕{:02}{:02}-{:02}",
            day.year(),
            day.month(),
            day.day_of_month(),
            self.serial
        );
        let report = Report {
            title: self.title.into(),
            description: self.text.into(),
            kind: self.kind,
            district: self.district,
            address: self.address.into(),
            place: Place::from_e6(self.place.0, self.place.1).unwrap_or(self.district.seat()),
            datum: Datum::Wgs84,
            people_in_danger: self.people,
            seen: received.minus(Minutes(8)),
            received,
            reporter: Reporter {
                role: Role::Owner,
                account: Some(key("a-owner")),
                org: Some(key("gljt")),
                name: None,
                phone: None,
            },
        };
        let id = format!("xq-now-{}", self.n);
        let case = Emergency::reported(key(&id), number, report, self.urgency);
        Emergency {
            stage: Stage::Accepted,
            accepted: Some(Stamp {
                at: received.plus(Minutes(6)),
                by: key("a-duty"),
                note: String::new(),
            }),
            ..case
        }
    }
}

fn verification(
    changes: &mut Changes,
    at: Moment,
    by: &str,
    findings: &str,
    scope: &str,
) -> Verification {
    Verification {
        at,
        on_site: at.minus(Minutes(15)),
        by: key(by),
        second: crate::site::seal(changes, "冯刚"),
        second_remote: false,
        findings: findings.into(),
        scope: scope.into(),
    }
}

/// A team of a road firm works on site since last night.
fn at_work(store: &Store, changes: &mut Changes, now: Moment) -> Result<(), StoreFault> {
    let danger = Danger {
        n: 1,
        serial: 4,
        title: "国华镇路肩垮塌",
        text: "路肩垮塌十五米，半幅通行，雨仍在下。",
        kind: WorkKind::Traffic,
        urgency: Urgency::Urgent,
        district: District::Wangcang,
        address: "国华镇 S302 K54+200",
        place: (106_466_000, 32_334_000),
        people: 0,
        ago: 11 * 60,
    };
    let at = |minutes| now.minus(Minutes(danger.ago)).plus(Minutes(minutes));
    let scope = "K54+195 至 K54+210 路肩及下边坡";
    let case = Emergency {
        stage: Stage::Determined,
        verification: Some(verification(
            changes,
            at(55),
            "a-jiaotong",
            "路肩垮塌十五米，裂缝仍在发展。",
            scope,
        )),
        determination: Some(Determination {
            at: at(90),
            by: key("a-jiaotong-lead"),
            authority: "市交通运输局".into(),
            document: format!("广交应急〔{}〕31号", at(90).day().year()),
            granted: true,
            yes: ["cause", "immediate", "scope"].map(String::from).to_vec(),
            reasons: vec![],
            tender: "未达到必须招标规模".into(),
            why: "裂缝仍在发展，须立即反压回填。".into(),
            scope: scope.into(),
            ceiling: Money::from_yuan(620_000).unwrap_or(Money::ZERO),
            planned_finish: now.day().plus(6),
        }),
        ..danger.reported(now)
    };
    let team = store.read().teams.get("t-07-1").map(|t| (*t.value).clone());
    let team = team.ok_or_else(|| StoreFault::Invalid("no team of firm 7".into()))?;
    let decision = decision(&case, &team, at(100));
    let list = decision.canonical()?;
    let eta = decision.slate.fit.first().map_or(Minutes(60), |c| c.minutes);
    let selection = Selection {
        id: key("xd-now-1"),
        emergency: case.id.clone(),
        case: case.number.clone(),
        round: 1,
        at: at(100),
        by: key("a-duty"),
        list_hash: Seal::of(list.as_bytes()),
        list,
        mode: Mode::Nearest {
            commander: "王志远 指挥长".into(),
            reason: "裂缝仍在发展，到场时间要紧。".into(),
            override_reason: None,
        },
        order: vec![team.id.clone()],
        called: 1,
        ended: None,
    };
    let dispatch = Dispatch {
        id: key("pq-now-1"),
        number: format!("{}-1", case.number.replacen('险', "派", 1)),
        emergency: case.id.clone(),
        selection: selection.id.clone(),
        rank: 1,
        team: team.id.clone(),
        contractor: team.contractor.clone(),
        eta,
        state: State::OnSite,
        undelivered: None,
        token: String::new(),
        token_until: at(100),
        log: vec![
            Entry::new("offer", at(100)),
            Entry::new("deliver", at(101)),
            Entry::new("accept", at(107)),
            Entry::new("depart", at(125)),
            Entry::new("arrive", at(107).plus(eta)),
        ],
        evaluations: vec![],
        contract: None,
        settlement: None,
    };
    let publication = Publication {
        id: key("gs-now-1"),
        emergency: case.id.clone(),
        dispatch: dispatch.id.clone(),
        due: Moment::from_ms(Moment::end_of(now.day().plus(4)).ms() - 1),
        statutory_due: Moment::from_ms(Moment::end_of(now.day().plus(27)).ms() - 1),
        published: Some(at(107)),
        withheld: None,
    };
    changes.create(&case)?.create(&selection)?.create(&dispatch)?.create(&publication)?;
    Ok(())
}

/// The commander ordered by telephone; the paper is still to come.
fn ordered(changes: &mut Changes, now: Moment) -> Result<(), StoreFault> {
    let danger = Danger {
        n: 2,
        serial: 3,
        title: "三堆镇库区滑坡体变形",
        text: "滑坡体前缘渗水，裂缝加宽，下方七户已转移。",
        kind: WorkKind::Geo,
        urgency: Urgency::Critical,
        district: District::Lizhou,
        address: "三堆镇 井田村二组",
        place: (105_623_400, 32_497_400),
        people: 0,
        ago: 95,
    };
    let at = |minutes| now.minus(Minutes(danger.ago)).plus(Minutes(minutes));
    let case = Emergency {
        stage: Stage::Provisional,
        oral_order: Some(OralOrder {
            at: at(22),
            given: at(19),
            by: key("a-duty"),
            commander: "王志远 指挥长".into(),
            channel: crate::site::seal(changes, "0839-3260119"),
            words: "先调一支队伍上去做监测和应急排水，人员不得进入滑坡体。".into(),
            confirm_by: at(19).plus(Minutes(24 * 60)),
        }),
        ..danger.reported(now)
    };
    changes.create(&case)?;
    Ok(())
}

/// Yearly upkeep that somebody wanted to have called an emergency.
fn refused(changes: &mut Changes, now: Moment) -> Result<(), StoreFault> {
    let danger = Danger {
        n: 3,
        serial: 5,
        title: "元坝镇排水沟淤积",
        text: "雨季前排水沟清淤，部分盖板破损。",
        kind: WorkKind::Urban,
        urgency: Urgency::Ordinary,
        district: District::Zhaohua,
        address: "元坝镇 葭萌路",
        place: (105_961_800, 32_325_600),
        people: 0,
        ago: 50 * 60,
    };
    let at = |minutes| now.minus(Minutes(danger.ago)).plus(Minutes(minutes));
    let findings = "沟底淤积约二十厘米，盖板破损四块，排水未中断。";
    let case = Emergency {
        stage: Stage::Refused,
        verification: Some(verification(changes, at(300), "a-zhujian", findings, "葭萌路排水沟")),
        determination: Some(Determination {
            at: at(420),
            by: key("a-commander"),
            authority: "市抢险救灾指挥部".into(),
            document: format!("广应指〔{}〕8号", at(420).day().year()),
            granted: false,
            yes: vec![],
            reasons: vec![],
            tender: String::new(),
            why: "属日常维护，不是突发事件引起，也不需立即采取措施；列入年度养护计划办理。".into(),
            scope: String::new(),
            ceiling: Money::ZERO,
            planned_finish: at(420).day(),
        }),
        ..danger.reported(now)
    };
    changes.create(&case)?;
    Ok(())
}
