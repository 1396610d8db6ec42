//! How long an editor waits for a keystroke in a programme of 2,000 rules, over the protocol: for completion at the cursor, for
//! what a name means, and for the findings of the whole programme. Aim: below 50 ms each.

use criterion::{Criterion, criterion_group, criterion_main};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::InputFile;
use earnest_tests::programmes::many_rules;
use earnest_tools::lsp::desk::{Disk, Folder};
use earnest_tools::lsp::serve;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::thread;

/// The allocator of the `earnest` command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A disk with one file.
struct OneFile(String);

impl Disk for OneFile {
    fn programme_of(&self, _: &Path) -> Option<Folder> {
        let file = InputFile { path: "programme.earn".to_owned(), text: self.0.clone() };
        Some(Folder { root: "/p".into(), files: vec![file] })
    }
}

/// An editor in the middle of the programme: each keystroke adds a letter to a unit, or takes it away.
struct Editor {
    client: Connection,
    version: i32,
    line: usize,
    column: usize,
    count: i32,
}

const URI: &str = "file:///p/programme.earn";

impl Editor {
    fn start(rules: usize) -> Self {
        let text = many_rules(rules);
        let (server, client) = Connection::memory();
        let disk = OneFile(text.clone());
        thread::spawn(move || serve(&server, &disk, Language::English));
        let middle = format!("at most {} Star", rules / 2 + 100);
        let line = text.lines().position(|line| line.contains(&middle)).unwrap_or_default();
        let column = text.lines().nth(line).and_then(|line| line.find("Star")).unwrap_or_default() + "Star".len();
        let mut editor = Self { client, version: 1, line, column, count: 0 };
        editor.ask("initialize", json!({ "capabilities": {} }));
        editor.tell("initialized", json!({}));
        editor.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": URI, "languageId": "earnest", "version": 1, "text": text } }),
        );
        editor.wait_for_findings();
        editor
    }

    fn tell(&self, method: &str, params: Json) {
        let _ = self.client.sender.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    fn ask(&mut self, method: &str, params: Json) -> Json {
        self.count += 1;
        let id = RequestId::from(self.count);
        let _ =
            self.client.sender.send(Message::Request(Request { id: id.clone(), method: method.to_owned(), params }));
        loop {
            match self.client.receiver.recv() {
                Ok(Message::Response(answer)) if answer.id == id => return answer.response_result.unwrap_or_default(),
                Ok(_) => {}
                Err(_) => return Json::Null,
            }
        }
    }

    fn wait_for_findings(&mut self) {
        loop {
            match self.client.receiver.recv() {
                Ok(Message::Notification(told)) if told.method == "textDocument/publishDiagnostics" => {
                    if told.params.get("version").is_some_and(|version| *version == self.version) {
                        return;
                    }
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }

    fn position(&self, column: usize) -> Json {
        json!({ "line": self.line, "character": column })
    }

    /// A keystroke: `Star` becomes `Stars`, which is no unit, and `Star` again.
    fn keystroke(&mut self) {
        self.version += 1;
        let (end, text) = if self.version % 2 == 0 { (self.column, "s") } else { (self.column + 1, "") };
        let range = json!({ "start": self.position(self.column), "end": self.position(end) });
        self.tell("textDocument/didChange", json!({ "textDocument": { "uri": URI, "version": self.version }, "contentChanges": [{ "range": range, "text": text }] }));
    }

    fn at_cursor(&self) -> Json {
        json!({ "textDocument": { "uri": URI }, "position": self.position(self.column) })
    }
}

fn keystrokes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a keystroke in 2,000 rules");
    group.sample_size(20);
    let mut editor = Editor::start(2_000);
    group.bench_function("completion", |bench| {
        bench.iter(|| {
            editor.keystroke();
            let params = editor.at_cursor();
            editor.ask("textDocument/completion", params)
        });
    });
    let mut editor = Editor::start(2_000);
    group.bench_function("hover", |bench| {
        bench.iter(|| {
            editor.keystroke();
            let params = editor.at_cursor();
            editor.ask("textDocument/hover", params)
        });
    });
    let mut editor = Editor::start(2_000);
    group.bench_function("findings", |bench| {
        bench.iter(|| {
            editor.keystroke();
            editor.wait_for_findings();
        });
    });
    group.finish();
}

criterion_group!(benches, keystrokes);
criterion_main!(benches);
