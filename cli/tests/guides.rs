//! The commands of the guides, run as they stand.
//!
//! A fenced block marked `console` is run line by line: `$ command` by `sh`, in a fresh copy of `policies/` and `examples/` under
//! git (one commit, tagged `released`), with `earnest` on the path. A command ends with 0, or says `# exits with N`. Lines below
//! it are its output: each must begin a line of it; `…` leaves
//! lines out. All blocks of a guide run in one folder, in order.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot run fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use walkdir::WalkDir;

/// A command of a guide with the output that the guide shows.
#[derive(Debug)]
struct Shown {
    line: usize,
    command: String,
    code: i32,
    output: Vec<String>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_path_buf()
}

fn commands(text: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```console";
            continue;
        }
        if !inside {
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            let code = command.rsplit_once("# exits with ").and_then(|(_, code)| code.trim().parse().ok()).unwrap_or(0);
            all.push(Shown { line: number + 1, command: command.to_owned(), code, output: vec![] });
        } else if let Some(last) = all.last_mut() {
            last.output.push(line.trim().to_owned());
        }
    }
    all
}

/// A copy of what the guides speak of, under git.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["policies", "examples"] {
        for entry in WalkDir::new(repository().join(part)) {
            let entry = entry.expect("an entry");
            let to = folder.path().join(entry.path().strip_prefix(repository()).expect("inside"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(to).expect("a folder");
            } else {
                fs::copy(entry.path(), to).expect("a copy");
            }
        }
    }
    let git =
        "git init -q && git add . && git -c user.name=a -c user.email=a@b commit -qm released && git tag released";
    let (code, output) = run(folder.path(), git);
    assert_eq!(code, 0, "{output}");
    folder
}

fn run(folder: &Path, command: &str) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_earnest")).parent().expect("its folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", format!("{}:{path}", binary.display()));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        shell.env_remove(name);
    }
    let ran = shell.output().expect("a shell");
    let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (ran.status.code().unwrap_or(-1), text)
}

/// The words of a line, one blank between them: how far columns stand apart does not matter.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_command_of_every_guide_does_what_the_guide_says() {
    let docs = repository().join("docs");
    let entries = fs::read_dir(&docs).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut guides: Vec<PathBuf> = entries
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("guide-")))
        .collect();
    guides.sort();
    assert!(!guides.is_empty(), "there are no guides");
    for guide in guides {
        let name = guide.file_name().expect("a name").to_string_lossy().into_owned();
        let all = commands(&fs::read_to_string(&guide).expect("the guide"));
        assert!(all.iter().any(|shown| shown.command.starts_with("earnest ")), "{name} runs no command");
        let folder = workplace();
        for shown in all {
            let (code, output) = run(folder.path(), &shown.command);
            let at = format!("{name}:{}: `{}`", shown.line, shown.command);
            assert_eq!(code, shown.code, "{at} ends otherwise\n{output}");
            for line in shown.output.iter().filter(|line| !line.is_empty() && !["…", "..."].contains(&line.as_str()))
            {
                assert!(
                    output.lines().any(|one| squeezed(one).starts_with(&squeezed(line))),
                    "{at} does not print\n{line}\nbut\n{output}"
                );
            }
        }
    }
}
