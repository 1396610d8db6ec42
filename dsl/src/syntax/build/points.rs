//! Clauses of points and pools, of catalogues and of requests.

use super::super::pairs::Pair;
use super::expr::one_day;
use super::literal::period_unit;
use super::{Builder, Parts};
use crate::syntax::ast::{
    ClauseKind, Expr, ExprKind, ItemClause, MoneyVerb, Prohibition, SpendKey, StepRest, Validity, ValidityKind, Wording,
};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    /// `after earning`, `自 获得 起`.
    fn since(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut anchor = Parts::of(Parts::of(pair).next_part()?);
        let head = anchor.next()?;
        if head.as_rule() == Rule::reading {
            return self.expr(head);
        }
        let name = self.keyword_name(&head)?;
        Some(Expr { span: name.span, kind: ExprKind::Name(name) })
    }

    /// A length and its anchor: `90 days after last activity`.
    pub(super) fn span_after(&mut self, parts: &mut Parts<'_>) -> Option<(Expr, Expr)> {
        let length = self.expr(parts.next_part()?)?;
        Some((length, self.since(parts.next()?)?))
    }

    pub(super) fn usable(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        parts.has(Rule::kw_usable);
        if let Some(part) = parts.next_if(Rule::kw_next_day) {
            let span = self.span(&part);
            let earning = crate::syntax::ast::Name { text: "earning".to_owned(), span };
            return Some(ClauseKind::Usable(one_day(span), Expr { kind: ExprKind::Name(earning), span }));
        }
        let (length, anchor) = self.span_after(&mut parts)?;
        Some(ClauseKind::Usable(length, anchor))
    }

    pub(super) fn validity(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let kind = if parts.has(Rule::kw_valid_without_end) {
            ValidityKind::WithoutEnd
        } else {
            parts.has(Rule::kw_valid);
            match parts.peek()? {
                Rule::valid_to => ValidityKind::To(self.expr(Parts::of(parts.next()?).next_part()?)?),
                Rule::valid_to_end_of => {
                    let mut end = Parts::of(parts.next()?);
                    let unit = period_unit(Parts::of(end.next_part()?).next()?.as_rule())?;
                    let (length, anchor) = self.span_after(&mut end)?;
                    ValidityKind::ToEndOf(unit, length, anchor)
                }
                _ => {
                    let (length, anchor) = self.span_after(&mut parts)?;
                    ValidityKind::After(length, anchor)
                }
            }
        };
        Some(ClauseKind::Valid(Validity { kind, renewed_by_activity: parts.has(Rule::kw_renewed_by_activity) }))
    }

    /// What counts as activity: postings by their English word, event kinds by name.
    pub(super) fn activity(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let mut all = vec![];
        while let Some(active) = parts.next_part() {
            let span = self.span(&active);
            let mut inner = Parts::of(active);
            let part = inner.next()?;
            if part.as_rule() == Rule::path {
                all.push(self.path_expr(part));
                continue;
            }
            let what = self.keyword_name(&part)?;
            all.push(match inner.next_part() {
                Some(pool) => {
                    let of = Box::new(self.path_expr(pool));
                    Expr { kind: ExprKind::Of { what, of, wording: Wording::Of }, span }
                }
                None => Expr { span: what.span, kind: ExprKind::Name(what) },
            });
        }
        Some(ClauseKind::Activity(all))
    }

    pub(super) fn remind(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let length = self.expr(parts.next_part()?)?;
        let mut by = vec![];
        while let Some(part) = parts.next_part() {
            by.push(self.name(&part));
        }
        Some(ClauseKind::Remind(length, by))
    }

    pub(super) fn spend_order(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let mut keys = vec![];
        while let Some(key) = parts.next_part() {
            let part = Parts::of(key).next()?;
            keys.push(match part.as_rule() {
                Rule::kw_soonest_to_expire => SpendKey::SoonestToExpire,
                Rule::kw_oldest => SpendKey::Oldest,
                _ => SpendKey::Pool(self.path(part)),
            });
        }
        Some(ClauseKind::SpendOrder(keys))
    }

    pub(super) fn never(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let mut all = vec![];
        while let Some(part) = parts.next_part() {
            all.push(match Parts::of(part).next()?.as_rule() {
                Rule::kw_never_transfer => Prohibition::Transfer,
                Rule::kw_never_cash => Prohibition::Cash,
                Rule::kw_never_return => Prohibition::Return,
                Rule::kw_never_spend => Prohibition::Spend,
                _ => return None,
            });
        }
        Some(ClauseKind::Never(all))
    }

    pub(super) fn item(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let declared = self.declared(parts.next_part()?)?;
        let price = self.expr(parts.next()?)?;
        let mut item = ItemClause { declared, price, at: None, stock: None, value: None, grants: vec![], window: None };
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            let rule = part.as_rule();
            let mut inner = Parts::of(part);
            let first = match rule {
                Rule::tier_price => {
                    let factor = self.expr(inner.next_part()?)?;
                    let rounding = match inner.next_part() {
                        Some(part) => Some(self.rounding(part)?),
                        None => None,
                    };
                    item.at.replace((factor, rounding)).is_none()
                }
                Rule::item_stock => {
                    let number = self.number(&inner.next_part()?);
                    item.stock.replace(number).is_none()
                }
                Rule::item_value => item.value.replace(self.expr(inner.next_part()?)?).is_none(),
                Rule::item_grants => {
                    let first = item.grants.is_empty();
                    while let Some(granted) = inner.next_part() {
                        item.grants.push(self.name(&Parts::of(granted).next()?));
                    }
                    first
                }
                Rule::item_window => item.window.replace(self.window(part)?).is_none(),
                _ => return None,
            };
            self.once(first, span);
        }
        Some(ClauseKind::Item(item))
    }

    pub(super) fn steps(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let step = self.expr(parts.next_part()?)?;
        parts.has(Rule::kw_steps_end);
        let rest = match parts.next()?.as_rule() {
            Rule::kw_leave_rest => StepRest::Leave,
            Rule::kw_else_refuse => StepRest::Refuse(self.code(&mut parts)),
            _ => return None,
        };
        Some(ClauseKind::Steps(step, rest))
    }

    pub(super) fn money_line(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let verb = money_verb(parts.next()?.as_rule())?;
        let amount = self.expr(parts.next()?)?;
        let when = self.when(&mut parts)?;
        Some(ClauseKind::Money(verb, amount, when))
    }

    pub(super) fn fee(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let fee = self.expr(parts.next_part()?)?;
        let most = match parts.next_part() {
            Some(part) => Some(self.expr(part)?),
            None => None,
        };
        Some(ClauseKind::Fee(fee, most))
    }
}

pub(super) fn money_verb(rule: Rule) -> Option<MoneyVerb> {
    Some(match rule {
        Rule::kw_off => MoneyVerb::Off,
        Rule::kw_pay => MoneyVerb::Pay,
        Rule::kw_give => MoneyVerb::Give,
        _ => return None,
    })
}
