//! Items of catalogues: price by tier, stock, value, what comes with them; prices of campaigns.

use super::apart::conjunctions_of;
use super::ask::{Asked, element, names_value, points_constant};
use super::deed::plain_line;
use super::limit::text_of;
use super::messages::{self, both};
use super::names::Found;
use super::units::constant;
use super::{Checker, Env, Reader};
use crate::policy::{
    Beyond, Bounded, CampaignId, Constraint, Expr, Item, Line, LowerPrice, Node, Owner, PoolId, RuleBody, RuleId,
    Scope, ScopePeriod, Title, Type, Typed, Value, Window,
};
use crate::source::Span;
use crate::syntax::ast::{self, ClauseKind, ExprKind, ItemClause, RoundMode};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Checker<'_> {
    /// An item; a benefit that comes with it is a line of the catalogue that counts for this item alone.
    pub(crate) fn item(
        &mut self,
        asked: &Asked<'_>,
        env: &Env<'_>,
        item: &ItemClause,
        lines: &mut Vec<Line>,
    ) -> Option<Item> {
        let title = messages::title_of(&item.declared);
        let span = item.declared.name.span;
        let price = self.price(env, &item.price);
        let factor = item.at.as_ref().map(|(table, rounding)| (self.tier_factor(env, table), *rounding));
        let stock = item.stock.as_ref().and_then(|stock| self.pieces_in_stock(stock));
        let value = item.value.as_ref().map(|value| self.item_value(env, value));
        let windows: Vec<Window> = item.window.iter().filter_map(|window| self.window(env, window, span)).collect();
        let mut grants = Vec::new();
        // `grants service advisor` is the same as `grants advisor`: the word says of what sort it is.
        let sort = |name: &ast::Name| matches!(name.text.as_str(), "service" | "服务") && item.grants.len() > 1;
        for granted in item.grants.iter().filter(|name| !sort(name)) {
            match self.comes_with(env, &title, granted, span) {
                Some(line) => lines.push(line),
                None => grants.push(self.service_title(granted)),
            }
        }
        let (price, rounding) = match factor {
            Some((factor, rounding)) => {
                (self.times(price?, factor?, span)?, rounding.map_or(RoundMode::Up, |rounding| rounding.mode))
            }
            None => (price?, RoundMode::Up),
        };
        if let Some(stock) = stock {
            self.request_constraints.push(stock_constraint(asked, &title, stock, span));
        }
        Some(Item {
            title,
            price,
            rounding,
            lower: vec![],
            lowest: false,
            stock: None,
            constraints: vec![],
            value: match value {
                Some(value) => Some(value?),
                None => None,
            },
            grants,
            windows,
            span,
        })
    }

    fn tier_factor(&mut self, env: &Env<'_>, table: &ast::Expr) -> Option<Expr> {
        let factor = self.expr(env, table)?;
        self.known(&[&factor])?;
        if matches!(factor.typed.ty, Type::Percent | Type::Multiple) {
            return Some(factor);
        }
        let shown = self.show(&factor.typed.ty);
        self.report(messages::wrong_type(factor.span, &both("a percentage or a multiple", "百分比或倍数"), &shown));
        None
    }

    fn pieces_in_stock(&mut self, stock: &ast::Number) -> Option<Expr> {
        if !stock.value.is_integer() || stock.value < Decimal::ZERO {
            let number = self.show(&Type::Number);
            self.report(messages::wrong_type(stock.span, &both("a whole number of pieces", "整数件数"), &number));
            return None;
        }
        Some(constant(Value::Count(stock.value), Type::Count, Some(stock.value), stock.span))
    }

    fn item_value(&mut self, env: &Env<'_>, value: &ast::Expr) -> Option<Expr> {
        let value = self.expr(env, value)?;
        self.known(&[&value])?;
        if value.typed.ty == Type::Money(self.policy.currency) {
            return Some(value);
        }
        let shown = (self.show(&Type::Money(self.policy.currency)), self.show(&value.typed.ty));
        self.report(messages::wrong_type(value.span, &shown.0, &shown.1));
        None
    }

    /// The line of a benefit that comes with an item; `None` where it is no declared benefit.
    fn comes_with(&mut self, env: &Env<'_>, item: &Title, granted: &ast::Name, span: Span) -> Option<Line> {
        let points = self.benefit_unit(&granted.text, env.campaign)?;
        let kind = self.policy.kind(*env.kinds.first()?)?;
        let field = super::name::find_field(&kind.fields, "item")?.clone();
        let Type::Enum(id) = field.typed.ty else { return None };
        let one = points_constant(points, Decimal::ONE, granted.span);
        let amount = match element(env, "pieces", granted.span) {
            Some(pieces) => self.times(one, pieces, span)?,
            None => one,
        };
        let title = self.policy.points_of(points).map(|points| points.title.clone()).unwrap_or_default();
        self.refer_title(granted.span, &title);
        let when = Some(names_value(&field, id, &item.name, span));
        Some(Line { when, ..plain_line(amount, points, PoolId(0), span) })
    }

    /// A service that is no declared benefit, by its name among the library's services.
    fn service_title(&mut self, granted: &ast::Name) -> Title {
        let known = self.policy.enums.iter().flat_map(|one| &one.values);
        let known = known.map(|value| &value.title).find(|title| super::name::answers(title, &granted.text)).cloned();
        if let Some(title) = &known {
            self.refer_title(granted.span, title);
        }
        let own = Title { name: granted.text.clone(), labels: vec![], span: granted.span };
        known.map_or(own.clone(), |title| Title { span: granted.span, ..title })
    }

    fn times(&mut self, amount: Expr, factor: Expr, span: Span) -> Option<Expr> {
        use super::bounds::Bounds;
        let (a, b) = (Bounds::of(&amount.typed), Bounds::of(&factor.typed));
        let bounds = self.bound(span, || a?.multiply(b?))?;
        let typed = super::expr::numeric(
            amount.typed.ty.clone(),
            bounds,
            false,
            amount.typed.quotient || factor.typed.quotient,
        );
        Some(Expr { node: Node::Multiply(Box::new(amount), Box::new(factor)), typed, span })
    }

    /// `lower price of X to 80%` of campaigns: X is an item, a catalogue, or `every item of` a catalogue.
    pub(crate) fn lower_lower_prices(&mut self) {
        let names = self.names;
        let items = self.items_by_name();
        for (at, entry) in names.campaigns.entries.iter().enumerate() {
            let lowest = says_lowest(entry.node.0);
            for clause in entry.node.0 {
                if let ClauseKind::LowerPrice(what, to, rounding) = &clause.kind {
                    let mode = rounding.map_or(RoundMode::Up, |rounding| rounding.mode);
                    self.lower_price(&items, CampaignId(at), (what, to, mode), lowest);
                }
            }
        }
        self.check_lower_prices();
    }

    fn lower_price(
        &mut self,
        items: &Items,
        campaign: CampaignId,
        (what, to, rounding): (&ast::Expr, &ast::Expr, RoundMode),
        lowest: bool,
    ) {
        let names = self.names;
        let Some(entry) = names.campaigns.get(campaign.0) else { return };
        let (name, clauses) = (entry.declared.name.text.as_str(), entry.node.0);
        let Some(items) = self.items_lowered(items, name, what) else { return };
        for (rule, at) in items {
            let Some(kinds) = self.policy.rule(rule).map(|rule| rule.kinds.clone()) else { return };
            let env = Env::new(&kinds, Some(name), Reader::Edge);
            self.assumed.clear();
            let mut conditions = Vec::new();
            for clause in clauses {
                if let ClauseKind::When(condition) | ClauseKind::For(condition) = &clause.kind
                    && let Some(condition) = self.condition(&env, condition)
                {
                    self.assume(&condition);
                    conditions.push(condition);
                }
            }
            let Some(to) = self.expr(&env, to) else { return };
            let priced = self.items_of(rule).get(at).map(|item| item.price.typed.ty.clone());
            if !matches!(to.typed.ty, Type::Percent | Type::Multiple) && Some(&to.typed.ty) != priced.as_ref() {
                let shown = self.show(&to.typed.ty);
                self.report(messages::wrong_type(to.span, &both("a percentage or points", "百分比或积分"), &shown));
                return;
            }
            if self.known(&[&to]).is_none() {
                return;
            }
            let windows = self.policy.campaign(campaign).map(|one| one.windows.clone()).unwrap_or_default();
            if let Some(item) = self.item_at(rule, at) {
                item.lowest |= lowest;
                item.lower.push(LowerPrice { campaign, windows, conditions, to, rounding });
            }
        }
        self.assumed.clear();
    }

    fn item_at(&mut self, rule: RuleId, at: usize) -> Option<&mut Item> {
        match &mut self.policy.rules.get_mut(rule.0)?.body {
            RuleBody::Request(request) => request.items.get_mut(at),
            _ => None,
        }
    }

    /// The items whose price a campaign lowers: rule and place among its items.
    fn items_lowered(&mut self, items: &Items, campaign: &str, what: &ast::Expr) -> Option<Vec<(RuleId, usize)>> {
        let target = match &what.kind {
            ExprKind::Of { what: item, of, .. } if item.text == "every item" => of,
            // `tshirt of gifts`: that item of that catalogue.
            ExprKind::Of { what: item, of, .. } if items.contains_key(&item.text) => {
                let of_catalogue = self.items_lowered(items, campaign, of)?;
                let of_all = items.get(&item.text).into_iter().flatten();
                let named: Vec<_> = of_all.filter(|one| of_catalogue.contains(one)).copied().collect();
                if named.is_empty() {
                    self.report(messages::unknown_item(item, self.names));
                    return None;
                }
                return Some(named);
            }
            _ => what,
        };
        let Some(text) = text_of(target) else {
            let name = match &target.kind {
                ExprKind::Of { what: item, .. } => item.clone(),
                _ => ast::Name { text: String::new(), span: target.span },
            };
            self.report(messages::unknown_item(&name, self.names));
            return None;
        };
        if let Some(named) = items.get(last_segment(&text)) {
            return Some(named.clone());
        }
        let names = self.names;
        if let Found::One(at) = names.requests.find(&text, Some(campaign)) {
            if let Some(entry) = names.requests.get(at) {
                self.refer_to(target.span, entry);
            }
            let rule = RuleId(names.rules.entries.len().saturating_add(at));
            let count = self.items_of(rule).len();
            return Some((0..count).map(|item| (rule, item)).collect());
        }
        self.report(messages::unknown_item(&ast::Name { text, span: target.span }, names));
        None
    }

    fn items_of(&self, rule: RuleId) -> &[Item] {
        match self.policy.rule(rule).map(|rule| &rule.body) {
            Some(RuleBody::Request(request)) => &request.items,
            _ => &[],
        }
    }

    /// All items by name and label.
    fn items_by_name(&self) -> Items {
        let mut items = Items::new();
        for (at, rule) in self.policy.rules.iter().enumerate() {
            let RuleBody::Request(request) = &rule.body else { continue };
            for (place, item) in request.items.iter().enumerate() {
                for name in super::name::names_of(&item.title) {
                    let known = items.entry(name).or_default();
                    if !known.contains(&(RuleId(at), place)) {
                        known.push((RuleId(at), place));
                    }
                }
            }
        }
        items
    }

    /// Two lower prices of one item that can both hold need `lowest price`.
    fn check_lower_prices(&mut self) {
        let names = self.names;
        let mut found: Vec<(Title, Title, Title)> = Vec::new();
        for (at, entry) in names.requests.entries.iter().enumerate() {
            let rule = RuleId(names.rules.entries.len().saturating_add(at));
            let stated = says_lowest(entry.node.clauses);
            for place in 0..self.items_of(rule).len() {
                if let Some(item) = self.item_at(rule, place) {
                    item.lowest |= stated;
                    item.lower.sort_by_key(|lower| lower.campaign);
                }
                let Some(item) = self.items_of(rule).get(place) else { continue };
                if item.lowest {
                    continue;
                }
                for (first, one) in item.lower.iter().enumerate() {
                    for other in item.lower.iter().skip(first.saturating_add(1)) {
                        let (a, b) = (conjunctions_of(one), conjunctions_of(other));
                        if !self.apart(&a, &b)
                            && let (Some(one), Some(other)) =
                                (self.policy.campaign(one.campaign), self.policy.campaign(other.campaign))
                        {
                            found.push((item.title.clone(), one.title.clone(), other.title.clone()));
                        }
                    }
                }
            }
        }
        for (item, one, other) in found {
            self.report(messages::two_lower_prices(&item, &one, &other));
        }
    }
}

/// Items by name and label: rule and place among its items.
type Items = BTreeMap<String, Vec<(RuleId, usize)>>;

fn last_segment(text: &str) -> &str {
    text.rsplit('.').next().unwrap_or(text)
}

fn says_lowest(clauses: &[ast::Clause]) -> bool {
    clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::LowestPrice))
}

fn stock_constraint(asked: &Asked<'_>, item: &Title, limit: Expr, span: Span) -> Constraint {
    Constraint {
        title: Title { name: stock_name(asked.name, &item.name), labels: vec![], span },
        owner: Owner::Rule(asked.id),
        scope: Scope { keys: vec![], period: ScopePeriod::Ever },
        bounded: Bounded::Pieces,
        limit: Expr { typed: Typed { scale: 0, ..limit.typed }, ..limit },
        at_least: false,
        rules: vec![asked.id],
        whole_award: false,
        beyond: Beyond::Refuse("out_of_stock".to_owned()),
        room_comes_back: true,
        span,
    }
}

/// The counter of an item's stock.
pub(crate) fn stock_name(catalogue: &str, item: &str) -> String {
    format!("{catalogue}.{item}.stock")
}
