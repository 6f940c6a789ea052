"""A recorded run, and a run whose recording a power cut tore: what a replay of the inputs makes is
what the scanner said and stored while it ran, the same bytes, and the same effects every time."""

import json
import unittest

from harness import (CONTINUOUS, EVERYTHING, FAST, NEWEST, ONE_MARKET, Scanner, TemporaryFolder,
                     run_program, signal_bodies)


class RecordTest(TemporaryFolder):
    def setUp(self):
        super().setUp()
        self.recordings = self.folder / "recordings"

    def recorded(self, *options):
        return Scanner("--start", *ONE_MARKET, *FAST, "--record", str(self.recordings), *options,
                       data_dir=self.folder / "data")

    def wait_for_live_signals(self, scanner):
        scanner.wait_for_signals()
        scanner.wait_for("a live signal", lambda: any(
            s["origin"] == "live" for s in scanner.ok(NEWEST)["signals"]))

    def replay(self):
        """The report of a replay, and its signals by id."""
        lines = self.folder / "replayed"
        code, out, errors = run_program("replay", self.recordings, "--json", "--signals", lines)
        self.assertEqual(code, 0, errors)
        return json.loads(out), signal_bodies(lines.read_bytes()), errors

    def test_a_replay_makes_what_was_stored(self):
        with self.recorded() as scanner:
            self.wait_for_live_signals(scanner)
            scanner.post(f"{CONTINUOUS}/stop", headers={})
            stored = signal_bodies(scanner.get(EVERYTHING).body)
        report, replayed, _ = self.replay()
        self.assertEqual(replayed, stored)
        self.assertEqual(report["signals"], len(stored))
        self.assertEqual(report["ending"], "complete")
        self.assertTrue(report["recorder"]["same_build"])
        again, _, _ = self.replay()
        for digest in ("sha256", "effects_sha256"):
            self.assertEqual(again[digest], report[digest])

    def test_a_torn_recording_is_replayed_up_to_the_tear(self):
        with self.recorded() as scanner:
            self.wait_for_live_signals(scanner)
            said = signal_bodies(scanner.get(EVERYTHING).body)
            # What was said is on disk a moment later; the kill comes in the middle of the next.
            scanner.wait_for("more signals", lambda: len(
                signal_bodies(scanner.get(EVERYTHING).body)) > len(said))
            scanner.kill()
        report, replayed, errors = self.replay()
        self.assertEqual(report["ending"], "torn")
        self.assertIn("torn", errors)
        self.assertEqual([one for one in said if replayed.get(one) != said[one]], [])

    def test_options_that_would_change_a_recorded_run_are_refused(self):
        with self.recorded() as scanner:
            scanner.wait_for_signals()
        code, _, errors = run_program("replay", self.recordings, "--score-model", "classic")
        self.assertEqual(code, 2, errors)
        self.assertIn("--score-model", errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
