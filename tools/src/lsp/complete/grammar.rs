//! What a rule of the grammar can begin with, read off the grammar itself.

use earnest_dsl::syntax::parse::GRAMMAR;
use pest_meta::ast::{Expr, Rule, RuleType};
use pest_meta::parser::{self, Rule as Meta};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Words and tokens by their rules: `kw_earn`, `name`, `number`.
pub type Firsts = BTreeSet<String>;

/// What any of these rules can begin with. A rule that is a token stands for itself.
#[must_use]
pub fn firsts(rules: &[String]) -> Firsts {
    static TABLE: OnceLock<BTreeMap<String, Firsts>> = OnceLock::new();
    let table = TABLE.get_or_init(table);
    rules.iter().filter_map(|rule| table.get(rule)).flatten().cloned().collect()
}

fn table() -> BTreeMap<String, Firsts> {
    // The grammar compiles into the parser, so it can be read; were it not, nothing would be offered.
    let rules: Vec<Rule> = parser::parse(Meta::grammar_rules, GRAMMAR)
        .ok()
        .and_then(|pairs| parser::consume_rules(pairs).ok())
        .unwrap_or_default();
    let mut known = Known {
        rules: rules.iter().map(|rule| (rule.name.as_str(), rule)).collect(),
        done: BTreeMap::new(),
        open: BTreeSet::new(),
    };
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    names.into_iter().map(|name| (name.to_owned(), known.of_rule(name).0)).collect()
}

struct Known<'g> {
    rules: BTreeMap<&'g str, &'g Rule>,
    done: BTreeMap<&'g str, (Firsts, bool)>,
    open: BTreeSet<&'g str>,
}

impl<'g> Known<'g> {
    /// What a rule begins with, and whether it can be empty.
    fn of_rule(&mut self, name: &'g str) -> (Firsts, bool) {
        if let Some(done) = self.done.get(name) {
            return done.clone();
        }
        let Some(rule) = self.rules.get(name).copied() else { return (Firsts::new(), false) };
        // A token of the language: its letters are nobody's business.
        if matches!(rule.ty, RuleType::Atomic | RuleType::CompoundAtomic) {
            return (Firsts::from([name.to_owned()]), false);
        }
        if !self.open.insert(name) {
            return (Firsts::new(), false);
        }
        let found = self.of(&rule.expr);
        self.open.remove(name);
        // Inside of a rule that is still open the answer may lack a part.
        if self.open.is_empty() {
            self.done.insert(name, found.clone());
        }
        found
    }

    fn of(&mut self, expr: &'g Expr) -> (Firsts, bool) {
        match expr {
            Expr::Ident(name) => self.of_rule(name),
            Expr::Seq(first, second) => {
                let (mut firsts, empty) = self.of(first);
                if !empty {
                    return (firsts, false);
                }
                let (more, empty) = self.of(second);
                firsts.extend(more);
                (firsts, empty)
            }
            Expr::Choice(one, other) => {
                let ((mut firsts, empty), (more, also)) = (self.of(one), self.of(other));
                firsts.extend(more);
                (firsts, empty || also)
            }
            Expr::Opt(inner) | Expr::Rep(inner) => (self.of(inner).0, true),
            Expr::RepOnce(inner) | Expr::RepExact(inner, _) | Expr::RepMin(inner, _) | Expr::Push(inner) => {
                self.of(inner)
            }
            Expr::RepMax(inner, _) | Expr::RepMinMax(inner, ..) => (self.of(inner).0, true),
            // What is only looked at takes nothing.
            Expr::PosPred(_) | Expr::NegPred(_) => (Firsts::new(), true),
            _ => (Firsts::new(), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rule: &str) -> Firsts {
        firsts(&[rule.to_owned()])
    }

    #[test]
    fn clauses_begin_with_their_words() {
        let clause = of("clause");
        for word in ["kw_earn", "kw_when", "kw_per", "kw_raise", "kw_no_cap", "kw_valid", "name", "number"] {
            assert!(clause.contains(word), "{word}: {clause:?}");
        }
        assert!(!clause.contains("kw_else_refuse") && !clause.contains("kw_rule"));
        assert!(of("declaration").contains("kw_rule"));
        assert_eq!(of("kw_earn"), Firsts::from(["kw_earn".to_owned()]));
        assert!(of("expr").contains("kw_not"));
    }

    #[test]
    fn what_may_be_missing_is_passed_over() {
        assert!(of("scoped").contains("kw_each_time") && of("scoped").contains("kw_at_most"));
        assert!(of("stepwise").contains("kw_per_full_by"));
    }
}
