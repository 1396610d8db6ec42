//! What each kind of request asks and gives: the words of a declaration become terms and lines that the engine knows.

use super::super::names::{Entry, RequestSource};
use super::super::{Checker, Env, messages};
use super::elements::{at_rate, read};
use crate::policy::{
    AmountLine, AmountVerb, Ask, Deliver, Expr, Field, KindId, Line, LineSign, Moves, Node, PointsId, PoolId, Request,
    RequestForm, Spends, Type, Typed, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, MoneyVerb, RequestKind};

/// The two sides of a rate: so much of what is asked is so much of what it gives.
pub(super) struct Rate {
    pub asked: Expr,
    pub given: Expr,
    pub span: Span,
}

pub(super) fn form_of(kind: Option<RequestKind>) -> RequestForm {
    match kind {
        None => RequestForm::Catalogue,
        Some(RequestKind::Offset) => RequestForm::Offset,
        Some(RequestKind::Exchange) => RequestForm::Exchange,
        Some(RequestKind::CashOut) => RequestForm::CashOut,
        Some(RequestKind::Transfer) => RequestForm::Transfer,
        Some(RequestKind::Donation) => RequestForm::Donation,
        Some(RequestKind::Lottery) => RequestForm::Lottery,
        Some(RequestKind::Benefit) => RequestForm::Benefit,
    }
}

impl<'a> Checker<'a> {
    /// The rate of a request, where it states one.
    pub(super) fn request_rate(&mut self, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>) -> Option<Rate> {
        let mut found = None;
        for clause in entry.node.clauses {
            let ClauseKind::Rate(left, right) = &clause.kind else { continue };
            self.rate(env, entry.node.kind, left, right);
            let (asked, given) = (self.expr(env, left)?, self.expr(env, right)?);
            found = Some(Rate { asked, given, span: clause.span });
        }
        found
    }

    /// What it asks: pieces at a price, a field of points, or nothing.
    pub(super) fn ask(
        &mut self,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
        kinds: &[KindId],
        benefit: Option<PointsId>,
    ) -> Ask {
        let has = |name: &str| {
            kinds.iter().all(|kind| self.policy.kind(*kind).is_some_and(|kind| kind.field(name).is_some()))
        };
        let (pieces, entries, points) = (has("pieces"), has("entries"), has("points"));
        match form_of(entry.node.kind) {
            RequestForm::Catalogue => Ask::Units { count: pieces.then(|| "pieces".to_owned()), each: None },
            RequestForm::Lottery => {
                let each = entry.node.clauses.iter().find_map(|clause| match &clause.kind {
                    ClauseKind::EachEntry(price) => Some(price),
                    _ => None,
                });
                let each = each.and_then(|price| self.price(env, price));
                match each {
                    Some(each) => Ask::Units { count: entries.then(|| "entries".to_owned()), each: Some(each) },
                    None => Ask::Nothing,
                }
            }
            RequestForm::Benefit => match benefit.filter(|id| self.is_granted(*id)) {
                Some(id) => Ask::Units { count: None, each: Some(one_of(id, entry.declared.name.span)) },
                None => Ask::Nothing,
            },
            _ if points => Ask::Points("points".to_owned()),
            _ => Ask::Nothing,
        }
    }

    fn is_granted(&self, id: PointsId) -> bool {
        self.policy.points_of(id).and_then(|points| points.benefit.as_ref()).is_some_and(|benefit| benefit.granted)
    }

    /// Amounts of money, in the order written; what a rate gives comes first, what is left of a bill last.
    pub(super) fn amounts(
        &mut self,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
        request: &Request,
        rate: Option<&Rate>,
        known: &[Field],
        bill: Option<Typed>,
    ) -> Vec<AmountLine> {
        let span = entry.declared.name.span;
        let mut amounts: Vec<AmountLine> = Vec::new();
        let said = |verb: MoneyVerb| {
            entry.node.clauses.iter().any(|clause| matches!(&clause.kind, ClauseKind::Money(said, ..) if *said == verb))
        };
        let plain = |verb, amount| AmountLine { verb, amount, when: None, to: None };
        match request.form {
            RequestForm::Offset if !said(MoneyVerb::Off) && rate.is_some() => {
                amounts.extend(read(known, "value", span).map(|value| plain(AmountVerb::Off, value)));
            }
            RequestForm::CashOut if !said(MoneyVerb::Give) => {
                amounts.extend(read(known, "value", span).map(|value| plain(AmountVerb::Give, value)));
            }
            RequestForm::Exchange => {
                if let Some(rate) = rate
                    && !self.gives_own_points(&rate.given)
                    && let Some(points) = read(known, "points", span)
                {
                    let amount = at_rate(points, &rate.given, &rate.asked, rate.span);
                    amounts.push(plain(AmountVerb::Receive, amount));
                }
            }
            _ => {}
        }
        for clause in entry.node.clauses {
            amounts.extend(self.amount_clause(env, &clause.kind, span));
        }
        let has = |verb| amounts.iter().any(|line: &AmountLine| line.verb == verb);
        if has(AmountVerb::Off)
            && !has(AmountVerb::Pay)
            && let Some(typed) = bill
            && let Some(off) = read(known, "off", span)
        {
            let bill = Expr { node: Node::Field("bill".to_owned()), typed: typed.clone(), span };
            let left = Expr { node: Node::Subtract(Box::new(bill), Box::new(off)), typed, span };
            amounts.push(plain(AmountVerb::Pay, left));
        }
        amounts
    }

    fn amount_clause(&mut self, env: &Env<'_>, clause: &ClauseKind, span: Span) -> Option<AmountLine> {
        match clause {
            ClauseKind::Money(verb, amount, when) => {
                let held = self.assumed.len();
                let when = when.as_ref().and_then(|when| self.condition(env, when));
                if let Some(when) = &when {
                    self.assume(when);
                }
                let amount = self.money(env, amount);
                self.assumed.truncate(held);
                let verb = match verb {
                    MoneyVerb::Off => AmountVerb::Off,
                    MoneyVerb::Pay => AmountVerb::Pay,
                    MoneyVerb::Give => AmountVerb::Give,
                };
                Some(AmountLine { verb, amount: amount?, when, to: None })
            }
            ClauseKind::Fee(fee, most) => {
                let fee = self.amount(env, fee)?;
                let amount = match most {
                    Some(most) => {
                        let most = self.amount(env, most)?;
                        smaller(fee, most, span)
                    }
                    None => fee,
                };
                Some(AmountLine { verb: AmountVerb::Fee, amount, when: None, to: None })
            }
            ClauseKind::Cost(cost, to) => {
                let amount = self.money(env, cost)?;
                let to = self.expr(env, to);
                Some(AmountLine { verb: AmountVerb::Cost, amount, when: None, to })
            }
            _ => None,
        }
    }

    fn gives_own_points(&self, given: &Expr) -> bool {
        matches!(given.typed.ty, Type::Points(points) if self.policy.points_of(points).is_some_and(|one| one.kept_by.is_none()))
    }

    /// Points that come with it: what an exchange gives, and every `earn`.
    pub(super) fn request_lines(
        &mut self,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
        rate: Option<&Rate>,
        known: &[Field],
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        if entry.node.kind == Some(RequestKind::Exchange)
            && let Some(rate) = rate.filter(|rate| self.gives_own_points(&rate.given))
            && let Type::Points(points) = rate.given.typed.ty
            && let Some(asked) = read(known, "points", rate.span)
        {
            lines.push(Line {
                amount: at_rate(asked, &rate.given, &rate.asked, rate.span),
                points,
                pool: PoolId(0),
                pool_by: None,
                sign: LineSign::Give,
                worth: None,
                first: false,
                to: None,
                when: None,
                for_each: None,
                span: rate.span,
            });
        }
        for clause in entry.node.clauses {
            if let ClauseKind::Earn(line) = &clause.kind {
                let first = line.first;
                lines.extend(self.line(env, line, None, clause.span).map(|line| Line { first, ..line }));
            }
        }
        lines
    }

    /// To whom lots go.
    pub(super) fn moves(&mut self, entry: &Entry<'a, RequestSource<'a>>, kinds: &[KindId]) -> Option<Moves> {
        if entry.node.kind != Some(RequestKind::Transfer) {
            return None;
        }
        let field = kinds.first().and_then(|kind| self.policy.kind(*kind)?.field("recipient").cloned())?;
        let to = Expr { node: Node::Field(field.title.name), typed: field.typed, span: entry.declared.name.span };
        let keep_dates = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::KeepDates));
        Some(Moves { to, keep_dates })
    }

    /// When and by whom it is delivered.
    pub(super) fn deliver(&mut self, entry: &Entry<'a, RequestSource<'a>>) -> Option<Deliver> {
        let (mut by, mut partner) = (None, None);
        for clause in entry.node.clauses {
            match &clause.kind {
                ClauseKind::DeliverWithin(length) => {
                    let before = self.diagnostics.len();
                    self.delivery(length);
                    if self.diagnostics.len() == before {
                        by = self.delivered_by(length, clause.span);
                    }
                }
                ClauseKind::DeliverBy(name) => partner = Some(name.text.clone()),
                _ => {}
            }
        }
        (by.is_some() || partner.is_some()).then_some(Deliver { by, partner })
    }

    fn delivered_by(&mut self, length: &ast::Expr, span: Span) -> Option<Expr> {
        let length = self.expr(&Env::constant(None), length)?;
        let today = Expr { node: Node::Today, typed: Typed::plain(Type::Date), span };
        let typed = Typed::plain(Type::Date);
        if length.typed.ty == Type::WorkingDays {
            let calendar = self.calendar_named(None, span)?;
            let node = Node::WorkingDaysAfter(calendar, Box::new(today), Box::new(length));
            return Some(Expr { node, typed, span });
        }
        Some(Expr { node: Node::Shift(Box::new(today), Box::new(length), true), typed, span })
    }

    /// The points that a request takes.
    pub(super) fn spends(
        &mut self,
        entry: &Entry<'a, RequestSource<'a>>,
        request: &Request,
        benefit: Option<PointsId>,
        rate: Option<&Rate>,
    ) -> Option<Spends> {
        if request.ask == Ask::Nothing {
            return None;
        }
        let of_rate = rate.map(|rate| &rate.asked.typed.ty);
        let points = match request.form {
            RequestForm::Benefit => benefit,
            RequestForm::Catalogue => self.points_of_items(&request.items),
            _ => match of_rate {
                Some(Type::Points(points)) => Some(*points),
                // A number: points that a partner keeps.
                Some(_) => return None,
                None => self.points_of_request(entry.node).first().copied(),
            },
        };
        let points = points.or_else(|| self.only_spendable(entry.declared.name.span))?;
        if self.policy.points_of(points).is_some_and(|one| one.kept_by.is_some()) {
            return None;
        }
        let mut pools = Vec::new();
        for clause in entry.node.clauses {
            let ClauseKind::Take(line) = &clause.kind else { continue };
            for path in &line.from {
                pools.extend(self.pool_of(points, path));
            }
        }
        Some(Spends { points, pools })
    }

    /// Where a request names no points: those that may be spent, if there is one kind.
    fn only_spendable(&mut self, span: Span) -> Option<PointsId> {
        let all = self.spendable();
        match all.as_slice() {
            [only] => Some(*only),
            [] => None,
            [first, second, ..] => {
                let title =
                    |id: &PointsId| self.policy.points_of(*id).map(|points| points.title.clone()).unwrap_or_default();
                let (first, second) = (title(first), title(second));
                self.report(messages::which_points(span, &first, &second));
                None
            }
        }
    }
}

/// One unit of points, a constant.
fn one_of(points: PointsId, span: Span) -> Expr {
    let one = rust_decimal::Decimal::ONE;
    super::super::units::constant(Value::Points(one, points), Type::Points(points), Some(one), span)
}

/// The smaller of two amounts: `a - (a above b)`.
fn smaller(a: Expr, b: Expr, span: Span) -> Expr {
    let typed = a.typed.clone();
    let above = Expr { node: Node::Above(Box::new(a.clone()), Box::new(b)), typed: typed.clone(), span };
    Expr { node: Node::Subtract(Box::new(a), Box::new(above)), typed, span }
}
