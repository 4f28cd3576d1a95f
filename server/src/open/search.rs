//! Public plans, found by any part of their text.
//!
//! An inverted index in memory over every public version, each valid from the journal's
//! entry that published it until the one that published the next. So a question can be
//! asked as of any entry, and its count stays what it was while somebody turns pages.
//!
//! Text is indexed by characters and pairs of characters with their positions. A word of
//! the question is a phrase of pairs, which is found exactly where the text contains it:
//! no dictionary decides what is a word.

use crate::store::{Mirror, Store, Table};
use model::{Day, District, Expected, Funding, Industry, LotKind, Money};
use policies::plan::{PlanVersion, Stage};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, BooleanQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions, Value as _,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument,
    TantivyError, Term,
};

/// Memory for what is not committed yet.
const ARENA: usize = 64 << 20;
/// Valid until further notice.
const OPEN: u64 = u64::MAX;

/// Bits of a rank for the place among the versions of one entry.
const PLACE: u32 = 20;
/// Bits of a rank in all: 67 million entries of the journal.
const RANK: u32 = 26 + PLACE;

/// The place of a plan among those that one entry published: its number tells them apart.
fn place(number: &str) -> u64 {
    let digits = number.rsplit('-').next().and_then(|n| n.parse::<u64>().ok());
    digits.unwrap_or(0) & ((1 << PLACE) - 1)
}

/// Text as it is compared: without case, full-width signs as plain ones.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The text of a version that is searched.
pub fn haystack(version: &PlanVersion) -> String {
    let content = &version.content;
    let mut text = vec![
        version.number.as_str(),
        &content.project,
        content.code.as_ref().map_or("", |code| code.as_str()),
        &version.owner_name,
        &content.scale,
        &content.approval,
    ];
    for lot in &content.lots {
        text.extend([lot.name.as_str(), &lot.content]);
    }
    plain(&text.join("\n"))
}

/// The words of a question: each must be in the text.
pub fn words(question: &str) -> Vec<String> {
    plain(question).split_whitespace().map(ToOwned::to_owned).collect()
}

/// How what was found is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The last published first.
    #[default]
    Newest,
    /// The soonest notice first.
    Soonest,
}

/// What is looked for; empty is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanQuery {
    /// Words, parted by spaces.
    pub text: String,
    /// Where.
    pub district: Option<District>,
    /// Which trade.
    pub industry: Option<Industry>,
    /// What a lot buys.
    pub kind: Option<LotKind>,
    /// Whose money.
    pub funding: Option<Funding>,
    /// Where the plan stands.
    pub stage: Option<Stage>,
    /// Whose, by key.
    pub owner: Option<String>,
    /// The month of a notice, `2026-12`.
    pub month: Option<String>,
    /// The least that all lots together may come to.
    pub least: Option<Money>,
    /// As of this entry of the journal; the newest for none.
    pub as_of: Option<i64>,
    /// How it is ordered.
    pub order: Order,
    /// Only what comes after this key.
    pub after: Option<u64>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many fit in all, whatever page this is.
    pub total: usize,
    /// This page: sort key and the version's key.
    pub page: Vec<(u64, String)>,
    /// As of which entry.
    pub as_of: i64,
}

/// Characters and pairs of them, at the position where they begin.
#[derive(Clone, Default)]
struct Pairs;

struct PairStream {
    tokens: std::vec::IntoIter<Token>,
    token: Token,
}

impl Tokenizer for Pairs {
    type TokenStream<'a> = PairStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PairStream {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut tokens = Vec::with_capacity(chars.len() * 2);
        for (position, (offset, c)) in chars.iter().enumerate() {
            let mut push = |text: String| {
                tokens.push(Token {
                    offset_from: *offset,
                    offset_to: offset + text.len(),
                    position,
                    text,
                    position_length: 1,
                });
            };
            if c.is_whitespace() {
                continue;
            }
            push(c.to_string());
            if let Some((_, next)) = chars.get(position + 1)
                && !next.is_whitespace()
            {
                push([*c, *next].iter().collect());
            }
        }
        PairStream { tokens: tokens.into_iter(), token: Token::default() }
    }
}

impl TokenStream for PairStream {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.token = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    text: Field,
    tag: Field,
    since: Field,
    until: Field,
    rank: Field,
    soon: Field,
    estimate: Field,
}

/// The index of public plans.
pub struct PlanIndex {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    state: Mutex<State>,
    /// As of which entry; read without waiting for who writes.
    seq: AtomicI64,
}

struct State {
    writer: Option<IndexWriter>,
}

impl PlanIndex {
    /// An index of nothing.
    ///
    /// # Errors
    ///
    /// [`TantivyError`] when there is no memory for it.
    pub fn new() -> Result<Self, TantivyError> {
        let mut schema = Schema::builder();
        let pairs = TextFieldIndexing::default()
            .set_tokenizer("pairs")
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let fields = Fields {
            key: schema.add_text_field("key", STRING | STORED),
            text: schema.add_text_field("text", TextOptions::default().set_indexing_options(pairs)),
            tag: schema.add_text_field("tag", STRING),
            since: schema.add_u64_field("since", FAST | INDEXED),
            until: schema.add_u64_field("until", FAST | INDEXED),
            rank: schema.add_u64_field("rank", FAST | INDEXED),
            soon: schema.add_u64_field("soon", FAST | INDEXED),
            estimate: schema.add_u64_field("estimate", FAST | INDEXED),
        };
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("pairs", Pairs);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            fields,
            index,
            reader,
            state: Mutex::new(State { writer: None }),
            seq: AtomicI64::new(-1),
        })
    }

    /// As of which entry it is; -1 before it was ever built.
    pub fn seq(&self) -> i64 {
        self.seq.load(Ordering::Acquire)
    }

    /// Brings it up to the journal. Blocks for as long as that takes.
    ///
    /// # Errors
    ///
    /// [`TantivyError`] when it can't be written.
    pub fn follow(&self, store: &Store) -> Result<(), TantivyError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // What is to be written is taken from the mirror at one entry.
        let (seq, versions, all) = {
            let mirror = store.read();
            let seq = mirror.head.seq;
            if self.seq() == seq {
                return Ok(());
            }
            match news(&mirror, self.seq()) {
                Some(versions) => (seq, versions, false),
                None => (seq, everything(&mirror), true),
            }
        };
        self.write(&mut state, &versions, all)?;
        self.seq.store(seq, Ordering::Release);
        Ok(())
    }

    fn write(&self, state: &mut State, versions: &[Valid], all: bool) -> Result<(), TantivyError> {
        if versions.is_empty() && !all {
            return Ok(());
        }
        if state.writer.is_none() {
            state.writer = Some(self.index.writer_with_num_threads(1, ARENA)?);
        }
        let Some(writer) = state.writer.as_mut() else { return Ok(()) };
        if all {
            writer.delete_all_documents()?;
        }
        for (version, until) in versions {
            // Of an index that is built anew, all is gone already.
            if !all {
                writer.delete_term(Term::from_field_text(self.fields.key, &version.id));
            }
            writer.add_document(self.document(version, *until))?;
        }
        writer.commit()?;
        self.reader.reload()
    }

    /// Lays these versions into it, each valid until further notice: an index of
    /// something else than the store.
    ///
    /// # Errors
    ///
    /// [`TantivyError`] when it can't be written.
    pub fn lay(&self, versions: &[PlanVersion]) -> Result<(), TantivyError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let valid: Vec<Valid> = versions.iter().map(|v| (Arc::new(v.clone()), OPEN)).collect();
        self.write(&mut state, &valid, true)?;
        self.seq.store(versions.iter().map(|v| v.seq).max().unwrap_or(0), Ordering::Release);
        Ok(())
    }

    fn document(&self, version: &PlanVersion, until: u64) -> TantivyDocument {
        let f = self.fields;
        let seq = u64::try_from(version.seq).unwrap_or(0);
        let rank = seq << PLACE | place(&version.number);
        let content = &version.content;
        let mut doc = TantivyDocument::default();
        doc.add_text(f.key, &version.id);
        doc.add_text(f.text, haystack(version));
        for tag in tags(version) {
            doc.add_text(f.tag, tag);
        }
        doc.add_u64(f.since, seq);
        doc.add_u64(f.until, until);
        doc.add_u64(f.rank, rank);
        doc.add_u64(f.soon, soon(content.first_notice()) << RANK | rank & ((1 << RANK) - 1));
        doc.add_u64(f.estimate, u64::try_from(content.estimate().fen()).unwrap_or(0));
        doc
    }

    /// Finds plans; at most `limit` of them, and how many there are.
    ///
    /// # Errors
    ///
    /// [`TantivyError`] when the index can't be read.
    pub fn find(&self, query: &PlanQuery, limit: usize) -> Result<Found, TantivyError> {
        let f = self.fields;
        let now = self.seq();
        let as_of = query.as_of.unwrap_or(now).clamp(0, now.max(0));
        let searcher = self.reader.searcher();
        let mut all = self.clauses(query);
        let at = u64::try_from(as_of).unwrap_or(0);
        let upto = |field, to: u64| -> Box<dyn Query> {
            Box::new(RangeQuery::new(
                Bound::Unbounded,
                Bound::Included(Term::from_field_u64(field, to)),
            ))
        };
        let above = |field, from: u64| -> Box<dyn Query> {
            Box::new(RangeQuery::new(
                Bound::Excluded(Term::from_field_u64(field, from)),
                Bound::Unbounded,
            ))
        };
        all.push((Occur::Must, upto(f.since, at)));
        all.push((Occur::Must, above(f.until, at)));
        let (name, field, order) = match query.order {
            Order::Newest => ("rank", f.rank, tantivy::Order::Desc),
            Order::Soonest => ("soon", f.soon, tantivy::Order::Asc),
        };
        let top = TopDocs::with_limit(limit.max(1)).order_by_fast_field::<u64>(name, order);
        let (total, found) = match query.after {
            // Count and page in one walk.
            None => searcher.search(&BooleanQuery::new(all), &(Count, top))?,
            Some(after) => {
                let total = searcher.search(&BooleanQuery::new(clone_all(&all)), &Count)?;
                let beyond = match query.order {
                    Order::Newest => match after.checked_sub(1) {
                        Some(before) => upto(field, before),
                        None => return Ok(Found { total, page: vec![], as_of }),
                    },
                    Order::Soonest => above(field, after),
                };
                all.push((Occur::Must, beyond));
                (total, searcher.search(&BooleanQuery::new(all), &top)?)
            }
        };
        let page = found
            .into_iter()
            .take(limit)
            .filter_map(|(key, at)| Some((key?, self.key_of(&searcher, at)?)))
            .collect();
        Ok(Found { total, page, as_of })
    }

    fn key_of(&self, searcher: &Searcher, at: DocAddress) -> Option<String> {
        let doc: TantivyDocument = searcher.doc(at).ok()?;
        Some(doc.get_first(self.fields.key)?.as_str()?.to_owned())
    }

    fn clauses(&self, query: &PlanQuery) -> Vec<(Occur, Box<dyn Query>)> {
        let f = self.fields;
        let mut all: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(AllQuery))];
        let mut must = |query: Box<dyn Query>| all.push((Occur::Must, query));
        for word in words(&query.text) {
            must(self.phrase(&word));
        }
        let tags = [
            query.district.map(|d| tag("district", d.key())),
            query.industry.map(|i| tag("industry", i.key())),
            query.kind.map(|k| tag("kind", k.key())),
            query.funding.map(|k| tag("funding", k.key())),
            query.stage.map(|s| tag("stage", s.key())),
            query.owner.as_deref().map(|o| tag("owner", o)),
            query.month.as_deref().map(|m| tag("month", m)),
        ];
        for tag in tags.into_iter().flatten() {
            let term = Term::from_field_text(f.tag, &tag);
            must(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        if let Some(least) = query.least {
            let fen = u64::try_from(least.fen()).unwrap_or(0);
            let from = Bound::Included(Term::from_field_u64(f.estimate, fen));
            must(Box::new(RangeQuery::new(from, Bound::Unbounded)));
        }
        all
    }

    /// A word as it stands in the text.
    fn phrase(&self, word: &str) -> Box<dyn Query> {
        let chars: Vec<char> = word.chars().collect();
        let term = |text: String| Term::from_field_text(self.fields.text, &text);
        let one = |text: String| -> Box<dyn Query> {
            Box::new(TermQuery::new(term(text), IndexRecordOption::Basic))
        };
        match chars.as_slice() {
            [] => Box::new(AllQuery),
            [c] => one(c.to_string()),
            [a, b] => one([*a, *b].iter().collect()),
            many => {
                let pairs = many.windows(2).map(|pair| term(pair.iter().collect()));
                Box::new(PhraseQuery::new_with_offset(pairs.enumerate().collect()))
            }
        }
    }
}

fn clone_all(all: &[(Occur, Box<dyn Query>)]) -> Vec<(Occur, Box<dyn Query>)> {
    all.iter().map(|(occur, query)| (*occur, query.box_clone())).collect()
}

fn tag(kind: &str, key: &str) -> String {
    format!("{kind}:{key}")
}

/// What a version is filtered by.
pub fn tags(version: &PlanVersion) -> BTreeSet<String> {
    let content = &version.content;
    let mut tags = BTreeSet::from([
        tag("industry", content.industry.key()),
        tag("funding", content.funding.key()),
        tag("stage", version.stage.key()),
        tag("owner", version.owner.as_str()),
    ]);
    tags.extend(content.districts.iter().map(|d| tag("district", d.key())));
    for lot in &content.lots {
        tags.insert(tag("kind", lot.kind.key()));
        tags.insert(tag("month", &Expected::within_month_of(lot.notice.first()).to_string()));
    }
    tags
}

/// The place in the order of expected notices before all of a day's.
pub fn before_notices_of(day: Day) -> u64 {
    (soon(Some(Expected::on(day))) << RANK).saturating_sub(1)
}

/// Days since 1970 of an expected notice; the last for none.
fn soon(notice: Option<Expected>) -> u64 {
    let epoch = model::Moment::from_ms(0).day();
    notice
        .map(|n| epoch.days_until(n.first()))
        .and_then(|days| u64::try_from(days).ok())
        .map_or(0x1_FFFF, |days| days.min(0x1_FFFF))
}

/// A version, and until which entry it is valid.
type Valid = (Arc<PlanVersion>, u64);

fn until_of(mirror: &Mirror, version: &PlanVersion) -> u64 {
    let next = PlanVersion::key(&version.plan, version.version + 1);
    let next = mirror.plan_versions.get(&next);
    next.and_then(|next| u64::try_from(next.value.seq).ok()).unwrap_or(OPEN)
}

/// All versions.
fn everything(mirror: &Mirror) -> Vec<Valid> {
    let all = mirror.plan_versions.iter().map(|version| &version.value);
    all.map(|version| (Arc::clone(version), until_of(mirror, version))).collect()
}

/// The versions that entries after `after` published, and those that they ended; nothing
/// when memory does not reach back so far.
fn news(mirror: &Mirror, after: i64) -> Option<Vec<Valid>> {
    if after < 0 {
        return None;
    }
    let entries = mirror.recent_after(after)?;
    let mut touched = BTreeSet::new();
    for entry in &entries {
        for change in entry.changes.iter().filter(|c| c.table == Table::PlanVersion) {
            let Some(version) = mirror.plan_versions.get(&change.key) else { continue };
            touched.insert(change.key.clone());
            if version.value.version > 1 {
                touched.insert(PlanVersion::key(&version.value.plan, version.value.version - 1));
            }
        }
    }
    let found = touched.iter().filter_map(|key| mirror.plan_versions.get(key));
    Some(found.map(|v| (Arc::clone(&v.value), until_of(mirror, &v.value))).collect())
}
