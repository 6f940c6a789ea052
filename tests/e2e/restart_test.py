"""Power cuts and restarts, and a market that moves while we look."""

import time
import unittest

from harness import (CONTINUOUS, EVERYTHING, FAST, NEWEST, ONE_MARKET, Scanner, TemporaryFolder,
                     run_program, signal_bodies)

HISTORY = f"{CONTINUOUS}/signals?view=history&sort=time&limit=500"


def history_pages(scanner, query=""):
    """All of history, newest first, over as many pages as it takes."""
    signals, cursor = [], ""
    while True:
        page = scanner.ok(HISTORY + query + (f"&cursor={cursor}" if cursor else ""))
        signals += page["signals"]
        cursor = page["next_cursor"]
        if cursor is None:
            return signals


class KillTest(TemporaryFolder):
    def setUp(self):
        super().setUp()
        self.data_dir = self.folder / "training_data"

    def scanner(self, *options):
        return Scanner("--start", *ONE_MARKET, *options, data_dir=self.data_dir)

    def look_after_restart(self, scanner, before):
        status = scanner.wait_for_signals()
        self.assertEqual(status["store"]["recomputed_different"], 0)
        if before:
            self.assertGreater(status["store"]["recomputed_equal"], 0)
        after = signal_bodies(scanner.get(EVERYTHING).body)
        lost = [identity for identity in before if identity not in after]
        self.assertEqual(lost, [], f"{len(lost)} of {len(before)} signals are gone")
        changed = [identity for identity in before if after[identity] != before[identity]]
        self.assertEqual(changed, [])
        return after

    def test_killed_while_running(self):
        with self.scanner() as scanner:
            scanner.wait_for_signals()
            before = signal_bodies(scanner.get(EVERYTHING).body)
            self.assertGreater(len(before), 1000)
            scanner.kill()
        with self.scanner() as scanner:
            self.look_after_restart(scanner, before)

    def test_killed_at_any_moment_of_the_start(self):
        for delay_s in (0, 0.05, 0.15, 0.3, 0.6, 1):
            with self.scanner() as scanner:
                time.sleep(delay_s)
                scanner.kill()
        with self.scanner() as scanner:
            stored = self.look_after_restart(scanner, {})
            scanner.stop()
        self.look_at_tree(stored)

    def look_at_tree(self, stored):
        """No half-written file stays behind; the tree has what the database has."""
        names = [path.name for path in self.data_dir.rglob("*")]
        self.assertEqual([name for name in names if name.startswith(".tmp")], [])
        published = {}
        for path in (self.data_dir / "signals").glob("*.json"):
            published |= signal_bodies(path.read_bytes())
        missing = [identity for identity in stored if identity not in published]
        self.assertEqual(len(missing), 0, f"{len(missing)} of {len(stored)} are not published")
        code, _, errors = run_program("replay", self.data_dir / "ohlcv")
        self.assertEqual(code, 0, errors)

    def test_killed_while_candles_close(self):
        with self.scanner(*FAST) as scanner:
            scanner.wait_for_signals()
            scanner.wait_for("a live signal", lambda: any(
                s["origin"] == "live" for s in scanner.ok(NEWEST)["signals"]))
            durable = signal_bodies(scanner.get(EVERYTHING).body)
            scanner.kill()
        with self.scanner() as scanner:
            self.look_after_restart(scanner, durable)

    def test_stopped_and_started_by_the_api(self):
        with self.scanner() as scanner:
            scanner.wait_for_signals()
            first = scanner.post(f"{CONTINUOUS}/stop", headers={}).json
            self.assertTrue(first["durable"])
            before = signal_bodies(scanner.get(EVERYTHING).body)
            body = b'{"symbols": ["BTC/USDT"], "exchanges": ["binance"]}'
            again = scanner.post(f"{CONTINUOUS}/start", body).json
            self.assertEqual(again["status"], "started")
            self.assertNotEqual(again["run_id"], first["run_id"])
            self.look_after_restart(scanner, before)


class LiveTest(unittest.TestCase):
    """A demo market at 120 times the speed: a 5m candle closes every 2.5 seconds."""

    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", *FAST, "--symbols", "BTC/USDT,ETH/USDT")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.scanner.wait_for_signals()
        cls.scanner.wait_for("three live candles of every market", cls.enough)
        cls.status = cls.scanner.status()
        cls.scanner.post(f"{CONTINUOUS}/stop", headers={})
        cls.history = history_pages(cls.scanner, "&timeframe=5m")

    @classmethod
    def enough(cls):
        """Closes seen live, and enough of the forming candles before them to compare with."""
        page = cls.scanner.ok(NEWEST)
        live = [signal for signal in page["signals"] if signal["origin"] == "live"]
        return len(live) >= 12 and cls.scanner.status()["previews"]["compared"] >= 4

    def test_counters_that_must_stay_zero(self):
        for counter in ("inputs_dropped", "candles_rejected", "gaps", "rollup_mismatches"):
            self.assertEqual(self.status["core"][counter], 0, counter)
        self.assertEqual(self.status["store"]["recomputed_different"], 0)
        for name, feed in self.status["exchanges"].items():
            self.assertEqual((feed["gaps"], feed["connected"]), (0, True), name)

    def test_previews_are_compared_with_their_closes(self):
        previews = self.status["previews"]
        self.assertGreaterEqual(previews["compared"], previews["agreed"])
        self.assertGreater(previews["compared"], 0)

    def test_live_signals_are_the_newest_of_history(self):
        times = [signal["candle_close_time"] for signal in self.history]
        self.assertEqual(times, sorted(times, reverse=True))
        live = [signal for signal in self.history if signal["origin"] == "live"]
        self.assertGreaterEqual(len(live), 12)
        for signal in self.history:
            self.assertLessEqual(signal["candle_close_time"], signal["available_at"])
            self.assertLessEqual(signal["available_at"], signal["computed_at"])
            self.assertTrue(signal["durable"])
            self.assertFalse(signal["preview"])

    def test_every_signal_stands_once(self):
        self.assertEqual(len({signal["id"] for signal in self.history}), len(self.history))
        series = {(s["exchange"], s["symbol"], s["candle_open_time"]) for s in self.history}
        self.assertEqual(len(series), len(self.history))

    def test_no_candle_is_missing(self):
        answer = self.scanner.ok(
            "/api/scanner/training-data/BTC/USDT?include=ohlcv,signals&timeframe=5m")
        for series in answer["manifest"]["series"]:
            self.assertEqual((series["missing"], series["gaps"]), (0, []))
            self.assertEqual(series["candles"], series["final"])
        candles = self.scanner.ok("/api/scanner/candles/BTC/USDT?timeframe=5m&limit=3")["candles"]
        newest = [s for s in self.history if s["exchange"] == "binance"
                  and s["symbol"] == "BTC/USDT"][:3]
        self.assertEqual([s["price"] for s in newest], [c["close"] for c in reversed(candles)])

    def test_live_and_replayed_bodies_are_the_same(self):
        lines = self.scanner.own_dir / "replayed"
        code, _, errors = run_program(
            "replay", self.scanner.data_dir / "ohlcv", "--exchange", "binance", "--symbols",
            "BTC/USDT", "--signals", lines)
        self.assertEqual(code, 0, errors)
        stored = signal_bodies(self.scanner.get(EVERYTHING).body)
        replayed = signal_bodies(lines.read_bytes())
        self.assertEqual(replayed.keys() ^ stored.keys(), set())
        self.assertTrue(all(replayed[identity] == stored[identity] for identity in stored))


if __name__ == "__main__":
    unittest.main(verbosity=2)
