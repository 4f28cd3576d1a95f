//! What everybody may see, and the journal.

use super::views::{calls_of, candidate, fact, mode_name, tally, team_name};
use crate::chance;
use crate::records::{Publication, Subject};
use crate::site::{Site, broken};
use crate::store::{Changes, Mirror};
use app::api::desk::{Answer, PublicDesk};
use app::api::{
    ApiError, Directory, DirectoryEntry, Fact, HomePage, JournalAsk, JournalPage, PublicationCard,
    PublicationPage, PublicityPage, Unconfirmed, Visitor,
};
use async_trait::async_trait;
use model::{Category, District, Moment, Pricing, PublicationId};
use policies::{Step, keys};
use pool::canon::Seal;
use pool::dispatch::Dispatch;
use pool::emergency::Emergency;
use pool::membership::Stage;
use pool::score;
use pool::selection::Mode;
use pool::team::Availability;

/// PublicityPage on the front page.
const NEWS: usize = 6;

impl Site {
    /// Publishes the appointment of a team together with its acceptance: what must
    /// be public is public by itself.
    pub(super) fn put_publication(
        &self,
        changes: &mut Changes,
        d: &Dispatch,
        e: &Emergency,
        now: Moment,
    ) -> Answer<()> {
        let due = |key: &str| self.law().due(key, now).map_err(|e| self.no_rule(&e));
        let publication = Publication {
            id: chance::key("gs").parse().map_err(|_| ApiError::NotFound)?,
            emergency: e.id.clone(),
            dispatch: d.id.clone(),
            due: due(&Step::Publish.rule(e.urgency))?.value,
            statutory_due: due(keys::PUBLISH_STATUTORY)?.value,
            published: Some(now),
            withheld: None,
        };
        changes.create(&publication).map_err(broken)?;
        Ok(())
    }

    fn publication_card(&self, mirror: &Mirror, p: &Publication) -> Option<PublicationCard> {
        let e = mirror.emergencies.get(p.emergency.as_str())?;
        let d = mirror.dispatches.get(p.dispatch.as_str())?;
        let selection = mirror.selections.get(d.selection.as_str());
        Some(PublicationCard {
            id: p.id.clone(),
            number: e.number.clone(),
            title: e.report.title.clone(),
            district: e.report.district,
            urgency: e.urgency,
            contractor: team_name(mirror, d.team.as_str()),
            mode: mode_name(selection.map(|s| &**s)),
            state: d.state.name().into(),
            published: p.published,
            due: p.due,
            overdue: p.published.unwrap_or_else(|| self.now()) > p.due,
        })
    }

    /// Contract and settlement; what is still to come, with its limit.
    pub(super) fn price(&self, d: &Dispatch) -> Vec<Fact> {
        let Some(contract) = &d.contract else {
            return vec![fact("合同", "队伍到场后补签，签订后在此公开")];
        };
        let sum =
            if contract.pricing == Pricing::FixedSum { "合同价" } else { "暂定合同价" };
        let mut facts = vec![
            fact("计价方式", contract.pricing.name()),
            fact(sum, format!("{} 元", contract.sum)),
            fact("签订日期", contract.signed.to_string()),
            fact("计划工期", format!("{} 天", contract.days)),
        ];
        match (&d.settlement, d.moment_of("inspect")) {
            (Some(s), _) => {
                facts.push(fact("结算价", format!("{} 元", s.amount)));
                facts.push(fact("评审（审计）单位", s.reviewer.clone()));
                facts.push(fact("评审（审计）结论", s.conclusion.clone()));
            }
            (None, Some(inspected)) => {
                if let Ok(due) = self.law().due(keys::SETTLE, inspected) {
                    facts.push(fact("结算价", format!("应于 {} 前送审", due.value.stamp())));
                }
            }
            (None, None) => facts.push(fact("结算价", "验收后结算")),
        }
        facts
    }

    fn newest(&self, mirror: &Mirror) -> Vec<PublicationCard> {
        let mut cards: Vec<_> = mirror
            .publications
            .iter()
            .filter(|p| p.withheld.is_none())
            .filter_map(|p| self.publication_card(mirror, p))
            .collect();
        cards.sort_by(|a, b| (b.published, &b.number).cmp(&(a.published, &a.number)));
        cards
    }
}

/// Oral orders whose written confirmation did not come in time; the newest first.
/// They stay here when it came late.
fn unconfirmed(mirror: &Mirror) -> Vec<Unconfirmed> {
    let mut late: Vec<Unconfirmed> = mirror
        .emergencies
        .iter()
        .filter(|e| e.unconfirmed_since.is_some())
        .filter_map(|e| {
            let order = e.oral_order.as_ref()?;
            Some(Unconfirmed {
                number: e.number.clone(),
                title: e.report.title.clone(),
                district: e.report.district,
                commander: order.commander.clone(),
                given: order.given,
                due: order.confirm_by,
                confirmed: e.determination.as_ref().map(|d| d.at),
            })
        })
        .collect();
    late.sort_by_key(|l| std::cmp::Reverse(l.given));
    late
}

/// Median minutes from delivery to acceptance.
fn answer_minutes(mirror: &Mirror) -> Option<u32> {
    let mut minutes: Vec<i64> = mirror
        .dispatches
        .iter()
        .filter_map(|d| Some(d.moment_of("deliver")?.ms_until(d.moment_of("accept")?) / 60_000))
        .collect();
    minutes.sort_unstable();
    minutes.get(minutes.len() / 2).and_then(|m| u32::try_from(*m).ok())
}

fn decided(e: &Emergency) -> Vec<Fact> {
    let Some(d) = &e.determination else {
        return vec![fact("认定", "口头令，暂定认定；书面认定后补充公开")];
    };
    vec![
        fact("认定机关", d.authority.clone()),
        fact("文号", d.document.clone()),
        fact("认定时间", d.at.stamp()),
        fact("不招标的依据", "招标投标法第六十六条；川办发〔2020〕37号第四条"),
        fact("是否依法必招", d.tender.clone()),
        fact("理由", d.why.clone()),
        fact("工程范围", d.scope.clone()),
        fact("费用上限", format!("{} 元", d.ceiling)),
        fact("计划完工", d.planned_finish.to_string()),
    ]
}

#[async_trait]
impl PublicDesk for Site {
    async fn home(&self) -> Answer<HomePage> {
        let mirror = self.read();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let listed = |c: &str| {
            mirror
                .memberships
                .iter()
                .any(|m| m.contractor.as_str() == c && matches!(m.stage, Stage::Listed { .. }))
        };
        let ready = mirror.teams.iter().filter(|t| {
            t.availability == Availability::Ready
                && listed(t.contractor.as_str())
                && !mirror.dispatches.iter().any(|d| d.team == t.id && d.state.holds_team())
        });
        let mut publications = self.newest(&mirror);
        publications.truncate(NEWS);
        Ok(HomePage {
            open: count(mirror.emergencies.iter().filter(|e| e.stage.is_open()).count()),
            ready: count(ready.count()),
            firms: count(mirror.contractors.iter().filter(|c| listed(c.id.as_str())).count()),
            answer_minutes: answer_minutes(&mirror),
            publications,
            head: (mirror.head.seq, mirror.head.hash.to_string()),
        })
    }

    async fn publications(&self) -> Answer<PublicityPage> {
        let mirror = self.read();
        Ok(PublicityPage { cards: self.newest(&mirror), unconfirmed: unconfirmed(&mirror) })
    }

    async fn publication(&self, id: &PublicationId) -> Answer<PublicationPage> {
        let mirror = self.read();
        let p = mirror.publications.get(id.as_str()).filter(|p| p.withheld.is_none());
        let p = p.ok_or(ApiError::NotFound)?;
        let card = self.publication_card(&mirror, p).ok_or(ApiError::NotFound)?;
        let e = mirror.emergencies.get(p.emergency.as_str()).ok_or(ApiError::NotFound)?;
        let d = mirror.dispatches.get(p.dispatch.as_str()).ok_or(ApiError::NotFound)?;
        let selection = mirror.selections.get(d.selection.as_str()).ok_or(ApiError::NotFound)?;
        let decision = selection.decision().map_err(|e| self.corrupt(&e))?;
        let firm = mirror.contractors.get(d.contractor.as_str());
        let basics = firm.and_then(|f| f.basics.as_ref());
        let mut chosen = vec![
            fact("队伍", team_name(&mirror, d.team.as_str())),
            fact("企业", basics.map_or("", |b| b.name.as_str())),
            fact("统一社会信用代码", basics.map_or("", |b| b.uscc.as_str())),
            fact("选定方式", mode_name(Some(selection))),
        ];
        if let Mode::Nearest { commander, reason, override_reason } = &selection.mode {
            chosen.push(fact("下令人", commander.clone()));
            chosen.push(fact("不抽签的理由", reason.clone()));
            if let Some(reason) = override_reason {
                chosen.push(fact("不派排名第一的理由", reason.clone()));
            }
        }
        let tried: Vec<String> = calls_of(&mirror, e.id.as_str())
            .iter()
            .rev()
            .filter(|c| c.selection == d.selection)
            .map(|c| format!("{} {}", team_name(&mirror, c.team.as_str()), c.state.name()))
            .collect();
        chosen.push(fact("征询经过", tried.join("；")));
        let mut course = Vec::new();
        for (act, name) in
            [("accept", "接受"), ("arrive", "到场"), ("finish", "完工"), ("inspect", "验收")]
        {
            if let Some(at) = d.moment_of(act) {
                course.push(fact(name, at.stamp()));
            }
        }
        if !d.evaluations.is_empty() {
            let total = score::merit([d.evaluations.as_slice()], Moment::from_ms(0), 0);
            course.push(fact("履约评价", format!("{total} 分")));
        }
        Ok(PublicationPage {
            card,
            sections: vec![
                ("为什么可以不招标".into(), decided(e)),
                ("派了谁".into(), chosen),
                ("合同与价款".into(), self.price(d)),
                ("进展".into(), course),
            ],
            pictures: [Subject::Emergency(e.id.clone()), Subject::Dispatch(d.id.clone())]
                .iter()
                .flat_map(|subject| self.public_pictures(&mirror, subject))
                .collect(),
            list_hash: selection.list_hash.to_string(),
            draw: matches!(selection.mode, Mode::Draw { .. }).then(|| selection.id.clone()),
            replays: decision.replays()
                && Seal::of(selection.list.as_bytes()) == selection.list_hash,
            fit: decision.slate.fit.iter().map(|c| candidate(&mirror, c)).collect(),
            tally: tally(&decision),
        })
    }

    async fn directory(&self, category: &str, district: &str, level: &str) -> Answer<Directory> {
        let category: Option<Category> = category.parse().ok();
        let district: Option<District> = district.parse().ok();
        let mirror = self.read();
        let mut levels: Vec<String> = mirror
            .contractors
            .iter()
            .filter_map(|firm| firm.certificates.as_ref())
            .flat_map(|papers| papers.qualifications.iter().map(|q| q.level.clone()))
            .collect();
        levels.sort_unstable();
        levels.dedup();
        let start = self.figure(keys::START_SCORE, self.now())?;
        let mut entries: Vec<DirectoryEntry> = mirror
            .contractors
            .iter()
            .filter_map(|firm| {
                let basics = firm.basics.as_ref()?;
                let service = firm.service.as_ref()?;
                let places: Vec<_> = mirror
                    .memberships
                    .iter()
                    .filter(|m| m.contractor == firm.id)
                    .filter(|m| {
                        matches!(
                            m.stage,
                            Stage::Listed { .. }
                                | Stage::Suspended { .. }
                                | Stage::Published { .. }
                        )
                    })
                    .collect();
                let qualifications: Vec<_> = firm
                    .certificates
                    .iter()
                    .flat_map(|papers| &papers.qualifications)
                    .filter(|q| category.is_none_or(|c| q.category == c))
                    .collect();
                let fits = !places.is_empty()
                    && (level.is_empty() || qualifications.iter().any(|q| q.level == level))
                    && category.is_none_or(|c| places.iter().any(|m| m.category == c))
                    && district.is_none_or(|d| service.districts.contains(&d));
                let missions = mirror
                    .dispatches
                    .iter()
                    .filter(|d| d.contractor == firm.id)
                    .map(|d| d.evaluations.as_slice());
                fits.then(|| DirectoryEntry {
                    id: firm.id.clone(),
                    name: basics.name.clone(),
                    uscc: basics.uscc.to_string(),
                    categories: places
                        .iter()
                        .map(|m| (m.category.name(), m.stage.name().to_owned()))
                        .collect(),
                    qualifications: qualifications
                        .iter()
                        .map(|q| format!("{} {}", q.name, q.level))
                        .collect::<Vec<_>>()
                        .join("、"),
                    districts: service
                        .districts
                        .iter()
                        .map(|d| d.name())
                        .collect::<Vec<_>>()
                        .join("、"),
                    teams: mirror
                        .teams
                        .iter()
                        .filter(|t| t.contractor == firm.id)
                        .count()
                        .try_into()
                        .unwrap_or(u32::MAX),
                    merit: score::merit(missions, Moment::from_ms(0), start),
                })
            })
            .collect();
        entries.sort_by(|a, b| (b.merit, &a.name).cmp(&(a.merit, &b.name)));
        let total = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        Ok(Directory { entries, levels, total })
    }

    async fn journal(&self, by: &Visitor, ask: JournalAsk) -> Answer<JournalPage> {
        self.journal_page(by, &ask).await
    }
}
