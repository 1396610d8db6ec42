//! E0812 to E0814: names and choices that only requests and refunds have; and which codes say that a name leads nowhere.

use super::{both, en, meant, zh};
use crate::check::names::Names;
use crate::diagnostic::Diagnostic;
use crate::policy::Title;
use crate::source::Span;
use crate::syntax::ast::Name;

/// Codes that say that something is missing: it may be in the very declaration that could not be read.
const MISSING_NAMES: &[&str] = &[
    "E0101", "E0104", "E0105", "E0107", "E0109", "E0112", "E0115", "E0116", "E0121", "E0122", "E0123", "E0127",
    "E0201", "E0209", "E0311", "E0327", "E0401", "E0512", "E0513", "E0607", "E0617", "E0704", "E0804", "E0805",
    "E0807", "E0812", "E0813", "E0901", "E0906", "E0909",
];

/// What is only told when no rule has another mistake: a limit without lines may count those of the mistaken rule.
static LIMITS_WITHOUT_LINES: &[&str] = &["E0704"];

/// Whether a finding may only say that a rule has another mistake.
pub(crate) fn follows_a_rule(code: &str) -> bool {
    LIMITS_WITHOUT_LINES.contains(&code)
}

/// Whether a finding may only follow from a declaration that could not be read.
pub(crate) fn may_follow(code: &str) -> bool {
    MISSING_NAMES.contains(&code)
}

/// A campaign lowers the price of something that no catalogue has.
pub(crate) fn unknown_item(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0812",
        both(
            format!("no item or catalogue is called `{}`", name.text),
            format!("没有名为 `{}` 的商品或目录", name.text),
        ),
        name.span,
        both("unknown item", "未知的商品"),
    );
    let items =
        names.requests.entries.iter().flat_map(|entry| entry.node.clauses).filter_map(|clause| match &clause.kind {
            crate::syntax::ast::ClauseKind::Item(item) => Some(item.declared.name.text.as_str()),
            _ => None,
        });
    meant(found, &name.text, name.span, items.chain(names.requests.spoken()))
}

/// No catalogue, offset or other request of that name.
pub(crate) fn unknown_request(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0813",
        both(
            format!("no catalogue, offset or other request is called `{}`", name.text),
            format!("没有名为 `{}` 的目录、抵扣或其他申请", name.text),
        ),
        name.span,
        both("unknown request", "未知的申请"),
    );
    meant(found, &name.text, name.span, names.requests.spoken())
}

/// Refunds cannot both overdraw and stop at zero.
pub(crate) fn overdraw_and_floor(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0814",
        both("a balance that may be overdrawn does not stop at zero", "余额可透支，就不会停在零"),
        span,
        both("says both", "两样都写了"),
    )
    .help(both("keep one: `may overdraw` or `floor at zero`", "请保留其一：`可透支` 或 `不低于零`"))
}

/// A request names no points, and several kinds may be spent.
pub(crate) fn which_points(span: Span, first: &Title, second: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0815",
        both(
            format!("it is not said which points this takes: {} or {}", en(first), en(second)),
            format!("没有写明用哪种积分：{} 还是 {}", zh(first), zh(second)),
        ),
        span,
        both("takes points of which kind?", "用哪种积分？"),
    )
    .help(both(
        "name them in a price, a rate, a step or a minimum: `at least 1 Star`",
        "请在价格、比率、步长或下限中写明：`最少 1 星点`",
    ))
}
