"""A power cut while candles close, a second life that passes through the same hours and goes on,
and replays of what was published, from two starting points: live, restarted and replayed bodies are
the same bytes, with both score models."""

import unittest

from harness import (CONTINUOUS, EVERYTHING, FAST, NEWEST, ONE_MARKET, Scanner, TemporaryFolder,
                     run_program, signal_bodies)

# A start loads the kept candles and the window before the oldest of them: two beginnings.
LONG = ["--set", "max_candles_per_timeframe=700"]
SHORT = ["--set", "max_candles_per_timeframe=500"]


class CatchUpTest(TemporaryFolder):
    """One body for each signal, whoever makes it."""

    def life(self, data_dir, model, *options):
        return Scanner("--start", *ONE_MARKET, *FAST, "--set", f"score_model={model}", *options,
                       data_dir=data_dir)

    def newest_live(self, scanner):
        page = scanner.ok(NEWEST)["signals"]
        return max((s["candle_close_time"] for s in page if s["origin"] == "live"), default="")

    def replayed(self, data_dir, model):
        lines = data_dir / "replayed"
        code, _, errors = run_program("replay", data_dir / "ohlcv", "--score-model", model,
                                      "--signals", lines)
        self.assertEqual(code, 0, errors)
        return signal_bodies(lines.read_bytes())

    def two_lives(self, data_dir, model):
        """All signals that are stored after both."""
        with self.life(data_dir, model, *LONG) as scanner:
            scanner.wait_for_signals()
            until = scanner.wait_for("a live signal", lambda: self.newest_live(scanner))
            before = signal_bodies(scanner.get(EVERYTHING).body)
            scanner.kill()
        with self.life(data_dir, model, *LONG) as scanner:
            scanner.wait_for_signals()
            scanner.wait_for("live signals after those of the first life",
                             lambda: self.newest_live(scanner) > until)
            status = scanner.post(f"{CONTINUOUS}/stop", headers={}) and scanner.status()
            self.assertEqual(status["store"]["recomputed_different"], 0)
            self.assertGreater(status["store"]["recomputed_equal"], 0)
            stored = signal_bodies(scanner.get(EVERYTHING).body)
        self.assertEqual([one for one in before if stored.get(one) != before[one]], [])
        return stored

    def look_at(self, model):
        both = self.folder / model / "both_lives"
        stored = self.two_lives(both, model)
        replayed = self.replayed(both, model)
        self.assertEqual(replayed.keys() ^ stored.keys(), set())
        self.assertEqual([one for one in stored if replayed[one] != stored[one]], [])
        self.assertGreater(len(stored), 4 * 700)
        # A run of its own that knows fewer candles publishes files that begin later.
        short = self.folder / model / "short"
        with self.life(short, model, *SHORT) as scanner:
            scanner.wait_for_signals()
        later = self.replayed(short, model)
        common = later.keys() & stored.keys()
        self.assertGreater(len(common), 4 * 450)
        self.assertEqual([one for one in common if later[one] != stored[one]], [])
        self.assertLess(len(common), len(stored))

    def test_rarity(self):
        self.look_at("rarity")

    def test_classic(self):
        self.look_at("classic")


if __name__ == "__main__":
    unittest.main(verbosity=2)
