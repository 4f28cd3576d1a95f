//! Plans of a sheet: all of them are entered in one act, or none.

use super::{drawn, nth_key};
use crate::site::{Site, broken};
use crate::store::{Act, Changes, StoreFault, Table};
use app::api::desk::Answer;
use app::api::{SheetDraft, Visitor};
use model::Errand;
use policies::plan::sheet::read;
use policies::plan::{Draft, DraftState};

impl Site {
    pub(super) async fn take_plans(&self, by: &Visitor, sheet: SheetDraft) -> Answer<String> {
        let plans = match read(&sheet.rows) {
            Ok(plans) => plans,
            Err(wrong) => return Err(self.refuse_sheet(by, SheetDraft { wrong, ..sheet }).await),
        };
        let drawn = drawn(by, &sheet);
        let batch = nth_key("pc", &drawn, 0);
        let mut changes = Changes::new();
        let count = plans.len();
        for (n, (_, content)) in (1..).zip(plans) {
            let draft = Draft {
                content,
                reason: String::new(),
                scope_changed: false,
                state: DraftState::Open,
            };
            let plan = self.new_plan(by, draft, Some(batch.clone()), nth_key("zp", &drawn, n))?;
            changes.create(&plan).map_err(broken)?;
        }
        let act = Act::new(&by.actor, Errand::PlanWrite, Table::Plan, batch.as_str())
            .note(format!("表格导入 {}，{count} 项计划", sheet.name))
            .rules([self.law_note()]);
        match self.store.commit(changes, act, self.now()).await {
            // The second of two sendings finds what the first has entered.
            Ok(_) | Err(StoreFault::Exists(_)) => Ok(format!("/desk/plans?batch={batch}")),
            Err(fault) => Err(broken(fault)),
        }
    }
}
