//! Files: photos of a danger and of a mission, papers of a firm.

use crate::chance;
use crate::picture;
use crate::records::{Attachment, Subject};
use crate::site::{Site, broken, seal, who};
use crate::store::{Act, Changes, Kept, Mirror};
use crate::vault::{self, Pieces, VaultFault};
use app::api::desk::{Answer, FileDesk};
use app::api::{ApiError, FileView, FilesView, Visitor};
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use model::{AttachmentId, Errand, Fault, Media, Target, permit};
use policies::channel::Stage as CaseStage;
use pool::dispatch::State;
use pool::emergency::Stage;
use std::io;
use tokio::sync::Semaphore;

/// The largest file.
pub const FILE_BYTES: u64 = 10 * 1024 * 1024;
/// The most files of one record.
const FILES: usize = 30;
/// Public copies made at one time: each holds a whole picture in memory.
static COPIES: Semaphore = Semaphore::const_new(4);
/// The longest name that is kept.
const NAME: usize = 60;

/// A file that lies in the vault, and is to be written down.
#[derive(Debug)]
pub struct Arrived {
    name: String,
    media: Media,
    kept: vault::Kept,
}

/// Why a file is not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// What the sender can mend.
    Fault(Fault),
    /// What the sender can't help.
    Broken(ApiError),
}

impl From<VaultFault> for NotTaken {
    fn from(fault: VaultFault) -> Self {
        match fault {
            VaultFault::Refused => Self::Fault(Fault::FileKind),
            VaultFault::TooLong(most) => Self::Fault(Fault::FileTooLong { mib: most >> 20 }),
            // Mostly a connection that broke off: the sender sees nothing of it anyway.
            fault => {
                tracing::warn!(%fault, "a file was not taken");
                Self::Broken(ApiError::Unreachable)
            }
        }
    }
}

impl Site {
    /// The errand under which the visitor may add files to a record, if any.
    fn may_add(&self, mirror: &Mirror, by: &Visitor, subject: &Subject) -> Option<Errand> {
        let may = |errand, org: Option<&model::OrgId>, district| {
            permit(&by.actor, errand, Target { org, district }).is_ok()
        };
        match subject {
            Subject::Emergency(id) => {
                let e = mirror.emergencies.get(id.as_str())?;
                let reporter = &e.report.reporter;
                let early = matches!(e.stage, Stage::Reported | Stage::Accepted);
                if early
                    && reporter.account == by.actor.account
                    && may(Errand::EmergencyReport, None, None)
                {
                    return Some(Errand::EmergencyReport);
                }
                [Errand::EmergencyVerify, Errand::EmergencyAccept].into_iter().find(|errand| {
                    e.stage.is_open()
                        && may(*errand, reporter.org.as_ref(), Some(e.report.district))
                })
            }
            Subject::Dispatch(id) => {
                let d = mirror.dispatches.get(id.as_str())?;
                let firm = mirror.contractors.get(d.contractor.as_str()).map(|c| &c.org);
                let under_way = matches!(
                    d.state,
                    State::Accepted | State::EnRoute | State::OnSite | State::Finished
                );
                (under_way && may(Errand::MissionReport, firm, None))
                    .then_some(Errand::MissionReport)
            }
            Subject::Contractor(id) => {
                let firm = mirror.contractors.get(id.as_str())?;
                may(Errand::ProfileEdit, Some(&firm.org), None).then_some(Errand::ProfileEdit)
            }
            Subject::Channel(id) => {
                let case = mirror.channels.get(id.as_str())?;
                let asked = Some(&case.application.department);
                let open = matches!(case.stage, CaseStage::Applied | CaseStage::Refused)
                    || case.stage.owes();
                [(Errand::ChannelApply, Some(&case.owner)), (Errand::ChannelOpine, asked)]
                    .into_iter()
                    .find(|(errand, org)| open && may(*errand, *org, None))
                    .map(|(errand, _)| errand)
            }
        }
    }

    /// Whether the visitor may see the originals of a record's files.
    fn may_see(&self, mirror: &Mirror, by: &Visitor, subject: &Subject) -> bool {
        let may = |errand, org: Option<&model::OrgId>, district| {
            permit(&by.actor, errand, Target { org, district }).is_ok()
        };
        let case = |id: &str| {
            mirror.emergencies.get(id).is_some_and(|e| {
                let org = e.report.reporter.org.as_ref();
                may(Errand::EmergencyRead, org, Some(e.report.district))
            })
        };
        match subject {
            Subject::Emergency(id) => case(id.as_str()),
            Subject::Dispatch(id) => mirror.dispatches.get(id.as_str()).is_some_and(|d| {
                let firm = mirror.contractors.get(d.contractor.as_str()).map(|c| &c.org);
                may(Errand::MissionReport, firm, None) || case(d.emergency.as_str())
            }),
            Subject::Contractor(id) => mirror
                .contractors
                .get(id.as_str())
                .is_some_and(|c| may(Errand::ProfileRead, Some(&c.org), None)),
            Subject::Channel(id) => mirror
                .channels
                .get(id.as_str())
                .is_some_and(|c| may(Errand::ChannelRead, Some(&c.owner), None)),
        }
    }

    /// Whether the visitor may add files there at all; asked before the first byte.
    ///
    /// # Errors
    ///
    /// [`NotTaken`] when they may not, or when there are too many already.
    pub fn admit_files(&self, by: &Visitor, subject: &Subject) -> Result<(), NotTaken> {
        let mirror = self.read();
        if self.may_add(&mirror, by, subject).is_none() {
            let signed_out = by.actor.account.is_none();
            let why = if signed_out { ApiError::SignedOut } else { ApiError::Forbidden };
            return Err(NotTaken::Broken(why));
        }
        if files_of(&mirror, subject).count() >= FILES {
            return Err(NotTaken::Fault(Fault::TooManyFiles { most: FILES }));
        }
        Ok(())
    }

    /// Takes one file into the vault. Nothing is known of it until it is written
    /// down by [`Site::add_files`].
    ///
    /// # Errors
    ///
    /// [`NotTaken`] when it is of no kind that is taken, too long or cut off.
    pub async fn take_file(
        &self,
        name: &str,
        mut pieces: Pieces<'_>,
    ) -> Result<Option<Arrived>, NotTaken> {
        let mut first = BytesMut::new();
        while first.len() < Media::TELLING {
            match pieces.next().await {
                Some(piece) => first.extend_from_slice(&piece.map_err(VaultFault::from)?),
                None => break,
            }
        }
        // A field that was left empty.
        if first.is_empty() {
            return Ok(None);
        }
        let Some(media) = Media::of(&first) else { return Err(NotTaken::Fault(Fault::FileKind)) };
        let first: io::Result<Bytes> = Ok(first.freeze());
        let all = stream::iter([first]).chain(pieces).boxed();
        let whole = move |content: &Bytes| picture::is_whole(media, content);
        let kept = self.vault.put(all, FILE_BYTES, &whole).await?;
        Ok(Some(Arrived { name: shown_name(name), media, kept }))
    }

    /// Writes down files that lie in the vault. The same content twice on one
    /// record is one file: a phone sends again when it did not hear the answer.
    ///
    /// # Errors
    ///
    /// [`NotTaken`] when they may not be added, or are too many.
    pub async fn add_files(
        &self,
        by: &Visitor,
        subject: &Subject,
        arrived: Vec<Arrived>,
    ) -> Result<(), NotTaken> {
        let now = self.now();
        let (errand, mut here) = {
            let mirror = self.read();
            let errand = self.may_add(&mirror, by, subject);
            let errand = errand.ok_or(NotTaken::Broken(ApiError::Forbidden))?;
            let here: Vec<_> = files_of(&mirror, subject).map(|a| a.hash).collect();
            (errand, here)
        };
        let mut changes = Changes::new();
        let mut count = 0;
        for file in arrived {
            if here.contains(&file.kept.hash) {
                continue;
            }
            here.push(file.kept.hash);
            if here.len() > FILES {
                return Err(NotTaken::Fault(Fault::TooManyFiles { most: FILES }));
            }
            let id = chance::key("fj").parse();
            let attachment = Attachment {
                id: id.map_err(|_| NotTaken::Broken(ApiError::NotFound))?,
                name: seal(&mut changes, &file.name),
                media: file.media,
                size: file.kept.size,
                hash: file.kept.hash,
                subject: subject.clone(),
                by: by.actor.account.clone(),
                at: now,
                published: None,
            };
            changes.create(&attachment).map_err(|e| NotTaken::Broken(broken(e)))?;
            count += 1;
        }
        if changes.is_empty() {
            return Ok(());
        }
        let (table, key) = subject.record();
        let act = Act::new(&by.actor, errand, table, key).note(format!("附件 {count} 个"));
        self.store.commit(changes, act, now).await.map_err(|e| NotTaken::Broken(broken(e)))?;
        Ok(())
    }

    /// An original, for those who may see it.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none, or it is not theirs to see.
    pub async fn original(
        &self,
        by: &Visitor,
        id: &AttachmentId,
    ) -> Answer<(Kept<Attachment>, Pieces<'static>)> {
        let file = {
            let mirror = self.read();
            let file = mirror.attachments.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
            if !self.may_see(&mirror, by, &file.subject) {
                return Err(ApiError::NotFound);
            }
            file
        };
        let pieces = self.vault.get(file.hash).await.map_err(|e| lost(&file, &e))?;
        Ok((file, pieces))
    }

    /// The public copy of a picture that was made public.
    ///
    /// # Errors
    ///
    /// [`ApiError::NotFound`] when there is none.
    pub async fn public_picture(&self, id: &AttachmentId) -> Answer<(Media, Bytes)> {
        let file = self.read().attachments.get(id.as_str()).cloned();
        let file = file.filter(|f| f.published.is_some()).ok_or(ApiError::NotFound)?;
        let _turn = COPIES.acquire().await.map_err(|_| ApiError::NotFound)?;
        let content = vault::whole(&*self.vault, file.hash).await.map_err(|e| lost(&file, &e))?;
        let copy = picture::public_copy(file.media, content).ok_or(ApiError::NotFound)?;
        Ok((file.media, copy))
    }

    /// A record's files as pages show them.
    pub(super) fn files_view(&self, mirror: &Mirror, by: &Visitor, subject: &Subject) -> FilesView {
        let (table, key) = subject.record();
        let see = self.may_see(mirror, by, subject);
        let publish = model::allowed(by.actor.role, Errand::Publish).is_some()
            && !matches!(subject, Subject::Contractor(_));
        FilesView {
            path: format!("/files/{}/{key}", table.name()),
            may_add: self.may_add(mirror, by, subject).is_some(),
            files: files_of(mirror, subject)
                .filter(|_| see)
                .map(|a| FileView {
                    may_publish: publish && a.media.is_picture(),
                    ..file_view(mirror, a)
                })
                .collect(),
        }
    }

    /// Pictures of a record that are public.
    pub(super) fn public_pictures(&self, mirror: &Mirror, subject: &Subject) -> Vec<FileView> {
        files_of(mirror, subject)
            .filter(|a| a.published.is_some())
            .map(|a| FileView { name: String::new(), who: String::new(), ..file_view(mirror, a) })
            .collect()
    }
}

fn file_view(mirror: &Mirror, a: &Attachment) -> FileView {
    FileView {
        id: a.id.clone(),
        name: mirror.reveal(&a.name).to_owned(),
        media: a.media,
        size: a.size,
        at: a.at,
        who: a.by.as_ref().map_or_else(|| "公众".into(), |by| who(mirror, Some(by))),
        published: a.published.is_some(),
        may_publish: false,
    }
}

/// A record's files, oldest first.
pub(super) fn files_of<'a>(
    mirror: &'a Mirror,
    subject: &'a Subject,
) -> impl Iterator<Item = &'a Attachment> {
    let mut files: Vec<&Attachment> =
        mirror.attachments.iter().filter(|a| a.subject == *subject).map(|a| &**a).collect();
    files.sort_by_key(|a| (a.at, a.id.clone()));
    files.into_iter()
}

/// The name without a path and without what no name needs.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).take(NAME).collect();
    if kept.is_empty() { "文件".into() } else { kept }
}

fn lost(file: &Attachment, fault: &VaultFault) -> ApiError {
    let ticket = chance::token()[..8].to_uppercase();
    tracing::error!(ticket, file = file.id.as_str(), %fault, "a file can't be read");
    ApiError::Broken { ticket }
}

#[async_trait]
impl FileDesk for Site {
    async fn publish(&self, by: &Visitor, id: &AttachmentId, public: bool) -> Answer<()> {
        self.permit(by, Errand::Publish, Target::default())?;
        let now = self.now();
        let file = self.read().attachments.get(id.as_str()).cloned().ok_or(ApiError::NotFound)?;
        if !file.media.is_picture() || matches!(file.subject, Subject::Contractor(_)) {
            return Err(ApiError::NotFound);
        }
        let next = Attachment { published: public.then_some(now), ..(*file.value).clone() };
        let mut changes = Changes::new();
        changes.update(&file, &next).map_err(broken)?;
        let (table, key) = file.subject.record();
        let verb = if public { "公开照片" } else { "撤下照片" };
        let act = Act::new(&by.actor, Errand::Publish, table, key).note(verb);
        self.store.commit(changes, act, now).await.map_err(broken)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::shown_name;

    #[test]
    fn a_name_is_a_name_and_no_path() {
        for (sent, kept) in [
            ("IMG_0412.jpg", "IMG_0412.jpg"),
            ("C:\\Users\\x\\现场.png", "现场.png"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nb.pdf", "ab.pdf"),
            ("", "文件"),
        ] {
            assert_eq!(shown_name(sent), kept);
        }
        assert_eq!(shown_name(&"长".repeat(100)).chars().count(), 60);
    }
}
