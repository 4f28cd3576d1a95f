//! `/sign-in`, `/account`.

use super::{draft_key, loading, query};
use crate::api::{self, ApiError, ChangePassword, PasswordForm, SignIn as SignInAction};
use crate::part::field::{Field, summary};
use crate::part::{Token, Trouble, form, me, outcome};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::Faults;

/// Signing in.
#[component]
pub fn SignIn() -> impl IntoView {
    let action = ServerAction::<SignInAction>::new();
    let next = query("next");
    let none = Faults::new();
    view! {
        <Title text="登录"/>
        <div class="page narrow">
            <h1>"登录"</h1>
            {outcome(action.value())}
            // A plain form: the whole page is read anew, as whoever it is then.
            <form method="post" action=SignInAction::url() class="card pad form">
                {Field::new("login", "账号").input(&none, "")}
                {Field::new("password", "口令").kind("password").input(&none, "")}
                <input type="hidden" name="form[next]" value=next/>
                <button>"登录"</button>
            </form>
            <p class="small soft">"忘记口令请联系本单位管理员。公众上报险情、查看公示不需要账号。"</p>
        </div>
    }
}

/// One's own account.
#[component]
pub fn Account() -> impl IntoView {
    let draft = draft_key();
    let done = query("done");
    let me = me();
    let form = Resource::new(move || draft.get(), api::refused::<PasswordForm>);
    let action = ServerAction::<ChangePassword>::new();
    view! {
        <Title text="账号"/>
        <div class="page narrow">
            <h1>"账号"</h1>
            <Suspense fallback=loading>
                {move || Suspend::new(async move {
                    match me.get().await {
                        None => Either::Left(view! { <Trouble error=ApiError::SignedOut/> }),
                        Some(visitor) => Either::Right(view! {
                            <p>{format!("{} · {} · {}", visitor.name, visitor.actor.role.name(), visitor.org_name)}</p>
                            {visitor.must_change.then(|| view! {
                                <p class="trouble" role="alert">"口令由他人设定，请先修改。"</p>
                            })}
                        }),
                    }
                })}
            </Suspense>
            {move || (done.get() == "1").then(|| view! { <p class="good" role="status">"口令已修改。"</p> })}
            {outcome(action.value())}
            <Suspense>
                {move || Suspend::new(async move {
                    let faults = form.await.map(|refused| refused.faults).unwrap_or_default();
                    view! {
                        {form!(action, "card pad form", <h2>"修改口令"</h2>
                            {summary(&faults)}
                            <Token/>
                            {Field::new("old", "原口令").kind("password").input(&faults, "")}
                            {Field::new("new", "新口令").kind("password").hint("至少 10 个字符。").input(&faults, "")}
                            {Field::new("again", "再输一次新口令").kind("password").input(&faults, "")}
                            <button>"修改口令"</button>)}
                    }
                })}
            </Suspense>
        </div>
    }
}
