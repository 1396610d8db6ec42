//! Requests of the core in words.

use super::Out;
use super::expr::{campaign_name, expr, points_name, pool_name, rounding};
use super::parts;
use crate::policy::{
    AmountLine, AmountVerb, Ask, Bill, ConstraintId, Deliver, Item, LowerPrice, Moves, Need, Policy, Request,
    RequestForm, Spends, Steps,
};

pub(super) fn print(policy: &Policy, request: &Request, out: &mut Out) {
    // The form is a word for people; a transfer's and a cash-out's code says what they are.
    let Request {
        form,
        prohibited,
        needs,
        minimums,
        ask,
        spends,
        value,
        items,
        steps,
        bills,
        lines,
        moves,
        amounts,
        entries,
        entitles,
        deliver,
        stays_spent,
    } = request;
    out.line(format!("request {}", form_word(*form)));
    if let Some(code) = prohibited {
        out.line(format!("refuse {code}"));
    }
    for Need { condition, code } in needs {
        out.line(format!("need {} else refuse {code}", expr(policy, condition)));
    }
    for Need { condition, code } in minimums {
        out.line(format!("minimum {} else refuse {code}", expr(policy, condition)));
    }
    out.line(asked(policy, ask));
    if let Some(Spends { points, pools }) = spends {
        let pools: Vec<String> = pools.iter().map(|pool| pool_name(policy, *points, *pool)).collect();
        let from = if pools.is_empty() { String::new() } else { format!(" from {}", pools.join(", then ")) };
        out.line(format!("takes {}{from}", points_name(policy, *points)));
    }
    if let Some(value) = value {
        out.line(format!("value {}", expr(policy, value)));
    }
    items.iter().for_each(|item| print_item(policy, item, out));
    if let Some(Steps { step, refuse }) = steps {
        let rest = refuse.as_ref().map_or_else(|| "leave the rest".to_owned(), |code| format!("else refuse {code}"));
        out.line(format!("in steps of {}, {rest}", expr(policy, step)));
    }
    for Bill { most, code, trims } in bills {
        let beyond = if *trims { "drop the rest".to_owned() } else { format!("else refuse {code}") };
        out.line(format!("value at most {}, {beyond}", expr(policy, most)));
    }
    for line in lines {
        out.line(parts::line(policy, line));
    }
    if let Some(Moves { to, keep_dates }) = moves {
        let dates = if *keep_dates { ", keep dates" } else { "" };
        out.line(format!("moves to {}{dates}", expr(policy, to)));
    }
    amounts.iter().for_each(|line| amount(policy, line, out));
    if let Some(entries) = entries {
        out.line(format!("entries {}", expr(policy, entries)));
    }
    if let Some(what) = entitles {
        out.line(format!("entitles to {}", what.name));
    }
    if let Some(Deliver { by, partner }) = deliver {
        let by = by.as_ref().map_or_else(String::new, |by| format!(" by {}", expr(policy, by)));
        let partner = partner.as_ref().map_or_else(String::new, |partner| format!(" through {partner}"));
        out.line(format!("delivered{by}{partner}"));
    }
    if *stays_spent {
        out.line("stays spent");
    }
}

fn form_word(form: RequestForm) -> &'static str {
    match form {
        RequestForm::Catalogue => "catalogue",
        RequestForm::Offset => "offset",
        RequestForm::Exchange => "exchange",
        RequestForm::CashOut => "cash out",
        RequestForm::Transfer => "transfer",
        RequestForm::Donation => "donation",
        RequestForm::Lottery => "lottery",
        RequestForm::Benefit => "benefit",
    }
}

fn asked(policy: &Policy, ask: &Ask) -> String {
    match ask {
        Ask::Nothing => "asks nothing".to_owned(),
        Ask::Units { count, each } => {
            let each = each.as_ref().map_or_else(|| "the price".to_owned(), |each| expr(policy, each));
            format!("asks {each} for each of {}", count.as_deref().unwrap_or("1"))
        }
        Ask::Points(field) => format!("asks {field}"),
    }
}

fn print_item(policy: &Policy, item: &Item, out: &mut Out) {
    let Item { title, price, rounding: mode, lower, lowest, stock, constraints, value, grants, windows, span: _ } =
        item;
    out.line(format!("item {}: {} {}", title.name, expr(policy, price), rounding(*mode)));
    for LowerPrice { campaign, windows, conditions, to, rounding: mode } in lower {
        let windows = windows.iter().map(|window| parts::window(policy, window));
        let conditions = conditions.iter().map(|condition| format!("when {}", expr(policy, condition)));
        let when: Vec<String> = windows.chain(conditions).collect();
        out.line(format!(
            "  lower price in {} to {} {}: {}",
            campaign_name(policy, *campaign),
            expr(policy, to),
            rounding(*mode),
            when.join(", ")
        ));
    }
    if *lowest {
        out.line("  lowest price");
    }
    let named = |id: &ConstraintId| policy.constraint(*id).map_or("?", |one| &one.title.name).to_owned();
    for id in stock.iter().chain(constraints) {
        out.line(format!("  bounded by {}", named(id)));
    }
    if let Some(value) = value {
        out.line(format!("  value {}", expr(policy, value)));
    }
    for grant in grants {
        out.line(format!("  entitles to {}", grant.name));
    }
    for window in windows {
        out.line(format!("  {}", parts::window(policy, window)));
    }
}

fn amount(policy: &Policy, line: &AmountLine, out: &mut Out) {
    let AmountLine { verb, amount, when, to } = line;
    let verb = match verb {
        AmountVerb::Off => "off",
        AmountVerb::Pay => "pay",
        AmountVerb::Give => "give",
        AmountVerb::Fee => "fee",
        AmountVerb::Cost => "cost",
        AmountVerb::Receive => "receive",
    };
    let to = to.as_ref().map_or_else(String::new, |to| format!(" to {}", expr(policy, to)));
    let when = when.as_ref().map_or_else(String::new, |when| format!(" when {}", expr(policy, when)));
    out.line(format!("{verb} {}{to}{when}", expr(policy, amount)));
}
