#!/usr/bin/env python3
"""The house rules that a compiler does not check; run by `./dev tidy` and `./dev test`.

Prints `file:line: rule: message` for each breach and exits 1 if there is any.
The rules: docs of each check below. The map of rooms they refer to: src/README.md.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import tidy_rooms
import tidy_source

LINES_MAX = 700
LINES_USUAL = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

SKIPPED_FOLDERS = {"build", "dist", "node_modules", "training_data", "__pycache__"}
CODE = {".cpp", ".hpp", ".py", ".mjs", ".js", ".ts", ".svelte", ".sh", ".cmake"}
MEASURED = {".cpp", ".hpp", ".py", ".mjs", ".js", ".ts", ".svelte"}
TEXT = CODE | {".md", ".json", ".yml", ".yaml", ".txt", ".html", ".css", ".supp"}
CODE_NAMES = {"dev", "run", "CMakeLists.txt"}

# Rooms whose answers must be the same on every run, and what could make them differ.
PURE_ROOMS = {"core", "analysis", "series", "indicator", "model", "base", "exchange"}
_HASH = (r"\bunordered_\w+", "a hash table's order is not defined: use a sorted or dense vector")
_RANDOM = (r"\brandom_device\b|\bs?rand\s*\(", "randomness comes from a stated seed")
_MATH = (
    r"\bstd::(?:log|log10|log2|log1p|exp|exp2|expm1|pow)[fl]?\b",
    "two C libraries round it differently; only + - * / sqrt are exact",
)
IMPURE = [
    (r"<(?:thread|mutex)>", "a pure room has one thread and shares nothing"),
    (r"<chrono>", "time is a value (base/time.hpp)"),
    (r"\basio\b|<iostream>|\b(?:io|o|i)stream\b", "a pure room does no input or output"),
    (r"(?i:\bduckdb)", "a pure room knows no database"),
    _HASH,
    _RANDOM,
    _MATH,
]
BANNED = {room: IMPURE for room in PURE_ROOMS} | {"sim": [_HASH, _RANDOM, _MATH]}
BANNED_EXCEPT = {("src/base/time.cpp", r"<chrono>")}

_CLOCK = re.compile(r"_clock::now\s*\(")
_ENVIRONMENT = re.compile(r"\b(?:secure_)?getenv\b")
_UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
_MACHINE_PATH = re.compile(r"(?<![\w.}*>-])/(?:work|root|home/\w+)(?:/|\b(?=[\"'\s:]))")
_REGISTRY_HOST = re.compile(
    r"\b(?:registry|deb|security|packages|ports|mirrors?|pypi|files|archive|snapshot)"
    r"\.(?!example\b)[\w-]+(?:\.[\w-]+)*\.(?:org|com|io|net|dev)\b"
)


def check_tokens(path, text):
    """What pure rooms must not name, and who may read the clock and the environment."""
    if tidy_source.is_test(path):
        return
    room = Path(path).parts[1]
    code = tidy_source.code_only(text)
    for pattern, why in BANNED.get(room, []):
        if (path, pattern) not in BANNED_EXCEPT:
            for match in re.finditer(pattern, code):
                yield _at(path, code, match, "pure", f"'{match[0]}' in {room}: {why}")
    if not path.startswith("src/runtime/clock."):
        for match in _CLOCK.finditer(code):
            yield _at(path, code, match, "clock", "only src/runtime/clock reads a clock with now()")
    if room != "app":
        for match in _ENVIRONMENT.finditer(code):
            yield _at(path, code, match, "environment", "only app reads the environment")


def _at(path, text, match, rule, message):
    return path, tidy_source.line_of(text, match.start()), rule, message


def check_size(path, text):
    """A file over the ceiling has two subjects; so has a function."""
    lines = text.count("\n")
    if lines > LINES_MAX:
        yield path, lines, "size", f"{lines} lines; at most {LINES_MAX}"
    elif lines > LINES_USUAL:
        yield path, lines, "warning", f"{lines} lines; rarely over {LINES_USUAL}"
    for function in _functions(path, text):
        if function.line_count > FUNCTION_LINES_MAX:
            yield path, function.first_line, "size", (
                f"{function.name} has {function.line_count} lines; at most {FUNCTION_LINES_MAX}"
            )


def _functions(path, text):
    if path.endswith((".cpp", ".hpp")):
        return tidy_source.cpp_functions(tidy_source.code_only(text))
    return tidy_source.python_functions(text) if path.endswith(".py") else []


def check_lines(path, text):
    """Width, tabs, trailing space and words that promise to finish later."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > COLUMNS_MAX and "://" not in line:
            yield path, number, "width", f"{len(line)} columns; at most {COLUMNS_MAX}"
        if "\t" in line:
            yield path, number, "space", "tab"
        if line != line.rstrip():
            yield path, number, "space", "trailing space"
        if _UNFINISHED.search(line):
            yield path, number, "unfinished", "finish it, or say it in an issue"


def check_header(path, text):
    """A header may be included twice."""
    if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield path, 1, "header", "#pragma once is missing"


def check_privacy(path, text):
    """No file tells where it was written or which package mirror was used."""
    for match in _MACHINE_PATH.finditer(text):
        yield _at(path, text, match, "machine", f"'{match[0]}' is a path of one machine")
    for match in _REGISTRY_HOST.finditer(text):
        yield _at(path, text, match, "machine", f"'{match[0]}' names a package registry's host")


def check_file(path, text, rooms):
    suffix = Path(path).suffix
    is_code = suffix in CODE or Path(path).name in CODE_NAMES
    if is_code:
        yield from check_lines(path, text)
    if suffix in MEASURED:
        yield from check_size(path, text)
    if suffix in (".cpp", ".hpp"):
        yield from check_header(path, text)
        if path.startswith("src/"):
            yield from tidy_rooms.check_includes(path, text, rooms)
            yield from check_tokens(path, text)
    yield from check_privacy(path, text)


def find_files(root):
    """Every text file of the repository, as paths from its root with forward slashes."""
    for folder, folders, names in os.walk(root):
        folders[:] = [
            f for f in folders if f not in SKIPPED_FOLDERS and (f == ".ci" or not f.startswith("."))
        ]
        for name in names:
            path = Path(folder, name)
            if path.is_file() and (path.suffix in TEXT or name in CODE_NAMES):
                yield path.relative_to(root).as_posix()


def check_tree(root):
    """Every breach in the repository, in the order of paths and lines."""
    texts = {
        path: Path(root, path).read_text(encoding="utf-8", errors="replace")
        for path in find_files(root)
    }
    parts = [Path(path).parts for path in texts if path.endswith((".cpp", ".hpp"))]
    folders = {p[1] for p in parts if p[0] == "src" and len(p) > 2}
    folders |= {f"{p[1]}/{p[2]}" for p in parts if p[0] == "src" and len(p) > 3}
    rooms = tidy_rooms.read_map(texts.get(tidy_rooms.MAP, ""))
    breaches = list(tidy_rooms.check_map(rooms, folders))
    breaches += tidy_rooms.check_cmake(rooms, texts.get(tidy_rooms.CMAKE, ""))
    for path, text in texts.items():
        breaches += check_file(path, text, rooms)
    return sorted(breaches)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", default=Path(__file__).resolve().parent.parent)
    breaches = check_tree(parser.parse_args().root)
    for path, line, rule, message in breaches:
        print(f"{path}:{line}: {rule}: {message}")
    errors = sum(1 for breach in breaches if breach[2] != "warning")
    if errors:
        print(f"tidy.py: {errors} to mend")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
