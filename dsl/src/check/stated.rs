//! Lines that a clause names: those that a rule adds to, and the order of lines under a limit. A group stands for its members.

use super::Checker;
use super::messages;
use super::name::Lookup;
use super::names::{Found, path_text};
use crate::policy::{GroupId, RuleId};
use crate::source::Span;
use crate::syntax::ast;

/// What can stand for lines: a rule, or a group for those of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleOrGroup {
    Rule(RuleId),
    Group(GroupId),
}

impl Checker<'_> {
    /// The rules of a stated order. A group stands for its members: one of them counts, else their order is not stated.
    pub(crate) fn across(&mut self, paths: &[ast::Path], campaign: Option<&str>, span: Span) -> Option<Vec<RuleId>> {
        let mut rules = Vec::new();
        for path in paths {
            match self.rule_or_group(path, campaign)? {
                RuleOrGroup::Rule(rule) => rules.push(rule),
                RuleOrGroup::Group(group) => {
                    let members = self.policy.group(group).map(|group| group.members.clone()).unwrap_or_default();
                    self.check_order_under(&members, span)?;
                    rules.extend(members);
                }
            }
        }
        Some(rules)
    }

    /// What `adds to` and `across` name: a rule, or a group of rules.
    pub(crate) fn rule_or_group(&mut self, path: &ast::Path, campaign: Option<&str>) -> Option<RuleOrGroup> {
        let names = self.names;
        let name = ast::Name { text: path_text(path), span: path.span };
        let rule = names.rules.find(&name.text, campaign);
        match (rule, names.groups.find(&name.text, campaign)) {
            (_, Found::None) => self.rule_named(path, campaign).map(RuleOrGroup::Rule),
            (Found::One(rule), Found::One(group)) => {
                if let (Some(rule), Some(group)) = (names.rules.get(rule), names.groups.get(group)) {
                    self.report(messages::ambiguous(&name, rule.declared.name.span, group.declared.name.span));
                }
                None
            }
            _ => match self.lookup(&names.groups, &name, campaign) {
                Lookup::At(at) => Some(RuleOrGroup::Group(GroupId(at))),
                Lookup::Failed | Lookup::Absent => None,
            },
        }
    }

    /// The rule of a name, reported where there is none.
    pub(crate) fn rule_named(&mut self, path: &ast::Path, campaign: Option<&str>) -> Option<RuleId> {
        let names = self.names;
        let name = ast::Name { text: path_text(path), span: path.span };
        match self.lookup(&names.rules, &name, campaign) {
            Lookup::At(at) => Some(RuleId(at)),
            Lookup::Failed => None,
            Lookup::Absent => {
                self.report(messages::unknown_rule(&name, names));
                None
            }
        }
    }
}
