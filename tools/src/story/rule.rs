//! What one rule did, and why: a branch of the story.

use super::tree::Tree;
use super::words::{leading, one_line};
use super::{Teller, number};
use earnest_dsl::diagnostic::Language;
use earnest_dsl::policy::{KindId, Rule, RuleBody};
use earnest_dsl::say;
use earnest_dsl::words::grouped;
use earnest_interpreter::decision::{DecisionLine, LimitTrace, RuleResult, RuleTrace, Step, StepKind};

/// The kind of lines that all take; of lots that move, the line that leaves.
fn takes<'l>(lines: &[&'l DecisionLine]) -> Option<&'l str> {
    let kind = lines.first()?.kind.as_str();
    (kind == "move" || lines.iter().all(|line| number(&line.amount).is_sign_negative())).then_some(kind)
}

impl<'p> Teller<'p> {
    /// A rule that gave something: how much, what it read, how the number came about, what bounded it, and where it is written.
    pub(super) fn gave(&self, rule: &RuleTrace, lines: &[&DecisionLine]) -> Tree {
        // Of lots that move one line is told: what leaves also arrives.
        let leaves = |line: &&&DecisionLine| line.kind != "move" || number(&line.amount).is_sign_negative();
        let amounts: Vec<String> = lines.iter().filter(leaves).map(|line| self.line_amount(line)).collect();
        let given = if amounts.is_empty() {
            grouped(rule.granted.as_deref().unwrap_or("0"))
        } else {
            amounts.join(self.comma())
        };
        let verb = match (takes(lines), self.language) {
            (Some("redeem" | "take"), Language::English) => "takes",
            (Some("redeem" | "take"), Language::Chinese) => "扣",
            (Some("move"), Language::English) => "moves",
            (Some("move"), Language::Chinese) => "转移",
            (Some(_), Language::English) => "takes back",
            (Some(_), Language::Chinese) => "收回",
            (None, Language::English) => "gives",
            (None, Language::Chinese) => "得",
        };
        let title = self.title(&rule.rule, &rule.label);
        let given = self.marks.strong(&given);
        let mut told = match self.turned(lines) {
            Some(turned) => say!(self.language, "{title} {turned}", "{title}：{turned}"),
            None => say!(self.language, "{title} {verb} {given}", "{title}：{verb} {given}"),
        };
        if let Some(of) = rule.of.as_ref().or_else(|| lines.iter().find_map(|line| line.of.as_ref())) {
            told.push_str(&say!(self.language, ", deciding event {} again", "，重新裁决事件 {}", of));
        }
        let mut tree = Tree::new(told);
        self.add_reading(rule, &mut tree);
        for line in lines {
            self.add_life(line, &mut tree);
        }
        self.add_place(rule, &mut tree);
        tree
    }

    /// A line in the name of a group: its members stand apart.
    pub(super) fn group_gave(&self, line: &DecisionLine) -> Tree {
        let group = self.policy.groups.iter().find(|group| group.title.name == line.rule);
        let title = group.map_or(line.rule.as_str(), |group| self.name(&group.title));
        let amount = self.marks.strong(&self.line_amount(line));
        let mut tree = Tree::new(say!(self.language, "{title} gives {amount}", "{title}：得 {amount}"));
        self.add_life(line, &mut tree);
        tree
    }

    /// A rule that gave nothing, and the one reason. `None` for a rule that only guards, and let the event pass.
    pub(super) fn silent(&self, rule: &RuleTrace) -> Option<Tree> {
        let declared = self.rule(&rule.rule);
        let guards = declared.is_some_and(|rule| matches!(rule.body, RuleBody::Accept(_)));
        if guards && rule.result == RuleResult::Nothing {
            return None;
        }
        let title = self.title(&rule.rule, &rule.label);
        let text = rule.because.as_ref().map(|because| one_line(&because.text)).unwrap_or_default();
        let mut tree = Tree::new(match rule.result {
            RuleResult::Window => {
                say!(self.language, "{title}: not at this time, `{text}`", "{title}：不在时间内，`{text}`")
            }
            RuleResult::Condition => {
                say!(self.language, "{title}: the condition `{text}` does not hold", "{title}：条件 `{text}` 不成立")
            }
            RuleResult::Lost => self.lost(rule, &title, &text),
            RuleResult::Refused => self.refused(declared, &title, &text),
            RuleResult::Nothing | RuleResult::Applied => self.nothing(rule, declared, &title),
        });
        self.refusing(rule, &mut tree);
        self.add_reading(rule, &mut tree);
        match rule.because.as_ref().map(|because| &because.place).filter(|place| !place.is_empty()) {
            Some(place) if rule.result != RuleResult::Lost => tree.add(self.written(place)),
            _ => self.add_place(rule, &mut tree),
        }
        Some(tree)
    }

    fn lost(&self, rule: &RuleTrace, title: &str, winner: &str) -> String {
        let winner = self.rule(winner).map_or(winner, |rule| self.name(&rule.title));
        let group = rule.because.as_ref().and_then(|because| because.group.as_deref()).unwrap_or_default();
        let group =
            self.policy.groups.iter().find(|one| one.title.name == group).map_or(group, |one| self.name(&one.title));
        say!(
            self.language,
            "{title}: gives way to {winner}, which comes first in the group {group}",
            "{title}：让位于 {winner}（组 {group}）"
        )
    }

    fn refused(&self, declared: Option<&'p Rule>, title: &str, because: &str) -> String {
        let conditions = match declared.map(|rule| &rule.body) {
            Some(RuleBody::Accept(conditions)) if because.is_empty() => {
                let texts: Vec<String> = conditions.iter().map(|(condition, _)| self.source(condition.span)).collect();
                texts.join("`, `")
            }
            _ => because.to_owned(),
        };
        if conditions.is_empty() {
            say!(self.language, "{title} refuses the event", "{title}：拒绝该事件")
        } else {
            say!(
                self.language,
                "{title} refuses the event: it asks for `{conditions}`",
                "{title}：拒绝该事件，要求 `{conditions}`"
            )
        }
    }

    fn nothing(&self, rule: &RuleTrace, declared: Option<&'p Rule>, title: &str) -> String {
        let raises = declared.is_some_and(|rule| matches!(rule.body, RuleBody::Raise { .. }));
        if rule.limits.iter().any(|limit| !leading(&limit.asked).is_zero() && leading(&limit.granted).is_zero()) {
            say!(self.language, "{title}: nothing more, its limit is used up", "{title}：限额已用完，不再给")
        } else if raises && !rule.steps.iter().any(|step| step.step == StepKind::Base) {
            say!(self.language, "{title}: there is nothing to raise", "{title}：没有可提高的基础")
        } else {
            say!(self.language, "{title}: applies, and comes to nothing", "{title}：适用，所得为零")
        }
    }

    /// `5,000 of 6,000 Star`; what is taken back without its sign.
    pub(super) fn line_amount(&self, line: &DecisionLine) -> String {
        let points = self.unit_named(&line.points);
        let amount = grouped(line.amount.trim_start_matches('-'));
        if number(&line.amount) == number(&line.asked) {
            format!("{amount} {points}")
        } else {
            let asked = grouped(line.asked.trim_start_matches('-'));
            say!(self.language, "{amount} of {asked} {points}", "{amount} {points}（限额前 {asked}）")
        }
    }

    pub(super) fn add_reading(&self, rule: &RuleTrace, tree: &mut Tree) {
        let kinds = self.rule(&rule.rule).map_or(&[][..], |rule| &rule.kinds);
        // What is read twice is told once, as it was at last.
        let last = rule
            .read
            .iter()
            .enumerate()
            .filter(|(at, (name, _))| !rule.read.iter().skip(at.saturating_add(1)).any(|(later, _)| later == name));
        let read: Vec<String> = last
            .map(|(_, (name, value))| self.reading(kinds, name, value))
            .map(|(name, value)| say!(self.language, "{name} is {value}", "{name}为 {value}"))
            .collect();
        if !read.is_empty() {
            tree.add(read.join(self.comma()));
        }
        let mut before = "";
        for step in &rule.steps {
            // Rounding that changes nothing is no news.
            if step.step != StepKind::Rounded || step.value != before {
                tree.add(self.step(step, kinds));
            }
            before = &step.value;
        }
        for limit in &rule.limits {
            tree.add(self.limit(limit));
        }
    }

    fn step(&self, step: &Step, kinds: &[KindId]) -> String {
        let (text, value) = (one_line(&step.text), self.value(&step.value));
        let name = self.rule(&step.text).map_or(text.as_str(), |rule| self.name(&rule.title));
        let shown = if text == step.value || text.is_empty() {
            value.clone()
        } else {
            say!(self.language, "`{text}`, {value}", "`{text}`，即 {value}")
        };
        match step.step {
            StepKind::Basis => say!(self.language, "of `{text}` {value} counts", "`{text}` 中计入 {value}"),
            StepKind::Amount => say!(self.language, "the amount is {shown}", "数额为 {shown}"),
            StepKind::Rest => say!(self.language, "what lies beyond earns {shown}", "超出部分得 {shown}"),
            StepKind::Base => say!(self.language, "the base is {name}, {value}", "基础为 {name}，{value}"),
            StepKind::Multiple => say!(self.language, "the multiple is {shown}", "倍数为 {shown}"),
            StepKind::Rounded => say!(self.language, "so it comes to {value}", "合计 {value}"),
            StepKind::Award => {
                say!(self.language, "its share of the whole award is {value}", "在整笔中的份额为 {value}")
            }
            StepKind::Target => say!(self.language, "the total should be {shown}", "总额应为 {shown}"),
            StepKind::Balance => say!(self.language, "the balance is {value}", "余额为 {value}"),
            StepKind::Posted => say!(self.language, "posted so far: {value}", "先前已给 {value}"),
            StepKind::Price => say!(self.language, "the price is {shown}", "价格为 {shown}"),
            StepKind::Asked => say!(self.language, "{shown} is asked for", "申请 {shown}"),
            StepKind::Taken => say!(self.language, "{shown} is taken", "扣 {shown}"),
            StepKind::Value => say!(self.language, "that is worth {shown}", "折合 {shown}"),
            StepKind::Money => {
                let (verb, written) = text.split_once(' ').unwrap_or((&text, ""));
                let told = format!("{} {value}", self.money_verb(verb));
                if written.is_empty() {
                    told
                } else {
                    say!(self.language, "{told}: `{written}`", "{told}：`{written}`")
                }
            }
            StepKind::Remaining => {
                let (field, value) = self.reading(kinds, &text, &step.value);
                say!(self.language, "after the refund {value} is left of {field}", "退款后{field}余 {value}")
            }
        }
    }

    fn limit(&self, limit: &LimitTrace) -> String {
        let text =
            self.policy.constraints.iter().find(|one| one.title.name == limit.limit).map(|one| self.source(one.span));
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| limit.limit.clone());
        let used = self.value(&limit.used);
        if leading(&limit.asked) == leading(&limit.granted) {
            say!(self.language, "within the limit `{text}`: {used} used before", "未超限额 `{text}`：先前已用 {used}")
        } else {
            let (asked, granted) = (self.value(&limit.asked), grouped(&leading(&limit.granted).to_string()));
            say!(
                self.language,
                "bounded by the limit `{text}`: {used} used before, so {granted} of {asked}",
                "受限额 `{text}` 限制：先前已用 {used}，应得 {asked}，实得 {granted}"
            )
        }
    }

    /// When the points of a line can be used, and who pays.
    fn add_life(&self, line: &DecisionLine, tree: &mut Tree) {
        if let Some(from) = line.available_from.as_ref().map(|from| from.replace('T', " ")) {
            tree.add(say!(self.language, "usable from {from}", "起用 {from}"));
        }
        if let Some(last) = &line.expires_on {
            tree.add(say!(self.language, "usable to the end of {last}", "可用至 {last} 日终"));
        }
        if !line.funded.is_empty() {
            let share = |(party, amount): &(String, String)| format!("{party} {}", self.value(amount));
            let funded = line.funded.iter().map(share).collect::<Vec<_>>().join(self.comma());
            tree.add(say!(self.language, "funded by {funded}", "出资：{funded}"));
        }
    }

    pub(super) fn add_place(&self, rule: &RuleTrace, tree: &mut Tree) {
        if !rule.place.is_empty() {
            tree.add(self.written(&rule.place));
        }
    }

    fn written(&self, place: &str) -> String {
        self.marks.dim(&say!(self.language, "written in {place}", "见 {place}"))
    }

    /// `card_spend "消费积分"` for English readers, the label with the identifier behind it for Chinese ones.
    pub(super) fn title(&self, name: &str, label: &str) -> String {
        match (label.is_empty() || label == name, self.language) {
            (true, _) => name.to_owned(),
            (false, Language::English) => format!("{name} \"{label}\""),
            (false, Language::Chinese) => format!("{label}（{name}）"),
        }
    }

    fn rule(&self, name: &str) -> Option<&'p Rule> {
        self.policy.rules.iter().find(|rule| rule.title.name == name)
    }

    pub(super) fn comma(&self) -> &'static str {
        match self.language {
            Language::English => ", ",
            Language::Chinese => "，",
        }
    }
}
