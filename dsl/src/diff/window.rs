//! What changed about a window: when it begins and ends, on which days, at which hours.

use super::Both;
use crate::diagnostic::Text;
use crate::policy::core::parts;
use crate::policy::{DayPattern, Window, WindowKind};
use chrono::{NaiveDateTime, TimeDelta};

/// What differs; `None` where the two are not of one kind.
pub(super) fn notes<'p>(old: (Both<'p>, &'p Window), new: (Both<'p>, &'p Window)) -> Option<Vec<Text>> {
    match (&old.1.kind, &new.1.kind) {
        (WindowKind::Between(from_a, until_a), WindowKind::Between(from_b, until_b)) => {
            let mut notes = Vec::new();
            match (from_a, from_b) {
                (Some(a), Some(b)) if a != b => notes.push(begins(old.0, *a, *b)),
                (Some(_), None) => notes.push(Text::new("no first day any more", "不再限定起始日")),
                (None, Some(b)) => {
                    let from = new.0.text(|words| words.instant(*b));
                    notes.push(Text::new(format!("begins only on {}", from.en), format!("自{}起方可", from.zh)));
                }
                _ => {}
            }
            match (until_a, until_b) {
                (Some(a), Some(b)) if a != b => notes.push(ends(old.0, *a, *b)),
                (Some(_), None) => notes.push(Text::new("has no end any more", "不再限定截止日")),
                (None, Some(b)) => {
                    let end = new.0.text(|words| words.between(None, Some(*b)));
                    notes.push(Text::new(format!("now has an end: {}", end.en), format!("新增截止：{}", end.zh)));
                }
                _ => {}
            }
            Some(notes)
        }
        (WindowKind::Days(days_a, hours_a), WindowKind::Days(days_b, hours_b)) => {
            let mut notes = days((old.0, days_a), (new.0, days_b));
            if hours_a != hours_b {
                let told = |both: Both<'p>, hours: &Option<(chrono::NaiveTime, chrono::NaiveTime)>| match hours {
                    Some((from, until)) => {
                        let (from, until) = (from.format("%H:%M"), until.format("%H:%M"));
                        Text::new(format!("{from} until {until}"), format!("{from} 至 {until} 前"))
                    }
                    None => both.text(|words| crate::say!(words.language, "all day", "全天")),
                };
                let (a, b) = (told(old.0, hours_a), told(new.0, hours_b));
                notes.push(Text::new(format!("hours {} → {}", a.en, b.en), format!("时段 {} → {}", a.zh, b.zh)));
            }
            Some(notes)
        }
        _ => None,
    }
}

fn days<'p>((old, a): (Both<'p>, &'p [DayPattern]), (new, b): (Both<'p>, &'p [DayPattern])) -> Vec<Text> {
    let key = |both: Both<'p>, day: &DayPattern| parts::days(both.policy, std::slice::from_ref(day));
    let known = |both: Both<'p>, all: &'p [DayPattern], wanted: &str| all.iter().any(|day| key(both, day) == wanted);
    let mut notes = Vec::new();
    for day in b.iter().filter(|day| !known(old, a, &key(new, day))) {
        let day = new.text(|words| words.day(day));
        notes.push(Text::new(format!("also {}", day.en), format!("新增{}", day.zh)));
    }
    for day in a.iter().filter(|day| !known(new, b, &key(old, day))) {
        let day = old.text(|words| words.day(day));
        notes.push(Text::new(format!("no longer {}", day.en), format!("不再包括{}", day.zh)));
    }
    notes
}

fn begins(both: Both<'_>, a: NaiveDateTime, b: NaiveDateTime) -> Text {
    let (length, at) = (length(b - a), both.text(|words| words.instant(b)));
    let before = both.text(|words| words.instant(a));
    if b < a {
        Text::new(
            format!("extended by {}: begins {} instead of {}", length.en, at.en, before.en),
            format!("延长{}：改为{}开始（原{}）", length.zh, at.zh, before.zh),
        )
    } else {
        Text::new(
            format!("shortened by {}: begins {} instead of {}", length.en, at.en, before.en),
            format!("缩短{}：改为{}开始（原{}）", length.zh, at.zh, before.zh),
        )
    }
}

fn ends(both: Both<'_>, a: NaiveDateTime, b: NaiveDateTime) -> Text {
    let length = length(b - a);
    // A window that ends at midnight is told by its last day.
    let last = |at: NaiveDateTime| {
        let day = (at.time() == chrono::NaiveTime::MIN).then(|| at.date().pred_opt()).flatten();
        both.text(|words| day.map_or_else(|| words.instant(at), |day| words.date(day)))
    };
    let (before, now) = (last(a), last(b));
    if b > a {
        Text::new(
            format!("extended by {}: ends {} instead of {}", length.en, now.en, before.en),
            format!("延长{}：改为{}结束（原{}）", length.zh, now.zh, before.zh),
        )
    } else {
        Text::new(
            format!("shortened by {}: ends {} instead of {}", length.en, now.en, before.en),
            format!("缩短{}：改为{}结束（原{}）", length.zh, now.zh, before.zh),
        )
    }
}

/// A length of local time: whole days, else hours and minutes.
fn length(delta: TimeDelta) -> Text {
    let minutes = delta.num_minutes().abs();
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let parts = [(days, "day", "天"), (hours, "hour", "小时"), (rest, "minute", "分钟")];
    let said = parts.iter().filter(|(count, ..)| *count != 0);
    let plural = |count: i64| if count == 1 { "" } else { "s" };
    let en: Vec<String> = said.clone().map(|(count, en, _)| format!("{count} {en}{}", plural(*count))).collect();
    let zh: Vec<String> = said.map(|(count, _, zh)| format!(" {count} {zh}")).collect();
    Text::new(en.join(" "), zh.concat())
}
