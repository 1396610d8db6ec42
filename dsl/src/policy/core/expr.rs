//! Expressions of the core in words: fully bracketed where one operation stands in another, names by identifier.

use crate::policy::{
    CalendarId, CodeSetId, Compare, Expr, KindId, ListFold, MeasureFold, MeasureId, Node, PointsId, Policy, PoolId,
    Reads, SetMember, SubjectId, TableRow, TableTest, TierId, TotalOf, Value,
};
use crate::syntax::ast::{PeriodUnit, RoundMode};
use rust_decimal::Decimal;

/// An expression as text. Equal texts mean equal expressions of one policy.
pub(crate) fn expr(policy: &Policy, expr: &Expr) -> String {
    node(policy, &expr.node)
}

/// An operand: in brackets unless it is a single word or amount.
fn operand(policy: &Policy, inner: &Expr) -> String {
    let text = expr(policy, inner);
    match inner.node {
        Node::Constant(_)
        | Node::Field(_)
        | Node::Element(_)
        | Node::Fact(..)
        | Node::OfEvent(..)
        | Node::Measure(..)
        | Node::Tier(..)
        | Node::Today
        | Node::CloseOfPeriod(_)
        | Node::Table { .. } => text,
        _ => format!("({text})"),
    }
}

// One arm per node: the exhaustive match is the idea.
fn node(policy: &Policy, node: &Node) -> String {
    let operand = |inner: &Expr| operand(policy, inner);
    let all = |inner: &[Expr], between: &str| inner.iter().map(operand).collect::<Vec<_>>().join(between);
    match node {
        Node::Constant(constant) => value(policy, constant),
        Node::Field(name) => name.clone(),
        Node::Element(name) => format!("each.{name}"),
        Node::Fact(subject, whose, fact) => {
            let subject = subject_name(policy, *subject);
            match &whose.node {
                Node::Field(field) if *field == subject => format!("{subject}.{fact}"),
                _ => format!("{subject}[{}].{fact}", operand(whose)),
            }
        }
        Node::OfEvent(earlier, field) => format!("{}.{field}", operand(earlier)),
        Node::FirstKnown(ways) => {
            format!("first known of ({})", ways.iter().map(|way| expr(policy, way)).collect::<Vec<_>>().join(", "))
        }
        Node::Measure(id, reads) => format!("{} {}", measure_name(policy, *id), reading(*reads)),
        Node::MeasureOver { measure, count, previous, fold, reads } => {
            let (fold, which) = (measure_fold(*fold), if *previous { "previous" } else { "last" });
            format!("{fold} of {} over {which} {count} periods {}", measure_name(policy, *measure), reading(*reads))
        }
        Node::Tier(id, reads) => format!("{} {}", tier_name(policy, *id), reading(*reads)),
        Node::Balance(points, pools) => format!("balance of {}", pools_text(policy, *points, pools)),
        Node::Total(which, points, pools) => {
            let which = match which {
                TotalOf::Outstanding => "outstanding",
                TotalOf::Earned => "earned",
                TotalOf::Redeemed => "redeemed",
                TotalOf::Expired => "expired",
            };
            format!("{which} of {}", pools_text(policy, *points, pools))
        }
        Node::AsOf(inner, at) => format!("{} as of {}", operand(inner), operand(at)),
        Node::Not(inner) => format!("not {}", operand(inner)),
        Node::And(inner) => all(inner, " and "),
        Node::Or(inner) => all(inner, " or "),
        Node::Compare(op, a, b) => format!("{} {} {}", operand(a), compare(*op), operand(b)),
        Node::In(inner, set) => format!("{} in {}", operand(inner), members(policy, set)),
        Node::Known(inner) => format!("{} is known", operand(inner)),
        Node::Default(inner, otherwise) => format!("{} default {}", operand(inner), operand(otherwise)),
        Node::Add(a, b) => format!("{} + {}", operand(a), operand(b)),
        Node::Subtract(a, b) => format!("{} - {}", operand(a), operand(b)),
        Node::Multiply(a, b) => format!("{} * {}", operand(a), operand(b)),
        Node::Divide(a, b) => format!("{} / {}", operand(a), operand(b)),
        Node::Negate(inner) => format!("- {}", operand(inner)),
        Node::PerFull { award, step, of, started } => {
            let word = if *started { "started" } else { "full" };
            format!("{} per {word} {} of {}", operand(award), operand(step), operand(of))
        }
        Node::Above(a, b) => format!("{} above {}", operand(a), operand(b)),
        Node::Table { subject, rows, in_parts } => {
            let rows: Vec<String> = rows.iter().map(|one| row(policy, one)).collect();
            format!("{} {{ {} }}{}", operand(subject), rows.join(", "), if *in_parts { " in parts" } else { "" })
        }
        Node::Fold(fold, list, inner, weight) => {
            let inner = inner.as_ref().map_or_else(String::new, |inner| format!("{} over ", operand(inner)));
            let weight = weight.as_ref().map_or_else(String::new, |weight| format!(" weighted by {}", operand(weight)));
            format!("{} of {inner}{}{weight}", list_fold(*fold), operand(list))
        }
        Node::Round(inner, mode, places) => format!("{} {} to {places} places", operand(inner), rounding(*mode)),
        Node::TermIn(inner, months) => format!("{} in units of {months} months", operand(inner)),
        Node::DaysBetween(a, b) => format!("days from {} to {}", operand(a), operand(b)),
        Node::Today => "today".to_owned(),
        Node::CloseOfPeriod(unit) => format!("close of {}", period(*unit)),
        Node::DateOf(inner) => format!("date of {}", operand(inner)),
        Node::IsAnniversary(day, of) => format!("{} is anniversary of {}", operand(day), operand(of)),
        Node::PeriodOf(unit, inner) => format!("{} of {}", period(*unit), operand(inner)),
        Node::Shift(from, by, after) => {
            format!("{} {} {}", operand(by), if *after { "after" } else { "before" }, operand(from))
        }
        Node::WorkingDaysAfter(calendar, by, from) => {
            format!("{} after {} by {}", operand(by), operand(from), calendar_name(policy, *calendar))
        }
        Node::IsKind(kinds) => {
            format!("event is {}", kinds.iter().map(|kind| kind_name(policy, *kind)).collect::<Vec<_>>().join(" or "))
        }
        Node::Product(inner) => all(inner, " * "),
    }
}

pub(crate) fn table_test(policy: &Policy, test: &TableTest) -> String {
    match test {
        TableTest::Is(set) => members(policy, set),
        TableTest::From(from) => format!("from {}", operand(policy, from)),
        TableTest::Otherwise => "otherwise".to_owned(),
    }
}

fn row(policy: &Policy, row: &TableRow) -> String {
    format!("{}: {}", table_test(policy, &row.test), expr(policy, &row.value))
}

fn members(policy: &Policy, set: &[SetMember]) -> String {
    let mut texts: Vec<String> = set
        .iter()
        .map(|member| match member {
            SetMember::One(one) => operand(policy, one),
            SetMember::Codes(id) => code_set_name(policy, *id),
            SetMember::Run(first, last) => format!("{} to {}", value(policy, first), value(policy, last)),
        })
        .collect();
    // The order in which members are written has no meaning.
    texts.sort();
    texts.dedup();
    match texts.as_slice() {
        [only] => only.clone(),
        _ => format!("{{ {} }}", texts.join(", ")),
    }
}

/// A constant with its unit.
pub(crate) fn value(policy: &Policy, value: &Value) -> String {
    match value {
        Value::Money(amount, id) => {
            format!("{} {}", number(*amount), policy.currency_of(*id).map_or("?", |one| &one.title.name))
        }
        Value::Points(amount, id) => format!("{} {}", number(*amount), points_name(policy, *id)),
        Value::Quantity(amount, id) => {
            format!("{} {}", number(*amount), policy.quantities.get(id.0).map_or("?", |one| &one.unit))
        }
        Value::Number(amount) => number(*amount),
        Value::Percent(fraction) => match fraction.checked_mul(Decimal::ONE_HUNDRED) {
            Some(percent) => format!("{}%", number(percent)),
            None => number(*fraction),
        },
        Value::Count(count) => format!("{} times", number(*count)),
        Value::Multiple(times) => format!("{}x", number(*times)),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Instant(at) => at.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Term(months) => format!("{months} months"),
        Value::Days(days) => format!("{days} days"),
        Value::WorkingDays(days) => format!("{days} working days"),
        Value::Minutes(minutes) => format!("{minutes} minutes"),
        Value::Period(unit, first) => format!("{} of {first}", period(*unit)),
        Value::Enum(id, name) => format!("{}.{name}", policy.enum_type(*id).map_or("?", |one| &one.title.name)),
        Value::Code(code) => format!("code {code}"),
        Value::Text(text) => format!("{text:?}"),
    }
}

/// An amount in one form whatever its written zeros.
pub(crate) fn number(amount: Decimal) -> String {
    amount.normalize().to_string()
}

pub(crate) fn pools_text(policy: &Policy, points: PointsId, pools: &[PoolId]) -> String {
    let name = points_name(policy, points);
    if pools.is_empty() {
        return name;
    }
    let pools: Vec<String> = pools.iter().map(|pool| pool_name(policy, points, *pool)).collect();
    format!("{name} in {}", pools.join(", "))
}

fn compare(op: Compare) -> &'static str {
    match op {
        Compare::Equal => "=",
        Compare::NotEqual => "!=",
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::Greater => ">",
        Compare::AtLeast => ">=",
    }
}

fn reading(reads: Reads) -> &'static str {
    match reads {
        Reads::Before => "before this one",
        Reads::With => "with this one",
    }
}

fn measure_fold(fold: MeasureFold) -> &'static str {
    match fold {
        MeasureFold::Lowest => "lowest",
        MeasureFold::Highest => "highest",
        MeasureFold::Sum => "sum",
        MeasureFold::Average => "average",
    }
}

fn list_fold(fold: ListFold) -> &'static str {
    match fold {
        ListFold::Sum => "sum",
        ListFold::Count => "count",
        ListFold::Lowest => "lowest",
        ListFold::Highest => "highest",
        ListFold::Average => "average",
    }
}

pub(crate) fn rounding(mode: RoundMode) -> &'static str {
    match mode {
        RoundMode::Down => "round down",
        RoundMode::Up => "round up",
        RoundMode::HalfUp => "round half up",
    }
}

pub(crate) fn period(unit: PeriodUnit) -> &'static str {
    match unit {
        PeriodUnit::Day => "day",
        PeriodUnit::Week => "week",
        PeriodUnit::Month => "month",
        PeriodUnit::Quarter => "quarter",
        PeriodUnit::Year => "year",
        PeriodUnit::Statement => "statement",
    }
}

/// A name by id; an id that leads nowhere cannot come from the checker.
macro_rules! names {
    ($($function:ident, $lookup:ident, $id:ty;)*) => {$(
        pub(crate) fn $function(policy: &Policy, id: $id) -> String {
            policy.$lookup(id).map_or_else(|| "?".to_owned(), |one| one.title.name.clone())
        }
    )*};
}

names! {
    measure_name, measure, MeasureId;
    tier_name, tier, TierId;
    points_name, points_of, PointsId;
    kind_name, kind, KindId;
    subject_name, subject, SubjectId;
    code_set_name, code_set, CodeSetId;
    calendar_name, calendar, CalendarId;
    rule_name, rule, crate::policy::RuleId;
    group_name, group, crate::policy::GroupId;
    campaign_name, campaign, crate::policy::CampaignId;
}

pub(crate) fn pool_name(policy: &Policy, points: PointsId, pool: PoolId) -> String {
    policy
        .points_of(points)
        .and_then(|points| points.pools.get(pool.0))
        .map_or_else(|| "?".to_owned(), |pool| pool.title.name.clone())
}
