//! What a plugin is made of: the engine, compiled for WebAssembly, without imports, and with a memory that never grows.
//!
//! Whoever makes a module (`earnest build -o`) writes the programme's image behind the engine's own data and tells in [`SITE`] where
//! everything lies. The engine is made ready when the module is instantiated; after that `keys`, `decide` and `decide_batch` read
//! the input area and write the output area.

use earnest_plugin::guest::Guest;
use std::cell::OnceCell;
use core::alloc::Layout;
use talc::base::Talc;
use talc::base::binning::Binning;
use talc::cell::TalcSyncCell;
use talc::source::Source;
use talc::wasm::WasmBinning;

/// The heap of the site, claimed at the first allocation. There is no other: memory does not grow.
#[derive(Debug)]
struct Behind {
    claimed: bool,
}

// SAFETY: it touches the allocator by the reference that it is given and in no other way.
unsafe impl Source for Behind {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, _: Layout) -> Result<(), ()> {
        if std::mem::replace(&mut talc.source.claimed, true) {
            return Err(());
        }
        let site = site();
        // SAFETY: the heap lies behind everything else in memory and belongs to the allocator alone.
        let claimed = unsafe { talc.claim(site.heap as usize as *mut u8, site.heap_length as usize) };
        claimed.map(|_| ()).ok_or(())
    }
}

#[global_allocator]
static HEAP: TalcSyncCell<Behind, WasmBinning> = TalcSyncCell::new_wasm(Behind { claimed: false });

/// Where things lie in memory, in bytes; written by whoever makes the module.
#[repr(C)]
pub struct Site {
    image: u32,
    image_length: u32,
    input: u32,
    input_length: u32,
    output: u32,
    output_length: u32,
    heap: u32,
    heap_length: u32,
}

/// The site. Its address is exported; what stands there is data of the module.
#[unsafe(no_mangle)]
pub static mut SITE: Site = Site {
    image: 0,
    image_length: 0,
    input: 0,
    input_length: 0,
    output: 0,
    output_length: 0,
    heap: 0,
    heap_length: 0,
};

struct Ready(OnceCell<Guest>);

// SAFETY: the module has no threads.
unsafe impl Sync for Ready {}

static READY: Ready = Ready(OnceCell::new());

/// The site as it was written. It is read as memory, for to the compiler it is all zeros.
fn site() -> Site {
    // SAFETY: the address is that of a static of this type.
    unsafe { core::ptr::read_volatile(&raw const SITE) }
}

/// Bytes of memory.
///
/// # Safety
/// Nothing else in this module may write there while they are read.
unsafe fn area(at: u32, length: u32) -> &'static [u8] {
    // SAFETY: the maker of the module lays areas inside the memory, beside all data of the engine.
    unsafe { core::slice::from_raw_parts(at as usize as *const u8, length as usize) }
}

/// Makes the engine ready. Called once, when the module is instantiated.
#[unsafe(no_mangle)]
pub extern "C" fn begin() {
    let site = site();
    // SAFETY: the image is never written.
    let guest = Guest::new(unsafe { area(site.image, site.image_length) });
    match guest {
        Ok(guest) => {
            let _ = READY.0.set(guest);
        }
        Err(_) => core::arch::wasm32::unreachable(),
    }
}

fn answer(length: u32, ask: impl FnOnce(&Guest, &[u8]) -> Vec<u8>) -> u32 {
    let site = site();
    let Some(guest) = READY.0.get() else { core::arch::wasm32::unreachable() };
    // SAFETY: the input area is written by the host between calls, never during one.
    let asked = unsafe { area(site.input, length.min(site.input_length)) };
    let told = ask(guest, asked);
    let length = told.len().min(site.output_length as usize);
    // SAFETY: the output area is no part of the heap, so the answer lies elsewhere; `length` is at most its size.
    unsafe { core::ptr::copy_nonoverlapping(told.as_ptr(), site.output as usize as *mut u8, length) };
    told.len() as u32
}

/// The counters on which a decision depends. Takes the length of the input, gives that of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn keys(length: u32) -> u32 {
    answer(length, Guest::keys)
}

/// A decision. Takes the length of the input, gives that of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn decide(length: u32) -> u32 {
    answer(length, Guest::decide)
}

/// What rules give for many events. Takes the length of the input, gives that of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn decide_batch(length: u32) -> u32 {
    answer(length, Guest::decide_batch)
}
