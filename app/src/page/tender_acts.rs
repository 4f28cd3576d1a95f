//! The forms of `/desk/bonds/tender/:id`: what the tender came to, what became of a bond.

use crate::api::{SettleTender, TenderActForm, TenderBondsPage};
use crate::part::folded::{Forms, Typed};
use crate::part::form;
use crate::text;
use leptos::prelude::*;
use policies::bond::{On, Piece, PieceState, pleas_shown};

pub(super) type Choices = Vec<(String, String)>;

/// Bidders to be ticked.
fn ticks(
    typed: &Typed<TenderActForm>,
    legend: &'static str,
    firms: Choices,
) -> impl IntoView + use<> {
    let boxes = firms.into_iter().map(|(uscc, name)| {
        let checked = typed.form.candidates.contains(&uscc);
        let field = format!("{}-{uscc}", typed.name);
        view! {
            <div class="field tick">
                <input id=field.clone() type="checkbox" name="form[candidates][]" value=uscc checked=checked/>
                <label for=field>{name}</label>
            </div>
        }
    });
    let boxes = boxes.collect_view();
    let fault = typed.faults.of("candidates").map(text::fault);
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {fault.map(|fault| view! { <p class="fault">{fault}</p> })}
            {boxes}
        </fieldset>
    }
}

/// Grounds of the law on which a bond does not go back: to choose from, and where each stands.
pub(super) fn grounds(all: &[(String, String, String)]) -> (Choices, AnyView) {
    let choices = all.iter().map(|(key, text, _)| (key.clone(), text.clone())).collect();
    let sources = all.iter().map(|(_, text, source)| {
        view! { <li>{format!("{text}：{source}")}</li> }
    });
    let sources = sources.collect_view();
    (choices, view! { <ul class="small">{sources}</ul> }.into_any())
}

/// All forms that have their place now.
pub(super) fn acts(page: &TenderBondsPage, action: ServerAction<SettleTender>) -> AnyView {
    let send = move |fields: AnyView| form!(action, "form", { fields }).into_any();
    let forms = Forms::new(&page.id, &page.act, &page.act.form.act, send);
    let settles = page.may_settle.then(|| settling(page, &forms));
    let lies = |piece: &Piece| piece.state == PieceState::Held;
    let held: Choices = page
        .bonds
        .iter()
        .filter(|b| b.bond.hold.is_none() && b.bond.pieces.iter().any(lies))
        .map(|b| (b.bond.id.to_string(), b.bond.firm.name.clone()))
        .collect();
    let hold = (page.may_hold && !held.is_empty()).then(|| {
        forms.one("hold", "提出不予退还", &["hold"], |t| {
            let (kinds, sources) = grounds(&page.grounds);
            view! {
                {sources}
                {t.field("bond", "投标人").select(&t.faults, &t.form.bond, held)}
                {t.field("ground", "法定情形").select(&t.faults, &t.form.ground, kinds)}
                {t.field("reason", "事实").hint("提出后暂不退还，由监督部门另一人决定。").area(&t.faults, &t.form.reason)}
                <p class="actions"><button class="danger">"提出"</button></p>
            }
        })
    });
    let open: Choices = page
        .bonds
        .iter()
        .filter(|b| b.bond.hold.is_some())
        .map(|b| (b.bond.id.to_string(), b.bond.firm.name.clone()))
        .collect();
    let reply = (page.may_reply && !open.is_empty()).then(|| {
        let open = open.clone();
        forms.one("reply", "登记陈述申辩", &["reply"], |t| {
            view! {
                {t.field("bond", "投标人").select(&t.faults, &t.form.bond, open)}
                {t.field("reason", "投标人的陈述申辩").hint("决定前由提出人以外的人登记，供作出决定的人看。").area(&t.faults, &t.form.reason)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let heard = pleas_shown(page.bonds.iter().map(|view| &view.bond));
    let decide = (page.may_decide && !open.is_empty()).then(|| {
        forms.one("forfeit", "决定是否退还", &["forfeit", "free"], |t| view! {
            <input type="hidden" name="form[heard]" value=heard/>
            {t.field("bond", "投标人").hint("由提出人以外的人决定。").select(&t.faults, &t.form.bond, open)}
            {t.field("reason", "理由").area(&t.faults, &t.form.reason)}
            <p class="actions">
                <button name="form[act]" value="free">"照常退还"</button>
                <button class="danger" name="form[act]" value="forfeit">"不予退还"</button>
            </p>
        })
    });
    view! { {decide} {reply} {settles} {hold} }.into_any()
}

/// What the trading centre enters.
fn settling(page: &TenderBondsPage, forms: &Forms<TenderActForm>) -> AnyView {
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
    let settled = page.result.as_ref();
    let over = settled.is_some_and(|r| r.ended.is_some() || r.signed.is_some());
    let awarded = settled.is_some_and(|r| r.awarded.is_some());
    let bids: Choices =
        page.bids.iter().map(|bid| (bid.key().to_owned(), bid.name().to_owned())).collect();
    let has = !firms.is_empty();
    let basis = (!bids.is_empty()).then(|| {
        forms.one("basis", "保证金口径", &["basis"], |t| {
            let first = bids.first().map_or(String::new(), |(key, _)| key.clone());
            let chosen = if t.form.basis.is_empty() { first } else { t.form.basis.clone() };
            view! {
                {t.field("basis", "招的是什么").hint("公告没有写明，最高额按它算；登记第一笔之前可以改。").select(&t.faults, &chosen, bids)}
                <p class="actions"><button>"保存"</button></p>
            }
        })
    });
    let award = (!over && has).then(|| award(page, forms, firms.clone()));
    let sign = (!over && awarded).then(|| sign(page, forms));
    let withdraw = (!over && !awarded && has).then(|| {
        forms.one("withdraw", "登记撤回投标", &["withdraw"], |t| {
            view! {
                {t.field("bond", "投标人").select(&t.faults, &t.form.bond, bonds)}
                {t.field("day", "收到书面通知之日").kind("date").input(&t.faults, &t.form.day)}
                {t.field("reason", "说明").input(&t.faults, &t.form.reason)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let extend = (!over && !awarded && has).then(|| {
        forms.one("extend", "延长投标有效期", &["extend"], |t| {
            view! {
                {t.field("day", "延长至").kind("date").input(&t.faults, &t.form.day)}
                {t.field("reason", "书面通知的文号或说明").input(&t.faults, &t.form.reason)}
                {ticks(t, "不同意延长的投标人（原有效期届满后退还）", firms)}
                <p class="actions"><button>"登记"</button></p>
            }
        })
    });
    let verify = (!offered.is_empty()).then(|| {
        forms.one("verify", "核验", &["verify", "refuse"], |t| view! {
            {t.field("bond", "待核验的担保").hint("由登记人以外的人核验：现金对银行流水，保函向开立机构查验。").select(&t.faults, &t.form.bond, offered)}
            {t.field("reason", "核验方式或不符之处").input(&t.faults, &t.form.reason)}
            <p class="actions">
                <button name="form[act]" value="verify">"核验通过"</button>
                <button class="quiet" name="form[act]" value="refuse">"核验不符"</button>
            </p>
        })
    });
    let end = (!over).then(|| {
        forms.one("end", "登记招标终止", &["end"], |t| {
            view! {
                {t.field("day", "终止之日").kind("date").input(&t.faults, &t.form.day)}
                {t.field("reason", "为什么终止").area(&t.faults, &t.form.reason)}
                <p class="actions"><button class="danger">"登记终止"</button></p>
            }
        })
    });
    view! { {verify} {award} {sign} {withdraw} {extend} {basis} {end} }.into_any()
}

fn award(page: &TenderBondsPage, forms: &Forms<TenderActForm>, firms: Choices) -> AnyView {
    let mut typed = forms.typed("award", &["award"]);
    // Who corrects an award begins with what stands there.
    if typed.form.act.is_empty()
        && let Some(result) = &page.result
    {
        typed.form.day = result.awarded.map_or(String::new(), |at| at.day().to_string());
        typed.form.winner = result.winner.as_ref().map_or(String::new(), ToString::to_string);
        typed.form.candidates = result.candidates.iter().map(ToString::to_string).collect();
    }
    let awarded = page.result.as_ref().is_some_and(|result| result.awarded.is_some());
    let title = if awarded { "更正中标通知书" } else { "登记中标通知书" };
    let t = &typed;
    let fields = view! {
        {t.field("day", "发出之日").kind("date").input(&t.faults, &t.form.day)}
        {t.field("winner", "中标人").select(&t.faults, &t.form.winner, firms.clone())}
        {ticks(t, "其他中标候选人（等到合同签订才退还）", firms)}
        <p class="actions"><button>"登记"</button></p>
    };
    forms.folded(title, t, fields)
}

/// The contract is signed: by the register of contracts, or by its day alone.
fn sign(page: &TenderBondsPage, forms: &Forms<TenderActForm>) -> AnyView {
    let register = format!("/desk/contracts/new?notice={}", page.id);
    let alone = forms.one("sign", "登记合同签订", &["sign"], |t| view! {
        <p class="small soft">"通常在上面登记合同，签订之日随之登记；合同不进台账的，才只在这里登记。"</p>
        {t.field("day", "签订之日").kind("date").input(&t.faults, &t.form.day)}
        <p class="actions"><button>"登记"</button></p>
    });
    view! {
        <p class="actions"><a class="button quiet" href=register>"登记合同（签订后退还中标人和其他候选人的保证金）"</a></p>
        {alone}
    }
    .into_any()
}
