#!/usr/bin/env bash
# Puts ccxt, a library for Node.js that speaks with many exchanges, into .deps/ccxt/node_modules.
# The benchmarks measure it beside ours and tests let it judge what we say; nothing of it is in
# cscan. tools/ccxt pins its version, its dependencies' and every package's sum, which npm checks.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/lib.sh"

pins=$root/tools/ccxt
target=$root/.deps/ccxt

# The folder appears in one step, complete; it carries the pins it was made from.
is_complete() {
  [ -f "$target/node_modules/ccxt/js/ccxt.js" ] &&
    cmp -s "$pins/package.json" "$target/package.json" &&
    cmp -s "$pins/package-lock.json" "$target/package-lock.json"
}

case ${1:-} in
  '') ;;
  --check)  # Says by its exit status alone whether there is nothing to fetch.
    is_complete
    exit
    ;;
  *) die "usage: tools/fetch_ccxt.sh [--check]" ;;
esac

if is_complete; then
  exit 0
fi
if ! have npm; then
  die "ccxt is fetched with npm, which is not installed: 'apt-get install npm'."
fi
mkdir -p "$root/.deps"
scratch=$(mktemp -d "$root/.deps/fetch.XXXXXX")  # On the same disk: the last step is a rename.
trap 'rm -rf "$scratch"' EXIT
say "fetching the npm package ccxt (for benchmarks and tests only)"
mkdir "$scratch/ccxt"
cp "$pins/package.json" "$pins/package-lock.json" "$scratch/ccxt"
if ! (cd "$scratch/ccxt" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund \
  --loglevel=error) >"$scratch/npm.log" 2>&1; then
  tail -n 8 "$scratch/npm.log" >&2
  die "npm could not install ccxt. It needs a network connection to npm's registry: check it" \
    "(and npm's proxy settings, if there are any), then run tools/fetch_ccxt.sh again."
fi
rm -rf "$target"
mv "$scratch/ccxt" "$target"
