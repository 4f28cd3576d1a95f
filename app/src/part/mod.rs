//! The few parts that every page is made of.

/// A form that posts to a server action, with or without script. Its body is made
/// at once, so it may borrow from what the page has at hand.
macro_rules! form {
    ($action:expr, $class:literal, $($body:tt)*) => {{
        let body = leptos::prelude::view! { $($body)* };
        let pending = $action.pending();
        leptos::prelude::view! {
            // While it is being sent it can't be sent again.
            <leptos::form::ActionForm action=$action attr:class=$class attr:inert=move || pending.get()>
                {body}
            </leptos::form::ActionForm>
        }
    }};
}
pub(crate) use form;

/// The outcome of whichever of several forms was sent last, when it went wrong: an old
/// refusal does not stay under a new success.
macro_rules! outcomes {
    ($($action:expr),* $(,)?) => {
        crate::part::latest(vec![$({
            let action = $action;
            (
                leptos::prelude::Signal::derive(move || leptos::prelude::Get::get(&action.version())),
                leptos::prelude::Signal::derive(move || leptos::prelude::Get::get(&action.value())),
            )
        }),*])
    };
}
pub(crate) use outcomes;

pub mod alarm;
pub mod bond_sums;
pub mod chart;
pub mod cover;
pub mod dossier;
pub mod field;
pub mod files;
pub mod folded;
pub mod keys;
pub mod live;
pub mod locate;
pub mod lot;
pub mod map;
pub mod queue;
pub mod route;
pub mod state;

use crate::api::{ApiError, Fact, LogLine, SignOut, Visitor};
use crate::text;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::components::A;
use leptos_router::hooks::use_location;

/// The visitor, asked for once a page.
#[derive(Clone, Copy)]
pub struct Me(pub Resource<Result<Option<Visitor>, ApiError>>);

impl Me {
    /// The visitor, when known and signed in.
    pub async fn get(self) -> Option<Visitor> {
        self.0.await.ok().flatten()
    }
}

/// The visitor of this page.
pub fn me() -> Me {
    expect_context::<Me>()
}

/// The hidden field that ties a form to its session.
#[component]
pub fn Token() -> impl IntoView {
    let me = me();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let token = me.get().await.map(|v| v.form_token).unwrap_or_default();
                view! { <input type="hidden" name="token" value=token/> }
            })}
        </Suspense>
    }
}

/// Why something could not be done; screen readers say it when it appears.
#[component]
pub fn Trouble(error: ApiError) -> impl IntoView {
    let signed_out = error == ApiError::SignedOut;
    let must_change = error == ApiError::MustChange;
    view! {
        <div class="trouble" role="alert">
            <p>{text::error(&error)}</p>
            {must_change.then(|| view! { <p><a href="/account">"去修改口令"</a></p> })}
            {signed_out.then(|| view! { <p><a href="/sign-in">"去登录"</a></p> })}
        </div>
    }
}

/// The outcome of a form, when it went wrong.
pub fn outcome(value: MappedSignal<Option<Result<(), ApiError>>>) -> impl IntoView {
    move || value.get().and_then(Result::err).map(|error| view! { <Trouble error/> })
}

/// A form's number of sendings, and its outcome.
type Sent = (Signal<usize>, Signal<Option<Result<(), ApiError>>>);

/// See `outcomes!`.
pub fn latest(forms: Vec<Sent>) -> impl IntoView {
    let last = RwSignal::new(None);
    for (i, (version, _)) in forms.iter().copied().enumerate() {
        Effect::new(move |before: Option<usize>| {
            let now = version.get();
            if before.is_some_and(|before| before != now) {
                last.set(Some(i));
            }
            now
        });
    }
    move || {
        let wrong = |value: Signal<Option<Result<(), ApiError>>>| value.get().and_then(Result::err);
        let error = match last.get() {
            Some(i) => forms.get(i).and_then(|(_, value)| wrong(*value)),
            // Without script the one that was sent is the only one that has any.
            None => forms.iter().find_map(|(_, value)| wrong(*value)),
        };
        error.map(|error| view! { <Trouble error/> })
    }
}

/// Named facts.
pub fn facts(facts: Vec<Fact>) -> impl IntoView {
    view! {
        <dl class="facts">
            {facts
                .into_iter()
                .map(|fact| view! { <div><dt>{fact.label}</dt><dd>{fact.text}</dd></div> })
                .collect_view()}
        </dl>
    }
}

/// Labels and texts.
pub fn facts_of(lines: Vec<(String, String)>) -> impl IntoView {
    facts(lines.into_iter().map(|(label, text)| Fact { label, text }).collect())
}

/// What happened, line by line, with day and time.
pub fn log(lines: Vec<LogLine>) -> impl IntoView {
    log_with(lines, model::Moment::stamp)
}

/// What happened, with the time alone: for lists where all is of today.
pub fn log_of_today(lines: Vec<LogLine>) -> impl IntoView {
    view! { <div class="today">{log_with(lines, model::Moment::clock)}</div> }
}

fn log_with(lines: Vec<LogLine>, time: fn(model::Moment) -> String) -> impl IntoView {
    view! {
        <ol class="log">
            {lines
                .into_iter()
                .map(|line| view! {
                    <li>
                        <time datetime=line.at.to_string()>{time(line.at)}</time>
                        <span>
                            <b>{line.what}</b>
                            {(!line.who.is_empty()).then(|| format!(" {}", line.who))}
                            {(!line.note.is_empty()).then(|| format!("：{}", line.note))}
                            {line.device_at.map(|at| view! {
                                <span class="soft small">{format!("（手机时间 {}，信号恢复后补传）", at.stamp())}</span>
                            })}
                        </span>
                    </li>
                })
                .collect_view()}
        </ol>
    }
}

/// The bar at the top of every page.
#[component]
pub fn TopBar() -> impl IntoView {
    let me = me();
    view! {
        <header class="bar">
            <a class="brand" href="/">"绿通"</a>
            <Suspense>
                {move || Suspend::new(async move {
                    match me.get().await {
                        Some(visitor) => Either::Left(signed_in_bar(visitor)),
                        None => Either::Right(public_bar()),
                    }
                })}
            </Suspense>
        </header>
    }
}

fn public_bar() -> impl IntoView {
    view! {
        <nav aria-label="主导航">
            <A href="/report">"上报险情"</A>
            <A href="/publicity">"抢险公示"</A>
            <A href="/reserve">"储备库"</A>
            <a href="/plans" rel="external">"招标计划"</a>
            <A href="/rules">"规则库"</A>
        </nav>
        <span class="end"><a href="/sign-in">"登录"</a></span>
    }
}

/// Whether a page belongs to a place of the bar. Bonds of contracts stand among bonds by their
/// address, but whoever looks at one is among contracts.
fn belongs(page: &str, place: &str) -> bool {
    let within = |place: &str| {
        page.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let of_contract = within("/desk/bonds/one");
    match place {
        "/desk/contracts" => within(place) || of_contract,
        "/desk/bonds" => within(place) && !of_contract,
        _ => within(place),
    }
}

/// A place of the bar, marked while one of its pages is open.
fn place(href: &'static str, name: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || path.with(|path| belongs(path, href)).then_some("page");
    view! { <a href=href aria-current=current>{name}</a> }
}

fn signed_in_bar(visitor: Visitor) -> impl IntoView {
    use model::Errand;
    let may = |errand| visitor.may(errand);
    let links = [
        (may(Errand::BoardRead), "/board", "指挥台"),
        (may(Errand::EmergencyRead), "/emergencies", "险情"),
        (may(Errand::MissionReport), "/missions", "任务与队伍"),
        (may(Errand::ProfileEdit), "/profile", "企业档案"),
        (may(Errand::ReserveStanding), "/places", "入库审核"),
        (may(Errand::PlanRead), "/desk/plans", "招标计划"),
        (may(Errand::PlanRead), "/desk/notices", "招标公告"),
        (may(Errand::ChannelRead), "/desk/channels", "绿色通道"),
        (may(Errand::ContractRead), "/desk/contracts", "合同"),
        (may(Errand::BondRead) || may(Errand::OwnBondRead), "/desk/bonds", "保证金"),
        (true, "/reserve", "储备库"),
        (true, "/publicity", "公示"),
        (may(Errand::LawRead), "/rules/changes", "参数"),
        (may(Errand::JournalRead), "/journal", "日志"),
        (may(Errand::AccountKeep), "/accounts", "单位与账号"),
    ];
    view! {
        <nav aria-label="主导航">
            {links
                .into_iter()
                .filter(|(shown, ..)| *shown)
                .map(|(_, href, name)| place(href, name))
                .collect_view()}
        </nav>
        <span class="end">
            <a href="/account">{format!("{} · {}", visitor.name, visitor.org_name)}</a>
            // A plain form: the whole page is read anew, as the public.
            <form method="post" action=SignOut::url()>
                <input type="hidden" name="token" value=visitor.form_token/>
                <button class="plain-button">"退出"</button>
            </form>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_one_place() {
        let places = ["/desk/contracts", "/desk/bonds", "/desk/plans"];
        let of = |page: &str| -> Vec<&str> {
            places.into_iter().filter(|place| belongs(page, place)).collect()
        };
        assert_eq!(of("/desk/contracts/ht-1"), ["/desk/contracts"]);
        assert_eq!(of("/desk/bonds"), ["/desk/bonds"]);
        assert_eq!(of("/desk/bonds/tender/gg-1"), ["/desk/bonds"]);
        assert_eq!(of("/desk/bonds/one/bz-1"), ["/desk/contracts"]);
        assert_eq!(of("/desk/bondsmen"), Vec::<&str>::new());
    }
}
