//! Terms of a request: rates, whole steps, money taken off, paid and given, fees and costs, delivery.
//!
//! An amount that a rate gives is exact; what it is worth in money is rounded down to the currency's minor unit.

use super::ask::{Asked, element, readable};
use super::bounds::Bounds;
use super::deed::plain_line;
use super::expr::numeric;
use super::messages::{self, both};
use super::names::{Entry, RequestSource};
use super::table::constant_number;
use super::units::{constant, is_numeric};
use super::{Checker, Env, Reader};
use crate::policy::kind::default_most;
use crate::policy::{
    AmountLine, AmountVerb, Bill, Expr, Field, KindId, Line, LineSign, Node, PointsId, PoolId, Request, RequestForm,
    Steps, Type, Typed, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, LineClause, MoneyVerb, RoundMode, StepRest};
use rust_decimal::Decimal;

impl<'a> Checker<'a> {
    /// What the points asked are worth in money, and all that clauses may read besides the event.
    pub(crate) fn worth_of_request(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        entry: &Entry<'a, RequestSource<'a>>,
        kinds: &[KindId],
    ) -> Vec<Field> {
        let mut elements = Vec::new();
        let most = default_most();
        let count = Typed { range: Some((Decimal::ZERO, most)), ..Typed::plain(Type::Count) };
        if asked.form == RequestForm::Catalogue {
            elements.push(readable("pieces", "件数", count.clone()));
        }
        if asked.form == RequestForm::Lottery {
            elements.push(readable("entries", "抽奖次数", count));
        }
        if let Some(unit) = asked.unit {
            let scale = self.policy.points_of(unit).map_or(0, |points| points.scale);
            let typed = Typed { range: Some((Decimal::ZERO, most)), ..crate::policy::points::typed(unit, scale) };
            elements.push(readable("points", "积分数", typed.clone()));
            if matches!(asked.form, RequestForm::Catalogue | RequestForm::Lottery) {
                elements.push(readable("price", "价格", typed));
            }
            let env = Env { element: Some(&elements), ..Env::new(kinds, entry.campaign, Reader::Edge) };
            request.value = self.value_of_points(asked, &env, entry.node.clauses);
        }
        elements.extend(self.readable_value(request, entry.node.clauses));
        self.readable_amounts(&mut elements, request, kinds);
        elements
    }

    /// Amounts may read what those before them came to, by their verb: nothing where there are none.
    fn readable_amounts(&self, elements: &mut Vec<Field>, request: &Request, kinds: &[KindId]) {
        let currency = match request.value.as_ref().map(|value| &value.typed.ty) {
            Some(Type::Money(currency)) => *currency,
            _ => self.policy.currency,
        };
        let scale = self.policy.currency_of(currency).map_or(2, |currency| currency.scale);
        let range = Some((Decimal::ZERO, default_most()));
        for (name, label) in [("off", "抵扣额"), ("give", "付给额"), ("fee", "手续费"), ("cost", "成本")] {
            // A field of the event of this name is meant first.
            let field = kinds.iter().filter_map(|kind| self.policy.kind(*kind));
            let mut fields = field.filter_map(|kind| super::name::find_field(&kind.fields, name));
            if fields.next().is_none() {
                let typed = Typed { scale, range, ..Typed::plain(Type::Money(currency)) };
                elements.push(readable(name, label, typed));
            }
        }
    }

    /// The element `value`: known by the rate or the points' worth, else where an item states it.
    fn readable_value(&self, request: &Request, clauses: &[Clause]) -> Option<Field> {
        let mut items = clauses.iter().filter_map(|clause| match &clause.kind {
            ClauseKind::Item(item) => Some(item.value.is_some()),
            _ => None,
        });
        let (currency, optional) = match &request.value {
            Some(value) => match value.typed.ty {
                Type::Money(currency) => (currency, false),
                _ => return None,
            },
            None if items.clone().any(|stated| stated) => (self.policy.currency, !items.all(|stated| stated)),
            None => return None,
        };
        let scale = self.policy.currency_of(currency).map_or(2, |currency| currency.scale);
        let range = Some((Decimal::ZERO, default_most()));
        Some(readable("value", "价值", Typed { scale, range, optional, ..Typed::plain(Type::Money(currency)) }))
    }

    /// By the rate, else by the worth of the unit.
    fn value_of_points(&mut self, asked: &Asked<'_>, env: &Env<'_>, clauses: &[Clause]) -> Option<Expr> {
        if asked.form != RequestForm::Exchange {
            for clause in clauses {
                if let ClauseKind::Rate(left, right) = &clause.kind {
                    let (left, right) = self.rate(env, left, right, false)?;
                    let worth = self.at_rate(env, &left, &right, clause.span)?;
                    return Some(self.floored(worth));
                }
            }
        }
        let (worth, currency) = self.policy.points_of(asked.unit?)?.worth?;
        let span = self.policy.points_of(asked.unit?)?.title.span;
        let one = constant(Value::Number(Decimal::ONE), Type::Number, Some(Decimal::ONE), span);
        let worth = constant(Value::Money(worth, currency), Type::Money(currency), Some(worth), span);
        let worth = self.at_rate(env, &one, &worth, span)?;
        Some(self.floored(worth))
    }

    /// Money is rounded down to its currency's scale, where it can have more decimals.
    fn floored(&self, worth: Expr) -> Expr {
        let Type::Money(currency) = worth.typed.ty else { return worth };
        let scale = self.policy.currency_of(currency).map_or(2, |currency| currency.scale);
        if !worth.typed.quotient && worth.typed.scale <= scale {
            return worth;
        }
        let typed = Typed { quotient: false, scale, ..worth.typed.clone() };
        let span = worth.span;
        Expr { node: Node::Round(Box::new(worth), RoundMode::Down, scale), typed, span }
    }

    /// `rate 100 Star = 1 MOP`: points against money, or against other points or a quantity in an exchange.
    fn rate(&mut self, env: &Env<'_>, left: &ast::Expr, right: &ast::Expr, exchange: bool) -> Option<(Expr, Expr)> {
        let (one, other) = (self.expr(env, left), self.expr(env, right));
        let (one, other) = (one?, other?);
        let fits = match (&one.typed.ty, &other.typed.ty) {
            (Type::Points(a), Type::Points(b)) => exchange && a != b,
            (Type::Points(_), Type::Money(_)) => !exchange,
            (Type::Points(_), _) => exchange && is_numeric(&other.typed.ty),
            _ => false,
        };
        if !fits {
            let shown = (self.show(&one.typed.ty), self.show(&other.typed.ty));
            self.report(messages::rate_sides(one.span.to(other.span), &shown.0, &shown.1));
            return None;
        }
        self.known(&[&other])?;
        match constant_number(&one) {
            Some(amount) if amount > Decimal::ZERO => Some((one, other)),
            Some(_) => {
                self.report(messages::step_not_above_zero(one.span));
                None
            }
            None => {
                self.report(messages::not_constant(one.span));
                None
            }
        }
    }

    /// `points` times right over left: exact, a quotient only where the decimals do not end.
    fn at_rate(&mut self, env: &Env<'_>, left: &Expr, right: &Expr, span: Span) -> Option<Expr> {
        let points = element(env, "points", span)?;
        let ty = right.typed.ty.clone();
        let divisor = constant_number(left)?;
        let even = constant_number(right).and_then(|amount| {
            let each = amount.checked_div(divisor)?.normalize();
            (each.scale() <= 12 && each.checked_mul(divisor)? == amount).then_some(each)
        });
        let number = |value: Decimal| constant(Value::Number(value), Type::Number, Some(value), span);
        let factor = match even {
            Some(each) => number(each),
            None => right.clone(),
        };
        let (a, b) = (Bounds::of(&points.typed), Bounds::of(&factor.typed));
        let bounds = self.bound(span, || a?.multiply(b?))?;
        let quotient = right.typed.quotient && even.is_none();
        let whole = factor.typed.range == Some((Decimal::ONE, Decimal::ONE));
        let node = if whole { points.node } else { Node::Multiply(Box::new(points), Box::new(factor)) };
        let product = Expr { node, typed: numeric(ty.clone(), bounds, false, quotient), span };
        if even.is_some() || divisor == Decimal::ONE {
            return Some(product);
        }
        let bounds = self.bound(span, || bounds.divide(Bounds::exact(divisor)))?;
        let node = Node::Divide(Box::new(product), Box::new(number(divisor)));
        Some(Expr { node, typed: numeric(ty, bounds, false, true), span })
    }

    /// What an exchange gives for the points asked: our points, or a partner's points or a quantity.
    pub(crate) fn exchanged(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        env: &Env<'_>,
        (left, right): (&ast::Expr, &ast::Expr),
        span: Span,
    ) {
        // Of the others the rate says the value, which is read already.
        if asked.form != RequestForm::Exchange {
            return;
        }
        let Some((left, right)) = self.rate(env, left, right, true) else { return };
        let Some(amount) = self.at_rate(env, &left, &right, span) else { return };
        match right.typed.ty {
            Type::Points(points) if self.is_own(points) => {
                if let Some(pool) = self.only_pool(points, span) {
                    request.lines.push(plain_line(amount, points, pool, span));
                }
            }
            _ if asked.incoming => {
                let shown = (self.show(&left.typed.ty), self.show(&right.typed.ty));
                self.report(messages::rate_sides(left.span.to(right.span), &shown.0, &shown.1));
            }
            _ => request.amounts.push(AmountLine { verb: AmountVerb::Receive, amount, when: None, to: None }),
        }
    }

    fn is_own(&self, points: PointsId) -> bool {
        self.policy.points_of(points).is_some_and(|points| points.kept_by.is_none())
    }

    /// The pool of points that has one only; of several the text says which.
    fn only_pool(&mut self, points: PointsId, span: Span) -> Option<PoolId> {
        let pools = self.policy.points_of(points)?.pools.clone();
        if pools.len() == 1 {
            return Some(PoolId(0));
        }
        self.report(messages::which_pool(span, &pools));
        None
    }

    pub(crate) fn steps(
        &mut self,
        asked: &Asked<'_>,
        env: &Env<'_>,
        step: &ast::Expr,
        rest: &StepRest,
    ) -> Option<Steps> {
        let step = self.expr(env, step)?;
        let fits = match step.typed.ty {
            Type::Points(points) => asked.unit.is_none_or(|unit| unit == points),
            Type::Money(_) => true,
            Type::Count => asked.form == RequestForm::Lottery,
            _ => false,
        };
        if !fits {
            let shown = self.show(&step.typed.ty);
            self.report(messages::wrong_type(step.span, &both("points or money", "积分或金额"), &shown));
            return None;
        }
        if constant_number(&step).is_none_or(|step| step <= Decimal::ZERO) {
            self.report(messages::step_not_above_zero(step.span));
            return None;
        }
        let refuse = match rest {
            StepRest::Leave => None,
            StepRest::Refuse(code) => {
                Some(code.as_ref().map_or_else(|| "not_whole_step".to_owned(), |code| code.text.clone()))
            }
        };
        Some(Steps { step, refuse })
    }

    /// `off A when C`, `pay A`, `give A`: money; what is given may be a partner's points or a quantity.
    pub(crate) fn amount_line(
        &mut self,
        env: &Env<'_>,
        verb: MoneyVerb,
        amount: &ast::Expr,
        when: Option<&ast::Expr>,
    ) -> Option<AmountLine> {
        let when = match when {
            Some(when) => Some(self.condition(env, when)?),
            None => None,
        };
        let held = self.assumed.len();
        if let Some(when) = &when {
            self.assume(when);
        }
        let amount = self.expr(env, amount);
        self.assumed.truncate(held);
        let amount = amount?;
        self.known(&[&amount])?;
        let verb = match (verb, &amount.typed.ty) {
            (MoneyVerb::Off, Type::Money(_)) => AmountVerb::Off,
            (MoneyVerb::Pay, Type::Money(_)) => AmountVerb::Pay,
            (MoneyVerb::Give, Type::Money(_)) => AmountVerb::Give,
            (MoneyVerb::Give, Type::Quantity(_)) => AmountVerb::Receive,
            (MoneyVerb::Give, Type::Points(points)) if !self.is_own(*points) => AmountVerb::Receive,
            _ => {
                self.not_money(&amount);
                return None;
            }
        };
        Some(AmountLine { verb, amount, when, to: None })
    }

    fn not_money(&mut self, amount: &Expr) {
        let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&amount.typed.ty));
        self.report(messages::wrong_type(amount.span, &shown.0, &shown.1));
    }

    fn money(&mut self, env: &Env<'_>, amount: &ast::Expr) -> Option<Expr> {
        let amount = self.expr(env, amount)?;
        self.known(&[&amount])?;
        if matches!(amount.typed.ty, Type::Money(_)) {
            return Some(amount);
        }
        self.not_money(&amount);
        None
    }

    /// `fee 1% of value, at most 10 CNY`: the lower of the two. A fee in points is taken with the points asked.
    pub(crate) fn fee(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        env: &Env<'_>,
        (fee, most): (&ast::Expr, Option<&ast::Expr>),
        span: Span,
    ) {
        let fee = self.expr(env, fee);
        let most = most.map(|most| self.expr(env, most));
        let Some(fee) = fee else { return };
        let amount = match most {
            None => Some(fee),
            Some(most) => most.and_then(|most| self.lower_of(fee, most, span)),
        };
        let Some(amount) = amount else { return };
        match amount.typed.ty {
            _ if self.known(&[&amount]).is_none() => {}
            Type::Money(_) => {
                request.amounts.push(AmountLine { verb: AmountVerb::Fee, amount, when: None, to: None });
            }
            Type::Points(points) if asked.unit == Some(points) && !asked.incoming => {
                let sign = LineSign::Take(vec![]);
                request.lines.push(Line { sign, ..plain_line(amount, points, PoolId(0), span) });
            }
            _ => {
                let shown = self.show(&amount.typed.ty);
                self.report(messages::wrong_type(
                    amount.span,
                    &both("money, or the points that are asked", "金额或所申请的积分"),
                    &shown,
                ));
            }
        }
    }

    /// a less what of it lies above b.
    fn lower_of(&mut self, a: Expr, b: Expr, span: Span) -> Option<Expr> {
        if a.typed.ty != b.typed.ty {
            let shown = (self.show(&a.typed.ty), self.show(&b.typed.ty));
            self.report(messages::cannot_compare(span, (a.span, &shown.0), (b.span, &shown.1)));
            return None;
        }
        let (first, second) = (Bounds::of(&a.typed), Bounds::of(&b.typed));
        let above = self.bound(span, || first?.above(second?))?;
        let lower = Bounds { low: first?.low.min(second?.low), high: first?.high.min(second?.high), ..above };
        let ty = a.typed.ty.clone();
        let over = Expr {
            node: Node::Above(Box::new(a.clone()), Box::new(b)),
            typed: numeric(ty.clone(), above, false, false),
            span,
        };
        Some(Expr { node: Node::Subtract(Box::new(a), Box::new(over)), typed: numeric(ty, lower, false, false), span })
    }

    /// `cost 15.00 CNY to provider`: a field that names a partner, or a partner by name.
    pub(crate) fn cost(&mut self, env: &Env<'_>, cost: &ast::Expr, to: &ast::Expr) -> Option<AmountLine> {
        let amount = self.money(env, cost)?;
        let to = self.expr(env, to)?;
        Some(AmountLine { verb: AmountVerb::Cost, amount, when: None, to: Some(to) })
    }

    /// `take points from A, B`: which pools pay, in this order.
    pub(crate) fn taken_from(&mut self, asked: &Asked<'_>, request: &mut Request, env: &Env<'_>, line: &LineClause) {
        // The amount of a service is its price, read before; of the others it is what is asked.
        if asked.form != RequestForm::Benefit {
            let Some(amount) = self.expr(env, &line.amount) else { return };
            if !matches!(&amount.node, Node::Element(name) if name == "points") {
                self.report(messages::takes_what_is_asked(amount.span));
                return;
            }
        }
        let Some(unit) = asked.unit else { return };
        let pools: Vec<PoolId> = line.from.iter().filter_map(|path| self.paying_pool(unit, path)).collect();
        if let Some(spends) = &mut request.spends {
            spends.pools = pools;
        }
    }

    fn paying_pool(&mut self, unit: PointsId, path: &ast::Path) -> Option<PoolId> {
        let pools = self.policy.points_of(unit)?.pools.clone();
        let text = super::names::path_text(path);
        if let Some(at) = pools.iter().position(|one| super::name::answers(&one.title, &text)) {
            let title = pools.get(at).map(|pool| pool.title.clone()).unwrap_or_default();
            self.refer_title(path.span, &title);
            return Some(PoolId(at));
        }
        let spoken: Vec<String> = pools.iter().flat_map(|pool| super::name::names_of(&pool.title)).collect();
        self.report(messages::unknown_pool(path.span, &text, &spoken));
        None
    }

    /// The last day of delivery: so many working days (of a calendar, or of the only one there is), days or months after today.
    pub(crate) fn delivery(&mut self, length: &ast::Expr, calendar: Option<&ast::Path>) -> Option<Expr> {
        let by = self.expr(&Env::constant(None), length)?;
        let span = by.span;
        let today = Expr { node: Node::Today, typed: Typed::plain(Type::Date), span };
        let node = match by.typed.ty {
            Type::WorkingDays => {
                Node::WorkingDaysAfter(self.calendar_named(calendar, span)?, Box::new(by), Box::new(today))
            }
            Type::Days | Type::Term => Node::Shift(Box::new(today), Box::new(by), true),
            _ => {
                let shown = self.show(&by.typed.ty);
                self.report(messages::not_a_length(span, &shown));
                return None;
            }
        };
        Some(Expr { node, typed: Typed::plain(Type::Date), span })
    }

    /// The event's bill: its field `bill`, else its only field of money.
    fn bill_field(&self, kinds: &[KindId], span: Span) -> Option<Expr> {
        let fields = &self.policy.kind(*kinds.first()?)?.fields;
        let money = |field: &&Field| matches!(field.typed.ty, Type::Money(_)) && !field.typed.optional;
        let field = super::name::find_field(fields, "bill").filter(|field| money(field)).or_else(|| {
            let mut all = fields.iter().filter(money);
            all.next().filter(|_| all.next().is_none())
        })?;
        let same = |kind: &KindId| {
            self.policy.kind(*kind).and_then(|kind| kind.field(&field.title.name)).is_some_and(|one| money(&one))
        };
        kinds.iter().all(same).then(|| Expr {
            node: Node::Field(field.title.name.clone()),
            typed: field.typed.clone(),
            span,
        })
    }

    /// An offset takes its value off, and the rest of the bill is paid; never more than the bill.
    pub(crate) fn money_off(&mut self, request: &mut Request, env: &Env<'_>, span: Span) {
        let said = |request: &Request, verb: AmountVerb| request.amounts.iter().any(|line| line.verb == verb);
        if !said(request, AmountVerb::Off)
            && let Some(value) = element(env, "value", span)
        {
            // What is written may read it: `pay bill - off + fee`.
            request.amounts.insert(0, AmountLine { verb: AmountVerb::Off, amount: value, when: None, to: None });
        }
        let Some(bill) = self.bill_field(env.kinds, span) else { return };
        let bounded = request.bills.iter().any(|part| reads(&part.most, &bill.node));
        if request.spends.is_some() && !bounded && request.value.is_some() {
            request.bills.push(Bill { most: bill.clone(), code: "exceeds_amount".to_owned(), trims: false });
        }
        if said(request, AmountVerb::Pay) || !said(request, AmountVerb::Off) {
            return;
        }
        let Some(off) = element(env, "off", span).filter(|off| off.typed.ty == bill.typed.ty) else { return };
        let (a, b) = (Bounds::of(&bill.typed), Bounds::of(&off.typed));
        let Some(bounds) = self.bound(span, || a?.above(b?)) else { return };
        let typed = numeric(bill.typed.ty.clone(), bounds, false, false);
        let rest = Expr { node: Node::Above(Box::new(bill), Box::new(off)), typed, span };
        request.amounts.push(AmountLine { verb: AmountVerb::Pay, amount: rest, when: None, to: None });
    }

    /// A cash out (or a donation with a rate) gives its value.
    pub(crate) fn money_given(&mut self, request: &mut Request, clauses: &[Clause], env: &Env<'_>, span: Span) {
        let rate = clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Rate(..)));
        if rate
            && !request.amounts.iter().any(|line| line.verb == AmountVerb::Give)
            && let Some(value) = element(env, "value", span)
        {
            request.amounts.insert(0, AmountLine { verb: AmountVerb::Give, amount: value, when: None, to: None });
        }
    }

    /// Points at or above zero.
    pub(crate) fn price(&mut self, env: &Env<'_>, price: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, price)?;
        self.known(&[&found])?;
        if !matches!(found.typed.ty, Type::Points(_)) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::price_without_points(found.span, &shown));
            return None;
        }
        if found.typed.range.is_some_and(|(low, _)| low < Decimal::ZERO) {
            self.report(messages::bound_negative(found.span));
            return None;
        }
        Some(found)
    }
}

/// Whether a value is computed from something.
fn reads(expr: &Expr, node: &Node) -> bool {
    let mut found = false;
    crate::policy::expr::walk(expr, &mut |inner| found |= inner.node == *node);
    found
}
