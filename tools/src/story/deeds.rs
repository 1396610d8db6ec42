//! What a decision does besides points and money, in words: facts, bars, notices, figures.

use super::tree::Tree;
use super::words::one_line;
use super::{Teller, number};
use earnest_dsl::policy::RuleBody;
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, FactOut, Notice, RuleTrace};

impl Teller<'_> {
    /// Facts that are set, who is barred, what customers are told, figures.
    pub(super) fn done(&self, decision: &Decision) -> Vec<String> {
        let mut told: Vec<String> = decision.facts.iter().map(|fact| self.fact(fact)).collect();
        let barred = decision.counters.iter().filter_map(|change| change.key.strip_prefix("barred|")?.split_once('='));
        told.extend(barred.map(|(subject, id)| {
            let subject = self.subject(subject);
            say!(self.language, "{subject} {id} barred from requests", "{subject} {id} 不得再申请")
        }));
        told.extend(decision.notices.iter().map(|notice| self.notice(notice)));
        told.extend(decision.figures.iter().map(|(name, value)| {
            let title = self.policy.figures.iter().map(|one| &one.title).find(|title| title.name == *name);
            let name = title.map_or(name.as_str(), |title| self.name(title));
            let value = grouped(value);
            say!(self.language, "{name} is {value}", "{name}为 {value}")
        }));
        told
    }

    fn fact(&self, fact: &FactOut) -> String {
        let declared = self.policy.subjects.iter().find(|one| one.title.name == fact.subject);
        let field = declared.and_then(|one| {
            one.facts
                .iter()
                .find(|field| field.json.iter().any(|json| json.name == fact.fact))
                .map(|field| &field.title)
        });
        let field = field.map_or(fact.fact.as_str(), |title| self.name(title));
        let value =
            fact.value.as_str().map_or_else(|| fact.value.to_string(), |text| self.value_named(text).to_owned());
        let (subject, id, from) = (self.subject(&fact.subject), &fact.id, &fact.from);
        say!(
            self.language,
            "{field} of {subject} {id} is {value} from {from}",
            "{subject} {id} 的{field}自 {from} 起为 {value}"
        )
    }

    fn notice(&self, notice: &Notice) -> String {
        let title = self.policy.rules.iter().map(|rule| &rule.title).find(|title| title.name == notice.name);
        let name = title.map_or(notice.name.as_str(), |title| self.name(title));
        let shows: Vec<String> =
            notice.shows.iter().map(|(text, value)| format!("`{}` {}", one_line(text), grouped(value))).collect();
        let shows = shows.join(self.comma());
        say!(self.language, "{name} tells {shows}", "{name}告知 {shows}")
    }

    /// A rule that applied and posts nothing, because it does something else.
    pub(super) fn acted(&self, rule: &RuleTrace) -> Option<Tree> {
        let declared = self.policy.rules.iter().find(|one| one.title.name == rule.rule)?;
        if declared.deeds.is_empty() && !matches!(declared.body, RuleBody::Notify(_)) {
            return None;
        }
        let title = self.title(&rule.rule, &rule.label);
        let mut tree = Tree::new(say!(self.language, "{title} applies", "{title}：适用"));
        self.add_reading(rule, &mut tree);
        self.add_place(rule, &mut tree);
        Some(tree)
    }

    /// What a conversion did: the lines of one rule, one that takes and one that gives.
    pub(super) fn turned(&self, lines: &[&DecisionLine]) -> Option<String> {
        let [take, give] = lines else { return None };
        if take.kind != "convert" || give.kind != "convert" {
            return None;
        }
        let strong = |line: &DecisionLine| self.marks.strong(&self.line_amount(line));
        let (taken, given) = (strong(take), strong(give));
        Some(if number(&take.amount).is_sign_negative() {
            say!(self.language, "turns {taken} into {given}", "将 {taken} 转换为 {given}")
        } else {
            say!(self.language, "turns {given} back into {taken}", "将 {given} 换回 {taken}")
        })
    }

    fn subject<'t>(&'t self, name: &'t str) -> &'t str {
        let titles = self.policy.subjects.iter().map(|one| &one.title);
        titles.clone().find(|title| title.name == name).map_or(name, |title| self.name(title))
    }

    fn value_named<'t>(&'t self, name: &'t str) -> &'t str {
        let titles = self.policy.enums.iter().flat_map(|one| &one.values).map(|value| &value.title);
        titles.clone().find(|title| title.name == name).map_or(name, |title| self.name(title))
    }
}
