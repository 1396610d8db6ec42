//! Events: decided and kept; quoted; decided for hosts that keep their own books.

use crate::shapes::{Decided, OneOf, Stateless, StatelessDecided};
use crate::{Ledger, Problem, Role, Service};
use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use earnest_interpreter::{Facts, Inputs};
use earnest_ledger::HostError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::IntoParams;

/// What may be said beside an event.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Asked {
    /// With the explanation of the decision.
    #[serde(default)]
    pub(super) explain: bool,
}

/// The most events in one batch: a batch shares a commit, and others wait for it.
const BATCH: usize = 1_000;

/// The body, or why it was not taken.
pub(super) fn body(taken: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    taken.map_err(|refused| {
        let (status, what) = (refused.status(), refused.body_text());
        Problem::new(status, "body", "the body was not taken", format!("{what}: send fewer events at once"))
    })
}

/// What a body says.
pub(super) fn read<T: DeserializeOwned>(taken: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    serde_json::from_slice(&body(taken)?).map_err(|error| Problem::malformed(error.to_string()))
}

/// Who sends: no role where no token is asked for.
type Sender = Option<Extension<Role>>;

/// What staff and the clock do to a ledger (`std.control`: adjustments, freezing, settlement) is an operator's to send.
fn may_send(ledger: &Ledger, sender: &Sender, event: &Map<String, Value>) -> Result<(), Problem> {
    if sender.as_ref().is_none_or(|role| role.0 != Role::Decide) {
        return Ok(());
    }
    let versions = ledger.programme().versions().iter();
    let controls = versions.filter_map(|engine| {
        // What cannot be read is told by whoever decides it.
        let kind = engine.policy().kind(engine.read(event).ok()?.kind)?;
        engine.policy().sources.place(kind.title.span).starts_with("std/control.earn").then_some(&kind.title.name)
    });
    match controls.into_iter().next() {
        Some(kind) => Err(super::forbidden(format!("`{kind}` is sent by an operator"))),
        None => Ok(()),
    }
}

/// Decides an event, or some in their order, and keeps what comes of them.
///
/// An event alone is answered with its decision, or with a problem; a list with a list, an answer for each event: one that is wrong
/// keeps none of the others from being decided. An event that was decided before gets its first decision again.
#[utoipa::path(post, path = "/v1/events", params(Asked), security(("token" = [])),
    request_body(content = Object, description = "An event, or a list of at most 1,000 events"),
    responses((status = 200, body = Decided), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn events(
    State(service): State<Service>,
    sender: Sender,
    Query(asked): Query<Asked>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    match read::<Value>(taken)? {
        Value::Object(event) => match one(&service, sender, event, asked.explain).await? {
            Ok(answer) => Ok(Json(answer).into_response()),
            Err(problem) => Err(problem),
        },
        Value::Array(all) => {
            if all.len() > BATCH {
                return Err(Problem::malformed(format!(
                    "a list has at most {BATCH} events, and this one {}",
                    all.len()
                )));
            }
            Ok(Json(batch(&service, sender, all, asked.explain).await?).into_response())
        }
        _ => Err(Problem::malformed("an event is a JSON object; several are a list of objects")),
    }
}

async fn one(
    service: &Service,
    sender: Sender,
    event: Map<String, Value>,
    explain: bool,
) -> Result<Result<Decided, Problem>, Problem> {
    let decide = move |ledger: &mut Ledger| match may_send(ledger, &sender, &event) {
        Ok(()) => ledger.decide(&event, explain).map(|answer| Ok(answer.into())),
        Err(problem) => Ok(Err(problem)),
    };
    service.worker.write(decide).await
}

async fn batch(service: &Service, sender: Sender, all: Vec<Value>, explain: bool) -> Result<Vec<OneOf>, Problem> {
    let decide = move |event: Value, ledger: &mut Ledger| {
        let Value::Object(event) = event else {
            return Ok(OneOf::Problem(Problem::malformed("an event is a JSON object")));
        };
        if let Err(problem) = may_send(ledger, &sender, &event) {
            return Ok(OneOf::Problem(problem));
        }
        match ledger.decide(&event, explain) {
            Ok(answer) => Ok(OneOf::Decided(Box::new(answer.into()))),
            Err(HostError::Store(what)) => Err(HostError::Store(what)),
            Err(error) => Ok(OneOf::Problem(error.into())),
        }
    };
    service.worker.write(move |ledger| all.into_iter().map(|event| decide(event, ledger)).collect()).await
}

/// What an event would give, were it sent now. Nothing is written.
#[utoipa::path(post, path = "/v1/quote", params(Asked), security(("token" = [])),
    request_body(content = Object, description = "An event"),
    responses((status = 200, body = Decided), (status = 422, body = Problem)))]
pub(super) async fn quote(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Json<Decided>, Problem> {
    let event: Map<String, Value> = read(taken)?;
    let answer = service.worker.write(move |ledger| ledger.quote(&event, asked.explain)).await?;
    Ok(Json(answer.into()))
}

/// Decides from what is sent alone: for hosts that keep counters, facts and records themselves. Nothing is read or written.
#[utoipa::path(post, path = "/v1/decide", params(Asked), security(("token" = [])), request_body = Stateless,
    responses((status = 200, body = StatelessDecided), (status = 422, body = Problem)))]
pub(super) async fn decide(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Json<StatelessDecided>, Problem> {
    let Stateless { event, facts, records, counters } = read(taken)?;
    let programme = service.worker.read(|ledger| Ok(ledger.programme().clone())).await?;
    let decided = move || {
        let at = event.get("at").and_then(Value::as_str).and_then(|at| at.parse().ok());
        let engine = at.and_then(|at| programme.version(programme.answers_at(at))).or_else(|| programme.version(0));
        let engine = engine.ok_or_else(Problem::gone)?;
        let wrong = |error| Problem::from(HostError::Input(error));
        let event = engine.read(&event).map_err(wrong)?;
        let facts: Facts = facts.into_iter().map(|(subject, id, facts)| ((subject, id), facts)).collect();
        let inputs = Inputs { event: &event, facts: &facts, records: &records };
        let keys = engine.keys(&inputs).map_err(wrong)?;
        let decided = engine.decide(&inputs, &counters, asked.explain).map_err(wrong)?;
        Ok(StatelessDecided { keys, decision: decided.decision, record: decided.record })
    };
    decided().map(Json)
}
