//! The compiled engine, section by section: its memory gets a fixed size, its exports are those of a plugin, and floats go.
//!
//! Libraries inside the engine know floats (to show a number in an error that is never shown, say), and no decision needs one. What moves a
//! float moves the same bits as an integer; what would compute with one stops the module. So a module has none, whoever asks.

use super::NotMade;
use super::core::Core;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    ConstExpr, DataSection, ExportSection, Instruction, MemorySection, MemoryType, Module, SectionId, StartSection,
    ValType,
};
use wasmparser::{Operator, Parser};

/// What a plugin exports, besides its memory.
pub(crate) const CALLS: [&str; 3] = ["keys", "decide", "decide_batch"];

/// Writes the sections of a module. `segments` are written behind the engine's own data.
pub(super) fn lower(
    module: &mut Module,
    bytes: &[u8],
    core: &Core,
    pages: u32,
    segments: Vec<(i32, Vec<u8>)>,
) -> Result<(), NotMade> {
    let mut lowering = Lowering { begin: core.begin, pages, segments };
    lowering
        .parse_core_module(module, Parser::new(0), bytes)
        .map_err(|error| NotMade(format!("the engine that this program carries is broken: {error}")))
}

struct Lowering {
    begin: u32,
    pages: u32,
    segments: Vec<(i32, Vec<u8>)>,
}

type Done<T> = Result<T, Error<Infallible>>;

impl Reencode for Lowering {
    type Error = Infallible;

    fn val_type(&mut self, ty: wasmparser::ValType) -> Done<ValType> {
        match ty {
            wasmparser::ValType::F32 => Ok(ValType::I32),
            wasmparser::ValType::F64 => Ok(ValType::I64),
            other => utils::val_type(self, other),
        }
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Done<Instruction<'a>> {
        Ok(match operator {
            Operator::F32Load { memarg } => Instruction::I32Load(self.mem_arg(memarg)?),
            Operator::F64Load { memarg } => Instruction::I64Load(self.mem_arg(memarg)?),
            Operator::F32Store { memarg } => Instruction::I32Store(self.mem_arg(memarg)?),
            Operator::F64Store { memarg } => Instruction::I64Store(self.mem_arg(memarg)?),
            Operator::F32Const { value } => Instruction::I32Const(i32::from_le_bytes(value.bits().to_le_bytes())),
            Operator::F64Const { value } => Instruction::I64Const(i64::from_le_bytes(value.bits().to_le_bytes())),
            Operator::F32ReinterpretI32
            | Operator::F64ReinterpretI64
            | Operator::I32ReinterpretF32
            | Operator::I64ReinterpretF64 => Instruction::Nop,
            computes if floats(&computes) => Instruction::Unreachable,
            other => utils::instruction(self, other)?,
        })
    }

    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        _: wasmparser::MemorySectionReader<'_>,
    ) -> Done<()> {
        let size = u64::from(self.pages);
        memories.memory(MemoryType {
            minimum: size,
            maximum: Some(size),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Done<()> {
        if export.name == "memory" || CALLS.contains(&export.name) {
            utils::parse_export(self, exports, export)?;
        }
        Ok(())
    }

    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        after: Option<SectionId>,
        _: Option<SectionId>,
    ) -> Done<()> {
        if after == Some(SectionId::Export) {
            module.section(&StartSection { function_index: self.begin });
        }
        Ok(())
    }

    fn data_count(&mut self, count: u32) -> Done<u32> {
        Ok(count.saturating_add(u32::try_from(self.segments.len()).unwrap_or(u32::MAX)))
    }

    fn parse_data_section(&mut self, data: &mut DataSection, section: wasmparser::DataSectionReader<'_>) -> Done<()> {
        utils::parse_data_section(self, data, section)?;
        for (at, bytes) in std::mem::take(&mut self.segments) {
            data.active(0, &ConstExpr::i32_const(at), bytes);
        }
        Ok(())
    }

    /// Names of the engine's functions, and by what it was made, are of no use to a host.
    fn parse_custom_section(&mut self, _: &mut Module, _: wasmparser::CustomSectionReader<'_>) -> Done<()> {
        Ok(())
    }
}

/// Whether an operation computes with floats.
fn floats(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::F32Eq
            | Op::F32Ne
            | Op::F32Lt
            | Op::F32Gt
            | Op::F32Le
            | Op::F32Ge
            | Op::F64Eq
            | Op::F64Ne
            | Op::F64Lt
            | Op::F64Gt
            | Op::F64Le
            | Op::F64Ge
            | Op::F32Abs
            | Op::F32Neg
            | Op::F32Ceil
            | Op::F32Floor
            | Op::F32Trunc
            | Op::F32Nearest
            | Op::F32Sqrt
            | Op::F32Add
            | Op::F32Sub
            | Op::F32Mul
            | Op::F32Div
            | Op::F32Min
            | Op::F32Max
            | Op::F32Copysign
            | Op::F64Abs
            | Op::F64Neg
            | Op::F64Ceil
            | Op::F64Floor
            | Op::F64Trunc
            | Op::F64Nearest
            | Op::F64Sqrt
            | Op::F64Add
            | Op::F64Sub
            | Op::F64Mul
            | Op::F64Div
            | Op::F64Min
            | Op::F64Max
            | Op::F64Copysign
            | Op::I32TruncF32S
            | Op::I32TruncF32U
            | Op::I32TruncF64S
            | Op::I32TruncF64U
            | Op::I64TruncF32S
            | Op::I64TruncF32U
            | Op::I64TruncF64S
            | Op::I64TruncF64U
            | Op::I32TruncSatF32S
            | Op::I32TruncSatF32U
            | Op::I32TruncSatF64S
            | Op::I32TruncSatF64U
            | Op::I64TruncSatF32S
            | Op::I64TruncSatF32U
            | Op::I64TruncSatF64S
            | Op::I64TruncSatF64U
            | Op::F32ConvertI32S
            | Op::F32ConvertI32U
            | Op::F32ConvertI64S
            | Op::F32ConvertI64U
            | Op::F64ConvertI32S
            | Op::F64ConvertI32U
            | Op::F64ConvertI64S
            | Op::F64ConvertI64U
            | Op::F32DemoteF64
            | Op::F64PromoteF32
    )
}
