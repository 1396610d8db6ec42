//! What goes over the wire, beside decisions, which are as `earnest run` prints them.

use chrono::SecondsFormat;
use earnest_ledger::lots::Movement;
use earnest_ledger::told::HostTold;
use earnest_ledger::{Answer, Moved};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

/// What an event led to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decided {
    /// The decision, as `earnest run` prints it.
    #[schema(value_type = Object)]
    pub decision: earnest_interpreter::Decision,
    /// The event was decided before: this is the first decision again, and nothing has changed.
    pub repeated: bool,
    /// What happened to lots, in order.
    #[schema(value_type = Vec<Object>)]
    pub movements: Vec<Movement>,
    /// Numbers of numbered coupons that were given: the benefit and the number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<(String, u64)>,
    /// What the ledger computed over its books: settlements, places, levels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub told: Vec<HostTold>,
    /// What time did on the way to the event: points that ended or became usable, reminders, events that were raised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub moved: Vec<Json>,
    /// Fields of the event that nothing reads and that look misspelled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl From<Answer> for Decided {
    fn from(answer: Answer) -> Self {
        Self {
            decision: answer.decision,
            repeated: answer.repeated,
            movements: answer.lots.movements,
            numbers: answer.numbers,
            told: answer.told,
            moved: answer.moved.into_iter().map(moved).collect(),
            warnings: answer.event.warnings.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What time did.
pub(crate) fn moved(moved: Moved) -> Json {
    match moved {
        Moved::Points(points) => json!({
            "at": points.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            "kind": points.kind,
            "customer": points.customer,
            "points": points.points,
            "pool": points.pool,
            "amount": points.amount.to_string(),
            "last_day": points.last_day,
        }),
        Moved::Raised(answer) => json!({ "raised": Decided::from(*answer) }),
        Moved::NotDecided { at, event, error } => {
            json!({ "not_decided": event, "at": at.to_rfc3339_opts(SecondsFormat::AutoSi, true), "reason": error.to_string() })
        }
    }
}

/// An answer to one event of a batch: what it led to, or why it was not decided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OneOf {
    /// It was decided.
    Decided(Box<Decided>),
    /// It was not, and nothing of it was written; the others were.
    Problem(crate::Problem),
}

/// Everything that a decision depends on, for a host that keeps its own books.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Stateless {
    /// The event.
    #[schema(value_type = Object)]
    pub event: Map<String, Json>,
    /// Facts of subjects: `[["customer", "c1", {"tier": "gold"}]]`.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub facts: Vec<(String, String, Map<String, Json>)>,
    /// Records of the events that it names, oldest first.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub records: Vec<earnest_interpreter::Record>,
    /// Values of counters, by key; one that was never written is left out.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub counters: earnest_interpreter::Counters,
}

/// A decision that changed nothing, and the record that a later event about this one needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatelessDecided {
    /// Counters that the decision read, by key.
    pub keys: Vec<String>,
    /// The decision.
    #[schema(value_type = Object)]
    pub decision: earnest_interpreter::Decision,
    /// To be kept, and sent with every event that names this one.
    #[schema(value_type = Object)]
    pub record: earnest_interpreter::Record,
}

/// A version of the programme.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    /// From when it is in force.
    pub from: String,
    /// The hash of its meaning.
    pub hash: String,
}

/// The programme as it is served.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Served {
    /// Its name.
    pub programme: String,
    /// Its versions, earliest first.
    pub versions: Vec<Version>,
}

/// Until when time passes.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Until {
    /// An instant, RFC 3339.
    #[schema(value_type = String)]
    pub to: chrono::DateTime<chrono::FixedOffset>,
}
