#!/usr/bin/env bash
# tools/fuzz.sh <seconds>: builds the fuzzers with clang and runs each that long. Fails on a crash,
# a sanitizer report, a case of over 10 s or 2 GiB, and keeps the case under build/fuzz/crashes.
# A corpus grows in build/fuzz/corpus/<name>; seeds may stand in tests/corpus/<name>.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. tools/lib.sh

seconds=$1
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "'$seconds' is not a number of seconds: ./dev fuzz 60"
if ! have clang++-19; then
  warn "clang-19 is not installed here (see './dev setup test'), so nothing was fuzzed"
  exit 0
fi

fuzz() {  # fuzz <program>
  local name=${1##*/} log=build/fuzz/${1##*/}.log corpora
  corpora=("build/fuzz/corpus/$name")
  mkdir -p "${corpora[0]}" build/fuzz/crashes
  if [ -d "tests/corpus/$name" ]; then
    corpora+=("tests/corpus/$name")
  fi
  if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/crashes/$name-" "${corpora[@]}" >"$log" 2>&1; then
    say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") cases, no crash"
  else
    tail -n 60 "$log" >&2
    complain "$name: FAILED; the case is in build/fuzz/crashes, all output in $log"
    return 1
  fi
}

shopt -s nullglob
sources=(src/*/*_fuzz.cpp src/*/*/*_fuzz.cpp)
if [ ${#sources[@]} = 0 ]; then
  say "there are no fuzzers yet (src/<room>/[<corner>/]<subject>_fuzz.cpp)"
  exit 0
fi
# With the symbolizer ('./dev setup all') a crash names functions and lines.
if symbolizer=$(first_of llvm-symbolizer-19 llvm-symbolizer); then
  ASAN_SYMBOLIZER_PATH=$(command -v "$symbolizer")
  export ASAN_SYMBOLIZER_PATH
fi
tools/build.sh debug fuzzers
# As many at a time as there are cores.
failed=0
running=0
for source in "${sources[@]}"; do
  if [ "$running" -ge "$(cores)" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  # src/room/x_fuzz.cpp is build/debug/x_fuzz; src/room/corner/x_fuzz.cpp is corner_x_fuzz.
  name=${source#src/*/}
  name=${name%.cpp}
  fuzz "build/debug/${name//\//_}" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit "$failed"
