//! Makes a plugin of a retail pack and tells how large it is and how long each step takes: `plugin CAMPAIGNS`.

use earnest_bench::retail::{Pack, text};
use earnest_bench::stopwatch::Stopwatch;
use earnest_dsl::load::load;
use earnest_interpreter::Engine;
use earnest_plugin::guest::Guest;
use earnest_plugin::host::Plugin;
use earnest_plugin::image::Image;
use earnest_plugin::make;
use std::error::Error;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let policy = load(text::files(&Pack::new(20_260_101, count)), &[]).policy.ok_or("the pack does not compile")?;
    let engine = [Engine::new(Arc::new(policy))];
    let start = Stopwatch::start();
    let (image, plain) = Image::of(&engine).bytes()?;
    println!("{count} campaigns: image {} bytes of {plain}, written in {:?}", image.len(), start.took());
    let start = Stopwatch::start();
    let guest = Guest::new(&image)?;
    println!("made ready outside of a module in {:?}", start.took());
    drop(guest);
    let start = Stopwatch::start();
    let made = make::make(&engine)?;
    let told = serde_json::to_vec(&made.section)?.len();
    println!(
        "module {} bytes (section {told}), {} pages, made in {:?}",
        made.bytes.len(),
        made.section.pages,
        start.took()
    );
    let start = Stopwatch::start();
    let plugin = Plugin::new(&made.bytes)?;
    println!("checked, compiled and made ready in {:?}: {plugin:?}", start.took());
    Ok(())
}
