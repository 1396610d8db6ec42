//! The audit log, for whoever keeps a copy elsewhere.

use crate::{Problem, Service};
use axum::Json;
use axum::extract::{Query, State};
use earnest_stores::Entry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Behind {
    /// Only entries behind this number.
    #[serde(default)]
    after: i64,
    /// At most so many; 1,000 at most.
    most: Option<i64>,
}

/// An entry of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Line {
    /// Its number, from 1 without gaps.
    number: i64,
    /// What it says, a JSON text: the hash is taken over this text.
    body: String,
    /// The hash of the entry before.
    previous: String,
    /// The SHA-256 of `previous`, a line end, and `body`.
    hash: String,
}

impl From<Entry> for Line {
    fn from(Entry { number, body, previous, hash }: Entry) -> Self {
        Self { number, body, previous, hash }
    }
}

/// Entries of the audit log, in order.
#[utoipa::path(get, path = "/v1/log", params(Behind), security(("token" = [])), responses((status = 200, body = Vec<Line>)))]
pub(super) async fn entries(
    State(service): State<Service>,
    Query(asked): Query<Behind>,
) -> Result<Json<Vec<Line>>, Problem> {
    let most = asked.most.unwrap_or(1_000).clamp(1, 1_000);
    let found = service.worker.read(move |ledger| Ok(ledger.books().entries(asked.after, most)?)).await?;
    Ok(Json(found.into_iter().map(Line::from).collect()))
}
