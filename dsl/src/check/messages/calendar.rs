//! E0511 to E0513: calendars of holidays and working days.

use super::{both, listed, meant};
use crate::check::names::{Names, path_text};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::Path;

/// A holiday outside the years that the calendar covers.
pub(crate) fn day_outside_calendar(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0511",
        both("this day lies outside the years that the calendar covers", "这一天不在日历覆盖的年份内"),
        span,
        both("not covered", "未覆盖"),
    )
    .help(both("correct the date, or widen the calendar's `from ... to ...`", "请更正日期，或放宽日历的 `自 … 至 …`"))
}

/// No calendar of that name.
pub(crate) fn unknown_calendar(path: &Path, names: &Names<'_>) -> Diagnostic {
    let text = path_text(path);
    let found = Diagnostic::error(
        "E0512",
        both(format!("no calendar is called `{text}`"), format!("没有名为 `{text}` 的日历")),
        path.span,
        both("unknown calendar", "未知的日历"),
    );
    meant(found, &text, path.span, names.calendars.spoken()).help(both(
        "write `use std.calendar` for the public holidays of mainland China, Hong Kong and Macau, or declare a `calendar`",
        "请写 `引用 std.calendar` 使用内地、香港、澳门的公众假期，或声明 `日历`",
    ))
}

/// Working days or holidays without saying whose.
pub(crate) fn which_calendar(span: Span, names: &Names<'_>) -> Diagnostic {
    let known: Vec<&str> = names.calendars.entries.iter().map(|entry| entry.declared.name.text.as_str()).collect();
    let found = Diagnostic::error(
        "E0513",
        both(
            "it is not said by which calendar working days and holidays are meant",
            "没有写明按哪个日历算工作日和节假日",
        ),
        span,
        both("which calendar?", "哪个日历？"),
    );
    if known.is_empty() {
        return found.help(both(
            "write `use std.calendar` in the programme's head and name one: `working day of china`",
            "请在方案开头写 `引用 std.calendar`，并写明：`工作日 之 china`",
        ));
    }
    let list = listed(&known);
    found.help(both(format!("name one behind `of`: {}", list.en), format!("请在 `之` 后写明一个：{}", list.zh)))
}
