#!/usr/bin/env python3
"""Candles a second of `cscan replay DIR --json` on each recorded set, beside the same core without
output. Prints rows. usage: replay_bench.py [--quick]"""

import json
import os
import subprocess
import tempfile

import measure

SETS = ("binance_2024", "kucoin_2023", "outage_2021", "long")


def replay(folder, prefix=()):
    """Candles a second as the program says, and a second of its whole processor time."""
    with tempfile.TemporaryFile("w+") as out:
        words = [*prefix, measure.program("cscan"), "replay", str(folder), "--json"]
        child = subprocess.Popen(words, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"cscan replay {folder.name} ended with {child.returncode}")
        out.seek(0)
        result = json.load(out)
    cpu_s = usage.ru_utime + usage.ru_stime
    return result["candles_per_second"], result["candles"] / cpu_s, result


def core_only(folder):
    words = [*measure.pinned(0), measure.program("replay_core_bench"), str(folder)]
    result = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return result["candles"] / result["cpu_s"]


def measure_set(folder, rounds):
    one_core, one_core_cpu, free, core = [], [], [], []
    for _ in range(rounds):
        wall, cpu, result = replay(folder, measure.pinned(0))
        one_core.append(wall)
        one_core_cpu.append(cpu)
        free.append(replay(folder)[0])
        core.append(core_only(folder))
    note = f"{result['candles']:,} candles, {result['signals']:,} signals"
    peer = "the core in process, no output"
    name = f"replay {folder.name}"
    return [
        measure.row(f"{name}, CPU", "candles/CPU s", one_core_cpu, "higher", peer, core,
                    f"{note}; JSON, digest and loading included"),
        measure.row(f"{name}, one core", "candles/s", one_core, "higher", note="on the wall"),
        measure.row(f"{name}, any core", "candles/s", free, "higher", note="on the wall"),
    ]


def main():
    folders = [measure.market_data() / name for name in SETS]
    present = [folder for folder in folders if folder.is_dir()]
    if not present:
        measure.say("no recorded candles (CSCAN_MARKET_DATA): replay is not measured")
        return
    if measure.is_quick():
        present = present[-1:]
    for folder in present:
        large = folder.name in SETS[:2]
        measure.say(folder.name)
        measure.print_rows(measure_set(folder, 3 if large else measure.ROUNDS))


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
