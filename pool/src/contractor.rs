//! A firm's profile, in sections that are saved one by one.

use crate::team::holds;
use model::{Category, ContractorId, Day, District, Minutes, Moment, OrgId, Personal, Uscc};
use serde::{Deserialize, Serialize};

/// A firm of the reserve, or one that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contractor {
    /// Key.
    pub id: ContractorId,
    /// The organisation that signs in for it.
    pub org: OrgId,
    /// Who it is.
    pub basics: Option<Basics>,
    /// Whom to call, day and night: the first, and the second if the first fails.
    pub contacts: Vec<Contact>,
    /// What it may do.
    pub certificates: Option<Certificates>,
    /// What it offers.
    pub service: Option<Service>,
    /// Shut out until that day, the day included.
    pub restricted_until: Option<Day>,
}

/// Who a firm is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basics {
    /// Registered name.
    pub name: String,
    /// A short name for lists and maps.
    pub short: String,
    /// Unified social credit code.
    pub uscc: Uscc,
    /// Registered address.
    pub address: String,
}

/// Somebody who answers the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: Personal,
    /// Phone.
    pub phone: Personal,
}

/// What a firm may do, by whose paper, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificates {
    /// The safety licence (安全生产许可证), which works need.
    pub licence: Option<Paper>,
    /// Qualifications (资质), each for the categories that it covers.
    pub qualifications: Vec<Qualification>,
}

/// A paper with its number and its days, first and last included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Number.
    pub number: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
}

/// A qualification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qualification {
    /// For which category.
    pub category: Category,
    /// Its name, such as 公路工程施工总承包.
    pub name: String,
    /// Its level, such as 二级 or 甲级.
    pub level: String,
    /// The certificate.
    pub paper: Paper,
}

/// What a firm offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// In which categories.
    pub categories: Vec<Category>,
    /// In which districts.
    pub districts: Vec<District>,
    /// Minutes within which it promises to answer.
    pub answer: Minutes,
    /// Minutes within which it promises to arrive in its own district.
    pub arrive: Minutes,
}

/// A section of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Who it is.
    Basics,
    /// Whom to call.
    Contacts,
    /// What it may do.
    Certificates,
    /// What it offers.
    Service,
    /// Teams with people and machines.
    Teams,
}

impl Section {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::Basics, Self::Contacts, Self::Certificates, Self::Service, Self::Teams];

    /// The key used in links.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Contacts => "contacts",
            Self::Certificates => "certificates",
            Self::Service => "service",
            Self::Teams => "teams",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Basics => "企业信息",
            Self::Contacts => "值守联系人",
            Self::Certificates => "资质与许可证",
            Self::Service => "类别、区域与承诺",
            Self::Teams => "队伍、人员与设备",
        }
    }
}

impl Contractor {
    /// The sections that are not filled in yet. `teams` is how many teams it has.
    pub fn missing(&self, teams: usize) -> Vec<Section> {
        let lacks = |section: &Section| match section {
            Section::Basics => self.basics.is_none(),
            Section::Contacts => self.contacts.len() < 2,
            Section::Certificates => self.certificates.is_none(),
            Section::Service => self.service.is_none(),
            Section::Teams => teams == 0,
        };
        Section::ALL.into_iter().filter(lacks).collect()
    }

    /// The name to show: the short one, or the key while there is none.
    pub fn shown_name(&self) -> &str {
        self.basics.as_ref().map_or(self.id.as_str(), |basics| &basics.short)
    }
}

impl Paper {
    /// Whether it holds at `at`.
    pub fn holds(&self, at: Moment) -> bool {
        Moment::start_of(self.from) <= at && holds(self.until, at)
    }
}
