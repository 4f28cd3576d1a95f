//! Tender notices (招标公告): what they say, which legal minimums they keep, and how long
//! the plans stood before them.

mod content;
mod form;
mod judge;
mod record;
pub mod sheet;

pub use content::{NoticeContent, Prequalification};
pub use form::NoticeForm;
pub use judge::{LotLead, Shortfall, WATER, lot_leads, objections, shortfalls};
pub use record::{Holding, NoticeVersion, Refusal, ShortReason, TenderNotice};
