//! The steps of a project on the green channel, in the order of the work.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A step between the application and the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 项目审批
    Approval,
    /// 用地预审与选址
    Land,
    /// 设计审查
    Design,
    /// 招标公告
    Notice,
    /// 招标文件发售
    Documents,
    /// 投标、开标
    Opening,
    /// 评标
    Evaluation,
    /// 中标候选人公示
    Publicity,
    /// 定标
    Award,
    /// 签订合同
    Contract,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Approval,
        Self::Land,
        Self::Design,
        Self::Notice,
        Self::Documents,
        Self::Opening,
        Self::Evaluation,
        Self::Publicity,
        Self::Award,
        Self::Contract,
    ];

    /// The key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Land => "land",
            Self::Design => "design",
            Self::Notice => "notice",
            Self::Documents => "documents",
            Self::Opening => "opening",
            Self::Evaluation => "evaluation",
            Self::Publicity => "publicity",
            Self::Award => "award",
            Self::Contract => "contract",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approval => "项目审批",
            Self::Land => "用地预审与选址",
            Self::Design => "设计审查",
            Self::Notice => "招标公告",
            Self::Documents => "招标文件发售",
            Self::Opening => "投标、开标",
            Self::Evaluation => "评标",
            Self::Publicity => "候选人公示",
            Self::Award => "定标",
            Self::Contract => "签订合同",
        }
    }

    /// Who does it.
    pub const fn actor(self) -> &'static str {
        match self {
            Self::Approval => "发展改革部门",
            Self::Land => "自然资源部门",
            Self::Design => "行业主管部门",
            Self::Notice | Self::Documents | Self::Award => "招标人",
            Self::Opening => "投标人、交易中心",
            Self::Evaluation => "评标委员会",
            Self::Publicity => "招标人、交易中心",
            Self::Contract => "招标人、中标人",
        }
    }

    /// The rule of the longest time that it may take; of the publicity, until it begins.
    pub const fn longest(self) -> Option<&'static str> {
        match self {
            Self::Approval => Some(Approval::Project.rule()),
            Self::Land => Some(Approval::Land.rule()),
            Self::Design => Some(Approval::Design.rule()),
            Self::Notice => Some("channel.prepare"),
            Self::Evaluation => Some("channel.evaluate"),
            Self::Publicity => Some("tender.t10"),
            Self::Award => Some("channel.award"),
            Self::Contract => Some("tender.t13"),
            Self::Documents | Self::Opening => None,
        }
    }

    /// The rule of the least time that it must take.
    pub const fn shortest(self) -> Option<&'static str> {
        match self {
            Self::Documents => Some("tender.t1"),
            Self::Opening => Some("tender.t3"),
            Self::Publicity => Some("tender.t11"),
            _ => None,
        }
    }
}

/// An approval that runs beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// 项目审批
    Project,
    /// 用地预审与选址
    Land,
    /// 设计审查
    Design,
}

impl Approval {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Project, Self::Land, Self::Design];

    /// The step that it is.
    pub const fn step(self) -> Step {
        match self {
            Self::Project => Step::Approval,
            Self::Land => Step::Land,
            Self::Design => Step::Design,
        }
    }

    /// The key: that of its step, and of its paper.
    pub const fn key(self) -> &'static str {
        self.step().key()
    }

    /// Whether a notice must wait for it (招标投标法 9); the use of land is settled before
    /// the contract.
    pub const fn precedes_notice(self) -> bool {
        matches!(self, Self::Project | Self::Design)
    }

    /// The rule of its longest time.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Project => "channel.approval",
            Self::Land => "channel.land",
            Self::Design => "channel.design",
        }
    }
}

impl FromStr for Approval {
    type Err = model::NoSuchChoice;

    fn from_str(text: &str) -> Result<Self, model::NoSuchChoice> {
        Self::ALL.into_iter().find(|a| a.key() == text).ok_or(model::NoSuchChoice)
    }
}
