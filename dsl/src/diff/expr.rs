//! What changed inside an expression: the numbers that differ, each with the part that it plays; rows and members that came or went.

use super::Both;
use crate::diagnostic::Text;
use crate::policy::core::expr as core;
use crate::policy::{Compare, Expr, Node, SetMember, TableRow, TableTest};

/// A difference inside an expression.
pub(super) type Note = Text;

/// Two expressions, of the old policy and of the new one under old names.
#[derive(Clone, Copy)]
pub(super) struct Sides<'p> {
    pub old: Both<'p>,
    pub new: Both<'p>,
}

impl<'p> Sides<'p> {
    fn same(&self, a: &Expr, b: &Expr) -> bool {
        core::expr(self.old.policy, a) == core::expr(self.new.policy, b)
    }

    /// What differs; `None` where the two are built differently.
    pub fn notes(&self, a: &'p Expr, b: &'p Expr, role: &Text) -> Option<Vec<Note>> {
        if self.same(a, b) {
            return Some(vec![]);
        }
        match (&a.node, &b.node) {
            (Node::Constant(_), Node::Constant(_)) if same_sort(a, b) => Some(vec![self.turned(a, b, role)]),
            (
                Node::PerFull { award: award_a, step: step_a, of: of_a, started: started_a },
                Node::PerFull { award: award_b, step: step_b, of: of_b, started: started_b },
            ) if started_a == started_b => self.all(&[
                (award_a, award_b, Text::new("rate", "每档所得")),
                (step_a, step_b, Text::new("step", "档额")),
                (of_a, of_b, role.clone()),
            ]),
            (Node::Multiply(a1, a2), Node::Multiply(b1, b2)) => {
                self.all(&[(a1, b1, role.clone()), (a2, b2, role.clone())])
            }
            (Node::Add(a1, a2), Node::Add(b1, b2))
            | (Node::Subtract(a1, a2), Node::Subtract(b1, b2))
            | (Node::Default(a1, a2), Node::Default(b1, b2)) => {
                self.all(&[(a1, b1, role.clone()), (a2, b2, role.clone())])
            }
            (Node::Divide(a1, a2), Node::Divide(b1, b2)) => {
                self.all(&[(a1, b1, role.clone()), (a2, b2, Text::new("divisor", "除数"))])
            }
            (Node::Above(a1, a2), Node::Above(b1, b2)) => {
                self.all(&[(a1, b1, role.clone()), (a2, b2, Text::new("threshold", "起算额"))])
            }
            (Node::Round(a1, mode_a, places_a), Node::Round(b1, mode_b, places_b))
                if (mode_a, places_a) == (mode_b, places_b) =>
            {
                self.notes(a1, b1, role)
            }
            (Node::Not(a1), Node::Not(b1)) => self.notes(a1, b1, role),
            (Node::And(all_a), Node::And(all_b)) | (Node::Or(all_a), Node::Or(all_b)) if all_a.len() == all_b.len() => {
                let pairs: Vec<(&Expr, &Expr, Text)> =
                    all_a.iter().zip(all_b).map(|(a, b)| (a, b, role.clone())).collect();
                self.all(&pairs)
            }
            (Node::Compare(op_a, a1, a2), Node::Compare(op_b, b1, b2)) => self.compared((op_a, a1, a2), (op_b, b1, b2)),
            (Node::In(a1, set_a), Node::In(b1, set_b)) if self.same(a1, b1) => Some(self.members(set_a, set_b)),
            (
                Node::Table { subject: subject_a, rows: rows_a, in_parts: parts_a },
                Node::Table { subject: subject_b, rows: rows_b, in_parts: parts_b },
            ) if parts_a == parts_b && self.same(subject_a, subject_b) => Some(self.rows(rows_a, rows_b, role)),
            _ => None,
        }
    }

    fn all(&self, pairs: &[(&'p Expr, &'p Expr, Text)]) -> Option<Vec<Note>> {
        let notes: Option<Vec<Vec<Note>>> = pairs.iter().map(|(a, b, role)| self.notes(a, b, role)).collect();
        Some(notes?.concat())
    }

    fn compared(
        &self,
        (op_a, a1, a2): (&Compare, &'p Expr, &'p Expr),
        (op_b, b1, b2): (&Compare, &'p Expr, &'p Expr),
    ) -> Option<Vec<Note>> {
        if op_a != op_b || !self.same(a1, b1) {
            return None;
        }
        let what = self.old.text(|words| words.expr(a1));
        let role = if matches!(op_a, Compare::Equal | Compare::NotEqual) {
            what
        } else {
            Text::new(format!("threshold of {}", what.en), format!("{}的门槛", what.zh))
        };
        self.notes(a2, b2, &role)
    }

    fn members(&self, a: &'p [SetMember], b: &'p [SetMember]) -> Vec<Note> {
        let told = |both: Both<'p>, set: &'p [SetMember]| -> Vec<(String, Text)> {
            set.iter()
                .map(|one| {
                    let text = both.text(|words| words.one_member(one));
                    (text.en.clone(), text)
                })
                .collect()
        };
        let (old, new) = (told(self.old, a), told(self.new, b));
        let mut notes = Vec::new();
        for (_, text) in new.iter().filter(|(key, _)| !old.iter().any(|(known, _)| known == key)) {
            notes.push(Text::new(format!("also {}", text.en), format!("新增{}", text.zh)));
        }
        for (_, text) in old.iter().filter(|(key, _)| !new.iter().any(|(known, _)| known == key)) {
            notes.push(Text::new(format!("no longer {}", text.en), format!("不再包括{}", text.zh)));
        }
        notes
    }

    /// Rows of a table: by what selects them; where only their thresholds differ, one by one.
    fn rows(&self, a: &'p [TableRow], b: &'p [TableRow], role: &Text) -> Vec<Note> {
        let key = |both: Both<'p>, row: &TableRow| core::table_test(both.policy, &row.test);
        let told = |both: Both<'p>, row: &'p TableRow| both.text(|words| words.row_test(&row.test));
        let mut notes = Vec::new();
        let known: Vec<String> = b.iter().map(|row| key(self.new, row)).collect();
        let (mut gone, mut fresh): (Vec<&TableRow>, Vec<&TableRow>) = (vec![], b.iter().collect());
        for row in a {
            let Some(at) = known.iter().position(|known| *known == key(self.old, row)) else {
                gone.push(row);
                continue;
            };
            let Some(other) = b.get(at) else { continue };
            fresh.retain(|one| !std::ptr::eq(*one, other));
            let name = told(self.old, row);
            notes.extend(
                self.notes(&row.value, &other.value, &name)
                    .unwrap_or_else(|| vec![self.turned(&row.value, &other.value, &name)]),
            );
        }
        let moved =
            gone.len() == fresh.len() && gone.iter().chain(&fresh).all(|row| matches!(row.test, TableTest::From(_)));
        if moved {
            for (one, other) in gone.iter().zip(&fresh) {
                let (from, to) = (told(self.old, one), told(self.new, other));
                notes.push(Text::new(format!("row {} → {}", from.en, to.en), format!("档位 {} → {}", from.zh, to.zh)));
                let name = told(self.new, other);
                notes.extend(
                    self.notes(&one.value, &other.value, &name)
                        .unwrap_or_else(|| vec![self.turned(&one.value, &other.value, &name)]),
                );
            }
            return notes;
        }
        let whole = |both: Both<'p>, row: &'p TableRow| {
            both.text(|words| match words.language {
                crate::diagnostic::Language::English => {
                    format!("{}: {}", words.row_test(&row.test), words.expr(&row.value))
                }
                crate::diagnostic::Language::Chinese => {
                    format!("{}：{}", words.row_test(&row.test), words.expr(&row.value))
                }
            })
        };
        for row in fresh {
            let text = whole(self.new, row);
            notes.push(Text::new(format!("new row {}", text.en), format!("新增档位{}", text.zh)));
        }
        for row in gone {
            let text = whole(self.old, row);
            notes.push(Text::new(format!("row gone {}", text.en), format!("取消档位{}", text.zh)));
        }
        if notes.is_empty() {
            // The same rows in another order: bands are ordered, so only a table that does not say the same twice.
            notes.push(Text::new(format!("{}: order of rows", role.en), format!("{}：各行次序", role.zh)));
        }
        notes
    }

    /// `rate 1 point → 2 points`.
    pub fn turned(&self, a: &'p Expr, b: &'p Expr, role: &Text) -> Note {
        let (old, new) = (self.old.text(|words| words.expr(a)), self.new.text(|words| words.expr(b)));
        Text::new(format!("{} {} → {}", role.en, old.en, new.en), format!("{} {} → {}", role.zh, old.zh, new.zh))
    }
}

/// Whether two constants are of one sort: a sum of money may become another, but not a share.
fn same_sort(a: &Expr, b: &Expr) -> bool {
    std::mem::discriminant(&a.typed.ty) == std::mem::discriminant(&b.typed.ty)
}
