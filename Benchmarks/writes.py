#!/usr/bin/env python3
"""Durable commits and batches of edges, beside what LMDB itself can do on the same disk.

    Benchmarks/writes.py STORE [--folder DIR] [--seconds 5] [--writers 1,4,16] [--rounds 3]

STORE is a loaded shop of the side-by-side benchmark; it is copied into DIR (default: the temporary folder) and the copy is
written to. `sinter` is the one on the PATH, gcc and LMDB's header build the limit. Each round runs all rows one after the
other; the table has the medians of the rounds, so that rows can be compared however busy the machine is.
"""
import argparse
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.abspath(__file__))
ONE = ("MATCH (u:User {id: $u}), (i:Item {id: $i}) CREATE (u)-[:BOUGHT {ts: $ts, rating: $rating}]->(i)")
BATCH = ("UNWIND $rows AS r MATCH (u:User {id: r.u}), (i:Item {id: r.i}) "
         "CREATE (u)-[:BOUGHT {ts: r.ts, rating: r.rating}]->(i)")
MERGE_NODES = "UNWIND $rows AS r MERGE (u:User {id: r.u}) ON MATCH SET u.seen = r.ts"
MERGE_EDGES = ("UNWIND $rows AS r MATCH (u:User {id: r.u}), (i:Item {id: r.i}) "
               "MERGE (u)-[b:BOUGHT]->(i) ON CREATE SET b.ts = r.ts")
PATCH_BYTES = 100


def sinter(*arguments):
    return subprocess.run(["sinter", *arguments], check=True, capture_output=True, text=True).stdout


def ids(store, label):
    lines = sinter("query", store, f"MATCH (n:{label}) RETURN n.id AS id", "--format", "jsonl").splitlines()
    return [json.loads(line)["id"] for line in lines if line.strip()]


def rows(users, items, count):
    return [{"u": random.choice(users), "i": random.choice(items), "ts": 1735689600000 + k, "rating": k % 5 + 1}
            for k in range(count)]


def bench(store, statement, lines, seconds, writers):
    return json.loads(sinter("bench", store, statement, "--param-lines", lines, "--seconds", str(seconds), "--writers", str(writers),
                             "--format", "json"))


def sqlite_commits(folder, seconds):
    """Edges into a table with an index on either end, each in a transaction of its own, synchronous=FULL over a log."""
    path = os.path.join(folder, "limit.sqlite")
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e (u INT, i INT, ts INT, rating INT);"
                     "CREATE INDEX eu ON e (u, i); CREATE INDEX ei ON e (i, u);")
    times = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        db.execute("INSERT INTO e VALUES (?, ?, ?, ?)", (random.randrange(20000), random.randrange(10000), 1, 2))
        times.append(time.perf_counter() - start)
    db.close()
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.remove(path + end)
    times.sort()
    return {"calls_per_second": len(times) / sum(times), "p50_us": times[len(times) // 2] * 1e6,
            "p99_us": times[len(times) * 99 // 100] * 1e6, "max_us": times[-1] * 1e6}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--writers", default="1,4,16")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    random.seed(7)
    folder = tempfile.mkdtemp(prefix="sinter-writes-", dir=options.folder)
    try:
        limit = os.path.join(folder, "lmdb_commits")
        subprocess.run(["gcc", "-O2", "-o", limit, os.path.join(TOP, "limits", "lmdb_commits.c"), "-llmdb"], check=True)
        users, items = ids(options.store, "User"), ids(options.store, "Item")
        ones, batches = os.path.join(folder, "ones.jsonl"), os.path.join(folder, "batches.jsonl")
        with open(ones, "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows(users, items, 10000))
        with open(batches, "w") as file:
            file.writelines(json.dumps({"rows": rows(users, items, 1000)}) + "\n" for _ in range(50))
        results = {}

        def note(name, unit, figures, scale=1):
            results.setdefault((name, unit), []).append((figures["calls_per_second"] * scale, figures["p50_us"], figures["p99_us"], figures["max_us"]))

        for number in range(options.rounds):
            print(f"round {number + 1} …", file=sys.stderr, flush=True)
            done = json.loads(subprocess.run([limit, os.path.join(folder, "l.mdb"), "commits", "2000", str(PATCH_BYTES)],
                                             check=True, capture_output=True, text=True).stdout)
            note(f"LMDB itself, a put of {PATCH_BYTES} bytes", "commits/s", done | {"calls_per_second": done["per_second"]})
            note("SQLite, log, one writer", "commits/s", sqlite_commits(folder, options.seconds))
            done = json.loads(subprocess.run([limit, os.path.join(folder, "l.mdb"), "random", "100000", "1000"],
                                             check=True, capture_output=True, text=True).stdout)
            note("LMDB itself, 1,000 random puts", "puts/s", done | {"calls_per_second": done["per_second"]})
            for writers in (int(n) for n in options.writers.split(",")):
                store = os.path.join(folder, "copy.sinter")
                shutil.copy(options.store, store)
                note(f"sinter, one edge, {writers} writer{'s' if writers > 1 else ''}", "commits/s",
                     bench(store, ONE, ones, options.seconds, writers))
            for name, statement in [("CREATE", BATCH), ("MERGE of nodes", MERGE_NODES), ("MERGE of edges", MERGE_EDGES)]:
                shutil.copy(options.store, store)
                note(f"sinter, 1,000 rows, {name}", "rows/s", bench(store, statement, batches, options.seconds, 1), 1000)
        print("| what | unit | rate | p50 us | p99 us | max us |\n| --- | --- | ---: | ---: | ---: | ---: |")
        for (name, unit), runs in results.items():
            middle = [statistics.median(column) for column in zip(*runs)]
            print(f"| {name} | {unit} | " + " | ".join(f"{figure:,.0f}" for figure in middle) + " |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
