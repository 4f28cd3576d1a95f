//! What the portal's pages show, from the records and the index.

use super::{Order, PlanQuery, ask};
use crate::desk::{notice_line, org_name};
use crate::site::Site;
use crate::store::Kept;
use app::api::ApiError;
use app::portal::{Ask, CalendarPage, ListPage, MapPage, PlanCard, PublicNotice, PublicPlan};
use model::{District, Expected, PlanId};
use policies::Limit;
use policies::notice::objections;
use policies::plan::{LEAD, Plan, PlanVersion, Stage, difference};
use pool::canon;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Plans on one page.
const PAGE: usize = 50;
/// Plans of one month that a page shows.
const MONTH: usize = 500;
/// Months that the calendar counts, and how many days back it begins.
const MONTHS: usize = 24;
const BEHIND: u32 = 183;
/// Versions that are read from the index at once.
const CHUNK: usize = 1_000;

/// The card of a version.
pub fn card(version: &PlanVersion) -> PlanCard {
    let content = &version.content;
    PlanCard {
        number: version.number.clone(),
        project: content.project.clone(),
        owner: version.owner_name.clone(),
        stage: version.stage,
        districts: content.districts.iter().copied().collect(),
        industry: content.industry,
        lots: content.lots.len(),
        estimate: content.estimate(),
        notice: content.first_notice(),
        at: version.at,
        version: version.version,
    }
}

/// What a version is spelled as, and its hash: anybody can reckon it again.
pub fn spelled(version: &PlanVersion) -> Result<(String, String), ApiError> {
    let broken = |_| ApiError::Broken { ticket: "canon".into() };
    let text = canon::to_canonical(version).map_err(broken)?;
    let hash = canon::Seal::of(text.as_bytes()).to_string();
    Ok((text, hash))
}

impl Site {
    /// Brings the index up to the journal; whoever asks sees what they have just written.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index can't be written.
    pub async fn follow_plans(&self) -> Result<(), ApiError> {
        if self.plans.seq() == self.read().head.seq {
            return Ok(());
        }
        let (plans, store) = (Arc::clone(&self.plans), self.store.clone());
        let done = tokio::task::spawn_blocking(move || plans.follow(&store)).await;
        let fault = match done {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(fault)) => fault.to_string(),
            Err(fault) => fault.to_string(),
        };
        tracing::error!(fault, "the index of plans could not follow");
        Err(ApiError::Broken { ticket: "index".into() })
    }

    /// Finds public plans: how many fit, a page of their versions with their sort keys,
    /// and as of which entry.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn find_plans(
        &self,
        query: &PlanQuery,
        limit: usize,
    ) -> Result<(usize, Vec<(u64, Arc<PlanVersion>)>, i64), ApiError> {
        self.follow_plans().await?;
        let (plans, asked) = (Arc::clone(&self.plans), query.clone());
        let found = tokio::task::spawn_blocking(move || plans.find(&asked, limit)).await;
        let failed = |fault: String| {
            tracing::error!(fault, "the index of plans failed");
            ApiError::Broken { ticket: "index".into() }
        };
        let found = found.map_err(|fault| failed(fault.to_string()))?;
        let found = found.map_err(|fault| failed(fault.to_string()))?;
        let mirror = self.read();
        let page = found
            .page
            .into_iter()
            .filter_map(|(key, id)| Some((key, Arc::clone(&mirror.plan_versions.get(&id)?.value))));
        Ok((found.total, page.collect(), found.as_of))
    }

    /// All that a question finds, piece by piece: for downloads.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn next_plans(
        &self,
        query: &mut PlanQuery,
    ) -> Result<Vec<Arc<PlanVersion>>, ApiError> {
        let (_, page, as_of) = self.find_plans(query, CHUNK).await?;
        query.as_of = Some(as_of);
        query.after = page.last().map(|(key, _)| *key).or(query.after);
        Ok(page.into_iter().map(|(_, version)| version).collect())
    }

    /// The list.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_list(&self, asked: Ask) -> Result<ListPage, ApiError> {
        let (query, wrong) = ask::read(&asked);
        let (total, found, as_of) = self.find_plans(&query, PAGE + 1).await?;
        let next = found.get(PAGE).and(found.get(PAGE - 1)).map(|(key, _)| *key);
        let plans = found.iter().take(PAGE).map(|(_, version)| card(version)).collect();
        let owner =
            query.owner.as_deref().and_then(|id| Some(self.read().orgs.get(id)?.name.clone()));
        Ok(ListPage {
            ask: asked,
            wrong,
            total,
            plans,
            as_of,
            next,
            owner: owner.unwrap_or_default(),
        })
    }

    /// Plans by the month of their notices.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_calendar(&self, asked: Ask) -> Result<CalendarPage, ApiError> {
        let (mut query, wrong) = ask::read(&asked);
        (query.after, query.as_of) = (None, None);
        query.order = Order::Soonest;
        if query.stage.is_none() {
            query.stage = Some(Stage::Published);
        }
        let month = query.month.take();
        // A year and a half ahead, and what is overdue of the last half year.
        let mut day = self.now().day().minus(BEHIND);
        let mut months = Vec::new();
        for _ in 0..MONTHS {
            let of = Expected::within_month_of(day);
            let asked = PlanQuery { month: Some(of.to_string()), ..query.clone() };
            let (count, ..) = self.find_plans(&asked, 1).await?;
            if count > 0 {
                months.push((of, count));
            }
            day = of.last().plus(1);
        }
        let shown = month.as_deref().and_then(|m| m.parse().ok());
        let mut left_out = 0;
        let month = match shown {
            Some(shown) => {
                query.month = month;
                let (total, found, _) = self.find_plans(&query, MONTH).await?;
                left_out = total - found.len();
                Some((shown, found.iter().map(|(_, version)| card(version)).collect()))
            }
            None => None,
        };
        Ok(CalendarPage { ask: asked, wrong, months, month, left_out })
    }

    /// The plans of one month, to print: how many are left out, too.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_month(&self, month: Expected) -> Result<(Vec<PlanCard>, usize), ApiError> {
        let query = PlanQuery {
            month: Some(Expected::within_month_of(month.first()).to_string()),
            stage: Some(Stage::Published),
            order: Order::Soonest,
            ..PlanQuery::default()
        };
        let (total, found, _) = self.find_plans(&query, CHUNK).await?;
        Ok((found.iter().map(|(_, version)| card(version)).collect(), total - found.len()))
    }

    /// How many plans each district has.
    ///
    /// # Errors
    ///
    /// [`ApiError::Broken`] when the index fails.
    pub async fn plan_map(&self, asked: Ask) -> Result<MapPage, ApiError> {
        let (query, wrong) = ask::read(&asked);
        let mut counts = Vec::new();
        for district in District::ALL {
            if query.district.is_some_and(|only| only != district) {
                continue;
            }
            let of = PlanQuery { district: Some(district), after: None, ..query.clone() };
            counts.push((district, self.find_plans(&of, 1).await?.0));
        }
        Ok(MapPage { ask: asked, wrong, counts })
    }

    /// The plan of a public number.
    pub fn plan_numbered(&self, number: &str) -> Option<Kept<Plan>> {
        let mirror = self.read();
        let id: &PlanId = mirror.plan_numbers.get(number)?;
        mirror.plans.get(id.as_str()).cloned()
    }

    /// One plan as it stands, or one of its versions.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub fn public_plan(&self, number: &str, version: Option<u32>) -> Result<PublicPlan, ApiError> {
        let plan = self.plan_numbered(number).ok_or(ApiError::NotFound)?;
        let mirror = self.read();
        let of = |n: u32| {
            let kept = mirror.plan_versions.get(&PlanVersion::key(&plan.id, n));
            kept.map(|kept| Arc::clone(&kept.value))
        };
        let shown = of(version.unwrap_or(plan.versions)).ok_or(ApiError::NotFound)?;
        let before = shown.version.checked_sub(1).and_then(of);
        let (_, hash) = spelled(&shown)?;
        let law = self.law();
        let earliest = |lead: &policies::plan::Lead| match law
            .reckon(LEAD, lead.from)
            .map(|r| r.limit.value)
        {
            Ok(Limit::NotBefore { day }) => Some(day),
            _ => None,
        };
        // Of versions that are over, nobody asks any more when they could be noticed.
        let current = shown.version == plan.versions && shown.stage == Stage::Published;
        let leads = plan.leads.iter().filter(|_| current);
        let ids: BTreeSet<_> = plan.notices.values().flatten().collect();
        let notices = ids.into_iter().filter_map(|id| mirror.tender_notices.get(id.as_str()));
        let department = shown.content.department.as_ref();
        Ok(PublicPlan {
            hash,
            versions: (1..=plan.versions)
                .rev()
                .filter_map(of)
                .map(|v| (v.version, v.at, v.stage, v.reason.clone()))
                .collect(),
            difference: before
                .map(|before| difference(&before.content, &shown.content))
                .unwrap_or_default(),
            department: department.map_or_else(String::new, |id| org_name(&mirror, id)),
            earliest: leads.filter_map(|(no, lead)| Some((no.0, earliest(lead)?))).collect(),
            notices: notices
                .map(|n| {
                    let line = notice_line(n);
                    (line.number, line.title, line.noticed, line.holding)
                })
                .collect(),
            version: shown,
        })
    }

    /// One notice that has gone out.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub fn public_notice(&self, number: &str) -> Result<PublicNotice, ApiError> {
        let mirror = self.read();
        let id = mirror.notice_numbers.get(number).ok_or(ApiError::NotFound)?;
        let notice = mirror.tender_notices.get(id.as_str()).ok_or(ApiError::NotFound)?;
        if notice.out.is_none() {
            return Err(ApiError::NotFound);
        }
        let lots = notice.content.lots.iter().filter_map(|lot| {
            let plan = mirror.plans.get(lot.plan.as_str())?;
            let key = PlanVersion::key(&plan.value.id, plan.value.versions);
            let version = mirror.plan_versions.get(&key)?;
            let named = version.content.lot(lot.lot).map(|l| l.name.clone()).unwrap_or_default();
            Some((version.number.clone(), format!("{} · {named}", version.content.project)))
        });
        let objections = objections(&self.law(), &notice.content).unwrap_or_default();
        Ok(PublicNotice { lots: lots.collect(), objections, notice: Arc::clone(&notice.value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{LotKind, Moment, Money, TenderMethod};
    use policies::plan::{Lot, LotNo, PlanContent};

    /// Hashes of versions stand on paper and in other systems: a version that was public is
    /// spelled the same for ever. A field that is added must be left out where it is empty.
    #[test]
    fn what_was_hashed_once_has_that_hash_for_ever() {
        let content = PlanContent {
            project: "青川县沙州至姚渡公路改造".into(),
            code: "2203-510822-04-01-123456".parse().ok(),
            scale: "改造三级公路 12 公里".into(),
            industry: model::Industry::Highway,
            districts: [District::Qingchuan].into(),
            funding: model::Funding::Budget,
            investment: Money::from_fen(3_000_000_000),
            approval: "广发改〔2026〕12号".into(),
            approved: "2026-05-08".parse().ok(),
            lots: vec![Lot {
                no: LotNo(1),
                name: "施工一标段".into(),
                content: "路基、路面及桥涵".into(),
                kind: LotKind::Works,
                estimate: Money::from_fen(1_260_500_000),
                method: TenderMethod::Open,
                notice: "2027-01".parse().expect("a month"),
                opening: None,
            }],
            contact: "工程科".into(),
            phone: "0839-3260119".into(),
            department: None,
        };
        let version = PlanVersion {
            id: "zp-1-v1".into(),
            plan: "zp-1".parse().expect("a key"),
            number: "JH-2026-000001".into(),
            seq: 7,
            version: 1,
            at: Moment::from_ms(1_784_300_000_000),
            owner: "gljt".parse().expect("a key"),
            owner_name: "市公路管理中心".into(),
            stage: Stage::Published,
            reason: String::new(),
            restarted: vec![],
            content,
        };
        let (_, hash) = spelled(&version).expect("spelled");
        assert_eq!(hash, "6695364c9bd39ad96cee51690051b2d0dc230c0f8df9c11af23505fbda7b1786");
    }
}
