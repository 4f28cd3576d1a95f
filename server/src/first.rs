//! The first administrator of a real installation.

use crate::chance;
use crate::desk::hash_password;
use crate::people::{Account, Org};
use crate::site::{Site, seal};
use crate::store::{Act, Changes, StoreFault, Table};
use model::{Actor, Errand, OrgKind, Role};

/// Makes an administrator when there is no account at all, and prints the
/// one-time password. It must be changed at the first sign-in.
///
/// # Errors
///
/// [`StoreFault`] when the store refuses.
pub async fn administrator(site: &Site) -> Result<(), StoreFault> {
    if !site.read().accounts.is_empty() {
        return Ok(());
    }
    let password = &chance::token()[..16];
    let invalid = |_| StoreFault::Invalid("key".into());
    let mut changes = Changes::new();
    let org = Org {
        id: "fgw".parse().map_err(invalid)?,
        kind: OrgKind::Commission,
        name: "市发展改革委".into(),
        uscc: None,
        district: None,
        industries: vec![],
    };
    let account = Account {
        id: "a-admin".parse().map_err(invalid)?,
        login: "admin".into(),
        name: seal(&mut changes, "系统管理员"),
        role: Role::Admin,
        org: org.id.clone(),
        password: seal(&mut changes, &hash_password(password)),
        must_change: true,
        open: true,
        failures: 0,
        locked_until: None,
    };
    changes.create(&org)?.create(&account)?;
    let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Account, "a-admin");
    site.store.commit(changes, act, site.now()).await?;
    println!("首次启动：账号 admin，一次性口令 {password}（登录后须修改）");
    Ok(())
}
