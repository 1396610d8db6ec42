//! Ledgers of the command line. A file of text is read whole, written whole, and only ever replaced by a complete one; a store is written
//! event by event.

use crate::project::read;
use crate::replace::replace;
use crate::session::Failure;
use earnest_interpreter::Engine;
use earnest_ledger::store::memory::text::TextError;
use earnest_ledger::store::{Memory, Store};
use earnest_ledger::{Host, Programme};
use earnest_stores::{Durable, OpenError};
use std::path::Path;

/// A ledger of the command line: a file of text that is written whole, or a durable store.
pub trait Kept: Store {
    /// The whole of it as text, where it is written as a whole.
    fn text(&self, programme: &str, versions: &[String]) -> Option<serde_json::Result<String>>;
}

impl Kept for Memory {
    fn text(&self, programme: &str, versions: &[String]) -> Option<serde_json::Result<String>> {
        Some(self.to_text(programme, versions))
    }
}

impl Kept for Durable {
    fn text(&self, _: &str, _: &[String]) -> Option<serde_json::Result<String>> {
        None
    }
}

/// Books of any kind.
pub type Books = Box<dyn Kept>;

/// A host with empty books in memory.
pub fn empty(programme: Programme) -> Host<Books> {
    Host::with_store(programme, Box::new(Memory::default()))
}

/// A host over what a ledger holds: a store where it is named by a URL (`file:PATH`, `postgres://…`), else a file of text.
/// Where there is no such file yet, `fresh` says whether it begins empty.
pub fn open(ledger: &Path, programme: Programme, fresh: bool) -> Result<Host<Books>, Failure> {
    if let Some(url) = ledger.to_str().filter(|text| is_url(text)) {
        let store = Durable::open(url, &programme, fresh).map_err(|error| not_opened(&error))?;
        return Ok(Host::with_store(programme, Box::new(store)));
    }
    if fresh && !ledger.exists() {
        return Ok(empty(programme));
    }
    let (name, versions) = names(&programme);
    let memory = Memory::from_text(&read(ledger)?, &name, &versions).map_err(|error| refused(ledger, &name, &error))?;
    Ok(Host::with_store(programme, Box::new(memory)))
}

fn is_url(text: &str) -> bool {
    text.starts_with("file:") || text.starts_with("memory:") || text.contains("://")
}

/// A store that is not opened.
pub fn not_opened(error: &OpenError) -> Failure {
    let OpenError { store, reason } = error;
    Failure::misuse(error.to_string(), format!("无法打开账本 `{store}`：{reason}"))
}

/// Writes everything that is not written yet.
pub fn save(path: &Path, host: &Host<Books>) -> Result<(), Failure> {
    let (name, versions) = names(host.programme());
    let Some(text) = host.books().text(&name, &versions) else { return Ok(()) };
    replace(path, text?.as_bytes()).map_err(|error| {
        Failure::misuse(
            format!("cannot write the ledger `{}`: {error}", path.display()),
            format!("无法写入账本 `{}`：{error}", path.display()),
        )
    })
}

/// The programme's name, and its versions by their from-dates.
fn names(programme: &Programme) -> (String, Vec<String>) {
    let policies = programme.versions().iter().map(Engine::policy);
    let name = policies.clone().next_back().map(|policy| policy.programme.name.clone()).unwrap_or_default();
    (name, policies.map(earnest_dsl::policy::Policy::version).collect())
}

fn refused(path: &Path, programme: &str, error: &TextError) -> Failure {
    let path = path.display();
    match error {
        TextError::NoLedger => Failure::misuse(
            format!("`{path}` is no ledger; name a new file, or one that `earnest run --ledger` has written"),
            format!("`{path}` 不是账本；请指定新文件，或 `earnest run --ledger` 写出的文件"),
        ),
        TextError::Damaged(what) => Failure::misuse(
            format!("the ledger `{path}` is damaged ({what}); nothing was read from it: take a copy from a backup"),
            format!("账本 `{path}` 已损坏（{what}）；没有读取任何内容，请从备份恢复"),
        ),
        TextError::OtherProgramme(other) => Failure::misuse(
            format!("the ledger `{path}` belongs to the programme `{other}`, not to `{programme}`"),
            format!("账本 `{path}` 属于方案 `{other}`，而不是 `{programme}`"),
        ),
        TextError::NoVersion(version) => Failure::misuse(
            format!(
                "the ledger `{path}` needs version {version} of `{programme}`, which is no longer there; put its folder back under `versions`"
            ),
            format!("账本 `{path}` 需要 `{programme}` 的版本 {version}，它已不存在；请把该版本的文件夹放回 `versions`"),
        ),
    }
}
