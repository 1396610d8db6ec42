//! Inputs of decisions, written down as they are taken: what a host of plugins is tried with.
//!
//! A line holds the version, the texts of the event, of the facts and records attached to it and of the counters read, the keys that were
//! listed, and the text of the decision (or what is wrong with the input). Texts stand in it as JSON strings: so nothing of a number is lost on its way.

use earnest_interpreter::{Counters, Decided, Engine, Evaluate, InputError, Inputs};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::fmt;
use std::sync::Arc;

/// Where lines go.
pub type Sink = Arc<dyn Fn(Json) + Send + Sync>;

/// Decides as something else does, and writes down what was decided from what.
pub struct Recording {
    inner: Arc<dyn Evaluate>,
    version: usize,
    sink: Sink,
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl Recording {
    /// A recording of what an engine decides, which is this version of its programme.
    #[must_use]
    pub fn of(engine: &Engine, version: usize, sink: Sink) -> Self {
        Self { inner: Arc::clone(engine.evaluate()), version, sink }
    }
}

fn text(value: &impl Serialize) -> String {
    // What came from JSON has a text.
    serde_json::to_string(value).unwrap_or_default()
}

impl Evaluate for Recording {
    fn keys(&self, of: &Engine, inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
        self.inner.keys(of, inputs)
    }

    fn decide(
        &self,
        of: &Engine,
        inputs: &Inputs<'_>,
        counters: &Counters,
        explain: bool,
    ) -> Result<Decided, InputError> {
        let decided = self.inner.decide(of, inputs, counters, explain);
        let facts: Vec<Json> =
            inputs.facts.iter().map(|((subject, id), facts)| json!([subject, id, text(facts)])).collect();
        let counters: Vec<Json> = counters.iter().map(|(key, value)| json!([key, text(value)])).collect();
        let told = match &decided {
            Ok(decided) => {
                let plain = earnest_interpreter::Decision { trace: None, ..decided.decision.clone() };
                json!({ "decision": text(&plain), "record": text(&decided.record) })
            }
            Err(error) => json!({ "error": [error.field, error.reason] }),
        };
        (self.sink)(json!({
            "version": self.version,
            "event": text(&inputs.event.json),
            "facts": facts,
            "records": inputs.records.iter().map(text).collect::<Vec<_>>(),
            "keys": self.inner.keys(of, inputs).unwrap_or_default(),
            "counters": counters,
            "told": told,
        }));
        decided
    }

    fn plan(&self) -> Option<&earnest_interpreter::plan::Plan> {
        self.inner.plan()
    }
}
