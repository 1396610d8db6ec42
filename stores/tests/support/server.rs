//! A real PostgreSQL server for tests: its own cluster in a folder of its own, reached by a socket, stopped in the end.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A server that runs.
pub struct Server {
    folder: tempfile::TempDir,
    bin: PathBuf,
    child: Child,
    databases: Cell<u32>,
}

/// The newest PostgreSQL that is installed.
fn installed() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.filter_map(|one| Some(one.ok()?.path().join("bin"))).collect();
    found.retain(|bin| bin.join("postgres").exists());
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|said| said.stdout.starts_with(b"0"))
}

/// A command of the server's; PostgreSQL refuses to be run by root.
fn command(bin: &Path, name: &str) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(bin.join(name));
        return command;
    }
    Command::new(bin.join(name))
}

impl Server {
    /// Starts one; none where PostgreSQL is not installed, which is said.
    pub fn start() -> Option<Self> {
        let Some(bin) = installed() else {
            eprintln!("skipped: PostgreSQL is not installed under /usr/lib/postgresql");
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(folder.path()).status().expect("chown");
            assert!(owned.success(), "the folder of the server has no owner");
        }
        let data = folder.path().join("data");
        let made =
            command(&bin, "initdb").args(["-A", "trust", "-U", "earnest", "-E", "UTF8", "-D"]).arg(&data).output();
        let made = made.expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let child = run(&bin, folder.path());
        let mut server = Self { folder, bin, child, databases: Cell::new(0) };
        server.wait();
        Some(server)
    }

    fn wait(&mut self) {
        for _ in 0..600 {
            // A process of the old server may still hold its memory: then the new one ends, and is started again.
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                self.child = run(&self.bin, self.folder.path());
            }
            if postgres::Client::connect(&self.url("postgres"), postgres::NoTls).is_ok() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("the server does not come up");
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let socket = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgres://earnest@{socket}/{database}")
    }

    /// The URL of a new, empty database.
    pub fn fresh(&self) -> String {
        let number = self.databases.get() + 1;
        self.databases.set(number);
        let mut client = postgres::Client::connect(&self.url("postgres"), postgres::NoTls).expect("a connection");
        client.batch_execute(&format!("create database t{number}")).expect("a database");
        self.url(&format!("t{number}"))
    }

    /// Kills the server as a power failure would, and starts it again.
    #[allow(dead_code, reason = "not every test kills")]
    pub fn kill_and_restart(&mut self) {
        self.signal("-KILL");
        let _ = self.child.wait();
        self.child = run(&self.bin, self.folder.path());
        self.wait();
    }

    /// Sends a signal to every process of the server.
    fn signal(&self, signal: &str) {
        // `runuser` is the parent: the server's own number stands in its file.
        let data = self.folder.path().join("data");
        let pid = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            let children = Command::new("pgrep").args(["-P", pid]).output().map(|said| said.stdout).unwrap_or_default();
            let _ = Command::new("kill").args([signal, pid]).stderr(Stdio::null()).status();
            if signal == "-KILL" {
                for child in String::from_utf8_lossy(&children).split_whitespace() {
                    let _ = Command::new("kill").args(["-KILL", child]).stderr(Stdio::null()).status();
                }
            }
        }
    }
}

fn run(bin: &Path, folder: &Path) -> Child {
    let mut command = command(bin, "postgres");
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-c", "listen_addresses="]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the server")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal("-INT");
        let _ = self.child.wait();
    }
}
