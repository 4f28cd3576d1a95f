//! The desks: what pages and API need done, as the server must do it.
//!
//! A desk is an area of work. Pages are tested over fake desks, without a
//! database; `server::desk` has the real ones.

use super::*;
use crate::law::{Edition, InForce};
use async_trait::async_trait;
use leptos::prelude::use_context;
use model::{
    AccountId, AttachmentId, BondId, ChannelId, ClueId, ContractId, ContractorId, CreditId,
    DispatchId, DraftId, EmergencyId, LawChangeId, MembershipId, Moment, PlanId, PublicationId,
    SelectionId, TeamId, TenderNoticeId,
};
use policies::bond::BidBondForm;
use policies::channel::ChannelForm;
use policies::contract::ContractForm as DealForm;
use policies::notice::NoticeForm;
use policies::plan::PlanForm;
use policies::sheet::SheetKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every desk answers with.
pub type Answer<T> = Result<T, ApiError>;

/// All desks of a site.
#[derive(Clone)]
pub struct Desks {
    /// Signing in, passwords, drafts.
    pub people: Arc<dyn PeopleDesk>,
    /// Organisations and accounts.
    pub accounts: Arc<dyn AccountDesk>,
    /// Emergencies.
    pub emergencies: Arc<dyn EmergencyDesk>,
    /// Choosing and calling teams.
    pub calls: Arc<dyn CallDesk>,
    /// Drawing lots.
    pub draws: Arc<dyn DrawDesk>,
    /// A firm's own profile.
    pub profiles: Arc<dyn ProfileDesk>,
    /// The reserve.
    pub reserve: Arc<dyn ReserveDesk>,
    /// The team's side.
    pub missions: Arc<dyn MissionDesk>,
    /// Files.
    pub files: Arc<dyn FileDesk>,
    /// The rules.
    pub law: Arc<dyn LawDesk>,
    /// Tender plans.
    pub plans: Arc<dyn PlanDesk>,
    /// Tender notices.
    pub notices: Arc<dyn NoticeDesk>,
    /// The green channel.
    pub channels: Arc<dyn ChannelDesk>,
    /// Bonds.
    pub bonds: Arc<dyn BondDesk>,
    /// Contracts, and their bonds.
    pub contracts: Arc<dyn ContractDesk>,
    /// Looking after others.
    pub supervise: Arc<dyn SuperviseDesk>,
    /// Files of cases.
    pub dossiers: Arc<dyn DossierDesk>,
    /// Sheets of plans and notices.
    pub sheets: Arc<dyn SheetDesk>,
    /// What everybody may see, and the journal.
    pub public: Arc<dyn PublicDesk>,
}

/// A new session for the browser to keep.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The `Set-Cookie` header.
    pub cookie: String,
    /// Where to go.
    pub next: String,
}

/// Signing in, passwords, drafts.
#[async_trait]
pub trait PeopleDesk: Send + Sync {
    /// Signs in.
    async fn sign_in(&self, form: SignInForm) -> Answer<NewSession>;
    /// Signs out; the cookie that takes the session from the browser.
    async fn sign_out(&self, by: &Visitor, cookie: &str) -> Answer<String>;
    /// Changes one's own password; other sessions of the account end.
    async fn change_password(&self, by: &Visitor, cookies: &str, form: PasswordForm) -> Answer<()>;
    /// A refused form, as JSON with its faults.
    async fn draft(&self, by: &Visitor, id: &DraftId) -> Answer<(String, model::Faults)>;
}

/// Organisations and accounts.
#[async_trait]
pub trait AccountDesk: Send + Sync {
    /// All organisations but firms, and all accounts.
    async fn accounts(&self, by: &Visitor) -> Answer<AccountsPage>;
    /// Adds an organisation.
    async fn add_org(&self, by: &Visitor, form: OrgForm) -> Answer<()>;
    /// Opens an account; the draft shows its one-time password.
    async fn add_account(&self, by: &Visitor, form: AccountForm) -> Answer<DraftId>;
    /// Opens an account that a program acts by; the draft shows its key.
    async fn add_key(&self, by: &Visitor, form: ApiKeyForm) -> Answer<DraftId>;
    /// A one-time password or a key that the visitor has just issued; nothing when it is
    /// not shown any more.
    async fn issued(&self, by: &Visitor, id: &DraftId) -> Answer<Option<Issued>>;
    /// Resets, closes or opens an account; the draft shows a new one-time password.
    async fn keep_account(
        &self,
        by: &Visitor,
        id: &AccountId,
        act: &str,
    ) -> Answer<Option<DraftId>>;
}

/// Emergencies.
#[async_trait]
pub trait EmergencyDesk: Send + Sync {
    /// A key for a report that is about to be written.
    async fn fresh_id(&self) -> Answer<String>;
    /// Reports a danger.
    async fn report(&self, by: &Visitor, form: ReportForm) -> Answer<EmergencyId>;
    /// A report, for whoever holds its key.
    async fn receipt(&self, by: &Visitor, id: &EmergencyId) -> Answer<ReceiptPage>;
    /// Emergencies that the visitor may see, most pressing first, and the moment as of
    /// which.
    async fn list(&self, by: &Visitor, open_only: bool) -> Answer<(Vec<EmergencyCard>, Moment)>;
    /// One emergency whole.
    async fn page(&self, by: &Visitor, id: &EmergencyId) -> Answer<EmergencyPage>;
    /// Takes a report in hand.
    async fn accept(&self, by: &Visitor, id: &EmergencyId, form: AcceptForm) -> Answer<()>;
    /// Ends a case: turn away, control or close, by `act`.
    async fn end(&self, by: &Visitor, id: &EmergencyId, act: &str, form: ReasonForm) -> Answer<()>;
    /// Joins a report to another.
    async fn merge(&self, by: &Visitor, id: &EmergencyId, into: &EmergencyId) -> Answer<()>;
    /// Enters what was found on site.
    async fn verify(&self, by: &Visitor, id: &EmergencyId, form: VerifyForm) -> Answer<()>;
    /// Records an oral order.
    async fn oral_order(&self, by: &Visitor, id: &EmergencyId, form: OralForm) -> Answer<()>;
    /// Determines, or refuses.
    async fn determine(
        &self,
        by: &Visitor,
        id: &EmergencyId,
        granted: bool,
        form: DetermineForm,
    ) -> Answer<()>;
    /// The live board.
    async fn board(&self, by: &Visitor) -> Answer<Board>;
}

/// Choosing and calling teams.
#[async_trait]
pub trait CallDesk: Send + Sync {
    /// Which teams may go, and why each other one may not.
    async fn slate(&self, by: &Visitor, id: &EmergencyId, widen: bool) -> Answer<SlatePage>;
    /// Calls teams by a commander's order.
    async fn call(&self, by: &Visitor, id: &EmergencyId, form: CallForm) -> Answer<()>;
    /// Takes back an open call, or calls a team back.
    async fn recall(&self, by: &Visitor, id: &DispatchId, form: ReasonForm) -> Answer<()>;
    /// Records an answer that came by telephone.
    async fn phone_answer(
        &self,
        by: &Visitor,
        id: &DispatchId,
        form: PhoneAnswerForm,
    ) -> Answer<()>;
    /// Accepts the finished work, or sends it back.
    async fn inspect(
        &self,
        by: &Visitor,
        id: &DispatchId,
        pass: bool,
        form: ReasonForm,
    ) -> Answer<()>;
    /// Records a mission's contract.
    async fn contract(&self, by: &Visitor, id: &DispatchId, form: ContractForm) -> Answer<()>;
    /// Records what a mission came to.
    async fn settle(&self, by: &Visitor, id: &DispatchId, form: SettlementForm) -> Answer<()>;
    /// Scores a mission.
    async fn evaluate(&self, by: &Visitor, id: &DispatchId, form: EvaluateForm) -> Answer<()>;
}

/// Drawing lots.
#[async_trait]
pub trait DrawDesk: Send + Sync {
    /// Freezes the list and opens a round.
    async fn open(
        &self,
        by: &Visitor,
        id: &EmergencyId,
        draw: &str,
        widen: bool,
    ) -> Answer<SelectionId>;
    /// A draw, as far as it has come; for everybody once it is over.
    async fn page(&self, by: &Visitor, id: &SelectionId) -> Answer<DrawPage>;
    /// Commits to a number: to the visitor's own by its commitment, or to one that
    /// the system takes and keeps for them when there is none.
    async fn commit(&self, by: &Visitor, id: &SelectionId, commitment: &str) -> Answer<()>;
    /// Shows the number, the visitor's own or the kept one; the second one draws, and
    /// calls the first team.
    async fn reveal(&self, by: &Visitor, id: &SelectionId, nonce: &str) -> Answer<()>;
}

/// The team's side.
#[async_trait]
pub trait MissionDesk: Send + Sync {
    /// A firm's calls and teams.
    async fn missions(&self, by: &Visitor) -> Answer<MissionsPage>;
    /// One call.
    async fn call(&self, by: &Visitor, id: &DispatchId) -> Answer<CallPage>;
    /// The call that a link opens.
    async fn by_token(&self, token: &str) -> Answer<CallPage>;
    /// Answers a call, signed in.
    async fn answer(&self, by: &Visitor, id: &DispatchId, form: AnswerForm) -> Answer<()>;
    /// Answers a call by its link.
    async fn answer_by_token(&self, token: &str, form: AnswerForm) -> Answer<()>;
    /// Reports progress.
    async fn progress(&self, by: &Visitor, id: &DispatchId, form: ProgressForm) -> Answer<()>;
    /// A team's word on itself.
    async fn report_team(&self, by: &Visitor, id: &TeamId, form: TeamForm) -> Answer<()>;
}

/// A firm's own profile.
#[async_trait]
pub trait ProfileDesk: Send + Sync {
    /// Opens an account for a firm.
    async fn register(&self, form: RegisterForm) -> Answer<()>;
    /// One's own profile.
    async fn profile(&self, by: &Visitor) -> Answer<ProfilePage>;
    /// Saves 企业信息.
    async fn save_basics(&self, by: &Visitor, form: BasicsForm) -> Answer<()>;
    /// Saves 值守联系人.
    async fn save_contacts(&self, by: &Visitor, form: ContactsForm) -> Answer<()>;
    /// Saves 资质与许可证.
    async fn save_certificates(&self, by: &Visitor, form: CertificatesForm) -> Answer<()>;
    /// Saves 类别、区域与承诺.
    async fn save_service(&self, by: &Visitor, form: ServiceForm) -> Answer<()>;
    /// Saves a team.
    async fn save_team(&self, by: &Visitor, form: TeamEditForm) -> Answer<()>;
    /// Hands the application in, for every category that has no place yet.
    async fn apply(&self, by: &Visitor) -> Answer<()>;
}

/// The reserve: applications, changes, standing.
#[async_trait]
pub trait ReserveDesk: Send + Sync {
    /// Places and changes that wait for a decision; or all places.
    async fn places(&self, by: &Visitor, all: bool) -> Answer<PlacesPage>;
    /// One place.
    async fn place(&self, by: &Visitor, id: &MembershipId) -> Answer<PlacePage>;
    /// Decides on a place, replies, or objects.
    async fn decide(&self, by: &Visitor, id: &MembershipId, form: PlaceForm) -> Answer<()>;
    /// A firm's changes that wait, field by field.
    async fn revision(&self, by: &Visitor, id: &ContractorId) -> Answer<RevisionPage>;
    /// Accepts the changes that wait, or sends them back.
    async fn decide_revision(
        &self,
        by: &Visitor,
        id: &ContractorId,
        accept: bool,
        form: RevisionForm,
    ) -> Answer<()>;
}

/// Files that were handed in. They come by routes of their own.
#[async_trait]
pub trait FileDesk: Send + Sync {
    /// Makes a picture public, or takes it down.
    async fn publish(&self, by: &Visitor, id: &AttachmentId, public: bool) -> Answer<()>;
}

/// The rules.
#[async_trait]
pub trait LawDesk: Send + Sync {
    /// Which rules hold now.
    async fn in_force(&self) -> Answer<InForce>;
    /// The rules whose hash begins so; those in force for an empty one.
    async fn edition(&self, hash: &str) -> Answer<Arc<Edition>>;
    /// How many cases of the last year each rule was about.
    async fn uses(&self) -> Answer<BTreeMap<String, u32>>;
    /// Changes, the newest first.
    async fn changes(&self, by: &Visitor) -> Answer<ChangesPage>;
    /// One change whole, with what it would have done last year.
    async fn change(&self, by: &Visitor, id: &LawChangeId) -> Answer<ChangePage>;
    /// Drafts a change.
    async fn draft_change(&self, by: &Visitor, form: ChangeForm) -> Answer<LawChangeId>;
    /// Approves a change that somebody else drafted, or refuses it.
    async fn decide_change(
        &self,
        by: &Visitor,
        id: &LawChangeId,
        approve: bool,
        form: ReasonForm,
    ) -> Answer<()>;
}

/// Tender plans: drafted by owners, checked by the trading centre.
#[async_trait]
pub trait PlanDesk: Send + Sync {
    /// Plans that the visitor works on.
    async fn plans(&self, by: &Visitor, ask: PlansAsk) -> Answer<PlansPage>;
    /// One plan.
    async fn plan(&self, by: &Visitor, id: &PlanId) -> Answer<PlanPage>;
    /// Its form, as it was refused or as it stands; a new one with what the approval
    /// platform says of a project code.
    async fn plan_form(
        &self,
        by: &Visitor,
        id: Option<&PlanId>,
        code: &str,
        refused: Refused<PlanForm>,
    ) -> Answer<PlanFormPage>;
    /// Saves a draft.
    async fn save_plan(&self, by: &Visitor, id: Option<&PlanId>, form: PlanForm) -> Answer<PlanId>;
    /// Does something with a plan.
    async fn act_on_plan(&self, by: &Visitor, id: &PlanId, form: PlanActForm) -> Answer<()>;
    /// Does something with all plans of a sheet for which it has its place.
    async fn act_on_batch(&self, by: &Visitor, batch: &str, form: PlanActForm) -> Answer<()>;
}

/// Sheets of plans and notices.
#[async_trait]
pub trait SheetDesk: Send + Sync {
    /// A sheet that was refused, or an empty one to begin with.
    async fn sheet(
        &self,
        by: &Visitor,
        kind: SheetKind,
        draft: Option<&DraftId>,
    ) -> Answer<SheetDraft>;
    /// Mends its cells and tries it again; where to go when nothing is wrong any more.
    async fn mend_sheet(&self, by: &Visitor, kind: SheetKind, form: SheetForm) -> Answer<String>;
}

/// The register of tender notices.
#[async_trait]
pub trait NoticeDesk: Send + Sync {
    /// Notices, the newest first.
    async fn notices(&self, by: &Visitor, held: bool, before: &str) -> Answer<NoticesPage>;
    /// One notice.
    async fn notice(&self, by: &Visitor, id: &TenderNoticeId) -> Answer<NoticePage>;
    /// Its form.
    async fn notice_form(
        &self,
        by: &Visitor,
        id: Option<&TenderNoticeId>,
        plan: Option<&PlanId>,
        refused: Refused<NoticeForm>,
    ) -> Answer<NoticeFormPage>;
    /// Enters a notice or corrects it.
    async fn save_notice(
        &self,
        by: &Visitor,
        id: Option<&TenderNoticeId>,
        form: NoticeForm,
    ) -> Answer<TenderNoticeId>;
    /// Pleads for a notice, lets it go, or cancels it.
    async fn act_on_notice(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: NoticeActForm,
    ) -> Answer<()>;
}

/// The green channel.
#[async_trait]
pub trait ChannelDesk: Send + Sync {
    /// Cases that the visitor may see, as far as they fit what is asked for.
    async fn channels(&self, by: &Visitor, ask: ChannelsAsk) -> Answer<ChannelsPage>;
    /// One case.
    async fn channel(&self, by: &Visitor, id: &ChannelId) -> Answer<ChannelPage>;
    /// Its form, as it was refused or as it stands; a new one with everything that an
    /// emergency or a plan says already.
    async fn channel_form(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        from: &ChannelFrom,
        refused: Refused<ChannelForm>,
    ) -> Answer<ChannelFormPage>;
    /// Applies, or hands a changed application in again.
    async fn save_channel(
        &self,
        by: &Visitor,
        id: Option<&ChannelId>,
        form: ChannelForm,
    ) -> Answer<ChannelId>;
    /// Does something with a case.
    async fn act_on_channel(
        &self,
        by: &Visitor,
        id: &ChannelId,
        form: ChannelActForm,
    ) -> Answer<()>;
    /// Gives an approval, sends it back, or hands it in again.
    async fn act_on_task(&self, by: &Visitor, id: &ChannelId, form: TaskForm) -> Answer<()>;
    /// Asks, answers or urges in the case's thread.
    async fn say(&self, by: &Visitor, id: &ChannelId, form: PostForm) -> Answer<()>;
}

/// Bonds.
#[async_trait]
pub trait BondDesk: Send + Sync {
    /// Tenders with bonds, and orders to the bank.
    async fn bonds(
        &self,
        by: &Visitor,
        mend: Refused<MendForm>,
        plea: Refused<PleaForm>,
    ) -> Answer<BondsPage>;
    /// The bonds of one tender.
    async fn tender_bonds(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        entry: Refused<BidBondForm>,
        act: Refused<TenderActForm>,
    ) -> Answer<TenderBondsPage>;
    /// Enters a bid bond that was given.
    async fn enter_bid_bond(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: BidBondForm,
    ) -> Answer<BondId>;
    /// Enters what a tender came to, or what became of one of its bonds.
    async fn settle_tender(
        &self,
        by: &Visitor,
        id: &TenderNoticeId,
        form: TenderActForm,
    ) -> Answer<()>;
    /// A firm states its case before it is decided whether its own bid bond is forfeit.
    async fn plead(&self, by: &Visitor, form: PleaForm) -> Answer<()>;
    /// Sends an order again that the bank has refused, under a new key.
    async fn pay_again(&self, by: &Visitor, form: MendForm) -> Answer<()>;
    /// What bonds came to.
    async fn bond_measures(&self, by: &Visitor) -> Answer<BondMeasuresPage>;
    /// What another ladder would have come to.
    async fn try_ladder(&self, by: &Visitor, ask: SimulateAsk) -> Answer<SimulatePage>;
    /// The bank's statement against what is on record.
    async fn statement(
        &self,
        by: &Visitor,
        form: Refused<StatementForm>,
        clear: Refused<ClearForm>,
    ) -> Answer<StatementPage>;
    /// Reads a statement in.
    async fn enter_statement(&self, by: &Visitor, form: StatementForm) -> Answer<()>;
    /// Says what an open line of it was; once, and for good.
    async fn clear_line(&self, by: &Visitor, form: ClearForm) -> Answer<()>;
}

/// Contracts, and their bonds.
#[async_trait]
pub trait ContractDesk: Send + Sync {
    /// Contracts that the visitor may see, the newest first.
    async fn contracts(&self, by: &Visitor, ask: ContractsAsk) -> Answer<ContractsPage>;
    /// One contract.
    async fn contract(
        &self,
        by: &Visitor,
        id: &ContractId,
        act: Refused<ContractActForm>,
    ) -> Answer<ContractPage>;
    /// The form of a new one, with everything that its tender says already.
    async fn contract_form(
        &self,
        by: &Visitor,
        notice: Option<&TenderNoticeId>,
        refused: Refused<DealForm>,
    ) -> Answer<ContractFormPage>;
    /// Enters one.
    async fn save_contract(&self, by: &Visitor, form: DealForm) -> Answer<ContractId>;
    /// Does something with one.
    async fn act_on_contract(
        &self,
        by: &Visitor,
        id: &ContractId,
        form: ContractActForm,
    ) -> Answer<()>;
    /// One bond.
    async fn bond(
        &self,
        by: &Visitor,
        id: &BondId,
        give: Refused<GiveForm>,
        act: Refused<BondActForm>,
    ) -> Answer<BondPageView>;
    /// Gives something for a contract's bond.
    async fn give(&self, by: &Visitor, id: &BondId, form: GiveForm) -> Answer<()>;
    /// Does something with a bond.
    async fn act_on_bond(&self, by: &Visitor, id: &BondId, form: BondActForm) -> Answer<()>;
}

/// Looking after others: who owes what, what it comes to, what a person should look at.
#[async_trait]
pub trait SuperviseDesk: Send + Sync {
    /// Open approvals of all departments, by how pressing they are.
    async fn supervision(&self, by: &Visitor) -> Answer<SupervisionPage>;
    /// What the green channel comes to.
    async fn measures(&self, by: &Visitor) -> Answer<MeasuresPage>;
    /// Clues, those that wait first.
    async fn clues(&self, by: &Visitor) -> Answer<CluesPage>;
    /// Says what a clue comes to.
    async fn decide_clue(&self, by: &Visitor, id: &ClueId, form: VerdictForm) -> Answer<()>;
    /// What is proposed for credit records, those that wait first.
    async fn credits(&self, by: &Visitor) -> Answer<CreditsPage>;
    /// States one's case, or decides on a proposal.
    async fn decide_credit(&self, by: &Visitor, id: &CreditId, form: VerdictForm) -> Answer<()>;
}

/// Files of cases (一项目一档案).
#[async_trait]
pub trait DossierDesk: Send + Sync {
    /// The file of a case, as it stands.
    async fn dossier(&self, by: &Visitor, kind: CaseKind, key: &str) -> Answer<Dossier>;
}

/// What everybody may see, and the journal.
#[async_trait]
pub trait PublicDesk: Send + Sync {
    /// The front page.
    async fn home(&self) -> Answer<HomePage>;
    /// PublicityPage, newest first.
    async fn publications(&self) -> Answer<PublicityPage>;
    /// One publication whole.
    async fn publication(&self, id: &PublicationId) -> Answer<PublicationPage>;
    /// The reserve's public directory.
    async fn directory(&self, category: &str, district: &str, level: &str) -> Answer<Directory>;
    /// The journal, newest first, as far as it fits what is asked for.
    async fn journal(&self, by: &Visitor, ask: JournalAsk) -> Answer<JournalPage>;
}

/// The desks of the site that answers this request.
pub(super) fn desks() -> Answer<Desks> {
    use_context::<Desks>().ok_or_else(|| ApiError::Broken { ticket: "no-desks".into() })
}

/// The desk of the rules.
pub(crate) fn law_desk() -> Answer<Arc<dyn LawDesk>> {
    Ok(desks()?.law)
}

/// Who asks; the public when nobody is signed in.
pub(super) fn visitor() -> Visitor {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.extensions.get::<Visitor>().cloned())
        .unwrap_or_else(public)
}

/// Who sends this form: its token must be that of the session that it came with.
pub(super) fn sender(token: &str) -> Answer<Visitor> {
    let visitor = visitor();
    if visitor.form_token == token { Ok(visitor) } else { Err(ApiError::ForeignForm) }
}

/// Anyone.
pub fn public() -> Visitor {
    Visitor {
        actor: model::Actor::PUBLIC,
        name: String::new(),
        org_name: String::new(),
        form_token: String::new(),
        must_change: false,
        scopes: None,
    }
}

/// Sends the browser on: to `done` when it was done, back to `form` with the
/// draft when the form had faults. Other errors stay with the page.
pub(super) fn go_on<T>(
    answer: Answer<T>,
    done: impl FnOnce(&T) -> String,
    form: &str,
) -> Answer<()> {
    match answer {
        Ok(value) => leptos_axum::redirect(&done(&value)),
        Err(ApiError::Draft(id)) => {
            let join = if form.contains('?') { '&' } else { '?' };
            let (path, anchor) = form.split_once('#').unwrap_or((form, ""));
            leptos_axum::redirect(&format!("{path}{join}draft={id}#{anchor}"));
        }
        Err(error) => return Err(error),
    }
    Ok(())
}
