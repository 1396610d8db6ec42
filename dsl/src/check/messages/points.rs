//! E0801 to E0819: kinds of points, pools, prohibitions and requests.

use super::{both, en, meant, zh};
use crate::check::names::{Names, dotted};
use crate::diagnostic::{Diagnostic, Text};
use crate::policy::{Pool, Title};
use crate::source::Span;
use crate::syntax::ast::{Expr, Name, Number};

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
pub(crate) fn prohibited(span: Span, points: &Title, never: Span) -> Diagnostic {
    Diagnostic::error(
        "E0808",
        both(
            format!("{} may not be used in this way, and this declaration allows it", en(points)),
            format!("{} 禁止这样使用，而这里的声明却允许", zh(points)),
        ),
        span,
        both("allows it", "这里允许"),
    )
    .mark(never, both("forbidden here", "这里禁止"))
    .help(both(
        format!("delete this declaration, or take the prohibition out of {}", en(points)),
        format!("请删去这个声明，或从 {} 里去掉禁止", zh(points)),
    ))
}

/// A request that is declared: checked, but earning is all that this version decides.
pub(crate) fn request_not_decided(request: &Title, head: Span) -> Diagnostic {
    Diagnostic::warning(
        "E0809",
        both(
            format!("{} is read and checked, but this version decides earning only", en(request)),
            format!("{} 已读取并检查，但本版只处理积分的获得", zh(request)),
        ),
        head,
        both("requests are refused as not decided", "此类申请暂不处理"),
    )
    .help(both("keep it if you like: nothing in it changes what is earned", "可以保留：它不影响积分的获得"))
}

/// A price that is not in points.
pub(crate) fn price_in_points(span: Span, shown: &Text) -> Diagnostic {
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
pub(crate) fn rate_does_not_fit(left: (Span, &Text), right: (Span, &Text)) -> Diagnostic {
    Diagnostic::error(
        "E0811",
        both(
            format!("this rate sets {} against {}", left.1.en, right.1.en),
            format!("这个比率是{}对{}", left.1.zh, right.1.zh),
        ),
        left.0.to(right.0),
        both("does not fit", "不合适"),
    )
    .mark(left.0, left.1.clone())
    .mark(right.0, right.1.clone())
    .help(both(
        "write points first, then what they bring: `rate 100 Point = 1 CNY`; in an `exchange` the other points",
        "请先写积分，再写换得的内容：`比率 100 积分 = 1 元`；`互换` 里写另一种积分",
    ))
}

/// A stock that is no whole number.
pub(crate) fn not_a_stock(stock: &Number) -> Diagnostic {
    Diagnostic::error(
        "E0812",
        both(format!("`{}` is no number of pieces", stock.text), format!("`{}` 不是件数", stock.text)),
        stock.span,
        both("not a whole number", "不是整数"),
    )
    .help(both("write a whole number of zero or more: `stock 100`", "请写不小于零的整数：`库存 100`"))
}

/// A request that names no event, and the usual one is not there.
pub(crate) fn request_without_kind(span: Span, usual: &str) -> Diagnostic {
    Diagnostic::error(
        "E0813",
        both(
            format!("it is not said which event asks for this, and the usual `{usual}` is not declared"),
            format!("没有写明由哪种事件提出申请，而常用的 `{usual}` 没有声明"),
        ),
        span,
        both("asked for by what?", "由什么提出？"),
    )
    .help(both(
        format!("write `use std.banking` in the programme's head to have `{usual}`, or name an event behind `on`"),
        format!("请在方案开头写 `引用 std.banking` 以使用 `{usual}`，或在 `适用于` 后写明事件"),
    ))
}

/// `may overdraw` and `floor at zero` together.
pub(crate) fn overdraw_and_floor(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0814",
        both("a balance cannot both go below zero and stop at zero", "余额不能既可透支，又不低于零"),
        span,
        both("contradicts itself", "自相矛盾"),
    )
    .help(both(
        "keep `may overdraw` (what is missing becomes a debt) or `floor at zero` (what is missing is forgiven)",
        "请保留 `可透支`（不足部分记为欠）或 `不低于零`（不足部分免收）",
    ))
}
