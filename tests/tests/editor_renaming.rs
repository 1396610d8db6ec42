//! Everything that the programmes declare can be renamed in an editor: so every use of a name is known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use earnest_dsl::diagnostic::Language;
use earnest_dsl::load::InputFile;
use earnest_tools::lsp::desk::{Disk, Folder};
use earnest_tools::lsp::serve;
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

struct Programmes;

impl Disk for Programmes {
    fn programme_of(&self, file: &Path) -> Option<Folder> {
        let root = file.parent()?.to_path_buf();
        let mut files: Vec<InputFile> = fs::read_dir(&root)
            .ok()?
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "earn"))
            .map(|entry| InputFile {
                path: entry.file_name().to_string_lossy().into_owned(),
                text: fs::read_to_string(entry.path()).unwrap(),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Some(Folder { root, files })
    }
}

struct Client {
    connection: Connection,
    count: i32,
}

impl Client {
    fn ask(&mut self, method: &str, params: Json) -> Response {
        self.count += 1;
        let id = RequestId::from(self.count);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(Message::Request(request)).unwrap();
        loop {
            if let Message::Response(answer) = self.connection.receiver.recv().unwrap()
                && answer.id == id
            {
                return answer;
            }
        }
    }

    fn result(&mut self, method: &str, params: Json) -> Json {
        let answer = self.ask(method, params).response_result;
        answer.unwrap_or_else(|error| panic!("{method}: {}", error.message))
    }

    fn tell(&self, method: &str, params: Json) {
        let told = Notification { method: method.to_owned(), params };
        self.connection.sender.send(Message::Notification(told)).unwrap();
    }
}

/// The first declaration of each sort in each file: sort, name and position. Tests have labels, no names.
fn declared(symbols: &Json, seen: &mut BTreeSet<u64>, found: &mut Vec<(String, Json)>) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let kind = symbol["kind"].as_u64().unwrap();
        let name = symbol["name"].as_str().unwrap().to_owned();
        const METHOD: u64 = 6;
        if kind != METHOD && seen.insert(kind) {
            found.push((name, symbol["selectionRange"]["start"].clone()));
        }
        declared(&symbol["children"], seen, found);
    }
}

#[test]
fn everything_that_is_declared_can_be_renamed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("policies");
    let mut programmes: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    programmes.sort();
    let (mut renamed, mut refused) = (0, BTreeMap::new());
    for programme in programmes {
        let (server, connection) = Connection::memory();
        let served = std::thread::spawn(move || serve(&server, &Programmes, Language::English));
        let mut client = Client { connection, count: 0 };
        client.result("initialize", json!({ "capabilities": {} }));
        client.tell("initialized", json!({}));
        let folder = Programmes.programme_of(&programme.join("programme.earn")).unwrap();
        let mut seen = BTreeSet::new();
        for file in folder.files {
            let uri = format!("file://{}/{}", programme.display(), file.path);
            let document = json!({ "uri": uri, "languageId": "earnest", "version": 1, "text": file.text });
            client.tell("textDocument/didOpen", json!({ "textDocument": document }));
            let symbols = client.result("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
            let mut found = Vec::new();
            declared(&symbols, &mut seen, &mut found);
            for (name, position) in found {
                let params =
                    json!({ "textDocument": { "uri": uri }, "position": position, "newName": format!("{name}_2") });
                match client.ask("textDocument/rename", params).response_result {
                    Ok(_) => renamed += 1,
                    // What a library declares, and codes of currencies, are not the programme's to name.
                    Err(error) if error.message.contains("standard library") || error.message.contains("currency") => {}
                    Err(error) => {
                        refused.insert(format!("{}: {name}", file.path), error.message);
                    }
                }
            }
        }
        client.result("shutdown", Json::Null);
        client.tell("exit", Json::Null);
        served.join().unwrap().unwrap();
    }
    assert!(renamed > 150, "{renamed} renamed");
    assert_eq!(refused, BTreeMap::new());
}
