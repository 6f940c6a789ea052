#!/usr/bin/env python3
"""What a frame of an exchange's stream costs until it is an event, and until it is a signal, beside
ccxt's handling of the same frames. Prints rows. usage: decode_bench.py [--quick]"""

import gzip
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import measure

CCXT = measure.ROOT / ".deps/ccxt/node_modules/ccxt/package.json"
FRAMES_MAX = 40_000
FRAMES_MIN = 2_000  # fewer are repeated: reading the clock once a pass takes as long as some frames
SCORE_ROUNDS = 6  # as many closed candles as decode_bench generates
KINDS = {  # of Binance's recorded frames
    "trade": re.compile(r'"e":"trade"'),
    "agg_trade": re.compile(r'"e":"aggTrade"'),
    "kline": re.compile(r'"e":"kline"'),
    "quote": re.compile(r'@bookTicker"'),
}
DECODED = (  # set, what it is called
    ("binance.kline", "binance kline"),
    ("binance.mini_tickers", "binance mini ticker in an array"),
    ("binance.trade", "binance trade, recorded"),
    ("binance.quote", "binance quote, recorded"),
    ("binanceusdm.kline", "binanceusdm kline, recorded"),
    ("binanceusdm.agg_trade", "binanceusdm aggTrade, recorded"),
    ("kucoinfutures.candle", "kucoinfutures candle"),
    ("kucoinfutures.messages", "kucoinfutures messages, recorded"),
)


def fixtures():
    return Path(os.environ.get("CSCAN_FIXTURES") or measure.ROOT / "../shared/fixtures")


def captured_frames():
    """Frames of Binance spot: those of a raw capture, "<received, ns> <frame>" a line."""
    for path in sorted((measure.market_data() / "raw/binance_ws_2024").glob("spot_*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield line.split(" ", 1)[1].rstrip("\n")


def fixture_frames(name):
    path = fixtures() / "ws" / name
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line).get("raw", "")


def write_recorded(folder):
    """A file for each set of recorded frames that there is."""
    spot, futures = list(captured_frames()), list(fixture_frames(
        "binanceusdm_combined_20210722_trim.jsonl"))
    sets = {f"binance.{kind}": [frame for frame in spot if KINDS[kind].search(frame)]
            for kind in ("trade", "quote")}
    sets |= {f"binanceusdm.{kind}": [frame for frame in futures if KINDS[kind].search(frame)]
             for kind in ("kline", "agg_trade")}
    sets["kucoinfutures.messages"] = [
        frame for frame in fixture_frames("kucoinfutures_messages_2024_2026.jsonl")
        if '"topic":"/contractMarket/' in frame]
    for name, frames in sets.items():
        if frames:
            frames *= math.ceil(FRAMES_MIN / len(frames))
            text = "\n".join(frames[:FRAMES_MAX]) + "\n"
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")


class Measured:
    """A program that measures what it is told, on the first core; it waits without using it."""

    def __init__(self, child):
        self.child = child

    def ask(self, request):
        self.child.stdin.write(request + "\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise SystemExit(f"{Path(self.child.args[3]).name} gave no answer to '{request}'")
        return json.loads(line)


def ccxt_words(folder):
    """How ccxt is started, and what it is called; nothing where it is not there."""
    if not shutil.which("node") or not CCXT.is_file():
        measure.say("ccxt or node is not there (tools/fetch_ccxt.sh): ours is measured alone")
        return None, ""
    version = json.loads(CCXT.read_text(encoding="utf-8"))["version"]
    words = [*measure.pinned(0), "node", str(measure.ROOT / "bench/ccxt_decode.mjs"), str(folder)]
    return words, f"ccxt {version}, JSON.parse and handleMessage"


def measure_row(metric, request, peer_request, ours, peer, rounds, note=""):
    """One row; a frame with many events counts as that many."""
    ours_ns, peer_ns, events = [], [], 1
    for _ in range(rounds):
        answer = ours.ask(request)
        events = answer["events_per_frame"]
        ours_ns.append(answer["ns_per_frame"] / events)
        if peer:
            peer_ns.append(peer.ask(peer_request)["ns_per_frame"] / events)
    if peer:
        client = peer.ask(peer_request.replace("decode", "client"))["ns_per_frame"] / events
        note = f"{note}; " if note else ""
        note += f"through its connection's handler ccxt takes {client:,.0f} ns"
    return measure.row(metric, "ns/event", ours_ns, peer=peer_ns, note=note)


def rows(folder, ours, peer):
    for name, called in DECODED:
        if not (folder / f"{name}.txt").is_file():
            measure.say(f"{called}: no frames (CSCAN_MARKET_DATA, CSCAN_FIXTURES)")
            continue
        measure.say(called)
        if peer:
            peer.ask(f"decode {name}")  # compiles what it will run
        yield measure_row(f"decode {called}", f"decode {name}", f"decode {name}", ours, peer,
                          measure.ROUNDS)
    measure.say("to the scanner and to signals")
    yield measure_row("forming kline to scanner", "update binance.kline", "decode binance.kline",
                      ours, peer, measure.ROUNDS, "ccxt keeps the candle and computes nothing")
    closed = "binance.closed_kline"
    for model in ("classic", "rarity"):
        yield measure_row(f"closed kline to signal, {model}", f"score {model} {closed}",
                          f"decode {closed}", ours, peer, SCORE_ROUNDS,
                          "ccxt keeps the candle and computes nothing")


def main():
    quick = ["--quick"] if measure.is_quick() else []
    program = measure.program("decode_bench")
    with tempfile.TemporaryDirectory(prefix="cscan-bench-") as name:
        folder = Path(name)
        write_recorded(folder)
        subprocess.run([program, "--make", name, *quick], check=True)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        words, peer_name = ccxt_words(folder)
        with measure.running([*measure.pinned(0), program, name, *quick], **pipes) as child:
            ours = Measured(child)
            if not words:
                measure.print_rows(rows(folder, ours, None))
                return
            with measure.running(words, **pipes) as peer:
                for row in rows(folder, ours, Measured(peer)):
                    measure.print_rows([row | {"peer_name": peer_name}])


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
