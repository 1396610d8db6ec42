//! Types as written in fields, facts and parameters.

use super::messages;
use super::name::answers;
use super::names::{Found, path_text};
use super::{Checker, Env};
use crate::policy::kind::default_most;
use crate::policy::{EnumId, Field, KindId, PointsId, SubjectId, Type, Typed};
use crate::syntax::ast::{self, TypeKind};
use rust_decimal::Decimal;

impl Checker<'_> {
    /// The type that a field states, with the range and scale that go without saying.
    pub(crate) fn field_type(&mut self, ty: &ast::TypeExpr) -> Option<Typed> {
        let most = default_most();
        let plain = |ty: Type| Some(Typed::plain(ty));
        let number = |ty: Type, scale: u8, low: Decimal| {
            Some(Typed { ty, optional: false, quotient: false, scale, range: Some((low, most)) })
        };
        match &ty.kind {
            TypeKind::Money(currencies) => {
                let id = self.field_currency(currencies)?;
                let scale = self.policy.currency_of(id).map_or(2, |currency| currency.scale);
                number(Type::Money(id), scale, Decimal::ZERO)
            }
            TypeKind::Points(points) => {
                let id = self.field_points(points.as_ref())?;
                let scale = self.policy.points_of(id).map_or(0, |points| points.scale);
                number(Type::Points(id), scale, Decimal::ZERO)
            }
            TypeKind::Number(scale) => number(Type::Number, small(scale.as_ref(), 6), -most),
            TypeKind::Count => number(Type::Count, 0, Decimal::ZERO),
            TypeKind::Percent => Some(Typed {
                range: Some((Decimal::ZERO, Decimal::from(1000))),
                scale: 6,
                ..Typed::plain(Type::Percent)
            }),
            TypeKind::Flag => plain(Type::Flag),
            TypeKind::Date => plain(Type::Date),
            TypeKind::Instant => plain(Type::Instant),
            TypeKind::Time => plain(Type::Time),
            TypeKind::Period(unit) => plain(Type::Period(*unit)),
            TypeKind::Term => {
                Some(Typed { range: Some((Decimal::ZERO, Decimal::from(1200))), ..Typed::plain(Type::Term) })
            }
            TypeKind::Days => {
                Some(Typed { range: Some((Decimal::ZERO, Decimal::from(40_000))), ..Typed::plain(Type::Days) })
            }
            TypeKind::Text => plain(Type::Text),
            TypeKind::HostTier => Some(Typed::plain(self.host_tier_type())),
            TypeKind::Named(path) => self.named_type(path),
            TypeKind::Code(digits) => plain(Type::Code(small(Some(digits), 4))),
            TypeKind::List(_, fields) => {
                let fields: Vec<Option<Field>> = fields.iter().map(|field| self.field(field)).collect();
                plain(Type::List(fields.into_iter().collect::<Option<Vec<_>>>()?))
            }
            TypeKind::Rate(over, under, scale) => {
                let (over, own) = self.unit_type(&Env::constant(None), over)?;
                let (under, _) = self.unit_type(&Env::constant(None), under)?;
                let rate = Type::Rate(Box::new(over), Box::new(under));
                // A price for a unit is finer than the unit it is in; what it is multiplied with stays computable.
                let high = Decimal::from(100_000);
                let scale = small(scale.as_ref(), own);
                Some(Typed { ty: rate, optional: false, quotient: false, scale, range: Some((Decimal::ZERO, high)) })
            }
            TypeKind::Dated(inner) => self.field_type(inner),
        }
    }

    /// The type of the tier that the host gives; open text where the programme declares none.
    fn host_tier_type(&self) -> Type {
        let mut tiers = self.policy.enums.iter().enumerate().filter(|(_, one)| one.ordered);
        match (tiers.next(), tiers.next()) {
            (Some((at, _)), _) => Type::Enum(EnumId(at)),
            _ => Type::Text,
        }
    }

    fn field_currency(&mut self, currencies: &[ast::Name]) -> Option<crate::policy::CurrencyId> {
        match currencies {
            [] => Some(self.policy.currency),
            [one] => match self.unit_type(&Env::constant(None), one)? {
                (Type::Money(id), _) => Some(id),
                _ => {
                    self.report(messages::not_a_currency(one));
                    None
                }
            },
            [first, ..] => {
                self.report(messages::several_currencies(first));
                None
            }
        }
    }

    /// `points of Star`; bare `points` is the programme's first kind of its own.
    fn field_points(&mut self, points: Option<&ast::Path>) -> Option<PointsId> {
        let Some(path) = points else {
            let own =
                self.names.points.entries.iter().position(|entry| {
                    !entry.node.iter().any(|clause| matches!(clause.kind, ast::ClauseKind::KeptBy(_)))
                });
            return Some(PointsId(own.unwrap_or(0)));
        };
        match self.names.points.find(&path_text(path), None) {
            Found::One(at) => {
                if let Some(entry) = self.names.points.get(at) {
                    self.refer_to(path.span, entry);
                }
                Some(PointsId(at))
            }
            _ => {
                let name = ast::Name { text: path_text(path), span: path.span };
                self.report(messages::unknown_points(&name, self.names));
                None
            }
        }
    }

    fn named_type(&mut self, path: &ast::Path) -> Option<Typed> {
        let text = path_text(path);
        if let Some(at) = self.policy.enums.iter().position(|one| answers(&one.title, &text)) {
            let title = self.policy.enums.get(at).map(|one| one.title.clone()).unwrap_or_default();
            self.refer_title(path.span, &title);
            return Some(Typed::plain(Type::Enum(EnumId(at))));
        }
        if let Found::One(at) = self.names.subjects.find(&text, None)
            && let Some(entry) = self.names.subjects.get(at)
        {
            let subject = self.policy.subjects.iter().position(|one| one.title.name == entry.declared.name.text)?;
            self.refer_to(path.span, entry);
            return Some(Typed::plain(Type::Subject(SubjectId(subject))));
        }
        if let Found::One(at) = self.names.kinds.find(&text, None) {
            if let Some(entry) = self.names.kinds.get(at) {
                self.refer_to(path.span, entry);
            }
            return Some(Typed::plain(Type::EventOf(vec![KindId(at)])));
        }
        if let Some(at) = self.policy.quantities.iter().position(|one| answers(&one.title, &text)) {
            let scale = self.policy.quantities.get(at).map_or(0, |one| one.scale);
            let title = self.policy.quantities.get(at).map(|one| one.title.clone()).unwrap_or_default();
            self.refer_title(path.span, &title);
            let range = Some((Decimal::ZERO, default_most()));
            return Some(Typed { range, scale, ..Typed::plain(Type::Quantity(crate::policy::QuantityId(at))) });
        }
        if text == "Mcc" || text == "商户类别码" {
            return Some(Typed::plain(Type::Code(4)));
        }
        let spoken: Vec<String> = self.policy.enums.iter().map(|one| one.title.name.clone()).collect();
        self.report(messages::unknown_type(path, &spoken));
        None
    }
}

fn small(number: Option<&ast::Number>, otherwise: u8) -> u8 {
    number.and_then(|number| u8::try_from(number.value).ok()).unwrap_or(otherwise)
}
