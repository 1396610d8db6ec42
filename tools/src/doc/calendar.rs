//! The calendar: when campaigns, rules and offers hold, as bars over months.

use super::block::{Figure, Table};
use super::setting::Setting;
use super::svg::{Anchor, COLOURS, Drawing, scaled, width};
use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime};
use earnest_dsl::policy::{Item, RuleBody, Title, Window, WindowKind};
use earnest_dsl::say;
use rust_decimal::Decimal;

/// Width of the drawing; it is scaled to the page.
const WIDTH: i64 = 800;
const ROW: i64 = 38;
const TOP: i64 = 30;

/// Something that holds for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    /// First instant, and the first instant after it.
    from: Option<NaiveDateTime>,
    until: Option<NaiveDateTime>,
    /// Days and hours on which it recurs.
    recurs: Vec<String>,
}

/// The calendar, where anything in the policy has a time.
pub(super) fn figure(setting: &Setting<'_>) -> Option<Figure> {
    let entries = entries(setting);
    if entries.is_empty() {
        return None;
    }
    let words = setting.words;
    let caption = say!(words.language, "Calendar: when each of these holds", "日历：各项适用的时间");
    let table = table(setting, &entries);
    let svg = drawing(setting, &entries, &caption)?;
    Some(Figure { svg, caption, table })
}

fn entries(setting: &Setting<'_>) -> Vec<Entry> {
    let policy = setting.policy;
    let mut all: Vec<Entry> = Vec::new();
    let mut add = |title: &Title, windows: &[Window]| {
        let entry = entry(setting, title, windows);
        // What has no dates of its own, or stands there already, is left to its own section.
        if (entry.from.is_some() || entry.until.is_some() || !entry.recurs.is_empty()) && !all.contains(&entry) {
            all.push(entry);
        }
    };
    for campaign in &policy.campaigns {
        add(&campaign.title, &campaign.windows);
    }
    for rule in &policy.rules {
        let inherited = rule.campaign.and_then(|id| policy.campaign(id)).map(|campaign| campaign.windows.as_slice());
        let own: Vec<Window> =
            rule.windows.iter().filter(|window| !inherited.unwrap_or_default().contains(window)).cloned().collect();
        add(&rule.title, &own);
        if let RuleBody::Request(request) = &rule.body {
            for Item { title, windows, .. } in &request.items {
                add(title, windows);
            }
        }
    }
    all.sort_by(|a, b| (a.from, a.until, &a.name).cmp(&(b.from, b.until, &b.name)));
    all
}

fn entry(setting: &Setting<'_>, title: &Title, windows: &[Window]) -> Entry {
    let words = setting.words;
    let mut entry = Entry { name: words.name(title), from: None, until: None, recurs: vec![] };
    for window in windows {
        match &window.kind {
            WindowKind::Between(from, until) => {
                entry.from = entry.from.max(*from);
                entry.until = match (entry.until, *until) {
                    (Some(one), Some(other)) => Some(one.min(other)),
                    (one, other) => one.or(other),
                };
            }
            WindowKind::Days(..) | WindowKind::Within(..) => entry.recurs.push(words.tidy(&words.window(window))),
        }
    }
    entry
}

fn table(setting: &Setting<'_>, entries: &[Entry]) -> Table {
    let words = setting.words;
    let heads = [say!(words.language, "What", "项目"), say!(words.language, "When", "时间")];
    let rows = entries
        .iter()
        .map(|entry| {
            let mut when: Vec<String> = Vec::new();
            if entry.from.is_some() || entry.until.is_some() {
                when.push(words.tidy(&words.between(entry.from, entry.until)));
            }
            when.extend(entry.recurs.iter().cloned());
            vec![entry.name.clone(), words.clauses(&when)]
        })
        .collect();
    Table { heads: heads.into_iter().map(|head| (head, false)).collect(), rows, ..Table::default() }
}

/// The days shown: whole months around everything that begins or ends.
fn range(setting: &Setting<'_>, entries: &[Entry]) -> Option<(NaiveDate, NaiveDate)> {
    let instants: Vec<NaiveDate> =
        entries.iter().flat_map(|entry| [entry.from, entry.until]).flatten().map(|at| at.date()).collect();
    let start = instants.iter().min().copied().unwrap_or_else(|| setting.policy.effective_from.date());
    let end = instants.iter().max().copied().unwrap_or(start);
    let first = start.with_day(1)?;
    let next = end.with_day(1)?.checked_add_months(Months::new(1))?;
    // A single month would make all bars equally long: the months around it give the measure.
    if first.checked_add_months(Months::new(3))? > next {
        return Some((first.checked_sub_months(Months::new(1))?, next.checked_add_months(Months::new(1))?));
    }
    Some((first, next))
}

fn days(from: NaiveDate, to: NaiveDate) -> Decimal {
    Decimal::from(to.signed_duration_since(from).num_days())
}

fn drawing(setting: &Setting<'_>, entries: &[Entry], caption: &str) -> Option<String> {
    let (first, next) = range(setting, entries)?;
    let longest = entries.iter().map(|entry| width(&entry.name, 14)).max().unwrap_or(0);
    let left = longest.saturating_add(18).clamp(90, 250);
    let room = WIDTH.saturating_sub(left).saturating_sub(12);
    let height = TOP.saturating_add(ROW.saturating_mul(i64::try_from(entries.len()).ok()?)).saturating_add(8);
    let mut drawing = Drawing::new(WIDTH, height);
    let whole = days(first, next);
    let x = |day: NaiveDate| left.saturating_add(scaled(days(first, day), whole, room));
    months(setting, &mut drawing, (first, next), (&x, height));
    for (at, entry) in entries.iter().enumerate() {
        let top = TOP.saturating_add(ROW.saturating_mul(i64::try_from(at).ok()?));
        row(setting, &mut drawing, entry, (top, left, room), (first, next), &x);
    }
    if let Some(today) = setting.today.filter(|today| (first..next).contains(today)) {
        let at = x(today);
        drawing.line((at, 18), (at, height.saturating_sub(4)), "stroke=\"#c4570a\" stroke-width=\"1.5\"");
        let label = say!(setting.words.language, "today", "今日");
        drawing.text((at.saturating_add(4), height.saturating_sub(6)), Anchor::Start, 12, "#c4570a", &label);
    }
    Some(drawing.finish(caption))
}

/// Lines and names of months; of years, or of every n-th month, where there are many.
fn months(
    setting: &Setting<'_>,
    drawing: &mut Drawing,
    (first, next): (NaiveDate, NaiveDate),
    (x, height): (&impl Fn(NaiveDate) -> i64, i64),
) {
    let count = next.year().saturating_sub(first.year()).saturating_mul(12).saturating_add(
        i32::try_from(next.month0()).unwrap_or(0).saturating_sub(i32::try_from(first.month0()).unwrap_or(0)),
    );
    let every: u32 = match count {
        ..=12 => 1,
        13..=36 => 3,
        _ => 12,
    };
    let mut month = first;
    let mut year = None;
    while month <= next {
        let at = x(month);
        if month.month0().is_multiple_of(every) || month == first {
            drawing.line((at, 22), (at, height.saturating_sub(6)), "stroke=\"#dfe4ea\"");
            if month < next {
                let label = name_of_month(setting, month, year != Some(month.year()));
                drawing.text((at.saturating_add(3), 16), Anchor::Start, 12, "#5b6675", &label);
                year = Some(month.year());
            }
        }
        let Some(later) = month.checked_add_months(Months::new(1)) else { return };
        month = later;
    }
    let end = x(next);
    drawing.line((end, 22), (end, height.saturating_sub(6)), "stroke=\"#dfe4ea\"");
}

fn name_of_month(setting: &Setting<'_>, month: NaiveDate, with_year: bool) -> String {
    match (setting.words.language, with_year) {
        (earnest_dsl::diagnostic::Language::English, true) => month.format("%b %Y").to_string(),
        (earnest_dsl::diagnostic::Language::English, false) => month.format("%b").to_string(),
        (earnest_dsl::diagnostic::Language::Chinese, true) => format!("{}年{}月", month.year(), month.month()),
        (earnest_dsl::diagnostic::Language::Chinese, false) => format!("{}月", month.month()),
    }
}

fn row(
    setting: &Setting<'_>,
    drawing: &mut Drawing,
    entry: &Entry,
    (top, left, room): (i64, i64, i64),
    (first, next): (NaiveDate, NaiveDate),
    x: &impl Fn(NaiveDate) -> i64,
) {
    let words = setting.words;
    let middle = top.saturating_add(16);
    drawing.text((left.saturating_sub(12), middle), Anchor::End, 14, "#1d2430", &entry.name);
    let from = entry.from.map_or(first, |at| at.date()).max(first);
    let until = entry.until.map_or(next, day_after).min(next);
    let (start, end) = (x(from), x(until));
    let length = end.saturating_sub(start).max(5);
    let style = if entry.recurs.is_empty() {
        format!("rx=\"4\" fill=\"{}\"", COLOURS.first().copied().unwrap_or("#000"))
    } else {
        format!(
            "rx=\"4\" fill=\"{0}\" fill-opacity=\"0.45\" stroke=\"{0}\"",
            COLOURS.first().copied().unwrap_or("#000")
        )
    };
    drawing.bar((start, top.saturating_add(4)), (length, 14), &style);
    let mut told: Vec<String> = Vec::new();
    if entry.from.is_some() || entry.until.is_some() {
        told.push(short(setting, entry));
    }
    told.extend(entry.recurs.iter().cloned());
    let told = words.clauses(&told);
    // The dates stand under the bar, within the drawing.
    let wide = width(&told, 12);
    let at = start.min(left.saturating_add(room).saturating_sub(wide)).max(left);
    drawing.text((at, top.saturating_add(31)), Anchor::Start, 12, "#5b6675", &told);
}

/// The day on which a bar ends: an end within a day includes that day.
fn day_after(until: NaiveDateTime) -> NaiveDate {
    if until.time() == NaiveTime::MIN { until.date() } else { until.date().succ_opt().unwrap_or(until.date()) }
}

/// The dates, short.
fn short(setting: &Setting<'_>, entry: &Entry) -> String {
    let words = setting.words;
    let midnight = |at: NaiveDateTime| at.time() == NaiveTime::MIN;
    let first = entry.from.map(|from| words.instant(from));
    let last = entry.until.map(|until| {
        let whole = midnight(until).then(|| until.date().pred_opt()).flatten();
        whole.map_or_else(|| words.instant(until), |day| words.date(day))
    });
    let told = match (first, last) {
        (Some(first), Some(last)) if first == last => first,
        (Some(first), Some(last)) => format!("{first} – {last}"),
        (Some(first), None) => say!(words.language, "from {first}", "自{first}起"),
        (None, Some(last)) => say!(words.language, "to {last}", "至{last}"),
        (None, None) => String::new(),
    };
    words.tidy(&told)
}
