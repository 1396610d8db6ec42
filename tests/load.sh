#!/usr/bin/env bash
# Load on the service, side by side: a store in memory and one in a file, with and without a budget that all customers share.
# `tests/load.sh [CLIENTS] [SECONDS]`. The cost of durability and of the shared counter are the ratios of the rows.
set -euo pipefail
cd "$(dirname "$0")/.."
clients="${1:-64}" seconds="${2:-20}"
cargo build --release --quiet -p earnest-cli --bin earnest
cargo build --release --quiet -p earnest-service --example load
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${service:-}" ] || kill "$service" 2>/dev/null || true' EXIT
head='programme p "p" { timezone Asia/Shanghai; currency CNY "元"; effective from 2020-01-01; use std.banking; use std.control }
points Point "积分" { round down each line; valid 1 year after earning; spend first oldest; worth 0.005 CNY }
refunds: may overdraw
rule spend "消费" on Purchase { earn 1 Point per full 1 CNY of amount; per customer per month at most 50_000 Point, drop the rest }'
printf '%s\ncampaign flash "限量" { in all at most 1_000_000_000 Point, drop the rest\n rule gift "礼" on Purchase { adds to spend; earn 7 Point } }\n' "$head" > "$work/shared.earn"
printf '%s\ncampaign flash "限量" { per customer at most 1_000_000_000 Point, drop the rest\n rule gift "礼" on Purchase { adds to spend; earn 7 Point } }\n' "$head" > "$work/own.earn"
stores=(memory: "file:$work/ledger.db")
[ -z "${POSTGRES:-}" ] || stores+=("$POSTGRES")
for store in "${stores[@]}"; do
  for programme in own shared; do
    rm -f "$work"/ledger.db*
    target/release/earnest serve "$work/$programme.earn" --store "$store" --listen 127.0.0.1:18080 2>"$work/log" &
    service=$!
    for _ in $(seq 50); do curl -sf http://127.0.0.1:18080/ready >/dev/null && break; sleep 0.1; done
    printf '%-8s counter %-6s ' "${store%%:*}" "$programme"
    target/release/examples/load http://127.0.0.1:18080 "$clients" "$seconds" "$service"
    kill "$service"; wait "$service" || true
    if [ "${store%%:*}" = file ]; then target/release/earnest audit verify "$store" | head -n 1; fi
  done
done
