//! What a machine asks that watches the service.

use crate::{Problem, Service};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use earnest_ledger::Store;

/// The process answers.
#[utoipa::path(get, path = "/health", responses((status = 200, body = String)))]
pub(super) async fn health() -> &'static str {
    "alive\n"
}

/// The ledger answers, and its store can be read.
#[utoipa::path(get, path = "/ready", responses((status = 200, body = String), (status = 503, body = Problem)))]
pub(super) async fn ready(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.worker.read(|ledger| Ok(ledger.books().clock().map(drop)?)).await?;
    Ok("ready\n")
}

/// Figures in the text form of Prometheus (`OpenMetrics`).
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String)))]
pub(super) async fn metrics(State(service): State<Service>) -> impl IntoResponse {
    let text = service.metrics.text(service.worker.commits());
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
