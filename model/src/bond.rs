//! What bonds are made of: what they are for, what they are given in, who gives them.

use crate::work::{NoSuchChoice, choices};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

choices! {
    /// What a bond is for. No other may be asked of a firm (保障中小企业款项支付条例).
    BondKind {
        /// That a bidder stands by its bid.
        Bid = "bid", "投标保证金";
        /// That the winner carries out the contract.
        Performance = "performance", "履约保证金";
        /// That defects are mended.
        Retention = "retention", "工程质量保证金";
        /// That migrant workers are paid.
        Wages = "wages", "农民工工资保证金";
    }
}

choices! {
    /// What a bond is given in.
    BondForm {
        /// Money on an account.
        Cash = "cash", "现金（转账）";
        /// A bank's guarantee.
        Bank = "bank", "银行保函";
        /// A guarantee company's surety.
        Surety = "surety", "担保保函";
        /// An insurer's policy.
        Insurance = "insurance", "保险保函";
    }
}

impl BondForm {
    /// Whether no money lies anywhere for it.
    pub const fn is_guarantee(self) -> bool {
        !matches!(self, Self::Cash)
    }
}

choices! {
    /// What a guarantee is written on.
    Medium {
        /// Paper.
        Paper = "paper", "纸质";
        /// A file that its issuer signed.
        Electronic = "electronic", "电子";
    }
}

choices! {
    /// How large a firm is (中小企业划型标准).
    FirmSize {
        /// 微型
        Micro = "micro", "微型";
        /// 小型
        Small = "small", "小型";
        /// 中型
        Medium = "medium", "中型";
        /// 大型
        Large = "large", "大型";
    }
}

impl FirmSize {
    /// Whether it is one of the small and medium ones.
    pub const fn is_sme(self) -> bool {
        !matches!(self, Self::Large)
    }
}

choices! {
    /// A firm's credit level.
    CreditLevel {
        /// Level A.
        A = "a", "A 级";
        /// Level B.
        B = "b", "B 级";
        /// Level C.
        C = "c", "C 级";
        /// Level D.
        D = "d", "D 级";
        /// None yet.
        Unrated = "unrated", "未评级";
    }
}
