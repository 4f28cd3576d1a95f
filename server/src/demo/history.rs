//! Past missions of the demonstration city: closed cases with calls, scores and
//! publications, so that merit, rotation and response times have something to show.

use super::{found, key};
use crate::records::Publication;
use crate::store::{Changes, Store, StoreFault, Table};
use model::{
    BasisPoints, Category, Datum, Discipline, District, Industry, Minutes, Moment, Money, Place,
    Pricing, Role, Urgency, WorkKind,
};
use pool::canon::Seal;
use pool::dispatch::{Contract, Dispatch, Entry, Settlement, State};
use pool::emergency::{Determination, Emergency, Report, Reporter, Stage, Stamp, Verification};
use pool::score::Evaluation;
use pool::selection::{Decision, Mode, Selection};
use pool::slate::{Ask, Member};
use pool::team::{Availability, Origin, Team};
use pool::travel::Road;

/// A past case: days ago, title, address, district, place, firm, minutes to
/// answer, points taken off the full score.
type Past = (u32, &'static str, &'static str, District, (i32, i32), usize, u32, u32);

/// All of roads, so that each firm named is one that clears roads.
const PAST: &[Past] = &[
    (
        12,
        "羊木镇边坡垮塌",
        "羊木镇 G108 K1712",
        District::Chaotian,
        (105_785_100, 32_603_000),
        1,
        6,
        8,
    ),
    (
        23,
        "木鱼镇桥头冲毁",
        "木鱼镇 G543 K41",
        District::Qingchuan,
        (105_409_800, 32_641_200),
        5,
        11,
        12,
    ),
    (31, "下寺镇路面塌陷", "下寺镇 剑青路", District::Jiange, (105_513_300, 32_290_000), 3, 9, 5),
    (
        44,
        "嘉川镇泥石流掩路",
        "嘉川镇 G542 K88",
        District::Wangcang,
        (106_214_900, 32_209_100),
        7,
        4,
        15,
    ),
    (
        58,
        "普安镇涵洞堵塞",
        "普安镇 G347 K1203",
        District::Jiange,
        (105_466_900, 32_037_300),
        3,
        13,
        3,
    ),
    (
        97,
        "沙州镇落石断道",
        "沙州镇 S105 K233",
        District::Qingchuan,
        (105_483_300, 32_669_600),
        1,
        7,
        10,
    ),
    (
        141,
        "宝轮镇挡墙倾斜",
        "宝轮镇 白龙湖路",
        District::Lizhou,
        (105_572_900, 32_337_600),
        11,
        8,
        6,
    ),
    (
        203,
        "龙王镇路基沉陷",
        "龙王镇 S411 K17",
        District::Cangxi,
        (106_017_000, 32_047_100),
        15,
        10,
        9,
    ),
];

/// Lays down past missions as of `now`.
pub(super) async fn seed(store: &Store, now: Moment) -> Result<(), StoreFault> {
    for (n, past) in PAST.iter().enumerate() {
        let mut changes = Changes::new();
        case(store, &mut changes, now, n + 1, past)?;
        store.commit(changes, found(Table::Emergency, &format!("xq-past-{}", n + 1)), now).await?;
    }
    Ok(())
}

fn case(
    store: &Store,
    changes: &mut Changes,
    now: Moment,
    n: usize,
    past: &Past,
) -> Result<(), StoreFault> {
    let (days, title, address, district, (lon, lat), firm, answer, off) = *past;
    let day = now.day().minus(days);
    let at = |hour, minute| Moment::at(day, hour, minute);
    let place = Place::from_e6(lon, lat).unwrap_or(district.seat());
    let id = format!("xq-past-{n}");
    let number = format!("险〔{}〕{:02}{:02}-01", day.year(), day.month(), day.day_of_month());
    let stamp = |at, note: &str| Stamp { at, by: key("a-duty"), note: note.into() };
    let scope = format!("{address} 受损路段");
    let sum = Money::from_yuan(400_000 + 50_000 * i64::try_from(n).unwrap_or(0));
    let sum = sum.unwrap_or(Money::ZERO);
    let report = Report {
        title: title.into(),
        description: String::new(),
        kind: WorkKind::Traffic,
        district,
        address: address.into(),
        place,
        datum: Datum::Wgs84,
        people_in_danger: 0,
        seen: at(6, 30),
        received: at(6, 42),
        reporter: Reporter {
            role: Role::Owner,
            account: Some(key("a-owner")),
            org: Some(key("gljt")),
            name: None,
            phone: None,
        },
    };
    let case = Emergency {
        stage: Stage::Closed,
        accepted: Some(stamp(at(6, 50), "")),
        verification: Some(Verification {
            at: at(7, 40),
            on_site: at(7, 20),
            by: key("a-jiaotong"),
            second: crate::site::seal(changes, "冯刚"),
            second_remote: false,
            findings: "双向中断，须立即抢通。".into(),
            scope: scope.clone(),
        }),
        determination: Some(Determination {
            at: at(8, 15),
            by: key("a-jiaotong-lead"),
            authority: "市交通运输局".into(),
            document: format!("广交应急〔{}〕{}号", day.year(), 20 + n),
            granted: true,
            yes: ["cause", "immediate", "scope"].map(String::from).to_vec(),
            reasons: vec![],
            tender: "未达到必须招标规模".into(),
            why: "道路中断，须当日抢通。".into(),
            scope,
            ceiling: sum,
            planned_finish: day.plus(5),
        }),
        controlled: Some(stamp(at(19, 0), "恢复通行")),
        closed: Some(stamp(at(20, 0), "归档")),
        ..Emergency::reported(key(&id), number.clone(), report, Urgency::Urgent)
    };
    let team = store
        .read()
        .teams
        .get(&format!("t-{firm:02}-1"))
        .map(|t| (*t.value).clone())
        .ok_or_else(|| StoreFault::Invalid(format!("no team of firm {firm}")))?;
    let decision = decision(&case, &team, at(8, 20));
    let list = decision.canonical()?;
    let eta = decision.slate.fit.first().map_or(Minutes(60), |c| c.minutes);
    let selection = Selection {
        id: key(&format!("xd-past-{n}")),
        emergency: case.id.clone(),
        case: number.clone(),
        round: 1,
        at: at(8, 20),
        by: key("a-duty"),
        list_hash: Seal::of(list.as_bytes()),
        list,
        mode: Mode::Nearest {
            commander: "王志远 指挥长".into(),
            reason: "到场时间决定抢通早晚。".into(),
            override_reason: None,
        },
        order: vec![team.id.clone()],
        called: 1,
        ended: None,
    };
    let accepted = at(8, 21 + answer);
    let arrived = accepted.plus(eta);
    let points = [20 - off.min(10), 15, 15 - off.saturating_sub(10).min(5), 20, 15, 10, 5];
    let dispatch = Dispatch {
        id: key(&format!("pq-past-{n}")),
        number: format!("{}-1", number.replacen('险', "派", 1)),
        emergency: case.id.clone(),
        selection: selection.id.clone(),
        rank: 1,
        team: team.id.clone(),
        contractor: team.contractor.clone(),
        eta,
        state: State::Evaluated,
        undelivered: None,
        token: String::new(),
        token_until: accepted,
        log: vec![
            Entry::new("offer", at(8, 20)),
            Entry::new("deliver", at(8, 21)),
            Entry::new("accept", accepted),
            Entry::new("depart", accepted.plus(Minutes(15))),
            Entry::new("arrive", arrived),
            Entry::new("finish", at(18, 40)),
            Entry::new("inspect", at(19, 30)),
            Entry::new("evaluate", at(19, 50)),
        ],
        contract: Some(Contract {
            at: at(20, 10),
            by: key("a-owner"),
            signed: day,
            pricing: Pricing::CostPlus,
            sum,
            days: 5,
        }),
        // The newest are still being reviewed.
        settlement: (days > 30).then(|| Settlement {
            at: at(20, 0),
            by: key("a-owner"),
            amount: sum.share_floor(BasisPoints(9_400)),
            reviewer: "市财政评审中心".into(),
            conclusion: "按实际完成工程量核定。".into(),
        }),
        evaluations: vec![Evaluation {
            at: at(19, 50),
            by: key("a-owner"),
            role: Role::Owner,
            points: points.to_vec(),
            vetoes: vec![],
            note: String::new(),
        }],
    };
    let publication = Publication {
        id: key(&format!("gs-past-{n}")),
        emergency: case.id.clone(),
        dispatch: dispatch.id.clone(),
        due: Moment::from_ms(Moment::end_of(day.plus(5)).ms() - 1),
        statutory_due: Moment::from_ms(Moment::end_of(day.plus(28)).ms() - 1),
        published: Some(accepted),
        withheld: None,
    };
    changes.create(&case)?.create(&selection)?.create(&dispatch)?.create(&publication)?;
    Ok(())
}

/// The choice as it was judged then: the reserve of the story has one team near.
pub(super) fn decision(case: &Emergency, team: &Team, at: Moment) -> Decision {
    let category = Category { industry: Industry::Highway, discipline: Discipline::Works };
    let until = at.day().plus(400);
    let member = Member {
        team: team.id.clone(),
        contractor: team.contractor.clone(),
        uscc: None,
        listed: vec![category],
        suspended: vec![],
        licence_until: Some(until),
        qualified_until: vec![(category, until)],
        term_until: vec![(category, until)],
        districts: District::ALL.to_vec(),
        restricted_until: None,
        availability: Availability::Ready,
        origin: team.base,
        origin_kind: Origin::Base,
        held_by: None,
        open_calls: 0,
        merit: 80,
        recent_calls: 0,
        tried: false,
    };
    let ask = Ask {
        emergency: case.id.clone(),
        place: case.report.place,
        district: case.report.district,
        categories: vec![category],
        at,
        planned_finish: at.day().plus(5),
        within: None,
        capacity: 2,
        road: Road { muster: Minutes(20), terrain_percent: 160, speed_kmh: 40 },
    };
    Decision::new(ask, vec![member])
}
