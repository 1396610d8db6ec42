//! Which construct of one policy is which of the other: by name, else by what it means, by its place, by its label.

use crate::policy::core::paragraph::Paragraph;
use crate::policy::{Policy, Title};
use std::collections::{BTreeMap, BTreeSet};

/// Two constructs that are one and the same, or one that the other policy lacks: indexes into the vectors of the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// In the old policy.
    pub old: Option<usize>,
    /// In the new one.
    pub new: Option<usize>,
}

/// The constructs of two policies, pair by pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pairs {
    /// Rules.
    pub rules: Vec<Pair>,
    /// Constraints.
    pub constraints: Vec<Pair>,
    /// Kinds of points.
    pub points: Vec<Pair>,
    /// Measures.
    pub measures: Vec<Pair>,
    /// Tiers by a measure.
    pub tiers: Vec<Pair>,
    /// Groups.
    pub groups: Vec<Pair>,
    /// Campaigns.
    pub campaigns: Vec<Pair>,
    /// Kinds of event.
    pub kinds: Vec<Pair>,
    /// Enums and tiers given by the host.
    pub enums: Vec<Pair>,
    /// Sets of codes.
    pub code_sets: Vec<Pair>,
    /// Calendars.
    pub calendars: Vec<Pair>,
    /// Quantities.
    pub quantities: Vec<Pair>,
    /// Schedules.
    pub schedules: Vec<Pair>,
    /// Figures.
    pub figures: Vec<Pair>,
    /// Rankings.
    pub rankings: Vec<Pair>,
    /// Settlements.
    pub settlements: Vec<Pair>,
}

/// What is known of one construct: its name, its label, and what it means, its own name hidden.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub name: String,
    label: Option<String>,
    meaning: String,
}

impl Known {
    pub(super) fn new(title: &Title, meaning: &str) -> Self {
        Self {
            name: title.name.clone(),
            label: title.labels.first().cloned(),
            meaning: hidden(meaning, &[&title.name, last(&title.name)]),
        }
    }

    /// The same under another label.
    pub(super) fn labelled(self, label: String) -> Self {
        Self { label: Some(label), ..self }
    }

    pub(super) fn of<T: Paragraph>(policy: &Policy, title: &Title, one: &T) -> Self {
        Self::new(title, &one.paragraph(policy))
    }

    fn lines(&self) -> BTreeSet<&str> {
        self.meaning.lines().skip(1).collect()
    }
}

/// The name without what it is qualified by.
pub(super) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A text with these names hidden, where they stand as whole words.
fn hidden(text: &str, names: &[&str]) -> String {
    let part = |one: char| one.is_alphanumeric() || one == '_' || one == '.';
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let close = |word: &mut String, out: &mut String| {
        out.push_str(if names.contains(&word.as_str()) { "_" } else { word });
        word.clear();
    };
    for one in text.chars() {
        if part(one) {
            word.push(one);
        } else {
            close(&mut word, &mut out);
            out.push(one);
        }
    }
    close(&mut word, &mut out);
    out
}

/// What names are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Somebody gave them: the first thing to go by.
    Given,
    /// The same; what is left is paired by what it says, so far as that is alike.
    GivenAndAlike,
    /// They are numbers (`cap`, `cap_2`): the last thing to go by.
    Numbered,
}

/// Pairs constructs. Those of one name are one; of the rest those that alone mean the same, those that alone have the same last
/// name (they were moved), those that alone have the same label, and at last those that are much alike.
pub(super) fn pair(old: &[Known], new: &[Known], names: Names) -> Vec<Pair> {
    let mut work = Work { old, new, of_old: vec![None; old.len()], taken: BTreeSet::new() };
    match names {
        Names::Given | Names::GivenAndAlike => {
            work.by(|one| Some(one.name.clone()));
            work.by(|one| Some(one.meaning.clone()));
            work.by(|one| Some(last(&one.name).to_owned()));
            work.by(|one| one.label.clone());
        }
        Names::Numbered => {
            work.by(|one| Some(one.meaning.clone()));
            work.by(|one| one.label.clone());
            work.by(|one| Some(one.name.clone()));
        }
    }
    if names != Names::Given {
        work.alike();
    }
    let kept = work.of_old.iter().enumerate().map(|(at, new)| Pair { old: Some(at), new: *new });
    let added = (0..new.len()).filter(|at| !work.taken.contains(at)).map(|at| Pair { old: None, new: Some(at) });
    kept.chain(added).collect()
}

struct Work<'k> {
    old: &'k [Known],
    new: &'k [Known],
    of_old: Vec<Option<usize>>,
    taken: BTreeSet<usize>,
}

impl Work<'_> {
    fn free_old(&self) -> Vec<usize> {
        self.of_old.iter().enumerate().filter(|(_, new)| new.is_none()).map(|(at, _)| at).collect()
    }

    fn free_new(&self) -> Vec<usize> {
        (0..self.new.len()).filter(|at| !self.taken.contains(at)).collect()
    }

    fn join(&mut self, old: usize, new: usize) {
        if let Some(place) = self.of_old.get_mut(old) {
            *place = Some(new);
            self.taken.insert(new);
        }
    }

    /// Joins those that alone share a key.
    fn by(&mut self, key: impl Fn(&Known) -> Option<String>) {
        let grouped = |places: Vec<usize>, all: &[Known]| {
            let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for at in places {
                if let Some(key) = all.get(at).and_then(&key) {
                    groups.entry(key).or_default().push(at);
                }
            }
            groups
        };
        let old = grouped(self.free_old(), self.old);
        let mut new = grouped(self.free_new(), self.new);
        for (key, old) in old {
            if let (&[old], Some(&[new])) = (old.as_slice(), new.remove(&key).as_deref()) {
                self.join(old, new);
            }
        }
    }

    /// Joins those of which each is the most alike to the other, and more than half of what they say is the same.
    fn alike(&mut self) {
        /// So many are compared with each other at most; beyond, a change of names and of much else reads as one that went and one that came.
        const MOST: usize = 200;
        let (old, new) = (self.free_old(), self.free_new());
        if old.len() > MOST || new.len() > MOST {
            return;
        }
        let lines = |all: &'_ [Known], at: usize| -> BTreeSet<String> {
            all.get(at).map(|one| one.lines().into_iter().map(str::to_owned).collect()).unwrap_or_default()
        };
        let mut scores: Vec<(usize, usize, usize)> = Vec::new();
        for &a in &old {
            let mine = lines(self.old, a);
            for &b in &new {
                let other = lines(self.new, b);
                let shared = mine.intersection(&other).count();
                let all = mine.union(&other).count();
                if shared.saturating_mul(2) > all {
                    scores.push((shared.saturating_mul(1000).checked_div(all).unwrap_or(0), a, b));
                }
            }
        }
        scores.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut used: (BTreeSet<usize>, BTreeSet<usize>) = Default::default();
        for (_, a, b) in scores {
            if !used.0.contains(&a) && !used.1.contains(&b) {
                used.0.insert(a);
                used.1.insert(b);
                self.join(a, b);
            }
        }
    }
}
