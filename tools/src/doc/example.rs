//! Worked examples: events of the policy's own tests, decided by the engine while the page is made. Nothing in them is typed.

use super::block::{Block, Table};
use super::outcome::Told;
use super::setting::Setting;
use earnest_dsl::policy::{Given, PointsId, Rule, Scenario, ScenarioStep};
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

/// Candidates that are tried out for an example.
const TRIED: usize = 8;

/// Examples of a rule: one in which it gives something, and one in which a limit or a condition stops it.
pub(super) fn of_rule(setting: &Setting<'_>, rule: &Rule) -> Vec<Block> {
    let mut found: Vec<(Shows, &Worked, usize)> = Vec::new();
    for worked in setting.worked {
        for (at, (_, answer)) in worked.answers.iter().enumerate().take(EARLIER.saturating_add(1)) {
            found.extend(shows(rule, &answer.decision).map(|shows| (shows, worked, at)));
        }
    }
    found.sort_by_key(|(_, worked, at)| (*at, worked.scenario));
    let best = |wanted: &[Shows]| {
        let all = found.iter().filter(|(shows, ..)| wanted.contains(shows)).take(TRIED);
        all.map(|(shows, worked, at)| shown(setting, rule, *shows, (worked, *at)))
            .min_by_key(|shown| shown.answers.len())
    };
    let gives = best(&[Shows::Gives]);
    let stopped = best(&[Shows::Bounded, Shows::Refuses]);
    // What stops the rule is shown with what went before; then the plain case need not stand twice.
    let gives = gives.filter(|gives| stopped.as_ref().is_none_or(|stopped| !stopped.holds(gives)));
    gives.iter().chain(&stopped).map(|shown| Block::Table(table(setting, shown))).collect()
}

/// What an example shows: what is given, and events in order.
struct Shown<'a> {
    scenario: usize,
    given: Vec<&'a Given>,
    answers: Vec<Answer>,
}

impl Shown<'_> {
    /// Whether everything that another example shows stands in this one.
    fn holds(&self, other: &Self) -> bool {
        let same =
            |a: &Answer, b: &Answer| a.event.at == b.event.at && a.event.json.get("type") == b.event.json.get("type");
        self.scenario == other.scenario
            && self.answers.len() >= other.answers.len()
            && other.answers.iter().all(|answer| self.answers.iter().any(|own| same(own, answer)))
    }
}

/// The events of a test up to one of them; that event alone, where it shows the same of the rule with nothing before it.
fn shown<'a>(setting: &Setting<'a>, rule: &Rule, wanted: Shows, (worked, at): (&Worked, usize)) -> Shown<'a> {
    let scenario = setting.policy.scenarios.get(worked.scenario);
    let steps = scenario.map(|scenario| scenario.steps.as_slice()).unwrap_or_default();
    let step = worked.answers.get(at).map_or(0, |(step, _)| *step);
    let given: Vec<&Given> = steps
        .iter()
        .take(step)
        .filter_map(|step| match step {
            ScenarioStep::Given(given) => Some(given),
            _ => None,
        })
        .collect();
    let alone = scenario.zip(steps.get(step)).map(|(scenario, event)| {
        let before = given.iter().map(|given| ScenarioStep::Given((*given).clone()));
        let steps = before.chain([event.clone()]).collect();
        let answers = scenario::answers(setting.programme, setting.version, &Scenario { steps, ..scenario.clone() });
        answers.into_iter().map(|(_, answer)| answer).collect::<Vec<_>>()
    });
    let same = |alone: &Vec<Answer>| match alone.as_slice() {
        [answer] => shows(rule, &answer.decision) == Some(wanted),
        _ => false,
    };
    let whole = || worked.answers.iter().take(at.saturating_add(1)).map(|(_, answer)| answer.clone()).collect();
    let answers = alone.filter(same).unwrap_or_else(whole);
    Shown { scenario: worked.scenario, given, answers }
}

fn table(setting: &Setting<'_>, shown: &Shown<'_>) -> Table {
    let words = setting.words;
    let told = Told::new(words);
    let ids = |given: &&&Given| {
        let named = |answer: &Answer| answer.event.json.values().any(|value| value.as_str() == Some(&given.customer));
        shown.answers.iter().any(named)
    };
    let customers: BTreeSet<&str> =
        shown.answers.iter().filter_map(|answer| answer.event.customer.as_deref()).collect();
    let given: Vec<&&Given> = shown.given.iter().filter(ids).collect();
    let several = customers.len() > 1
        || given.iter().any(|given| given.subject == "customer" && !customers.contains(given.customer.as_str()));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let told_given = givens(setting, &given, several);
    if !told_given.is_empty() {
        rows.push(vec![say!(words.language, "Beforehand", "此前"), words.tidy(&told_given), String::new()]);
    }
    rows.extend(shown.answers.iter().map(|answer| {
        let cells = [words.instant(answer.event.at), told.event(&answer.event, several), told.outcome(answer)];
        cells.into_iter().map(|cell| words.tidy(&cell)).collect()
    }));
    let heads = [
        say!(words.language, "When", "时间"),
        say!(words.language, "What happens", "业务"),
        say!(words.language, "What comes of it", "结果"),
    ];
    Table {
        caption: say!(words.language, "Example", "示例"),
        heads: heads.into_iter().map(|head| (head, false)).collect(),
        rows,
        example: true,
    }
}

/// What is given before the first event, subject by subject.
fn givens(setting: &Setting<'_>, given: &[&&Given], several: bool) -> String {
    let language = setting.words.language;
    let mut subjects: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for given in given {
        let told = one_given(setting, given);
        let known = subjects.iter_mut().find(|(subject, id, _)| *subject == given.subject && *id == given.customer);
        match known {
            Some((_, _, all)) => all.extend(told),
            None => subjects.push((&given.subject, &given.customer, told)),
        }
    }
    let told = subjects.into_iter().filter(|(_, _, told)| !told.is_empty()).map(|(subject, id, told)| {
        let told = told.join(say!(language, ", ", "，").as_str());
        if subject == "customer" && !several {
            return told;
        }
        let declared = setting.policy.subjects.iter().find(|one| one.title.name == subject);
        let name = declared.map_or_else(String::new, |one| setting.words.name(&one.title));
        say!(language, "{name} {id}: {told}", "{name} {id}：{told}")
    });
    told.collect::<Vec<_>>().join(say!(language, "; ", "；").as_str())
}

/// Facts and lots of one subject.
fn one_given(setting: &Setting<'_>, given: &Given) -> Vec<String> {
    let words = setting.words;
    let subject = setting.policy.subjects.iter().find(|one| one.title.name == given.subject);
    let facts = subject.map(|one| one.facts.as_slice()).unwrap_or_default();
    let mut told: Vec<String> = facts
        .iter()
        .filter_map(|field| {
            let value = field.json.iter().find_map(|json| given.facts.get(&json.name))?;
            let name = words.name(&field.title);
            Some(match value.as_bool() {
                Some(true) => name,
                Some(false) => say!(words.language, "not {name}", "非{name}"),
                None => {
                    let value = words.json(&field.typed.ty, value);
                    say!(words.language, "{name} {value}", "{name}为{value}")
                }
            })
        })
        .collect();
    told.extend(given.holds.iter().filter_map(|held| {
        let at = setting.policy.points.iter().position(|points| points.title.name == held.points)?;
        let amount = words.amount_of(held.amount, PointsId(at));
        let mut text = say!(words.language, "{amount} held", "持有 {amount}");
        if let Some(earned) = held.earned {
            let earned = words.instant(earned);
            text.push_str(&say!(words.language, " (earned on {earned})", "（{earned}获得）"));
        }
        if held.frozen {
            text.push_str(&say!(words.language, ", frozen", "（已冻结）"));
        }
        Some(text)
    }));
    told
}
