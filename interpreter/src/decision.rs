//! Decisions: what an event leads to, as data. The JSON form is that of the host's protocol: fields in this order, amounts as decimal strings.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Values of counters by key.
pub type Counters = BTreeMap<String, CounterValue>;

/// The value of a counter. A counter that was never written has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CounterValue {
    /// A sum, count, room used, points posted.
    Number(#[serde(with = "rust_decimal::serde::str")] Decimal),
    /// Anything richer: a stretch with its start, a streak with its last day, remembered events. The engine alone reads it.
    Other(Json),
}

impl<'de> Deserialize<'de> for CounterValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let number = json.as_str().and_then(|text| text.parse().ok());
        Ok(number.map_or(Self::Other(json), Self::Number))
    }
}

/// What happened to the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Accepted (it may still earn nothing).
    Accepted,
    /// Refused: nothing changes, no measure counts it.
    Refused,
}

/// Which policy decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Its programme.
    pub programme: String,
    /// Its version: the from-date.
    pub version: String,
    /// Its hash.
    pub hash: String,
}

/// A line: an amount of points for or against somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionLine {
    /// The rule (or group) in whose name it stands.
    pub rule: String,
    /// `base`, `bonus`, `level`, `refund`; of requests and rules that take: `redeem` (taken in a request), `receive` (given by
    /// one), `move` (from or to another customer), `take`, `take_back`, `grant` (a benefit), `convert`.
    pub kind: String,
    /// The pool.
    pub points: String,
    /// The points whose pool it is, where the pool has a name of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Whose points.
    pub customer: String,
    /// Signed amount.
    pub amount: String,
    /// What was asked before constraints.
    pub asked: String,
    /// The earlier event whose lots a refund line changes; none for lines of the event itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<String>,
    /// First local date and time at which the points are usable, if not at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub available_from: Option<String>,
    /// Last usable local date; none without end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_on: Option<String>,
    /// Who pays how much; empty where nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub funded: Vec<(String, String)>,
    /// Of a line that takes: pools in the order of use. Empty: all of the unit, in its order of use.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub from: Vec<String>,
    /// Of a line that takes back: everything that there is, pending points included; the amount is the part that could be spent.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub all: bool,
    /// Of a line that moves lots: the other customer. Lots leave where the amount is below zero, and arrive where it is above.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub other: Option<String>,
    /// Lots that move keep their dates.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub keep_dates: bool,
    /// Money worth of what is granted, where it differs from grant to grant.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub worth: Option<String>,
}

/// An amount of money, of a quantity, or of a partner's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountOut {
    /// The request.
    pub rule: String,
    /// `off` (the bill), `pay` (by the customer), `give` (to the customer), `fee`, `cost` (owed to a partner), `receive` (from one).
    pub kind: String,
    /// Decimal, in its scale.
    pub amount: String,
    /// Currency, quantity or points; empty for a plain number.
    pub unit: String,
    /// The partner, where one is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
}

/// A fact to be stored with the instant from which it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactOut {
    /// Of which subject.
    pub subject: String,
    /// Whose.
    pub id: String,
    /// JSON name of the fact.
    pub fact: String,
    /// Its value, as the host would send it.
    pub value: Json,
    /// RFC 3339 instant.
    pub from: String,
}

/// What the customer is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The declaration's name.
    pub name: String,
    /// What is shown: source text and value.
    pub shows: Vec<(String, String)>,
}

/// A counter's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterChange {
    /// Its key.
    pub key: String,
    /// Before; none where it was never written.
    pub before: Option<CounterValue>,
    /// After.
    pub after: CounterValue,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The event's id.
    pub event: String,
    /// Accepted or refused.
    pub outcome: Outcome,
    /// The code of refusal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// All codes of refusal.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reasons: Vec<String>,
    /// Which rule and limit could not be evaluated, where that refused the event.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// Which policy decided.
    pub policy: PolicyRef,
    /// Lines in order.
    pub lines: Vec<DecisionLine>,
    /// Amounts of money, quantities and partners' points that go with a request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub amounts: Vec<AmountOut>,
    /// Entries of a lottery.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub entries: Option<String>,
    /// Services and benefits that the customer may now have or use, by name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub entitled: Vec<String>,
    /// The last local date of delivery.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deliver_by: Option<String>,
    /// Facts that the host stores.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub facts: Vec<FactOut>,
    /// What the customer is told.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notices: Vec<Notice>,
    /// Figures that the event tells, by name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub figures: Vec<(String, String)>,
    /// Counters that change, by key.
    pub counters: Vec<CounterChange>,
    /// The explanation, where asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace: Option<Trace>,
}

/// The explanation as data: one entry per rule of the event's kind, and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Trace {
    /// Why no rule was looked at: the version is not in force at the event's time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// Rules in the order in which they were decided.
    pub rules: Vec<RuleTrace>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleResult {
    /// It posted something.
    Applied,
    /// A window did not hold.
    Window,
    /// A condition did not hold.
    Condition,
    /// It lost to another rule of its group.
    Lost,
    /// It applied and gave nothing: nothing was asked, or no room was left.
    Nothing,
    /// It refused the event.
    Refused,
}

/// What a rule did, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTrace {
    /// Its name.
    pub rule: String,
    /// Its label.
    pub label: String,
    /// `path:line:column`.
    pub place: String,
    /// The earlier event that was decided again, where a refund is decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<String>,
    /// What became of it.
    pub result: RuleResult,
    /// The window or condition that did not hold, as written, with its place; or the group and the rule to which it lost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<Because>,
    /// Values read, in order of reading: name and text.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub read: Vec<(String, String)>,
    /// Steps of the amount: how the number came about.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<Step>,
    /// Of a request: every reason to refuse it, in the fixed order, with its code.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub refused: Vec<RefusedBy>,
    /// Constraints, in the order in which they were looked at.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<LimitTrace>,
    /// What it asked, in all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub asked: Option<String>,
    /// What it got, in all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub granted: Option<String>,
}

/// A clause that refuses a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedBy {
    /// The code.
    pub code: String,
    /// The clause as written, or what is lacking.
    pub text: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub place: String,
}

/// Why a rule gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// The source text of the window, condition or clause; of a lost choice, the name of the rule that won.
    pub text: String,
    /// Where it stands.
    pub place: String,
    /// The group in which the choice was lost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<String>,
}

/// What a step of an amount does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The part of the event's amount that counts, under the spend limits.
    Basis,
    /// An expression's exact value.
    Amount,
    /// What the part beyond a spend limit earns.
    Rest,
    /// The base that a multiple reads.
    Base,
    /// The multiple.
    Multiple,
    /// Rounding.
    Rounded,
    /// A share of an award that is rounded as a whole.
    Award,
    /// The total that a level rule aims at.
    Target,
    /// What a level rule has posted so far.
    Posted,
    /// What a refund leaves of the original.
    Remaining,
    /// The balance from which a line or request takes.
    Balance,
    /// The price of one piece in a request.
    Price,
    /// What a request asks for: points, or pieces.
    Asked,
    /// What a request takes: points, or pieces.
    Taken,
    /// What a request is worth in money.
    Value,
    /// An amount of money or of a quantity that goes with a request: its verb, then its text where it is written.
    Money,
}

/// A step of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does.
    pub step: StepKind,
    /// The source text, or the name of what is read.
    pub text: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub place: String,
    /// The value after it.
    pub value: String,
}

/// What a constraint did to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitTrace {
    /// Its name.
    pub limit: String,
    /// Where it stands.
    pub place: String,
    /// The bound, with its unit.
    pub bound: String,
    /// Used before this line, lines of the same decision included; with its unit.
    pub used: String,
    /// What the line asked: points, or of a spend limit the amount; a decimal.
    pub asked: String,
    /// What this limit alone would have left it; a decimal.
    pub granted: String,
}

/// What the host keeps of a decided event, so that refunds and claims can name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The event's id.
    pub event: String,
    /// The version that decided, by its from-date: a refund is decided by the same one.
    pub version: String,
    /// The earlier events that this one names: whoever names them later needs this record too.
    pub names: Vec<String>,
    /// Whether a later event may name it. The host may drop a record that nobody may name and that names nobody.
    pub may_be_named: bool,
    /// Everything that a later decision needs, written by the engine and read by it alone.
    pub state: Json,
}

/// A decision with the record to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// The record.
    pub record: Record,
}
