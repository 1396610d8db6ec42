//! A rule as a section: its sentences, its tables, a curve where it has a shape, worked examples.

use super::block::{Block, Section};
use super::setting::Setting;
use super::{curve, example, tables};
use earnest_dsl::policy::{Rule, RuleBody};
use earnest_dsl::say;
use earnest_dsl::words::{Clause, ClauseKind};

/// Prefix of the ids of rules' sections: the rest is the rule's identifier.
pub(super) const RULE: &str = "rule-";

/// The section of a rule.
pub(super) fn section(setting: &Setting<'_>, rule: &Rule, level: u8) -> Section {
    let mut section =
        Section::new(format!("{RULE}{}", rule.title.name), level, setting.words.title(&setting.words.rule_title(rule)));
    section.blocks = blocks(setting, rule);
    section
}

fn blocks(setting: &Setting<'_>, rule: &Rule) -> Vec<Block> {
    let Some(rule) = setting.policy.rules.iter().find(|one| one.title.name == rule.title.name) else { return vec![] };
    let clauses = setting.words.rule(rule);
    let mut main = clauses.iter().filter(|clause| clause.kind == ClauseKind::Main).map(|clause| clause.text.clone());
    let mut blocks: Vec<Block> = main.next().map(Block::Lead).into_iter().collect();
    let more = main
        .enumerate()
        .map(|(at, text)| (if at == 0 { say!(setting.words.language, "Terms", "条款") } else { String::new() }, text));
    let mut points: Vec<(String, String)> = more.collect();
    points.extend(others(setting, rule, &clauses));
    points.extend(measures(setting, rule));
    blocks.extend(setting.list(points));
    if let RuleBody::Request(request) = &rule.body {
        blocks.extend(tables::items(setting, request).map(Block::Table));
    }
    blocks.extend(tables::of_rule(setting, rule));
    blocks.extend(curve::of_rule(setting, rule).map(Block::Figure));
    blocks.extend(example::of_rule(setting, rule));
    blocks
}

/// What is not the rule's main sentence. Who pays is no business of customers.
fn others(setting: &Setting<'_>, rule: &Rule, clauses: &[Clause]) -> Vec<(String, String)> {
    let language = setting.words.language;
    let kinds = [
        (ClauseKind::When, say!(language, "When", "时间")),
        (ClauseKind::Limit, say!(language, "Limits", "限额")),
        (ClauseKind::Together, say!(language, "With other rules", "与其他规则")),
        (ClauseKind::Rounding, say!(language, "Rounding", "取整")),
        (ClauseKind::Refund, say!(language, "Refunds", "退款")),
        (ClauseKind::Funding, say!(language, "Paid by", "出资")),
    ];
    let mut all = Vec::new();
    for (kind, name) in kinds {
        if kind == ClauseKind::Funding && !setting.reference() {
            continue;
        }
        // On the terms page a rule of a campaign stands under it, and the campaign's times stand there.
        let campaign = rule.campaign.and_then(|id| setting.policy.campaign(id));
        let told = campaign.is_some_and(|campaign| campaign.windows == rule.windows);
        if kind == ClauseKind::When && told && !setting.reference() {
            continue;
        }
        let of_kind = clauses.iter().filter(|clause| clause.kind == kind);
        all.extend(
            of_kind
                .enumerate()
                .map(|(at, clause)| (if at == 0 { name.clone() } else { String::new() }, clause.text.clone())),
        );
    }
    all
}

/// What the measures are that the rule reads.
fn measures(setting: &Setting<'_>, rule: &Rule) -> Vec<(String, String)> {
    let words = setting.words;
    let mut told: Vec<String> = Vec::new();
    for sentence in words.measures_of(rule).into_iter().flat_map(|id| words.explained(id)) {
        if !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    setting.sentences(&say!(words.language, "In words", "释义"), told)
}
