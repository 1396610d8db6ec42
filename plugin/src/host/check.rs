//! What a module must be before anything of it runs: no imports, no floats, no growth, the exports and the section of a plugin.

use crate::make::PAGE;
use crate::refused::Refused;
use crate::section::{Area, NAME, Section};
use wasmparser::{ExternalKind, Operator, Parser, Payload, ValType, Validator, WasmFeatures};

/// The longest section that is read, in bytes.
const LONGEST: usize = 64 << 20;

fn refused(what: impl Into<String>) -> Refused {
    Refused::Module(what.into())
}

/// Instructions that a module may use: those of the first version of WebAssembly without floats, and four small additions that every
/// host has had since 2021.
fn features() -> WasmFeatures {
    let mut features = WasmFeatures::MVP | WasmFeatures::SIGN_EXTENSION | WasmFeatures::BULK_MEMORY;
    features |= WasmFeatures::MUTABLE_GLOBAL | WasmFeatures::SATURATING_FLOAT_TO_INT;
    features.remove(WasmFeatures::FLOATS);
    features
}

/// Checks the bytes of a module; its section.
///
/// # Errors
/// What is wrong with it, in words for whoever made it.
pub(super) fn check(bytes: &[u8]) -> Result<Section, Refused> {
    let invalid = |error: wasmparser::BinaryReaderError| refused(format!("it is no valid module: {error}"));
    Validator::new_with_features(features()).validate_all(bytes).map_err(invalid)?;
    let mut seen = Seen::default();
    for payload in Parser::new(0).parse_all(bytes) {
        seen.payload(payload.map_err(invalid)?)?;
    }
    let section = seen.section.ok_or_else(|| refused(format!("it has no section `{NAME}`")))?;
    fits(&section, seen.pages)?;
    seen.exports.sort_unstable();
    if seen.exports != ["decide", "keys", "memory"] && seen.exports != ["decide", "decide_batch", "keys", "memory"] {
        return Err(refused(format!(
            "it exports {}; a plugin exports `keys`, `decide`, `decide_batch`, `memory`",
            seen.exports.join(", ")
        )));
    }
    Ok(section)
}

#[derive(Default)]
struct Seen {
    section: Option<Section>,
    pages: Option<u64>,
    exports: Vec<String>,
    /// Types by number: whether it is a number to a number, and whether it is nothing to nothing.
    types: Vec<(bool, bool)>,
    functions: Vec<u32>,
}

impl Seen {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), Refused> {
        let invalid = |error: wasmparser::BinaryReaderError| refused(format!("it is no valid module: {error}"));
        match payload {
            Payload::ImportSection(section) if section.count() > 0 => {
                return Err(refused("it imports something; a plugin needs nothing from its host"));
            }
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty.map_err(invalid)?;
                    let calls = ty.params() == [ValType::I32] && ty.results() == [ValType::I32];
                    self.types.push((calls, ty.params().is_empty() && ty.results().is_empty()));
                }
            }
            Payload::FunctionSection(section) => {
                for function in section {
                    self.functions.push(function.map_err(invalid)?);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory.map_err(invalid)?;
                    if memory.maximum != Some(memory.initial) {
                        return Err(refused("its memory can grow"));
                    }
                    self.pages = Some(memory.initial);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.map_err(invalid)?;
                    self.export(export.name, export.kind, export.index)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                for operator in body.get_operators_reader().map_err(invalid)? {
                    if matches!(operator.map_err(invalid)?, Operator::MemoryGrow { .. }) {
                        return Err(refused("its memory can grow"));
                    }
                }
            }
            Payload::CustomSection(section) if section.name() == NAME => {
                if self.section.is_some() || section.data().len() > LONGEST {
                    return Err(refused(format!("it has more than one section `{NAME}`, or one that is too long")));
                }
                let read = serde_json::from_slice(section.data());
                let read = read.map_err(|error| refused(format!("its section `{NAME}` cannot be read: {error}")))?;
                self.section = Some(read);
            }
            _ => {}
        }
        Ok(())
    }

    fn export(&mut self, name: &str, kind: ExternalKind, index: u32) -> Result<(), Refused> {
        self.exports.push(name.to_owned());
        if name == "memory" {
            return if kind == ExternalKind::Memory { Ok(()) } else { Err(refused("`memory` is no memory")) };
        }
        let place = |at: u32| usize::try_from(at).ok();
        let ty = place(index).and_then(|at| self.functions.get(at)).and_then(|ty| self.types.get(place(*ty)?));
        match (kind, ty) {
            (ExternalKind::Func, Some((true, _))) => Ok(()),
            _ => Err(refused(format!("`{name}` is no function that takes a length and gives one"))),
        }
    }
}

/// Whether what the section says fits the module and this host.
fn fits(section: &Section, pages: Option<u64>) -> Result<(), Refused> {
    if section.abi != crate::ABI {
        return Err(refused(format!(
            "it speaks version {} of the interface, this host version {}",
            section.abi,
            crate::ABI
        )));
    }
    if pages != Some(section.pages.into()) {
        return Err(refused(format!(
            "its section speaks of {} pages of memory, and it has another number",
            section.pages
        )));
    }
    let memory = u64::from(section.pages).saturating_mul(PAGE.into());
    let inside = |area: &Area| u64::from(area.at).saturating_add(area.bytes.into()) <= memory;
    let apart = section.input.at.saturating_add(section.input.bytes) <= section.output.at
        || section.output.at.saturating_add(section.output.bytes) <= section.input.at;
    if !inside(&section.input)
        || !inside(&section.output)
        || !apart
        || !section.input.at.is_multiple_of(8)
        || !section.output.at.is_multiple_of(8)
    {
        return Err(refused("its input and output areas do not lie apart inside its memory"));
    }
    if section.versions.is_empty() {
        return Err(refused("it holds no version of a programme"));
    }
    let shape = serde_json::to_value(crate::shape::DECISION).unwrap_or_default();
    if section.decision != shape {
        return Err(refused("its decisions have a shape that this host does not know"));
    }
    Ok(())
}
