//! `earnest explain`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot run fails")]

mod support;

use support::earnest;

#[test]
fn why_this_decision() {
    for event in ["e2", "e3", "e5", "e6", "e7"] {
        let arguments =
            ["explain", "programmes/shop", "events/shop.ndjson", "--facts", "events/facts.json", "--event", event];
        insta::assert_snapshot!(format!("{event}_en"), earnest(&arguments).shown());
        let arguments = [&arguments[..], &["--language", "zh"]].concat();
        insta::assert_snapshot!(format!("{event}_zh"), earnest(&arguments).shown());
    }
}

#[test]
fn why_for_machines() {
    let ran = earnest(&["explain", "programmes/shop", "events/shop.ndjson", "--event", "e2", "--format", "json"]);
    assert_eq!(ran.code, Some(0));
    let decision: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(decision["event"], "e2");
    assert!(decision["trace"]["rules"].as_array().is_some_and(|rules| !rules.is_empty()));
}

#[test]
fn requests_are_told_with_their_money_and_their_refusals() {
    for event in ["g2", "g3", "g4"] {
        for language in ["en", "zh"] {
            let args = ["explain", "programmes/gifts", "events/gifts.ndjson", "--event", event, "--language", language];
            insta::assert_snapshot!(format!("{event}_{language}"), earnest(&args).out);
        }
    }
}

#[test]
fn what_rules_do_besides_earning_is_told() {
    for language in ["en", "zh"] {
        let told: Vec<String> = ["k1", "k2", "k3", "k4", "k5", "k6", "k7"]
            .iter()
            .map(|event| {
                let args =
                    ["explain", "programmes/club", "events/club.ndjson", "--event", event, "--language", language];
                earnest(&args).shown()
            })
            .collect();
        insta::assert_snapshot!(format!("club_{language}"), told.join("\n"));
    }
}

#[test]
fn a_bad_event_is_told_and_not_explained() {
    let ran = earnest(&["explain", "programmes/shop", "events/bad.ndjson", "--event", "b3"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("bad.ndjson:3: bad event b3: amount: "), "{}", ran.err);
}

#[test]
fn the_page_of_a_code() {
    let ran = earnest(&["explain", "e0101"]);
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    insta::assert_snapshot!(ran.out);
    let english = earnest(&["explain", "E0101", "--language", "en"]).out;
    let chinese = earnest(&["explain", "E0101", "--language", "zh"]).out;
    assert!(english.starts_with("E0101  ") && chinese.starts_with("E0101  ") && english != chinese);
    let json: serde_json::Value =
        serde_json::from_str(&earnest(&["explain", "E0101", "--format", "json"]).out).expect("JSON");
    assert!(["en", "zh", "wrong", "right"].iter().all(|part| json[part].as_str().is_some_and(|text| !text.is_empty())));
}
