#!/usr/bin/env python3
"""Each rule of tidy.py: what it must report and what it must leave alone."""

import tempfile
import unittest
from pathlib import Path

import tidy
import tidy_rooms
import tidy_source

TABLE = """
| room | what lives here | may include | third party |
|---|---|---|---|
| `base` | values | – | fmt, OpenSSL (digest) |
| `core` | the machine | base | – |
| `net` | sockets | base | Boost.Asio/Beast, zlib |
| `runtime` | the shell | net core base | – |
| `app` | main | everything | CLI11 |

| corner | what lives here | may include | third party |
|---|---|---|---|
| `net/shared` | what both speak | – | – |
| `net/one` | a dialect | net/shared | – |
| `net/two` | a dialect | net/shared | – |
"""
ROOMS = tidy_rooms.read_map(TABLE)
BUILD = """
cscan_room(base ROOMS LIBRARIES fmt::fmt)
cscan_room(core ROOMS base)
cscan_room(net ROOMS base
           LIBRARIES cscan_beast)
cscan_room(runtime ROOMS net core base)
"""
FOLDERS = {"base", "core", "net", "runtime", "app", "net/shared", "net/one", "net/two"}


def rules(breaches):
    return [breach[2] for breach in breaches]


class Includes(unittest.TestCase):
    def found(self, path, text):
        return rules(tidy_rooms.check_includes(path, text, ROOMS))

    def test_rooms_of_the_row_and_the_own_room_are_allowed(self):
        text = '#include "base/x.hpp"\n#include "net/y.hpp"'
        self.assertEqual([], self.found("src/net/a.cpp", text))

    def test_another_room_is_forbidden(self):
        text = '#include <vector>\n#include "net/y.hpp"\n'
        breaches = tidy_rooms.check_includes("src/core/a.cpp", text, ROOMS)
        self.assertEqual([("src/core/a.cpp", 2, "include")], [breach[:3] for breach in breaches])

    def test_a_commented_include_does_not_count(self):
        self.assertEqual([], self.found("src/core/a.cpp", '// #include "net/y.hpp"\n'))

    def test_app_may_include_everything(self):
        self.assertEqual([], self.found("src/app/a.cpp", '#include "net/y.hpp"'))

    def test_paths_begin_at_the_include_root(self):
        self.assertEqual(["include"], self.found("src/core/a.cpp", '#include "a.hpp"'))
        self.assertEqual(["include"], self.found("src/core/a.cpp", '#include "nowhere/a.hpp"'))

    def test_libraries_only_where_the_row_names_them(self):
        for room, header, expected in (
            ("core", "boost/asio.hpp", ["library"]), ("core", "zlib.h", ["library"]),
            ("net", "boost/json.hpp", ["library"]), ("core", "boost/any.hpp", ["library"]),
            ("net", "boost/beast/http.hpp", []), ("net", "boost/system/error_code.hpp", []),
            ("base", "openssl/evp.h", []), ("core", "fmt/format.h", []), ("core", "vector", []),
        ):
            with self.subTest(room=room, header=header):
                self.assertEqual(expected, self.found(f"src/{room}/a.cpp", f"#include <{header}>"))

    def test_a_corner_sees_its_room_and_the_corners_of_its_row(self):
        for path, header, expected in (
            ("one/a", "net/a.hpp", []), ("one/a", "net/one/b.hpp", []), ("one/a", "base/a.hpp", []),
            ("one/a", "net/shared/b.hpp", []), ("one/a", "net/two/b.hpp", ["include"]),
            ("one/a", "core/a.hpp", ["include"]), ("shared/a", "net/one/b.hpp", ["include"]),
            ("a", "net/one/b.hpp", ["include"]),
        ):
            with self.subTest(path=path, header=header):
                found = self.found(f"src/net/{path}.cpp", f'#include "{header}"')
                self.assertEqual(expected, found)

    def test_test_libraries_stay_in_tests(self):
        include = "#include <gtest/gtest.h>"
        self.assertEqual(["library"], self.found("src/core/a.cpp", include))
        self.assertEqual(["library"], self.found("src/core/latest.hpp", include))
        self.assertEqual([], self.found("src/core/a_test.cpp", include))
        self.assertEqual([], self.found("src/core/a_test_support.hpp", include))


class Map(unittest.TestCase):
    def test_a_true_map(self):
        self.assertEqual([], list(tidy_rooms.check_map(ROOMS, FOLDERS)))
        self.assertEqual([], list(tidy_rooms.check_cmake(ROOMS, BUILD)))

    def test_the_table_is_read(self):
        net = ROOMS[2]
        self.assertEqual(("net", {"base"}), (net.name, net.may_include))
        self.assertEqual({"boost.asio", "boost.beast", "zlib"}, net.libraries)

    def test_a_folder_without_a_row(self):
        self.assertEqual(["map"], rules(tidy_rooms.check_map(ROOMS, FOLDERS | {"sim"})))

    def test_a_row_without_a_folder(self):
        self.assertEqual(["map"], rules(tidy_rooms.check_map(ROOMS, FOLDERS - {"net"})))

    def test_a_row_that_names_a_later_row(self):
        rooms = tidy_rooms.read_map(TABLE.replace("machine | base", "machine | base net"))
        self.assertEqual(["map"], rules(tidy_rooms.check_map(rooms, FOLDERS)))

    def test_corners(self):
        self.assertEqual(["map"], rules(tidy_rooms.check_map(ROOMS, FOLDERS | {"core/new"})))
        for old, new in (
            ("`net/two` | a dialect | net/shared", "`net/two` | a dialect | core"),
            ("`net/two` | a dialect | net/shared", "`net/two` | a dialect | net/later"),
            ("net core base", "net core base net/one"), ("`net/shared`", "`far/shared`"),
        ):
            with self.subTest(new):
                rooms = tidy_rooms.read_map(TABLE.replace(old, new))
                self.assertIn("map", rules(tidy_rooms.check_map(rooms, FOLDERS)))

    def test_an_unknown_library(self):
        rooms = tidy_rooms.read_map(TABLE.replace("zlib", "zlibb"))
        self.assertEqual(["map"], rules(tidy_rooms.check_map(rooms, FOLDERS)))

    def test_the_build_sees_more_than_the_row(self):
        build = BUILD.replace("(core ROOMS base", "(core ROOMS base net")
        self.assertEqual(["map"], rules(tidy_rooms.check_cmake(ROOMS, build)))

    def test_the_build_lacks_a_room_or_has_one_too_many(self):
        build = BUILD.replace("cscan_room(core ", "cscan_room(sim ")
        self.assertEqual(["map", "map"], rules(tidy_rooms.check_cmake(ROOMS, build)))


class Tokens(unittest.TestCase):
    def found(self, path, text):
        return rules(tidy.check_tokens(path, text))

    def test_each_banned_token_in_a_pure_room(self):
        for code in (
            "#include <thread>", "#include <mutex>", "#include <chrono>", "#include <iostream>",
            "boost::asio::post(f);", "duckdb_open(p, &d);", "std::random_device seed;",
            "int i = rand();", "std::unordered_map<int, int> m;", "double y = std::log(x);",
            "double y = std::pow(x, 2);", "double y = std::exp(x);", "double y = std::log10(x);",
            "double y = std::exp2(x);",
        ):
            with self.subTest(code):
                self.assertEqual(["pure"], self.found("src/core/a.cpp", code))

    def test_the_simulator_may_not_be_random_either(self):
        self.assertEqual(["pure"], self.found("src/sim/a.cpp", "std::unordered_set<int> s;"))
        self.assertEqual(["pure"], self.found("src/sim/a.cpp", "double y = std::exp(x);"))
        self.assertEqual([], self.found("src/sim/a.cpp", "#include <thread>"))

    def test_other_rooms_and_tests_may(self):
        self.assertEqual([], self.found("src/net/a.cpp", "#include <mutex>"))
        self.assertEqual([], self.found("src/core/a_test.cpp", "double y = std::log(x); now();"))
        self.assertEqual([], self.found("src/base/time.cpp", "#include <chrono>"))

    def test_comments_and_literals_are_not_code(self):
        text = "// std::log\n/* <mutex> */ auto s = \"asio\"; auto r = R\"(now())\"; int n = 1'0;\n"
        self.assertEqual([], self.found("src/core/a.cpp", text))

    def test_code_after_a_digit_separator_is_code(self):
        self.assertEqual(["pure"], self.found("src/core/a.cpp", "int n = 1'000; std::log(x); 2'0;"))

    def test_the_clock(self):
        self.assertEqual(["clock"], self.found("src/net/a.cpp", "auto t = steady_clock::now();"))
        self.assertEqual([], self.found("src/runtime/clock.cpp", "auto t = steady_clock::now();"))
        self.assertEqual([], self.found("src/net/a.cpp", "auto t = expires_from_now_(x);"))

    def test_the_environment(self):
        self.assertEqual(["environment"], self.found("src/net/a.cpp", 'std::getenv("X");'))
        self.assertEqual([], self.found("src/app/a.cpp", 'std::getenv("X");'))


def body(lines):
    return "  x();\n" * lines


class Functions(unittest.TestCase):
    def names(self, text):
        return [f.name for f in tidy_source.cpp_functions(tidy_source.code_only(text))]

    def test_length_is_counted_from_the_header_to_the_brace(self):
        text = "\n\nint f(int a,\n      int b) {\n" + body(3) + "}\n"
        self.assertEqual([tidy_source.Function("f", 3, 6)], tidy_source.cpp_functions(text))

    def test_what_is_a_function(self):
        for header, name in (
            ("void f()", "f"), ("int C::f() const noexcept", "C::f"),
            ("auto f() -> std::vector<int>", "f"), ("TEST(Scanner, steps)", "TEST(Scanner, steps)"),
            ("template <class T>\nvoid f(T t)", "f"), ("bool operator==(A a, A b)", "operator=="),
            ("bool operator()(int a) const", "operator()"), ("C::~C()", "C::~C"),
            ("C::C(int a) : a_(a), b_(a)", "C::C"), ("C::C(int a) : a_{a}, b_{1}", "C::C"),
            ("std::function<int(int)> f(int a)", "f"), ("[[nodiscard]] Result<int> f(int)", "f"),
            ("const auto less = [](int a, int b)", "lambda less"),
            ("struct stat f()", "f"), ('extern "C" int f(const char* s)', "f"),
            ("template <class T> requires(sizeof(T) > 1) void f(T t)", "f"),
            ("RC_GTEST_PROP(Candle, holds, (int a))", "RC_GTEST_PROP(Candle, holds, (int a)"),
        ):
            with self.subTest(header):
                self.assertEqual([name], self.names(header + " {\n if (a) { b(); }\n}\n"))

    def test_what_is_not(self):
        for text in (
            "namespace a::b {\nstruct S : T<int> {\n int a{3};\n};\n}\n",
            "enum class E : int { a, b };\n", "constexpr std::array<int, 2> k = {1, 2};\n",
            "constexpr std::array<A, size(3)> k{{1}, {2}};\n", "#define X {\nint a;\n",
            "template <class T, int N = f(3)>\nclass C {\n  int a = 0;\n};\n",
        ):
            with self.subTest(text):
                self.assertEqual([], self.names(text))

    def test_members_after_each_other(self):
        text = "namespace n {\nclass C {\n public:\n  C() {}\n  int a() { return 1; }\n private:\n"
        text += "  std::vector<int> v_{1, 2};\n  void b();\n};\nvoid C::b() {}\n}\nint z() {}\n"
        self.assertEqual(["C", "a", "C::b", "z"], self.names(text))

    def test_a_long_function_is_an_error(self):
        ok, long = tidy.FUNCTION_LINES_MAX - 2, tidy.FUNCTION_LINES_MAX - 1
        for lines, expected in ((ok, []), (long, ["size"])):
            text = "void f() {\n" + body(lines) + "}\n"
            self.assertEqual(expected, rules(tidy.check_size("src/net/a.cpp", text)))
            text = "def f():\n" + " x()\n" * (lines + 1)
            self.assertEqual(expected, rules(tidy.check_size("tools/a.py", text)))


class Hygiene(unittest.TestCase):
    def lines(self, text):
        return rules(tidy.check_lines("src/net/a.cpp", text))

    def test_file_length(self):
        for lines, expected in ((400, []), (401, ["warning"]), (700, ["warning"]), (701, ["size"])):
            found = rules(tidy.check_size("src/net/a.cpp", "\n" * lines))
            self.assertEqual(expected, found, lines)

    def test_width(self):
        self.assertEqual([], self.lines("x" * 100))
        self.assertEqual(["width"], self.lines("x" * 101))
        self.assertEqual([], self.lines("// see https://example.org/" + "x" * 90))

    def test_space(self):
        self.assertEqual(["space"], self.lines("\tx"))
        self.assertEqual(["space"], self.lines("x "))

    def test_unfinished(self):
        for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"):
            self.assertEqual(["unfinished"], self.lines(f"// {word}: later"))

    def test_header(self):
        self.assertEqual(["header"], rules(tidy.check_header("src/net/a.hpp", "int a;\n")))
        self.assertEqual([], rules(tidy.check_header("src/net/a.hpp", "#pragma once\nint a;\n")))

    def test_machine(self):
        privacy = lambda text: rules(tidy.check_privacy("README.md", text))
        for parts in (("see /ro", "ot/x"), ("cd /wo", "rk/main"), ("/ho", "me/someone/x"),
                      ("https://reg", "istry.somewhere.org/x"), ("http://de", "b.somewhere.org")):
            self.assertEqual(["machine"], privacy("".join(parts)), parts)
        for text in ("api/home/a/x", "${root}/home/a/x", "https://www.debian.org/", "a.archive.hpp",
                     "src/root", "../work"):
            self.assertEqual([], privacy(text), text)


class Tree(unittest.TestCase):
    def test_a_breach_anywhere_is_found_and_build_folders_are_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            files = {
                "src/README.md": TABLE, "src/CMakeLists.txt": BUILD,
                "build/a.cpp": "\t\n", ".deps/a.hpp": "\t\n", "data.csv": "\t\n",
                "src/core/a.cpp": '#include "net/a.hpp"\n', ".ci/run": "\t\n",
            } | {f"src/{room}/b.hpp": "#pragma once\n" for room in FOLDERS}
            for path, text in files.items():
                Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, path).write_text(text)
            breaches = {(path, rule) for path, _, rule, _ in tidy.check_tree(folder)}
        self.assertEqual({("src/core/a.cpp", "include"), (".ci/run", "space")}, breaches)


if __name__ == "__main__":
    unittest.main()
