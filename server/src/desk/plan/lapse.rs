//! Plans whose time has run out without a notice.

use crate::site::Site;
use crate::store::Kept;
use app::api::ApiError;
use model::{Actor, Day, Errand};
use policies::plan::{Act as PlanAct, Plan, Stage, lapses_after, reminds_from};
use std::sync::PoisonError;

impl Site {
    /// The last day of a plan that waits for its notices.
    pub(in crate::desk) fn lapses(&self, plan: &Plan) -> Option<Day> {
        if plan.stage != Stage::Published {
            return None;
        }
        lapses_after(&self.law(), plan.waits_from()?).ok().map(|r| r.value)
    }

    /// That day, once its owner is to be reminded of it.
    pub(in crate::desk) fn lapses_soon(&self, plan: &Plan) -> Option<Day> {
        let last = self.lapses(plan)?;
        let from = reminds_from(&self.law(), last).ok()?.value;
        (self.now().day() >= from).then_some(last)
    }

    /// Lets plans lapse whose last day is over; looks once a day.
    pub(in crate::desk) async fn lapse_plans(&self) -> Result<(), ApiError> {
        let today = self.now().day();
        let looked = self.lapsed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if looked == today.to_string() {
            return Ok(());
        }
        let plans: Vec<Kept<Plan>> = self.read().plans.iter().cloned().collect();
        let mut failed = None;
        for plan in plans {
            let Some(last) = self.lapses(&plan).filter(|last| *last < today) else { continue };
            let reason = format!("至 {last} 未发布招标公告");
            let system = &Actor::SYSTEM;
            let done = self.restage_as(system, Errand::PlanLapse, &plan, PlanAct::Lapse, &reason);
            // One that can't be written does not hold up the others.
            if let Err(error) = done.await {
                failed = Some(error);
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        *self.lapsed.lock().unwrap_or_else(PoisonError::into_inner) = today.to_string();
        Ok(())
    }
}
