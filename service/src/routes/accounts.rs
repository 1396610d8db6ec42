//! What customers have and had.

use crate::{Problem, Service};
use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, FixedOffset, NaiveDate};
use earnest_ledger::lots::Lot;
use earnest_ledger::programme::instant_of;
use earnest_ledger::statement::StatementLine;
use earnest_ledger::{Balance, HostError, Store};
use serde::Deserialize;
use utoipa::IntoParams;

/// As of when.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct AsOf {
    /// An instant, RFC 3339; else that of the last event.
    #[param(value_type = Option<String>)]
    at: Option<DateTime<FixedOffset>>,
}

/// What a customer has of each unit of points.
#[utoipa::path(get, path = "/v1/customers/{customer}/balances", params(("customer" = String, Path), AsOf), security(("token" = [])),
    responses((status = 200, body = Vec<Object>), (status = 503, body = Problem)))]
pub(super) async fn balances(
    State(service): State<Service>,
    Path(customer): Path<String>,
    Query(asked): Query<AsOf>,
) -> Result<Json<Vec<Balance>>, Problem> {
    let read = move |ledger: &crate::Ledger| {
        let at = match asked.at {
            Some(at) => at,
            None => ledger.books().clock()?.unwrap_or_default().fixed_offset(),
        };
        let programme = ledger.programme();
        let policy = programme.version(programme.answers_at(at)).map(earnest_interpreter::Engine::policy);
        let units = policy.into_iter().flat_map(|policy| &policy.points);
        let shown = units.filter(|points| !points.memo && points.kept_by.is_none());
        shown.map(|points| ledger.balance(&customer, &points.title.name, at)).collect::<Result<Vec<_>, HostError>>()
    };
    service.worker.read(read).await.map(Json)
}

/// The lots of a customer with something left, in the order in which they came to be.
#[utoipa::path(get, path = "/v1/customers/{customer}/lots", params(("customer" = String, Path)), security(("token" = [])),
    responses((status = 200, body = Vec<Object>), (status = 503, body = Problem)))]
pub(super) async fn lots(
    State(service): State<Service>,
    Path(customer): Path<String>,
) -> Result<Json<Vec<Lot>>, Problem> {
    let read =
        move |ledger: &crate::Ledger| Ok(ledger.books().account(&customer)?.lots.values().cloned().collect::<Vec<_>>());
    service.worker.read(read).await.map(Json)
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Days {
    /// The first day, in the programme's zone.
    #[param(value_type = Option<String>)]
    from: Option<NaiveDate>,
    /// The last day, included.
    #[param(value_type = Option<String>)]
    to: Option<NaiveDate>,
}

/// Every movement of a customer's points, each with its rule and where that is written, and what was held after it.
#[utoipa::path(get, path = "/v1/customers/{customer}/statement", params(("customer" = String, Path), Days), security(("token" = [])),
    responses((status = 200, body = Vec<Object>), (status = 503, body = Problem)))]
pub(super) async fn statement(
    State(service): State<Service>,
    Path(customer): Path<String>,
    Query(asked): Query<Days>,
) -> Result<Json<Vec<StatementLine>>, Problem> {
    let read = move |ledger: &crate::Ledger| {
        let newest = ledger.programme().versions().last();
        let begins = |day: NaiveDate| Some(instant_of(newest?.policy(), day.into())?.to_utc());
        let until = asked.to.and_then(|day| day.succ_opt());
        ledger.statement(&customer, asked.from.and_then(begins), until.and_then(begins))
    };
    service.worker.read(read).await.map(Json)
}
