//! Something that is given for a bond: its fields in a form, and its line in a list.

use super::plan::named;
use crate::part::field::Field;
use crate::part::state::badge;
use leptos::prelude::*;
use model::{BondForm, Faults, Medium};
use policies::bond::{Checked, GivenForm, Piece, PieceState, What};

/// In which case a field must be filled in: both groups are there, whichever form is chosen.
const CASH: &str = "现金必填";
const PAPER: &str = "保函、保险必填";

/// The fields of money or of a guarantee, as the part `given` of a form.
pub(super) fn given_fields(
    given: &GivenForm,
    faults: &Faults,
    form: &'static str,
) -> impl IntoView + use<> {
    let field = move |name: &'static str, label: &'static str| {
        Field::new(name, label).of(form).within("given")
    };
    view! {
        <div class="pair">
            {field("form", "形式").hint("不得只收现金，金融机构保函必须接受。").select(faults, &given.form, named(BondForm::ALL, BondForm::key, BondForm::name))}
            {field("amount", "金额（万元）").kind("decimal").input(faults, &given.amount)}
            {field("from", "到账之日，或保函生效之日").kind("date").input(faults, &given.from)}
        </div>
        <fieldset>
            <legend>"现金填"</legend>
            <div class="pair">
                {field("payer", "付款人户名").required_when(CASH).hint("须与缴纳人一致。").input(faults, &given.payer)}
                {field("account", "付款账号").required_when(CASH).hint("退还只退到这个账户。").input(faults, &given.account)}
                {field("reference", "银行流水号").required_when(CASH).input(faults, &given.reference)}
            </div>
        </fieldset>
        <fieldset>
            <legend>"保函、保险填"</legend>
            <div class="pair">
                {field("number", "编号").required_when(PAPER).input(faults, &given.number)}
                {field("issuer", "开立机构").required_when(PAPER).input(faults, &given.issuer)}
                {field("beneficiary", "受益人").required_when(PAPER).input(faults, &given.beneficiary)}
                {field("medium", "介质").required_when(PAPER).select(faults, &given.medium, named(Medium::ALL, Medium::key, Medium::name))}
                {field("until", "到期日").required_when(PAPER).kind("date").input(faults, &given.until)}
                {field("fee", "费用（元）").optional().hint("保函金额按万元，费用按元。").kind("decimal").input(faults, &given.fee)}
            </div>
        </fieldset>
    }
}

/// What was given, in a line; under it, what a guarantee's issuer says of it.
pub(super) fn piece_line(piece: &Piece) -> impl IntoView + use<> {
    let tone = match piece.state {
        PieceState::Held => "plain",
        PieceState::Offered | PieceState::Returning => "due",
        PieceState::Returned | PieceState::Released => "done",
        PieceState::Refused | PieceState::Forfeited => "danger",
    };
    let (form, what) = match &piece.what {
        What::Cash(cash) => {
            (piece.form.name(), format!("{} 到账，付款人 {}", piece.from, cash.payer))
        }
        What::Guarantee(g) => (
            piece.form.name(),
            format!(
                "{} {}，{} 至 {}",
                g.issuer,
                g.number,
                piece.from,
                piece.until.map(|day| day.to_string()).unwrap_or_default()
            ),
        ),
        What::Withheld(kept) => {
            ("结算预留", format!("{}，{} 起可申请返还", kept.milestone, kept.due))
        }
    };
    let taken: i64 = piece.amount.fen() - piece.left().fen();
    let left = (taken > 0).then(|| format!("，余 {} 元", piece.left()));
    view! {
        <p class="line small">
            {badge(tone, piece.state.name())}
            <span>{format!("第 {} 笔 {form} {} 元", piece.n, piece.amount)}{left}</span>
            <span class="soft">{what}</span>
        </p>
        {piece.checked.as_ref().map(issuer_said)}
    }
}

/// What the issuer's own service said. It refuses nothing by itself: a person decides.
fn issuer_said(checked: &Checked) -> AnyView {
    let day = checked.at.day();
    if checked.differs.is_empty() {
        let fits = format!("开立机构接口 {day} 核验一致");
        return view! { <p class="small soft">{fits}</p> }.into_any();
    }
    let differs = checked.differs.iter().map(|words| view! { <li>{words.clone()}</li> });
    let differs = differs.collect_view();
    view! {
        <p class="line small">
            {badge("danger", "与开立机构记录有出入")}
            <span class="soft">{format!("{day} 查询，由人核对后决定")}</span>
        </p>
        <ul class="small">{differs}</ul>
    }
    .into_any()
}
