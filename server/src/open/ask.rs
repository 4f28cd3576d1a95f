//! A question about plans, read from an address.

use super::{Order, PlanQuery};
use app::portal::Ask;
use model::{Expected, Money};
use policies::plan::Stage;
use std::str::FromStr;

/// Reads a question; names the fields that can't be read, which then do not count.
pub fn read(ask: &Ask) -> (PlanQuery, Vec<&'static str>) {
    let mut wrong = Vec::new();
    let mut query = PlanQuery { text: ask.q.clone(), ..PlanQuery::default() };
    query.district = choice(&ask.district, "district", &mut wrong);
    query.industry = choice(&ask.industry, "industry", &mut wrong);
    query.kind = choice(&ask.kind, "kind", &mut wrong);
    query.funding = choice(&ask.funding, "funding", &mut wrong);
    query.as_of = choice(&ask.as_of, "as_of", &mut wrong);
    query.after = choice(&ask.after, "after", &mut wrong);
    let month: Option<Expected> = choice(&ask.month, "month", &mut wrong);
    query.month = month.map(|m| Expected::within_month_of(m.first()).to_string());
    query.owner = Some(ask.owner.trim().to_owned()).filter(|owner| !owner.is_empty());
    if !ask.stage.is_empty() {
        query.stage = Stage::of(&ask.stage).filter(|stage| *stage != Stage::Unpublished);
        if query.stage.is_none() {
            wrong.push("stage");
        }
    }
    if !ask.least.trim().is_empty() {
        query.least = Money::parse_wan(&ask.least).ok();
        if query.least.is_none() {
            wrong.push("least");
        }
    }
    query.order = match ask.order.as_str() {
        "soonest" => Order::Soonest,
        "" | "newest" => Order::Newest,
        _ => {
            wrong.push("order");
            Order::Newest
        }
    };
    (query, wrong)
}

fn choice<T: FromStr>(text: &str, name: &'static str, wrong: &mut Vec<&'static str>) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let read = text.parse().ok();
    if read.is_none() {
        wrong.push(name);
    }
    read
}
