//! The forms of `/desk/contracts/:id`.

use super::plan::named;
use super::tender_acts::folded;
use crate::api::{ActOnContract, ContractActForm, ContractPage, Refused};
use crate::part::field::{Field, summary};
use crate::part::{Token, form};
use leptos::prelude::*;
use model::{BondKind, Faults};
use policies::contract::{Secured, Stage};

/// How many parts the form of what is retained has.
const PARTS: usize = 3;

/// All forms that have their place now.
pub(super) fn acts(page: &ContractPage, action: ServerAction<ActOnContract>) -> AnyView {
    let contract = &page.contract;
    // What was refused shows in the form that it was typed into.
    let of = |act: &str| match page.act.form.act == act {
        true => page.act.clone(),
        false => Refused::<ContractActForm>::default(),
    };
    let id = contract.id.to_string();
    let hidden = move |act: &'static str| {
        view! {
            <Token/>
            <input type="hidden" name="id" value=id.clone()/>
            <input type="hidden" name="form[act]" value=act/>
        }
    };
    let writes = page.may_write;
    let running = writes && contract.stage == Stage::Running;
    let publish = (writes && contract.published.is_none()).then(|| {
        form!(action, "card pad form",
            {hidden("publish")}
            <p class="small soft">"公开合同名称、双方、金额、签订日和期限；账号不公开。合同订立信息应全部公开。"</p>
            <p class="actions"><button>"公开合同"</button></p>)
    });
    let change = of("change");
    let change = running.then(|| {
        folded("change", "登记变更", &change.faults, form!(action, "form",
            {summary(&change.faults)}
            {hidden("change")}
            <div class="pair">
                {Field::new("day", "补充合同签订之日").of("change").kind("date").input(&change.faults, &change.form.day)}
                {Field::new("amount", "增加（万元）").of("change").optional().kind("decimal").input(&change.faults, &change.form.amount)}
                {Field::new("less", "减少（万元）").of("change").optional().kind("decimal").input(&change.faults, &change.form.less)}
                {Field::new("ends", "竣工改为").of("change").optional().kind("date").input(&change.faults, &change.form.ends)}
                {Field::new("approval", "批准文件").of("change").optional().hint("累计增加超过一成的须写。").input(&change.faults, &change.form.approval)}
            </div>
            {Field::new("words", "为什么变更").of("change").area(&change.faults, &change.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let bill = of("bill");
    let bill = writes.then(|| {
        folded("bill", "登记应付款", &bill.faults, form!(action, "form",
            {summary(&bill.faults)}
            {hidden("bill")}
            {Field::new("words", "付什么").of("bill").hint("如：第 3 期进度款。").input(&bill.faults, &bill.form.words)}
            <div class="pair">
                {Field::new("day", "交付或确认之日").of("bill").kind("date").input(&bill.faults, &bill.form.day)}
                {Field::new("amount", "金额（万元）").of("bill").kind("decimal").input(&bill.faults, &bill.form.amount)}
            </div>
            <p class="actions"><button>"登记"</button></p>))
    });
    let unpaid: Vec<(String, String)> = contract
        .bills
        .iter()
        .filter(|bill| bill.paid.is_none())
        .map(|bill| (bill.n.to_string(), format!("{}. {} {} 元", bill.n, bill.what, bill.amount)))
        .collect();
    let pay = of("pay");
    let pay = (writes && !unpaid.is_empty()).then(|| {
        folded("pay", "登记已支付", &pay.faults, form!(action, "form",
            {summary(&pay.faults)}
            {hidden("pay")}
            {Field::new("n", "哪一笔").of("pay").hint("国库支付的由系统接收，不必登记。").select(&pay.faults, &pay.form.n, unpaid)}
            <div class="pair">
                {Field::new("day", "支付之日").of("pay").kind("date").input(&pay.faults, &pay.form.day)}
                {Field::new("serial", "支付凭证号").of("pay").input(&pay.faults, &pay.form.serial)}
            </div>
            <p class="actions"><button>"登记"</button></p>))
    });
    let complete = of("complete");
    let complete = running.then(|| {
        folded("complete", "登记竣工验收", &complete.faults, form!(action, "form",
            {summary(&complete.faults)}
            {hidden("complete")}
            {Field::new("day", "验收合格之日").of("complete").kind("date").input(&complete.faults, &complete.form.day)}
            {Field::new("words", "验收文件").of("complete").hint("登记后，履约保证金次日凌晨自动退还，保函解除。").input(&complete.faults, &complete.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let settle = of("settle");
    let settle = (writes && contract.stage == Stage::Completed).then(|| {
        folded("settle", "登记结算", &settle.faults, form!(action, "form",
            {summary(&settle.faults)}
            {hidden("settle")}
            <div class="pair">
                {Field::new("day", "结算确认之日").of("settle").kind("date").input(&settle.faults, &settle.form.day)}
                {Field::new("amount", "结算总额（万元）").of("settle").kind("decimal").input(&settle.faults, &settle.form.amount)}
            </div>
            {Field::new("words", "结算文件").of("settle").hint("不得强制以审计结果作为结算依据。").input(&settle.faults, &settle.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let evaluate = of("evaluate");
    let over = contract.stage != Stage::Running && contract.evaluation.is_none();
    let evaluate = (writes && over).then(|| {
        folded("evaluate", "履约评价", &evaluate.faults, form!(action, "form",
            {summary(&evaluate.faults)}
            {hidden("evaluate")}
            {Field::new("score", "分数（百分制）").of("evaluate").kind("number").input(&evaluate.faults, &evaluate.form.score)}
            {Field::new("words", "评语").of("evaluate").area(&evaluate.faults, &evaluate.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let end = of("end");
    let end = running.then(|| {
        folded("end", "登记合同解除", &end.faults, form!(action, "form",
            {summary(&end.faults)}
            {hidden("end")}
            {Field::new("day", "解除之日").of("end").kind("date").input(&end.faults, &end.form.day)}
            {Field::new("words", "为什么解除").of("end").hint("认为履约保证金应不予退还的，先在该担保页提出，再登记解除。").area(&end.faults, &end.form.words)}
            <p class="actions"><button class="danger">"登记解除"</button></p>))
    });
    let requires = (page.may_keep && contract.stage == Stage::Running)
        .then(|| require(page, action, of("require"), hidden.clone()));
    let has = page.bonds.iter().any(|bond| bond.bond.kind == BondKind::Retention);
    let retains = (page.may_keep && contract.stage == Stage::Settled && !has)
        .then(|| retain(page, action, of("retain"), hidden.clone()));
    view! { {publish} {requires} {bill} {pay} {change} {complete} {settle} {retains} {evaluate} {end} }
        .into_any()
}

/// What may be asked, in words.
fn asked(kind: BondKind, secured: &Secured) -> String {
    let off = match &secured.ladder.counts {
        Some(off) if off.value.0 > 0 => format!("，{}（{}）", off.label, off.standing.name()),
        _ => String::new(),
    };
    format!("{}：法定最高 {} 元{off}，最多收 {} 元", kind.name(), secured.most.value, secured.asked)
}

fn require<V: IntoView + 'static, F: Fn(&'static str) -> V>(
    page: &ContractPage,
    action: ServerAction<ActOnContract>,
    refused: Refused<ContractActForm>,
    hidden: F,
) -> AnyView {
    let Refused { form, faults } = refused;
    let mut kinds = named(&[BondKind::Performance, BondKind::Wages], BondKind::key, BondKind::name);
    kinds.push(("other".into(), "其他保证金".into()));
    let said = page.secured.iter().filter(|(kind, _)| *kind != BondKind::Retention);
    let said =
        said.map(|(kind, secured)| view! { <li>{asked(*kind, secured)}</li> }).collect_view();
    folded(
        "require",
        "要求提供担保",
        &faults,
        form!(action, "form",
            {summary(&faults)}
            {hidden("require")}
            <ul class="small">{said}</ul>
            <div class="pair">
                {Field::new("kind", "哪种保证金").of("require").hint("只有四种合法；投标保证金在招标页登记，质量保证金在结算后预留。").select(&faults, &form.kind, kinds)}
                {Field::new("amount", "金额（万元）").of("require").kind("decimal").input(&faults, &form.amount)}
                {Field::new("day", "从哪一天起应有担保").of("require").kind("date").input(&faults, &form.day)}
            </div>
            <p class="actions"><button>"登记"</button></p>),
    )
}

fn retain<V: IntoView + 'static, F: Fn(&'static str) -> V>(
    page: &ContractPage,
    action: ServerAction<ActOnContract>,
    refused: Refused<ContractActForm>,
    hidden: F,
) -> AnyView {
    let Refused { form, faults } = refused;
    let secured = page.secured.iter().find(|(kind, _)| *kind == BondKind::Retention);
    let said =
        secured.map(|(kind, secured)| view! { <p class="small">{asked(*kind, secured)}</p> });
    let parts = (0..PARTS).map(|i| {
        let typed = form.parts.get(i).cloned().unwrap_or_default();
        let mut wrong = Faults::new();
        for name in ["name", "share", "due"] {
            if let Some(fault) = faults.of(&format!("parts.{i}.{name}")) {
                wrong.note(name, fault.clone());
            }
        }
        let id = format!("retain-{i}");
        let part = format!("parts][{i}");
        let field =
            |name: &'static str, label: &'static str| Field::new(name, label).of(&id).within(&part);
        view! {
            <div class="pair">
                {field("name", "里程碑").optional().input(&wrong, &typed.name)}
                {field("share", "比例（%）").optional().kind("number").input(&wrong, &typed.share)}
                {field("due", "起可申请返还之日").optional().kind("date").input(&wrong, &typed.due)}
            </div>
        }
    });
    let parts = parts.collect_view();
    folded(
        "retain",
        "预留质量保证金",
        &faults,
        form!(action, "form",
            {summary(&faults)}
            {hidden("retain")}
            {said}
            <div class="pair">
                {Field::new("amount", "预留金额（万元）").of("retain").kind("decimal").input(&faults, &form.amount)}
                {Field::new("day", "从哪一天起预留").of("retain").hint("不得与履约保证金并存。").kind("date").input(&faults, &form.day)}
            </div>
            <fieldset>
                <legend>"分几期返还，比例合计 100%"</legend>
                {parts}
            </fieldset>
            <p class="actions"><button>"登记预留"</button></p>),
    )
}
