//! Subscriptions: Atom for readers, iCalendar for calendars.

use super::search::before_notices_of;
use super::{PlanQuery, ask};
use crate::site::Site;
use app::api::ApiError;
use app::portal::{Ask, DISCLAIMER};
use atom_syndication::{Entry, Feed, FixedDateTime, Link, Person, Text};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};
use model::Moment;
use policies::plan::{PlanVersion, Stage};

/// Entries of a feed.
const ENTRIES: usize = 100;
/// Days back from which a calendar begins.
const BEHIND: u32 = 31;
/// Events of a calendar.
const EVENTS: usize = 2_000;

fn at(moment: Moment) -> FixedDateTime {
    chrono::DateTime::from_timestamp_millis(moment.ms()).unwrap_or_default().fixed_offset()
}

fn link(href: String, rel: &str) -> Link {
    Link { href, rel: rel.into(), ..Link::default() }
}

impl Site {
    /// A page of a feed (RFC 5005): `next` is the query of the one with what is older.
    fn feed(&self, title: &str, path: &str, entries: Vec<Entry>, next: Option<&str>) -> String {
        let base = &self.settings.public_url;
        let updated = entries.iter().map(|e| e.updated).max();
        let feed = Feed {
            title: Text::plain(title),
            id: format!("{base}{path}"),
            updated: updated.unwrap_or_else(|| at(Moment::from_ms(0))),
            links: [link(format!("{base}{path}"), "self")]
                .into_iter()
                .chain(next.map(|next| link(format!("{base}{next}"), "next")))
                .collect(),
            authors: vec![Person { name: "绿通".into(), ..Person::default() }],
            lang: Some("zh-CN".into()),
            entries,
            ..Feed::default()
        };
        feed.to_string()
    }

    /// What a question finds, as a feed: its last versions, the newest first, page by page.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_feed(&self, asked: &Ask) -> Result<String, ApiError> {
        let (query, _) = ask::read(asked);
        let query = PlanQuery { order: Default::default(), ..query };
        let (_, mut found, as_of) = self.find_plans(&query, ENTRIES + 1).await?;
        let more = found.len() > ENTRIES;
        found.truncate(ENTRIES);
        let next = found.last().filter(|_| more).map(|(key, _)| {
            let (as_of, after) = (as_of.to_string(), key.to_string());
            format!("/plans.atom{}", asked.query(&[("as_of", &as_of), ("after", &after)]))
        });
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
        let path = format!("/plans.atom{}", asked.query(&[]));
        Ok(self.feed("广元市招标计划", &path, entries.collect(), next.as_deref()))
    }

    /// Notices that went out and what became of them, as a feed: every version, the newest
    /// first, before the journal's entry `before`.
    pub fn notice_feed(&self, before: Option<i64>) -> String {
        let base = &self.settings.public_url;
        let mirror = self.read();
        let earlier = mirror.notice_entries.range(..(before.unwrap_or(i64::MAX), String::new()));
        let versions = earlier.rev().filter_map(|(_, key)| mirror.notice_versions.get(key));
        let mut out: Vec<_> = versions.take(ENTRIES + 1).cloned().collect();
        drop(mirror);
        let more = out.len() > ENTRIES;
        out.truncate(ENTRIES);
        let next = out.last().filter(|_| more).map(|v| format!("/notices.atom?before={}", v.seq));
        let entries = out.iter().map(|version| {
            let notice = &version.notice;
            let href = format!("{base}/notices/{}", notice.number);
            Entry {
                title: Text::plain(format!(
                    "{}（{}）",
                    notice.content.title,
                    notice.holding.name()
                )),
                // A correction is an entry of its own.
                id: format!("{href}#{}", version.seq),
                updated: at(notice.changed),
                links: vec![link(href, "alternate")],
                summary: Some(Text::plain(format!(
                    "{} · 公告日 {} · 投标截止 {}",
                    notice.owner_name, notice.content.noticed, notice.content.deadline
                ))),
                ..Entry::default()
            }
        });
        let path = before
            .map_or("/notices.atom".to_owned(), |before| format!("/notices.atom?before={before}"));
        self.feed("广元市招标公告登记", &path, entries.collect(), next.as_deref())
    }

    /// Expected notices of what a question finds, for a calendar.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_events(&self, asked: &Ask) -> Result<String, ApiError> {
        let (query, _) = ask::read(asked);
        // From last month on: what was expected long ago helps nobody's calendar.
        let from = before_notices_of(self.now().day().minus(BEHIND));
        let query =
            PlanQuery { after: Some(from), as_of: None, order: super::Order::Soonest, ..query };
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
                // What was withdrawn does not just vanish from the calendars that have it.
                event.status(match version.stage {
                    Stage::Withdrawn | Stage::Lapsed => EventStatus::Cancelled,
                    Stage::Realised => EventStatus::Confirmed,
                    Stage::Published | Stage::Unpublished => EventStatus::Tentative,
                });
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
