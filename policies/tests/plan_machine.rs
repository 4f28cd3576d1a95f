//! The plan's state machine as a page that people can read: every state, every act. Run
//! with UPDATE_GOLDEN=1 to write it anew, and review the change.

use model::{AccountId, Moment};
use policies::plan::{Act, Draft, DraftState, LotForm, Plan, PlanContent, PlanForm, Stage};
use std::{env, fs};

fn content() -> PlanContent {
    let lot = LotForm {
        name: "一标段".into(),
        content: "路基".into(),
        kind: "works".into(),
        estimate: "500".into(),
        method: "open".into(),
        notice: "2027-01".into(),
        ..LotForm::default()
    };
    let form = PlanForm {
        project: "县道改造".into(),
        scale: "改造 12 公里".into(),
        industry: "highway".into(),
        districts: [("qingchuan".into(), "yes".into())].into(),
        funding: "budget".into(),
        investment: "3000".into(),
        lots: [("0".into(), lot)].into(),
        contact: "工程科".into(),
        phone: "0839-3260119".into(),
        ..PlanForm::default()
    };
    form.read([]).expect("sound")
}

#[test]
fn every_state_and_every_act() {
    let at: Moment = "2026-11-02T09:00:00+08:00".parse().expect("a moment");
    let by: AccountId = "a-owner".parse().expect("a key");
    let drafts = [
        None,
        Some(DraftState::Open),
        Some(DraftState::Submitted { since: at, by }),
        Some(DraftState::Returned { since: at, remark: "地点不符".into() }),
    ];
    let mut page = format!("{:<32}", "");
    for act in Act::ALL {
        page += &format!("{:<12}", act.key());
    }
    page = page.trim_end().to_owned() + "\n";
    for stage in Stage::ALL {
        for state in &drafts {
            let draft = state.clone().map(|state| Draft {
                content: content(),
                reason: String::new(),
                scope_changed: false,
                state,
            });
            let name = state.as_ref().map_or("-", DraftState::key);
            let plan = Plan {
                id: "zp-1".parse().expect("a key"),
                number: None,
                owner: "yz-1".parse().expect("a key"),
                stage,
                draft,
                versions: 0,
                published: None,
                leads: Default::default(),
                notices: Default::default(),
                retired: Default::default(),
                batch: None,
            };
            let mut line = format!("{:<32}", format!("{}, draft {name}", stage.key()));
            for act in Act::ALL {
                let to = plan.step(act).map_or("·", Stage::key);
                line += &format!("{to:<13}");
            }
            page += line.trim_end();
            page += "\n";
        }
    }
    let path = format!("{}/tests/golden/plan.txt", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("the golden file can be written");
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, reviewed, "run again with UPDATE_GOLDEN=1 and review the difference");
}
