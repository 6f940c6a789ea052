"""Recorded traffic of an exchange, written here by hand (the lines that people can read, and zstd
frames that pack nothing): its candles and the signals over them, torn and damaged files."""

import json
import random
import struct
import unittest

from harness import TemporaryFolder, run_program

START = 1_760_000_400_000
STEP = 300_000
LISTING = ("https://api.binance.com/api/v3/exchangeInfo?showPermissionSets=false", {
    "timezone": "UTC", "symbols": [{
        "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT",
        "filters": [{"filterType": "PRICE_FILTER", "tickSize": "0.01"},
                    {"filterType": "LOT_SIZE", "stepSize": "0.001"}]}]})


def walk(count):
    """Rows of (open time, open, high, low, close, volume)."""
    dice, price, rows = random.Random(7), 50_000.0, []
    for n in range(count):
        close = round(price * (1 + dice.gauss(0, 0.003)), 2)
        volume = dice.choice([300, 20, 25, 31, 45])
        rows.append((START + n * STEP, price, max(price, close) + 1, min(price, close) - 1, close,
                     volume))
        price = close
    return rows


def kline(row, closed=True):
    opened, o, h, l, c, v = row
    return json.dumps({"e": "kline", "E": opened + STEP, "s": "BTCUSDT", "k": {
        "t": opened, "T": opened + STEP - 1, "s": "BTCUSDT", "i": "5m", "f": 1, "L": 2, "o": str(o),
        "c": str(c), "h": str(h), "l": str(l), "v": str(v), "n": 2, "x": closed, "q": "70",
        "V": "1", "Q": "1", "B": "0"}})


def page(rows):
    return json.dumps([[t, str(o), str(h), str(l), str(c), str(v), t + STEP - 1, "9", 1, "1", "1",
                        "0"] for t, o, h, l, c, v in rows])


def frame(time, text):
    return f"frame {time} 1 {len(text)}\n{text}\n"


def response(time, url, body):
    return f"response {time} 200 {len(url)} {len(body)}\n{url}\n{body}\n"


def packed(sequence, records):
    """One block as a zstd frame of stored blocks, without a checksum."""
    text = (f"cscan frames 1 binance {sequence}\n" + "".join(records)).encode()
    out = b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", len(text))
    pieces = [text[at:at + 100_000] for at in range(0, len(text), 100_000)]
    for piece in pieces:
        head = len(piece) << 3 | (piece is pieces[-1])
        out += head.to_bytes(3, "little") + piece
    return out


class TrafficTest(TemporaryFolder):
    def setUp(self):
        super().setUp()
        self.traffic = self.folder / "traffic"
        self.traffic.mkdir()
        self.file = self.traffic / "binance_20251009T090000.000Z.frames.zst"
        rows = walk(900)
        now = rows[600][0] + 60_000
        history = ("https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=5m&startTime="
                   f"{START}&limit=602")
        self.blocks = [
            packed(0, [response(now, LISTING[0], json.dumps(LISTING[1])),
                       response(now + 500, history, page(rows[:601])),
                       frame(now + 600, json.dumps({"result": None, "id": 1}))]),
            packed(1, [frame(row[0] + STEP, kline(row)) for row in rows[600:]]),
            packed(2, ["end\n"])]
        self.file.write_bytes(b"".join(self.blocks))

    def replay(self, path, *options):
        code, out, errors = run_program("replay", path, "--json", *options)
        self.assertEqual(code, 0, errors)
        return json.loads(out), errors

    def test_traffic_is_a_recording_like_any_other(self):
        store = self.folder / "store"
        report, errors = self.replay(self.traffic, "--data-dir", store)
        self.assertNotIn("cscan:", errors)
        self.assertEqual((report["markets"], report["series"], report["candles"]), (1, 1, 900))
        self.assertGreater(report["signals"], 300)
        again, _ = self.replay(store / "ohlcv")
        self.assertEqual(again["sha256"], report["sha256"])
        one_file, _ = self.replay(self.file, "--symbols", "BTC/USDT", "--timeframes", "5m")
        self.assertEqual(one_file["sha256"], report["sha256"])

    def test_a_torn_file_is_replayed_up_to_the_tear(self):
        whole = b"".join(self.blocks[:2])
        self.file.write_bytes(whole[:-1])
        report, errors = self.replay(self.traffic)
        self.assertEqual(report["candles"], 600)
        self.assertIn(f"{self.file} at byte {len(self.blocks[0])}: it breaks off", errors)

    def test_what_cannot_be_replayed_is_said(self):
        for arguments, code, word in (
                ([self.traffic, "--symbols", "ETH/USDT"], 4, "ETH/USDT"),
                ([self.traffic, "--exchange", "kraken"], 4, "kraken"),
                ([self.traffic, "--timeframes", "1h"], 4, "no closed candles")):
            got, out, errors = run_program("replay", *arguments)
            self.assertEqual((got, out), (code, ""), errors)
            self.assertIn(word, errors)
        self.file.write_bytes(self.blocks[0] + self.blocks[2])
        got, _, errors = run_program("replay", self.traffic)
        self.assertEqual(got, 4, errors)
        self.assertIn("block 2 stands where block 1 belongs", errors)


if __name__ == "__main__":
    unittest.main(verbosity=2)
