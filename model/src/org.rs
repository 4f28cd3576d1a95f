//! Organisations and roles.

use crate::work::{NoSuchChoice, choices};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

choices! {
    /// What an organisation is.
    OrgKind {
        /// The development and reform commission, which keeps the duty desk.
        Commission = "commission", "发展改革委";
        /// An industry department (行业主管部门).
        Department = "department", "行业主管部门";
        /// The public-resource trading centre.
        Centre = "centre", "公共资源交易中心";
        /// A project owner (业主/招标人).
        Owner = "owner", "项目业主";
        /// A firm.
        Contractor = "contractor", "企业";
        /// Discipline inspection, audit, finance.
        Supervision = "supervision", "监督机构";
        /// A district's office.
        County = "county", "县区";
    }
}

choices! {
    /// In what capacity somebody acts.
    Role {
        /// Anyone, not signed in.
        Public = "public", "公众";
        /// Keeps accounts; decides nothing.
        Admin = "admin", "系统管理员";
        /// The duty officer of the commission.
        Duty = "duty", "值班员";
        /// The commander (指挥长) or the commission's leader on duty.
        Commander = "commander", "指挥长";
        /// Handles cases of an industry department: verifies, reviews.
        Department = "department", "行业部门经办";
        /// Determines for an industry department.
        Determiner = "determiner", "行业部门负责人";
        /// The trading centre's operator.
        Centre = "centre", "交易中心经办";
        /// A project owner.
        Owner = "owner", "项目业主";
        /// A firm of the reserve, or one that applies.
        Contractor = "contractor", "储备企业";
        /// Supervision and audit: sees all and changes no case; witnesses, urges, says what
        /// clues came to.
        Supervisor = "supervisor", "监督审计";
        /// A district's duty office.
        County = "county", "县区值班";
        /// The system itself: clocks that run out, publicity that falls due.
        System = "system", "系统";
    }
}

impl Role {
    /// Whether somebody acts in this capacity for such an organisation.
    pub const fn fits(self, kind: OrgKind) -> bool {
        matches!(
            (self, kind),
            (Self::Admin | Self::Duty | Self::Commander, OrgKind::Commission)
                | (Self::Department | Self::Determiner, OrgKind::Department)
                | (Self::Centre, OrgKind::Centre)
                | (Self::Owner, OrgKind::Owner)
                | (Self::Contractor, OrgKind::Contractor)
                | (Self::Supervisor, OrgKind::Supervision)
                | (Self::County, OrgKind::County)
        )
    }
}
