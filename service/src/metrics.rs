//! What a Prometheus server may ask: requests by route and status, how long they took, commits.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// A kind of request: the pattern of its path, never the path itself, which may name a customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    route: String,
    status: u16,
}

/// What is measured.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Kind, Counter>,
    seconds: Histogram,
    working: Gauge,
    commits: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("earnest");
        let requests = Family::<Kind, Counter>::default();
        let buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let seconds = Histogram::new(buckets);
        let (working, commits) = (Gauge::default(), Gauge::default());
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("request_seconds", "How long requests took", seconds.clone());
        registry.register("requests_working", "Requests that are being worked on", working.clone());
        registry.register("commits", "Commits of the ledger since the start", commits.clone());
        Self { registry, requests, seconds, working, commits }
    }
}

impl Metrics {
    pub(crate) fn begun(&self) {
        self.working.inc();
    }

    pub(crate) fn ended(&self, route: &str, status: u16, took: Duration) {
        self.working.dec();
        self.requests.get_or_create(&Kind { route: route.to_owned(), status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn text(&self, commits: usize) -> String {
        self.commits.set(i64::try_from(commits).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
