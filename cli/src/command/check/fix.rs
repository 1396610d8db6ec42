//! `--fix`: makes the changes that mend findings. A change that would leave the policy with an error, or alter its meaning where
//! the lint does not say so, is not written.

use crate::arguments::CheckArguments;
use crate::project::{Opened, Project, shown};
use crate::session::{Failure, Session};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::lint::Found;
use earnest_dsl::lint::fix::{mended, together};
use earnest_dsl::lint::registry::{Mends, mends};
use earnest_dsl::load::{InputFile, Loaded};
use earnest_dsl::policy::Policy;
use earnest_dsl::say;
use earnest_dsl::syntax::format::format;
use serde_json::{Value as Json, json};
use std::fs;

/// Rounds at most: a fix may bring another finding to light.
const ROUNDS: usize = 10;

/// What was mended.
#[derive(Debug, Default)]
pub struct Mended {
    /// For people, a line each.
    pub told: Vec<String>,
    /// For machines.
    pub json: Vec<Json>,
}

impl Mended {
    /// Adds what was mended elsewhere.
    pub fn add(&mut self, other: Self) {
        self.told.extend(other.told);
        self.json.extend(other.json);
    }
}

/// Mends a programme on the disk, until there is nothing left to mend.
pub fn mend(project: &mut Project, arguments: &CheckArguments, session: &Session) -> Result<Mended, Failure> {
    let mut all = Mended::default();
    let before = project.files.clone();
    for _ in 0..ROUNDS {
        let opened = project.lint(&arguments.parameters.parameters, arguments.today);
        let Some((files, done)) = round(project, &opened, arguments, session) else { break };
        project.files = files;
        all.add(done);
    }
    for (new, _) in project.files.iter().zip(&before).filter(|(new, old)| new.text != old.text) {
        let path = project.path_of(&new.path);
        fs::write(&path, &new.text).map_err(|error| {
            let path = shown(&path);
            Failure::misuse(format!("`{path}` cannot be written: {error}"), format!("无法写入 `{path}`：{error}"))
        })?;
    }
    Ok(all)
}

/// The files after one round, and what was mended; nothing where nothing is to be mended.
fn round(
    project: &Project,
    opened: &Opened,
    arguments: &CheckArguments,
    session: &Session,
) -> Option<(Vec<InputFile>, Mended)> {
    for (loaded, report) in opened.versions.iter().zip(&opened.reports) {
        let candidates = together(&report.findings);
        if candidates.is_empty() {
            continue;
        }
        // All together, or else one by one: one bad change does not keep the others from being made.
        let single = candidates.iter().map(|one| vec![*one]);
        let mut tries = std::iter::once(candidates.clone()).chain(single);
        let made = tries.find_map(|some| Some((tried(project, loaded, &some, arguments)?, some)));
        if let Some((files, some)) = made {
            return Some((files, told(&some, opened, loaded, session)));
        }
    }
    None
}

/// The files with these changes made; `None` where the result is not what the lints say it is.
fn tried(project: &Project, loaded: &Loaded, some: &[&Found], arguments: &CheckArguments) -> Option<Vec<InputFile>> {
    let texts = mended(some, &loaded.sources);
    let files: Vec<InputFile> = project
        .files
        .iter()
        .map(|file| match texts.get(&file.path) {
            // A file that was in the one layout stays in it.
            Some(text) if !format(&file.text).changed => InputFile { path: file.path.clone(), text: format(text).text },
            Some(text) => InputFile { path: file.path.clone(), text: text.clone() },
            None => file.clone(),
        })
        .collect();
    if files == project.files {
        return None;
    }
    let mut changed = project.clone();
    changed.files = files;
    let after = changed.load(&arguments.parameters.parameters);
    if after.versions.iter().any(Loaded::has_errors) {
        return None;
    }
    let same_hash = some.iter().all(|found| mends(found.diagnostic.code) == Mends::SameHash);
    let hash = |loaded: &Loaded| loaded.policy.as_ref().map(Policy::hash);
    let kept = after.versions.iter().any(|version| hash(version) == hash(loaded));
    if same_hash && !kept {
        return None;
    }
    Some(changed.files)
}

fn told(some: &[&Found], opened: &Opened, loaded: &Loaded, session: &Session) -> Mended {
    let sources = opened.shown_sources(loaded);
    let mut all = Mended::default();
    for found in some {
        let (place, code) = (sources.place(found.diagnostic.span()), found.diagnostic.code);
        let (en, zh) = match mends(code) {
            Mends::Changes(en, zh) => (en, zh),
            Mends::SameHash | Mends::No => ("the policy means the same", "方案的含义不变"),
        };
        let what = if session.language == Language::English { en } else { zh };
        let line = say!(session.language, "{place}: {code} mended: {what}", "{place}：{code} 已修正：{what}");
        all.told.push(session.paint().good(&line));
        all.json.push(json!({ "place": place, "code": code, "changes": { "en": en, "zh": zh } }));
    }
    all
}
