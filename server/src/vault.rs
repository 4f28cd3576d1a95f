//! Where files lie: by the hash of their content, so one content lies there once
//! and a changed file is noticed.
//!
//! The folder is the one that is shipped. What a store of objects needs is the same
//! two things, so another vault can take its place.

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use pool::canon::Seal;
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

/// A file's content as it comes, piece by piece.
pub type Pieces<'a> = BoxStream<'a, io::Result<Bytes>>;

/// What a vault says of a file that it has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of the content.
    pub hash: Seal,
    /// Bytes.
    pub size: u64,
}

/// Why a file was not taken, or can't be read.
#[derive(Debug, thiserror::Error)]
pub enum VaultFault {
    /// Longer than it may be.
    #[error("longer than {0} bytes")]
    TooLong(u64),
    /// Not what it should be.
    #[error("refused")]
    Refused,
    /// There is no file of that hash.
    #[error("no such file")]
    Missing,
    /// The content does not have its hash.
    #[error("the content was changed")]
    Changed,
    /// Reading or writing failed, or the sender broke off.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Keeps files by the hash of their content.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Takes a file of at most `most` bytes that `fits` finds good. It is durable when
    /// this returns; of one that is refused nothing is left.
    async fn put(
        &self,
        pieces: Pieces<'_>,
        most: u64,
        fits: &(dyn for<'b> Fn(&'b Bytes) -> bool + Send + Sync),
    ) -> Result<Kept, VaultFault>;

    /// Reads a file.
    async fn get(&self, hash: Seal) -> Result<Pieces<'static>, VaultFault>;
}

/// Reads a file whole.
///
/// # Errors
///
/// [`VaultFault`] when it is not there or breaks off.
pub async fn whole(vault: &dyn Vault, hash: Seal) -> Result<Bytes, VaultFault> {
    let mut pieces = vault.get(hash).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece?);
    }
    Ok(bytes.into())
}

/// Reads a file and compares it with its hash.
///
/// # Errors
///
/// [`VaultFault`] when it is not there, can't be read, or was changed.
pub async fn check(vault: &dyn Vault, hash: Seal) -> Result<(), VaultFault> {
    let mut pieces = vault.get(hash).await?;
    let mut found = Sha256::new();
    while let Some(piece) = pieces.next().await {
        found.update(&piece?);
    }
    if Seal(found.finalize().into()) == hash { Ok(()) } else { Err(VaultFault::Changed) }
}

/// Files in a folder, in 256 folders by the first two digits.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// A vault in `root`; it is made when the first file comes.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// Clears what was coming in when the program was killed.
    ///
    /// # Errors
    ///
    /// When the folder can't be read or written.
    pub async fn clear_incoming(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.0.join("incoming")).await {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    fn path(&self, hash: Seal) -> PathBuf {
        let digits = hash.to_string();
        self.0.join(&digits[..2]).join(digits)
    }

    async fn receive(
        &self,
        path: &Path,
        mut pieces: Pieces<'_>,
        most: u64,
    ) -> Result<Kept, VaultFault> {
        let mut file = File::create_new(path).await?;
        let mut hash = Sha256::new();
        let mut size = 0_u64;
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            size += piece.len() as u64;
            if size > most {
                return Err(VaultFault::TooLong(most));
            }
            hash.update(&piece);
            file.write_all(&piece).await?;
        }
        file.flush().await?;
        file.sync_all().await?;
        Ok(Kept { hash: Seal(hash.finalize().into()), size })
    }
}

/// A file that is coming in; what is not kept goes, whatever happens to the sender.
struct Incoming(PathBuf);

impl Drop for Incoming {
    fn drop(&mut self) {
        // Once it is kept it is not here any more.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[async_trait]
impl Vault for Folder {
    async fn put(
        &self,
        pieces: Pieces<'_>,
        most: u64,
        fits: &(dyn for<'b> Fn(&'b Bytes) -> bool + Send + Sync),
    ) -> Result<Kept, VaultFault> {
        let folder = self.0.join("incoming");
        fs::create_dir_all(&folder).await?;
        let incoming = Incoming(folder.join(crate::chance::token()));
        let kept = self.receive(&incoming.0, pieces, most).await?;
        let content = Bytes::from(fs::read(&incoming.0).await?);
        if !fits(&content) {
            return Err(VaultFault::Refused);
        }
        let place = self.path(kept.hash);
        let folder = place.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder).await?;
        fs::rename(&incoming.0, &place).await?;
        // The name is durable only when its folder is.
        File::open(folder).await?.sync_all().await?;
        File::open(&self.0).await?.sync_all().await?;
        Ok(kept)
    }

    async fn get(&self, hash: Seal) -> Result<Pieces<'static>, VaultFault> {
        match File::open(self.path(hash)).await {
            Ok(file) => Ok(ReaderStream::new(file).boxed()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(VaultFault::Missing),
            Err(e) => Err(e.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    fn pieces(parts: &[&'static [u8]]) -> Pieces<'static> {
        let parts: Vec<io::Result<Bytes>> =
            parts.iter().map(|part| Ok(Bytes::from_static(part))).collect();
        stream::iter(parts).boxed()
    }

    fn any(_: &Bytes) -> bool {
        true
    }

    #[tokio::test]
    async fn what_was_put_is_read_again_by_its_hash() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = Folder::new(dir.path());
        let kept = vault.put(pieces(&[b"ab", b"c"]), 3, &any).await.expect("kept");
        assert_eq!(kept, Kept { hash: Seal::of(b"abc"), size: 3 });
        assert_eq!(whole(&vault, kept.hash).await.expect("read"), Bytes::from_static(b"abc"));
        // The same content again is the same file.
        assert_eq!(vault.put(pieces(&[b"abc"]), 3, &any).await.expect("kept"), kept);
        let other = vault.get(Seal::of(b"other")).await;
        assert!(matches!(other, Err(VaultFault::Missing)));
    }

    #[tokio::test]
    async fn a_changed_file_is_noticed() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = Folder::new(dir.path());
        let kept = vault.put(pieces(&[b"abc"]), 3, &any).await.expect("kept");
        check(&vault, kept.hash).await.expect("whole");
        std::fs::write(vault.path(kept.hash), b"abd").expect("written");
        assert!(matches!(check(&vault, kept.hash).await, Err(VaultFault::Changed)));
    }

    #[tokio::test]
    async fn what_is_too_long_or_broken_off_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = Folder::new(dir.path());
        let long = vault.put(pieces(&[b"ab", b"cd"]), 3, &any).await;
        assert!(matches!(long, Err(VaultFault::TooLong(3))));
        let broken: Vec<io::Result<Bytes>> =
            vec![Ok(Bytes::from_static(b"ab")), Err(io::Error::other("gone"))];
        assert!(vault.put(stream::iter(broken).boxed(), 9, &any).await.is_err());
        let refused = vault.put(pieces(&[b"ab"]), 9, &|_| false).await;
        assert!(matches!(refused, Err(VaultFault::Refused)));
        assert!(matches!(vault.get(Seal::of(b"ab")).await, Err(VaultFault::Missing)));
        let left = std::fs::read_dir(dir.path().join("incoming")).expect("a folder").count();
        assert_eq!(left, 0);
    }
}
