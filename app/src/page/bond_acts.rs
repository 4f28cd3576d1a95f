//! The forms of `/desk/bonds/one/:id`.

use super::given::given_fields;
use super::tender_acts::{Choices, folded};
use crate::api::{ActOnBond, BondActForm, BondPageView, GiveForBond, Refused};
use crate::part::field::{Field, summary};
use crate::part::{Token, form};
use leptos::prelude::*;
use model::BondKind;
use policies::bond::{Piece, PieceState, RetainStage, What};

fn named(piece: &Piece) -> (String, String) {
    let what = match &piece.what {
        What::Cash(cash) => cash.payer.clone(),
        What::Guarantee(guarantee) => guarantee.number.clone(),
        What::Withheld(kept) => kept.milestone.clone(),
    };
    let words = format!("第 {} 笔 {} 元 {what}", piece.n, piece.left());
    (piece.n.to_string(), words)
}

/// All forms that have their place now.
pub(super) fn acts(
    page: &BondPageView,
    give: ServerAction<GiveForBond>,
    act: ServerAction<ActOnBond>,
) -> AnyView {
    let bond = &page.view.bond;
    let may = page.may;
    let pieces = |wanted: &dyn Fn(&Piece) -> bool| -> Choices {
        bond.pieces.iter().filter(|piece| wanted(piece)).map(named).collect()
    };
    let held = |piece: &Piece| piece.state == PieceState::Held;
    let offered = pieces(&|piece| piece.state == PieceState::Offered);
    let guarantees = pieces(&|piece| held(piece) && piece.form.is_guarantee());
    let lying = pieces(&held);
    let needed = bond.required(page.today) > model::Money::ZERO
        || bond.needs.iter().any(|need| need.from > page.today);
    let retention = bond.kind == BondKind::Retention;
    let stage_of = |n: u32| {
        page.applications
            .iter()
            .rev()
            .find(|a| a.application.piece == n)
            .map(|a| a.application.stage)
    };
    let asks = pieces(&|piece| match &piece.what {
        What::Withheld(kept) => {
            held(piece) && kept.due <= page.today && stage_of(piece.n).is_none()
        }
        _ => false,
    });
    let applied = |stages: &[RetainStage]| -> Choices {
        let fits = |piece: &Piece| stage_of(piece.n).is_some_and(|stage| stages.contains(&stage));
        pieces(&fits)
    };
    let waiting = applied(&[RetainStage::Applied, RetainStage::Reminded]);
    let disputed = applied(&[RetainStage::Disputed]);
    let late: Choices = {
        let ripe =
            |n: u32| page.applications.iter().any(|a| a.application.piece == n && a.may_remind);
        pieces(&|piece| ripe(piece.n))
    };
    // What was refused shows in the form that it was typed into.
    let of = |acts: &[&str]| match acts.contains(&page.act.form.act.as_str()) {
        true => page.act.clone(),
        false => Refused::<BondActForm>::default(),
    };
    let id = bond.id.to_string();
    let hidden = {
        let id = id.clone();
        move |act: &'static str| {
            let act = (!act.is_empty())
                .then(|| view! { <input type="hidden" name="form[act]" value=act/> });
            view! {
                <Token/>
                <input type="hidden" name="id" value=id.clone()/>
                {act}
            }
        }
    };
    let gives = (may.offer && needed).then(|| {
        let Refused { form, faults } = page.give.clone();
        let title = if retention { "提交保函替代预留" } else { "提交担保" };
        folded("give", title, &faults, form!(give, "form",
            {summary(&faults)}
            <Token/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="form[gives]" value="yes"/>
            <p class="small soft">"换一种形式时先提交新的，核验通过后再退还旧的，中间没有一天缺担保。"</p>
            {given_fields(&form.given, &faults, "give")}
            <p class="actions"><button>"提交"</button></p>))
    });
    let verify = of(&["verify", "refuse"]);
    let verify = (may.verify && !offered.is_empty()).then(|| {
        folded("verify", "核验", &verify.faults, form!(act, "form",
            {summary(&verify.faults)}
            {hidden("")}
            {Field::new("n", "哪一笔").of("verify").hint("由登记人以外的人核验：现金对银行流水，保函向开立机构查验。").select(&verify.faults, &verify.form.n, offered)}
            {Field::new("words", "核验方式或不符之处").of("verify").input(&verify.faults, &verify.form.words)}
            <p class="actions">
                <button name="form[act]" value="verify">"核验通过"</button>
                <button class="quiet" name="form[act]" value="refuse">"核验不符"</button>
            </p>))
    });
    let replace = of(&["replace"]);
    let replace = (may.keep && needed && lying.len() > 1).then(|| {
        folded("replace", "退还已被替代的一笔", &replace.faults, form!(act, "form",
            {summary(&replace.faults)}
            {hidden("replace")}
            {Field::new("n", "退还哪一笔").of("replace").hint("退还后任何一天的担保都不得更少。").select(&replace.faults, &replace.form.n, lying.clone())}
            {Field::new("words", "说明").of("replace").input(&replace.faults, &replace.form.words)}
            <p class="actions"><button>"退还"</button></p>))
    });
    let extend = of(&["extend"]);
    let extend = (may.keep && !guarantees.is_empty()).then(|| {
        folded("extend", "保函延期", &extend.faults, form!(act, "form",
            {summary(&extend.faults)}
            {hidden("extend")}
            {Field::new("n", "哪一份").of("extend").select(&extend.faults, &extend.form.n, guarantees)}
            {Field::new("day", "延长至").of("extend").kind("date").input(&extend.faults, &extend.form.day)}
            {Field::new("words", "延期文件").of("extend").input(&extend.faults, &extend.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let claim = of(&["claim"]);
    let claim = (may.keep && !lying.is_empty()).then(|| {
        folded("claim", "索赔、扣款", &claim.faults, form!(act, "form",
            {summary(&claim.faults)}
            {hidden("claim")}
            {Field::new("n", "从哪一笔").of("claim").select(&claim.faults, &claim.form.n, lying.clone())}
            <div class="pair">
                {Field::new("amount", "金额（万元）").of("claim").kind("decimal").input(&claim.faults, &claim.form.amount)}
                {Field::new("day", "哪一天").of("claim").kind("date").input(&claim.faults, &claim.form.day)}
            </div>
            {Field::new("words", "事由和依据").of("claim").area(&claim.faults, &claim.form.words)}
            <p class="actions"><button class="danger">"登记索赔"</button></p>))
    });
    let wages = of(&["free_wages"]);
    let wages = (may.keep && bond.kind == BondKind::Wages && !lying.is_empty()).then(|| {
        folded("free_wages", "退还工资保证金", &wages.faults, form!(act, "form",
            {summary(&wages.faults)}
            {hidden("free_wages")}
            {Field::new("n", "哪一笔").of("free_wages").select(&wages.faults, &wages.form.n, lying.clone())}
            {Field::new("words", "工资结清的证明").of("free_wages").input(&wages.faults, &wages.form.words)}
            <p class="actions"><button>"退还"</button></p>))
    });
    let hold = of(&["hold"]);
    let grounds: Choices =
        page.grounds.iter().map(|(key, text, _)| (key.clone(), text.clone())).collect();
    let sources = page.grounds.iter().map(|(_, text, source)| {
        view! { <li>{format!("{text}：{source}")}</li> }
    });
    let sources = sources.collect_view();
    let hold = (may.hold && bond.hold.is_none() && !lying.is_empty()).then(|| {
        folded("hold", "提出不予退还", &hold.faults, form!(act, "form",
            {summary(&hold.faults)}
            {hidden("hold")}
            <ul class="small">{sources}</ul>
            {Field::new("ground", "法定情形").of("hold").select(&hold.faults, &hold.form.ground, grounds)}
            {Field::new("words", "事实").of("hold").hint("提出后暂不退还，由监督部门另一人决定。").area(&hold.faults, &hold.form.words)}
            <p class="actions"><button class="danger">"提出"</button></p>))
    });
    let decide = of(&["forfeit", "free"]);
    let decide = (may.decide && bond.hold.is_some()).then(|| {
        folded(
            "forfeit",
            "决定是否退还",
            &decide.faults,
            form!(act, "form",
            {summary(&decide.faults)}
            {hidden("")}
            {Field::new("words", "理由").of("forfeit").area(&decide.faults, &decide.form.words)}
            <p class="actions">
                <button name="form[act]" value="free">"照常退还"</button>
                <button class="danger" name="form[act]" value="forfeit">"不予退还"</button>
            </p>),
        )
    });
    let apply = of(&["apply"]);
    let apply = (may.apply && retention && !asks.is_empty()).then(|| {
        folded("apply", "申请返还", &apply.faults, form!(act, "form",
            {summary(&apply.faults)}
            {hidden("apply")}
            {Field::new("n", "哪一期").of("apply").hint("发包人应在期限内会同核实；不答复的可以催告。").select(&apply.faults, &apply.form.n, asks)}
            {Field::new("words", "说明").of("apply").input(&apply.faults, &apply.form.words)}
            <p class="actions"><button>"申请"</button></p>))
    });
    let remind = of(&["remind"]);
    let remind = (may.apply && !late.is_empty()).then(|| {
        folded("remind", "催告", &remind.faults, form!(act, "form",
            {summary(&remind.faults)}
            {hidden("remind")}
            {Field::new("n", "哪一期").of("remind").hint("催告后期限内仍不答复，视同认可（建质〔2017〕138号第十一条）。").select(&remind.faults, &remind.form.n, late)}
            {Field::new("words", "怎样送达").of("remind").input(&remind.faults, &remind.form.words)}
            <p class="actions"><button>"催告"</button></p>))
    });
    let answer = of(&["agree", "dispute"]);
    let answer = (may.answer && !waiting.is_empty()).then(|| {
        folded("agree", "核实返还申请", &answer.faults, form!(act, "form",
            {summary(&answer.faults)}
            {hidden("")}
            {Field::new("n", "哪一期").of("agree").select(&answer.faults, &answer.form.n, waiting)}
            {Field::new("words", "核实情况，或异议").of("agree").area(&answer.faults, &answer.form.words)}
            <p class="actions">
                <button name="form[act]" value="agree">"核实无异议"</button>
                <button class="quiet" name="form[act]" value="dispute">"提出异议"</button>
            </p>))
    });
    let settle = of(&["settle"]);
    let settle = (may.settle && !disputed.is_empty()).then(|| {
        folded("settle", "登记争议结果", &settle.faults, form!(act, "form",
            {summary(&settle.faults)}
            {hidden("settle")}
            {Field::new("n", "哪一期").of("settle").select(&settle.faults, &settle.form.n, disputed)}
            {Field::new("amount", "应返还（万元）").of("settle").kind("decimal").input(&settle.faults, &settle.form.amount)}
            {Field::new("words", "协议、调解书或判决").of("settle").input(&settle.faults, &settle.form.words)}
            <p class="actions"><button>"登记"</button></p>))
    });
    view! { {verify} {answer} {apply} {remind} {settle} {decide} {gives} {replace} {extend} {claim} {wages} {hold} }
        .into_any()
}
