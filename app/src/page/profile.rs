//! `/apply`, `/profile` and its sections: a firm keeps its own profile, section by
//! section, and hands its application in.

use super::{draft_key, loading, shown};
use crate::api::{
    self, ApiError, BasicsForm, CertificatesForm, ContactsForm, HandIn, ProfilePage, Refused,
    Register, RegisterForm, RevisionCard, SaveBasics, SaveCertificates, SaveContacts, SaveService,
    SaveTeam, ServiceForm, TeamEditForm,
};
use crate::part::field::{Field, nested, summary};
use crate::part::files;
use crate::part::locate::PlaceFields;
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Category, Discipline, District, Fault, Faults, Industry};
use pool::contractor::Section;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Rows for qualifications that the form offers.
const ROWS: usize = 4;

/// Opening an account for a firm.
#[component]
pub fn Apply() -> impl IntoView {
    let draft = draft_key();
    let form = Resource::new(move || draft.get(), api::refused::<RegisterForm>);
    let action = ServerAction::<Register>::new();
    view! {
        <Title text="企业注册"/>
        <div class="page narrow">
            <h1>"企业注册"</h1>
            <p>"储备库常年开放申请，不限注册地和所有制。已有账号的，请" <a href="/sign-in?next=/profile">"登录"</a> "。"</p>
            {outcome(action.value())}
            <Suspense fallback=loading>
                {move || Suspend::new(async move {
                    shown(form.await, move |Refused { form: typed, faults }| {
                        form!(action, "card pad form",
                            {summary(&faults)}
                            {Field::new("name", "企业名称").input(&faults, &typed.name)}
                            {Field::new("uscc", "统一社会信用代码").input(&faults, &typed.uscc)}
                            {Field::new("person", "经办人").input(&faults, &typed.person)}
                            {Field::new("login", "账号").hint("4 至 30 个小写字母、数字。").input(&faults, &typed.login)}
                            {Field::new("new", "口令").kind("password").hint("至少 10 个字符。").input(&faults, "")}
                            {Field::new("again", "再输一次口令").kind("password").input(&faults, "")}
                            <button>"注册"</button>)
                    })
                })}
            </Suspense>
        </div>
    }
}

/// The profile as a whole: what is done, what is missing, where it stands.
#[component]
pub fn Profile() -> impl IntoView {
    let action = ServerAction::<HandIn>::new();
    let page = Resource::new(move || action.version().get(), |_| api::read_profile());
    view! {
        <Title text="企业档案"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move { shown(page.await, move |page| overview(page, action)) })}
        </Transition>
    }
}

fn overview(page: ProfilePage, action: ServerAction<HandIn>) -> impl IntoView {
    let ProfilePage { firm, missing, places, reviewed, revision, ready, .. } = page;
    view! {
        <div class="page narrow">
            <h1>{firm}</h1>
            {outcome(action.value())}
            {reviewed.then(|| view! {
                <p class="basis">"已提交审核或已入库：企业信息、资质、类别的修改须经行业主管部门核对，通过前仍以原内容为准；联系人和队伍随时生效。"</p>
            })}
            {revision.map(waiting)}
            <section class="card" aria-labelledby="sections">
                <header><h2 id="sections">"档案"</h2></header>
                <ul>
                    {Section::ALL
                        .into_iter()
                        .map(|section| {
                            let state = if missing.contains(&section) {
                                badge("due", "待填").into_any()
                            } else {
                                badge("done", "已填").into_any()
                            };
                            view! {
                                <li class="row line">
                                    <a href=format!("/profile/{}", section.key())>{section.name()}</a>
                                    <span class="push">{state}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
            {ready.then(|| form!(action, "form",
                <Token/>
                <p class="small soft">"提交后由行业主管部门初审，通过后公示；公示期见" <a href="/rules?q=reserve.publicity">"规则库"</a> "。"</p>
                <button>"提交入库申请"</button>))}
            <section class="card" aria-labelledby="places">
                <header><h2 id="places">"入库情况"</h2></header>
                {places.is_empty().then(|| view! { <p class="empty">"还没有提交申请。"</p> })}
                {super::places::list(places)}
            </section>
        </div>
    }
}

/// Changes that wait, or were sent back.
fn waiting(card: RevisionCard) -> impl IntoView {
    let sections = card.sections.join("、");
    let href = format!("/revisions/{}", card.contractor);
    match card.returned {
        Some(remark) => view! {
            <p class="trouble">{format!("变更（{sections}）被退回：{remark} 修改后保存即重新提交。")}</p>
        }
        .into_any(),
        None => view! {
            <p class="news">
                {format!("{} 提交的变更（{sections}）待审核。", card.since.stamp())}
                <a href=href>"查看对照"</a>
            </p>
        }
        .into_any(),
    }
}

#[derive(Clone, Copy)]
struct Actions {
    basics: ServerAction<SaveBasics>,
    contacts: ServerAction<SaveContacts>,
    certificates: ServerAction<SaveCertificates>,
    service: ServerAction<SaveService>,
    team: ServerAction<SaveTeam>,
}

/// One section of the profile.
#[component]
pub fn ProfileSection() -> impl IntoView {
    let map = use_params_map();
    let section = Memo::new(move |_| map.read().get("section").unwrap_or_default());
    let draft = draft_key();
    let actions = Actions {
        basics: ServerAction::new(),
        contacts: ServerAction::new(),
        certificates: ServerAction::new(),
        service: ServerAction::new(),
        team: ServerAction::new(),
    };
    let publish = ServerAction::new();
    let page = Resource::new(
        move || (section.get(), draft.get()),
        |(section, draft)| async move {
            let section = Section::ALL.into_iter().find(|s| s.key() == section);
            let section = section.ok_or(ApiError::NotFound)?;
            let page = api::read_profile().await?;
            let draft = api::typed(draft).await?;
            Ok::<_, ApiError>((section, page, draft))
        },
    );
    view! {
        <Title text="企业档案"/>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                shown(page.await, move |(section, page, draft)| {
                    let papers = (section == Section::Certificates).then(|| {
                        files::files(page.files.clone(), String::new(), publish)
                    });
                    view! {
                        <div class="page narrow">
                            <p class="small"><a href="/profile">"企业档案"</a></p>
                            <h1>{section.name()}</h1>
                            {outcome(actions.basics.value())}
                            {outcome(actions.contacts.value())}
                            {outcome(actions.certificates.value())}
                            {outcome(actions.service.value())}
                            {outcome(actions.team.value())}
                            {fields(section, page, draft, actions)}
                            {papers}
                        </div>
                    }
                })
            })}
        </Transition>
    }
}

fn fields(
    section: Section,
    page: ProfilePage,
    draft: Option<(String, Faults)>,
    actions: Actions,
) -> AnyView {
    let (typed, faults) =
        draft.map_or((None, Faults::new()), |(json, faults)| (Some(json), faults));
    let again = |json: &Option<String>| json.as_deref().unwrap_or("null").to_owned();
    let changed = faults.of("seen").is_some();
    match section {
        Section::Basics => {
            let seen = page.basics.seen.clone();
            let conflict = changed.then(|| both(&typed, &page.basics));
            let f: BasicsForm = serde_json::from_str(&again(&typed)).unwrap_or(page.basics);
            form!(actions.basics, "card pad form",
                {summary(&faults)}
                {conflict}
                <Token/>
                <input type="hidden" name="form[seen]" value=seen/>
                {Field::new("name", "企业名称").input(&faults, &f.name)}
                {Field::new("short", "简称").hint("用于名单和地图，不超过 8 个字。").input(&faults, &f.short)}
                {Field::new("uscc", "统一社会信用代码").input(&faults, &f.uscc)}
                {Field::new("address", "注册地址").input(&faults, &f.address)}
                <button>"保存，下一项"</button>)
            .into_any()
        }
        Section::Contacts => {
            let seen = page.contacts.seen.clone();
            let conflict = changed.then(|| both(&typed, &page.contacts));
            let f: ContactsForm = serde_json::from_str(&again(&typed)).unwrap_or(page.contacts);
            form!(actions.contacts, "card pad form",
                {summary(&faults)}
                {conflict}
                <Token/>
                <input type="hidden" name="form[seen]" value=seen/>
                <p class="small soft">"两人，昼夜有人接听；不公开。"</p>
                {Field::new("name1", "第一联系人").input(&faults, &f.name1)}
                {Field::new("phone1", "第一联系人电话").kind("tel").input(&faults, &f.phone1)}
                {Field::new("name2", "第二联系人").input(&faults, &f.name2)}
                {Field::new("phone2", "第二联系人电话").kind("tel").input(&faults, &f.phone2)}
                <button>"保存，下一项"</button>)
            .into_any()
        }
        Section::Certificates => {
            let seen = page.certificates.seen.clone();
            let conflict = changed.then(|| both(&typed, &page.certificates));
            let f: CertificatesForm =
                serde_json::from_str(&again(&typed)).unwrap_or(page.certificates);
            let rows = (0..ROWS).map(|i| qualification_row(i, &f, &faults)).collect_view();
            form!(actions.certificates, "card pad form",
                {summary(&faults)}
                {conflict}
                <Token/>
                <input type="hidden" name="form[seen]" value=seen/>
                <fieldset>
                    <legend>"安全生产许可证（施工类必填）"</legend>
                    {Field::new("licence", "证号").optional().input(&faults, &f.licence)}
                    <div class="pair">
                        {Field::new("licence_from", "有效期自").kind("date").optional().input(&faults, &f.licence_from)}
                        {Field::new("licence_until", "有效期至").kind("date").optional().input(&faults, &f.licence_until)}
                    </div>
                </fieldset>
                {rows}
                <button>"保存，下一项"</button>)
            .into_any()
        }
        Section::Service => {
            let seen = page.service.seen.clone();
            let conflict = changed.then(|| both(&typed, &page.service).into_any());
            let f: ServiceForm = serde_json::from_str(&again(&typed)).unwrap_or(page.service);
            service_fields(f, seen, conflict, &faults, actions)
        }
        Section::Teams => {
            let mut teams = page.teams;
            teams.push(TeamEditForm::default());
            let typed: Option<TeamEditForm> = typed.and_then(|t| serde_json::from_str(&t).ok());
            teams
                .into_iter()
                .map(|team| {
                    let mine = typed.as_ref().filter(|t| t.id == team.id);
                    let none = Faults::new();
                    let faults = if mine.is_some() { &faults } else { &none };
                    let conflict = mine
                        .filter(|_| changed)
                        .map(|mine| both(&serde_json::to_string(mine).ok(), &team).into_any());
                    let seen = team.seen.clone();
                    team_fields(mine.cloned().unwrap_or(team), seen, conflict, faults, actions)
                })
                .collect_view()
                .into_any()
        }
    }
}

/// The version that was typed beside the one that somebody else saved meanwhile,
/// where they differ.
fn both<T: Serialize>(typed: &Option<String>, now: &T) -> impl IntoView + use<T> {
    let typed: Value =
        typed.as_deref().and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
    let now = serde_json::to_value(now).unwrap_or_default();
    let (mut mine, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    leaves("", &typed, &mut mine);
    leaves("", &now, &mut theirs);
    let mut paths: Vec<String> = mine.keys().chain(theirs.keys()).cloned().collect();
    paths.sort_unstable();
    paths.dedup();
    let rows = paths
        .into_iter()
        .filter(|path| path != "seen" && path != "id")
        .filter(|path| mine.get(path) != theirs.get(path))
        .map(|path| {
            let text =
                |side: &BTreeMap<String, String>| side.get(&path).cloned().unwrap_or_default();
            let (typed, saved) = (text(&mine), text(&theirs));
            view! {
                <tr>
                    <th scope="row">{text::field(&path)}</th>
                    <td>{typed}</td>
                    <td>{saved}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="trouble" role="alert">
            <p>{text::fault(&Fault::Changed)}</p>
            <table>
                <thead><tr><th scope="col">"项目"</th><th scope="col">"您填的"</th><th scope="col">"现在的"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="small">"表单中是您填的内容；再次保存即以您的为准。"</p>
        </div>
    }
}

/// The texts of a form by their path.
fn leaves(path: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(&path, value, out);
            }
        }
        Value::String(text) if !text.is_empty() => {
            out.insert(path.to_owned(), text.clone());
        }
        _ => {}
    }
}

fn categories() -> Vec<(String, String)> {
    Industry::ALL
        .iter()
        .flat_map(|&industry| {
            Discipline::ALL.iter().map(move |&discipline| Category { industry, discipline })
        })
        .map(|c| (c.key(), c.name()))
        .collect()
}

fn qualification_row(i: usize, form: &CertificatesForm, faults: &Faults) -> impl IntoView + use<> {
    let row = form.rows.get(&i.to_string()).cloned().unwrap_or_default();
    let name = |field: &str| format!("rows][{i}][{field}");
    let cell = |field: &'static str, label: &'static str, kind: &'static str, value: &str| {
        let own = nested(faults, &format!("rows.{i}.{field}"), &name(field));
        Field::new(&name(field), label).kind(kind).optional().input(&own, value)
    };
    let own = nested(faults, &format!("rows.{i}.category"), &name("category"));
    view! {
        <fieldset>
            <legend>{format!("资质 {}", i + 1)}</legend>
            {Field::new(&name("category"), "对应类别").optional().select(&own, &row.category, categories())}
            <div class="pair">
                {cell("name", "资质名称", "text", &row.name)}
                {cell("level", "等级", "text", &row.level)}
                {cell("number", "证书编号", "text", &row.number)}
                {cell("until", "有效期至", "date", &row.until)}
            </div>
        </fieldset>
    }
}

fn service_fields(
    form: ServiceForm,
    seen: String,
    conflict: Option<AnyView>,
    faults: &Faults,
    actions: Actions,
) -> AnyView {
    let ticks = |field: &'static str,
                 all: Vec<(String, String)>,
                 chosen: &BTreeMap<String, String>| {
        all.into_iter()
            .map(|(key, name)| {
                let id = format!("{field}-{key}");
                let ticked = chosen.contains_key(&key);
                view! {
                    <div class="field tick">
                        <input id=id.clone() type="checkbox" value="yes" checked=ticked name=format!("form[{field}][{key}]")/>
                        <label for=id>{name}</label>
                    </div>
                }
            })
            .collect_view()
    };
    let fault =
        |field: &str| faults.of(field).map(text::fault).map(|f| view! { <p class="fault">{f}</p> });
    let districts =
        District::ALL.iter().map(|d| (d.key().to_owned(), d.name().to_owned())).collect();
    let category_ticks = ticks("categories", categories(), &form.categories);
    let district_ticks = ticks("districts", districts, &form.districts);
    form!(actions.service, "card pad form",
        {summary(faults)}
        {conflict}
        <Token/>
        <input type="hidden" name="form[seen]" value=seen/>
        <fieldset>
            <legend>"申请类别"</legend>
            {fault("categories")}
            <div class="pair">{category_ticks}</div>
        </fieldset>
        <fieldset>
            <legend>"服务县区"</legend>
            {fault("districts")}
            <div class="pair">{district_ticks}</div>
        </fieldset>
        <div class="pair">
            {Field::new("answer", "承诺应答时间（分钟）").kind("number").input(faults, &form.answer)}
            {Field::new("arrive", "承诺到场时间（分钟，同县）").kind("number").input(faults, &form.arrive)}
        </div>
        <button>"保存，下一项"</button>)
    .into_any()
}

fn team_fields(
    team: TeamEditForm,
    seen: String,
    conflict: Option<AnyView>,
    faults: &Faults,
    actions: Actions,
) -> AnyView {
    let form_id = if team.id.is_empty() { "new".to_owned() } else { team.id.clone() };
    let title = if team.id.is_empty() { "新增队伍".to_owned() } else { team.name.clone() };
    let field = |name, label| Field::new(name, label).of(&form_id);
    form!(actions.team, "card pad form",
        <h2>{title}</h2>
        {summary(faults)}
        <Token/>
        {conflict}
        <input type="hidden" name="form[id]" value=team.id.clone()/>
        <input type="hidden" name="form[seen]" value=seen/>
        {field("name", "队伍名称").input(faults, &team.name)}
        {field("base_name", "驻地").hint("如：青川县凉水镇").input(faults, &team.base_name)}
        {PlaceFields { form: &form_id, lon: &team.lon, lat: &team.lat, datum: Some(&team.datum), required: true, map: true }.fields(faults)}
        {field("people", "可出动人数").kind("number").input(faults, &team.people)}
        {field("machines", "设备").hint("每行一种，如：挖掘机 4").area(faults, &team.machines)}
        <button>"保存队伍"</button>)
    .into_any()
}
