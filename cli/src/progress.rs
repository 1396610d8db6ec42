//! How far a long run is: a bar on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, IsTerminal, Read};

/// A bar, or nothing.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A bar over the bytes of a file. None where standard error is no terminal, or where decisions go to the same terminal.
    pub fn over(file: Option<&File>, quiet_output: bool) -> Self {
        let wanted = io::stderr().is_terminal() && (quiet_output || !io::stdout().is_terminal());
        let bytes = file.and_then(|file| file.metadata().ok()).filter(|kind| kind.is_file()).map(|kind| kind.len());
        let bar = bytes.filter(|_| wanted).map(|bytes| {
            let template = "{bar:40} {percent:>3}%  {bytes} of {total_bytes}  {eta} left";
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(bytes).with_style(style)
        });
        Self { bar }
    }

    /// A bar over so many steps, on a terminal only.
    pub fn of_steps(steps: u64) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let template = "{bar:40} {pos}/{len}  {eta} left";
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(steps).with_style(style)
        });
        Self { bar }
    }

    /// One step is done.
    pub fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// The reader, watched.
    pub fn watch(&self, reader: impl Read + 'static) -> Box<dyn Read> {
        match &self.bar {
            Some(bar) => Box::new(bar.wrap_read(reader)),
            None => Box::new(reader),
        }
    }

    /// Writes something beside the bar.
    pub fn beside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
