"""Choosing signals: filters, order, pages, previews, and what caches may do with the answer."""

import gzip
import unittest
import urllib.parse

from harness import CONTINUOUS, Scanner, exchange

SIGNALS = f"{CONTINUOUS}/signals"
NEWEST = f"{SIGNALS}?include_stale=true"
HISTORY = f"{SIGNALS}?view=history"
TRAINING = "/api/scanner/training-data/BTC/USDT"


class SignalsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", "--symbols", "BTC/USDT,ETH/USDT")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.scanner.wait_for_signals()

    def pages(self, target, limit):
        """All signals of a target, page by page."""
        found, cursor = [], None
        while True:
            more = f"&cursor={urllib.parse.quote(cursor)}" if cursor else ""
            page = self.scanner.ok(f"{target}&limit={limit}{more}")
            self.assertLessEqual(page["count"], limit)
            found += page["signals"]
            cursor = page["next_cursor"]
            if cursor is None:
                self.assertEqual(len(found), page["total"])
                return found
            self.assertEqual(page["count"], limit)

    @staticmethod
    def by_score(signal):
        return -signal["combined_score"], descending(signal), signal["id"]

    @staticmethod
    def by_time(signal):
        return descending(signal), -signal["combined_score"], signal["id"]

    def test_pages_give_each_signal_once_in_order(self):
        wanted = f"{HISTORY}&symbol=BTC/USDT&timeframe=4h&timeframe=1d"
        for target in (NEWEST, f"{NEWEST}&include_preview=true", wanted):
            for sort, order in (("score", self.by_score), ("time", self.by_time)):
                with self.subTest(target=target, sort=sort):
                    whole = self.pages(f"{target}&sort={sort}", 500)
                    parts = self.pages(f"{target}&sort={sort}", 7 if target == NEWEST else 150)
                    ids = [signal["id"] for signal in parts]
                    self.assertEqual(len(set(ids)), len(ids))
                    self.assertEqual(set(ids), {signal["id"] for signal in whole})
                    self.assertEqual(parts, sorted(parts, key=order))

    def test_filters(self):
        everything = self.pages(f"{HISTORY}&timeframe=1d&timeframe=4h", 500)
        for query, holds in (
                ("min_score=40", lambda s: s["combined_score"] >= 40),
                ("direction=bearish", lambda s: s["direction"] == "bearish"),
                ("signal_type=weak_buy&signal_type=REVERSION_BULLISH",
                 lambda s: s["signal_type"] in ("WEAK_BUY", "REVERSION_BULLISH")),
                ("exchange=binance", lambda s: s["exchange"] == "binance"),
                ("symbol=btcusdt", lambda s: s["symbol"].startswith("BTC/USDT")),
                ("symbol=ETH-USDT&exchange=kucoinfutures",
                 lambda s: s["symbol"] == "ETH/USDT:USDT")):
            with self.subTest(query=query):
                got = self.pages(f"{HISTORY}&timeframe=1d&timeframe=4h&{query}", 500)
                expected = {signal["id"] for signal in everything if holds(signal)}
                self.assertEqual({signal["id"] for signal in got}, expected)
                self.assertTrue(got)

    def test_since_and_until(self):
        everything = self.pages(f"{HISTORY}&symbol=BTC/USDT&exchange=binance&timeframe=1d", 500)
        times = sorted(signal["candle_close_time"] for signal in everything)
        since, until = times[10], times[20]
        got = self.pages(f"{HISTORY}&symbol=BTC/USDT&exchange=binance&timeframe=1d"
                         f"&since={since}&until={until}", 500)
        self.assertEqual(sorted(s["candle_close_time"] for s in got), times[10:20])

    def test_style_and_interval_are_the_same(self):
        for style, interval in (("scalp", "5m"), ("day_trade", "4h"), ("swing", "1h"),
                                ("position", "1d")):
            ids = [[s["id"] for s in self.pages(f"{NEWEST}&timeframe={name}", 500)]
                   for name in (style, interval)]
            self.assertEqual(len(ids[0]), 4)
            self.assertEqual(ids[0], ids[1])

    def test_previews_are_marked(self):
        def both():
            page = self.pages(f"{NEWEST}&include_preview=true", 500)
            return page if any(signal["preview"] for signal in page) else None

        page = self.scanner.wait_for("a preview", both)
        for signal in page:
            self.assertEqual(signal["preview"], signal["candle_state"] == "forming")
            self.assertEqual(signal["durable"], not signal["preview"])
        self.assertFalse([s for s in self.pages(NEWEST, 500) if s["preview"]])

    def test_resolved_names_what_a_symbol_stood_for(self):
        markets = [{"exchange": "binance", "symbol": "BTC/USDT"},
                   {"exchange": "kucoinfutures", "symbol": "BTC/USDT:USDT"}]
        for symbol in ("BTC/USDT", "btc%2Fusdt", "BTC-USDT", "BTCUSDT"):
            self.assertEqual(self.scanner.ok(f"{NEWEST}&symbol={symbol}")["resolved"], markets)
        swap = self.scanner.ok(f"{NEWEST}&symbol=BTC/USDT:USDT")
        self.assertEqual(swap["resolved"], markets[1:])

    def test_known_answers_are_not_sent_again(self):
        for target in (f"{NEWEST}&limit=3", f"{CONTINUOUS}/market-state", f"{CONTINUOUS}/scan"):
            with self.subTest(target=target):
                self.scanner.wait_for("a 304", lambda: self.repeated(target) == 304)
                stale = self.scanner.get(target, {"If-None-Match": '"' + "0" * 24 + '"'})
                self.assertEqual(stale.status, 200)

    def repeated(self, target):
        tag = self.scanner.get(target).headers["ETag"]
        return self.scanner.get(target, {"If-None-Match": tag}).status

    def test_packed_answers_are_the_same(self):
        def packed_and_plain():
            plain = self.scanner.get(f"{NEWEST}&limit=20")
            raw = self.raw(f"{NEWEST}&limit=20", {"Accept-Encoding": "gzip"})
            self.assertEqual(raw[1]["Content-Encoding"], "gzip")
            return raw[1]["ETag"] == plain.headers["ETag"] and (gzip.decompress(raw[2]), plain.body)

        packed, plain = self.scanner.wait_for("one picture twice", packed_and_plain)
        self.assertEqual(packed, plain)
        refused = self.raw(f"{NEWEST}&limit=20", {"Accept-Encoding": "gzip;q=0"})
        self.assertNotIn("Content-Encoding", refused[1])

    def raw(self, target, headers):
        return exchange(self.scanner.port, "GET", target, headers=headers)

    def test_forms_of_training_data_agree(self):
        whole = self.scanner.ok(f"{TRAINING}?days=1&exchange=binance")
        lines = self.scanner.get(f"{TRAINING}?days=1&exchange=binance&format=ndjson")
        rows = lines.body.decode().splitlines()
        parts = whole["dataset"]
        candles = sum(len(of_timeframe) for of_timeframe in parts["ohlcv"].values())
        for kind, count in (("signal", len(parts["signals"])), ("candle", candles),
                            ("cluster", len(parts["clustering"]))):
            found = sum(row.startswith(f'{{"kind":"{kind}"') for row in rows)
            self.assertAlmostEqual(found, count, delta=2)  # a candle may close in between
        table = self.scanner.get(f"{TRAINING}?days=1&exchange=binance&format=csv").body.decode()
        head, *cells = table.splitlines()
        self.assertTrue(head.startswith("exchange,symbol,timeframe,timestamp,open,"))
        self.assertAlmostEqual(len(cells), candles, delta=2)
        self.assertEqual({row.count(",") for row in cells}, {head.count(",")})


def descending(signal):
    """The close time as a key that puts the newest first."""
    return tuple(-ord(letter) for letter in signal["candle_close_time"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
