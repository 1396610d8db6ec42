//! Tracks become measures, in an order in which each reads only earlier ones; tiers by a measure.

use super::limit::text_of;
use super::messages;
use super::names::{Found, dotted, path_text};
use super::{Checker, Env, Reader, TrackState};
use crate::policy::kind::default_most;
use crate::policy::{
    Expr, KindId, Measure, MeasureFn, MeasureId, MeasureSource, PointsId, RuleId, ScopePeriod, Type, Typed, Window,
};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, ExprKind, TrackRefunds};
use rust_decimal::Decimal;

impl Checker<'_> {
    pub(crate) fn lower_tracks(&mut self) {
        for at in 0..self.names.tracks.entries.len() {
            let span = self.names.tracks.get(at).map(|entry| entry.declared.name.span).unwrap_or_default();
            self.track(at, span);
        }
    }

    /// The measure of a track, lowered on first use.
    pub(crate) fn track(&mut self, at: usize, asked: Span) -> Option<MeasureId> {
        match self.tracks.get(&at) {
            Some(TrackState::Done(id)) => return Some(*id),
            Some(TrackState::Failed) => return None,
            Some(TrackState::Underway) => {
                self.report(messages::measure_of_itself(asked));
                return None;
            }
            None => {}
        }
        self.tracks.insert(at, TrackState::Underway);
        let made = self.lower_track(at);
        let state = match made {
            Some(measure) => {
                let id = MeasureId(self.policy.measures.len());
                self.policy.measures.push(measure);
                TrackState::Done(id)
            }
            None => TrackState::Failed,
        };
        self.tracks.insert(at, state);
        match state {
            TrackState::Done(id) => Some(id),
            _ => None,
        }
    }

    fn lower_track(&mut self, at: usize) -> Option<Measure> {
        let names = self.names;
        let entry = names.tracks.get(at)?;
        let track = entry.node;
        let title = messages::title(entry);
        let (function, operand) = self.measure_function(&track.value)?;
        let operands: Vec<&ast::Expr> = match &operand.kind {
            ExprKind::Tuple(all) => all.iter().collect(),
            _ => vec![operand],
        };
        let on = self.kinds_of(&track.on)?;
        let mut sources: Vec<MeasureSource> = Vec::new();
        let mut typed: Option<Typed> = None;
        let mut constants = Vec::new();
        let mut made = Vec::new();
        for operand in operands {
            match self.source(track, entry.campaign, operand, &on, function)? {
                Source::Made(source, ty) => made.push((source, ty, operand.span)),
                Source::Constant(value) => constants.push(value),
            }
        }
        self.count_alike(&mut made);
        for (source, ty, span) in made {
            self.same_measure_type(&mut typed, ty, span)?;
            sources.push(source);
        }
        let floor = !constants.is_empty();
        self.constant_sources(&mut sources, constants, &mut typed, &track.value)?;
        let typed = measure_type(function, typed?, floor);
        let kinds = self.kinds_feeding(&sources);
        if kinds.is_empty() {
            self.report(messages::measure_never_fed(track.value.span));
            return None;
        }
        self.check_can_be_undone(function, &kinds, track)?;
        let env = Env::new(&kinds, entry.campaign, Reader::Measure);
        let scope = self.scope(&env, &track.scope)?;
        if matches!(scope.period, ScopePeriod::Event) {
            self.report(messages::measure_each_time(entry.declared.name.span));
            return None;
        }
        let windows = self.campaign_windows(entry.campaign, &env);
        let remembers = match &track.refunds {
            Some(TrackRefunds::Remembers(count)) => u32::try_from(count.value).ok(),
            _ => None,
        };
        Some(Measure {
            title,
            function,
            scope,
            sources,
            typed,
            gross: matches!(track.refunds, Some(TrackRefunds::Gross)),
            refunds_own_period: matches!(track.refunds, Some(TrackRefunds::OwnPeriod)),
            remembers,
            windows,
        })
    }

    /// Amounts of currencies with a parity are counted in the programme's where they meet it.
    fn count_alike(&self, made: &mut [(MeasureSource, Typed, Span)]) {
        let want = Type::Money(self.policy.currency);
        if !made.iter().any(|(_, typed, _)| typed.ty == want) {
            return;
        }
        for (source, typed, _) in made {
            if let MeasureSource::Events { value: Some(value), .. } = source {
                *value = self.counted_as(value.clone(), &want);
                *typed = value.typed.clone();
            }
        }
    }

    /// A sum and a count can be undone by a refund; of the others it is said what a refund does.
    fn check_can_be_undone(&mut self, function: MeasureFn, kinds: &[KindId], track: &ast::TrackDecl) -> Option<()> {
        let said = matches!(track.refunds, Some(TrackRefunds::Gross | TrackRefunds::Remembers(_)));
        if matches!(function, MeasureFn::Sum | MeasureFn::Count) || said {
            return Some(());
        }
        let refunds = self.policy.kinds.iter().filter(|kind| kind.role == crate::policy::Role::Refund);
        let refunded = refunds.flat_map(|kind| &kind.fields).find_map(|field| match &field.typed.ty {
            Type::EventOf(named) => named.iter().copied().find(|kind| kinds.contains(kind)),
            _ => None,
        });
        let Some(kind) = refunded.and_then(|kind| self.policy.kind(kind)) else { return Some(()) };
        let title = kind.title.clone();
        self.report(messages::refund_not_said(track.value.span, &title));
        None
    }

    fn measure_function<'e>(&mut self, value: &'e ast::Expr) -> Option<(MeasureFn, &'e ast::Expr)> {
        if let ExprKind::Of { what, of, .. } = &value.kind {
            let function = match what.text.as_str() {
                "sum" => Some(MeasureFn::Sum),
                "count" => Some(MeasureFn::Count),
                "highest" => Some(MeasureFn::Highest),
                "lowest" => Some(MeasureFn::Lowest),
                "first" => Some(MeasureFn::First),
                "last" => Some(MeasureFn::Last),
                "distinct" => Some(MeasureFn::Distinct),
                "streak" => Some(MeasureFn::Streak),
                _ => None,
            };
            if let Some(function) = function {
                return Some((function, of));
            }
        }
        self.report(messages::track_without_function(value.span));
        None
    }

    pub(crate) fn kinds_of(&mut self, paths: &[ast::Path]) -> Option<Vec<KindId>> {
        let names = self.names;
        let mut kinds = Vec::new();
        for path in paths {
            match names.kinds.find(&path_text(path), None) {
                Found::One(at) => {
                    if let Some(entry) = names.kinds.get(at) {
                        self.refer_to(path.span, entry);
                    }
                    kinds.push(KindId(at));
                }
                Found::Several(one, two) => {
                    let spans = (names.kinds.get(one)?.declared.name.span, names.kinds.get(two)?.declared.name.span);
                    self.report(messages::ambiguous(
                        &ast::Name { text: path_text(path), span: path.span },
                        spans.0,
                        spans.1,
                    ));
                    return None;
                }
                Found::None => {
                    self.report(messages::unknown_kind(path, names));
                    return None;
                }
            }
        }
        kinds.sort();
        kinds.dedup();
        Some(kinds)
    }

    fn source(
        &mut self,
        track: &ast::TrackDecl,
        campaign: Option<&str>,
        operand: &ast::Expr,
        on: &[KindId],
        function: MeasureFn,
    ) -> Option<Source> {
        let names = self.names;
        if let Some(text) = text_of(operand) {
            if let Some(kinds) = self.kind_named(operand) {
                return self.counted(track, campaign, kinds, function, operand.span);
            }
            if let Found::One(at) = names.rules.find(&text, campaign) {
                return self.postings_of_rule(at, operand.span);
            }
            if let Found::One(at) = names.points.find(&text, campaign) {
                let scale = self.policy.points.get(at).map_or(0, |points| points.scale);
                let typed = crate::policy::points::typed(PointsId(at), scale);
                return Some(Source::Made(MeasureSource::Postings { points: PointsId(at), rules: vec![] }, typed));
            }
            if let Found::One(at) = names.tracks.find(&text, campaign) {
                let id = self.track(at, operand.span)?;
                if let Some(entry) = names.tracks.get(at) {
                    self.refer_to(operand.span, entry);
                }
                let typed = self.policy.measure(id)?.typed.clone();
                return Some(Source::Made(MeasureSource::Measure(id), typed));
            }
        }
        let named = self.kinds_named_in(operand);
        let kinds = if on.is_empty() { named } else { on.to_vec() };
        if kinds.is_empty() {
            if matches!(operand.kind, ExprKind::Quantity(..)) {
                return self.expr(&Env::constant(campaign), operand).map(Source::Constant);
            }
            self.report(messages::measure_of_no_kind(operand.span));
            return None;
        }
        let env = Env::new(&kinds, campaign, Reader::Measure);
        let when = match &track.when {
            Some(when) => Some(self.condition(&env, when)?),
            None => None,
        };
        let value = self.expr(&env, operand)?;
        if matches!(function, MeasureFn::Sum) {
            self.numbers(&[&value])?;
            self.known(&[&value])?;
            if value.typed.quotient {
                self.report(messages::quotient_not_rounded(value.span));
                return None;
            }
        }
        let typed = value.typed.clone();
        Some(Source::Made(MeasureSource::Events { kinds, value: Some(value), when }, typed))
    }

    fn counted(
        &mut self,
        track: &ast::TrackDecl,
        campaign: Option<&str>,
        kinds: Vec<KindId>,
        function: MeasureFn,
        span: Span,
    ) -> Option<Source> {
        if !matches!(function, MeasureFn::Count | MeasureFn::Streak) {
            self.report(messages::kind_is_no_amount(span));
            return None;
        }
        let env = Env::new(&kinds, campaign, Reader::Measure);
        let when = match &track.when {
            Some(when) => Some(self.condition(&env, when)?),
            None => None,
        };
        Some(Source::Made(MeasureSource::Events { kinds, value: None, when }, count_type()))
    }

    fn postings_of_rule(&mut self, at: usize, span: Span) -> Option<Source> {
        // Rules are lowered after tracks: which points a rule posts is read from its text.
        let Some(points) = self.points_in_text(at, &mut vec![]) else {
            self.report(messages::measure_of_no_kind(span));
            return None;
        };
        let scale = self.policy.points_of(points).map_or(0, |points| points.scale);
        let typed = crate::policy::points::typed(points, scale);
        Some(Source::Made(MeasureSource::Postings { points, rules: vec![RuleId(at)] }, typed))
    }

    /// The points that the text of a rule gives: by the unit of its amount, or those of the rules that it raises.
    fn points_in_text(&self, at: usize, under: &mut Vec<usize>) -> Option<PointsId> {
        let names = self.names;
        let entry = names.rules.get(at).filter(|_| !under.contains(&at))?;
        under.push(at);
        let found = entry.node.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Earn(line) | ClauseKind::Keep { line, .. } => {
                let unit = self.unit_in_text(&line.amount, entry.campaign, 0)?;
                match names.points.find(&unit.text, entry.campaign) {
                    Found::One(points) => Some(PointsId(points)),
                    _ => None,
                }
            }
            ClauseKind::Grant(benefit, ..) => {
                let text = text_of(benefit).or_else(|| first_unit(benefit).map(|unit| unit.text))?;
                self.unit_at(&text, entry.campaign)
            }
            ClauseKind::Take(line) => {
                let unit = self.unit_in_text(&line.amount, entry.campaign, 0)?;
                self.unit_at(&unit.text, entry.campaign)
            }
            ClauseKind::TakeBack(amount, ..) => {
                let unit = match &amount.kind {
                    ExprKind::Of { of, .. } => text_of(of)?,
                    _ => self.unit_in_text(amount, entry.campaign, 0)?.text,
                };
                self.unit_at(&unit, entry.campaign)
            }
            ClauseKind::Convert(convert) => {
                let unit = self.unit_in_text(&convert.give, entry.campaign, 0)?;
                self.unit_at(&unit.text, entry.campaign)
            }
            ClauseKind::Raise { targets, .. } => {
                targets.iter().find_map(|target| match names.rules.find(&path_text(target), entry.campaign) {
                    Found::One(target) => self.points_in_text(target, under),
                    _ => None,
                })
            }
            _ => None,
        });
        under.pop();
        // Of a single kind of points there is no doubt.
        found.or_else(|| (self.policy.points.len() == 1).then_some(PointsId(0)))
    }

    /// The unit of an amount, looked for in parameters and definitions too.
    pub(crate) fn unit_in_text(&self, expr: &ast::Expr, campaign: Option<&str>, depth: u8) -> Option<ast::Name> {
        let names = self.names;
        if let Some(unit) = first_unit(expr) {
            return Some(unit);
        }
        let mut words: Vec<String> = Vec::new();
        walk_names(expr, &mut |segments| words.push(segments.join(".")));
        words.into_iter().filter(|_| depth < 16).find_map(|text| {
            let inner = match (names.parameters.find(&text, campaign), names.defines.find(&text, campaign)) {
                (Found::One(at), _) => names.parameters.get(at).map(|entry| entry.node),
                (_, Found::One(at)) => names.defines.get(at).map(|entry| entry.node),
                _ => None,
            };
            inner.and_then(|inner| self.unit_in_text(inner, campaign, depth.saturating_add(1)))
        })
    }

    /// Kinds named in an expression: `Purchase` in `Purchase.amount * 2`.
    fn kinds_named_in(&mut self, expr: &ast::Expr) -> Vec<KindId> {
        let mut names: Vec<String> = Vec::new();
        walk_names(expr, &mut |segments| names.push(segments.join(".")));
        let mut kinds: Vec<KindId> = names
            .iter()
            .filter_map(|text| match self.names.kinds.find(text, None) {
                Found::One(at) => Some(KindId(at)),
                _ => None,
            })
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    fn same_measure_type(&mut self, typed: &mut Option<Typed>, next: Typed, span: Span) -> Option<()> {
        match typed {
            None => *typed = Some(next),
            Some(first) if first.ty == next.ty => first.scale = first.scale.max(next.scale),
            Some(first) => {
                let shown = (self.show(&first.ty), self.show(&next.ty));
                self.report(messages::measure_mixes(span, &shown.0, &shown.1));
                return None;
            }
        }
        Some(())
    }

    /// `highest of (net_in, 0 CNY)`: the constant counts at each event that feeds the others.
    fn constant_sources(
        &mut self,
        sources: &mut Vec<MeasureSource>,
        constants: Vec<Expr>,
        typed: &mut Option<Typed>,
        value: &ast::Expr,
    ) -> Option<()> {
        let kinds = self.kinds_feeding(sources);
        for constant in constants {
            self.same_measure_type(typed, constant.typed.clone(), value.span)?;
            sources.push(MeasureSource::Events { kinds: kinds.clone(), value: Some(constant), when: None });
        }
        Some(())
    }

    /// The event kinds that change a measure with these sources. Postings come from the kinds of their rules.
    pub(crate) fn kinds_feeding(&self, sources: &[MeasureSource]) -> Vec<KindId> {
        let mut kinds: Vec<KindId> = Vec::new();
        for source in sources {
            match source {
                MeasureSource::Events { kinds: own, .. } => kinds.extend(own),
                MeasureSource::Measure(id) => {
                    if let Some(measure) = self.policy.measure(*id) {
                        kinds.extend(self.kinds_feeding(&measure.sources));
                    }
                }
                MeasureSource::Postings { points, rules } => kinds.extend(self.kinds_posting(*points, rules)),
            }
        }
        kinds.sort();
        kinds.dedup();
        kinds
    }

    pub(crate) fn fed_by(&self, measure: &Measure, kinds: &[KindId]) -> bool {
        self.kinds_feeding(&measure.sources).iter().any(|kind| kinds.contains(kind))
    }

    pub(crate) fn counts_postings(&self, measure: &Measure) -> bool {
        measure.sources.iter().any(|source| match source {
            MeasureSource::Postings { .. } => true,
            MeasureSource::Measure(id) => self.policy.measure(*id).is_some_and(|inner| self.counts_postings(inner)),
            MeasureSource::Events { .. } => false,
        })
    }

    /// The windows of the campaign in which something stands.
    pub(crate) fn campaign_windows(&mut self, campaign: Option<&str>, env: &Env<'_>) -> Vec<Window> {
        let names = self.names;
        let Some(entry) = campaign.and_then(|name| names.campaign(name)) else {
            return vec![];
        };
        let mut windows = Vec::new();
        for clause in entry.node.0 {
            if let ClauseKind::Window(window) = &clause.kind {
                // Errors of the campaign's own window are reported where the campaign is lowered.
                let before = self.diagnostics.len();
                windows.extend(self.window(env, window, clause.span));
                self.diagnostics.truncate(before);
            }
        }
        windows
    }
}

enum Source {
    Made(MeasureSource, Typed),
    Constant(Expr),
}

fn count_type() -> Typed {
    Typed { range: Some((Decimal::ZERO, default_most())), ..Typed::plain(Type::Count) }
}

/// The type of a measure over values of a type.
fn measure_type(function: MeasureFn, value: Typed, floor: bool) -> Typed {
    let most = default_most();
    match function {
        MeasureFn::Count | MeasureFn::Distinct | MeasureFn::Streak => count_type(),
        MeasureFn::Sum => {
            let low = value.range.map_or(-most, |(low, _)| if low < Decimal::ZERO { -most } else { Decimal::ZERO });
            Typed { optional: false, quotient: false, range: Some((low, most)), ..value }
        }
        MeasureFn::Highest | MeasureFn::Lowest => Typed { optional: !floor, ..value },
        MeasureFn::First | MeasureFn::Last => Typed { optional: true, ..value },
    }
}

/// The unit of the first amount with a named unit.
pub(crate) fn first_unit(expr: &ast::Expr) -> Option<ast::Name> {
    match &expr.kind {
        ExprKind::Quantity(_, Some(ast::Unit::Named(name))) => Some(name.clone()),
        ExprKind::PerFull { award, .. } => first_unit(award),
        ExprKind::Binary(_, a, b) => first_unit(a).or_else(|| first_unit(b)),
        ExprKind::Table { rows, .. } => rows.iter().find_map(|row| first_unit(&row.value)),
        ExprKind::Negate(inner) | ExprKind::Rounded(inner, _) => first_unit(inner),
        _ => None,
    }
}

/// Visits every dotted name of an expression.
pub(crate) fn walk_names(expr: &ast::Expr, visit: &mut impl FnMut(&[&str])) {
    if let Some(segments) = dotted(expr) {
        let words: Vec<&str> = segments.iter().map(|name| name.text.as_str()).collect();
        visit(&words);
        if words.len() == 1 {
            return;
        }
    }
    for child in super::apart::ast_children(expr) {
        walk_names(child, visit);
    }
}

pub(crate) fn collect_functions(expr: &ast::Expr, words: &mut Vec<String>) {
    if let ExprKind::Of { what, of, .. } = &expr.kind {
        words.push(what.text.clone());
        collect_functions(of, words);
    }
}
