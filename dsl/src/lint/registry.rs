//! The list of lints. A new lint is a file beside this one, a line here, a page, and a line in `dsl/tests/codes.txt`.

use super::context::Context;
use super::found::Found;
use super::{
    always_holds, bonus_without_cap, campaign_passed, cap_always_binds, cap_never_binds, clock_change, edge_reward,
    gives_nothing, group_without_rule, label_missing, limit_silent, magic_code, never_accepted, never_fires,
    never_usable, out_of_reach, points_never_used, points_without_worth, price_not_lowered, rate_off, refund_leaves,
    reminder_too_early, row_never_wins, rule_without_test, same_label, same_meaning, shadowed, splitting, stacking,
    test_without_expectation, tier_gets_less, unused,
};

/// What mending a finding changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mends {
    /// Findings have no mechanical fix: the author must decide.
    No,
    /// The fix leaves the policy's hash as it is.
    SameHash,
    /// The fix changes the hash, and this is all that changes, in English and Chinese.
    Changes(&'static str, &'static str),
}

/// A lint.
#[derive(Debug, Clone, Copy)]
pub struct Lint {
    /// Its code; several where one analysis finds several things.
    pub codes: &'static [&'static str],
    /// What its fix does.
    pub mends: Mends,
    /// Finds.
    pub find: fn(&Context<'_>) -> Vec<Found>,
}

/// Codes of findings about lints themselves: a comment that allows nothing, one without reason, a code that does not exist.
const OF_COMMENTS: [(&str, Mends); 3] = [("W0101", Mends::SameHash), ("W0102", Mends::No), ("W0103", Mends::SameHash)];

/// A row of the list.
macro_rules! lint {
    ($codes:expr, $module:ident, $mends:expr) => {
        Lint { codes: &$codes, mends: $mends, find: $module::find }
    };
    ($codes:expr, $module:ident, policy, $mends:expr) => {
        Lint { codes: &$codes, mends: $mends, find: |context| $module::find(context.policy) }
    };
    // A lint that needs the policy alone, and mends nothing.
    ($codes:expr, $module:ident) => {
        Lint { codes: &$codes, mends: Mends::No, find: |context| $module::find(context.policy) }
    };
}

/// All lints, by code.
pub static LINTS: &[Lint] = &[
    lint!(["W0104"], group_without_rule, Mends::Changes("the group is gone", "该组已删去")),
    lint!(["W0105", "W0108"], unused, Mends::Changes("what nothing read is gone", "无人使用的声明已删去")),
    lint!(["W0106"], label_missing, Mends::No),
    lint!(["W0107"], rule_without_test, Mends::No),
    lint!(["W0109"], magic_code, Mends::Changes("the same codes, by name", "代码不变，改用名称")),
    lint!(["W0110"], same_meaning, Mends::No),
    lint!(["W0111"], bonus_without_cap, Mends::Changes("says that there is no cap", "写明不设上限")),
    lint!(["W0112"], points_without_worth, Mends::No),
    lint!(["W0113"], campaign_passed, Mends::No),
    lint!(["W0114"], clock_change, Mends::No),
    lint!(["W0115"], rate_off, Mends::No),
    lint!(["W0116"], edge_reward, Mends::No),
    lint!(["W0117"], limit_silent, Mends::SameHash),
    lint!(["W0118"], test_without_expectation, Mends::No),
    lint!(["W0119"], same_label, Mends::No),
    lint!(["W0120"], points_never_used, Mends::No),
    lint!(["W0150", "W0163"], never_fires),
    lint!(
        ["W0151", "W0152"],
        always_holds,
        policy,
        Mends::Changes(
            "the condition is gone: it left nothing out, so every event is decided as before",
            "条件已删去：它没有排除任何事件，每笔事件的裁决都与之前相同"
        )
    ),
    lint!(["W0153"], stacking),
    lint!(
        ["W0154"],
        cap_never_binds,
        policy,
        Mends::Changes(
            "the limit and its counter are gone: it never stopped anything",
            "限额及其计数已删去：它从未起过作用"
        )
    ),
    lint!(["W0155", "W0165"], cap_always_binds),
    lint!(["W0156"], row_never_wins),
    lint!(["W0157", "W0158"], shadowed),
    lint!(["W0159", "W0167"], splitting),
    lint!(["W0160"], refund_leaves),
    lint!(["W0161"], never_usable),
    lint!(["W0162"], never_accepted),
    lint!(["W0164", "W0169"], out_of_reach),
    lint!(["W0166"], gives_nothing),
    lint!(["W0168"], tier_gets_less),
    lint!(["W0170"], price_not_lowered),
    lint!(["W0171"], reminder_too_early),
];

/// Whether there is a lint of this code.
pub(super) fn is_code(code: &str) -> bool {
    codes().any(|known| known == code)
}

/// All codes.
pub fn codes() -> impl Iterator<Item = &'static str> {
    OF_COMMENTS.iter().map(|(code, _)| *code).chain(LINTS.iter().flat_map(|lint| lint.codes).copied())
}

/// What the fix of a finding with this code changes.
#[must_use]
pub fn mends(code: &str) -> Mends {
    let of_comments = OF_COMMENTS.iter().find(|(known, _)| *known == code).map(|(_, mends)| *mends);
    let own = LINTS.iter().find(|lint| lint.codes.contains(&code)).map(|lint| lint.mends);
    of_comments.or(own).unwrap_or(Mends::No)
}

/// The code that was probably meant: one letter off.
pub(super) fn nearest(code: &str) -> Option<&'static str> {
    let mut near = codes().filter(|known| strsim::osa_distance(known, code) == 1);
    near.next().filter(|_| near.next().is_none())
}
