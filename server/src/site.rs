//! A site: the store, the clock, the law, and what it was configured with.

use crate::bank::Bank;
use crate::desk::{DueBook, MeasuredOf, Secret};
use crate::gateway::Gateway;
use crate::issuer::{Issuers, Pauses};
use crate::law_book::LawBook;
use crate::open::bulk::Bulk;
use crate::open::{NoticeTexts, PlanIndex};
use crate::store::{Changes, Mirror, Store, StoreFault};
use crate::time::Clock;
use crate::vault::Vault;
use crate::{chance, people::Account};
use app::api::desk::{Answer, Desks};
use app::api::{ApiError, Visitor};
use app::law::Edition;
use app::portal::QualityPage;
use model::{DraftId, Errand, Moment, Personal, Scope, Target, permit};
use policies::bond::Measures;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLockReadGuard};

/// Everything that answers a request.
#[derive(Clone)]
pub struct Site {
    /// Records and journal.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The rules.
    pub law: LawBook,
    /// Public plans, to be searched.
    pub plans: Arc<PlanIndex>,
    /// The last snapshot of what is public.
    pub bulk: Arc<Bulk>,
    /// Public notices, to be searched.
    pub notice_texts: Arc<NoticeTexts>,
    /// How good plans were, as of the last public act.
    pub quality: Arc<Mutex<Option<(i64, QualityPage)>>>,
    /// What is shown once, to whoever issued it.
    pub secrets: Arc<Mutex<BTreeMap<DraftId, Secret>>>,
    /// How messages leave the house.
    pub gateway: Arc<dyn Gateway>,
    /// How money leaves the house.
    pub bank: Arc<dyn Bank>,
    /// Who says what guarantees are.
    pub issuers: Arc<dyn Issuers>,
    /// Guarantees that wait for another question, since nobody answered the last one.
    pub pauses: Arc<Mutex<Pauses>>,
    /// Where files lie.
    pub vault: Arc<dyn Vault>,
    /// What was configured.
    pub settings: Arc<Settings>,
    /// The day on which plans whose time had run out were last looked for.
    pub lapsed: Arc<Mutex<String>>,
    /// What was last looked through for clues: versions added up, and the day.
    pub looked: Arc<Mutex<String>>,
    /// The day on which everything that was over was last swept away.
    pub swept: Arc<Mutex<String>>,
    /// When something has to be done about which bond.
    pub dues: Arc<Mutex<DueBook>>,
    /// What bonds came to, as of the last change.
    pub measured: Arc<Mutex<Option<(MeasuredOf, Measures)>>>,
}

/// What a site was configured with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that people use, without a slash at the end; links in messages
    /// begin with it.
    pub public_url: String,
    /// Which program this is, in a few characters: pages that readers keep are new when it
    /// is.
    pub build: String,
    /// The key that the message gateway shows when it sends receipts.
    pub gateway_key: String,
    /// The typst program, where files of cases are to be set as PDF.
    pub typst: Option<PathBuf>,
}

impl Settings {
    /// Whether people come by https; cookies are then bound to it.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Site {
    /// The desks that pages talk to.
    pub fn desks(&self) -> Desks {
        Desks {
            people: Arc::new(self.clone()),
            accounts: Arc::new(self.clone()),
            emergencies: Arc::new(self.clone()),
            calls: Arc::new(self.clone()),
            draws: Arc::new(self.clone()),
            profiles: Arc::new(self.clone()),
            reserve: Arc::new(self.clone()),
            missions: Arc::new(self.clone()),
            files: Arc::new(self.clone()),
            law: Arc::new(self.clone()),
            plans: Arc::new(self.clone()),
            notices: Arc::new(self.clone()),
            channels: Arc::new(self.clone()),
            bonds: Arc::new(self.clone()),
            contracts: Arc::new(self.clone()),
            supervise: Arc::new(self.clone()),
            dossiers: Arc::new(self.clone()),
            sheets: Arc::new(self.clone()),
            public: Arc::new(self.clone()),
        }
    }

    /// Now.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The rules in force.
    pub fn law(&self) -> Arc<Edition> {
        self.law.now()
    }

    /// The records.
    pub fn read(&self) -> RwLockReadGuard<'_, Mirror> {
        self.store.read()
    }

    /// The one door: may this visitor do that, here?
    ///
    /// # Errors
    ///
    /// [`ApiError::SignedOut`] when signing in might help, [`ApiError::MustChange`]
    /// while the password is somebody else's, else [`ApiError::Forbidden`].
    pub fn permit(&self, by: &Visitor, errand: Errand, target: Target<'_>) -> Answer<()> {
        let first = [Errand::PasswordChange, Errand::SignOut, Errand::DraftKeep];
        if by.must_change {
            // Such a visitor acts as nobody: see `Site::visitor`.
            return if first.contains(&errand) { Ok(()) } else { Err(ApiError::MustChange) };
        }
        let within =
            |scopes: &BTreeSet<Scope>| scopes.iter().any(|scope| scope.errands().contains(&errand));
        if !by.scopes.as_ref().is_none_or(within) {
            return Err(ApiError::Forbidden);
        }
        permit(&by.actor, errand, target).map_err(|denied| {
            if by.actor.account.is_none() {
                ApiError::SignedOut
            } else {
                tracing::warn!(role = denied.role.key(), errand = errand.key(), "refused");
                ApiError::Forbidden
            }
        })
    }

    /// Keeps a refused form and answers with its draft; a program, which can send it again,
    /// is told at once.
    pub async fn refuse(
        &self,
        by: &Visitor,
        form: &impl Serialize,
        faults: model::Faults,
    ) -> ApiError {
        if by.scopes.is_some() {
            return ApiError::Faults(faults);
        }
        match self.keep_draft(by, form, faults).await {
            Ok(id) => ApiError::Draft(id),
            Err(fault) => broken(fault),
        }
    }
}

/// Keeps a value about a person aside within `changes`.
pub fn seal(changes: &mut Changes, value: &str) -> Personal {
    changes.seal(chance::key("pv"), chance::token(), value)
}

/// Like [`seal`], for a value that may be empty.
pub fn seal_if(changes: &mut Changes, value: &str) -> Option<Personal> {
    (!value.is_empty()).then(|| seal(changes, value))
}

/// A store's fault as the page's error. What the user can't help goes to the log
/// under a ticket.
pub fn broken(fault: StoreFault) -> ApiError {
    match fault {
        StoreFault::Stale { .. } | StoreFault::Conflict | StoreFault::Exists(_) => ApiError::Stale,
        StoreFault::Taken { index, holder } if index == "one_dispatch_per_team" => {
            ApiError::TeamTaken { holder }
        }
        fault => {
            let ticket = chance::token()[..8].to_uppercase();
            tracing::error!(ticket, %fault, "the store failed");
            ApiError::Broken { ticket }
        }
    }
}

/// The name of the account's person with their organisation.
pub fn who(mirror: &Mirror, account: Option<&model::AccountId>) -> String {
    let Some(account) = account.and_then(|id| mirror.get::<Account>(id.as_str())) else {
        return String::new();
    };
    let org = mirror.orgs.get(account.org.as_str()).map_or("", |org| org.name.as_str());
    format!("{org} {}", mirror.reveal(&account.name))
}
