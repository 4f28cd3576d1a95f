//! `/desk/notices`: the register of tender notices.

use super::plan::named;
use super::rules::by_law;
use super::{draft_key, loading, path_key, query, shown};
use crate::api::{
    self, ActOnNotice, ApiError, NoticeActForm, NoticeFormPage, NoticeLine, NoticePage,
    NoticesPage, Refused, SaveNotice,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, facts_of, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{Industry, LotKind, PlanId, TenderMethod, TenderNoticeId};
use policies::notice::{Holding, NoticeContent, ShortReason, TenderNotice};
use policies::{Citation, Ruling};

/// Whether a notice may go out, as a badge.
pub fn holding(key: &str, name: String) -> impl IntoView + use<> {
    let tone = match key {
        "clear" | "released" | "freed" => "done",
        "held" => "danger",
        _ => "plain",
    };
    badge(tone, name)
}

/// A notice in a list.
pub fn row(line: NoticeLine) -> impl IntoView {
    let href = format!("/desk/notices/{}", line.id);
    let (key, name) = line.holding;
    let lead = match line.lead {
        Some(days) => format!("计划在前 {days} 日"),
        None => "没有计划".to_owned(),
    };
    view! {
        <li class="row">
            <div class="line">
                {holding(&key, name)}
                <a class="title" href=href>{line.title}</a>
                <span class="push small">{lead}</span>
            </div>
            <p class="small soft">{format!("{} · {} · 公告日 {}", line.number, line.owner, line.noticed)}</p>
        </li>
    }
}

/// The register on the desk.
#[component]
pub fn Notices() -> impl IntoView {
    let (held, before) = (query("held"), query("before"));
    let page = Resource::new(
        move || (held.get() == "yes", before.get()),
        |(held, before)| api::read_notices(held, before),
    );
    view! {
        <Title text="招标公告登记"/>
        <div class="page">
            <h1>"招标公告登记"</h1>
            <p class="soft">"登记时核对计划提前公开的天数和法定期限；提前期不足的暂缓，写明理由并经准许后方可公告。"</p>
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let only_held = held.get() == "yes";
                    shown(page.await, move |page| list(page, only_held))
                })}
            </Transition>
        </div>
    }
}

fn list(page: NoticesPage, only_held: bool) -> impl IntoView {
    let none = page.notices.is_empty();
    let held = if only_held { "yes" } else { "" };
    let next = page.next.map(|number| {
        let href = format!("/desk/notices?held={held}&before={number}");
        view! { <p class="pad"><a href=href>"下一页"</a></p> }
    });
    let current = |here: bool| here.then_some("page");
    view! {
        {page.may_write.then(|| view! {
            <p class="actions"><a class="button" href="/desk/notices/new">"登记公告"</a> <a class="button quiet" href="/desk/notices/import">"表格导入"</a></p>
        })}
        <nav class="tabs" aria-label="按状态">
            <a href="/desk/notices" aria-current=current(!only_held)>"全部"</a>
            <a href="/desk/notices?held=yes" aria-current=current(only_held)>{format!("暂缓 {}", page.held)}</a>
        </nav>
        <section class="card" aria-labelledby="notices">
            <header><h2 id="notices">{format!("{} 件", page.total)}</h2></header>
            {none.then(|| view! { <p class="empty">"没有这样的公告。"</p> })}
            <ul>{page.notices.into_iter().map(row).collect_view()}</ul>
            {next}
        </section>
    }
}

/// One notice on the desk.
#[component]
pub fn NoticeWhole() -> impl IntoView {
    let id: Memo<Option<TenderNoticeId>> = path_key("id");
    let draft = draft_key();
    let action = ServerAction::<ActOnNotice>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), action.version().get()),
        |(id, draft, _)| async move {
            let page = api::read_notice(id.ok_or(ApiError::NotFound)?).await?;
            Ok::<_, ApiError>((page, api::refused::<NoticeActForm>(draft).await?))
        },
    );
    view! {
        <Title text="招标公告"/>
        <div class="page">
            <p class="small"><a href="/desk/notices">"招标公告登记"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, refused)| whole(page, refused, action))
                })}
            </Transition>
        </div>
    }
}

/// Until when one may object to the documents, with the article.
pub fn objections(days: Vec<Ruling<model::Day>>) -> impl IntoView {
    let rows = days.into_iter().map(|ruling| {
        let basis = ruling.basis.as_ref().map_or_else(String::new, Citation::line);
        view! {
            <p class="basis">{format!("{}，最迟 {}", ruling.label, ruling.value)} " " <span class="soft">{basis}</span></p>
        }
    });
    rows.collect_view()
}

/// A notice as named lines.
pub fn said(content: &NoticeContent) -> Vec<(String, String)> {
    let day = |day: Option<model::Day>| day.map_or_else(String::new, |d| d.to_string());
    let code = content.code.as_ref().map_or_else(String::new, |c| c.as_str().to_owned());
    let first = content.prequalification.as_ref();
    let mut lines = vec![
        ("项目代码", code),
        ("行业", content.industry.name().to_owned()),
        ("类别", content.kind.name().to_owned()),
        ("招标方式", content.method.name().to_owned()),
        ("最高投标限价或估算价", format!("{} 元", content.amount)),
        ("公告日", content.noticed.to_string()),
        ("资格预审文件", first.map_or_else(String::new, |p| format!("{} 至 {}", p.from, p.until))),
        ("资格预审澄清", day(first.and_then(|p| p.clarified))),
        ("资格预审申请截止", day(first.map(|p| p.applications))),
        ("招标文件", format!("{} 至 {}", content.documents_from, content.documents_until)),
        ("澄清或修改", day(content.clarified)),
        ("投标截止", content.deadline.to_string()),
        ("收到评标报告", day(content.evaluated)),
        ("候选人公示自", day(content.publicity_from)),
        ("候选人公示至", day(content.publicity_until)),
    ];
    lines.retain(|(_, text)| !text.is_empty());
    lines.into_iter().map(|(label, text)| (label.to_owned(), text)).collect()
}

fn whole(
    page: NoticePage,
    refused: Refused<NoticeActForm>,
    action: ServerAction<ActOnNotice>,
) -> impl IntoView {
    let (key, name) = page.line.holding.clone();
    let rule = page
        .lead_rule
        .as_ref()
        .map(|r| format!("{}不少于 {} 日（{}）", r.label, r.value, r.standing.name()));
    let early = TenderNotice::is_early_enough(&page.content, &page.leads);
    let state = match &page.holding {
        Holding::Held { reason: None, .. } if early => {
            Some("类别或金额与计划相差过大，暂缓公告：请变更计划，或写明理由，由行业主管部门负责人准许。".to_owned())
        }
        Holding::Clear => Some("计划提前公开的天数足够。".to_owned()),
        Holding::Held { reason: None, .. } => {
            Some("提前期不足，暂缓公告：请写明理由，由行业主管部门负责人准许。".to_owned())
        }
        Holding::Held { reason: Some(reason), words } => {
            Some(format!("提前期不足，待准许。理由：{}。{words}", reason.name()))
        }
        Holding::Released { reason, words, since, opinion, .. } => Some(format!(
            "{} 于 {} 准许：{opinion}。提前理由：{}。{words}",
            page.released_by,
            since.stamp(),
            reason.name()
        )),
        Holding::Freed { number, .. } => Some(format!("依抢险救灾认定（{number}）免予提前公开。")),
        Holding::Cancelled { since, reason } => Some(format!("{} 撤销：{reason}", since.stamp())),
    };
    let lots = page.lots.iter().map(|(key, name)| {
        let lead = page.leads.iter().find(|lead| lead.lot.to_string() == *key);
        let says = lead.map_or_else(
            || "未公开".to_owned(),
            |l| format!("自 {} 起公开 {} 日，公告最早 {}", l.from, l.days, l.earliest),
        );
        let short = lead.is_none_or(|l| !l.is_enough(page.content.noticed));
        view! {
            <li class="row line">
                <span>{name.clone()}</span>
                <span class="push small">{says}</span>
                {short.then(|| badge("danger", "不足"))}
            </li>
        }
    });
    let lots = lots.collect_view();
    let public = page.out.is_some().then(|| {
        let href = format!("/notices/{}", page.line.number);
        view! { <a rel="external" href=href>"公开页"</a> }
    });
    let decide = decide(&page, refused, action);
    view! {
        <h1>{page.line.title.clone()}</h1>
        <p class="line">
            {holding(&key, name)} <span>{page.line.number.clone()}</span>
            <span class="small soft">{page.line.owner.clone()}</span> {public}
        </p>
        {state.map(|s| view! { <p class="basis">{s}</p> })}
        {rule.map(|r| view! { <p class="small soft">{r} " " <a href="/rules?q=plan.lead">"依据"</a></p> })}
        {(page.revision > 0).then(|| view! { <p class="basis">{format!("更正 {} 次；最近一次：{}", page.revision, page.reason)}</p> })}
        {decide}
        <section class="card" aria-labelledby="lots">
            <header><h2 id="lots">"对应的计划标段"</h2></header>
            {page.lots.is_empty().then(|| view! { <p class="empty">"没有对应的招标计划。"</p> })}
            <ul>{lots}</ul>
        </section>
        <section class="card" aria-labelledby="content">
            <header><h2 id="content">"公告"</h2></header>
            {facts_of(said(&page.content))}
            {objections(page.objections)}
        </section>
        <p class="small soft">{by_law(&page.law)}</p>
    }
}

fn decide(
    page: &NoticePage,
    refused: Refused<NoticeActForm>,
    action: ServerAction<ActOnNotice>,
) -> impl IntoView + use<> {
    let id = page.line.id.to_string();
    // What was refused shows in the form that it was typed into.
    let typed = |act: &str| refused.where_typed(refused.form.act == act);
    let held = matches!(page.holding, Holding::Held { .. });
    let bonds = format!("/desk/bonds/tender/{id}");
    let edit = page.may_write.then(|| {
        let href = format!("/desk/notices/{id}/edit");
        view! { <a class="button quiet" href=href>"更正"</a> }
    });
    let edit = view! {
        <p class="actions">{edit} <a class="button quiet" href=bonds>"投标保证金"</a></p>
    };
    let plead = (page.may_write && held).then(|| {
        let id = id.clone();
        let Refused { form, faults } = typed("plead");
        let reasons = named(ShortReason::ALL, ShortReason::key, ShortReason::name);
        view! {
            <section class="card pad" id="decide" aria-labelledby="plead">
                <h2 id="plead">"提前公告的理由"</h2>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="form[act]" value="plead"/>
                    {Field::new("short_reason", "理由").of("plead").select(&faults, &form.short_reason, reasons)}
                    {Field::new("reason", "说明（准许后公开）").of("plead").area(&faults, &form.reason)}
                    <button>"提交理由"</button>)}
            </section>
        }
    });
    let release = page.may_release.then(|| {
        let id = id.clone();
        let Refused { form, faults } = typed("release");
        view! {
            <section class="card pad" id="decide" aria-labelledby="release">
                <h2 id="release">"准许提前公告"</h2>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="form[act]" value="release"/>
                    {Field::new("reason", "准许意见（公开）").of("release").area(&faults, &form.reason)}
                    <button>"准许"</button>)}
            </section>
        }
    });
    let cancel = page.may_write.then(|| {
        let Refused { form, faults } = typed("cancel");
        view! {
            <details class="card pad" open=!faults.is_empty()>
                <summary>"撤销公告"</summary>
                {form!(action, "form", {summary(&faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="form[act]" value="cancel"/>
                    {Field::new("reason", "撤销理由（公开）").of("cancel").area(&faults, &form.reason)}
                    <button class="stop">"撤销"</button>)}
            </details>
        }
    });
    view! { {edit} {plead} {release} {cancel} }
}

/// The form of a notice.
#[component]
pub fn NoticeEdit() -> impl IntoView {
    let id: Memo<Option<TenderNoticeId>> = path_key("id");
    let plan = query("plan");
    let draft = draft_key();
    let action = ServerAction::<SaveNotice>::new();
    let page = Resource::new(
        move || (id.get(), plan.get().parse::<PlanId>().ok(), draft.get()),
        |(id, plan, draft)| api::read_notice_form(id, plan, draft),
    );
    view! {
        <Title text="登记招标公告"/>
        <div class="page">
            <p class="small"><a href="/desk/notices">"招标公告登记"</a></p>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| edit(page, action))
                })}
            </Transition>
        </div>
    }
}

fn edit(page: NoticeFormPage, action: ServerAction<SaveNotice>) -> impl IntoView {
    let NoticeFormPage { id, out, form: Refused { form, faults }, lots, owners } = page;
    let title = if id.is_some() { "更正招标公告" } else { "登记招标公告" };
    let new = id.is_none();
    let chosen = form.lots.clone();
    // By key: after a refusal other lots stand here, and what was ticked must not stay
    // with the place where it stood.
    let tick = move |(key, name, earliest): (String, String, model::Day)| {
        let id = format!("lot-{}", key.replace('/', "-"));
        let ticked = chosen.contains_key(&key);
        view! {
            <div class="field tick">
                <input id=id.clone() type="checkbox" value="yes" checked=ticked name=format!("form[lots][{key}]")/>
                <label for=id>{name} <span class="soft small">{format!("公告最早 {earliest}")}</span></label>
            </div>
        }
    };
    let ticks =
        view! { <For each=move || lots.clone() key=|(key, ..)| key.clone() children=tick/> };
    let lot_fault = faults.of("lots").map(text::fault);
    let owner = (!owners.is_empty() && new).then(|| {
        let fault = faults.of("owner").map(text::fault);
        let options =
            owners.into_iter().map(|(key, name)| {
                let chosen = key == form.owner;
                view! { <option value=key selected=chosen>{name}</option> }
            });
        let options = options.collect_view();
        view! {
            <div class="field">
                <label for="f-owner">"招标人（公告没有对应计划时填）"</label>
                <select id="f-owner" name="form[owner]"><option value="">"请选择"</option>{options}</select>
                {fault.map(|f| view! { <p class="fault">{f}</p> })}
            </div>
        }
    });
    let prequalified = !form.prequal_from.is_empty() || !form.applications.is_empty();
    let reasons = named(ShortReason::ALL, ShortReason::key, ShortReason::name);
    let day = |name: &'static str, label: &'static str| Field::new(name, label).kind("date");
    view! {
        <h1>{title}</h1>
        {form!(action, "card pad form",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="form[key]" value=form.key.clone()/>
            <input type="hidden" name="id" value=id.map(|id| id.to_string()).unwrap_or_default()/>
            {out.then(|| Field::new("reason", "更正理由（公开）").area(&faults, &form.reason))}
            {Field::new("title", "公告名称").input(&faults, &form.title)}
            <fieldset>
                <legend>"对应的计划标段"</legend>
                {lot_fault.map(|f| view! { <p class="fault">{f}</p> })}
                {ticks}
            </fieldset>
            {owner}
            <div class="pair">
                {Field::new("code", "项目代码").optional().input(&faults, &form.code)}
                {Field::new("industry", "行业").select(&faults, &form.industry, named(Industry::ALL, Industry::key, Industry::name))}
                {Field::new("kind", "类别").select(&faults, &form.kind, named(LotKind::ALL, LotKind::key, LotKind::name))}
                {Field::new("method", "招标方式").select(&faults, &form.method, named(TenderMethod::ALL, TenderMethod::key, TenderMethod::name))}
                {Field::new("amount", "最高投标限价或估算价（万元）").kind("decimal").input(&faults, &form.amount)}
                {day("noticed", "公告日").input(&faults, &form.noticed)}
                {day("documents_from", "招标文件发售、下载自").input(&faults, &form.documents_from)}
                {day("documents_until", "至").input(&faults, &form.documents_until)}
                {day("clarified", "最近一次澄清、修改").optional().input(&faults, &form.clarified)}
                {day("deadline", "投标截止日").input(&faults, &form.deadline)}
                {day("evaluated", "收到评标报告").optional().input(&faults, &form.evaluated)}
                {day("publicity_from", "候选人公示自").optional().input(&faults, &form.publicity_from)}
                {day("publicity_until", "候选人公示至").optional().input(&faults, &form.publicity_until)}
            </div>
            <details open=prequalified>
                <summary>"资格预审（采用的填）"</summary>
                <div class="pair">
                    {day("prequal_from", "资格预审文件发售、下载自").optional().input(&faults, &form.prequal_from)}
                    {day("prequal_until", "资格预审文件至").optional().input(&faults, &form.prequal_until)}
                    {day("prequal_clarified", "最近一次澄清、修改资格预审文件").optional().input(&faults, &form.prequal_clarified)}
                    {day("applications", "资格预审申请截止日").optional().input(&faults, &form.applications)}
                </div>
            </details>
            {Field::new("supervisor_first", "以“监理单位已确定”为招标条件").check(&faults, form.supervisor_first == "yes")}
            <fieldset>
                <legend>"提前期不足时填"</legend>
                <div class="pair">
                    {Field::new("short_reason", "理由").optional().select(&faults, &form.short_reason, reasons)}
                    {Field::new("emergency", "抢险救灾认定的险情编号").optional().hint("已认定的，免予提前公开。").input(&faults, &form.emergency)}
                </div>
                {Field::new("short_words", "说明").optional().area(&faults, &form.short_words)}
            </fieldset>
            <button>"登记"</button>)}
    }
}
