//! The service over its protocol: a real listener, a real store, requests of many clients.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../stores/tests/support/scene.rs"]
mod scene;

use earnest_ledger::{Host, Programme};
use earnest_service::{Access, Ledger, Limits, Reread, Service, Worker, serve};
use earnest_stores::Durable;
use earnest_stores::audit::{replay, verify};
use scene::{event, other_programme, programme};
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A service that runs in this process, and is stopped in the end.
struct Running {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    ledger: Option<JoinHandle<Ledger>>,
    /// What a reload finds.
    next: Arc<Mutex<Result<Programme, String>>>,
    _folder: TempDir,
}

const TOKENS: &str =
    "# for tests\ndecide decide-decide-decide\noperate operate-operate-operate\naudit audit-audit-audit-audit\n";

impl Running {
    fn with(access: Access, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file:{}", folder.path().join("ledger.db").display());
        let store = Durable::open(&url, &programme(), true).unwrap();
        let (worker, ledger) = Worker::start(Host::with_store(programme(), store), limits.requests).unwrap();
        let next = Arc::new(Mutex::new(Ok(programme())));
        let reread: Reread = {
            let next = Arc::clone(&next);
            Arc::new(move || next.lock().unwrap().clone())
        };
        let service = Service::new(worker, access, limits, reread);
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, address) = std::sync::mpsc::channel();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, service, async {
                    let _ = stopped.await;
                })
                .await
                .unwrap();
            });
        });
        let url = format!("http://{}", address.recv().unwrap());
        Self { url, stop: Some(stop), server: Some(server), ledger: Some(ledger), next, _folder: folder }
    }

    fn new() -> Self {
        Self::with(Access::open(), Limits::default())
    }

    fn send(&self, method: &str, path: &str, token: Option<&str>, body: Option<&str>) -> (u16, Json) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = agent.run(request.body(body.unwrap_or_default().to_owned()).unwrap()).unwrap();
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().unwrap();
        if status >= 400 {
            let kind = response.headers().get("content-type").unwrap().to_str().unwrap();
            assert_eq!(kind, "application/problem+json", "{text}");
        }
        (status, serde_json::from_str(&text).unwrap_or(Json::String(text)))
    }

    fn post(&self, path: &str, body: &Json) -> (u16, Json) {
        self.send("POST", path, None, Some(&body.to_string()))
    }

    fn get(&self, path: &str) -> Json {
        let (status, json) = self.send("GET", path, None, None);
        assert_eq!(status, 200, "{path}: {json}");
        json
    }

    /// Stops it as an operator does, and gives back the ledger.
    fn stop(mut self) -> Ledger {
        let _ = self.stop.take().unwrap().send(());
        self.server.take().unwrap().join().unwrap();
        self.ledger.take().unwrap().join().unwrap()
    }
}

fn whole(ledger: &Ledger) {
    assert_eq!(verify(ledger.books(), &[]).unwrap().faults, []);
    assert_eq!(replay(ledger.books(), ledger.programme()).unwrap().difference, None);
}

fn purchase(id: &str, customer: &str, amount: &str) -> Json {
    json!({ "id": id, "at": "2025-01-10T10:00:00+08:00", "type": "purchase", "customer": customer, "amount": amount })
}

#[test]
fn an_event_is_decided_once_and_told_again_byte_for_byte() {
    let service = Running::new();
    let (status, first) = service.post("/v1/events", &purchase("e1", "c1", "300"));
    assert_eq!(
        (status, &first["repeated"], &first["decision"]["lines"][1]["amount"]),
        (200, &json!(false), &json!("300"))
    );
    let (_, again) = service.post("/v1/events", &purchase("e1", "c1", "300"));
    assert_eq!(again["repeated"], json!(true));
    assert_eq!(again["decision"].to_string(), first["decision"].to_string());
    let (status, problem) = service.post("/v1/events", &purchase("e1", "c1", "301"));
    assert_eq!((status, &problem["type"]), (409, &json!("urn:earnest:problem:other-content")));
    assert_eq!(service.get("/v1/customers/c1/balances?at=2025-01-12T00:00:00%2B08:00")[0]["available"], json!("307"));
    assert_eq!(service.get("/v1/customers/c1/lots").as_array().unwrap().len(), 2);
    let statement = service.get("/v1/customers/c1/statement?from=2025-01-10&to=2025-01-10");
    assert_eq!((&statement[1]["label"], &statement[1]["held"]), (&json!("消费"), &json!("307")));
    assert_eq!(service.get("/v1/customers/c1/statement?from=2025-01-11"), json!([]));
    let (_, told) = service.post("/v1/events?explain=true", &purchase("e1", "c1", "300"));
    assert!(told["decision"]["trace"].is_object(), "{told}");
    whole(&service.stop());
}

#[test]
fn a_list_is_answered_one_by_one() {
    let service = Running::new();
    let list = json!([purchase("e1", "c1", "10"), purchase("e2", "c1", "ten"), 7, purchase("e3", "c2", "20")]);
    let (status, answers) = service.post("/v1/events", &list);
    assert_eq!(status, 200);
    assert_eq!(answers[0]["decision"]["outcome"], json!("accepted"));
    assert_eq!((&answers[1]["status"], &answers[1]["field"]), (&json!(422), &json!("amount")));
    assert_eq!(answers[2]["status"], json!(400));
    assert_eq!(answers[3]["decision"]["outcome"], json!("accepted"));
    whole(&service.stop());
}

#[test]
fn a_quote_writes_nothing_and_says_what_comes() {
    let service = Running::new();
    let (_, quoted) = service.post("/v1/quote", &purchase("e1", "c1", "300"));
    assert_eq!(service.get("/v1/log"), json!([]));
    assert_eq!(service.get("/v1/customers/c1/lots"), json!([]));
    let (_, decided) = service.post("/v1/events", &purchase("e1", "c1", "300"));
    assert_eq!(decided["decision"], quoted["decision"]);
    whole(&service.stop());
}

#[test]
fn a_host_with_its_own_books_is_answered_from_what_it_sends() {
    let service = Running::new();
    let (status, first) = service.post("/v1/decide", &json!({ "event": purchase("e1", "c1", "650") }));
    assert_eq!(status, 200, "{first}");
    let counters: serde_json::Map<String, Json> = first["decision"]["counters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["key"].as_str().unwrap().to_owned(), change["after"].clone()))
        .collect();
    // 650 of 700 are used: 50 are left of the 650 that follow.
    let (_, second) =
        service.post("/v1/decide", &json!({ "event": purchase("e2", "c1", "650"), "counters": counters }));
    assert_eq!(second["decision"]["lines"][1]["amount"], json!("50"), "{second}");
    assert_eq!(service.get("/v1/log"), json!([]));
}

#[test]
fn roles_may_do_what_they_are_for() {
    let service = Running::with(Access::read(TOKENS).unwrap(), Limits::default());
    let event = purchase("e1", "c1", "300").to_string();
    let status =
        |token: Option<&str>, method: &str, path: &str, body: &str| service.send(method, path, token, Some(body)).0;
    let (decide, operate, audit) =
        (Some("decide-decide-decide"), Some("operate-operate-operate"), Some("audit-audit-audit-audit"));
    let refund = r#"{"id":"r1","at":"2025-01-11T10:00:00+08:00","of":"e1","amount":"10"}"#;
    let adjustment = r#"{"id":"a1","at":"2025-01-11T10:00:00+08:00","customer":"c1","points":5}"#;
    let clock = r#"{"to":"2025-01-01T00:00:00+08:00"}"#;
    let asked = [
        ("POST", "/v1/events", event.as_str(), [401, 200, 200, 403]),
        ("POST", "/v1/quote", event.as_str(), [401, 200, 200, 403]),
        ("GET", "/v1/customers/c1/balances", "", [401, 200, 200, 200]),
        ("POST", "/v1/refunds", refund, [401, 200, 200, 403]),
        ("POST", "/v1/adjustments", adjustment, [401, 403, 200, 403]),
        ("PUT", "/v1/facts/customer/c1", "{}", [401, 403, 204, 403]),
        ("POST", "/v1/clock", clock, [401, 403, 200, 403]),
        ("POST", "/v1/programme/reload", "", [401, 403, 200, 403]),
        ("GET", "/v1/programme", "", [401, 403, 200, 200]),
        ("GET", "/v1/log", "", [401, 403, 403, 200]),
        ("GET", "/health", "", [200; 4]),
        ("GET", "/ready", "", [200; 4]),
        ("GET", "/metrics", "", [200; 4]),
        ("GET", "/openapi.json", "", [200; 4]),
    ];
    for (method, path, body, wanted) in asked {
        let got = [None, decide, operate, audit].map(|token| status(token, method, path, body));
        assert_eq!(got, wanted, "{method} {path}");
    }
    // An adjustment is an operator's, also as an event; in a list it alone is refused.
    let adjust = r#"{"id":"a2","at":"2025-01-11T10:00:00+08:00","type":"adjust","customer":"c1","points":5}"#;
    assert_eq!([decide, operate].map(|token| status(token, "POST", "/v1/events", adjust)), [403, 200]);
    let other = adjust.replace("a2", "a3");
    let (_, answers) = service.send("POST", "/v1/events", decide, Some(&format!("[{event},{other}]")));
    assert_eq!((&answers[0]["repeated"], &answers[1]["status"]), (&json!(true), &json!(403)));
    assert_eq!(status(Some("another-token-that-is-none"), "GET", "/v1/programme", ""), 401);
}

#[test]
fn tokens_are_read_or_refused() {
    for (text, line) in [("decide short", 1), ("# none\n", 1), ("\nboss 1234567890123456", 2), ("decide", 1)] {
        assert_eq!(Access::read(text).unwrap_err().line, line, "{text}");
    }
}

#[test]
fn what_is_too_much_is_refused_and_nothing_is_done() {
    let limits = Limits { body: 2_000, ..Limits::default() };
    let service = Running::with(Access::open(), limits);
    let many: Vec<Json> = (0..100).map(|number| purchase(&format!("e{number}"), "c1", "1")).collect();
    assert_eq!(service.post("/v1/events", &Json::from(many)).0, 413);
    for body in ["", "{", "7", "[1,", "\"x\"", "null", "{\"id\":1e999}"] {
        let (status, problem) = service.send("POST", "/v1/events", None, Some(body));
        assert!(status == 400 || status == 422, "{body}: {status} {problem}");
    }
    assert_eq!(service.get("/v1/log"), json!([]));
}

#[test]
fn requests_without_room_are_refused_at_once() {
    let limits = Limits { requests: 0, ..Limits::default() };
    let service = Running::with(Access::open(), limits);
    let (status, problem) = service.post("/v1/events", &purchase("e1", "c1", "1"));
    assert_eq!((status, &problem["type"]), (503, &json!("urn:earnest:problem:busy")));
}

#[test]
fn a_programme_is_loaded_again_between_two_events() {
    let service = Running::new();
    let before = service.get("/v1/programme")["versions"][0]["hash"].clone();
    *service.next.lock().unwrap() = Ok(other_programme());
    // Events go on while it is loaded, and none is dropped.
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| {
            let sent = (0..60).map(|number| service.post("/v1/events", &purchase(&format!("e{number}"), "c1", "1")).0);
            sent.collect::<Vec<_>>()
        });
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(service.send("POST", "/v1/programme/reload", None, None).0, 200);
        assert_eq!(sent.join().unwrap(), [200; 60]);
    });
    assert_ne!(service.get("/v1/programme")["versions"][0]["hash"], before);
    *service.next.lock().unwrap() = Err("a mistake".to_owned());
    let (status, problem) = service.send("POST", "/v1/programme/reload", None, None);
    assert_eq!((status, &problem["detail"]), (422, &json!("a mistake")));
    assert_eq!(service.post("/v1/events", &purchase("last", "c1", "1")).0, 200);
}

/// 64 clients want more than there is: never one over, never one under.
#[test]
fn a_budget_and_a_stock_are_shared_exactly() {
    let service = Running::new();
    // Everybody has points for a mug, usable on the next day.
    let clients: Vec<usize> = (0..64).collect();
    let first: Vec<Json> =
        clients.iter().map(|client| purchase(&format!("first{client}"), &format!("c{client}"), "40")).collect();
    assert_eq!(service.post("/v1/events", &Json::from(first)).0, 200);
    let given = std::thread::scope(|scope| {
        let one = |client: usize| {
            let service = &service;
            move || {
                let mut mugs = 0;
                for round in 0..24 {
                    let id = format!("p{client}-{round}");
                    let at = "2025-01-12T10:00:00+08:00";
                    let event = json!({ "id": id, "at": at, "type": "purchase", "customer": format!("c{client}"), "amount": "1" });
                    assert_eq!(service.post("/v1/events", &event).0, 200);
                    if round % 8 == 0 {
                        let event = json!({ "id": format!("r{client}-{round}"), "at": at, "type": "redeem", "customer": format!("c{client}"), "item": "mug" });
                        let (status, told) = service.post("/v1/events", &event);
                        assert_eq!(status, 200, "{told}");
                        mugs += usize::from(told["decision"]["outcome"] == json!("accepted"));
                    }
                }
                mugs
            }
        };
        let running: Vec<_> = clients.iter().map(|client| scope.spawn(one(*client))).collect();
        running.into_iter().map(|client| client.join().unwrap()).sum::<usize>()
    });
    assert_eq!(given, 100, "of 192 requests for 100 mugs");
    let ledger = service.stop();
    let gifts: rust_decimal::Decimal = clients
        .iter()
        .flat_map(|client| earnest_ledger::Store::movements(ledger.books(), &format!("c{client}")).unwrap())
        .filter(|movement| &*movement.rule == "flash.gift")
        .map(|movement| movement.amount)
        .sum();
    assert_eq!(gifts.to_string(), "10000", "of 1,600 purchases with 7 points each");
    whole(&ledger);
}

#[test]
fn what_was_acknowledged_before_the_end_is_kept() {
    let service = Running::new();
    let url = service.url.clone();
    let acknowledged = Arc::new(Mutex::new(0_u64));
    let clients: Vec<_> = (0..4_u64)
        .map(|client| {
            let (url, acknowledged) = (url.clone(), Arc::clone(&acknowledged));
            std::thread::spawn(move || {
                let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
                for number in 0.. {
                    let event = purchase(&format!("e{client}-{number}"), &format!("c{client}"), "1");
                    match agent.post(format!("{url}/v1/events")).send(event.to_string()) {
                        Ok(answer) if answer.status() == 200 => *acknowledged.lock().unwrap() += 1,
                        _ => return,
                    }
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let ledger = service.stop();
    clients.into_iter().for_each(|client| client.join().unwrap());
    let kept = ledger.books().entries(0, 100_000).unwrap().len();
    let acknowledged = usize::try_from(*acknowledged.lock().unwrap()).unwrap();
    assert!(acknowledged > 20 && kept >= acknowledged, "{acknowledged} acknowledged, {kept} kept");
    whole(&ledger);
}

#[test]
fn events_of_the_scene_are_the_same_over_the_wire() {
    let service = Running::new();
    let store = Durable::open("memory:", &programme(), true).unwrap();
    let mut host = Host::with_store(programme(), store);
    for number in 0..60 {
        let event = event(number);
        let wanted = host.decide(&event, false).unwrap();
        let (_, got) = service.post("/v1/events", &Json::Object(event));
        assert_eq!(got["decision"], serde_json::to_value(&wanted.decision).unwrap());
        assert_eq!(got["movements"], serde_json::to_value(&wanted.lots.movements).unwrap());
    }
    let kept = |ledger: &Ledger| ledger.books().entries(0, 1_000).unwrap();
    assert_eq!(kept(&service.stop()), kept(&host), "the log is the same too");
}

#[test]
fn a_refund_is_of_the_customer_whose_event_it_takes_back() {
    let service = Running::new();
    assert_eq!(service.post("/v1/events", &purchase("e1", "c1", "300")).0, 200);
    let refund = json!({ "id": "r1", "at": "2025-01-10T12:00:00+08:00", "of": "e1", "amount": "100" });
    let (status, told) = service.post("/v1/refunds", &refund);
    assert_eq!((status, &told["decision"]["lines"][0]["customer"]), (200, &json!("c1")), "{told}");
    assert_eq!(service.post("/v1/refunds", &refund).1["repeated"], json!(true));
    let rest = json!({ "id": "r2", "at": "2025-01-10T13:00:00+08:00", "of": "e1", "type": "cancellation" });
    assert_eq!(service.post("/v1/refunds", &rest).0, 200);
    assert_eq!(service.get("/v1/customers/c1/lots"), json!([]), "nothing is left of it");
    let nothing = json!({ "id": "r3", "at": "2025-01-10T13:00:00+08:00", "of": "e9" });
    let (status, problem) = service.post("/v1/refunds", &nothing);
    assert_eq!(status, 422, "{problem}");
    whole(&service.stop());
}
