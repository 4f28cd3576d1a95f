//! The register of contracts (合同台账), beneath which the bonds of contracts stand: what was
//! agreed and when it was published (`record`), what was changed and how much that comes to
//! together (`change`), what is paid and by when (`bill`), which of it the treasury has paid
//! (`treasury`), which bonds may be asked for it (`secure`), and what goes back of them
//! (`back`).

mod back;
mod bill;
mod change;
mod form;
mod record;
mod secure;
mod treasury;

pub use back::{Back, back};
pub use bill::{Bill, BillPaid, due_of, longest, owed};
pub use change::{Change, Grown, grown};
pub use form::{ContractForm, Terms};
pub use record::{
    Act, Contract, Done, Evaluation, OutOfTurn, Published, Settlement, Stage, evaluating,
    publishing, returning, signing, signing_after,
};
pub use secure::{Part, Secured, asked, needs_of_parts, overlaps};
pub use treasury::{Matched, Mismatch, PaidBill, Serials, TreasuryPayment, match_payment};
