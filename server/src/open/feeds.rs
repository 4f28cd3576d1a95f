//! Subscriptions: Atom for readers, iCalendar for calendars.

use super::{PlanQuery, ask};
use crate::site::Site;
use app::api::ApiError;
use app::portal::{Ask, DISCLAIMER};
use atom_syndication::{Entry, Feed, FixedDateTime, Link, Person, Text};
use icalendar::{Calendar, Component as _, Event, EventLike as _};
use model::Moment;
use policies::plan::{PlanVersion, Stage};

/// Entries of a feed.
const ENTRIES: usize = 100;
/// Events of a calendar.
const EVENTS: usize = 2_000;

fn at(moment: Moment) -> FixedDateTime {
    chrono::DateTime::from_timestamp_millis(moment.ms()).unwrap_or_default().fixed_offset()
}

fn link(href: String, rel: &str) -> Link {
    Link { href, rel: rel.into(), ..Link::default() }
}

impl Site {
    fn feed(&self, title: &str, path: &str, entries: Vec<Entry>) -> String {
        let base = &self.settings.public_url;
        let updated = entries.iter().map(|e| e.updated).max();
        let feed = Feed {
            title: Text::plain(title),
            id: format!("{base}{path}"),
            updated: updated.unwrap_or_else(|| at(Moment::from_ms(0))),
            links: vec![link(format!("{base}{path}"), "self")],
            authors: vec![Person { name: "绿通".into(), ..Person::default() }],
            lang: Some("zh-CN".into()),
            entries,
            ..Feed::default()
        };
        feed.to_string()
    }

    /// What a question finds, as a feed: its last versions, the newest first.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_feed(&self, asked: &Ask) -> Result<String, ApiError> {
        let (query, _) = ask::read(asked);
        let query = PlanQuery { after: None, as_of: None, order: Default::default(), ..query };
        let (_, found, _) = self.find_plans(&query, ENTRIES).await?;
        let base = &self.settings.public_url;
        let entries = found.iter().map(|(_, version)| {
            let href = format!("{base}/plans/{}/v{}", version.number, version.version);
            Entry {
                title: Text::plain(title(version)),
                id: href.clone(),
                updated: at(version.at),
                published: Some(at(version.at)),
                links: vec![link(href, "alternate")],
                summary: Some(Text::plain(summary(version))),
                ..Entry::default()
            }
        });
        let path = format!("/plans.atom{}", asked.saved());
        Ok(self.feed("广元市招标计划", &path, entries.collect()))
    }

    /// Notices that went out, as a feed.
    pub fn notice_feed(&self) -> String {
        let base = &self.settings.public_url;
        let mirror = self.read();
        let mut out: Vec<_> = mirror.tender_notices.iter().filter(|n| n.out.is_some()).collect();
        out.sort_by_key(|n| std::cmp::Reverse(n.value.seq));
        let entries = out.into_iter().take(ENTRIES).map(|notice| {
            let href = format!("{base}/notices/{}", notice.number);
            Entry {
                title: Text::plain(format!(
                    "{}（{}）",
                    notice.content.title,
                    notice.holding.name()
                )),
                // A correction is an entry of its own.
                id: format!("{href}#{}", notice.value.seq),
                updated: at(notice.changed),
                links: vec![link(href, "alternate")],
                summary: Some(Text::plain(format!(
                    "{} · 公告日 {} · 投标截止 {}",
                    notice.owner_name, notice.content.noticed, notice.content.deadline
                ))),
                ..Entry::default()
            }
        });
        let entries = entries.collect();
        drop(mirror);
        self.feed("广元市招标公告登记", "/notices.atom", entries)
    }

    /// Expected notices of what a question finds, for a calendar.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_events(&self, asked: &Ask) -> Result<String, ApiError> {
        let (query, _) = ask::read(asked);
        let stage = query.stage.or(Some(Stage::Published));
        let query =
            PlanQuery { after: None, as_of: None, order: super::Order::Soonest, stage, ..query };
        let (_, found, _) = self.find_plans(&query, EVENTS).await?;
        let base = &self.settings.public_url;
        let mut calendar = Calendar::new();
        calendar.name("广元市招标计划").description(DISCLAIMER);
        for (_, version) in &found {
            for lot in &version.content.lots {
                let day = |day: model::Day| {
                    chrono::NaiveDate::from_ymd_opt(day.year(), day.month(), day.day_of_month())
                };
                let (Some(first), Some(next)) =
                    (day(lot.notice.first()), day(lot.notice.last().plus(1)))
                else {
                    continue;
                };
                let mut event = Event::new();
                event
                    .uid(&format!("{}-{}@lutong", version.number, lot.no.0))
                    .timestamp(at(version.at).to_utc())
                    .sequence(version.version.saturating_sub(1))
                    .summary(&format!("预计公告：{} {}", version.content.project, lot.name))
                    .description(&summary(version))
                    .url(&format!("{base}/plans/{}", version.number))
                    .starts(first)
                    .ends(next);
                calendar.push(event.done());
            }
        }
        Ok(calendar.to_string())
    }
}

fn title(version: &PlanVersion) -> String {
    let what = match (version.stage, version.version) {
        (Stage::Published, 1) => "新计划",
        (Stage::Published, _) => "变更",
        (stage, _) => stage.name(),
    };
    format!("{what}：{}", version.content.project)
}

fn summary(version: &PlanVersion) -> String {
    let notice = version.content.first_notice().map_or_else(String::new, |n| n.to_string());
    let reason =
        if version.reason.is_empty() { String::new() } else { format!("；{}", version.reason) };
    format!(
        "{} · {} · 估算 {} 万元 · 预计公告 {notice}{reason}",
        version.number,
        version.owner_name,
        version.content.estimate().wan()
    )
}
