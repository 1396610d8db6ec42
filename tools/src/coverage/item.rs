//! An item of coverage: a place of the text, what of it can be exercised, and which tests do.

use earnest_dsl::diagnostic::Text;
use serde::Serialize;
use std::collections::BTreeSet;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path of the file, relative to the programme's folder.
    pub path: String,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// What of a place can be exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// A rule posts something; a request is accepted.
    Applies,
    /// A condition holds.
    Holds,
    /// A condition does not hold.
    Fails,
    /// Both sides of a comparison are equal.
    Equal,
    /// An event inside a window.
    Inside,
    /// An event outside a window.
    Outside,
    /// Just before a window: the day before its first day, the minute before its first minute.
    Before,
    /// Its first day or minute.
    First,
    /// Its last day or minute.
    Last,
    /// The day or minute after it.
    After,
    /// A row is chosen.
    Chosen,
    /// A band is chosen at exactly its start.
    AtStart,
    /// A limit leaves all that is asked.
    Room,
    /// A limit leaves exactly what is asked.
    Full,
    /// A limit cuts or refuses.
    Cut,
    /// An item is asked for.
    Asked,
}

/// Groups of items, as the columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Rules and requests.
    Rules,
    /// Conditions.
    Conditions,
    /// Rows of tables, bands, tiers, items.
    Rows,
    /// Limits, steps and parts of bills.
    Limits,
    /// Windows and their edges.
    Windows,
}

impl Group {
    /// All groups in their order.
    pub const ALL: [Self; 5] = [Self::Rules, Self::Conditions, Self::Rows, Self::Limits, Self::Windows];

    /// Its name as the head of a column.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Rules => Text::new("rules", "规则"),
            Self::Conditions => Text::new("conditions", "条件"),
            Self::Rows => Text::new("rows and bands", "行与分段"),
            Self::Limits => Text::new("limits", "限额"),
            Self::Windows => Text::new("windows", "时间窗口"),
        }
    }
}

impl Aspect {
    /// The group of which it is one.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            Self::Applies => Group::Rules,
            Self::Holds | Self::Fails | Self::Equal => Group::Conditions,
            Self::Chosen | Self::AtStart | Self::Asked => Group::Rows,
            Self::Room | Self::Full | Self::Cut => Group::Limits,
            Self::Inside | Self::Outside | Self::Before | Self::First | Self::Last | Self::After => Group::Windows,
        }
    }

    /// What a test shows that exercises it.
    #[must_use]
    pub fn shown(self) -> Text {
        match self {
            Self::Applies => Text::new("applies", "适用"),
            Self::Holds => Text::new("holds", "成立"),
            Self::Fails => Text::new("does not hold", "不成立"),
            Self::Equal => Text::new("exactly", "正好相等"),
            Self::Inside => Text::new("inside", "窗口内"),
            Self::Outside => Text::new("outside", "窗口外"),
            Self::Before => Text::new("just before its start", "开始前一刻"),
            Self::First => Text::new("just at its start", "开始时"),
            Self::Last => Text::new("just before its end", "结束前一刻"),
            Self::After => Text::new("just after its end", "结束后一刻"),
            Self::Chosen => Text::new("chosen", "选中"),
            Self::AtStart => Text::new("at exactly its start", "正好在起点"),
            Self::Room => Text::new("with room left", "未到限额"),
            Self::Full => Text::new("reached exactly", "正好用满"),
            Self::Cut => Text::new("passed", "超出限额"),
            Self::Asked => Text::new("asked for", "申请"),
        }
    }

    /// What no test does, where none does.
    #[must_use]
    pub fn missing(self) -> Text {
        match self {
            Self::Applies => Text::new("never applies", "从未适用"),
            Self::Holds => Text::new("never holds", "从未成立"),
            Self::Fails => Text::new("never fails", "从未不成立"),
            Self::Equal => Text::new("both sides are never equal", "两边从未相等"),
            Self::Inside => Text::new("no event inside", "窗口内没有事件"),
            Self::Outside => Text::new("no event outside", "窗口外没有事件"),
            Self::Before => Text::new("no event just before its start", "开始前一刻没有事件"),
            Self::First => Text::new("no event just at its start", "开始时没有事件"),
            Self::Last => Text::new("no event just before its end", "结束前一刻没有事件"),
            Self::After => Text::new("no event just after its end", "结束后一刻没有事件"),
            Self::Chosen => Text::new("never chosen", "从未选中"),
            Self::AtStart => Text::new("never at exactly its start", "从未正好在起点"),
            Self::Room => Text::new("never leaves all that is asked", "从未全额给予"),
            Self::Full => Text::new("never reached exactly", "从未正好用满"),
            Self::Cut => Text::new("never cuts or refuses", "从未超出"),
            Self::Asked => Text::new("never asked for", "从未被申请"),
        }
    }
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Where it stands.
    pub place: Place,
    /// What of it.
    pub aspect: Aspect,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The name of the rule, limit, measure or tier that it belongs to first.
    pub of: String,
    /// The source text on one line.
    pub text: String,
    /// Numbers of the tests that exercise it.
    pub tests: BTreeSet<usize>,
}

impl Item {
    /// Whether some test exercises it.
    #[must_use]
    pub fn is_exercised(&self) -> bool {
        !self.tests.is_empty()
    }
}
