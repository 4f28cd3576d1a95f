//! Looking after others: who owes what, what it comes to, what a person should look at.

mod board;
mod clues;
mod credits;
mod measures;

use super::plan::own;
use crate::site::Site;
use app::api::desk::{Answer, SuperviseDesk};
use app::api::{CluesPage, CreditsPage, MeasuresPage, SupervisionPage, VerdictForm, Visitor};
use async_trait::async_trait;
use model::{ClueId, CreditId, Errand, Target};

#[async_trait]
impl SuperviseDesk for Site {
    async fn supervision(&self, by: &Visitor) -> Answer<SupervisionPage> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        Ok(self.supervision_page(by))
    }

    async fn measures(&self, by: &Visitor) -> Answer<MeasuresPage> {
        self.permit(by, Errand::ChannelRead, own(by))?;
        Ok(self.measures_page(by))
    }

    async fn clues(&self, by: &Visitor) -> Answer<CluesPage> {
        self.permit(by, Errand::ClueRead, Target::default())?;
        Ok(self.clues_page(by))
    }

    async fn decide_clue(&self, by: &Visitor, id: &ClueId, form: VerdictForm) -> Answer<()> {
        self.permit(by, Errand::ClueDecide, Target::default())?;
        self.say_of_clue(by, id, form).await
    }

    async fn credits(&self, by: &Visitor) -> Answer<CreditsPage> {
        self.permit(by, Errand::CreditRead, own(by))?;
        Ok(self.credits_page(by))
    }

    async fn decide_credit(&self, by: &Visitor, id: &CreditId, form: VerdictForm) -> Answer<()> {
        self.permit(by, Errand::CreditRead, own(by))?;
        self.step_credit(by, id, form).await
    }
}
