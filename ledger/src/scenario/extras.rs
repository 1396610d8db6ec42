//! Expectations besides points: money, entries, benefits, delivery, tiers, figures, settlements, places, notices.

use super::compare::Comparison;
use super::seen::number;
use crate::told::{HostTold, SettledStatus};
use earnest_dsl::policy::ExpectedKind;
use earnest_dsl::policy::scenario::Shown;
use earnest_dsl::syntax::ast::MoneyVerb;
use rust_decimal::Decimal;

// One arm per expectation: the list is the idea.
pub(super) fn compare(comparison: &mut Comparison<'_>, expected: &ExpectedKind) {
    let decision = &comparison.answer.decision;
    match expected {
        ExpectedKind::Money { verb, amount, unit } => money(comparison, *verb, *amount, unit),
        ExpectedKind::Entries(expected) => {
            let got = decision.entries.as_deref().map(number).unwrap_or_default();
            differ(comparison, (got, *expected), ("entries", "抽奖次数"));
        }
        ExpectedKind::Grant { name, number, worth } => granted(comparison, name, *number, *worth),
        ExpectedKind::DeliverBy(day) => {
            let got = decision.deliver_by.clone().unwrap_or_default();
            if got != day.to_string() {
                comparison.differs(
                    format!("delivered by {}, expected {day}", or_nothing(&got)),
                    format!("发货至 {}，应为 {day}", or_nothing(&got)),
                );
            }
        }
        ExpectedKind::Tier(expected) => tier(comparison, expected),
        ExpectedKind::Figure { name, value } => figure(comparison, name.as_deref(), *value),
        ExpectedKind::Settled { matched, count, money } => settled(comparison, *matched, *count, *money),
        ExpectedKind::Ranked(expected) => {
            let got = comparison.answer.told.iter().find_map(|one| match one {
                HostTold::Ranked(ranked) => Some(ranked.customers()),
                _ => None,
            });
            let (got, wanted) = (got.unwrap_or_default().join(", "), expected.join(", "));
            if got != wanted {
                comparison.differs(
                    format!("the places are {}, expected {wanted}", or_nothing(&got)),
                    format!("名次为 {}，应为 {wanted}", or_nothing(&got)),
                );
            }
        }
        ExpectedKind::Notice(expected) => notice(comparison, expected),
        ExpectedKind::Earn { .. }
        | ExpectedKind::Take { .. }
        | ExpectedKind::TakeBack { .. }
        | ExpectedKind::Move { .. }
        | ExpectedKind::Refuse(_) => {}
    }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn differ(comparison: &mut Comparison<'_>, (got, expected): (Decimal, Decimal), what: (&str, &str)) {
    if got != expected {
        let (got, expected) = (got.normalize(), expected.normalize());
        comparison
            .differs(format!("{} {got}, expected {expected}", what.0), format!("{} {got}，应为 {expected}", what.1));
    }
}

fn money(comparison: &mut Comparison<'_>, verb: MoneyVerb, expected: Decimal, unit: &str) {
    let (kinds, zh): (&[&str], &str) = match verb {
        MoneyVerb::Off => (&["off"], "抵"),
        MoneyVerb::Pay => (&["pay"], "应付"),
        MoneyVerb::Give => (&["give", "receive"], "付给"),
    };
    let amounts = comparison.answer.decision.amounts.iter();
    let same = amounts.filter(|one| kinds.contains(&one.kind.as_str()) && (unit.is_empty() || one.unit == unit));
    let got = same.fold(Decimal::ZERO, |sum, one| sum.saturating_add(number(&one.amount)));
    let en = kinds.first().copied().unwrap_or_default();
    if got != expected {
        comparison.differs(
            format!("{en} {got} {unit}, expected {expected} {unit}"),
            format!("{zh} {got} {unit}，应为 {expected} {unit}"),
        );
    }
}

/// A benefit granted by a line, or one (or a service) that the event allows to use.
fn granted(comparison: &mut Comparison<'_>, name: &str, nth: Option<Decimal>, worth: Option<Decimal>) {
    let last = |one: &str| one.rsplit('.').next().unwrap_or(one).to_owned();
    let is = |one: &str| one == name || last(one) == last(name);
    let of = comparison.seen.granted.keys().find(|(_, unit)| is(unit)).cloned();
    let line = of.is_some();
    if let Some(of) = of
        && let Some(sum) = comparison.seen.granted.get_mut(&of)
    {
        *sum = sum.saturating_sub(Decimal::ONE);
    }
    if !line && !comparison.answer.decision.entitled.iter().any(|one| is(one)) {
        comparison.differs(format!("`{name}` was not granted"), format!("没有授予 `{name}`"));
        return;
    }
    if let Some(expected) = nth {
        let got = comparison.answer.numbers.iter().find(|(unit, _)| is(unit)).map(|(_, number)| Decimal::from(*number));
        differ(comparison, (got.unwrap_or_default(), expected), ("number", "编号"));
    }
    if let Some(expected) = worth {
        let lines = comparison.answer.decision.lines.iter();
        let mut worths = lines.filter(|line| is(&line.points)).filter_map(|line| line.worth.as_deref()).map(number);
        let got = worths.next().unwrap_or_default();
        differ(comparison, (got, expected), ("worth", "价值"));
    }
}

fn tier(comparison: &mut Comparison<'_>, expected: &str) {
    let levels = comparison.answer.told.iter().filter_map(|one| match one {
        HostTold::Level { level, .. } => Some(level.clone().unwrap_or_default()),
        _ => None,
    });
    let all: Vec<String> = levels.collect();
    if !all.iter().any(|one| one == expected) {
        let got = all.join(", ");
        comparison.differs(
            format!("the tier is {}, expected {expected}", or_nothing(&got)),
            format!("等级为 {}，应为 {expected}", or_nothing(&got)),
        );
    }
}

fn figure(comparison: &mut Comparison<'_>, name: Option<&str>, expected: Decimal) {
    let figures = &comparison.answer.decision.figures;
    let told = match name {
        Some(name) => figures.iter().find(|(one, _)| one == name),
        None => figures.first().filter(|_| figures.len() == 1),
    };
    let shown = name.unwrap_or("the figure").to_owned();
    match told.map(|(name, value)| (name.clone(), number(value))) {
        Some((_, got)) if got == expected => {}
        Some((name, got)) => {
            let (got, expected) = (got.normalize(), expected.normalize());
            comparison.differs(
                format!("`{name}` is {got}, expected {expected}"),
                format!("`{name}` 为 {got}，应为 {expected}"),
            );
        }
        None => comparison.differs(
            format!("`{shown}` is not told by this event alone; write its name"),
            format!("该事件未给出单独的指标 `{shown}`，请写明名称"),
        ),
    }
}

fn settled(comparison: &mut Comparison<'_>, matched: bool, count: Decimal, money: Decimal) {
    let found = comparison.answer.told.iter().find_map(|one| match one {
        HostTold::Settled(settled) => Some(settled.as_ref().clone()),
        _ => None,
    });
    let Some(found) = found else {
        comparison.differs("nothing was settled".to_owned(), "没有对账".to_owned());
        return;
    };
    let is = found.status == SettledStatus::Matched;
    if is != matched {
        let (en, zh) = if is { ("matches", "相符") } else { ("differs", "不符") };
        comparison.differs(format!("the claim {en}"), format!("申报{zh}"));
    }
    let (got_count, got_money) =
        if matched { (found.count, found.money) } else { (found.diff_count, found.diff_money) };
    differ(comparison, (got_count, count), ("count", "笔数"));
    differ(comparison, (got_money, money), ("money", "金额"));
}

fn notice(comparison: &mut Comparison<'_>, expected: &Shown) {
    let shows = comparison.answer.decision.notices.iter().flat_map(|notice| &notice.shows);
    let texts: Vec<String> = shows.map(|(_, value)| value.clone()).collect();
    let is = |text: &String| match expected {
        Shown::Number(expected) => {
            text.split(' ').next().and_then(|text| text.parse::<Decimal>().ok()) == Some(*expected)
        }
        Shown::Text(expected) => text == expected,
    };
    if !texts.iter().any(is) {
        let (got, expected) = (
            texts.join(", "),
            match expected {
                Shown::Number(number) => number.normalize().to_string(),
                Shown::Text(text) => text.clone(),
            },
        );
        comparison.differs(
            format!("the notice shows {}, expected {expected}", or_nothing(&got)),
            format!("通知内容为 {}，应为 {expected}", or_nothing(&got)),
        );
    }
}
