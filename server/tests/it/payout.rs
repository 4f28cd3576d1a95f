//! Nothing is paid twice or forgotten: not when the program is killed in the middle of telling
//! the bank, not when the bank's answers are lost. On the engine that is shipped.
//!
//! The payer runs as a process of its own (this test program, asked for `payer` alone) and is
//! killed with SIGKILL again and again. The bank is a folder: an order that it carries out is a
//! file that can be made once.

use super::site::site_over;
use async_trait::async_trait;
use model::{Actor, BondForm, BondKind, Errand, Moment, Money, Personal};
use policies::bond::{
    Bond, Cash, On, Party, Payment, PaymentState, Piece, PieceState, Purpose, What,
};
use server::bank::{Bank, BankFault, Order};
use server::store::{Act, Changes, Store, StoreFault, Table};
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const DIR: &str = "LUTONG_PAYER_DIR";
const ORDERS: usize = 40;

fn morning() -> Moment {
    "2026-07-18T07:00:00+08:00".parse().expect("a moment")
}

fn url(dir: &Path) -> String {
    format!("rocksdb://{}?sync=every", dir.join("db").display())
}

/// Whoever had the store last may hold its lock for a moment longer.
async fn reopen(dir: &Path) -> Store {
    for _ in 0..200 {
        match Store::open(&url(dir), None).await {
            Err(StoreFault::Db(why)) if why.contains("lock") || why.contains("LOCK") => {
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            other => return other.expect("the store opens again"),
        }
    }
    panic!("the lock never fell");
}

/// Carries out each key once; loses every third answer, and hears every seventh order not at
/// all.
struct FolderBank {
    folder: PathBuf,
    told: AtomicUsize,
}

#[async_trait]
impl Bank for FolderBank {
    async fn pay(&self, order: &Order<'_>) -> Result<String, BankFault> {
        let told = self.told.fetch_add(1, Ordering::SeqCst);
        if told % 7 == 6 {
            return Err(BankFault::Unknown("不通".into()));
        }
        // Whole or not at all, and once: a name can't be given to a second file.
        let part = self.folder.with_extension(format!("{told}-{}", std::process::id()));
        fs::write(&part, order.fen.to_string()).expect("written");
        match fs::hard_link(&part, self.folder.join(order.key)) {
            Err(fault) if fault.kind() != ErrorKind::AlreadyExists => panic!("{fault}"),
            _ => {}
        }
        match told % 3 {
            2 => Err(BankFault::Unknown("超时".into())),
            _ => Ok(format!("serial-{}", order.key)),
        }
    }
}

fn bond(n: usize) -> (Bond, Payment) {
    let at = morning();
    let account = Personal { key: format!("pv-{n}"), seal: "s".into() };
    let number = format!("BZ-2026-{n:06}");
    let bond = Bond {
        id: format!("bz-{n}").parse().expect("a key"),
        number: number.clone(),
        kind: BondKind::Performance,
        owner: "yz-1".parse().expect("a key"),
        owner_name: "市水务集团".into(),
        district: model::District::Lizhou,
        firm: Party {
            org: None,
            name: "甲公司".into(),
            uscc: "91510802MA62500A9R".parse().expect("a code"),
        },
        on: On::Contract {
            contract: format!("ht-{n}").parse().expect("a key"),
            title: "管道".into(),
        },
        most: Money::from_fen(100),
        reduced: vec![],
        law: "x".into(),
        basis: None,
        needs: vec![],
        pieces: vec![Piece {
            n: 1,
            form: BondForm::Cash,
            amount: Money::from_fen(100),
            from: at.day(),
            until: None,
            what: What::Cash(Cash {
                payer: "甲公司".into(),
                account: account.clone(),
                reference: format!("L-{n}"),
            }),
            state: PieceState::Returning,
            verified: None,
            claims: vec![],
            asked: None,
            gone: Some(at.day()),
            entered: at,
            by: None,
            checked: None,
        }],
        hold: None,
        verdict: None,
        applications: vec![],
        warned: vec![],
        entered: at,
        by: "a-1".parse().expect("a key"),
    };
    let payment = Payment {
        id: Payment::key(&bond.id, 1).expect("a key"),
        bond: bond.id.clone(),
        number,
        piece: 1,
        owner: bond.owner.clone(),
        purpose: Purpose::Performance,
        payee: "甲公司".into(),
        account,
        principal: Money::from_fen(100),
        interest: Money::from_fen(1),
        before: vec![],
        reason: "竣工验收合格".into(),
        ordered: at,
        by: None,
        round: 0,
        tries: 0,
        not_before: at,
        state: PaymentState::Ordered,
        line: None,
    };
    (bond, payment)
}

/// Not a test by itself: the process that the test below kills.
#[tokio::test(flavor = "multi_thread")]
async fn payer() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let dir = Path::new(&dir);
    let store = reopen(dir).await;
    let (mut site, clock) = site_over(store, morning(), &dir.join("files"));
    site.bank = Arc::new(FolderBank { folder: dir.join("bank"), told: AtomicUsize::new(0) });
    loop {
        assert!(site.pay_due().await);
        let open = site.read().open_payments().count();
        let mut out = std::io::stdout();
        out.write_all(format!("open {open}\n").as_bytes()).expect("a pipe");
        out.flush().expect("a pipe");
        if open == 0 {
            return;
        }
        // What nobody answered is told again later.
        clock.advance_ms(3_600_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_pays_nothing_twice_and_forgets_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let bank = dir.path().join("bank");
    fs::create_dir(&bank).expect("a folder");
    let store = reopen(dir.path()).await;
    let mut changes = Changes::new();
    for n in 0..ORDERS {
        let (bond, payment) = bond(n);
        changes.create(&bond).expect("JSON");
        changes.create(&payment).expect("JSON");
    }
    let act = Act::new(&Actor::SYSTEM, Errand::Found, Table::Bond, "bz-0");
    store.commit(changes, act, morning()).await.expect("written");
    drop(store);

    let mut killed = 0;
    for round in 0_usize.. {
        assert!(round < 60, "it never ends");
        let mut child = Command::new(std::env::current_exe().expect("a path"))
            .args(["--exact", "payout::payer", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the payer starts");
        // Killed once the bank has carried out a few more, wherever the payer is then.
        let enough = (round + 1) * 4;
        let ended = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                assert!(status.success());
                break true;
            }
            if round < 9 && fs::read_dir(&bank).expect("a folder").count() >= enough {
                child.kill().expect("SIGKILL");
                child.wait().expect("gone");
                killed += 1;
                break false;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        if ended {
            let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
            assert!(lines.map_while(Result::ok).any(|line| line.ends_with("open 0")));
            break;
        }
    }
    assert!(killed >= 5, "killed only {killed} times");

    let store = reopen(dir.path()).await;
    {
        let mirror = store.read();
        for n in 0..ORDERS {
            let (before, order) = bond(n);
            let payment = mirror.payments.get(order.id.as_str()).expect("an order");
            assert!(matches!(payment.state, PaymentState::Paid { .. }), "{n}: {:?}", payment.state);
            assert_eq!(payment.round, 0, "never under another key");
            let bond = mirror.bonds.get(before.id.as_str()).expect("a bond");
            assert_eq!(bond.pieces[0].state, PieceState::Returned);
        }
    }
    // One file an order, each with what the order says.
    let paid: Vec<String> = fs::read_dir(&bank)
        .expect("a folder")
        .map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"))
        .collect();
    assert_eq!(paid, vec!["101"; ORDERS]);
    store.verify_journal(None).await.expect("readable").expect("whole");
}
