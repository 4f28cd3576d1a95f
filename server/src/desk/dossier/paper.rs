//! The file of a case as a PDF, where typst is set up. The layout is a fixed text that
//! reads the file as data, so nothing in a case can change it.

use app::api::Dossier;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LAYOUT: &str = include_str!("../../../data/dossier.typ");
/// The longest that it may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sets a file with the typst program at `typst`.
///
/// # Errors
///
/// [`io::Error`] when the program is not there, takes too long, or finds fault.
pub(super) fn pdf(typst: &Path, dossier: &Dossier) -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("file.typ"), LAYOUT)?;
    fs::write(folder.path().join("dossier.json"), serde_json::to_vec(dossier)?)?;
    let mut child = Command::new(typst)
        .args(["compile", "file.typ", "file.pdf"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if begun.elapsed() > PATIENCE => {
                child.kill()?;
                child.wait()?;
                return Err(io::Error::from(io::ErrorKind::TimedOut));
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    if !status.success() {
        return Err(io::Error::other(format!("typst left with {status}")));
    }
    fs::read(folder.path().join("file.pdf"))
}
