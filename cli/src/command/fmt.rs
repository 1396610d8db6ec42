//! `earnest fmt PATH...`: the one layout of policy text; `--to zh|en` translates.

pub mod translate;

use self::translate::translated;
use crate::arguments::{FmtArguments, Format, LanguageChoice};
use crate::language::counted;
use crate::project::{policy_files, read, shown};
use crate::session::{Ending, Failure, Session};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::say;
use earnest_dsl::syntax::format::{format, translate as translate_words};
use serde_json::json;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Formats.
pub fn run(arguments: &FmtArguments, session: &Session) -> Result<Ending, Failure> {
    if arguments.paths == [Path::new("-")] {
        return standard_input(arguments, session);
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for path in &arguments.paths {
        for file in if path.is_dir() { policy_files(path, false)? } else { vec![path.clone()] } {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    let mut changed = Vec::new();
    for file in &files {
        let text = read(file)?;
        let formatted = formatted(file, &text, arguments.to)?;
        if formatted == text {
            continue;
        }
        changed.push(shown(file));
        if !arguments.check {
            fs::write(file, formatted).map_err(|error| cannot_write(file, &error))?;
        }
    }
    tell(arguments, session, &changed, files.len())?;
    Ok(Ending::found(arguments.check && !changed.is_empty()))
}

fn standard_input(arguments: &FmtArguments, session: &Session) -> Result<Ending, Failure> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let formatted = formatted(Path::new("-"), &text, arguments.to)?;
    let changed = formatted != text;
    if !arguments.check {
        let mut out = session.out();
        out.write_all(formatted.as_bytes())?;
        out.flush()?;
    }
    Ok(Ending::found(arguments.check && changed))
}

/// The text in its one layout, in the language asked for. Standard input has no programme around it: its names stay.
fn formatted(path: &Path, text: &str, to: Option<LanguageChoice>) -> Result<String, Failure> {
    let to = match to {
        None => return Ok(format(text).text),
        Some(LanguageChoice::En) => Language::English,
        Some(LanguageChoice::Zh) => Language::Chinese,
    };
    if path == Path::new("-") { Ok(translate_words(text, to, &[])) } else { translated(path, text, to) }
}

fn tell(arguments: &FmtArguments, session: &Session, changed: &[String], files: usize) -> Result<(), Failure> {
    let mut out = session.out();
    match arguments.format {
        Format::Json => writeln!(out, "{}", json!({ "changed": changed, "files": files, "check": arguments.check }))?,
        Format::Human => {
            for path in changed {
                writeln!(out, "{path}")?;
            }
            let (changed, files) = match session.language {
                Language::English => (counted(changed.len(), "file", "files"), files.to_string()),
                Language::Chinese => (changed.len().to_string(), files.to_string()),
            };
            let told = if arguments.check {
                say!(session.language, "{changed} of {files} would change", "{files} 个文件中有 {changed} 个需要改动")
            } else {
                say!(session.language, "{changed} of {files} changed", "{files} 个文件中有 {changed} 个已改动")
            };
            writeln!(out, "{told}")?;
        }
    }
    out.flush()?;
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::misuse(
        format!("`{}` cannot be written: {error}", path.display()),
        format!("无法写入 `{}`：{error}", path.display()),
    )
}
