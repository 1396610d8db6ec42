//! Many events at once: those that follow each other and have nothing to do with each other are decided together, over columns.
//!
//! A stretch of events is read and gathered, decided, and written event by event, in order. It ends before the first event that could
//! see what an earlier one of it does: of the same customer, naming the same thing or an earlier event, or with time to pass before it.

use crate::answer::Answer;
use crate::apart::{Sort, by_customer, named};
use crate::content::{self, ContentHash};
use crate::host::{Gathered, Host, HostError, is};
use crate::lots::Terms;
use crate::store::{Input, Store};
use earnest_interpreter::{Engine, Event};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashSet};

/// Events of one stretch, at most.
const MOST: usize = 1_024;

/// An event that was read, with all that its decision needs.
struct Ready {
    content: ContentHash,
    version: usize,
    event: Event,
    gathered: Gathered,
}

impl<S: Store> Host<S> {
    /// Decides events in order; each as [`Host::decide`] would. Sooner than one by one where customers share nothing and the store is
    /// one that keeps no log (those take each event by itself).
    pub fn decide_all(&mut self, events: &[Map<String, Json>], explain: bool) -> Vec<Result<Answer, HostError>> {
        let mut versions = self.programme().versions().iter();
        let apart = !explain && !self.books().keeps_log() && versions.all(|engine| by_customer(engine.policy()));
        let mut all = Vec::with_capacity(events.len());
        let mut rest = events;
        while let Some((first, others)) = rest.split_first() {
            let stretch = if apart { self.stretch(rest) } else { vec![] };
            if stretch.len() < 2 {
                all.push(self.decide(first, explain));
                rest = others;
                continue;
            }
            let (now, later) = rest.split_at(stretch.len());
            all.extend(self.decide_stretch(now, stretch));
            rest = later;
        }
        all
    }

    /// The events at the beginning that can be decided together.
    fn stretch(&self, events: &[Map<String, Json>]) -> Vec<Ready> {
        let mut met: HashSet<(Sort, String)> = HashSet::new();
        let ready = events.iter().take(MOST).map_while(|json| self.ready(json, &mut met));
        ready.collect()
    }

    /// An event, where nothing stands between it and those before it. What is wrong with an event is told when it is decided alone.
    fn ready(&self, json: &Map<String, Json>, met: &mut HashSet<(Sort, String)>) -> Option<Ready> {
        let content = content::hash(json);
        let id = json.get("id").and_then(Json::as_str)?;
        if self.books().decided(id).ok()?.is_some() {
            return None;
        }
        let (version, engine, event) = self.read(json).ok()?;
        let names = names(engine, &event)?;
        if names.iter().any(|name| met.contains(name)) || self.anything_due(event.instant.to_utc()).ok()? {
            return None;
        }
        let gathered = self.gather(engine, Terms::new(engine).ok()?, &event).ok()?;
        met.extend(names);
        Some(Ready { content, version, event, gathered })
    }

    fn decide_stretch(&mut self, events: &[Map<String, Json>], stretch: Vec<Ready>) -> Vec<Result<Answer, HostError>> {
        let mut by_version: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, ready) in stretch.iter().enumerate() {
            by_version.entry(ready.version).or_default().push(at);
        }
        let mut decided: Vec<Option<_>> = stretch.iter().map(|_| None).collect();
        for (version, places) in by_version {
            let Ok(engine) = self.engine(version) else { continue };
            let listed =
                places.iter().filter_map(|at| stretch.get(*at)).map(|ready| ready.gathered.listed(&ready.event));
            let listed: Vec<_> = listed.collect();
            for (at, one) in places.iter().zip(engine.decide_all(&listed)) {
                if let Some(place) = decided.get_mut(*at) {
                    *place = Some(one);
                }
            }
        }
        let each = events.iter().zip(stretch).zip(decided).map(|((json, ready), decided)| match decided {
            Some(Ok(decided)) => self.whole(|host| {
                // What earlier events of the stretch gave may end before this one.
                host.advance(ready.event.instant.to_utc(), false)?;
                let freezes = host.engine(ready.version)?.policy().kind(ready.event.kind);
                let freezes = freezes.is_some_and(|kind| is(kind, "Freeze"));
                let Ready { content, version, event, gathered } = ready;
                let answer = host.write(json, (content, Input::Event), (version, event, gathered), decided)?;
                host.after(answer, freezes)
            }),
            Some(Err(error)) => Err(error.into()),
            None => self.decide(json, false),
        });
        each.collect()
    }
}

/// Everything that an event names; none where it names an earlier event, whose customer may be anybody.
fn names(engine: &Engine, event: &Event) -> Option<Vec<(Sort, String)>> {
    let mut all = vec![(Sort::Event, event.id.clone())];
    all.extend(event.customer.iter().map(|customer| (Sort::Subject, customer.clone())));
    let mut earlier = false;
    let kind = engine.policy().kind(event.kind)?;
    named(&kind.fields, &event.json, &mut |sort, name| match sort {
        Sort::Event => earlier = true,
        Sort::Subject => all.push((sort, name.to_owned())),
    });
    (!earlier).then_some(all)
}
