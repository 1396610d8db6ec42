//! Random programmes that compile: a list of declarations, so that a test can shuffle and split them.
//!
//! A programme is drawn from the constructs of earning: base rules with conditions, tables and steps in a group; multiples,
//! grouped or not; campaigns with windows; caps in points, in spend and in uses; measures and level rules over them.

use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write as _;

/// The head of every random programme.
pub const HEAD: &str = r#"programme random "随机" {
  timezone Asia/Shanghai
  currency CNY "元"
  effective from 2024-01-01
  use std.banking
}
"#;

/// A programme as declarations; the order and the division into files have no meaning.
#[derive(Debug, Clone)]
pub struct Programme {
    /// The declarations beside the head.
    pub declarations: Vec<String>,
    /// Caps in points that were written: rule, points per customer and month.
    pub caps: Vec<(String, u32)>,
}

impl Programme {
    /// The whole text, head first.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{HEAD}\n{}", self.declarations.join("\n"))
    }
}

fn points() -> impl Strategy<Value = String> {
    (select(vec!["down", "up", "half up"]), select(vec!["each line", "each award"]), select(vec!["", "  funded by bank 60%, shop 40%\n"])).prop_map(
        |(mode, place, funded)| {
            format!(
                "points Star \"星点\" {{\n  round {mode} {place}\n  valid 2 years after earning\n  spend first soonest to expire, then oldest\n  worth 0.01 CNY\n{funded}}}\n"
            )
        },
    )
}

fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => select(vec!["credit_card", "debit_card"]).prop_map(|value| format!("  when instrument is {value}\n")),
        1 => Just("  when channel is online\n".to_owned()),
        1 => (1_u32..500).prop_map(|amount| format!("  when amount >= {amount} CNY\n")),
        1 => (1_u32..300, 300_u32..900).prop_map(|(low, high)| format!("  when amount >= {low} CNY and amount < {high} CNY\n")),
    ]
}

fn amount() -> impl Strategy<Value = String> {
    let rate = select(vec!["1", "2", "0.5", "1.5", "10"]);
    let step = select(vec!["1", "10", "100", "0.5"]);
    prop_oneof![
        3 => (rate.clone(), step.clone()).prop_map(|(rate, step)| format!("{rate} Star per full {step} CNY of amount")),
        1 => (rate.clone(), step.clone(), 1_u32..400).prop_map(|(rate, step, above)| format!("{rate} Star per full {step} CNY of amount above {above} CNY")),
        1 => (rate.clone(), rate.clone()).prop_map(|(one, other)| format!("channel {{ online: {one} Star, otherwise: {other} Star }} per full 1 CNY of amount")),
        1 => (rate, 50_u32..500, 500_u32..900, 1_u32..9).prop_map(|(rate, one, two, more)| {
            format!("amount {{ from 0 CNY: {rate} Star, from {one} CNY: {more} Star, from {two} CNY: 1{more} Star }} per full 10 CNY of amount")
        }),
        1 => (1_u32..100).prop_map(|flat| format!("{flat} Star")),
    ]
}

/// A bound of a rule; the number is given where it is points per customer and month.
fn bound() -> impl Strategy<Value = (String, Option<u32>)> {
    prop_oneof![
        3 => Just((String::new(), None)),
        2 => (1_u32..2_000).prop_map(|most| (format!("  per customer per month at most {most} Star, drop the rest\n"), Some(most))),
        1 => Just(("  per customer per day once\n".to_owned(), None)),
        1 => (100_u32..3_000).prop_map(|most| (format!("  per customer per month at most {most} CNY of amount\n"), None)),
        1 => (500_u32..5_000).prop_map(|most| (format!("  in all at most {most} Star\n"), None)),
        1 => Just(("  no cap\n".to_owned(), None)),
    ]
}

fn window() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => (1_u32..20, 20_u32..28).prop_map(|(from, to)| format!("  from 2024-03-{from:02} to 2024-03-{to}\n")),
        1 => Just("  every sat, sun from 18:00 until 22:00\n".to_owned()),
        1 => Just("  from 22:00 until 02:00\n".to_owned()),
    ]
}

fn base(at: usize) -> impl Strategy<Value = (String, Option<(String, u32)>)> {
    (condition(), amount(), bound(), window()).prop_map(move |(when, amount, (bound, most), window)| {
        let name = format!("base_{at}");
        let text = format!("rule {name} on Purchase {{\n  in bases\n{window}{when}  earn {amount}\n{bound}}}\n");
        (text, most.map(|most| (name, most)))
    })
}

fn raise(at: usize, bases: usize) -> impl Strategy<Value = (String, Option<(String, u32)>)> {
    let factor = select(vec!["to 2x", "to 1.5x", "by 0.5x", "by 1x", "to 10x"]);
    (0..bases, factor, condition(), window(), bound(), any::<bool>(), any::<bool>()).prop_map(
        move |(base, factor, when, window, (bound, most), grouped, campaign)| {
            let name = format!("raise_{at}");
            // Members of a group that multiplies have no bound of their own.
            let (group, bound, most) =
                if grouped { ("  in factors\n", String::new(), None) } else { ("", bound, most) };
            let rule =
                format!("rule {name} on Purchase {{\n{group}{window}{when}  raise base_{base} {factor}\n{bound}}}\n");
            if campaign {
                let qualified = format!("spring_{at}.{name}");
                let text = format!("campaign spring_{at} {{\n  from 2024-03-01 to 2024-04-15\n  {rule}}}\n");
                (text, most.map(|most| (qualified, most)))
            } else {
                (rule, most.map(|most| (name, most)))
            }
        },
    )
}

fn level(at: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..100, 1_u32..3_000).prop_map(move |(gift, from)| {
            format!(
                "track spend_{at} per customer per month = sum of Purchase.amount\nrule level_{at} {{\n  per customer per month keep {gift} Star while spend_{at} >= {from} CNY\n}}\n"
            )
        }),
        (1_u32..9, 2_u32..9).prop_map(move |(gift, each)| {
            format!(
                "track visits_{at} per customer per month = count of Purchase\nrule level_{at} {{\n  per customer per month keep {gift} Star per full {each} times of visits_{at}\n}}\n"
            )
        }),
    ]
}

/// In a best-of group lines that give the same need a priority.
fn ranked(text: &str, at: usize, (bases, factors): (&str, &str)) -> String {
    let mut text = text.to_owned();
    for (name, mode) in [("bases", bases), ("factors", factors)] {
        if mode == "best of" {
            text = text.replace(&format!("  in {name}\n"), &format!("  in {name} priority {at}\n"));
        }
    }
    text
}

/// Random programmes.
pub fn programme() -> impl Strategy<Value = Programme> {
    (1_usize..4, 0_usize..4, 0_usize..3).prop_flat_map(|(bases, raises, levels)| {
        let group = select(vec!["best of", "add up"]);
        let factors = select(vec!["best of", "add up", "multiply together"]);
        let base_rules: Vec<_> = (0..bases).map(base).collect();
        let raise_rules: Vec<_> = (0..raises).map(|at| raise(at, bases)).collect();
        let level_rules: Vec<_> = (0..levels).map(level).collect();
        (points(), group, factors, base_rules, raise_rules, level_rules).prop_map(
            |(points, group, factors, bases, raises, levels)| {
                let mut declarations =
                    vec![points, format!("group bases: {group}\n"), format!("group factors: {factors}\n")];
                let mut caps = Vec::new();
                for (at, (text, cap)) in bases.into_iter().chain(raises).enumerate() {
                    declarations.push(ranked(&text, at, (group, factors)));
                    caps.extend(cap);
                }
                for text in levels {
                    // A track and its rule are two declarations.
                    let (track, rule) = text.split_once('\n').unwrap_or((&text, ""));
                    declarations.push(format!("{track}\n"));
                    declarations.push(rule.to_owned());
                }
                Programme { declarations, caps }
            },
        )
    })
}

/// `count` rules, each its own campaign with a window, a condition and a cap: for benchmarks.
#[must_use]
pub fn many_rules(count: usize) -> String {
    let mut text = format!(
        "{HEAD}points Star \"星点\" {{\n  round down each line\n  valid 2 years after earning\n  spend first soonest to expire, then oldest\n}}\ngroup bonus: best of\nrule spend on Purchase {{\n  earn 1 Star per full 1 CNY of amount\n}}\n"
    );
    for at in 1..count {
        let (month, day) = (at % 12 + 1, at % 28 + 1);
        let _ = write!(
            text,
            "campaign c{at} \"活动{at}\" {{\n  from 2024-{month:02}-{day:02} to 2024-12-31\n  rule bonus_{at} on Purchase {{\n    in bonus priority {at}\n    when instrument is credit_card and amount >= {at} CNY\n    raise spend to 2x\n    per customer per month at most {cap} Star, drop the rest\n  }}\n}}\n",
            cap = at + 100,
        );
    }
    text
}
