//! `/desk/contracts/new`: a contract is put on the register.

use super::plan::named;
use super::{draft_key, loading, query, shown};
use crate::api::{self, ContractFormPage, Refused, SaveContract};
use crate::part::field::{Field, summary};
use crate::part::{Token, form, outcome};
use crate::text;
use leptos::prelude::*;
use leptos_meta::Title;
use model::{CreditLevel, FirmSize, LotKind};

/// The form of a new contract.
#[component]
pub fn ContractNew() -> impl IntoView {
    let (notice, draft) = (query("notice"), draft_key());
    let action = ServerAction::<SaveContract>::new();
    let page = Resource::new(
        move || (notice.get().parse().ok(), draft.get()),
        |(notice, draft)| api::read_contract_form(notice, draft),
    );
    view! {
        <Title text="登记合同"/>
        <div class="page narrow">
            <p class="small"><a href="/desk/contracts">"合同台账"</a></p>
            <h1>"登记合同"</h1>
            {outcome(action.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move { shown(page.await, move |page| edit(page, action)) })}
            </Transition>
        </div>
    }
}

fn edit(page: ContractFormPage, action: ServerAction<SaveContract>) -> AnyView {
    let ContractFormPage { form: Refused { form, faults }, notice, awarded } = page;
    let from = notice.map(|(id, title)| {
        let awarded = match awarded {
            Some(day) => format!("中标通知书 {day} 发出，应在法定期限内订立合同（招标投标法第四十六条）。"),
            None => "还没有登记中标通知书。".to_owned(),
        };
        view! { <p class="card pad small"><a href=format!("/desk/bonds/tender/{id}")>{title}</a>" · "{awarded}</p> }
    });
    let wrong = faults.of("notice").map(text::fault);
    let wrong = wrong.map(|fault| view! { <p class="fault" role="alert">{fault}</p> });
    view! {
        {from}
        {wrong}
        {form!(action, "card pad form",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="form[key]" value=form.key.clone()/>
            <input type="hidden" name="form[notice]" value=form.notice.clone()/>
            {Field::new("title", "合同名称").input(&faults, &form.title)}
            <div class="pair">
                {Field::new("firm", "承包人（中标人）").input(&faults, &form.firm)}
                {Field::new("uscc", "统一社会信用代码").input(&faults, &form.uscc)}
                {Field::new("size", "企业规模").select(&faults, &form.size, named(FirmSize::ALL, FirmSize::key, FirmSize::name))}
                {Field::new("credit", "信用等级").select(&faults, &form.credit, named(CreditLevel::ALL, CreditLevel::key, CreditLevel::name))}
                {Field::new("kind", "标的").select(&faults, &form.kind, named(LotKind::ALL, LotKind::key, LotKind::name))}
                {Field::new("price", "合同价（万元）").kind("decimal").input(&faults, &form.price)}
                {Field::new("signed", "签订之日").kind("date").input(&faults, &form.signed)}
                {Field::new("ends", "约定竣工（交付）之日").kind("date").input(&faults, &form.ends)}
                {Field::new("pays", "约定付款期限（日）").optional().hint("自交付起算；向中小企业付款有法定最长期限。").kind("number").input(&faults, &form.pays)}
                {Field::new("account", "承包人收款账号").hint("合同约定的账户，质量保证金只返还到这里。").input(&faults, &form.account)}
            </div>
            {Field::new("failings", "承包人有仍在有效期内的失信记录").check(&faults, form.failings == "yes")}
            {Field::new("procurement", "政府采购（货物、服务）").check(&faults, form.procurement == "yes")}
            {Field::new("government", "政府投资项目").check(&faults, form.government == "yes")}
            <p class="actions"><button>"登记"</button></p>)}
    }
    .into_any()
}
