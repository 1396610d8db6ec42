//! The reference engine: the meaning, written plainly.

use crate::decision::{Counters, Decided};
use crate::event::{Event, InputError};
use crate::{Inputs, Needs};
use earnest_dsl::policy::Policy;

fn under_way() -> InputError {
    InputError { field: "type".to_owned(), reason: "under way".to_owned() }
}

pub(crate) fn needs(_policy: &Policy, _event: &Event) -> Needs {
    Needs::default()
}

pub(crate) fn keys(_policy: &Policy, _inputs: &Inputs<'_>) -> Result<Vec<String>, InputError> {
    Err(under_way())
}

pub(crate) fn decide(
    _policy: &Policy,
    _hash: &str,
    _inputs: &Inputs<'_>,
    _counters: &Counters,
    _explain: bool,
) -> Result<Decided, InputError> {
    Err(under_way())
}
