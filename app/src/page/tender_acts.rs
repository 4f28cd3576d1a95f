//! The forms of `/desk/bonds/tender/:id`: what the tender came to, what became of a bond.

use crate::api::{Refused, SettleTender, TenderActForm, TenderBondsPage};
use crate::part::field::{Field, summary};
use crate::part::{Token, form};
use crate::text;
use leptos::prelude::*;
use model::Faults;
use policies::bond::{On, PieceState};

pub(super) type Choices = Vec<(String, String)>;

/// Bidders to be ticked.
fn ticks(
    form: &'static str,
    ticked: &Refused<TenderActForm>,
    legend: &'static str,
    firms: Choices,
) -> impl IntoView + use<> {
    let boxes = firms.into_iter().map(|(uscc, name)| {
        let checked = ticked.form.candidates.contains(&uscc);
        let field = format!("{form}-{uscc}");
        view! {
            <div class="field tick">
                <input id=field.clone() type="checkbox" name="form[candidates][]" value=uscc checked=checked/>
                <label for=field>{name}</label>
            </div>
        }
    });
    let fault = ticked.faults.of("candidates").map(text::fault);
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
            {boxes.collect_view()}
        </fieldset>
    }
}

/// One form behind its name. Without its type, of which a page would have a dozen in one.
pub(super) fn folded<V: IntoView + 'static>(
    name: &'static str,
    title: &'static str,
    faults: &Faults,
    body: V,
) -> AnyView {
    let open = !faults.is_empty();
    let body = body.into_any();
    view! {
        <details id=name class="card pad" open=open>
            <summary>{title}</summary>
            {body}
        </details>
    }
    .into_any()
}

/// All forms that have their place now.
pub(super) fn acts(page: &TenderBondsPage, action: ServerAction<SettleTender>) -> AnyView {
    let withdrew = |on: &On| matches!(on, On::Tender { withdrawn: Some(_), .. });
    let bidding = || page.bonds.iter().filter(|b| !withdrew(&b.bond.on));
    let firms: Choices =
        bidding().map(|b| (b.bond.firm.uscc.to_string(), b.bond.firm.name.clone())).collect();
    let bonds: Choices =
        bidding().map(|b| (b.bond.id.to_string(), b.bond.firm.name.clone())).collect();
    let offered: Choices = page
        .bonds
        .iter()
        .filter_map(|b| {
            let piece = b.bond.pieces.iter().find(|p| p.state == PieceState::Offered)?;
            let words = format!("{} {} {} 元", b.bond.firm.name, piece.form.name(), piece.amount);
            Some((b.bond.id.to_string(), words))
        })
        .collect();
    // What was refused shows in the form that it was typed into.
    let of = |acts: &[&str]| match acts.contains(&page.act.form.act.as_str()) {
        true => page.act.clone(),
        false => Refused::<TenderActForm>::default(),
    };
    let id = page.id.to_string();
    let hidden = move |act: &'static str| {
        let act =
            (!act.is_empty()).then(|| view! { <input type="hidden" name="form[act]" value=act/> });
        view! {
            <Token/>
            <input type="hidden" name="id" value=id.clone()/>
            {act}
        }
    };
    let settled = page.result.as_ref();
    let over = settled.is_some_and(|r| r.ended.is_some() || r.signed.is_some());
    let awarded = settled.is_some_and(|r| r.awarded.is_some());
    let has = !firms.is_empty();
    let (bonds_given, waits) = (!bonds.is_empty(), !offered.is_empty());
    let mut award = of(&["award"]);
    // Who corrects an award begins with what stands there.
    if award.form.act.is_empty()
        && let Some(result) = settled
    {
        award.form.day = result.awarded.map_or(String::new(), |at| at.day().to_string());
        award.form.winner = result.winner.as_ref().map_or(String::new(), ToString::to_string);
        award.form.candidates = result.candidates.iter().map(ToString::to_string).collect();
    }
    let (basis, sign, end, extend) = (of(&["basis"]), of(&["sign"]), of(&["end"]), of(&["extend"]));
    let (withdraw, verify) = (of(&["withdraw"]), of(&["verify", "refuse"]));
    let bids: Choices =
        page.bids.iter().map(|bid| (bid.key().to_owned(), bid.name().to_owned())).collect();
    let basis = (!bids.is_empty()).then(|| {
        let first = bids.first().map_or(String::new(), |(key, _)| key.clone());
        let chosen = if basis.form.basis.is_empty() { first } else { basis.form.basis.clone() };
        folded("basis", "保证金口径", &basis.faults, form!(action, "form",
            {summary(&basis.faults)}
            {hidden("basis")}
            {Field::new("basis", "招的是什么").of("basis").hint("公告没有写明，最高额按它算；登记第一笔之前可以改。").select(&basis.faults, &chosen, bids)}
            <p class="actions"><button>"保存"</button></p>))
    });
    let award = (!over && has).then(|| {
        folded("award", if awarded { "更正中标通知书" } else { "登记中标通知书" }, &award.faults, form!(action, "form",
            {summary(&award.faults)}
            {hidden("award")}
            {Field::new("day", "发出之日").of("award").kind("date").input(&award.faults, &award.form.day)}
            {Field::new("winner", "中标人").of("award").select(&award.faults, &award.form.winner, firms.clone())}
            {ticks("award", &award, "其他中标候选人（等到合同签订才退还）", firms.clone())}
            <p class="actions"><button>"登记"</button></p>))
    });
    let sign = (!over && awarded).then(|| {
        folded("sign", "登记合同签订", &sign.faults, form!(action, "form",
            {summary(&sign.faults)}
            {hidden("sign")}
            {Field::new("day", "签订之日").of("sign").kind("date").input(&sign.faults, &sign.form.day)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let withdraw = (!over && !awarded && bonds_given).then(|| {
        folded("withdraw", "登记撤回投标", &withdraw.faults, form!(action, "form",
            {summary(&withdraw.faults)}
            {hidden("withdraw")}
            {Field::new("bond", "投标人").of("withdraw").select(&withdraw.faults, &withdraw.form.bond, bonds)}
            {Field::new("day", "收到书面通知之日").of("withdraw").kind("date").input(&withdraw.faults, &withdraw.form.day)}
            {Field::new("reason", "说明").of("withdraw").input(&withdraw.faults, &withdraw.form.reason)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let extend = (!over && !awarded && has).then(|| {
        folded("extend", "延长投标有效期", &extend.faults, form!(action, "form",
            {summary(&extend.faults)}
            {hidden("extend")}
            {Field::new("day", "延长至").of("extend").kind("date").input(&extend.faults, &extend.form.day)}
            {Field::new("reason", "书面通知的文号或说明").of("extend").input(&extend.faults, &extend.form.reason)}
            {ticks("extend", &extend, "不同意延长的投标人（原有效期届满后退还）", firms)}
            <p class="actions"><button>"登记"</button></p>))
    });
    let verify = waits.then(|| {
        folded("verify", "核验", &verify.faults, form!(action, "form",
            {summary(&verify.faults)}
            {hidden("")}
            {Field::new("bond", "待核验的担保").of("verify").hint("由登记人以外的人核验：现金对银行流水，保函向开立机构查验。").select(&verify.faults, &verify.form.bond, offered)}
            {Field::new("reason", "核验方式或不符之处").of("verify").input(&verify.faults, &verify.form.reason)}
            <p class="actions">
                <button name="form[act]" value="verify">"核验通过"</button>
                <button class="quiet" name="form[act]" value="refuse">"核验不符"</button>
            </p>))
    });
    let end = (!over).then(|| {
        folded(
            "end",
            "登记招标终止",
            &end.faults,
            form!(action, "form",
            {summary(&end.faults)}
            {hidden("end")}
            {Field::new("day", "终止之日").of("end").kind("date").input(&end.faults, &end.form.day)}
            {Field::new("reason", "为什么终止").of("end").area(&end.faults, &end.form.reason)}
            <p class="actions"><button class="danger">"登记终止"</button></p>),
        )
    });
    view! { {verify} {award} {sign} {withdraw} {extend} {basis} {end} }.into_any()
}
