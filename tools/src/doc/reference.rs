//! The analyst's page: everything that the policy says, with identifiers, codes and places.

use super::block::{Block, Document, Section, Table};
use super::setting::Setting;
use super::terms::{chapter, facts, foot, levels, life, refunds};
use super::written::Written;
use super::{calendar, rules};
use chrono::NaiveDate;
use earnest_dsl::policy::core::exprs;
use earnest_dsl::policy::expr::walk;
use earnest_dsl::policy::{
    CodeSet, Constraint, Expr, Field, GroupMode, Kind, KindId, Node, Owner, PointsId, Rule, RuleBody, Title,
};
use earnest_dsl::say;
use std::collections::BTreeSet;

/// The page.
pub(super) fn document(setting: &Setting<'_>, written: &Written) -> Document {
    let (words, policy) = (setting.words, setting.policy);
    let mut sections = Vec::new();
    sections.extend(parameters(setting, written));
    chapter(&mut sections, "points", say!(words.language, "Points and pools", "积分与积分池"), points(setting));
    chapter(&mut sections, "levels", say!(words.language, "Levels", "等级"), levels(setting));
    chapter(&mut sections, "events", say!(words.language, "Events", "业务事件"), events(setting));
    chapter(&mut sections, "facts", say!(words.language, "Facts", "资料"), subjects(setting));
    chapter(&mut sections, "measures", say!(words.language, "Measures", "累计"), measures(setting));
    chapter(&mut sections, "groups", say!(words.language, "Groups", "组"), groups(setting));
    let calendar = calendar::figure(setting).map(Block::Figure);
    if let Some(calendar) = calendar {
        sections.push(Section::new("calendar", 2, say!(words.language, "Calendar", "日历")).with([calendar]));
    }
    let all = policy.rules.iter().map(|rule| rule_section(setting, written, rule)).collect();
    chapter(&mut sections, "rules", say!(words.language, "Rules and requests", "规则与申请"), all);
    sections.extend(limits(setting));
    sections.extend(codes(setting));
    chapter(&mut sections, "calendars", say!(words.language, "Calendars of holidays", "节假日历"), calendars(setting));
    chapter(
        &mut sections,
        "declared",
        say!(words.language, "Declared for the host", "供系统执行的声明"),
        declared(setting),
    );
    sections.push(refunds(setting));
    let mut facts = facts(setting);
    facts.push((say!(words.language, "Programme", "方案"), format!("`{}`", policy.programme.name)));
    facts.push((say!(words.language, "Version", "版本"), versions(setting)));
    facts.push((say!(words.language, "Hash of the meaning", "含义摘要"), format!("`{}`", policy.hash())));
    if let Some(fact) = &policy.customer_is {
        facts.push((say!(words.language, "The customer is", "客户即"), words.party(fact)));
    }
    if policy.leap_day_march {
        let day = say!(words.language, "1 March in common years", "平年按 3月1日");
        facts.push((say!(words.language, "29 February", "2月29日"), day));
    }
    Document {
        language: words.language,
        title: words.title(&words.name(&policy.programme)),
        subtitle: say!(words.language, "Reference for analysts", "方案参考"),
        facts,
        sections,
        foot: foot(setting),
    }
}

fn versions(setting: &Setting<'_>) -> String {
    let this = setting.policy.version();
    let all: Vec<String> = setting.programme.versions().iter().map(|engine| engine.policy().version()).collect();
    if all.len() < 2 {
        return this;
    }
    let all = all.join(", ");
    say!(setting.words.language, "{this} (of {all})", "{this}（全部：{all}）")
}

fn table(heads: &[(String, bool)], rows: Vec<Vec<String>>) -> Block {
    Block::Table(Table { heads: heads.to_vec(), rows, ..Table::default() })
}

/// An identifier, with what stands behind it.
fn code(title: &Title) -> String {
    format!("`{}`", title.name)
}

fn parameters(setting: &Setting<'_>, written: &Written) -> Option<Section> {
    let (words, policy) = (setting.words, setting.policy);
    if policy.parameters.is_empty() && policy.parities.is_empty() {
        return None;
    }
    let heads = [
        (say!(words.language, "Parameter", "参数"), false),
        (say!(words.language, "In policy text", "方案中的名称"), false),
        (say!(words.language, "Value", "取值"), true),
    ];
    let rows = policy.parameters.iter().map(|(name, value)| {
        let title = Title { name: name.clone(), labels: written.labels(name).to_vec(), ..Title::default() };
        vec![words.title(&words.name(&title)), code(&title), words.tidy(&words.value(value))]
    });
    let mut section = Section::new("parameters", 2, say!(words.language, "Parameters", "参数"));
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        section.blocks.push(table(&heads, rows));
    }
    for (from, to, rate) in &policy.parities {
        let (from, to, rate) = (words.currency(*from), words.currency(*to), words.number(*rate));
        let text = say!(words.language, "1 {from} counts as {rate} {to}", "1 {from}按 {rate} {to}计");
        section.blocks.push(Block::Text(words.sentence(&text)));
    }
    Some(section)
}

fn points(setting: &Setting<'_>) -> Vec<Section> {
    let words = setting.words;
    let sections = setting.policy.points.iter().enumerate().map(|(at, points)| {
        let mut section = life(setting, points);
        section.note = code(&points.title);
        let worth = setting.sentences(&say!(words.language, "Accounts", "核算"), words.worth(PointsId(at)));
        section.blocks.extend(setting.list(worth));
        section
    });
    sections.collect()
}

/// Kinds of event that some rule looks at, with the fields that are read.
fn events(setting: &Setting<'_>) -> Vec<Section> {
    let policy = setting.policy;
    let mut all = Vec::new();
    for (at, kind) in policy.kinds.iter().enumerate() {
        let id = KindId(at);
        let rules: Vec<&Rule> = policy.rules.iter().filter(|rule| rule.kinds.contains(&id)).collect();
        // The programme's own kinds are told whole, looked at or not.
        if !rules.is_empty() || !kind.library {
            all.push(event(setting, kind, &rules));
        }
    }
    all
}

fn event(setting: &Setting<'_>, kind: &Kind, rules: &[&Rule]) -> Section {
    let words = setting.words;
    let mut section = Section::new(format!("event-{}", kind.title.name), 3, words.title(&words.name(&kind.title)));
    section.note = say!(words.language, "`{0}`, JSON `{1}`", "`{0}`，JSON `{1}`", kind.title.name, kind.json);
    let names: Vec<String> = rules.iter().map(|rule| format!("“{}”", words.rule_title(rule))).collect();
    let names = words.all_of(&names);
    section.blocks.push(Block::Text(words.sentence(&say!(
        words.language,
        "looked at by {names}",
        "涉及规则：{names}"
    ))));
    let read = fields_read(setting, rules);
    let shown = kind.fields.iter().filter(|field| {
        let required = !field.typed.optional && field.default.is_none();
        required || !kind.library || read.contains(field.title.name.as_str())
    });
    let shown: Vec<&Field> = shown.collect();
    if !shown.is_empty() {
        section.blocks.push(fields(setting, &shown));
    }
    section
}

/// Fields with their names in the text and in JSON, and what they hold.
fn fields(setting: &Setting<'_>, fields: &[&Field]) -> Block {
    let words = setting.words;
    let rows = fields.iter().map(|field| {
        let json: Vec<String> = field.json.iter().map(|json| format!("`{}`", json.name)).collect();
        vec![words.name(&field.title), code(&field.title), json.join(", "), words.tidy(&words.field_type(field))]
    });
    let heads = [
        (say!(words.language, "Field", "字段"), false),
        (say!(words.language, "In policy text", "方案中的名称"), false),
        ("JSON".to_owned(), false),
        (say!(words.language, "Holds", "内容"), false),
    ];
    table(&heads, rows.collect())
}

/// Subjects with the facts that the policy reads.
fn subjects(setting: &Setting<'_>) -> Vec<Section> {
    let (words, policy) = (setting.words, setting.policy);
    let mut read: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut visit = |expr: &Expr| {
        if let Node::Fact(subject, _, fact) = &expr.node {
            read.insert((subject.0, fact.clone()));
        }
    };
    exprs(policy, &mut |expr| walk(expr, &mut visit));
    let mut all = Vec::new();
    for (at, subject) in policy.subjects.iter().enumerate() {
        let facts = subject.facts.iter().filter(|fact| read.contains(&(at, fact.title.name.clone())));
        let facts: Vec<&Field> = facts.collect();
        if !facts.is_empty() {
            let mut section =
                Section::new(format!("facts-{}", subject.title.name), 3, words.title(&words.name(&subject.title)));
            section.note = code(&subject.title);
            all.push(section.with([fields(setting, &facts)]));
        }
    }
    all
}

/// Names of fields that the rules' expressions read.
fn fields_read<'p>(setting: &Setting<'p>, rules: &[&'p Rule]) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    for rule in rules {
        let mut visit = |expr: &Expr| {
            if let Node::Field(name) = &expr.node {
                read.insert(name.clone());
            }
        };
        rule.conditions.iter().for_each(|expr| walk(expr, &mut visit));
        setting.words.expressions(rule, &mut visit);
    }
    read
}

fn measures(setting: &Setting<'_>) -> Vec<Section> {
    let words = setting.words;
    let all = setting.policy.measures.iter().map(|measure| {
        let mut section =
            Section::new(format!("measure-{}", measure.title.name), 3, words.title(&words.name(&measure.title)));
        section.note = code(&measure.title);
        section.with([Block::Text(words.sentence(&words.clauses(&words.measure(measure))))])
    });
    all.collect()
}

fn groups(setting: &Setting<'_>) -> Vec<Section> {
    let words = setting.words;
    let all = setting.policy.groups.iter().map(|group| {
        let members: Vec<String> = group.members.iter().map(|member| words.rule_name(*member)).collect();
        let members = words.all_of(&members);
        let mode = match group.mode {
            GroupMode::BestOf => say!(words.language, "only the best of {members} counts", "{members}只取最高的一项"),
            GroupMode::AddUp => say!(words.language, "{members} add up", "{members}累加"),
            GroupMode::FirstByPriority => {
                say!(
                    words.language,
                    "only the first of {members} that gives something counts",
                    "{members}按优先级只取第一项有所得的"
                )
            }
            GroupMode::MultiplyTogether => {
                say!(words.language, "the multiples of {members} are multiplied with each other", "{members}的倍数连乘")
            }
        };
        let mut section =
            Section::new(format!("group-{}", group.title.name), 3, words.title(&words.name(&group.title)));
        section.note = code(&group.title);
        section.with([Block::Text(words.sentence(&mode))])
    });
    all.collect()
}

/// A rule with its identifier, its place and its text.
fn rule_section(setting: &Setting<'_>, written: &Written, rule: &Rule) -> Section {
    let words = setting.words;
    let mut section = rules::section(setting, rule, 3);
    let sort = match &rule.body {
        RuleBody::Request(_) => say!(words.language, "request", "申请"),
        RuleBody::Level { .. } => say!(words.language, "level rule", "水平规则"),
        RuleBody::Raise { .. } => say!(words.language, "multiple", "倍数"),
        RuleBody::Accept(_) => say!(words.language, "acceptance", "受理条件"),
        RuleBody::Convert(_) => say!(words.language, "conversion", "转换"),
        RuleBody::Notify(_) => say!(words.language, "notice", "通知"),
        RuleBody::Earn(_) => say!(words.language, "rule", "规则"),
    };
    let place = setting.policy.sources.place(rule.title.span);
    section.note = words.clauses(&[code(&rule.title), sort, format!("`{place}`")]);
    // A prohibition stands inside the declaration of its points.
    let inside = matches!(&rule.body, RuleBody::Request(request) if request.prohibited.is_some());
    let text = written.rule(setting, rule).filter(|_| !inside);
    let before = section.blocks.iter().position(|block| matches!(block, Block::Figure(_)) || is_example(block));
    let before = before.unwrap_or(section.blocks.len());
    text.into_iter().for_each(|text| section.blocks.insert(before, Block::Source(text)));
    section
}

fn is_example(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.example)
}

/// All limits with the names of their counters.
fn limits(setting: &Setting<'_>) -> Option<Section> {
    let (words, policy) = (setting.words, setting.policy);
    if policy.constraints.is_empty() {
        return None;
    }
    let owner = |limit: &Constraint| match limit.owner {
        Owner::Rule(id) => words.rule_name(id),
        Owner::Campaign(id) => words.campaign_name(id),
        Owner::Programme => say!(words.language, "programme", "方案"),
    };
    let rows = policy.constraints.iter().map(|limit| {
        let kinds = limit.rules.iter().filter_map(|id| policy.rule(*id)).find_map(|rule| {
            let kinds: &[KindId] = &rule.kinds;
            (!kinds.is_empty()).then_some(kinds)
        });
        let words = words.on(kinds.unwrap_or_default());
        vec![code(&limit.title), owner(limit), words.sentence(&words.limit(limit))]
    });
    let heads = [
        (say!(words.language, "Counter", "计数器"), false),
        (say!(words.language, "Of", "所属"), false),
        (say!(words.language, "Limit", "限额"), false),
    ];
    Some(Section::new("limits", 2, say!(words.language, "Limits", "限额")).with([table(&heads, rows.collect())]))
}

/// Sets of codes that the policy names.
fn codes(setting: &Setting<'_>) -> Option<Section> {
    let (words, policy) = (setting.words, setting.policy);
    if policy.code_sets.is_empty() {
        return None;
    }
    let runs = |set: &CodeSet| {
        let width = usize::from(set.digits);
        let runs = set.runs.iter().map(|(first, last)| {
            if first == last { format!("{first:0width$}") } else { format!("{first:0width$}–{last:0width$}") }
        });
        runs.collect::<Vec<_>>().join(", ")
    };
    let rows = policy.code_sets.iter().map(|set| vec![words.name(&set.title), code(&set.title), runs(set)]).collect();
    let heads = [
        (say!(words.language, "Set", "代码集"), false),
        (say!(words.language, "In policy text", "方案中的名称"), false),
        (say!(words.language, "Codes", "代码"), false),
    ];
    Some(Section::new("codes", 2, say!(words.language, "Code sets", "代码集")).with([table(&heads, rows)]))
}

/// Calendars of holidays and working days that the policy uses.
fn calendars(setting: &Setting<'_>) -> Vec<Section> {
    let words = setting.words;
    let all = setting.policy.calendars.iter().map(|calendar| {
        let (from, to) = (words.date(calendar.from), words.date(calendar.to));
        let rest: Vec<String> = calendar.rest.iter().map(|day| words.weekday(*day).to_owned()).collect();
        let rows = [
            (say!(words.language, "Covers", "覆盖"), say!(words.language, "{from} to {to}", "{from}至{to}")),
            (say!(words.language, "Days of rest", "休息日"), words.all_of(&rest)),
            (say!(words.language, "Holidays", "节假日"), runs_of_days(&calendar.holidays)),
            (say!(words.language, "Working days", "调休上班"), runs_of_days(&calendar.workdays)),
        ];
        let rows: Vec<(String, String)> = rows.into_iter().filter(|(_, told)| !told.is_empty()).collect();
        let title = words.title(&words.name(&calendar.title));
        let mut section = Section::new(format!("calendar-{}", calendar.title.name), 3, title);
        section.note = code(&calendar.title);
        section.with([Block::Points(rows)])
    });
    all.collect()
}

/// Days, those in a row together.
fn runs_of_days(days: &BTreeSet<NaiveDate>) -> String {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(*day) => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let told =
        runs.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") });
    told.collect::<Vec<_>>().join(", ")
}

/// Moments, figures, rankings, settlement, what the version does to lots.
fn declared(setting: &Setting<'_>) -> Vec<Section> {
    let (words, policy) = (setting.words, setting.policy);
    let titled = |id: &str, title: &Title, told: String| {
        let mut section = Section::new(format!("{id}-{}", title.name), 3, words.title(&words.name(title)));
        section.note = code(title);
        section.with([Block::Text(words.sentence(&told))])
    };
    let mut all = Vec::new();
    all.extend(policy.schedules.iter().map(|one| titled("schedule", &one.title, words.schedule(one))));
    all.extend(policy.figures.iter().map(|one| titled("figure", &one.title, words.figure(one))));
    all.extend(policy.rankings.iter().map(|one| titled("ranking", &one.title, words.ranking(one))));
    all.extend(policy.settlements.iter().map(|one| {
        let told = titled("settle", &one.title, words.settlement(one));
        let name = words.service(&one.title);
        Section { title: say!(words.language, "Settlement: {name}", "结算：{name}"), ..told }
    }));
    if !policy.migrations.is_empty() {
        let told = policy.migrations.iter().map(|one| Block::Text(words.sentence(&words.migration(one))));
        let title = say!(words.language, "Points that exist at the start", "生效时已有的积分");
        all.push(Section::new("migrations", 3, title).with(told));
    }
    all
}
