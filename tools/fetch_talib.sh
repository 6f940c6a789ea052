#!/usr/bin/env bash
# Puts TA-Lib's C source (0.6.0-dev, as the npm package talib 1.1.6 carries it) into .deps/talib.
# The indicators are tested against it and the benchmarks measure it beside ours: cmake/talib.cmake
# builds it for both. It is never linked into cscan.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/lib.sh"

package=talib@1.1.6
# One sum over the sums of all files taken, in the order of their names.
files_sum=ad1685b5c8dd0eaa89672cd34b92b7f33820ac5e56ba1c12ee2e64a0654c299b
target=$root/.deps/talib

sum_of() {  # sum_of <folder>
  (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum |
    cut -d ' ' -f 1
}

is_complete() { [ -d "$target" ] && [ "$(sum_of "$target")" = "$files_sum" ]; }

case ${1:-} in
  '') ;;
  --check)  # Says by its exit status alone whether there is nothing to fetch.
    is_complete
    exit
    ;;
  *) die "usage: tools/fetch_talib.sh [--check]" ;;
esac

if is_complete; then
  exit 0
fi
if ! have npm; then
  die "TA-Lib's source is fetched with npm, which is not installed: 'apt-get install npm'."
fi
mkdir -p "$root/.deps"
scratch=$(mktemp -d "$root/.deps/fetch.XXXXXX")  # On the same disk: the last step is a rename.
trap 'rm -rf "$scratch"' EXIT
say "fetching TA-Lib's source from the npm package $package (for tests and benchmarks only)"
if ! (cd "$scratch" && npm pack --ignore-scripts --loglevel=error "$package") \
  >"$scratch/npm.log" 2>&1; then
  tail -n 8 "$scratch/npm.log" >&2
  die "npm could not fetch $package. It needs a network connection to npm's registry: check it" \
    "(and npm's proxy settings, if there are any), then run tools/fetch_talib.sh again."
fi
tar -xzf "$scratch/$(tail -n 1 "$scratch/npm.log")" -C "$scratch"
taken=$scratch/talib
mkdir "$taken"
cp "$scratch/package/COPYING" "$taken"
for folder in include src/ta_common src/ta_func; do
  mkdir "$taken/${folder##*/}"
  cp "$scratch/package/src/lib/$folder"/*.[ch] "$taken/${folder##*/}"
done
cp "$scratch/package/src/lib/src/ta_abstract/ta_java_defs.h" "$taken/ta_func"
if [ "$(sum_of "$taken")" != "$files_sum" ]; then
  die "The files of $package are not those this project was measured against: their sum is" \
    "$(sum_of "$taken"), expected $files_sum. Nothing was installed."
fi
rm -rf "$target"
mv "$taken" "$target"
