//! Refunds and adjustments: events of which the service knows the type, and for a refund whose it is.

use super::events::{Asked, read};
use crate::shapes::Decided;
use crate::{Ledger, Problem, Service};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use earnest_ledger::{HostError, Store};
use serde_json::{Map, Value};

/// Takes back an event, or a part of it: `id`, `at`, `of`, `amount`; all of it where no amount is said.
///
/// The customer is that of the original, and the type `refund`, where the body does not say otherwise (`chargeback`, `cancellation`).
#[utoipa::path(post, path = "/v1/refunds", params(Asked), security(("token" = [])),
    request_body(content = Object, description = "A refund"),
    responses((status = 200, body = Decided), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn refunds(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Json<Decided>, Problem> {
    let mut event: Map<String, Value> = read(taken)?;
    event.entry("type").or_insert_with(|| Value::from("refund"));
    let decide = move |ledger: &mut Ledger| {
        if !event.contains_key("customer")
            && let Some(customer) = customer_of(ledger, event.get("of"))?
        {
            event.insert("customer".to_owned(), customer);
        }
        ledger.decide(&event, asked.explain)
    };
    Ok(Json(service.worker.write(decide).await?.into()))
}

/// The customer of an event that was decided and may be named.
fn customer_of(ledger: &Ledger, of: Option<&Value>) -> Result<Option<Value>, HostError> {
    let Some(of) = of.and_then(Value::as_str) else { return Ok(None) };
    let records = ledger.books().records(&[of.to_owned()], Some(&[1]))?;
    let event = records.first().and_then(|record| record.state.get("event"));
    Ok(event.and_then(|event| event.get("customer")).cloned())
}

/// Gives or takes points by hand: `id`, `at`, `customer`, `points` (below zero takes), `reason`; the type is `adjust`.
///
/// The programme must say what an adjustment does (`on Adjust`, `std.control`).
#[utoipa::path(post, path = "/v1/adjustments", params(Asked), security(("token" = [])),
    request_body(content = Object, description = "An adjustment"),
    responses((status = 200, body = Decided), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn adjustments(
    State(service): State<Service>,
    Query(asked): Query<Asked>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Json<Decided>, Problem> {
    let mut event: Map<String, Value> = read(taken)?;
    event.entry("type").or_insert_with(|| Value::from("adjust"));
    Ok(Json(service.worker.write(move |ledger| ledger.decide(&event, asked.explain)).await?.into()))
}
