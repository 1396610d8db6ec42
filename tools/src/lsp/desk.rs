//! Open documents, and the programmes to which they belong, loaded as they are now: what is unsaved counts.

use super::text::{Encoding, Lines};
use super::uri;
use chrono::NaiveDate;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::lint::{Report, lint_unless};
use earnest_dsl::load::{Draft, Drafts, InputFile, Loaded, LoadedProgramme};
use earnest_dsl::policy::Policy;
use earnest_dsl::source::{FileId, Span};
use earnest_dsl::syntax::ast;
use gen_lsp_types::{Location, TextDocumentContentChangeEvent, Uri};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A programme's folder as it stands on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Its absolute path.
    pub root: PathBuf,
    /// Its files; paths are relative to the folder, with `/`.
    pub files: Vec<InputFile>,
}

/// The disk, as the editor's server sees it. The caller reads; nothing here does.
pub trait Disk {
    /// The programme to which a file belongs; none where there is no such file.
    fn programme_of(&self, file: &Path) -> Option<Folder>;
}

/// A document that the client has open.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its URI as the client writes it.
    pub uri: Uri,
    /// The number of its last change.
    pub version: i32,
    /// Its text.
    pub lines: Lines,
}

/// Which document of which programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgrammeAt(usize);

/// A programme of which a document is open.
#[derive(Debug)]
pub struct Programme {
    /// The folder as it is on the disk.
    pub folder: Folder,
    /// What was loaded last.
    pub loaded: LoadedProgramme,
    drafts: Drafts,
    /// A text has changed since.
    stale: bool,
    /// Findings must be told.
    pub untold: bool,
    /// The lints have not been asked since it was loaded.
    unlinted: bool,
    /// The lines of the files as they were loaded.
    lines: BTreeMap<String, Lines>,
}

/// All open documents and their programmes.
pub struct Desk<'d> {
    disk: &'d dyn Disk,
    /// Open documents by URI.
    pub documents: BTreeMap<String, Document>,
    /// Programmes of open documents.
    pub programmes: Vec<Programme>,
    /// How the client counts.
    pub encoding: Encoding,
    /// The language of the reader.
    pub language: Language,
}

/// A file of a programme as it was loaded.
#[derive(Clone, Copy)]
pub struct View<'v> {
    /// The programme.
    pub programme: &'v Programme,
    /// The version to which the file belongs.
    pub loaded: &'v Loaded,
    /// The trees of that version.
    pub draft: &'v Draft,
    /// The file's number.
    pub file: FileId,
    /// The file's tree.
    pub tree: &'v ast::File,
    /// The file's text.
    pub lines: &'v Lines,
    /// How the client counts.
    pub encoding: Encoding,
}

impl<'d> Desk<'d> {
    /// An empty desk.
    #[must_use]
    pub fn new(disk: &'d dyn Disk, encoding: Encoding, language: Language) -> Self {
        Self { disk, documents: BTreeMap::new(), programmes: vec![], encoding, language }
    }

    /// A document was opened.
    pub fn open(&mut self, uri: Uri, version: i32, text: &str) {
        let lines = Lines::new(Arc::from(text), self.encoding);
        self.documents.insert(uri.0.clone(), Document { uri: uri.clone(), version, lines });
        if uri::library(&uri).is_some() {
            return;
        }
        let folder = self.folder_of(&uri, text);
        match self.programmes.iter_mut().find(|known| known.folder.root == folder.root && known.has_any(&folder)) {
            Some(known) => known.refresh(folder),
            None => self.programmes.push(Programme::new(folder)),
        }
    }

    /// The programme of a document on the disk; a document that is on none is a programme of its own.
    fn folder_of(&self, uri: &Uri, text: &str) -> Folder {
        let path = uri::to_path(uri);
        if let Some(folder) = path.as_deref().and_then(|path| self.disk.programme_of(path)) {
            return folder;
        }
        let name = path
            .as_deref()
            .and_then(Path::file_name)
            .map_or_else(|| uri.0.clone(), |name| name.to_string_lossy().into_owned());
        let root = path.as_deref().and_then(Path::parent).map(Path::to_path_buf).unwrap_or_default();
        Folder { root, files: vec![InputFile { path: name, text: text.to_owned() }] }
    }

    /// A document was changed.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let encoding = self.encoding;
        let Some(document) = self.documents.get_mut(&uri.0) else { return };
        document.version = version;
        for change in changes {
            let text = match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    document.lines.replaced(part.range, &part.text)
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
            };
            document.lines = Lines::new(Arc::from(text), encoding);
        }
        if let Some(at) = self.programme_of(uri) {
            self.spoil(at);
        }
    }

    /// A document was closed: the disk counts again.
    pub fn close(&mut self, uri: &Uri) {
        let Some(document) = self.documents.remove(&uri.0) else { return };
        let Some(ProgrammeAt(at)) = self.programme_of(uri) else { return };
        let folder = self.folder_of(&document.uri, document.lines.text());
        let open = self.programmes.get(at).is_some_and(|programme| {
            programme.folder.files.iter().any(|file| self.documents.contains_key(&programme.uri_of(&file.path).0))
        });
        if open && let Some(programme) = self.programmes.get_mut(at) {
            programme.refresh(folder);
        }
    }

    /// Files changed on the disk: every programme is read again.
    pub fn disk_changed(&mut self) {
        let folders: Vec<Option<Folder>> = self
            .programmes
            .iter()
            .map(|programme| {
                let first = programme.folder.files.first()?;
                self.disk.programme_of(&programme.folder.root.join(&first.path))
            })
            .collect();
        for (programme, folder) in self.programmes.iter_mut().zip(folders) {
            if let Some(folder) = folder {
                programme.refresh(folder);
            }
        }
    }

    fn spoil(&mut self, ProgrammeAt(at): ProgrammeAt) {
        if let Some(programme) = self.programmes.get_mut(at) {
            programme.stale = true;
            programme.untold = true;
        }
    }

    /// The findings of a programme must be told again.
    pub fn must_tell(&mut self, ProgrammeAt(at): ProgrammeAt) {
        if let Some(programme) = self.programmes.get_mut(at) {
            programme.untold = true;
        }
    }

    /// The findings of a programme have been told.
    pub fn have_told(&mut self, ProgrammeAt(at): ProgrammeAt) {
        if let Some(programme) = self.programmes.get_mut(at) {
            programme.untold = false;
        }
    }

    /// The programme to which a document belongs.
    #[must_use]
    pub fn programme_of(&self, uri: &Uri) -> Option<ProgrammeAt> {
        let has = |programme: &Programme| programme.path_of(uri).is_some();
        self.programmes.iter().position(has).map(ProgrammeAt)
    }

    /// Loads a programme if a text has changed since it was loaded.
    pub fn settle(&mut self, ProgrammeAt(at): ProgrammeAt) {
        let Some(programme) = self.programmes.get_mut(at).filter(|programme| programme.stale) else { return };
        let mut lines = BTreeMap::new();
        let mut files = Vec::with_capacity(programme.folder.files.len());
        for file in &programme.folder.files {
            let open = self.documents.get(&programme.uri_of(&file.path).0);
            let now = match open {
                Some(document) => document.lines.clone(),
                None => Lines::new(Arc::from(file.text.as_str()), self.encoding),
            };
            files.push(InputFile { path: file.path.clone(), text: now.text().to_string() });
            lines.insert(file.path.clone(), now);
        }
        programme.loaded = programme.drafts.load(files, &[]);
        programme.lines = lines;
        programme.stale = false;
        programme.unlinted = true;
    }

    /// Asks the lints about a programme that is settled; what they find joins its findings. Whether they were asked to the end:
    /// they are not once `stop` says so, and nothing joins.
    pub fn lint(
        &mut self,
        ProgrammeAt(at): ProgrammeAt,
        today: Option<NaiveDate>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> bool {
        let Some(programme) = self.programmes.get_mut(at) else { return false };
        if programme.stale || !programme.unlinted {
            return false;
        }
        let asked = |version| lint_unless(version, &programme.drafts.trees(version), today, stop);
        let Some(reports) = programme.loaded.versions.iter().map(asked).collect::<Option<Vec<Report>>>() else {
            return false;
        };
        for (version, report) in programme.loaded.versions.iter_mut().zip(reports) {
            version.diagnostics.extend(report.findings.into_iter().map(|found| found.diagnostic));
            version.diagnostics.sort_by_key(|found| found.span().key());
        }
        programme.unlinted = false;
        true
    }

    /// A document's file in its programme, as it is now.
    pub fn view(&mut self, uri: &Uri) -> Option<View<'_>> {
        let at = self.programme_of(uri)?;
        self.settle(at);
        self.last_view(uri)
    }

    /// A document's file in its programme, as it was when the programme was loaded last.
    #[must_use]
    pub fn last_view(&self, uri: &Uri) -> Option<View<'_>> {
        let ProgrammeAt(at) = self.programme_of(uri)?;
        let programme = self.programmes.get(at)?;
        programme.view(&programme.path_of(uri)?, self.encoding)
    }

    /// A programme by its place.
    #[must_use]
    pub fn programme(&self, ProgrammeAt(at): ProgrammeAt) -> Option<&Programme> {
        self.programmes.get(at)
    }

    /// The places of all programmes.
    #[must_use]
    pub fn all(&self) -> Vec<ProgrammeAt> {
        (0..self.programmes.len()).map(ProgrammeAt).collect()
    }

    /// The text of a document, open or of the library.
    #[must_use]
    pub fn lines(&self, uri: &Uri) -> Option<Lines> {
        if let Some(document) = self.documents.get(&uri.0) {
            return Some(document.lines.clone());
        }
        let text = earnest_dsl::load::library(&uri::library(uri)?)?;
        Some(Lines::new(Arc::from(text), self.encoding))
    }
}

impl Programme {
    fn new(folder: Folder) -> Self {
        Self {
            folder,
            loaded: LoadedProgramme { versions: vec![] },
            drafts: Drafts::default(),
            stale: true,
            untold: true,
            unlinted: true,
            lines: BTreeMap::new(),
        }
    }

    fn refresh(&mut self, folder: Folder) {
        self.folder = folder;
        self.stale = true;
        self.untold = true;
    }

    fn has_any(&self, other: &Folder) -> bool {
        self.folder.files.iter().any(|file| other.files.iter().any(|known| known.path == file.path))
    }

    /// Whether the lints have not been asked since it was loaded.
    #[must_use]
    pub fn unlinted(&self) -> bool {
        self.unlinted
    }

    /// The URI of a file of the programme.
    #[must_use]
    pub fn uri_of(&self, path: &str) -> Uri {
        // A document on no disk is a programme by itself, under its URI.
        if self.folder.root.as_os_str().is_empty() {
            Uri::from(path)
        } else {
            uri::of_path(&self.folder.root.join(path))
        }
    }

    /// The path of a document among the programme's files.
    fn path_of(&self, uri: &Uri) -> Option<String> {
        let own = |path: &str| self.folder.files.iter().any(|file| file.path == path).then(|| path.to_owned());
        match uri::to_path(uri) {
            None => own(&uri.0),
            Some(path) => own(&path.strip_prefix(&self.folder.root).ok()?.to_string_lossy().replace('\\', "/")),
        }
    }

    /// A file of the programme as it was loaded.
    #[must_use]
    pub fn view(&self, path: &str, encoding: Encoding) -> Option<View<'_>> {
        let (draft, tree) = self.drafts.find(path)?;
        let lines = self.lines.get(path)?;
        self.loaded.versions.iter().find_map(|loaded| {
            let (file, _) = loaded.sources.iter().find(|(_, source)| source.path == path)?;
            Some(View { programme: self, loaded, draft, file, tree, lines, encoding })
        })
    }

    /// All files of the programme as they were loaded.
    pub fn views(&self, encoding: Encoding) -> impl Iterator<Item = View<'_>> {
        self.folder.files.iter().filter_map(move |file| self.view(&file.path, encoding))
    }
}

impl<'v> View<'v> {
    /// The policy, or as much of it as could be checked.
    #[must_use]
    pub fn policy(&self) -> Option<&'v Policy> {
        self.loaded.policy.as_ref().or(self.loaded.partial.as_ref())
    }

    /// Where a place of the version is, as the client knows it; none for a place in no file.
    #[must_use]
    pub fn location(&self, span: Span) -> Option<Location> {
        if span.key() == Span::default().key() && self.file != span.file {
            return None;
        }
        let source = self.loaded.sources.get(span.file)?;
        match self.programme.lines.get(&source.path) {
            Some(lines) => Some(Location { uri: self.programme.uri_of(&source.path), range: lines.range(span) }),
            None if source.path.starts_with("std/") => {
                let lines = Lines::new(Arc::clone(&source.text), self.encoding);
                Some(Location { uri: uri::of_library(&source.path), range: lines.range(span) })
            }
            None => None,
        }
    }

    /// The text of a place of the version.
    #[must_use]
    pub fn text_of(&self, span: Span) -> &'v str {
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        let text = self.loaded.sources.get(span.file).map(|source| &*source.text);
        text.and_then(|text| text.get(at(span.start)..at(span.end))).unwrap_or_default()
    }

    /// Whether a file is the programme's own, and no library's.
    #[must_use]
    pub fn is_own(&self, file: FileId) -> bool {
        self.loaded.sources.get(file).is_some_and(|source| self.programme.lines.contains_key(&source.path))
    }
}
