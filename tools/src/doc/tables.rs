//! Tables: what a rule chooses by, items of a catalogue, levels.

use super::block::{Block, Table};
use super::setting::Setting;
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::{
    Beyond, EnumType, Expr, Item, Line, LowerPrice, Node, Request, Rule, RuleBody, TableRow, Tier, Value,
};
use earnest_dsl::say;
use earnest_dsl::syntax::ast::RoundMode;
use rust_decimal::RoundingStrategy;

/// Tables inside the expressions of a rule, each once, in the order in which its sentences name them.
pub(super) fn of_rule(setting: &Setting<'_>, rule: &Rule) -> Vec<Block> {
    let mut found: Vec<&Expr> = Vec::new();
    for expr in expressions(setting, rule) {
        walk(expr, &mut |expr| {
            if matches!(expr.node, Node::Table { .. }) && !found.iter().any(|known| known.node == expr.node) {
                found.push(expr);
            }
        });
    }
    let words = setting.words.on(&rule.kinds);
    let local = Setting { words, ..*setting };
    let mut all: Vec<Block> = found.into_iter().filter_map(|expr| by_rows(&local, expr)).map(Block::Table).collect();
    all.extend(pools(&local, rule).map(Block::Table));
    all
}

/// Expressions of a rule that its sentences tell, with those of its limits. Prices of items stand in the catalogue's table.
fn expressions<'p>(setting: &Setting<'p>, rule: &'p Rule) -> Vec<&'p Expr> {
    fn line(line: &Line) -> impl Iterator<Item = &Expr> {
        line.when.iter().chain([&line.amount]).chain(&line.to).chain(&line.worth)
    }
    let mut all: Vec<&Expr> = rule.conditions.iter().collect();
    match &rule.body {
        RuleBody::Earn(lines) => all.extend(lines.iter().flat_map(line)),
        RuleBody::Raise { factor, .. } => all.push(&factor.times),
        RuleBody::Level { line: target, condition, .. } => all.extend(line(target).chain(condition)),
        RuleBody::Accept(conditions) => all.extend(conditions.iter().map(|(condition, _)| condition)),
        RuleBody::Request(request) => all.extend(request_expressions(request)),
        RuleBody::Convert(convert) => all.extend(&convert.from),
        RuleBody::Notify(shown) => all.extend(shown.iter().map(|one| &one.value)),
    }
    for limit in rule.constraints.iter().filter_map(|id| setting.policy.constraint(*id)) {
        all.push(&limit.limit);
        if let Beyond::RestEarns(rest) = &limit.beyond {
            all.extend(line(rest));
        }
    }
    all
}

fn request_expressions(request: &Request) -> Vec<&Expr> {
    let mut all: Vec<&Expr> = request.value.iter().collect();
    all.extend(request.needs.iter().chain(&request.minimums).map(|need| &need.condition));
    all.extend(request.steps.iter().map(|steps| &steps.step));
    all.extend(request.bills.iter().map(|bill| &bill.most));
    all.extend(request.lines.iter().map(|line| &line.amount));
    all.extend(request.amounts.iter().map(|amount| &amount.amount));
    all
}

/// A table by its rows.
pub(super) fn by_rows(setting: &Setting<'_>, expr: &Expr) -> Option<Table> {
    let Node::Table { subject, rows, in_parts } = &expr.node else { return None };
    let words = setting.words;
    let (subject, unknown) = without_default(subject);
    let mut table = Table {
        caption: if *in_parts {
            say!(words.language, "each part at its own rate", "各段分别按本段计算")
        } else {
            String::new()
        },
        heads: vec![(words.heading(subject), false), (words.heading_of_values(rows), is_number(rows))],
        rows: rows.iter().map(|row| vec![words.row_test(&row.test), words.expr(&row.value)]).collect(),
        example: false,
    };
    if let Some(default) = unknown {
        let default = words.expr(default);
        table
            .rows
            .push(vec![say!(words.language, "unknown", "未知"), say!(words.language, "as {default}", "同{default}")]);
    }
    tidy(setting, &mut table);
    Some(table)
}

fn is_number(rows: &[TableRow]) -> bool {
    rows.iter().all(|row| matches!(row.value.node, Node::Constant(_)))
}

fn without_default(subject: &Expr) -> (&Expr, Option<&Expr>) {
    match &subject.node {
        Node::Default(inner, default) => (inner, Some(default)),
        _ => (subject, None),
    }
}

fn tidy(setting: &Setting<'_>, table: &mut Table) {
    let tidy = |text: &mut String| *text = setting.words.tidy(text);
    tidy(&mut table.caption);
    table.heads.iter_mut().for_each(|(head, _)| *head = setting.words.title(head));
    table.rows.iter_mut().flatten().for_each(tidy);
}

/// Pools by a table.
fn pools(setting: &Setting<'_>, rule: &Rule) -> Option<Table> {
    let RuleBody::Earn(lines) = &rule.body else { return None };
    let line = lines.iter().find(|line| line.pool_by.is_some())?;
    let by = line.pool_by.as_ref()?;
    let words = setting.words;
    let mut table = Table {
        heads: vec![(words.heading(&by.subject), false), (say!(words.language, "pool", "积分池"), false)],
        rows: by.rows.iter().map(|(test, pool)| vec![words.row_test(test), words.pool(line.points, *pool)]).collect(),
        ..Table::default()
    };
    tidy(setting, &mut table);
    Some(table)
}

/// Items of a catalogue; a price by level has a column for each level.
pub(super) fn items(setting: &Setting<'_>, request: &Request) -> Option<Table> {
    if request.items.is_empty() {
        return None;
    }
    let words = setting.words;
    let columns = price_columns(request);
    let mut heads = vec![(say!(words.language, "item", "商品"), false)];
    match &columns {
        Some(rows) => heads.extend(rows.iter().map(|row| (words.row_test(&row.test), true))),
        None => heads.push((say!(words.language, "points", "积分"), true)),
    }
    let more = [
        (say!(words.language, "worth", "市值"), true),
        (say!(words.language, "stock", "库存"), true),
        (say!(words.language, "notes", "说明"), false),
    ];
    heads.extend(more);
    let rows = request
        .items
        .iter()
        .map(|item| {
            let mut cells = vec![words.name(&item.title)];
            match &columns {
                Some(rows) => cells.extend(rows.iter().map(|row| price_at(setting, item, &row.value))),
                None => cells.push(words.price(item)),
            }
            cells.push(item.value.as_ref().map(|value| words.expr(value)).unwrap_or_default());
            let stock = item.stock.and_then(|id| setting.policy.constraint(id));
            cells.push(stock.map(|stock| words.bound_only(stock)).unwrap_or_default());
            cells.push(words.clauses(&words.item(item)));
            cells
        })
        .collect();
    let mut table = Table { heads, rows, ..Table::default() };
    if columns.is_some() {
        table.caption = say!(words.language, "points for one piece, by level", "每件所需积分，按等级");
    }
    without_empty_columns(&mut table);
    tidy(setting, &mut table);
    Some(table)
}

/// The rows by which all prices go that go by a table: a percentage of the same price.
fn price_columns(request: &Request) -> Option<Vec<TableRow>> {
    let tables: Vec<Option<&Vec<TableRow>>> = request.items.iter().map(|item| factor_rows(&item.price)).collect();
    let first = (*tables.iter().flatten().next()?).clone();
    let plain = |item: &Item| matches!(item.price.node, Node::Constant(_));
    let alike =
        request.items.iter().zip(&tables).all(|(item, rows)| plain(item) || rows.is_some_and(|rows| *rows == first));
    alike.then_some(first)
}

fn factor_rows(price: &Expr) -> Option<&Vec<TableRow>> {
    let Node::Multiply(base, factor) = &price.node else { return None };
    match (&base.node, &factor.node) {
        (Node::Constant(Value::Points(..)), Node::Table { rows, .. }) => {
            let shares = rows.iter().all(|row| matches!(row.value.node, Node::Constant(Value::Percent(_))));
            shares.then_some(rows)
        }
        _ => None,
    }
}

/// The price at one row: the share of it, rounded as the item says.
fn price_at(setting: &Setting<'_>, item: &Item, share: &Expr) -> String {
    let Node::Multiply(base, _) = &item.price.node else { return setting.words.price(item) };
    share_of(setting, base, share, item.rounding).unwrap_or_else(|| setting.words.price(item))
}

/// A price in a campaign: worked out where it is a share of a plain price.
pub(super) fn lowered(setting: &Setting<'_>, item: &Item, lower: &LowerPrice) -> String {
    let words = setting.words;
    let to = words.tidy(&words.expr(&lower.to));
    match share_of(setting, &item.price, &lower.to, lower.rounding) {
        Some(price) => say!(words.language, "{price} ({to})", "{price}（{to}）"),
        None => to,
    }
}

/// So much of a price in points, rounded to whole points (or to their decimals).
fn share_of(setting: &Setting<'_>, base: &Expr, share: &Expr, rounding: RoundMode) -> Option<String> {
    let (Node::Constant(Value::Points(base, points)), Node::Constant(Value::Percent(share))) =
        (&base.node, &share.node)
    else {
        return None;
    };
    let strategy = match rounding {
        RoundMode::Down => RoundingStrategy::ToZero,
        RoundMode::Up => RoundingStrategy::AwayFromZero,
        RoundMode::HalfUp => RoundingStrategy::MidpointAwayFromZero,
    };
    let scale = setting.policy.points_of(*points).map_or(0, |points| u32::from(points.scale));
    let price = base.checked_mul(*share)?.round_dp_with_strategy(scale, strategy);
    Some(setting.words.amount_of(price, *points))
}

fn without_empty_columns(table: &mut Table) {
    let empty = |at: usize, rows: &[Vec<String>]| rows.iter().all(|row| row.get(at).is_none_or(String::is_empty));
    let kept: Vec<usize> = (0..table.heads.len()).filter(|at| !empty(*at, &table.rows)).collect();
    table.heads = kept.iter().filter_map(|at| table.heads.get(*at).cloned()).collect();
    for row in &mut table.rows {
        *row = kept.iter().map(|at| row.get(*at).cloned().unwrap_or_default()).collect();
    }
}

/// Rows of a tier by a measure, lowest first.
pub(super) fn tier(setting: &Setting<'_>, tier: &Tier) -> Table {
    let words = setting.words;
    let mut table = Table {
        heads: vec![(say!(words.language, "level", "等级"), false), (say!(words.language, "from", "起点"), true)],
        rows: tier.rows.iter().map(|row| vec![words.name(&row.title), words.expr(&row.from)]).collect(),
        ..Table::default()
    };
    tidy(setting, &mut table);
    table
}

/// Levels given by the host, lowest first.
pub(super) fn levels(setting: &Setting<'_>, levels: &EnumType) -> String {
    let names: Vec<String> = levels.values.iter().map(|value| setting.words.name(&value.title)).collect();
    names.join(say!(setting.words.language, " < ", " < ").as_str())
}
