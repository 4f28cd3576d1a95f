//! Cases of the green channel of the demonstration city, invented: one in each state
//! worth seeing, with approvals in good time, nearly due and overdue.

use super::{found, key};
use crate::site::seal;
use crate::store::{Changes, Store, StoreFault, Table};
use model::{Day, District, Funding, Ground, Industry, LotKind, Minutes, Moment, Money};
use policies::channel::{
    Act, Application, Approval, Channel, Decision, Item, ItemState, Opinion, Origin, Post,
    PostKind, Stage, Task, TaskState, Terms,
};

const DAY: u32 = 24 * 60;

/// What is asked for, and how it stands.
struct Case {
    project: &'static str,
    ground: Ground,
    why: &'static str,
    industry: Industry,
    department: (&'static str, &'static str),
    district: District,
    place: &'static str,
    scope: &'static str,
    wan: i64,
    /// Days since it was applied for.
    ago: u32,
    stage: Stage,
    /// Approvals side by side: who gives it, and days after the opening when it was given.
    approvals: &'static [(Approval, &'static str, &'static str, Option<u32>)],
}

const FGW: (&str, &str) = ("fgw", "市发展改革委");
const ZRJ: (&str, &str) = ("zrj", "市自然资源局");

const CASES: &[Case] = &[
    Case {
        project: "国道 G543 沙州段路基水毁恢复工程",
        ground: Ground::City,
        why: "汛期水毁后半幅通行，是青川北部唯一干线；下轮强降雨前必须恢复双向通行，普通程序约需五个月",
        industry: Industry::Highway,
        department: ("jtj", "市交通运输局"),
        district: District::Qingchuan,
        place: "沙州镇 G543 K66+300",
        scope: "K66+280 至 K66+520 路基、挡墙及排水恢复",
        wan: 860,
        ago: 6,
        stage: Stage::Open,
        approvals: &[
            (Approval::Project, FGW.0, FGW.1, Some(2)),
            (Approval::Land, ZRJ.0, ZRJ.1, None),
            (Approval::Design, "jtj", "市交通运输局", None),
        ],
    },
    Case {
        project: "利州区南河应急供水泵站更新工程",
        ground: Ground::City,
        why: "两台主泵已停用一台，高温期日缺水一万吨，七月底前必须恢复",
        industry: Industry::Urban,
        department: ("zjj", "市住房城乡建设局"),
        district: District::Lizhou,
        place: "南河街道南河泵站",
        scope: "更换 3 台水泵及配电",
        wan: 520,
        ago: 12,
        stage: Stage::Open,
        approvals: &[
            (Approval::Project, FGW.0, FGW.1, Some(3)),
            (Approval::Design, "zjj", "市住房城乡建设局", None),
        ],
    },
    Case {
        project: "旺苍县嘉川镇集中供水水源工程",
        ground: Ground::Livelihood,
        why: "连旱导致 1.2 万群众靠拉水供应，九月前须通水",
        industry: Industry::Water,
        department: ("slj", "市水利局"),
        district: District::Wangcang,
        place: "嘉川镇石岩村",
        scope: "取水井 2 口、输水管 6 公里",
        wan: 740,
        ago: 4,
        stage: Stage::Open,
        approvals: &[(Approval::Project, FGW.0, FGW.1, None), (Approval::Land, ZRJ.0, ZRJ.1, None)],
    },
    Case {
        project: "经开区铝产业园专用变电站增容",
        ground: Ground::Production,
        why: "新线九月投产，现有容量不足，停产损失每日约 300 万元",
        industry: Industry::Lifeline,
        department: ("zjj", "市住房城乡建设局"),
        district: District::Kaifaqu,
        place: "袁家坝片区",
        scope: "增容 2×20 MVA 及配套",
        wan: 1_980,
        ago: 0,
        stage: Stage::Applied,
        approvals: &[(Approval::Project, FGW.0, FGW.1, None)],
    },
    Case {
        project: "苍溪县发热门诊改造工程",
        ground: Ground::Epidemic,
        why: "秋冬季前须具备双通道接诊条件",
        industry: Industry::Urban,
        department: ("zjj", "市住房城乡建设局"),
        district: District::Cangxi,
        place: "陵江镇县人民医院",
        scope: "门诊一层 600 平方米改造",
        wan: 430,
        ago: 40,
        stage: Stage::Suspended,
        approvals: &[(Approval::Project, FGW.0, FGW.1, Some(4))],
    },
    Case {
        project: "剑阁县下寺镇停车场建设",
        ground: Ground::City,
        why: "节假日停车紧张",
        industry: Industry::Urban,
        department: ("zjj", "市住房城乡建设局"),
        district: District::Jiange,
        place: "下寺镇",
        scope: "新建停车位 300 个",
        wan: 900,
        ago: 20,
        stage: Stage::Refused,
        approvals: &[],
    },
];

/// Lays down the cases as of `now`.
///
/// # Errors
///
/// [`StoreFault`] when the store refuses.
pub async fn seed(store: &Store, now: Moment) -> Result<(), StoreFault> {
    let mut changes = Changes::new();
    for (n, case) in CASES.iter().enumerate() {
        lay(&mut changes, case, n + 1, now)?;
    }
    store.commit(changes, found(Table::Channel, "lt-demo-1"), now).await?;
    Ok(())
}

fn lay(changes: &mut Changes, case: &Case, n: usize, now: Moment) -> Result<(), StoreFault> {
    let applied = now.minus(Minutes(case.ago * DAY + 30));
    let opened = applied.plus(Minutes(95));
    let decided = !matches!(case.stage, Stage::Applied);
    let ceiling = Money::from_yuan(case.wan * 10_000).unwrap_or_default();
    let ends = opened.day().plus(150);
    let terms = Terms { scope: case.scope.into(), ceiling, ends };
    let open = case.stage.runs();
    let mut decisions = Vec::new();
    if decided {
        let (act, reason) = match case.stage {
            Stage::Refused => (
                Act::Refuse,
                "停车紧张不属于四种情形；请列入招标计划按普通程序办理，或补充影响城市运行的依据",
            ),
            _ => (Act::Grant, "情形属实，范围和限价与现场核查一致"),
        };
        decisions.push(Decision {
            at: opened,
            by: Some(key("a-centre")),
            act,
            reason: reason.into(),
            terms: open.then(|| terms.clone()),
            law: String::new(),
        });
    }
    let today = now.day();
    let mut items = papers(changes, case, applied);
    let mut stops = Vec::new();
    if case.stage == Stage::Suspended {
        let since = today.minus(3);
        decisions.push(Decision {
            at: Moment::at(since, 0, 5),
            by: None,
            act: Act::Suspend,
            reason: "容缺材料逾期未补：用地预审与选址意见、工程量清单及控制价".into(),
            terms: None,
            law: String::new(),
        });
        stops.push(policies::Stop { from: since, until: None });
        owe(&mut items, changes, today.minus(9), today.minus(4));
    }
    let channel = Channel {
        id: key(&format!("lt-demo-{n}")),
        number: format!("LT-{}-{n:06}", today.year()),
        owner: key("gljt"),
        owner_name: "市公路管理中心".into(),
        origin: Origin::New,
        begun: applied,
        applied,
        application: Application {
            project: case.project.into(),
            code: None,
            ground: case.ground,
            why: case.why.into(),
            industry: case.industry,
            district: case.district,
            place: case.place.into(),
            kind: LotKind::Works,
            scope: case.scope.into(),
            ceiling,
            funding: Funding::Budget,
            ends,
            department: key(case.department.0),
        },
        items,
        stage: case.stage,
        opinion: decided.then(|| Opinion {
            at: applied.plus(Minutes(50)),
            by: key("a-zhujian"),
            org_name: case.department.1.into(),
            agrees: case.stage != Stage::Refused,
            words: match case.stage {
                Stage::Refused => "未见影响城市运行的依据".into(),
                _ => "情况属实，同意".to_owned(),
            },
        }),
        terms: open.then_some(terms),
        opened: open.then_some(opened),
        decisions,
        stops,
        notice: None,
        award: None,
        contract: None,
    };
    changes.create(&channel)?;
    if open {
        for (approval, org, name, given) in case.approvals {
            task(changes, &channel, *approval, (org, name), *given, opened)?;
        }
    }
    if n == 1 {
        talk(changes, &channel, opened)?;
    }
    Ok(())
}

fn papers(changes: &mut Changes, case: &Case, applied: Moment) -> Vec<Item> {
    let here = |text: &str| ItemState::Here { reference: text.into() };
    let parallel = |approval: Approval| case.approvals.iter().any(|(a, ..)| *a == approval);
    let item =
        |paper: &str, name: &str, state| Item { paper: paper.into(), name: name.into(), state };
    let approved = match parallel(Approval::Project) {
        true => ItemState::Parallel,
        false => here("广发改审〔2026〕41号"),
    };
    let land = match parallel(Approval::Land) {
        true => ItemState::Parallel,
        false => ItemState::NotNeeded { why: "原址改造，不新增用地".into() },
    };
    let design = match parallel(Approval::Design) {
        true => ItemState::Parallel,
        false => here("施工图审查合格书"),
    };
    let person = seal(changes, "何国强");
    vec![
        item("evidence", "紧急情形证明", here("主管部门情况说明")),
        item("approval", "项目审批、核准或备案文件", approved),
        item("funds", "资金落实证明", here("广财建〔2026〕112号")),
        item("land", "用地预审与选址意见", land),
        item("design", "设计文件及审查意见", design),
        item(
            "environment",
            "环境影响评价文件",
            ItemState::Pledged {
                words: "原址恢复，不新增占地和排污".into(),
                by: key("a-owner"),
                at: applied,
            },
        ),
        item(
            "budget",
            "工程量清单及控制价",
            ItemState::Missing { by: applied.day().plus(14), person },
        ),
    ]
}

/// Two papers that should have come.
fn owe(items: &mut [Item], changes: &mut Changes, first: Day, second: Day) {
    for (paper, by) in [("land", first), ("budget", second)] {
        let person = seal(changes, "何国强");
        if let Some(item) = items.iter_mut().find(|item| item.paper == paper) {
            item.state = ItemState::Missing { by, person };
        }
    }
}

fn task(
    changes: &mut Changes,
    channel: &Channel,
    approval: Approval,
    org: (&str, &str),
    given: Option<u32>,
    since: Moment,
) -> Result<(), StoreFault> {
    let state = match given {
        Some(days) => TaskState::Done {
            at: since.plus(Minutes(days * DAY)),
            by: key("a-duty"),
            document: "广发改审〔2026〕88号".into(),
        },
        None => TaskState::Open,
    };
    changes.create(&Task {
        id: Task::key(&channel.id, approval),
        channel: channel.id.clone(),
        approval,
        org: key(org.0),
        org_name: org.1.into(),
        since,
        state,
    })?;
    Ok(())
}

fn talk(changes: &mut Changes, channel: &Channel, since: Moment) -> Result<(), StoreFault> {
    let post = |n: u32, kind, answers: Option<u32>, by: &str, from: &str, text: &str| Post {
        id: format!("{}-p-{n}", channel.id),
        channel: channel.id.clone(),
        kind,
        about: Some(Approval::Land),
        answers: answers.map(|n| format!("{}-p-{n}", channel.id)),
        at: since.plus(Minutes(60 * n)),
        by: Some(key(by)),
        from: from.into(),
        text: text.into(),
    };
    let asked = "临时占地 0.6 亩是否需要另行办理？";
    let said = "临时用地可并入恢复方案一并审查，请补一张范围图。";
    changes.create(&post(1, PostKind::Question, None, "a-owner", "市公路管理中心", asked))?;
    changes.create(&post(2, PostKind::Answer, Some(1), "a-ziran", "市自然资源局", said))?;
    Ok(())
}
