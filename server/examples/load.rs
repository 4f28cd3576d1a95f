//! Asks a running portal what readers ask, over and over, and says how long it took:
//! `make load` lays down the plans, starts the server and runs this.

use clap::Parser;
use reqwest::Client;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is measured, and how hard.
#[derive(Parser)]
struct Options {
    /// The portal's address.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Readers at once.
    #[arg(long, default_value_t = 8)]
    readers: usize,
    /// Seconds for each kind of question.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The server's process, to read its memory.
    #[arg(long)]
    pid: Option<u32>,
}

/// Questions by kind; the first answers a fixed text, to compare with.
const KINDS: [(&str, &[&str]); 10] = [
    ("baseline", &["/healthz"]),
    ("list", &["/plans", "/plans?order=soonest", "/plans?stage=published"]),
    (
        "search",
        &[
            "/plans?q=%E5%85%AC%E8%B7%AF",
            "/plans?q=%E9%98%B2%E6%B4%AA%20%E6%97%BA%E8%8B%8D",
            "/plans?q=%E5%B0%8F%E5%AD%A6",
            "/plans?q=JH-2026-0004",
        ],
    ),
    (
        "filters",
        &[
            "/plans?district=qingchuan&industry=highway",
            "/plans?kind=works&funding=budget&least=500",
            "/plans?month=2026-09&q=%E6%94%B9%E9%80%A0",
        ],
    ),
    ("map", &["/plans/map"]),
    ("calendar", &["/plans/calendar"]),
    ("plan", &["/plans/JH-2026-000017", "/plans/JH-2026-004017", "/plans/JH-2026-000999"]),
    ("notices", &["/notices", "/notices?q=%E5%85%AC%E8%B7%AF"]),
    ("quality", &["/plans/quality"]),
    ("unchanged", &["/plans"]),
];

/// What one kind came to.
struct Measured {
    times: Vec<Duration>,
    failed: usize,
}

async fn measure(client: &Client, options: &Options, kind: &str, paths: &[&str]) -> Measured {
    let over = Arc::new(AtomicBool::new(false));
    let failed = Arc::new(AtomicUsize::new(0));
    // A reader that has the page asks whether it has changed.
    let tag = match kind {
        "unchanged" => client.get(format!("{}{}", options.url, paths[0])).send().await.ok(),
        _ => None,
    };
    let tag = tag.and_then(|answer| answer.headers().get("etag").cloned());
    let readers = (0..options.readers).map(|reader| {
        let (client, over, failed) = (client.clone(), Arc::clone(&over), Arc::clone(&failed));
        let tag = tag.clone();
        let addresses: Vec<String> =
            paths.iter().map(|path| format!("{}{path}", options.url)).collect();
        tokio::spawn(async move {
            let mut times = Vec::new();
            let mut n = reader;
            while !over.load(Ordering::Relaxed) {
                let mut request = client.get(&addresses[n % addresses.len()]);
                if let Some(tag) = &tag {
                    request = request.header("if-none-match", tag.clone());
                }
                n += 1;
                let begun = Instant::now();
                let good = match request.send().await {
                    Ok(answer) if answer.status().as_u16() < 400 => answer.bytes().await.is_ok(),
                    _ => false,
                };
                times.push(begun.elapsed());
                if !good {
                    failed.fetch_add(1, Ordering::Relaxed);
                }
            }
            times
        })
    });
    let readers: Vec<_> = readers.collect();
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    over.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for reader in readers {
        times.extend(reader.await.unwrap_or_default());
    }
    times.sort_unstable();
    Measured { times, failed: failed.load(Ordering::Relaxed) }
}

/// Megabytes that a process holds, and the most it ever did.
fn memory(pid: u32) -> Option<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let options = Options::parse();
    let client = Client::builder().timeout(Duration::from_secs(30)).build()?;
    println!("{} readers, {} s each", options.readers, options.seconds);
    println!("| question | requests a second | p50 | p99 | worst | failed | p99 / baseline |");
    println!("|---|---|---|---|---|---|---|");
    let mut baseline = None;
    for (kind, paths) in KINDS {
        let Measured { times, failed } = measure(&client, &options, kind, paths).await;
        let ms = |share: f64| {
            let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
        };
        let (p50, p99, worst) = (ms(0.5), ms(0.99), ms(1.0));
        let of = *baseline.get_or_insert(p99);
        let rate = times.len() as f64 / options.seconds as f64;
        println!(
            "| {kind} | {rate:.0} | {p50:.2} ms | {p99:.2} ms | {worst:.0} ms | {failed} | {:.1} |",
            p99 / of
        );
    }
    if let Some((now, most)) = options.pid.and_then(memory) {
        println!("memory of the server: {now} MB, at most {most} MB");
    }
    Ok(())
}
