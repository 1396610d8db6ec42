//! A small host for tests: policy text in, events one by one, counters and records kept. Every decision is checked against the
//! laws that hold for all: explained or not it is the same, it changes only listed counters, a refusal changes nothing, what was
//! asked is what was granted and what was trimmed.
#![allow(dead_code)]

pub mod bank;

use earnest_dsl::diagnostic::Diagnostic;
use earnest_dsl::load::{InputFile, load};
use earnest_interpreter::decision::{Decision, Outcome};
use earnest_interpreter::{Counters, Engine, Facts, InputError, Inputs, Record};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A programme's head with CNY in Shanghai and the points `Star`.
pub fn programme(rules: &str) -> String {
    with_points("round down each line; valid 3 years after earning", rules)
}

/// The same with other clauses of the points.
pub fn with_points(points: &str, rules: &str) -> String {
    format!(
        "programme bank \"银行\" {{\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking, std.mcc\n}}\n\
         points Star \"星点\" {{ {points}; spend first soonest to expire, then oldest; worth 0.01 CNY }}\n{rules}\n"
    )
}

/// The engine of a policy text; what is wrong with it otherwise.
pub fn engine(text: &str) -> Engine {
    let files = vec![InputFile { path: "programme.earn".to_owned(), text: text.to_owned() }];
    let loaded = load(files, &[]);
    let errors: Vec<String> =
        loaded.diagnostics.iter().filter(|found| found.is_error()).map(|found| shown(found, text)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    Engine::new(Arc::new(loaded.policy.expect("a policy without errors")))
}

fn shown(found: &Diagnostic, text: &str) -> String {
    let (_, start, end) = found.span().key();
    let (start, end) = (usize::try_from(start).unwrap(), usize::try_from(end).unwrap());
    format!("{:?} at `{}`", found.message.en, text.get(start..end).unwrap_or_default())
}

/// A host with one programme.
pub struct Host {
    pub engine: Engine,
    pub counters: Counters,
    pub records: Vec<Record>,
    pub facts: Facts,
    pub next: usize,
}

impl Host {
    pub fn new(text: &str) -> Self {
        Self::of(engine(text))
    }

    /// A host with an engine.
    pub fn of(engine: Engine) -> Self {
        Self { engine, counters: Counters::new(), records: vec![], facts: Facts::new(), next: 0 }
    }

    /// Sets facts of a customer.
    pub fn customer(&mut self, id: &str, facts: Json) -> &mut Self {
        self.subject("customer", id, facts)
    }

    pub fn subject(&mut self, subject: &str, id: &str, facts: Json) -> &mut Self {
        let Json::Object(facts) = facts else { panic!("facts are an object") };
        self.facts.insert((subject.to_owned(), id.to_owned()), facts);
        self
    }

    /// Decides an event of a customer c1 at a local time in Shanghai.
    pub fn at(&mut self, local: &str, kind: &str, members: Json) -> Decision {
        self.decide(&self.event(local, kind, members)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The JSON of an event; `id`, `customer` and the offset are given where they are missing.
    pub fn event(&self, local: &str, kind: &str, members: Json) -> Map<String, Json> {
        let Json::Object(members) = members else { panic!("an event is an object") };
        let at = if local.len() == 19 { format!("{}+08:00", local.replace(' ', "T")) } else { local.to_owned() };
        let mut event = Map::new();
        event.insert("id".to_owned(), json!(format!("e{}", self.next + 1)));
        event.insert("at".to_owned(), json!(at));
        event.insert("type".to_owned(), json!(kind));
        event.insert("customer".to_owned(), json!("c1"));
        event.extend(members);
        event
    }

    pub fn decide(&mut self, json: &Map<String, Json>) -> Result<Decision, InputError> {
        self.next += 1;
        let event = self.engine.read(json)?;
        let needs = self.engine.needs(&event);
        let attached = |fact: &(String, String)| self.facts.get(fact).map(|facts| (fact.clone(), facts.clone()));
        let facts: Facts = needs.facts.iter().filter_map(attached).collect();
        let meant = |record: &&Record| needs.records.iter().any(|id| *id == record.event || record.names.contains(id));
        let records: Vec<Record> = self.records.iter().filter(meant).cloned().collect();
        let inputs = Inputs { event: &event, facts: &facts, records: &records };
        let keys = self.engine.keys(&inputs)?;
        let listed: Counters =
            keys.iter().filter_map(|key| self.counters.get(key).map(|value| (key.clone(), value.clone()))).collect();
        let decided = self.engine.decide(&inputs, &listed, false)?;
        self.check_laws(&inputs, &keys, &listed, &decided.decision);
        // Records pass through text, as a store would keep them.
        let record: Record = serde_json::from_str(&serde_json::to_string(&decided.record).unwrap()).unwrap();
        if decided.decision.outcome == Outcome::Accepted && (record.may_be_named || !record.names.is_empty()) {
            self.records.push(record);
        }
        for change in &decided.decision.counters {
            let value = serde_json::from_str(&serde_json::to_string(&change.after).unwrap()).unwrap();
            self.counters.insert(change.key.clone(), value);
        }
        Ok(decided.decision)
    }

    fn check_laws(&self, inputs: &Inputs<'_>, keys: &[String], listed: &Counters, decision: &Decision) {
        let plain = self.engine.plainly().decide(inputs, listed, false).expect("the reference decides too");
        let fast = self.engine.decide(inputs, listed, false).expect("the same again");
        assert_eq!(fast, plain, "engines agree");
        let mut explained = self.engine.decide(inputs, listed, true).expect("explaining changes nothing").decision;
        assert!(explained.trace.take().is_some());
        assert_eq!(&explained, decision, "an explanation changes nothing");
        assert_eq!(decision, &self.engine.decide(inputs, listed, false).unwrap().decision, "a decision is a function");
        for change in &decision.counters {
            assert!(keys.contains(&change.key), "`{}` was not listed", change.key);
            assert_eq!(change.before.as_ref(), self.counters.get(&change.key));
        }
        if decision.outcome == Outcome::Refused {
            assert!(decision.counters.is_empty() && decision.lines.is_empty() && decision.reason.is_some());
        }
        for line in &decision.lines {
            let (amount, asked) = (dec(&line.amount), dec(&line.asked));
            // What takes may get less than it asks; what changes an earlier line is exact.
            let taking = matches!(line.kind.as_str(), "take" | "take_back");
            assert!(
                match asked >= Decimal::ZERO {
                    true => Decimal::ZERO <= amount && amount <= asked,
                    false if taking => asked <= amount && amount <= Decimal::ZERO,
                    false => amount == asked,
                },
                "{line:?}"
            );
            if !line.funded.is_empty() {
                assert_eq!(line.funded.iter().map(|(_, part)| dec(part)).sum::<Decimal>(), amount, "{line:?}");
            }
        }
    }

    /// The explanation of an event, without deciding it.
    pub fn explain(&self, json: &Map<String, Json>) -> earnest_interpreter::decision::Trace {
        let event = self.engine.read(json).unwrap();
        let needs = self.engine.needs(&event);
        let facts: Facts = needs
            .facts
            .iter()
            .filter_map(|fact| self.facts.get(fact).map(|facts| (fact.clone(), facts.clone())))
            .collect();
        let inputs = Inputs { event: &event, facts: &facts, records: &self.records };
        self.engine.decide(&inputs, &self.counters, true).unwrap().decision.trace.unwrap()
    }

    /// The number in a counter.
    pub fn counter(&self, key: &str) -> Option<String> {
        match self.counters.get(key)? {
            earnest_interpreter::CounterValue::Number(number) => Some(number.to_string()),
            earnest_interpreter::CounterValue::Other(json) => Some(json.to_string()),
        }
    }
}

pub fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Lines as `rule amount`, or `rule amount of asked` where they differ; of a decision in its order.
pub fn lines(decision: &Decision) -> Vec<String> {
    let line = |line: &earnest_interpreter::decision::DecisionLine| {
        let trimmed = if line.amount == line.asked { String::new() } else { format!(" of {}", line.asked) };
        format!("{} {}{trimmed}", line.rule, line.amount)
    };
    decision.lines.iter().map(line).collect()
}

/// Points in all.
pub fn total(decision: &Decision) -> Decimal {
    decision.lines.iter().map(|line| dec(&line.amount)).sum()
}

/// Points by rule over several decisions, zeros left out.
pub fn by_rule(decisions: &[Decision]) -> BTreeMap<String, Decimal> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for line in decisions.iter().flat_map(|decision| &decision.lines) {
        *sums.entry(line.rule.clone()).or_default() += dec(&line.amount);
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}
