"""What the API refuses: with which status, which words, and without any effect."""

import json
import socket
import unittest
from dataclasses import dataclass

from harness import CONTINUOUS, JSON, Scanner, exchange

CONFLUENCE = f"{CONTINUOUS}/confluence"
SIGNALS = f"{CONTINUOUS}/signals"
START = f"{CONTINUOUS}/start"
STOP = f"{CONTINUOUS}/stop"
CANDLES = "/api/scanner/candles/BTC/USDT"
TRAINING = "/api/scanner/training-data/BTC/USDT"
BODY_BYTES_MAX = 64 * 1024
TOO_LATE = 2**63 - 1


@dataclass
class Refusal:
    """What an error must say. `field` and the others are members of its details."""

    status: int
    code: str
    field: str = ""
    others: tuple = ()


def bad(field, *others):
    """A parameter that is named with its value and with what would be accepted."""
    return Refusal(400, "invalid_argument", field, others or ("value", "accepted"))


def unknown(field, *others):
    return Refusal(404, "not_found", field, others or ("value",))


NOT_DECODABLE = Refusal(400, "invalid_argument")
NO_PATH = Refusal(404, "not_found")
BAD_QUERIES = [
    (f"{SIGNALS}?minscore=60", bad("minscore", "accepted")),
    (f"{SIGNALS}?min_score=60&x", bad("x", "accepted")),
    (f"{CONTINUOUS}/status?verbose=1", bad("verbose", "accepted")),
    (f"{CONTINUOUS}/market-state?x=1", bad("x", "accepted")),
    ("/health?x=1", bad("x", "accepted")),
    (f"{SIGNALS}?min_score=NaN", bad("min_score")),
    (f"{SIGNALS}?min_score=inf", bad("min_score")),
    (f"{SIGNALS}?min_score=1e999", bad("min_score")),
    (f"{SIGNALS}?min_score=0x10", bad("min_score")),
    (f"{SIGNALS}?min_score=60,5", bad("min_score")),
    (f"{SIGNALS}?min_score=%2060", bad("min_score")),
    (f"{SIGNALS}?min_score=", bad("min_score")),
    (f"{SIGNALS}?min_score=-1", bad("min_score")),
    (f"{SIGNALS}?min_score=100.01", bad("min_score")),
    (f"{SIGNALS}?limit=0", bad("limit")),
    (f"{SIGNALS}?limit=501", bad("limit")),
    (f"{SIGNALS}?limit=-1", bad("limit")),
    (f"{SIGNALS}?limit=1.5", bad("limit")),
    (f"{SIGNALS}?limit=99999999999999999999", bad("limit")),
    (f"{SIGNALS}?limit=10&limit=10", bad("limit")),
    (f"{SIGNALS}?symbol=BTC/USDT&symbol=ETH/USDT", bad("symbol")),
    (f"{SIGNALS}?symbol=", bad("symbol")),
    (f"{SIGNALS}?symbol=BTC//USDT", bad("symbol")),
    (f"{SIGNALS}?timeframe=7m", bad("timeframe")),
    (f"{SIGNALS}?timeframe=5m&timeframe=daily", bad("timeframe")),
    (f"{SIGNALS}?timeframe=", bad("timeframe")),
    (f"{SIGNALS}?signal_type=BUY", bad("signal_type")),
    (f"{SIGNALS}?direction=up", bad("direction")),
    (f"{SIGNALS}?sort=random", bad("sort")),
    (f"{SIGNALS}?view=all", bad("view")),
    (f"{SIGNALS}?include_stale=maybe", bad("include_stale")),
    (f"{SIGNALS}?since=yesterday", bad("since")),
    (f"{SIGNALS}?since=2025-02-30", bad("since")),
    (f"{SIGNALS}?since=2025-10-24T25:00:00Z", bad("since")),
    (f"{SIGNALS}?view=history&until={TOO_LATE}", bad("until")),
    (f"{SIGNALS}?cursor=zzz", bad("cursor", "value")),
    (f"{SIGNALS}?cursor=latest:score:1:2", bad("cursor", "value")),
    (f"{SIGNALS}?cursor=latest:time:1:2:aa", bad("cursor", "value")),
    (f"{SIGNALS}?view=history&cursor=s.1.2", bad("cursor", "value")),
    (f"{SIGNALS}?view=history&cursor=t.1.2.3.aa", bad("cursor", "value")),
    (f"{SIGNALS}?exchange=bynance", unknown("exchange")),
    (f"{SIGNALS}?view=history&exchange=bynance", unknown("exchange")),
    (f"{SIGNALS}?symbol=NOPE/USDT", unknown("symbol")),
    (f"{SIGNALS}?symbol=BTC/USDT&exchange=bynance", unknown("exchange")),
    (f"{CONFLUENCE}/BTC/USDT?min_aligned=0", bad("min_aligned")),
    (f"{CONFLUENCE}/BTC/USDT?min_aligned=9", bad("min_aligned")),
    (f"{CONFLUENCE}/BTC/USDT?min_score=1e3", bad("min_score")),
    (f"{CONTINUOUS}/scan?limit=501", bad("limit")),
    (f"{CONTINUOUS}/scan?timeframe=7m", bad("timeframe")),
    (f"{CONTINUOUS}/scan?sort=rsi", bad("sort")),
    (f"{CONTINUOUS}/scan?sort=", bad("sort")),
    (f"{CONTINUOUS}/scan?sort=rank&sort=price", bad("sort")),
    (f"{CONTINUOUS}/scan?order=down", bad("order")),
    (f"{CONTINUOUS}/scan?columns=", bad("columns")),
    (f"{CONTINUOUS}/scan?columns=rank,,price", bad("columns")),
    (f"{CONTINUOUS}/scan?columns=rsi_14;drop", bad("columns")),
    (f"{CONTINUOUS}/scan?columns=" + "x," * 4000, bad("columns")),
    (f"{CANDLES}?limit=5001", bad("limit")),
    (f"{CANDLES}?timeframe=1w", bad("timeframe")),
    (f"{CANDLES}?from=2030-01-01&to=2029-01-01", bad("from")),
    (f"{CANDLES}?from={TOO_LATE}", bad("from")),
    (f"{TRAINING}?days=0", bad("days")),
    (f"{TRAINING}?days=3651", bad("days")),
    (f"{TRAINING}?days=30.0", bad("days")),
    (f"{TRAINING}?format=parquet", bad("format")),
    (f"{TRAINING}?labels=outcomes", bad("labels")),
    (f"{TRAINING}?include=", bad("include")),
    (f"{TRAINING}?include=signals,secrets", bad("include")),
    (f"{TRAINING}?from=2025-01-02&to=2025-01-01", bad("from")),
    (f"{TRAINING}?from=1900-01-01", bad("from")),
    (f"{TRAINING}?from={-TOO_LATE}&to={TOO_LATE}", bad("from")),
]
HOSTILE_PATHS = [
    (f"{CONFLUENCE}/NOPE/USDT", unknown("symbol")),
    ("/api/scanner/training-data/NOPE/USDT", unknown("symbol")),
    ("/api/scanner/candles/NOPEUSDT", unknown("symbol")),
    (f"{CONFLUENCE}/..%2f..%2fetc%2fpasswd", bad("symbol", "value")),
    (f"{CONFLUENCE}/../../../etc/passwd", bad("symbol", "value")),
    ("/api/scanner/training-data/..%5c..%5cetc", bad("symbol", "value")),
    ("/api/scanner/candles/../USDT", unknown("symbol")),
    (f"{CONFLUENCE}/%252e%252e%252fUSDT", unknown("symbol")),
    (f"{CONFLUENCE}/BTC%00/USDT", NOT_DECODABLE),
    (f"{CONFLUENCE}/%c0%ae%c0%ae%c0%af", NOT_DECODABLE),
    (f"{CONFLUENCE}/%ed%a0%80", NOT_DECODABLE),
    (f"{CONFLUENCE}/%ff", NOT_DECODABLE),
    (f"{CONFLUENCE}/BTC%2", NOT_DECODABLE),
    (f"{CONFLUENCE}/%zz", NOT_DECODABLE),
    (f"{SIGNALS}?symbol=%00", NOT_DECODABLE),
    (f"{CONFLUENCE}/BTC%22%3B--/USDT", bad("symbol", "value")),
    (f"{CONFLUENCE}/{'A' * 5000}/USDT", bad("symbol", "value")),
    (f"{CONFLUENCE}/", NO_PATH),
    (f"{CONTINUOUS}", NO_PATH),
    ("/", NO_PATH),
    ("/api/scanner/continuous/status/", NO_PATH),
    ("/API/scanner/continuous/status", NO_PATH),
    ("//api/scanner/continuous/status", NO_PATH),
    ("/api/../api/scanner/continuous/status", NO_PATH),
    ("/metrics", NO_PATH),
]


def body_refused(field, *others):
    return Refusal(400, "invalid_argument", field, others or ("value", "accepted"))


def config_refused(field, *others):
    return Refusal(422, "invalid_argument", f"config.{field}", others or ("value", "accepted"))


NOT_JSON = Refusal(400, "invalid_argument", "body")
BAD_BODIES = [
    (b"{", NOT_JSON), (b'{"symbols": ["BTC/USDT"', NOT_JSON), (b"symbols=BTC", NOT_JSON),
    (b'{"symbols": ["BTC/USDT"],}', NOT_JSON), (b"{} {}", NOT_JSON), (b'{"a": NaN}', NOT_JSON),
    (b'{"symbols": ["\xff"]}', NOT_JSON), (b"\x00", NOT_JSON),
    (b'{"config": {"momentum_bias": 0x1}}', NOT_JSON),
    (b"[" * 40 + b"]" * 40, NOT_JSON), (b'{"a":' * 8000, NOT_JSON), (b"[" * 60000, NOT_JSON),
    (b"[]", body_refused("body")), (b"null", body_refused("body")), (b"7", body_refused("body")),
    (b'{"symbol": ["BTC/USDT"]}', body_refused("symbol")),
    (b'{"symbols": "BTC/USDT"}', body_refused("symbols")),
    (b'{"symbols": []}', body_refused("symbols")),
    (b'{"symbols": [7]}', body_refused("symbols")),
    (b'{"symbols": [""]}', body_refused("symbols")),
    (b'{"symbols": {"top": 0}}', body_refused("symbols.top")),
    (b'{"symbols": {"top": 1.5}}', body_refused("symbols.top")),
    (b'{"symbols": {"top": 5, "by": "name"}}', body_refused("symbols.by")),
    (b'{"symbols": null}', body_refused("symbols")),
    (b'{"exchanges": "binance"}', body_refused("exchanges")),
    (b'{"exchanges": []}', body_refused("exchanges")),
    (b'{"config": []}', body_refused("config")),
    (b'{"exchanges": ["bitfoo"]}', Refusal(422, "unsupported", "exchanges", ("value", "accepted"))),
    (b'{"exchanges": ["../etc"]}', Refusal(422, "unsupported", "exchanges", ("value", "accepted"))),
    (b'{"symbols": ["NOPE/USDT"]}', Refusal(422, "unsupported", "symbols", ("value",))),
    (b'{"symbols": ["..\\/..\\/x"]}', Refusal(422, "unsupported", "symbols", ("value",))),
    (b'{"config": {"momentum_biass": 1}}', config_refused("momentum_biass", "accepted")),
    (b'{"config": {"momentum_bias": 1.01}}', config_refused("momentum_bias")),
    (b'{"config": {"momentum_bias": "0.5"}}', config_refused("momentum_bias")),
    (b'{"config": {"momentum_bias": null}}', config_refused("momentum_bias")),
    (b'{"config": {"scan_interval": 0}}', config_refused("scan_interval")),
    (b'{"config": {"scan_interval": 1.5}}', config_refused("scan_interval")),
    (b'{"config": {"persist_previews": 1}}', config_refused("persist_previews")),
    (b'{"config": {"max_candles_per_timeframe": 99}}', config_refused("max_candles_per_timeframe")),
    (b'{"config": {"score_model": "best"}}', config_refused("score_model")),
    (b'{"config": {"timeframes": []}}', config_refused("timeframes")),
    (b'{"config": {"timeframes": {}}}', config_refused("timeframes")),
    (b'{"config": {"timeframes": {"a": "5m", "b": "5m"}}}', config_refused("timeframes")),
    (b'{"config": {"timeframes": {"scalp": "7m"}}}', config_refused("timeframes.scalp")),
    (b'{"config": {"timeframes": {"Scalp!": "5m"}}}', config_refused("timeframes.Scalp!")),
    (b'{"config": {"timeframes": {"scalp": 5}}}', config_refused("timeframes.scalp")),
]
CROSS_SITE = [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
]


class BadInputTest(unittest.TestCase):
    """One scanner runs all the while; nothing here may stop or change it."""

    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", "--symbols", "BTC/USDT,ETH/USDT")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.run_id = cls.scanner.wait_for_signals()["run_id"]

    def tearDown(self):
        status = self.scanner.status()
        self.assertEqual((status["run_id"], status["running"]), (self.run_id, True))

    def expect(self, answer, refusal):
        """Fails unless the answer is that refusal, in words that help."""
        self.assertEqual(answer.status, refusal.status, answer.body[:300])
        error = answer.json["error"]
        self.assertEqual(error["code"], refusal.code)
        self.assertGreater(len(error["message"]), 10)
        if refusal.field:
            self.assertEqual(error["details"].get("field"), refusal.field, error)
            for name in refusal.others:
                self.assertTrue(name in error["details"], f"details lack {name}: {error}")

    def test_queries(self):
        for target, refusal in BAD_QUERIES:
            with self.subTest(target=target):
                self.expect(self.scanner.get(target), refusal)

    def test_paths(self):
        for target, refusal in HOSTILE_PATHS:
            with self.subTest(target=target[:100]):
                self.expect(self.scanner.get(target), refusal)

    def test_bodies(self):
        for body, refusal in BAD_BODIES:
            with self.subTest(body=body[:100]):
                self.expect(self.scanner.post(START, body), refusal)

    def test_numbers_beyond_double(self):
        answer = self.scanner.post(START, b'{"config": {"momentum_bias": 1e999}}')
        self.assertIn(answer.status, (400, 422), answer.body)

    def test_body_too_large(self):
        body = b'{"symbols": ["' + b"A" * BODY_BYTES_MAX + b'"]}'
        self.expect(self.scanner.post(START, body), Refusal(413, "body_too_large"))

    def test_largest_body_is_read(self):
        body = b'{"exchanges": ["bitfoo"]}'.ljust(BODY_BYTES_MAX)
        self.expect(self.scanner.post(START, body), Refusal(422, "unsupported", "exchanges"))

    def test_header_too_large(self):
        answer = self.scanner.get(f"{CONTINUOUS}/status", {"X-Long": "x" * 20000})
        self.expect(answer, Refusal(431, "header_too_large"))

    def test_content_types(self):
        refused = Refusal(415, "unsupported_media_type")
        for kind in ("application/x-www-form-urlencoded", "text/plain", "application/jsonp",
                     "multipart/form-data; boundary=application/json"):
            for target in (START, STOP):
                with self.subTest(kind=kind, target=target):
                    self.expect(self.scanner.post(target, b"{}", {"Content-Type": kind}), refused)
        self.expect(self.scanner.post(START, b"{}", {}), refused)
        accepted = {"Content-Type": "Application/JSON; charset=utf-8"}
        answer = self.scanner.post(START, b'{"exchanges": ["bitfoo"]}', accepted)
        self.assertEqual(answer.status, 422)

    def test_hosts(self):
        port = self.scanner.port
        for host in ("evil.example", f"evil.example:{port}", "localhost", f"localhost:{port + 1}",
                     f"127.0.0.1.evil.example:{port}", f"localhost:{port}@evil.example", ""):
            for method, target in (("GET", f"{CONTINUOUS}/status"), ("POST", STOP)):
                with self.subTest(host=host, method=method):
                    answer = self.scanner.request(method, target, headers={"Host": host})
                    self.expect(answer, Refusal(403, "forbidden_host"))
        for host in (f"LOCALHOST:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
            self.assertEqual(self.scanner.get("/health", {"Host": host}).status, 200)

    def test_other_origins_change_nothing(self):
        for headers in CROSS_SITE:
            for target in (START, STOP):
                with self.subTest(headers=headers, target=target):
                    answer = self.scanner.post(target, headers=headers)
                    self.expect(answer, Refusal(403, "forbidden_origin"))
                    self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_methods(self):
        for method, target, allow in (
                ("POST", f"{CONTINUOUS}/status", "GET"), ("PUT", SIGNALS, "GET"),
                ("GET", START, "POST"), ("HEAD", STOP, "POST"), ("DELETE", START, "POST"),
                ("OPTIONS", SIGNALS, "GET"), ("PATCH", TRAINING, "GET"),
                ("BREW", "/health", "GET")):
            with self.subTest(method=method, target=target):
                status, headers, _ = exchange(self.scanner.port, method, target)
                self.assertEqual((status, headers["Allow"]), (405, allow))
                if method != "HEAD":
                    self.scanner.request(method, target)

    def test_starting_again(self):
        same = {"symbols": ["BTC/USDT", "ETH/USDT"]}
        answer = self.scanner.post(START, json.dumps(same))
        self.assertEqual((answer.status, answer.json["status"]), (200, "already_running"))
        self.assertEqual(answer.json["run_id"], self.run_id)
        for other in ({"symbols": ["BTC/USDT"]}, {**same, "config": {"momentum_bias": 0.5}},
                      {**same, "exchanges": ["binance"]}, {}):
            with self.subTest(other=other):
                answer = self.scanner.post(START, json.dumps(other))
                self.expect(answer, Refusal(409, "conflict"))
                self.assertEqual(answer.json["error"]["details"]["run_id"], self.run_id)

    def test_scanner_still_answers_rightly(self):
        self.assertEqual(self.scanner.ok(f"{SIGNALS}?limit=500&include_stale=true")["total"], 16)


def raw_exchange(port, text):
    """Sends bytes as they are and gives the answer's first line."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(text)
        return connection.makefile("rb").readline().decode().strip()


class StoppedTest(unittest.TestCase):
    """Before and after a run."""

    def test_stopping(self):
        with Scanner() as scanner:
            for _ in range(2):
                self.assertEqual(scanner.post(STOP, headers={}).json["status"], "not_running")
            self.assertEqual(scanner.get(f"{CONFLUENCE}/BTC/USDT").status, 404)
            self.assertEqual(scanner.get("/ready").status, 503)
            request = f"POST {STOP} HTTP/1.1\r\nHost: localhost:{scanner.port}\r\n\r\n".encode()
            started = scanner.post(START, json.dumps({"symbols": ["BTC/USDT"]}))
            self.assertEqual(started.json["status"], "started")
            # At once: warming up, in the same shape.
            self.assertEqual(scanner.get(f"{CONFLUENCE}/BTC/USDT").status, 200)
            self.assertEqual(raw_exchange(scanner.port, request), "HTTP/1.1 200 OK")
            self.assertEqual(scanner.status()["state"], "stopped")
            self.assertEqual(scanner.post(STOP, headers={}).json["status"], "not_running")

    def test_an_exchange_out_of_reach_is_named(self):
        nobody = "http://127.0.0.1:1"
        with Scanner("--exchange-url", f"binance={nobody}", "--exchange-url",
                     f"kucoinfutures={nobody}", demo=False) as scanner:
            answer = scanner.post(START, b"", JSON)
            self.assertEqual(answer.status, 503)
            self.assertIn("127.0.0.1:1", answer.json["error"]["message"])
            self.assertEqual(answer.json["error"]["details"]["field"], "exchanges")
            status = scanner.status()
            self.assertEqual((status["running"], status["source"]), (False, "live"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
