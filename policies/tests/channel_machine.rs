//! The green channel's state machine as a page that people can read: every state, every
//! act. Run with UPDATE_GOLDEN=1 to write it anew, and review the change.

use model::{Moment, Money};
use policies::channel::{Act, Application, Channel, Origin, Stage};
use std::{env, fs};

fn channel(stage: Stage) -> Channel {
    let at: Moment = "2026-07-06T09:00:00+08:00".parse().expect("a moment");
    Channel {
        id: "lt-1".parse().expect("a key"),
        number: "LT-2026-0001".into(),
        owner: "yz-1".parse().expect("a key"),
        owner_name: "市水务集团".into(),
        origin: Origin::New,
        begun: at,
        applied: at,
        application: Application {
            project: "取水管道更换".into(),
            code: None,
            ground: model::Ground::City,
            why: "主管破损".into(),
            industry: model::Industry::Urban,
            district: model::District::Lizhou,
            place: "南河".into(),
            kind: model::LotKind::Works,
            scope: "更换原水管".into(),
            ceiling: Money::from_fen(1),
            funding: model::Funding::Budget,
            ends: at.day(),
            department: "zjj".parse().expect("a key"),
        },
        items: vec![],
        stage,
        opinion: None,
        terms: None,
        opened: None,
        decisions: vec![],
        stops: vec![],
        notice: None,
        award: None,
        contract: None,
    }
}

#[test]
fn every_state_and_every_act() {
    let mut page = format!("{:<12}", "");
    for act in Act::ALL {
        page += &format!("{:<11}", act.key());
    }
    page = page.trim_end().to_owned() + "\n";
    for stage in Stage::ALL {
        let case = channel(stage);
        let mut line = format!("{:<12}", stage.key());
        for act in Act::ALL {
            line += &format!("{:<11}", case.step(act).map_or("·", Stage::key));
        }
        page += line.trim_end();
        page += "\n";
    }
    let path = format!("{}/tests/golden/channel.txt", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}
