//! Clauses: one arm per rule, the longer ones in `line`, `bound`, `window` and `points`.

use super::super::pairs::Pair;
use super::expr::plain_label;
use super::{Builder, Parts};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::{Clause, ClauseKind, Expr, LintLevel, Name};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    pub(super) fn clause(&mut self, pair: Pair<'_>) -> Option<Clause> {
        let span = self.span(&pair);
        let part = if pair.as_rule() == Rule::clause { Parts::of(pair).next()? } else { pair };
        Some(Clause { kind: self.clause_kind(part)?, span })
    }

    /// The clauses of a block.
    pub(super) fn clauses(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Clause>> {
        let mut clauses = vec![];
        while let Some(part) = parts.next_if(Rule::clause) {
            clauses.push(self.clause(part)?);
        }
        Some(clauses)
    }

    // One arm per clause of the language: the exhaustive match is the idea.
    fn clause_kind(&mut self, pair: Pair<'_>) -> Option<ClauseKind> {
        let rule = pair.as_rule();
        if let Rule::window | Rule::every_window = rule {
            return self.window(pair).map(ClauseKind::Window);
        }
        if rule == Rule::scoped {
            return self.scoped(pair);
        }
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::broken => ClauseKind::Broken,
            Rule::timezone => return self.timezone(parts),
            Rule::currency_clause => ClauseKind::Currency(self.declared(parts.next_part()?)?),
            Rule::effective => {
                let from = self.expr(parts.next_part()?)?;
                ClauseKind::Effective(from, self.optional(&mut parts)?)
            }
            Rule::use_clause => ClauseKind::Use(self.paths(parts.next_part()?)),
            Rule::customer_is => ClauseKind::CustomerIs(self.name_in(&mut parts)?),
            Rule::leap_day => ClauseKind::LeapDayMarch,
            Rule::lint_levels => return self.lint_levels(parts),
            Rule::parity => {
                let (left, right) = self.two(parts)?;
                ClauseKind::Parity(left, right)
            }
            Rule::condition => ClauseKind::When(self.expr(parts.next_part()?)?),
            Rule::audience => ClauseKind::For(self.expr(parts.next_part()?)?),
            Rule::need => {
                let condition = self.expr(parts.next_part()?)?;
                let code = match parts.next() {
                    Some(refusal) => self.code(&mut Parts::of(refusal)),
                    None => None,
                };
                ClauseKind::Need(condition, code)
            }
            Rule::accept => return self.accept(parts),
            Rule::over_whole_periods => ClauseKind::OverWholePeriods,
            Rule::in_group => {
                let group = self.path(parts.next_part()?);
                let rank = parts.next_part().map(|part| self.number(&part));
                ClauseKind::InGroup(group, rank)
            }
            Rule::adds_to => ClauseKind::AddsTo(self.paths(parts.next_part()?)),
            Rule::earn => return self.earn(parts),
            Rule::take => return self.take(parts),
            Rule::raise => return self.raise(parts),
            Rule::lower_price => return self.lower_price(parts),
            Rule::lowest_price => ClauseKind::LowestPrice,
            Rule::settled => return self.settled(parts),
            Rule::grant => return self.grant(parts),
            Rule::set_fact => return self.set_fact(parts),
            Rule::convert => return self.convert(parts),
            Rule::take_back => return self.take_back(parts),
            Rule::bar => ClauseKind::Bar(self.expr(parts.next_part()?)?),
            Rule::for_each => {
                let name = self.name_in(&mut parts)?;
                ClauseKind::ForEach(name, self.expr(parts.next_part()?)?)
            }
            Rule::show => ClauseKind::Show(self.expr(parts.next_part()?)?),
            Rule::no_cap => ClauseKind::NoCap,
            Rule::funded => return self.funded(parts),
            Rule::refund_in_proportion => ClauseKind::RefundInProportion(true),
            Rule::refund_keeps => ClauseKind::RefundInProportion(false),
            Rule::stays_spent => ClauseKind::StaysSpent,
            Rule::round => ClauseKind::Round(self.rounding(parts.next()?)?),
            Rule::decimals => ClauseKind::Decimals(self.number(&parts.next()?)),
            Rule::usable => return self.usable(parts),
            Rule::validity => return self.validity(parts),
            Rule::balance_ends => {
                let (length, anchor) = self.span_after(&mut parts)?;
                ClauseKind::BalanceEnds(length, anchor)
            }
            Rule::activity => return self.activity(parts),
            Rule::remind => return self.remind(parts),
            Rule::spend_order => return self.spend_order(parts),
            Rule::worth => ClauseKind::Worth(self.expr(parts.next_part()?)?),
            Rule::stands_for => ClauseKind::StandsFor(self.expr(parts.next_part()?)?),
            Rule::kept_by => ClauseKind::KeptBy(self.name_in(&mut parts)?),
            Rule::memo => ClauseKind::Memo,
            Rule::pool => {
                let declared = self.declared(parts.next_part()?)?;
                ClauseKind::Pool(declared, self.clauses(&mut parts)?)
            }
            Rule::into_pool => ClauseKind::IntoPool(self.path(parts.next_part()?)),
            Rule::never => return self.never(parts),
            Rule::first_day_counted => ClauseKind::FirstDayCounted,
            Rule::lapses_while_frozen => ClauseKind::LapsesWhileFrozen,
            Rule::item => return self.item(parts),
            Rule::rate => {
                let (left, right) = self.two(parts)?;
                ClauseKind::Rate(left, right)
            }
            Rule::steps => return self.steps(parts),
            Rule::money_line => return self.money_line(parts),
            Rule::fee => return self.fee(parts),
            Rule::keep_dates => ClauseKind::KeepDates,
            Rule::deliver_within => {
                let length = self.expr(parts.next_part()?)?;
                ClauseKind::DeliverWithin(length, self.calendar_of(&mut parts)?)
            }
            Rule::deliver_by => ClauseKind::DeliverBy(self.name_in(&mut parts)?),
            Rule::cost => {
                let (amount, to) = self.two(parts)?;
                ClauseKind::Cost(amount, to)
            }
            Rule::numbered => ClauseKind::Numbered,
            Rule::each_entry => ClauseKind::EachEntry(self.expr(parts.next()?)?),
            Rule::totals_first => ClauseKind::TotalsFirst,
            _ => return None,
        })
    }

    fn timezone(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let zone = parts.next_part()?;
        let span = self.span(&zone);
        if zone.as_rule() == Rule::text {
            return Some(ClauseKind::Timezone(self.label(&zone)));
        }
        Some(ClauseKind::Timezone(plain_label(zone.as_str().split_whitespace().collect(), span)))
    }

    /// `lint W0105 off, W0110 error`; `all` has no name.
    fn lint_levels(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let mut levels = vec![];
        while let Some(level) = parts.next_part_if(Rule::lint_level) {
            let mut level = Parts::of(level);
            let name = if level.has(Rule::kw_all_lints) { None } else { Some(self.name(&level.next()?)) };
            let taken = match level.next()?.as_rule() {
                Rule::kw_level_off => LintLevel::Off,
                Rule::kw_level_warning => LintLevel::Warning,
                Rule::kw_level_error => LintLevel::Error,
                _ => return None,
            };
            levels.push((name, taken));
        }
        Some(ClauseKind::Lint(levels))
    }

    fn accept(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let condition = self.expr(parts.next_part()?)?;
        let refusal = parts.next_part()?;
        let span = self.span(&refusal);
        let code = self.code(&mut Parts::of(refusal)).unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    "E0057",
                    Text::new("`accept when` needs the code of its refusal", "`接受 当` 需要写明拒绝代码"),
                    span,
                    Text::new("which code does the customer see?", "客户看到的代码是什么？"),
                )
                .help(Text::new("write `else refuse CODE`", "请写 `否则拒绝 代码`")),
            );
            Name { text: "condition_not_met".to_owned(), span }
        });
        Some(ClauseKind::Accept(condition, code))
    }

    /// `funded by merchant 60%, bank 40%`.
    fn funded(&mut self, mut parts: Parts<'_>) -> Option<ClauseKind> {
        let mut shares = vec![];
        while let Some(share) = parts.next_part() {
            let mut share = Parts::of(share);
            let party = self.expr(share.next()?)?;
            let part = match share.next() {
                Some(part) => Some(self.expr(part)?),
                None => None,
            };
            shares.push((party, part));
        }
        Some(ClauseKind::Funded(shares))
    }

    pub(super) fn name_in(&mut self, parts: &mut Parts<'_>) -> Option<Name> {
        let part = parts.next_part()?;
        Some(self.name(&part))
    }

    /// Two expressions with keywords or a mark between them.
    fn two(&mut self, mut parts: Parts<'_>) -> Option<(Expr, Expr)> {
        let left = self.expr(parts.next_part()?)?;
        parts.has(Rule::equals);
        Some((left, self.expr(parts.next_part()?)?))
    }

    /// The next part as an expression, if there is one.
    #[allow(clippy::option_option, reason = "outer: the shape is not the grammar's; inner: there is no such part")]
    pub(super) fn optional(&mut self, parts: &mut Parts<'_>) -> Option<Option<Expr>> {
        match parts.next_part() {
            Some(part) => Some(Some(self.expr(part)?)),
            None => Some(None),
        }
    }

    /// Reports what is said a second time in one sentence.
    pub(super) fn once(&mut self, first: bool, span: Span) {
        if !first {
            self.report(
                Diagnostic::error(
                    "E0056",
                    Text::new("this is said a second time", "重复说明"),
                    span,
                    Text::new("which of the two holds?", "以哪一处为准？"),
                )
                .help(Text::new("leave one of them out", "请删去其中一处")),
            );
        }
    }
}
