//! `lutong`: the program.

use clap::{Args, Parser, Subcommand};
use policies::Law;
use pool::canon::Seal;
use server::adapters::approval::{ApprovalPlatform, DemoApproval, HttpApproval};
use server::adapters::treasury::{DemoTreasury, HttpTreasury, Treasury};
use server::bank::{Bank, DemoBank, HttpBank, NoBank};
use server::config::with_file;
use server::demo;
use server::gateway::{DemoGateway, Gateway, HttpGateway, NoGateway};
use server::issuer::{DemoIssuers, HttpIssuers, Issuers, NoIssuers};
use server::law_book::LawBook;
use server::open::PlanIndex;
use server::site::{Settings, Site};
use server::store::Store;
use server::time::{Clock, SystemClock, TestClock};
use server::vault::{Folder, check};
use server::web::{Extras, router};
use std::error::Error;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// 绿通: emergency works of a city, from the report to the public record.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Where the records are: `rocksdb://DIR?sync=every&memory=MIB`, `mem://`,
    /// `ws://HOST:PORT`.
    #[arg(long, env = "LUTONG_DB", default_value = "rocksdb://data/db?sync=every", global = true)]
    db: String,
    /// Who signs in to a remote database, as `name:password`.
    #[arg(long, env = "LUTONG_DB_LOGIN", global = true, hide_env_values = true)]
    db_login: Option<String>,
    /// Where files lie: photos, certificates.
    #[arg(long, env = "LUTONG_FILES", default_value = "data/files", global = true)]
    files: PathBuf,
}

/// Tender plans of the demonstration.
const DEMO_PLANS: usize = 120;

#[derive(Subcommand)]
enum Command {
    /// Serve the site.
    Serve(Box<Serve>),
    /// Lay down the demonstration city in an empty database.
    Seed {
        /// With so many tender plans: more than a few to measure with.
        #[arg(long, default_value_t = DEMO_PLANS)]
        plans: usize,
    },
    /// Write everything to a new file. For a database that no running server holds;
    /// a running one makes its own (`serve --backup-dir`).
    Backup {
        /// The file.
        file: PathBuf,
    },
    /// Read a backup into an empty database, and check its journal.
    Restore {
        /// The file.
        file: PathBuf,
    },
    /// Check the journal from its first entry to its last.
    VerifyJournal {
        /// A head that was published: an entry of that hash must be there.
        #[arg(long)]
        head: Option<String>,
    },
    /// Check configuration, policy files, database and files, and say what is wrong.
    Check,
}

#[derive(Args)]
struct Serve {
    /// Address to listen on.
    #[arg(long, env = "LUTONG_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address that people use, such as `https://lutong.example.cn`.
    #[arg(long, env = "LUTONG_PUBLIC_URL")]
    public_url: Option<String>,
    /// Where the front end lies: the folder that holds `pkg/`.
    #[arg(long, env = "LUTONG_SITE", default_value = "dist")]
    site: PathBuf,
    /// Lay down the demonstration city if the database is empty.
    #[arg(long)]
    demo: bool,
    /// The message gateway's address; without it messages fail and the duty
    /// officer telephones.
    #[arg(long, env = "LUTONG_GATEWAY")]
    gateway: Option<String>,
    /// Where approved projects come from (四川投资项目在线审批监管平台); without it none do.
    #[arg(long, env = "LUTONG_APPROVAL")]
    approval: Option<String>,
    /// The key shown to the approval platform.
    #[arg(long, env = "LUTONG_APPROVAL_KEY", default_value = "", hide_env_values = true)]
    approval_key: String,
    /// Minutes between two questions to the approval platform.
    #[arg(long, env = "LUTONG_APPROVAL_MINUTES", default_value_t = 5)]
    approval_minutes: u32,
    /// Where payments for contracts come from (国库集中支付); without it they are entered by
    /// people.
    #[arg(long, env = "LUTONG_TREASURY")]
    treasury: Option<String>,
    /// The key shown to the treasury.
    #[arg(long, env = "LUTONG_TREASURY_KEY", default_value = "", hide_env_values = true)]
    treasury_key: String,
    /// Minutes between two questions to the treasury.
    #[arg(long, env = "LUTONG_TREASURY_MINUTES", default_value_t = 10)]
    treasury_minutes: u32,
    /// The key shown to the gateway, and by the gateway to us.
    #[arg(long, env = "LUTONG_GATEWAY_KEY", default_value = "", hide_env_values = true)]
    gateway_key: String,
    /// The bank's address for paying bonds back; without it orders wait.
    #[arg(long, env = "LUTONG_BANK")]
    bank: Option<String>,
    /// The key shown to the bank.
    #[arg(long, env = "LUTONG_BANK_KEY", default_value = "", hide_env_values = true)]
    bank_key: String,
    /// The address that guarantees are looked up at (保函核验); without it people look.
    #[arg(long, env = "LUTONG_ISSUERS")]
    issuers: Option<String>,
    /// The key shown to it.
    #[arg(long, env = "LUTONG_ISSUERS_KEY", default_value = "", hide_env_values = true)]
    issuers_key: String,
    /// The typst program: files of cases are then set as PDF, too.
    #[arg(long, env = "LUTONG_TYPST")]
    typst: Option<PathBuf>,
    /// A reverse proxy of ours stands in front: take addresses from its
    /// `X-Forwarded-For`.
    #[arg(long, env = "LUTONG_BEHIND_PROXY")]
    behind_proxy: bool,
    /// Make a backup here when the server starts and once a day.
    #[arg(long, env = "LUTONG_BACKUP_DIR")]
    backup_dir: Option<PathBuf>,
    /// A clock that tests move, standing at this moment (RFC 3339) at first.
    /// Only on a loopback address, with `mem://` or a database among the temporary files.
    #[arg(long)]
    test_clock: Option<String>,
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LUTONG_LOG")
        .unwrap_or_else(|_| "info,surrealdb=warn,surreal=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // SurrealDB's own server gives its threads this much; unoptimised builds need it.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(10 * 1024 * 1024)
        .build();
    let done = match runtime {
        Ok(runtime) => arguments().and_then(|args| runtime.block_on(run(Cli::parse_from(args)))),
        Err(e) => Err(e.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("lutong: {e}");
            ExitCode::FAILURE
        }
    }
}

/// The command line with the configuration file behind it.
fn arguments() -> Result<Vec<OsString>, Box<dyn Error>> {
    let args = std::env::args_os().collect();
    let named = std::env::var_os("LUTONG_CONFIG").map(PathBuf::from);
    let path = named.clone().unwrap_or_else(|| "lutong.toml".into());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        // The usual place may be empty; a file that was named must be there.
        Err(e) if named.is_none() && e.kind() == ErrorKind::NotFound => return Ok(args),
        Err(e) => return Err(format!("{}: {e}", path.display()).into()),
    };
    let is_set = |name: &str| std::env::var_os(name).is_some();
    with_file(args, &text, is_set).map_err(|e| format!("{}: {e}", path.display()).into())
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    let open = || async {
        if let Some(dir) = cli.db.strip_prefix("rocksdb://") {
            let dir = dir.split('?').next().unwrap_or(dir);
            tokio::fs::create_dir_all(dir).await?;
        }
        let login = cli.db_login.as_deref().and_then(|login| login.split_once(':'));
        Ok::<Store, Box<dyn Error>>(Store::open(&cli.db, login).await?)
    };
    match cli.command {
        Command::Serve(options) => {
            let vault = Arc::new(Folder::new(cli.files));
            serve(open().await?, vault, *options, &cli.db).await
        }
        Command::Seed { plans } => {
            let store = open().await?;
            if store.read().head.seq > 0 {
                return Err("the database is not empty".into());
            }
            let now = SystemClock.now();
            demo::seed(&store, now).await?;
            demo::plans::seed(&store, now, plans).await?;
            demo::channels::seed(&store, now).await?;
            demo::contracts::seed(&store, now).await?;
            store.close().await?;
            print_accounts();
            Ok(())
        }
        Command::Backup { file } => {
            let saved = open().await?.backup(&file).await?;
            println!("{} rows, journal at {} {}", saved.rows, saved.head.seq, saved.head.hash);
            Ok(())
        }
        Command::Restore { file } => {
            let store = open().await?;
            let saved = store.restore(&file).await?;
            store.verify_journal(Some(saved.head.hash)).await??;
            println!("{} rows, journal at {} {}", saved.rows, saved.head.seq, saved.head.hash);
            Ok(())
        }
        Command::VerifyJournal { head } => {
            let head = head.map(|h| h.parse()).transpose()?;
            let verified = open().await?.verify_journal(head).await??;
            println!("{} entries, head {}", verified.entries, verified.head);
            Ok(())
        }
        Command::Check => {
            println!("policy files: {} rules", Law::shipped().rules().count());
            let store = open().await?;
            store.ping().await?;
            println!("database: answers, journal at {}", store.read().head.seq);
            let files: Vec<(String, Seal)> = {
                let mirror = store.read();
                mirror.attachments.iter().map(|a| (a.id.to_string(), a.hash)).collect()
            };
            let vault = Folder::new(cli.files);
            let mut damaged = 0;
            for (id, hash) in &files {
                if let Err(fault) = check(&vault, *hash).await {
                    println!("file {id} ({hash}): {fault}");
                    damaged += 1;
                }
            }
            println!("files: {} of {} whole", files.len() - damaged, files.len());
            if damaged == 0 { Ok(()) } else { Err("files are missing or damaged".into()) }
        }
    }
}

/// Whether nobody keeps what is in that database: records whose times were made up must not
/// get among real ones.
fn is_thrown_away(db: &str) -> bool {
    let path = db.strip_prefix("rocksdb://").and_then(|rest| rest.split('?').next());
    db == "mem://" || path.is_some_and(|path| lies_in(Path::new(path), &std::env::temp_dir()))
}

/// Whether a path lies in a folder once links are followed. What of it is not there yet holds
/// no links, and a path that climbs is refused: where it comes out, only the disk knows.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let climbs = path.components().any(|part| part == Component::ParentDir);
    let Ok(path) = std::path::absolute(path) else { return false };
    // A link to nothing is there, too; it has no place that could be known.
    let there = path.ancestors().find(|part| part.symlink_metadata().is_ok());
    let there = there.and_then(|part| part.canonicalize().ok());
    let folder = folder.canonicalize().ok();
    !climbs && there.zip(folder).is_some_and(|(there, folder)| there.starts_with(folder))
}

async fn serve(
    store: Store,
    vault: Arc<Folder>,
    options: Serve,
    db: &str,
) -> Result<(), Box<dyn Error>> {
    vault.clear_incoming().await?;
    let test_clock = match &options.test_clock {
        None => None,
        Some(_) if !options.listen.ip().is_loopback() || !is_thrown_away(db) => {
            return Err("--test-clock is only for a loopback address and a database that is \
                        thrown away: mem://, or one among the temporary files"
                .into());
        }
        Some(at) => Some(Arc::new(TestClock::at(at.parse()?))),
    };
    let clock: Arc<dyn Clock> = match &test_clock {
        Some(clock) => clock.clone(),
        None => Arc::new(SystemClock),
    };
    if options.demo && store.read().head.seq == 0 {
        tracing::info!("laying down the demonstration city");
        demo::seed(&store, clock.now()).await?;
        demo::plans::seed(&store, clock.now(), DEMO_PLANS).await?;
        demo::channels::seed(&store, clock.now()).await?;
        demo::contracts::seed(&store, clock.now()).await?;
    }
    let gateway: Arc<dyn Gateway> = match (&options.gateway, options.demo) {
        (Some(url), _) => Arc::new(HttpGateway::new(url.clone(), options.gateway_key.clone())?),
        (None, true) => Arc::new(DemoGateway),
        (None, false) => Arc::new(NoGateway),
    };
    let bank: Arc<dyn Bank> = match (&options.bank, options.demo) {
        (Some(url), _) => Arc::new(HttpBank::new(url.clone(), options.bank_key.clone())?),
        (None, true) => Arc::new(DemoBank),
        (None, false) => Arc::new(NoBank),
    };
    let issuers: Arc<dyn Issuers> = match (options.issuers, options.demo) {
        (Some(url), _) => Arc::new(HttpIssuers::new(url, options.issuers_key)?),
        (None, true) => Arc::new(DemoIssuers),
        (None, false) => Arc::new(NoIssuers),
    };
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let public_url = options.public_url.unwrap_or_else(|| format!("http://{address}"));
    let settings = Settings {
        public_url: public_url.trim_end_matches('/').to_owned(),
        build: build(),
        gateway_key: options.gateway_key,
        typst: options.typst,
    };
    let site = Site {
        store: store.clone(),
        clock,
        law: LawBook::shipped()?,
        plans: Arc::new(PlanIndex::new()?),
        bulk: Arc::default(),
        quality: Arc::default(),
        notice_texts: Arc::default(),
        secrets: Arc::default(),
        gateway,
        bank,
        issuers,
        pauses: Arc::default(),
        vault,
        settings: Arc::new(settings),
        lapsed: Arc::default(),
        looked: Arc::default(),
        swept: Arc::default(),
        dues: Arc::default(),
        measured: Arc::default(),
    };
    site.take_up_law().await?;
    if !options.demo {
        server::first::administrator(&site).await?;
    }

    let mut jobs = JoinSet::new();
    if let Some(dir) = options.backup_dir {
        tokio::fs::create_dir_all(&dir).await?;
        jobs.spawn(daily_backup(site.clone(), dir));
    }
    // Readers do not wait for the index of many plans: it follows by itself.
    let index = site.clone();
    jobs.spawn(async move {
        let mut grown = index.store.watch();
        loop {
            grown.mark_unchanged();
            if let Err(error) = index.follow_plans().await {
                tracing::error!(%error, "the index of plans");
            }
            if grown.changed().await.is_err() {
                return;
            }
        }
    });
    let (close, closing) = watch::channel(false);
    jobs.spawn(site.clone().run_jobs());
    jobs.spawn(site.clone().run_payments());
    jobs.spawn(site.clone().run_vouching());
    let approval: Option<Box<dyn ApprovalPlatform>> = match (options.approval, options.demo) {
        (Some(url), _) => Some(Box::new(HttpApproval::new(url, options.approval_key)?)),
        (None, true) => Some(Box::new(DemoApproval)),
        (None, false) => None,
    };
    let minutes = |n: u32| Duration::from_secs(60 * u64::from(n.max(1)));
    if let Some(platform) = approval {
        let (site, every) = (site.clone(), minutes(options.approval_minutes));
        jobs.spawn(async move { site.follow_approval(&*platform, every).await });
    }
    let treasury: Option<Box<dyn Treasury>> = match (options.treasury, options.demo) {
        (Some(url), _) => Some(Box::new(HttpTreasury::new(url, options.treasury_key)?)),
        (None, true) => Some(Box::new(DemoTreasury::beside(&site))),
        (None, false) => None,
    };
    if let Some(treasury) = treasury {
        let (site, every) = (site.clone(), minutes(options.treasury_minutes));
        jobs.spawn(async move { site.follow_treasury(&*treasury, every).await });
    }
    let behind_proxy = options.behind_proxy;
    let extras = Extras { site_root: options.site, closing, behind_proxy, test_clock };
    let app = router(site, extras);
    println!("绿通 http://{address}");
    if options.demo {
        print_accounts();
    }
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            signal().await;
            tracing::info!("closing");
            let _ = close.send(true);
        })
        .await?;
    jobs.shutdown().await;
    store.close().await?;
    Ok(())
}

/// A backup now and every 24 hours, named by the moment. Old ones are left alone.
async fn daily_backup(site: Site, dir: PathBuf) {
    loop {
        let name = format!("lutong-{}.jsonl", site.now().ms());
        match site.store.backup(&dir.join(&name)).await {
            Ok(saved) => tracing::info!(name, rows = saved.rows, seq = saved.head.seq, "backup"),
            Err(fault) => tracing::error!(name, %fault, "backup failed"),
        }
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    }
}

/// Tells this program from any other: its version, and when its file was made.
fn build() -> String {
    let made = std::env::current_exe().and_then(|path| path.metadata()?.modified()).ok();
    let made = made.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{}.{:x}", env!("CARGO_PKG_VERSION"), made.map_or(0, |at| at.as_secs()))
}

/// Waits for SIGINT or SIGTERM.
async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

fn print_accounts() {
    println!("演示账号，口令均为 {}：", demo::PASSWORD);
    for (login, name, role, _) in demo::ACCOUNTS {
        println!("  {login:<14} {} {name}", role.name());
    }
    println!("  {} {}", demo::FIRM_ACCOUNTS, model::Role::Contractor.name());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_memory_and_temporary_files_are_thrown_away() {
        let within = std::env::temp_dir().join("lutong-not-there/db");
        assert!(is_thrown_away("mem://"));
        assert!(is_thrown_away(&format!("rocksdb://{}?sync=every", within.display())));
        for db in ["rocksdb:///var/lib/lutong/db", "rocksdb://", "ws://localhost:8000", ""] {
            assert!(!is_thrown_away(db), "{db}");
        }
        let climbs = std::env::temp_dir().join("x/../../var/lib/db");
        assert!(!is_thrown_away(&format!("rocksdb://{}", climbs.display())));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_where_it_leads() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let elsewhere = tempfile::tempdir().expect("a folder");
        let (folder, elsewhere) = (folder.path(), elsewhere.path());
        symlink(elsewhere, folder.join("out")).expect("a link");
        symlink(elsewhere.join("nothing"), folder.join("lost")).expect("a link");
        symlink(folder, elsewhere.join("in")).expect("a link");
        assert!(lies_in(&folder.join("a/b"), folder));
        assert!(lies_in(&elsewhere.join("in/a"), folder));
        for path in ["out", "out/a/b", "lost", "lost/a", "a/../b", ".."] {
            assert!(!lies_in(&folder.join(path), folder), "{path}");
        }
    }
}
