//! `earnest run` on a large file, on several threads: the output is that of one.

#![allow(clippy::expect_used, reason = "a test that cannot run fails")]

mod support;

use std::fmt::Write as _;
use std::fs;
use support::earnest;

const PROGRAMME: &str = r#"programme shop {
  timezone Asia/Shanghai
  currency CNY
  effective from 2024-01-01
  use std.banking; lint all off
}

points Point {
  round down each line
  valid 1 month after earning
  spend first oldest
}

rule spend on Purchase {
  earn 1 Point per full 1 CNY of amount
  per customer per month at most 900 Point
}

rule evening on Purchase {
  raise spend to 2x
  every sat, sun
}
"#;

/// Purchases of 37 customers in order, refunds among them, repeated lines, and lines that are wrong.
fn events() -> String {
    let mut text = String::new();
    for at in 0..4_000_u32 {
        let (day, hour, minute) = (at / 140 + 1, at % 140 / 6, at % 140 % 6 * 10);
        let (customer, yuan) = (at * 7 % 37, at * 31 % 90);
        let event = format!("\"at\":\"2024-03-{day:02}T{hour:02}:{minute:02}:00+08:00\",\"customer\":\"c{customer}\"");
        match at % 50 {
            48 => writeln!(text, "{{\"id\":\"e{at}\",\"type\":\"purchase\",{event},\"amount\":\"-{yuan}\"}}"),
            49 => {
                // Of a purchase of the same customer.
                let of = at.saturating_sub(37);
                writeln!(
                    text,
                    "{{\"id\":\"e{at}\",\"type\":\"refund\",{event},\"of\":\"e{of}\",\"amount\":\"1\"}}\nno event"
                )
            }
            _ => writeln!(text, "{{\"id\":\"e{at}\",\"type\":\"purchase\",{event},\"amount\":\"{yuan}.50\"}}"),
        }
        .expect("a text");
    }
    text
}

#[test]
fn several_threads_say_what_one_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(path("shop")).expect("a folder");
    fs::write(path("shop/shop.earn"), PROGRAMME).expect("a file");
    fs::write(path("events.ndjson"), events()).expect("a file");
    let (programme, events) = (path("shop"), path("events.ndjson"));
    for more in [vec![], vec!["--explain"], vec!["--summary"], vec!["--format", "human"], vec!["--strict"]] {
        let run = |jobs: &str| {
            let mut arguments = vec!["run", &programme, &events, "--jobs", jobs];
            arguments.extend(more.iter().copied());
            earnest(&arguments)
        };
        let (one, several) = (run("1"), run("3"));
        assert_eq!(one.code, Some(1), "{}", one.err);
        assert!(one.out.len() > 100 && one.err.contains("event"), "{more:?}");
        assert!(one.out == several.out && one.err == several.err && one.code == several.code, "{more:?}");
    }
}

#[test]
fn no_threads_are_misuse() {
    let ran = earnest(&["run", "programmes/shop", "events/shop.ndjson", "--jobs", "0"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("--jobs"), "{}", ran.err);
}
