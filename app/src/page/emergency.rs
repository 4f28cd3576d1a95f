//! One emergency whole, with what can be done now.

use super::{draft_key, loading, path_key, shown};
use crate::api::{
    self, AcceptEmergency, AcceptForm, ApiError, DetermineEmergency, DetermineForm, EmergencyPage,
    EndEmergency, MergeEmergency, OralForm, PublishFile, ReasonForm, RecordOralOrder,
    VerifyEmergency, VerifyForm,
};
use crate::part::field::{Field, summary};
use crate::part::files;
use crate::part::live::{Heard, awake, follow, old, steady};
use crate::part::state::{call_state, clock, stage, ticking, urgency};
use crate::part::{Token, facts, form, log, outcomes};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{EmergencyId, Faults, Urgency};
use policies::{Question, Weight};
use serde::de::DeserializeOwned;

/// The forms of the page, so that one draft finds its form.
#[derive(Clone, Copy)]
struct Actions {
    accept: ServerAction<AcceptEmergency>,
    end: ServerAction<EndEmergency>,
    merge: ServerAction<MergeEmergency>,
    verify: ServerAction<VerifyEmergency>,
    oral: ServerAction<RecordOralOrder>,
    determine: ServerAction<DetermineEmergency>,
    publish: ServerAction<PublishFile>,
}

/// A draft, whichever of the page's forms it is of.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Draft {
    fields: String,
    faults: Faults,
}

impl Draft {
    fn form<T: DeserializeOwned + Default>(&self) -> T {
        serde_json::from_str(&self.fields).unwrap_or_default()
    }
}

/// One emergency whole.
#[component]
pub fn EmergencyWhole() -> impl IntoView {
    let id: Memo<Option<EmergencyId>> = path_key("id");
    let draft = draft_key();
    let actions = Actions {
        accept: ServerAction::new(),
        end: ServerAction::new(),
        merge: ServerAction::new(),
        verify: ServerAction::new(),
        oral: ServerAction::new(),
        determine: ServerAction::new(),
        publish: ServerAction::new(),
    };
    let versions = move || {
        actions.accept.version().get()
            + actions.end.version().get()
            + actions.merge.version().get()
            + actions.verify.version().get()
            + actions.oral.version().get()
            + actions.determine.version().get()
            + actions.publish.version().get()
    };
    let (heard, grow) = signal(Heard::default());
    let (seen, set_seen) = signal(Heard::default());
    // Nothing that somebody is typing is taken from under their hands: while a form
    // is being filled in, the page only says that there is news.
    let typing = RwSignal::new(false);
    let news = RwSignal::new(false);
    Effect::new(move |_| {
        let seq = heard.get();
        if typing.get_untracked() {
            news.set(true);
        } else {
            set_seen.set(seq);
        }
    });
    Effect::new(move |_| {
        versions();
        typing.set(false);
        news.set(false);
    });
    let page = Resource::new(
        move || (id.get(), draft.get(), versions(), seen.get()),
        |(id, draft, ..)| async move {
            let page = api::read_emergency(id.ok_or(ApiError::NotFound)?).await?;
            let draft = match api::typed(draft).await? {
                Some((fields, faults)) => Draft { fields, faults },
                None => Draft::default(),
            };
            Ok::<_, ApiError>((page, draft))
        },
    );
    let after = awake(move || page.get()?.ok()?.0.seq);
    let lost = awake(move || matches!(page.get(), Some(Err(ApiError::Unreachable))));
    follow(after, lost, grow);
    let last = StoredValue::new(None);
    view! {
        <div on:input=move |_| typing.set(true)>
            {move || news.get().then(|| view! {
                <p class="news" role="status">
                    "这一件刚有更新。您填写的内容还在，提交时会核对；"
                    <button class="quiet" on:click=move |_| {
                        typing.set(false);
                        news.set(false);
                        set_seen.set(heard.get_untracked());
                    }>"现在刷新"</button>
                </p>
            })}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    let (answer, is_old) = steady(page.await, last);
                    view! { {old(is_old)} {shown(answer, move |(page, draft)| whole(page, draft, actions))} }
                })}
            </Transition>
        </div>
    }
}

fn whole(page: EmergencyPage, draft: Draft, actions: Actions) -> impl IntoView {
    let now = ticking(page.now);
    let card = page.card.clone();
    let forms = forms(&page, &draft, actions);
    let calls = page.calls.clone();
    view! {
        <Title text=card.title.clone()/>
        <article class="page">
            <p class="line">
                {urgency(card.urgency)} {stage(card.stage)}
                <span class="soft push">{card.number.clone()}</span>
                <a class="small" href=format!("/desk/dossiers/emergency/{}", card.id)>"项目档案"</a>
            </p>
            <h1>{card.title.clone()}</h1>
            <p class="soft">
                {format!("{} · {} · {}", card.district.name(), card.address, card.kind.name())}
                {(card.people_in_danger > 0)
                    .then(|| view! { <b class="alarm">{format!(" · {} 人遇险", card.people_in_danger)}</b> })}
            </p>
            {card.clock.map(|c| clock(c, now))}
            {outcomes!(
                actions.accept, actions.end, actions.merge, actions.verify, actions.oral,
                actions.determine, actions.publish
            )}
            {(page.acts.iter().any(|a| a == "convert")).then(|| {
                let href = format!("/desk/channels/new?emergency={}", page.card.id);
                view! { <p class="actions"><a class="button" href=href>"转绿色通道"</a></p> }
            })}
            {(page.acts.iter().any(|a| a == "call")).then(|| {
                // While a team is being asked or is there, a second one is the exception.
                let first = !calls.iter().any(|c| c.state.holds_team());
                let (class, name) = if first { ("button", "选派队伍") } else { ("button quiet", "再派一支队伍") };
                view! {
                    <p class="actions"><a class=class href=format!("/emergencies/{}/candidates", card.id)>{name}</a></p>
                }
            })}
            {page.no_call.filter(|_| card.stage != pool::emergency::Stage::Reported).map(|reason| view! {
                <p class="basis">{text::no_call(reason)}</p>
            })}
            {forms}
            <section class="card" id="calls" aria-labelledby="calls-title">
                <header><h2 id="calls-title">"调度"</h2></header>
                {calls.is_empty().then(|| view! { <p class="empty">"尚未派队。"</p> })}
                <ul>
                    {calls
                        .into_iter()
                        .map(|call| view! {
                            <li class="row">
                                <div class="line">
                                    {call_state(&call)}
                                    <a href=format!("/missions/{}", call.id)>{call.team_name.clone()}</a>
                                    <span class="push small">{format!("约 {} 分 · 第 {} 顺位", call.eta.0, call.rank)}</span>
                                </div>
                                {call.undelivered.clone().map(|why| view! { <p class="alarm small">{format!("未送达：{why}")}</p> })}
                                {call.clock.clone().map(|c| clock(c, now))}
                            </li>
                        })
                        .collect_view()}
                </ul>
            </section>
            {page
                .sections
                .into_iter()
                .map(|(title, items)| view! {
                    <section class="card"><header><h2>{title}</h2></header>{facts(items)}</section>
                })
                .collect_view()}
            {files::files(page.files, format!("/emergencies/{}", card.id), actions.publish)}
            <section class="card" aria-labelledby="log">
                <header><h2 id="log">"经过"</h2></header>
                {log(page.timeline)}
            </section>
        </article>
    }
}

/// What can be done now, each in its own form.
fn forms(page: &EmergencyPage, draft: &Draft, actions: Actions) -> impl IntoView + use<> {
    let id = page.card.id.to_string();
    let may = |act: &str| page.acts.iter().any(|a| a == act);
    let faults = &draft.faults;
    let urgencies: Vec<(String, String)> =
        Urgency::ALL.iter().map(|u| (u.key().to_owned(), u.name().to_owned())).collect();

    let accept = may("accept").then(|| {
        let form: AcceptForm = draft.form();
        let chosen =
            if form.urgency.is_empty() { page.card.urgency.key() } else { form.urgency.as_str() };
        view! {
            <section class="card pad" id="accept">
                <h2>"受理"</h2>
                {form!(actions.accept, "form", {summary(faults)}
                    <Token/>
                    <input type="hidden" name="id" value=id.clone()/>
                    {Field::new("urgency", "紧急程度").of("accept").select(faults, chosen, urgencies.clone())}
                    {Field::new("note", "备注").of("accept").optional().input(faults, &form.note)}
                    <button>"受理，通知核查"</button>)}
            </section>
        }
    });
    let verify = may("verify").then(|| verify_form(&id, draft, actions));
    let oral = may("oral").then(|| oral_form(&id, draft, actions));
    let determine = may("determine").then(|| determine_form(page, draft, actions));
    let merge = (may("merge") && !page.nearby.is_empty()).then(|| {
        let nearby = page.nearby.clone();
        view! {
            <section class="card pad">
                <h2>"附近的险情，可能是同一处"</h2>
                <ul>
                    {nearby
                        .into_iter()
                        .map(|other| view! {
                            <li class="line row">
                                <a href=format!("/emergencies/{}", other.id)>{format!("{} {}", other.number, other.title)}</a>
                                {form!(actions.merge, "push", <Token/>
                                    <input type="hidden" name="id" value=id.clone()/>
                                    <input type="hidden" name="into" value=other.id.to_string()/>
                                    <button class="quiet">"并入此件"</button>)}
                            </li>
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    });
    let ends = [
        ("control", "宣布险情控制", "险情控制后范围即锁定，新增工程须重新认定或招标。"),
        ("close", "归档", ""),
        ("dismiss", "不受理", "退回的理由会留存。"),
    ];
    let ends = ends
        .into_iter()
        .filter(|(act, ..)| may(act))
        .map(|(act, title, hint)| {
            let form: ReasonForm = draft.form();
            view! {
                <details class="card pad" id=act open=faults.of("reason").is_some()>
                    <summary>{title}</summary>
                    {form!(actions.end, "form", <Token/>
                        <input type="hidden" name="id" value=id.clone()/>
                        <input type="hidden" name="act" value=act/>
                        {Field::new("reason", "说明").of(act).hint(hint).area(faults, &form.reason)}
                        <button class="quiet">{title}</button>)}
                </details>
            }
        })
        .collect_view();
    view! { {accept} {merge} {verify} {oral} {determine} {ends} }
}

fn verify_form(id: &str, draft: &Draft, actions: Actions) -> impl IntoView + use<> {
    let form: VerifyForm = draft.form();
    let faults = &draft.faults;
    view! {
        <section class="card pad" id="verify">
            <h2>"现场核查"</h2>
            <p class="small soft">"两人到场；夜间第二人可视频见证。"</p>
            {form!(actions.verify, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id.to_owned()/>
                {Field::new("on_site", "到场时间").of("verify").kind("datetime-local").input(faults, &form.on_site)}
                {Field::new("second", "第二核查人").of("verify").input(faults, &form.second)}
                {Field::new("remote", "第二人通过视频见证").of("verify").check(faults, form.remote == "yes")}
                {Field::new("findings", "核查情况").of("verify").area(faults, &form.findings)}
                {Field::new("scope", "特定受损范围").of("verify").hint("如：K66+280 至 K66+340 路基及上边坡。后续工程只能在此范围内。").area(faults, &form.scope)}
                <button>"提交核查"</button>)}
        </section>
    }
}

fn oral_form(id: &str, draft: &Draft, actions: Actions) -> impl IntoView + use<> {
    let form: OralForm = draft.form();
    let faults = &draft.faults;
    let fields = ["commander", "channel", "given", "words"];
    let mine = fields.iter().any(|field| faults.of(field).is_some());
    view! {
        <details class="card pad" id="oral" open=mine>
            <summary>"记录口头令（特急）"</summary>
            <p class="small soft">"口头令开启暂定认定，可先派队；须在时限内书面确认（" <a href="/rules?q=clock.oral_order">"时限"</a> "）。"</p>
            {form!(actions.oral, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id.to_owned()/>
                {Field::new("commander", "下令人及职务").of("oral").input(faults, &form.commander)}
                {Field::new("channel", "下令电话或电台").of("oral").input(faults, &form.channel)}
                {Field::new("given", "下令时间").of("oral").kind("datetime-local").input(faults, &form.given)}
                {Field::new("words", "口头令原话").of("oral").area(faults, &form.words)}
                <button>"记录口头令"</button>)}
        </details>
    }
}

fn determine_form(page: &EmergencyPage, draft: &Draft, actions: Actions) -> impl IntoView + use<> {
    let form: DetermineForm = draft.form();
    let faults = &draft.faults;
    let id = page.card.id.to_string();
    let question = |q: &Question| {
        let yes = format!("yes.{}", q.id);
        let ticked = form.yes.get(&q.id).is_some_and(|v| v == "yes");
        let name = format!("yes][{}", q.id);
        let fault = faults.of(&yes).map(text::fault);
        let basis = format!("{}　{}", q.standing.name(), q.source.line());
        let reason = (q.weight == Weight::Warn).then(|| {
            let typed = form.reasons.get(&q.id).cloned().unwrap_or_default();
            let fault = faults.of(&format!("reasons.{}", q.id)).map(text::fault);
            view! {
                <label class="small" for=format!("r-{}", q.id)>"有此情形仍要认定的理由"</label>
                <input id=format!("r-{}", q.id) name=format!("form[reasons][{}]", q.id) value=typed autocomplete="off"/>
                {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
            }
        });
        view! {
            <div class="field tick">
                <input id=format!("q-{}", q.id) name=format!("form[{name}]") type="checkbox" value="yes" checked=ticked/>
                <label for=format!("q-{}", q.id)>{q.text.clone()}</label>
                {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
                {reason}
                <p class="basis">{basis}</p>
            </div>
        }
    };
    let conditions =
        page.questions.iter().filter(|q| q.weight == Weight::Block).map(&question).collect_view();
    let references =
        page.questions.iter().filter(|q| q.weight == Weight::Warn).map(&question).collect_view();
    view! {
        <section class="card pad" id="determine">
            <h2>"认定"</h2>
            {form!(actions.determine, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id/>
                <fieldset>
                    <legend>"三个条件，须同时具备"</legend>
                    {conditions}
                </fieldset>
                <fieldset>
                    <legend>"参考：他市规定不得按抢险救灾办理的情形，有则勾选"</legend>
                    {references}
                </fieldset>
                {Field::new("authority", "认定机关").of("determine").hint(&page.authority_hint).input(faults, &form.authority)}
                {Field::new("document", "文号").of("determine").input(faults, &form.document)}
                {Field::new("why", "为何不适宜招标（不予认定的，写明理由）").of("determine").hint("招标投标法第六十六条").area(faults, &form.why)}
                {Field::new("scope", "工程范围").of("determine").hint("不得超出核查确认的特定受损范围。").area(faults, &form.scope)}
                <div class="pair">
                    {Field::new("ceiling", "费用上限（万元）").of("determine").kind("decimal").input(faults, &form.ceiling)}
                    {Field::new("finish", "计划完工日").of("determine").kind("date").input(faults, &form.finish)}
                </div>
                <p class="actions">
                    <button name="granted" value="yes">"认定为抢险救灾工程"</button>
                    <button name="granted" value="no" class="stop">"不予认定"</button>
                </p>)}
        </section>
    }
}
