#!/usr/bin/env python3
"""Runs every measurement, prints one table (metric, ours, peer, ratio) and writes
build/bench/results.json. A ratio is how many times better ours is than the peer, the median over
rounds in which both ran; above 1 is in our favour. Nothing here passes or fails by a time.

usage: ./dev bench [--quick] [--only score,scan,preview,decode,replay,http,memory,live]
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
SECTIONS = {  # and the programs that print their rows; those that end in .py are scripts
    "score": ["score_bench"],
    "scan": ["scan_bench"],
    "preview": ["preview_bench"],
    "decode": ["decode_bench.py"],
    "replay": ["replay_bench.py"],
    "http": ["http_bench.py"],
    "memory": ["memory_core_bench", "memory_bench.py"],
    "live": ["live_bench.py"],
}
SPREAD_MAX = 0.5  # of the median; beyond it the rounds are told beside it
RESULTS = measure.ROOT / "build" / "bench" / "results.json"


def command(name, quick):
    """The words that run a program; a compiled one has to be there, and stays on one core."""
    flag = ["--quick"] if quick and name != "memory_core_bench" else []
    if name.endswith(".py"):
        return [sys.executable, str(HERE / name), *flag]
    return [*measure.pinned(0), measure.program(name), *flag]


def summarise(row):
    """Medians, and the median of the ratios round by round."""
    row["ours_median"] = statistics.median(row["ours"])
    low, high = min(row["ours"]), max(row["ours"])
    if high - low > SPREAD_MAX * abs(row["ours_median"]):
        said = f"UNSTABLE, rounds from {number(low)} to {number(high)}"
        row["note"] = f"{said}; {row['note']}" if row["note"] else said
    if row["peer"]:
        row["peer_median"] = statistics.median(row["peer"])
        pairs = [(o, p) for o, p in zip(row["ours"], row["peer"]) if o > 0 and p > 0]
        ratios = [o / p if row["better"] == "higher" else p / o for o, p in pairs]
        row["ratio"] = statistics.median(ratios) if ratios else None
    return row


def run_section(section, words):
    """The rows of one program; a failure is told and leaves what it had printed."""
    rows = []
    with measure.running(words, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            rows.append(summarise({"section": section, **json.loads(line)}))
        child.wait()
    if child.returncode != 0:
        print(f"  {Path(words[-1]).name} ended with status {child.returncode}", file=sys.stderr)
    return rows, child.returncode == 0


def number(value):
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def print_table(rows):
    lines = [("metric", "ours", "peer", "ratio", "unit", "peer is")]
    for row in rows:
        ratio = row.get("ratio")
        lines.append((row["metric"], number(row["ours_median"]), number(row.get("peer_median")),
                      f"{ratio:.2f}x" if ratio else "–", row["unit"], row["peer_name"]))
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    for index, line in enumerate(lines):
        cells = [line[0].ljust(widths[0])]
        cells += [line[i].rjust(widths[i]) for i in (1, 2, 3)]
        cells += [line[i].ljust(widths[i]) for i in (4, 5)]
        print(" | ".join(cells).rstrip())
        if index == 0:
            print("-+-".join("-" * width for width in widths))
    notes = [f"  {row['metric']} ({row['unit']}): {row['note']}" for row in rows if row["note"]]
    print("\n" + "\n".join(notes))


def processor():
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def commit():
    words = ["git", "-C", str(measure.ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer candles, shorter rounds")
    parser.add_argument("--only", default="", help="sections, comma-separated")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"no section {', '.join(unknown)}: they are {', '.join(SECTIONS)}")
    about = {"commit": commit(), "processor": processor(), "cores": os.cpu_count(),
             "quick": options.quick, "load_before": os.getloadavg()}
    rows, failed, begin = [], [], time.monotonic()
    for section in chosen:
        print(f"== {section}  [{time.monotonic() - begin:.0f} s]", file=sys.stderr, flush=True)
        for name in SECTIONS[section]:
            found, sound = run_section(section, command(name, options.quick))
            rows += found
            failed += [] if sound else [section]
    about |= {"load_after": os.getloadavg(), "seconds": round(time.monotonic() - begin)}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps({"about": about, "failed": failed, "rows": rows}, indent=1))
    print()
    print_table(rows)
    print(f"\n{about['processor']}, {about['cores']} cores; load {about['load_before'][0]:.1f} "
          f"before, {about['load_after'][0]:.1f} after; {about['seconds']} s; {about['commit']}; "
          f"rounds in {RESULTS.relative_to(measure.ROOT)}")
    if failed:
        sys.exit(f"not measured in full: {', '.join(failed)}")


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
