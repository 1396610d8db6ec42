//! `grammar.pest` to tables over whole tokens, for the quick reader (`src/syntax/quick`).
//!
//! Every atomic rule of the grammar is a choice of words (`kw_...`, marks) or a class of tokens (a number, a name), each ending
//! at the blank behind a token; every other rule is made of rules. So a reading can go from token to token. What a rule may
//! begin with is computed here: the reader then tries only what can begin at a token.

use pest_meta::ast::{Expr, Rule, RuleType};
use pest_meta::parser;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;

/// The tables as Rust text.
pub fn tables(grammar: &str) -> io::Result<String> {
    let wrong = |error: &dyn std::fmt::Display| io::Error::other(format!("grammar.pest: {error}"));
    let pairs = parser::parse(parser::Rule::grammar_rules, grammar).map_err(|error| wrong(&error))?;
    let rules = parser::consume_rules(pairs)
        .map_err(|errors| errors.first().map_or_else(|| io::Error::other("grammar.pest"), |error| wrong(error)))?;
    let rules: Vec<Rule> = rules.into_iter().filter(|rule| rule.name != "WHITESPACE").collect();
    let mut tables = Tables::default();
    for rule in &rules {
        tables.by_name.insert(rule.name.clone(), rule.clone());
    }
    tables.place(&rules)?;
    tables.first();
    tables.print()
}

/// How a rule is read.
enum Sort {
    /// One of these runs of words.
    Words(Vec<Vec<u16>>),
    /// A token of this class.
    Class(usize),
    /// By its expression; its silent ones leave no trace.
    Made { op: u16, shown: bool },
}

/// An expression over rules.
#[derive(Clone)]
enum Op {
    Rule(u16),
    All(Vec<u16>),
    Any(Vec<u16>),
    May(u16),
    Many(u16),
    Some(u16),
    Ahead(u16),
    NotAhead(u16),
    Start,
    End,
}

/// What a thing may begin with; `empty` where it may be nothing at all.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct First {
    words: BTreeSet<u16>,
    classes: BTreeSet<usize>,
    empty: bool,
}

/// A class: the form of its tokens, and words of the language that are none of them.
#[derive(PartialEq, Eq)]
struct Class {
    form: usize,
    without: Vec<u16>,
}

/// With what a form may begin: ASCII characters as bits, and whether with others.
#[derive(Clone, Copy)]
struct Begins {
    ascii: u128,
    others: bool,
}

impl Begins {
    const ANY: Self = Self { ascii: u128::MAX, others: true };

    fn one(c: char) -> Self {
        if c.is_ascii() { Self { ascii: 1 << u32::from(c), others: false } } else { Self { ascii: 0, others: true } }
    }
}

#[derive(Default)]
struct Tables {
    by_name: BTreeMap<String, Rule>,
    words: BTreeMap<String, u16>,
    forms: Vec<String>,
    /// Of each form, which ASCII characters and whether others may begin it.
    begins: Vec<Begins>,
    classes: Vec<Class>,
    rules: Vec<(String, Sort)>,
    places: BTreeMap<String, u16>,
    ops: Vec<Op>,
    firsts: Vec<First>,
}

impl Tables {
    fn place(&mut self, rules: &[Rule]) -> io::Result<()> {
        // All words first: a class names words that are none of its tokens.
        for rule in rules {
            for phrase in phrases(rule).unwrap_or_default() {
                for word in phrase.split(' ') {
                    let next = small(self.words.len())?;
                    self.words.entry(word.to_owned()).or_insert(next);
                }
            }
        }
        let made = |rule: &&Rule| !self.is_part_of_tokens(&rule.name);
        let shown: Vec<&Rule> = rules.iter().filter(made).collect();
        for (at, rule) in shown.iter().enumerate() {
            self.places.insert(rule.name.clone(), small(at)?);
        }
        for rule in shown {
            let sort = match (phrases(rule), rule.ty) {
                (Some(phrases), _) => Sort::Words(self.runs(&phrases)?),
                (None, RuleType::Atomic) => Sort::Class(self.class(rule)?),
                (None, RuleType::Normal) => Sort::Made { op: self.op(&rule.expr)?, shown: true },
                (None, RuleType::Silent) => Sort::Made { op: self.op(&rule.expr)?, shown: false },
                (None, other) => return Err(io::Error::other(format!("{}: no tables for {other:?}", rule.name))),
            };
            self.rules.push((rule.name.clone(), sort));
        }
        Ok(())
    }

    /// Whether a rule speaks of characters and is used inside of atomic rules only.
    fn is_part_of_tokens(&self, name: &str) -> bool {
        self.by_name.get(name).is_some_and(|rule| rule.ty == RuleType::Silent && has_text(&rule.expr))
    }

    /// Runs of words. One that begins like another before it can never be read.
    fn runs(&self, phrases: &[String]) -> io::Result<Vec<Vec<u16>>> {
        let mut runs = Vec::new();
        for (at, phrase) in phrases.iter().enumerate() {
            if phrases.iter().take(at).any(|before| phrase.starts_with(before.as_str())) {
                continue;
            }
            let words: Option<Vec<u16>> = phrase.split(' ').map(|word| self.words.get(word).copied()).collect();
            runs.push(words.ok_or_else(|| io::Error::other(format!("`{phrase}` has an unknown word")))?);
        }
        Ok(runs)
    }

    fn class(&mut self, rule: &Rule) -> io::Result<usize> {
        let mut without = Vec::new();
        let mut parts = sequence(&rule.expr);
        let blank = Expr::PosPred(Box::new(Expr::Str(" ".to_owned())));
        if parts.pop() != Some(&blank) {
            return Err(io::Error::other(format!("{} does not end at the end of a token", rule.name)));
        }
        let mut form = Vec::new();
        for part in parts {
            let excluded = match part {
                Expr::NegPred(inner) => match &**inner {
                    Expr::Ident(name) => self.by_name.get(name).and_then(phrases),
                    _ => None,
                },
                _ => None,
            };
            match excluded {
                Some(phrases) => {
                    for run in self.runs(&phrases)? {
                        match run.as_slice() {
                            [word] => without.push(*word),
                            _ => return Err(io::Error::other(format!("{}: excludes several words", rule.name))),
                        }
                    }
                }
                None => form.push(self.form(part)?),
            }
        }
        without.sort_unstable();
        let begins = self.begins(&rule.expr);
        let form = format!("Form::All(&[{}])", form.join(", "));
        let form = self.forms.iter().position(|known| *known == form).unwrap_or_else(|| {
            self.forms.push(form);
            self.begins.push(begins);
            self.forms.len() - 1
        });
        let class = Class { form, without };
        if let Some(known) = self.classes.iter().position(|known| *known == class) {
            return Ok(known);
        }
        self.classes.push(class);
        Ok(self.classes.len() - 1)
    }

    /// An expression over characters as Rust text.
    fn form(&self, expr: &Expr) -> io::Result<String> {
        let all = |name: &str, parts: Vec<&Expr>| -> io::Result<String> {
            let parts: io::Result<Vec<String>> = parts.into_iter().map(|part| self.form(part)).collect();
            Ok(format!("Form::{name}(&[{}])", parts?.join(", ")))
        };
        Ok(match expr {
            Expr::Str(text) => format!("Form::Text({text:?})"),
            Expr::Ident(name) if name == "ASCII_DIGIT" => "Form::Digit".to_owned(),
            Expr::Ident(name) if name == "ANY" => "Form::Character".to_owned(),
            Expr::Ident(name) => match self.by_name.get(name) {
                Some(rule) => self.form(&rule.expr)?,
                None => return Err(io::Error::other(format!("`{name}` is unknown"))),
            },
            Expr::Seq(..) => all("All", sequence(expr))?,
            Expr::Choice(..) => all("Any", choice(expr))?,
            Expr::Opt(inner) => format!("Form::May(&{})", self.form(inner)?),
            Expr::Rep(inner) => match upto(inner) {
                Some(end) => format!("Form::Upto({end:?})"),
                None => format!("Form::Many(&{})", self.form(inner)?),
            },
            Expr::RepOnce(inner) => {
                let all = self.form(&Expr::Rep(inner.clone()))?;
                format!("Form::All(&[{}, {all}])", self.form(inner)?)
            }
            Expr::RepExact(inner, times) => {
                let inner = self.form(inner)?;
                let times = usize::try_from(*times).map_err(io::Error::other)?;
                format!("Form::All(&[{}])", vec![inner; times].join(", "))
            }
            Expr::PosPred(inner) => format!("Form::Ahead(&{})", self.form(inner)?),
            Expr::NegPred(inner) => format!("Form::NotAhead(&{})", self.form(inner)?),
            other => return Err(io::Error::other(format!("no tables for {other:?}"))),
        })
    }

    /// What an expression over characters may begin with. Looking ahead for one character rules out; else it says nothing.
    fn begins(&self, expr: &Expr) -> Begins {
        match expr {
            Expr::Str(text) => text.chars().next().map_or(Begins::ANY, Begins::one),
            Expr::Ident(name) if name == "ASCII_DIGIT" => Begins { ascii: 0x03FF << 48, others: false },
            Expr::Ident(name) => self.by_name.get(name).map_or(Begins::ANY, |rule| self.begins(&rule.expr)),
            Expr::Choice(..) => {
                let all = choice(expr).into_iter().map(|part| self.begins(part));
                all.fold(Begins { ascii: 0, others: false }, |a, b| Begins {
                    ascii: a.ascii | b.ascii,
                    others: a.others || b.others,
                })
            }
            Expr::RepOnce(inner) | Expr::RepExact(inner, _) => self.begins(inner),
            Expr::Seq(..) => {
                let mut without = 0;
                for part in sequence(expr) {
                    match part {
                        Expr::NegPred(inner) if self.is_one_character(inner) => without |= self.begins(inner).ascii,
                        Expr::NegPred(_) => {}
                        Expr::PosPred(_) | Expr::Opt(_) | Expr::Rep(_) => return Begins::ANY,
                        other => {
                            let begins = self.begins(other);
                            return Begins { ascii: begins.ascii & !without, ..begins };
                        }
                    }
                }
                Begins::ANY
            }
            _ => Begins::ANY,
        }
    }

    /// Whether an expression matches one character and no more.
    fn is_one_character(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Str(text) => text.chars().count() == 1,
            Expr::Ident(name) if name == "ASCII_DIGIT" => true,
            Expr::Ident(name) => self.by_name.get(name).is_some_and(|rule| self.is_one_character(&rule.expr)),
            Expr::Choice(..) => choice(expr).into_iter().all(|part| self.is_one_character(part)),
            _ => false,
        }
    }

    /// An expression over rules.
    fn op(&mut self, expr: &Expr) -> io::Result<u16> {
        let op = match expr {
            Expr::Ident(name) if name == "SOI" => Op::Start,
            Expr::Ident(name) if name == "EOI" => Op::End,
            Expr::Ident(name) => match self.places.get(name) {
                Some(place) => Op::Rule(*place),
                None => return Err(io::Error::other(format!("`{name}` is no rule over tokens"))),
            },
            Expr::Seq(..) => Op::All(self.each(&sequence(expr))?),
            Expr::Choice(..) => Op::Any(self.each(&choice(expr))?),
            Expr::Opt(inner) => Op::May(self.op(inner)?),
            Expr::Rep(inner) => Op::Many(self.op(inner)?),
            Expr::RepOnce(inner) => Op::Some(self.op(inner)?),
            Expr::PosPred(inner) => Op::Ahead(self.op(inner)?),
            Expr::NegPred(inner) => Op::NotAhead(self.op(inner)?),
            other => return Err(io::Error::other(format!("no tables for {other:?}"))),
        };
        self.ops.push(op);
        small(self.ops.len() - 1)
    }

    fn each(&mut self, parts: &[&Expr]) -> io::Result<Vec<u16>> {
        parts.iter().map(|part| self.op(part)).collect()
    }

    /// What every expression may begin with: found by going round until nothing is added.
    fn first(&mut self) {
        self.firsts = vec![First::default(); self.ops.len()];
        loop {
            let next: Vec<First> = self.ops.iter().map(|op| self.first_of(op)).collect();
            let done = next == self.firsts;
            self.firsts = next;
            if done {
                return;
            }
        }
    }

    fn known(&self, op: u16) -> First {
        self.firsts.get(usize::from(op)).cloned().unwrap_or_default()
    }

    fn first_of(&self, op: &Op) -> First {
        let empty = First { empty: true, ..First::default() };
        match op {
            Op::Rule(rule) => match self.rules.get(usize::from(*rule)).map(|(_, sort)| sort) {
                Some(Sort::Words(runs)) => {
                    First { words: runs.iter().filter_map(|run| run.first().copied()).collect(), ..First::default() }
                }
                Some(Sort::Class(class)) => First { classes: BTreeSet::from([*class]), ..First::default() },
                Some(Sort::Made { op, .. }) => self.known(*op),
                None => empty,
            },
            Op::All(parts) => {
                let mut first = empty;
                for part in parts {
                    let part = self.known(*part);
                    first.words.extend(part.words);
                    first.classes.extend(part.classes);
                    first.empty = part.empty;
                    if !part.empty {
                        break;
                    }
                }
                first
            }
            Op::Any(parts) => parts.iter().map(|part| self.known(*part)).fold(First::default(), |mut first, part| {
                first.words.extend(part.words);
                first.classes.extend(part.classes);
                first.empty |= part.empty;
                first
            }),
            Op::Some(inner) => self.known(*inner),
            Op::May(inner) | Op::Many(inner) => First { empty: true, ..self.known(*inner) },
            // What only looks ahead takes nothing.
            Op::Ahead(_) | Op::NotAhead(_) | Op::Start | Op::End => empty,
        }
    }

    fn print(&self) -> io::Result<String> {
        let mut out = String::new();
        self.print_words(&mut out).map_err(io::Error::other)?;
        self.print_rules(&mut out).map_err(io::Error::other)?;
        self.print_ops(&mut out)?;
        Ok(out)
    }

    fn print_words(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "/// Words and marks of the grammar with their numbers.\nstatic WORDS: &[(&str, u16)] = &[")?;
        for (word, number) in &self.words {
            writeln!(out, "    ({word:?}, {number}),")?;
        }
        writeln!(
            out,
            "];\n/// Forms of tokens that are no words of the grammar.\nstatic FORMS: &[(Begins, Form)] = &["
        )?;
        for (form, begins) in self.forms.iter().zip(&self.begins) {
            writeln!(out, "    (Begins {{ ascii: {:#x}, others: {} }}, {form}),", begins.ascii, begins.others)?;
        }
        writeln!(
            out,
            "];\n/// Classes: the form of their tokens, and words that are none of them.\nstatic CLASSES: &[(usize, &[u16])] = &["
        )?;
        for class in &self.classes {
            writeln!(out, "    ({}, &{:?}),", class.form, class.without)?;
        }
        writeln!(out, "];")
    }

    fn print_rules(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "/// Rules in the order of the grammar.\nstatic RULES: &[(Rule, Sort)] = &[")?;
        for (name, sort) in &self.rules {
            let sort = match sort {
                Sort::Words(runs) => {
                    let runs: Vec<String> = runs.iter().map(|run| format!("&{run:?}")).collect();
                    format!("Sort::Words(&[{}])", runs.join(", "))
                }
                Sort::Class(class) => format!("Sort::Class(1 << {class})"),
                Sort::Made { op, shown: true } => format!("Sort::Shown({op})"),
                Sort::Made { op, shown: false } => format!("Sort::Silent({op})"),
            };
            writeln!(out, "    (Rule::{name}, {sort}),")?;
        }
        writeln!(out, "];")
    }

    fn print_ops(&self, out: &mut String) -> io::Result<()> {
        let mut unique: Vec<&First> = self.firsts.iter().collect();
        unique.sort();
        unique.dedup();
        let width = self.words.len().div_ceil(64);
        let mut text = format!("/// What things may begin with.\nstatic FIRSTS: &[First<{width}>] = &[\n");
        for first in &unique {
            let mut words = vec![0_u64; width];
            for word in &first.words {
                if let Some(place) = words.get_mut(usize::from(word / 64)) {
                    *place |= 1 << (word % 64);
                }
            }
            let classes: u32 = first.classes.iter().map(|class| 1 << class).sum();
            writeln!(text, "    First {{ words: {words:?}, classes: {classes}, empty: {} }},", first.empty)
                .map_err(io::Error::other)?;
        }
        text.push_str("];\n/// Expressions, each with what it may begin with.\nstatic OPS: &[(Op, u16)] = &[\n");
        for (op, first) in self.ops.iter().zip(&self.firsts) {
            let shown = match op {
                Op::Rule(rule) => format!("Op::Rule({rule})"),
                Op::All(parts) => format!("Op::All(&{parts:?})"),
                Op::Any(parts) => format!("Op::Any(&{parts:?})"),
                Op::May(inner) => format!("Op::May({inner})"),
                Op::Many(inner) => format!("Op::Many({inner})"),
                Op::Some(inner) => format!("Op::Some({inner})"),
                Op::Ahead(inner) => format!("Op::Ahead({inner})"),
                Op::NotAhead(inner) => format!("Op::NotAhead({inner})"),
                Op::Start => "Op::Start".to_owned(),
                Op::End => "Op::End".to_owned(),
            };
            let place = unique.binary_search(&first).map_err(|_| io::Error::other("a first set is lost"))?;
            writeln!(text, "    ({shown}, {place}),").map_err(io::Error::other)?;
        }
        text.push_str("];\n");
        out.push_str(&text);
        Ok(())
    }
}

/// The words of an atomic rule that is a choice of words; none for another.
fn phrases(rule: &Rule) -> Option<Vec<String>> {
    if rule.ty != RuleType::Atomic {
        return None;
    }
    let parts = sequence(&rule.expr);
    let [words, Expr::PosPred(blank)] = parts.as_slice() else { return None };
    if **blank != Expr::Str(" ".to_owned()) {
        return None;
    }
    let words = choice(words).into_iter().map(|one| match one {
        Expr::Str(text) => Some(text.clone()),
        _ => None,
    });
    words.collect()
}

/// Whether an expression speaks of characters.
fn has_text(expr: &Expr) -> bool {
    match expr {
        Expr::Str(_) => true,
        Expr::Ident(name) => name == "ASCII_DIGIT" || name == "ANY",
        Expr::Seq(a, b) | Expr::Choice(a, b) => has_text(a) || has_text(b),
        Expr::Opt(inner) | Expr::Rep(inner) | Expr::RepOnce(inner) | Expr::PosPred(inner) | Expr::NegPred(inner) => {
            has_text(inner)
        }
        _ => false,
    }
}

/// Where `(!"x" ~ ANY)*` ends.
fn upto(inner: &Expr) -> Option<&str> {
    match sequence(inner).as_slice() {
        [Expr::NegPred(end), Expr::Ident(any)] if any == "ANY" => match &**end {
            Expr::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The parts of a sequence, in order.
fn sequence(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Seq(a, b) => sequence(a).into_iter().chain(sequence(b)).collect(),
        other => vec![other],
    }
}

/// The alternatives of a choice, in order.
fn choice(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Choice(a, b) => choice(a).into_iter().chain(choice(b)).collect(),
        other => vec![other],
    }
}

fn small(number: usize) -> io::Result<u16> {
    u16::try_from(number).map_err(io::Error::other)
}
