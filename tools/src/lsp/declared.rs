//! What a file declares: every name with its labels and its place, as a tree. For outlines, definitions and renaming.

use earnest_dsl::source::Span;
use earnest_dsl::syntax::ast::{
    Clause, ClauseKind, Decl, DeclKind, Declared, FieldDecl, Label, RequestKind, TierSource, TypeKind,
};

/// What is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The programme.
    Programme,
    /// A library.
    Library,
    /// A kind of event.
    Kind,
    /// A field of a kind of event, or of an element of a list.
    Field,
    /// An enum.
    Enum,
    /// A value of an enum, or a tier given by the host.
    Value,
    /// A subject with facts.
    Subject,
    /// A fact.
    Fact,
    /// A quantity.
    Quantity,
    /// A currency.
    Currency,
    /// A set of codes.
    Codes,
    /// A calendar.
    Calendar,
    /// A definition.
    Definition,
    /// A parameter.
    Parameter,
    /// A kind of points.
    Points,
    /// A pool.
    Pool,
    /// Tiers.
    Tiers,
    /// A row of tiers by a measure.
    Tier,
    /// A group.
    Group,
    /// A rule.
    Rule,
    /// A campaign.
    Campaign,
    /// A measure.
    Measure,
    /// A period.
    Period,
    /// A schedule.
    Schedule,
    /// A catalogue.
    Catalogue,
    /// An item of a catalogue.
    Item,
    /// A request by which points are used.
    Request(RequestKind),
    /// A ranking.
    Ranking,
    /// A figure.
    Figure,
    /// A notice.
    Notice,
    /// A test.
    Test,
    /// Examples: as many as rows.
    Examples(usize),
}

/// A declaration with its place.
#[derive(Debug, Clone)]
pub struct Declaration<'t> {
    /// What it declares.
    pub what: What,
    /// Its identifier; the label of a test.
    pub name: &'t str,
    /// Where that stands.
    pub place: Span,
    /// Its labels.
    pub labels: &'t [Label],
    /// The whole declaration.
    pub whole: Span,
    /// What it declares inside.
    pub inner: Vec<Declaration<'t>>,
}

/// All declarations of a file, in order.
#[must_use]
pub fn declarations(decls: &[Decl]) -> Vec<Declaration<'_>> {
    decls.iter().filter_map(declaration).collect()
}

/// Calls `visit` for every declaration, outer ones first.
pub fn each<'t>(declarations: &[Declaration<'t>], visit: &mut impl FnMut(&Declaration<'t>)) {
    for one in declarations {
        visit(one);
        each(&one.inner, visit);
    }
}

fn made<'t>(what: What, declared: &'t Declared, whole: Span, inner: Vec<Declaration<'t>>) -> Declaration<'t> {
    let Declared { name, labels } = declared;
    Declaration { what, name: &name.text, place: name.span, labels, whole, inner }
}

// One arm per kind of declaration: the exhaustive match is the idea.
fn declaration(decl: &Decl) -> Option<Declaration<'_>> {
    let whole = decl.span;
    let plain = |what, declared| made(what, declared, whole, vec![]);
    Some(match &decl.kind {
        DeclKind::Programme(declared, clauses) => made(What::Programme, declared, whole, clauses_of(clauses)),
        DeclKind::Event(event) => made(What::Kind, &event.declared, whole, fields(What::Field, &event.fields)),
        DeclKind::Enum(one) => made(What::Enum, &one.declared, whole, values(What::Value, &one.values)),
        DeclKind::Facts(facts) => made(What::Subject, &facts.subject, whole, fields(What::Fact, &facts.fields)),
        DeclKind::Quantity(declared, ..) => plain(What::Quantity, declared),
        DeclKind::Currency(declared, _) => plain(What::Currency, declared),
        DeclKind::Codes(codes) => plain(What::Codes, &codes.declared),
        DeclKind::Calendar(calendar) => plain(What::Calendar, &calendar.declared),
        DeclKind::Define(declared, _) => plain(What::Definition, declared),
        DeclKind::Parameter(declared, _) => plain(What::Parameter, declared),
        DeclKind::Points(declared, clauses) => made(What::Points, declared, whole, clauses_of(clauses)),
        DeclKind::Tiers(tiers) => {
            let inner = match &tiers.source {
                TierSource::Host(tiers) => values(What::Value, tiers),
                TierSource::Measure { rows, .. } => {
                    rows.iter().map(|(_, row)| made(What::Tier, row, spread(row), vec![])).collect()
                }
            };
            made(What::Tiers, &tiers.declared, whole, inner)
        }
        DeclKind::Group(declared, ..) => plain(What::Group, declared),
        DeclKind::Rule(rule) => plain(What::Rule, &rule.declared),
        DeclKind::Campaign(declared, _, inner) => made(What::Campaign, declared, whole, declarations(inner)),
        DeclKind::Track(track) => plain(What::Measure, &track.declared),
        DeclKind::Period(declared, ..) => plain(What::Period, declared),
        DeclKind::Schedule(schedule) => plain(What::Schedule, &schedule.declared),
        DeclKind::Catalogue(declared, clauses) => made(What::Catalogue, declared, whole, clauses_of(clauses)),
        DeclKind::Request(request) => plain(What::Request(request.kind), &request.declared),
        DeclKind::Ranking(ranking) => plain(What::Ranking, &ranking.declared),
        DeclKind::Figure(declared, ..) => plain(What::Figure, declared),
        DeclKind::Notify(rule) => plain(What::Notice, &rule.declared),
        DeclKind::Library(path, labels, _) => {
            let last = path.segments.last()?;
            Declaration { what: What::Library, name: &last.text, place: path.span, labels, whole, inner: vec![] }
        }
        DeclKind::Test(label, _) => labelled(What::Test, label, whole),
        DeclKind::Examples(examples) => labelled(What::Examples(examples.rows.len()), &examples.label, whole),
        // What an enum is extended by are values of its own.
        DeclKind::Extend(path, added, _) => {
            let last = path.segments.last()?;
            let inner = values(What::Value, added);
            Declaration { what: What::Enum, name: &last.text, place: path.span, labels: &[], whole, inner }
        }
        DeclKind::FactDefault(..)
        | DeclKind::Settle(..)
        | DeclKind::Refunds(_)
        | DeclKind::Promise(_)
        | DeclKind::OnStart(..)
        | DeclKind::Broken => return None,
    })
}

fn labelled(what: What, label: &Label, whole: Span) -> Declaration<'_> {
    Declaration { what, name: &label.text, place: label.span, labels: &[], whole, inner: vec![] }
}

/// Pools, items and the currency of a head are declared by clauses.
fn clauses_of(clauses: &[Clause]) -> Vec<Declaration<'_>> {
    fn declared(clause: &Clause) -> Option<Declaration<'_>> {
        match &clause.kind {
            ClauseKind::Pool(declared, _) => Some(made(What::Pool, declared, clause.span, vec![])),
            ClauseKind::Item(item) => Some(made(What::Item, &item.declared, clause.span, vec![])),
            ClauseKind::Currency(declared) => Some(made(What::Currency, declared, clause.span, vec![])),
            _ => None,
        }
    }
    clauses.iter().filter_map(declared).collect()
}

fn fields(what: What, fields: &[FieldDecl]) -> Vec<Declaration<'_>> {
    let mut found = Vec::new();
    for field in fields {
        let inner = match &field.ty.kind {
            TypeKind::List(_, elements) => self::fields(What::Field, elements),
            _ => vec![],
        };
        found.push(made(what, &field.declared, field.span, inner));
    }
    found
}

fn values(what: What, values: &[Declared]) -> Vec<Declaration<'_>> {
    values.iter().map(|value| made(what, value, spread(value), vec![])).collect()
}

/// A name with its labels.
fn spread(declared: &Declared) -> Span {
    declared.labels.last().map_or(declared.name.span, |last| declared.name.span.to(last.span))
}
