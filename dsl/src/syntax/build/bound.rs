//! Scopes, level rules and bounds.

use super::super::pairs::Pair;
use super::literal::period_unit;
use super::{Builder, Parts};
use crate::syntax::ast::{Beyond, Bound, BoundLimit, ClauseKind, LineClause, Name, ScopeKind, ScopePart};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    /// `per customer per month` and the sentence that it opens, or a bound without a scope.
    pub(super) fn scoped(&mut self, pair: Pair<'_>) -> Option<ClauseKind> {
        let mut parts = Parts::of(pair);
        let scope = match parts.next_if(Rule::scope) {
            Some(part) => self.scope(part)?,
            None => vec![],
        };
        let Some(rest) = parts.next() else { return Some(ClauseKind::Scope(scope)) };
        match rest.as_rule() {
            Rule::level | Rule::plain_level => self.level(scope, rest),
            Rule::bound => Some(ClauseKind::Bound(self.bound(scope, rest)?)),
            _ => None,
        }
    }

    pub(super) fn scope(&mut self, pair: Pair<'_>) -> Option<Vec<ScopePart>> {
        let mut parts = Parts::of(pair);
        let mut scope = vec![];
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            scope.push(ScopePart { kind: self.scope_part(part)?, span });
        }
        Some(scope)
    }

    fn scope_part(&mut self, pair: Pair<'_>) -> Option<ScopeKind> {
        let mut parts = Parts::of(pair);
        let head = parts.next()?;
        Some(match head.as_rule() {
            Rule::kw_each_time => ScopeKind::EachTime,
            Rule::kw_in_all => ScopeKind::InAll,
            Rule::kw_per_campaign => ScopeKind::Campaign,
            Rule::kw_rolling => ScopeKind::Rolling(self.expr(parts.next()?)?),
            Rule::first_use => ScopeKind::FromFirstUse(self.expr(Parts::of(head).next_part()?)?),
            Rule::until_idle => ScopeKind::UntilIdle(self.expr(Parts::of(head).next_part()?)?),
            Rule::kw_per => {
                let part = parts.next()?;
                if part.as_rule() != Rule::period {
                    return self.expr(part).map(ScopeKind::Key);
                }
                let unit = period_unit(Parts::of(part).next()?.as_rule())?;
                let of = match parts.next_part() {
                    Some(of) => Some(self.expr(of)?),
                    None => None,
                };
                ScopeKind::Period(unit, of)
            }
            _ => return None,
        })
    }

    /// `keep A into POOL while C`, in both orders.
    fn level(&mut self, scope: Vec<ScopePart>, pair: Pair<'_>) -> Option<ClauseKind> {
        let mut parts = Parts::of(pair);
        let steps = parts.next_if(Rule::stepwise);
        let keep = parts.next()?.as_rule() == Rule::kw_keep;
        let award = parts.next()?;
        let amount = match steps {
            Some(steps) => self.stepwise(steps, award)?,
            None => self.expr(award)?,
        };
        let mut tail = Parts::of(parts.next()?);
        let (pool, to) = self.destination(&mut tail)?;
        let condition = match tail.next() {
            Some(part) => Some(self.expr(Parts::of(part).next_part()?)?),
            None => None,
        };
        let line = LineClause { amount, pool, to, from: vec![], first: false, when: None };
        Some(ClauseKind::Keep { scope, keep, line, condition })
    }

    fn bound(&mut self, scope: Vec<ScopePart>, pair: Pair<'_>) -> Option<Bound> {
        let mut parts = Parts::of(pair);
        let mut limit = Parts::of(parts.next()?);
        let limit = match limit.next()?.as_rule() {
            Rule::kw_once => BoundLimit::Once,
            Rule::kw_at_most => BoundLimit::AtMost(self.expr(limit.next()?)?),
            Rule::kw_at_least => BoundLimit::AtLeast(self.expr(limit.next()?)?),
            Rule::kw_budget => BoundLimit::Budget(self.expr(limit.next()?)?),
            _ => return None,
        };
        let mut bound =
            Bound { scope, limit, of: None, across: vec![], whole_award: false, room_comes_back: None, beyond: None };
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::bound_of => bound.of = Some(self.expr(Parts::of(part).next_part()?)?),
                Rule::across => {
                    let mut lines = Parts::of(part);
                    while let Some(line) = lines.next_part() {
                        bound.across.push(self.path(line));
                    }
                }
                Rule::kw_whole_award => bound.whole_award = true,
                Rule::beyond => self.beyond(&mut bound, part)?,
                _ => return None,
            }
        }
        Some(bound)
    }

    fn beyond(&mut self, bound: &mut Bound, pair: Pair<'_>) -> Option<()> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let beyond = match parts.next()?.as_rule() {
            Rule::kw_room_comes_back => {
                self.once(bound.room_comes_back.replace(true).is_none(), span);
                return Some(());
            }
            Rule::kw_room_stays_used => {
                self.once(bound.room_comes_back.replace(false).is_none(), span);
                return Some(());
            }
            Rule::kw_drop_rest => Beyond::Drop,
            Rule::kw_rest_earns => Beyond::RestEarns(self.expr(parts.next()?)?),
            Rule::kw_rest => {
                let steps = parts.next()?;
                Beyond::RestEarns(self.stepwise(steps, parts.next_part()?)?)
            }
            Rule::kw_else_refuse => Beyond::Refuse(self.code(&mut parts)),
            Rule::kw_trim if parts.has(Rule::kw_refuse_at_zero) => Beyond::TrimRefuseAtZero(self.code(&mut parts)),
            Rule::kw_trim => Beyond::Drop,
            _ => return None,
        };
        self.once(bound.beyond.replace(beyond).is_none(), span);
        Some(())
    }

    /// The code behind `else refuse`, which may be left out.
    pub(super) fn code(&mut self, parts: &mut Parts<'_>) -> Option<Name> {
        parts.next_part().map(|part| self.name(&part))
    }
}
