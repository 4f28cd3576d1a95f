//! A firm's calls and teams, one call on the phone, and the call that a link opens.

use super::{draft_key, loading, path_key, query, shown};
use crate::api::{
    self, Answer, AnswerByToken, AnswerForm, ApiError, CallPage, CallView, ContractForm, Evaluate,
    EvaluateForm, Inspect, MissionsPage, PhoneAnswer, PhoneAnswerForm, Progress, ProgressForm,
    PublishFile, ReasonForm, Recall, RecordContract, RecordSettlement, Refused, ReportTeam,
    SettlementForm, TeamForm, TeamView,
};
use crate::part::alarm::alarm;
use crate::part::field::{Field, summary};
use crate::part::files;
use crate::part::live::awake;
use crate::part::locate::PlaceFields;
use crate::part::queue::{put_off, sent};
use crate::part::state::{badge, call_state, clock, ticking, urgency};
use crate::part::{Token, facts, form, log, outcome, outcomes};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{DispatchId, Faults, Pricing};
use pool::score::Veto;
use pool::team::Availability;

/// A firm's calls and teams.
#[component]
pub fn Missions() -> impl IntoView {
    let (draft, team) = (draft_key(), query("team"));
    let action = ServerAction::<ReportTeam>::new();
    let tick = polled();
    let page = Resource::new(
        move || (draft.get(), action.version().get(), tick.get()),
        |(draft, ..)| async move {
            let page = api::missions().await?;
            Ok::<_, ApiError>((page, api::refused::<TeamForm>(draft).await?))
        },
    );
    let waiting = awake(move || {
        let page = page.get().and_then(Result::ok);
        page.map_or(0, |(page, _)| {
            page.calls.iter().filter(|c| c.acts.iter().any(|a| a == "answer")).count()
        })
    });
    view! {
        <Title text="任务与队伍"/>
        <p class="page tools">{alarm(waiting, "新调度")}</p>
        <Transition fallback=loading>
            {move || Suspend::new(async move {
                let team = team.get_untracked();
                shown(page.await, move |(page, refused)| firm(page, refused, team, action))
            })}
        </Transition>
    }
}

/// How often a firm's page is read again by itself.
#[cfg(feature = "hydrate")]
const POLL: std::time::Duration = std::time::Duration::from_secs(20);

/// Counts up from time to time, except while somebody is filling something in. On a
/// bad line this is kinder than a feed that breaks again and again.
fn polled() -> ReadSignal<u32> {
    let (tick, set_tick) = signal(0);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let again = move || {
            let typing = document()
                .active_element()
                .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            if !typing {
                set_tick.update(|n| *n += 1);
            }
        };
        if let Ok(timer) = set_interval_with_handle(again, POLL) {
            on_cleanup(move || timer.clear());
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = set_tick;
    tick
}

fn firm(
    page: MissionsPage,
    refused: Refused<TeamForm>,
    team: String,
    action: ServerAction<ReportTeam>,
) -> impl IntoView {
    let now = ticking(page.now);
    let empty = page.calls.is_empty();
    view! {
        <div class="page">
            <h1>{page.firm}</h1>
            {outcome(action.value())}
            <section class="card" aria-labelledby="calls">
                <header><h2 id="calls">"调度单"</h2></header>
                {empty.then(|| view! { <p class="empty">"没有调度单。收到调度时，会有短信和来电。"</p> })}
                <ul>
                    {page
                        .calls
                        .into_iter()
                        .map(|call| view! {
                            <li class="row">
                                <div class="line">
                                    {urgency(call.urgency)} {call_state(&call)}
                                    <a class="title" href=format!("/missions/{}", call.id)>{call.title.clone()}</a>
                                </div>
                                <p class="small soft">{format!("{} · {} · {}", call.number, call.team_name, call.address)}</p>
                                {call.clock.map(|c| clock(c, now))}
                            </li>
                        })
                        .collect_view()}
                </ul>
            </section>
            {page
                .teams
                .into_iter()
                .map(|t| {
                    let mine = t.id.as_str() == team;
                    let refused = if mine { refused.clone() } else { Refused::default() };
                    team_card(t, refused, action)
                })
                .collect_view()}
        </div>
    }
}

fn team_card(
    team: TeamView,
    refused: Refused<TeamForm>,
    action: ServerAction<ReportTeam>,
) -> impl IntoView {
    let Refused { form, faults } = refused;
    let chosen =
        if form.availability.is_empty() { team.availability.key() } else { &form.availability };
    let choices: Vec<(String, String)> =
        Availability::ALL.iter().map(|a| (a.key().to_owned(), a.name().to_owned())).collect();
    let tone = if team.availability == Availability::Ready { "done" } else { "plain" };
    let form_id = team.id.to_string();
    let fix = team.fix.map_or("未上报位置，按驻地计算".to_owned(), |(_, at)| {
        format!("位置更新于 {}", at.stamp())
    });
    view! {
        <section class="card" id=team.id.to_string()>
            <header>
                <h2>{team.name}</h2>
                {badge(tone, team.availability.name())}
                <span class="small soft">{format!("自 {}", team.since.stamp())}</span>
            </header>
            <div class="pad">
                <p class="small soft">{format!("{} · {} · {} 人 · {fix}", team.base, team.machines, team.people)}</p>
                {team.held_by.map(|held| view! { <p class="small">{format!("执行中：{held}")}</p> })}
                {form!(action, "form inline", <Token/>
                    <input type="hidden" name="id" value=team.id.to_string()/>
                    {Field::new("availability", "状态").of(&form_id).select(&faults, chosen, choices)}
                    {PlaceFields { form: &form_id, lon: &form.lon, lat: &form.lat, datum: None, required: false, map: false }.fields(&faults)}
                    <button class="quiet">"更新"</button>)}
            </div>
        </section>
    }
}

#[derive(Clone, Copy)]
struct Actions {
    answer: ServerAction<Answer>,
    progress: ServerAction<Progress>,
    recall: ServerAction<Recall>,
    phone: ServerAction<PhoneAnswer>,
    inspect: ServerAction<Inspect>,
    evaluate: ServerAction<Evaluate>,
    publish: ServerAction<PublishFile>,
    contract: ServerAction<RecordContract>,
    settle: ServerAction<RecordSettlement>,
}

/// One call, for the team and for the duty desk.
#[component]
pub fn Mission() -> impl IntoView {
    let id: Memo<Option<DispatchId>> = path_key("id");
    let draft = draft_key();
    let actions = Actions {
        answer: ServerAction::new(),
        progress: ServerAction::new(),
        recall: ServerAction::new(),
        phone: ServerAction::new(),
        inspect: ServerAction::new(),
        evaluate: ServerAction::new(),
        publish: ServerAction::new(),
        contract: ServerAction::new(),
        settle: ServerAction::new(),
    };
    let versions = move || {
        actions.answer.version().get()
            + actions.progress.version().get()
            + actions.recall.version().get()
            + actions.phone.version().get()
            + actions.inspect.version().get()
            + actions.evaluate.version().get()
            + actions.publish.version().get()
            + actions.contract.version().get()
            + actions.settle.version().get()
    };
    let page = Resource::new(
        move || (id.get(), draft.get(), versions()),
        |(id, draft, _)| async move {
            let page = api::mission(id.ok_or(ApiError::NotFound)?).await?;
            let (fields, faults) = api::typed(draft).await?.unwrap_or_default();
            Ok::<_, ApiError>((page, fields, faults))
        },
    );
    let sent = vec![sent(actions.answer), sent(actions.progress)];
    put_off(
        sent,
        view! {
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, fields, faults)| {
                        let body = acts(&page, &fields, &faults, actions);
                        let back = format!("/missions/{}", page.call.id);
                        let photos = files::files(page.files.clone(), back, actions.publish);
                        call_page(page, view! {
                            {outcomes!(
                                actions.answer, actions.progress, actions.recall, actions.phone,
                                actions.inspect, actions.evaluate, actions.publish, actions.contract,
                                actions.settle
                            )}
                            {body}
                            {photos}
                        })
                    })
                })}
            </Transition>
        },
    )
}

/// The call that a link in a message opens: to read, and to answer.
#[component]
pub fn ByLink() -> impl IntoView {
    let map = use_params_map();
    let link = Memo::new(move |_| map.read().get("token").unwrap_or_default());
    let draft = draft_key();
    let action = ServerAction::<AnswerByToken>::new();
    let page = Resource::new(
        move || (link.get(), draft.get(), action.version().get()),
        |(link, draft, _)| async move {
            let page = api::mission_by_token(link.clone()).await?;
            Ok::<_, ApiError>((page, link, api::refused::<AnswerForm>(draft).await?))
        },
    );
    put_off(
        vec![sent(action)],
        view! {
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |(page, link, refused)| {
                        let open = page.call.acts.iter().any(|a| a == "answer");
                        let form = open.then(|| {
                            let hidden = || {
                                let link = link.clone();
                                view! { <input type="hidden" name="link" value=link/> }.into_any()
                            };
                            answer_forms(&refused.form.reason, &refused.faults, hidden, move |answer, body| {
                                match answer {
                                    "accept" => form!(action, "", {body}).into_any(),
                                    _ => form!(action, "form", {body}).into_any(),
                                }
                            })
                        });
                        call_page(page, view! { {outcome(action.value())} {form} })
                    })
                })}
            </Transition>
        },
    )
}

fn call_page(page: CallPage, body: impl IntoView) -> impl IntoView {
    let now = ticking(page.now);
    let CallPage { call, description, facts: decided, .. } = page;
    let CallView { clock: due, log: mut lines, .. } = call.clone();
    // The newest first, as in the case's own account.
    lines.reverse();
    let geo = format!("geo:{},{}", call.place.lat.degrees(), call.place.lon.degrees());
    view! {
        <Title text=call.number.clone()/>
        <article class="page narrow">
            <p class="line">
                {urgency(call.urgency)} {call_state(&call)}
                <span class="soft push">{call.number.clone()}</span>
            </p>
            <h1>{call.title.clone()}</h1>
            {due.map(|c| view! { <div class="card pad big-clock">{clock(c, now)}</div> })}
            {call.undelivered.clone().map(|why| view! { <p class="trouble" role="alert">{format!("消息未送达：{why}。请改用电话通知。")}</p> })}
            {body}
            <section class="card">
                <dl class="facts">
                    <div><dt>"地点"</dt><dd>{call.address.clone()} " " <a href=geo>"导航"</a></dd></div>
                    <div><dt>"队伍"</dt><dd>{call.team_name.clone()}</dd></div>
                    <div><dt>"预计"</dt><dd>{format!("{} 分钟（估算）", call.eta.0)}</dd></div>
                    <div><dt>"选定方式"</dt><dd>{format!("{}，第 {} 顺位", call.mode, call.rank)}</dd></div>
                    {(!description.is_empty()).then(|| view! { <div><dt>"情况"</dt><dd>{description}</dd></div> })}
                    {call.score.map(|score| view! { <div><dt>"履约评价"</dt><dd>{format!("{score} 分")}</dd></div> })}
                </dl>
                {facts(decided)}
            </section>
            <section class="card" aria-labelledby="log">
                <header><h2 id="log">"经过"</h2></header>
                {log(lines)}
            </section>
        </article>
    }
}

/// Two forms: one button to go, one reason not to.
fn answer_forms(
    reason: &str,
    faults: &Faults,
    hidden: impl Fn() -> AnyView,
    form: impl Fn(&'static str, AnyView) -> AnyView,
) -> AnyView {
    let open = faults.of("reason").is_some();
    let accept = form(
        "accept",
        view! {
            {hidden()}
            <input type="hidden" name="form[answer]" value="accept"/>
            <input type="hidden" name="form[device_ms]" value=""/>
            <input type="hidden" name="form[key]" value=""/>
            <button class="wide">"接受，立即出动"</button>
        }
        .into_any(),
    );
    let decline = form(
        "decline",
        view! {
            {hidden()}
            <input type="hidden" name="form[answer]" value="decline"/>
            <input type="hidden" name="form[device_ms]" value=""/>
            <input type="hidden" name="form[key]" value=""/>
            {Field::new("reason", "不能出动的原因").area(faults, reason)}
            <button class="stop wide">"不能出动"</button>
        }
        .into_any(),
    );
    view! {
        <div class="answer">
            {accept}
            <details id="decline" open=open>
                <summary>"不能出动…"</summary>
                {decline}
            </details>
            <p class="small soft">"无信号时可回电值班室，由值班员代记。"</p>
        </div>
    }
    .into_any()
}

fn acts(page: &CallPage, fields: &str, faults: &Faults, actions: Actions) -> impl IntoView + use<> {
    let id = page.call.id.to_string();
    let may = |act: &str| page.call.acts.iter().any(|a| a == act);
    let hidden = {
        let id = id.clone();
        move || {
            let id = id.clone();
            view! { <Token/><input type="hidden" name="id" value=id/> }.into_any()
        }
    };
    let answer = may("answer").then(|| {
        let form: AnswerForm = serde_json::from_str(fields).unwrap_or_default();
        answer_forms(&form.reason, faults, hidden.clone(), move |answer, body| match answer {
            "accept" => form!(actions.answer, "", { body }).into_any(),
            _ => form!(actions.answer, "form", { body }).into_any(),
        })
    });
    let next = [("depart", "已出发"), ("arrive", "已到场"), ("log", "写日志"), ("finish", "完工")];
    let steps = next
        .into_iter()
        .filter(|(act, _)| may(act))
        .map(|(act, name)| {
            let form: ProgressForm = serde_json::from_str(fields).unwrap_or_default();
            let none = Faults::new();
            let faults = if form.act == act { faults } else { &none };
            let with_place = act == "arrive";
            view! {
                <section class="card pad" id=if act == "log" { "log-form" } else { "progress" }>
                    {form!(actions.progress, "form", {hidden()}
                        <input type="hidden" name="form[act]" value=act/>
                        <input type="hidden" name="form[device_ms]" value=""/>
                        <input type="hidden" name="form[key]" value=""/>
                        {(act != "depart").then(|| {
                            let field = Field::new("note", "说明").of(act);
                            let field = if with_place {
                                field.optional().hint("不能定位的，在这里写明原因。")
                            } else {
                                field
                            };
                            field.area(faults, &form.note)
                        })}
                        {with_place.then(|| view! {
                            {PlaceFields { form: act, lon: &form.lon, lat: &form.lat, datum: None, required: false, map: false }.fields(faults)}
                        })}
                        <button class=if act == "log" { "quiet wide" } else { "wide" }>{name}</button>)}
                </section>
            }
        })
        .collect_view();
    let phone = may("phone").then(|| {
        let form: PhoneAnswerForm = serde_json::from_str(fields).unwrap_or_default();
        let none = Faults::new();
        let mine = !form.number.is_empty() || faults.of("number").is_some();
        let faults = if mine { faults } else { &none };
        view! {
            <details class="card pad" id="phone" open=mine>
                <summary>"电话代答"</summary>
                {form!(actions.phone, "form", {summary(faults)}
                    {hidden()}
                    {Field::new("number", "通话号码").of("phone").kind("tel").input(faults, &form.number)}
                    {Field::new("spoke_with", "接电话的人").of("phone").input(faults, &form.spoke_with)}
                    {Field::new("witness", "在场见证人").of("phone").input(faults, &form.witness)}
                    {Field::new("reason", "不能出动的原因").of("phone").optional().hint("记“不能出动”时必填。").input(faults, &form.reason)}
                    <p class="actions">
                        <button name="form[answer]" value="accept">"代记：接受"</button>
                        <button name="form[answer]" value="decline" class="stop">"代记：不能出动"</button>
                    </p>)}
            </details>
        }
    });
    let recall = (may("withdraw") || may("recall")).then(|| {
        let form: ReasonForm = serde_json::from_str(fields).unwrap_or_default();
        let name = if may("withdraw") { "撤回调度" } else { "召回队伍" };
        let hint = if page.call.undelivered.is_some() { "消息未送达，撤回后自动通知下一支队伍。" } else { "" };
        view! {
            <details class="card pad" id="recall">
                <summary>{name}</summary>
                {form!(actions.recall, "form", {hidden()}
                    {Field::new("reason", "理由").of("recall").hint(hint).area(faults, &form.reason)}
                    <button class="stop">{name}</button>)}
            </details>
        }
    });
    let inspect = may("inspect").then(|| {
        let form: ReasonForm = serde_json::from_str(fields).unwrap_or_default();
        view! {
            <section class="card pad" id="inspect">
                <h2>"验收"</h2>
                {form!(actions.inspect, "form", {hidden()}
                    {Field::new("reason", "验收意见").of("inspect").area(faults, &form.reason)}
                    <p class="actions">
                        <button name="pass" value="yes">"验收合格"</button>
                        <button name="pass" value="no" class="stop">"退回返工"</button>
                    </p>)}
            </section>
        }
    });
    let evaluate = may("evaluate").then(|| evaluate_form(page, fields, faults, &id, actions));
    let contract = may("contract").then(|| contract_form(fields, faults, &id, actions));
    let settle = may("settle").then(|| settlement_form(fields, faults, &id, actions));
    view! { {answer} {steps} {inspect} {contract} {settle} {evaluate} {phone} {recall} }
}

fn contract_form(
    fields: &str,
    faults: &Faults,
    id: &str,
    actions: Actions,
) -> impl IntoView + use<> {
    let form: ContractForm = serde_json::from_str(fields).unwrap_or_default();
    let mine = faults.of("signed").is_some() || !form.sum.is_empty();
    let none = Faults::new();
    let faults = if mine { faults } else { &none };
    let id = id.to_owned();
    let pricings = Pricing::ALL.iter().map(|p| (p.key().to_owned(), p.name().to_owned())).collect();
    view! {
        <details class="card pad" id="contract" open=mine>
            <summary>"登记合同"</summary>
            {form!(actions.contract, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id/>
                <div class="pair">
                    {Field::new("signed", "签订日期").of("contract").kind("date").input(faults, &form.signed)}
                    {Field::new("pricing", "计价方式").of("contract").hint("抢险救灾可用成本加酬金。").select(faults, &form.pricing, pricings)}
                    {Field::new("sum", "合同价（万元）").of("contract").hint("未定的填暂定价。").kind("decimal").input(faults, &form.sum)}
                    {Field::new("days", "计划工期（天）").of("contract").kind("number").input(faults, &form.days)}
                </div>
                <button>"登记并公开"</button>)}
        </details>
    }
}

fn settlement_form(
    fields: &str,
    faults: &Faults,
    id: &str,
    actions: Actions,
) -> impl IntoView + use<> {
    let form: SettlementForm = serde_json::from_str(fields).unwrap_or_default();
    let mine = !form.amount.is_empty() || faults.of("amount").is_some();
    let none = Faults::new();
    let faults = if mine { faults } else { &none };
    let id = id.to_owned();
    view! {
        <details class="card pad" id="settle" open=mine>
            <summary>"登记结算"</summary>
            {form!(actions.settle, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id/>
                <div class="pair">
                    {Field::new("amount", "结算价（万元）").of("settle").kind("decimal").input(faults, &form.amount)}
                    {Field::new("reviewer", "评审或审计单位").of("settle").input(faults, &form.reviewer)}
                </div>
                {Field::new("conclusion", "评审或审计结论").of("settle").area(faults, &form.conclusion)}
                {Field::new("excess", "超出费用上限的理由").of("settle").optional().area(faults, &form.excess)}
                <button>"登记并公开"</button>)}
        </details>
    }
}

fn evaluate_form(
    page: &CallPage,
    fields: &str,
    faults: &Faults,
    id: &str,
    actions: Actions,
) -> impl IntoView + use<> {
    let form: EvaluateForm = serde_json::from_str(fields).unwrap_or_default();
    let items = page
        .score_items
        .iter()
        .map(|(key, name, most)| {
            let typed = form.points.get(key).cloned().unwrap_or_else(|| most.to_string());
            let fault = faults.of(&format!("points.{key}")).map(text::fault);
            let faulty = fault.is_some();
            let input = format!("p-{key}");
            view! {
                <div class="field score" class:faulty=faulty>
                    <label for=input.clone()>{name.clone()} <span class="soft small">{format!("满分 {most}")}</span></label>
                    <input id=input name=format!("form[points][{key}]") inputmode="numeric" value=typed autocomplete="off"/>
                    {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
                </div>
            }
        })
        .collect_view();
    let vetoes = Veto::ALL
        .iter()
        .map(|veto| {
            let ticked = form.vetoes.contains_key(veto.key());
            let input = format!("v-{}", veto.key());
            view! {
                <div class="field tick">
                    <input id=input.clone() type="checkbox" value="yes" checked=ticked name=format!("form[vetoes][{}]", veto.key())/>
                    <label for=input>{veto.name()}</label>
                </div>
            }
        })
        .collect_view();
    let id = id.to_owned();
    view! {
        <section class="card pad" id="evaluate">
            <h2>"履约评价"</h2>
            {form!(actions.evaluate, "form", {summary(faults)}
                <Token/>
                <input type="hidden" name="id" value=id/>
                <div class="pair">{items}</div>
                <fieldset><legend>"一票否决（有则全部计 0 分）"</legend>{vetoes}</fieldset>
                {Field::new("note", "评语").of("evaluate").optional().area(faults, &form.note)}
                <button>"提交评价"</button>)}
        </section>
    }
}
