"""Does ccxt, a client library of others, accept the local exchanges of `cscan exchange-sim`, and
does it end with the candles that happened there? ccxt_check.mjs does the asking."""

import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from contract import REPOSITORY
from harness import BINARY, PATIENCE_S, STOP_PATIENCE_S, die_with_parent, exchange, temporary_folder

FETCH = REPOSITORY / "tools/fetch_ccxt.sh"
MODULES = REPOSITORY / ".deps/ccxt/node_modules"
CHECK = Path(__file__).with_name("ccxt_check.mjs")
FETCH_PATIENCE_S = 180
# A minute of the market lasts two seconds.
SPEED = 30


def what_is_missing():
    """Why ccxt cannot be run here, after having tried to fetch it; None if it can."""
    if not shutil.which("node"):
        return "node is not installed ('./dev setup' installs it)"
    if subprocess.run([FETCH, "--check"], check=False).returncode == 0:
        return None
    try:
        fetched = subprocess.run([FETCH], capture_output=True, text=True, check=False,
                                 timeout=FETCH_PATIENCE_S, preexec_fn=die_with_parent)
    except subprocess.TimeoutExpired:
        return f"ccxt was not fetched in {FETCH_PATIENCE_S} s"
    return None if fetched.returncode == 0 else fetched.stderr.strip()


def setUpModule():
    if reason := what_is_missing():
        # ctest looks for this word.
        print(f"SKIPPED: {reason}", flush=True)
        raise unittest.SkipTest(reason)


class Simulator:
    """A `cscan exchange-sim` process. Use it in a with statement."""

    def __init__(self, *options):
        self.folder = temporary_folder()
        self.command = [BINARY, "exchange-sim", "--port", "0", "--speed", str(SPEED), *options]
        self.process = None
        self.port = None

    def __enter__(self):
        with open(self.folder / "stderr", "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent)
        for line in self.process.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                return self
        self.clean_up()
        raise AssertionError(f"no port: {self.log()}")

    def __exit__(self, kind, *_):
        try:
            self.process.terminate()
            self.process.communicate(timeout=STOP_PATIENCE_S)
            if kind is None and self.process.returncode != 0:
                raise AssertionError(f"exit code {self.process.returncode}: {self.log()}")
        finally:
            self.clean_up()

    def log(self):
        return (self.folder / "stderr").read_text(errors="replace")[-4000:]

    def clean_up(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def is_trading(self):
        """Whether BTC trades everywhere: now and then a synthetic exchange is out for hours."""
        now = json.loads(exchange(self.port, "GET", "/sim/report")[2])["market_time"]
        for name, symbol in (("binance", "BTC/USDT"), ("binanceusdm", "BTC/USDT:USDT"),
                             ("kucoinfutures", "BTC/USDT:USDT")):
            target = f"/sim/candles?exchange={name}&symbol={symbol}&timeframe=1m"
            rows = json.loads(exchange(self.port, "GET", f"{target}&from={now - 300_000}")[2])
            if not any(row[5] > 0 for row in rows):
                return False
        return True


class CcxtTest(unittest.TestCase):
    def check(self, run):
        """The report of a run of the check, on the first synthetic market that trades now."""
        for seed in range(42, 47):
            with Simulator("--seed", str(seed)) as simulator:
                if not simulator.is_trading():
                    continue
                done = subprocess.run(
                    ["node", CHECK, MODULES, f"http://127.0.0.1:{simulator.port}", run],
                    capture_output=True, text=True, check=False, timeout=2 * PATIENCE_S,
                    preexec_fn=die_with_parent)
                self.assertEqual(done.returncode, 0, done.stderr)
                report = json.loads(done.stdout.splitlines()[-1])
                self.assertEqual(report["strangers"], [], "hosts that are not the simulator")
                for name, one in report["exchanges"].items():
                    failures = one.pop("failures")
                    print(f"{run:7} {name:14} {one}", flush=True)
                    self.assertEqual(failures, [], f"{name}: {one['failed']} failures")
                return report
        self.fail("no synthetic market trades now")

    def test_what_ccxt_gets_is_what_happened(self):
        report = self.check("sound")
        self.assertEqual(report["unheard"], [])
        for one in report["exchanges"].values():
            self.assertGreater(one["fetched"], 500)
            self.assertGreater(one["watched"], 60)

    def test_ccxt_gets_over_faults(self):
        for one in self.check("faulty")["exchanges"].values():
            self.assertGreater(one["fetched"], 60)
            self.assertGreater(one["interruptions"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
