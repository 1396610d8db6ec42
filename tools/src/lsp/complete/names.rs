//! The names that fit: of the programme, of its libraries, of the language.

use super::wanted::{Wanted, answers};
use crate::lsp::declared::{self, What};
use crate::lsp::desk::View;
use crate::lsp::hover::{typed, word};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{EnumType, Field, Policy, Rule, Title, Type, Value};
use earnest_dsl::syntax::keywords::{KEYWORDS, Kind, is_reserved};
use earnest_dsl::syntax::lexer::{TokenKind, lex};
use earnest_dsl::words::Words;
use gen_lsp_types::CompletionItemKind;

/// Something that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is written.
    pub text: String,
    /// What else finds it: the identifier beside a label.
    pub also: String,
    /// What it is, in words.
    pub detail: String,
    /// The picture beside it.
    pub kind: CompletionItemKind,
    /// The smaller, the earlier in the list.
    pub rank: u8,
}

/// Makes offers in the author's spelling and the reader's language.
pub struct Names<'v> {
    view: &'v View<'v>,
    policy: &'v Policy,
    words: Words<'v>,
    chinese: bool,
    /// The kinds of event at hand, by name.
    kinds: &'v [String],
}

impl<'v> Names<'v> {
    /// Names as they are seen from a view.
    #[must_use]
    pub fn new(view: &'v View<'v>, language: Language, chinese: bool, kinds: &'v [String]) -> Option<Self> {
        let policy = view.policy()?;
        Some(Self { view, policy, words: Words::new(policy, language), chinese, kinds })
    }

    /// The names that fit.
    #[must_use]
    // One arm per want: the exhaustive match is the idea.
    pub fn fitting(&self, wanted: &Wanted) -> Vec<Offer> {
        match wanted {
            Wanted::Nothing => vec![],
            Wanted::Rules(base) => {
                let mut rules = self.declared(|what| what == What::Rule);
                if *base {
                    let text = if self.chinese { "基础" } else { "base" };
                    rules.push(self.plain(text, "", CompletionItemKind::Keyword, 0));
                }
                rules
            }
            Wanted::Lines => {
                self.declared(|what| matches!(what, What::Rule | What::Group | What::Pool | What::Request(_)))
            }
            Wanted::Groups => self.declared(|what| what == What::Group),
            Wanted::Kinds => self.kinds_of_event(),
            Wanted::Libraries => {
                let library = |name: String| {
                    self.plain(&name, &word(What::Library, self.words.language), CompletionItemKind::Module, 1)
                };
                earnest_dsl::load::library_names().map(library).collect()
            }
            Wanted::Pools => self.declared(|what| matches!(what, What::Pool | What::Points)),
            Wanted::Codes => self.codes(),
            Wanted::Units => self.units(),
            Wanted::Types => self.types(),
            Wanted::Members(path) => self.members(path),
            Wanted::Values(ty) => self.values(ty),
            Wanted::Rows(ty) => self.values(ty),
            Wanted::Fields(kind, written) => {
                let fields = self.policy.kind(*kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
                self.fields(fields.iter().filter(|field| !written.iter().any(|name| answers(&field.title, name))), ": ")
            }
            Wanted::Facts(written) => {
                let customer = self.policy.subjects.iter().filter(|subject| subject.title.name == "customer");
                let facts = customer.flat_map(|subject| &subject.facts);
                self.fields(facts.filter(|fact| !written.iter().any(|name| answers(&fact.title, name))), ": ")
            }
            Wanted::Columns(kind) => {
                let fields = self.policy.kind(*kind).map(|kind| kind.fields.as_slice()).unwrap_or_default();
                self.fields(fields.iter(), "")
            }
            Wanted::Any => self.any(None),
        }
    }

    fn plain(&self, text: &str, detail: &str, kind: CompletionItemKind, rank: u8) -> Offer {
        Offer { text: text.to_owned(), also: String::new(), detail: detail.to_owned(), kind, rank }
    }

    /// A name as the author writes it: in Chinese text the first label that can be a name.
    fn offer(&self, title: &Title, detail: String, kind: CompletionItemKind, rank: u8) -> Offer {
        let name = title.name.rsplit('.').next().unwrap_or(&title.name);
        let label = title.labels.iter().find(|label| is_name(label)).filter(|_| self.chinese);
        let text = label.map_or(name, String::as_str).to_owned();
        let also = if text == name { title.labels.join(" ") } else { name.to_owned() };
        Offer { text, also, detail, kind, rank }
    }

    /// Declarations of some sorts, of the programme and of its libraries.
    fn declared(&self, wanted: impl Fn(What) -> bool) -> Vec<Offer> {
        self.declarations(|one| wanted(one.what))
    }

    fn declarations(&self, wanted: impl Fn(&declared::Declaration<'_>) -> bool) -> Vec<Offer> {
        let mut found = Vec::new();
        for tree in self.view.draft.trees() {
            let all = declared::declarations(&tree.decls);
            declared::each(&all, &mut |one| {
                if wanted(one) {
                    let labels = one.labels.iter().map(|label| label.text.clone()).collect();
                    let title = Title { name: one.name.to_owned(), labels, span: one.place };
                    found.push(self.offer(&title, word(one.what, self.words.language), picture(one.what), 1));
                }
            });
        }
        found
    }

    fn kinds_of_event(&self) -> Vec<Offer> {
        let kind = |kind: &earnest_dsl::policy::Kind| {
            let rank = if kind.library { 2 } else { 1 };
            self.offer(&kind.title, word(What::Kind, self.words.language), CompletionItemKind::Event, rank)
        };
        self.policy.kinds.iter().map(kind).collect()
    }

    /// Codes of refusal: those that clauses of the programme name, and those of the language.
    fn codes(&self) -> Vec<Offer> {
        const CODES: [&str; 14] = [
            "outside_window",
            "disqualified",
            "not_transferable",
            "not_cashable",
            "tier_required",
            "condition_not_met",
            "not_whole_step",
            "below_minimum",
            "quantity_limit",
            "repeat_not_allowed",
            "transfer_limit",
            "quota_exhausted",
            "exceeds_amount",
            "out_of_stock",
        ];
        let named = self.policy.rules.iter().flat_map(codes_of).filter(|code| !CODES.contains(&code.as_str()));
        let mut all: Vec<String> = CODES
            .iter()
            .map(|code| (*code).to_owned())
            .chain(["insufficient_points".to_owned()])
            .chain(named)
            .collect();
        all.sort();
        all.dedup();
        all.iter().map(|code| self.plain(code, "", CompletionItemKind::Constant, 1)).collect()
    }

    fn units(&self) -> Vec<Offer> {
        let language = self.words.language;
        let currencies = self.policy.currencies.iter().enumerate().map(|(at, one)| {
            let own = self.policy.currency.0 == at;
            self.offer(&one.title, word(What::Currency, language), CompletionItemKind::Unit, if own { 0 } else { 4 })
        });
        let points = self.policy.points.iter().map(|one| {
            let what = if one.benefit.is_some() {
                What::Request(earnest_dsl::syntax::ast::RequestKind::Benefit)
            } else {
                What::Points
            };
            self.offer(&one.title, word(what, language), CompletionItemKind::Unit, 0)
        });
        let quantities = self
            .policy
            .quantities
            .iter()
            .map(|one| self.plain(&one.unit, &word(What::Quantity, language), CompletionItemKind::Unit, 1));
        points.chain(currencies).chain(quantities).collect()
    }

    fn types(&self) -> Vec<Offer> {
        let language = self.words.language;
        let mut all: Vec<Offer> = Vec::new();
        all.extend(
            self.policy
                .enums
                .iter()
                .map(|one| self.offer(&one.title, word(What::Enum, language), CompletionItemKind::Enum, 1)),
        );
        all.extend(
            self.policy
                .subjects
                .iter()
                .map(|one| self.offer(&one.title, word(What::Subject, language), CompletionItemKind::Class, 2)),
        );
        all.extend(self.kinds_of_event());
        all
    }

    /// What stands behind `customer.`, `Purchase.`, `golden_week.`, `std.`.
    fn members(&self, path: &[String]) -> Vec<Offer> {
        let [first, more @ ..] = path else { return vec![] };
        if first == "std" {
            let names =
                earnest_dsl::load::library_names().filter_map(|name| Some(name.strip_prefix("std.")?.to_owned()));
            return names
                .map(|name| self.plain(&name, &word(What::Library, self.words.language), CompletionItemKind::Module, 1))
                .collect();
        }
        let mut fields: Option<&[Field]> = None;
        for name in std::iter::once(first).chain(more) {
            fields = self.fields_of(name, fields);
        }
        if let Some(fields) = fields {
            return self.fields(fields.iter(), "");
        }
        let campaign =
            |title: &Title| title.name.strip_prefix(first.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let rules = self.policy.rules.iter().map(|rule| (&rule.title, What::Rule));
        let measures = self.policy.measures.iter().map(|one| (&one.title, What::Measure));
        let inside = rules.chain(measures).filter(|(title, _)| campaign(title));
        inside.map(|(title, what)| self.offer(title, word(what, self.words.language), picture(what), 1)).collect()
    }

    /// The fields that a name has: of a subject, of a kind of event, of an earlier event or a subject that a field names.
    fn fields_of(&self, name: &str, outer: Option<&'v [Field]>) -> Option<&'v [Field]> {
        let at_hand = self.policy.kinds.iter().filter(|kind| self.kinds.iter().any(|name| answers(&kind.title, name)));
        let field = match outer {
            Some(fields) => fields.iter().find(|field| answers(&field.title, name)),
            None => at_hand.flat_map(|kind| &kind.fields).find(|field| answers(&field.title, name)),
        };
        match field.map(|field| &field.typed.ty) {
            Some(Type::Subject(id)) => return self.policy.subject(*id).map(|one| one.facts.as_slice()),
            Some(Type::EventOf(kinds)) => return self.policy.kind(*kinds.first()?).map(|kind| kind.fields.as_slice()),
            Some(Type::List(fields)) => return Some(fields),
            _ => {}
        }
        let subject = self.policy.subjects.iter().find(|one| answers(&one.title, name)).map(|one| one.facts.as_slice());
        let kind = || self.policy.kinds.iter().find(|one| answers(&one.title, name)).map(|one| one.fields.as_slice());
        subject.or_else(kind)
    }

    fn fields<'f>(&self, fields: impl Iterator<Item = &'f Field>, behind: &str) -> Vec<Offer> {
        let offer = |field: &Field| {
            let detail = typed(&self.words, &field.typed);
            let offer = self.offer(&field.title, detail, CompletionItemKind::Field, 1);
            Offer { text: format!("{}{behind}", offer.text), ..offer }
        };
        fields.map(offer).collect()
    }

    /// Values of a type; where it has no names of its own, what is of this type.
    fn values(&self, ty: &Type) -> Vec<Offer> {
        match ty {
            Type::Enum(id) => self.policy.enum_type(*id).map(|one| self.enum_values(one)).unwrap_or_default(),
            Type::Tier(id) => {
                let rows = self.policy.tier(*id).map(|tier| tier.rows.as_slice()).unwrap_or_default();
                let detail = || word(What::Tier, self.words.language);
                rows.iter().map(|row| self.offer(&row.title, detail(), CompletionItemKind::EnumMember, 0)).collect()
            }
            Type::Flag => {
                let (yes, no) = if self.chinese { ("是", "否") } else { ("yes", "no") };
                [yes, no].map(|text| self.plain(text, "", CompletionItemKind::Constant, 0)).into()
            }
            Type::Code(digits) => {
                let sets = self.policy.code_sets.iter().filter(|set| set.digits == *digits);
                let detail = || word(What::Codes, self.words.language);
                sets.map(|set| self.offer(&set.title, detail(), CompletionItemKind::Constant, 0)).collect()
            }
            other => self.any(Some(other)),
        }
    }

    fn enum_values(&self, one: &EnumType) -> Vec<Offer> {
        let value = |value: &earnest_dsl::policy::EnumValue| {
            self.offer(&value.title, one.title.shown().to_owned(), CompletionItemKind::EnumMember, 0)
        };
        one.values.iter().map(value).collect()
    }

    /// What expressions may name; of one type, where that is wanted.
    fn any(&self, wanted: Option<&Type>) -> Vec<Offer> {
        let fits = |ty: &Type| wanted.is_none_or(|wanted| wanted == ty);
        let language = self.words.language;
        let mut all: Vec<Offer> = Vec::new();
        let at_hand = self.policy.kinds.iter().filter(|kind| self.kinds.iter().any(|name| answers(&kind.title, name)));
        let fields = at_hand.flat_map(|kind| &kind.fields).filter(|field| fits(&field.typed.ty));
        all.extend(self.fields(fields, ""));
        let measures = self.policy.measures.iter().filter(|one| fits(&one.typed.ty));
        all.extend(
            measures.map(|one| self.offer(&one.title, typed(&self.words, &one.typed), CompletionItemKind::Variable, 2)),
        );
        let of_type = |one: &declared::Declaration<'_>| match one.what {
            What::Parameter => {
                let value = self.policy.parameters.iter().find(|(name, _)| name.rsplit('.').next() == Some(one.name));
                value.is_none_or(|(_, value)| type_of(value).is_none_or(|ty| fits(&ty)))
            }
            What::Definition => {
                let known = self.view.loaded.definitions.iter().find(|(place, _)| place.key() == one.place.key());
                known.is_none_or(|(_, typed)| fits(&typed.ty))
            }
            What::Tiers => wanted.is_none(),
            _ => false,
        };
        all.extend(self.declarations(of_type).into_iter().map(|offer| Offer { rank: 2, ..offer }));
        if wanted.is_none() {
            let subjects = self.policy.subjects.iter();
            all.extend(
                subjects.map(|one| self.offer(&one.title, word(What::Subject, language), CompletionItemKind::Class, 3)),
            );
            all.extend(self.functions());
            if self.kinds.is_empty() {
                all.extend(self.kinds_of_event());
            }
        }
        all
    }

    fn functions(&self) -> Vec<Offer> {
        let spelling = if self.chinese { Language::Chinese } else { Language::English };
        let functions = KEYWORDS.iter().filter(|keyword| keyword.kind == Kind::Function);
        let words = functions.filter_map(|keyword| keyword.words(spelling).first());
        let behind = if self.chinese { "" } else { " of" };
        words.map(|word| self.plain(&format!("{word}{behind}"), "", CompletionItemKind::Function, 4)).collect()
    }
}

/// The type of a constant, where values of the type are named: amounts, counts, shares.
fn type_of(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Money(_, id) => Type::Money(*id),
        Value::Points(_, id) => Type::Points(*id),
        Value::Quantity(_, id) => Type::Quantity(*id),
        Value::Number(_) => Type::Number,
        Value::Percent(_) => Type::Percent,
        Value::Count(_) => Type::Count,
        Value::Multiple(_) => Type::Multiple,
        Value::Flag(_) => Type::Flag,
        Value::Date(_) => Type::Date,
        Value::Instant(_) => Type::Instant,
        Value::Time(_) => Type::Time,
        Value::Term(_) => Type::Term,
        Value::Days(_) => Type::Days,
        _ => return None,
    })
}

fn codes_of(rule: &Rule) -> Vec<String> {
    use earnest_dsl::policy::RuleBody;
    match &rule.body {
        RuleBody::Accept(conditions) => conditions.iter().map(|(_, code)| code.clone()).collect(),
        RuleBody::Request(request) => request.needs.iter().map(|need| need.code.clone()).collect(),
        _ => vec![],
    }
}

fn is_name(label: &str) -> bool {
    matches!(lex(label).as_slice(), [only] if only.kind == TokenKind::Word) && !is_reserved(label) && !label.is_ascii()
}

fn picture(what: What) -> CompletionItemKind {
    match what {
        What::Rule | What::Notice => CompletionItemKind::Function,
        What::Group => CompletionItemKind::Interface,
        What::Points | What::Pool => CompletionItemKind::Unit,
        What::Parameter | What::Definition => CompletionItemKind::Constant,
        What::Measure | What::Figure => CompletionItemKind::Variable,
        What::Kind => CompletionItemKind::Event,
        What::Enum | What::Tiers => CompletionItemKind::Enum,
        _ => CompletionItemKind::Reference,
    }
}
