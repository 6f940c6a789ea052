#!/usr/bin/env python3
"""The API under load beside nginx that serves the very same bytes from a file: wrk, one thread, 64
kept connections, server on one core and load on another. Prints rows.
usage: http_bench.py [--quick]"""

import contextlib
import os
import pwd
import re
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import measure

CONNECTIONS = 64
GZIP_MAGIC = b"\x1f\x8b"
WARM_S_MAX = 60
IDLE_S_MAX = 10 if measure.is_quick() else 60


@dataclass
class Target:
    name: str
    path: str
    headers: tuple = ()


TARGETS = (
    Target("50 signals", "/api/scanner/continuous/signals?limit=50"),
    Target("50 signals, gzip", "/api/scanner/continuous/signals?limit=50",
           ("Accept-Encoding: gzip",)),
    Target("market state", "/api/scanner/continuous/market-state"),
)

NGINX = """
daemon off;
{user}
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 60;
  keepalive_requests 1000000000;
  open_file_cache max=16 inactive=60s;
  gzip_static on;
  types {{ }}
  default_type "application/json; charset=utf-8";
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {{
    listen 127.0.0.1:{port};
    root {root};
  }}
}}
"""


@dataclass
class Load:
    """What one run of wrk said, and the server's processor time during it."""
    requests_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the main thread, which serves HTTP in both servers
    process_cpu_us: float
    failed: int


def percentile(out, n):
    number, unit = re.search(rf"^\s+{n}%\s+([\d.]+)(us|ms|s|m)$", out, re.MULTILINE).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def run_wrk(url, headers, seconds, pid):
    words = [*measure.pinned(1), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for header in headers:
        words += ["-H", header]
    before = measure.cpu_seconds(pid, pid), measure.cpu_seconds(pid)
    out = subprocess.run([*words, url], check=True, capture_output=True, text=True,
                         timeout=seconds + 30).stdout
    after = measure.cpu_seconds(pid, pid), measure.cpu_seconds(pid)
    requests = max(1, int(re.search(r"(\d+) requests in", out)[1]))
    cpu_us = [1e6 * (b - a) / requests for a, b in zip(before, after)]
    failed = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", out))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    failed += sum(map(int, errors.groups())) if errors else 0
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
                percentile(out, 50), percentile(out, 99), *cpu_us, failed)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def wait_for(condition, what, seconds_max=10):
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise SystemExit(f"{what} did not start within {seconds_max} s")


@contextlib.contextmanager
def nginx(folder):
    """nginx over `folder`/files; gives its port and the process id of its one worker."""
    port = free_port()
    as_root = os.geteuid() == 0  # then the worker must be told to stay who we are
    user = f"user {pwd.getpwuid(0).pw_name};" if as_root else ""
    conf = Path(folder, "nginx.conf")
    conf.write_text(NGINX.format(user=user, port=port, root=Path(folder, "files")))
    words = [*measure.pinned(0), "nginx", "-p", folder, "-c", str(conf), "-e",
             str(Path(folder, "error.log"))]
    with measure.running(words, stderr=subprocess.DEVNULL) as child:
        children = Path(f"/proc/{child.pid}/task/{child.pid}/children")
        wait_for(lambda: answers(port), "nginx")
        yield port, int(wait_for(lambda: children.read_text().split(), "nginx's worker")[0])


def headers_of(target):
    return dict(header.split(": ") for header in target.headers)


def check_peer(url, target, body):
    """A peer that answers with other bytes would be measured at another task."""
    request = urllib.request.Request(url, headers=headers_of(target))
    with urllib.request.urlopen(request, timeout=10) as reply:
        if reply.read() != body:
            raise SystemExit(f"nginx does not serve the saved bytes of {target.name}")


def save(server, folder):
    """The bytes of every target as files; by target, what nginx must be asked and what it owes."""
    files = Path(folder, "files")
    files.mkdir()
    paths = {}
    for target in TARGETS:
        name = re.sub(r"\W", "_", target.name.partition(",")[0]) + ".json"
        gzip = bool(target.headers)
        body = server.get(target.path, headers_of(target))
        if gzip != body.startswith(GZIP_MAGIC):
            raise SystemExit(f"GET {target.name}: packed and plain are mixed up")
        Path(files, name + (".gz" if gzip else "")).write_bytes(body)
        paths[target.name] = ("/" + name, body)
    return paths


def measure_target(target, ours, peer, size, seconds):
    """Rounds of ours and nginx in turn, the first of a round changing."""
    url, pid = ours
    runs = {"ours": [], "peer": []}
    for number in range(measure.ROUNDS):
        for who in ("ours", "peer") if number % 2 == 0 else ("peer", "ours"):
            if who == "ours":
                runs[who].append(run_wrk(url + target.path, target.headers, seconds, pid))
            else:
                runs[who].append(run_wrk(peer[0], target.headers, seconds, peer[1]))
    failed = sum(load.failed for load in runs["ours"] + runs["peer"])
    note = f"{size:,} bytes" + (f"; {failed} FAILED REQUESTS" if failed else "")

    def figures(field):
        return ([getattr(load, field) for load in runs["ours"]], "nginx, same bytes",
                [getattr(load, field) for load in runs["peer"]])

    rows = []
    for field, unit, better, says in (("requests_s", "requests/s", "higher", note),
                                      ("cpu_us", "CPU us/request", "lower", ""),
                                      ("p50_ms", "ms p50", "lower", ""),
                                      ("p99_ms", "ms p99", "lower", "")):
        mine, peer_name, others = figures(field)
        rows.append(measure.row(f"GET {target.name}", unit, mine, better, peer_name, others, says))
    whole, _, _ = figures("process_cpu_us")
    rows.append(measure.row(f"GET {target.name}", "CPU us/request, whole process", whole,
                            note="the scanner's own work included"))
    return rows


def main():
    seconds = 1 if measure.is_quick() else 4
    targets = TARGETS[::2] if measure.is_quick() else TARGETS
    with tempfile.TemporaryDirectory(prefix="cscan-bench-") as folder:
        with measure.demo_server(prefix=measure.pinned(0)) as server:
            server.wait_until_warm(WARM_S_MAX)
            paths = save(server, folder)
            idle = server.wait_until_idle(IDLE_S_MAX)
            measure.say(f"the scanner by itself uses {100 * idle:.1f} % of a core")
            with nginx(folder) as (port, worker):
                for target in targets:
                    measure.say(f"GET {target.name}")
                    path, body = paths[target.name]
                    url = f"http://127.0.0.1:{port}{path}"
                    check_peer(url, target, body)
                    measure.print_rows(measure_target(target, (server.url, server.pid),
                                                      (url, worker), len(body), seconds))


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
