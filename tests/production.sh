#!/usr/bin/env bash
# What is claimed of a ledger in production, in one run: crashes, faults, contention, load. `tests/production.sh [CRASHES] [CLIENTS] [SECONDS]`.
# PostgreSQL's programs must be there (on Debian the package `postgresql`); the tests start a server of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
crashes="${1:-500}" clients="${2:-64}" seconds="${3:-20}"
echo "== crashes: $crashes on the file, on PostgreSQL's clients, and half as many on its server"
CRASHES="$crashes" cargo test --release --quiet -p earnest-stores --test crash -- --nocapture
echo '== faults'
cargo test --release --quiet -p earnest-stores --test faults -- --nocapture
echo '== the service: contention for a budget and a stock, limits, shutdown'
cargo test --release --quiet -p earnest-service --test service -- --nocapture
echo '== load'
tests/load.sh "$clients" "$seconds"
