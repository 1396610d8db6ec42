//! The ledger's file: read whole, written whole, and only ever replaced by a complete one.

use crate::project::read;
use crate::replace::replace;
use crate::session::Failure;
use earnest_interpreter::Engine;
use earnest_ledger::store::Memory;
use earnest_ledger::store::memory::text::TextError;
use earnest_ledger::{Host, Programme};
use std::path::Path;

/// A host over what a file holds; where there is no such file yet, `fresh` says whether it begins empty.
pub fn open(path: &Path, programme: Programme, fresh: bool) -> Result<Host, Failure> {
    if fresh && !path.exists() {
        return Ok(Host::new(programme));
    }
    let (name, versions) = names(&programme);
    let memory = Memory::from_text(&read(path)?, &name, &versions).map_err(|error| refused(path, &name, &error))?;
    Ok(Host::with_store(programme, memory))
}

/// Writes everything.
pub fn save(path: &Path, host: &Host) -> Result<(), Failure> {
    let (name, versions) = names(host.programme());
    let text = host.books().to_text(&name, &versions)?;
    replace(path, text.as_bytes()).map_err(|error| {
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
