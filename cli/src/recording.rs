//! A file of inputs as decisions are taken from them.

use crate::session::Failure;
use earnest_interpreter::Evaluate;
use earnest_ledger::Programme;
use earnest_ledger::recording::{Recording, Sink};
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A file under way.
pub struct Recorder {
    path: PathBuf,
    lines: Arc<Mutex<Lines>>,
}

struct Lines {
    file: BufWriter<File>,
    /// What failed first; nothing is written after it.
    failed: Option<io::Error>,
}

impl Recorder {
    /// Begins a file.
    pub fn new(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| failure(path, &error))?;
        let lines = Lines { file: BufWriter::new(file), failed: None };
        Ok(Self { path: path.to_owned(), lines: Arc::new(Mutex::new(lines)) })
    }

    /// The programme, whose inputs go to the file.
    pub fn watch(&self, programme: &Programme) -> Programme {
        let lines = Arc::clone(&self.lines);
        let sink: Sink = Arc::new(move |line| {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.failed.is_none() {
                lines.failed = writeln!(lines.file, "{line}").err();
            }
        });
        let recorded = programme.decided::<Infallible>(|version, engine| {
            let recording: Arc<dyn Evaluate> = Arc::new(Recording::of(engine, version, Arc::clone(&sink)));
            Ok(recording)
        });
        match recorded {
            Ok(programme) => programme,
        }
    }

    /// Ends the file.
    pub fn end(self) -> Result<(), Failure> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let flushed = lines.file.flush();
        lines.failed.take().map_or(flushed, Err).map_err(|error| failure(&self.path, &error))
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
}
