#!/usr/bin/env bash
# tools/test.sh [preset]: every check there is, or one preset's tests. Called by ./dev test.
# A failing part does not keep the later ones from running; the exit status tells of all.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. tools/lib.sh

# Everything is tested once under the address and undefined-behaviour sanitizers, by clang where it
# is installed; what needs the whole program, or months of candles, as GCC optimises it, which is
# what is shipped. `./dev test ci` runs the rooms' tests on that, too.
#
# The rooms whose code runs on several threads, and so is tested under the thread sanitizer.
threaded_rooms=(net store server runtime)

failures=()
recaps=()
passed=0
failed=0

# export_data <variable> <folder>: names the folder, absolutely, if it exists.
export_data() {
  local -n folder=$1
  folder=${folder:-$2}
  if [ -d "$folder" ]; then
    folder=$(cd "$folder" && pwd)
    export "${!folder}"
    recorded_data=1
    say "recorded data: ${!folder}=$folder"
  else
    warn "recorded data: no folder $folder (${!folder}): the tests on it are SKIPPED"
    unset "$1"
  fi
}

find_recorded_data() {
  recorded_data=''
  export_data CSCAN_MARKET_DATA "$root/../shared/data/market"
  export_data CSCAN_FIXTURES "$root/../shared/fixtures"
  # Each test that ran on recorded data appends its name here.
  export CSCAN_RECORDED_LOG=$root/build/recorded_cases.log
  mkdir -p build
  : >"$CSCAN_RECORDED_LOG"
}

# TA-Lib's source is optional: say so where it is missing (ctest lists the test as skipped, too).
find_talib() {
  if ! tools/fetch_talib.sh --check; then
    warn "TA-Lib: no source in .deps/talib, so the indicators' test against it is SKIPPED" \
      "(tools/fetch_talib.sh fetches it)"
  fi
}

# So is ccxt.
find_ccxt() {
  if ! have node || ! tools/fetch_ccxt.sh --check; then
    warn "ccxt: not in .deps/ccxt, or no Node.js, so the test in which it judges the local" \
      "exchange is SKIPPED ('./dev setup' fetches both)"
  fi
}

attempt() {  # attempt <what> <command>...: runs it and remembers a failure
  local what=$1
  shift
  if ! "$@"; then
    failures+=("$what")
    complain "FAILED: $what"
    return 1
  fi
}

# count <preset> <junit file>: adds a ctest run to the sums.
count() {
  local head tests bad skipped
  head=$(grep -A 12 -m 1 '<testsuite' "$2")
  tests=$(sed -nE 's/.*[ \t]tests="([0-9]+)".*/\1/p' <<<"$head")
  bad=$(sed -nE 's/.*[ \t]failures="([0-9]+)".*/\1/p' <<<"$head")
  skipped=$(sed -nE 's/.*[ \t]skipped="([0-9]+)".*/\1/p' <<<"$head")
  passed=$((passed + tests - bad - skipped))
  failed=$((failed + bad))
  recaps+=("$(printf '%-8s %s passed, %s failed, %s skipped' "$1:" \
    $((tests - bad - skipped)) "$bad" "$skipped")")
}

run_ctest() {  # run_ctest <preset> [ctest argument]...
  local preset=$1 status=0 wrap=() junit=$root/build/$1/ctest.xml
  shift
  if [ "$preset" = debug ] || [ "$preset" = tsan ]; then
    setarch -R true 2>/dev/null && wrap=(setarch -R)  # See tools/build.sh.
  fi
  rm -f "$junit"
  TSAN_OPTIONS="suppressions=$root/tools/sanitizers/tsan.supp ${TSAN_OPTIONS:-}" \
    LSAN_OPTIONS="suppressions=$root/tools/sanitizers/lsan.supp ${LSAN_OPTIONS:-}" \
    "${wrap[@]}" ctest --test-dir "build/$preset" --output-on-failure --no-tests=error \
    -j $(($(cores) + 1)) --output-junit "$junit" "$@" || status=$?
  if [ -f "$junit" ]; then
    count "$preset" "$junit"
  fi
  return "$status"
}

test_preset() {  # test_preset <preset>
  section "$1: build"
  attempt "$1 build" tools/build.sh "$1" || return 0
  section "$1: tests"
  attempt "$1 tests" run_ctest "$1" || return 0
}

test_program() {
  section "ci: build"
  attempt "ci build" tools/build.sh ci cscan gate cross_tests || return 0
  section "ci: tests of the whole program"
  attempt "ci tests" run_ctest ci -L '^(cross|gate|scenario|e2e)$' || return 0
}

# Two compilers make the same bodies from the same candles (recorded ones too, where they are).
compare_compilers() {
  local gcc=$root/build/digests-gcc.txt clang=$root/build/digests-clang.txt
  section "gcc and clang"
  if ! have clang++-19; then
    warn "clang++-19 is not installed ('./dev setup all'): that two compilers agree is SKIPPED"
    return 0
  fi
  attempt "digests of the gcc build" build/ci/gate digests >"$gcc" || return 0
  attempt "digests of the clang build" build/debug/gate digests >"$clang" || return 0
  attempt "gcc and clang agree" diff --unified=0 --label gcc --label clang "$gcc" "$clang" ||
    return 0
  say "$(wc -l <"$clang") digests are the same from both"
}

test_threads() {
  local room targets=() rooms=()
  for room in "${threaded_rooms[@]}"; do
    if compgen -G "src/$room/*_test.cpp" >/dev/null; then
      targets+=("${room}_test")
      rooms+=("$room")
    fi
  done
  if [ ${#rooms[@]} = 0 ]; then
    say "tsan: no room with threads has tests yet"
    return 0
  fi
  section "tsan: build (${rooms[*]})"
  attempt "tsan build" tools/build.sh tsan "${targets[@]}" || return 0
  section "tsan: tests"
  attempt "tsan tests" run_ctest tsan -L "^($(IFS='|'; echo "${rooms[*]}"))\$" || return 0
}

check_recorded() {
  local cases
  cases=$(sort -u "$CSCAN_RECORDED_LOG" | wc -l)
  if [ -n "$recorded_data" ]; then
    say "cases that ran on recorded data: $cases"
    [ "$cases" -gt 0 ] || complain "Recorded data is there, but no test ran on it."
    [ "$cases" -gt 0 ]
  fi
}

test_everything() {
  section "tidy"
  attempt "tidy" python3 tools/tidy.py || true
  attempt "tidy's own tests" python3 tools/tidy_test.py --quiet || true
  test_program
  test_preset debug
  compare_compilers
  section "fuzz smoke"
  attempt "fuzz smoke" tools/fuzz.sh 5 || true
  test_threads
  section "recorded data"
  attempt "recorded data" check_recorded || true
}

finish() {
  local line
  section "summary"
  for line in "${recaps[@]}"; do
    say "$line"
  done
  for line in "${failures[@]}"; do
    complain "FAILED: $line"
  done
  say "$passed passed, $failed failed"
  [ ${#failures[@]} = 0 ]
}

find_recorded_data
find_talib
find_ccxt
case ${1:-} in
  '') test_everything ;;
  tsan) test_threads ;;
  *) test_preset "$1" ;;
esac
finish
