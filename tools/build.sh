#!/usr/bin/env bash
# tools/build.sh <preset> [target]...: configures and builds one CMake preset on all cores.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. tools/lib.sh

preset=$1
shift
case $preset in
  debug | tsan)
    # GCC 12's sanitizers cannot place their shadow memory where the kernel randomises addresses
    # widely. The tests are also run while building (to list them), so the build is wrapped too.
    if [ -z "${CSCAN_FIXED_ADDRESSES:-}" ] && setarch -R true 2>/dev/null; then
      export CSCAN_FIXED_ADDRESSES=1
      exec setarch -R "$0" "$preset" "$@"
    fi
    ;;
esac

targets=()
if [ $# -gt 0 ]; then
  targets=(--target "$@")
fi
log=$root/build/$preset-configure.log
mkdir -p build
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  die "CMake could not configure the preset '$preset' (above). A missing library is installed by" \
    "'./dev setup all'; a stale build folder is mended by deleting build/$preset."
fi
cmake --build "build/$preset" --parallel "$(cores)" "${targets[@]}"
