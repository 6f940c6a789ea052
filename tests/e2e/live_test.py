"""The scanner on exchanges: `cscan exchange-sim` on a port, `cscan serve` pointed at it, real
sockets in between, faults, outages and bans. What is stored in the end is what really happened."""

import json
import os
import re
import signal
import subprocess
import time
import unittest
import urllib.parse
import urllib.request
from datetime import datetime
from pathlib import Path

from harness import (BINARY, CONTINUOUS, Scanner, TemporaryFolder, die_with_parent,
                     signal_bodies)

IDS = ("binance", "binanceusdm", "kucoinfutures")
SPEED = ["--speed", "30"]
# A minute is the shortest candle; the settings below make it one of the scanner's timeframes.
MINUTES = ["--set", "timeframes.scalp=1m", "--set", "max_candles_per_timeframe=500",
           "--set", "score_model=classic"]
SYMBOLS = ["--symbols", "BTC/USDT,DOGE/USDT,KSM/USDT"]


def ms(rfc3339):
    return round(datetime.fromisoformat(rfc3339.replace("Z", "+00:00")).timestamp() * 1000)


class LocalExchange:
    """A `cscan exchange-sim` process. Use it in a with statement."""

    address = "127.0.0.1"
    wrapper = ()

    def __init__(self, *options, port=0):
        self.options = options
        self.port = port

    def __enter__(self):
        self.process = subprocess.Popen(
            [*self.wrapper, BINARY, "exchange-sim", "--port", str(self.port), *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent)
        for line in self.process.stdout:
            if found := re.search(rb"on http://[0-9.]+:(\d+) ", line):
                self.port = int(found[1])
                break
        self.url = f"http://{self.address}:{self.port}"
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()

    def get(self, target):
        with urllib.request.urlopen(self.url + target, timeout=30) as reply:
            return json.load(reply)

    def report(self):
        return {one["exchange"]: one for one in self.get("/sim/report")["exchanges"]}

    def candles(self, exchange_id, symbol, timeframe, first, last):
        """Open time → [open, high, low, close, volume], as they were."""
        query = urllib.parse.urlencode({"exchange": exchange_id, "symbol": symbol, "from": first,
                                        "timeframe": timeframe, "to": last})
        return {row[0]: row[1:] for row in self.get(f"/sim/candles?{query}")}


def urls_of(port, ids=IDS):
    return [word for one in ids
            for word in ("--exchange-url", f"{one}=http://127.0.0.1:{port}")]


class LiveTest(TemporaryFolder):
    def live(self, port, *options, ids=IDS, **more):
        return Scanner("--start", "--exchanges", ",".join(ids), *urls_of(port, ids), *options,
                       demo=False, **more)

    def settled(self, scanner, symbol, timeframe, exchange_id):
        page = scanner.ok(f"/api/scanner/candles/{symbol}?exchange={exchange_id}"
                          f"&timeframe={timeframe}&limit=1000")
        return page["candles"]

    def compare(self, scanner, sim, symbol, timeframe, exchange_id):
        """How many settled candles were compared with the truth."""
        candles = self.settled(scanner, symbol, timeframe, exchange_id)
        self.assertTrue(candles, (exchange_id, symbol, timeframe))
        truth = sim.candles(exchange_id, symbol, timeframe, ms(candles[0]["open_time"]),
                            ms(candles[-1]["open_time"]))
        for candle in candles:
            told = [candle[name] for name in ("open", "high", "low", "close", "volume")]
            real = truth.get(ms(candle["open_time"]))
            if real is None:  # an exchange that has no candle without trades
                self.assertEqual((told[4], candle["state"]), (0, "no_trade"))
            else:
                self.assertEqual(told, real, (exchange_id, symbol, timeframe, candle))
        return len(candles)

    def test_what_is_stored_is_what_happened_faults_or_not(self):
        faults = self.folder / "faults"
        faults.write_text("disconnect at=5m\n"
                          "cut at=8m bytes=11\n"
                          "duplicate at=3m for=2m\n"
                          "malformed at=4m for=2m every=5\n"
                          "status at=10m for=30s code=429 retry-after=1s\n"
                          "missing-close at=11m for=3m\n"
                          "stall at=15m for=6m\n")
        with LocalExchange(*SPEED, "--fault", str(faults)) as sim:
            with self.live(sim.port, *SPEED, *MINUTES, *SYMBOLS) as scanner:
                scanner.wait_for_signals()
                began = sim.get("/sim/report")["market_time"]
                scanner.wait_for("the faults to be over and healed", lambda: sim.get(
                    "/sim/report")["market_time"] - began > 25 * 60_000)
                self.assertTrue(all(one["faults_over"] for one in sim.report().values()))

                def caught_up():
                    now = sim.get("/sim/report")["market_time"]
                    newest = [
                        self.settled(scanner, "BTC/USDT" + ("" if one == "binance" else ":USDT"),
                                     "1m", one)[-1] for one in IDS]
                    return all(ms(one["open_time"]) > now - 4 * 60_000 for one in newest)

                scanner.wait_for("the newest candles", caught_up)
                compared = 0
                for one in IDS:
                    for base in ("BTC", "DOGE", "KSM"):
                        symbol = f"{base}/USDT" + ("" if one == "binance" else ":USDT")
                        for timeframe in ("1m", "1h", "4h", "1d"):
                            compared += self.compare(scanner, sim, symbol, timeframe, one)
                self.assertGreater(compared, 5_000)
                status = scanner.status()
                self.assertEqual(status["store"]["recomputed_different"], 0)
                for one, asked in sim.report().items():
                    self.assertLessEqual(asked["weight_most"], 0.8 * asked["weight_limit"], one)
                    self.assertEqual(asked["asked_in_silence"], 0, one)
                stored = self.all_signals(scanner)
            self.assertGreater(len(stored), 1_000)

    def test_recorded_candles_are_played_at_their_own_time(self):
        recording = Path(os.environ.get("CSCAN_MARKET_DATA", "nowhere")) / "binance_2024"
        if not recording.is_dir():
            self.skipTest(f"SKIPPED: no recorded candles in {recording} (CSCAN_MARKET_DATA)")
        start = "2024-08-05T07:01:00Z"  # just after a crash
        with LocalExchange("--speed", "60", "--data", str(recording), "--data-start", start) as sim:
            symbols = ["BTC/USDT", "PEPE/USDT"]
            with self.live(sim.port, "--speed", "60", "--symbols", ",".join(symbols),
                           ids=["binance"]) as scanner:
                scanner.wait_for("signals of all but the days, of which too few are recorded",
                                 lambda: scanner.status()["coverage"]["with_signal"] == 6)

                def has_closed():
                    newest = self.settled(scanner, "BTC/USDT", "5m", "binance")[-1]
                    return ms(newest["open_time"]) >= ms(start) + 25 * 60_000

                scanner.wait_for("25 minutes", has_closed)
                for symbol in symbols:
                    for timeframe in ("5m", "1h", "4h", "1d"):
                        self.compare(scanner, sim, symbol, timeframe, "binance")
                for timeframe in ("5m", "1h"):
                    lows = [candle["low"] for candle in
                            self.settled(scanner, "BTC/USDT", timeframe, "binance")]
                    self.assertEqual(min(lows), 49_000, "the low of that day on Binance")

    def all_signals(self, scanner):
        text = b""
        for one in IDS:
            symbol = "BTC/USDT" if one == "binance" else "BTC/USDT:USDT"
            text += scanner.get(f"/api/scanner/training-data/{symbol}?exchange={one}"
                                "&include=signals&days=3000").body
        return signal_bodies(text)

    def test_a_timeframe_that_an_exchange_lacks_is_made_of_a_smaller_one(self):
        with LocalExchange("--speed", "60") as sim:
            options = ["--speed", "60", "--set", "timeframes.scalp=3m", "--set",
                       "score_model=classic", "--set", "timeframes.swing=6h", "--symbols",
                       "BTC/USDT,OXT/USDT"]
            with self.live(sim.port, *options, ids=["kucoinfutures"]) as scanner:
                scanner.wait_for_signals()
                began = sim.get("/sim/report")["market_time"]
                scanner.wait_for("half an hour", lambda: sim.get(
                    "/sim/report")["market_time"] - began > 30 * 60_000)
                for base in ("BTC", "OXT"):
                    for timeframe in ("3m", "6h"):
                        self.assertGreater(self.compare(
                            scanner, sim, f"{base}/USDT:USDT", timeframe, "kucoinfutures"), 100)

    def test_without_a_network_it_starts_says_so_tries_again_and_serves_what_it_has(self):
        data_dir = self.folder / "data"
        options = [*MINUTES, "--symbols", "BTC/USDT"]
        with LocalExchange() as sim:
            with self.live(sim.port, *options, data_dir=data_dir, ids=["binance"]) as scanner:
                scanner.wait_for_signals()
            port = sim.port
        # Nobody listens there now.
        with self.live(port, *options, data_dir=data_dir, ids=["binance"]) as scanner:
            scanner.wait_for("a word about it", lambda: "binance has not told" in scanner.log())
            self.assertIn(f"127.0.0.1:{port}", scanner.log())
            refused = scanner.post(f"{CONTINUOUS}/start", json.dumps(
                {"symbols": ["BTC/USDT"], "exchanges": ["binance"]}))
            self.assertEqual(refused.status, 503)
            self.assertIn(f"127.0.0.1:{port}", refused.json["error"]["message"])
            history = scanner.ok(f"{CONTINUOUS}/signals?view=history&limit=5")
            self.assertEqual(len(history["signals"]), 5)
            self.assertTrue(self.settled(scanner, "BTC/USDT", "1m", "binance"))
            with LocalExchange(port=port):
                scanner.wait_for("the exchange, which is back",
                                 lambda: scanner.status()["state"] == "running")

    def test_an_exchange_that_comes_late_is_watched_in_the_end(self):
        with LocalExchange() as there, LocalExchange() as late:
            port = late.port
            late.process.send_signal(signal.SIGINT)
            late.process.wait(timeout=20)
            urls = ["--exchange-url", f"binance={there.url}", "--exchange-url",
                    f"kucoinfutures=http://127.0.0.1:{port}"]
            with Scanner("--start", *urls, *MINUTES, "--symbols", "BTC/USDT",
                         demo=False) as scanner:
                scanner.wait_for("the one that is there",
                                 lambda: scanner.status()["state"] == "running")
                self.assertEqual(list(scanner.status()["exchanges"]), ["binance"])
                with LocalExchange(port=port):
                    scanner.wait_for("both", lambda: set(scanner.status()["exchanges"]) == {
                        "binance", "kucoinfutures"})

    def test_a_ban_is_kept_over_a_restart(self):
        faults = self.folder / "faults"
        faults.write_text("status code=418 retry-after=1h\n")
        data_dir = self.folder / "data"
        with LocalExchange("--fault", str(faults)) as sim:
            for _ in range(2):
                with self.live(sim.port, "--symbols", "BTC/USDT", data_dir=data_dir) as scanner:
                    scanner.wait_for("word of the ban", lambda: all(
                        re.search(f"{one}.*(banned|silent)", scanner.log()) for one in IDS))
                    time.sleep(2)
            for one, asked in sim.report().items():
                self.assertEqual(asked["asked_in_silence"], 0, one)
                self.assertGreater(asked["requests"], 0, one)

    def test_a_blocked_region_is_told_with_advice_and_not_asked_again(self):
        faults = self.folder / "faults"
        faults.write_text("status code=451 exchange=binance\n")
        with LocalExchange("--fault", str(faults)) as sim:
            with self.live(sim.port, "--symbols", "BTC/USDT", *MINUTES) as scanner:
                # The others are watched all the same.
                scanner.wait_for("the others", lambda: scanner.status()["state"] == "running")
                self.assertIn("data-api.binance.vision", scanner.log())
                asked = sim.report()["binance"]["requests"]
                time.sleep(3)
                self.assertEqual(sim.report()["binance"]["requests"], asked)

    def test_a_stalled_handshake_does_not_hold_up_the_end(self):
        faults = self.folder / "faults"
        faults.write_text("handshake-stall\n")
        with LocalExchange("--fault", str(faults)) as sim:
            with self.live(sim.port, "--symbols", "BTC/USDT", *MINUTES) as scanner:
                scanner.wait_for("a start", lambda: scanner.status()["state"] == "running")
                began = time.monotonic()
                scanner.stop()
                self.assertLess(time.monotonic() - began, 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
