//! Lines of rules: amounts, pools, who gets them; multiples and what they raise.

use super::deed::{Each, plain_line};
use super::messages;
use super::names::path_text;
use super::{Checker, Env};
use crate::policy::{Expr, Factor, KindId, Line, Node, PointsId, PoolId, PoolTable, Rule, RuleBody, RuleId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, LineClause};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// `for each item of items`: the list's name and its element's fields.
    #[allow(clippy::option_option)]
    pub(crate) fn for_each(&mut self, env: &Env<'_>, clauses: &[Clause]) -> Option<Option<Each>> {
        for clause in clauses {
            if let ClauseKind::ForEach(alias, list) = &clause.kind {
                let list = self.expr(env, list)?;
                let (Node::Field(name), Type::List(fields)) = (&list.node, &list.typed.ty) else {
                    let shown = self.show(&list.typed.ty);
                    self.report(messages::not_a_list(list.span, &shown));
                    return None;
                };
                return Some(Some((name.clone(), fields.clone(), alias.text.clone())));
            }
        }
        Some(None)
    }

    pub(crate) fn line(&mut self, env: &Env<'_>, line: &LineClause, each: Option<&Each>, span: Span) -> Option<Line> {
        let (amount, when) = self.line_amount(env, line, each)?;
        let points = self.amount_points(&amount, line)?;
        self.known(&[&amount])?;
        let (pool, pool_by) = self.pool(env, points, line.pool.as_ref(), span)?;
        let to = match &line.to {
            Some(to) => Some(self.recipient(env, to)?),
            None => None,
        };
        Some(Line {
            pool_by,
            first: line.first,
            to,
            when,
            for_each: each.map(|(name, ..)| name.clone()),
            ..plain_line(amount, points, pool, span)
        })
    }

    /// The amount of a line and when it counts; what the condition makes known is known in the amount.
    pub(crate) fn line_amount(
        &mut self,
        env: &Env<'_>,
        line: &LineClause,
        each: Option<&Each>,
    ) -> Option<(Expr, Option<Expr>)> {
        let inside = each.map_or(*env, |each| env.inside(each));
        let env = if each.is_some() { &inside } else { env };
        let held = self.assumed.len();
        let when = match &line.when {
            Some(when) => {
                let when = self.condition(env, when)?;
                self.assume(&when);
                Some(when)
            }
            None => None,
        };
        let amount = self.expr(env, &line.amount);
        self.assumed.truncate(held);
        let amount = amount?;
        self.known(&[&amount])?;
        Some((amount, when))
    }

    /// An amount that is earned is points of a kind that this programme keeps.
    fn amount_points(&mut self, amount: &Expr, line: &LineClause) -> Option<PointsId> {
        let Type::Points(points) = amount.typed.ty else {
            let shown = self.show(&amount.typed.ty);
            self.report(messages::earns_no_points(line.amount.span, &shown));
            return None;
        };
        if let Some(kept_by) = self.policy.points_of(points).and_then(|points| points.kept_by.clone()) {
            self.report(messages::points_of_partner(line.amount.span, &kept_by));
            return None;
        }
        if amount.typed.range.is_some_and(|(_, high)| high < Decimal::ZERO) {
            self.report(messages::earns_below_zero(line.amount.span));
            return None;
        }
        Some(points)
    }

    /// The pool of a line: the only one, the one named, or one by a table over an enum.
    pub(crate) fn pool(
        &mut self,
        env: &Env<'_>,
        points: PointsId,
        pool: Option<&ast::Expr>,
        span: Span,
    ) -> Option<(PoolId, Option<PoolTable>)> {
        let Some(pool) = pool else {
            let pools = &self.policy.points_of(points)?.pools;
            if pools.len() == 1 {
                return Some((PoolId(0), None));
            }
            let pools = pools.clone();
            self.report(messages::which_pool(span, &pools));
            return None;
        };
        if let ast::ExprKind::Table { subject, rows, in_parts: false } = &pool.kind {
            let table = self.pool_table(env, points, subject, rows, pool.span)?;
            let first = table.rows.first().map_or(PoolId(0), |(_, pool)| *pool);
            return Some((first, Some(table)));
        }
        self.pool_written(points, pool).map(|pool| (pool, None))
    }

    fn pool_written(&mut self, points: PointsId, pool: &ast::Expr) -> Option<PoolId> {
        let Some(text) = super::limit::text_of(pool) else {
            self.report(messages::misplaced_value(pool.span));
            return None;
        };
        self.pool_called(points, &text, pool.span)
    }

    /// A pool of these points by its path.
    pub(crate) fn pool_of(&mut self, points: PointsId, path: &ast::Path) -> Option<PoolId> {
        self.pool_called(points, &path_text(path), path.span)
    }

    fn pool_called(&mut self, points: PointsId, text: &str, span: Span) -> Option<PoolId> {
        let pools = self.policy.points_of(points)?.pools.clone();
        let last = text.rsplit('.').next().unwrap_or(text);
        match pools.iter().position(|one| super::name::answers(&one.title, last)) {
            Some(at) => {
                let title = pools.get(at).map(|pool| pool.title.clone()).unwrap_or_default();
                self.refer_title(span, &title);
                Some(PoolId(at))
            }
            None => {
                let spoken: Vec<String> = pools.iter().flat_map(|pool| super::name::names_of(&pool.title)).collect();
                self.report(messages::unknown_pool(span, text, &spoken));
                None
            }
        }
    }

    fn pool_table(
        &mut self,
        env: &Env<'_>,
        points: PointsId,
        subject: &ast::Expr,
        rows: &[ast::TableRow],
        span: Span,
    ) -> Option<PoolTable> {
        let (subject, tests) = self.table_tests(env, subject, rows, span)?;
        let pools: Vec<Option<PoolId>> = rows.iter().map(|row| self.pool_written(points, &row.value)).collect();
        let pools = pools.into_iter().collect::<Option<Vec<_>>>()?;
        Some(PoolTable { subject, rows: tests.into_iter().zip(pools).collect() })
    }

    pub(crate) fn recipient(&mut self, env: &Env<'_>, to: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, to)?;
        let customer = self.policy.subjects.iter().position(|one| one.title.name == "customer");
        if !matches!(found.typed.ty, Type::Subject(id) if Some(id.0) == customer) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::not_a_customer(to.span, &shown));
            return None;
        }
        self.known(&[&found])?;
        Some(found)
    }

    pub(crate) fn raise(
        &mut self,
        id: RuleId,
        rule: &Rule,
        env: &Env<'_>,
        (targets, includes_base, factor, after_caps): (&[ast::Path], bool, &ast::Expr, bool),
        span: Span,
    ) -> Option<RuleBody> {
        let mut raised: Vec<RuleId> = Vec::new();
        for path in targets {
            let text = path_text(path);
            if text == "base" || text == "基础" {
                raised.extend(self.bases_on(&rule.kinds, id));
                continue;
            }
            let target = self.rule_named(path, env.campaign)?;
            self.check_target(path, target, rule)?;
            raised.push(target);
        }
        raised.sort();
        raised.dedup();
        if raised.is_empty() {
            self.report(messages::nothing_to_raise(span));
            return None;
        }
        let times = self.expr_as(env, factor, &Type::Multiple)?;
        self.known(&[&times])?;
        if includes_base && times.typed.range.is_some_and(|(low, _)| low < Decimal::ONE) {
            self.report(messages::multiple_below_one(factor.span));
            return None;
        }
        Some(RuleBody::Raise { targets: raised, factor: Factor { times, includes_base }, after_caps })
    }

    fn bases_on(&self, kinds: &[KindId], id: RuleId) -> Vec<RuleId> {
        let rules = self.policy.rules.iter().enumerate();
        rules
            .filter(|(at, rule)| {
                RuleId(*at) != id && self.is_base_text(*at) && rule.kinds.iter().any(|kind| kinds.contains(kind))
            })
            .map(|(at, _)| RuleId(at))
            .collect()
    }

    /// Whether a rule has base lines; a clause that could not be read may have been one.
    fn is_base_text(&self, at: usize) -> bool {
        self.names.rules.get(at).is_some_and(|entry| {
            entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Earn(_) | ClauseKind::Broken))
        })
    }

    fn check_target(&mut self, path: &ast::Path, target: RuleId, rule: &Rule) -> Option<()> {
        if !self.is_base_text(target.0) {
            self.report(messages::raises_no_base(path.span, &self.policy.rule(target)?.title.clone()));
            return None;
        }
        let other = self.policy.rule(target)?;
        if !rule.kinds.iter().any(|kind| other.kinds.contains(kind)) {
            let title = other.title.clone();
            self.report(messages::never_meets(path.span, &title));
            return None;
        }
        Some(())
    }
}
