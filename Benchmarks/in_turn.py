"""Durable commits in turn: raw LMDB, Sinter with one and with sixteen writers, SQLite; and batches of 1,000.

What a flush takes changes from minute to minute, so figures that are compared are measured beside each other, several times.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

import harness
import limits

ROUNDS = 3
PATCH_BYTES = 100      # what a commit of one edge puts


def sinter(store, text, parameters, writers, seconds):
    """Calls a second."""
    return harness.bench(store, text, parameters, seconds, more=("--writers", str(writers)))[0]["calls_per_second"]


class SQLite:
    """The peer's own adapter on a copy of its store; every row is inserted once, its keys are unique."""

    def __init__(self, data, folder, rows):
        sys.path.insert(0, harness.BENCH)
        from peers.sqlite import Peer
        source = os.path.join(harness.SCRATCH, "db", f"sqlite-{os.path.basename(data)}")
        self.peer, self.rows = Peer(), iter(rows)
        self.peer.open(shutil.copy(source, os.path.join(folder, "sqlite")), data)
        self.peer.set_mode("durable")

    def commits(self, seconds):
        """Commits a second; None when the rows are used up."""
        done, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            row = next(self.rows, None)
            if row is None:
                break
            self.peer.w8_one(row)
            done += 1
        return done / (time.perf_counter() - start) if done else None


def measure(store, data, with_sqlite, seconds):
    """(our lines, the limit's lines, SQLite's lines), each {("W8", metric): line} with the medians of the rounds."""
    texts, rows = harness.queries(), harness.read_json(data, "params.json")["w8_inserts"]
    keys = ("u", "i", "ts", "rating")
    singles = [dict(zip(keys, row)) for row in rows]
    batches = [{"rows": singles[at:at + 1000]} for at in range(0, len(singles) - 999, 1000)]
    found = {}
    folder = os.path.join(harness.SCRATCH, "writes")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        copy = shutil.copy(store, os.path.join(folder, "sinter"))
        peer = SQLite(data, folder, rows) if with_sqlite else None
        for _ in range(ROUNDS):
            harness.note("durable commits in turn …")
            turns = {("limit", "single_durable"): lambda: limits.commits(folder, PATCH_BYTES),
                     ("sinter", "single_durable"): lambda: sinter(copy, texts["W8_ONE"], singles, 1, seconds),
                     ("sinter", "grouped_durable"): lambda: sinter(copy, texts["W8_ONE"], singles, 16, seconds),
                     ("sqlite", "single_durable"): lambda: peer and peer.commits(seconds),
                     ("limit", "batch1000_durable"): lambda: limits.random_puts(folder),
                     ("sinter", "batch1000_durable"): lambda: 1000 * sinter(copy, texts["W8_BATCH"], batches, 1, seconds)}
            for key, turn in turns.items():
                figure = turn()
                if figure:
                    found.setdefault(key, []).append(figure)
    except subprocess.CalledProcessError as error:
        harness.note(f"durable commits: {error}")
        found = {}                       # nothing to compare with
    finally:
        shutil.rmtree(folder)
    return tuple({("W8", metric): {"value": statistics.median(figures), "n": len(figures)}
                  for (who, metric), figures in found.items() if who == one} for one in ("sinter", "limit", "sqlite"))
