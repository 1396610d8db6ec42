//! `earnest doc PROGRAMME`: the customer's terms and the analyst's reference, in HTML and Markdown, in English and Chinese.

use crate::arguments::{DocArguments, DocFormat, DocPage};
use crate::project::{Project, shown};
use crate::session::{Ending, Failure, Session};
use chrono::NaiveDate;
use earnest_dsl::diagnostic::Language;
use earnest_ledger::Programme;
use earnest_tools::doc::{Document, Format, Page, document};
use std::fs;
use std::io::Write;
use std::path::Path;

/// Writes the documents into a folder, or prints one.
pub fn run(arguments: &DocArguments, session: &Session) -> Result<Ending, Failure> {
    let opened = Project::find_one(&arguments.programme)?.load(&arguments.parameters.parameters);
    opened.tell_findings(session, false)?;
    let Some(programme) = opened.into_programme() else { return Ok(Ending::Findings) };
    let version = version(&programme, arguments.on)?;
    let made = |page, language| {
        document(&programme, version, page, language, arguments.today).ok_or_else(|| no_version(arguments.on))
    };
    let mut out = session.out();
    match &arguments.out {
        None => {
            let page = arguments.page.map_or(Page::Terms, page_of);
            let format = arguments.format.map_or(Format::Html, format_of);
            out.write_all(made(page, session.language)?.print(format).as_bytes())?;
        }
        Some(folder) => {
            for page in arguments.page.map_or(vec![Page::Terms, Page::Reference], |page| vec![page_of(page)]) {
                for language in languages(session) {
                    for path in write(folder, page, language, arguments.format, &made(page, language)?)? {
                        writeln!(out, "{path}")?;
                    }
                }
            }
        }
    }
    out.flush()?;
    Ok(Ending::Fine)
}

/// Both languages, unless one was asked for.
fn languages(session: &Session) -> Vec<Language> {
    if session.language_asked { vec![session.language] } else { vec![Language::English, Language::Chinese] }
}

fn page_of(page: DocPage) -> Page {
    match page {
        DocPage::Terms => Page::Terms,
        DocPage::Reference => Page::Reference,
    }
}

fn format_of(format: DocFormat) -> Format {
    match format {
        DocFormat::Html => Format::Html,
        DocFormat::Markdown => Format::Markdown,
    }
}

/// The version in force on a day, or the latest.
fn version(programme: &Programme, on: Option<NaiveDate>) -> Result<usize, Failure> {
    let versions = programme.versions().iter().enumerate();
    let mut begun = versions.filter(|(_, engine)| on.is_none_or(|on| engine.policy().effective_from.date() <= on));
    begun.next_back().map(|(at, _)| at).ok_or_else(|| no_version(on))
}

fn no_version(on: Option<NaiveDate>) -> Failure {
    let on = on.map(|on| on.to_string()).unwrap_or_default();
    Failure::misuse(
        format!("no version of the programme is in force on {on}; leave out `--on` for the latest"),
        format!("方案在 {on} 没有生效的版本；省略 `--on` 即取最新版本"),
    )
}

/// Writes a document in its formats; gives the paths.
fn write(
    folder: &Path,
    page: Page,
    language: Language,
    format: Option<DocFormat>,
    document: &Document,
) -> Result<Vec<String>, Failure> {
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let name = match page {
        Page::Terms => "terms",
        Page::Reference => "reference",
    };
    let language = match language {
        Language::English => "en",
        Language::Chinese => "zh",
    };
    let mut paths = Vec::new();
    for format in format.map_or(vec![Format::Html, Format::Markdown], |format| vec![format_of(format)]) {
        let ending = match format {
            Format::Html => "html",
            Format::Markdown => "md",
        };
        let path = folder.join(format!("{name}.{language}.{ending}"));
        fs::write(&path, document.print(format)).map_err(|error| cannot_write(&path, &error))?;
        paths.push(shown(&path));
    }
    Ok(paths)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
}
