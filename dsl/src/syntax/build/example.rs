//! Tests and examples: their steps, rows and expectations.

use super::super::pairs::Pair;
use super::points::money_verb;
use super::{Builder, Parts};
use crate::syntax::ast::{
    Breakdown, DeclKind, ExampleRow, ExamplesDecl, ExpectKind, Expectation, Expr, ExprKind, Holding, Name, Step,
    StepKind,
};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    pub(super) fn test(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let label = self.label(&parts.next_part()?);
        let mut steps = vec![];
        while let Some(part) = parts.next() {
            steps.push(self.step(part)?);
        }
        Some(DeclKind::Test(label, steps))
    }

    pub(super) fn examples(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let label = self.label(&parts.next_part()?);
        let of = match parts.next_if(Rule::examples_of) {
            Some(part) => {
                let mut head = Parts::of(part);
                let kind = self.path(head.next_part()?);
                let mut columns = vec![];
                while let Some(column) = head.next() {
                    columns.push(self.expr(column)?);
                }
                Some((kind, columns))
            }
            None => None,
        };
        let mut rows = vec![];
        while let Some(part) = parts.next() {
            rows.extend(self.example_row(part)?);
        }
        Some(DeclKind::Examples(ExamplesDecl { label, of, rows }))
    }

    /// A row; `Some(None)` for a placeholder.
    #[allow(
        clippy::option_option,
        reason = "outer: the shape is not the grammar's; inner: a placeholder stands for the row"
    )]
    pub(super) fn example_row(&mut self, pair: Pair<'_>) -> Option<Option<ExampleRow>> {
        let span = self.span(&pair);
        let cells = pair.as_rule() == Rule::cells_row;
        let mut parts = Parts::of(pair);
        if parts.has(Rule::broken) {
            return Some(None);
        }
        if !cells {
            let kind = self.step_kind(parts.next()?)?;
            return Some(Some(ExampleRow::Event(Step { kind, span })));
        }
        let (mut values, mut expect) = (vec![], vec![]);
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::expectation {
                expect.push(self.expectation(part)?);
            } else {
                values.push(self.expr(part)?);
            }
        }
        Some(Some(ExampleRow::Cells(values, expect, span)))
    }

    pub(super) fn step(&mut self, pair: Pair<'_>) -> Option<Step> {
        let span = self.span(&pair);
        Some(Step { kind: self.step_kind(Parts::of(pair).next()?)?, span })
    }

    fn step_kind(&mut self, pair: Pair<'_>) -> Option<StepKind> {
        let rule = pair.as_rule();
        let mut parts = match rule {
            Rule::happening => return self.happening(None, pair),
            Rule::broken => return Some(StepKind::Broken),
            _ => Parts::of(pair),
        };
        match rule {
            Rule::used => {
                let what = self.path(parts.next()?);
                Some(StepKind::Used(what, self.number(&parts.next_part()?)))
            }
            Rule::given => self.given(parts),
            Rule::timed => {
                let at = self.expr(parts.next()?)?;
                let what = parts.next()?;
                if what.as_rule() == Rule::happening {
                    return self.happening(Some(at), what);
                }
                self.seen(at, what)
            }
            _ => None,
        }
    }

    fn given(&mut self, mut parts: Parts<'_>) -> Option<StepKind> {
        let (mut subjects, mut facts, mut holds) = (vec![], vec![], vec![]);
        while let Some(part) = parts.next_part() {
            match part.as_rule() {
                Rule::name => subjects.push(self.name(&part)),
                Rule::record => facts = self.record(part)?,
                Rule::holding => holds.push(self.holding(part)?),
                _ => return None,
            }
        }
        Some(StepKind::Given { subjects, facts, holds })
    }

    fn holding(&mut self, pair: Pair<'_>) -> Option<Holding> {
        let mut parts = Parts::of(pair);
        let amount = self.expr(parts.next()?)?;
        let mut holding = Holding { amount, pool: None, earned: None, funded_by: None, frozen: false };
        while let Some(part) = parts.next() {
            let span = self.span(&part);
            let rule = part.as_rule();
            let mut inner = Parts::of(part);
            let first = match rule {
                Rule::in_pool => holding.pool.replace(self.path(inner.next_part()?)).is_none(),
                Rule::earned_on => holding.earned.replace(self.expr(inner.next_part()?)?).is_none(),
                Rule::held_funded_by => holding.funded_by.replace(self.name_in(&mut inner)?).is_none(),
                Rule::frozen => !std::mem::replace(&mut holding.frozen, true),
                _ => return None,
            };
            self.once(first, span);
        }
        Some(holding)
    }

    /// What a test sees at a moment: a balance, a loss, a reminder.
    fn seen(&mut self, at: Expr, pair: Pair<'_>) -> Option<StepKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        let holder: Option<Name> = match parts.next_if(Rule::holder) {
            Some(part) => Some(self.name_in(&mut Parts::of(part))?),
            None => None,
        };
        let amount = self.expr(parts.next_part()?)?;
        Some(match rule {
            Rule::balance => StepKind::Balance(at, holder, amount, self.breakdown(&mut parts)?),
            Rule::loses => StepKind::Loses(at, holder, amount),
            Rule::reminded => StepKind::Reminded(at, holder, amount, self.optional(&mut parts)?),
            _ => return None,
        })
    }

    fn happening(&mut self, at: Option<Expr>, pair: Pair<'_>) -> Option<StepKind> {
        let mut parts = Parts::of(pair);
        let kind = self.path(parts.next()?);
        let fields = match parts.next_if(Rule::record) {
            Some(part) => self.record(part)?,
            None => vec![],
        };
        let mut expect = vec![];
        while let Some(part) = parts.next() {
            expect.push(self.expectation(part)?);
        }
        Some(StepKind::Event { at, kind, fields, expect })
    }

    fn breakdown(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Breakdown>> {
        let Some(part) = parts.next_part_if(Rule::breakdown) else { return Some(vec![]) };
        let mut inner = Parts::of(part);
        let mut rows = vec![];
        while let Some(row) = inner.next() {
            let mut row = Parts::of(row);
            let name = self.path(row.next()?);
            let got = self.expr(row.next()?)?;
            rows.push(Breakdown { name, got, asked: self.optional(&mut row)? });
        }
        Some(rows)
    }

    fn expectation(&mut self, pair: Pair<'_>) -> Option<Expectation> {
        let span = self.span(&pair);
        let part = Parts::of(pair).next()?;
        let rule = part.as_rule();
        let mut parts = Parts::of(part);
        let kind = match rule {
            Rule::expect_earn => self.expect_earn(parts)?,
            Rule::expect_take => {
                let amount = self.expr(parts.next_part()?)?;
                ExpectKind::Take(amount, self.breakdown(&mut parts)?)
            }
            Rule::expect_take_back => {
                let amount = self.expr(parts.next_part()?)?;
                ExpectKind::TakeBack(amount, self.optional(&mut parts)?)
            }
            Rule::expect_refuse => ExpectKind::Refuse(self.name_in(&mut parts)?),
            Rule::expect_move => {
                let amount = self.expr(parts.next_part()?)?;
                ExpectKind::Move(amount, self.name_in(&mut parts)?)
            }
            Rule::expect_money => {
                let verb = money_verb(parts.next()?.as_rule())?;
                ExpectKind::Money(verb, self.expr(parts.next()?)?)
            }
            Rule::expect_grant => {
                let name = self.path(parts.next_part()?);
                let number = parts.next_part_if(Rule::number).map(|part| self.number(&part));
                ExpectKind::Grant(name, number, self.optional(&mut parts)?)
            }
            Rule::expect_due => ExpectKind::DeliverBy(self.expr(parts.next_part()?)?),
            Rule::expect_notify => ExpectKind::Notify(self.expr(parts.next_part()?)?),
            Rule::expect_entries => ExpectKind::Entries(self.number(&parts.next()?)),
            Rule::expect_settled => {
                let matched = parts.next()?.as_rule() == Rule::kw_matched;
                let count = self.number(&parts.next_part()?);
                ExpectKind::Settled { matched, count, money: self.expr(parts.next_part()?)? }
            }
            Rule::expect_ranked => {
                let mut places = vec![];
                while let Some(part) = parts.next_part() {
                    places.push(self.name(&part));
                }
                ExpectKind::Ranked(places)
            }
            Rule::expect_figure => {
                let name = self.name(&parts.next()?);
                parts.has(Rule::equals);
                ExpectKind::Figure(name, self.expr(parts.next()?)?)
            }
            Rule::expect_value => ExpectKind::Value(self.expr(parts.next()?)?),
            _ => return None,
        };
        Some(Expectation { kind, span })
    }

    /// `earn A to X { ... }`; the verb may be left out before an amount.
    fn expect_earn(&mut self, mut parts: Parts<'_>) -> Option<ExpectKind> {
        parts.has(Rule::kw_earn);
        let mut minus = vec![];
        while let Some(part) = parts.next_if(Rule::minus) {
            minus.push(self.span(&part));
        }
        let mut amount = self.expr(parts.next()?)?;
        for span in minus.into_iter().rev() {
            let span = span.to(amount.span);
            amount = Expr { kind: ExprKind::Negate(Box::new(amount)), span };
        }
        let to = parts.next_part_if(Rule::name).map(|part| self.name(&part));
        Some(ExpectKind::Earn(amount, to, self.breakdown(&mut parts)?))
    }
}
