//! The forms of `/desk/bonds/one/:id`.

use super::bond_limit::written;
use super::given::given_fields;
use super::plan;
use super::tender_acts::{Choices, grounds};
use crate::api::{ActOnBond, BondActForm, BondPageView, GiveForBond, Refused};
use crate::part::field::summary;
use crate::part::folded::{Forms, folded};
use crate::part::{Token, form};
use leptos::prelude::*;
use model::{BondKind, Money};
use policies::bond::{Piece, PieceState, RetainStage, Service, What, pleas_shown};

fn named(piece: &Piece) -> (String, String) {
    let what = match &piece.what {
        What::Cash(cash) => cash.payer.clone(),
        What::Guarantee(guarantee) => guarantee.number.clone(),
        What::Withheld(kept) => kept.milestone.clone(),
    };
    let words = format!("第 {} 笔 {} 元 {what}", piece.n, piece.left());
    (piece.n.to_string(), words)
}

/// By what is claimed of it; none where nothing is.
fn claimed(piece: &Piece) -> Option<(String, String)> {
    let claim = piece.asked.as_ref()?;
    let words = format!("第 {} 笔 索赔 {} 元：{}", piece.n, claim.amount, claim.reason);
    Some((piece.n.to_string(), words))
}

fn held(piece: &Piece) -> bool {
    piece.state == PieceState::Held
}

fn choices(page: &BondPageView, wanted: impl Fn(&Piece) -> bool) -> Choices {
    page.view.bond.pieces.iter().filter(|piece| wanted(piece)).map(named).collect()
}

/// All forms that have their place now.
pub(super) fn acts(
    page: &BondPageView,
    give: ServerAction<GiveForBond>,
    act: ServerAction<ActOnBond>,
) -> AnyView {
    let send = move |fields: AnyView| form!(act, "form", { fields }).into_any();
    let forms = Forms::new(&page.view.bond.id, &page.act, &page.act.form.act, send);
    let may = page.may;
    let offered = choices(page, |piece| piece.state == PieceState::Offered);
    let verify = (may.verify && !offered.is_empty()).then(|| {
        forms.one("verify", "核验", &["verify", "refuse"], |t| view! {
            {t.field("n", "哪一笔").hint("由登记人以外的人核验：现金对银行流水，保函向开立机构查验。").select(&t.faults, &t.form.n, offered)}
            {t.field("words", "核验方式或不符之处").input(&t.faults, &t.form.words)}
            <p class="actions">
                <button name="form[act]" value="verify">"核验通过"</button>
                <button class="quiet" name="form[act]" value="refuse">"核验不符"</button>
            </p>
        })
    });
    let keeps = may.keep.then(|| keeping(page, &forms));
    let gives = (may.offer && needed(page)).then(|| giving(page, give));
    let retains = (page.view.bond.kind == BondKind::Retention).then(|| retained(page, &forms));
    let lies = page.view.bond.pieces.iter().any(held);
    let hold = (may.hold && page.view.bond.hold.is_none() && lies).then(|| {
        forms.one("hold", "提出不予退还", &["hold"], |t| {
            let (kinds, sources) = grounds(&page.grounds);
            view! {
                {sources}
                {t.field("ground", "法定情形").select(&t.faults, &t.form.ground, kinds)}
                {t.field("words", "事实").hint("提出后暂不退还，由监督部门另一人决定。").area(&t.faults, &t.form.words)}
                <p class="actions"><button class="danger">"提出"</button></p>
            }
        })
    });
    let reply = (may.reply && page.view.bond.hold.is_some()).then(|| {
        forms.one("reply", "陈述申辩", &["reply"], |t| view! {
            {t.field("words", "陈述申辩").hint("决定前提出，供作出决定的人看；提出不予退还的人不能代为登记。").area(&t.faults, &t.form.words)}
            <p class="actions"><button>"提交"</button></p>
        })
    });
    let heard = pleas_shown([&page.view.bond]);
    let decide = (may.decide && page.view.bond.hold.is_some()).then(|| {
        forms.one("forfeit", "决定是否退还", &["forfeit", "free"], |t| {
            view! {
                <input type="hidden" name="form[heard]" value=heard/>
                {t.field("words", "理由").area(&t.faults, &t.form.words)}
                <p class="actions">
                    <button name="form[act]" value="free">"照常退还"</button>
                    <button class="danger" name="form[act]" value="forfeit">"不予退还"</button>
                </p>
            }
        })
    });
    view! { {verify} {retains} {decide} {reply} {gives} {keeps} {hold} }.into_any()
}

/// Whether something is required, now or later.
fn needed(page: &BondPageView) -> bool {
    let bond = &page.view.bond;
    bond.required(page.today) > Money::ZERO || bond.needs.iter().any(|n| n.from > page.today)
}

/// Something is given for it.
fn giving(page: &BondPageView, give: ServerAction<GiveForBond>) -> AnyView {
    let Refused { form, faults } = page.give.clone();
    let id = page.view.bond.id.to_string();
    let retention = page.view.bond.kind == BondKind::Retention;
    let title = if retention { "提交保函替代预留" } else { "提交担保" };
    let favours = page.authority.as_ref().map(|rule| {
        let said = written(rule.text.clone(), rule.standing, Some(&rule.source));
        view! { <p class="line small">{said}</p> }
    });
    folded(
        "give",
        title,
        &faults,
        form!(give, "form",
        {summary(&faults)}
        <Token/>
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="form[gives]" value="yes"/>
        <p class="small soft">"换一种形式时先提交新的，核验通过后再退还旧的，中间没有一天缺担保。"</p>
        {favours}
        {given_fields(&form.given, &faults, "give")}
        <p class="actions"><button>"提交"</button></p>),
    )
}

/// What whoever keeps it does: replaces, extends, claims, lets go.
fn keeping(page: &BondPageView, forms: &Forms<BondActForm>) -> AnyView {
    let bond = &page.view.bond;
    let asked: Choices = bond.pieces.iter().filter(|p| held(p)).filter_map(claimed).collect();
    let confirm = (!asked.is_empty()).then(|| {
        forms.one("claim_yes", "确认索赔", &["claim_yes", "claim_no"], |t| view! {
            {t.field("n", "哪一笔").hint("由提出人以外的人确认；确认前不影响退还。").select(&t.faults, &t.form.n, asked)}
            {t.field("words", "核对情况，或驳回理由").input(&t.faults, &t.form.words)}
            <p class="actions">
                <button name="form[act]" value="claim_yes">"确认"</button>
                <button class="quiet" name="form[act]" value="claim_no">"驳回"</button>
            </p>
        })
    });
    let lying = choices(page, held);
    let replace = (needed(page) && lying.len() > 1).then(|| {
        let lying = lying.clone();
        forms.one("replace", "退还已被替代的一笔", &["replace"], |t| view! {
            {t.field("n", "退还哪一笔").hint("退还后任何一天的担保都不得更少。").select(&t.faults, &t.form.n, lying)}
            {t.field("words", "说明").input(&t.faults, &t.form.words)}
            <p class="actions"><button>"退还"</button></p>
        })
    });
    let guarantees = choices(page, |piece| held(piece) && piece.form.is_guarantee());
    let extend = (!guarantees.is_empty()).then(|| {
        forms.one("extend", "保函延期", &["extend"], |t| {
            view! {
                {t.field("n", "哪一份").select(&t.faults, &t.form.n, guarantees)}
                {t.field("day", "延长至").kind("date").input(&t.faults, &t.form.day)}
                {t.field("words", "延期文件").input(&t.faults, &t.form.words)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let free = choices(page, |piece| held(piece) && piece.asked.is_none());
    let claim = (!free.is_empty()).then(|| {
        forms.one("claim", "索赔、扣款", &["claim"], |t| view! {
            {t.field("n", "从哪一笔").select(&t.faults, &t.form.n, free)}
            <div class="pair">
                {t.field("amount", "金额（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
                {t.field("day", "哪一天").kind("date").input(&t.faults, &t.form.day)}
            </div>
            {t.field("words", "事由和依据").hint("登记后由另一人确认，确认前不影响退还。").area(&t.faults, &t.form.words)}
            <p class="actions"><button class="danger">"登记索赔"</button></p>
        })
    });
    let wages = (bond.kind == BondKind::Wages && !lying.is_empty()).then(|| {
        forms.one("free_wages", "退还工资保证金", &["free_wages"], |t| {
            view! {
                {t.field("n", "哪一笔").select(&t.faults, &t.form.n, lying)}
                {t.field("words", "工资结清的证明").input(&t.faults, &t.form.words)}
                <p class="actions"><button>"退还"</button></p>
            }
        })
    });
    view! { {confirm} {replace} {extend} {claim} {wages} }.into_any()
}

/// Retained money: asked back, answered, argued about.
fn retained(page: &BondPageView, forms: &Forms<BondActForm>) -> AnyView {
    let may = page.may;
    let stage_of = |n: u32| {
        let own = page.applications.iter().rev().find(|a| a.application.piece == n);
        own.map(|a| a.application.stage)
    };
    let applied = |stages: &[RetainStage]| {
        choices(page, |piece| stage_of(piece.n).is_some_and(|stage| stages.contains(&stage)))
    };
    let ripe = |n: u32| page.applications.iter().any(|a| a.application.piece == n && a.may_remind);
    let waiting = applied(&[RetainStage::Applied, RetainStage::Reminded]);
    let answer = (may.answer && !waiting.is_empty()).then(|| {
        forms.one("agree", "核实返还申请", &["agree", "dispute"], |t| {
            view! {
                {t.field("n", "哪一期").select(&t.faults, &t.form.n, waiting)}
                {t.field("words", "核实情况，或异议").area(&t.faults, &t.form.words)}
                <p class="actions">
                    <button name="form[act]" value="agree">"核实无异议"</button>
                    <button class="quiet" name="form[act]" value="dispute">"提出异议"</button>
                </p>
            }
        })
    });
    let asks = choices(page, |piece| match &piece.what {
        What::Withheld(kept) => {
            held(piece) && kept.due <= page.today && stage_of(piece.n).is_none()
        }
        _ => false,
    });
    let apply = (may.apply && !asks.is_empty()).then(|| {
        forms.one("apply", "申请返还", &["apply"], |t| view! {
            {t.field("n", "哪一期").hint("发包人应在期限内会同核实；不答复的可以催告。").select(&t.faults, &t.form.n, asks)}
            {t.field("words", "说明").input(&t.faults, &t.form.words)}
            <p class="actions"><button>"申请"</button></p>
        })
    });
    let late = choices(page, |piece| ripe(piece.n));
    let remind = (may.apply && !late.is_empty()).then(|| {
        forms.one("remind", "催告", &["remind"], |t| view! {
            {t.field("n", "哪一期").hint("催告立即显示给发包人；发包人签收，或者登记送达之后，期限内仍不答复，视同认可（建质〔2017〕138号第十一条）。").select(&t.faults, &t.form.n, late)}
            {t.field("words", "催告内容").area(&t.faults, &t.form.words)}
            <p class="actions"><button>"催告"</button></p>
        })
    });
    let unserved = choices(page, |piece| {
        page.applications
            .iter()
            .any(|a| a.application.piece == piece.n && a.application.awaits_service())
    });
    let receive = (may.answer && !unserved.is_empty()).then(|| {
        let unserved = unserved.clone();
        forms.one("receive", "签收催告", &["receive"], |t| view! {
            {t.field("n", "签收哪一期").hint("签收之日即送达之日，起算答复期限。").select(&t.faults, &t.form.n, unserved)}
            <p class="actions"><button>"签收"</button></p>
        })
    });
    let serve = (may.apply && !unserved.is_empty()).then(|| {
        let ways = plan::named(&Service::ALL, Service::key, Service::name);
        forms.one("serve", "登记催告送达", &["serve"], |t| view! {
            {t.field("n", "送达哪一期").hint("发包人没有在系统内签收的，登记另行送达；从送达之日起算答复期限。").select(&t.faults, &t.form.n, unserved)}
            <div class="pair">
                {t.field("day", "送达之日").kind("date").input(&t.faults, &t.form.day)}
                {t.field("how", "送达方式").select(&t.faults, &t.form.how, ways)}
            </div>
            {t.field("words", "凭据（签收单、邮件号、合同条款）").input(&t.faults, &t.form.words)}
            <p class="actions"><button>"登记"</button></p>
        })
    });
    let disputed = applied(&[RetainStage::Disputed]);
    let settle = (may.settle && !disputed.is_empty()).then(|| {
        forms.one("settle", "登记争议结果", &["settle"], |t| view! {
            {t.field("n", "哪一期").select(&t.faults, &t.form.n, disputed)}
            {t.field("amount", "应返还（万元）").kind("decimal").input(&t.faults, &t.form.amount)}
            {t.field("words", "协议、调解书或判决").input(&t.faults, &t.form.words)}
            <p class="actions"><button>"登记"</button></p>
        })
    });
    view! { {receive} {answer} {apply} {remind} {serve} {settle} }.into_any()
}
