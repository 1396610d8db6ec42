//! What has a part in a policy's meaning and what has none: its hash, its core in words, versions and parameters.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says so by panicking")]

use earnest_dsl::diagnostic::{Language, render::render};
use earnest_dsl::load::{InputFile, Loaded, load, load_programme};
use earnest_dsl::policy::{Policy, core};

const HEAD: &str = "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking\n}\n";
const POINTS: &str =
    "points Point \"积分\" { round down each line; valid 2 years after earning; spend first oldest; worth 0.01 CNY }\n";
const SPEND: &str = "rule spend \"消费\" on Purchase { when instrument is credit_card; earn 1 Point per full 1 CNY of amount; per customer per month at most 5_000 Point }\n";
const TRACK: &str = "track total \"月消费\" per customer per month = sum of Purchase.amount\n";
const BIG: &str = "rule big \"达标\" { per customer per month keep 500 Point while total >= 3_000 CNY }\n";

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.to_owned(), text: text.to_owned() }
}

fn compiled(files: Vec<InputFile>, parameters: &[(&str, &str)]) -> Policy {
    let parameters: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let loaded = load(files, &parameters);
    let seen = render(&loaded.diagnostics, &loaded.sources, Language::English, false);
    assert!(loaded.diagnostics.is_empty(), "{seen}");
    loaded.policy.unwrap()
}

fn hash(texts: &[&str]) -> String {
    compiled(vec![file("programme.earn", &texts.concat())], &[]).hash()
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn order_and_files_have_no_meaning() {
    let whole = hash(&[HEAD, POINTS, SPEND, TRACK, BIG]);
    assert_eq!(whole, hash(&[BIG, TRACK, SPEND, POINTS, HEAD]));
    assert_eq!(whole, hash(&[POINTS, BIG, HEAD, SPEND, TRACK]));
    let split = compiled(
        vec![
            file("z.earn", HEAD),
            file("b.earn", SPEND),
            file("a.earn", BIG),
            file("y.earn", &[POINTS, TRACK].concat()),
        ],
        &[],
    );
    assert_eq!(whole, split.hash());
}

#[test]
fn labels_comments_blanks_and_tests_have_no_meaning() {
    let whole = hash(&[HEAD, POINTS, SPEND]);
    assert_eq!(whole, hash(&[HEAD, POINTS, &SPEND.replace("消费", "刷卡")]));
    assert_eq!(whole, hash(&["// a comment\n\n", HEAD, POINTS, "// another\n", &SPEND.replace("; ", "\n      ")]));
    let test = "test \"满一元\" { 2024-05-01 10:00:00  Purchase { amount: 100 CNY, instrument: credit_card }  => earn 100 Point }\n";
    assert_eq!(whole, hash(&[HEAD, POINTS, SPEND, test]));
}

#[test]
fn numbers_written_otherwise_are_the_same() {
    assert_eq!(hash(&[HEAD, POINTS, SPEND]), hash(&[HEAD, POINTS, &SPEND.replace("5_000", "5000")]));
    assert_eq!(hash(&[HEAD, POINTS, SPEND]), hash(&[HEAD, POINTS, &SPEND.replace("1 CNY", "1.00 CNY")]));
}

#[test]
fn what_a_library_has_beyond_what_is_used_has_no_meaning() {
    let whole = hash(&[HEAD, POINTS, SPEND]);
    assert_eq!(
        whole,
        hash(&[&HEAD.replace("use std.banking", "use std.banking, std.mcc, std.calendar"), POINTS, SPEND])
    );
    let printed = core::print(&compiled(vec![file("p.earn", &[HEAD, POINTS, SPEND].concat())], &[]));
    assert!(!printed.contains("TermDeposit") && !printed.contains("enum Country"), "{printed}");
}

#[test]
fn every_part_of_a_rule_has_a_meaning() {
    let whole = hash(&[HEAD, POINTS, SPEND]);
    for (part, other) in [
        ("credit_card", "debit_card"),
        ("1 Point", "2 Point"),
        ("full 1 CNY", "full 2 CNY"),
        ("per full", "per started"),
        ("5_000", "6_000"),
        ("per month", "per year"),
        ("rule spend", "rule spending"),
        ("at most 5_000 Point", "at most 5_000 Point, else refuse"),
        ("on Purchase", "on OnlineTxn"),
    ] {
        assert_ne!(whole, hash(&[HEAD, POINTS, &SPEND.replace(part, other)]), "{part}");
    }
    for (part, other) in [
        ("oldest", "soonest to expire"),
        ("2 years", "3 years"),
        ("each line", "each award"),
        ("0.01", "0.02"),
        ("down", "up"),
    ] {
        assert_ne!(whole, hash(&[HEAD, &POINTS.replace(part, other), SPEND]), "{part}");
    }
    assert_ne!(whole, hash(&[&HEAD.replace("Shanghai", "Macau"), POINTS, SPEND]));
    assert_ne!(whole, hash(&[&HEAD.replace("2024-01-01", "2024-01-02"), POINTS, SPEND]));
}

#[test]
fn both_spellings_are_one_policy() {
    let english = compiled(vec![file("p.earn", include_str!("corpus/P04.earn"))], &[]);
    let chinese = compiled(vec![file("p.earn", include_str!("corpus/P04.zh.earn"))], &[]);
    assert_eq!(core::print(&english), core::print(&chinese));
    assert_eq!(english.hash(), chinese.hash());
}

#[test]
fn parameters_are_set_from_outside_and_have_a_meaning() {
    let text = [
        HEAD,
        POINTS,
        "parameter rate \"比例\" = 1 Point\nrule spend on Purchase { earn rate per full 1 CNY of amount }\n",
    ]
    .concat();
    let plain = compiled(vec![file("p.earn", &text)], &[]);
    let same = compiled(vec![file("p.earn", &text)], &[("rate", "1 积分")]);
    let double = compiled(vec![file("p.earn", &text)], &[("rate", "2 Point")]);
    assert_eq!(plain.hash(), same.hash());
    assert_ne!(plain.hash(), double.hash());
    assert!(core::print(&double).contains("line 2 Point per full 1 CNY of amount"));
    for wrong in ["2 CNY", "2", "2 Point of", "", "spend"] {
        let loaded = load(vec![file("p.earn", &text)], &[("rate".to_owned(), wrong.to_owned())]);
        assert!(loaded.policy.is_none(), "`{wrong}` is no value for the parameter");
        assert_eq!(loaded.diagnostics.len(), 1, "{:?}", codes(&loaded));
    }
}

#[test]
fn versions_stand_in_the_order_of_their_dates() {
    let version = |from: &str, rate: &str| {
        [
            &HEAD.replace("effective from 2024-01-01", &format!("effective from {from}")),
            POINTS,
            &SPEND.replace("1 Point", rate),
        ]
        .concat()
    };
    let files = vec![
        file("programme.earn", &version("2025-01-01", "3 Point")),
        file("versions/2023-01-01/programme.earn", &version("2023-01-01 to 2023-12-31", "1 Point")),
        file("versions/2024-01-01/programme.earn", &version("2024-01-01 to 2024-12-31", "2 Point")),
    ];
    let loaded = load_programme(files, &[]);
    assert!(!loaded.has_errors());
    let versions: Vec<String> =
        loaded.versions.iter().map(|version| version.policy.as_ref().unwrap().version()).collect();
    assert_eq!(versions, ["2023-01-01", "2024-01-01", "2025-01-01"]);
}

#[test]
fn five_mistakes_are_five_findings() {
    let text = [
        HEAD,
        POINTS,
        "rule a on Purchase { earn 1 Pont per full 1 CNY of amount }\n",
        "rule b on Deposit { when amuont >= 5 CNY; earn 1 Point }\n",
        "rule c on Loan { from 2024-05-05 to 2024-05-01; earn 1 Point }\n",
        "rule d on Wealth { earn 1 Point + 1 CNY }\n",
        "rule e on Login { raise f to 2x }\n",
    ]
    .concat();
    let loaded = load(vec![file("p.earn", &text)], &[]);
    assert_eq!(codes(&loaded), ["E0401", "E0101", "E0501", "E0403", "E0116"]);
}

#[test]
fn a_clause_that_cannot_be_read_has_no_followers() {
    let rule = "rule online on Purchase { in speding group; earn 2 Point per full 1 CNY of amount }\n";
    let loaded = load(vec![file("p.earn", &[HEAD, POINTS, SPEND, rule].concat())], &[]);
    assert_eq!(loaded.diagnostics.len(), 1, "{:?}", codes(&loaded));
    let broken = "points Mile \"里程\" { rond down each line; valid without end; spend first oldest }\nrule fly on OnlineTxn { earn 1 Mile }\n";
    let loaded = load(vec![file("p.earn", &[HEAD, POINTS, SPEND, broken].concat())], &[]);
    assert_eq!(loaded.diagnostics.len(), 1, "{:?}", codes(&loaded));
    let broken = "ponts Mile \"里程\" { round down each line; valid without end; spend first oldest }\nrule fly on OnlineTxn { earn 1 Mile }\n";
    let loaded = load(vec![file("p.earn", &[HEAD, POINTS, SPEND, broken].concat())], &[]);
    assert_eq!(loaded.diagnostics.len(), 1, "{:?}", codes(&loaded));
}

#[test]
fn anything_at_all_loads_without_a_panic() {
    let _ = load(vec![], &[]);
    let _ = load_programme(vec![], &[("a".to_owned(), "}".to_owned())]);
    let text = [HEAD, POINTS, SPEND, TRACK, BIG].concat();
    for cut in (0..text.len()).filter(|at| text.is_char_boundary(*at)).step_by(7) {
        let _ = load(vec![file("p.earn", text.get(..cut).unwrap())], &[]);
        let _ = load(vec![file("p.earn", text.get(cut..).unwrap())], &[]);
    }
}

#[test]
fn references_stand_where_the_name_is_written() {
    for text in [
        include_str!("corpus/P04.earn"),
        include_str!("corpus/P04.zh.earn"),
        include_str!("corpus/P09.earn"),
        include_str!("corpus/P11.earn"),
    ] {
        let loaded = load(vec![file("p.earn", text)], &[]);
        assert!(loaded.references.len() > 20);
        for reference in &loaded.references {
            let (id, start, end) = reference.span.key();
            let source = loaded.sources.get(id).unwrap();
            let written = source.text.get(usize::try_from(start).unwrap()..usize::try_from(end).unwrap()).unwrap();
            let word = written.rsplit('.').next().unwrap_or(written);
            let last = reference.name.rsplit('.').next().unwrap_or(&reference.name);
            let known = word == last || reference.labels.iter().any(|label| label == word);
            // A tier given by the host is also called `tier`, a definition stands for what it says.
            assert!(
                known || word == "tier" || word == "等级",
                "`{written}` is told to be `{}` {:?}",
                reference.name,
                reference.labels
            );
        }
    }
}
