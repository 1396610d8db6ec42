//! Which rules may meet: what is apart needs no word, what meets needs one, however many rules there are between the two.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test says so by panicking")]

use earnest_dsl::load::{InputFile, Loaded, load};
use std::fmt::Write as _;

const HEAD: &str = "programme demo \"示例\" {\n  timezone Asia/Shanghai\n  currency CNY \"元\"\n  effective from 2024-01-01\n  use std.banking, std.mcc, std.calendar\n}\npoints Point \"积分\" { round down each line; valid 2 years after earning; spend first oldest }\n";

fn loaded(text: &str) -> Loaded {
    load(vec![InputFile { path: "p.earn".to_owned(), text: format!("{HEAD}{text}") }], &[])
}

fn codes(text: &str) -> Vec<&'static str> {
    loaded(text).diagnostics.iter().map(|found| found.code).collect()
}

/// Two base rules of the same points with these clauses.
fn two(first: &str, second: &str) -> Vec<&'static str> {
    codes(&format!("rule a on Purchase {{ {first}; earn 1 Point }}\nrule b on Purchase {{ {second}; earn 2 Point }}\n"))
}

#[test]
fn rules_that_exclude_each_other_need_no_word() {
    for (first, second) in [
        ("when instrument is credit_card", "when instrument is debit_card"),
        ("when instrument is credit_card", "when instrument is known and instrument is not credit_card"),
        ("when instrument in { cash, wallet }", "when instrument in { credit_card, debit_card }"),
        ("when amount < 100 CNY", "when amount >= 100 CNY"),
        ("when amount <= 100 CNY", "when amount > 100 CNY and channel is online"),
        ("when mcc in { 5811, 5812 }", "when mcc in { 5813 }"),
        ("from 2024-01-01 to 2024-06-30", "from 2024-07-01 to 2024-12-31"),
        ("every mon, tue", "every sat, sun"),
        ("from 08:00 until 12:00", "from 12:00 until 18:00"),
        ("for customer.vip is known and customer.vip", "for customer.vip is known and not customer.vip"),
    ] {
        assert!(two(first, second).is_empty(), "`{first}` against `{second}`: {:?}", two(first, second));
        assert!(two(second, first).is_empty(), "`{second}` against `{first}`");
    }
}

#[test]
fn rules_that_can_meet_need_a_word() {
    for (first, second) in [
        ("when instrument is credit_card", "when channel is online"),
        ("when amount <= 100 CNY", "when amount >= 100 CNY"),
        ("when instrument in { cash, wallet }", "when instrument in { wallet, debit_card }"),
        ("when mcc in { 5811, 5812 }", "when mcc in restaurants"),
        ("from 2024-01-01 to 2024-06-30", "from 2024-06-30 to 2024-12-31"),
        ("every mon, tue", "every tue, wed"),
        ("from 22:00 until 02:00", "from 01:00 until 03:00"),
        ("every last day of month", "every sun"),
    ] {
        assert_eq!(two(first, second), ["E0301"], "`{first}` against `{second}`");
    }
}

#[test]
fn a_word_is_a_group_or_adds_to() {
    assert!(two("adds to b", "when channel is online").is_empty());
    for mode in ["best of", "add up", "multiply together"] {
        let found = codes(&format!(
            "group g: {mode}\nrule a on Purchase {{ in g; earn 1 Point }}\nrule b on Purchase {{ in g; earn 2 Point }}\n"
        ));
        assert_eq!(found.is_empty(), mode != "multiply together", "{mode}: {found:?}");
    }
}

/// A group stands for its members: behind `adds to`, and in the order of lines under a limit.
#[test]
fn a_group_stands_for_its_members() {
    let rules =
        "group g: best of\nrule a on Purchase { in g; earn 1 Point }\nrule b on Purchase { in g; earn 2 Point }\n";
    assert_eq!(codes(&format!("{rules}rule c on Purchase {{ earn 3 Point }}\n")), ["E0301"]);
    assert!(codes(&format!("{rules}rule c on Purchase {{ adds to g; earn 3 Point }}\n")).is_empty());
    let bound = "per customer per month at most 9 Point across c, then g, then d, drop the rest";
    let lines = format!(
        "{rules}rule c on Purchase {{ adds to g; earn 3 Point }}\nrule d on Purchase {{ raise a, b, c to 2x }}\ncampaign m {{ {bound}\n rule e on Deposit {{ earn 1 Point }} }}\n"
    );
    let found = loaded(&lines);
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics.first());
    let policy = found.policy.unwrap();
    let filled: Vec<&str> = (policy.constraints.first().unwrap().rules.iter())
        .map(|id| policy.rule(*id).unwrap().title.name.as_str())
        .collect();
    assert_eq!(filled, ["c", "a", "b", "d"]);
    // Where all members of a group count, the group alone states no order of theirs.
    assert_eq!(codes(&lines.replace("best of", "add up")), ["E0308"]);
    // A rule and a group of one name: which is meant?
    let both = lines.replace("adds to g", "adds to a, b").replace("rule d ", "rule g ").replace("then d", "then a");
    assert_eq!(codes(&both), ["E0102"]);
}

/// Many rules that lie apart by values, by dates and by amounts, and two among them that meet: found, and nothing else.
#[test]
fn the_two_that_meet_are_found_among_many() {
    let mut text = String::new();
    for at in 0..300 {
        let month = at % 12 + 1;
        writeln!(text, "campaign c{at} {{ from 2024-{month:02}-{day:02} to 2024-{month:02}-{day:02}\n  rule r on Purchase {{ earn {at} Point }} }}", day = at / 12 + 1).unwrap();
        writeln!(
            text,
            "rule amount{at} on Deposit {{ when amount >= {} CNY and amount < {} CNY; earn 1 Point }}",
            at * 10,
            at * 10 + 10
        )
        .unwrap();
        writeln!(text, "rule code{at} on OnlineTxn {{ when merchant.mcc is {}; earn 1 Point }}", 5000 + at).unwrap();
    }
    let found = loaded(&text);
    assert!(found.diagnostics.is_empty(), "{:?}", found.diagnostics.first());
    for meeting in [
        "rule other on Purchase { from 2024-03-04 to 2024-03-04; earn 1 Point }",
        "rule other on Deposit { when amount >= 1_234 CNY and amount <= 1_236 CNY; earn 1 Point }",
        "rule other on OnlineTxn { when merchant.mcc in { 5100, 9999 }; earn 1 Point }",
    ] {
        assert_eq!(codes(&format!("{text}{meeting}\n")), ["E0301"], "{meeting}");
    }
    for apart in [
        "rule other on Purchase { from 2025-03-04 to 2025-03-04; earn 1 Point }",
        "rule other on Deposit { when amount >= 3_000 CNY; earn 1 Point }",
        "rule other on OnlineTxn { when merchant.mcc in { 5300, 9999 }; earn 1 Point }",
    ] {
        assert_eq!(codes(&format!("{text}{apart}\n")), Vec::<&str>::new(), "{apart}");
    }
}

#[test]
fn windows_that_never_occur_are_errors() {
    let rule = |windows: &str| codes(&format!("rule a on Purchase {{ {windows}; earn 1 Point }}\n"));
    for never in [
        "from 2024-10-01 to 2024-10-03; every sat",
        "from 2024-02-01 to 2024-02-28; every last day of month",
        "every mon; every tue",
        "from 2024-05-01 to 2024-05-31; from 2024-06-01 to 2024-06-30",
        "from 2024-10-08 to 2024-10-11; every holiday of china",
    ] {
        assert_eq!(rule(never), ["E0507"], "{never}");
    }
    for once in [
        "from 2024-10-01 to 2024-10-06; every sat",
        "from 2024-02-01 to 2024-02-29; every last day of month",
        "every mon; every last day of month",
        "every day 31 of month; every sun",
        "from 2024-10-01 to 2024-10-03; every holiday of china",
    ] {
        assert!(rule(once).is_empty(), "{once}: {:?}", rule(once));
    }
}
