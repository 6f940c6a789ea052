#!/usr/bin/env bash
# tools/golden.sh: computes the committed digests (tests/golden/bodies.txt) anew and shows what
# changed. Called by ./dev golden. A change here says that scores changed: the commit says why.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. tools/lib.sh

golden=tests/golden/bodies.txt
CSCAN_MARKET_DATA=${CSCAN_MARKET_DATA:-$root/../shared/data/market}
[ -d "$CSCAN_MARKET_DATA" ] ||
  die "The golden digests are over recorded sets, and there are none in $CSCAN_MARKET_DATA:" \
    "name their folder with CSCAN_MARKET_DATA."
export CSCAN_MARKET_DATA

tools/build.sh release gate
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
  echo "# Set, score model, number of signals, sha256 of their bodies. Made by ./dev golden."
  build/release/gate digests walk outage_2021 binance_2024
} >"$new"
if diff --unified=0 --label committed "$golden" --label now "$new"; then
  say "golden: nothing changed"
else
  cat "$new" >"$golden"
  say "golden: $golden was written; say in the commit why scores changed"
fi
