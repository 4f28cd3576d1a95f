//! `/accounts`: the administrator keeps organisations and accounts.

use super::{draft_key, loading, query, shown};
use crate::api::{
    self, AccountForm, AccountView, AccountsPage, AddAccount, AddKey, AddOrg, ApiError, ApiKeyForm,
    Issued, KeepAccount, OrgForm, OrgView,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{District, Faults, Industry, OrgKind, Role, Scope};

#[derive(Clone, Copy)]
struct Actions {
    org: ServerAction<AddOrg>,
    account: ServerAction<AddAccount>,
    key: ServerAction<AddKey>,
    keep: ServerAction<KeepAccount>,
}

/// Organisations and accounts.
#[component]
pub fn Accounts() -> impl IntoView {
    let (draft, wanted) = (draft_key(), query("q"));
    let map = use_query_map();
    let issued = Memo::new(move |_| {
        map.read().get("issued").and_then(|id| id.parse::<model::DraftId>().ok())
    });
    let actions = Actions {
        org: ServerAction::new(),
        account: ServerAction::new(),
        key: ServerAction::new(),
        keep: ServerAction::new(),
    };
    let versions = move || {
        actions.org.version().get()
            + actions.account.version().get()
            + actions.key.version().get()
            + actions.keep.version().get()
    };
    let page = Resource::new(
        move || (draft.get(), issued.get(), versions()),
        |(draft, issued, _)| async move {
            let page = api::read_accounts().await?;
            let typed = api::typed(draft).await?.unwrap_or_default();
            let issued: Option<Issued> = match issued {
                Some(key) => api::read_issued(key).await?,
                None => None,
            };
            Ok::<_, ApiError>((page, typed, issued))
        },
    );
    view! {
        <Title text="单位与账号"/>
        <div class="page">
            <h1>"单位与账号"</h1>
            {outcome(actions.org.value())}
            {outcome(actions.account.value())}
            {outcome(actions.key.value())}
            {outcome(actions.keep.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let wanted = wanted.get();
                    shown(page.await, move |(page, (fields, faults), issued)| {
                        content(page, &fields, &faults, issued, wanted, actions)
                    })
                })}
            </Transition>
        </div>
    }
}

fn content(
    page: AccountsPage,
    fields: &str,
    faults: &Faults,
    issued: Option<Issued>,
    wanted: String,
    actions: Actions,
) -> impl IntoView + use<> {
    let AccountsPage { orgs, accounts } = page;
    let all = accounts.len();
    let accounts: Vec<AccountView> = accounts.into_iter().filter(|a| fits(a, &wanted)).collect();
    let none_found = accounts.is_empty();
    let count = if accounts.len() == all {
        format!("{all} 个")
    } else {
        format!("{} / {all} 个", accounts.len())
    };
    // One draft, three forms: the field that only one of them has tells which.
    let has = |field: &str| fields.contains(&format!("\"{field}\""));
    let none = Faults::new();
    let of = |is: bool| if is { faults } else { &none };
    let (of_org, of_key) = (has("kind"), has("scopes"));
    let org = org_form(fields, of(of_org), actions);
    let account = account_form(fields, of(!of_org && !of_key), &orgs, actions);
    let key = key_form(fields, of(of_key), &orgs, actions);
    view! {
        {issued.map(|Issued { login, password, program }| {
            let (what, then) = if program {
                ("的接口令牌：", "。请现在抄存，稍后不再显示；交对方的系统管理员妥善保存，停用该账号即收回。")
            } else {
                ("的一次性口令：", "。请当面或通过电话告知本人；首次登录须修改。")
            };
            view! {
                <p class="good" role="status">
                    "账号 " <b>{login}</b> " " {what} <code>{password}</code> {then}
                </p>
            }
        })}
        {account}
        {org}
        {key}
        <section class="card" aria-labelledby="accounts">
            <header><h2 id="accounts">"账号"</h2><span class="small soft">{count}</span></header>
            <form class="filters" method="get" action="/accounts" role="search">
                <label>"查找" <input type="search" name="q" value=wanted placeholder="登录名、姓名、单位或岗位"/></label>
                <button class="quiet">"查找"</button>
            </form>
            {none_found.then(|| view! { <p class="empty">"没有这样的账号。"</p> })}
            <table class="cards">
                <thead>
                    <tr>
                        <th scope="col">"登录名"</th>
                        <th scope="col">"姓名"</th>
                        <th scope="col">"岗位"</th>
                        <th scope="col">"单位"</th>
                        <th scope="col">"状态"</th>
                        <th scope="col">"办理"</th>
                    </tr>
                </thead>
                <tbody>{accounts.into_iter().map(|account| row(account, actions)).collect_view()}</tbody>
            </table>
        </section>
        <section class="card" aria-labelledby="orgs">
            <header><h2 id="orgs">"单位"</h2><span class="small soft">"企业自行注册，不在此列"</span></header>
            <ul>{orgs.into_iter().map(org_row).collect_view()}</ul>
        </section>
    }
}

/// Whether all words are somewhere in what the row shows.
fn fits(account: &AccountView, wanted: &str) -> bool {
    let row = format!("{} {} {} {}", account.login, account.name, account.org, account.role.name());
    let row = row.to_lowercase();
    wanted.to_lowercase().split_whitespace().all(|word| row.contains(word))
}

fn org_row(org: OrgView) -> impl IntoView {
    let trades: Vec<&str> = org.industries.iter().map(|i| i.name()).collect();
    view! {
        <li class="row line">
            <b>{org.name}</b>
            <span class="soft small">{org.kind.name()}</span>
            {org.district.map(|d| view! { <span class="soft small">{d.name()}</span> })}
            <span class="push soft small">{trades.join("、")}</span>
        </li>
    }
}

fn row(account: AccountView, actions: Actions) -> impl IntoView {
    let state = match (account.open, account.locked_until, account.must_change) {
        (false, ..) => badge("plain", "已停用").into_any(),
        (true, Some(until), _) => badge("danger", format!("锁定至 {}", until.clock())).into_any(),
        (true, None, true) => badge("due", "待改口令").into_any(),
        (true, None, false) => badge("done", "在用").into_any(),
    };
    let acts = if account.open && account.program.is_some() {
        vec![("close", "收回")]
    } else if account.open {
        vec![("reset", "重置口令"), ("close", "停用")]
    } else {
        vec![("open", "启用")]
    };
    let role = match &account.program {
        Some((until, scopes)) => {
            let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
            format!("接口令牌，至 {until}：{}", names.join("、"))
        }
        None => account.role.name().to_owned(),
    };
    let id = account.id.to_string();
    let login = account.login.clone();
    let buttons = acts
        .into_iter()
        .map(|(act, name)| {
            let label = format!("{name} {login}");
            view! { <button class="quiet small" name="act" value=act aria-label=label>{name}</button> }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{account.login}</th>
            <td>{account.name}</td>
            <td>{role}</td>
            <td>{account.org}</td>
            <td>{state}</td>
            <td>
                {form!(actions.keep, "line", <Token/>
                    <input type="hidden" name="id" value=id/>
                    {buttons})}
            </td>
        </tr>
    }
}

fn pairs(items: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<(String, String)> {
    items.map(|(key, name)| (key.to_owned(), name.to_owned())).collect()
}

fn account_form(
    fields: &str,
    faults: &Faults,
    orgs: &[OrgView],
    actions: Actions,
) -> impl IntoView + use<> {
    let open = !faults.is_empty();
    let form: AccountForm = serde_json::from_str(fields).unwrap_or_default();
    let office = |role: &&Role| !matches!(role, Role::Public | Role::System | Role::Contractor);
    let roles = pairs(Role::ALL.iter().filter(office).map(|r| (r.key(), r.name())));
    let orgs = orgs.iter().map(|org| (org.id.to_string(), org.name.clone())).collect();
    view! {
        <details class="card pad" id="add" open=open>
            <summary>"开户"</summary>
            {form!(actions.account, "form", {summary(faults)}
                <Token/>
                <div class="pair">
                    {Field::new("login", "登录名").of("add").hint("4 至 30 个小写字母、数字。").input(faults, &form.login)}
                    {Field::new("name", "姓名").of("add").input(faults, &form.name)}
                    {Field::new("org", "单位").of("add").select(faults, &form.org, orgs)}
                    {Field::new("role", "岗位").of("add").hint("须与单位类别相符。").select(faults, &form.role, roles)}
                </div>
                <button>"开户，生成一次性口令"</button>)}
        </details>
    }
}

fn key_form(
    fields: &str,
    faults: &Faults,
    orgs: &[OrgView],
    actions: Actions,
) -> impl IntoView + use<> {
    let open = !faults.is_empty();
    let form: ApiKeyForm = serde_json::from_str(fields).unwrap_or_default();
    let offices = orgs.iter().filter(|org| matches!(org.kind, OrgKind::Owner | OrgKind::Centre));
    let offices = offices.map(|org| (org.id.to_string(), org.name.clone())).collect();
    let scopes = Scope::ALL
        .iter()
        .map(|scope| {
            let id = format!("scope-{}", scope.key());
            let ticked = form.scopes.contains_key(scope.key());
            view! {
                <div class="field tick">
                    <input id=id.clone() type="checkbox" value="yes" checked=ticked name=format!("form[scopes][{}]", scope.key())/>
                    <label for=id>{scope.name()}</label>
                </div>
            }
        })
        .collect_view();
    let fault = faults.of("scopes").map(text::fault);
    view! {
        <details class="card pad" id="add-key" open=open>
            <summary>"发放接口令牌"</summary>
            <p class="soft small">"供项目业主或交易中心的业务系统通过 " <a href="/v1" rel="external">"开放接口"</a> " 办理；不能登录页面，也不能超出本单位的权限。"</p>
            {form!(actions.key, "form", {summary(faults)}
                <Token/>
                <div class="pair">
                    {Field::new("name", "系统名称").of("key").hint("如：市公路中心项目管理系统。").input(faults, &form.name)}
                    {Field::new("org", "单位").of("key").select(faults, &form.org, offices)}
                    {Field::new("until", "有效期至").of("key").hint("不超过两年。").kind("date").input(faults, &form.until)}
                </div>
                <fieldset>
                    <legend>"可办事项"</legend>
                    {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
                    <div class="pair">{scopes}</div>
                </fieldset>
                <button>"发放，生成令牌"</button>)}
        </details>
    }
}

fn org_form(fields: &str, faults: &Faults, actions: Actions) -> impl IntoView + use<> {
    let open = !faults.is_empty();
    let form: OrgForm = serde_json::from_str(fields).unwrap_or_default();
    let kinds = pairs(
        OrgKind::ALL.iter().filter(|k| **k != OrgKind::Contractor).map(|k| (k.key(), k.name())),
    );
    let districts = pairs(District::ALL.iter().map(|d| (d.key(), d.name())));
    let trades = Industry::ALL
        .iter()
        .map(|trade| {
            let id = format!("trade-{}", trade.key());
            let ticked = form.industries.contains_key(trade.key());
            view! {
                <div class="field tick">
                    <input id=id.clone() type="checkbox" value="yes" checked=ticked name=format!("form[industries][{}]", trade.key())/>
                    <label for=id>{trade.name()}</label>
                </div>
            }
        })
        .collect_view();
    let fault = faults.of("industries").map(text::fault);
    view! {
        <details class="card pad" id="add-org" open=open>
            <summary>"新增单位"</summary>
            {form!(actions.org, "form", {summary(faults)}
                <Token/>
                <div class="pair">
                    {Field::new("kind", "类别").of("org").select(faults, &form.kind, kinds)}
                    {Field::new("name", "名称").of("org").input(faults, &form.name)}
                    {Field::new("district", "县区").of("org").hint("县区单位必填。").optional().select(faults, &form.district, districts)}
                </div>
                <fieldset>
                    <legend>"主管行业（行业主管部门必选）"</legend>
                    {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
                    <div class="pair">{trades}</div>
                </fieldset>
                <button>"新增单位"</button>)}
        </details>
    }
}
