//! Tests and examples of the text become scenarios: events as the JSON that a host would send, so that they pass through
//! the same door as events in production.

use super::Checker;
use super::limit::text_of;
use super::messages;
use super::name::{answers, find_field, names_of};
use super::names::{Found, path_text};
use crate::policy::scenario::{Held, LotsExpected};
use crate::policy::{Field, Given, KindId, Scenario, ScenarioStep, Type};
use crate::source::Span;
use crate::syntax::ast::{self, DeclKind, ExampleRow, ExamplesDecl, ExprKind, Step, StepKind};
use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

/// Who acts where a step names nobody (semantics, section 12).
const SOMEBODY: &str = "c1";

impl Checker<'_> {
    pub(crate) fn lower_scenarios(&mut self) {
        let names = self.names;
        for decl in &names.scenarios {
            match &decl.kind {
                DeclKind::Test(label, steps) => {
                    let steps = steps.iter().flat_map(|step| self.step(step, true)).collect();
                    self.policy.scenarios.push(Scenario { label: label.text.clone(), steps, span: label.span });
                }
                DeclKind::Examples(examples) => self.examples(examples),
                _ => {}
            }
        }
        self.policy.scenarios.sort_by_key(|scenario| scenario.span.key());
    }

    /// A step; a row of examples may leave out when it happens, and is then the version's first instant.
    fn step(&mut self, step: &Step, timed: bool) -> Vec<ScenarioStep> {
        match &step.kind {
            StepKind::Given { subjects, facts, holds } => self.given(subjects, facts, holds, step.span),
            StepKind::Event { at, kind, fields, expect } => {
                let at = match at {
                    Some(at) => self.local(at),
                    None if timed => {
                        self.report(messages::test_without_time(step.span));
                        None
                    }
                    None => Some(self.policy.effective_from),
                };
                let made = self.event_step(at, kind, fields, expect, step.span);
                made.into_iter().collect()
            }
            StepKind::Used(path, times) => {
                let at = self.policy.effective_from;
                let expected = LotsExpected::Used(path_text(path), times.value);
                vec![ScenarioStep::Lots { at, customer: SOMEBODY.to_owned(), expected, span: step.span }]
            }
            StepKind::Balance(at, who, amount, parts) => {
                let parts: Vec<(String, Decimal)> = parts
                    .iter()
                    .filter_map(|part| self.amount_of(&part.got).map(|(amount, _)| (path_text(&part.name), amount)))
                    .collect();
                self.lots_step(at, who.as_ref(), step.span, amount, |points, amount| {
                    LotsExpected::Balance(points, amount, parts)
                })
            }
            StepKind::Loses(at, who, amount) => {
                self.lots_step(at, who.as_ref(), step.span, amount, LotsExpected::Loses)
            }
            StepKind::Reminded(at, who, amount, last) => {
                let last = last.as_ref().and_then(|last| self.date(last));
                self.lots_step(at, who.as_ref(), step.span, amount, |points, amount| {
                    LotsExpected::Reminded(points, amount, last)
                })
            }
            StepKind::Broken => vec![],
        }
    }

    fn lots_step(
        &mut self,
        at: &ast::Expr,
        who: Option<&ast::Name>,
        span: Span,
        amount: &ast::Expr,
        expected: impl FnOnce(String, Decimal) -> LotsExpected,
    ) -> Vec<ScenarioStep> {
        let at = self.local(at);
        let amount = self.points_in(amount);
        let (Some(at), Some((amount, points))) = (at, amount) else { return vec![] };
        let customer = who.map_or_else(|| SOMEBODY.to_owned(), |who| who.text.clone());
        vec![ScenarioStep::Lots { at, customer, expected: expected(points, amount), span }]
    }

    fn given(
        &mut self,
        subjects: &[ast::Name],
        facts: &[(ast::Name, ast::Expr)],
        holds: &[ast::Holding],
        span: Span,
    ) -> Vec<ScenarioStep> {
        let subject = self.subject_with(facts);
        let known = self
            .policy
            .subjects
            .iter()
            .find(|one| one.title.name == subject)
            .map(|one| one.facts.clone())
            .unwrap_or_default();
        let mut given = Map::new();
        for (name, value) in facts {
            match self.field_in(&known, &name.text) {
                Some(fact) => self.give(&mut given, name.span, &fact, value),
                None => {
                    let spoken: Vec<String> = known.iter().flat_map(|fact| names_of(&fact.title)).collect();
                    let title = crate::policy::Title { name: subject.clone(), ..Default::default() };
                    self.report(messages::test_fact_unknown(name, &title, &spoken));
                }
            }
        }
        let holds: Vec<Held> = holds.iter().filter_map(|held| self.held(held)).collect();
        let one = |name: &ast::Name| {
            let (customer, facts, holds) = (name.text.clone(), given.clone(), holds.clone());
            ScenarioStep::Given(Given { subject: subject.clone(), customer, facts, holds, span })
        };
        subjects.iter().map(one).collect()
    }

    /// The subject that has all these facts: a customer unless a fact is only another's.
    fn subject_with(&self, facts: &[(ast::Name, ast::Expr)]) -> String {
        let has = |subject: &&crate::policy::Subject| {
            facts.iter().all(|(name, _)| self.field_in(&subject.facts, &name.text).is_some())
        };
        let customer = self.policy.subjects.iter().find(|one| one.title.name == "customer");
        let other = self.policy.subjects.iter().find(has);
        customer.filter(has).or(other).or(customer).map_or_else(|| "customer".to_owned(), |one| one.title.name.clone())
    }

    /// The field that a name means: by its name or label, or the host's tier by the name of its declaration.
    fn field_in(&self, fields: &[Field], name: &str) -> Option<Field> {
        let tier = |field: &&Field| matches!(&field.typed.ty, Type::Enum(id) if self.policy.enum_type(*id).is_some_and(|one| one.ordered && answers(&one.title, name)));
        find_field(fields, name).or_else(|| fields.iter().find(tier)).cloned()
    }

    fn held(&mut self, held: &ast::Holding) -> Option<Held> {
        let (amount, points) = self.points_in(&held.amount)?;
        let earned = match &held.earned {
            Some(earned) => Some(self.local(earned)?),
            None => None,
        };
        let pool = match &held.pool {
            Some(path) => Some(self.pool_in(&points, path)?),
            None => None,
        };
        Some(Held {
            points,
            amount,
            pool,
            earned,
            funded_by: held.funded_by.as_ref().map(|name| name.text.clone()),
            frozen: held.frozen,
        })
    }

    fn pool_in(&mut self, points: &str, path: &ast::Path) -> Option<String> {
        let text = path_text(path);
        let pools = self
            .policy
            .points
            .iter()
            .find(|one| one.title.name == points)
            .map(|one| one.pools.clone())
            .unwrap_or_default();
        let title = pools.iter().find(|pool| answers(&pool.title, &text)).map(|pool| pool.title.clone());
        if let Some(title) = &title {
            self.refer_title(path.span, title);
        }
        let found = title.map(|title| title.name);
        if found.is_none() {
            let spoken: Vec<String> = pools.iter().flat_map(|pool| names_of(&pool.title)).collect();
            self.report(messages::unknown_pool(path.span, &text, &spoken));
        }
        found
    }

    fn event_step(
        &mut self,
        at: Option<NaiveDateTime>,
        path: &ast::Path,
        fields: &[(ast::Name, ast::Expr)],
        expect: &[ast::Expectation],
        span: Span,
    ) -> Option<ScenarioStep> {
        let kind = self.kinds_of(std::slice::from_ref(path))?.first().copied()?;
        let mut event = self.event(kind)?;
        let before = self.diagnostics.len();
        for (name, value) in fields {
            self.event_member(&mut event, kind, name, value);
        }
        if self.diagnostics.len() == before {
            self.complete(&event, kind, path.span);
        }
        let expected = self.expectations(kind, expect);
        let at = at?;
        self.exists(at, span)?;
        event.insert("at".to_owned(), Json::String(at.format("%Y-%m-%dT%H:%M:%S").to_string()));
        Some(ScenarioStep::Event { event, at, expected, span })
    }

    fn event(&self, kind: KindId) -> Option<Map<String, Json>> {
        let mut event = Map::new();
        event.insert("type".to_owned(), Json::String(self.policy.kind(kind)?.json.clone()));
        event.insert("customer".to_owned(), Json::String(SOMEBODY.to_owned()));
        Some(event)
    }

    fn event_member(&mut self, event: &mut Map<String, Json>, kind: KindId, name: &ast::Name, value: &ast::Expr) {
        let Some(declared) = self.policy.kind(kind) else { return };
        match name.text.as_str() {
            "customer" | "客户" if find_field(&declared.fields, &name.text).is_none() => {
                event.insert("customer".to_owned(), Json::String(word(value)));
            }
            "id" => {
                event.insert("id".to_owned(), Json::String(word(value)));
            }
            _ => match self.field_in(&declared.fields, &name.text) {
                Some(field) => self.give(event, name.span, &field, value),
                None => {
                    let (title, spoken) = (
                        declared.title.clone(),
                        declared.fields.iter().flat_map(|field| names_of(&field.title)).collect::<Vec<_>>(),
                    );
                    self.report(messages::test_field_unknown(name, &title, &spoken));
                }
            },
        }
    }

    /// Reports fields that every event of the kind has and this one lacks.
    fn complete(&mut self, event: &Map<String, Json>, kind: KindId, span: Span) {
        let Some(kind) = self.policy.kind(kind) else { return };
        let given = |field: &Field| field.json.iter().any(|json| event.contains_key(&json.name));
        let lacking =
            kind.fields.iter().filter(|field| !field.typed.optional && field.default.is_none() && !given(field));
        let lacking: Vec<String> = lacking.map(|field| field.title.name.clone()).collect();
        if !lacking.is_empty() {
            let title = kind.title.clone();
            self.report(messages::test_field_missing(span, &title, &lacking));
        }
    }

    /// A local time that the clocks skip is an error; of one that comes twice the first is meant.
    fn exists(&mut self, at: NaiveDateTime, span: Span) -> Option<()> {
        use chrono::TimeZone as _;
        let Ok(zone) = self.policy.timezone.parse::<chrono_tz::Tz>() else { return None };
        if zone.from_local_datetime(&at).earliest().is_none() {
            self.report(messages::test_time_skipped(span));
            return None;
        }
        Some(())
    }

    /// Each row of examples starts afresh.
    fn examples(&mut self, examples: &ExamplesDecl) {
        let kind = match &examples.of {
            Some((path, columns)) => {
                match self.kinds_of(std::slice::from_ref(path)).and_then(|kinds| kinds.first().copied()) {
                    Some(kind) => Some((kind, columns)),
                    None => return,
                }
            }
            None => None,
        };
        for (at, row) in examples.rows.iter().enumerate() {
            let (steps, span) = match (row, kind) {
                (ExampleRow::Event(step), _) => (self.step(step, false), step.span),
                (ExampleRow::Cells(cells, expect, span), Some((kind, columns))) => {
                    (self.row(kind, columns, cells, expect, *span), *span)
                }
                (ExampleRow::Cells(cells, _, span), None) => {
                    self.report(messages::test_cells(*span, cells.len(), examples.label.span, 0));
                    continue;
                }
            };
            let label = format!("{} #{}", examples.label.text, at.saturating_add(1));
            self.policy.scenarios.push(Scenario { label, steps, span });
        }
    }

    /// Whether a column gives the value of which a level is checked: it is no field and no fact.
    fn checks_level(&self, kind: KindId, column: &ast::Expr) -> bool {
        let Some(declared) =
            self.policy.kind(kind).filter(|kind| kind.library && kind.title.name.ends_with("LevelCheck"))
        else {
            return false;
        };
        match &column.kind {
            ExprKind::Name(name) => find_field(&declared.fields, &name.text).is_none(),
            ExprKind::Of { of, .. } => {
                let text = text_of(of).unwrap_or_default();
                !self.policy.subjects.iter().any(|one| answers(&one.title, &text))
            }
            _ => false,
        }
    }

    fn row(
        &mut self,
        kind: KindId,
        columns: &[ast::Expr],
        cells: &[ast::Expr],
        expect: &[ast::Expectation],
        span: Span,
    ) -> Vec<ScenarioStep> {
        if columns.len() != cells.len() {
            self.report(messages::test_cells(
                span,
                cells.len(),
                columns.first().map_or(span, |column| column.span),
                columns.len(),
            ));
            return vec![];
        }
        let Some(mut event) = self.event(kind) else { return vec![] };
        let mut given: Vec<(String, String, Map<String, Json>)> = Vec::new();
        let mut at = Some(self.policy.effective_from);
        let before = self.diagnostics.len();
        for (column, cell) in columns.iter().zip(cells) {
            match &column.kind {
                ExprKind::Name(name) if name.text == "at" || name.text == "时刻" => at = self.local(cell),
                // A level is checked of a value, whatever the tiers go by: `examples of Level(balance of Growth)`.
                _ if self.checks_level(kind, column) => {
                    if let Some((value, _)) = self.amount_with_unit(cell) {
                        event.insert("value".to_owned(), Json::String(value.to_string()));
                    }
                }
                ExprKind::Name(name) => self.event_member(&mut event, kind, name, cell),
                ExprKind::Of { what, of, .. } => self.fact_cell(&mut given, &mut event, kind, (what, of), cell),
                _ => self.report(messages::not_a_column(column.span)),
            }
        }
        if self.diagnostics.len() == before {
            self.complete(&event, kind, span);
        }
        let expected = self.expectations(kind, expect);
        let Some(at) = at else { return vec![] };
        if self.exists(at, span).is_none() {
            return vec![];
        }
        event.insert("at".to_owned(), Json::String(at.format("%Y-%m-%dT%H:%M:%S").to_string()));
        let facts = given.into_iter().map(|(subject, customer, facts)| {
            ScenarioStep::Given(Given { subject, customer, facts, holds: vec![], span })
        });
        facts.chain(std::iter::once(ScenarioStep::Event { event, at, expected, span })).collect()
    }

    /// A column `customer.vip`: a fact of the subject that the event names.
    fn fact_cell(
        &mut self,
        given: &mut Vec<(String, String, Map<String, Json>)>,
        event: &mut Map<String, Json>,
        kind: KindId,
        (what, of): (&ast::Name, &ast::Expr),
        cell: &ast::Expr,
    ) {
        let text = text_of(of).unwrap_or_default();
        let Some(subject) = self.policy.subjects.iter().find(|one| answers(&one.title, &text)).cloned() else {
            self.report(messages::not_a_column(of.span));
            return;
        };
        let Some(fact) = self.field_in(&subject.facts, &what.text) else {
            let spoken: Vec<String> = subject.facts.iter().flat_map(|fact| names_of(&fact.title)).collect();
            self.report(messages::test_fact_unknown(what, &subject.title, &spoken));
            return;
        };
        let field = self
            .policy
            .kind(kind)
            .and_then(|kind| kind.field(&subject.title.name))
            .and_then(|field| field.json.first())
            .map(|json| json.name.clone());
        let member = field.unwrap_or_else(|| subject.title.name.clone());
        let id = event.entry(member).or_insert_with(|| Json::String(format!("{}1", subject.title.name)));
        let id = id.as_str().unwrap_or(SOMEBODY).to_owned();
        let place = match given.iter().position(|(known, whose, _)| *known == subject.title.name && *whose == id) {
            Some(at) => at,
            None => {
                given.push((subject.title.name.clone(), id, Map::new()));
                given.len().saturating_sub(1)
            }
        };
        let mut facts = given.get(place).map(|(_, _, facts)| facts.clone()).unwrap_or_default();
        self.give(&mut facts, what.span, &fact, cell);
        if let Some(given) = given.get_mut(place) {
            given.2 = facts;
        }
    }

    /// The rule, group or pool whose points a breakdown names.
    pub(crate) fn line_named(&mut self, path: &ast::Path) -> Option<String> {
        let names = self.names;
        let text = path_text(path);
        if let Found::One(at) = names.rules.find(&text, None) {
            let entry = names.rules.get(at)?;
            self.refer_to(path.span, entry);
            return Some(entry.qualified.clone());
        }
        if let Found::One(at) = names.groups.find(&text, None) {
            let entry = names.groups.get(at)?;
            self.refer_to(path.span, entry);
            return Some(entry.qualified.clone());
        }
        let pool = self.policy.points.iter().flat_map(|points| &points.pools).find(|pool| answers(&pool.title, &text));
        if let Some(title) = pool.map(|pool| pool.title.clone()) {
            self.refer_title(path.span, &title);
            return Some(title.name);
        }
        let pools = self.policy.points.iter().flat_map(|points| &points.pools).map(|pool| pool.title.name.as_str());
        let spoken: Vec<String> =
            names.rules.spoken().chain(names.groups.spoken()).chain(pools).map(str::to_owned).collect();
        self.report(messages::test_line_unknown(&ast::Name { text, span: path.span }, &spoken));
        None
    }
}

/// The word of a value that names somebody or something: `li`, `"li"`, `15`.
pub(crate) fn word(value: &ast::Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.text.clone(),
        ExprKind::Text(label) => label.text.clone(),
        ExprKind::Quantity(number, None) => number.text.clone(),
        _ => text_of(value).unwrap_or_default(),
    }
}
