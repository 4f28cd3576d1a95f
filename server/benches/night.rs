//! The nightly job over 100,000 bonds, on the engine that is shipped and with every act on
//! disk: how long it takes to find what is due, what each other act costs meanwhile, how fast
//! orders are written down, and how much memory all that needs. Held against walking all bonds
//! each time, and against acts that are only written. Fails when a bond was forgotten or given
//! back too soon. `NIGHT_BONDS` says how many lie, `NIGHT_DUE` how many of them go back.

use model::{Actor, BondForm, BondKind, Errand, Moment, Money, Personal, Uscc};
use policies::bond::{Bond, Cash, Need, On, Party, Piece, PieceState, TenderResult, What};
use server::gateway::DemoGateway;
use server::law_book::LawBook;
use server::open::PlanIndex;
use server::site::{Settings, Site};
use server::store::{Act, Changes, Store, Table};
use server::time::TestClock;
use server::vault::Folder;
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Bidders of a tender.
const BIDDERS: usize = 10;
/// Records laid down in one act.
const BATCH: usize = 2_000;
/// How often all bonds are walked.
const WALKS: u32 = 5;
/// How often a thing is timed that takes little time.
const ROUNDS: u32 = 50;

type Done<T> = Result<T, Box<dyn Error>>;

async fn site(dir: &Path) -> Done<(Site, Arc<TestClock>)> {
    let clock = Arc::new(TestClock::at("2026-07-18T01:00:00+08:00".parse()?));
    let url = format!("rocksdb://{}?sync=every", dir.join("db").display());
    let site = Site {
        store: Store::open(&url, None).await?,
        clock: clock.clone(),
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
        vault: Arc::new(Folder::new(dir.join("files"))),
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
    };
    Ok((site, clock))
}

/// A bid bond of 200,000 yuan in cash, of a bid that is valid until the end of September.
fn bond(n: usize, entered: Moment) -> Done<Bond> {
    let (tender, bidder) = (n / BIDDERS, n % BIDDERS);
    let name = format!("四川第{bidder}建设有限公司");
    let firm = Party {
        org: None,
        name: name.clone(),
        uscc: Uscc::with_check(&format!("91510802MA6250{bidder:03}"))
            .map_err(|fault| format!("{fault:?}"))?,
    };
    let amount = Money::from_fen(20_000_000);
    let day = entered.day();
    Ok(Bond {
        id: format!("bz-{n}").parse()?,
        number: format!("BZ-2026-{n:06}"),
        kind: BondKind::Bid,
        owner: "yz-1".parse()?,
        owner_name: "市水务集团".into(),
        district: model::District::Lizhou,
        firm,
        on: On::Tender {
            notice: format!("gg-{tender}").parse()?,
            title: "东河城区段防洪治理".into(),
            withdrawn: None,
            withdrawal_known: None,
            valid_until: "2026-09-30".parse()?,
        },
        most: amount,
        reduced: vec![],
        law: "x".into(),
        basis: None,
        needs: vec![
            Need { from: day, amount },
            Need { from: "2026-10-01".parse()?, amount: Money::ZERO },
        ],
        pieces: vec![Piece {
            n: 1,
            form: BondForm::Cash,
            amount,
            from: day,
            until: None,
            what: What::Cash(Cash {
                payer: name,
                account: Personal { key: format!("pv-{n}"), seal: "s".into() },
                reference: format!("L-{n}"),
            }),
            state: PieceState::Held,
            verified: None,
            claims: vec![],
            asked: None,
            checked: None,
            gone: None,
            entered,
            by: None,
        }],
        hold: None,
        verdict: None,
        applications: vec![],
        warned: vec![],
        entered,
        by: "a-1".parse()?,
    })
}

/// So many bonds lie; the tenders of the first `due` of them were ended yesterday.
async fn lay_down(site: &Site, bonds: usize, due: usize) -> Done<()> {
    let entered: Moment = "2026-07-01T09:00:00+08:00".parse()?;
    let ended: Moment = "2026-07-17T10:00:00+08:00".parse()?;
    let mut n = 0;
    while n < bonds {
        let mut changes = Changes::new();
        for n in n..bonds.min(n + BATCH) {
            changes.create(&bond(n, entered)?)?;
            if n % BIDDERS == 0 {
                let notice = format!("gg-{}", n / BIDDERS).parse()?;
                let mut result = TenderResult::open(notice, false, "a-1".parse()?);
                if n < due {
                    result.ended = Some(ended);
                    result.known.ended = Some(ended);
                }
                changes.create(&result)?;
            }
        }
        let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Bond, format!("bz-{n}"));
        site.store.commit(changes, act, entered).await?;
        n += BATCH;
    }
    Ok(())
}

/// Megabytes that this program holds: now, and at most so far.
fn memory() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mb = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
        kb.unwrap_or(0) / 1024
    };
    (mb("VmRSS:"), mb("VmHWM:"))
}

fn forget(site: &Site) {
    *site.dues.lock().unwrap_or_else(PoisonError::into_inner) = Default::default();
}

/// An act that has nothing to do with bonds but one: an application that is looked at.
async fn touch(site: &Site, n: usize) -> Done<()> {
    let seen = site.read().bonds.get(&format!("bz-{n}")).cloned().ok_or("no bond")?;
    let mut next = (*seen.value).clone();
    next.reduced = vec![format!("{n}")];
    let mut changes = Changes::new();
    changes.update(&seen, &next)?;
    let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Bond, next.id.as_str());
    site.store.commit(changes, act, site.now()).await?;
    Ok(())
}

fn setting(name: &str, otherwise: usize) -> Done<usize> {
    match std::env::var(name) {
        Ok(text) => Ok(text.parse()?),
        Err(_) => Ok(otherwise),
    }
}

#[tokio::main]
async fn main() -> Done<()> {
    let bonds = setting("NIGHT_BONDS", 100_000)?;
    let due = setting("NIGHT_DUE", 5_000)?.min(bonds) / BIDDERS * BIDDERS;
    let dir = tempfile::tempdir()?;
    let (site, clock) = site(dir.path()).await?;
    let (empty, _) = memory();
    lay_down(&site, bonds, due).await?;
    let (laid, _) = memory();
    println!(
        "{bonds} bonds lie, {due} go back tonight; memory {empty} MB empty, {laid} MB with them"
    );

    let begun = Instant::now();
    for _ in 0..WALKS {
        forget(&site);
        site.next_due();
    }
    let walk = begun.elapsed() / WALKS;
    let mut kept = Duration::ZERO;
    let mut plain = Duration::ZERO;
    for n in 0..ROUNDS {
        let begun = Instant::now();
        touch(&site, bonds - 1 - n as usize).await?;
        plain += begun.elapsed();
        let begun = Instant::now();
        site.next_due();
        kept += begun.elapsed();
    }
    let (plain, kept) = (plain / ROUNDS, kept / ROUNDS);
    println!("when next, all bonds walked: {walk:.1?} an act; from the book: {kept:.1?}");
    println!("ratio {:.4}", kept.as_secs_f64() / walk.as_secs_f64());

    let begun = Instant::now();
    site.public_bonds();
    let first = begun.elapsed();
    let begun = Instant::now();
    site.public_bonds();
    println!(
        "what all bonds came to, for the public: {first:.1?}; asked again: {:.1?}",
        begun.elapsed()
    );

    // Nothing goes back before its hour.
    if !site.do_due().await || !site.read().payments.is_empty() {
        return Err("given back too soon".into());
    }
    clock.advance_ms(61 * 60 * 1000);
    let (mut rounds, mut longest) = (0, Duration::ZERO);
    let begun = Instant::now();
    while site.read().payments.len() < due {
        let round = Instant::now();
        if !site.do_due().await {
            return Err("something could not be written".into());
        }
        longest = longest.max(round.elapsed());
        rounds += 1;
        if rounds > bonds {
            return Err("forgotten".into());
        }
    }
    let took = begun.elapsed();
    let each = took / u32::try_from(due.max(1))?;
    println!(
        "the night: {took:.1?} in {rounds} rounds, the longest {longest:.1?}; {each:.2?} an order"
    );
    println!(
        "an act that is only written: {plain:.2?}; ratio {:.2}",
        each.as_secs_f64() / plain.as_secs_f64()
    );
    if !site.do_due().await || site.read().payments.len() != due {
        return Err("given back that is not due".into());
    }
    let (now, most) = memory();
    println!("memory {now} MB after it, {most} MB at most");
    Ok(())
}
