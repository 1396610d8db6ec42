//! Terms of a request: who may ask, how little and how much, in which steps, how much of a bill.

use super::super::names::{Entry, RequestSource};
use super::super::{Checker, Env, messages};
use super::elements::read;
use crate::policy::{
    Beyond, Bill, Bounded, Compare, Constraint, Expr, Field, KindId, Need, Node, Owner, RequestForm, RuleId, Scope,
    ScopePeriod, Steps, Title, Type, Typed,
};
use crate::source::Span;
use crate::syntax::ast::{self, Bound, BoundLimit, ClauseKind, KnownUnit, ScopeKind, StepRest, Unit};

/// What the bounds of a request came to.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub needs: Vec<Need>,
    pub steps: Option<Steps>,
    pub bills: Vec<Bill>,
}

impl<'a> Checker<'a> {
    /// Needs in the order written, minimums after them, steps and shares of the bill.
    pub(super) fn terms(&mut self, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>, known: &[Field]) -> Terms {
        let mut terms = Terms::default();
        let mut least: Vec<Need> = Vec::new();
        for clause in entry.node.clauses {
            match &clause.kind {
                ClauseKind::For(condition) => {
                    if let Some(condition) = self.condition(env, condition) {
                        let code =
                            if about_tier(&self.policy, &condition) { "tier_required" } else { "condition_not_met" };
                        self.assume(&condition);
                        terms.needs.push(Need { condition, code: code.to_owned() });
                    }
                }
                ClauseKind::Need(condition, code) => {
                    if let Some(condition) = self.condition(env, condition) {
                        self.assume(&condition);
                        let code =
                            code.as_ref().map_or_else(|| "condition_not_met".to_owned(), |code| code.text.clone());
                        terms.needs.push(Need { condition, code });
                    }
                }
                ClauseKind::Accept(condition, code) => {
                    if let Some(condition) = self.condition(env, condition) {
                        self.assume(&condition);
                        terms.needs.push(Need { condition, code: code.text.clone() });
                    }
                }
                ClauseKind::Steps(step, rest) => terms.steps = self.request_steps(env, step, rest),
                ClauseKind::Bound(bound) if bound.scope.is_empty() => {
                    self.unscoped(env, bound, known, clause.span, &mut terms.bills, &mut least);
                }
                _ => {}
            }
        }
        terms.needs.append(&mut least);
        terms
    }

    fn request_steps(&mut self, env: &Env<'_>, step: &ast::Expr, rest: &StepRest) -> Option<Steps> {
        let step = self.expr(env, step)?;
        if !matches!(step.typed.ty, Type::Points(_) | Type::Money(_) | Type::Number | Type::Count) {
            let shown = self.show(&step.typed.ty);
            self.report(messages::wrong_type(step.span, &messages::both("points or money", "积分或金额"), &shown));
            return None;
        }
        if super::super::table::constant_number(&step).is_some_and(|step| step <= rust_decimal::Decimal::ZERO) {
            self.report(messages::step_not_above_zero(step.span));
            return None;
        }
        let refuse = match rest {
            StepRest::Leave => None,
            StepRest::Refuse(code) => {
                Some(code.as_ref().map_or_else(|| "not_whole_step".to_owned(), |code| code.text.clone()))
            }
        };
        Some(Steps { step, refuse })
    }

    /// `at most 50% of bill`, `at most 100 CNY`, `at least 500 Point`: bounds of one request without a word for its scope.
    fn unscoped(
        &mut self,
        env: &Env<'_>,
        bound: &Bound,
        known: &[Field],
        span: Span,
        bills: &mut Vec<Bill>,
        least: &mut Vec<Need>,
    ) {
        let (limit, at_least) = match &bound.limit {
            BoundLimit::AtMost(limit) | BoundLimit::Budget(limit) => (limit, false),
            BoundLimit::AtLeast(limit) => (limit, true),
            BoundLimit::Once => return,
        };
        let Some(limit) = self.expr(env, limit) else { return };
        let of = match &bound.of {
            Some(of) => match self.expr(env, of) {
                Some(of) => Some(of),
                None => return,
            },
            None => None,
        };
        let limit = match (&limit.typed.ty, of) {
            (Type::Percent, Some(of)) => {
                let typed = Typed { range: None, ..of.typed.clone() };
                Expr { node: Node::Multiply(Box::new(of), Box::new(limit)), typed, span }
            }
            (Type::Money(_) | Type::Points(_) | Type::Count | Type::Quantity(_), None) => limit,
            (Type::Money(_), Some(_)) => limit,
            _ => {
                let shown = self.show(&limit.typed.ty);
                self.report(messages::bound_without_unit(span, &shown));
                return;
            }
        };
        let code = |usual: &str| match &bound.beyond {
            Some(ast::Beyond::Refuse(Some(code)) | ast::Beyond::TrimRefuseAtZero(Some(code))) => code.text.clone(),
            _ => usual.to_owned(),
        };
        if at_least || !matches!(limit.typed.ty, Type::Money(_)) {
            let what = match limit.typed.ty {
                Type::Money(_) => "value",
                Type::Count => "pieces",
                _ => "points",
            };
            let Some(read) = read(known, what, span) else { return };
            let (op, usual) = match (at_least, what) {
                (true, _) => (Compare::AtLeast, "below_minimum"),
                (false, "pieces") => (Compare::AtMost, "quantity_limit"),
                (false, _) => (Compare::AtMost, "quota_exhausted"),
            };
            let condition = super::super::expr::flag(Node::Compare(op, Box::new(read), Box::new(limit)), span);
            least.push(Need { condition, code: code(usual) });
            return;
        }
        let trims = matches!(bound.beyond, Some(ast::Beyond::Drop | ast::Beyond::TrimRefuseAtZero(_)));
        bills.push(Bill { most: limit, code: code("exceeds_amount"), trims });
    }

    /// A bound with a scope: a constraint of the request.
    pub(super) fn request_constraint(
        &mut self,
        env: &Env<'_>,
        form: RequestForm,
        rule: RuleId,
        title: Title,
        bound: &Bound,
        span: Span,
    ) -> Option<Constraint> {
        let scope = self.scope(env, &bound.scope)?;
        let once = matches!(bound.limit, BoundLimit::Once);
        let (limit, at_least) = match &bound.limit {
            BoundLimit::Once => {
                let one = rust_decimal::Decimal::ONE;
                let count =
                    super::super::units::constant(crate::policy::Value::Count(one), Type::Count, Some(one), span);
                (count, false)
            }
            BoundLimit::AtMost(limit) | BoundLimit::Budget(limit) => (self.expr(env, limit)?, false),
            BoundLimit::AtLeast(limit) => (self.expr(env, limit)?, true),
        };
        let each_time = bound.scope.iter().any(|part| matches!(part.kind, ScopeKind::EachTime));
        let bounded = match &limit.typed.ty {
            Type::Points(_) => Bounded::Points,
            Type::Money(_) | Type::Quantity(_) => match &bound.of {
                Some(of) => match self.expr_as(env, of, &limit.typed.ty)?.node {
                    Node::Field(name) => Bounded::Spend(name),
                    _ => Bounded::Value,
                },
                None => Bounded::Value,
            },
            Type::Count if !once && (each_time || self.counts_pieces(&bound.limit)) => Bounded::Pieces,
            Type::Count => Bounded::Uses,
            _ => {
                let shown = self.show(&limit.typed.ty);
                self.report(messages::bound_without_unit(limit.span, &shown));
                return None;
            }
        };
        let usual = match (at_least, form, &bounded, &scope.period) {
            (true, ..) => "below_minimum",
            (_, RequestForm::Transfer, ..) => "transfer_limit",
            (_, _, Bounded::Pieces, ScopePeriod::Event) => "quantity_limit",
            _ if once => "repeat_not_allowed",
            _ => "quota_exhausted",
        };
        let beyond = match &bound.beyond {
            Some(ast::Beyond::Drop) => Beyond::Drop,
            Some(ast::Beyond::TrimRefuseAtZero(code)) => Beyond::TrimRefuseAtZero(named(code.as_ref(), usual)),
            Some(ast::Beyond::Refuse(code)) => Beyond::Refuse(named(code.as_ref(), usual)),
            Some(ast::Beyond::RestEarns(_)) | None => Beyond::Refuse(usual.to_owned()),
        };
        Some(Constraint {
            title,
            owner: Owner::Rule(rule),
            scope,
            bounded,
            limit,
            at_least,
            rules: vec![rule],
            whole_award: false,
            beyond,
            room_comes_back: bound.room_comes_back.unwrap_or(true),
            span,
        })
    }

    /// The stock of an item: pieces in all.
    pub(super) fn stock(&self, rule: RuleId, title: Title, count: rust_decimal::Decimal, span: Span) -> Constraint {
        Constraint {
            title,
            owner: Owner::Rule(rule),
            scope: Scope { keys: vec![], period: ScopePeriod::Ever },
            bounded: Bounded::Pieces,
            limit: super::super::units::constant(crate::policy::Value::Count(count), Type::Count, Some(count), span),
            at_least: false,
            rules: vec![rule],
            whole_award: false,
            beyond: Beyond::Refuse("out_of_stock".to_owned()),
            room_comes_back: true,
            span,
        }
    }

    /// `2 pieces`, or a parameter that is so many pieces.
    fn counts_pieces(&self, limit: &BoundLimit) -> bool {
        let (BoundLimit::AtMost(limit) | BoundLimit::AtLeast(limit)) = limit else { return false };
        let pieces = |expr: &ast::Expr| {
            matches!(&expr.kind, ast::ExprKind::Quantity(_, Some(Unit::Known(KnownUnit::Pieces, _))))
        };
        match &limit.kind {
            ast::ExprKind::Name(name) => match self.names.parameters.find(&name.text, None) {
                super::super::names::Found::One(at) => {
                    self.names.parameters.get(at).is_some_and(|entry| pieces(entry.node))
                }
                _ => false,
            },
            _ => pieces(limit),
        }
    }

    /// The bill that a request pays: never more than it, where the text says nothing.
    pub(super) fn whole_bill(&self, kinds: &[KindId], span: Span) -> Option<Bill> {
        let typed = self.bill_type(kinds)?;
        Some(Bill {
            most: Expr { node: Node::Field("bill".to_owned()), typed, span },
            code: "exceeds_amount".to_owned(),
            trims: false,
        })
    }

    /// The type of the field `bill`, where all kinds have one.
    pub(super) fn bill_type(&self, kinds: &[KindId]) -> Option<Typed> {
        let mut found = None;
        for kind in kinds {
            found = Some(self.policy.kind(*kind)?.field("bill")?.typed.clone());
        }
        found
    }
}

fn named(code: Option<&ast::Name>, usual: &str) -> String {
    code.map_or_else(|| usual.to_owned(), |code| code.text.clone())
}

/// Whether a condition reads a tier.
fn about_tier(policy: &crate::policy::Policy, condition: &Expr) -> bool {
    let mut found = false;
    crate::policy::expr::walk(condition, &mut |expr| {
        found |= match &expr.typed.ty {
            Type::Tier(_) => true,
            Type::Enum(id) => policy.enum_type(*id).is_some_and(|one| one.ordered),
            _ => false,
        };
    });
    found
}
