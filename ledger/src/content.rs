//! The content hash of an event: the same for the same members, whatever their order and blanks.
//!
//! Numbers and texts count as written: `12.5` and `12.50` are different contents, so nothing is forgiven silently.

use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

/// A SHA-256.
pub type ContentHash = [u8; 32];

/// The hash of an event's JSON.
#[must_use]
pub fn hash(event: &Map<String, Json>) -> ContentHash {
    let mut hasher = Sha256::new();
    object(event, &mut hasher);
    hasher.finalize().into()
}

fn object(members: &Map<String, Json>, hasher: &mut Sha256) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    hasher.update(b"{");
    for (name, value) in sorted {
        text(name, hasher);
        json(value, hasher);
    }
    hasher.update(b"}");
}

fn json(value: &Json, hasher: &mut Sha256) {
    match value {
        Json::Null => hasher.update(b"n"),
        Json::Bool(true) => hasher.update(b"t"),
        Json::Bool(false) => hasher.update(b"f"),
        Json::Number(number) => {
            hasher.update(b"#");
            text(&number.to_string(), hasher);
        }
        Json::String(value) => {
            hasher.update(b"s");
            text(value, hasher);
        }
        Json::Array(items) => {
            hasher.update(b"[");
            items.iter().for_each(|item| json(item, hasher));
            hasher.update(b"]");
        }
        Json::Object(members) => object(members, hasher),
    }
}

/// A text with its length in front, so that no two contents run together to the same bytes.
fn text(value: &str, hasher: &mut Sha256) {
    hasher.update(value.len().to_string());
    hasher.update(b":");
    hasher.update(value);
}

#[cfg(test)]
mod tests {
    use super::hash;
    use serde_json::{Map, Value as Json};

    fn event(text: &str) -> Map<String, Json> {
        serde_json::from_str(text).expect("an object")
    }

    #[test]
    fn order_and_blanks_do_not_count() {
        let one = hash(&event(r#"{"id":"e1","a":{"x":1,"y":[1,2]}}"#));
        assert_eq!(one, hash(&event(r#"{ "a": {"y": [1, 2], "x": 1}, "id": "e1" }"#)));
    }

    #[test]
    fn every_other_difference_counts() {
        let texts = [
            r#"{"id":"e1","a":"1"}"#,
            r#"{"id":"e1","a":1}"#,
            r#"{"id":"e1","a":1.0}"#,
            r#"{"id":"e1","a":[1]}"#,
            r#"{"id":"e1","a":["1"]}"#,
            r#"{"id":"e1","a":null}"#,
            r#"{"id":"e1"}"#,
            r#"{"id":"e1","b":"1"}"#,
            r#"{"id":"e1","a":"1","b":""}"#,
        ];
        let hashes: std::collections::BTreeSet<_> = texts.iter().map(|text| hash(&event(text))).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
