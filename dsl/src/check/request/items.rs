//! Items of a catalogue: prices by tier and campaign, worth, what comes with them, when they may be asked for.

use super::super::limit::text_of;
use super::super::messages::{self, both};
use super::super::names::{Entry, RequestSource};
use super::super::{Checker, Env, Reader};
use crate::policy::{CampaignId, Expr, Item, KindId, LowerPrice, Node, PointsId, Type, Typed};
use crate::syntax::ast::{self, ClauseKind, ExprKind, ItemClause, RoundMode};

impl<'a> Checker<'a> {
    /// The items of a catalogue, by identifier.
    pub(super) fn items(&mut self, env: &Env<'_>, entry: &Entry<'a, RequestSource<'a>>, kinds: &[KindId]) -> Vec<Item> {
        let lowest = entry.node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::LowestPrice));
        let mut made: Vec<Item> = Vec::new();
        for item in super::items(entry.node) {
            made.extend(self.item(env, entry, item, kinds, lowest));
        }
        made.sort_by(|a, b| a.title.name.cmp(&b.title.name));
        made
    }

    fn item(
        &mut self,
        env: &Env<'_>,
        entry: &Entry<'a, RequestSource<'a>>,
        item: &ItemClause,
        kinds: &[KindId],
        lowest: bool,
    ) -> Option<Item> {
        let price = self.price(env, &item.price)?;
        let factor = match &item.at {
            Some((table, rounding)) => Some((self.price_factor(env, table)?, rounding.as_ref())),
            None => None,
        };
        let rounding =
            factor.as_ref().and_then(|(_, rounding)| *rounding).map_or(RoundMode::Up, |rounding| rounding.mode);
        let price = match factor {
            Some((factor, _)) => {
                let typed = Typed {
                    scale: price.typed.scale.saturating_add(factor.typed.scale),
                    range: None,
                    ..price.typed.clone()
                };
                let span = price.span;
                Expr { node: Node::Multiply(Box::new(price), Box::new(factor)), typed, span }
            }
            None => price,
        };
        if let Some(stock) = &item.stock
            && (!stock.value.is_integer() || stock.value < rust_decimal::Decimal::ZERO)
        {
            let number = self.show(&Type::Number);
            self.report(messages::wrong_type(stock.span, &both("a whole number of pieces", "整数件数"), &number));
        }
        let value = match &item.value {
            Some(value) => Some(self.money(env, value)?),
            None => None,
        };
        let windows = match &item.window {
            Some(window) => self.window(env, window, item.declared.name.span).into_iter().collect(),
            None => vec![],
        };
        Some(Item {
            title: messages::title_of(&item.declared),
            price,
            rounding,
            lower: self.lower_prices(entry, item, kinds),
            lowest,
            stock: None,
            constraints: vec![],
            value,
            grants: item.grants.iter().map(|name| self.service_title(kinds, name)).collect(),
            windows,
            span: item.declared.name.span,
        })
    }

    /// The service of a name, with its labels where an enum of services has it.
    fn service_title(&self, _kinds: &[KindId], name: &ast::Name) -> crate::policy::Title {
        let known = self.policy.enums.iter().flat_map(|one| &one.values);
        let known = known.map(|value| &value.title).find(|title| super::super::name::answers(title, &name.text));
        known.cloned().unwrap_or_else(|| crate::policy::Title {
            name: name.text.clone(),
            labels: vec![],
            span: name.span,
        })
    }

    fn price_factor(&mut self, env: &Env<'_>, table: &ast::Expr) -> Option<Expr> {
        let factor = self.expr(env, table)?;
        if matches!(factor.typed.ty, Type::Percent | Type::Multiple) {
            return Some(factor);
        }
        let shown = self.show(&factor.typed.ty);
        self.report(messages::wrong_type(factor.span, &both("a percentage or a multiple", "百分比或倍数"), &shown));
        None
    }

    /// Prices of campaigns that name this item or its catalogue.
    fn lower_prices(
        &mut self,
        entry: &Entry<'a, RequestSource<'a>>,
        item: &ItemClause,
        kinds: &[KindId],
    ) -> Vec<LowerPrice> {
        let names = self.names;
        let mut lower = Vec::new();
        for (at, campaign) in names.campaigns.entries.iter().enumerate() {
            for clause in campaign.node.0 {
                let ClauseKind::LowerPrice(what, to, rounding) = &clause.kind else { continue };
                if !means(what, entry, item) {
                    continue;
                }
                let name = campaign.declared.name.text.as_str();
                let env = Env::new(kinds, Some(name), Reader::Host);
                let conditions = campaign.node.0.iter().filter_map(|clause| match &clause.kind {
                    ClauseKind::When(condition) | ClauseKind::For(condition) => Some(condition),
                    _ => None,
                });
                let conditions = conditions.filter_map(|condition| self.condition(&env, condition)).collect();
                let Some(to) = self.expr(&env, to) else { continue };
                lower.push(LowerPrice {
                    campaign: CampaignId(at),
                    windows: self.policy.campaign(CampaignId(at)).map(|one| one.windows.clone()).unwrap_or_default(),
                    conditions,
                    to,
                    rounding: rounding.as_ref().map_or(RoundMode::Up, |rounding| rounding.mode),
                });
            }
        }
        lower
    }

    /// The points of all prices: one kind.
    pub(super) fn points_of_items(&self, items: &[Item]) -> Option<PointsId> {
        items.iter().find_map(|item| match item.price.typed.ty {
            Type::Points(points) => Some(points),
            _ => None,
        })
    }
}

/// Whether `what` (an item, a catalogue, `every item of` a catalogue) means this item.
fn means<'a>(what: &ast::Expr, entry: &Entry<'a, RequestSource<'a>>, item: &ItemClause) -> bool {
    let is_item = |text: &str| {
        let last = text.rsplit('.').next().unwrap_or(text);
        item.declared.name.text == last || item.declared.labels.iter().any(|label| label.text == last)
    };
    let is_catalogue =
        |text: &str| entry.declared.name.text == text || entry.declared.labels.iter().any(|label| label.text == text);
    if text_of(what).is_some_and(|text| is_item(&text) || is_catalogue(&text)) {
        return true;
    }
    match &what.kind {
        ExprKind::Of { of, .. } => text_of(of).is_some_and(|text| is_catalogue(&text)),
        _ => false,
    }
}
