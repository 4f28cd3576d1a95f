//! The forms of `/desk/contracts/:id`.

use super::bond_limit::{most_words, written};
use super::plan::named;
use crate::api::{ActOnContract, ContractActForm, ContractPage};
use crate::part::field::Field;
use crate::part::folded::Forms;
use crate::part::form;
use leptos::prelude::*;
use model::{BondKind, Faults};
use policies::contract::{Secured, Stage};

/// How many parts the form of what is retained has.
const PARTS: usize = 3;

/// All forms that have their place now.
pub(super) fn acts(page: &ContractPage, action: ServerAction<ActOnContract>) -> AnyView {
    let contract = &page.contract;
    let send = move |fields: AnyView| form!(action, "form", { fields }).into_any();
    let forms = Forms::new(&contract.id, &page.act, &page.act.form.act, send);
    let writes = page.may_write;
    let running = writes && contract.stage == Stage::Running;
    let publish = (writes && contract.published.is_none()).then(|| {
        form!(action, "card pad form",
            {forms.hidden(Some("publish"))}
            <p class="small soft">"公开合同名称、双方、金额、签订日和期限；账号不公开。合同订立信息应全部公开。"</p>
            <p class="actions"><button>"公开合同"</button></p>)
    });
    let over = &page.grown.approval;
    let needs = format!("累计增加超过 {} 元的须写（{}）。", over.value, over.standing.name());
    let change = running.then(|| {
        forms.one("change", "登记变更", &["change"], |t| {
            view! {
                <div class="pair">
                    {t.field("day", "补充合同签订之日").kind("date").input(&t.faults, &t.form.day)}
                    {t.field("amount", "增加（万元）").optional().kind("decimal").input(&t.faults, &t.form.amount)}
                    {t.field("less", "减少（万元）").optional().kind("decimal").input(&t.faults, &t.form.less)}
                    {t.field("ends", "竣工改为").optional().kind("date").input(&t.faults, &t.form.ends)}
                    {t.field("approval", "批准文件").optional().hint(&needs).input(&t.faults, &t.form.approval)}
                </div>
                {t.field("words", "为什么变更").area(&t.faults, &t.form.words)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let bill = writes.then(|| {
        forms.one("bill", "登记应付款", &["bill"], |t| {
            view! {
                {t.field("words", "付什么").hint("如：第 3 期进度款。").input(&t.faults, &t.form.words)}
                <div class="pair">
                    {t.field("day", "交付或确认之日").kind("date").input(&t.faults, &t.form.day)}
                    {t.field("amount", "金额（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
                </div>
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let unpaid: Vec<(String, String)> = contract
        .bills
        .iter()
        .filter(|bill| bill.paid.is_none())
        .map(|bill| (bill.n.to_string(), format!("{}. {} {} 元", bill.n, bill.what, bill.amount)))
        .collect();
    let pay = (writes && !unpaid.is_empty()).then(|| {
        forms.one("pay", "登记已支付", &["pay"], |t| {
            view! {
                {t.field("n", "哪一笔").hint("国库支付的由系统接收，不必登记。").select(&t.faults, &t.form.n, unpaid)}
                <div class="pair">
                    {t.field("day", "支付之日").kind("date").input(&t.faults, &t.form.day)}
                    {t.field("serial", "支付凭证号").input(&t.faults, &t.form.serial)}
                </div>
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let complete = running.then(|| {
        forms.one("complete", "登记竣工验收", &["complete"], |t| {
            view! {
                {t.field("day", "验收合格之日").kind("date").input(&t.faults, &t.form.day)}
                {t.field("words", "验收文件").hint("登记后，履约保证金次日凌晨自动退还，保函解除。").input(&t.faults, &t.form.words)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let settle = (writes && contract.stage == Stage::Completed).then(|| {
        forms.one("settle", "登记结算", &["settle"], |t| {
            view! {
                <div class="pair">
                    {t.field("day", "结算确认之日").kind("date").input(&t.faults, &t.form.day)}
                    {t.field("amount", "结算总额（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
                </div>
                {t.field("words", "结算文件").hint("不得强制以审计结果作为结算依据。").input(&t.faults, &t.form.words)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let over = contract.stage != Stage::Running && contract.evaluation.is_none();
    let evaluate = (writes && over).then(|| {
        forms.one("evaluate", "履约评价", &["evaluate"], |t| {
            view! {
                {t.field("score", "分数（百分制）").kind("number").input(&t.faults, &t.form.score)}
                {t.field("words", "评语").area(&t.faults, &t.form.words)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let end = running.then(|| {
        forms.one("end", "登记合同解除", &["end"], |t| {
            view! {
                {t.field("day", "解除之日").kind("date").input(&t.faults, &t.form.day)}
                {t.field("words", "为什么解除").hint("认为履约保证金应不予退还的，先在该担保页提出，再登记解除。").area(&t.faults, &t.form.words)}
                <p class="actions"><button class="danger">"登记解除"</button></p>
            }
        })
    });
    let requires =
        (page.may_keep && contract.stage == Stage::Running).then(|| require(page, &forms));
    let has = page.bonds.iter().any(|bond| bond.bond.kind == BondKind::Retention);
    let settled = page.may_keep && contract.stage == Stage::Settled && !has;
    let never = page.never.iter().find(|(kind, _)| *kind == BondKind::Retention);
    let retains = settled.then(|| match never {
        Some((_, why)) => view! { <p class="card pad small soft">{why.clone()}</p> }.into_any(),
        None => retain(page, &forms),
    });
    view! { {publish} {requires} {bill} {pay} {change} {complete} {settle} {retains} {evaluate} {end} }
        .into_any()
}

/// What may be asked, and on what that rests: the parts of a line.
fn asked(kind: BondKind, secured: &Secured) -> AnyView {
    let most = &secured.most;
    let words = format!("{}：{}", kind.name(), most_words(most));
    let most = written(words, most.standing, most.basis.as_ref());
    let off = secured.ladder.counts.as_ref().filter(|off| off.value.0 > 0);
    let off =
        off.map(|off| written(format!("减免：{}", off.label), off.standing, off.basis.as_ref()));
    let left = format!("最多收 {} 元", secured.asked);
    view! { {most} " " {off} " " <b>{left}</b> }.into_any()
}

fn require(page: &ContractPage, forms: &Forms<ContractActForm>) -> AnyView {
    // What may not be asked for such a contract is no choice; why, stands above.
    let mut offered = vec![BondKind::Performance, BondKind::Wages];
    offered.retain(|kind| page.never.iter().all(|(never, _)| never != kind));
    let mut kinds = named(&offered, BondKind::key, BondKind::name);
    kinds.push(("other".into(), "其他保证金".into()));
    let said = page.secured.iter().filter(|(kind, _)| *kind != BondKind::Retention);
    let said = said.map(|(kind, secured)| view! { <li class="line">{asked(*kind, secured)}</li> });
    let said = said.collect_view();
    let never = page.never.iter().filter(|(kind, _)| *kind != BondKind::Retention);
    let never = never.map(|(_, why)| view! { <li class="soft">{why.clone()}</li> }).collect_view();
    forms.one("require", "要求提供担保", &["require"], |t| {
        view! {
            <ul class="small">{said}{never}</ul>
            <div class="pair">
                {t.field("kind", "哪种保证金").hint("只有四种合法；投标保证金在招标页登记，质量保证金在结算后预留。").select(&t.faults, &t.form.kind, kinds)}
                {t.field("amount", "金额（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
                {t.field("day", "从哪一天起应有担保").kind("date").input(&t.faults, &t.form.day)}
            </div>
            <p class="actions"><button>"登记"</button></p>
        }
    })
}

fn retain(page: &ContractPage, forms: &Forms<ContractActForm>) -> AnyView {
    let secured = page.secured.iter().find(|(kind, _)| *kind == BondKind::Retention);
    let said =
        secured.map(|(kind, secured)| view! { <p class="line small">{asked(*kind, secured)}</p> });
    forms.one("retain", "预留质量保证金", &["retain"], |t| {
        let parts = (0..PARTS).map(|i| part(i, &t.form, &t.faults)).collect_view();
        view! {
            {said}
            <div class="pair">
                {t.field("amount", "预留金额（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
                {t.field("day", "从哪一天起预留").hint("不得与履约保证金并存。").kind("date").input(&t.faults, &t.form.day)}
            </div>
            <fieldset>
                <legend>"分几期返还，比例合计 100%"</legend>
                {parts}
            </fieldset>
            <p class="actions"><button>"登记预留"</button></p>
        }
    })
}

/// The fields of one part of what is retained.
fn part(i: usize, form: &ContractActForm, faults: &Faults) -> AnyView {
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
    .into_any()
}
