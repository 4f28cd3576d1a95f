//! A firm opens an account for itself.

use super::super::hash_password;
use crate::chance;
use crate::people::{Account, Org};
use crate::site::{Site, broken, seal};
use crate::store::{Act, Changes, StoreFault, Table};
use app::api::desk::{Answer, public};
use app::api::{ApiError, RegisterForm};
use model::{Errand, Fault, Faults, OrgKind, Role, Target};

impl Site {
    /// Opens an account for a firm.
    pub(super) async fn open_account(&self, form: RegisterForm) -> Answer<()> {
        let by = public();
        self.permit(&by, Errand::Register, Target::default())?;
        let mut faults = Faults::new();
        let name = faults.text("name", &form.name, 60);
        let uscc = faults.uscc("uscc", &form.uscc);
        let person = faults.text("person", &form.person, 40);
        let login = faults.login("login", &form.login);
        let length = form.new.chars().count();
        if !(10..=128).contains(&length) {
            faults.note("new", Fault::TooShort { min: 10 });
        }
        if form.again != form.new {
            faults.note("again", Fault::NotRepeated);
        }
        {
            let mirror = self.read();
            if mirror.accounts.iter().any(|a| a.login == login) {
                faults.note("login", Fault::Taken);
            }
            if uscc.is_some() && mirror.orgs.iter().any(|o| o.uscc == uscc) {
                faults.note("uscc", Fault::Taken);
            }
        }
        let kept = RegisterForm { new: String::new(), again: String::new(), ..form.clone() };
        let Some(uscc) = uscc.filter(|_| faults.is_empty()) else {
            return Err(self.refuse(&by, &kept, faults).await);
        };
        let password = form.new;
        let hash = tokio::task::spawn_blocking(move || hash_password(&password))
            .await
            .map_err(|_| ApiError::Broken { ticket: "hash".into() })?;
        let mut changes = Changes::new();
        let key = |prefix| chance::key(prefix);
        let org = Org {
            id: key("qy").parse().map_err(|_| ApiError::NotFound)?,
            kind: OrgKind::Contractor,
            name,
            uscc: Some(uscc),
            district: None,
            industries: vec![],
        };
        let account = Account {
            id: key("a").parse().map_err(|_| ApiError::NotFound)?,
            login,
            name: seal(&mut changes, &person),
            role: Role::Contractor,
            org: org.id.clone(),
            password: seal(&mut changes, &hash),
            must_change: false,
            open: true,
            failures: 0,
            locked_until: None,
        };
        changes.create(&org).map_err(broken)?.create(&account).map_err(broken)?;
        let act = Act::new(&by.actor, Errand::Register, Table::Org, org.id.as_str());
        match self.store.commit(changes, act, self.now()).await {
            Ok(_) => Ok(()),
            // Two registered at once: the index says what they have in common.
            Err(StoreFault::Taken { index, .. }) => {
                let field = if index == "org_uscc" { "uscc" } else { "login" };
                Err(self.refuse(&by, &kept, Faults::one(field, Fault::Taken)).await)
            }
            Err(fault) => Err(broken(fault)),
        }
    }
}
