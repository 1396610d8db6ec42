//! An editor that talks to the real server over its protocol. In texts of these tests `‸` is where the cursor stands.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot run fails"
)]

use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// The cursor in a text.
pub const CURSOR: char = '‸';

/// An editor with a folder of its own.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
    texts: BTreeMap<String, (i64, String)>,
    next: i64,
    /// Findings by file, as they were told last, with the version that they are about.
    pub told: BTreeMap<String, (Option<i64>, Vec<Json>)>,
    /// Other notifications and requests of the server.
    pub heard: Vec<Json>,
    /// What the server said that it can.
    pub capabilities: Json,
}

impl Editor {
    /// Starts the server beside a folder of files.
    pub fn start(files: &[(&str, &str)]) -> Self {
        Self::start_with(files, json!({}))
    }

    /// The same, with more parameters of `initialize`.
    pub fn start_with(files: &[(&str, &str)], more: Json) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text.replace(CURSOR, "")).expect("a file");
        }
        let mut child = super::command(&["lsp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("an output"));
        let mut editor = Self {
            child,
            input,
            output,
            folder,
            texts: BTreeMap::new(),
            next: 0,
            told: BTreeMap::new(),
            heard: vec![],
            capabilities: Json::Null,
        };
        let mut params = json!({ "processId": null, "rootUri": editor.uri(""), "capabilities": {} });
        params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let answer = editor.request("initialize", params);
        editor.capabilities = answer["capabilities"].clone();
        editor.notify("initialized", json!({}));
        editor
    }

    /// The folder.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    /// The URI of a file.
    pub fn uri(&self, path: &str) -> String {
        if path.contains(':') { path.to_owned() } else { format!("file://{}/{path}", self.folder.path().display()) }
    }

    fn path(&self, uri: &str) -> String {
        let root = format!("file://{}/", self.folder.path().display());
        uri.strip_prefix(&root).unwrap_or(uri).to_owned()
    }

    fn write(&mut self, message: &Json) {
        let text = message.to_string();
        let input = self.input.as_mut().expect("an open stream");
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        input.flush().expect("the server reads");
    }

    fn read(&mut self) -> Json {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("the server writes") > 0, "the server has ended");
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a message");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn hear(&mut self, message: Json) {
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let path = self.path(params["uri"].as_str().expect("a URI"));
            let found = params["diagnostics"].as_array().expect("a list").clone();
            self.told.insert(path, (params["version"].as_i64(), found));
        } else {
            self.heard.push(message);
        }
    }

    /// Waits for one message of the server.
    pub fn listen(&mut self) {
        let message = self.read();
        self.hear(message);
    }

    /// Tells the server something.
    pub fn notify(&mut self, method: &str, params: Json) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks the server and waits for the answer, an error included.
    pub fn ask(&mut self, method: &str, params: Json) -> Json {
        self.next += 1;
        let id = self.next;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.hear(message);
        }
    }

    /// Asks the server; its answer is no error.
    pub fn request(&mut self, method: &str, params: Json) -> Json {
        let answer = self.ask(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Opens a file that is in the folder.
    pub fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.folder.path().join(path)).expect("a file");
        self.open_text(path, &text);
    }

    /// Opens a document with this text.
    pub fn open_text(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.texts.insert(path.to_owned(), (1, text.to_owned()));
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "earnest", "version": 1, "text": text } }),
        );
    }

    /// The text of an open document.
    pub fn text(&self, path: &str) -> &str {
        &self.texts[path].1
    }

    /// Replaces what stands somewhere, as one keystroke does.
    pub fn edit(&mut self, path: &str, old: &str, new: &str) {
        let (version, text) = self.texts[path].clone();
        let at = text.find(old).unwrap_or_else(|| panic!("`{old}` is not in {path}"));
        let range = json!({ "start": position(&text, at), "end": position(&text, at + old.len()) });
        let text = format!("{}{new}{}", &text[..at], &text[at + old.len()..]);
        self.texts.insert(path.to_owned(), (version + 1, text));
        let uri = self.uri(path);
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version + 1 }, "contentChanges": [{ "range": range, "text": new }] }),
        );
    }

    /// Replaces the whole text.
    pub fn set(&mut self, path: &str, text: &str) {
        let version = self.texts[path].0 + 1;
        self.texts.insert(path.to_owned(), (version, text.to_owned()));
        let uri = self.uri(path);
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Waits for the findings about the present text of a file: code and the text that is marked.
    pub fn findings(&mut self, path: &str) -> Vec<(String, String)> {
        let (version, text) = self.texts[path].clone();
        while self.told.get(path).is_none_or(|(told, _)| *told != Some(version)) {
            let message = self.read();
            self.hear(message);
        }
        let found = &self.told[path].1;
        let shown = |one: &Json| (one["code"].as_str().unwrap_or_default().to_owned(), marked(&text, &one["range"]));
        found.iter().map(shown).collect()
    }

    /// Asks about the place of the cursor: in `text` of the form `before‸after`, which stands in the document without it.
    pub fn at(&mut self, method: &str, path: &str, text: &str, more: Json) -> Json {
        let params = self.place(path, text, more);
        self.request(method, params)
    }

    /// The parameters for a place.
    pub fn place(&self, path: &str, text: &str, more: Json) -> Json {
        let whole = self.text(path);
        let at = text.find(CURSOR).expect("a cursor");
        let plain = text.replace(CURSOR, "");
        let start = whole.find(&plain).unwrap_or_else(|| panic!("`{plain}` is not in {path}"));
        let mut params = json!({ "textDocument": { "uri": self.uri(path) }, "position": position(whole, start + at) });
        params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        params
    }

    /// Where a location is: file and marked text. A library's file is shown by its URI.
    pub fn shown(&self, location: &Json) -> String {
        let uri = location["uri"].as_str().expect("a URI");
        let path = self.path(uri);
        let line = location["range"]["start"]["line"].as_u64().expect("a line") + 1;
        match self.texts.get(&path) {
            Some((_, text)) => format!("{path}:{line} {}", marked(text, &location["range"])),
            None => format!("{path}:{line}"),
        }
    }

    /// A document after edits.
    pub fn edited(&self, path: &str, edits: &Json) -> String {
        let text = self.text(path);
        let mut places: Vec<(usize, usize, &str)> = edits
            .as_array()
            .expect("a list of edits")
            .iter()
            .map(|edit| {
                let (start, end) = bytes(text, &edit["range"]);
                (start, end, edit["newText"].as_str().expect("a text"))
            })
            .collect();
        places.sort_unstable();
        let mut out = String::new();
        let mut from = 0;
        for (start, end, new) in places {
            out.push_str(&text[from..start]);
            out.push_str(new);
            from = end;
        }
        out.push_str(&text[from..]);
        out
    }

    /// Says that it is done, and waits for the server to end.
    pub fn close(mut self) -> Option<i32> {
        self.request("shutdown", Json::Null);
        self.notify("exit", Json::Null);
        self.input = None;
        self.child.wait().expect("the server ends").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Line and UTF-16 column of a byte.
pub fn position(text: &str, byte: usize) -> Json {
    let before = &text[..byte];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count();
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}

fn byte(text: &str, position: &Json) -> usize {
    let line = usize::try_from(position["line"].as_u64().expect("a line")).unwrap();
    let wanted = usize::try_from(position["character"].as_u64().expect("a column")).unwrap();
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut at = start;
    let mut units = 0;
    for letter in text[start..].chars() {
        if units >= wanted || letter == '\n' {
            break;
        }
        units += letter.len_utf16();
        at += letter.len_utf8();
    }
    at
}

fn bytes(text: &str, range: &Json) -> (usize, usize) {
    (byte(text, &range["start"]), byte(text, &range["end"]))
}

/// The text of a range.
pub fn marked(text: &str, range: &Json) -> String {
    let (start, end) = bytes(text, range);
    text[start..end].to_owned()
}
