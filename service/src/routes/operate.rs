//! What an operator does: facts, time, the programme.

use super::events::read;
use crate::shapes::{Served, Until, Version, moved};
use crate::{Problem, Service};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use earnest_ledger::Programme;
use serde_json::{Map, Value};

/// Replaces what is known of a subject (`customer`, `card`, `merchant`).
#[utoipa::path(put, path = "/v1/facts/{subject}/{id}", params(("subject" = String, Path), ("id" = String, Path)),
    security(("token" = [])), request_body(content = Object, description = "All facts of the subject"),
    responses((status = 204), (status = 400, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn facts(
    State(service): State<Service>,
    Path((subject, id)): Path<(String, String)>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let facts: Map<String, Value> = read(taken)?;
    service.worker.write(move |ledger| ledger.tell(&subject, &id, facts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets time pass up to an instant: points end or become usable, reminders go out, schedules raise their events.
#[utoipa::path(post, path = "/v1/clock", security(("token" = [])), request_body = Until,
    responses((status = 200, body = Vec<Object>), (status = 400, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn clock(
    State(service): State<Service>,
    taken: Result<Bytes, BytesRejection>,
) -> Result<Json<Vec<Value>>, Problem> {
    let Until { to } = read(taken)?;
    let done = service.worker.write(move |ledger| ledger.advance_to(to)).await?;
    Ok(Json(done.into_iter().map(moved).collect()))
}

fn served(programme: &Programme) -> Served {
    let name = programme.versions().last().map(|engine| engine.policy().programme.name.clone());
    let version = |engine: &earnest_interpreter::Engine| Version {
        from: engine.policy().version(),
        hash: engine.hash().to_owned(),
    };
    Served { programme: name.unwrap_or_default(), versions: programme.versions().iter().map(version).collect() }
}

/// The programme as it is served, version by version.
#[utoipa::path(get, path = "/v1/programme", security(("token" = [])), responses((status = 200, body = Served)))]
pub(super) async fn programme(State(service): State<Service>) -> Result<Json<Served>, Problem> {
    service.worker.read(|ledger| Ok(served(ledger.programme()))).await.map(Json)
}

/// Reads the programme's files again and goes on with them, between two events. Where they have errors, the old programme stays.
#[utoipa::path(post, path = "/v1/programme/reload", security(("token" = [])),
    responses((status = 200, body = Served), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn reload(State(service): State<Service>) -> Result<Json<Served>, Problem> {
    let reread = service.reread.clone();
    let read = tokio::task::spawn_blocking(move || reread()).await.map_err(|_| Problem::gone())?;
    let programme = read.map_err(|what| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "programme", "the programme has errors; the old one stays", what)
    })?;
    let now = served(&programme);
    service.worker.reload(programme).await?;
    Ok(Json(now))
}
