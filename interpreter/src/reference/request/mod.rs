//! Requests: which one answers an event, how much it comes to, whether it is refused, and what it leads to.
//!
//! The size comes first (`size`), bounded by what `bound` tests; then windows, bars and needs are judged with it. All that
//! fails is reported, in the fixed order of [`Class`]. What is accepted gives lines and amounts (`output`).

mod again;
mod answer;
mod bound;
mod brought;
mod deal;
pub(crate) mod keys;
mod output;
mod price;
mod size;

pub(crate) use again::keep;
pub(crate) use answer::{Answering, answering};
pub(crate) use brought::{Amount, Brought};
pub(crate) use deal::Deal;

use super::cap::{Caps, Class, Refusal};
use super::effect::Effects;
use super::expr::{holds, number};
use super::frame::{Env, Eval};
use super::key::barred;
use super::line::Item;
use super::trace::{Trail, noting};
use super::window;
use crate::decision::StepKind;
use crate::event::{Datum, Event};
use crate::number::{Exact, multiply};
use crate::watch::Seen;
use earnest_dsl::policy::{
    self, Ask, Compare, Constraint, ConstraintId, Field, Need, Node, PointsId, Request, Role, Rule, RuleId, Type, Value,
};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// A request that answers an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub env: &'a Env<'a>,
    pub id: RuleId,
    pub rule: &'a Rule,
    pub request: &'a Request,
    /// The item asked for, in a catalogue.
    pub item: Option<&'a policy::Item>,
    pub customer: &'a str,
    /// Points for one piece.
    price: Option<Decimal>,
}

impl<'a> Asking<'a> {
    /// Constraints of the request and of its item, in the order in which they are stated.
    fn constraints(&self) -> impl Iterator<Item = (ConstraintId, &'a Constraint)> + use<'a> {
        let policy = self.env.policy();
        let own = self.item.map_or(&[][..], |item| &item.constraints);
        let stock = self.item.and_then(|item| item.stock);
        let all = self.rule.constraints.iter().chain(own).copied().chain(stock);
        all.filter_map(|id| policy.constraint(id).map(|one| (id, one)))
    }

    fn takes(&self, points: PointsId) -> bool {
        self.request.spends.as_ref().is_some_and(|spends| spends.points == points)
    }

    /// The field that says how much is asked.
    fn field(&self) -> Option<&'a Field> {
        let name = match &self.request.ask {
            Ask::Nothing => return None,
            Ask::Units { count, .. } => count.as_ref()?,
            Ask::Points(field) => field,
        };
        self.env.kind()?.field(name)
    }

    fn asks_most(&self, field: &str) -> bool {
        matches!(self.env.frame.event.fields.get(field), Some(Datum::Most))
    }

    fn size_range(&self) -> Option<Decimal> {
        self.field()?.typed.range.map(|(_, high)| high)
    }

    fn size_type(&self) -> Type {
        match (&self.request.ask, &self.request.spends) {
            (Ask::Points(_), Some(spends)) => Type::Points(spends.points),
            _ => Type::Number,
        }
    }

    /// Decimals of the points that are asked.
    fn scale(&self) -> u32 {
        let spent = self.request.spends.as_ref().and_then(|spends| self.env.policy().points_of(spends.points));
        match spent {
            Some(points) => u32::from(points.scale),
            None => self.field().map_or(0, |field| u32::from(field.typed.scale)),
        }
    }

    /// The request at one size: pieces or points.
    fn deal(&self, size: Decimal) -> Eval<Deal> {
        let mut deal = Deal::nothing();
        match &self.request.ask {
            Ask::Nothing => {}
            Ask::Units { .. } => {
                let price = self.price.unwrap_or_default();
                deal.points = multiply(price, size).map_err(|_| bound::too_long("points"))?;
                (deal.pieces, deal.price) = (Some(size), Some(price));
            }
            Ask::Points(_) => (deal.points, deal.pieces) = (size, None),
        }
        if let Some(field) = self.field().filter(|field| self.asks_most(&field.title.name)) {
            deal.over.push((field.title.name.clone(), size));
        }
        deal.value = self.value(&deal)?;
        Ok(deal)
    }

    /// What it is worth in money: by the item's stated value, by its rate, by the points' worth.
    fn value(&self, deal: &Deal) -> Eval<Option<Exact>> {
        let env = self.inside(deal);
        if let Some(value) = self.item.and_then(|item| item.value.as_ref()) {
            let pieces = Exact::from(deal.pieces.unwrap_or(Decimal::ONE));
            let Some(each) = number(&env, value)? else { return Ok(None) };
            return each.multiply(pieces).map(Some).map_err(env.inexact(value.span));
        }
        if let Some(value) = &self.request.value {
            return number(&env, value);
        }
        let spent = self.request.spends.as_ref().and_then(|spends| env.policy().points_of(spends.points));
        let Some((worth, _)) = spent.and_then(|points| points.worth) else { return Ok(None) };
        Exact::from(deal.points).multiply(worth.into()).map(Some).map_err(|_| bound::too_long("value"))
    }

    /// Where its clauses are evaluated.
    fn inside<'d>(&self, deal: &'d Deal) -> Env<'d>
    where
        'a: 'd,
    {
        Env { over: &deal.over, deal: Some(deal), ..*self.env }
    }
}

/// What a request comes to.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    pub refusals: Vec<Refusal>,
    pub items: Vec<Item>,
    pub brought: Brought,
    /// The event with the size that `most` came to.
    pub resolved: Option<Event>,
}

/// Decides a request; what it takes under constraints is charged where it is accepted.
pub(crate) fn decide(asking: &Asking<'_>, caps: &mut Caps, effects: &mut Effects, trail: &mut Trail) -> Eval<Decided> {
    let mut decided = Decided { refusals: outside(asking, trail)?, ..Decided::default() };
    decided.refusals.extend(bars(asking.env, asking.id)?);
    if let Some(code) = &asking.request.prohibited {
        decided.refusals.push(refused(asking, Class::Prohibited, code, asking.rule.title.span));
        return Ok(decided);
    }
    let asking = Asking { price: price::price(asking, trail)?, ..*asking };
    if let Some(item) = asking.item {
        asking.env.see(|| Seen::Item(item.span));
    }
    if matches!(asking.request.ask, Ask::Units { .. }) && asking.price.is_none() && asking.request.spends.is_some() {
        let span = asking.item.map_or(asking.rule.title.span, |item| item.span);
        let mut refusal = refused(&asking, Class::Need, CONDITION, span);
        refusal.detail = Some("the price is not known: no row of its table holds".to_owned());
        decided.refusals.push(refusal);
        return Ok(decided);
    }
    let sized = size::size(&asking, caps, trail)?;
    held(&asking, trail)?;
    decided.refusals.extend(needs(&asking, &sized.deal, trail)?);
    decided.refusals.extend(sized.refusals);
    decided.resolved = resolved(asking.env, &sized.deal.over);
    if asking.env.frame.again {
        // It was accepted; what is left of it may be less than could be asked for.
        decided.refusals.clear();
    }
    if !decided.refusals.is_empty() {
        return Ok(decided);
    }
    let mut deal = sized.deal;
    told(&asking, &deal, trail);
    bound::charge(&asking, &deal, caps, effects)?;
    decided.items = output::items(&asking, &deal, caps)?;
    decided.brought = output::brought(&asking, &mut deal, trail)?;
    Ok(decided)
}

/// The code of a need, or of a request that nothing answers.
pub(crate) const CONDITION: &str = "condition_not_met";
/// The code of what is asked for at the wrong time.
pub(crate) const OUTSIDE: &str = "outside_window";
const DISQUALIFIED: &str = "disqualified";

fn refused(asking: &Asking<'_>, class: Class, code: &str, span: Span) -> Refusal {
    Refusal { class, code: code.to_owned(), rule: asking.id, detail: None, span }
}

/// Windows of the request and of its item.
fn outside(asking: &Asking<'_>, trail: &mut Trail) -> Eval<Vec<Refusal>> {
    let log = trail.log();
    let env = noting(asking.env, log.as_ref());
    let mut refusals = Vec::new();
    for one in asking.rule.windows.iter().chain(asking.item.map_or(&[][..], |item| &item.windows)) {
        if !window::holds(&env, one, None)? {
            refusals.push(refused(asking, Class::Window, OUTSIDE, one.span));
        }
    }
    trail.read(asking.env.policy(), asking.id, log);
    Ok(refusals)
}

/// Whether the customer of a request is barred, whatever decides it.
pub(crate) fn bars(env: &Env<'_>, rule: RuleId) -> Eval<Option<Refusal>> {
    let asks = env.kind().is_some_and(|kind| kind.role == Role::Request);
    let Some(customer) = env.customer().ok().filter(|_| asks) else { return Ok(None) };
    let key = barred("customer", customer);
    let held = super::counter::number(&key, env.frame.book.before(&key)?)?;
    let code = DISQUALIFIED.to_owned();
    let refusal = Refusal { class: Class::Barred, code, rule, detail: None, span: Span::default() };
    Ok((!held.is_zero()).then_some(refusal))
}

/// Audience and needs: all that fail.
fn needs(asking: &Asking<'_>, deal: &Deal, trail: &mut Trail) -> Eval<Vec<Refusal>> {
    let log = trail.log();
    let env = noting(asking.env, log.as_ref());
    let env = Env { over: &deal.over, deal: Some(deal), ..env };
    let mut refusals = Vec::new();
    for need in asking.request.needs.iter().filter(|need| bounds(need).is_none()) {
        if !holds(&env, &need.condition)? {
            refusals.push(refused(asking, Class::Need, &need.code, need.condition.span));
        }
    }
    trail.read(asking.env.policy(), asking.id, log);
    Ok(refusals)
}

/// A need that compares how much is asked with a least or a most is a bound of the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Least,
    Most,
}

fn bounds(need: &Need) -> Option<Sort> {
    let Node::Compare(how, size, _) = &need.condition.node else { return None };
    let sized =
        matches!(&size.node, Node::Element(name) if ["points", "pieces", "entries", "value"].contains(&name.as_str()));
    match how {
        Compare::AtLeast | Compare::Greater if sized => Some(Sort::Least),
        Compare::AtMost | Compare::Less if sized => Some(Sort::Most),
        _ => None,
    }
}

/// What can be spent, for the explanation.
fn held(asking: &Asking<'_>, trail: &mut Trail) -> Eval<()> {
    if let Some(spends) = asking.request.spends.as_ref().filter(|_| trail.is_on()) {
        let held = super::amount::balance(asking.env, spends.points, &spends.pools)?;
        let ty = Type::Points(spends.points);
        trail.step(asking.env.policy(), asking.id, StepKind::Balance, Default::default, held, &ty);
    }
    Ok(())
}

/// What is taken and what it is worth, for the explanation.
fn told(asking: &Asking<'_>, deal: &Deal, trail: &mut Trail) {
    let policy = asking.env.policy();
    if let Some(spends) = &asking.request.spends {
        let ty = Type::Points(spends.points);
        trail.step(policy, asking.id, StepKind::Taken, Default::default, deal.points.into(), &ty);
    }
    let value = asking.item.and_then(|item| item.value.as_ref()).or(asking.request.value.as_ref());
    if let (Some(expr), Some(value)) = (value, deal.value) {
        trail.step(policy, asking.id, StepKind::Value, Default::default, value, &expr.typed.ty);
    }
}

/// The event as it is counted and kept: `most` is the size that it came to.
pub(crate) fn resolved(env: &Env<'_>, sizes: &[(String, Decimal)]) -> Option<Event> {
    let event = env.frame.event;
    if !event.fields.values().any(|datum| *datum == Datum::Most) {
        return None;
    }
    let mut event = event.clone();
    for field in env.kind().map_or(&[][..], |kind| &kind.fields) {
        let name = &field.title.name;
        if event.fields.get(name) != Some(&Datum::Most) {
            continue;
        }
        // A size that no clause of this request reads is none.
        let size = sizes.iter().find(|(held, _)| held == name).map_or(Decimal::ZERO, |(_, size)| *size);
        let value = match field.typed.ty {
            Type::Points(points) => Value::Points(size, points),
            _ => Value::Count(size),
        };
        event.fields.insert(name.clone(), Datum::One(value));
        for json in field.json.iter().filter(|json| env.frame.event.json.contains_key(&json.name)) {
            event.json.insert(json.name.clone(), Json::String(crate::number::plain(size)));
        }
    }
    Some(event)
}
