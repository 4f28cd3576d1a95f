//! What is required of a bond against what is provided, over time, as a picture with its
//! table.

use leptos::prelude::*;
use model::{Day, Money};
use policies::bond::Span;

/// Width and height of the drawing, in its own units.
const WIDE: i64 = 1000;
const HIGH: i64 = 120;
/// No span is drawn narrower, while there is room for that.
const LEAST: i64 = 60;
/// A span that goes on for good is drawn so many days beyond what is known.
const BEYOND: u32 = 60;
/// How many rows of days stand under the drawing.
const ROWS: usize = 2;
/// What a day takes of the width where there is much room, and on a telephone.
const ROOM: i64 = 110;
const ROOM_NARROW: i64 = 270;

/// Where the first of spans of so many days begins, where each other one does, and where the
/// last ends. They are as wide as the square roots of their days, beyond what each has at
/// least: beside two years, two days are still seen.
fn edges(days: &[i64]) -> Vec<i64> {
    let count = i64::try_from(days.len()).unwrap_or(WIDE).max(1);
    let least = LEAST.min(WIDE / count);
    let weigh = |days: i64| (days.max(1) * 10_000).isqrt();
    let all = days.iter().map(|days| weigh(*days)).sum::<i64>().max(1);
    let mut edges = vec![0];
    let mut before = 0;
    for (n, days) in (1..).zip(days) {
        before += weigh(*days);
        edges.push(least * n + (WIDE - least * count) * before / all);
    }
    edges
}

/// Which of these places have their day under them: its place, its row and its left end. One
/// that would cover another is left out; the table has it.
fn labels(places: &[i64], room: i64) -> Vec<(usize, usize, i64)> {
    let mut free = [0; ROWS];
    let mut labels = Vec::new();
    for (i, at) in places.iter().enumerate() {
        let left = (*at).min(WIDE - room);
        if let Some(row) = free.iter().position(|free| *free <= left) {
            free[row] = left + room;
            labels.push((i, row, left));
        }
    }
    labels
}

struct Scale {
    /// The first day of each span, and the first beyond the drawing.
    days: Vec<Day>,
    /// Where each of these is.
    edges: Vec<i64>,
    most: i64,
}

impl Scale {
    fn of(picture: &[Span], today: Day) -> Option<Self> {
        let last = picture.last()?;
        let known = last.until.unwrap_or(last.from.max(today).plus(BEYOND));
        let days: Vec<Day> = picture.iter().map(|span| span.from).chain([known.plus(1)]).collect();
        let long: Vec<i64> = days.windows(2).map(|pair| pair[0].days_until(pair[1])).collect();
        let most = picture.iter().map(|span| span.required.max(span.provided).fen()).max()?;
        Some(Self { days, edges: edges(&long), most: most.max(1) })
    }

    /// Where a day is; nowhere before the first and beyond the last.
    fn x(&self, day: Day) -> Option<i64> {
        self.days.windows(2).zip(self.edges.windows(2)).find_map(|(days, edges)| {
            let (since, all) = (days[0].days_until(day), days[0].days_until(days[1]));
            let within = (0..all).contains(&since);
            within.then(|| edges[0] + (edges[1] - edges[0]) * since / all)
        })
    }

    fn y(&self, amount: Money) -> i64 {
        // A tenth of the height is left above the most.
        let up = i128::from(amount.fen()) * i128::from(HIGH * 9 / 10) / i128::from(self.most);
        HIGH - i64::try_from(up).unwrap_or(HIGH)
    }
}

/// A place of the drawing as a share of its width: texts are not stretched with it.
fn share(x: i64) -> String {
    format!("{}.{}%", x / 10, x % 10)
}

/// The days on which spans begin, as far as there is room for them.
fn days(scale: &Scale, class: &'static str, room: i64) -> AnyView {
    let starts = scale.edges.len().saturating_sub(1);
    let shown = labels(&scale.edges[..starts], room).into_iter().map(|(i, row, left)| {
        let at = share(scale.edges[i]);
        view! {
            <line x1=at.clone() x2=at y1="0" y2="4"></line>
            <text x=share(left) y=(15 + 15 * row).to_string()>{scale.days[i].to_string()}</text>
        }
    });
    let shown = shown.collect_view();
    view! { <g class=class>{shown}</g> }.into_any()
}

/// From when to when; of one that has no end, since when.
fn days_of(span: &Span) -> String {
    match span.until {
        Some(until) => format!("{} 至 {until}", span.from),
        None => format!("{} 起", span.from),
    }
}

/// All that the drawing shows, for those who do not see it.
fn table(picture: &[Span]) -> AnyView {
    let rows = picture.iter().map(|span| {
        let short = Money::from_fen((span.required.fen() - span.provided.fen()).max(0));
        view! {
            <tr>
                <th scope="row">{days_of(span)}</th>
                <td class="number" data-label="应提供">{span.required.to_string()}</td>
                <td class="number" data-label="已提供">{span.provided.to_string()}</td>
                <td class="number" data-label="缺口">{if short == Money::ZERO { "—".to_owned() } else { short.to_string() }}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="cards">
            <thead><tr><th scope="col">"期间"</th><th scope="col" class="number">"应提供（元）"</th><th scope="col" class="number">"已提供（元）"</th><th scope="col" class="number">"缺口（元）"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The picture; nothing where nothing was ever required.
pub fn cover(picture: &[Span], today: Day) -> Option<AnyView> {
    let scale = Scale::of(picture, today)?;
    let spans = || picture.iter().zip(scale.edges.windows(2));
    let bars = spans().map(|(span, ends)| {
        let (x, y) = (ends[0].to_string(), scale.y(span.provided));
        let width = (ends[1] - ends[0]).max(1).to_string();
        let short = span.provided < span.required;
        let gap = short.then(|| {
            let top = scale.y(span.required);
            view! { <rect class="cover-gap" x=x.clone() y=top.to_string() width=width.clone() height=(y - top).max(1).to_string()></rect> }
        });
        view! {
            <rect class="cover-given" x=x y=y.to_string() width=width height=(HIGH - y).to_string()></rect>
            {gap}
        }
    });
    let bars = bars.collect_view();
    let points: Vec<String> = spans()
        .flat_map(|(span, ends)| {
            let y = scale.y(span.required);
            [format!("{},{y}", ends[0]), format!("{},{y}", ends[1])]
        })
        .collect();
    let now = scale.x(today).map(|now| {
        let now = now.to_string();
        view! { <line class="rail-today" x1=now.clone() x2=now y1="0" y2=HIGH.to_string()></line> }
    });
    let gaps = picture.iter().filter(|span| span.provided < span.required).count();
    let said = match gaps {
        0 => "担保覆盖图：没有缺口，详见逐段列表".to_owned(),
        n => format!("担保覆盖图：{n} 段有缺口，详见逐段列表"),
    };
    Some(view! {
        <figure class="cover">
            <svg viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" role="img" aria-label=said>
                {bars}
                <polyline class="cover-need" points=points.join(" ")></polyline>
                {now}
            </svg>
            <svg class="cover-days" aria-hidden="true">
                {days(&scale, "on-wide", ROOM)}
                {days(&scale, "on-narrow", ROOM_NARROW)}
            </svg>
            <figcaption class="small soft">
                <span class="key key-given">"已提供"</span>
                <span class="key key-need">"应提供"</span>
                <span class="key key-gap">"缺口"</span>
                <span class="key key-today">"今天"</span>
                <span>"横向不按比例，长的期间画得较短"</span>
            </figcaption>
            <details class="small">
                <summary>"逐段列表"</summary>
                {table(picture)}
            </details>
        </figure>
    }
    .into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(days: &[i64]) -> Vec<i64> {
        edges(days).windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    #[test]
    fn a_short_span_is_seen_beside_a_long_one() {
        for days in [&[2, 730][..], &[730, 1, 1, 365], &[1, 1, 20_000], &[5], &[3; 16]] {
            let widths = widths(days);
            assert_eq!(widths.len(), days.len());
            assert!(widths.iter().all(|width| *width >= LEAST), "{days:?}: {widths:?}");
            assert_eq!(widths.iter().sum::<i64>(), WIDE, "{days:?}");
        }
    }

    #[test]
    fn of_two_spans_the_longer_is_drawn_wider() {
        let days = [2, 10, 90, 365, 730];
        let widths = widths(&days);
        assert!(widths.is_sorted(), "{widths:?}");
        // But not as much wider as it is longer.
        assert!(widths[4] < widths[0] * 365);
    }

    #[test]
    fn too_many_spans_share_what_there_is() {
        let widths = widths(&[1; 40]);
        assert!(widths.iter().all(|width| *width == WIDE / 40), "{widths:?}");
        assert_eq!(edges(&[]), [0]);
    }

    #[test]
    fn days_do_not_cover_each_other() {
        let edges = edges(&[2, 2, 2, 2, 2, 730]);
        for room in [ROOM, ROOM_NARROW] {
            let labels = labels(&edges[..6], room);
            assert_eq!(labels.first(), Some(&(0, 0, 0)));
            for (n, (_, row, left)) in labels.iter().enumerate() {
                assert!(*left >= 0 && left + room <= WIDE);
                let mut before = labels[..n].iter().filter(|other| other.1 == *row);
                assert!(before.all(|other| other.2 + room <= *left), "{labels:?}");
            }
        }
    }

    #[test]
    fn days_keep_their_order() {
        let day = |n: u32| "2026-07-18".parse::<Day>().expect("a day").plus(n);
        let span = |from: u32, until: Option<u32>| Span {
            from: day(from),
            until: until.map(day),
            required: Money::from_fen(100),
            provided: Money::ZERO,
        };
        let picture = [span(0, Some(1)), span(2, Some(731)), span(732, None)];
        assert_eq!(days_of(&picture[0]), "2026-07-18 至 2026-07-19");
        assert_eq!(days_of(&picture[2]), "2028-07-19 起");
        let scale = Scale::of(&picture, day(1)).expect("a scale");
        let places: Vec<i64> = (0..790).filter_map(|n| scale.x(day(n))).collect();
        assert_eq!(places.len(), 790);
        assert!(places.is_sorted());
        assert_eq!((scale.x(day(0).minus(1)), scale.x(day(9_999))), (None, None));
    }
}
