//! Programmes of a git revision: read through the `git` command, nothing is checked out.

use crate::project::{HEAD, Project};
use crate::session::Failure;
use earnest_dsl::load::InputFile;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A version of a programme as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A folder or file on disk.
    Path(PathBuf),
    /// A path in a revision.
    Revision(String, PathBuf),
}

/// What two arguments name. One that is no path on disk is `REVISION:PATH`, or a revision of the path of the other.
pub fn named(old: &str, new: &str) -> Result<(Named, Named), Failure> {
    let whole = |text: &str| -> Option<Named> {
        if Path::new(text).exists() {
            return Some(Named::Path(PathBuf::from(text)));
        }
        let (revision, path) = text.split_once(':')?;
        Some(Named::Revision(revision.to_owned(), PathBuf::from(if path.is_empty() { "." } else { path })))
    };
    let beside = |text: &str, other: &Option<Named>| -> Result<Named, Failure> {
        match other {
            Some(Named::Path(path) | Named::Revision(_, path)) => Ok(Named::Revision(text.to_owned(), path.clone())),
            None => Err(Failure::misuse(
                format!("neither `{old}` nor `{new}` is a folder; write REVISION:PATH, such as `{old}:policies/club`"),
                format!("`{old}` 和 `{new}` 都不是文件夹；请写 版本:路径，如 `{old}:policies/club`"),
            )),
        }
    };
    let (one, other) = (whole(old), whole(new));
    let first = one.clone().map_or_else(|| beside(old, &other), Ok)?;
    let second = other.map_or_else(|| beside(new, &one), Ok)?;
    Ok((first, second))
}

impl Named {
    /// How it is shown.
    pub fn shown(&self) -> String {
        match self {
            Self::Path(path) => crate::project::shown(path),
            Self::Revision(revision, path) => format!("{revision}:{}", crate::project::shown(path)),
        }
    }

    /// The one programme that stands there.
    pub fn project(&self) -> Result<Project, Failure> {
        match self {
            Self::Path(path) => Project::find_one(path),
            Self::Revision(revision, path) => of_revision(revision, path, self.shown()),
        }
    }
}

/// The files of policy text under a path of a revision.
fn of_revision(revision: &str, path: &Path, shown: String) -> Result<Project, Failure> {
    // A path that is gone from the disk is still found from the nearest folder that is there.
    let base = path.ancestors().find(|one| one.is_dir()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let base = if base.as_os_str().is_empty() { PathBuf::from(".") } else { base };
    let inside = path.strip_prefix(&base).unwrap_or(path);
    let inside = if inside.as_os_str().is_empty() { Path::new(".") } else { inside };
    let wanted = inside.to_string_lossy().replace('\\', "/");
    let commit = commit(&base, revision)?;
    let listed = git(&base, &["ls-tree", "-r", "-z", "--name-only", &commit, "--", &wanted])?;
    let prefix = if wanted == "." { String::new() } else { format!("{wanted}/") };
    let mut files = Vec::new();
    for name in listed.split('\0').filter(|name| name.ends_with(".earn")) {
        let text = git(&base, &["show", &format!("{commit}:./{name}")])?;
        let alone = name == wanted;
        let name =
            if alone { name.rsplit('/').next().unwrap_or(name) } else { name.strip_prefix(&prefix).unwrap_or(name) };
        files.push(InputFile { path: name.to_owned(), text });
    }
    // A folder below that is a programme of its own is none of this one's.
    let heads: Vec<String> = (files.iter())
        .filter_map(|file| file.path.strip_suffix(HEAD).map(str::to_owned))
        .filter(|folder| !folder.is_empty() && !folder.starts_with("versions/"))
        .collect();
    let several = !files.iter().any(|file| !file.path.contains('/')) && heads.len() > 1;
    files.retain(|file| !heads.iter().any(|folder| file.path.starts_with(folder.as_str())));
    if files.is_empty() || several {
        return Err(Failure::misuse(
            format!("there is no programme at `{shown}`, or there are several; name the folder of one"),
            format!("`{shown}` 处没有方案，或有多个；请指定其中一个的文件夹"),
        ));
    }
    Ok(Project::of_files(shown, files))
}

/// The commit of a revision, whatever it is called: a name may look like an option of `git`.
fn commit(folder: &Path, revision: &str) -> Result<String, Failure> {
    let named = format!("{revision}^{{commit}}");
    let found = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named]);
    found.map(|hash| hash.trim().to_owned()).map_err(|_| {
        Failure::misuse(
            format!("`{revision}` is neither a file or folder nor a revision of git there"),
            format!("`{revision}` 既不是文件或文件夹，也不是该处的 git 版本"),
        )
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let ran = Command::new("git").arg("-C").arg(folder).args(arguments).output().map_err(|error| {
        Failure::misuse(format!("`git` cannot be run: {error}"), format!("无法运行 `git`：{error}"))
    })?;
    let told = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
    if !ran.status.success() {
        return Err(Failure::misuse(format!("git: {told}"), format!("git：{told}")));
    }
    String::from_utf8(ran.stdout)
        .map_err(|_| Failure::misuse("a file of the revision is not UTF-8 text", "该版本中有文件不是 UTF-8 文本"))
}

#[cfg(test)]
mod tests {
    use super::{Named, named};
    use std::path::PathBuf;

    #[test]
    fn a_revision_is_of_the_path_of_the_other() {
        let revision = |name: &str, path: &str| Named::Revision(name.to_owned(), PathBuf::from(path));
        assert_eq!(named("v1", "src").ok(), Some((revision("v1", "src"), Named::Path(PathBuf::from("src")))));
        assert_eq!(named("v1:a", "v2:b").ok(), Some((revision("v1", "a"), revision("v2", "b"))));
        assert_eq!(named("v1:a", "v2").ok(), Some((revision("v1", "a"), revision("v2", "a"))));
        assert!(named("v1", "v2").is_err());
    }
}
