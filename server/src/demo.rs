//! The demonstration city: invented firms and people, real places. Everything is
//! counted from one day, so that a test can fix it.

pub mod channels;
pub mod contracts;
mod history;
pub mod plans;
mod present;

use crate::desk::hash_password;
use crate::people::{Account, Org};
use crate::site::seal;
use crate::store::{Act, Changes, Store, StoreFault, Table};
use model::{
    Actor, Category, Datum, Discipline, District, Errand, Industry, Minutes, Moment, OrgKind,
    Place, Role, Urgency, Uscc, WorkKind,
};
use pool::contractor::{Basics, Certificates, Contact, Contractor, Paper, Qualification, Service};
use pool::emergency::{Emergency, Report, Reporter};
use pool::membership::{Membership, Stage as InPool};
use pool::team::{Availability, Machine, Team};
use serde::Deserialize;

/// The password of every demonstration account.
pub const PASSWORD: &str = "demo-lutong";

/// Accounts that the start prints: login, name, role, organisation.
pub const ACCOUNTS: &[(&str, &str, Role, &str)] = &[
    ("duty", "李明", Role::Duty, "fgw"),
    ("commander", "王志远", Role::Commander, "fgw"),
    ("admin", "系统管理员", Role::Admin, "fgw"),
    ("jiaotong", "张蓉", Role::Department, "jtj"),
    ("jiaotong-lead", "赵国强", Role::Determiner, "jtj"),
    ("shuili", "陈静", Role::Department, "slj"),
    ("shuili-lead", "刘建华", Role::Determiner, "slj"),
    ("ziran", "杨帆", Role::Department, "zrj"),
    ("ziran-lead", "黄海", Role::Determiner, "zrj"),
    ("zhujian", "周敏", Role::Department, "zjj"),
    ("nongye", "吴芳", Role::Department, "nyj"),
    ("centre", "徐丽", Role::Centre, "jyzx"),
    ("centre2", "冯静", Role::Centre, "jyzx"),
    ("owner", "孙涛", Role::Owner, "gljt"),
    ("supervisor", "胡正", Role::Supervisor, "jwjw"),
    ("qingchuan", "何军", Role::County, "qcx"),
];

/// Firms sign in as `firm01`, `firm02`, …
pub const FIRM_ACCOUNTS: &str = "firm01 … firm40";

/// Key, kind, name, district, trades that it answers for.
type Office = (&'static str, OrgKind, &'static str, Option<District>, &'static [Industry]);

/// The trading centre and the project owner, and their invented credit codes.
const CENTRE: &str = "jyzx";
const OWNER: &str = "gljt";
const CODES: [(&str, &str); 2] = [(CENTRE, "12510800452260014W"), (OWNER, "11510800008600019Q")];

const OFFICES: &[Office] = &[
    ("fgw", OrgKind::Commission, "市发展改革委", None, &[]),
    ("jtj", OrgKind::Department, "市交通运输局", None, &[Industry::Highway]),
    ("slj", OrgKind::Department, "市水利局", None, &[Industry::Water]),
    ("zrj", OrgKind::Department, "市自然资源局", None, &[Industry::Geohazard, Industry::Ecology]),
    ("zjj", OrgKind::Department, "市住房城乡建设局", None, &[Industry::Urban, Industry::Lifeline]),
    ("nyj", OrgKind::Department, "市农业农村局", None, &[Industry::Agriculture]),
    (CENTRE, OrgKind::Centre, "市公共资源交易中心", None, &[]),
    (OWNER, OrgKind::Owner, "市公路管理中心", None, &[]),
    ("jwjw", OrgKind::Supervision, "市审计局", None, &[]),
    ("qcx", OrgKind::County, "青川县应急值班室", Some(District::Qingchuan), &[]),
    ("jkq", OrgKind::County, "经开区应急值班室", Some(District::Kaifaqu), &[]),
];

#[derive(Deserialize)]
struct Town {
    district_code: String,
    name: String,
    lat: f64,
    lon: f64,
}

fn towns() -> Vec<(District, String, Place)> {
    let towns: Vec<Town> = serde_json::from_str(include_str!("../data/towns.json"))
        .expect("the shipped towns are checked by a test");
    towns
        .into_iter()
        .filter_map(|t| {
            let district = District::from_code(&t.district_code)?;
            Some((district, t.name, Place::from_degrees(t.lon, t.lat)?))
        })
        .collect()
}

/// A small stream of numbers that is the same everywhere (SplitMix64): invented
/// data must not change when a library does.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

const FIRST: &[&str] = &[
    "剑山",
    "蜀北",
    "利州",
    "嘉陵",
    "昭化",
    "白龙",
    "清江",
    "凤凰",
    "曾家",
    "米仓",
    "东河",
    "南河",
    "天曌",
    "皇泽",
    "剑门",
    "翠云",
    "明月",
    "女皇",
    "千佛",
    "唐家河",
];
const TRADES: &[(Industry, &str, &str)] = &[
    (Industry::Highway, "路桥", "公路工程施工总承包"),
    (Industry::Water, "水利", "水利水电工程施工总承包"),
    (Industry::Geohazard, "岩土", "地质灾害治理工程施工"),
    (Industry::Urban, "建工", "市政公用工程施工总承包"),
];
/// What a team of the trade would bring.
fn machines(trade: Industry) -> &'static [&'static [(&'static str, u32)]] {
    match trade {
        Industry::Highway => &[
            &[("挖掘机", 4), ("装载机", 2), ("自卸车", 6)],
            &[("挖掘机", 3), ("自卸车", 6), ("推土机", 1)],
            &[("装载机", 3), ("压路机", 2), ("自卸车", 4)],
        ],
        Industry::Water => &[
            &[("水泵", 8), ("冲锋舟", 2), ("发电车", 1)],
            &[("挖掘机", 2), ("水泵", 6), ("自卸车", 3)],
        ],
        Industry::Geohazard => &[
            &[("钻机", 3), ("注浆泵", 2), ("无人机", 1)],
            &[("挖掘机", 3), ("钻机", 2), ("吊车", 1)],
        ],
        _ => &[
            &[("挖掘机", 2), ("装载机", 3), ("发电车", 1)],
            &[("挖掘机", 2), ("吊车", 2), ("发电车", 1)],
        ],
    }
}

/// How many firms.
const FIRMS: usize = 40;
/// How many of them have a second team.
const SECOND_TEAMS: usize = 20;

/// Lays down the demonstration city as of `now`.
///
/// # Errors
///
/// [`StoreFault`] when the store refuses; an empty store never does.
pub async fn seed(store: &Store, now: Moment) -> Result<(), StoreFault> {
    offices(store, now).await?;
    let towns = towns();
    let mut dice = Dice(2026);
    for n in 1..=FIRMS {
        firm(store, now, n, &towns, &mut dice).await?;
    }
    accounts(store, now).await?;
    history::seed(store, now).await?;
    present::seed(store, now).await?;
    emergencies(store, now).await
}

fn found(table: Table, key: &str) -> Act {
    Act::new(&Actor::SYSTEM, Errand::Found, table, key).note("演示数据")
}

async fn offices(store: &Store, now: Moment) -> Result<(), StoreFault> {
    let mut changes = Changes::new();
    for (id, kind, name, district, industries) in OFFICES {
        changes.create(&Org {
            id: key(id),
            kind: *kind,
            name: (*name).into(),
            uscc: CODES.iter().find(|(org, _)| org == id).and_then(|(_, code)| code.parse().ok()),
            district: *district,
            industries: industries.to_vec(),
        })?;
    }
    store.commit(changes, found(Table::Org, "fgw"), now).await?;
    Ok(())
}

async fn accounts(store: &Store, now: Moment) -> Result<(), StoreFault> {
    // One hash for all: the password is the same, and printed.
    let hash = hash_password(PASSWORD);
    let mut changes = Changes::new();
    let firms: Vec<(String, String)> =
        (1..=FIRMS).map(|n| (format!("firm{n:02}"), format!("firm-{n:02}"))).collect();
    let firms = firms
        .iter()
        .map(|(login, org)| (login.as_str(), "值班一组", Role::Contractor, org.as_str()));
    for (login, name, role, org) in ACCOUNTS.iter().copied().chain(firms) {
        let account = Account {
            id: key(&format!("a-{login}")),
            login: login.into(),
            name: seal(&mut changes, name),
            role,
            org: key(org),
            password: seal(&mut changes, &hash),
            must_change: false,
            open: true,
            failures: 0,
            locked_until: None,
        };
        changes.create(&account)?;
    }
    store.commit(changes, found(Table::Account, "a-duty"), now).await?;
    Ok(())
}

/// A key that is written out above, or made of small numbers.
fn key<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("demonstration keys are plain")
}

async fn firm(
    store: &Store,
    now: Moment,
    n: usize,
    towns: &[(District, String, Place)],
    dice: &mut Dice,
) -> Result<(), StoreFault> {
    let today = now.day();
    let (industry, trade, qualification) = TRADES[(n - 1) % TRADES.len()];
    let (district, town, base) = towns[(n * 7) % towns.len()].clone();
    let short = format!("{}{trade}", FIRST[(n - 1 + (n - 1) / FIRST.len() * 3) % FIRST.len()]);
    let name = format!("广元市{short}工程有限公司");
    let body = format!("91{}MA62{n:05}", district.on_map().code().unwrap_or("510802"));
    let uscc = Uscc::with_check(&body).map_err(|e| StoreFault::Invalid(e.to_string()))?;
    let id = format!("firm-{n:02}");
    // Trades that lie close: whoever holds slopes also clears roads.
    let second = match industry {
        Industry::Geohazard => Some((Industry::Highway, "公路路基工程专业承包")),
        Industry::Urban => Some((Industry::Lifeline, "输变电工程专业承包")),
        _ => None,
    };
    let trades: Vec<(Category, &str)> = std::iter::once((industry, qualification))
        .chain(second)
        .map(|(industry, name)| (Category { industry, discipline: Discipline::Works }, name))
        .collect();
    let mut changes = Changes::new();

    changes.create(&Org {
        id: key(&id),
        kind: OrgKind::Contractor,
        name: name.clone(),
        uscc: Some(uscc.clone()),
        district: Some(district),
        industries: vec![],
    })?;

    // Oddities to look at: licences that end soon, or ended yesterday.
    let licence_until = match n {
        5 => today.plus(5),
        9 => today.minus(1),
        13 => today.plus(25),
        _ => today.plus(200 + 13 * n as u32),
    };
    let paper = |number: String, until| Paper { number, from: today.minus(600), until };
    let contacts = (0..2)
        .map(|i| Contact {
            name: seal(&mut changes, ["王建国", "李秀英", "张伟", "刘洋"][(n + i) % 4]),
            phone: seal(&mut changes, &format!("138{:08}", 39_260_000 + n * 10 + i)),
        })
        .collect();
    let mut districts = vec![district];
    let everywhere = !n.is_multiple_of(5);
    if everywhere {
        districts = District::ALL.to_vec();
    }
    changes.create(&Contractor {
        id: key(&id),
        org: key(&id),
        basics: Some(Basics { name, short, uscc, address: format!("{}{town}", district.name()) }),
        contacts,
        certificates: Some(Certificates {
            licence: Some(paper(format!("（川）JZ安许证字〔2025〕{n:06}"), licence_until)),
            qualifications: trades
                .iter()
                .enumerate()
                .map(|(i, (category, name))| Qualification {
                    category: *category,
                    name: (*name).into(),
                    level: ["一级", "二级", "三级"][n % 3].into(),
                    paper: paper(format!("D351{:06}", n * 10 + i), today.plus(900)),
                })
                .collect(),
        }),
        service: Some(Service {
            categories: trades.iter().map(|(category, _)| *category).collect(),
            districts,
            answer: Minutes(15),
            arrive: Minutes(120),
        }),
        restricted_until: (n == 17).then(|| today.plus(40)),
        revision: None,
    })?;

    let since = Moment::at(today.minus(300), 9, 0);
    let until = today.plus(400);
    for (i, (category, _)) in trades.iter().enumerate() {
        changes.create(&Membership {
            id: key(&format!("m-{n:02}-{}", i + 1)),
            contractor: key(&id),
            category: *category,
            stage: match n {
                21 => InPool::Suspended {
                    since, reason: "安全生产许可证被暂扣".into(), until
                },
                25 => InPool::Published { since: now, until: Moment::end_of(today.plus(7)) },
                29 => InPool::Applied { since: now },
                _ => InPool::Listed { since, until },
            },
            objections: vec![],
        })?;
    }

    let teams = if n <= SECOND_TEAMS { 2 } else { 1 };
    for t in 1..=teams {
        let (base, base_name) = if t == 1 {
            (base, format!("{}{town}", district.name()))
        } else {
            let (d, town, place) = dice.pick(towns).clone();
            (place, format!("{}{town}", d.name()))
        };
        let availability = match dice.below(12) {
            0 => Availability::Resting,
            1 => Availability::Unavailable,
            _ => Availability::Ready,
        };
        // The first four firms are those of the demonstration accounts.
        let availability = if n <= 4 { Availability::Ready } else { availability };
        changes.create(&Team {
            id: key(&format!("t-{n:02}-{t}")),
            contractor: key(&id),
            name: ["一队", "二队"][t - 1].into(),
            base,
            base_name,
            fix: None,
            availability,
            availability_at: now,
            machines: dice
                .pick(machines(industry))
                .iter()
                .map(|(kind, count)| Machine { kind: (*kind).into(), count: *count })
                .collect(),
            people: 12 + u32::try_from(dice.below(20)).unwrap_or(0),
        })?;
    }
    store.commit(changes, found(Table::Contractor, &id), now).await?;
    Ok(())
}

async fn emergencies(store: &Store, now: Moment) -> Result<(), StoreFault> {
    let day = now.day();
    let stories = [
        (
            "xq-demo-1",
            "临溪乡省道断道",
            "S205 路基被冲毁约 40 米，双向中断，无人员受困。",
            District::Chaotian,
            "临溪乡 S205 K31+200",
            (106_011_700, 32_559_100),
            WorkKind::Traffic,
            Urgency::Urgent,
            0,
            9,
        ),
        (
            "xq-demo-2",
            "木门镇河堤渗漏",
            "东河左岸堤脚出现管涌，渗水浑浊。",
            District::Wangcang,
            "木门镇 东河左岸",
            (106_526_100, 32_109_900),
            WorkKind::Water,
            Urgency::Urgent,
            12,
            26,
        ),
    ];
    let mut changes = Changes::new();
    for (i, (id, title, text, district, address, (lon, lat), kind, urgency, people, ago)) in
        stories.into_iter().enumerate()
    {
        let received = now.minus(Minutes(ago));
        let place = Place::from_e6(lon, lat).unwrap_or(district.seat());
        let number =
            format!("险〔{}〕{:02}{:02}-{:02}", day.year(), day.month(), day.day_of_month(), i + 1);
        let report = Report {
            title: title.into(),
            description: text.into(),
            kind,
            district,
            address: address.into(),
            place,
            datum: Datum::Wgs84,
            people_in_danger: people,
            seen: received,
            received,
            reporter: Reporter {
                role: Role::Owner,
                account: Some(key("a-owner")),
                org: Some(key("gljt")),
                name: None,
                phone: None,
            },
        };
        changes.create(&Emergency::reported(key(id), number, report, urgency))?;
    }
    store.commit(changes, found(Table::Emergency, "xq-demo-1"), now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_towns_lie_in_the_city() {
        let towns = super::towns();
        assert_eq!(towns.len(), 47);
        assert!(towns.iter().all(|(_, _, place)| place.in_city()));
    }
}
