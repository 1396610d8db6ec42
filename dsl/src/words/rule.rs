//! A rule in sentences, part by part.

use super::Words;
use crate::policy::{CampaignId, Convert, Deed, Expr, GroupMode, KindId, Line, Owner, Rule, RuleBody, Scope, Settled};
use crate::say;
use crate::syntax::ast::{RoundMode, RoundPlace};

/// What a clause of a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClauseKind {
    /// On what, under which conditions, what it gives: the rule's main sentences.
    Main,
    /// When it applies.
    When,
    /// How much at most.
    Limit,
    /// How it goes together with other rules.
    Together,
    /// How and where amounts are rounded.
    Rounding,
    /// What a refund does.
    Refund,
    /// Who pays.
    Funding,
}

/// A sentence about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is about.
    pub kind: ClauseKind,
    /// The sentence, with capital letter and full stop.
    pub text: String,
}

impl<'p> Words<'p> {
    /// Everything that a rule says, in sentences. Windows and limits of its campaign are among them.
    #[must_use]
    pub fn rule(&self, rule: &'p Rule) -> Vec<Clause> {
        let words = self.on(&rule.kinds);
        let mut clauses = Vec::new();
        let mut say = |kind, text: String| clauses.push(Clause { kind, text: words.sentence(&text) });
        words.main(rule).into_iter().for_each(|text| say(ClauseKind::Main, text));
        rule.deeds.iter().for_each(|deed| say(ClauseKind::Main, words.deed(deed)));
        for window in &rule.windows {
            say(ClauseKind::When, words.window(window));
        }
        words.limits(rule).into_iter().for_each(|text| say(ClauseKind::Limit, text));
        words.together(rule).into_iter().for_each(|text| say(ClauseKind::Together, text));
        if let Some((mode, place)) = rule.rounding {
            say(ClauseKind::Rounding, words.rounded(mode, place));
        }
        if let Some(in_proportion) = rule.refund_in_proportion {
            say(ClauseKind::Refund, words.refunded(in_proportion));
        }
        if !rule.funded.is_empty() {
            let funded = words.funded(&rule.funded);
            say(ClauseKind::Funding, say!(words.language, "paid by {funded}", "出资：{funded}"));
        }
        clauses
    }

    /// On what and under which conditions, as an introduction: `purchase, if the instrument is credit card` · `消费，支付工具为信用卡的`.
    #[must_use]
    pub fn introduction(&self, rule: &Rule) -> String {
        self.introduced(&rule.kinds, &rule.conditions)
    }

    fn introduced(&self, kinds: &[KindId], conditions: &[Expr]) -> String {
        let kinds = self.kinds(kinds);
        let conditions: Vec<String> = conditions.iter().map(|one| self.condition(one)).collect();
        match (kinds.is_empty(), conditions.is_empty(), self.chinese()) {
            (true, true, _) => String::new(),
            (false, true, _) => kinds,
            (true, false, false) => format!("if {}", conditions.join(" and ")),
            (true, false, true) => format!("{}的", conditions.join("，且")),
            (false, false, false) => format!("{kinds}, if {}", conditions.join(" and ")),
            (false, false, true) => format!("{kinds}，{}的", conditions.join("，且")),
        }
    }

    /// What a rule of earning gives, without on what and when; nothing for others.
    #[must_use]
    pub fn gist(&self, rule: &'p Rule) -> Option<String> {
        self.on(&rule.kinds).gist_of(rule)
    }

    fn gist_of(&self, rule: &Rule) -> Option<String> {
        match &rule.body {
            RuleBody::Earn(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| self.line_when(line)).collect();
                (!lines.is_empty()).then(|| lines.join(if self.chinese() { "；" } else { "; " }))
            }
            RuleBody::Raise { targets, factor, after_caps } => {
                let targets: Vec<String> = targets.iter().map(|target| self.rule_name(*target)).collect();
                let (targets, times) = (self.all_of(&targets), self.expr(&factor.times));
                let mut text = if factor.includes_base {
                    say!(
                        self.language,
                        "the points of {targets} are raised to {times}, the usual points included",
                        "{targets}的积分提高到 {times}（含原有积分）"
                    )
                } else {
                    say!(
                        self.language,
                        "{times} the points of {targets} come on top",
                        "在{targets}的积分之外另加 {times}"
                    )
                };
                if *after_caps {
                    text.push_str(&say!(self.language, ", counted after their limits", "（以限额后的积分为准）"));
                }
                Some(text)
            }
            _ => None,
        }
    }

    fn main(&self, rule: &'p Rule) -> Vec<String> {
        let introduction = self.introduction(rule);
        let told = |text: String| match (introduction.is_empty(), self.chinese()) {
            (true, _) => text,
            (false, false) => format!("{introduction}: {text}"),
            (false, true) => format!("{introduction}：{text}"),
        };
        match &rule.body {
            RuleBody::Earn(_) | RuleBody::Raise { .. } => self.gist_of(rule).map(told).into_iter().collect(),
            RuleBody::Level { scope, keep, line, condition, settled } => {
                self.level(&told, (scope, *keep, line), condition.as_ref(), settled.as_ref())
            }
            RuleBody::Accept(conditions) => conditions
                .iter()
                .map(|(condition, code)| {
                    let (condition, code) = (self.condition(condition), self.code(code));
                    told(say!(
                        self.language,
                        "accepted only if {condition}, else refused{code}",
                        "须{condition}，否则不予受理{code}"
                    ))
                })
                .collect(),
            RuleBody::Request(request) => {
                // The name of the request says already on what, unless there are several kinds.
                let several = rule.kinds.len() > 1;
                let kinds: &[KindId] = if several { &rule.kinds } else { &[] };
                self.request(&self.introduced(kinds, &rule.conditions), request)
            }
            RuleBody::Convert(convert) => vec![told(self.convert(convert))],
            RuleBody::Notify(shown) => {
                let shown: Vec<String> = shown.iter().map(|one| self.expr(&one.value)).collect();
                let shown = self.all_of(&shown);
                vec![told(say!(self.language, "the customer is told {shown}", "告知客户{shown}"))]
            }
        }
    }

    fn level(
        &self,
        told: &impl Fn(String) -> String,
        (scope, keep, line): (&Scope, bool, &Line),
        condition: Option<&crate::policy::Expr>,
        settled: Option<&Settled>,
    ) -> Vec<String> {
        let (scope, amount) = (self.scope(scope), self.line_with(self.line_amount(line), line));
        let mut text = if keep {
            say!(
                self.language,
                "{scope}, the total of this rule is kept at {amount}; it moves up and down with what it depends on",
                "{scope}，本规则的积分总额保持为{amount}；随所依据的数值增减"
            )
        } else {
            say!(
                self.language,
                "{scope}, the total of this rule reaches {amount}; it only moves up",
                "{scope}，本规则的积分总额达到{amount}；只增不减"
            )
        };
        if let Some(condition) = condition {
            let condition = self.condition(condition);
            text.push_str(&say!(self.language, ", as long as {condition}", "，前提是{condition}"));
        }
        let mut all = vec![told(text)];
        if let Some(Settled { at, final_after_days }) = settled {
            let at = self.kind(*at);
            all.push(match final_after_days {
                None => say!(
                    self.language,
                    "posted at: {at}; later changes are posted too",
                    "于{at}时入账；此后仍随变化调整"
                ),
                Some(0) => say!(self.language, "posted at: {at}, and final then", "于{at}时入账，此后不再调整"),
                Some(days) => {
                    let days = self.counted(*days, ("day", "days"), "天");
                    say!(self.language, "posted at: {at}, and final {days} later", "于{at}时入账，{days}后不再调整")
                }
            });
        }
        all
    }

    pub(crate) fn convert(&self, convert: &Convert) -> String {
        let take = self.amount_of(convert.take.0, convert.take.1);
        let give = self.amount_of(convert.give.0, convert.give.1);
        let mut text = say!(self.language, "every {take} become {give}", "每 {take}转换为 {give}");
        let (points, pool) = (convert.give.1, convert.give.2);
        if self.pool(points, pool)
            != self.policy.points_of(points).map_or_else(String::new, |one| self.name(&one.title))
        {
            let pool = self.pool(points, pool);
            text.push_str(&say!(self.language, " in “{pool}”", "，记入“{pool}”"));
        }
        if let Some(from) = &convert.from {
            let from = self.expr(from);
            text.push_str(&say!(self.language, ", once the balance is at least {from}", "，余额达到 {from}起"));
        }
        if convert.undo {
            text.push_str(&say!(
                self.language,
                "; while unused it is undone if the balance falls below zero",
                "；余额为负时，未使用的予以撤回"
            ));
        }
        text
    }

    pub(crate) fn deed(&self, deed: &Deed) -> String {
        match deed {
            Deed::Set { subject, of, fact, value, from } => {
                let declared = self.policy.subject(*subject);
                let field = declared.and_then(|one| one.facts.iter().find(|field| field.title.name == *fact));
                let fact = field.map_or_else(|| super::readable(fact), |field| self.name(&field.title));
                let (of, value) = (self.expr(of), self.expr(value));
                match from {
                    None => say!(self.language, "{of}'s {fact} is set to {value}", "{of}的{fact}设为{value}"),
                    Some(from) => {
                        let from = self.expr(from);
                        say!(
                            self.language,
                            "{of}'s {fact} is set to {value} from {from}",
                            "{of}的{fact}自{from}起设为{value}"
                        )
                    }
                }
            }
            Deed::Bar { of, .. } => {
                let of = self.expr(of);
                say!(self.language, "{of} is barred from further requests", "取消{of}的使用资格")
            }
        }
    }

    /// Limits: its own and those that it shares.
    fn limits(&self, rule: &Rule) -> Vec<String> {
        let mut all: Vec<String> = rule
            .constraints
            .iter()
            .filter_map(|id| self.policy.constraint(*id))
            .map(|limit| {
                let told = self.limit(limit);
                match limit.owner {
                    Owner::Rule(_) => told,
                    Owner::Campaign(campaign) => {
                        let campaign = self.campaign_name(campaign);
                        say!(self.language, "over the whole campaign {campaign}: {told}", "活动{campaign}整体：{told}")
                    }
                    Owner::Programme => say!(self.language, "over the whole programme: {told}", "全方案：{told}"),
                }
            })
            .collect();
        if rule.no_cap {
            all.push(say!(self.language, "there is no upper limit", "不设上限"));
        }
        all
    }

    /// The name of a campaign, in quotation marks.
    #[must_use]
    pub fn campaign_name(&self, id: CampaignId) -> String {
        self.policy.campaign(id).map_or_else(String::new, |campaign| self.quoted(&campaign.title))
    }

    pub(crate) fn together(&self, rule: &Rule) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(group) = rule.group.and_then(|(id, _)| self.policy.group(id)) {
            let members: Vec<String> = group.members.iter().map(|member| self.rule_name(*member)).collect();
            let (name, members) = (self.quoted(&group.title), self.all_of(&members));
            let rank = rule.group.and_then(|(_, rank)| rank);
            all.push(match (group.mode, rank) {
                (GroupMode::BestOf, Some(rank)) => say!(
                    self.language,
                    "of {members} only the best counts ({name}); of equals the first in order, where this one's place is {rank}",
                    "{members}中只取最高的一项（{name}）；相等时按优先级，本规则的优先级为 {rank}"
                ),
                (GroupMode::BestOf, None) => {
                    say!(
                        self.language,
                        "of {members} only the best counts ({name})",
                        "{members}中只取最高的一项（{name}）"
                    )
                }
                (GroupMode::AddUp, _) => {
                    say!(self.language, "{members} add up ({name})", "{members}可以累加（{name}）")
                }
                (GroupMode::FirstByPriority, rank) => {
                    let rank = rank.map_or_else(String::new, |rank| rank.to_string());
                    say!(
                        self.language,
                        "of {members} only the first that gives something counts ({name}); this one's place is {rank}",
                        "{members}按优先级只取第一项有所得的（{name}）；本规则的优先级为 {rank}"
                    )
                }
                (GroupMode::MultiplyTogether, _) => {
                    say!(
                        self.language,
                        "the multiples of {members} are multiplied with each other ({name})",
                        "{members}的倍数连乘（{name}）"
                    )
                }
            });
        }
        if !rule.adds_to.is_empty() {
            let others: Vec<String> = rule.adds_to.iter().map(|other| self.rule_name(*other)).collect();
            let others = self.all_of(&others);
            all.push(say!(self.language, "comes on top of {others}", "在{others}之外另行累加"));
        }
        all
    }

    /// How and where amounts are rounded.
    #[must_use]
    pub fn rounded(&self, mode: RoundMode, place: RoundPlace) -> String {
        let mode = self.rounding(mode);
        match place {
            RoundPlace::EachLine => {
                say!(self.language, "each amount is rounded {mode} by itself", "每项积分分别{mode}")
            }
            RoundPlace::EachAward => {
                say!(
                    self.language,
                    "an award with all its multiples is rounded {mode} once",
                    "一笔积分连同全部倍数合计后{mode}一次"
                )
            }
        }
    }

    pub(crate) fn refunded(&self, in_proportion: bool) -> String {
        if in_proportion {
            say!(self.language, "a refund takes back in proportion", "退款时按比例收回")
        } else {
            say!(self.language, "a refund takes nothing back", "退款时不收回")
        }
    }
}
