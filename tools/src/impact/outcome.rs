//! What an event led to, as far as a customer or an accountant would notice; and how two outcomes differ.

use crate::story::{number, unit};
use earnest_interpreter::decision::{DecisionLine, Outcome};
use earnest_ledger::Answer;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// For whom a difference is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// The customer has more under the new policy.
    Gains,
    /// The customer has less.
    Loses,
    /// Neither, or both.
    Other,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Points of a unit for a customer: earned, less what was used or taken back. In points.
    Points {
        /// Whose.
        customer: String,
        /// Which.
        unit: String,
    },
    /// Money that goes with a request: its verb (`off`, `pay`, ...) and currency, in main units.
    Money {
        /// What it does.
        verb: String,
        /// Currency, quantity or partner's points.
        unit: String,
    },
    /// Refused or accepted.
    Refusal,
    /// The last usable day of points given.
    LastDay,
    /// The day on which points given become usable.
    Usable,
    /// Who pays for points given.
    Funding,
    /// Entries of a lottery.
    Entries,
    /// What the customer may have or use.
    Entitled,
    /// A figure.
    Figure(String),
    /// Points owed, or forgiven, after a refund.
    Debt,
    /// A notice, a fact that is set, a day of delivery.
    Told(String),
    /// Which rule gives the points, where the sum is the same.
    Rule,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What differs.
    pub what: What,
    /// Under the old policy: a number, or text; empty where there is nothing.
    pub old: String,
    /// Under the new policy.
    pub new: String,
    /// For whom that is good.
    pub tone: Tone,
}

impl Gap {
    /// New less old, where both are numbers.
    #[must_use]
    pub fn more(&self) -> Option<Decimal> {
        let number = |text: &str| if text.is_empty() { Some(Decimal::ZERO) } else { text.parse::<Decimal>().ok() };
        number(&self.new)?.checked_sub(number(&self.old)?)
    }
}

/// What one version made of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen(BTreeMap<What, String>);

impl Seen {
    /// From the answer to an event; none where it could not be decided.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let decision = &answer.decision;
        let mut all: BTreeMap<What, String> = BTreeMap::new();
        if decision.outcome == Outcome::Refused {
            all.insert(What::Refusal, decision.reason.clone().unwrap_or_default());
            return Self(all);
        }
        let mut sums: BTreeMap<What, Decimal> = BTreeMap::new();
        let mut add = |what: What, amount: Decimal| {
            let sum = sums.entry(what).or_default();
            *sum = sum.saturating_add(amount);
        };
        for line in &decision.lines {
            let what = What::Points { customer: line.customer.clone(), unit: unit(line).to_owned() };
            add(what, number(&line.amount));
        }
        for amount in &decision.amounts {
            add(What::Money { verb: amount.kind.clone(), unit: amount.unit.clone() }, number(&amount.amount));
        }
        add(What::Debt, answer.lots.debt().saturating_add(answer.lots.shortage()));
        if let Some(entries) = &decision.entries {
            add(What::Entries, number(entries));
        }
        all.extend(sums.into_iter().filter(|(_, sum)| !sum.is_zero()).map(|(what, sum)| (what, plain(sum))));
        let given: Vec<&DecisionLine> =
            decision.lines.iter().filter(|line| number(&line.amount) > Decimal::ZERO).collect();
        if !given.is_empty() {
            let list = |tell: &dyn Fn(&DecisionLine) -> String| {
                let told: std::collections::BTreeSet<String> = given.iter().map(|line| tell(line)).collect();
                told.into_iter().collect::<Vec<_>>().join(", ")
            };
            all.insert(What::LastDay, list(&|line| line.expires_on.clone().unwrap_or_else(|| "∞".to_owned())));
            all.insert(What::Usable, list(&|line| line.available_from.clone().unwrap_or_default()));
            all.insert(What::Funding, funding(&given));
        }
        if !decision.entitled.is_empty() {
            all.insert(What::Entitled, decision.entitled.join(", "));
        }
        all.extend(decision.figures.iter().map(|(name, value)| (What::Figure(name.clone()), value.clone())));
        for notice in &decision.notices {
            let values: Vec<&str> = notice.shows.iter().map(|(_, value)| value.as_str()).collect();
            all.insert(What::Told(notice.name.clone()), values.join(", "));
        }
        for fact in &decision.facts {
            all.insert(
                What::Told(format!("{}.{}", fact.subject, fact.fact)),
                format!("{} ({})", fact.value, fact.from),
            );
        }
        if let Some(day) = &decision.deliver_by {
            all.insert(What::Told("delivery".to_owned()), day.clone());
        }
        Self(all)
    }

    /// How the outcome of the new policy (`self` is that of the old one) differs, the most important first.
    #[must_use]
    pub fn gaps(&self, new: &Self) -> Vec<Gap> {
        let keys: std::collections::BTreeSet<&What> = self.0.keys().chain(new.0.keys()).collect();
        let text = |seen: &Self, what: &What| seen.0.get(what).cloned().unwrap_or_default();
        let mut gaps: Vec<Gap> = keys
            .into_iter()
            .map(|what| Gap { what: what.clone(), old: text(self, what), new: text(new, what), tone: Tone::Other })
            .filter(|gap| gap.old != gap.new)
            .collect();
        for gap in &mut gaps {
            gap.tone = tone(gap);
        }
        // Where one side gives nothing at all, there is nothing to say about when that ends and who pays.
        let nothing = |seen: &Self| !seen.0.contains_key(&What::LastDay);
        if nothing(self) || nothing(new) {
            gaps.retain(|gap| !matches!(gap.what, What::LastDay | What::Usable | What::Funding));
        }
        if gaps.iter().any(|gap| gap.what == What::Refusal) {
            // What comes of the one side is told by its story.
            gaps.retain(|gap| gap.what == What::Refusal);
        }
        gaps
    }
}

/// Shares of who pays, not sums: these follow from the points.
fn funding(given: &[&DecisionLine]) -> String {
    let mut parties: Vec<&str> = given.iter().flat_map(|line| &line.funded).map(|(party, _)| party.as_str()).collect();
    parties.sort_unstable();
    parties.dedup();
    parties.join(", ")
}

fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

fn tone(gap: &Gap) -> Tone {
    let signed = |more: Option<Decimal>, good: bool| match more {
        Some(more) if more.is_zero() => Tone::Other,
        Some(more) if (more > Decimal::ZERO) == good => Tone::Gains,
        Some(_) => Tone::Loses,
        None => Tone::Other,
    };
    match &gap.what {
        What::Points { .. } | What::Entries => signed(gap.more(), true),
        What::Money { verb, .. } => match verb.as_str() {
            "off" | "give" | "receive" => signed(gap.more(), true),
            "pay" | "fee" => signed(gap.more(), false),
            _ => Tone::Other,
        },
        What::Refusal if gap.new.is_empty() => Tone::Gains,
        What::Refusal if gap.old.is_empty() => Tone::Loses,
        What::LastDay if gap.new > gap.old => Tone::Gains,
        What::LastDay => Tone::Loses,
        What::Usable if gap.new < gap.old => Tone::Gains,
        What::Usable => Tone::Loses,
        What::Debt => signed(gap.more(), false),
        What::Entitled if gap.old.is_empty() => Tone::Gains,
        What::Entitled if gap.new.is_empty() => Tone::Loses,
        _ => Tone::Other,
    }
}

/// The tone of all gaps together: what is said of points or a refusal comes before what is said of dates.
#[must_use]
pub fn overall(gaps: &[Gap]) -> Tone {
    let first = gaps.iter().find(|gap| gap.what == What::Refusal);
    if let Some(gap) = first.filter(|gap| gap.tone != Tone::Other) {
        return gap.tone;
    }
    let tones: std::collections::BTreeSet<Tone> =
        gaps.iter().map(|gap| gap.tone).filter(|tone| *tone != Tone::Other).collect();
    match tones.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => *only,
        _ => Tone::Other,
    }
}
