//! The three state machines as pages that a duty officer can read: every state,
//! every act. Run with UPDATE_GOLDEN=1 to write them anew, and review the change.

use model::{
    Category, Datum, Discipline, District, Industry, Minutes, Moment, Role, Urgency, WorkKind,
};
use pool::dispatch::{Act as CallAct, State};
use pool::emergency::{
    Act as CaseAct, Determination, Emergency, Report, Reporter, Stage, Verification,
};
use pool::membership::{Act as PlaceAct, Membership, Objection, Stage as Place};
use std::{env, fs};

fn golden(name: &str, page: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}

fn table(acts: &[&str], rows: Vec<(String, Vec<String>)>) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0) + 2;
    let columns: Vec<usize> = acts
        .iter()
        .enumerate()
        .map(|(i, act)| rows.iter().map(|(_, c)| c[i].len()).max().unwrap_or(0).max(act.len()) + 2)
        .collect();
    let line = |name: &str, cells: &[String]| {
        let cells: String = cells.iter().zip(&columns).map(|(c, w)| format!("{c:<w$}")).collect();
        format!("{name:<width$}{cells}").trim_end().to_owned() + "\n"
    };
    let head: Vec<String> = acts.iter().map(|a| (*a).to_owned()).collect();
    let mut page = line("", &head);
    for (name, cells) in rows {
        page += &line(&name, &cells);
    }
    page
}

fn now() -> Moment {
    "2026-07-18T08:00:00+08:00".parse().expect("a moment")
}

#[test]
fn a_call() {
    use State::*;
    let (open, over) = (now().plus(Minutes(5)), now().minus(Minutes(1)));
    let states = [
        ("offered", Offered),
        ("delivered", Delivered { until: open }),
        ("delivered, at the last moment", Delivered { until: now() }),
        ("delivered, too late", Delivered { until: over }),
        ("accepted", Accepted),
        ("en_route", EnRoute),
        ("on_site", OnSite),
        ("finished", Finished),
        ("inspected", Inspected),
        ("evaluated", Evaluated),
        ("declined", Declined),
        ("lapsed", Lapsed),
        ("withdrawn", Withdrawn),
        ("recalled", Recalled),
    ];
    let acts = [
        CallAct::Deliver { until: open },
        CallAct::Accept,
        CallAct::Decline,
        CallAct::Lapse,
        CallAct::Withdraw,
        CallAct::Depart,
        CallAct::Arrive,
        CallAct::Log,
        CallAct::Finish,
        CallAct::Inspect,
        CallAct::Rework,
        CallAct::Evaluate,
        CallAct::Recall,
    ];
    let rows = states
        .into_iter()
        .map(|(name, state)| {
            let cells = acts
                .iter()
                .map(|act| state.step(*act, now()).map_or("·".into(), |s| s.key().to_owned()))
                .collect();
            let held = if state.holds_team() { "  (holds its team)" } else { "" };
            (format!("{name}{held}"), cells)
        })
        .collect();
    golden("dispatch.txt", &table(&acts.map(CallAct::key), rows));
}

fn case(stage: Stage, urgency: Urgency, verified: bool, confirmed: bool) -> Emergency {
    let account = || "a-1".parse().expect("a key");
    let personal = || model::Personal { key: "p".into(), seal: String::new() };
    let report = Report {
        title: String::new(),
        description: String::new(),
        kind: WorkKind::Traffic,
        district: District::Qingchuan,
        address: String::new(),
        place: District::Qingchuan.seat(),
        datum: Datum::Wgs84,
        people_in_danger: 0,
        seen: now(),
        received: now(),
        reporter: Reporter {
            role: Role::Public,
            account: None,
            org: None,
            name: None,
            phone: None,
        },
    };
    let id = "xq-1".parse().expect("a key");
    Emergency {
        stage,
        verification: verified.then(|| Verification {
            at: now(),
            on_site: now(),
            by: account(),
            second: personal(),
            second_remote: false,
            findings: String::new(),
            scope: String::new(),
        }),
        determination: confirmed.then(|| Determination {
            at: now(),
            by: account(),
            authority: String::new(),
            document: String::new(),
            granted: true,
            yes: vec![],
            reasons: vec![],
            tender: String::new(),
            why: String::new(),
            scope: String::new(),
            ceiling: model::Money::ZERO,
            planned_finish: now().day(),
        }),
        ..Emergency::reported(id, "险〔2026〕0718-01".into(), report, urgency)
    }
}

#[test]
fn a_case() {
    use Stage::*;
    use Urgency::{Critical, Urgent};
    let states = [
        ("reported", case(Reported, Critical, false, false), 0),
        ("accepted", case(Accepted, Urgent, false, false), 0),
        ("accepted, critical", case(Accepted, Critical, false, false), 0),
        ("accepted, verified", case(Accepted, Urgent, true, false), 0),
        ("provisional", case(Provisional, Critical, false, false), 0),
        ("provisional, verified", case(Provisional, Critical, true, false), 0),
        ("determined", case(Determined, Urgent, true, true), 0),
        ("refused", case(Refused, Urgent, true, true), 0),
        ("controlled, unconfirmed", case(Controlled, Critical, false, false), 0),
        ("controlled, unconfirmed, verified", case(Controlled, Critical, true, false), 0),
        ("controlled", case(Controlled, Urgent, true, true), 0),
        ("controlled, a call open", case(Controlled, Urgent, true, true), 1),
        ("closed", case(Closed, Urgent, true, true), 0),
        ("merged", case(Merged, Urgent, false, false), 0),
        ("dismissed", case(Dismissed, Urgent, false, false), 0),
    ];
    let rows = states
        .into_iter()
        .map(|(name, case, calls)| {
            let cells = CaseAct::ALL
                .iter()
                .map(|act| case.step(*act, calls).map_or("·".into(), |s| s.key().to_owned()))
                .collect();
            (name.to_owned(), cells)
        })
        .collect();
    golden("emergency.txt", &table(&CaseAct::ALL.map(CaseAct::key), rows));
}

#[test]
fn a_place_in_the_reserve() {
    let (open, over) = (now().plus(Minutes(5)), now().minus(Minutes(1)));
    let until = now().day().plus(300);
    let reason = || "x".to_owned();
    let hearing = |reply_until, reply: Option<&str>| Place::Hearing {
        since: now(),
        reason: reason(),
        reply_until,
        reply: reply.map(Into::into),
        until,
    };
    let objection = |answer: Option<&str>| Objection {
        at: now(),
        text: reason(),
        answer: answer.map(Into::into),
    };
    let states = [
        ("applied", Place::Applied { since: now() }, vec![]),
        ("returned", Place::Returned { since: now(), remarks: vec![] }, vec![]),
        ("published, running", Place::Published { since: over, until: open }, vec![]),
        ("published, over", Place::Published { since: over, until: over }, vec![]),
        (
            "published, over, objected",
            Place::Published { since: over, until: over },
            vec![objection(None)],
        ),
        (
            "published, over, answered",
            Place::Published { since: over, until: over },
            vec![objection(Some("x"))],
        ),
        ("listed", Place::Listed { since: now(), until }, vec![]),
        ("suspended", Place::Suspended { since: now(), reason: reason(), until }, vec![]),
        ("hearing", hearing(open, None), vec![]),
        ("hearing, replied", hearing(open, Some("x")), vec![]),
        ("hearing, over", hearing(over, None), vec![]),
        ("removed", Place::Removed { since: now(), reason: reason() }, vec![]),
    ];
    let acts = [
        PlaceAct::Resubmit,
        PlaceAct::Return { remarks: vec![] },
        PlaceAct::Publish { until: open },
        PlaceAct::Enter { until },
        PlaceAct::Suspend { reason: reason() },
        PlaceAct::Resume,
        PlaceAct::Notice { reason: reason(), reply_until: open },
        PlaceAct::Reply { text: reason() },
        PlaceAct::Drop,
        PlaceAct::Remove,
    ];
    let rows = states
        .into_iter()
        .map(|(name, stage, objections)| {
            let place = Membership {
                id: "m-1".parse().expect("a key"),
                contractor: "c-1".parse().expect("a key"),
                category: Category { industry: Industry::Highway, discipline: Discipline::Works },
                stage,
                objections,
            };
            let cells = acts
                .iter()
                .map(|act| {
                    place.step(act.clone(), now()).map_or("·".into(), |s| s.key().to_owned())
                })
                .collect();
            (name.to_owned(), cells)
        })
        .collect();
    let names: Vec<&str> = acts.iter().map(PlaceAct::key).collect();
    golden("membership.txt", &table(&names, rows));
}
