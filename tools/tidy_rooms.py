"""The map of src/: the tables in src/README.md, and whether the code keeps to them.

They are the single source of truth for who may include whom and who may use which library. A row
`room/corner` is a sub-folder of a room: it may include the room's own files, what the room may, and
the corners of the same room that its row names. The room's own files know no corner.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tidy_source import is_test, line_of, without_comments

MAP = "src/README.md"
CMAKE = "src/CMakeLists.txt"
EVERYTHING = "everything"

# How the table names a library -> what its includes begin with.
LIBRARIES = {
    "boost.asio": ("boost/asio",),
    "boost.beast": ("boost/beast",),
    "boost.json": ("boost/json",),
    "boost.url": ("boost/url",),
    "openssl": ("openssl/",),
    "duckdb": ("duckdb.h",),
    "spdlog": ("spdlog/",),
    "cli11": ("CLI/",),
    "zlib": ("zlib.h",),
    "zstd": ("zstd",),
    "simdjson": ("simdjson",),
    "prometheus-cpp": ("prometheus/",),
    "libnats": ("nats/", "nats.h"),
    "fmt": ("fmt/",),
}
FOR_EVERYONE = {"fmt"}  # base, which everybody includes, exports it.
FOR_TESTS = ("gtest/", "gmock/", "rapidcheck")

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
_ROOM_CALL = re.compile(r"cscan_room\(\s*(\w+)\s+ROOMS\b([^)]*)\)")


@dataclass(frozen=True)
class Room:
    name: str
    line: int
    may_include: frozenset
    libraries: frozenset

    def sees(self, other):
        return other == self.name or other in self.may_include or EVERYTHING in self.may_include

    @property
    def is_corner(self):
        return "/" in self.name

    @property
    def parent(self):
        return self.name.partition("/")[0]


def _words(cell):
    return frozenset(re.findall(r"[a-z_]+(?:/[a-z_]+)?", cell))


def _libraries(cell):
    """`Boost.Asio/Beast, OpenSSL (digest)` -> {boost.asio, boost.beast, openssl}."""
    names = re.split(r"[,/]", re.sub(r"\([^)]*\)", "", cell).replace("`", "").lower())
    names = {name.strip() for name in names} - {"", "-", "–", "—"}
    return frozenset(f"boost.{n}" if f"boost.{n}" in LIBRARIES else n for n in names)


def read_map(text):
    """The rooms and corners of the tables, in their order."""
    rooms = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        name = re.fullmatch(r"`?([a-z_]+(?:/[a-z_]+)?)/?`?", cells[0])
        if line.startswith("|") and name and len(cells) == 4 and cells[0] not in ("room", "corner"):
            rooms.append(Room(name[1], number, _words(cells[2]), _libraries(cells[3])))
    return rooms


def check_map(rooms, folders):
    """The table against the folders and against itself."""
    names = [room.name for room in rooms]
    for folder in sorted(folders - set(names)):
        yield MAP, 1, "map", f"src/{folder} has no row in the table"
    for at, room in enumerate(rooms):
        if room.name not in folders:
            yield MAP, room.line, "map", f"src/{room.name} does not exist or holds no source"
        for other in sorted(room.may_include - set(names[:at]) - {EVERYTHING}):
            yield MAP, room.line, "map", (
                f"{room.name} may include {other}, which is no row above it: arrows point up"
            )
        yield from _check_corner(room, names[:at])
        for library in sorted(room.libraries - set(LIBRARIES)):
            known = ", ".join(LIBRARIES)
            yield MAP, room.line, "map", f"unknown library '{library}'; tidy.py knows {known}"


def _check_corner(room, above):
    """A room names rooms; a corner names corners of its room, and its room stands above it."""
    if room.is_corner and room.parent not in above:
        yield MAP, room.line, "map", f"{room.name}: there is no room {room.parent} above it"
    own = room.parent + "/"
    for other in sorted(room.may_include):
        if not other.startswith(own) if room.is_corner else "/" in other:
            yield MAP, room.line, "map", f"{room.name} may not name {other} (see tidy_rooms.py)"


def check_cmake(rooms, text):
    """The calls of cscan_room() against the table."""
    text = re.sub(r"#[^\n]*", "", text)
    by_name = {room.name: room for room in rooms}
    for match in _ROOM_CALL.finditer(text):
        name, line = match[1], line_of(text, match.start())
        built = _words(match[2].split("LIBRARIES")[0])
        room = by_name.pop(name, None)
        if room is None:
            yield CMAKE, line, "map", f"{name} is built but has no row in {MAP}"
        elif EVERYTHING not in room.may_include and built != room.may_include:
            yield CMAKE, line, "map", (
                f"{name} is built with ROOMS {_listed(built)}, but {MAP} says "
                f"{_listed(room.may_include)}"
            )
    # A room that may include everything (app) may also be built in another way.
    for room in by_name.values():
        if EVERYTHING in room.may_include or room.is_corner:
            continue
        yield CMAKE, 1, "map", f"no cscan_room({room.name} ROOMS ...), though {MAP} has its row"


def _listed(names):
    return " ".join(sorted(names)) or "nothing"


def check_includes(path, text, rooms):
    """One source file's includes against the table."""
    by_name = {room.name: room for room in rooms}
    parts = Path(path).parts
    room = by_name.get(parts[1])
    if room is None:
        return  # check_map has reported the folder.
    corner = by_name.get(f"{room.name}/{parts[2]}") if len(parts) > 3 else None
    for match in _INCLUDE.finditer(without_comments(text)):
        line = line_of(text, match.start())
        own, foreign = match[1], match[2]
        if own is not None:
            yield from _check_own(path, line, own, room, by_name)
            yield from _check_inside(path, line, own, room, corner)
        else:
            yield from _check_foreign(path, line, foreign, room)


def _check_own(path, line, include, room, by_name):
    other, slash, _ = include.partition("/")
    if not slash:
        yield path, line, "include", f'"{include}": write "{room.name}/{include}", from src/'
    elif other not in by_name:
        yield path, line, "include", f'"{include}": there is no room {other}; libraries go in <>'
    elif not room.sees(other):
        yield path, line, "include", f"{room.name} may not include {other} (see {MAP})"


def _check_inside(path, line, include, room, corner):
    """An include of a corner of the own room."""
    parts = include.split("/")
    if len(parts) < 3 or parts[0] != room.name:
        return
    other = f"{parts[0]}/{parts[1]}"
    if corner is None:
        yield path, line, "include", f"{room.name}'s own files know no corner: not {other}"
    elif not corner.sees(other):
        yield path, line, "include", f"{corner.name} may not include {other} (see {MAP})"


def _library_of(include):
    for name, prefixes in LIBRARIES.items():
        if include.startswith(prefixes):
            return name
    return None


def _check_foreign(path, line, include, room):
    if include.startswith(FOR_TESTS) and not is_test(path):
        yield path, line, "library", f"<{include}> belongs in tests only (x_test.cpp)"
    library = _library_of(include)
    if library and library not in room.libraries | FOR_EVERYONE:
        yield path, line, "library", f"{room.name} may not use {library} (see {MAP})"
    if library is None and include.startswith("boost/"):
        if not any(name.startswith("boost.") for name in room.libraries):
            yield path, line, "library", f"{room.name} may not use Boost (see {MAP})"
