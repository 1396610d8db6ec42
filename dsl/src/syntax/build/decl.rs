//! Declarations of programmes.

use super::super::pairs::Pair;
use super::expr::missing;
use super::{Builder, Parts};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;
use crate::syntax::ast::{
    Decl, DeclKind, Declared, Expr, GroupMode, Path, PromiseDecl, RankingDecl, RefundChoice, RequestDecl, RequestKind,
    RuleDecl, ScheduleDecl, ScheduleWhen, ScopeKind, ScopePart, TierSource, TiersDecl, TrackDecl, TrackRefunds,
};
use crate::syntax::parse::Rule;

impl Builder<'_> {
    pub(super) fn declaration(&mut self, pair: Pair<'_>) -> Option<Decl> {
        let span = self.span(&pair);
        let kind = self.decl_kind(Parts::of(pair).next()?, span)?;
        Some(Decl { kind, span })
    }

    // One arm per declaration of the language: the exhaustive match is the idea.
    fn decl_kind(&mut self, pair: Pair<'_>, span: Span) -> Option<DeclKind> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::broken => DeclKind::Broken,
            Rule::programme => {
                let declared = self.declared(parts.next_part()?)?;
                DeclKind::Programme(declared, self.clauses(&mut parts)?)
            }
            Rule::library => {
                let path = self.path(parts.next_part()?);
                let labels = self.labels(&mut parts);
                DeclKind::Library(path, labels, self.clauses(&mut parts)?)
            }
            Rule::event => return self.event(parts),
            Rule::enumeration => return self.enumeration(parts),
            Rule::extension => return self.extension(parts, span),
            Rule::facts => return self.facts(parts),
            Rule::fact_default => {
                let fact = self.expr(parts.next_part()?)?;
                parts.has(Rule::equals);
                DeclKind::FactDefault(fact, self.expr(parts.next()?)?)
            }
            Rule::quantity_decl => {
                let declared = self.declared(parts.next_part()?)?;
                let unit = self.name_in(&mut parts)?;
                DeclKind::Quantity(declared, unit, parts.next_if(Rule::number).map(|part| self.number(&part)))
            }
            Rule::currency_decl => {
                let declared = self.declared(parts.next_part()?)?;
                DeclKind::Currency(declared, parts.next_if(Rule::number).map(|part| self.number(&part)))
            }
            Rule::codes => return self.codes(parts),
            Rule::calendar => return self.calendar(parts, span),
            Rule::definition => self.equated(parts, DeclKind::Define)?,
            Rule::parameter => self.equated(parts, DeclKind::Parameter)?,
            Rule::figure => {
                let declared = self.declared(parts.next_part()?)?;
                let on = self.on_kinds(&mut parts)?;
                parts.has(Rule::equals);
                DeclKind::Figure(declared, on, self.expr(parts.next()?)?)
            }
            Rule::points => {
                let declared = self.declared(parts.next_part()?)?;
                DeclKind::Points(declared, self.clauses(&mut parts)?)
            }
            Rule::tiers => return self.tiers(parts, span),
            Rule::group => {
                let declared = self.declared(parts.next_part()?)?;
                let mode = parts.next()?;
                let place = self.span(&mode);
                DeclKind::Group(declared, group_mode(mode.as_rule())?, place)
            }
            Rule::rule_decl => DeclKind::Rule(self.rule(parts)?),
            Rule::notify => DeclKind::Notify(self.rule(parts)?),
            Rule::campaign => return self.campaign(parts),
            Rule::track => return self.track(parts),
            Rule::period_decl => {
                let declared = self.declared(parts.next_part()?)?;
                parts.has(Rule::equals);
                let length = self.expr(parts.next()?)?;
                DeclKind::Period(declared, length, self.expr(parts.next_part()?)?)
            }
            Rule::schedule => return self.schedule(parts),
            Rule::catalogue => {
                let declared = self.declared(parts.next_part()?)?;
                DeclKind::Catalogue(declared, self.clauses(&mut parts)?)
            }
            Rule::request => return self.request(parts),
            Rule::settle => {
                let what = self.path(parts.next_part()?);
                let with = self.expr(parts.next_part()?)?;
                DeclKind::Settle(what, with, self.clauses(&mut parts)?)
            }
            Rule::ranking => return self.ranking(parts, span),
            Rule::refunds => return self.refunds(parts),
            Rule::promise => return self.promise(parts),
            Rule::on_start => {
                let lots = self.expr(parts.next_part()?)?;
                DeclKind::OnStart(lots, self.clauses(&mut parts)?)
            }
            Rule::test => return self.test(parts),
            Rule::examples => return self.examples(parts),
            _ => return None,
        })
    }

    /// `NAME = EXPR`.
    fn equated(&mut self, mut parts: Parts<'_>, made: fn(Declared, Expr) -> DeclKind) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        parts.has(Rule::equals);
        Some(made(declared, self.expr(parts.next()?)?))
    }

    fn on_kinds(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Path>> {
        match parts.next_if(Rule::on_kinds) {
            Some(part) => Some(self.paths(Parts::of(part).next_part()?)),
            None => Some(vec![]),
        }
    }

    fn rule(&mut self, mut parts: Parts<'_>) -> Option<RuleDecl> {
        let declared = self.declared(parts.next_part()?)?;
        let on = self.on_kinds(&mut parts)?;
        Some(RuleDecl { declared, on, clauses: self.clauses(&mut parts)? })
    }

    fn campaign(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let (mut clauses, mut decls) = (vec![], vec![]);
        while let Some(part) = parts.next() {
            if part.as_rule() == Rule::declaration {
                decls.push(self.declaration(part)?);
            } else {
                clauses.push(self.clause(part)?);
            }
        }
        Some(DeclKind::Campaign(declared, clauses, decls))
    }

    fn track(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let scope = self.optional_scope(&mut parts)?;
        parts.has(Rule::equals);
        let value = self.expr(parts.next()?)?;
        let on = self.on_kinds(&mut parts)?;
        let when = self.when(&mut parts)?;
        let refunds = match parts.next() {
            Some(part) => {
                let mut part = Parts::of(part);
                Some(match part.next()?.as_rule() {
                    Rule::kw_gross => TrackRefunds::Gross,
                    Rule::kw_own_period => TrackRefunds::OwnPeriod,
                    _ => TrackRefunds::Remembers(self.number(&part.next()?)),
                })
            }
            None => None,
        };
        Some(DeclKind::Track(TrackDecl { declared, scope, value, on, when, refunds }))
    }

    fn optional_scope(&mut self, parts: &mut Parts<'_>) -> Option<Vec<ScopePart>> {
        match parts.next_part_if(Rule::scope) {
            Some(part) => self.scope(part),
            None => Some(vec![]),
        }
    }

    fn tiers(&mut self, mut parts: Parts<'_>, span: Span) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let source = parts.next()?;
        let source = if source.as_rule() == Rule::tiers_of_host {
            let mut inner = Parts::of(source);
            let mut tiers = vec![];
            while let Some(part) = inner.next_part() {
                if part.as_rule() != Rule::less {
                    tiers.push(self.declared(part)?);
                }
            }
            TierSource::Host(tiers)
        } else {
            self.tiers_of_measure(Parts::of(source))?
        };
        Some(DeclKind::Tiers(TiersDecl { declared, source, span }))
    }

    fn tiers_of_measure(&mut self, mut parts: Parts<'_>) -> Option<TierSource> {
        let by = self.expr(parts.next_part()?)?;
        let scope = self.optional_scope(&mut parts)?;
        let (mut rows, mut held_to, mut or) = (vec![], None, None);
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::tier_row => rows.extend(self.tier_row(part)?),
                Rule::held_to => held_to = Some(self.expr(Parts::of(part).next_part()?)?),
                Rule::tier_or => or = Some(self.expr(Parts::of(part).next_part()?)?),
                _ => return None,
            }
        }
        Some(TierSource::Measure { by, scope, rows, held_to, or })
    }

    #[allow(
        clippy::option_option,
        reason = "outer: the shape is not the grammar's; inner: a placeholder stands for the row"
    )]
    pub(super) fn tier_row(&mut self, pair: Pair<'_>) -> Option<Option<(Expr, Declared)>> {
        let mut parts = Parts::of(pair);
        if parts.has(Rule::broken) {
            return Some(None);
        }
        let from = self.expr(parts.next_part()?)?;
        Some(Some((from, self.declared(parts.next()?)?)))
    }

    fn schedule(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let declared = self.declared(parts.next_part()?)?;
        let at = match parts.next_if(Rule::schedule_every) {
            Some(every) => self.schedule_every(Parts::of(every))?,
            None => ScheduleWhen::At(self.expr(parts.next_part()?)?),
        };
        let mut scope = self.optional_scope(&mut parts)?;
        let mut with = None;
        if let Some(each) = parts.next_if(Rule::schedule_each) {
            // `for each card` is the subject of the event, as `per card` is.
            let mut each = Parts::of(each);
            let subject = each.next_part()?;
            let span = self.span(&subject);
            scope.push(ScopePart { kind: ScopeKind::Key(self.expr(subject)?), span });
            with = self.optional(&mut each)?;
        }
        let order = match parts.next() {
            Some(part) => Some(self.expr(Parts::of(part).next_part()?)?),
            None => None,
        };
        Some(DeclKind::Schedule(ScheduleDecl { declared, at, scope, with, order }))
    }

    fn request(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let kind = match parts.next()?.as_rule() {
            Rule::kw_offset => RequestKind::Offset,
            Rule::kw_exchange => RequestKind::Exchange,
            Rule::kw_cash_out => RequestKind::CashOut,
            Rule::kw_transfer => RequestKind::Transfer,
            Rule::kw_donation => RequestKind::Donation,
            Rule::kw_lottery => RequestKind::Lottery,
            Rule::kw_benefit => RequestKind::Benefit,
            _ => return None,
        };
        let declared = self.declared(parts.next()?)?;
        let on = self.on_kinds(&mut parts)?;
        Some(DeclKind::Request(RequestDecl { kind, declared, on, clauses: self.clauses(&mut parts)? }))
    }

    fn ranking(&mut self, mut parts: Parts<'_>, span: Span) -> Option<DeclKind> {
        let priority = parts.next()?.as_rule() == Rule::kw_priority;
        let declared = self.declared(parts.next()?)?;
        let mut ranking = RankingDecl {
            priority,
            declared,
            scope: vec![],
            by: missing(span),
            highest_first: true,
            ties_earliest: false,
            top: None,
        };
        let mut said = false;
        while let Some(part) = parts.next() {
            let place = self.span(&part);
            let part = Parts::of(part).next()?;
            match part.as_rule() {
                Rule::ranking_by => {
                    self.once(!std::mem::replace(&mut said, true), place);
                    self.ranking_by(&mut ranking, Parts::of(part))?;
                }
                Rule::ranking_top => {
                    let number = self.number(&Parts::of(part).next_part()?);
                    let first = ranking.top.replace(number).is_none();
                    self.once(first, place);
                }
                Rule::broken => said = true,
                _ => return None,
            }
        }
        if !said {
            let name = &ranking.declared.name;
            self.report(
                Diagnostic::error(
                    "E0059",
                    Text::new(
                        format!("`{}` does not say by what it ranks", name.text),
                        format!("`{}` 没有说明按什么排名", name.text),
                    ),
                    name.span,
                    Text::new("ranks by nothing", "缺少排名依据"),
                )
                .help(Text::new("write `by balance of Point, highest first`", "请写 `按 积分 的 余额，从高到低`")),
            );
        }
        Some(DeclKind::Ranking(ranking))
    }

    fn ranking_by(&mut self, ranking: &mut RankingDecl, mut parts: Parts<'_>) -> Option<()> {
        ranking.scope = self.optional_scope(&mut parts)?;
        ranking.by = self.expr(parts.next_part()?)?;
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::kw_highest_first => ranking.highest_first = true,
                Rule::kw_lowest_first => ranking.highest_first = false,
                Rule::kw_earliest_to_reach => ranking.ties_earliest = true,
                _ => {}
            }
        }
        Some(())
    }

    fn promise(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        parts.has(Rule::kw_promise);
        let returns = parts.has(Rule::kw_return_ratio);
        let scope = self.optional_scope(&mut parts)?;
        parts.has(Rule::kw_at_most);
        let limit = self.expr(parts.next()?)?;
        Some(DeclKind::Promise(PromiseDecl { scope, returns, limit }))
    }

    fn refunds(&mut self, mut parts: Parts<'_>) -> Option<DeclKind> {
        let mut choices = vec![];
        while let Some(part) = parts.next_part() {
            choices.push(match Parts::of(part).next()?.as_rule() {
                Rule::kw_pending_first => RefundChoice::PendingFirst,
                Rule::kw_may_overdraw => RefundChoice::MayOverdraw,
                Rule::kw_floor_at_zero => RefundChoice::FloorAtZero,
                _ => return None,
            });
        }
        Some(DeclKind::Refunds(choices))
    }
}

fn group_mode(rule: Rule) -> Option<GroupMode> {
    Some(match rule {
        Rule::kw_best_of => GroupMode::BestOf,
        Rule::kw_add_up => GroupMode::AddUp,
        Rule::kw_first_by_priority => GroupMode::FirstByPriority,
        Rule::kw_multiply_together => GroupMode::MultiplyTogether,
        _ => return None,
    })
}
