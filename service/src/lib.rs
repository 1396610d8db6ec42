//! A ledger as an HTTP service: events are decided and kept, quotes are given, accounts are told.
//!
//! One thread owns the ledger and takes requests in order ([`worker`]); those that wait together share a commit, and each is
//! answered only once it is durable. [`router`] has the interface; [`access`] says who may do what. Encryption is left to a proxy.

mod access;
mod metrics;
mod problem;
mod routes;
mod shapes;
mod worker;

pub use access::{Access, Role, TokenError};
pub use problem::Problem;
pub use routes::{api, router};
pub use worker::{Ledger, Worker};

use axum::Router;
use earnest_ledger::Programme;
use metrics::Metrics;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How a service is limited.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub body: usize,
    /// How long a request may take before the client is told to ask again.
    pub time: Duration,
    /// Requests that are worked on at one time; more are refused at once.
    pub requests: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 1 << 20, time: Duration::from_secs(10), requests: 256 }
    }
}

/// Reads the programme again, for a reload; says why it cannot be read.
pub type Reread = Arc<dyn Fn() -> Result<Programme, String> + Send + Sync>;

/// What every request sees.
#[derive(Clone)]
pub struct Service {
    pub(crate) worker: Worker,
    pub(crate) access: Arc<Access>,
    pub(crate) reread: Reread,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) limits: Limits,
    pub(crate) room: Arc<Semaphore>,
}

impl Service {
    /// A service over the thread that owns the ledger.
    #[must_use]
    pub fn new(worker: Worker, access: Access, limits: Limits, reread: Reread) -> Self {
        let room = Arc::new(Semaphore::new(limits.requests));
        Self { worker, access: Arc::new(access), reread, metrics: Arc::default(), limits, room }
    }
}

/// Serves until `stop`: what was taken is finished and answered, and nothing new is taken.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router: Router = router(service);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
