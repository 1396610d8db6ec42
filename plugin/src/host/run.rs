//! Modules at work: an instance for each thread that asks at the same time, kept from event to event.

use super::check;
use crate::columns::{self, Told};
use crate::decider::{Ask, Call, Ran, wrong};
use crate::refused::Refused;
use crate::section::Section;
use crate::words::Reader;
use earnest_dsl::policy::KindId;
use earnest_interpreter::Engine;
use earnest_interpreter::vm::columns::Columns;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use wasmtime::{Config, Instance, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc};

/// Fuel for making a module ready: a policy of 10,000 campaigns takes about a tenth.
const READY: u64 = 40_000_000_000;
/// The largest memory that this host gives a module unless told otherwise, in bytes.
pub const MEMORY: usize = 2 << 30;

/// A module that was checked.
pub struct Plugin {
    module: Module,
    section: Section,
    most: usize,
    idle: Mutex<Vec<Running>>,
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("programme", &self.section.programme).finish_non_exhaustive()
    }
}

/// A module that was made ready.
struct Running {
    store: Store<StoreLimits>,
    memory: Memory,
    keys: TypedFunc<u32, u32>,
    decide: TypedFunc<u32, u32>,
    /// Modules of before lack it.
    batch: Option<TypedFunc<u32, u32>>,
}

impl Plugin {
    /// Checks a module and compiles it.
    ///
    /// # Errors
    /// It is no plugin, or it says what is not so.
    pub fn new(bytes: &[u8]) -> Result<Self, Refused> {
        Self::within(bytes, MEMORY)
    }

    /// The same with a limit of memory, in bytes.
    ///
    /// # Errors
    /// As for [`Plugin::new`]; it wants more memory.
    pub fn within(bytes: &[u8], most: usize) -> Result<Self, Refused> {
        let section = check::check(bytes)?;
        let mut config = Config::new();
        config.consume_fuel(true);
        let engine = wasmtime::Engine::new(&config).map_err(|error| Refused::Stopped(format!("{error:#}")))?;
        let module = Module::from_binary(&engine, bytes).map_err(|error| Refused::Module(format!("{error:#}")))?;
        let plugin = Self { module, section, most, idle: Mutex::default() };
        let ready = plugin.ready()?;
        plugin.give_back(ready);
        Ok(plugin)
    }

    /// What rules give for many events of a kind, as [`crate::columns`] has them: `columns` of a version, by its number, whose engine is at
    /// hand with its plan.
    ///
    /// # Errors
    /// The module does not decide such events, or stopped, or its answer does not hold together.
    pub fn decide_columns(
        &self,
        version: usize,
        of: &Engine,
        kind: KindId,
        columns: &Columns,
    ) -> Result<Told, Refused> {
        let none = || Refused::Module("it does not decide events of this kind in columns".to_owned());
        let known = self.section.versions.get(version).filter(|known| known.hash == of.hash()).ok_or_else(none)?;
        let plan = of.plan().and_then(|plan| plan.kind(kind)).ok_or_else(none)?;
        known.columns.get(kind.0).and_then(Option::as_ref).ok_or_else(none)?;
        let frame = columns::write(of.policy(), plan, version, columns);
        let ran = self.ask(Call::Batch, &frame)?;
        wrong(Reader::new(&ran.bytes)).map_err(|error| Refused::Frame(format!("{}: {}", error.field, error.reason)))?;
        Told::read(&ran.bytes).map_err(|broken| Refused::Answer(broken.0))
    }

    fn ready(&self) -> Result<Running, Refused> {
        let stopped = |error: wasmtime::Error| Refused::Stopped(format!("{error:#}"));
        let limits = StoreLimitsBuilder::new().memory_size(self.most).instances(1).memories(1).tables(1).build();
        let mut store = Store::new(self.module.engine(), limits);
        store.limiter(|limits| limits);
        store.set_fuel(READY).map_err(stopped)?;
        let instance = Instance::new(&mut store, &self.module, &[]).map_err(stopped)?;
        let memory =
            instance.get_memory(&mut store, "memory").ok_or_else(|| Refused::Module("it has no memory".to_owned()))?;
        let keys = instance.get_typed_func(&mut store, "keys").map_err(stopped)?;
        let decide = instance.get_typed_func(&mut store, "decide").map_err(stopped)?;
        let batch = instance.get_typed_func(&mut store, "decide_batch").ok();
        Ok(Running { store, memory, keys, decide, batch })
    }

    fn give_back(&self, running: Running) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(running);
    }
}

impl Ask for Plugin {
    fn section(&self) -> &Section {
        &self.section
    }

    fn ask(&self, call: Call, frame: &[u8]) -> Result<Ran, Refused> {
        let input = self.section.input;
        if u64::try_from(frame.len()).unwrap_or(u64::MAX) > input.bytes.into() {
            return Err(Refused::Frame(format!(
                "the event with its facts and records takes {} bytes; the plugin reads {}",
                frame.len(),
                input.bytes
            )));
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut running = match idle {
            Some(running) => running,
            None => self.ready()?,
        };
        // An instance that stopped is dropped: nobody knows what its memory holds.
        let ran = running.call(call, frame, &self.section)?;
        self.give_back(running);
        Ok(ran)
    }
}

impl Running {
    fn call(&mut self, call: Call, frame: &[u8], section: &Section) -> Result<Ran, Refused> {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let stopped = |error: wasmtime::Error| Refused::Stopped(format!("{error:#}"));
        let fuel = section.bound.of_frame(frame.len());
        self.store.set_fuel(fuel).map_err(stopped)?;
        let outside = |_| Refused::Module("its areas lie outside its memory".to_owned());
        self.memory.write(&mut self.store, place(section.input.at), frame).map_err(outside)?;
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        let function = match call {
            Call::Keys => &self.keys,
            Call::Decide => &self.decide,
            Call::Batch => {
                let none = || Refused::Module("it decides no events in columns".to_owned());
                self.batch.as_ref().ok_or_else(none)?
            }
        };
        let told = function.call(&mut self.store, length).map_err(stopped)?;
        if told > section.output.bytes {
            return Err(Refused::Answer(format!("it has {told} bytes; the output area has {}", section.output.bytes)));
        }
        let mut bytes = vec![0; place(told)];
        self.memory.read(&self.store, place(section.output.at), &mut bytes).map_err(outside)?;
        let left = self.store.get_fuel().map_err(stopped)?;
        Ok(Ran { bytes, instructions: fuel.saturating_sub(left) })
    }
}
