//! From a programme to a module: the engine that was compiled beforehand, the programme's image behind it, and the section.

mod core;
mod lower;

use self::core::Core;
use crate::bound;
use crate::image::Image;
use crate::section::{self, Area, Section};
use earnest_interpreter::Engine;
use std::fmt;
use wasm_encoder::{CustomSection, Module};

/// The engine, as `plugin/core/build.sh` makes it of the sources of this workspace.
static CORE: &[u8] = include_bytes!("../../core.wasm");

/// Bytes of a page of memory.
pub const PAGE: u32 = 65_536;
/// Bytes of an input area.
const INPUT: u32 = 1 << 20;
/// Bytes of an output area.
const OUTPUT: u32 = 1 << 20;
/// Bytes of heap whatever the programme: an event with its facts and records, a hundred times as large in memory as in a frame.
const HEAP: u32 = 32 * INPUT;
/// Bytes of heap for a byte of image before it was compressed: what the policy, its index and its plan take.
const HEAP_EACH: u32 = 24;

/// Why a programme cannot be made into a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMade(pub String);

impl fmt::Display for NotMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotMade {}

/// A module and what its section says.
#[derive(Debug, Clone)]
pub struct Made {
    /// The module.
    pub bytes: Vec<u8>,
    /// Its section.
    pub section: Section,
}

/// Makes a module of a programme's versions, earliest first.
///
/// # Errors
/// The programme is larger than what a module can address; the engine at hand is not one.
pub fn make(engines: &[Engine]) -> Result<Made, NotMade> {
    let core = Core::read(CORE)?;
    let (image, plain) = Image::of(engines).bytes().map_err(NotMade)?;
    let room = Room::of(core.end, image.len(), plain)?;
    let bound = bound::of(engines.iter().map(Engine::policy));
    let section = section::of(engines, room.pages, room.input, room.output, bound).map_err(NotMade)?;
    let told = serde_json::to_vec(&section).map_err(|error| NotMade(error.to_string()))?;

    let at = |address: u32| i32::try_from(address).map_err(|_| too_large());
    let segments = vec![(at(core.site)?, room.site(image.len())), (at(room.image)?, image)];
    let mut module = Module::new();
    lower::lower(&mut module, CORE, &core, room.pages, segments)?;
    module.section(&CustomSection { name: section::NAME.into(), data: told.into() });
    Ok(Made { bytes: module.finish(), section })
}

fn too_large() -> NotMade {
    NotMade("the programme is larger than what a plugin can address".to_owned())
}

/// How memory is laid out behind the engine's own data.
struct Room {
    image: u32,
    input: Area,
    output: Area,
    heap: Area,
    pages: u32,
}

impl Room {
    fn of(end: u32, image: usize, plain: usize) -> Result<Self, NotMade> {
        let length = |bytes: usize| u32::try_from(bytes).map_err(|_| too_large());
        let (image_length, plain) = (length(image)?, length(plain)?);
        let after = |at: u32, bytes: u32| at.checked_add(bytes)?.checked_next_multiple_of(16);
        let laid = || {
            let image = after(end, 0)?;
            let input = Area { at: after(image, image_length)?, bytes: INPUT };
            let output = Area { at: after(input.at, input.bytes)?, bytes: OUTPUT };
            let heap = after(output.at, output.bytes)?;
            let least = plain.checked_mul(HEAP_EACH)?.checked_add(HEAP)?;
            let top = heap.checked_add(least)?.checked_next_multiple_of(PAGE)?;
            // The sign bit stays free: hosts read addresses as signed numbers.
            let pages = top.checked_div(PAGE).filter(|pages| *pages < 32_768)?;
            Some(Self { image, input, output, heap: Area { at: heap, bytes: top.checked_sub(heap)? }, pages })
        };
        laid().ok_or_else(too_large)
    }

    /// The words of the engine's `SITE`, in its order.
    fn site(&self, image: usize) -> Vec<u8> {
        let image = (self.image, u32::try_from(image).unwrap_or(u32::MAX));
        let pairs = [
            image,
            (self.input.at, self.input.bytes),
            (self.output.at, self.output.bytes),
            (self.heap.at, self.heap.bytes),
        ];
        pairs.into_iter().flat_map(|(at, bytes)| [at, bytes]).flat_map(u32::to_le_bytes).collect()
    }
}
