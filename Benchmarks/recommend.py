#!/usr/bin/env python3
"""Latency of RECOMMEND on Complete Journey: loads, trains, asks for 300 users, prints p50 and p99 as JSON.

    Benchmarks/recommend.py [--users 300]

`sinter` is the one on the PATH; the data lie in $SINTER_SHARED/data/completejourney (default ../shared). The store stays in
$BENCH_DIR for the next run. Figures are of the query alone: the round trip of the pipe is subtracted.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time

from harness import SCRATCH, SHARED, TOP, Shell

QUERY = """MATCH (u:User {id: $user})
RECOMMEND (i:Item) FOR u USING copurchase 0.4, transe 0.3, knowledge 0.2, popularity 0.1
LIMIT 10 SCORE AS s BECAUSE AS why RETURN i.id, s, why"""


def timed(shell, query, **parameters):
    """(milliseconds, rows)"""
    start = time.perf_counter()
    rows = shell.ask(query, **parameters)
    return (time.perf_counter() - start) * 1e3, rows


def at(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main():
    parser = argparse.ArgumentParser(description="Latency of RECOMMEND on Complete Journey.")
    parser.add_argument("--users", type=int, default=300)
    options = parser.parse_args()
    data = os.path.join(SHARED, "data", "completejourney")
    if not os.path.isdir(data):
        sys.exit(f"No folder {data}; name the folder that holds data/ in SINTER_SHARED.")
    os.makedirs(SCRATCH, exist_ok=True)
    store = os.path.join(SCRATCH, "completejourney.sinter")
    figures = {}
    if not os.path.exists(store):
        for name, command in (("load_s", ["load", store, "--manifest", os.path.join(TOP, "schema", "completejourney.yaml"),
                                          "--data", data]),
                              ("train_s", ["train", store, "--on", "BOUGHT,HAS_TAG"])):
            start = time.perf_counter()
            subprocess.run(["sinter", *command], check=True, stdout=sys.stderr)
            figures[name] = round(time.perf_counter() - start, 2)
    shell = Shell(store)
    users = [row[0] for row in shell.ask("MATCH (u:User)-[:BOUGHT]->() RETURN DISTINCT u.id AS id ORDER BY id")]
    chosen = random.Random(7).sample(users, min(options.users, len(users)))
    trip = at([timed(shell, "RETURN 1 AS x")[0] for _ in range(500)], 0.5)
    for user in chosen[:20]:
        shell.ask(QUERY, user=user)
    times, worst = [], 0.0
    for user in chosen:
        spent, rows = timed(shell, QUERY, user=user)
        times.append(spent - trip)
        for _, score, why in rows:
            total = sum(reason["contribution"] for reason in why)
            worst = max(worst, abs(total - score) / max(abs(score), 1e-12))
    print(json.dumps({**figures, "users": len(times), "p50_ms": round(at(times, 0.5), 3), "p99_ms": round(at(times, 0.99), 3),
                      "roundtrip_ms": round(trip, 3), "worst_relative_gap_of_reasons": worst}))


if __name__ == "__main__":
    main()
