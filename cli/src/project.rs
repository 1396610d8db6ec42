//! Programmes on disk: which files a path stands for, and their text.
//!
//! A path is the folder of one programme (some `.earn` file in it has the head `programme`), a folder of programmes (every
//! folder below with a `programme.earn`), or a file: with a head of its own and not called `programme.earn` it stands for
//! itself, else for its folder. Older and newer versions stand in `versions/<from-date>/` below a programme's folder.

use crate::session::{Failure, Session};
use chrono::NaiveDate;
use earnest_dsl::diagnostic::{json, render};
use earnest_dsl::lint::{Report, load_and_lint};
use earnest_dsl::load::{InputFile, Loaded, load_programme};
use earnest_dsl::policy::Policy;
use earnest_dsl::source::{Source, Sources};
use earnest_interpreter::Way;
use earnest_ledger::Programme;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The file that makes a folder a programme.
pub const HEAD: &str = "programme.earn";

/// A programme on disk, read.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its path as the user wrote it: what is shown.
    pub shown: String,
    /// What stands before the paths of its files when they are shown.
    prefix: PathBuf,
    /// Its files; paths are relative to its folder, with `/`.
    pub files: Vec<InputFile>,
}

/// A programme that was loaded: a version may have errors.
#[derive(Debug)]
pub struct Opened {
    /// Its versions, earliest first.
    pub versions: Vec<Loaded>,
    /// What lints say of each version, where they were asked.
    pub reports: Vec<Report>,
    prefix: PathBuf,
    own: BTreeSet<String>,
}

impl Project {
    /// All programmes that these paths stand for, each once, in order.
    pub fn find_all(paths: &[PathBuf]) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for path in paths {
            for project in Self::find(path)? {
                if !all.iter().any(|known| known.shown == project.shown) {
                    all.push(project);
                }
            }
        }
        Ok(all)
    }

    /// The one programme that this path stands for.
    pub fn find_one(path: &Path) -> Result<Self, Failure> {
        let mut found = Self::find(path)?;
        match (found.pop(), found.len()) {
            (Some(project), 0) => Ok(project),
            (_, others) => Err(Failure::misuse(
                format!("`{}` holds {} programmes; name one of them", path.display(), others.saturating_add(1)),
                format!("`{}` 中有 {} 个方案；请指定其中一个", path.display(), others.saturating_add(1)),
            )),
        }
    }

    /// The programme that a file belongs to; none for a file that is no part of one, such as a library's.
    pub fn of(file: &Path) -> Result<Option<Self>, Failure> {
        let found = Self::find(file)?.pop();
        Ok(found.filter(|project| project.files.iter().any(|file| has_head(&file.text))))
    }

    /// The folder in which its files stand.
    pub fn folder(&self) -> &Path {
        &self.prefix
    }

    /// Whether this file of the programme stands at this path.
    pub fn is_at(&self, file: &InputFile, path: &Path) -> bool {
        let here = self.prefix.join(&file.path);
        here == path || fs::canonicalize(here).ok().zip(fs::canonicalize(path).ok()).is_some_and(|(a, b)| a == b)
    }

    fn find(path: &Path) -> Result<Vec<Self>, Failure> {
        let kind = fs::metadata(path).map_err(|error| cannot_read(path, &error))?;
        if kind.is_dir() {
            return Self::find_in(path);
        }
        let alone = path.file_name().is_none_or(|name| name != HEAD) && has_head(&read(path)?);
        if alone {
            return Ok(vec![Self::of_file(path)?]);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A file of a library, or one that nobody has given a head yet, is checked by itself.
        if !has_own_head(folder)? {
            return Ok(vec![Self::of_file(path)?]);
        }
        Ok(vec![Self::of_folder(folder)?])
    }

    fn find_in(folder: &Path) -> Result<Vec<Self>, Failure> {
        if has_own_head(folder)? {
            return Ok(vec![Self::of_folder(folder)?]);
        }
        let mut found = Vec::new();
        for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter().filter_entry(is_visible) {
            let entry = entry.map_err(|error| cannot_walk(folder, error))?;
            let versions = entry.path().components().any(|part| part.as_os_str() == "versions");
            if entry.file_type().is_dir() && entry.path().join(HEAD).is_file() && !versions {
                found.push(Self::of_folder(entry.path())?);
            }
        }
        if found.is_empty() {
            return Err(Failure::misuse(
                format!("there is no programme in `{}`: no `.earn` file with the head `programme`", folder.display()),
                format!("`{}` 中没有方案：没有以 `方案` 开头声明的 `.earn` 文件", folder.display()),
            ));
        }
        Ok(found)
    }

    fn of_file(path: &Path) -> Result<Self, Failure> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self {
            shown: shown(path),
            prefix: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            files: vec![InputFile { path: name, text: read(path)? }],
        })
    }

    fn of_folder(folder: &Path) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in policy_files(folder, true)? {
            let inside = path.strip_prefix(folder).unwrap_or(&path);
            files.push(InputFile { path: slashes(inside), text: read(&path)? });
        }
        Ok(Self { shown: shown(folder), prefix: folder.to_path_buf(), files })
    }

    /// Whether a path, as findings name it, is that of one of its files.
    pub fn has_file(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }

    /// A programme whose files come from elsewhere than the disk: paths are relative to it.
    pub fn of_files(shown: String, files: Vec<InputFile>) -> Self {
        Self { prefix: PathBuf::from(&shown), shown, files }
    }

    /// Text to policy.
    pub fn load(&self, parameters: &[(String, String)]) -> Opened {
        let own = self.files.iter().map(|file| file.path.clone()).collect();
        let versions = load_programme(self.files.clone(), parameters).versions;
        Opened { versions, reports: Vec::new(), prefix: self.prefix.clone(), own }
    }

    /// Text to policy, with what lints say of it. `today` is for lints that speak of what is over.
    pub fn lint(&self, parameters: &[(String, String)], today: Option<NaiveDate>) -> Opened {
        let own = self.files.iter().map(|file| file.path.clone()).collect();
        let (loaded, reports) = load_and_lint(self.files.clone(), parameters, today);
        Opened { versions: loaded.versions, reports, prefix: self.prefix.clone(), own }
    }

    /// Where a file of the programme stands on the disk.
    pub fn path_of(&self, file: &str) -> PathBuf {
        self.prefix.join(file)
    }
}

impl Opened {
    /// What stands before a place in the programme's own files so that it can be opened from here; ends with `/` where it is not empty.
    pub fn prefix(&self) -> String {
        let prefix = shown(&self.prefix);
        if prefix.is_empty() || prefix == "." { String::new() } else { format!("{}/", prefix.trim_end_matches('/')) }
    }

    /// The files of a version under the paths that the user can open from here.
    pub fn shown_sources(&self, version: &Loaded) -> Sources {
        let mut sources = Sources::default();
        for (_, source) in version.sources.iter() {
            let path = if self.own.contains(&source.path) {
                shown(&self.prefix.join(&source.path))
            } else {
                source.path.clone()
            };
            sources.add(Source::new(path, source.text.clone()));
        }
        sources
    }

    /// Findings of all versions as they are shown; empty where there is none.
    pub fn findings(&self, session: &Session, colour: bool) -> String {
        let mut out = String::new();
        for version in self.versions.iter().filter(|version| !version.diagnostics.is_empty()) {
            let sources = self.shown_sources(version);
            out.push_str(render::render(&version.diagnostics, &sources, session.language, colour).trim_end());
            out.push_str("\n\n");
        }
        out
    }

    /// Tells the findings on standard error: for people, or one JSON object a line.
    pub fn tell_findings(&self, session: &Session, for_machines: bool) -> Result<(), Failure> {
        let mut err = session.err();
        if !for_machines {
            err.write_all(self.findings(session, session.paint_err().on).as_bytes())?;
            return Ok(());
        }
        for version in &self.versions {
            let sources = self.shown_sources(version);
            for found in &version.diagnostics {
                writeln!(err, "{}", json::to_json(found, &sources))?;
            }
        }
        Ok(())
    }

    /// The programme for a host; none where a version has an error.
    pub fn into_programme(self) -> Option<Programme> {
        self.into_programme_on(Way::default())
    }

    /// The programme on this engine.
    pub fn into_programme_on(self, way: Way) -> Option<Programme> {
        let policies: Option<Vec<Policy>> = self.versions.into_iter().map(|version| version.policy).collect();
        Programme::going(policies?, way)
    }
}

/// All files of policy text of a folder, in order. With `programme`, a folder below that is a programme of its own is left out.
pub fn policy_files(folder: &Path, programme: bool) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| {
        let version = entry.path().parent().is_some_and(|parent| parent.ends_with("versions"));
        let other = programme
            && entry.depth() > 0
            && entry.file_type().is_dir()
            && !version
            && entry.path().join(HEAD).is_file();
        is_visible(entry) && !other
    });
    for entry in walk {
        let entry = entry.map_err(|error| cannot_walk(folder, error))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "earn") {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// The text of a file.
pub fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| cannot_read(path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::misuse(
            format!("`{}` is not UTF-8 text (byte {at}); save it as UTF-8", path.display()),
            format!("`{}` 不是 UTF-8 文本（第 {at} 字节）；请另存为 UTF-8", path.display()),
        )
    })
}

/// Writes a report.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| {
        let path = path.display();
        Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
    })
}

/// A path as it is shown, with `/` and without `./` in front.
pub fn shown(path: &Path) -> String {
    let text = slashes(path);
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn is_visible(entry: &walkdir::DirEntry) -> bool {
    entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
}

/// Whether a file directly in the folder has the head of a programme.
fn has_own_head(folder: &Path) -> Result<bool, Failure> {
    for entry in fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))? {
        let path = entry.map_err(|error| cannot_read(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "earn") && path.is_file() && has_head(&read(&path)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a line of the text begins with the word that opens a programme's head.
fn has_head(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().any(|line| {
        let word = line.trim_start().split(|one: char| one.is_whitespace() || one == '{' || one == '"').next();
        matches!(word, Some("programme" | "方案"))
    })
}

fn cannot_read(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::misuse(format!("there is no file or folder `{path}`"), format!("没有文件或文件夹 `{path}`"))
        }
        io::ErrorKind::PermissionDenied => {
            Failure::misuse(format!("`{path}` may not be read"), format!("没有读取 `{path}` 的权限"))
        }
        _ => Failure::misuse(format!("`{path}` cannot be read: {error}"), format!("无法读取 `{path}`：{error}")),
    }
}

fn cannot_walk(folder: &Path, error: walkdir::Error) -> Failure {
    let path = error.path().unwrap_or(folder).to_path_buf();
    cannot_read(&path, &error.into())
}

/// Opens a file of events, facts or text.
pub fn open(path: &Path) -> Result<fs::File, Failure> {
    let file = fs::File::open(path).map_err(|error| cannot_read(path, &error))?;
    if file.metadata().is_ok_and(|kind| kind.is_dir()) {
        return Err(Failure::misuse(
            format!("`{}` is a folder, not a file", path.display()),
            format!("`{}` 是文件夹，不是文件", path.display()),
        ));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::has_head;

    #[test]
    fn a_head_opens_a_line() {
        assert!(has_head("// 贵州\nprogramme guizhou \"x\" {"));
        assert!(has_head("\u{feff}  方案 guizhou {"));
        assert!(!has_head("// programme guizhou {\nrule programmes on Purchase {"));
        assert!(!has_head("库 std.银行 \"方案\" {"));
    }
}
