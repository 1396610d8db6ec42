//! Lines: what is earned, taken, raised, granted, set and converted.

use super::{Builder, Parts};
use crate::syntax::ast::{ClauseKind, ConvertClause, Expr, Finality, LineClause};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    /// `into POOL`, `to SOMEBODY`.
    pub(super) fn destination(&mut self, tail: &mut Parts<'_>) -> Option<(Option<Expr>, Option<Expr>)> {
        let mut pool = None;
        let mut to = None;
        if let Some(part) = tail.next_if(Rule::into) {
            pool = Some(self.expr(Parts::of(part).next_part()?)?);
        }
        if let Some(part) = tail.next_if(Rule::to_party) {
            to = Some(self.expr(Parts::of(part).next_part()?)?);
        }
        Some((pool, to))
    }

    /// The condition of `when C`, if the next part is one.
    #[allow(clippy::option_option, reason = "outer: the shape is not the grammar's; inner: there is no condition")]
    pub(super) fn when(&mut self, parts: &mut Parts<'_>) -> Option<Option<Expr>> {
        match parts.next_part_if(Rule::condition) {
            Some(part) => Some(Some(self.expr(Parts::of(part).next_part()?)?)),
            None => Some(None),
        }
    }

    /// `earn A ...`, or `by X per full S earn A ...`.
    pub(super) fn earn(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let steps = parts.next_if(Rule::stepwise);
        let award = parts.next_part()?;
        let amount = match steps {
            Some(steps) => self.stepwise(steps, award)?,
            None => self.expr(award)?,
        };
        let mut tail = Parts::of(parts.next()?);
        let (pool, to) = self.destination(&mut tail)?;
        let first = tail.has(Rule::kw_first_line);
        let when = self.when(&mut tail)?;
        Some(ClauseKind::Earn(LineClause { amount, pool, to, from: vec![], first, when }))
    }

    /// `take A from POOLS from SOMEBODY`.
    pub(super) fn take(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let amount = self.expr(parts.next_part()?)?;
        let from = match parts.next_if(Rule::from_pools) {
            Some(pools) => self.paths(Parts::of(pools).next_part()?),
            None => vec![],
        };
        let to = match parts.next_if(Rule::from_party) {
            Some(party) => Some(self.expr(Parts::of(party).next_part()?)?),
            None => None,
        };
        let first = parts.has(Rule::kw_first_line);
        let when = self.when(&mut parts)?;
        Some(ClauseKind::Take(LineClause { amount, pool: None, to, from, first, when }))
    }

    pub(super) fn raise(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let targets = self.paths(parts.next_part()?);
        let to = parts.next()?.as_rule() == Rule::kw_raise_to;
        let factor = self.expr(parts.next()?)?;
        Some(ClauseKind::Raise { targets, to, factor, after_caps: parts.has(Rule::kw_after_caps) })
    }

    pub(super) fn lower_price(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let items = self.expr(parts.next_part()?)?;
        let factor = self.expr(parts.next_part()?)?;
        let rounding = match parts.next() {
            Some(part) => Some(self.rounding(part)?),
            None => None,
        };
        Some(ClauseKind::LowerPrice(items, factor, rounding))
    }

    /// `settled at close of month, final 30 days after close`.
    pub(super) fn settled(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let at = self.expr(parts.next_part()?)?;
        let Some(part) = parts.next() else { return Some(ClauseKind::Settled(at, None)) };
        let mut finality = Parts::of(part);
        let finality = if finality.has(Rule::kw_never_final) {
            Finality::Never
        } else {
            match finality.next_part_if(Rule::length) {
                Some(length) => Finality::After(self.expr(length)?),
                None => Finality::Final,
            }
        };
        Some(ClauseKind::Settled(at, Some(finality)))
    }

    pub(super) fn grant(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let benefit = self.expr(parts.next_part()?)?;
        let worth = match parts.next_if(Rule::grant_worth) {
            Some(part) => Some(self.expr(Parts::of(part).next_part()?)?),
            None => None,
        };
        let (_, to) = self.destination(&mut parts)?;
        let when = self.when(&mut parts)?;
        Some(ClauseKind::Grant(benefit, worth, to, when))
    }

    /// `set customer.choice to V from E`.
    pub(super) fn set_fact(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let target = self.expr(parts.next_part()?)?;
        let value = self.expr(parts.next_part()?)?;
        let from = match parts.next_part() {
            Some(part) => Some(self.expr(part)?),
            None => None,
        };
        Some(ClauseKind::Set(target, value, from))
    }

    /// `convert 10 Stamp to 1 Coupon into POOL from 100 Stamp undo while unused`.
    pub(super) fn convert(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let take = self.expr(parts.next_part()?)?;
        let give = self.expr(parts.next_part()?)?;
        let (pool, _) = self.destination(&mut parts)?;
        let from = if parts.has(Rule::kw_convert_from) { Some(self.expr(parts.next()?)?) } else { None };
        let undo = parts.has(Rule::kw_undo_while_unused);
        Some(ClauseKind::Convert(ConvertClause { take, give, pool, from, undo }))
    }

    /// `take back all Point`, `take back A`, `from SOMEBODY`.
    pub(super) fn take_back(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let amount = parts.next_part()?;
        let amount = if amount.as_rule() == Rule::all_of {
            let span = self.span(&amount);
            let mut all = Parts::of(amount);
            let what = self.keyword_name(&all.next()?)?;
            let of = self.boxed(all.next()?)?;
            let kind = crate::syntax::ast::ExprKind::Of { what, of, wording: crate::syntax::ast::Wording::Of };
            Expr { kind, span }
        } else {
            self.expr(amount)?
        };
        let whom = match parts.next_if(Rule::from_party) {
            Some(party) => Some(self.expr(Parts::of(party).next_part()?)?),
            None => None,
        };
        let when = self.when(&mut parts)?;
        Some(ClauseKind::TakeBack(amount, whom, when))
    }
}
