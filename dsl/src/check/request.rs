//! Requests by which points are used: catalogues, offsets, exchanges, cash out, transfers, donations, lotteries, benefits.
//!
//! Their names, units and prohibitions are checked and they are listed in the policy with the kinds of event that they
//! answer; this version decides earning only, so an engine refuses those events and says why.

use super::limit::text_of;
use super::messages::{self, both};
use super::names::{Entry, Found, RequestSource};
use super::{Checker, Env, Reader};
use crate::policy::{Field, KindId, PointsId, Title, Type, Typed};
use crate::source::Span;
use crate::syntax::ast::{
    self, Bound, BoundLimit, ClauseKind, ExprKind, ItemClause, Prohibition, RequestKind, StepRest,
};

impl<'a> Checker<'a> {
    /// What a customer may name in a request is a value of the field that names it: the items of the catalogues, the benefits.
    pub(crate) fn lower_requested_values(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            let (field, values): (&str, Vec<Title>) = match entry.node.kind {
                None => ("item", items(entry.node).map(|item| messages::title_of(&item.declared)).collect()),
                Some(RequestKind::Benefit) => ("benefit", vec![messages::title_of(entry.declared)]),
                _ => continue,
            };
            let Found::One(kind) = names.kinds.find(usual_kind(entry.node.kind), None) else { continue };
            let ty = self.policy.kinds.get(kind).and_then(|kind| kind.field(field)).map(|field| field.typed.ty.clone());
            let Some(Type::Enum(id)) = ty else { continue };
            let Some(known) = self.policy.enums.get_mut(id.0).filter(|one| one.open) else { continue };
            for title in values {
                match known.values.iter_mut().find(|value| value.title.name == title.name) {
                    Some(value) => value.title = title,
                    None => known.values.push(crate::policy::EnumValue { title }),
                }
            }
            known.values.sort_by(|a, b| a.title.name.cmp(&b.title.name));
        }
    }

    pub(crate) fn check_requests(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            let Some(kinds) = self.request_kinds(entry) else { continue };
            self.policy.requests.push((messages::title(entry), kinds.clone()));
            let known = money_of_request(self.policy.currency);
            let env = Env { element: Some(&known), ..Env::new(&kinds, entry.campaign, Reader::Host) };
            self.assumed.clear();
            for clause in entry.node.clauses {
                self.request_clause(&env, entry, &clause.kind, clause.span);
            }
            self.assumed.clear();
            self.check_prohibitions(entry);
        }
        for entry in &names.campaigns.entries {
            for clause in entry.node.0 {
                if let ClauseKind::LowerPrice(what, factor, _) = &clause.kind {
                    self.lower_price(entry.declared.name.text.as_str(), what, factor);
                }
            }
        }
    }

    /// Declarations for the host, and those that lots or later versions need: what they name is checked.
    pub(crate) fn check_host_declarations(&mut self) {
        let names = self.names;
        for (path, _, _) in &names.settles {
            self.request_named(path);
        }
        for entry in &names.rankings.entries {
            let env = Env::new(&[], entry.campaign, Reader::Host);
            self.expr(&env, &entry.node.by);
        }
        self.refund_choices();
    }

    fn request_kinds(&mut self, entry: &Entry<'a, RequestSource<'a>>) -> Option<Vec<KindId>> {
        if !entry.node.on.is_empty() {
            return self.kinds_of(entry.node.on);
        }
        let usual = usual_kind(entry.node.kind);
        match self.names.kinds.find(usual, None) {
            Found::One(kind) => Some(vec![KindId(kind)]),
            _ => {
                let span = entry.declared.name.span;
                let path = ast::Path { segments: vec![ast::Name { text: usual.to_owned(), span }], span };
                self.report(messages::unknown_kind(&path, self.names));
                None
            }
        }
    }

    // One arm per clause of a request: the list is the idea.
    fn request_clause(&mut self, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>, clause: &ClauseKind, span: Span) {
        match clause {
            ClauseKind::When(condition)
            | ClauseKind::For(condition)
            | ClauseKind::Need(condition, _)
            | ClauseKind::Accept(condition, _) => {
                if let Some(condition) = self.condition(env, condition) {
                    self.assume(&condition);
                }
            }
            ClauseKind::Window(window) => {
                self.window(env, window, span);
            }
            ClauseKind::Item(item) => self.item(env, item),
            ClauseKind::Bound(bound) => self.request_bound(env, bound, span),
            ClauseKind::Rate(left, right) => self.rate(env, entry.node.kind, left, right),
            ClauseKind::Steps(step, rest) => self.steps(env, step, rest),
            ClauseKind::Money(_, amount, when) => {
                let when = when.as_ref().and_then(|when| self.condition(env, when));
                let held = self.assumed.len();
                if let Some(when) = &when {
                    self.assume(when);
                }
                self.money(env, amount);
                self.assumed.truncate(held);
            }
            ClauseKind::Fee(fee, most) => {
                self.amount(env, fee);
                if let Some(most) = most {
                    self.amount(env, most);
                }
            }
            ClauseKind::Cost(cost, _) => self.money(env, cost),
            ClauseKind::EachEntry(price) => self.price(env, price),
            ClauseKind::Earn(line) | ClauseKind::Take(line) => {
                if let Some(found) = self.expr(env, &line.amount)
                    && !matches!(found.typed.ty, Type::Points(_))
                {
                    let shown = self.show(&found.typed.ty);
                    self.report(messages::earns_no_points(line.amount.span, &shown));
                }
            }
            ClauseKind::DeliverWithin(length) => self.delivery(length),
            ClauseKind::Funded(shares) => {
                self.funded(env, shares, span);
            }
            // The others say all there is to say by standing there.
            _ => {}
        }
    }

    fn item(&mut self, env: &Env<'_>, item: &ItemClause) {
        self.price(env, &item.price);
        if let Some((table, _)) = &item.at
            && let Some(factor) = self.expr(env, table)
            && !matches!(factor.typed.ty, Type::Percent | Type::Multiple)
        {
            let shown = self.show(&factor.typed.ty);
            self.report(messages::wrong_type(factor.span, &both("a percentage or a multiple", "百分比或倍数"), &shown));
        }
        if let Some(stock) = &item.stock
            && (!stock.value.is_integer() || stock.value < rust_decimal::Decimal::ZERO)
        {
            let number = self.show(&Type::Number);
            self.report(messages::wrong_type(stock.span, &both("a whole number of pieces", "整数件数"), &number));
        }
        if let Some(value) = &item.value {
            self.money(env, value);
        }
        if let Some(window) = &item.window {
            self.window(env, window, item.declared.name.span);
        }
    }

    /// Points above or at zero, of a kind that may be spent.
    fn price(&mut self, env: &Env<'_>, price: &ast::Expr) {
        let Some(found) = self.expr(env, price) else { return };
        if !matches!(found.typed.ty, Type::Points(_)) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::price_without_points(found.span, &shown));
        }
    }

    fn money(&mut self, env: &Env<'_>, amount: &ast::Expr) {
        let Some(found) = self.expr(env, amount) else { return };
        if !matches!(found.typed.ty, Type::Money(_)) {
            let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&found.typed.ty));
            self.report(messages::wrong_type(found.span, &shown.0, &shown.1));
        }
    }

    /// Money or points.
    fn amount(&mut self, env: &Env<'_>, amount: &ast::Expr) {
        let Some(found) = self.expr(env, amount) else { return };
        if !matches!(found.typed.ty, Type::Money(_) | Type::Points(_)) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::wrong_type(found.span, &both("money or points", "金额或积分"), &shown));
        }
    }

    fn request_bound(&mut self, env: &Env<'_>, bound: &Bound, span: Span) {
        if !bound.scope.is_empty() {
            self.scope(env, &bound.scope);
        }
        let limit = match &bound.limit {
            BoundLimit::Once => return,
            BoundLimit::AtMost(limit) | BoundLimit::AtLeast(limit) | BoundLimit::Budget(limit) => self.expr(env, limit),
        };
        let of = bound.of.as_ref().map(|of| self.expr(env, of));
        let Some(limit) = limit else { return };
        match (&limit.typed.ty, of) {
            (Type::Percent, Some(Some(of))) => {
                self.numbers(&[&of]);
            }
            (Type::Percent, Some(None)) => {}
            (Type::Money(_) | Type::Points(_) | Type::Count | Type::Quantity(_), _) => {}
            _ => {
                let shown = self.show(&limit.typed.ty);
                self.report(messages::bound_without_unit(span, &shown));
            }
        }
    }

    /// `rate 100 Star = 1 MOP`: points against money, or against other points in an exchange.
    fn rate(&mut self, env: &Env<'_>, kind: Option<RequestKind>, left: &ast::Expr, right: &ast::Expr) {
        let (one, other) = (self.expr(env, left), self.expr(env, right));
        let (Some(one), Some(other)) = (one, other) else { return };
        let fits = match (&one.typed.ty, &other.typed.ty) {
            (Type::Points(a), Type::Points(b)) => kind == Some(RequestKind::Exchange) && a != b,
            (Type::Points(_), Type::Money(_)) => kind != Some(RequestKind::Exchange),
            (Type::Points(_), _) => kind == Some(RequestKind::Exchange) && super::units::is_numeric(&other.typed.ty),
            _ => false,
        };
        if !fits {
            let shown = (self.show(&one.typed.ty), self.show(&other.typed.ty));
            self.report(messages::rate_sides(one.span.to(other.span), &shown.0, &shown.1));
        }
    }

    fn steps(&mut self, env: &Env<'_>, step: &ast::Expr, _rest: &StepRest) {
        let Some(found) = self.expr(env, step) else { return };
        if !matches!(found.typed.ty, Type::Points(_) | Type::Money(_)) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::wrong_type(found.span, &both("points or money", "积分或金额"), &shown));
        } else if super::table::constant_number(&found).is_none_or(|step| step <= rust_decimal::Decimal::ZERO) {
            self.report(messages::step_not_above_zero(found.span));
        }
    }

    fn delivery(&mut self, length: &ast::Expr) {
        let Some(found) = self.expr(&Env::constant(None), length) else { return };
        if !matches!(found.typed.ty, Type::WorkingDays | Type::Days | Type::Term | Type::Minutes) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::not_a_length(found.span, &shown));
        }
    }

    /// `lower price of X to 80%`: X is an item, a catalogue, or `every item of` a catalogue.
    fn lower_price(&mut self, campaign: &str, what: &ast::Expr, factor: &ast::Expr) {
        let target = match &what.kind {
            ExprKind::Of { of, .. } if text_of(what).is_none_or(|text| !self.is_item(&text)) => of,
            _ => what,
        };
        if let Some(text) = text_of(target)
            && !self.is_item(&text)
            && self.names.requests.find(&text, Some(campaign)) == Found::None
        {
            self.report(messages::unknown_item(&ast::Name { text, span: target.span }, self.names));
        }
        let Some(found) = self.expr(&Env::new(&[], Some(campaign), Reader::Host), factor) else { return };
        if !matches!(found.typed.ty, Type::Percent | Type::Multiple | Type::Points(_)) {
            let shown = self.show(&found.typed.ty);
            self.report(messages::wrong_type(found.span, &both("a percentage or points", "百分比或积分"), &shown));
        }
    }

    fn is_item(&self, text: &str) -> bool {
        let last = text.rsplit('.').next().unwrap_or(text);
        self.names
            .requests
            .entries
            .iter()
            .flat_map(|entry| items(entry.node))
            .any(|item| item.declared.name.text == last || item.declared.labels.iter().any(|label| label.text == last))
    }

    fn request_named(&mut self, path: &ast::Path) {
        let names = self.names;
        let name = ast::Name { text: super::names::path_text(path), span: path.span };
        if matches!(self.lookup(&names.requests, &name, None), super::name::Lookup::Absent) {
            self.report(messages::unknown_request(&name, names));
        }
    }

    /// `never transfer`, `never cash`, `never spend` against a request that would do it.
    fn check_prohibitions(&mut self, entry: &Entry<'a, RequestSource<'a>>) {
        let named = self.points_of_request(entry.node);
        // A benefit, a donation or a catalogue that names no points takes none of a certain kind.
        if named.is_empty() && !matches!(entry.node.kind, Some(RequestKind::Transfer | RequestKind::CashOut)) {
            return;
        }
        let forbids = |prohibition: Prohibition| match entry.node.kind {
            Some(RequestKind::Transfer) => matches!(prohibition, Prohibition::Transfer | Prohibition::Spend),
            Some(RequestKind::CashOut) => matches!(prohibition, Prohibition::Cash | Prohibition::Spend),
            _ => prohibition == Prohibition::Spend,
        };
        // Where a request names no points it speaks of all that may be spent; it is against the text if none is left.
        let all: Vec<PointsId> = if named.is_empty() { self.spendable() } else { named.clone() };
        let forbidden: Vec<(PointsId, Prohibition)> =
            all.iter().filter_map(|points| self.prohibition(*points, forbids).map(|one| (*points, one))).collect();
        let against =
            if named.is_empty() { !all.is_empty() && forbidden.len() == all.len() } else { !forbidden.is_empty() };
        if let (true, Some((points, never))) = (against, forbidden.first()) {
            let points = self.policy.points_of(*points).map(|points| points.title.clone()).unwrap_or_default();
            let what = match never {
                Prohibition::Transfer => both("transfer", "转赠"),
                Prohibition::Cash => both("cash", "折现"),
                Prohibition::Return => both("return", "退换"),
                Prohibition::Spend => both("spend", "使用"),
            };
            self.report(messages::prohibited(&messages::title_of(entry.declared), &what, &points));
        }
    }

    fn spendable(&self) -> Vec<PointsId> {
        let points = self.policy.points.iter().enumerate();
        points.filter(|(_, points)| points.kept_by.is_none() && !points.memo).map(|(at, _)| PointsId(at)).collect()
    }

    fn prohibition(&self, points: PointsId, forbids: impl Fn(Prohibition) -> bool) -> Option<Prohibition> {
        self.policy.points_of(points)?.never.iter().copied().find(|never| forbids(*never))
    }

    /// The points that a request's prices, rates and steps name, except those that come in.
    fn points_of_request(&self, source: RequestSource<'_>) -> Vec<PointsId> {
        let mut amounts: Vec<&ast::Expr> = Vec::new();
        for clause in source.clauses {
            match &clause.kind {
                ClauseKind::Item(item) => amounts.push(&item.price),
                ClauseKind::Rate(left, _) => amounts.push(left),
                ClauseKind::Steps(step, _) => amounts.push(step),
                ClauseKind::EachEntry(price) => amounts.push(price),
                _ => {}
            }
        }
        let units = amounts.into_iter().filter_map(super::measure::first_unit);
        let mut points: Vec<PointsId> = units
            .filter_map(|unit| match self.names.points.find(&unit.text, None) {
                Found::One(at) => Some(PointsId(at)),
                _ => None,
            })
            .collect();
        points.sort();
        points.dedup();
        points
    }

    /// One declaration of what refunds do, whose choices do not contradict each other.
    fn refund_choices(&mut self) {
        let names = self.names;
        if let [first, second, ..] = names.refunds.as_slice() {
            self.report(messages::clause_twice(&both("refunds", "退款"), first.1, second.1));
        }
        let Some((choices, span)) = names.refunds.first() else { return };
        let has = |choice: ast::RefundChoice| choices.contains(&choice);
        if has(ast::RefundChoice::MayOverdraw) && has(ast::RefundChoice::FloorAtZero) {
            self.report(messages::overdraw_and_floor(*span));
        }
        self.policy.refunds.pending_first = has(ast::RefundChoice::PendingFirst);
        self.policy.refunds.may_overdraw = has(ast::RefundChoice::MayOverdraw);
    }
}

fn items<'a>(source: RequestSource<'a>) -> impl Iterator<Item = &'a ItemClause> {
    source.clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::Item(item) => Some(item),
        _ => None,
    })
}

/// The kind of event that a request answers where it names none: that of `std.banking`.
fn usual_kind(kind: Option<RequestKind>) -> &'static str {
    match kind {
        None => "Redeem",
        Some(RequestKind::Offset) => "Offset",
        Some(RequestKind::Exchange) => "Exchange",
        Some(RequestKind::CashOut) => "CashOut",
        Some(RequestKind::Transfer) => "Transfer",
        Some(RequestKind::Donation) => "Donate",
        Some(RequestKind::Lottery) => "Lottery",
        Some(RequestKind::Benefit) => "UseBenefit",
    }
}

/// What a clause of a request may read besides the event: the money that its points are worth.
fn money_of_request(currency: crate::policy::CurrencyId) -> Vec<Field> {
    let most = crate::policy::kind::default_most();
    let typed =
        Typed { scale: 4, range: Some((rust_decimal::Decimal::ZERO, most)), ..Typed::plain(Type::Money(currency)) };
    let title = Title { name: "value".to_owned(), labels: vec!["价值".to_owned()], ..Title::default() };
    vec![Field { title, json: vec![], typed, default: None, most: None, dated: false, reduces: false }]
}
