//! Findings about brackets without a partner, and about what nests too deep.

use super::super::braces::BraceSlip;
use super::super::depth::{MAX_BLOCKS, MAX_NESTING, MAX_OPERATORS, TooDeep};
use super::super::layout::Layout;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Span;

/// The finding about one bracket.
pub fn finding(slip: &BraceSlip) -> Diagnostic {
    match *slip {
        BraceSlip::Unclosed { open, closed } => Diagnostic::error(
            "E0009",
            Text::new("this `{` is never closed", "这个 `{` 没有对应的 `}`"),
            open,
            Text::new("opened here", "在此打开"),
        )
        .mark(closed, Text::new("read as if it were closed here", "按在此关闭来理解"))
        .help(Text::new("add `}` where the block ends", "在此段结束处加上 `}`"))
        .fix(closed, "\n}"),
        BraceSlip::Unopened { head_end, close } => Diagnostic::error(
            "E0010",
            Text::new("the clauses of this declaration do not begin with `{`", "声明的条款之前缺少 `{`"),
            head_end,
            Text::new("`{` is missing here", "此处缺少 `{`"),
        )
        .mark(close, Text::new("this `}` closes it", "与这个 `}` 对应"))
        .help(Text::new("write `{` at the end of the line", "在行末写上 `{`"))
        .fix(head_end, " {"),
        BraceSlip::Surplus(span) => Diagnostic::error(
            "E0011",
            Text::new("this `}` closes nothing", "这个 `}` 没有对应的 `{`"),
            span,
            Text::new("one too many", "多余"),
        )
        .help(Text::new("take it out, or look for a `{` that is missing above", "请删除，或检查上文是否缺少 `{`"))
        .fix(span, ""),
        BraceSlip::UnclosedRound(span) => round(
            span,
            Text::new("is never closed in its block", "在本段内没有关闭"),
            Text::new("close it on the same line, or take it out", "请在同一行关闭，或删除"),
        ),
        BraceSlip::SurplusRound(span) => round(
            span,
            Text::new("closes nothing", "没有对应的前括号"),
            Text::new("take it out, or open the bracket before it", "请删除，或在前面补上前括号"),
        ),
    }
}

fn round(span: Span, what: Text, help: Text) -> Diagnostic {
    Diagnostic::error(
        "E0012",
        Text::new(format!("this bracket {}", what.en), format!("这个括号{}", what.zh)),
        span,
        Text::new("no partner", "不成对"),
    )
    .help(help)
}

/// The finding about a declaration that nests too deep.
pub fn too_deep(deep: TooDeep, layout: &Layout) -> Diagnostic {
    let (message, label, index) = match deep {
        TooDeep::Nesting(index) => (
            Text::new(format!("brackets nest more than {MAX_NESTING} deep"), format!("括号嵌套超过 {MAX_NESTING} 层")),
            Text::new("one level too many", "超出的一层"),
            index,
        ),
        TooDeep::Blocks(index) => (
            Text::new(
                format!("blocks and tables nest more than {MAX_BLOCKS} deep"),
                format!("声明与表嵌套超过 {MAX_BLOCKS} 层"),
            ),
            Text::new("one level too many", "超出的一层"),
            index,
        ),
        TooDeep::Operators(index) => (
            Text::new(
                format!("one expression has more than {MAX_OPERATORS} operators"),
                format!("一个表达式中的运算超过 {MAX_OPERATORS} 个"),
            ),
            Text::new("one too many", "超出处"),
            index,
        ),
    };
    Diagnostic::error("E0002", message, layout.span(index), label)
        .help(Text::new("name parts of it with `define`, and use the names", "用 `定义` 给各部分命名，再引用这些名称"))
}
