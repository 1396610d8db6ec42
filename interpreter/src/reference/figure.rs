//! Figures and notices: values that are told and post nothing.

use super::expr::eval;
use super::frame::{Env, Eval};
use super::value::Val;
use crate::decision::Notice;
use crate::number::{Inexact, at_scale, plain};
use earnest_dsl::policy::{Expr, Figure, Policy, RuleBody, RuleId, Shown, Type};

/// The kind of event on which figures that read no event are told.
const REPORT: &str = "Report";

/// The figures that the event tells: those that read events of its kind; on a report, those of the books too.
pub(crate) fn of_event<'p>(env: &Env<'p>) -> impl Iterator<Item = &'p Figure> + use<'p> {
    let kind = env.frame.event.kind;
    let report = env.kind().is_some_and(|kind| kind.title.name == REPORT);
    let told = move |figure: &&Figure| figure.kinds.contains(&kind) || (report && figure.kinds.is_empty());
    env.policy().figures.iter().filter(told)
}

/// Values of the figures that the event tells, by name; those that are not known are left out.
pub(crate) fn told(env: &Env<'_>) -> Eval<Vec<(String, String)>> {
    let mut all = Vec::new();
    for figure in of_event(env) {
        if let Some(text) = value(env, &figure.value)? {
            all.push((figure.title.name.clone(), text));
        }
    }
    Ok(all)
}

/// What customers are told by the rules that applied.
pub(crate) fn notices(env: &Env<'_>, applied: impl Iterator<Item = RuleId>) -> Eval<Vec<Notice>> {
    let mut all = Vec::new();
    for rule in applied.filter_map(|id| env.policy().rule(id)) {
        let RuleBody::Notify(shown) = &rule.body else { continue };
        let mut shows = Vec::new();
        for Shown { text, value: expr } in shown {
            shows.push((text.clone(), value(env, expr)?.unwrap_or_else(|| "unknown".to_owned())));
        }
        all.push(Notice { name: rule.title.name.clone(), shows });
    }
    Ok(all)
}

/// The text of a value without its unit: money and points in their scale, other numbers without zeros at their end.
pub(crate) fn value(env: &Env<'_>, expr: &Expr) -> Eval<Option<String>> {
    let Some(value) = eval(env, expr)? else { return Ok(None) };
    let Val::Number(number) = value else { return Ok(value.text()) };
    let exact = number.decimal().ok_or_else(|| env.inexact(expr.span)(Inexact))?;
    let scaled = scale(env.policy(), &expr.typed.ty).and_then(|scale| at_scale(exact, scale).ok());
    Ok(Some(scaled.map_or_else(|| plain(exact), |scaled| scaled.to_string())))
}

fn scale(policy: &Policy, ty: &Type) -> Option<u32> {
    match ty {
        Type::Money(id) => policy.currency_of(*id).map(|currency| u32::from(currency.scale)),
        Type::Points(id) => policy.points_of(*id).map(|points| u32::from(points.scale)),
        _ => None,
    }
}
