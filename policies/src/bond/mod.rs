//! Bonds (保证金): the most that may be asked (`limit`), what is asked of whom (`ladder`),
//! what is given for it and when it has a gap (`cover`, `record`), when it goes back
//! (`release`, `retain`) and with what interest (`interest`), and how the money is paid
//! (`payment`).

mod cover;
mod decide;
mod form;
mod given;
mod interest;
mod kinds;
mod ladder;
mod limit;
mod measure;
mod payer;
mod payment;
mod piece;
mod plea;
mod record;
mod release;
mod retain;
mod simulate;
mod statement;
mod tender;
mod vouch;
mod watch;

pub use cover::{Cover, Gap, Need, Span, gaps, picture};
pub use decide::DISPUTE;
pub use form::{BidBond, BidBondForm, Terms};
pub use given::{Asks, Given, GivenForm, GivenWhat, plain, tight};
pub use interest::{Interest, Period, deposit_interest};
pub use kinds::{authority_of, grounds, not_beside, not_for, only_four};
pub use ladder::{Firm, Ladder, Project, Rung, Step, ladder};
pub use limit::{
    Bid, Most, NoBond, bid_bond, defects_until, late_interest, performance_bond, retention,
    wages_bond,
};
pub use measure::{
    Back, Fact, Measures, OwnerLate, Tenths, Year, mean_saved, measures, year_before,
};
pub use payer::{Shared, SharedPayer, Transfer, shared_payers};
pub use payment::{Act as PaymentAct, Line, Payment, Purpose, Receipt, State as PaymentState};
pub use piece::{
    Act as PieceAct, Cash, Claim, Guarantee, Piece, State as PieceState, Verification, What,
    Withheld,
};
pub use plea::{MOST_PLEAS, NotHeard, Plea, pleas_seen, pleas_shown};
pub use record::{Bond, Hold, On, Party, Placing, Refusal, Verdict};
pub use release::{
    Because, Events, Noted, Release, ground, release, runs, runs_on_working_day, waits_for,
};
pub use retain::{
    Act as RetainAct, Application, Entry as RetainEntry, Service, Stage as RetainStage,
};
pub use simulate::{Case, Draft, Outcome, RungOutcome, Side, simulate};
pub use statement::{
    Came, Difference, Found, Order, StatementLine, Unread, read as read_statement, reconcile_all,
};
pub use tender::{Known, TenderResult};
pub use vouch::{Checked, Differs, NO_SUCH, Told, ToldForm, Validity, compare};
pub use watch::{Alarm, Warned, Warning, Watched, alarms, nearer, pressing, watch};

/// The keys of all rules that are read here, but those of [`crate::keys`].
pub fn rules() -> Vec<String> {
    ladder::rules()
}
