//! The change feed under eight writers and 100,000 changes, with a reader that loses every
//! third answer: held against the same writers alone. Fails when a change was skipped, told
//! twice or out of order. `FEED_CHANGES` says how many.

use model::{Actor, Errand};
use policies::plan::{LotForm, PlanForm, PlanVersion, Stage};
use server::gateway::DemoGateway;
use server::law_book::LawBook;
use server::open::{PlanIndex, Release};
use server::site::{Settings, Site};
use server::store::{Act, Changes, Store, Table};
use server::time::TestClock;
use server::vault::Folder;
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WRITERS: usize = 8;

async fn site() -> Result<Site, Box<dyn Error>> {
    Ok(Site {
        store: Store::open("mem://", None).await?,
        clock: Arc::new(TestClock::at("2026-07-18T07:00:00+08:00".parse()?)),
        law: LawBook::shipped()?,
        plans: Arc::new(PlanIndex::new()?),
        bulk: Arc::default(),
        quality: Arc::default(),
        notice_texts: Arc::default(),
        secrets: Arc::default(),
        gateway: Arc::new(DemoGateway),
        bank: Arc::new(server::bank::NoBank),
        issuers: Arc::new(server::issuer::NoIssuers),
        pauses: Arc::default(),
        vault: Arc::new(Folder::new(std::env::temp_dir())),
        settings: Arc::new(Settings {
            public_url: "http://site.test".into(),
            build: "bench".into(),
            gateway_key: String::new(),
            typst: None,
        }),
        lapsed: Arc::default(),
        looked: Arc::default(),
        swept: Arc::default(),
        dues: Arc::default(),
        measured: Arc::default(),
    })
}

fn version(writer: usize, n: usize) -> Result<PlanVersion, Box<dyn Error + Send + Sync>> {
    let lot = LotForm {
        name: "施工标段".into(),
        content: "路基、路面及桥涵".into(),
        kind: "works".into(),
        estimate: "1200".into(),
        method: "open".into(),
        notice: "2026-09".into(),
        ..LotForm::default()
    };
    let form = PlanForm {
        project: "青川县沙州至姚渡公路改造".into(),
        scale: "改造三级公路 12 公里".into(),
        industry: "highway".into(),
        districts: [("qingchuan".into(), "yes".into())].into(),
        funding: "budget".into(),
        investment: "3000".into(),
        lots: [("0".into(), lot)].into(),
        contact: "工程科".into(),
        phone: "0839-3260119".into(),
        ..PlanForm::default()
    };
    Ok(PlanVersion {
        id: format!("zp-feed-{writer}-{n}-v1"),
        plan: format!("zp-feed-{writer}-{n}").parse()?,
        number: format!("JH-2026-{writer}{n:06}"),
        seq: 0,
        version: 1,
        at: model::Moment::from_ms(0),
        owner: "gljt".parse()?,
        owner_name: "市公路管理中心".into(),
        stage: Stage::Published,
        reason: String::new(),
        restarted: vec![],
        content: form.read([]).map_err(|faults| format!("{faults:?}"))?,
    })
}

async fn write(site: Site, writer: usize, each: usize) -> Result<(), Box<dyn Error + Send + Sync>> {
    let template = version(writer, 0)?;
    for n in 0..each {
        let version = PlanVersion {
            id: format!("zp-feed-{writer}-{n}-v1"),
            plan: format!("zp-feed-{writer}-{n}").parse()?,
            ..template.clone()
        };
        let mut changes = Changes::new();
        changes.create_numbered(&version)?;
        let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Plan, version.plan.as_str());
        site.store.commit(changes, act, site.now()).await?;
    }
    Ok(())
}

/// Reads until all is written and nothing is left, losing every third answer.
async fn read(site: Site, over: Arc<AtomicBool>) -> Result<Vec<(i64, String)>, String> {
    let mut seen = Vec::new();
    let (mut cursor, mut round) = (0, 0usize);
    loop {
        let ended = over.load(Ordering::SeqCst);
        round += 1;
        let part = site.changes_after(cursor, 1 + round * 7 % 900).await;
        let part = part.map_err(|error| error.to_string())?;
        if round.is_multiple_of(3) {
            continue;
        }
        let nothing = part.releases.is_empty();
        for release in part.releases {
            if let Release::Plan(version) = release {
                seen.push((version.seq, version.id.clone()));
            }
        }
        cursor = part.next;
        if nothing && ended {
            return Ok(seen);
        }
        tokio::task::yield_now().await;
    }
}

async fn run(changes: usize, reader: bool) -> Result<(Duration, usize), Box<dyn Error>> {
    let site = site().await?;
    let over = Arc::new(AtomicBool::new(false));
    let reading = reader.then(|| tokio::spawn(read(site.clone(), Arc::clone(&over))));
    let begun = Instant::now();
    let each = changes / WRITERS;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let site = site.clone();
            tokio::spawn(async move { write(site, writer, each).await.map_err(|e| e.to_string()) })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    let took = begun.elapsed();
    over.store(true, Ordering::SeqCst);
    let Some(reading) = reading else { return Ok((took, 0)) };
    let seen = reading.await??;
    let ids: BTreeSet<&String> = seen.iter().map(|(_, id)| id).collect();
    if !seen.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return Err("told out of order, or twice".into());
    }
    if (seen.len(), ids.len()) != (each * WRITERS, each * WRITERS) {
        return Err(format!("{} told of {}", ids.len(), each * WRITERS).into());
    }
    Ok((took, seen.len()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let changes = match std::env::var("FEED_CHANGES") {
        Ok(text) => text.parse()?,
        Err(_) => 100_000,
    };
    let (alone, _) = run(changes, false).await?;
    let (read, told) = run(changes, true).await?;
    let rate = |took: Duration| changes as f64 / took.as_secs_f64();
    println!("{WRITERS} writers, {changes} changes");
    println!("writers alone: {:.0} changes a second", rate(alone));
    println!("with a reader that loses every third answer: {:.0} a second", rate(read));
    println!("ratio {:.2}; {told} told, none skipped, none twice", rate(read) / rate(alone));
    Ok(())
}
