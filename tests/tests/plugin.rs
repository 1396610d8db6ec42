//! Decisions across the border of a plugin are those of the reference, byte for byte: in all worked cases, and for every engine.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot run fails"
)]

use earnest_interpreter::{Counters, Decided, Engine, Evaluate, InputError, Inputs};
use earnest_ledger::Programme;
use earnest_plugin::decider::{Ask, Call, Decider, Ran};
use earnest_plugin::guest::Guest;
use earnest_plugin::host::Plugin;
use earnest_plugin::image::Image;
use earnest_plugin::make;
use earnest_plugin::refused::Refused;
use earnest_plugin::section::{self, Area, Bound, Section};
use earnest_tests::cases::run::{Shelf, folder_of, run};
use earnest_tests::project;
use serde_json::Value as Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The inside of a plugin without a module around it.
#[derive(Debug)]
struct Bare {
    guest: Guest,
    section: Section,
}

impl Bare {
    fn of(programme: &Programme) -> Result<Arc<dyn Ask>, String> {
        let (image, _) = Image::of(programme.versions()).bytes()?;
        let (input, output) = (Area { at: 0, bytes: 1 << 20 }, Area { at: 1 << 20, bytes: 1 << 20 });
        let section = section::of(programme.versions(), 32, input, output, Bound { base: 0, each: 0 })?;
        Ok(Arc::new(Self { guest: Guest::new(&image)?, section }))
    }
}

impl Ask for Bare {
    fn section(&self) -> &Section {
        &self.section
    }

    fn ask(&self, call: Call, frame: &[u8]) -> Result<Ran, Refused> {
        let bytes = match call {
            Call::Keys => self.guest.keys(frame),
            Call::Decide => self.guest.decide(frame),
            Call::Batch => self.guest.decide_batch(frame),
        };
        Ok(Ran { bytes, instructions: 0 })
    }
}

/// A module that tells what part of its bound the heaviest event took, in thousandths.
#[derive(Debug)]
struct Measured(Plugin);

static HEAVIEST: AtomicU64 = AtomicU64::new(0);

impl Ask for Measured {
    fn section(&self) -> &Section {
        self.0.section()
    }

    fn ask(&self, call: Call, frame: &[u8]) -> Result<Ran, Refused> {
        let ran = self.0.ask(call, frame)?;
        let part = ran.instructions.saturating_mul(1_000) / self.section().bound.of_frame(frame.len());
        HEAVIEST.fetch_max(part, Ordering::Relaxed);
        Ok(ran)
    }
}

/// Decides as a plugin does and as the reference does, and stops where they differ.
#[derive(Debug)]
struct Both(Decider);

impl Evaluate for Both {
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        let (ours, theirs) = (self.0.keys(of, inputs), of.plainly().keys(inputs));
        assert_eq!(ours, theirs, "{:?}", inputs.event);
        ours
    }

    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError> {
        let (ours, theirs) = (self.0.decide(of, inputs, counters, false), of.plainly().decide(inputs, counters, false));
        let text = |decided: &Result<Decided, InputError>| match decided {
            Ok(decided) => serde_json::to_string(&(&decided.decision, &decided.record)).expect("JSON"),
            Err(error) => error.to_string(),
        };
        assert_eq!(text(&ours), text(&theirs), "{:?}", inputs.event.json);
        if explain { of.plainly().decide(inputs, counters, true) } else { ours }
    }
}

fn both(programme: &Programme, plugin: &Arc<dyn Ask>) -> Result<Programme, String> {
    programme.decided(|_, engine| {
        let decider = Decider::new(Arc::clone(plugin), engine).map_err(|refused| refused.to_string())?;
        Ok(Arc::new(Both(decider)) as Arc<dyn Evaluate>)
    })
}

fn cases() -> Vec<Json> {
    let text = std::fs::read_to_string(project("tests/cases/programme-cases.json")).expect("the cases");
    let only = std::env::var("CASES").unwrap_or_default().to_lowercase();
    let cases: Vec<Json> = serde_json::from_str(&text).expect("JSON");
    cases.into_iter().filter(|case| folder_of(case).starts_with(&only)).collect()
}

fn hold(shelf: &mut Shelf, cases: &[Json]) {
    for case in cases {
        let ran = run(case, shelf);
        assert!(ran.faults.is_empty(), "{}: {:?}", ran.case, ran.faults);
    }
}

#[test]
fn frames_say_all_that_decisions_need() {
    let mut shelf = Shelf::through(|_, programme| both(&programme, &Bare::of(&programme)?));
    hold(&mut shelf, &cases());
}

#[test]
fn modules_decide_the_worked_cases() {
    let mut shelf = Shelf::through(|folder, programme| {
        let made = make::make(programme.versions()).map_err(|error| error.to_string())?;
        let plugin = Plugin::new(&made.bytes).map_err(|error| error.to_string())?;
        println!("{folder}: {} bytes, {} pages", made.bytes.len(), made.section.pages);
        both(&programme, &(Arc::new(Measured(plugin)) as Arc<dyn Ask>))
    });
    hold(&mut shelf, &cases());
    let heaviest = HEAVIEST.load(Ordering::Relaxed);
    println!("the heaviest event took {heaviest} thousandths of its bound");
    assert!(heaviest < 250, "{heaviest} thousandths: events near the bound would be refused");
}
