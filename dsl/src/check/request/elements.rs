//! What a clause of a request may read besides the event: how much is asked, what it is worth, what amounts came to.

use crate::policy::{Expr, Field, Node, Title, Type, Typed};
use crate::source::Span;
use rust_decimal::Decimal;

/// The elements of a request whose points are of this type. Money is the programme's.
pub(super) fn elements(points: &Type, points_scale: u8, money: &Type) -> Vec<Field> {
    let most = crate::policy::kind::default_most();
    let field = |name: &str, label: &str, ty: &Type, scale: u8| Field {
        title: Title { name: name.to_owned(), labels: vec![label.to_owned()], ..Title::default() },
        json: vec![],
        typed: Typed { scale, range: Some((Decimal::ZERO, most)), ..Typed::plain(ty.clone()) },
        default: None,
        most: None,
        dated: false,
        reduces: false,
    };
    let mut all = vec![
        field("points", "积分数", points, points_scale),
        field("price", "价格", points, points_scale),
        field("value", "价值", money, 4),
        field("pieces", "件数", &Type::Count, 0),
        field("entries", "抽奖次数", &Type::Count, 0),
    ];
    let amounts =
        [("off", "抵"), ("pay", "应付"), ("give", "付给"), ("fee", "手续费"), ("cost", "成本"), ("receive", "收到")];
    all.extend(amounts.map(|(name, label)| field(name, label, money, 4)));
    all
}

/// A reading of an element.
pub(super) fn read(all: &[Field], name: &str, span: Span) -> Option<Expr> {
    let field = all.iter().find(|field| field.title.name == name)?;
    Some(Expr { node: Node::Element(name.to_owned()), typed: field.typed.clone(), span })
}

/// `of` times `times` per `per`: exact, a quotient.
pub(super) fn at_rate(of: Expr, times: &Expr, per: &Expr, span: Span) -> Expr {
    let typed = Typed { quotient: true, ..times.typed.clone() };
    let product = Expr {
        node: Node::Multiply(Box::new(of), Box::new(times.clone())),
        typed: Typed { range: None, ..times.typed.clone() },
        span,
    };
    Expr { node: Node::Divide(Box::new(product), Box::new(per.clone())), typed: Typed { range: None, ..typed }, span }
}
