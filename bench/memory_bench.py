#!/usr/bin/env python3
"""Memory of a running `cscan serve --demo`: few markets, then all of them; the difference is what
one more market costs. Prints rows. usage: memory_bench.py [--quick]"""

import time

import measure

WARM_S_MAX = 180
IDLE_S_MAX = 20 if measure.is_quick() else 60
SAMPLES = 10
EXCHANGES = "binance,binanceusdm,kucoinfutures"


def resident(*arguments):
    """Markets, and resident and anonymous KB: the median of samples after everything is warm."""
    with measure.demo_server(*arguments) as server:
        status = server.wait_until_warm(WARM_S_MAX)
        idle = server.wait_until_idle(IDLE_S_MAX)
        samples = []
        for _ in range(SAMPLES):
            time.sleep(0.5)
            samples.append([measure.memory_kb(server.pid, field) for field in ("VmRSS", "RssAnon")])
        rss, anonymous = (sorted(column)[SAMPLES // 2] for column in zip(*samples))
        peak = measure.memory_kb(server.pid, "VmHWM")
        busy = idle >= measure.IDLE_SHARE
        return status["coverage"]["series"] // 4, rss, anonymous, peak, busy


def megabytes(runs, field):
    return [run[field] * 1.024e-3 for run in runs]


def main():
    few, many = [], []
    quick = measure.is_quick()
    on = ("--exchanges", "binance" if quick else EXCHANGES)
    for number in range(1 if quick else 3):
        measure.say(f"round {number + 1}")
        few.append(resident(*on))
        many.append(resident("--symbols", "all", *on))
    markets = (few[0][0], many[0][0])

    def quotient(field):
        return [(b[field] - a[field]) * 1.024 / (b[0] - a[0]) for a, b in zip(few, many)]

    busy = sum(run[4] for run in few + many)
    between = f"from {markets[0]} to {markets[1]} markets x 4 timeframes x 500 candles"
    if busy:
        between += f"; {busy} of {len(few + many)} servers still wrote training files"
    measure.print_rows([
        measure.row("serve, resident a further symbol", "KB/symbol", quotient(1),
                    note=f"{between}; store and API included"),
        measure.row("serve, anonymous a further symbol", "KB/symbol", quotient(2), note=between),
        measure.row(f"serve, resident at {markets[0]} symbols", "MB", megabytes(few, 1)),
        measure.row(f"serve, resident at {markets[1]} symbols", "MB", megabytes(many, 1)),
        measure.row(f"serve, highest at {markets[1]} symbols", "MB", megabytes(many, 3),
                    note="while loading history"),
    ])


if __name__ == "__main__":
    measure.clean_up_when_stopped()
    main()
