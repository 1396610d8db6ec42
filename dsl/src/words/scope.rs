//! Keys and periods of counters in words: `per customer per month` · `每客户每月`.

use super::Words;
use crate::policy::{Node, Scope, ScopeKey, ScopePeriod};
use crate::say;
use crate::syntax::ast::PeriodUnit;

impl Words<'_> {
    /// Key and period as an adverb; empty for a budget without key or period.
    #[must_use]
    pub fn scope(&self, scope: &Scope) -> String {
        let mut parts: Vec<String> = scope.keys.iter().map(|key| self.scope_key(key)).collect();
        let period = self.scope_period(&scope.period);
        if parts.is_empty() && matches!(scope.period, ScopePeriod::Ever) {
            return say!(self.language, "in all", "总共");
        }
        parts.extend((!period.is_empty()).then_some(period));
        parts.join(if self.chinese() { "" } else { " " })
    }

    fn scope_key(&self, key: &ScopeKey) -> String {
        let subject = self.policy.subjects.iter().find(|one| one.title.name == key.name);
        let name = match subject {
            Some(subject) => self.name(&subject.title),
            None => self.bare(&key.value),
        };
        let plain = matches!(&key.value.node, Node::Field(field) if *field == key.name);
        let told = say!(self.language, "per {name}", "每{name}");
        if plain || subject.is_none() {
            return told;
        }
        let of = self.bare(&key.value);
        say!(self.language, "{told} ({of})", "{told}（{of}）")
    }

    fn scope_period(&self, period: &ScopePeriod) -> String {
        match period {
            ScopePeriod::Event => say!(self.language, "each time", "每次"),
            ScopePeriod::Ever => say!(self.language, "in all", "累计"),
            ScopePeriod::Calendar(unit, None) => self.per_period(*unit),
            ScopePeriod::Calendar(unit, Some(date)) => {
                let (per, date) = (self.per_period(*unit), self.expr(date));
                say!(self.language, "{per} (by {date})", "{per}（以{date}为准）")
            }
            ScopePeriod::Rolling(days) => {
                say!(self.language, "within any {days} days in a row", "任意连续 {days} 天内")
            }
            ScopePeriod::Campaign(id) => {
                let name = self.policy.campaign(*id).map_or_else(String::new, |one| self.quoted(&one.title));
                say!(self.language, "during the campaign {name}", "活动{name}期间")
            }
            ScopePeriod::Months(months, from) => {
                let (months, from) = (self.months(*months), self.expr(from));
                say!(self.language, "per {months} counted from {from}", "自{from}起每 {months}")
            }
            ScopePeriod::FromFirstUse(months, days, minutes) => {
                let length = self.length((*months, *days, *minutes));
                say!(self.language, "within {length} of the first use", "自首次使用起 {length}内")
            }
            ScopePeriod::UntilIdle(minutes) => {
                let pause = self.minutes(*minutes);
                say!(self.language, "until a pause of {pause}", "在中断 {pause}之前")
            }
        }
    }

    fn per_period(&self, unit: PeriodUnit) -> String {
        let period = self.period(unit);
        match unit {
            PeriodUnit::Day | PeriodUnit::Statement => say!(self.language, "per {period}", "每{period}"),
            _ => say!(self.language, "per calendar {period}", "每{period}"),
        }
    }
}
