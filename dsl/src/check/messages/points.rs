//! E0801 to E0819: kinds of points, pools, prohibitions and requests.

use super::{both, en, meant, zh};
use crate::check::names::{Names, dotted};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::{Pool, Title};
use crate::source::Span;
use crate::syntax::ast::{Expr, Name};

/// Points without rounding.
pub(crate) fn points_without_rounding(span: Span, points: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0801",
        both(format!("{} does not say how points are rounded", en(points)), format!("{} 没有写明积分如何取整", zh(points))),
        span,
        both("down, up or half up?", "向下、向上还是四舍五入？"),
    )
    .help(both(
        "write `round down each line` (each rule by itself), or `round down each award` (a base with its multiples together)",
        "请写 `向下取整 每行`（每条规则各自取整），或 `向下取整 每笔`（基础与倍数合并取整）",
    ))
}

/// Points without an order of use.
pub(crate) fn points_without_order(span: Span, points: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0802",
        both(
            format!("{} does not say which points are used first", en(points)),
            format!("{} 没有写明先用哪些积分", zh(points)),
        ),
        span,
        both("which go first?", "先用哪些？"),
    )
    .help(both("write `spend first soonest to expire, then oldest`", "请写 `先用 最早到期，再用 最早获得`"))
}

/// Points without validity.
pub(crate) fn points_without_validity(span: Span, points: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0803",
        both(format!("{} does not say how long points are valid", en(points)), format!("{} 没有写明积分的有效期", zh(points))),
        span,
        both("valid until when?", "有效到何时？"),
    )
    .help(both(
        "write `valid 3 years after earning`, `valid to 2025-12-31` or `valid without end` (in the points or in each pool)",
        "请写 `有效期 3年 自 获得 起`、`有效期 至 2025-12-31` 或 `永久有效`（写在积分种类或各积分池里）",
    ))
}

/// No points of that name.
pub(crate) fn unknown_points(name: &Name, names: &Names<'_>) -> Diagnostic {
    let found = Diagnostic::error(
        "E0804",
        both(
            format!("no points or pool is called `{}`", name.text),
            format!("没有名为 `{}` 的积分或积分池", name.text),
        ),
        name.span,
        both("unknown points", "未知的积分"),
    );
    meant(found, &name.text, name.span, names.points.spoken()).help(both(
        format!("write the name of declared points, or declare them: `points {} {{ ... }}`", name.text),
        format!("请写已声明的积分，或声明：`积分种类 {} {{ … }}`", name.text),
    ))
}

/// No pool of that name.
pub(crate) fn unknown_pool(span: Span, text: &str, spoken: &[String]) -> Diagnostic {
    let found = Diagnostic::error(
        "E0805",
        both(format!("these points have no pool `{text}`"), format!("这种积分没有名为 `{text}` 的积分池")),
        span,
        both("unknown pool", "未知的积分池"),
    );
    meant(found, text, span, spoken.iter().map(String::as_str)).help(both(
        format!("declare it inside the points: `pool {text} {{ valid 1 years after earning }}`"),
        format!("请在积分种类里声明：`积分池 {text} {{ 有效期 1年 自 获得 起 }}`"),
    ))
}

/// Points with several pools, and a line that names none.
pub(crate) fn which_pool(span: Span, pools: &[Pool]) -> Diagnostic {
    let names: Vec<&str> = pools.iter().map(|pool| pool.title.name.as_str()).collect();
    let list = super::listed(&names);
    let mut found = Diagnostic::error(
        "E0806",
        both(
            "these points have several pools, and it is not said into which one they go",
            "这种积分有多个积分池，没有写明进入哪一个",
        ),
        span,
        both("into which pool?", "进入哪个积分池？"),
    );
    for pool in pools.iter().take(4) {
        found = found.mark(pool.title.span, both("a pool", "积分池"));
    }
    found.help(both(format!("write `into` and one of {}", list.en), format!("请写 `入` 加上其中一个：{}", list.zh)))
}

/// An activity that is neither an event kind nor a kind of posting.
pub(crate) fn unknown_activity(activity: &Expr, names: &Names<'_>) -> Diagnostic {
    let text = dotted(activity)
        .map(|segments| segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("."))
        .unwrap_or_default();
    let found = Diagnostic::error(
        "E0807",
        both("this is no activity that can prolong points", "这不是能顺延积分的活动"),
        activity.span,
        both("unknown activity", "未知的活动"),
    );
    meant(found, &text, activity.span, names.kinds.spoken()).help(both(
        "write event kinds, `earn`, `use`, `redemption`, `offset`, `exchange` or `transfer out`",
        "请写事件名称，或 `得`、`使用`、`兑换`、`抵扣`、`互换`、`转出`",
    ))
}

/// A declaration against a prohibition of the points.
pub(crate) fn prohibited(declaration: &Title, what: &Text, points: &Title) -> Diagnostic {
    Diagnostic::error(
        "E0808",
        both(
            format!("{} says `never {}`, and {} allows it", en(points), what.en, en(declaration)),
            format!("{} 写了 `禁止 {}`，而 {} 又允许", zh(points), what.zh, zh(declaration)),
        ),
        declaration.span,
        both("allows it", "这里允许"),
    )
    .mark(points.span, both(format!("`never {}` for these points", what.en), format!("这种积分 `禁止 {}`", what.zh)))
    .help(both(
        format!("delete {}, or delete `never {}` from {}", en(declaration), what.en, en(points)),
        format!("请删去 {}，或从 {} 里删去 `禁止 {}`", zh(declaration), zh(points), what.zh),
    ))
}

/// A price, rate or limit of a request in points that the request cannot take.
pub(crate) fn price_without_points(span: Span, shown: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0810",
        both(format!("a price is in points, and this is {}", shown.en), format!("价格以积分计，而这里是{}", shown.zh)),
        span,
        both(shown.en.clone(), shown.zh.clone()),
    )
    .help(both(
        "write the points asked: `item tshirt \"T恤\" 200 Point`",
        "请写所需积分：`商品 tshirt \"T恤\" 200 积分`",
    ))
}

/// A rate whose sides are not points and money (or points and points).
pub(crate) fn rate_sides(span: Span, left: &Text, right: &Text) -> Diagnostic {
    Diagnostic::error(
        "E0811",
        both(
            format!("a rate sets points against money or other points, and this sets {} against {}", left.en, right.en),
            format!("比率是积分对金额或对另一种积分，而这里是{}对{}", left.zh, right.zh),
        ),
        span,
        both("not a rate", "不成比率"),
    )
    .help(both("write `rate 100 Point = 1 CNY`", "请写 `比率 100 积分 = 1 元`"))
}

/// `worth of` or `profit of` points that state none.
pub(crate) fn no_worth(span: Span, points: &Title, worth: bool) -> Diagnostic {
    let (word, han) = if worth {
        ("worth 0.01 CNY", "价值 0.01 元")
    } else {
        ("stands for 0.01 CNY of profit", "折合 0.01 元 利润")
    };
    Diagnostic::error(
        "E0816",
        both(
            format!("{} state no money that one of them is worth", en(points)),
            format!("{} 没有写明每个折合多少钱", zh(points)),
        ),
        span,
        both("worth how much?", "折合多少？"),
    )
    .mark(points.span, both("nothing is said here", "这里没有写"))
    .help(both(format!("write `{word}` in the points"), format!("请在积分种类中写 `{han}`")))
}
