//! All live records in memory, as of one entry of the journal.
//!
//! What people wait for is read here, never by a scan of the database. The
//! mirror can be built again from the store at any time; it decides nothing by
//! itself: every write says which version it was based on.

use super::engine::Engine;
use super::fault::check;
use super::journal::{Entry, head_of};
use super::nearby::Nearby;
use super::stirred::Stirred;
use super::{Head, Kept, Record, Store, StoreFault, Table};
use crate::adapters::approval::Project;
use crate::adapters::feed::Feed;
use crate::people::{Account, ApiKey, Deed, Draft, Org, Session};
use crate::records::{
    Attachment, BankLine, ClearedLine, DayHead, LawChange, LawEdition, Notice, Publication,
};
use model::{BondId, ChannelId, ContractId, PlanId, TenderNoticeId};
use policies::bond::{Bond, On, Payment, Piece, TenderResult};
use policies::channel::{Channel, Post, Task};
use policies::contract::Contract;
use policies::credit::Proposal;
use policies::notice::{NoticeVersion, TenderNotice};
use policies::plan::{Plan, PlanVersion};
use policies::split::Clue;
use pool::contractor::Contractor;
use pool::dispatch::Dispatch;
use pool::emergency::Emergency;
use pool::membership::Membership;
use pool::selection::Selection;
use pool::team::Team;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use surrealdb::types::{RecordId, SurrealValue};

/// Records of one kind, by key.
#[derive(Debug)]
pub struct Shelf<T>(BTreeMap<String, Kept<T>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Shelf<T> {
    /// Those after a key, by key.
    pub fn after<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Kept<T>> + use<'a, T> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.0.range::<str, _>((Excluded(key), Unbounded)).map(|(_, kept)| kept)
    }

    /// The record of that key.
    pub fn get(&self, key: &str) -> Option<&Kept<T>> {
        self.0.get(key)
    }

    /// All records, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Kept<T>> {
        self.0.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Records read in at once.
const LOADED: usize = 2_000;
/// How many of the last entries are kept for boards that come back.
const RECENT: usize = 2_000;
/// How many changes of records they may hold together: a sheet of thousands of rows is one
/// entry.
const RECENT_CHANGES: usize = 20_000;

/// All live records.
#[derive(Debug)]
pub struct Mirror {
    /// The entry that this is as of.
    pub head: Head,
    /// Organisations.
    pub orgs: Shelf<Org>,
    /// Accounts.
    pub accounts: Shelf<Account>,
    /// Sessions.
    pub sessions: Shelf<Session>,
    /// Drafts.
    pub drafts: Shelf<Draft>,
    /// Firms.
    pub contractors: Shelf<Contractor>,
    /// Memberships.
    pub memberships: Shelf<Membership>,
    /// Teams.
    pub teams: Shelf<Team>,
    /// Emergencies.
    pub emergencies: Shelf<Emergency>,
    /// Selections.
    pub selections: Shelf<Selection>,
    /// Calls.
    pub dispatches: Shelf<Dispatch>,
    /// Messages.
    pub notices: Shelf<Notice>,
    /// Publications.
    pub publications: Shelf<Publication>,
    /// Files.
    pub attachments: Shelf<Attachment>,
    /// The journal's head of each day.
    pub heads: Shelf<DayHead>,
    /// Editions of the rules.
    pub editions: Shelf<LawEdition>,
    /// Changes to the rules.
    pub law_changes: Shelf<LawChange>,
    /// Tender plans.
    pub plans: Shelf<Plan>,
    /// What was public of them.
    pub plan_versions: Shelf<PlanVersion>,
    /// Tender notices.
    pub tender_notices: Shelf<TenderNotice>,
    /// What was public of them.
    pub notice_versions: Shelf<NoticeVersion>,
    /// Keys of programs.
    pub api_keys: Shelf<ApiKey>,
    /// Commands of programs that were carried out.
    pub deeds: Shelf<Deed>,
    /// Projects that were approved elsewhere.
    pub projects: Shelf<Project>,
    /// How far feeds of others were taken.
    pub feeds: Shelf<Feed>,
    /// Cases of the green channel.
    pub channels: Shelf<Channel>,
    /// Their approvals.
    pub channel_tasks: Shelf<Task>,
    /// What is said about them.
    pub channel_posts: Shelf<Post>,
    /// What is proposed for credit records.
    pub credits: Shelf<Proposal>,
    /// What a person should look at.
    pub clues: Shelf<Clue>,
    /// Bonds.
    pub bonds: Shelf<Bond>,
    /// Orders to pay bonds back.
    pub payments: Shelf<Payment>,
    /// What tenders came to.
    pub tender_results: Shelf<TenderResult>,
    /// Contracts on the register.
    pub contracts: Shelf<Contract>,
    /// Lines of the bank's statement.
    pub bank_lines: Shelf<BankLine>,
    /// What open ones of them were, by the line's key.
    pub cleared_lines: Shelf<ClearedLine>,
    /// Reports by place.
    pub nearby: Nearby,
    /// The last entry that changed something that the portal shows.
    pub public_seq: i64,
    /// Public plans by their numbers.
    pub plan_numbers: BTreeMap<String, PlanId>,
    /// Tender notices by their numbers.
    pub notice_numbers: BTreeMap<String, TenderNoticeId>,
    /// Cases of the green channel by their numbers.
    pub channel_numbers: BTreeMap<String, ChannelId>,
    /// Bonds by their numbers.
    pub bond_numbers: BTreeMap<String, BondId>,
    /// Contracts by their numbers.
    pub contract_numbers: BTreeMap<String, ContractId>,
    /// Contracts by the notice of their tender.
    pub contract_of_notice: BTreeMap<String, ContractId>,
    /// Bonds of bidders by the notice of their tender.
    pub bonds_of_notice: BTreeMap<String, BTreeSet<String>>,
    /// Bonds of bidders by their firm's credit code.
    pub bonds_of_firm: BTreeMap<String, BTreeSet<String>>,
    /// Bonds of contracts by their contract.
    pub bonds_of_contract: BTreeMap<String, BTreeSet<String>>,
    /// Bonds with guarantees whose issuer is still to be asked.
    unasked: BTreeSet<String>,
    /// Orders that the bank has not answered for good.
    open: BTreeSet<String>,
    /// Bonds, by when something that they wait for last changed.
    pub stirred: Stirred,
    /// Public versions of notices by the entry that published them: its number and the
    /// version's key.
    pub notice_entries: BTreeSet<(i64, String)>,
    /// Values about persons, by key.
    pub(super) personal: HashMap<String, String>,
    /// The last entries, oldest first.
    recent: VecDeque<Arc<Entry>>,
    /// The changes in them.
    recent_changes: usize,
}

macro_rules! shelves {
    ($($table:ident, $type:ty, $field:ident, $key:ident;)*) => {
        $(impl Record for $type {
            const TABLE: Table = Table::$table;

            fn key(&self) -> &str {
                self.$key.as_str()
            }

            fn shelf(mirror: &Mirror) -> &Shelf<Self> {
                &mirror.$field
            }

            fn shelf_mut(mirror: &mut Mirror) -> &mut Shelf<Self> {
                &mut mirror.$field
            }
        })*

        impl Mirror {
            fn empty(head: Head) -> Self {
                Self {
                    head,
                    $($field: Shelf::default(),)*
                    nearby: Nearby::default(),
                    public_seq: 0,
                    plan_numbers: BTreeMap::new(),
                    notice_numbers: BTreeMap::new(),
                    channel_numbers: BTreeMap::new(),
                    bond_numbers: BTreeMap::new(),
                    contract_numbers: BTreeMap::new(),
                    contract_of_notice: BTreeMap::new(),
                    bonds_of_notice: BTreeMap::new(),
                    bonds_of_firm: BTreeMap::new(),
                    bonds_of_contract: BTreeMap::new(),
                    unasked: BTreeSet::new(),
                    open: BTreeSet::new(),
                    stirred: Stirred::default(),
                    notice_entries: BTreeSet::new(),
                    personal: HashMap::new(),
                    recent: VecDeque::new(),
                    recent_changes: 0,
                }
            }

            /// Puts a record in its place; an older version never replaces a newer.
            pub(super) fn put(
                &mut self,
                table: Table,
                key: &str,
                version: i64,
                body: Value,
            ) -> Result<(), StoreFault> {
                match table {
                    $(Table::$table => put::<$type>(self, key, version, body),)*
                }?;
                self.index(table, key);
                Ok(())
            }

            /// Takes a record away.
            pub(super) fn take(&mut self, table: Table, key: &str) {
                match table {
                    $(Table::$table => { self.$field.0.remove(key); })*
                }
            }
        }
    };
}

shelves! {
    Org, Org, orgs, id;
    Account, Account, accounts, id;
    Session, Session, sessions, key;
    Draft, Draft, drafts, id;
    Contractor, Contractor, contractors, id;
    Membership, Membership, memberships, id;
    Team, Team, teams, id;
    Emergency, Emergency, emergencies, id;
    Selection, Selection, selections, id;
    Dispatch, Dispatch, dispatches, id;
    Notice, Notice, notices, id;
    Publication, Publication, publications, id;
    Attachment, Attachment, attachments, id;
    DayHead, DayHead, heads, id;
    LawEdition, LawEdition, editions, id;
    LawChange, LawChange, law_changes, id;
    Plan, Plan, plans, id;
    PlanVersion, PlanVersion, plan_versions, id;
    TenderNotice, TenderNotice, tender_notices, id;
    NoticeVersion, NoticeVersion, notice_versions, id;
    ApiKey, ApiKey, api_keys, id;
    Deed, Deed, deeds, id;
    Project, Project, projects, id;
    Feed, Feed, feeds, id;
    Channel, Channel, channels, id;
    ChannelTask, Task, channel_tasks, id;
    ChannelPost, Post, channel_posts, id;
    Credit, Proposal, credits, id;
    Clue, Clue, clues, id;
    Bond, Bond, bonds, id;
    Payment, Payment, payments, id;
    TenderResult, TenderResult, tender_results, id;
    Contract, Contract, contracts, id;
    BankLine, BankLine, bank_lines, id;
    ClearedLine, ClearedLine, cleared_lines, id;
}

impl Mirror {
    /// Notes where a record that was just put in its place is found by other than its
    /// key.
    fn index(&mut self, table: Table, key: &str) {
        match table {
            Table::Emergency => {
                if let Some(e) = self.emergencies.get(key) {
                    self.nearby.put(&e.value.id, e.value.report.place);
                }
            }
            Table::Plan => {
                if let Some(plan) = self.plans.get(key)
                    && let Some(number) = &plan.value.number
                {
                    self.plan_numbers.insert(number.clone(), plan.value.id.clone());
                }
            }
            Table::PlanVersion => {
                let seq = self.plan_versions.get(key).map_or(0, |version| version.value.seq);
                self.public_seq = self.public_seq.max(seq);
            }
            Table::NoticeVersion => {
                if let Some(version) = self.notice_versions.get(key) {
                    self.notice_entries.insert((version.value.seq, key.to_owned()));
                }
            }
            Table::TenderResult => self.stirred.stir_all(self.bonds_of_notice.get(key)),
            Table::TenderNotice => {
                self.stirred.stir_all(self.bonds_of_notice.get(key));
                if let Some(notice) = self.tender_notices.get(key) {
                    self.public_seq = self.public_seq.max(notice.value.seq);
                    self.notice_numbers
                        .insert(notice.value.number.clone(), notice.value.id.clone());
                }
            }
            Table::Channel => {
                if let Some(case) = self.channels.get(key) {
                    self.channel_numbers.insert(case.value.number.clone(), case.value.id.clone());
                }
            }
            Table::Bond => {
                self.stirred.stir(key);
                if let Some(bond) = self.bonds.get(key) {
                    self.bond_numbers.insert(bond.value.number.clone(), bond.value.id.clone());
                    let of = match &bond.value.on {
                        On::Tender { notice, .. } => {
                            let firm = bond.value.firm.uscc.to_string();
                            self.bonds_of_firm.entry(firm).or_default().insert(key.to_owned());
                            self.bonds_of_notice.entry(notice.to_string()).or_default()
                        }
                        On::Contract { contract, .. } => {
                            self.bonds_of_contract.entry(contract.to_string()).or_default()
                        }
                    };
                    of.insert(key.to_owned());
                    match bond.value.pieces.iter().any(Piece::is_unasked) {
                        true => self.unasked.insert(key.to_owned()),
                        false => self.unasked.remove(key),
                    };
                }
            }
            Table::Contract => {
                self.stirred.stir_all(self.bonds_of_contract.get(key));
                if let Some(contract) = self.contracts.get(key) {
                    let contract = &contract.value;
                    self.contract_numbers.insert(contract.number.clone(), contract.id.clone());
                    if let Some(notice) = &contract.notice {
                        self.contract_of_notice.insert(notice.to_string(), contract.id.clone());
                    }
                }
            }
            Table::Payment => {
                if let Some(payment) = self.payments.get(key) {
                    match payment.value.goes_on() || payment.value.is_unsettled() {
                        true => self.open.insert(key.to_owned()),
                        false => self.open.remove(key),
                    };
                }
            }
            _ => {}
        }
    }
}

fn put<T: Record>(
    mirror: &mut Mirror,
    key: &str,
    version: i64,
    body: Value,
) -> Result<(), StoreFault> {
    let value: T = serde_json::from_value(body).map_err(|e| StoreFault::Corrupt {
        record: format!("{}:{key}", T::TABLE.name()),
        why: e.to_string(),
    })?;
    let shelf = &mut T::shelf_mut(mirror).0;
    if shelf.get(key).is_none_or(|kept| kept.version < version) {
        shelf.insert(key.to_owned(), Kept { version, value: Arc::new(value) });
    }
    Ok(())
}

impl Mirror {
    /// Bonds with guarantees whose issuer is still to be asked.
    pub fn unasked_bonds(&self) -> impl Iterator<Item = &Kept<Bond>> {
        self.unasked.iter().filter_map(|key| self.bonds.get(key))
    }

    /// Orders that the bank has not answered for good, and those that a statement has and that
    /// do not count as paid yet.
    pub fn open_payments(&self) -> impl Iterator<Item = &Kept<Payment>> {
        self.open.iter().filter_map(|key| self.payments.get(key))
    }

    /// A value about a person; nothing once it was erased.
    pub fn reveal(&self, personal: &model::Personal) -> &str {
        self.personal.get(&personal.key).map_or("", String::as_str)
    }

    /// Whether a value about a person is still there.
    pub fn holds(&self, personal: &model::Personal) -> bool {
        self.personal.contains_key(&personal.key)
    }

    /// The record of that key.
    pub fn get<T: Record>(&self, key: &str) -> Option<&Kept<T>> {
        T::shelf(self).get(key)
    }

    /// The kept entries after `after`, oldest first; `None` when that reaches
    /// back beyond what is kept.
    pub fn recent_after(&self, after: i64) -> Option<Vec<Arc<Entry>>> {
        let first = self.recent.front().map_or(self.head.seq + 1, |entry| entry.seq);
        (after.saturating_add(1) >= first || after >= self.head.seq)
            .then(|| self.recent.iter().filter(|entry| entry.seq > after).cloned().collect())
    }

    /// The last entries, newest first.
    pub fn recent(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.recent.iter().rev()
    }

    pub(super) fn note(&mut self, entry: &Entry) {
        self.recent.push_back(Arc::new(entry.clone()));
        self.recent_changes += entry.changes.len();
        while self.recent.len() > RECENT
            || (self.recent_changes > RECENT_CHANGES && self.recent.len() > 1)
        {
            let oldest = self.recent.pop_front();
            self.recent_changes -= oldest.map_or(0, |entry| entry.changes.len());
        }
    }
}

#[derive(SurrealValue)]
struct Row {
    key: String,
    version: i64,
    body: Value,
}

#[derive(SurrealValue)]
struct PersonalRow {
    key: String,
    value: Option<String>,
}

/// Reads everything in.
pub(super) async fn load(db: &Engine) -> Result<Mirror, StoreFault> {
    let mut mirror = Mirror::empty(head_of(db).await?);
    for table in Table::ALL {
        let mut answer = check(
            db.query("SELECT VALUE record::id(id) FROM type::table($table)")
                .bind(("table", table.name()))
                .await?,
        )?;
        let keys: Vec<String> = answer.take(0)?;
        // Piece by piece: rows take many times the room of the records that they become. By
        // their keys: a range from the last key on is walked from the table's beginning.
        for piece in keys.chunks(LOADED) {
            let records: Vec<RecordId> =
                piece.iter().map(|key| RecordId::new(table.name(), key.clone())).collect();
            let mut answer = check(
                db.query("SELECT record::id(id) AS key, version, body FROM $records")
                    .bind(("records", records))
                    .await?,
            )?;
            let rows: Vec<Row> = answer.take(0)?;
            for row in rows {
                mirror.put(table, &row.key, row.version, row.body)?;
            }
        }
    }
    let mut answer = check(db.query("SELECT record::id(id) AS key, value FROM personal").await?)?;
    let rows: Vec<PersonalRow> = answer.take(0)?;
    mirror.personal =
        rows.into_iter().filter_map(|row| row.value.map(|value| (row.key, value))).collect();
    Ok(mirror)
}

impl Store {
    /// Reads what other processes have written since. Does nothing when the
    /// mirror is up to date.
    ///
    /// # Errors
    ///
    /// [`StoreFault`] when the database does not answer.
    pub async fn catch_up(&self) -> Result<(), StoreFault> {
        // Nobody of this process writes meanwhile: what they put into the mirror would
        // be newer than what is read here.
        let _turn = self.inner.writer.lock().await;
        self.catch_up_in_turn().await
    }

    /// The same for whoever has the writer's turn already.
    pub(super) async fn catch_up_in_turn(&self) -> Result<(), StoreFault> {
        loop {
            let after = self.read().head.seq;
            let entries = self.entries(after, 100).await?;
            if entries.is_empty() {
                return Ok(());
            }
            let mut rows = Vec::new();
            for (entry, _) in &entries {
                for change in &entry.changes {
                    let mut answer = check(
                        self.inner
                            .db
                            .query(
                                "SELECT record::id(id) AS key, version, body \
                                 FROM type::record($table, $key)",
                            )
                            .bind(("table", change.table.name()))
                            .bind(("key", change.key.clone()))
                            .await?,
                    )?;
                    let row: Option<Row> = answer.take(0)?;
                    rows.push((change.table, change.key.clone(), row));
                }
            }
            let mut answer = check(
                self.inner.db.query("SELECT record::id(id) AS key, value FROM personal").await?,
            )?;
            let personal: Vec<PersonalRow> = answer.take(0)?;
            let mut mirror =
                self.inner.mirror.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            for (table, key, row) in rows {
                match row {
                    Some(row) => mirror.put(table, &row.key, row.version, row.body)?,
                    None => mirror.take(table, &key),
                }
            }
            mirror.personal = personal
                .into_iter()
                .filter_map(|row| row.value.map(|value| (row.key, value)))
                .collect();
            for (entry, hash) in entries {
                // Another task may have applied it meanwhile.
                if entry.seq == mirror.head.seq + 1 {
                    mirror.note(&entry);
                    mirror.head = Head { seq: entry.seq, hash };
                }
            }
            let seq = mirror.head.seq;
            drop(mirror);
            self.inner.seq.send_replace(seq);
        }
    }
}
