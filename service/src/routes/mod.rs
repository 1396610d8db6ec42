//! The interface: what may be asked, by whom. The OpenAPI document is generated from these functions.

mod accounts;
mod convenience;
mod events;
mod log;
mod operate;
mod watch;

use crate::access::Role;
use crate::{Problem, Service};
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::time::Instant;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(
    title = "Earnest",
    description = "A ledger of a loyalty programme: events are decided by its policy and kept. An event is known by its id: sent again, it gets its first decision again."
))]
struct Document;

/// The document that describes the interface, OpenAPI 3.1.
#[must_use]
pub fn api() -> utoipa::openapi::OpenApi {
    let mut document = parts().0.split_for_parts().1.merge_from(parts().1.split_for_parts().1);
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    document.components.get_or_insert_default().add_security_scheme("token", bearer);
    document
}

/// What is asked with a token, and what without.
fn parts() -> (OpenApiRouter<Service>, OpenApiRouter<Service>) {
    let asked = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(events::events))
        .routes(routes!(events::quote))
        .routes(routes!(events::decide))
        .routes(routes!(convenience::refunds))
        .routes(routes!(convenience::adjustments))
        .routes(routes!(accounts::balances))
        .routes(routes!(accounts::lots))
        .routes(routes!(accounts::statement))
        .routes(routes!(operate::facts))
        .routes(routes!(operate::clock))
        .routes(routes!(operate::programme))
        .routes(routes!(operate::reload))
        .routes(routes!(log::entries));
    let open = OpenApiRouter::new()
        .routes(routes!(watch::health))
        .routes(routes!(watch::ready))
        .routes(routes!(watch::metrics));
    (asked, open)
}

/// The whole service.
pub fn router(service: Service) -> Router {
    let (asked, open) = parts();
    let (asked, open) = (Router::from(asked), Router::from(open));
    let asked = asked
        .route_layer(from_fn_with_state(service.clone(), limited))
        .route_layer(from_fn_with_state(service.clone(), allowed))
        .layer(DefaultBodyLimit::max(service.limits.body));
    open.merge(asked)
        .route("/openapi.json", get(|| async { axum::Json(api()) }))
        .fallback(|| async {
            Problem::new(StatusCode::NOT_FOUND, "no-such-path", "there is no such path", "see /openapi.json")
        })
        .layer(from_fn_with_state(service.clone(), watched))
        .with_state(service)
}

/// Who may ask for a route.
fn may(role: Role, route: &str, writes: bool) -> bool {
    match role {
        Role::Operate => !route.starts_with("/v1/log"),
        Role::Decide => {
            matches!(route, "/v1/events" | "/v1/quote" | "/v1/decide" | "/v1/refunds")
                || route.starts_with("/v1/customers/")
        }
        Role::Audit => !writes,
    }
}

/// Asks for a token, where the service has any.
async fn allowed(State(service): State<Service>, route: MatchedPath, mut request: Request, next: Next) -> Response {
    if service.access.is_open() {
        return next.run(request).await;
    }
    let held = request.headers().get(header::AUTHORIZATION).and_then(|held| held.to_str().ok());
    let token = held.and_then(|held| held.strip_prefix("Bearer "));
    let Some(role) = token.and_then(|token| service.access.role(token)) else {
        let detail = "send `Authorization: Bearer TOKEN` with a token of this service";
        return Problem::new(StatusCode::UNAUTHORIZED, "no-token", "a token is needed", detail).into_response();
    };
    if !may(role, route.as_str(), !request.method().is_safe()) {
        let detail = format!("the role of this token may not {} {}", request.method(), route.as_str());
        return forbidden(detail).into_response();
    }
    request.extensions_mut().insert(role);
    next.run(request).await
}

fn forbidden(detail: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "role", "the role does not allow it", detail)
}

/// Refuses at once what there is no room for, and answers in time.
async fn limited(State(service): State<Service>, request: Request, next: Next) -> Response {
    let Ok(_room) = service.room.try_acquire() else { return Problem::busy().into_response() };
    match tokio::time::timeout(service.limits.time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::late().into_response(),
    }
}

/// Measures, and logs a line without anything of a customer: the pattern of the path, not the path.
async fn watched(State(service): State<Service>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let begun = Instant::now();
    service.metrics.begun();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    service.metrics.ended(&route, status, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(target: "request", %method, route, status, micros);
    response
}
