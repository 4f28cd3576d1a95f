//! The administrator keeps organisations and accounts, and decides nothing else.

use super::hash_password;
use crate::chance;
use crate::people::{Account, ApiKey, Org, Session};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, Kept, Mirror, StoreFault, Table};
use app::api::desk::{AccountDesk, Answer};
use app::api::{
    AccountForm, AccountView, AccountsPage, ApiError, ApiKeyForm, Issued, OrgForm, OrgView, Visitor,
};
use async_trait::async_trait;
use model::{
    AccountId, District, DraftId, Errand, Fault, Faults, Industry, Minutes, Moment, OrgId, OrgKind,
    Role, Scope, Target,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

/// Digits of a one-time password.
const ONE_TIME: usize = 16;
/// How long it can be seen.
const SHOWN: Minutes = Minutes(10);
/// A key of a program is good for so many days at most.
const KEY_DAYS: u32 = 731;

/// Something that is shown once, to whoever issued it.
#[derive(Debug)]
pub struct Secret {
    by: Option<AccountId>,
    until: Moment,
    issued: Issued,
}

impl Site {
    fn permit_keeping(&self, by: &Visitor) -> Answer<()> {
        self.permit(by, Errand::AccountKeep, Target::default())
    }

    /// A one-time password and its hash.
    async fn one_time() -> Answer<(String, String)> {
        let password = chance::token()[..ONE_TIME].to_owned();
        let typed = password.clone();
        let hash = tokio::task::spawn_blocking(move || hash_password(&typed)).await;
        Ok((password, hash.map_err(|_| ApiError::Broken { ticket: "hash".into() })?))
    }

    /// Shows a one-time password, or a key, to the administrator who asked, for a few
    /// minutes: it is kept in memory and nowhere else.
    fn issue(&self, by: &Visitor, login: &str, password: String, program: bool) -> Answer<DraftId> {
        let now = self.now();
        let id: DraftId = chance::key("df").parse().map_err(|_| ApiError::NotFound)?;
        let secret = Secret {
            by: by.actor.account.clone(),
            until: now.plus(SHOWN),
            issued: Issued { login: login.to_owned(), password, program },
        };
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.retain(|_, secret| now <= secret.until);
        secrets.insert(id.clone(), secret);
        Ok(id)
    }
}

/// Ends the sessions of an account, all but `except`.
pub(super) fn end_sessions(
    changes: &mut Changes,
    mirror: &Mirror,
    account: &AccountId,
    except: Option<&str>,
) -> Result<(), StoreFault> {
    let open: Vec<Kept<Session>> = mirror
        .sessions
        .iter()
        .filter(|s| s.account == *account && !s.ended && Some(s.key.as_str()) != except)
        .cloned()
        .collect();
    for session in open {
        let ended = Session { ended: true, ..(*session.value).clone() };
        changes.update(&session, &ended)?;
    }
    Ok(())
}

#[async_trait]
impl AccountDesk for Site {
    async fn accounts(&self, by: &Visitor) -> Answer<AccountsPage> {
        self.permit_keeping(by)?;
        let mirror = self.read();
        let now = self.now();
        let name = |org: &OrgId| {
            mirror.orgs.get(org.as_str()).map_or_else(String::new, |org| org.name.clone())
        };
        // Firms register themselves; they are too many to list among the offices.
        let own = |org: &Org| org.kind != OrgKind::Contractor;
        let keys = mirror.api_keys.iter();
        let programs: BTreeMap<AccountId, _> =
            keys.map(|key| (key.account.clone(), (key.until, key.scopes.clone()))).collect();
        let mut accounts: Vec<AccountView> = mirror
            .accounts
            .iter()
            .map(|a| AccountView {
                id: a.id.clone(),
                login: a.login.clone(),
                name: mirror.reveal(&a.name).to_owned(),
                role: a.role,
                org: name(&a.org),
                open: a.open,
                must_change: a.must_change,
                locked_until: a.locked_until.filter(|until| *until > now),
                program: programs.get(&a.id).cloned(),
            })
            .collect();
        accounts.sort_by(|a, b| (a.role, &a.org, &a.login).cmp(&(b.role, &b.org, &b.login)));
        let mut orgs: Vec<OrgView> = mirror
            .orgs
            .iter()
            .filter(|org| own(org))
            .map(|org| OrgView {
                id: org.id.clone(),
                name: org.name.clone(),
                kind: org.kind,
                district: org.district,
                industries: org.industries.clone(),
            })
            .collect();
        orgs.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Ok(AccountsPage { orgs, accounts })
    }

    async fn add_org(&self, by: &Visitor, form: OrgForm) -> Answer<()> {
        self.permit_keeping(by)?;
        let mut faults = Faults::new();
        let kind: Option<OrgKind> = faults.choice("kind", &form.kind);
        let name = faults.text("name", &form.name, 60);
        let district: Option<District> =
            if form.district.is_empty() { None } else { faults.choice("district", &form.district) };
        let industries: Vec<Industry> =
            form.industries.keys().filter_map(|key| key.parse().ok()).collect();
        match kind {
            Some(OrgKind::Contractor) => faults.note("kind", Fault::NotAChoice),
            Some(OrgKind::County) if district.is_none() => faults.note("district", Fault::Missing),
            Some(OrgKind::Department) if industries.is_empty() => {
                faults.note("industries", Fault::TooFew { min: 1 });
            }
            _ => {}
        }
        if self.read().orgs.iter().any(|org| org.name == name) {
            faults.note("name", Fault::Taken);
        }
        let Some(kind) = kind.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let org = Org {
            id: chance::key("dw").parse().map_err(|_| ApiError::NotFound)?,
            kind,
            name: name.clone(),
            uscc: None,
            district: district.filter(|_| kind == OrgKind::County),
            industries: if kind == OrgKind::Department { industries } else { vec![] },
        };
        let mut changes = Changes::new();
        changes.create(&org).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::AccountKeep, Table::Org, org.id.as_str())
            .note(format!("新增单位 {name}"));
        self.store.commit(changes, act, self.now()).await.map_err(broken)?;
        Ok(())
    }

    async fn add_account(&self, by: &Visitor, form: AccountForm) -> Answer<DraftId> {
        self.permit_keeping(by)?;
        let mut faults = Faults::new();
        let login = faults.login("login", &form.login);
        let name = faults.text("name", &form.name, 40);
        let role: Option<Role> = faults.choice("role", &form.role);
        let org = self.read().orgs.get(&form.org).cloned();
        if org.is_none() {
            faults.note("org", Fault::NotAChoice);
        }
        if let (Some(role), Some(org)) = (role, &org)
            && !role.fits(org.kind)
        {
            faults.note("role", Fault::NotAChoice);
        }
        if self.read().accounts.iter().any(|a| a.login == login) {
            faults.note("login", Fault::Taken);
        }
        let (Some(role), Some(org), true) = (role, org, faults.is_empty()) else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let (password, hash) = Self::one_time().await?;
        let mut changes = Changes::new();
        let account = Account {
            id: chance::key("a").parse().map_err(|_| ApiError::NotFound)?,
            login: login.clone(),
            name: seal(&mut changes, &name),
            role,
            org: org.id.clone(),
            password: seal(&mut changes, &hash),
            must_change: true,
            open: true,
            failures: 0,
            locked_until: None,
        };
        changes.create(&account).map_err(broken)?.rests_on(&org);
        let act = Act::new(&by.actor, Errand::AccountKeep, Table::Account, account.id.as_str())
            .note(format!("开户 {login} {}", role.name()));
        match self.store.commit(changes, act, self.now()).await {
            Ok(_) => self.issue(by, &login, password, false),
            Err(StoreFault::Taken { .. }) => {
                Err(self.refuse(by, &form, Faults::one("login", Fault::Taken)).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }

    async fn add_key(&self, by: &Visitor, form: ApiKeyForm) -> Answer<DraftId> {
        self.permit_keeping(by)?;
        let mut faults = Faults::new();
        let now = self.now();
        let name = faults.text("name", &form.name, 40);
        let org = self.read().orgs.get(&form.org).cloned();
        let role = match org.as_ref().map(|org| org.kind) {
            Some(OrgKind::Owner) => Some(Role::Owner),
            Some(OrgKind::Centre) => Some(Role::Centre),
            _ => None,
        };
        if role.is_none() {
            faults.note("org", Fault::NotAChoice);
        }
        let scopes: BTreeSet<Scope> =
            form.scopes.keys().filter_map(|scope| scope.parse().ok()).collect();
        if scopes.is_empty() {
            faults.note("scopes", Fault::TooFew { min: 1 });
        }
        // What the organisation may not do, no program may do in its name.
        let beyond = |scope: &Scope| {
            role.is_some_and(|role| {
                scope.errands().iter().any(|errand| model::allowed(role, *errand).is_none())
            })
        };
        if scopes.iter().any(beyond) {
            faults.note("scopes", Fault::NotAChoice);
        }
        let until = faults.day("until", &form.until);
        let (first, last) = (now.day(), now.day().plus(KEY_DAYS));
        if until.is_some_and(|until| until < first) {
            faults.note("until", Fault::InPast);
        }
        if until.is_some_and(|until| until > last) {
            faults.note("until", Fault::TooLate { day: last });
        }
        let (Some(role), Some(org), Some(until), true) = (role, org, until, faults.is_empty())
        else {
            return Err(self.refuse(by, &form, faults).await);
        };
        let secret = format!("{}{}", super::KEY_PREFIX, chance::token());
        let login = format!("api-{}", &chance::token()[..8]);
        let mut changes = Changes::new();
        let account = Account {
            id: chance::key("a").parse().map_err(|_| ApiError::NotFound)?,
            login: login.clone(),
            name: seal(&mut changes, &name),
            role,
            org: org.id.clone(),
            // No password has this hash.
            password: seal(&mut changes, ""),
            must_change: false,
            open: true,
            failures: 0,
            locked_until: None,
        };
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let note = format!("接口令牌 {login}（{}）至 {until}：{}", org.name, names.join("、"));
        let key =
            ApiKey { id: super::session_key(&secret), account: account.id.clone(), scopes, until };
        changes.create(&account).map_err(broken)?.create(&key).map_err(broken)?.rests_on(&org);
        let act = Act::new(&by.actor, Errand::AccountKeep, Table::Account, account.id.as_str())
            .note(note);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        self.issue(by, &login, secret, true)
    }

    async fn issued(&self, by: &Visitor, id: &DraftId) -> Answer<Option<Issued>> {
        self.permit_keeping(by)?;
        let now = self.now();
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = secrets.get(id).filter(|s| now <= s.until && s.by == by.actor.account);
        Ok(shown.map(|secret| secret.issued.clone()))
    }

    async fn keep_account(
        &self,
        by: &Visitor,
        id: &AccountId,
        act: &str,
    ) -> Answer<Option<DraftId>> {
        self.permit_keeping(by)?;
        let account = self.read().accounts.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        // Nobody shuts themselves out.
        if by.actor.account.as_ref() == Some(id) {
            return Err(ApiError::Forbidden);
        }
        let mut changes = Changes::new();
        let mut next = (*account.value).clone();
        let mut password = None;
        let what = match act {
            // Nobody signs in to what a program acts by.
            "reset" if self.read().api_keys.iter().any(|key| key.account == *id) => {
                return Err(ApiError::Forbidden);
            }
            "reset" => {
                let (new, hash) = Self::one_time().await?;
                next.password = seal(&mut changes, &hash);
                next.must_change = true;
                next.failures = 0;
                next.locked_until = None;
                password = Some(new);
                "重置口令"
            }
            "close" => {
                next.open = false;
                "停用账号"
            }
            "open" => {
                next.open = true;
                "启用账号"
            }
            _ => return Err(ApiError::NotFound),
        };
        changes.update(&account, &next).map_err(broken)?;
        if act != "open" {
            end_sessions(&mut changes, &self.read(), id, None).map_err(broken)?;
        }
        let done = Act::new(&by.actor, Errand::AccountKeep, Table::Account, id.as_str())
            .note(format!("{what} {}", account.login));
        self.store.commit(changes, done, self.now()).await.map_err(broken)?;
        match password {
            Some(password) => self.issue(by, &account.login, password, false).map(Some),
            None => Ok(None),
        }
    }
}
