//! The names of a programme: who declares what, in one space per role, and how a name that is written is found.
//!
//! A label that is a legal identifier is a second name. Entries are sorted by qualified name, so that ids never depend on
//! the order of declarations or files.

use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, Decl, DeclKind, Declared, Expr, Path};
use std::collections::{BTreeSet, HashMap};

/// A declaration under its name.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a, T> {
    /// `golden_week.dining_treble`, `std.mcc.restaurants`, `card_spend`.
    pub qualified: String,
    /// Name and labels as declared.
    pub declared: &'a Declared,
    /// The campaign it stands in.
    pub campaign: Option<&'a str>,
    /// The library it stands in.
    pub library: Option<String>,
    /// What is declared.
    pub node: T,
}

/// The names of one role.
#[derive(Debug, Clone)]
pub(crate) struct Space<'a, T> {
    pub entries: Vec<Entry<'a, T>>,
    index: HashMap<String, Vec<usize>>,
}

impl<T> Default for Space<'_, T> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: HashMap::new() }
    }
}

/// What a search for a name gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    One(usize),
    /// Two or more declarations answer to the name.
    Several(usize, usize),
    None,
}

impl<'a, T> Space<'a, T> {
    fn push(&mut self, place: &Place<'a>, declared: &'a Declared, node: T) {
        let prefix = place.campaign.map(str::to_owned).or_else(|| place.library.clone());
        let qualified =
            prefix.map_or_else(|| declared.name.text.clone(), |prefix| format!("{prefix}.{}", declared.name.text));
        self.entries.push(Entry {
            qualified,
            declared,
            campaign: place.campaign,
            library: place.library.clone(),
            node,
        });
    }

    /// Sorts by qualified name and builds the index of names and labels.
    fn finish(&mut self) {
        self.entries.sort_by(|a, b| a.qualified.cmp(&b.qualified));
        for (at, entry) in self.entries.iter().enumerate() {
            let mut names = vec![entry.qualified.clone(), entry.declared.name.text.clone()];
            names.extend(entry.declared.labels.iter().map(|label| label.text.clone()));
            if let Some(campaign) = entry.campaign {
                names.extend(entry.declared.labels.iter().map(|label| format!("{campaign}.{}", label.text)));
            }
            names.sort();
            names.dedup();
            for name in names {
                self.index.entry(name).or_default().push(at);
            }
        }
    }

    /// Finds a name as seen from a campaign: its own declarations first, then the programme's, then the libraries', then other campaigns'.
    pub(crate) fn find(&self, name: &str, campaign: Option<&str>) -> Found {
        let Some(hits) = self.index.get(name) else { return Found::None };
        let nearness = |at: &usize| {
            self.entries.get(*at).map_or(9, |entry| match (entry.campaign, &entry.library) {
                _ if entry.qualified == name => 0,
                (Some(own), _) if Some(own) == campaign => 1,
                (None, None) => 2,
                (None, Some(_)) => 3,
                (Some(_), _) => 4,
            })
        };
        let Some(best) = hits.iter().map(nearness).min() else { return Found::None };
        let mut nearest = hits.iter().filter(|at| nearness(at) == best);
        match (nearest.next(), nearest.next()) {
            (Some(&one), Some(&two)) => Found::Several(one, two),
            (Some(&one), None) => Found::One(one),
            _ => Found::None,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Entry<'a, T>> {
        self.entries.get(at)
    }

    /// All names and labels, for did-you-mean.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| {
            std::iter::once(entry.declared.name.text.as_str())
                .chain(entry.declared.labels.iter().map(|label| label.text.as_str()))
        })
    }
}

/// Where a declaration stands.
#[derive(Debug, Clone)]
struct Place<'a> {
    campaign: Option<&'a str>,
    library: Option<String>,
}

/// An enum or a tier given by the host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EnumSource<'a> {
    pub open: bool,
    pub ordered: bool,
    pub values: &'a [Declared],
}

/// A kind of event: declared as such, or the moment that a schedule raises.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KindSource<'a> {
    Event(&'a ast::EventDecl),
    Schedule(&'a ast::ScheduleDecl),
}

/// A tier by a measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TierSource<'a> {
    pub by: &'a Expr,
    pub scope: &'a [ast::ScopePart],
    pub rows: &'a [(Expr, Declared)],
    pub held_to: Option<&'a Expr>,
    pub or: Option<&'a Expr>,
}

/// A request declaration, a catalogue included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestSource<'a> {
    /// `None` for a catalogue.
    pub kind: Option<ast::RequestKind>,
    pub on: &'a [Path],
    pub clauses: &'a [Clause],
}

/// All names.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    pub kinds: Space<'a, KindSource<'a>>,
    pub enums: Space<'a, EnumSource<'a>>,
    pub extends: Vec<(&'a Path, &'a [Declared], Span)>,
    pub subjects: Space<'a, &'a ast::FactsDecl>,
    pub fact_defaults: Vec<(&'a Expr, &'a Expr)>,
    pub quantities: Space<'a, (&'a ast::Name, Option<&'a ast::Number>)>,
    pub currencies: Space<'a, Option<&'a ast::Number>>,
    pub codes: Space<'a, &'a ast::CodesDecl>,
    pub calendars: Space<'a, &'a ast::CalendarDecl>,
    pub defines: Space<'a, &'a Expr>,
    pub parameters: Space<'a, &'a Expr>,
    pub points: Space<'a, &'a [Clause]>,
    pub tiers: Space<'a, TierSource<'a>>,
    pub groups: Space<'a, (ast::GroupMode, Span)>,
    pub campaigns: Space<'a, (&'a [Clause], &'a [Decl])>,
    pub rules: Space<'a, &'a ast::RuleDecl>,
    pub notices: Space<'a, &'a ast::RuleDecl>,
    pub tracks: Space<'a, &'a ast::TrackDecl>,
    pub periods: Space<'a, (&'a Expr, &'a Expr)>,
    pub schedules: Space<'a, &'a ast::ScheduleDecl>,
    pub requests: Space<'a, RequestSource<'a>>,
    pub rankings: Space<'a, &'a ast::RankingDecl>,
    pub figures: Space<'a, (&'a [Path], &'a Expr)>,
    pub settles: Vec<(&'a Path, &'a Expr, &'a [Clause])>,
    pub on_start: Vec<(&'a Expr, &'a [Clause])>,
    pub refunds: Vec<(&'a [ast::RefundChoice], Span)>,
    pub promises: Vec<(&'a ast::PromiseDecl, Span)>,
    pub scenarios: Vec<&'a Decl>,
    pub programmes: Vec<(&'a Declared, &'a [Clause], Span)>,
    /// Codes of refusal that clauses name.
    pub codes_named: BTreeSet<&'a str>,
    /// All declarations of the programme's files, as they stand.
    pub top: Vec<&'a Decl>,
}

impl<'a> Names<'a> {
    /// Collects the declarations of the programme's files and of its libraries (each with its name, `std.banking`).
    pub(crate) fn collect(
        programme: impl Iterator<Item = &'a ast::File>,
        libraries: impl Iterator<Item = (String, &'a ast::File)>,
    ) -> Self {
        let mut names = Self::default();
        for file in programme {
            let place = Place { campaign: None, library: None };
            names.top.extend(&file.decls);
            file.decls.iter().for_each(|decl| names.decl(decl, &place));
        }
        for (library, file) in libraries {
            let place = Place { campaign: None, library: Some(library) };
            file.decls.iter().for_each(|decl| names.decl(decl, &place));
        }
        names.finish();
        names
    }

    /// Where a campaign stands among the campaigns, by its identifier.
    pub(crate) fn campaign_at(&self, name: &str) -> Option<usize> {
        self.campaigns.entries.binary_search_by(|entry| entry.qualified.as_str().cmp(name)).ok()
    }

    /// A campaign by its identifier.
    pub(crate) fn campaign(&self, name: &str) -> Option<&Entry<'a, (&'a [Clause], &'a [Decl])>> {
        self.campaign_at(name).and_then(|at| self.campaigns.get(at))
    }

    // One arm per kind of declaration: the exhaustive match is the idea.
    fn decl(&mut self, decl: &'a Decl, place: &Place<'a>) {
        match &decl.kind {
            DeclKind::Programme(declared, clauses) => {
                self.programmes.push((declared, clauses, decl.span));
                // The head's currency is a unit of the programme; its labels are names of it.
                for clause in clauses {
                    if let ClauseKind::Currency(currency) = &clause.kind {
                        self.currencies.push(place, currency, None);
                    }
                }
            }
            DeclKind::Event(event) => self.kinds.push(place, &event.declared, KindSource::Event(event)),
            DeclKind::Enum(one) => {
                self.enums.push(
                    place,
                    &one.declared,
                    EnumSource { open: one.open, ordered: false, values: &one.values },
                );
            }
            DeclKind::Extend(path, values, span) => self.extends.push((path, values, *span)),
            DeclKind::Facts(facts) => self.subjects.push(place, &facts.subject, facts),
            DeclKind::FactDefault(fact, value) => self.fact_defaults.push((fact, value)),
            DeclKind::Quantity(declared, unit, scale) => self.quantities.push(place, declared, (unit, scale.as_ref())),
            DeclKind::Currency(declared, scale) => self.currencies.push(place, declared, scale.as_ref()),
            DeclKind::Codes(codes) => self.codes.push(place, &codes.declared, codes),
            DeclKind::Calendar(calendar) => self.calendars.push(place, &calendar.declared, calendar),
            DeclKind::Define(declared, value) => self.defines.push(place, declared, value),
            DeclKind::Parameter(declared, value) => self.parameters.push(place, declared, value),
            DeclKind::Points(declared, clauses) => {
                self.codes_in(clauses);
                self.points.push(place, declared, clauses);
            }
            DeclKind::Tiers(tiers) => match &tiers.source {
                ast::TierSource::Host(values) => {
                    self.enums.push(place, &tiers.declared, EnumSource { open: false, ordered: true, values });
                }
                ast::TierSource::Measure { by, scope, rows, held_to, or } => {
                    let (held_to, or) = (held_to.as_ref(), or.as_ref());
                    self.tiers.push(place, &tiers.declared, TierSource { by, scope, rows, held_to, or });
                }
            },
            DeclKind::Group(declared, mode, span) => self.groups.push(place, declared, (*mode, *span)),
            DeclKind::Rule(rule) => {
                self.codes_in(&rule.clauses);
                self.rules.push(place, &rule.declared, rule);
            }
            DeclKind::Notify(rule) => self.notices.push(place, &rule.declared, rule),
            DeclKind::Campaign(declared, clauses, decls) => {
                self.codes_in(clauses);
                self.campaigns.push(place, declared, (clauses, decls));
                let inside = Place { campaign: Some(&declared.name.text), library: None };
                decls.iter().for_each(|inner| self.decl(inner, &inside));
            }
            DeclKind::Track(track) => self.tracks.push(place, &track.declared, track),
            DeclKind::Period(declared, length, from) => self.periods.push(place, declared, (length, from)),
            DeclKind::Schedule(schedule) => {
                // A schedule of its own raises a kind of its own; a close of a period raises that of the library.
                if !super::schedule::closes(schedule) {
                    self.kinds.push(place, &schedule.declared, KindSource::Schedule(schedule));
                }
                self.schedules.push(place, &schedule.declared, schedule);
            }
            DeclKind::Catalogue(declared, clauses) => {
                self.codes_in(clauses);
                self.requests.push(place, declared, RequestSource { kind: None, on: &[], clauses });
            }
            DeclKind::Request(request) => {
                self.codes_in(&request.clauses);
                let (on, clauses) = (request.on.as_slice(), request.clauses.as_slice());
                self.requests.push(place, &request.declared, RequestSource { kind: Some(request.kind), on, clauses });
            }
            DeclKind::Settle(path, with, clauses) => self.settles.push((path, with, clauses)),
            DeclKind::Ranking(ranking) => self.rankings.push(place, &ranking.declared, ranking),
            DeclKind::Figure(declared, on, value) => self.figures.push(place, declared, (on, value)),
            DeclKind::Refunds(choices) => self.refunds.push((choices, decl.span)),
            DeclKind::Promise(promise) => self.promises.push((promise, decl.span)),
            DeclKind::OnStart(points, clauses) => self.on_start.push((points, clauses)),
            DeclKind::Test(..) | DeclKind::Examples(_) => {
                if place.library.is_none() {
                    self.scenarios.push(decl);
                }
            }
            DeclKind::Library(..) | DeclKind::Broken => {}
        }
    }

    /// Remembers the codes of refusal that clauses name.
    fn codes_in(&mut self, clauses: &'a [Clause]) {
        for clause in clauses {
            let code = match &clause.kind {
                ClauseKind::Need(_, code) | ClauseKind::Steps(_, ast::StepRest::Refuse(code)) => code.as_ref(),
                ClauseKind::Accept(_, code) => Some(code),
                ClauseKind::Bound(bound) => match &bound.beyond {
                    Some(ast::Beyond::Refuse(code) | ast::Beyond::TrimRefuseAtZero(code)) => code.as_ref(),
                    _ => None,
                },
                _ => None,
            };
            self.codes_named.extend(code.map(|code| code.text.as_str()));
        }
    }

    fn finish(&mut self) {
        self.kinds.finish();
        self.enums.finish();
        self.subjects.finish();
        self.quantities.finish();
        self.currencies.finish();
        self.codes.finish();
        self.calendars.finish();
        self.defines.finish();
        self.parameters.finish();
        self.points.finish();
        self.tiers.finish();
        self.groups.finish();
        self.campaigns.finish();
        self.rules.finish();
        self.notices.finish();
        self.tracks.finish();
        self.periods.finish();
        self.schedules.finish();
        self.requests.finish();
        self.rankings.finish();
        self.figures.finish();
    }
}

/// The candidate nearest to a misspelled name, if one is near enough to be meant.
pub(crate) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let length = name.chars().count();
    // A third of the letters may be wrong; of a Chinese name of two or three characters, one.
    let allowed = if length <= 1 { 0 } else { (length / 3).max(1) };
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= allowed && candidate != name)
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}

/// The segments of a dotted chain of names, where an expression is nothing else.
pub(crate) fn dotted(expr: &Expr) -> Option<Vec<&ast::Name>> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(vec![name]),
        ast::ExprKind::Of { what, of, wording: ast::Wording::Dot } => {
            let mut segments = dotted(of)?;
            segments.push(what);
            Some(segments)
        }
        _ => None,
    }
}

/// `a.b.c` of a path.
pub(crate) fn path_text(path: &Path) -> String {
    path.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}
