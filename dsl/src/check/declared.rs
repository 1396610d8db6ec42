//! What is declared for the host: figures, notices, rankings and settlements. They post nothing; the same engine evaluates them.

use super::limit::text_of;
use super::messages;
use super::name::Lookup;
use super::names::{Entry, dotted, path_text};
use super::{Checker, Env, Reader};
use crate::policy::{
    Expr, Figure, KindId, Measure, MeasureFn, MeasureId, MeasureSource, Node, PointsId, Ranking, Reads, Role, RuleBody,
    RuleId, Scope, ScopeKey, Settlement, Shown, Title, Type, Typed,
};
use crate::syntax::ast::{self, ClauseKind, ExprKind, ScopeKind};

/// Kinds of `std.control` on which figures are told.
const REPORTS: [&str; 2] = ["Report", "Valuation"];

impl<'a> Checker<'a> {
    /// A rule for every notice, after those of the requests.
    pub(crate) fn lower_notices(&mut self) {
        let names = self.names;
        for entry in &names.notices.entries {
            let Some(kinds) = self.kinds_of(&entry.node.on) else { continue };
            let request = super::ask::empty(crate::policy::RequestForm::Benefit);
            let mut rule = super::ask::shell(messages::title(entry), kinds.clone(), request);
            rule.campaign = entry.campaign.and_then(|name| self.campaign_id(name));
            let env = Env::new(&kinds, entry.campaign, Reader::Host);
            self.assumed.clear();
            let mut shown = Vec::new();
            for clause in &entry.node.clauses {
                match &clause.kind {
                    ClauseKind::Window(window) => rule.windows.extend(self.window(&env, window, clause.span)),
                    ClauseKind::When(condition) | ClauseKind::For(condition) => {
                        if let Some(condition) = self.condition(&env, condition) {
                            self.assume(&condition);
                            rule.conditions.push(condition);
                        }
                    }
                    ClauseKind::Show(written) => {
                        let text = self.policy.sources.on_one_line(written.span).unwrap_or_default();
                        shown.extend(self.expr(&env, written).map(|value| Shown { text, value }));
                    }
                    _ => {}
                }
            }
            self.assumed.clear();
            rule.body = RuleBody::Notify(shown);
            self.policy.rules.push(rule);
        }
    }

    pub(crate) fn lower_figures(&mut self) {
        let names = self.names;
        for entry in &names.figures.entries {
            let title = messages::title(entry);
            if let Some((value, kinds)) = self.figure(entry) {
                self.policy.figures.push(Figure { title, value, kinds });
            }
        }
    }

    /// A figure reads the books alone, or the fields of events that report or value something. A field that the host may
    /// leave out is read all the same: without it the figure is not told.
    fn figure(&mut self, entry: &Entry<'a, (&'a [ast::Path], &'a ast::Expr)>) -> Option<(Expr, Vec<KindId>)> {
        let (on, text) = entry.node;
        let before = self.diagnostics.len();
        if !on.is_empty() {
            let kinds = self.kinds_of(on)?;
            kinds.iter().for_each(|kind| self.assume_fields(*kind));
            let value = self.expr(&Env::new(&kinds, entry.campaign, Reader::Host), text);
            self.assumed.clear();
            return self.rounded_figure(value?).map(|value| (value, kinds));
        }
        let alone = self.expr(&Env::new(&[], entry.campaign, Reader::Host), text);
        if let Some(value) = alone {
            return self.rounded_figure(value).map(|value| (value, vec![]));
        }
        let first: Vec<_> = self.diagnostics.split_off(before);
        let (mut kinds, mut value, mut wrong) = (Vec::new(), None, Vec::new());
        for kind in self.kinds_reported() {
            self.assume_fields(kind);
            let found = self.expr(&Env::new(&[kind], entry.campaign, Reader::Host), text);
            self.assumed.clear();
            let said = self.diagnostics.split_off(before);
            match found {
                Some(found) => {
                    kinds.push(kind);
                    value.get_or_insert(found);
                }
                // The kind that knows most of the names tells best what is wrong.
                None if wrong.is_empty() || said.len() <= wrong.len() => wrong = said,
                None => {}
            }
        }
        match value {
            Some(value) => self.rounded_figure(value).map(|value| (value, kinds)),
            None => {
                self.diagnostics.extend(if wrong.is_empty() { first } else { wrong });
                None
            }
        }
    }

    fn rounded_figure(&mut self, value: Expr) -> Option<Expr> {
        if value.typed.range.is_some() || super::units::is_numeric(&value.typed.ty) {
            return Some(value);
        }
        let shown = self.show(&value.typed.ty);
        let wanted = messages::both("a number", "数值");
        self.report(messages::wrong_type(value.span, &wanted, &shown));
        None
    }

    /// Kinds that report: those of the library, and the programme's own that happen or come.
    fn kinds_reported(&self) -> Vec<KindId> {
        let kinds = self.policy.kinds.iter().enumerate();
        kinds
            .filter(|(_, kind)| {
                REPORTS.contains(&kind.title.name.as_str()) || (!kind.library && kind.role != Role::Request)
            })
            .map(|(at, _)| KindId(at))
            .collect()
    }

    fn assume_fields(&mut self, kind: KindId) {
        let fields = self.policy.kind(kind).map(|kind| kind.fields.clone()).unwrap_or_default();
        self.assumed.extend(fields.into_iter().map(|field| Node::Field(field.title.name)));
    }

    /// Measures of rankings by points earned, while measures are lowered.
    pub(crate) fn lower_ranked_measures(&mut self) {
        let names = self.names;
        for entry in &names.rankings.entries {
            let Some(points) = self.earned_points(entry) else { continue };
            let Some(scope) = self.ranking_scope(entry) else { continue };
            let windows = self.campaign_windows(entry.campaign, &Env::new(&[], entry.campaign, Reader::Measure));
            let scale = self.policy.points_of(points).map_or(0, |points| points.scale);
            self.policy.measures.push(Measure {
                title: messages::title(entry),
                function: MeasureFn::Sum,
                scope,
                sources: vec![MeasureSource::Postings { points, rules: vec![] }],
                typed: crate::policy::points::typed(points, scale),
                gross: false,
                refunds_own_period: false,
                remembers: None,
                windows,
            });
        }
    }

    /// `by earned of Point`.
    fn earned_points(&mut self, entry: &Entry<'a, &'a ast::RankingDecl>) -> Option<PointsId> {
        let ExprKind::Of { what, of, .. } = &entry.node.by.kind else { return None };
        if what.text != "earned" {
            return None;
        }
        let (points, pools) = self.points_or_pool(&Env::new(&[], entry.campaign, Reader::Host), of)?;
        pools.is_empty().then_some(points)
    }

    fn ranking_scope(&mut self, entry: &Entry<'a, &'a ast::RankingDecl>) -> Option<Scope> {
        let env = Env::new(&[], entry.campaign, Reader::Host);
        let mut scope = self.scope(&env, &entry.node.scope)?;
        if !scope.keys.iter().any(|key| key.name == "customer") {
            let subject = self.policy.subjects.iter().position(|one| one.title.name == "customer")?;
            let typed = Typed::plain(Type::Subject(crate::policy::SubjectId(subject)));
            let span = entry.declared.name.span;
            let value = Expr { node: Node::Field("customer".to_owned()), typed, span };
            scope.keys.push(ScopeKey { name: "customer".to_owned(), value });
            scope.keys.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Some(scope)
    }

    pub(crate) fn lower_rankings(&mut self) {
        let names = self.names;
        for entry in &names.rankings.entries {
            let node = entry.node;
            let Some(scope) = self.ranking_scope(entry) else { continue };
            let title = messages::title(entry);
            let own = self.policy.measures.iter().position(|one| one.title.name == title.name);
            let by = match own.filter(|_| text_of(&node.by).is_none()) {
                Some(at) => {
                    let typed = self.policy.measures.get(at).map(|one| one.typed.clone());
                    typed.map(|typed| Expr {
                        node: Node::Measure(MeasureId(at), Reads::Before),
                        typed,
                        span: node.by.span,
                    })
                }
                None => self.expr(&Env::new(&[], entry.campaign, Reader::Host), &node.by),
            };
            let Some(by) = by else { continue };
            self.policy.rankings.push(Ranking {
                title,
                priority: node.priority,
                scope,
                by,
                highest_first: node.highest_first,
                ties_earliest: node.ties_earliest,
                top: node.top.as_ref().and_then(|top| u32::try_from(top.value).ok()),
            });
        }
    }

    pub(crate) fn lower_settlements(&mut self) {
        let names = self.names;
        for (path, with, clauses) in &names.settles {
            let Some((rule, title)) = self.settled_rule(path) else { continue };
            let Some(with) = self.partner(rule, with) else { continue };
            let period = clauses.iter().find_map(|clause| match &clause.kind {
                ClauseKind::Scope(parts) => parts.iter().find_map(|part| match &part.kind {
                    ScopeKind::Period(unit, _) => Some(*unit),
                    _ => None,
                }),
                _ => None,
            });
            let totals_first = clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::TotalsFirst));
            self.policy.settlements.push(Settlement { title, rules: vec![rule], with, period, totals_first });
        }
        self.policy.settlements.sort_by(|a, b| a.title.name.cmp(&b.title.name));
    }

    /// The request or rule that is settled.
    fn settled_rule(&mut self, path: &ast::Path) -> Option<(RuleId, Title)> {
        let names = self.names;
        let name = ast::Name { text: path_text(path), span: path.span };
        let at = match self.lookup(&names.requests, &name, None) {
            Lookup::At(at) => RuleId(names.rules.entries.len().saturating_add(at)),
            Lookup::Failed => return None,
            Lookup::Absent => match self.lookup(&names.rules, &name, None) {
                Lookup::At(at) => RuleId(at),
                Lookup::Failed => return None,
                Lookup::Absent => {
                    self.report(messages::unknown_request(&name, names));
                    return None;
                }
            },
        };
        self.policy.rule(at).map(|rule| (at, rule.title.clone()))
    }

    /// The partner: a field of the event, or (none) whoever funded the lots taken, where the points say so by that name.
    #[allow(clippy::option_option, reason = "found wrong, or found to be the funder")]
    fn partner(&mut self, rule: RuleId, with: &ast::Expr) -> Option<Option<Expr>> {
        let funder = |text: &str| {
            self.policy
                .points
                .iter()
                .flat_map(|points| &points.funded)
                .any(|(party, share)| share.is_none() && party == text)
        };
        let last = dotted(with).and_then(|segments| segments.last().map(|name| name.text.clone()));
        let kinds = self.policy.rule(rule).map(|rule| rule.kinds.clone()).unwrap_or_default();
        let of_event = last.as_ref().is_some_and(|last| {
            kinds.iter().all(|kind| {
                self.policy.kind(*kind).is_some_and(|kind| super::name::find_field(&kind.fields, last).is_some())
            })
        });
        if !of_event && last.as_deref().is_some_and(funder) {
            return Some(None);
        }
        let found = self.expr(&Env::new(&kinds, None, Reader::Host), with)?;
        Some(Some(found))
    }
}
