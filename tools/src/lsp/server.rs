//! The loop: messages of the client in, answers and findings out. One thread, one message after the other; findings are told
//! when no message waits, so that a burst of keystrokes is checked once.

use super::desk::{Desk, Disk, ProgrammeAt, View};
use super::text::Encoding;
use super::tokens::{self, Sent};
use super::{complete, diagnose, hints, hover, layout, lens, navigate, outline, rename, uri};
use chrono::NaiveDate;
use earnest_dsl::diagnostic::{Language, Text};
use gen_lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionParams, CodeLensOptions, CodeLensParams,
    CompletionOptions, CompletionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DocumentFormattingParams, DocumentSymbolParams, ExecuteCommandOptions,
    ExecuteCommandParams, FoldingRangeParams, Full, InitializeParams, InlayHintParams, MessageType,
    PublishDiagnosticsParams, Range, ReferenceParams, RenameOptions, RenameParams, SelectionRangeParams,
    SemanticTokensDeltaParams, SemanticTokensDeltaResponse, SemanticTokensFullDelta, SemanticTokensOptions,
    SemanticTokensParams, SemanticTokensRangeParams, ServerCapabilities, ShowMessageParams, TextDocumentContentParams,
    TextDocumentContentResult, TextDocumentPositionParams, TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
    WorkspaceSymbolParams,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Serves a client until it says that it is done.
///
/// # Errors
/// The client breaks the protocol, or is gone.
pub fn serve(connection: &Connection, disk: &dyn Disk, language: Language) -> Result<(), ProtocolError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params).unwrap_or_default();
    let encoding = Encoding::chosen(encodings(&params.capabilities));
    let answer = json!({
        "capabilities": capabilities(encoding),
        "serverInfo": { "name": "earnest", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer)?;
    let language = spoken(&params, language);
    let desk = Desk::new(disk, encoding, language);
    let mut server = Server {
        connection,
        desk,
        language,
        snippets: fills_snippets(&params.capabilities),
        today: today(&params),
        sent: Sent::default(),
        told: BTreeMap::new(),
        failed: BTreeMap::new(),
    };
    server.watch_files(&params.capabilities);
    server.run()
}

fn encodings(client: &ClientCapabilities) -> Option<&[gen_lsp_types::PositionEncodingKind]> {
    client.general.as_ref()?.position_encodings.as_deref()
}

/// `initializationOptions.today`, a date: without it findings are those of every day, as in `earnest check`.
fn today(params: &InitializeParams) -> Option<NaiveDate> {
    params.initialization_options.as_ref()?.get("today")?.as_str()?.parse().ok()
}

fn fills_snippets(client: &ClientCapabilities) -> bool {
    let completion = client.text_document.as_ref().and_then(|text| text.completion.as_ref());
    completion.and_then(|one| one.completion_item.as_ref()).and_then(|item| item.snippet_support).unwrap_or(false)
}

/// The language that the client shows, where it says so: `initializationOptions.language`, else its locale, else ours.
fn spoken(params: &InitializeParams, otherwise: Language) -> Language {
    let asked =
        params.initialization_options.as_ref().and_then(|options| options.get("language")).and_then(Json::as_str);
    match asked.or(params.locale.as_deref()) {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        Some(locale) if locale.starts_with("en") => Language::English,
        _ => otherwise,
    }
}

/// What the server can.
fn capabilities(encoding: Encoding) -> ServerCapabilities {
    let on = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    ServerCapabilities {
        position_encoding: Some(encoding.name()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(true.into()),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        completion_provider: Some(CompletionOptions {
            trigger_characters: on(&[" ", ".", ":", "{", ",", "(", "的", "每"]),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        code_lens_provider: Some(CodeLensOptions::default()),
        document_formatting_provider: Some(true.into()),
        rename_provider: Some(RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into()),
        folding_range_provider: Some(true.into()),
        selection_range_provider: Some(true.into()),
        inlay_hint_provider: Some(true.into()),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: tokens::legend(),
                range: Some(true.into()),
                full: Some(Full::SemanticTokensFullDelta(SemanticTokensFullDelta { delta: Some(true) })),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![lens::RUN.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// Why a request has no answer.
enum Refused {
    /// The parameters are none.
    Malformed(String),
    /// It cannot be done, in words for the author.
    Said(Text),
    /// There is no such request.
    Unknown,
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

type Answer = Result<Json, Refused>;

struct Server<'s> {
    connection: &'s Connection,
    desk: Desk<'s>,
    language: Language,
    /// The client fills in parts of snippets.
    snippets: bool,
    /// What is today, where the client says so: lints speak of what is over.
    today: Option<NaiveDate>,
    sent: Sent,
    /// Findings that were told, by URI.
    told: BTreeMap<String, Vec<gen_lsp_types::Diagnostic>>,
    /// What failed in the last run of tests, by URI; an edit of the file forgets it.
    failed: BTreeMap<String, Vec<gen_lsp_types::Diagnostic>>,
}

impl Server<'_> {
    fn run(&mut self) -> Result<(), ProtocolError> {
        while let Some(message) = self.next() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    self.request(request);
                }
                Message::Notification(told) => self.notification(told),
                // Answers to what the server asked: it asks for nothing that it must know.
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    /// The next message; before it waits, the server tells what it has found.
    fn next(&mut self) -> Option<Message> {
        let waiting = |server: &Self| server.connection.receiver.try_recv().ok();
        if let Some(message) = waiting(self) {
            return Some(message);
        }
        self.tell();
        // What the lints find is said when there is nothing else to do; a keystroke does not wait for them.
        let messages = &self.connection.receiver;
        for at in self.desk.all() {
            if self.desk.lint(at, self.today, &|| !messages.is_empty()) {
                self.tell_programme(at);
            }
        }
        self.connection.receiver.recv().ok()
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = self.answer(&method, params);
        self.send(respond(id, answer, self.language).into());
    }

    fn send(&self, message: Message) {
        // A client that is gone reads no answer; the loop ends with its next message.
        let _ = self.connection.sender.send(message);
    }

    fn notify(&self, method: &str, params: impl serde::Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    // One arm per request of the protocol.
    fn answer(&mut self, method: &str, params: Json) -> Answer {
        match method {
            "textDocument/hover" => self.at(params, |view, byte, language| json!(hover::hover(view, byte, language))),
            "textDocument/definition" => self.at(params, |view, byte, _| json!(navigate::definition(view, byte))),
            "textDocument/documentHighlight" => {
                self.at(params, |view, byte, _| json!(navigate::highlights(view, byte)))
            }
            "textDocument/references" => {
                let asked: ReferenceParams = parsed(params)?;
                let with = asked.context.include_declaration;
                self.at_position(&asked.text_document_position_params, |view, byte, _| {
                    json!(navigate::references(view, byte, with))
                })
            }
            "textDocument/prepareRename" => {
                let at: TextDocumentPositionParams = parsed(params)?;
                self.renaming(&at, |view, byte| rename::prepare(view, byte).map(|found| json!(found)))
            }
            "textDocument/rename" => {
                let asked: RenameParams = parsed(params)?;
                let at = &asked.text_document_position_params;
                self.renaming(at, |view, byte| rename::rename(view, byte, &asked.new_name).map(|edit| json!(edit)))
            }
            "textDocument/completion" => self.completion(&parsed(params)?),
            "textDocument/documentSymbol" => {
                let asked: DocumentSymbolParams = parsed(params)?;
                let language = self.language;
                self.of(&asked.text_document.uri, |view| json!(outline::symbols(view, language)))
            }
            "workspace/symbol" => {
                let asked: WorkspaceSymbolParams = parsed(params)?;
                for at in self.desk.all() {
                    self.desk.settle(at);
                }
                Ok(json!(navigate::search(&self.desk, &asked.query)))
            }
            "textDocument/foldingRange" => {
                let asked: FoldingRangeParams = parsed(params)?;
                Ok(json!(self.desk.lines(&asked.text_document.uri).map(|lines| outline::folds(&lines))))
            }
            "textDocument/selectionRange" => {
                let asked: SelectionRangeParams = parsed(params)?;
                let lines = self.desk.lines(&asked.text_document.uri).unwrap_or_default();
                let grown: Vec<_> = asked.positions.into_iter().map(|at| outline::selection(&lines, at)).collect();
                Ok(json!(grown))
            }
            "textDocument/formatting" => {
                let asked: DocumentFormattingParams = parsed(params)?;
                Ok(json!(self.desk.lines(&asked.text_document.uri).map(|lines| layout::edits(&lines))))
            }
            "textDocument/codeAction" => {
                let asked: CodeActionParams = parsed(params)?;
                let (uri, range, language) = (asked.text_document.uri, asked.range, self.language);
                self.of(&uri, |view| json!(diagnose::actions(view, &uri, range, language)))
            }
            "textDocument/codeLens" => {
                let asked: CodeLensParams = parsed(params)?;
                let (uri, language) = (asked.text_document.uri, self.language);
                self.of(&uri, |view| json!(lens::lenses(view, &uri, language)))
            }
            "textDocument/inlayHint" => {
                let asked: InlayHintParams = parsed(params)?;
                let (range, language) = (asked.range, self.language);
                self.of(&asked.text_document.uri, |view| {
                    let bytes = (view.lines.byte(range.start), view.lines.byte(range.end));
                    json!(hints::hints(view, bytes, language))
                })
            }
            "textDocument/semanticTokens/full" => self.all_tokens(&parsed(params)?),
            "textDocument/semanticTokens/full/delta" => self.changed_tokens(&parsed(params)?),
            "textDocument/semanticTokens/range" => {
                let asked: SemanticTokensRangeParams = parsed(params)?;
                let data = self.tokens(&asked.text_document.uri, Some(asked.range));
                Ok(json!({ "data": flat(&data) }))
            }
            "workspace/executeCommand" => self.command(&parsed(params)?),
            "workspace/textDocumentContent" => {
                let asked: TextDocumentContentParams = parsed(params)?;
                let text = uri::library(&asked.uri).and_then(|name| earnest_dsl::load::library(&name));
                let none = || Refused::Said(Text::new("there is no such library", "没有这个库"));
                Ok(json!(TextDocumentContentResult { text: text.ok_or_else(none)?.to_owned() }))
            }
            _ => Err(Refused::Unknown),
        }
    }

    /// An answer about a place of a document, from its programme as it is now.
    fn at(&mut self, params: Json, answer: impl FnOnce(&View<'_>, u32, Language) -> Json) -> Answer {
        let at: TextDocumentPositionParams = parsed(params)?;
        self.at_position(&at, answer)
    }

    fn at_position(
        &mut self,
        at: &TextDocumentPositionParams,
        answer: impl FnOnce(&View<'_>, u32, Language) -> Json,
    ) -> Answer {
        let language = self.language;
        self.of(&at.text_document.uri, |view| answer(view, view.lines.byte(at.position), language))
    }

    /// An answer about a document; nothing where it belongs to no programme, as a library's file.
    fn of(&mut self, uri: &Uri, answer: impl FnOnce(&View<'_>) -> Json) -> Answer {
        Ok(self.desk.view(uri).map_or(Json::Null, |view| answer(&view)))
    }

    fn renaming(
        &mut self,
        at: &TextDocumentPositionParams,
        answer: impl FnOnce(&View<'_>, u32) -> Result<Json, Text>,
    ) -> Answer {
        let Some(view) = self.desk.view(&at.text_document.uri) else { return Ok(Json::Null) };
        let byte = view.lines.byte(at.position);
        answer(&view, byte).map_err(Refused::Said)
    }

    /// Completion does not wait for a check: names are those of the last one, the text is the present one.
    fn completion(&mut self, asked: &CompletionParams) -> Answer {
        let at = &asked.text_document_position_params;
        let uri = &at.text_document.uri;
        if self.desk.last_view(uri).is_none() {
            self.desk.view(uri);
        }
        let view = self.desk.last_view(uri);
        Ok(view
            .map_or(Json::Null, |view| json!(complete::complete(&self.desk, uri, &view, at.position, self.snippets))))
    }

    fn tokens(&mut self, uri: &Uri, range: Option<Range>) -> Vec<gen_lsp_types::SemanticToken> {
        let Some(lines) = self.desk.lines(uri) else { return vec![] };
        let bytes = range.map_or((0, u32::MAX), |range| (lines.byte(range.start), lines.byte(range.end)));
        let view = self.desk.view(uri);
        tokens::tokens(&lines, view.as_ref(), bytes)
    }

    fn all_tokens(&mut self, asked: &SemanticTokensParams) -> Answer {
        let uri = &asked.text_document.uri;
        let data = self.tokens(uri, None);
        Ok(json!(self.sent.remember(&uri.0, data)))
    }

    fn changed_tokens(&mut self, asked: &SemanticTokensDeltaParams) -> Answer {
        let uri = &asked.text_document.uri;
        let data = self.tokens(uri, None);
        let answer = match self.sent.changed(&uri.0, &asked.previous_result_id, &data) {
            Some(delta) => SemanticTokensDeltaResponse::SemanticTokensDelta(delta),
            None => SemanticTokensDeltaResponse::SemanticTokens(self.sent.remember(&uri.0, data)),
        };
        Ok(json!(answer))
    }

    /// Runs tests: what failed is told as findings at its places, and in a line.
    fn command(&mut self, asked: &ExecuteCommandParams) -> Answer {
        if asked.command != lens::RUN {
            return Err(Refused::Unknown);
        }
        let arguments = asked.arguments.as_deref().unwrap_or_default();
        let uri = arguments.first().and_then(Json::as_str).map(Uri::from);
        let uri = uri.ok_or_else(|| Refused::Malformed("the document is not named".to_owned()))?;
        let only = arguments.get(1).and_then(Json::as_u64).and_then(|start| u32::try_from(start).ok());
        let language = self.language;
        let Some(view) = self.desk.view(&uri) else { return Ok(Json::Null) };
        let outcome = lens::run(&view, only, language);
        let failed = outcome.findings.into_iter();
        let failed: Vec<_> = failed.map(|(path, found)| (view.programme.uri_of(&path).0, found)).collect();
        self.failed.remove(&uri.0);
        self.failed.extend(failed);
        if let Some(at) = self.desk.programme_of(&uri) {
            self.desk.must_tell(at);
        }
        let kind = if outcome.passed { MessageType::Info } else { MessageType::Warning };
        self.notify("window/showMessage", ShowMessageParams { kind, message: outcome.summary });
        Ok(outcome.json)
    }

    fn notification(&mut self, told: Notification) {
        let Notification { method, params } = told;
        match method.as_str() {
            "textDocument/didOpen" => {
                if let Ok(DidOpenTextDocumentParams { text_document: opened }) = parsed(params) {
                    self.desk.open(opened.uri, opened.version, &opened.text);
                }
            }
            "textDocument/didChange" => {
                if let Ok(DidChangeTextDocumentParams { text_document, content_changes }) = parsed(params) {
                    let uri = text_document.text_document_identifier.uri;
                    self.failed.remove(&uri.0);
                    self.desk.change(&uri, text_document.version, content_changes);
                }
            }
            "textDocument/didClose" => {
                if let Ok(DidCloseTextDocumentParams { text_document }) = parsed(params) {
                    self.sent.forget(&text_document.uri.0);
                    self.desk.close(&text_document.uri);
                }
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.desk.disk_changed(),
            // `exit` ends the loop by closing the stream; what else the client tells changes nothing here.
            _ => {}
        }
    }

    /// Tells the findings of every programme that has changed. While it compiles, what is told waits for the lints: else their
    /// findings would go and come with each keystroke.
    fn tell(&mut self) {
        for at in self.desk.all() {
            if !self.desk.programme(at).is_some_and(|programme| programme.untold) {
                continue;
            }
            self.desk.settle(at);
            self.desk.have_told(at);
            if self.desk.programme(at).is_some_and(|programme| programme.loaded.has_errors() || !programme.unlinted()) {
                self.tell_programme(at);
            }
        }
    }

    /// Tells the findings of a programme's files; of a file whose findings are the same, nothing.
    fn tell_programme(&mut self, at: ProgrammeAt) {
        let Some(programme) = self.desk.programme(at) else { return };
        for (path, mut found) in diagnose::findings(programme, self.desk.encoding, self.language) {
            let uri = programme.uri_of(&path);
            found.extend(self.failed.get(&uri.0).into_iter().flatten().cloned());
            let version = self.desk.documents.get(&uri.0).map(|document| document.version);
            let known = self.told.get(&uri.0);
            if known == Some(&found) || (known.is_none() && found.is_empty() && version.is_none()) {
                continue;
            }
            self.told.insert(uri.0.clone(), found.clone());
            let params = PublishDiagnosticsParams { uri, version, diagnostics: found };
            self.notify("textDocument/publishDiagnostics", params);
        }
    }

    /// Asks to be told when a file of policy text changes on the disk.
    fn watch_files(&self, client: &ClientCapabilities) {
        let files = client.workspace.as_ref().and_then(|workspace| workspace.did_change_watched_files.as_ref());
        if files.and_then(|files| files.dynamic_registration) != Some(true) {
            return;
        }
        let watch = json!({
            "registrations": [{
                "id": "earnest-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": [{ "globPattern": "**/*.earn" }] },
            }],
        });
        let id = RequestId::from("earnest-files".to_owned());
        let method = "client/registerCapability".to_owned();
        self.send(Message::Request(Request { id, method, params: watch }));
    }
}

fn flat(tokens: &[gen_lsp_types::SemanticToken]) -> Vec<u32> {
    let numbers = |one: &gen_lsp_types::SemanticToken| {
        [one.delta_line, one.delta_start, one.length, one.token_type, one.token_modifiers_bitset]
    };
    tokens.iter().flat_map(numbers).collect()
}

fn parsed<T: DeserializeOwned>(params: Json) -> Result<T, Refused> {
    Ok(serde_json::from_value(params)?)
}

fn respond(id: RequestId, answer: Answer, language: Language) -> Response {
    match answer {
        Ok(result) => Response::new_ok(id, result),
        Err(Refused::Malformed(text)) => Response::new_err(id, code(ErrorCode::InvalidParams), text),
        Err(Refused::Said(text)) => {
            Response::new_err(id, code(ErrorCode::RequestFailed), text.get(language).to_owned())
        }
        Err(Refused::Unknown) => {
            Response::new_err(id, code(ErrorCode::MethodNotFound), "the server has no such request".to_owned())
        }
    }
}

/// A code of the protocol as its number.
fn code(code: ErrorCode) -> i32 {
    match code {
        ErrorCode::InvalidParams => -32602,
        ErrorCode::MethodNotFound => -32601,
        _ => -32803,
    }
}
