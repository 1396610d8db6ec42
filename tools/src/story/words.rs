//! Names and values of a trace in the reader's words: labels and 倍 for Chinese readers, identifiers for English ones.
//!
//! A trace carries what the text of the policy wrote and values in canonical text (`60 Point`, `credit_card`, `2x`).

use super::Teller;
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{Field, KindId, Title, Type};
use earnest_dsl::source::Span;
use earnest_dsl::words::grouped;
use rust_decimal::Decimal;

impl<'p> Teller<'p> {
    /// The name of something: the identifier for English readers, the label for Chinese ones.
    pub(super) fn name(&self, title: &'p Title) -> &'p str {
        match self.language {
            Language::English => &title.name,
            Language::Chinese => title.shown(),
        }
    }

    /// A value that a rule on these kinds read, with the name under which its text reads it: `instrument is credit_card`.
    pub(super) fn reading(&self, kinds: &[KindId], name: &str, value: &str) -> (String, String) {
        let Some((subject, field)) = self.field(kinds, name) else { return (name.to_owned(), self.value(value)) };
        let told = match (subject, self.language) {
            (None, _) => self.name(&field.title).to_owned(),
            (Some(subject), Language::English) => format!("{}.{}", subject.name, field.title.name),
            (Some(subject), Language::Chinese) => format!("{}的{}", subject.shown(), field.title.shown()),
        };
        let value = match &field.typed.ty {
            // A code is no number, though it is written in digits.
            Type::Code(_) => return (told, value.to_owned()),
            Type::Enum(id) => {
                self.policy.enum_type(*id).and_then(|one| one.values.iter().find(|one| one.title.name == value))
            }
            _ => None,
        }
        .map_or_else(|| self.value(value), |value| self.name(&value.title).to_owned());
        (told, value)
    }

    /// A value in canonical text: thousands apart, its unit by name.
    pub(super) fn value(&self, text: &str) -> String {
        let chinese = self.language == Language::Chinese;
        match text {
            "unknown" if chinese => return "未知".to_owned(),
            "yes" if chinese => return "是".to_owned(),
            "no" if chinese => return "否".to_owned(),
            _ => {}
        }
        if let Some(times) = text.strip_suffix('x').filter(|times| times.parse::<Decimal>().is_ok()) {
            return if chinese { format!("{times}倍") } else { text.to_owned() };
        }
        match text.split_once(' ') {
            Some((number, unit)) if number.parse::<Decimal>().is_ok() => {
                format!("{} {}", grouped(number), self.unit_named(unit))
            }
            None if text.parse::<Decimal>().is_ok() => grouped(text),
            _ => text.to_owned(),
        }
    }

    /// The name of a unit: points, a pool, a currency, a quantity.
    pub(super) fn unit_named<'t>(&'t self, name: &'t str) -> &'t str {
        let points = self.policy.points.iter();
        let points = points.flat_map(|one| std::iter::once(&one.title).chain(one.pools.iter().map(|pool| &pool.title)));
        let currencies = self.policy.currencies.iter().map(|one| &one.title);
        let quantities = self.policy.quantities.iter().map(|one| &one.title);
        points
            .chain(currencies)
            .chain(quantities)
            .find(|title| title.name == name)
            .map_or(name, |title| self.name(title))
    }

    /// The source text of a place of the policy, on one line; empty where there is none.
    pub(super) fn source(&self, span: Span) -> String {
        let text = self.policy.sources.get(span.file).map_or("", |source| &*source.text);
        let at = |byte: u32| usize::try_from(byte).unwrap_or(usize::MAX);
        text.get(at(span.start)..at(span.end)).map(one_line).unwrap_or_default()
    }

    /// The field or fact that a text names (`amount`, `customer.tier`, `客户 的 等级`), with its subject where it is a fact.
    fn field(&self, kinds: &[KindId], name: &str) -> Option<(Option<&'p Title>, &'p Field)> {
        let answers = |title: &Title, name: &str| title.name == name || title.labels.iter().any(|label| label == name);
        if let Some((subject, fact)) = name.split_once('.').or_else(|| name.split_once(" 的 ")) {
            let subject = self.policy.subjects.iter().find(|one| answers(&one.title, subject))?;
            let fact = subject.facts.iter().find(|one| answers(&one.title, fact))?;
            return Some((Some(&subject.title), fact));
        }
        let mut fields = kinds.iter().filter_map(|kind| self.policy.kind(*kind)).flat_map(|kind| &kind.fields);
        fields.find(|field| answers(&field.title, name)).map(|field| (None, field))
    }
}

/// The number at the front of a value: 20 of `20 Point`.
pub(super) fn leading(text: &str) -> Decimal {
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Source text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
