//! Contracts on the register, and the bonds that secure them.

mod act;
mod bond_act;
mod enter;
mod give;
mod go_back;
mod retention;
mod secure;
mod treasury;
mod view;

use super::plan::own;
use super::proved::acts_as;
use crate::site::Site;
use crate::store::{Kept, Mirror};
use app::api::desk::{Answer, ContractDesk};
use app::api::{
    ApiError, BondActForm, BondPageView, ContractActForm, ContractFormPage, ContractPage,
    ContractsAsk, ContractsPage, GiveForm, Refused, Visitor,
};
use async_trait::async_trait;
use model::{BondId, ContractId, Errand, OrgId, Role, Target, TenderNoticeId};
use policies::bond::{Bond, On, Party};
use policies::contract::{Contract, ContractForm};

/// The gate whose questions are the grounds on which a contract's bond is forfeit.
const GATE: &str = "forfeit_contract";

/// Whose it is, as far as a visitor is concerned: a firm's own are those that it carries out,
/// once a department has looked at who it is; an owner's own those that it pays for.
fn target<'a>(by: &Visitor, mirror: &Mirror, owner: &'a OrgId, firm: &'a Party) -> Target<'a> {
    let org = match by.actor.role {
        Role::Contractor => acts_as(by, mirror, firm),
        _ => Some(owner),
    };
    Target { org, district: None }
}

fn whose<'a>(by: &Visitor, mirror: &Mirror, contract: &'a Contract) -> Target<'a> {
    target(by, mirror, &contract.owner, &contract.firm)
}

fn whose_bond<'a>(by: &Visitor, mirror: &Mirror, bond: &'a Bond) -> Target<'a> {
    target(by, mirror, &bond.owner, &bond.firm)
}

/// The bonds of a contract.
fn bonds_of(mirror: &Mirror, contract: &ContractId) -> Vec<Kept<Bond>> {
    let keys = mirror.bonds_of_contract.get(contract.as_str());
    keys.into_iter().flatten().filter_map(|key| mirror.bonds.get(key)).cloned().collect()
}

impl Site {
    fn contract_of(&self, id: &ContractId) -> Answer<Kept<Contract>> {
        self.read().contracts.get(id.as_str()).cloned().ok_or(ApiError::NotFound)
    }

    /// Whether a visitor may do that with a contract, as of now.
    fn permit_contract(&self, by: &Visitor, errand: Errand, contract: &Contract) -> Answer<()> {
        let mirror = self.read();
        self.permit(by, errand, whose(by, &mirror, contract))
    }

    /// The same with a contract's bond.
    fn permit_bond(&self, by: &Visitor, errand: Errand, bond: &Bond) -> Answer<()> {
        let mirror = self.read();
        self.permit(by, errand, whose_bond(by, &mirror, bond))
    }

    /// A contract's bond, with the contract.
    fn secured_by(&self, id: &BondId) -> Answer<(Kept<Bond>, Kept<Contract>)> {
        let bond = self.read().bonds.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        let On::Contract { contract, .. } = &bond.on else { return Err(ApiError::NotFound) };
        let contract = self.contract_of(contract)?;
        Ok((bond, contract))
    }
}

#[async_trait]
impl ContractDesk for Site {
    async fn contracts(&self, by: &Visitor, ask: ContractsAsk) -> Answer<ContractsPage> {
        self.permit(by, Errand::ContractRead, own(by))?;
        Ok(self.contracts_page(by, &ask))
    }

    async fn contract(
        &self,
        by: &Visitor,
        id: &ContractId,
        act: Refused<ContractActForm>,
    ) -> Answer<ContractPage> {
        self.permit(by, Errand::ContractRead, own(by))?;
        let contract = self.contract_of(id)?;
        self.permit_contract(by, Errand::ContractRead, &contract)?;
        self.contract_page(by, &contract, act)
    }

    async fn contract_form(
        &self,
        by: &Visitor,
        notice: Option<&TenderNoticeId>,
        refused: Refused<ContractForm>,
    ) -> Answer<ContractFormPage> {
        self.permit(by, Errand::ContractWrite, own(by))?;
        self.contract_form_page(by, notice, refused)
    }

    async fn save_contract(&self, by: &Visitor, form: ContractForm) -> Answer<ContractId> {
        self.permit(by, Errand::ContractWrite, own(by))?;
        self.enter_contract(by, form).await
    }

    async fn act_on_contract(
        &self,
        by: &Visitor,
        id: &ContractId,
        form: ContractActForm,
    ) -> Answer<()> {
        let secures = matches!(form.act.as_str(), "require" | "retain");
        let errand = if secures { Errand::BondKeep } else { Errand::ContractWrite };
        self.permit(by, errand, own(by))?;
        let contract = self.contract_of(id)?;
        self.permit_contract(by, errand, &contract)?;
        match secures {
            true => self.secure(by, &contract, form).await,
            false => self.step_contract(by, &contract, form).await,
        }
    }

    async fn bond(
        &self,
        by: &Visitor,
        id: &BondId,
        give: Refused<GiveForm>,
        act: Refused<BondActForm>,
    ) -> Answer<BondPageView> {
        self.permit(by, Errand::ContractRead, own(by))?;
        let (bond, contract) = self.secured_by(id)?;
        self.permit_contract(by, Errand::ContractRead, &contract)?;
        Ok(self.bond_page(by, &bond, &contract, give, act))
    }

    async fn give(&self, by: &Visitor, id: &BondId, form: GiveForm) -> Answer<()> {
        self.permit(by, Errand::BondOffer, own(by))?;
        let (bond, contract) = self.secured_by(id)?;
        self.permit_bond(by, Errand::BondOffer, &bond)?;
        self.give_for(by, &bond, &contract, form).await
    }

    async fn act_on_bond(&self, by: &Visitor, id: &BondId, form: BondActForm) -> Answer<()> {
        let errand = bond_act::errand(&form.act).ok_or(ApiError::ForeignForm)?;
        self.permit(by, errand, own(by))?;
        let (bond, contract) = self.secured_by(id)?;
        self.permit_bond(by, errand, &bond)?;
        self.step_bond(by, errand, &bond, &contract, form).await
    }
}
