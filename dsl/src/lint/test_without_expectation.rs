//! W0118: a test that expects nothing.
//!
//! A step without `=>` only sets the scene; a test of such steps alone passes whatever the rules say, and looks like a check.

use super::context::Context;
use super::found::Found;
use crate::diagnostic::Diagnostic;
use crate::policy::scenario::LotsExpected;
use crate::policy::{Scenario, ScenarioStep};
use crate::prove::told::told;
use crate::say;

pub(super) fn find(context: &Context<'_>) -> Vec<Found> {
    let policy = context.policy;
    let empty = policy.scenarios.iter().filter(|scenario| !expects(scenario));
    empty
        .map(|scenario| {
            Found::plain(
                Diagnostic::warning(
                    "W0118",
                    told(policy, |words| {
                        say!(words.language, "the test `{}` expects nothing", "测试 `{}` 没有任何期望", scenario.label)
                    }),
                    scenario.span,
                    told(policy, |words| {
                        say!(words.language, "it passes whatever the rules say", "无论规则怎样写都会通过")
                    }),
                )
                .help(told(policy, |words| {
                    say!(
                        words.language,
                        "write behind an event what it should lead to: `=> earn 10 …`; `=> 0 …` if nothing",
                        "请在事件后写明应有的结果：`=> 得 10 …`；没有则写 `=> 0 …`"
                    )
                })),
            )
        })
        .collect()
}

fn expects(scenario: &Scenario) -> bool {
    scenario.steps.iter().any(|step| match step {
        ScenarioStep::Event { expected, .. } => !expected.is_empty(),
        ScenarioStep::Lots { expected, .. } => !matches!(expected, LotsExpected::Used(..)),
        ScenarioStep::Given(_) => false,
    })
}
