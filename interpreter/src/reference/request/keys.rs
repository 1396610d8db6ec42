//! The counters on which requests depend: of every request that may answer the event, whatever its windows and amounts say.

use super::answer::{item_of, standing};
use crate::reference::expr::{eval, holds};
use crate::reference::frame::{Env, Eval};
use crate::reference::index::unsteady;
use crate::reference::key::barred;
use crate::reference::keys::{self, Keys};
use crate::reference::measure::balance_keys;
use crate::reference::value::Val;
use earnest_dsl::policy::{Ask, Expr, Item, LineSign, Policy, Request, RequestForm, Role, Window, WindowKind};
use std::collections::BTreeSet;

/// Keys of the requests on the event's kind; gives the customers who may get something from one.
pub(crate) fn of_event(env: &Env<'_>, all: &mut Keys) -> Eval<BTreeSet<String>> {
    let policy = env.policy();
    let mut customers = BTreeSet::new();
    if !env.kind().is_some_and(|kind| kind.role == Role::Request) {
        return Ok(customers);
    }
    if let Ok(customer) = env.customer() {
        all.insert(barred("customer", customer));
    }
    for (_, rule, request) in standing(policy, env.frame.event.kind) {
        let item = item_of(env, request)?;
        if request.form == RequestForm::Catalogue && item.is_none() && request.prohibited.is_none() {
            continue;
        }
        let mut excluded = false;
        for condition in rule.conditions.iter().filter(|condition| !unsteady(condition)) {
            excluded = excluded || !holds(env, condition)?;
        }
        if excluded {
            continue;
        }
        for expr in rule.conditions.iter().chain(window_exprs(&rule.windows)).chain(exprs(policy, request, item)) {
            keys::read(env, expr, all)?;
        }
        let own = item.map_or(&[][..], |item| &item.constraints);
        let stock = item.and_then(|item| item.stock);
        let constraints = rule.constraints.iter().chain(own).chain(&stock);
        let inside = Env { customer: Some(env.customer()?), ..*env };
        for constraint in constraints.filter_map(|id| policy.constraint(*id)) {
            keys::constraint(&inside, constraint, all)?;
        }
        if let Some(spends) = &request.spends {
            all.extend(balance_keys(env, spends.points, &spends.pools)?);
        }
        customers.insert(env.customer()?.to_owned());
        for line in &request.lines {
            if let LineSign::Take(pools) = &line.sign {
                all.extend(balance_keys(env, line.points, pools)?);
            }
            customers.extend(keys::line_getters(env, line)?);
        }
        if let Some(moves) = &request.moves
            && let Some(Val::Text(to)) = eval(env, &moves.to)?
        {
            customers.insert(to);
        }
    }
    Ok(customers)
}

fn window_exprs(windows: &[Window]) -> impl Iterator<Item = &Expr> {
    windows.iter().flat_map(|window| {
        let within = match &window.kind {
            WindowKind::Within(length, from) => vec![length, from],
            WindowKind::Between(..) | WindowKind::Days(..) => vec![],
        };
        window.by.iter().chain(within)
    })
}

/// Every expression of a request and of the item asked for.
fn exprs<'p>(policy: &'p Policy, request: &'p Request, item: Option<&'p Item>) -> Vec<&'p Expr> {
    let mut all: Vec<&Expr> = request.needs.iter().chain(&request.minimums).map(|need| &need.condition).collect();
    if let Ask::Units { each, .. } = &request.ask {
        all.extend(each);
    }
    all.extend(&request.value);
    all.extend(request.steps.iter().map(|steps| &steps.step));
    all.extend(request.bills.iter().map(|bill| &bill.most));
    all.extend(request.lines.iter().flat_map(|line| keys::line_exprs(policy, line)));
    all.extend(request.moves.iter().map(|moves| &moves.to));
    for amount in &request.amounts {
        all.push(&amount.amount);
        all.extend(amount.when.iter().chain(&amount.to));
    }
    all.extend(&request.entries);
    all.extend(request.deliver.iter().filter_map(|deliver| deliver.by.as_ref()));
    if let Some(item) = item {
        all.push(&item.price);
        all.extend(&item.value);
        all.extend(window_exprs(&item.windows));
        for lower in &item.lower {
            all.push(&lower.to);
            all.extend(lower.conditions.iter().chain(window_exprs(&lower.windows)));
        }
    }
    all
}
