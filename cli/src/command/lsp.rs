//! `earnest lsp`: the editor's server on standard input and output.

use crate::project::Project;
use crate::session::{Ending, Failure, Session};
use earnest_tools::lsp::desk::{Disk, Folder};
use earnest_tools::lsp::{serve, wire};
use std::io::{self, BufReader};
use std::path::Path;

/// Serves an editor until it says that it is done.
pub fn run(session: &Session) -> Result<Ending, Failure> {
    let (connection, threads) = wire::connect(BufReader::new(io::stdin()), io::stdout());
    let served = serve(&connection, &Programmes, session.language);
    drop(connection);
    threads.join()?;
    served.map_err(|error| Failure::Io(io::Error::other(error)))?;
    Ok(Ending::Fine)
}

/// Programmes on the disk.
struct Programmes;

impl Disk for Programmes {
    fn programme_of(&self, file: &Path) -> Option<Folder> {
        // What cannot be read now may be there in a moment; the document stands for itself until then.
        let project = Project::find_one(file).ok()?;
        Some(Folder { root: project.folder().to_path_buf(), files: project.files })
    }
}
