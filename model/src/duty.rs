//! Who may do what, and how far: the one permission table.
//!
//! An errand that is not in the table for a role is refused. A new errand does
//! not compile until it has a row, and `tests/golden/permissions.txt` shows every
//! change of the table in review.

use crate::work::{NoSuchChoice, choices};
use crate::{AccountId, District, OrgId, Role};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

choices! {
    /// Something that somebody does or reads.
    Errand {
        /// Sign in.
        SignIn = "sign_in", "登录";
        /// Sign out.
        SignOut = "sign_out", "退出";
        /// Change one's own password.
        PasswordChange = "password_change", "修改口令";
        /// Keep a form that was refused.
        DraftKeep = "draft_keep", "留存草稿";
        /// Open, close and reset accounts.
        AccountKeep = "account_keep", "管理账号";
        /// Lay down the first records of an installation.
        Found = "found", "初始化";

        /// Open an account for one's own firm.
        Register = "register", "企业注册";
        /// Read a firm's whole profile, contacts included.
        ProfileRead = "profile_read", "查看企业档案";
        /// Write one's own profile.
        ProfileEdit = "profile_edit", "填报企业档案";
        /// Ask for a place in the reserve.
        ReserveApply = "reserve_apply", "申请入库";
        /// Check an application, or a change to a listed profile.
        ReserveReview = "reserve_review", "入库初审";
        /// Object to an entry while it is published.
        ReserveObject = "reserve_object", "公示异议";
        /// Suspend, resume or remove a member.
        ReserveStanding = "reserve_standing", "暂停恢复清退";
        /// Reply to a suspension or an intended removal.
        ReserveReply = "reserve_reply", "陈述申辩";
        /// Enter members whose publicity has run out.
        ReserveEnter = "reserve_enter", "公示期满入库";
        /// Report a team's availability and position.
        TeamReport = "team_report", "上报队伍状态";

        /// Report a danger.
        EmergencyReport = "emergency_report", "上报险情";
        /// Read emergencies that are not public.
        EmergencyRead = "emergency_read", "查看险情";
        /// Take a report in hand.
        EmergencyAccept = "emergency_accept", "受理险情";
        /// Join a report to another of the same danger.
        EmergencyMerge = "emergency_merge", "合并险情";
        /// Verify on site.
        EmergencyVerify = "emergency_verify", "现场核查";
        /// Record a commander's oral order.
        OralOrder = "oral_order", "记录口头令";
        /// Determine that it is, or is not, emergency work.
        Determine = "determine", "认定";
        /// Note that a provisional determination was not confirmed in time.
        Unconfirm = "unconfirm", "暂定认定逾期";
        /// Say that the danger is controlled, which freezes the scope.
        EmergencyControl = "emergency_control", "宣布险情控制";
        /// Close the case and put it into the archive.
        EmergencyClose = "emergency_close", "归档";

        /// See which teams may go and why each other may not.
        CandidatesRead = "candidates_read", "查看候选队伍";
        /// Call the nearest team by a commander's order.
        CallNearest = "call_nearest", "就近指定";
        /// Run a draw: freeze the list, commit, reveal.
        DrawOperate = "draw_operate", "操作抽取";
        /// Witness a draw with a commitment of one's own.
        DrawWitness = "draw_witness", "监督抽取";
        /// Declare void a draw that somebody did not reveal.
        DrawVoid = "draw_void", "抽取作废";
        /// Note that a call reached, or did not reach, its team.
        CallDeliver = "call_deliver", "送达回执";
        /// Accept or decline a call.
        CallAnswer = "call_answer", "应答调度";
        /// Record an answer that came by telephone.
        CallAnswerByPhone = "call_answer_by_phone", "电话代答";
        /// Let a call lapse that nobody answered, and call the substitute.
        CallLapse = "call_lapse", "逾时递补";
        /// Withdraw an open call or recall a team under way.
        CallRecall = "call_recall", "撤回召回";
        /// Depart, arrive, log, finish.
        MissionReport = "mission_report", "上报任务进展";
        /// Accept the finished work.
        MissionInspect = "mission_inspect", "验收";
        /// Score the mission.
        MissionEvaluate = "mission_evaluate", "履约评价";

        /// Record what the work costs: contract and settlement.
        PriceRecord = "price_record", "登记价款";

        /// Read plans and notices that are not public.
        PlanRead = "plan_read", "查看未公开计划";
        /// Draft a tender plan or a change to one, withdraw it.
        PlanWrite = "plan_write", "编制招标计划";
        /// Check a plan that was handed in: publish it or send it back.
        PlanCheck = "plan_check", "核对发布招标计划";
        /// Take over a project that was approved elsewhere.
        ProjectTake = "project_take", "接收审批项目";
        /// Let a plan lapse whose time has run out.
        PlanLapse = "plan_lapse", "招标计划失效";
        /// Enter a tender notice, correct or cancel it.
        TenderNoticeWrite = "tender_notice_write", "登记招标公告";
        /// Let a notice go out whose plan stood too short.
        TenderNoticeRelease = "tender_notice_release", "准许提前公告";

        /// Read cases of the green channel.
        ChannelRead = "channel_read", "查看绿色通道";
        /// Apply for the green channel, and record what one's own case comes to.
        ChannelApply = "channel_apply", "申请绿色通道";
        /// Give a department's opinion on an application, check what was promised.
        ChannelOpine = "channel_opine", "出具绿色通道意见";
        /// Open a channel, refuse, suspend, extend, take back.
        ChannelDecide = "channel_decide", "绿色通道决定";
        /// Give an approval of a case, or send it back.
        ApprovalGive = "approval_give", "并联审批";
        /// Ask and answer in a case's thread.
        ChannelTalk = "channel_talk", "绿色通道问答";
        /// Urge a department.
        Urge = "urge", "督办";
        /// What the clocks of the channel do by themselves: warn, suspend, end.
        ChannelClock = "channel_clock", "绿色通道计时";
        /// Read what is proposed for credit records.
        CreditRead = "credit_read", "查看信用建议";
        /// State one's case before something goes on one's credit record.
        CreditReply = "credit_reply", "信用陈述申辩";
        /// Decide whether something goes on a credit record.
        CreditDecide = "credit_decide", "信用记录决定";
        /// Find what a person should look at.
        ClueFind = "clue_find", "发现线索";
        /// Read clues.
        ClueRead = "clue_read", "查看线索";
        /// Say what a clue came to.
        ClueDecide = "clue_decide", "处置线索";

        /// Read bonds and their payments.
        BondRead = "bond_read", "查看保证金";
        /// Read the bid bonds that one's own firm gave.
        OwnBondRead = "own_bond_read", "查看本企业投标保证金";
        /// Enter a bond that was given.
        BondEnter = "bond_enter", "登记保证金";
        /// Enter what a tender came to, which its bonds wait for.
        TenderSettle = "tender_settle", "登记定标结果";
        /// Order what is due to be paid back.
        BondReturn = "bond_return", "自动退还保证金";
        /// Tell that a bond's cover has a gap, or will have one.
        BondWarn = "bond_warn", "担保预警";
        /// Tell the bank, and write down what it answers.
        PaymentSend = "payment_send", "发送退还指令";
        /// Send again what the bank has refused.
        PaymentMend = "payment_mend", "处理退回的指令";
        /// Ask a guarantee's issuer about it, and write down what it says.
        GuaranteeVouch = "guarantee_vouch", "接口核验保函";

        /// Read contracts on the register, and their bonds.
        ContractRead = "contract_read", "查看合同台账";
        /// Enter a contract, its changes, what is owed for it and what it came to.
        ContractWrite = "contract_write", "登记合同";
        /// Write down that the treasury has paid.
        TreasuryRead = "treasury_read", "接收国库支付";
        /// Say what a contract's firm has to give, take it out, let it go.
        BondKeep = "bond_keep", "管理合同担保";
        /// Give something for a contract's bond, in its place or for longer.
        BondOffer = "bond_offer", "提交合同担保";
        /// Look at what was given.
        BondVerify = "bond_verify", "核验合同担保";
        /// Say that a bond is not to go back for a ground of the law.
        BondHold = "bond_hold", "提出不予退还";
        /// Decide whether a bond is forfeit.
        BondDecide = "bond_decide", "决定不予退还";
        /// State one's case before that is decided.
        HoldReply = "hold_reply", "保证金陈述申辩";
        /// Ask retained money back, and once more.
        RetentionApply = "retention_apply", "申请返还质保金";
        /// Answer that.
        RetentionAnswer = "retention_answer", "核实返还申请";
        /// Write down how a dispute about it ended.
        RetentionSettle = "retention_settle", "登记争议结果";
        /// Count silence as consent.
        RetentionDeem = "retention_deem", "视同认可";

        /// Read the bank's statement in.
        StatementEnter = "statement_enter", "导入银行流水";
        /// Say what a line of it was that is still open.
        StatementClear = "statement_clear", "查明银行流水";
        /// Propose that somebody who gave back late loses points.
        LateFind = "late_find", "发现逾期退还";

        /// Read the file of a case, and take it along.
        DossierRead = "dossier_read", "查阅项目档案";

        /// See the live board.
        BoardRead = "board_read", "查看指挥台";
        /// Publish what must be published.
        Publish = "publish", "公开";
        /// Read drafts of changes to the rules.
        LawRead = "law_read", "查看参数变更";
        /// Draft a change to the rules.
        LawDraft = "law_draft", "起草参数变更";
        /// Approve or refuse a change to the rules that somebody else drafted.
        LawApprove = "law_approve", "审定参数变更";
        /// Put an edition of the rules on file.
        LawPublish = "law_publish", "规则版本入库";
        /// Read and export the journal.
        JournalRead = "journal_read", "查阅日志";
        /// Take away what is not needed any more.
        Erase = "erase", "到期清除";
        /// Publish the journal's head of the day.
        HeadPublish = "head_publish", "公布当日链头";
    }
}

/// All errands, in table order.
pub const ERRANDS: &[Errand] = Errand::ALL;

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Records of one's own organisation.
    Own,
    /// Records of one's own district.
    District,
    /// Everything in the city.
    City,
}

/// The rows of the table for one errand.
const fn rows(errand: Errand) -> &'static [(Role, Reach)] {
    use Reach::{City, District, Own};
    use Role::*;
    match errand {
        Errand::SignIn => &[(Public, City)],
        Errand::SignOut | Errand::PasswordChange => &[
            (Admin, Own),
            (Duty, Own),
            (Commander, Own),
            (Department, Own),
            (Determiner, Own),
            (Centre, Own),
            (Owner, Own),
            (Contractor, Own),
            (Supervisor, Own),
            (County, Own),
        ],
        // Anyone who may fill in a form may have it kept.
        Errand::DraftKeep => &[
            (Public, City),
            (Admin, City),
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, City),
            (Contractor, City),
            (Supervisor, City),
            (County, City),
        ],
        Errand::AccountKeep => &[(Admin, City)],
        Errand::Found => &[(System, City)],

        Errand::Register => &[(Public, City)],
        Errand::ProfileRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Contractor, Own),
            (Supervisor, City),
        ],
        Errand::ProfileEdit | Errand::ReserveApply | Errand::ReserveReply => &[(Contractor, Own)],
        Errand::ReserveReview => &[(Department, City)],
        Errand::ReserveObject => {
            &[(Public, City), (Owner, City), (Contractor, City), (County, City), (Department, City)]
        }
        Errand::ReserveStanding => &[(Duty, City), (Department, City), (System, City)],
        Errand::ReserveEnter => &[(System, City)],
        Errand::TeamReport => &[(Contractor, Own), (Duty, City), (System, City)],

        Errand::EmergencyReport => &[
            (Public, City),
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Owner, City),
            (Contractor, City),
            (County, City),
        ],
        Errand::EmergencyRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, Own),
            (Supervisor, City),
            (County, District),
        ],
        Errand::EmergencyAccept => &[(Duty, City), (County, District)],
        Errand::EmergencyMerge => &[(Duty, City)],
        Errand::EmergencyVerify => &[(Department, City), (County, District)],
        Errand::OralOrder => &[(Duty, City), (Commander, City)],
        Errand::Determine => &[(Determiner, City), (Commander, City)],
        Errand::Unconfirm => &[(System, City)],
        Errand::EmergencyControl => {
            &[(Duty, City), (Commander, City), (Department, City), (County, District)]
        }
        Errand::EmergencyClose => &[(Duty, City)],

        Errand::CandidatesRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Supervisor, City),
        ],
        Errand::CallNearest => &[(Duty, City), (Commander, City)],
        Errand::DrawOperate => &[(Duty, City), (Centre, City)],
        Errand::DrawWitness => &[(Supervisor, City)],
        Errand::DrawVoid => &[(System, City)],
        Errand::CallDeliver => &[(System, City)],
        Errand::CallAnswer | Errand::MissionReport => &[(Contractor, Own)],
        Errand::CallAnswerByPhone => &[(Duty, City)],
        Errand::CallLapse => &[(System, City)],
        Errand::CallRecall => &[(Duty, City), (Commander, City)],
        Errand::MissionInspect => &[(Department, City), (Owner, Own)],
        Errand::PriceRecord => &[(Owner, Own), (Department, City), (Duty, City)],
        Errand::MissionEvaluate => &[(Owner, Own), (Department, City), (Duty, City)],

        Errand::PlanRead | Errand::ChannelRead | Errand::ChannelTalk | Errand::CreditRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, Own),
            (Supervisor, City),
        ],
        Errand::PlanWrite => &[(Owner, Own)],
        Errand::PlanCheck => &[(Centre, City)],
        Errand::PlanLapse | Errand::ProjectTake => &[(System, City)],
        Errand::TenderNoticeWrite => &[(Owner, Own), (Centre, City)],
        Errand::TenderNoticeRelease => &[(Determiner, City), (Commander, City)],

        Errand::ChannelApply | Errand::CreditReply => &[(Owner, Own)],
        Errand::ChannelOpine => &[(Department, Own), (Determiner, Own)],
        Errand::ChannelDecide => &[(Centre, City)],
        Errand::ApprovalGive => &[(Department, Own), (Determiner, Own), (Duty, Own)],
        Errand::Urge => &[(Duty, City), (Supervisor, City)],
        Errand::ChannelClock | Errand::ClueFind => &[(System, City)],
        Errand::CreditDecide => &[(Duty, City)],
        Errand::ClueRead => &[(Duty, City), (Commander, City), (Supervisor, City)],
        Errand::ClueDecide => &[(Duty, City), (Supervisor, City)],

        Errand::BondRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, Own),
            (Supervisor, City),
        ],
        Errand::OwnBondRead => &[(Contractor, Own)],
        Errand::BondEnter | Errand::TenderSettle | Errand::PaymentMend => &[(Centre, City)],
        Errand::BondReturn | Errand::BondWarn | Errand::PaymentSend | Errand::GuaranteeVouch => {
            &[(System, City)]
        }

        Errand::ContractRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, Own),
            (Contractor, Own),
            (Supervisor, City),
        ],
        Errand::ContractWrite | Errand::BondKeep | Errand::BondVerify | Errand::BondHold => {
            &[(Centre, City), (Owner, Own)]
        }
        Errand::BondOffer => &[(Centre, City), (Owner, Own), (Contractor, Own)],
        // Neither who holds the money nor whose it is.
        Errand::BondDecide => &[(Duty, City), (Department, City)],
        Errand::RetentionApply | Errand::HoldReply => &[(Centre, City), (Contractor, Own)],
        Errand::RetentionAnswer => &[(Owner, Own)],
        Errand::RetentionSettle | Errand::StatementEnter | Errand::StatementClear => {
            &[(Centre, City)]
        }
        Errand::RetentionDeem | Errand::TreasuryRead | Errand::LateFind => &[(System, City)],

        Errand::DossierRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Owner, Own),
            (Supervisor, City),
            (County, District),
        ],

        Errand::BoardRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Supervisor, City),
            (County, District),
        ],
        Errand::LawRead => &[
            (Duty, City),
            (Commander, City),
            (Department, City),
            (Determiner, City),
            (Centre, City),
            (Supervisor, City),
        ],
        Errand::LawDraft => &[(Duty, City)],
        Errand::LawApprove => &[(Commander, City)],
        Errand::LawPublish => &[(System, City)],
        Errand::Publish => &[(Duty, City), (System, City)],
        Errand::JournalRead => &[(Supervisor, City)],
        Errand::HeadPublish | Errand::Erase => &[(System, City)],
    }
}

/// How far `role` may go with `errand`; `None` is a refusal.
pub fn allowed(role: Role, errand: Errand) -> Option<Reach> {
    rows(errand).iter().find(|(r, _)| *r == role).map(|(_, reach)| *reach)
}

/// Who acts, as far as permissions care.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account, unless it is the public or the system.
    pub account: Option<AccountId>,
    /// In what capacity.
    pub role: Role,
    /// For which organisation.
    pub org: Option<OrgId>,
    /// The organisation's district, where it has one.
    pub district: Option<District>,
}

impl Actor {
    /// Anyone who has not signed in.
    pub const PUBLIC: Self = Self { account: None, role: Role::Public, org: None, district: None };
    /// The system itself.
    pub const SYSTEM: Self = Self { account: None, role: Role::System, org: None, district: None };
}

/// Whose record it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Target<'a> {
    /// The organisation that it belongs to.
    pub org: Option<&'a OrgId>,
    /// The district that it lies in.
    pub district: Option<District>,
}

/// The table does not allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{role:?} may not {errand:?} here")]
pub struct Denied {
    /// Who asked.
    pub role: Role,
    /// For what.
    pub errand: Errand,
}

/// Lets `actor` do `errand` on `target`, or says no.
///
/// # Errors
///
/// [`Denied`] when the table has no row for the role, or the row does not reach
/// as far as the target. A target without an owner is nobody's own.
pub fn permit(actor: &Actor, errand: Errand, target: Target<'_>) -> Result<(), Denied> {
    let reaches = match allowed(actor.role, errand) {
        None => false,
        Some(Reach::City) => true,
        Some(Reach::District) => actor.district.is_some() && actor.district == target.district,
        Some(Reach::Own) => actor.org.is_some() && actor.org.as_ref() == target.org,
    };
    if reaches { Ok(()) } else { Err(Denied { role: actor.role, errand }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, org: &str, district: Option<District>) -> Actor {
        Actor { account: None, role, org: org.parse().ok(), district }
    }

    #[test]
    fn a_district_reaches_no_further_than_itself() {
        let county = actor(Role::County, "qcx", Some(District::Qingchuan));
        let at = |district| {
            permit(&county, Errand::EmergencyAccept, Target { org: None, district }).is_ok()
        };
        assert!(at(Some(District::Qingchuan)));
        assert!(!at(Some(District::Jiange)));
        assert!(!at(None));
        // A county office without a district is a mistake, and reaches nothing.
        let nowhere = actor(Role::County, "x", None);
        assert!(permit(&nowhere, Errand::EmergencyAccept, Target::default()).is_err());
    }

    #[test]
    fn one_s_own_is_one_s_own() {
        let firm = actor(Role::Contractor, "firm-01", None);
        let of = |org: Option<&OrgId>| {
            permit(&firm, Errand::CallAnswer, Target { org, district: None }).is_ok()
        };
        let (mine, other) = ("firm-01".parse().ok(), "firm-02".parse().ok());
        assert!(of(mine.as_ref()));
        assert!(!of(other.as_ref()));
        assert!(!of(None));
        let nobody = Actor { org: None, ..firm };
        assert!(permit(&nobody, Errand::CallAnswer, Target::default()).is_err());
    }
}
