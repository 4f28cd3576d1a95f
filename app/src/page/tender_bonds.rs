//! `/desk/bonds/tender/:id`: the bonds of one tender, what it came to, what each waits for.

use super::bonds::{payment_state, payment_words};
use super::plan::named;
use super::rules::standing_badge;
use super::{draft_key, loading, path_key, shown};
use crate::api::{
    self, BidBondView, EnterBidBond, Refused, SettleTender, TenderActForm, TenderBondsPage,
};
use crate::part::field::{Field, summary};
use crate::part::state::badge;
use crate::part::{Token, form, outcome};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{BondForm, BondKind, CreditLevel, FirmSize, Medium, TenderNoticeId};
use policies::bond::{BidBondForm, PieceState, Placing, Warned, What};

/// The bonds of one tender.
#[component]
pub fn TenderBonds() -> impl IntoView {
    let id: Memo<Option<TenderNoticeId>> = path_key("id");
    let draft = draft_key();
    let enter = ServerAction::<EnterBidBond>::new();
    let settle = ServerAction::<SettleTender>::new();
    let page = Resource::new(
        move || (id.get(), draft.get(), enter.version().get(), settle.version().get()),
        |(id, draft, ..)| async move {
            match id {
                Some(id) => api::read_tender_bonds(id, draft).await,
                None => Err(api::ApiError::NotFound),
            }
        },
    );
    view! {
        <Title text="投标保证金"/>
        <div class="page">
            <p class="small"><a href="/desk/bonds">"保证金"</a></p>
            {outcome(enter.value())}
            {outcome(settle.value())}
            <Transition fallback=loading>
                {move || Suspend::new(async move {
                    shown(page.await, move |page| whole(page, enter, settle))
                })}
            </Transition>
        </div>
    }
}

fn whole(
    page: TenderBondsPage,
    enter: ServerAction<EnterBidBond>,
    settle: ServerAction<SettleTender>,
) -> impl IntoView {
    let told = told(&page);
    let cap = page.most.amount;
    let steps = page.most.steps.iter().map(|step| {
        let source = step.basis.as_ref().map(|basis| basis.line());
        view! {
            <li class="line small">
                <span>{step.label.clone()}</span>
                {standing_badge(step.standing)}
                <span>{format!("{} 元", step.value)}</span>
                {source.map(|source| view! { <span class="soft">{source}</span> })}
            </li>
        }
    });
    let steps = steps.collect_view();
    let acts = page.may_settle.then(|| acts(&page, settle));
    let entry = page.may_enter.then(|| entry(&page, enter));
    let none = page.bonds.is_empty();
    view! {
        <h1>{page.title}</h1>
        <p class="small soft">{format!("{} · 招标人 {} · 投标截止 {}", page.number, page.owner, page.deadline)}</p>
        <p>{told}</p>
        <details class="card pad small"><summary>{format!("投标保证金最高 {cap} 元")}</summary><ul>{steps}</ul></details>
        <section class="card" aria-labelledby="bonds">
            <header><h2 id="bonds">{format!("已登记 {} 笔", page.bonds.len())}</h2></header>
            {none.then(|| view! { <p class="empty">"还没有登记。"</p> })}
            <ul>{page.bonds.into_iter().map(bond).collect_view()}</ul>
        </section>
        {acts}
        {entry}
    }
}

/// What the tender came to, in words.
fn told(page: &TenderBondsPage) -> String {
    let Some(result) = &page.result else { return "尚未定标。".into() };
    let day = |at: Option<model::Moment>| at.map(|at| at.day().to_string());
    if let Some(ended) = day(result.ended) {
        return format!("招标于 {ended} 终止。");
    }
    match (day(result.awarded), day(result.signed)) {
        (Some(awarded), Some(signed)) => format!("{awarded} 发出中标通知书，{signed} 签订合同。"),
        (Some(awarded), None) => format!("{awarded} 发出中标通知书，合同未签。"),
        _ => "尚未定标。".into(),
    }
}

fn bond(view: BidBondView) -> impl IntoView {
    let BidBondView { bond, placing, release, waits, alarms, payment } = view;
    let pieces = bond.pieces.iter().map(|piece| {
        let tone = match piece.state {
            PieceState::Held => "plain",
            PieceState::Offered | PieceState::Returning => "due",
            PieceState::Returned | PieceState::Released => "done",
            PieceState::Refused | PieceState::Forfeited => "danger",
        };
        let what = match &piece.what {
            What::Cash(cash) => format!("{} 到账，付款人 {}", piece.from, cash.payer),
            What::Guarantee(g) => format!(
                "{} {}，{} 至 {}",
                g.issuer,
                g.number,
                piece.from,
                piece.until.map(|day| day.to_string()).unwrap_or_default()
            ),
        };
        view! {
            <p class="line small">
                {badge(tone, piece.state.name())}
                <span>{format!("{} {} 元", piece.form.name(), piece.amount)}</span>
                <span class="soft">{what}</span>
            </p>
        }
    });
    let pieces = pieces.collect_view();
    let goes = match release {
        Some(release) => {
            let day = |leg: &policies::Leg| leg.due.map(|due| due.day().to_string());
            let law = day(&release.course.statutory).unwrap_or_default();
            let promise = release.course.promised.as_ref().and_then(day);
            let promise = promise.map(|day| format!("，承诺 {day} 前")).unwrap_or_default();
            format!(
                "{}（{}），系统 {} 自动退还{promise}，最迟 {law}",
                release.because.name(),
                release.since.day(),
                release.runs.stamp()
            )
        }
        None => waits,
    };
    let basis = (!bond.reduced.is_empty()).then(|| format!("减免：{}", bond.reduced.join("、")));
    let asked = bond.needs.first().map(|need| need.amount).unwrap_or_default();
    let alarms = alarms.into_iter().map(|alarm| {
        let tone = if alarm.warned == Warned::Now { "danger" } else { "due" };
        badge(tone, format!("{} 起缺 {} 元", alarm.gap.from, alarm.gap.short))
    });
    let alarms = alarms.collect_view();
    let tone = if placing == Placing::Winner { "done" } else { "plain" };
    let paid = payment.map(|payment| {
        view! { <p class="line small">{payment_state(&payment.payment.state)} <span>{payment_words(&payment)}</span></p> }
    });
    view! {
        <li class="row">
            <div class="line">
                {badge(tone, placing.name())}
                <span class="title">{bond.firm.name.clone()}</span>
                {alarms}
                <span class="push small">{format!("应缴 {asked} 元")}</span>
            </div>
            <p class="small soft">{format!("{} · {}", bond.number, bond.firm.uscc)} {basis.map(|b| format!(" · {b}"))}</p>
            {pieces}
            <p class="small">{goes}</p>
            {paid}
        </li>
    }
}

fn acts(page: &TenderBondsPage, action: ServerAction<SettleTender>) -> impl IntoView + use<> {
    let id = page.id.to_string();
    let firms: Vec<(String, String)> = page
        .bonds
        .iter()
        .map(|b| (b.bond.firm.uscc.to_string(), b.bond.firm.name.clone()))
        .collect();
    let bonds: Vec<(String, String)> =
        page.bonds.iter().map(|b| (b.bond.id.to_string(), b.bond.firm.name.clone())).collect();
    let offered: Vec<(String, String)> = page
        .bonds
        .iter()
        .filter(|b| b.bond.pieces.iter().any(|p| p.state == PieceState::Offered))
        .map(|b| (b.bond.id.to_string(), b.bond.firm.name.clone()))
        .collect();
    // What was refused shows in the form that it was typed into.
    let of = |act: &str| match page.act.form.act == act {
        true => page.act.clone(),
        false => Refused::<TenderActForm>::default(),
    };
    let (award, sign, end, withdraw, verify) =
        (of("award"), of("sign"), of("end"), of("withdraw"), of("verify"));
    let hidden = move |act: &'static str| {
        let id = id.clone();
        view! {
            <Token/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="form[act]" value=act/>
        }
    };
    let candidates = firms.clone().into_iter().map(|(uscc, name)| {
        let ticked = award.form.candidates.contains(&uscc);
        let field = format!("c-{uscc}");
        view! {
            <div class="field tick">
                <input id=field.clone() type="checkbox" name="form[candidates][]" value=uscc checked=ticked/>
                <label for=field>{name}</label>
            </div>
        }
    });
    let candidates = candidates.collect_view();
    let settled = page.result.as_ref();
    let open = settled.is_none_or(|r| r.ended.is_none() && r.signed.is_none());
    let awarded = settled.is_some_and(|r| r.awarded.is_some());
    let (has, waits) = (!bonds.is_empty(), !offered.is_empty());
    view! {
        {(open && has).then(|| view! {
            <details id="award" class="card pad" open=!award.faults.is_empty()>
                <summary>"登记中标通知书"</summary>
                {form!(action, "form",
                    {summary(&award.faults)}
                    {hidden("award")}
                    {Field::new("day", "发出之日").of("award").kind("date").input(&award.faults, &award.form.day)}
                    {Field::new("winner", "中标人").of("award").select(&award.faults, &award.form.winner, firms)}
                    <fieldset><legend>"其他中标候选人（等到合同签订才退还）"</legend>{candidates}</fieldset>
                    <p class="actions"><button>"登记"</button></p>)}
            </details>
        })}
        {(open && awarded).then(|| view! {
            <details id="sign" class="card pad" open=!sign.faults.is_empty()>
                <summary>"登记合同签订"</summary>
                {form!(action, "form",
                    {summary(&sign.faults)}
                    {hidden("sign")}
                    {Field::new("day", "签订之日").of("sign").kind("date").input(&sign.faults, &sign.form.day)}
                    <p class="actions"><button>"登记"</button></p>)}
            </details>
        })}
        {(open && has).then(|| view! {
            <details id="withdraw" class="card pad" open=!withdraw.faults.is_empty()>
                <summary>"登记撤回投标"</summary>
                {form!(action, "form",
                    {summary(&withdraw.faults)}
                    {hidden("withdraw")}
                    {Field::new("bond", "投标人").of("withdraw").select(&withdraw.faults, &withdraw.form.bond, bonds)}
                    {Field::new("day", "收到书面通知之日").of("withdraw").kind("date").input(&withdraw.faults, &withdraw.form.day)}
                    {Field::new("reason", "说明").of("withdraw").input(&withdraw.faults, &withdraw.form.reason)}
                    <p class="actions"><button>"登记"</button></p>)}
            </details>
        })}
        {waits.then(|| view! {
            <details id="verify" class="card pad" open=!verify.faults.is_empty()>
                <summary>"保函核验"</summary>
                {form!(action, "form",
                    {summary(&verify.faults)}
                    <Token/>
                    <input type="hidden" name="id" value=page.id.to_string()/>
                    {Field::new("bond", "投标人").of("verify").select(&verify.faults, &verify.form.bond, offered)}
                    {Field::new("reason", "核验方式或不符之处").of("verify").input(&verify.faults, &verify.form.reason)}
                    <p class="actions">
                        <button name="form[act]" value="verify">"核验通过"</button>
                        <button class="quiet" name="form[act]" value="refuse">"核验不符"</button>
                    </p>)}
            </details>
        })}
        {open.then(|| view! {
            <details id="end" class="card pad" open=!end.faults.is_empty()>
                <summary>"登记招标终止"</summary>
                {form!(action, "form",
                    {summary(&end.faults)}
                    {hidden("end")}
                    {Field::new("day", "终止之日").of("end").kind("date").input(&end.faults, &end.form.day)}
                    {Field::new("reason", "为什么终止").of("end").area(&end.faults, &end.form.reason)}
                    <p class="actions"><button class="danger">"登记终止"</button></p>)}
            </details>
        })}
    }
}

fn entry(page: &TenderBondsPage, action: ServerAction<EnterBidBond>) -> impl IntoView + use<> {
    let Refused { form, faults } = page.entry.clone();
    let id = page.id.to_string();
    let mut kinds = named(BondKind::ALL, BondKind::key, BondKind::name);
    kinds.push(("other".into(), "其他保证金".into()));
    view! {
        <section class="card pad" aria-labelledby="enter">
            <h2 id="enter">"登记一笔投标保证金"</h2>
            {form!(action, "form", {fields(&form, &faults, kinds)} <input type="hidden" name="id" value=id/> <Token/>
                <p class="actions"><button>"登记"</button></p>)}
        </section>
    }
}

fn fields(
    form: &BidBondForm,
    faults: &model::Faults,
    kinds: Vec<(String, String)>,
) -> impl IntoView + use<> {
    view! {
        {summary(faults)}
        <input type="hidden" name="form[key]" value=form.key.clone()/>
        <div class="pair">
            {Field::new("kind", "哪种保证金").select(faults, &form.kind, kinds)}
            {Field::new("form", "形式").hint("不得只收现金，金融机构保函必须接受。").select(faults, &form.form, named(BondForm::ALL, BondForm::key, BondForm::name))}
            {Field::new("firm", "投标人").input(faults, &form.firm)}
            {Field::new("uscc", "统一社会信用代码").input(faults, &form.uscc)}
            {Field::new("size", "企业规模").select(faults, &form.size, named(FirmSize::ALL, FirmSize::key, FirmSize::name))}
            {Field::new("credit", "信用等级").select(faults, &form.credit, named(CreditLevel::ALL, CreditLevel::key, CreditLevel::name))}
            {Field::new("amount", "金额（万元）").kind("decimal").input(faults, &form.amount)}
            {Field::new("from", "到账之日，或保函生效之日").kind("date").input(faults, &form.from)}
            {Field::new("valid_until", "投标有效期至").kind("date").input(faults, &form.valid_until)}
        </div>
        {Field::new("failings", "有仍在有效期内的失信记录").check(faults, form.failings == "yes")}
        <fieldset>
            <legend>"现金填"</legend>
            <div class="pair">
                {Field::new("payer", "付款人户名").optional().input(faults, &form.payer)}
                {Field::new("account", "付款账号").optional().hint("退还只退到这个账户。").input(faults, &form.account)}
                {Field::new("reference", "银行流水号").optional().input(faults, &form.reference)}
            </div>
        </fieldset>
        <fieldset>
            <legend>"保函、保险填"</legend>
            <div class="pair">
                {Field::new("number", "编号").optional().input(faults, &form.number)}
                {Field::new("issuer", "开立机构").optional().input(faults, &form.issuer)}
                {Field::new("beneficiary", "受益人").optional().input(faults, &form.beneficiary)}
                {Field::new("medium", "介质").optional().select(faults, &form.medium, named(Medium::ALL, Medium::key, Medium::name))}
                {Field::new("until", "到期日").optional().kind("date").input(faults, &form.until)}
                {Field::new("fee", "费用（元）").optional().hint("保函金额按万元，费用按元。").kind("decimal").input(faults, &form.fee)}
            </div>
        </fieldset>
    }
}
