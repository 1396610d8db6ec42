//! The custom section of a module, as JSON: everything that a host must know to write frames and read answers.

use crate::columns::{self, KindColumns};
use crate::layout::{HEAD, KindLayout, kinds};
use crate::shape::{self, Symbols};
use earnest_dsl::policy::{Bounded, Policy, Scope, ScopePeriod};
use earnest_interpreter::Engine;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The name of the section.
pub const NAME: &str = "earnest";

/// A stretch of a module's memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its first byte.
    pub at: u32,
    /// Its length.
    pub bytes: u32,
}

/// What a host must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The number of the interface.
    pub abi: u32,
    /// The version of the engine inside.
    pub engine: String,
    /// The programme's name.
    pub programme: String,
    /// Pages of memory, of 64 KiB each: no less and no more.
    pub pages: u32,
    /// Where a frame is written.
    pub input: Area,
    /// Where an answer is read.
    pub output: Area,
    /// Most instructions that an event takes.
    pub bound: Bound,
    /// Names of the first words of a frame, in order.
    pub head: Vec<String>,
    /// Versions, in the order of their first days.
    pub versions: Vec<VersionSection>,
    /// Names that decisions speak of.
    pub symbols: Vec<String>,
    /// Codes with which the text of a version refuses.
    pub refusals: Vec<String>,
    /// The shape of a decision.
    pub decision: Json,
}

/// The most instructions that an event can take: `base`, and `each` for every byte of its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Whatever the event.
    pub base: u64,
    /// For a byte of the frame.
    pub each: u64,
}

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionSection {
    /// Its name.
    pub version: String,
    /// The hash of its meaning.
    pub hash: String,
    /// The time zone of its dates.
    pub timezone: String,
    /// The first second at which it is in force, since 1970-01-01 00:00:00 UTC.
    pub from: i64,
    /// The first second at which it is no more in force.
    pub until: Option<i64>,
    /// Kinds of events.
    pub kinds: Vec<KindLayout>,
    /// Lists of names.
    pub enums: Vec<EnumSection>,
    /// Subjects of which facts are read.
    pub subjects: Vec<String>,
    /// Points with their decimals and pools.
    pub points: Vec<PointsSection>,
    /// What is counted.
    pub counters: Vec<CounterSection>,
    /// Of each kind, in their order, the columns of `decide_batch`; none where it takes no such events.
    #[serde(default)]
    pub columns: Vec<Option<KindColumns>>,
}

/// A list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumSection {
    /// Its name.
    pub name: String,
    /// The names.
    pub names: Vec<String>,
    /// Other names may be given too.
    pub open: bool,
}

/// A kind of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsSection {
    /// Name.
    pub name: String,
    /// Decimals.
    pub scale: u8,
    /// Pools.
    pub pools: Vec<String>,
}

/// Counters that count the same for the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterSection {
    /// `points`, `worth`, `spend`, `uses`, `pieces`, `value` of a limit; `measure`.
    pub counts: String,
    /// What it is counted for, besides the period: `customer`, `card`.
    pub per: Vec<String>,
    /// The names of the limits or measures: a key begins with `cap` or `track` and such a name.
    pub names: Vec<String>,
}

/// The section of a programme in a memory that is laid out like this.
///
/// # Errors
/// A version has no known time zone.
pub fn of(engines: &[Engine], pages: u32, input: Area, output: Area, bound: Bound) -> Result<Section, String> {
    let policies = || engines.iter().map(Engine::policy);
    let refusals = policies().flat_map(shape::refusals).collect::<std::collections::BTreeSet<_>>();
    let symbols = Symbols::of(policies());
    Ok(Section {
        abi: crate::ABI,
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        programme: policies().next().map(|policy| policy.programme.name.clone()).unwrap_or_default(),
        pages,
        input,
        output,
        bound,
        head: HEAD.iter().map(|name| (*name).to_owned()).collect(),
        versions: engines.iter().map(|engine| version(engine, &symbols)).collect::<Result<_, _>>()?,
        symbols: symbols.0,
        refusals: refusals.into_iter().collect(),
        decision: serde_json::to_value(shape::DECISION).map_err(|error| error.to_string())?,
    })
}

fn version(engine: &Engine, symbols: &Symbols) -> Result<VersionSection, String> {
    let policy = engine.policy();
    let life = engine.life().map_err(|error| error.to_string())?;
    Ok(VersionSection {
        version: policy.version(),
        hash: engine.hash().to_owned(),
        timezone: policy.timezone.clone(),
        from: life.instant(policy.effective_from).timestamp(),
        until: policy.effective_until.map(|until| life.instant(until).timestamp()),
        kinds: kinds(policy),
        enums: policy
            .enums
            .iter()
            .map(|one| EnumSection {
                name: one.title.name.clone(),
                names: one.values.iter().map(|value| value.title.name.clone()).collect(),
                open: one.open,
            })
            .collect(),
        subjects: policy
            .subjects
            .iter()
            .filter(|subject| !subject.facts.is_empty())
            .map(|subject| subject.title.name.clone())
            .collect(),
        points: policy
            .points
            .iter()
            .map(|points| PointsSection {
                name: points.title.name.clone(),
                scale: points.scale,
                pools: points.pools.iter().map(|pool| pool.title.name.clone()).collect(),
            })
            .collect(),
        counters: counters(policy),
        columns: engine
            .plan()
            .map_or(vec![], |plan| columns::kinds(plan, |name| usize::try_from(symbols.place(name)?).ok())),
    })
}

fn counters(policy: &Policy) -> Vec<CounterSection> {
    let mut alike: BTreeMap<(&str, Vec<String>), Vec<String>> = BTreeMap::new();
    let keys = |scope: &Scope| scope.keys.iter().map(|key| key.name.clone()).collect();
    for limit in policy.constraints.iter().filter(|limit| limit.scope.period != ScopePeriod::Event) {
        let counts = match limit.bounded {
            Bounded::Points => "points",
            Bounded::Worth => "worth",
            Bounded::Spend(_) => "spend",
            Bounded::Uses => "uses",
            Bounded::Pieces => "pieces",
            Bounded::Value => "value",
        };
        alike.entry((counts, keys(&limit.scope))).or_default().push(limit.title.name.clone());
    }
    for measure in &policy.measures {
        alike.entry(("measure", keys(&measure.scope))).or_default().push(measure.title.name.clone());
    }
    let told = |((counts, per), names): ((&str, _), _)| CounterSection { counts: counts.to_owned(), per, names };
    alike.into_iter().map(told).collect()
}
