"""cscan scenario: what it says of scenarios that are kept, that are not and that are none."""

import re
import unittest

from contract import REPOSITORY, strict_json
from harness import TemporaryFolder, run_program

KEPT, BROKEN, UNCLEAR, MISSING = 0, 1, 2, 4
SCENARIOS = REPOSITORY / "tests" / "scenarios"
PAGE = REPOSITORY / "docs" / "scenarios.md"

RISE = """# A market jumps from 100 to 190.
settings score_model=classic timeframes=5m
watch binance BTC/USDT flat price=100
clock 2026-01-05 10:00
start
history BTC/USDT 5m last 99
ignore candles

clock 10:05:10
ignore requests
candle BTC/USDT 5m 10:00 final c=190
expect candle BTC/USDT 5m 10:00
"""
RIGHT = RISE + "expect signal BTC/USDT 5m 10:00 score=74\n"
WRONG = RISE + "expect signal BTC/USDT 5m 10:00 score=75\n"
UNREADABLE = RISE + "expect sigal BTC/USDT 5m 10:00 score=74\n"


class ScenarioTest(TemporaryFolder):
    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def play(self, *arguments):
        return run_program("scenario", *arguments, cwd=self.folder)

    def test_help(self):
        code, out, errors = self.play("--help")
        self.assertEqual((code, errors), (KEPT, ""))
        for word in ("Usage: cscan scenario", "--json", "docs/scenarios.md", "Exit codes"):
            self.assertIn(word, out)

    def test_kept(self):
        code, out, errors = self.play(self.write("right.scn", RIGHT))
        self.assertEqual((code, errors), (KEPT, ""))
        self.assertEqual(out, "kept right.scn: 2 expectations\n1 of 1 scenarios kept\n")

    def test_broken_names_the_file_the_line_and_what_was_there(self):
        code, out, _ = self.play(self.write("wrong.scn", WRONG))
        self.assertEqual(code, BROKEN)
        self.assertIn(f"wrong.scn:13: {WRONG.splitlines()[-1]}\n    score=74 in signal ", out)
        self.assertTrue(out.endswith("0 of 1 scenarios kept\n"))
        self.assertNotIn("\x1b", out)

    def test_an_effect_too_many(self):
        code, out, _ = self.play(self.write("silent.scn", RISE))
        self.assertEqual(code, BROKEN)
        self.assertIn("silent.scn:12: expect candle BTC/USDT 5m 10:00\n", out)
        self.assertIn("nothing more was expected, but there is", out)

    def test_not_understood(self):
        for text, words in ((UNREADABLE, "unclear.scn:13: 'sigal' cannot be expected"),
                            ("start\n", "unclear.scn: it expects nothing"),
                            ("\x00\xff", "unclear.scn:1: "), ("", "it expects nothing")):
            with self.subTest(text=text[-30:]):
                code, out, _ = self.play(self.write("unclear.scn", text))
                self.assertEqual(code, UNCLEAR, out)
                self.assertIn(words, out)

    def test_not_there(self):
        (self.folder / "empty").mkdir()
        for path in ("nothing.scn", "empty"):
            with self.subTest(path=path):
                code, out, errors = self.play(path)
                self.assertEqual((code, out), (MISSING, ""))
                self.assertIn(path, errors)
        code, out, errors = self.play()
        self.assertEqual((code, out), (UNCLEAR, ""))
        self.assertIn("PATH", errors)

    def test_a_folder_is_played_in_order_whatever_fails(self):
        (self.folder / "all").mkdir()
        self.write("all/c.scn", RIGHT)
        self.write("all/a.scn", RIGHT)
        self.write("all/b.scn", WRONG)
        self.write("all/notes.txt", "no scenario")
        code, out, _ = self.play("all")
        self.assertEqual(code, BROKEN)
        self.assertEqual(re.findall(r"^(?:kept )?all/(\w)\.scn:", out, re.MULTILINE), list("abc"))
        self.assertTrue(out.endswith("2 of 3 scenarios kept\n"))

    def test_json(self):
        files = [self.write("right.scn", RIGHT), self.write("wrong.scn", WRONG)]
        code, out, _ = self.play("--json", *files)
        self.assertEqual(code, BROKEN)
        right, wrong = strict_json(out)["scenarios"]
        self.assertEqual(right, {"file": "right.scn", "passed": True, "inputs": 7,
                                 "expectations": 2, "error": "", "failures": []})
        self.assertFalse(wrong["passed"])
        (failure,) = wrong["failures"]
        self.assertEqual((failure["line"], failure["text"]), (13, WRONG.splitlines()[-1]))
        self.assertTrue(failure["problem"].startswith("score=74 in signal binance BTC/USDT 5m"))
        code, out, _ = self.play("--json", self.write("unclear.scn", UNREADABLE))
        self.assertEqual(code, UNCLEAR)
        self.assertIn("unclear.scn:13:", strict_json(out)["scenarios"][0]["error"])


class PageTest(TemporaryFolder):
    """docs/scenarios.md says what is so."""

    page = PAGE.read_text()

    def names_after(self, expectations):
        """A name that does not exist is answered with those that do."""
        path = self.folder / "names.scn"
        path.write_text(RISE + expectations)
        _, out, _ = run_program("scenario", path)
        (names,) = re.findall(r"no 'nothing': use ([\w., ]+?)(?: in |$)", out, re.MULTILINE)
        return names.split(", ")

    def test_its_example_is_a_scenario_that_is_tested(self):
        (example,) = re.findall(r"```scn\n(.*?)```", self.page, re.DOTALL)
        (name,) = re.findall(r"\[tests/scenarios/(\w+\.scn)\]", self.page)
        self.assertEqual(example, (SCENARIOS / name).read_text())

    def test_it_names_every_value(self):
        words = " ".join(self.page.split())
        candle = self.names_after("ignore signals\n"
                                  "candle BTC/USDT 5m 10:00 revised c=180\n"
                                  "expect candle BTC/USDT 5m 10:00 nothing=1\n")
        signal = self.names_after("expect signal BTC/USDT 5m 10:00 nothing=1\n")
        self.assertIn(f"has `{' '.join(candle)}`", words)
        self.assertIn(f"has `{' '.join(signal)}`", words)
        for part in ("market", "counters", "buffers", "stored"):
            with self.subTest(part=part):
                names = self.names_after(f"ignore signals\nclock 10:06\nexpect {part} nothing=1\n")
                self.assertIn(f"`{' '.join(names)}`", words)
        streams = self.names_after("ignore signals\nclock 10:06\nexpect streams nothing=1\n")
        self.assertEqual(streams, [f"{stream}.{field}"
                                   for stream in ("price", "signals", "market_state", "scan")
                                   for field in ("runs", "skipped", "ran")])

    def test_its_lines_are_understood(self):
        """Every whole line of its tables parses: it may not be kept, but it is no riddle."""
        path = self.folder / "line.scn"
        cells = re.findall(r"^\| (`[^|]+`) \|", self.page, re.MULTILINE)
        lines = [line for cell in cells for line in re.findall(r"`([^`]+)`", cell)]
        self.assertGreater(len(lines), 30)
        for line in lines:
            if "…" in line:
                continue
            with self.subTest(line=line):
                path.write_text(f"clock 2026-01-05 10:00\n{line}\nexpect nothing\n")
                code, out, _ = run_program("scenario", path)
                self.assertIn(code, (KEPT, BROKEN), out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
