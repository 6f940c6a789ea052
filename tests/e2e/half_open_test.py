"""A cable that is pulled out: no packet comes any more, and no end of the connection either. The
exchange lives in a network namespace of its own, whose link goes down; root is needed for that."""

import os
import random
import shutil
import subprocess
import time
import unittest

from harness import Scanner, TemporaryFolder
from live_test import MINUTES, LocalExchange, ms

NOTICED_WITHIN_S = 10


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def can_make_namespaces():
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"cscan{random.randrange(10**6)}"
    try:
        ip("netns", "add", name)
        ip("netns", "del", name)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


class ExchangeInNamespace(LocalExchange):
    """The local exchange behind a link of its own."""

    def __init__(self, *options):
        number = random.randrange(10**6)
        self.space, self.ours, self.theirs = f"cscan{number}", f"cs{number}a", f"cs{number}b"
        network = f"10.231.{random.randrange(1, 255)}"
        self.our_address, self.address = f"{network}.1", f"{network}.2"
        super().__init__(*options, "--bind", self.address)
        self.wrapper = ["ip", "netns", "exec", self.space]

    def __enter__(self):
        ip("netns", "add", self.space)
        try:
            ip("link", "add", self.ours, "type", "veth", "peer", "name", self.theirs)
            ip("link", "set", self.theirs, "netns", self.space)
            ip("addr", "add", f"{self.our_address}/24", "dev", self.ours)
            ip("link", "set", self.ours, "up")
            for words in (["addr", "add", f"{self.address}/24", "dev", self.theirs],
                          ["link", "set", self.theirs, "up"], ["link", "set", "lo", "up"]):
                ip("-n", self.space, *words)
            return super().__enter__()
        except BaseException:
            ip("netns", "del", self.space)
            raise

    def __exit__(self, *details):
        try:
            super().__exit__(*details)
        finally:
            ip("netns", "del", self.space)

    def pull_cable(self, out):
        ip("-n", self.space, "link", "set", self.theirs, "down" if out else "up")


@unittest.skipUnless(can_make_namespaces(), "SKIPPED: network namespaces need root and ip")
class HalfOpenTest(TemporaryFolder):
    def test_a_pulled_cable_is_noticed_and_what_was_missed_is_fetched(self):
        speed = ["--speed", "6"]
        with ExchangeInNamespace(*speed) as sim:
            urls = ["--exchange-url", f"binance={sim.url}"]
            options = [*urls, *MINUTES, *speed, "--exchanges", "binance", "--symbols", "BTC/USDT"]
            with Scanner("--start", *options, demo=False) as scanner:
                scanner.wait_for_signals()

                def connected():
                    return scanner.status()["exchanges"]["binance"]["connected"]

                scanner.wait_for("a connection", connected)
                sim.pull_cable(out=True)
                began = time.monotonic()
                scanner.wait_for("the loss to be noticed", lambda: not connected())
                self.assertLess(time.monotonic() - began, NOTICED_WITHIN_S + 1)
                time.sleep(15)  # at least one candle closes meanwhile
                sim.pull_cable(out=False)
                scanner.wait_for("a connection again", connected)

                def newest():
                    page = scanner.ok("/api/scanner/candles/BTC/USDT?exchange=binance"
                                      "&timeframe=1m&limit=10")["candles"]
                    now = sim.get("/sim/report")["market_time"]
                    return page if ms(page[-1]["open_time"]) > now - 90_000 else None

                candles = scanner.wait_for("the newest candle", newest)
                truth = sim.candles("binance", "BTC/USDT", "1m", ms(candles[0]["open_time"]),
                                    ms(candles[-1]["open_time"]))
                self.assertEqual(
                    [[c[n] for n in ("open", "high", "low", "close", "volume")] for c in candles],
                    [truth[ms(c["open_time"])] for c in candles])


if __name__ == "__main__":
    unittest.main(verbosity=2)
