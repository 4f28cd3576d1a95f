//! The Chinese sentences: one for every error and every fault. No wildcard arm, so
//! that a new one does not compile until it has its sentence.

use crate::api::ApiError;
use model::{Category, District, Fault, UsccFault};
use pool::draw::Mismatch;
use pool::selection::DrawFault;
use pool::{dispatch, emergency, membership};

/// What to tell the person.
pub fn error(error: &ApiError) -> String {
    match error {
        ApiError::MustChange => "口令由他人设定，请先在“账号”页修改口令。".into(),
        ApiError::TooMuch { most } => {
            format!("超过 {most} 条，请缩小日期范围后分次导出。")
        }
        ApiError::SignedOut => "登录已失效，请重新登录。".into(),
        ApiError::Forbidden => "您的岗位没有这项权限。如需办理，请联系本单位管理员。".into(),
        ApiError::NotFound => "没有找到，或不属于您的查看范围。".into(),
        ApiError::ForeignForm => "表单已过期，请刷新页面后重新提交。".into(),
        ApiError::Stale => "他人刚刚更新了这条记录。页面已换成最新内容，请核对后再办。".into(),
        ApiError::TeamTaken { holder } => {
            format!("该队伍刚被{holder}占用，请另选一支。")
        }
        ApiError::Draft(_) | ApiError::Faults(_) => "填写有误，请按提示修改。".into(),
        ApiError::WrongLogin => "账号或口令不正确。".into(),
        ApiError::Locked { until } => format!("口令连续输错，账号已锁定至 {until}。"),
        ApiError::LinkExpired => "链接已失效。请登录后查看，或致电值班室。".into(),
        ApiError::Emergency(refusal) => emergency_refusal(refusal),
        ApiError::NoCall(reason) => no_call(*reason).into(),
        ApiError::Dispatch(refusal) => dispatch_refusal(refusal),
        ApiError::Membership(refusal) => membership_refusal(refusal),
        ApiError::Plan(refusal) => refusal.words(),
        ApiError::TenderNotice(refusal) => refusal.words(),
        ApiError::Channel(refusal) => refusal.words(),
        ApiError::Bond(refusal) => refusal.words(),
        ApiError::Contract(refusal) => refusal.words(),
        ApiError::Credit(unheard) => unheard.words().into(),
        ApiError::Draw(fault) => draw(*fault).into(),
        ApiError::NotACandidate => "该队伍已不在可派名单内，请在更新后的名单里重选。".into(),
        ApiError::Incomplete => "档案还没有填全，不能提交。".into(),
        ApiError::TooFew { least } => {
            format!(
                "可派队伍不足 {least} 支，不抽签。可放宽到场时限，或由指挥长就近指定并写明理由。"
            )
        }
        ApiError::NoCandidate => "没有可派的队伍。可放宽到场时限，或请求邻县、省级支援。".into(),
        ApiError::Unreachable => "网络不通，请检查信号后重试；已填内容仍在页面上。".into(),
        ApiError::Broken { ticket } => format!("系统出错，请稍后再试。报障编号：{ticket}"),
    }
}

fn emergency_refusal(refusal: &emergency::Refusal) -> String {
    match refusal {
        emergency::Refusal::NotVerified => "须先完成现场核查。".into(),
        emergency::Refusal::NotCritical => "口头令只适用于特急险情。".into(),
        emergency::Refusal::NotConfirmed => "暂定认定尚未书面确认，不能归档。".into(),
        emergency::Refusal::CallsOpen { open } => format!("还有 {open} 张调度单未结束，不能归档。"),
        emergency::Refusal::OutOfTurn { .. } => {
            "险情状态已变化，此步骤现在不能办理；页面已换成最新内容。".into()
        }
    }
}

/// Why the reserve can't be called.
pub fn no_call(reason: emergency::NoCall) -> &'static str {
    match reason {
        emergency::NoCall::NotDetermined => "尚未认定为抢险救灾工程，不能动用储备库。",
        emergency::NoCall::Unconfirmed => {
            "口头令逾时未书面确认，不得再派新队伍；已派队伍继续施救。"
        }
        emergency::NoCall::Controlled => {
            "险情已控制，不再具备不招标的前提；后续工程请走招标或绿色通道。"
        }
    }
}

fn dispatch_refusal(refusal: &dispatch::Refusal) -> String {
    match refusal {
        dispatch::Refusal::TooLate { until } => {
            format!("应答时限 {} 已过，已通知下一支队伍。", until.stamp())
        }
        dispatch::Refusal::StillOpen { until } => {
            format!("应答时限至 {}，现在还不能按逾时处理。", until.stamp())
        }
        dispatch::Refusal::OutOfTurn { .. } => {
            "调度单状态已变化，此步骤现在不能办理；页面已换成最新内容。".into()
        }
    }
}

fn membership_refusal(refusal: &membership::Refusal) -> String {
    match refusal {
        membership::Refusal::StillPublished { until } => {
            format!("公示期至 {}，尚未届满。", until.stamp())
        }
        membership::Refusal::OpenObjection => "还有异议未答复，不能入库。".into(),
        membership::Refusal::ReplyOpen { until } => {
            format!("陈述申辩期至 {}，尚未届满。", until.stamp())
        }
        membership::Refusal::ReplyClosed { until } => {
            format!("陈述申辩期已于 {} 届满。", until.stamp())
        }
        membership::Refusal::OutOfTurn { .. } => {
            "入库状态已变化，此步骤现在不能办理；页面已换成最新内容。".into()
        }
    }
}

fn draw(fault: DrawFault) -> &'static str {
    match fault {
        DrawFault::NotOpen => "本轮抽取已结束。",
        DrawFault::AlreadyCommitted => "该方已提交承诺。",
        DrawFault::SameOrg => "操作员与监督员须来自不同单位。",
        DrawFault::NotCommitted => "双方都提交承诺后才能公布随机数。",
        DrawFault::WrongNonce => "公布的随机数与承诺不符。",
        DrawFault::TooLate => "公布随机数的时限已过，本轮作废。",
    }
}

/// What does not match in a published draw.
pub fn mismatch(mismatch: Mismatch) -> &'static str {
    match mismatch {
        Mismatch::Algorithm => "抽取程序版本不符",
        Mismatch::List => "候选名单与公布的散列不符",
        Mismatch::Operator => "操作方的随机数与事先承诺不符",
        Mismatch::Witness => "监督方的随机数与事先承诺不符",
        Mismatch::SameOrg => "双方来自同一单位",
        Mismatch::Seed => "种子推算不出",
        Mismatch::Entrants => "参加抽取的队伍与名单不符",
        Mismatch::Order => "抽取顺序推算不出",
    }
}

/// What a field of the profile is called; a path names a row as `rows.0.until`.
pub fn field(path: &str) -> String {
    let mut parts = path.split('.');
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let name = |key: &str| match key {
        "name" => "名称",
        "short" => "简称",
        "uscc" => "统一社会信用代码",
        "address" => "注册地址",
        "name1" => "第一联系人",
        "phone1" => "第一联系人电话",
        "name2" => "第二联系人",
        "phone2" => "第二联系人电话",
        "licence" => "安全生产许可证",
        "licence_from" => "许可证有效期自",
        "licence_until" => "许可证有效期至",
        "category" => "对应类别",
        "level" => "等级",
        "number" => "证书编号",
        "until" => "有效期至",
        "answer" => "承诺应答时间",
        "arrive" => "承诺到场时间",
        "base_name" => "驻地",
        "lon" => "经度",
        "lat" => "纬度",
        "datum" => "坐标来自",
        "people" => "可出动人数",
        "machines" => "设备",
        _ => "其他",
    };
    match (first, second, third) {
        (Some("rows"), Some(row), Some(key)) => {
            let row = row.parse::<u32>().map_or_else(|_| row.to_owned(), |n| (n + 1).to_string());
            format!("资质 {row} {}", name(key))
        }
        (Some("categories"), Some(key), Some(rest)) => {
            format!("{key}.{rest}").parse::<Category>().map_or("类别".into(), |c| c.name())
        }
        (Some("districts"), Some(key), _) => {
            key.parse::<District>().map_or("县区".into(), |d| d.name().into())
        }
        (Some(key), ..) => name(key).into(),
        (None, ..) => String::new(),
    }
}

/// What is wrong with a field.
pub fn fault(fault: &Fault) -> String {
    match fault {
        Fault::FileTooLong { mib } => format!("文件超过 {mib} MB，请压缩或重拍后再传。"),
        Fault::FileKind => "只收 JPG、PNG 照片和 PDF 文件，且文件须完整。".into(),
        Fault::TooManyFiles { most } => format!("每件最多 {most} 个文件。"),
        Fault::Changed => "他人刚刚修改了这一项，两个版本如下，请核对后再保存。".into(),
        Fault::AboveCeiling { ceiling } => {
            format!("超出认定的费用上限 {ceiling} 元，请写明理由。")
        }
        Fault::NotALogin => "账号为 4 至 30 个小写字母、数字。".into(),
        Fault::RulesRefused { line, why } => format!("第 {line} 行：{why}。现行规则未受影响。"),
        Fault::NotInForce => "这一天规则尚未施行。".into(),
        Fault::BeforeSeen => "不能早于险情发现时间。".into(),
        Fault::PlaceOrReason => "请定位或填写经纬度；不能定位的，在说明里写明原因。".into(),
        Fault::Missing => "请填写。".into(),
        Fault::TooShort { min } => format!("请至少写 {min} 个字。"),
        Fault::TooLong { max } => format!("最多 {max} 个字。"),
        Fault::NotANumber => "请填整数。".into(),
        Fault::OutOfRange { min, max } => format!("请填 {min} 到 {max} 之间的数。"),
        Fault::NotExpected => "请填年月（2026-12）或日期（2026-12-15）。".into(),
        Fault::NotAProjectCode => {
            "项目代码应如 2203-510800-04-01-123456，共 24 位（含短横）。".into()
        }
        Fault::BelowLots { sum } => format!("各标段估算价合计 {sum} 元，超过总投资。"),
        Fault::Contradicts => "与同一项目前面的行不一致；重复的项目信息可以留空。".into(),
        Fault::AgainstRule { why } => format!("{why}。"),
        Fault::BelowLegal { why } => format!("{why}。"),
        Fault::NoSuchLot => "所选标段不在已公开的计划中，或不属于同一招标人。".into(),
        Fault::LotNoticed => "已发布招标公告的标段不能删去；请先撤销公告。".into(),
        Fault::HeldAgain => "公告已发出，这样更正后提前期不足；请撤销后重新登记。".into(),
        Fault::NotDetermined => {
            "没有这个编号的险情，未认定为抢险救灾，或与本项目不在同一县区。".into()
        }
        Fault::NotYoung => "计划所列立项批复日期已超过规定期限，不能以此为由。".into(),
        Fault::Unchanged => "与已公开的内容相同，没有变化。".into(),
        Fault::NotASheet => "不是能读取的 .xlsx 文件，或没有模板的表头。".into(),
        Fault::NotADay => "请按 2026-07-18 的格式填日期。".into(),
        Fault::NotATime => "请填日期和时间，如 2026-07-18 07:57。".into(),
        Fault::InFuture => "时间不能晚于现在。".into(),
        Fault::InPast => "日期不能早于今天。".into(),
        Fault::NotAfter { day } => format!("须晚于 {day}。"),
        Fault::TooLate { day } => format!("不能晚于 {day}。"),
        Fault::NotAChoice => "请从列出的选项中选择。".into(),
        Fault::TooFew { min } => format!("至少需要 {min} 项。"),
        Fault::Twice => "重复填写。".into(),
        Fault::NotAPhone => "请填 11 位手机号，或带区号的座机号，如 0839-3260119。".into(),
        Fault::Uscc(fault) => uscc(*fault).into(),
        Fault::Taken => "已被使用。".into(),
        Fault::NotMoney => "请填金额，如 46.2。".into(),
        Fault::MoneyRange => "金额须精确到分以内。".into(),
        Fault::NotDegrees => "请填十进制度数，如 105.2388。".into(),
        Fault::Swapped => "经度和纬度填反了，请对调：本市经度约 104–107，纬度约 31–33。".into(),
        Fault::OutsideCity => "位置不在本市范围内，请核对坐标和地图来源。".into(),
        Fault::SamePerson => "须是另一个人。".into(),
        Fault::WrongPassword => "原口令不正确。".into(),
        Fault::NotRepeated => "两次输入不一致。".into(),
        Fault::ConditionUnmet => "三个条件须同时具备；不具备的，应不予认定。".into(),
        Fault::ReasonNeeded => "有此情形仍要认定的，请写明理由。".into(),
    }
}

fn uscc(fault: UsccFault) -> &'static str {
    match fault {
        UsccFault::Length => "统一社会信用代码为 18 位。",
        UsccFault::Character => "含有不使用的字符（代码中没有 I、O、S、V、Z）。",
        UsccFault::Region => "第 3 至 8 位应为数字。",
        UsccFault::Check => "校验位不符，请逐位核对。",
    }
}
