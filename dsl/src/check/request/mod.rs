//! Requests by which points are used: catalogues, offsets, exchanges, cash out, transfers, donations, lotteries, benefits.
//!
//! Each becomes a rule whose body is a request: terms, what is asked, what is taken, what it leads to. The engine knows these
//! and no spelling.

mod elements;
mod form;
mod items;
mod terms;

use super::limit::text_of;
use super::messages::{self, both};
use super::names::{Entry, Found, RequestSource};
use super::{Checker, Env, Reader};
use crate::policy::{
    Ask, Benefit, Constraint, Expr, KindId, Points, PointsId, Request, RequestForm, Rule, RuleBody, RuleId, Title,
    Type, Value,
};
use crate::syntax::ast::{self, ClauseKind, ExprKind, ItemClause, Prohibition, RequestKind};

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
            let named = entry.node.on.first().map(super::names::path_text);
            let usual = named.unwrap_or_else(|| usual_kind(entry.node.kind).to_owned());
            let Found::One(kind) = names.kinds.find(&usual, None) else { continue };
            let field = if field == "benefit"
                && self.policy.kinds.get(kind).is_some_and(|kind| kind.field("benefit").is_none())
            {
                "service"
            } else {
                field
            };
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

    /// Every benefit is a unit of points of its own: lots, validity, refunds and limits of coupons need nothing else.
    pub(crate) fn lower_benefit_units(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            if entry.node.kind != Some(RequestKind::Benefit) {
                continue;
            }
            let title = messages::title(entry);
            let numbered = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Numbered));
            let granted = self.grants_somewhere(entry);
            let mut points = super::points::empty_points(title);
            points.benefit = Some(Benefit { numbered, granted });
            points.spend_order = vec![crate::policy::SpendKey::SoonestToExpire, crate::policy::SpendKey::Oldest];
            self.policy.points.push(points);
        }
    }

    /// Whether a rule, an item or a conversion gives this benefit.
    fn grants_somewhere(&self, entry: &Entry<'a, RequestSource<'a>>) -> bool {
        let is = |text: &str| {
            let last = text.rsplit('.').next().unwrap_or(text);
            entry.declared.name.text == last || entry.declared.labels.iter().any(|label| label.text == last)
        };
        let of = |expr: &ast::Expr| {
            text_of(expr).is_some_and(|text| is(&text))
                || super::measure::first_unit(expr).is_some_and(|unit| is(&unit.text))
        };
        let gives = |clause: &ast::Clause| match &clause.kind {
            ClauseKind::Grant(benefit, ..) => of(benefit),
            ClauseKind::Convert(convert) => of(&convert.give),
            ClauseKind::Keep { line, .. } | ClauseKind::Earn(line) => of(&line.amount),
            ClauseKind::Item(item) => item.grants.iter().any(|name| is(&name.text)),
            _ => false,
        };
        let names = self.names;
        names.rules.entries.iter().any(|entry| entry.node.clauses.iter().any(gives))
            || names.requests.entries.iter().any(|entry| entry.node.clauses.iter().any(gives))
    }

    /// Validity of benefits, counted from the grant.
    pub(crate) fn lower_benefits(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            if entry.node.kind != Some(RequestKind::Benefit) {
                continue;
            }
            let title = messages::title(entry);
            let Some(at) =
                self.policy.points.iter().position(|one| one.benefit.is_some() && one.title.name == title.name)
            else {
                continue;
            };
            for clause in entry.node.clauses {
                let Some(mut points) = self.policy.points.get(at).cloned() else { continue };
                self.benefit_clause(&mut points, clause);
                if let Some(place) = self.policy.points.get_mut(at) {
                    *place = points;
                }
            }
        }
    }

    /// A rule for every request, after the rules of the text, by identifier; and one for every prohibition.
    pub(crate) fn lower_requests(&mut self) {
        let names = self.names;
        for entry in &names.requests.entries {
            let kinds = self.request_kinds(entry).unwrap_or_default();
            self.policy.requests.push((messages::title(entry), kinds.clone()));
            let id = RuleId(self.policy.rules.len());
            let mut rule = empty_rule(messages::title(entry), kinds);
            rule.campaign = entry.campaign.and_then(|name| self.campaign_id(name));
            self.policy.rules.push(rule);
            self.lower_request(id, entry);
            self.check_prohibitions(entry);
        }
        self.lower_prohibitions();
        for entry in &names.campaigns.entries {
            for clause in entry.node.0 {
                if let ClauseKind::LowerPrice(what, factor, _) = &clause.kind {
                    self.lower_price(entry.declared.name.text.as_str(), what, factor);
                }
            }
        }
    }

    fn lower_request(&mut self, id: RuleId, entry: &Entry<'a, RequestSource<'a>>) {
        let Some(mut rule) = self.policy.rule(id).cloned() else { return };
        let kinds = rule.kinds.clone();
        let plain = Env::new(&kinds, entry.campaign, Reader::Host);
        self.assumed.clear();
        if let Some(campaign) = entry.campaign.and_then(|name| self.names.campaign(name)) {
            self.request_choice(&mut rule, &plain, campaign.node.0);
        }
        self.request_choice(&mut rule, &plain, entry.node.clauses);
        let benefit = match entry.node.kind {
            Some(RequestKind::Benefit) => self.names_benefit(&mut rule, entry, &kinds),
            _ => None,
        };
        let rate = self.request_rate(&plain, entry);
        let mut request = nothing(form::form_of(entry.node.kind));
        request.moves = self.moves(entry, &kinds);
        request.deliver = self.deliver(entry);
        request.stays_spent = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::StaysSpent));
        request.ask = self.ask(&plain, entry, &kinds, benefit);
        request.items = self.items(&plain, entry, &kinds);
        request.spends = self.spends(entry, &request, benefit, rate.as_ref());
        let money = Type::Money(self.policy.currency);
        let asked = match (&request.spends, &rate) {
            (Some(spends), _) => Type::Points(spends.points),
            (None, Some(rate)) => rate.asked.typed.ty.clone(),
            (None, None) => Type::Number,
        };
        let scale = match asked {
            Type::Points(points) => self.policy.points_of(points).map_or(0, |points| points.scale),
            _ => 0,
        };
        let known = elements::elements(&asked, scale, &money);
        let env = Env { element: Some(&known), ..plain };
        let span = entry.declared.name.span;
        if let (Some(rate), Some(points)) = (&rate, elements::read(&known, "points", span))
            && matches!(rate.given.typed.ty, Type::Money(_))
        {
            request.value = Some(elements::at_rate(points, &rate.given, &rate.asked, rate.span));
        }
        let terms = self.terms(&env, entry, &known);
        (request.needs, request.steps, request.bills) = (terms.needs, terms.steps, terms.bills);
        let bill = self.bill_type(&kinds);
        if request.bills.is_empty() && rate.is_some() {
            request.bills.extend(self.whole_bill(&kinds, span));
        }
        request.lines = self.request_lines(&env, entry, rate.as_ref(), &known);
        request.amounts = self.amounts(&env, entry, &request, rate.as_ref(), &known, bill);
        if request.form == RequestForm::Lottery {
            request.entries = elements::read(&known, "entries", span);
        }
        if request.form == RequestForm::Benefit {
            request.entitles = Some(messages::title_of(entry.declared));
        }
        rule.body = RuleBody::Request(Box::new(request));
        self.assumed.clear();
        if let Some(place) = self.policy.rules.get_mut(id.0) {
            *place = rule;
        }
    }

    /// Windows, `when` and who pays: whether this request answers the event at all.
    fn request_choice(&mut self, rule: &mut Rule, env: &Env<'_>, clauses: &[ast::Clause]) {
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Window(window) => rule.windows.extend(self.window(env, window, clause.span)),
                ClauseKind::When(condition) => {
                    if let Some(condition) = self.condition(env, condition) {
                        self.assume(&condition);
                        rule.conditions.push(condition);
                    }
                }
                ClauseKind::Funded(shares) => rule.funded = self.funded(env, shares, clause.span),
                ClauseKind::NoCap => rule.no_cap = true,
                _ => {}
            }
        }
    }

    /// A benefit answers events that name it.
    fn names_benefit(
        &mut self,
        rule: &mut Rule,
        entry: &Entry<'a, RequestSource<'a>>,
        kinds: &[KindId],
    ) -> Option<PointsId> {
        let name = &entry.declared.name;
        let kind = kinds.first().and_then(|kind| self.policy.kind(*kind)).cloned()?;
        let field = ["benefit", "service", "item"].iter().find_map(|field| kind.field(field)).cloned();
        if let Some(field) = field
            && let Type::Enum(id) = field.typed.ty
        {
            let read = Expr {
                node: crate::policy::Node::Field(field.title.name),
                typed: field.typed.clone(),
                span: name.span,
            };
            let value = super::units::constant(Value::Enum(id, name.text.clone()), Type::Enum(id), None, name.span);
            let node = crate::policy::Node::Compare(crate::policy::Compare::Equal, Box::new(read), Box::new(value));
            rule.conditions.push(super::expr::flag(node, name.span));
        }
        let title = messages::title(entry);
        let at = self.policy.points.iter().position(|one| one.benefit.is_some() && one.title.name == title.name)?;
        Some(PointsId(at))
    }

    /// `never transfer` and `never cash`, where no such request is declared: asking for it is refused with its own code.
    fn lower_prohibitions(&mut self) {
        let names = self.names;
        for (at, points) in self.policy.points.clone().iter().enumerate() {
            let cases = [
                (Prohibition::Transfer, RequestKind::Transfer, "never_transfer", "not_transferable"),
                (Prohibition::Cash, RequestKind::CashOut, "never_cash", "not_cashable"),
            ];
            for (never, kind, word, code) in cases {
                let declared = names.requests.entries.iter().any(|entry| entry.node.kind == Some(kind));
                if !points.never.contains(&never) || declared {
                    continue;
                }
                let Found::One(event) = names.kinds.find(usual_kind(Some(kind)), None) else { continue };
                let title = Title { name: format!("{}.{word}", points.title.name), ..points.title.clone() };
                let mut rule = empty_rule(title, vec![KindId(event)]);
                let mut request = nothing(form::form_of(Some(kind)));
                request.prohibited = Some(code.to_owned());
                request.spends = Some(crate::policy::Spends { points: PointsId(at), pools: vec![] });
                rule.body = RuleBody::Request(Box::new(request));
                self.policy.rules.push(rule);
            }
        }
    }

    /// Constraints of requests: bounds with a scope, and stocks of items.
    pub(crate) fn request_constraints(&mut self, made: &mut Vec<Constraint>) {
        let names = self.names;
        for (at, entry) in names.requests.entries.iter().enumerate() {
            let id = RuleId(names.rules.entries.len().saturating_add(at));
            let Some(rule) = self.policy.rule(id).cloned() else { continue };
            let RuleBody::Request(request) = &rule.body else { continue };
            let env = Env::new(&rule.kinds, entry.campaign, Reader::Limit);
            self.assumed.clear();
            rule.conditions.iter().for_each(|condition| self.assume(condition));
            let mut count = 0_u32;
            for clause in entry.node.clauses {
                let ClauseKind::Bound(bound) = &clause.kind else { continue };
                if bound.scope.is_empty() {
                    continue;
                }
                count = count.saturating_add(1);
                let tail = if count == 1 { "cap".to_owned() } else { format!("cap_{count}") };
                let title = Title { name: format!("{}.{tail}", entry.qualified), labels: vec![], span: clause.span };
                made.extend(self.request_constraint(&env, request.form, id, title, bound, clause.span));
            }
            for item in items(entry.node) {
                let Some(stock) = &item.stock else { continue };
                let name = format!("{}.{}.stock", entry.qualified, item.declared.name.text);
                let title = Title { name, labels: vec![], span: stock.span };
                made.push(self.stock(id, title, stock.value, stock.span));
            }
        }
        self.assumed.clear();
    }

    /// Puts the stocks, now numbered, at their items instead of at the whole request.
    pub(crate) fn place_stocks(&mut self) {
        let numbers: std::collections::BTreeMap<String, crate::policy::ConstraintId> =
            (self.policy.constraints.iter().enumerate())
                .filter(|(_, one)| one.title.name.ends_with(".stock"))
                .map(|(at, one)| (one.title.name.clone(), crate::policy::ConstraintId(at)))
                .collect();
        for rule in &mut self.policy.rules {
            let RuleBody::Request(request) = &mut rule.body else { continue };
            for item in &mut request.items {
                item.stock = numbers.get(&format!("{}.{}.stock", rule.title.name, item.title.name)).copied();
                rule.constraints.retain(|id| Some(*id) != item.stock);
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

    fn benefit_clause(&mut self, points: &mut Points, clause: &ast::Clause) {
        let unit = points.clone();
        if let Some(pool) = points.pools.first_mut() {
            self.pool_clause(&unit, pool, clause);
        }
    }

    /// Points above or at zero, of a kind that may be spent.
    fn price(&mut self, env: &Env<'_>, price: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, price)?;
        if matches!(found.typed.ty, Type::Points(_)) {
            return Some(found);
        }
        let shown = self.show(&found.typed.ty);
        self.report(messages::price_without_points(found.span, &shown));
        None
    }

    fn money(&mut self, env: &Env<'_>, amount: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, amount)?;
        if matches!(found.typed.ty, Type::Money(_)) {
            return Some(found);
        }
        let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&found.typed.ty));
        self.report(messages::wrong_type(found.span, &shown.0, &shown.1));
        None
    }

    /// Money or points.
    fn amount(&mut self, env: &Env<'_>, amount: &ast::Expr) -> Option<Expr> {
        let found = self.expr(env, amount)?;
        if matches!(found.typed.ty, Type::Money(_) | Type::Points(_)) {
            return Some(found);
        }
        let shown = self.show(&found.typed.ty);
        self.report(messages::wrong_type(found.span, &both("money or points", "金额或积分"), &shown));
        None
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
                ClauseKind::Bound(bound) => match &bound.limit {
                    ast::BoundLimit::AtMost(limit) | ast::BoundLimit::AtLeast(limit) => amounts.push(limit),
                    ast::BoundLimit::Once | ast::BoundLimit::Budget(_) => {}
                },
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

fn nothing(form: RequestForm) -> Request {
    Request {
        form,
        prohibited: None,
        needs: vec![],
        ask: Ask::Nothing,
        spends: None,
        value: None,
        items: vec![],
        steps: None,
        bills: vec![],
        lines: vec![],
        moves: None,
        amounts: vec![],
        entries: None,
        entitles: None,
        deliver: None,
        stays_spent: false,
    }
}

fn empty_rule(title: Title, kinds: Vec<KindId>) -> Rule {
    Rule {
        title,
        campaign: None,
        kinds,
        windows: vec![],
        conditions: vec![],
        group: None,
        adds_to: vec![],
        body: RuleBody::Earn(vec![]),
        deeds: vec![],
        constraints: vec![],
        no_cap: false,
        funded: vec![],
        stratum: 0,
        rounding: None,
        refund_in_proportion: None,
    }
}
