//! Trees to a checked policy: names, types and units, windows, combination, ranges. Each error has a code and a page.
//!
//! The checker reports as much as it can in one run and stays silent about what only follows from an earlier error:
//! every step returns `Option`, and `None` means "already reported". It knows no engine and no trivia.

mod apart;
mod arithmetic;
mod ask;
mod benefit;
mod bounds;
pub(crate) mod clause_words;
mod combine;
mod convert;
mod declare;
mod declared;
mod deed;
mod duplicate;
mod expectation;
mod expr;
mod facts;
mod feeds;
mod function;
mod header;
mod item;
mod level;
mod life;
mod limit;
mod line;
mod measure;
pub(crate) mod meet;
pub(crate) mod messages;
mod migration;
mod moment;
mod name;
pub(crate) mod names;
mod occur;
mod parity;
mod placement;
mod points;
mod prefix;
mod prohibit;
mod promise;
mod reading;
mod reduces;
mod request;
mod request_bound;
mod rule;
mod scenario;
mod scenario_value;
mod schedule;
mod stated;
pub(crate) mod table;
mod terms;
mod tier;
mod types;
mod units;
pub(crate) mod versions;
mod whole;
pub(crate) mod window;

pub use placement::{clause_may_stand, may_stand_in_campaign};

use crate::diagnostic::Diagnostic;
use crate::policy::{Field, KindId, MeasureId, Policy, Typed, Value};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast;
use names::Names;
use std::collections::{BTreeMap, HashMap};

/// Where a name that was written leads: for renaming, translation and editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where the name is written.
    pub span: Span,
    /// The declared identifier.
    pub name: String,
    /// Labels of the declaration.
    pub labels: Vec<String>,
    /// Where the declaration has its name; an empty place where the language itself declares it.
    pub declared: Span,
}

/// Who asks for a value: it decides which names may be read and which reading of a measure is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A condition or amount of an edge rule.
    Edge,
    /// The target or condition of a level rule.
    Level,
    /// The expression or condition of a measure.
    Measure,
    /// The limit or key of a constraint.
    Limit,
    /// A value fixed when the policy is compiled.
    Constant,
    /// A clause of a request, a figure, a ranking.
    Host,
}

/// What an expression may see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Env<'e> {
    /// The kinds of event at hand; none outside an event.
    pub kinds: &'e [KindId],
    /// The campaign in which it stands.
    pub campaign: Option<&'e str>,
    /// The fields of the list element at hand.
    pub element: Option<&'e [Field]>,
    /// What the element is called: `item` in `for each item of items`.
    pub alias: Option<&'e str>,
    /// Who asks.
    pub reader: Reader,
}

impl<'e> Env<'e> {
    pub(crate) fn new(kinds: &'e [KindId], campaign: Option<&'e str>, reader: Reader) -> Self {
        Self { kinds, campaign, element: None, alias: None, reader }
    }

    /// Inside a `for each`.
    pub(crate) fn inside(&self, (_, fields, alias): &'e deed::Each) -> Self {
        Self { element: Some(fields), alias: Some(alias), ..*self }
    }

    /// Outside any event.
    pub(crate) fn constant(campaign: Option<&'e str>) -> Self {
        Self::new(&[], campaign, Reader::Constant)
    }
}

/// How far the lowering of a track has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrackState {
    Underway,
    Done(MeasureId),
    Failed,
}

/// The checker at work.
pub(crate) struct Checker<'a> {
    pub names: &'a Names<'a>,
    pub policy: Policy,
    pub diagnostics: Vec<Diagnostic>,
    pub references: Vec<Reference>,
    /// Types of definitions, by where their names are declared: as they were where they were put in first.
    pub definitions: BTreeMap<(FileId, u32), (Span, Typed)>,
    /// Parameter values set from outside, by name, as expressions.
    pub overrides: &'a [(String, ast::Expr)],
    /// Parameters that have been read, by their index among the names: `None` where one was found wrong.
    pub parameter_values: HashMap<usize, Option<crate::policy::Expr>>,
    /// Index of a currency name to its id (a library's currency that the programme names is one with it).
    pub currency_ids: Vec<crate::policy::CurrencyId>,
    /// Definitions being expanded, for cycles.
    pub expanding: Vec<usize>,
    /// Tracks by their index among the names.
    pub tracks: HashMap<usize, TrackState>,
    /// What the conditions so far make known: an optional value among these is not optional.
    pub assumed: Vec<crate::policy::Node>,
    /// Bounds of requests and stocks of their items, until all constraints are numbered.
    pub request_constraints: Vec<crate::policy::Constraint>,
    /// Default of the host's tier, where declared.
    pub tier_default: Option<Value>,
}

/// What checking gives.
pub(crate) struct Checked {
    /// All that could be lowered.
    pub policy: Policy,
    /// Whether there is an error: then the policy is not whole.
    pub failed: bool,
    pub diagnostics: Vec<Diagnostic>,
    pub references: Vec<Reference>,
    /// Types of definitions, by where their names are declared.
    pub definitions: Vec<(Span, Typed)>,
    /// When the version is in force, where its head could be read.
    pub life: Option<versions::Life>,
}

/// Checks a programme with its libraries. `main` is the span to blame where the programme's head is missing.
pub(crate) fn check(names: &Names<'_>, sources: &Sources, overrides: &[(String, ast::Expr)], main: Span) -> Checked {
    let mut checker = Checker::new(names, sources, overrides);
    checker.run(main);
    let Checker { policy, diagnostics, mut references, definitions, .. } = checker;
    references.extend(prefix::campaigns_named(names, sources, &references));
    references.sort_by(|a, b| (a.span.key(), &a.name).cmp(&(b.span.key(), &b.name)));
    references.dedup_by(|a, b| a.span.key() == b.span.key() && a.name == b.name);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let life = names.programmes.first().map(|(declared, ..)| versions::Life {
        programme: crate::policy::Title { name: declared.name.text.clone(), labels: vec![], span: declared.name.span },
        from: policy.effective_from,
        until: policy.effective_until,
    });
    let life = life.filter(|life| life.from != chrono::NaiveDateTime::MIN);
    let definitions = definitions.into_values().collect();
    Checked { policy, failed, diagnostics, references, definitions, life }
}

/// Where an expression stands that is asked for its type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The kinds of event at hand, by name.
    pub kinds: Vec<String>,
    /// The campaign.
    pub campaign: Option<String>,
}

/// The type of an expression; none where it has a mistake. No rule is looked at, so that the answer is quick.
pub(crate) fn type_of(names: &Names<'_>, sources: &Sources, at: &Standing, expr: &ast::Expr) -> Option<Typed> {
    let mut checker = Checker::new(names, sources, &[]);
    checker.lower_declared(Span::default());
    let kind = |name: &String| match names.kinds.find(name, at.campaign.as_deref()) {
        names::Found::One(id) => Some(KindId(id)),
        _ => None,
    };
    let kinds: Vec<KindId> = at.kinds.iter().filter_map(kind).collect();
    let env = Env::new(&kinds, at.campaign.as_deref(), Reader::Level);
    checker.expr(&env, expr).map(|found| found.typed)
}

impl<'a> Checker<'a> {
    fn new(names: &'a Names<'a>, sources: &Sources, overrides: &'a [(String, ast::Expr)]) -> Self {
        Checker {
            names,
            policy: header::empty(sources),
            diagnostics: Vec::new(),
            references: Vec::new(),
            definitions: BTreeMap::new(),
            overrides,
            parameter_values: HashMap::new(),
            currency_ids: Vec::new(),
            expanding: Vec::new(),
            tracks: HashMap::new(),
            assumed: Vec::new(),
            request_constraints: Vec::new(),
            tier_default: None,
        }
    }
}

impl Checker<'_> {
    fn run(&mut self, main: Span) {
        self.check_placement();
        self.check_duplicates();
        self.lower_declared(main);
        self.lower_groups_and_campaigns();
        self.lower_rules();
        self.lower_requests();
        self.lower_notices();
        self.lower_constraints();
        self.check_combination();
        self.lower_schedules();
        self.lower_migrations();
        self.check_host_declarations();
        self.lower_figures();
        self.lower_rankings();
        self.lower_settlements();
        self.promises();
        self.lower_scenarios();
        self.diagnostics.sort_by_key(|found| found.span().key());
    }

    /// Everything that expressions may name.
    fn lower_declared(&mut self, main: Span) {
        self.lower_currencies();
        self.lower_header(main);
        self.lower_parities();
        self.lower_quantities();
        self.lower_enums();
        self.lower_points_names();
        self.lower_benefit_units();
        self.lower_subjects_and_kinds();
        self.check_json_types();
        self.check_reduced_fields();
        self.lower_requested_values();
        self.lower_codes();
        self.lower_calendars();
        self.lower_fact_defaults();
        self.lower_parameters();
        self.lower_points();
        self.lower_benefits();
        self.lower_tiers_names();
        self.lower_tracks();
        self.lower_ranked_measures();
        self.lower_tiers();
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Remembers where a name that was written leads.
    pub(crate) fn refer(&mut self, span: Span, name: &str, labels: impl IntoIterator<Item = String>, declared: Span) {
        let labels = labels.into_iter().collect();
        self.references.push(Reference { span, name: name.to_owned(), labels, declared });
    }

    /// Remembers where a name leads that is that of an entry.
    pub(crate) fn refer_to<T>(&mut self, span: Span, entry: &names::Entry<'_, T>) {
        let declared = entry.declared;
        self.refer(span, &declared.name.text, messages::labels(declared), declared.name.span);
    }

    /// Remembers where a name leads that is that of a title.
    pub(crate) fn refer_title(&mut self, span: Span, title: &crate::policy::Title) {
        self.refer(span, &title.name, title.labels.clone(), title.span);
    }
}
