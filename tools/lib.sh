# shellcheck shell=bash disable=SC2034
# What dev and the scripts beside this file share. Sourced, never run.
# Expects `root` (the repository) to be set.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' red=$'\e[31m' yellow=$'\e[33m' plain=$'\e[0m'
else
  bold='' red='' yellow='' plain=''
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s%s%s\n' "$yellow" "$*" "$plain"; }
complain() { printf '%s%s%s\n' "$red" "$*" "$plain" >&2; }
die() {
  complain "$*"
  exit 1
}

# section <title>: a header with the time since the chore began.
section() {
  printf '\n%s== %s  [%02d:%02d]%s\n' "$bold" "$*" $((SECONDS / 60)) $((SECONDS % 60)) "$plain"
}

have() { command -v "$1" >/dev/null 2>&1; }

cores() { nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# first_of <program>...: the first of several names that is installed, e.g. clang-format-19.
first_of() {
  local name
  for name in "$@"; do
    if have "$name"; then
      echo "$name"
      return 0
    fi
  done
  return 1
}
