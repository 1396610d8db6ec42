//! Tests and examples of the text, ready to run: events as the JSON that a host would send, so that they pass through the same door.

use crate::source::Span;
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// A test, or one row of examples (each row starts afresh).
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The label; rows have their number behind it: `存款 #2`.
    pub label: String,
    /// Steps in order.
    pub steps: Vec<ScenarioStep>,
    /// Where it stands.
    pub span: Span,
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub enum ScenarioStep {
    /// Facts and lots given at the start.
    Given(Given),
    /// An event and what must follow.
    Event {
        /// The event without `id` (given by the runner) and with `at` as local time.
        event: Map<String, Json>,
        /// Local instant.
        at: NaiveDateTime,
        /// What must happen, closed world.
        expected: Vec<Expected>,
        /// Where the step stands.
        span: Span,
    },
    /// A step about lots: balance, loss or reminder, run by a host that keeps lots.
    Lots {
        /// Local instant.
        at: NaiveDateTime,
        /// Whose.
        customer: String,
        /// What must be so.
        expected: LotsExpected,
        /// Where the step stands.
        span: Span,
    },
}

/// What is expected of lots.
#[derive(Debug, Clone, PartialEq)]
pub enum LotsExpected {
    /// Spendable balance of points (name), in all and by pool.
    Balance(String, Decimal, Vec<(String, Decimal)>),
    /// Points that lapse at that instant.
    Loses(String, Decimal),
    /// At the start: used so often before, by the name of what has a limit or stock.
    Used(String, Decimal),
    /// Reminded of points that end on a day.
    Reminded(String, Decimal, Option<chrono::NaiveDate>),
}

/// Facts of a customer, as JSON members, and lots held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    /// Whose facts: `customer`, or another subject of the programme.
    pub subject: String,
    /// The id of the customer (or of that other subject).
    pub customer: String,
    /// Facts by JSON name.
    pub facts: Map<String, Json>,
    /// Lots held.
    pub holds: Vec<Held>,
    /// Where it stands.
    pub span: Span,
}

/// A lot held at the start of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Points by name.
    pub points: String,
    /// How many.
    pub amount: Decimal,
    /// Pool by name.
    pub pool: Option<String>,
    /// Local date of earning.
    pub earned: Option<NaiveDateTime>,
    /// Who funded it.
    pub funded_by: Option<String>,
    /// Frozen.
    pub frozen: bool,
}

/// What an event must lead to.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// Points in all, for somebody (the event's customer unless named), with lines by rule or group: got and asked.
    Earn {
        /// How many.
        amount: Decimal,
        /// Which points, by name.
        points: String,
        /// For whom.
        to: Option<String>,
        /// Lines: name of rule, group or pool; got; asked.
        lines: Vec<(String, Decimal, Option<Decimal>)>,
        /// Where it stands.
        span: Span,
    },
    /// Refused with this code.
    Refuse(String, Span),
    /// Something that a host with lots, coupons or requests must show; the text is shown where the host has none.
    Other(String, Span),
}
