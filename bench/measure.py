"""What the measuring scripts share: rows, figures from /proc, a running `cscan serve`.

A row is the same object that the C++ programs print as a line of JSON (measurement.hpp): one
figure a round of ours and, where there is a peer, one of the peer in the same round.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
START_S_MAX = 60
STOP_S_MAX = 10
IDLE_SHARE = 0.05


def program(name):
    """The release build of cscan, what people run; measuring programs are in build/bench."""
    folder = "release" if name == "cscan" else "bench"
    path = ROOT / "build" / folder / name
    if not path.exists():
        raise SystemExit(f"{path.relative_to(ROOT)} is not built: './dev bench' builds it")
    return str(path)


def market_data():
    return Path(os.environ.get("CSCAN_MARKET_DATA") or ROOT / "../shared/data/market")


def row(metric, unit, ours, better="lower", peer_name="", peer=(), note=""):
    return {"metric": metric, "unit": unit, "better": better, "ours": list(ours),
            "peer_name": peer_name, "peer": list(peer), "note": note}


def clean_up_when_stopped():
    """Makes SIGTERM an exception, as Ctrl-C is one, so that servers and folders are removed."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def print_rows(rows):
    for one in rows:
        print(json.dumps(one), flush=True)


def is_quick():
    return "--quick" in sys.argv[1:]


def say(text):
    """Progress, beside the rows on standard output."""
    print(f"  {text}", file=sys.stderr, flush=True)


def pinned(core):
    """The words before a command that keep it on one core, where there are several."""
    cores = sorted(os.sched_getaffinity(0))
    return ["taskset", "-c", str(cores[core % len(cores)])]


def cpu_seconds(pid, thread=None):
    """User and system time so far of a whole process, or of one of its threads."""
    part = f"{pid}/task/{thread}" if thread else f"{pid}"
    fields = Path(f"/proc/{part}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_kb(pid, field="VmRSS"):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+)", text, re.MULTILINE)[1])


@contextlib.contextmanager
def running(command, stop=signal.SIGTERM, **options):
    """A child process that is gone afterwards: stopped by a signal, killed if it takes too long."""
    child = subprocess.Popen(command, **options)
    try:
        yield child
    finally:
        child.send_signal(stop)
        try:
            child.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


class Server:
    """`cscan serve` on a free port of loopback."""

    def __init__(self, child, port):
        self.pid = child.pid
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path, headers=None):
        request = urllib.request.Request(self.url + path, headers=headers or {})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.read()

    def status(self):
        return json.loads(self.get("/api/scanner/continuous/status"))

    def wait_until_warm(self, seconds_max):
        """Until every series has its history and a signal."""
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline:
            status = self.status()
            coverage = status["coverage"]
            if coverage["series"] and coverage["with_signal"] == coverage["series"]:
                return status
            time.sleep(0.5)
        raise SystemExit(f"not every series had a signal within {seconds_max} s: {coverage}")

    def wait_until_idle(self, seconds_max):
        """Until it uses less than a twentieth of a core: after a start it still writes training
        files. The share it used last, which is larger where the time did not suffice."""
        deadline = time.monotonic() + seconds_max
        while True:
            before = cpu_seconds(self.pid)
            time.sleep(2)
            share = (cpu_seconds(self.pid) - before) / 2
            if share < IDLE_SHARE or time.monotonic() > deadline:
                return share


@contextlib.contextmanager
def demo_server(*arguments, prefix=()):
    """The synthetic market behind the API, its data in a folder that is removed afterwards. It is
    killed, not stopped: stopping would first publish every training file.
    """
    with tempfile.TemporaryDirectory(prefix="cscan-bench-", ignore_cleanup_errors=True) as data:
        command = [*prefix, program("cscan"), "serve", "--demo", "--start", "--port", "0",
                   "--data-dir", data, *arguments]
        with open(Path(data, "bench.log"), "w+", encoding="utf-8") as log:
            with running(command, signal.SIGKILL, stdout=log, stderr=subprocess.STDOUT) as child:
                yield Server(child, _announced_port(child, Path(log.name)))


def _announced_port(child, log):
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline and child.poll() is None:
        announced = re.search(r"API on http://127\.0\.0\.1:(\d+)", log.read_text())
        if announced:
            return int(announced[1])
        time.sleep(0.05)
    raise SystemExit(f"cscan serve did not announce its port: {log.read_text()[-500:]}")
