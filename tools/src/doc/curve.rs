//! Curves: points against amount. Every point of a line is an event that the engine has decided.
//!
//! The event is one of the policy's own tests in which the rule gave something, with its amount replaced and fresh books. A
//! rule has a curve where its shape says more than its sentence: steps, thresholds, bands, limits, multiples by level or time.

use super::block::{Figure, Table};
use super::setting::Setting;
use super::svg::{Anchor, COLOURS, Drawing, exact, scaled, ticks};
use crate::story::number;
use chrono::NaiveDateTime;
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::{
    Bounded, Expr, Field, Node, Rule, RuleBody, ScenarioStep, SetMember, TableRow, TableTest, Type, Value, WindowKind,
};
use earnest_dsl::say;
use earnest_interpreter::decision::{Decision, Outcome};
use earnest_ledger::Host;
use earnest_ledger::programme::instant_of;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json};

/// Events decided for one line at most.
const SAMPLES: i64 = 100;
const WIDTH: i64 = 640;
const HEIGHT: i64 = 250;

/// One line: what it stands for and its points.
#[derive(Debug)]
struct Series {
    name: String,
    points: Vec<(Decimal, Decimal)>,
}

/// An event to begin with: its JSON, facts of the customer, and the amount's name in JSON.
#[derive(Debug, Clone)]
struct Start {
    event: Map<String, Json>,
    facts: Vec<(String, String, Map<String, Json>)>,
    at: NaiveDateTime,
    amount: String,
}

/// The curve of a rule, where it has a shape.
pub(super) fn of_rule(setting: &Setting<'_>, rule: &Rule) -> Option<Figure> {
    let RuleBody::Earn(lines) = &rule.body else { return None };
    let field = lines.iter().find_map(|line| money_field(setting, rule, &line.amount))?;
    let unit = lines.first()?.points;
    let start = start(setting, rule, field)?;
    let others: Vec<&Rule> = setting.policy.rules.iter().filter(|other| raises(setting, other, rule)).collect();
    let shape = Shape::of(setting, rule, &others);
    if !shape.says_something() {
        return None;
    }
    let sampler = Sampler { setting, rule, others: &others, start: &start };
    let most = sampler.reach(&shape);
    let xs = shape.amounts(most);
    let mut all = sampler.by_rows(&xs);
    if all.is_empty() {
        all = sampler.by_time(&xs);
    }
    if all.iter().all(|series| series.points.iter().all(|(_, y)| y.is_zero())) {
        return None;
    }
    let words = setting.words.on(&rule.kinds);
    let (points, currency) = (words.points(unit), currency_of(field).map(|id| words.currency(id)).unwrap_or_default());
    let amount = words.name(&field.title);
    let caption = words.title(&say!(
        words.language,
        "{points} by {amount} of one event ({currency})",
        "单笔所得{points}，按{amount}（{currency}）"
    ));
    let stepped = shape.is_coarse(most);
    let svg = drawing(&all, most, stepped, &caption);
    Some(Figure { svg, table: table(setting, &amount, &currency, &all), caption })
}

fn currency_of(field: &Field) -> Option<earnest_dsl::policy::CurrencyId> {
    match &field.typed.ty {
        Type::Money(id) => Some(*id),
        _ => None,
    }
}

/// The field of money that an amount goes by.
fn money_field<'p>(setting: &Setting<'p>, rule: &Rule, amount: &Expr) -> Option<&'p Field> {
    let mut name: Option<String> = None;
    walk(amount, &mut |expr| {
        if let (Node::Field(field), Type::Money(_), None) = (&expr.node, &expr.typed.ty, &name) {
            name = Some(field.clone());
        }
    });
    let name = name?;
    let mut kinds = rule.kinds.iter().filter_map(|id| setting.policy.kind(*id));
    kinds.find_map(|kind| kind.field(&name))
}

fn raises(setting: &Setting<'_>, other: &Rule, rule: &Rule) -> bool {
    let RuleBody::Raise { targets, .. } = &other.body else { return false };
    targets.iter().any(|id| setting.policy.rule(*id).is_some_and(|target| target.title.name == rule.title.name))
}

/// The first test event, with the fewest before it, in which the rule gave something and nothing raised it.
fn start(setting: &Setting<'_>, rule: &Rule, field: &Field) -> Option<Start> {
    let amount = field.json.first()?.name.clone();
    let mut best: Option<(usize, bool, Start)> = None;
    for worked in setting.worked {
        for (before, (step, answer)) in worked.answers.iter().enumerate() {
            let gave = answer.decision.lines.iter().any(|line| line.rule == rule.title.name && line.amount != "0");
            if !gave || answer.decision.outcome == Outcome::Refused || !answer.event.json.contains_key(&amount) {
                continue;
            }
            let raised = answer.decision.lines.iter().any(|line| line.kind == "bonus");
            if best.as_ref().is_none_or(|(known, other, _)| (raised, before) < (*other, *known)) {
                let steps = setting.policy.scenarios.get(worked.scenario).map(|one| one.steps.as_slice());
                let given = steps.unwrap_or_default().iter().take(*step).filter_map(|step| match step {
                    ScenarioStep::Given(given) => {
                        Some((given.subject.clone(), given.customer.clone(), given.facts.clone()))
                    }
                    _ => None,
                });
                let start = Start {
                    event: answer.event.json.clone(),
                    facts: given.collect(),
                    at: answer.event.at,
                    amount: amount.clone(),
                };
                best = Some((before, raised, start));
            }
        }
    }
    best.map(|(_, _, start)| start)
}

/// What gives a curve its shape.
#[derive(Debug, Default)]
struct Shape {
    /// Amounts at which something changes.
    thresholds: Vec<Decimal>,
    /// The largest step.
    step: Option<Decimal>,
    /// Limits that one event can reach.
    bounded: bool,
    /// Multiples or tables.
    varied: bool,
}

impl Shape {
    fn of(setting: &Setting<'_>, rule: &Rule, others: &[&Rule]) -> Self {
        let mut shape = Self { varied: !others.is_empty(), ..Self::default() };
        let lines = match &rule.body {
            RuleBody::Earn(lines) => lines.as_slice(),
            _ => &[],
        };
        let exprs = lines.iter().flat_map(|line| line.when.iter().chain([&line.amount])).chain(&rule.conditions);
        exprs.chain(others.iter().flat_map(|other| &other.conditions)).for_each(|expr| shape.add(expr));
        let limits = rule.constraints.iter().filter_map(|id| setting.policy.constraint(*id));
        shape.bounded = limits
            .into_iter()
            .any(|limit| matches!(limit.bounded, Bounded::Points | Bounded::Spend(_) | Bounded::Worth));
        shape.thresholds.sort_unstable();
        shape.thresholds.dedup();
        shape
    }

    fn add(&mut self, expr: &Expr) {
        let constant = |expr: &Expr| match &expr.node {
            Node::Constant(Value::Money(amount, _)) => Some(*amount),
            _ => None,
        };
        walk(expr, &mut |expr| match &expr.node {
            Node::PerFull { step, .. } => self.step = self.step.max(constant(step)),
            Node::Compare(_, a, b) if matches!(a.node, Node::Field(_)) => self.thresholds.extend(constant(b)),
            Node::Above(_, above) => self.thresholds.extend(constant(above)),
            Node::Table { rows, .. } => {
                self.varied = true;
                self.thresholds.extend(rows.iter().filter_map(|row| match &row.test {
                    TableTest::From(from) => constant(from),
                    TableTest::Is(_) | TableTest::Otherwise => None,
                }));
            }
            _ => {}
        });
    }

    /// A straight line says no more than its sentence.
    fn says_something(&self) -> bool {
        let steps = self.step.is_some_and(|step| step >= Decimal::ONE_HUNDRED);
        steps || self.bounded || self.varied || self.thresholds.iter().any(|at| !at.is_zero())
    }

    /// How far the axis goes, limits apart.
    fn most(&self) -> Decimal {
        let steps = self.step.unwrap_or(Decimal::ONE).saturating_mul(Decimal::from(10));
        let thresholds = self.thresholds.last().map_or(Decimal::ZERO, |last| last.saturating_mul(Decimal::TWO));
        if steps < Decimal::ONE_HUNDRED {
            return thresholds.max(Decimal::ONE_THOUSAND);
        }
        // The last step is shown with its tread.
        let half = self.step.and_then(|step| step.checked_div(Decimal::TWO)).unwrap_or_default();
        steps.max(thresholds).saturating_add(half)
    }

    /// Steps are so few that each can be seen.
    fn is_coarse(&self, most: Decimal) -> bool {
        let steps = self.step.and_then(|step| most.checked_div(step));
        steps.is_some_and(|steps| steps <= Decimal::from(60))
    }

    /// The amounts that are decided: every step where they can be seen, and on both sides of every threshold.
    fn amounts(&self, most: Decimal) -> Vec<Decimal> {
        let coarse = self.is_coarse(most);
        let step = match self.step {
            Some(step) if coarse => step,
            _ => most.checked_div(Decimal::from(SAMPLES)).unwrap_or(Decimal::ONE),
        };
        let count = most.checked_div(step).and_then(|count| count.to_i64()).unwrap_or(SAMPLES);
        let mut all: Vec<Decimal> = (0..=count).map(|at| step.saturating_mul(Decimal::from(at)).round_dp(2)).collect();
        let cent = Decimal::new(1, 2);
        all.extend(self.thresholds.iter().flat_map(|at| [at.saturating_sub(cent), *at]));
        all.push(most);
        all.retain(|amount| *amount >= Decimal::ZERO && *amount <= most);
        all.sort_unstable();
        all.dedup();
        all
    }
}

struct Sampler<'a> {
    setting: &'a Setting<'a>,
    rule: &'a Rule,
    others: &'a [&'a Rule],
    start: &'a Start,
}

impl Sampler<'_> {
    /// How far the axis goes: so far that a limit on one event can be seen, where there is one.
    fn reach(&self, shape: &Shape) -> Decimal {
        let mut most = shape.most();
        if !shape.bounded {
            return most;
        }
        for _ in 0..24 {
            let bounded = self.decide(self.start.at, most, &Varied::default()).is_some_and(|decision| {
                let traces = decision.trace.iter().flat_map(|trace| &trace.rules);
                let own = traces.filter(|trace| trace.rule == self.rule.title.name);
                own.flat_map(|trace| &trace.limits).any(|limit| number(&limit.granted) < number(&limit.asked))
            });
            if bounded {
                return most;
            }
            most = most.saturating_mul(Decimal::TWO);
        }
        shape.most()
    }

    /// A line for every row of the first table that goes by a value of the event or the customer.
    fn by_rows(&self, xs: &[Decimal]) -> Vec<Series> {
        let mut exprs: Vec<&Expr> = Vec::new();
        if let RuleBody::Earn(lines) = &self.rule.body {
            exprs.extend(lines.iter().map(|line| &line.amount));
        }
        exprs.extend(self.others.iter().filter_map(|other| match &other.body {
            RuleBody::Raise { factor, .. } if other.windows.is_empty() => Some(&factor.times),
            _ => None,
        }));
        let mut varied: Vec<(String, Varied)> = Vec::new();
        for expr in exprs {
            walk(expr, &mut |expr| {
                if varied.is_empty() {
                    varied = self.rows(expr);
                }
            });
        }
        let words = self.setting.words;
        let lines = varied
            .into_iter()
            .take(COLOURS.len())
            .map(|(name, varied)| Series { name: words.tidy(&name), points: self.line(self.start.at, xs, &varied) });
        lines.filter(|series| !series.points.is_empty()).collect()
    }

    /// What selects each row of a table over an enum.
    fn rows(&self, expr: &Expr) -> Vec<(String, Varied)> {
        let Node::Table { subject, rows, .. } = &expr.node else { return vec![] };
        let Some(place) = self.place(subject) else { return vec![] };
        let words = self.setting.words.on(&self.rule.kinds);
        let listed = rows.iter().filter_map(|row| match &row.test {
            TableTest::Is(members) => {
                let value = members.iter().find_map(|member| match member {
                    SetMember::One(Expr { node: Node::Constant(Value::Enum(_, name)), .. }) => Some(name.clone()),
                    _ => None,
                })?;
                Some((words.row_test(&row.test), Varied { set: Some((place.clone(), value)) }))
            }
            TableTest::Otherwise => {
                let value = self.unlisted(subject, rows)?;
                Some((words.row_test(&row.test), Varied { set: Some((place.clone(), value)) }))
            }
            TableTest::From(_) => None,
        });
        listed.collect()
    }

    /// A value that no row of a table names.
    fn unlisted(&self, subject: &Expr, rows: &[TableRow]) -> Option<String> {
        let Type::Enum(id) = &subject.typed.ty else { return None };
        let declared = self.setting.policy.enum_type(*id)?;
        let named = |name: &str| {
            rows.iter().any(|row| match &row.test {
                TableTest::Is(members) => members.iter().any(|member| match member {
                    SetMember::One(Expr { node: Node::Constant(Value::Enum(_, one)), .. }) => one == name,
                    _ => false,
                }),
                TableTest::From(_) | TableTest::Otherwise => false,
            })
        };
        let other = declared.values.iter().map(|value| &value.title.name).find(|name| !named(name));
        other.cloned().or_else(|| declared.open.then(|| "other".to_owned()))
    }

    /// Where the host says what a table goes by.
    fn place(&self, subject: &Expr) -> Option<Place> {
        if !matches!(subject.typed.ty, Type::Enum(_)) {
            return None;
        }
        match &subject.node {
            Node::Default(inner, _) => self.place(inner),
            Node::FirstKnown(all) => all.iter().find_map(|one| self.place(one)),
            Node::Field(name) => {
                let mut kinds = self.rule.kinds.iter().filter_map(|id| self.setting.policy.kind(*id));
                let field = kinds.find_map(|kind| kind.field(name))?;
                Some(Place::Field(field.json.first()?.name.clone()))
            }
            Node::Fact(subject, of, fact) if matches!(&of.node, Node::Field(name) if name == "customer") => {
                let subject = self.setting.policy.subject(*subject)?;
                let field = subject.facts.iter().find(|field| field.title.name == *fact)?;
                Some(Place::Fact(subject.title.name.clone(), field.json.first()?.name.clone()))
            }
            _ => None,
        }
    }

    /// A line for the usual time, and one for every campaign that raises the rule.
    fn by_time(&self, xs: &[Decimal]) -> Vec<Series> {
        let words = self.setting.words;
        let plain = Varied::default();
        let usual = self.line(self.start.at, xs, &plain);
        let mut all = vec![Series { name: String::new(), points: usual }];
        for other in self.others {
            let from = other.windows.iter().find_map(|window| match &window.kind {
                WindowKind::Between(Some(from), _) => Some(*from),
                _ => None,
            });
            let Some(from) = from else { continue };
            let points = self.line(from, xs, &plain);
            if all.len() < COLOURS.len() && all.iter().all(|known| known.points != points) {
                all.push(Series { name: words.rule_title(other), points });
            }
        }
        if all.len() > 1
            && let Some(first) = all.first_mut()
        {
            first.name = say!(words.language, "usually", "平时");
        }
        all
    }

    fn line(&self, at: NaiveDateTime, xs: &[Decimal], varied: &Varied) -> Vec<(Decimal, Decimal)> {
        let decided = xs.iter().filter_map(|x| Some((*x, self.sum(&self.decide(at, *x, varied)?))));
        decided.collect()
    }

    /// What the rule, and those that raise it, give in a decision.
    fn sum(&self, decision: &Decision) -> Decimal {
        let policy = self.setting.policy;
        let groups: Vec<&str> = self
            .others
            .iter()
            .filter_map(|other| policy.group(other.group?.0))
            .map(|group| group.title.name.as_str())
            .collect();
        let own = |name: &str| {
            name == self.rule.title.name
                || groups.contains(&name)
                || self.others.iter().any(|other| other.title.name == name)
        };
        let lines = decision.lines.iter().filter(|line| own(&line.rule));
        lines.fold(Decimal::ZERO, |sum, line| sum.saturating_add(number(&line.amount)))
    }

    fn decide(&self, at: NaiveDateTime, amount: Decimal, varied: &Varied) -> Option<Decision> {
        let mut host = Host::new(self.setting.programme.clone());
        for (subject, id, facts) in &self.start.facts {
            host.add_facts(subject, id, facts);
        }
        let mut event = self.start.event.clone();
        match &varied.set {
            Some((Place::Field(name), value)) => {
                event.insert(name.clone(), Json::String(value.clone()));
            }
            Some((Place::Fact(subject, fact), value)) => {
                let customer = event.get("customer").and_then(Json::as_str).unwrap_or_default().to_owned();
                host.add_facts(subject, &customer, &Map::from_iter([(fact.clone(), Json::String(value.clone()))]));
            }
            None => {}
        }
        event.insert(self.start.amount.clone(), Json::String(amount.normalize().to_string()));
        event.insert("at".to_owned(), Json::String(instant_of(self.setting.policy, at)?.to_rfc3339()));
        host.decide(&event, true).ok().map(|answer| answer.decision)
    }
}

/// Where the host gives a value.
#[derive(Debug, Clone)]
enum Place {
    Field(String),
    /// Subject, fact.
    Fact(String, String),
}

/// What differs from the event to begin with.
#[derive(Debug, Clone, Default)]
struct Varied {
    set: Option<(Place, String)>,
}

/// Some of the points in numbers: at most eight amounts, evenly chosen.
fn table(setting: &Setting<'_>, amount: &str, currency: &str, all: &[Series]) -> Table {
    let words = setting.words;
    let mut heads = vec![(format!("{amount} ({currency})"), true)];
    heads.extend(all.iter().map(|series| {
        (if series.name.is_empty() { say!(words.language, "points", "积分") } else { series.name.clone() }, true)
    }));
    let count = all.first().map_or(0, |series| series.points.len());
    let every = count.div_ceil(8).max(1);
    let rows = (0..count).step_by(every).chain(count.checked_sub(1).filter(|last| !last.is_multiple_of(every)));
    let shown = |number: Decimal| earnest_dsl::words::grouped(&number.normalize().to_string());
    let rows = rows.map(|at| {
        let x = all.first().and_then(|series| series.points.get(at)).map(|(x, _)| shown(*x)).unwrap_or_default();
        let ys = all.iter().map(|series| series.points.get(at).map(|(_, y)| shown(*y)).unwrap_or_default());
        std::iter::once(x).chain(ys).collect()
    });
    Table { heads, rows: rows.collect(), ..Table::default() }
}

fn drawing(all: &[Series], most: Decimal, stepped: bool, caption: &str) -> String {
    let highest = all.iter().flat_map(|series| &series.points).map(|(_, y)| *y).max().unwrap_or(Decimal::ONE);
    let top = highest.max(Decimal::ONE);
    let (left, right, bottom) = (72, WIDTH.saturating_sub(40), HEIGHT.saturating_sub(30));
    let head = if all.len() > 1 { 34 } else { 14 };
    let (wide, high) = (right.saturating_sub(left), bottom.saturating_sub(head));
    let x = |amount: Decimal| left.saturating_add(scaled(amount, most, wide));
    let y = |points: Decimal| bottom.saturating_sub(scaled(points, top, high));
    let shown = |number: Decimal| earnest_dsl::words::grouped(&number.normalize().to_string());
    let mut drawing = Drawing::new(WIDTH, HEIGHT);
    for tick in ticks(top) {
        drawing.line((left, y(tick)), (right, y(tick)), "stroke=\"#e6eaef\"");
        drawing.text((left.saturating_sub(8), y(tick).saturating_add(4)), Anchor::End, 12, "#5b6675", &shown(tick));
    }
    for tick in ticks(most) {
        drawing.line((x(tick), bottom), (x(tick), bottom.saturating_add(4)), "stroke=\"#9aa5b1\"");
        drawing.text((x(tick), bottom.saturating_add(19)), Anchor::Middle, 12, "#5b6675", &shown(tick));
    }
    drawing.line((left, bottom), (right, bottom), "stroke=\"#9aa5b1\"");
    let mut legend = left;
    for (series, colour) in all.iter().zip(COLOURS) {
        let mut path = String::new();
        for (at, (amount, points)) in series.points.iter().enumerate() {
            let x = exact(*amount, most, wide, left, true);
            let y = exact(*points, top, high, bottom, false);
            path.push_str(&match (at, stepped) {
                (0, _) => format!("M{x} {y}"),
                (_, true) => format!("H{x}V{y}"),
                (_, false) => format!("L{x} {y}"),
            });
        }
        drawing.path(&path, &format!("stroke=\"{colour}\" stroke-width=\"2.2\" stroke-linejoin=\"round\""));
        if all.len() > 1 {
            drawing.bar((legend, 10), (16, 4), &format!("rx=\"2\" fill=\"{colour}\""));
            drawing.text((legend.saturating_add(22), 17), Anchor::Start, 13, "#1d2430", &series.name);
            legend = legend.saturating_add(50).saturating_add(super::svg::width(&series.name, 13));
        }
    }
    drawing.finish(caption)
}
