//! A version of a programme behind the border, as an engine decides by it: frames are written, answers are read.

use crate::guest::{DECIDED, WRONG};
use crate::layout::KindLayout;
use crate::refused::Refused;
use crate::section::Section;
use crate::words::{Broken, Reader, WORD};
use crate::{frame, shape};
use earnest_interpreter::{Counters, Decided, Engine, Evaluate, InputError, Inputs};
use std::fmt;
use std::sync::Arc;

/// Which function of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// The counters that a decision depends on.
    Keys,
    /// A decision.
    Decide,
    /// What rules give for many events.
    Batch,
}

/// An answer in bytes, and the instructions that it took.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The answer.
    pub bytes: Vec<u8>,
    /// Instructions.
    pub instructions: u64,
}

/// What answers frames: a module that runs.
pub trait Ask: fmt::Debug + Send + Sync {
    /// What its section says.
    fn section(&self) -> &Section;

    /// Its answer to a frame.
    ///
    /// # Errors
    /// It stopped, or the frame is too long.
    fn ask(&self, call: Call, frame: &[u8]) -> Result<Ran, Refused>;
}

/// A version of a programme inside a module, as an engine decides by it.
#[derive(Debug)]
pub struct Decider {
    plugin: Arc<dyn Ask>,
    version: usize,
    layouts: Vec<KindLayout>,
    hash: String,
}

impl Decider {
    /// The version that has the hash of an engine.
    ///
    /// # Errors
    /// The module holds no version of this meaning.
    pub fn new(plugin: Arc<dyn Ask>, engine: &Engine) -> Result<Self, Refused> {
        let found = plugin.section().versions.iter().position(|version| version.hash == engine.hash());
        let none = || Refused::Module(format!("it holds no version {} of this meaning", engine.policy().version()));
        let version = found.ok_or_else(none)?;
        let layouts = plugin.section().versions.get(version).map(|version| version.kinds.clone()).unwrap_or_default();
        if layouts != crate::layout::kinds(engine.policy()) {
            return Err(Refused::Module(format!(
                "its frames are laid out otherwise than those of version {}",
                engine.policy().version()
            )));
        }
        Ok(Self { plugin, version, layouts, hash: engine.hash().to_owned() })
    }

    fn frame(&self, of: &Engine, inputs: &Inputs<'_>, counters: Option<&Counters>) -> Result<Vec<u8>, InputError> {
        let layout = self.layouts.get(inputs.event.kind.0).ok_or_else(|| bad("the plugin does not know its kind"))?;
        frame::write(of.policy(), layout, self.version, inputs, counters).map_err(bad)
    }
}

fn bad(reason: impl Into<String>) -> InputError {
    InputError { field: "plugin".to_owned(), reason: reason.into() }
}

fn told(refused: &Refused) -> InputError {
    bad(refused.to_string())
}

/// An answer's head: none where it decided, else what is wrong with the input.
pub(crate) fn wrong(area: Reader<'_>) -> Result<(), InputError> {
    let broken = |broken: Broken| told(&Refused::Answer(broken.0));
    match area.word(0).map_err(broken)? {
        DECIDED => Ok(()),
        WRONG => {
            let text = |at: usize| Ok(area.text(area.word(at)?)?.unwrap_or_default().to_owned());
            let read = || Ok((text(WORD)?, text(2 * WORD)?));
            let (field, reason) = read().map_err(broken)?;
            Err(InputError { field, reason })
        }
        other => Err(told(&Refused::Answer(format!("it begins with {other}")))),
    }
}

impl Evaluate for Decider {
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        let frame = self.frame(of, inputs, None)?;
        let ran = self.plugin.ask(Call::Keys, &frame).map_err(|refused| told(&refused))?;
        let area = Reader::new(&ran.bytes);
        wrong(area)?;
        let read = || -> Result<Vec<String>, Broken> {
            let list = area.list(area.word(WORD)?, 1)?;
            list.into_iter().map(|at| Ok(area.text(area.word(at)?)?.unwrap_or_default().to_owned())).collect()
        };
        read().map_err(|broken| told(&Refused::Answer(broken.0)))
    }

    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError> {
        if explain {
            return of.plainly().decide(inputs, counters, true);
        }
        let frame = self.frame(of, inputs, Some(counters))?;
        let ran = self.plugin.ask(Call::Decide, &frame).map_err(|refused| told(&refused))?;
        let area = Reader::new(&ran.bytes);
        wrong(area)?;
        let broken = |broken: Broken| told(&Refused::Answer(broken.0));
        let symbols = &self.plugin.section().symbols;
        let decision = shape::read(area, symbols, &shape::DECISION, 2 * WORD).map_err(broken)?;
        let text = area.word(WORD).and_then(|word| area.text(word)).map_err(broken)?.unwrap_or_default();
        let none = |error: serde_json::Error| told(&Refused::Answer(error.to_string()));
        let decision: earnest_interpreter::Decision =
            serde_json::from_value(decision.unwrap_or_default()).map_err(none)?;
        let record = serde_json::from_str(text).map_err(none)?;
        if decision.policy.hash != self.hash {
            return Err(told(&Refused::Answer("it is a decision of another policy".to_owned())));
        }
        Ok(Decided { decision, record })
    }
}
