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
    /// Changes to reviewed sections that wait for a department's look.
    #[serde(default)]
    pub revision: Option<Revision>,
}

/// Changes to sections that a department has reviewed. Until it accepts them the
/// firm is judged by what was reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// When it was last changed.
    pub since: Moment,
    /// Who it is to be.
    pub basics: Option<Basics>,
    /// What it is to be allowed.
    pub certificates: Option<Certificates>,
    /// What it is to offer.
    pub service: Option<Service>,
    /// Sent back with this remark; changing it hands it in again.
    pub returned: Option<String>,
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

/// A reviewed section as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Who it is.
    Basics(Basics),
    /// What it may do.
    Certificates(Certificates),
    /// What it offers.
    Service(Service),
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

    /// The firm as it would be with the changes that wait.
    pub fn revised(&self) -> Self {
        let mut firm = self.clone();
        let Some(revision) = firm.revision.take() else { return firm };
        firm.basics = revision.basics.or(firm.basics);
        firm.certificates = revision.certificates.or(firm.certificates);
        firm.service = revision.service.or(firm.service);
        firm
    }

    /// Adds a change to those that wait. What becomes as it was reviewed waits no
    /// more.
    pub fn revise(&mut self, change: Change, now: Moment) {
        let mut revision = self.revision.take().unwrap_or(Revision {
            since: now,
            basics: None,
            certificates: None,
            service: None,
            returned: None,
        });
        revision.since = now;
        revision.returned = None;
        match change {
            Change::Basics(b) => revision.basics = (self.basics.as_ref() != Some(&b)).then_some(b),
            Change::Certificates(c) => {
                revision.certificates = (self.certificates.as_ref() != Some(&c)).then_some(c);
            }
            Change::Service(s) => {
                revision.service = (self.service.as_ref() != Some(&s)).then_some(s);
            }
        }
        let any = revision.basics.is_some()
            || revision.certificates.is_some()
            || revision.service.is_some();
        self.revision = any.then_some(revision);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn basics(address: &str) -> Basics {
        Basics {
            name: "岚山路桥有限公司".into(),
            short: "岚山".into(),
            uscc: "91510802MA62500A9R".parse().expect("a code"),
            address: address.into(),
        }
    }

    fn firm() -> Contractor {
        Contractor {
            id: "c".parse().expect("a key"),
            org: "o".parse().expect("a key"),
            basics: Some(basics("利州区")),
            contacts: vec![],
            certificates: None,
            service: None,
            restricted_until: None,
            revision: None,
        }
    }

    #[test]
    fn a_change_waits_and_the_firm_stays_as_it_was_reviewed() {
        let mut firm = firm();
        firm.revise(Change::Basics(basics("青川县")), Moment::from_ms(1));
        assert_eq!(firm.basics, Some(basics("利州区")));
        assert_eq!(firm.revised().basics, Some(basics("青川县")));
        assert_eq!(firm.revised().revision, None);
    }

    #[test]
    fn changing_it_back_leaves_nothing_to_review() {
        let mut firm = firm();
        firm.revise(Change::Basics(basics("青川县")), Moment::from_ms(1));
        firm.revise(Change::Basics(basics("利州区")), Moment::from_ms(2));
        assert_eq!(firm.revision, None);
    }

    #[test]
    fn changing_it_again_hands_it_in_again() {
        let mut firm = firm();
        firm.revise(Change::Basics(basics("青川县")), Moment::from_ms(1));
        firm.revision.as_mut().expect("waits").returned = Some("请附证明".into());
        firm.revise(Change::Basics(basics("青川县乔庄镇")), Moment::from_ms(2));
        let revision = firm.revision.expect("waits");
        assert_eq!((revision.since, revision.returned), (Moment::from_ms(2), None));
    }
}
