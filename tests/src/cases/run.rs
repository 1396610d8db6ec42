//! A case run through a host: facts and lots first, then events in order; time passes up to each event and each balance asked.

use super::{compare, decimal, list, params, seen, text};
use crate::{programme_files, project};
use chrono::{DateTime, FixedOffset};
use earnest_dsl::load::{InputFile, load};
use earnest_dsl::policy::{Points, Policy, ScopePeriod};
use earnest_ledger::lots::OpeningLot;
use earnest_ledger::programme::zone;
use earnest_ledger::store::{Change, Memory, Store};
use earnest_ledger::{Host, Programme};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// What came of a case.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// The programme's id.
    pub programme: String,
    /// The case's id.
    pub case: String,
    /// How many expectations it has.
    pub expectations: usize,
    /// How many were met.
    pub met: usize,
    /// What is wrong; nothing where the case passes.
    pub faults: Vec<String>,
}

/// The folder of a programme, under `policies/`.
#[must_use]
pub fn folder_of(case: &Json) -> String {
    text(case, "programme").unwrap_or_default().to_lowercase()
}

/// Runs a case.
#[must_use]
pub fn run(case: &Json, shelf: &mut Shelf) -> Ran {
    let mut ran = Ran {
        programme: text(case, "programme").unwrap_or_default().to_owned(),
        case: text(case, "case").unwrap_or_default().to_owned(),
        expectations: list(case, "expect").len(),
        ..Ran::default()
    };
    match happened(case, shelf) {
        Ok((seen, mut faults)) => {
            let (met, wrong) = compare::compare(list(case, "expect"), &seen);
            ran.met = met;
            faults.extend(wrong);
            ran.faults = faults;
        }
        Err(error) => ran.faults.push(error),
    }
    ran
}

/// What happens in a case, and events that were not taken.
///
/// # Errors
/// The programme does not compile, or the case's lots cannot be read.
pub fn happened(case: &Json, shelf: &mut Shelf) -> Result<(Vec<Json>, Vec<String>), String> {
    let (seen, faults, _) = happened_on(case, shelf, |_| Ok(Memory::default()))?;
    Ok((seen, faults))
}

/// What happened, events that were not taken, and the host as it stands in the end.
pub type Happened<S> = (Vec<Json>, Vec<String>, Host<S>);

/// The same on a store that is made for the programme; and the host as it stands in the end.
///
/// # Errors
/// As for [`happened`]; or the store is not made.
pub fn happened_on<S: Store>(
    case: &Json,
    shelf: &mut Shelf,
    make: impl FnOnce(&Programme) -> Result<S, String>,
) -> Result<Happened<S>, String> {
    let mut books = Books::open(case, shelf, make)?;
    books.events(list(case.get("given").unwrap_or(&Json::Null), "events"));
    Ok((books.seen, books.faults, books.host))
}

/// A host under way.
struct Books<S> {
    host: Host<S>,
    policy: Policy,
    /// Balances still to be read: instant and customer, latest first.
    asked: Vec<(DateTime<FixedOffset>, String)>,
    seen: Vec<Json>,
    faults: Vec<String>,
}

impl<S: Store> Books<S> {
    /// A host with the case's parameters, facts and lots.
    fn open(
        case: &Json,
        shelf: &mut Shelf,
        make: impl FnOnce(&Programme) -> Result<S, String>,
    ) -> Result<Self, String> {
        let given = case.get("given").unwrap_or(&Json::Null);
        let programme = shelf.programme(&folder_of(case), given.get("params").unwrap_or(&Json::Null))?;
        let policy = programme.versions().first().ok_or("no version")?.policy().clone();
        let store = used(make(&programme)?, &policy, given)?;
        let mut host = Host::with_store(programme, store);
        for (id, facts) in given.get("customers").and_then(Json::as_object).unwrap_or(&Map::new()) {
            let facts = facts.as_object().cloned().unwrap_or_default();
            host.tell("customer", id, facts).map_err(|error| error.to_string())?;
        }
        let lots: Option<Vec<OpeningLot>> = list(given, "opening").iter().map(|lot| opening(&policy, lot)).collect();
        let lots = lots.ok_or("a lot held at the start cannot be read")?;
        host.open("opening", &lots).map_err(|error| error.to_string())?;
        let mut asked: Vec<(DateTime<FixedOffset>, String)> = list(case, "expect")
            .iter()
            .filter(|one| text(one, "kind") == Some("balance"))
            .filter_map(|one| Some((instant(text(one, "at")?)?, text(one, "customer").unwrap_or("c1").to_owned())))
            .collect();
        asked.sort_by(|a, b| b.cmp(a));
        Ok(Self { host, policy, asked, seen: vec![], faults: vec![] })
    }

    /// Events in order, and the balances between and behind them.
    fn events(&mut self, events: &[Json]) {
        for event in events {
            let at = text(event, "at").and_then(instant);
            while let (Some((asked, customer)), Some(at)) = (self.asked.last().cloned(), at)
                && asked < at
            {
                self.asked.pop();
                self.balance(asked, &customer);
            }
            let Some(fields) = event.as_object() else { continue };
            // Time alone is no event of the policy.
            if let (Some("clock"), Some(at)) = (text(event, "type"), at) {
                self.advance(at);
                continue;
            }
            match self.host.decide(fields, false) {
                Ok(answer) => {
                    let zone = zone(&self.policy);
                    seen::of_clock(&answer.moved, zone, &mut self.seen, &mut self.faults);
                    self.seen.extend(seen::of_answer(event, &answer));
                }
                Err(error) => self.faults.push(format!("{event}: {error}")),
            }
        }
        while let Some((asked, customer)) = self.asked.pop() {
            self.balance(asked, &customer);
        }
        seen::join_expired(&mut self.seen);
    }

    fn advance(&mut self, at: DateTime<FixedOffset>) {
        match self.host.advance_to(at) {
            Ok(moved) => seen::of_clock(&moved, zone(&self.policy), &mut self.seen, &mut self.faults),
            Err(error) => self.faults.push(error.to_string()),
        }
    }

    fn balance(&mut self, at: DateTime<FixedOffset>, customer: &str) {
        self.advance(at);
        let mut points = Decimal::ZERO;
        for unit in self.policy.points.iter().filter(|unit| own(unit)) {
            match self.host.balance(customer, &unit.title.name, at) {
                Ok(balance) => points += balance.available,
                Err(error) => self.faults.push(error.to_string()),
            }
        }
        let at = at.to_rfc3339();
        self.seen.push(json!({ "kind": "balance", "at": at, "customer": customer, "points": points.to_string() }));
    }
}

/// Books in which, where a parameter `..._already` says so, limits in all have been used so often and so many coupons numbered.
fn used<S: Store>(mut store: S, policy: &Policy, given: &Json) -> Result<S, String> {
    let params = given.get("params").and_then(Json::as_object);
    let already = params.and_then(|params| params.iter().find(|(name, _)| name.ends_with("_already")));
    let Some(times) = already.and_then(|(_, value)| decimal(value)) else { return Ok(store) };
    let ever =
        policy.constraints.iter().filter(|one| one.scope.keys.is_empty() && one.scope.period == ScopePeriod::Ever);
    let limits = ever.map(|one| (format!("cap {}", one.title.name), times));
    let numbered = policy.points.iter().filter(|unit| unit.benefit.as_ref().is_some_and(|one| one.numbered));
    let numbers = numbered.map(|unit| (format!("number {}", unit.title.name), times));
    let totals = limits.chain(numbers).collect();
    store.commit(Change { totals, ..Change::default() }).map_err(|error| error.to_string())?;
    Ok(store)
}

/// Points that a customer spends: no benefit, no promise, nobody else's.
fn own(unit: &Points) -> bool {
    unit.benefit.is_none() && !unit.memo && unit.kept_by.is_none()
}

fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

/// A lot of `opening`: the programme's own points, in the pool that its bucket names.
fn opening(policy: &Policy, lot: &Json) -> Option<OpeningLot> {
    let unit = policy.points.iter().find(|unit| own(unit))?;
    let pool = match text(lot, "bucket") {
        Some(bucket) => {
            let pool = unit.pools.iter().find(|pool| compare::words(&pool.title.name) == compare::words(bucket))?;
            Some(pool.title.name.clone())
        }
        None => None,
    };
    Some(OpeningLot {
        customer: text(lot, "customer")?.to_owned(),
        points: unit.title.name.clone(),
        pool,
        amount: lot.get("points").and_then(decimal)?,
        earned: instant(text(lot, "at")?)?.with_timezone(&zone(policy)).naive_local(),
        funded_by: text(lot, "source").map(str::to_owned),
        frozen: lot.get("frozen").and_then(Json::as_bool).unwrap_or(false),
        ..OpeningLot::default()
    })
}

/// Programmes with the parameters of a case, kept for the cases that give the same.
#[derive(Default)]
pub struct Shelf {
    loaded: BTreeMap<(String, String), Result<Programme, String>>,
    through: Option<Through>,
}

/// What is done with a programme before it decides.
type Through = Box<dyn Fn(&str, Programme) -> Result<Programme, String>>;

impl Shelf {
    /// A shelf whose programmes, named by their folders, are decided by something else.
    #[must_use]
    pub fn through(change: impl Fn(&str, Programme) -> Result<Programme, String> + 'static) -> Self {
        Self { loaded: BTreeMap::new(), through: Some(Box::new(change)) }
    }

    /// The programme in that folder, with the case's parameters.
    fn programme(&mut self, folder: &str, given: &Json) -> Result<Programme, String> {
        let key = (folder.to_owned(), given.to_string());
        let through = self.through.as_ref();
        let load = || {
            programme(folder, given).and_then(|made| through.map_or(Ok(made.clone()), |change| change(folder, made)))
        };
        self.loaded.entry(key).or_insert_with(load).clone()
    }
}

/// Each version by itself, for each takes the parameters that it has.
fn programme(folder: &str, given: &Json) -> Result<Programme, String> {
    let files = programme_files(&project("policies").join(folder)).map_err(|error| format!("{folder}: {error}"))?;
    let mut versions: BTreeMap<String, Vec<InputFile>> = BTreeMap::new();
    for file in files {
        let version = file.path.strip_prefix("versions/").and_then(|path| path.split_once('/')).map(|(name, _)| name);
        versions.entry(version.unwrap_or_default().to_owned()).or_default().push(file);
    }
    let policies: Result<Vec<Policy>, String> =
        versions.into_values().map(|files| policy(folder, files, given)).collect();
    Programme::new(policies?).ok_or_else(|| format!("{folder} has no version"))
}

fn policy(folder: &str, files: Vec<InputFile>, given: &Json) -> Result<Policy, String> {
    let plain = load(files.clone(), &[]);
    let Some(policy) = plain.policy.filter(|_| first_error(&plain.diagnostics).is_empty()) else {
        return Err(format!("{folder} does not compile: {}", first_error(&plain.diagnostics)));
    };
    let settings = params::settings(&policy, given);
    if settings.is_empty() {
        return Ok(policy);
    }
    let loaded = load(files, &settings);
    let wrong = first_error(&loaded.diagnostics);
    loaded.policy.filter(|_| wrong.is_empty()).ok_or(format!("{folder} does not compile with {settings:?}: {wrong}"))
}

fn first_error(diagnostics: &[earnest_dsl::diagnostic::Diagnostic]) -> String {
    let error = diagnostics.iter().find(|one| one.is_error());
    error.map(|one| format!("{one:?}").chars().take(300).collect()).unwrap_or_default()
}
