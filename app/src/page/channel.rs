//! `/desk/channels/:id`: one case of the green channel.

use super::channels::{stage, urgency};
use super::rules::by_law;
use super::{draft_key, loading, path_key, shown};
use crate::api::{
    self, ActOnChannel, ActOnTask, ApiError, ChannelActForm, ChannelPage, PaperLine, PostForm,
    PublishFile, Refused, SayInChannel, TaskForm, TaskLine,
};
use crate::part::field::{Field, summary};
use crate::part::route::route;
use crate::part::state::{badge, clock, ticking};
use crate::part::{Token, facts_of, files, form, outcomes};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{ChannelId, DraftId, Faults, Moment};
use policies::Course;
use policies::channel::{Act, Approval, Channel, Decision, Origin, Post, PostKind, TaskState};

/// What the forms of the page were refused with: one draft, read as each of them.
type Drafts = (Refused<ChannelActForm>, Refused<TaskForm>, Refused<PostForm>);

/// The forms of the page.
#[derive(Clone, Copy)]
struct Forms {
    act: ServerAction<ActOnChannel>,
    task: ServerAction<ActOnTask>,
    say: ServerAction<SayInChannel>,
    file: ServerAction<PublishFile>,
}

async fn read(
    id: Option<ChannelId>,
    draft: Option<DraftId>,
) -> Result<(ChannelPage, Drafts), ApiError> {
    let page = api::read_channel(id.ok_or(ApiError::NotFound)?).await?;
    let act: Refused<ChannelActForm> = api::refused(draft.clone()).await?;
    let task: Refused<TaskForm> = api::refused(draft.clone()).await?;
    let say: Refused<PostForm> = api::refused(draft).await?;
    Ok((page, (act, task, say)))
}

/// One case of the green channel.
#[component]
pub fn ChannelWhole() -> impl IntoView {
    let id: Memo<Option<ChannelId>> = path_key("id");
    let draft = draft_key();
    let forms = Forms {
        act: ServerAction::new(),
        task: ServerAction::new(),
        say: ServerAction::new(),
        file: ServerAction::new(),
    };
    let page = Resource::new(
        move || {
            let sent = forms.act.version().get()
                + forms.task.version().get()
                + forms.say.version().get()
                + forms.file.version().get();
            (id.get(), draft.get(), sent)
        },
        |(id, draft, _)| read(id, draft),
    );
    view! {
        <Title text="绿色通道"/>
        <div class="page">
            <p class="small"><a href="/desk/channels">"绿色通道"</a></p>
            {outcomes!(forms.act, forms.task, forms.say, forms.file)}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, drafts)| whole(page, drafts, forms))
                })}
            </Transition>
        </div>
    }
}

fn whole(page: ChannelPage, drafts: Drafts, forms: Forms) -> impl IntoView {
    let (act, task, say) = drafts;
    let now = ticking(page.now);
    let today = page.now.day();
    let channel = page.channel.clone();
    let clocks = page.clocks.clone().into_iter().map(|c| clock(c, now)).collect_view();
    let plan = page.plan.as_ref().map(|plan| {
        let drawn = route(plan, today);
        view! { <section class="card pad" aria-labelledby="plan"><h2 id="plan">"办理路线"</h2>{drawn}</section> }
    });
    let first = acts(&page, &act, forms.act, true);
    let rest = acts(&page, &act, forms.act, false);
    let tasks = tasks(&page, &task, forms.task, now);
    let papers = papers(&page, &act, forms.act);
    let thread = thread(&page, &say, forms.say);
    let notice = page.notice.clone().map(|line| {
        view! {
            <section class="card" aria-labelledby="notice">
                <header><h2 id="notice">"招标公告"</h2></header>
                <ul>{super::notices::row(line)}</ul>
            </section>
        }
    });
    let brought = page.brought.clone().map(|brought| {
        let links = brought.files.into_iter().map(|file| {
            let href = format!("/files/{}", file.id);
            view! { <li class="row"><a rel="external" href=href>{file.name}</a></li> }
        });
        let links = links.collect_view();
        view! {
            <section class="card" aria-labelledby="brought">
                <header><h2 id="brought">"险情带来的照片和材料"</h2></header>
                <ul>{links}</ul>
            </section>
        }
    });
    view! {
        <h1>{channel.application.project.clone()}</h1>
        <p class="line">
            {stage(channel.stage)} <b>{channel.number.clone()}</b>
            <span class="small soft">{channel.owner_name.clone()}</span> {origin(&channel.origin)}
            <a class="push small" href=format!("/desk/dossiers/channel/{}", channel.id)>"项目档案"</a>
        </p>
        {clocks}
        {first}
        {plan}
        {tasks}
        {papers}
        {notice}
        {said(&page)}
        {decisions(&page)}
        {thread}
        {rest}
        {files::files(page.files.clone(), String::new(), forms.file)}
        {brought}
        <p class="small soft">{by_law(&page.law)}</p>
    }
}

fn origin(origin: &Origin) -> impl IntoView + use<> {
    let href = match origin {
        Origin::New => None,
        Origin::Emergency { id, .. } => Some(format!("/emergencies/{id}")),
        Origin::Plan { id, .. } => Some(format!("/desk/plans/{id}")),
    };
    let words = origin.words();
    match href {
        Some(href) => view! { <a class="small" href=href>{words}</a> }.into_any(),
        None => view! { <span class="small soft">{words}</span> }.into_any(),
    }
}

fn said(page: &ChannelPage) -> impl IntoView + use<> {
    let a = &page.channel.application;
    let mut lines = vec![
        ("情形".to_owned(), format!("{}（{}）", a.ground.name(), page.ground_basis)),
        ("为什么急".to_owned(), a.why.clone()),
        ("地点".to_owned(), format!("{} {}", a.district.name(), a.place)),
        ("行业、类别".to_owned(), format!("{} · {}", a.industry.name(), a.kind.name())),
        ("资金来源".to_owned(), a.funding.name().to_owned()),
        ("申请范围".to_owned(), a.scope.clone()),
        ("申请限价".to_owned(), format!("{} 元", a.ceiling)),
        ("申请期限".to_owned(), format!("至 {}", a.ends)),
    ];
    if let Some(code) = &a.code {
        lines.push(("项目代码".to_owned(), code.as_str().to_owned()));
    }
    if let Some(terms) = &page.channel.terms {
        lines.push(("核定范围".to_owned(), terms.scope.clone()));
        lines.push(("核定限价".to_owned(), format!("{} 元", terms.ceiling)));
        lines.push(("核定期限".to_owned(), format!("至 {}", terms.ends)));
    }
    if let Some(contract) = &page.channel.contract {
        lines.push((
            "合同".to_owned(),
            format!("{} 与 {} 签订，{} 元", contract.signed, contract.firm, contract.amount),
        ));
    }
    let opinion = match &page.channel.opinion {
        Some(o) => {
            let word = if o.agrees { "同意" } else { "不同意" };
            format!("{} {} {word}：{}", o.at.stamp(), o.org_name, o.words)
        }
        None => format!("{}尚未出具", page.department),
    };
    lines.push(("部门意见".to_owned(), opinion));
    view! {
        <section class="card" aria-labelledby="said">
            <header><h2 id="said">"申请内容"</h2></header>
            {facts_of(lines)}
        </section>
    }
}

fn decisions(page: &ChannelPage) -> impl IntoView + use<> {
    let names = page.names.clone();
    let rows = page
        .channel
        .decisions
        .iter()
        .rev()
        .map(|decision| {
            let Decision { at, by, act, reason, terms, law } = decision.clone();
            let who = by.and_then(|by| names.get(&by).cloned()).unwrap_or_else(|| "系统按规则".into());
            let terms = terms.map(|t| format!("限价 {} 元，至 {}；范围：{}", t.ceiling, t.ends, t.scope));
            view! {
                <li class="row">
                    <div class="line"><b>{act.name()}</b> <span class="push small soft">{format!("{} {who}", at.stamp())}</span></div>
                    <p>{reason}</p>
                    {terms.map(|t| view! { <p class="small soft">{t}</p> })}
                    {(!law.is_empty()).then(|| view! { <p class="small soft">{by_law(&law)}</p> })}
                </li>
            }
        })
        .collect_view();
    (!page.channel.decisions.is_empty()).then(|| {
        view! {
            <section class="card" aria-labelledby="decisions">
                <header><h2 id="decisions">"决定"</h2></header>
                <ul>{rows}</ul>
            </section>
        }
    })
}

/// Whether an act takes a case on its way; the others stand at the end of the page.
const fn goes_on(act: Act) -> bool {
    !matches!(act, Act::Suspend | Act::Extend | Act::Revoke | Act::Withdraw)
}

/// The forms that are open to the visitor, each folded by itself.
fn acts(
    page: &ChannelPage,
    refused: &Refused<ChannelActForm>,
    action: ServerAction<ActOnChannel>,
    first: bool,
) -> impl IntoView + use<> {
    let folded = page
        .may
        .iter()
        .copied()
        .filter(|act| goes_on(*act) == first)
        .filter(|act| !matches!(act, Act::Edit | Act::Supply | Act::Check | Act::Expire))
        .map(|act| {
            let mine = refused.form.act == act.key() && !refused.faults.is_empty();
            let none = Faults::new();
            let (form_said, faults) = if mine {
                (refused.form.clone(), &refused.faults)
            } else {
                (fresh(act, &page.channel), &none)
            };
            let fields = fields(act, page, &form_said, faults);
            let awaited = matches!(act, Act::Opine | Act::Grant);
            let class = if matches!(act, Act::Refuse | Act::Revoke | Act::Suspend | Act::Withdraw) {
                "stop"
            } else {
                ""
            };
            let body = form!(action, "form",
                {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=page.channel.id.to_string()/>
                <input type="hidden" name="form[act]" value=act.key()/>
                <input type="hidden" name="form[seen]" value=page.channel.applied.ms().to_string()/>
                {fields}
                <button class=class>{act.name()}</button>);
            view! {
                <details class="card pad" id=act.key() open=mine || awaited>
                    <summary>{act.name()}</summary>
                    {body}
                </details>
            }
        })
        .collect_view();
    let edit = (first && page.may.contains(&Act::Edit)).then(|| {
        let href = format!("/desk/channels/{}/edit", page.channel.id);
        view! { <p class="actions"><a class="button" href=href>"修改申请，再次提交"</a></p> }
    });
    let notice = (first && page.may.contains(&Act::Link)).then(|| {
        view! { <p class="actions"><a class="button quiet" href="/desk/notices/new">"登记招标公告"</a></p> }
    });
    view! { {edit} {folded} {notice} }
}

/// What a form begins with.
fn fresh(act: Act, channel: &Channel) -> ChannelActForm {
    let mut form = ChannelActForm::default();
    if matches!(act, Act::Grant | Act::Extend) {
        let (scope, ceiling, ends) = match &channel.terms {
            Some(terms) => (terms.scope.clone(), terms.ceiling, terms.ends),
            None => {
                let a = &channel.application;
                (a.scope.clone(), a.ceiling, a.ends)
            }
        };
        form.scope = scope;
        form.ceiling = ceiling.wan();
        form.ends = ends.to_string();
    }
    form
}

fn fields(
    act: Act,
    page: &ChannelPage,
    said: &ChannelActForm,
    faults: &Faults,
) -> impl IntoView + use<> {
    let of = act.key();
    let reason = |label: &'static str, hint: &'static str| {
        Field::new("reason", label).of(of).hint(hint).area(faults, &said.reason)
    };
    let terms = || {
        view! {
            {Field::new("scope", "范围").of(of).area(faults, &said.scope)}
            <div class="pair">
                {Field::new("ceiling", "最高限价（万元）").of(of).kind("decimal").input(faults, &said.ceiling)}
                {Field::new("ends", "最后一天").of(of).kind("date").input(faults, &said.ends)}
            </div>
        }
    };
    match act {
        Act::Opine => {
            let choices = [("yes".to_owned(), "同意".to_owned()), ("no".to_owned(), "不同意".to_owned())];
            view! {
                {Field::new("agrees", "意见").of(of).select(faults, &said.agrees, choices.to_vec())}
                {reason("理由", "写清紧急程度、范围和限价是否合适。")}
            }
            .into_any()
        }
        Act::Grant => {
            let orgs = page.channel.approvals().map(|approval| approver(approval, page, said, faults)).collect_view();
            view! {
                {terms()}
                {orgs}
                {reason("决定理由", "")}
            }
            .into_any()
        }
        Act::Extend => view! { {terms()} {reason("变更理由", "扩大范围、提高限价、延长期限都须写明。")} }.into_any(),
        Act::Refuse => reason("需要改什么", "写清改哪一项、怎样改后可再申请；不适用绿色通道的，写明应走哪条路。").into_any(),
        Act::Link => view! {
            {Field::new("number", "招标公告登记号").of(of).hint("如 ZB-2026-000017；公告先在招标公告登记。").input(faults, &said.number)}
        }
        .into_any(),
        Act::Award => view! {
            {Field::new("day", "中标通知书发出日").of(of).kind("date").input(faults, &said.day)}
        }
        .into_any(),
        Act::Contract => view! {
            <div class="pair">
                {Field::new("day", "合同签订日").of(of).kind("date").input(faults, &said.day)}
                {Field::new("amount", "合同价（万元）").of(of).kind("decimal").input(faults, &said.amount)}
            </div>
            {Field::new("firm", "中标人").of(of).input(faults, &said.firm)}
        }
        .into_any(),
        _ => reason("理由", "").into_any(),
    }
}

fn approver(
    approval: Approval,
    page: &ChannelPage,
    said: &ChannelActForm,
    faults: &Faults,
) -> impl IntoView + use<> {
    let name = format!("orgs][{}", approval.key());
    let shown = crate::part::field::nested(faults, &format!("orgs.{}", approval.key()), &name);
    let usual = page.usual.get(approval.key()).cloned().unwrap_or_default();
    let value = said.orgs.get(approval.key()).cloned().unwrap_or(usual);
    let label = format!("{}由谁办", approval.step().name());
    Field::new(&name, &label).of("grant").select(&shown, &value, page.approvers.clone())
}

/// Statute and promise side by side.
pub(super) fn two_clocks(course: &Course) -> impl IntoView + use<> {
    let line = |name: &str, leg: &policies::Leg| {
        let due = leg.due.map_or_else(|| "暂停计时".to_owned(), |due| due.day().to_string());
        let standing = leg.days.standing.name();
        format!("{name} {}，至 {due}，{}（{standing}）", leg.amount(), leg.stands())
    };
    let statutory = line("最长", &course.statutory);
    let promised = course.promised.as_ref().map(|leg| line("承诺", leg));
    view! {
        {promised.map(|p| view! { <p class="small">{p}</p> })}
        <p class="small soft">{statutory}</p>
    }
}

fn tasks(
    page: &ChannelPage,
    refused: &Refused<TaskForm>,
    action: ServerAction<ActOnTask>,
    now: ReadSignal<Moment>,
) -> impl IntoView + use<> {
    let rows = page.tasks.iter().map(|line| task(page, line, refused, action, now)).collect_view();
    (!page.tasks.is_empty()).then(|| {
        view! {
            <section class="card" id="tasks" aria-labelledby="tasks-head">
                <header><h2 id="tasks-head">"并联审批"</h2><a class="small" href="/desk/supervision">"督办"</a></header>
                <ul>{rows}</ul>
            </section>
        }
    })
}

fn task(
    page: &ChannelPage,
    line: &TaskLine,
    refused: &Refused<TaskForm>,
    action: ServerAction<ActOnTask>,
    now: ReadSignal<Moment>,
) -> impl IntoView + use<> {
    let key = line.task.approval.key();
    let mine = refused.where_typed(refused.form.approval == key);
    let typed = |act: &str| mine.where_typed(mine.form.act == act);
    let state = match &line.task.state {
        TaskState::Open => format!("{} 起办理", line.task.since.stamp()),
        TaskState::Done { at, document, .. } => format!("{} 批准，{document}", at.stamp()),
        TaskState::Returned { at, remark, .. } => format!("{} 退回：{remark}", at.stamp()),
    };
    let badge = match &line.task.state {
        TaskState::Returned { .. } => badge("danger", "已退回").into_any(),
        _ => urgency(line.urgency).into_any(),
    };
    let hidden = |act: &'static str| {
        view! {
            <input type="hidden" name="id" value=page.channel.id.to_string()/>
            <input type="hidden" name="form[approval]" value=key/>
            <input type="hidden" name="form[act]" value=act/>
        }
    };
    let give = line.may_give.then(|| {
        let Refused { form: said, faults } = typed("give");
        let open = !faults.is_empty();
        let body = form!(action, "form",
            {summary(&faults)} <Token/> {hidden("give")}
            {Field::new("document", "批准文号").of(key).input(&faults, &said.document)}
            <button>"批准"</button>);
        view! { <details id=format!("give-{key}") open=open><summary>"批准"</summary>{body}</details> }
    });
    let back = line.may_give.then(|| {
        let Refused { form: said, faults } = typed("return");
        let open = !faults.is_empty();
        let of = format!("{key}-return");
        let body = form!(action, "form",
            {summary(&faults)} <Token/> {hidden("return")}
            {Field::new("reason", "需要补正的内容").of(&of).area(&faults, &said.reason)}
            <button class="stop">"退回补正"</button>);
        view! { <details id=format!("return-{key}") open=open><summary>"退回补正"</summary>{body}</details> }
    });
    let again = line.may_resubmit.then(|| {
        let Refused { form: said, faults } = typed("resubmit");
        let open = !faults.is_empty();
        let of = format!("{key}-again");
        let body = form!(action, "form",
            {summary(&faults)} <Token/> {hidden("resubmit")}
            {Field::new("reason", "补正说明").of(&of).area(&faults, &said.reason)}
            <button>"补正后再次提交"</button>);
        view! { <details id=format!("resubmit-{key}") open=open><summary>"补正后再次提交"</summary>{body}</details> }
    });
    view! {
        <li class="row">
            <div class="line">
                {badge} <b>{line.task.approval.step().name()}</b>
                <span class="small soft">{line.task.org_name.clone()}</span>
                <span class="push small">{state}</span>
            </div>
            {line.clock.clone().map(|c| clock(c, now))}
            {line.course.as_ref().map(two_clocks)}
            {give} {back} {again}
        </li>
    }
}

fn papers(
    page: &ChannelPage,
    refused: &Refused<ChannelActForm>,
    action: ServerAction<ActOnChannel>,
) -> impl IntoView + use<> {
    let rows = page.papers.iter().map(|line| paper(page, line, refused, action)).collect_view();
    view! {
        <section class="card" id="supply" aria-labelledby="papers">
            <header><h2 id="papers">"材料"</h2></header>
            <ul id="check">{rows}</ul>
        </section>
    }
}

fn paper(
    page: &ChannelPage,
    line: &PaperLine,
    refused: &Refused<ChannelActForm>,
    action: ServerAction<ActOnChannel>,
) -> impl IntoView + use<> {
    let mine = refused.where_typed(refused.form.paper == line.paper);
    let typed = |act: &str| mine.where_typed(mine.form.act == act);
    let tone = match line.state.0.as_str() {
        _ if line.late => "danger",
        "here" | "supplied" | "kept" => "done",
        "false" => "danger",
        "missing" | "pledged" | "parallel" => "due",
        _ => "plain",
    };
    let word = if line.late { format!("{} · 逾期", line.state.1) } else { line.state.1.clone() };
    let hidden = |act: &'static str| {
        view! {
            <input type="hidden" name="id" value=page.channel.id.to_string()/>
            <input type="hidden" name="form[act]" value=act/>
            <input type="hidden" name="form[paper]" value=line.paper.clone()/>
        }
    };
    let of = line.paper.clone();
    let supply = line.may_supply.then(|| {
        let Refused { form: said, faults } = typed("supply");
        let open = !faults.is_empty();
        let body = form!(action, "form",
            {summary(&faults)} <Token/> {hidden("supply")}
            {Field::new("number", "文号或材料名称").of(&of).input(&faults, &said.number)}
            <button>"补齐"</button>);
        view! { <details open=open><summary>"补齐"</summary>{body}</details> }
    });
    let check = line.may_check.then(|| {
        let choices = [("yes".to_owned(), "属实".to_owned()), ("no".to_owned(), "不实".to_owned())];
        let Refused { form: said, faults } = typed("check");
        let open = !faults.is_empty();
        let body = form!(action, "form",
            {summary(&faults)} <Token/> {hidden("check")}
            {Field::new("agrees", "核查结果").of(&of).select(&faults, &said.agrees, choices.to_vec())}
            {Field::new("reason", "核查情况").of(&of).hint("不实的，系统建议记入信用记录，当事人可陈述申辩，由人决定。").area(&faults, &said.reason)}
            <button>"记录核查"</button>);
        view! { <details open=open><summary>"核查承诺"</summary>{body}</details> }
    });
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, word)} <b>{line.name.clone()}</b>
                <span class="small">{line.words.clone()}</span>
                {line.by.map(|by| view! { <span class="push small">{format!("最迟 {by}")}</span> })}
            </div>
            {supply} {check}
        </li>
    }
}

fn thread(
    page: &ChannelPage,
    refused: &Refused<PostForm>,
    action: ServerAction<SayInChannel>,
) -> impl IntoView + use<> {
    let none = page.posts.is_empty();
    let rows = page.posts.iter().map(|p| post(page, p)).collect_view();
    let said = refused.form.clone();
    let faults = refused.faults.clone();
    let about: Vec<(String, String)> = page
        .tasks
        .iter()
        .map(|t| (t.task.approval.key().to_owned(), t.task.approval.step().name().to_owned()))
        .collect();
    let open: Vec<(String, String)> = page
        .posts
        .iter()
        .filter(|p| matches!(p.kind, PostKind::Question | PostKind::Urge))
        .filter(|p| !page.posts.iter().any(|a| a.answers.as_deref() == Some(&p.id)))
        .map(|p| (p.id.clone(), p.text.chars().take(30).collect::<String>()))
        .collect();
    let mut kinds = vec![("question".to_owned(), "提问".to_owned())];
    if !open.is_empty() {
        kinds.push(("answer".to_owned(), "答复".to_owned()));
    }
    if page.may_urge {
        kinds.push(("urge".to_owned(), "督办".to_owned()));
    }
    let usual = if page.may_urge {
        "urge"
    } else if open.is_empty() {
        "question"
    } else {
        "answer"
    };
    // Where nothing was chosen, that is said of the field, and nothing is chosen for anybody.
    let kind = match faults.is_empty() {
        true => usual.to_owned(),
        false => said.kind.clone(),
    };
    let answers = if said.answers.is_empty() {
        open.first().map(|(id, _)| id.clone()).unwrap_or_default()
    } else {
        said.answers.clone()
    };
    let id = page.channel.id.to_string();
    let write = page.may_talk.then(|| {
        form!(action, "form pad",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="id" value=id/>
            <div class="pair">
                {Field::new("kind", "这是").of("say").select(&faults, &kind, kinds)}
                {(!about.is_empty()).then(|| Field::new("about", "关于").of("say").optional().select(&faults, &said.about, about))}
                {(!open.is_empty()).then(|| Field::new("answers", "答复哪一条").of("say").optional().select(&faults, &answers, open))}
            </div>
            {Field::new("text", "内容").of("say").area(&faults, &said.text)}
            <button class="quiet">"发送"</button>)
    });
    view! {
        <section class="card" id="thread" aria-labelledby="thread-head">
            <header><h2 id="thread-head">"问答与督办"</h2></header>
            {none.then(|| view! { <p class="empty">"还没有。"</p> })}
            <ul>{rows}</ul>
            {write}
        </section>
    }
}

fn post(page: &ChannelPage, post: &Post) -> impl IntoView + use<> {
    let tone = match post.kind {
        PostKind::Overdue => "danger",
        PostKind::Urge | PostKind::Nearly => "due",
        PostKind::Question | PostKind::Answer => "plain",
    };
    let who = post.by.as_ref().and_then(|by| page.names.get(by).cloned());
    let who = who.unwrap_or_else(|| post.from.clone());
    let about = post.about.map(|a| view! { <span class="small">{a.step().name()}</span> });
    let quoted = post.answers.as_ref().and_then(|id| {
        let asked = page.posts.iter().find(|p| p.id == *id)?;
        Some(view! { <p class="small soft">{format!("答：{}", asked.text)}</p> })
    });
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, post.kind.name())} {about}
                <span class="push small soft">{format!("{} {who}", post.at.stamp())}</span>
            </div>
            {quoted}
            <p>{post.text.clone()}</p>
        </li>
    }
}
