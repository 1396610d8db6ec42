//! The document of the interface, as it stands in `docs/openapi.json`. `UPDATE_DOCS=1 cargo test -p earnest-service --test openapi` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;

#[test]
fn the_document_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = earnest_service::api().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), made, "the interface has changed");
    let document: serde_json::Value = serde_json::from_str(&made).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/v1/events", "/v1/quote", "/v1/decide", "/v1/customers/{customer}/statement", "/v1/log", "/metrics"] {
        assert!(document["paths"][path].is_object(), "{path} is not described");
    }
    // What asks for a token says so.
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, asked) in methods.as_object().unwrap() {
            assert_eq!(asked["security"].is_array(), path.starts_with("/v1/"), "{method} {path}");
        }
    }
}
