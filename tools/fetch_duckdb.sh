#!/usr/bin/env bash
# Puts DuckDB 1.4.4 (duckdb.h and libduckdb.so) into .deps/duckdb. Debian does not package it;
# two npm packages carry exactly these files, and their sums are pinned below.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/lib.sh"

header_package=duckdb@1.4.4
header_path=package/src/duckdb/src/include/duckdb.h
header_sum=cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281
library_path=package/libduckdb.so
case $(uname -m) in
  x86_64)
    library_package=@duckdb/node-bindings-linux-x64@1.4.4-r.4
    library_sum=1ef33048e12235115ac0d277a0aaccbb560e33248144f488b5ac005cd9ba81b5
    ;;
  aarch64 | arm64)
    library_package=@duckdb/node-bindings-linux-arm64@1.4.4-r.3
    library_sum=c8e20af1e0064bdb7bf79af4d16f17ee8be16803bc98a4df58588bed1301c042
    ;;
  *)
    die "No DuckDB library is known for $(uname -m). Build DuckDB 1.4.4 from its source and put" \
      "duckdb.h and libduckdb.so under .deps/duckdb."
    ;;
esac

target=$root/.deps/duckdb

matches() {  # matches <file> <sha256>
  [ -f "$1" ] && printf '%s  %s\n' "$2" "$1" | sha256sum --check --status
}

is_complete() {
  matches "$target/duckdb.h" "$header_sum" && matches "$target/libduckdb.so" "$library_sum"
}

# fetch <npm package> <path in it> <sha256> <file>: one file out of one package, verified.
fetch() {
  local package=$1 inside=$2 sum=$3 file=$4
  if matches "$target/$file" "$sum"; then
    return 0
  fi
  say "fetching $file from the npm package $package"
  if ! (cd "$scratch" && npm pack --ignore-scripts --loglevel=error "$package") \
    >"$scratch/npm.log" 2>&1; then
    grep -E '^npm (ERR!|error) (code|errno|network|notarget|40)' "$scratch/npm.log" >&2 ||
      tail -n 8 "$scratch/npm.log" >&2
    die "npm could not fetch $package. It needs a network connection to npm's registry: check it" \
      "(and npm's proxy settings, if there are any), then run './dev setup' again."
  fi
  tar -xzOf "$scratch/$(tail -n 1 "$scratch/npm.log")" "$inside" >"$scratch/$file"
  if ! matches "$scratch/$file" "$sum"; then
    die "$file from $package is not the file this project was built with: its SHA-256 is" \
      "$(sha256sum "$scratch/$file" | cut -d ' ' -f 1), expected $sum. Nothing was installed."
  fi
  mv "$scratch/$file" "$target/$file"
}

case ${1:-} in
  '') ;;
  --check)  # Says by its exit status alone whether there is nothing to fetch.
    is_complete
    exit
    ;;
  *) die "usage: tools/fetch_duckdb.sh [--check]" ;;
esac

if is_complete; then
  exit 0
fi
if ! have npm; then
  die "DuckDB is fetched with npm, which is not installed. Run './dev setup', which installs it."
fi
mkdir -p "$target"
scratch=$(mktemp -d "$target/fetch.XXXXXX")  # On the same disk, so that the last step is a rename.
trap 'rm -rf "$scratch"' EXIT
fetch "$header_package" "$header_path" "$header_sum" duckdb.h
fetch "$library_package" "$library_path" "$library_sum" libduckdb.so
