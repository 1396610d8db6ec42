//! Promises: scope and bound, in points or as a ratio. Whether they hold is proved where the whole policy is known.

use super::{Checker, Env, Reader, messages};
use crate::policy::{Node, Promise, Promised, Rule, RuleBody, Scope, ScopePeriod, Type, Value};
use crate::source::Span;
use crate::syntax::ast::PromiseDecl;

impl Checker<'_> {
    /// All promises of the programme.
    pub(crate) fn promises(&mut self) {
        let names = self.names;
        for (declared, span) in &names.promises {
            if let Some(of) = self.promised(declared, *span) {
                self.policy.promises.push(Promise { of, span: *span });
            }
        }
    }

    fn promised(&mut self, declared: &PromiseDecl, span: Span) -> Option<Promised> {
        let gives =
            |rule: &&Rule| matches!(rule.body, RuleBody::Earn(_) | RuleBody::Raise { .. } | RuleBody::Level { .. });
        let mut kinds: Vec<_> =
            self.policy.rules.iter().filter(gives).flat_map(|rule| rule.kinds.iter().copied()).collect();
        kinds.sort();
        kinds.dedup();
        let limit = self.expr(&Env::constant(None), &declared.limit)?;
        let Node::Constant(value) = &limit.node else {
            self.report(messages::promise_not_constant(declared.limit.span));
            return None;
        };
        match (declared.returns, value) {
            (true, Value::Percent(ratio)) => return Some(Promised::Return(*ratio)),
            (false, Value::Points(..)) => {}
            (returns, _) => {
                let shown = self.show(&limit.typed.ty);
                self.report(messages::promise_unit(declared.limit.span, returns, &shown));
                return None;
            }
        }
        let scope = if declared.scope.is_empty() {
            Scope { keys: vec![], period: ScopePeriod::Event }
        } else {
            self.scope(&Env::new(&kinds, None, Reader::Limit), &declared.scope)?
        };
        match (value, &limit.typed.ty) {
            (Value::Points(amount, id), Type::Points(_)) => Some(Promised::Points(scope, *id, *amount)),
            _ => {
                self.report(messages::promise_not_constant(span));
                None
            }
        }
    }
}
