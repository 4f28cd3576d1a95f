//! What the key of a program may be used for.

use crate::Errand;
use crate::work::{NoSuchChoice, choices};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

choices! {
    /// What an organisation lets a program do in its name. It narrows what the
    /// organisation itself may do, and never widens it.
    Scope {
        /// Draft plans, hand them in, withdraw them.
        PlanWrite = "plan_write", "编报招标计划";
        /// Check plans that were handed in.
        PlanCheck = "plan_check", "核对招标计划";
        /// Enter tender notices, correct and cancel them.
        NoticeWrite = "notice_write", "登记招标公告";
    }
}

impl Scope {
    /// What it lets a program do.
    pub const fn errands(self) -> &'static [Errand] {
        match self {
            Self::PlanWrite => &[Errand::PlanRead, Errand::PlanWrite],
            Self::PlanCheck => &[Errand::PlanRead, Errand::PlanCheck],
            Self::NoticeWrite => &[Errand::PlanRead, Errand::TenderNoticeWrite],
        }
    }
}
