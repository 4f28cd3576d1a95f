//! Signing in and out, passwords, drafts.

use super::accounts::end_sessions;
use crate::chance;
use crate::people::{Account, Draft, Session};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, StoreFault, Table};
use app::api::desk::{Answer, NewSession, PeopleDesk};
use app::api::{ApiError, PasswordForm, SignInForm, Visitor};
use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use async_trait::async_trait;
use model::{AccountId, Actor, DraftId, Errand, Fault, Faults, Minutes, Moment, Role, Target};
use pool::canon::Seal;
use serde::Serialize;

/// A session lasts a long shift.
const SESSION: Minutes = Minutes(12 * 60);
/// Wrong passwords in a row until the account is locked.
const FAILURES: u32 = 5;
/// How long it is locked.
const LOCKED: Minutes = Minutes(15);
/// Drafts are swept away after so many days.
const DRAFT_DAYS: u32 = 7;

/// How the keys of programs begin, so that one that leaked is known for what it is.
pub const KEY_PREFIX: &str = "lutong_";

/// The key of the session that a cookie's value opens. The value itself is
/// nowhere but in the browser.
pub fn session_key(cookie: &str) -> String {
    Seal::of(cookie.as_bytes()).to_string()[..40].to_owned()
}

/// Hashes a password with Argon2id.
pub fn hash_password(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes(), &SaltString::generate(&mut OsRng))
        .map(|hash| hash.to_string())
        // The default parameters are valid, so hashing can't be refused.
        .unwrap_or_default()
}

fn password_fits(hash: &str, password: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Argon2 takes tens of milliseconds of a core: not on a thread that serves others.
async fn fits(hash: String, password: String) -> bool {
    tokio::task::spawn_blocking(move || password_fits(&hash, &password)).await.unwrap_or(false)
}

fn actor_of(site: &Site, account: &Account) -> Actor {
    let district = site.read().orgs.get(account.org.as_str()).and_then(|org| org.district);
    Actor {
        account: Some(account.id.clone()),
        role: account.role,
        org: Some(account.org.clone()),
        district,
    }
}

impl Site {
    /// The visitor whom a cookie's value belongs to.
    pub fn visitor(&self, cookie: &str) -> Option<Visitor> {
        let now = self.now();
        let mirror = self.read();
        let session = mirror.sessions.get(&session_key(cookie))?;
        if session.ended || session.until < now {
            return None;
        }
        let account = mirror.accounts.get(session.account.as_str())?.clone();
        let org = mirror.orgs.get(account.org.as_str())?;
        // Whoever has a password that somebody else knows is nobody yet, but for
        // changing it.
        let known = !account.must_change;
        account.open.then(|| Visitor {
            actor: Actor {
                account: Some(account.id.clone()),
                role: if known { account.role } else { Role::Public },
                org: known.then(|| org.id.clone()),
                district: org.district.filter(|_| known),
            },
            name: mirror.reveal(&account.name).to_owned(),
            org_name: org.name.clone(),
            form_token: Seal::of_fields(&[b"form", cookie.as_bytes()]).to_string()[..32].to_owned(),
            must_change: account.must_change,
            scopes: None,
        })
    }

    /// The program whose key it is.
    pub fn program(&self, secret: &str) -> Option<Visitor> {
        let today = self.now().day();
        let mirror = self.read();
        let key = mirror.api_keys.get(&session_key(secret)).filter(|key| today <= key.until)?;
        let account = mirror.accounts.get(key.account.as_str()).filter(|account| account.open)?;
        let org = mirror.orgs.get(account.org.as_str())?;
        Some(Visitor {
            actor: Actor {
                account: Some(account.id.clone()),
                role: account.role,
                org: Some(org.id.clone()),
                district: org.district,
            },
            name: mirror.reveal(&account.name).to_owned(),
            org_name: org.name.clone(),
            form_token: String::new(),
            must_change: false,
            scopes: Some(key.scopes.clone()),
        })
    }

    fn cookie(&self, value: &str, seconds: u32) -> String {
        let (name, secure) =
            if self.settings.https() { ("__Host-lutong", "; Secure") } else { ("lutong", "") };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    pub(crate) async fn keep_draft(
        &self,
        by: &Visitor,
        form: &impl Serialize,
        faults: Faults,
    ) -> Result<DraftId, StoreFault> {
        self.keep_aside(by, form, faults, DRAFT_DAYS).await
    }

    /// Keeps something for its owner to read again, until so many days are over.
    pub(crate) async fn keep_aside(
        &self,
        by: &Visitor,
        form: &impl Serialize,
        faults: Faults,
        days: u32,
    ) -> Result<DraftId, StoreFault> {
        let now = self.now();
        let fields = serde_json::to_string(form).unwrap_or_default();
        let mut changes = Changes::new();
        let id = chance::key("df");
        let draft = Draft {
            id: id.parse().map_err(|_| StoreFault::Invalid(id.clone()))?,
            account: by.actor.account.clone(),
            fields: seal(&mut changes, &fields),
            faults,
            until: now.day().plus(days),
        };
        changes.create(&draft)?;
        let act = Act::new(&by.actor, Errand::DraftKeep, Table::Draft, id);
        self.store.commit(changes, act, now).await?;
        Ok(draft.id)
    }

    /// Counts a wrong password; tries that come at once count one by one.
    async fn wrong_password(&self, id: &AccountId, now: Moment) -> Answer<()> {
        loop {
            let account = self.read().accounts.get(id.as_str()).cloned();
            let account = account.ok_or(ApiError::WrongLogin)?;
            let mut next = (*account.value).clone();
            next.failures += 1;
            if next.failures >= FAILURES {
                next.locked_until = Some(now.plus(LOCKED));
                next.failures = 0;
            }
            let mut changes = Changes::new();
            changes.update(&account, &next).map_err(broken)?;
            let act = Act::new(&Actor::PUBLIC, Errand::SignIn, Table::Account, id.as_str())
                .note("口令错误");
            match self.store.commit(changes, act, now).await {
                Ok(_) => return Ok(()),
                Err(StoreFault::Stale { .. }) => self.store.catch_up().await.map_err(broken)?,
                Err(fault) => return Err(broken(fault)),
            }
        }
    }
}

#[async_trait]
impl PeopleDesk for Site {
    async fn sign_in(&self, form: SignInForm) -> Answer<NewSession> {
        let now = self.now();
        let login = form.login.trim().to_owned();
        let found = {
            let mirror = self.read();
            let found = mirror.accounts.iter().find(|a| a.login == login && a.open).cloned();
            found.map(|account| {
                let hash = mirror.reveal(&account.password).to_owned();
                (account, hash)
            })
        };
        let Some((account, hash)) = found else {
            // As slow as for an account that exists.
            let _ = fits(hash_password("unknown account"), form.password).await;
            return Err(ApiError::WrongLogin);
        };
        if let Some(until) = account.locked_until.filter(|until| now < *until) {
            return Err(ApiError::Locked { until: until.clock() });
        }
        if !fits(hash, form.password).await {
            self.wrong_password(&account.id, now).await?;
            return Err(ApiError::WrongLogin);
        }
        let cookie = chance::token();
        let session = Session {
            key: session_key(&cookie),
            account: account.id.clone(),
            since: now,
            until: now.plus(SESSION),
            ended: false,
        };
        let mut changes = Changes::new();
        changes.create(&session).map_err(broken)?;
        if account.failures > 0 || account.locked_until.is_some() {
            let next = Account { failures: 0, locked_until: None, ..(*account.value).clone() };
            changes.update(&account, &next).map_err(broken)?;
        } else {
            // A password that is changed at this moment must not open a session.
            changes.rests_on(&account);
        }
        let actor = actor_of(self, &account);
        let act = Act::new(&actor, Errand::SignIn, Table::Account, account.id.as_str());
        self.store.commit(changes, act, now).await.map_err(broken)?;
        // Only a path of this site: never a link that leads away from it.
        let safe = form.next.starts_with('/')
            && !form.next.starts_with("//")
            && !form.next.contains(['\\', '\n', '\r']);
        let next = if account.must_change {
            "/account".to_owned()
        } else if safe {
            form.next
        } else {
            self.visitor(&cookie).map_or("/", |visitor| visitor.home()).to_owned()
        };
        Ok(NewSession { cookie: self.cookie(&cookie, SESSION.0 * 60), next })
    }

    async fn sign_out(&self, by: &Visitor, cookies: &str) -> Answer<String> {
        self.permit(by, Errand::SignOut, Target { org: by.actor.org.as_ref(), district: None })?;
        if let Some(value) = session_cookie(cookies) {
            let session = self.read().sessions.get(&session_key(value)).cloned();
            if let Some(session) = session {
                let ended = Session { ended: true, ..(*session.value).clone() };
                let mut changes = Changes::new();
                changes.update(&session, &ended).map_err(broken)?;
                let key = by.actor.account.as_ref().map_or("", |a| a.as_str());
                let act = Act::new(&by.actor, Errand::SignOut, Table::Account, key);
                self.store.commit(changes, act, self.now()).await.map_err(broken)?;
            }
        }
        Ok(self.cookie("", 0))
    }

    async fn change_password(&self, by: &Visitor, cookies: &str, form: PasswordForm) -> Answer<()> {
        self.permit(
            by,
            Errand::PasswordChange,
            Target { org: by.actor.org.as_ref(), district: None },
        )?;
        let Some(id) = by.actor.account.as_ref() else { return Err(ApiError::SignedOut) };
        let (account, hash) = {
            let mirror = self.read();
            let account = mirror.accounts.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
            let hash = mirror.reveal(&account.password).to_owned();
            (account, hash)
        };
        let mut faults = Faults::new();
        if !fits(hash, form.old.clone()).await {
            faults.note("old", Fault::WrongPassword);
        }
        let length = form.new.chars().count();
        if length < 10 {
            faults.note("new", Fault::TooShort { min: 10 });
        } else if length > 128 {
            faults.note("new", Fault::TooLong { max: 128 });
        }
        if form.again != form.new {
            faults.note("again", Fault::NotRepeated);
        }
        if !faults.is_empty() {
            // Passwords are never kept, not even in a draft.
            return Err(self.refuse(by, &PasswordForm::default(), faults).await);
        }
        let new = form.new;
        let hash = tokio::task::spawn_blocking(move || hash_password(&new))
            .await
            .map_err(|_| ApiError::Broken { ticket: "hash".into() })?;
        let mut changes = Changes::new();
        let password = seal(&mut changes, &hash);
        let next = Account { password, must_change: false, ..(*account.value).clone() };
        changes.update(&account, &next).map_err(broken)?;
        // Whoever else is signed in with the old password is out.
        let here = session_cookie(cookies).map(session_key);
        end_sessions(&mut changes, &self.read(), id, here.as_deref()).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::PasswordChange, Table::Account, id.as_str());
        self.store.commit(changes, act, self.now()).await.map_err(broken)?;
        Ok(())
    }

    async fn draft(&self, by: &Visitor, id: &DraftId) -> Answer<(String, Faults)> {
        let mirror = self.read();
        let draft = mirror.drafts.get(id.as_str()).ok_or(ApiError::NotFound)?;
        if draft.account != by.actor.account {
            return Err(ApiError::NotFound);
        }
        Ok((mirror.reveal(&draft.fields).to_owned(), draft.faults.clone()))
    }
}

/// The session's value among a request's cookies.
pub(crate) fn session_cookie(cookies: &str) -> Option<&str> {
    cookies.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (matches!(name, "lutong" | "__Host-lutong") && !value.is_empty()).then_some(value)
    })
}
