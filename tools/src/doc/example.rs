//! Worked examples: events of the policy's own tests, decided by the engine while the page is made. Nothing in them is typed.

use super::block::{Block, Table};
use super::outcome::Told;
use super::setting::Setting;
use earnest_dsl::policy::{Given, Rule, ScenarioStep};
use earnest_dsl::say;
use earnest_interpreter::decision::{Decision, RuleResult, RuleTrace};
use earnest_ledger::{Answer, Programme, scenario};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Earlier events of a test that an example still shows.
const EARLIER: usize = 4;

/// A test of the policy with what the engine answered, step by step.
#[derive(Debug)]
pub(super) struct Worked {
    /// Its place among the policy's scenarios.
    pub scenario: usize,
    /// Answers with the numbers of their steps.
    pub answers: Vec<(usize, Answer)>,
}

/// All tests of a version.
pub(super) fn all(programme: &Programme, version: usize) -> Vec<Worked> {
    let Some(policy) = programme.version(version).map(earnest_interpreter::Engine::policy) else { return vec![] };
    let worked = policy
        .scenarios
        .iter()
        .enumerate()
        .map(|(at, scenario)| Worked { scenario: at, answers: scenario::answers(programme, version, scenario) });
    worked.collect()
}

/// What an event shows of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Gives,
    Bounded,
    Refuses,
}

fn shows(rule: &Rule, decision: &Decision) -> Option<Shows> {
    let trace = decision.trace.iter().flat_map(|trace| &trace.rules).find(|trace| trace.rule == rule.title.name)?;
    match trace.result {
        RuleResult::Refused => Some(Shows::Refuses),
        RuleResult::Applied if is_bounded(trace) => Some(Shows::Bounded),
        RuleResult::Applied => Some(Shows::Gives),
        RuleResult::Nothing if is_bounded(trace) => Some(Shows::Bounded),
        RuleResult::Nothing | RuleResult::Lost | RuleResult::Condition | RuleResult::Window => None,
    }
}

fn is_bounded(trace: &RuleTrace) -> bool {
    let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
    trace.limits.iter().any(|limit| number(&limit.granted) < number(&limit.asked))
}

/// Examples of a rule: one in which it gives something, and one in which a limit or a condition stops it.
pub(super) fn of_rule(setting: &Setting<'_>, rule: &Rule) -> Vec<Block> {
    let mut found: Vec<(Shows, &Worked, usize)> = Vec::new();
    for worked in setting.worked {
        for (at, (_, answer)) in worked.answers.iter().enumerate() {
            found.extend(shows(rule, &answer.decision).map(|shows| (shows, worked, at)));
        }
    }
    let best = |wanted: &[Shows]| {
        let all = found.iter().filter(|(shows, _, at)| wanted.contains(shows) && *at <= EARLIER);
        all.min_by_key(|(_, worked, at)| (*at, worked.scenario)).copied()
    };
    let gives = best(&[Shows::Gives]);
    // What stops the rule is shown with what went before; then the plain case need not stand twice.
    let stopped = best(&[Shows::Bounded, Shows::Refuses]);
    let same = |a: (Shows, &Worked, usize), b: (Shows, &Worked, usize)| a.1.scenario == b.1.scenario && a.2 <= b.2;
    let gives = gives.filter(|gives| stopped.is_none_or(|stopped| !same(*gives, stopped)));
    gives.into_iter().chain(stopped).map(|(_, worked, at)| Block::Table(table(setting, worked, at))).collect()
}

/// The events of a test up to one of them.
fn table(setting: &Setting<'_>, worked: &Worked, last: usize) -> Table {
    let words = setting.words;
    let told = Told::new(words);
    let answers: Vec<&(usize, Answer)> = worked.answers.iter().take(last.saturating_add(1)).collect();
    let customers: BTreeSet<&str> = answers.iter().filter_map(|(_, answer)| answer.event.customer.as_deref()).collect();
    let heads = [
        say!(words.language, "when", "时间"),
        say!(words.language, "what happens", "业务"),
        say!(words.language, "what comes of it", "结果"),
    ];
    let rows = answers
        .iter()
        .map(|(_, answer)| {
            let when = words.instant(answer.event.at);
            let cells = [when, told.event(&answer.event, customers.len() > 1), told.outcome(answer)];
            cells.into_iter().map(|cell| words.tidy(&cell)).collect()
        })
        .collect();
    Table {
        caption: words.tidy(&caption(setting, worked, answers.last().map_or(0, |(step, _)| *step))),
        heads: heads.into_iter().map(|head| (head, false)).collect(),
        rows,
        example: true,
    }
}

/// What is given before the first event.
fn caption(setting: &Setting<'_>, worked: &Worked, last: usize) -> String {
    let words = setting.words;
    let steps = setting.policy.scenarios.get(worked.scenario).map(|scenario| scenario.steps.as_slice());
    let given = steps.unwrap_or_default().iter().take(last).filter_map(|step| match step {
        ScenarioStep::Given(given) => Some(given),
        _ => None,
    });
    let given: Vec<String> = given.map(|given| one_given(setting, given)).filter(|text| !text.is_empty()).collect();
    if given.is_empty() {
        return say!(words.language, "Example", "示例");
    }
    let given = given.join(say!(words.language, "; ", "；").as_str());
    say!(words.language, "Example, given: {given}", "示例，已知：{given}")
}

fn one_given(setting: &Setting<'_>, given: &Given) -> String {
    let words = setting.words;
    let subject = setting.policy.subjects.iter().find(|one| one.title.name == given.subject);
    let facts = subject.map(|one| one.facts.as_slice()).unwrap_or_default();
    let mut told: Vec<String> = facts
        .iter()
        .filter_map(|field| {
            let value = field.json.iter().find_map(|json| given.facts.get(&json.name))?;
            Some(format!("{} {}", words.name(&field.title), words.json(&field.typed.ty, value)))
        })
        .collect();
    told.extend(given.holds.iter().filter_map(|held| {
        let at = setting.policy.points.iter().position(|points| points.title.name == held.points)?;
        let amount = words.amount_of(held.amount, earnest_dsl::policy::PointsId(at));
        let mut text = say!(words.language, "{amount} held", "持有 {amount}");
        if let Some(earned) = held.earned {
            let earned = words.instant(earned);
            text.push_str(&say!(words.language, ", earned on {earned}", "（{earned}获得）"));
        }
        if held.frozen {
            text.push_str(&say!(words.language, ", frozen", "（已冻结）"));
        }
        Some(text)
    }));
    if told.is_empty() {
        return String::new();
    }
    let name = subject.map_or_else(String::new, |one| words.name(&one.title));
    let told = told.join(say!(words.language, ", ", "，").as_str());
    say!(words.language, "{name} {0}: {told}", "{name} {0}：{told}", given.customer)
}
