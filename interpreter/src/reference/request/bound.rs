//! What bounds a request from above: constraints, the bill, stock, the balance. One test answers for a stated size and for `most`.

use super::{Asking, Deal, Sort, bounds, output};
use crate::decision::LimitTrace;
use crate::event::InputError;
use crate::event::scalar::bad;
use crate::number::{self, Exact};
use crate::reference::amount;
use crate::reference::book::NOT_LISTED;
use crate::reference::cap::{Caps, Class, LIMIT_UNKNOWN, Meter, Refusal, effect, limit_trace, meter, unknown};
use crate::reference::effect::{Effects, Target, gather};
use crate::reference::expr::{holds, number};
use crate::reference::frame::{Env, Eval};
use crate::reference::trace::text_of;
use crate::reference::value::shown_number;
use crate::watch::Seen;
use earnest_dsl::policy::{Beyond, Bill, Bounded, Constraint, ConstraintId, LineSign, PointsId, Type};
use earnest_dsl::source::Span;
use rust_decimal::Decimal;

/// The code of a stock that is used up.
const OUT_OF_STOCK: &str = "out_of_stock";
/// The code of a balance that is too small.
const INSUFFICIENT: &str = "insufficient_points";

/// One bound, and whether a request of some size stays within it.
#[derive(Debug)]
pub(super) struct Barrier {
    pub class: Class,
    pub code: String,
    pub span: Span,
    /// A request beyond it is cut to what fits.
    pub trims: bool,
    /// Where nothing fits, it refuses with its own code.
    pub refuses_at_zero: bool,
    pub holds: bool,
    pub detail: Option<String>,
    pub shown: Option<LimitTrace>,
}

impl Barrier {
    fn new(class: Class, code: &str, span: Span) -> Self {
        let code = code.to_owned();
        Self { class, code, span, trims: false, refuses_at_zero: false, holds: false, detail: None, shown: None }
    }

    pub(super) fn refusal(&self, asking: &Asking<'_>) -> Refusal {
        let detail = self.detail.clone();
        Refusal { class: self.class, code: self.code.clone(), rule: asking.id, detail, span: self.span }
    }
}

/// All bounds of a request at one size. `explain` asks for what is shown of them.
pub(super) fn barriers(asking: &Asking<'_>, deal: &Deal, caps: &Caps, explain: bool) -> Eval<Vec<Barrier>> {
    let env = asking.inside(deal);
    // Sizes that are only tried out are not explained, and nobody looks on.
    let env = if explain { env } else { env.unwatched() };
    let mut all = Vec::new();
    for (id, constraint) in asking.constraints().filter(|(_, constraint)| !constraint.at_least) {
        all.push(constrained(asking, &env, deal, (id, constraint), caps, explain)?);
    }
    for need in asking.request.needs.iter().filter(|need| bounds(need) == Some(Sort::Most)) {
        let mut barrier = Barrier::new(Class::Limit, &need.code, need.condition.span);
        barrier.holds = holds(&env, &need.condition)?;
        all.push(barrier);
    }
    for bill in &asking.request.bills {
        all.push(billed(asking, &env, deal, bill, explain)?);
    }
    all.extend(balanced(asking, &env, deal)?);
    Ok(all)
}

fn constrained(
    asking: &Asking<'_>,
    env: &Env<'_>,
    deal: &Deal,
    (id, constraint): (ConstraintId, &Constraint),
    caps: &Caps,
    explain: bool,
) -> Eval<Barrier> {
    let (code, trims, refuses_at_zero) = match &constraint.beyond {
        Beyond::Refuse(code) => (code.as_str(), false, false),
        Beyond::TrimRefuseAtZero(code) => (code.as_str(), true, true),
        Beyond::Drop | Beyond::RestEarns(_) => ("", true, false),
    };
    let stock = asking.item.is_some_and(|item| item.stock == Some(id)) || code == OUT_OF_STOCK;
    let class = if stock { Class::Stock } else { Class::Limit };
    let mut barrier = Barrier { trims, refuses_at_zero, ..Barrier::new(class, code, constraint.span) };
    let known = measured(asking, env, deal, id, constraint);
    let (meter, counted) = match known {
        Ok(known) => known,
        Err(error) if error.reason == NOT_LISTED => return Err(error),
        Err(error) => {
            barrier.detail = unknown(env, constraint, asking.id, &error).detail;
            LIMIT_UNKNOWN.clone_into(&mut barrier.code);
            (barrier.trims, barrier.refuses_at_zero) = (false, false);
            return Ok(barrier);
        }
    };
    let taken = caps.taken(&meter.key);
    let room = number::add(meter.used, taken).and_then(|used| number::subtract(meter.limit, used));
    let room: Exact = room.map_err(|_| too_long(&constraint.title.name))?.into();
    let room = if room.is_negative() { Exact::ZERO } else { room };
    let order = counted.compare(room).map_err(|_| too_long(&constraint.title.name))?;
    barrier.holds = order.is_le();
    env.see(|| Seen::Limit { constraint, cut: order.is_gt(), full: order.is_eq() });
    if explain {
        let granted = if barrier.holds { counted } else { room };
        let plain = |value: Exact| value.decimal().unwrap_or_default();
        barrier.shown = Some(limit_trace(env, constraint, &meter, taken, plain(counted), plain(granted)));
    }
    Ok(barrier)
}

fn measured(
    asking: &Asking<'_>,
    env: &Env<'_>,
    deal: &Deal,
    id: ConstraintId,
    constraint: &Constraint,
) -> Eval<(Meter, Exact)> {
    let meter = meter(env, id, constraint, asking.customer)?;
    Ok((meter, counted(asking, env, deal, constraint)?))
}

/// What a bound counts of a request.
pub(super) fn counted(asking: &Asking<'_>, env: &Env<'_>, deal: &Deal, constraint: &Constraint) -> Eval<Exact> {
    let unknown = |what: &str| bad(&constraint.title.name, format!("{what} is not known"));
    match &constraint.bounded {
        Bounded::Points => match &constraint.limit.typed.ty {
            // Points that it takes, or that it gives where it takes none of them.
            Type::Points(points) if !asking.takes(*points) => given(asking, env, *points),
            _ => Ok(deal.points.into()),
        },
        Bounded::Worth => worth_of(asking, env, deal).ok_or_else(|| unknown("the worth of the points")),
        Bounded::Spend(field) => {
            let read = env.field(field)?.and_then(|value| value.as_number());
            read.ok_or_else(|| unknown(&format!("the field `{field}`")))
        }
        Bounded::Uses => Ok(Exact::ONE),
        Bounded::Pieces => Ok(deal.pieces.unwrap_or(Decimal::ONE).into()),
        Bounded::Value => deal.value.ok_or_else(|| unknown("what is asked for in money")),
    }
}

/// Points of a kind that the request's own lines give to its customer.
fn given(asking: &Asking<'_>, env: &Env<'_>, points: PointsId) -> Eval<Exact> {
    let mut sum = Exact::ZERO;
    for line in asking.request.lines.iter().filter(|line| line.points == points && line.sign == LineSign::Give) {
        if let Some(amount) = output::line_amount(env, asking.id, line)? {
            sum = sum.add(amount.into()).map_err(|_| too_long("points"))?;
        }
    }
    Ok(sum)
}

/// The worth of what is taken, or of what is given where nothing is taken.
fn worth_of(asking: &Asking<'_>, env: &Env<'_>, deal: &Deal) -> Option<Exact> {
    let policy = env.policy();
    if let Some(spends) = &asking.request.spends {
        let (worth, _) = policy.points_of(spends.points)?.worth?;
        return Exact::from(deal.points).multiply(worth.into()).ok();
    }
    let mut sum = Exact::ZERO;
    for line in &asking.request.lines {
        let (worth, _) = policy.points_of(line.points)?.worth?;
        let amount = output::line_amount(env, asking.id, line).ok()?.unwrap_or_default();
        sum = sum.add(Exact::from(amount).multiply(worth.into()).ok()?).ok()?;
    }
    Some(sum)
}

/// A part of a bill: the value may be no more.
fn billed(asking: &Asking<'_>, env: &Env<'_>, deal: &Deal, bill: &Bill, explain: bool) -> Eval<Barrier> {
    let mut barrier = Barrier { trims: bill.trims, ..Barrier::new(Class::Bill, &bill.code, bill.most.span) };
    let (Some(most), Some(value)) = (number(env, &bill.most)?, deal.value) else {
        let (text, place) = text_of(env.policy(), &bill.most);
        barrier.detail = Some(format!("what may be paid of the bill, `{text}` ({place}), cannot be computed"));
        LIMIT_UNKNOWN.clone_into(&mut barrier.code);
        barrier.trims = false;
        return Ok(barrier);
    };
    let order = value.compare(most).map_err(env.inexact(bill.most.span))?;
    barrier.holds = order.is_le();
    env.see(|| Seen::Clause { expr: &bill.most, cut: order.is_gt(), full: order.is_eq() });
    if explain {
        let (text, place) = text_of(env.policy(), &bill.most);
        let shown = |value: Exact| shown_number(value, &bill.most.typed.ty, asking.env.policy());
        barrier.shown = Some(LimitTrace {
            limit: text,
            place,
            bound: shown(most),
            used: shown(Exact::ZERO),
            asked: shown(value),
            granted: shown(if barrier.holds { value } else { most }),
        });
    }
    Ok(barrier)
}

/// The balance: what can be spent before the event, and what the request itself brings first.
fn balanced(asking: &Asking<'_>, env: &Env<'_>, deal: &Deal) -> Eval<Option<Barrier>> {
    let Some(spends) = &asking.request.spends else { return Ok(None) };
    let mut held = amount::balance(env, spends.points, &spends.pools)?;
    for line in asking.request.lines.iter().filter(|line| line.first && line.points == spends.points) {
        let meant = spends.pools.is_empty() || spends.pools.contains(&amount::pool_of(env, line)?);
        let own = meant && amount::recipient(env, line)? == asking.customer;
        if own && let Some(brought) = output::line_amount(env, asking.id, line)? {
            held = held.add(brought.into()).map_err(|_| too_long("points"))?;
        }
    }
    // A fee in points is taken with what is asked.
    let mut needed = Exact::from(deal.points);
    for line in asking.request.lines.iter().filter(|line| line.points == spends.points) {
        if matches!(line.sign, LineSign::Take(_))
            && let Some(fee) = output::line_amount(env, asking.id, line)?
        {
            needed = needed.add(fee.into()).map_err(|_| too_long("points"))?;
        }
    }
    let holds = needed.compare(held).map_err(|_| too_long("points"))?.is_le();
    Ok(Some(Barrier { holds, ..Barrier::new(Class::Balance, INSUFFICIENT, Span::default()) }))
}

/// Charges the constraints of an accepted request with its outcome.
pub(super) fn charge(asking: &Asking<'_>, deal: &Deal, caps: &mut Caps, effects: &mut Effects) -> Eval<()> {
    let env = asking.inside(deal);
    for (id, constraint) in asking.constraints().filter(|(_, constraint)| !constraint.at_least) {
        // What cannot be evaluated has refused the event.
        let Ok((meter, counted)) = measured(asking, &env, deal, id, constraint) else { continue };
        let add = counted.decimal().ok_or_else(|| bad(&constraint.title.name, "what it counts is no decimal"))?;
        if add.is_zero() {
            continue;
        }
        caps.take(&meter.key, add)?;
        if meter.counted {
            gather(effects, meter.key, Target::Constraint(id, asking.id), effect(&env, add))?;
        }
    }
    Ok(())
}

pub(super) fn too_long(name: &str) -> InputError {
    bad(name, "the amount would need more than 28 digits")
}
