//! Requests become rules: which events one answers, who may ask, what is asked and taken, and what it leads to.
//!
//! Clauses of a request read, beside the event, the elements `points`, `value`, `pieces`, `price` and `entries`
//! (see [`crate::policy::request`]). What is not written follows from the sort of request: an offset takes its value off the
//! bill and the rest is paid, a cash out gives it, an exchange gives what its rate says.

use super::expr::flag;
use super::messages;
use super::name::find_field;
use super::names::{Entry, RequestSource};
use super::request::form_of;
use super::units::constant;
use super::{Checker, Env, Reader};
use crate::policy::{
    Ask, Compare, Deliver, Expr, Field, KindId, LineSign, Moves, Need, Node, PointsId, Request, RequestForm, Rule,
    RuleBody, RuleId, Spends, SubjectId, Title, Type, Typed, Value,
};
use crate::source::Span;
use crate::syntax::ast::{self, Clause, ClauseKind, RequestKind};
use rust_decimal::Decimal;

/// What is known of a request before its clauses are read.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'e> {
    pub id: RuleId,
    pub name: &'e str,
    pub form: RequestForm,
    /// The points that `points` counts: those taken, or a partner's that come in.
    pub unit: Option<PointsId>,
    /// They come in from a partner, so none are taken.
    pub incoming: bool,
}

impl<'a> Checker<'a> {
    /// Requests stand behind the rules of the text, by identifier; then come the prohibitions.
    pub(crate) fn lower_requests(&mut self) {
        let names = self.names;
        for (at, entry) in names.requests.entries.iter().enumerate() {
            let id = RuleId(names.rules.entries.len().saturating_add(at));
            let rule = self.lower_request(id, entry);
            self.policy.rules.push(rule);
        }
        self.lower_lower_prices();
        self.lower_prohibitions();
        self.check_answers();
    }

    fn lower_request(&mut self, id: RuleId, entry: &Entry<'a, RequestSource<'a>>) -> Rule {
        let form = form_of(entry.node.kind);
        let kinds = self.request_kinds(entry).unwrap_or_default();
        let mut rule = shell(messages::title(entry), kinds.clone(), empty(form));
        rule.campaign = entry.campaign.and_then(|name| self.campaign_id(name));
        if kinds.is_empty() {
            return rule;
        }
        self.policy.requests.push((messages::title(entry), kinds.clone()));
        self.assumed.clear();
        self.which_events(&mut rule, &Env::new(&kinds, entry.campaign, Reader::Edge), entry);
        let unit = self.unit_of_request(entry, &kinds);
        let incoming = unit.and_then(|unit| self.policy.points_of(unit)).is_some_and(|unit| unit.kept_by.is_some());
        let asked = Asked { id, name: &entry.qualified, form, unit, incoming };
        let mut request = empty(form);
        request.spends = unit.filter(|_| !incoming).map(|points| Spends { points, pools: vec![] });
        let elements = self.worth_of_request(&asked, &mut request, entry, &kinds);
        let env = Env { element: Some(&elements), ..Env::new(&kinds, entry.campaign, Reader::Edge) };
        self.what_is_asked(&asked, &mut request, &env, entry);
        self.who_may_ask(&mut request, &env, entry);
        for clause in entry.node.clauses {
            self.request_clause(&asked, &mut request, &env, clause);
        }
        self.what_follows(&asked, &mut request, &env, entry);
        self.check_limits(&asked, &request, &env);
        self.assumed.clear();
        rule.body = RuleBody::Request(Box::new(request));
        rule
    }

    /// Conditions say which request answers an event; windows are those of every rule.
    fn which_events(&mut self, rule: &mut Rule, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>) {
        rule.conditions.extend(self.named_benefit(env, entry));
        let campaign = entry.campaign.and_then(|name| self.names.campaign(name));
        let common = campaign.map(|campaign| campaign.node.0).unwrap_or_default();
        for (clause, own) in
            common.iter().map(|clause| (clause, false)).chain(entry.node.clauses.iter().map(|clause| (clause, true)))
        {
            match &clause.kind {
                ClauseKind::When(condition) => {
                    if let Some(condition) = self.condition(env, condition) {
                        self.assume(&condition);
                        rule.conditions.push(condition);
                    }
                }
                ClauseKind::Window(window) => {
                    let before = self.diagnostics.len();
                    let made = self.window(env, window, clause.span);
                    if !own {
                        // The campaign has reported its own window once.
                        self.diagnostics.truncate(before);
                    }
                    rule.windows.extend(made);
                }
                ClauseKind::NoCap => rule.no_cap = true,
                ClauseKind::Funded(shares) => rule.funded = self.funded(env, shares, clause.span),
                ClauseKind::RefundInProportion(yes) => rule.refund_in_proportion = Some(*yes),
                _ => {}
            }
        }
        self.check_windows_meet(&rule.windows);
    }

    /// The points that a request is about: those that its clauses name, else those that its event counts.
    fn unit_of_request(&mut self, entry: &Entry<'a, RequestSource<'a>>, kinds: &[KindId]) -> Option<PointsId> {
        let named = self.points_of_request(entry.node, entry.campaign);
        if let [first, second, ..] = named.as_slice() {
            let title = |id: &PointsId| self.policy.points_of(*id).map(|one| one.title.clone()).unwrap_or_default();
            let (first, second) = (title(first), title(second));
            self.report(messages::takes_two_kinds(&messages::title_of(entry.declared), &first, &second));
        }
        if let Some(first) = named.first() {
            return Some(*first);
        }
        let has = |test: fn(&ClauseKind) -> bool| entry.node.clauses.iter().any(|clause| test(&clause.kind));
        match entry.node.kind {
            Some(RequestKind::Benefit) => self.granted_benefit(entry),
            // Money off without a rate takes no points.
            Some(RequestKind::Offset) if !has(|kind| matches!(kind, ClauseKind::Rate(..))) => None,
            _ => self.points_field(kinds).and_then(|field| match field.typed.ty {
                Type::Points(points) => Some(points),
                _ => None,
            }),
        }
    }

    /// The field by which the event says how many points are asked: `points`, else its only field of points.
    fn points_field(&self, kinds: &[KindId]) -> Option<Field> {
        let fields = &self.policy.kind(*kinds.first()?)?.fields;
        let counts = |field: &&Field| matches!(field.typed.ty, Type::Points(_) | Type::Number);
        let field = find_field(fields, "points").filter(|field| counts(field)).or_else(|| {
            let mut points = fields.iter().filter(|field| matches!(field.typed.ty, Type::Points(_)));
            points.next().filter(|_| points.next().is_none())
        })?;
        let everywhere = kinds.iter().all(|kind| {
            self.policy.kind(*kind).and_then(|kind| kind.field(&field.title.name)).is_some_and(|one| counts(&one))
        });
        everywhere.then(|| field.clone())
    }

    /// A field that says how many: `pieces` of an item, `entries` of a lottery.
    fn count_field(&self, kinds: &[KindId], name: &str) -> Option<String> {
        let has = |kind: &KindId| {
            let kind = self.policy.kind(*kind)?;
            find_field(&kind.fields, name).filter(|field| field.typed.ty == Type::Count)
        };
        let field = has(kinds.first()?)?.title.name.clone();
        kinds.iter().all(|kind| has(kind).is_some()).then_some(field)
    }

    fn what_is_asked(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
    ) {
        request.ask = match asked.form {
            RequestForm::Catalogue => Ask::Units { count: self.count_field(env.kinds, "pieces"), each: None },
            RequestForm::Lottery => {
                let price = entry.node.clauses.iter().find_map(|clause| match &clause.kind {
                    ClauseKind::EachEntry(price) => Some(price),
                    _ => None,
                });
                let each = price.and_then(|price| self.price(env, price));
                Ask::Units { count: self.count_field(env.kinds, "entries"), each }
            }
            RequestForm::Benefit => match asked.unit {
                Some(unit) => Ask::Units { count: None, each: self.each_use(env, unit, entry) },
                None => Ask::Nothing,
            },
            _ if asked.unit.is_none() => Ask::Nothing,
            _ => match self.points_field(env.kinds) {
                Some(field) => Ask::Points(field.title.name),
                None => {
                    self.report(messages::no_points_asked(&messages::title_of(entry.declared)));
                    Ask::Nothing
                }
            },
        };
    }

    /// A granted benefit is used one by one; a service may cost points of its own.
    fn each_use(&mut self, env: &Env<'_>, unit: PointsId, entry: &Entry<'a, RequestSource<'a>>) -> Option<Expr> {
        let taken = entry.node.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Take(line) => Some(&line.amount),
            _ => None,
        });
        match taken {
            Some(amount) => self.price(env, amount),
            None => Some(points_constant(unit, Decimal::ONE, entry.declared.name.span)),
        }
    }

    /// The audience of the programme, of the campaign and of the request, and what it needs.
    fn who_may_ask(&mut self, request: &mut Request, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>) {
        let names = self.names;
        let head = names.programmes.first().map(|(_, clauses, _)| *clauses).unwrap_or_default();
        let campaign = entry.campaign.and_then(|name| names.campaign(name)).map(|campaign| campaign.node.0);
        let audience = head.iter().chain(campaign.unwrap_or_default());
        let audience = audience.filter(|clause| matches!(clause.kind, ClauseKind::For(_)));
        for clause in audience.chain(entry.node.clauses) {
            let (condition, code) = match &clause.kind {
                ClauseKind::For(condition) => (condition, None),
                ClauseKind::Need(condition, code) => (condition, code.as_ref()),
                ClauseKind::Accept(condition, code) => (condition, Some(code)),
                _ => continue,
            };
            if let Some(condition) = self.condition(env, condition) {
                self.assume(&condition);
                let code = code.map_or_else(|| self.code_of_need(&condition).to_owned(), |code| code.text.clone());
                request.needs.push(Need { condition, code });
            }
        }
    }

    /// `tier_required` where a need is about a tier.
    fn code_of_need(&self, condition: &Expr) -> &'static str {
        let mut tier = false;
        crate::policy::expr::walk(condition, &mut |expr| {
            tier |= match expr.typed.ty {
                Type::Tier(_) => true,
                Type::Enum(id) => self.policy.enum_type(id).is_some_and(|one| one.ordered),
                _ => false,
            };
        });
        if tier { "tier_required" } else { "condition_not_met" }
    }

    // One arm per clause of a request: the list is the idea.
    fn request_clause(&mut self, asked: &Asked<'_>, request: &mut Request, env: &Env<'_>, clause: &Clause) {
        match &clause.kind {
            ClauseKind::Item(item) => request.items.extend(self.item(asked, env, item, &mut request.lines)),
            ClauseKind::Bound(bound) => self.request_bound(asked, request, env, bound, clause.span),
            ClauseKind::Rate(left, right) => self.exchanged(asked, request, env, (left, right), clause.span),
            ClauseKind::Steps(step, rest) => request.steps = self.steps(asked, env, step, rest),
            ClauseKind::Money(verb, amount, when) => {
                request.amounts.extend(self.amount_line(env, *verb, amount, when.as_ref()));
            }
            ClauseKind::Fee(fee, most) => self.fee(asked, request, env, (fee, most.as_ref()), clause.span),
            ClauseKind::Cost(cost, to) => request.amounts.extend(self.cost(env, cost, to)),
            ClauseKind::Earn(line) => {
                if let Some(made) = self.line(env, line, None, clause.span) {
                    request.lines.push(crate::policy::Line { first: line.first, ..made });
                }
            }
            ClauseKind::Grant(..) => request.lines.extend(self.granted_line(env, &clause.kind, clause.span)),
            ClauseKind::Take(line) => self.taken_from(asked, request, env, line),
            ClauseKind::KeepDates => {
                if let Some(moves) = &mut request.moves {
                    moves.keep_dates = true;
                }
            }
            ClauseKind::DeliverWithin(length, calendar) => {
                let by = self.delivery(length, calendar.as_ref());
                request.deliver.get_or_insert(Deliver { by: None, partner: None }).by = by;
            }
            ClauseKind::DeliverBy(partner) => {
                request.deliver.get_or_insert(Deliver { by: None, partner: None }).partner = Some(partner.text.clone());
            }
            ClauseKind::StaysSpent => request.stays_spent = true,
            ClauseKind::Never(never) => request.stays_spent |= never.contains(&ast::Prohibition::Return),
            // The others were read before, or say all there is to say by standing there.
            _ => {}
        }
    }

    /// What goes without saying: money off and to pay, the recipient, the entries, the benefit.
    fn what_follows(
        &mut self,
        asked: &Asked<'_>,
        request: &mut Request,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
    ) {
        let span = entry.declared.name.span;
        // A fee in points comes from the pools that pay.
        let pools = request.spends.as_ref().map(|spends| spends.pools.clone()).unwrap_or_default();
        for line in &mut request.lines {
            if let LineSign::Take(from) = &mut line.sign {
                from.clone_from(&pools);
            }
        }
        match asked.form {
            RequestForm::Offset => self.money_off(request, env, span),
            RequestForm::CashOut | RequestForm::Donation => self.money_given(request, entry.node.clauses, env, span),
            RequestForm::Transfer => {
                let keep_dates = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::KeepDates));
                match self.recipient_field(env.kinds, span) {
                    Some(to) => request.moves = Some(Moves { to, keep_dates }),
                    None => self.report(messages::transfer_to_nobody(&messages::title_of(entry.declared))),
                }
            }
            RequestForm::Lottery => request.entries = element(env, "entries", span),
            RequestForm::Benefit => request.entitles = Some(messages::title_of(entry.declared)),
            RequestForm::Catalogue | RequestForm::Exchange => {}
        }
    }

    /// The customer to whom points go: the event's field of another customer.
    fn recipient_field(&self, kinds: &[KindId], span: Span) -> Option<Expr> {
        let customer = SubjectId(self.policy.subjects.iter().position(|one| one.title.name == "customer")?);
        let fields = &self.policy.kind(*kinds.first()?)?.fields;
        let field = fields.iter().find(|field| field.typed.ty == Type::Subject(customer))?;
        Some(Expr { node: Node::Field(field.title.name.clone()), typed: field.typed.clone(), span })
    }

    /// Two requests on one kind of event that can both answer it: which of them does? (A catalogue answers for its own items.)
    fn check_answers(&mut self) {
        let first = self.names.rules.entries.len();
        let (mut lists, mut others): (Vec<&Rule>, Vec<&Rule>) = (Vec::new(), Vec::new());
        for rule in self.policy.rules.iter().skip(first) {
            match &rule.body {
                RuleBody::Request(one) if one.prohibited.is_some() => {}
                RuleBody::Request(one) if one.form == RequestForm::Catalogue => lists.push(rule),
                _ => others.push(rule),
            }
        }
        let mut found: Vec<(Title, Title)> = Vec::new();
        for (at, one) in others.iter().enumerate() {
            for other in others.iter().skip(at.saturating_add(1)).chain(&lists) {
                if !self.apart(one, other) {
                    found.push((one.title.clone(), other.title.clone()));
                }
            }
        }
        for (one, other) in found {
            self.report(messages::two_requests_answer(&one, &other));
        }
    }
}

/// The condition that an event names a value in this field.
pub(crate) fn names_value(field: &Field, id: crate::policy::EnumId, value: &str, span: Span) -> Expr {
    let read = Expr { node: Node::Field(field.title.name.clone()), typed: field.typed.clone(), span };
    let named = constant(Value::Enum(id, value.to_owned()), Type::Enum(id), None, span);
    flag(Node::Compare(Compare::Equal, Box::new(read), Box::new(named)), span)
}

/// A constant amount of points.
pub(crate) fn points_constant(points: PointsId, amount: Decimal, span: Span) -> Expr {
    constant(Value::Points(amount, points), Type::Points(points), Some(amount), span)
}

/// An element that clauses of this request may read.
pub(crate) fn element(env: &Env<'_>, name: &str, span: Span) -> Option<Expr> {
    let field = env.element?.iter().find(|field| field.title.name == name)?;
    Some(Expr { node: Node::Element(name.to_owned()), typed: field.typed.clone(), span })
}

/// A field that stands for nothing in JSON: what a clause may read besides the event.
pub(crate) fn readable(name: &str, label: &str, typed: Typed) -> Field {
    let title = Title { name: name.to_owned(), labels: vec![label.to_owned()], ..Title::default() };
    Field { title, json: vec![], typed, default: None, most: None, dated: false, reduces: false }
}

pub(crate) fn empty(form: RequestForm) -> Request {
    Request {
        form,
        prohibited: None,
        needs: vec![],
        minimums: vec![],
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

pub(crate) fn shell(title: Title, kinds: Vec<KindId>, request: Request) -> Rule {
    Rule {
        title,
        campaign: None,
        kinds,
        windows: vec![],
        conditions: vec![],
        group: None,
        adds_to: vec![],
        adds_to_groups: vec![],
        body: RuleBody::Request(Box::new(request)),
        deeds: vec![],
        constraints: vec![],
        no_cap: false,
        funded: vec![],
        stratum: 0,
        rounding: None,
        refund_in_proportion: None,
    }
}
