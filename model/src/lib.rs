//! The words of the house: keys, money, days, moments, places, districts,
//! organisations, roles and errands.
//!
//! Everything here is plain data with exact arithmetic. Nothing reads a clock,
//! a file or a random number, so the same types decide on the server and
//! validate in the browser.

mod bond;
mod code;
mod day;
mod duty;
mod expected;
mod fault;
mod geo;
mod id;
mod id_card;
mod media;
mod moment;
mod money;
mod org;
mod personal;
mod project;
mod region;
mod scope;
mod work;

pub use bond::{BondForm, BondKind, CreditLevel, FirmSize, Medium};
pub use code::{Uscc, UsccFault};
pub use day::{Day, DayFault};
pub use duty::{Actor, Denied, ERRANDS, Errand, Reach, Target, allowed, permit};
pub use expected::{Expected, ExpectedFault};
pub use fault::{Fault, Faults, Field};
pub use geo::{Datum, Lat, Lon, Metres, NoSuchAngle, Place, PlaceFault, read_place};
pub use id::{
    AccountId, AttachmentId, BondId, ChannelId, ClueId, ContractId, ContractorId, CreditId,
    DispatchId, DraftId, EmergencyId, IdFault, LawChangeId, MembershipId, NoticeId, OrgId,
    PaymentId, PlanId, PublicationId, SelectionId, TeamId, TenderNoticeId,
};
pub use id_card::{IdCard, IdCardFault};
pub use media::Media;
pub use moment::{Minutes, Moment, MomentFault};
pub use money::{BasisPoints, Money, MoneyFault};
pub use org::{OrgKind, Role};
pub use personal::{Personal, mask_name, mask_phone};
pub use project::{DealCode, DealCodeFault, ProjectCode, ProjectCodeFault};
pub use region::{District, NoSuchDistrict};
pub use scope::Scope;
pub use work::{
    Category, Discipline, Funding, Ground, Industry, LotKind, NoSuchChoice, Pricing, TenderMethod,
    Urgency, WorkKind,
};
