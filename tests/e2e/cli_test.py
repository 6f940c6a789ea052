"""The command line: what it says, where it says it, and its exit codes."""

import json
import shutil
import signal
import socket
import subprocess
import unittest

from contract import Contract, strict_json
from harness import (BINARY, CONTINUOUS, PATIENCE_S, Scanner, TemporaryFolder, die_with_parent,
                     run_program)

DONE, USAGE, RESOURCE, BAD_DATA = 0, 2, 3, 4

WRONG_USAGE = [
    (["frobnicate"], "frobnicate"),
    (["serve", "--frobnicate"], "--frobnicate"),
    (["config"], "subcommand"),
    (["replay"], "RECORDING"),
    (["scenario"], "PATH"),
    (["serve", "--demo", "--port", "70000"], "65535"),
    (["serve", "--demo", "--port", "http"], "--port"),
    (["serve", "--demo", "--speed", "0"], "--speed"),
    (["serve", "--speed", "2"], "--demo"),
    (["serve", "--bind", "0.0.0.0"], "--token-file"),
    (["serve", "--demo", "--token-file", "nothing-here"], "nothing-here"),
    (["serve", "--demo", "--set", "momentum_bias=7"], "momentum_bias"),
    (["serve", "--demo", "--config", "nothing-here.json"], "nothing-here.json"),
    (["serve", "--demo", "--start", "--port", "0", "--symbols", "NOPE/USDT"], "NOPE/USDT"),
    (["serve", "--demo", "--start", "--port", "0", "--exchanges", "bitfoo"], "bitfoo"),
    (["serve", "--demo", "--exchange-url", "binance=http://127.0.0.1:1"], "--exchange-url"),
    (["serve", "--exchange-url", "mtgox=http://127.0.0.1:1"], "kucoinfutures"),
    (["serve", "--exchange-url", "binance=127.0.0.1:1"], "http://"),
    (["serve", "--start", "--port", "0", "--exchanges", "bitfoo"], "bitfoo"),
    (["exchange-sim", "--port", "70000"], "65535"),
    (["exchange-sim", "--fault", "nothing-here"], "nothing-here"),
    (["exchange-sim", "--data-start", "2024-08-05"], "--data"),
    (["exchange-sim", "--data", ".", "--seed", "1"], "--seed"),
    (["run", "--demo", "--rows", "0"], "--rows"),
]
WRONG_CONFIGURATIONS = [
    ('{\n  "momentum_bias": 0.5,\n  "scan_interval" 3\n}', "line 3, column"),
    ('{"momentum_bias": 0.5', "line 1, column"),
    ("", "line 1, column"),
    ("\x00\x01\x02", "line 1, column"),
    ('{"momentum_bias": NaN}', "line 1, column"),
    ("[" * 5000, "line 1, column"),
    ("[]", "object"),
    ('{"momentum_biass": 0.5}', "did you mean 'momentum_bias'"),
    ('{"momentum_bias": 2}', "from 0 to 1"),
    ('{"momentum_bias": "much"}', "from 0 to 1"),
    ('{"scan_interval": 1.5}', "whole number"),
    ('{"timeframes": {"scalp": "7m"}}', "timeframes.scalp"),
    ('{"timeframes": {"a": "5m", "b": "5m"}}', "timeframes"),
    ('{"timeframes": {}}', "timeframes"),
    ('{"score_model": "best"}', "classic"),
]


class WordsTest(TemporaryFolder):
    def fails(self, arguments, code, word):
        """The command must end with that code, silent on stdout and with the word on stderr."""
        got, out, errors = run_program(*arguments, cwd=self.folder)
        self.assertEqual((got, out), (code, ""), errors)
        self.assertIn(word, errors)
        self.assertNotIn("\x1b", errors)

    def test_help(self):
        for command in ([], ["serve"], ["run"], ["replay"], ["scenario"], ["config"],
                        ["config", "show"], ["doctor"], ["exchange-sim"], ["record"]):
            with self.subTest(command=command):
                code, out, errors = run_program(*command, "--help")
                self.assertEqual((code, errors), (DONE, ""))
                self.assertIn("Usage: cscan", out)

    def test_version(self):
        code, out, _ = run_program("--version")
        self.assertEqual(code, DONE)
        version = Contract().document["info"]["version"]
        self.assertEqual(out.strip(), f"cscan {version}")

    def test_without_a_command_it_explains_itself(self):
        code, out, _ = run_program()
        self.assertEqual(code, USAGE)
        self.assertIn("cscan serve --demo --start", out)

    def test_wrong_usage(self):
        for arguments, word in WRONG_USAGE:
            with self.subTest(arguments=arguments):
                self.fails(arguments, USAGE, word)

    def test_a_folder_without_candles_cannot_be_played(self):
        self.fails(["exchange-sim", "--data", self.folder], BAD_DATA, str(self.folder))
        self.fails(["exchange-sim", "--data", "nothing-here"], BAD_DATA, "nothing-here")

    def test_wrong_configuration_files(self):
        path = self.folder / "wrong.json"
        for text, word in WRONG_CONFIGURATIONS:
            with self.subTest(text=text[:60]):
                path.write_text(text)
                self.fails(["config", "check", path], USAGE, word)
                self.fails(["config", "check", path], USAGE, "wrong.json")
        self.fails(["config", "check", "nothing.json"], USAGE, "nothing.json")
        self.fails(["config", "check", self.folder], USAGE, "folder")
        path.write_bytes(b"{}" + b" " * (1 << 20))
        self.fails(["config", "check", path], USAGE, "wrong.json")

    def test_right_configuration_file(self):
        path = self.folder / "right.json"
        path.write_text('// mine\n{"momentum_bias": 0.5, /* half */ "scan_interval": 60,}\n')
        code, out, errors = run_program("config", "check", path)
        self.assertEqual((code, errors), (DONE, ""))
        self.assertIn("fine", out)
        code, out, _ = run_program("config", "show", "--json", "--config", path, "--set", "grace=7")
        shown = strict_json(out)
        self.assertEqual((shown["momentum_bias"], shown["scan_interval"], shown["grace"]),
                         (0.5, 60, 7))

    def test_shown_configuration_is_the_documented_one(self):
        code, out, _ = run_program("config", "show", "--json")
        self.assertEqual(code, DONE)
        shown = strict_json(out)
        documented = Contract().document["components"]["schemas"]["Config"]["properties"]
        self.assertEqual(shown, {key: schema["default"] for key, schema in documented.items()})

    def test_shown_configuration_can_be_used(self):
        _, out, _ = run_program("config", "show", "--json")
        path = self.folder / "shown.json"
        path.write_text(out)
        self.assertEqual(run_program("config", "check", path)[0], DONE)

    def test_table_says_where_values_come_from(self):
        _, out, _ = run_program("config", "show", "--set", "momentum_bias=0.5")
        self.assertRegex(out, r"momentum_bias +0\.5 +share +--set ")
        self.assertRegex(out, r"scan_interval +90 +s +default ")

    def test_busy_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            self.fails(["serve", "--demo", "--port", port], RESOURCE, f"port {port}")


class ReplayTest(TemporaryFolder):
    """Replaying what is no recording, and what is one."""

    @classmethod
    def setUpClass(cls):
        cls.scanner = Scanner("--start", "--symbols", "BTC/USDT", "--exchanges", "binance")
        cls.scanner.__enter__()
        cls.addClassCleanup(cls.scanner.__exit__, None, None, None)
        cls.scanner.wait_for_signals()
        cls.scanner.post(f"{CONTINUOUS}/stop", headers={})
        cls.recordings = cls.scanner.data_dir / "ohlcv"

    def replay(self, *arguments):
        code, out, errors = run_program("replay", *arguments, "--json")
        self.assertEqual(code, DONE, errors)
        return strict_json(out)

    def fails(self, arguments, code, *words):
        got, out, errors = run_program("replay", *arguments)
        self.assertEqual((got, out), (code, ""), errors)
        for word in words:
            self.assertIn(word, errors)

    def test_twice_the_same_digest(self):
        first = self.replay(self.recordings)
        self.assertEqual((first["markets"], first["series"]), (1, 4))
        self.assertGreater(first["signals"], 1000)
        self.assertRegex(first["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual(sum(first["by_type"].values()), first["signals"])
        self.assertEqual(sum(first["by_quality"].values()), first["signals"])
        self.assertEqual(self.replay(self.recordings)["sha256"], first["sha256"])
        other = self.replay(self.recordings, "--set", "momentum_bias=0.5")
        self.assertNotEqual(other["sha256"], first["sha256"])

    def test_storing_twice_finds_everything_equal(self):
        store = self.folder / "store"
        for word in ("0 signals were there already", "0 of them different"):
            code, out, errors = run_program("replay", self.recordings, "--data-dir", store)
            self.assertEqual(code, DONE, errors)
            self.assertIn(word, out)
        again = self.replay(store / "ohlcv")
        self.assertEqual(again["sha256"], self.replay(self.recordings)["sha256"])

    def test_no_recordings(self):
        self.fails([self.folder / "nothing"], BAD_DATA, "nothing")
        self.fails([self.folder], BAD_DATA, "binance_BTCUSDT_5m.parquet")
        self.fails([self.recordings, "--symbols", "NOPE/USDT"], BAD_DATA, "NOPE/USDT")
        self.fails([self.recordings, "--exchange", "bitfoo"], BAD_DATA, "--exchange")
        self.fails([self.recordings, "--timeframes", "7m"], USAGE, "7m")
        self.fails([self.recordings, "--score-model", "best"], USAGE, "classic")
        self.fails([self.recordings, "--signals", "/proc/nothing/x"], RESOURCE, "/proc/nothing/x")

    def test_wrong_names(self):
        for name in ("candles.parquet", "binance_BTCUSDT_7m.parquet", "BTCUSDT_5m.parquet",
                     "binance_BTCUSDT_5m.csv", "_BTCUSDT_5m.parquet", "binance__5m.parquet"):
            with self.subTest(name=name):
                folder = self.folder / name.replace(".", "_")
                folder.mkdir()
                shutil.copy(self.recordings / "binance_BTCUSDT_5m.parquet", folder / name)
                self.fails([folder], BAD_DATA, "binance_BTCUSDT_5m.parquet")

    def test_broken_files(self):
        whole = (self.recordings / "binance_BTCUSDT_5m.parquet").read_bytes()
        broken = {
            "empty": b"", "zeros": bytes(5000), "junk": bytes(range(256)) * 20,
            "half": whole[:len(whole) // 2], "no tail": whole[:-1], "no head": whole[4:],
            "only magic": b"PAR1PAR1", "long footer": b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1",
            "changed": whole[:-200] + bytes(150) + whole[-50:],
            "of another timeframe": whole,
        }
        path = self.folder / "binance_BTCUSDT_4h.parquet"
        for name, content in broken.items():
            with self.subTest(name=name):
                path.write_bytes(content)
                self.fails([self.folder], BAD_DATA, path.name, "Replace the file")

    def test_a_broken_file_does_not_hide_behind_good_ones(self):
        for source in self.recordings.iterdir():
            shutil.copy(source, self.folder)
        (self.folder / "binance_ETHUSDT_5m.parquet").write_bytes(b"PAR1")
        self.fails([self.folder], BAD_DATA, "binance_ETHUSDT_5m.parquet")


class SignalsTest(TemporaryFolder):
    """Ctrl-C and SIGTERM end the program with everything on disk."""

    def test_serve_ends_on_sigterm(self):
        with Scanner("--start", "--symbols", "BTC/USDT", "--exchanges", "binance") as scanner:
            scanner.wait_for_signals()
            scanner.stop(signal.SIGTERM)
            manifest = json.loads((scanner.data_dir / "manifest.json").read_text())
            self.assertEqual((manifest["files_pending"], manifest["files"]["ohlcv"]), (0, 4))

    def test_serve_ends_at_once_while_it_loads(self):
        with Scanner("--start") as scanner:
            scanner.stop()

    def test_serve_ends_with_connections_open(self):
        with Scanner() as scanner:
            idle = [socket.create_connection(("127.0.0.1", scanner.port)) for _ in range(20)]
            idle[0].sendall(b"GET /health HTTP/1.1\r\nHost: ")
            scanner.stop()
            for connection in idle:
                connection.close()

    def test_run_prints_plain_lines_into_a_pipe(self):
        process = subprocess.Popen(
            [BINARY, "run", "--demo", "--symbols", "BTC/USDT", "--exchanges", "binance",
             "--data-dir", self.folder / "data"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, bufsize=0, preexec_fn=die_with_parent)
        self.addCleanup(process.kill)
        first = process.stdout.readline().decode()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=PATIENCE_S)
        lines = (first + rest.decode()).splitlines()
        self.assertEqual(process.returncode, DONE, errors.decode())
        self.assertNotIn("\x1b", "\n".join(lines))
        self.assertIn("SYNTHETIC MARKET", lines[0])
        table = [line for line in lines if line.startswith("binance ")]
        self.assertEqual(len(table), 4)
        for line in table:
            self.assertRegex(line, r"^binance +BTC/USDT +(5m|1h|4h|1d) +\S [A-Z_]+ +[0-9.]+ +\w+ ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
