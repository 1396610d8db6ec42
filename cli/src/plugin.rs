//! Plugins on the command line: made of a programme, written, read, and put to work.

use crate::replace::replace;
use crate::session::{Failure, Session};
use earnest_dsl::say;
use earnest_interpreter::Evaluate;
use earnest_ledger::Programme;
use earnest_plugin::decider::{Ask, Decider};
use earnest_plugin::host::Plugin;
use earnest_plugin::make::{self, Made};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The longest frame for which the bound is told: most events with their facts and records are shorter.
const USUAL: usize = 4096;

fn failed(error: &impl ToString) -> Failure {
    let what = error.to_string();
    Failure::misuse(what.clone(), what)
}

/// Makes a plugin of a programme.
fn made(programme: &Programme) -> Result<Made, Failure> {
    make::make(programme.versions()).map_err(|error| failed(&error))
}

/// Makes a plugin and writes it, whole or not at all.
pub fn write(programme: &Programme, file: &Path) -> Result<Made, Failure> {
    let made = made(programme)?;
    // What was made is put to work once before anybody relies on it.
    Plugin::new(&made.bytes).map_err(|refused| failed(&refused))?;
    replace(file, &made.bytes).map_err(|error| {
        let path = file.display();
        Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
    })?;
    Ok(made)
}

/// What was made, in words.
pub fn told(made: &Made, file: &Path, session: &Session) -> String {
    let section = &made.section;
    let (bytes, versions) = (made.bytes.len(), section.versions.len());
    let (most, base, each) = (section.bound.of_frame(USUAL), section.bound.base, section.bound.each);
    let (file, name) = (file.display(), &section.programme);
    say!(
        session.language,
        "{file}: `{name}`, {versions} version(s), {bytes} bytes\nat most {most} instructions per event with a frame of {USUAL} bytes: {base}, and {each} for each byte",
        "{file}：`{name}`，{versions} 个版本，{bytes} 字节\n帧长 {USUAL} 字节的事件最多执行 {most} 条指令：{base} 条，另加每字节 {each} 条"
    )
}

/// The programme, decided by a plugin made of it now.
pub fn by_new(programme: &Programme) -> Result<Programme, Failure> {
    by(programme, &made(programme)?.bytes)
}

/// The programme, decided by a plugin in a file.
pub fn by_file(programme: &Programme, file: &Path) -> Result<Programme, Failure> {
    let bytes = fs::read(file).map_err(|error| {
        let path = file.display();
        Failure::misuse(format!("`{path}` cannot be read: {error}"), format!("无法读取 `{path}`：{error}"))
    })?;
    by(programme, &bytes)
}

fn by(programme: &Programme, bytes: &[u8]) -> Result<Programme, Failure> {
    let plugin: Arc<dyn Ask> = Arc::new(Plugin::new(bytes).map_err(|refused| failed(&refused))?);
    programme.decided(|_, engine| {
        let decider = Decider::new(Arc::clone(&plugin), engine).map_err(|refused| failed(&refused))?;
        let decider: Arc<dyn Evaluate> = Arc::new(decider);
        Ok(decider)
    })
}
