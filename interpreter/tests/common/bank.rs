//! A host whose customers hold points: balances follow the lines of decisions.

use super::{Host, dec, programme};
use earnest_interpreter::decision::Decision;
use serde_json::Value as Json;

/// A host whose customer c1 holds so many stars; balances follow the lines.
pub struct Bank(pub Host);

impl Bank {
    pub fn new(stars: &str, rules: &str) -> Self {
        let mut bank = Self(Host::new(&programme(rules)));
        bank.hold("c1", stars);
        bank
    }

    pub fn hold(&mut self, customer: &str, stars: &str) {
        self.set(&format!("balance Star|customer={customer}"), stars);
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.0.counters.insert(key.to_owned(), earnest_interpreter::CounterValue::Number(dec(value)));
    }

    pub fn balance(&self, customer: &str) -> String {
        self.0.counter(&format!("balance Star|customer={customer}")).unwrap_or_default()
    }

    pub fn ask(&mut self, local: &str, kind: &str, members: Json) -> Decision {
        let decision = self.0.at(local, kind, members);
        for line in &decision.lines {
            let key = format!("balance {}|customer={}", line.points, line.customer);
            let held = self.0.counter(&key).map_or_else(Default::default, |held| dec(&held));
            self.set(&key, &(held + dec(&line.amount)).to_string());
        }
        decision
    }

    pub fn now(&mut self, kind: &str, members: Json) -> Decision {
        self.ask("2024-05-01 10:00:00", kind, members)
    }
}

/// What came of a request: codes, or lines and amounts.
pub fn came(decision: &Decision) -> Vec<String> {
    if !decision.reasons.is_empty() {
        return decision.reasons.iter().map(|code| format!("! {code}")).collect();
    }
    let mut all: Vec<String> = decision
        .lines
        .iter()
        .map(|line| {
            let whom = if line.customer == "c1" { String::new() } else { format!(" for {}", line.customer) };
            format!("{} {} {}{whom}", line.kind, line.amount, line.points)
        })
        .collect();
    all.extend(decision.amounts.iter().map(|amount| {
        let to = amount.to.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
        format!("{} {} {}{to}", amount.kind, amount.amount, amount.unit)
    }));
    all.extend(decision.entries.iter().map(|count| format!("entries {count}")));
    all.extend(decision.entitled.iter().map(|what| format!("entitled {what}")));
    all.extend(decision.deliver_by.iter().map(|day| format!("by {day}")));
    all
}
