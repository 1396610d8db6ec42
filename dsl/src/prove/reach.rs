//! Whether a rule can apply at all: an event that meets its windows and conditions, or the proof that there is none.

use super::space::{Found, matching};
use super::told::{of_rule, proof, told};
use super::{Proof, Question, Verdict};
use crate::policy::{Policy, RuleBody};
use crate::say;

/// For each rule.
pub(super) fn proofs(policy: &Policy) -> Vec<Proof> {
    let mut all = Vec::new();
    for rule in &policy.rules {
        if matches!(rule.body, RuleBody::Request(ref request) if request.prohibited.is_some()) || rule.kinds.is_empty()
        {
            continue;
        }
        let claim = told(policy, |words| {
            let name = of_rule(words, rule);
            say!(words.language, "{name} can apply", "{name} 可以适用")
        });
        let mut unknown = false;
        let mut witness = None;
        for kind in &rule.kinds {
            match matching(policy, rule, *kind).example(policy) {
                Found::Example(found) => {
                    witness = Some(found);
                    break;
                }
                Found::Unknown => unknown = true,
                Found::Nothing => {}
            }
        }
        let verdict = match (&witness, unknown) {
            (Some(_), _) => Verdict::Holds,
            (None, true) => Verdict::NotProved(told(policy, |words| {
                say!(words.language, "its conditions read what is not understood here", "其条件涉及此处无法推断的内容")
            })),
            (None, false) => Verdict::Fails(
                told(policy, |words| {
                    say!(
                        words.language,
                        "no event meets its windows and conditions together",
                        "没有事件能同时满足其时间与条件"
                    )
                }),
                vec![],
            ),
        };
        all.push(Proof { witness, ..proof(Question::Reachable, claim, verdict, vec![]) });
    }
    all
}
