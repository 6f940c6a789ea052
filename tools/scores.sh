#!/usr/bin/env bash
# tools/scores.sh: makes docs/scores.md anew from the recorded candles and shows what changed.
# Called by ./dev scores.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. tools/lib.sh

page=docs/scores.md
CSCAN_MARKET_DATA=${CSCAN_MARKET_DATA:-$root/../shared/data/market}
[ -d "$CSCAN_MARKET_DATA" ] ||
  die "The page is made from recorded candles, and there are none in $CSCAN_MARKET_DATA:" \
    "name their folder with CSCAN_MARKET_DATA."
export CSCAN_MARKET_DATA

tools/build.sh release score_survey
new=$(mktemp)
trap 'rm -f "$new"' EXIT
build/release/score_survey >"$new"
if diff --unified=0 --label committed "$page" --label now "$new"; then
  say "scores: nothing changed"
else
  cat "$new" >"$page"
  say "scores: $page was written"
fi
