//! Expressions as noun phrases: `the part of the amount above 50,000 CNY` · `金额超过 50,000 元的部分`.

use super::number::plain;
use super::{Reader, Tables, Words};
use crate::policy::{
    Expr, ListFold, MeasureFold, MeasureId, Node, Reads, SetMember, TableRow, TableTest, TotalOf, Type, Value,
};
use crate::say;
use crate::syntax::ast::RoundMode;

impl Words<'_> {
    /// An expression as a noun phrase.
    #[must_use]
    pub fn expr(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::Constant(value) => self.value(value),
            Node::Field(name) => self.the(&self.field_name(name)),
            Node::Element(name) => self.the(&self.element(name, expr)),
            Node::Fact(..) | Node::OfEvent(..) | Node::FirstKnown(_) | Node::Default(..) | Node::AsOf(..) => {
                self.reading(expr)
            }
            Node::Measure(..) | Node::MeasureOver { .. } | Node::Tier(..) | Node::Balance(..) | Node::Total(..) => {
                self.counter(expr)
            }
            Node::Add(..)
            | Node::Subtract(..)
            | Node::Multiply(..)
            | Node::Divide(..)
            | Node::Negate(_)
            | Node::Product(_)
            | Node::Round(..) => self.arithmetic(expr),
            Node::PerFull { award, step, of, started } => self.per_full(award, step, of, *started),
            Node::Above(of, above) => {
                let (of, above) = (self.expr(of), self.expr(above));
                say!(self.language, "the part of {of} above {above}", "{of}超过 {above}的部分")
            }
            Node::Table { subject, rows, in_parts } => self.table(subject, rows, *in_parts),
            Node::Fold(fold, list, value, weight) => self.fold(*fold, list, value.as_deref(), weight.as_deref()),
            Node::CloseOfPeriod(_)
            | Node::TermIn(..)
            | Node::DaysBetween(..)
            | Node::Today
            | Node::DateOf(_)
            | Node::PeriodOf(..)
            | Node::Shift(..)
            | Node::WorkingDaysAfter(..) => self.time_expr(expr),
            Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Compare(..)
            | Node::In(..)
            | Node::Known(_)
            | Node::IsAnniversary(..)
            | Node::IsKind(_) => {
                let condition = self.condition(expr);
                say!(self.language, "whether {condition}", "是否{condition}")
            }
        }
    }

    /// With the article that English wants.
    pub(super) fn the(&self, name: &str) -> String {
        say!(self.language, "the {name}", "{name}")
    }

    /// Without it.
    pub(super) fn bare(&self, expr: &Expr) -> String {
        let told = self.expr(expr);
        told.strip_prefix("the ").map_or(told.clone(), str::to_owned)
    }

    fn reading(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::Fact(subject, of, fact) => {
                let declared = self.policy.subject(*subject);
                let field = declared.and_then(|one| one.facts.iter().find(|field| field.title.name == *fact));
                let fact = field.map_or_else(|| super::readable(fact), |field| self.name(&field.title));
                let whose = self.expr(of);
                let own = declared.is_some_and(|one| matches!(&of.node, Node::Field(name) if *name == one.title.name));
                let whose = if own { self.the(&self.subject(*subject)) } else { whose };
                say!(self.language, "{whose}'s {fact}", "{whose}的{fact}")
            }
            Node::OfEvent(event, name) => {
                let kinds = match &event.typed.ty {
                    Type::EventOf(kinds) => self.kinds(kinds),
                    _ => self.bare(event),
                };
                let name = self.field_name(name);
                say!(self.language, "the {name} of the {kinds} that it names", "所指{kinds}的{name}")
            }
            Node::FirstKnown(all) => match &expr.typed.ty {
                Type::Enum(id) if self.policy.enum_type(*id).is_some_and(|one| one.ordered) => {
                    let name = self.policy.enum_type(*id).map_or_else(String::new, |one| self.name(&one.title));
                    self.the(&name)
                }
                _ => {
                    let all: Vec<String> = all.iter().map(|one| self.expr(one)).collect();
                    say!(self.language, "the first that is known of {0}", "{0}中最先已知者", self.all_of(&all))
                }
            },
            Node::Default(inner, default) => {
                let (inner, default) = (self.expr(inner), self.expr(default));
                say!(self.language, "{inner} ({default} where unknown)", "{inner}（未知时按{default}）")
            }
            Node::AsOf(inner, at) => {
                let (inner, at) = (self.expr(inner), self.expr(at));
                say!(self.language, "{inner} as of {at}", "{at}当时的{inner}")
            }
            _ => String::new(),
        }
    }

    fn counter(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::Measure(id, reads) => self.read(&self.the(&self.measure_name(*id)), *reads),
            Node::MeasureOver { measure, count, previous, fold, reads } => {
                let fold = match fold {
                    MeasureFold::Lowest => say!(self.language, "the lowest", "最低"),
                    MeasureFold::Highest => say!(self.language, "the highest", "最高"),
                    MeasureFold::Sum => say!(self.language, "the sum", "合计"),
                    MeasureFold::Average => say!(self.language, "the average", "平均"),
                };
                let name = self.measure_name(*measure);
                let over = match (*count, *previous) {
                    (1, true) => say!(self.language, "the period before", "上一期"),
                    (count, true) => say!(self.language, "the {count} periods before", "此前 {count} 期"),
                    (count, false) => {
                        say!(
                            self.language,
                            "the last {count} periods, this one included",
                            "含本期在内的最近 {count} 期"
                        )
                    }
                };
                let told = say!(self.language, "{fold} of {name} over {over}", "{over}{name}的{fold}值");
                if *previous { told } else { self.read(&told, *reads) }
            }
            Node::Tier(id, reads) => {
                let name = self.policy.tier(*id).map_or_else(String::new, |tier| self.name(&tier.title));
                // A customer knows the level that they have.
                if self.reader == Reader::Customer && *reads == Reads::Before {
                    return self.the(&name);
                }
                self.read(&self.the(&name), *reads)
            }
            Node::Balance(points, pools) => {
                let points_name = self.points(*points);
                let pools: Vec<String> = pools.iter().map(|pool| self.pool(*points, *pool)).collect();
                if pools.is_empty() {
                    say!(self.language, "the balance of {points_name}", "{points_name}余额")
                } else {
                    let pools = self.all_of(&pools);
                    say!(self.language, "the balance of {points_name} in {pools}", "{pools}的{points_name}余额")
                }
            }
            Node::Total(total, points, pools) => {
                let points_name = self.points(*points);
                let pools: Vec<String> = pools.iter().map(|pool| self.pool(*points, *pool)).collect();
                let place = match pools.as_slice() {
                    [] => String::new(),
                    some => say!(self.language, " in {0}", "（{0}）", self.all_of(some)),
                };
                let what = match total {
                    TotalOf::Outstanding => say!(self.language, "not yet used", "未使用"),
                    TotalOf::Earned => say!(self.language, "ever granted", "累计发放"),
                    TotalOf::Redeemed => say!(self.language, "ever used", "累计使用"),
                    TotalOf::Expired => say!(self.language, "ever expired", "累计失效"),
                };
                say!(
                    self.language,
                    "the {points_name} {what} of all customers{place}",
                    "全体客户{what}的{points_name}{place}"
                )
            }
            _ => String::new(),
        }
    }

    fn read(&self, told: &str, reads: Reads) -> String {
        match reads {
            Reads::With => say!(self.language, "{told} (this one included)", "{told}（含本笔）"),
            Reads::Before => say!(self.language, "{told} (not counting this one)", "{told}（不含本笔）"),
        }
    }

    /// The name of a measure.
    #[must_use]
    pub fn measure_name(&self, id: MeasureId) -> String {
        self.policy.measure(id).map_or_else(String::new, |measure| self.name(&measure.title))
    }

    fn arithmetic(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::Add(a, b) => format!("{} + {}", self.operand(a, false), self.operand(b, false)),
            Node::Subtract(a, b) => format!("{} − {}", self.operand(a, false), self.operand(b, true)),
            Node::Multiply(a, b) => match (&a.node, &b.node) {
                (Node::Constant(Value::Percent(share)), _) => self.share_of(*share, b),
                (_, Node::Constant(Value::Percent(share))) => self.share_of(*share, a),
                _ => format!("{} × {}", self.operand(a, true), self.operand(b, true)),
            },
            Node::Divide(a, b) => format!("{} ÷ {}", self.operand(a, true), self.operand(b, true)),
            Node::Negate(a) => format!("−{}", self.operand(a, true)),
            Node::Product(all) => all.iter().map(|one| self.operand(one, true)).collect::<Vec<_>>().join(" × "),
            Node::Round(inner, mode, scale) => {
                let inner = self.operand(inner, true);
                let mode = self.rounding(*mode);
                let scale = match scale {
                    0 => say!(self.language, "a whole number", "整数"),
                    1 => say!(self.language, "1 decimal", "1 位小数"),
                    more => say!(self.language, "{more} decimals", "{more} 位小数"),
                };
                say!(self.language, "{inner} rounded {mode} to {scale}", "{inner}（{mode}至{scale}）")
            }
            _ => String::new(),
        }
    }

    fn share_of(&self, share: rust_decimal::Decimal, of: &Expr) -> String {
        let (share, of) = (self.percent(share), self.operand(of, true));
        say!(self.language, "{share} of {of}", "{of}的 {share}")
    }

    /// An operand: sums in brackets where the operator binds tighter.
    fn operand(&self, expr: &Expr, tight: bool) -> String {
        let told = self.expr(expr);
        let loose = match &expr.node {
            Node::Add(..) | Node::Subtract(..) => tight,
            Node::Divide(..) | Node::Multiply(..) | Node::Product(_) => {
                tight && !matches!(&expr.node, Node::Multiply(..))
            }
            Node::PerFull { .. } | Node::Default(..) => true,
            _ => false,
        };
        match (loose, self.chinese()) {
            (false, _) => told,
            (true, false) => format!("({told})"),
            (true, true) => format!("（{told}）"),
        }
    }

    /// A way of rounding.
    #[must_use]
    pub fn rounding(&self, mode: RoundMode) -> String {
        match mode {
            RoundMode::Down => say!(self.language, "down", "向下取整"),
            RoundMode::Up => say!(self.language, "up", "向上取整"),
            RoundMode::HalfUp => say!(self.language, "half up", "四舍五入"),
        }
    }

    fn per_full(&self, award: &Expr, step: &Expr, of: &Expr, started: bool) -> String {
        let (award, step, of) = (self.expr(award), self.expr(step), self.expr(of));
        if started {
            say!(self.language, "{award} for every {step} begun of {of}", "{of}每 {step}（不足按一份计）计 {award}")
        } else {
            say!(self.language, "{award} for every full {step} of {of}", "{of}每满 {step}计 {award}")
        }
    }

    fn table(&self, subject: &Expr, rows: &[TableRow], in_parts: bool) -> String {
        let (subject, unknown) = match &subject.node {
            Node::Default(inner, default) => (&**inner, Some(self.expr(default))),
            _ => (subject, None),
        };
        let by = self.bare(subject);
        let what = self.chosen(rows);
        let mut told = if in_parts {
            say!(self.language, "{what} by bands of {by}, each part at its own rate", "按{by}分段分别计算的{what}")
        } else {
            say!(self.language, "{what} by {by}", "按{by}确定的{what}")
        };
        if self.tables == Tables::Apart {
            told.push_str(&say!(self.language, " (see the table)", "（见表）"));
            return told;
        }
        let mut rows: Vec<String> = rows
            .iter()
            .map(|row| {
                let (test, value) = (self.row_test(&row.test), self.expr(&row.value));
                say!(self.language, "{test}: {value}", "{test}：{value}")
            })
            .collect();
        rows.extend(unknown.map(|unknown| say!(self.language, "unknown: as {unknown}", "未知：同{unknown}")));
        let rows = rows.join(if self.chinese() { "；" } else { "; " });
        say!(self.language, "{told} ({rows})", "{told}（{rows}）")
    }

    /// What a table chooses.
    fn chosen(&self, rows: &[TableRow]) -> String {
        match rows.first().map(|row| &row.value.typed.ty) {
            Some(Type::Points(id)) => self.points(*id),
            Some(Type::Multiple) => say!(self.language, "a multiple", "倍数"),
            Some(Type::Percent) => say!(self.language, "a share", "比例"),
            Some(Type::Money(_)) => say!(self.language, "an amount", "金额"),
            Some(Type::Term | Type::Days) => say!(self.language, "a time", "期限"),
            _ => say!(self.language, "a number", "数值"),
        }
    }

    /// What selects a row of a table, as the heading of a column.
    #[must_use]
    pub fn heading(&self, subject: &Expr) -> String {
        self.bare(subject)
    }

    /// What a table chooses, as the heading of a column.
    #[must_use]
    pub fn heading_of_values(&self, rows: &[TableRow]) -> String {
        let chosen = self.chosen(rows);
        chosen.strip_prefix("a ").or(chosen.strip_prefix("an ")).map_or(chosen.clone(), str::to_owned)
    }

    /// When a row of a table is chosen.
    #[must_use]
    pub fn row_test(&self, test: &TableTest) -> String {
        match test {
            TableTest::Is(members) => self.members(members),
            TableTest::From(from) => {
                let from = self.expr(from);
                say!(self.language, "from {from}", "{from}起")
            }
            TableTest::Otherwise => say!(self.language, "otherwise", "其余"),
        }
    }

    /// Members of a set, to choose from.
    pub(super) fn members(&self, members: &[SetMember]) -> String {
        let told: Vec<String> = members.iter().map(|member| self.one_member(member)).collect();
        self.one_of(&told)
    }

    /// A member of a set.
    pub(crate) fn one_member(&self, member: &SetMember) -> String {
        match member {
            SetMember::One(expr) => self.expr(expr),
            SetMember::Codes(id) => {
                let name = self.policy.code_set(*id).map_or_else(String::new, |set| self.name(&set.title));
                say!(self.language, "“{name}”", "“{name}”类")
            }
            SetMember::Run(first, last) => {
                let (first, last) = (self.value(first), self.value(last));
                say!(self.language, "{first} to {last}", "{first}至{last}")
            }
        }
    }

    fn fold(&self, fold: ListFold, list: &Expr, value: Option<&Expr>, weight: Option<&Expr>) -> String {
        let list = self.bare(list);
        let value = value.map(|value| self.bare(value)).unwrap_or_default();
        let told = match fold {
            ListFold::Count => say!(self.language, "the number of entries in “{list}”", "“{list}”的项数"),
            ListFold::Sum => say!(self.language, "the sum of {value} over “{list}”", "“{list}”中{value}的合计"),
            ListFold::Lowest => say!(self.language, "the lowest {value} in “{list}”", "“{list}”中最低的{value}"),
            ListFold::Highest => say!(self.language, "the highest {value} in “{list}”", "“{list}”中最高的{value}"),
            ListFold::Average => say!(self.language, "the average {value} over “{list}”", "“{list}”的平均{value}"),
        };
        match weight.map(|weight| self.bare(weight)) {
            None => told,
            Some(weight) => say!(self.language, "{told}, weighted by {weight}", "{told}（按{weight}加权）"),
        }
    }

    fn time_expr(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::CloseOfPeriod(unit) => {
                let unit = self.period(*unit);
                say!(self.language, "the close of the {unit}", "{unit}末")
            }
            Node::TermIn(term, months) => {
                let term = self.expr(term);
                if *months == 12 {
                    say!(self.language, "{term} in years", "{term}（按年计）")
                } else {
                    say!(self.language, "{term} in months", "{term}（按月计）")
                }
            }
            Node::DaysBetween(a, b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                say!(self.language, "the days from {a} to {b}", "{a}至{b}的天数")
            }
            Node::Today => say!(self.language, "today", "当日"),
            Node::DateOf(inner) => {
                let inner = self.expr(inner);
                say!(self.language, "the date of {inner}", "{inner}的日期")
            }
            Node::PeriodOf(unit, inner) => {
                let (unit, inner) = (self.period(*unit), self.expr(inner));
                say!(self.language, "the {unit} of {inner}", "{inner}所在{unit}")
            }
            Node::Shift(inner, length, forward) => {
                let (inner, length) = (self.expr(inner), self.expr(length));
                if *forward {
                    say!(self.language, "{length} after {inner}", "{inner}之后 {length}")
                } else {
                    say!(self.language, "{length} before {inner}", "{inner}之前 {length}")
                }
            }
            Node::WorkingDaysAfter(_, count, from) => {
                let (count, from) = (self.expr(count), self.expr(from));
                say!(self.language, "{count} after {from}", "{from}之后 {count}")
            }
            _ => String::new(),
        }
    }

    /// A number with its unit, where the type has one: of rates and plain numbers.
    #[must_use]
    pub fn number(&self, number: rust_decimal::Decimal) -> String {
        plain(number)
    }
}
