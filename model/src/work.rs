//! What a danger asks for: kind of work, trade, discipline, urgency.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The text is none of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the choices")]
pub struct NoSuchChoice;

/// A closed list of choices with a key for forms and a Chinese name.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The key used in forms and links.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The Chinese name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $zh,)* }
            }
        }

        impl FromStr for $name {
            type Err = NoSuchChoice;

            fn from_str(text: &str) -> Result<Self, NoSuchChoice> {
                Self::ALL.iter().copied().find(|c| c.key() == text).ok_or(NoSuchChoice)
            }
        }
    };
}
pub(crate) use choices;

choices! {
    /// What a lot buys.
    LotKind {
        /// Works.
        Works = "works", "施工";
        /// Goods.
        Goods = "goods", "货物";
        /// Services: survey, design, supervision and others.
        Services = "services", "服务";
    }
}

choices! {
    /// How bidders are found (招标投标法 10).
    TenderMethod {
        /// A notice invites everybody.
        Open = "open", "公开招标";
        /// Letters invite chosen ones.
        Invited = "invited", "邀请招标";
    }
}

choices! {
    /// Whose money pays for a project.
    Funding {
        /// Budget funds.
        Budget = "budget", "财政资金";
        /// Government bonds.
        Bonds = "bonds", "政府债券";
        /// State enterprises and institutions.
        State = "state", "国有企事业单位资金";
        /// Loans and aid from abroad.
        Foreign = "foreign", "外国政府、国际组织贷款援助";
        /// Private funds.
        Private = "private", "社会资本";
        /// Several of them.
        Mixed = "mixed", "多种来源";
    }
}

choices! {
    /// Why a project may take the green channel (2022 plan of the city, task 22).
    Ground {
        /// The city can't run without it.
        City = "city", "保障城市运行必需";
        /// Epidemic control needs it.
        Epidemic = "epidemic", "疫情防控必需";
        /// The people's livelihood depends on it.
        Livelihood = "livelihood", "重要国计民生";
        /// A company's production urgently needs it.
        Production = "production", "企业生产经营急需";
    }
}

choices! {
    /// How a contract of emergency works is priced.
    Pricing {
        /// Cost plus a fee (住建部令第16号 第13条 allows it for 抢险救灾).
        CostPlus = "cost_plus", "成本加酬金";
        /// Fixed unit prices.
        UnitPrice = "unit_price", "固定单价";
        /// A fixed sum.
        FixedSum = "fixed_sum", "固定总价";
    }
}

choices! {
    /// The kinds of work that 川办发〔2020〕37号 Art. 3 lists.
    WorkKind {
        /// Roads, bridges, ports, waterways.
        Traffic = "traffic", "交通设施抢通保通";
        /// Reservoirs, dykes, barrier lakes.
        Water = "water", "水利工程及涉水抢险";
        /// Rock fall, landslide, debris flow.
        Geo = "geo", "地质灾害抢险治理";
        /// Buildings, civil defence, municipal works, power, telecom.
        Urban = "urban", "房屋市政及生命线抢修";
        /// Pollution, drinking-water sources.
        Eco = "eco", "生态环境抢险修复";
        /// Works that a public-health emergency needs.
        Health = "health", "突发公共卫生事件工程";
        /// Others that a law names.
        Other = "other", "法律法规确定的其他";
    }
}

impl WorkKind {
    /// The trades whose teams such work may call.
    pub const fn industries(self) -> &'static [Industry] {
        match self {
            Self::Traffic => &[Industry::Highway],
            Self::Water => &[Industry::Water],
            Self::Geo => &[Industry::Geohazard],
            Self::Urban => &[Industry::Urban, Industry::Lifeline],
            Self::Eco => &[Industry::Ecology],
            Self::Health => &[Industry::Urban],
            Self::Other => Industry::ALL,
        }
    }
}

choices! {
    /// The trade (行业) of a category of the reserve.
    Industry {
        /// Housing and municipal works.
        Urban = "urban", "房建市政";
        /// Roads and transport.
        Highway = "highway", "公路交通";
        /// Water conservancy and hydropower.
        Water = "water", "水利水电";
        /// Geological hazards.
        Geohazard = "geohazard", "地质灾害";
        /// Power, telecom and other lifelines.
        Lifeline = "lifeline", "电力通信生命线";
        /// Ecology and environment.
        Ecology = "ecology", "生态环境";
        /// Farm land and rural works.
        Agriculture = "agriculture", "农业农村";
    }
}

choices! {
    /// The discipline (专业) of a category of the reserve.
    Discipline {
        /// Works.
        Works = "works", "施工";
        /// Site investigation.
        Survey = "survey", "勘察";
        /// Design.
        Design = "design", "设计";
        /// Supervision of works.
        Supervision = "supervision", "监理";
        /// Testing and monitoring.
        Testing = "testing", "检测监测";
        /// Cost consulting.
        Costing = "costing", "造价咨询";
    }
}

choices! {
    /// How fast a danger must be dealt with: which column of the step clock holds.
    ///
    /// Not to be mixed up with the severity of the event, the colour of a warning
    /// or the level of a response, which are three scales of their own.
    Urgency {
        /// 特急: life in danger, minutes count.
        Critical = "critical", "特急";
        /// 紧急: hours count.
        Urgent = "urgent", "紧急";
        /// 一般应急: a working day.
        Ordinary = "ordinary", "一般应急";
    }
}

/// A place in the reserve is held for one trade in one discipline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Category {
    /// The trade.
    pub industry: Industry,
    /// The discipline.
    pub discipline: Discipline,
}

impl Category {
    /// The key used in forms and links, such as `highway.works`.
    pub fn key(self) -> String {
        format!("{}.{}", self.industry.key(), self.discipline.key())
    }

    /// The Chinese name, such as 公路交通·施工.
    pub fn name(self) -> String {
        format!("{}·{}", self.industry.name(), self.discipline.name())
    }
}

impl FromStr for Category {
    type Err = NoSuchChoice;

    fn from_str(text: &str) -> Result<Self, NoSuchChoice> {
        let (industry, discipline) = text.split_once('.').ok_or(NoSuchChoice)?;
        Ok(Self { industry: industry.parse()?, discipline: discipline.parse()? })
    }
}
