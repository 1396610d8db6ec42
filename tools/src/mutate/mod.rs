//! Mutants: small changes to a policy's text that its tests should notice.
//!
//! Each mutant is loaded like any text, so what is reported is what an author could have written. One that does not compile, or
//! that means the same (its hash is the same), is void. A mutant that no test notices shows a number, comparison, window or
//! clause that the tests do not hold fast.

mod find;
mod mutant;

pub use find::mutants;
pub use mutant::{Fate, Mutant, MutantKind};

use earnest_dsl::load::{InputFile, load_programme};
use earnest_dsl::policy::Policy;
use earnest_ledger::Programme;
use earnest_ledger::scenario::{Status, reports};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many mutants of a kind there are, and how many of them tests notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Score {
    /// Noticed.
    pub killed: usize,
    /// All that are not void.
    pub all: usize,
}

impl Score {
    /// Whole percent, rounded down; 100 where there is none.
    #[must_use]
    pub fn percent(self) -> usize {
        self.killed.saturating_mul(100).checked_div(self.all).unwrap_or(100)
    }

    /// Both sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { killed: self.killed.saturating_add(other.killed), all: self.all.saturating_add(other.all) }
    }
}

/// All mutants of a programme and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// By file and place.
    pub mutants: Vec<(Mutant, Fate)>,
}

impl Mutation {
    /// Scores by kind.
    #[must_use]
    pub fn scores(&self) -> BTreeMap<MutantKind, Score> {
        let mut all: BTreeMap<MutantKind, Score> =
            MutantKind::ALL.into_iter().map(|kind| (kind, Score::default())).collect();
        for (mutant, fate) in &self.mutants {
            let killed = usize::from(*fate == Fate::Killed);
            let all_of = usize::from(*fate != Fate::Void);
            let score = all.entry(mutant.kind).or_default();
            *score = score.plus(Score { killed, all: all_of });
        }
        all
    }

    /// The score in all.
    #[must_use]
    pub fn total(&self) -> Score {
        self.scores().into_values().fold(Score::default(), Score::plus)
    }

    /// Mutants that no test notices.
    pub fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        self.mutants.iter().filter(|(_, fate)| *fate == Fate::Survived).map(|(mutant, _)| mutant)
    }
}

/// Changes a programme in every place and runs its tests against each change. All its tests pass as it stands, or every mutant
/// would be noticed. `tick` is called for each mutant that is done.
#[must_use]
pub fn mutate(files: &[InputFile], parameters: &[(String, String)], tick: &(dyn Fn() + Sync)) -> Mutation {
    let all: Vec<(usize, Mutant)> =
        files.iter().enumerate().flat_map(|(at, file)| mutants(file).into_iter().map(move |one| (at, one))).collect();
    let before = hashes(
        &load_programme(files.to_vec(), parameters).versions.iter().map(|one| one.policy.as_ref()).collect::<Vec<_>>(),
    );
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((file, mutant)) = all.get(at) else { return done };
            done.push((at, fate(files, *file, mutant, parameters, &before)));
            tick();
        }
    };
    let mut fates: BTreeMap<usize, Fate> = BTreeMap::new();
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for one in running {
            // A worker that failed leaves its mutants out: they count as void.
            fates.extend(one.join().unwrap_or_default());
        }
    });
    let mutants = all.into_iter().enumerate();
    Mutation {
        mutants: mutants.map(|(at, (_, mutant))| (mutant, fates.get(&at).copied().unwrap_or(Fate::Void))).collect(),
    }
}

fn hashes(policies: &[Option<&Policy>]) -> Vec<Option<String>> {
    policies.iter().map(|policy| policy.map(Policy::hash)).collect()
}

fn fate(
    files: &[InputFile],
    at: usize,
    mutant: &Mutant,
    parameters: &[(String, String)],
    before: &[Option<String>],
) -> Fate {
    let Some(policies) = policies(files, at, mutant, parameters) else { return Fate::Void };
    if hashes(&policies.iter().map(Some).collect::<Vec<_>>()) == before {
        return Fate::Void;
    }
    let Some(programme) = Programme::new(policies) else { return Fate::Void };
    let noticed = (0..programme.versions().len())
        .any(|version| reports(&programme, version).any(|report| report.status == Status::Failed));
    if noticed { Fate::Killed } else { Fate::Survived }
}

/// The versions of a changed programme; none where it does not compile.
fn policies(files: &[InputFile], at: usize, mutant: &Mutant, parameters: &[(String, String)]) -> Option<Vec<Policy>> {
    let mut files = files.to_vec();
    let file = files.get_mut(at)?;
    file.text = mutant.applied(&file.text)?;
    let loaded = load_programme(files, parameters);
    loaded.versions.into_iter().map(|version| version.policy).collect()
}

/// The programme with a change, where it compiles.
#[must_use]
pub fn mutated(files: &[InputFile], mutant: &Mutant, parameters: &[(String, String)]) -> Option<Programme> {
    let at = files.iter().position(|file| file.path == mutant.path)?;
    Programme::new(policies(files, at, mutant, parameters)?)
}
