//! Tests and examples of a policy's text, run through the host: the same door, the same engines as in production.
//!
//! A test keeps its state from step to step, and the clock runs between them; each row of examples starts afresh. The world is
//! closed: what a step does not list must not happen. In a test that lists what customers lose, nothing else may lapse.

mod compare;
mod expect;
mod extras;
mod life;
mod seen;

pub use expect::expected;

use crate::answer::Answer;
use crate::clock::Moved;
use crate::host::Host;
use crate::programme::{Programme, instant_of};
use chrono::NaiveDateTime;
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::scenario::{Expected, Given, LotsExpected, Scenario, ScenarioStep};
use earnest_dsl::policy::{Policy, Role};
use earnest_dsl::source::Span;
use earnest_interpreter::Engine;
use life::Life;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every step did what it should.
    Passed,
    /// Nothing went wrong, but some steps could not be run here.
    NotRun,
    /// Some step did something else.
    Failed,
}

/// What came of a test, or of a row of examples.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its label.
    pub label: String,
    /// Where it stands, `path:line:column`.
    pub place: String,
    /// How it ended.
    pub status: Status,
    /// Events decided.
    pub events: usize,
    /// What went wrong or was not run, in the order of the steps.
    pub findings: Vec<Finding>,
}

/// A step that did something else, or was not run.
#[derive(Debug, Clone)]
pub struct Finding {
    /// [`Status::Failed`] or [`Status::NotRun`].
    pub status: Status,
    /// Where the step stands, `path:line:column`.
    pub place: String,
    /// What is wrong, in business words; one text for each difference.
    pub texts: Vec<Text>,
    /// What happened instead, with its explanation; none where the event was not decided.
    pub answer: Option<Box<Answer>>,
}

/// Runs the scenarios of one version, in the order of the text, each with fresh books.
#[must_use]
pub fn run(programme: &Programme, version: usize) -> Vec<Report> {
    reports(programme, version).collect()
}

/// The same one by one: each runs when it is asked for.
pub fn reports(programme: &Programme, version: usize) -> impl Iterator<Item = Report> {
    let policy = programme.version(version).map(Engine::policy);
    policy
        .into_iter()
        .flat_map(|policy| policy.scenarios.iter().map(|scenario| Runner::new(programme, policy).run(scenario)))
}

/// Runs one scenario, of a version's text or not, under that version's names: how it ended, and the answer to each of its events
/// in order (none where it was not decided).
#[must_use]
pub fn tried(programme: &Programme, version: usize, scenario: &Scenario) -> Option<(Report, Vec<Option<Answer>>)> {
    let policy = programme.version(version)?.policy();
    let mut runner = Runner::new(programme, policy);
    runner.answers = Some(vec![]);
    let report = runner.run(scenario);
    let mut found: BTreeMap<usize, Answer> = runner.answers.unwrap_or_default().into_iter().collect();
    let events = scenario.steps.iter().enumerate().filter(|(_, step)| matches!(step, ScenarioStep::Event { .. }));
    Some((report, events.map(|(at, _)| found.remove(&at)).collect()))
}

/// Runs one scenario and gives every answer on the way, with the number of its step. A step that looks at a moment which the
/// clock had raised gives the answer to that moment.
#[must_use]
pub fn answers(programme: &Programme, version: usize, scenario: &Scenario) -> Vec<(usize, Answer)> {
    let Some(policy) = programme.version(version).map(Engine::policy) else { return vec![] };
    let mut runner = Runner::new(programme, policy);
    runner.answers = Some(vec![]);
    runner.follow(scenario);
    runner.answers.unwrap_or_default()
}

struct Runner<'a> {
    policy: &'a Policy,
    host: Host,
    findings: Vec<Finding>,
    events: usize,
    /// What the clock did, and what of it steps have listed.
    life: Life,
    /// Events that the clock raised and no step has looked at yet.
    raised: Vec<Answer>,
    /// The step at hand.
    step: usize,
    /// Every answer with the number of its step, where somebody wants them.
    answers: Option<Vec<(usize, Answer)>>,
}

impl<'a> Runner<'a> {
    fn new(programme: &Programme, policy: &'a Policy) -> Self {
        let host = Host::new(programme.clone());
        Self {
            policy,
            host,
            findings: vec![],
            events: 0,
            life: Life::default(),
            raised: vec![],
            step: 0,
            answers: None,
        }
    }

    fn follow(&mut self, scenario: &Scenario) {
        for (at, step) in scenario.steps.iter().enumerate() {
            self.step = at;
            match step {
                ScenarioStep::Given(given) => self.given(given),
                ScenarioStep::Event { event, at, expected, span } => {
                    let mut event = event.clone();
                    match instant_of(self.policy, *at) {
                        Some(instant) => {
                            event.insert("at".to_owned(), Json::String(instant.to_rfc3339()));
                            self.event(event, expected, *span);
                        }
                        None => self.failed(*span, vec![no_such_time()], None),
                    }
                }
                ScenarioStep::Lots { expected: LotsExpected::Used(name, times), span, .. } => {
                    if let Err(text) = life::used(self.policy, &mut self.host, name, *times) {
                        self.failed(*span, vec![text], None);
                    }
                }
                ScenarioStep::Lots { at, customer, expected, span } => self.lots(*at, customer, expected, *span),
            }
        }
    }

    fn run(&mut self, scenario: &Scenario) -> Report {
        self.follow(scenario);
        if let Some(texts) = self.life.unlisted(self.policy, scenario) {
            self.failed(scenario.span, texts, None);
        }
        let status = self.findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Passed);
        Report {
            label: scenario.label.clone(),
            place: self.policy.sources.place(scenario.span),
            status,
            events: self.events,
            findings: std::mem::take(&mut self.findings),
        }
    }

    fn given(&mut self, given: &Given) {
        self.host.add_facts(&given.subject, &given.customer, &given.facts);
        let lots: Vec<_> = given.holds.iter().map(|held| life::opening(self.policy, &given.customer, held)).collect();
        if let Err(error) = self.host.open("opening", &lots) {
            self.failed(given.span, vec![not_decided(&error.to_string())], None);
        }
    }

    fn event(&mut self, mut event: Map<String, Json>, expected: &[Expected], span: Span) {
        self.events = self.events.saturating_add(1);
        let id = format!("e{}", self.events);
        event.entry("id").or_insert(Json::String(id));
        event.entry("customer").or_insert_with(|| Json::String("c1".to_owned()));
        let at = event.get("at").and_then(Json::as_str).and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
        if let Some(at) = at {
            match self.host.advance_to(at) {
                Ok(moved) => self.moved(moved),
                Err(error) => return self.failed(span, vec![not_decided(&error.to_string())], None),
            }
        }
        if let Some(answer) = self.raised_already(&event) {
            return self.compared(answer, expected, span);
        }
        match self.host.decide(&event, true) {
            Err(error) => self.failed(span, vec![not_decided(&error.to_string())], None),
            Ok(mut answer) => {
                self.moved(std::mem::take(&mut answer.moved));
                self.compared(answer, expected, span);
            }
        }
    }

    fn compared(&mut self, answer: Answer, expected: &[Expected], span: Span) {
        if let Some(answers) = &mut self.answers {
            answers.push((self.step, answer.clone()));
        }
        let differences = compare::compare(self.policy, &answer, expected);
        if !differences.is_empty() {
            self.failed(span, differences, Some(Box::new(answer)));
        }
    }

    fn moved(&mut self, moved: Vec<Moved>) {
        for one in moved {
            match one {
                Moved::Points(points) => self.life.push(points),
                Moved::Raised(answer) => self.raised.push(*answer),
                Moved::NotDecided { event, error, .. } => {
                    self.failed(Span::default(), vec![not_decided(&format!("{event}: {error}"))], None);
                }
            }
        }
    }

    /// A moment that the clock has raised already, for the same customer at the same instant: the step looks at that event,
    /// unless it says more about it than the clock can know.
    fn raised_already(&mut self, event: &Map<String, Json>) -> Option<Answer> {
        let text = |name: &str| event.get(name).and_then(Json::as_str);
        let (kind, declared) = self.policy.kind_by_json(text("type")?)?;
        let at = chrono::DateTime::parse_from_rfc3339(text("at")?).ok()?;
        let same = |answer: &Answer| {
            let known = |name: &String, value: &Json| {
                ["id", "at", "type", "customer"].contains(&name.as_str()) || answer.event.json.get(name) == Some(value)
            };
            answer.event.kind == kind
                && answer.event.instant == at
                && answer.event.customer.as_deref() == text("customer")
                && event.iter().all(|(name, value)| known(name, value))
        };
        if declared.role != Role::Moment {
            return None;
        }
        let place = self.raised.iter().position(same)?;
        Some(self.raised.remove(place))
    }

    fn lots(&mut self, at: NaiveDateTime, customer: &str, expected: &LotsExpected, span: Span) {
        let Some(instant) = instant_of(self.policy, at) else { return self.failed(span, vec![no_such_time()], None) };
        match self.host.advance_to(instant) {
            Ok(moved) => self.moved(moved),
            Err(error) => return self.failed(span, vec![not_decided(&error.to_string())], None),
        }
        let texts = match expected {
            LotsExpected::Balance(points, amount, pools) => {
                life::balance(self.policy, &self.host, (customer, points), instant, (*amount, pools))
            }
            LotsExpected::Loses(points, amount) => self.life.loses(self.policy, (customer, points), instant, *amount),
            LotsExpected::Reminded(points, amount, last) => {
                self.life.reminded(self.policy, (customer, points), at.date(), (*amount, *last))
            }
            LotsExpected::Used(..) => vec![],
        };
        if !texts.is_empty() {
            self.failed(span, texts, None);
        }
    }

    fn failed(&mut self, span: Span, texts: Vec<Text>, answer: Option<Box<Answer>>) {
        let place = self.policy.sources.place(span);
        self.findings.push(Finding { status: Status::Failed, place, texts, answer });
    }
}

fn no_such_time() -> Text {
    Text::new("this local time does not exist: the clocks go forward over it", "该当地时间不存在：时钟在此时拨快")
}

fn not_decided(error: &str) -> Text {
    Text::new(format!("the event cannot be decided: {error}"), format!("事件无法裁决：{error}"))
}
