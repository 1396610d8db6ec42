//! The laws of the language over random programmes and events: what must hold whatever is written and whatever happens.
//!
//! `PROPTEST_CASES` sets the number of cases; without it each law is tried often enough for every run of CI.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

use earnest_dsl::load::{InputFile, Loaded, load};
use earnest_interpreter::Decision;
use earnest_ledger::{Host, Programme as Versions};
use earnest_tests::events::{Purchase, purchases};
use earnest_tests::programmes::{HEAD, Programme, programme};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

fn loaded(files: Vec<InputFile>) -> Loaded {
    let loaded = load(files, &[]);
    assert!(
        loaded.policy.is_some(),
        "{}",
        earnest_dsl::diagnostic::render::render(
            &loaded.diagnostics,
            &loaded.sources,
            earnest_dsl::diagnostic::Language::English,
            false
        )
    );
    loaded
}

fn one_file(text: String) -> Vec<InputFile> {
    vec![InputFile { path: "programme.earn".to_owned(), text }]
}

fn host(loaded: &Loaded) -> Host {
    Host::new(Versions::new(loaded.policy.clone()).expect("a version"))
}

fn decide(host: &mut Host, event: &Map<String, Json>, explain: bool) -> Decision {
    host.decide(event, explain).unwrap_or_else(|error| panic!("{event:?}: {error}")).decision
}

fn decisions(loaded: &Loaded, events: &[Purchase]) -> Vec<Decision> {
    let mut host = host(loaded);
    events.iter().enumerate().map(|(at, event)| decide(&mut host, &event.json(at), false)).collect()
}

fn lines(decisions: &[Decision]) -> String {
    decisions.iter().map(|one| serde_json::to_string(one).expect("JSON")).collect::<Vec<_>>().join("\n")
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// Points by customer over all decisions.
fn totals(decisions: &[Decision]) -> BTreeMap<String, Decimal> {
    let mut totals = BTreeMap::new();
    for line in decisions.iter().flat_map(|one| &one.lines) {
        *totals.entry(line.customer.clone()).or_insert(Decimal::ZERO) += decimal(&line.amount);
    }
    totals.retain(|_, amount| !amount.is_zero());
    totals
}

fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn shuffled(programme: &Programme, seed: &[prop::sample::Index]) -> Vec<InputFile> {
    let mut declarations = programme.declarations.clone();
    for (at, index) in seed.iter().enumerate().take(declarations.len()) {
        let other = index.index(declarations.len());
        declarations.swap(at, other);
    }
    let middle = declarations.len() / 2;
    let (first, second) = declarations.split_at(middle);
    vec![
        InputFile { path: "b.earn".to_owned(), text: second.join("\n") },
        InputFile { path: "programme.earn".to_owned(), text: format!("{}\n{HEAD}", first.join("\n")) },
    ]
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_order_of_declarations_and_files_changes_nothing(
        programme in programme(),
        seed in proptest::collection::vec(any::<prop::sample::Index>(), 12),
        events in purchases(12),
    ) {
        let written = loaded(one_file(programme.text()));
        let moved = loaded(shuffled(&programme, &seed));
        prop_assert_eq!(written.policy.as_ref().map(|one| one.hash()), moved.policy.as_ref().map(|one| one.hash()));
        prop_assert_eq!(lines(&decisions(&written, &events)), lines(&decisions(&moved, &events)));
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn caps_are_never_exceeded(programme in programme(), events in purchases(25)) {
        let loaded = loaded(one_file(programme.text()));
        let decisions = decisions(&loaded, &events);
        for (rule, most) in &programme.caps {
            let mut granted: BTreeMap<(u32, bool), Decimal> = BTreeMap::new();
            for (event, decision) in events.iter().zip(&decisions) {
                for line in decision.lines.iter().filter(|line| &line.rule == rule) {
                    *granted.entry((event.customer, event.day > 31)).or_insert(Decimal::ZERO) += decimal(&line.amount);
                }
            }
            for ((customer, april), amount) in granted {
                prop_assert!(amount <= Decimal::from(*most), "{} gave customer {} {} of {} (April: {})", rule, customer, amount, most, april);
            }
        }
    }

    #[test]
    fn asked_is_granted_and_trimmed(programme in programme(), events in purchases(15)) {
        let loaded = loaded(one_file(programme.text()));
        let mut host = host(&loaded);
        for (at, event) in events.iter().enumerate() {
            let decision = decide(&mut host, &event.json(at), true);
            for line in &decision.lines {
                prop_assert!(decimal(&line.amount) <= decimal(&line.asked), "{:?}", line);
            }
            let trace = decision.trace.expect("an explanation");
            for limit in trace.rules.iter().flat_map(|rule| &rule.limits) {
                prop_assert!(decimal(&limit.granted) <= decimal(&limit.asked), "{:?}", limit);
            }
        }
    }

    #[test]
    fn refunds_in_any_parts_net_to_zero(
        programme in programme(),
        events in purchases(10),
        parts in proptest::collection::vec(1_u32..100, 1..4),
    ) {
        let loaded = loaded(one_file(programme.text()));
        let mut host = host(&loaded);
        let mut all: Vec<Decision> = events.iter().enumerate().map(|(at, event)| decide(&mut host, &event.json(at), false)).collect();
        let mut id = events.len();
        // Latest first, as a host would undo a month; each in parts, the last part takes what is left.
        for (at, event) in events.iter().enumerate().rev() {
            let mut left = event.fen;
            for part in &parts {
                let amount = u32::try_from(u64::from(event.fen) * u64::from(*part) / 400).expect("a part");
                if amount == 0 || amount >= left {
                    break;
                }
                all.push(decide(&mut host, &event.refund(at, id, amount), false));
                left -= amount;
                id += 1;
            }
            all.push(decide(&mut host, &event.refund(at, id, left), false));
            id += 1;
        }
        prop_assert_eq!(totals(&all), BTreeMap::new());
    }

    #[test]
    fn an_explanation_changes_no_decision(programme in programme(), events in purchases(12)) {
        let loaded = loaded(one_file(programme.text()));
        let (mut plain, mut told) = (host(&loaded), host(&loaded));
        for (at, event) in events.iter().enumerate() {
            let mut explained = decide(&mut told, &event.json(at), true);
            explained.trace = None;
            prop_assert_eq!(decide(&mut plain, &event.json(at), false), explained);
        }
    }

    #[test]
    fn the_same_event_again_changes_nothing(programme in programme(), events in purchases(10)) {
        let loaded = loaded(one_file(programme.text()));
        let mut host = host(&loaded);
        let first: Vec<Decision> = events.iter().enumerate().map(|(at, event)| decide(&mut host, &event.json(at), false)).collect();
        let counters = host.books().clone();
        let again: Vec<Decision> = events.iter().enumerate().map(|(at, event)| decide(&mut host, &event.json(at), false)).collect();
        prop_assert_eq!(first, again);
        prop_assert_eq!(counters.counters.all(), host.books().counters.all());
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn keep_rules_do_not_depend_on_the_order_of_events(
        gift in 1_u32..500,
        from in 1_u32..3_000,
        events in purchases(10),
        seed in proptest::collection::vec(any::<prop::sample::Index>(), 10),
    ) {
        let text = format!(
            "{HEAD}points Star {{ round down each line; valid 2 years after earning; spend first oldest }}\n\
             track spend per customer per month = sum of Purchase.amount\n\
             rule big_month {{ per customer per month keep {gift} Star while spend >= {from} CNY }}\n"
        );
        let loaded = loaded(one_file(text));
        let mut other = events.clone();
        for (at, index) in seed.iter().enumerate().take(events.len()) {
            let to = index.index(events.len());
            other.swap(at, to);
        }
        prop_assert_eq!(totals(&decisions(&loaded, &events)), totals(&decisions(&loaded, &other)));
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = load(one_file(text), &[]);
    }

    #[test]
    fn no_mixture_of_tokens_makes_it_panic(words in proptest::collection::vec(proptest::sample::select(VOCABULARY.to_vec()), 0..60)) {
        let _ = load(one_file(format!("{HEAD}{}", words.join(" "))), &[]);
    }

    #[test]
    fn no_event_makes_it_panic(text in "\\PC{0,80}", field in proptest::sample::select(vec!["id", "at", "type", "customer", "amount", "of", "mcc", "daily"])) {
        let mut host = host(&PLAIN);
        let purchase = Purchase { day: 1, minute: 0, fen: 100, customer: 1, instrument: None, channel: None };
        let mut event = purchase.json(1);
        event.insert(field.to_owned(), serde_json::from_str(&text).unwrap_or(Json::String(text)));
        let _ = host.decide(&event, true);
    }
}

/// A programme that is loaded once for all events.
static PLAIN: std::sync::LazyLock<Loaded> = std::sync::LazyLock::new(|| {
    loaded(one_file(format!(
        "{HEAD}points Star {{ round down each line; valid without end; spend first oldest }}\n\
         rule spend on Purchase {{ earn 1 Star per full 1 CNY of amount }}\n"
    )))
});

/// Words that policies are made of, for mixtures that nobody would write.
const VOCABULARY: &[&str] = &[
    "rule",
    "规则",
    "r1",
    "on",
    "适用于",
    "Purchase",
    "消费",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\n",
    ";",
    ",",
    "：",
    "earn",
    "得",
    "1",
    "Star",
    "积分",
    "per",
    "full",
    "每满",
    "of",
    "的",
    "amount",
    "金额",
    "when",
    "当",
    "时",
    "and",
    "且",
    "or",
    "not",
    "is",
    "为",
    "in",
    "属于",
    "raise",
    "to",
    "3x",
    "by",
    "按",
    "points",
    "积分种类",
    "track",
    "=",
    "sum",
    "customer",
    "客户",
    "month",
    "at",
    "most",
    "5_000",
    "10%",
    "2024-02-30",
    "25:00",
    "campaign",
    "活动",
    "from",
    "自",
    "test",
    "\"甲\"",
    "=>",
    "keep",
    "while",
    "otherwise",
    "其余",
    "tiers",
    "given",
    "host",
    "<",
    "default",
    "1万",
    "元",
    "CNY",
    "group",
    "best",
    "above",
    "-",
    "*",
    "/",
    "//",
    "x",
    "years",
    "after",
    "earning",
    "round",
    "down",
    "each",
    "line",
    "programme",
    "方案",
    "。",
    "每客户",
];
