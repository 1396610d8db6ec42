//! What one rule did, and why: a branch of the story.

use super::tree::Tree;
use super::{Teller, number};
use crate::language::say;
use crate::numbers::grouped;
use earnest_dsl::diagnostic::Language;
use earnest_interpreter::Decision;
use earnest_interpreter::decision::{DecisionLine, LimitTrace, RuleResult, RuleTrace, Step, StepKind};

impl Teller<'_> {
    /// A rule that gave something: how much, what it read, how the number came about, what bounded it, and where it is written.
    pub(super) fn applied(&self, rule: &RuleTrace, decision: &Decision) -> Tree {
        let lines: Vec<&DecisionLine> = decision.lines.iter().filter(|line| line.rule == rule.rule).collect();
        let mut tree = Tree::new(self.gave(rule, &lines));
        self.add_reading(rule, &mut tree);
        for line in &lines {
            self.add_life(line, &mut tree);
        }
        self.add_place(rule, &mut tree);
        tree
    }

    /// A rule that gave nothing, and the one reason.
    pub(super) fn not_applied(&self, rule: &RuleTrace) -> Tree {
        let title = self.title(rule);
        let text = rule.because.as_ref().map(|because| one_line(&because.text)).unwrap_or_default();
        let mut tree = Tree::new(match rule.result {
            RuleResult::Window => {
                say!(self.language, "{}: outside its time, `{}`", "{}：不在时间内，`{}`", title, text)
            }
            RuleResult::Condition => {
                say!(self.language, "{}: the condition `{}` does not hold", "{}：条件 `{}` 不成立", title, text)
            }
            RuleResult::Lost => self.lost(rule, &title, &text),
            RuleResult::Nothing => say!(self.language, "{}: applies, but gives nothing", "{}：适用，但所得为零", title),
            RuleResult::Refused if text.is_empty() => {
                say!(self.language, "{}: refused the event", "{}：拒绝该事件", title)
            }
            RuleResult::Refused => {
                say!(self.language, "{}: refused the event, `{}`", "{}：拒绝该事件，`{}`", title, text)
            }
            RuleResult::Applied => title,
        });
        self.add_reading(rule, &mut tree);
        match rule.because.as_ref().map(|because| &because.place).filter(|place| !place.is_empty()) {
            Some(place) if rule.result != RuleResult::Lost => tree.add(self.written(place)),
            _ => self.add_place(rule, &mut tree),
        }
        tree
    }

    fn lost(&self, rule: &RuleTrace, title: &str, winner: &str) -> String {
        match rule.because.as_ref().and_then(|because| because.group.as_deref()) {
            Some(group) => say!(
                self.language,
                "{}: gives way to {}, which is better in the group {}",
                "{}：让位于 {}，组 {} 中取其高者",
                title,
                winner,
                group
            ),
            None => say!(self.language, "{}: gives way to {}", "{}：让位于 {}", title, winner),
        }
    }

    fn gave(&self, rule: &RuleTrace, lines: &[&DecisionLine]) -> String {
        let amounts: Vec<String> = lines.iter().map(|line| self.amount(line)).collect();
        let given = match (amounts.is_empty(), &rule.granted) {
            (false, _) => amounts.join(", "),
            (true, Some(granted)) => grouped(granted),
            (true, None) => "0".to_owned(),
        };
        let title = self.title(rule);
        let of = rule.of.as_ref().map(|of| say!(self.language, " (event {} decided again)", "（重新裁决事件 {}）", of));
        let told = say!(self.language, "{} gives {}", "{}：给 {}", title, self.paint.strong(&given));
        format!("{told}{}", of.unwrap_or_default())
    }

    /// `5,000 of 6,000 Star`.
    fn amount(&self, line: &DecisionLine) -> String {
        let points = self.points(&line.points);
        let amount = grouped(&line.amount);
        if number(&line.amount) == number(&line.asked) {
            format!("{amount} {points}")
        } else {
            let asked = grouped(&line.asked);
            say!(self.language, "{} of {} {}", "{} / {} {}", amount, asked, points)
        }
    }

    fn add_reading(&self, rule: &RuleTrace, tree: &mut Tree) {
        if !rule.read.is_empty() {
            let read: Vec<String> = rule
                .read
                .iter()
                .map(|(name, value)| say!(self.language, "{} is {}", "{} 为 {}", name, value))
                .collect();
            tree.add(read.join(self.comma()));
        }
        for step in &rule.steps {
            tree.add(self.step(step));
        }
        for limit in &rule.limits {
            tree.add(self.limit(limit));
        }
    }

    fn step(&self, step: &Step) -> String {
        let (text, value) = (one_line(&step.text), grouped(&step.value));
        match step.step {
            StepKind::Basis => say!(self.language, "of `{}` counts {}", "`{}` 中计入 {}", text, value),
            StepKind::Amount => say!(self.language, "`{}` is {}", "`{}` 为 {}", text, value),
            StepKind::Rest => {
                say!(self.language, "what lies beyond earns `{}`, {}", "超出部分得 `{}`，为 {}", text, value)
            }
            StepKind::Base => say!(self.language, "the base is {}, {}", "基础为 {}，{}", text, value),
            StepKind::Multiple => {
                say!(self.language, "with the multiple `{}` it is {}", "按倍数 `{}` 为 {}", text, value)
            }
            StepKind::Rounded => say!(self.language, "rounded it is {}", "取整后为 {}", value),
            StepKind::Award => say!(self.language, "its share of the whole award is {}", "在整笔中的份额为 {}", value),
            StepKind::Target => {
                say!(self.language, "the total should be `{}`, {}", "总额应为 `{}`，即 {}", text, value)
            }
            StepKind::Posted => say!(self.language, "posted so far is {}", "先前已给 {}", value),
            StepKind::Remaining => {
                say!(self.language, "after the refund {} is left of `{}`", "退款后 `{1}` 余 {0}", value, text)
            }
        }
    }

    fn limit(&self, limit: &LimitTrace) -> String {
        let (bound, used) = (grouped(&limit.bound), grouped(&limit.used));
        let (asked, granted) = (grouped(&limit.asked), grouped(&limit.granted));
        let place = &limit.place;
        if number(&limit.asked) == number(&limit.granted) {
            say!(
                self.language,
                "within the limit {} of {}: {} used before ({})",
                "未超限额 {}，上限 {}，先前已用 {}（{}）",
                limit.limit,
                bound,
                used,
                place
            )
        } else {
            say!(
                self.language,
                "the limit {} is {}, {} used before: {} of {} granted ({})",
                "限额 {} 上限 {}，先前已用 {}：{} / {} 获准（{}）",
                limit.limit,
                bound,
                used,
                granted,
                asked,
                place
            )
        }
    }

    /// When the points of a line can be used, and who pays.
    fn add_life(&self, line: &DecisionLine, tree: &mut Tree) {
        if let Some(from) = &line.available_from {
            tree.add(say!(self.language, "usable from {}", "起用 {}", from.replace('T', " ")));
        }
        if let Some(last) = &line.expires_on {
            tree.add(say!(self.language, "last usable day {}", "最后可用日 {}", last));
        }
        if !line.funded.is_empty() {
            let funded: Vec<String> =
                line.funded.iter().map(|(party, amount)| format!("{party} {}", grouped(amount))).collect();
            tree.add(say!(self.language, "funded by {}", "出资：{}", funded.join(self.comma())));
        }
    }

    fn add_place(&self, rule: &RuleTrace, tree: &mut Tree) {
        if !rule.place.is_empty() {
            tree.add(self.written(&rule.place));
        }
    }

    fn written(&self, place: &str) -> String {
        self.paint.dim(&say!(self.language, "written in {}", "见 {}", place))
    }

    /// `card_spend "消费积分"` for English readers, the label with the identifier behind it for Chinese ones.
    fn title(&self, rule: &RuleTrace) -> String {
        match (rule.label.is_empty() || rule.label == rule.rule, self.language) {
            (true, _) => rule.rule.clone(),
            (false, Language::English) => format!("{} \"{}\"", rule.rule, rule.label),
            (false, Language::Chinese) => format!("{}（{}）", rule.label, rule.rule),
        }
    }

    fn comma(&self) -> &'static str {
        match self.language {
            Language::English => ", ",
            Language::Chinese => "，",
        }
    }
}

/// Source text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
