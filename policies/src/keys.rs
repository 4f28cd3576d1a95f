//! The keys of the rules that code asks for. A test keeps this list and the files
//! equal, so that no rule is dead and none is missing.

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $key;)*
        /// The single ones; [`SCORE`] and the step clocks of [`crate::Step`] come on top.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

keys! {
    /// Working days that an entry to the reserve is published.
    PUBLICITY = "reserve.publicity";
    /// Working days for a reply before a suspension or removal.
    REPLY = "reserve.reply";
    /// Months that an entry lasts.
    TERM = "reserve.term";
    /// Minutes after which a reported position is stale.
    POSITION_FRESH = "reserve.position_fresh";
    /// Missions that one firm may have at a time.
    CAPACITY = "reserve.capacity";
    /// The fewest candidates among whom lots are drawn.
    FEW = "reserve.few";
    /// The score of a team that has none yet.
    START_SCORE = "reserve.start_score";
    /// Months of missions that count for merit.
    SCORE_MONTHS = "reserve.score_months";
    /// Months of calls that count for rotation.
    ROTATION_MONTHS = "reserve.rotation_months";
    /// Minutes from the call until a team sets off.
    MUSTER = "reserve.muster";
    /// Road length as a percentage of the straight line.
    TERRAIN_PERCENT = "reserve.terrain_percent";
    /// Kilometres an hour on mountain roads.
    SPEED = "reserve.speed";
    /// Metres within which a report may be of the same danger.
    DUPLICATE_METRES = "reserve.duplicate_metres";
    /// Hours within which a report may be of the same danger.
    DUPLICATE_HOURS = "reserve.duplicate_hours";
    /// Works contracts of this size must be tendered.
    TENDER_WORKS = "threshold.works";
    /// Goods contracts of this size must be tendered.
    TENDER_GOODS = "threshold.goods";
    /// Survey, design, supervision contracts of this size must be tendered.
    TENDER_SERVICES = "threshold.services";
    /// A department determines alone up to this estimate.
    DEPARTMENT_LIMIT = "determine.department_limit";
    /// A deputy mayor must approve up to this estimate.
    LEADER_LIMIT = "determine.leader_limit";
    /// Minutes within which an oral order is confirmed in writing.
    ORAL_ORDER = "clock.oral_order";
    /// Minutes within which a committed nonce is revealed.
    REVEAL = "clock.reveal";
    /// Minutes after which a silent team is telephoned.
    CALL_VOICE = "clock.call_voice";
    /// Minutes after which a silent team's second contact is told.
    CALL_SECOND = "clock.call_second";
    /// Days from acceptance of the work until its settlement is handed in.
    SETTLE = "clock.settle";
    /// Months that a reporter's name and phone are kept after the case is closed.
    REPORTER_KEPT = "privacy.reporter_months";
    /// Days that the text of a message is kept.
    MESSAGE_KEPT = "privacy.message_days";
    /// Share of a clock after which it warns.
    WARN_PERCENT = "clock.warn_percent";
    /// Minutes of the day at which offices stop their business.
    BUSINESS_END = "clock.business_end";
    /// The legal limit for publishing.
    PUBLISH_STATUTORY = "clock.publish.statutory";
    /// Budget funds from this size on are in the scope of compulsory tendering.
    FUND_AMOUNT = "threshold.fund_amount";
    /// Budget funds from this share of the investment on are in that scope.
    FUND_SHARE = "threshold.fund_share";
    /// The most that a bid bond may be, as a share of the estimate.
    BID_RATE = "bond.bid_rate";
    /// The same in government procurement.
    BID_RATE_PROCUREMENT = "bond.bid_rate_procurement";
    /// The most for works and goods.
    BID_CAP_WORKS = "bond.bid_cap_works";
    /// The most for survey and design.
    BID_CAP_SURVEY = "bond.bid_cap_survey";
    /// The most for buildings and municipal works.
    BID_CAP_BUILDING = "bond.bid_cap_building";
    /// Up to this estimate a project of the government is a small one.
    SMALL_PROJECT = "bond.small_project";
    /// The bank's yearly rate for demand deposits.
    DEPOSIT_RATE = "bond.deposit_rate";
    /// Into how many days banks divide a year.
    INTEREST_YEAR = "bond.interest_year";
    /// Minutes of the day at which money is paid back.
    RETURN_RUN = "bond.return_run";
    /// Days before a gap of a bond on which its owner is first warned.
    WARN_FAR = "bond.warn_far";
    /// The second warning.
    WARN_NEAR = "bond.warn_near";
    /// The last one.
    WARN_LAST = "bond.warn_last";
    /// The most that a performance bond may be, as a share of the price.
    PERFORMANCE_RATE = "bond.performance_rate";
    /// The same in government procurement.
    PERFORMANCE_RATE_PROCUREMENT = "bond.performance_rate_procurement";
    /// The most that may be retained, as a share of the settlement.
    RETENTION_RATE = "bond.retention_rate";
    /// Months of liability for defects, as is usual.
    DEFECT_USUAL = "bond.defect_usual";
    /// Months of liability for defects, at most.
    DEFECT_MOST = "bond.defect_most";
    /// Daily interest on late payment where nothing was agreed.
    LATE_INTEREST = "bond.late_interest";
    /// The most that wages bonds may be, as a share of the price.
    WAGES_RATE = "contract.wages_rate";
    /// The most that additions to a procurement contract may come to, as a share of its price.
    CHANGE_PROCUREMENT = "contract.change_procurement";
    /// Additions beyond this share name the paper that approves them.
    CHANGE_APPROVAL = "contract.change_approval";
    /// A change of the estimate above this restarts the lead of a plan.
    PLAN_CHANGE = "plan.change";
    /// Months after which a plan without a notice lapses.
    PLAN_LAPSE = "plan.lapse";
    /// Days before that on which its owner is reminded.
    PLAN_REMIND = "plan.remind";
    /// A project approved less than so many months ago may do without the lead.
    PLAN_YOUNG = "plan.young";
    /// With fewer bidders a tender begins anew.
    BIDDERS = "opening.bidders";
    /// The least members of an evaluation committee.
    COMMITTEE = "opening.committee";
    /// Of each three of them so many are experts.
    EXPERTS = "opening.experts_of_three";
    /// The most candidates.
    CANDIDATES = "opening.candidates";
    /// Points of an owner at the start of a cycle.
    OWNER_BASE = "credit.owner.base";
    /// Below it an owner is reminded.
    OWNER_REMIND = "credit.owner.remind";
    /// Below it an owner is summoned.
    OWNER_TALK = "credit.owner.talk";
    /// Working days for a statement before something goes on a credit record.
    STATEMENT = "credit.statement";
    /// Minutes from an application for the green channel to its decision.
    CHANNEL_DECIDE = "channel.decide";
    /// Minutes within which the department gives its opinion.
    CHANNEL_OPINION = "channel.opinion";
    /// The most days for which a channel is opened at once.
    CHANNEL_TERM = "channel.term";
    /// The most days within which a missing paper follows.
    CHANNEL_ITEM = "channel.item";
    /// So many late papers suspend a channel.
    CHANNEL_LATE_ITEMS = "channel.late_items";
    /// Days within which like purchases are added up.
    SPLIT_WINDOW = "split.window";
    /// Months that the file of a case is kept.
    DOSSIER_KEPT = "dossier.kept";
}

/// What each item of a score is worth; together 100 points.
pub const SCORE: [&str; 7] = [
    "score.response",
    "score.presence",
    "score.schedule",
    "score.quality",
    "score.safety",
    "score.records",
    "score.cooperation",
];
