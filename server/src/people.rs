//! Organisations, accounts, sessions, keys of programs, and forms that were refused.

use model::{
    AccountId, Day, District, DraftId, Faults, Industry, Moment, OrgId, OrgKind, Personal, Role,
    Scope, Uscc,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Key.
    pub id: OrgId,
    /// What it is.
    pub kind: OrgKind,
    /// Name.
    pub name: String,
    /// Unified social credit code, where it has one.
    pub uscc: Option<Uscc>,
    /// Its district; none for the city's own.
    pub district: Option<District>,
    /// The trades that a department answers for.
    pub industries: Vec<Industry>,
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Key.
    pub id: AccountId,
    /// What they type.
    pub login: String,
    /// Their name.
    pub name: Personal,
    /// In what capacity they act.
    pub role: Role,
    /// For which organisation.
    pub org: OrgId,
    /// Argon2 hash of the password; kept aside so that the journal never shows it.
    pub password: Personal,
    /// The password was set by somebody else and must be changed.
    pub must_change: bool,
    /// Closed accounts can't sign in.
    pub open: bool,
    /// Wrong passwords in a row.
    pub failures: u32,
    /// No sign-in before that moment.
    pub locked_until: Option<Moment>,
}

/// Somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The first 40 digits of the hash of the cookie: the cookie itself is nowhere.
    pub key: String,
    /// Who.
    pub account: AccountId,
    /// Since when.
    pub since: Moment,
    /// Until when.
    pub until: Moment,
    /// Signed out.
    pub ended: bool,
}

/// A program may act for an organisation, by an account of its own that nobody signs in to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The first 40 digits of the hash of the key: the key itself is nowhere.
    pub id: String,
    /// The account that it acts by; when that is closed, the key opens nothing.
    pub account: AccountId,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// Its last day.
    pub until: Day,
}

/// A command of a program that was carried out: the same one, sent again, is answered
/// and not carried out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// The first 40 digits of the hash of account and idempotency key.
    pub id: String,
    /// The hash of what was sent.
    pub print: String,
    /// The record that it was about: table and key.
    pub subject: (crate::store::Table, String),
    /// On which day it may be swept away.
    pub until: Day,
}

/// A form that was refused, with everything that was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Key; random, since an anonymous reporter has nothing else to show.
    pub id: DraftId,
    /// Whose, if signed in.
    pub account: Option<AccountId>,
    /// What was typed, as JSON; kept aside since it may hold names and phones.
    pub fields: Personal,
    /// What is wrong with it.
    pub faults: Faults,
    /// On which day it may be swept away.
    pub until: Day,
}
