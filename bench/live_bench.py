#!/usr/bin/env python3
"""What watching whole markets costs while they trade at their real pace: `cscan exchange-sim` is
the exchange, `cscan serve` watches it over loopback, 4 timeframes each. Prints rows.
usage: live_bench.py [--quick]

Loading history is not part of it, but has to be waited for. The largest number of markets is
therefore watched with a short history."""

import contextlib
import json
import re
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from datetime import datetime

import measure

SIZES = (400,) if measure.is_quick() else (400, 1_000, 3_000)
SHORT_HISTORY_FROM = 3_000
SHORT_HISTORY = {"config": {"score_model": "classic", "max_candles_per_timeframe": 100}}
MARKETS_OF_ONE_COPY = 250  # and a few more, all on Binance spot
SAMPLE_S = 20 if measure.is_quick() else 60
LOAD_S_PER_MARKET = 0.6
SETTLE_DELAY_S = 5  # the scanner's own


@contextlib.contextmanager
def exchange(markets, ledger):
    command = [measure.program("cscan"), "exchange-sim", "--port", "0", "--unlimited",
               "--copies", str(-(-markets // MARKETS_OF_ONE_COPY)), "--ledger", ledger]
    with measure.running(command, signal.SIGKILL, stdout=subprocess.PIPE, text=True,
                         stderr=subprocess.DEVNULL) as child:
        for line in child.stdout:
            if found := re.search(r"on (http://[0-9.]+:\d+) ", line):
                yield child.pid, found[1]
                return


@contextlib.contextmanager
def scanner(url, markets):
    with tempfile.TemporaryDirectory(prefix="cscan-bench-", ignore_cleanup_errors=True) as data:
        command = [measure.program("cscan"), "serve", "--port", "0", "--data-dir", data,
                   "--exchange-url", f"binance={url}"]
        with measure.running(command, signal.SIGKILL, stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.DEVNULL) as child:
            port = re.search(r":(\d+)$", child.stdout.readline().strip())[1]
            server = measure.Server(child, int(port))
            start(server, {"symbols": {"top": markets}, "exchanges": ["binance"]}
                  | (SHORT_HISTORY if markets >= SHORT_HISTORY_FROM else {}))
            yield server


def start(server, body):
    request = urllib.request.Request(server.url + "/api/scanner/continuous/start",
                                     json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60):
        pass


def wait_until_loaded(server, seconds_max):
    """Until no further series gets its first signal; young markets have none for a while."""
    deadline = time.monotonic() + seconds_max
    newest, since = 0, time.monotonic()
    while time.monotonic() < deadline:
        coverage = server.status()["coverage"]
        if coverage["with_signal"] > newest:
            newest, since = coverage["with_signal"], time.monotonic()
        if newest > 0.9 * coverage["series"] and time.monotonic() - since > 15:
            return
        time.sleep(1)
    raise SystemExit(f"not loaded within {seconds_max} s: {coverage}")


def milliseconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def told_at_ms(ledger, open_ms):
    """When the exchange said of each market's five minutes that they are over."""
    told = {}
    with open(ledger, encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split(",")
            if fields[0] == "binance" and fields[2] == "5m" and int(fields[3]) == open_ms:
                told[fields[1]] = int(fields[9]) if fields[9] else None
    return told


def newest_signals(server, count):
    signals, cursor = [], ""
    while len(signals) < count:
        reply = json.loads(server.get("/api/scanner/continuous/signals?view=history&sort=time"
                                      f"&timeframe=scalp&limit=200{cursor}"))
        signals += reply["signals"]
        if not reply.get("next_cursor"):
            break
        cursor = "&cursor=" + urllib.parse.quote(reply["next_cursor"])
    return signals


def lateness_ms(server, markets, ledger):
    """How much later than possible the signals of one five-minute close were there: all markets
    close at once, the exchange says so within two seconds, and a candle is proven when the settle
    delay after that is over."""
    five_minutes = 300
    time.sleep(five_minutes - time.time() % five_minutes + SETTLE_DELAY_S + 15)
    open_ms = int(time.time() // five_minutes - 1) * five_minutes * 1000
    told = told_at_ms(ledger, open_ms)
    late = [milliseconds(s["computed_at"]) - told[s["symbol"]] - SETTLE_DELAY_S * 1000
            for s in newest_signals(server, markets)
            if s["origin"] == "live" and told.get(s["symbol"])
            and milliseconds(s["candle_close_time"]) == open_ms + five_minutes * 1000]
    if not late:
        raise SystemExit("no live signal was made at the close")
    cuts = statistics.quantiles(late, n=100)
    return cuts[49], cuts[98], len(late)


def watch(markets):
    """Of the scanner alone."""
    with (tempfile.NamedTemporaryFile(prefix="cscan-ledger-") as ledger,
          exchange(markets, ledger.name) as (_, url), scanner(url, markets) as server):
        began = time.monotonic()
        wait_until_loaded(server, LOAD_S_PER_MARKET * markets + 120)
        loaded_s = time.monotonic() - began
        server.wait_until_idle(60)
        before = server.status()["exchanges"]["binance"]["messages"]
        cpu = measure.cpu_seconds(server.pid)
        time.sleep(SAMPLE_S)
        cpu = measure.cpu_seconds(server.pid) - cpu
        messages = server.status()["exchanges"]["binance"]["messages"] - before
        resident = measure.memory_kb(server.pid) * 1.024e-3
        note = f"{messages / SAMPLE_S:,.0f} messages a second; loaded in {loaded_s:,.0f} s"
        if markets >= SHORT_HISTORY_FROM:
            note += "; 100 candles each, scored by classic"
        name = f"live, {markets} markets"
        measure.print_rows([
            measure.row(f"{name} x 4: one core", "%", [cpu / SAMPLE_S * 100], note=note),
            measure.row(f"{name} x 4: resident", "MB", [resident]),
        ])
        half, most, signals = lateness_ms(server, markets, ledger.name)
        measure.print_rows([
            measure.row(f"{name}: proven to signal, p50", "ms", [half],
                        note=f"{signals} signals of one close"),
            measure.row(f"{name}: proven to signal, p99", "ms", [most]),
        ])


def main():
    for markets in SIZES:
        measure.say(f"{markets} markets")
        watch(markets)


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
