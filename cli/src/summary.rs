//! Totals of a run: per rule and points, and what became of the events. Its size depends on the policy, not on the run.

use crate::language::counted;
use crate::session::Session;
use crate::table::{Align, Table};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{Bounded, Policy, RuleBody, Title};
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_interpreter::decision::{DecisionLine, Outcome};
use earnest_ledger::{Answer, Programme};
use earnest_tools::story::{number, unit};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Totals of a run.
#[derive(Debug, Default)]
pub struct Summary {
    accepted: u64,
    refused: u64,
    repeated: u64,
    bad: u64,
    refusals: BTreeMap<String, u64>,
    rules: BTreeMap<(String, String), Totals>,
}

/// Totals of a rule, in one unit of points.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    lines: u64,
    asked: Decimal,
    granted: Decimal,
    taken_back: Decimal,
}

impl Totals {
    fn add(&mut self, line: &DecisionLine, counts_uses: bool) {
        let (amount, asked) = (number(&line.amount), number(&line.asked));
        if !amount.is_zero() {
            self.lines = self.lines.saturating_add(1);
        } else if counts_uses {
            // A reward that is given once was had already: nobody would call that points over a limit.
            return;
        }
        if amount.is_sign_negative() && !amount.is_zero() {
            self.taken_back = plus(self.taken_back, amount.abs());
        } else {
            self.granted = plus(self.granted, amount);
            self.asked = plus(self.asked, asked);
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            lines: self.lines.saturating_add(other.lines),
            asked: plus(self.asked, other.asked),
            granted: plus(self.granted, other.granted),
            taken_back: plus(self.taken_back, other.taken_back),
        }
    }

    fn trimmed(&self) -> Decimal {
        self.asked.checked_sub(self.granted).unwrap_or_default()
    }
}

fn plus(a: Decimal, b: Decimal) -> Decimal {
    a.checked_add(b).unwrap_or(Decimal::MAX)
}

impl Summary {
    /// Counts an event that this version decided.
    pub fn add(&mut self, answer: &Answer, policy: &Policy) {
        if answer.repeated {
            self.repeated = self.repeated.saturating_add(1);
            return;
        }
        match answer.decision.outcome {
            Outcome::Accepted => self.accepted = self.accepted.saturating_add(1),
            Outcome::Refused => {
                self.refused = self.refused.saturating_add(1);
                let code = answer.decision.reason.clone().unwrap_or_default();
                let times = self.refusals.entry(code).or_default();
                *times = times.saturating_add(1);
            }
        }
        for line in &answer.decision.lines {
            let totals = self.rules.entry((line.rule.clone(), unit(line).to_owned())).or_default();
            totals.add(line, counts_uses(policy, &line.rule));
        }
    }

    /// Counts an event that could not be decided.
    pub fn add_bad(&mut self) {
        self.bad = self.bad.saturating_add(1);
    }

    /// Totals by unit of points.
    fn by_points(&self) -> BTreeMap<&str, Totals> {
        let mut all: BTreeMap<&str, Totals> = BTreeMap::new();
        for ((_, points), totals) in &self.rules {
            let sum = all.entry(points).or_default();
            *sum = sum.and(*totals);
        }
        all
    }

    /// For machines.
    pub fn json(&self, programme: &Programme) -> Json {
        let totals = |totals: &Totals| {
            [
                ("asked", totals.asked.normalize().to_string()),
                ("granted", totals.granted.normalize().to_string()),
                ("taken_back", totals.taken_back.normalize().to_string()),
            ]
        };
        let rows: Vec<Json> = self
            .rules
            .iter()
            .map(|((rule, points), sum)| {
                let mut row = json!({ "rule": rule, "points": points, "lines": sum.lines });
                for (name, value) in totals(sum) {
                    if let Some(row) = row.as_object_mut() {
                        row.insert(name.to_owned(), value.into());
                    }
                }
                row
            })
            .collect();
        let points: Vec<Json> = self
            .by_points()
            .into_iter()
            .map(|(points, sum)| json!({ "points": points, "lines": sum.lines, "asked": sum.asked.normalize().to_string(), "granted": sum.granted.normalize().to_string(), "taken_back": sum.taken_back.normalize().to_string() }))
            .collect();
        json!({
            "programme": newest(programme).map(|policy| &policy.programme.name),
            "versions": programme.versions().iter().map(|engine| json!({ "version": engine.policy().version(), "hash": engine.hash() })).collect::<Vec<_>>(),
            "events": { "accepted": self.accepted, "refused": self.refused, "repeated": self.repeated, "bad": self.bad },
            "refusals": self.refusals,
            "rules": rows,
            "points": points,
        })
    }

    /// For people: a table and what became of the events.
    pub fn human(&self, programme: &Programme, session: &Session) -> String {
        let language = session.language;
        let title = newest(programme).map(|policy| both(&policy.programme, language)).unwrap_or_default();
        let versions: Vec<String> = programme.versions().iter().map(|engine| engine.policy().version()).collect();
        let title = say!(language, "{}, version {}", "{}，版本 {}", title, versions.join(", "));
        format!(
            "{}\n\n{}\n{}",
            session.paint().strong(&title),
            self.table(programme, language).render(session.paint()),
            self.events(language)
        )
    }

    fn table(&self, programme: &Programme, language: Language) -> Table {
        let taken_back = self.rules.values().any(|totals| !totals.taken_back.is_zero());
        let trimmed = self.rules.values().any(|totals| !totals.trimmed().is_zero());
        let head = |en: &str, zh: &str, align| (if language == Language::English { en } else { zh }.to_owned(), align);
        let mut heads = vec![
            head("rule", "规则", Align::Left),
            head("points", "积分种类", Align::Left),
            head("lines", "笔数", Align::Right),
            head("granted", "所得", Align::Right),
        ];
        if trimmed {
            heads.push(head("over limits", "超限额", Align::Right));
        }
        if taken_back {
            heads.push(head("taken back", "收回", Align::Right));
        }
        let cells = |first: String, points: &str, totals: &Totals| {
            let mut cells = vec![first, points_name(programme, points, language), grouped(&totals.lines.to_string())];
            cells.push(grouped(&totals.granted.normalize().to_string()));
            if trimmed {
                cells.push(unless_zero(totals.trimmed()));
            }
            if taken_back {
                cells.push(unless_zero(totals.taken_back));
            }
            cells
        };
        let mut table = Table::new(heads);
        for ((rule, points), totals) in &self.rules {
            table.row(cells(rule_name(programme, rule, language), points, totals));
        }
        for rule in silent_rules(programme, &self.rules) {
            table.row(vec![both(rule, language), String::new(), "0".to_owned()]);
        }
        for (points, totals) in self.by_points() {
            table.foot(cells(say!(language, "total", "合计"), points, &totals));
        }
        table
    }

    fn events(&self, language: Language) -> String {
        let all = [self.accepted, self.refused, self.repeated, self.bad].into_iter().fold(0_u64, u64::saturating_add);
        let number = |count: u64| grouped(&count.to_string());
        let mut out = say!(
            language,
            "{}: {} accepted, {} refused, {} repeated, {} bad\n",
            "{}：接受 {}，拒绝 {}，重复 {}，有误 {}\n",
            match language {
                Language::English => counted(usize::try_from(all).unwrap_or(usize::MAX), "event", "events"),
                Language::Chinese => format!("{} 个事件", number(all)),
            },
            number(self.accepted),
            number(self.refused),
            number(self.repeated),
            number(self.bad)
        );
        for (code, times) in &self.refusals {
            out.push_str(&say!(language, "refused with {}: {}\n", "以 {} 拒绝：{}\n", code, number(*times)));
        }
        out
    }
}

/// Whether a limit of this rule counts uses. Rules stand in the order of their names.
fn counts_uses(policy: &Policy, rule: &str) -> bool {
    let at = policy.rules.binary_search_by(|one| one.title.name.as_str().cmp(rule));
    let rule = at.ok().and_then(|at| policy.rules.get(at));
    rule.is_some_and(|rule| {
        let mut limits = rule.constraints.iter().filter_map(|id| policy.constraint(*id));
        limits.any(|limit| limit.bounded == Bounded::Uses)
    })
}

fn newest(programme: &Programme) -> Option<&Policy> {
    programme.versions().last().map(earnest_interpreter::Engine::policy)
}

/// The policies of a programme, the newest first: what shows a name asks them in this order.
fn policies(programme: &Programme) -> impl Iterator<Item = &Policy> {
    programme.versions().iter().rev().map(earnest_interpreter::Engine::policy)
}

fn rule_name(programme: &Programme, name: &str, language: Language) -> String {
    let titles = policies(programme).flat_map(|policy| {
        let rules = policy.rules.iter().map(|rule| &rule.title);
        rules.chain(policy.groups.iter().map(|group| &group.title))
    });
    titles.into_iter().find(|title| title.name == name).map_or_else(|| name.to_owned(), |title| both(title, language))
}

fn points_name(programme: &Programme, name: &str, language: Language) -> String {
    let title = policies(programme)
        .flat_map(|policy| &policy.points)
        .map(|points| &points.title)
        .find(|title| title.name == name);
    match (title, language) {
        (Some(title), Language::Chinese) => title.shown().to_owned(),
        _ => name.to_owned(),
    }
}

/// Rules that could have given something and never did.
fn silent_rules<'p>(programme: &'p Programme, seen: &BTreeMap<(String, String), Totals>) -> Vec<&'p Title> {
    let Some(policy) = newest(programme) else { return vec![] };
    let posts = policy.rules.iter().filter(|rule| !matches!(rule.body, RuleBody::Accept(_)));
    posts.map(|rule| &rule.title).filter(|title| !seen.keys().any(|(rule, _)| *rule == title.name)).collect()
}

/// Nothing where there is nothing: what stands in a column of exceptions should strike the eye.
fn unless_zero(number: Decimal) -> String {
    if number.is_zero() { String::new() } else { grouped(&number.normalize().to_string()) }
}

/// Name and label, the reader's own first.
fn both(title: &Title, language: Language) -> String {
    match (title.labels.first(), language) {
        (None, _) => title.name.clone(),
        (Some(label), Language::English) => format!("{} \"{label}\"", title.name),
        (Some(label), Language::Chinese) => format!("{label}（{}）", title.name),
    }
}
