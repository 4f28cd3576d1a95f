//! The file of a case (一项目一档案): what was decided and by which rules, papers, clocks,
//! publicity, payments, and what is still missing.

#![expect(
    missing_docs,
    reason = "the server macro makes structs whose fields repeat the documented arguments"
)]

#[cfg(feature = "ssr")]
use super::desk::{desks, visitor};
use super::{ApiError, Fact};
use leptos::prelude::*;
use model::{Day, Moment};
use serde::{Deserialize, Serialize};

/// What a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// An emergency.
    Emergency,
    /// A case of the green channel.
    Channel,
    /// A tender plan with its notices.
    Plan,
}

impl CaseKind {
    /// The key, as in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Channel => "channel",
            Self::Plan => "plan",
        }
    }

    /// The Chinese name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emergency => "抢险救灾",
            Self::Channel => "绿色通道",
            Self::Plan => "招标计划",
        }
    }
}

impl std::str::FromStr for CaseKind {
    type Err = model::NoSuchChoice;

    fn from_str(text: &str) -> Result<Self, model::NoSuchChoice> {
        [Self::Emergency, Self::Channel, Self::Plan]
            .into_iter()
            .find(|kind| kind.key() == text)
            .ok_or(model::NoSuchChoice)
    }
}

/// A part of a file: named facts, or a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Title.
    pub title: String,
    /// Named facts.
    pub facts: Vec<Fact>,
    /// Headings of a table.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// A paper or photo of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// What it was called when it was handed in.
    pub name: String,
    /// What it is called in the package.
    pub stored: String,
    /// Where it can be opened.
    pub href: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: String,
    /// When it was handed in.
    pub at: Moment,
    /// By whom.
    pub who: String,
}

/// Something that a whole file has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// It is there, or not needed.
    pub done: bool,
    /// What it rests on, or what is missing.
    pub note: String,
}

/// The file of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// What it is of.
    pub kind: CaseKind,
    /// The record's key.
    pub key: String,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub state: String,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Papers and photos.
    pub papers: Vec<Paper>,
    /// What a whole file has.
    pub checks: Vec<Check>,
    /// Editions of the rules that decisions name.
    pub editions: Vec<String>,
    /// Until when it is kept, and on what basis, once the case is closed.
    pub kept: String,
    /// The last day on which it must be kept.
    pub kept_until: Option<Day>,
    /// As of when.
    pub as_of: Moment,
    /// As of which entry of the journal, and its hash.
    pub head: (i64, String),
}

impl Dossier {
    /// How many of its checks are done.
    pub fn done(&self) -> usize {
        self.checks.iter().filter(|check| check.done).count()
    }
}

/// The file of a case.
#[server(endpoint = "dossier/page")]
pub async fn read_dossier(kind: CaseKind, key: String) -> Result<Dossier, ApiError> {
    desks()?.dossiers.dossier(&visitor(), kind, &key).await
}
