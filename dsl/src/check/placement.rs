//! Which clause may stand in which declaration, which of them once only, and which must stand.
//!
//! The grammar reads every clause everywhere; here the message can say where it belongs.

use super::Checker;
use super::clause_words::{clause_word, decl_word};
use super::messages;
use crate::diagnostic::Text;
use crate::source::Span;
use crate::syntax::ast::{
    BoundLimit, Clause, ClauseKind, Decl, DeclKind, Declared, ExprKind, RequestKind, RoundPlace, Rounding, RuleDecl,
    Unit,
};

/// Declarations that have clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Programme,
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

/// Whether a clause may stand in a declaration that begins with this keyword, by its role; true where the declaration has other
/// parts than clauses.
#[must_use]
pub fn clause_may_stand(declaration: &str, clause: &ClauseKind) -> bool {
    let home = match declaration {
        "programme" => Home::Programme,
        "points" => Home::Points,
        "pool" => Home::Pool,
        "rule" => Home::Rule,
        "campaign" => Home::Campaign,
        "catalogue" => Home::Catalogue,
        "offset" => Home::Request(RequestKind::Offset),
        "exchange" => Home::Request(RequestKind::Exchange),
        "cash_out" => Home::Request(RequestKind::CashOut),
        "transfer" => Home::Request(RequestKind::Transfer),
        "donation" => Home::Request(RequestKind::Donation),
        "lottery" => Home::Request(RequestKind::Lottery),
        "benefit" => Home::Request(RequestKind::Benefit),
        "settle" => Home::Settle,
        "on_start_lots_of" => Home::OnStart,
        "notify" => Home::Notify,
        _ => return true,
    };
    may_stand(home, clause)
}

impl Checker<'_> {
    pub(crate) fn check_placement(&mut self) {
        for decl in &self.names.top {
            self.place_decl(decl, false);
        }
    }

    fn place_decl(&mut self, decl: &Decl, in_campaign: bool) {
        if in_campaign && !may_stand_in_campaign(&decl.kind) {
            let (inside, belongs) = (
                messages::both("a campaign", "活动"),
                messages::both("the programme itself, beside the campaign", "方案本身，与活动并列"),
            );
            self.report(messages::declaration_misplaced(head_span(decl), &decl_word(&decl.kind), &inside, &belongs));
            return;
        }
        match &decl.kind {
            DeclKind::Library(path, ..) => {
                let (inside, belongs) = (
                    messages::both("a programme", "方案"),
                    messages::both("a file of the standard library", "标准库的文件"),
                );
                self.report(messages::declaration_misplaced(path.span, &decl_word(&decl.kind), &inside, &belongs));
            }
            DeclKind::Programme(declared, clauses) => self.place_clauses(Home::Programme, declared.name.span, clauses),
            DeclKind::Points(declared, clauses) => self.place_points(declared.name.span, clauses),
            DeclKind::Rule(rule) => {
                self.place_clauses(Home::Rule, rule.declared.name.span, &rule.clauses);
                self.check_rule_shape(rule);
            }
            DeclKind::Notify(rule) => self.place_clauses(Home::Notify, rule.declared.name.span, &rule.clauses),
            DeclKind::Campaign(declared, clauses, decls) => {
                self.place_clauses(Home::Campaign, declared.name.span, clauses);
                for inner in decls {
                    self.place_decl(inner, true);
                }
            }
            DeclKind::Catalogue(declared, clauses) => self.place_clauses(Home::Catalogue, declared.name.span, clauses),
            DeclKind::Request(request) => {
                self.place_clauses(Home::Request(request.kind), request.declared.name.span, &request.clauses);
                self.check_request_shape(request.kind, &request.declared, &request.clauses);
            }
            DeclKind::Settle(path, _, clauses) => self.place_clauses(Home::Settle, path.span, clauses),
            DeclKind::OnStart(points, clauses) => self.place_clauses(Home::OnStart, points.span, clauses),
            // The others have no clauses.
            _ => {}
        }
    }

    fn place_points(&mut self, head: Span, clauses: &[Clause]) {
        self.place_clauses(Home::Points, head, clauses);
        for clause in clauses {
            if let ClauseKind::Pool(declared, own) = &clause.kind {
                self.place_clauses(Home::Pool, declared.name.span, own);
            }
        }
    }

    fn place_clauses(&mut self, home: Home, head: Span, clauses: &[Clause]) {
        let mut seen: Vec<(std::mem::Discriminant<ClauseKind>, Span)> = Vec::new();
        for clause in clauses {
            if matches!(clause.kind, ClauseKind::Broken) {
                continue;
            }
            if !may_stand(home, &clause.kind) {
                self.report(messages::clause_misplaced(
                    clause.span,
                    &clause_word(&clause.kind),
                    head,
                    &home_word(home),
                    &homes_of(&clause.kind),
                ));
                continue;
            }
            if !stands_once(home, &clause.kind) {
                continue;
            }
            let which = std::mem::discriminant(&clause.kind);
            match seen.iter().find(|(known, _)| *known == which) {
                Some((_, first)) => {
                    self.report(messages::clause_twice(&clause_word(&clause.kind), *first, clause.span))
                }
                None => seen.push((which, clause.span)),
            }
        }
    }

    /// A rule gives something, of one sort, on some kind of event; what contradicts is an error.
    fn check_rule_shape(&mut self, rule: &RuleDecl) {
        let broken = rule.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Broken));
        let first = |test: fn(&ClauseKind) -> bool| {
            rule.clauses.iter().find(|clause| test(&clause.kind)).map(|clause| clause.span)
        };
        let earn = first(|kind| matches!(kind, ClauseKind::Earn(_)));
        let raise = first(|kind| matches!(kind, ClauseKind::Raise { .. }));
        let keep = first(|kind| matches!(kind, ClauseKind::Keep { .. }));
        let accept = first(|kind| matches!(kind, ClauseKind::Accept(..)));
        let convert = first(|kind| matches!(kind, ClauseKind::Convert(..)));
        let lines = earn.or_else(|| first(|kind| line_without_earning(kind) || deed(kind)));
        let mut sorts: Vec<Span> = [lines, raise, keep, accept, convert].into_iter().flatten().collect();
        sorts.sort_by_key(|span| span.key());
        if let [one, other, ..] = sorts.as_slice() {
            self.report(messages::rule_does_two_things(*one, *other));
        }
        let gives = !sorts.is_empty();
        let title = messages::title_of(&rule.declared);
        if !gives && !broken {
            self.report(messages::rule_does_nothing(&title));
        }
        if rule.on.is_empty() && keep.is_none() && convert.is_none() && !broken {
            self.report(messages::rule_without_kind(&title));
        }
        let settles = rule
            .clauses
            .iter()
            .find(|clause| matches!(clause.kind, ClauseKind::Settled(..) | ClauseKind::OverWholePeriods));
        if let (Some(settles), None, false) = (settles, keep, broken) {
            let (edge, level) = (
                messages::both("rule", "规则"),
                messages::both("a rule with `keep` or `reach`", "含 `应有` 或 `达到` 的规则"),
            );
            self.report(messages::clause_misplaced(
                settles.span,
                &clause_word(&settles.kind),
                title.span,
                &edge,
                &level,
            ));
        }
        let award =
            first(|kind| matches!(kind, ClauseKind::Round(Rounding { place: Some(RoundPlace::EachAward), .. })));
        if let (Some(award), None, false) = (award, earn, broken) {
            self.report(messages::award_without_base(award));
        }
        let no_cap = first(|kind| matches!(kind, ClauseKind::NoCap));
        let cap = first(|kind| matches!(kind, ClauseKind::Bound(bound) if caps_amount(&bound.limit)));
        if let (Some(no_cap), Some(cap)) = (no_cap, cap) {
            self.report(messages::cap_and_no_cap(no_cap, cap));
        }
    }

    /// What a request must say to be decidable.
    fn check_request_shape(&mut self, kind: RequestKind, declared: &Declared, clauses: &[Clause]) {
        let has = |test: fn(&ClauseKind) -> bool| {
            clauses.iter().any(|clause| test(&clause.kind) || matches!(clause.kind, ClauseKind::Broken))
        };
        let both = messages::both;
        let rate = (both("rate", "比率"), both("rate 100 Point = 1 CNY", "比率 100 积分 = 1 元"));
        let (clause, write) = match kind {
            RequestKind::Offset if !has(|kind| matches!(kind, ClauseKind::Rate(..) | ClauseKind::Money(..))) => rate,
            RequestKind::Exchange | RequestKind::CashOut if !has(|kind| matches!(kind, ClauseKind::Rate(..))) => rate,
            RequestKind::Lottery if !has(|kind| matches!(kind, ClauseKind::EachEntry(_))) => {
                (both("each entry", "每次机会"), both("10 Point each entry", "10 积分 每次机会"))
            }
            _ => return,
        };
        self.report(messages::clause_missing(declared.name.span, &messages::title_of(declared), &clause, &write));
    }
}

/// Whether a bound limits an amount from above; a limit on how often beside `no cap` is no contradiction.
fn caps_amount(limit: &BoundLimit) -> bool {
    match limit {
        BoundLimit::AtMost(limit) | BoundLimit::Budget(limit) => {
            !matches!(limit.kind, ExprKind::Quantity(_, Some(Unit::Known(..))))
        }
        BoundLimit::AtLeast(_) | BoundLimit::Once => false,
    }
}

/// A line that takes points or grants a benefit.
fn line_without_earning(kind: &ClauseKind) -> bool {
    matches!(kind, ClauseKind::Take(_) | ClauseKind::Grant(..) | ClauseKind::TakeBack(..))
}

/// What a rule does besides points.
fn deed(kind: &ClauseKind) -> bool {
    matches!(kind, ClauseKind::Set(..) | ClauseKind::Bar(_))
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

/// Whether a declaration may stand in a campaign.
#[must_use]
pub fn may_stand_in_campaign(kind: &DeclKind) -> bool {
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
fn homes_of(kind: &ClauseKind) -> Text {
    use RequestKind::{Benefit, CashOut, Donation, Exchange, Lottery, Offset, Transfer};
    const PLAIN: [Home; 9] = [
        Home::Programme,
        Home::Points,
        Home::Pool,
        Home::Rule,
        Home::Campaign,
        Home::Catalogue,
        Home::Settle,
        Home::OnStart,
        Home::Notify,
    ];
    let requests = [Offset, Exchange, CashOut, Transfer, Donation, Lottery, Benefit].map(Home::Request);
    let homes: Vec<Text> =
        PLAIN.into_iter().chain(requests).filter(|home| may_stand(*home, kind)).map(home_word).collect();
    let join = |words: Vec<String>, between: &str| words.join(between);
    messages::both(
        format!("a {}", join(homes.iter().map(|home| format!("`{}`", home.en)).collect(), ", ")),
        format!(" {} ", join(homes.iter().map(|home| format!("`{}`", home.zh)).collect(), "、")),
    )
}

/// Whether a clause belongs to a declaration.
// One arm per clause: the exhaustive match is the idea.
fn may_stand(home: Home, kind: &ClauseKind) -> bool {
    let asks = matches!(home, Home::Catalogue | Home::Request(_));
    let request = matches!(home, Home::Request(_));
    match kind {
        ClauseKind::Use(_) => home == Home::Programme,
        ClauseKind::Timezone(_)
        | ClauseKind::Currency(_)
        | ClauseKind::Effective(..)
        | ClauseKind::CustomerIs(_)
        | ClauseKind::Parity(..)
        | ClauseKind::LeapDayMarch
        | ClauseKind::Lint(_) => home == Home::Programme,
        ClauseKind::When(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Notify),
        ClauseKind::For(_) => asks || matches!(home, Home::Programme | Home::Rule | Home::Campaign | Home::Notify),
        ClauseKind::Window(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Notify),
        ClauseKind::Need(..) => asks,
        ClauseKind::Accept(..) => asks || home == Home::Rule,
        ClauseKind::InGroup(..) | ClauseKind::AddsTo(_) => matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::RefundInProportion(_) => asks || matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::OverWholePeriods
        | ClauseKind::Raise { .. }
        | ClauseKind::Keep { .. }
        | ClauseKind::Settled(..)
        | ClauseKind::Set(..)
        | ClauseKind::Convert(..)
        | ClauseKind::TakeBack(..)
        | ClauseKind::Bar(_)
        | ClauseKind::ForEach(..) => home == Home::Rule,
        ClauseKind::Earn(_) | ClauseKind::Take(_) | ClauseKind::Grant(..) => asks || home == Home::Rule,
        ClauseKind::LowerPrice(..) => home == Home::Campaign,
        ClauseKind::LowestPrice => matches!(home, Home::Campaign | Home::Catalogue),
        ClauseKind::Show(_) => home == Home::Notify,
        ClauseKind::Bound(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Points),
        ClauseKind::NoCap => asks || matches!(home, Home::Rule | Home::Campaign),
        ClauseKind::Funded(_) => asks || matches!(home, Home::Rule | Home::Campaign | Home::Points),
        ClauseKind::StaysSpent => asks,
        ClauseKind::Round(_) => matches!(home, Home::Points | Home::Rule),
        ClauseKind::Decimals(_)
        | ClauseKind::Activity(_)
        | ClauseKind::Remind(..)
        | ClauseKind::SpendOrder(_)
        | ClauseKind::Worth(_)
        | ClauseKind::StandsFor(_)
        | ClauseKind::KeptBy(_)
        | ClauseKind::Memo
        | ClauseKind::Pool(..) => home == Home::Points,
        ClauseKind::Usable(..) => matches!(home, Home::Points | Home::Pool),
        ClauseKind::BalanceEnds(..) | ClauseKind::FirstDayCounted | ClauseKind::LapsesWhileFrozen => {
            matches!(home, Home::Points | Home::Pool)
        }
        ClauseKind::Valid(_) => {
            matches!(home, Home::Points | Home::Pool | Home::OnStart | Home::Request(RequestKind::Benefit))
        }
        ClauseKind::IntoPool(_) => home == Home::OnStart,
        ClauseKind::Never(_) => matches!(home, Home::Points | Home::Catalogue),
        ClauseKind::Item(_) => home == Home::Catalogue,
        ClauseKind::DeliverWithin(..) | ClauseKind::DeliverBy(_) => asks,
        ClauseKind::Money(..) | ClauseKind::Fee(..) => asks,
        ClauseKind::Rate(..) | ClauseKind::Steps(..) => request,
        ClauseKind::KeepDates => home == Home::Request(RequestKind::Transfer),
        ClauseKind::Cost(..) => asks || home == Home::Settle,
        ClauseKind::Numbered => home == Home::Request(RequestKind::Benefit),
        ClauseKind::EachEntry(_) => home == Home::Request(RequestKind::Lottery),
        ClauseKind::TotalsFirst | ClauseKind::Scope(_) => home == Home::Settle,
        ClauseKind::Broken => true,
    }
}

/// Whether a second clause of the sort in one declaration is an error: all but those of which several say several things.
fn stands_once(home: Home, kind: &ClauseKind) -> bool {
    match kind {
        // An exchange may have a rate for each of several kinds of points.
        ClauseKind::Rate(..) => home != Home::Request(RequestKind::Exchange),
        _ => !matches!(
            kind,
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
                | ClauseKind::TakeBack(..)
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
                | ClauseKind::Broken
        ),
    }
}
