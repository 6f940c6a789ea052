"""Every curl line of the brief, as it stands there, and whether its answers agree with each other.

The lines are taken from the brief when it is at hand (CSCAN_BRIEF, or beside the repository); the
list below is for where it is not. Ports 5001 (the scanner) and 5000 (its Node.js gateway, which is
the same API) become the test's port.
"""

import os
import re
import shlex
import subprocess
import unittest
from pathlib import Path

from contract import REPOSITORY, strict_json
from harness import CONTINUOUS, CONTRACT, PATIENCE_S, Scanner, run_program, signal_bodies

BRIEF = Path(os.environ.get("CSCAN_BRIEF", REPOSITORY.parent / "shared" / "brief"))
TRAINING = "/api/scanner/training-data"

COMMANDS = """
curl -X POST http://localhost:5001/api/scanner/continuous/start -H "Content-Type: application/json" \
 -d '{"symbols": ["BTC/USDT", "ETH/USDT", "SOL/USDT", "BNB/USDT"], \
 "exchanges": ["binance", "kucoinfutures"]}'
curl http://localhost:5001/api/scanner/continuous/status
curl http://localhost:5000/api/scanner/continuous/status
curl "http://localhost:5001/api/scanner/continuous/signals?min_score=60&limit=20"
curl "http://localhost:5001/api/scanner/continuous/signals?timeframe=day_trade&min_score=65"
curl "http://localhost:5001/api/scanner/continuous/signals?symbol=BTC/USDT"
curl "http://localhost:5001/api/scanner/continuous/confluence/BTC/USDT?min_score=60"
curl http://localhost:5001/api/scanner/continuous/market-state
curl "http://localhost:5001/api/scanner/training-data/BTC/USDT?days=30"
curl -X POST http://localhost:5001/api/scanner/continuous/stop
curl -X POST http://localhost:5001/api/scanner/continuous/start -H "Content-Type: application/json" \
 -d '{"symbols": ["BTC/USDT", "ETH/USDT", "SOL/USDT"]}'
curl http://localhost:5001/api/scanner/continuous/market-state
curl "http://localhost:5001/api/scanner/continuous/signals?min_score=70&limit=10"
curl "http://localhost:5001/api/scanner/continuous/confluence/BTC/USDT"
curl -X POST http://localhost:5001/api/scanner/continuous/stop
"""


def brief_commands():
    """The curl commands in the brief's order, as words."""
    files = [BRIEF] if BRIEF.is_file() else sorted(BRIEF.glob("*quickstart*.md"))
    text = files[0].read_text() if files else COMMANDS
    print(f"curl lines of {files[0] if files else 'this test: no brief at hand'}", flush=True)
    commands = []
    for found in re.finditer(r"^curl (?:.*\\\n)*.*(?:\n  .*)*(?:\n\}')?", text, re.MULTILINE):
        commands.append(shlex.split(found[0].replace("\\\n", " ")))
    return commands


def run_curl(command, port):
    """Runs one curl line against the test's port; gives its target and the judged answer."""
    words = [re.sub(r"//localhost:500[01]/", f"//localhost:{port}/", word) for word in command]
    url = next(word for word in words if word.startswith("http://"))
    target = url.partition(f":{port}")[2]
    done = subprocess.run(
        [words[0], "-s", "--noproxy", "*", "-i", *words[1:]], capture_output=True, check=True,
        timeout=PATIENCE_S)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    status = int(lines[0].split()[1])
    headers = dict(line.split(": ", 1) for line in lines[1:])
    method = "POST" if "-X" in words else "GET"
    value = CONTRACT.check(method, target.partition("?")[0], status, headers, body)
    assert status == 200, f"{' '.join(words)}: {status} {body[:400]}"
    return target, value


def within(shape, value, where="answer"):
    """Fails unless `value` has every field of `shape`, with values of the same kinds."""
    for key, expected in shape.items():
        assert key in value, f"{where}: no {key}"
        if isinstance(expected, dict):
            within(expected, value[key], f"{where}.{key}")
        else:
            assert isinstance(value[key], expected), f"{where}.{key} = {value[key]!r}"


NUMBER = (int, float)
STATUS_SHAPE = {
    "running": bool,
    "market_state": {
        "breadth": {"advancing": int, "declining": int, "breadth_ratio": (*NUMBER, type(None)),
                    "market_bias": str},
        "volatility_regime": str, "active_signals": int},
    "buffer_stats": {"ticks": int, "candles": int, "signals": int}}
CONFLUENCE_SHAPE = {
    "symbol": str, "confluence": bool, "timeframes_analyzed": int,
    "average_score": (*NUMBER, type(None)), "bullish_timeframes": int, "bearish_timeframes": int,
    "dominant_bias": str, "recommendation": str}
TRAINING_SHAPE = {
    "symbol": str, "days": int,
    "dataset": {"signals": list, "ohlcv": {"5m": list, "1h": list, "4h": list, "1d": list},
                "clustering": list},
    "summary": {"total_signals": int, "timeframes": list, "total_clusters": int}}


class CurlTest(unittest.TestCase):
    """The brief from top to bottom, its Typical Workflow included."""

    def test_every_curl_line_in_order(self):
        commands = brief_commands()
        self.assertEqual(len(commands), 15)
        with Scanner() as scanner:
            for command in commands:
                target, value = run_curl(command, scanner.port)
                with self.subTest(target=target):
                    self.look(target, value)
                if target.endswith("/start"):
                    scanner.wait_for_signals()
            self.assertFalse(scanner.status()["running"])

    def look(self, target, value):
        path, _, query = target.partition("?")
        looks = {"start": self.look_start, "stop": self.look_stop, "status": self.look_status,
                 "signals": self.look_signals, "market-state": self.look_market_state}
        if "/confluence/" in path:
            within(CONFLUENCE_SHAPE, value)
            self.assertEqual((value["symbol"], value["timeframes_analyzed"]), ("BTC/USDT", 4))
        elif path.startswith(TRAINING):
            within(TRAINING_SHAPE, value)
            self.assertEqual((value["symbol"], value["days"]), ("BTC/USDT", 30))
        else:
            looks[path.rsplit("/", 1)[1]](value, query)

    def look_start(self, value, _):
        self.assertEqual(value["status"], "started")
        self.assertEqual(value["exchanges"], ["binance", "kucoinfutures"])
        timeframes = {"scalp": "5m", "day_trade": "4h", "swing": "1h", "position": "1d"}
        self.assertEqual(value["timeframes"], timeframes)
        swaps = {(r["requested"], r["symbol"]) for r in value["resolved"]
                 if r["exchange"] == "kucoinfutures"}
        self.assertIn(("BTC/USDT", "BTC/USDT:USDT"), swaps)

    def look_stop(self, value, _):
        self.assertEqual((value["status"], value["durable"]), ("stopped", True))

    def look_status(self, value, _):
        within(STATUS_SHAPE, value)
        self.assertIs(value["running"], True)
        self.assertEqual(value["state"], "running")

    def look_market_state(self, value, _):
        within(STATUS_SHAPE["market_state"], value["market_state"])
        self.assertIsInstance(value["timestamp"], str)

    def look_signals(self, value, query):
        wanted = dict(part.split("=") for part in query.split("&"))
        self.assertEqual(value["count"], len(value["signals"]))
        self.assertLessEqual(value["count"], int(wanted.get("limit", 50)))
        scores = [signal["combined_score"] for signal in value["signals"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        for signal in value["signals"]:
            self.assertGreaterEqual(signal["combined_score"], float(wanted.get("min_score", 0)))
            if "timeframe" in wanted:
                self.assertEqual((signal["style"], signal["timeframe"]), ("day_trade", "4h"))
            if "symbol" in wanted:
                self.assertEqual(signal["symbol"].partition(":")[0], wanted["symbol"])


class AgreementTest(unittest.TestCase):
    """One signal, wherever it is shown, is the same bytes."""

    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", "--symbols", "BTC/USDT,ETH/USDT")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.scanner.wait_for_signals()
        cls.confluence = cls.scanner.ok(f"{CONTINUOUS}/confluence/BTC/USDT")
        cls.scan = cls.scanner.ok(f"{CONTINUOUS}/scan?limit=500")
        # Asked last: if a candle closed meanwhile, what was asked before is older, never newer.
        cls.latest = cls.scanner.get(f"{CONTINUOUS}/signals?limit=500&include_stale=true")
        cls.scanner.post(f"{CONTINUOUS}/stop", headers={})
        cls.training = cls.scanner.get(f"{TRAINING}/BTC/USDT?days=3650&include=signals,clustering")
        cls.bodies = signal_bodies(cls.training.body)

    def newest(self, symbol="BTC/USDT", exchange="binance"):
        return [s for s in self.latest.json["signals"]
                if (s["symbol"], s["exchange"]) == (symbol, exchange)]

    def expect_same(self, bodies):
        self.assertEqual(bodies.keys() ^ self.bodies.keys(), set())
        self.assertTrue(all(bodies[identity] == body for identity, body in self.bodies.items()))

    def test_the_latest_are_one_of_each_series(self):
        series = {(s["exchange"], s["symbol"], s["timeframe"]) for s in self.latest.json["signals"]}
        self.assertEqual(len(series), 16)
        self.assertEqual(self.latest.json["count"], 16)

    def test_confluence_votes_with_the_listed_signals(self):
        listed = {s["timeframe"]: s for s in self.newest()}
        votes = {v["timeframe"]: v for v in self.confluence["timeframes"]}
        self.assertEqual(set(votes), set(listed))
        stored = {s["id"]: s for s in self.training.json["dataset"]["signals"]}
        for timeframe, vote in votes.items():
            signal = listed[timeframe]
            if vote["candle_close_time"] == signal["candle_close_time"]:
                self.assertEqual(vote["signal_id"], signal["id"])
            for field in ("signal_type", "direction", "combined_score", "candle_close_time"):
                self.assertEqual(vote[field], stored[vote["signal_id"]][field])

    def test_confluence_adds_up(self):
        votes = self.confluence["timeframes"]
        mean = sum(round(v["combined_score"] * 100) for v in votes) / len(votes) / 100
        self.assertAlmostEqual(self.confluence["average_score"], mean, delta=0.0051)
        for side in ("bullish", "bearish"):
            count = sum(v["direction"] == side for v in votes)
            self.assertEqual(self.confluence[f"{side}_timeframes"], count)

    def test_the_scan_ranks_the_listed_signals(self):
        series = lambda row: (row["exchange"], row["symbol"], row["timeframe"])
        listed = {series(signal): signal for signal in self.latest.json["signals"]}
        rows = self.scan["rows"]
        self.assertEqual([row["rank"] for row in rows], list(range(1, len(rows) + 1)))
        scores = [row["combined_score"] for row in rows]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual({series(row) for row in rows}, set(listed))
        for row in rows:
            signal = listed[series(row)]
            if row["candle_close_time"] == signal["candle_close_time"]:
                for field in ("combined_score", "signal_type", "style"):
                    self.assertEqual(row[field], signal[field])

    def test_training_data_holds_the_listed_signals(self):
        latest = signal_bodies(self.latest.body)
        for signal in self.newest():
            self.assertEqual(self.bodies[signal["id"]], latest[signal["id"]])
        self.assertEqual(self.training.json["summary"]["total_signals"], len(self.bodies))

    def test_explanations_add_up_exactly(self):
        for signal in self.training.json["dataset"]["signals"]:
            parts = signal["explanation"]
            total = round(parts["thesis_score"] * 100) + round(parts["adjustment"] * 100)
            self.assertEqual(total, round(signal["combined_score"] * 100), signal["id"])

    def test_day_files_hold_the_same_signals(self):
        folder = self.scanner.data_dir / "signals"
        found = {}
        for path in folder.glob("binance_BTCUSDT_*.json"):
            text = path.read_bytes()
            for signal in strict_json(text):
                self.assertTrue(path.stem.endswith(signal["candle_open_time"][:10]), path.name)
            bodies = signal_bodies(text)
            self.assertFalse(bodies.keys() & found.keys(), path.name)
            found |= bodies
        self.expect_same(found)

    def test_clustering_files_hold_the_served_rows(self):
        folder = self.scanner.data_dir / "clustering"
        rows = [row for path in folder.glob("binance_BTCUSDT_*.json")
                for row in strict_json(path.read_bytes())]
        key = lambda row: (row["timeframe"], row["candle_open_time"])
        served = self.training.json["dataset"]["clustering"]
        self.assertEqual(sorted(rows, key=key), sorted(served, key=key))

    def test_the_brief_names_the_files(self):
        names = {path.name for path in (self.scanner.data_dir / "ohlcv").iterdir()}
        for timeframe in ("5m", "4h", "1h", "1d"):
            self.assertIn(f"binance_BTCUSDT_{timeframe}.parquet", names)
            self.assertIn(f"kucoinfutures_BTCUSDT-USDT_{timeframe}.parquet", names)
        self.assertFalse([name for name in names if name.startswith(".")])

    def test_replaying_the_published_candles_gives_the_same_signals(self):
        lines = self.scanner.own_dir / "replayed"
        code, _, errors = run_program(
            "replay", self.scanner.data_dir / "ohlcv", "--exchange", "binance", "--symbols",
            "BTC/USDT", "--signals", lines)
        self.assertEqual(code, 0, errors)
        self.expect_same(signal_bodies(lines.read_bytes()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
