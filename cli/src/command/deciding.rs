//! What `run` and `explain` share: the programme on a host, the facts, the events one by one, and words for bad ones.

use crate::arguments::{Deciding, EngineChoice, Format};
use crate::books::{self, Books};
use crate::events::{self, BadLine, Lines};
use crate::plugin;
use crate::progress::Progress;
use crate::project::{Opened, Project, open};
use crate::recording::Recorder;
use crate::session::{Failure, Session};
use crate::sharing::{self, Decide, Shared, Sharing};
use earnest_dsl::diagnostic::Text;
use earnest_dsl::say;
use earnest_interpreter::{Engine, Way};
use earnest_ledger::{Answer, Host, HostError, Moved, Programme, Store};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::sync::Arc;

/// A programme that decides the events of a file.
pub struct Desk<'s> {
    /// The host.
    pub host: Host<Books>,
    /// How far the file is read.
    pub progress: Progress,
    recorder: Option<Recorder>,
    source: Source,
    write: Write,
    shown: String,
    session: &'s Session,
    format: Format,
}

/// What is written about a decision.
pub type Write = Arc<dyn Fn(&Programme, &Answer) -> Vec<u8> + Send + Sync>;

/// Where decisions come from.
enum Source {
    /// Events that the desk decides in order.
    Lines(Lines),
    /// Events decided side by side.
    Shared(Box<Sharing>),
}

/// What a desk is opened for.
pub struct Asked<'a> {
    /// Folder of the programme.
    pub programme: &'a Path,
    /// File of events; `-` is standard input.
    pub events: &'a Path,
    /// How to decide.
    pub deciding: &'a Deciding,
    /// Where lots, counters and events are kept.
    pub ledger: Option<&'a Path>,
    /// For whom messages are.
    pub format: Format,
    /// Decisions are not written one by one.
    pub quiet_output: bool,
    /// Threads that decide a large file; one where events must be decided in order.
    pub jobs: usize,
    /// Every decision is explained, where a file is shared among threads.
    pub explain: bool,
    /// What is written about a decision.
    pub write: Write,
}

/// An event of the file: decided, or bad and reported.
pub enum Next {
    /// Decided, and what is written about it.
    Decided(Box<Answer>, Vec<u8>),
    /// Bad; the reader has been told.
    Bad {
        /// Its id, where it could be read.
        id: Option<String>,
    },
}

/// The programme on the engine that was asked for.
fn on_engine(opened: Opened, deciding: &Deciding) -> Result<Option<Programme>, Failure> {
    let way = if deciding.engine == EngineChoice::Reference { Way::Reference } else { Way::Vm };
    let Some(programme) = opened.into_programme_on(way) else { return Ok(None) };
    Ok(Some(match &deciding.plugin {
        Some(file) => plugin::by_file(&programme, file)?,
        None if deciding.engine == EngineChoice::Wasm => plugin::by_new(&programme)?,
        None => programme,
    }))
}

impl<'s> Desk<'s> {
    /// Opens everything. `None` where the programme has errors: they have been shown.
    pub fn open(asked: Asked<'_>, session: &'s Session) -> Result<Option<Self>, Failure> {
        let Asked { programme, events, deciding, ledger, format, quiet_output, .. } = asked;
        let facts = deciding.facts.as_deref().map(read_facts).transpose()?;
        let stdin = events == Path::new("-");
        let file = if stdin { None } else { Some(open(events)?) };
        let opened = Project::find_one(programme)?.load(&deciding.parameters.parameters);
        opened.tell_findings(session, format == Format::Json)?;
        let Some(programme) = on_engine(opened, deciding)? else { return Ok(None) };
        let recorder = deciding.record.as_deref().map(Recorder::new).transpose()?;
        let programme = recorder.as_ref().map_or_else(|| programme.clone(), |recorder| recorder.watch(&programme));

        let kinds = programme.versions().last().map(|engine| engine.policy().kinds.clone()).unwrap_or_default();
        let input = deciding.input_format.unwrap_or_else(|| events::format_of(events));
        let facts = facts.unwrap_or_default();
        let large =
            file.as_ref().and_then(|file| file.metadata().ok()).is_some_and(|file| file.len() >= sharing::LARGE);
        let shared = asked.jobs > 1 && large && ledger.is_none() && recorder.is_none();
        let parts = if shared {
            let lines = events::lines(Box::new(open(events)?), input, kinds.clone())?;
            sharing::parts(&programme, lines, asked.jobs)?
        } else {
            None
        };

        let progress = Progress::over(file.as_ref(), quiet_output);
        let reader: Box<dyn Read> = match file {
            Some(file) => progress.watch(file),
            None => Box::new(io::stdin()),
        };
        let lines = events::lines(reader, input, kinds)?;
        let source = match parts {
            None => Source::Lines(lines),
            Some(parts) => {
                let host = || {
                    let mut host = Host::new(programme.clone());
                    tell_all(&mut host, &facts)?;
                    Ok(host)
                };
                let sharing = Sharing::start(parts, asked.jobs, lines, &host, &decide(asked.explain, &asked.write))?;
                Source::Shared(Box::new(sharing))
            }
        };
        let mut host = match ledger {
            Some(ledger) => books::open(ledger, programme, true)?,
            None => books::empty(programme),
        };
        tell_all(&mut host, &facts)?;
        let shown = if stdin {
            session.text("standard input", "标准输入").to_owned()
        } else {
            events.display().to_string()
        };
        Ok(Some(Self { host, progress, recorder, source, write: asked.write, shown, session, format }))
    }

    /// Decides the next event; none at the end of the file. Says whether to explain it by its id.
    pub fn next(&mut self, explain: impl FnOnce(Option<&str>) -> bool) -> Result<Option<Next>, Failure> {
        let shared = match &mut self.source {
            Source::Shared(sharing) => sharing.next()?,
            Source::Lines(lines) => lines.next().transpose()?.map(|line| {
                let id = line.event.as_ref().ok().and_then(|event| Some(event.get("id")?.as_str()?.to_owned()));
                let decided = line.event.map(|event| {
                    let answer = self.host.decide(&event, explain(id.as_deref()))?;
                    Ok(told(self.host.programme(), answer, &self.write))
                });
                Shared { number: line.number, id, decided }
            }),
        };
        let Some(Shared { number, id, decided }) = shared else {
            self.recorder.take().map_or(Ok(()), Recorder::end)?;
            return Ok(None);
        };
        let bad = match decided {
            Ok(Ok((answer, text))) => {
                self.warn(number, &answer)?;
                return Ok(Some(Next::Decided(answer, text)));
            }
            Ok(Err(error)) => {
                let reason = error.reason();
                BadLine { field: error.field().to_owned(), reason: Text::new(reason.clone(), reason) }
            }
            Err(bad) => bad,
        };
        self.report(number, id.as_deref(), &bad)?;
        Ok(Some(Next::Bad { id }))
    }

    /// The engine of the version that decided.
    pub fn engine(&self, answer: &Answer) -> Option<&Engine> {
        self.host.programme().version(answer.version)
    }

    fn report(&self, number: u64, id: Option<&str>, bad: &BadLine) -> Result<(), Failure> {
        let paint = self.session.paint_err();
        let reason = bad.reason.get(self.session.language);
        let text = match self.format {
            Format::Json => {
                json!({ "line": number, "event": id, "field": bad.field, "reason": bad.reason.en, "severity": "error" })
                    .to_string()
            }
            Format::Human => {
                let what = say!(self.session.language, "bad event", "事件有误");
                let what = paint.error(&id.map_or(what.clone(), |id| format!("{what} {id}")));
                format!("{}:{number}: {what}: {}: {reason}", self.shown, paint.strong(&bad.field))
            }
        };
        self.tell(&text)
    }

    fn warn(&self, number: u64, answer: &Answer) -> Result<(), Failure> {
        for warning in &answer.event.warnings {
            let id = &answer.event.id;
            let text = match self.format {
                Format::Json => {
                    json!({ "line": number, "event": id, "reason": warning, "severity": "warning" }).to_string()
                }
                Format::Human => {
                    let what = self.session.paint_err().care(self.session.text("warning", "提示"));
                    format!("{}:{number}: {what} {id}: {warning}", self.shown)
                }
            };
            self.tell(&text)?;
        }
        Ok(())
    }

    fn tell(&self, text: &str) -> Result<(), Failure> {
        self.progress.beside(|| writeln!(self.session.err(), "{text}"))?;
        Ok(())
    }
}

/// An answer with what is written about it and about what the clock raised before it.
fn told(programme: &Programme, answer: Answer, write: &Write) -> (Box<Answer>, Vec<u8>) {
    let mut text = Vec::new();
    for answer in answer.moved.iter().filter_map(raised).chain([&answer]) {
        text.append(&mut write(programme, answer));
    }
    (Box::new(answer), text)
}

fn decide(explain: bool, write: &Write) -> Decide {
    let write = Arc::clone(write);
    Arc::new(move |host, events| {
        let answers = host.decide_all(events, explain);
        answers.into_iter().map(|answer| Ok(told(host.programme(), answer?, &write))).collect()
    })
}

/// The decision on an event that the clock raised.
pub fn raised(moved: &Moved) -> Option<&Answer> {
    match moved {
        Moved::Raised(answer) => Some(answer),
        Moved::Points(_) | Moved::NotDecided { .. } => None,
    }
}

fn tell_all<S: Store>(host: &mut Host<S>, facts: &FactsByKey) -> Result<(), Failure> {
    for ((subject, id), facts) in facts {
        host.tell(subject, id, facts.clone()).map_err(|error| kept(&error))?;
    }
    Ok(())
}

pub(super) type FactsByKey = BTreeMap<(String, String), Map<String, Json>>;

/// Facts from a file: subject -> id -> facts.
pub(super) fn read_facts(path: &Path) -> Result<FactsByKey, Failure> {
    let mut text = String::new();
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::misuse(
            format!("`{}` does not hold facts: {error}; write {{\"customer\": {{\"c1\": {{...}}}}}}", path.display()),
            format!("`{}` 中没有事实：{error}；请写 {{\"customer\": {{\"c1\": {{...}}}}}}", path.display()),
        )
    };
    open(path)?.read_to_string(&mut text).map_err(|error| wrong(&error))?;
    type Subjects = BTreeMap<String, BTreeMap<String, Map<String, Json>>>;
    let subjects: Subjects = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let each = |(subject, ids): (String, BTreeMap<String, Map<String, Json>>)| {
        ids.into_iter().map(move |(id, facts)| ((subject.clone(), id), facts))
    };
    Ok(subjects.into_iter().flat_map(each).collect())
}

/// What a ledger does not take.
fn kept(error: &HostError) -> Failure {
    Failure::misuse(format!("the ledger does not take the facts: {error}"), format!("账本无法写入事实：{error}"))
}
