//! Tests and examples of a policy's text, run through the host: the same door, the same engines as in production.
//!
//! A test keeps its state from step to step; each row of examples starts afresh. The world is closed: what a step does not
//! list must not happen. What needs a host that keeps lots (requests, balances, expiry) is reported as not run, never as passed.

mod compare;

use crate::answer::Answer;
use crate::host::Host;
use crate::programme::{Programme, instant_of};
use earnest_dsl::diagnostic::Text;
use earnest_dsl::policy::scenario::{Expected, Given, Scenario, ScenarioStep};
use earnest_dsl::policy::{KindId, Policy};
use earnest_dsl::source::Span;
use serde_json::{Map, Value as Json};

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
    let Some(engine) = programme.version(version) else { return vec![] };
    let policy = engine.policy();
    policy.scenarios.iter().map(|scenario| Runner::new(programme, policy).run(scenario)).collect()
}

struct Runner<'a> {
    policy: &'a Policy,
    host: Host,
    findings: Vec<Finding>,
    events: usize,
}

impl<'a> Runner<'a> {
    fn new(programme: &Programme, policy: &'a Policy) -> Self {
        Self { policy, host: Host::new(programme.clone()), findings: vec![], events: 0 }
    }

    fn run(mut self, scenario: &Scenario) -> Report {
        for step in &scenario.steps {
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
                ScenarioStep::Lots { span, .. } => self.not_run(*span, needs_lots()),
            }
        }
        let status = self.findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Passed);
        Report {
            label: scenario.label.clone(),
            place: self.policy.sources.place(scenario.span),
            status,
            events: self.events,
            findings: self.findings,
        }
    }

    fn given(&mut self, given: &Given) {
        self.host.add_facts(&given.subject, &given.customer, &given.facts);
        if !given.holds.is_empty() {
            self.not_run(given.span, needs_lots());
        }
    }

    fn event(&mut self, mut event: Map<String, Json>, expected: &[Expected], span: Span) {
        self.events = self.events.saturating_add(1);
        let id = format!("e{}", self.events);
        event.entry("id").or_insert(Json::String(id));
        event.entry("customer").or_insert_with(|| Json::String("c1".to_owned()));
        if self.is_answered_by_request(&event) {
            return self.not_run(span, needs_lots());
        }
        match self.host.decide(&event, true) {
            Err(error) => self.failed(span, vec![not_decided(&error.to_string())], None),
            Ok(answer) => {
                let compared = compare::compare(self.policy, &answer, expected);
                if !compared.differences.is_empty() {
                    self.failed(span, compared.differences, Some(Box::new(answer)));
                }
                for (other, span) in compared.not_compared {
                    self.not_run(span, not_compared(&other));
                }
            }
        }
    }

    /// Whether the event asks for what a declared request (a catalogue, an offset, ...) gives.
    fn is_answered_by_request(&self, event: &Map<String, Json>) -> bool {
        let kind = event.get("type").and_then(Json::as_str).and_then(|json| self.policy.kind_by_json(json));
        kind.is_some_and(|(kind, _)| {
            self.policy.requests.iter().any(|(_, kinds): &(_, Vec<KindId>)| kinds.contains(&kind))
        })
    }

    fn failed(&mut self, span: Span, texts: Vec<Text>, answer: Option<Box<Answer>>) {
        let place = self.policy.sources.place(span);
        self.findings.push(Finding { status: Status::Failed, place, texts, answer });
    }

    fn not_run(&mut self, span: Span, text: Text) {
        let place = self.policy.sources.place(span);
        self.findings.push(Finding { status: Status::NotRun, place, texts: vec![text], answer: None });
    }
}

fn needs_lots() -> Text {
    Text::new("not run: it needs a host that keeps lots of points", "未运行：需要记录积分批次的系统")
}

fn not_compared(what: &str) -> Text {
    Text::new(
        format!("not compared: `{what}` needs a host that keeps lots of points"),
        format!("未比较：`{what}` 需要记录积分批次的系统"),
    )
}

fn no_such_time() -> Text {
    Text::new("this local time does not exist: the clocks go forward over it", "该当地时间不存在：时钟在此时拨快")
}

fn not_decided(error: &str) -> Text {
    Text::new(format!("the event cannot be decided: {error}"), format!("事件无法裁决：{error}"))
}
