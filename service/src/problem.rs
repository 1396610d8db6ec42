//! Errors as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use earnest_ledger::HostError;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Which kind of problem: `about:blank` where the status says it all, else a name below `urn:earnest:problem:`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: &'static str,
    /// The status of the response.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
    /// The field of the event at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:earnest:problem:{kind}");
        Self { kind, title, status: status.as_u16(), detail: detail.into(), field: None }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "the request cannot be read", detail)
    }

    pub(crate) fn busy() -> Self {
        let detail = "too many requests are being worked on; nothing of this one was done: send it again later";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "the service is busy", detail)
    }

    pub(crate) fn late() -> Self {
        let detail = "it takes too long; it may still be done: send the same event again, it is decided once";
        Self::new(StatusCode::GATEWAY_TIMEOUT, "late", "the answer is late", detail)
    }

    pub(crate) fn gone() -> Self {
        let detail =
            "the ledger is closed: the service is ending or has failed; send the same event again, it is decided once";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "closed", "the ledger is closed", detail)
    }

    pub(crate) fn store(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "store", "the store failed; nothing was written", detail)
    }
}

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        let (status, kind, title) = match &error {
            HostError::Input(_) => (StatusCode::UNPROCESSABLE_ENTITY, "event", "the event is wrong"),
            HostError::OtherContent(_) => (StatusCode::CONFLICT, "other-content", "the id was used for another event"),
            HostError::Contradiction(_) | HostError::Lots(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "books", "the event does not fit the books")
            }
            HostError::Store(what) => return Self::store(what.clone()),
        };
        Self { field: Some(error.field().to_owned()), ..Self::new(status, kind, title, error.reason()) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem is made of texts: it has a JSON.
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
