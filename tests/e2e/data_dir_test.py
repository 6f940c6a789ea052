"""The data directory: taken, forbidden, broken, full.

Root may write anywhere, so refusals are made with things that refuse root as well: a file in the
place of a folder, /proc, and small or read-only file systems in a mount namespace of the test's
own, where the machine permits one.
"""

import subprocess
import time
import unittest
import urllib.parse

from harness import (BINARY, CONTINUOUS, Scanner, TemporaryFolder, die_with_parent, run_program)

DONE, RESOURCE, BAD_DATA = 0, 3, 4
SERVE = ["serve", "--demo", "--port", "0", "--data-dir"]
ONE_MARKET = ["--symbols", "BTC/USDT", "--exchanges", "binance"]


def in_namespace(options, folder):
    """The words that run a command with a tmpfs over `folder`; None where that is not permitted."""
    script = 'mount -t tmpfs -o "$0" none "$1" && shift && exec "$@"'
    for flags in (["-m"], ["-r", "-m"]):
        words = ["unshare", *flags, "sh", "-c", script, options, str(folder)]
        try:
            done = subprocess.run([*words, "true"], capture_output=True, timeout=20, check=False)
        except FileNotFoundError:
            return None
        if done.returncode == 0:
            return words
    return None


class RefusedTest(TemporaryFolder):
    def fails(self, data_dir, code, *words, wrapper=()):
        done = subprocess.run(
            [*wrapper, BINARY, *SERVE, str(data_dir)], capture_output=True, timeout=120,
            stdin=subprocess.DEVNULL, preexec_fn=die_with_parent, check=False)
        errors = done.stderr.decode()
        self.assertEqual((done.returncode, done.stdout), (code, b""), errors)
        for word in (str(data_dir), *words):
            self.assertIn(word, errors)

    def test_a_file_is_no_folder(self):
        path = self.folder / "file"
        path.write_text("mine")
        self.fails(path, RESOURCE, "--data-dir")
        self.fails(path / "below", RESOURCE, "--data-dir")
        self.assertEqual(path.read_text(), "mine")

    def test_a_place_where_nobody_writes(self):
        self.fails("/proc/nothing/here", RESOURCE, "--data-dir")

    def test_a_read_only_file_system(self):
        wrapper = in_namespace("ro", self.folder)
        if wrapper is None:
            self.skipTest("this machine permits no mount namespace")
        self.fails(self.folder, RESOURCE, "Read-only", wrapper=wrapper)

    def test_a_folder_in_the_place_of_the_database(self):
        (self.folder / "scanner.duckdb").mkdir()
        code, out, errors = run_program(*SERVE, self.folder)
        self.assertIn(code, (RESOURCE, BAD_DATA))
        self.assertEqual(out, "")
        self.assertIn("scanner.duckdb", errors)

    def test_a_database_of_somebody_else(self):
        for content in (b"not a database", bytes(10000), b"SQLite format 3\0" + bytes(4096)):
            with self.subTest(content=content[:20]):
                path = self.folder / "scanner.duckdb"
                path.write_bytes(content)
                self.fails(self.folder, BAD_DATA, "scanner.duckdb", "move it away")
                self.assertEqual(path.read_bytes(), content)

    def test_links_in_the_tree_are_not_followed(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        data = self.folder / "data"
        data.mkdir()
        (data / "signals").symlink_to(elsewhere)
        self.fails(data, RESOURCE, "signals")
        self.assertEqual(list(elsewhere.iterdir()), [])

    def test_a_second_process_names_the_first(self):
        with Scanner(data_dir=self.folder) as scanner:
            pid = str(scanner.process.pid)
            self.fails(self.folder, RESOURCE, f"process {pid}")
            code, _, errors = run_program("run", "--demo", "--data-dir", self.folder)
            self.assertEqual(code, RESOURCE)
            self.assertIn(pid, errors)
            self.assertEqual(scanner.get("/health").status, 200)
        with Scanner(data_dir=self.folder) as scanner:  # The lock went with the process.
            self.assertEqual(scanner.get("/health").status, 200)


class FullDiskTest(TemporaryFolder):
    """The disk fills while the scanner runs, and is freed again."""

    def setUp(self):
        super().setUp()
        self.wrapper = in_namespace("size=48m", self.folder)
        if self.wrapper is None:
            self.skipTest("this machine permits no mount namespace: a full disk is NOT tested")

    def fill(self):
        """Takes what is left of the scanner's file system."""
        with open(self.inside / "filler", "ab", buffering=0) as filler:
            for block in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        filler.write(b"x" * block)
                except OSError:
                    pass

    def until(self, scanner, what, is_durable):
        return scanner.wait_for(
            what, lambda: scanner.status()["store"]["durable"] is is_durable and scanner.status())

    def look_degraded(self, scanner):
        status = scanner.status()
        self.assertEqual((status["state"], status["running"]), ("degraded", True))
        self.assertIn("the store cannot write", status["reason"])
        self.assertTrue(status["store"]["error"])
        started = time.monotonic()
        newest = scanner.ok(f"{CONTINUOUS}/signals?timeframe=5m&include_stale=true")["signals"]
        self.assertTrue(newest)
        scanner.ok(f"{CONTINUOUS}/confluence/BTC/USDT")
        scanner.ok(f"{CONTINUOUS}/market-state")
        scanner.ok("/api/scanner/training-data/BTC/USDT?days=1")
        self.assertLess(time.monotonic() - started, 20)
        return newest[0]

    def wait_for_unstored_signal(self, scanner):
        def unstored():
            page = scanner.ok(f"{CONTINUOUS}/signals?timeframe=5m&include_stale=true")
            return [signal for signal in page["signals"] if not signal["durable"]]

        return scanner.wait_for("a signal that is not on disk", unstored)[0]

    def test_degraded_and_recovered(self):
        options = ["--start", "--speed", "240", "--set", "grace=300", *ONE_MARKET]
        data_dir = self.folder / "data"
        with Scanner(*options, data_dir=data_dir, wrapper=self.wrapper) as scanner:
            self.inside = self.inside_of(scanner)
            scanner.wait_for_signals()
            self.fill()
            self.until(scanner, "the store to fail", False)
            self.look_degraded(scanner)
            unstored = self.wait_for_unstored_signal(scanner)
            (self.inside / "filler").unlink()
            self.until(scanner, "the store to recover", True)
            scanner.wait_for("plain running", lambda: scanner.status()["state"] == "running")
            self.look_recovered(scanner, unstored)
            scanner.stop()

    def inside_of(self, scanner):
        """The scanner's file system as seen from out here."""
        root = f"/proc/{scanner.process.pid}/root"
        return self.folder.__class__(root + str(self.folder))

    def look_recovered(self, scanner, unstored):
        store = scanner.status()["store"]
        self.assertEqual((store["error"], store["recomputed_different"]), ("", 0))
        since = urllib.parse.quote(unstored["candle_close_time"])
        page = scanner.ok(f"{CONTINUOUS}/signals?view=history&timeframe=5m&since={since}&limit=500")
        self.assertIn(unstored["id"], [signal["id"] for signal in page["signals"]])
        training = scanner.ok("/api/scanner/training-data/BTC/USDT?include=ohlcv&timeframe=5m")
        self.assertEqual([series["missing"] for series in training["manifest"]["series"]], [0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
