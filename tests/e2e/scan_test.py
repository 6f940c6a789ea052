"""The full scan: wide rows, sorting by any column, choosing columns, and whether they are true."""

import statistics
import unittest

from harness import CONTINUOUS, CONTRACT, Scanner

SCAN = f"{CONTINUOUS}/scan"
ROW = CONTRACT.document["components"]["schemas"]["ScanRow"]
NAMING = ["rank", "exchange", "symbol", "timeframe"]


def series(row):
    return row["exchange"], row["symbol"], row["timeframe"]


class ScanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", "--symbols", "BTC/USDT,ETH/USDT,SOL/USDT")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.scanner.wait_for_signals()

    def rows(self, query=""):
        return self.scanner.ok(f"{SCAN}?limit=500{query}")["rows"]

    def test_a_row_has_every_column_of_the_document(self):
        for row in self.rows():
            self.assertEqual(list(row), list(ROW["properties"]))

    def test_indicators_are_warm_where_there_is_history(self):
        for row in self.rows():
            with self.subTest(row=series(row)):
                self.assertGreaterEqual(row["candles"], 200)
                self.assertFalse(row["warming_up"])
                for column in ("rsi_14", "ema_200", "adx_14", "ichimoku_state", "poc_100", "regime",
                               "trend_score", "opportunity_score", "fib_retracement_100"):
                    self.assertIsNotNone(row[column], column)
                self.assertTrue(row["bb_lower_20"] <= row["sma_20"] <= row["bb_upper_20"])
                self.assertTrue(row["low_100"] <= row["low_20"] <= row["close"] <= row["high_20"])
                self.assertEqual(row["stop"] is None, row["trend"] == "neutral")

    def test_windows_are_those_of_the_candles(self):
        for row in self.rows("&timeframe=5m&timeframe=1h"):
            path = "-".join(row["symbol"].partition(":")[0].split("/"))
            answer = self.scanner.ok(f"/api/scanner/candles/{path}?exchange={row['exchange']}"
                                     f"&timeframe={row['timeframe']}&limit=500")
            before = [c for c in answer["candles"] if c["open_time"] < row["basis_open_time"]]
            closes = [c["close"] for c in before] + [row["close"]]
            with self.subTest(row=series(row)):
                mean, spread = statistics.fmean(closes[-20:]), statistics.pstdev(closes[-20:])
                self.assertAlmostEqual(row["sma_20"] / mean, 1, places=9)
                self.assertAlmostEqual(row["bb_width_20"], 4 * spread / mean, places=9)
                self.assertAlmostEqual(row["sma_50"] / statistics.fmean(closes[-50:]), 1, places=9)
                self.assertGreaterEqual(row["high_20"], max(c["high"] for c in before[-19:]))
                self.assertLessEqual(row["low_100"], min(c["low"] for c in before[-99:]))

    def test_sorts_by_any_column(self):
        for column, about in ROW["properties"].items():
            for order, sign in (("asc", 1), ("desc", -1)):
                rows = self.rows(f"&sort={column}&order={order}&columns={column}")
                values = [row[column] for row in rows if row[column] is not None]
                with self.subTest(column=column, order=order, about=about["description"]):
                    self.assertEqual(values, sorted(values, reverse=sign < 0))
                    unknown = [row[column] is None for row in rows]
                    self.assertEqual(unknown, sorted(unknown))
                    same = [(row[column], row["rank"]) for row in rows]
                    for (value, rank), (following, later) in zip(same, same[1:]):
                        self.assertTrue(value != following or rank < later)

    def test_without_an_order_the_best_come_first(self):
        self.assertEqual(self.rows("&sort=rank"), self.rows())
        scores = [row["opportunity_score"] for row in self.rows("&sort=opportunity_score")]
        self.assertEqual(scores, sorted(scores, reverse=True))
        symbols = [row["symbol"] for row in self.rows("&sort=symbol")]
        self.assertEqual(symbols, sorted(symbols))

    def test_shows_the_columns_asked_for(self):
        for query in ("&columns=rsi_14,symbol,ema_21", "&columns=rsi_14&columns=ema_21,rsi_14"):
            for row in self.rows(query):
                self.assertEqual(list(row), [*NAMING, "rsi_14", "ema_21"])

    def test_total_counts_what_matches(self):
        everything = self.rows()
        answer = self.scanner.ok(f"{SCAN}?limit=2&timeframe=scalp&timeframe=1d")
        matching = [row for row in everything if row["timeframe"] in ("5m", "1d")]
        self.assertEqual(answer["total"], len(matching))
        self.assertEqual([series(r) for r in answer["rows"]], [series(r) for r in matching[:2]])


if __name__ == "__main__":
    unittest.main(verbosity=2)
