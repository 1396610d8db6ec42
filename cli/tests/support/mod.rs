//! Runs the command as a user would, from the folder of these tests, and shows what came of it.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

#[path = "editor.rs"]
pub mod editor;

use std::io::Write;
use std::process::{Command, Stdio};

/// What a run of the command left.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// All of it, for a snapshot. Hashes are hidden: they change with everything that a policy can mean.
    pub fn shown(&self) -> String {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let mut text = format!("exit code {code}\n");
        for (name, stream) in [("output", &self.out), ("errors", &self.err)] {
            if !stream.is_empty() {
                text.push_str(&format!("---- {name}\n{stream}"));
            }
        }
        without_hashes(&text)
    }
}

/// The text with each hash, whole or shortened, hidden.
pub fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for one in text.chars().chain(['\n']) {
        if one.is_ascii_alphanumeric() {
            word.push(one);
            continue;
        }
        let hash = [12, 64].contains(&word.len()) && word.chars().all(|one| one.is_ascii_hexdigit());
        out.push_str(if hash { "HASH" } else { &word });
        out.push(one);
        word.clear();
    }
    out.pop();
    out
}

/// The command, in English and without the surroundings' locale, in the folder `cli/tests`.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest"));
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"] {
        command.env_remove(name);
    }
    command
}

/// Runs it.
pub fn earnest(arguments: &[&str]) -> Ran {
    finish(command(arguments).stdin(Stdio::null()))
}

/// Runs it with text on standard input.
pub fn earnest_with(arguments: &[&str], input: &str) -> Ran {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // The command may end before it has read everything.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    ran(child.wait_with_output().expect("the command ends"))
}

fn finish(command: &mut Command) -> Ran {
    ran(command.output().expect("the command runs"))
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8 output"),
        err: String::from_utf8(output.stderr).expect("UTF-8 errors"),
    }
}
