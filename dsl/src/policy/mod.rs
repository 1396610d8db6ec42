//! The checked policy: typed, resolved, placed. All that engines, ledgers and tools see.
//!
//! It speaks of the eight things of the core (design, section 2): events, facts, measures, lines, rules, combination,
//! constraints, pools. It is plain data. Vectors are ordered by identifier, never by source order, so the order of
//! declarations and files cannot reach a decision. What serialises is what the hash covers: meaning, but not labels, places or tests.

pub mod core;
pub mod declared;
pub mod expr;
pub mod hash;
pub mod kind;
pub mod limit;
pub mod points;
pub mod request;
pub mod rule;
pub mod scenario;
pub mod steps;
pub mod time;
pub mod types;
pub mod value;

use crate::source::{Sources, Span};
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

pub use declared::{Figure, Migration, Promise, Promised, Ranking, Schedule, ScheduleAt, Settlement};
pub use expr::{Compare, Expr, ListFold, MeasureFold, Node, Reads, SetMember, TableRow, TableTest, TotalOf};
pub use kind::{CodeSet, Currency, EnumType, EnumValue, Field, Kind, QuantityUnit, Role, Subject};
pub use limit::{Beyond, Bounded, Constraint, Owner, Scope, ScopeKey, ScopePeriod};
pub use points::{Benefit, Points, Pool, SpendKey, Validity};
pub use request::{
    AmountLine, AmountVerb, Ask, Bill, Deliver, Item, LowerPrice, Moves, Need, Request, RequestForm, Spends, Steps,
};
pub use rule::{
    Campaign, Convert, Deed, Factor, Group, GroupMode, Line, LineSign, Measure, MeasureFn, MeasureSource, PoolTable,
    Rule, RuleBody, Settled, Shown, Tier, TierRow,
};
pub use scenario::{Expected, ExpectedKind, Given, Scenario, ScenarioStep};
pub use time::{Calendar, DayPattern, Window, WindowKind};
pub use types::{Type, Typed};
pub use value::Value;

/// An index into a vector of [`Policy`]; ids are given in the order of identifiers.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub usize);
    )*};
}

ids! {
    /// A currency.
    CurrencyId,
    /// A kind of points.
    PointsId,
    /// A pool, within its points.
    PoolId,
    /// A quantity with a unit of its own.
    QuantityId,
    /// An enum, or a tier given by the host (an ordered enum).
    EnumId,
    /// A subject.
    SubjectId,
    /// An event kind.
    KindId,
    /// A set of codes.
    CodeSetId,
    /// A calendar.
    CalendarId,
    /// A measure.
    MeasureId,
    /// A group of rules.
    GroupId,
    /// A campaign.
    CampaignId,
    /// A rule.
    RuleId,
    /// A constraint.
    ConstraintId,
    /// A tier by a measure.
    TierId,
}

/// A name with its labels. The name is part of the meaning; labels are shown and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Title {
    /// The identifier, qualified by its campaign where it stands in one (`golden_week.dining_treble`), or by its library.
    pub name: String,
    /// Labels in their order; the first is the one shown.
    #[serde(skip)]
    pub labels: Vec<String>,
    /// Where it is declared.
    #[serde(skip)]
    pub span: Span,
}

impl Title {
    /// The first label, or the name where there is none.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.labels.first().map_or(&self.name, |label| label)
    }
}

/// A checked programme with everything that it uses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Policy {
    /// Name of the programme.
    pub programme: Title,
    /// IANA name of its time zone. Known to chrono-tz.
    pub timezone: String,
    /// The programme's currency.
    pub currency: CurrencyId,
    /// First local instant at which it is in force. Its date is the version's name.
    pub effective_from: NaiveDateTime,
    /// First local instant at which it is no more in force.
    pub effective_until: Option<NaiveDateTime>,
    /// Birthdays of 29 February count on 1 March in common years (else on 28 February).
    pub leap_day_march: bool,
    /// The fact or field that names the customer, for documents.
    pub customer_is: Option<String>,
    /// Parameters with the values in force.
    pub parameters: Vec<(String, Value)>,
    /// Currencies used.
    pub currencies: Vec<Currency>,
    /// Quantities of the programme's own.
    pub quantities: Vec<QuantityUnit>,
    /// Enums and tiers given by the host.
    pub enums: Vec<EnumType>,
    /// Subjects and their facts; the customer is always one.
    pub subjects: Vec<Subject>,
    /// Event kinds.
    pub kinds: Vec<Kind>,
    /// Named sets of codes that the programme uses.
    pub code_sets: Vec<CodeSet>,
    /// Calendars that the programme uses.
    pub calendars: Vec<Calendar>,
    /// Kinds of points.
    pub points: Vec<Points>,
    /// Measures, in an order in which each reads only earlier ones.
    pub measures: Vec<Measure>,
    /// Tiers by a measure.
    pub tiers: Vec<Tier>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
    /// Rules by identifier.
    pub rules: Vec<Rule>,
    /// Constraints by name.
    pub constraints: Vec<Constraint>,
    /// Names of declared requests (catalogues, offsets, ...) with the kinds they answer.
    pub requests: Vec<(Title, Vec<KindId>)>,
    /// Moments that the host raises, by name.
    pub schedules: Vec<Schedule>,
    /// Figures, by name.
    pub figures: Vec<Figure>,
    /// Rankings and priorities, by name.
    pub rankings: Vec<Ranking>,
    /// What is settled with partners, by name.
    pub settlements: Vec<Settlement>,
    /// What this version does to lots that exist at its start.
    pub migrations: Vec<Migration>,
    /// Currencies counted as the programme's currency at a stated parity: one unit of the first is so many units of the second.
    pub parities: Vec<(CurrencyId, CurrencyId, rust_decimal::Decimal)>,
    /// What refunds do to lots.
    pub refunds: RefundChoices,
    /// Promises in the text: they change no decision, and so are no part of the meaning.
    #[serde(skip)]
    pub promises: Vec<Promise>,
    /// Tests and examples in the text.
    #[serde(skip)]
    pub scenarios: Vec<Scenario>,
    /// The files, for places.
    #[serde(skip)]
    pub sources: Sources,
}

/// What taking back does to lots where nothing is left of the purchase's own (semantics, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefundChoices {
    /// The purchase's pending part goes first.
    pub pending_first: bool,
    /// A shortage is a debt; else the balance stops at zero and the shortage is reported.
    pub may_overdraw: bool,
}

impl Policy {
    /// The version's name: its from-date.
    #[must_use]
    pub fn version(&self) -> String {
        self.effective_from.date().format("%Y-%m-%d").to_string()
    }

    /// The kind with this JSON `type`.
    #[must_use]
    pub fn kind_by_json(&self, json: &str) -> Option<(KindId, &Kind)> {
        self.kinds.iter().enumerate().find(|(_, kind)| kind.json == json).map(|(at, kind)| (KindId(at), kind))
    }
}

/// Indexing by id; ids come from the same policy, so the element is there, and a stranger's id gives `None`.
macro_rules! lookup {
    ($($method:ident, $field:ident, $id:ident, $item:ty, $doc:literal;)*) => {
        impl Policy {$(
            #[doc = $doc]
            #[must_use]
            pub fn $method(&self, id: $id) -> Option<&$item> {
                self.$field.get(id.0)
            }
        )*}
    };
}

lookup! {
    rule, rules, RuleId, Rule, "The rule with this id.";
    group, groups, GroupId, Group, "The group with this id.";
    campaign, campaigns, CampaignId, Campaign, "The campaign with this id.";
    measure, measures, MeasureId, Measure, "The measure with this id.";
    tier, tiers, TierId, Tier, "The tier with this id.";
    constraint, constraints, ConstraintId, Constraint, "The constraint with this id.";
    points_of, points, PointsId, Points, "The points with this id.";
    kind, kinds, KindId, Kind, "The event kind with this id.";
    subject, subjects, SubjectId, Subject, "The subject with this id.";
    enum_type, enums, EnumId, EnumType, "The enum with this id.";
    currency_of, currencies, CurrencyId, Currency, "The currency with this id.";
    code_set, code_sets, CodeSetId, CodeSet, "The code set with this id.";
    calendar, calendars, CalendarId, Calendar, "The calendar with this id.";
}
