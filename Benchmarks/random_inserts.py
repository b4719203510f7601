#!/usr/bin/env python3
"""Many random inserts of single relationships, then the queries on that store against the same store freshly compacted.

    Benchmarks/random_inserts.py [--scale S] [--inserts 1000000] [--print]

Relationships between random users and items, 1,000 in a durable commit; every hundredth of these is followed by 20 durable
commits of one. Then W3 and W4 inside a process, on the store as it is and on a compacted copy; the answers of both have to be
the same. The bar is 1.5 times.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

import harness
import workloads
from harness import note, quantile, short


def insert(store, data, count, seconds):
    """(relationships inserted, seconds, times of the batches, times of the single commits)"""
    draw, texts = random.Random(11), harness.queries()
    manifest = harness.read_json(data, "manifest.json")
    users, items = (manifest["nodes"][label]["count"] for label in ("User", "Item"))
    width = len(harness.read_json(data, "params.json")["w3_users"][0].split("-")[1])

    def row(number):
        return {"u": f"user-{draw.randrange(users):0{width}}", "i": f"item-{draw.randrange(items):0{width}}", "ts": number,
                "rating": number % 5 + 1}

    shell, batches, singles = harness.Shell(store), [], []
    begin, spent = time.perf_counter(), 0.0
    inserted = 0
    while inserted < count and time.perf_counter() - begin < seconds:
        rows = [row(inserted + k) for k in range(min(1000, count - inserted))]
        start = time.perf_counter()
        shell.ask(texts["W8_BATCH"], rows=rows)
        batches.append(time.perf_counter() - start)
        spent += batches[-1]
        inserted += len(rows)
        if len(batches) % 100 == 0:
            for _ in range(20):
                one = row(inserted)
                start = time.perf_counter()
                shell.ask(texts["W8_ONE"], **one)
                singles.append(time.perf_counter() - start)
                inserted += 1
            note(f"{inserted:,} inserted, {time.perf_counter() - begin:.0f} s")
    shell.close()
    return inserted, spent, batches, singles


def information(store):
    """What `info --storage` says of the file, in two lines."""
    lines = harness.run([harness.SINTER, "info", store, "--storage"], stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return "; ".join(line for line in lines if line and not line.startswith("  "))


def measure(store, data, seconds):
    """{title: (median in us, rows)} of the point look-up, W3 and W4."""
    texts, given = harness.queries(), harness.read_json(data, "params.json")
    found = {}
    for metric in workloads.METRICS:
        if metric.workload in ("W2", "W3", "W4") and metric.text != "W4_TUNED":
            figures, answers = harness.bench(store, texts[metric.text], metric.parameters(given)[:200], seconds, answers=True)
            found[metric.title] = figures["p50_us"], [sorted(rows, key=json.dumps) for rows in answers]
    return found


def main():
    parser = argparse.ArgumentParser(description="Queries after many random inserts, against the freshly compacted store.")
    parser.add_argument("--scale", default="S")
    parser.add_argument("--inserts", type=int, default=1_000_000)
    parser.add_argument("--limit", type=float, default=240, help="seconds after which inserting ends")
    parser.add_argument("--seconds", type=float, default=1, help="for each query")
    parser.add_argument("--print", action="store_true", help="leave Benchmarks/RESULTS.md alone")
    options = parser.parse_args()
    data = harness.prepare(options.scale)
    loaded = harness.loaded_store(data)
    folder = os.path.join(harness.SCRATCH, "inserts")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    store, folded = os.path.join(folder, "store"), os.path.join(folder, "compacted")
    shutil.copy(loaded, store)
    inserted, spent, batches, singles = insert(store, data, options.inserts, options.limit)
    note("measuring …")
    before, file_before = measure(store, data, options.seconds), information(store)
    shutil.copy(store, folded)
    start = time.perf_counter()
    harness.run([harness.SINTER, "compact", folded], stdout=subprocess.DEVNULL)
    compacting = time.perf_counter() - start
    after, file_after = measure(folded, data, options.seconds), information(folded)
    rows, differing = [], []
    for title, (us, answers) in before.items():
        if answers != after[title][1]:
            differing.append(title)
        ratio = us / after[title][0]
        rows.append([title, short(us), short(after[title][0]), f"{ratio:.2f}×",
                     "**different answers**" if title in differing else "met" if ratio <= 1.5 else "**missed**"])
    text = (f"Scale {options.scale} and {inserted:,} random relationships, 1,000 a commit, {inserted / spent:,.0f} a second; "
            f"{harness.machine()}.\n\n")
    text += harness.table(["inside the process, us", "after the inserts", "compacted", "ratio", "bar 1.5×"], rows)
    text += (f"\nA batch took {quantile(batches, 0.5) * 1e3:.1f} ms in the median, "
             f"{quantile(batches, 0.99) * 1e3:.1f} ms at the 99th percentile, {max(batches) * 1e3:.0f} ms at most")
    if singles:
        text += (f"; a single commit between them {quantile(singles, 0.5) * 1e3:.2f}, {quantile(singles, 0.99) * 1e3:.2f} and "
                 f"{max(singles) * 1e3:.0f} ms")
    text += f".\nBefore compacting: {file_before}.\nAfter ({compacting:.1f} s): {file_after}.\n"
    shutil.rmtree(folder)
    print(text)
    if not options.print:
        harness.write_section(f"inserts {options.scale}", text, "After a million random inserts")
    if differing:
        sys.exit("Answers differ: " + ", ".join(differing))


if __name__ == "__main__":
    main()
