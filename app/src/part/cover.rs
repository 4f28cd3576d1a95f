//! What is required of a bond against what is provided, over time, as a picture with its
//! table.

use leptos::prelude::*;
use model::{Day, Money};
use policies::bond::Span;

/// Width and height of the drawing, in its own units.
const WIDE: i64 = 1000;
const HIGH: i64 = 120;
/// A span that goes on for good is drawn so many days beyond what is known.
const BEYOND: u32 = 60;

struct Scale {
    from: Day,
    days: i64,
    most: i64,
}

impl Scale {
    fn of(picture: &[Span], today: Day) -> Option<Self> {
        let from = picture.first()?.from;
        let last = picture.iter().map(|span| span.until.unwrap_or(span.from.plus(BEYOND))).max()?;
        let last = last.max(today.plus(1));
        let most = picture.iter().map(|span| span.required.max(span.provided).fen()).max()?;
        Some(Self { from, days: from.days_until(last).max(1) + 1, most: most.max(1) })
    }

    fn x(&self, day: Day) -> i64 {
        self.from.days_until(day).clamp(0, self.days) * WIDE / self.days
    }

    fn y(&self, amount: Money) -> i64 {
        // A tenth of the height is left above the most.
        let up = i128::from(amount.fen()) * i128::from(HIGH * 9 / 10) / i128::from(self.most);
        HIGH - i64::try_from(up).unwrap_or(HIGH)
    }
}

fn until(span: &Span) -> String {
    span.until.map_or_else(|| "以后".into(), |until| until.to_string())
}

/// The picture; nothing where nothing was ever required. Its table says the same to those
/// who do not see it.
pub fn cover(picture: &[Span], today: Day) -> Option<AnyView> {
    let scale = Scale::of(picture, today)?;
    let end = |span: &Span| span.until.map_or(WIDE, |until| scale.x(until.plus(1)));
    let bars = picture.iter().map(|span| {
        let (x, y) = (scale.x(span.from), scale.y(span.provided));
        let width = (end(span) - x).max(1);
        let short = span.provided < span.required;
        let gap = short.then(|| {
            let top = scale.y(span.required);
            view! { <rect class="cover-gap" x=x.to_string() y=top.to_string() width=width.to_string() height=(y - top).max(1).to_string()></rect> }
        });
        view! {
            <rect class="cover-given" x=x.to_string() y=y.to_string() width=width.to_string() height=(HIGH - y).to_string()></rect>
            {gap}
        }
    });
    let bars = bars.collect_view();
    let points: Vec<String> = picture
        .iter()
        .flat_map(|span| {
            let y = scale.y(span.required);
            [format!("{},{y}", scale.x(span.from)), format!("{},{y}", end(span))]
        })
        .collect();
    let now = scale.x(today).to_string();
    let gaps = picture.iter().filter(|span| span.provided < span.required).count();
    let said = match gaps {
        0 => "担保覆盖图：没有缺口".to_owned(),
        n => format!("担保覆盖图：{n} 段有缺口"),
    };
    let rows = picture.iter().map(|span| {
        let short = Money::from_fen((span.required.fen() - span.provided.fen()).max(0));
        view! {
            <tr>
                <th scope="row">{format!("{} 至 {}", span.from, until(span))}</th>
                <td class="number" data-label="应提供">{span.required.to_string()}</td>
                <td class="number" data-label="已提供">{span.provided.to_string()}</td>
                <td class="number" data-label="缺口">{if short == Money::ZERO { "—".to_owned() } else { short.to_string() }}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(view! {
        <figure class="cover">
            <svg viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" role="img" aria-label=said>
                {bars}
                <polyline class="cover-need" points=points.join(" ")></polyline>
                <line class="rail-today" x1=now.clone() x2=now y1="0" y2=HIGH.to_string()></line>
            </svg>
            <figcaption class="small soft">
                <span class="key key-given">"已提供"</span>
                <span class="key key-need">"应提供"</span>
                <span class="key key-gap">"缺口"</span>
                <span class="key key-today">"今天"</span>
            </figcaption>
            <details class="small">
                <summary>"逐段列表"</summary>
                <table>
                    <thead><tr><th scope="col">"期间"</th><th scope="col" class="number">"应提供（元）"</th><th scope="col" class="number">"已提供（元）"</th><th scope="col" class="number">"缺口（元）"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
    .into_any())
}
