//! What an event of a test must lead to.

use super::messages;
use super::name::answers;
use super::names::{Found, path_text};
use super::scenario::word;
use super::{Checker, Env, Reader};
use crate::policy::scenario::{ExpectedPart, Shown};
use crate::policy::{Expected, ExpectedKind, KindId, Node, Role, Type, Value};
use crate::syntax::ast::{self, ClauseKind, ExpectKind, Expectation, ExprKind, RequestKind};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Codes with which an event is refused where no clause names another (semantics, section 12).
const USUAL_CODES: &[&str] = &[
    "outside_window",
    "disqualified",
    "not_transferable",
    "not_cashable",
    "not_returnable",
    "tier_required",
    "condition_not_met",
    "not_whole_step",
    "below_minimum",
    "quantity_limit",
    "repeat_not_allowed",
    "transfer_limit",
    "quota_exhausted",
    "exceeds_amount",
    "out_of_stock",
    "insufficient_points",
];

impl Checker<'_> {
    /// What an event must lead to: a refused event gives nothing.
    pub(crate) fn expectations(&mut self, kind: KindId, all: &[Expectation]) -> Vec<Expected> {
        let refused = all.iter().find(|one| matches!(one.kind, ExpectKind::Refuse(_)));
        let other = all.iter().find(|one| !matches!(one.kind, ExpectKind::Refuse(_)));
        if let (Some(refused), Some(other)) = (refused, other) {
            let (first, second) =
                if refused.span.key() < other.span.key() { (refused, other) } else { (other, refused) };
            self.report(messages::test_contradiction(first.span, second.span));
        }
        let expected = |one: &Expectation| Some(Expected { kind: self.expected(kind, one)?, span: one.span });
        all.iter().filter_map(expected).collect()
    }

    // One arm per expectation: the list is the idea.
    fn expected(&mut self, kind: KindId, expected: &Expectation) -> Option<ExpectedKind> {
        Some(match &expected.kind {
            ExpectKind::Earn(amount, to, lines) => self.earned(kind, amount, to.as_ref(), lines)?,
            ExpectKind::Take(amount, lines) => {
                let (amount, points) = self.points_in(amount)?;
                ExpectedKind::Take { amount, points, parts: self.parts(kind, lines)? }
            }
            ExpectKind::TakeBack(amount, owe) => {
                let (amount, points) = self.points_in(amount)?;
                let owe = match owe {
                    Some(owe) => Some(self.points_in(owe)?.0),
                    None => None,
                };
                ExpectedKind::TakeBack { amount, points, owe }
            }
            ExpectKind::Refuse(code) => {
                self.check_code(code);
                ExpectedKind::Refuse(code.text.clone())
            }
            ExpectKind::Move(amount, to) => {
                let (amount, points) = self.points_in(amount)?;
                ExpectedKind::Move { amount, points, to: to.text.clone() }
            }
            ExpectKind::Money(verb, amount) => {
                let (amount, unit) = self.amount_with_unit(amount)?;
                ExpectedKind::Money { verb: *verb, amount, unit }
            }
            ExpectKind::Entries(number) => ExpectedKind::Entries(number.value),
            ExpectKind::Grant(path, number, worth) => {
                let worth = match worth {
                    Some(worth) => Some(self.amount_with_unit(worth)?.0),
                    None => None,
                };
                let number = number.as_ref().map(|number| number.value);
                ExpectedKind::Grant { name: self.granted(path)?, number, worth }
            }
            ExpectKind::DeliverBy(day) => ExpectedKind::DeliverBy(self.date(day)?),
            ExpectKind::Settled { matched, count, money } => {
                let (matched, money) = (*matched, self.amount_with_unit(money)?.0);
                ExpectedKind::Settled { matched, count: count.value, money }
            }
            ExpectKind::Ranked(places) => ExpectedKind::Ranked(places.iter().map(|name| name.text.clone()).collect()),
            ExpectKind::Figure(name, value) => {
                let (name, (value, _)) = (self.figure_named(name)?, self.amount_with_unit(value)?);
                ExpectedKind::Figure { name: Some(name), value }
            }
            ExpectKind::Value(value) => self.told(value)?,
            ExpectKind::Notify(value) => ExpectedKind::Notice(self.noticed(value)?),
        })
    }

    /// A code that some clause names, or one of those that need no naming.
    fn check_code(&mut self, code: &ast::Name) {
        if USUAL_CODES.contains(&code.text.as_str()) || self.names.codes_named.contains(code.text.as_str()) {
            return;
        }
        let known: Vec<String> =
            self.names.codes_named.iter().chain(USUAL_CODES).map(|code| (*code).to_owned()).collect();
        self.report(messages::test_code_unknown(code, &known));
    }

    /// Points earned; or, on an event that tells figures, an amount without a verb that is no points: the figure's value.
    fn earned(
        &mut self,
        kind: KindId,
        amount: &ast::Expr,
        to: Option<&ast::Name>,
        lines: &[ast::Breakdown],
    ) -> Option<ExpectedKind> {
        let tells = self.policy.figures.iter().any(|figure| figure.kinds.contains(&kind));
        if tells && to.is_none() && lines.is_empty() {
            let found = self.expr(&Env::new(&[], None, Reader::Host), amount)?;
            if let (false, Some(value)) = (matches!(found.typed.ty, Type::Points(_)), number_of(&found.node)) {
                return Some(ExpectedKind::Figure { name: None, value });
            }
        }
        let (amount, points) = self.points_in(amount)?;
        let parts = self.parts(kind, lines)?;
        Some(ExpectedKind::Earn { amount, points, to: to.map(|to| to.text.clone()), parts })
    }

    fn parts(&mut self, kind: KindId, lines: &[ast::Breakdown]) -> Option<Vec<ExpectedPart>> {
        let requested = self.policy.kind(kind).is_some_and(|kind| kind.role == Role::Request);
        let mut parts = Vec::new();
        for line in lines {
            let name = if requested { self.part_named(&line.name) } else { self.line_named(&line.name)? };
            let got = self.amount_of(&line.got)?.0;
            let asked = match &line.asked {
                Some(asked) => Some(self.amount_of(asked)?.0),
                None => None,
            };
            parts.push((name, got, asked));
        }
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        Some(parts)
    }

    /// What a request's points are broken down by: pools, rules, or who funded the points (any name).
    fn part_named(&mut self, path: &ast::Path) -> String {
        let names = self.names;
        let text = path_text(path);
        let pool = self.policy.points.iter().flat_map(|points| &points.pools).find(|pool| answers(&pool.title, &text));
        if let Some(title) = pool.map(|pool| pool.title.clone()) {
            self.refer_title(path.span, &title);
            return title.name;
        }
        if let (Found::One(at), _) | (_, Found::One(at)) =
            (names.rules.find(&text, None), names.requests.find(&text, None))
        {
            let rule = names.rules.get(at).filter(|_| names.rules.find(&text, None) == Found::One(at));
            let request = names.requests.get(at).map(|one| (&one.qualified, one.declared));
            if let Some((qualified, declared)) = rule.map(|one| (&one.qualified, one.declared)).or(request) {
                self.refer(path.span, &declared.name.text, messages::labels(declared), declared.name.span);
                return qualified.clone();
            }
        }
        text
    }

    /// A benefit, or a service that comes with an item.
    fn granted(&mut self, path: &ast::Path) -> Option<String> {
        let names = self.names;
        let text = path_text(path);
        if let Found::One(at) = names.requests.find(&text, None)
            && let Some(entry) = names.requests.get(at).filter(|one| one.node.kind == Some(RequestKind::Benefit))
        {
            self.refer_to(path.span, entry);
            return Some(entry.qualified.clone());
        }
        let benefits = names.requests.entries.iter().filter(|one| one.node.kind == Some(RequestKind::Benefit));
        let mut known: BTreeSet<String> = benefits.map(|one| one.declared.name.text.clone()).collect();
        for clause in names.requests.entries.iter().flat_map(|one| one.node.clauses) {
            if let ClauseKind::Item(item) = &clause.kind {
                known.extend(item.grants.iter().map(|name| name.text.clone()));
            }
        }
        if known.contains(&text) {
            return Some(text);
        }
        let known: Vec<String> = known.into_iter().collect();
        self.report(messages::test_grant_unknown(&ast::Name { text, span: path.span }, &known));
        None
    }

    fn figure_named(&mut self, name: &ast::Name) -> Option<String> {
        let names = self.names;
        if let super::name::Lookup::At(at) = self.lookup(&names.figures, name, None) {
            return names.figures.get(at).map(|entry| entry.qualified.clone());
        }
        let known: Vec<String> = names.figures.spoken().map(str::to_owned).collect();
        self.report(messages::test_figure_unknown(name, &known));
        None
    }

    /// A tier by the name of its row, or the value of a figure.
    fn told(&mut self, value: &ast::Expr) -> Option<ExpectedKind> {
        if let ExprKind::Name(name) = &value.kind {
            let given = self.policy.enums.iter().filter(|one| one.ordered).flat_map(|one| &one.values);
            let titles = self.policy.tiers.iter().flat_map(|tier| &tier.rows).map(|row| &row.title);
            let row = titles.chain(given.map(|value| &value.title)).find(|title| answers(title, &name.text)).cloned();
            if let Some(title) = row {
                self.refer_title(name.span, &title);
                return Some(ExpectedKind::Tier(title.name));
            }
            let tiers = self.policy.tiers.iter().flat_map(|tier| &tier.rows);
            let known: Vec<String> = tiers.flat_map(|row| super::name::names_of(&row.title)).collect();
            self.report(messages::test_tier_unknown(name, &known));
            return None;
        }
        Some(ExpectedKind::Figure { name: None, value: self.amount_with_unit(value)?.0 })
    }

    fn noticed(&mut self, value: &ast::Expr) -> Option<Shown> {
        match &value.kind {
            ExprKind::Name(_) | ExprKind::Text(_) => Some(Shown::Text(word(value))),
            _ => Some(Shown::Number(self.amount_with_unit(value)?.0)),
        }
    }

    /// A fixed amount, with the name of its unit; empty where it has none.
    pub(crate) fn amount_with_unit(&mut self, amount: &ast::Expr) -> Option<(Decimal, String)> {
        let found = self.expr(&Env::new(&[], None, Reader::Host), amount)?;
        let unit = match &found.node {
            Node::Constant(Value::Money(_, id)) => self.policy.currency_of(*id).map(|one| one.title.name.clone()),
            Node::Constant(Value::Points(_, id)) => self.policy.points_of(*id).map(|one| one.title.name.clone()),
            Node::Constant(Value::Quantity(_, id)) => {
                self.policy.quantities.get(id.0).map(|one| one.title.name.clone())
            }
            _ => None,
        };
        match number_of(&found.node) {
            Some(number) => Some((number, unit.unwrap_or_default())),
            None => {
                let shown = self.show(&found.typed.ty);
                self.report(messages::test_expects_no_amount(amount.span, &shown));
                None
            }
        }
    }
}

/// The number of a constant with or without a unit.
fn number_of(node: &Node) -> Option<Decimal> {
    match node {
        Node::Constant(
            Value::Money(number, _)
            | Value::Points(number, _)
            | Value::Quantity(number, _)
            | Value::Number(number)
            | Value::Percent(number)
            | Value::Count(number)
            | Value::Multiple(number),
        ) => Some(*number),
        _ => None,
    }
}
