#!/usr/bin/env python3
"""The first query of a process, and four reader processes beside one writer process.

    Benchmarks/mixed.py [--scale M] [--seconds 4] [--readers 4] [--print]

First query: a whole process that opens the loaded store and answers a point look-up, with the store's pages dropped from the
page cache (posix_fadvise; as root /proc/sys/vm/drop_caches too) and with them there; beside it a process that opens nothing.
Mixed: each reader runs look-ups, hops and the recommendation inside its process (`sinter bench`), the writer durable commits of
one edge through the machine mode. Each is measured alone, then all together. Processes share the processors, so what a reader
loses beyond its share is the calls it makes in a second of processor time, together against alone; the writer mostly waits for the
disk, so its loss is what it commits in a second, together against alone.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time

import harness
from harness import note, short

POINT = "MATCH (i:Item {id: $id}) RETURN i.title, i.price"


def drop_cache(path):
    """Removes a file's pages from the page cache; what was dropped, for the table."""
    os.sync()
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    try:
        with open("/proc/sys/vm/drop_caches", "w", encoding="utf-8") as file:
            file.write("3")
        return "page cache dropped, the program's too"
    except OSError:
        return "page cache of the store dropped"


def milliseconds(command):
    start = time.perf_counter()
    harness.run(command, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


def first_query(store, data, rounds):
    """Rows of the table: what, median, longest."""
    item = harness.read_json(data, "params.json")["w2_items"][0]
    command = [harness.SINTER, "query", store, POINT, "--param", f"id={item}", "--read-only"]
    version = [harness.SINTER, "--version"]
    dropped = ""
    cold, floor = [], []
    for _ in range(rounds):
        dropped = drop_cache(store)
        cold.append(milliseconds(command))
        dropped = drop_cache(store)
        floor.append(milliseconds(version))
    milliseconds(command)
    warm = [milliseconds(command) for _ in range(2 * rounds)]
    start = [milliseconds(version) for _ in range(2 * rounds)]
    return [[f"first query of a process, {dropped}", cold], ["the same program, opening nothing", floor],
            ["first query of a process, page cache warm", warm], ["the same program, opening nothing", start]]


class Reader:
    """A process that reads for some seconds: calls, and the processor time it took."""

    def __init__(self, store, data, seconds, seed):
        given = harness.read_json(data, "params.json")
        texts = harness.queries()
        self.folder = tempfile.TemporaryDirectory()
        statements, lines = (os.path.join(self.folder.name, name) for name in ("mix.cypher", "calls.jsonl"))
        with open(statements, "w", encoding="utf-8") as file:
            file.write(";\n".join([texts["W2"].replace("$id", "$item"), texts["W3_1"], texts["W4"]]))
        users, items = given["w4_users"], given["w2_items"]
        with open(lines, "w", encoding="utf-8") as file:
            for k in range(20):
                file.write(json.dumps({"id": users[(20 * seed + k) % len(users)], "item": items[20 * seed + k]}) + "\n")
        self.process = subprocess.Popen(
            [harness.SINTER, "bench", store, "-f", statements, "--param-lines", lines, "--seconds", str(seconds),
             "--format", "json"], stdout=subprocess.PIPE, text=True)

    def result(self):
        """(calls, seconds of processor time, p50, p99 in microseconds)"""
        figures = json.loads(self.process.stdout.read())
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.folder.cleanup()
        # The first pass is not among the calls that are counted.
        return figures["calls"] + 20, usage.ru_utime + usage.ru_stime, figures["p50_us"], figures["p99_us"]


class Writer(threading.Thread):
    """Durable commits of one edge through the machine mode until it is told to stop."""

    def __init__(self, store, rows):
        super().__init__()
        self.shell, self.rows, self.text = harness.Shell(store), rows, harness.queries()["W8_ONE"]
        self.times, self.stopping, self.seconds = [], threading.Event(), 0.0

    def run(self):
        begin = time.perf_counter()
        for u, i, ts, rating in self.rows:
            if self.stopping.is_set():
                break
            start = time.perf_counter()
            self.shell.ask(self.text, u=u, i=i, ts=ts, rating=rating)
            self.times.append(time.perf_counter() - start)
        self.seconds = time.perf_counter() - begin
        self.shell.close()

    def stop(self):
        self.stopping.set()
        self.join()
        return len(self.times) / self.seconds, harness.quantile(self.times, 0.5) * 1e3, harness.quantile(self.times, 0.99) * 1e3


def phase(store, data, readers, rows, seconds):
    """Results of the readers, and the writer's commits a second with p50 and p99, or None without rows."""
    writer = Writer(store, rows) if rows else None
    if writer:
        writer.start()
    processes = [Reader(store, data, seconds, seed) for seed in range(readers)]
    results = [process.result() for process in processes]
    if writer and not readers:
        time.sleep(seconds)
    return results, writer.stop() if writer else None


def mixed(store, data, readers, seconds):
    """Lines of the table, and what the losses are."""
    rows = harness.read_json(data, "params.json")["w8_inserts"]
    note("a reader alone …")
    alone, _ = phase(store, data, 1, None, seconds)
    note("the writer alone …")
    _, writing = phase(store, data, 0, rows[:8_000], seconds)
    note(f"{readers} readers …")
    reading, _ = phase(store, data, readers, None, seconds)
    note(f"{readers} readers and the writer …")
    together, written = phase(store, data, readers, rows[8_000:16_000], seconds)
    note("each alone, again …")
    _, rewriting = phase(store, data, 0, rows[16_000:24_000], seconds)
    again, _ = phase(store, data, 1, None, seconds)

    def per_processor_second(results):
        return sum(result[0] for result in results) / sum(result[1] for result in results)

    def of_writer(rate, median, slow, before):
        return f"{rate:,.0f}", f"{(1 - rate / before) * 100:+.0f} %", f"{median:.2f}", f"{slow:.2f}"

    # What a flush takes changes by itself, so the writer is compared with the mean of before and after.
    base, commits = per_processor_second(alone), statistics.mean([writing[0], rewriting[0]])
    table = []
    for name, results, writer in (("a reader alone", alone, None), ("the writer alone", [], writing),
                                  (f"{readers} readers", reading, None), (f"{readers} readers and the writer", together, written),
                                  ("the writer alone, at the end", [], rewriting), ("a reader alone, at the end", again, None)):
        rate = per_processor_second(results) if results else None
        table.append([name, f"{rate:,.0f}" if rate else "–", f"{(1 - rate / base) * 100:+.0f} %" if rate else "–",
                      f"{statistics.median(r[2] for r in results):,.0f}" if results else "–",
                      *(of_writer(*writer, commits) if writer else ["–"] * 4)])
    return table


def main():
    parser = argparse.ArgumentParser(description="First query of a process, and readers beside a writer.")
    parser.add_argument("--scale", default="M")
    parser.add_argument("--seconds", type=float, default=4, help="for each phase of the mixed load")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5, help="of the first query")
    parser.add_argument("--print", action="store_true", help="leave Benchmarks/RESULTS.md alone")
    options = parser.parse_args()
    data = harness.prepare(options.scale)
    store = harness.loaded_store(data)
    manifest = harness.read_json(data, "manifest.json")
    note("first queries …")
    first = first_query(store, data, options.rounds)
    copy = store + "-mixed"
    shutil.copy(store, copy)
    try:
        table = mixed(copy, data, options.readers, options.seconds)
    finally:
        for path in (copy, copy + "-lock"):
            if os.path.exists(path):
                os.remove(path)
    text = (f"Scale {options.scale}: {manifest['total_edges']:,} relationships, {os.path.getsize(store) / 1e6:,.0f} MB; "
            f"{harness.machine()}.\n\n")
    text += harness.table(["a whole process, ms", "median", "longest"],
                          [[name, short(statistics.median(times)), short(max(times))] for name, times in first]) + "\n"
    text += harness.table(["", "reader: calls a processor second", "loss beyond the share", "p50 us",
                           "writer: commits/s", "loss", "p50 ms", "p99 ms"], table)
    text += ("\nA call is a point look-up, one hop and the recommendation. "
             "The bars: the first query within 100 ms, losses under 20 %. "
             f"{options.readers + 1} processes share {os.cpu_count()} processors; a reader's share is the processor time it got, "
             "so its loss is counted in calls for each second of it. A negative loss is a gain.\n")
    print(text)
    if not options.print:
        harness.write_section(f"mixed {options.scale}", text, "First query, and readers beside a writer")


if __name__ == "__main__":
    main()
