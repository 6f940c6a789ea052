#!/usr/bin/env bash
# Installs what building, testing and measuring need on Debian 12 or a later Debian or Ubuntu.
# When everything is there already it asks dpkg once, changes nothing and needs no root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/lib.sh"

usage() {
  cat <<'TEXT'
usage: ./dev setup [build | test | bench | all]

  build   the compiler and the libraries: enough to build and run the program
  test    build + test libraries, Python, Node.js and clang with its fuzzer runtime  (default)
  bench   build + Google Benchmark, wrk and nginx-light (not left running)
  all     everything above + clang-tidy, clang-format and LLVM's symbolizer

Packages are installed with apt-get, as root or through sudo, and only those that are missing.
DuckDB, TA-Lib's source and ccxt, which Debian does not package, are fetched with npm into .deps;
TA-Lib and ccxt for the tests (without each of them one is skipped) and for the benchmarks.
TEXT
}

build_packages=(ca-certificates g++ cmake ninja-build ccache mold libssl-dev libspdlog-dev
  libfmt-dev libcli11-dev libsimdjson-dev zlib1g-dev libzstd-dev)
test_packages=(libgtest-dev libgmock-dev librapidcheck-dev python3 python3-jsonschema)
bench_packages=(libbenchmark-dev wrk nginx-light)
# Absent from some releases; without them the chore that needs them says so and is skipped.
fuzz_packages=(clang-19 libclang-rt-19-dev)
lint_packages=(clang-tidy-19 clang-format-19 llvm-19)

# Of the packages on standard input, those that are not installed, one a line.
missing() {
  local -A installed=()
  local package status wanted=()
  mapfile -t wanted
  while read -r package status; do
    if [ "$status" = installed ]; then
      installed[$package]=1
    fi
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)
  for package in "${wanted[@]}"; do
    if [ -z "${installed[$package]:-}" ]; then
      echo "$package"
    fi
  done
}

# (No grep -q: it would end early, and with pipefail apt-cache's broken pipe would read as "no".)
in_apt() { apt-cache show --no-all-versions "$1" 2>/dev/null | grep '^Filename:' >/dev/null; }

# Debian 12 keeps Boost 1.81 beside its default 1.74; later releases have a newer default only.
boost_packages() {
  local flavour=''
  if [ -z "$(echo libboost-url1.81-dev | missing)" ] || in_apt libboost-url1.81-dev; then
    flavour=1.81
  fi
  printf '%s\n' "libboost${flavour}-dev" "libboost-json${flavour}-dev" "libboost-url${flavour}-dev"
}

is_fetched() { "$root/tools/fetch_$1.sh" --check; }  # is_fetched duckdb | talib | ccxt

# npm is wanted only to fetch, and Node.js only to run ccxt in a test; whoever has Node.js from
# elsewhere keeps that one.
node_packages() {  # node_packages <level>
  local source sources=(duckdb)
  [ "$1" = build ] || sources+=(talib ccxt)
  for source in "${sources[@]}"; do
    if ! have npm && ! is_fetched "$source"; then
      echo npm
      break
    fi
  done
  case $1 in test | all) have node || echo nodejs ;; esac
}

required_packages() {  # required_packages <level>
  printf '%s\n' "${build_packages[@]}"
  boost_packages
  node_packages "$1"
  case $1 in test | all) printf '%s\n' "${test_packages[@]}" ;; esac
  case $1 in bench | all) printf '%s\n' "${bench_packages[@]}" ;; esac
}

optional_packages() {  # optional_packages <level>
  case $1 in test | all) printf '%s\n' "${fuzz_packages[@]}" ;; esac
  case $1 in all) printf '%s\n' "${lint_packages[@]}" ;; esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# A daemon that comes with a package (nginx) must not be started by its installation.
guard=/usr/sbin/policy-rc.d
forbid_services() {
  if [ ! -e "$guard" ]; then
    trap 'as_root rm -f "$guard"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$guard" >/dev/null
    as_root chmod +x "$guard"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o Acquire::Retries=3 "$@" >>"$log" 2>&1
}

install() {  # install <package>...
  say "installing $# packages: $*"
  say "  (some minutes on a fresh machine; what apt-get says goes to ${log#"$root"/})"
  forbid_services
  if ! apt install --no-install-recommends "$@"; then
    grep -E '^(E|W|Err|  )' "$log" | tail -n 12 >&2 || true
    die "apt-get could not install these packages. If the lines above speak of fetching or" \
      "resolving, this machine does not reach its package sources: check the network, then run" \
      "'./dev setup' again. Everything apt-get said is in ${log#"$root"/}."
  fi
}

update_lists() {
  say "reading the package lists"
  if ! apt update; then
    warn "apt-get update reported a failure; going on with the package lists that are there"
  fi
}

# obtainable <package>...: those that apt knows; the others are named in a warning.
obtainable() {
  local package
  for package in "$@"; do
    if in_apt "$package"; then
      echo "$package"
    else
      warn "this release has no package $package: what needs it will be skipped" >&2
    fi
  done
}

setup_packages() {  # setup_packages <level>
  local level=$1 wanted=() optional=()
  mapfile -t wanted < <(required_packages "$level" | missing)
  mapfile -t optional < <(optional_packages "$level" | missing)
  if [ ${#wanted[@]} = 0 ] && [ ${#optional[@]} = 0 ]; then
    return 0
  fi
  if [ "$(id -u)" != 0 ] && ! have sudo; then
    die "These packages are missing: ${wanted[*]} ${optional[*]}." \
      "Installing them needs root: run './dev setup $level' as root, or install sudo."
  fi
  # g++ is in every release: if apt does not know it, the lists have yet to be read.
  if [ ${#wanted[@]} = 0 ] && in_apt g++ &&
    [ -z "$(obtainable "${optional[@]}" 2>/dev/null)" ]; then
    warn "not in this release, so what needs them will be skipped: ${optional[*]}"
    return 0
  fi
  update_lists
  # The lists may have changed the answer: which Boost there is, which optional package.
  mapfile -t wanted < <(required_packages "$level" | missing)
  if [ ${#optional[@]} != 0 ]; then
    mapfile -t -O ${#wanted[@]} wanted < <(obtainable "${optional[@]}")
  fi
  if [ ${#wanted[@]} != 0 ]; then
    install "${wanted[@]}"
  fi
}

level=${1:-test}
case $level in
  build | test | bench | all) ;;
  -h | --help)
    usage
    exit 0
    ;;
  *) die "Unknown level '$level': it is one of build, test, bench, all." ;;
esac

mkdir -p "$root/build"
log=$root/build/setup.log
: >"$log"
if have apt-get && have dpkg-query; then
  setup_packages "$level"
else
  warn "This is not Debian or Ubuntu, so no package is installed here. What is needed, by its" \
    "Debian name: $(required_packages "$level" | tr '\n' ' ')"
fi
"$root/tools/fetch_duckdb.sh"
case $level in
  test | all)
    "$root/tools/fetch_talib.sh" ||
      warn "TA-Lib's source could not be fetched (above): the indicators' test against it" \
        "(talib_test) will be SKIPPED."
    "$root/tools/fetch_ccxt.sh" ||
      warn "ccxt could not be fetched (above): the test in which it judges the local exchange" \
        "(e2e_ccxt) will be SKIPPED."
    ;;
esac
say "setup $level: everything is there"
