//! What must be known of the compiled engine: where its data end, where it looks for its site, and which function makes it ready.

use super::NotMade;
use wasmparser::{ExternalKind, Operator, Parser, Payload};

/// The compiled engine.
pub(super) struct Core {
    /// The first byte behind its data and stack.
    pub end: u32,
    /// The address of its `SITE`.
    pub site: u32,
    /// The function that makes it ready.
    pub begin: u32,
}

fn broken(what: &str) -> NotMade {
    NotMade(format!("the engine that this program carries is broken: {what}"))
}

impl Core {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NotMade> {
        let mut globals: Vec<Option<u32>> = Vec::new();
        let (mut end, mut site, mut begin) = (None, None, None);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(|error| broken(error.message()))? {
                Payload::GlobalSection(section) => {
                    for global in section {
                        let global = global.map_err(|error| broken(error.message()))?;
                        let value = global.init_expr.get_operators_reader().read().ok();
                        globals.push(match value {
                            Some(Operator::I32Const { value }) => u32::try_from(value).ok(),
                            _ => None,
                        });
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export.map_err(|error| broken(error.message()))?;
                        let global = || globals.get(usize::try_from(export.index).ok()?).copied().flatten();
                        match (export.name, export.kind) {
                            ("__heap_base", ExternalKind::Global) => end = global(),
                            ("SITE", ExternalKind::Global) => site = global(),
                            ("begin", ExternalKind::Func) => begin = Some(export.index),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self {
            end: end.ok_or_else(|| broken("it does not say where its data end"))?,
            site: site.ok_or_else(|| broken("it has no site"))?,
            begin: begin.ok_or_else(|| broken("it cannot be made ready"))?,
        })
    }
}
