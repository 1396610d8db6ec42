//! Which clause may stand in which declaration, which of them once only, and which must stand.
//!
//! The grammar reads every clause everywhere; here the message can say where it belongs.

use super::clause_words::{clause_word, decl_word};
use super::messages;
use super::Checker;
use crate::diagnostic::Text;
use crate::source::Span;
use crate::syntax::ast::{BoundLimit, Clause, ClauseKind, Decl, DeclKind, Declared, ExprKind, RequestKind, RuleDecl, Unit};

/// Declarations that have clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Programme,
    Library,
    Points,
    Pool,
    Rule,
    Campaign,
    Catalogue,
    Request(RequestKind),
    Settle,
    OnStart,
    Notify,
}

impl Checker<'_> {
    pub(crate) fn check_placement(&mut self) {
        for decl in &self.names.top {
            self.place_decl(decl, false);
        }
    }

    fn place_decl(&mut self, decl: &Decl, in_campaign: bool) {
        if in_campaign && !may_stand_in_campaign(&decl.kind) {
            self.report(messages::declaration_in_campaign(head_span(decl), &decl_word(&decl.kind)));
            return;
        }
        match &decl.kind {
            DeclKind::Library(path, ..) => self.report(messages::library_in_programme(path.span)),
            DeclKind::Programme(_, clauses) => self.place_clauses(Home::Programme, clauses),
            DeclKind::Points(_, clauses) => self.place_points(clauses),
            DeclKind::Rule(rule) => {
                self.place_clauses(Home::Rule, &rule.clauses);
                self.check_rule_shape(rule);
            }
            DeclKind::Notify(rule) => self.place_clauses(Home::Notify, &rule.clauses),
            DeclKind::Campaign(_, clauses, decls) => {
                self.place_clauses(Home::Campaign, clauses);
                for inner in decls {
                    self.place_decl(inner, true);
                }
            }
            DeclKind::Catalogue(_, clauses) => self.place_clauses(Home::Catalogue, clauses),
            DeclKind::Request(request) => {
                self.place_clauses(Home::Request(request.kind), &request.clauses);
                self.check_request_shape(request.kind, &request.declared, &request.clauses);
            }
            DeclKind::Settle(_, _, clauses) => self.place_clauses(Home::Settle, clauses),
            DeclKind::OnStart(_, clauses) => self.place_clauses(Home::OnStart, clauses),
            // The others have no clauses.
            _ => {}
        }
    }

    fn place_points(&mut self, clauses: &[Clause]) {
        self.place_clauses(Home::Points, clauses);
        for clause in clauses {
            if let ClauseKind::Pool(_, own) = &clause.kind {
                self.place_clauses(Home::Pool, own);
            }
        }
    }

    fn place_clauses(&mut self, home: Home, clauses: &[Clause]) {
        let mut seen: Vec<(std::mem::Discriminant<ClauseKind>, Span)> = Vec::new();
        for clause in clauses {
            if matches!(clause.kind, ClauseKind::Broken) {
                continue;
            }
            if !may_stand(home, &clause.kind) {
                self.report(messages::clause_misplaced(clause.span, &clause_word(&clause.kind), &home_word(home), &homes_of(&clause.kind)));
                continue;
            }
            if !stands_once(home, &clause.kind) {
                continue;
            }
            let which = std::mem::discriminant(&clause.kind);
            match seen.iter().find(|(known, _)| *known == which) {
                Some((_, first)) => self.report(messages::clause_twice(clause.span, &clause_word(&clause.kind), *first)),
                None => seen.push((which, clause.span)),
            }
        }
    }

    /// A rule gives something, of one sort, on some kind of event; what contradicts is an error.
    fn check_rule_shape(&mut self, rule: &RuleDecl) {
        let broken = rule.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Broken));
        let first = |test: fn(&ClauseKind) -> bool| rule.clauses.iter().find(|clause| test(&clause.kind)).map(|clause| clause.span);
        let earn = first(|kind| matches!(kind, ClauseKind::Earn(_)));
        let raise = first(|kind| matches!(kind, ClauseKind::Raise { .. }));
        let keep = first(|kind| matches!(kind, ClauseKind::Keep { .. }));
        let accept = first(|kind| matches!(kind, ClauseKind::Accept(..)));
        let mut sorts: Vec<Span> = [earn, raise, keep, accept].into_iter().flatten().collect();
        sorts.sort_by_key(|span| span.key());
        if let [one, other, ..] = sorts.as_slice() {
            self.report(messages::rule_of_two_sorts(*one, *other));
        }
        let gives = !sorts.is_empty() || rule.clauses.iter().any(|clause| gives_otherwise(&clause.kind));
        let name = rule.declared.name.span;
        if !gives && !broken {
            self.report(messages::rule_gives_nothing(name));
        }
        if rule.on.is_empty() && keep.is_none() && !broken {
            self.report(messages::rule_on_nothing(name));
        }
        if let (Some(first), None, false) = (first(|kind| matches!(kind, ClauseKind::Settled(..) | ClauseKind::OverWholePeriods)), keep, broken) {
            self.report(messages::only_levels_settle(first));
        }
        let no_cap = first(|kind| matches!(kind, ClauseKind::NoCap));
        let cap = first(|kind| matches!(kind, ClauseKind::Bound(bound) if caps_amount(&bound.limit)));
        if let (Some(no_cap), Some(cap)) = (no_cap, cap) {
            self.report(messages::cap_and_no_cap(no_cap, cap));
        }
    }

    /// What a request must say to be decidable.
    fn check_request_shape(&mut self, kind: RequestKind, declared: &Declared, clauses: &[Clause]) {
        let has = |test: fn(&ClauseKind) -> bool| clauses.iter().any(|clause| test(&clause.kind) || matches!(clause.kind, ClauseKind::Broken));
        let span = declared.name.span;
        let lacking = match kind {
            RequestKind::Offset if !has(|kind| matches!(kind, ClauseKind::Rate(..) | ClauseKind::Money(..))) => {
                messages::both("rate 100 Star = 1 MOP", "比率 100 星点 = 1 元")
            }
            RequestKind::Exchange | RequestKind::CashOut if !has(|kind| matches!(kind, ClauseKind::Rate(..))) => {
                messages::both("rate 100 Star = 1 MOP", "比率 100 星点 = 1 元")
            }
            RequestKind::Lottery if !has(|kind| matches!(kind, ClauseKind::EachEntry(_))) => messages::both("10 Star each entry", "10 星点 每次机会"),
            _ => return,
        };
        self.report(messages::request_lacks(span, &super::clause_words::request_word(kind), &lacking));
    }
}

/// Whether a bound limits an amount from above; a limit on how often beside `no cap` is no contradiction.
fn caps_amount(limit: &BoundLimit) -> bool {
    match limit {
        BoundLimit::AtMost(limit) | BoundLimit::Budget(limit) => !matches!(limit.kind, ExprKind::Quantity(_, Some(Unit::Known(..)))),
        BoundLimit::AtLeast(_) | BoundLimit::Once => false,
    }
}

fn gives_otherwise(kind: &ClauseKind) -> bool {
    matches!(
        kind,
        ClauseKind::Take(_)
            | ClauseKind::Grant(..)
            | ClauseKind::Set(..)
            | ClauseKind::Convert(..)
            | ClauseKind::TakeBack(_)
            | ClauseKind::Bar(_)
    )
}

/// The keyword and name of a declaration, where its name is known; else the whole.
fn head_span(decl: &Decl) -> Span {
    let name = match &decl.kind {
        DeclKind::Programme(declared, _)
        | DeclKind::Points(declared, _)
        | DeclKind::Campaign(declared, ..)
        | DeclKind::Quantity(declared, ..)
        | DeclKind::Currency(declared, _) => Some(declared.name.span),
        DeclKind::Event(event) => Some(event.declared.name.span),
        DeclKind::Enum(one) => Some(one.declared.name.span),
        DeclKind::Facts(facts) => Some(facts.subject.name.span),
        DeclKind::Tiers(tiers) => Some(tiers.declared.name.span),
        DeclKind::Schedule(schedule) => Some(schedule.declared.name.span),
        _ => None,
    };
    name.map_or(decl.span, |name| Span { end: name.end, ..decl.span })
}

fn may_stand_in_campaign(kind: &DeclKind) -> bool {
    matches!(
        kind,
        DeclKind::Rule(_)
            | DeclKind::Track(_)
            | DeclKind::Define(..)
            | DeclKind::Parameter(..)
            | DeclKind::Group(..)
            | DeclKind::Period(..)
            | DeclKind::Codes(_)
            | DeclKind::Catalogue(..)
            | DeclKind::Request(_)
            | DeclKind::Settle(..)
            | DeclKind::Ranking(_)
            | DeclKind::Figure(..)
            | DeclKind::Notify(_)
            | DeclKind::Test(..)
            | DeclKind::Examples(_)
            | DeclKind::Broken
    )
}

fn home_word(home: Home) -> Text {
    match home {
        Home::Programme => messages::both("programme", "方案"),
        Home::Library => messages::both("library", "库"),
        Home::Points => messages::both("points", "积分种类"),
        Home::Pool => messages::both("pool", "积分池"),
        Home::Rule => messages::both("rule", "规则"),
        Home::Campaign => messages::both("campaign", "活动"),
        Home::Catalogue => messages::both("catalogue", "目录"),
        Home::Request(kind) => super::clause_words::request_word(kind),
        Home::Settle => messages::both("settle", "结算"),
        Home::OnStart => messages::both("on start", "生效时"),
        Home::Notify => messages::both("notify", "通知"),
    }
}

/// The declarations in which a clause may stand, for the remedy.
fn homes_of(kind: &ClauseKind) -> Vec<Text> {
    const HOMES: [Home; 11] = [
        Home::Programme,
        Home::Points,
        Home::Pool,
        Home::Rule,
        Home::Campaign,
        Home::Catalogue,
        Home::Request(RequestKind::Offset),
        Home::Request(RequestKind::Benefit),
        Home::Settle,
        Home::OnStart,
        Home::Notify,
    ];
    HOMES.into_iter().filter(|home| may_stand(*home, kind)).map(home_word).collect()
}

/// Whether a clause belongs to a declaration.
// One arm per clause: the exhaustive match is the idea.
fn may_stand(home: Home, kind: &ClauseKind) -> bool {
    let asks = matches!(home, Home::Catalogue | Home::Request(_));
    let request = matches!(home, Home::Request(_));
    match kind {
        ClauseKind::Use(_) => matches!(home, Home::Programme | Home::Library),
        ClauseKind::Timezone(_)
        | ClauseKind::Currency(_)
        | ClauseKind::Effective(..)
        | ClauseKind::CustomerIs(_)
        | ClauseKind::Parity(..)
        | ClauseKind::LeapDayMarch => home == Home::Programme,
        ClauseKind::When(_) | ClauseKind::For(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Notify),
        ClauseKind::Window(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Notify),
        ClauseKind::Need(..) => asks,
        ClauseKind::Accept(..) => asks || home == Home::Rule,
        ClauseKind::InGroup(..) | ClauseKind::AddsTo(_) => matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::RefundInProportion(_) => request || matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::OverWholePeriods
        | ClauseKind::Raise { .. }
        | ClauseKind::Keep { .. }
        | ClauseKind::Settled(..)
        | ClauseKind::Set(..)
        | ClauseKind::Convert(..)
        | ClauseKind::TakeBack(_)
        | ClauseKind::Bar(_)
        | ClauseKind::ForEach(..) => home == Home::Rule,
        ClauseKind::Earn(_) | ClauseKind::Take(_) | ClauseKind::Grant(..) => request || home == Home::Rule,
        ClauseKind::LowerPrice(..) => home == Home::Campaign,
        ClauseKind::LowestPrice => matches!(home, Home::Campaign | Home::Catalogue),
        ClauseKind::Show(_) => home == Home::Notify,
        ClauseKind::Bound(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Points),
        ClauseKind::NoCap => request || matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::Funded(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Points),
        ClauseKind::StaysSpent => asks,
        ClauseKind::Round(_)
        | ClauseKind::Decimals(_)
        | ClauseKind::Activity(_)
        | ClauseKind::Remind(..)
        | ClauseKind::SpendOrder(_)
        | ClauseKind::Worth(_)
        | ClauseKind::StandsFor(_)
        | ClauseKind::KeptBy(_)
        | ClauseKind::Memo
        | ClauseKind::Pool(..) => home == Home::Points,
        ClauseKind::Usable(..) => matches!(home, Home::Points | Home::Pool),
        ClauseKind::BalanceEnds(..) | ClauseKind::FirstDayCounted => matches!(home, Home::Points | Home::Pool),
        ClauseKind::Valid(_) => matches!(home, Home::Points | Home::Pool | Home::OnStart | Home::Request(RequestKind::Benefit)),
        ClauseKind::Never(_) => matches!(home, Home::Points | Home::Catalogue),
        ClauseKind::Item(_) => home == Home::Catalogue,
        ClauseKind::DeliverWithin(_) | ClauseKind::DeliverBy(_) => asks,
        ClauseKind::Rate(..) | ClauseKind::Steps(..) | ClauseKind::Money(..) | ClauseKind::Fee(..) => request,
        ClauseKind::KeepDates => home == Home::Request(RequestKind::Transfer),
        ClauseKind::Cost(..) => request || home == Home::Settle,
        ClauseKind::Numbered => home == Home::Request(RequestKind::Benefit),
        ClauseKind::EachEntry(_) => home == Home::Request(RequestKind::Lottery),
        ClauseKind::TotalsFirst | ClauseKind::Scope(_) => home == Home::Settle,
        ClauseKind::Broken => true,
    }
}

/// Whether a second clause of the sort in one declaration is an error.
fn stands_once(home: Home, kind: &ClauseKind) -> bool {
    match kind {
        ClauseKind::Timezone(_)
        | ClauseKind::Currency(_)
        | ClauseKind::Effective(..)
        | ClauseKind::CustomerIs(_)
        | ClauseKind::LeapDayMarch
        | ClauseKind::OverWholePeriods
        | ClauseKind::InGroup(..)
        | ClauseKind::AddsTo(_)
        | ClauseKind::Raise { .. }
        | ClauseKind::Keep { .. }
        | ClauseKind::Settled(..)
        | ClauseKind::LowestPrice
        | ClauseKind::ForEach(..)
        | ClauseKind::NoCap
        | ClauseKind::Funded(_)
        | ClauseKind::RefundInProportion(_)
        | ClauseKind::StaysSpent
        | ClauseKind::Round(_)
        | ClauseKind::Decimals(_)
        | ClauseKind::Usable(..)
        | ClauseKind::Valid(_)
        | ClauseKind::BalanceEnds(..)
        | ClauseKind::Activity(_)
        | ClauseKind::Remind(..)
        | ClauseKind::SpendOrder(_)
        | ClauseKind::Worth(_)
        | ClauseKind::StandsFor(_)
        | ClauseKind::KeptBy(_)
        | ClauseKind::Memo
        | ClauseKind::FirstDayCounted
        | ClauseKind::Steps(..)
        | ClauseKind::Fee(..)
        | ClauseKind::KeepDates
        | ClauseKind::DeliverWithin(_)
        | ClauseKind::DeliverBy(_)
        | ClauseKind::Numbered
        | ClauseKind::EachEntry(_)
        | ClauseKind::TotalsFirst => true,
        ClauseKind::Rate(..) => home != Home::Request(RequestKind::Exchange),
        ClauseKind::Use(_)
        | ClauseKind::Parity(..)
        | ClauseKind::When(_)
        | ClauseKind::For(_)
        | ClauseKind::Need(..)
        | ClauseKind::Accept(..)
        | ClauseKind::Window(_)
        | ClauseKind::Earn(_)
        | ClauseKind::Take(_)
        | ClauseKind::Grant(..)
        | ClauseKind::Set(..)
        | ClauseKind::Convert(..)
        | ClauseKind::TakeBack(_)
        | ClauseKind::Bar(_)
        | ClauseKind::LowerPrice(..)
        | ClauseKind::Show(_)
        | ClauseKind::Bound(_)
        | ClauseKind::Pool(..)
        | ClauseKind::Never(_)
        | ClauseKind::Item(_)
        | ClauseKind::Money(..)
        | ClauseKind::Cost(..)
        | ClauseKind::Scope(_)
        | ClauseKind::Broken => false,
    }
}
