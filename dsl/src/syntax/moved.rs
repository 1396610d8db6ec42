//! The places of a tree after the text before it has changed: what was read stays, only where it stands is another.
//!
//! Each type of the tree names its parts here, without exception (a pattern that leaves one out does not compile), so that no
//! place can be forgotten. Used where a file is read again while it is edited: see [`super::reread`].

use super::ast;
use crate::diagnostic::{Diagnostic, Fix, Mark};
use crate::source::{FileId, Span};

/// Where places move to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The file that they are in now.
    pub file: FileId,
    /// By how many bytes they move towards the end of the text.
    pub by: i64,
}

/// What has places.
pub trait Moved {
    /// Moves all places.
    fn moved(&mut self, to: Move);
}

impl Moved for Span {
    fn moved(&mut self, to: Move) {
        let at = |byte: u32| u32::try_from(i64::from(byte).saturating_add(to.by)).unwrap_or(0);
        *self = Self { file: to.file, start: at(self.start), end: at(self.end) };
    }
}

impl Moved for Diagnostic {
    fn moved(&mut self, to: Move) {
        let Self { marks, fix, code: _, severity: _, message: _, help: _ } = self;
        for Mark { span, text: _ } in marks {
            span.moved(to);
        }
        if let Some(Fix { span, replacement: _ }) = fix {
            span.moved(to);
        }
    }
}

impl<T: Moved> Moved for Vec<T> {
    fn moved(&mut self, to: Move) {
        self.iter_mut().for_each(|one| one.moved(to));
    }
}

impl<T: Moved> Moved for Option<T> {
    fn moved(&mut self, to: Move) {
        self.iter_mut().for_each(|one| one.moved(to));
    }
}

impl<T: Moved> Moved for Box<T> {
    fn moved(&mut self, to: Move) {
        (**self).moved(to);
    }
}

impl<A: Moved, B: Moved> Moved for (A, B) {
    fn moved(&mut self, to: Move) {
        self.0.moved(to);
        self.1.moved(to);
    }
}

/// What has no place.
macro_rules! plain {
    ($($name:ty),* $(,)?) => {$(
        impl Moved for $name {
            fn moved(&mut self, _: Move) {}
        }
    )*};
}

/// Structures: all their fields.
macro_rules! fields {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl Moved for ast::$name {
            fn moved(&mut self, to: Move) {
                let Self { $($field),* } = self;
                $($field.moved(to);)*
            }
        }
    )*};
}

/// Enums: all their variants with all members; the members of a tuple by number.
macro_rules! variants {
    ($($name:ident { $($variant:ident { $($member:tt: $bound:ident),* $(,)? }),* $(,)? })*) => {$(
        impl Moved for ast::$name {
            fn moved(&mut self, to: Move) {
                match self {
                    $(Self::$variant { $($member: $bound),* } => { $($bound.moved(to);)* })*
                }
            }
        }
    )*};
}

plain! {
    String, bool, u8, i8, rust_decimal::Decimal, chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime,
    ast::EventRole, ast::GroupMode, ast::RequestKind, ast::RefundChoice, ast::PeriodUnit, ast::Weekday,
    ast::Rounding, ast::RoundMode, ast::RoundPlace, ast::Prohibition, ast::MoneyVerb, ast::Wording,
    ast::KnownUnit, ast::BinaryOp, ast::LintLevel,
}

fields! {
    Name { text, span }
    Path { segments, span }
    Label { text, span }
    Declared { name, labels }
    File { decls }
    Decl { kind, span }
    EventDecl { declared, json, role, fields }
    FieldDecl { declared, ty, optional, default, range, json, reduces, span }
    TypeExpr { kind, span }
    EnumDecl { declared, open, values }
    FactsDecl { subject, fields }
    CodesDecl { declared, of, members }
    CalendarDecl { declared, from, to, rest, holidays, workdays }
    CalendarDay { from, to, labels }
    TiersDecl { declared, source, span }
    RuleDecl { declared, on, clauses }
    TrackDecl { declared, scope, value, on, when, refunds }
    ScheduleDecl { declared, at, scope, with, order }
    RequestDecl { kind, declared, on, clauses }
    PromiseDecl { scope, returns, limit }
    RankingDecl { priority, declared, scope, by, highest_first, ties_earliest, top }
    Clause { kind, span }
    LineClause { amount, pool, to, from, first, when }
    ConvertClause { take, give, pool, from, undo }
    ScopePart { kind, span }
    Bound { scope, limit, of, across, whole_award, room_comes_back, beyond }
    Window { kind, by }
    Validity { kind, renewed_by_activity }
    ItemClause { declared, price, at, stock, value, grants, window }
    Number { text, value, span }
    Expr { kind, span }
    TableRow { key, value, span }
    Step { kind, span }
    Holding { amount, pool, earned, funded_by, frozen }
    Breakdown { name, got, asked }
    Expectation { kind, span }
    ExamplesDecl { label, of, rows }
}

variants! {
    DeclKind {
        Programme { 0: a, 1: b }, Library { 0: a, 1: b, 2: c }, Event { 0: a }, Enum { 0: a },
        Extend { 0: a, 1: b, 2: c }, Facts { 0: a }, FactDefault { 0: a, 1: b }, Quantity { 0: a, 1: b, 2: c },
        Currency { 0: a, 1: b }, Codes { 0: a }, Calendar { 0: a }, Define { 0: a, 1: b }, Parameter { 0: a, 1: b },
        Points { 0: a, 1: b }, Tiers { 0: a }, Group { 0: a, 1: b, 2: c }, Rule { 0: a },
        Campaign { 0: a, 1: b, 2: c }, Track { 0: a }, Period { 0: a, 1: b, 2: c }, Schedule { 0: a },
        Catalogue { 0: a, 1: b }, Request { 0: a }, Settle { 0: a, 1: b, 2: c }, Ranking { 0: a },
        Figure { 0: a, 1: b, 2: c }, Notify { 0: a }, Refunds { 0: a }, Promise { 0: a }, OnStart { 0: a, 1: b }, Test { 0: a, 1: b },
        Examples { 0: a }, Broken {},
    }
    TypeKind {
        Money { 0: a }, Points { 0: a }, Number { 0: a }, Count {}, Percent {}, Flag {}, Date {}, Instant {}, Time {},
        Period { 0: a }, Term {}, Days {}, Text {}, HostTier {}, Named { 0: a }, Code { 0: a }, List { 0: a, 1: b },
        Rate { 0: a, 1: b, 2: c }, Dated { 0: a },
    }
    CodeMember { One { 0: a, 1: b }, Range { 0: a, 1: b }, Set { 0: a } }
    TierSource { Host { 0: a }, Measure { by: by, scope: scope, rows: rows, held_to: held_to, or: or } }
    TrackRefunds { Gross {}, OwnPeriod {}, Remembers { 0: a } }
    ScheduleWhen { At { 0: a }, Every { 0: a, 1: b } }
    ClauseKind {
        Timezone { 0: a }, Currency { 0: a }, Effective { 0: a, 1: b }, Use { 0: a }, CustomerIs { 0: a },
        Parity { 0: a, 1: b }, LeapDayMarch {}, Lint { 0: a }, When { 0: a }, For { 0: a }, Need { 0: a, 1: b },
        Accept { 0: a, 1: b }, Window { 0: a }, OverWholePeriods {}, InGroup { 0: a, 1: b }, AddsTo { 0: a },
        Earn { 0: a }, Take { 0: a }, Raise { targets: targets, to: to, factor: factor, after_caps: after_caps },
        Keep { scope: scope, keep: keep, line: line, condition: condition }, Settled { 0: a, 1: b },
        Grant { 0: a, 1: b, 2: c, 3: d }, Set { 0: a, 1: b, 2: c }, Convert { 0: a }, TakeBack { 0: a, 1: b, 2: c },
        Bar { 0: a }, LowerPrice { 0: a, 1: b, 2: c }, LowestPrice {}, ForEach { 0: a, 1: b }, Show { 0: a },
        Bound { 0: a }, NoCap {}, Funded { 0: a }, RefundInProportion { 0: a }, StaysSpent {}, Round { 0: a },
        Decimals { 0: a }, Usable { 0: a, 1: b }, Valid { 0: a }, BalanceEnds { 0: a, 1: b }, Activity { 0: a },
        Remind { 0: a, 1: b }, SpendOrder { 0: a }, Worth { 0: a }, StandsFor { 0: a }, KeptBy { 0: a }, Memo {},
        Pool { 0: a, 1: b }, IntoPool { 0: a }, Never { 0: a }, FirstDayCounted {}, LapsesWhileFrozen {},
        Item { 0: a }, Rate { 0: a, 1: b }, Steps { 0: a, 1: b }, Money { 0: a, 1: b, 2: c }, Fee { 0: a, 1: b },
        KeepDates {}, DeliverWithin { 0: a, 1: b }, DeliverBy { 0: a }, Cost { 0: a, 1: b }, Numbered {},
        EachEntry { 0: a }, TotalsFirst {}, Scope { 0: a }, Broken {},
    }
    Finality { Final {}, After { 0: a }, Never {} }
    ScopeKind {
        Key { 0: a }, Period { 0: a, 1: b }, Rolling { 0: a }, FromFirstUse { 0: a }, UntilIdle { 0: a }, EachTime {},
        InAll {}, Campaign {},
    }
    BoundLimit { AtMost { 0: a }, AtLeast { 0: a }, Once {}, Budget { 0: a } }
    Beyond { Drop {}, RestEarns { 0: a }, Refuse { 0: a }, TrimRefuseAtZero { 0: a } }
    WindowKind {
        Between { from: from, to: to, until: until }, On { 0: a, 1: b }, Every { 0: a, 1: b }, Hours { 0: a, 1: b },
        Within { 0: a, 1: b },
    }
    EveryDay {
        Weekday { 0: a }, NthWeekday { 0: a, 1: b }, DayOfMonth { 0: a }, WorkingDay { 0: a, 1: b }, Holiday { 0: a },
        Matching { 0: a },
    }
    ValidityKind { After { 0: a, 1: b }, To { 0: a }, ToEndOf { 0: a, 1: b, 2: c }, WithoutEnd {} }
    SpendKey { SoonestToExpire {}, Oldest {}, Pool { 0: a } }
    StepRest { Leave {}, Refuse { 0: a } }
    ExprKind {
        Quantity { 0: a, 1: b }, Multiple { 0: a }, Percent { 0: a }, Date { 0: a }, Time { 0: a }, DateTime { 0: a },
        Text { 0: a }, Flag { 0: a }, Name { 0: a }, Of { what: what, of: of, wording: wording }, Tuple { 0: a },
        Set { 0: a }, List { 0: a }, Record { 0: a }, Negate { 0: a }, Not { 0: a }, Binary { 0: a, 1: b, 2: c },
        Is { 0: a, 1: b, 2: c }, In { 0: a, 1: b, 2: c }, IsKnown { 0: a, 1: b },
        PerFull { award: award, step: step, of: of, started: started }, Above { 0: a, 1: b },
        Table { subject: subject, rows: rows, in_parts: in_parts }, Weighted { 0: a, 1: b }, Default { 0: a, 1: b },
        ThisOne { 0: a, 1: b }, Over { measure: measure, count: count, unit: unit, previous: previous },
        AsOf { 0: a, 1: b }, Rounded { 0: a, 1: b }, Shift { by: by, after: after, from: from }, Most {}, Today {},
        Broken {},
    }
    ListRow { Named { 0: a }, Positional { 0: a } }
    Unit { Named { 0: a }, Known { 0: a, 1: b } }
    TableKey { Values { 0: a }, From { 0: a }, Otherwise {} }
    StepKind {
        Given { subjects: subjects, facts: facts, holds: holds }, Used { 0: a, 1: b },
        Event { at: at, kind: kind, fields: fields, expect: expect }, Balance { 0: a, 1: b, 2: c, 3: d },
        Loses { 0: a, 1: b, 2: c }, Reminded { 0: a, 1: b, 2: c, 3: d }, Broken {},
    }
    ExpectKind {
        Earn { 0: a, 1: b, 2: c }, Take { 0: a, 1: b }, Refuse { 0: a }, Move { 0: a, 1: b }, Money { 0: a, 1: b },
        Entries { 0: a }, Grant { 0: a, 1: b, 2: c }, TakeBack { 0: a, 1: b }, DeliverBy { 0: a },
        Settled { matched: matched, count: count, money: money }, Ranked { 0: a }, Figure { 0: a, 1: b },
        Value { 0: a }, Notify { 0: a },
    }
    ExampleRow { Cells { 0: a, 1: b, 2: c }, Event { 0: a } }
}
