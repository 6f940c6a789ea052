"""Runs the real program in a folder of its own and talks to it over loopback.

CSCAN_BINARY names the program. Sanitizer builds are many times slower, so waits are generous and
end as soon as what they wait for is there. A process dies with the test that started it.
"""

import ctypes
import http.client
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from datetime import date, timedelta
from pathlib import Path

from contract import REPOSITORY, Contract

BINARY = os.path.abspath(os.environ.get("CSCAN_BINARY", REPOSITORY / "build/release/cscan"))
PATIENCE_S = 150
STOP_PATIENCE_S = 150
CONTINUOUS = "/api/scanner/continuous"
CONTRACT = Contract()
# The demo looks for closed candles twice a second. At this speed that is every 60 s of the market,
# so the core must not ask for a candle it waits for (and so have it as backfill) before that.
FAST = ["--speed", "120", "--set", "grace=300"]
ONE_MARKET = ["--symbols", "BTC/USDT", "--exchanges", "binance"]
# All its stored signals. A fast market runs ahead of the real clock, so the end is named.
_FIRST_DAY, _LAST_DAY = (date.today() + timedelta(days=days) for days in (-3000, 500))
EVERYTHING = ("/api/scanner/training-data/BTC/USDT?exchange=binance&include=signals"
              f"&from={_FIRST_DAY}&to={_LAST_DAY}")
NEWEST = f"{CONTINUOUS}/signals?view=history&sort=time&limit=20&timeframe=scalp"
JSON = {"Content-Type": "application/json"}


def temporary_folder():
    """A new folder, in memory where there is room: the program syncs every file it publishes, and
    a first run publishes thousands."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return Path(tempfile.mkdtemp(prefix="cscan-e2e-", dir=memory if roomy else None))


def die_with_parent():
    """For the child, before exec: the kernel ends it when this process goes, however it goes."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class Answer:
    """One answer, judged by the contract already."""

    def __init__(self, status, headers, body, value):
        self.status = status
        self.headers = headers
        self.body = body
        self.json = value


def exchange(port, method, target, body=None, headers=None):
    """One request on a connection of its own; the raw status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


class Scanner:
    """A `cscan serve` process. Use it in a with statement."""

    def __init__(self, *options, data_dir=None, demo=True, cwd=None, wrapper=()):
        self.own_dir = temporary_folder()
        self.data_dir = Path(data_dir) if data_dir else self.own_dir / "training_data"
        self.options = [*(["--demo"] if demo else []), *options]
        self.cwd = cwd
        self.wrapper = list(wrapper)
        self.process = None
        self.port = None

    def __enter__(self):
        try:
            self.launch()
        except BaseException:
            self.clean_up()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.process.poll() is None:
                self.stop()
            elif kind is not None:
                print(f"--- log of cscan\n{self.log()[-4000:]}", flush=True)
        finally:
            self.clean_up()

    def launch(self):
        command = [*self.wrapper, BINARY, "serve", "--port", "0", *self.options]
        command += ["--data-dir", str(self.data_dir)]
        with open(self.own_dir / "stderr", "ab") as log:
            self.process = subprocess.Popen(
                command, bufsize=0, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL,
                cwd=self.cwd, preexec_fn=die_with_parent)
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://[^ ]+:(\d+)$", line.strip())
        if not found:
            raise AssertionError(f"no port in {line!r}: {self.log()[-2000:]}")
        self.port = int(found[1])

    def clean_up(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()
            self.process.stdout.close()
        shutil.rmtree(self.own_dir, ignore_errors=True)

    def log(self):
        path = self.own_dir / "stderr"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self):
        """As the power goes: no handler runs."""
        self.process.kill()
        self.process.wait()

    def stop(self, number=signal.SIGINT):
        """Ends it as Ctrl-C does. Gives what it printed; fails unless it exits with 0."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=STOP_PATIENCE_S)
        if self.process.returncode != 0:
            raise AssertionError(f"exit code {self.process.returncode}: {self.log()[-4000:]}")
        return rest.decode()

    def request(self, method, target, body=None, headers=None):
        status, got, text = exchange(self.port, method, target, body, headers)
        path = urllib.parse.urlsplit(target).path
        return Answer(status, got, text, CONTRACT.check(method, path, status, got, text))

    def get(self, target, headers=None):
        return self.request("GET", target, headers=headers)

    def post(self, target, body=None, headers=None):
        return self.request("POST", target, body, headers if headers is not None else JSON)

    def ok(self, target):
        """The JSON of a GET that must succeed."""
        answer = self.get(target)
        assert answer.status == 200, f"{target}: {answer.status} {answer.body[:500]}"
        return answer.json

    def status(self):
        return self.ok(f"{CONTINUOUS}/status")

    def wait_for(self, what, condition, patience_s=PATIENCE_S):
        """Asks until condition() gives something true, and gives that."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"cscan ended while waiting for {what}: {self.log()[-4000:]}")
            if found := condition():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not in {patience_s} s: {what}; {self.status()}")

    def wait_for_signals(self):
        """Until every series has a signal on disk, is ranked, and the market state is known."""

        def ready():
            status = self.status()
            coverage = status["coverage"]
            full = 0 < coverage["series"] == coverage["with_signal"]
            known = status["market_state"]["breadth"]["covered"] > 0
            if not (full and known and status["state"] == "running"):
                return None
            ranked = self.ok(f"{CONTINUOUS}/scan?limit=1")["total"]
            return status if ranked == coverage["series"] else None

        return self.wait_for("a signal of every series", ready)


def run_program(*arguments, patience_s=PATIENCE_S, **options):
    """Runs a command of cscan to its end: exit code, stdout, stderr."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, stdin=subprocess.DEVNULL,
        timeout=patience_s, preexec_fn=die_with_parent, check=False, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


_BODY = re.compile(rb'\{"id":"([0-9a-f]{32})".*?(?=,"computed_at":)', re.DOTALL)


def signal_bodies(text):
    """The bodies of all signals in a text, id by id, as the bytes that were written. The envelope,
    which begins with computed_at, is left out: it tells of the making and may differ."""
    bodies = {}
    for match in _BODY.finditer(text):
        identity = match[1].decode()
        assert bodies.setdefault(identity, match[0]) == match[0], f"two bodies of {identity}"
    return bodies


class TemporaryFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = temporary_folder()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
