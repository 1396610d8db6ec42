#!/usr/bin/env bash
# Builds `plugin/core.wasm`, the engine inside every plugin, from the sources of this checkout.
# With rustup it needs `rustup target add wasm32-unknown-unknown`; without that target it builds the standard library too, from the
# sources of the compiler that CARGO and RUSTC name (on Debian: packages cargo-web, rustc-web, rust-web-src, lld).
set -euo pipefail
cd "$(dirname "$0")"
target=wasm32-unknown-unknown
rustc="${RUSTC:-rustc}"
cargo="${CARGO:-cargo}"
std=()
if [ ! -d "$("$rustc" --print sysroot)/lib/rustlib/$target/lib" ]; then
  if [ -x /usr/bin/cargo ] && [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library" ]; then
    cargo=/usr/bin/cargo rustc=/usr/bin/rustc
  fi
  export RUSTC_BOOTSTRAP=1
  std=(-Zbuild-std=std,panic_abort)
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER:-wasm-ld}"
fi
# The tables of the section are made for one layout; no optional instruction that some host lacks.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Ctarget-cpu=mvp -Ctarget-feature=+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals -Clink-arg=--export=SITE -Clink-arg=--export=__heap_base -Clink-arg=--strip-all --remap-path-prefix=$PWD/../..=/earnest --remap-path-prefix=$HOME/.cargo=/cargo"
RUSTC="$rustc" "$cargo" build --release --target "$target" --target-dir ../../target/core "${std[@]}"
cp "../../target/core/$target/release/earnest_plugin_core.wasm" ../core.wasm
ls -l ../core.wasm
# From which sources it was built: `plugin/tests/core.rs` compares.
cd ../..
find dsl/src interpreter/src plugin/core/src plugin/src \( -name '*.rs' -o -name '*.pest' \) \
  -not -path 'dsl/src/diff/*' -not -path 'dsl/src/lint/*' -not -path 'dsl/src/prove/*' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1 > plugin/core.sources
