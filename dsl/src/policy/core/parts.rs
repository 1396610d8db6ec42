//! Types, windows, scopes and lines of the core in words.

use super::expr::{
    calendar_name, campaign_name, expr, kind_name, number, period, points_name, pool_name, subject_name, tier_name,
};
use crate::policy::{
    DayPattern, Deed, Field, Line, LineSign, Policy, Scope, ScopePeriod, Type, Typed, Validity, Window, WindowKind,
};
use crate::syntax::ast::Weekday;
use rust_decimal::Decimal;

/// A field with its type, JSON names, range and default.
pub(crate) fn field(policy: &Policy, field: &Field) -> String {
    let Field { title, json, typed, default, most, dated, reduces } = field;
    let mut text = format!("{}: {}{}", title.name, if *dated { "dated " } else { "" }, typed_text(policy, typed));
    if let Some(most) = most {
        text.push_str(&format!(" at most {most}"));
    }
    if let Some(default) = default {
        text.push_str(&format!(" default {}", super::expr::value(policy, default)));
    }
    let plain = matches!(json.as_slice(), [only] if only.name == title.name && only.factor == 1);
    if !plain {
        let names: Vec<String> = json
            .iter()
            .map(|json| {
                if json.factor == 1 {
                    format!("{:?}", json.name)
                } else {
                    format!("{:?} times {}", json.name, json.factor)
                }
            })
            .collect();
        text.push_str(&format!(" json {}", names.join(", ")));
    }
    if *reduces {
        text.push_str(" reduces");
    }
    text
}

fn typed_text(policy: &Policy, typed: &Typed) -> String {
    let Typed { ty, optional, quotient, scale, range } = typed;
    let mut text = type_text(policy, ty);
    if *optional {
        text.push('?');
    }
    if *quotient {
        text.push_str(" exact");
    }
    if let Some((low, high)) = range {
        text.push_str(&format!(", {scale} decimals, {} to {}", number(*low), bound(*high)));
    }
    text
}

/// The default range is so common that its end has a word.
fn bound(high: Decimal) -> String {
    if high == crate::policy::kind::default_most() { "10^15".to_owned() } else { number(high) }
}

fn type_text(policy: &Policy, ty: &Type) -> String {
    match ty {
        Type::Money(id) => format!("money in {}", policy.currency_of(*id).map_or("?", |one| &one.title.name)),
        Type::Points(id) => format!("points of {}", points_name(policy, *id)),
        Type::Quantity(id) => format!("quantity {}", policy.quantities.get(id.0).map_or("?", |one| &one.title.name)),
        Type::Rate(over, under) => format!("{} per {}", type_text(policy, over), type_text(policy, under)),
        Type::Number => "number".to_owned(),
        Type::Percent => "percent".to_owned(),
        Type::Count => "count".to_owned(),
        Type::Multiple => "multiple".to_owned(),
        Type::Flag => "flag".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Instant => "instant".to_owned(),
        Type::Time => "time".to_owned(),
        Type::Term => "term".to_owned(),
        Type::Days => "days".to_owned(),
        Type::WorkingDays => "working days".to_owned(),
        Type::Minutes => "minutes".to_owned(),
        Type::Period(unit) => period(*unit).to_owned(),
        Type::Enum(id) => policy.enum_type(*id).map_or_else(|| "?".to_owned(), |one| one.title.name.clone()),
        Type::Tier(id) => tier_name(policy, *id),
        Type::Code(digits) => format!("code of {digits} digits"),
        Type::Text => "text".to_owned(),
        Type::Subject(id) => subject_name(policy, *id),
        Type::EventOf(kinds) => {
            format!("earlier {}", kinds.iter().map(|kind| kind_name(policy, *kind)).collect::<Vec<_>>().join(" or "))
        }
        Type::List(fields) => {
            format!("list {{ {} }}", fields.iter().map(|one| field(policy, one)).collect::<Vec<_>>().join("; "))
        }
        Type::Set(inner) => format!("set of {}", type_text(policy, inner)),
    }
}

pub(crate) fn window(policy: &Policy, window: &Window) -> String {
    let Window { kind, by, span: _ } = window;
    let text = match kind {
        WindowKind::Between(start, end) => {
            let start = start.map_or_else(String::new, |start| format!("from {start} "));
            let end = end.map_or_else(String::new, |end| format!("until {end}"));
            format!("{start}{end}").trim_end().to_owned()
        }
        WindowKind::Days(days, hours) => {
            let hours = hours.map_or_else(String::new, |(from, until)| format!(" from {from} until {until}"));
            format!("every {}{hours}", self::days(policy, days))
        }
        WindowKind::Within(length, from) => format!("within {} of {}", expr(policy, length), expr(policy, from)),
    };
    match by {
        Some(by) => format!("{text} by {}", expr(policy, by)),
        None => text,
    }
}

/// Days that recur, in the order of their words.
pub(crate) fn days(policy: &Policy, days: &[DayPattern]) -> String {
    let mut days: Vec<String> = days.iter().map(|day| pattern(policy, day)).collect();
    days.sort();
    days.join(", ")
}

fn pattern(policy: &Policy, day: &DayPattern) -> String {
    match day {
        DayPattern::Any => "day".to_owned(),
        DayPattern::Weekday(day) => weekday(*day).to_owned(),
        DayPattern::NthWeekday(n, day) => format!("{} {} of month", nth(*n), weekday(*day)),
        DayPattern::DayOfMonth(n) => format!("{} day of month", nth(*n)),
        DayPattern::WorkingDay(None, calendar) => format!("working day of {}", calendar_name(policy, *calendar)),
        DayPattern::WorkingDay(Some(n), calendar) => {
            format!("{} working day of month of {}", nth(*n), calendar_name(policy, *calendar))
        }
        DayPattern::Holiday(calendar) => format!("holiday of {}", calendar_name(policy, *calendar)),
        DayPattern::SameMonth(date) => format!("month of {}", expr(policy, date)),
        DayPattern::Anniversary(date) => format!("anniversary of {}", expr(policy, date)),
    }
}

fn nth(n: i8) -> String {
    if n == -1 { "last".to_owned() } else { format!("{n}.") }
}

pub(crate) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// Key and period of a counter.
pub(crate) fn scope(policy: &Policy, scope: &Scope) -> String {
    let Scope { keys, period: every } = scope;
    let mut parts: Vec<String> = keys
        .iter()
        .map(|key| {
            let value = expr(policy, &key.value);
            if value == key.name { format!("per {value}") } else { format!("per {} ({value})", key.name) }
        })
        .collect();
    match every {
        ScopePeriod::Event => parts.push("each time".to_owned()),
        ScopePeriod::Ever => parts.push("for ever".to_owned()),
        ScopePeriod::Calendar(unit, None) => parts.push(format!("per {}", period(*unit))),
        ScopePeriod::Calendar(unit, Some(date)) => {
            parts.push(format!("per {} of {}", period(*unit), expr(policy, date)))
        }
        ScopePeriod::Rolling(days) => parts.push(format!("rolling {days} days")),
        ScopePeriod::Campaign(id) => parts.push(format!("per campaign {}", campaign_name(policy, *id))),
        ScopePeriod::Months(months, from) => parts.push(format!("per {months} months from {}", expr(policy, from))),
        ScopePeriod::FromFirstUse(months, days, minutes) => {
            parts.push(format!("{} from first use", length(*months, *days, *minutes)))
        }
        ScopePeriod::UntilIdle(minutes) => parts.push(format!("until {minutes} minutes idle")),
    }
    parts.join(" ")
}

/// A length of time by its parts.
pub(crate) fn length(months: i32, days: i64, minutes: i64) -> String {
    let parts = [(i64::from(months), "months"), (days, "days"), (minutes, "minutes")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count != 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if said.is_empty() { "0 days".to_owned() } else { said.join(" ") }
}

pub(crate) fn line(policy: &Policy, line: &Line) -> String {
    let Line { amount, points, pool, pool_by, sign, worth, first, to, when, for_each, span: _ } = line;
    let mut text = format!("line {} of {}", expr(policy, amount), points_name(policy, *points));
    match sign {
        LineSign::Give => {}
        LineSign::Take(pools) => {
            let pools: Vec<String> = pools.iter().map(|pool| pool_name(policy, *points, *pool)).collect();
            text.push_str(&format!(" taken from ({})", pools.join(", then ")));
        }
        LineSign::TakeBack { all } => text.push_str(if *all { " taken back, all" } else { " taken back" }),
    }
    match pool_by {
        None => {
            let pool = pool_name(policy, *points, *pool);
            if pool != points_name(policy, *points) {
                text.push_str(&format!(" into {pool}"));
            }
        }
        Some(table) => {
            let rows: Vec<String> = (table.rows.iter())
                .map(|(test, pool)| {
                    format!("{}: {}", super::expr::table_test(policy, test), pool_name(policy, *points, *pool))
                })
                .collect();
            text.push_str(&format!(" into {} {{ {} }}", expr(policy, &table.subject), rows.join(", ")));
        }
    }
    if let Some(worth) = worth {
        text.push_str(&format!(" worth {}", expr(policy, worth)));
    }
    if *first {
        text.push_str(" first");
    }
    if let Some(to) = to {
        text.push_str(&format!(" to {}", expr(policy, to)));
    }
    if let Some(list) = for_each {
        text.push_str(&format!(" for each of {list}"));
    }
    if let Some(when) = when {
        text.push_str(&format!(" when {}", expr(policy, when)));
    }
    text
}

pub(crate) fn validity(policy: &Policy, validity: &Validity) -> String {
    let anchor = |from_usable: bool| if from_usable { "usable" } else { "earning" };
    match validity {
        Validity::After { months, days, from_usable } => {
            format!("valid {} after {}", length(*months, *days, 0), anchor(*from_usable))
        }
        Validity::To(date) => format!("valid to {date}"),
        Validity::ToEndOf { unit, months, days, from_usable } => {
            format!("valid to end of {} {} after {}", period(*unit), length(*months, *days, 0), anchor(*from_usable))
        }
        Validity::ByTable(table) => format!("valid {} after earning", expr(policy, table)),
        Validity::WithoutEnd => "valid without end".to_owned(),
    }
}

/// Who pays, with shares.
pub(crate) fn funded(shares: &[(String, Option<Decimal>)]) -> String {
    let shares: Vec<String> = shares
        .iter()
        .map(|(party, share)| match share.and_then(|share| share.checked_mul(Decimal::ONE_HUNDRED)) {
            Some(share) => format!("{party} {}%", number(share)),
            None => party.clone(),
        })
        .collect();
    shares.join(", ")
}

/// What a rule does besides points.
pub(crate) fn deed(policy: &Policy, deed: &Deed) -> String {
    match deed {
        Deed::Set { subject, of, fact, value, from } => {
            let from = from.as_ref().map_or_else(String::new, |from| format!(" from {}", expr(policy, from)));
            format!(
                "set {}[{}].{fact} to {}{from}",
                subject_name(policy, *subject),
                expr(policy, of),
                expr(policy, value)
            )
        }
        Deed::Bar { subject, of } => format!("bar {}[{}]", subject_name(policy, *subject), expr(policy, of)),
    }
}
