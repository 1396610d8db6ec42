//! A plan as text: `earnest build --emit plan`.

use super::index::RuleIndex;
use super::{Body, Code, Counted, Form, KindPlan, Plan, Rounding, Source};
use earnest_dsl::policy::{PointsId, Policy};
use std::fmt::{self, Write};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, plan) in self.policy.kinds.iter().zip(&self.kinds) {
            match plan {
                Ok(plan) if plan.rules.is_empty() && plan.accepts.is_empty() => {}
                Ok(plan) => write!(f, "{}", Part { policy: &self.policy, plan })?,
                Err(why) if why.name.is_empty() => writeln!(f, "event {}: no plan ({})", kind.title.name, why.uses)?,
                Err(why) => writeln!(f, "event {}: no plan (`{}` uses {})", kind.title.name, why.name, why.uses)?,
            }
        }
        Ok(())
    }
}

/// The plan of one kind with its policy's names.
struct Part<'a> {
    policy: &'a Policy,
    plan: &'a KindPlan,
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policy, plan) = (self.policy, self.plan);
        let name = policy.kind(plan.kind).map_or("", |kind| kind.title.name.as_str());
        writeln!(f, "event {name}: {} registers", plan.registers)?;
        for (at, slot) in plan.slots.iter().enumerate() {
            writeln!(f, "  r{at} = {}  // {}", self.source(&slot.source), form(policy, slot.form))?;
        }
        for (at, counter) in plan.counters.iter().enumerate() {
            writeln!(f, "  counter {at} = {}  // {} decimals", self.counted(counter.of), counter.scale)?;
        }
        index(f, &plan.index)?;
        for (applies, holds) in &plan.accepts {
            self.code(f, "  where", *applies)?;
            self.code(f, "  accept when", *holds)?;
        }
        for (at, limit) in plan.limits.iter().enumerate() {
            let title = policy.constraint(limit.constraint).map_or("", |one| one.title.name.as_str());
            let counter = limit.counter.map_or_else(|| "each time".to_owned(), |counter| format!("counter {counter}"));
            writeln!(f, "  limit {at} {title}: {counter}, {:?}", limit.beyond)?;
            self.code(f, "    at most", limit.bound)?;
        }
        for (at, rule) in plan.rules.iter().enumerate() {
            let title = policy.rule(rule.rule).map_or("", |rule| rule.title.name.as_str());
            write!(f, "  rule {at} {title}")?;
            if let Some((group, rank)) = rule.group {
                let group = plan.groups.get(super::place(group)).and_then(|group| policy.group(group.group));
                write!(f, " in {} at {rank}", group.map_or("", |group| group.title.name.as_str()))?;
            }
            if !rule.limits.is_empty() {
                write!(f, ", limits {:?}", rule.limits)?;
            }
            writeln!(f)?;
            if let Some(test) = rule.test {
                self.code(f, "    when", test)?;
            }
            self.body(f, &rule.body)?;
        }
        Ok(())
    }
}

impl Part<'_> {
    fn source(&self, source: &Source) -> String {
        match source {
            Source::Date => "local date".to_owned(),
            Source::Time => "local time".to_owned(),
            Source::Field(name) => name.clone(),
            Source::Fact(subject, whose, name) => {
                let subject = self.policy.subject(*subject).map_or("", |subject| subject.title.name.as_str());
                if subject == whose { format!("{subject}.{name}") } else { format!("{whose}.{name} of {subject}") }
            }
            Source::Value(expr) => {
                let (file, start, end) = expr.span.key();
                let text = self
                    .policy
                    .sources
                    .get(file)
                    .and_then(|source| source.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?));
                let text = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
                format!("computed outside: {}", text.unwrap_or_else(|| "an expression".to_owned()))
            }
        }
    }

    fn counted(&self, of: Counted) -> String {
        match of {
            Counted::Constraint(id) => {
                format!("cap {}", self.policy.constraint(id).map_or("", |one| one.title.name.as_str()))
            }
            Counted::Measure(id, with) => {
                let name = self.policy.measure(id).map_or("", |one| one.title.name.as_str());
                format!("track {name}{}", if with { " with this one" } else { "" })
            }
        }
    }

    fn code(&self, f: &mut fmt::Formatter<'_>, head: &str, code: Code) -> fmt::Result {
        writeln!(f, "{head} r{}", code.result.0)?;
        let indent = " ".repeat(head.len() - head.trim_start().len() + 2);
        for op in self.plan.code(code) {
            writeln!(f, "{indent}{op}")?;
        }
        Ok(())
    }

    fn body(&self, f: &mut fmt::Formatter<'_>, body: &Body) -> fmt::Result {
        match body {
            Body::Lines(lines) => {
                for line in lines {
                    if let Some(when) = line.when {
                        self.code(f, "    only when", when)?;
                    }
                    let head = format!("    earn {}{}, from", self.points(line.points), rounding(line.rounding));
                    self.code(f, &head, line.amount)?;
                }
            }
            Body::Raise(raise) => {
                let targets = (0..self.plan.rules.len())
                    .filter(|at| i64::try_from(*at).is_ok_and(|at| raise.targets.has(at) == Some(true)));
                let mut named = String::new();
                for at in targets {
                    write!(named, " {at}")?;
                }
                for (points, how) in &raise.rounding {
                    writeln!(f, "    raise{named} in {}{}", self.points(*points), rounding(*how))?;
                }
                let head = if raise.includes_base { "    to" } else { "    by" };
                self.code(f, &format!("{head} times (1 is {}),", raise.one), raise.times)?;
            }
            Body::Nothing => writeln!(f, "    no points")?,
        }
        Ok(())
    }

    fn points(&self, id: PointsId) -> &str {
        self.policy.points_of(id).map_or("", |points| points.title.name.as_str())
    }
}

fn rounding(how: Rounding) -> String {
    match how {
        Rounding::Times(1) => String::new(),
        Rounding::Times(by) => format!(" times {by}"),
        Rounding::Over(by, mode) => format!(" over {by} rounded {mode:?}"),
    }
}

fn form(policy: &Policy, form: Form) -> String {
    match form {
        Form::Number(scale) => format!("{scale} decimals"),
        Form::Flag => "flag".to_owned(),
        Form::Date => "days of the common era".to_owned(),
        Form::Time => "nanoseconds of the day".to_owned(),
        Form::Enum(id) => policy.enum_type(id).map_or_else(String::new, |declared| declared.title.name.clone()),
        Form::Code => "code".to_owned(),
    }
}

fn index(f: &mut fmt::Formatter<'_>, index: &RuleIndex) -> fmt::Result {
    for one in &index.attributes {
        let what = if one.weekday { "day of the week of " } else { "" };
        let rows = one.bits.len().checked_div(index.words).unwrap_or(0);
        writeln!(f, "  index {what}r{}: {rows} rows of {} rules", one.register.0, index.rules)?;
    }
    Ok(())
}
