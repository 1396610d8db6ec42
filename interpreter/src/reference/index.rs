//! What of a policy concerns which kind of event: computed once, so that a decision looks only at what can match.

use super::time::Zone;
use earnest_dsl::policy::expr::{children, walk};
use earnest_dsl::policy::{
    Expr, KindId, MeasureId, MeasureSource, Node, PointsId, Policy, Role, Rule, RuleBody, RuleId, Type,
};
use std::collections::{BTreeMap, BTreeSet};

/// A measure as it is counted: for everybody, or narrowed to the events inside the windows of a level rule that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MeasureRef {
    pub id: MeasureId,
    pub level: Option<RuleId>,
}

/// The index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// The programme's zone; none where its name is unknown.
    pub zone: Option<Zone>,
    edges: Vec<Vec<RuleId>>,
    levels: Vec<Vec<RuleId>>,
    fed: Vec<Vec<MeasureRef>>,
    /// Measures that count postings, in the order in which they change.
    pub postings: Vec<MeasureRef>,
    /// Measures narrowed by the windows and event conditions of a level rule.
    narrowed: BTreeSet<(MeasureId, RuleId)>,
    /// The order in which lines are filled: the rank of each rule.
    rank: Vec<usize>,
    /// Fields of a kind that some refund kind reduces.
    reducible: BTreeMap<KindId, BTreeSet<String>>,
    /// Fields that a refund kind reduces of a kind; none: it empties all.
    reduces: BTreeMap<(KindId, KindId), BTreeSet<String>>,
    named: BTreeSet<KindId>,
}

impl Index {
    pub(crate) fn new(policy: &Policy) -> Self {
        let kinds = policy.kinds.len();
        let mut index = Self {
            zone: Zone::named(&policy.timezone),
            edges: vec![vec![]; kinds],
            levels: vec![vec![]; kinds],
            fed: vec![vec![]; kinds],
            ..Self::default()
        };
        index.place_rules(policy);
        index.narrow(policy);
        index.place_measures(policy);
        index.rank = fill_order(policy);
        index.place_refunds(policy);
        index
    }

    /// Edge rules that can apply to a kind of event, by identifier.
    pub(crate) fn edges(&self, kind: KindId) -> &[RuleId] {
        self.edges.get(kind.0).map_or(&[], Vec::as_slice)
    }

    /// Level rules that an event of a kind can move, lower strata first.
    pub(crate) fn levels(&self, kind: KindId) -> &[RuleId] {
        self.levels.get(kind.0).map_or(&[], Vec::as_slice)
    }

    /// Measures that events of a kind feed, each after those that it reads.
    pub(crate) fn fed(&self, kind: KindId) -> &[MeasureRef] {
        self.fed.get(kind.0).map_or(&[], Vec::as_slice)
    }

    /// The measure that a reading means: inside a level rule with windows of its own, the narrowed one.
    pub(crate) fn resolve(&self, id: MeasureId, level: Option<RuleId>) -> MeasureRef {
        let level = level.filter(|rule| self.narrowed.contains(&(id, *rule)));
        MeasureRef { id, level }
    }

    pub(crate) fn rank(&self, rule: RuleId) -> usize {
        self.rank.get(rule.0).copied().unwrap_or(usize::MAX)
    }

    pub(crate) fn reducible(&self, kind: KindId) -> Option<&BTreeSet<String>> {
        self.reducible.get(&kind)
    }

    /// The fields that a refund kind reduces of a kind; none: it empties all.
    pub(crate) fn reduces(&self, refund: KindId, original: KindId) -> Option<&BTreeSet<String>> {
        self.reduces.get(&(refund, original)).filter(|fields| !fields.is_empty())
    }

    /// Whether a later event may name one of this kind.
    pub(crate) fn may_be_named(&self, kind: KindId) -> bool {
        self.named.contains(&kind)
    }

    fn place_rules(&mut self, policy: &Policy) {
        let mut levels: Vec<(u32, usize, RuleId)> = Vec::new();
        for (at, rule) in policy.rules.iter().enumerate() {
            let id = RuleId(at);
            match &rule.body {
                RuleBody::Level { .. } => {
                    levels.push((rule.stratum, 0, id));
                    continue;
                }
                RuleBody::Convert(convert) => {
                    let stratum = convert_stratum(policy, rule, convert.take.1);
                    levels.push((stratum, conversions_below(policy, convert.take.1), id));
                    continue;
                }
                _ => {}
            }
            for kind in &rule.kinds {
                if let Some(place) = self.edges.get_mut(kind.0) {
                    place.push(id);
                }
            }
        }
        levels.sort();
        for (_, _, id) in levels {
            let Some(rule) = policy.rule(id) else { continue };
            let mut kinds = rule.kinds.clone();
            match &rule.body {
                RuleBody::Level { settled, .. } => kinds.extend(settled.iter().map(|settled| settled.at)),
                // What lowers the balance may undo a conversion.
                RuleBody::Convert(convert) if convert.undo => kinds.extend(kinds_posting(policy, convert.take.1)),
                _ => {}
            }
            kinds.sort();
            kinds.dedup();
            for kind in kinds {
                if let Some(place) = self.levels.get_mut(kind.0) {
                    place.push(id);
                }
            }
        }
    }

    /// A window of a level rule, or a condition on the event, is a condition on the events that its measures count.
    fn narrow(&mut self, policy: &Policy) {
        for (at, rule) in policy.rules.iter().enumerate() {
            let RuleBody::Level { line, condition, .. } = &rule.body else { continue };
            let mut todo: Vec<MeasureId> = Vec::new();
            for expr in [Some(&line.amount), line.when.as_ref(), condition.as_ref()].into_iter().flatten() {
                todo.extend(measures_read(policy, expr));
            }
            let mut seen = BTreeSet::new();
            while let Some(id) = todo.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let Some(measure) = policy.measure(id) else { continue };
                let windows = rule.windows.iter().any(|window| !measure.windows.contains(window));
                if windows || rule.conditions.iter().any(reads_event) {
                    self.narrowed.insert((id, RuleId(at)));
                }
                todo.extend(measure.sources.iter().filter_map(|source| match source {
                    MeasureSource::Measure(inner) => Some(*inner),
                    MeasureSource::Events { .. } | MeasureSource::Postings { .. } => None,
                }));
            }
        }
    }

    fn place_measures(&mut self, policy: &Policy) {
        for (at, measure) in policy.measures.iter().enumerate() {
            let id = MeasureId(at);
            let mut refs = vec![MeasureRef { id, level: None }];
            refs.extend(
                self.narrowed
                    .iter()
                    .filter(|(one, _)| *one == id)
                    .map(|(_, rule)| MeasureRef { id, level: Some(*rule) }),
            );
            let kinds = kinds_feeding(policy, &measure.sources);
            for kind in kinds {
                if let Some(place) = self.fed.get_mut(kind.0) {
                    place.extend(&refs);
                }
            }
            if counts_postings(policy, &measure.sources) {
                self.postings.extend(&refs);
            }
        }
    }

    /// A refund kind reduces the fields of the original that it says it reduces, else `amount`; one without either empties all.
    fn place_refunds(&mut self, policy: &Policy) {
        for (at, kind) in policy.kinds.iter().enumerate() {
            for field in &kind.fields {
                let Type::EventOf(targets) = &field.typed.ty else { continue };
                self.named.extend(targets);
                if kind.role != Role::Refund {
                    continue;
                }
                let says: BTreeSet<&str> =
                    kind.fields.iter().filter(|one| one.reduces).map(|one| one.title.name.as_str()).collect();
                let says = if says.is_empty() { BTreeSet::from([AMOUNT]) } else { says };
                for target in targets {
                    let Some(original) = policy.kind(*target) else { continue };
                    let own = says.iter().filter(|name| kind.field(name).is_some() && original.field(name).is_some());
                    let own: BTreeSet<String> = own.map(|name| (*name).to_owned()).collect();
                    self.reducible.entry(*target).or_default().extend(own.iter().cloned());
                    self.reduces.insert((KindId(at), *target), own);
                }
            }
        }
        for (kind, fields) in &mut self.reducible {
            if fields.is_empty() && policy.kind(*kind).is_some_and(|kind| kind.field(AMOUNT).is_some()) {
                fields.insert(AMOUNT.to_owned());
            }
        }
    }
}

/// The field that a refund reduces where its kind says no other.
const AMOUNT: &str = "amount";

/// A conversion comes after every level rule that keeps the points that it takes.
fn convert_stratum(policy: &Policy, rule: &Rule, points: PointsId) -> u32 {
    let keeps = policy.rules.iter().filter(|one| {
        let RuleBody::Level { line, .. } = &one.body else { return false };
        line.points == points
    });
    keeps.map(|one| one.stratum).fold(rule.stratum, u32::max)
}

/// How many conversions lie below one that takes these points, itself included: those that give them, and so on.
fn conversions_below(policy: &Policy, points: PointsId) -> usize {
    let mut reached = BTreeSet::from([points]);
    let mut depth = 0;
    // Each round reaches other points or is the last.
    while depth <= policy.points.len() {
        depth += 1;
        let before = reached.clone();
        for rule in &policy.rules {
            if let RuleBody::Convert(convert) = &rule.body
                && before.contains(&convert.give.1)
            {
                reached.insert(convert.take.1);
            }
        }
        if reached == before {
            break;
        }
    }
    depth
}

/// Kinds of event on which rules post points.
fn kinds_posting(policy: &Policy, points: PointsId) -> BTreeSet<KindId> {
    let posts = policy.rules.iter().filter(|rule| match &rule.body {
        RuleBody::Earn(lines) => lines.iter().any(|line| line.points == points),
        RuleBody::Level { line, .. } => line.points == points,
        _ => false,
    });
    posts.flat_map(|rule| rule.kinds.iter().copied()).collect()
}

/// Measures that an expression reads, those of tiers included.
pub(crate) fn measures_read(policy: &Policy, expr: &Expr) -> Vec<MeasureId> {
    let mut found = Vec::new();
    walk(expr, &mut |expr| match &expr.node {
        Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } => found.push(*id),
        Node::Tier(id, _) => {
            if let Some(tier) = policy.tier(*id) {
                found.extend(tier.measure);
                walk(&tier.by, &mut |expr| {
                    if let Node::Measure(id, _) | Node::MeasureOver { measure: id, .. } = &expr.node {
                        found.push(*id);
                    }
                });
            }
        }
        _ => {}
    });
    found
}

/// Whether an expression reads the event itself, beyond whom it concerns.
pub(crate) fn reads_event(expr: &Expr) -> bool {
    match &expr.node {
        Node::Field(name) => name != "customer",
        Node::Element(_) | Node::Today | Node::IsKind(_) | Node::OfEvent(..) => true,
        // Whose fact it is says nothing about the event.
        Node::Fact(..) => false,
        _ => children(expr).into_iter().any(reads_event),
    }
}

/// Whether a condition can come out otherwise when a refund has reduced the event, or when counters differ.
pub(crate) fn unsteady(expr: &Expr) -> bool {
    match &expr.node {
        Node::Measure(..) | Node::MeasureOver { .. } | Node::Tier(..) | Node::Balance(..) => true,
        Node::Field(_) | Node::Element(_) | Node::OfEvent(..) => {
            expr.typed.range.is_some() || matches!(expr.typed.ty, Type::List(_))
        }
        _ => children(expr).into_iter().any(unsteady),
    }
}

fn kinds_feeding(policy: &Policy, sources: &[MeasureSource]) -> BTreeSet<KindId> {
    let mut kinds = BTreeSet::new();
    for source in sources {
        match source {
            MeasureSource::Events { kinds: own, .. } => kinds.extend(own),
            MeasureSource::Measure(id) => {
                if let Some(measure) = policy.measure(*id) {
                    kinds.extend(kinds_feeding(policy, &measure.sources));
                }
            }
            MeasureSource::Postings { .. } => {}
        }
    }
    kinds
}

fn counts_postings(policy: &Policy, sources: &[MeasureSource]) -> bool {
    sources.iter().any(|source| match source {
        MeasureSource::Postings { .. } => true,
        MeasureSource::Measure(id) => {
            policy.measure(*id).is_some_and(|measure| counts_postings(policy, &measure.sources))
        }
        MeasureSource::Events { .. } => false,
    })
}

/// Base lines before bonuses, each by identifier, save where a constraint states an order or a line reads another after its caps.
fn fill_order(policy: &Policy) -> Vec<usize> {
    let count = policy.rules.len();
    let usual = |id: RuleId| (!policy.rule(id).is_some_and(|rule| matches!(rule.body, RuleBody::Earn(_))), id);
    let mut stated: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    for constraint in &policy.constraints {
        if constraint.rules.iter().map(|id| usual(*id)).is_sorted() {
            continue;
        }
        stated.extend(constraint.rules.iter().copied().zip(constraint.rules.iter().copied().skip(1)));
    }
    for (at, rule) in policy.rules.iter().enumerate() {
        if let RuleBody::Raise { targets, after_caps: true, .. } = &rule.body {
            stated.extend(targets.iter().map(|target| (*target, RuleId(at))));
        }
    }
    let mut waits_for = vec![0_usize; count];
    for (_, then) in &stated {
        if let Some(place) = waits_for.get_mut(then.0) {
            *place = place.saturating_add(1);
        }
    }
    let free = |id: RuleId, waits_for: &[usize]| waits_for.get(id.0) == Some(&0);
    let (mut ready, mut waiting): (BTreeSet<_>, BTreeSet<_>) =
        (0..count).map(RuleId).map(usual).partition(|(_, id)| free(*id, &waits_for));
    let mut rank = vec![0; count];
    for place in 0..count {
        // Orders that contradict each other cannot all be kept; the usual one decides then.
        let Some((_, id)) = ready.pop_first().or_else(|| waiting.pop_first()) else { break };
        if let Some(rank) = rank.get_mut(id.0) {
            *rank = place;
        }
        for (_, then) in stated.range((id, RuleId(0))..=(id, RuleId(usize::MAX))) {
            if let Some(left) = waits_for.get_mut(then.0) {
                *left = left.saturating_sub(1);
            }
            if free(*then, &waits_for) && waiting.remove(&usual(*then)) {
                ready.insert(usual(*then));
            }
        }
    }
    rank
}
