//! What bonds came to, as both the desk and the public see it.

use super::chart::{Bar, bars};
use leptos::prelude::*;
use model::{Day, Money};
use policies::bond::{Measures, OwnerLate, Tenths, Year};

/// An amount to the fen: sums under each other are read against each other, and add up.
fn yuan(amount: Money) -> String {
    format!("{amount} 元")
}

fn days(mean: Option<Tenths>) -> String {
    mean.map_or_else(|| "—".into(), |mean| format!("{mean} 日"))
}

fn percent(share: model::BasisPoints) -> String {
    format!("{}.{:02}%", share.0 / 100, share.0 % 100)
}

/// A figure of this year beside that of the year before, where that had any bonds: nothing is
/// no figure to compare with.
fn row(name: &'static str, of: fn(&Year) -> String, m: &Measures) -> impl IntoView + use<> {
    let this = of(&m.this);
    let before = (m.before.bonds > 0).then(|| {
        let before = of(&m.before);
        view! { <td class="number soft" data-label="去年同期">{before}</td> }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="number" data-label="今年"><b>{this}</b></td>
            {before}
        </tr>
    }
}

fn late(line: &OwnerLate) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row">{line.name.clone()}</th>
            <td class="number" data-label="应退">{line.backs.to_string()}</td>
            <td class="number" data-label="逾期">{line.late.to_string()}</td>
            <td class="number" data-label="仍未退">{line.open_late.to_string()}</td>
            <td class="number" data-label="超承诺未逾期">{line.unkept.to_string()}</td>
            <td class="number" data-label="平均用时">{days(line.mean_days)}</td>
        </tr>
    }
}

/// This year against the one before, month by month, by kind, and who gives back late.
pub fn sums(m: &Measures, today: Day) -> AnyView {
    let months = m.months.iter().map(|(month, amount)| Bar {
        name: format!("{month} 月"),
        value: amount.fen(),
        words: yuan(*amount),
    });
    let kinds = m.kinds.iter().filter(|(_, year)| year.bonds > 0).map(|(kind, year)| Bar {
        name: kind.name().to_owned(),
        value: year.released().fen(),
        words: format!("{}（{} 份）", yuan(year.released()), year.bonds),
    });
    let (months, kinds): (Vec<Bar>, Vec<Bar>) = (months.collect(), kinds.collect());
    let none = m.owners.is_empty();
    let owners = m.owners.iter().map(late).collect_view();
    let compared = m.before.bonds > 0;
    let (title, until) = match compared {
        true => (format!("{} 年至今与去年同期", m.this.year), format!("截至 {today}")),
        false => (format!("{} 年至今", m.this.year), format!("截至 {today}，上年同期无数据")),
    };
    let before = compared.then(|| view! { <th scope="col" class="number">"去年同期"</th> });
    view! {
        <section class="card" aria-labelledby="year">
            <header><h2 id="year">{title}</h2><span class="small soft">{until}</span></header>
            <div class="scroll"><table class="cards">
                <thead><tr><th scope="col">"指标"</th><th scope="col" class="number">"今年"</th>{before}</tr></thead>
                <tbody>
                    {row("释放资金", |y| yuan(y.released()), m)}
                    {row("其中：减免", |y| yuan(y.reduced), m)}
                    {row("其中：以保函、保险替代", |y| yuan(y.replaced), m)}
                    {row("其中：已退还现金", |y| yuan(y.returned), m)}
                    {row("保函、保险占比（按金额）", |y| percent(y.guarantee_share), m)}
                    {row("保函费用", |y| yuan(y.fee), m)}
                    {row("费用占担保金额", |y| percent(y.fee_share), m)}
                    {row("平均退还用时", |y| days(y.mean_days), m)}
                    {row("比法定期限平均提前", |y| days(y.mean_saved), m)}
                    {row("逾期退还", |y| format!("{} 份", y.late), m)}
                    {row("登记担保", |y| format!("{} 份", y.bonds), m)}
                </tbody>
            </table></div>
            <p class="pad small soft">"释放资金 = 减免而不必缴纳的 + 以保函、保险替代现金的 + 已退还的现金；同一笔钱只计一次。"</p>
        </section>
        <section class="card pad" aria-label="图">
            {bars("逐月释放资金", months)}
            {bars("各类担保释放资金", kinds)}
        </section>
        <section class="card" aria-labelledby="late">
            <header><h2 id="late">"各招标人退还情况"</h2></header>
            {none.then(|| view! { <p class="empty">"没有应退还的担保。"</p> })}
            {(!none).then(|| view! {
                <div class="scroll"><table class="cards">
                    <thead><tr><th scope="col">"招标人"</th><th scope="col" class="number">"应退"</th><th scope="col" class="number">"逾期"</th><th scope="col" class="number">"仍未退"</th><th scope="col" class="number">"超承诺未逾期"</th><th scope="col" class="number">"平均用时"</th></tr></thead>
                    <tbody>{owners}</tbody>
                </table></div>
                <p class="pad small soft">"“逾期”按法定期限计；超过承诺期限、未超法定期限的另列。"</p>
            })}
        </section>
    }
    .into_any()
}
