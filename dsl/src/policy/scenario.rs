//! Tests and examples of the text, ready to run: events as the JSON that a host would send, so that they pass through the same door.

use crate::source::Span;
use crate::syntax::ast::MoneyVerb;
use chrono::{NaiveDate, NaiveDateTime};
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
    Reminded(String, Decimal, Option<NaiveDate>),
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

/// What an event must lead to. Closed world: what no expectation of the step lists must not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What.
    pub kind: ExpectedKind,
    /// Where it stands.
    pub span: Span,
}

/// A part of an amount: name of a rule, group, pool or funder; got; asked before limits, where that is said.
pub type ExpectedPart = (String, Decimal, Option<Decimal>);

/// Kinds of expectations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedKind {
    /// Points in all, for somebody (the event's customer unless named).
    Earn {
        /// How many; below zero where a refund takes back.
        amount: Decimal,
        /// Which points, by name.
        points: String,
        /// For whom.
        to: Option<String>,
        /// All lines, where some are listed.
        parts: Vec<ExpectedPart>,
    },
    /// Points taken from the event's customer. Where the event has no line that takes (a refund), less points in all.
    Take {
        /// How many, above zero.
        amount: Decimal,
        /// Which points, by name.
        points: String,
        /// By rule, pool or funder.
        parts: Vec<ExpectedPart>,
    },
    /// Refused with this code.
    Refuse(String),
    /// Points that go to another customer.
    Move {
        /// How many.
        amount: Decimal,
        /// Which points, by name.
        points: String,
        /// To whom.
        to: String,
    },
    /// Money (or a quantity): off the bill, still to be paid, given.
    Money {
        /// What it does.
        verb: MoneyVerb,
        /// How much.
        amount: Decimal,
        /// Currency, quantity or points by name.
        unit: String,
    },
    /// Entries of a lottery.
    Entries(Decimal),
    /// A benefit or service that the customer may now have or use.
    Grant {
        /// Its name.
        name: String,
        /// Its number, where each one has one.
        number: Option<Decimal>,
        /// Its worth, where that differs from grant to grant.
        worth: Option<Decimal>,
    },
    /// Points taken back.
    TakeBack {
        /// How many were there to be taken.
        amount: Decimal,
        /// Which points, by name.
        points: String,
        /// What is owed besides.
        owe: Option<Decimal>,
    },
    /// The last day of delivery.
    DeliverBy(NaiveDate),
    /// A tier, by the name of its row.
    Tier(String),
    /// A figure that the event tells; without a name: the only one.
    Figure {
        /// Its name.
        name: Option<String>,
        /// Its value.
        value: Decimal,
    },
    /// A partner's claim: the totals agree, or they differ and details are asked for.
    Settled {
        /// They agree; `count` and `money` are the totals. Else these are the differences, claimed minus own.
        matched: bool,
        /// How many.
        count: Decimal,
        /// How much money.
        money: Decimal,
    },
    /// Customers in their places, the first first.
    Ranked(Vec<String>),
    /// A notice that shows this value.
    Notice(Shown),
}

/// A value that a notice shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A number, whatever its unit.
    Number(Decimal),
    /// Anything else, as it is shown.
    Text(String),
}
